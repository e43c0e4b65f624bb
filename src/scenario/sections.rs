//! Reading the sections of one point key by key, so that every mistake is found in one go.
//!
//! A [`Reader`] reads each key once for every combination of the swept values that decide it, and remembers in a
//! [`ReadCache`] what it found: a million points of a thousand times a thousand values are two thousand readings. It also
//! remembers which keys it was asked for: what else is written is unknown, and the keys asked for are what is allowed.

mod ending;
mod whole;

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::Path;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::deserialize;
use super::diagnostic::Diagnostic;
use super::document;
use super::number::{self, Size};
use super::place::Place;
use super::problems::Problems;
use super::read_cache::{Found, Kept, Store};
use super::tables;
use super::tree::{Node, Value};
use super::written::{Digits, Written};
use crate::catalog::Incompatible;
use crate::key::{Key, Presence};
use crate::settings::network::{NODES, TOPOLOGY};
use crate::settings::{DEADLINE, DESCRIPTION, REPLICATES, SEED};
use crate::topology::TopologySpec;

/// Topologies that name files, each loaded once for all points.
pub(super) type Loaded = BTreeMap<String, Settled>;

/// A topology after its files were read, and the number of nodes where they settle it; or what is wrong with them.
#[derive(Clone, Debug)]
pub(super) struct Settled {
    pub(super) topology: TopologySpec,
    nodes: Result<Option<u32>, Box<Incompatible>>,
}

/// Why there is no topology, which was reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unusable {
    /// It is not written as it should be.
    Written,
    /// Its file cannot be read.
    File,
}

/// The keys whose numbers follow nothing.
const FIXED: [&str; 5] = [DESCRIPTION.path, SEED.path, REPLICATES.path, DEADLINE.path, NODES.path];

/// What was said of how a value is written.
#[derive(Clone, Copy)]
struct LookupOnly(bool);

/// The keys of one point on their way to settings.
pub(super) struct Reader<'a> {
    written: &'a Written,
    digits: &'a Digits,
    read_cache: Store<'a>,
    loaded: &'a mut Loaded,
    problems: &'a mut Problems,
    /// The number of nodes, once it is known.
    nodes: Option<u32>,
    /// Where the memo has the next key, if it comes in the usual order.
    next: usize,
    missing: Vec<(&'static str, &'static str)>,
}

impl<'a> Reader<'a> {
    /// Reads the point at `digits`.
    pub(super) fn new(
        written: &'a Written,
        digits: &'a Digits,
        read_cache: Store<'a>,
        loaded: &'a mut Loaded,
        problems: &'a mut Problems,
    ) -> Self {
        Reader { written, digits, read_cache, loaded, problems, nodes: None, next: 0, missing: Vec::new() }
    }

    /// The number of nodes, once it is known.
    pub(super) fn nodes(&self) -> Option<u32> {
        self.nodes
    }

