//! The partial views that nodes keep in a run, where they do.

use std::sync::Arc;

use crate::overlay::Overlay;
use crate::random::Chance;
use crate::settings::Settings;
use crate::time::Span;
use crate::topology::SharedGraph;

/// The partial views that nodes have at the start of a run, where they keep such. Those that are the same for all replicates
/// are drawn once for a `shared` graph.
pub(super) fn overlay(settings: &Settings, chance: &Chance, shared: Option<&SharedGraph>) -> Option<Overlay> {
    let rule = settings.gossip.peers.views()?;
    let nodes = settings.all_nodes();
    if !rule.is_fixed() {
        return Some(Overlay::drawn(nodes, rule, chance));
    }
    let first = || Overlay::drawn(nodes, rule, &Chance { replicate: 0, ..*chance });
    let views = shared.map_or_else(|| Arc::new(first()), |shared| shared.beside(first));
    Some(views.for_run(chance))
}

/// How often nodes bring their lists of neighbours up to date, if they do.
pub(super) fn renewal(settings: &Settings) -> Option<Span> {
    settings.gossip.peers.views()?.every(settings.gossip.interval)
}
