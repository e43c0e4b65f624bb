//! Meshes: exact counts.
