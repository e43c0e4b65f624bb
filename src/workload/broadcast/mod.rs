//! What workloads that broadcast messages share: when and where messages are published, who gets them how soon and over how many
//! hops, and the columns of that.

mod columns;
mod content;
mod deliveries;
mod outages;
mod publications;

pub use columns::{Broadcast, Columns, Measured};
pub use content::{Kinds, mentioned, was_asked_for};
pub use deliveries::Deliveries;
pub use outages::Outages;

pub(crate) use content::listed;
pub(crate) use deliveries::Delivery;
pub(crate) use publications::{Schedule, choose};
