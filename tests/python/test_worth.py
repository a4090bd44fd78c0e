"""What looking for what could gain costs a program that gains nothing, as far as it can be told without timing: how often guards are met, what is
imported, what is compiled. And that trials and contests are played at all where the tests mean them to be."""

import json
import os
import subprocess
import sys
import textwrap

import pytest

COUNTERS = "\nimport json, sys\nfrom lancehead import _lancehead\nprint(json.dumps(_lancehead.testing_counters()), file=sys.stderr)\n"


def counted(program, tmp_path, **environment):
    """The counters at the end of a program under `lancehead run`, and what it printed."""
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(program) + COUNTERS)
    env = os.environ | {"LANCEHEAD_CACHE_DIR": str(tmp_path / "cache")} | environment
    done = subprocess.run(
        [sys.executable, "-m", "lancehead", "run", str(script)], env=env, capture_output=True, text=True, timeout=120, check=True
    )
    return json.loads(done.stderr.splitlines()[-1]), done.stdout


def test_a_short_loop_is_met_where_it_is_entered_and_no_more(tmp_path):
    counters, _ = counted("n = 0\nfor k in range(300):\n    for i in range(30):\n        n += i\n", tmp_path)
    assert 300 <= counters["visited"] <= 300 + 2 * 66


def test_a_loop_over_a_list_sleeps_after_some_turns(tmp_path):
    counters, _ = counted("words = ['a', 'b'] * 50_000\nn = 0\nfor word in words:\n    n += len(word)\n", tmp_path)
    assert counters["visited"] <= 70


def test_many_short_while_loops_are_met_no_more_than_is_allowed(tmp_path):
    """1e5 binary searches: 8 ms at 50 ns each, and a share of the time and of what was gained."""
    program = """
        def find(values, wanted):
            low, high = 0, len(values) - 1
            while low <= high:
                middle = (low + high) // 2
                if values[middle] == wanted:
                    return middle
                if values[middle] < wanted:
                    low = middle + 1
                else:
                    high = middle - 1
            return -1

        values = list(range(0, 300_000, 3))
        print(sum(map(lambda k: find(values, k), range(100_000))))
        """
    counters, out = counted(program, tmp_path)
    assert out == "555494445\n"
    assert counters["visited"] < 600_000  # of 1.7 million turns


def test_llvm_is_not_loaded_for_a_program_without_long_loops(tmp_path):
    counters, out = counted("for i in range(100): pass\nprint('llvmlite' in open('/proc/self/maps').read())\n", tmp_path)
    assert (out, counters["compiled"]) == ("False\n", 0)


def test_compiling_imports_nothing(tmp_path):
    program = "import sys\nbefore = set(sys.modules)\nfor i in range(3_000_000): i ^= 5\nprint(set(sys.modules) - before)\n"
    counters, out = counted(program, tmp_path)
    assert out == "set()\n"
    assert counters["compiled"] > 0


def test_the_command_imports_little(tmp_path):
    """What it brings in besides what Python itself has at its start, in a program that imports nothing."""
    script = tmp_path / "script.py"
    script.write_text("import sys\nprint(sorted(sys.modules))\n")

    def modules(*command):
        return set(eval(subprocess.run([*command, str(script)], capture_output=True, text=True, check=True).stdout))

    command = os.path.join(os.path.dirname(sys.executable), "lancehead")
    if not os.path.exists(command):
        pytest.skip("the command is not installed beside this Python")
    more = modules(command, "run") - modules(sys.executable)
    assert {name for name in more if not name.startswith("lancehead")} <= {
        "__future__",
        "importlib",
        "importlib._bootstrap",
        "importlib._bootstrap_external",
        "importlib.machinery",
        "types",
        "warnings",
    }


SHORT_LOOPS = """
    def digits(n):
        count = 0
        while n:
            n //= 10
            count += 1
        return count

    def small(n):
        s = 0
        for i in range(n):
            s += i * n
        return s

    # No loop around them: native code would run it with them.
    print(sum(map(digits, range(1, 400_000, 999))), sum(map(small, list(range(7)) * 60)))
    """


def test_by_a_false_clock_trials_and_contests_are_played(tmp_path):
    counters, out = counted(SHORT_LOOPS, tmp_path, LANCEHEAD_CLOCK="3000")
    assert counters["tried"] > 0
    assert counters["contests_won"] + counters["contests_lost"] > 0
    assert out == counted(SHORT_LOOPS, tmp_path, LANCEHEAD="0.")[1]


