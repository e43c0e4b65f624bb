//! Means, intervals, proportions, fits: what a set of runs says, and how surely.
//!
//! Everything is summed in the order given and computed with `libm`, so the same runs give the same bits on every
//! platform. Nothing here knows what a node is.

pub mod chi_square;
pub mod fit;
pub mod gini;
pub mod growth;
pub mod log_histogram;
pub mod moments;
pub mod normal;
pub mod order;
pub mod quantile;
pub mod student;
pub mod unseen;
pub mod wilson;

pub use fit::{Line, Point};
pub use moments::Moments;
