//! Runs of workloads that are compiled once for all graphs: everything but the rumor.

use std::any::Any;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::adversaries;
use super::failure::Fault;
use super::faults::FaultSchedule;
use super::graph::{on_shared_graph, pieces};
use super::record::Record;
use super::simulate::{self, Parts};
use super::views;
use crate::distance::DistanceIndex;
use crate::engine::{self, AlwaysUp, Broken, Happening, Liveness, Memory, Observer, Protocol, UpAndDown, View, total};
use crate::observe::{EventRecorder, LinkCount, Reached, RoundSample, Rounds};
use crate::random::Chance;
use crate::settings::Point;
use crate::time::{Span, Time};
use crate::topology::components::EdgeDirection;
use crate::topology::{Everybody, Graph, Joined, OnGraph, SharedGraph};
use crate::units::NodeId;
use crate::workload::rumor::{Ending, Hops, Totals};
use crate::workload::{Common, Runner, Sampling, Setup, Workload, WorkloadSpec};

/// A workload, whether or not it is a member of the list.
pub(super) trait Runnable {
    fn run_by<R: Runner>(&self, common: &Common, chance: &Chance, runner: R) -> Option<R::Output>;
}

impl Runnable for WorkloadSpec {
    fn run_by<R: Runner>(&self, common: &Common, chance: &Chance, runner: R) -> Option<R::Output> {
        WorkloadSpec::run_by(self, common, chance, runner)
    }
}

/// A workload that need not be a member of the list.
pub(super) struct Unregistered<'a, W>(pub(super) &'a W);

impl<W: Workload> Runnable for Unregistered<'_, W> {
    fn run_by<R: Runner>(&self, common: &Common, chance: &Chance, runner: R) -> Option<R::Output> {
        self.0.run_by(common, chance, runner)
    }
}

/// The memory of the last run, of whatever protocol it was.
#[derive(Default)]
pub(super) struct Remembered(Option<Box<dyn Any + Send>>);

impl Remembered {
    /// The memory of the last run, if that was of the protocol `P`.
    fn take<P: Protocol>(&mut self) -> Box<Memory<P>> {
        self.0.take().and_then(|memory| memory.downcast().ok()).unwrap_or_default()
    }
}

/// A run that waits for its graph.
struct AwaitingGraph<'a, W> {
    workload: &'a W,
    shared: Option<&'a SharedGraph>,
    job: Job<'a>,
}

/// What makes a run, besides its graph and its protocol.
struct Job<'a> {
    point: &'a Point,
    replicate: u64,
    chance: Chance,
    /// The distances, where the peer rule goes by them, once the graph is known.
    space: Option<Arc<dyn DistanceIndex>>,
    links: Option<LinkCount>,
    remembered: &'a mut Remembered,
    keep_going: &'a dyn Fn() -> bool,
    /// Records all that happens, if that is asked for.
    recorder: Option<&'a mut EventRecorder>,
}

/// A run that waits for its protocol.
struct AwaitingProtocol<'a> {
    job: Job<'a>,
    /// Of all nodes that there will be.
    whole: &'a dyn Graph,
    /// Of those that are there.
    graph: &'a dyn Graph,
}

/// Runs replicate `replicate` of `point` with `workload`, which is not the rumor; in the memory of the last run, and on the
/// graph in the `shared` place, if there is one. Asks at the end of each round whether to go on, and records all that
/// happens if that is asked for.
///
/// # Errors
/// See [`Fault`].
pub(super) fn run<W: Runnable>(
    workload: &W,
    point: &Point,
    replicate: u64,
    (remembered, shared): (&mut Remembered, Option<&SharedGraph>),
    (keep_going, recorder): (&dyn Fn() -> bool, Option<&mut EventRecorder>),
) -> Result<Record, Fault> {
    let chance = Chance { seed: point.seed, nodes: point.settings.network.nodes, replicate };
    let links = simulate::links(point, replicate, shared)?;
    let job = Job { point, replicate, chance, space: None, links, remembered, keep_going, recorder };
    Ok(on_shared_graph(point, replicate, shared, AwaitingGraph { workload, shared, job })??)
}

impl<W: Runnable> OnGraph for AwaitingGraph<'_, W> {
    type Output = Result<Record, Broken>;

    fn with<G: Graph>(self, graph: &G) -> Self::Output {
        if let Some(overlay) = views::overlay(&self.job.point.settings, &self.job.chance, self.shared) {
            return self.on(&overlay);
        }
        let space = simulate::space(&self.job.point.settings, graph.erased(), self.shared);
        let waiting = AwaitingGraph { job: Job { space: space.clone(), ..self.job }, ..self };
        match space {
            Some(space) => waiting.on(&Everybody::of(graph, &*space)),
            None => waiting.on(graph.erased()),
        }
    }
}

impl<W: Runnable> AwaitingGraph<'_, W> {
    fn on(self, graph: &dyn Graph) -> Result<Record, Broken> {
        let AwaitingGraph { workload, job, .. } = self;
        let settings = &job.point.settings;
        let (common, chance) = (settings.common(), job.chance);
        let joined = Joined::new(graph, settings.network.nodes);
        let placed =
            AwaitingProtocol { whole: graph, graph: if settings.faults.joins() > 0 { &joined } else { graph }, job };
        let record = workload.run_by(&common, &chance, placed);
        // Only the rumor has a way of its own, and does not come here.
        record.unwrap_or(Err(Broken::Interrupted(Time::ZERO)))
    }
}

