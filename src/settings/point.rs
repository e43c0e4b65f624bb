//! A point of an experiment: one combination of the swept values.

use std::fmt;
use std::sync::Arc;

use super::Settings;
use crate::random::Chance;

/// One combination of the swept values.
#[derive(Clone)]
pub struct Point {
    /// Its number, from 0.
    pub index: u32,
    /// The seed of its runs.
    pub seed: u64,
    /// Its settings.
    pub settings: Settings,
    /// What the swept keys say at the points of its file.
    pub(crate) combinations: Arc<dyn Combinations>,
    /// Its number among these.
    pub(crate) within: u32,
}

impl Point {
    /// The randomness of the run of it that is replicate `replicate`.
    pub fn chance(&self, replicate: u64) -> Chance {
        Chance { seed: self.seed, nodes: self.settings.network.nodes, replicate }
    }

    /// The swept keys by their dotted paths, with this point's values, texts without quotes.
    pub fn swept(&self) -> Vec<(String, String)> {
        self.combinations.swept(self.within)
    }

    /// Whether the swept key at `path` has values that the column of the key does not show as they are: they follow the number
    /// of nodes, and that differs; or they are laws of loss, of which it shows the mean.
    pub fn needs_column(&self, path: &str) -> bool {
        self.combinations.needs_column(path)
    }
}

impl fmt::Debug for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Point { index, seed, settings, .. } = self;
        let mut text = f.debug_struct("Point");
        text.field("index", index).field("seed", seed).field("settings", settings).field("swept", &self.swept());
        text.finish()
    }
}

/// Every combination of the swept values of a file.
pub(crate) trait Combinations: Send + Sync {
    /// The swept keys by their dotted paths, with the values at combination `number`, texts without quotes.
    fn swept(&self, number: u32) -> Vec<(String, String)>;

    /// See [`Point::needs_column`].
    fn needs_column(&self, path: &str) -> bool;
}
