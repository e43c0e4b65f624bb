//! Nodes in a random order, by a draw for each: a larger share of them, from the first on, holds all that a smaller one does.

/// The nodes in the order of their draws.
pub(super) fn ranked<N: Copy + Ord>(nodes: impl Iterator<Item = N>, draw: impl Fn(N) -> u64) -> Vec<N> {
    let mut ranked: Vec<(u64, N)> = nodes.map(|node| (draw(node), node)).collect();
    ranked.sort_unstable();
    ranked.into_iter().map(|(_, node)| node).collect()
}
