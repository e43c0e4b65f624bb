//! A protocol that uses what the rumor does not: states of more than a cache line, timers, messages sent straight to a
//! node, and payloads. In its turn a node probes a peer and sets a timer; who is probed acknowledges, and both merge what
//! the other has heard; when the timer expires without an acknowledgement, the node probes another peer.

use std::convert::Infallible;

use gossipsim::clock::Staggered;
use gossipsim::engine::{
    Agenda, AlwaysUp, Context, Limits, Memory, Message, Outcome, Protocol, Simulation, Slab, Tally, World, total,
};
use gossipsim::network::Network;
use gossipsim::network::latency::{Latency, Uniform};
use gossipsim::network::loss::{Bernoulli, Loss};
use gossipsim::peers::{self, Peers};
use gossipsim::random::{Chance, Purpose};
use gossipsim::time::{Span, Time};
use gossipsim::topology::{Graph, OnGraph, TopologySpec};
use gossipsim::units::{NodeId, Probability};

use super::floor::Totals;

/// What a node has heard, from whom it awaits an acknowledgement, and how often it waited in vain: 104 bytes.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Member {
    /// The greatest number heard in each of these places.
    heard: [u64; 11],
    /// The number of the probe that is not acknowledged yet, from 1; 0 if there is none.
    awaited: u32,
    /// Probes that were not acknowledged in time.
    missed: u32,
    /// Probes sent.
    sent: u32,
    acknowledged: u32,
}

/// A probe, or the acknowledgement of one, with three of the numbers its sender has heard: 32 bytes.
#[derive(Clone, Copy)]
pub(crate) struct Probe {
    heard: [u64; 3],
    pub(crate) number: u32,
    pub(crate) acknowledges: bool,
}

impl Message for Probe {
    const KINDS: &'static [&'static str] = &["probe", "acknowledgement"];

    #[inline(always)]
    fn kind(&self) -> usize {
        self.acknowledges.into()
    }
}

/// An acknowledgement is awaited for so long.
pub(crate) const TIMEOUT: Span = Span::from_millis(150);
/// A run lasts so many turns of every node.
pub(crate) const ROUNDS: u64 = 10;
pub(crate) const INTERVAL: Span = Span::from_millis(1000);

impl Member {
    /// The next probe of `node`, which hears a number of its own before.
    #[inline(always)]
    pub(crate) fn probe(&mut self, node: u32) -> Probe {
        self.sent = self.sent.wrapping_add(1);
        self.awaited = self.sent;
        let place = node as usize % self.heard.len();
        self.heard[place] = self.heard[place].max(u64::from(self.sent) << 32 | u64::from(node));
        self.message(node, self.sent, false)
    }

    #[inline(always)]
    fn message(&self, node: u32, number: u32, acknowledges: bool) -> Probe {
        let first = (node.wrapping_add(number) % 9) as usize;
        Probe { heard: [self.heard[first], self.heard[first + 1], self.heard[first + 2]], number, acknowledges }
    }

    /// Takes in a message from `other`; what `node` says to it.
    #[inline(always)]
    pub(crate) fn take(&mut self, node: u32, other: u32, message: &Probe) -> Option<Probe> {
        let first = (other.wrapping_add(message.number) % 9) as usize;
        for (mine, &theirs) in self.heard[first..].iter_mut().zip(&message.heard) {
            *mine = (*mine).max(theirs);
        }
        if !message.acknowledges {
            return Some(self.message(node, message.number, true));
        }
        if self.awaited == message.number {
            (self.awaited, self.acknowledged) = (0, self.acknowledged.wrapping_add(1));
        }
        None
    }

    /// Whether the probe with this number has not been acknowledged.
    #[inline(always)]
    pub(crate) fn misses(&mut self, number: u32) -> bool {
        let missed = self.awaited == number;
        self.missed = self.missed.wrapping_add(missed.into());
        missed
    }

    /// Everything it knows in one number, to be added up over all nodes.
    pub(crate) fn digest(&self) -> u64 {
        let heard = self.heard.iter().fold(0, |sum: u64, &number| sum.rotate_left(7).wrapping_add(number));
        heard ^ u64::from(self.missed) << 40 ^ u64::from(self.acknowledged) << 20 ^ u64::from(self.sent)
    }
}

