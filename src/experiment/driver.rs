//! Every replicate of every point, run in parallel and handed on in order: the one driver of all that simulates much.

use std::sync::atomic::AtomicBool;

use super::design::Design;
use super::failure::Failure;
use super::record::Record;
use super::workers::{Batch, Simulate, Workers};
use crate::settings::Point;
use crate::stats::Moments;
use crate::threads::Threads;

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
/// See [`Failure`]; records handed on before it are in order and without a gap: the first ones, however long each took.
pub fn run_on<E: Send>(
    threads: &Threads,
    design: &impl Design,
    halt: &AtomicBool,
    mut sink: impl FnMut(Record) -> Result<(), E>,
) -> Result<(), Failure<E>> {
    let workers = Workers::new(threads, halt);
    let simulate: &Simulate<'_, Record> =
        &|workspace, point, replicate, keep_going| workspace.run(point, replicate, keep_going);
    let Some(precision) = design.precision() else {
        let replicates = design.replicates();
        let batches = design.points().flat_map(|point| Batch::all(point, 0..replicates, u64::MAX));
        return workers.run(batches, simulate, &mut sink);
    };
    for point in design.points() {
        let (mut done, mut seen) = (0, Moments::default());
        while let Some(total) = precision.next(done, &seen) {
            let share = (total - done).div_ceil(workers.size());
            workers.run(Batch::all(point.clone(), done..total, share), simulate, &mut |record: Record| {
                record.rounds(point.settings.gossip.interval).into_iter().for_each(|rounds| seen.add(rounds as f64));
                sink(record)
            })?;
            done = total;
        }
    }
    Ok(())
}

/// Runs the first replicates of every point of `points`, as many as stand beside it, on `threads` by `simulate`, and
/// hands what each gives to `sink`, in order. `halt` ends the work early.
///
/// # Errors
/// See [`Failure`].
pub fn run_points<R: Send, E: Send>(
    threads: &Threads,
    points: impl Iterator<Item = (Point, u64)> + Send,
    halt: &AtomicBool,
    simulate: &Simulate<'_, R>,
    mut sink: impl FnMut(R) -> Result<(), E>,
) -> Result<(), Failure<E>> {
    let workers = Workers::new(threads, halt);
    let share = |runs: u64| runs.div_ceil(workers.size()).max(1);
    let batches = points.flat_map(|(point, runs)| Batch::all(point, 0..runs, share(runs)));
    workers.run(batches, simulate, &mut sink)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::atomic::Ordering;

    use super::*;
    use crate::experiment;
    use crate::scenario::{Overrides, Scenario, Source, read};

    fn scenario(network: &str, rest: &str) -> Scenario {
        let text = format!("replicates = 50\n[network]\n{network}\n[gossip]\nstrategy = \"push\"\n{rest}\n");
        read(Source::text("demo.toml", &text), &Overrides::default()).unwrap_or_else(|problems| panic!("{problems}"))
    }

    fn records(scenario: &Scenario, threads: usize) -> Vec<Record> {
        let (mut records, halt) = (Vec::new(), AtomicBool::new(false));
        run_all::<Infallible>(scenario, threads, &halt, |record| {
            records.push(record);
            Ok(())
        })
        .unwrap();
        records
    }

    /// One graph for all replicates, in one piece and in several, of the rumor and of a workload that is compiled once.
    #[test]
    fn runs_that_share_their_graph_are_as_if_each_had_drawn_it() {
        for (degree, workload) in [(12, ""), (1, ""), (12, "[workload]\nkind = \"average\"\n")] {
            let topology = format!("topology = {{ kind = \"erdos-renyi\", mean_degree = {degree}, fixed = true }}");
            let sweep = "[stop]\nmax_rounds = 40\n[sweep]\n\"network.nodes\" = [32, 40]\n";
            let scenario = scenario(&format!("nodes = 32\n{topology}"), &format!("{workload}{sweep}"));
            let alone = |point: &Point| (0..50).map(|run| experiment::run(point, run, &|| true).unwrap()).collect();
            let alone: Vec<Record> =
                scenario.points.iter().flat_map(|point| -> Vec<Record> { alone(&point) }).collect();
            assert!(alone.iter().any(|record| record.split.is_some()) == (degree == 1));
            for threads in [1, 2, 5] {
                assert_eq!(records(&scenario, threads), alone, "mean degree {degree}, {threads} threads");
            }
        }
    }

    #[test]
    fn what_is_simulated_is_handed_on_in_order_by_any_number_of_threads() {
        let scenario = scenario("nodes = 4", "");
        // More than a batch of some points, and none of one.
        let runs = [3000, 0, 1, 2500];
        let numbered = |index| {
            let mut point = scenario.point(0);
            point.index = index;
            point
        };
        let points = || runs.iter().zip(0..).map(|(runs, index)| (numbered(index), *runs));
        let expected: Vec<(u32, u64)> =
            points().flat_map(|(point, runs)| (0..runs).map(move |run| (point.index, run))).collect();
        let look: &Simulate<'_, (u32, u64)> = &|_, point, replicate, _| Ok((point.index, replicate));
        for threads in [1, 2, 3] {
            let (mut seen, halt) = (Vec::new(), AtomicBool::new(false));
            run_points::<_, Infallible>(&Threads::start(threads), points(), &halt, look, |one| {
                seen.push(one);
                Ok(())
            })
            .unwrap();
            assert_eq!(seen, expected, "{threads} threads");
        }
    }

    #[test]
    fn who_is_asked_to_stop_runs_no_more_than_the_batch_under_way() {
        let (scenario, halt) = (scenario("nodes = 4", ""), AtomicBool::new(false));
        for threads in [1, 2] {
            halt.store(false, Ordering::Relaxed);
            let mut seen = 0_u64;
            let look: &Simulate<'_, ()> = &|_, _, replicate, _| {
                halt.fetch_or(replicate == 10, Ordering::Relaxed);
                Ok(())
            };
            let points = [(scenario.point(0), u64::MAX)].into_iter();
            let ended = run_points::<_, Infallible>(&Threads::start(threads), points, &halt, look, |()| {
                seen += 1;
                Ok(())
            });
            assert!(matches!(ended, Err(Failure::Interrupted)) && seen < 100_000, "{seen}");
        }
    }

    /// Some batches overtake others, and one that stops in the middle leaves a gap behind it.
    #[test]
    fn what_is_handed_on_before_a_halt_has_no_gap() {
        let scenario = scenario("nodes = 4", "");
        for (threads, at) in [(1, 3), (2, 3), (2, 700), (3, 1500), (3, 2500)] {
            let halt = AtomicBool::new(false);
            let started = std::sync::atomic::AtomicU64::new(0);
            let look: &Simulate<'_, u64> = &|_, _, replicate, _| {
                halt.fetch_or(started.fetch_add(1, Ordering::Relaxed) == at, Ordering::Relaxed);
                // Slow ones and quick ones.
                std::thread::sleep(std::time::Duration::from_micros(if replicate % 1024 < 20 { 300 } else { 0 }));
                Ok(replicate)
            };
            let mut seen = Vec::new();
            let points = [(scenario.point(0), 1 << 20)].into_iter();
            let ended = run_points::<_, Infallible>(&Threads::start(threads), points, &halt, look, |replicate| {
                seen.push(replicate);
                Ok(())
            });
            assert!(matches!(ended, Err(Failure::Interrupted)), "{threads} threads, halted at {at}");
            assert!(seen.iter().copied().eq(0..seen.len() as u64), "{threads} threads, halted at {at}: {seen:?}");
        }
    }
}
