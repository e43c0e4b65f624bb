//! Turns of 64 nodes at a time, where rounds are aligned, nothing is lost or takes time, each node contacts one peer, and
//! what nodes say depends on which of two states they have: what is said, and what comes of it, is asked once for a whole
//! run, and the draws and reads of a block overlap.

use super::cause::Cause;
use super::liveness::Liveness;
use super::mail::{Envelope, Message};
use super::prefetch::touch;
use super::protocol::Protocol;
use super::run_state::RunState;
use super::states::States;
use super::turn_plan::{Blocks, TurnMessage};
use super::world::World;
use crate::bits;
use crate::peers::{Peers, Turn};
use crate::time::Time;
use crate::topology::Graph;
use crate::units::NodeId;

/// Nodes in a block.
const BLOCK: usize = 64;

impl<P: Protocol, G: Graph, L: Liveness> RunState<'_, P, G, L> {
    /// What is said in turns, if they can be taken a block at a time.
    pub(super) fn plan_blocks(&mut self) -> Option<Blocks<P>> {
        let world = &self.world;
        let alike = P::BY_STATE && !P::TURNS_CHANGE_STATES && !P::ACTS && L::ALWAYS && !self.follows;
        if !alike || !world.network.is_perfect() || !world.peers.is_one(world.fanout) {
            return None;
        }
        let graph = world.graph;
        let states = P::States::two()?;
        let turns = states.clone().map(|state| self.plan_turn(state, &states));
        let all_choose = (0..graph.nodes()).all(|node| graph.degree(NodeId::new(node)) > 1);
        Some(Blocks { states, turns, all_choose })
    }

    fn plan_turn(&mut self, mut state: P::State, recipients: &[P::State; 2]) -> Option<TurnMessage<P::Message>> {
        let (protocol, _, mut context) = self.at(Time::ZERO, NodeId::default(), Cause::Turn { number: 0 });
        let message = protocol.turn(&mut state, &mut context)?;
        let idle = recipients.each_ref().map(|recipient| {
            // A message that would be learned from counts nothing yet; nor do these counts count.
            protocol.settled(recipient, &message, &mut P::Counts::default())
                && protocol.answer(recipient, NodeId::default(), &message).is_none()
        });
        Some(TurnMessage { message, idle })
    }

    /// The turn `number` of those of the nodes from `first` on that are `due`, the first in the lowest bit.
    #[inline(always)]
    pub(super) fn take_block(&mut self, now: Time, first: u32, due: u64, number: u64) {
        // Back when the block is done.
        let Some(blocks) = self.blocks.take() else { return };
        let second = self.memory.states.unlike(first / u64::BITS, &blocks.states[0]);
        for (said, speakers) in blocks.turns.iter().zip([due & !second, due & second]) {
            if let Some(said) = said
                && speakers != 0
            {
                self.open_block(now, first, speakers, number, said, &blocks);
            }
        }
        self.blocks = Some(blocks);
    }

    /// The `speakers` of a block say the same, each to a peer of its own.
    #[inline(always)]
    fn open_block(
        &mut self,
        now: Time,
        first: u32,
        speakers: u64,
        number: u64,
        TurnMessage { message, idle }: &TurnMessage<P::Message>,
        blocks: &Blocks<P>,
    ) {
        if *idle == [true; 2] && blocks.all_choose {
            // To whomever it goes.
            return self.count_block(message, speakers.count_ones());
        }
        let World { graph, peers, choices, .. } = self.world;
        let (mut paths, mut count) = ([(NodeId::default(), NodeId::default()); BLOCK], 0);
        let uniform = peers.is_uniform();
        for node in bits::ones(speakers).map(|place| NodeId::new(first | place)) {
            let degree = graph.degree(node);
            if degree < 2 {
                // Without a choice there is no draw.
                self.turn(now, Turn { node, number });
                continue;
            }
            let to = || graph.neighbor(node, Peers::one(Turn { node, number }, degree, choices));
            paths[count % BLOCK] = (node, if uniform { to() } else { node });
            count += 1;
        }
        let paths = &mut paths[..count.min(BLOCK)];
        if !uniform {
            self.choose_together(number, paths);
        }
        if self.reads_ahead {
            paths.iter().for_each(|&(_, to)| touch::<P>(&self.memory.states, to));
        }
        self.count_block(message, count as u32);
        // Those that something comes of, in their order; without a branch, which nobody could predict.
        let (mut effective, mut idle_recipients) = (0, [0u32; 2]);
        for place in 0..paths.len() {
            let path = paths[place];
            let which = self.memory.states.which(path.1) % 2;
            paths[effective] = path;
            effective += usize::from(!idle[which]);
            idle_recipients[1] += u32::from(idle[which]) & which as u32;
        }
        idle_recipients[0] = (paths.len() - effective) as u32 - idle_recipients[1];
        for (state, recipients) in blocks.states.iter().zip(idle_recipients) {
            for _ in 0..recipients {
                self.world.protocol.settled(state, message, &mut self.counts);
            }
        }
        for &(from, to) in &paths[..effective] {
            self.listen(now, Envelope { from, to, leg: 0, message: message.clone() });
        }
    }

    /// Completes the paths of nodes whose peers are best found together.
    #[inline(never)]
    fn choose_together(&self, number: u64, paths: &mut [(NodeId, NodeId)]) {
        let World { graph, peers, choices, .. } = self.world;
        let (mut nodes, mut picks) = ([(NodeId::default(), 0); BLOCK], [0; BLOCK]);
        for (node, &(from, _)) in nodes.iter_mut().zip(&*paths) {
            *node = (from, graph.degree(from));
        }
        peers.only_each(number, &nodes[..paths.len().min(BLOCK)], choices, &mut picks);
        for ((from, to), pick) in paths.iter_mut().zip(picks) {
            *to = graph.neighbor(*from, pick);
        }
    }

    /// So many nodes said this, and were heard.
    #[inline(always)]
    fn count_block(&mut self, message: &P::Message, times: u32) {
        let kind = message.kind();
        for counter in [&mut self.tally.sent[kind], &mut self.tally.delivered[kind]] {
            *counter = counter.wrapping_add(times.into());
        }
    }
}
