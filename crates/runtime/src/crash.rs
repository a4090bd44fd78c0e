//! When the process dies while machine code of ours runs: says whose code it was, keeps its IR, and bars it from the next run.
//!
//! Everything that is written is prepared when the code is loaded ([`Report`]), for a handler of SIGSEGV and the like may do next to
//! nothing: no memory, no locks, no Rust formatting. Which report applies, each thread says for itself in a word of its own
//! ([`Running`]): two stores a call. What happens in other threads, or outside of our code, is none of our business: the handler that
//! was there before gets it (`faulthandler`, a debugger's, a virtual machine's that lives on such signals).
//!
//! Unsafe, with its reasons, in `SAFETY.md`.

use std::cell::Cell;
use std::ffi::{CString, c_int, c_void};
use std::mem::MaybeUninit;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// What is said and kept if a unit's machine code crashes.
#[derive(Default)]
pub struct Report {
    /// On stderr, before the signal's name, and behind it: where the bar was written, and where it was not.
    opening: Vec<u8>,
    barred: Vec<u8>,
    not_barred: Vec<u8>,
    /// The file that bars the key, and how it begins.
    bar: Option<CString>,
    header: Vec<u8>,
    /// The file that ends with the IR, and the IR's length.
    entry: Option<CString>,
    ir_bytes: usize,
}

impl Report {
    /// `subject` names the function, with its file and line; `bar` is the file to write (see `Cache::bar_path`), `entry` the cached one that
    /// ends with `ir_bytes` of IR.
    pub fn new(subject: &str, bar: Option<PathBuf>, entry: Option<PathBuf>, ir_bytes: usize) -> Report {
        let place = bar.as_ref().map(|path| path.to_string_lossy().into_owned()).unwrap_or_default();
        let c_string = |path: PathBuf| CString::new(path.into_os_string().into_vec()).ok();
        Report {
            opening: format!("\nlancehead: the machine code of {subject} crashed (").into_bytes(),
            barred: format!(
                ").\nlancehead: a bug of lancehead, please report it with this file:\n  {place}\n\
                 lancehead: from the next run on the interpreter does this function (`lancehead cache clear` gives it another chance).\n"
            )
            .into_bytes(),
            not_barred:
                ").\nlancehead: a bug of lancehead, please report it. Nothing could be kept: the cache is off or cannot be written; \
                         LANCEHEAD=0 runs the program in the interpreter.\n"
                    .into(),
            bar: bar.and_then(c_string),
            header: format!("; lancehead: the machine code of {subject} crashed; it is left to the interpreter\n").into_bytes(),
            entry: entry.and_then(c_string),
            ir_bytes,
        }
    }
}

/// What a thread runs: where it may keep a word, between two calls too. Null: a thread that was never here.
pub type Running = Cell<*const Report>;

/// What a thread's word says while none of our code runs. Not null, which says that the thread is new.
fn idle() -> *const Report {
    static IDLE: AtomicBool = AtomicBool::new(false);
    (&raw const IDLE).cast()
}

/// Says that the thread runs the code that `report` is about, until this is dropped.
pub struct Watch<'a> {
    running: &'a Running,
    outer: *const Report,
}

impl<'a> Watch<'a> {
    /// # Safety
    /// `running` is a word of this thread's that lives as long as the thread, and that only watches write.
    #[inline]
    pub unsafe fn begin(running: &'a Running, report: &'a Report) -> Watch<'a> {
        if running.get().is_null() {
            enter_thread(running);
        }
        Watch { running, outer: running.replace(report) }
    }

    /// The same for what is not our code, in the middle of it.
    ///
    /// # Safety
    /// As for `begin`.
    pub unsafe fn suspend(running: &'a Running) -> Watch<'a> {
        Watch { running, outer: running.replace(idle()) }
    }
}

impl Drop for Watch<'_> {
    #[inline]
    fn drop(&mut self) {
        self.running.set(self.outer);
    }
}

const SIGNALS: [(c_int, &str); 4] =
    [(libc::SIGSEGV, "SIGSEGV"), (libc::SIGBUS, "SIGBUS"), (libc::SIGILL, "SIGILL"), (libc::SIGFPE, "SIGFPE")];

struct Installed {
    /// A thread's [`Thread`], which a handler may ask for where it may not ask for thread-local storage: that can allocate.
    key: libc::pthread_key_t,
    /// What was there before, in the order of `SIGNALS`.
    before: [libc::sigaction; SIGNALS.len()],
}

