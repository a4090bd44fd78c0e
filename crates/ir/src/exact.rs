//! The functions whose bits are proved equal to CPython's: named here, written in the code generator's prelude and in `runtime::exact`.

use crate::{Effect, Ty};
use Ty::*;

/// A function of machine values without side effects.
#[derive(PartialEq, Debug)]
pub struct Exact {
    /// Its name in the IR, and behind `@lh.` in the prelude.
    pub name: &'static str,
    pub params: &'static [Ty],
    pub results: &'static [Ty],
    /// Has a case that it leaves to the interpreter: returns one more bit.
    pub is_checked: bool,
}

/// A function of the extension that works on Python objects.
///
/// Where it fails (a NULL result, or a negative one) an exception was raised; or, the pointer 1, it was not done: the interpreter does the
/// operation. Which references it takes over its own page says (`python::inplace`).
#[derive(PartialEq, Debug)]
pub struct Runtime {
    /// Its name in the IR, and behind `lh_` as a symbol.
    pub name: &'static str,
    pub params: &'static [Ty],
    pub result: Option<Ty>,
    pub effect: Effect,
}

const fn checked(name: &'static str, params: &'static [Ty], results: &'static [Ty]) -> Exact {
    Exact { name, params, results, is_checked: true }
}

const fn pure(name: &'static str, params: &'static [Ty], results: &'static [Ty]) -> Exact {
    Exact { name, params, results, is_checked: false }
}

/// In order of topic; found by [`exact`].
pub static EXACT: &[Exact] = &[
    checked("floordiv.i64", &[I64, I64], &[I64]),
    checked("mod.i64", &[I64, I64], &[I64]),
    checked("shl.i64", &[I64, I64], &[I64]),
    checked("shr.i64", &[I64, I64], &[I64]),
    checked("pow.i64", &[I64, I64], &[I64]),
    checked("gcd.i64", &[I64, I64], &[I64]),
    checked("lcm.i64", &[I64, I64], &[I64]),
    checked("comb.i64", &[I64, I64], &[I64]),
    checked("perm.i64", &[I64, I64], &[I64]),
    checked("round.i64", &[I64, I64], &[I64]),
    checked("abs.i64", &[I64], &[I64]),
    checked("isqrt.i64", &[I64], &[I64]),
    checked("factorial.i64", &[I64], &[I64]),
    checked("powmod.i64", &[I64, I64, I64], &[I64]),
    checked("truediv.i64", &[I64, I64], &[F64]),
    checked("floordiv.f64", &[F64, F64], &[F64]),
    checked("mod.f64", &[F64, F64], &[F64]),
    checked("pow.f64", &[F64, F64], &[F64]),
    checked("pow2.f64", &[F64], &[F64]),
    checked("pow3.f64", &[F64], &[F64]),
    checked("pow4.f64", &[F64], &[F64]),
    checked("pow5.f64", &[F64], &[F64]),
    checked("pow6.f64", &[F64], &[F64]),
    checked("pow_1.f64", &[F64], &[F64]),
    checked("pow_2.f64", &[F64], &[F64]),
    checked("pow_half.f64", &[F64], &[F64]),
    checked("pow_mhalf.f64", &[F64], &[F64]),
    checked("pow_3half.f64", &[F64], &[F64]),
    checked("trunc.f64", &[F64], &[I64]),
    checked("floor.f64", &[F64], &[I64]),
    checked("ceil.f64", &[F64], &[I64]),
    checked("round.to.i64", &[F64], &[I64]),
    checked("round.any.f64", &[F64, I64], &[F64]),
    pure("lt.i64.f64", &[I64, F64], &[I1]),
    pure("le.i64.f64", &[I64, F64], &[I1]),
    pure("eq.i64.f64", &[I64, F64], &[I1]),
    pure("ne.i64.f64", &[I64, F64], &[I1]),
    pure("gt.i64.f64", &[I64, F64], &[I1]),
    pure("ge.i64.f64", &[I64, F64], &[I1]),
    pure("range.length", &[I64, I64, I64], &[I64]),
    pure("wrap_mul.i64", &[I64, I64], &[I64]),
    checked("math.acos", &[F64], &[F64]),
    checked("math.acosh", &[F64], &[F64]),
    checked("math.asin", &[F64], &[F64]),
    checked("math.asinh", &[F64], &[F64]),
    checked("math.atan", &[F64], &[F64]),
    checked("math.atanh", &[F64], &[F64]),
    checked("math.cbrt", &[F64], &[F64]),
    checked("math.cos", &[F64], &[F64]),
    checked("math.cosh", &[F64], &[F64]),
    checked("math.erf", &[F64], &[F64]),
    checked("math.erfc", &[F64], &[F64]),
    checked("math.exp", &[F64], &[F64]),
    checked("math.exp2", &[F64], &[F64]),
    checked("math.expm1", &[F64], &[F64]),
    checked("math.log1p", &[F64], &[F64]),
    checked("math.sin", &[F64], &[F64]),
    checked("math.sinh", &[F64], &[F64]),
    checked("math.sqrt", &[F64], &[F64]),
    checked("math.tan", &[F64], &[F64]),
    checked("math.tanh", &[F64], &[F64]),
    checked("math.log", &[F64], &[F64]),
    checked("math.log2", &[F64], &[F64]),
    checked("math.log10", &[F64], &[F64]),
    checked("math.fmod", &[F64, F64], &[F64]),
    checked("math.remainder", &[F64, F64], &[F64]),
    checked("math.pow", &[F64, F64], &[F64]),
    checked("math.hypot", &[F64, F64], &[F64]),
    checked("math.log.base", &[F64, F64], &[F64]),
    checked("math.ldexp", &[F64, I64], &[F64]),
    checked("math.fma", &[F64, F64, F64], &[F64]),
    pure("math.copysign", &[F64, F64], &[F64]),
    pure("math.atan2", &[F64, F64], &[F64]),
    pure("math.nextafter", &[F64, F64], &[F64]),
    pure("math.fabs", &[F64], &[F64]),
    pure("math.ulp", &[F64], &[F64]),
    pure("math.degrees", &[F64], &[F64]),
    pure("math.radians", &[F64], &[F64]),
    pure("math.isfinite", &[F64], &[I1]),
    pure("math.isinf", &[F64], &[I1]),
    pure("math.isnan", &[F64], &[I1]),
];

