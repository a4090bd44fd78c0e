//! The cells of variables that inner functions share.

use crate::end::drops_quietly;
use crate::inplace::guess::elem_of_object;
use crate::leave::made_container;
use crate::object::Raw;
use ir::{Kind, Op};
use pyo3::ffi;

unsafe extern "C" {
    static mut PyCell_Type: ffi::PyTypeObject;
    fn PyCell_New(content: Raw) -> Raw;
    /// Borrows nothing: a new reference, or NULL where the cell is empty.
    fn PyCell_Get(cell: Raw) -> Raw;
    fn PyCell_Set(cell: Raw, value: Raw) -> std::ffi::c_int;
}

pub unsafe fn is_cell(value: Raw) -> bool {
    unsafe { !value.is_null() && ffi::Py_TYPE(value) == &raw mut PyCell_Type }
}

/// What holds in this cell now, as far as it can be guessed.
pub unsafe fn kind_of_cell(cell: Raw) -> Kind {
    unsafe {
        let content = PyCell_Get(cell);
        if content.is_null() {
            return Kind::Cell(Box::new(ir::Elem::Unknown));
        }
        let elem = elem_of_object(content);
        // The cell has it still.
        ffi::Py_DECREF(content);
        Kind::Cell(Box::new(elem))
    }
}

/// Takes the value over. Refuses if the end of the old one may run code.
unsafe extern "C" fn lh_cell_set(cell: Raw, value: Raw) -> i64 {
    unsafe {
        let old = PyCell_Get(cell);
        // Held by the cell and here.
        let is_quiet = old.is_null() || {
            ffi::Py_DECREF(old);
            drops_quietly(old)
        };
        if is_quiet {
            PyCell_Set(cell, value);
        }
        ffi::Py_DECREF(value);
        if is_quiet { 0 } else { -1 }
    }
}

/// For interpreted IR, what the code generator's `cell.rs` does.
pub unsafe fn on_cell(op: &Op, args: &[u64]) -> Option<u64> {
    unsafe {
        let cell = args[0] as Raw;
        match op {
            Op::LoadCell => {
                let content = PyCell_Get(cell);
                if content.is_null() {
                    return None;
                }
                ffi::Py_DECREF(content);
                Some(content as u64)
            }
            Op::StoreCell => (lh_cell_set(cell, args[1] as Raw) >= 0).then_some(0),
            other => unreachable!("{other} is no operation on cells"),
        }
    }
}

/// Takes the content over.
unsafe extern "C" fn lh_py_cell(content: Raw) -> Raw {
    unsafe {
        let cell = made_container(PyCell_New(content));
        ffi::Py_DECREF(content);
        cell
    }
}

unsafe extern "C" fn lh_py_empty_cell() -> Raw {
    unsafe { made_container(PyCell_New(std::ptr::null_mut())) }
}

pub fn address_of(symbol: &str) -> Option<usize> {
    Some(match symbol {
        "lh_cell_set" => lh_cell_set as *const () as usize,
        "lh_py_cell" => lh_py_cell as *const () as usize,
        "lh_py_empty_cell" => lh_py_empty_cell as *const () as usize,
        _ => return None,
    })
}
