//! Rumors: many updates that spread at the same time and travel together.
//!
//! Clients publish updates at nodes, at a rate, and every node is to have all of them. A message carries a batch of updates,
//! at most so many, so where they come faster than messages can carry them they queue up at the nodes. A node pushes every
//! update in so many of its turns, or for ever; by pull it asks, with a digest of what it has, for what it lacks.

mod batch;
mod columns;
mod counts;
mod held;
mod message;
mod protocol;
mod publications;
mod settings;
mod workload;

pub use columns::Measured;
pub use counts::{Counts, Spreads};
pub use held::{Held, Queued};
pub use message::Message;
pub use protocol::{Learned, Rumors};
pub use publications::{Publication, publications};
pub use settings::{Order, RumorsSettings};
