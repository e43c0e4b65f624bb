//! What the command line changes in a scenario.

use super::diagnostic::{Diagnostic, Place, Problems};
use super::document::{self, Entry, Node, Table, Value};
use super::source::Source;

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
    /// Whether the limit on the number of runs is lifted.
    pub force: bool,
}

impl Overrides {
    /// Whether they may change which points there are.
    pub(super) fn change_points(&self) -> bool {
        !self.set.is_empty() || !self.sweep.is_empty()
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
    }

    fn set(&mut self, setting: &str, problems: &mut Problems) {
        const FLAG: &str = "--set ";
        let place = argument(&format!("{FLAG}{setting}"), problems);
        let mistake = |problem: String, allowed: &str| Diagnostic::at(place, "", problem, allowed);
        let allowed = "KEY=VALUE, such as `--set gossip.fanout=3`";
        let Some((key, _)) = setting.split_once('=') else {
            return problems.push(mistake(format!("`{setting}` gives no value"), allowed));
        };
        let path = key.replace(['"', ' '], "");
        if path.split('.').any(str::is_empty) {
            return problems.push(mistake(format!("`{key}` is not a key"), allowed));
        }
        let start = FLAG.len() + key.len() + 1;
        let key_place = Place::new(place.source, FLAG.len()..FLAG.len() + key.len());
        match document::parse_argument(&format!("{FLAG}{setting}"), place.source, start) {
            Err(diagnostic) => problems.push(Diagnostic { key: path, ..diagnostic }),
            Ok(node) => match path.strip_prefix("sweep.") {
                Some(path) => self.resweep(path, key_place, node),
                None => self.pin(&path, key_place, node),
            },
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
        assert_eq!(scenario.points[7].swept[0], ("gossip.fanout".to_owned(), "4".to_owned()));
        let strategies = ["pull", "push"].map(str::to_owned).to_vec();
        let sweep = vec![("gossip.strategy".to_owned(), strategies)];
        assert_eq!(with(&Overrides { sweep, ..Overrides::default() }).points.len(), 4);
    }

    #[test]
    fn seed_and_replicates_have_flags_of_their_own() {
        let scenario = with(&Overrides { seed: Some(u64::MAX), replicates: Some(7), ..Overrides::default() });
        assert_eq!((scenario.seed, scenario.replicates), (u64::MAX, 7));
    }
}
