"""The documentation says what is so: its tables, links and examples."""

import math
import os
import re
import subprocess
import sys
from pathlib import Path
from types import FunctionType

import pytest

import lancehead as lh
from lancehead import _lancehead

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import supported_table  # noqa: E402

BUILT = {".venv", ".build", "target", ".git", "node_modules"}
PAGES = [page for page in ROOT.rglob("*.md") if not BUILT & set(page.relative_to(ROOT).parts) and page.parts[-2] != ".pytest_cache"]
CODES = sorted(_lancehead.verdict_codes())
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def test_the_table_of_builtins_is_current():
    page = supported_table.PAGE.read_text()
    assert supported_table.rewritten(page) == page, "run .venv/bin/python tools/supported_table.py --write"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_lead_somewhere(page):
    text = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)
    targets = re.findall(r"\]\(([^)\s#]+)(?:#[^)]*)?\)", text)
    missing = [target for target in targets if ":" not in target and not (page.parent / target).exists()]
    assert not missing


def test_every_verdict_has_a_page_and_every_page_a_verdict():
    assert sorted(page.stem for page in (ROOT / "docs/verdicts").glob("*.md")) == CODES


@pytest.mark.parametrize("code", CODES)
def test_the_page_of_a_verdict_has_its_parts(code):
    page = _lancehead.verdict_page(code)
    assert page == (ROOT / f"docs/verdicts/{code}.md").read_text()
    title, paragraph, *_ = page.split("\n\n")
    assert re.fullmatch(r"# \S.*", title)
    assert paragraph[0] not in "#`" and paragraph.endswith((".", ")"))
    advice = page.split("## What helps\n")
    assert len(advice) == 2 and re.match(r"\n\S.*\.\n", advice[1]), "explain() shows the first line of this section: one sentence"


def explained(block, name, of_all):
    """What became of a page's functions: of all, or of those that were jitted."""
    space = {"lh": lh, "math": math}
    exec(compile(block, f"<{name}>", "exec"), space)
    functions = [value for value in space.values() if isinstance(value, FunctionType) and (of_all or hasattr(value, "explain"))]
    return "".join(lh.explain(function) for function in functions)


@pytest.mark.parametrize("code", CODES)
def test_the_example_of_a_verdict_gets_it_and_the_change_helps(code, capsys):
    before, after = BLOCK.findall(_lancehead.verdict_page(code))
    if code in ("global-changes", "switched-off", "calls-out"):  # of programs, not of functions
        tried = {**os.environ, "LANCEHEAD_CACHE_DIR": "off"}
        at_once = {**tried, "LANCEHEAD_THRESHOLD": "0"}
        reports = [
            subprocess.run(
                [sys.executable, "-m", "lancehead", "run", "--report", "-c", block], env=environment, capture_output=True, text=True
            ).stderr
            for block, environment in ((before, tried if code == "calls-out" else at_once), (after, at_once))
        ]
        assert f"[{code}]" in reports[0] and "native" in reports[1] and "[" not in reports[1].replace("<module>", "")
        return
    if code == "crashed-before":
        crash = (
            "import math; import lancehead as lh; from lancehead import _lancehead;"
            f"_lancehead.testing_crash('lh_libm_erf', 'null'); exec({before!r})"
        )
        assert subprocess.run([sys.executable, "-c", crash], capture_output=True).returncode < 0
    assert f"[{code}]" in explained(before, f"{code}, before", of_all=True)
    helped = explained(after, f"{code}, after", of_all=False)
    assert "native, returns" in helped and "left 0 times" in helped and "[" not in helped.replace("tuple[", "")


def test_the_example_of_the_readme_gives_what_it_says():
    readme = (ROOT / "README.md").read_text()
    example = BLOCK.search(readme)[1]
    assert example in (ROOT / "examples/area.py").read_text()
    done = subprocess.run([sys.executable, "-c", example], env=os.environ, capture_output=True, text=True)
    assert done.stderr == "" and done.returncode == 0
    assert f"`{done.stdout.strip()}`" in readme


def test_the_environment_page_names_every_variable_that_is_read():
    sources = [*(ROOT / "crates").rglob("*.rs"), *(ROOT / "python").rglob("*.py")]
    read = {name for source in sources for name in re.findall(r'(?:var|var_os|env|number|get)\("(LANCEHEAD\w*)"\)', source.read_text())}
    read = {name for name in read if not name.startswith("LANCEHEAD_TEST") and name not in ("LANCEHEAD_BLESS", "LANCEHEAD_BUILD")}
    page = (ROOT / "docs/guide/environment.md").read_text()
    assert read and not {name for name in read if f"`{name}" not in page}
