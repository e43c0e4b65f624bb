//! The graph that a run is on, and its pieces.

use super::record::Split;
use super::views;
use crate::catalog::Incompatible;
use crate::random::Purpose;
use crate::settings::Point;
use crate::topology::components::{self, EdgeDirection};
use crate::topology::{Drawing, Graph, OnGraph, SharedGraph};
use crate::units::NodeId;

/// Does `work` on the graph that replicate `replicate` of `point` runs on; where nodes keep partial views, on those that they
/// begin with.
///
/// # Errors
/// A [`Incompatible`] if none of many graphs is connected, as the settings of its topology demand.
pub fn on_graph<W: OnGraph>(point: &Point, replicate: u64, work: W) -> Result<W::Output, Incompatible> {
    let settings = &point.settings;
    let chance = point.chance(replicate);
    match views::overlay(settings, &chance, None) {
        Some(overlay) => Ok(overlay.accept(work)),
        None => on_shared_graph(point, replicate, None, work),
    }
}

/// The same, on the graph that is in the place of a `shared` one, if there is such a place.
pub(super) fn on_shared_graph<W: OnGraph>(
    point: &Point,
    replicate: u64,
    shared: Option<&SharedGraph>,
    work: W,
) -> Result<W::Output, Incompatible> {
    let network = &point.settings.network;
    let replicate = match network.topology.drawing() {
        Drawing::Once => 0,
        Drawing::None | Drawing::PerReplicate => replicate,
    };
    let chance = point.chance(replicate);
    let stream = &mut chance.stream(Purpose::Topology);
    network.topology.on_shared_graph(point.settings.all_nodes(), stream, shared, work)
}

/// The pieces of a graph that is not in one, or whose direction keeps updates of `origins` from some.
pub(super) fn pieces<G: Graph>(graph: &G, origins: &[NodeId], flow: EdgeDirection) -> Option<Split> {
    if graph.connected() {
        return None;
    }
    let (sizes, reachable) = match graph.directed() {
        true => components::directed_sizes_and_reach(graph, origins, flow),
        false => components::sizes_and_reach(graph, origins),
    };
    (sizes.len() > 1 || reachable < graph.nodes()).then(|| Split { sizes, reachable: reachable.into() })
}
