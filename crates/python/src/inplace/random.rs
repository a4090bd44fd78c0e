//! CPython's generator of random numbers, stepped where it stands: the same stream, and the same state afterwards.

use crate::object::Raw;
use pyo3::ffi;
use pyo3::prelude::*;
use std::ffi::CStr;
use std::sync::OnceLock;

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

/// Whether it is the method `random` of a generator that native code can step.
pub fn is_random(value: &Bound<'_, PyAny>) -> bool {
    static IS_KNOWN: OnceLock<bool> = OnceLock::new();
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
            && *IS_KNOWN.get_or_init(|| is_layout_known(value.py()).unwrap_or(false))
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
