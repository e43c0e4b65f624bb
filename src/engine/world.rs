//! What a run is made of besides its clock.

use super::calls::ConnectionLimit;
use crate::network::Network;
use crate::peers::Peers;
use crate::random::Field;
use crate::time::Span;

/// The parts of a run besides its clock.
pub struct World<'a, P, G> {
    /// The rules all nodes share.
    pub protocol: &'a P,
    /// Who can talk to whom.
    pub graph: &'a G,
    /// What becomes of messages.
    pub network: &'a Network,
    /// Whom a node contacts.
    pub peers: &'a Peers,
    /// The draws of the peer rule.
    pub choices: &'a Field,
    /// The draws of the protocol itself.
    pub coins: &'a Field,
    /// How many peers a turn contacts.
    pub fanout: u32,
    /// After which time nodes know that others are down, and choose them no more, if they ever do.
    pub knows_dead: Option<Span>,
    /// How many calls nodes take, if not all: for a protocol whose turns change states, and turns in rounds.
    pub admission: Option<ConnectionLimit>,
}
