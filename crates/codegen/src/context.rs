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
    /// What is remembered of the unit's loops that have mirrored versions, a [`Site`] each.
    pub sites: *mut Site,
}

/// What is remembered of a loop that has a mirrored version. Native code counts in the first two words, the extension keeps the others.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Site {
    /// Turns until the extension is asked again.
    pub countdown: i64,
    /// How often the loop was entered from outside since it was asked last.
    pub entered: i64,
    /// How many turns the countdown began with.
    pub turns: i64,
    /// When it was asked last, in seconds.
    pub asked: f64,
    /// What the loop has taken since the last mirrors were given up, in seconds.
    pub taken: f64,
    /// What a turn takes, in seconds.
    pub turn: f64,
    /// Where it is written what its entries gain by mirrors, if they are brief, counted from 1.
    pub brief: usize,
    /// How many turns were counted since the entry before the one that is under way, and what an entry takes in place, in seconds.
    pub of_entry: f64,
    pub per_entry: f64,
    /// How often it may still have lists copied before it has taken as long.
    pub trust: i64,
}

pub(crate) const BREAKER: usize = std::mem::offset_of!(Context, breaker);
pub(crate) const DEPTH_LEFT: usize = std::mem::offset_of!(Context, depth_left);
pub(crate) const TICKS_LEFT: usize = std::mem::offset_of!(Context, ticks_left);
pub(crate) const SITES: usize = std::mem::offset_of!(Context, sites);
