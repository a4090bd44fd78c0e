//! Bugs of our own: the program goes on in the interpreter, so only what stands on stderr tells of them. The tests and `selftest` ask here.
//!
//! `LANCEHEAD_BUGS=FILE` has each bug, of this process and of its children, written to the end of that file.

use crate::settings::settings;
use pyo3::prelude::*;
use std::fs::OpenOptions;
use std::io::Write;
use std::panic::PanicHookInfo;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

const NOTES_AT_MOST: usize = 16;
static NOTES: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// From now on every panic in the process is noted, whoever catches it.
pub fn note_panics() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info: &PanicHookInfo<'_>| {
        note(&info.to_string());
        usual(info);
    }));
}

/// What is no panic, but shouldn't have happened: said, and noted.
pub fn report(text: &str) {
    note(text);
    say(text);
}

/// To the user.
pub fn say(text: &str) {
    eprintln!("lancehead: a bug of ours, please report it; the program goes on in the interpreter.\n{text}");
}

/// For the tests, which ask for a panic at functions of some name.
pub fn panic_if_asked(function: &Bound<'_, PyAny>) {
    let asked = settings().panics_at.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
    if let Some(asked) = asked {
        let name: Option<String> = function.getattr("__name__").and_then(|name| name.extract()).ok();
        assert!(name.as_ref() != Some(&asked), "asked for at {asked}");
    }
}

/// For the tests, which ask that compiling takes long.
pub fn linger_if_asked() {
    let asked = settings().lingers.load(Ordering::Relaxed);
    if asked > 0 {
        std::thread::sleep(Duration::from_millis(asked));
    }
}

/// What was noted since the last time.
pub fn take_notes() -> Vec<String> {
    std::mem::take(&mut *NOTES.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
}

fn note(text: &str) {
    let mut notes = NOTES.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if notes.len() < NOTES_AT_MOST {
        notes.push(text.to_owned());
    }
    drop(notes);
    if let Some(path) = file()
        && let Ok(mut file) = OpenOptions::new().append(true).create(true).open(path)
    {
        // In one piece, for others may write there as well. A file that can't be written is nothing to tell a program's user.
        let _ = file.write_all(format!("process {}: {text}\n", std::process::id()).as_bytes());
    }
}

fn file() -> Option<&'static PathBuf> {
    static FILE: OnceLock<Option<PathBuf>> = OnceLock::new();
    FILE.get_or_init(|| std::env::var_os("LANCEHEAD_BUGS").filter(|name| !name.is_empty()).map(PathBuf::from)).as_ref()
}
