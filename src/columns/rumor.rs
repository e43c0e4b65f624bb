//! The columns of the rumor: one update that starts at one node and is to reach all.

use std::sync::LazyLock;

use super::common;
use super::{Cell, Column, Columns, Figure, Published, Run, Sampled, Statistic, Summary, Summed};
use crate::observe::{COVERAGES, RoundSample, enough};
use crate::plan;
use crate::time::Time;
use crate::workload::rumor::{Hops, Spread};

/// All of them.
pub const COLUMNS: Columns<Run, RoundSample> = Columns {
    workload: "rumor",
    point: common::OF_POINTS,
    runs: RUNS,
    curve: CURVE,
    summary: LAWS,
    published: PUBLISHED,
};

/// The same, for tests.
#[cfg(test)]
pub(crate) const LIST: &Columns<Run, RoundSample> = &COLUMNS;

const RUNS: &[Column<Run>] = &[
    common::REPLICATE,
    common::SEED,
    common::OUTCOME,
    common::ROUNDS,
    common::TIME,
    Column::whole(
        "rounds_50",
        "rounds",
        "Round in which half of the live nodes, rounded up, knew for the first time; empty if they never did.",
        |run| covered(run, 0),
    )
    .optional(),
    Column::whole("rounds_90", "rounds", "Round in which 90 % of the live nodes, rounded up, knew for the first time; empty if they never did.", |run| covered(run, 1)).optional(),
    Column::whole("rounds_99", "rounds", "Round in which 99 % of the live nodes, rounded up, knew for the first time; empty if they never did.", |run| covered(run, 2)).optional(),
    Column::whole("informed", "nodes", "Nodes that know the update at the end.", |run| {
        run.record.ending.tally.informed.into()
    }),
    common::LIVE,
    Column::real("residue", "", "Share of the live nodes that do not know at the end; empty if no node is live.", |run: &Run| {
        run.record.ending.tally.residue().into()
    })
    .optional()
    .summed(Summary::Mean),
    common::MESSAGES,
    Column::whole("updates", "messages", "Legs sent that carry the update.", |run| {
        run.record.ending.tally.updates.into()
    }),
    common::BYTES,
    common::LOST,
    Column::whole("redundant", "messages", "Updates delivered to nodes that knew already.", |run| {
        run.record.ending.tally.redundant.into()
    }),
    common::EVENTS,
    Column::whole(
        "rounds_99_9",
        "rounds",
        "Round in which 99.9 % of the live nodes, rounded up, knew for the first time; empty if they never did.",
        |run| covered(run, 3),
    )
    .optional(),
    Column::real(
        "time_50_ms",
        "ms",
        "First instant at which half of the live nodes, rounded up, knew; empty if they never did.",
        |run| reached(run, 0),
    )
    .optional(),
    Column::real("time_90_ms", "ms", "First instant at which 90 % of the live nodes, rounded up, knew; empty if they never did.", |run| reached(run, 1)).optional(),
    Column::real("time_99_ms", "ms", "First instant at which 99 % of the live nodes, rounded up, knew; empty if they never did.", |run| reached(run, 2)).optional(),
    Column::real("time_99_9_ms", "ms", "First instant at which 99.9 % of the live nodes, rounded up, knew; empty if they never did.", |run| reached(run, 3)).optional(),
    Column::whole("refused", "messages", "Calls refused by their recipients, where nodes take only so many.", |run: &Run| {
        run.record.ending.tally.refused.into()
    })
    .optional(),
    Column::real(
        "rumor_residue",
        "",
        "Share of live nodes that did not know when the rumor first died out; empty if it did not, and where nodes never \
         lose interest.",
        |run| rumor_residue(run).into(),
    )
    .optional()
    .summed(Summary::Mean),
    Column::whole("rumor_messages", "messages", "Legs sent by rumor mongering; empty where nodes never lose interest.", |run| part(run, 0))
        .optional()
        .summed(Summary::MeanPerNode),
    Column::whole("rumor_updates", "messages", "Legs sent by rumor mongering that carry the update; empty where nodes never lose interest.", |run| {
        part(run, 1)
    })
    .optional()
    .summed(Summary::MeanPerNode),
    Column::whole("backup_messages", "messages", "Legs sent by the anti-entropy behind rumor mongering; empty where nodes never lose interest.", |run| part(run, 2))
        .optional()
        .summed(Summary::MeanPerNode),
    Column::whole(
        "backup_updates",
        "messages",
        "Legs sent by the anti-entropy behind rumor mongering that carry the update; empty where nodes never lose interest.",
        |run| part(run, 3),
    )
    .optional()
    .summed(Summary::MeanPerNode),
    common::LOADS[0],
    common::LOADS[1],
];

/// What is known besides where nodes forward at once. They came after all other columns, and stand behind them.
pub const HOPS: [Column<Run>; 2] = [
    Column::whole(
        "max_hops",
        "hops",
        "Hops of the longest path over which a node learned the update; empty where nodes forward in turns alone.",
        |run: &Run| hops(run).map(|hops| u64::from(hops.most)).into(),
    )
    .optional()
    .summed(Summary::Mean),
    Column::real(
        "mean_hops",
        "hops",
        "Mean hops over which nodes learned the update; empty if none did, and where nodes forward in turns alone.",
        |run: &Run| hops(run).and_then(Hops::mean).into(),
    )
    .optional()
    .summed(Summary::Mean),
];

/// All of them, and those of hops.
pub static FORWARDED: LazyLock<Columns<Run, RoundSample>> =
    LazyLock::new(|| Columns { runs: Vec::leak([RUNS, &HOPS].concat()), ..COLUMNS });

