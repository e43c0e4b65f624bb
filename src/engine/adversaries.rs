//! Nodes that do not do their part: what they send of what they would, and what they take of what they are told.

use super::agenda::Change;
use super::conduct::Conduct;
use super::liveness::Liveness;
use super::protocol::Protocol;
use super::run_state::RunState;
use super::states::States;
use crate::time::Time;
use crate::topology::Graph;
use crate::units::NodeId;

impl<P: Protocol, G: Graph, L: Liveness> RunState<'_, P, G, L> {
    /// What `node` sends of what it would say if it did its part.
    #[inline(always)]
    pub(super) fn said(&self, node: NodeId, message: P::Message) -> Option<P::Message> {
        match self.live.conduct(node) {
            None => Some(message),
            Some(conduct) => self.withheld(conduct, message),
        }
    }

    #[cold]
    #[inline(never)]
    fn withheld(&self, conduct: Conduct, message: P::Message) -> Option<P::Message> {
        let protocol = self.world.protocol;
        match conduct {
            Conduct::Mute => None,
            Conduct::NeverForwards => protocol.without_content(message),
            Conduct::Stale => Some(message),
            Conduct::Liar => protocol.without_content(message).map(|message| protocol.overstated(message)),
        }
    }

    /// What `node` takes of what it is told.
    #[inline(always)]
    pub(super) fn taken(&self, node: NodeId, message: P::Message) -> P::Message {
        match self.live.conduct(node) {
            Some(Conduct::Stale) => self.first_copies(node, message),
            _ => message,
        }
    }

    #[cold]
    #[inline(never)]
    fn first_copies(&self, node: NodeId, message: P::Message) -> P::Message {
        self.memory.states.read(node, |state| self.world.protocol.of_unknown(state, message))
    }

    /// Takes those who do not do their part out of the totals, and gives them totals of their own, which nobody looks at.
    pub(super) fn set_apart(&mut self) {
        if !self.live.has_adversaries() {
            return;
        }
        self.world.protocol.prepare(&mut self.memory.states, &mut self.apart);
        for node in (0..self.world.graph.nodes()).map(NodeId::new) {
            if self.live.is_up(node) && self.live.conduct(node).is_some() {
                self.count_out(Time::ZERO, node, Change::Left);
            }
        }
    }
}
