//! The rumor: one update, injected at one node just before time 0.

mod settings;

pub use settings::{Origin, Rumor, WrittenOrigin};
