//! Where nodes are: each in one region, which the latency between two nodes can go by.

use std::ops::Range;

use crate::units::NodeId;

/// The most regions that there may be: tables of all pairs of them stay small.
pub const MAX_REGIONS: usize = 1000;

/// Multiples of it, taken as fractions of 2^64, are spread evenly however many there are: 2^64 over the golden ratio.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// So many times as many parts of all nodes as there are runs, so that most parts lie in one run.
const PARTS_PER_RUN: usize = 32;

/// The region of every node, also of those that join later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regions {
    names: Vec<String>,
    sizes: Vec<u32>,
    nodes: u32,
    /// Nodes of one region that follow each other, in the order of their numbers.
    runs: Vec<Run>,
    /// The run of the first node of each part of 2^shift nodes.
    parts: Vec<u32>,
    shift: u32,
}

/// Nodes of one region that follow each other: from the end of the run before it to its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    end: u32,
    region: u32,
}

impl Regions {
    /// Regions with these names and numbers of nodes, which are blocks of consecutive nodes in this order.
    pub fn in_blocks(names: Vec<String>, sizes: &[u32]) -> Self {
        let mut end = 0;
        let blocks = sizes.iter().enumerate().map(|(region, size)| {
            let start = end;
            end += size;
            (start..end, region)
        });
        let blocks = blocks.collect();
        Self::of_runs(names, blocks).unwrap_or_else(|_| Self::everywhere())
    }

    /// Regions with these names, to which `runs` of nodes belong, in any order and none of them in two.
    ///
    /// # Errors
    /// The first node that belongs to none, of those up to the last that does.
    pub fn of_runs(names: Vec<String>, mut runs: Vec<(Range<u32>, usize)>) -> Result<Self, NodeId> {
        runs.retain(|(run, _)| !run.is_empty());
        runs.sort_by_key(|(run, _)| run.start);
        let (mut sizes, mut end) = (vec![0; names.len()], 0);
        for (run, region) in &runs {
            if run.start > end {
                return Err(NodeId::new(end));
            }
            sizes[*region] += run.end - run.start;
            end = run.end;
        }
        let mut runs: Vec<Run> =
            runs.into_iter().map(|(run, region)| Run { end: run.end, region: region as u32 }).collect();
        runs.dedup_by(|next, run| {
            let same = next.region == run.region;
            if same {
                run.end = next.end;
            }
            same
        });
        let (parts, shift) = parts(&runs, end);
        Ok(Regions { names, sizes, nodes: end, runs, parts, shift })
    }

    /// One region without a name, in which all nodes are.
    pub fn everywhere() -> Self {
        let run = Run { end: u32::MAX, region: 0 };
        Regions {
            names: vec![String::new()],
            sizes: vec![u32::MAX],
            nodes: u32::MAX,
            runs: vec![run],
            parts: vec![0; 2],
            shift: 31,
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.names.len()
    }

    /// What they are called.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// How many nodes are in each, those that join not counted.
    pub fn sizes(&self) -> &[u32] {
        &self.sizes
    }

    /// The number of the region that `node` is in.
    #[inline]
    pub fn of(&self, node: NodeId) -> usize {
        let mut number = node.number();
        if number >= self.nodes {
            number = self.stands_for(number);
        }
        let mut run = self.parts[(number >> self.shift) as usize] as usize;
        while self.runs[run].end <= number {
            run += 1;
        }
        self.runs[run].region as usize
    }

    /// The node in whose region `number`, which joins later, is: any number of those that join are spread over the regions
    /// by the sizes of these.
    #[cold]
    fn stands_for(&self, number: u32) -> u32 {
        let spread = u64::from(number - self.nodes + 1).wrapping_mul(GOLDEN);
        ((u128::from(spread) * u128::from(self.nodes)) >> 64) as u32
    }
}

/// The run of the first node of each part, and how large the parts are, as a power of two.
fn parts(runs: &[Run], nodes: u32) -> (Vec<u32>, u32) {
    let wanted = (runs.len() * PARTS_PER_RUN) as u64;
    let shift = (0..32).find(|shift| (u64::from(nodes) >> shift) <= wanted).unwrap_or(0);
    let count = (u64::from(nodes) >> shift) + 1;
    let mut run = 0;
    let first = |part: u64| {
        while runs.get(run).is_some_and(|run| u64::from(run.end) <= part << shift) {
            run += 1;
        }
        run as u32
    };
    ((0..count).map(first).collect(), shift)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(count: usize) -> Vec<String> {
        (0..count).map(|number| format!("r{number}")).collect()
    }

    fn of(regions: &Regions, nodes: u32) -> Vec<usize> {
        (0..nodes).map(|node| regions.of(NodeId::new(node))).collect()
    }

    #[test]
    fn blocks_follow_each_other_and_may_be_empty() {
        let regions = Regions::in_blocks(names(4), &[2, 0, 3, 1]);
        assert_eq!(of(&regions, 6), [0, 0, 2, 2, 2, 3]);
        assert_eq!((regions.sizes(), regions.count()), (&[2, 0, 3, 1][..], 4));
    }

    #[test]
    fn every_node_is_in_the_region_of_its_run_however_many_there_are() {
        for (nodes, region) in [
            (1000, (|node| node as usize % 7) as fn(u32) -> usize),
            (100_000, |node| usize::from(node >= 3)),
            // Many runs at the beginning, and one long one.
            (50_000, |node| if node < 100 { node as usize % 2 } else { 2 }),
            (4096, |node| node as usize / 1024),
        ] {
            let runs = (0..nodes).map(|node| (node..node + 1, region(node))).collect();
            let regions = Regions::of_runs(names(7), runs).unwrap();
            assert!((0..nodes).all(|node| regions.of(NodeId::new(node)) == region(node)), "{nodes}");
            assert_eq!(regions.sizes().iter().sum::<u32>(), nodes);
        }
    }

    #[test]
    fn a_node_that_is_in_no_region_is_found() {
        let gap = Regions::of_runs(names(2), vec![(5..9, 1), (0..4, 0)]);
        assert_eq!(gap, Err(NodeId::new(4)));
        assert_eq!(Regions::of_runs(names(2), vec![(1..9, 1)]), Err(NodeId::new(0)));
    }

    /// However many join, each region has its share of them, to within two nodes.
    #[test]
    fn nodes_that_join_are_spread_by_the_sizes_of_regions() {
        let sizes = [700, 200, 50, 50];
        let regions = Regions::in_blocks(names(4), &sizes);
        let mut joined = [0_u32; 4];
        for number in 0..5000 {
            joined[regions.of(NodeId::new(1000 + number))] += 1;
            for (joined, size) in joined.iter().zip(sizes) {
                let share = f64::from(number + 1) * f64::from(size) / 1000.0;
                assert!((f64::from(*joined) - share).abs() <= 2.0, "{number}: {joined} of {share}");
            }
        }
    }

    #[test]
    fn everywhere_is_one_region() {
        assert_eq!(of(&Regions::everywhere(), 9), [0; 9]);
        assert_eq!(Regions::everywhere().of(NodeId::new(u32::MAX - 1)), 0);
    }
}
