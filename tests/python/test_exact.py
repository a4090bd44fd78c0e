"""Every function of `prelude.ll` and `exact.rs` against CPython's own operator or `math` function, bit for bit.

One small loop a function is compiled with llvmlite and run over edge values times edge values, and over random ones.
`LANCEHEAD_EXACT_N` sets how many random ones (200000 for a long run).
"""

import ctypes
import itertools
import math
import operator
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys

import pytest

np = pytest.importorskip("numpy")
llvm = pytest.importorskip("llvmlite.binding")
rustc = shutil.which("rustc") or pytest.skip("rustc builds the helpers", allow_module_level=True)

ROOT = pathlib.Path(__file__).resolve().parents[2]
PRELUDE = (ROOT / "crates/codegen/src/prelude.ll").read_text()
RANDOM = int(os.environ.get("LANCEHEAD_EXACT_N", "4000"))
FMA = "fma" in pathlib.Path("/proc/cpuinfo").read_text() if sys.platform == "linux" else False
LEAVE = object()  # what the oracle says where CPython raises, or needs more than 64 bits

# ---- values

INT_EDGES = sorted(
    {0, 1, -1, 2, -2, 3, -3, 5, 7, 10, -10, 50, 63, 64, 65, 100, 150, 250, 15, 25, 35}
    | {s * ((1 << k) + d) for k in (31, 32, 52, 53, 54, 61, 62, 63) for d in (-3, -1, 0, 1, 3) for s in (1, -1)}
    | {s * 5 * 10**k for k in (1, 17, 18) for s in (1, -1)}
)
INT_EDGES = [i for i in INT_EDGES if -(2**63) <= i < 2**63]
FLOAT_EDGES = [
    s * x
    for x in [
        0.0,
        0.1,
        0.125,
        0.25,
        0.3,
        0.5,
        0.49999999999999994,
        0.75,
        1.0,
        1.5,
        1.0000000000000002,
        2.0,
        2.5,
        2.675,
        3.0,
        3.5,
        0.9999999999999999,
        7.0,
        10.0,
        1e-5,
        1e15,
        1e16,
        1e22,
        1e23,
        0.15,
        1.005,
        4503599627370495.5,
        2251799813685247.75,
        2.0**52,
        2.0**53 - 1,
        2.0**53,
        2.0**53 + 2,
        2.0**63,
        2.0**63 - 1024,
        2.0**63 + 2048,
        2.0**64,
        1e100,
        1e154,
        1.5e154,
        1e200,
        1e-200,
        1e300,
        1.7976931348623157e308,
        8.98846567431158e307,
        5e-324,
        1e-323,
        2.225073858507201e-308,
        2.2250738585072014e-308,
        709.0,
        709.782712893384,
        710.0,
        745.5,
        1024.0,
        1e-8,
        math.pi,
        math.e,
        math.inf,
    ]
    for s in (1.0, -1.0)
] + [math.nan]


def some_int(rng):
    kind = rng.random()
    if kind < 0.25:
        return rng.randrange(-20, 21)
    if kind < 0.3:
        return rng.choice(INT_EDGES)
    return rng.choice((1, -1)) * (rng.getrandbits(rng.randrange(1, 64)))


def some_float(rng):
    kind = rng.random()
    if kind < 0.25:
        return rng.uniform(-10, 10)
    if kind < 0.35:
        return rng.randrange(-2000, 2000) / 8
    if kind < 0.5:
        return round(rng.uniform(-1000, 1000), rng.randrange(0, 6))
    if kind < 0.6:
        return float(some_int(rng))
    if kind < 0.65:
        return rng.choice(FLOAT_EDGES)
    if kind < 0.85:
        return math.ldexp(rng.uniform(-1, 1), rng.randrange(-60, 60))
    return np.array([rng.getrandbits(64)], "u8").view("f8").item()


def small(lo, hi):
    return list(range(lo, min(hi, lo + 8))) + [hi], lambda rng: rng.randrange(lo, hi + 1)


