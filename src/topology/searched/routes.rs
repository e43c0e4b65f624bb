//! Traffic on stored graphs: every message goes down the breadth-first tree of its sender.

use std::sync::Arc;

use super::super::Graph;
use super::super::csr::Csr;
use super::super::distances::{BYTES_OF_ROW, LinkLoad, Routes};
use crate::units::NodeId;

/// So many messages are kept before their ways are searched for.
const MOST_KEPT: usize = 1 << 20;

/// What went over the links of a stored graph.
///
/// The way from a node is that of the breadth-first tree in which the parent of each node is, of those one step nearer
/// to the root, the one with the smallest number.
#[derive(Debug)]
pub(super) struct SearchedRoutes {
    graph: Arc<Csr>,
    /// Messages on ways that have not been searched for: sender, recipient, whether they open a conversation.
    kept: Vec<(u32, u32, bool)>,
    /// Conversations and messages by the end of an edge they went to, list after list.
    crossings: Vec<Crossings>,
    /// Where the ends of each node's list begin among them.
    starts: Vec<usize>,
    tree: Tree,
}

/// Conversations and messages.
type Crossings = [u64; 2];

/// A breadth-first tree, as far as it has grown.
#[derive(Debug)]
struct Tree {
    /// The nodes in the order they were found.
    found: Vec<u32>,
    /// The number of the tree, and of the one in which each node was last found.
    number: u64,
    found_in: Vec<u64>,
    /// Each node's parent, and the end of the edge from there.
    parent: Vec<(u32, usize)>,
    /// What is on its way to each node, or through it.
    through: Vec<Crossings>,
}

impl SearchedRoutes {
    /// The routes of `graph`, on which nothing has gone yet.
    pub(super) fn new(graph: Arc<Csr>) -> Self {
        let nodes = graph.nodes();
        let mut starts = vec![0];
        for node in (0..nodes).map(NodeId::new) {
            starts.push(starts[node.index()] + graph.degree(node) as usize);
        }
        let tree = Tree {
            found: Vec::new(),
            number: 0,
            found_in: vec![0; nodes as usize],
            parent: vec![(0, 0); nodes as usize],
            through: vec![[0; 2]; nodes as usize],
        };
        SearchedRoutes { crossings: vec![[0; 2]; starts[nodes as usize]], kept: Vec::new(), graph, starts, tree }
    }

    /// Bytes that it takes at most over `nodes` nodes with `ends` edge ends, with what comes of it.
    pub(super) fn bytes(nodes: u32, ends: u64) -> u64 {
        let kept = MOST_KEPT * size_of::<(u32, u32, bool)>();
        let node = size_of::<usize>()
            + size_of::<u32>()
            + size_of::<u64>()
            + size_of::<(u32, usize)>()
            + size_of::<Crossings>();
        let end = size_of::<Crossings>() + (size_of::<LinkLoad>() + BYTES_OF_ROW) / 2;
        kept as u64 + node as u64 * u64::from(nodes) + end as u64 * ends
    }

    /// Sends all that was kept on its way.
    fn count_messages(&mut self) {
        let mut kept = std::mem::take(&mut self.kept);
        kept.sort_unstable();
        for sent in kept.chunk_by(|one, other| one.0 == other.0) {
            self.spread(sent[0].0, sent);
        }
        kept.clear();
        self.kept = kept;
    }

