//! Lists of neighbours in which those who are near come first, and choice between these and the others.

use std::sync::Arc;

use super::network_view::{Known, NetworkView, index_among_all};
use super::turn::Turn;
use super::uniform::Uniform;
use crate::random::{Field, Use};
use crate::units::{NodeId, Probability};

/// Bytes of a place in a list, of how many are near, and of where a list begins.
const PLACE: u64 = 4;
const NEAR: u64 = 4;
const START: u64 = 8;

/// The neighbours of every node by their ranks: those who are near have the lowest.
#[derive(Debug)]
pub(super) enum NearFirst {
    /// Everybody is a neighbour of everybody else, and who is near to whom is a matter of regions.
    Regions {
        /// All nodes, region by region.
        members: Vec<u32>,
        /// The place of each node among these.
        places: Vec<u32>,
        /// Where each region begins, and where the last ends.
        starts: Vec<u32>,
        /// For each region: all of them, those near to it first, and how many these are.
        orders: Vec<(Vec<u32>, usize)>,
    },
    /// The index of each rank, one node's after the other's, and how many are near.
    Lists { starts: Vec<u64>, order: Vec<u32>, near: Vec<u32> },
}

/// Which of a node's neighbours are near.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nearness {
    /// Those of its own region.
    Region,
    /// Those to whom a message and its answer take the least time in the mean.
    Latency,
}

/// How a pick falls to one of the near ones, and what it is else.
#[derive(Clone, Copy, Debug)]
pub(super) struct Split {
    /// The probability of a near one.
    pub(super) near: Probability,
    /// Whether it is any neighbour else, not one of those who are not near.
    pub(super) else_any: bool,
}

impl NearFirst {
    /// The neighbours on `network`.
    fn on(network: &dyn NetworkView, nearness: Nearness) -> Self {
        if network.is_complete() { Self::of_regions(network, nearness) } else { Self::of_lists(network, nearness) }
    }

    /// Bytes that it takes: over `nodes` nodes that are all neighbours of all, or with so many `ends` of edges.
    pub(super) fn bytes(nodes: u32, regions: usize, ends: Option<u64>) -> u64 {
        match ends {
            None => 2 * PLACE * u64::from(nodes) + PLACE * (regions as u64).pow(2),
            // A vector that grows holds up to twice what it needs.
            Some(ends) => (START + NEAR) * (u64::from(nodes) + 1) + 2 * PLACE * ends,
        }
    }

    fn of_regions(network: &dyn NetworkView, nearness: Nearness) -> Self {
        let sizes = network.sizes();
        let mut starts = vec![0];
        starts.extend(sizes.iter().scan(0, |end, size| {
            *end += size;
            Some(*end)
        }));
        let (mut next, nodes) = (starts.clone(), network.nodes() as usize);
        let (mut members, mut places) = (vec![0; nodes], vec![0; nodes]);
        for node in 0..network.nodes() {
            let next = &mut next[network.region(NodeId::new(node))];
            (members[*next as usize], places[node as usize]) = (node, *next);
            *next += 1;
        }
        let order = |region: usize| {
            // A region may have no nodes at all.
            let others = |other: usize| sizes[other].saturating_sub(u32::from(other == region));
            let has_others = |other: &usize| others(*other) > 0;
            let time = |other: &usize| network.round_trip(region, *other);
            let least = (0..sizes.len()).filter(has_others).map(|other| time(&other)).fold(f64::INFINITY, f64::min);
            let is_near = |other: &usize| match nearness {
                Nearness::Region => *other == region,
                Nearness::Latency => has_others(other) && time(other) <= least,
            };
            let (mut near, far): (Vec<usize>, Vec<usize>) = (0..sizes.len()).partition(is_near);
            let count = near.len();
            near.extend(far);
            (near.into_iter().map(|region| region as u32).collect(), count)
        };
        let orders = (0..sizes.len()).map(order).collect();
        NearFirst::Regions { members, places, starts, orders }
    }