def test_trials_go_on_in_the_next_start(tmp_path):
    """A loop that leaves at each turn is found out by three. This one is worth a trial only in its last two."""
    leaves = """
        total = k = 0
        while k < {}:
            def twice(value): return value * 2
            total += twice(k)
            k += 1
        """

    def start(turns):
        folder = tmp_path / str(turns)
        folder.mkdir(exist_ok=True)
        return counted(leaves.format(turns), folder, LANCEHEAD_CLOCK="3000")[0]

    turns, first = next((turns, first) for turns in range(12, 24) if (first := start(turns))["entered"] == 2)
    starts = [first, start(turns), start(turns)]
    assert starts[0]["tried"] == 1
    assert starts[0]["entered"] + starts[1]["entered"] == 3
    assert starts[2]["tried"] == starts[2]["entered"] == 0


MANY_TYPES = """
    import re

    address, day = re.compile(r"([a-z]+\\d+)@([\\w.]+)"), re.compile(r"(\\d{4})-(\\d\\d)-(\\d\\d)")
    amounts, users, months = 0.0, set(), {}
    for line in ["From: user1@host.example on 2023-01-02, paid 3.25 EUR"] * 4000:
        user, host = address.search(line).groups()
        users.add((user, host))
        year, month, _ = day.search(line).groups()
        months[month] = months.get(month, 0) + 1
        amounts += float(re.search(r"paid (\\d+\\.\\d+)", line).group(1))
    print(amounts, len(users), months)
    """


def test_what_a_trial_refuses_is_refused_at_the_next_start_too(tmp_path):
    """Types that multiply take the compiler tens of milliseconds."""
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(MANY_TYPES))
    report = tmp_path / "report.json"
    command = [sys.executable, "-m", "lancehead", "run", "--report-json", str(report), str(script)]
    env = os.environ | {"LANCEHEAD_CACHE_DIR": str(tmp_path / "cache"), "LANCEHEAD_CLOCK": "3000"}
    kept = []
    for _ in range(2):
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=True)
        assert (done.stdout, done.stderr) == ("13000.0 1 {'01': 4000}\n", "")
        regions = json.loads(report.read_text())["regions"]
        [verdict] = {region["verdict"] for region in regions if region["verdict"]}
        assert "calls-out" in verdict
        kept.append(len(list((tmp_path / "cache").rglob("*.lho"))))
    assert kept[0] == kept[1] and not any(region["entered"] for region in regions)


def test_a_false_clock_tells_the_same_in_each_run(tmp_path):
    runs = [counted(SHORT_LOOPS, tmp_path, LANCEHEAD_CLOCK="3000", LANCEHEAD_CACHE_DIR="off")[0] for _ in range(2)]
    assert runs[0] == runs[1]


# The outer loop is judged later than the inner one: it is the longer one to compile.
CALLED_IN_A_LOOP = """
    import lancehead._lancehead as native
    def mean(values, scale):
        s = 0.0
        for value in values:
            s += value * scale
        return s / len(values)
    values = [0.25 * i for i in range(3_000)]
    best = 0.0
    trial = 0
    while trial < 3000:
        {}
        best = max(best, mean(values, trial * 0.5))
        trial += 1
    print(best)
    rows = native.regions()
    print(*[line for line in (5, 12) if any(row["line"] == line and row["compiled"] for row in rows)])
    """


@pytest.mark.parametrize(("more", "compiled"), [("pass", "12"), ("def more(*values): pass", "5")])
def test_a_loop_in_a_function_is_left_to_the_loop_that_calls_it_if_that_can_be_compiled(more, compiled, tmp_path):
    _, out = counted(CALLED_IN_A_LOOP.format(more), tmp_path)
    assert out.split() == ["562125.0625", compiled]


def functions(count, extra=""):
    """A module of functions with a loop each."""
    text = "def f{0}(n):\n    s = 0\n    for i in range(n):{1}\n        s += i * {0} // (9 - i)\n    return s\n\n"
    return "".join(text.format(k, extra) for k in range(count))


IMPORTS = """
    import traceback
    import several
    print(*map(lambda name: getattr(several, name)(8), sorted(filter(lambda name: name.startswith("f"), dir(several)))))
    try:
        several.f2(20)
    except ZeroDivisionError:
        print(traceback.format_exc())
    """


