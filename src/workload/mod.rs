//! Workloads: what nodes tell each other and what for. Each is a folder, and a line in the list below.

pub mod counter;
pub mod rumor;

use crate::catalog;
use crate::catalog::Misfit;
use crate::key::Key;
use crate::topology::Directory;

/// The settings of a workload: which keys are its own, and which of the others it goes by.
pub trait Workload: Clone {
    /// The keys of `[gossip]` that mean something for it, by their names there; no other may be written.
    const USES: &'static [&'static str];

    /// Its own keys in `[workload]`, besides `kind`.
    const KEYS: &'static [Key];

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

    /// The same with the nodes that it speaks of, found among `nodes`.
    ///
    /// # Errors
    /// There is no such node.
    fn located(&self, _nodes: &Directory) -> Result<Self, Misfit> {
        Ok(self.clone())
    }
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

            /// Whether it speaks of nodes: see [`Workload::names_nodes`].
            fn names_nodes(&self) -> bool;
        }

        impl WorkloadSpec {
            /// The keys of every workload, by its name.
            pub const KEYS: &'static [(&'static str, &'static [Key])] =
                &[$( ($name, <$Settings as Workload>::KEYS) ),+];

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
}

impl WorkloadSpec {
    /// The settings of the rumor, if that is what is told.
    pub fn rumor(&self) -> Option<&rumor::Rumor> {
        match self {
            WorkloadSpec::Rumor(rumor) => Some(rumor),
        }
    }
}