    fn of_lists(network: &dyn NetworkView, nearness: Nearness) -> Self {
        let (mut starts, mut order, mut near) = (vec![0], Vec::new(), Vec::new());
        for node in (0..network.nodes()).map(NodeId::new) {
            let region = network.region(node);
            let time = |index: u32| {
                let other = network.region(network.neighbor(node, index));
                match nearness {
                    Nearness::Region => f64::from(u8::from(other != region)),
                    Nearness::Latency => network.round_trip(region, other),
                }
            };
            let times: Vec<f64> = (0..network.degree(node)).map(time).collect();
            let least = match nearness {
                Nearness::Region => 0.0,
                Nearness::Latency => times.iter().copied().fold(f64::INFINITY, f64::min),
            };
            let is_near = |index: &u32| times[*index as usize] <= least;
            order.extend((0..times.len() as u32).filter(is_near));
            near.push((order.len() as u64 - starts[node.index()]) as u32);
            order.extend((0..times.len() as u32).filter(|index| !is_near(index)));
            starts.push(order.len() as u64);
        }
        NearFirst::Lists { starts, order, near }
    }

    /// How many neighbours of `node` are near.
    fn near(&self, node: NodeId) -> u32 {
        match self {
            NearFirst::Regions { places, starts, orders, .. } => {
                let region = region_at(starts, places[node.index()]);
                let (order, near) = &orders[region];
                order[..*near].iter().map(|&other| others_in(starts, region, other)).sum()
            }
            NearFirst::Lists { near, .. } => near[node.index()],
        }
    }

    /// The index of the neighbour of this `rank`.
    fn index(&self, node: NodeId, rank: u32) -> u32 {
        match self {
            NearFirst::Regions { members, places, starts, orders } => {
                let own = places[node.index()];
                let region = region_at(starts, own);
                let mut rank = rank;
                for &other in &orders[region].0 {
                    let others = others_in(starts, region, other);
                    if rank < others {
                        let place = starts[other as usize] + rank;
                        let skips = other as usize == region && place >= own;
                        let found = members[(place + u32::from(skips)) as usize];
                        return index_among_all(node.number(), found, members.len() as u32);
                    }
                    rank -= others;
                }
                0
            }
            NearFirst::Lists { starts, order, .. } => order[(starts[node.index()] + u64::from(rank)) as usize],
        }
    }

    /// Appends the indices of `count` distinct neighbours of the node whose turn it is, which has `degree`, more than
    /// that: each pick is among those left. Where nobody is left on the one side it falls to the other.
    fn choose(&self, (turn, degree): (Turn, u32), count: u32, split: Split, choices: &Field, picks: &mut Vec<u32>) {
        let near = self.near(turn.node);
        let (who, when) = (turn.node.into(), turn.number);
        // The ranks of those picked, in ascending order.
        let mut taken: Vec<u32> = Vec::new();
        for number in 0..count {
            let is_near = split.near.holds(choices.at(who, when, Use::SIDE.slot(number)));
            let taken_near = taken.partition_point(|&rank| rank < near);
            let near_left = near as usize > taken_near;
            let far_left = (degree - near) as usize > taken.len() - taken_near;
            let (first, end) = match (is_near && near_left || !far_left, split.else_any) {
                (true, _) => (0, near),
                (false, true) => (0, degree),
                (false, false) => (near, degree),
            };
            let (low, high) = (taken.partition_point(|&r| r < first), taken.partition_point(|&r| r < end));
            let among = &taken[low..high];
            let draw = choices.below(end - first - among.len() as u32, who, when, Use::ON_SIDE.slot(number));
            let rank = among.iter().fold(first + draw, |rank, &other| rank + u32::from(other <= rank));
            picks.push(self.index(turn.node, rank));
            if count > 1 {
                taken.insert(taken.partition_point(|&other| other < rank), rank);
            }
        }
    }
}

impl Known<Arc<NearFirst>> {
    /// The neighbours on `network`.
    pub(super) fn of(network: &dyn NetworkView, nearness: Nearness) -> Self {
        Known(Some(Arc::new(NearFirst::on(network, nearness))))
    }

    /// Appends the indices of min(`fanout`, `degree`) distinct neighbours, by `split`; before anything is known all are alike.
    #[inline(never)]
    pub(super) fn choose(
        &self,
        (turn, degree): (Turn, u32),
        fanout: u32,
        split: Split,
        choices: &Field,
        picks: &mut Vec<u32>,
    ) {
        match &self.0 {
            Some(lists) if fanout < degree => lists.choose((turn, degree), fanout, split, choices, picks),
            _ => Uniform {}.choose(turn, degree, fanout, choices, picks),
        }
    }
}

/// The region whose nodes `place` is among.
fn region_at(starts: &[u32], place: u32) -> usize {
    starts.partition_point(|&start| start <= place) - 1
}

/// How many nodes of a region are others for a node of `own`.
fn others_in(starts: &[u32], own: usize, region: u32) -> u32 {
    let region = region as usize;
    starts[region + 1] - starts[region] - u32::from(region == own)
}
