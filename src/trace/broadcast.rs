//! How a published message got from node to node: along a mesh, or on request, and where the time went, in parts that sum up
//! exactly.

use std::collections::BTreeMap;

use super::infection::forgotten;
use super::run::Trace;
use crate::observe::{ExternalEvent, Fate, LoggedMessage};
use crate::time::Time;
use crate::units::NodeId;
use crate::workload::broadcast::{mentioned, was_asked_for};
use crate::workload::mesh::MessageKind;

/// What time was spent on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MeshDelayKind {
    /// Until the one that had the message passed it on: it validated it, or was blocked.
    Validation,
    /// Until a heartbeat in which it announced the message to the other.
    Heartbeat,
    /// The announcement was on its way.
    Announcement,
    /// The question for the message was on its way.
    Request,
    /// The message was on its way.
    OnTheWay,
}

impl MeshDelayKind {
    /// Every kind, in the order in which they come.
    pub const ALL: [MeshDelayKind; 5] = [
        MeshDelayKind::Validation,
        MeshDelayKind::Heartbeat,
        MeshDelayKind::Announcement,
        MeshDelayKind::Request,
        MeshDelayKind::OnTheWay,
    ];

    /// As it stands in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            MeshDelayKind::Validation => "validation",
            MeshDelayKind::Heartbeat => "waiting_for_heartbeat",
            MeshDelayKind::Announcement => "announcement",
            MeshDelayKind::Request => "request",
            MeshDelayKind::OnTheWay => "on_the_way",
        }
    }

    /// As people read it.
    pub const fn label(self) -> &'static str {
        match self {
            MeshDelayKind::Validation => "until it was passed on",
            MeshDelayKind::Heartbeat => "until a heartbeat in which it was announced",
            MeshDelayKind::Announcement => "announcement (IHAVE) on its way",
            MeshDelayKind::Request => "question for it (IWANT) on its way",
            MeshDelayKind::OnTheWay => "message on its way",
        }
    }
}

/// A node gets the message from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeshHop {
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
    pub delays: Vec<(MeshDelayKind, u64)>,
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
    let mut first: BTreeMap<(u32, NodeId), Time> = BTreeMap::new();
    for (_, copy) in trace.log.messages().filter(|(_, message)| message.kind == MessageKind::Payload as usize) {
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
    /// The message with this number in a run over meshes, if it was published.
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
    pub fn hops(&self, trace: &Trace, node: NodeId) -> Vec<MeshHop> {
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

    fn hop(&self, trace: &Trace, copy: &LoggedMessage, teller: Receipt) -> MeshHop {
        let learned = copy.arrival.unwrap_or(copy.sent);
        let asked = was_asked_for(&copy.content);
        let before = |kind: MessageKind, [from, to]: [NodeId; 2], at: Time| {
            let found = |message: &&LoggedMessage| {
                (message.from, message.to, message.received()) == (from, to, Some(at))
                    && message.kind == kind as usize
                    && mentioned(&message.content).any(|message| message == self.message)
            };
            trace.log.messages().map(|(_, message)| message).find(found)
        };
        let request = asked.then(|| before(MessageKind::IWant, [copy.to, copy.from], copy.sent)).flatten();
        let announcement = request.and_then(|request| before(MessageKind::IHave, [copy.from, copy.to], request.sent));
        let instants = match (announcement, request) {
            (Some(announcement), Some(request)) => [announcement.sent, request.sent, copy.sent],
            _ => [copy.sent; 3],
        };
        let wait = if announcement.is_some() { MeshDelayKind::Heartbeat } else { MeshDelayKind::Validation };
        let kinds = [wait, MeshDelayKind::Announcement, MeshDelayKind::Request, MeshDelayKind::OnTheWay];
        let mut began = teller.at;
        let parts = kinds.into_iter().zip(instants.into_iter().chain([learned])).map(|(kind, end)| {
            let nanos = end.nanos().saturating_sub(began.nanos());
            began = end.max(began);
            (kind, nanos)
        });
        let delays = parts.filter(|(_, nanos)| *nanos > 0).collect();
        MeshHop { teller: copy.from, node: copy.to, since: teller.at, learned, asked, delays }
    }

    /// Copies that were sent to `node`, by what became of them, in the order of [`Fate::ALL`].
    pub fn copies_to(&self, trace: &Trace, node: NodeId) -> [u64; Fate::ALL.len()] {
        fates(copies_of(trace, self.message).map(|(_, copy)| copy).filter(|copy| copy.to == node))
    }

    /// Announcements of the message to `node`, by what became of them.
    pub fn announcements_to(&self, trace: &Trace, node: NodeId) -> [u64; Fate::ALL.len()] {
        let announces = |message: &&LoggedMessage| {
            (message.to, message.kind) == (node, MessageKind::IHave as usize)
                && mentioned(&message.content).any(|message| message == self.message)
        };
        fates(trace.log.messages().map(|(_, message)| message).filter(announces))
    }
}

fn copies_of(trace: &Trace, message: u32) -> impl Iterator<Item = (usize, &LoggedMessage)> {
    let copies = trace.log.messages().filter(|(_, copy)| copy.kind == MessageKind::Payload as usize);
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

    fn trace(rest: &str) -> Trace {
        let text = format!(
            "[network]\nnodes = 60\ntopology = {{ kind = \"k-out\", choices = 6 }}\nlatency = {{ kind = \"uniform\", min = \"10ms\", max = \
             \"90ms\" }}\nloss = 0.4\n[gossip]\nphase = \"random\"\n[workload]\nkind = \"mesh\"\nmessages = 12\nd = 3\nd_low = 2\n{rest}"
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
        for rest in ["", "validation = \"20ms\"", crash] {
            let trace = trace(rest);
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
                        // Who is asked had announced it, in a heartbeat.
                        let of = |kind| hop.delays.iter().any(|(other, _)| *other == kind);
                        assert_eq!(hop.asked, of(MeshDelayKind::Announcement) && of(MeshDelayKind::Request), "{hop:?}");
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
        assert!(asked > 100, "only {asked} copies were asked for");
    }
}
