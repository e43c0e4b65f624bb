//! Whom a node probes next, and of whom it asks help.

use serde::{Deserialize, Serialize};

use super::few::Few;
use crate::bits::Bits;
use crate::units::NodeId;

/// In which order a node probes the members it knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TargetOrder {
    /// Each time any of them.
    Random,
    /// In turn, by a list that is shuffled whenever all have had theirs (SWIM, section 4.3).
    RoundRobin,
}

/// The members that a node can choose from, in the order in which it probes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Targets {
    order: Vec<NodeId>,
    /// The place of the one that is probed next.
    next: usize,
    /// Which nodes are on the list.
    listed: Bits,
}

/// Draws of a shuffle have these slots and those above; other draws of the same event stay below.
const SHUFFLE: u32 = 1 << 28;

/// The first slot for a random target.
const TARGET: u32 = 1 << 20;

impl Targets {
    /// The bytes that the list of one node takes, which knows so many.
    pub const fn bytes(members: u64) -> u64 {
        members.saturating_mul(size_of::<NodeId>() as u64).saturating_add(members / 8)
    }

    /// These members, of `nodes` nodes, in a random order, of which the first `next` have had their turn. `draw` gives a
    /// number below its first argument, by its second.
    pub fn new(members: Vec<NodeId>, nodes: u32, next: usize, draw: impl Fn(u32, u32) -> u32) -> Self {
        let mut listed = Bits::new(nodes as usize);
        members.iter().for_each(|member| {
            listed.insert(member.index());
        });
        let mut targets = Targets { order: members, next, listed };
        targets.shuffle(&draw);
        targets
    }

    /// Who is to be probed next, in turn, unless that one is passed over or all have had theirs.
    #[inline]
    pub fn upcoming(&self) -> Option<NodeId> {
        self.order.get(self.next).copied()
    }

