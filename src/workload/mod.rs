//! Workloads: what nodes tell each other and what for. Each is a folder, and a line in the list below.

mod agreement;
pub mod announce;
mod arrivals;
pub mod average;
mod back_off;
pub mod broadcast;
pub mod counter;
mod details;
pub mod detection;
pub mod detector;
mod integral;
mod listed;
pub mod memberlist;
pub mod members;
pub mod membership;
pub mod mesh;
mod origins;
pub mod rumor;
pub mod rumors;
mod runner;
mod settings;
mod shares;
pub mod store;
mod strategy;
pub mod swim;
#[cfg(test)]
mod testing;
pub mod update_size;

pub use arrivals::Arrivals;
pub use back_off::{BackOff, NextAsk};
pub use listed::ListedNodes;
pub use origins::Origins;
pub use runner::{Measures, Runner, Sampling, Setup};
pub use settings::{Common, Workload};
pub use strategy::Strategy;
pub use update_size::{UpdateBytes, UpdateDraws, UpdateSize};

use std::path::Path;

use crate::catalog;
use crate::catalog::Incompatible;
use crate::key::Key;
use crate::random::Chance;
use crate::topology::Directory;

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

            /// Reads the files that it names: see [`Workload::load`].
            fn load(&self, folder: &Path) -> Result<(), (&'static Key, Incompatible)>;

            /// Whether the rest of the scenario has a meaning for it: see [`Workload::check`].
            fn check(&self, common: &Common) -> Result<(), Incompatible>;
        }

        impl WorkloadSpec {
            /// The keys of every workload, by its name.
            pub const KEYS: &'static [(&'static str, &'static [Key])] =
                &[$( ($name, <$Settings as Workload>::KEYS) ),+];

            /// The keys of `[gossip]` that every workload uses, by its name.
            pub const USES: &'static [(&'static str, &'static [&'static str])] =
                &[$( ($name, <$Settings as Workload>::USES) ),+];

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
            pub fn located(&self, nodes: &Directory) -> Result<Self, Incompatible> {
                match self {
                    $( Self::$Member(settings) => settings.located(nodes).map(Self::$Member) ),+
                }
            }
        }
    };
}

workloads! {
    "rumor" => Rumor(rumor::Rumor),
    "rumors" => Rumors(rumors::RumorsSettings),
    "average" => Average(average::Average),
    "counter" => Counter(counter::CounterSettings),
    "membership" => Membership(membership::MembershipSettings),
    "store" => Store(store::StoreSettings),
    "swim" => Swim(swim::SwimSettings),
    "memberlist" => Memberlist(memberlist::MemberlistSettings),
    "detector" => Detector(detector::DetectorSettings),
    "mesh" => Mesh(mesh::MeshSettings),
    "announce" => Announce(announce::AnnounceSettings),
}

impl WorkloadSpec {
    /// The settings of the rumor, if that is what is told.
    pub fn rumor(&self) -> Option<&rumor::Rumor> {
        match self {
            WorkloadSpec::Rumor(settings) => Some(settings),
            _ => None,
        }
    }

    /// The kinds of messages of a broadcast, if that is what it is.
    pub fn broadcast(&self) -> Option<broadcast::Kinds> {
        match self {
            WorkloadSpec::Mesh(_) => Some(mesh::KINDS),
            WorkloadSpec::Announce(_) => Some(announce::KINDS),
            _ => None,
        }
    }

    /// The settings of the failure detector by heartbeats, if that is what it is.
    pub fn detector(&self) -> Option<&detector::DetectorSettings> {
        match self {
            WorkloadSpec::Detector(settings) => Some(settings),
            _ => None,
        }
    }
}
