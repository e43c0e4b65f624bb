//! When the nodes of each region knew.

use super::Learned;
use crate::bits::Bits;
use crate::engine::{Observer, Protocol};
use crate::network::regions::Regions;
use crate::observe::{COVERAGES, enough};
use crate::time::Time;
use crate::units::NodeId;

/// When each share of the nodes of one region, rounded up, had first heard: the shares [`COVERAGES`], then all of them. `None`
/// where they never had, or there is no node.
pub type ReachedInRegion = [Option<Time>; COVERAGES.len() + 1];

/// Counts who has heard in every region.
///
/// A share is of the nodes that are in the region from the start, up or down, and do their part: one counts from the instant at which it first
/// heard, whatever becomes of it. Who joins later does not count.
pub struct RegionTimes {
    regions: Regions,
    /// How many are in regions from the start.
    nodes: usize,
    /// Who has heard, or does not count.
    heard: Bits,
    /// How many count in each region.
    sizes: Vec<u32>,
    counts: Vec<u32>,
    reached: Vec<ReachedInRegion>,
}

impl RegionTimes {
    /// Nobody has heard but `origins`, which know at the start; the nodes `apart` do not count.
    pub fn new(regions: Regions, origins: &[NodeId], apart: &[NodeId]) -> Self {
        let nodes = regions.sizes().iter().sum::<u32>() as usize;
        let mut times = RegionTimes {
            nodes,
            heard: Bits::new(nodes),
            sizes: regions.sizes().to_vec(),
            counts: vec![0; regions.count()],
            reached: vec![ReachedInRegion::default(); regions.count()],
            regions,
        };
        for node in apart {
            times.heard.insert(node.index());
            times.sizes[times.regions.of(*node)] -= 1;
        }
        origins.iter().for_each(|origin| times.hear(Time::ZERO, *origin));
        times
    }

    /// `node` hears at `now`, not before anybody who heard before.
    fn hear(&mut self, now: Time, node: NodeId) {
        if node.index() >= self.nodes || !self.heard.insert(node.index()) {
            return;
        }
        let region = self.regions.of(node);
        self.counts[region] += 1;
        let (size, count) = (u64::from(self.sizes[region]), u64::from(self.counts[region]));
        for (place, permille) in self.reached[region].iter_mut().zip(COVERAGES.into_iter().chain([1000])) {
            if enough(size, permille) > count {
                return;
            }
            place.get_or_insert(now);
        }
    }

    /// What was reached when, region by region.
    pub fn finish(self) -> Vec<ReachedInRegion> {
        self.reached
    }
}

impl<P: Protocol<Fact = Learned>> Observer<P> for RegionTimes {
    fn fact(&mut self, now: Time, node: NodeId, _: Learned) {
        self.hear(now, node);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_a_region_is_reached_when_enough_of_its_nodes_have_heard_once() {
        let names = ["here", "there", "nowhere"].map(str::to_owned).to_vec();
        let mut times = RegionTimes::new(Regions::in_blocks(names, &[2, 3, 0]), &[NodeId::new(4)], &[]);
        // Node 1 forgets and hears again, and node 5 joined later.
        for (nanos, node) in [(3, 1), (4, 1), (5, 5), (6, 2), (7, 3)] {
            times.hear(Time::from_nanos(nanos), NodeId::new(node));
        }
        let reached: Vec<_> =
            times.finish().into_iter().map(|region| region.map(|time| time.map(Time::nanos))).collect();
        let (here, there) = ([Some(3), None, None, None, None], [Some(6), Some(7), Some(7), Some(7), Some(7)]);
        assert_eq!(reached, [here, there, [None; 5]]);
    }
}
