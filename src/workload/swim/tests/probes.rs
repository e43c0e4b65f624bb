//! What a probe takes, and how often it is wrong over a bad network: against exact laws.

use super::*;
use crate::engine::total;

/// A probe of a live member by k helpers, where every message arrives with probability q = 0.9: it fails with probability
/// f = (1 - q²)(1 - q⁴)^k, and takes 1 + q + (1 - q²) k (1 + q + q² + q³) messages.
#[test]
fn a_probe_fails_and_takes_messages_as_the_exact_law_says() {
    for (helpers, failed, legs) in [(0, 0.19, 1.9), (1, 0.065341, 2.55341), (3, 0.0077277, 3.86023)] {
        // Nobody is declared faulty while it lasts.
        let case = Case::new(16, &format!("helpers = {helpers}\nsuspicion = 1000"));
        let case = Case { loss: 0.1, periods: 101, ..case };
        let (mut failures, mut messages) = (Vec::new(), Vec::new());
        for replicate in 0..60 {
            let run = case.run(replicate);
            // The probes of the last period are never judged.
            let judged = (run.counts.probes - 16) as f64;
            failures.push(run.counts.failed as f64 / judged);
            messages.push(total(&run.tally.sent) as f64 / run.counts.probes as f64);
        }
        assert_mean(&format!("failures, k = {helpers}"), &failures, failed);
        assert_mean(&format!("messages, k = {helpers}"), &messages, legs);
    }
}

/// Some of the possible helpers have failed, and nobody knows: (1 - q²) E\[(1 - q⁴)^A\], A of the k helpers being alive.
#[test]
fn a_probe_fails_more_often_where_helpers_have_failed() {
    let case = Case::new(12, "helpers = 2\nsuspicion = 1000\ntargets = \"random\"");
    let case = Case { loss: 0.1, periods: 201, ..case.crashed(4) };
    let sample: Vec<f64> = (0..60)
        .map(|replicate| {
            let mut suspicions = Live::default();
            let run = case.watched(replicate, &mut suspicions);
            assert!(run.counts.probes > 0);
            suspicions.failed as f64 / suspicions.probes as f64
        })
        .collect();
    assert_mean("failures", &sample, 0.0676721);
}

/// Probes of live members, and how many of them nobody answers: told by the messages.
#[derive(Default)]
struct Live {
    /// Whom each node probes, and whether an answer has reached it.
    current: Vec<Option<(u32, bool)>>,
    probes: u64,
    failed: u64,
}

impl Observer<Swim> for Live {
    fn every_message(&self) -> bool {
        true
    }

    fn sent(
        &mut self,
        _: Time,
        envelope: &crate::engine::Envelope<Message>,
        delivery: crate::network::Delivery,
        _: u64,
    ) {
        self.current.resize(12, None);
        let Message { kind, subject, .. } = envelope.message;
        let arrives = delivery.arrival().is_some();
        if kind == MessageKind::Ping && subject == envelope.from {
            if let Some((target, answered)) = self.current[subject.index()].take()
                && target < 8
            {
                self.probes += 1;
                self.failed += u64::from(!answered);
            }
            self.current[subject.index()] = Some((envelope.to.number(), false));
        }
        if kind == MessageKind::Ack
            && arrives
            && envelope.to == subject
            && let Some((_, answered)) = &mut self.current[subject.index()]
        {
            *answered = true;
        }
    }
}

#[test]
fn without_loss_every_member_sends_two_messages_a_period() {
    for nodes in [5, 28, 55] {
        let case = Case { periods: 50, ..Case::new(nodes, "helpers = 1") };
        let run = case.run(0);
        assert_eq!(total(&run.tally.sent), 2 * 50 * u64::from(nodes));
        assert_eq!((run.counts.failed, run.tally.payload.iter().sum::<u64>()), (0, 15 * 2 * 50 * u64::from(nodes)));
    }
}

/// An answer has to be there before the period ends, and the direct one before others are asked.
#[test]
fn slow_answers_are_missed() {
    let run = |latency| Case { latency: Span::from_millis(latency), ..Case::new(9, "suspicion = 1000") }.run(0);
    let [fast, late, too_late] = [249, 250, 500].map(run);
    assert_eq!((fast.counts.indirect, fast.counts.failed), (0, 0));
    // All answers come at the very instant at which the time is over.
    assert_eq!((late.counts.indirect, late.counts.failed), (90, 0));
    // At 500 ms the answer comes with the next turn.
    assert_eq!(too_late.counts.failed, too_late.counts.probes - 9);
}
