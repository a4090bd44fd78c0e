"""What is worth compiling is compiled beside the program: nobody waits for it, nothing shows it, and it is there for the next start."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest

# Its loop is worth compiling for long before it ends, and LLVM has not finished at the end of the short one.
LONG = """
    import sys, time
    began = time.perf_counter()
    a, n, turns = [0.0] * 500, 0.0, 0
    while time.perf_counter() - began < 60 and turns < int(sys.argv[1]):
        turns += 1
        for i in range(500):
            a[i] = a[i] * 0.5 + i
            n += a[i] % 3.0
    print(n, sum(a))
    """
ENOUGH, TOO_FEW = "5000", "2000"


def environment(tmp_path, **more):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LANCEHEAD") or name == "LANCEHEAD_BUGS"}
    return clean | {"LANCEHEAD_CACHE_DIR": str(tmp_path / "cache"), "LANCEHEAD_BESIDE": "1"} | more


def command(program, tmp_path, *args):
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(program))
    return [sys.executable, "-m", "lancehead", "run", "--report-json", str(tmp_path / "report.json"), str(script), *args]


def run(program, tmp_path, *args, check=True, **more):
    env = environment(tmp_path, **more)
    done = subprocess.run(command(program, tmp_path, *args), env=env, capture_output=True, text=True, timeout=120, check=check)
    return done, json.loads((tmp_path / "report.json").read_text())["regions"]


def plain(program, tmp_path, *args):
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(program))
    return subprocess.run([sys.executable, str(script), *args], capture_output=True, text=True, timeout=120)


def test_a_loop_becomes_native_while_it_runs(tmp_path):
    done, regions = run(LONG, tmp_path, ENOUGH)
    assert done.stdout == plain(LONG, tmp_path, ENOUGH).stdout
    native = [region for region in regions if region["compiled"] and region["entered"]]
    assert native and all(region["compiled_beside"] and region["compile_seconds"] > 0 for region in native)


def test_where_there_is_one_processor_the_program_waits(tmp_path):
    env = environment(tmp_path)
    del env["LANCEHEAD_BESIDE"]
    one = min(os.sched_getaffinity(0))
    script = f"import os, sys\nos.sched_setaffinity(0, [{one}])\nos.execv(sys.argv[1], sys.argv[1:])\n"
    subprocess.run([sys.executable, "-c", script, *command(LONG, tmp_path, ENOUGH)], env=env, capture_output=True, timeout=120, check=True)
    regions = json.loads((tmp_path / "report.json").read_text())["regions"]
    assert any(region["compiled"] for region in regions)
    assert not any(region["compiled_beside"] for region in regions)


# LLVM takes longer than the program, then.
LINGERING = """
try:
    from lancehead import _lancehead
    _lancehead.testing(lingers=2500 if sys.argv[1] == "2000" else 0)
except ImportError:
    pass
"""


@pytest.mark.parametrize("end", ["", "sys.exit(3)", "raise KeyError('x')", "import atexit; atexit.register(print, 'late')"])
def test_what_is_not_ready_at_the_end_is_there_at_the_next_start(tmp_path, end):
    head, body = textwrap.dedent(LONG).split("began =", 1)
    program = head + LINGERING + "began =" + body + end + "\n"
    expected = plain(program, tmp_path, TOO_FEW)
    first, regions = run(program, tmp_path, TOO_FEW, check=False)
    assert (first.stdout, first.stderr, first.returncode) == (expected.stdout, expected.stderr, expected.returncode)
    verdicts = [region["verdict"] for region in regions]
    assert "its native code is not ready yet; the next start may have it" in verdicts
    assert not any(region["entered"] for region in regions)
    second, again = run(program, tmp_path, ENOUGH, check=False)
    assert second.returncode == expected.returncode
    assert any(region["entered"] and region["compile_seconds"] == 0 for region in again)


def test_a_fork_meanwhile_finds_one_thread(tmp_path):
    """Python warns, from 3.12 on, where a process with several threads forks."""
    program = """
        import os, sys, warnings
        warnings.simplefilter("error")
        n = 0
        for turn in range(40):
            for i in range(200_000):
                n += i % 7
            if turn % 3 == 0:
                child = os.fork()
                if child == 0:
                    m = 0
                    for k in range(300_000):
                        m += k % 5
                    os._exit(m % 256)
                print(os.waitpid(child, 0)[1])
        print(n)
        """
    done, regions = run(program, tmp_path)
    expected = plain(program, tmp_path)
    assert (done.stdout, done.stderr) == (expected.stdout, expected.stderr)
    assert any(region["compiled"] for region in regions)


def test_an_interrupt_is_not_kept_waiting(tmp_path):
    """By a handler of the program's own, in the loop that is being compiled, and by Python's when it ends."""
    program = """
        import signal, sys, time
        seen = []
        signal.signal(signal.SIGUSR1, lambda *_: seen.append(time.perf_counter()))
        signal.setitimer(signal.ITIMER_REAL, 0.02, 0.02)
        ticks = []
        signal.signal(signal.SIGALRM, lambda *_: ticks.append(time.perf_counter()))
        n, began = 0.0, time.perf_counter()
        print("ready", flush=True)
        while not seen:
            for i in range(200):
                n += i * 0.5
        # Python dies of an alarm that comes while it ends.
        signal.setitimer(signal.ITIMER_REAL, 0)
        print(n > 0, len(ticks) > 3, flush=True)
        while True:
            for i in range(200):
                n += i * 0.25
        """
    (tmp_path / "script.py").write_text(textwrap.dedent(program))
    words = [sys.executable, "-m", "lancehead", "run", str(tmp_path / "script.py")]
    with subprocess.Popen(words, env=environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.5)
        process.send_signal(signal.SIGUSR1)
        assert process.stdout.readline() == "True True\n"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert err.splitlines()[-1] == "KeyboardInterrupt"
    assert process.returncode == -signal.SIGINT


def test_many_loops_at_once_give_their_answers(tmp_path):
    """More than one waits for the thread; which is first, nobody knows."""
    bodies = "\n".join(
        f"def f{k}(n):\n    s = {k}\n    for i in range(n):\n        s = (s * {k + 3} + i) % 1000003\n    return s\n" for k in range(12)
    )
    program = bodies + "for turn in range(6):\n    print([f(150_000) for f in (" + ", ".join(f"f{k}" for k in range(12)) + ")])\n"
    done, regions = run(program, tmp_path)
    assert done.stdout == plain(program, tmp_path).stdout
    assert any(region["compiled"] and region["entered"] for region in regions)


def test_other_threads_do_not_ask_for_it(tmp_path):
    program = """
        import threading
        def work(out, k):
            s = 0
            for i in range(1_500_000):
                s = (s * 3 + i + k) % 1000003
            out[k] = s
        out = {}
        threads = [threading.Thread(target=work, args=(out, k)) for k in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print(sorted(out.items()))
        """
    done, _ = run(program, tmp_path)
    assert done.stdout == plain(program, tmp_path).stdout


def test_without_a_cache_it_is_taken_all_the_same(tmp_path):
    done, regions = run(LONG, tmp_path, ENOUGH, LANCEHEAD_CACHE_DIR="off")
    assert done.stdout == plain(LONG, tmp_path, ENOUGH).stdout
    assert any(region["compiled"] and region["entered"] for region in regions)
