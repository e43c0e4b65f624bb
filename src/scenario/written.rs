//! What a scenario writes for a key at one of its points, found without writing the whole point down.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;

use super::place::Place;
use super::sweep::{self, Axis};
use super::tree::{Entry, Node, Table, Value};

/// The sections of a point, in the order in which they are read: each may go by what those before it say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    Network,
    Gossip,
    Workload,
    Stop,
    Event,
    /// What stands in none of them.
    Top,
}

/// The sections in which a point may differ from the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Changed(u8);

impl Changed {
    pub(super) const ALL: Self = Changed(u8::MAX);
    const NONE: Self = Changed(0);

    pub(super) fn has(self, section: Section) -> bool {
        self.0 & 1 << section as u8 != 0
    }

    fn with(self, section: Section) -> Self {
        Changed(self.0 | 1 << section as u8)
    }
}

impl Section {
    /// The section that the dotted `path` leads into.
    fn of(path: &str) -> Self {
        match path.split('.').next() {
            Some("network") => Section::Network,
            Some("gossip") => Section::Gossip,
            Some("workload") => Section::Workload,
            Some("stop") => Section::Stop,
            Some("event") => Section::Event,
            _ => Section::Top,
        }
    }
}

/// A scenario as written: what all points share, and what is swept.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) root: Table,
    pub(super) axes: Arc<[Axis]>,
    /// Where something missing could be added.
    pub(super) end: Place,
    /// Where relative paths begin.
    pub(super) folder: PathBuf,
    sections: Vec<Section>,
}

/// The place of a point: for each swept key the number of its value.
pub(super) type Digits = [usize];

impl Written {
    pub(super) fn new(root: Table, axes: Vec<Axis>, end: Place, folder: PathBuf) -> Self {
        let sections = axes.iter().map(|axis| Section::of(&axis.path)).collect();
        Written { root, axes: axes.into(), end, folder, sections }
    }

    /// The place of the first point.
    pub(super) fn first(&self) -> Vec<usize> {
        vec![0; self.axes.len()]
    }

    /// The place of point `index`.
    pub(super) fn digits(&self, index: u32) -> Vec<usize> {
        let mut rest = index as usize;
        let mut digits = self.first();
        for (digit, axis) in digits.iter_mut().zip(self.axes.iter()).rev() {
            let count = axis.values.len().max(1);
            (*digit, rest) = (rest % count, rest / count);
        }
        digits
    }

    /// Goes on to the next point, and says what may differ there.
    pub(super) fn step(&self, digits: &mut Digits) -> Changed {
        let mut changed = Changed::NONE;
        for (which, digit) in digits.iter_mut().enumerate().rev() {
            changed = changed.with(self.sections[which]);
            *digit += 1;
            if *digit < self.axes[which].values.len() {
                break;
            }
            *digit = 0;
        }
        changed
    }

    /// The swept keys that decide what `key` says: itself, what is within it, and what it is within. Of a setting of a
    /// model also its other settings, which make a table of a bare name.
    pub(super) fn deciding(&self, key: &str) -> impl Iterator<Item = usize> {
        let model = key.match_indices('.').nth(1).map_or(key, |(end, _)| &key[..end]);
        let decides = move |axis: &Axis| within(&axis.path, model).or(within(model, &axis.path)).is_some();
        (0..self.axes.len()).filter(move |&which| decides(&self.axes[which]))
    }

