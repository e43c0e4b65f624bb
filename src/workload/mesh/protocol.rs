//! Gossipsub as a protocol of the engine (libp2p/specs: pubsub/gossipsub, versions 1.0 to 1.2; where it leaves a choice,
//! libp2p/go-libp2p-pubsub): what nodes do and learn. Scores, the outbound quota and what else is there against attacks are left
//! out: between honest nodes they decide nothing but which links are kept, and that is drawn.

use super::counts::Counts;
use super::links::{Links, Membership};
use super::message::{Message, Sizes};
use super::node::Node;
use super::publications::{Publication, Use};
use super::settings::MeshSettings;
use crate::bits::Bits;
use crate::engine::{Change, Context, Course, Outcome, Protocol, Slab, Start, Tally};
use crate::random::{Chance, Field, Purpose};
use crate::time::Time;
use crate::units::NodeId;
use crate::workload::UpdateDraws;

/// The rules of meshes.
#[derive(Clone, Debug)]
pub struct Mesh {
    /// The parameters.
    pub settings: MeshSettings,
    /// The run ends then.
    pub end: Time,
    /// How many bytes take what messages say but those that are published, and the draws about how many these take.
    pub sizes: Sizes,
    pub(super) published: UpdateDraws,
    /// Who subscribes to what.
    pub(super) draws: Field,
}

impl MeshSettings {
    /// The rules of meshes in a run that ends at `end` and draws from `chance`.
    pub fn protocol(&self, end: Time, chance: &Chance) -> Mesh {
        let sizes = Sizes { id: self.id_bytes.into(), topic: self.topic_bytes.into() };
        let published = UpdateDraws::new(chance);
        Mesh { settings: self.clone(), end, sizes, published, draws: chance.field(Purpose::Workload) }
    }
}

/// What a node sets a timer for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// The message with this number is validated.
    Validated(u32),
}

/// A node delivers the message with this number, its own or another's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received {
    /// Which.
    pub message: u32,
    /// Over how many hops it came; 0 of its own.
    pub hops: u16,
}

impl Protocol for Mesh {
    type State = Node;
    type States = Vec<Node>;
    type Message = Message;
    type Timer = Timer;
    type Mail = Slab<Message, Timer>;
    type Input = Publication;
    type Fact = Received;
    type Counts = Counts;

    const CALLS_PEERS: bool = false;
    const HEARS_BOUNCES: bool = true;

    fn start(&self, node: &mut Node, why: Start, context: &mut Context<'_, Self>) {
        if node.seen.words().is_empty() {
            self.subscribe(node, context);
        } else {
            self.resume(node, context);
        }
        node.first = context.counts.deliveries.next();
        if why != Start::First {
            let topics = node.links.len() as u16;
            for index in 0..context.degree() {
                context.send(context.neighbor(index), Message::Subscribe { topics });
            }
        }
    }

    fn turn(&self, node: &mut Node, context: &mut Context<'_, Self>) -> Option<Message> {
        self.heartbeat(node, context);
        None
    }

    /// Another copy of a message that was passed on, or an announcement of such, changes nothing.
    fn settled(&self, node: &Node, message: &Message, counts: &mut Counts) -> bool {
        if !node.gone.is_empty() {
            return false;
        }
        match message {
            Message::Payload(payload) => {
                let settled =
                    node.has_seen(payload.message) && !(self.settings.skip_senders && node.validates(payload.message));
                counts.deliveries.duplicates += u64::from(settled);
                settled
            }
            Message::IHave { messages, .. } => messages.iter().all(|&message| node.has_seen(message)),
            Message::IDontWant(message) => node.has_delivered(*message),
            _ => false,
        }
    }

    fn learn(&self, node: &mut Node, from: NodeId, message: Message, context: &mut Context<'_, Self>) {
        node.gone.end(from);
        match message {
            Message::Payload(payload) => self.receive(node, from, payload, context),
            Message::IHave { topic, messages } => Self::ask(node, from, topic, &messages, context),
            Message::IWant(messages) => self.answer_all(node, from, &messages, context),
            Message::Graft { topic } => self.grafted(node, from, topic, context),
            Message::Prune { topic } => self.pruned(node, from, topic, context),
            Message::IDontWant(message) if !node.has_delivered(message) => {
                node.note_unwanted(message, from, self.settings.idontwant_ttl);
            }
            Message::IDontWant(_) => {}
            Message::Subscribe { .. } => Self::greet(node, from, context),
        }
    }

