//! Turns of 64 nodes at a time, where rounds are aligned, nothing is lost or takes time, and each node contacts one peer:
//! the configuration is asked once for all of them, and their draws and reads overlap.

use super::liveness::Liveness;
use super::mail::Envelope;
use super::prefetch::touch;
use super::protocol::{Message, Protocol};
use super::run_state::RunState;
use super::tally::Tally;
use crate::bits;
use crate::peers::{Peers, Turn};
use crate::time::Time;
use crate::topology::Graph;
use crate::units::NodeId;

/// Nodes in a block.
const BLOCK: usize = 64;

/// Counts of up to 64 messages by kind, a byte each.
#[derive(Clone, Copy, Default)]
struct Packed(u64);

impl Packed {
    #[inline(always)]
    fn count(&mut self, kind: usize) {
        self.0 = self.0.wrapping_add(1 << (8 * kind as u32 % u64::BITS));
    }

    /// Adds the counts to those of `tally` that were sent and delivered.
    #[inline(always)]
    fn add_to(self, tally: &mut Tally) {
        for (kind, &count) in self.0.to_le_bytes().iter().enumerate() {
            tally.sent[kind] += u64::from(count);
            tally.delivered[kind] += u64::from(count);
        }
    }
}

impl<P: Protocol, G: Graph, L: Liveness> RunState<'_, P, G, L> {
    /// The turn `number` of those of the nodes from `first` on that are `due`, the first in the lowest bit. For protocols
    /// whose turns change nothing and send nothing through the context.
    #[inline(always)]
    pub(super) fn take_block(&mut self, now: Time, first: u32, due: u64, number: u64) {
        let (mut openings, mut count) = ([(NodeId::default(), NodeId::default()); BLOCK], 0);
        for node in bits::ones(due).map(|place| NodeId::new(first | place)) {
            let degree = self.world.graph.degree(node);
            if degree < 2 {
                // Without a choice there is no draw.
                self.turn(now, Turn { node, number });
                continue;
            }
            let pick = Peers::one(Turn { node, number }, degree, self.world.choices);
            openings[count % BLOCK] = (node, self.world.graph.neighbor(node, pick));
            count += 1;
        }
        let openings = &openings[..count.min(BLOCK)];
        if self.reads_ahead {
            openings.iter().for_each(|&(_, to)| touch::<P>(&self.memory.states, to));
        }
        let mut sent = Packed::default();
        for &(from, to) in openings {
            if let Some(message) = self.speak_in_turn(now, Turn { node: from, number }) {
                sent.count(message.kind());
                self.listen(now, Envelope { from, to, leg: 0, message });
            }
        }
        sent.add_to(&mut self.tally);
    }
}
