//! How links come into meshes and go out of them at the word of the other end.

use super::message::Message;
use super::node::Node;
use super::protocol::Mesh;
use crate::engine::Context;
use crate::units::NodeId;

impl Mesh {
    /// `from` takes its link into its mesh: so does the node, or refuses it.
    pub(super) fn grafted(&self, node: &mut Node, from: NodeId, topic: u16, context: &mut Context<'_, Self>) {
        let Some(mesh) = node.mesh_mut(topic) else { return };
        if mesh.has(from) {
            return;
        }
        let degree = mesh.degree();
        let full = self.settings.refuse_grafts && degree >= self.settings.d_high as usize;
        if full || mesh.backs_off(from, context.now) {
            self.back_off(mesh, from, context);
            context.send(from, Message::Prune { topic });
            return;
        }
        mesh.peers.push(from);
        context.counts.mesh_changed(degree, degree + 1);
    }

    /// `from` is new, or back: a node that has links to it, which it did not notice break, takes them in again.
    pub(super) fn greet(node: &Node, from: NodeId, context: &mut Context<'_, Self>) {
        for mesh in node.links.iter().filter(|links| links.is_mesh() && links.has(from)) {
            context.send(from, Message::Graft { topic: mesh.topic });
        }
    }

    /// `from` takes its link out.
    pub(super) fn pruned(&self, node: &mut Node, from: NodeId, topic: u16, context: &mut Context<'_, Self>) {
        let Some(mesh) = node.mesh_mut(topic) else { return };
        let degree = mesh.degree();
        if mesh.remove(from) {
            context.counts.mesh_changed(degree, degree - 1);
        }
        self.back_off(mesh, from, context);
    }
}
