//! How what nodes remember of a rumor, and what they say, is kept for all of them.

use std::convert::Infallible;

use super::EncodedMessage;
use super::gossip::State;
use crate::bits::Bits;
use crate::engine::{Inline, Mail, States};

/// What a node of some rules remembers, and how that and what they say are kept for all nodes.
pub trait Kept: Copy + Default + PartialEq + Send {
    /// The states of all nodes.
    type States: States<Self> + Send;
    /// The messages that are on their way.
    type Mail: Mail<EncodedMessage, Infallible> + Send;
    /// The state in a few bits.
    fn glance(self) -> u64;
}

impl Kept for bool {
    type States = Bits;
    type Mail = Inline<EncodedMessage, 5>;

    #[inline]
    fn glance(self) -> u64 {
        self.into()
    }
}

impl Kept for State {
    type States = Vec<State>;
    type Mail = Inline<EncodedMessage, 6>;

    #[inline]
    fn glance(self) -> u64 {
        self.flags().into()
    }
}
