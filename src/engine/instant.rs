//! One instant: who has a reason speaks, who is spoken to answers, then everybody learns.

use super::agenda::{Agenda, Change, Happening};
use super::cause::Cause;
use super::liveness::{Liveness, counts_of};
use super::mail::{Envelope, Item, Mail, Message, PendingTimer};
use super::prefetch::touch_for;
use super::protocol::{Protocol, Start};
use super::run_state::{Memory, RunState, SlipOf};
use super::send::{Step, count};
use super::states::{AHEAD, States};
use super::turn_plan::Opening;
use super::waiting::Drawn;
use super::world::World;
use crate::bits;
use crate::clock::Turns;
use crate::network::{BOUNCE, Delivery, Leg};
use crate::peers::Turn;
use crate::queue::EventList;
use crate::time::Time;
use crate::topology::Graph;
use crate::units::NodeId;

/// The turns of one instant.
pub(super) struct TurnsAt<'r, 'a, P: Protocol, G, L> {
    pub(super) state: &'r mut RunState<'a, P, G, L>,
    pub(super) now: Time,
}

impl<P: Protocol, G: Graph, L: Liveness> Turns for TurnsAt<'_, '_, P, G, L> {
    #[inline(always)]
    fn due(&self, block: u32) -> u64 {
        if !L::ALWAYS {
            return self.state.live.up_in(block);
        }
        self.state.silent.as_ref().map_or(u64::MAX, |silent| self.state.memory.states.unlike(block, silent))
    }

    #[inline(always)]
    fn turn(&mut self, node: NodeId, number: u64) {
        self.state.turn(self.now, Turn { node, number });
    }

    #[inline(always)]
    fn turns(&mut self, first: u32, due: u64, number: u64) {
        if P::BY_STATE && L::ALWAYS && self.state.blocks.is_some() {
            return self.state.take_block(self.now, first, due, number);
        }
        bits::ones(due).for_each(|place| self.turn(NodeId::new(first | place), number));
    }
}

