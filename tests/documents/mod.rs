//! The documents for users: that their tables are those of the code, and that their links, commands and samples work.

mod commands;
mod held;
mod links;
mod markdown;
mod presets;
mod samples;
mod tables;

use std::fs;
use std::path::{Path, PathBuf};

/// The least scenario that can be read.
const LEAST: &str = "[network]\nnodes = 64\n[gossip]\nstrategy = \"push-pull\"\n";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The text of a file below the root.
fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The documents, by their paths below the root.
fn documents() -> Vec<String> {
    let mut found: Vec<String> = names("docs", "md").into_iter().map(|name| format!("docs/{name}")).collect();
    found.extend(["README.md", "CHANGELOG.md"].map(str::to_owned));
    assert!(found.len() > 12, "{found:?}");
    found
}

/// The files in `folder` with an `extension`, by name, in order.
fn names(folder: &str, extension: &str) -> Vec<String> {
    let paths = fs::read_dir(root().join(folder)).expect(folder).map(|entry| entry.expect("an entry").path());
    let of_the_kind = |path: &PathBuf| path.extension().is_some_and(|found| found == extension);
    let name = |path: PathBuf| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let mut found: Vec<String> = paths.filter(of_the_kind).filter_map(name).collect();
    found.sort_unstable();
    found
}
