//! Signals of this thread that wait until something is done.

use std::mem::MaybeUninit;
use std::ptr;

/// Signals that a fault of the thread itself raises, and those nobody can hold.
const NEVER_HELD: [i32; 8] =
    [libc::SIGSEGV, libc::SIGBUS, libc::SIGFPE, libc::SIGILL, libc::SIGTRAP, libc::SIGABRT, libc::SIGKILL, libc::SIGSTOP];
/// Beyond are those of the C library's own.
const SIGNALS: std::ops::RangeInclusive<i32> = 1..=64;

/// Until this is dropped, signals for which there is a handler wait, if this is the main thread: Python runs its handlers in that one only.
/// What would end or stop the process does so at once.
pub struct Held(Option<libc::sigset_t>);

impl Held {
    /// All of them, in whatever thread: those that it starts meanwhile never get one.
    pub fn all() -> Held {
        let mut held = MaybeUninit::uninit();
        let mut before = MaybeUninit::uninit();
        // SAFETY: as for `begin`.
        unsafe {
            libc::sigfillset(held.as_mut_ptr());
            NEVER_HELD.iter().for_each(|signal| {
                libc::sigdelset(held.as_mut_ptr(), *signal);
            });
            let failed = libc::pthread_sigmask(libc::SIG_BLOCK, held.as_ptr(), before.as_mut_ptr());
            Held((failed == 0).then(|| before.assume_init()))
        }
    }

    pub fn begin() -> Held {
        if !is_main_thread() {
            return Held(None);
        }
        let mut held = MaybeUninit::uninit();
        let mut before = MaybeUninit::uninit();
        // SAFETY: sets of signals on the stack, which these functions write before they are read.
        unsafe {
            libc::sigemptyset(held.as_mut_ptr());
            for signal in SIGNALS.filter(|signal| !NEVER_HELD.contains(signal) && has_handler(*signal)) {
                libc::sigaddset(held.as_mut_ptr(), signal);
            }
            let failed = libc::pthread_sigmask(libc::SIG_BLOCK, held.as_ptr(), before.as_mut_ptr());
            Held((failed == 0).then(|| before.assume_init()))
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(before) = &self.0 {
            // SAFETY: the mask that this thread had.
            unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, before, ptr::null_mut()) };
        }
    }
}

/// Whether it is the one that the process began with.
pub fn is_main_thread() -> bool {
    // SAFETY: numbers of this process and thread.
    unsafe { libc::syscall(libc::SYS_gettid) == libc::c_long::from(libc::getpid()) }
}

fn has_handler(signal: i32) -> bool {
    let mut action = MaybeUninit::<libc::sigaction>::uninit();
    // SAFETY: asks only; the action is written if the answer is 0.
    unsafe {
        libc::sigaction(signal, ptr::null(), action.as_mut_ptr()) == 0
            && !matches!(action.assume_init().sa_sigaction, libc::SIG_DFL | libc::SIG_IGN)
    }
}
