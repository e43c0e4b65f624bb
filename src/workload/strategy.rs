//! Who tells whom: push, pull, or both.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Who tells whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strategy {
    /// Who knows tells.
    Push,
    /// Everybody asks.
    Pull,
    /// Both at once.
    PushPull,
}

impl fmt::Display for Strategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Strategy::Push => "push",
            Strategy::Pull => "pull",
            Strategy::PushPull => "push-pull",
        })
    }
}
