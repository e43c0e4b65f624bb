//! `[adversaries]`: which share of the nodes does not do its part, and in which way.

use serde::Serialize;

use super::faults::Share;
use crate::engine::Conduct;
use crate::key::Key;
use crate::keys;

keys! {
    MUTE = "adversaries.mute", Optional("0"), Some("share of mute nodes"),
        "the share of the nodes that receive and send nothing, not even answers";
    NEVER_FORWARD = "adversaries.never_forward", Optional("0"), Some("share of free-riders"),
        "the share of the nodes that ask and pass nothing on, neither in their turns nor in answers (free-riders)";
    STALE = "adversaries.stale", Optional("0"), Some("share of stale nodes"),
        "with `store`: the share of the nodes that keep the first version that they have of every key, and tell that";
    LIAR = "adversaries.liar", Optional("0"), Some("share of liars"),
        "the share of the nodes that claim in digests to have newer versions of all that they have than anybody, and pass \
         nothing on";
}

/// Nodes that do not do their part: of each kind a share of the nodes that are there at the start, rounded to the nearest
/// whole number.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Adversaries {
    /// Those that send nothing.
    pub mute: Share,
    /// Those that pass nothing on.
    pub never_forward: Share,
    /// Those that keep the first versions that they have.
    pub stale: Share,
    /// Those that claim what they have not.
    pub liar: Share,
}

impl Adversaries {
    /// The key of each kind, how nodes of it behave, and their share.
    pub fn kinds(&self) -> [(&'static Key, Conduct, Share); 4] {
        [
            (&MUTE, Conduct::Mute, self.mute),
            (&NEVER_FORWARD, Conduct::NeverForwards, self.never_forward),
            (&STALE, Conduct::Stale, self.stale),
            (&LIAR, Conduct::Liar, self.liar),
        ]
    }

    /// Whether every node does its part.
    pub fn is_empty(&self) -> bool {
        self.kinds().iter().all(|(.., share)| *share == Share::NONE)
    }

    /// How many of `nodes` nodes do not.
    pub fn count(&self, nodes: u32) -> u32 {
        let counts = self.kinds().map(|(.., share)| share.of(nodes));
        counts.into_iter().fold(0, u32::saturating_add)
    }
}
