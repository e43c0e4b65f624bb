//! The list of keys is what `check` prints, and where the defaults come from.

use super::*;
use crate::key::Key;
use crate::scenario::document;
use crate::scenario::problems::Problems;
use crate::scenario::read_cache::{ReadCache, Store};
use crate::scenario::sections::Loaded;
use crate::scenario::written::Written;
use crate::scenario::{Overrides, Source, read};
use crate::settings::keys;

const LEAST: &str = "[network]\nnodes = 64\n[gossip]\nstrategy = \"push-pull\"\n";

fn settings(set: &[String]) -> (u64, u64, Settings) {
    let overrides = Overrides { set: set.to_vec(), ..Overrides::default() };
    let scenario = read(Source::text("demo.toml", LEAST), &overrides).unwrap_or_else(|problems| panic!("{problems}"));
    (scenario.seed, scenario.replicates, scenario.point(0).settings)
}

/// All keys but those of other workloads, which may have the same names, and those that mean nothing for the rumor.
fn of_the_rumor() -> impl Iterator<Item = &'static Key> {
    let used = settings(&[]).2.workload.uses();
    let own = |key: &Key| (key.path, key.default());
    let keys_of = |of: fn(&str) -> bool| {
        let some = WorkloadSpec::KEYS.iter().filter(move |(name, _)| of(name)).flat_map(|(_, keys)| *keys);
        some.map(own).collect::<Vec<_>>()
    };
    let [rumor, others] = [keys_of(|name| name == "rumor"), keys_of(|name| name != "rumor")];
    keys().filter(move |key| match key.section() {
        "gossip" => used.contains(&key.name()),
        _ => rumor.contains(&own(key)) || !others.contains(&own(key)),
    })
}

#[test]
fn a_default_that_is_written_changes_nothing() {
    let least = settings(&[]);
    for key in of_the_rumor().filter(|key| key.path != DESCRIPTION.path) {
        if let Some(default) = key.default() {
            assert_eq!(settings(&[format!("{}={default}", key.path)]), least, "{}", key.path);
        }
    }
}

#[test]
fn every_key_is_printed_with_its_default_and_every_path_is_its_own() {
    let text = settings(&[]).2.to_toml();
    let printed: Vec<_> = text.lines().filter_map(|line| line.split_once('=')).map(|(name, _)| name.trim()).collect();
    // Where all do their part, nothing is said of it.
    let printed_at_all = |key: &&Key| !["", "adversaries"].contains(&key.section());
    let sections: Vec<_> = of_the_rumor().filter(printed_at_all).collect();
    assert_eq!(printed, sections.iter().map(|key| key.name()).collect::<Vec<_>>());
    // Workloads may have keys of one name.
    let others: Vec<&Key> = WorkloadSpec::KEYS.iter().flat_map(|(_, keys)| *keys).collect();
    for (name, own) in WorkloadSpec::KEYS {
        let common = keys().filter(|key| others.iter().all(|other| other.path != key.path));
        let mut paths: Vec<_> = common.chain(*own).map(|key| key.path).collect();
        paths.sort_unstable();
        assert!(paths.windows(2).all(|pair| pair[0] != pair[1]), "{name}: {paths:?}");
    }
}

#[test]
fn every_workload_is_read_with_its_defaults_and_says_which_keys_it_uses() {
    for (name, keys) in WorkloadSpec::KEYS {
        let uses_strategy = WorkloadSpec::USES.iter().any(|(known, uses)| known == name && uses.contains(&"strategy"));
        let gossip = if uses_strategy { "strategy = \"push\"" } else { "" };
        let text = format!("[network]\nnodes = 64\n[gossip]\n{gossip}\n[workload]\nkind = \"{name}\"\n");
        let scenario = read(Source::text("demo.toml", &text), &Overrides::default());
        let settings = scenario.unwrap_or_else(|problems| panic!("{problems}")).point(0).settings;
        assert_eq!(settings.workload.name(), *name);
        let said = serde_json::to_value(&*settings.workload).unwrap();
        let said: Vec<_> = said.as_object().unwrap().keys().skip(1).cloned().collect();
        assert_eq!(said, keys.iter().map(Key::name).collect::<Vec<_>>(), "{name}");
        let again = read(Source::text("again.toml", &settings.to_toml()), &Overrides::default()).unwrap();
        assert_eq!(again.point(0).settings, settings, "{name}");
        for used in settings.workload.uses() {
            assert!(crate::settings::gossip::KEYS.iter().any(|key| key.name() == *used), "{name}: {used}");
        }
    }
    // A rumor goes by all of them.
    let all: Vec<_> = crate::settings::gossip::KEYS.iter().map(Key::name).collect();
    assert_eq!(settings(&[]).2.workload.uses(), all);
}

#[test]
fn a_workload_is_a_table_and_its_mistakes_have_their_places() {
    for (text, key, problem) in [
        ("workload = 5", "workload", "expected a table, found the number 5"),
        ("[workload]\nkind = \"rumour\"", "workload.kind", "there is no workload `rumour`"),
        ("[workload]\nkind = 5", "workload.kind", "expected the name of a workload, found the number 5"),
        ("[workload]\norign = 5", "workload.orign", "`orign` is not a setting of workload `rumor`"),
        ("[workload]\norigin = 64", "workload.origin", "there is no node 64"),
        ("[workload]\nupdate_size = 5", "workload.update_size", "the number 5 has no unit"),
    ] {
        let problems =
            read(Source::text("s.toml", &format!("{text}\n{LEAST}")), &Overrides::default()).expect_err(text);
        let [mistake] = problems.list() else { panic!("{text}: {problems}") };
        assert!(mistake.key == key && mistake.problem.contains(problem), "{text}: {problems}");
    }
    let misplaced =
        read(Source::text("s.toml", &format!("{LEAST}update_size = 3\n")), &Overrides::default()).unwrap_err();
    assert!(misplaced.to_string().contains("did you mean `update_size` in [workload]?"), "{misplaced}");
}

#[test]
fn a_key_that_means_nothing_for_the_workload_is_refused() {
    let said = |uses: &[&str]| {
        let source = Source::text("s.toml", "[gossip]\nfanout = 2\nhunt = 1\n");
        let root = document::parse(&source).unwrap();
        let written = Written::new(root, Vec::new(), source.end(), "".into());
        let (mut problems, mut read_cache, mut loaded) = (Problems::new(source), ReadCache::default(), Loaded::new());
        let mut reader = Reader::new(&written, &[], Store::Growing(&mut read_cache), &mut loaded, &mut problems);
        workload::check_uses(&mut reader, "echo", uses);
        problems.list().iter().map(|mistake| format!("{}: {}", mistake.problem, mistake.allowed)).collect::<Vec<_>>()
    };
    assert!(said(&["strategy", "fanout", "hunt"]).is_empty());
    assert_eq!(
        said(&["strategy", "fanout"]),
        ["`hunt` means nothing for the workload `echo`: of [gossip]: strategy, fanout"]
    );
    assert_eq!(said(&[]).len(), 2);
}
