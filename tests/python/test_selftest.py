"""The generator, the harness and the reducer, tested without the extension: injected faults must be found."""

import ast
import functools
import importlib.util
import inspect
import os
import signal
import subprocess
import sys
import textwrap
import types
import warnings
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[2] / "python" / "lancehead" / "_selftest"


def load():
    """The package by its path, so that neither lancehead nor its extension is imported."""
    name = "lancehead_selftest"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, HERE / "__init__.py", submodule_search_locations=[str(HERE)])
        module = sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[name]


selftest = load()
SEEDS = range(600)


@functools.cache
def programs(level):
    return [selftest.generate(seed, level) for seed in SEEDS]


# -- faults ----------------------------------------------------------------------------------------------------


class Truncating(ast.NodeTransformer):
    """`a // b` of ints as C divides them."""

    def visit_BinOp(self, node):
        self.generic_visit(node)
        if not isinstance(node.op, ast.FloorDiv):
            return node
        return ast.copy_location(ast.Call(ast.Name("_divide", ast.Load()), [node.left, node.right], []), node)


def divide(a, b):
    exact = a // b
    if type(a) is type(b) is int and exact < 0 and exact * b != a:
        return exact + 1
    return exact


def truncates(function):
    if function.__closure__:
        return function
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    tree.body[0].decorator_list = []
    tree = ast.fix_missing_locations(Truncating().visit(tree))
    scope = function.__globals__
    scope["_divide"] = divide
    exec(compile(tree, function.__code__.co_filename, "exec"), scope)
    made = scope[function.__name__]
    made.__code__ = made.__code__.replace(co_firstlineno=function.__code__.co_firstlineno)
    return function.__class__(made.__code__, scope, function.__name__, function.__defaults__)


def shifts_lines(function):
    code = function.__code__
    return types.FunctionType(
        code.replace(co_firstlineno=code.co_firstlineno + 1),
        function.__globals__,
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )


def prints_more(function):
    @functools.wraps(function)
    def wrapped(*args, **kwargs):
        print(end=" ")
        return function(*args, **kwargs)

    return wrapped


def loses_minus_zero(function):
    def wrapped(*args, **kwargs):
        result = function(*args, **kwargs)
        return result + 0.0 if type(result) is float else result

    return wrapped


def dies(function):
    if "while" in inspect.getsource(function):
        os.kill(os.getpid(), signal.SIGKILL)
    return function


# -- the generator ---------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("level", selftest.LEVELS)
def test_same_seed_same_program(level):
    assert [selftest.generate(seed, level) for seed in range(50)] == programs(level)[:50]
    assert len({program.source for program in programs(level)}) > 0.99 * len(SEEDS)
    command = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); from test_selftest import selftest; print(selftest.generate(7, {level!r}).source)"
    other = subprocess.run(
        [sys.executable, "-c", command], capture_output=True, text=True, env={**os.environ, "PYTHONHASHSEED": "99"}, check=True
    )
    assert other.stdout == programs(level)[7].source + "\n"


def test_unknown_level():
    with pytest.raises(ValueError, match="unknown level 'spicy'"):
        selftest.generate(0, "spicy")


SCRIPT_LEVELS = ("scripts", "nests", "things", "sequences", "consumed", "arrays")
FUNCTION_LEVELS = [level for level in selftest.LEVELS if level not in SCRIPT_LEVELS]


@pytest.mark.slow
@pytest.mark.parametrize("level", SCRIPT_LEVELS)
def test_scripts_compile_are_small_and_end(level):
    if level == "arrays":
        pytest.importorskip("numpy")
    ended = raised = 0
    for program in programs(level):
        assert len(program.source.splitlines()) < 260
        printed, told, *left = selftest.run(program, selftest.identity)  # TimeUp would fail the test
        assert printed.startswith("printed: ")
        assert left[0].startswith("names: ")
        ended += told == "ended"
        raised += "Traceback (most recent call last):\n" in told
    assert ended + raised == 600
    assert ended > 240
    assert raised > 120


@pytest.mark.slow
@pytest.mark.parametrize("level", FUNCTION_LEVELS)
def test_programs_compile_are_small_and_end(level):
    returned = raised = 0
    for program in programs(level):
        body = program.source[program.source.find("@_jit") :]
        assert len(body.splitlines()) < 120
        outcomes = selftest.outcome(program)  # TimeUp would fail the test
        assert len(outcomes) == len(program.arguments) + 1, outcomes
        for told in outcomes[:-1]:
            if "-> Traceback" in told:
                raised += 1
            else:
                returned += 1
    total = returned + raised
    assert returned > 0.5 * total
    assert raised > 0.2 * total


