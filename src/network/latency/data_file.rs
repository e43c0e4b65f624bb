//! Files of measured latencies: those of a scenario, and those that are part of the program.

use std::path::Path;

use sha2::{Digest, Sha256};

use crate::catalog::Incompatible;
use crate::{data_file, printable};

/// What stands before the name of a file that is part of the program.
const PREFIX: &str = "sample:";

/// The files that are part of the program, those of the folder `scenarios/latency`.
const BUNDLED: [(&str, &str); 3] = [
    ("aws_p50.csv", include_str!("../../../scenarios/latency/aws_p50.csv")),
    ("aws_p90.csv", include_str!("../../../scenarios/latency/aws_p90.csv")),
    ("cities.csv", include_str!("../../../scenarios/latency/cities.csv")),
];

/// The text of `file`, the value of the setting `key`, which is relative to `folder`; it goes into `digest` as well.
///
/// # Errors
/// It cannot be read, or is no text.
pub(super) fn read(key: &'static str, file: &str, folder: &Path, digest: &mut Sha256) -> Result<String, Incompatible> {
    let text = match file.strip_prefix(PREFIX) {
        Some(name) => bundled(key, name)?.to_owned(),
        None => data_file::read(key, file, folder, || {
            format!("a file beside the scenario, or one of the program: {}", all())
        })?,
    };
    digest.update(&text);
    Ok(text)
}

/// The start of the SHA-256 of what was read: a changed file is another scenario.
///
/// # Errors
/// It does not begin as `expected`.
pub(super) fn fingerprint(digest: Sha256, expected: Option<&str>) -> Result<String, Incompatible> {
    data_file::fingerprint(digest, "latencies", expected)
}

fn bundled(key: &'static str, name: &str) -> Result<&'static str, Incompatible> {
    let found = BUNDLED.iter().find(|(own, _)| *own == name).map(|(_, text)| *text);
    found.ok_or_else(|| {
        let problem = format!("the program has no file of latencies `{}`", printable::line(name));
        Incompatible::of(key, problem, all())
    })
}

fn all() -> String {
    BUNDLED.map(|(name, _)| format!("\"{PREFIX}{name}\"")).join(", ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_file_of_the_folder_is_part_of_the_program() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/latency");
        let files = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let listed: BTreeSet<String> = BUNDLED.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(listed, files.collect::<BTreeSet<String>>());
        for (name, text) in BUNDLED {
            let [own, beside] = [format!("{PREFIX}{name}"), name.to_owned()]
                .map(|file| read("round_trip", &file, &folder, &mut Sha256::new()).unwrap());
            assert!(own == text && beside == text, "{name}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let said = |file| read("round_trip", file, Path::new("."), &mut Sha256::new()).unwrap_err().to_string();
        assert!(said("sample:nowhere.csv").contains("no file of latencies `nowhere.csv`; \"sample:aws_p50.csv\""));
        assert!(said("nowhere.csv").contains("`nowhere.csv`: there is no such file; a file beside the scenario"));
        assert!(said("src").contains("`src`: it cannot be read: it is a folder"));
    }
}
