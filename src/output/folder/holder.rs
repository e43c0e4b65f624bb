//! Who is at work on a folder: a process, its machine and its command.

use std::fmt;
use std::fs;
use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::printable;
use crate::regular_file;

/// The most that is read of what another process says of itself, in bytes.
const MOST: u64 = 1 << 16;

/// The longest command that is told, in characters.
const LONGEST_COMMAND: usize = 200;

/// A process, as it says who it is in the files it makes. None of this is part of a result.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The number of the process. Two containers may each have a process of one number.
    pub process: u32,
    /// The name of the machine.
    pub host: String,
    /// What the kernel calls the time since it was started; empty if it does not.
    pub boot: String,
    /// What the installed system calls itself; empty if it does not.
    pub machine: String,
    /// The command line.
    pub command: String,
}

impl Holder {
    /// This process.
    pub fn this_process() -> Self {
        let line = |path: &str| {
            let text = regular_file::read_text(Path::new(path), MOST).unwrap_or_default();
            text.trim().to_owned()
        };
        let arguments: Vec<String> = std::env::args_os().map(|part| part.to_string_lossy().into_owned()).collect();
        Holder {
            process: std::process::id(),
            host: host(),
            boot: line("/proc/sys/kernel/random/boot_id"),
            machine: line("/etc/machine-id"),
            command: arguments.join(" ").chars().take(LONGEST_COMMAND).collect(),
        }
    }

    /// Who wrote the file at `path`.
    pub(super) fn read(path: &Path) -> Option<Self> {
        serde_json::from_str(&regular_file::read_text(path, MOST).ok()?).ok()
    }

    pub(super) fn to_json(&self) -> String {
        // Plain fields: JSON can always hold them.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Whether both run on one machine for certain, so that a lock of the one is seen by the other: under one kernel,
    /// or under two that one machine started one after the other.
    pub(super) fn shares_machine(&self, other: &Holder) -> bool {
        let kernel = !self.boot.is_empty() && self.boot == other.boot;
        kernel || (self.host == other.host && self.machine == other.machine && !self.machine.is_empty())
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Holder { process, host, command, .. } = self;
        write!(f, "process {process} on `{}` (`{}`)", printable::line(host), printable::line(command))
    }
}

#[cfg(unix)]
fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

#[cfg(not(unix))]
fn host() -> String {
    std::env::var("COMPUTERNAME").unwrap_or_default()
}

/// How long ago the file at `path` was written, in words.
pub(super) fn age(path: &Path) -> Option<String> {
    let age = fs::metadata(path).ok()?.modified().ok()?.elapsed().ok()?;
    Some(words(age))
}

fn words(age: Duration) -> String {
    match age.as_secs() {
        seconds @ ..120 => format!("{seconds} s"),
        seconds @ ..7200 => format!("{} min", seconds / 60),
        seconds @ ..172_800 => format!("{} h", seconds / 3600),
        seconds => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processes_of_one_number_are_told_apart_by_machine() {
        let holder = |host: &str, boot: &str, machine: &str| Holder {
            process: 7,
            host: host.to_owned(),
            boot: boot.to_owned(),
            machine: machine.to_owned(),
            command: String::new(),
        };
        let here = holder("a", "1", "m");
        assert!(here.shares_machine(&holder("container", "1", "")), "one kernel");
        assert!(here.shares_machine(&holder("a", "2", "m")), "started again");
        assert!(!here.shares_machine(&holder("a", "2", "other")));
        assert!(!holder("localhost", "", "").shares_machine(&holder("localhost", "", "")));
    }

    #[test]
    fn what_a_process_says_of_itself_reads_back_and_is_shown_escaped() {
        let own = Holder { command: "gossipsim \u{1b}[2J".to_owned(), ..Holder::this_process() };
        assert_eq!(serde_json::from_str::<Holder>(&own.to_json()).unwrap(), own);
        assert!(own.to_string().contains("\\u{1b}[2J") && own.to_string().contains("process "), "{own}");
    }

    #[test]
    fn an_age_is_told_in_the_unit_that_fits() {
        let told = [0, 119, 120, 7200, 172_800].map(|seconds| words(Duration::from_secs(seconds)));
        assert_eq!(told, ["0 s", "119 s", "2 min", "2 h", "2 days"]);
    }
}
