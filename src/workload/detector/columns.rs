//! What is measured of a failure detector, and what a run of one takes.

use std::iter;

use super::protocol::Detector;
use crate::column::Column;
use crate::workload::detection::{Columns, FIGURES, Measured};
use crate::workload::{Measures, Setup};

const COLUMNS: &[Column<Measured>] = &Columns::LIST;

pub(super) fn measures() -> Measures {
    Measures::of(COLUMNS, FIGURES)
}

/// All that a run needs.
pub(super) fn setup(protocol: Detector) -> Setup<'static, Detector, Measured> {
    Setup {
        protocol,
        inputs: Box::new(iter::empty()),
        sample: |_, view| view.counts.sample(),
        measure: |_, run| run.counts.measured(run.end),
        columns: COLUMNS,
        converged_at: |run| run.counts.known_since(),
        has_goal: |run| run.counts.has_failures(),
    }
}
