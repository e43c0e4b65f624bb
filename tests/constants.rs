//! What a protocol says of itself by its constants must be true: a debug build, as of the tests, notices where it is not.

use std::convert::Infallible;

use gossipsim::clock::Aligned;
use gossipsim::engine::{
    Agenda, AlwaysUp, Context, Limits, Memory, Message, Outcome, Protocol, Simulation, Slab, Tally, World,
};
use gossipsim::network::Network;
use gossipsim::peers::{Peers, Uniform};
use gossipsim::random::{Chance, Purpose};
use gossipsim::time::{Span, Time};
use gossipsim::topology::Graph;
use gossipsim::units::NodeId;

#[derive(Clone)]
struct Word;

impl Message for Word {
    const KINDS: &'static [&'static str] = &["word"];

    fn kind(&self) -> usize {
        0
    }
}

/// Nodes that count their turns, or send once more through the context, and say by `CHANGES` and `ACTS` whether they do.
struct Claims<const CHANGES: bool, const ACTS: bool> {
    counts_turns: bool,
    sends: bool,
}

impl<const CHANGES: bool, const ACTS: bool> Protocol for Claims<CHANGES, ACTS> {
    type State = u32;
    type States = Vec<u32>;
    type Message = Word;
    type Timer = Infallible;
    type Mail = Slab<Word, Infallible>;
    type Input = Infallible;
    type Fact = Infallible;
    type Counts = ();

    const TURNS_CHANGE_STATES: bool = CHANGES;
    const ACTS: bool = ACTS;

    fn turn(&self, turns: &mut u32, context: &mut Context<'_, Self>) -> Option<Word> {
        *turns += u32::from(self.counts_turns);
        if self.sends {
            context.send(context.neighbor(0), Word);
        }
        Some(Word)
    }

    fn learn(&self, _: &mut u32, _: NodeId, _: Word, _: &mut Context<'_, Self>) {}

    fn glance(turns: &u32) -> u64 {
        (*turns).into()
    }

    fn termination(&self, _: Time, (): &mut (), tally: &Tally, _: u64) -> Option<Outcome> {
        (tally.turns >= 4).then_some(Outcome::Converged)
    }
}

struct Pair;

impl Graph for Pair {
    fn nodes(&self) -> u32 {
        2
    }

    fn degree(&self, _: NodeId) -> u32 {
        1
    }

    fn neighbor(&self, node: NodeId, _: u32) -> NodeId {
        NodeId::new(1 - node.number())
    }
}

/// The messages that were sent, and the turns that nodes counted.
fn run<const CHANGES: bool, const ACTS: bool>(counts_turns: bool, sends: bool) -> (u64, u32) {
    let chance = Chance { seed: 1, nodes: 2, replicate: 0 };
    let second = Span::from_millis(1000);
    let world = World {
        protocol: &Claims::<CHANGES, ACTS> { counts_turns, sends },
        graph: &Pair,
        network: &Network::perfect(&chance),
        peers: &Peers::Uniform(Uniform {}),
        choices: &chance.field(Purpose::Peers),
        coins: &chance.field(Purpose::Protocol),
        fanout: 1,
        knows_dead: None,
        admission: None,
    };
    let mut nobody = ();
    let simulation = Simulation::new(world, Aligned::new(2, second), AlwaysUp(2), Memory::default(), &mut nobody);
    let run = simulation.run(Limits::new(10, second, None), Agenda::default()).unwrap();
    (run.tally.sent[0], run.memory.states.iter().sum())
}

#[test]
fn constants_that_are_true_change_nothing() {
    assert_eq!(run::<true, true>(true, true), (8, 4));
    assert_eq!(run::<true, false>(true, false), (4, 4));
    assert_eq!(run::<false, true>(false, true), (8, 0));
    assert_eq!(run::<false, false>(false, false), (4, 0));
}

#[test]
#[should_panic = "TURNS_CHANGE_STATES is false"]
fn a_turn_that_must_not_change_its_state_is_caught_changing_it() {
    run::<false, false>(true, false);
}

#[test]
#[should_panic = "ACTS is false"]
fn a_protocol_that_must_not_send_through_the_context_is_caught_sending() {
    run::<true, false>(true, true);
}

#[test]
#[should_panic = "ACTS is false"]
fn a_turn_that_only_speaks_is_caught_sending() {
    run::<false, false>(false, true);
}