const CURVE: &[Figure<RoundSample>] = &[
    Figure {
        name: "informed",
        unit: "",
        doc: "the share of the nodes live at the end of the round that know then, 0 where none is",
        of: |run: &Sampled<RoundSample>| run.now.informed as f64 / run.now.live.max(1) as f64,
        statistics: &[
            Statistic::Mean,
            Statistic::Sd,
            Statistic::Quantile(5),
            Statistic::Quantile(50),
            Statistic::Quantile(95),
        ],
        optional: false,
    },
    common::MESSAGES_BY_ROUND,
];

/// What published, derived and exact laws say of the rounds.
const LAWS: &[Column<Summed>] = &[
    Column::real(
        "theory_rounds",
        "rounds",
        "Mean rounds by a published or derived law, exactly or up to a bounded term; empty where none holds.",
        |summed: &Summed| plan::prediction(&summed.point.settings).map(|prediction| prediction.rounds).into(),
    )
    .optional(),
    Column::real(
        "exact_rounds_mean",
        "rounds",
        "Mean rounds by the exact law; empty where it is not computed.",
        |summed: &Summed| summed.exact.as_ref().map(|exact| exact.distribution.mean).into(),
    )
    .optional(),
    Column::real(
        "exact_rounds_sd",
        "rounds",
        "Standard deviation of the rounds by the exact law.",
        |summed: &Summed| summed.exact.as_ref().map(|exact| exact.distribution.sd).into(),
    )
    .optional(),
    Column::whole("exact_rounds_p50", "rounds", "Median of the rounds by the exact law.", |summed: &Summed| {
        summed.exact.as_ref().map(|exact| exact.distribution.p50()).into()
    })
    .optional(),
    Column::whole(
        "exact_rounds_p95",
        "rounds",
        "Rounds that are enough with probability 0.95 by the exact law.",
        |summed: &Summed| summed.exact.as_ref().map(|exact| exact.distribution.p95()).into(),
    )
    .optional(),
    Column::real(
        "exact_z",
        "",
        "How many standard errors `rounds_mean` lies above the exact mean; empty unless all runs converged.",
        |summed: &Summed| exact_z(summed).into(),
    )
    .optional(),
];

const PUBLISHED: Published = Published {
    curve: &["informed_mean", "informed_sd", "informed_p05", "informed_p95", "messages_mean", "informed_p50"],
    summary: &[
        "runs",
        "converged",
        "rounds_mean",
        "rounds_sd",
        "rounds_ci_low",
        "rounds_ci_high",
        "rounds_min",
        "rounds_p50",
        "rounds_p95",
        "rounds_max",
        "time_ms_mean",
        "messages_per_node_mean",
        "residue_mean",
        "theory_rounds",
        "converged_ci_low",
        "converged_ci_high",
        "rounds_p50_ci_low",
        "rounds_p50_ci_high",
        "rounds_p95_ci_low",
        "rounds_p95_ci_high",
        "rounds_p99",
        "rounds_p99_ci_low",
        "rounds_p99_ci_high",
        "exact_rounds_mean",
        "exact_rounds_sd",
        "exact_rounds_p50",
        "exact_rounds_p95",
        "exact_z",
    ],
    oldest_runs: 25,
    oldest_summary: 14,
};

/// The round in which the share number `place` of [`COVERAGES`], rounded up, knew for the first time; 0 if at the start.
fn covered(run: &Run, place: usize) -> Cell {
    if !run.point.settings.gossip.has_rounds() {
        return Cell::Empty;
    }
    let knew = |sample: &RoundSample| sample.informed >= enough(sample.live, COVERAGES[place]);
    if run.record.curve.first().is_some_and(knew) {
        return 0_u64.into();
    }
    let interval = run.point.settings.gossip.interval;
    run.record.reached[place].map(|at| at.round(interval).number()).into()
}

/// The instant at which the share number `place` of [`COVERAGES`] knew, ms.
fn reached(run: &Run, place: usize) -> Cell {
    run.record.reached[place].map(Time::as_millis).into()
}

/// Over how many hops nodes were told, where they forward at once.
fn hops(run: &Run) -> Option<&Hops> {
    let forwards = run.point.settings.gossip.forwards_at_once();
    forwards.then_some(&run.record.ending.hops)
}

/// Whether nodes can lose interest, so that a rumor can die out.
fn mongers(run: &Run) -> bool {
    run.point.settings.gossip.spread != Spread::FOREVER
}

/// Share of live nodes that did not know when the rumor first died out. Nobody is left where all know before.
fn rumor_residue(run: &Run) -> Option<f64> {
    run.record.ending.residue_of_rumor().filter(|_| mongers(run))
}

/// Messages and updates of rumor mongering, then those of the anti-entropy behind it.
fn part(run: &Run, place: usize) -> Cell {
    let tally = run.record.ending.tally;
    let rumor = [tally.sent - tally.backup_sent, tally.updates - tally.backup_updates];
    let parts = [rumor[0], rumor[1], tally.backup_sent, tally.backup_updates];
    mongers(run).then(|| parts[place]).into()
}

/// How far the measured mean is from the exact one. Where some runs did not converge, the mean of the others is not what
/// the exact one is of; what is certain has no standard error.
fn exact_z(summed: &Summed) -> Option<f64> {
    let law = &summed.exact.as_ref()?.distribution;
    let all = summed.converged == summed.runs && law.sd > 1e-9;
    let error = law.sd / libm::sqrt(summed.converged as f64);
    summed.figure("rounds_mean").filter(|_| all).map(|mean| (mean - law.mean) / error)
}
