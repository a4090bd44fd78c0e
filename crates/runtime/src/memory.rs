//! How much memory is free: of the machine, and of each control group that this process is in, which in a container or a batch job is what counts.

use std::fs::read_to_string;
use std::path::{Path, PathBuf};

/// In bytes. None where nothing tells.
pub fn free() -> Option<u64> {
    free_by(Path::new("/"))
}

/// With the files that the kernel would have below this folder.
pub fn free_by(root: &Path) -> Option<u64> {
    of_machine(root).into_iter().chain(of_groups(root)).min()
}

fn of_machine(root: &Path) -> Option<u64> {
    let text = read_to_string(root.join("proc/meminfo")).ok()?;
    let kilobytes: u64 =
        text.lines().find_map(|line| line.strip_prefix("MemAvailable:")?.trim().strip_suffix("kB")?.trim().parse().ok())?;
    Some(kilobytes * 1024)
}

/// What version 1 and version 2 of control groups call the same.
struct Names {
    limit: &'static str,
    usage: &'static str,
    /// In `memory.stat`: what is used but can be had.
    cached: &'static str,
}

const V1: Names = Names { limit: "memory.limit_in_bytes", usage: "memory.usage_in_bytes", cached: "total_inactive_file" };
const V2: Names = Names { limit: "memory.max", usage: "memory.current", cached: "inactive_file" };

fn of_groups(root: &Path) -> Vec<u64> {
    let mounts = read_to_string(root.join("proc/self/mountinfo")).unwrap_or_default();
    let groups = read_to_string(root.join("proc/self/cgroup")).unwrap_or_default();
    let mut free = Vec::new();
    for line in groups.lines() {
        // 4:memory:/a/b of version 1, 0::/a/b of version 2.
        let mut fields = line.splitn(3, ':');
        let (Some(_), Some(controllers), Some(path)) = (fields.next(), fields.next(), fields.next()) else { continue };
        let names = match controllers {
            "" => &V2,
            _ if controllers.split(',').any(|one| one == "memory") => &V1,
            _ => continue,
        };
        let is_v2 = controllers.is_empty();
        if let Some((mounted, inside)) = mounts.lines().find_map(|line| mount_of(line, is_v2)) {
            free.extend(below(&root.join(mounted.trim_start_matches('/')), path.strip_prefix(inside).unwrap_or(path), names));
        }
    }
    free
}

/// Where the memory controller is mounted, and which group is its root there.
fn mount_of(line: &str, is_v2: bool) -> Option<(&str, &str)> {
    let (mount, system) = line.split_once(" - ")?;
    let mut system = system.split(' ');
    let (kind, options) = (system.next()?, system.nth(1)?);
    let fits = if is_v2 { kind == "cgroup2" } else { kind == "cgroup" && options.split(',').any(|one| one == "memory") };
    let mut fields = mount.split(' ').skip(3);
    let (inside, mounted) = (fields.next()?, fields.next()?);
    fits.then_some((mounted, if inside == "/" { "" } else { inside }))
}

/// What is free of a group and of those that it is in, as far as they can be seen and are limited.
fn below(mounted: &Path, path: &str, names: &Names) -> Vec<u64> {
    let group = mounted.join(path.trim_start_matches('/'));
    let seen = group.ancestors().take_while(|group| group.starts_with(mounted)).map(Path::to_path_buf).collect::<Vec<PathBuf>>();
    seen.iter().filter_map(|group| of_group(group, names)).collect()
}

fn of_group(group: &Path, names: &Names) -> Option<u64> {
    let number = |name: &str| read_to_string(group.join(name)).ok()?.trim().parse::<u64>().ok();
    // Without a limit it says `max`, or a number that no machine has.
    let (limit, usage) = (number(names.limit)?, number(names.usage)?);
    let stat = read_to_string(group.join("memory.stat")).unwrap_or_default();
    let cached = stat.lines().find_map(|line| line.strip_prefix(names.cached)?.trim().parse::<u64>().ok()).unwrap_or(0);
    Some(limit.saturating_sub(usage.saturating_sub(cached)))
}
