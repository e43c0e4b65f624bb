//! What the settings of every workload answer: which keys are theirs, what a run takes, and who runs it.

use std::path::Path;

use super::back_off::BackOff;
use super::runner::{Measures, Runner};
use super::strategy::Strategy;
use crate::catalog::Incompatible;
use crate::clock::Phase;
use crate::key::Key;
use crate::random::Chance;
use crate::time::Span;
use crate::topology::Directory;

/// The settings of a workload: which keys are its own, and which of the others it goes by.
pub trait Workload: Clone {
    /// The keys of `[gossip]` that mean something for it, by their names there; no other may be written.
    const USES: &'static [&'static str];

    /// Its own keys in `[workload]`, besides `kind`.
    const KEYS: &'static [Key];

    /// What has come about when a run has converged, as it stands after "rounds until".
    const GOAL: &'static str;

    /// See [`Workload::GOAL`].
    fn goal(&self) -> &'static str {
        Self::GOAL
    }

    /// See [`Workload::USES`].
    fn uses(&self) -> &'static [&'static str] {
        Self::USES
    }

    /// See [`Workload::KEYS`].
    fn keys(&self) -> &'static [Key] {
        Self::KEYS
    }

    /// Whether it speaks of nodes, which have to be found among `nodes`.
    fn names_nodes(&self) -> bool {
        false
    }

    /// Bytes that the states of `nodes` nodes take, and what is in messages, beside the events that they are: of the
    /// `calls` that they make in a turn of each, and of those that are `in_flight` for a while.
    fn memory(&self, _nodes: u32, _calls: u64, _in_flight: u64) -> u64 {
        0
    }

    /// What is measured of its runs, besides what is of every run.
    fn measures() -> Measures {
        Measures::default()
    }

    /// Whether the rest of the scenario has a meaning for it.
    ///
    /// # Errors
    /// It has not: why, and what would have.
    fn check(&self, _common: &Common) -> Result<(), Incompatible> {
        Ok(())
    }

    /// Has its protocol run by `runner`, where it draws from `chance`. `None` for the rumor alone, whose loops are
    /// compiled for each graph.
    fn run_by<R: Runner>(&self, _common: &Common, _chance: &Chance, _runner: R) -> Option<R::Output> {
        None
    }

    /// Reads the files that it names, relative to `folder`, once for all clones.
    ///
    /// # Errors
    /// One cannot be read, or holds something else: the key that names it, and why.
    fn load(&self, _folder: &Path) -> Result<(), (&'static Key, Incompatible)> {
        Ok(())
    }

    /// The same with the nodes that it speaks of, found among `nodes`.
    ///
    /// # Errors
    /// There is no such node.
    fn located(&self, _nodes: &Directory) -> Result<Self, Incompatible> {
        Ok(self.clone())
    }
}

/// What all workloads go by: who there is, when nodes wake, whom they contact.
#[derive(Clone, Debug)]
pub struct Common {
    /// Nodes that are there at the start.
    pub nodes: u32,
    /// Who tells whom.
    pub strategy: Strategy,
    /// Peers that a node contacts in a turn.
    pub fanout: u32,
    /// The time between two turns of a node.
    pub interval: Span,
    /// How the turns of different nodes lie to each other.
    pub phase: Phase,
    /// How often nodes ask that hear nothing new.
    pub back_off: BackOff,
    /// Whether every node can reach every other directly.
    pub complete: bool,
}

impl Common {
    /// Whether every node can reach every other directly, as it must where the problem would be `problem`.
    ///
    /// # Errors
    /// It cannot.
    pub(super) fn check_complete(&self, problem: &str) -> Result<(), Incompatible> {
        if self.complete { Ok(()) } else { Err(Incompatible::whole(problem, "network.topology = \"complete\"")) }
    }
}
