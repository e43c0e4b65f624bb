//! Every point of a scenario, every replicate of a point: simulated in parallel, handed on in order.

mod adversaries;
mod bandwidth_classes;
mod design;
mod driver;
mod failure;
mod faults;
mod general;
mod graph;
mod network_view;
mod ranking;
mod record;
mod simulate;
mod suspicion;
mod views;
mod workers;
mod workspace;

pub use design::Design;
pub use driver::{run_all, run_on, run_points};
pub use failure::{Failure, Fault};
pub use graph::on_graph;
pub use record::{Record, Split};
pub use suspicion::{Watched, default_pair, suspicion};
pub use workers::Simulate;
pub use workspace::{Workspace, flow};

use crate::engine::Conduct;
use crate::observe::{EventLog, EventRecorder};
use crate::settings::Point;
use crate::units::NodeId;
use crate::workload::Workload;
use crate::workload::rumor::{Ending, RumorObserver};

/// Runs replicate `replicate` of `point`; `keep_going` is asked at the end of each round, and within long ones, and a run it
/// breaks off is [`Fault::Interrupted`].
///
/// # Errors
/// See [`Fault`].
pub fn run(point: &Point, replicate: u64, keep_going: &dyn Fn() -> bool) -> Result<Record, Fault> {
    Workspace::default().run(point, replicate, keep_going)
}

/// Runs replicate `replicate` of `point` with another workload than its own: one that is no member of the list.
///
/// # Errors
/// See [`Fault`].
pub fn run_workload<W: Workload>(
    workload: &W,
    point: &Point,
    replicate: u64,
    keep_going: &dyn Fn() -> bool,
) -> Result<Record, Fault> {
    general::run(
        &general::Unregistered(workload),
        point,
        replicate,
        (&mut general::Remembered::default(), None),
        (keep_going, None),
    )
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
    Workspace::default().watch(point, replicate, observer)
}

/// A run with all that happened in it.
#[derive(Clone, Debug)]
pub struct Traced {
    /// What [`run`] gives.
    pub record: Record,
    /// All that happened.
    pub log: EventLog,
    /// Where the update started, of a rumor; else nowhere.
    pub origins: Vec<NodeId>,
    /// Who does not do its part.
    pub adversaries: Vec<(NodeId, Conduct)>,
}

/// Runs replicate `replicate` of `point` as [`run`] does, and keeps all that happens.
///
/// # Errors
/// See [`Fault`].
pub fn trace(point: &Point, replicate: u64, keep_going: &dyn Fn() -> bool) -> Result<Traced, Fault> {
    let (settings, rumor) = (&point.settings, point.settings.workload.rumor().is_some());
    let mut recorder = EventRecorder::new(rumor);
    let record = Workspace::default().run_recorded(point, replicate, keep_going, Some(&mut recorder))?;
    let chance = point.chance(replicate);
    let log = recorder.finish(record.ending.ended, settings.network.nodes);
    let origins = if rumor { workspace::origins(settings, &chance) } else { Vec::new() };
    let adversaries = adversaries::drawn(settings, &chance, &origins);
    Ok(Traced { record, log, origins, adversaries })
}
