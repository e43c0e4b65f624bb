//! A rumor as a protocol of the engine: the rules, and who has the update so far.

use std::convert::Infallible;

use super::{EncodedMessage, Hops, Kept, Learned, Message, RumorRules};
use crate::engine::{Context, Outcome, Protocol, States, Tally, count};
use crate::time::Time;
use crate::units::NodeId;

/// One update under `rules`, injected at `origins` just before time 0.
#[derive(Clone, Debug)]
pub struct Spreading<R> {
    /// What nodes say and learn.
    pub rules: R,
    /// Where the update is injected, distinct nodes.
    pub origins: Vec<NodeId>,
    /// When the run is done.
    pub goal: StoppingRule,
}

/// When a run is done, if no limit comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoppingRule {
    /// So many nodes can have the update at most: what is connected with its origins.
    pub reachable: u64,
    /// Whether the run goes on when all of these have it, until nobody spreads the update and none is on its way.
    pub quiet: bool,
}

impl StoppingRule {
    /// The run ends when `reachable` nodes have the update.
    pub fn informed(reachable: u64) -> Self {
        StoppingRule { reachable, quiet: false }
    }

    /// The run goes on until nothing can change or be sent for the update any more. It never ends so where nodes never
    /// lose interest.
    pub fn quiet(reachable: u64) -> Self {
        StoppingRule { reachable, quiet: true }
    }
}

/// The running totals of a rumor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Live nodes that have the update.
    pub informed: u64,
    /// Live nodes that pass it on.
    pub spreading: u64,
    /// Updates that reached a node which had it.
    pub redundant: u64,
    /// The last instant at which anybody learned the update, if anybody did.
    pub last_learned: Option<Time>,
    /// How things stood when the rumor first died out, if it did: nobody spread it, and no update was on its way.
    pub extinction: Option<Extinction>,
    /// Over how many hops nodes were told it, where nodes forward at once.
    pub hops: Hops,
}

/// The death of a rumor, which anti-entropy may raise again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extinction {
    /// When it was.
    pub at: Time,
    /// Live nodes that had the update.
    pub informed: u64,
    /// Live nodes.
    pub live: u64,
}

/// Updates that are on their way.
fn updates_in_flight(tally: &Tally) -> u64 {
    let kinds = Message::UPDATES.into_iter().chain([Message::REPAIR]);
    kinds.filter_map(|kind| tally.in_flight(kind)).sum()
}

impl<R: RumorRules> Spreading<R> {
    /// Why nothing is left to happen, if so; `revives` says whether something can raise the rumor once it has died out.
    #[inline(always)]
    pub(super) fn ended(
        &self,
        now: Time,
        counts: &mut Counts,
        tally: &Tally,
        live: u64,
        revives: bool,
    ) -> Option<Outcome> {
        if live == 0 {
            // Nothing that is on its way can reach anybody.
            return Some(Outcome::Lost);
        }
        let reached = counts.informed >= self.goal.reachable.min(live);
        if counts.spreading > 0 && (!reached || self.goal.quiet) {
            return None;
        }
        let silent = counts.spreading == 0 && updates_in_flight(tally) == 0;
        if silent && counts.extinction.is_none() {
            counts.extinction = Some(Extinction { at: now, informed: counts.informed, live });
        }
        // Anti-entropy goes on until all know, and raises the rumor again, unless nobody has it any more.
        let lost = silent && counts.informed == 0;
        let done = if reached { silent || !self.goal.quiet } else { silent && !revives };
        match () {
            () if lost => Some(Outcome::Lost),
            () if done => Some(if counts.informed == live { Outcome::Converged } else { Outcome::DiedOut }),
            () => None,
        }
    }
}

impl<R: RumorRules<State: Kept>> Protocol for Spreading<R> {
    type State = R::State;
    type States = <R::State as Kept>::States;
    type Message = EncodedMessage;
    type Timer = Infallible;
    type Mail = <R::State as Kept>::Mail;
    type Input = Infallible;
    type Fact = Learned;
    type Counts = Counts;

    const TURNS_CHANGE_STATES: bool = R::TURNS_CHANGE_STATES;
    const ACTS: bool = false;
    const BY_STATE: bool = R::BY_STATE;
    const SIZES_DIFFER: bool = false;

