//! What is measured of a mesh: who gets messages how soon, over how many hops, and what is sent for that.

use super::counts::Counts;
use super::message::MessageKind;
use super::protocol::Mesh;
use super::publications::publications;
use super::settings::MeshSettings;
use crate::column::{Cell, Column, Figure, Sampled, Statistic, Summary, joined};
use crate::engine::{ByKind, Run, View};
use crate::random::Chance;
use crate::time::Time;
use crate::workload::broadcast::{self, Broadcast, Columns};
use crate::workload::{Common, Measures, Sampling, Setup};

/// What is left of a run.
#[derive(Clone, Debug)]
pub struct Measured {
    counts: Counts,
    broadcast: broadcast::Measured,
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

impl Broadcast for Measured {
    fn broadcast(&self) -> &broadcast::Measured {
        &self.broadcast
    }
}

const OWN: [Column<Measured>; 11] = [
    sent("ihaves", "Announcements of messages (IHAVE) sent.", |run| run.sent(MessageKind::IHave).into()),
    sent("iwants", "Questions for messages (IWANT) sent.", |run| run.sent(MessageKind::IWant).into()),
    sent("grafts", "GRAFT sent.", |run| run.sent(MessageKind::Graft).into()),
    sent("prunes", "PRUNE sent.", |run| run.sent(MessageKind::Prune).into()),
    sent("idontwants", "IDONTWANT sent.", |run| run.sent(MessageKind::IDontWant).into()),
    bytes("copy_bytes", "The bytes of `copies`, beside headers.", |run| run.bytes(&[MessageKind::Payload]).into()),
    bytes("gossip_bytes", "The bytes of `ihaves` and `iwants`, beside headers.", |run| {
        run.bytes(&[MessageKind::IHave, MessageKind::IWant]).into()
    }),
    bytes(
        "control_bytes",
        "The bytes of what else is sent, beside headers: `grafts`, `prunes`, `idontwants`, and subscriptions.",
        |run| {
            run.bytes(&[MessageKind::Graft, MessageKind::Prune, MessageKind::IDontWant, MessageKind::Subscribe]).into()
        },
    ),
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

const COLUMNS: [Column<Measured>; OWN.len() + Columns::<Measured>::LIST.len()] = joined(Columns::LIST, OWN);

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
    Measures::of(&COLUMNS, FIGURES)
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
        columns: &COLUMNS,
        converged_at: |run| run.counts.deliveries.last_delivered,
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
        let (mut counts, sent) = (run.counts.clone(), run.tally.sent);
        let (deliveries, deadline) = (std::mem::take(&mut counts.deliveries), protocol.settings.deadline);
        let broadcast = broadcast::Measured { deliveries, deadline, copies: sent[MessageKind::Payload as usize] };
        Measured { counts, broadcast, sent, payload: run.tally.payload }
    }

    fn sent(&self, kind: MessageKind) -> u64 {
        self.sent[kind as usize]
    }

    fn bytes(&self, kinds: &[MessageKind]) -> u64 {
        kinds.iter().map(|&kind| self.payload[kind as usize]).sum()
    }
}