/// The exact function of that name.
pub fn exact(name: &str) -> Option<&'static Exact> {
    EXACT.iter().find(|exact| exact.name == name)
}

/// The functions on Python objects; found by [`runtime_function`].
pub static RUNTIME: &[Runtime] = &[
    runtime("py_none", &[], Some(Obj), Effect::Writes),
    runtime("py_int", &[I64], Some(Obj), Effect::Calls),
    runtime("py_uint", &[I64], Some(Obj), Effect::Calls),
    runtime("py_wide", &[I128], Some(Obj), Effect::Calls),
    runtime("py_float", &[F64], Some(Obj), Effect::Calls),
    runtime("py_tuple", &[I64], Some(Obj), Effect::Calls),
    runtime("py_list", &[I64], Some(Obj), Effect::Calls),
    runtime("py_any", &[I64, I64], Some(Obj), Effect::Calls),
    runtime("py_range", &[I64, I64, I64], Some(Obj), Effect::Calls),
    runtime("py_tuple_put", &[Obj, I64, Obj], None, Effect::Writes),
    runtime("py_list_put", &[Obj, I64, Obj], None, Effect::Writes),
    runtime("py_tag", &[Obj], Some(I64), Effect::Reads),
    runtime("py_bits", &[Obj], Some(I64), Effect::Reads),
    runtime("py_binary", &[I64, Obj, Obj], Some(Obj), Effect::Calls),
    runtime("py_unary", &[I64, Obj], Some(Obj), Effect::Calls),
    runtime("py_compare", &[I64, Obj, Obj], Some(I64), Effect::Calls),
    runtime("py_contains", &[Obj, Obj], Some(I64), Effect::Calls),
    runtime("py_truth", &[Obj], Some(I64), Effect::Calls),
    runtime("py_length", &[Obj], Some(I64), Effect::Calls),
    runtime("py_item_at", &[Obj, I64], Some(Obj), Effect::Calls),
    runtime("py_item_of_sequence", &[Obj, I64], Some(Obj), Effect::Calls),
    runtime("py_item", &[Obj, Obj], Some(Obj), Effect::Calls),
    runtime("py_set_item", &[Obj, Obj, Obj], Some(I64), Effect::Calls),
    runtime("py_set_item_at", &[Obj, I64, Obj], Some(I64), Effect::Calls),
    runtime("py_delete_item", &[Obj, Obj], Some(I64), Effect::Calls),
    runtime("py_slice", &[Obj, Obj, Obj], Some(Obj), Effect::Calls),
    runtime("py_has_length", &[Obj, I64], Some(I64), Effect::Calls),
    runtime("py_dict", &[Obj], Some(Obj), Effect::Calls),
    runtime("py_append", &[Obj, Obj], Some(I64), Effect::Calls),
    runtime("py_append_float", &[Obj, F64], Some(I64), Effect::Calls),
    runtime("py_append_int", &[Obj, I64], Some(I64), Effect::Calls),
    runtime("py_extend", &[Obj, Obj], Some(I64), Effect::Calls),
    runtime("py_list_insert", &[Obj, I64, Obj], Some(I64), Effect::Calls),
    runtime("py_list_find", &[Obj, Obj], Some(I64), Effect::Calls),
    runtime("py_list_find_int", &[Obj, I64], Some(I64), Effect::Checks),
    runtime("py_list_count", &[Obj, Obj], Some(I64), Effect::Calls),
    runtime("py_list_count_int", &[Obj, I64], Some(I64), Effect::Calls),
    runtime("py_list_sort", &[Obj, I64], Some(I64), Effect::Calls),
    runtime("py_list_reverse", &[Obj], Some(I64), Effect::Calls),
    runtime("py_list_clear", &[Obj], Some(I64), Effect::Calls),
    runtime("py_list_delete", &[Obj, I64], Some(I64), Effect::Calls),
    runtime("py_list_of", &[Obj], Some(Obj), Effect::Calls),
    runtime("py_sorted", &[Obj], Some(Obj), Effect::Calls),
    runtime("py_min", &[Obj], Some(Obj), Effect::Calls),
    runtime("py_max", &[Obj], Some(Obj), Effect::Calls),
    runtime("py_sum", &[Obj, Obj], Some(Obj), Effect::Calls),
    runtime("py_any_of", &[Obj], Some(I64), Effect::Calls),
    runtime("py_all_of", &[Obj], Some(I64), Effect::Calls),
    runtime("py_list_slice", &[Obj, I64, I64, I64], Some(Obj), Effect::Calls),
    runtime("py_slice_of", &[Obj, I64, I64, I64], Some(Obj), Effect::Calls),
    runtime("py_list_set_slice", &[Obj, I64, I64, I64, Obj], Some(I64), Effect::Calls),
    runtime("py_list_delete_slice", &[Obj, I64, I64, I64], Some(I64), Effect::Calls),
    runtime("py_text_join", &[Obj, Obj], Some(Obj), Effect::Calls),
    runtime("py_text_append", &[Obj, Obj], Some(Obj), Effect::Calls),
    runtime("py_text_format", &[Obj, Obj], Some(Obj), Effect::Calls),
    runtime("py_text_contains", &[Obj, Obj], Some(I64), Effect::Checks),
    runtime("py_text_ord", &[Obj], Some(I64), Effect::Checks),
    runtime("py_text_chr", &[I64], Some(Obj), Effect::Calls),
    runtime("py_int_of_text", &[Obj], Some(Obj), Effect::Calls),
    runtime("py_float_of_text", &[Obj], Some(Obj), Effect::Calls),
    runtime("py_concat", &[Obj, Obj], Some(Obj), Effect::Calls),
    runtime("py_repeat", &[Obj, I64], Some(Obj), Effect::Calls),
    runtime("py_set_binary", &[I64, Obj, Obj], Some(Obj), Effect::Calls),
    runtime("py_is_buffer", &[Obj, I64], Some(I64), Effect::Checks),
    runtime("py_byte", &[Obj, I64], Some(I64), Effect::Reads),
    runtime("py_array_int", &[Obj, I64], Some(I64), Effect::Reads),
    runtime("py_array_float", &[Obj, I64], Some(F64), Effect::Reads),
    runtime("py_byte_set", &[Obj, I64, I64], Some(I64), Effect::Calls),
    runtime("py_array_set_int", &[Obj, I64, I64], Some(I64), Effect::Calls),
    runtime("py_array_set_float", &[Obj, I64, F64], None, Effect::Writes),
    runtime("py_set_add", &[Obj, Obj], Some(I64), Effect::Calls),
    runtime("py_set_of", &[Obj], Some(Obj), Effect::Calls),
    runtime("py_list_drop", &[Obj, I64], None, Effect::Writes),
    runtime("py_drop_last", &[Obj], None, Effect::Writes),
    runtime("py_join", &[Obj], Some(Obj), Effect::Calls),
    runtime("py_format", &[I64, Obj], Some(Obj), Effect::Calls),
    runtime("py_format_spec", &[I64, Obj, Obj], Some(Obj), Effect::Calls),
    runtime("py_attribute", &[Obj, Obj], Some(Obj), Effect::Calls),
    runtime("py_set_attribute", &[Obj, Obj, Obj], Some(I64), Effect::Calls),
    runtime("py_store_name", &[Obj, Obj, Obj], Some(I64), Effect::Calls),
    runtime("py_call0", &[Obj], Some(Obj), Effect::Calls),
    runtime("py_call1", &[Obj, Obj], Some(Obj), Effect::Calls),
    runtime("py_call2", &[Obj, Obj, Obj], Some(Obj), Effect::Calls),
    runtime("py_call3", &[Obj, Obj, Obj, Obj], Some(Obj), Effect::Calls),
    runtime("py_call_many", &[Obj, Obj, Obj], Some(Obj), Effect::Calls),
    runtime("py_find1", &[Obj, I64, I64], Some(Obj), Effect::Checks),
    runtime("py_find2", &[Obj, I64, I64, I64, I64], Some(Obj), Effect::Checks),
    runtime("py_find3", &[Obj, I64, I64, I64, I64, I64, I64], Some(Obj), Effect::Checks),
    runtime("py_put1", &[Obj, I64, I64, Obj], Some(I64), Effect::Calls),
    runtime("py_put2", &[Obj, I64, I64, I64, I64, Obj], Some(I64), Effect::Calls),
    runtime("py_put3", &[Obj, I64, I64, I64, I64, I64, I64, Obj], Some(I64), Effect::Calls),
    runtime("py_method0", &[I64, Obj], Some(Obj), Effect::Calls),
    runtime("py_method1", &[I64, Obj, Obj], Some(Obj), Effect::Calls),
    runtime("py_method2", &[I64, Obj, Obj, Obj], Some(Obj), Effect::Calls),
    runtime("py_method3", &[I64, Obj, Obj, Obj, Obj], Some(Obj), Effect::Calls),
    runtime("py_set", &[Obj], Some(Obj), Effect::Calls),
    runtime("py_has", &[Obj, I64, I64], Some(I64), Effect::Calls),
    runtime("py_complex", &[F64, F64], Some(Obj), Effect::Calls),
    runtime("py_complex_abs", &[F64, F64], Some(F64), Effect::Reads),
    runtime("py_text_equal", &[Obj, Obj], Some(I64), Effect::Reads),
    runtime("py_text_order", &[Obj, Obj], Some(I64), Effect::Reads),
    runtime("py_text_item", &[Obj, I64], Some(Obj), Effect::Calls),
    runtime("py_new", &[Obj, I64], Some(Obj), Effect::Calls),
    runtime("py_random", &[Obj], Some(F64), Effect::Writes),
    runtime("py_random_of_bound", &[Obj], Some(F64), Effect::Writes),
    runtime("py_random_below", &[Obj, I64], Some(I64), Effect::Calls),
    runtime("py_random_ready", &[Obj], Some(I64), Effect::Checks),
    runtime("mirror_offer", &[Mem, Obj, I64], None, Effect::Writes),
    runtime("mirror_decide", &[Mem], Some(I64), Effect::Writes),
    runtime("mirror_at", &[Mem, I64], Some(Mem), Effect::Writes),
    runtime("py_iter", &[Obj], Some(Obj), Effect::Calls),
    runtime("py_next", &[Obj], Some(Obj), Effect::Calls),
];

const fn runtime(name: &'static str, params: &'static [Ty], result: Option<Ty>, effect: Effect) -> Runtime {
    Runtime { name, params, result, effect }
}

/// The function on Python objects of that name.
pub fn runtime_function(name: &str) -> Option<&'static Runtime> {
    RUNTIME.iter().find(|runtime| runtime.name == name)
}
