"""Every file in examples/ prints the same, to the byte, with Lancehead and without, from a cold cache and from a warm one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


def output_of(example, **environment):
    is_marked = "import lancehead" in example.read_text()
    command = [sys.executable, example] if is_marked else [sys.executable, "-m", "lancehead", "run", example]
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False)
    return done.stdout, done.stderr, done.returncode


@pytest.mark.slow
@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.stem)
def test_the_output_is_plain_pythons(example, tmp_path):
    plain = output_of(example, LANCEHEAD="0")
    assert plain[0]
    assert plain[1:] == ("", 0)
    assert output_of(example, LANCEHEAD_CACHE_DIR=str(tmp_path / "cache")) == plain
    assert output_of(example, LANCEHEAD_CACHE_DIR=str(tmp_path / "cache")) == plain


def test_every_example_is_in_the_readme():
    readme = (EXAMPLES / "README.md").read_text()
    assert [path.name for path in EXAMPLES.glob("*.py") if f"({path.name})" not in readme] == []
