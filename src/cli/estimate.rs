//! How long a scenario will take on this machine: a few of its runs are timed, the small ones first, and the rest is
//! scaled by how much work they are. It is for people alone: no file knows of it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::text::plural;
use crate::experiment::{Fault, Workspace};
use crate::memory;
use crate::plan;
use crate::scenario::{Point, Scenario};
use crate::settings::{NetworkSettings, Origin, Settings};
use crate::topology::Drawing;

/// How long `check` tries.
const CALIBRATION: Duration = Duration::from_millis(250);
/// How long `run` tries, if there is reason to.
const BRIEFLY: Duration = Duration::from_millis(120);
/// Work that is worth an estimate before it is begun: at some 10 ns each a few seconds.
const MUCH: f64 = 2e8;
/// What takes longer than this, in seconds, is told before it is begun.
const LONG: f64 = 10.0;
/// What a unit of work takes before anything is timed, in seconds: rather too much.
const GUESS: f64 = 50e-9;
/// So many points are looked at; of more, some at equal distances stand for all.
const MOST_POINTS: usize = 4096;
/// The nodes of runs that stand for one that would take too long to time; squares, since some lattices need that.
const SMALL: [u32; 3] = [4096, 1024, 256];
/// Runs that take more bytes than this are not timed.
const MOST_MEMORY: u64 = 64 << 20;
/// From so many nodes on their states do not fit into caches.
const CACHED: f64 = (1 << 17) as f64;

/// How long the runs of a scenario will take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Estimate {
    /// Seconds on one thread.
    pub(crate) alone: f64,
    /// Whether it may well be more: a target decides on the number of runs, or none that was timed came to its end.
    pub(crate) at_least: bool,
}

impl Estimate {
    /// Of all runs of `scenario`, from what some take in a quarter of a second; `None` if none could be timed.
    pub(crate) fn of(scenario: &Scenario, halt: &AtomicBool) -> Option<Self> {
        Calibration::new(scenario, CALIBRATION, halt).estimate(scenario)
    }

    /// Seconds on so many threads.
    pub(crate) fn seconds(&self, threads: usize) -> f64 {
        self.alone / threads.max(1) as f64
    }

    /// `about 40 s on 2 threads`
    pub(crate) fn text(&self, threads: usize) -> String {
        let time = match self.seconds(threads) {
            // Of what may take longer nobody knows that it is short.
            seconds if self.at_least && seconds < 1.0 => format!("at least {:.1} s", seconds.max(0.1)),
            seconds if self.at_least => duration(seconds).replace("about", "at least"),
            seconds => duration(seconds),
        };
        format!("{time} on {}", plural(threads as u64, "thread"))
    }
}

/// What to say before work that takes long.
pub(crate) fn of_long_work(scenario: &Scenario, threads: usize, halt: &AtomicBool) -> Option<String> {
    let much = scenario.points.iter().try_fold(0.0, |sum: f64, point| {
        let sum = sum + work(&point.settings) * scenario.fewest() as f64;
        if sum < MUCH { Ok(sum) } else { Err(()) }
    });
    much.err()?;
    let estimate = Calibration::new(scenario, BRIEFLY, halt).estimate(scenario)?;
    (estimate.seconds(threads) >= LONG).then(|| format!("this takes {}", estimate.text(threads)))
}

/// A time with no more digits than an estimate bears.
pub(crate) fn duration(seconds: f64) -> String {
    let to = |number: f64, step: f64| ((number / step).round() * step).max(step);
    match seconds {
        ..1.0 => "less than 1 s".to_owned(),
        ..10.0 => format!("about {:.0} s", to(seconds, 1.0)),
        ..55.0 => format!("about {:.0} s", to(seconds, 10.0)),
        ..570.0 => format!("about {:.0} min", to(seconds / 60.0, 1.0)),
        ..3300.0 => format!("about {:.0} min", to(seconds / 60.0, 10.0)),
        ..172_800.0 => format!("about {:.0} h", to(seconds / 3600.0, 1.0)),
        _ => format!("about {:.0} days", to(seconds / 86_400.0, 1.0)),
    }
}

