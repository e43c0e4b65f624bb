//! Reading the sections of one point key by key, so that every mistake is found in one go.
//!
//! A [`Reader`] remembers which keys it was asked for: what else is written is unknown, and the keys asked for are
//! what is allowed.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::Path;

use serde::de::DeserializeOwned;

use super::deserialize;
use super::diagnostic::{Diagnostic, Place, Problems, nearest};
use super::document::{Node, Table, Value};
use super::fault::kind_of;
use crate::catalog::Misfit;
use crate::topology::TopologySpec;

/// The sections that are not settings of a point.
const OTHER_SECTIONS: [&str; 2] = ["sweep", "expect"];

/// Topologies that name files, each loaded once for all points.
pub(super) type Loaded = BTreeMap<String, (TopologySpec, Result<Option<u32>, Misfit>)>;

/// The keys of one point on their way to settings.
pub(super) struct Reader<'a> {
    root: &'a Table,
    end: Place,
    problems: &'a mut Problems,
    loaded: &'a mut Loaded,
    folder: &'a Path,
    asked: Vec<&'static str>,
    missing: Vec<(&'static str, &'static str)>,
}

impl<'a> Reader<'a> {
    /// Reads from `root`; `end` is where something missing could be added.
    pub(super) fn new(
        root: &'a Table,
        end: Place,
        folder: &'a Path,
        loaded: &'a mut Loaded,
        problems: &'a mut Problems,
    ) -> Self {
        Reader { root, end, problems, loaded, folder, asked: Vec::new(), missing: Vec::new() }
    }

    fn ask(&mut self, key: &'static str) -> Option<&'a Node> {
        self.asked.push(key);
        self.root.find(key)
    }

    /// The value of `key` as written, if it is.
    pub(super) fn written(&self, key: &str) -> Option<&'a Node> {
        self.root.find(key)
    }

    fn report<T>(&mut self, result: Result<T, Diagnostic>) -> Option<T> {
        result.map_err(|diagnostic| self.problems.push(diagnostic)).ok()
    }

    /// The value of `key`, else `default`; also `default` after a mistake, so that reading goes on.
    pub(super) fn read<T: DeserializeOwned>(&mut self, key: &'static str, default: T) -> T {
        let Some(node) = self.ask(key) else { return default };
        let result = deserialize::read(node, key, noun_of(key));
        self.report(result).unwrap_or(default)
    }

    /// A member of a family, by default the one called `default`; `None` after a mistake.
    pub(super) fn model<T: DeserializeOwned>(&mut self, key: &'static str, noun: &str, default: &str) -> Option<T> {
        let fallback = Node { value: Value::Text(default.to_owned()), place: self.place(key) };
        let node = self.ask(key).unwrap_or(&fallback);
        let result = deserialize::read(node, key, noun);
        self.report(result)
    }

    /// The value of a key that has no default; `example` says how it may be written.
    pub(super) fn required<T: DeserializeOwned>(&mut self, key: &'static str, example: &'static str) -> Option<T> {
        let Some(node) = self.ask(key) else {
            self.missing.push((key, example));
            return None;
        };
        let result = deserialize::read(node, key, noun_of(key));
        self.report(result)
    }

    /// A whole number in `range`, else `default`; `why` explains the range.
    pub(super) fn whole(&mut self, key: &'static str, range: RangeInclusive<u64>, why: &str, default: u64) -> u64 {
        self.ask(key).and_then(|node| self.whole_at(node, key, range, why)).unwrap_or(default)
    }

    /// A whole number in `range` that must be written.
    pub(super) fn required_whole(
        &mut self,
        key: &'static str,
        range: RangeInclusive<u64>,
        why: &str,
        example: &'static str,
    ) -> Option<u64> {
        let Some(node) = self.ask(key) else {
            self.missing.push((key, example));
            return None;
        };
        self.whole_at(node, key, range, why)
    }

    fn whole_at(&mut self, node: &Node, key: &str, range: RangeInclusive<u64>, why: &str) -> Option<u64> {
        let allowed = format!("{}{why}", whole_number_in(&range));
        let number = match node.value {
            Value::Integer(number) => number,
            // 1e6 is a float in TOML, and a whole number to whoever writes it.
            Value::Float(number) if number.fract() == 0.0 && number.abs() < 1e18 => number as i128,
            Value::Float(number) => {
                return self.complain(node.place, key, format!("{number} is not a whole number"), allowed);
            }
            _ => {
                // Only to have the mistake described like any other wrong type.
                let result = deserialize::read::<u64>(node, key, noun_of(key));
                return self.report(result.map_err(|diagnostic| Diagnostic { allowed, ..diagnostic }));
            }
        };
        match u64::try_from(number) {
            Ok(number) if range.contains(&number) => Some(number),
            _ => self.complain(node.place, key, format!("{number} is not {}", whole_number_in(&range)), allowed),
        }
    }

    /// A mistake in `key` that shows only beside other keys.
    pub(super) fn refuse(&mut self, key: &str, problem: impl Display, allowed: impl Display) {
        self.complain::<()>(self.place(key), key, problem.to_string(), allowed.to_string());
    }

