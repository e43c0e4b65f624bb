//! The rules of a rumor: what a node says, answers and learns, as values in and values out.

use serde::{Deserialize, Serialize};

use super::{EncodedMessage, Message};
use crate::random::Draw;

/// The rules all nodes share.
///
/// One instant goes in this order: everybody whose turn it is speaks ([`turn`](RumorRules::turn)), everybody who is
/// spoken to answers from what it knew before ([`answer`](RumorRules::answer)), and only then does anybody learn
/// ([`learn`](RumorRules::learn)). Learning several messages must not depend on their order.
pub trait RumorRules: Sync + 'static {
    /// What one node remembers: a bit, a byte or a few ([`Kept`](super::Kept) says how they are kept for all).
    type State: Copy + Default + Send;

    /// Whether a turn can change the state of the node, so that all turns of an instant must come before all answers.
    const TURNS_CHANGE_STATES: bool = true;

    /// Whether what a node says depends on nothing but its state and the message.
    const BY_STATE: bool = false;

    /// The state of a node at which the update is injected.
    fn origin(&self) -> Self::State;

    /// A node's turn: it draws its conclusions from what happened since the last one, and says what it has to say
    /// to the peers of this turn.
    fn turn(&self, state: &mut Self::State, luck: Draw<'_>) -> Option<Message>;

    /// [`RumorRules::turn`] as it goes on its way, for rules that know all they say beforehand.
    #[inline(always)]
    fn encoded_turn(&self, state: &mut Self::State, luck: Draw<'_>) -> Option<EncodedMessage> {
        self.turn(state, luck).map(EncodedMessage::from)
    }

    /// What a node says back to `message`.
    fn answer(&self, state: &Self::State, message: Message) -> Option<Message>;

    /// What a node takes from `message`.
    fn learn(&self, state: &mut Self::State, message: Message) -> Learned;

    /// What learning `message` will come to, where that is sure before the instant is over and changes nothing.
    fn settled(&self, _state: &Self::State, _message: Message) -> Option<Learned> {
        None
    }

    /// What the node said in its turn of this instant reached nobody, as it knows: it was refused everywhere.
    fn refused(&self, _state: &mut Self::State) {}

    /// A state in which a node says nothing in its turn, if there is one and turns change no states: such turns need
    /// not be taken.
    fn idle_state(&self) -> Option<Self::State> {
        None
    }

    /// Whether `message` carries the update, among the messages that nodes of this protocol say.
    fn carries(message: Message) -> bool {
        message.carries()
    }

    /// Whether the node has the update.
    fn informed(&self, state: &Self::State) -> bool;

    /// Whether the node still passes the update on.
    fn spreading(&self, state: &Self::State) -> bool;
}

/// What a message did to the node that took it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Learned {
    /// The node has the update now and had it not before.
    News,
    /// The message carried the update to a node that had it.
    Redundant,
    /// The message carried no update.
    Nothing,
}

/// How a push-pull exchange opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exchange {
    /// With the version only; the update travels where it is missing.
    Digest,
    /// With the update itself, where the initiator has it.
    Eager,
}
