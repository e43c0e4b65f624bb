//! What the network does to one leg of a conversation: it is lost, or it arrives after a while.

pub mod bandwidth;
pub mod bandwidth_classes;
mod delivery;
pub mod latency;
mod leg;
pub mod loss;
pub mod path_faults;
pub mod port;
pub mod regions;
mod shaping;
pub mod transport;

pub use delivery::Delivery;
pub use leg::Leg;
pub use shaping::{Shaping, Sizes, WireSize};
pub use transport::Transport;

use std::sync::Arc;

use crate::random::{Chance, Field, Purpose};
use crate::units::Probability;

use latency::Latency;
use loss::Loss;
use path_faults::{Impaired, PathFaults};
use transport::RETRANSMISSIONS;

/// The network of one run: its laws and their draws.
#[derive(Clone, Debug)]
pub struct Network {
    /// How long a leg travels.
    pub latency: Latency,
    /// The draws of the latency law.
    pub delays: Field,
    /// Which legs are lost.
    pub loss: Loss,
    /// The draws of the loss law.
    pub losses: Field,
    /// What is wrong with which paths when.
    pub faults: PathFaults,
    /// How messages are carried that do not say it themselves.
    pub transport: Transport,
    /// Whether no message overtakes another of the same directed pair. That goes by what was sent before, and is left to whoever
    /// sends.
    pub ordered: bool,
    /// How fast nodes send and receive, and in which packets, if either is limited: then what becomes of a message is known
    /// when it is sent, and by no address.
    pub shaping: Option<Arc<Shaping>>,
}

/// Tells the draws about a copy of a message from those about the message: above the numbers of legs.
const COPY: u64 = 1 << 54;
/// Tells the draws about a bounce from those about messages: above the numbers of legs.
pub(crate) const BOUNCE: u64 = 1 << 55;
/// Where the number of a retransmission begins in that of its leg.
const ATTEMPT: u32 = 56;

impl Network {
    /// The network of a run in which every leg arrives at once.
    pub fn perfect(chance: &Chance) -> Self {
        Network {
            latency: Latency::None(latency::None {}),
            delays: chance.field(Purpose::Latency),
            loss: Loss::Bernoulli(loss::Bernoulli { rate: Probability::ZERO }),
            losses: chance.field(Purpose::Loss),
            faults: PathFaults::default(),
            transport: Transport::default(),
            ordered: false,
            shaping: None,
        }
    }

    /// Whether every leg arrives at once.
    pub fn is_perfect(&self) -> bool {
        self.shaping.is_none() && self.is_instant() && self.loss.mean() == 0.0 && self.faults.is_empty()
    }

    /// Whether what arrives arrives at once.
    #[inline(always)]
    pub fn is_instant(&self) -> bool {
        matches!(self.latency, Latency::None(_)) && self.faults.only_cut()
    }

    /// What becomes of `leg` by the transport of the scenario.
    #[inline(always)]
    pub fn transmit(&self, leg: Leg) -> Delivery {
        self.transmit_by(self.transport, leg)
    }

    /// What becomes of `leg`.
    #[inline(always)]
    pub fn transmit_by(&self, transport: Transport, leg: Leg) -> Delivery {
        if !self.faults.is_empty() {
            return self.transmit_faulty(transport, leg);
        }
        self.transmit_unimpaired(transport, leg)
    }

    /// The same where no path is ever cut or impaired.
    #[inline(always)]
    pub(crate) fn transmit_unimpaired(&self, transport: Transport, leg: Leg) -> Delivery {
        if self.loss.drops(&leg, &self.losses) {
            return self.failed(transport, leg, Delivery::LOST);
        }
        // Asked for on its own, before all laws: it is the model of the theorems.
        if self.is_instant() {
            return Delivery::at(leg.sent);
        }
        Delivery::at(leg.sent + self.latency.of(&leg, &self.delays))
    }

    /// What becomes of `leg` in so many packets, each of which is lost and delayed on its own: it arrives with the last of
    /// them, if all do.
    pub(crate) fn transmit_packets(&self, transport: Transport, leg: Leg, packets: u64) -> Delivery {
        let first = self.transmit_by(transport, leg);
        let fixed = matches!(self.latency, Latency::None(_) | Latency::Constant(_));
        if packets == 1 || fixed && self.loss.mean() == 0.0 && self.faults.is_empty() {
            // It is the only one, or all of them travel alike.
            return first;
        }
        last_of(first, packets, |packet| {
            self.transmit_by(transport, Leg { number: Field::mix(leg.number, packet), ..leg })
        })
    }

    /// What becomes of `leg` where paths are cut or impaired.
    #[inline(never)]
    fn transmit_faulty(&self, transport: Transport, leg: Leg) -> Delivery {
        if self.faults.sever(leg.from, leg.to, leg.sent) {
            return self.failed(transport, leg, Delivery::CUT);
        }
        match self.faults.impair(&leg, &self.delays, &self.losses) {
            Some(impaired) if !self.loss.drops(&leg, &self.losses) => match self.arrival(&leg, impaired) {
                Delivery::CORRUPTED => self.failed(transport, leg, Delivery::CORRUPTED),
                arrival => arrival,
            },
            _ => self.failed(transport, leg, Delivery::LOST),
        }
    }

