//! What is measured of a mesh: who gets messages how soon, over how many hops, and what is sent for that.

use super::counts::Counts;
use super::message::MessageKind;
use super::protocol::Mesh;
use super::publications::publications;
use super::settings::MeshSettings;
use crate::column::{Cell, Column, Figure, Printed, Sampled, Statistic, Summary};
use crate::engine::{ByKind, Run, View};
use crate::random::Chance;
use crate::time::{Span, Time};
use crate::workload::{Common, Measures, Sampling, Setup};

/// What is left of a run.
#[derive(Clone, Debug)]
pub struct Measured {
    counts: Counts,
    deadline: Span,
    sent: ByKind,
    payload: ByKind,
}

/// Messages of a kind that were sent.
const fn sent(name: &'static str, doc: &'static str, of: fn(&Measured) -> Cell) -> Column<Measured> {
    Column::whole(name, "", doc, of).nonnegative().summed(Summary::Mean)
}

/// Their bytes.
const fn bytes(name: &'static str, doc: &'static str, of: fn(&Measured) -> Cell) -> Column<Measured> {
    Column::whole(name, "bytes", doc, of).nonnegative().summed(Summary::Mean)
}

/// A time that deliveries take.
const fn latency(name: &'static str, doc: &'static str, of: fn(&Measured) -> Cell) -> Column<Measured> {
    Column::real(name, "ms", doc, of).optional().nonnegative().summed(Summary::Distribution)
}

const COLUMNS: &[Column<Measured>] = &[
    Column::whole("published", "", "Messages that were published.", |run: &Measured| run.counts.published().into())
        .nonnegative()
        .summed(Summary::Mean),
    Column::real(
        "delivery_share",
        "",
        "Of the pairs of a message and a live node that subscribes to its topic and was there when another published it, those in \
         which the node got it.",
        |run: &Measured| run.delivery_share().into(),
    )
    .optional()
    .nonnegative()
    .printed(Printed::Share("delivered"))
    .summed(Summary::Distribution),
    Column::real(
        "in_time_share",
        "",
        "Of the same pairs, those in which the node got it within `workload.deadline`; empty without one.",
        |run: &Measured| run.in_time_share().into(),
    )
    .optional()
    .nonnegative()
    .summed(Summary::Distribution),
    Column::whole("incomplete", "", "Messages that not all of these nodes got.", |run: &Measured| run.counts.open().into())
        .nonnegative()
        .summed(Summary::Mean),
    sent("deliveries", "Messages of others that these nodes got, each counted once.", |run| run.deliveries().into()),
    sent("late_deliveries", "The same of nodes that came, or came back, after the publication.", |run| {
        run.counts.late.into()
    }),
    latency("latency_ms", "From the publication of a message until a node delivers it, in the mean.", |run| {
        run.counts.latencies.mean().map(|nanos| nanos / 1e6).into()
    }),
    latency("latency_p01_ms", "What 1 % of these times stay below; as all of these columns, to a 64th.", |run| {
        run.latency(10).into()
    }),
    latency("latency_p10_ms", "What 10 % of the times from the publication of a message until a node delivers it stay below.", |run| run.latency(100).into()),
    latency("latency_p25_ms", "What 25 % of the times from the publication of a message until a node delivers it stay below.", |run| run.latency(250).into()),
    latency("latency_p50_ms", "What 50 % of the times from the publication of a message until a node delivers it stay below.", |run| run.latency(500).into()).printed(Printed::Number("p50 (ms)")),
    latency("latency_p75_ms", "What 75 % of the times from the publication of a message until a node delivers it stay below.", |run| run.latency(750).into()),
    latency("latency_p90_ms", "What 90 % of the times from the publication of a message until a node delivers it stay below.", |run| run.latency(900).into()),
    latency("latency_p95_ms", "What 95 % of the times from the publication of a message until a node delivers it stay below.", |run| run.latency(950).into()),
    latency("latency_p99_ms", "What 99 % of the times from the publication of a message until a node delivers it stay below.", |run| run.latency(990).into()).printed(Printed::Number("p99 (ms)")),
    latency("latency_max_ms", "The longest time from the publication of a message until a node delivers it.", |run| {
        run.counts.latencies.most().map(|nanos| nanos as f64 / 1e6).into()
    })
    .printed(Printed::Number("slowest (ms)")),
    Column::real(
        "last_hop",
        "",
        "Over how many hops the copy came that a node delivers, at most; in the mean over the messages.",
        |run: &Measured| run.counts.last_hops().map(|(mean, _)| mean).into(),
    )
    .optional()
    .nonnegative()
    .printed(Printed::Number("last hop"))
    .summed(Summary::Distribution),
    Column::whole("last_hop_max", "", "The same, at most.", |run: &Measured| {
        run.counts.last_hops().map(|(_, most)| u64::from(most)).into()
    })
    .optional()
    .nonnegative()
    .summed(Summary::Mean),
    Column::real(
        "redundancy",
        "",
        "Copies of messages sent, for each delivery, less one: the relative message redundancy.",
        |run: &Measured| run.redundancy().into(),
    )
    .optional()
    .printed(Printed::Number("redundancy"))
    .summed(Summary::Distribution),
    sent("duplicates", "Copies that reached nodes which had had one.", |run| run.counts.duplicates.into()),
    Column::real("duplicates_per_node", "", "The same for each message that a node has.", |run: &Measured| {
        run.duplicates_per_node().into()
    })
    .optional()
    .nonnegative()
    .summed(Summary::Mean),
    sent("copies", "Copies of messages sent: along meshes, and to those who asked.", |run| run.sent(MessageKind::Payload).into()),
    sent("answers", "Those of them that were sent to those who asked.", |run| run.counts.answers.into()),
    sent("fetched", "Deliveries of which the first copy had been asked for.", |run| run.counts.fetched.into()),
    sent("ihaves", "Announcements of messages (IHAVE) sent.", |run| run.sent(MessageKind::IHave).into()),
    sent("iwants", "Questions for messages (IWANT) sent.", |run| run.sent(MessageKind::IWant).into()),
    sent("grafts", "GRAFT sent.", |run| run.sent(MessageKind::Graft).into()),
    sent("prunes", "PRUNE sent.", |run| run.sent(MessageKind::Prune).into()),
    sent("idontwants", "IDONTWANT sent.", |run| run.sent(MessageKind::IDontWant).into()),
    bytes("copy_bytes", "The bytes of `copies`, beside headers.", |run| run.bytes(&[MessageKind::Payload]).into()),
    bytes("gossip_bytes", "The bytes of `ihaves` and `iwants`, beside headers.", |run| {
        run.bytes(&[MessageKind::IHave, MessageKind::IWant]).into()
    }),
    bytes("control_bytes", "The bytes of what else is sent, beside headers: `grafts`, `prunes`, `idontwants`, and subscriptions.", |run| {
        run.bytes(&[MessageKind::Graft, MessageKind::Prune, MessageKind::IDontWant, MessageKind::Subscribe]).into()
    }),
    Column::real("mesh_degree", "", "The links of a mesh of a live node at the end, in the mean.", |run: &Measured| {
        run.counts.degrees().map(|(mean, ..)| mean).into()
    })
    .optional()
    .nonnegative()
    .summed(Summary::Mean),
    Column::whole("mesh_degree_least", "", "The same, at least.", |run: &Measured| {
        run.counts.degrees().map(|(_, least, _)| least).into()
    })
    .optional()
    .nonnegative()
    .summed(Summary::Mean),
    Column::whole("mesh_degree_most", "", "The same, at most.", |run: &Measured| {
        run.counts.degrees().map(|(.., most)| most).into()
    })
    .optional()
    .nonnegative()
    .summed(Summary::Mean),
];

