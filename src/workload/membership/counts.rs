//! The running totals of membership: how wrong all lists together are, and how long it takes until changes are known.

use super::list::MemberList;
use crate::bits::Bits;
use crate::engine::Change;
use crate::time::{Span, Time};
use crate::units::NodeId;
use crate::workload::integral::Integral;
use crate::workload::shares::{Reached, SHARES, reach};

/// The running totals of membership.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counts {
    /// How often a live node was taken for gone.
    pub false_removals: u64,
    /// When a list changed last, if one did after the start.
    pub last_changed: Option<Time>,
    /// How long it took until nodes that came were known.
    pub arrivals: Delays,
    /// How long it took until nodes that went were.
    pub departures: Delays,
    up: Bits,
    live: Integral,
    /// How many live nodes list each.
    listed: Vec<u32>,
    /// Pairs of two live nodes of which the first lists the second.
    right: u64,
    /// Pairs of a live node and one that is down, of which the first lists the second.
    ghosts: u64,
    /// The change of each node that not all know of.
    open: Vec<Option<Open>>,
    /// The last instant at which a node came or went.
    now: Time,
}

/// How long it took until shares of the live nodes knew of changes of one kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delays {
    /// Of those that all came to know, by share.
    pub known: [Vec<Span>; SHARES.len()],
    /// How many were over, or the run was, before all knew.
    pub unknown: u64,
}

/// A change that not all know of.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Open {
    since: Time,
    came: bool,
    /// How long it took until so many knew.
    reached: Reached,
}

impl Counts {
    /// Before time 0: the first `present` of `nodes` nodes are up; whether that is a change that has to become known.
    pub(super) fn prepare(&mut self, nodes: usize, present: u32, news: bool) {
        self.up = Bits::new(nodes);
        (0..present as usize).for_each(|node| {
            self.up.insert(node);
        });
        self.live.add(Time::ZERO, present.into());
        self.listed = vec![0; nodes];
        self.open = vec![None; nodes];
        if news {
            self.open[..present as usize].fill(Some(Open::since(Time::ZERO, true)));
        }
    }

    /// How many nodes there will be, those that join included.
    pub(super) fn nodes(&self) -> usize {
        self.listed.len()
    }

    /// A live node takes `about` for a member, or no longer.
    pub(super) fn list(&mut self, about: NodeId, member: bool, now: Time) {
        let up = self.up.contains(about.index());
        let (listed, pairs) = (&mut self.listed[about.index()], if up { &mut self.right } else { &mut self.ghosts });
        if member {
            *listed += 1;
            *pairs += 1;
        } else {
            *listed -= 1;
            *pairs -= 1;
            self.false_removals += u64::from(up);
        }
        self.last_changed = Some(now);
        self.settle(about.index(), now);
    }

    /// A node comes or goes; its list is still to be counted, or taken out.
    pub(super) fn population(&mut self, now: Time, node: NodeId, change: Change) {
        let came = match change {
            Change::Up | Change::Joined => true,
            Change::Down | Change::Left => false,
            Change::ToBeBlocked | Change::Blocked { .. } | Change::Released => return,
        };
        self.now = now;
        if came {
            self.up.insert(node.index());
            self.live.add(now, 1);
        } else {
            self.up.remove(node.index());
            self.live.subtract(now, 1);
        }
        if let Some(open) = self.open[node.index()].replace(Open::since(now, came)) {
            self.delays_mut(open.came).unknown += 1;
        }
    }

    /// `list` is taken out of the totals, or put into them.
    pub(super) fn recount(&mut self, list: &MemberList, up: bool) {
        if self.listed.is_empty() {
            self.listed = vec![0; list.heard.len()];
        }
        for node in list.listed() {
            let listed = &mut self.listed[node.index()];
            *listed = if up { *listed + 1 } else { *listed - 1 };
        }
        if self.open.is_empty() {
            return;
        }
        let total = |of: bool| {
            let nodes = self.listed.iter().enumerate().filter(|(node, _)| self.up.contains(*node) == of);
            nodes.map(|(_, listed)| u64::from(*listed)).sum()
        };
        (self.right, self.ghosts) = (total(true), total(false));
        (0..self.open.len()).for_each(|node| self.settle(node, self.now));
    }

    /// Whether what is said of live nodes is the same here and in a recount.
    pub(super) fn match_live(&self, recount: &Counts) -> bool {
        match recount.listed.as_slice() {
            [] => self.listed.iter().all(|listed| *listed == 0),
            listed => self.listed == listed,
        }
    }

