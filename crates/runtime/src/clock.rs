//! How long this process, and a thread of it, has kept processors busy.

use std::mem::MaybeUninit;
use std::time::Duration;

/// All threads together.
pub fn busy() -> Duration {
    read(libc::CLOCK_PROCESS_CPUTIME_ID).unwrap_or_default()
}

/// The thread that asks; None if that can't be told.
pub fn thread_busy() -> Option<Duration> {
    read(libc::CLOCK_THREAD_CPUTIME_ID)
}

fn read(clock: libc::clockid_t) -> Option<Duration> {
    let mut time = MaybeUninit::<libc::timespec>::zeroed();
    // SAFETY: the time is written if the answer is 0, and is zero else.
    let (status, time) = unsafe { (libc::clock_gettime(clock, time.as_mut_ptr()), time.assume_init()) };
    (status == 0).then(|| Duration::new(time.tv_sec as u64, time.tv_nsec as u32))
}
