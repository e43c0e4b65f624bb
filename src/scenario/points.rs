//! The points of a scenario: each made when it is asked for, of keys that were read and checked before.
//!
//! A million points are no list of a million settings. What their keys say is kept once for every value of the sweep
//! that decides it, and a point is put together from there.

use std::fmt;
use std::ops::Index;
use std::sync::{Arc, OnceLock};

use super::parts::{self, Parts};
use super::problems::Problems;
use super::read_cache::{ReadCache, Store};
use super::sections::{Loaded, Reader, Settled};
use super::sweep::{self, Axis};
use super::written::{Changed, Written};
use crate::network::loss::Loss;
use crate::settings::network::{LOSS, TOPOLOGY};
use crate::settings::point::Combinations;
use crate::settings::{self, Point};
use crate::topology::TopologySpec;
use crate::workload::Strategy;

/// A scenario file, read and found sound at each of its points.
pub(super) struct Read {
    pub(super) written: Written,
    pub(super) read_cache: ReadCache,
    pub(super) count: u32,
}

/// The points of one file, and by which key and value they are told from those of another.
#[derive(Clone)]
struct Side {
    read: Arc<Read>,
    label: Option<Arc<(String, String)>>,
    /// The swept keys that need a column, here or on another side: all points have the same columns.
    unshown: Arc<[String]>,
}

impl Combinations for Side {
    fn swept(&self, number: u32) -> Vec<(String, String)> {
        let Side { label, read, .. } = self;
        let label = label.iter().map(|label| (**label).clone());
        let chosen = sweep::combination(&read.written.axes, read.written.combination(number).into());
        label.chain(chosen.iter().map(|(axis, node)| (axis.path.clone(), sweep::as_column(&node.value)))).collect()
    }

    fn needs_column(&self, path: &str) -> bool {
        self.unshown.iter().any(|unshown| unshown == path)
    }
}

impl Read {
    /// The swept keys with values that the column of the key does not show as they are; see [`Point::needs_column`].
    fn unshown(&self) -> impl Iterator<Item = &str> {
        let Read { written, read_cache, .. } = self;
        let blurred = read_cache.all::<Loss>(LOSS.path).any(|loss| loss.independent().is_none());
        let unshown = move |axis: &&Axis| axis.follows && written.sizes_differ() || blurred && axis.path == LOSS.path;
        written.axes.iter().filter(unshown).map(|axis| axis.path.as_str())
    }
}

/// Every combination of the swept values, in their order: the first key's varies slowest.
#[derive(Clone)]
pub struct Points {
    /// One side after the other; all have as many points, and the seeds of the first.
    sides: Arc<[Arc<Side>]>,
    /// The points that were borrowed.
    lent: Arc<OnceLock<Box<[OnceLock<Point>]>>>,
}

impl Points {
    pub(super) fn of(read: Read) -> Self {
        Self::beside(vec![Side { read: Arc::new(read), label: None, unshown: Arc::default() }])
    }

    /// The points of `first` and then those of `second`, which has as many, told apart by the `labels` of `key`.
    pub(super) fn versus(first: &Self, second: &Self, key: &str, labels: &[String; 2]) -> Self {
        let sides = [first, second].into_iter().zip(labels).flat_map(|(points, label)| {
            let label = Arc::new((key.to_owned(), label.clone()));
            points.sides.iter().map(move |side| Side { label: Some(Arc::clone(&label)), ..Side::clone(side) })
        });
        Self::beside(sides.collect())
    }

    fn beside(sides: Vec<Side>) -> Self {
        let unshown: Arc<[String]> = sides.iter().flat_map(|side| side.read.unshown()).map(str::to_owned).collect();
        let side = |side| Arc::new(Side { unshown: Arc::clone(&unshown), ..side });
        Points { sides: sides.into_iter().map(side).collect(), lent: Arc::default() }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.sides.iter().map(|side| side.read.count as usize).sum()
    }

    /// Whether there is none, which no scenario that was read has.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Point `index`, if there is one.
    pub fn get(&self, index: usize) -> Option<Point> {
        let count = self.sides.first()?.read.count as usize;
        let (side, within) = (self.sides.get(index / count)?, (index % count) as u32);
        let mut parts = Parts::default();
        let digits = side.read.written.digits(within);
        side.read.make(&digits, Changed::ALL, &mut parts);
        self.finished(index as u32, side, within, &parts)
    }

