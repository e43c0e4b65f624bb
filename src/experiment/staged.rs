//! Runs of workloads that are compiled once for all graphs: everything but the rumor.

use std::iter;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::faults::Faults;
use super::{Fault, Record, SOONEST, event_rate, laws, pieces};
use crate::clock::{Aligned, Clock, Phase, Poisson, Staggered};
use crate::engine::{
    self, Agenda, AlwaysUp, Broken, Happening, Limits, Liveness, Memory, Observer, Protocol, Simulation, UpAndDown,
    View, World, total,
};
use crate::observe::{LinkCount, Mark, Reached, Rounds};
use crate::protocol::{Ending, Tally};
use crate::random::{Chance, Purpose};
use crate::scenario::Point;
use crate::scenario::settings::Settings;
use crate::space::Space;
use crate::time::Time;
use crate::topology::components::Flow;
use crate::topology::{Everybody, Graph, OnGraph};
use crate::units::NodeId;
use crate::workload::{Common, Play, Stage, Workload, WorkloadSpec};

/// What can put its protocol on a stage.
pub(super) trait Performer {
    fn put_on<S: Stage>(&self, common: &Common, chance: &Chance, stage: S) -> Option<S::Output>;
}

impl Performer for WorkloadSpec {
    fn put_on<S: Stage>(&self, common: &Common, chance: &Chance, stage: S) -> Option<S::Output> {
        WorkloadSpec::put_on(self, common, chance, stage)
    }
}

/// A workload that need not be a member of the list.
pub(super) struct Alone<'a, W>(pub(super) &'a W);

impl<W: Workload> Performer for Alone<'_, W> {
    fn put_on<S: Stage>(&self, common: &Common, chance: &Chance, stage: S) -> Option<S::Output> {
        self.0.put_on(common, chance, stage)
    }
}

/// A run of a performer that waits for its graph.
struct Rehearsal<'a, W> {
    performer: &'a W,
    work: Work<'a>,
}

/// A run that waits for its graph.
struct Work<'a> {
    point: &'a Point,
    replicate: u64,
    chance: Chance,
    space: Option<Arc<dyn Space>>,
    go_on: &'a dyn Fn() -> bool,
}

/// A run that waits for its protocol.
struct Performance<'a> {
    work: Work<'a>,
    graph: &'a dyn Graph,
}

/// Runs replicate `replicate` of `point` with the workload of `performer`, which is not the rumor.
///
/// # Errors
/// See [`Fault`].
pub(super) fn run<W: Performer>(
    performer: &W,
    point: &Point,
    replicate: u64,
    go_on: &dyn Fn() -> bool,
) -> Result<Record, Fault> {
    let network = &point.settings.network;
    let chance = Chance { seed: point.seed, nodes: network.nodes, replicate };
    let by_distance = point.settings.gossip.peers.by_distance();
    // Settings that passed the check have distances where they need them.
    let metric = by_distance.then(|| network.topology.metric(point.settings.all_nodes()).ok()).flatten();
    let space = metric.map(|metric| metric.space());
    let work = Work { point, replicate, chance, space, go_on };
    Ok(super::on_graph(point, replicate, Rehearsal { performer, work })??)
}

impl<W: Performer> OnGraph for Rehearsal<'_, W> {
    type Output = Result<Record, Broken>;

    fn with<G: Graph>(self, graph: &G) -> Self::Output {
        match self.work.space.clone() {
            Some(space) => self.on(&Everybody::of(graph, &*space)),
            None => self.on(graph),
        }
    }
}

impl<W: Performer> Rehearsal<'_, W> {
    fn on(self, graph: &dyn Graph) -> Result<Record, Broken> {
        let Rehearsal { performer, work } = self;
        let Settings { network, gossip, .. } = &work.point.settings;
        let common = Common {
            nodes: network.nodes,
            strategy: gossip.strategy,
            fanout: gossip.fanout,
            interval: gossip.interval,
            phase: gossip.phase,
        };
        let chance = work.chance;
        let record = performer.put_on(&common, &chance, Performance { work, graph });
        // Only the rumor has nothing to put on, and it does not come here.
        record.unwrap_or(Err(Broken::Interrupted))
    }
}

impl Stage for Performance<'_> {
    type Output = Result<Record, Broken>;

    fn play<P: Protocol, M>(self, play: Play<'_, P, M>) -> Self::Output {
        let (chance, nodes) = (self.work.chance, self.graph.nodes());
        let gossip = &self.work.point.settings.gossip;
        match gossip.phase {
            Phase::Aligned => self.on_clock(play, Aligned::new(nodes, gossip.interval)),
            Phase::Random => self.on_clock(play, Staggered::new(nodes, gossip.interval, &chance)),
            Phase::Poisson => self.on_clock(play, Poisson::new(nodes, gossip.interval, &chance)),
        }
    }
}

