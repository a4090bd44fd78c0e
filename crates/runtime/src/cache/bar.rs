//! Code that crashed the process is not run again.
//!
//! A key with a file `<unique>.crash` in its folder is barred. It says why, and holds the IR where that is known. The handler of
//! [`crate::crash`] writes it in the moment of the crash, under a name that was prepared; `unbar` (or clearing the cache) gives the key
//! another chance.

use std::fs;
use std::path::PathBuf;

use super::tree::{self, Kind};
use super::{Cache, unique};

impl Cache {
    /// A file that would bar a key, were it written. None: there is no cache.
    pub fn bar_path(&self, key: &[u8]) -> Option<PathBuf> {
        Some(self.folder_of(key)?.join(format!("{}.crash", unique())))
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

    /// The file that says why a key is barred. None: it is not barred.
    pub fn barred_reason(&self, key: &[u8]) -> Option<PathBuf> {
        let folder = self.folder_of(key)?;
        self.files(&folder, Kind::Crash).into_iter().next().map(|crash| crash.path)
    }

    /// Every file that bars a key of this version or another, in order.
    pub fn bars(&self) -> Vec<PathBuf> {
        let files = self.trusted_folder().map(tree::walk).unwrap_or_default();
        let mut bars: Vec<PathBuf> = files.into_iter().filter(|file| file.kind == Kind::Crash).map(|file| file.path).collect();
        bars.sort();
        bars
    }

    /// Gives a key another chance.
    pub fn unbar(&self, key: &[u8]) {
        while let Some(path) = self.barred_reason(key) {
            if fs::remove_file(path).is_err() {
                break;
            }
        }
    }
}
