//! What is measured of a store: how stale reads are, when nodes agree after the last write, what is lost on the way, and
//! what it takes.

use super::counts::Counts;
use super::operations::operations;
use super::protocol::Store;
use super::settings::StoreSettings;
use super::staleness::Staleness;
use crate::column::{Column, Figure, Printed, Sampled, Statistic, Summary};
use crate::engine::{Outcome, Run};
use crate::random::Chance;
use crate::time::Span;
use crate::workload::{Common, Measures, Sampling, Setup};

/// What is left of a run.
#[derive(Clone, Debug)]
pub struct Measured {
    /// Writes that nodes accepted, deletions included.
    pub writes: u64,
    /// Writes that nodes refused, to control the flow.
    pub refused: u64,
    /// Of `writes`, deletions.
    pub deletions: u64,
    /// Of `writes`, those whose node had not seen all writes of their key so far.
    pub concurrent: u64,
    /// Of `writes`, those over which others won, and on top of which none was made.
    pub lost: u64,
    /// Of `writes`, those that did not win over what their node had seen.
    pub order_violations: u64,
    /// Reads.
    pub reads: u64,
    /// Of these, those that did not show what the last write said.
    pub stale_reads: u64,
    /// Milliseconds for which the first write that a read missed had been there: median, 99 % quantile, maximum over all
    /// reads.
    pub staleness_ms: Option<[f64; 3]>,
    /// Writes that a read missed, likewise.
    pub missed: Option<[u64; 3]>,
    /// Milliseconds from the last write until what a node shows changed for the last time, after which all show the same,
    /// if they do.
    pub agreement_ms: Option<f64>,
    /// Times that a node took up a value that was deleted, after it had dropped the certificate.
    pub resurrections: u64,
    /// Times that a dormant certificate was activated.
    pub reactivations: u64,
    /// Keys of which all live nodes show something else than the last write said, if they agree.
    pub wrong_keys: Option<u64>,
    /// Bytes of entries received.
    pub delta_bytes: u64,
    /// Bytes of digests, hashes and wants received.
    pub digest_bytes: u64,
}

const COLUMNS: &[Column<Measured>] = &[
    Column::whole("writes", "", "Writes that nodes accepted, deletions included.", |run: &Measured| run.writes.into())
        .summed(Summary::Mean),
    Column::whole("refused_writes", "", "Writes that nodes refused, to control the flow.", |run: &Measured| {
        run.refused.into()
    })
    .nonnegative()
    .summed(Summary::Mean),
    Column::whole("deletions", "", "Those of `writes` that deleted their key.", |run: &Measured| run.deletions.into())
        .summed(Summary::Mean),
    Column::whole(
        "concurrent_writes",
        "",
        "Those of `writes` whose node had not seen all writes of their key so far.",
        |run: &Measured| run.concurrent.into(),
    )
    .summed(Summary::Mean),
    Column::whole(
        "lost_updates",
        "",
        "Those of `writes` over which others won, though none was made at a node that showed them.",
        |run: &Measured| run.lost.into(),
    )
    .nonnegative()
    .summed(Summary::Mean),
    Column::real("lost_share", "", "`lost_updates` as a share of `writes`.", |run: &Measured| {
        share(run.lost, run.writes).into()
    })
    .optional()
    .nonnegative()
    .printed(Printed::Share("lost writes"))
    .summed(Summary::Mean),
    Column::whole(
        "order_violations",
        "",
        "Those of `writes` that did not win over what their node had seen: 0, or the program is wrong.",
        |run: &Measured| run.order_violations.into(),
    )
    .nonnegative()
    .summed(Summary::Mean),
    Column::whole("reads", "", "Reads of a key at a node.", |run: &Measured| run.reads.into()).summed(Summary::Mean),
    Column::real(
        "stale_reads",
        "",
        "Share of `reads` that did not show what the last write said.",
        |run: &Measured| share(run.stale_reads, run.reads).into(),
    )
    .optional()
    .nonnegative()
    .printed(Printed::Share("stale reads"))
    .summed(Summary::Mean),
    Column::real(
        "staleness_ms_p50",
        "ms",
        "Median over `reads` of how long the first write that a read missed had been there; 0 where it missed none.",
        |run: &Measured| run.staleness_ms.map(|quantiles| quantiles[0]).into(),
    )
    .optional()
    .nonnegative()
    .summed(Summary::Mean),
    Column::real("staleness_ms_p99", "ms", "The 99 % quantile of the same.", |run: &Measured| {
        run.staleness_ms.map(|quantiles| quantiles[1]).into()
    })
    .optional()
    .nonnegative()
    .printed(Printed::Number("staleness p99"))
    .summed(Summary::Distribution),
    Column::real("staleness_ms_max", "ms", "The maximum of the same.", |run: &Measured| {
        run.staleness_ms.map(|quantiles| quantiles[2]).into()
    })
    .optional()
    .nonnegative()
    .summed(Summary::Distribution),
    Column::whole("versions_behind_p50", "versions", "Median over `reads` of how many writes a read missed.", |run: &Measured| {
        run.missed.map(|quantiles| quantiles[0]).into()
    })
    .optional()
    .nonnegative()
    .summed(Summary::Mean),
    Column::whole("versions_behind_p99", "versions", "The 99 % quantile of the same.", |run: &Measured| {
        run.missed.map(|quantiles| quantiles[1]).into()
    })
    .optional()
    .nonnegative()
    .summed(Summary::Mean),
    Column::real(
        "agreement_ms",
        "ms",
        "From the last write until what a node shows changed for the last time.",
        |run: &Measured| run.agreement_ms.into(),
    )
    .optional()
    .nonnegative()
    .printed(Printed::Number("agreement (ms)"))
    .summed(Summary::DistributionOfConverged),
    Column::whole(
        "resurrections",
        "",
        "How often a node took up a value that was deleted, after it had dropped the certificate.",
        |run: &Measured| run.resurrections.into(),
    )
    .nonnegative()
    .summed(Summary::Mean),
    Column::whole("reactivations", "", "How often a dormant certificate was activated.", |run: &Measured| {
        run.reactivations.into()
    })
    .nonnegative()
    .summed(Summary::Mean),
    Column::whole(
        "wrong_keys",
        "keys",
        "Keys of which all live nodes in the end show something else than the last write said: it was lost with a node, or \
         a deleted value came back.",
        |run: &Measured| run.wrong_keys.into(),
    )
    .optional()
    .nonnegative()
    .summed(Summary::MeanOfConverged),
    Column::whole("delta_bytes", "bytes", "Bytes of entries received: keys with versions and values.", |run: &Measured| {
        run.delta_bytes.into()
    })
    .summed(Summary::Mean),
    Column::whole("digest_bytes", "bytes", "Bytes received to find out what is missing.", |run: &Measured| {
        run.digest_bytes.into()
    })
    .summed(Summary::Mean),
    Column::real("digest_per_delta", "", "`digest_bytes` for each of `delta_bytes`.", |run: &Measured| {
        share(run.digest_bytes, run.delta_bytes).into()
    })
    .optional()
    .nonnegative()
    .printed(Printed::Number("digest : delta"))
    .summed(Summary::Mean),
];

