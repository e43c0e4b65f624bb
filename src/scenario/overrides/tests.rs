//! Changes from the command line, and what they do to a sweep.

use super::*;
use crate::scenario::{Scenario, Source, read};
use crate::time::Span;
use crate::workload::Strategy;
use crate::workload::rumor::Exchange;

const TEXT: &str = "[network]\nnodes = 64\n[gossip]\nstrategy = \"push\"\n[sweep]\n\"gossip.fanout\" = [1, 2]\n";

fn with(overrides: &Overrides) -> Scenario {
    read(Source::text("demo.toml", TEXT), overrides).unwrap_or_else(|problems| panic!("{problems}"))
}

fn set(settings: &[&str]) -> Overrides {
    Overrides { set: settings.iter().map(|&text| text.to_owned()).collect(), ..Overrides::default() }
}

#[test]
fn a_value_from_the_command_line_replaces_the_file_and_its_sweep() {
    let scenario = with(&set(&[
        "gossip.fanout=3",
        "gossip.interval = 50ms",
        "gossip.strategy=push-pull",
        "gossip.exchange=eager",
    ]));
    let gossip = &scenario.points[0].settings.gossip;
    assert_eq!((scenario.points.len(), gossip.fanout, gossip.interval), (1, 3, Span::from_millis(50)));
    assert_eq!((gossip.strategy, gossip.exchange), (Strategy::PushPull, Exchange::Eager));
    assert!(scenario.notes[0].contains("`gossip.fanout`"), "{:?}", scenario.notes);
}

#[test]
fn a_sweep_from_the_command_line_replaces_that_of_the_file() {
    let scenario = with(&set(&["sweep.gossip.fanout=\"1..4\"", "sweep.network.nodes=2^4..2^5"]));
    assert_eq!(scenario.points.len(), 8);
    assert_eq!(scenario.points[7].swept()[0], ("gossip.fanout".to_owned(), "4".to_owned()));
    let strategies = ["pull", "push"].map(str::to_owned).to_vec();
    let sweep = vec![("gossip.strategy".to_owned(), strategies)];
    assert_eq!(with(&Overrides { sweep, ..Overrides::default() }).points.len(), 4);
}

#[test]
fn a_key_varies_over_values_between_commas_or_over_a_list() {
    let swept = |vary: &str| {
        let scenario = with(&Overrides { vary: Some(vary.to_owned()), ..Overrides::default() });
        scenario
            .sweep
            .iter()
            .map(|key| format!("{} {}", key.path, key.values().collect::<Vec<_>>().join(" | ")))
            .collect::<Vec<_>>()
    };
    assert_eq!(swept("gossip.fanout=1,2,3"), ["gossip.fanout 1 | 2 | 3"]);
    assert_eq!(swept("gossip.fanout = [1, 3]"), ["gossip.fanout 1 | 3"]);
    assert_eq!(swept("network.topology=complete, ring"), ["gossip.fanout 1 | 2", "network.topology complete | ring"]);
    assert_eq!(
        swept("network.topology={ kind = \"torus\", sides = [8, 8] },{kind=\"ring\"},\"line\"")[1],
        "network.topology { kind = \"torus\", sides = [8, 8] } | { kind = \"ring\" } | line"
    );
    let torus = set(&["network.topology=torus"]);
    let sides = Overrides { vary: Some("network.topology.sides=[4, 16],[8, 8]".to_owned()), ..torus };
    assert_eq!(with(&sides).sweep[1].values().collect::<Vec<_>>(), ["[4, 16]", "[8, 8]"]);
    assert_eq!(swept("network.loss=0..0.2 step 0.1")[1], "network.loss 0 | 0.1 | 0.2");
}

/// The swept keys of `settings`, as `key value | value`.
fn swept(settings: &[&str]) -> Vec<String> {
    let scenario = with(&set(settings));
    scenario.sweep.iter().map(|key| format!("{} {}", key.path, key.values().collect::<Vec<_>>().join(" | "))).collect()
}

