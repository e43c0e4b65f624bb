//! Paths that are cut or impaired for a while: partitions of the network into groups, one-way cuts, and ways on which what
//! is sent is lost more often, takes longer, or arrives corrupted or twice, unlike by the laws of the network alone. Impaired
//! from all to some nodes it is what overloaded nodes do to the messages that reach them.

use super::latency::Distribution;
use super::leg::Leg;
use crate::bits::Bits;
use crate::random::Field;
use crate::time::{Span, Time};
use crate::units::{NodeId, Probability};

/// What is wrong with which paths when. A message meets what is wrong with its path when it is sent.
#[derive(Clone, Debug, Default)]
pub struct PathFaults {
    /// Cuts first, so that a message goes through the list once: what is cut off is not lost besides.
    list: Vec<PathFault>,
    /// How many cuts there are.
    cuts: usize,
    /// Whether any message is ever duplicated.
    duplicates: bool,
}

/// What is wrong with some paths from one instant until another.
#[derive(Clone, Debug)]
pub struct PathFault {
    /// The first instant at which it is.
    pub from: Time,
    /// The first at which it is no longer.
    pub until: Time,
    /// Which paths they are.
    pub paths: Paths,
    /// What it is.
    pub effect: Effect,
}

/// Some of the paths between nodes.
#[derive(Clone, Debug)]
pub enum Paths {
    /// All there are.
    All,
    /// All between nodes of different groups, by the number of each node's group.
    Between(Vec<u32>),
    /// All from some nodes to some others.
    OneWay {
        /// Whose messages.
        from: Bits,
        /// To whom.
        to: Bits,
    },
}

/// What is wrong with a path.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Nothing passes.
    Cut,
    /// Messages are late, lost more often, corrupted, or duplicated.
    Impaired(Impairment),
}

/// What happens to messages on an impaired path, to each on its own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Impairment {
    /// How much longer each of them travels, if it does.
    pub delay: Option<Distribution>,
    /// With which probability each of them is lost.
    pub loss: Probability,
    /// With which probability each that is not lost arrives corrupted, and is discarded by its checksum.
    pub corruption: Probability,
    /// With which probability each that is not lost arrives twice.
    pub duplication: Probability,
}

/// What becomes of a message on impaired paths that is not lost there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Impaired {
    /// How much longer it travels.
    pub(super) delay: Span,
    /// Whether it arrives corrupted.
    pub(super) corrupted: bool,
}

/// Where the draws about corruption and duplication begin among the further draws of a message for loss, above those that
/// lose it, which the number of an impairment tells apart.
const CORRUPTION: u64 = 1 << 32;
const DUPLICATION: u64 = 2 << 32;

impl Paths {
    fn contain(&self, from: NodeId, to: NodeId) -> bool {
        match self {
            Paths::All => true,
            Paths::Between(groups) => groups[from.index()] != groups[to.index()],
            Paths::OneWay { from: senders, to: recipients } => {
                senders.contains(from.index()) && recipients.contains(to.index())
            }
        }
    }
}

impl PathFault {
    fn meets(&self, from: NodeId, to: NodeId, now: Time) -> bool {
        self.from <= now && now < self.until && self.paths.contain(from, to)
    }
}

impl PathFaults {
    /// These. The draws about impairments go by their order among each other.
    pub fn new(mut list: Vec<PathFault>) -> Self {
        let is_cut = |fault: &PathFault| matches!(fault.effect, Effect::Cut);
        list.sort_by_key(|fault| !is_cut(fault));
        let cuts = list.iter().filter(|fault| is_cut(fault)).count();
        let duplicates = |fault: &PathFault| match &fault.effect {
            Effect::Cut => false,
            Effect::Impaired(impairment) => impairment.duplication.is_possible(),
        };
        PathFaults { duplicates: list.iter().any(duplicates), list, cuts }
    }

    /// Whether nothing is ever wrong.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether paths may be cut, and nothing else is ever wrong.
    pub(super) fn only_cut(&self) -> bool {
        self.cuts == self.list.len()
    }

    /// Whether the path between two nodes is cut at `now`.
    pub fn sever(&self, from: NodeId, to: NodeId, now: Time) -> bool {
        self.list[..self.cuts].iter().any(|fault| fault.meets(from, to, now))
    }

    /// Whether any message is ever duplicated.
    #[inline(always)]
    pub fn duplicates(&self) -> bool {
        self.duplicates
    }

