//! Anybody in a partial view that changes.

use serde::{Deserialize, Serialize};

use super::turn::Turn;
use super::uniform::Uniform;
use crate::catalog::Incompatible;
use crate::random::Field;
use crate::time::{Span, SpanOrNone};

/// The most others that a view may have room for.
const MAX_VIEW: u32 = 1000;

/// Any of those that the node knows at the time, alike: up to `view` others, of which it trades up to `shuffle` with the one
/// that it has known longest, once every so often (Voulgaris, Gavidia and van Steen, "CYCLON", 2005). Here are its settings;
/// views are kept by [`overlay`](crate::overlay).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Settings")]
pub struct Cyclon {
    view: u32,
    shuffle: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    every: Option<SpanOrNone>,
    start: Start,
    warm_up: u32,
    fixed: bool,
}

/// The settings, as they are written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Others that a node knows, at most.
    #[serde(default = "twenty")]
    view: u32,
    /// Entries that go each way in a shuffle, at most, the own one among those that are sent; 8 if absent, or all of a smaller
    /// view.
    #[serde(default)]
    shuffle: Option<u32>,
    /// The time between two shuffles of a node; the gossip interval if absent.
    #[serde(default)]
    every: Option<SpanOrNone>,
    #[serde(default)]
    start: Start,
    /// Cycles of shuffles before the run.
    #[serde(default = "fifty")]
    warm_up: u32,
    /// The same views at the start of all replicates.
    #[serde(default)]
    fixed: bool,
}

/// Whom nodes know before the first shuffle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Start {
    /// As many others as there is room for, at random.
    #[default]
    Random,
    /// The next node alone.
    Ring,
    /// Node 0 alone, which knows the first ones.
    Star,
}

fn twenty() -> u32 {
    20
}

fn fifty() -> u32 {
    50
}

impl TryFrom<Settings> for Cyclon {
    type Error = Incompatible;

    fn try_from(settings: Settings) -> Result<Self, Incompatible> {
        let Settings { view, shuffle, every, start, warm_up, fixed } = settings;
        if !(1..=MAX_VIEW).contains(&view) {
            return Err(Incompatible::of(
                "view",
                format!("a view of {view} is none"),
                format!("1 to {MAX_VIEW} others"),
            ));
        }
        let shuffle = shuffle.unwrap_or(view.min(8));
        if !(1..=view).contains(&shuffle) {
            let problem = format!("{shuffle} of {view} entries cannot be shuffled");
            return Err(Incompatible::of("shuffle", problem, format!("1 to {view}, as many as there are in a view")));
        }
        if every == Some(SpanOrNone(Some(Span::ZERO))) {
            return Err(Incompatible::of(
                "every",
                "the time between two shuffles is 0",
                "\"none\", or a time such as \"10s\"",
            ));
        }
        if warm_up > 10_000 {
            return Err(Incompatible::of("warm_up", format!("{warm_up} cycles are too many"), "0 to 10000 cycles"));
        }
        Ok(Cyclon { view, shuffle, every, start, warm_up, fixed })
    }
}

impl Cyclon {
    /// Others that a node knows, at most.
    pub fn view(&self) -> u32 {
        self.view
    }

    /// Entries that go each way in a shuffle, at most.
    pub fn shuffle(&self) -> u32 {
        self.shuffle
    }

    /// Whom nodes know before the first shuffle.
    pub fn start(&self) -> Start {
        self.start
    }

    /// Cycles of shuffles before the run.
    pub fn warm_up(&self) -> u32 {
        self.warm_up
    }

    /// Whether all replicates begin with the same views.
    pub fn is_fixed(&self) -> bool {
        self.fixed
    }

    /// Whether views change during a run.
    pub fn shuffles(&self) -> bool {
        self.every != Some(SpanOrNone(None))
    }

    /// The time between two shuffles of a node, where nodes have their turns once every `interval`; none if views stay.
    pub fn every(&self, interval: Span) -> Option<Span> {
        self.every.map_or(Some(interval), |every| every.0)
    }

    /// Any of those in the view.
    pub(super) fn choose(&self, turn: Turn, degree: u32, fanout: u32, choices: &Field, picks: &mut Vec<u32>) {
        Uniform {}.choose(turn, degree, fanout, choices, picks);
    }
}