impl Runner for AwaitingProtocol<'_> {
    type Output = Result<Record, Broken>;

    fn run_observed<'o, P: Protocol, M>(
        self,
        setup: Setup<'o, P, M>,
        observer: Option<&'o mut (dyn Observer<P> + 'o)>,
    ) -> Self::Output {
        let settings = &self.job.point.settings;
        let (nodes, first) = (self.graph.nodes(), settings.network.nodes);
        match settings.all_stay() {
            true => self.go((setup, observer), AlwaysUp(nodes)),
            false => {
                let adversaries = adversaries::drawn(settings, &self.job.chance, &[]);
                let live = UpAndDown::new(nodes, first).with_adversaries(&adversaries);
                self.go((setup, observer), live)
            }
        }
    }
}

/// A protocol with what its run needs, and who watches it besides.
type Observed<'a, P, M> = (Setup<'a, P, M>, Option<&'a mut (dyn Observer<P> + 'a)>);

impl AwaitingProtocol<'_> {
    fn go<P: Protocol, M, L: Liveness>(self, (setup, watching): Observed<'_, P, M>, live: L) -> Result<Record, Broken> {
        let AwaitingProtocol { job, whole, graph } = self;
        let Job { point, replicate, chance, space, mut links, remembered, keep_going, recorder } = job;
        let settings = &point.settings;
        let Setup { protocol, inputs, sample, measure, columns, converged_at, has_goal } = setup;
        let FaultSchedule { nodes: schedule, paths } = FaultSchedule::draw(settings, &chance);
        let sampler =
            Sampler { protocol: &protocol, sample, interval: settings.gossip.interval, keep_going, rounds: None };
        let mut observer = (sampler, (links.as_mut(), (recorder, watching)));
        let inputs = inputs.map(|(at, node, input)| (at, Happening::Input(node, input)));
        let agenda = schedule.agenda(inputs).renewing(views::renewal(settings));
        let parts = Parts { settings, chance, space, paths, graph: &graph, live };
        let run = parts.simulate(&protocol, *remembered.take(), &mut observer, agenda)?;
        let (sampler, (_, (_, watching))) = observer;
        if let Some(watching) = watching {
            // There is nothing left to break off.
            let _ = watching.look(run.end, run.view());
        }
        let queues = simulate::report(&run);
        let end = sampled(&protocol, sample, &run.view(), run.end);
        let events = run.tally.events();
        let curve = match sampler.rounds {
            Some(rounds) => rounds.finish(end, events),
            None => vec![end],
        };
        let (measured, courses) = (measure(&protocol, &run), protocol.courses(&run.counts));
        let (live, ending) = (run.live, Ending { has_goal: has_goal(&run), ..ending(&run, converged_at) });
        remembered.0 = Some(Box::new(run.memory));
        Ok(Record {
            point: point.index,
            replicate,
            ending,
            live,
            curve,
            reached: Reached::default(),
            by_region: None,
            split: pieces(&whole, &[NodeId::default()], EdgeDirection::Both),
            traffic: links.map(|LinkCount(routes)| routes.loads()),
            queues,
            courses,
            measured: columns.iter().map(|column| (column.of)(&measured)).collect(),
        })
    }
}

fn ending<P: Protocol>(run: &engine::Run<P>, converged_at: fn(&engine::Run<P>) -> Option<Time>) -> Ending {
    Ending {
        outcome: run.outcome,
        cut_off: run.cut_off,
        last_learned: run.converged_since.or_else(|| converged_at(run)),
        has_goal: true,
        tally: Totals::of_engine(&run.tally, run.live),
        ended: run.end,
        in_flight: run.in_flight,
        extinction: None,
        hops: Hops::default(),
    }
}

/// Takes the figures of the workload at the start and at the end of every round.
struct Sampler<'a, P: Protocol> {
    protocol: &'a P,
    sample: fn(&P, &View<'_, P>) -> Sampling,
    interval: Span,
    keep_going: &'a dyn Fn() -> bool,
    /// From the first instant on.
    rounds: Option<Rounds<'a>>,
}

impl<P: Protocol> Observer<P> for Sampler<'_, P> {
    fn goes_on(&self) -> bool {
        (self.keep_going)()
    }

    fn due(&self) -> Time {
        self.rounds.as_ref().map_or(Time::ZERO, Rounds::ends)
    }

    fn look(&mut self, now: Time, view: View<'_, P>) -> ControlFlow<()> {
        let ends = self.rounds.as_ref().map_or(Time::ZERO, Rounds::ends);
        let sample = sampled(self.protocol, self.sample, &view, ends);
        let rounds = self.rounds.get_or_insert_with(|| Rounds::new(sample, self.interval, self.keep_going));
        if now >= rounds.ends() { rounds.pass(now, sample) } else { ControlFlow::Continue(()) }
    }
}

/// How things stand at `now`.
fn sampled<P: Protocol>(
    protocol: &P,
    sample: fn(&P, &View<'_, P>) -> Sampling,
    view: &View<'_, P>,
    now: Time,
) -> RoundSample {
    RoundSample {
        informed: 0,
        live: view.live,
        messages: total(&view.tally.sent),
        figures: sample(protocol, view),
        queued: view.queues.map(|queues| queues.waiting(now)).unwrap_or_default(),
    }
}
