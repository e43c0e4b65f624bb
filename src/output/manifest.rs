//! `manifest.json`: what was simulated, by which program, and which files hold the results.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};

use super::conditions::Conditions;
use crate::regular_file;

/// The manifest's name in its folder.
pub const MANIFEST: &str = "manifest.json";

/// The largest manifest that is read, in bytes: that of a million points is smaller.
const MOST_BYTES: u64 = 256 << 20;

/// What a results folder says about itself. It is the one file of the folder that may hold wall-clock figures.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// `gossipsim`, and its version.
    pub program: String,
    /// The commit that the program was built from, where it is known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub commit: String,
    /// The command that made the results; empty of earlier versions.
    #[serde(default)]
    pub command: String,
    /// The scenario's name.
    pub scenario: String,
    /// Where it came from: `-`, `sample:NAME`, `preset:NAME`, or the path of its file as seen from the folder; two of two
    /// files that are compared, none of earlier versions. What it said then stands in `scenario.toml`.
    #[serde(default)]
    pub sources: Vec<String>,
    /// What the command line changed in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<String>,
    /// What the scenario says about itself.
    pub description: String,
    /// SHA-256 of the resolved scenario: two folders with one hash hold the same results.
    pub hash: String,
    /// What is missing, if a signal ended the work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partial: Option<Partial>,
    /// What to know about the runs, such as graphs that were not connected.
    pub notes: Vec<String>,
    /// What the charts say about all points.
    pub conditions: Conditions,
    /// What was simulated: the name of the workload, whose columns the tables have.
    #[serde(default = "rumor")]
    pub workload: String,
    /// How long it took.
    pub timings: Timings,
    /// Every other file of the folder.
    pub files: Vec<String>,
    /// SHA-256 of those files, in hexadecimal; of earlier versions none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sha256: BTreeMap<String, String>,
    /// The resolved scenario, every default filled in. It is for people: what reads a folder does without.
    #[serde(default, deserialize_with = "left_out")]
    pub resolved: serde_json::Value,
}

/// How far runs had come when a signal ended them. They come in the order of configurations and replicates, and those
/// that are there are the first of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partial {
    /// Runs that are in the tables.
    pub runs: u64,
    /// Runs that were planned.
    pub planned: u64,
    /// Whether there may be more, because a target decides.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub or_more: bool,
    /// Configurations that have all their runs.
    pub whole: u64,
    /// Configurations that were planned.
    pub configurations: u64,
    /// The runs of the configuration after those, if it has any but not all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begun: Option<u64>,
}

impl Partial {
    /// In words: `1234 of 5400 runs; configuration 6 has 34 of its runs, the 20 after it none`.
    pub fn note(&self) -> String {
        let Partial { whole, configurations, begun, .. } = self;
        let begun = begun.map(|runs| format!("configuration {whole} has {runs} of its runs"));
        // Whoever wrote the manifest.
        let left = configurations.saturating_sub(*whole).saturating_sub(u64::from(begun.is_some()));
        let none = match (&begun, left) {
            (_, 0) => None,
            (Some(_), 1) => Some("the one after it none".to_owned()),
            (Some(_), left) => Some(format!("the {left} after it none")),
            (None, 1) => Some("the last configuration has none".to_owned()),
            (None, left) => Some(format!("the last {left} configurations have none")),
        };
        let missing: Vec<String> = begun.into_iter().chain(none).collect();
        let missing = if missing.is_empty() { String::new() } else { format!("; {}", missing.join(", ")) };
        format!("partial: {}{missing}", self.count(&|number| number.to_string()))
    }

    /// `1234 of 5400 runs`, numbers as `text` writes them.
    pub fn count(&self, text: &dyn Fn(u64) -> String) -> String {
        let least = if self.or_more { "at least " } else { "" };
        format!("{} of {least}{} runs", text(self.runs), text(self.planned))
    }
}

/// How long it took; not part of the result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Timings {
    /// Threads that simulated.
    pub threads: usize,
    /// Seconds the simulation took.
    pub simulation_s: f64,
    /// Seconds the charts took.
    pub charts_s: f64,
}

impl Manifest {
    /// One that says which program it is of, and nothing else.
    pub fn of_this_program() -> Self {
        Manifest {
            program: format!("gossipsim {}", env!("CARGO_PKG_VERSION")),
            commit: env!("GOSSIPSIM_COMMIT").to_owned(),
            ..Manifest::default()
        }
    }

    /// As it is written.
    pub fn to_json(&self) -> String {
        // Plain fields and string keys: JSON can always hold them.
        let mut json = serde_json::to_string_pretty(self).unwrap_or_default();
        json.push('\n');
        json
    }

    /// Reads a manifest.
    ///
    /// # Errors
    /// Why `path` is no manifest.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = regular_file::read_text(path, MOST_BYTES).map_err(|error| format!("{MANIFEST}: {error}"))?;
        serde_json::from_str(&text).map_err(|error| format!("{MANIFEST}: {error}"))
    }

    /// The command that made the results, as far as those of earlier versions tell.
    pub fn made_by(&self) -> &str {
        if !self.command.is_empty() {
            &self.command
        } else if self.hash.starts_with("theory of ") {
            "theory"
        } else if self.files.iter().any(|name| name == "pairs.csv") {
            "compare"
        } else {
            "run"
        }
    }

    /// The text of the manifest at `path` with another list of files and their checksums; all else in it stays, also
    /// what this version does not know.
    ///
    /// # Errors
    /// What the system says, or that it is no manifest.
    pub fn relisted(path: &Path, files: Vec<String>, sha256: &BTreeMap<String, String>) -> io::Result<String> {
        let mut json: serde_json::Value = serde_json::from_slice(&regular_file::read(path, MOST_BYTES)?)?;
        let fields = json.as_object_mut().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))?;
        fields.insert("files".to_owned(), files.into());
        if !sha256.is_empty() {
            fields.insert("sha256".to_owned(), serde_json::to_value(sha256)?);
        }
        Ok(serde_json::to_string_pretty(&json)? + "\n")
    }
}

/// What earlier versions simulated.
fn rumor() -> String {
    "rumor".to_owned()
}

/// Reads over a value of any kind and size.
fn left_out<'de, D: Deserializer<'de>>(deserializer: D) -> Result<serde_json::Value, D::Error> {
    IgnoredAny::deserialize(deserializer)?;
    Ok(serde_json::Value::Null)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_told_in_words() {
        let partial =
            Partial { runs: 1234, planned: 5400, or_more: false, whole: 6, configurations: 27, begun: Some(34) };
        let said = "partial: 1234 of 5400 runs; configuration 6 has 34 of its runs, the 20 after it none";
        assert_eq!(partial.note(), said);
        let even = Partial { begun: None, whole: 7, or_more: true, ..partial.clone() };
        assert_eq!(even.note(), "partial: 1234 of at least 5400 runs; the last 20 configurations have none");
        let last = Partial { whole: 26, ..partial.clone() };
        assert_eq!(last.note(), "partial: 1234 of 5400 runs; configuration 26 has 34 of its runs");
        let foreign = Partial { whole: u64::MAX, ..partial };
        assert!(foreign.note().starts_with("partial: 1234 of 5400 runs"));
    }
}