static INSTALLED: OnceLock<Option<Installed>> = OnceLock::new();

/// What the handler knows of a thread.
struct Thread {
    running: *const Running,
    /// Of the stack that its handlers run on, if that is ours: a stack overflow leaves no other.
    stack: Option<*mut c_void>,
}

const STACK: usize = 64 * 1024;

/// Installs the handler, once. For what crashed before that, nobody is asked.
pub fn install() {
    INSTALLED.get_or_init(|| {
        let mut installed = Installed { key: 0, before: [unsafe { MaybeUninit::zeroed().assume_init() }; SIGNALS.len()] };
        // SAFETY: plain calls with valid pointers; the handler has the type that SA_SIGINFO asks for.
        unsafe {
            if libc::pthread_key_create(&mut installed.key, Some(leave_thread)) != 0 {
                return None;
            }
            // Read before ours stand: the first crash may come at once.
            for ((signal, _), before) in SIGNALS.iter().zip(&mut installed.before) {
                libc::sigaction(*signal, ptr::null(), before);
            }
        }
        Some(installed)
    });
    static STANDS: AtomicBool = AtomicBool::new(false);
    if INSTALLED.get().is_some_and(|installed| installed.is_some()) && !STANDS.swap(true, Ordering::AcqRel) {
        let handler: extern "C" fn(c_int, *mut libc::siginfo_t, *mut c_void) = handle;
        for (signal, _) in SIGNALS {
            // SAFETY: as above. All zero is an empty mask and no flags.
            unsafe {
                let mut action: libc::sigaction = MaybeUninit::zeroed().assume_init();
                action.sa_sigaction = handler as *const () as usize;
                action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
                libc::sigaction(signal, &action, ptr::null_mut());
            }
        }
    }
}

/// The first call of a thread: makes it known to the handler.
#[cold]
fn enter_thread(running: &Running) {
    running.set(idle());
    let Some(Some(installed)) = INSTALLED.get() else { return };
    let thread = Box::into_raw(Box::new(Thread { running, stack: alternate_stack() }));
    // SAFETY: our key; `leave_thread` frees the value.
    if unsafe { libc::pthread_setspecific(installed.key, thread.cast()) } != 0 {
        unsafe { leave_thread(thread.cast()) };
    }
}

/// A stack for the thread's handlers, if it has none.
fn alternate_stack() -> Option<*mut c_void> {
    // SAFETY: a fresh mapping becomes the stack of this thread's handlers, which has none; it is unmapped by `leave_thread` alone.
    unsafe {
        let mut now: libc::stack_t = MaybeUninit::zeroed().assume_init();
        if libc::sigaltstack(ptr::null(), &mut now) != 0 || now.ss_flags & libc::SS_DISABLE == 0 {
            return None;
        }
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_STACK;
        let stack = libc::mmap(ptr::null_mut(), STACK, libc::PROT_READ | libc::PROT_WRITE, flags, -1, 0);
        if stack == libc::MAP_FAILED {
            return None;
        }
        let ours = libc::stack_t { ss_sp: stack, ss_flags: 0, ss_size: STACK };
        if libc::sigaltstack(&ours, ptr::null_mut()) != 0 {
            libc::munmap(stack, STACK);
            return None;
        }
        Some(stack)
    }
}

/// A thread ends.
unsafe extern "C" fn leave_thread(thread: *mut c_void) {
    // SAFETY: made by `enter_thread` on this thread, and the system calls this once for it.
    unsafe {
        let thread = Box::from_raw(thread.cast::<Thread>());
        // Should it come back in another destructor, it is new again.
        (*thread.running).set(ptr::null());
        if let Some(stack) = thread.stack {
            let mut now: libc::stack_t = MaybeUninit::zeroed().assume_init();
            if libc::sigaltstack(ptr::null(), &mut now) == 0 && now.ss_sp == stack {
                now.ss_flags = libc::SS_DISABLE;
                libc::sigaltstack(&now, ptr::null_mut());
            }
            libc::munmap(stack, STACK);
        }
    }
}

