//! Reading the sections of one point key by key, so that every mistake is found in one go.
//!
//! A [`Reader`] reads each key once for every combination of the swept values that decide it, and remembers in a
//! [`Memo`] what it found: a million points of a thousand times a thousand values are two thousand readings. It also
//! remembers which keys it was asked for: what else is written is unknown, and the keys asked for are what is allowed.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::deserialize;
use super::diagnostic::{Diagnostic, Place, Problems, nearest};
use super::document::{self, Node, Table, Value};
use super::fault::kind_of;
use super::memo::{Found, Kept, Store};
use super::settings::{self, network::TOPOLOGY};
use super::tables;
use super::written::{Digits, Written};
use crate::catalog::Misfit;
use crate::key::{Key, Presence};
use crate::topology::TopologySpec;

/// The sections that are not settings of a point.
const OTHER_SECTIONS: [&str; 2] = ["sweep", "expect"];

/// Topologies that name files, each loaded once for all points.
pub(super) type Loaded = BTreeMap<String, Settled>;

/// A topology after its files were read, and the number of nodes where they settle it; or what is wrong with them.
#[derive(Clone, Debug)]
pub(super) struct Settled {
    pub(super) topology: TopologySpec,
    nodes: Result<Option<u32>, Box<Misfit>>,
}

/// Why there is no topology, which was reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unusable {
    /// It is not written as it should be.
    Written,
    /// Its file cannot be read.
    File,
}

/// A whole number that was looked at before its range was known; `None` if it is none.
#[derive(Clone, Copy)]
struct Whole(Option<u64>);

/// What was said of how a value is written.
#[derive(Clone, Copy)]
struct Look(bool);

/// The keys of one point on their way to settings.
pub(super) struct Reader<'a> {
    written: &'a Written,
    digits: &'a Digits,
    memo: Store<'a>,
    loaded: &'a mut Loaded,
    problems: &'a mut Problems,
    /// Where the memo has the next key, if it comes in the usual order.
    next: usize,
    missing: Vec<(&'static str, &'static str)>,
}

impl<'a> Reader<'a> {
    /// Reads the point at `digits`.
    pub(super) fn new(
        written: &'a Written,
        digits: &'a Digits,
        memo: Store<'a>,
        loaded: &'a mut Loaded,
        problems: &'a mut Problems,
    ) -> Self {
        Reader { written, digits, memo, loaded, problems, next: 0, missing: Vec::new() }
    }

    /// What `parse` makes of the value of `key`, worked out once wherever the same is written.
    fn get<T: Kept>(
        &mut self,
        key: &'static str,
        parse: impl FnOnce(&mut Self, Option<&Node>) -> Found<T>,
    ) -> Found<T> {
        if let Some(slot) = self.memo.slot::<T>(key, self.next) {
            self.next = slot + 1;
            if let Some(found) = self.memo.get(slot, self.digits) {
                return found.clone();
            }
        }
        let written = self.written;
        let found = parse(self, written.node(key, self.digits).as_deref());
        if let Store::Growing(memo) = &mut self.memo {
            memo.keep(key, found.clone(), written, self.digits);
        }
        found
    }

    fn value<T: DeserializeOwned + Kept>(&mut self, key: &Key) -> Found<T> {
        self.get(key.path, |_, node| value_of(key, node))
    }

    /// Whether `is` holds of how `key` is written, if it is. Of each key only one thing can be asked so.
    pub(super) fn look(&mut self, key: &Key, is: impl FnOnce(Option<&Value>) -> bool) -> bool {
        let look = self.get(key.path, |_, node| Found::Read(Look(is(node.map(|node| &node.value)))));
        matches!(look, Found::Read(Look(true)))
    }

