//! What is read of NumPy's arrays and scalars, and written. The layouts stand in `arrays.ll`, and so do the longer functions.

use crate::func::{Writer, line, resume};
use ir::{ArrayGuess, Dtype, Inst, Value};
use std::fmt::Write;

/// The bytes 24 to 31 of a type of elements in the machine's byte order, but for its flags: kind, character, order, number.
fn dtype_word(dtype: Dtype) -> u64 {
    let (letters, number): (&[u8; 3], u64) = match dtype {
        Dtype::Float64 => (b"fd=", 12),
        Dtype::Int64 => (b"il=", 7),
        Dtype::Bool => (b"b?|", 0),
    };
    let letters = letters.iter().rev().fold(0, |word, letter| word << 8 | u64::from(*letter));
    number << 32 | letters
}

/// Where the type of a dtype's scalars stands in the table of NumPy's types.
fn scalar_type_at(dtype: Dtype) -> usize {
    match dtype {
        Dtype::Float64 => 8,
        Dtype::Int64 => 16,
        Dtype::Bool => 24,
    }
}

impl Writer<'_> {
    pub fn array_is(&self, result: &str, array: Value, guess: ArrayGuess) -> String {
        format!("{result} = call i1 @lh.array.is(ptr %{array}, i32 {}, i64 {})", guess.dimensions, dtype_word(guess.dtype))
    }

    pub fn array_at(&mut self, result: &str, inst: &Inst) {
        let name = self.fresh("steps");
        line!(self, "%{name} = mul nsw i64 %{}, %{}", inst.args[1], inst.args[2]);
        line!(self, "{result} = getelementptr inbounds i8, ptr %{}, i64 %{name}", inst.args[0]);
    }

    /// Leaves unless the object is of the type that stands in the table there; so too while NumPy is not there.
    fn guard_numpy_type(&mut self, inst: &Inst, at: usize) {
        let name = self.fresh("type");
        line!(self, "%{name}.at = getelementptr i8, ptr %{}, i64 8", inst.args[0]);
        line!(self, "%{name} = load ptr, ptr %{name}.at, align 8");
        line!(self, "%{name}.wanted = load ptr, ptr getelementptr (i8, ptr @lh_numpy_types, i64 {at}), align 8");
        line!(self, "%{name}.is = icmp eq ptr %{name}, %{name}.wanted");
        self.leave_unless(&format!("%{name}.is"), resume(inst));
    }

    pub fn guard_array(&mut self, inst: &Inst) {
        self.guard_numpy_type(inst, 0);
    }

    pub fn numpy_of(&mut self, inst: &Inst, dtype: Dtype) {
        self.guard_numpy_type(inst, scalar_type_at(dtype));
        let (name, result) = (self.fresh("scalar"), inst.results[0]);
        line!(self, "%{name}.at = getelementptr i8, ptr %{}, i64 16", inst.args[0]);
        match dtype {
            Dtype::Float64 => line!(self, "%{result} = load double, ptr %{name}.at, align 8"),
            Dtype::Int64 => line!(self, "%{result} = load i64, ptr %{name}.at, align 8"),
            Dtype::Bool => {
                line!(self, "%{name} = load i8, ptr %{name}.at, align 8");
                line!(self, "%{result} = icmp ne i8 %{name}, 0");
            }
        }
    }

    /// Leaves where NumPy might say something of the result.
    pub fn quiet(&mut self, inst: &Inst, function: &str) {
        let name = self.fresh("quiet");
        line!(self, "%{name} = call i1 @lh.quiet.{function}(double %{}, double %{}, double %{})", inst.args[0], inst.args[1], inst.args[2]);
        self.leave_unless(&format!("%{name}"), resume(inst));
    }
}
