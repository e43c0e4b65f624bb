//! Everything that speaking and listening touches: who says what to whom at one instant, and what comes of it.

use std::num::NonZeroU64;

use super::calls::Switchboard;
use super::letter::{Letter, Packed};
use super::{Goal, Outcome, Silence, Tally, World};
use crate::clock::{Clock, Turns};
use crate::network::{Fate, Leg};
use crate::observe::Observer;
use crate::peers::Turn;
use crate::protocol::{Learned, Message, Protocol, States, Stored};
use crate::queue::EventList;
use crate::random::Draw;
use crate::time::Time;
use crate::topology::Graph;
use crate::units::NodeId;

/// States of so many bytes are read from the fast caches without waiting.
const CACHE: usize = 256 << 10;

/// The use of the protocol's draws that chooses whom a node compares versions with, in the upper half of the last word
/// of the address.
const BACKUP: u64 = 2 << 32;

/// The use that draws in which of its first turns a node compares versions for the first time.
const BACKUP_START: u64 = 3 << 32;

/// The first leg of the anti-entropy behind rumor mongering: no other conversation has so many, so that two between the
/// same nodes at one instant do not share their fate.
pub(super) const BACKUP_LEG: u8 = 8;

/// The memory that a run works in, which the next run can use again.
#[derive(Debug, Default)]
pub struct Buffers<S: Stored, L> {
    /// What every node remembers.
    pub(super) states: S::States,
    /// The future-event list.
    pub queue: L,
    /// What arrived while others still had turns to come that change states.
    post: Vec<Packed>,
    /// What has been said at this instant and is not learned yet, and to whom.
    pub(super) news: Vec<(NodeId, Message)>,
    picks: Vec<u32>,
    /// Who calls whom, where nodes take only so many calls.
    pub(super) board: Switchboard,
    /// What the turns to come will open with, worked out ahead.
    pub(super) plans: Vec<Option<Plan>>,
}

/// Whom a node contacts in a turn, and what becomes of its message: neither depends on what anybody knows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    to: NodeId,
    fate: Fate,
}

/// A run at one instant.
pub(super) struct Room<'a, P: Protocol<State: Stored>, G, L> {
    pub(super) world: World<'a, P, G>,
    pub(super) buffers: Buffers<P::State, L>,
    /// Whether the states are so many that it pays to read them ahead.
    reads_ahead: bool,
    /// A state in which a node has nothing to say in its turn.
    silent: Option<P::State>,
    /// The plans before this one have been carried out.
    pub(super) planned: usize,
    /// The number of the last turn taken, where turns change states.
    number: u64,
    pub(super) tally: Tally,
    pub(super) last_learned: Time,
    pub(super) silence: Option<Silence>,
    /// What was sent since the observer was told of it, where messages are followed.
    pub(super) sent: Vec<Packed>,
}

/// The turns of one instant.
pub(super) struct TurnsIn<'r, 'a, P: Protocol<State: Stored>, G, L> {
    pub(super) room: &'r mut Room<'a, P, G, L>,
    pub(super) now: Time,
}

impl<P: Protocol<State: Stored>, G: Graph, L: EventList<Packed>> Turns for TurnsIn<'_, '_, P, G, L> {
    #[inline(always)]
    fn due(&self, block: u32) -> u64 {
        self.room.silent.map_or(u64::MAX, |silent| self.room.buffers.states.unlike(block, silent))
    }

    #[inline(always)]
    fn turn(&mut self, node: NodeId, number: u64) {
        self.room.turn(self.now, Turn { node, number });
    }
}

/// Counts one event, or none. At one event a time a counter lasts for centuries: it never wraps.
#[inline(always)]
fn count(counter: &mut u64, happened: bool) {
    *counter = counter.wrapping_add(u64::from(happened));
}

/// Reads the state of a node that will be needed soon. Such reads depend on nothing, so their cache misses overlap.
#[inline]
fn touch<S>(states: &impl States<S>, node: NodeId) {
    std::hint::black_box(states.get(node));
}

impl<'a, P: Protocol<State: Stored>, G: Graph, L: EventList<Packed>> Room<'a, P, G, L> {
    /// Everybody ignorant but `origin`.
    pub(super) fn new(world: World<'a, P, G>, origin: NodeId, mut buffers: Buffers<P::State, L>) -> Self {
        buffers.states.reset(world.graph.nodes());
        buffers.states.set(origin, world.protocol.origin());
        buffers.plans.clear();
        Room {
            silent: world.protocol.silent(),
            reads_ahead: buffers.states.bytes() > CACHE,
            world,
            buffers,
            planned: 0,
            number: 0,
            tally: Tally { informed: 1, spreading: 1, ..Tally::default() },
            last_learned: Time::ZERO,
            silence: None,
            sent: Vec::new(),
        }
    }

