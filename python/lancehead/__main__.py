"""The command `lancehead`, and `python -m lancehead`. What the other commands import, the program behind `run` shall not wait for."""

import sys


def main() -> int:
    if sys.argv[1:2] == ["run"]:
        from lancehead import _run

        return _run.main(sys.argv[2:])
    from lancehead import cli

    return cli.main()


if __name__ == "__main__":
    status = main()
    if status:  # under `-i` the end of a program is not to be seen
        sys.exit(status)