    /// Pairs of two live nodes of which the first does not list the second.
    pub fn missing(&self) -> u64 {
        let live = self.live.value();
        live * live.saturating_sub(1) - self.right
    }

    /// Pairs of a live node and one that is down, of which the first lists the second.
    pub fn ghosts(&self) -> u64 {
        self.ghosts
    }

    /// Whether all live nodes list each other and nobody else.
    pub fn all_right(&self) -> bool {
        self.missing() == 0 && self.ghosts == 0
    }

    /// Changes that not all knew of at the end, of nodes that came, or that went.
    pub fn unknown(&self, came: bool) -> u64 {
        self.delays(came).unknown + self.open.iter().flatten().filter(|open| open.came == came).count() as u64
    }

    /// Hours that nodes were live until `end`, of all together.
    pub fn node_hours(&self, end: Time) -> f64 {
        self.live.hours(end)
    }

    /// How long it took until nodes that came were known, or nodes that went were.
    pub fn delays(&self, came: bool) -> &Delays {
        if came { &self.arrivals } else { &self.departures }
    }

    fn delays_mut(&mut self, came: bool) -> &mut Delays {
        if came { &mut self.arrivals } else { &mut self.departures }
    }

    /// Takes note of who knows of the change of `node` at `now`.
    fn settle(&mut self, node: usize, now: Time) {
        let Some(mut open) = self.open[node] else { return };
        let others = self.live.value() - u64::from(self.up.contains(node));
        let listed = u64::from(self.listed[node]);
        let knowing = if open.came { listed } else { others.saturating_sub(listed) };
        reach(&mut open.reached, [knowing, others], [open.since, now]);
        self.open[node] = match open.reached {
            [.., None] => Some(open),
            reached => {
                let known = &mut self.delays_mut(open.came).known;
                known.iter_mut().zip(reached.into_iter().flatten()).for_each(|(known, span)| known.push(span));
                None
            }
        };
    }
}

impl Open {
    fn since(since: Time, came: bool) -> Self {
        Open { since, came, reached: [None; SHARES.len()] }
    }
}

impl Delays {
    /// The mean of the milliseconds until share number `share` knew, over the changes that all came to know of, if any.
    pub fn mean_ms(&self, share: usize) -> Option<f64> {
        let known = &self.known[share];
        let total: u128 = known.iter().map(|span| u128::from(span.nanos())).sum();
        (!known.is_empty()).then(|| total as f64 / known.len() as f64 / 1e6)
    }

    /// The milliseconds until all knew of the change that took longest, of those that all came to know of, if any.
    pub fn longest_ms(&self) -> Option<f64> {
        let [.., all] = &self.known;
        all.iter().max().map(|longest| longest.as_millis())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_known_when_the_shares_are_reached() {
        let (node, at) = (NodeId::new, |ms: u64| Time::from_nanos(ms * 1_000_000));
        let mut counts = Counts::default();
        counts.prepare(4, 3, false);
        assert_eq!((counts.missing(), counts.all_right()), (6, false));
        for about in [0, 1, 2] {
            (0..2).for_each(|_| counts.list(node(about), true, Time::ZERO));
        }
        assert!(counts.all_right());
        counts.population(at(10), node(3), Change::Joined);
        counts.recount(&MemberList::new(4), true);
        assert_eq!((counts.missing(), counts.ghosts()), (6, 0));
        [20, 30, 50].into_iter().for_each(|ms| counts.list(node(3), true, at(ms)));
        assert_eq!([0, 1, 2].map(|share| counts.arrivals.mean_ms(share)), [Some(20.0), Some(40.0), Some(40.0)]);
        // It goes before it lists anybody, and comes back before all know.
        counts.population(at(60), node(3), Change::Down);
        counts.recount(&MemberList::new(4), false);
        assert_eq!((counts.missing(), counts.ghosts()), (0, 3));
        counts.list(node(3), false, at(70));
        counts.population(at(80), node(3), Change::Up);
        counts.recount(&MemberList::new(4), true);
        assert_eq!((counts.unknown(false), counts.unknown(true), counts.false_removals), (1, 1, 0));
        assert_eq!((counts.departures.mean_ms(2), counts.arrivals.longest_ms()), (None, Some(40.0)));
        counts.list(node(3), false, at(90));
        assert_eq!(counts.false_removals, 1);
        // Three nodes for 60 + 20 ms more than the fourth, which lived from 10 to 60 and from 80 on.
        assert!((counts.node_hours(at(100)) - (300.0 + 50.0 + 20.0) / 3.6e6).abs() < 1e-12);
    }
}