impl Performance<'_> {
    fn on_clock<P: Protocol, M, C: Clock>(self, play: Play<'_, P, M>, clock: C) -> Result<Record, Broken> {
        let settings = &self.work.point.settings;
        let (nodes, first) = (self.graph.nodes(), settings.network.nodes);
        match settings.faults.is_empty() {
            true => self.go(play, clock, AlwaysUp(nodes)),
            false => self.go(play, clock, UpAndDown::new(nodes, first)),
        }
    }

    fn go<P: Protocol, M, C: Clock, L: Liveness>(
        self,
        play: Play<'_, P, M>,
        clock: C,
        live: L,
    ) -> Result<Record, Broken> {
        let Performance { work: Work { point, replicate, chance, space, go_on }, graph } = self;
        let Settings { network, gossip, stop, .. } = &point.settings;
        let Play { protocol, inputs, sample, measure, columns, converged_at } = play;
        let faults = Faults::draw(&point.settings, &chance);
        let world = World {
            protocol: &protocol,
            graph: &graph,
            network: &laws(&point.settings, &chance, faults.cuts.clone()),
            peers: &space.map_or_else(|| gossip.peers.clone(), |space| gossip.peers.on(&space)),
            choices: &chance.field(Purpose::Peers),
            coins: &chance.field(Purpose::Protocol),
            fanout: gossip.fanout,
            admission: None,
        };
        let metric = network.links.then(|| network.topology.metric(point.settings.all_nodes()).ok()).flatten();
        let mut links = metric.map(|metric| LinkCount(metric.roads()));
        let start = |mark| Rounds::new(mark, gossip.interval, go_on);
        let mut observer = (Sampler { protocol: &protocol, sample, start: &start, rounds: None }, links.as_mut());
        let mut memory = Memory::default();
        memory.lay_out(event_rate(&point.settings), network.latency.quantile(SOONEST));
        let inputs = inputs.map(|(at, node, input)| (at, Happening::Input(node, input)));
        let faults = faults.happenings.iter().map(|&(at, happening)| (at, happening.widen()));
        let agenda = Agenda::new(Box::new(merged(faults, inputs)));
        let limits = Limits::new(stop.max_rounds, gossip.interval, stop.max_time);
        let run = Simulation::new(world, clock, live, memory, &mut observer).run(limits, agenda)?;
        let view = View::<P> { tally: &run.tally, counts: &run.counts, states: &run.memory.states, live: run.live };
        let end = mark(&protocol, sample, &view);
        let events = run.tally.events();
        let curve = match observer.0.rounds {
            Some(rounds) => rounds.finish(end, events),
            None => vec![end],
        };
        let measured = measure(&protocol, &run);
        Ok(Record {
            point: point.index,
            replicate,
            ending: ending(&run, converged_at),
            live: run.live,
            curve,
            reached: Reached::default(),
            split: pieces(&graph, NodeId::default(), Flow::Both),
            traffic: links.map(|LinkCount(roads)| roads.loads()),
            measured: columns.iter().map(|column| (column.of)(&measured)).collect(),
        })
    }
}

fn ending<P: Protocol>(run: &engine::Run<P>, converged_at: fn(&engine::Run<P>) -> Time) -> Ending {
    Ending {
        outcome: run.outcome,
        cut_off: run.cut_off,
        last_learned: converged_at(run),
        tally: Tally::of_engine(&run.tally, run.live),
        in_flight: run.in_flight,
        silence: None,
    }
}

/// Takes the figures of the workload at the start and at the end of every round.
struct Sampler<'a, 'g, P: Protocol> {
    protocol: &'a P,
    sample: fn(&P, &View<'_, P>) -> crate::workload::Sampling,
    start: &'a dyn Fn(Mark) -> Rounds<'g>,
    rounds: Option<Rounds<'g>>,
}

impl<P: Protocol> Observer<P> for Sampler<'_, '_, P> {
    fn due(&self) -> Time {
        self.rounds.as_ref().map_or(Time::ZERO, Rounds::ends)
    }

    fn look(&mut self, now: Time, view: View<'_, P>) -> ControlFlow<()> {
        let mark = mark(self.protocol, self.sample, &view);
        let rounds = self.rounds.get_or_insert_with(|| (self.start)(mark));
        if now >= rounds.ends() { rounds.pass(now, mark) } else { ControlFlow::Continue(()) }
    }
}

fn mark<P: Protocol>(
    protocol: &P,
    sample: fn(&P, &View<'_, P>) -> crate::workload::Sampling,
    view: &View<'_, P>,
) -> Mark {
    Mark { informed: 0, messages: total(&view.tally.sent), figures: sample(protocol, view) }
}

/// Two sequences in order of time as one; of what happens at one instant the first comes first.
fn merged<T>(
    first: impl Iterator<Item = (Time, T)>,
    second: impl Iterator<Item = (Time, T)>,
) -> impl Iterator<Item = (Time, T)> {
    let (mut first, mut second) = (first.peekable(), second.peekable());
    let at = |next: Option<&(Time, T)>| next.map(|(at, _)| *at);
    iter::from_fn(move || match (at(first.peek()), at(second.peek())) {
        (Some(one), Some(other)) if other < one => second.next(),
        (None, _) => second.next(),
        _ => first.next(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_are_merged_in_order_of_time_and_the_first_goes_first() {
        let times = |list: &[(u64, char)]| -> Vec<(Time, char)> {
            list.iter().map(|&(at, what)| (Time::from_nanos(at), what)).collect()
        };
        let (one, other) = (times(&[(1, 'a'), (3, 'b'), (3, 'c')]), times(&[(0, 'd'), (3, 'e'), (9, 'f')]));
        let all: String = merged(one.into_iter(), other.into_iter()).map(|(_, what)| what).collect();
        assert_eq!(all, "dabcef");
    }
}