#[test]
fn the_whole_sweep_is_set_as_a_table() {
    let seven = "sweep={ gossip.fanout = \"5..7\", \"network.loss\" = [0, 0.5] }";
    assert_eq!(swept(&[seven]), ["gossip.fanout 5 | 6 | 7", "network.loss 0 | 0.5"]);
    assert_eq!(swept(&["sweep={ network.nodes = [8, 16] }"]), ["network.nodes 8 | 16"], "in place of the file's");
    assert_eq!(swept(&["sweep={}"]), [""; 0]);
    assert_eq!(swept(&["sweep={}", "sweep.network.nodes=[8, 16]"]), ["network.nodes 8 | 16"]);
    let part = "sweep.network={ nodes = [8, 16], topology = [\"ring\"] }";
    assert_eq!(swept(&[part]), ["gossip.fanout 1 | 2", "network.nodes 8 | 16", "network.topology ring"]);
    let notes = with(&set(&[seven])).notes;
    assert!(notes[0].contains("in place of that of the file"), "{notes:?}");
}

#[test]
fn a_table_settles_what_stands_in_it_and_ends_the_sweep_of_that() {
    let scenario = with(&set(&["gossip={ strategy = \"pull\", fanout = 4 }"]));
    assert_eq!((scenario.points.len(), scenario.points[0].settings.gossip.fanout), (1, 4));
    assert!(scenario.notes[0].contains("`gossip.fanout`"), "{:?}", scenario.notes);
    let scenario = with(&set(&["gossip={ strategy = \"pull\" }"]));
    assert_eq!(scenario.points.iter().map(|point| point.settings.gossip.fanout).collect::<Vec<_>>(), [1, 2]);
    let scenario = with(&set(&["network={ nodes = 9 }", "sweep={}", "gossip.spread={ kind = \"coin\", k = 3 }"]));
    let settings = &scenario.points[0].settings;
    assert_eq!(
        (settings.network.nodes, settings.gossip.spread.to_string().as_str()),
        (9, "coin (k = 3, feedback = true)")
    );
    let spread = set(&["gossip.spread={ kind = \"coin\", k = 3 }", "sweep.gossip.spread.k=[1, 2]"]);
    assert_eq!(with(&spread).points.len(), 4, "what comes later counts");
}