    /// How many members are on the list.
    #[inline]
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Adds a member that is not on the list, at a random place: the one that was there goes to the end (memberlist,
    /// `aliveNode`; SWIM, section 4.3). `draw` gives a number below its argument.
    pub fn insert(&mut self, member: NodeId, draw: impl Fn(u32) -> u32) {
        if !self.listed.insert(member.index()) {
            return;
        }
        let last = self.order.len();
        self.order.push(member);
        let place = draw(self.order.len() as u32) as usize;
        self.order.swap(place, last);
    }

    /// The next of the members to be probed; members that are not `eligible` are passed over, and those that are not
    /// `listed` any longer leave the list when all have had their turn. `draw` gives a number below its first argument,
    /// by its second.
    #[inline]
    pub fn next(
        &mut self,
        order: TargetOrder,
        eligible: impl Fn(NodeId) -> bool,
        listed: impl Fn(NodeId) -> bool,
        draw: impl Fn(u32, u32) -> u32,
    ) -> Option<NodeId> {
        match order {
            TargetOrder::RoundRobin => self.next_in_turn(eligible, listed, draw),
            TargetOrder::Random => self.any(eligible, listed, draw),
        }
    }

    #[inline]
    fn next_in_turn(
        &mut self,
        eligible: impl Fn(NodeId) -> bool,
        listed: impl Fn(NodeId) -> bool,
        draw: impl Fn(u32, u32) -> u32,
    ) -> Option<NodeId> {
        for _ in 0..2 {
            while let Some(&member) = self.order.get(self.next) {
                self.next += 1;
                if eligible(member) {
                    return Some(member);
                }
            }
            self.purge(&listed);
            self.shuffle(&draw);
            self.next = 0;
        }
        None
    }

    /// Any eligible member, all with the same probability. Those that are found to be listed no longer leave the list.
    fn any(
        &mut self,
        eligible: impl Fn(NodeId) -> bool,
        listed: impl Fn(NodeId) -> bool,
        draw: impl Fn(u32, u32) -> u32,
    ) -> Option<NodeId> {
        let tries = 3 * self.order.len() as u32;
        for slot in TARGET..TARGET + tries {
            let count = self.order.len() as u32;
            if count == 0 {
                return None;
            }
            let place = draw(count, slot) as usize;
            let member = self.order[place];
            if eligible(member) {
                return Some(member);
            }
            if !listed(member) {
                self.order.swap_remove(place);
                self.listed.remove(member.index());
            }
        }
        None
    }

    fn purge(&mut self, listed: &impl Fn(NodeId) -> bool) {
        let Targets { order, listed: on_list, .. } = self;
        order.retain(|&member| {
            let stays = listed(member);
            if !stays {
                on_list.remove(member.index());
            }
            stays
        });
    }

    /// Up to `count` different eligible members, drawn without replacement; with bad luck fewer, where hardly any is
    /// eligible (memberlist, `kRandomNodes`: at most three draws for each member). `draw` gives a number below its first
    /// argument, by its second, which begins at 0.
    pub fn sample(
        &self,
        count: usize,
        eligible: impl Fn(NodeId) -> bool,
        draw: impl Fn(u32, u32) -> u32,
    ) -> Few<NodeId, 4> {
        if self.order.len() <= 3 * count {
            return self.sample_of_all(count, eligible, draw);
        }
        let mut chosen = Few::default();
        for slot in 0..3 * self.order.len() as u32 {
            if chosen.len() == count {
                break;
            }
            let member = self.order[draw(self.order.len() as u32, slot) as usize];
            if eligible(member) && !chosen.iter().any(|other| other == member) {
                chosen.push(member);
            }
        }
        chosen
    }

    /// The same of a list so short that draws would often meet the same member again.
    fn sample_of_all(
        &self,
        count: usize,
        eligible: impl Fn(NodeId) -> bool,
        draw: impl Fn(u32, u32) -> u32,
    ) -> Few<NodeId, 4> {
        let mut left = Few::<NodeId, 16>::default();
        self.order.iter().filter(|&&member| eligible(member)).for_each(|&member| left.push(member));
        let mut chosen = Few::default();
        for slot in 0..count.min(left.len()) as u32 {
            let place = draw(left.len() as u32, slot) as usize;
            left.swap_remove(place).into_iter().for_each(|member| chosen.push(member));
        }
        chosen
    }

    /// A uniformly random order (Fisher and Yates).
    fn shuffle(&mut self, draw: &impl Fn(u32, u32) -> u32) {
        for last in (1..self.order.len()).rev() {
            let place = draw(last as u32 + 1, SHUFFLE + last as u32) as usize;
            self.order.swap(place, last);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Chance, Field, Purpose};

    fn field() -> Field {
        Chance { seed: 3, nodes: 9, replicate: 0 }.field(Purpose::Protocol)
    }

    fn members(count: u32) -> Vec<NodeId> {
        (0..count).map(NodeId::new).collect()
    }

    #[test]
    fn all_have_their_turn_before_anybody_has_another_and_those_who_are_gone_leave_the_list() {
        let field = field();
        let mut targets = Targets::new(members(7), 9, 0, |bound, slot| field.below(bound, 0, 0, slot.into()));
        let mut lap = |gone: u32, when: u64| {
            let mut all: Vec<u32> = (0..7)
                .filter_map(|step| {
                    let draw = |bound, slot: u32| field.below(bound, 1, when + step, slot.into());
                    let there = |member: NodeId| member.number() != gone;
                    targets.next(TargetOrder::RoundRobin, there, there, draw).map(NodeId::number)
                })
                .collect();
            let order = all.clone();
            all.sort_unstable();
            (order, all)
        };
        let (first, all) = lap(99, 0);
        assert_eq!(all, [0, 1, 2, 3, 4, 5, 6]);
        let (second, all) = lap(99, 100);
        assert_eq!(all, [0, 1, 2, 3, 4, 5, 6]);
        assert_ne!(first, second, "shuffled again");
        // The first of the seven turns comes again: one of the members is passed over.
        assert!(!lap(3, 200).1.contains(&3));
        assert_eq!(targets.len(), 6);
        targets.insert(NodeId::new(3), |bound| bound - 1);
        targets.insert(NodeId::new(3), |bound| bound - 1);
        assert_eq!(targets.len(), 7);
    }

    /// z of each of the counts of `trials` trials in which a place is taken with probability `share`.
    fn assert_even(counts: &[f64], trials: f64, share: f64) {
        let error = (trials * share * (1.0 - share)).sqrt();
        assert!(counts.iter().all(|count| (count - trials * share).abs() <= 4.0 * error), "{counts:?}");
    }

    #[test]
    fn random_targets_and_samples_are_uniform_among_the_eligible() {
        let (field, trials) = (field(), 6000);
        let eligible = |member: NodeId| member.number() != 2;
        for (count, size) in [(12, 3), (9, 3)] {
            let mut targets =
                Targets::new(members(count), count, 0, |bound, slot| field.below(bound, 0, 0, slot.into()));
            let (mut sampled, mut probed) = (vec![0.0; count as usize], vec![0.0; count as usize]);
            for when in 0..trials {
                let draw = |bound, slot: u32| field.below(bound, 1, when, slot.into());
                let sample = targets.sample(size, eligible, draw);
                assert_eq!(sample.len(), size);
                sample.iter().for_each(|member| sampled[member.index()] += 1.0);
                let target = targets.next(TargetOrder::Random, eligible, |_| true, draw).unwrap();
                probed[target.index()] += 1.0;
            }
            let others = f64::from(count - 1);
            for (counts, share) in [(&mut sampled, size as f64 / others), (&mut probed, 1.0 / others)] {
                assert_eq!(counts.remove(2), 0.0);
                assert_even(counts, trials as f64, share);
            }
        }
    }

    #[test]
    fn who_is_left_alone_has_nobody_to_probe() {
        let field = field();
        for order in [TargetOrder::Random, TargetOrder::RoundRobin] {
            let draw = |bound, slot: u32| field.below(bound, 0, 5, slot.into());
            let mut targets = Targets::new(members(5), 9, 2, draw);
            assert_eq!(targets.next(order, |_| false, |_| true, draw), None);
            assert_eq!(targets.len(), 5);
            while targets.next(order, |_| false, |_| false, draw).is_some() {}
            assert!(targets.sample(3, |_| false, draw).is_empty());
            assert_eq!(Targets::default().next(order, |_| true, |_| true, draw), None);
        }
    }
}