    /// The value of `key` at a point, if it has one.
    pub(super) fn node(&self, key: &str, digits: &Digits) -> Option<Cow<'_, Node>> {
        let deciding: Vec<usize> = self.deciding(key).collect();
        match deciding[..] {
            [] => self.root.find(key).map(Cow::Borrowed),
            [only] if self.axes[only].path == key => Some(Cow::Borrowed(&self.axes[only].values[digits[only]])),
            [only] if let Some(within) = within(&self.axes[only].path, key).filter(|within| !within.is_empty()) => {
                let Axis { key_place, values, .. } = &self.axes[only];
                let mut node = self.root.find(key).cloned().unwrap_or_else(|| Node::empty(*key_place));
                node.set(within, *key_place, values[digits[only]].clone());
                Some(Cow::Owned(node))
            }
            _ => {
                let table = sweep::apply(self.branch(key), &self.chosen(deciding, digits));
                table.find(key).cloned().map(Cow::Owned)
            }
        }
    }

    /// Where `key` is written at a point: its value, else the section it belongs to, else the end of the file.
    pub(super) fn place(&self, key: &str, digits: &Digits) -> Place {
        let mut path = Some(key);
        while let Some(key) = path {
            if let Some(node) = self.node(key, digits) {
                return node.place;
            }
            path = key.rsplit_once('.').map(|(outer, _)| outer);
        }
        self.end
    }

    /// The swept keys of the top, which may be whole sections.
    pub(super) fn of_the_top(&self) -> impl Iterator<Item = usize> {
        (0..self.axes.len()).filter(|&which| !self.axes[which].path.contains('.'))
    }

    /// Everything that is written at a point.
    pub(super) fn whole(&self, digits: &Digits) -> Table {
        sweep::apply(self.root.clone(), &self.chosen(0..self.axes.len(), digits))
    }

    fn chosen(&self, which: impl IntoIterator<Item = usize>, digits: &Digits) -> Vec<(&Axis, &Node)> {
        which.into_iter().map(|which| (&self.axes[which], &self.axes[which].values[digits[which]])).collect()
    }

    /// The part of the root that values of `key` can depend on: one key of its section, or a key of the top.
    fn branch(&self, key: &str) -> Table {
        let mut path = key.split('.');
        let (section, inner) = (path.next().unwrap_or_default(), path.next());
        let only = |entry: &Entry| match (&entry.node.value, inner) {
            (Value::Table(table), Some(inner)) => {
                let value = Value::Table(Table { entries: table.entry(inner).cloned().into_iter().collect() });
                Entry { key: entry.key.clone(), node: Node { value, ..entry.node }, ..*entry }
            }
            _ => entry.clone(),
        };
        Table { entries: self.root.entry(section).map(only).into_iter().collect() }
    }
}

/// The dotted path `inner` from `outer` on, if that is `outer` or leads into it.
fn within<'a>(inner: &'a str, outer: &str) -> Option<&'a str> {
    let rest = inner.strip_prefix(outer)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('.') }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::document;
    use crate::scenario::overrides::Draft;
    use crate::scenario::problems::Problems;
    use crate::scenario::source::Source;

    const TEXT: &str = r#"
        a = 1
        [network]
        nodes = 8
        topology = "ring"
        loss = { kind = "bernoulli", rate = 0.5 }
        [sweep]
        "network.topology.neighbors" = [1, 2]
        "network.loss" = [0.5, { rate = 1 }]
        "network.topology" = ["ring", { kind = "line", x = 3 }]
        other = [{ y = 1 }, 2]
        "network.loss.rate" = [0.25, 0.75]
        "gossip.fanout" = [1, 2, 3]
    "#;

    fn written() -> Written {
        let source = Source::text("s.toml", TEXT);
        let mut problems = Problems::new(source.clone());
        let draft = Draft::new(document::parse(&source).unwrap(), &mut problems);
        let (axes, sound) = sweep::read(draft.sweep, &mut problems);
        assert!(sound && problems.is_empty(), "{problems}");
        Written::new(draft.root, axes, source.end(), PathBuf::new())
    }

    #[test]
    fn a_key_says_the_same_as_in_the_whole_point() {
        let written = written();
        let keys = [
            "a",
            "network",
            "network.nodes",
            "network.topology",
            "network.topology.kind",
            "network.topology.neighbors",
            "network.topology.x",
            "network.loss",
            "network.loss.rate",
            "network.links",
            "gossip",
            "gossip.fanout",
            "gossip.hunt",
            "other",
            "other.y",
            "stop.until",
        ];
        let mut digits = written.first();
        for index in 0..sweep::combinations(&written.axes) as u32 {
            assert_eq!(digits, written.digits(index));
            let whole = written.whole(&digits);
            for key in keys {
                let said = |node: &Node| (node.value.to_string(), node.place);
                let alone = written.node(key, &digits).map(|node| said(&node));
                assert_eq!(alone, whole.find(key).map(said), "{key} at {digits:?}");
            }
            written.step(&mut digits);
        }
        assert_eq!(digits, written.first(), "the last step leads back to the first configuration");
    }

    #[test]
    fn a_step_names_the_sections_that_may_differ() {
        let written = written();
        let mut digits = written.first();
        let gossip = Changed::NONE.with(Section::Gossip);
        assert_eq!(written.step(&mut digits), gossip);
        assert_eq!(written.step(&mut digits), gossip);
        assert_eq!((written.step(&mut digits), digits[5]), (gossip.with(Section::Network), 0));
        assert!(!gossip.has(Section::Network) && gossip.has(Section::Gossip) && Changed::ALL.has(Section::Top));
    }
}
