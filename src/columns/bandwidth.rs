//! The columns of scenarios whose nodes have only so much bandwidth, or whose packets have only so much room.

use super::common;
use super::{Cell, Column, Figure, Run, Sampled, Statistic, Summary};
use crate::engine::total;
use crate::observe::{DirectionReport, QueueReport, RoundSample};

/// What `runs.csv` says besides. They came after all other columns, and stand behind them.
pub const RUNS: [Column<Run>; 14] = [
    Column::whole(
        "overflowed",
        "messages",
        "Legs for which there was no room in a queue: dropped or, where `overflow = \"wait\"` and over TCP, waiting all the same.",
        |run: &Run| of(run, |report| report.sent.overflows() + report.received.overflows()),
    )
    .optional()
    .summed(Summary::Mean),
    Column::whole(
        "packets",
        "packets",
        "Packets sent: legs, and what legs beyond the `mtu` take besides; empty where neither bandwidth nor packets are limited.",
        |run: &Run| {
            let tally = &run.record.ending.tally;
            of(run, |_| tally.sent.saturating_add(tally.further_packets))
        },
    )
    .optional()
    .summed(Summary::Mean),
    rate("sent_p99_bytes_per_second", "Bytes sent per second that 99 % of the nodes stay below.", |run| {
        per_second(run, |report| report.sent.p99)
    }),
    rate("sent_max_bytes_per_second", "Bytes sent per second by the node that sends most.", |run| {
        per_second(run, |report| report.sent.max as f64)
    }),
    rate("received_bytes_per_second", "Bytes received per node and second.", |run| {
        per_second(run, |report| report.received.mean)
    }),
    rate("received_p99_bytes_per_second", "Bytes received per second that 99 % of the nodes stay below.", |run| {
        per_second(run, |report| report.received.p99)
    }),
    rate("received_max_bytes_per_second", "Bytes received per second by the node that receives most.", |run| {
        per_second(run, |report| report.received.max as f64)
    }),
    share("sent_gini", "Gini coefficient of the bytes that nodes sent: 0 where all sent the same, near 1 where one sent all.", |run| {
        of(run, |report| report.sent.gini)
    }),
    share(
        "received_gini",
        "Gini coefficient of the bytes that nodes received: 0 where all received the same, near 1 where one received all.",
        |run| of(run, |report| report.received.gini),
    ),
    share("sent_max_to_mean", "How many times the mean over nodes the node sent that sent most bytes.", |run| {
        of(run, |report| report.sent.max_to_mean())
    }),
    share("received_max_to_mean", "How many times the mean over nodes the node received that received most bytes.", |run| {
        of(run, |report| report.received.max_to_mean())
    }),
    wait("queueing_ms", "How long a leg that got through waited in the queues of both its ends, in the mean.", |run| {
        waited(run, |(mean, ..)| mean)
    }),
    wait(
        "queueing_p99_ms",
        "What 99 % of these waits stay below, at most 1/64 too long.",
        |run| waited(run, |(_, p99, _)| p99 as f64),
    ),
    wait("queueing_max_ms", "The longest of these waits.", |run| waited(run, |(.., most)| most as f64)),
];

/// What `curve.csv` says besides.
pub const CURVE: [Figure<RoundSample>; 2] = [
    Figure {
        name: "queued",
        unit: "bytes",
        doc: "the bytes in the queues of a node at the end of the round, what is being sent and received included, in the mean \
              over nodes; a run that has ended keeps those of its end",
        of: |run: &Sampled<RoundSample>| run.now.queued[0],
        statistics: &[Statistic::Mean],
        optional: false,
    },
    Figure {
        name: "queued_most",
        unit: "bytes",
        doc: "the bytes in the queues of the node that has most in them at the end of the round",
        of: |run: &Sampled<RoundSample>| run.now.queued[1],
        statistics: &[Statistic::Mean],
        optional: false,
    },
];

/// What a row of `bandwidth.csv` says: what was sent and received of a kind of message, or from region to region.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BandwidthRow {
    /// The kind of message; of all kinds if none.
    pub kind: Option<&'static str>,
    /// From which region to which; between all nodes if none.
    pub regions: Option<(String, String)>,
    /// Bytes sent, per second and node that can have sent them.
    pub sent: Option<f64>,
    /// Bytes received, per second and node.
    pub received: Option<f64>,
    /// Messages per run for which a sender had no room.
    pub sender_full: Option<f64>,
    /// Messages per run for which a recipient had no room.
    pub recipient_full: Option<f64>,
}

/// The columns of `bandwidth.csv` after those of the point and of swept keys.
pub const COLUMNS: &[Column<BandwidthRow>] = &[
    Column::word("kind", "The kind of message; empty of all kinds.", |row: &BandwidthRow| row.kind.into()).optional(),
    Column::word("from", "The region of the senders; empty of all nodes.", |row: &BandwidthRow| {
        row.regions.as_ref().map(|(from, _)| from.as_str()).into()
    })
    .optional(),
    Column::word("to", "The region of the recipients; empty of all nodes.", |row: &BandwidthRow| {
        row.regions.as_ref().map(|(_, to)| to.as_str()).into()
    })
    .optional(),
    Column::real(
        "sent_bytes_per_second",
        "bytes/s",
        "Bytes sent per second and node (of region `from`); empty where that is no time.",
        |row: &BandwidthRow| row.sent.into(),
    )
    .optional(),
    Column::real(
        "received_bytes_per_second",
        "bytes/s",
        "Bytes received per second and node; empty of regions.",
        |row: &BandwidthRow| row.received.into(),
    )
    .optional(),
    Column::real(
        "overflowed_sending",
        "messages",
        "Legs per run that were dropped because the queue of their sender had no room; empty of regions.",
        |row: &BandwidthRow| row.sender_full.into(),
    )
    .optional(),
    Column::real(
        "overflowed_receiving",
        "messages",
        "Legs per run that were dropped because the queue of their recipient had no room; empty of regions.",
        |row: &BandwidthRow| row.recipient_full.into(),
    )
    .optional(),
];

const fn rate(name: &'static str, doc: &'static str, of: fn(&Run) -> Cell) -> Column<Run> {
    Column::real(name, "bytes/s", doc, of).optional().summed(Summary::Mean)
}

const fn share(name: &'static str, doc: &'static str, of: fn(&Run) -> Cell) -> Column<Run> {
    Column::real(name, "", doc, of).optional().summed(Summary::Mean)
}

const fn wait(name: &'static str, doc: &'static str, of: fn(&Run) -> Cell) -> Column<Run> {
    Column::real(name, "ms", doc, of).optional().summed(Summary::Mean)
}

impl DirectionReport {
    /// Messages for which there was no room.
    fn overflows(&self) -> u64 {
        total(&self.overflowed) + self.beyond
    }
}

/// Something of what passed the queues, where there are any.
fn of<T: Into<Cell>>(run: &Run, what: impl FnOnce(&QueueReport) -> T) -> Cell {
    run.record.queues.as_deref().map(what).map_or(Cell::Empty, Into::into)
}

fn per_second(run: &Run, bytes: fn(&QueueReport) -> f64) -> Cell {
    let seconds = common::seconds(&run.point.settings, run.record.ending.ended);
    of(run, |report| seconds.map(|seconds| bytes(report) / seconds))
}

fn waited(run: &Run, nanos: fn((f64, u64, u64)) -> f64) -> Cell {
    of(run, |report| report.waits.map(|waits| nanos(waits) / 1e6))
}
