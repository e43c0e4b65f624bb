//! Nodes that take only so many calls a round: who gets through, and whom the others try next.

use super::World;
use super::letter::{Letter, Packed};
use super::room::{BACKUP_LEG, Room};
use crate::network::Leg;
use crate::peers::Turn;
use crate::protocol::{Protocol, States, Stored};
use crate::queue::EventList;
use crate::random::Field;
use crate::time::Time;
use crate::topology::Graph;
use crate::units::NodeId;

/// How many calls nodes take, and how often who is refused tries others (Demers et al. 1987, section 1.4: connection
/// limit and hunting).
///
/// A call is the first leg of a conversation; the rest of the conversation is free. A node takes up to `limit` of the
/// calls that reach it in a round, chosen uniformly; its own calls do not count. All who are refused call somebody else
/// at once, `hunt` times at most, and reach who has room left. A refused call transports nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calls {
    /// Calls a node takes in a round.
    pub limit: u32,
    /// Further peers that a refused call is tried at.
    pub hunt: u32,
}

/// The calls of one round; memory that the next round uses again.
#[derive(Debug, Default)]
pub(super) struct Switchboard {
    /// Calls each node has taken.
    taken: Vec<u32>,
    /// Further peers each node has tried.
    tried: Vec<u32>,
    /// Those who call, in the order in which they are taken.
    waiting: Vec<(u64, Letter)>,
    refused: Vec<Letter>,
    /// The callers of the calls that nobody took.
    unheard: Vec<NodeId>,
    picks: Vec<u32>,
}

/// The use of the protocol's draws that ranks callers, in the upper half of the last word of the address.
const RANK: u64 = 1 << 32;

impl Switchboard {
    fn clear(&mut self, nodes: u32) {
        for counts in [&mut self.taken, &mut self.tried] {
            counts.clear();
            counts.resize(nodes as usize, 0);
        }
        self.unheard.clear();
    }

    /// Puts the callers of each node in a random order: that of draws at (recipient, round, caller).
    fn line_up(&mut self, calls: impl Iterator<Item = Letter>, round: u64, coins: &Field) {
        let rank = |call: &Letter| {
            // A node may call another to tell it a rumor and to compare versions.
            let address = RANK | u64::from(call.leg) << 40 | u64::from(call.from);
            coins.at(call.to.into(), round, address)
        };
        self.waiting.clear();
        self.waiting.extend(calls.map(|call| (rank(&call), call)));
        self.waiting.sort_unstable_by_key(|&(rank, call)| (call.to, rank, call.from, call.leg));
    }
}

impl<P: Protocol<State: Stored>, G: Graph, L: EventList<Packed>> Room<'_, P, G, L> {
    /// Connects the calls of `round` that reach their recipients, wave after wave of the refused ones.
    pub(super) fn connect(&mut self, now: Time, round: u64, calls: Calls, post: &mut Vec<Packed>) {
        let mut board = std::mem::take(&mut self.buffers.board);
        board.clear(self.world.graph.nodes());
        for wave in 0..=calls.hunt {
            board.line_up(post.drain(..).map(Packed::unpack::<P>), round, self.world.coins);
            self.take_calls(now, calls.limit, &mut board);
            for call in board.refused.split_off(0) {
                // Who only wants to compare versions does so another time.
                if call.leg >= BACKUP_LEG {
                    continue;
                }
                let caller = Turn { node: call.from, number: round };
                let further = if wave < calls.hunt { self.further(caller, calls.hunt, &mut board) } else { None };
                match further {
                    Some(to) => post.extend(self.call_again(now, call, to)),
                    None => board.unheard.push(caller.node),
                }
            }
        }
        self.forget_unheard(&mut board);
        self.buffers.board = board;
    }

    /// Those who are called take whom they have room for.
    fn take_calls(&mut self, now: Time, limit: u32, board: &mut Switchboard) {
        for (_, call) in board.waiting.drain(..) {
            let taken = &mut board.taken[call.to.index()];
            if *taken < limit {
                *taken += 1;
                self.deliver(now, call);
            } else {
                // What it would have carried stays with the caller.
                self.tally.refused += 1;
                self.tally.updates -= u64::from(call.message.carries());
                board.refused.push(call);
            }
        }
    }

    /// The next peer of a turn besides those that its caller has tried, if there is one.
    fn further(&self, turn: Turn, hunt: u32, board: &mut Switchboard) -> Option<NodeId> {
        let World { graph, peers, choices, fanout, .. } = self.world;
        let number = board.tried[turn.node.index()];
        board.tried[turn.node.index()] += 1;
        let most = fanout.saturating_mul(hunt);
        let pick = peers.further(turn, graph.degree(turn.node), [fanout, most], number, choices, &mut board.picks)?;
        Some(graph.neighbor(turn.node, pick))
    }

    /// A refused call is made to another peer; the call, if it gets there.
    fn call_again(&mut self, now: Time, call: Letter, to: NodeId) -> Option<Packed> {
        let letter = Letter { to, ..call };
        let fate = self.world.network.carry(Leg { from: letter.from, to, sent: now, number: letter.leg });
        self.send(now, letter, fate).then(|| letter.pack::<P>())
    }

    /// Whoever got through to nobody has had no contact in this turn.
    fn forget_unheard(&mut self, board: &mut Switchboard) {
        let World { graph, protocol, fanout, .. } = self.world;
        board.unheard.sort_unstable();
        for refusals in board.unheard.chunk_by(|one, other| one == other) {
            let node = refusals[0];
            if refusals.len() as u64 == u64::from(fanout.min(graph.degree(node))) {
                let mut state = self.buffers.states.get(node);
                protocol.unheard(&mut state);
                self.buffers.states.set(node, state);
            }
        }
    }
}
