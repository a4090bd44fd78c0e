//! What native code and the extension share in memory.

/// The status of a function that left.
pub const LEFT: i64 = 1;

/// In the header of a record, beside the number of the resume: the current exception was raised at its instruction.
pub const RECORD_THREW: u64 = 1 << 32;

/// The state of one outermost native call; native code reads and writes it by these offsets.
#[repr(C)]
#[derive(Debug)]
pub struct Context {
    /// Its low byte is not zero when the interpreter wants attention.
    pub breaker: *const u8,
    /// How many more recursive calls may be made before the interpreter has to take over.
    pub depth_left: i64,
    /// Places until the next forced leave.
    pub ticks_left: i64,
}

pub(crate) const BREAKER: usize = std::mem::offset_of!(Context, breaker);
pub(crate) const DEPTH_LEFT: usize = std::mem::offset_of!(Context, depth_left);
pub(crate) const TICKS_LEFT: usize = std::mem::offset_of!(Context, ticks_left);
