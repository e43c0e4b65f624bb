//! memberlist, as it is built: SWIM with gossip on its own and exchange of whole states by TCP, and Lifeguard's parts as
//! switches.

mod columns;
mod counts;
mod gossip;
mod member;
mod message;
mod probing;
mod protocol;
mod settings;
mod stalls;
mod standing;
mod suspicions;
#[cfg(test)]
mod tests;
mod timing;
mod workload;

pub use columns::Measured;
pub use counts::Counts;
pub use member::{Leaving, Member, Probe, Relay, Stage, Stall};
pub use message::{Content, Message, Sizes};
pub use protocol::{Memberlist, Timer};
pub use settings::{Confirmations, MemberlistSettings};
pub use suspicions::{Suspicion, Suspicions};
pub use timing::{push_pull_interval, suspicion_minimum, suspicion_time, transmit_limit};
