//! Why a node learned when it did: the chain of who told whom, and where the time went, in parts that sum up exactly.
//!
//! Of each hop of the chain the conversation that brought the update is known, and who opened it: the teller, who
//! pushed, or the one who learned, who asked. From when the teller had the update until that conversation began, time
//! passed while its opener waited for its turn, and from each of its turns to the next; a turn is told by what came of
//! it. From then on the messages of the conversation were on their way.

use super::conversation::{legs_from, opening};
use super::infection::{Infection, Receipt};
use super::run::Trace;
use crate::observe::{Fate, LoggedMessage};
use crate::time::Time;
use crate::units::NodeId;

/// What time was spent on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DelayKind {
    /// The node that learned still had the update from a receipt before, which it then lost.
    HadBefore,
    /// Until the next turn of the node that then made contact.
    FirstTurn,
    /// A turn in which the teller told others, who did not have the update.
    ToldOthers,
    /// A turn that went to peers that had the update.
    PeersKnew,
    /// A turn in which it asked peers that did not have the update.
    PeersDidNotKnow,
    /// A turn whose messages were lost.
    Lost,
    /// A turn whose messages arrived corrupted.
    Corrupted,
    /// A turn whose messages a partition, or a cut, kept from going.
    Cut,
    /// A turn whose calls were refused.
    Refused,
    /// A turn whose messages found no room in a queue.
    Overflowed,
    /// A turn that went to nodes that were down.
    PeersDown,
    /// A turn of which nothing came in time.
    NothingCame,
    /// The node that was to make contact was down.
    Down,
    /// The messages of the conversation waited in queues for bandwidth.
    Queued,
    /// The messages of the conversation were on their way.
    OnTheWay,
}

impl DelayKind {
    /// Every kind, in the order in which they are told.
    pub const ALL: [DelayKind; 15] = [
        DelayKind::HadBefore,
        DelayKind::FirstTurn,
        DelayKind::ToldOthers,
        DelayKind::PeersKnew,
        DelayKind::PeersDidNotKnow,
        DelayKind::Lost,
        DelayKind::Corrupted,
        DelayKind::Cut,
        DelayKind::Refused,
        DelayKind::Overflowed,
        DelayKind::PeersDown,
        DelayKind::NothingCame,
        DelayKind::Down,
        DelayKind::Queued,
        DelayKind::OnTheWay,
    ];

    /// As it stands in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            DelayKind::HadBefore => "had_it_before",
            DelayKind::FirstTurn => "waiting_for_turn",
            DelayKind::ToldOthers => "turns_told_others",
            DelayKind::PeersKnew => "turns_peers_knew",
            DelayKind::PeersDidNotKnow => "turns_peers_did_not_know",
            DelayKind::Lost => "turns_lost",
            DelayKind::Corrupted => "turns_corrupted",
            DelayKind::Cut => "turns_cut",
            DelayKind::Refused => "turns_refused",
            DelayKind::Overflowed => "turns_overflowed",
            DelayKind::PeersDown => "turns_peers_down",
            DelayKind::NothingCame => "turns_without_effect",
            DelayKind::Down => "down",
            DelayKind::Queued => "queued",
            DelayKind::OnTheWay => "on_the_way",
        }
    }

    /// As people read it.
    pub const fn label(self) -> &'static str {
        match self {
            DelayKind::HadBefore => "had it from before, and lost it then",
            DelayKind::FirstTurn => "waiting for a turn",
            DelayKind::ToldOthers => "turns in which the teller told other nodes",
            DelayKind::PeersKnew => "turns spent on peers that knew already",
            DelayKind::PeersDidNotKnow => "turns spent asking peers that did not know",
            DelayKind::Lost => "turns whose messages were lost",
            DelayKind::Corrupted => "turns whose messages arrived corrupted",
            DelayKind::Cut => "turns whose messages were cut off",
            DelayKind::Refused => "turns whose calls were refused",
            DelayKind::Overflowed => "turns whose messages found a queue full",
            DelayKind::PeersDown => "turns spent on nodes that were down",
            DelayKind::NothingCame => "turns that brought nothing in time",
            DelayKind::Down => "down, and so without turns",
            DelayKind::Queued => "messages waiting in queues for bandwidth",
            DelayKind::OnTheWay => "messages on their way",
        }
    }
}

/// So much time went on one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delay {
    /// On what.
    pub kind: DelayKind,
    /// How long, in nanoseconds.
    pub nanos: u64,
}

/// One node tells another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// Who tells.
    pub teller: NodeId,
    /// Who learns.
    pub node: NodeId,
    /// When the teller had the update.
    pub since: Time,
    /// When the other had it.
    pub learned: Time,
    /// When the other had lost what it had of it before, if it had.
    pub lost_before: Option<Time>,
    /// Who opened the conversation: one of the two.
    pub opener: NodeId,
    /// When it was opened.
    pub opened: Time,
    /// The kinds of its messages, in order, by their numbers.
    pub kinds: Vec<usize>,
    /// Where the time between them went; what took none is left out.
    pub delays: Vec<Delay>,
}

/// How the update came from the origin to the node of `receipt`, hop by hop; nothing of the origin itself.
pub fn explain(trace: &Trace, infection: &Infection, receipt: &Receipt) -> Vec<Hop> {
    let chain = infection.chain(receipt);
    chain.windows(2).filter_map(|pair| hop(trace, infection, pair[0], pair[1])).collect()
}

