//! Compiled units on disk, found by the full bytes of their key.
//!
//! ```text
//! <folder>/v1-0.1.0/3f/3f86…/<variant>.lho     one compiled unit; a key has up to eight (their guards differ)
//!                           /<unique>.crash    the key is barred, and why                  (see `bar`)
//!                           /<unique>.tmp      being written, by rename it becomes one of the above
//! ```
//!
//! The cache never fails: what cannot be read is a miss, what cannot be written is not kept, and the first reason is remembered as a
//! sentence for `doctor`. Any number of processes use one folder and may be killed at any instruction: a file is complete or absent.
//!
//! What is read here will be executed. So a folder or file that another user could have written to is refused. Removing is careful as
//! well: only names of our own shape go, whatever folder the user pointed us to.

mod bar;
mod entry;
mod settings;
mod tree;

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use crate::platform;
use settings::Settings;
use tree::{Kind, kind_of};

/// Variants of one key that are kept, and that a lookup looks at.
pub const VARIANTS: usize = 8;

/// The folder of this version; another version's entries are not looked at, and age out.
const VERSION: &str = concat!("v1-", env!("CARGO_PKG_VERSION"));

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// A store sweeps with this chance, if the last sweep of anyone is older than `SWEEP_REST`: a sweep looks at every entry.
const SWEEP_CHANCE: u64 = 64;
const SWEEP_REST: Duration = Duration::from_secs(10 * 60);

pub struct Cache {
    /// None: switched off, or there is no place for it.
    folder: Option<PathBuf>,
    limit: u64,
    /// The folder was found to be ours. It may come into being after `open`.
    trusted: AtomicBool,
    trouble: Mutex<Option<String>>,
}

/// One compiled unit that was found.
#[derive(Debug)]
pub struct Entry {
    pub payload: Vec<u8>,
    pub path: PathBuf,
}

/// For `lancehead cache`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Info {
    pub path: Option<PathBuf>,
    pub entries: usize,
    pub bytes: u64,
    pub limit: u64,
}

impl Cache {
    /// The cache in `dir`, or where the environment says, or in the user's cache folder. Nothing is created before the first store.
    pub fn open(dir: Option<PathBuf>) -> Cache {
        Cache::with(Settings::find(dir, &|name| std::env::var_os(name)))
    }

    fn with(settings: Settings) -> Cache {
        let Settings { folder, limit, trouble } = settings;
        let cache = Cache { folder, limit, trusted: AtomicBool::new(false), trouble: Mutex::new(trouble) };
        // Now, so that `doctor` knows before the first use.
        cache.trusted_folder();
        cache
    }

    /// The same cache with another bound on its size in bytes.
    pub fn with_limit(mut self, limit: u64) -> Cache {
        self.limit = limit;
        self
    }

    /// The valid entries of a key, the latest used first. They are read one by one, as they are asked for.
    pub fn lookup<'a>(&'a self, key: &'a [u8]) -> impl Iterator<Item = Entry> + 'a {
        let folder = self.folder_of(key);
        let mut found = folder.map(|folder| self.files(&folder, Kind::Entry)).unwrap_or_default();
        found.sort_by(|a, b| b.modified.cmp(&a.modified).then_with(|| a.path.cmp(&b.path)));
        found.truncate(VARIANTS);
        found.into_iter().filter_map(move |file| {
            let payload = self.read_entry(&file.path, key)?;
            Some(Entry { payload, path: file.path })
        })
    }

    /// Keeps a compiled unit, in place of an older one of the same variant. False: it is not kept.
    pub fn store(&self, key: &[u8], variant: &[u8], payload: &[u8]) -> bool {
        let bytes = entry::encode(key, payload);
        if bytes.len() as u64 > self.limit {
            return false;
        }
        let Some(folder) = self.make_folder_of(key) else {
            return false;
        };
        let path = folder.join(entry_name(variant));
        if !self.write_whole(&folder, &path, &bytes) {
            return false;
        }
        self.drop_surplus(&folder, &path);
        if lot() % SWEEP_CHANCE == 0 {
            self.sweep_if_due();
        }
        true
    }

    /// Where a compiled unit is kept, if it is.
    pub fn entry_path(&self, key: &[u8], variant: &[u8]) -> Option<PathBuf> {
        Some(self.folder_of(key)?.join(entry_name(variant)))
    }

