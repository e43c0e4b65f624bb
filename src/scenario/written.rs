//! What a scenario writes for a key at one of its points, found without writing the whole point down.

mod changed;

pub(super) use changed::{Changed, Section};

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use super::number;
use super::place::Place;
use super::sweep::{self, Axis};
use super::tree::{Entry, Node, Table, Value};
use crate::settings::network::{NODES, TOPOLOGY};

/// A scenario as written: what all points share, and what is swept.
#[derive(Debug)]
pub(crate) struct Written {
    pub(super) root: Table,
    pub(super) axes: Arc<[Axis]>,
    /// Where something missing could be added.
    pub(super) end: Place,
    /// Where relative paths begin.
    pub(super) folder: PathBuf,
    /// The swept keys that go in step with each other, the first varying slowest.
    steps: Vec<Range<usize>>,
    /// What differs where the value of a swept key does.
    changes: Vec<Changed>,
    /// The paths of what is written with a number that follows the number of nodes.
    following: Vec<String>,
    /// The swept keys that decide the number of nodes.
    of_the_size: BTreeSet<usize>,
    /// The combinations that are points, if not all are.
    kept: Option<Vec<u32>>,
}

/// The place of a point: for each swept key the number of its value.
pub(super) type Digits = [usize];

impl Written {
    pub(super) fn new(root: Table, axes: Vec<Axis>, end: Place, folder: PathBuf) -> Self {
        let leaves = root.clone().leaves().into_iter().filter(|leaf| number::any_follows(&leaf.key, &leaf.node));
        let following: Vec<String> = leaves.map(|leaf| leaf.key).collect();
        // The files of topologies settle it as well.
        let topologies = root.find(TOPOLOGY.path).into_iter().chain(axes.iter().flat_map(|axis| &axis.values));
        let by_file = topologies.into_iter().any(|node| node.value.names("file"));
        let deciding_files = deciding(&axes, TOPOLOGY.path).filter(|_| by_file);
        let of_the_size: BTreeSet<usize> = deciding(&axes, NODES.path).chain(deciding_files).collect();
        let swept = axes.iter().filter(|axis| axis.follows).map(|axis| axis.path.as_str());
        let sections = following.iter().map(String::as_str).chain(swept).map(Section::of);
        let with_the_size = sections.fold(Changed::NONE, Changed::with);
        let change = |(which, axis): (usize, &Axis)| {
            let own = Changed::NONE.with(Section::of(&axis.path));
            if of_the_size.contains(&which) { own.and(with_the_size) } else { own }
        };
        let changes = axes.iter().enumerate().map(change).collect();
        let steps = sweep::steps(&axes);
        Written { root, axes: axes.into(), end, folder, steps, changes, following, of_the_size, kept: None }
    }

    /// Leaves out the combinations that are not among `kept`.
    pub(super) fn keep(&mut self, kept: Vec<u32>) {
        self.kept = Some(kept);
    }

    /// How many points there are.
    pub(super) fn count(&self) -> u64 {
        self.kept.as_ref().map_or_else(|| sweep::combinations(&self.axes), |kept| kept.len() as u64)
    }

    /// Whether the number of nodes may differ between points.
    pub(super) fn sizes_differ(&self) -> bool {
        !self.of_the_size.is_empty()
    }

    /// The values that are written once and follow the number of nodes, with the paths of their keys.
    pub(super) fn following(&self) -> impl Iterator<Item = (&str, &str)> {
        self.following.iter().filter_map(|path| match &self.root.find(path)?.value {
            Value::Text(text) => Some((path.as_str(), text.as_str())),
            _ => None,
        })
    }

    /// The combination of swept values that point `number` is.
    pub(super) fn combination(&self, number: u32) -> u32 {
        self.kept.as_ref().map_or(number, |kept| kept.get(number as usize).copied().unwrap_or(u32::MAX))
    }

    /// The number of the point that `combination` is, if it is one.
    pub(super) fn number_of(&self, combination: u32) -> Option<u32> {
        match &self.kept {
            None => Some(combination),
            Some(kept) => kept.binary_search(&combination).ok().map(|number| number as u32),
        }
    }

