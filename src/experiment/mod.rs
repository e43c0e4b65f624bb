//! Every point of a scenario, every replicate of a point: simulated in parallel, handed on in order.

mod crew;
mod design;
mod desk;
mod driver;
mod failure;
mod faults;
mod general;
mod graph;
mod record;
mod simulate;

pub use crew::Simulate;
pub use design::Design;
pub use desk::Desk;
pub use driver::{run_all, run_on, run_points};
pub use failure::{Failure, Fault};
pub use graph::on_graph;
pub use record::{Record, Split};

use crate::settings::Point;
use crate::workload::Workload;
use crate::workload::rumor::{Ending, RumorObserver};

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
    general::run(&general::Unlisted(workload), point, replicate, None, go_on)
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