/// The protocol.
pub(crate) struct Probing;

impl Protocol for Probing {
    type State = Member;
    type States = Vec<Member>;
    type Message = Probe;
    type Timer = u32;
    type Mail = Slab<Probe, u32>;
    type Input = Infallible;
    type Fact = Infallible;
    type Counts = ();

    const CALLS_PEERS: bool = false;
    const SIZES_DIFFER: bool = false;

    #[inline(always)]
    fn turn(&self, member: &mut Member, context: &mut Context<'_, Self>) -> Option<Probe> {
        let to = context.neighbor(context.below(context.degree(), 0));
        let probe = member.probe(context.node.number());
        context.send(to, probe);
        context.set_timer(TIMEOUT, probe.number);
        None
    }

    #[inline(always)]
    fn learn(&self, member: &mut Member, from: NodeId, message: Probe, context: &mut Context<'_, Self>) {
        if let Some(answer) = member.take(context.node.number(), from.number(), &message) {
            context.send(from, answer);
        }
    }

    #[inline(always)]
    fn expire(&self, member: &mut Member, number: u32, context: &mut Context<'_, Self>) {
        if member.misses(number) {
            let to = context.neighbor(context.below(context.degree(), 0));
            context.send(to, member.probe(context.node.number()));
        }
    }

    #[inline(always)]
    fn glance(member: &Member) -> u64 {
        member.heard[0] ^ u64::from(member.sent)
    }

    fn termination(&self, _: Time, (): &mut (), _: &Tally, _: u64) -> Option<Outcome> {
        None
    }
}

pub(crate) fn loss() -> Probability {
    Probability::new(0.01).expect("a probability")
}

/// A run that waits for its graph.
struct Work(Chance, Memory<Probing>);

impl OnGraph for Work {
    type Output = (Totals, u64, Memory<Probing>);

    fn with<G: Graph>(self, graph: &G) -> Self::Output {
        let (Work(chance, mut memory), nodes) = (self, graph.nodes());
        let latency = Uniform::new(Span::from_millis(10), Span::from_millis(100)).expect("a range");
        // As workloads are: compiled once for all graphs, with the list laid out for the messages to come.
        let graph: &dyn Graph = graph;
        memory.lay_out(4.0 * f64::from(nodes), Span::from_millis(11));
        let world = World {
            protocol: &Probing,
            graph: &graph,
            network: &Network {
                latency: Latency::Uniform(latency),
                loss: Loss::Bernoulli(Bernoulli { rate: loss() }),
                ..Network::perfect(&chance)
            },
            peers: &Peers::Uniform(peers::Uniform {}),
            choices: &chance.field(Purpose::Peers),
            coins: &chance.field(Purpose::Protocol),
            fanout: 1,
            knows_dead: None,
            admission: None,
        };
        let mut nobody = ();
        let clock = Staggered::new(nodes, INTERVAL, &chance);
        let simulation = Simulation::new(world, clock, AlwaysUp(nodes), memory, &mut nobody);
        let run = simulation.run(Limits::new(ROUNDS, INTERVAL, None), Agenda::default()).expect("balanced books");
        let (tally, last) = (run.tally, run.end.nanos());
        let totals = Totals { events: tally.events(), sent: total(&tally.sent), lost: total(&tally.lost), last };
        let digest = run.memory.states.iter().fold(0, |sum: u64, member| sum.wrapping_add(member.digest()));
        (totals, digest, run.memory)
    }
}

/// A run on the complete graph in `memory`: its totals, and what all nodes know.
pub(crate) fn simulate(chance: &Chance, memory: Memory<Probing>) -> (Totals, u64, Memory<Probing>) {
    let complete: TopologySpec = serde_json::from_str(r#"{"complete": {}}"#).expect("a topology");
    let work = Work(*chance, memory);
    complete.on_graph(chance.nodes, &mut chance.stream(Purpose::Topology), work).expect("a graph")
}