@pytest.mark.parametrize("threshold", ["", "0"])
def test_how_a_module_is_guarded_is_kept_like_its_pyc(tmp_path, threshold):
    module = tmp_path / "several.py"
    module.write_text(functions(6))
    first, plain = counted(IMPORTS, tmp_path, LANCEHEAD="0.", LANCEHEAD_THRESHOLD=threshold)
    second, out = counted(IMPORTS, tmp_path, LANCEHEAD_THRESHOLD=threshold)
    # From 3.12 on a handler at the end jumps back, and the script is looked at for loops each time.
    own = int(sys.version_info >= (3, 12))
    assert (first["planned"], second["planned"], out) == (6 + own, own, plain)
    if threshold == "0":
        assert second["came_back"] == first["came_back"] > 0
    # Each line has moved: what is kept has lines in it.
    module.write_text("# A line more.\n" + functions(6))
    third, out = counted(IMPORTS, tmp_path, LANCEHEAD_THRESHOLD=threshold)
    assert (third["planned"], out) == (6 + own, plain.replace("line 16, in f2", "line 17, in f2"))
    module.write_text("# A line more.\n" + functions(7))
    assert counted(IMPORTS, tmp_path, LANCEHEAD_THRESHOLD=threshold)[0]["planned"] == 7 + own


def test_a_few_loops_are_not_worth_a_file(tmp_path):
    def kept():
        return [file for file in (tmp_path / "cache").rglob("*.lho") if b"guards" in file.read_bytes()]

    (tmp_path / "several.py").write_text(functions(3))
    own = int(sys.version_info >= (3, 12))
    assert [counted(IMPORTS, tmp_path)[0]["planned"] for _ in range(2)] == [3 + own, 3 + own]
    assert not kept()
    (tmp_path / "several.py").write_text(functions(6))
    counted(IMPORTS, tmp_path)
    assert kept()


def test_a_mark_that_was_put_into_a_module_is_seen_though_its_code_is_the_same(tmp_path):
    module = tmp_path / "several.py"
    module.write_text(functions(6, extra="  #"))
    on, plain = counted(IMPORTS, tmp_path, LANCEHEAD_THRESHOLD="0")
    module.write_text(functions(6, extra="  # lancehead: off"))
    off, out = counted(IMPORTS, tmp_path, LANCEHEAD_THRESHOLD="0")
    assert on["came_back"] > 0 and off["came_back"] == 0
    assert out == plain.replace("  #", "  # lancehead: off")


LONG_LOOP = """
    import os, sys, threading

    def machine(turns, every):
        registers = [0, 1, 2, 3]
        pc = count = 0
        while True:
            count += 1
            if every and count % every == 0:
                meanwhile()
            if pc == 0:
                registers[0] += 1
                pc = 1
            elif pc == 1:
                registers[1] += registers[0] % 7
                pc = 2
            elif pc == 2:
                registers[2] ^= registers[1]
                pc = 3 if registers[2] % 3 else 5
            elif pc == 3:
                registers[3] = registers[3] * 5 % 1000003
                pc = 4
            elif pc == 4:
                registers[0] -= registers[3] % 2
                pc = 6
            elif pc == 5:
                registers[2] = registers[2] % 4096
                pc = 6
            elif pc == 6:
                registers[1] = registers[1] % 65536
                pc = 7
            elif pc == 7:
                if count > turns:
                    return registers
                pc = 0
    """


def same_as_plain(program, tmp_path):
    """The counters of a program that answers as it does in plain Python."""
    counters, out = counted(program, tmp_path)
    assert out == counted(program, tmp_path, LANCEHEAD="0")[1]
    return counters


def test_a_long_loop_that_is_entered_once_is_woken_and_compiled(tmp_path):
    """Its turns are too many to look at, and too large to be compiled for what the looks had seen."""
    counters = same_as_plain(LONG_LOOP + "\n    print(machine(5_000_000, 0))\n", tmp_path)
    assert counters["compiled"] > 0


def test_a_loop_that_no_start_is_worth_compiling_is_compiled_after_some(tmp_path):
    program = LONG_LOOP + "\n    print(machine(700_000, 0))\n"
    starts = (same_as_plain(program, tmp_path) for _ in range(12))
    assert any(counters["compiled"] > 0 for counters in starts)


