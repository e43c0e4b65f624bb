//! Those who watch the runs of a rumor: who knows by round and instant, and when each node heard.

use std::ops::ControlFlow;

use super::{AntiEntropy, Backed, Counts, Forwarding, Gossip, Learned, Patient, Spreading, Totals};
use crate::engine::{Observer, Protocol, View, total};
use crate::observe::{COVERAGES, Reached, RoundSample, Rounds, enough};
use crate::time::{Span, Time};
use crate::units::NodeId;

/// Somebody who can watch a run of a rumor, whatever its rules.
pub trait RumorObserver:
    Observer<Spreading<AntiEntropy>>
    + Observer<Spreading<Gossip>>
    + Observer<Backed>
    + Observer<Forwarding>
    + Observer<Patient>
{
}

impl<O> RumorObserver for O where
    O: Observer<Spreading<AntiEntropy>>
        + Observer<Spreading<Gossip>>
        + Observer<Backed>
        + Observer<Forwarding>
        + Observer<Patient>
{
}

/// When each node first heard, by node; [`Time::NEVER`] for those who did not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstReceipts(pub Vec<Time>);

impl FirstReceipts {
    /// Nobody of `nodes` nodes has heard.
    pub fn nobody(nodes: u32) -> Self {
        FirstReceipts(vec![Time::NEVER; nodes as usize])
    }
}

impl<P: Protocol<Fact = Learned>> Observer<P> for FirstReceipts {
    fn fact(&mut self, now: Time, node: NodeId, _: Learned) {
        self.0[node.index()] = now;
    }
}

impl From<&Totals> for RoundSample {
    fn from(tally: &Totals) -> Self {
        RoundSample { informed: tally.informed, live: tally.live, messages: tally.sent, ..RoundSample::default() }
    }
}

impl<P: Protocol<Counts = Counts>> From<View<'_, P>> for RoundSample {
    fn from(view: View<'_, P>) -> Self {
        let messages = total(&view.tally.sent);
        RoundSample { informed: view.counts.informed, live: view.live, messages, ..RoundSample::default() }
    }
}

/// Counts who has heard and keeps the instants at which the shares [`COVERAGES`] were reached.
struct CoverageTimes {
    live: u64,
    informed: u64,
    /// Informed nodes that make the next share.
    next: u64,
    reached: Reached,
}

impl CoverageTimes {
    /// Of `live` nodes so many know at the start, which is enough for the shares that they make.
    fn new(live: u64, informed: u64) -> Self {
        let mut coverage_times = CoverageTimes { live, informed, next: 0, reached: Reached::default() };
        coverage_times.pass(Time::ZERO);
        coverage_times
    }

    /// One more knows at `now`.
    fn count(&mut self, now: Time) {
        self.informed += 1;
        if self.informed >= self.next {
            self.pass(now);
        }
    }

    /// From `now` on there are so many `live` nodes, of which so many know.
    fn population(&mut self, now: Time, live: u64, informed: u64) {
        (self.live, self.informed) = (live, informed);
        // Where nobody is left, nobody is told.
        if live > 0 {
            self.pass(now);
        }
    }

    #[cold]
    fn pass(&mut self, now: Time) {
        self.next = u64::MAX;
        for (place, permille) in self.reached.iter_mut().zip(COVERAGES) {
            let enough = enough(self.live, permille);
            if enough > self.informed {
                self.next = enough;
                return;
            }
            place.get_or_insert(now);
        }
    }
}

/// Keeps the [`RoundSample`] of every round and the instants of [`COVERAGES`], and asks at each round's end whether to go on.
pub struct Curve<'a> {
    rounds: Rounds<'a>,
    coverage_times: CoverageTimes,
    /// Nodes that do not count, in order.
    apart: Vec<NodeId>,
}

impl<'a> Curve<'a> {
    /// A curve over rounds of length `interval`, of a run of `live` nodes that starts with so many that are `informed`
    /// and is interrupted when `keep_going` says no.
    pub fn new([informed, live]: [u64; 2], interval: Span, keep_going: &'a dyn Fn() -> bool) -> Self {
        let start = RoundSample { informed, live, ..RoundSample::default() };
        Curve {
            rounds: Rounds::new(start, interval, keep_going),
            coverage_times: CoverageTimes::new(live, informed),
            apart: Vec::new(),
        }
    }

    /// The same where the nodes `apart`, which stand in order, do not count.
    pub fn without(self, apart: &[NodeId]) -> Self {
        Curve { apart: apart.to_vec(), ..self }
    }

    /// The samples by round of a run that ended with `tally`, the first the start, the last the end of the run; and the
    /// instants of [`COVERAGES`].
    pub fn finish(self, tally: &Totals) -> (Vec<RoundSample>, Reached) {
        (self.rounds.finish(tally.into(), tally.events()), self.coverage_times.reached)
    }
}

