//! What is measured of memberlist, besides what is of every failure detector: what became of probes and suspicions.

use std::iter;

use super::protocol::Memberlist;
use crate::column::{Column, Summary, joined};
use crate::engine::Run;
use crate::workload::detection::{self, Columns, Detected, FIGURES};
use crate::workload::{Measures, Setup};

/// What is left of a run.
#[derive(Clone, Debug)]
pub struct Measured {
    detection: detection::Measured,
    /// Probes begun; of these, the direct ping was not answered in time, TCP alone was, and nothing was.
    pub probes: [u64; 4],
    /// Suspicions raised by members whose probe failed.
    pub suspicions: u64,
    /// Confirmations that made a suspicion shorter.
    pub confirmations: u64,
    /// Accusations refuted by those they were about.
    pub refutations: u64,
    /// Updates sent.
    pub updates: u64,
    /// The mean awareness score of the live members at the end, if there is any.
    pub awareness: Option<f64>,
}

impl Detected for Measured {
    fn detection(&self) -> &detection::Measured {
        &self.detection
    }
}

const OWN: [Column<Measured>; 9] = [
    Column::whole("probes", "", "Probes begun.", |run: &Measured| run.probes[0].into()).summed(Summary::Mean),
    Column::whole(
        "indirect_probes",
        "",
        "Probes in which the direct ping was not answered in time.",
        |run: &Measured| run.probes[1].into(),
    )
    .summed(Summary::Mean),
    Column::whole("tcp_probes", "", "Probes that were answered in time by TCP alone.", |run: &Measured| {
        run.probes[2].into()
    })
    .summed(Summary::Mean),
    Column::whole("failed_probes", "", "Probes that nobody answered in time.", |run: &Measured| run.probes[3].into())
        .summed(Summary::Mean),
    Column::whole(
        "suspicions",
        "",
        "Times that a member began to suspect another because a probe of its own failed.",
        |run: &Measured| run.suspicions.into(),
    )
    .summed(Summary::Mean),
    Column::whole(
        "confirmations",
        "",
        "Confirmations by which suspicions got shorter, counted at each member.",
        |run: &Measured| run.confirmations.into(),
    )
    .summed(Summary::Mean),
    Column::whole(
        "refutations",
        "",
        "Times that a member heard itself suspected, or declared dead, and refuted it.",
        |run: &Measured| run.refutations.into(),
    )
    .summed(Summary::Mean),
    Column::whole("updates", "", "Updates sent, with messages of all kinds but push/pulls.", |run: &Measured| {
        run.updates.into()
    })
    .summed(Summary::Mean),
    Column::real(
        "awareness",
        "",
        "Mean awareness score of the live members at the end: how slow they take themselves for, from 0.",
        |run: &Measured| run.awareness.into(),
    )
    .optional()
    .nonnegative()
    .summed(Summary::Mean),
];

const COLUMNS: [Column<Measured>; OWN.len() + Columns::<Measured>::LIST.len()] = joined(Columns::LIST, OWN);

pub(super) fn measures() -> Measures {
    Measures::of(&COLUMNS, FIGURES)
}

/// All that a run needs.
pub(super) fn setup(protocol: Memberlist) -> Setup<'static, Memberlist, Measured> {
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
    pub fn of(run: &Run<Memberlist>) -> Self {
        let (counts, view) = (&run.counts, run.view());
        let live = view.states.iter().enumerate().filter(|&(node, _)| view.is_up(node));
        let scores: u64 = live.map(|(_, member)| u64::from(member.score)).sum();
        Measured {
            detection: counts.detection.measured(run.end),
            probes: [counts.probes, counts.indirect, counts.reached, counts.failed],
            suspicions: counts.suspicions,
            confirmations: counts.confirmations,
            refutations: counts.refutations,
            updates: counts.updates,
            awareness: (run.live > 0).then(|| scores as f64 / run.live as f64),
        }
    }
}
