//! What the machine lets this process have: memory and threads, by what the system says of itself, of the groups that
//! the process is in, and of the limits it runs under.

use std::fs;
use std::path::{Component, Path, PathBuf};

/// Address space of a thread: its stack, and the heap that the system's allocator sets aside for it.
const THREAD: u64 = 66 << 20;

/// Memory that is free.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Free {
    /// Bytes that this process may still take, by the tightest bound.
    pub bytes: u64,
    /// Bytes of address space, where that is bounded (`ulimit -v`).
    pub address_space: Option<u64>,
}

impl Free {
    /// Address space that every further thread takes, beside the memory of its work; nothing where that is not bounded.
    pub fn thread(&self) -> u64 {
        if self.address_space.is_some() { THREAD } else { 0 }
    }
}

/// Memory that is free; `None` where nobody says.
pub fn free() -> Option<Free> {
    free_at(Path::new("/"))
}

/// Whether the process runs under a limit beyond which memory is refused (`ulimit -v`, `ulimit -d`).
pub fn is_bounded() -> bool {
    let (address_space, data) = bounds(Path::new("/"));
    address_space.is_some() || data.is_some()
}

/// How many threads the address space has room for if half of it is left for their work; without bound in general.
pub fn threads() -> usize {
    let space = || bounds(Path::new("/")).0;
    space().map_or(usize::MAX, |space| usize::try_from(space / 2 / THREAD).unwrap_or(usize::MAX).max(1))
}

/// As [`free`], where the files of the system are below `root`.
fn free_at(root: &Path) -> Option<Free> {
    let (address_space, data) = bounds(root);
    let group = groups(root).into_iter().min();
    let bytes = [system(root), group, address_space, data].into_iter().flatten().min()?;
    Some(Free { bytes, address_space })
}

/// Bytes that the whole system has free.
fn system(root: &Path) -> Option<u64> {
    kilobytes(&read(root, "proc/meminfo")?, "MemAvailable:")
}

/// Bytes of address space and of data that this process may still take, where they are bounded.
fn bounds(root: &Path) -> (Option<u64>, Option<u64>) {
    let limits = read(root, "proc/self/limits").unwrap_or_default();
    let status = read(root, "proc/self/status").unwrap_or_default();
    let left = |limit: &str, used: &str| {
        let line = limits.lines().find_map(|line| line.strip_prefix(limit))?;
        // The soft limit; there is no number where there is none.
        let most: u64 = line.split_whitespace().next()?.parse().ok()?;
        Some(most.saturating_sub(kilobytes(&status, used).unwrap_or(0)))
    };
    (left("Max address space", "VmSize:"), left("Max data size", "VmData:"))
}

/// Bytes that each group which the process is in may still take: its own and those around it, of either version of
/// control groups.
fn groups(root: &Path) -> Vec<u64> {
    let (Some(own), Some(mounts)) = (read(root, "proc/self/cgroup"), read(root, "proc/self/mountinfo")) else {
        return Vec::new();
    };
    let mut left = Vec::new();
    for line in own.lines() {
        // number:controllers:path, without controllers in version 2.
        let mut parts = line.splitn(3, ':').skip(1);
        let (Some(controllers), Some(path)) = (parts.next(), parts.next()) else { continue };
        let files = if controllers.is_empty() { &UNIFIED } else { &LEGACY };
        if !controllers.is_empty() && controllers.split(',').all(|controller| controller != "memory") {
            continue;
        }
        for mount in mounts.lines().filter_map(|line| Mount::read(line, files)) {
            left.extend(mount.around(path).iter().filter_map(|group| files.left(root, group)));
        }
    }
    left
}

/// How a version of control groups names things.
struct Version {
    system: &'static str,
    /// What a mount of the memory controller has among its options.
    option: &'static str,
    most: &'static str,
    used: &'static str,
    /// The line of `memory.stat` with what was read from files and can be dropped.
    cache: &'static str,
}

const UNIFIED: Version =
    Version { system: "cgroup2", option: "", most: "memory.max", used: "memory.current", cache: "inactive_file " };

const LEGACY: Version = Version {
    system: "cgroup",
    option: "memory",
    most: "memory.limit_in_bytes",
    used: "memory.usage_in_bytes",
    cache: "total_inactive_file ",
};

impl Version {
    /// Bytes that the group at `folder` may still take, if it is bounded.
    fn left(&self, root: &Path, folder: &Path) -> Option<u64> {
        let number = |file: &str| read(root, folder.join(file))?.trim().parse::<u64>().ok();
        let (most, used) = (number(self.most)?, number(self.used)?);
        let stat = read(root, folder.join("memory.stat")).unwrap_or_default();
        let cache = stat.lines().find_map(|line| line.strip_prefix(self.cache)?.trim().parse::<u64>().ok());
        Some(most.saturating_sub(used.saturating_sub(cache.unwrap_or(0))))
    }
}

/// A place where control groups are seen as folders.
struct Mount {
    /// The group that the folder shows.
    group: PathBuf,
    folder: PathBuf,
}

