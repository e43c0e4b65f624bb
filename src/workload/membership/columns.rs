//! What is measured of membership: how wrong lists are, round by round and at the end, and how long until changes are known.

use std::iter;

use super::counts::Counts;
use super::protocol::Membership;
use super::settings::MembershipSettings;
use crate::column::{Column, Figure, Printed, Sampled, Statistic, Summary};
use crate::engine::{Run, View};
use crate::time::Time;
use crate::workload::{Common, Measures, Sampling, Setup};

/// What is left of a run.
#[derive(Clone, Debug)]
pub struct Measured {
    counts: Counts,
    end: Time,
    /// Pairs of lists and nodes for each live node: those that are missing, and those that are down.
    errors: Option<[f64; 2]>,
    payload: u64,
}

const COLUMNS: &[Column<Measured>] = &[
    Column::whole(
        "arrivals",
        "",
        "Nodes that came and became known to all live nodes: at the start where nodes know the seeds alone, by joining, or after \
         a crash.",
        |run: &Measured| (run.counts.arrivals.known[2].len() as u64).into(),
    )
    .nonnegative()
    .summed(Summary::Mean),
    Column::whole("arrivals_unknown", "", "Nodes that came and did not become known to all while they were there.", |run: &Measured| {
        run.counts.unknown(true).into()
    })
    .nonnegative()
    .summed(Summary::Mean),
    Column::real(
        "arrival_known_50_ms",
        "ms",
        "From the arrival of a node until half of the other live nodes list it, in the mean; where all came to be known.",
        |run: &Measured| run.delay(true, 0).into(),
    )
    .optional()
    .nonnegative()
    .summed(Summary::Distribution),
    Column::real("arrival_known_99_ms", "ms", "The same of 99 % of them.", |run: &Measured| run.delay(true, 1).into())
        .optional()
        .nonnegative()
        .summed(Summary::Distribution),
    Column::real("arrival_known_ms", "ms", "The same of all of them.", |run: &Measured| run.delay(true, 2).into())
        .optional()
        .nonnegative()
        .printed(Printed::Number("arrival known (ms)"))
        .summed(Summary::Distribution),
    Column::real("arrival_known_longest_ms", "ms", "The same, of the arrival that took longest.", |run: &Measured| {
        run.longest(true).into()
    })
    .optional()
    .nonnegative()
    .summed(Summary::Distribution),
    Column::whole(
        "departures",
        "",
        "Nodes that crashed or left, and that no live node lists since.",
        |run: &Measured| (run.counts.departures.known[2].len() as u64).into(),
    )
    .nonnegative()
    .summed(Summary::Mean),
    Column::whole(
        "departures_unknown",
        "",
        "Nodes that crashed or left, and that a live node listed until they came back or the run ended.",
        |run: &Measured| run.counts.unknown(false).into(),
    )
    .nonnegative()
    .summed(Summary::Mean),
    Column::real(
        "departure_known_50_ms",
        "ms",
        "From the departure of a node until at most half of the live nodes list it, in the mean; where all came to be known.",
        |run: &Measured| run.delay(false, 0).into(),
    )
    .optional()
    .nonnegative()
    .summed(Summary::Distribution),
    Column::real("departure_known_99_ms", "ms", "The same of 1 %.", |run: &Measured| run.delay(false, 1).into())
        .optional()
        .nonnegative()
        .summed(Summary::Distribution),
    Column::real("departure_known_ms", "ms", "The same of none.", |run: &Measured| run.delay(false, 2).into())
        .optional()
        .nonnegative()
        .printed(Printed::Number("departure known (ms)"))
        .summed(Summary::Distribution),
    Column::real("departure_known_longest_ms", "ms", "The same, of the departure that took longest.", |run: &Measured| {
        run.longest(false).into()
    })
    .optional()
    .nonnegative()
    .summed(Summary::Distribution),
    Column::whole("false_removals", "", "How often a live node took another live node for gone.", |run: &Measured| {
        run.counts.false_removals.into()
    })
    .nonnegative()
    .printed(Printed::Number("false removals"))
    .summed(Summary::Distribution),
    Column::real(
        "false_removals_per_node_hour",
        "",
        "`false_removals` for each hour that a node was live. Of none it is known with 95 % confidence that there are fewer than \
         3 in all these hours.",
        |run: &Measured| run.false_removal_rate().into(),
    )
    .optional()
    .nonnegative()
    .summed(Summary::Mean),
    Column::real("missing", "nodes", "Live nodes that a live node does not list at the end, in the mean.", |run: &Measured| {
        run.errors.map(|[missing, _]| missing).into()
    })
    .optional()
    .nonnegative()
    .summed(Summary::Mean),
    Column::real("ghosts", "nodes", "Nodes that are down and that a live node lists at the end, in the mean.", |run: &Measured| {
        run.errors.map(|[_, ghosts]| ghosts).into()
    })
    .optional()
    .nonnegative()
    .summed(Summary::Mean),
    Column::whole("payload", "bytes", "Bytes sent beside headers.", |run: &Measured| run.payload.into()).summed(Summary::Mean),
];

