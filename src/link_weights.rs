//! Weights of the links of a graph, as a file has them.

use crate::catalog::Incompatible;
use crate::units::NodeId;

/// The weights of links, by their ends. Where a file has one for each way, those are two.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LinkWeights {
    /// Where the links of each node begin, and where the last ends.
    starts: Vec<u64>,
    /// Their other ends, ascending.
    targets: Vec<u32>,
    /// Not a number where the file has none.
    weights: Vec<f64>,
}

/// What is wrong where something goes by weights of links, and the topology has none.
pub fn missing() -> Incompatible {
    let allowed = "topology = { kind = \"file\", path = …, weight = … } with the column or the attribute of weights";
    Incompatible::whole("the topology has no weights of links", allowed)
}

/// Bytes of a link, which has two entries.
const BYTES: u64 = 2 * (4 + 8);

impl LinkWeights {
    /// Those of `links` between `nodes` nodes, each from the first end to the second: of several with the same ends the first
    /// counts, and the way back weighs the same unless it is there itself. What is no number stands for none.
    pub fn new(nodes: u32, links: impl Iterator<Item = ([u32; 2], f64)> + Clone) -> Self {
        let back = links.clone().map(|([one, other], weight)| ([other, one], weight));
        let mut all: Vec<([u32; 2], f64)> = links.chain(back).filter(|([one, other], _)| one != other).collect();
        // Those that are written come before what follows from them.
        all.sort_by_key(|(ends, _)| *ends);
        all.dedup_by_key(|(ends, _)| *ends);
        let mut starts = vec![0; nodes as usize + 1];
        all.iter().for_each(|([from, _], _)| starts[*from as usize + 1] += 1);
        for node in 0..nodes as usize {
            starts[node + 1] += starts[node];
        }
        LinkWeights {
            starts,
            targets: all.iter().map(|([_, to], _)| *to).collect(),
            weights: all.iter().map(|(_, weight)| *weight).collect(),
        }
    }

    /// How many nodes there are.
    pub fn nodes(&self) -> u32 {
        // One more than there are nodes, if any.
        self.starts.len().saturating_sub(1) as u32
    }

    /// The place of the link from one node to another among all weights, if one joins them.
    #[inline]
    pub fn place(&self, from: NodeId, to: NodeId) -> Option<usize> {
        let (start, links) = self.links(from)?;
        links.binary_search(&to.number()).ok().map(|place| start + place)
    }

    /// The weight of the link from one node to another, if one joins them; not a number where the file has none.
    pub fn of(&self, from: NodeId, to: NodeId) -> Option<f64> {
        self.place(from, to).map(|place| self.weights[place])
    }

    /// The place of the first link of a node among all weights, and where its links lead, ascending; none if there is no such
    /// node.
    #[inline]
    pub fn links(&self, node: NodeId) -> Option<(usize, &[u32])> {
        let [start, end] = self.starts.get(node.index()..node.index() + 2)?.first_chunk()?;
        let (start, end) = (*start as usize, *end as usize);
        Some((start, &self.targets[start..end]))
    }

    /// All weights, one after the other.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The ends and the weight of the first link of which `is` holds.
    pub fn find(&self, is: impl Fn(f64) -> bool) -> Option<([NodeId; 2], f64)> {
        let place = self.weights.iter().position(|&weight| is(weight))?;
        let from = self.starts.partition_point(|&start| start <= place as u64) - 1;
        // Nodes are counted in 32 bits.
        Some(([NodeId::new(from as u32), NodeId::new(self.targets[place])], self.weights[place]))
    }

    /// Bytes that the weights of so many links between `nodes` nodes take.
    pub fn bytes(nodes: u32, links: u64) -> u64 {
        8 * (u64::from(nodes) + 1) + BYTES * links
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_weighs_the_same_both_ways_unless_the_way_back_is_there_itself() {
        let links = [
            ([2, 0], 7.0),
            ([0, 1], 1.5),
            ([1, 0], 2.5),
            ([0, 2], 9.0),
            ([2, 0], 8.0),
            ([3, 3], 1.0),
            ([4, 1], f64::NAN),
        ];
        let weights = LinkWeights::new(5, links.into_iter());
        let of = |from, to| weights.of(NodeId::new(from), NodeId::new(to));
        assert_eq!([of(0, 1), of(1, 0), of(2, 0), of(0, 2)], [Some(1.5), Some(2.5), Some(7.0), Some(9.0)]);
        assert_eq!([of(1, 2), of(3, 3), of(9, 1)], [None; 3]);
        assert!(of(1, 4).is_some_and(f64::is_nan));
        assert_eq!(weights.links(NodeId::new(0)), Some((0, &[1, 2][..])));
        let found = weights.find(|weight| weight > 8.0);
        assert_eq!(found, Some(([NodeId::new(0), NodeId::new(2)], 9.0)));
        assert_eq!(weights.find(f64::is_nan).map(|(ends, _)| ends), Some([NodeId::new(1), NodeId::new(4)]));
        assert_eq!(LinkWeights::default().nodes(), 0);
    }
}