    fn complain<T>(&mut self, place: Place, key: &str, problem: String, allowed: String) -> Option<T> {
        self.problems.push(Diagnostic::at(place, key, problem, allowed));
        None
    }

    /// A model that does not fit the rest of the scenario.
    pub(super) fn misfit(&mut self, model: &str, misfit: &Misfit) {
        let setting = misfit.key.map(|key| format!("{model}.{key}"));
        let key = setting.filter(|key| self.root.find(key).is_some()).unwrap_or_else(|| model.to_owned());
        self.refuse(&key, &misfit.problem, &misfit.allowed);
    }

    /// Loads what `topology` names, once for all points that name the same; `None` if it cannot be read, which is
    /// reported.
    pub(super) fn load(&mut self, topology: TopologySpec) -> Option<(TopologySpec, Option<u32>)> {
        let name = serde_json::to_string(&topology).unwrap_or_default();
        let folder = self.folder;
        let (topology, nodes) = self.loaded.entry(name).or_insert_with(|| {
            let nodes = topology.load(folder);
            (topology, nodes)
        });
        let (topology, nodes) = (topology.clone(), nodes.clone());
        let nodes = nodes.map_err(|misfit| self.misfit("network.topology", &misfit));
        nodes.ok().map(|nodes| (topology, nodes))
    }

    /// Takes note of a number that may be written or not, and means nothing.
    pub(super) fn number_set_aside(&mut self, key: &'static str) -> Option<u32> {
        self.asked.push(key);
        None
    }

    /// Where `key` is written: its value, else the section it belongs to, else the end of the file.
    fn place(&self, key: &str) -> Place {
        let outer = |key: &str| key.rsplit_once('.').map(|(outer, _)| outer.to_owned());
        let mut path = Some(key.to_owned());
        while let Some(key) = path {
            if let Some(node) = self.root.find(&key) {
                return node.place;
            }
            path = outer(&key);
        }
        self.end
    }

    /// Reports what was written and not asked for, and what was not written and is needed.
    pub(super) fn finish(mut self) {
        let mut meant: Vec<String> = Vec::new();
        for entry in &self.root.entries {
            let section = entry.key.as_str();
            if OTHER_SECTIONS.contains(&section) || self.asked.contains(&section) {
                continue;
            }
            match &entry.node.value {
                _ if !self.is_section(section) => meant.extend(self.unknown(section, entry.key_place)),
                Value::Table(table) => {
                    for inner in &table.entries {
                        let key = format!("{section}.{}", inner.key);
                        if !self.asked.contains(&key.as_str()) {
                            meant.extend(self.unknown(&key, inner.key_place));
                        }
                    }
                }
                other => {
                    let problem = format!("expected a table, found {}", kind_of(other));
                    let allowed = format!("a section, `[{section}]`");
                    self.complain::<()>(entry.node.place, section, problem, allowed);
                    meant.push(section.to_owned());
                }
            }
        }
        self.report_missing(&meant);
    }

    /// A key that is meant by something misspelt is not missing as well.
    fn report_missing(&mut self, meant: &[String]) {
        for (key, example) in std::mem::take(&mut self.missing) {
            let section = key.split('.').next().unwrap_or_default();
            if !meant.iter().any(|meant| meant == key || meant == section) {
                // What is missing is missing in the file, even if the section is there for an argument's sake.
                let place = Some(self.place(key)).filter(|place| place.is_in_file()).unwrap_or(self.end);
                let diagnostic =
                    Diagnostic::at(place, key, format!("`{key}` is missing, and it has no default"), example);
                self.problems.push(diagnostic.suggest(format!("write it under [{section}]")));
            }
        }
    }

    fn is_section(&self, name: &str) -> bool {
        self.asked.iter().any(|key| key.split_once('.').is_some_and(|(section, _)| section == name))
    }

    fn sections(&self) -> Vec<&'static str> {
        let mut sections = Vec::new();
        for (section, _) in self.asked.iter().filter_map(|key| key.split_once('.')) {
            if !sections.contains(&section) {
                sections.push(section);
            }
        }
        sections.extend(OTHER_SECTIONS);
        sections
    }

    /// Reports an unknown key; gives the key or section that was probably meant.
    fn unknown(&mut self, key: &str, place: Place) -> Option<String> {
        let (section, name) = split(key);
        let siblings: Vec<&str> = self
            .asked
            .iter()
            .map(|asked| split(asked))
            .filter(|asked| asked.0 == section)
            .map(|asked| asked.1)
            .collect();
        let (problem, allowed) = if section.is_empty() {
            let allowed = format!("{}, and the sections {}", siblings.join(", "), self.sections().join(", "));
            (format!("`{key}` is neither a key nor a section of a scenario"), allowed)
        } else {
            (format!("`{name}` is not a key of [{section}]"), siblings.join(", "))
        };
        let diagnostic = Diagnostic::at(place, key, problem, allowed);
        let sections = if section.is_empty() { self.sections() } else { Vec::new() };
        if let Some(near) = nearest(name, siblings).or_else(|| nearest(name, sections)) {
            self.problems.push(diagnostic.near(Some(near)));
            return Some(if section.is_empty() { near.to_owned() } else { format!("{section}.{near}") });
        }
        let Some((section, name)) = self.elsewhere(name) else {
            self.problems.push(diagnostic);
            return None;
        };
        self.problems.push(diagnostic.suggest(format!("did you mean `{name}` in [{section}]?")));
        Some(format!("{section}.{name}"))
    }

    /// The section and the key that `name` is near to, in any section.
    fn elsewhere(&self, name: &str) -> Option<(&'static str, &'static str)> {
        let keys = || self.asked.iter().map(|asked| split(asked)).filter(|(section, _)| !section.is_empty());
        let near = nearest(name, keys().map(|(_, name)| name))?;
        keys().find(|(_, name)| *name == near)
    }
}

