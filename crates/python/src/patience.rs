//! Compiling that takes longer than a second says so, where somebody sits at the terminal.

use std::io::{IsTerminal, Write, stderr};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

const LONG: Duration = Duration::from_secs(1);

/// Something that may take long is under way, until this is dropped.
pub struct Patience(Option<(Sender<()>, JoinHandle<()>)>);

impl Patience {
    /// `what` is said if it takes long. A thread waits for that, because one call of LLVM can be all of it.
    pub fn begin(what: impl FnOnce() -> String) -> Patience {
        if !stderr().is_terminal() {
            return Patience(None);
        }
        let (done, is_done) = channel();
        let what = what();
        // It never asks for the interpreter's lock, so to wait for its end is safe.
        let waiting = Builder::new().name("lancehead-patience".into()).spawn(move || wait(&what, &is_done));
        Patience(waiting.ok().map(|thread| (done, thread)))
    }
}

impl Drop for Patience {
    fn drop(&mut self) {
        if let Some((done, thread)) = self.0.take() {
            drop(done);
            let _ = thread.join();
        }
    }
}

fn wait(what: &str, is_done: &Receiver<()>) {
    let started = Instant::now();
    if is_done.recv_timeout(LONG) == Err(RecvTimeoutError::Timeout) {
        // A terminal that is gone is no reason to fail.
        let _ = write!(stderr(), "lancehead: {what} ...");
        let _ = is_done.recv();
        let _ = writeln!(stderr(), " {:.1} s", started.elapsed().as_secs_f64());
    }
}
