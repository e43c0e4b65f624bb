//! Failure detection by heartbeats: every node says again and again that it is there, and is taken for failed by those who
//! have not heard of it for too long.
//!
//! Heartbeats go to the peers of the turn, or spread by gossip: then every node keeps the highest heartbeat of every other
//! that it has heard of, and news of a higher one is what counts. How long is too long is a fixed timeout, or follows
//! from the gaps between past arrivals (phi accrual: Hayashibara, Defago, Yared and Katayama, The phi accrual failure
//! detector, SRDS 2004). A suspicion ends at the next arrival.

mod columns;
mod known;
mod message;
mod phi;
mod protocol;
mod rule;
mod settings;
mod suspicion;
#[cfg(test)]
mod tests;
mod watch;
mod window;
mod workload;

pub use known::Known;
pub use message::{Entry, Message};
pub use phi::{GapLaw, Phi};
pub use protocol::{Detector, Node, Timer};
pub use rule::Rule;
pub use settings::{DetectorKind, DetectorSettings, Heartbeats, Model, Threshold, means_something};
pub use suspicion::{Pair, SuspicionChange, SuspicionLog, SuspicionRecorder, Waiting};
pub use watch::Watch;
pub use window::Window;
