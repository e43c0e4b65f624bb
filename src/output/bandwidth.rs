//! The rows of `bandwidth.csv`: what was sent and received of each kind of message, and from each region to each, over all
//! runs of a point.

use crate::columns::bandwidth::BandwidthRow;
use crate::columns::common;
use crate::engine::Tally;
use crate::experiment::Record;
use crate::scenario::Point;

/// What passed the queues of all runs of a point.
#[derive(Clone, Debug, Default)]
pub struct Passed {
    kinds: &'static [&'static str],
    regions: Vec<(String, u32)>,
    runs: u64,
    /// How long all runs together lasted.
    seconds: f64,
    /// Bytes sent and received, and messages without room, by kind.
    sums: [[u128; Tally::MAX_KINDS]; 4],
    between: Vec<u128>,
}

impl Passed {
    /// Adds a run of `point`.
    pub fn add(&mut self, point: &Point, record: &Record) {
        let Some(report) = &record.queues else { return };
        (self.kinds, self.runs) = (report.kinds, self.runs + 1);
        self.seconds += common::seconds(&point.settings, record.ending.ended).unwrap_or(0.0);
        let (sent, received) = (&report.sent, &report.received);
        let parts = [&sent.bytes, &received.bytes, &sent.overflowed, &received.overflowed];
        for (sums, part) in self.sums.iter_mut().zip(parts) {
            sums.iter_mut().zip(part).for_each(|(sum, count)| *sum += u128::from(*count));
        }
        self.between.resize(report.between.len(), 0);
        self.between.iter_mut().zip(&report.between).for_each(|(sum, bytes)| *sum += u128::from(*bytes));
        self.regions.clone_from(&report.regions);
    }

    /// The rows for `point`: kinds of which nothing was sent are left out.
    pub fn rows(&self, point: &Point) -> Vec<BandwidthRow> {
        if self.runs == 0 {
            return Vec::new();
        }
        let nodes = f64::from(point.settings.all_nodes());
        let rate = |bytes: f64, nodes: f64| (self.seconds * nodes > 0.0).then(|| bytes / self.seconds / nodes);
        let per_run = |count: u128| Some(count as f64 / self.runs as f64);
        let [sent, received, sender_full, recipient_full] = &self.sums;
        let row = |kind: Option<&'static str>, number: &dyn Fn(&[u128; Tally::MAX_KINDS]) -> u128| BandwidthRow {
            kind,
            regions: None,
            sent: rate(number(sent) as f64, nodes),
            received: rate(number(received) as f64, nodes),
            sender_full: per_run(number(sender_full)),
            recipient_full: per_run(number(recipient_full)),
        };
        let kinds = self.kinds.iter().enumerate();
        let kinds = kinds.filter(|&(kind, _)| self.sums.iter().any(|sums| sums[kind] > 0));
        let kinds = kinds.map(|(kind, name)| row(Some(name), &|sums| sums[kind]));
        let all = row(None, &|sums| sums.iter().sum());
        let pairs = self.regions.iter().flat_map(|from| self.regions.iter().map(move |to| (from, to)));
        let regions = pairs.zip(&self.between).map(|(((from, size), (to, _)), &bytes)| BandwidthRow {
            regions: Some((from.clone(), to.clone())),
            sent: rate(bytes as f64, f64::from(*size)),
            ..BandwidthRow::default()
        });
        kinds.chain([all]).chain(regions).collect()
    }
}
