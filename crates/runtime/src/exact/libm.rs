//! The process's own libm, the one that CPython's `math` module calls, under names that LLVM does not know.
//!
//! LLVM knows `pow` and `sin` by name and rewrites or folds them with other bits. Generated code therefore calls
//! `lh_libm_pow`, which the loader binds to [`libm_address`]; Rust calls here go through an opaque pointer.

use std::hint::black_box;

macro_rules! libm {
    (unary: $($unary:ident)*; binary: $($binary:ident)*;) => {
        mod sys {
            #[cfg_attr(unix, link(name = "m"))]
            unsafe extern "C" {
                $(pub safe fn $unary(x: f64) -> f64;)*
                $(pub safe fn $binary(x: f64, y: f64) -> f64;)*
                pub safe fn fma(x: f64, y: f64, z: f64) -> f64;
                pub safe fn ldexp(x: f64, exponent: i32) -> f64;
            }
        }

        $(pub fn $unary(x: f64) -> f64 {
            black_box(sys::$unary as extern "C" fn(f64) -> f64)(x)
        })*
        $(pub fn $binary(x: f64, y: f64) -> f64 {
            black_box(sys::$binary as extern "C" fn(f64, f64) -> f64)(x, y)
        })*
        pub fn fma(x: f64, y: f64, z: f64) -> f64 {
            black_box(sys::fma as extern "C" fn(f64, f64, f64) -> f64)(x, y, z)
        }
        pub fn ldexp(x: f64, exponent: i32) -> f64 {
            black_box(sys::ldexp as extern "C" fn(f64, i32) -> f64)(x, exponent)
        }

        /// Every name that [`libm_address`] knows.
        pub const LIBM: &[&str] = &[
            $(concat!("lh_libm_", stringify!($unary)),)*
            $(concat!("lh_libm_", stringify!($binary)),)*
            "lh_libm_fma",
        ];

        /// Where the loader finds `lh_libm_NAME`.
        pub fn libm_address(name: &str) -> Option<usize> {
            match name.strip_prefix("lh_libm_")? {
                $(stringify!($unary) => Some(sys::$unary as *const () as usize),)*
                $(stringify!($binary) => Some(sys::$binary as *const () as usize),)*
                "fma" => Some(sys::fma as *const () as usize),
                _ => None,
            }
        }
    };
}

libm! {
    unary: acos acosh asin asinh atan atanh cbrt cos cosh erf erfc exp exp2 expm1 log log10 log1p log2
           sin sinh tan tanh;
    binary: atan2 fmod nextafter pow;
}
