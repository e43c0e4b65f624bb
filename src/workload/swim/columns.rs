//! What is measured of SWIM, besides what is of every failure detector: what became of probes and suspicions.

use std::iter;

use super::protocol::Swim;
use crate::column::{Column, Summary, joined};
use crate::engine::Run;
use crate::workload::detection::{self, Columns, Detected, FIGURES};
use crate::workload::{Measures, Setup};

/// What is left of a run.
#[derive(Clone, Debug)]
pub struct Measured {
    detection: detection::Measured,
    /// Probes begun, of which the direct ping was not answered in time, and that were not answered at all.
    pub probes: [u64; 3],
    /// Suspicions raised by members whose probe was not answered.
    pub suspicions: u64,
    /// Suspicions refuted by those they were about.
    pub refutations: u64,
    /// New identities of members that had been declared faulty.
    pub rejoins: u64,
}

impl Detected for Measured {
    fn detection(&self) -> &detection::Measured {
        &self.detection
    }
}

const OWN: [Column<Measured>; 6] = [
    Column::whole("probes", "", "Probes begun.", |run: &Measured| run.probes[0].into()).summed(Summary::Mean),
    Column::whole("indirect_probes", "", "Probes in which the direct ping was not answered in time.", |run: &Measured| {
        run.probes[1].into()
    })
    .summed(Summary::Mean),
    Column::whole("failed_probes", "", "Probes that nobody answered before the end of the period.", |run: &Measured| {
        run.probes[2].into()
    })
    .summed(Summary::Mean),
    Column::whole(
        "suspicions",
        "",
        "Times that a member began to suspect another, or declared it faulty where nobody is suspected, because a probe of \
         its own failed.",
        |run: &Measured| run.suspicions.into(),
    )
    .summed(Summary::Mean),
    Column::whole("refutations", "", "Times that a member heard itself suspected and refuted it.", |run: &Measured| {
        run.refutations.into()
    })
    .summed(Summary::Mean),
    Column::whole(
        "rejoins",
        "",
        "Times that a member heard itself declared faulty and went on under a new identity.",
        |run: &Measured| run.rejoins.into(),
    )
    .summed(Summary::Mean),
];

const COLUMNS: [Column<Measured>; OWN.len() + Columns::<Measured>::LIST.len()] = joined(Columns::LIST, OWN);

pub(super) fn measures() -> Measures {
    Measures::of(&COLUMNS, FIGURES)
}

/// All that a run needs.
pub(super) fn setup(protocol: Swim) -> Setup<'static, Swim, Measured> {
    Setup {
        protocol,
        inputs: Box::new(iter::empty()),
        sample: |_, view| view.counts.detection.sample(),
        measure: |_, run| Measured::of(run),
        columns: &COLUMNS,
        converged_at: |run| run.counts.detection.known_since(),
        has_goal: |run| run.counts.detection.has_failures(),
    }
}

impl Measured {
    /// What is measured of `run`.
    pub fn of(run: &Run<Swim>) -> Self {
        let counts = &run.counts;
        Measured {
            detection: counts.detection.measured(run.end),
            probes: [counts.probes, counts.indirect, counts.failed],
            suspicions: counts.suspicions,
            refutations: counts.refutations,
            rejoins: counts.rejoins,
        }
    }
}
