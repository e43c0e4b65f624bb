//! The event log of one run: every message leg, with what became of it, and all that came from outside.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::engine::{Envelope, Happening, Message, Observer, Protocol, step_of};
use crate::memory;
use crate::network::Delivery;
use crate::time::Time;
use crate::units::NodeId;

/// What became of a message leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It reached its recipient.
    Delivered,
    /// The network lost it.
    Lost,
    /// A partition, or a cut of its path, kept it from going.
    Cut,
    /// Its recipient refused it: it takes only so many calls a round.
    Refused,
    /// Its recipient was down when it arrived.
    Dropped,
    /// It arrived corrupted, and was discarded.
    Corrupted,
    /// The queue of its sender or of its recipient had no room for it.
    Overflowed,
    /// It was on its way when the run ended.
    InFlight,
}

impl Fate {
    /// Every fate, in the order of the totals.
    pub const ALL: [Fate; 8] = [
        Fate::Delivered,
        Fate::Lost,
        Fate::Cut,
        Fate::Refused,
        Fate::Dropped,
        Fate::Corrupted,
        Fate::Overflowed,
        Fate::InFlight,
    ];

    /// As it stands in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Fate::Delivered => "delivered",
            Fate::Lost => "lost",
            Fate::Cut => "cut",
            Fate::Refused => "refused",
            Fate::Dropped => "dropped",
            Fate::Corrupted => "corrupted",
            Fate::Overflowed => "overflowed",
            Fate::InFlight => "in-flight",
        }
    }
}

/// A message leg.
#[derive(Clone, Debug, PartialEq)]
pub struct LoggedMessage {
    /// When it was sent.
    pub sent: Time,
    /// The sender.
    pub from: NodeId,
    /// The recipient.
    pub to: NodeId,
    /// Which leg of which conversation of its path and instant it is: see [`Envelope::leg`].
    pub leg: u64,
    /// The number of its kind.
    pub kind: usize,
    /// What it says besides its kind.
    pub content: Cow<'static, str>,
    /// Bytes beside its header and, of a rumor, beside the update.
    pub payload: u64,
    /// Whether it is a copy that the network made, beside what was sent.
    pub copy: bool,
    /// When it arrives, if it does: at a node that is blocked then, at its release.
    pub arrival: Option<Time>,
    /// When it comes to its recipient, which may be blocked for a while yet.
    pub comes: Option<Time>,
    /// How long it waited in the queues of its ends, in nanoseconds.
    pub queued: u64,
    /// What became of it.
    pub fate: Fate,
}

impl LoggedMessage {
    /// Which leg of its conversation it is: 0 opens it, 1 answers, and so on.
    pub fn step(&self) -> u64 {
        step_of(self.leg)
    }

    /// When it reached its recipient, if that was up and took it.
    pub fn received(&self) -> Option<Time> {
        self.arrival.filter(|_| self.fate == Fate::Delivered)
    }

    /// Whether `answer` is the next leg of the conversation that this leg belongs to.
    pub fn is_answered_by(&self, answer: &LoggedMessage) -> bool {
        let path = (self.from, self.to) == (answer.to, answer.from);
        path && answer.step() > 0 && self.leg + 1 == answer.leg && self.received() == Some(answer.sent)
    }
}

/// What comes from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExternalEvent {
    /// A node goes down, and may come back.
    Crash,
    /// It comes back with its state of before.
    Recover,
    /// It comes back without.
    RecoverEmpty,
    /// It is new.
    Join,
    /// It goes down for good.
    Leave,
    /// It is blocked: what it sends and what reaches it waits.
    Block,
    /// It is blocked no longer.
    Release,
    /// The workload acts on it.
    Input,
}

impl ExternalEvent {
    /// As it stands in tables.
    pub const fn name(self) -> &'static str {
        match self {
            ExternalEvent::Crash => "crash",
            ExternalEvent::Recover | ExternalEvent::RecoverEmpty => "recover",
            ExternalEvent::Join => "join",
            ExternalEvent::Leave => "leave",
            ExternalEvent::Block => "block",
            ExternalEvent::Release => "release",
            ExternalEvent::Input => "input",
        }
    }

    /// Whether its node is up from then on; `None` where that does not change.
    pub const fn up(self) -> Option<bool> {
        match self {
            ExternalEvent::Crash | ExternalEvent::Leave => Some(false),
            ExternalEvent::Recover | ExternalEvent::RecoverEmpty | ExternalEvent::Join => Some(true),
            ExternalEvent::Block | ExternalEvent::Release | ExternalEvent::Input => None,
        }
    }
}

/// Something that came from outside to a node.
#[derive(Clone, Debug, PartialEq)]
pub struct LoggedEvent {
    /// When.
    pub at: Time,
    /// To which node.
    pub node: NodeId,
    /// What.
    pub event: ExternalEvent,
    /// More of it, as of messages.
    pub content: Cow<'static, str>,
}

