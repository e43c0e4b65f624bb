//! What is measured of many updates: how long each takes, what nodes lack meanwhile, and what is sent for that.

use super::counts::Counts;
use super::protocol::Rumors;
use super::publications::publications;
use super::settings::RumorsSettings;
use crate::column::{Column, Figure, Printed, Sampled, Statistic, Summary};
use crate::engine::{Run, View};
use crate::random::Chance;
use crate::stats::quantile::quantile;
use crate::time::{Span, Time};
use crate::workload::{Common, Measures, Sampling, Setup};

/// What is left of a run.
#[derive(Clone, Debug)]
pub struct Measured {
    counts: Counts,
    end: Time,
    payload: u64,
}

const COLUMNS: &[Column<Measured>] = &[
    Column::whole("updates", "", "Updates that were published.", |run: &Measured| (run.counts.spreads.count() as u64).into())
        .nonnegative()
        .summed(Summary::Mean),
    Column::whole("updates_unknown", "", "Updates that a live node lacks at the end.", |run: &Measured| {
        run.counts.open().into()
    })
    .nonnegative()
    .printed(Printed::Number("unknown"))
    .summed(Summary::Mean),
    Column::real(
        "spread_50_ms",
        "ms",
        "From the publication of an update until half of the live nodes have it, in the mean over the updates; where all came so \
         far.",
        |run: &Measured| run.spread(0).into(),
    )
    .optional()
    .nonnegative()
    .summed(Summary::Distribution),
    Column::real("spread_99_ms", "ms", "The same of 99 % of them.", |run: &Measured| run.spread(1).into())
        .optional()
        .nonnegative()
        .summed(Summary::Distribution),
    Column::real("spread_ms", "ms", "The same of all of them.", |run: &Measured| run.spread(2).into())
        .optional()
        .nonnegative()
        .printed(Printed::Number("known to all (ms)"))
        .summed(Summary::Distribution),
    Column::real(
        "spread_p99_ms",
        "ms",
        "The same, of the update that is slower than 99 % of them; where all came so far.",
        |run: &Measured| run.slow(0.99).into(),
    )
    .optional()
    .nonnegative()
    .summed(Summary::Distribution),
    Column::real("spread_longest_ms", "ms", "The same, of the update that took longest.", |run: &Measured| {
        run.slow(1.0).into()
    })
    .optional()
    .nonnegative()
    .printed(Printed::Number("slowest (ms)"))
    .summed(Summary::Distribution),
    Column::real(
        "delivery_ms",
        "ms",
        "From the publication of an update until a node has it, in the mean over the updates and the nodes that learned them; who has \
         forgotten one in a crash learns it again.",
        |run: &Measured| run.counts.mean_delay_ms().into(),
    )
    .optional()
    .nonnegative()
    .summed(Summary::Distribution),
    Column::real(
        "missing_updates",
        "",
        "Published updates that a live node lacks, in the mean over the nodes and over the time until the run ended.",
        |run: &Measured| run.missing().into(),
    )
    .optional()
    .nonnegative()
    .printed(Printed::Number("missing"))
    .summed(Summary::Distribution),
    Column::whole("redundant", "", "Copies of updates that reached nodes which had them.", |run: &Measured| {
        run.counts.redundant.into()
    })
    .nonnegative()
    .summed(Summary::Mean),
    Column::whole("payload", "bytes", "Bytes sent beside headers.", |run: &Measured| run.payload.into()).summed(Summary::Mean),
    Column::real("payload_per_update", "bytes", "`payload` for each update and node.", |run: &Measured| {
        run.payload_per_update().into()
    })
    .optional()
    .nonnegative()
    .printed(Printed::Number("bytes/update"))
    .summed(Summary::Mean),
];

const FIGURES: &[Figure<Sampling>] = &[
    Figure {
        name: "missing_updates",
        unit: "",
        doc: "the published updates that a live node lacks, in the mean",
        of: |run: &Sampled<Sampling>| run.now[0],
        statistics: Statistic::SPREAD,
        optional: true,
    },
    Figure {
        name: "queued_updates",
        unit: "",
        doc: "the updates that a live node still pushes, in the mean",
        of: |run: &Sampled<Sampling>| run.now[1],
        statistics: Statistic::SPREAD,
        optional: true,
    },
];

pub(super) fn measures() -> Measures {
    Measures::of(COLUMNS, FIGURES)
}

/// All that a run needs.
pub(super) fn setup<'a>(settings: &RumorsSettings, common: &Common, chance: &Chance) -> Setup<'a, Rumors, Measured> {
    Setup {
        protocol: settings.protocol(common, chance),
        inputs: publications(settings, common.nodes, chance),
        sample: |_, view| sample(view),
        measure: |_, run| Measured::of(run),
        columns: COLUMNS,
        converged_at: |run| run.counts.last_learned,
        has_goal: |_| true,
    }
}

/// What a live node lacks and still pushes, in the mean.
fn sample(view: &View<'_, Rumors>) -> Sampling {
    let mean = |pairs: u64| if view.live == 0 { f64::NAN } else { pairs as f64 / view.live as f64 };
    [mean(view.counts.missing()), mean(view.counts.queued), f64::NAN]
}

impl Measured {
    fn of(run: &Run<Rumors>) -> Self {
        Measured { counts: run.counts.clone(), end: run.end, payload: run.tally.payload.iter().sum() }
    }

    /// How long it took until share number `share` had an update, where that came about for all, and none is unknown again.
    fn spans(&self, share: usize) -> Option<Vec<f64>> {
        let spans: Vec<f64> = self.counts.spreads.reached(share).map(Span::as_millis).collect();
        let all = spans.len() == self.counts.spreads.count() && self.counts.all_known();
        (!spans.is_empty() && all).then_some(spans)
    }

    fn spread(&self, share: usize) -> Option<f64> {
        let spans = self.spans(share)?;
        Some(spans.iter().sum::<f64>() / spans.len() as f64)
    }

    /// The time that the update took until all had it which is slower than the share `p` of them.
    fn slow(&self, p: f64) -> Option<f64> {
        let mut spans = self.spans(2)?;
        spans.sort_unstable_by(f64::total_cmp);
        quantile(&spans, p)
    }

    fn missing(&self) -> Option<f64> {
        let live = self.counts.live();
        (live > 0).then(|| self.counts.mean_missing(self.end) / live as f64)
    }

    fn payload_per_update(&self) -> Option<f64> {
        let pairs = self.counts.spreads.count() as f64 * self.counts.live() as f64;
        (pairs > 0.0).then(|| self.payload as f64 / pairs)
    }
}
