//! The graph that partial views make, which changes cycle by cycle.

use std::sync::{PoisonError, RwLock};

use super::cyclon::{Present, cycle, order, start};
use super::views::Views;
use crate::peers::Cyclon;
use crate::random::{Chance, Field, Purpose};
use crate::topology::Graph;
use crate::units::NodeId;

/// Whom everybody knows, as a directed graph.
#[derive(Debug)]
pub struct Overlay {
    /// Read and written by the one thread that the run is on.
    views: RwLock<Growing>,
    order: Vec<u32>,
    shuffle: u32,
    draws: Field,
    /// Whether views change during a run.
    changes: bool,
}

/// Views, and how many cycles have made them.
#[derive(Clone, Debug)]
struct Growing {
    views: Views,
    cycles: u64,
}

impl Overlay {
    /// The views of `nodes` nodes after the cycles before a run, drawn by `chance`.
    pub fn drawn(nodes: u32, rule: &Cyclon, chance: &Chance) -> Self {
        let draws = chance.field(Purpose::Overlay);
        let (mut views, order) = (start(nodes, rule, &draws), order(nodes, &draws));
        let cycles = u64::from(rule.warm_up());
        let present = Present { is_up: &|_| true, answers: &|_, _| true };
        (1..=cycles).for_each(|number| cycle(&mut views, &order, rule.shuffle(), (&draws, number), &present));
        let views = RwLock::new(Growing { views, cycles });
        Overlay { views, order, shuffle: rule.shuffle(), draws, changes: rule.shuffles() }
    }

    /// The same views, for a run that goes on by `chance`.
    pub fn for_run(&self, chance: &Chance) -> Self {
        let views = RwLock::new(self.look(Growing::clone));
        Overlay { views, order: self.order.clone(), draws: chance.field(Purpose::Overlay), ..*self }
    }

    fn look<T>(&self, at: impl FnOnce(&Growing) -> T) -> T {
        at(&self.views.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Graph for Overlay {
    fn nodes(&self) -> u32 {
        self.look(|growing| growing.views.nodes())
    }

    fn degree(&self, node: NodeId) -> u32 {
        self.look(|growing| growing.views.len(node.index()) as u32)
    }

    fn neighbor(&self, node: NodeId, index: u32) -> NodeId {
        NodeId::new(self.look(|growing| growing.views.of(node.index())[index as usize]))
    }

    /// Where views change, whoever cannot be reached now may be later.
    fn connected(&self) -> bool {
        self.changes
    }

    fn directed(&self) -> bool {
        true
    }

    fn renew(&self, is_up: &dyn Fn(NodeId) -> bool, answers: &dyn Fn(NodeId, NodeId) -> bool) {
        let mut growing = self.views.write().unwrap_or_else(PoisonError::into_inner);
        growing.cycles += 1;
        let (number, present) = (growing.cycles, Present { is_up, answers });
        cycle(&mut growing.views, &self.order, self.shuffle, (&self.draws, number), &present);
    }
}