    /// Where relative paths begin.
    pub(super) fn folder(&self) -> &'a Path {
        &self.written.folder
    }

    /// Takes note of the number of nodes, which other numbers may follow.
    pub(super) fn set_nodes(&mut self, nodes: Option<u32>) {
        self.nodes = nodes;
    }

    /// What numbers of `key` may follow, which `node` says; `None` if it is not known, which is reported elsewhere.
    fn size(&self, key: &str, node: Option<&Node>) -> Option<Size> {
        if FIXED.contains(&key) {
            return Some(Size::Meaningless);
        }
        let nodes =
            || if node.is_some_and(|node| number::any_follows(key, node)) { self.written_nodes() } else { Some(0) };
        self.nodes.or_else(nodes).map(Size::Known)
    }

    /// The number of nodes as it is written, if that is one.
    fn written_nodes(&self) -> Option<u32> {
        let node = self.written.node(NODES.path, self.digits)?;
        let number = number::number_of(&node, NODES.path, Size::Meaningless).ok()?;
        u32::try_from(number.whole()?).ok()
    }

    /// What `parse` makes of the value of `key`, worked out once wherever the same is written.
    fn get<T: Kept>(
        &mut self,
        key: &'static str,
        parse: impl FnOnce(&mut Self, Option<&Node>) -> Found<T>,
    ) -> Found<T> {
        if let Some(slot) = self.read_cache.slot::<T>(key, self.next) {
            self.next = slot + 1;
            if let Some(found) = self.read_cache.get(slot, self.digits) {
                return found.clone();
            }
        }
        let written = self.written;
        let found = parse(self, written.node(key, self.digits).as_deref());
        if let Store::Growing(read_cache) = &mut self.read_cache {
            read_cache.keep(key, found.clone(), written, self.digits);
        }
        found
    }

    fn value<T: DeserializeOwned + Kept>(&mut self, key: &Key) -> Found<T> {
        self.get(key.path, |reader, node| reader.value_of(key, node))
    }

    /// What `node` says of `key`; nothing where it follows the number of nodes and that is not known.
    fn value_of<T: DeserializeOwned>(&self, key: &Key, node: Option<&Node>) -> Found<T> {
        self.size(key.path, node).map_or(Found::Absent, |size| value_of(key, node, size))
    }

    /// Whether `is` holds of how `key` is written, if it is. Of each key only one thing can be asked so.
    pub(super) fn look(&mut self, key: &Key, is: impl FnOnce(Option<&Value>) -> bool) -> bool {
        let look = self.get(key.path, |_, node| Found::Read(LookupOnly(is(node.map(|node| &node.value)))));
        matches!(look, Found::Read(LookupOnly(true)))
    }

    /// The value of `key`, else its default; also its default after a mistake, so that reading goes on.
    pub(super) fn read<T: DeserializeOwned + Kept>(&mut self, key: &Key) -> Option<T> {
        match self.value(key) {
            Found::Read(value) => Some(value),
            Found::Absent => None,
            Found::Wrong(diagnostic) => {
                self.problems.push(*diagnostic);
                self.good(value_of(key, None, Size::Meaningless))
            }
        }
    }

    /// The value of `key`, else its default; `None` after a mistake.
    pub(super) fn model<T: DeserializeOwned + Kept>(&mut self, key: &Key) -> Option<T> {
        let model = self.value(key);
        self.good(model)
    }

    /// The value of `key`, else its default; `None` after a mistake. In place of a model of some kind what `allowed`
    /// says may be written.
    pub(super) fn one_of<T: DeserializeOwned + Kept>(
        &mut self,
        key: &Key,
        allowed: impl FnOnce() -> String,
    ) -> Option<T> {
        let mut found = self.value(key);
        // What is wrong with a model of a known kind has words of its own.
        let of_a_kind = |node: &Node| matches!(&node.value, Value::Table(table) if table.get("kind").is_some());
        if let Found::Wrong(diagnostic) = &mut found
            && diagnostic.key == key.path
            && !self.written.node(key.path, self.digits).is_some_and(|node| of_a_kind(&node))
        {
            diagnostic.allowed = allowed();
        }
        self.good(found)
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
        let settled = self.get(TOPOLOGY.path, |reader, node| match reader.value_of(&TOPOLOGY, node) {
            Found::Read(topology) => Found::Read(reader.load(topology)),
            Found::Absent => Found::Absent,
            Found::Wrong(diagnostic) => Found::Wrong(diagnostic),
        });
        let Settled { topology, nodes } = self.good(settled).ok_or(Unusable::Written)?;
        match nodes {
            Ok(nodes) => Ok((topology, nodes)),
            Err(incompatible) => {
                self.incompatible(TOPOLOGY.path, &incompatible);
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
        parse: impl FnOnce(Option<&Node>, Size) -> Result<T, Diagnostic>,
    ) -> Option<T> {
        let section = self.get(name, |reader, node| match reader.size(name, node) {
            Some(size) => found(parse(node, size)),
            None => Found::Absent,
        });
        self.good(section)
    }

    /// The tables `[[key]]`, none if nothing is written; `None` after a mistake.
    pub(super) fn tables<T: DeserializeOwned + Kept>(&mut self, key: &'static str) -> Option<Arc<[T]>> {
        let tables = self.get(key, |reader, node| match (node, reader.size(key, node)) {
            (Some(node), Some(size)) => Found::Read(tables::read(node, key, size).map(Arc::from)),
            (Some(_), None) => Found::Absent,
            (None, _) => Found::Read(Ok(Arc::default())),
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

    /// The value of a key whose table has no default, or `absent` where it is not written.
    pub(super) fn optional<T: DeserializeOwned + Kept>(&mut self, key: &Key, absent: T) -> Option<T> {
        match self.value(key) {
            Found::Absent => Some(absent),
            found => self.good(found),
        }
    }

    fn note_missing<T>(&mut self, key: &Key, found: &Found<T>) {
        if let (Found::Absent, Presence::Required(example)) = (found, key.presence) {
            self.missing.push((key.path, example));
        }
    }

    /// A mistake in `key` that shows only beside other keys.
    pub(super) fn refuse(&mut self, key: &str, problem: impl Display, allowed: impl Display) {
        self.refuse_and_suggest(key, problem, allowed, None);
    }

    /// The same with what was probably meant, if that is known.
    pub(super) fn refuse_and_suggest(
        &mut self,
        key: &str,
        problem: impl Display,
        allowed: impl Display,
        suggestion: Option<String>,
    ) {
        let diagnostic = Diagnostic::at(self.place(key), key, problem.to_string(), allowed.to_string());
        self.problems.push(Diagnostic { suggestion, ..diagnostic });
    }

    /// A model that does not fit the rest of the scenario.
    pub(super) fn incompatible(&mut self, model: &str, incompatible: &Incompatible) {
        let setting = incompatible.key.map(|key| format!("{model}.{key}"));
        let key = setting.filter(|key| self.is_written(key)).unwrap_or_else(|| model.to_owned());
        self.refuse(&key, &incompatible.problem, &incompatible.allowed);
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
    pub(super) fn place(&self, key: &str) -> Place {
        self.written.place(key, self.digits)
    }
}

fn found<T>(result: Result<T, Diagnostic>) -> Found<T> {
    result.map_or_else(|diagnostic| Found::Wrong(Box::new(diagnostic)), Found::Read)
}

/// What `node` says of `key`, else its default, if it has one.
fn value_of<T: DeserializeOwned>(key: &Key, node: Option<&Node>, size: Size) -> Found<T> {
    let read = |node: &Node| found(deserialize::read(node, key.path, key.noun(), size));
    let default = || Some(document::parse_default(key.default()?));
    match node {
        Some(node) => read(node),
        None => default().map_or(Found::Absent, |node| read(&node)),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::super::read_cache::ReadCache;
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
        let (mut problems, mut read_cache, mut loaded) =
            (Problems::new(source.clone()), ReadCache::default(), Loaded::new());
        let mut reader = Reader::new(&written, &[], Store::Growing(&mut read_cache), &mut loaded, &mut problems);
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
        let (mut problems, mut read_cache, mut loaded) =
            (Problems::new(source.clone()), ReadCache::default(), Loaded::new());
        let mut reader = Reader::new(&written, &[], Store::Growing(&mut read_cache), &mut loaded, &mut problems);
        for key in ["neighbors", "nowhere"] {
            reader.incompatible("network.topology", &Incompatible::of(key, "too many", "fewer"));
        }
        let problems = problems.or(Some(())).unwrap_err();
        let found: Vec<_> = problems.list().iter().map(|mistake| (problems.position(mistake), &*mistake.key)).collect();
        assert_eq!(found, [(Some((2, 12)), "network.topology"), (Some((2, 41)), "network.topology.neighbors")]);
    }
}
