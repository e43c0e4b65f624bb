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

pub(in crate::workload) use content::listed;
pub(in crate::workload) use deliveries::Delivery;
pub(in crate::workload) use publications::{Schedule, choose};
