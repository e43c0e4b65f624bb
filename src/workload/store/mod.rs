//! The store: every node keeps a copy of all keys, clients write at any of them, and all are to show the same.
//!
//! A write has a version, (Lamport time, node), and of two writes of a key the one of the greater version wins
//! (Lamport 1978; Thomas 1979: last writer wins). Nodes exchange what they have: whole stores, digests of keys and
//! versions, or hashes first; or, where each key has an owner, the last version that they know of each owner
//! (van Renesse et al. 2008: Scuttlebutt). A deletion leaves a death certificate for a while (Demers et al. 1987).

mod behind;
mod certificates;
mod columns;
mod counts;
mod flow;
mod history;
mod keyspace;
mod learning;
mod message;
mod operations;
mod protocol;
mod reconciliation;
mod replica;
mod settings;
mod staleness;
#[cfg(test)]
mod tests;
mod version;
mod workload;

pub use certificates::{Certificate, Expiry};
pub use columns::Measured;
pub use counts::Counts;
pub use flow::{Flow, Pace};
pub use history::{History, Write};
pub use keyspace::Keyspace;
pub use message::{Delta, Digest, Entry, Message, Sizes, Wants};
pub use operations::{Action, Operation, operations};
pub use protocol::Store;
pub use replica::Replica;
pub use settings::{Clock, Order, Payload, StoreSettings, Writers};
pub use staleness::Staleness;
pub use version::Version;
