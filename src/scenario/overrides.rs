//! What the command line changes in a scenario.

mod argument;
mod free_keys;

use self::argument::{Setting, argument, path_of};
use self::free_keys::{below, flat, replace, section, unzip, zips};
use super::diagnostic::Diagnostic;
use super::document;
use super::place::Place;
use super::problems::Problems;
use super::sweep::Axis;
use super::tree::{Entry, Node, Table, Value};

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

#[cfg(test)]
mod tests;
