//! What nodes tell each other about updates.

use std::borrow::Cow;
use std::sync::Arc;

use super::held::ranges;
use crate::bits::Bits;
use crate::engine;

/// A message about updates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// Updates that a node pushes.
    Push(Arc<[u32]>),
    /// Updates that it pushes, if any, and the question for those that are not among the ones that it has.
    Ask {
        /// What it pushes.
        updates: Arc<[u32]>,
        /// What it has, a bit for each update.
        digest: Arc<Bits>,
    },
    /// Updates that the one who asked lacks.
    Answer(Arc<[u32]>),
}

impl Message {
    /// The updates in it.
    pub fn updates(&self) -> &[u32] {
        match self {
            Message::Push(updates) | Message::Ask { updates, .. } | Message::Answer(updates) => updates,
        }
    }

    /// The ranges of its digest.
    pub fn ranges(&self) -> u64 {
        match self {
            Message::Ask { digest, .. } => ranges(digest),
            Message::Push(_) | Message::Answer(_) => 0,
        }
    }
}

impl engine::Message for Message {
    const KINDS: &'static [&'static str] = &["push", "ask", "answer"];

    fn kind(&self) -> usize {
        match self {
            Message::Push(_) => 0,
            Message::Ask { .. } => 1,
            Message::Answer(_) => 2,
        }
    }

    fn content(&self) -> Cow<'static, str> {
        let updates = self.updates().len();
        Cow::Owned(match self {
            Message::Ask { .. } => format!("updates={updates} ranges={}", self.ranges()),
            Message::Push(_) | Message::Answer(_) => format!("updates={updates}"),
        })
    }
}
