//! Bodies and announcements as a protocol of the engine (ethereum/go-ethereum: eth/handler.go, eth/fetcher/tx_fetcher.go;
//! bitcoin/bitcoin: src/net_processing.cpp): what nodes do and learn. They have nothing to do in turns.

use std::borrow::Cow;

use super::counts::Counts;
use super::message::Message;
use super::node::Node;
use super::settings::AnnounceSettings;
use crate::bits::Bits;
use crate::engine::{Change, Context, Course, Outcome, Protocol, Slab, Start, Tally};
use crate::random::{Chance, Field, Purpose};
use crate::time::Time;
use crate::units::NodeId;
use crate::workload::UpdateDraws;

/// The rules of bodies and announcements.
#[derive(Clone, Debug)]
pub struct Announce {
    /// The parameters.
    pub settings: AnnounceSettings,
    /// The run ends then.
    pub end: Time,
    /// The draws about the sizes of what is published.
    pub(super) published: UpdateDraws,
    /// Who gets bodies, and when announcements are sent.
    pub(super) draws: Field,
}

impl AnnounceSettings {
    /// The rules in a run that ends at `end` and draws from `chance`.
    pub fn protocol(&self, end: Time, chance: &Chance) -> Announce {
        let published = UpdateDraws::new(chance);
        Announce { settings: self.clone(), end, published, draws: chance.field(Purpose::Workload) }
    }
}

/// What a draw decides: the last word of its address. Those up to 36 are of when and where messages are published.
#[derive(Clone, Copy)]
#[repr(u64)]
pub(super) enum Use {
    /// Which peers get the bodies of an author.
    Author = 37,
    /// Which peers get the body of a message.
    Message = 38,
    /// How long announcements to a peer wait.
    Trickle = 39,
}

/// A client publishes a message at a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Publication {
    /// Its number, in the order in which they come.
    pub message: u32,
}

/// What a node sets a timer for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// The message with this number is validated.
    Validated(u32),
    /// It should have come: pushed, or from who was asked for it.
    Due {
        /// Which.
        message: u32,
        /// The number of this timer.
        timer: u32,
    },
    /// Announcements are sent: the batch of the timer with this number.
    Trickle(u32),
}

/// A node delivers the message with this number, its own or another's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received {
    /// Which.
    pub message: u32,
    /// Over how many hops it came; 0 of its own.
    pub hops: u16,
}

impl Protocol for Announce {
    type State = Node;
    type States = Vec<Node>;
    type Message = Message;
    type Timer = Timer;
    type Mail = Slab<Message, Timer>;
    type Input = Publication;
    type Fact = Received;
    type Counts = Counts;

    const TURNS_CHANGE_STATES: bool = false;
    const CALLS_PEERS: bool = false;
    const HEARS_BOUNCES: bool = true;

    fn start(&self, node: &mut Node, why: Start, context: &mut Context<'_, Self>) {
        if node.seen.words().is_empty() {
            node.seen = Bits::new(self.settings.messages as usize);
            context.counts.count(true);
        } else {
            self.resume(node, context);
        }
        node.first = context.counts.deliveries.next();
        if why != Start::First {
            for index in 0..context.degree() {
                let peer = context.neighbor(index);
                context.send(peer, Message::Hello);
                self.introduce(node, peer, context);
            }
        }
    }

    /// Another copy of a message that was passed on, or an announcement of such, changes nothing.
    fn settled(&self, node: &Node, message: &Message, counts: &mut Counts) -> bool {
        if !node.gone.is_empty() || !node.batches.is_empty() {
            return false;
        }
        match message {
            Message::Body(body) => {
                let settled = node.has_delivered(body.message);
                counts.deliveries.duplicates += u64::from(settled);
                settled
            }
            Message::Announcement(messages) => messages.iter().all(|&message| node.has_delivered(message)),
            Message::Request(_) | Message::Hello => false,
        }
    }

    fn learn(&self, node: &mut Node, from: NodeId, message: Message, context: &mut Context<'_, Self>) {
        node.gone.end(from);
        match message {
            Message::Body(body) => self.receive(node, from, body, context),
            Message::Announcement(messages) => {
                for &message in messages.iter() {
                    self.announced(node, from, message, context);
                }
            }
            Message::Request(message) => Self::answer_request(node, from, message, context),
            Message::Hello => self.introduce(node, from, context),
        }
    }