    /// What becomes of `leg` on impaired paths if it is not lost.
    #[inline(always)]
    fn arrival(&self, leg: &Leg, impaired: Impaired) -> Delivery {
        if impaired.corrupted {
            return Delivery::CORRUPTED;
        }
        Delivery::at(leg.sent + self.latency.of(leg, &self.delays) + impaired.delay)
    }

    /// What becomes of a copy of `leg`, of which that is the `delivery`, if there is one: the network makes it of what it
    /// neither loses nor has no way for, and it travels on its own. What goes over TCP arrives once, whatever the network does.
    pub(crate) fn copy(&self, transport: Transport, leg: Leg, delivery: Delivery) -> Option<Delivery> {
        let passes = ![Delivery::LOST, Delivery::CUT].contains(&delivery);
        if transport == Transport::Tcp || !passes || !self.faults.copies(&leg, &self.losses) {
            return None;
        }
        Some(self.travel_as_copy(Leg { number: leg.number ^ COPY, ..leg }))
    }

    /// The same of a message in so many packets, which is copied as a whole.
    pub(crate) fn copy_packets(
        &self,
        transport: Transport,
        leg: Leg,
        delivery: Delivery,
        packets: u64,
    ) -> Option<Delivery> {
        let first = self.copy(transport, leg, delivery)?;
        let number = |packet| Field::mix(leg.number ^ COPY, packet);
        Some(last_of(first, packets, |packet| self.travel_as_copy(Leg { number: number(packet), ..leg })))
    }

    fn travel_as_copy(&self, copy: Leg) -> Delivery {
        self.arrival(&copy, self.faults.impair_copy(&copy, &self.delays, &self.losses))
    }

    /// What becomes of `leg`, which did not get through when it was sent first.
    #[inline(always)]
    fn failed(&self, transport: Transport, leg: Leg, delivery: Delivery) -> Delivery {
        if transport == Transport::Udp { delivery } else { self.retransmit(leg) }
    }

    /// What becomes of `leg` when it is sent again and again.
    #[cold]
    #[inline(never)]
    fn retransmit(&self, leg: Leg) -> Delivery {
        let mut delivery = Delivery::LOST;
        for (attempt, after) in (1..).zip(RETRANSMISSIONS) {
            let again = Leg { sent: leg.sent + after, number: leg.number ^ attempt << ATTEMPT, ..leg };
            delivery = self.transmit_by(Transport::Udp, again);
            if delivery.arrival().is_some() {
                break;
            }
        }
        delivery
    }

    /// When the sender of a message is told that its recipient was down: `leg` leads back, and nothing but a cut keeps it
    /// from arriving.
    pub(crate) fn bounce(&self, leg: Leg) -> Delivery {
        if self.faults.sever(leg.from, leg.to, leg.sent) {
            return Delivery::CUT;
        }
        Delivery::at(leg.sent + self.latency.of(&Leg { number: leg.number ^ BOUNCE, ..leg }, &self.delays))
    }
}