    fn expire(&self, node: &mut Node, Timer::Validated(message): Timer, context: &mut Context<'_, Self>) {
        let validating = |validating: &super::node::Validating| validating.payload.message == message;
        if let Some(place) = node.validating.iter().position(validating) {
            let validated = node.validating.remove(place);
            self.deliver(node, validated, context);
        }
    }

    fn input(&self, node: &mut Node, publication: Publication, context: &mut Context<'_, Self>) {
        self.publish(node, publication, context);
    }

    /// Its connections break.
    fn bounced(&self, node: &mut Node, to: NodeId, _: Message, context: &mut Context<'_, Self>) {
        node.lose(to, context.counts);
    }

    /// It takes its links out of the meshes of others.
    fn leave(&self, node: &mut Node, context: &mut Context<'_, Self>) {
        for links in node.links.iter().filter(|links| links.is_mesh()) {
            for &peer in &links.peers {
                context.send(peer, Message::Prune { topic: links.topic });
            }
        }
        context.depart();
    }

    fn counted(&self, node: &Node, up: bool, counts: &mut Counts) {
        for mesh in node.links.iter().filter(|links| links.is_mesh()) {
            counts.subscribe(mesh.topic, mesh.degree(), up);
        }
        counts.deliveries.hold(node.count_seen(), up);
        if !up {
            counts
                .deliveries
                .excuse(node.first, |message, topic| node.mesh(topic).is_some() && !node.has_delivered(message));
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
        node.seen.words().last().copied().unwrap_or(0) ^ node.links.first().map_or(0, |links| links.degree() as u64)
    }

    fn footprint(&self, states: &Vec<Node>) -> usize {
        let meshes = u64::from(self.settings.topics);
        let bytes = Node::bytes(meshes, self.settings.d_high.into(), self.settings.messages.into());
        usize::try_from((states.len() as u64).saturating_mul(bytes)).unwrap_or(usize::MAX)
    }

    #[inline]
    fn size(&self, message: &Message) -> u64 {
        self.sizes.of(message, |number| self.published_size(number))
    }

    /// Of a published message only its number travels; lists are shared.
    #[inline]
    fn weight(&self, message: &Message) -> u64 {
        match message {
            Message::IHave { messages, .. } | Message::IWant(messages) => size_of_val(&**messages) as u64,
            _ => 0,
        }
    }

    /// Neither messages, nor word of them.
    fn without_content(&self, message: Message) -> Option<Message> {
        (!matches!(message, Message::Payload(_) | Message::IHave { .. })).then_some(message)
    }

    fn input_content(publication: &Publication) -> std::borrow::Cow<'static, str> {
        let Publication { message, topic } = publication;
        format!("message={message} topic={topic}").into()
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

impl Mesh {
    /// The bytes of the message with this number.
    #[inline]
    pub(super) fn published_size(&self, message: u32) -> u64 {
        self.settings.size.of(message.into(), &self.published)
    }

    /// Whether `node` subscribes to `topic`.
    pub(super) fn subscribes(&self, node: NodeId, topic: u16) -> bool {
        let share = self.settings.subscribed;
        share.value() >= 1.0 || share.holds(self.draws.at(node.into(), topic.into(), Use::Subscription as u64))
    }

    /// A node begins, with what it subscribes to and no links.
    fn subscribe(&self, node: &mut Node, context: &mut Context<'_, Self>) {
        node.seen = Bits::new(self.settings.messages as usize);
        // No more than 10 000.
        for topic in (0..self.settings.topics as u16).filter(|&topic| self.subscribes(context.node, topic)) {
            node.links.push(Links::new(topic, Membership::Subscribed));
            context.counts.subscribe(topic, 0, true);
        }
    }

    /// A node that was down goes on with the messages that it had.
    fn resume(&self, node: &mut Node, context: &mut Context<'_, Self>) {
        node.disconnect(context.counts);
        for validating in &node.validating {
            context.set_timer(self.settings.validation, Timer::Validated(validating.payload.message));
        }
    }

    /// Whether a node that is at `context` can have a link to `peer`, as far as it knows.
    #[inline]
    pub(super) fn is_there(node: &Node, peer: NodeId, context: &Context<'_, Self>) -> bool {
        !node.gone.has(peer) && !context.knows_dead(peer)
    }

    /// The neighbours that subscribe to `topic`, with which there is a connection.
    pub(super) fn candidates(&self, node: &Node, topic: u16, context: &Context<'_, Self>) -> Vec<NodeId> {
        let neighbors = (0..context.degree()).map(|index| context.neighbor(index));
        let there = neighbors.filter(|&peer| Self::is_there(node, peer, context));
        there.filter(|&peer| self.subscribes(peer, topic)).collect()
    }
}
