//! Membership: every node keeps a list of the nodes that there are, and all are to list the same.
//!
//! Nodes begin with the addresses of a few seeds. Each has an entry of its own, which only it raises, and entries spread by
//! gossip: of two entries of a node the higher one is newer. Who goes leaves either silently, and the others have to notice,
//! or says so.

mod columns;
mod counts;
mod entry;
mod list;
mod message;
mod protocol;
mod settings;
#[cfg(test)]
mod tests;
mod workload;

pub use columns::Measured;
pub use counts::{Counts, Delays};
pub use entry::Entry;
pub use list::MemberList;
pub use message::Message;
pub use protocol::{Listed, Membership, Timeout};
pub use settings::{Exchange, Knows, MembershipSettings, Versions};