/// Async-signal-safe, as is all that it calls.
extern "C" fn handle(signal: c_int, info: *mut libc::siginfo_t, context: *mut c_void) {
    let Some(Some(installed)) = INSTALLED.get() else { return };
    let Some(index) = SIGNALS.iter().position(|(known, _)| *known == signal) else { return };
    // SAFETY: the system passes a valid `info`; the report lives as long as the call that runs, and the thread stands still in it.
    unsafe {
        let errno = *libc::__errno_location();
        let report = running_report(installed);
        static REPORTED: AtomicBool = AtomicBool::new(false);
        let is_ours = !report.is_null() && is_a_fault(&*info);
        if is_ours && !REPORTED.swap(true, Ordering::AcqRel) {
            write_report(&*report, SIGNALS[index].1.as_bytes());
        }
        *libc::__errno_location() = errno;
        pass_on(signal, info, context, &installed.before[index], is_ours);
    }
}

unsafe fn running_report(installed: &Installed) -> *const Report {
    unsafe {
        let thread = libc::pthread_getspecific(installed.key).cast::<Thread>();
        if thread.is_null() {
            return ptr::null();
        }
        let report = (*(*thread).running).get();
        if report == idle() { ptr::null() } else { report }
    }
}

/// Raised by an instruction, or by this process again (`faulthandler` does so when it has said its part); not sent from outside.
unsafe fn is_a_fault(info: &libc::siginfo_t) -> bool {
    info.si_code > 0 || (info.si_code == libc::SI_TKILL && unsafe { info.si_pid() == libc::getpid() })
}

/// To the handler that was there before; without one the signal comes again and does what it does.
unsafe fn pass_on(signal: c_int, info: *mut libc::siginfo_t, context: *mut c_void, before: &libc::sigaction, is_ours: bool) {
    unsafe {
        let action = before.sa_sigaction;
        let is_sent = (*info).si_code <= 0;
        if action == libc::SIG_IGN && is_sent {
            return;
        }
        if action != libc::SIG_DFL && action != libc::SIG_IGN && !is_ours {
            // We stay: it may live on such signals.
            if before.sa_flags & libc::SA_SIGINFO != 0 {
                std::mem::transmute::<usize, extern "C" fn(c_int, *mut libc::siginfo_t, *mut c_void)>(action)(signal, info, context);
            } else {
                std::mem::transmute::<usize, extern "C" fn(c_int)>(action)(signal);
            }
            return;
        }
        libc::sigaction(signal, before, ptr::null_mut());
        // A fault comes again when the instruction does; what was sent must be sent again.
        if is_sent {
            libc::raise(signal);
        }
    }
}

unsafe fn write_report(report: &Report, signal: &[u8]) {
    unsafe {
        let is_barred = report.bar.as_ref().is_some_and(|path| write_bar(report, path));
        for text in [&report.opening, signal, if is_barred { &report.barred } else { &report.not_barred }] {
            write_all(libc::STDERR_FILENO, text);
        }
    }
}

unsafe fn write_bar(report: &Report, path: &CString) -> bool {
    unsafe {
        let flags = libc::O_WRONLY | libc::O_CREAT | libc::O_EXCL | libc::O_CLOEXEC;
        let bar = libc::open(path.as_ptr(), flags, 0o600 as c_int);
        if bar < 0 {
            return false;
        }
        write_all(bar, &report.header);
        if let Some(entry) = &report.entry {
            let entry = libc::open(entry.as_ptr(), libc::O_RDONLY | libc::O_CLOEXEC);
            if entry >= 0 {
                copy_end(entry, bar, report.ir_bytes);
                libc::close(entry);
            }
        }
        libc::close(bar);
        true
    }
}

/// The last `count` bytes of a file.
unsafe fn copy_end(from: c_int, to: c_int, mut count: usize) {
    unsafe {
        let mut buffer = [0u8; 4096];
        if libc::lseek(from, -(count as libc::off_t), libc::SEEK_END) < 0 {
            return;
        }
        while count > 0 {
            let got = libc::read(from, buffer.as_mut_ptr().cast(), buffer.len().min(count));
            if got <= 0 {
                return;
            }
            write_all(to, buffer.get(..got as usize).unwrap_or_default());
            count = count.saturating_sub(got as usize);
        }
    }
}

unsafe fn write_all(to: c_int, mut text: &[u8]) {
    while !text.is_empty() {
        let written = unsafe { libc::write(to, text.as_ptr().cast(), text.len()) };
        if written <= 0 {
            return;
        }
        text = text.get(written as usize..).unwrap_or_default();
    }
}
