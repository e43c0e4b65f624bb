//! The columns of the tables of one run: its event log, of a rumor its nodes, and of a failure detector what one node thinks
//! of another.

use std::borrow::Cow;

use super::{Cell, Column};
use crate::observe::{Fate, LogEntry, LoggedEvent, LoggedMessage};
use crate::time::Time;
use crate::trace::{Infection, SuspicionPoint, Trace};
use crate::units::NodeId;

/// An entry of the event log: what a row of `events.csv` is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct EventRow {
    at: Time,
    round: u64,
    event: &'static str,
    kind: Option<&'static str>,
    leg: Option<u64>,
    from: Cell,
    to: Cell,
    content: Cow<'static, str>,
    carries: Option<bool>,
    bytes: Option<u64>,
    fate: Option<Fate>,
    arrival: Option<Time>,
    effect: Option<&'static str>,
}

/// The columns of `events.csv`.
pub const EVENTS: &[Column<EventRow>] = &[
    Column::whole("time_ns", "ns", "When the message was sent, or the event happened, from the start of the run.", |row| {
        row.at.nanos().into()
    }),
    Column::whole("round", "rounds", "The round of that instant, from 1.", |row| row.round.into()),
    Column::word(
        "event",
        "`message`, `copy` (that the network made of a message), or what came from outside: `crash`, `recover`, `join`, `leave`, `block`, `release` or `input`.",
        |row| row.event.into(),
    ),
    Column::word("kind", "Kind of the message, by the names of the workload; empty for what came from outside.", |row: &EventRow| {
        row.kind.into()
    })
    .optional(),
    Column::whole(
        "leg",
        "",
        "Which leg of its conversation the message is: 0 opens it, 1 answers, and so on.",
        |row: &EventRow| row.leg.into(),
    )
    .optional(),
    Column::word("from", "The sender: its number from 0, or its name in the graph's file.", |row: &EventRow| row.from.clone())
        .optional(),
    Column::word("to", "The recipient, or the node that the event came to.", |row| row.to.clone()),
    Column::word("content", "What the message or the event says besides its kind.", |row: &EventRow| {
        if row.content.is_empty() { Cell::Empty } else { (&*row.content).into() }
    })
    .optional(),
    Column::whole("update", "", "1 if the message carries the update, 0 if not; empty unless of a rumor.", |row: &EventRow| {
        row.carries.map(u64::from).into()
    })
    .optional(),
    Column::whole(
        "bytes",
        "bytes",
        "Bytes of the message: its header, or those of its packets, its payload, and the update unless it was refused; empty for \
         a copy.",
        |row: &EventRow| row.bytes.into(),
    )
    .optional(),
    Column::word(
        "fate",
        "What became of the message: `delivered`, `lost`, `cut`, `refused`, `dropped` (the recipient was down), `corrupted`, \
         `overflowed` (a queue had no room) or `in-flight` (at the end of the run).",
        |row: &EventRow| row.fate.map(Fate::name).into(),
    )
    .optional(),
    Column::whole(
        "arrival_ns",
        "ns",
        "When the message arrives, from the start of the run; empty if it never does.",
        |row: &EventRow| row.arrival.map(Time::nanos).into(),
    )
    .optional(),
    Column::word(
        "effect",
        "What an update that was delivered did: `news` to a node that lacked it, or `redundant`.",
        |row: &EventRow| row.effect.into(),
    )
    .optional(),
];

/// A node of a rumor: what a row of `nodes.csv` is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeRow {
    node: u32,
    name: Option<String>,
    /// When it first had the update, and how often it learned it, the origin's start among them.
    first: Option<Time>,
    receipts: u64,
    /// Its last receipt, the round of it, and how many messages the update had gone by.
    last: Option<(Time, u64, u32)>,
    told_by: Cell,
    informed: bool,
    up: bool,
    sent: u64,
    received: u64,
}

