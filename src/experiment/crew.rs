//! The threads that simulate: runs handed out in stretches, and their records put back in order.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};

use rayon::ThreadPool;
use rayon::iter::{ParallelBridge, ParallelIterator};

use super::desk::Desk;
use super::failure::{Failure, Fault};
use super::record::Record;
use crate::machine;
use crate::memory::{self, Shortage};
use crate::plan;
use crate::settings::Point;
use crate::threads::Threads;

/// The threads, each with a desk of its own, which keeps its memory from one lot of work to the next.
pub(super) struct Crew<'a> {
    threads: &'a Threads,
    desks: Vec<Mutex<Desk>>,
    /// Whether memory is refused beyond a bound, so that it pays to ask for it.
    asks: bool,
    halt: &'a AtomicBool,
}

impl<'a> Crew<'a> {
    /// So many stretches of each thread may wait to be taken.
    const WAITING: usize = 4;

    pub(super) fn new(threads: &'a Threads, halt: &'a AtomicBool) -> Self {
        let desks = (0..threads.count()).map(|_| Mutex::default()).collect();
        Crew { threads, desks, asks: machine::is_bounded(), halt }
    }

    /// How many threads there are.
    pub(super) fn size(&self) -> u64 {
        self.desks.len() as u64
    }

    /// Runs `jobs` and hands their records to `sink` in order.
    pub(super) fn work_off<E: Send>(
        &self,
        jobs: impl Iterator<Item = Stretch> + Send,
        sink: &mut impl FnMut(Record) -> Result<(), E>,
    ) -> Result<(), Failure<E>> {
        match self.threads.pool() {
            Some(pool) => self.work_off_on(pool, jobs, sink)?,
            None => self.work_off_alone(jobs, sink)?,
        }
        if self.halt.load(Ordering::Relaxed) { Err(Failure::Interrupted) } else { Ok(()) }
    }

    /// On the threads of `pool`, while the thread that asks collects the records.
    fn work_off_on<E: Send>(
        &self,
        pool: &ThreadPool,
        jobs: impl Iterator<Item = Stretch> + Send,
        sink: &mut impl FnMut(Record) -> Result<(), E>,
    ) -> Result<(), Failure<E>> {
        let broken = AtomicBool::new(false);
        let go_on = || !self.halt.load(Ordering::Relaxed) && !broken.load(Ordering::Relaxed);
        // Whoever simulates faster than the records are taken waits.
        let (sender, finished) = mpsc::sync_channel(Self::WAITING * self.desks.len());
        pool.in_place_scope(|scope| {
            scope.spawn(|_| {
                // Whoever collects the records waits until there is no sender left.
                let sender = sender;
                // Jobs that nobody wants any more are not even counted: there may be 2^64 of them.
                let jobs = jobs.enumerate().take_while(|_| go_on());
                jobs.par_bridge().for_each_init(
                    || sender.clone(),
                    |sender, (index, stretch)| {
                        // Nobody listens any more only after a failure, which is reported already.
                        let _ = sender.send((index, self.at_desk(|desk| stretch.run(desk, self.asks, &go_on))));
                    },
                );
            });
            let collected = collect(finished, sink);
            broken.store(collected.is_err(), Ordering::Relaxed);
            collected
        })
    }

    /// On the thread that asks, a run at a time.
    fn work_off_alone<E>(
        &self,
        jobs: impl Iterator<Item = Stretch>,
        sink: &mut impl FnMut(Record) -> Result<(), E>,
    ) -> Result<(), Failure<E>> {
        let go_on = || !self.halt.load(Ordering::Relaxed);
        for stretch in jobs.take_while(|_| go_on()) {
            let records = self.at_desk(|desk| stretch.run(desk, self.asks, &go_on));
            records.into_iter().try_for_each(|record| hand_on(record, sink))?;
        }
        Ok(())
    }

    /// Does `work` at the desk of the thread that asks.
    fn at_desk<T>(&self, work: impl FnOnce(&mut Desk) -> T) -> T {
        let thread = self.threads.pool().map_or(Some(0), ThreadPool::current_thread_index);
        match thread.and_then(|thread| self.desks.get(thread)) {
            // Nobody else ever holds it.
            Some(desk) => work(&mut desk.lock().unwrap_or_else(PoisonError::into_inner)),
            None => work(&mut Desk::default()),
        }
    }
}

/// Replicates of a point that one thread runs one after the other: short runs are handed out and handed on many at a
/// time, because waking somebody up takes about as long as one of them.
#[derive(Clone, Debug)]
pub(super) struct Stretch {
    point: Point,
    replicates: Range<u64>,
}

/// What a stretch gives: its records, up to the first run that failed.
type Records = Vec<Result<Record, Failed>>;

/// A run that gave no record.
struct Failed {
    point: Point,
    replicate: u64,
    why: Why,
}

/// Why a run gave no record.
enum Why {
    /// It has no end.
    Fault(Fault),
    /// There was not enough memory for it.
    Shortage(Shortage),
}

impl Stretch {
    /// So much effort, by the measure of [`plan::effort`], is worth handing out: about 2 ms.
    const EFFORT: u64 = 1 << 18;
    /// The most runs that wait to be handed on.
    const MOST: u64 = 256;

    /// These replicates of a point, in stretches of at most `share`.
    pub(super) fn all(point: Point, replicates: Range<u64>, share: u64) -> impl Iterator<Item = Stretch> {
        let length = (Self::EFFORT / plan::effort(&point.settings).max(1)).clamp(1, Self::MOST).min(share);
        let Range { start, end } = replicates;
        let first = (start..end).step_by(length as usize);
        first.map(move |first| Stretch {
            point: point.clone(),
            replicates: first..end.min(first.saturating_add(length)),
        })
    }

    fn run(self, desk: &mut Desk, asks: bool, go_on: &dyn Fn() -> bool) -> Records {
        let Stretch { point, replicates } = self;
        let mut records = Vec::new();
        let room = if asks { desk.make_room(plan::memory(&point.settings)) } else { Ok(()) };
        for replicate in replicates {
            let run = match room.and_then(|()| memory::catch(|| desk.run(&point, replicate, go_on))) {
                Ok(ended) => ended.map_err(Why::Fault),
                Err(shortage) => Err(Why::Shortage(shortage)),
            };
            let last = run.is_err();
            records.push(run.map_err(|why| Failed { point: point.clone(), replicate, why }));
            if last || !go_on() {
                break;
            }
        }
        records
    }
}

/// Puts finished stretches back in order: one that overtook others waits for them.
fn collect<E>(
    finished: mpsc::Receiver<(usize, Records)>,
    sink: &mut impl FnMut(Record) -> Result<(), E>,
) -> Result<(), Failure<E>> {
    let mut early = BTreeMap::new();
    let mut next = 0;
    for (index, records) in finished {
        early.insert(index, records);
        while let Some(records) = early.remove(&next) {
            records.into_iter().try_for_each(|record| hand_on(record, sink))?;
            next += 1;
        }
    }
    Ok(())
}

fn hand_on<E>(
    record: Result<Record, Failed>,
    sink: &mut impl FnMut(Record) -> Result<(), E>,
) -> Result<(), Failure<E>> {
    match record {
        Ok(record) => sink(record).map_err(Failure::Sink),
        Err(Failed { point, replicate, why: Why::Fault(fault) }) => {
            Err(Failure::of_run(point.index, replicate, point.seed, fault))
        }
        Err(Failed { point, why: Why::Shortage(shortage), .. }) => {
            Err(Failure::Memory { point: point.index, shortage })
        }
    }
}