    fn expire(&self, node: &mut Node, timer: Timer, context: &mut Context<'_, Self>) {
        match timer {
            Timer::Validated(message) => self.validated(node, message, context),
            Timer::Due { message, timer } => self.not_come(node, message, timer, context),
            Timer::Trickle(timer) => Self::send_batch(node, timer, context),
        }
    }

    fn input(&self, node: &mut Node, publication: Publication, context: &mut Context<'_, Self>) {
        self.publish(node, publication, context);
    }

    /// Its connection breaks: a request is not answered any more.
    fn bounced(&self, node: &mut Node, to: NodeId, message: Message, context: &mut Context<'_, Self>) {
        node.gone.begin(to);
        node.batches.retain(|batch| batch.peer != to);
        if let Message::Request(message) = message {
            self.refused_by(node, to, message, context);
        }
    }

    fn counted(&self, node: &Node, up: bool, counts: &mut Counts) {
        if !node.seen.words().is_empty() {
            counts.count(up);
        }
        counts.deliveries.hold(node.count_seen(), up);
        if !up {
            counts.deliveries.excuse(node.first, |message, _| !node.has_delivered(message));
        }
    }

    fn population(&self, now: Time, _: NodeId, _: Change, counts: &mut Counts) {
        counts.deliveries.now = now;
    }

    fn agrees(&self, counts: &Counts, recount: &Counts) -> bool {
        counts.matches(recount)
    }

    #[inline]
    fn glance(node: &Node) -> u64 {
        node.seen.words().last().copied().unwrap_or(0)
    }

    fn footprint(&self, states: &Vec<Node>) -> usize {
        let bytes = Node::bytes(self.settings.messages.into());
        usize::try_from((states.len() as u64).saturating_mul(bytes)).unwrap_or(usize::MAX)
    }

    #[inline]
    fn size(&self, message: &Message) -> u64 {
        message.bytes(self.settings.id_bytes.into(), |number| self.published_size(number))
    }

    /// Of a published message only its number travels; lists are shared.
    #[inline]
    fn weight(&self, message: &Message) -> u64 {
        match message {
            Message::Announcement(messages) => size_of_val(&**messages) as u64,
            _ => 0,
        }
    }

    /// Neither messages, nor word of them.
    fn without_content(&self, message: Message) -> Option<Message> {
        (!matches!(message, Message::Body(_) | Message::Announcement(_))).then_some(message)
    }

    fn input_content(publication: &Publication) -> Cow<'static, str> {
        format!("message={}", publication.message).into()
    }

    fn courses(&self, counts: &Counts) -> Vec<Course> {
        counts.deliveries.courses()
    }

    fn termination(&self, now: Time, counts: &mut Counts, _: &Tally, live: u64) -> Option<Outcome> {
        counts.deliveries.outcome(now, self.end, live)
    }

    fn end(&self) -> Time {
        self.end
    }

    fn converged(&self, counts: &Counts, live: u64) -> bool {
        live > 0 && counts.deliveries.complete()
    }
}

impl Announce {
    /// The bytes of the message with this number.
    #[inline]
    pub(super) fn published_size(&self, message: u32) -> u64 {
        self.settings.size.of(message.into(), &self.published)
    }

    /// A node that was down goes on with the messages that it had, on new connections.
    fn resume(&self, node: &mut Node, context: &mut Context<'_, Self>) {
        node.gone.clear();
        node.batches.clear();
        for message in node.forget_announced() {
            context.set_timer(self.settings.validation, Timer::Validated(message));
        }
    }

    /// Announces all that a node has to `peer`, with which there is a new connection.
    fn introduce(&self, node: &Node, peer: NodeId, context: &mut Context<'_, Self>) {
        let all: Vec<u32> = if self.settings.sync { node.all_held().collect() } else { Vec::new() };
        if !all.is_empty() {
            context.send(peer, Message::Announcement(all.into()));
        }
    }
}
