//! What events say, what they refuse, and how they are changed.

use super::*;
use crate::experiment;
use crate::scenario::{Overrides, Problems, Scenario, Source, read};
use crate::settings::Settings;
use crate::settings::faults::{Selection, Share};
use crate::units::NodeId;

const BASE: &str = "[network]\nnodes = 8\n[gossip]\nstrategy = \"push\"\ninterval = \"2s\"\n";

/// A scenario of eight nodes with these events.
fn scenario(events: &[&str], rest: &str, overrides: &Overrides) -> Result<Scenario, Problems> {
    let events: String = events.iter().map(|event| format!("[[event]]\n{event}\n")).collect();
    read(Source::text("demo.toml", &format!("{BASE}{rest}\n{events}")), overrides)
}

fn settings(events: &[&str]) -> Settings {
    let scenario = scenario(events, "", &Overrides::default());
    scenario.unwrap_or_else(|problems| panic!("{problems}")).point(0).settings
}

fn set(settings: &[&str]) -> Overrides {
    Overrides { set: settings.iter().map(|&text| text.to_owned()).collect(), ..Overrides::default() }
}

#[test]
fn every_action_is_read_and_written_back() {
    let events = [
        "at = \"10s\"\ncrash = 0.25",
        "at_round = 5\ncrash = [3, 7]\nkeep_state = false",
        "at = \"20s\"\nrecover = \"all\"",
        "at = \"20s\"\nrecover = [7]",
        "at_round = 3\njoin = 16",
        "at = \"30s\"\nleave = [23]",
        "at = \"5s\"\npartition = [0.5, 0.25]\nuntil_round = 9",
        "at = \"5s\"\npartition = [[0, 1], [2]]",
        "at = \"0s\"\ncut = { from = [0], to = \"all\" }\nuntil = \"15s\"",
        "at = \"40s\"\ncut = { from = [\"4..7\", 1, \"2 .. 0_3\"], to = [\"5..5\"] }",
        "at = \"40s\"\npartition = [[\"0..3\"], [\"4..7\"]]",
        "at = \"40s\"\ncrash = 0\nkeep_state = false",
        "at = \"40s\"\nleave = 1",
        "at = \"40s\"\njoin = 0",
        "at = \"50s\"\nrestart = 0.5\nfor = \"3s\"",
        "at = \"50s\"\nrestart = [1]\nkeep_state = false\nuntil = \"51s\"",
        "at = \"60s\"\nblock = 0.25",
        "at = \"60s\"\nblock = [2]\nblocked = \"8192ms\"\nfree = \"64ms\"\nreading = \"50us\"\nfor = \"2min\"",
        "at = \"60s\"\npartition = [0.5]\nfor = \"1s\"",
    ];
    let written = [
        r#"{"at":"10s","crash":0.25,"keep_state":true}"#,
        r#"{"at_round":5,"crash":[3,7],"keep_state":false}"#,
        r#"{"at":"20s","recover":"all"}"#,
        r#"{"at":"20s","recover":[7]}"#,
        r#"{"at_round":3,"join":16}"#,
        r#"{"at":"30s","leave":[23]}"#,
        r#"{"at":"5s","partition":[0.5,0.25],"until_round":9}"#,
        r#"{"at":"5s","partition":[[0,1],[2]]}"#,
        r#"{"at":"0ns","cut":{"from":[0],"to":"all"},"until":"15s"}"#,
        r#"{"at":"40s","cut":{"from":["4..7",1,"2..3"],"to":[5]}}"#,
        r#"{"at":"40s","partition":[["0..3"],["4..7"]]}"#,
        r#"{"at":"40s","crash":0.0,"keep_state":false}"#,
        r#"{"at":"40s","leave":1.0}"#,
        r#"{"at":"40s","join":0}"#,
        r#"{"at":"50s","restart":0.5,"keep_state":true,"for":"3s"}"#,
        r#"{"at":"50s","restart":[1],"keep_state":false,"until":"51s"}"#,
        r#"{"at":"1min","block":0.25}"#,
        r#"{"at":"1min","block":[2],"blocked":"8192ms","free":"64ms","reading":"50us","for":"2min"}"#,
        r#"{"at":"1min","partition":[0.5],"for":"1s"}"#,
    ];
    let faults = settings(&events).faults;
    let said: Vec<_> = faults.events().iter().map(|event| serde_json::to_string(event).unwrap()).collect();
    assert_eq!(said, written);
    assert_eq!(faults.joins(), 16);
    let order: Vec<_> = faults
        .in_order(Span::from_millis(2000))
        .iter()
        .map(|(at, event)| (at.as_millis(), event.action.name()))
        .collect();
    let expected = [
        (0.0, "cut"),
        (4000.0, "join"),
        (5000.0, "partition"),
        (5000.0, "partition"),
        (8000.0, "crash"),
        (10000.0, "crash"),
        (20000.0, "recover"),
        (20000.0, "recover"),
        (30000.0, "leave"),
        (40000.0, "cut"),
        (40000.0, "partition"),
        (40000.0, "crash"),
        (40000.0, "leave"),
        (40000.0, "join"),
        (50000.0, "restart"),
        (50000.0, "restart"),
        (60000.0, "block"),
        (60000.0, "block"),
        (60000.0, "partition"),
    ];
    assert_eq!(order, expected);
}