    /// The value of `key`, else its default; also its default after a mistake, so that reading goes on.
    pub(super) fn read<T: DeserializeOwned + Kept>(&mut self, key: &Key) -> Option<T> {
        match self.value(key) {
            Found::Read(value) => Some(value),
            Found::Absent => None,
            Found::Wrong(diagnostic) => {
                self.problems.push(*diagnostic);
                self.good(value_of(key, None))
            }
        }
    }

    /// The value of `key`, else its default; `None` after a mistake.
    pub(super) fn model<T: DeserializeOwned + Kept>(&mut self, key: &Key) -> Option<T> {
        let model = self.value(key);
        self.good(model)
    }

    fn good<T>(&mut self, found: Found<T>) -> Option<T> {
        match found {
            Found::Read(value) => Some(value),
            Found::Absent => None,
            Found::Wrong(diagnostic) => {
                self.problems.push(*diagnostic);
                None
            }
        }
    }

    /// The topology with what its files hold, and the number of nodes where they settle it.
    pub(super) fn topology(&mut self) -> Result<(TopologySpec, Option<u32>), Unusable> {
        let settled = self.get(TOPOLOGY.path, |reader, node| match value_of(&TOPOLOGY, node) {
            Found::Read(topology) => Found::Read(reader.load(topology)),
            Found::Absent => Found::Absent,
            Found::Wrong(diagnostic) => Found::Wrong(diagnostic),
        });
        let Settled { topology, nodes } = self.good(settled).ok_or(Unusable::Written)?;
        match nodes {
            Ok(nodes) => Ok((topology, nodes)),
            Err(misfit) => {
                self.misfit(TOPOLOGY.path, &misfit);
                Err(Unusable::File)
            }
        }
    }

    /// Loads what `topology` names, once for all that name the same.
    fn load(&mut self, topology: TopologySpec) -> Settled {
        let folder = &self.written.folder;
        let load = |topology: TopologySpec| Settled { nodes: topology.load(folder).map_err(Box::new), topology };
        if !matches!(topology, TopologySpec::File(_)) {
            return load(topology);
        }
        let name = serde_json::to_string(&topology).unwrap_or_default();
        self.loaded.entry(name).or_insert_with(|| load(topology)).clone()
    }

