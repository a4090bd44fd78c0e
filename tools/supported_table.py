"""The builtins of docs/guide/supported.md, as a table: printed, or with --write put between the marks of that page."""

import argparse
import re
from pathlib import Path

from lancehead import _lancehead

PAGE = Path(__file__).resolve().parent.parent / "docs/guide/supported.md"
MARKED = re.compile(r"(?<=<!-- builtins -->\n).*?(?=<!-- /builtins -->)", re.DOTALL)


def table():
    rows = [f"| `{name.removeprefix('builtins.')}` | {doc} |" for name, doc, _ in sorted(_lancehead.builtins_table())]
    return "\n".join(["| builtin | native |", "|---|---|", *rows]) + "\n"


def rewritten(page):
    """The page with the table of now; the same page if it is current."""
    if not MARKED.search(page):
        raise SystemExit(f"{PAGE}: the marks <!-- builtins --> and <!-- /builtins --> are missing")
    return MARKED.sub(lambda _: table(), page, count=1)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="rewrite the page in place")
    if parser.parse_args().write:
        PAGE.write_text(rewritten(PAGE.read_text()))
    else:
        print(table(), end="")


if __name__ == "__main__":
    main()
