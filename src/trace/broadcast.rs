//! How a published message got from node to node: pushed, or on request, and where the time went, in parts that sum up
//! exactly.

use std::collections::BTreeMap;

use super::infection::forgotten;
use super::run::Trace;
use crate::observe::{ExternalEvent, Fate, LoggedMessage};
use crate::time::Time;
use crate::units::NodeId;
use crate::workload::broadcast::{Kinds, mentioned, was_asked_for};

/// What time was spent on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BroadcastDelayKind {
    /// Until the one that had the message passed it on: it validated it, or was blocked.
    Validation,
    /// Until a heartbeat in which it announced the message to the other.
    Heartbeat,
    /// Until it announced the message to the other, where that is not done in heartbeats.
    Announcing,
    /// The announcement was on its way.
    Announcement,
    /// Until the other asked: it waited for the message, or for somebody else.
    Waiting,
    /// The question for the message was on its way.
    Request,
    /// The message was on its way.
    OnTheWay,
}

impl BroadcastDelayKind {
    /// Every kind, in the order in which they come.
    pub const ALL: [BroadcastDelayKind; 7] = [
        BroadcastDelayKind::Validation,
        BroadcastDelayKind::Heartbeat,
        BroadcastDelayKind::Announcing,
        BroadcastDelayKind::Announcement,
        BroadcastDelayKind::Waiting,
        BroadcastDelayKind::Request,
        BroadcastDelayKind::OnTheWay,
    ];

    /// As it stands in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            BroadcastDelayKind::Validation => "validation",
            BroadcastDelayKind::Heartbeat => "waiting_for_heartbeat",
            BroadcastDelayKind::Announcing => "announcing",
            BroadcastDelayKind::Announcement => "announcement",
            BroadcastDelayKind::Waiting => "waiting_to_ask",
            BroadcastDelayKind::Request => "request",
            BroadcastDelayKind::OnTheWay => "on_the_way",
        }
    }

    /// As people read it.
    pub const fn label(self) -> &'static str {
        match self {
            BroadcastDelayKind::Validation => "until it was passed on",
            BroadcastDelayKind::Heartbeat => "until a heartbeat in which it was announced",
            BroadcastDelayKind::Announcing => "until it was announced",
            BroadcastDelayKind::Announcement => "announcement on its way",
            BroadcastDelayKind::Waiting => "until it was asked for",
            BroadcastDelayKind::Request => "request on its way",
            BroadcastDelayKind::OnTheWay => "message on its way",
        }
    }
}

/// A node gets the message from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BroadcastHop {
    /// Who sent it.
    pub teller: NodeId,
    /// Who got it.
    pub node: NodeId,
    /// When the teller had it.
    pub since: Time,
    /// When the other had it.
    pub learned: Time,
    /// Whether it had asked for it.
    pub asked: bool,
    /// Where the nanoseconds between them went, those of which there are any.
    pub delays: Vec<(BroadcastDelayKind, u64)>,
}

/// A published message, and who got it when.
#[derive(Clone, Debug)]
pub struct Broadcast {
    /// Its number, in the order of publication.
    pub message: u32,
    /// Who published it.
    pub author: NodeId,
    /// When.
    pub published: Time,
    /// The copies that arrived, by node and time, with their places in the log.
    copies: Vec<(NodeId, Time, usize)>,
    /// When nodes lost their state, by node and time.
    forgotten: Vec<(NodeId, Time)>,
}

/// A node has the message from then on, by the copy at this place in the log; its author by none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Receipt {
    at: Time,
    copy: Option<usize>,
}

/// The messages that were published in a run: their numbers, when, and where.
pub fn published(trace: &Trace) -> BTreeMap<u32, (Time, NodeId)> {
    let inputs = trace.log.external().filter(|event| event.event == ExternalEvent::Input);
    inputs.filter_map(|event| Some((mentioned(&event.content).next()?, (event.at, event.node)))).collect()
}

/// The published message that came to its last node after the longest time, of those that came to any.
pub fn slowest(trace: &Trace) -> Option<u32> {
    let published = published(trace);
    let copy = kinds(trace).map(|kinds| kinds.copy);
    let mut first: BTreeMap<(u32, NodeId), Time> = BTreeMap::new();
    for (_, copy) in trace.log.messages().filter(|(_, message)| Some(message.kind) == copy) {
        let (Some(message), Some(at)) = (mentioned(&copy.content).next(), copy.received()) else { continue };
        if published.get(&message).is_some_and(|(_, author)| *author != copy.to) {
            let earliest = first.entry((message, copy.to)).or_insert(at);
            *earliest = at.min(*earliest);
        }
    }
    let took = |(&(message, _), at): (&(u32, NodeId), &Time)| {
        let since = published.get(&message).map_or(Time::ZERO, |(since, _)| *since);
        // Of several the first.
        (at.nanos().saturating_sub(since.nanos()), u32::MAX - message)
    };
    first.iter().map(took).max().map(|(_, rank)| u32::MAX - rank).or(published.keys().next().copied())
}