/// The columns of `nodes.csv`.
pub const NODES: &[Column<NodeRow>] = &[
    Column::whole("node", "", "Number of the node, from 0.", |row| row.node.into()),
    Column::word("name", "Name of the node in the graph's file; empty where nodes have none.", |row: &NodeRow| {
        row.name.clone().into()
    })
    .optional(),
    Column::whole(
        "first_receipt_ns",
        "ns",
        "When the node first had the update, from the start of the run: 0 of the origin; empty if never.",
        |row: &NodeRow| row.first.map(Time::nanos).into(),
    )
    .optional(),
    Column::whole(
        "receipts",
        "",
        "How often the node came to have the update, the origin's start counted: more than once where it lost its state.",
        |row| row.receipts.into(),
    ),
    Column::whole(
        "last_receipt_ns",
        "ns",
        "When it last came to have the update: `first_receipt_ns` unless it lost its state and learned it again.",
        |row: &NodeRow| row.last.map(|(at, ..)| at.nanos()).into(),
    )
    .optional(),
    Column::whole("round", "rounds", "The round of the last receipt, 0 of the origin's start.", |row: &NodeRow| {
        row.last.map(|(_, round, _)| round).into()
    })
    .optional(),
    Column::word(
        "told_by",
        "Who told it at the last receipt, as `from` names nodes in `events.csv`; of several at one instant, whose message was \
         sent first.",
        |row: &NodeRow| row.told_by.clone(),
    )
    .optional(),
    Column::whole(
        "hop",
        "messages",
        "Messages that the update had gone by from the origin at the last receipt. One more than `hop` of `told_by`, unless \
         that has lost its state since and learned again.",
        |row: &NodeRow| row.last.map(|(.., hop)| hop).into(),
    )
    .optional(),
    Column::whole("informed", "", "1 if the node is up and has the update at the end of the run, 0 if not.", |row| {
        u64::from(row.informed).into()
    }),
    Column::whole("up", "", "1 if the node is up at the end of the run, 0 if not.", |row| u64::from(row.up).into()),
    Column::whole("sent", "messages", "Legs that the node sent.", |row| row.sent.into()),
    Column::whole("received", "messages", "Legs that reached the node.", |row| row.received.into()),
];

/// A moment in the waiting of one node for another: what a row of `suspicion.csv` is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SuspicionRow {
    /// The moment.
    pub point: SuspicionPoint,
    /// The threshold of phi, of a phi accrual detector.
    pub threshold: Option<f64>,
}

/// The columns of `suspicion.csv`.
pub const SUSPICION: &[Column<SuspicionRow>] = &[
    Column::whole("time_ns", "ns", "When, from the start of the run.", |row: &SuspicionRow| row.point.at.nanos().into()),
    Column::word(
        "event",
        "`sample`: nothing, it is only looked at; `heartbeat`: one arrives, and the row says how things stood before it, the \
         next how they stand after it; `suspect`: the monitor takes the node for failed from now on; `trust`: no longer; \
         `down` and `up`: of the node.",
        |row: &SuspicionRow| row.point.event.name().into(),
    ),
    Column::whole(
        "silence_ns",
        "ns",
        "The time since the last heartbeat that counts arrived, or since the monitor began to wait; empty while it is down \
         or does not know the node.",
        |row: &SuspicionRow| row.point.waits.map(|waits| waits.silence(row.point.at).nanos()).into(),
    )
    .optional(),
    Column::whole(
        "allowed_ns",
        "ns",
        "The longest silence that is not too long: the timeout, or where phi is at the threshold by the gaps so far.",
        |row: &SuspicionRow| row.point.waits.map(|waits| waits.allowed().nanos()).into(),
    )
    .optional(),
    Column::real(
        "phi",
        "",
        "-log10 of the probability that a gap is longer than `silence_ns`, by the gaps so far; empty where that is \
         nothing (less than about 10^-323), and with a fixed timeout.",
        |row: &SuspicionRow| row.point.waits.and_then(|waits| waits.phi(row.point.at)).filter(|phi| phi.is_finite()).into(),
    )
    .optional(),
    Column::real("threshold", "", "The threshold of phi; empty with a fixed timeout.", |row: &SuspicionRow| row.threshold.into())
        .optional(),
    Column::whole("suspected", "", "1 if the monitor takes the node for failed from then on, 0 if not.", |row: &SuspicionRow| {
        u64::from(row.point.suspected).into()
    }),
];

