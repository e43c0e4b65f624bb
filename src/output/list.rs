//! The columns that the tables of a workload have.

use crate::columns::{Columns, Run};
use crate::observe::RoundSample;

/// The columns that the tables of a rumor have.
pub type List = Columns<Run, RoundSample>;
