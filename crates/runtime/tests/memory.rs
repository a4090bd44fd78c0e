//! Free memory, by the files that a kernel would show.

use runtime::memory::free_by;
use std::fs;
use std::path::PathBuf;

const MEGABYTE: u64 = 1 << 20;

/// A folder with these files, by their paths.
struct Root(PathBuf);

impl Root {
    fn new(name: &str, files: &[(&str, &str)]) -> Root {
        let root = std::env::temp_dir().join(format!("lancehead-memory-{name}-{}", std::process::id()));
        for (path, text) in files {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Root(root)
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const MACHINE: (&str, &str) = ("proc/meminfo", "MemTotal:  4000000 kB\nMemAvailable:    2048000 kB\n");

#[test]
fn of_a_machine_without_groups() {
    let root = Root::new("plain", &[MACHINE]);
    assert_eq!(free_by(&root.0), Some(2000 * MEGABYTE));
}

#[test]
fn unknown_where_nothing_tells() {
    let root = Root::new("nothing", &[("proc/version", "")]);
    assert_eq!(free_by(&root.0), None);
}

#[test]
fn of_a_group_of_version_2() {
    let root = Root::new(
        "v2",
        &[
            MACHINE,
            ("proc/self/mountinfo", "31 23 0:27 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw\n"),
            ("proc/self/cgroup", "0::/jobs/one\n"),
            ("sys/fs/cgroup/jobs/one/memory.max", "1048576000\n"),
            ("sys/fs/cgroup/jobs/one/memory.current", "838860800\n"),
            ("sys/fs/cgroup/jobs/one/memory.stat", "anon 5\ninactive_file 104857600\n"),
            ("sys/fs/cgroup/jobs/memory.max", "max\n"),
            ("sys/fs/cgroup/jobs/memory.current", "838860800\n"),
        ],
    );
    // 1000 - 800 MB, and 100 MB that are cached files.
    assert_eq!(free_by(&root.0), Some(300 * MEGABYTE));
}

#[test]
fn the_narrowest_of_the_groups_around_counts() {
    let root = Root::new(
        "nested",
        &[
            MACHINE,
            ("proc/self/mountinfo", "31 23 0:27 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"),
            ("proc/self/cgroup", "0::/jobs/one\n"),
            ("sys/fs/cgroup/jobs/one/memory.max", "1048576000\n"),
            ("sys/fs/cgroup/jobs/one/memory.current", "0\n"),
            ("sys/fs/cgroup/jobs/memory.max", "209715200\n"),
            ("sys/fs/cgroup/jobs/memory.current", "104857600\n"),
        ],
    );
    assert_eq!(free_by(&root.0), Some(100 * MEGABYTE));
}

#[test]
fn of_a_group_of_version_1_that_is_the_root_of_its_mount() {
    let root = Root::new(
        "v1",
        &[
            MACHINE,
            (
                "proc/self/mountinfo",
                "30 23 0:26 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n\
             31 23 0:27 /docker/abc /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n",
            ),
            ("proc/self/cgroup", "5:cpu:/docker/abc\n4:memory:/docker/abc\n0::/\n"),
            ("sys/fs/cgroup/memory/memory.limit_in_bytes", "524288000\n"),
            ("sys/fs/cgroup/memory/memory.usage_in_bytes", "419430400\n"),
            ("sys/fs/cgroup/memory/memory.stat", "inactive_file 1\ntotal_inactive_file 52428800\n"),
        ],
    );
    assert_eq!(free_by(&root.0), Some(150 * MEGABYTE));
}

#[test]
fn a_group_without_a_limit_is_the_machine() {
    let root = Root::new(
        "unlimited",
        &[
            MACHINE,
            ("proc/self/mountinfo", "31 23 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"),
            ("proc/self/cgroup", "4:memory:/\n"),
            ("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n"),
            ("sys/fs/cgroup/memory/memory.usage_in_bytes", "419430400\n"),
        ],
    );
    assert_eq!(free_by(&root.0), Some(2000 * MEGABYTE));
}

#[test]
fn of_this_machine() {
    assert!(free_by(std::path::Path::new("/")).is_some_and(|bytes| bytes > MEGABYTE));
}
