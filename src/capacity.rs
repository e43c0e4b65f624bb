//! Whether the runs of a scenario fit into the memory of this machine, and on how many threads.

use crate::machine::{self, Free};
use crate::plan;
use crate::scenario::Scenario;
use crate::settings::Point;

/// The threads a scenario will run on, and the bytes they will need together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capacity {
    /// Runs at once.
    pub threads: usize,
    /// Bytes at the height of the largest runs.
    pub memory: u64,
}

/// What runs of a point take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RunMemory {
    /// Number of the point.
    pub point: u32,
    /// Its number of nodes.
    pub nodes: u32,
    /// Bytes that one run takes at its height.
    pub bytes: u64,
}

impl RunMemory {
    /// What runs of `point` take.
    pub fn of(point: &Point) -> Self {
        RunMemory { point: point.index, nodes: point.settings.network.nodes, bytes: plan::memory(&point.settings) }
    }
}

/// What runs of each point take, in the order of the points.
pub fn needs(scenario: &Scenario) -> impl Iterator<Item = RunMemory> {
    scenario.points.iter().map(|point| RunMemory::of(&point))
}

/// What the program itself takes, without charts.
const PROGRAM: u64 = 24 << 20;

/// What it takes to draw a chart: a page of pixels four times as fine as it is shown, to each side.
const CHARTS: u64 = 56 << 20;

/// What a row of `runs.csv` takes, packed.
const ROW_OF_RUN: u64 = 100;
/// What the rows of a point in the other tables take.
const ROWS_OF_POINT: u64 = 4 << 10;

/// Bytes of the tables of results, which stay in memory until all runs are done.
pub fn tables(scenario: &Scenario) -> u64 {
    let points = scenario.points.len() as u64;
    // Where a target decides, there are at least so many.
    let runs = scenario.fewest().saturating_mul(points);
    runs.saturating_mul(ROW_OF_RUN).saturating_add(points.saturating_mul(ROWS_OF_POINT))
}

/// Bytes that must be free beside those of runs, with or without charts.
pub const fn base(charts: bool) -> u64 {
    if charts { PROGRAM + CHARTS } else { PROGRAM }
}

/// Bytes that must be free beside the runs of `scenario`, with or without charts as PNG.
pub fn beside_runs(scenario: &Scenario, charts: bool) -> u64 {
    base(charts).saturating_add(tables(scenario))
}

/// How many of `wanted` threads the memory of this machine has room for, `beside` so many bytes.
///
/// # Errors
/// Not even one run fits, and it is not forced: how much it needs and how much there is. Or something happens that no
/// run can simulate yet.
pub fn capacity(scenario: &Scenario, wanted: usize, beside: u64, force: bool) -> Result<Capacity, String> {
    let largest = needs(scenario).max_by_key(|need| need.bytes);
    room_for(scenario, largest.unwrap_or_default(), wanted, beside, force)
}

/// The same, where it is known what the `largest` run takes.
///
/// # Errors
/// See [`capacity`].
pub fn room_for(
    scenario: &Scenario,
    largest: RunMemory,
    wanted: usize,
    beside: u64,
    force: bool,
) -> Result<Capacity, String> {
    let one = largest.bytes.max(1);
    let free = machine::free().unwrap_or(Free { bytes: u64::MAX, address_space: None });
    let available = free.bytes.saturating_sub(beside);
    if one > available && !force {
        let point = largest.point;
        return Err(format!(
            "{}: too large for this machine: one run of configuration {point} takes about {} MB beside {} MB for the program \
             and what it writes, and {} MB are free; make it smaller, or try all the same with --force",
            scenario.name,
            one.div_ceil(1_000_000),
            beside.div_ceil(1_000_000),
            free.bytes / 1_000_000
        ));
    }
    let fitting = usize::try_from(available / one.saturating_add(free.thread())).unwrap_or(usize::MAX).max(1);
    let runs = usize::try_from(scenario.runs()).unwrap_or(usize::MAX).max(1);
    let threads = wanted.min(fitting).min(runs);
    Ok(Capacity { threads, memory: one.saturating_mul(threads as u64) })
}