impl<P: Protocol, G: Graph, L: Liveness> RunState<'_, P, G, L> {
    /// Every node that is up begins; the others are not counted.
    pub(super) fn begin(&mut self) {
        self.blocks = self.plan_blocks();
        self.set_apart();
        for node in (0..self.world.graph.nodes()).map(NodeId::new) {
            if !self.live.is_up(node) {
                let (protocol, counts) = (self.world.protocol, &mut self.counts);
                self.memory.states.read(node, |state| protocol.counted(state, false, counts));
            } else if P::ACTS {
                self.start(Time::ZERO, node, Start::First, Step::Next);
            }
        }
    }

    /// Everything on the agenda for this instant happens; whether there was any.
    pub(super) fn take_agenda(&mut self, now: Time, agenda: &mut Agenda<'_, P::Input>) -> bool {
        let (mut any, mut population, mut over) = (false, false, Vec::new());
        while let Some((number, happening)) = agenda.take(now) {
            any = true;
            let change = match happening {
                // Nothing begins at who does not do its part.
                Happening::Input(node, _) => self.live.is_up(node) && self.live.conduct(node).is_none(),
                Happening::Block { node, until } => self.block(now, node, until),
                // A block that follows at once leaves no time between the two.
                Happening::Release(node) => {
                    over.push(node);
                    false
                }
                Happening::Leave(_) => true,
                _ => {
                    population = true;
                    true
                }
            };
            if self.follows && change {
                self.observer.happened(now, &happening);
            }
            match happening {
                Happening::Input(node, input) if change => self.take_input(now, node, number, input),
                Happening::Block { node, until } if change => {
                    self.world.protocol.population(now, node, Change::Blocked { until }, &mut self.counts);
                }
                Happening::Input(..) | Happening::Block { .. } | Happening::Release(_) => {}
                Happening::Down(node) => self.take_down(now, node, Change::Down),
                Happening::Leave(node) => population |= self.take_leave(now, node, number),
                Happening::Up { node, remembers } => self.bring_up(now, node, Start::Recovered { remembers }),
                Happening::Join(node) => {
                    self.world.graph.admit(node);
                    self.openings_stale = true;
                    self.bring_up(now, node, Start::Joined);
                }
            }
        }
        over.into_iter().for_each(|node| self.take_release(now, node));
        if agenda.renews(now) {
            self.renew(now);
        }
        if population {
            let (observer, view) = self.observed();
            observer.population(now, view);
        }
        any
    }

    /// Nodes bring their lists of neighbours up to date, with those that are up, not blocked, and reached both ways.
    fn renew(&mut self, now: Time) {
        let RunState { world, live, .. } = self;
        let acts = |node: NodeId| live.is_up(node) && live.blocked_until(node).is_none();
        let cut = |from: NodeId, to: NodeId| world.network.faults.sever(from, to, now);
        world.graph.renew(&acts, &|from, to| acts(to) && !cut(from, to) && !cut(to, from));
        self.openings_stale = true;
    }

    /// A block of `node` is over, which releases it unless it has crashed since, or is blocked for longer.
    fn take_release(&mut self, now: Time, node: NodeId) {
        if self.live.blocked_until(node).is_none_or(|until| until > now) {
            return;
        }
        if self.follows {
            self.observer.happened(now, &Happening::Release(node));
        }
        self.world.protocol.population(now, node, Change::Released, &mut self.counts);
        self.release(now, node);
    }

    fn take_input(&mut self, now: Time, node: NodeId, number: u64, input: P::Input) {
        let cause = Cause::Input { number };
        count(&mut self.tally.inputs, true);
        self.act(now, node, cause, |protocol, state, context| protocol.input(state, input, context));
        if P::ACTS {
            self.dispatch(now, node, cause, Step::This);
        }
    }

    /// One node's turn.
    #[inline(always)]
    pub(super) fn turn(&mut self, now: Time, turn: Turn) {
        let mut opening = self.memory.openings.get(self.next_opening).copied();
        self.next_opening += usize::from(opening.is_some());
        if !L::ALWAYS {
            if !self.live.is_up(turn.node) {
                return;
            }
            count(&mut self.tally.turns, true);
            opening = opening.filter(|_| !self.openings_stale);
        }
        let Some(message) = self.speak_in_turn(now, turn) else { return };
        let opening = opening.unwrap_or_else(|| self.opening(now, turn));
        if opening.delivery == Delivery::UNKNOWN {
            return self.open_otherwise(now, turn, message, opening);
        }
        let Opening { to, delivery } = opening;
        self.open(now, Envelope { from: turn.node, to, leg: 0, message }, delivery);
    }

    /// What a node says in its turn to the peers of the peer rule.
    #[inline(always)]
    pub(super) fn speak_in_turn(&mut self, now: Time, turn: Turn) -> Option<P::Message> {
        let Turn { node, number } = turn;
        let cause = Cause::Turn { number };
        if !P::TURNS_CHANGE_STATES && !P::ACTS {
            let (protocol, states, mut context) = self.at(now, node, cause);
            let mut state = states.read(node, P::State::clone);
            let message = protocol.turn(&mut state, &mut context);
            debug_assert!(self.is_state_of(node, &state), "a turn changed a state, and TURNS_CHANGE_STATES is false");
            debug_assert!(self.memory.outbox.is_empty(), "something was sent through the context, and ACTS is false");
            return message.and_then(|message| self.said(node, message));
        }
        self.turn_number = number;
        let message = self.act(now, node, cause, |protocol, state, context| protocol.turn(state, context));
        if P::ACTS {
            self.dispatch(now, node, cause, Step::This);
        }
        message.and_then(|message| self.said(node, message))
    }

    /// Whether a node remembers this.
    fn is_state_of(&self, node: NodeId, state: &P::State) -> bool {
        self.memory.states.unlike(node.number() / u64::BITS, state) >> (node.number() % u64::BITS) & 1 == 0
    }

    /// A node opens conversations of which not all is known ahead.
    #[inline(never)]
    fn open_otherwise(&mut self, now: Time, turn: Turn, message: P::Message, opening: Opening) {
        if opening == Opening::SEVERAL {
            return self.open_several(now, turn, message);
        }
        self.open_through_queues(now, Envelope { from: turn.node, to: opening.to, leg: 0, message });
    }

    /// A node opens a conversation with each of its peers.
    fn open_several(&mut self, now: Time, turn: Turn, message: P::Message) {
        let mut picks = std::mem::take(&mut self.memory.picks);
        let World { graph, peers, choices, fanout, .. } = self.world;
        let degree = graph.degree(turn.node);
        if !L::ALWAYS && self.dead.is_told() {
            let avoid = |pick| self.dead.holds(graph.neighbor(turn.node, pick), now);
            peers.choose_others((turn, degree), fanout, choices, avoid, &mut picks);
        } else {
            peers.choose(turn, degree, fanout, choices, &mut picks);
        }
        if self.is_announced(&message) {
            self.announce(now, turn.node, message, &picks);
            picks.clear();
            self.memory.picks = picks;
            return;
        }
        for pick in picks.drain(..) {
            let (from, to) = (turn.node, self.world.graph.neighbor(turn.node, pick));
            if self.carrier.is_some() {
                self.open_through_queues(now, Envelope { from, to, leg: 0, message: message.clone() });
                continue;
            }
            let delivery = self.world.network.transmit(Leg { from, to, sent: now, number: 0 });
            self.open(now, Envelope { from, to, leg: 0, message: message.clone() }, delivery);
        }
        self.memory.picks = picks;
    }

    /// The first leg of a conversation, with its delivery where nothing but its address tells that.
    #[inline(always)]
    fn open(&mut self, now: Time, envelope: Envelope<P::Message>, mut delivery: Delivery) {
        if !L::ALWAYS && self.live.has_blocked() {
            if self.live.blocked_until(envelope.from).is_some() {
                return self.hold_departure(envelope);
            }
            delivery = self.transmit(now, &envelope);
        } else if P::TRANSPORTS_DIFFER {
            delivery = self.transmit(now, &envelope);
        }
        self.open_with(now, envelope, delivery);
    }

    /// The first leg of a conversation, with its delivery.
    #[inline(always)]
    pub(super) fn open_with(&mut self, now: Time, envelope: Envelope<P::Message>, delivery: Delivery) {
        let delivery = self.count_sent(now, &envelope, delivery);
        if delivery != Delivery::at(now) {
            self.put_away(envelope, delivery);
        } else if P::TURNS_CHANGE_STATES || P::ACTS {
            let slip = self.memory.mail.seal(envelope);
            self.memory.deferred.push(slip);
        } else {
            self.deliver(now, envelope);
        }
    }

    /// Delivers what arrived at this instant while there still were turns, timers and inputs to come.
    #[inline(never)]
    pub(super) fn deliver_deferred(&mut self, now: Time) {
        let mut deferred = std::mem::take(&mut self.memory.deferred);
        match self.world.admission {
            Some(limit) => self.admit(now, limit, &mut deferred),
            None => {
                deferred.chunks(AHEAD).for_each(|slips| self.deliver_batch(now, slips));
                deferred.clear();
            }
        }
        self.memory.deferred = deferred;
    }

    #[inline(always)]
    fn deliver_batch(&mut self, now: Time, slips: &[SlipOf<P>]) {
        if self.reads_ahead {
            slips.iter().for_each(|slip| {
                touch_for::<P>(&self.memory.states, P::Mail::about(slip), self.memory.mail.touch(slip));
            });
        }
        for &slip in slips {
            if let Item::Message(envelope) = self.memory.mail.open(slip) {
                self.deliver(now, envelope);
            }
        }
    }

    /// Takes what is due out of the future-event list; whether there was anything.
    #[inline(always)]
    pub(super) fn receive(&mut self, now: Time) -> bool {
        let Memory { queue, states, mail, .. } = &mut self.memory;
        if self.reads_ahead {
            queue.prefetch(|slip| {
                touch_for::<P>(states, P::Mail::about(slip), mail.touch(slip));
            });
        }
        let Some(slip) = queue.pop() else { return false };
        let alone = || self.memory.deferred.is_empty() && self.memory.queue.next() > now;
        if P::SETS_TIMERS && !P::Mail::is_timer(&slip) && !P::Mail::is_bounce(&slip) && !alone() {
            // Timers and bounces of this instant come before all answers.
            self.memory.deferred.push(slip);
            return true;
        }
        if P::ANNOUNCES && P::Mail::is_copy(&slip) && self.receive_copy(now, slip) {
            return true;
        }
        match self.memory.mail.open(slip) {
            Item::Message(envelope) => self.deliver(now, envelope),
            Item::Timer(pending) => self.expire(now, pending),
            Item::Bounce(life, envelope) => self.take_bounce(now, life, envelope),
        }
        true
    }

    #[inline(always)]
    fn expire(&mut self, now: Time, PendingTimer { node, life, key, timer }: PendingTimer<P::Timer>) {
        count(&mut self.tally.timers, true);
        if !L::ALWAYS && (!self.live.is_up(node) || self.live.life(node) != life) {
            return;
        }
        let cause = Cause::Timer { key };
        self.act(now, node, cause, |protocol, state, context| protocol.expire(state, timer, context));
        self.dispatch(now, node, cause, Step::This);
    }

    /// A node is told that its message reached nobody.
    fn take_bounce(&mut self, now: Time, life: u32, envelope: Envelope<P::Message>) {
        let Envelope { from: node, to, leg, message } = envelope;
        if !self.live.is_up(node) || self.live.life(node) != life {
            return;
        }
        if self.live.blocked_until(node).is_some() {
            return self.hold_bounce(life, Envelope { from: node, to, leg, message });
        }
        let leg = self.drawn_leg(now, Drawn::Learning, [to, node], leg ^ BOUNCE);
        let cause = Cause::Message { from: to, leg };
        self.act(now, node, cause, |protocol, state, context| protocol.bounced(state, to, message, context));
        self.dispatch(now, node, cause, Step::This);
    }

    /// A message reaches its recipient, who answers from what it knew before this instant.
    #[inline(always)]
    pub(super) fn deliver(&mut self, now: Time, envelope: Envelope<P::Message>) {
        if let Some(answer) = self.hear(now, envelope) {
            self.converse(now, answer);
        }
    }

    /// Carries on a conversation as long as it takes no time.
    #[inline(never)]
    fn converse(&mut self, now: Time, mut envelope: Envelope<P::Message>) {
        loop {
            let delivery = self.transmit(now, &envelope);
            let Some(arrived) = self.send(now, envelope, delivery) else { return };
            let Some(answer) = self.hear(now, arrived) else { return };
            envelope = answer;
        }
    }

    /// The answer to a message. What it has to teach waits until all have spoken; with what has nothing to teach it is
    /// done.
    #[inline(always)]
    fn hear(&mut self, now: Time, envelope: Envelope<P::Message>) -> Option<Envelope<P::Message>> {
        if !self.live.is_up(envelope.to) {
            self.drop_message(now, envelope);
            return None;
        }
        let envelope = match !L::ALWAYS && self.live.has_blocked() {
            true => self.take_in(now, envelope)?,
            false => envelope,
        };
        count(&mut self.tally.delivered[envelope.message.kind()], true);
        self.reply(envelope)
    }

    /// A message that is counted already reaches its recipient.
    #[inline(always)]
    pub(super) fn listen(&mut self, now: Time, envelope: Envelope<P::Message>) {
        if let Some(answer) = self.reply(envelope) {
            self.converse(now, answer);
        }
    }

    /// The answer to a message that is counted.
    #[inline(always)]
    fn reply(&mut self, envelope: Envelope<P::Message>) -> Option<Envelope<P::Message>> {
        let Envelope { from, to, leg, ref message } = envelope;
        let protocol = self.world.protocol;
        let counts = counts_of(&self.live, to, [&mut self.counts, &mut self.apart]);
        let (settled, answer) = self
            .memory
            .states
            .read(to, |state| (protocol.settled(state, message, counts), protocol.answer(state, from, message)));
        if !settled {
            self.memory.pending.push(P::Mail::keep(envelope));
        }
        let answer = answer.and_then(|message| self.said(to, message));
        answer.map(|message| Envelope { from: to, to: from, leg: leg.wrapping_add(1), message })
    }

    /// Everybody who was told something learns it.
    pub(super) fn learn(&mut self, now: Time) {
        // Where turns do not come in rounds, most often it is one.
        if self.memory.pending.len() == 1
            && let Some(arrived) = self.memory.pending.pop()
        {
            return self.learn_one(now, P::Mail::kept(arrived));
        }
        let mut pending = std::mem::take(&mut self.memory.pending);
        let mut coming = pending.drain(..);
        while !coming.as_slice().is_empty() {
            if self.reads_ahead {
                let soon = coming.as_slice().iter().take(AHEAD);
                soon.for_each(|arrived| {
                    let [to, from] = P::Mail::ends(arrived);
                    touch_for::<P>(&self.memory.states, to, Some(from));
                });
            }
            coming.by_ref().take(AHEAD).for_each(|arrived| self.learn_one(now, P::Mail::kept(arrived)));
        }
        drop(coming);
        self.memory.pending = pending;
    }

    #[inline(always)]
    fn learn_one(&mut self, now: Time, Envelope { from, to, leg, message }: Envelope<P::Message>) {
        let cause = Cause::Message { from, leg: self.drawn_leg(now, Drawn::Learning, [from, to], leg) };
        let message = self.taken(to, message);
        self.act(now, to, cause, |protocol, state, context| protocol.learn(state, from, message, context));
        if P::ACTS {
            self.dispatch(now, to, cause, Step::Next);
        }
    }
}
