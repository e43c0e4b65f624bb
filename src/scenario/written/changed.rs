//! The sections of a point, and in which of them it may differ from the one before it.

/// The sections of a point, in the order in which they are read: each may go by what those before it say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    Network,
    Gossip,
    Workload,
    Adversaries,
    Stop,
    Event,
    /// What stands in none of them.
    Top,
}

/// The sections in which a point may differ from the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Changed(u8);

impl Changed {
    pub(crate) const ALL: Self = Changed(u8::MAX);
    pub(super) const NONE: Self = Changed(0);

    pub(crate) fn has(self, section: Section) -> bool {
        self.0 & 1 << section as u8 != 0
    }

    pub(super) fn with(self, section: Section) -> Self {
        Changed(self.0 | 1 << section as u8)
    }

    pub(super) fn and(self, other: Self) -> Self {
        Changed(self.0 | other.0)
    }
}

impl Section {
    /// The section that the dotted `path` leads into.
    pub(super) fn of(path: &str) -> Self {
        match path.split('.').next() {
            Some("network") => Section::Network,
            Some("gossip") => Section::Gossip,
            Some("workload") => Section::Workload,
            Some("adversaries") => Section::Adversaries,
            Some("stop") => Section::Stop,
            Some("event") => Section::Event,
            _ => Section::Top,
        }
    }
}
