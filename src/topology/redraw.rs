//! Drawing a random graph again and again until it is in one piece.

use rand_chacha::ChaCha8Rng;

use super::{Graph, components};
use crate::catalog::Incompatible;
use crate::units::NodeId;

/// So many graphs are drawn before none is taken to be connected.
const TRIES: u32 = 1000;

/// Settings under which a graph is connected with less than this probability are refused: with so much, none of all
/// tries is connected in 2 of 10^9 cases.
const LEAST_SHARE: f64 = 20.0 / TRIES as f64;

/// The first connected one of the graphs that `draw` draws over `nodes` nodes. Try t reads number t of the streams of the
/// same ChaCha key, so that the first try is the graph that is drawn where nobody asks whether it is connected.
pub(super) fn until_connected<G: Graph>(
    nodes: u32,
    stream: &mut ChaCha8Rng,
    draw: impl Fn(&mut ChaCha8Rng) -> G,
) -> Result<G, Incompatible> {
    for attempt in 0..TRIES {
        stream.set_stream(attempt.into());
        stream.set_word_pos(0);
        let mut graph = draw(stream);
        if components::reach(&graph, NodeId::default()) == nodes {
            graph.mark_connected();
            return Ok(graph);
        }
    }
    Err(Incompatible::of(
        "connected",
        format!("none of {TRIES} graphs that were drawn over {nodes} nodes is connected"),
        "connected = false, or settings that join more nodes",
    ))
}

/// Refuses `connected = true` where it is hopeless: where a graph is connected with a probability of about `share`. The
/// rest is what to call such a graph, and what to raise to which value.
pub(super) fn check_hope(share: f64, graph: &str, raise: impl FnOnce() -> String) -> Result<(), Incompatible> {
    if share >= LEAST_SHARE {
        return Ok(());
    }
    let chance = if share > 0.0 { format!("about {share:.0e}") } else { "0".to_owned() };
    let problem = format!("{graph} is connected with a probability of {chance}, too little to draw until one is");
    Err(Incompatible::of("connected", problem, format!("{}, or connected = false", raise())))
}

/// The smallest value between `low`, whose `share` is too small, and `high` for which graphs are connected often enough
/// to be found, rounded up to a tenth; `share` must not fall.
pub(super) fn least(mut low: f64, mut high: f64, share: impl Fn(f64) -> f64) -> f64 {
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if share(middle) < LEAST_SHARE {
            low = middle;
        } else {
            high = middle;
        }
    }
    libm::ceil(high * 10.0) / 10.0
}
