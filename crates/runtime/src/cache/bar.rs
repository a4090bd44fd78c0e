//! Code that crashed the process is not run again.
//!
//! Before its first run a unit gets a marker file that holds the IR; after the run the marker goes. A marker whose process is dead
//! means that the process died in that run: the key is barred, and the IR is there to be reported. Whether a process is dead can be
//! told on the same machine since the same boot only; what was left elsewhere stays a question and bars nothing.
//!
//! A process that was *killed* in a first run leaves the same trace as one that crashed. So a first run is best kept to one entry of a
//! region, and `unbar` (or clearing the cache) gives the key another chance.

use std::fs;
use std::path::{Path, PathBuf};

use super::tree::Kind;
use super::{Cache, unique};
use crate::platform;

const FIRST_RUN: &str = "; lancehead: the first run of this code did not end";
const MACHINE: &str = "; machine: ";
const PROCESS: &str = "; process: ";

/// A first run in progress. Dropping it says that the run ended.
#[derive(Debug)]
#[must_use = "the run ends when the marker is dropped"]
pub struct Marker {
    path: PathBuf,
}

impl Marker {
    /// The run ended, well or not: it did not take the process with it.
    pub fn finish(self) {}
}

impl Drop for Marker {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

impl Cache {
    /// To be called before fresh code runs for the first time; `text` is its IR. None: crashes of it will go unnoticed.
    pub fn begin_first_run(&self, key: &[u8], text: &str) -> Option<Marker> {
        let machine = platform::machine()?;
        let process = std::process::id();
        let start = platform::process_start(process)?;
        let folder = self.make_folder_of(key)?;
        let path = folder.join(format!("{}.run", unique()));
        let content = format!("{FIRST_RUN}\n{MACHINE}{machine}\n{PROCESS}{process} {start}\n{text}\n");
        self.write_whole(&folder, &path, content.as_bytes()).then_some(Marker { path })
    }

    /// Keeps a key from being run, for a reason that is known.
    pub fn bar(&self, key: &[u8], reason: &str) -> bool {
        let Some(folder) = self.make_folder_of(key) else {
            return false;
        };
        self.write_whole(&folder, &folder.join(format!("{}.crash", unique())), format!("; lancehead: {reason}\n").as_bytes())
    }

    pub fn is_barred(&self, key: &[u8]) -> bool {
        self.barred_reason(key).is_some()
    }

    /// The file that says why a key is barred: the IR of what crashed, or a reason. None: it is not barred.
    pub fn barred_reason(&self, key: &[u8]) -> Option<PathBuf> {
        let folder = self.folder_of(key)?;
        if let Some(crash) = self.files(&folder, Kind::Crash).into_iter().next() {
            return Some(crash.path);
        }
        let runs = self.files(&folder, Kind::Run);
        let dead = runs.into_iter().find(|run| self.owner_is_dead(&run.path))?;
        let crash = dead.path.with_extension("crash");
        // Where it cannot be renamed (read-only, or another process was first) it bars as it is.
        let renamed = fs::rename(&dead.path, &crash).is_ok() || crash.exists();
        Some(if renamed { crash } else { dead.path })
    }

    /// Gives a key another chance.
    pub fn unbar(&self, key: &[u8]) {
        while let Some(path) = self.barred_reason(key) {
            if fs::remove_file(path).is_err() {
                break;
            }
        }
    }

    /// False also where it cannot be told.
    fn owner_is_dead(&self, run: &Path) -> bool {
        let Some((bytes, ..)) = self.read_trusted(run) else {
            return false;
        };
        let text = String::from_utf8_lossy(&bytes);
        let owner = || {
            let mut lines = text.lines();
            (lines.next()? == FIRST_RUN).then_some(())?;
            let machine = lines.next()?.strip_prefix(MACHINE)?;
            let (process, start) = lines.next()?.strip_prefix(PROCESS)?.split_once(' ')?;
            Some((machine.to_owned(), process.parse::<u32>().ok()?, start.parse::<u64>().ok()?))
        };
        let Some((machine, process, start)) = owner() else {
            return false;
        };
        platform::machine() == Some(machine) && platform::process_start(process) != Some(start)
    }
}