/// An entry of the log.
#[derive(Clone, Debug, PartialEq)]
pub enum LogEntry {
    /// A message leg was sent.
    Message(LoggedMessage),
    /// Something came from outside.
    External(LoggedEvent),
}

/// All that happened in a run, in the order in which it did: of what was sent at an instant, openings come before the
/// answers to them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EventLog {
    /// The entries.
    pub entries: Vec<LogEntry>,
    /// The names of the kinds of messages; none if none was sent.
    pub kinds: &'static [&'static str],
    /// When nodes learned the update, of a rumor: a node that lost its state may learn it again.
    pub learned: Vec<(Time, NodeId)>,
    /// When nodes went down (`false`) and came up, by node and then by time.
    changes: Vec<(NodeId, Time, bool)>,
    /// Nodes with a smaller number are up from the start.
    first: u32,
}

impl EventLog {
    /// The message legs, with their places among the entries.
    pub fn messages(&self) -> impl Iterator<Item = (usize, &LoggedMessage)> {
        self.entries.iter().enumerate().filter_map(|(place, entry)| match entry {
            LogEntry::Message(message) => Some((place, message)),
            LogEntry::External(_) => None,
        })
    }

    /// The message leg at this place among the entries.
    pub fn message(&self, place: usize) -> Option<&LoggedMessage> {
        match self.entries.get(place) {
            Some(LogEntry::Message(message)) => Some(message),
            _ => None,
        }
    }

    /// What came from outside.
    pub fn external(&self) -> impl Iterator<Item = &LoggedEvent> {
        self.entries.iter().filter_map(|entry| match entry {
            LogEntry::External(event) => Some(event),
            LogEntry::Message(_) => None,
        })
    }

    /// Whether `node` is up at `time`, when all has come from outside that comes then.
    pub fn is_up(&self, node: NodeId, time: Time) -> bool {
        let before = self.changes.partition_point(|&(other, at, _)| (other, at) <= (node, time));
        match before.checked_sub(1).map(|last| self.changes[last]) {
            Some((other, _, up)) if other == node => up,
            _ => node.number() < self.first,
        }
    }

    /// Nanoseconds within which `node` is down between two instants.
    pub fn down_between(&self, node: NodeId, from: Time, to: Time) -> u64 {
        let first = self.changes.partition_point(|&(other, at, _)| (other, at) <= (node, from));
        let changes = self.changes[first..].iter().take_while(|&&(other, at, _)| other == node && at < to);
        let (mut down, mut since, mut up) = (0, from, self.is_up(node, from));
        for &(_, at, now_up) in changes {
            down += if up { 0 } else { at.nanos() - since.nanos() };
            (since, up) = (at, now_up);
        }
        down + if up { 0 } else { to.nanos().saturating_sub(since.nanos()) }
    }
}

/// Records the [`EventLog`] of a run under way.
#[derive(Debug, Default)]
pub struct EventRecorder {
    log: EventLog,
    /// The places of the messages that were queued when they were sent.
    queued: Vec<usize>,
    /// The messages that were refused, by when they were sent, from whom and to whom, and their legs.
    refused: BTreeSet<(Time, NodeId, NodeId, u64)>,
    /// Whether what nodes report is that they learned the update.
    rumor: bool,
}

impl EventRecorder {
    /// A recorder for a run of a rumor, or of something else.
    pub fn new(rumor: bool) -> Self {
        EventRecorder { rumor, ..EventRecorder::default() }
    }

    /// The log of a run that ended at `end`, in which the first `up` nodes were up from the start.
    pub fn finish(self, end: Time, up: u32) -> EventLog {
        let EventRecorder { log, refused, .. } = self;
        let mut log = EventLog { first: up, ..log };
        let changed = |event: &LoggedEvent| event.event.up().map(|up| (event.node, event.at, up));
        log.changes = log.external().filter_map(changed).collect();
        // Stable: of what comes to a node at one instant the last counts.
        log.changes.sort_by_key(|&(node, at, _)| (node, at));
        let blocks = blocks(&log);
        let mut entries = std::mem::take(&mut log.entries);
        for entry in &mut entries {
            let LogEntry::Message(LoggedMessage { sent, from, to, leg, arrival: Some(arrival), fate, .. }) = entry
            else {
                continue;
            };
            if *fate == Fate::InFlight && refused.contains(&(*sent, *from, *to, *leg)) {
                *fate = Fate::Refused;
            } else if *fate == Fate::InFlight && *arrival <= end {
                (*arrival, *fate) = match blocks.get(to).and_then(|blocks| block_at(blocks, *arrival)) {
                    Some(Block { end: Some((at, true)), .. }) => (at, Fate::Delivered),
                    Some(Block { end: Some((_, false)), .. }) => (*arrival, Fate::Dropped),
                    Some(Block { end: None, .. }) => (*arrival, Fate::InFlight),
                    None if log.is_up(*to, *arrival) => (*arrival, Fate::Delivered),
                    None => (*arrival, Fate::Dropped),
                };
            }
        }
        log.entries = entries;
        log
    }

