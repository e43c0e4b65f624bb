//! Averaging: every node learns the mean of all values, their sum or how many nodes there are, without any of them being
//! told to anybody in particular.
//!
//! By push it is push-sum (Kempe, Dobra and Gehrke 2003): in its turn a node splits its mass into equal shares, keeps one
//! and pushes the others; what a node believes is the ratio of its two masses. By push-pull it is averaging by pairs (Jelasity, Montresor
//! and Babaoglu 2005): a node and a peer replace their masses by the mean of both.
//!
//! Masses are integers, so no order of additions can matter, and what is not lost is conserved to the last bit.

mod averaging;
mod columns;
mod mass;
mod push_pull;
mod push_sum;
mod settings;
#[cfg(test)]
mod tests;

pub use averaging::{Averaging, Method};
pub use columns::Measured;
pub use mass::{Counts, Mass, Message, Target};
pub use push_pull::PushPull;
pub use push_sum::PushSum;
pub use settings::{Average, Estimate, Values};