INT, FLOAT = (INT_EDGES, some_int), (FLOAT_EDGES, some_float)
UNIT = FLOAT_EDGES, lambda rng: rng.uniform(-1, 1)
SMALL = ([], lambda rng: rng.uniform(-30, 30))
KINDS = {
    "i": INT,
    "f": FLOAT,
    "u": UNIT,
    "s": small(-2, 70),
    "n": small(-2, 40),
    "d": small(-21, 3),
    "k": small(-330, 330),
    "e": ([-(2**63), 2**63 - 1, -1074, 1023, 2000], lambda rng: rng.randrange(-1200, 1200)),
    "q": small(0, 62),
}


def cases(kinds, seed):
    rng = random.Random(seed)
    sources = [KINDS[k] for k in kinds]
    edges = itertools.product(*(edge for edge, _ in sources))
    if len(sources) > 2:
        edges = (tuple(rng.choice(edge) for edge, _ in sources) for _ in range(4000))
    return list(edges) + [tuple(draw(rng) for _, draw in sources) for _ in range(RANDOM)]


# ---- the table: function, argument kinds, fields of the result, CPython's own

I, F, B = "i64", "double", "i1"


def both(name, kinds, fields, oracle, leave=True, fma=False, extern=None, **more):
    """A row for the inline function, and one for its Rust twin (`extern`)."""
    ROWS.append(dict(name="lh." + name, kinds=kinds, fields=fields, oracle=oracle, leave=leave, fma=fma, **more))
    if extern:
        checked = leave and fields == [I]
        ROWS.append(
            dict(
                name=extern,
                kinds=kinds,
                fields=fields,
                oracle=oracle,
                leave="word" if checked else False,
                fma=False,
                silent=leave and not checked,
                **more,
            )
        )


def bitcount(x):
    return x.bit_count()


def ipow(a, b):
    if b < 0:
        raise OverflowError
    if abs(a) > 1 and b > 64:
        raise OverflowError
    return a**b


def neumaier(total, lost, x):
    t = total + x
    lost += (total - t) + x if abs(total) >= abs(x) else (x - t) + total
    return t, lost


