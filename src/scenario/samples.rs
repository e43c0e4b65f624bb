//! The samples that are part of the program: the files of the folder `scenarios`, in the order in which they teach.

use super::origin::Origin;
use super::source::Source;
use super::words::nearest;

/// How a sample is named where a file could be.
pub const SAMPLE: &str = "sample:";

/// A scenario that is part of the program.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// Its name, as in `sample:NAME`.
    pub name: &'static str,
    /// The text of its file.
    pub text: &'static str,
}

macro_rules! samples {
    ($($name:literal)*) => {
        &[$(Sample { name: $name, text: include_str!(concat!("../../scenarios/", $name, ".toml")) }),*]
    };
}

/// All samples.
pub const SAMPLES: &[Sample] = samples![
    "quickstart" "log_n" "loss" "latency" "topologies" "growth_by_topology" "fanout" "fanout_and_loss" "fanout_vs_nodes" "interval_vs_load" "peer_choice" "spatial"
    "rumor_mongering" "rumor_variants" "average" "counter" "membership" "faults" "scale"
];

impl Sample {
    /// The sample of this name.
    ///
    /// # Errors
    /// There is none: the name that was probably meant, if any is near.
    pub fn named(name: &str) -> Result<&'static Sample, Option<&'static str>> {
        let near = || nearest(name, SAMPLES.iter().map(|sample| sample.name));
        SAMPLES.iter().find(|sample| sample.name == name).ok_or_else(near)
    }

    /// The question that it answers: its first line, a comment.
    pub fn question(&self) -> &'static str {
        self.text.lines().next().unwrap_or_default().trim_start_matches(['#', ' '])
    }

    pub(super) fn source(&self) -> Source {
        let mut source = Source::text(&format!("{SAMPLE}{}", self.name), self.text);
        source.stem = self.name.to_owned();
        source.origin = Origin::Sample(self.name);
        source
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;
    use crate::scenario::{Overrides, read};

    #[test]
    fn every_file_of_the_folder_is_a_sample_that_can_be_read_and_asks_a_question() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let toml = files.filter(|path| path.extension().is_some_and(|extension| extension == "toml"));
        let names: BTreeSet<String> = toml.map(|path| path.file_stem().unwrap().to_string_lossy().into()).collect();
        let listed: BTreeSet<String> = SAMPLES.iter().map(|sample| sample.name.to_owned()).collect();
        assert_eq!((&listed, SAMPLES.len()), (&names, names.len()), "add the file to the list of samples");
        for sample in SAMPLES {
            let question = sample.question();
            assert!(sample.text.starts_with("# ") && question.contains('?'), "{}: {question}", sample.name);
            let scenario = read(sample.source(), &Overrides::default());
            let scenario = scenario.unwrap_or_else(|problems| panic!("{}: {problems}", sample.name));
            assert_eq!(scenario.name, sample.name);
            assert!(!scenario.description.is_empty(), "{}", sample.name);
        }
    }

    #[test]
    fn a_name_that_is_near_is_found() {
        assert_eq!(Sample::named("quikstart").unwrap_err(), Some("quickstart"));
        assert_eq!(Sample::named("xyzzy").unwrap_err(), None);
    }
}
