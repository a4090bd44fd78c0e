//! Wakes loops that sleep, and still run when that makes them worth compiling: nothing meets the guard of a loop that is entered once.
//!
//! A thread of ours keeps the time. It holds no lock of Python's and knows nothing of its objects; it asks the main thread to call `wake`, as signals
//! are told. It is there only as long as some loop waits for it, and not while the process forks or ends: a fork of a process with several threads is
//! something that Python warns of.

use crate::guards;
use pyo3::prelude::*;
use std::ffi::{c_int, c_void};
use std::ptr;
use std::sync::{Condvar, Mutex, MutexGuard, Once};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

/// The shortest and the longest time between two looks at the clock.
const SHORTEST: Duration = Duration::from_millis(1);
const LONGEST: Duration = Duration::from_secs(1);
const STACK: usize = 64 << 10;

/// A loop that waits.
struct Sleeper {
    guards: usize,
    head: u32,
    began: Began,
    wanted: Duration,
}

/// When something began: by the clock, and by what the process has computed.
#[derive(Clone, Copy)]
struct Began {
    at: Instant,
    busy: Duration,
}

impl Began {
    fn now() -> Began {
        Began { at: Instant::now(), busy: runtime::clock::busy() }
    }

    /// What this thread may have computed since: no more than the process, and not faster than the clock.
    fn took(&self) -> Duration {
        self.at.elapsed().min(runtime::clock::busy().saturating_sub(self.busy))
    }
}

struct Waker {
    sleepers: Vec<Sleeper>,
    /// The main thread was asked to call `wake`, and has not yet.
    has_asked: bool,
    thread: Option<JoinHandle<()>>,
    is_to_end: bool,
    /// Python ends: nobody is woken any more.
    is_over: bool,
}

static WAKER: Mutex<Waker> = Mutex::new(Waker { sleepers: Vec::new(), has_asked: false, thread: None, is_to_end: false, is_over: false });
static CHANGED: Condvar = Condvar::new();

fn waker() -> MutexGuard<'static, Waker> {
    WAKER.lock().expect("nothing panics inside")
}

/// Wakes a loop that has just gone to sleep, if it still runs when so much time has gone into it.
pub fn wake_after(guards: &guards::Guards, head: u32, wanted: Duration) {
    static READY: Once = Once::new();
    READY.call_once(|| {
        crate::lock::attach(end_before_python);
        runtime::around_forks(end_thread, ask_to_go_on, forget_all);
    });
    let guards = ptr::from_ref(guards) as usize;
    let mut waker = waker();
    waker.sleepers.retain(|sleeper| (sleeper.guards, sleeper.head) != (guards, head));
    waker.sleepers.push(Sleeper { guards, head, began: Began::now(), wanted });
    begin_thread(waker);
}

fn begin_thread(mut waker: MutexGuard<'_, Waker>) {
    let is_running = waker.thread.as_ref().is_some_and(|thread| !thread.is_finished());
    if !is_running && !waker.is_over && !waker.sleepers.is_empty() {
        waker.is_to_end = false;
        let _held = runtime::signals::Held::all();
        waker.thread = Builder::new().name("lancehead".into()).stack_size(STACK).spawn(keep_time).ok();
    }
    CHANGED.notify_all();
}

/// What the thread does.
fn keep_time() {
    let mut waker = waker();
    let mut idle = 1;
    while !waker.is_to_end && !waker.sleepers.is_empty() {
        let left = |sleeper: &Sleeper| sleeper.wanted.saturating_sub(sleeper.began.took());
        let left = waker.sleepers.iter().map(left).min().unwrap_or_default();
        if left.is_zero() && !waker.has_asked {
            // SAFETY: it may be called by any thread, without the interpreter's lock, as long as the interpreter is there: `end_thread` waits for
            // this one before that ends.
            waker.has_asked = unsafe { frames::lh_ask_main_thread(wake, ptr::null_mut()) } == 0;
        }
        let began = Began::now();
        let wait = (left.max(SHORTEST) * idle).min(LONGEST);
        waker = if waker.has_asked {
            CHANGED.wait(waker).expect("nothing panics inside")
        } else {
            CHANGED.wait_timeout(waker, wait).expect("nothing panics inside").0
        };
        // A process that waits for something else is not disturbed.
        idle = if began.took() < began.at.elapsed() / 16 { (idle * 2).min(1024) } else { 1 };
    }
}

/// In the main thread, between two instructions.
unsafe extern "C" fn wake(_: *mut c_void) -> c_int {
    let _ = std::panic::catch_unwind(|| {
        let mut waker = waker();
        waker.has_asked = false;
        let (due, later): (Vec<_>, Vec<_>) = waker.sleepers.drain(..).partition(|sleeper| sleeper.began.took() >= sleeper.wanted);
        waker.sleepers = later;
        CHANGED.notify_all();
        drop(waker);
        for sleeper in due {
            guards::ran_on(sleeper.guards, sleeper.head, sleeper.began.took());
        }
    });
    0
}

/// Ends the thread, if there is one.
extern "C" fn end_thread() {
    let thread = {
        let mut waker = waker();
        waker.is_to_end = true;
        waker.thread.take()
    };
    CHANGED.notify_all();
    if let Some(thread) = thread {
        let _ = thread.join();
    }
}

fn end_before_python(py: Python<'_>) {
    let registered = crate::ending::before_python_ends(py, || {
        waker().is_over = true;
        end_thread();
    });
    waker().is_over = registered.is_err();
}

/// Behind a fork, in the parent: Python looks at how many threads there are before it runs the next instruction.
extern "C" fn ask_to_go_on() {
    if !waker().sleepers.is_empty() {
        // SAFETY: as above.
        unsafe { frames::lh_ask_main_thread(go_on, ptr::null_mut()) };
    }
}

unsafe extern "C" fn go_on(_: *mut c_void) -> c_int {
    begin_thread(waker());
    0
}

/// In the child: nothing runs there yet that could wait for the lock that is held.
extern "C" fn forget_all() {
    let mut waker = waker();
    waker.sleepers.clear();
    waker.has_asked = false;
}
