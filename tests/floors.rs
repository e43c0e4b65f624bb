//! The structure holds: imports point down the floors, files say what they are, and what is banned stays out.

use std::fs;
use std::path::{Path, PathBuf};

/// Floor by floor, the modules of the crate.
const FLOORS: [&[&str]; 9] = [
    &[
        "time",
        "units",
        "bits",
        "random",
        "catalog",
        "key",
        "column",
        "space",
        "stats",
        "printable",
        "regular_file",
        "machine",
        "memory",
        "threads",
    ],
    &["queue", "topology", "network", "peers", "clock"],
    &["theory"],
    &["engine"],
    &["observe"],
    &["workload"],
    &["scenario", "plan", "experiment", "columns"],
    &["output", "verify"],
    &["cli", "guide", "library"],
];

/// Where rules are bent or results are named, not computed: what must not occur in the sources, and why.
const BANNED: [(&str, &str); 8] = [
    ("HashMap", "its order is not fixed: use BTreeMap or an indexed Vec"),
    ("HashSet", "its order is not fixed: use BTreeSet or a sorted Vec"),
    ("SystemTime", "nothing in a result may know what time it is"),
    ("thread_rng", "every draw is addressed by the scenario's seed"),
    ("SmallRng", "its algorithm is not fixed"),
    ("StdRng", "its algorithm is not fixed"),
    ("dbg!", "left over from debugging"),
    ("todo!", "a stub"),
];

fn sources() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push((path.clone(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

/// The module of the crate a file belongs to: the first part of its path below `src`.
fn module(path: &Path) -> String {
    let below = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap();
    below.components().next().unwrap().as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned()
}

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|modules| modules.contains(&module))
}

/// The lines of a file before its unit tests, which may look anywhere.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let end = text.find("#[cfg(test)]").unwrap_or(text.len());
    text[..end]
        .lines()
        .enumerate()
        .map(|(number, line)| (number + 1, line.trim()))
        .filter(|(_, line)| !line.starts_with("//"))
}

#[test]
fn imports_point_down() {
    let mut arrows = 0;
    for (path, text) in sources() {
        let from = module(&path);
        if ["lib", "main"].contains(&from.as_str()) {
            continue;
        }
        let own =
            floor(&from).unwrap_or_else(|| panic!("{}: module `{from}` has no floor in this test", path.display()));
        for (line, code) in code(&text) {
            for target in code.split("crate::").skip(1) {
                let name: String = target.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let Some(other) = floor(&name) else { continue };
                arrows += 1;
                let down = other < own || other == own && (name == from || own >= 2 || own == 0);
                assert!(
                    down,
                    "{}:{line}: `{from}` (floor {own}) looks up or across at `{name}` (floor {other})",
                    path.display()
                );
            }
        }
    }
    assert!(arrows > 100, "only {arrows} imports found: does this test still read them?");
}

#[test]
fn every_file_opens_with_a_sentence() {
    for (path, text) in sources() {
        let first = text.lines().next().unwrap_or_default();
        let paragraph: Vec<&str> = text.lines().take_while(|line| line.len() > 3 && line.starts_with("//! ")).collect();
        let ends = paragraph.last().is_some_and(|line| line.ends_with(['.', ':', '?']));
        assert!(first.starts_with("//! ") && ends, "{}: opens with `{first}`", path.display());
    }
}

#[test]
fn what_is_banned_stays_out() {
    for (path, text) in sources() {
        for (line, code) in code(&text) {
            for (word, reason) in BANNED {
                assert!(!code.contains(word), "{}:{line}: `{word}`: {reason}", path.display());
            }
        }
    }
}
