"""Runs the program for `lancehead verify`, each time as if it were the first: the same input, the same files."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from lancehead._run import Options
from lancehead._verify.compare import Dump

CHILD = os.path.join(os.path.dirname(__file__), "child")


class Run:
    """What one run has left, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.status: int | None = None  # None: it took too long
        self.seconds = 0.0
        self.dump: Dump | None = None
        self.files: dict[str, Path | None] = {}
        self.not_undone: list[str] = []
        self.report: dict[str, Any] | None = None

    @property
    def stdout(self) -> bytes:
        return (self.folder / "stdout").read_bytes()

    @property
    def stderr(self) -> bytes:
        return (self.folder / "stderr").read_bytes()

    def listed(self, name: str) -> list[str]:
        path = self.folder / name
        return [os.fsdecode(entry) for entry in path.read_bytes().split(b"\0")[:-1]] if path.exists() else []

    def collect(self) -> None:
        """Keeps what it wrote, as others will write there."""
        self.not_undone = self.listed("not-undone")
        if (self.folder / "variables").exists():
            self.dump = Dump((self.folder / "variables").read_bytes())
        if (self.folder / "report").exists():
            self.report = json.loads((self.folder / "report").read_text())
        for entry in self.listed("written"):
            number, _, path = entry.partition(":")
            self.files[path] = None
            if os.path.isfile(path):
                self.files[path] = self.folder / f"after-{number}"
                shutil.copyfile(path, self.folder / f"after-{number}")

    def undo(self) -> None:
        """Puts back what was in the files before."""
        for entry in self.listed("written"):
            number, _, path = entry.partition(":")
            before = self.folder / f"before-{number}"
            if before.exists():
                shutil.copyfile(before, path)
            elif os.path.isfile(path):
                os.remove(path)


class Input:
    """Our own standard input, read once as the first run asks for it, and given to each."""

    def __init__(self) -> None:
        self.is_there = sys.stdin is not None and not sys.stdin.isatty()
        self.read = b""
        self.is_first = True

    def feed(self, pipe: Any) -> None:
        is_first, self.is_first = self.is_first, False
        try:
            if not is_first:
                pipe.write(self.read)
            while is_first and (block := os.read(0, 1 << 16)):
                self.read += block
                pipe.write(block)
                pipe.flush()
        except (BrokenPipeError, OSError, ValueError):
            pass  # it did not want more
        finally:
            try:
                pipe.close()
            except BrokenPipeError:
                pass


class Both:
    """How to run the program in both ways."""

    def __init__(self, options: Options, environment: dict[str, str], timeout: float | None) -> None:
        self.options = options
        self.timeout = timeout
        self.input = Input()
        self.environment = os.environ | environment
        if self.environment.get("PYTHONHASHSEED", "random") == "random":
            self.environment["PYTHONHASHSEED"] = "0"
        self.place = tempfile.TemporaryDirectory(prefix="lancehead-verify-")
        self.count = 0

    def plain(self) -> Run:
        return self.run([], {"LANCEHEAD": "0"})

    def native(self) -> Run:
        include = [f"{name}={value}" for name in ("--include", "--exclude") for value in self.options.own.get(name, [])]
        return self.run(["-m", "lancehead", "run", "--report-json=REPORT", *include], {"LANCEHEAD": "1"})

    def run(self, launcher: list[str], environment: dict[str, str]) -> Run:
        run = Run(Path(self.place.name) / str(self.count))
        self.count += 1
        run.folder.mkdir()
        launcher = [word.replace("REPORT", str(run.folder / "report")) for word in launcher]
        command = [sys.executable, *self.options.python, *launcher, *self.options.program_words()]
        environment = self.environment | environment | {"LANCEHEAD_VERIFY_FOLDER": str(run.folder)}
        path = self.environment.get("PYTHONPATH")
        if path is not None:
            environment["LANCEHEAD_VERIFY_PYTHONPATH"] = path
        environment["PYTHONPATH"] = os.pathsep.join([CHILD, path] if path else [CHILD])
        with open(run.folder / "stdout", "wb") as stdout, open(run.folder / "stderr", "wb") as stderr:
            began = time.monotonic()
            stdin = subprocess.PIPE if self.input.is_there else subprocess.DEVNULL
            process = subprocess.Popen(command, env=environment, stdin=stdin, stdout=stdout, stderr=stderr, start_new_session=True)
        if self.input.is_there:
            threading.Thread(target=self.input.feed, args=(process.stdin,), daemon=True).start()
        try:
            run.status = process.wait(self.timeout)
        except subprocess.TimeoutExpired:
            kill(process)
        except BaseException:
            kill(process)
            raise
        run.seconds = time.monotonic() - began
        run.collect()
        if run.dump is not None:
            # Both clocks are the system's.
            run.seconds = run.dump.ended - began
        return run


def kill(process: subprocess.Popen[bytes]) -> None:
    """With all that it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()
