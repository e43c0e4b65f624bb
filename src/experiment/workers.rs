//! The threads that simulate: runs handed out in batches, and what they give put back in order.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};

use rayon::ThreadPool;
use rayon::iter::{ParallelBridge, ParallelIterator};

use super::failure::{Failure, Fault};
use super::workspace::Workspace;
use crate::machine;
use crate::memory::{self, Shortage};
use crate::plan;
use crate::settings::Point;
use crate::threads::Threads;
use crate::time::Time;
use crate::topology::SharedGraph;

/// How a replicate of a point is run: in a workspace, for as long as the last argument says.
pub type Simulate<'a, R> = dyn Fn(&mut Workspace, &Point, u64, &dyn Fn() -> bool) -> Result<R, Fault> + Sync + 'a;

/// The threads, each with a workspace of its own, which keeps its memory from one lot of work to the next.
pub(super) struct Workers<'a> {
    threads: &'a Threads,
    workspaces: Vec<Mutex<Workspace>>,
    /// Whether memory is refused beyond a bound, so that it pays to ask for it.
    asks: bool,
    halt: &'a AtomicBool,
}

impl<'a> Workers<'a> {
    /// So many batches of each thread may wait to be taken.
    const WAITING: usize = 2;

    pub(super) fn new(threads: &'a Threads, halt: &'a AtomicBool) -> Self {
        let workspaces = (0..threads.count()).map(|_| Mutex::default()).collect();
        Workers { threads, workspaces, asks: machine::is_bounded(), halt }
    }

    /// How many threads there are.
    pub(super) fn size(&self) -> u64 {
        self.workspaces.len() as u64
    }

    /// Runs `batches` by `simulate` and hands what every run gives to `sink`, in order.
    pub(super) fn run<R: Send, E: Send>(
        &self,
        batches: impl Iterator<Item = Batch> + Send,
        simulate: &Simulate<'_, R>,
        sink: &mut impl FnMut(R) -> Result<(), E>,
    ) -> Result<(), Failure<E>> {
        match self.threads.pool() {
            Some(pool) => self.run_on(pool, batches, simulate, sink)?,
            None => self.run_alone(batches, simulate, sink)?,
        }
        if self.halt.load(Ordering::Relaxed) { Err(Failure::Interrupted) } else { Ok(()) }
    }

    /// On the threads of `pool`, while the thread that asks collects what they give.
    fn run_on<R: Send, E: Send>(
        &self,
        pool: &ThreadPool,
        batches: impl Iterator<Item = Batch> + Send,
        simulate: &Simulate<'_, R>,
        sink: &mut impl FnMut(R) -> Result<(), E>,
    ) -> Result<(), Failure<E>> {
        let broken = AtomicBool::new(false);
        let keep_going = || !self.halt.load(Ordering::Relaxed) && !broken.load(Ordering::Relaxed);
        // Whoever simulates faster than the results are taken waits.
        let (sender, finished) = mpsc::sync_channel(Self::WAITING * self.workspaces.len());
        pool.in_place_scope(|scope| {
            scope.spawn(|_| {
                // Whoever collects the results waits until there is no sender left.
                let sender = sender;
                // Batches that nobody wants any more are not even counted: there may be 2^64 of them.
                let batches = batches.enumerate().take_while(|_| keep_going());
                batches.par_bridge().for_each_init(
                    || sender.clone(),
                    |sender, (index, batch)| {
                        let results =
                            self.in_workspace(|workspace| batch.run(workspace, simulate, self.asks, &keep_going));
                        // Nobody listens any more only after a failure, which is reported already.
                        let _ = sender.send((index, results));
                    },
                );
            });
            let collected = collect(finished, self.workspaces.len() < 2, sink);
            broken.store(collected.is_err(), Ordering::Relaxed);
            collected
        })
    }

    /// On the thread that asks, a run at a time.
    fn run_alone<R, E>(
        &self,
        batches: impl Iterator<Item = Batch>,
        simulate: &Simulate<'_, R>,
        sink: &mut impl FnMut(R) -> Result<(), E>,
    ) -> Result<(), Failure<E>> {
        let keep_going = || !self.halt.load(Ordering::Relaxed);
        for batch in batches.take_while(|_| keep_going()) {
            let results = self.in_workspace(|workspace| batch.run(workspace, simulate, self.asks, &keep_going));
            results.into_iter().try_for_each(|result| forward(result, true, sink))?;
        }
        Ok(())
    }

