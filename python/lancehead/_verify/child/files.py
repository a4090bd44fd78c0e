"""Notes the files that a process opens for writing, and keeps what was in them before, so that `lancehead verify` can put it back."""

import os
import sys

WRITES = os.O_WRONLY | os.O_RDWR
# Events that change the world in ways that are not undone before the second run.
NOT_UNDONE = {
    "os.remove": "removes files",
    "os.rename": "renames files",
    "os.rmdir": "removes folders",
    "os.mkdir": "makes folders",
    "os.truncate": "truncates files",
    "os.link": "makes links",
    "os.symlink": "makes links",
    "shutil.rmtree": "removes folders",
    "shutil.move": "moves files",
    "sqlite3.connect": "opens databases",
    "subprocess.Popen": "starts other programs",
    "os.system": "starts other programs",
    "os.posix_spawn": "starts other programs",
    "os.exec": "starts other programs",
    "os.fork": "starts processes of its own",
    "_thread.start_new_thread": "starts threads (which run in another order each time)",
    "socket.connect": "uses the network",
    "socket.bind": "uses the network",
}


def watch(folder: str) -> dict[str, int]:
    """Begins; emptying what it returns ends it. The list of files is written as they are met: a process may die."""
    process = os.getpid()
    state = {"is_busy": 0}
    seen: set[str] = set()
    notes: set[str] = set()

    def note(kind: str, text: str) -> None:
        with open(os.path.join(folder, kind), "ab") as file:
            file.write(os.fsencode(text) + b"\0")

    def keep(path: str) -> None:
        number = len(seen)
        kept = os.path.join(folder, f"before-{number}")
        seen.add(path)
        if os.path.exists(path):
            if not os.path.isfile(path):  # a pipe, a terminal, /dev/null
                return
            with open(path, "rb") as now, open(kept, "xb") as then:
                while block := now.read(1 << 20):
                    then.write(block)
        note("written", f"{number}:{path}")

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if not (isinstance(flags, int) and flags & WRITES and isinstance(path, str | bytes)):
                return
        elif event not in NOT_UNDONE or any(isinstance(one, str) and one.startswith(folder) for one in arguments):
            return
        if state.get("is_busy", 1) or os.getpid() != process:
            return
        state["is_busy"] = 1
        try:
            if event == "open":
                whole = os.path.realpath(os.fsdecode(path))  # type: ignore[arg-type]
                if whole not in seen and f"{os.sep}__pycache__{os.sep}" not in whole and not whole.startswith(folder):
                    keep(whole)
            elif event not in notes:
                notes.add(event)
                note("not-undone", NOT_UNDONE[event])
        except OSError as error:
            note("not-undone", f"writes a file that could not be kept ({error})")
        finally:
            if state:
                state["is_busy"] = 0

    sys.addaudithook(hook)
    return state
