//! The counter: every node counts, and all are to show the same sum.
//!
//! A node keeps a map from owner to count, in which it alone changes its own entry; nodes exchange their maps, or parts
//! of them, and merge by the larger count of each entry. So what is told twice, late or in another order does no harm,
//! and once nobody counts any more all nodes come to show the number of all increments.

mod changes;
mod columns;
mod counts;
mod increments;
mod map;
mod message;
mod protocol;
mod replica;
mod settings;
#[cfg(test)]
mod tests;
mod workload;

pub use changes::{Changes, Version};
pub use columns::{Errors, Measured};
pub use counts::Counts;
pub use increments::{Increment, increments};
pub use map::{Entry, Identity, Map, Owner, Sign};
pub use message::{Delta, Message};
pub use protocol::{Changed, Counter};
pub use replica::{Replica, Waiting};
pub use settings::{CounterKind, CounterSettings, Payload, Recovery};