/// What becomes of a message in so many packets, of which that becomes of the `first`, and of number `packet` what `next` says: it
/// arrives with the last of them, if all do.
fn last_of(first: Delivery, packets: u64, next: impl Fn(u64) -> Delivery) -> Delivery {
    let mut last = first;
    for packet in 1..packets {
        let Some(arrival) = last.arrival() else { break };
        let next = next(packet);
        last = if next.arrival().is_some_and(|at| at <= arrival) { last } else { next };
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bits::Bits;
    use crate::network::path_faults::{Effect, Impairment, PathFault, Paths};
    use crate::time::{Span, Time};
    use crate::units::NodeId;

    const LATENCY: Span = Span::from_millis(30);

    /// A network of two nodes with this loss, over TCP.
    fn network(rate: f64, faults: PathFaults) -> Network {
        let chance = Chance { seed: 3, nodes: 2, replicate: 0 };
        Network {
            latency: Latency::Constant(latency::Constant { value: LATENCY }),
            loss: Loss::Bernoulli(loss::Bernoulli { rate: Probability::new(rate).unwrap() }),
            faults,
            transport: Transport::Tcp,
            ..Network::perfect(&chance)
        }
    }

    fn leg(number: u64) -> Leg {
        Leg { from: NodeId::new(0), to: NodeId::new(1), sent: Time::ZERO + Span::from_millis(1000), number }
    }

    /// The arrival is that of the first attempt that a network without retransmissions lets through; of 20 000 legs at a
    /// loss of 1/2 each number of retransmissions is as frequent as it should be, |z| <= 4.
    #[test]
    fn what_is_lost_over_tcp_arrives_after_the_timeouts_of_its_losses() {
        let (tcp, mut found) = (network(0.5, PathFaults::default()), [0_u32; 16]);
        for number in 0..20_000 {
            let leg = leg(number * 8);
            let sent = |attempt: usize| match attempt {
                0 => leg,
                attempt => Leg {
                    sent: leg.sent + RETRANSMISSIONS[attempt - 1],
                    number: leg.number ^ (attempt as u64) << ATTEMPT,
                    ..leg
                },
            };
            let first = (0..16).find(|&attempt| !tcp.loss.drops(&sent(attempt), &tcp.losses));
            let expected = first.map(|attempt| sent(attempt).sent + LATENCY);
            assert_eq!(tcp.transmit(leg).arrival(), expected);
            found[first.unwrap_or(15)] += 1;
            assert_eq!(tcp.transmit_by(Transport::Udp, leg).arrival(), (first == Some(0)).then(|| leg.sent + LATENCY));
        }
        for (attempt, found) in found.into_iter().enumerate().take(8) {
            let share = 0.5_f64.powi(attempt as i32 + 1);
            let z = (f64::from(found) - 20_000.0 * share) / (20_000.0 * share * (1.0 - share)).sqrt();
            assert!(z.abs() <= 4.0, "{found} of 20000 with {attempt} retransmissions: z = {z:.1}");
        }
    }

    /// Of 20 000 messages that an impaired path duplicates and corrupts: the shares of copies and of what is corrupted, that both
    /// are corrupted independently of each other, and that both have latencies of their own, |z| <= 4.
    #[test]
    fn a_copy_has_a_fate_and_a_latency_of_its_own() {
        let rate = |value| Probability::new(value).unwrap();
        let impairment = Impairment { corruption: rate(0.2), duplication: rate(0.3), ..Impairment::default() };
        let effect = Effect::Impaired(impairment);
        let fault = PathFault { from: Time::ZERO, until: Time::NEVER, paths: Paths::All, effect };
        let exponential = serde_json::from_str("{\"exponential\": {\"mean\": \"50ms\"}}").unwrap();
        let network =
            Network { latency: exponential, transport: Transport::Udp, ..network(0.5, PathFaults::new(vec![fault])) };
        let [mut passed, mut copies, mut corrupted, mut both] = [0.0_f64; 4];
        let (mut arrived, mut product) = (0.0_f64, 0.0);
        for leg in (0..20_000).map(|number| leg(number * 8)) {
            let delivery = network.transmit(leg);
            let copy = network.copy(Transport::Udp, leg, delivery);
            assert!(delivery != Delivery::LOST || copy.is_none());
            assert_eq!(network.copy(Transport::Tcp, leg, delivery), None);
            passed += f64::from(u8::from(delivery != Delivery::LOST));
            let Some(copy) = copy else { continue };
            copies += 1.0;
            corrupted += f64::from(u8::from(copy == Delivery::CORRUPTED));
            both += f64::from(u8::from([copy, delivery] == [Delivery::CORRUPTED; 2]));
            if let [Some(one), Some(other)] = [delivery, copy].map(Delivery::arrival) {
                let beyond_mean = |at: Time| (at.nanos() - leg.sent.nanos()) as f64 / 5e7 - 1.0;
                (arrived, product) = (arrived + 1.0, product + beyond_mean(one) * beyond_mean(other));
            }
        }
        let share = |found: f64, of: f64, share: f64| (found - of * share) / (of * share * (1.0 - share)).sqrt();
        // Times over their mean have a variance of 1.
        let z = [share(copies, passed, 0.3), share(corrupted, copies, 0.2), share(both, copies, 0.04)];
        for z in z.into_iter().chain([product / arrived.sqrt()]) {
            assert!(z.abs() <= 4.0, "z = {z:.1}");
        }
    }

    #[test]
    fn a_cut_delays_what_goes_over_tcp_until_it_is_sent_again_and_what_never_gets_through_is_given_up() {
        let all = |node| {
            let mut set = Bits::new(2);
            set.insert(node);
            set
        };
        let until = |millis| {
            let paths = Paths::OneWay { from: all(0), to: all(1) };
            let until = Time::ZERO + Span::from_millis(millis);
            network(0.0, PathFaults::new(vec![PathFault { from: Time::ZERO, until, paths, effect: Effect::Cut }]))
        };
        let arrival = |millis| until(millis).transmit(leg(0)).arrival().map(|at| at.nanos() / 1_000_000);
        assert_eq!(arrival(1000), Some(1030), "the cut is over");
        assert_eq!(arrival(1001), Some(1230));
        assert_eq!(arrival(1200), Some(1230));
        assert_eq!(arrival(1201), Some(1630));
        let long = 1000 + 804_600;
        assert_eq!((arrival(long), arrival(long + 1)), (Some(long + 30), None));
        assert_eq!(until(long + 1).transmit(leg(0)), Delivery::CUT);
        assert_eq!(network(1.0, PathFaults::default()).transmit(leg(0)), Delivery::LOST);
    }
}
