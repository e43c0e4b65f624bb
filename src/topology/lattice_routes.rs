//! Traffic on lattices: a message goes straight along one axis after the other.

use super::distances::{BYTES_OF_ROW, LinkLoad, Routes};
use super::lattice::Axis;
use crate::units::NodeId;

/// What went over the links of a lattice.
///
/// A message takes the axes in the order of their strides, the last side first, and where borders are joined the
/// shorter way around, upwards where both are as long. What it adds to the links along an axis is written down only
/// where it begins and where it ends.
#[derive(Debug)]
pub(super) struct LatticeRoutes {
    /// Each axis, and by how much what went over the link upwards from a node differs from what went over the link
    /// before.
    axes: Vec<(Axis, Vec<Crossings>)>,
    joined: bool,
}

/// Conversations and messages.
type Crossings = [i64; 2];

impl LatticeRoutes {
    /// The routes of the lattice along `axes`, on which nothing has gone yet.
    pub(super) fn new(axes: &[Axis], nodes: u32, joined: bool) -> Self {
        let mut axes: Vec<_> = axes.iter().map(|&axis| (axis, vec![[0; 2]; nodes as usize])).collect();
        axes.sort_by_key(|(axis, _)| axis.stride);
        LatticeRoutes { axes, joined }
    }

    /// Bytes that it takes at most, with what comes of it.
    pub(super) fn bytes(nodes: u32, axes: usize) -> u64 {
        (size_of::<Crossings>() + size_of::<LinkLoad>() + BYTES_OF_ROW) as u64 * u64::from(nodes) * axes as u64
    }
}

impl Routes for LatticeRoutes {
    fn add_message(&mut self, from: NodeId, to: NodeId, opens: bool) {
        let mut at = from.number();
        for (axis, changes) in &mut self.axes {
            let (start, end) = (axis.place(from), axis.place(to));
            if start == end {
                continue;
            }
            let first = at - start * axis.stride;
            at = first + end * axis.stride;
            let ahead = if start < end { end - start } else { end + axis.side - start };
            let up = if self.joined { 2 * ahead <= axis.side } else { start < end };
            let (low, high) = if up { (start, end) } else { (end, start) };
            let mut change = |place: u32, by: i64| {
                let change = &mut changes[(first + place * axis.stride) as usize];
                change[0] += if opens { by } else { 0 };
                change[1] += by;
            };
            change(low, 1);
            // Whatever goes over a joined border goes on from the beginning.
            if low > high {
                change(0, 1);
            }
            change(high, -1);
        }
    }

    fn loads(self: Box<Self>) -> Vec<LinkLoad> {
        let mut loads = Vec::new();
        for (axis, mut changes) in self.axes {
            for node in 0..changes.len() {
                let place = axis.place(NodeId::new(node as u32));
                if place > 0 {
                    let before = changes[node - axis.stride as usize];
                    changes[node] = [changes[node][0] + before[0], changes[node][1] + before[1]];
                }
            }
            for node in (0..changes.len() as u32).map(NodeId::new) {
                loads.extend(load(&axis, node, &changes, self.joined));
            }
        }
        loads.sort_unstable();
        loads
    }
}

/// The load of the link upwards from `node` along an axis, if there is one.
fn load(axis: &Axis, node: NodeId, crossings: &[Crossings], joined: bool) -> Option<LinkLoad> {
    let of = |node: NodeId| crossings[node.index()].map(|count| count as u64);
    let [conversations, messages] = of(node);
    if axis.place(node) + 1 < axis.side {
        let to = NodeId::new(node.number() + axis.stride);
        // Of two places both links are the same.
        let back = if joined && axis.side == 2 { of(to) } else { [0; 2] };
        let (conversations, messages) = (conversations + back[0], messages + back[1]);
        return Some(LinkLoad { from: node, to, conversations, messages });
    }
    let first = NodeId::new(node.number() - (axis.side - 1) * axis.stride);
    (joined && axis.side > 2).then_some(LinkLoad { from: first, to: node, conversations, messages })
}

#[cfg(test)]
mod tests {
    use super::super::Topology;
    use super::super::ring::Ring;
    use super::super::torus::Torus;
    use super::*;

    /// The links that a message from one node to another goes over.
    fn way<T: Topology>(topology: &T, nodes: u32, from: u32, to: u32) -> Vec<(u32, u32)> {
        let mut routes = topology.metric(nodes).unwrap().known().unwrap().routes();
        routes.add_message(NodeId::new(from), NodeId::new(to), true);
        let gone = routes.loads().into_iter().filter(|load| load.messages > 0);
        gone.map(|load| (load.from.number(), load.to.number())).collect()
    }

    #[test]
    fn where_both_ways_around_are_as_long_a_message_goes_upwards() {
        let ring = Ring { neighbors: 1 };
        assert_eq!(way(&ring, 4, 1, 3), [(1, 2), (2, 3)]);
        assert_eq!(way(&ring, 4, 3, 1), [(0, 1), (0, 3)]);
        assert_eq!(way(&ring, 5, 1, 4), [(0, 1), (0, 4)]);
        assert_eq!([way(&ring, 2, 0, 1), way(&ring, 2, 1, 0)], [[(0, 1)], [(0, 1)]]);
    }

    #[test]
    fn a_message_goes_along_the_last_side_first() {
        let torus: Torus = serde_json::from_str(r#"{"sides": [3, 4]}"#).unwrap();
        // 0 1 2 3
        // 4 5 6 7
        assert_eq!(way(&torus, 12, 0, 5), [(0, 1), (1, 5)]);
        assert_eq!(way(&torus, 12, 5, 0), [(0, 4), (4, 5)]);
    }

    #[test]
    fn answers_are_messages_and_no_conversations() {
        let ring = Ring { neighbors: 1 };
        let mut routes = ring.metric(3).unwrap().known().unwrap().routes();
        routes.add_message(NodeId::new(0), NodeId::new(2), true);
        routes.add_message(NodeId::new(2), NodeId::new(0), false);
        let counts: Vec<_> = routes.loads().iter().map(|load| (load.conversations, load.messages)).collect();
        assert_eq!(counts, [(0, 0), (1, 2), (0, 0)]);
    }
}