/// How much work a run is, by its conversations, and by the graph if it draws one of its own.
fn work(settings: &Settings) -> f64 {
    let network = &settings.network;
    let drawn = match network.topology.drawing() {
        Drawing::PerReplicate => network.topology.ends(network.nodes),
        Drawing::None | Drawing::Once => 0,
    };
    plan::effort(settings) as f64 + drawn as f64
}

/// A run that was timed: its work, and its seconds.
#[derive(Clone, Copy, Debug)]
struct Timed {
    work: f64,
    seconds: f64,
}

/// Points that differ in their size alone, the smallest first, with their work.
type Group = Vec<(f64, Point)>;

/// Some runs of a scenario, timed.
struct Calibration<'a> {
    groups: Vec<(Group, Vec<Timed>)>,
    workspace: Workspace,
    until: Instant,
    halt: &'a AtomicBool,
    /// Seconds that a unit of work takes, by all that was timed.
    rate: f64,
    cut_off: bool,
}

impl<'a> Calibration<'a> {
    fn new(scenario: &Scenario, patience: Duration, halt: &'a AtomicBool) -> Self {
        let mut groups: BTreeMap<String, Group> = BTreeMap::new();
        let step = scenario.points.len().div_ceil(MOST_POINTS).max(1);
        for point in scenario.points.iter().step_by(step) {
            let swept: Vec<_> = point.swept().into_iter().filter(|(path, _)| path != "network.nodes").collect();
            groups.entry(format!("{swept:?}")).or_default().push((work(&point.settings), point));
        }
        let mut groups: Vec<Group> = groups.into_values().collect();
        groups.iter_mut().for_each(|group| group.sort_by(|one, other| one.0.total_cmp(&other.0)));
        // Those that decide most come first, should there be no time for all.
        groups.sort_by(|one, other| total(other).total_cmp(&total(one)));
        let groups = groups.into_iter().map(|group| (group, Vec::new())).collect();
        let (workspace, until) = (Workspace::default(), Instant::now() + patience);
        let mut calibration = Calibration { groups, workspace, until, halt, rate: GUESS, cut_off: false };
        calibration.time_all();
        calibration
    }

    /// Seconds that are left.
    fn left(&self) -> f64 {
        if self.halt.load(Ordering::Relaxed) {
            return 0.0;
        }
        self.until.saturating_duration_since(Instant::now()).as_secs_f64()
    }

    /// Times runs of every group, as time allows: the smallest, and then the largest that the group's share has room for.
    fn time_all(&mut self) {
        for number in 0..self.groups.len() {
            let share = self.left() / (self.groups.len() - number) as f64;
            if self.left() <= 0.0 {
                break;
            }
            let began = Instant::now();
            let smallest = self.groups[number].0[0].clone();
            self.time(number, &smallest, share);
            let rest = share - began.elapsed().as_secs_f64();
            let fits = self.groups[number].0.iter().rev().find(|(work, _)| work * self.rate * 2.0 < rest).cloned();
            // More than one run of it, since runs differ.
            while let Some(point) = &fits {
                let left = share - began.elapsed().as_secs_f64();
                if point.0 * self.rate * 1.5 > left || self.groups[number].1.len() > 40 || self.left() <= 0.0 {
                    break;
                }
                let before = self.groups[number].1.len();
                self.time(number, point, left);
                if self.groups[number].1.len() == before {
                    break;
                }
            }
        }
    }

