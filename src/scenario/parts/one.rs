//! One table of a list, an event or a region, on its way to what it says.

use std::fmt::Display;

use crate::scenario::sections::Reader;
use crate::time::Span;
use crate::topology::{Directory, WrittenNode};

/// One table on its way.
pub(super) struct One<'r, 'a, 'd> {
    pub(super) reader: &'r mut Reader<'a>,
    pub(super) path: String,
    /// The nodes that there are, if that is known.
    pub(super) directory: Option<&'d Directory>,
    /// Whether they have names, from a file.
    pub(super) named: bool,
    pub(super) interval: Option<Span>,
    /// The regions and the nodes in them, where there are regions.
    pub(super) regions: &'d [NamedRegion],
}

/// A region by its name, and the nodes in it as a list would have them.
pub(super) struct NamedRegion {
    pub(super) name: String,
    pub(super) nodes: Vec<WrittenNode>,
}

impl One<'_, '_, '_> {
    /// A mistake in `setting` of the table, or in the table as a whole.
    pub(super) fn refuse(&mut self, setting: &str, problem: impl Display, allowed: impl Display) {
        self.refuse_and_suggest(setting, problem, allowed, None);
    }

    /// The same with what was probably meant, if that is known.
    pub(super) fn refuse_and_suggest(
        &mut self,
        setting: &str,
        problem: impl Display,
        allowed: impl Display,
        suggestion: Option<String>,
    ) {
        let dot = if setting.is_empty() { "" } else { "." };
        self.reader.refuse_and_suggest(&format!("{}{dot}{setting}", self.path), problem, allowed, suggestion);
    }
}
