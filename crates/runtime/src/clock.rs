//! How long this process has kept processors busy.

use std::mem::MaybeUninit;
use std::time::Duration;

/// All threads together.
pub fn busy() -> Duration {
    let mut time = MaybeUninit::<libc::timespec>::zeroed();
    // SAFETY: the time is written if the answer is 0, and is zero else.
    let time = unsafe {
        libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, time.as_mut_ptr());
        time.assume_init()
    };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