    /// What the points that differ from point `number` in the swept `key` alone, and in what goes in step with it, have in
    /// common: the number of the first of them.
    pub(super) fn alike(&self, number: u32, key: &str) -> u32 {
        let combination = self.combination(number);
        let mut stride = 1;
        for step in self.steps.iter().rev() {
            let count = self.axes[step.start].values.len() as u32;
            if self.axes[step.clone()].iter().any(|axis| axis.path == key) {
                let first = combination - combination / stride % count * stride;
                return (0..count).find_map(|value| self.number_of(first + value * stride)).unwrap_or(number);
            }
            stride *= count;
        }
        number
    }

    /// The place of the first combination.
    pub(super) fn first(&self) -> Vec<usize> {
        vec![0; self.axes.len()]
    }

    /// The place of point `number`.
    pub(super) fn digits(&self, number: u32) -> Vec<usize> {
        let mut rest = self.combination(number) as usize;
        let mut digits = self.first();
        for step in self.steps.iter().rev() {
            let count = self.axes[step.start].values.len().max(1);
            digits[step.clone()].fill(rest % count);
            rest /= count;
        }
        digits
    }

    /// Goes on from point `number` to the next, and says what may differ there.
    pub(super) fn step(&self, number: u32, digits: &mut Digits) -> Changed {
        let next = self.combination(number.saturating_add(1));
        let skipped = if self.kept.is_some() && next < u32::MAX { next - self.combination(number) } else { 1 };
        (0..skipped).fold(Changed::NONE, |changed, _| changed.and(self.next(digits)))
    }

    /// Goes on to the next combination, and says what may differ there.
    pub(super) fn next(&self, digits: &mut Digits) -> Changed {
        let mut changed = Changed::NONE;
        for step in self.steps.iter().rev() {
            changed = self.changes[step.clone()].iter().fold(changed, |changed, own| changed.and(*own));
            let digit = (digits[step.start] + 1) % self.axes[step.start].values.len().max(1);
            digits[step.clone()].fill(digit);
            if digit > 0 {
                break;
            }
        }
        changed
    }

    /// How the values of `key` may be kept, one for each combination of the swept values that decide it: of these keys the
    /// numbers, and how far apart their values lie. Of keys that go in step the first stands for all.
    pub(super) fn strides(&self, key: &str) -> Vec<(usize, usize)> {
        let mut which: BTreeSet<usize> = self.deciding(key).collect();
        let model = model_of(key);
        let related = |path: &str| within(path, model).or(within(model, path)).is_some();
        if self.following.iter().any(|path| related(path)) || which.iter().any(|&which| self.axes[which].follows) {
            which.extend(&self.of_the_size);
        }
        let first =
            |which: usize| self.steps.iter().find(|step| step.contains(&which)).map_or(which, |step| step.start);
        let which: BTreeSet<usize> = which.into_iter().map(first).collect();
        let mut strides: Vec<(usize, usize)> = which.into_iter().map(|which| (which, 1)).collect();
        let mut stride: usize = 1;
        for (which, own) in strides.iter_mut().rev() {
            *own = stride;
            // Only the first point is read before it is known that all points can be counted.
            stride = stride.saturating_mul(self.axes[*which].values.len());
        }
        strides
    }

