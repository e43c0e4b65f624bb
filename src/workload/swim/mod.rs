//! SWIM: members probe each other in turn, and pass on with their messages who is suspected, who is faulty, and who
//! refutes it.

mod columns;
mod counts;
mod member;
mod message;
mod protocol;
mod settings;
#[cfg(test)]
mod tests;
mod workload;

pub use columns::Measured;
pub use counts::Counts;
pub use member::{Member, Probe};
pub use message::{Message, MessageKind};
pub use protocol::{Swim, Timer, log_members};
pub use settings::{Lists, SwimSettings};