impl Broadcast {
    /// The message with this number in a run of a broadcast, if it was published.
    pub fn of(trace: &Trace, message: u32) -> Option<Self> {
        let &(published, author) = self::published(trace).get(&message)?;
        let copies = copies_of(trace, message);
        let mut copies: Vec<_> = copies.filter_map(|(place, copy)| Some((copy.to, copy.received()?, place))).collect();
        copies.sort_unstable();
        Some(Broadcast { message, author, published, copies, forgotten: forgotten(&trace.log) })
    }

    /// From when on `node` has the message at the instant `by`, if it has.
    fn receipt(&self, node: NodeId, by: Time) -> Option<Receipt> {
        let lost = self.forgotten.iter().filter(|&&(other, at)| other == node && at <= by).map(|(_, at)| *at).max();
        let since = lost.unwrap_or(Time::ZERO);
        if node == self.author && (since..=by).contains(&self.published) {
            return Some(Receipt { at: self.published, copy: None });
        }
        let first = self.copies.partition_point(|&(other, at, _)| (other, at) < (node, since));
        let &(other, at, place) = self.copies.get(first)?;
        (other == node && at <= by).then_some(Receipt { at, copy: Some(place) })
    }

    /// When `node` got the message that it has at the end of the run, if it has.
    pub fn got(&self, trace: &Trace, node: NodeId) -> Option<Time> {
        self.receipt(node, trace.record.ending.ended).map(|receipt| receipt.at)
    }

    /// The nodes that have it at the end of the run, and since when, in order of time.
    pub fn receipts(&self, trace: &Trace) -> Vec<(Time, NodeId)> {
        let mut receipts: Vec<_> = trace.nodes().filter_map(|node| Some((self.got(trace, node)?, node))).collect();
        receipts.sort_unstable();
        receipts
    }

    /// How it came from its author to `node`, hop by hop; nothing where that is the author, or does not have it at the end.
    pub fn hops(&self, trace: &Trace, node: NodeId) -> Vec<BroadcastHop> {
        let mut hops = Vec::new();
        let mut next = self.receipt(node, trace.record.ending.ended);
        while let Some(copy) = next.and_then(|receipt| receipt.copy).and_then(|place| trace.log.message(place)) {
            let Some(teller) = self.receipt(copy.from, copy.sent) else { break };
            hops.push(self.hop(trace, copy, teller));
            next = Some(teller);
        }
        hops.reverse();
        hops
    }

    fn hop(&self, trace: &Trace, copy: &LoggedMessage, teller: Receipt) -> BroadcastHop {
        let learned = copy.arrival.unwrap_or(copy.sent);
        let asked = was_asked_for(&copy.content);
        let kinds = asked.then(|| kinds(trace)).flatten();
        // The last that had come by then.
        let before = |kind: usize, [from, to]: [NodeId; 2], by: Time| {
            let about = |message: &&LoggedMessage| {
                (message.from, message.to, message.kind) == (from, to, kind)
                    && message.received().is_some_and(|at| at <= by)
                    && mentioned(&message.content).any(|message| message == self.message)
            };
            trace.log.messages().map(|(_, message)| message).filter(about).max_by_key(|message| message.received())
        };
        let request = kinds.and_then(|kinds| before(kinds.request, [copy.to, copy.from], copy.sent));
        let announcement = kinds
            .zip(request)
            .and_then(|(kinds, request)| before(kinds.announcement, [copy.from, copy.to], request.sent));
        let instants = match (announcement, request) {
            (Some(announcement), Some(request)) => {
                [announcement.sent, announcement.received().unwrap_or(announcement.sent), request.sent, copy.sent]
            }
            _ => [copy.sent; 4],
        };
        let wait = match (announcement, kinds) {
            (Some(_), Some(kinds)) if kinds.in_turns => BroadcastDelayKind::Heartbeat,
            (Some(_), _) => BroadcastDelayKind::Announcing,
            _ => BroadcastDelayKind::Validation,
        };
        let kinds = [
            wait,
            BroadcastDelayKind::Announcement,
            BroadcastDelayKind::Waiting,
            BroadcastDelayKind::Request,
            BroadcastDelayKind::OnTheWay,
        ];
        let mut began = teller.at;
        let parts = kinds.into_iter().zip(instants.into_iter().chain([learned])).map(|(kind, end)| {
            let nanos = end.nanos().saturating_sub(began.nanos());
            began = end.max(began);
            (kind, nanos)
        });
        let delays = parts.filter(|(_, nanos)| *nanos > 0).collect();
        BroadcastHop { teller: copy.from, node: copy.to, since: teller.at, learned, asked, delays }
    }