const FIGURES: &[Figure<Sampling>] = &[
    Figure {
        name: "missing",
        unit: "nodes",
        doc: "the live nodes that a live node does not list, in the mean",
        of: |run: &Sampled<Sampling>| run.now[0],
        statistics: Statistic::SPREAD,
        optional: true,
    },
    Figure {
        name: "ghosts",
        unit: "nodes",
        doc: "the nodes that are down and that a live node lists, in the mean",
        of: |run: &Sampled<Sampling>| run.now[1],
        statistics: Statistic::SPREAD,
        optional: true,
    },
    Figure {
        name: "right_share",
        unit: "",
        doc: "of all pairs of live nodes the share of those in which the first lists the second",
        of: |run: &Sampled<Sampling>| run.now[2],
        statistics: Statistic::SPREAD,
        optional: true,
    },
];

pub(super) fn measures() -> Measures {
    Measures::of(COLUMNS, FIGURES)
}

/// All that a run needs.
pub(super) fn setup(settings: &MembershipSettings, common: &Common) -> Setup<'static, Membership, Measured> {
    Setup {
        protocol: settings.protocol(common),
        inputs: Box::new(iter::empty()),
        sample: |_, view| {
            let pairs = view.live as f64 * (view.live as f64 - 1.0);
            let right = if pairs > 0.0 { 1.0 - view.counts.missing() as f64 / pairs } else { f64::NAN };
            errors(view).map_or([f64::NAN; 3], |[missing, ghosts]| [missing, ghosts, right])
        },
        measure: |_, run| Measured::of(run),
        columns: COLUMNS,
        converged_at: |run| run.counts.last_changed,
        has_goal: |_| true,
    }
}

/// How many nodes are missing from the list of a live node, and how many it lists that are down, in the mean.
fn errors(view: &View<'_, Membership>) -> Option<[f64; 2]> {
    let mean = |pairs: u64| pairs as f64 / view.live as f64;
    (view.live > 0).then(|| [mean(view.counts.missing()), mean(view.counts.ghosts())])
}

impl Measured {
    fn of(run: &Run<Membership>) -> Self {
        let payload = run.tally.payload.iter().sum();
        Measured { counts: run.counts.clone(), end: run.end, errors: errors(&run.view()), payload }
    }

    fn delay(&self, came: bool, share: usize) -> Option<f64> {
        self.counts.delays(came).mean_ms(share).filter(|_| self.counts.unknown(came) == 0)
    }

    fn longest(&self, came: bool) -> Option<f64> {
        self.counts.delays(came).longest_ms().filter(|_| self.counts.unknown(came) == 0)
    }

    fn false_removal_rate(&self) -> Option<f64> {
        let hours = self.counts.node_hours(self.end);
        (hours > 0.0).then(|| self.counts.false_removals as f64 / hours)
    }
}
