//! How nodes may stand when an event comes, as far as that is known before anything is drawn.

use std::collections::BTreeMap;

use crate::settings::faults::{Action, NodeList, Selection, Share};
use crate::units::NodeId;

/// Ways in which a node may stand, a bit each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NodeStatus(u8);

impl NodeStatus {
    pub(super) const UP: Self = NodeStatus(1);
    pub(super) const DOWN: Self = NodeStatus(2);
    /// Gone for good.
    pub(super) const LEFT: Self = NodeStatus(4);
    /// Not there yet.
    pub(super) const ABSENT: Self = NodeStatus(8);

    pub(super) fn may_be(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    fn or(self, other: Self) -> Self {
        NodeStatus(self.0 | other.0)
    }

    fn without(self, other: Self) -> Self {
        NodeStatus(self.0 & !other.0)
    }
}

/// How each node may stand.
#[derive(Debug)]
pub(super) struct NodeStatuses {
    /// By the first of nodes that may stand alike, up to the next first.
    runs: BTreeMap<u32, NodeStatus>,
    /// Nodes that are there or have been.
    known: u32,
    /// Nodes that there will ever be.
    all: u32,
    /// No more than this are down.
    down: u32,
}

impl NodeStatuses {
    /// Those at the start, when `known` of `all` nodes are there.
    pub(super) fn new(known: u32, all: u32) -> Self {
        NodeStatuses { runs: BTreeMap::from([(known, NodeStatus::ABSENT), (0, NodeStatus::UP)]), known, all, down: 0 }
    }

    /// Nodes that are there or have been.
    pub(super) fn known(&self) -> u32 {
        self.known
    }

    /// The most nodes that may stand so.
    pub(super) fn most(&self, standing: NodeStatus) -> u32 {
        let ends = self.runs.keys().skip(1).chain([&self.all]);
        let runs = self.runs.iter().zip(ends).filter(|((_, run), _)| run.may_be(standing));
        let count = runs.map(|((first, _), end)| end - first).sum();
        if standing == NodeStatus::DOWN { self.down.min(count) } else { count }
    }

    /// The first of `nodes` that cannot stand so, by its name, with how it may stand, and how many others cannot.
    pub(super) fn misfits(&self, nodes: &NodeList, standing: NodeStatus) -> Option<(String, NodeStatus, u32)> {
        let mut found = None;
        for item in nodes.items() {
            for (first, last, run) in self.within(item.first.number(), item.last.number()) {
                if !run.may_be(standing) {
                    let (.., count) = found.get_or_insert_with(|| (item.name(NodeId::new(first)), run, 0));
                    *count += last - first + 1;
                }
            }
        }
        found.map(|(name, run, count)| (name, run, count - 1))
    }

    /// The runs of nodes from `first` to `last`, each by its own first and last.
    fn within(&self, first: u32, last: u32) -> impl Iterator<Item = (u32, u32, NodeStatus)> {
        let head = self.runs.range(..=first).next_back().map(|(_, run)| (first, *run));
        let rest =
            self.runs.range(first..=last).map(|(begin, run)| (*begin, *run)).filter(move |(begin, _)| *begin > first);
        let mut runs = head.into_iter().chain(rest).peekable();
        std::iter::from_fn(move || {
            let (begin, run) = runs.next()?;
            Some((begin, runs.peek().map_or(last, |(next, _)| next - 1), run))
        })
    }

    /// What comes of `action`.
    pub(super) fn act(&mut self, action: &Action) {
        match action {
            Action::Crash { nodes, .. } => {
                self.down = self.down.saturating_add(self.meant(nodes, NodeStatus::UP));
                self.change(nodes, NodeStatus::UP, NodeStatus::DOWN);
            }
            Action::Recover(nodes) => {
                // Of nodes by name some may be up, so no less may be down than before.
                let named = matches!(nodes, Selection::Nodes(_));
                let up = if named || nodes.is_nobody() { 0 } else { self.meant(nodes, NodeStatus::DOWN) };
                self.down = self.most(NodeStatus::DOWN) - up;
                self.change(nodes, NodeStatus::DOWN, NodeStatus::UP);
            }
            Action::Leave(nodes) => self.change(nodes, NodeStatus::UP, NodeStatus::LEFT),
            Action::Join(count) => {
                let first = self.known;
                self.known += count;
                self.turn(first, self.known, |_| NodeStatus::UP);
            }
            Action::Restart { nodes, .. } | Action::Churn { nodes, .. } => {
                // They come back, sooner or later.
                self.down = self.down.saturating_add(self.meant(nodes, NodeStatus::UP));
                self.change(nodes, NodeStatus::UP, NodeStatus::UP.or(NodeStatus::DOWN));
            }
            Action::Sessions { sessions, .. } => {
                self.down = self.down.saturating_add(sessions.nodes());
                let sometimes =
                    |run: NodeStatus| if run.may_be(NodeStatus::UP) { run.or(NodeStatus::DOWN) } else { run };
                for own in sessions.by_node() {
                    let node = own[0].node.number();
                    self.turn(node, node + 1, sometimes);
                }
            }
            Action::Partition { .. } | Action::Cut { .. } | Action::Impair { .. } | Action::Block { .. } => {}
        }
    }