    /// The topologies that they have, each wherever it is written, in the order of the points.
    pub fn topologies(&self) -> impl Iterator<Item = &TopologySpec> {
        let settled = self.sides.iter().flat_map(|side| side.read.read_cache.all::<Settled>(TOPOLOGY.path));
        settled.map(|settled| &settled.topology)
    }

    /// The strategies that they have, each wherever it is written, in the order of the points.
    pub(super) fn strategies(&self) -> impl Iterator<Item = Strategy> {
        self.sides
            .iter()
            .flat_map(|side| side.read.read_cache.all::<Strategy>(settings::gossip::STRATEGY.path))
            .copied()
    }

    /// What the points that differ from point `index` in the swept `key` alone, or in the file that is called so, have in
    /// common: the number of the first of them.
    pub(super) fn alike(&self, index: u32, key: &str) -> u32 {
        let count = self.sides.first().map_or(1, |side| side.read.count.max(1));
        let (number, within) = (index / count, index % count);
        match self.sides.get(number as usize).map(|side| &**side) {
            Some(Side { label: Some(label), .. }) if label.0 == key => within,
            Some(side) => number * count + side.read.written.alike(within, key),
            None => index,
        }
    }

    /// The number of the point that `combination` is in its file, if it is one.
    pub(super) fn number_of(&self, combination: u32) -> Option<u32> {
        self.sides.first()?.read.written.number_of(combination)
    }

    /// Whether the same combinations of swept values are points in both, by their places.
    pub(super) fn same_combinations(&self, other: &Self) -> bool {
        let combinations = |points: &Self| {
            let read = points.sides.first().map(|side| Arc::clone(&side.read));
            read.map(|read| (0..read.count).map(|number| read.written.combination(number)).collect::<Vec<_>>())
        };
        combinations(self) == combinations(other)
    }

    /// The first point.
    pub fn first(&self) -> Option<Point> {
        self.get(0)
    }

    /// All of them in turn. It costs less to go on to the next than to get any.
    pub fn iter(&self) -> Iter<'_> {
        Iter { points: self, next: 0, digits: Vec::new(), parts: Parts::default() }
    }

    /// The point that `parts` make, under the seed that it shares with its counterpart on the first side.
    fn finished(&self, index: u32, side: &Arc<Side>, within: u32, parts: &Parts) -> Option<Point> {
        let counterpart = || self.get(within as usize).map(|point| point.seed);
        let seed = if index == within { parts.seed } else { counterpart()? };
        Some(Point { index, seed, settings: parts.settings()?, combinations: Arc::<Side>::clone(side), within })
    }
}

impl Read {
    /// Makes a point of the keys in the memo, of which `parts` hold the one before it.
    fn make(&self, digits: &[usize], changed: Changed, parts: &mut Parts) {
        // Nothing is wrong at any point, and nothing is left to load.
        let (mut loaded, mut problems) = (Loaded::new(), Problems::default());
        let mut reader = Reader::new(&self.written, digits, Store::Full(&self.read_cache), &mut loaded, &mut problems);
        parts::read(&mut reader, changed, parts);
    }
}

impl Index<usize> for Points {
    type Output = Point;

    /// Point `index`, which is kept from then on: for all points in turn there is [`Points::iter`].
    fn index(&self, index: usize) -> &Point {
        let lent = self.lent.get_or_init(|| (0..self.len()).map(|_| OnceLock::new()).collect());
        lent[index].get_or_init(|| self.get(index).unwrap_or_else(|| panic!("no configuration {index}")))
    }
}

impl fmt::Debug for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}

impl<'a> IntoIterator for &'a Points {
    type Item = Point;
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

/// The points of a scenario in turn.
#[derive(Clone)]
pub struct Iter<'a> {
    points: &'a Points,
    next: u32,
    digits: Vec<usize>,
    /// The point before, of which the next takes over what is the same.
    parts: Parts,
}

impl Iterator for Iter<'_> {
    type Item = Point;

    fn next(&mut self) -> Option<Point> {
        let index = self.next;
        let count = self.points.sides.first()?.read.count;
        let (side, within) = (self.points.sides.get((index / count) as usize)?, index % count);
        let changed = if within == 0 {
            self.digits = side.read.written.digits(0);
            Changed::ALL
        } else {
            side.read.written.step(within - 1, &mut self.digits)
        };
        side.read.make(&self.digits, changed, &mut self.parts);
        self.next += 1;
        self.points.finished(index, side, within, &self.parts)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.points.len().saturating_sub(self.next as usize);
        (left, Some(left))
    }
}