    pub fn info(&self) -> Info {
        let files = self.trusted_folder().map(tree::walk).unwrap_or_default();
        let entries = files.iter().filter(|file| file.kind == Kind::Entry);
        Info { path: self.folder.clone(), entries: entries.clone().count(), bytes: entries.map(|file| file.bytes).sum(), limit: self.limit }
    }

    /// Removes everything, of all versions, bars too; returns how many entries that were.
    pub fn clear(&self) -> usize {
        let Some(folder) = self.trusted_folder() else {
            return 0;
        };
        let mut removed = 0;
        for file in tree::walk(folder) {
            match fs::remove_file(&file.path) {
                Ok(()) => removed += usize::from(file.kind == Kind::Entry),
                Err(error) => self.note(&error, "an entry cannot be removed", &file.path),
            }
        }
        tree::remove_empty_folders(folder);
        removed
    }

    /// Brings the cache below its size: what was not used for the longest time goes. Also what killed processes left behind.
    pub fn sweep(&self) {
        let Some(folder) = self.trusted_folder() else {
            return;
        };
        let mut files = tree::walk(folder);
        let now = SystemTime::now();
        files.retain(|file| {
            let stale = file.kind.lifetime().is_some_and(|lifetime| age(file.modified, now) > lifetime);
            stale.then(|| fs::remove_file(&file.path));
            !stale && file.kind == Kind::Entry
        });
        let mut bytes: u64 = files.iter().map(|file| file.bytes).sum();
        if bytes > self.limit {
            files.sort_by_key(|file| file.modified);
            // A tenth of slack, or the next store would sweep again.
            let goal = self.limit - self.limit / 10;
            for file in files {
                if bytes <= goal {
                    break;
                }
                let _ = fs::remove_file(&file.path);
                bytes -= file.bytes;
            }
        }
        tree::remove_empty_folders(folder);
    }

    /// The first thing that went wrong, in a sentence for the user.
    pub fn trouble(&self) -> Option<String> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn sweep_if_due(&self) {
        let Some(stamp) = self.trusted_folder().map(|folder| folder.join(VERSION).join("swept")) else {
            return;
        };
        let last = fs::metadata(&stamp).and_then(|found| found.modified());
        if last.is_ok_and(|last| age(last, SystemTime::now()) < SWEEP_REST) {
            return;
        }
        // Stamped first, so that other processes do not join in.
        let _ = fs::write(&stamp, "");
        self.sweep();
    }

    fn read_entry(&self, path: &Path, key: &[u8]) -> Option<Vec<u8>> {
        let (bytes, file, found) = self.read_trusted(path)?;
        match entry::decode(bytes, key) {
            Ok(payload) => {
                let now = SystemTime::now();
                if found.modified().is_ok_and(|used| age(used, now) > DAY) {
                    let _ = file.set_modified(now);
                }
                Some(payload)
            }
            Err(entry::Unfit::OtherKey) => None,
            Err(entry::Unfit::Damaged) => {
                let _ = fs::remove_file(path);
                None
            }
        }
    }

    /// A whole file that only we can have written.
    fn read_trusted(&self, path: &Path) -> Option<(Vec<u8>, File, Metadata)> {
        let read = || {
            let mut file = OpenOptions::new().read(true).custom_flags(platform::OPEN_PLAIN).open(path)?;
            let found = file.metadata()?;
            let mut bytes = Vec::new();
            if found.is_file() && platform::is_ours(&found).is_ok() {
                bytes.reserve_exact(usize::try_from(found.len()).unwrap_or(0).min(1 << 30));
                file.read_to_end(&mut bytes)?;
            }
            Ok((bytes, file, found))
        };
        match read() {
            Ok((_, _, found)) if !found.is_file() => {
                self.say(format!("{} is in the cache but is no plain file; it is left alone", path.display()));
                None
            }
            Ok((bytes, file, found)) => match platform::is_ours(&found) {
                Ok(()) => Some((bytes, file, found)),
                Err(why) => {
                    self.say(format!("the cached file {} is not used: {why}", path.display()));
                    None
                }
            },
            Err(error) => {
                self.note(&error, "a cached file cannot be read", path);
                None
            }
        }
    }

