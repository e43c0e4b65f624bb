//! What is told of a run of a counter: its columns, and the figures of its curve.
//!
//! Unless it says otherwise a figure is over the nodes that are up, and its error is the absolute difference between
//! what a node shows and the true value: all increments that were accepted so far, less all decrements.

use super::counts::Counts;
use super::increments::Increment;
use super::message::{DELTA_VERSIONS, ENTRY, Message};
use super::protocol::Counter;
use super::replica::Replica;
use crate::column::{Cell, Column, Figure, Sampled, Statistic, Summary};
use crate::engine::{Happening, Outcome, Run, View};
use crate::time::Time;
use crate::workload::{Measures, Play, Sampling};

/// What is measured of a run.
#[derive(Clone, Debug)]
pub struct Measured {
    increments: u64,
    decrements: u64,
    value: Option<i64>,
    true_value: i64,
    agreement_ms: Option<f64>,
    entries: u64,
    entries_per_increment: Option<f64>,
    bytes_per_increment: Option<f64>,
    error_mean: f64,
    error_max: u64,
}

const COLUMNS: &[Column<Measured>] = &[
    Column::whole("increments", "", "Increments that live nodes accepted.", |run: &Measured| run.increments.into()),
    Column::whole("decrements", "", "Decrements that live nodes accepted.", |run: &Measured| run.decrements.into()),
    Column::real("value", "", "Value that all live nodes show at the end; empty unless they agree.", |run: &Measured| {
        run.value.map(|value| value as f64).into()
    })
    .optional(),
    Column::real("true_value", "", "Increments less decrements: what they ought to show.", |run: &Measured| {
        (run.true_value as f64).into()
    }),
    Column::real(
        "agreement_ms",
        "ms",
        "Time from the last increment until the value of a node changed for the last time; empty unless they agree.",
        |run: &Measured| run.agreement_ms.into(),
    )
    .optional()
    .summed(Summary::DistributionOfConverged),
    Column::whole("entries", "entries", "Entries of all maps and deltas sent.", |run: &Measured| run.entries.into())
        .summed(Summary::Mean),
    Column::real(
        "entries_per_increment",
        "entries",
        "Entries sent for each increment and decrement; one that reaches all of n nodes by itself takes n - 1 at least.",
        |run: &Measured| run.entries_per_increment.into(),
    )
    .optional()
    .summed(Summary::Mean),
    Column::real(
        "bytes_per_increment",
        "bytes",
        "Bytes of payload sent for each increment and decrement: entries of 16, hashes and versions of 8.",
        |run: &Measured| run.bytes_per_increment.into(),
    )
    .optional()
    .summed(Summary::Mean),
    Column::real("error_mean", "", "Mean over the live nodes of how far off the value is that they show at the end.", |run: &Measured| {
        run.error_mean.into()
    })
    .summed(Summary::Mean),
    Column::whole("error_max", "", "How far off the value is that a live node shows at the end, at most.", |run: &Measured| {
        run.error_max.into()
    })
    .summed(Summary::Mean),
];

const SPREAD: &[Statistic] =
    &[Statistic::Mean, Statistic::Quantile(5), Statistic::Quantile(50), Statistic::Quantile(95)];

const FIGURES: &[Figure<Sampling>] = &[
    Figure {
        name: "error_mean",
        unit: "",
        doc: "the mean over the live nodes of how far off the value is that they show",
        of: |run: &Sampled<Sampling>| run.now[0],
        statistics: SPREAD,
    },
    Figure {
        name: "error_max",
        unit: "",
        doc: "how far off the value is that a live node shows, at most",
        of: |run: &Sampled<Sampling>| run.now[1],
        statistics: SPREAD,
    },
    Figure {
        name: "exact_share",
        unit: "",
        doc: "the share of the live nodes that show the true value",
        of: |run: &Sampled<Sampling>| run.now[2],
        statistics: &[Statistic::Mean],
    },
];

pub(super) fn measures() -> Measures {
    Measures { runs: COLUMNS.iter().map(|column| column.filled(|()| Cell::Empty)).collect(), curve: FIGURES }
}

/// All that a run needs.
pub(super) fn play<'a>(
    protocol: Counter,
    coming: impl Iterator<Item = (Time, Happening<Increment>)> + 'a,
) -> Play<'a, Counter, Measured> {
    let inputs = coming.filter_map(|(at, happening)| match happening {
        Happening::Input(node, increment) => Some((at, node, increment)),
        _ => None,
    });
    Play {
        protocol,
        inputs: Box::new(inputs),
        sample: |_, view| [mean_error(*view), max_error(*view) as f64, exact_share(*view)],
        measure: |_, run| Measured {
            increments: increments(run),
            decrements: decrements(run),
            value: value(run),
            true_value: true_value(run),
            agreement_ms: agreement_ms(run),
            entries: entries(run),
            entries_per_increment: entries_per_increment(run),
            bytes_per_increment: bytes_per_increment(run),
            error_mean: final_mean_error(run),
            error_max: final_max_error(run),
        },
        columns: COLUMNS,
        converged_at: |run| run.counts.last_changed,
    }
}