#[test]
fn expectations_are_set_as_a_table_or_one_by_one() {
    let expected = |settings: &[&str]| {
        let scenario = with(&set(settings));
        scenario.expectations.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(expected(&["expect={ rounds_max = \"<= 9\" }"]), ["rounds_max: <= 9"]);
    let twice = ["expect={ push.rounds_max = 1, residue_mean = 0 }", "expect.push.rounds_max=2"];
    assert_eq!(expected(&twice), ["push.rounds_max: = 2", "residue_mean: = 0"]);
    let both = ["expect.push={ rounds_max = 3, rounds_mean = [1, 2] }"];
    assert_eq!(expected(&both), ["push.rounds_max: = 3", "push.rounds_mean: 1 to 2"]);
}

#[test]
fn no_value_of_the_command_line_is_left_out_in_silence() {
    for (settings, part) in [
        (&["sweep=5"][..], "expected a table, found the number 5"),
        (&["sweep=[1]"], "expected a table, found a list"),
        (&["expect=\"x\""], "expected a table, found the text"),
        (&["sweep={ gossip.fanout = 3 }"], "expected a list of values, found the number 3"),
        (&["sweep={ gossip = {} }"], "expected a list of values, found a table"),
        (&["sweep.gossip={}"], "expected a list of values, found a table"),
        (&["expect={ push = {} }"], "there is no metric `push`"),
        (&["network=5"], "expected a table, found the number 5"),
        (&["network.nodes.x=5"], "found a table"),
        (&["nowhere={ x = 1 }"], "neither a key nor a section"),
        (&["network={ nodez = 8 }"], "did you mean `nodes`?"),
        (&["sweep={ sweep = { a = [1] } }"], "is not a setting of a configuration"),
        (&["sweep.expect.slope=[1]"], "is not a setting of a configuration"),
        (
            &["sweep.network.topology=[\"ring\", \"torus\"]", "network.topology.neighbors=2"],
            "to set it in every configuration, write --set 'sweep.network.topology.neighbors=[…]'",
        ),
        (&["gossip.fanout=3", "sweep.gossip=[{ strategy = \"pull\" }]"], "`gossip` is swept, and each of its values"),
    ] {
        let problems = read(Source::text("demo.toml", TEXT), &set(settings)).expect_err(settings[0]);
        assert!(problems.to_string().contains(part), "{settings:?}: {problems}");
    }
    let strategies = ["pull", "push"].map(str::to_owned).to_vec();
    let compare = Overrides { sweep: vec![("gossip.strategy".to_owned(), strategies)], ..Overrides::default() };
    let vary = Overrides { vary: Some("gossip.strategy=pull,push".to_owned()), ..Overrides::default() };
    for compared in [compare, vary] {
        for setting in ["gossip.strategy=pull", "sweep.gossip.strategy=[\"pull\"]"] {
            let overrides = Overrides { set: vec![setting.to_owned()], ..compared.clone() };
            let problems = read(Source::text("demo.toml", TEXT), &overrides).expect_err(setting);
            assert!(problems.to_string().contains("`gossip.strategy` is what is compared"), "{problems}");
        }
    }
    let seed = Overrides { seed: Some(5), ..set(&["seed=4"]) };
    let scenario = with(&seed);
    assert_eq!(scenario.seed, 5);
    assert!(scenario.notes[0].contains("`seed` is set more than once"), "{:?}", scenario.notes);
}

#[test]
fn a_key_of_very_many_parts_is_refused_and_overflows_nothing() {
    let path = vec!["a"; 1_000_001].join(".");
    for overrides in [
        set(&[&format!("{path}=1")]),
        set(&[&path]),
        set(&[&format!("sweep.{path}=[1]")]),
        set(&[&format!("expect.{path}=1")]),
        set(&[&format!("sweep={{ \"{path}\" = [1] }}")]),
        set(&[&format!("{}=1", ".".repeat(1_000_000))]),
        Overrides { vary: Some(format!("{path}=1,2")), ..Overrides::default() },
    ] {
        let said = read(Source::text("demo.toml", TEXT), &overrides).unwrap_err().to_string();
        assert!(said.contains("is a key of 1000") && said.contains("at most 8 parts"), "{}", &said[..200]);
    }
}

#[test]
fn what_does_not_vary_a_key_is_refused() {
    for (vary, part) in [
        ("gossip.fanout", "gives no value"),
        ("=1,2", "is not a key"),
        ("gossip.fanout=1", "one value of `gossip.fanout` is no comparison"),
        ("gossip.fanout=[3]", "is no comparison"),
        ("gossip.fanout=", "a value is missing"),
        ("gossip.fanout=1,,2", "a value is missing"),
        ("gossip.fanout=1,1", "in the list twice"),
        ("gossip.fanot=1,2", "did you mean `fanout`?"),
        ("network.topology={ kind = \"ring\", \"line\"", "--vary network.topology"),
        ("replicates=1,2", "the same in every configuration"),
    ] {
        let overrides = Overrides { vary: Some(vary.to_owned()), ..Overrides::default() };
        let problems = read(Source::text("demo.toml", TEXT), &overrides).unwrap_err();
        assert!(problems.to_string().contains(part), "{vary}: {problems}");
    }
}

#[test]
fn seed_and_replicates_have_flags_of_their_own() {
    let scenario = with(&Overrides { seed: Some(u64::MAX), replicates: Some(7), ..Overrides::default() });
    assert_eq!((scenario.seed, scenario.replicates), (u64::MAX, 7));
}