    /// What `parse` makes of the whole section `name`; `None` after a mistake.
    pub(super) fn section<T: Kept>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(Option<&Node>) -> Result<T, Diagnostic>,
    ) -> Option<T> {
        let section = self.get(name, |_, node| found(parse(node)));
        self.good(section)
    }

    /// The tables `[[key]]`, none if nothing is written; `None` after a mistake.
    pub(super) fn tables<T: DeserializeOwned + Kept>(&mut self, key: &'static str) -> Option<Arc<[T]>> {
        let tables = self.get(key, |_, node| match node {
            Some(node) => Found::Read(tables::read(node, key).map(Arc::from)),
            None => Found::Read(Ok(Arc::default())),
        });
        match self.good(tables)? {
            Ok(tables) => Some(tables),
            Err(mistakes) => {
                mistakes.into_iter().for_each(|mistake| self.problems.push(mistake));
                None
            }
        }
    }

    /// The value of a key that must be written.
    pub(super) fn required<T: DeserializeOwned + Kept>(&mut self, key: &Key) -> Option<T> {
        let found = self.value(key);
        self.note_missing(key, &found);
        self.good(found)
    }

    fn note_missing<T>(&mut self, key: &Key, found: &Found<T>) {
        if let (Found::Absent, Presence::Required(example)) = (found, key.presence) {
            self.missing.push((key.path, example));
        }
    }

    /// A whole number in `range`, else the default of `key`; `why` explains the range.
    pub(super) fn whole(&mut self, key: &Key, range: RangeInclusive<u64>, why: impl Display) -> u64 {
        let default = key.default().and_then(|default| default.parse().ok()).unwrap_or_default();
        self.whole_or(key, range, why, default)
    }

    /// A whole number in `range`, else `default`.
    pub(super) fn whole_or(&mut self, key: &Key, range: RangeInclusive<u64>, why: impl Display, default: u64) -> u64 {
        match self.whole_number(key) {
            Found::Absent => default,
            found => self.whole_in(found, key, range, why).unwrap_or(default),
        }
    }

    /// A whole number in `range` that must be written.
    pub(super) fn required_whole(&mut self, key: &Key, range: RangeInclusive<u64>, why: impl Display) -> Option<u64> {
        let found = self.whole_number(key);
        self.note_missing(key, &found);
        self.whole_in(found, key, range, why)
    }

    fn whole_number(&mut self, key: &Key) -> Found<Whole> {
        self.get(key.path, |_, node| match node.map(|node| &node.value) {
            None => Found::Absent,
            Some(Value::Integer(number)) => Found::Read(Whole(u64::try_from(*number).ok())),
            // 1e6 is a float in TOML, and a whole number to whoever writes it.
            Some(Value::Float(number)) => {
                Found::Read(Whole(document::whole(*number).and_then(|number| u64::try_from(number).ok())))
            }
            Some(_) => Found::Read(Whole(None)),
        })
    }

    fn whole_in(
        &mut self,
        found: Found<Whole>,
        key: &Key,
        range: RangeInclusive<u64>,
        why: impl Display,
    ) -> Option<u64> {
        match found {
            Found::Read(Whole(Some(number))) if range.contains(&number) => Some(number),
            Found::Absent | Found::Wrong(_) => None,
            Found::Read(_) => {
                if let Some(node) = self.written.node(key.path, self.digits) {
                    self.no_whole(&node, key, range, why);
                }
                None
            }
        }
    }

    /// Says why `node` is no whole number in `range`.
    fn no_whole(&mut self, node: &Node, key: &Key, range: RangeInclusive<u64>, why: impl Display) {
        let allowed = format!("{}{why}", whole_number_in(&range));
        let whole = match node.value {
            Value::Integer(number) => Some(number),
            Value::Float(number) => document::whole(number),
            _ => None,
        };
        let problem = match (whole, &node.value) {
            (Some(number), _) => format!("{number} is not {}", whole_number_in(&range)),
            (None, Value::Float(number)) => format!("{number} is not a whole number"),
            _ => {
                // Only to have the mistake described like any other wrong type.
                let result = deserialize::read::<u64>(node, key.path, key.noun());
                let diagnostic = result.map_err(|diagnostic| Diagnostic { allowed, ..diagnostic });
                return diagnostic.err().into_iter().for_each(|diagnostic| self.problems.push(diagnostic));
            }
        };
        self.problems.push(Diagnostic::at(node.place, key.path, problem, allowed));
    }

    /// A mistake in `key` that shows only beside other keys.
    pub(super) fn refuse(&mut self, key: &str, problem: impl Display, allowed: impl Display) {
        let diagnostic = Diagnostic::at(self.place(key), key, problem.to_string(), allowed.to_string());
        self.problems.push(diagnostic);
    }

    /// A model that does not fit the rest of the scenario.
    pub(super) fn misfit(&mut self, model: &str, misfit: &Misfit) {
        let setting = misfit.key.map(|key| format!("{model}.{key}"));
        let key = setting.filter(|key| self.is_written(key)).unwrap_or_else(|| model.to_owned());
        self.refuse(&key, &misfit.problem, &misfit.allowed);
    }

    /// Whether anything is written for `key`.
    pub(super) fn is_written(&self, key: &str) -> bool {
        self.written.node(key, self.digits).is_some()
    }

    /// Whether anything is wrong with the scenario so far.
    pub(super) fn found_mistakes(&self) -> bool {
        !self.problems.is_empty()
    }

    /// Takes note of a key that may be written or not, and means nothing.
    pub(super) fn set_aside(&mut self, key: &Key) {
        self.look(key, |_| true);
    }

    /// Where `key` is written: its value, else the section it belongs to, else the end of the file.
    fn place(&self, key: &str) -> Place {
        self.written.place(key, self.digits)
    }

    /// Ends a point: reports what was written and not asked for, and what was not written and is needed. Points that
    /// have nothing new in this are passed over.
    pub(super) fn finish(mut self) {
        let Store::Growing(memo) = &mut self.memo else { return };
        let unknown = self.written.of_the_top().filter(|&which| !memo.knows(&self.written.axes[which].path));
        let contents: Vec<usize> = unknown.map(|which| self.digits[which]).collect();
        if contents.is_empty() && self.missing.is_empty() && memo.has_finished() {
            return;
        }
        if memo.is_new(contents, self.missing.iter().map(|(key, _)| *key).collect()) {
            let asked = memo.keys();
            let known = asked.iter().flat_map(|key| known_in(key)).collect();
            Ending { asked, known, root: self.written.whole(self.digits), reader: self }.report();
        }
    }
}

