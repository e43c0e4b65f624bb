//! Paths that are impaired for a while: what is sent over them is lost more often, or takes longer, than by the laws of the network
//! alone. From all to some nodes it is what overloaded nodes do to the messages that reach them.

use super::latency::Distribution;
use super::leg::Leg;
use crate::bits::Bits;
use crate::random::Field;
use crate::time::{Span, Time};
use crate::units::Probability;

/// Which paths are impaired when, and how. A message is if its path is when it is sent.
#[derive(Clone, Debug, Default)]
pub struct Impairments {
    list: Vec<Impairment>,
}

/// Paths that are impaired from one instant until another.
#[derive(Clone, Debug)]
pub struct Impairment {
    /// The first instant at which they are.
    pub from: Time,
    /// The first at which they are no longer.
    pub until: Time,
    /// Whose messages.
    pub senders: Bits,
    /// To whom.
    pub recipients: Bits,
    /// How much longer each of them travels, if it does.
    pub delay: Option<Distribution>,
    /// With which probability each of them is lost.
    pub loss: Probability,
}

impl Impairment {
    fn meets(&self, leg: &Leg) -> bool {
        let paths = self.senders.contains(leg.from.index()) && self.recipients.contains(leg.to.index());
        paths && self.from <= leg.sent && leg.sent < self.until
    }
}

impl Impairments {
    /// These.
    pub fn new(list: Vec<Impairment>) -> Self {
        Impairments { list }
    }

    /// Whether nothing is ever impaired.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How much longer `leg` travels by all that impair it; `None` if it is lost.
    pub(super) fn delay(&self, leg: &Leg, delays: &Field, losses: &Field) -> Option<Span> {
        let mut delay = Span::ZERO;
        for (number, one) in (0..).zip(&self.list).filter(|(_, one)| one.meets(leg)) {
            if one.loss.is_possible() && one.loss.holds(leg.further_draw(losses, number)) {
                return None;
            }
            if let Some(law) = &one.delay {
                delay = delay + law.quantile(leg.further_draw(delays, number));
            }
        }
        Some(delay)
    }
}

#[cfg(test)]
mod tests {
    use super::super::latency::Constant;
    use super::*;
    use crate::random::{Chance, Purpose};
    use crate::units::NodeId;

    fn only(nodes: &[usize]) -> Bits {
        let mut set = Bits::new(4);
        nodes.iter().for_each(|&node| {
            set.insert(node);
        });
        set
    }

    fn at(millis: u64) -> Time {
        Time::ZERO + Span::from_millis(millis)
    }

    fn constant(millis: u64) -> Option<Distribution> {
        Some(Distribution::Constant(Constant { value: Span::from_millis(millis) }))
    }

    fn fields() -> [Field; 2] {
        let chance = Chance { seed: 1, nodes: 4, replicate: 0 };
        [Purpose::Latency, Purpose::Loss].map(|purpose| chance.field(purpose))
    }

    fn leg(from: u32, to: u32, sent: Time) -> Leg {
        Leg { from: NodeId::new(from), to: NodeId::new(to), sent, number: 0 }
    }

    #[test]
    fn a_path_is_impaired_one_way_and_only_for_a_while_and_delays_add_up() {
        let slow = |senders: &[usize], recipients: &[usize], from, until, millis| Impairment {
            from,
            until,
            senders: only(senders),
            recipients: only(recipients),
            delay: constant(millis),
            loss: Probability::ZERO,
        };
        let list = vec![slow(&[0, 1], &[2], at(10), at(20), 5), slow(&[0], &[2, 3], at(15), Time::NEVER, 7)];
        let (impairments, [delays, losses]) = (Impairments::new(list), fields());
        let delay = |from, to, millis| {
            impairments.delay(&leg(from, to, at(millis)), &delays, &losses).unwrap().nanos() / 1_000_000
        };
        assert_eq!([9, 10, 15, 19, 20].map(|millis| delay(0, 2, millis)), [0, 5, 12, 12, 7]);
        assert_eq!([(1, 2), (2, 0), (0, 3), (3, 1)].map(|(from, to)| delay(from, to, 16)), [5, 0, 7, 0]);
    }

    /// Of 40 000 messages: the share lost, the mean delay of the others, and that both are independent of what the laws of the
    /// network draw for the same message, |z| <= 4.
    #[test]
    fn what_is_impaired_is_lost_and_delayed_as_it_should_be_and_by_draws_of_its_own() {
        let delay: Option<Distribution> = serde_json::from_str("{\"exponential\": {\"mean\": \"50ms\"}}").unwrap();
        let loss = Probability::new(0.2).unwrap();
        let all = || only(&[0, 1, 2, 3]);
        let one = Impairment { from: Time::ZERO, until: Time::NEVER, senders: all(), recipients: all(), delay, loss };
        let (impairments, [delays, losses]) = (Impairments::new(vec![one]), fields());
        let legs = (0..40_000).map(|number| leg(0, 1, at(number)));
        let (mut lost, mut sum, mut both, mut half) = (0.0, 0.0, 0.0, 0.0);
        for leg in legs {
            let low = leg.draw(&losses) < u64::MAX / 2;
            half += f64::from(u8::from(low));
            match impairments.delay(&leg, &delays, &losses) {
                None => (lost, both) = (lost + 1.0, both + f64::from(u8::from(low))),
                Some(delay) => sum += delay.nanos() as f64 / 1e6,
            }
        }
        let z = |found: f64, expected: f64, variance: f64| (found - expected) / variance.sqrt();
        let kept = 40_000.0 - lost;
        for z in [z(lost, 8000.0, 6400.0), z(sum, 50.0 * kept, 2500.0 * kept), z(both, half * 0.2, half * 0.16)] {
            assert!(z.abs() <= 4.0, "z = {z:.1}");
        }
    }
}
