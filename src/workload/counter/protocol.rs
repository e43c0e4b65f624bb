//! A counter as a protocol of the engine: what nodes say and learn.

use std::borrow::Cow;
use std::convert::Infallible;
use std::sync::Arc;

use super::changes::{Changes, Version};
use super::counts::Counts;
use super::increments::Increment;
use super::map::{Entry, Identity};
use super::message::{Delta, Message};
use super::replica::{Replica, Waiting};
use super::settings::{CounterSettings, Payload, Recovery};
use crate::engine::{Context, Outcome, Protocol, Slab, Start, Tally};
use crate::time::Time;
use crate::units::NodeId;
use crate::workload::Strategy;

/// The rules of a replicated counter.
#[derive(Clone, Debug)]
pub struct Counter {
    /// Who tells whom.
    pub strategy: Strategy,
    /// How many peers a node contacts in a turn.
    pub fanout: u32,
    /// What nodes tell each other.
    pub payload: Payload,
    /// Every so many turns a node sends all that it knows; 0 where it does so never, or always.
    pub full_every: u64,
    /// Whether an entry is kept from the peer that told of it.
    pub avoid_back_propagation: bool,
    /// Whether a node passes on of what it receives only what was new.
    pub remove_redundancy: bool,
    /// Whether a node passes on what others told it.
    pub relay: bool,
    /// What a node does that lost its state.
    pub recovery: Recovery,
}

impl CounterSettings {
    /// The rules of nodes that gossip with `fanout` peers a turn by `strategy`.
    pub fn protocol(&self, strategy: Strategy, fanout: u32) -> Counter {
        Counter {
            strategy,
            fanout,
            payload: self.payload,
            full_every: self.full_every,
            avoid_back_propagation: self.avoid_back_propagation,
            remove_redundancy: self.remove_redundancy,
            relay: self.relay,
            recovery: self.recovery,
        }
    }
}

/// The value of the counter, as a node sees it, has changed; of several changes at an instant the last one stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changed {
    /// What it is now.
    pub value: i64,
}

impl Protocol for Counter {
    type State = Replica;
    type States = Vec<Replica>;
    type Message = Message;
    type Timer = Infallible;
    type Mail = Slab<Message, Infallible>;
    type Input = Increment;
    type Fact = Changed;
    type Counts = Counts;

    const SETS_TIMERS: bool = false;

    fn start(&self, replica: &mut Replica, why: Start, context: &mut Context<'_, Self>) {
        let lost = why == Start::Recovered { remembers: false };
        if replica.identity.is_none() {
            let born = if lost && self.recovery == Recovery::NewId { context.now } else { Time::ZERO };
            replica.identity = Some(Identity { node: context.node, born });
            replica.changes = Changes::begun(context.now);
            replica.recovering = lost && self.recovery == Recovery::Recover;
        }
    }

    fn input(&self, replica: &mut Replica, Increment(amount): Increment, context: &mut Context<'_, Self>) {
        context.counts.accept(amount, context.now);
        replica.waiting.add(amount);
        context.counts.waiting += amount.unsigned_abs();
        self.count(replica, context);
    }

    fn turn(&self, replica: &mut Replica, context: &mut Context<'_, Self>) -> Option<Message> {
        if replica.recovering {
            return Some(self.request_all());
        }
        self.count(replica, context);
        let full = self.full_every > 0 && (context.turn().number + 1).is_multiple_of(self.full_every);
        match (self.payload, self.strategy) {
            (Payload::Delta, strategy) => {
                match strategy {
                    Strategy::Push | Strategy::PushPull => self.send_deltas(replica, full, context),
                    Strategy::Pull => self.send_requests(replica, full, context),
                }
                replica.changes.end_turn();
                None
            }
            (Payload::Hash, _) if !full => Some(Message::Hash(replica.map.hash())),
            (_, Strategy::Pull) => Some(self.request_all()),
            (_, strategy) => Some(all_of(replica, strategy == Strategy::PushPull)),
        }
    }

    fn answer(&self, replica: &Replica, from: NodeId, message: &Message) -> Option<Message> {
        // Who has yet to recover knows too little to teach anybody, let alone somebody else who has to recover.
        if replica.recovering {
            return None;
        }
        match message {
            Message::Hash(hash) if *hash != replica.map.hash() => Some(match self.strategy {
                Strategy::Push => self.request_all(),
                Strategy::Pull => all_of(replica, false),
                Strategy::PushPull => all_of(replica, true),
            }),
            Message::State { asks: true, .. } | Message::Request(None) => Some(all_of(replica, false)),
            Message::Request(Some(has)) => self.answer_delta(replica, from, *has),
            Message::Delta(delta) if delta.asks => self.answer_delta(replica, from, delta.has),
            Message::Hash(_) | Message::State { .. } | Message::Delta(_) => None,
        }
    }

    fn settled(&self, replica: &Replica, message: &Message, _: &mut Counts) -> bool {
        match message {
            Message::Hash(_) | Message::Request(None) => true,
            Message::State { map, .. } => !replica.recovering && replica.map.covers(map.entries()),
            Message::Delta(_) | Message::Request(Some(_)) => false,
        }
    }

    fn learn(&self, replica: &mut Replica, from: NodeId, message: Message, context: &mut Context<'_, Self>) {
        match message {
            Message::State { map, .. } => {
                let news: Vec<Entry> = replica.map.news(map.entries()).collect();
                adopt(replica, &news, context);
                replica.recovering = false;
            }
            Message::Delta(delta) => self.take_delta(replica, from, &delta, context),
            Message::Request(Some(has)) => replica.changes.mark_sent(from, has),
            Message::Hash(_) | Message::Request(None) => {}
        }
    }

