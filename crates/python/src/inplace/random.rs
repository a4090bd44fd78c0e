//! CPython's generator of random numbers, stepped where it stands: the same stream, and the same state afterwards.

use crate::object::Raw;
use pyo3::ffi;
use pyo3::prelude::*;
use std::ffi::CStr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

const WORDS: usize = 624;
const MIDDLE: usize = 397;

/// `_random.Random`: a Mersenne twister (MT19937).
#[repr(C)]
struct Generator {
    head: ffi::PyObject,
    index: i32,
    state: [u32; WORDS],
}

impl Generator {
    fn next(&mut self) -> u32 {
        if self.index as usize >= WORDS {
            self.twist();
        }
        let mut y = self.state[self.index as usize];
        self.index += 1;
        y ^= y >> 11;
        y ^= y << 7 & 0x9d2c_5680;
        y ^= y << 15 & 0xefc6_0000;
        y ^ y >> 18
    }

    #[cold]
    fn twist(&mut self) {
        for k in 0..WORDS {
            let y = self.state[k] & 0x8000_0000 | self.state[(k + 1) % WORDS] & 0x7fff_ffff;
            let odd = if y & 1 == 1 { 0x9908_b0df } else { 0 };
            self.state[k] = self.state[(k + MIDDLE) % WORDS] ^ y >> 1 ^ odd;
        }
        self.index = 0;
    }

    /// `getrandbits` of up to 64: the lowest word comes first, and what is too much of the last goes.
    fn bits(&mut self, count: u32) -> u64 {
        match count {
            0..=32 => u64::from(self.next() >> (32 - count)),
            _ => u64::from(self.next()) | u64::from(self.next() >> (64 - count)) << 32,
        }
    }

    /// As `random.Random._randbelow` has it; the bound is above zero.
    fn below(&mut self, bound: u64) -> u64 {
        let count = u64::BITS - bound.leading_zeros();
        loop {
            let drawn = self.bits(count);
            if drawn < bound {
                return drawn;
            }
        }
    }

    /// 53 bits, in `[0, 1)`.
    fn random(&mut self) -> f64 {
        let (high, low) = (self.next() >> 5, self.next() >> 6);
        (f64::from(high) * 67_108_864.0 + f64::from(low)) * (1.0 / 9_007_199_254_740_992.0)
    }
}

/// The generator's next number; borrows the bound method, for which [`is_random`] said yes.
pub unsafe extern "C" fn lh_py_random(method: Raw) -> f64 {
    // SAFETY: its owner is a generator, laid out as was tried.
    unsafe { (*(*method.cast::<ffi::PyCFunctionObject>()).m_self.cast::<Generator>()).random() }
}

unsafe fn owner_of(method: Raw) -> Raw {
    /// As CPython 3.11 to 3.13 have it.
    #[repr(C)]
    struct Bound {
        head: ffi::PyObject,
        function: Raw,
        owner: Raw,
    }
    unsafe { (*method.cast::<Bound>()).owner }
}

/// Leaves where the class of the generator was changed since [`method_of_generator`] looked. Borrows the bound method, as the next two do.
pub unsafe extern "C" fn lh_py_random_ready(method: Raw) -> i64 {
    unsafe { if (*ffi::Py_TYPE(owner_of(method))).tp_version_tag == VERSION.load(Ordering::Relaxed) { 0 } else { -1 } }
}

pub unsafe extern "C" fn lh_py_random_of_bound(method: Raw) -> f64 {
    // SAFETY: its owner is a generator, laid out as was tried.
    unsafe { (*owner_of(method).cast::<Generator>()).random() }
}

/// A number below another, which is above zero.
pub unsafe extern "C" fn lh_py_random_below(method: Raw, below: i64) -> i64 {
    // SAFETY: as above.
    unsafe { (*owner_of(method).cast::<Generator>()).below(below as u64) as i64 }
}

/// The version of `random.Random` for which its methods were found to be Python's own; zero before.
static VERSION: AtomicU32 = AtomicU32::new(0);

