//! Membership as a protocol of the engine: whom nodes contact, what they say and what they take from it.

use std::sync::Arc;

use super::counts::Counts;
use super::entry::Entry;
use super::list::MemberList;
use super::message::Message;
use super::settings::{Exchange, Knows, MembershipSettings, Versions};
use crate::engine::{Change, Context, Outcome, Protocol, Slab, Start, Tally};
use crate::time::Time;
use crate::units::NodeId;
use crate::workload::members::Few;
use crate::workload::{Common, Strategy};

/// The rules of membership.
#[derive(Clone, Debug)]
pub struct Membership {
    settings: MembershipSettings,
    strategy: Strategy,
    fanout: u32,
    /// How many nodes are there at the start.
    present: u32,
}

/// A node takes another for a member, or no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The other.
    pub about: NodeId,
    /// Whether it does.
    pub member: bool,
}

/// A peer that was contacted has had its time to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeout {
    peer: NodeId,
    since: Time,
}

/// Whom a node contacts in a turn.
type Contacts = Few<NodeId, 4>;

/// The slots of draws beside those of the peers, which begin with 0.
mod slot {
    pub(super) const WHETHER_UNLISTED: u32 = u32::MAX;
    pub(super) const UNLISTED: u32 = u32::MAX - 1;
    pub(super) const WHETHER_SEED: u32 = u32::MAX - 2;
    pub(super) const SEED: u32 = u32::MAX - 3;
}

impl MembershipSettings {
    /// The rules of nodes that go by these settings and `common`.
    pub fn protocol(&self, common: &Common) -> Membership {
        let Common { nodes, strategy, fanout, .. } = *common;
        Membership { settings: self.clone(), strategy, fanout, present: nodes }
    }
}

impl Protocol for Membership {
    type State = MemberList;
    type States = Vec<MemberList>;
    type Message = Message;
    type Timer = Timeout;
    type Mail = Slab<Message, Timeout>;
    type Input = std::convert::Infallible;
    type Fact = Listed;
    type Counts = Counts;

    const CALLS_PEERS: bool = false;

    fn prepare(&self, states: &mut Vec<MemberList>, counts: &mut Counts) {
        counts.prepare(states.len(), self.present, self.settings.knows == Knows::Seeds);
    }

    fn start(&self, list: &mut MemberList, why: Start, context: &mut Context<'_, Self>) {
        if list.is_empty() {
            self.begin(list, why, context);
        } else if self.settings.versions == Versions::Heartbeat {
            // It was down, and has heard of nobody since: that is no silence of theirs.
            let now = context.now;
            let listed: Vec<NodeId> = list.listed().collect();
            listed.into_iter().for_each(|node| list.heard[node.index()] = now);
        }
    }

    fn turn(&self, list: &mut MemberList, context: &mut Context<'_, Self>) -> Option<Message> {
        let (own, now) = (context.node, context.now);
        if self.settings.versions == Versions::Heartbeat {
            list.put(own, list.entry(own).next_beat(), now);
            self.drop_silent(list, context);
        }
        let mut contacts = Contacts::default();
        self.choose(list, context, &mut contacts);
        for peer in contacts.iter() {
            context.send(peer, self.opening(list));
            if self.settings.versions == Versions::Incarnation && self.strategy != Strategy::Push {
                context.set_timer(self.settings.timeout, Timeout { peer, since: now });
            }
        }
        None
    }

    fn answer(&self, list: &MemberList, _: NodeId, message: &Message) -> Option<Message> {
        match message {
            Message::Request | Message::List { asks: true, .. } => Some(all_of(list, false)),
            Message::Syn { entries, .. } => {
                let pairs = || (0..).map(NodeId::new).zip(list.entries.iter().zip(entries.iter()));
                let news = pairs().filter(|(_, (here, there))| here > there).map(|(node, (here, _))| (node, *here));
                let wants = pairs().filter(|(_, (here, there))| here < there).map(|(node, _)| node);
                Some(Message::Ack { news: news.collect(), wants: wants.collect() })
            }
            Message::Ack { wants, .. } if !wants.is_empty() => {
                Some(Message::News(wants.iter().map(|node| (*node, list.entry(*node))).collect()))
            }
            Message::List { .. } | Message::Ack { .. } | Message::News(_) => None,
        }
    }