    fn log_message<M: Message>(
        &mut self,
        now: Time,
        &Envelope { from, to, leg, ref message }: &Envelope<M>,
        delivery: Delivery,
        payload: u64,
        copy: bool,
    ) {
        self.log.kinds = M::KINDS;
        let fate = fate(delivery);
        if delivery == Delivery::QUEUED {
            memory::or_unwind(memory::push(&mut self.queued, self.log.entries.len()));
        }
        let (kind, content, arrival) = (message.kind(), message.content(), delivery.arrival());
        self.push(LogEntry::Message(LoggedMessage {
            sent: now,
            from,
            to,
            leg,
            kind,
            content,
            payload,
            copy,
            arrival,
            comes: arrival,
            queued: 0,
            fate,
        }));
    }

    fn push(&mut self, entry: LogEntry) {
        memory::or_unwind(memory::push(&mut self.log.entries, entry));
    }
}

/// What becomes of a message by its delivery alone.
fn fate(delivery: Delivery) -> Fate {
    match delivery {
        Delivery::LOST => Fate::Lost,
        Delivery::CUT => Fate::Cut,
        Delivery::CORRUPTED => Fate::Corrupted,
        Delivery::OVERFLOWED => Fate::Overflowed,
        Delivery::DROPPED => Fate::Dropped,
        // Until the end of the run tells.
        _ => Fate::InFlight,
    }
}

/// A time in which a node was blocked.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Block {
    from: Time,
    /// When it was over, if it was, and whether by a release: what waited is delivered then, else dropped.
    end: Option<(Time, bool)>,
}

/// When each node was blocked, in order of time.
fn blocks(log: &EventLog) -> BTreeMap<NodeId, Vec<Block>> {
    let mut blocks: BTreeMap<NodeId, Vec<Block>> = BTreeMap::new();
    for LoggedEvent { at, node, event, .. } in log.external() {
        let open = blocks.get_mut(node).and_then(|blocks| blocks.last_mut()).filter(|block| block.end.is_none());
        match (event, open) {
            (ExternalEvent::Block, None) => blocks.entry(*node).or_default().push(Block { from: *at, end: None }),
            (ExternalEvent::Release, Some(block)) => block.end = Some((*at, true)),
            (ExternalEvent::Crash | ExternalEvent::Leave, Some(block)) => block.end = Some((*at, false)),
            _ => {}
        }
    }
    blocks
}

/// The one of these times that `time` lies in.
fn block_at(blocks: &[Block], time: Time) -> Option<Block> {
    let after = blocks.partition_point(|block| block.from <= time);
    let block = *blocks.get(after.checked_sub(1)?)?;
    block.end.is_none_or(|(end, _)| time < end).then_some(block)
}

impl<P: Protocol> Observer<P> for EventRecorder {
    fn fact(&mut self, now: Time, node: NodeId, _: P::Fact) {
        if self.rumor {
            memory::or_unwind(memory::push(&mut self.log.learned, (now, node)));
        }
    }

    fn every_message(&self) -> bool {
        true
    }

    fn sent(&mut self, now: Time, envelope: &Envelope<P::Message>, delivery: Delivery, payload: u64) {
        self.log_message(now, envelope, delivery, payload, false);
    }

    fn duplicated(&mut self, now: Time, envelope: &Envelope<P::Message>, delivery: Delivery) {
        self.log_message(now, envelope, delivery, 0, true);
    }

    fn got_through(&mut self, number: Option<u64>, now: Time, delivery: Delivery, waited: u64) {
        let last = self.log.entries.len().checked_sub(1);
        let place = number.map_or(last, |number| self.queued.get(number as usize).copied());
        if let Some(LogEntry::Message(message)) = place.and_then(|place| self.log.entries.get_mut(place)) {
            let at = delivery.arrival().or((delivery == Delivery::DROPPED).then_some(now));
            (message.arrival, message.comes, message.fate, message.queued) = (at, at, fate(delivery), waited);
        }
    }

    fn refused(&mut self, now: Time, envelope: &Envelope<P::Message>) {
        let Envelope { from, to, leg, .. } = *envelope;
        self.refused.insert((now, from, to, leg));
    }

