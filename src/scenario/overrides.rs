//! What the command line changes in a scenario.

use super::diagnostic::Diagnostic;

use super::document;
use super::place::Place;
use super::problems::Problems;
use super::source::Source;
use super::sweep::{Axis, ZIP};
use super::tree::{self, Entry, Node, Table, Value};

/// What the command line changes in a scenario.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// `KEY=VALUE` of each `--set`, in order; the value as in a scenario file, or a text without its quotes.
    pub set: Vec<String>,
    /// `--seed`
    pub seed: Option<u64>,
    /// `--replicates`
    pub replicates: Option<u64>,
    /// Keys swept whatever the file says, with their values.
    pub sweep: Vec<(String, Vec<String>)>,
    /// `KEY=VALUES` of `--vary`: a key swept over values between commas, each as for `--set`, or over one list.
    pub vary: Option<String>,
    /// Whether the limit on the number of runs is lifted.
    pub force: bool,
}

impl Overrides {
    /// Whether they may change which points there are.
    pub(super) fn change_points(&self) -> bool {
        !self.set.is_empty() || !self.sweep.is_empty() || self.vary.is_some()
    }

    /// The key of `--vary`.
    pub fn varied(&self) -> Option<String> {
        self.vary.as_ref().map(|setting| path_of(setting.split('=').next().unwrap_or_default()))
    }

    /// Whether the key of `--vary` has values to compare.
    pub(super) fn check_varied(&self, axes: &[Axis], problems: &mut Problems) {
        let path = self.varied();
        if let Some(axis) = axes.iter().find(|axis| Some(&axis.path) == path.as_ref() && axis.values.len() == 1) {
            let problem = format!("one value of `{}` is no comparison", axis.path);
            problems.push(Diagnostic::at(axis.key_place, &*axis.path, problem, "at least two values"));
        }
    }
}

/// A scenario as written, in its parts.
#[derive(Clone, Debug, Default)]
pub(super) struct Edited {
    pub(super) root: Table,
    pub(super) sweep: Vec<Entry>,
    pub(super) expect: Vec<Entry>,
    pub(super) notes: Vec<String>,
    /// What the command line sets to one value, and where it says so.
    pinned: Vec<(String, Place)>,
}

impl Edited {
    /// Sets the sweep and the expectations apart from the rest.
    pub(super) fn new(mut root: Table, problems: &mut Problems) -> Self {
        let mut free =
            |name| root.remove(name).map(|Entry { node, .. }| section(node, name, problems)).unwrap_or_default();
        let (sweep, expect) = (free("sweep"), free("expect"));
        Edited { root, sweep, expect, notes: Vec::new(), pinned: Vec::new() }
    }

    /// Makes the changes of the command line, each a text of its own that mistakes can point at.
    pub(super) fn change(&mut self, overrides: &Overrides, problems: &mut Problems) {
        for argument in &overrides.set {
            self.set(argument, problems);
        }
        for (key, number) in [("seed", overrides.seed), ("replicates", overrides.replicates)] {
            if let Some(number) = number {
                let place = argument(&format!("--{key} {number}"), problems);
                self.pin(key, place, Node { value: Value::Integer(number.into()), place });
            }
        }
        for (key, values) in &overrides.sweep {
            let place = argument(&format!("{key} = {}", values.join(", ")), problems);
            let values = values.iter().map(|text| Node { value: Value::Text(text.clone()), place });
            self.compare(key, place, Node { value: Value::Array(values.collect()), place }, problems);
        }
        if let Some(setting) = &overrides.vary {
            self.vary(setting, problems);
        }
        self.check_pinned(problems);
    }

    fn set(&mut self, setting: &str, problems: &mut Problems) {
        let allowed = "KEY=VALUE, such as `--set gossip.fanout=3`";
        let Some(Setting { path, key_place, text, start }) = Setting::of("--set ", setting, allowed, problems) else {
            return;
        };
        let node = match document::parse_argument(&text, key_place.source, start) {
            Err(diagnostic) => return problems.push(Diagnostic { key: path, ..diagnostic }),
            Ok(node) => node,
        };
        match path.split_once('.').map_or((path.as_str(), None), |(section, key)| (section, Some(key))) {
            ("sweep", None) => {
                self.sweep = section(node, "sweep", problems);
                self.notes.push("`sweep` is set on the command line, in place of that of the file".to_owned());
            }
            ("sweep", Some(key)) => {
                for (key, node) in flat(key, node) {
                    self.resweep(&key, key_place, node);
                }
            }
            ("expect", None) => self.expect = section(node, "expect", problems),
            ("expect", Some(key)) => {
                for (key, node) in flat(key, node) {
                    replace(&mut self.expect, Entry { key, key_place, node });
                }
            }
            _ => self.pin(&path, key_place, node),
        }
    }