    /// All that impairs `leg`, with the numbers by which their draws are told apart.
    fn impairments(&self, leg: Leg) -> impl Iterator<Item = (u64, &Impairment)> {
        (0..).zip(&self.list[self.cuts..]).filter_map(move |(number, fault)| match &fault.effect {
            Effect::Impaired(impairment) if fault.meets(leg.from, leg.to, leg.sent) => Some((number, impairment)),
            _ => None,
        })
    }

    /// What becomes of `leg` by all that impairs it; `None` if it is lost.
    pub(super) fn impair(&self, leg: &Leg, delays: &Field, losses: &Field) -> Option<Impaired> {
        let mut impaired = Impaired { delay: Span::ZERO, corrupted: false };
        for (number, impairment) in self.impairments(*leg) {
            if impairment.loss.is_possible() && impairment.loss.holds(leg.further_draw(losses, number)) {
                return None;
            }
            impairment.add(&mut impaired, (number, leg), delays, losses);
        }
        Some(impaired)
    }

    /// What becomes of a copy of a message, which is not lost.
    pub(super) fn impair_copy(&self, leg: &Leg, delays: &Field, losses: &Field) -> Impaired {
        let mut impaired = Impaired { delay: Span::ZERO, corrupted: false };
        for (number, impairment) in self.impairments(*leg) {
            impairment.add(&mut impaired, (number, leg), delays, losses);
        }
        impaired
    }

    /// Whether there is a copy of `leg`, which is not lost.
    pub(super) fn copies(&self, leg: &Leg, losses: &Field) -> bool {
        self.duplicates
            && self.impairments(*leg).any(|(number, impairment)| {
                impairment.duplication.is_possible()
                    && impairment.duplication.holds(leg.further_draw(losses, DUPLICATION + number))
            })
    }
}

