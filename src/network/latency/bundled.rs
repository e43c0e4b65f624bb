//! Files of measured latencies that are part of the program, or of a scenario.

use std::path::Path;

use sha2::Sha256;

use crate::catalog::Incompatible;
use crate::data_file::{self, Bundled};

/// The files that are part of the program, those of the folder `scenarios/latency`.
const BUNDLED: [Bundled; 3] = [
    ("aws_p50.csv", include_str!("../../../scenarios/latency/aws_p50.csv")),
    ("aws_p90.csv", include_str!("../../../scenarios/latency/aws_p90.csv")),
    ("cities.csv", include_str!("../../../scenarios/latency/cities.csv")),
];

/// See [`data_file::read`].
///
/// # Errors
/// See [`data_file::read`].
pub(super) fn read(key: &'static str, file: &str, folder: &Path, digest: &mut Sha256) -> Result<String, Incompatible> {
    data_file::read(key, file, folder, &BUNDLED, digest)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sha2::Digest;

    use super::*;
    use crate::data_file::PREFIX;

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
        assert!(said("sample:nowhere.csv").contains("no such file `nowhere.csv`; \"sample:aws_p50.csv\""));
        assert!(said("nowhere.csv").contains("`nowhere.csv`: there is no such file; a file beside the scenario"));
        assert!(said("src").contains("`src`: it cannot be read: it is a folder"));
    }
}
