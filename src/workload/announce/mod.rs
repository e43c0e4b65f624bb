//! Broadcast by bodies and announcements: a node pushes what is new to some of its peers, announces it to the others, and fetches
//! what was announced to it and does not come (Ethereum's execution layer, Bitcoin's inventories).

mod columns;
mod counts;
mod direct;
mod fetch;
mod message;
mod node;
mod protocol;
mod relay;
mod settings;
#[cfg(test)]
mod tests;
mod workload;

pub use columns::Measured;
pub use counts::Counts;
pub use direct::Direct;
pub use message::{Body, KINDS, Message, MessageKind};
pub use node::{Batch, Held, Node, Pending, Stage};
pub use protocol::{Announce, Publication, Received, Timer};
pub use settings::AnnounceSettings;
