//! One run looked at closely: all that happened in it, who told whom, and where the time went.
//!
//! A [`Trace`] is a run with its event log, the same to the byte as the run of its configuration and replicate. Of a
//! rumor, [`Infection`] says who learned the update when and from whom, [`explain`] why a node learned when it did,
//! and [`why_not`] why it did not; [`rounds()`] says what happened round by round. Of a broadcast, [`Broadcast`] says how a message came to
//! each node. Of a failure detector, [`suspicion()`] says
//! how suspicious the silence of one node was to another from moment to moment.

mod broadcast;
mod conversation;
mod delay;
mod infection;
mod rounds;
mod run;
mod suspicion;
mod unreached;

pub use broadcast::{Broadcast, BroadcastDelayKind, BroadcastHop, published, slowest};
pub use delay::{Delay, DelayKind, Hop, explain};
pub use infection::{Infection, Receipt};
pub use rounds::{RoundSummary, rounds};
pub use run::{Neighbors, Trace};
pub use suspicion::{SuspicionEvent, SuspicionPoint, suspicion};
pub use unreached::{Unreached, why_not};