    fn carries(&self, message: &EncodedMessage) -> bool {
        message.decode().carries()
    }

    fn prepare(&self, states: &mut Self::States, counts: &mut Counts) {
        let origin = self.rules.origin();
        for &node in &self.origins {
            states.update(node, |state| *state = origin);
            self.counted(&origin, true, counts);
        }
    }

    #[inline(always)]
    fn turn(&self, state: &mut R::State, context: &mut Context<'_, Self>) -> Option<EncodedMessage> {
        take_turn(&self.rules, state, context)
    }

    #[inline(always)]
    fn answer(&self, state: &R::State, _: NodeId, message: &EncodedMessage) -> Option<EncodedMessage> {
        self.rules.answer(state, message.decode()).map(EncodedMessage::from)
    }

    #[inline(always)]
    fn settled(&self, state: &R::State, message: &EncodedMessage, counts: &mut Counts) -> bool {
        let learned = self.rules.settled(state, message.decode());
        count(&mut counts.redundant, learned == Some(Learned::Redundant));
        learned.is_some()
    }

    #[inline(always)]
    fn learn(&self, state: &mut R::State, _: NodeId, message: EncodedMessage, context: &mut Context<'_, Self>) {
        learn_from(&self.rules, state, message.decode(), context);
    }

    fn refused(&self, state: &mut R::State) {
        self.rules.refused(state);
    }

    #[inline(always)]
    fn counted(&self, state: &R::State, up: bool, counts: &mut Counts) {
        let [informed, spreading] = [self.rules.informed(state), self.rules.spreading(state)].map(u64::from);
        if up {
            counts.informed += informed;
            counts.spreading += spreading;
        } else {
            counts.informed -= informed;
            counts.spreading -= spreading;
        }
    }

    fn agrees(&self, counts: &Counts, recount: &Counts) -> bool {
        (counts.informed, counts.spreading) == (recount.informed, recount.spreading)
    }

    fn idle_state(&self) -> Option<R::State> {
        self.rules.idle_state()
    }

    #[inline(always)]
    fn glance(state: &R::State) -> u64 {
        state.glance()
    }

    fn without_content(&self, message: EncodedMessage) -> Option<EncodedMessage> {
        message.without_content()
    }

    fn overstated(&self, message: EncodedMessage) -> EncodedMessage {
        message.overstated()
    }

    #[inline(always)]
    fn termination(&self, now: Time, counts: &mut Counts, tally: &Tally, live: u64) -> Option<Outcome> {
        self.ended(now, counts, tally, live, false)
    }

    fn converged(&self, counts: &Counts, live: u64) -> bool {
        live > 0 && counts.informed == live
    }
}

/// A turn under `rules`, and who passes the update on after it.
#[inline(always)]
pub(super) fn take_turn<R: RumorRules, P: Protocol<Counts = Counts>>(
    rules: &R,
    state: &mut R::State,
    context: &mut Context<'_, P>,
) -> Option<EncodedMessage> {
    let before = rules.spreading(state);
    let message = rules.encoded_turn(state, context.draw());
    if R::TURNS_CHANGE_STATES {
        context.counts.spreading -= u64::from(before && !rules.spreading(state));
    }
    message
}

/// What a node takes from `message`, and who has the update after it.
#[inline(always)]
pub(super) fn learn_from<R: RumorRules, P: Protocol<Counts = Counts, Fact = Learned>>(
    rules: &R,
    state: &mut R::State,
    message: Message,
    context: &mut Context<'_, P>,
) -> Learned {
    let before = rules.spreading(state);
    let learned = rules.learn(state, message);
    let after = rules.spreading(state);
    context.counts.spreading += u64::from(!before && after);
    context.counts.spreading -= u64::from(before && !after);
    match learned {
        Learned::News => {
            context.counts.informed += 1;
            context.counts.last_learned = Some(context.now);
            context.report(learned);
        }
        Learned::Redundant => context.counts.redundant += 1,
        Learned::Nothing => {}
    }
    learned
}

#[cfg(test)]
mod tests;
