//! The cache: what it keeps, what it refuses, and that nothing which happens to its files makes it fail.

#![cfg(target_os = "linux")]

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant, SystemTime};

use runtime::cache::{Cache, VARIANTS};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A folder that goes when the test ends.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Scratch {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("lancehead-cache-{}-{count}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        Scratch(path)
    }

    fn cache(&self) -> Cache {
        Cache::open(Some(self.0.clone()))
    }

    /// All files below, but for the sweeper's stamp.
    fn files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let mut folders = vec![self.0.clone()];
        while let Some(folder) = folders.pop() {
            for item in fs::read_dir(folder).into_iter().flatten().flatten() {
                match item.file_type().unwrap().is_dir() {
                    true => folders.push(item.path()),
                    false if item.file_name() != "swept" => files.push(item.path()),
                    false => {}
                }
            }
        }
        files.sort();
        files
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn payloads(cache: &Cache, key: &[u8]) -> Vec<Vec<u8>> {
    cache.lookup(key).map(|entry| entry.payload).collect()
}

fn set_age(path: &Path, age: Duration) {
    fs::File::options().write(true).open(path).unwrap().set_modified(SystemTime::now() - age).unwrap();
}

fn age(path: &Path) -> Duration {
    fs::metadata(path).unwrap().modified().unwrap().elapsed().unwrap_or_default()
}

fn am_root() -> bool {
    fs::read_to_string("/proc/self/status").unwrap().contains("\nUid:\t0\t0")
}

#[test]
fn what_is_stored_is_found_by_another_process_and_by_its_key_only() {
    let scratch = Scratch::new();
    assert!(payloads(&scratch.cache(), b"key").is_empty());
    assert!(scratch.files().is_empty(), "a lookup creates nothing");
    assert!(scratch.cache().store(b"key", b"v", b"payload"));
    let cache = scratch.cache();
    assert_eq!(payloads(&cache, b"key"), [b"payload"]);
    assert!(payloads(&cache, b"kez").is_empty());
    assert_eq!(cache.trouble(), None);
    let path = cache.lookup(b"key").next().unwrap().path;
    let parts: Vec<&str> = path.strip_prefix(&scratch.0).unwrap().iter().map(|part| part.to_str().unwrap()).collect();
    assert_eq!(parts.len(), 4);
    assert_eq!(parts[1], &parts[2][..2]);
    assert!(parts[3].ends_with(".lho"));
}

#[test]
fn empty_keys_and_payloads_are_as_good_as_others() {
    let scratch = Scratch::new();
    assert!(scratch.cache().store(b"", b"", b""));
    assert_eq!(payloads(&scratch.cache(), b""), [b""]);
}

#[test]
fn a_variant_is_replaced_and_others_stay() {
    let scratch = Scratch::new();
    let cache = scratch.cache();
    for (variant, payload) in [(b"a", b"1"), (b"b", b"2"), (b"a", b"3")] {
        assert!(cache.store(b"key", variant, payload));
    }
    let found: BTreeSet<Vec<u8>> = payloads(&cache, b"key").into_iter().collect();
    assert_eq!(found, BTreeSet::from([b"2".to_vec(), b"3".to_vec()]));
}

#[test]
fn of_too_many_variants_the_oldest_goes() {
    let scratch = Scratch::new();
    let cache = scratch.cache();
    for variant in 0..VARIANTS as u8 + 4 {
        assert!(cache.store(b"key", &[variant], &[variant]));
        let path = cache.lookup(b"key").find(|entry| entry.payload == [variant]).unwrap().path;
        set_age(&path, Duration::from_secs(1000 - u64::from(variant)));
    }
    let expected: Vec<Vec<u8>> = (4..VARIANTS as u8 + 4).rev().map(|variant| vec![variant]).collect();
    assert_eq!(payloads(&cache, b"key"), expected, "the latest first");
}

#[test]
fn files_are_private_whatever_the_umask() {
    let scratch = Scratch::new();
    scratch.cache().store(b"key", b"v", b"payload");
    let mut path = scratch.files().pop().unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    while path.pop() && path.starts_with(&scratch.0) {
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
    }
}

#[test]
fn damaged_entries_are_misses_and_go() {
    type Damage = fn(&mut Vec<u8>);
    let damages: [(&str, Damage); 5] = [
        ("empty", Vec::clear),
        ("cut", |bytes| bytes.truncate(50)),
        ("flipped", |bytes| *bytes.last_mut().unwrap() ^= 1),
        ("longer", |bytes| bytes.push(0)),
        ("foreign", |bytes| *bytes = b"#!/bin/sh\n".repeat(20)),
    ];
    for (name, damage) in damages {
        let scratch = Scratch::new();
        let cache = scratch.cache();
        cache.store(b"key", b"good", b"good payload");
        cache.store(b"key", b"bad", b"bad payload");
        let path = cache.lookup(b"key").find(|entry| entry.payload == b"bad payload").unwrap().path;
        let mut bytes = fs::read(&path).unwrap();
        damage(&mut bytes);
        fs::write(&path, bytes).unwrap();
        assert_eq!(payloads(&cache, b"key"), [b"good payload"], "{name}");
        assert!(!path.exists(), "{name}");
        assert!(cache.store(b"key", b"bad", b"bad payload"), "{name}");
        assert_eq!(payloads(&cache, b"key").len(), 2, "{name}");
    }
}

#[test]
fn a_file_of_another_key_is_a_miss_and_stays() {
    let scratch = Scratch::new();
    let cache = scratch.cache();
    cache.store(b"one", b"v", b"1");
    cache.store(b"two", b"v", b"2");
    let one = cache.lookup(b"one").next().unwrap().path;
    let two = cache.lookup(b"two").next().unwrap().path;
    // As a collision of the two hashes would do.
    fs::copy(&one, &two).unwrap();
    assert!(payloads(&cache, b"two").is_empty());
    assert!(two.exists());
}

#[test]
fn things_that_are_no_files_are_misses() {
    let scratch = Scratch::new();
    let cache = scratch.cache();
    cache.store(b"key", b"v", b"payload");
    let path = cache.lookup(b"key").next().unwrap().path;
    let aside = path.with_extension("aside");
    fs::rename(&path, &aside).unwrap();

    symlink(&aside, &path).unwrap();
    assert!(payloads(&cache, b"key").is_empty(), "a link");
    fs::remove_file(&path).unwrap();

    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    assert!(payloads(&cache, b"key").is_empty(), "a pipe, without waiting");
    fs::remove_file(&path).unwrap();

    fs::create_dir(&path).unwrap();
    assert!(payloads(&cache, b"key").is_empty(), "a folder");
    assert!(!cache.store(b"key", b"v", b"payload"));
    assert!(cache.trouble().is_some());
    assert!(cache.store(b"key", b"other", b"payload"));
}

#[test]
fn a_file_in_place_of_a_folder_is_trouble_and_no_error() {
    let scratch = Scratch::new();
    fs::write(&scratch.0, "a file").unwrap();
    let cache = scratch.cache();
    assert!(!cache.store(b"key", b"v", b"payload"));
    assert!(payloads(&cache, b"key").is_empty());
    assert_eq!((cache.info().entries, cache.clear()), (0, 0));
    cache.sweep();
    assert!(!cache.is_barred(b"key") && !cache.bar(b"key", "for a test"));
    assert!(cache.trouble().unwrap().contains("the cache folder cannot be used"), "{:?}", cache.trouble());
    fs::remove_file(&scratch.0).unwrap();

    // One level down.
    let cache = scratch.cache();
    cache.store(b"key", b"v", b"payload");
    let folder = cache.lookup(b"key").next().unwrap().path.parent().unwrap().to_owned();
    fs::remove_dir_all(&folder).unwrap();
    fs::write(&folder, "a file").unwrap();
    assert!(payloads(&cache, b"key").is_empty());
    assert!(!cache.store(b"key", b"v", b"payload"));
    assert!(cache.trouble().is_some());
    fs::remove_file(folder).unwrap();
}

#[test]
fn a_folder_that_cannot_be_made_is_trouble_and_no_error() {
    for place in ["/proc/lancehead", "/dev/null/lancehead"] {
        let cache = Cache::open(Some(place.into()));
        assert!(!cache.store(b"key", b"v", b"payload"), "{place}");
        assert!(payloads(&cache, b"key").is_empty(), "{place}");
        assert!(!cache.bar(b"key", "for a test"), "{place}");
        // /proc says "not found" to those who make folders.
        assert!(cache.trouble().is_some() || place.starts_with("/proc"), "{place}");
    }
}

#[test]
fn a_cache_that_is_off_is_quiet() {
    for said in ["off", ""] {
        let cache = Cache::open(Some(said.into()));
        assert!(!cache.store(b"key", b"v", b"payload"));
        assert!(payloads(&cache, b"key").is_empty());
        assert_eq!(cache.info().path, None);
        assert_eq!((cache.clear(), cache.trouble()), (0, None));
    }
}

#[test]
fn folders_that_others_may_write_to_are_refused() {
    let scratch = Scratch::new();
    assert!(scratch.cache().store(b"key", b"v", b"payload"));
    for mode in [0o770, 0o702] {
        fs::set_permissions(&scratch.0, fs::Permissions::from_mode(mode)).unwrap();
        let cache = scratch.cache();
        assert!(payloads(&cache, b"key").is_empty());
        assert!(!cache.store(b"key", b"w", b"payload"));
        assert_eq!(cache.clear(), 0);
        let trouble = cache.trouble().unwrap();
        assert!(trouble.contains("others may write to it") && trouble.contains("chmod"), "{trouble}");
    }
    fs::set_permissions(&scratch.0, fs::Permissions::from_mode(0o755)).unwrap();
    let cache = scratch.cache();
    let path = cache.lookup(b"key").next().unwrap().path;

    let folder = path.parent().unwrap();
    fs::set_permissions(folder, fs::Permissions::from_mode(0o777)).unwrap();
    assert!(payloads(&cache, b"key").is_empty(), "a folder of a key");
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).unwrap();

    fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
    assert!(payloads(&cache, b"key").is_empty(), "an entry");
    assert!(cache.trouble().unwrap().contains("others may write to it"));
}