    /// Times a run of `point`, or of one like it with fewer nodes, for at most so many seconds.
    fn time(&mut self, number: usize, (work_of_run, point): &(f64, Point), most: f64) {
        let (mut point, mut work_of_run) = (point.clone(), *work_of_run);
        if work_of_run * self.rate > most {
            let small = || SMALL.iter().filter_map(|&nodes| smaller(&point, nodes));
            match small().find(|small| work(&small.settings) * self.rate <= most).or_else(|| small().next_back()) {
                Some(small) => (work_of_run, point) = (work(&small.settings), small),
                // Drawing a graph cannot be broken off.
                None if point.settings.network.topology.drawing() != Drawing::None => return,
                None => {}
            }
        }
        if plan::memory(&point.settings) > MOST_MEMORY {
            return;
        }
        let began = Instant::now();
        let limit = (most * 2.0).max(0.1).min(self.left() + 0.05);
        let halt = self.halt;
        let keep_going = || began.elapsed().as_secs_f64() < limit && !halt.load(Ordering::Relaxed);
        // Each run another replicate: some draw much longer ones than others.
        let replicate = self.groups[number].1.len() as u64;
        let Ok(ended) = memory::catch(|| self.workspace.run(&point, replicate, &keep_going)) else { return };
        let mut seconds = began.elapsed().as_secs_f64();
        if let Err(fault) = ended {
            // Broken off: scaled to the rounds that theory expects, or a rumor on a complete graph needs.
            self.cut_off = true;
            let Fault::Interrupted(at) = fault else { return };
            let rounds = at.nanos() as f64 / point.settings.gossip.interval.nanos() as f64;
            let nodes = f64::from(point.settings.network.nodes);
            let expected = plan::prediction(&point.settings).map_or(2.0 * libm::log2(nodes) + 8.0, |said| said.rounds);
            // Of what was broken off at once nobody knows how far it had come.
            seconds *= (expected / rounds.max(1e-9)).max(1.0);
        }
        self.groups[number].1.push(Timed { work: work_of_run, seconds });
        let all = || self.groups.iter().flat_map(|(_, timed)| timed);
        self.rate = all().map(|run| run.seconds).sum::<f64>() / all().map(|run| run.work).sum::<f64>().max(1.0);
    }

    fn estimate(&self, scenario: &Scenario) -> Option<Estimate> {
        if self.groups.iter().all(|(_, timed)| timed.is_empty()) {
            return None;
        }
        let runs = scenario.fewest() as f64;
        let of_group = |(points, timed): &(Group, Vec<Timed>)| -> f64 {
            points.iter().map(|(work, point)| self.seconds(*work, &point.settings, timed)).sum()
        };
        let looked_at: usize = self.groups.iter().map(|(points, _)| points.len()).sum();
        let all = scenario.points.len() as f64 / looked_at.max(1) as f64;
        let alone = self.groups.iter().map(of_group).sum::<f64>() * all * runs;
        Some(Estimate { alone, at_least: scenario.precision.is_some() || self.cut_off })
    }

    /// What a run with this work takes, by the runs of its group that were timed.
    fn seconds(&self, work: f64, settings: &Settings, timed: &[Timed]) -> f64 {
        let far = libm::log2(f64::from(settings.network.nodes) / CACHED).max(0.0);
        let slower = (1.0 + 0.12 * far).min(1.8);
        let Some(first) = timed.first() else { return work * self.rate * slower };
        let rest: Vec<&Timed> = timed.iter().filter(|run| run.work > first.work).collect();
        if rest.is_empty() {
            let mean = timed.iter().map(|run| run.seconds).sum::<f64>() / timed.len() as f64;
            return mean * work / first.work * if work > first.work { slower } else { 1.0 };
        }
        let count = rest.len() as f64;
        let most = rest.iter().map(|run| run.work).sum::<f64>() / count;
        let took = rest.iter().map(|run| run.seconds).sum::<f64>() / count;
        // Between two sizes, and beyond them, by the power of the work that they show: where rounds grow faster than
        // log n, as on a ring, it is above 1.
        let power = libm::log(took / first.seconds.max(1e-7)) / libm::log(most / first.work);
        let power = if work > most { power.clamp(1.0, 2.0) } else { power.clamp(0.2, 2.0) };
        took * libm::pow(work / most, power) * if work > most { slower } else { 1.0 }
    }
}

fn total(group: &Group) -> f64 {
    group.iter().map(|(work, _)| work).sum()
}