    /// The swept keys that decide what `key` says: itself, what is within it, and what it is within. Of a setting of a
    /// model also its other settings, which make a table of a bare name.
    fn deciding(&self, key: &str) -> impl Iterator<Item = usize> {
        deciding(&self.axes, key)
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

/// See [`Written::deciding`].
fn deciding(axes: &[Axis], key: &str) -> impl Iterator<Item = usize> {
    let model = model_of(key);
    let decides = move |axis: &Axis| within(&axis.path, model).or(within(model, &axis.path)).is_some();
    (0..axes.len()).filter(move |&which| decides(&axes[which]))
}

/// The key that the dotted path `key` is, or is a setting of.
fn model_of(key: &str) -> &str {
    key.match_indices('.').nth(1).map_or(key, |(end, _)| &key[..end])
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
    use crate::scenario::overrides::Edited;
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
        of(TEXT)
    }

    fn of(text: &str) -> Written {
        let source = Source::text("s.toml", text);
        let mut problems = Problems::new(source.clone());
        let edited = Edited::new(document::parse(&source).unwrap(), &mut problems);
        let sweep = sweep::read(edited.sweep, &|_, _| true, &mut problems);
        assert!(sweep.sound && problems.is_empty(), "{problems}");
        Written::new(edited.root, sweep.axes, source.end(), PathBuf::new())
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
            written.step(index, &mut digits);
        }
        assert_eq!(digits, written.first(), "the last step leads back to the first configuration");
    }

    #[test]
    fn a_step_names_the_sections_that_may_differ() {
        let written = written();
        let mut digits = written.first();
        let gossip = Changed::NONE.with(Section::Gossip);
        assert_eq!(written.step(0, &mut digits), gossip);
        assert_eq!(written.step(1, &mut digits), gossip);
        assert_eq!((written.step(2, &mut digits), digits[5]), (gossip.with(Section::Network), 0));
        assert!(!gossip.has(Section::Network) && gossip.has(Section::Gossip) && Changed::ALL.has(Section::Top));
    }

    #[test]
    fn where_the_size_differs_so_does_what_follows_it() {
        let text = "[network]\nnodes = 8\n[gossip]\nfanout = \"ceil(ln(n))\"\n[sweep]\n\"network.nodes\" = [8, 16]\n\
                    \"stop.max_rounds\" = [10, \"n\"]\n\"network.loss\" = [0, 0.1]\n";
        let written = of(text);
        assert_eq!(written.following().collect::<Vec<_>>(), [("gossip.fanout", "ceil(ln(n))")]);
        let strides = |key| written.strides(key);
        assert_eq!(strides("gossip.fanout"), [(0, 1)]);
        assert_eq!(strides("gossip.hunt"), []);
        assert_eq!(strides("stop.max_rounds"), [(0, 2), (1, 1)]);
        assert_eq!(strides("network.loss"), [(2, 1)]);
        let mut digits = written.first();
        let changes: Vec<Changed> = (0..4).map(|number| written.step(number, &mut digits)).collect();
        let network = Changed::NONE.with(Section::Network);
        let all = network.with(Section::Stop).with(Section::Gossip);
        assert_eq!(changes, [network, network.with(Section::Stop), network, all]);
    }

    #[test]
    fn keys_of_a_zip_go_in_step_and_points_left_out_have_no_number() {
        let text = "[sweep]\na.b = [1, 2]\n[[sweep.zip]]\na.c = [1, 2, 3]\na.d = [4, 5, 6]\n[[sweep.zip]]\na.e = [7, 8]\na.f = [9, 9]\n";
        let mut written = of(text);
        assert_eq!((written.count(), written.steps.len()), (12, 3));
        let mut digits = written.first();
        for number in 0..12 {
            assert_eq!(written.digits(number), digits);
            assert!(digits[1] == digits[2] && digits[3] == digits[4], "{digits:?}");
            written.step(number, &mut digits);
        }
        assert_eq!(written.strides("a.d"), [(1, 1)]);
        assert_eq!((written.alike(9, "a.d"), written.alike(9, "a.b"), written.alike(9, "x")), (7, 3, 9));
        written.keep(vec![1, 5, 9, 10]);
        let mut digits = written.digits(0);
        for number in 0..4 {
            assert_eq!(written.digits(number), digits, "{number}");
            written.step(number, &mut digits);
        }
        assert_eq!((written.count(), written.number_of(9), written.number_of(8)), (4, Some(2), None));
        // Combinations 7, 9 and 11 differ in the first zip alone.
        assert_eq!((written.alike(2, "a.c"), written.alike(2, "a.b")), (2, 2));
    }
}