#[test]
fn the_documents_show_events_that_can_be_read() {
    let shown = include_str!("../../../../docs/scenario.md");
    let (_, section) = shown.split_once("\n## event\n").unwrap();
    let example = section.split("```").nth(1).and_then(|block| block.strip_prefix("toml\n")).unwrap();
    let text = format!("{}{example}", BASE.replacen("nodes = 8", "nodes = 64", 1));
    let scenario = read(Source::text("shown.toml", &text), &Overrides::default());
    let faults = scenario.unwrap_or_else(|problems| panic!("{problems}")).point(0).settings.faults;
    let mut names: Vec<_> = faults.events().iter().map(|event| event.action.name()).collect();
    names.sort_unstable();
    assert_eq!(names.join(" "), "block churn crash cut impair join leave partition recover restart sessions");
}

#[test]
fn a_scenario_with_events_reads_back_as_itself() {
    let events = ["at = \"1s\"\ncrash = 1.0", "at_round = 4\npartition = [0.5]\nuntil = \"9s\""];
    let swept = "[sweep]\n\"event.0.crash\" = [0.5, [1, 2], \"all\"]\n\"event.1.at_round\" = [2, 3]";
    let first = scenario(&events, swept, &Overrides::default()).unwrap();
    let written = first.resolved_toml();
    assert!(written.contains("[[event]]\nat         = \"1s\"\ncrash      = 0.5\nkeep_state = true\n"), "{written}");
    let again = read(Source::text("demo.toml", &written), &Overrides::default()).unwrap();
    assert_eq!((again.hash(), again.resolved_toml()), (first.hash(), written));
    assert_eq!(first.points.len(), 6);
    for (point, again) in first.points.iter().zip(&again.points) {
        assert_eq!(point.settings, again.settings);
    }
    let share = |index: usize| first.point(index).settings.faults.events()[0].action.clone();
    assert_eq!(share(0), Action::Crash { nodes: Selection::Share(Share::new(0.5).unwrap()), keep_state: true });
    assert_eq!(share(5), Action::Crash { nodes: Selection::All, keep_state: true });
}

#[test]
fn without_events_nothing_is_written_of_them_and_the_hash_is_as_it_was() {
    let none = scenario(&[], "", &Overrides::default()).unwrap();
    assert!(none.point(0).settings.faults.is_empty());
    assert!(!none.resolved_toml().contains("event") && !none.resolved().to_string().contains("event"));
    assert_eq!(scenario(&[], "", &set(&["event=[]"])).unwrap().hash(), none.hash());
    let some = scenario(&["at = \"1s\"\njoin = 1"], "", &Overrides::default()).unwrap();
    assert_ne!(some.hash(), none.hash());
    assert_eq!(some.resolved()["settings"]["event"][0]["join"], 1);
}