    fn counted(&self, replica: &Replica, up: bool, counts: &mut Counts) {
        counts.recount(replica, up);
    }

    fn agrees(&self, counts: &Counts, recount: &Counts) -> bool {
        counts.match_live(recount)
    }

    fn glance(replica: &Replica) -> u64 {
        replica.map.hash()
    }

    fn input_content(Increment(amount): &Increment) -> Cow<'static, str> {
        Cow::Owned(format!("amount={amount}"))
    }

    fn size(&self, message: &Message) -> u64 {
        message.bytes()
    }

    fn without_content(&self, message: Message) -> Option<Message> {
        match message {
            Message::State { asks: true, .. } => Some(self.request_all()),
            Message::Delta(delta) if delta.asks => Some(Message::Delta(Delta { entries: Vec::new(), ..delta })),
            Message::State { .. } | Message::Delta(_) => None,
            asking => Some(asking),
        }
    }

    /// All live nodes agree. What a node sent before it went down may still be on its way; nobody waits for that.
    fn termination(&self, _: Time, counts: &mut Counts, _: &Tally, live: u64) -> Option<Outcome> {
        match live {
            0 => Some(Outcome::Lost),
            _ => counts.agree(live).then_some(Outcome::Converged),
        }
    }

    fn converged(&self, counts: &Counts, live: u64) -> bool {
        live > 0 && counts.agree(live)
    }
}

impl Counter {
    /// The question for all that a peer knows.
    fn request_all(&self) -> Message {
        Message::Request((self.payload == Payload::Delta).then_some(Version::START))
    }

    /// A node counts what it accepted, unless it has yet to hear of its own entries.
    fn count(&self, replica: &mut Replica, context: &mut Context<'_, Self>) {
        if replica.recovering || replica.waiting == Waiting::default() {
            return;
        }
        let own = replica.counted();
        context.counts.waiting -= replica.waiting.amount();
        replica.waiting = Waiting::default();
        if self.payload == Payload::Delta {
            replica.changes.record(own.iter().map(|entry| (entry.owner, None)).collect());
        }
        adopt(replica, &own, context);
    }

    /// A node tells each of its peers what changed since it last did.
    fn send_deltas(&self, replica: &mut Replica, full: bool, context: &mut Context<'_, Self>) {
        for peer in self.peers(context) {
            let after = if full { Version::START } else { replica.changes.sent(peer) };
            let asks = self.strategy == Strategy::PushPull;
            let delta = self.delta(replica, peer, after, asks);
            if asks || !delta.entries.is_empty() {
                context.send(peer, Message::Delta(delta));
            }
            replica.changes.mark_sent(peer, replica.changes.version());
        }
    }

    /// A node asks each of its peers what changed since it last heard.
    fn send_requests(&self, replica: &Replica, full: bool, context: &mut Context<'_, Self>) {
        for peer in self.peers(context) {
            let has = if full { Version::START } else { replica.changes.received(peer) };
            context.send(peer, Message::Request(Some(has)));
        }
    }

    fn peers(&self, context: &Context<'_, Self>) -> Vec<NodeId> {
        let mut peers = Vec::new();
        context.peers(self.fanout, &mut peers);
        peers
    }

    /// What `replica` answers `peer`, which `has` so much of it already; nothing if that is all. Who has nothing hears so.
    fn answer_delta(&self, replica: &Replica, peer: NodeId, has: Version) -> Option<Message> {
        let delta = self.delta(replica, peer, has, false);
        (has == Version::START || !delta.entries.is_empty()).then_some(Message::Delta(delta))
    }

    /// What changed in `replica` after `after`, for `peer`.
    fn delta(&self, replica: &Replica, peer: NodeId, after: Version, asks: bool) -> Delta {
        let changes = &replica.changes;
        // Who has nothing, or may have lost it, is told everything.
        let knower = (self.avoid_back_propagation && after != Version::START).then_some(peer);
        let entries = changes.after(after, &replica.map, knower);
        Delta { entries, after, version: changes.version(), has: changes.received(peer), asks }
    }

    /// A node learns what changed at `from`.
    fn take_delta(&self, replica: &mut Replica, from: NodeId, delta: &Delta, context: &mut Context<'_, Self>) {
        let news: Vec<Entry> = replica.map.news(&delta.entries).collect();
        if !news.is_empty() {
            if self.relay {
                let passed_on = if self.remove_redundancy { &news } else { &delta.entries };
                let map = &replica.map;
                // What is newer here than what was told, its teller has yet to hear of.
                let origin = |entry: &Entry| (map.count(entry.owner) <= entry.count).then_some(from);
                replica.changes.record(passed_on.iter().map(|entry| (entry.owner, origin(entry))).collect());
            }
            adopt(replica, &news, context);
        }
        replica.changes.mark_received(from, delta.after, delta.version);
        replica.changes.mark_sent(from, delta.has);
        // Peers that have yet to recover themselves tell nobody anything.
        replica.recovering &= delta.after != Version::START;
    }
}

/// All that `replica` knows.
fn all_of(replica: &Replica, asks: bool) -> Message {
    Message::State { map: replica.map.clone(), asks }
}

/// A live node takes into its map what is new to it.
fn adopt(replica: &mut Replica, news: &[Entry], context: &mut Context<'_, Counter>) {
    if news.is_empty() {
        return;
    }
    let before = replica.map.hash();
    let map = Arc::make_mut(&mut replica.map);
    map.adopt(news);
    context.counts.replace(before, map.hash());
    context.counts.last_changed = Some(context.now);
    context.report(Changed { value: map.value() });
}