    /// Sends what one node has `sent` down its tree, which grows until it holds all recipients.
    fn spread(&mut self, root: u32, sent: &[(u32, u32, bool)]) {
        let Tree { found, number, found_in, parent, through } = &mut self.tree;
        *number += 1;
        for &(_, to, opens) in sent {
            through[to as usize][0] += u64::from(opens);
            through[to as usize][1] += 1;
        }
        let mut missing = sent.chunk_by(|one, other| one.1 == other.1).count();
        found.clear();
        found.push(root);
        found_in[root as usize] = *number;
        let mut layer = 0;
        while missing > 0 && layer < found.len() {
            let next = found.len();
            for place in layer..next {
                let node = found[place];
                let list = self.graph.list(NodeId::new(node));
                for (&other, end) in list.iter().zip(self.starts[node as usize]..) {
                    if std::mem::replace(&mut found_in[other as usize], *number) != *number {
                        parent[other as usize] = (node, end);
                        missing -= usize::from(through[other as usize][1] > 0);
                        found.push(other);
                    }
                }
            }
            // The parents of a layer are tried in the order of their numbers.
            found[next..].sort_unstable();
            layer = next;
        }
        for &node in found[1..].iter().rev() {
            let [conversations, messages] = std::mem::take(&mut through[node as usize]);
            let (parent, end) = parent[node as usize];
            for sum in [&mut self.crossings[end], &mut through[parent as usize]] {
                sum[0] += conversations;
                sum[1] += messages;
            }
        }
        through[root as usize] = [0; 2];
    }
}

impl Routes for SearchedRoutes {
    fn add_message(&mut self, from: NodeId, to: NodeId, opens: bool) {
        self.kept.push((from.number(), to.number(), opens));
        if self.kept.len() == MOST_KEPT {
            self.count_messages();
        }
    }

    fn loads(mut self: Box<Self>) -> Vec<LinkLoad> {
        self.count_messages();
        let mut loads = Vec::new();
        for node in (0..self.graph.nodes()).map(NodeId::new) {
            let list = self.graph.list(node).iter().map(|&other| NodeId::new(other));
            for (other, [conversations, messages]) in list.zip(&self.crossings[self.starts[node.index()]..]) {
                loads.push(LinkLoad {
                    from: node.min(other),
                    to: node.max(other),
                    conversations: *conversations,
                    messages: *messages,
                });
            }
        }
        loads.sort_unstable();
        // Both directions of a link lie side by side.
        let both = |pair: &[LinkLoad]| LinkLoad {
            conversations: pair.iter().map(|load| load.conversations).sum(),
            messages: pair.iter().map(|load| load.messages).sum(),
            ..pair[0]
        };
        loads.chunk_by(|one, other| (one.from, one.to) == (other.from, other.to)).map(both).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_shortest_ways_a_message_takes_that_over_the_smaller_number() {
        // 0 - 3 - 1 and 0 - 2 - 1, listed so that 3 is found first; 4 hangs on 1.
        let graph = Csr::from_edges(5, [[0, 3], [0, 2], [3, 1], [2, 1], [1, 4]].into_iter());
        let mut routes = Box::new(SearchedRoutes::new(Arc::new(graph)));
        routes.add_message(NodeId::new(0), NodeId::new(4), true);
        routes.add_message(NodeId::new(0), NodeId::new(1), true);
        routes.add_message(NodeId::new(4), NodeId::new(0), false);
        let loads = routes.loads();
        let counts: Vec<_> = loads
            .iter()
            .map(|load| (load.from.number(), load.to.number(), load.conversations, load.messages))
            .collect();
        assert_eq!(counts, [(0, 2, 2, 3), (0, 3, 0, 0), (1, 2, 2, 3), (1, 3, 0, 0), (1, 4, 1, 2)]);
    }

    #[test]
    fn it_does_not_matter_when_ways_are_searched_for() {
        let graph = Arc::new(Csr::from_edges(6, [[0, 1], [1, 2], [2, 3], [3, 4], [4, 5], [5, 0]].into_iter()));
        let loads = |often: bool| {
            let mut routes = Box::new(SearchedRoutes::new(Arc::clone(&graph)));
            for number in 0..600 {
                let (from, to) = (NodeId::new(number % 6), NodeId::new((number % 6 + 1 + number / 6 % 5) % 6));
                routes.add_message(from, to, number % 3 == 0);
                if often && number % 7 == 0 {
                    routes.count_messages();
                }
            }
            routes.loads()
        };
        assert_eq!(loads(true), loads(false));
        assert_eq!(loads(true).iter().map(|load| load.messages).sum::<u64>(), 120 * (1 + 2 + 3 + 2 + 1));
    }
}
