//! The columns of what is measured of a broadcast, for every workload that is one.

use std::marker::PhantomData;

use super::deliveries::Deliveries;
use crate::column::{Cell, Column, Printed, Summary};
use crate::time::Span;

/// What is measured of a broadcast.
#[derive(Clone, Debug)]
pub struct Measured {
    /// Who got what.
    pub deliveries: Deliveries,
    /// Within so long messages are to be delivered; nothing where it does not matter.
    pub deadline: Span,
    /// Copies of published messages that were sent.
    pub copies: u64,
}

/// What is left of a run of a broadcast.
pub trait Broadcast: 'static {
    /// What came of it.
    fn broadcast(&self) -> &Measured;
}

/// The columns of a broadcast for a workload whose runs leave `M` behind.
pub struct Columns<M>(PhantomData<M>);

impl<M: Broadcast> Columns<M> {
    /// All of them. A workload with columns of its own puts both together by [`joined`](crate::column::joined).
    pub const LIST: [Column<M>; 24] = [
        Column::whole("published", "", "Messages that were published.", |run: &M| run.broadcast().deliveries.published().into())
            .nonnegative()
            .summed(Summary::Mean),
        Column::real(
            "delivery_share",
            "",
            "Of the pairs of a message and a live node that is to get it and was there when another published it, those in which the \
             node got it.",
            |run: &M| run.broadcast().delivery_share().into(),
        )
        .optional()
        .nonnegative()
        .printed(Printed::Share("delivered"))
        .summed(Summary::Distribution),
        Column::real(
            "in_time_share",
            "",
            "Of the same pairs, those in which the node got it within `workload.deadline`; empty without one.",
            |run: &M| run.broadcast().in_time_share().into(),
        )
        .optional()
        .nonnegative()
        .summed(Summary::Distribution),
        Column::whole("incomplete", "", "Messages that not all of these nodes got.", |run: &M| run.broadcast().deliveries.open().into())
            .nonnegative()
            .summed(Summary::Mean),
        number("deliveries", "Messages of others that these nodes got, each counted once.", |run: &M| run.broadcast().delivered().into()),
        number("late_deliveries", "The same of nodes that came, or came back, after the publication.", |run: &M| {
            run.broadcast().deliveries.late.into()
        }),
        latency("latency_ms", "From the publication of a message until a node delivers it, in the mean.", |run: &M| {
            run.broadcast().deliveries.latencies.mean().map(|nanos| nanos / 1e6).into()
        }),
        latency("latency_p01_ms", "What 1 % of these times stay below; as all of these columns, to a 64th.", |run: &M| {
            run.broadcast().latency(10).into()
        }),
        latency("latency_p10_ms", "What 10 % of the times from the publication of a message until a node delivers it stay below.", |run: &M| run.broadcast().latency(100).into()),
        latency("latency_p25_ms", "What 25 % of the times from the publication of a message until a node delivers it stay below.", |run: &M| run.broadcast().latency(250).into()),
        latency("latency_p50_ms", "What 50 % of the times from the publication of a message until a node delivers it stay below.", |run: &M| run.broadcast().latency(500).into()).printed(Printed::Number("p50 (ms)")),
        latency("latency_p75_ms", "What 75 % of the times from the publication of a message until a node delivers it stay below.", |run: &M| run.broadcast().latency(750).into()),
        latency("latency_p90_ms", "What 90 % of the times from the publication of a message until a node delivers it stay below.", |run: &M| run.broadcast().latency(900).into()),
        latency("latency_p95_ms", "What 95 % of the times from the publication of a message until a node delivers it stay below.", |run: &M| run.broadcast().latency(950).into()),
        latency("latency_p99_ms", "What 99 % of the times from the publication of a message until a node delivers it stay below.", |run: &M| run.broadcast().latency(990).into()).printed(Printed::Number("p99 (ms)")),
        latency("latency_max_ms", "The longest time from the publication of a message until a node delivers it.", |run: &M| {
            run.broadcast().deliveries.latencies.most().map(|nanos| nanos as f64 / 1e6).into()
        })
        .printed(Printed::Number("slowest (ms)")),
        Column::real(
            "last_hop",
            "",
            "Over how many hops the copy came that a node delivers, at most; in the mean over the messages.",
            |run: &M| run.broadcast().deliveries.last_hops().map(|(mean, _)| mean).into(),
        )
        .optional()
        .nonnegative()
        .printed(Printed::Number("last hop"))
        .summed(Summary::Distribution),
        Column::whole("last_hop_max", "", "The same, at most.", |run: &M| {
            run.broadcast().deliveries.last_hops().map(|(_, most)| u64::from(most)).into()
        })
        .optional()
        .nonnegative()
        .summed(Summary::Mean),
        Column::real(
            "redundancy",
            "",
            "Copies of messages sent, for each delivery, less one: the relative message redundancy.",
            |run: &M| run.broadcast().redundancy().into(),
        )
        .optional()
        .printed(Printed::Number("redundancy"))
        .summed(Summary::Distribution),
        number("duplicates", "Copies that reached nodes which had had one.", |run: &M| run.broadcast().deliveries.duplicates.into()),
        Column::real("duplicates_per_node", "", "The same for each message that a node has.", |run: &M| {
            run.broadcast().duplicates_per_node().into()
        })
        .optional()
        .nonnegative()
        .summed(Summary::Mean),
        number("copies", "Copies of messages sent: of their own accord, and to those who asked.", |run: &M| run.broadcast().copies.into()),
        number("answers", "Those of them that were sent to those who asked.", |run: &M| run.broadcast().deliveries.answers.into()),
        number("fetched", "Deliveries of which the first copy had been asked for.", |run: &M| run.broadcast().deliveries.fetched.into()),
    ];
}

/// A number of messages or deliveries.
const fn number<M>(name: &'static str, doc: &'static str, of: fn(&M) -> Cell) -> Column<M> {
    Column::whole(name, "", doc, of).nonnegative().summed(Summary::Mean)
}

/// A time that deliveries take.
const fn latency<M>(name: &'static str, doc: &'static str, of: fn(&M) -> Cell) -> Column<M> {
    Column::real(name, "ms", doc, of).optional().nonnegative().summed(Summary::Distribution)
}

impl Measured {
    fn delivered(&self) -> u64 {
        let [_, delivered] = self.deliveries.pairs();
        delivered
    }

    fn delivery_share(&self) -> Option<f64> {
        let [due, delivered] = self.deliveries.pairs();
        (due > 0).then(|| delivered as f64 / due as f64)
    }

    fn in_time_share(&self) -> Option<f64> {
        let [due, _] = self.deliveries.pairs();
        (due > 0 && !self.deadline.is_zero()).then(|| self.deliveries.in_time as f64 / due as f64)
    }

    /// The time that so many thousandths of the deliveries stay below.
    fn latency(&self, permille: u64) -> Option<f64> {
        self.deliveries.latencies.quantile(permille).map(|nanos| Span::from_nanos(nanos).as_millis())
    }

    /// Deliveries to all nodes, whenever they came.
    pub fn all_delivered(&self) -> u64 {
        self.delivered() + self.deliveries.late
    }

    fn redundancy(&self) -> Option<f64> {
        let deliveries = self.all_delivered();
        (deliveries > 0).then(|| self.copies as f64 / deliveries as f64 - 1.0)
    }

    fn duplicates_per_node(&self) -> Option<f64> {
        let had = self.all_delivered() + self.deliveries.published();
        (had > 0).then(|| self.deliveries.duplicates as f64 / had as f64)
    }
}