/// A point of which all keys have been asked for.
struct Ending<'a> {
    reader: Reader<'a>,
    root: Table,
    asked: Vec<&'static str>,
    /// The same, of sections that are read as a whole their keys.
    known: Vec<&'static str>,
}

impl Ending<'_> {
    /// Reports what was written and not asked for, and what was not written and is needed.
    fn report(mut self) {
        let mut meant: Vec<String> = Vec::new();
        for entry in &std::mem::take(&mut self.root).entries {
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
                    self.push(Diagnostic::at(entry.node.place, section, problem, allowed));
                    meant.push(section.to_owned());
                }
            }
        }
        self.report_missing(&meant);
    }

    /// A key that is meant by something misspelt is not missing as well.
    fn report_missing(&mut self, meant: &[String]) {
        for (key, example) in std::mem::take(&mut self.reader.missing) {
            let section = key.split('.').next().unwrap_or_default();
            if !meant.iter().any(|meant| meant == key || meant == section) {
                // What is missing is missing in the file, even if the section is there for an argument's sake.
                let place =
                    Some(self.reader.place(key)).filter(|place| place.is_in_file()).unwrap_or(self.reader.written.end);
                let diagnostic =
                    Diagnostic::at(place, key, format!("`{key}` is missing, and it has no default"), example);
                self.push(diagnostic.suggest(format!("write it under [{section}]")));
            }
        }
    }

    fn is_section(&self, name: &str) -> bool {
        self.known.iter().any(|key| key.split_once('.').is_some_and(|(section, _)| section == name))
    }

    fn sections(&self) -> Vec<&'static str> {
        let mut sections = Vec::new();
        for (section, _) in self.known.iter().filter_map(|key| key.split_once('.')) {
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
        let siblings: Vec<&str> =
            self.known.iter().map(|key| split(key)).filter(|key| key.0 == section).map(|key| key.1).collect();
        let (problem, allowed) = if section.is_empty() {
            let allowed = format!("{}, and the sections {}", siblings.join(", "), self.sections().join(", "));
            (format!("`{key}` is neither a key nor a section of a scenario"), allowed)
        } else {
            (format!("`{name}` is not a key of [{section}]"), siblings.join(", "))
        };
        let diagnostic = Diagnostic::at(place, key, problem, allowed);
        let sections = if section.is_empty() { self.sections() } else { Vec::new() };
        if let Some(near) = nearest(name, siblings).or_else(|| nearest(name, sections)) {
            self.push(diagnostic.near(Some(near)));
            return Some(if section.is_empty() { near.to_owned() } else { format!("{section}.{near}") });
        }
        let Some((section, name)) = self.elsewhere(name) else {
            self.push(diagnostic);
            return None;
        };
        self.push(diagnostic.suggest(format!("did you mean `{name}` in [{section}]?")));
        Some(format!("{section}.{name}"))
    }

    /// The section and the key that `name` is near to, in any section.
    fn elsewhere(&self, name: &str) -> Option<(&'static str, &'static str)> {
        let keys = || self.known.iter().map(|key| split(key)).filter(|(section, _)| !section.is_empty());
        let near = nearest(name, keys().map(|(_, name)| name))?;
        keys().find(|(_, name)| *name == near)
    }

    fn push(&mut self, diagnostic: Diagnostic) {
        self.reader.problems.push(diagnostic);
    }
}

