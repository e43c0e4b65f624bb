//! Broadcast over meshes: gossipsub, in which nodes push messages along the few links of a mesh that they keep up by
//! grafts and prunes, and announce them beside it.

mod columns;
mod control;
mod counts;
mod heartbeat;
mod history;
mod links;
mod message;
mod node;
mod protocol;
mod publications;
mod relay;
mod settings;
#[cfg(test)]
mod tests;
mod workload;

pub use columns::Measured;
pub use counts::Counts;
pub use history::{Cached, History};
pub use links::{Links, Membership};
pub use message::{KINDS, Message, MessageKind, Payload};
pub use node::Node;
pub use protocol::{Mesh, Received, Timer};
pub use publications::Publication;
pub use settings::MeshSettings;
