//! The columns of what is measured of a failure detector, for every workload that is one.

use std::marker::PhantomData;

use super::measured::Measured;
use crate::column::{Cell, Column, Figure, Printed, Sampled, Statistic, Summary};
use crate::workload::Sampling;

/// What is left of a run of a failure detector.
pub trait Detected: 'static {
    /// What came of detection.
    fn detection(&self) -> &Measured;
}

impl Detected for Measured {
    fn detection(&self) -> &Measured {
        self
    }
}

/// The columns of failure detection for a workload whose runs leave `M` behind.
pub struct Columns<M>(PhantomData<M>);

impl<M: Detected> Columns<M> {
    /// All of them. A workload with columns of its own puts both together by [`joined`](crate::column::joined).
    pub const LIST: [Column<M>; 23] = [
        Column::whole("failures", "", "Crashes in the run.", |run: &M| run.detection().failures.into())
            .summed(Summary::Mean),
        time(
            "first_detection_ms",
            "Mean time from a crash until a live node took the node for failed and some live node did from then on; empty \
             if one of the crashes went unnoticed.",
            |run: &M| run.detection().first.mean().into(),
        )
        .printed(Printed::Number("first (ms)"))
        .summed(Summary::MeanAndTails),
        time("first_detection_median_ms", "Median of these times over the crashes of the run.", |run: &M| {
            run.detection().first.quantile(0.5).into()
        }),
        time("first_detection_p99_ms", "What 99 % of these times stay below.", |run: &M| {
            run.detection().first.quantile(0.99).into()
        }),
        time("first_detection_p99_9_ms", "What 99.9 % of these times stay below.", |run: &M| {
            run.detection().first.quantile(0.999).into()
        }),
        Column::real("unnoticed", "", "Share of crashes that no live node noticed before they or the run were over.", |run: &M| {
            run.detection().first.missed_share().into()
        })
        .optional()
        .nonnegative()
        .summed(Summary::Mean),
        time(
            "full_detection_ms",
            "Mean time from a crash until all live nodes that were up at the crash, and are to know, took the node for \
             failed; empty if one of the crashes was not known to all.",
            |run: &M| run.detection().all.mean().into(),
        )
        .printed(Printed::Number("all know (ms)"))
        .summed(Summary::MeanAndTails),
        time("full_detection_median_ms", "Median of these times over the crashes of the run.", |run: &M| {
            run.detection().all.quantile(0.5).into()
        }),
        time("full_detection_p99_ms", "What 99 % of these times stay below.", |run: &M| {
            run.detection().all.quantile(0.99).into()
        }),
        time("full_detection_p99_9_ms", "What 99.9 % of these times stay below.", |run: &M| {
            run.detection().all.quantile(0.999).into()
        }),
        Column::real("not_known_to_all", "", "Share of crashes that were not known to all before they or the run were over.", |run: &M| {
            run.detection().all.missed_share().into()
        })
        .optional()
        .nonnegative()
        .printed(Printed::Share("missed"))
        .summed(Summary::Mean),
        Column::whole("mistakes", "", "Times that a node took one for failed that was up.", |run: &M| run.detection().mistakes.into())
            .summed(Summary::Mean),
        Column::whole("false_positives", "", "Mistakes about nodes that had never been blocked.", |run: &M| {
            run.detection().false_positives.into()
        })
        .summed(Summary::Mean),
        Column::whole(
            "false_positives_healthy",
            "",
            "Those of `false_positives` whose accuser had never been blocked either.",
            |run: &M| run.detection().of_healthy.into(),
        )
        .summed(Summary::Mean),
        Column::whole(
            "false_positives_about_healthy",
            "",
            "Mistakes about healthy nodes: those that are never blocked in the run, neither before the mistake nor after it (FP \
             of Lifeguard). Every node that takes another for failed makes one, also if others said so.",
            |run: &M| run.detection().about_healthy.into(),
        )
        .summed(Summary::Mean),
        Column::whole(
            "false_positives_between_healthy",
            "",
            "Those of `false_positives_about_healthy` whose accuser is healthy, too (FP- of Lifeguard).",
            |run: &M| run.detection().between_healthy.into(),
        )
        .summed(Summary::Mean),
        Column::real("node_hours", "h", "The exposure: the time that nodes were up, in sum.", |run: &M| {
            run.detection().node_hours.into()
        })
        .nonnegative()
        .summed(Summary::Mean),
        Column::real(
            "false_positives_per_node_hour",
            "1/h",
            "`false_positives` for each of `node_hours`. Where there are none, the rate is below 3 / exposure with 95 % \
             confidence, not 0.",
            |run: &M| run.detection().per_node_hour(run.detection().false_positives).into(),
        )
        .optional()
        .nonnegative()
        .printed(Printed::Number("false/node-h"))
        .summed(Summary::Distribution),
        Column::real(
            "false_positives_healthy_per_node_hour",
            "1/h",
            "`false_positives_healthy` for each of `node_hours`.",
            |run: &M| run.detection().per_node_hour(run.detection().of_healthy).into(),
        )
        .optional()
        .nonnegative()
        .summed(Summary::Mean),
        time(
            "mistake_duration_ms",
            "Mean mistake duration (T_M): the time that pairs were in a mistake for each mistake that was retracted.",
            |run: &M| run.detection().mistake_duration().into(),
        ),
        time(
            "mistake_recurrence_ms",
            "Mean mistake recurrence time (T_MR): the time that pairs of a node and one that it monitors were up for each \
             of `mistakes`.",
            |run: &M| run.detection().mistake_recurrence().into(),
        ),
        Column::real(
            "query_accuracy",
            "",
            "Query accuracy (P_A): the share of the time of such pairs in which the first was not mistaken about the second.",
            |run: &M| run.detection().query_accuracy().into(),
        )
        .optional()
        .nonnegative()
        .summed(Summary::Mean),
        Column::real(
            "transitions_per_node_hour",
            "1/h",
            "Flapping: how often mistakes began and were retracted, for each of `node_hours`.",
            |run: &M| run.detection().per_node_hour(run.detection().mistakes + run.detection().retracted).into(),
        )
        .optional()
        .nonnegative()
        .summed(Summary::Mean),
    ];
}

/// A time of a run, in milliseconds, that may be unknown.
const fn time<M: 'static>(name: &'static str, doc: &'static str, of: fn(&M) -> Cell) -> Column<M> {
    Column::real(name, "ms", doc, of).optional().nonnegative().summed(Summary::Mean)
}

/// What `curve.csv` says of a failure detector, sampled by [`Detection::sample`](super::Detection::sample).
pub const FIGURES: &[Figure<Sampling>] = &[
    Figure {
        name: "mistaken",
        unit: "",
        doc: "the share of live nodes that are mistaken about another",
        of: |run: &Sampled<Sampling>| run.now[0],
        statistics: Statistic::SPREAD,
        optional: true,
    },
    Figure {
        name: "wrongly_suspected",
        unit: "",
        doc: "the share of live nodes that another is mistaken about",
        of: |run: &Sampled<Sampling>| run.now[1],
        statistics: Statistic::SPREAD,
        optional: true,
    },
    Figure {
        name: "failures_known",
        unit: "",
        doc: "the share of nodes that know, over all pairs of a failure that lasts and a node that is to know of it",
        of: |run: &Sampled<Sampling>| run.now[2],
        statistics: Statistic::SPREAD,
        optional: true,
    },
];