fn found<T>(result: Result<T, Diagnostic>) -> Found<T> {
    result.map_or_else(|diagnostic| Found::Wrong(Box::new(diagnostic)), Found::Read)
}

/// The keys that are read with `key`: of a section those in it, else itself.
fn known_in(key: &'static str) -> Vec<&'static str> {
    let within: Vec<_> = settings::keys().filter(|inner| inner.section() == key).map(|inner| inner.path).collect();
    if within.is_empty() { vec![key] } else { within }
}

/// A key's section, empty at the top, and its name there.
fn split(key: &str) -> (&str, &str) {
    key.rsplit_once('.').unwrap_or(("", key))
}

/// What `node` says of `key`, else its default, if it has one.
fn value_of<T: DeserializeOwned>(key: &Key, node: Option<&Node>) -> Found<T> {
    let default = || Some(document::parse_default(key.default()?));
    match node {
        Some(node) => found(deserialize::read(node, key.path, key.noun())),
        None => default().map_or(Found::Absent, |node| found(deserialize::read(&node, key.path, key.noun()))),
    }
}

fn whole_number_in(range: &RangeInclusive<u64>) -> String {
    match (*range.start(), *range.end()) {
        (low, u64::MAX) => format!("a whole number from {low} up"),
        (low, high) if low == high => format!("{low}"),
        (low, high) => format!("a whole number from {low} to {}", grouped(high)),
    }
}

/// `1_000_000`: readable, and TOML.
pub(super) fn grouped(number: impl Into<u128>) -> String {
    let digits = number.into().to_string();
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
    use std::path::PathBuf;

    use super::super::memo::Memo;
    use super::*;
    use crate::scenario::source::Source;

    const fn key(path: &'static str, presence: Presence) -> Key {
        Key { path, presence, label: None, doc: "" }
    }

    const SIZE: Key = key("alpha.size", Presence::Required("size = 8"));
    const NAME: Key = key("alpha.name", Presence::Optional("\"\""));
    const COUNT: Key = key("beta.count", Presence::Optional("1"));

    /// What a reader of `alpha.size`, `alpha.name` and `beta.count` says about `text`.
    fn said(text: &str) -> String {
        let source = Source::text("s.toml", text);
        let root = document::parse(&source).unwrap();
        let written = Written::new(root, Vec::new(), source.end(), PathBuf::new());
        let (mut problems, mut memo, mut loaded) = (Problems::new(source.clone()), Memo::default(), Loaded::new());
        let mut reader = Reader::new(&written, &[], Store::Growing(&mut memo), &mut loaded, &mut problems);
        reader.required_whole(&SIZE, 2..=64, "");
        reader.read::<String>(&NAME);
        reader.whole(&COUNT, 1..=u64::MAX, "");
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
        let written = Written::new(root, Vec::new(), source.end(), PathBuf::new());
        let (mut problems, mut memo, mut loaded) = (Problems::new(source.clone()), Memo::default(), Loaded::new());
        let mut reader = Reader::new(&written, &[], Store::Growing(&mut memo), &mut loaded, &mut problems);
        for key in ["neighbors", "nowhere"] {
            reader.misfit("network.topology", &Misfit::of(key, "too many", "fewer"));
        }
        let problems = problems.or(Some(())).unwrap_err();
        let found: Vec<_> = problems.list().iter().map(|mistake| (problems.position(mistake), &*mistake.key)).collect();
        assert_eq!(found, [(Some((2, 12)), "network.topology"), (Some((2, 41)), "network.topology.neighbors")]);
    }
}
