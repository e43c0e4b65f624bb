//! What is measured of bodies and announcements: who gets messages how soon, over how many hops, and what is sent for that.

use super::counts::Counts;
use super::message::MessageKind;
use super::protocol::{Announce, Publication};
use super::settings::AnnounceSettings;
use crate::column::{Cell, Column, Summary, joined};
use crate::engine::{ByKind, Run};
use crate::observe::MAX_FIGURES;
use crate::random::{Chance, Purpose};
use crate::time::Time;
use crate::workload::broadcast::{self, Broadcast, Columns};
use crate::workload::{Common, Measures, Setup};

/// What is left of a run.
#[derive(Clone, Debug)]
pub struct Measured {
    counts: Counts,
    broadcast: broadcast::Measured,
    sent: ByKind,
    payload: ByKind,
}

impl Broadcast for Measured {
    fn broadcast(&self) -> &broadcast::Measured {
        &self.broadcast
    }
}

/// A number of messages or deliveries.
const fn number(name: &'static str, doc: &'static str, of: fn(&Measured) -> Cell) -> Column<Measured> {
    Column::whole(name, "", doc, of).nonnegative().summed(Summary::Mean)
}

/// The bytes of messages.
const fn bytes(name: &'static str, doc: &'static str, of: fn(&Measured) -> Cell) -> Column<Measured> {
    Column::whole(name, "bytes", doc, of).nonnegative().summed(Summary::Mean)
}

const OWN: [Column<Measured>; 8] = [
    number("pushed", "Deliveries of which the first copy came of its own accord.", |run: &Measured| {
        (run.broadcast.all_delivered() - run.broadcast.deliveries.fetched).into()
    }),
    number("announcements", "Announcements sent, of a message or of several.", |run: &Measured| {
        run.sent[MessageKind::Announcement as usize].into()
    }),
    number("requests", "Requests for messages sent.", |run: &Measured| run.sent[MessageKind::Request as usize].into()),
    number(
        "unanswered",
        "Requests that were not answered within `workload.fetch_timeout`, or that a node refused which was down.",
        |run: &Measured| run.counts.unanswered.into(),
    ),
    number(
        "given_up",
        "Times that a node had asked all who had announced a message to it, in vain; it begins again when another does.",
        |run: &Measured| run.counts.given_up.into(),
    ),
    bytes("copy_bytes", "The bytes of `copies`, beside headers.", |run: &Measured| {
        run.payload[MessageKind::Body as usize].into()
    }),
    bytes("announcement_bytes", "The bytes of `announcements`, beside headers.", |run: &Measured| {
        run.payload[MessageKind::Announcement as usize].into()
    }),
    bytes("request_bytes", "The bytes of `requests`, beside headers.", |run: &Measured| {
        run.payload[MessageKind::Request as usize].into()
    }),
];

const COLUMNS: [Column<Measured>; OWN.len() + Columns::<Measured>::LIST.len()] = joined(Columns::LIST, OWN);

pub(super) fn measures() -> Measures {
    Measures::of(&COLUMNS, &[])
}

/// All that a run needs.
pub(super) fn setup<'a>(
    settings: &AnnounceSettings,
    common: &Common,
    chance: &Chance,
) -> Setup<'a, Announce, Measured> {
    let published = settings.schedule().publications(common.nodes, &chance.field(Purpose::Workload));
    let last = published.last().map_or(Time::ZERO + settings.start, |(at, ..)| *at);
    let input = |(at, node, message)| (at, node, Publication { message });
    Setup {
        protocol: settings.protocol(last + settings.settle, chance),
        inputs: Box::new(published.into_iter().map(input)),
        sample: |_, _| [f64::NAN; MAX_FIGURES],
        measure: |protocol, run| Measured::of(protocol, run),
        columns: &COLUMNS,
        converged_at: |run| run.counts.deliveries.last_delivered,
        has_goal: |_| true,
    }
}

impl Measured {
    /// What is measured of `run`.
    pub fn of(protocol: &Announce, run: &Run<Announce>) -> Self {
        let (mut counts, sent) = (run.counts.clone(), run.tally.sent);
        let (deliveries, deadline) = (std::mem::take(&mut counts.deliveries), protocol.settings.deadline);
        let broadcast = broadcast::Measured { deliveries, deadline, copies: sent[MessageKind::Body as usize] };
        Measured { counts, broadcast, sent, payload: run.tally.payload }
    }
}
