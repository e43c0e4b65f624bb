//! When a node passes on what it has just learned: in its next turn, or at once.

use serde::{Deserialize, Serialize};

use crate::catalog;

catalog! {
    /// When a node passes on what it has just learned.
    pub enum Forward = "forward" {
        "in-turn" => InTurn(InTurn) for ["turn", "periodic", "interval", "tick", "off", "none"],
        "at-once" => AtOnce(AtOnce) for ["immediate", "immediately", "on-receipt", "receipt", "flood", "flooding", "relay"],
    }
}

impl Forward {
    /// When its turn comes, the default.
    pub const IN_TURN: Forward = Forward::InTurn(InTurn {});

    /// How it forwards at once, if it does.
    pub fn at_once(&self) -> Option<&AtOnce> {
        match self {
            Forward::InTurn(_) => None,
            Forward::AtOnce(rule) => Some(rule),
        }
    }

    /// Whether it is that of a scenario that names none.
    pub fn is_default(&self) -> bool {
        *self == Forward::IN_TURN
    }
}

/// When its turn comes, and not before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InTurn {}

/// The moment it learns the update, to as many peers as in a turn; what it does in its turns is the same as ever. With all
/// neighbours and nothing in turns that is flooding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AtOnce {
    /// Whether the peers may include the node that the update comes from.
    #[serde(default)]
    pub back_to_sender: bool,
}