    fn happened(&mut self, now: Time, happening: &Happening<P::Input>) {
        let (node, event) = match *happening {
            Happening::Input(node, _) => (node, ExternalEvent::Input),
            Happening::Down(node) => (node, ExternalEvent::Crash),
            Happening::Leave(node) => (node, ExternalEvent::Leave),
            Happening::Up { node, remembers: true } => (node, ExternalEvent::Recover),
            Happening::Up { node, remembers: false } => (node, ExternalEvent::RecoverEmpty),
            Happening::Join(node) => (node, ExternalEvent::Join),
            Happening::Block { node, .. } => (node, ExternalEvent::Block),
            Happening::Release(node) => (node, ExternalEvent::Release),
        };
        let content = match happening {
            Happening::Input(_, input) => P::input_content(input),
            Happening::Block { until: Time::NEVER, .. } => Cow::Borrowed("until=never"),
            Happening::Block { until, .. } => Cow::Owned(format!("until_ns={}", until.nanos())),
            Happening::Up { remembers, .. } => Cow::Borrowed(if *remembers { "state=kept" } else { "state=lost" }),
            _ => Cow::Borrowed(""),
        };
        self.push(LogEntry::External(LoggedEvent { at: now, node, event, content }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(at: u64, node: u32, event: ExternalEvent) -> LogEntry {
        let (at, node) = (Time::from_nanos(at), NodeId::new(node));
        LogEntry::External(LoggedEvent { at, node, event, content: Cow::Borrowed("") })
    }

    fn message(to: u32, arrival: u64) -> LogEntry {
        LogEntry::Message(LoggedMessage {
            sent: Time::ZERO,
            from: NodeId::new(0),
            to: NodeId::new(to),
            leg: 0,
            kind: 0,
            content: Cow::Borrowed(""),
            payload: 0,
            copy: false,
            arrival: Some(Time::from_nanos(arrival)),
            comes: Some(Time::from_nanos(arrival)),
            queued: 0,
            fate: Fate::InFlight,
        })
    }

    fn log(entries: Vec<LogEntry>) -> EventLog {
        let log = EventLog { entries, ..EventLog::default() };
        EventRecorder { log, ..EventRecorder::new(true) }.finish(Time::from_nanos(100), 2)
    }

    #[test]
    fn a_message_is_dropped_where_its_recipient_is_down_when_it_arrives() {
        use ExternalEvent::{Crash, Join, Recover};
        let fates = |to: u32, arrivals: &[u64]| -> Vec<Fate> {
            let events = [event(10, 1, Crash), event(20, 1, Recover), event(30, 2, Join)];
            let messages = arrivals.iter().map(|&at| message(to, at));
            let log = log(messages.chain(events).collect());
            log.messages().map(|(_, message)| message.fate).collect()
        };
        use Fate::{Delivered, Dropped, InFlight};
        assert_eq!(
            fates(1, &[0, 9, 10, 19, 20, 100, 101]),
            [Delivered, Delivered, Dropped, Dropped, Delivered, Delivered, InFlight]
        );
        assert_eq!(fates(2, &[29, 30]), [Dropped, Delivered]);
        assert_eq!(fates(0, &[10]), [Delivered]);
    }

    /// Until its release, or its crash: what is in time for either is of the time after it.
    #[test]
    fn what_reaches_a_blocked_node_waits_for_the_end_of_the_block() {
        use ExternalEvent::{Block, Crash, Release};
        let events = [
            event(10, 0, Block),
            event(15, 0, Block),
            event(20, 0, Release),
            event(30, 0, Block),
            event(40, 0, Crash),
            event(50, 1, Block),
        ];
        let arrivals = [(0, 9), (0, 10), (0, 19), (0, 20), (0, 30), (0, 40), (1, 49), (1, 50)];
        let messages = arrivals.map(|(to, at)| message(to, at));
        let log = log(messages.into_iter().chain(events).collect());
        use Fate::{Delivered, Dropped, InFlight};
        let found: Vec<_> =
            log.messages().map(|(_, message)| (message.arrival.map(Time::nanos), message.fate)).collect();
        let expected = [
            (9, Delivered),
            (20, Delivered),
            (20, Delivered),
            (20, Delivered),
            (30, Dropped),
            (40, Dropped),
            (49, Delivered),
            (50, InFlight),
        ];
        assert_eq!(found, expected.map(|(at, fate)| (Some(at), fate)));
    }

    #[test]
    fn the_time_that_a_node_is_down_adds_up() {
        use ExternalEvent::{Crash, Leave, RecoverEmpty};
        let log = log(vec![event(10, 1, Crash), event(20, 1, RecoverEmpty), event(40, 1, Leave), event(5, 0, Crash)]);
        let down = |from, to| log.down_between(NodeId::new(1), Time::from_nanos(from), Time::from_nanos(to));
        assert_eq!(
            [down(0, 10), down(0, 15), down(12, 15), down(12, 30), down(20, 40), down(0, 50)],
            [0, 5, 3, 8, 0, 20]
        );
    }
}