    fn learn(&self, list: &mut MemberList, from: NodeId, message: Message, context: &mut Context<'_, Self>) {
        if self.settings.versions == Versions::Incarnation {
            list.heard[from.index()] = context.now;
        }
        match message {
            Message::List { entries, .. } => self.merge_all(list, &entries, context),
            Message::Ack { news, .. } | Message::News(news) => {
                news.into_iter().for_each(|(node, entry)| self.merge(list, node, entry, context));
            }
            Message::Request | Message::Syn { .. } => {}
        }
    }

    fn expire(&self, list: &mut MemberList, Timeout { peer, since }: Timeout, context: &mut Context<'_, Self>) {
        if list.heard[peer.index()] < since && list.lists(peer) {
            list.put(peer, list.entry(peer).failed(), context.now);
            self.list(list, peer, false, context);
        }
    }

    /// Says so to some members, who pass it on.
    fn leave(&self, list: &mut MemberList, context: &mut Context<'_, Self>) {
        let own = context.node;
        let entry = match self.settings.versions {
            Versions::Heartbeat => list.entry(own).gone(),
            Versions::Incarnation => list.entry(own).left(),
        };
        let mut contacts = Contacts::default();
        self.choose_members(list, context, &mut contacts);
        contacts.iter().for_each(|peer| context.send(peer, Message::News(vec![(own, entry)])));
        context.depart();
    }

    fn population(&self, now: Time, node: NodeId, change: Change, counts: &mut Counts) {
        counts.population(now, node, change);
    }

    fn counted(&self, list: &MemberList, up: bool, counts: &mut Counts) {
        counts.recount(list, up);
    }

    fn agrees(&self, counts: &Counts, recount: &Counts) -> bool {
        counts.match_live(recount)
    }

    fn glance(list: &MemberList) -> u64 {
        list.members().into()
    }

    fn size(&self, message: &Message) -> u64 {
        let (entries, versions) = message.contents();
        let [entry, state] = [self.settings.entry_bytes, self.settings.state_bytes].map(u64::from);
        entries * (entry + state) + versions * entry
    }

    fn termination(&self, now: Time, counts: &mut Counts, _: &Tally, live: u64) -> Option<Outcome> {
        match live {
            0 => Some(Outcome::Lost),
            _ => (counts.all_right() && now >= Time::ZERO + self.settings.during).then_some(Outcome::Converged),
        }
    }

    fn converged(&self, counts: &Counts, live: u64) -> bool {
        live > 0 && counts.all_right()
    }
}

impl Membership {
    /// A node begins without a list.
    fn begin(&self, list: &mut MemberList, why: Start, context: &mut Context<'_, Self>) {
        let (own, now) = (context.node, context.now);
        *list = MemberList::new(context.counts.nodes());
        let generation = match self.settings.versions {
            // Milliseconds of up to 49 days; after that it stands still.
            Versions::Heartbeat => u32::try_from(now.nanos() / 1_000_000 + 1).unwrap_or(u32::MAX),
            Versions::Incarnation => Entry::FIRST.generation,
        };
        list.put(own, Entry { generation, version: 0 }, now);
        let known = match self.settings.knows {
            Knows::All if why == Start::First => self.present,
            Knows::All | Knows::Seeds => self.settings.seeds,
        };
        for node in (0..known).map(NodeId::new).filter(|node| *node != own) {
            self.merge(list, node, Entry::FIRST, context);
        }
        if why == Start::First {
            context.counts.last_changed = None;
        }
    }

    /// What a node says to those it contacts.
    fn opening(&self, list: &MemberList) -> Message {
        let MemberList { entries, known, .. } = list;
        match (self.settings.exchange, self.strategy) {
            (Exchange::Digest, _) => Message::Syn { entries: Arc::clone(entries), known: *known },
            (Exchange::Full, Strategy::Pull) => Message::Request,
            (Exchange::Full, strategy) => all_of(list, strategy == Strategy::PushPull),
        }
    }

    /// A node hears of an entry.
    fn merge(&self, list: &mut MemberList, node: NodeId, entry: Entry, context: &mut Context<'_, Self>) {
        if entry <= list.entry(node) {
            return;
        }
        if node == context.node {
            // It has heard of its end, or of a life that it has forgotten.
            return list.put(node, entry.refuted(), context.now);
        }
        list.put(node, entry, context.now);
        self.list(list, node, self.takes_part(entry), context);
    }