    /// Why nothing is left to happen, if so.
    pub(super) fn over(&mut self, goal: Goal, now: Time) -> Option<Outcome> {
        let tally = &self.tally;
        let silent = tally.spreading == 0 && tally.updates == tally.updates_settled;
        let reached = tally.informed >= goal.reachable.min(self.world.graph.nodes().into());
        if silent && self.silence.is_none() {
            self.silence = Some(Silence { at: now, informed: tally.informed });
        }
        // Anti-entropy goes on until all know, and raises the rumor again.
        let done = if reached { silent || !goal.quiet } else { silent && self.world.backup.is_none() };
        done.then_some(if self.everybody_informed() { Outcome::Converged } else { Outcome::DiedOut })
    }

    /// Whether every live node has the update.
    pub(super) fn everybody_informed(&self) -> bool {
        self.tally.informed == u64::from(self.world.graph.nodes())
    }

    /// One node's turn.
    #[inline(always)]
    pub(super) fn turn(&mut self, now: Time, turn: Turn) {
        let luck = Draw::new(self.world.coins, turn.node.into(), turn.number);
        let plan = self.buffers.plans.get(self.planned).copied();
        self.planned += usize::from(plan.is_some());
        let mut state = self.buffers.states.get(turn.node);
        let before = self.world.protocol.spreading(&state);
        let message = self.world.protocol.tick(&mut state, luck);
        if P::TURNS_CHANGE_STATES {
            self.number = turn.number;
            self.tally.spreading -= u64::from(before && !self.world.protocol.spreading(&state));
            self.buffers.states.set(turn.node, state);
            if self.world.backup.is_some_and(|turns| self.backs_up(turn, turns)) {
                self.back_up(now, turn, self.world.protocol.informed(&state));
            }
        }
        let Some(message) = message else { return };
        match plan.unwrap_or_else(|| self.plan(now, turn)) {
            Some(Plan { to, fate }) => self.open(now, Letter { from: turn.node, to, message, leg: 0 }, fate),
            None => self.open_several(now, turn, message),
        }
    }

    /// Whether it is a turn in which its node compares versions: every so many turns, from one of the first of them on
    /// that each node draws for itself, so that not all compare at once.
    #[inline(never)]
    fn backs_up(&self, turn: Turn, turns: NonZeroU64) -> bool {
        let first = self.world.coins.below_wide(turns.get(), turn.node.into(), 0, BACKUP_START);
        turn.number % turns == first
    }

    /// A node compares versions with a neighbour, chosen uniformly by a draw of its own.
    #[inline(never)]
    fn back_up(&mut self, now: Time, turn: Turn, informed: bool) {
        let World { graph, network, coins, .. } = self.world;
        let degree = graph.degree(turn.node);
        if degree == 0 {
            return;
        }
        let to = graph.neighbor(turn.node, coins.below(degree, turn.node.into(), turn.number, BACKUP));
        let letter = Letter { from: turn.node, to, message: Message::Compare { informed }, leg: BACKUP_LEG };
        let fate = network.carry(Leg { from: turn.node, to, sent: now, number: BACKUP_LEG });
        self.open(now, letter, fate);
    }

    /// Plans the turns to come that the clock foresees, and reads the states of their nodes.
    #[inline(never)]
    pub(super) fn look_ahead(&mut self, clock: &mut impl Clock) {
        let mut plans = std::mem::take(&mut self.buffers.plans);
        plans.clear();
        self.planned = 0;
        let coming = clock.foresee();
        if self.reads_ahead {
            // In a loop of its own, which is so short that many reads are under way at once.
            coming.clone().for_each(|(node, ..)| touch(&self.buffers.states, node));
        }
        plans.extend(coming.map(|(node, number, at)| self.plan(at, Turn { node, number })));
        self.buffers.plans = plans;
    }

    /// How a turn opens, if with a single contact.
    #[inline(always)]
    fn plan(&self, now: Time, turn: Turn) -> Option<Plan> {
        let World { graph, network, peers, choices, fanout, .. } = self.world;
        let pick = peers.only(turn, graph.degree(turn.node), fanout, choices)?;
        let to = graph.neighbor(turn.node, pick);
        Some(Plan { to, fate: network.carry(Leg { from: turn.node, to, sent: now, number: 0 }) })
    }

    /// A node opens a conversation with each of its peers.
    #[inline(never)]
    fn open_several(&mut self, now: Time, turn: Turn, message: Message) {
        let World { graph, network, peers, choices, fanout, .. } = self.world;
        let mut picks = std::mem::take(&mut self.buffers.picks);
        peers.choose(turn, graph.degree(turn.node), fanout, choices, &mut picks);
        for pick in picks.drain(..) {
            let to = graph.neighbor(turn.node, pick);
            let fate = network.carry(Leg { from: turn.node, to, sent: now, number: 0 });
            self.open(now, Letter { from: turn.node, to, message, leg: 0 }, fate);
        }
        self.buffers.picks = picks;
    }

