//! The process's own libm, the one that CPython's `math` module calls, under names that LLVM does not know.
//!
//! LLVM knows `pow` and `sin` by name and rewrites or folds them with other bits. Generated code therefore calls
//! `lh_libm_pow`, which the loader binds to [`libm_address`]. The functions are looked up in the process when first
//! needed, not linked: Rust's own runtime brings a `cbrt`, a `fmod` and an `fma`, which a linker would prefer.

use std::ffi::{CStr, c_char, c_void};
use std::sync::OnceLock;

// By hand, so that this module alone makes a library for the tests.
unsafe extern "C" {
    fn dlsym(handle: *mut c_void, name: *const c_char) -> *mut c_void;
}

const RTLD_DEFAULT: *mut c_void = if cfg!(target_os = "macos") { -2isize as *mut c_void } else { std::ptr::null_mut() };

/// The function that a symbol means for everybody else in this process.
fn find(name: &CStr) -> *mut c_void {
    std::hint::black_box(linked::erf as *const ());
    // SAFETY: only looks a name up.
    let address = unsafe { dlsym(RTLD_DEFAULT, name.as_ptr()) };
    assert!(!address.is_null(), "this process has no {name:?}, although Python cannot do without libm");
    address
}

macro_rules! libm {
    ($($name:ident($($x:ident: $ty:ty),*);)*) => {
        $(pub fn $name($($x: $ty),*) -> f64 {
            type Function = extern "C" fn($($ty),*) -> f64;
            static FUNCTION: OnceLock<Function> = OnceLock::new();
            let function = FUNCTION.get_or_init(|| {
                let name = CStr::from_bytes_with_nul(concat!(stringify!($name), "\0").as_bytes()).expect("a name without NUL");
                // SAFETY: C's library fixes the type of a function of that name.
                unsafe { std::mem::transmute::<*mut c_void, Function>(find(name)) }
            });
            function($($x),*)
        })*

        /// Every name that [`libm_address`] knows.
        pub const LIBM: &[&str] = &[$(concat!("lh_libm_", stringify!($name)),)*];

        /// Where the loader finds `lh_libm_NAME`.
        pub fn libm_address(name: &str) -> Option<usize> {
            match name.strip_prefix("lh_libm_")? {
                $(stringify!($name) => {
                    let name = CStr::from_bytes_with_nul(concat!(stringify!($name), "\0").as_bytes()).ok()?;
                    Some(find(name) as usize)
                })*
                _ => None,
            }
        }
    };
}

libm! {
    acos(x: f64); acosh(x: f64); asin(x: f64); asinh(x: f64); atan(x: f64); atanh(x: f64); cbrt(x: f64);
    cos(x: f64); cosh(x: f64); erf(x: f64); erfc(x: f64); exp(x: f64); exp2(x: f64); expm1(x: f64);
    log(x: f64); log10(x: f64); log1p(x: f64); log2(x: f64); sin(x: f64); sinh(x: f64); tan(x: f64); tanh(x: f64);
    atan2(x: f64, y: f64); fmod(x: f64, y: f64); nextafter(x: f64, y: f64); pow(x: f64, y: f64);
    fma(x: f64, y: f64, z: f64); ldexp(x: f64, exponent: i32);
}

// Rust's programs need not link libm by themselves, and a linker drops a library of which nothing is used: then nobody would find it.
mod linked {
    #[cfg_attr(unix, link(name = "m"))]
    unsafe extern "C" {
        pub fn erf(x: f64) -> f64;
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_functions_are_the_systems_own() {
        // Rust's own cbrt gives ...319 here.
        assert_eq!(super::cbrt(1.5).to_bits(), 1.1447142425533317f64.to_bits());
    }
}