#[test]
fn folders_and_files_of_others_are_refused() {
    if !am_root() {
        return;
    }
    let scratch = Scratch::new();
    let cache = scratch.cache();
    cache.store(b"key", b"v", b"payload");
    let path = cache.lookup(b"key").next().unwrap().path;
    chown(&path, Some(65534), None).unwrap();
    assert!(payloads(&cache, b"key").is_empty(), "an entry");
    chown(&path, Some(0), None).unwrap();
    assert_eq!(payloads(&cache, b"key").len(), 1);
    chown(&scratch.0, Some(65534), None).unwrap();
    let cache = scratch.cache();
    assert!(payloads(&cache, b"key").is_empty(), "the folder");
    assert!(!cache.store(b"key", b"w", b"payload"));
    assert!(cache.trouble().unwrap().contains("belongs to another user (uid 65534"), "{:?}", cache.trouble());
}

#[test]
fn a_read_only_cache_is_read() {
    let scratch = Scratch::new();
    scratch.cache().store(b"key", b"v", b"payload");
    let path = scratch.files().pop().unwrap();
    set_age(&path, 2 * DAY);
    let folder = path.parent().unwrap();
    let all =
        [&scratch.0, &scratch.0.join(folder.strip_prefix(&scratch.0).unwrap().iter().next().unwrap()), folder.parent().unwrap(), folder];
    for folder in all {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o555)).unwrap();
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    // Root may write anywhere, so it is another user who tries.
    let mut child = child("read_only", &scratch.0);
    if am_root() {
        child.uid(65534).gid(65534);
    }
    let output = child.output();
    for folder in all {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
    }
    match output {
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout)),
        Err(error) => eprintln!("skipped: the other user cannot run this program ({error})"),
    }
}

