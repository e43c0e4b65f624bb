//! What it takes of memory to draw a stored graph.

use super::components;
use super::csr::Csr;

/// Bytes at the height of building the graph of `ends` edge ends over `nodes` nodes from a list of edges that takes
/// `list` bytes, and of looking for its components once the list is gone.
pub(super) fn bytes(nodes: u32, ends: u64, list: u64) -> u64 {
    // Degrees are counted in 4 bytes, whatever the offsets take.
    let counted = if u32::try_from(ends).is_ok() { 0 } else { 4 * (u64::from(nodes) + 1) };
    Csr::bytes(nodes, ends) + (list + counted).max(components::bytes(nodes))
}
