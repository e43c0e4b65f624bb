//! What a drawn chart is, and how charts are drawn.

use crate::threads::Threads;

/// The formats in which charts are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Formats {
    /// No charts.
    None,
    /// SVG alone.
    Svg,
    /// PNG alone.
    Png,
    /// SVG and PNG.
    #[default]
    All,
}

impl Formats {
    /// Whether charts are drawn as SVG.
    pub fn svg(self) -> bool {
        matches!(self, Formats::Svg | Formats::All)
    }

    /// Whether charts are drawn as PNG.
    pub fn png(self) -> bool {
        matches!(self, Formats::Png | Formats::All)
    }
}

/// How charts are drawn.
#[derive(Clone, Copy, Debug)]
pub struct Drawing<'a> {
    /// In which formats.
    pub formats: Formats,
    /// On which threads. The bytes do not depend on it.
    pub threads: &'a Threads,
}

/// A chart, in the formats that were asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// The name of its files, without an ending: lower-case ASCII letters, digits, `-` and `_`.
    pub name: String,
    /// The SVG file.
    pub svg: Option<String>,
    /// The PNG file, at twice the size.
    pub png: Option<Vec<u8>>,
}
