//! The scenarios that are part of the program: samples, the files of the folder `scenarios` in the order in which they
//! teach, and presets of systems that people run, those of `scenarios/systems`.

use super::origin::Origin;
use super::source::Source;
use super::words::nearest;

/// Scenarios that are part of the program, of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collection {
    /// A question each.
    Samples,
    /// A system that people run each, with the source of every number.
    Presets,
}

/// A scenario that is part of the program.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// Which kind it is of.
    pub collection: Collection,
    /// Its name, as in `sample:NAME`.
    pub name: &'static str,
    /// The text of its file.
    pub text: &'static str,
}

macro_rules! scenarios {
    ($collection:ident in $folder:literal: $($name:literal)*) => {
        &[$(Sample {
            collection: Collection::$collection,
            name: $name,
            text: include_str!(concat!("../../scenarios/", $folder, $name, ".toml")),
        }),*]
    };
}

/// All samples.
pub const SAMPLES: &[Sample] = scenarios![Samples in "":
    "quickstart" "log_n" "loss" "burst_loss" "latency" "wan_regions" "topologies" "growth_by_topology" "fanout" "fanout_and_loss" "fanout_vs_nodes"
    "interval_vs_load" "peer_choice" "spatial" "partial_views" "rumor_mongering" "rumor_variants" "flood" "update_storm" "adaptive_pull" "bandwidth" "average" "counter" "store"
    "membership" "detector" "detectors" "swim" "memberlist" "lifeguard" "mesh" "announce" "faults" "partition_heal" "churn" "sessions" "slow_nodes" "adversaries" "scale"
];

/// All presets.
pub const PRESETS: &[Sample] = scenarios![Presets in "systems/":
    "cassandra" "dynamo" "memberlist_lan" "memberlist_wan" "memberlist_local" "serf" "consul_lan" "consul_wan" "antrea"
    "alertmanager" "ethereum_blocks" "ethereum_execution" "kubo" "bitcoin" "nginx_zone_sync" "xerox" "digest_pull" "lamport_counters"
];

impl Collection {
    /// All kinds.
    pub const ALL: [Collection; 2] = [Collection::Samples, Collection::Presets];

    /// What stands before a name where a file could be.
    pub fn prefix(self) -> &'static str {
        match self {
            Collection::Samples => "sample:",
            Collection::Presets => "preset:",
        }
    }

    /// What one of its scenarios is called.
    pub fn noun(self) -> &'static str {
        match self {
            Collection::Samples => "sample",
            Collection::Presets => "preset",
        }
    }

    /// All of its scenarios.
    pub fn scenarios(self) -> &'static [Sample] {
        match self {
            Collection::Samples => SAMPLES,
            Collection::Presets => PRESETS,
        }
    }

    /// Its scenario of this name.
    ///
    /// # Errors
    /// There is none: what was probably meant, of any kind, with its prefix.
    pub fn scenario(self, name: &str) -> Result<&'static Sample, Option<String>> {
        let named = |collection: Collection| collection.scenarios().iter().find(|sample| sample.name == name);
        let meant = || {
            let all = || Collection::ALL.into_iter().flat_map(Collection::scenarios);
            let near = nearest(name, self.scenarios().iter().map(|sample| sample.name));
            let near = near.or_else(|| nearest(name, all().map(|sample| sample.name)))?;
            let here = self.scenarios().iter().chain(all()).find(|sample| sample.name == near);
            here.map(Sample::reference)
        };
        named(self).ok_or_else(meant)
    }
}

impl Sample {
    /// The kind and the name that `reference` gives, if it begins with the prefix of one.
    pub fn referred(reference: &str) -> Option<(Collection, &str)> {
        let of = |collection: Collection| Some((collection, reference.strip_prefix(collection.prefix())?));
        Collection::ALL.into_iter().find_map(of)
    }

    /// What names it where a file could be.
    pub fn reference(&self) -> String {
        format!("{}{}", self.collection.prefix(), self.name)
    }

    /// What it is about, of a sample the question that it answers: its first line, a comment.
    pub fn subject(&self) -> &'static str {
        self.text.lines().next().unwrap_or_default().trim_start_matches(['#', ' '])
    }

    pub(super) fn source(&self) -> Source {
        let mut source = Source::text(&self.reference(), self.text);
        source.stem = self.name.to_owned();
        source.origin = Origin::Sample(self.reference());
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
    fn every_file_of_the_folders_is_listed_can_be_read_and_says_what_it_is_about() {
        for (collection, folder) in [(Collection::Samples, "scenarios"), (Collection::Presets, "scenarios/systems")] {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
            let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
            let toml = files.filter(|path| path.extension().is_some_and(|extension| extension == "toml"));
            let names: BTreeSet<String> = toml.map(|path| path.file_stem().unwrap().to_string_lossy().into()).collect();
            let listed: BTreeSet<String> = collection.scenarios().iter().map(|sample| sample.name.to_owned()).collect();
            let counts = (collection.scenarios().len(), names.len());
            assert!(listed == names && counts.0 == counts.1, "list the files of {collection:?}: {names:?}");
            for sample in collection.scenarios() {
                let (subject, question) = (sample.subject(), collection == Collection::Samples);
                assert!(
                    sample.text.starts_with("# ") && subject.contains('?') == question,
                    "{}: {subject}",
                    sample.name
                );
                let scenario = read(sample.source(), &Overrides::default());
                let scenario = scenario.unwrap_or_else(|problems| panic!("{}: {problems}", sample.name));
                assert_eq!(scenario.name, sample.name);
                assert!(!scenario.description.is_empty(), "{}", sample.name);
            }
        }
    }

    #[test]
    fn a_name_that_is_near_is_found_in_either_kind() {
        let meant = |collection: Collection, name| collection.scenario(name).map(Sample::reference).unwrap_err();
        assert_eq!(meant(Collection::Samples, "quikstart").as_deref(), Some("sample:quickstart"));
        assert_eq!(meant(Collection::Samples, "dynamo").as_deref(), Some("preset:dynamo"));
        assert_eq!(meant(Collection::Presets, "loss").as_deref(), Some("sample:loss"));
        assert_eq!(meant(Collection::Presets, "xyzzy"), None);
        assert_eq!(Sample::referred("preset:dynamo"), Some((Collection::Presets, "dynamo")));
        assert_eq!(Sample::referred("dynamo"), None);
    }
}
