//! What is measured of a counter: how far off nodes are, round by round and at the end, when they agree, and what it takes.
//!
//! The error of a node is the difference between what it shows and the true value: all increments that were accepted so
//! far, less all decrements.

use super::increments::increments;
use super::message::{DELTA_VERSIONS, ENTRY, Message};
use super::protocol::Counter;
use super::replica::Replica;
use super::settings::CounterSettings;
use crate::column::{Column, Figure, Printed, Sampled, Statistic, Summary};
use crate::engine::{Outcome, Run, View};
use crate::random::Chance;
use crate::workload::{Common, Measures, Sampling, Setup};

/// What is left of a run.
#[derive(Clone, Debug)]
pub struct Measured {
    /// Increments that nodes accepted.
    pub increments: u64,
    /// Decrements that nodes accepted.
    pub decrements: u64,
    /// The true value at the end.
    pub true_value: i64,
    /// The value that all live nodes show at the end, if they agree.
    pub value: Option<i64>,
    /// Milliseconds from the last increment or decrement until the value of a node changed for the last time, after which
    /// all show the same, if they do.
    pub agreement_ms: Option<f64>,
    /// Entries of all maps and deltas sent.
    pub entries: u64,
    /// Bytes of payload sent.
    pub payload: u64,
    /// How far off nodes are at the end, if any is live.
    pub errors: Option<Errors>,
}

/// How far off live nodes are.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Errors {
    /// The mean of the absolute errors.
    pub mean: f64,
    /// The greatest of them.
    pub greatest: u64,
    /// The share of nodes that show the true value.
    pub exact: f64,
}

const COLUMNS: &[Column<Measured>] = &[
    Column::whole("increments", "", "Increments that nodes accepted.", |run: &Measured| run.increments.into())
        .summed(Summary::Mean),
    Column::whole("decrements", "", "Decrements that nodes accepted.", |run: &Measured| run.decrements.into())
        .summed(Summary::Mean),
    Column::real("true_value", "increments", "`increments` less `decrements`.", |run: &Measured| (run.true_value as f64).into())
        .printed(Printed::Number("true value"))
        .summed(Summary::Mean),
    Column::real(
        "value",
        "increments",
        "What all live nodes show at the end, if they agree; what is missing of `true_value` was lost with the state of \
         a node, or with a node that did not come back.",
        |run: &Measured| run.value.map(|value| value as f64).into(),
    )
    .optional()
    .printed(Printed::Number("value shown"))
    .summed(Summary::MeanOfConverged),
    Column::real(
        "agreement_ms",
        "ms",
        "From the last increment or decrement until the value that a node shows changed for the last time.",
        |run: &Measured| run.agreement_ms.into(),
    )
    .optional()
    .nonnegative()
    .printed(Printed::Number("agreement (ms)"))
    .summed(Summary::DistributionOfConverged),
    Column::whole("entries", "entries", "Entries of all maps and deltas sent.", |run: &Measured| run.entries.into())
        .summed(Summary::Mean),
    Column::real(
        "entries_per_increment",
        "entries",
        "`entries` for each increment and decrement; one that reaches all of n nodes on its own takes at least n - 1.",
        |run: &Measured| run.per_increment(run.entries).into(),
    )
    .optional()
    .summed(Summary::Mean),
    Column::real(
        "payload_per_increment",
        "bytes",
        "Bytes sent beside headers for each increment and decrement: 16 an entry, 8 a hash and a version.",
        |run: &Measured| run.per_increment(run.payload).into(),
    )
    .optional()
    .nonnegative()
    .printed(Printed::Number("bytes/increment"))
    .summed(Summary::Mean),
    Column::real("error_mean", "increments", "Mean error of the live nodes at the end.", |run: &Measured| run.errors.map(|errors| errors.mean).into())
        .optional()
        .nonnegative()
        .summed(Summary::Distribution),
    Column::whole("error_max", "increments", "Greatest error of a live node at the end.", |run: &Measured| {
        run.errors.map(|errors| errors.greatest).into()
    })
    .optional()
    .nonnegative()
    .summed(Summary::Distribution),
];