    /// Writes a file such that others see all of it or nothing. No fsync: what a power cut or a late
    /// error of a file server leaves is found by its checksum.
    fn write_whole(&self, folder: &Path, path: &Path, bytes: &[u8]) -> bool {
        let temporary = folder.join(format!("{}.tmp", unique()));
        let write = || {
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
            file.write_all(bytes)?;
            fs::rename(&temporary, path)
        };
        let mut result = write();
        if result.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
            // Someone cleared the cache meanwhile.
            result = make_private_folders(folder).and_then(|()| write());
        }
        if let Err(error) = &result {
            let _ = fs::remove_file(&temporary);
            self.note(error, "compiled code cannot be kept", path);
        }
        result.is_ok()
    }

    fn drop_surplus(&self, folder: &Path, newest: &Path) {
        let mut files = self.files(folder, Kind::Entry);
        files.retain(|file| file.path != newest);
        if files.len() >= VARIANTS {
            files.sort_by_key(|file| file.modified);
            for file in &files[..files.len() + 1 - VARIANTS] {
                let _ = fs::remove_file(&file.path);
            }
        }
    }

    /// The files of one kind in a key's folder. An absent folder is an empty one.
    fn files(&self, folder: &Path, kind: Kind) -> Vec<tree::Found> {
        let list = || {
            let mut found = Vec::new();
            for item in fs::read_dir(folder)? {
                let item = item?;
                if kind_of(&item.file_name()) == Some(kind) {
                    // Gone since it was listed: another process was faster.
                    let Ok(metadata) = item.metadata() else {
                        continue;
                    };
                    found.push(tree::Found::new(item.path(), kind, &metadata));
                }
            }
            if !found.is_empty() {
                self.check(folder)?;
            }
            Ok(found)
        };
        list().unwrap_or_else(|error: io::Error| {
            self.note(&error, "the cache cannot be read", folder);
            Vec::new()
        })
    }

    /// The folder of a key, which need not exist.
    fn folder_of(&self, key: &[u8]) -> Option<PathBuf> {
        let name = format!("{:032x}", xxh3_128(key));
        Some(self.trusted_folder()?.join(VERSION).join(&name[..2]).join(&name))
    }

    fn make_folder_of(&self, key: &[u8]) -> Option<PathBuf> {
        let root = self.folder.as_deref()?;
        if self.trust(root).is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
            if let Err(error) = make_private_folders(root) {
                self.note(&error, "the cache folder cannot be made", root);
                return None;
            }
        }
        let folder = self.folder_of(key)?;
        if let Err(error) = make_private_folders(&folder) {
            self.note(&error, "compiled code cannot be kept", &folder);
            return None;
        }
        Some(folder)
    }

    fn trusted_folder(&self) -> Option<&Path> {
        self.folder.as_deref().filter(|folder| self.trust(folder).is_ok())
    }

    /// Whether the folder exists and only we can write to it. Asked of the system until it is so.
    fn trust(&self, folder: &Path) -> io::Result<()> {
        if !self.trusted.load(Ordering::Relaxed) {
            self.check(folder).inspect_err(|error| self.note(error, "the cache folder cannot be used", folder))?;
            self.trusted.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    /// A folder that exists and is ours.
    fn check(&self, folder: &Path) -> io::Result<()> {
        let found = fs::metadata(folder)?;
        if !found.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        platform::is_ours(&found).map_err(|why| {
            self.say(format!("the cache folder {} is not used: {why}", folder.display()));
            io::ErrorKind::PermissionDenied.into()
        })
    }

    /// Remembers an I/O error, unless it only says that something is not there.
    fn note(&self, error: &io::Error, what: &str, path: &Path) {
        if error.kind() != io::ErrorKind::NotFound {
            self.say(format!("{what}: {error} ({})", path.display()));
        }
    }

    /// The first sentence stays: the others mostly follow from it.
    fn say(&self, sentence: String) {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(sentence);
    }
}

fn entry_name(variant: &[u8]) -> String {
    format!("{:032x}.lho", xxh3_128(variant))
}

/// Makes a folder and those above it that are missing, for us alone whatever the umask.
fn make_private_folders(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Zero for what comes from the future: the clocks of file servers differ.
fn age(then: SystemTime, now: SystemTime) -> Duration {
    now.duration_since(then).unwrap_or_default()
}

/// A name that no other thread, process or node uses.
fn unique() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{:016x}-{:x}-{count:x}", lot(), std::process::id())
}

/// Differs from call to call and from process to process.
fn lot() -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let mut seed = now.as_nanos().to_le_bytes().to_vec();
    seed.extend(std::process::id().to_le_bytes());
    seed.extend((&raw const seed).addr().to_le_bytes());
    xxh3_64(&seed)
}
