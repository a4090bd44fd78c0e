//! The files of all keys and versions. Only names of our own shape are ours, in whatever folder the user pointed us to.

use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Entry,
    Crash,
    Temporary,
}

impl Kind {
    /// After this time a file is a left-over. Entries go by the size of all, bars when the user says.
    pub fn lifetime(self) -> Option<Duration> {
        const HOUR: Duration = Duration::from_secs(60 * 60);
        match self {
            Kind::Entry | Kind::Crash => None,
            Kind::Temporary => Some(HOUR),
        }
    }
}

pub fn kind_of(name: &OsStr) -> Option<Kind> {
    let (stem, kind) = name.to_str()?.rsplit_once('.')?;
    let hex = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    match kind {
        "lho" if is_hex(stem, 32) => Some(Kind::Entry),
        "crash" if hex(stem) => Some(Kind::Crash),
        "tmp" if hex(stem) => Some(Kind::Temporary),
        _ => None,
    }
}

#[derive(Debug)]
pub struct Found {
    pub path: PathBuf,
    pub kind: Kind,
    pub bytes: u64,
    pub modified: SystemTime,
}

impl Found {
    pub fn new(path: PathBuf, kind: Kind, metadata: &Metadata) -> Found {
        let modified = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        Found { path, kind, bytes: metadata.len(), modified }
    }
}

/// Every file of ours. What cannot be read is skipped.
pub fn walk(root: &Path) -> Vec<Found> {
    let mut found = Vec::new();
    for folder in key_folders(root) {
        let Ok(list) = fs::read_dir(folder) else {
            continue;
        };
        for item in list.flatten() {
            let Some(kind) = kind_of(&item.file_name()) else {
                continue;
            };
            // A folder with such a name is not ours.
            match item.metadata() {
                Ok(metadata) if !metadata.is_dir() => found.push(Found::new(item.path(), kind, &metadata)),
                _ => {}
            }
        }
    }
    found
}

/// Deepest first, so that what becomes empty goes too. A folder that is not empty stays, and one that is needed again is made again.
pub fn remove_empty_folders(root: &Path) {
    for folder in key_folders(root) {
        let _ = fs::remove_dir(folder);
    }
    for folder in versions(root).iter().flat_map(|version| folders(version, |name| is_hex(name, 2))) {
        let _ = fs::remove_dir(folder);
    }
}

fn key_folders(root: &Path) -> impl Iterator<Item = PathBuf> {
    let shards = versions(root).into_iter().flat_map(|version| folders(&version, |name| is_hex(name, 2)));
    shards.flat_map(|shard| folders(&shard, |name| is_hex(name, 32)))
}

fn versions(root: &Path) -> Vec<PathBuf> {
    folders(root, |name| name.starts_with('v') && name[1..].starts_with(|c: char| c.is_ascii_digit()) && name.contains('-'))
}

/// True folders, not links to some.
fn folders(parent: &Path, ours: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let Ok(list) = fs::read_dir(parent) else {
        return Vec::new();
    };
    let is_ours = |item: &fs::DirEntry| item.file_name().to_str().is_some_and(&ours) && item.file_type().is_ok_and(|kind| kind.is_dir());
    list.flatten().filter(is_ours).map(|item| item.path()).collect()
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