impl<P: Protocol<Counts = Counts, Fact = Learned>> Observer<P> for Curve<'_> {
    fn fact(&mut self, now: Time, node: NodeId, _: Learned) {
        if self.apart.binary_search(&node).is_err() {
            self.coverage_times.count(now);
        }
    }

    fn population(&mut self, now: Time, view: View<'_, P>) {
        self.coverage_times.population(now, view.live, view.counts.informed);
    }

    fn goes_on(&self) -> bool {
        self.rounds.go_on()
    }

    fn due(&self) -> Time {
        self.rounds.ends()
    }

    fn look(&mut self, now: Time, view: View<'_, P>) -> ControlFlow<()> {
        let queued = view.queues.map(|queues| queues.waiting(self.rounds.ends())).unwrap_or_default();
        self.rounds.pass(now, RoundSample { queued, ..view.into() })
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// Tells `curve` of instants (nanoseconds, informed, messages) as the engine does; the tally after the last.
    fn tell(curve: &mut Curve<'_>, instants: &[(u64, u64, u64)]) -> ControlFlow<(), Totals> {
        let mut tally = Totals { informed: 1, ..Totals::default() };
        for &(nanos, informed, sent) in instants {
            let now = Time::from_nanos(nanos);
            if now >= curve.rounds.ends() && curve.rounds.pass(now, (&tally).into()).is_break() {
                return ControlFlow::Break(());
            }
            (tally.informed, tally.sent, tally.turns) = (informed, sent, tally.turns + 1);
        }
        ControlFlow::Continue(tally)
    }

    /// The samples, as (informed, messages), that `instants` leave in rounds of 10 ns.
    fn samples(instants: &[(u64, u64, u64)]) -> Vec<(u64, u64)> {
        let mut curve = Curve::new([1, 9], Span::from_nanos(10), &|| true);
        let ControlFlow::Continue(tally) = tell(&mut curve, instants) else { panic!("broken off") };
        curve.finish(&tally).0.iter().map(|sample| (sample.informed, sample.messages)).collect()
    }

    #[test]
    fn a_run_without_instants_has_its_start_alone() {
        assert_eq!(samples(&[]), [(1, 0)]);
    }

    #[test]
    fn a_sample_is_the_state_after_the_last_instant_of_its_round() {
        assert_eq!(samples(&[(0, 2, 3), (4, 3, 4), (9, 4, 6)]), [(1, 0), (4, 6)]);
    }

    #[test]
    fn what_happens_at_the_end_of_a_round_belongs_to_the_next() {
        assert_eq!(samples(&[(0, 2, 3), (10, 4, 6)]), [(1, 0), (2, 3), (4, 6)]);
        assert_eq!(samples(&[(0, 2, 1), (9, 3, 2), (10, 4, 3), (20, 5, 4)]), [(1, 0), (3, 2), (4, 3), (5, 4)]);
    }

    #[test]
    fn rounds_in_which_nothing_happens_end_as_they_began() {
        assert_eq!(samples(&[(0, 2, 3), (35, 5, 9)]), [(1, 0), (2, 3), (2, 3), (2, 3), (5, 9)]);
        assert_eq!(samples(&[(25, 2, 1)]), [(1, 0), (1, 0), (1, 0), (2, 1)]);
    }

    #[test]
    fn a_curve_asks_once_a_round_whether_to_go_on() {
        let asked = Cell::new(0);
        let keep_going = || {
            asked.set(asked.get() + 1);
            asked.get() < 3
        };
        let mut curve = Curve::new([1, 9], Span::from_nanos(10), &keep_going);
        assert!(tell(&mut curve, &[(0, 1, 0), (5, 1, 1), (9, 1, 2)]).is_continue());
        assert_eq!(asked.get(), 0);
        assert!(tell(&mut curve, &[(10, 1, 3), (15, 1, 4), (42, 1, 5)]).is_continue());
        assert_eq!(asked.get(), 2);
        assert!(tell(&mut curve, &[(49, 1, 6), (50, 1, 7)]).is_break());
    }

    #[test]
    fn a_share_is_reached_when_enough_nodes_know_rounded_up() {
        let reached = |live: u64, heard: u64| {
            let mut curve = Curve::new([1, live], Span::from_nanos(10), &|| true);
            (2..2 + heard).for_each(|number| curve.coverage_times.count(Time::from_nanos(number)));
            curve.finish(&Totals::default()).1.map(|time| time.map(Time::nanos))
        };
        // The node that knows at the start is the first; the k-th hears at k ns.
        assert_eq!(reached(1000, 999), [Some(500), Some(900), Some(990), Some(999)]);
        assert_eq!(reached(1001, 1000), [Some(501), Some(901), Some(991), Some(1000)]);
        assert_eq!(reached(10, 9), [Some(5), Some(9), Some(10), Some(10)]);
        assert_eq!(reached(10, 7), [Some(5), None, None, None]);
        // Half of two is the one who knew before.
        assert_eq!(reached(2, 0), [Some(0), None, None, None]);
        assert_eq!(reached(1, 0), [Some(0); 4]);
    }

    #[test]
    fn whoever_learned_is_kept_by_node_and_time() {
        let mut receipts = FirstReceipts::nobody(3);
        let observer: &mut dyn Observer<Backed> = &mut receipts;
        observer.fact(Time::from_nanos(7), NodeId::new(1), Learned::News);
        assert_eq!(receipts.0, [Time::NEVER, Time::from_nanos(7), Time::NEVER]);
    }
}
