use crate::Ty;
use serde::{Deserialize, Serialize};

/// The type of an array's elements, in the machine's byte order, and of the NumPy scalars that they are read as.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Dtype {
    Float64,
    Int64,
    Bool,
}

impl Dtype {
    pub const ALL: [Dtype; 3] = [Dtype::Float64, Dtype::Int64, Dtype::Bool];

    pub fn name(self) -> &'static str {
        match self {
            Dtype::Float64 => "float64",
            Dtype::Int64 => "int64",
            Dtype::Bool => "bool",
        }
    }

    /// What one is as a machine value.
    pub fn ty(self) -> Ty {
        match self {
            Dtype::Float64 => Ty::F64,
            Dtype::Int64 => Ty::I64,
            Dtype::Bool => Ty::I1,
        }
    }

    pub const SIZE_AT_MOST: i64 = 8;

    /// How many bytes one takes in an array.
    pub fn size(self) -> i64 {
        if self == Dtype::Bool { 1 } else { 8 }
    }
}

/// What is expected of an array: its head is looked at wherever elements are read or written, for any of this may be changed in place.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct ArrayGuess {
    pub dtype: Dtype,
    pub dimensions: u8,
}

impl ArrayGuess {
    /// Arrays of more dimensions are objects of which nothing is known.
    pub const DIMENSIONS_AT_MOST: u8 = 4;

    /// How a user would name it.
    pub fn describe(&self) -> String {
        format!("array[{}, {}-D]", self.dtype.name(), self.dimensions)
    }
}