/// The name of the method, if it is one of those that native code knows, of a generator that Python came with, and that draws as it did.
pub fn method_of_generator(value: &Bound<'_, PyAny>) -> Option<&'static str> {
    const METHODS: [&str; 4] = ["choice", "randint", "randrange", "uniform"];
    let py = value.py();
    // SAFETY: a live object.
    if unsafe { ffi::Py_TYPE(value.as_ptr()) != &raw mut PyMethod_Type } {
        return None;
    }
    let owner = value.getattr("__self__").ok()?;
    let function = value.getattr("__func__").ok()?;
    // SAFETY: a live object; its type is one.
    if unsafe { ffi::PyType_IsSubtype(ffi::Py_TYPE(owner.as_ptr()), super::safe::random_type()) != 1 } || !is_generator_known(py) {
        return None;
    }
    let module = py.import("random").ok()?;
    let class = module.dict().get_item("Random").ok()??;
    let found = |name: &str| class.getattr("__dict__").and_then(|names| names.get_item(name)).ok();
    // Made where the module was, and of its source: nobody has put something else there.
    let is_own = |function: &Bound<'_, PyAny>| {
        let is_here = function.getattr("__globals__").is_ok_and(|names| names.is(module.dict()));
        let file = function.getattr("__code__").and_then(|code| code.getattr("co_filename"));
        is_here && file.and_then(|file| file.eq(module.getattr("__file__")?)).unwrap_or(false)
    };
    let name = METHODS.into_iter().find(|name| found(name).is_some_and(|known| known.is(&function)))?;
    let below = found("_randbelow_with_getrandbits")?;
    let is_plain = owner.get_type().is(&class)
        && is_own(&function)
        && is_own(&below)
        && ["choice", "randint", "randrange", "uniform"].iter().all(|name| found(name).is_some_and(|function| is_own(&function)))
        && found("_randbelow").is_some_and(|function| function.is(&below))
        && found("random").is_none()
        && found("getrandbits").is_none()
        && owner.getattr("__dict__").and_then(|own| own.len()).is_ok_and(|own| own <= 1)
        && owner.getattr("__dict__").and_then(|own| own.contains("gauss_next")).unwrap_or(false);
    if !is_plain {
        return None;
    }
    // SAFETY: a class that lives; asking for its version makes it have one.
    let version = unsafe { frames::lh_class_version(class.as_ptr().cast()) };
    if version == 0 {
        return None;
    }
    VERSION.store(version, Ordering::Relaxed);
    Some(match name {
        "choice" => "random.choice",
        "randint" => "random.randint",
        "randrange" => "random.randrange",
        _ => "random.uniform",
    })
}

unsafe extern "C" {
    static mut PyMethod_Type: ffi::PyTypeObject;
}

fn is_generator_known(py: Python<'_>) -> bool {
    static IS_KNOWN: OnceLock<bool> = OnceLock::new();
    *IS_KNOWN.get_or_init(|| is_layout_known(py).unwrap_or(false))
}

/// Whether it is the method `random` of a generator that native code can step.
pub fn is_random(value: &Bound<'_, PyAny>) -> bool {
    // SAFETY: a live object; a function of C has a definition.
    unsafe {
        if ffi::Py_TYPE(value.as_ptr()) != &raw mut ffi::PyCFunction_Type {
            return false;
        }
        let function = value.as_ptr().cast::<ffi::PyCFunctionObject>();
        let owner = (*function).m_self;
        CStr::from_ptr((*(*function).m_ml).ml_name) == c"random"
            && !owner.is_null()
            && ffi::PyType_IsSubtype(ffi::Py_TYPE(owner), super::safe::random_type()) == 1
            && is_generator_known(value.py())
    }
}

/// Whether this Python's generators lie in memory as ours do, and give the same numbers.
fn is_layout_known(py: Python<'_>) -> PyResult<bool> {
    let generator = py.import("_random")?.getattr("Random")?.call1((5489,))?;
    let state: Vec<u64> = generator.call_method0("getstate")?.extract()?;
    // SAFETY: an object of the size that was looked at.
    let ours = unsafe {
        if (*ffi::Py_TYPE(generator.as_ptr())).tp_basicsize < size_of::<Generator>() as isize {
            return Ok(false);
        }
        let place = generator.as_ptr().cast::<Generator>();
        Generator { head: std::ptr::read(&raw const (*place).head), index: (*place).index, state: (*place).state }
    };
    let mut ours = std::mem::ManuallyDrop::new(ours);
    let is_same = state.len() == WORDS + 1 && state[WORDS] == ours.index as u64 && (0..WORDS).all(|k| state[k] == u64::from(ours.state[k]));
    if !is_same {
        return Ok(false);
    }
    for _ in 0..1000 {
        let theirs: f64 = generator.call_method0("random")?.extract()?;
        if theirs.to_bits() != ours.random().to_bits() {
            return Ok(false);
        }
    }
    Ok(true)
}