def test_who_waits_for_a_loop_is_not_seen(tmp_path):
    """The thread that keeps the time is no thread of Python's, is not there when the process forks (of which 3.12 would warn), and goes on behind."""
    meanwhile = """
    def meanwhile():
        assert threading.active_count() == 1
        child = os.fork()
        if child == 0:
            os._exit(0)
        os.waitpid(child, 0)

    import warnings
    warnings.simplefilter("error")
    print(machine(5_000_000, 400_000))
    """
    assert same_as_plain(LONG_LOOP + meanwhile, tmp_path)["came_back"] > 0


@pytest.mark.parametrize("end", ["", "sys.stdout.flush(); os._exit(0)", "os.execv('/bin/echo', ['echo', 'other'])"])
def test_a_program_ends_while_a_loop_waits_to_be_woken(end, tmp_path):
    script = tmp_path / "script.py"
    program = (
        LONG_LOOP + "\n    print(machine(250_000, 0), 'atexit' in sys.modules and 'llvmlite' not in sys.modules, flush=True)\n    " + end
    )
    script.write_text(textwrap.dedent(program))

    def run(**environment):
        command = [sys.executable, "-m", "lancehead", "run", str(script)]
        return subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, timeout=60, check=True)

    done, plain = run(), run(LANCEHEAD="0")
    assert (done.stdout, done.stderr) == (plain.stdout, plain.stderr)


SETTLES = {
    "nest": """
        def total(rows):
            s = 0.0
            for row in rows:
                for x in row:
                    s += x * x
            return s

        rows = [[float(i ^ j) for j in range(300)] for i in range(300)]
        print(sum(total(rows) for _ in range(20)))
        """,
    "grid": """
        from collections import deque

        n = 150
        grid = [[1 if (i * 7 + j * 13) % 5 == 0 else 0 for j in range(n)] for i in range(n)]

        def spread(row, column):
            far = [[-1] * n for _ in range(n)]
            far[row][column] = 0
            queue = deque([(row, column)])
            while queue:
                r, c = queue.popleft()
                for dr, dc in [(0, 1), (1, 0), (0, -1), (-1, 0)]:
                    nr, nc = r + dr, c + dc
                    if 0 <= nr < n and 0 <= nc < n and grid[nr][nc] == 0 and far[nr][nc] < 0:
                        far[nr][nc] = far[r][c] + 1
                        queue.append((nr, nc))
            return far

        print(sum(max(max(row) for row in spread(k, k + 1)) for k in range(8)))
        """,
    "short loops": """
        def is_prime(n):
            if n % 2 == 0:
                return n == 2
            i = 3
            while i * i <= n:
                if n % i == 0:
                    return False
                i += 2
            return n > 1

        primes = [n for n in range(60_000) if is_prime(n)]
        print(len(primes), sum(q - p == 2 for p, q in zip(primes, primes[1:])))
        """,
    "tuples": """
        def slope(state):
            x, v = state
            return (v, -x - 0.1 * v)

        def moved(state, by, h):
            return tuple(a + h * b for a, b in zip(state, by))

        state = (1.0, 0.0)
        for i in range(30_000):
            half = moved(state, slope(state), 0.0005)
            state = moved(state, slope(half), 0.001)
        print(state)
        """,
    "words": """
        counts = {}
        text = "the quick brown fox jumps over the lazy dog and the cat sat on the mat " * 9000
        for word in text.split():
            counts[word] = counts.get(word, 0) + 1
        print(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
        """,
}


@pytest.mark.parametrize("name", SETTLES)
def test_the_second_start_compiles_nothing(name, tmp_path):
    starts = [counted(SETTLES[name], tmp_path, LANCEHEAD_CLOCK="3000") for _ in range(3)]
    assert len({out for _, out in starts}) == 1
    compiled = [counters["compiled"] for counters, _ in starts]
    assert compiled[0] > 0 and compiled[1:] == [0, 0]


def test_dropping_lists_of_what_others_refer_to_leaves_nothing(tmp_path):
    """Whether the pairs die or not, nothing of the program's runs."""
    program = """
        points = [(i * 0.5, i) for i in range(5000)]
        total = 0
        for turn in range(20):
            groups = [[] for _ in range(4)]
            for p in points:
                groups[p[1] % 4].append(p)
            total += len(groups[turn % 4])
        print(total)
        """
    counters, out = counted(program, tmp_path, LANCEHEAD_THRESHOLD="0")
    assert out == "25000\n"
    assert counters["left"] - counters["ended"] <= 1