    /// The first leg of a conversation.
    #[inline(always)]
    fn open(&mut self, now: Time, letter: Letter, fate: Fate) {
        if self.send(now, letter, fate) {
            if P::TURNS_CHANGE_STATES {
                self.buffers.post.push(letter.pack::<P>());
            } else {
                self.deliver(now, letter);
            }
        }
    }

    /// Delivers what arrived at this instant while there still were turns to come.
    #[inline(never)]
    pub(super) fn work_off_post(&mut self, now: Time) {
        let mut post = std::mem::take(&mut self.buffers.post);
        match self.world.calls {
            Some(calls) => self.connect(now, self.number, calls, &mut post),
            None => post.drain(..).for_each(|letter| self.deliver(now, letter.unpack::<P>())),
        }
        self.buffers.post = post;
    }

    /// The next letter of the future-event list arrives; whether there is one.
    #[inline(always)]
    pub(super) fn receive(&mut self, now: Time) -> bool {
        let Buffers { queue, states, .. } = &mut self.buffers;
        if self.reads_ahead {
            queue.foresee(|letter| touch(states, letter.recipient()));
        }
        let letter = queue.pop();
        letter.is_some_and(|letter| {
            self.deliver(now, letter.unpack::<P>());
            true
        })
    }

    /// A letter reaches its recipient, who answers from what it knew before this instant.
    #[inline(always)]
    pub(super) fn deliver(&mut self, now: Time, letter: Letter) {
        if let Some(answer) = self.hear(letter) {
            self.converse(now, answer);
        }
    }

    /// Carries on a conversation as long as it takes no time.
    #[inline(never)]
    fn converse(&mut self, now: Time, mut letter: Letter) {
        loop {
            let Letter { from, to, leg, .. } = letter;
            let fate = self.world.network.carry(Leg { from, to, sent: now, number: leg });
            if !self.send(now, letter, fate) {
                return;
            }
            let Some(answer) = self.hear(letter) else { return };
            letter = answer;
        }
    }

    /// The answer to a letter. What it has to teach waits until all have spoken; with what has nothing to teach it
    /// is done.
    #[inline(always)]
    fn hear(&mut self, Letter { from, to, message, leg }: Letter) -> Option<Letter> {
        count(&mut self.tally.delivered, true);
        self.settle(message);
        let state = self.buffers.states.get(to);
        match self.world.protocol.foregone(&state, message) {
            Some(learned) => count(&mut self.tally.redundant, learned == Learned::Redundant),
            None => self.buffers.news.push((to, message)),
        }
        let answer = self.world.protocol.answer(&state, message)?;
        Some(Letter { from: to, to: from, message: answer, leg: leg + 1 })
    }

    /// Sends a letter off to its fate; whether it arrives at once.
    #[inline(always)]
    pub(super) fn send(&mut self, now: Time, letter: Letter, fate: Fate) -> bool {
        if self.world.graph.followed() {
            self.sent.push(letter.pack::<P>());
        }
        let carries = P::carries(letter.message);
        count(&mut self.tally.sent, true);
        count(&mut self.tally.updates, carries);
        if P::TURNS_CHANGE_STATES {
            let backup = letter.message.backs_up();
            count(&mut self.tally.backup_sent, backup);
            count(&mut self.tally.backup_updates, backup && carries);
        }
        match fate {
            Fate::Lost => {
                count(&mut self.tally.lost, true);
                self.settle(letter.message);
                false
            }
            Fate::Arrives(at) if at == now => true,
            Fate::Arrives(at) => {
                self.buffers.queue.add(at, letter.pack::<P>());
                false
            }
        }
    }

    /// A message is delivered or lost. Only where nodes can lose interest does it matter whether updates are still on
    /// their way.
    #[inline(always)]
    fn settle(&mut self, message: Message) {
        if P::TURNS_CHANGE_STATES {
            count(&mut self.tally.updates_settled, P::carries(message));
        }
    }

    /// Everybody who got news learns it.
    pub(super) fn learn(&mut self, now: Time, observer: &mut dyn Observer) {
        for (node, message) in self.buffers.news.drain(..) {
            let mut state = self.buffers.states.get(node);
            let before = self.world.protocol.spreading(&state);
            let learned = self.world.protocol.learn(&mut state, message);
            self.tally.spreading += u64::from(!before && self.world.protocol.spreading(&state));
            self.buffers.states.set(node, state);
            match learned {
                Learned::News => {
                    self.tally.informed += 1;
                    self.last_learned = now;
                    observer.heard(node, now);
                }
                Learned::Redundant => self.tally.redundant += 1,
                Learned::Nothing => {}
            }
        }
    }
}
