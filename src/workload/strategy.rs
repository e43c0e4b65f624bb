//! Who tells whom: push, pull, or both.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::catalog::Synonyms;

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

impl Strategy {
    /// What people write for strategies that are called otherwise.
    pub const SYNONYMS: &'static [Synonyms] = &[
        Synonyms { name: "push", beside: "", words: &["send", "eager-push", "infect", "tell", "rumor", "rumour"] },
        Synonyms {
            name: "push",
            beside: "with fanout = \"all\"",
            words: &["flood", "flooding", "broadcast", "multicast", "gossip-all"],
        },
        Synonyms { name: "pull", beside: "", words: &["poll", "ask", "fetch", "request", "lazy-pull"] },
        Synonyms {
            name: "push-pull",
            beside: "",
            words: &["epidemic", "pull-push", "anti-entropy", "exchange", "both", "gossip", "sync"],
        },
    ];
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
