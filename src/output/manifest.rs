//! `manifest.json`: what was simulated, by which program, and which files hold the results.

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
    /// The scenario's name.
    pub scenario: String,
    /// What the scenario says about itself.
    pub description: String,
    /// SHA-256 of the resolved scenario: two folders with one hash hold the same results.
    pub hash: String,
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
    /// The resolved scenario, every default filled in. It is for people: what reads a folder does without.
    #[serde(default, deserialize_with = "left_out")]
    pub resolved: serde_json::Value,
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

    /// The text of the manifest at `path` with another list of files; all else in it stays, also what this version
    /// does not know.
    ///
    /// # Errors
    /// What the system says, or that it is no manifest.
    pub fn relisted(path: &Path, files: Vec<String>) -> io::Result<String> {
        let mut json: serde_json::Value = serde_json::from_slice(&regular_file::read(path, MOST_BYTES)?)?;
        let fields = json.as_object_mut().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))?;
        fields.insert("files".to_owned(), files.into());
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