impl Mount {
    /// A line of `mountinfo` (proc(5)), if it is about the memory groups of that version.
    fn read(line: &str, version: &Version) -> Option<Self> {
        let (mount, kind) = line.split_once(" - ")?;
        let mut mount = mount.split(' ').skip(3);
        let (group, folder) = (mount.next()?, mount.next()?);
        let mut kind = kind.split(' ');
        let (system, options) = (kind.next()?, kind.nth(1)?);
        let ours = system == version.system
            && (version.option.is_empty() || options.split(',').any(|option| option == version.option));
        ours.then(|| Mount { group: group.into(), folder: folder.into() })
    }

    /// The folders of the group at `path` and of those around it, as far as they are seen here.
    fn around(&self, path: &str) -> Vec<PathBuf> {
        let below = Path::new(path).strip_prefix(&self.group).unwrap_or(Path::new(""));
        // A group outside of what the process sees has a path that leads up.
        let plain = below.components().all(|part| matches!(part, Component::Normal(_)));
        let below = if plain { below } else { Path::new("") };
        below.ancestors().map(|part| self.folder.join(part)).collect()
    }
}

fn read(root: &Path, file: impl AsRef<Path>) -> Option<String> {
    let file = file.as_ref();
    fs::read_to_string(root.join(file.strip_prefix("/").unwrap_or(file))).ok()
}

/// The number behind `name` in lines such as `VmSize:   1234 kB`, in bytes.
fn kilobytes(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MB: u64 = 1 << 20;

    /// A system that says this in these files.
    fn system_of(test: &str, files: &[(&str, &str)]) -> Option<Free> {
        let root = std::env::temp_dir().join(format!("gossipsim-machine-{}-{test}", std::process::id()));
        for (name, text) in files {
            let path = root.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let free = free_at(&root);
        fs::remove_dir_all(root).unwrap();
        free
    }

    const MEMINFO: (&str, &str) = ("proc/meminfo", "MemTotal: 9000000 kB\nMemAvailable:    1048576 kB\n");
    const STATUS: (&str, &str) = ("proc/self/status", "Name:\tx\nVmSize:\t   20480 kB\nVmData:\t    1024 kB\n");

    #[test]
    fn limits_of_the_process_count_less_what_it_uses() {
        let limits = "Limit      Soft Limit  Hard Limit  Units\nMax data size             unlimited            \
            unlimited            bytes     \nMax address space         104857600            unlimited            bytes     \n";
        let free = system_of("limits", &[MEMINFO, STATUS, ("proc/self/limits", limits)]).unwrap();
        assert_eq!(free, Free { bytes: 80 * MB, address_space: Some(80 * MB) });
        assert_eq!(free.thread(), THREAD);
        let limits = "Max data size             11534336             11534336             bytes\n";
        let free = system_of("data", &[MEMINFO, STATUS, ("proc/self/limits", limits)]).unwrap();
        assert_eq!((free, free.thread()), (Free { bytes: 10 * MB, address_space: None }, 0));
        assert_eq!(system_of("plain", &[MEMINFO, STATUS]), Some(Free { bytes: 1024 * MB, address_space: None }));
        assert_eq!(system_of("silent", &[STATUS]), None);
    }

    #[test]
    fn the_tightest_of_nested_groups_counts_and_what_was_read_from_files_is_free() {
        let v2 = [
            MEMINFO,
            ("proc/self/cgroup", "0::/outer/inner\n"),
            ("proc/self/mountinfo", "41 31 0:38 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"),
            ("sys/fs/cgroup/outer/memory.max", "209715200\n"),
            ("sys/fs/cgroup/outer/memory.current", "104857600\n"),
            ("sys/fs/cgroup/outer/memory.stat", "anon 1\ninactive_file 31457280\n"),
            ("sys/fs/cgroup/outer/inner/memory.max", "max\n"),
            ("sys/fs/cgroup/outer/inner/memory.current", "1\n"),
        ];
        assert_eq!(system_of("v2", &v2).map(|free| free.bytes), Some(130 * MB));
        let v1 = [
            MEMINFO,
            ("proc/self/cgroup", "9:name=systemd:/x\n4:cpu,memory:/docker/a/b\n0::/\n"),
            (
                "proc/self/mountinfo",
                "35 31 0:32 /docker/a /sys/fs/cgroup/memory rw shared:1 - cgroup cgroup rw,memory\n",
            ),
            ("sys/fs/cgroup/memory/memory.limit_in_bytes", "104857600\n"),
            ("sys/fs/cgroup/memory/memory.usage_in_bytes", "1048576\n"),
            ("sys/fs/cgroup/memory/b/memory.limit_in_bytes", "9223372036854771712\n"),
            ("sys/fs/cgroup/memory/b/memory.usage_in_bytes", "0\n"),
        ];
        assert_eq!(system_of("v1", &v1).map(|free| free.bytes), Some(99 * MB));
    }
}
