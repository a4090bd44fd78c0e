//! Compiling beside the program: LLVM works in a thread of ours, while the interpreter goes on with the loop that is to become native.
//!
//! One unit at a time, and then the one into whose loop the most time has gone. What needs Python is done before; the thread knows nothing of its
//! objects, holds no lock of its, and keeps what it has made in the cache. Then the main thread is asked, as signals are told, to meet the loops again
//! that wait for it. The thread is not there while the process forks, which Python would warn of. When Python ends it is waited for: the next start is
//! to have what it makes, and LLVM's library is taken apart when the process ends.

use crate::{account, guards, lock};
use pyo3::prelude::*;
use std::ffi::{c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::{Condvar, Mutex, MutexGuard, Once};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

/// LLVM's passes go deep.
const STACK: usize = 16 << 20;
/// Of what was compiled, so much is kept for loops that come by soon.
const MADE_AT_MOST: usize = 4;
/// While Python ends, signals are looked for as often.
const BETWEEN_SIGNALS: Duration = Duration::from_millis(20);

/// What was compiled, as the cache keeps it; or what LLVM had to say against it.
pub type Made = Result<Vec<u8>, String>;

struct Job {
    key: Vec<u8>,
    /// So much time has gone into the loop.
    waited: Duration,
    work: Box<dyn FnOnce() -> Made + Send>,
}

/// A loop that waits for what is compiled under this key; or, if that is None, until there is time for it.
struct Waiting {
    guards: usize,
    head: u32,
    key: Option<Vec<u8>>,
}

struct Desk {
    thread: Option<JoinHandle<()>>,
    /// The key of what is being compiled.
    under_way: Option<Vec<u8>>,
    /// What comes next.
    next: Option<Job>,
    made: Vec<(Vec<u8>, Made)>,
    /// What it took the thread, that has not been accounted for.
    took: Duration,
    waiting: Vec<Waiting>,
    /// Python ends, or there is no thread to be had.
    is_over: bool,
}

static DESK: Mutex<Desk> = Mutex::new(Desk {
    thread: None,
    under_way: None,
    next: None,
    made: Vec::new(),
    took: Duration::ZERO,
    waiting: Vec::new(),
    is_over: false,
});
static CHANGED: Condvar = Condvar::new();

fn desk() -> MutexGuard<'static, Desk> {
    DESK.lock().expect("nothing panics inside")
}

/// Whether something may be compiled beside what runs now: there is a processor for it, and the main thread, which is told, is the one that waits.
pub fn is_possible() -> bool {
    crate::settings::settings().compiles_beside() && runtime::signals::is_main_thread() && !desk().is_over
}

pub fn is_busy() -> bool {
    desk().under_way.is_some()
}

/// Whether this is being compiled, or will be next.
pub fn has(key: &[u8]) -> bool {
    let desk = desk();
    desk.under_way.as_deref() == Some(key) || desk.next.as_ref().is_some_and(|next| next.key == key)
}

/// Whether something would be compiled now, or next: not if more time has gone into what is to be next.
pub fn takes(waited: Duration) -> bool {
    desk().next.as_ref().is_none_or(|next| next.waited < waited)
}

/// Begins to compile, or puts it in the place of what was to be next. False if there is no thread to be had.
pub fn compile(py: Python<'_>, key: &[u8], waited: Duration, work: Box<dyn FnOnce() -> Made + Send>) -> bool {
    static READY: Once = Once::new();
    READY.call_once(|| {
        runtime::around_forks(end_thread, do_nothing, do_nothing);
        let registered = crate::ending::before_python_ends(py, end);
        desk().is_over = registered.is_err();
    });
    let job = Job { key: key.to_vec(), waited, work };
    let mut desk = desk();
    if desk.under_way.is_some() {
        desk.next = Some(job);
        return true;
    }
    // It has nothing to do any more.
    if let Some(ended) = desk.thread.take() {
        drop(desk);
        let _ = ended.join();
        desk = self::desk();
    }
    if desk.is_over {
        return false;
    }
    // Where the process ends without Python. What LLVM has come to need by now goes behind that.
    runtime::at_exit(end_thread);
    let _held = runtime::signals::Held::all();
    desk.under_way = Some(job.key.clone());
    desk.thread = Builder::new().name("lancehead-compiler".into()).stack_size(STACK).spawn(move || work_off(job)).ok();
    if desk.thread.is_none() {
        desk.under_way = None;
        desk.is_over = true;
    }
    desk.thread.is_some()
}

