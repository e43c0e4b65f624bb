//! A deterministic discrete-event simulator of gossip (epidemic) protocols.

pub mod catalog;
pub mod cli;
pub mod clock;
pub mod engine;
pub mod experiment;
pub mod network;
pub mod observe;
pub mod output;
pub mod peers;
pub mod plan;
pub mod protocol;
pub mod queue;
pub mod random;
pub mod scenario;
pub mod stats;
pub mod theory;
pub mod time;
pub mod topology;
pub mod units;