def constructs(source):
    """Names of what a program uses: node types, operators, called names, and a few shapes."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        found.add(type(node).__name__)
        if isinstance(node, ast.AugAssign):
            found.add("Aug" + type(node.op).__name__)
        elif isinstance(node, ast.Call):
            found.add(
                "call " + ast.unparse(node.func)
                if isinstance(node.func, ast.Name) or ast.unparse(node.func).startswith(("math.", "sys.", "warnings."))
                else "call ." + getattr(node.func, "attr", "?")
            )
            if node.keywords:
                found.add("keyword argument")
        elif isinstance(node, ast.Compare) and len(node.ops) > 1:
            found.add("chained comparison")
        elif isinstance(node, (ast.For, ast.While)) and node.orelse:
            found.add(f"{type(node).__name__} else")
        elif isinstance(node, ast.Try):
            found |= {f"try {field}" for field in ("handlers", "orelse", "finalbody") if getattr(node, field)}
        elif isinstance(node, ast.Raise):
            found.add("raise from" if node.cause else "raise" if node.exc else "reraise")
        elif isinstance(node, ast.arguments) and node.defaults:
            found.add("default")
        elif isinstance(node, ast.Assign) and len(node.targets) > 1:
            found.add("chained assignment")
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
            found.add("slice")
        elif isinstance(node, ast.FunctionDef) and node.name == "rec":
            found.add("recursion")
        if isinstance(node, ast.For):
            text = ast.unparse(node.iter)
            found.add("for " + (text.split("(")[0] if "(" in text and text[0] != "(" else type(node.iter).__name__))
            if text.startswith("range") and text.endswith("-2)"):
                found.add("negative step")
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Subscript):
            found.add("element op=")
            if any(isinstance(part, ast.Call) for part in ast.walk(node.target)) and any(
                isinstance(part, ast.Call) for part in ast.walk(node.value)
            ):
                found.add("a[f()] += g()")
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Attribute):
            found.add("attribute op=")
    return found


SCALAR = {
    "Add", "Sub", "Mult", "Div", "FloorDiv", "Mod", "Pow", "LShift", "RShift", "BitAnd", "BitOr", "BitXor", "Invert", "Not", "USub", "UAdd",
    "AugAdd", "AugSub", "AugMult", "AugDiv", "AugFloorDiv", "AugMod", "AugPow", "AugLShift", "AugRShift", "AugBitAnd", "AugBitOr", "AugBitXor",
    "chained comparison", "And", "Or", "IfExp", "NamedExpr", "If", "While", "For", "For else", "While else", "Break", "Continue", "Pass", "Assert",
    "raise", "raise from", "reraise", "Return", "Starred", "Tuple", "Delete", "default", "keyword argument", "recursion", "JoinedStr", "try handlers",
    "try orelse", "try finalbody", "Global", "Nonlocal", "Lambda", "GeneratorExp", "ListComp", "AnnAssign", "chained assignment", "In", "NotIn", "Is", "IsNot",
    "for range", "for enumerate", "for zip", "for reversed", "for Tuple", "negative step",
    *("call " + name for name in "abs min max round pow divmod int float bool len sum any all print isinstance hash".split()),
    *("call math." + name for name in "sin cos sqrt exp log floor ceil trunc isqrt gcd pow hypot atan2 copysign fmod isnan isinf isfinite fabs".split()),
}  # fmt: skip
OBJECTS = {
    "List", "Dict", "slice", "element op=", "a[f()] += g()", "attribute op=", "With", "ClassDef", "DictComp", "for count", "for sorted", "for list", "for Name", "for Subscript",
    "call .append", "call .pop", "call .insert", "call .extend", "call .remove", "call .sort", "call .reverse", "call .get", "call .setdefault", "call .items",
    "call .update", "call .upper", "call .join", "call .move", "call .index", "call .count", "call complex", "call Decimal", "call Fraction", "call V", "call P", "call Last",
    "call look", "call where", "call chain", "call warn", "call logger", "call trail", "call tick", "call note", "call str", "call sorted", "call set",
}  # fmt: skip


SCRIPTS = {
    "For", "While", "For else", "While else", "Break", "Continue", "FunctionDef", "ClassDef", "Yield", "Lambda", "Global", "Delete", "With", "Import", "ImportFrom",
    "try handlers", "try finalbody", "raise", "default", "for range", "for enumerate", "for zip", "for list", "for Name", "for Tuple",
    "call exec", "call eval", "call globals", "call sys.exit", "call SystemExit", "call print", "call g1", "call poke1", "call C1", "call .step", "call .append", "call .pop",
    "call .add", "call warn", "call look", "call where", "call Last", "element op=", "attribute op=", "Set", "Dict", "List", "slice",
}  # fmt: skip


NESTS = {
    "For", "While", "For else", "While else", "Break", "Continue", "try handlers", "try finalbody", "element op=", "slice", "FunctionDef", "ListComp", "Global", "raise",
    "call poke1", "call .append", "call .pop", "call .sort", "call .reverse", "call .insert", "call exec", "call globals", "call list", "call sum", "call max", "call min", "call len", "call zip",
    "call math.sin", "call math.sqrt", "for range", "for zip", "for enumerate", "for Name", "negative step",
}  # fmt: skip
THINGS = {
    "ClassDef", "For", "Break", "Continue", "try handlers", "attribute op=", "call .step", "call .value", "call .pair", "call .apply", "call dataclass", "call namedtuple", "call super", "call setattr", "call vars", "call property", "call isinstance",
    "Global", "Lambda", "Delete", "raise", "for enumerate", "for range", "for Name",
}  # fmt: skip
SEQUENCES = {
    "For", "While", "try handlers", "slice", "SetComp", "DictComp", "ListComp", "Starred", "Set", "Dict", "element op=", "Delete", "Lambda", "call array", "call deque", "call bytearray", "call bytes", "call frozenset",
    *("call ." + name for name in "append insert extend pop remove sort reverse index count copy clear add discard update isdisjoint appendleft popleft rotate setdefault get items values replace split strip upper find join startswith heappush heappop insort".split()),
    *("call " + name for name in "sorted reversed zip enumerate sum any all min max set list tuple len next map".split()),
}  # fmt: skip


CONSUMED = {
    "For", "GeneratorExp", "ListComp", "try handlers", "FunctionDef", "IfExp", "slice", "keyword argument", "for range", "call log", "call rough",
    *("call " + name for name in "sum any all min max list tuple set sorted next zip enumerate reversed map filter iter dict frozenset".split()), "call .join", "call .append", "call .extend", "call .items",
}  # fmt: skip


ARRAYS = {
    "For", "While", "If", "IfExp", "Break", "Continue", "With", "FunctionDef", "try handlers", "slice", "element op=", "AugAdd", "AugSub", "AugMult", "AugDiv", "AugFloorDiv", "raise", "negative step",
    "Pow", "Mod", "FloorDiv", "Div", "Invert", "USub", "BitAnd", "BitXor", "LShift", "RShift", "call math.sqrt", "call abs", "call max", "call min", "call float", "call int", "call Log", "for enumerate", "for range", "for Name",
    *("call ." + name for name in "zeros arange astype reshape full ones copy broadcast_to ravel view setflags seterr seterrcall errstate conjugate zeros_like sum".split()),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("level", "expected"),
    [
        ("scalar", SCALAR),
        ("objects", SCALAR | OBJECTS),
        ("scripts", SCRIPTS),
        ("nests", NESTS),
        ("things", THINGS),
        ("sequences", SEQUENCES),
        ("consumed", CONSUMED),
        ("arrays", ARRAYS),
    ],
)
def test_every_construct_appears(level, expected):
    missing = set(expected)
    for seed in range(2000):
        missing -= constructs(selftest.generate(seed, level).source)
        if not missing:
            return
    assert not missing


@pytest.mark.slow
def test_edge_values_and_surprises_appear():
    texts = " ".join(text for level in selftest.LEVELS for program in programs(level) for text in program.arguments)
    for value in "2**31 2**62 2**63 -2**63 -0.0 1e308 5e-324 inf nan 10**20 None True Fraction Int(5) 'abc' [1 0.1 3.7".split():
        assert value in texts, value


# -- the harness -----------------------------------------------------------------------------------------------


def program(source, *arguments):
    return selftest.Program(textwrap.dedent(source), arguments)


def test_outcome_tells_results_prints_arguments_and_globals_apart():
    outcomes = selftest.outcome(program(
        """\
        LOG = []
        @_jit
        def f(x):
            LOG.append(x)
            print("seen", x)
            x.append(-0.0)
            return (1, True, x, x)
        """, "([1],)", "(3,)"))  # fmt: skip
    assert outcomes == [
        "f([1],) -> (1, True, [1, -0.0], #0,)\nprinted: seen [1]\n\narguments: ([1, -0.0],)",
        "f(3,) -> Traceback (most recent call last):\n"
        '  File "selftest_scalar_0.py", line 6, in f\n    x.append(-0.0)\n    ^^^^^^^^\n'
        "AttributeError: 'int' object has no attribute 'append'\n\nprinted: seen 3\n",
        "module: LOG=[[1, -0.0], 3]",
    ]


def test_warnings_are_told_with_their_place():
    told = selftest.outcome(program("import warnings\ndef f():\n    warnings.warn('hm')\n", "()"))[0]
    assert "selftest_scalar_0.py:3: UserWarning: hm" in told


def test_endless_program_is_stopped():
    with pytest.raises(selftest.TimeUp):
        selftest.outcome(
            program("def f():\n    while True:\n        try:\n            pass\n        finally:\n            pass\n", "()"), limit=0.05
        )


def test_run_that_never_ends_is_a_difference():
    def hangs(function):
        def wrapped(*args):
            while True:
                pass

        return wrapped

    text = selftest.compare(program("@_jit\ndef f():\n    return 1\n", "()"), {"hangs": hangs}, limit=0.01)
    assert text == "[hangs] did not finish within 0.1 s; CPython does within 0.01 s"


@pytest.mark.parametrize("level", selftest.LEVELS)
def test_cpython_agrees_with_itself(level):
    assert selftest.batch(10_000, 300, level, {"plain": selftest.identity}) == []


@pytest.mark.parametrize("fault", [truncates, shifts_lines, prints_more, loses_minus_zero])
def test_injected_fault_is_found(fault):
    failures = selftest.batch(0, 200, "scalar", {"fault": fault})
    assert failures
    assert all(failure.text.startswith("[fault] CPython:") for failure in failures)


# -- the reducer -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "level", "most"),
    [
        (truncates, "scalar", 4),
        (shifts_lines, "objects", 10),
        (prints_more, "objects", 4),
        (prints_more, "scripts", 4),
        (prints_more, "nests", 4),
    ],
)
def test_reducer_leaves_a_few_lines(fault, level, most):
    for seed in range(200):
        found = selftest.batch(seed, 1, level, {"fault": fault})
        if found and len(found[0].program.source.splitlines()) > 25:
            break
    failure = selftest.batch(seed, 1, level, {"fault": fault}, reduce_seconds=20)[0]
    assert len(failure.reduced.source.splitlines()) <= most, failure.reduced.source
    assert len(failure.reduced.arguments) == (level not in SCRIPT_LEVELS)
    assert failure.text.startswith("[fault] CPython:")
    with warnings.catch_warnings():
        # What a program calls need not be callable.
        warnings.simplefilter("ignore", SyntaxWarning)
        compile(failure.script(), "script", "exec")


def test_reducer_keeps_what_fails_and_ends_in_time():
    reduced = selftest.reduce(programs("scalar")[11], lambda candidate: "return" in candidate.source, seconds=5)
    assert "return" in reduced.source
    assert len(reduced.source.splitlines()) <= 4
    unchanged = selftest.reduce(programs("scalar")[11], lambda candidate: False, seconds=5)
    assert unchanged == programs("scalar")[11]


# -- the command -----------------------------------------------------------------------------------------------


def command(*arguments, cwd):
    code = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); from test_selftest import selftest; sys.exit(selftest.main(sys.argv[1:]))"
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, cwd=cwd, timeout=120)


def test_command_without_a_difference(tmp_path):
    done = command("--programs", "200", "--seed", "5", "--runs", "plain", "--jobs", "2", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("200 programs in ") and done.stdout.endswith("from seed 5, 0 different\n")
    assert not list(tmp_path.iterdir())


def test_command_reports_reduces_and_keeps_a_difference(tmp_path):
    done = command(
        "--programs",
        "60",
        "--seed",
        "0",
        "--level",
        "scalar",
        "--jobs",
        "1",
        "--reduce",
        "5",
        "--max-failures",
        "1",
        "--wrap",
        f"{__file__}:truncates",
        cwd=tmp_path,
    )
    assert done.returncode == 1, done.stderr
    assert "[truncates] CPython:" in done.stdout and "import lancehead" in done.stdout
    saved = sorted(path.suffix for path in (tmp_path / "selftest-failures").iterdir())
    assert saved == [".json", ".py"]


def test_command_survives_a_worker_that_dies(tmp_path):
    done = command(
        "--programs", "12", "--seed", "0", "--level", "scalar", "--jobs", "2", "--reduce", "0", "--wrap", f"{__file__}:dies", cwd=tmp_path
    )
    assert done.returncode == 1, done.stderr
    assert "[process] the process died of SIGKILL" in done.stdout
    assert "\n12 programs in " in done.stdout or "different" in done.stdout.splitlines()[-1]
    assert "level scalar, seed " in done.stdout
