//! The rumor: one update, injected at one node just before time 0, and the gossip state machine that spreads it: what a
//! node says when its turn comes, what it answers, what it learns.
//!
//! [`RumorRules`] are values in, values out. They know no clock, no queue, no peers and no generator; [`Spreading`] makes a
//! protocol of the engine of them, which counts who has the update. [`Gossip`] is the one machine behind push, pull
//! and push-pull; [`Spread`] says when its nodes stop spreading, and where they never do, [`AntiEntropy`] is the same
//! machine with the shortest memory.
//!
//! ```
//! use gossipsim::workload::rumor::{Exchange, Gossip, Learned, Message, RumorRules, Spread};
//! use gossipsim::workload::Strategy;
//!
//! let pull = Gossip::new(Strategy::Pull, Exchange::Digest, Spread::FOREVER);
//! let (informed, mut ignorant) = (pull.origin(), Default::default());
//! let answer = pull.answer(&informed, Message::Request { informed: false });
//! assert_eq!(answer, Some(Message::Update));
//! assert_eq!(pull.learn(&mut ignorant, Message::Update), Learned::News);
//! ```

mod anti_entropy;
mod backed;
mod ending;
mod forward;
mod forwarding;
mod gossip;
mod hops;
mod kept;
mod message;
mod observers;
mod patient;
mod region_times;
mod rules;
mod settings;
mod spread;
mod spreading;

pub use anti_entropy::AntiEntropy;
pub use backed::Backed;
pub use ending::{Ending, Totals};
pub use forward::{AtOnce, Forward, InTurn};
pub use forwarding::{Forwarded, Forwarder, Forwarding};
pub use gossip::{Gossip, State};
pub use hops::Hops;
pub use kept::Kept;
pub use message::{EncodedMessage, Message};
pub use observers::{Curve, FirstReceipts, RumorObserver};
pub use patient::{Asker, Patient};
pub use region_times::{ReachedInRegion, RegionTimes};
pub use rules::{Exchange, Learned, RumorRules};
pub use settings::{Origin, Origins, Rumor, WrittenOrigin};
pub use spread::{Duplicates, Forever, InfectAndDie, Interest, Mongering, Spread};
pub use spreading::{Counts, Extinction, Spreading, StoppingRule};
