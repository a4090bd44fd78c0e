"""The command `lancehead`, as a user types it: what it prints, where, and its exit status."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import lancehead
from lancehead import _doctor, _lancehead, cli

SUBCOMMANDS = [
    ["doctor"],
    ["cache"],
    ["cache", "info"],
    ["cache", "path"],
    ["cache", "clear"],
    ["selftest"],
]


@pytest.fixture
def cache(tmp_path):
    """A cache folder that only this test uses."""
    return tmp_path / "cache"


def command(*arguments, cache=None, **environment):
    if cache is not None:
        environment["LANCEHEAD_CACHE_DIR"] = str(cache)
    return subprocess.run(
        [sys.executable, "-m", "lancehead", *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_installed_script_is_the_same_command():
    script = Path(sys.executable).with_name("lancehead")
    done = subprocess.run([script, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == command("--version").stdout == f"lancehead {lancehead.__version__}\n"


@pytest.mark.parametrize("arguments", [[], *SUBCOMMANDS], ids=" ".join)
def test_help_names_no_more_than_there_is(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main([*arguments, "--help"])
    text = capsys.readouterr().out
    assert ended.value.code == 0
    assert text.startswith("usage: lancehead")
    assert max(map(len, text.splitlines())) <= 120


@pytest.mark.parametrize("command", ["run", "verify", "explain"])
def test_help_of_what_runs_programs(command, capsys):
    assert cli.main([command, "--help"]) == 0
    text = capsys.readouterr().out
    assert text.startswith(f"usage: lancehead {command} [options] SCRIPT") and max(map(len, text.splitlines())) <= 140


def test_the_examples_in_the_help_are_commands():
    examples = [line.split("  ")[1].split() for line in cli.EXAMPLES.splitlines()[1:]]
    assert len(examples) >= 4
    for example in examples:
        assert example[0] == "lancehead"
        if example[1:] != ["explain", "script.py", "args"]:
            cli.parse(example[1:])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["frobnicate"], "invalid choice: 'frobnicate'"),
        (["cache"], "the following arguments are required: ACTION"),
        (["explain"], "one of the arguments --code --list is required"),
        (["explain", "--code", "no-such-verdict"], "there is no verdict 'no-such-verdict'"),
        (["cache", "info", "--loud"], "unrecognized arguments: --loud"),
        (["doctor", "now"], "unrecognized arguments: now"),
    ],
    ids=" ".join,
)
def test_an_error_is_one_sentence_and_exit_status_2(arguments, words):
    done = command(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert words in done.stderr
    assert done.stderr.startswith("lancehead")
    assert done.stderr.count("\n") == 1


def test_doctor_finds_this_machine_sound(cache):
    done = command("doctor", cache=cache)
    assert done.returncode == 0, done.stdout
    assert done.stderr == ""
    levels = {line.split()[1]: line.split()[0] for line in done.stdout.splitlines() if not line.startswith(" ")}
    assert {"python", "extension", "llvmlite", "cache", "compile"} <= set(levels)
    assert set(levels.values()) == {"ok"}


def test_doctor_says_that_a_cache_open_to_others_is_not_trusted(cache):
    cache.mkdir()
    cache.chmod(cache.stat().st_mode | stat.S_IWOTH)
    done = command("doctor", cache=cache)
    assert "warn  cache" in done.stdout
    assert "LANCEHEAD_CACHE_DIR" in done.stdout


def test_doctor_says_that_lancehead_is_switched_off(cache):
    done = command("doctor", cache=cache, LANCEHEAD="0")
    assert "warn  switch" in done.stdout
    assert done.returncode == 0


def test_doctor_says_plainly_that_a_newer_python_is_untested(monkeypatch):
    monkeypatch.setattr(_doctor, "TESTED", ((3, 1), (3, 2)))
    (finding,) = _doctor.python()
    assert finding.level == "warn"
    assert "not been tested" in finding.do


def test_doctor_fails_and_says_what_to_do_without_llvmlite(monkeypatch, capsys):
    monkeypatch.setattr(_doctor, "OLDEST_LLVMLITE", (99, 0))
    assert _doctor.main() == 1
    text = capsys.readouterr().out
    assert "fail  llvmlite" in text
    assert "pip install" in text


def test_doctor_asks_for_the_llvmlite_that_the_compiler_asks_for():
    from importlib import metadata

    oldest = "{}.{}".format(*_doctor.OLDEST_LLVMLITE)
    assert oldest == _lancehead.about()["oldest llvmlite"]
    assert f"llvmlite>={oldest}" in metadata.requires("lancehead")


def test_doctor_reports_a_wrong_answer(monkeypatch):
    monkeypatch.setattr(_lancehead, "jit", lambda func, fastmath, strict: lambda n: func(n) + 1)
    (finding,) = _doctor.test_compile()
    assert finding.level == "fail"
    assert "report" in finding.do


def test_doctor_reports_a_check_that_goes_wrong_itself():
    def processor():
        raise OSError("no such thing")
        yield

    (finding,) = _doctor.looked_at(processor)
    assert finding[:3] == ("fail", "processor", "OSError: no such thing")


PROGRAM = """
import lancehead

@lancehead.jit
def total(n):
    s = 0
    for i in range(n):
        s += i
    return s

print(total(100_000))
"""


def test_the_cache_is_filled_shown_and_emptied(cache, tmp_path):
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    environment = os.environ | {"LANCEHEAD_CACHE_DIR": str(cache)}
    done = subprocess.run([sys.executable, program], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "4999950000\n"

    shown = command("cache", "info", cache=cache).stdout
    entries = next(int(line.split()[1]) for line in shown.splitlines() if line.startswith("entries"))
    assert entries >= 1
    assert "trouble" not in shown
    assert command("cache", "clear", cache=cache).stdout == f"{entries} {'entry' if entries == 1 else 'entries'} removed\n"
    assert command("cache", "clear", cache=cache).stdout == "0 entries removed\n"


def test_the_cache_path_alone_is_for_scripts(cache):
    done = command("cache", "path", cache=cache)
    assert (done.stdout, done.returncode) == (f"{cache}\n", 0)


def test_explain_lists_the_verdicts_and_prints_the_page_of_each():
    codes = command("explain", "--list").stdout.split()
    assert codes == sorted(_lancehead.verdict_codes())
    assert codes
    for code in codes:
        assert _lancehead.verdict_page(code), code
    assert command("explain", "--code", codes[0]).stdout.strip() == _lancehead.verdict_page(codes[0]).strip()


def test_a_misspelt_verdict_gets_the_near_one():
    code = _lancehead.verdict_codes()[0]
    done = command("explain", "--code", code[:-1])
    assert f"did you mean '{code}'?" in done.stderr


def test_the_selftest_gets_its_options_as_they_were_typed(monkeypatch):
    from lancehead import _selftest

    monkeypatch.setattr(_selftest, "main", lambda argv: seen.append(argv) or 3)
    seen = []
    assert cli.main(["selftest", "--minutes", "0.1", "--level", "scalar", "--help"]) == 3
    assert seen == [["--minutes", "0.1", "--level", "scalar", "--help"]]


@pytest.mark.parametrize(("count", "words"), [(0, "0 B"), (999, "999 B"), (1800, "1.8 KB"), (5e8, "500 MB"), (2e9, "2 GB")])
def test_sizes_are_for_humans(count, words):
    assert cli.in_units(count) == words