/// What the thread does.
fn work_off(first: Job) {
    let mut accounted = Duration::ZERO;
    let mut job = Some(first);
    while let Some(Job { key, work, .. }) = job {
        let made = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err("the compiler panicked".into()));
        let mut desk = desk();
        desk.made.push((key, made));
        if desk.made.len() > MADE_AT_MOST {
            // The cache has it.
            let _oldest = desk.made.remove(0);
        }
        let busy = runtime::clock::thread_busy().unwrap_or_default();
        desk.took += busy.saturating_sub(accounted);
        accounted = busy;
        job = desk.next.take();
        desk.under_way = job.as_ref().map(|job| job.key.clone());
        if !desk.is_over && !desk.waiting.is_empty() {
            // SAFETY: any thread may, without the interpreter's lock, as long as the interpreter is there: it ends behind `end`, which sets `is_over`.
            // Where too many calls wait already, the loops find out at their next entry.
            unsafe { frames::lh_ask_main_thread(wake, ptr::null_mut()) };
        }
        CHANGED.notify_all();
    }
}

/// What was compiled for this key, if that is not long ago.
pub fn take(key: &[u8]) -> Option<Made> {
    let mut desk = desk();
    let took = std::mem::take(&mut desk.took);
    let at = desk.made.iter().position(|(made, _)| made == key);
    let made = at.map(|at| desk.made.remove(at).1);
    drop(desk);
    if !took.is_zero() {
        account::compiled_beside(took);
    }
    made
}

/// A loop that sleeps is met again as soon as this is there, or when there is time for it.
pub fn wake_when_done(guards: &guards::Guards, head: u32, key: Option<Vec<u8>>) {
    let guards = ptr::from_ref(guards) as usize;
    let mut desk = desk();
    desk.waiting.retain(|other| (other.guards, other.head) != (guards, head));
    desk.waiting.push(Waiting { guards, head, key });
    if desk.under_way.is_none() {
        // It was done before this loop could be told.
        // SAFETY: with the interpreter's lock held.
        unsafe { frames::lh_ask_main_thread(wake, ptr::null_mut()) };
    }
}

/// In the main thread, between two instructions.
unsafe extern "C" fn wake(_: *mut c_void) -> c_int {
    let _ = catch_unwind(|| {
        let done: Vec<Waiting> = {
            let mut desk = desk();
            let Desk { waiting, under_way, next, .. } = &mut *desk;
            let is_done = |waiting: &Waiting| match &waiting.key {
                Some(key) => under_way.as_ref() != Some(key) && next.as_ref().is_none_or(|next| next.key != *key),
                None => next.is_none(),
            };
            let (done, later) = std::mem::take(waiting).into_iter().partition(is_done);
            *waiting = later;
            done
        };
        done.into_iter().for_each(|waiting| guards::has_waited(waiting.guards, waiting.head, waiting.key.is_some()));
    });
    0
}

/// Waits for the thread. What was to be next is asked for again, or not.
extern "C" fn end_thread() {
    let (thread, dropped) = {
        let mut desk = desk();
        (desk.thread.take(), desk.next.take())
    };
    drop(dropped);
    if let Some(thread) = thread {
        let _ = thread.join();
    }
}

extern "C" fn do_nothing() {}

/// Python ends.
fn end() {
    let dropped = {
        let mut desk = desk();
        desk.is_over = true;
        desk.next.take()
    };
    drop(dropped);
    lock::attach(|py| {
        while is_busy() {
            // Other threads may go on meanwhile.
            py.detach(|| {
                let desk = desk();
                if desk.under_way.is_some() {
                    drop(CHANGED.wait_timeout(desk, BETWEEN_SIGNALS));
                }
            });
            if let Err(raised) = py.check_signals() {
                raised.write_unraisable(py, None);
            }
        }
    });
    end_thread();
}