fn hop(trace: &Trace, infection: &Infection, teller: &Receipt, receipt: &Receipt) -> Option<Hop> {
    let log = &trace.log;
    let place = receipt.message?;
    let first = opening(log, place);
    let opening = log.message(first)?;
    let mut legs = legs_from(log, first);
    legs.retain(|(other, _)| *other <= place);
    let mut hop = Hop {
        teller: teller.node,
        node: receipt.node,
        since: teller.at,
        learned: receipt.at,
        lost_before: infection.before(receipt).and_then(|before| infection.lost_at(before)),
        opener: opening.from,
        opened: opening.sent,
        kinds: legs.iter().map(|(_, leg)| leg.kind).collect(),
        delays: Vec::new(),
    };
    wait(trace, infection, teller, &mut hop);
    let began = hop.opened.max(hop.since);
    let on_the_way = receipt.at.nanos() - began.nanos();
    let queued = legs.iter().map(|(_, leg)| leg.queued).sum::<u64>().min(on_the_way);
    hop.add(DelayKind::Queued, queued);
    hop.add(DelayKind::OnTheWay, on_the_way - queued);
    hop.delays.sort_by_key(|delay| delay.kind);
    Some(hop)
}

impl Hop {
    /// So many more nanoseconds went on a thing of this kind.
    fn add(&mut self, kind: DelayKind, nanos: u64) {
        if nanos == 0 {
            return;
        }
        match self.delays.iter_mut().find(|delay| delay.kind == kind) {
            Some(delay) => delay.nanos += nanos,
            None => self.delays.push(Delay { kind, nanos }),
        }
    }
}

/// The time from when the teller had the update until the conversation was opened, if it was opened after that.
fn wait(trace: &Trace, infection: &Infection, teller: &Receipt, hop: &mut Hop) {
    let (opened, opener) = (hop.opened, hop.opener);
    if opened <= hop.since {
        return;
    }
    // As long as the node had the update it lacked nothing.
    let lost = hop.lost_before.map(|lost| lost.min(opened)).filter(|&lost| lost > hop.since);
    let since = lost.unwrap_or(hop.since);
    hop.add(DelayKind::HadBefore, since.nanos() - hop.since.nanos());
    let log = &trace.log;
    // What a node learns at an instant it passes on after it; the origin had the update before the first. What a node
    // loses it lacks from that instant on.
    let after =
        |sent: Time| sent > since || lost.is_some() && sent == since || teller.message.is_none() && lost.is_none();
    let contacts = log
        .messages()
        .filter(|(_, leg)| leg.from == opener && leg.step() == 0 && after(leg.sent) && leg.sent <= opened);
    let contacts: Vec<(usize, &LoggedMessage)> = contacts.collect();
    let (mut from, mut kind) = (since, DelayKind::FirstTurn);
    for turn in contacts.chunk_by(|one, other| one.1.sent == other.1.sent) {
        let at = turn[0].1.sent;
        let down = log.down_between(opener, from, at);
        hop.add(DelayKind::Down, down);
        hop.add(kind, at.nanos() - from.nanos() - down);
        kind = came_of(trace, infection, turn, hop);
        from = at;
    }
}

/// What came of a turn that did not bring the update to the node of `hop`.
fn came_of(trace: &Trace, infection: &Infection, turn: &[(usize, &LoggedMessage)], hop: &Hop) -> DelayKind {
    let pushed = hop.opener == hop.teller;
    let target = if pushed { hop.node } else { hop.teller };
    let each: Vec<(bool, DelayKind)> = turn
        .iter()
        .map(|&(place, contact)| (contact.to == target, came_of_contact(trace, infection, place, contact, pushed)))
        .collect();
    let failed = |kind: DelayKind| (DelayKind::Lost..=DelayKind::PeersDown).contains(&kind);
    let to_target = each.iter().find(|(target, kind)| *target && failed(*kind));
    // Whoever pushes has done the most where somebody learned; whoever asks is most delayed by what was lost.
    let any_failed = each.iter().find(|(_, kind)| !pushed && failed(*kind));
    let best = each.iter().min_by_key(|(_, kind)| *kind);
    to_target.or(any_failed).or(best).map_or(DelayKind::NothingCame, |(_, kind)| *kind)
}

fn came_of_contact(
    trace: &Trace,
    infection: &Infection,
    place: usize,
    contact: &LoggedMessage,
    pushed: bool,
) -> DelayKind {
    let legs = legs_from(&trace.log, place);
    if legs.iter().any(|&(place, leg)| trace.carries(leg) && infection.is_news(leg.to, place)) {
        return DelayKind::ToldOthers;
    }
    match legs.last().map(|(_, leg)| leg.fate) {
        Some(Fate::Lost) => return DelayKind::Lost,
        Some(Fate::Corrupted) => return DelayKind::Corrupted,
        Some(Fate::Cut) => return DelayKind::Cut,
        Some(Fate::Refused) => return DelayKind::Refused,
        Some(Fate::Overflowed) => return DelayKind::Overflowed,
        Some(Fate::Dropped) => return DelayKind::PeersDown,
        Some(Fate::InFlight) | None => return DelayKind::NothingCame,
        Some(Fate::Delivered) => {}
    }
    let knew = contact.received().is_some_and(|at| infection.knew(contact.to, at));
    match (pushed, knew) {
        (true, true) => DelayKind::PeersKnew,
        (false, false) => DelayKind::PeersDidNotKnow,
        _ => DelayKind::NothingCame,
    }
}