impl ExactSizeIterator for Iter<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Overrides, Scenario, Source, read};
    use crate::settings::Settings;

    fn scenario(text: &str, overrides: &Overrides) -> Scenario {
        read(Source::text("demo.toml", text), overrides).unwrap_or_else(|problems| panic!("{problems}"))
    }

    /// Keys of every section, models and their settings, bare numbers and tables, in an order that mixes them.
    const MIXED: &str = r#"
        [network]
        nodes = 64
        topology = "ring"
        [gossip]
        strategy = "push"
        spread = { kind = "counter", k = 2 }
        [stop]
        until = "quiet"
        [sweep]
        "network.topology.neighbors" = [1, 2]
        "workload.origin" = ["random", 3]
        "network.loss" = [0.5, { kind = "bernoulli", rate = 0.25 }]
        "stop.max_rounds" = "10..11"
        "gossip.strategy" = ["push", "push-pull"]
        seed = [7, 8]
        "gossip.spread.k" = [1, 3]
        "network.nodes" = [32, 33]
    "#;

    #[test]
    fn every_point_is_the_scenario_that_has_its_values_written_down() {
        let whole = scenario(MIXED, &Overrides::default());
        assert_eq!(whole.points.len(), 256);
        let (base, _) = MIXED.split_once("[sweep]").unwrap();
        for (index, point) in whole.points.iter().enumerate() {
            let quoted = |value: &str| if value.starts_with('{') { value.to_owned() } else { format!("{value:?}") };
            let value = |value: &str| if value.parse::<f64>().is_ok() { value.to_owned() } else { quoted(value) };
            let set = point.swept().iter().map(|(path, text)| format!("{path}={}", value(text))).collect();
            let alone = scenario(base, &Overrides { set, ..Overrides::default() }).point(0);
            assert_eq!((point.seed, &point.settings), (alone.seed, &alone.settings), "{:?}", point.swept());
            let again = whole.point(index);
            assert_eq!(format!("{again:?}"), format!("{point:?}"), "alone and after the one before it");
            assert_eq!(format!("{:?}", whole.points[index]), format!("{point:?}"));
        }
    }

    #[test]
    fn a_value_is_read_once_however_many_points_have_it() {
        let base = "[network]\nnodes = 2000\n[gossip]\nstrategy = \"push-pull\"\n[sweep]\n";
        let none = scenario(base, &Overrides::default()).points.sides[0].read.read_cache.readings();
        for (sweep, points, values) in [
            // As a number and, as a loss, for whether it is one: twice.
            (
                "network.nodes = \"1001..1100\"\nnetwork.loss = \"0..0.99 step 0.01\"\nseed = \"1..10\"\n",
                100_000,
                100 + 2 * 100 + 10,
            ),
            ("network.nodes = \"2..1001\"\nstop.max_rounds = \"1..100\"\n", 100_000, 1100),
            ("network.nodes = \"2..100001\"\n", 100_000, 100_000),
        ] {
            let scenario = scenario(&format!("{base}{sweep}"), &Overrides { force: true, ..Overrides::default() });
            assert_eq!(scenario.points.iter().count(), points);
            let read = scenario.points.sides[0].read.read_cache.readings();
            assert!(read <= none + values, "{sweep}: {read} readings for {values} values and {none} keys");
        }
    }

    #[test]
    fn a_point_is_little_more_than_references_to_what_it_shares() {
        assert!(size_of::<Point>() <= 80, "{}", size_of::<Point>());
        let text = "[network]\nnodes = 64\n[gossip]\nstrategy = \"push\"\n[sweep]\nseed = [1, 2, 3]\n";
        let points: Vec<Point> = scenario(text, &Overrides::default()).points.iter().collect();
        let Settings { network, gossip, workload, stop, faults, .. } = &points[0].settings;
        for other in &points[1..] {
            assert!(Arc::ptr_eq(network, &other.settings.network) && Arc::ptr_eq(gossip, &other.settings.gossip));
            assert!(Arc::ptr_eq(workload, &other.settings.workload) && Arc::ptr_eq(stop, &other.settings.stop));
            assert!(Arc::ptr_eq(faults, &other.settings.faults));
        }
    }

    #[test]
    fn points_beyond_the_last_are_none() {
        let scenario = scenario("[network]\nnodes = 64\n[gossip]\nstrategy = \"push\"\n", &Overrides::default());
        assert_eq!((scenario.points.iter().len(), scenario.points.is_empty()), (1, false));
        assert!(scenario.points.get(1).is_none() && scenario.points.first().is_some());
    }
}
