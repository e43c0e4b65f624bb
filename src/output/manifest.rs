//! `manifest.json`: what was simulated, by which program, and which files hold the results.

use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::charts::Conditions;

/// The manifest's name in its folder.
pub const MANIFEST: &str = "manifest.json";

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
    /// How long it took.
    pub timings: Timings,
    /// Every other file of the folder.
    pub files: Vec<String>,
    /// The resolved scenario, every default filled in.
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
        let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// The text of the manifest at `path` with another list of files; all else in it stays, also what this version
    /// does not know.
    ///
    /// # Errors
    /// What the system says, or that it is no manifest.
    pub fn relisted(path: &Path, files: Vec<String>) -> io::Result<String> {
        let mut json: serde_json::Value = serde_json::from_slice(&fs::read(path)?)?;
        let fields = json.as_object_mut().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))?;
        fields.insert("files".to_owned(), files.into());
        Ok(serde_json::to_string_pretty(&json)? + "\n")
    }
}
