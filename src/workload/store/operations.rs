//! When clients write, delete and read, which keys, and at which nodes: the inputs of a run, drawn by address.

use std::rc::Rc;

use super::settings::{StoreSettings, Writers};
use crate::random::{Chance, Field, Purpose, fraction};
use crate::time::{Time, merged};
use crate::units::NodeId;
use crate::workload::Arrivals;

/// What a client does at a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// The key.
    pub key: u32,
    /// What it does with it.
    pub action: Action,
}

/// What a client does with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It writes a value.
    Write,
    /// It deletes the key.
    Delete,
    /// It reads the value.
    Read,
}

/// What a draw decides: the last word of its address, after which kind of operation it is and its number.
#[derive(Clone, Copy)]
#[repr(u64)]
enum Use {
    /// How long after the last one it is.
    Gap = 16,
    /// Of which key.
    Key = 17,
    /// At which node.
    Node = 18,
    /// Whether a write is a deletion.
    Deletion = 19,
}

/// What draws of writes and reads are told apart by.
const WRITES: u64 = 0;
const READS: u64 = 1;

/// The operations at `nodes` nodes, in order of time. Those at nodes that are down do not happen.
pub fn operations(
    settings: &StoreSettings,
    nodes: u32,
    chance: &Chance,
) -> Box<dyn Iterator<Item = (Time, NodeId, Operation)>> {
    let draws = chance.field(Purpose::Workload);
    let popularity = Rc::new(Popularity::new(settings.keys, settings.zipf));
    let [writes, reads] = [WRITES, READS].map(|which| stream(settings, nodes, (&draws, Rc::clone(&popularity)), which));
    // Of a write and a read at one instant, the write goes first.
    Box::new(merged(writes, reads).map(|(at, (node, operation))| (at, node, operation)))
}

/// The writes, or the reads.
fn stream(
    settings: &StoreSettings,
    nodes: u32,
    (draws, popularity): (&Field, Rc<Popularity>),
    which: u64,
) -> impl Iterator<Item = (Time, (NodeId, Operation))> + use<> {
    let space = settings.keyspace(nodes);
    let (deletes, writers) = (settings.deletes, settings.writers);
    let rate = if which == WRITES { settings.writes_per_second } else { settings.reads_per_second };
    let end = Time::ZERO + settings.during;
    let draws = draws.clone();
    times(settings.arrivals, rate, draws.clone(), which).take_while(move |at| *at < end).zip(0..).map(
        move |(at, number)| {
            let draw = |what: Use| draws.at(which, number, what as u64);
            let key = space.ranked(popularity.rank(draw(Use::Key)));
            let action = match which {
                READS => Action::Read,
                _ if deletes.holds(draw(Use::Deletion)) => Action::Delete,
                _ => Action::Write,
            };
            let node = match (action, writers) {
                (Action::Write | Action::Delete, Writers::Owner) => space.owner(key),
                _ => NodeId::new(draws.below(nodes, which, number, Use::Node as u64)),
            };
            (at, (node, Operation { key, action }))
        },
    )
}

/// When operations of this `rate` a second come.
fn times(arrivals: Arrivals, rate: f64, draws: Field, which: u64) -> Box<dyn Iterator<Item = Time>> {
    if rate <= 0.0 {
        return Box::new(std::iter::empty());
    }
    arrivals.times(rate, move |number| draws.at(which, number, Use::Gap as u64))
}

/// How popular keys are: that of rank r from 0 on is chosen in proportion to (r + 1)^-exponent.
#[derive(Clone, Debug)]
struct Popularity {
    keys: u32,
    /// What the keys up to each have together; empty where all are alike.
    cumulative: Vec<f64>,
}

impl Popularity {
    fn new(keys: u32, exponent: f64) -> Self {
        let weight = |rank: u32| libm::pow(f64::from(rank) + 1.0, -exponent);
        let mut sum = 0.0;
        let ranks = if exponent == 0.0 { 0..0 } else { 0..keys };
        let cumulative = ranks.map(|rank| {
            sum += weight(rank);
            sum
        });
        Popularity { keys, cumulative: cumulative.collect() }
    }

    /// The rank that `draw` chooses.
    fn rank(&self, draw: u64) -> u32 {
        let Some(total) = self.cumulative.last() else {
            // A bias of less than a key in 2^32 draws.
            return ((u128::from(draw) * u128::from(self.keys)) >> 64) as u32;
        };
        let at = fraction(draw) * total;
        self.cumulative.partition_point(|sum| *sum <= at).min(self.keys as usize - 1) as u32
    }
}
