//! Workloads: what nodes tell each other and what for. Each is a folder, and a line in the list below.

pub mod average;
pub mod counter;
pub mod rumor;
mod runner;
mod strategy;

pub use runner::{Measures, Runner, Sampling, Setup};
pub use strategy::Strategy;

use crate::catalog;
use crate::catalog::Misfit;
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

    /// Itself, if it is the rumor.
    fn rumor(&self) -> Option<&rumor::Rumor> {
        None
    }

    /// What is measured of its runs, besides what is of every run.
    fn measures() -> Measures {
        Measures::default()
    }

    /// Whether the rest of the scenario has a meaning for it.
    ///
    /// # Errors
    /// It has not: why, and what would have.
    fn check(&self, _common: &Common) -> Result<(), Misfit> {
        Ok(())
    }

    /// Has its protocol run by `runner`, where it draws from `chance`. `None` for the rumor alone, whose loops are
    /// compiled for each graph.
    fn run_by<R: Runner>(&self, _common: &Common, _chance: &Chance, _runner: R) -> Option<R::Output> {
        None
    }

    /// The same with the nodes that it speaks of, found among `nodes`.
    ///
    /// # Errors
    /// There is no such node.
    fn located(&self, _nodes: &Directory) -> Result<Self, Misfit> {
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
}

/// Declares the workloads: a catalog of their settings, and what goes by all of them.
macro_rules! workloads {
    ($( $name:literal => $Member:ident($Settings:path) ),+ $(,)?) => {
        catalog! {
            /// What nodes tell each other and what for.
            pub enum WorkloadSpec = "workload" {
                $( $name => $Member($Settings) ),+
            }

            /// The keys of `[gossip]` that mean something for it: see [`Workload::USES`].
            fn uses(&self) -> &'static [&'static str];

            /// Its own keys, besides `kind`: see [`Workload::KEYS`].
            fn keys(&self) -> &'static [Key];

            /// What has come about when a run has converged: see [`Workload::GOAL`].
            fn goal(&self) -> &'static str;

            /// Whether it speaks of nodes: see [`Workload::names_nodes`].
            fn names_nodes(&self) -> bool;

            /// Bytes that states take: see [`Workload::memory`].
            fn memory(&self, nodes: u32, calls: u64, in_flight: u64) -> u64;

            /// The settings of the rumor, if that is what is told.
            fn rumor(&self) -> Option<&rumor::Rumor>;

            /// Whether the rest of the scenario has a meaning for it: see [`Workload::check`].
            fn check(&self, common: &Common) -> Result<(), Misfit>;
        }

        impl WorkloadSpec {
            /// The keys of every workload, by its name.
            pub const KEYS: &'static [(&'static str, &'static [Key])] =
                &[$( ($name, <$Settings as Workload>::KEYS) ),+];

            /// What has come about when a run of every workload has converged, by its name: see [`Workload::GOAL`].
            pub const GOALS: &'static [(&'static str, &'static str)] =
                &[$( ($name, <$Settings as Workload>::GOAL) ),+];

            /// What is measured of every workload, by its name.
            pub const MEASURES: &'static [(&'static str, fn() -> Measures)] =
                &[$( ($name, <$Settings as Workload>::measures) ),+];

            /// Has the protocol run by `runner`: see [`Workload::run_by`].
            pub fn run_by<R: Runner>(&self, common: &Common, chance: &Chance, runner: R) -> Option<R::Output> {
                match self {
                    $( Self::$Member(settings) => settings.run_by(common, chance, runner) ),+
                }
            }

            /// The same with the nodes that it speaks of, found among `nodes`.
            ///
            /// # Errors
            /// There is no such node.
            pub fn located(&self, nodes: &Directory) -> Result<Self, Misfit> {
                match self {
                    $( Self::$Member(settings) => settings.located(nodes).map(Self::$Member) ),+
                }
            }
        }
    };
}

workloads! {
    "rumor" => Rumor(rumor::Rumor),
    "average" => Average(average::Average),
    "counter" => Counter(counter::CounterSettings),
}