#[test]
fn a_full_disk_is_trouble_and_leaves_nothing_behind() {
    let scratch = Scratch::new();
    // A limit on the size of files says "file too large" where a full disk says "no space left".
    let test = std::env::current_exe().unwrap();
    let script = "trap '' XFSZ; ulimit -f 1; exec \"$0\" --ignored --exact child_process";
    let status = Command::new("sh").args(["-c", script]).arg(test).env("ROLE", "full_disk").env("CACHE", &scratch.0).output().unwrap();
    assert!(status.status.success(), "{}", String::from_utf8_lossy(&status.stdout));
    assert_eq!(scratch.files(), [] as [PathBuf; 0]);
}

#[test]
fn sweeping_drops_what_was_unused_longest() {
    let scratch = Scratch::new();
    let cache = scratch.cache();
    for i in 0..20u8 {
        assert!(cache.store(&[i], b"v", &[i; 950]));
        set_age(&cache.lookup(&[i]).next().unwrap().path, Duration::from_secs(1000 - u64::from(i)));
    }
    // Not before: a store sweeps too, now and then.
    let cache = cache.with_limit(10_000);
    let before = cache.info();
    assert_eq!((before.entries, before.limit), (20, 10_000));
    assert!(before.bytes > 19_000);
    cache.sweep();
    let after = cache.info();
    assert!(after.bytes <= 9_000, "{after:?}");
    for i in 0..20u8 {
        assert_eq!(payloads(&cache, &[i]).len(), usize::from(usize::from(i) >= 20 - after.entries), "{i}");
    }
}