/// The same point with so many nodes instead of more, if its graph, its origin and its events allow that.
fn smaller(point: &Point, nodes: u32) -> Option<Point> {
    let network = &point.settings.network;
    let free =
        point.settings.faults.is_empty() && point.settings.origin() == Origin::Random && point.settings.origins() == 1;
    if !free || network.nodes <= nodes || network.topology.names().is_some() || network.topology.check(nodes).is_err() {
        return None;
    }
    let mut small = point.clone();
    let network = NetworkSettings { nodes, ..(**network).clone() };
    small.settings.network = Arc::new(network);
    (small.settings.gossip.fanout < nodes).then_some(small)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Overrides, Source, read};

    fn scenario(text: &str) -> Scenario {
        read(Source::text("demo.toml", text), &Overrides::default()).unwrap_or_else(|problems| panic!("{problems}"))
    }

    #[test]
    fn a_time_is_told_coarsely() {
        let told = [0.2, 1.4, 9.4, 12.0, 44.0, 58.0, 130.0, 700.0, 4000.0, 200_000.0].map(duration);
        let expected = [
            "less than 1 s",
            "about 1 s",
            "about 9 s",
            "about 10 s",
            "about 40 s",
            "about 1 min",
            "about 2 min",
            "about 10 min",
            "about 1 h",
            "about 2 days",
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn what_is_small_is_timed_as_it_is_and_what_is_large_is_scaled() {
        let halt = AtomicBool::new(false);
        let of = |nodes: &str, replicates: u64| {
            let gossip = "[gossip]\nstrategy = \"push\"\n[sweep]\n";
            let text = format!("replicates = {replicates}\n[network]\n{gossip}\"network.nodes\" = {nodes}\n");
            Estimate::of(&scenario(&text), &halt).expect("it was timed")
        };
        let (small, large) = (of("[64, 128]", 10), of("[1_000_000, 10_000_000]", 10));
        assert!(small.alone > 0.0 && small.seconds(2) < 1.0 && !small.at_least, "{small:?}");
        // A run of ten million nodes is at least a few seconds of work on any machine.
        assert!(large.alone > 5.0 && large.seconds(4) * 4.0 == large.alone, "{large:?}");
        // Nothing large is run: of 10^8 nodes a smaller network is timed.
        assert!(of("[100_000_000]", 10).alone > 5.0);
    }

    #[test]
    fn runs_that_never_end_are_told_of_with_care() {
        let halt = AtomicBool::new(false);
        let endless = "replicates = 2\n[network]\nnodes = 2000\nloss = 1\n[gossip]\nstrategy = \"pull\"\n\
                       [stop]\nmax_rounds = 1_000_000\n";
        assert!(Estimate::of(&scenario(endless), &halt).expect("an estimate").at_least);
        halt.store(true, Ordering::Relaxed);
        assert_eq!(Estimate::of(&scenario(endless), &halt), None, "a signal came");
    }

    #[test]
    fn rounds_without_end_are_broken_off_in_time_and_told_of_with_care() {
        for workload in [
            "kind = \"detector\"\ncheck_every = \"1ns\"",
            "kind = \"detector\"\ndetector = \"phi\"\ncheck_every = \"2ns\"\nduring = \"10min\"",
            "kind = \"counter\"\nevery = \"1ns\"\nduring = \"60s\"",
        ] {
            let text = format!(
                "replicates = 2\n[network]\nnodes = 64\n[gossip]\nstrategy = \"push\"\nphase = \"random\"\n[workload]\n{workload}\n"
            );
            let (scenario, began) = (scenario(&text), Instant::now());
            let estimate = Estimate::of(&scenario, &AtomicBool::new(false)).expect("an estimate");
            // A quarter of a second is given, and other work goes on beside it.
            assert!(began.elapsed().as_secs() < 10, "{workload}: {:?}", began.elapsed());
            assert!(estimate.at_least && estimate.alone > 60.0, "{workload}: {estimate:?}");
        }
    }
}