impl Impairment {
    /// Adds what it does to a message that it does not lose.
    #[inline(always)]
    fn add(&self, impaired: &mut Impaired, (number, leg): (u64, &Leg), delays: &Field, losses: &Field) {
        if let Some(law) = &self.delay {
            impaired.delay = impaired.delay + law.quantile(leg.further_draw(delays, number));
        }
        if self.corruption.is_possible() {
            impaired.corrupted |= self.corruption.holds(leg.further_draw(losses, CORRUPTION + number));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::latency::Constant;
    use super::*;
    use crate::random::{Chance, Purpose};

    fn one_way(from: &[usize], to: &[usize]) -> Paths {
        let [from, to] = [from, to].map(|nodes| {
            let mut set = Bits::new(4);
            nodes.iter().for_each(|&node| {
                set.insert(node);
            });
            set
        });
        Paths::OneWay { from, to }
    }

    fn at(millis: u64) -> Time {
        Time::ZERO + Span::from_millis(millis)
    }

    fn fields() -> [Field; 2] {
        let chance = Chance { seed: 1, nodes: 4, replicate: 0 };
        [Purpose::Latency, Purpose::Loss].map(|purpose| chance.field(purpose))
    }

    fn leg(from: u32, to: u32, sent: Time) -> Leg {
        Leg { from: NodeId::new(from), to: NodeId::new(to), sent, number: 0 }
    }

    #[test]
    fn a_path_is_cut_between_groups_or_one_way_and_only_for_a_while() {
        let cut = |from, until, paths| PathFault { from, until, paths, effect: Effect::Cut };
        let between = cut(at(10), at(20), Paths::Between(vec![0, 0, 1, 1]));
        let faults = PathFaults::new(vec![between, cut(at(15), Time::NEVER, one_way(&[0], &[1]))]);
        let cut = |from, to, now| faults.sever(NodeId::new(from), NodeId::new(to), at(now));
        assert_eq!([9, 10, 19, 20].map(|now| cut(1, 2, now)), [false, true, true, false]);
        assert_eq!([9, 10, 19, 20].map(|now| cut(2, 1, now)), [false, true, true, false]);
        assert_eq!([14, 15, 99].map(|now| cut(0, 1, now)), [false, true, true]);
        assert!(!cut(1, 0, 50) && !cut(2, 3, 15) && !faults.is_empty() && PathFaults::default().is_empty());
        assert!(faults.only_cut());
    }

    #[test]
    fn a_path_is_impaired_one_way_and_only_for_a_while_and_delays_add_up() {
        let slow = |paths, from, until, millis| {
            let delay = Some(Distribution::Constant(Constant { value: Span::from_millis(millis) }));
            PathFault { from, until, paths, effect: Effect::Impaired(Impairment { delay, ..Impairment::default() }) }
        };
        let list =
            vec![slow(one_way(&[0, 1], &[2]), at(10), at(20), 5), slow(one_way(&[0], &[2, 3]), at(15), Time::NEVER, 7)];
        let (faults, [delays, losses]) = (PathFaults::new(list), fields());
        let delay = |from, to, millis| {
            faults.impair(&leg(from, to, at(millis)), &delays, &losses).unwrap().delay.nanos() / 1_000_000
        };
        assert_eq!([9, 10, 15, 19, 20].map(|millis| delay(0, 2, millis)), [0, 5, 12, 12, 7]);
        assert_eq!([(1, 2), (2, 0), (0, 3), (3, 1)].map(|(from, to)| delay(from, to, 16)), [5, 0, 7, 0]);
        assert!(!faults.only_cut() && !faults.sever(NodeId::new(0), NodeId::new(2), at(16)));
    }

    #[test]
    fn cuts_come_first_wherever_they_stand_and_change_no_draw_about_impairments() {
        let all = || one_way(&[0, 1, 2, 3], &[0, 1, 2, 3]);
        let fault = |effect| PathFault { from: Time::ZERO, until: at(50), paths: all(), effect };
        let lossy = || {
            let delay = serde_json::from_str("{\"exponential\": {\"mean\": \"50ms\"}}").unwrap();
            fault(Effect::Impaired(Impairment {
                delay: Some(delay),
                loss: Probability::new(0.4).unwrap(),
                ..Impairment::default()
            }))
        };
        let elsewhere = PathFault { paths: one_way(&[3], &[2]), ..fault(Effect::Cut) };
        let alone = PathFaults::new(vec![lossy(), lossy()]);
        let among = PathFaults::new(vec![lossy(), elsewhere, lossy()]);
        let [delays, losses] = fields();
        let of = |faults: &PathFaults| -> Vec<Option<Impaired>> {
            (0..50).map(|millis| faults.impair(&leg(0, 1, at(millis)), &delays, &losses)).collect()
        };
        assert_eq!(of(&alone), of(&among));
        assert!(of(&alone).contains(&None) && of(&alone).iter().flatten().count() > 0);
        let severed = |from, to| among.sever(NodeId::new(from), NodeId::new(to), at(9));
        assert!(severed(3, 2) && !severed(2, 3) && !among.only_cut());
    }

    /// Of 40 000 messages: the share lost, the mean delay of the others, and that both are independent of what the laws of the
    /// network draw for the same message, |z| <= 4.
    #[test]
    fn what_is_impaired_is_lost_and_delayed_as_it_should_be_and_by_draws_of_its_own() {
        let delay: Option<Distribution> = serde_json::from_str("{\"exponential\": {\"mean\": \"50ms\"}}").unwrap();
        let loss = Probability::new(0.2).unwrap();
        let paths = one_way(&[0, 1, 2, 3], &[0, 1, 2, 3]);
        let one = PathFault {
            from: Time::ZERO,
            until: Time::NEVER,
            paths,
            effect: Effect::Impaired(Impairment { delay, loss, ..Impairment::default() }),
        };
        let (faults, [delays, losses]) = (PathFaults::new(vec![one]), fields());
        let legs = (0..40_000).map(|number| leg(0, 1, at(number)));
        let (mut lost, mut sum, mut both, mut half) = (0.0, 0.0, 0.0, 0.0);
        for leg in legs {
            let low = leg.draw(&losses) < u64::MAX / 2;
            half += f64::from(u8::from(low));
            match faults.impair(&leg, &delays, &losses) {
                None => (lost, both) = (lost + 1.0, both + f64::from(u8::from(low))),
                Some(impaired) => sum += impaired.delay.nanos() as f64 / 1e6,
            }
        }
        let z = |found: f64, expected: f64, variance: f64| (found - expected) / variance.sqrt();
        let kept = 40_000.0 - lost;
        for z in [z(lost, 8000.0, 6400.0), z(sum, 50.0 * kept, 2500.0 * kept), z(both, half * 0.2, half * 0.16)] {
            assert!(z.abs() <= 4.0, "z = {z:.1}");
        }
    }
}