#[test]
fn stores_sweep_now_and_then() {
    let scratch = Scratch::new();
    let cache = scratch.cache().with_limit(10_000);
    let stamp = || scratch.0.read_dir().unwrap().next().unwrap().unwrap().path().join("swept");
    // One in 64 stores sweeps, so of 2000 one does (all but e^-31).
    for i in 0..2000u32 {
        assert!(cache.store(&i.to_le_bytes(), b"v", &[0; 400]));
        if stamp().exists() {
            if cache.info().entries < i as usize + 1 {
                return;
            }
            // Swept before there was too much. The next one would rest for ten minutes.
            set_age(&stamp(), Duration::from_secs(1000));
        }
    }
    panic!("never swept");
}

#[test]
fn what_is_larger_than_the_cache_is_not_stored() {
    let scratch = Scratch::new();
    assert!(!scratch.cache().with_limit(1000).store(b"key", b"v", &[0; 1000]));
    assert!(scratch.files().is_empty());
}

#[test]
fn a_hit_is_remembered_once_a_day() {
    let scratch = Scratch::new();
    let cache = scratch.cache();
    cache.store(b"key", b"v", b"payload");
    let path = scratch.files().pop().unwrap();
    set_age(&path, DAY / 2);
    payloads(&cache, b"key");
    assert!(age(&path) > DAY / 4);
    set_age(&path, 3 * DAY);
    payloads(&cache, b"key");
    assert!(age(&path) < DAY / 4);
}

#[test]
fn sweeping_takes_left_overs_but_not_what_is_being_written() {
    let scratch = Scratch::new();
    let cache = scratch.cache();
    cache.store(b"key", b"v", b"payload");
    let folder = scratch.files().pop().unwrap().parent().unwrap().to_owned();
    let (old, fresh) = (folder.join("0a-1-0.tmp"), folder.join("0b-1-0.tmp"));
    fs::write(&old, "").unwrap();
    fs::write(&fresh, "").unwrap();
    set_age(&old, DAY);
    cache.sweep();
    assert!(!old.exists() && fresh.exists());
    assert_eq!(payloads(&cache, b"key").len(), 1);
}

#[test]
fn clearing_takes_our_files_of_all_versions_and_no_others() {
    let scratch = Scratch::new();
    let cache = scratch.cache();
    cache.store(b"one", b"v", b"1");
    cache.store(b"two", b"v", b"2");
    cache.bar(b"two", "for a test");
    let ours = cache.lookup(b"one").next().unwrap().path;
    let version = ours.strip_prefix(&scratch.0).unwrap().iter().next().unwrap();
    fs::rename(scratch.0.join(version), scratch.0.join("v0-0.0.1")).unwrap();
    cache.store(b"three", b"v", b"3");

    let foreign = [
        scratch.0.join("thesis.tex"),
        scratch.0.join("data/aa/x.lho"),
        cache.lookup(b"three").next().unwrap().path.with_file_name("mine.lho"),
    ];
    for path in &foreign {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "mine").unwrap();
    }
    assert_eq!(cache.info().entries, 3);
    assert_eq!(cache.clear(), 3);
    assert_eq!(cache.info().entries, 0);
    let mut left = scratch.files();
    let mut expected = foreign.to_vec();
    left.sort();
    expected.sort();
    assert_eq!(left, expected);
    assert!(!scratch.0.join("v0-0.0.1").join("aa").exists());
    assert!(cache.store(b"one", b"v", b"1"), "and it goes on");
}

#[test]
fn a_bar_that_a_dying_process_wrote_counts() {
    let scratch = Scratch::new();
    let cache = scratch.cache();
    assert!(cache.store(b"crashing", b"v", b"payload"));
    let bar = cache.bar_path(b"crashing").unwrap();
    assert!(!cache.is_barred(b"crashing"), "as long as it is not there");
    // As the handler does it: no rename.
    fs::write(&bar, "; lancehead: crashed\ndefine void @crash()").unwrap();
    assert!(cache.is_barred(b"crashing"));
    assert!(!cache.is_barred(b"another"));
    assert_eq!(cache.barred_reason(b"crashing"), Some(bar.clone()));
    assert!(scratch.cache().is_barred(b"crashing"), "for good");
    assert_eq!(scratch.cache().bars(), [bar]);
    cache.sweep();
    assert!(cache.is_barred(b"crashing"));
    cache.unbar(b"crashing");
    assert!(!cache.is_barred(b"crashing"));
    assert_eq!(cache.info().entries, 1);
}

