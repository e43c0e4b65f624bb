//! What the command line changes in a scenario.

use super::diagnostic::{Diagnostic, Place, Problems};
use super::document::{self, Entry, Node, Table, Value};
use super::source::Source;
use super::sweep::Axis;

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
pub(super) struct Draft {
    pub(super) root: Table,
    pub(super) sweep: Vec<Entry>,
    pub(super) notes: Vec<String>,
}

impl Draft {
    /// Sets the sweep apart from the rest.
    pub(super) fn new(mut root: Table, problems: &mut Problems) -> Self {
        let sweep = section(&mut root, "sweep", problems);
        Draft { root, sweep, notes: Vec::new() }
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
            self.resweep(key, place, Node { value: Value::Array(values.collect()), place });
        }
        if let Some(setting) = &overrides.vary {
            self.vary(setting, problems);
        }
    }

    fn set(&mut self, setting: &str, problems: &mut Problems) {
        let allowed = "KEY=VALUE, such as `--set gossip.fanout=3`";
        let Some(Setting { path, key_place, text, start }) = Setting::of("--set ", setting, allowed, problems) else {
            return;
        };
        match document::parse_argument(&text, key_place.source, start) {
            Err(diagnostic) => problems.push(Diagnostic { key: path, ..diagnostic }),
            Ok(node) => match path.strip_prefix("sweep.") {
                Some(path) => self.resweep(path, key_place, node),
                None => self.pin(&path, key_place, node),
            },
        }
    }

    fn vary(&mut self, setting: &str, problems: &mut Problems) {
        let allowed = "KEY=VALUE,VALUE,…, such as `--vary gossip.fanout=1,2,3`";
        let Some(Setting { path, key_place, text, start }) = Setting::of("--vary ", setting, allowed, problems) else {
            return;
        };
        match document::parse_list(&text, key_place.source, start) {
            Err(diagnostic) => problems.push(Diagnostic { key: path, ..diagnostic }),
            Ok(node) => self.resweep(&path, key_place, node),
        }
    }

    /// One value instead of what the file says, be it one or several.
    fn pin(&mut self, path: &str, key_place: Place, node: Node) {
        let before = self.sweep.len();
        self.sweep.retain(|entry| entry.key != path);
        if self.sweep.len() < before {
            self.notes.push(format!("`{path}` is set on the command line, so its sweep is left out"));
        }
        self.root.set(path, key_place, node);
    }

    /// Several values instead of what the file says.
    fn resweep(&mut self, path: &str, key_place: Place, node: Node) {
        let entry = Entry { key: path.to_owned(), key_place, node };
        match self.sweep.iter_mut().find(|entry| entry.key == path) {
            Some(old) => *old = entry,
            None => self.sweep.push(entry),
        }
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
        let text = format!("{flag}{setting}");
        let place = argument(&text, problems);
        let mut mistake = |problem: String| problems.push(Diagnostic::at(place, "", problem, allowed));
        let Some((key, _)) = setting.split_once('=') else {
            mistake(format!("`{setting}` gives no value"));
            return None;
        };
        let path = path_of(key);
        if path.split('.').any(str::is_empty) {
            mistake(format!("`{key}` is not a key"));
            return None;
        }
        let key_place = Place::new(place.source, flag.len()..flag.len() + key.len());
        Some(Setting { path, key_place, text, start: flag.len() + key.len() + 1 })
    }
}

/// The dotted path that `key` spells, with or without quotes.
fn path_of(key: &str) -> String {
    key.replace(['"', ' '], "")
}

/// Takes a section of free keys out of `root`, flat.
pub(super) fn section(root: &mut Table, name: &str, problems: &mut Problems) -> Vec<Entry> {
    let Some(entry) = root.remove(name) else { return Vec::new() };
    match entry.node.value {
        Value::Table(table) => table.flatten(),
        other => {
            let problem = format!("expected a table, found {}", super::fault::kind_of(&other));
            problems.push(Diagnostic::at(entry.node.place, name, problem, format!("a section, `[{name}]`")));
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
    use crate::protocol::{Exchange, Strategy};
    use crate::scenario::{Scenario, read};
    use crate::time::Span;

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
            ("replicates=1,2", "the same at every point"),
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