const FIGURES: &[Figure<Sampling>] = &[
    Figure {
        name: "error_mean",
        unit: "increments",
        doc: "the mean error of the live nodes",
        of: |run: &Sampled<Sampling>| run.now[0],
        statistics: Statistic::SPREAD,
        optional: true,
    },
    Figure {
        name: "error_max",
        unit: "increments",
        doc: "the greatest error of a live node",
        of: |run: &Sampled<Sampling>| run.now[1],
        statistics: Statistic::SPREAD,
        optional: true,
    },
    Figure {
        name: "exact_share",
        unit: "",
        doc: "the share of live nodes that show the true value",
        of: |run: &Sampled<Sampling>| run.now[2],
        statistics: Statistic::SPREAD,
        optional: true,
    },
];

pub(super) fn measures() -> Measures {
    Measures::of(COLUMNS, FIGURES)
}

/// All that a run needs.
pub(super) fn setup(settings: &CounterSettings, common: &Common, chance: &Chance) -> Setup<'static, Counter, Measured> {
    Setup {
        protocol: settings.protocol(common.strategy, common.fanout),
        inputs: increments(settings, common.nodes, chance),
        sample: |_, view| {
            Errors::of(view).map_or([f64::NAN; 3], |Errors { mean, greatest, exact }| [mean, greatest as f64, exact])
        },
        measure: |_, run| Measured::of(run),
        columns: COLUMNS,
        converged_at: |run| run.counts.last_changed,
        has_goal: |_| true,
    }
}

impl Measured {
    /// What is measured of `run`.
    pub fn of(run: &Run<Counter>) -> Self {
        let (counts, tally) = (&run.counts, &run.tally);
        let agreed = run.outcome == Outcome::Converged;
        let view = run.view();
        let shown = live(&view).map(|replica| replica.map.value()).next();
        // What is accepted last may wait for its node to recover, and be lost with it.
        let settled = counts.last_changed.unwrap_or_default().nanos().saturating_sub(counts.last_accepted.nanos());
        let listed = tally.payload[Message::STATE] + tally.payload[Message::DELTA];
        Measured {
            increments: counts.increments,
            decrements: counts.decrements,
            true_value: counts.value(),
            value: shown.filter(|_| agreed),
            agreement_ms: agreed.then_some(settled as f64 / 1e6),
            entries: (listed - DELTA_VERSIONS * tally.sent[Message::DELTA]) / ENTRY,
            payload: tally.payload.iter().sum(),
            errors: Errors::of(&view),
        }
    }

    /// `total` for each increment and decrement, if there were any.
    pub fn per_increment(&self, total: u64) -> Option<f64> {
        let accepted = self.increments + self.decrements;
        (accepted > 0).then_some(total as f64 / accepted as f64)
    }
}

impl Errors {
    /// Those of the nodes that are up, if any is.
    pub fn of(view: &View<'_, Counter>) -> Option<Self> {
        let truth = view.counts.value();
        let (mut sum, mut greatest, mut exact, mut nodes) = (0, 0, 0_u64, 0_u64);
        for replica in live(view) {
            let error = replica.map.value().abs_diff(truth);
            sum += error;
            greatest = greatest.max(error);
            exact += u64::from(error == 0);
            nodes += 1;
        }
        let share = |part: u64| part as f64 / nodes as f64;
        (nodes > 0).then(|| Errors { mean: share(sum), greatest, exact: share(exact) })
    }
}

/// The nodes that are up.
pub(super) fn live<'a>(view: &View<'a, Counter>) -> impl Iterator<Item = &'a Replica> {
    let view = *view;
    view.states.iter().enumerate().filter(move |&(node, _)| view.is_up(node)).map(|(_, replica)| replica)
}
