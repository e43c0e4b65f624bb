//! Every point of a scenario, every replicate of a point: simulated in parallel, handed on in order.

mod crew;
mod design;
mod desk;
mod failure;
mod faults;
mod general;
mod graph;
mod record;
mod simulate;

pub use design::Design;
pub use desk::Desk;
pub use failure::{Failure, Fault};
pub use graph::on_graph;
pub use record::{Record, Split};

use std::sync::atomic::AtomicBool;

use crate::settings::Point;
use crate::stats::Moments;
use crate::threads::Threads;
use crate::workload::Workload;
use crate::workload::rumor::{Ending, RumorObserver};
use crew::{Crew, Stretch};

/// Runs replicate `replicate` of `point`; `go_on` is asked at the end of each round, and a run it breaks off is
/// [`Fault::Interrupted`].
///
/// # Errors
/// See [`Fault`].
pub fn run(point: &Point, replicate: u64, go_on: &dyn Fn() -> bool) -> Result<Record, Fault> {
    Desk::default().run(point, replicate, go_on)
}

/// Runs replicate `replicate` of `point` with another workload than its own: one that is no member of the list.
///
/// # Errors
/// See [`Fault`].
pub fn run_workload<W: Workload>(
    workload: &W,
    point: &Point,
    replicate: u64,
    go_on: &dyn Fn() -> bool,
) -> Result<Record, Fault> {
    general::run(&general::Unlisted(workload), point, replicate, go_on)
}

/// Runs replicate `replicate` of `point` before the eyes of `observer`.
///
/// # Errors
/// See [`Fault`].
pub fn watch(
    point: &Point,
    replicate: u64,
    observer: &mut dyn RumorObserver,
) -> Result<(Ending, Option<Split>), Fault> {
    Desk::default().watch(point, replicate, observer)
}

/// As [`run_on`], on `threads` threads of its own (0: one for each core).
///
/// # Errors
/// See [`run_on`].
pub fn run_all<E: Send>(
    design: &impl Design,
    threads: usize,
    halt: &AtomicBool,
    sink: impl FnMut(Record) -> Result<(), E>,
) -> Result<(), Failure<E>> {
    run_on(&Threads::start(threads), design, halt, sink)
}

/// Runs every replicate of every point on `threads` and hands the records to `sink` in the order of points and
/// replicates, whatever the threads do. `halt` ends the work early.
///
/// Where a target decides on the number of runs, one point comes after the other, and all runs up to a look are done
/// before it is taken: see [`Precision::next`](crate::settings::Precision::next).
///
/// # Errors
/// See [`Failure`]; records handed on before it are in order and complete.
pub fn run_on<E: Send>(
    threads: &Threads,
    design: &impl Design,
    halt: &AtomicBool,
    mut sink: impl FnMut(Record) -> Result<(), E>,
) -> Result<(), Failure<E>> {
    let crew = Crew::new(threads, halt);
    let Some(precision) = design.precision() else {
        let replicates = design.replicates();
        let jobs = design.points().flat_map(|point| Stretch::all(point, 0..replicates, u64::MAX));
        return crew.work_off(jobs, &mut sink);
    };
    for point in design.points() {
        let (mut done, mut seen) = (0, Moments::default());
        while let Some(total) = precision.next(done, &seen) {
            let share = (total - done).div_ceil(crew.size());
            crew.work_off(Stretch::all(point.clone(), done..total, share), &mut |record: Record| {
                record.rounds(point.settings.gossip.interval).into_iter().for_each(|rounds| seen.add(rounds as f64));
                sink(record)
            })?;
            done = total;
        }
    }
    Ok(())
}