    /// Does `work` in the workspace of the thread that asks.
    fn in_workspace<T>(&self, work: impl FnOnce(&mut Workspace) -> T) -> T {
        let thread = self.threads.pool().map_or(Some(0), ThreadPool::current_thread_index);
        match thread.and_then(|thread| self.workspaces.get(thread)) {
            // Nobody else ever holds it.
            Some(workspace) => work(&mut workspace.lock().unwrap_or_else(PoisonError::into_inner)),
            None => work(&mut Workspace::default()),
        }
    }
}

/// Replicates of a point that one thread runs one after the other: short runs are handed out and handed on many at a
/// time, because waking somebody up takes about as long as one of them.
#[derive(Clone, Debug)]
pub(super) struct Batch {
    point: Point,
    replicates: Range<u64>,
    /// The place of the graph, where all replicates have the same.
    graph: Option<SharedGraph>,
}

/// What a batch gives: the results of its runs, up to the first that failed.
type Results<R> = Vec<Result<R, Failed>>;

/// A run that gave nothing.
struct Failed {
    point: Point,
    replicate: u64,
    why: Why,
}

/// Why a run gave nothing.
enum Why {
    /// It has no end.
    Fault(Fault),
    /// There was not enough memory for it.
    Shortage(Shortage),
}

impl Batch {
    /// So much effort, by the measure of [`plan::effort`], is worth handing out: about 2 ms.
    const EFFORT: u64 = 1 << 18;
    /// The most runs of a batch: their results wait to be handed on.
    const MOST: u64 = 1024;

    /// These replicates of a point, in batches of at most `share`.
    pub(super) fn all(point: Point, replicates: Range<u64>, share: u64) -> impl Iterator<Item = Batch> {
        let length = (Self::EFFORT / plan::effort(&point.settings).max(1)).clamp(1, Self::MOST).min(share);
        let Range { start, end } = replicates;
        let first = (start..end).step_by(length as usize);
        let graph = SharedGraph::of(point.settings.network.topology.drawing());
        first.map(move |first| Batch {
            point: point.clone(),
            replicates: first..end.min(first.saturating_add(length)),
            graph: graph.clone(),
        })
    }

    fn run<R>(
        self,
        workspace: &mut Workspace,
        simulate: &Simulate<'_, R>,
        asks: bool,
        keep_going: &dyn Fn() -> bool,
    ) -> Results<R> {
        let Batch { point, replicates, graph } = self;
        let mut results = Vec::new();
        let room = if asks { workspace.make_room(plan::memory(&point.settings)) } else { Ok(()) };
        workspace.graph = graph;
        for replicate in replicates {
            if !results.is_empty() && !keep_going() {
                // Told, so that nothing that comes after the gap is handed on.
                results.push(Err(Failed { point, replicate, why: Why::Fault(Fault::Interrupted(Time::ZERO)) }));
                break;
            }
            let run = match room.and_then(|()| memory::catch(|| simulate(workspace, &point, replicate, keep_going))) {
                Ok(ended) => ended.map_err(Why::Fault),
                Err(shortage) => Err(Why::Shortage(shortage)),
            };
            let last = run.is_err();
            results.push(run.map_err(|why| Failed { point: point.clone(), replicate, why }));
            if last {
                break;
            }
        }
        // The graph is gone with the last batch of its point.
        workspace.graph = None;
        results
    }
}

/// Puts finished batches back in order: one that overtook others waits for them. They run `alone`, if there is one thread.
fn collect<R, E>(
    finished: mpsc::Receiver<(usize, Results<R>)>,
    alone: bool,
    sink: &mut impl FnMut(R) -> Result<(), E>,
) -> Result<(), Failure<E>> {
    let mut early = BTreeMap::new();
    let mut next = 0;
    for (index, results) in finished {
        early.insert(index, results);
        while let Some(results) = early.remove(&next) {
            results.into_iter().try_for_each(|result| forward(result, alone, sink))?;
            next += 1;
        }
    }
    Ok(())
}

/// Hands on what a run gave; `alone`, if no other goes on beside it.
fn forward<R, E>(
    result: Result<R, Failed>,
    alone: bool,
    sink: &mut impl FnMut(R) -> Result<(), E>,
) -> Result<(), Failure<E>> {
    match result {
        Ok(result) => sink(result).map_err(Failure::Sink),
        Err(Failed { point, replicate, why: Why::Fault(fault) }) => {
            Err(Failure::of_run(point.index, replicate, point.seed, fault))
        }
        Err(Failed { point, why: Why::Shortage(shortage), .. }) => {
            Err(Failure::Memory { point: point.index, shortage, alone })
        }
    }
}
