//! The running totals of many updates: who has which, and how long it takes until all do.

use super::held::Held;
use crate::engine::{Change, Course};
use crate::time::{Span, Time};
use crate::workload::integral::Integral;
use crate::workload::shares::{Reached, reach};

/// The running totals of many updates.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counts {
    /// Update by update.
    pub spreads: Spreads,
    /// Live nodes.
    live: u64,
    /// Updates that not all live nodes have.
    open: u64,
    /// Pairs of a live node and an update that it still pushes.
    pub queued: u64,
    /// Copies of updates that reached nodes which had them.
    pub redundant: u64,
    /// Pairs of a live node and a published update that it lacks.
    missing: Integral,
    /// Copies that were news, and the nanoseconds since their publication, in sum.
    deliveries: u64,
    delay: u128,
    /// The last instant at which a node learned an update, if any did.
    pub last_learned: Option<Time>,
    /// The last instant at which nodes came or went.
    now: Time,
}

/// The course of each update, by its number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spreads {
    /// When it was published.
    published: Vec<Time>,
    /// How many live nodes have it.
    known: Vec<u32>,
    /// How long it took until the shares of the live nodes had it for the first time.
    reached: Vec<Reached>,
}

impl Spreads {
    /// How many were published.
    pub fn count(&self) -> usize {
        self.published.len()
    }

    /// The courses of the first updates.
    pub(super) fn courses(&self) -> Vec<Course> {
        let both = self.published.iter().zip(&self.reached).take(Course::MOST);
        both.map(|(&since, &reached)| Course { since, reached }).collect()
    }

    /// How long it took until share number `share` of the live nodes had an update, over those of which that came about.
    pub fn reached(&self, share: usize) -> impl Iterator<Item = Span> {
        self.reached.iter().filter_map(move |reached| reached[share])
    }
}

impl Counts {
    /// Before time 0 so many nodes are up.
    pub(super) fn begin(&mut self, live: u64) {
        self.live = live;
    }

    /// A node publishes the next update, whose number that is.
    pub(super) fn publish(&mut self, now: Time) -> u32 {
        let update = self.spreads.published.len() as u32;
        self.spreads.published.push(now);
        self.spreads.known.push(1);
        self.spreads.reached.push(Reached::default());
        self.missing.add(now, self.live - 1);
        self.open += 1;
        self.last_learned = Some(now);
        self.settle(update as usize, now);
        update
    }

    /// One more live node has `update`.
    pub(super) fn learn(&mut self, update: u32, now: Time) {
        let place = update as usize;
        // In the totals of nodes that are set apart nothing is published.
        let Some(known) = self.spreads.known.get_mut(place) else { return };
        *known += 1;
        self.missing.subtract(now, 1);
        self.deliveries += 1;
        self.delay += u128::from(now.nanos() - self.spreads.published[place].nanos());
        self.last_learned = Some(now);
        self.settle(place, now);
    }

    /// A node comes or goes; what it has is still to be counted, or taken out.
    pub(super) fn population(&mut self, now: Time, change: Change) {
        match change {
            Change::Up | Change::Joined => self.live += 1,
            Change::Down | Change::Left => self.live -= 1,
            Change::ToBeBlocked | Change::Blocked { .. } | Change::Released => return,
        }
        self.now = now;
    }

    /// What a node has is taken out of the totals, or put into them.
    pub(super) fn recount(&mut self, held: &Held, up: bool) {
        let mut has = 0;
        for update in held.all().map(|update| update as usize) {
            has += 1;
            if self.spreads.known.len() <= update {
                self.spreads.known.resize(update + 1, 0);
            }
            let known = &mut self.spreads.known[update];
            *known = if up { *known + 1 } else { *known - 1 };
        }
        let queued = held.queue.len() as u64;
        self.queued = if up { self.queued + queued } else { self.queued - queued };
        let published = self.spreads.count();
        if published == 0 {
            return;
        }
        let lacks = published as u64 - has;
        if up {
            self.missing.add(self.now, lacks);
        } else {
            self.missing.subtract(self.now, lacks);
        }
        self.open = self.spreads.known.iter().filter(|known| u64::from(**known) < self.live).count() as u64;
        (0..published).for_each(|update| self.reach(update, self.now));
    }

