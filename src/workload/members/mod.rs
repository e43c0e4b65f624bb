//! What the protocols that keep a list of members have in common: what is held of a member, whom a node probes next, and
//! the updates that travel with other messages until they have been sent often enough.

mod belief;
mod broadcasts;
mod check;
mod few;
mod targets;

pub use belief::Belief;
pub use broadcasts::{Broadcasts, News, Update};
pub use check::{check_numbers, check_probing};
pub use few::Few;
pub use targets::{TargetOrder, Targets};
