//! What compiled code needs while it runs: its loader, its cache on disk, its exact arithmetic, and what is done when it crashes.
//!
//! `runtime` must not know the IR, Python objects or LLVM: it handles bytes, addresses and numbers.

pub mod cache;
pub mod clock;
pub mod cpu;
pub mod crash;
mod digest;
pub mod exact;
pub mod memory;
pub mod object;
mod platform;
pub mod signals;

pub use digest::digest;
pub use platform::give_back_own_code;
pub use platform::{around_forks, at_exit};