    fn vary(&mut self, setting: &str, problems: &mut Problems) {
        let allowed = "KEY=VALUE,VALUE,…, such as `--vary gossip.fanout=1,2,3`";
        let Some(Setting { path, key_place, text, start }) = Setting::of("--vary ", setting, allowed, problems) else {
            return;
        };
        match document::parse_list(&text, key_place.source, start) {
            Err(diagnostic) => problems.push(Diagnostic { key: path, ..diagnostic }),
            Ok(node) => self.compare(&path, key_place, node, problems),
        }
    }

    /// One value instead of what the file says, be it one or several. The sweep goes of what it settles: of the key
    /// itself and, if it is a table, of what stands in the table.
    fn pin(&mut self, path: &str, key_place: Place, node: Node) {
        if self.pinned.iter().any(|(other, _)| other == path) {
            self.notes.push(format!("`{path}` is set more than once on the command line; the last value counts"));
        }
        let settles = |key: &str| match (key == path, below(key, path), &node.value) {
            (true, ..) => true,
            (_, Some(rest), Value::Table(table)) => table.find(rest).is_some(),
            _ => false,
        };
        let mut swept: Vec<String> =
            self.sweep.extract_if(.., |entry| settles(&entry.key)).map(|entry| entry.key).collect();
        swept.extend(unzip(&mut self.sweep, settles));
        for key in swept {
            self.notes.push(format!("`{key}` is set on the command line, so its sweep is left out"));
        }
        self.root.set(path, key_place, node);
        self.pinned.push((path.to_owned(), key_place));
    }

    /// Several values instead of what the file says.
    fn resweep(&mut self, path: &str, key_place: Place, node: Node) {
        self.pinned.retain(|(other, _)| other != path);
        for key in unzip(&mut self.sweep, |key| key == path) {
            self.notes.push(format!("`{key}` is swept on the command line, and goes in step with no other key"));
        }
        replace(&mut self.sweep, Entry { key: path.to_owned(), key_place, node });
    }

    /// The values that are held against each other; no other value of the key can count.
    fn compare(&mut self, path: &str, key_place: Place, node: Node, problems: &mut Problems) {
        let swept = self.sweep.iter().filter(|entry| entry.key == path && !entry.key_place.is_in_file());
        let set = self.pinned.iter().filter(|(other, _)| other == path).map(|(_, place)| *place);
        if let Some(place) = set.chain(swept.map(|entry| entry.key_place)).next() {
            let problem = format!("`{path}` is what is compared, so this value would be left out");
            problems.push(Diagnostic::at(place, path, problem, "one of the two: a value, or what is compared"));
        }
        self.resweep(path, key_place, node);
    }

    /// A value that each value of a swept key around it would replace is no value.
    fn check_pinned(&self, problems: &mut Problems) {
        for (path, place) in &self.pinned {
            let zipped = self.sweep.iter().flat_map(zips).flat_map(|zip| &zip.entries);
            let mut swept = self.sweep.iter().chain(zipped).map(|entry| &entry.key);
            let Some(outer) = swept.find(|key| below(path, key).is_some()) else { continue };
            let problem = format!("`{outer}` is swept, and each of its values takes the place of this one");
            let diagnostic = Diagnostic::at(*place, path, problem, format!("`--set {outer}=…`, which ends the sweep"));
            problems
                .push(diagnostic.suggest(format!("to set it in every configuration, write --set 'sweep.{path}=[…]'")));
        }
    }
}

/// What `path` is called within the table at `outer`, if it is there.
fn below<'a>(path: &'a str, outer: &str) -> Option<&'a str> {
    path.strip_prefix(outer)?.strip_prefix('.')
}

/// What a value of the free key `key` says: a table, each of its own keys.
fn flat(key: &str, node: Node) -> Vec<(String, Node)> {
    match node.value {
        Value::Table(table) if !table.entries.is_empty() => {
            table.flatten().into_iter().map(|entry| (format!("{key}.{}", entry.key), entry.node)).collect()
        }
        _ => {
            let entry = flat_zips(Entry { key: key.to_owned(), key_place: node.place, node });
            vec![(entry.key, entry.node)]
        }
    }
}