/// A key's section, empty at the top, and its name there.
fn split(key: &str) -> (&str, &str) {
    key.rsplit_once('.').unwrap_or(("", key))
}

/// What messages call the value of `key`: its last part.
fn noun_of(key: &str) -> &str {
    key.rsplit('.').next().unwrap_or(key)
}

fn whole_number_in(range: &RangeInclusive<u64>) -> String {
    match (*range.start(), *range.end()) {
        (low, u64::MAX) => format!("a whole number from {low} up"),
        (low, high) if low == high => format!("{low}"),
        (low, high) => format!("a whole number from {low} to {}", grouped(high)),
    }
}

/// `1_000_000`: readable, and TOML.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    if digits.len() <= 4 {
        return digits;
    }
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('_');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::document;
    use crate::scenario::source::Source;

    /// What a reader of `alpha.size`, `alpha.name` and `beta.count` says about `text`.
    fn said(text: &str) -> String {
        let source = Source::text("s.toml", text);
        let root = document::parse(&source).unwrap();
        let mut problems = Problems::new(source.clone());
        let mut loaded = Loaded::new();
        let mut reader = Reader::new(&root, source.end(), Path::new(""), &mut loaded, &mut problems);
        reader.required_whole("alpha.size", 2..=64, "", "size = 8");
        reader.read("alpha.name", String::new());
        reader.whole("beta.count", 1..=u64::MAX, "", 1);
        reader.finish();
        problems.or(Some(())).map_or_else(|problems| problems.to_string(), |()| String::new())
    }

    #[test]
    fn every_mistake_is_found_at_once() {
        let said = said("[alpha]\nsize = 65\nname = 3\n[beta]\ncount = -1\ncuont = 2\n");
        for part in [
            "65 is not a whole number from 2 to 64",
            "expected a text in quotes, found the number 3",
            "-1 is not a whole number from 1 up",
            "`cuont` is not a key of [beta]",
            "did you mean `count`?",
        ] {
            assert!(said.contains(part), "{part}\n{said}");
        }
    }

    #[test]
    fn a_key_in_the_wrong_section_is_sent_to_the_right_one() {
        assert!(said("count = 3\n[alpha]\nsize = 8\n").contains("did you mean `count` in [beta]?"));
        assert!(said("[beta]\nname = \"x\"\n[alpha]\nsize = 8\n").contains("did you mean `name` in [alpha]?"));
    }

    #[test]
    fn what_is_misspelt_is_not_missing_as_well() {
        for text in ["[alpah]\nsize = 8\n", "[alpha]\nsiez = 8\n", "alpha = 3\n"] {
            let said = said(text);
            assert_eq!(said.matches("error").count(), 1, "{said}");
        }
        assert!(said("[alpha]\n").contains("`alpha.size` is missing"));
    }

    #[test]
    fn a_whole_number_may_be_written_as_a_float_that_is_one() {
        assert_eq!(said("[alpha]\nsize = 1.6e1\n"), "");
        assert!(said("[alpha]\nsize = 8.5\n").contains("8.5 is not a whole number"));
        assert!(said("[alpha]\nsize = nan\n").contains("NaN is not a whole number"));
    }

    #[test]
    fn a_misfit_is_shown_at_its_setting_where_that_is_written() {
        let source = Source::text("s.toml", "[network]\ntopology = { kind = \"ring\", neighbors = 9 }\n");
        let root = document::parse(&source).unwrap();
        let mut problems = Problems::new(source.clone());
        let mut loaded = Loaded::new();
        let mut reader = Reader::new(&root, source.end(), Path::new(""), &mut loaded, &mut problems);
        for key in ["neighbors", "nowhere"] {
            reader.misfit("network.topology", &Misfit::of(key, "too many", "fewer"));
        }
        let problems = problems.or(Some(())).unwrap_err();
        let found: Vec<_> = problems.list().iter().map(|mistake| (problems.position(mistake), &*mistake.key)).collect();
        assert_eq!(found, [(Some((2, 12)), "network.topology"), (Some((2, 41)), "network.topology.neighbors")]);
    }
}
