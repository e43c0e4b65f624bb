//! What a run will take and what theory says of it, worked out before it runs.

mod effort;
mod memory;
mod prediction;

pub use effort::{calls, effort};
pub use memory::memory;
pub use prediction::{case, course, laws, prediction};