/// The tables of keys that go in step, if that is what `entry` is.
fn zips(entry: &Entry) -> impl Iterator<Item = &Table> {
    let items: &[Node] = match &entry.node.value {
        Value::Array(items) if entry.key == ZIP => items,
        _ => &[],
    };
    items.iter().filter_map(|item| if let Value::Table(table) = &item.value { Some(table) } else { None })
}

/// Takes the keys of which `settles` holds out of those that go in step, and says which.
fn unzip(sweep: &mut Vec<Entry>, settles: impl Fn(&str) -> bool) -> Vec<String> {
    let mut gone = Vec::new();
    for entry in sweep.iter_mut().filter(|entry| entry.key == ZIP) {
        let Value::Array(items) = &mut entry.node.value else { continue };
        items.retain_mut(|item| {
            let Value::Table(table) = &mut item.value else { return true };
            let before = gone.len();
            gone.extend(table.entries.extract_if(.., |entry| settles(&entry.key)).map(|entry| entry.key));
            !table.entries.is_empty() || gone.len() == before
        });
    }
    let empty =
        |entry: &Entry| matches!(&entry.node.value, Value::Array(items) if entry.key == ZIP && items.is_empty());
    sweep.retain(|entry| gone.is_empty() || !empty(entry));
    gone
}

/// The zips of a sweep with their keys flat.
fn flat_zips(mut entry: Entry) -> Entry {
    if let (Value::Array(items), ZIP) = (&mut entry.node.value, entry.key.as_str()) {
        for item in items {
            if let Value::Table(table) = &mut item.value {
                table.entries = std::mem::take(table).flatten();
            }
        }
    }
    entry
}

/// Puts `entry` in the place of the one with its key, or at the end.
fn replace(entries: &mut Vec<Entry>, entry: Entry) {
    match entries.iter_mut().find(|old| old.key == entry.key) {
        Some(old) => *old = entry,
        None => entries.push(entry),
    }
}

/// `KEY=…` of a flag, as a text of its own that mistakes can point at.
struct Setting {
    path: String,
    key_place: Place,
    text: String,
    /// Where the value begins.
    start: usize,
}

impl Setting {
    fn of(flag: &str, setting: &str, allowed: &str, problems: &mut Problems) -> Option<Self> {
        let (key, value) = setting.split_once('=').map_or((setting, None), |(key, value)| (key, Some(value)));
        let path = path_of(key);
        if let Some((problem, allowed)) = tree::too_deep(&path) {
            // Not the whole of it, which is long.
            let start: String = key.chars().take(60).collect();
            let place = argument(&format!("{flag}{start}…"), problems);
            problems.push(Diagnostic::at(place, "", problem, allowed));
            return None;
        }
        let text = format!("{flag}{setting}");
        let place = argument(&text, problems);
        let mut mistake = |problem: String| problems.push(Diagnostic::at(place, "", problem, allowed));
        if value.is_none() {
            mistake(format!("`{setting}` gives no value"));
            return None;
        }
        if path.split('.').any(str::is_empty) {
            mistake(format!("`{key}` is not a key"));
            return None;
        }
        let key_place = Place::new(place.source, flag.len()..flag.len() + key.len());
        Some(Setting { path, key_place, text, start: flag.len() + key.len() + 1 })
    }
}

/// The dotted path that `key` spells, with or without quotes and blanks around its parts.
fn path_of(key: &str) -> String {
    let part = |part: &str| part.trim_matches(['"', '\'', ' ']).to_owned();
    key.split('.').map(part).collect::<Vec<_>>().join(".")
}

/// The free keys of the section `name`, flat.
fn section(node: Node, name: &str, problems: &mut Problems) -> Vec<Entry> {
    match node.value {
        Value::Table(table) => table.flatten().into_iter().map(flat_zips).collect(),
        other => {
            let problem = format!("expected a table, found {}", super::fault::kind_of(&other));
            problems.push(Diagnostic::at(node.place, name, problem, format!("a section, `[{name}]`")));
            Vec::new()
        }
    }
}

/// Registers an argument as a text of its own.
fn argument(text: &str, problems: &mut Problems) -> Place {
    let number = problems.add_source(Source::text("command line", text));
    Place::new(number, 0..text.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Scenario, read};
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
        assert_eq!(
            swept("network.topology=complete, ring"),
            ["gossip.fanout 1 | 2", "network.topology complete | ring"]
        );
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
        scenario
            .sweep
            .iter()
            .map(|key| format!("{} {}", key.path, key.values().collect::<Vec<_>>().join(" | ")))
            .collect()
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
            (
                &["gossip.fanout=3", "sweep.gossip=[{ strategy = \"pull\" }]"],
                "`gossip` is swept, and each of its values",
            ),
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
}