ROWS = []
both("floordiv.i64", "ii", [I], operator.floordiv, extern="lh_floordiv_i64")
both("mod.i64", "ii", [I], operator.mod, extern="lh_mod_i64")
both("floordiv.any.i64", "ii", [I], operator.floordiv)
both("mod.any.i64", "ii", [I], operator.mod)
both("floordiv.pow2.i64", "iq", [I], lambda a, k: a // 2**k, leave=False)
both("mod.pow2.i64", "iq", [I], lambda a, k: a % 2**k, leave=False)
both("shl.i64", "is", [I], operator.lshift, extern="lh_shl_i64")
both("shr.i64", "is", [I], operator.rshift, extern="lh_shr_i64")
both("shr.i64", "ii", [I], lambda x, n: x >> min(n, 200))
both("shl.i64", "ii", [I], lambda x, n: x << min(n, 200) if x else x << min(n, 1))
both("neg.i64", "i", [I], operator.neg, extern="lh_neg_i64")
both("abs.i64", "i", [I], abs, extern="lh_abs_i64")
both("bit_length.i64", "i", [I], int.bit_length, leave=False, extern="lh_bit_length_i64")
both("bit_count.i64", "i", [I], bitcount, leave=False, extern="lh_bit_count_i64")
both("square.i64", "i", [I], lambda x: x**2)
both("cube.i64", "i", [I], lambda x: x**3)
both("pow.i64", "in", [I], ipow, extern="lh_pow_i64")
both("pow.i64", "si", [I], ipow, extern="lh_pow_i64")
both("powmod.i64", "iii", [I], lambda a, b, m: pow(a, b, m) if b >= 0 else LEAVE, extern="lh_powmod_i64")
both("gcd.i64", "ii", [I], math.gcd, extern="lh_gcd_i64")
both("lcm.i64", "ii", [I], math.lcm, extern="lh_lcm_i64")
both("isqrt.i64", "i", [I], math.isqrt, extern="lh_isqrt_i64")
both("comb.i64", "sn", [I], math.comb, extern="lh_comb_i64")
both("perm.i64", "sn", [I], math.perm, extern="lh_perm_i64")
both("factorial.i64", "s", [I], math.factorial, extern="lh_factorial_i64")
both("round.i64", "id", [I], round, extern="lh_round_i64")
both("float.i64", "i", [F], float, leave=False)
both("truediv.i64", "ii", [F], operator.truediv, extern="lh_truediv_i64")
for op in ("lt", "le", "gt", "ge", "eq", "ne"):
    both(f"{op}.i64.f64", "if", [B], getattr(operator, op), leave=False)
ROWS.append(
    dict(name="lh_cmp_i64_f64", kinds="if", fields=[I], oracle=lambda i, x: 2 if x != x else (i > x) - (i < x), leave=False, fma=False)
)
both("trunc.f64", "f", [I], int, extern="lh_trunc_f64")
both("floor.f64", "f", [I], math.floor, extern="lh_floor_f64")
both("ceil.f64", "f", [I], math.ceil, extern="lh_ceil_f64")
both("round.to.i64", "f", [I], round, extern="lh_round_to_i64")
both("half_even.f64", "f", [F], lambda x: round(x, 0), leave=False)
both("mod.f64", "ff", [F], operator.mod, fma=True, extern="lh_mod_f64")
both("floordiv.f64", "ff", [F], operator.floordiv, fma=True, extern="lh_floordiv_f64")
both("divmod.f64", "ff", [F, F], divmod, fma=True)
both("pow.f64", "ff", [F], operator.pow, extern="lh_pow_f64")
for name, y in dict(
    pow2=2.0, pow3=3.0, pow4=4.0, pow5=5.0, pow6=6.0, pow_1=-1.0, pow_2=-2.0, pow_half=0.5, pow_mhalf=-0.5, pow_3half=1.5
).items():
    both(f"{name}.f64", "f", [F], lambda x, y=y: x**y, fma=True)
both("round.any.f64", "fk", [F], round, extern="lh_round_f64", some=True)
both("sum.step", "fff", [F, F], neumaier, leave=False)
both("sum.finish", "ff", [F], lambda s, c: s + c if c and math.isfinite(c) else s, leave=False)
for name in "acos asin atanh".split():
    both(f"math.{name}", "u", [F], getattr(math, name))
for name in ("acos acosh asin asinh atan atanh cbrt cos cosh erf erfc exp exp2 expm1 log log10 log1p log2 sin sinh sqrt tan tanh").split():
    if hasattr(math, name):
        both(f"math.{name}", "f", [F], getattr(math, name), leave=True)
both("math.log.base", "ff", [F], math.log)
both("math.fabs", "f", [F], math.fabs, leave=False)
both("math.copysign", "ff", [F], math.copysign, leave=False)
both("math.atan2", "ff", [F], math.atan2, leave=False)
both("math.nextafter", "ff", [F], math.nextafter, leave=False)
both("math.fmod", "ff", [F], math.fmod, fma=True)
both("math.remainder", "ff", [F], math.remainder, extern="lh_math_remainder")
both("math.pow", "ff", [F], math.pow, extern="lh_math_pow")
both("math.ldexp", "fe", [F], math.ldexp, extern="lh_math_ldexp")
both("math.frexp", "f", [F, I], math.frexp, leave=False)
both("math.modf", "f", [F, F], math.modf, leave=False)
both("math.ulp", "f", [F], math.ulp, leave=False)
both("math.degrees", "f", [F], math.degrees, leave=False)
both("math.radians", "f", [F], math.radians, leave=False)
both("math.isnan", "f", [B], math.isnan, leave=False)
both("math.isinf", "f", [B], math.isinf, leave=False)
both("math.isfinite", "f", [B], math.isfinite, leave=False)
both("math.isclose", "ffuu", [B], lambda a, b, r, t: math.isclose(a, b, rel_tol=r, abs_tol=t))
both("math.hypot", "ff", [F], math.hypot, fma=True, may_leave=True)
if hasattr(math, "fma"):
    both("math.fma", "fff", [F], math.fma)


def row_id(row):
    return f"{row['name']}-{row['kinds']}" + ("-split" if row.get("split") else "")


# With FMA, and by Dekker's splitting.
ROWS = [dict(row, split=split) for row in ROWS for split in ([not FMA, True] if row["fma"] and FMA else [True] if row["fma"] else [False])]

# ---- the compiled loops


def symbol(row):
    return "loop." + row_id(row).replace("-", ".")


def loop(row):
    """IR of `void loop(count, in0.., out0..)`: one call an element; every field as 64 bits, leave last."""
    types = [I if k in "isndkeq" else F for k in row["kinds"]]
    fields = row["fields"]
    inputs, outputs = [f"ptr %in{i}" for i in range(len(types))], [f"ptr %out{i}" for i in range(len(fields) + 1)]
    out = [
        f"define void @{symbol(row)}(i64 %count, {', '.join(inputs + outputs)}) {{",
        "entry:",
        "  br label %head",
        "head:",
        "  %i = phi i64 [ 0, %entry ], [ %next, %body ]",
        "  %more = icmp slt i64 %i, %count",
        "  br i1 %more, label %body, label %exit",
        "body:",
    ]
    for i, ty in enumerate(types):
        out += [f"  %p{i} = getelementptr {ty}, ptr %in{i}, i64 %i", f"  %v{i} = load {ty}, ptr %p{i}"]
    args = [f"{ty} %v{i}" for i, ty in enumerate(types)] + (["i1 " + ("false" if row["split"] else "true")] if row["fma"] else [])
    flag = {True: [B], "word": [I], False: []}[row["leave"]]
    whole = fields + flag
    result = whole[0] if len(whole) == 1 else "{ " + ", ".join(whole) + " }"
    out.append(f"  %r = call {result} @{row['name']}({', '.join(args)})")
    for i, ty in enumerate(whole):
        value = "%r" if len(whole) == 1 else f"%f{i}"
        if len(whole) > 1:
            out.append(f"  %f{i} = extractvalue {result} %r, {i}")
        if ty == B:
            out.append(f"  %z{i} = zext i1 {value} to i64")
            value, ty = f"%z{i}", I
        out += [f"  %q{i} = getelementptr {ty}, ptr %out{i}, i64 %i", f"  store {ty} {value}, ptr %q{i}"]
    return "\n".join(out + ["  %next = add i64 %i, 1", "  br label %head", "exit:", "  ret void", "}", ""])


SWEEP = """
define void @sweep_NAME_FMA(i64 %seed, i64 %count, i64 %low, i64 %span, double %y, ptr %out) {
entry:
  br label %head
head:
  %i = phi i64 [ 0, %entry ], [ %next, %body ]
  %wrong = phi i64 [ 0, %entry ], [ %wrong.next, %body ]
  %slow = phi i64 [ 0, %entry ], [ %slow.next, %body ]
  %more = icmp slt i64 %i, %count
  br i1 %more, label %body, label %exit
body:
  %w = add i64 %seed, %i
  %m = mul i64 %w, -7046029254386353131
  %s1 = lshr i64 %m, 30
  %m1 = xor i64 %m, %s1
  %m2 = mul i64 %m1, -4658895280553007687
  %s2 = lshr i64 %m2, 27
  %m3 = xor i64 %m2, %s2
  %m4 = mul i64 %m3, -7723592293110705685
  %s3 = lshr i64 %m4, 31
  %z = xor i64 %m4, %s3
  %frac = and i64 %z, 4503599627370495
  %high = lshr i64 %z, 52
  %e0 = urem i64 %high, %span
  %e1 = add i64 %e0, %low
  %e2 = shl i64 %e1, 52
  %bits = or i64 %e2, %frac
  %x = bitcast i64 %bits to double
  %r = call { double, i1 } @lh.NAME.f64(double %x, i1 FMA)
  %v = extractvalue { double, i1 } %r, 0
  %l = extractvalue { double, i1 } %r, 1
  %t = call { double, i1 } @lh.NAME.try(double %x, i1 FMA)
  %sure = extractvalue { double, i1 } %t, 1
  %p = call double @lh_libm_pow(double %x, double %y)
  %vb = bitcast double %v to i64
  %pb = bitcast double %p to i64
  %ne = icmp ne i64 %vb, %pb
  %ok = xor i1 %l, true
  %bad = and i1 %ne, %ok
  %bad.n = zext i1 %bad to i64
  %unsure = xor i1 %sure, true
  %slow.n = zext i1 %unsure to i64
  %wrong.next = add i64 %wrong, %bad.n
  %slow.next = add i64 %slow, %slow.n
  %next = add i64 %i, 1
  br label %head
exit:
  store i64 %wrong, ptr %out
  %out1 = getelementptr i64, ptr %out, i64 1
  store i64 %slow, ptr %out1
  ret void
}
"""
POWERS = dict(pow2=2.0, pow3=3.0, pow4=4.0, pow5=5.0, pow6=6.0, pow_1=-1.0, pow_2=-2.0, pow_half=0.5, pow_mhalf=-0.5, pow_3half=1.5)


@pytest.fixture(scope="module")
def helpers(tmp_path_factory):
    """`exact.rs` alone, as a C library."""
    folder = tmp_path_factory.mktemp("exact")
    source = ROOT / "crates/runtime/src"
    shutil.copy(source / "exact.rs", folder)
    shutil.copytree(source / "exact", folder / "exact")
    (folder / "lib.rs").write_text(
        "pub mod exact;\n"
        '#[unsafe(no_mangle)] pub extern "C" fn address(name: *const std::ffi::c_char) -> usize {\n'
        "    let name = unsafe { std::ffi::CStr::from_ptr(name) }.to_str().unwrap();\n"
        "    exact::exact_address(name).or_else(|| exact::libm::libm_address(name)).unwrap_or(0)\n}\n"
        '#[unsafe(no_mangle)] pub extern "C" fn small_powers_hold() -> bool { exact::power::small_powers_hold() }\n'
    )
    library = folder / "libexact.so"
    command = [
        rustc,
        "--edition",
        "2024",
        "--crate-type",
        "cdylib",
        "--crate-name",
        "lh_exact",
        "-O",
        "-C",
        "overflow-checks=on",
        folder / "lib.rs",
        "-o",
        library,
    ]
    subprocess.run(command, check=True)
    library = ctypes.CDLL(str(library))
    library.address.restype = ctypes.c_size_t
    library.small_powers_hold.restype = ctypes.c_bool
    return library


@pytest.fixture(scope="module")
def native(helpers):
    """Address of a compiled loop by its symbol."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    declared = set(re.findall(r"^declare .*@(lh_\w+)\(", PRELUDE, re.M))
    text = [PRELUDE]
    for row in ROWS:
        if row["name"].startswith("lh_") and row["name"] not in declared:
            declared.add(row["name"])
            types = ", ".join(I if k in "isndkeq" else F for k in row["kinds"])
            fields = row["fields"] + ([I] if row["leave"] else [])
            text.append(f"declare {fields[0] if len(fields) == 1 else '{ ' + ', '.join(fields) + ' }'} @{row['name']}({types})\n")
        text.append(loop(row))
    for name in POWERS:
        text += [SWEEP.replace("NAME", name).replace("FMA", fma) for fma in (["true", "false"] if FMA else ["false"])]
    module = llvm.parse_assembly("\n".join(text))
    module.verify()
    for name in declared:
        address = helpers.address(name.encode())
        assert address, name
        llvm.add_symbol(name, address)
    machine = llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=2
    )
    builder = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=2))
    builder.getModulePassManager().run(module, builder)
    engine = llvm.create_mcjit_compiler(module, machine)
    engine.finalize_object()
    yield engine.get_function_address
    del engine


def run(native, row, columns):
    count = len(columns[0])
    outs = [np.zeros(count, "i8") for _ in range(len(row["fields"]) + 1)]
    arrays = columns + outs
    call = ctypes.CFUNCTYPE(None, ctypes.c_int64, *[ctypes.c_void_p] * len(arrays))(native(symbol(row)))
    call(count, *[a.ctypes.data for a in arrays])
    fields = [o.view("f8") if ty == F else o for o, ty in zip(outs, row["fields"])]
    return fields, outs[len(row["fields"])] != 0


def expected(row, args):
    try:
        result = row["oracle"](*args)
    except (OverflowError, ValueError, ZeroDivisionError):
        return LEAVE
    result = result if isinstance(result, tuple) else (result,)
    for value, ty in zip(result, row["fields"]):
        if value is LEAVE or isinstance(value, complex) or (ty == I and not -(2**63) <= value < 2**63):
            return LEAVE
    return result


@pytest.mark.parametrize("row", ROWS, ids=row_id)
def test_same_as_cpython(native, row):
    inputs = cases(row["kinds"], row_id(row))
    if row.get("some"):
        inputs = inputs[:: max(1, len(inputs) // max(RANDOM, 3000))]
    columns = [np.array(c, "f8" if k in "fu" else "i8") for c, k in zip(zip(*inputs), row["kinds"])]
    fields, left = run(native, row, columns)
    wanted = [expected(row, args) for args in inputs]
    leaves = np.array([w is LEAVE for w in wanted])
    if row.get("silent"):
        pass  # the Rust twin has no flag: its caller computes it
    elif row.get("may_leave"):
        assert not (leaves & ~left).any()
        leaves = left
    else:
        wrong = np.flatnonzero(leaves != left)
        assert not wrong.size, [(inputs[i], "leave" if leaves[i] else wanted[i]) for i in wrong[:5]]
    for at, (got, ty) in enumerate(zip(fields, row["fields"])):
        want = np.array([0 if w is LEAVE else w[at] for w in wanted], "f8" if ty == F else "i8")
        same = got.view("i8") == want.view("i8")
        if ty == F:
            same |= np.isnan(got) & np.isnan(want)
        wrong = np.flatnonzero(~same & ~leaves)
        assert not wrong.size, [(inputs[i], "got", got[i], "want", want[i]) for i in wrong[:5]]


@pytest.mark.parametrize("digits", range(23))
@pytest.mark.parametrize("split", [False, True] if FMA else [True])
def test_round_to_constant_digits(helpers, digits, split):
    values = [x for (x,) in cases("f", digits)] + [k / 8 / 10 ** (digits % 4) for k in range(-300, 300)]
    text = f"""
define void @go(i64 %count, ptr %in, ptr %out, ptr %left) {{
entry:
  br label %body
body:
  %i = phi i64 [ 0, %entry ], [ %next, %body ]
  %p = getelementptr double, ptr %in, i64 %i
  %x = load double, ptr %p
  %r = call {{ double, i1 }} @lh.round.f64(double %x, double 0x{np.float64(10.0**digits).view("u8"):016X}, i64 {digits}, i1 {str(not split).lower()})
  %v = extractvalue {{ double, i1 }} %r, 0
  %l = extractvalue {{ double, i1 }} %r, 1
  %z = zext i1 %l to i64
  %q = getelementptr double, ptr %out, i64 %i
  store double %v, ptr %q
  %s = getelementptr i64, ptr %left, i64 %i
  store i64 %z, ptr %s
  %next = add i64 %i, 1
  %more = icmp slt i64 %next, %count
  br i1 %more, label %body, label %exit
exit:
  ret void
}}
"""
    engine = compiled(text, helpers)
    data, out, left = np.array(values), np.zeros(len(values)), np.zeros(len(values), "i8")
    ctypes.CFUNCTYPE(None, ctypes.c_int64, *[ctypes.c_void_p] * 3)(engine.get_function_address("go"))(
        len(values), data.ctypes.data, out.ctypes.data, left.ctypes.data
    )
    for x, got, leave in zip(values, out, left):
        try:
            want = round(x, digits)
        except OverflowError:
            assert leave
            continue
        assert not leave and (np.float64(want).tobytes() == got.tobytes() or want != want), (x, digits, want, got)


def compiled(text, helpers):
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    for name in re.findall(r"^declare .*@(lh_\w+)\(", PRELUDE, re.M):
        llvm.add_symbol(name, helpers.address(name.encode()))
    wanted = set(re.findall(r"@(lh\.[\w.]+)", text))
    module = llvm.parse_assembly(only(wanted) + text)
    machine = llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=1
    )
    builder = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=1))
    builder.getModulePassManager().run(module, builder)
    engine = llvm.create_mcjit_compiler(module, machine)
    engine.finalize_object()
    return engine


def only(wanted):
    """The prelude's declarations, and of its functions those that `wanted` reaches."""
    bodies = {re.search(r"@([\w.]+)\(", body)[1]: body for body in re.findall(r"^define .*?^}\n", PRELUDE, re.M | re.S)}
    todo, kept = list(wanted), {}
    while todo:
        name = todo.pop()
        if name in bodies and name not in kept:
            kept[name] = bodies[name]
            todo += re.findall(r"@(lh\.[\w.]+)", bodies[name])
    return "\n".join(re.findall(r"^declare .*", PRELUDE, re.M)) + "\n" + "".join(kept.values())


@pytest.mark.parametrize("name, y", POWERS.items())
def test_small_powers_are_libms(native, helpers, name, y):
    if not helpers.small_powers_hold():
        pytest.skip("this libm publishes no error bound for pow: the compiler does not use these functions")
    out = np.zeros(2, "i8")
    for fma in ["true", "false"] if FMA else ["false"]:
        call = ctypes.CFUNCTYPE(None, *[ctypes.c_int64] * 4, ctypes.c_double, ctypes.c_void_p)(native(f"sweep_{name}_{fma}"))
        for low, span in [(1022, 3), (1013, 20), (983, 80), (1, 2045)]:
            call(random.Random(name + fma).getrandbits(60), RANDOM * 10, low, span, y, out.ctypes.data)
            assert out[0] == 0
            if span < 80:
                assert out[1] < RANDOM * 10 * 0.06, "the slow lane should be rare"


def test_fsum(helpers):
    helpers.lh_math_fsum.restype = ctypes.c_double
    helpers.lh_math_fsum.argtypes = [ctypes.c_void_p, ctypes.c_uint64]
    rng = random.Random(1)
    pools = [
        lambda: some_float(rng),
        lambda: rng.uniform(-1, 1),
        lambda: rng.choice([1e16, 1.0, -1e16, 1e-16, -1.0]),
        lambda: math.ldexp(rng.uniform(-1, 1), rng.randrange(-1074, 900)),
        lambda: rng.randrange(-9, 9) * 5e-324,
    ]
    for trial in range(max(400, RANDOM // 20)):
        draw = rng.choice(pools)
        values = np.array([draw() for _ in range(rng.randrange(0, 30))], "f8")
        got = helpers.lh_math_fsum(values.ctypes.data, len(values))
        try:
            want = math.fsum(values)
        except (OverflowError, ValueError):
            want = math.nan
        assert got != got or np.float64(got).tobytes() == np.float64(want).tobytes(), values
        if np.abs(values).max(initial=0.0) < 1e300:
            assert got == want


def test_sum(native):
    """The step and the end together are `sum` itself (3.12 and later), or plain addition before."""
    row = next(r for r in ROWS if r["name"] == "lh.sum.step")
    rng = random.Random(2)
    for _ in range(50):
        values = [some_float(rng) for _ in range(rng.randrange(1, 20))]
        total = lost = 0.0
        for x in values:
            fields, _ = run(native, row, [np.array([v]) for v in (total, lost, x)])
            total, lost = (f.item() for f in fields)
        if sys.version_info >= (3, 12):
            total = total + lost if lost and math.isfinite(lost) else total
            assert np.float64(total).tobytes() == np.float64(sum(values)).tobytes() or total != total
