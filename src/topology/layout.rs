//! How a graph is best laid out on a plane, for pictures of it.

/// Where the nodes of a graph lie in pictures, as far as the way it is made says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Layout {
    /// On a circle, in order.
    Circle,
    /// In a row, in order.
    Row,
    /// Node 0 in the middle of the others.
    Star,
    /// At the crossings of a lattice with so many places along each axis, of which the last varies fastest; whether
    /// opposite borders are joined.
    Lattice {
        /// Places along each axis.
        sides: Vec<u32>,
        /// Whether opposite borders are joined.
        joined: bool,
    },
    /// Level by level, numbered like a heap, with so many children of each node.
    Tree {
        /// Children of a node.
        arity: u32,
    },
    /// At the corners of a cube, whose coordinates are the bits of the nodes' numbers.
    Hypercube,
    /// Anywhere: edges say who is near whom.
    Free,
}
