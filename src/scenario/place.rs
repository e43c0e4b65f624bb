//! Where something stands in the texts that a scenario is read from.

/// A stretch of the scenario file or of a command-line argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Which text: 0 is the file, the others are arguments in their order.
    pub(super) source: u32,
    /// First byte.
    pub(super) start: u32,
    /// First byte after it.
    pub(super) end: u32,
}

impl Place {
    /// The bytes `start..end` of text `source`; texts are far below 4 GiB.
    pub(super) fn new(source: u32, range: std::ops::Range<usize>) -> Self {
        let byte = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Place { source, start: byte(range.start), end: byte(range.end) }
    }

    /// The bytes `range` of `text`, which is written here: in quotes, or without if it is an argument. Where letters are
    /// escaped nobody can tell, and it is the whole.
    pub(super) fn inside(self, text: &str, range: std::ops::Range<usize>) -> Self {
        let quotes = match (self.end - self.start).checked_sub(u32::try_from(text.len()).unwrap_or(u32::MAX)) {
            Some(0) => 0,
            Some(2) => 1,
            _ => return self,
        };
        let start = self.start as usize + quotes;
        // What is missing at the end is missing at the last letter.
        let last = text.char_indices().next_back().map_or(0, |(at, _)| at);
        let from = range.start.min(last);
        Place::new(self.source, start + from..start + range.end.max(from + 1).min(text.len().max(from + 1)))
    }

    pub(super) fn is_in_file(self) -> bool {
        self.source == 0
    }
}