#[test]
fn events_are_set_and_swept_by_their_numbers() {
    let event = ["at = \"1s\"\ncrash = 0.5"];
    let crash = |overrides: &Overrides, events: &[&str]| {
        let scenario = scenario(events, "", overrides).unwrap_or_else(|problems| panic!("{problems}"));
        let said = |index| serde_json::to_string(&scenario.point(index).settings.faults).unwrap();
        (0..scenario.points.len()).map(said).collect::<Vec<_>>()
    };
    let changed =
        crash(&set(&["event.0.crash=[2, 3]", "event.0.crash.1=4", "event.1.at=2s", "event.1.recover=all"]), &event);
    assert_eq!(changed, [r#"[{"at":"1s","crash":[2,4],"keep_state":true},{"at":"2s","recover":"all"}]"#]);
    let added = crash(&set(&["event.1={ at = \"2s\", join = 2 }", "event.0.at=1s", "event.0.leave=0.5"]), &[]);
    assert_eq!(added, [r#"[{"at":"1s","leave":0.5},{"at":"2s","join":2}]"#]);
    let whole = crash(&set(&["sweep.event=[[], [{ at = \"1s\", join = 2 }]]"]), &event);
    assert_eq!(whole, ["[]", r#"[{"at":"1s","join":2}]"#]);
    for (setting, said) in [
        ("event.2.at=1s", "there is no `event.2`"),
        ("event.x.at=1s", "there is no `event.x`: the first is `event.0`"),
        ("event=5", "expected a list of tables, found the number 5"),
        ("event=[5]", "expected a table, found the number 5"),
        ("event.0=5", "expected a table, found the number 5"),
        ("sweep.event.1.crash=[0.5]", "the event has no time"),
    ] {
        let problems = scenario(&event, "", &set(&[setting])).expect_err(setting);
        assert!(problems.to_string().contains(said), "{setting}: {problems}");
    }
}

/// The mistakes of a scenario with these events, each with its key.
fn mistakes(events: &[&str], rest: &str) -> Vec<(String, String)> {
    let problems = scenario(events, rest, &Overrides::default()).expect_err(&format!("{events:?}"));
    problems.list().iter().map(|mistake| (mistake.key.clone(), mistake.problem.clone())).collect()
}

#[test]
fn what_is_wrong_is_said_of_the_key_that_is_to_blame() {
    for (event, key, problem) in [
        ("crash = 0.5", "event.0", "the event has no time"),
        ("at = \"1s\"", "event.0", "the event does not say what happens"),
        ("at = \"1s\"\nat_round = 2\njoin = 1", "event.0.at_round", "both say when it happens"),
        ("at = \"1s\"\njoin = 1\nleave = 0.5", "event.0.leave", "`join` and `leave` are two events"),
        ("at_round = 0\njoin = 1", "event.0.at_round", "0 is not a whole number from 1 up"),
        ("at = 5\njoin = 1", "event.0.at", "the number 5 has no unit"),
        ("at = \"1s\"\ncrush = 0.5", "event.0.crush", "`crush` is not a setting of event"),
        ("at = \"1s\"\njoin = -1", "event.0.join", "-1 is not a whole number from 0"),
        ("at = \"1s\"\ncrash = 1.5", "event.0.crash", "1.5 is not a share of the nodes"),
        ("at = \"1s\"\ncrash = -0.5", "event.0.crash", "-0.5 is not a share of the nodes"),
        ("at = \"1s\"\ncrash = 20", "event.0.crash", "20 may be the node 20 or so many nodes"),
        ("at = \"1s\"\ncrash = 2", "event.0.crash", "2 may be the node 2 or so many nodes"),
        ("at = \"1s\"\nrecover = 3", "event.0.recover", "3 may be the node 3 or so many nodes"),
        ("at = \"1s\"\ncut = { from = 5, to = \"all\" }", "event.0.cut.from", "5 may be the node 5"),
        ("at = \"1s\"\ncut = { from = \"all\", to = 5 }", "event.0.cut.to", "5 may be the node 5"),
        ("at = \"1s\"\ncrash = -1", "event.0.crash", "-1 is neither a share of the nodes nor a node"),
        ("at = \"1s\"\ncrash = nan", "event.0.crash", "NaN is not a finite number"),
        ("at = \"1s\"\ncrash = true", "event.0.crash", "expected a share, such as 0.25"),
        ("at = \"1s\"\nleave = []", "event.0.leave", "there is no node in the list"),
        ("at = \"1s\"\nleave = [8]", "event.0.leave.0", "there is no node 8: 8 nodes are numbered from 0"),
        ("at = \"1s\"\nleave = [2, 9]", "event.0.leave.1", "there is no node 9"),
        ("at = \"1s\"\nleave = [2, -1]", "event.0.leave.1", "the number -1 is not the number of a node, from 0"),
        ("at = \"1s\"\nleave = \"berlin\"", "event.0.leave", "the text \"berlin\" is neither a share"),
        ("at = \"1s\"\nleave = [3, 4, 3]", "event.0.leave.2", "the node 3 is listed twice"),
        ("at = \"1s\"\nrecover = 0.5\nkeep_state = true", "event.0.keep_state", "nobody crashes here"),
        ("at = \"1s\"\ncrash = 0.5\nuntil = \"2s\"", "event.0.until", "and this event is none of these"),
        ("at = \"2s\"\npartition = [0.5]\nuntil = \"1s\"", "event.0.until", "it begins at 2s and is over at 1s"),
        ("at_round = 3\npartition = [0.5]\nuntil = \"3s\"", "event.0.until", "it begins at 4s and is over at 3s"),
        (
            "at = \"1s\"\npartition = [0.5]\nuntil = \"2s\"\nuntil_round = 9",
            "event.0.until_round",
            "both say when it is over",
        ),
        ("at = \"1s\"\nimpair = { from = \"all\", to = 0.5 }", "event.0.impair", "what is wrong with the paths"),
        ("at = \"1s\"\nimpair = { from = \"all\" }\nloss = 0.5", "event.0.impair", "the impair has no `to`"),
        ("at = \"1s\"\nimpair = { from = 0.5, to = 0.5 }\nloss = 2", "event.0.loss", "2 is not"),
        ("at = \"1s\"\ncut = { from = 0.5, to = 0.5 }\nloss = 0.1", "event.0.loss", "this event impairs none"),
        (
            "at = \"1s\"\nchurn = 0.5\nup = \"1s\"\nfor = \"9s\"",
            "event.0.churn",
            "does not say how long nodes are `down`",
        ),
        ("at = \"1s\"\nchurn = 0.5\nup = \"1s\"\ndown = \"1s\"", "event.0.churn", "does not say when it is over"),
        ("at = \"1s\"\ncrash = 0.5\ndown = \"1s\"", "event.0.down", "and this event is no churn"),
        ("at = \"1s\"\nchurn = 0.5\nup = \"1\"\ndown = \"1s\"\nfor = \"9s\"", "event.0.up", "has no unit"),
        ("at = \"1s\"\nchurn = 0.5\nup = \"expo\"\ndown = \"1s\"\nfor = \"9s\"", "event.0.up", "no up `expo`"),
        (
            "at = \"1s\"\nchurn = 0.5\nup = { kind = \"weibull\", scale = \"0s\", shape = 1 }\ndown = \"1s\"\nfor = \"9s\"",
            "event.0.up",
            "cannot have a scale of 0",
        ),
        (
            "at = \"1s\"\nchurn = \"all\"\nup = \"1us\"\ndown = \"1us\"\nfor = \"60min\"",
            "event.0.churn",
            "8 nodes come and go about 28800000000 times",
        ),
        ("at = \"1s\"\nleave = 0.5\nfor = \"2s\"", "event.0.for", "and this event is none of these"),
        ("at = \"1s\"\nblock = 0.5\nuntil = \"2s\"\nfor = \"2s\"", "event.0.for", "both say when it is over"),
        ("at = \"1s\"\nrestart = 0.5", "event.0.restart", "does not say when the nodes are back"),
        ("at = \"2s\"\nblock = 0.5\nuntil = \"1s\"", "event.0.until", "it begins at 2s and is over at 1s"),
        ("at = \"1s\"\nblock = 0.5\nkeep_state = true", "event.0.keep_state", "nobody crashes here"),
        (
            "at = \"1s\"\nblock = 0.5\nblocked = \"1s\"\nfor = \"9s\"",
            "event.0.blocked",
            "says `blocked` and not `free`",
        ),
        ("at = \"1s\"\nblock = 0.5\nfree = \"1s\"\nfor = \"9s\"", "event.0.free", "says `free` and not `blocked`"),
        ("at = \"1s\"\nblock = 0.5\nblocked = \"1s\"\nfree = \"1s\"", "event.0.blocked", "when the turns are over"),
        (
            "at = \"1s\"\nblock = 0.5\nblocked = \"1s\"\nfree = \"0s\"\nfor = \"9s\"",
            "event.0.free",
            "turns of no length are no turns",
        ),
        ("at = \"1s\"\ncrash = 0.5\nfree = \"1s\"", "event.0.free", "this event blocks nobody"),
        ("at = \"1s\"\ncrash = 0.5\nreading = \"1s\"", "event.0.reading", "this event blocks nobody"),
        (
            "at = \"1s\"\nblock = 0.5\nblocked = \"1ns\"\nfree = \"1ns\"\nfor = \"1s\"",
            "event.0.blocked",
            "it is blocked 500000000 times until it is over",
        ),
        ("at = \"1s\"\npartition = []", "event.0.partition", "a partition of no groups"),
        ("at = \"1s\"\npartition = [1.0]", "event.0.partition", "a partition of one group"),
        ("at = \"1s\"\npartition = [[0, 1, 2, 3, 4, 5, 6, 7]]", "event.0.partition", "a partition of one group"),
        ("at = \"1s\"\npartition = [0.5, [1]]", "event.0.partition", "all shares, or all lists"),
        ("at = \"1s\"\npartition = [0.5, 3]", "event.0.partition.1", "3 may be the node 3 or so many nodes"),
        ("at = \"1s\"\npartition = [1]", "event.0.partition", "a partition of one group"),
        ("at = \"1s\"\npartition = [[\"0..5\", 7, 6]]", "event.0.partition", "a partition of one group"),
        ("at = \"1s\"\npartition = [\"0..3\"]", "event.0.partition", "all shares, or all lists"),
        ("at = \"1s\"\nleave = [\"5..3\"]", "event.0.leave.0", "`5..3` runs backwards"),
        ("at = \"1s\"\nleave = [\"5..8\"]", "event.0.leave.0", "there is no node 8"),
        ("at = \"1s\"\nleave = [\"-1..3\"]", "event.0.leave.0", "the number -1 is not the number of a node"),
        ("at = \"1s\"\nleave = [\"2^1..2^2\"]", "event.0.leave.0", "`2^1..2^2` is not a range of nodes"),
        ("at = \"1s\"\nleave = [\"0..6 step 2\"]", "event.0.leave.0", "`0..6 step 2` is not a range of nodes"),
        ("at = \"1s\"\nleave = [\"2..4\", 4]", "event.0.leave.1", "the node 4 is listed twice"),
        ("at = \"1s\"\nleave = [4, \"2..5\"]", "event.0.leave.1", "the node 4 is listed twice"),
        ("at = \"1s\"\nleave = [\"4..6\", \"2..5\"]", "event.0.leave.1", "the node 4 is listed twice"),
        ("at = \"1s\"\npartition = [[\"0..3\"], [\"3..7\"]]", "event.0.partition.1.0", "the node 3 is listed twice"),
        ("at = \"1s\"\npartition = [0.5, 0.75]", "event.0.partition", "the shares are 1.25 together"),
        ("at = \"1s\"\npartition = [0.5, 2.0]", "event.0.partition.1", "2 is not a share"),
        ("at = \"1s\"\npartition = [[1, 2], [2]]", "event.0.partition.1.0", "the node 2 is listed twice"),
        ("at = \"1s\"\ncut = { from = 0.5 }", "event.0.cut", "the cut has no `to`"),
        ("at = \"1s\"\ncut = { from = [9], to = \"all\" }", "event.0.cut.from.0", "there is no node 9"),
        ("at = \"1s\"\ncut = { form = [9], to = \"all\" }", "event.0.cut.form", "`form` is not a setting of cut"),
        ("at = \"1s\"\njoin = 99999993", "event.0.join", "8 nodes and those that join are 100000001"),
    ] {
        let found = mistakes(&[event], "");
        let [(found_key, found)] = &found[..] else { panic!("{event}: {found:?}") };
        assert!(found_key == key && found.contains(problem), "{event}: {found_key}: {found}");
    }
}

#[test]
fn what_may_be_written_instead_is_said_and_what_was_meant_where_it_shows() {
    let share_or_nodes =
        "allowed: a share, such as 0.25, \"25%\" or \"16/n\"; nodes, such as [3, 4] or [\"0..199\"]; or \"all\"";
    for (event, parts) in [
        ("crash = 20", &["allowed: [20] for the node 20; a share such as 0.2; \"all\""][..]),
        ("cut = { from = [0], to = 20 }", &["allowed: [20] for the node 20; a share such as 0.2; \"all\""]),
        ("partition = [2, 3]", &["lists of nodes such as [[0, 1], [2, 3]] or [[\"0..199\"], [\"200..399\"]]"]),
        ("partition = 0.5", &["expected shares such as [0.5, 0.5], at most 1 together, or lists of nodes"]),
        ("crash = \"150%\"", &[share_or_nodes, "1.5 is not a share of the nodes"]),
        ("crash = \"some\"", &[share_or_nodes]),
        ("crash = \"All\"", &[share_or_nodes, "did you mean `all`?"]),
        ("crash = \"3\"", &["allowed: [3] for the node 3; a share", "3 may be the node 3 or so many nodes"]),
        ("crash = \"2*n\"", &["16 may be the node 16 or so many nodes"]),
        ("crash = \"ciel(n)/99\"", &[share_or_nodes, "there is no function `ciel`"]),
        ("partition = [\"3/n\", \"6/n\"]", &["the shares are 1.125 together"]),
        ("crash = \"2..5\"", &[share_or_nodes, "write a range in a list: [\"2..5\"]"]),
        ("crash = 1.5", &[share_or_nodes]),
        ("crash = nan", &[share_or_nodes]),
        ("crash = -inf", &[share_or_nodes]),
        ("crash = -3", &[share_or_nodes]),
        ("crash = [-1]", &["allowed: numbers of nodes, from 0 to 7, or ranges such as \"0..7\""]),
        ("crash = [\"2..=5\"]", &["two whole numbers, both ends included", "write \"2..5\", which includes both"]),
        ("crash = [\"5..2\"]", &["allowed: \"2..5\""]),
        ("join = \"x\"", &["a whole number from 0 to"]),
        ("join = nan", &["allowed: a whole number from 0 to"]),
        ("partition = [0.5]\nuntil = \"0s\"", &["allowed: 1s or later"]),
    ] {
        let problems = scenario(&[&format!("at = \"1s\"\n{event}")], "", &Overrides::default()).expect_err(event);
        let said = problems.to_string();
        assert!(parts.iter().all(|part| said.contains(part)), "{event}: {said}");
    }
}

#[test]
fn a_sweep_of_shares_goes_from_nobody_to_all() {
    let event = ["at = \"1s\"\ncrash = 0.5"];
    let said = |sweep: &str| {
        let overrides = set(&[&format!("sweep.event.0.crash={sweep}")]);
        let scenario = scenario(&event, "", &overrides).unwrap_or_else(|problems| panic!("{problems}"));
        assert!(scenario.notes.is_empty(), "{:?}", scenario.notes);
        let share = |index| serde_json::to_value(&*scenario.point(index).settings.faults).unwrap()[0]["crash"].clone();
        (0..scenario.points.len()).map(share).map(|share| share.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(said("\"0..1 step 0.25\""), ["0.0", "0.25", "0.5", "0.75", "1.0"]);
    assert_eq!(said("[0, 0.2, [0], \"all\"]"), ["0.0", "0.2", "[0]", "\"all\""]);
    let twice = scenario(&event, "", &set(&["sweep.event.0.crash=[0, 0.0]"])).unwrap_err().to_string();
    assert!(twice.contains("`0.0` is the same value as `0`"), "{twice}");
}

#[test]
fn an_event_that_is_switched_off_changes_no_run() {
    let ended = |events: &[&str]| {
        let point = scenario(events, "", &Overrides::default()).unwrap().point(0);
        (0..5).map(|replicate| experiment::watch(&point, replicate, &mut ()).unwrap().0).collect::<Vec<_>>()
    };
    let without = ended(&[]);
    for off in [
        "crash = 0",
        "crash = 0.0",
        "leave = 0",
        "recover = 0",
        "join = 0",
        "partition = [0, 0]",
        "partition = [0.5, 0.5]\nuntil = \"1s\"",
        "cut = { from = 0, to = \"all\" }",
        "cut = { from = \"all\", to = \"all\" }\nuntil = \"1s\"",
        "restart = \"all\"\nfor = \"0s\"",
        "restart = 0\nfor = \"9s\"",
        "block = \"all\"\nfor = \"0s\"",
        "block = 0",
    ] {
        let event = format!("at = \"1s\"\n{off}");
        assert!(settings(&[&event]).faults.events()[0].is_off(Span::from_millis(2000)), "{off}");
        assert_eq!(ended(&[&event]), without, "{off}");
    }
    for on in ["crash = 0.01", "leave = [0]", "partition = [0, 0.5]\nuntil = \"2s\"", "join = 1"] {
        let event = format!("at = \"1s\"\n{on}");
        assert!(!settings(&[&event]).faults.events()[0].is_off(Span::from_millis(2000)), "{on}");
    }
}

#[test]
fn a_range_is_the_nodes_in_it_one_by_one() {
    let nodes = |list: &str| match settings(&[&format!("at = \"1s\"\ncrash = {list}")]).faults.events()[0]
        .action
        .clone()
    {
        Action::Crash { nodes: Selection::Nodes(nodes), .. } => nodes.iter().map(NodeId::number).collect::<Vec<_>>(),
        other => panic!("{list}: {other:?}"),
    };
    assert_eq!(nodes("[\"2..4\", 0, \"7..7\"]"), [2, 3, 4, 0, 7]);
    assert_eq!(nodes("[\"0..7\"]"), nodes("[0, 1, 2, 3, 4, 5, 6, 7]"));
    let many = set(&["network.nodes=100000000"]);
    let halves = "at = \"1s\"\npartition = [[\"0..49_999_999\"], [\"50000000..99999999\"]]";
    let half = scenario(&[halves], "", &many).unwrap().point(0).settings.faults;
    let written = serde_json::to_value(&half.events()[0]).unwrap();
    assert_eq!(written["partition"][0][0], "0..49999999", "no list of so many numbers");
}

#[test]
fn the_mistakes_of_all_events_are_found_at_once() {
    let events = ["at = \"1s\"\ncrash = [8]", "at = 3\njoin = 1", "at = \"2s\"\nleave = 2.5"];
    assert_eq!(mistakes(&events, "").len(), 1, "what cannot be read comes first");
    assert_eq!(mistakes(&[events[0], events[2]], "").len(), 2);
    assert_eq!(mistakes(&[events[1], "at = 3\nleave = 0.5", "crush = 3"], "").len(), 3);
    let one = scenario(&[], "[event]\nat = \"1s\"\ncrash = 0.5", &Overrides::default()).unwrap_err().to_string();
    assert!(one.contains("found a table") && one.contains("write [[event]], with two brackets"), "{one}");
    let typed = scenario(&["at = \"1s\"\ncrash = 0.5, 0.6"], "", &Overrides::default()).unwrap_err().to_string();
    assert!(typed.contains("event.crash"), "{typed}");
}

#[test]
fn joins_need_a_graph_with_room_for_them() {
    let joins = |topology: &str, nodes: u32, join: u32| {
        let overrides = set(&[&format!("network.topology={topology}"), &format!("network.nodes={nodes}")]);
        let event = format!("at = \"1s\"\njoin = {join}");
        scenario(&[&event], "", &overrides).map(|scenario| scenario.point(0).settings.faults.joins())
    };
    for topology in ["complete", "ring", "line", "star", "{ kind = \"k-out\", choices = 3 }"] {
        assert_eq!(joins(topology, 8, 5).unwrap(), 5, "{topology}");
    }
    assert_eq!(joins("hypercube", 8, 8).unwrap(), 8);
    assert_eq!(joins("grid", 9, 7).unwrap(), 7, "three by three become four by four");
    for (topology, part) in [("hypercube", "13 nodes do not make a hypercube"), ("grid", "13")] {
        let nodes = if topology == "grid" { 9 } else { 8 };
        let problems = joins(topology, nodes, 13 - nodes).unwrap_err().to_string();
        assert!(problems.contains(part) && problems.contains("event.0.join"), "{problems}");
    }
    let joined = settings(&["at = \"1s\"\njoin = 2", "at = \"2s\"\ncrash = [9]"]);
    assert_eq!(joined.faults.joins(), 2, "who joins can crash");
}

#[test]
fn each_size_has_its_own_mistakes() {
    let sizes = "[sweep]\n\"network.nodes\" = [4, 8, 6]";
    assert_eq!(mistakes(&["at = \"1s\"\nleave = [7]"], sizes)[0].1, "there is no node 7: 4 nodes are numbered from 0");
    let intervals = "[sweep]\n\"gossip.interval\" = [\"1s\", \"3s\"]";
    let found = mistakes(&["at_round = 3\npartition = [0.5]\nuntil = \"5s\""], intervals);
    assert_eq!(found[0].1, "it begins at 6s and is over at 5s");
}

#[test]
fn a_share_is_of_nodes_to_the_nearest() {
    let of = |share: f64, count| Share::new(share).unwrap().of(count);
    assert_eq!([of(0.25, 8), of(0.25, 10), of(0.24, 10), of(1.0, 7), of(0.01, 8)], [2, 3, 2, 7, 0]);
    assert_eq!(of(1.0, MAX_NODES), MAX_NODES);
    assert_eq!([of(0.0, 8), of(-0.0, 8)], [0, 0]);
    assert_eq!([-0.5, 1.0000001, f64::NAN].map(Share::new), [None; 3]);
}

#[test]
fn a_limit_on_calls_goes_with_no_block_and_no_tcp() {
    let limited = set(&["gossip.connection_limit=1"]);
    let problems = scenario(&["at = \"1s\"\nblock = 0.5\nfor = \"3s\""], "", &limited).unwrap_err().to_string();
    assert!(problems.contains("calls to a node that is blocked wait for a later one"), "{problems}");
    let tcp = set(&["gossip.connection_limit=1", "network.transport=tcp"]);
    let problems = scenario(&[], "", &tcp).unwrap_err().to_string();
    assert!(problems.contains("over TCP a lost call is made again between two rounds"), "{problems}");
    let swept = set(&["gossip.connection_limit=1", "sweep.network.transport=[\"udp\", \"tcp\"]"]);
    assert_eq!(scenario(&[], "", &swept).unwrap_err().list().len(), 1, "a transport that changes is looked at again");
    let unknown = scenario(&[], "", &set(&["network.transport=stream"])).unwrap_err().to_string();
    assert!(unknown.contains("did you mean `tcp`?"), "{unknown}");
}

#[test]
fn the_transport_is_written_where_it_is_not_the_usual_one() {
    let with = |transport: &str| scenario(&[], "", &set(&[&format!("network.transport={transport}")])).unwrap();
    let (none, udp, tcp) = (scenario(&[], "", &Overrides::default()).unwrap(), with("udp"), with("tcp"));
    assert_eq!(udp.hash(), none.hash());
    assert_ne!(tcp.hash(), none.hash());
    assert_eq!(tcp.resolved()["settings"]["network"]["transport"], "tcp");
    assert!(!none.resolved().to_string().contains("transport"));
}
