//! Graphs of choices: every node chooses some others, and two nodes are joined if either has chosen the other.

/// The mark of a choice that is left out.
pub(super) const NOBODY: u32 = u32::MAX;

/// In longer lists a choice is looked up by bisection.
const LONG: usize = 32;

/// Whom every node has chosen. A node chooses nobody twice, and never itself.
pub(super) struct Choices {
    nodes: u32,
    /// Choices of a node.
    each: usize,
    chosen: Vec<u32>,
    /// The same lists in ascending order, where they are long.
    sorted: Vec<u32>,
}

impl Choices {
    /// The choices of `nodes` nodes, of which each has made `each`, one node's after the other's; some may be
    /// [`NOBODY`].
    pub(super) fn new(nodes: u32, each: u32, chosen: Vec<u32>) -> Self {
        let each = each as usize;
        let mut sorted = Vec::new();
        if each > LONG {
            sorted.clone_from(&chosen);
            sorted.chunks_exact_mut(each).for_each(<[u32]>::sort_unstable);
        }
        Choices { nodes, each, chosen, sorted }
    }

    /// Bytes that `each` choices of `nodes` nodes take.
    pub(super) fn bytes(nodes: u32, each: u32) -> u64 {
        let copies = if each as usize > LONG { 2 } else { 1 };
        4 * copies * u64::from(nodes) * u64::from(each)
    }

    /// The edges, in the order of the nodes that choose and of their choices. Who chose each other are joined once, as
    /// the one with the smaller number has chosen.
    pub(super) fn edges(&self) -> impl Iterator<Item = [u32; 2]> + Clone + '_ {
        (0..self.nodes).flat_map(move |node| {
            let list = self.chosen[node as usize * self.each..][..self.each].iter();
            let kept = list.filter(move |&&other| other != NOBODY && !(other < node && self.chose(other, node)));
            kept.map(move |&other| [node, other])
        })
    }

    /// Whether `node` has chosen `other`.
    fn chose(&self, node: u32, other: u32) -> bool {
        let start = node as usize * self.each;
        match self.each {
            0..=LONG => self.chosen[start..][..self.each].contains(&other),
            _ => self.sorted[start..][..self.each].binary_search(&other).is_ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_chosen_on_either_side_is_joined_once() {
        let choices = Choices::new(4, 2, vec![1, 2, 0, 3, 0, NOBODY, 1, NOBODY]);
        assert!(choices.edges().eq([[0, 1], [0, 2], [1, 3]]));
        assert_eq!(Choices::new(3, 0, Vec::new()).edges().count(), 0);
    }

    #[test]
    fn long_lists_are_joined_like_short_ones() {
        // Everybody chooses everybody else: each pair once.
        let nodes = 40;
        let all = (0..nodes).flat_map(|node| (0..nodes).rev().filter(move |&other| other != node)).collect();
        let edges: Vec<_> = Choices::new(nodes, nodes - 1, all).edges().collect();
        assert_eq!(edges.len(), 40 * 39 / 2);
        assert!(edges.iter().all(|[a, b]| a < b));
    }
}