#[test]
fn a_bar_with_a_reason() {
    let scratch = Scratch::new();
    let cache = scratch.cache();
    cache.store(b"key", b"v", b"payload");
    assert!(cache.bar(b"key", "it gave wrong bits"));
    assert!(fs::read_to_string(cache.barred_reason(b"key").unwrap()).unwrap().contains("it gave wrong bits"));
    assert_eq!(payloads(&cache, b"key").len(), 1, "a bar is asked for, the entries stay");
    cache.clear();
    assert!(!cache.is_barred(b"key"));
}

/// Children store, look up, run, sweep and clear in one folder and are killed at any instruction. No lookup of anyone may ever give
/// bytes that were not stored.
#[test]
fn killed_processes_do_no_harm() {
    let scratch = Scratch::new();
    let begin = Instant::now();
    let mut children: Vec<(Child, Instant)> = Vec::new();
    let (mut seed, mut killed, mut seen) = (1u64, 0, 0);
    while begin.elapsed() < Duration::from_millis(2500) {
        while children.len() < 4 {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let life = Duration::from_millis(15 + (seed >> 33) % 100);
            let mut child = child("hammer", &scratch.0);
            child.env("SEED", seed.to_string()).stdout(Stdio::null()).stderr(Stdio::null());
            children.push((child.spawn().unwrap(), Instant::now() + life));
        }
        children.retain_mut(|(child, end)| {
            if Instant::now() < *end {
                return true;
            }
            child.kill().unwrap();
            assert_eq!(child.wait().unwrap().signal(), Some(9), "a child saw what was never stored");
            killed += 1;
            false
        });
        seen += check_key(&scratch.cache(), seed % KEYS);
        std::thread::sleep(Duration::from_millis(2));
    }
    for (mut child, _) in children {
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(killed > 20 && seen > 100, "{killed} killed, {seen} seen");
    let cache = scratch.cache();
    let found: usize = (0..KEYS).map(|key| check_key(&cache, key)).sum();
    // Nothing of the right name was damaged: what is there is either whole or a temporary file.
    assert_eq!(cache.info().entries, found);
    assert_eq!(cache.trouble(), None);
    assert_eq!(cache.clear(), found);
    assert!(scratch.files().is_empty(), "{:?}", scratch.files());
}

const KEYS: u64 = 12;

fn expected(key: u64, variant: u64) -> Vec<u8> {
    format!("{key} {variant};").repeat(200 + 100 * key as usize).into_bytes()
}

/// Every entry is one that was stored; how many there are.
fn check_key(cache: &Cache, key: u64) -> usize {
    let found: Vec<Vec<u8>> = payloads(cache, &key.to_le_bytes());
    for payload in &found {
        assert!((0..10).any(|variant| *payload == expected(key, variant)));
    }
    found.len()
}

fn child(role: &str, cache: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--ignored", "--exact", "child_process"]).env("ROLE", role).env("CACHE", cache);
    command
}

/// What the child processes of the tests above do.
#[test]
#[ignore = "run by other tests"]
fn child_process() {
    let Ok(role) = std::env::var("ROLE") else {
        return;
    };
    let cache = Cache::open(Some(std::env::var_os("CACHE").unwrap().into()));
    match role.as_str() {
        "read_only" => {
            assert_eq!(payloads(&cache, b"key"), [b"payload"]);
            assert_eq!(cache.trouble(), None);
            assert!(!cache.store(b"key", b"w", b"payload"));
            assert!(!cache.store(b"other", b"w", b"payload"));
            assert!(!cache.bar(b"other", "for a test"));
            assert!(cache.trouble().unwrap().contains("compiled code cannot be kept"), "{:?}", cache.trouble());
            assert_eq!(cache.clear(), 0);
            cache.sweep();
            assert_eq!(payloads(&cache, b"key"), [b"payload"]);
        }
        "full_disk" => {
            assert!(!cache.store(b"key", b"v", &[0; 100_000]));
            assert!(cache.trouble().unwrap().contains("compiled code cannot be kept"), "{:?}", cache.trouble());
            assert!(payloads(&cache, b"key").is_empty());
        }
        "hammer" => {
            let mut seed: u64 = std::env::var("SEED").unwrap().parse().unwrap();
            loop {
                seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                let (key, variant) = ((seed >> 33) % KEYS, (seed >> 45) % 10);
                match seed >> 55 {
                    0 => _ = cache.clear(),
                    1..8 => cache.sweep(),
                    8..80 => {
                        cache.bar(&key.to_le_bytes(), "for a test");
                        cache.unbar(&key.to_le_bytes());
                    }
                    80..300 => _ = check_key(&cache, key),
                    _ => _ = cache.store(&key.to_le_bytes(), &variant.to_le_bytes(), &expected(key, variant)),
                }
            }
        }
        other => panic!("no such role: {other}"),
    }
}