const FIGURES: &[Figure<Sampling>] = &[
    Figure {
        name: "mesh_degree",
        unit: "",
        doc: "the links of a mesh of a live node, in the mean",
        of: |run: &Sampled<Sampling>| run.now[0],
        statistics: Statistic::SPREAD,
        optional: true,
    },
    Figure {
        name: "mesh_degree_least",
        unit: "",
        doc: "the same, at least",
        of: |run: &Sampled<Sampling>| run.now[1],
        statistics: Statistic::SPREAD,
        optional: true,
    },
    Figure {
        name: "mesh_degree_most",
        unit: "",
        doc: "the same, at most",
        of: |run: &Sampled<Sampling>| run.now[2],
        statistics: Statistic::SPREAD,
        optional: true,
    },
];

pub(super) fn measures() -> Measures {
    Measures::of(COLUMNS, FIGURES)
}

/// All that a run needs.
pub(super) fn setup<'a>(settings: &MeshSettings, common: &Common, chance: &Chance) -> Setup<'a, Mesh, Measured> {
    let published = publications(settings, common.nodes, chance);
    let last = published.last().map_or(Time::ZERO + settings.start, |(at, ..)| *at);
    Setup {
        protocol: settings.protocol(last + settings.settle, chance),
        inputs: Box::new(published.into_iter()),
        sample: |_, view| sample(view),
        measure: |protocol, run| Measured::of(protocol, run),
        columns: COLUMNS,
        converged_at: |run| run.counts.last_delivered,
        has_goal: |_| true,
    }
}

fn sample(view: &View<'_, Mesh>) -> Sampling {
    let degrees = view.counts.degrees().map(|(mean, least, most)| [mean, least as f64, most as f64]);
    degrees.unwrap_or([f64::NAN; 3])
}

impl Measured {
    /// What is measured of `run`.
    pub fn of(protocol: &Mesh, run: &Run<Mesh>) -> Self {
        let (counts, deadline) = (run.counts.clone(), protocol.settings.deadline);
        Measured { counts, deadline, sent: run.tally.sent, payload: run.tally.payload }
    }

    fn sent(&self, kind: MessageKind) -> u64 {
        self.sent[kind as usize]
    }

    fn bytes(&self, kinds: &[MessageKind]) -> u64 {
        kinds.iter().map(|&kind| self.payload[kind as usize]).sum()
    }

    fn deliveries(&self) -> u64 {
        let [_, delivered] = self.counts.deliveries();
        delivered
    }

    fn delivery_share(&self) -> Option<f64> {
        let [due, delivered] = self.counts.deliveries();
        (due > 0).then(|| delivered as f64 / due as f64)
    }

    fn in_time_share(&self) -> Option<f64> {
        let [due, _] = self.counts.deliveries();
        (due > 0 && !self.deadline.is_zero()).then(|| self.counts.in_time as f64 / due as f64)
    }

    /// The time that so many thousandths of the deliveries stay below.
    fn latency(&self, permille: u64) -> Option<f64> {
        self.counts.latencies.quantile(permille).map(|nanos| Span::from_nanos(nanos).as_millis())
    }

    fn redundancy(&self) -> Option<f64> {
        let deliveries = self.deliveries() + self.counts.late;
        (deliveries > 0).then(|| self.sent(MessageKind::Payload) as f64 / deliveries as f64 - 1.0)
    }

    fn duplicates_per_node(&self) -> Option<f64> {
        let had = self.deliveries() + self.counts.late + self.counts.published();
        (had > 0).then(|| self.counts.duplicates as f64 / had as f64)
    }
}
