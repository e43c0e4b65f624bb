//! Many updates as a protocol of the engine: what nodes say and learn.

use std::convert::Infallible;

use super::batch::choose;
use super::counts::Counts;
use super::held::{Held, Queued};
use super::message::Message;
use super::publications::Publication;
use super::settings::RumorsSettings;
use crate::engine::{Change, Context, Course, Message as _, Outcome, Protocol, Slab, Start, Tally};
use crate::random::{Chance, Field};
use crate::time::Time;
use crate::units::NodeId;
use crate::workload::{BackOff, Common, Strategy, UpdateDraws};

/// The rules of many updates.
#[derive(Clone, Debug)]
pub struct Rumors {
    settings: RumorsSettings,
    /// The draws about the sizes of updates.
    sizes: UpdateDraws,
    strategy: Strategy,
    back_off: BackOff,
    /// How many nodes are there at the start.
    present: u32,
}

/// A node has the update with this number from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Learned(pub u32);

impl RumorsSettings {
    /// The rules of nodes that gossip as `common` has it, in the run that `chance` names.
    pub fn protocol(&self, common: &Common, chance: &Chance) -> Rumors {
        let Common { nodes, strategy, back_off, .. } = *common;
        Rumors { settings: self.clone(), sizes: UpdateDraws::new(chance), strategy, back_off, present: nodes }
    }
}

impl Protocol for Rumors {
    type State = Held;
    type States = Vec<Held>;
    type Message = Message;
    type Timer = Infallible;
    type Mail = Slab<Message, Infallible>;
    type Input = Publication;
    type Fact = Learned;
    type Counts = Counts;

    const SETS_TIMERS: bool = false;

    fn prepare(&self, _: &mut Vec<Held>, counts: &mut Counts) {
        counts.begin(self.present.into());
    }

    fn turn(&self, held: &mut Held, context: &mut Context<'_, Self>) -> Option<Message> {
        let updates = if self.strategy == Strategy::Pull { Vec::new() } else { self.push(held, context) };
        if self.strategy != Strategy::Push && held.next_ask.turn(self.back_off) {
            return Some(Message::Ask { updates: updates.into(), digest: held.digest() });
        }
        (!updates.is_empty()).then(|| Message::Push(updates.into()))
    }

    /// Who comes back has missed something.
    fn start(&self, held: &mut Held, _: Start, _: &mut Context<'_, Self>) {
        held.next_ask.reset();
    }

    /// The updates that who asked lacks: those that the node pushes first, by the order.
    fn answer(&self, held: &Held, _: NodeId, message: &Message) -> Option<Message> {
        let Message::Ask { updates, digest } = message else { return None };
        let mut lacking = held.beyond(digest);
        lacking.retain(|update| updates.binary_search(update).is_err());
        if lacking.is_empty() {
            return None;
        }
        let sent = |update| held.queue.binary_search_by_key(&update, |queued| queued.update);
        let queued = |update| Queued { update, sent: sent(update).map_or(0, |place| held.queue[place].sent) };
        let lacking: Vec<Queued> = lacking.into_iter().map(queued).collect();
        // An answer draws nothing: what is random in it is mixed from what it could say.
        let seed = lacking.iter().fold(lacking.len() as u64, |seed, queued| Field::mix(seed, queued.update.into()));
        let below = |bound: u32, place: u32| {
            ((u128::from(Field::mix(seed, place.into())) * u128::from(bound)) >> u64::BITS) as u32
        };
        Some(Message::Answer(choose(lacking, self.settings.limit(), self.settings.order, below).into()))
    }

    fn settled(&self, held: &Held, message: &Message, counts: &mut Counts) -> bool {
        let settled = message.updates().iter().all(|&update| held.knows(update));
        if settled {
            counts.redundant += message.updates().len() as u64;
        }
        settled
    }

    fn learn(&self, held: &mut Held, _: NodeId, message: Message, context: &mut Context<'_, Self>) {
        for &update in message.updates() {
            if held.learn(update, self.pushes()) {
                context.counts.learn(update, context.now);
                held.next_ask.reset();
                context.counts.queued += u64::from(self.pushes());
                context.report(Learned(update));
            } else {
                context.counts.redundant += 1;
            }
        }
    }

    fn input(&self, held: &mut Held, Publication: Publication, context: &mut Context<'_, Self>) {
        let update = context.counts.publish(context.now);
        held.learn(update, self.pushes());
        context.counts.queued += u64::from(self.pushes());
        context.report(Learned(update));
    }

    fn population(&self, now: Time, _: NodeId, change: Change, counts: &mut Counts) {
        counts.population(now, change);
    }

    fn counted(&self, held: &Held, up: bool, counts: &mut Counts) {
        counts.recount(held, up);
    }

    fn agrees(&self, counts: &Counts, recount: &Counts) -> bool {
        counts.matches(recount)
    }

    fn glance(held: &Held) -> u64 {
        held.queue.len() as u64
    }

    fn size(&self, message: &Message) -> u64 {
        let RumorsSettings { update_bytes, range_bytes, .. } = &self.settings;
        let updates = match update_bytes.constant() {
            Some(size) => message.updates().len() as u64 * size,
            None => message.updates().iter().map(|update| update_bytes.of(u64::from(*update), &self.sizes)).sum(),
        };
        updates + message.ranges() * u64::from(*range_bytes)
    }

    /// Of an update only its number travels; digests are shared as long as they do not change.
    fn weight(&self, message: &Message) -> u64 {
        let digest = if let Message::Ask { digest, .. } = message { digest.bytes() } else { 0 };
        (size_of_val(message.updates()) + digest) as u64
    }

    fn without_content(&self, message: Message) -> Option<Message> {
        match message {
            Message::Ask { digest, .. } => Some(Message::Ask { updates: [].into(), digest }),
            Message::Push(_) | Message::Answer(_) => None,
        }
    }

    fn courses(&self, counts: &Counts) -> Vec<Course> {
        counts.spreads.courses()
    }

    fn termination(&self, _: Time, counts: &mut Counts, tally: &Tally, live: u64) -> Option<Outcome> {
        let in_flight = || (0..Message::KINDS.len()).filter_map(|kind| tally.in_flight(kind)).sum::<u64>();
        match live {
            0 => Some(Outcome::Lost),
            _ if counts.all_known() => Some(Outcome::Converged),
            // Nobody pushes anything any more, and nobody asks.
            _ if self.strategy == Strategy::Push && counts.queued == 0 && in_flight() == 0 => Some(Outcome::DiedOut),
            _ => None,
        }
    }

    fn converged(&self, counts: &Counts, live: u64) -> bool {
        live > 0 && counts.all_known()
    }
}

impl Rumors {
    /// Whether nodes push updates of their own accord.
    fn pushes(&self) -> bool {
        self.strategy != Strategy::Pull
    }

    /// The updates that a node pushes in its turn, which count as pushed once more.
    fn push(&self, held: &mut Held, context: &mut Context<'_, Self>) -> Vec<u32> {
        let RumorsSettings { turns, order, .. } = self.settings;
        let updates =
            choose(held.queue.clone(), self.settings.limit(), order, |bound, place| context.below(bound, place));
        let mut chosen = updates.iter().peekable();
        for queued in &mut held.queue {
            if chosen.next_if_eq(&&queued.update).is_some() {
                queued.sent = queued.sent.saturating_add(1);
            }
        }
        if turns > 0 {
            let before = held.queue.len();
            held.queue.retain(|queued| queued.sent < turns);
            context.counts.queued -= (before - held.queue.len()) as u64;
        }
        updates
    }
}