/// A node as tables name it: by its name in the graph's file, else by its number.
fn name(trace: &Trace, node: NodeId) -> Cell {
    match &trace.names {
        Some(names) => Cell::Word(names.name(node).into()),
        None => node.number().into(),
    }
}

/// The rows of `events.csv`, in the order in which things happened.
pub fn events<'a>(trace: &'a Trace, infection: Option<&'a Infection>) -> impl Iterator<Item = EventRow> + 'a {
    trace.log.entries.iter().enumerate().map(move |(place, entry)| match entry {
        LogEntry::Message(message) => of_message(trace, infection, place, message),
        LogEntry::External(event) => of_external(trace, event),
    })
}

fn of_message(trace: &Trace, infection: Option<&Infection>, place: usize, message: &LoggedMessage) -> EventRow {
    let carries = trace.carries(message);
    let settings = &trace.point.settings;
    let update = if carries && message.fate != Fate::Refused {
        settings.update_size(&trace.point.chance(trace.record.replicate))
    } else {
        0
    };
    let effect = infection
        .filter(|_| carries && message.fate == Fate::Delivered)
        .map(|infection| if infection.is_news(message.to, place) { "news" } else { "redundant" });
    EventRow {
        at: message.sent,
        round: trace.round(message.sent),
        event: if message.copy { "copy" } else { "message" },
        kind: trace.log.kinds.get(message.kind).copied(),
        leg: Some(message.step()),
        from: name(trace, message.from),
        to: name(trace, message.to),
        content: message.content.clone(),
        carries: infection.map(|_| carries),
        bytes: (!message.copy).then(|| settings.network.sizes(update).on_wire(update + message.payload).bytes),
        fate: Some(message.fate),
        arrival: message.arrival,
        effect,
    }
}

fn of_external(trace: &Trace, event: &LoggedEvent) -> EventRow {
    EventRow {
        at: event.at,
        round: trace.round(event.at),
        event: event.event.name(),
        kind: None,
        leg: None,
        from: Cell::Empty,
        to: name(trace, event.node),
        content: event.content.clone(),
        carries: None,
        bytes: None,
        fate: None,
        arrival: None,
        effect: None,
    }
}

/// The rows of `nodes.csv`, in the order of the nodes.
pub fn nodes<'a>(trace: &'a Trace, infection: &'a Infection) -> impl Iterator<Item = NodeRow> + 'a {
    let end = trace.record.ending.ended;
    let mut counts = vec![[0_u64; 2]; trace.point.settings.all_nodes() as usize];
    for (_, message) in trace.log.messages() {
        counts[message.from.index()][0] += 1;
        counts[message.to.index()][1] += u64::from(message.fate == Fate::Delivered);
    }
    trace.nodes().zip(counts).map(move |(node, [sent, received])| {
        let last = infection.last(node);
        let sender = last.and_then(|last| trace.brought_by(last));
        let up = trace.log.is_up(node, end);
        NodeRow {
            node: node.number(),
            name: trace.names.as_ref().map(|names| names.name(node).into_owned()),
            first: infection.first(node).map(|first| first.at),
            receipts: infection.receipts_of(node).len() as u64,
            last: last.map(|last| (last.at, trace.round_of(last), last.hop)),
            told_by: sender.map_or(Cell::Empty, |message| name(trace, message.from)),
            informed: up && infection.has(node, end),
            up,
            sent,
            received,
        }
    })
}
