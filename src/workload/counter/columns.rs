//! What is told of a run of a counter: its columns, and the figures of its curve.
//!
//! Unless it says otherwise a figure is over the nodes that are up, and its error is the absolute difference between
//! what a node shows and the true value: all increments that were accepted so far, less all decrements.

use super::counts::Counts;
use super::message::{DELTA_VERSIONS, ENTRY, Message};
use super::protocol::Counter;
use super::replica::Replica;
use crate::engine::{Outcome, Run, View};

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