    /// Whether what is said of live nodes is the same in a recount.
    pub(super) fn matches(&self, recount: &Counts) -> bool {
        let [here, there] =
            [self, recount].map(|counts| counts.spreads.known.iter().copied().chain(std::iter::repeat(0)));
        let most = self.spreads.known.len().max(recount.spreads.known.len());
        here.zip(there).take(most).all(|(here, there)| here == there) && self.queued == recount.queued
    }

    /// Whether all live nodes have all updates.
    pub fn all_known(&self) -> bool {
        self.open == 0
    }

    /// Updates that not all live nodes have.
    pub fn open(&self) -> u64 {
        self.open
    }

    /// Pairs of a live node and a published update that it lacks.
    pub fn missing(&self) -> u64 {
        self.missing.value()
    }

    /// The same, as a mean over the time until `end`; 0 of no time.
    pub fn mean_missing(&self, end: Time) -> f64 {
        if end == Time::ZERO { 0.0 } else { self.missing.until(end) as f64 / end.nanos() as f64 }
    }

    /// Live nodes.
    pub fn live(&self) -> u64 {
        self.live
    }

    /// From the publication of an update until a node has it, in milliseconds and in the mean over all that learned any.
    pub fn mean_delay_ms(&self) -> Option<f64> {
        (self.deliveries > 0).then(|| self.delay as f64 / self.deliveries as f64 / 1e6)
    }

    /// One more node has this update, or it is new.
    fn settle(&mut self, update: usize, now: Time) {
        if u64::from(self.spreads.known[update]) == self.live {
            self.open -= 1;
        }
        self.reach(update, now);
    }

    /// Takes note of the shares that have this update for the first time.
    fn reach(&mut self, update: usize, now: Time) {
        let Spreads { published, known, reached } = &mut self.spreads;
        reach(&mut reached[update], [known[update].into(), self.live], [published[update], now]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(updates: &[u32]) -> Held {
        let mut held = Held::default();
        updates.iter().for_each(|&update| {
            held.learn(update, true);
        });
        held
    }

    #[test]
    fn an_update_is_known_when_the_shares_of_the_live_have_it() {
        let at = |millis| Time::ZERO + Span::from_millis(millis);
        let mut counts = Counts::default();
        counts.begin(3);
        assert_eq!((counts.publish(at(10)), counts.publish(at(20))), (0, 1));
        assert_eq!((counts.open(), counts.missing()), (2, 4));
        counts.learn(0, at(30));
        counts.learn(0, at(50));
        assert_eq!((counts.open(), counts.missing(), counts.all_known()), (1, 2, false));
        let reached = |counts: &Counts, share| counts.spreads.reached(share).map(Span::as_millis).collect::<Vec<_>>();
        assert_eq!([0, 1, 2].map(|share| reached(&counts, share)), [vec![20.0], vec![40.0], vec![40.0]]);
        // Two nodes lack an update for 10 ms, four for 10, three for 20 and two for 50: so many pairs in the mean.
        assert!((counts.mean_missing(at(100)) - (20.0 + 40.0 + 60.0 + 100.0) / 100.0).abs() < 1e-9);
        assert_eq!(counts.mean_delay_ms(), Some(30.0));
        // Whoever lacks it goes, and all others have it; who comes lacks both.
        counts.queued = 4;
        counts.population(at(60), Change::Down);
        counts.recount(&held(&[0]), false);
        counts.population(at(70), Change::Down);
        counts.recount(&held(&[0]), false);
        assert_eq!((counts.all_known(), counts.missing(), counts.queued), (true, 0, 2));
        counts.population(at(80), Change::Joined);
        counts.recount(&held(&[]), true);
        assert_eq!((counts.open(), counts.missing(), reached(&counts, 2)), (2, 2, vec![40.0, 50.0]));
        let mut recount = Counts::default();
        [held(&[0, 1]), held(&[])].iter().for_each(|held| recount.recount(held, true));
        assert!(counts.matches(&recount));
        recount.recount(&held(&[1]), true);
        assert!(!counts.matches(&recount));
    }
}