    /// A node hears of entries of all nodes.
    fn merge_all(&self, list: &mut MemberList, entries: &[Entry], context: &mut Context<'_, Self>) {
        let own = context.node;
        let mut turned = Vec::new();
        match self.settings.versions {
            Versions::Heartbeat => list.put_all(entries, own, context.now, Entry::beats, &mut turned),
            Versions::Incarnation => list.put_all(entries, own, context.now, Entry::is_alive, &mut turned),
        }
        entries.get(own.index()).into_iter().for_each(|&entry| self.merge(list, own, entry, context));
        turned.into_iter().for_each(|(about, member)| self.list(list, about, member, context));
    }

    /// Whether an entry says that the node takes part.
    fn takes_part(&self, entry: Entry) -> bool {
        match self.settings.versions {
            Versions::Heartbeat => entry.beats(),
            Versions::Incarnation => entry.is_alive(),
        }
    }

    /// A node takes another for a member, or no longer.
    fn list(&self, list: &mut MemberList, about: NodeId, member: bool, context: &mut Context<'_, Self>) {
        if list.list(about, member) {
            context.counts.list(about, member, context.now);
            context.report(Listed { about, member });
        }
    }

    /// Who has not been heard of for long is taken for gone.
    fn drop_silent(&self, list: &mut MemberList, context: &mut Context<'_, Self>) {
        let mut silent = Vec::new();
        let limit = context.now.nanos().saturating_sub(self.settings.fail_after.nanos());
        list.silent_since(Time::from_nanos(limit), &mut silent);
        silent.into_iter().for_each(|node| self.list(list, node, false, context));
    }

    /// Appends whom a node contacts in its turn: members, or a seed where it lists none; and where it is to reconnect, some
    /// that it does not list (Cassandra, `Gossiper.GossipTask`).
    fn choose(&self, list: &MemberList, context: &Context<'_, Self>, contacts: &mut Contacts) {
        self.choose_members(list, context, contacts);
        let own = context.node;
        let members = list.members();
        let seeds = self.settings.seeds - u32::from(own.number() < self.settings.seeds);
        if members == 0 {
            self.seed(seeds, context).into_iter().for_each(|seed| contacts.push(seed));
        }
        if !self.settings.reconnect || members == 0 {
            return;
        }
        let unlisted = list.known - 1 - members;
        if context.below(members + 1, slot::WHETHER_UNLISTED) < unlisted {
            let other = list.unlisted(context.below(unlisted, slot::UNLISTED), own);
            other.into_iter().for_each(|other| contacts.push(other));
        }
        let seed_contacted = contacts.iter().take(self.fanout as usize).any(|peer| peer.number() < self.settings.seeds);
        if (!seed_contacted || members < seeds) && context.below(members + unlisted, slot::WHETHER_SEED) < seeds {
            self.seed(seeds, context).into_iter().for_each(|seed| contacts.push(seed));
        }
    }

    /// Appends as many distinct members as a node contacts in a turn, each as likely as any other, or all there are.
    fn choose_members(&self, list: &MemberList, context: &Context<'_, Self>, contacts: &mut Contacts) {
        let members = list.members();
        let mut ranks: Vec<u32> = Vec::new();
        let picks = self.fanout.min(members);
        for pick in 0..picks {
            // A rank among those that are left, and so among all.
            let mut rank = context.below(members - pick, pick);
            let mut place = 0;
            while ranks.get(place).is_some_and(|taken| *taken <= rank) {
                rank += 1;
                place += 1;
            }
            if pick + 1 < picks {
                ranks.insert(place, rank);
            }
            list.member(rank).into_iter().for_each(|member| contacts.push(member));
        }
    }

    /// One of the `seeds` seeds that are not the node itself, if there are any.
    fn seed(&self, seeds: u32, context: &Context<'_, Self>) -> Option<NodeId> {
        let own = context.node.number();
        (seeds > 0).then(|| {
            let pick = context.below(seeds, slot::SEED);
            NodeId::new(pick + u32::from(own < self.settings.seeds && own <= pick))
        })
    }
}

/// All entries that a node has.
fn all_of(list: &MemberList, asks: bool) -> Message {
    Message::List { entries: Arc::clone(&list.entries), known: list.known, asks }
}