const FIGURES: &[Figure<Sampling>] = &[
    Figure {
        name: "stale_keys",
        unit: "keys",
        doc: "the keys of which a node does not show what the last write says, in the mean over live nodes",
        of: |run: &Sampled<Sampling>| run.now[0],
        statistics: Statistic::SPREAD,
        optional: true,
    },
    Figure {
        name: "versions_behind",
        unit: "versions",
        doc: "how many writes of a key a node misses, in the mean over live nodes and keys",
        of: |run: &Sampled<Sampling>| run.now[1],
        statistics: Statistic::SPREAD,
        optional: true,
    },
];

pub(super) fn measures() -> Measures {
    Measures::of(COLUMNS, FIGURES)
}

/// All that a run needs.
pub(super) fn setup(settings: &StoreSettings, common: &Common, chance: &Chance) -> Setup<'static, Store, Measured> {
    Setup {
        protocol: settings.protocol(common.strategy, common.nodes, chance),
        inputs: operations(settings, common.nodes, chance),
        sample: |_, view| {
            Staleness::of(view).map_or([f64::NAN; 3], |Staleness { stale, lag, .. }| [stale, lag, f64::NAN])
        },
        measure: |_, run| Measured::of(run),
        columns: COLUMNS,
        converged_at: |run| run.counts.last_changed,
        has_goal: |_| true,
    }
}

impl Measured {
    /// What is measured of `run`.
    pub fn of(run: &Run<Store>) -> Self {
        let counts = &run.counts;
        let agreed = run.outcome == Outcome::Converged;
        let stale_reads = counts.stale_for.len() as u64;
        let staleness = over_reads(counts, &counts.stale_for);
        let settled = counts.last_changed.unwrap_or_default().nanos().saturating_sub(counts.last_written.nanos());
        Measured {
            writes: counts.writes,
            refused: counts.refused,
            deletions: counts.deletions,
            concurrent: counts.concurrent,
            lost: counts.histories.iter().map(|history| history.lost()).sum(),
            order_violations: counts.order_violations,
            reads: counts.reads,
            stale_reads,
            staleness_ms: staleness.map(|quantiles| quantiles.map(Span::as_millis)),
            missed: over_reads(counts, &counts.missed).map(|quantiles| quantiles.map(u64::from)),
            agreement_ms: agreed.then_some(settled as f64 / 1e6),
            resurrections: counts.resurrections,
            reactivations: counts.reactivations,
            wrong_keys: wrong_keys(run).filter(|_| agreed),
            delta_bytes: counts.delta_bytes,
            digest_bytes: counts.digest_bytes,
        }
    }
}

/// Median, 99 % quantile and maximum over all reads, if there were any, of what is 0 but for the `stale` ones.
fn over_reads<T: Copy + Default + Ord>(counts: &Counts, stale: &[T]) -> Option<[T; 3]> {
    let mut stale = stale.to_vec();
    stale.sort_unstable();
    let current = counts.reads.checked_sub(stale.len() as u64)?;
    // The least value that so many thousandths of all reads do not exceed.
    let quantile = |permille: u64| {
        let rank = (counts.reads * permille).div_ceil(1000).max(1);
        rank.checked_sub(current + 1).map_or(T::default(), |place| stale[place as usize])
    };
    (counts.reads > 0).then(|| [500, 990, 1000].map(quantile))
}

/// Keys of which a live node shows something else than the last write said, if any node is live.
fn wrong_keys(run: &Run<Store>) -> Option<u64> {
    let view = run.view();
    let replica = view.states.iter().enumerate().find(|&(node, _)| view.is_up(node))?.1;
    let wrong = |key: &u32| !replica.version(*key).is_current(run.counts.latest(*key));
    Some((0..run.counts.histories.len() as u32).filter(wrong).count() as u64)
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
