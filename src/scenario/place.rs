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

    pub(super) fn is_in_file(self) -> bool {
        self.source == 0
    }
}