    /// Copies that were sent to `node`, by what became of them, in the order of [`Fate::ALL`].
    pub fn copies_to(&self, trace: &Trace, node: NodeId) -> [u64; Fate::ALL.len()] {
        fates(copies_of(trace, self.message).map(|(_, copy)| copy).filter(|copy| copy.to == node))
    }

    /// Announcements of the message to `node`, by what became of them.
    pub fn announcements_to(&self, trace: &Trace, node: NodeId) -> [u64; Fate::ALL.len()] {
        let kind = kinds(trace).map(|kinds| kinds.announcement);
        let announces = |message: &&LoggedMessage| {
            (message.to, Some(message.kind)) == (node, kind)
                && mentioned(&message.content).any(|message| message == self.message)
        };
        fates(trace.log.messages().map(|(_, message)| message).filter(announces))
    }
}

fn kinds(trace: &Trace) -> Option<Kinds> {
    trace.point.settings.workload.broadcast()
}

fn copies_of(trace: &Trace, message: u32) -> impl Iterator<Item = (usize, &LoggedMessage)> {
    let kind = kinds(trace).map(|kinds| kinds.copy);
    let copies = trace.log.messages().filter(move |(_, copy)| Some(copy.kind) == kind);
    copies.filter(move |(_, copy)| mentioned(&copy.content).next() == Some(message))
}

fn fates<'a>(messages: impl Iterator<Item = &'a LoggedMessage>) -> [u64; Fate::ALL.len()] {
    let mut counts = [0; Fate::ALL.len()];
    messages.for_each(|message| counts[message.fate as usize] += 1);
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Overrides, Source, read};

    fn trace(workload: &str, rest: &str) -> Trace {
        let text = format!(
            "[network]\nnodes = 60\ntopology = {{ kind = \"k-out\", choices = 6 }}\nlatency = {{ kind = \"uniform\", min = \"10ms\", max = \
             \"90ms\" }}\nloss = 0.4\n{workload}\nmessages = 12\n{rest}"
        );
        let scenario = read(Source::text("demo.toml", &text), &Overrides::default());
        Trace::of(scenario.unwrap_or_else(|problems| panic!("{problems}")).point(0), 0, &|| true).unwrap()
    }

    /// Each hop begins where the one before ends, the first at the publication, and its parts are the time that it takes.
    #[test]
    fn every_delivery_goes_back_to_the_publication_without_a_gap() {
        let crash =
            "[[event]]\nat = \"7s\"\ncrash = 0.4\nkeep_state = false\n[[event]]\nat = \"9s\"\nrecover = \"all\"\n";
        let mut asked = 0;
        let mesh = "[gossip]\nphase = \"random\"\n[workload]\nkind = \"mesh\"\nd = 3\nd_low = 2";
        let announce = "[workload]\nkind = \"announce\"\ndirect = 2\nfetch_timeout = \"1s\"";
        let all = [mesh, announce].map(|workload| ["", "validation = \"20ms\"", crash].map(|rest| (workload, rest)));
        for (workload, rest) in all.into_iter().flatten() {
            let trace = trace(workload, rest);
            let slowest = slowest(&trace).unwrap();
            let mut longest = (0, 0);
            for message in published(&trace).into_keys() {
                let broadcast = Broadcast::of(&trace, message).unwrap();
                let receipts = broadcast.receipts(&trace);
                assert!(receipts.len() > 30, "{message} came to {}", receipts.len());
                for &(at, node) in &receipts {
                    let hops = broadcast.hops(&trace, node);
                    assert_eq!(hops.is_empty(), node == broadcast.author && at == broadcast.published, "{hops:?}");
                    let mut end = broadcast.published;
                    for hop in &hops {
                        let parts: u64 = hop.delays.iter().map(|(_, nanos)| nanos).sum();
                        assert_eq!((hop.since, hop.since.nanos() + parts), (end, hop.learned.nanos()), "{hop:?}");
                        // Who is asked had announced it.
                        let of = |kind| hop.delays.iter().any(|(other, _)| *other == kind);
                        assert_eq!(
                            hop.asked,
                            of(BroadcastDelayKind::Announcement) && of(BroadcastDelayKind::Request),
                            "{hop:?}"
                        );
                        asked += usize::from(hop.asked);
                        end = hop.learned;
                    }
                    assert_eq!((end, hops.last().map_or(node, |hop| hop.node)), (at, node));
                    longest = longest.max((at.nanos() - broadcast.published.nanos(), u32::MAX - message));
                }
                let [copies, announcements] =
                    [broadcast.copies_to(&trace, receipts[1].1), broadcast.announcements_to(&trace, receipts[1].1)];
                assert!(copies[Fate::Delivered as usize] > 0 && announcements.iter().sum::<u64>() > 0);
            }
            if rest != crash {
                assert_eq!(u32::MAX - longest.1, slowest);
            }
        }
        assert!(asked > 200, "only {asked} copies were asked for");
    }
}