/// The increments that nodes accepted, in all.
pub fn increments(run: &Run<Counter>) -> u64 {
    run.counts.increments
}

/// The decrements that nodes accepted, in all.
pub fn decrements(run: &Run<Counter>) -> u64 {
    run.counts.decrements
}

/// The value that all nodes show at the end, if they agree.
pub fn value(run: &Run<Counter>) -> Option<i64> {
    let agreed = run.outcome == Outcome::Converged;
    let mut shown = live(&run.memory.states, &run.counts).map(|replica| replica.map.value());
    shown.next().filter(|_| agreed)
}

/// The true value at the end.
pub fn true_value(run: &Run<Counter>) -> i64 {
    run.counts.value()
}

/// Milliseconds from the last increment or decrement until the value of a node changed for the last time, after which all
/// show the same, if they do.
pub fn agreement_ms(run: &Run<Counter>) -> Option<f64> {
    let Counts { last_accepted, last_changed, .. } = run.counts;
    // What is accepted last may wait for its node to recover, and be lost with it.
    let since = last_changed.nanos().saturating_sub(last_accepted.nanos());
    (run.outcome == Outcome::Converged).then_some(since as f64 / 1e6)
}

/// The entries of all maps and deltas sent.
pub fn entries(run: &Run<Counter>) -> u64 {
    let payload = run.tally.payload[Message::STATE] + run.tally.payload[Message::DELTA];
    (payload - DELTA_VERSIONS * run.tally.sent[Message::DELTA]) / ENTRY
}

/// Entries sent for each increment and decrement; one that reaches all of n nodes by itself takes n - 1 at least.
pub fn entries_per_increment(run: &Run<Counter>) -> Option<f64> {
    per_increment(entries(run), run)
}

/// Bytes of payload sent for each increment and decrement: entries of 16, hashes and versions of 8.
pub fn bytes_per_increment(run: &Run<Counter>) -> Option<f64> {
    per_increment(run.tally.payload.iter().sum(), run)
}

/// The mean error at the end.
pub fn final_mean_error(run: &Run<Counter>) -> f64 {
    mean(errors(&run.memory.states, &run.counts))
}

/// The largest error at the end.
pub fn final_max_error(run: &Run<Counter>) -> u64 {
    errors(&run.memory.states, &run.counts).max().unwrap_or(0)
}

/// The mean value that nodes show.
pub fn mean_value(view: View<'_, Counter>) -> f64 {
    let (mut sum, mut nodes) = (0.0, 0.0);
    live(view.states, view.counts).for_each(|replica| {
        sum += replica.map.value() as f64;
        nodes += 1.0;
    });
    sum / f64::max(nodes, 1.0)
}

/// The mean error.
pub fn mean_error(view: View<'_, Counter>) -> f64 {
    mean(errors(view.states, view.counts))
}

/// The largest error.
pub fn max_error(view: View<'_, Counter>) -> u64 {
    errors(view.states, view.counts).max().unwrap_or(0)
}

/// The share of nodes that show the true value.
pub fn exact_share(view: View<'_, Counter>) -> f64 {
    mean(errors(view.states, view.counts).map(|error| u64::from(error == 0)))
}

/// The nodes that are up.
fn live<'a>(states: &'a [Replica], counts: &'a Counts) -> impl Iterator<Item = &'a Replica> {
    let up = |replica: &&Replica| replica.identity.is_some_and(|identity| !counts.down.contains(&identity.node));
    states.iter().filter(up)
}

/// How far each of them is off.
fn errors<'a>(states: &'a [Replica], counts: &'a Counts) -> impl Iterator<Item = u64> {
    let truth = counts.value();
    live(states, counts).map(move |replica| replica.map.value().abs_diff(truth))
}

fn mean(numbers: impl Iterator<Item = u64>) -> f64 {
    let (sum, count) = numbers.fold((0, 0), |(sum, count), number| (sum + number, count + 1_u64));
    sum as f64 / count.max(1) as f64
}

fn per_increment(total: u64, run: &Run<Counter>) -> Option<f64> {
    let accepted = run.counts.increments + run.counts.decrements;
    (accepted > 0).then_some(total as f64 / accepted as f64)
}