    /// The most of the nodes that stand so whom `nodes` means. What is switched off might mean anybody.
    fn meant(&self, nodes: &Selection, standing: NodeStatus) -> u32 {
        match nodes {
            Selection::Share(share) if *share != Share::NONE => share.of(self.most(standing)),
            Selection::All | Selection::Share(_) => self.most(standing),
            Selection::Nodes(nodes) => nodes.count(),
        }
    }

    /// Those of `nodes` that stand `from` stand `to`; of a share nobody knows who they are.
    fn change(&mut self, nodes: &Selection, from: NodeStatus, to: NodeStatus) {
        let certain = |run: NodeStatus| if run.may_be(from) { run.without(from).or(to) } else { run };
        let perhaps = |run: NodeStatus| if run.may_be(from) { run.or(to) } else { run };
        match nodes {
            Selection::All => self.turn(0, self.all, certain),
            Selection::Share(_) => self.turn(0, self.all, perhaps),
            Selection::Nodes(nodes) => {
                nodes.items().iter().for_each(|item| self.turn(item.first.number(), item.last.number() + 1, certain));
            }
        }
    }

    /// Has the nodes from `first` on and before `end` stand as `to` says.
    fn turn(&mut self, first: u32, end: u32, to: impl Fn(NodeStatus) -> NodeStatus) {
        for edge in [first, end] {
            if let Some((_, &run)) = self.runs.range(..=edge).next_back() {
                self.runs.insert(edge, run);
            }
        }
        self.runs.range_mut(first..end).for_each(|(_, run)| *run = to(*run));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::faults::{End, Listed};
    use crate::time::Span;
    use crate::topology::WrittenNode;

    fn list(first: u32, last: u32) -> NodeList {
        let written = if first == last { first.to_string() } else { format!("{first}..{last}") };
        let written = WrittenNode::named(&written);
        NodeList::new(vec![Listed { first: NodeId::new(first), last: NodeId::new(last), written }])
    }

    fn crash(nodes: Selection) -> Action {
        Action::Crash { nodes, keep_state: true }
    }

    fn share(value: f64) -> Selection {
        Selection::Share(Share::new(value).unwrap())
    }

    #[test]
    fn nodes_by_name_are_followed_one_by_one() {
        let mut standings = NodeStatuses::new(8, 10);
        standings.act(&crash(Selection::Nodes(list(2, 5))));
        standings.act(&Action::Recover(Selection::Nodes(list(4, 4))));
        standings.act(&Action::Leave(Selection::Nodes(list(0, 0))));
        let misfits = |standings: &NodeStatuses, first, last| standings.misfits(&list(first, last), NodeStatus::UP);
        assert_eq!(misfits(&standings, 1, 4), Some(("2".to_owned(), NodeStatus::DOWN, 1)));
        assert_eq!(misfits(&standings, 4, 4), None);
        assert_eq!(misfits(&standings, 0, 9), Some(("0".to_owned(), NodeStatus::LEFT, 5)));
        assert_eq!(misfits(&standings, 7, 9), Some(("8".to_owned(), NodeStatus::ABSENT, 1)));
        standings.act(&Action::Join(2));
        assert_eq!((misfits(&standings, 7, 9), standings.known()), (None, 10));
        assert_eq!([NodeStatus::UP, NodeStatus::DOWN].map(|standing| standings.most(standing)), [6, 3]);
    }

    #[test]
    fn who_restarts_may_be_down_or_back() {
        let mut standings = NodeStatuses::new(8, 8);
        let until = End::After(Span::from_millis(5));
        let nodes = Selection::Nodes(list(2, 5));
        standings.act(&Action::Restart { nodes, keep_state: true, until });
        let misfits = |standing| standings.misfits(&list(1, 4), standing);
        assert_eq!(misfits(NodeStatus::UP), None);
        assert_eq!(misfits(NodeStatus::DOWN), Some(("1".to_owned(), NodeStatus::UP, 0)));
        assert_eq!([NodeStatus::UP, NodeStatus::DOWN].map(|standing| standings.most(standing)), [8, 4]);
    }

    #[test]
    fn of_a_share_it_is_known_how_many_it_is_at_most_and_not_who() {
        let mut standings = NodeStatuses::new(100, 100);
        standings.act(&crash(share(0.2)));
        assert_eq!([NodeStatus::UP, NodeStatus::DOWN].map(|standing| standings.most(standing)), [100, 20]);
        assert_eq!(standings.misfits(&list(3, 5), NodeStatus::DOWN), None);
        standings.act(&Action::Recover(share(0.5)));
        assert_eq!(standings.most(NodeStatus::DOWN), 10);
        standings.act(&Action::Recover(Selection::All));
        assert_eq!(standings.most(NodeStatus::DOWN), 0);
        assert_eq!(standings.misfits(&list(3, 5), NodeStatus::DOWN), Some(("3".to_owned(), NodeStatus::UP, 2)));
        standings.act(&crash(share(0.0)));
        assert_eq!(standings.most(NodeStatus::DOWN), 100, "a share that is switched off might be any");
    }
}
