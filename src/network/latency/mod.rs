//! How long a message travels: the laws, each in a file of its own.
//!
//! Which law to take:
//!
//! | law | take it for | settings |
//! |---|---|---|
//! | `none` | the round model of the theorems: all that a turn sets off happens at once | |
//! | `constant` | seeing what delay does without what its spread does | `value` |
//! | `uniform` | a range that is known when nothing else is; delays with hard bounds | `min`, `max` |
//! | `normal` | a delay that is the sum of many small ones: jitter around a mean | `mean`, `sd` |
//! | `lognormal` | measured networks: give the median and the 99 % of a monitoring system | `median`, `p99` |
//! | `exponential` | theory: memoryless delays, for which results are known in closed form | `mean` |
//! | `pareto` | stragglers: rare delays that are longer than all others together | `min`, `shape` |
//! | `weibull` | lifetimes: how long nodes are up, whose hazard falls with age | `scale`, `shape` |
//! | `empirical` | samples at hand, and no law that they follow | `one_way` or `round_trip` |
//! | `per-link` | links that differ, each alike for the whole run | `base`, `jitter` |
//! | `regions` | nodes in different places: a latency for every pair of regions | `one_way` or `round_trip`, `p90` |
//! | `weights` | a map of the network whose links were measured, as a graph file has it | `unit`, `jitter` |
//! | `coordinates` | nodes in different places, and nobody has measured | `places`, `km_per_ms`, `floor` |
//!
//! Every law turns one draw into one span through its inverse distribution function, to the nearest nanosecond, so
//! that a greater draw never means a shorter way: two laws under common random numbers rank the legs alike, those that go by
//! places the legs of every pair of places. A span that does not fit (a pareto law can ask for one) is the longest there is,
//! and what it carries never arrives.
//!
//! A latency law is one file with its settings and its tests, plus one line in the catalog below. One whose quantile
//! function takes a logarithm or a power gives that [`Formula`], and is [`Tabled`]: a table answers for it wherever that
//! cannot change a nanosecond.

mod bundled;
mod cell;
mod constant;
mod coordinates;
mod distribution;
mod empirical;
mod exponential;
mod lognormal;
mod matrix;
mod matrix_text;
mod none;
mod normal;
mod pairs;
mod pareto;
mod per_link;
mod regional;
mod standard_normal;
mod sums;
mod table;
mod tabled;
mod uniform;
mod weibull;
mod weights;
mod written_table;

pub use constant::Constant;
pub use coordinates::Coordinates;
pub use distribution::Distribution;
pub use empirical::Empirical;
pub use exponential::Exponential;
pub use lognormal::Lognormal;
pub use none::None;
pub use normal::Normal;
pub use pareto::Pareto;
pub use per_link::PerLink;
pub use regional::Regional;
pub use tabled::{Formula, Tabled};
pub use uniform::Uniform;
pub use weibull::Weibull;
pub use weights::Weights;

use std::path::Path;
use std::sync::Arc;

use super::leg::Leg;
use super::regions::Regions;
use crate::catalog;
use crate::catalog::Incompatible;
use crate::link_weights::LinkWeights;
use crate::random::Field;
use crate::time::Span;
use crate::units::NodeId;

catalog! {
    /// How long a message travels.
    pub enum Latency = "latency" {
        "none" => None(none::None) for ["zero", "instant", "off", "synchronous"],
        "constant" => Constant(constant::Constant) for ["fixed", "static", "deterministic"],
        "uniform" => Uniform(uniform::Uniform) for ["range", "random", "jitter", "flat"],
        "normal" => Normal(Tabled<normal::Normal>) for ["gaussian", "gauss", "bell"],
        "lognormal" => Lognormal(Tabled<lognormal::Lognormal>) for ["log-gaussian"],
        "exponential" => Exponential(Tabled<exponential::Exponential>) for ["exp", "memoryless", "poisson"],
        "pareto" => Pareto(Tabled<pareto::Pareto>) for ["power-law", "heavy-tail", "heavy-tailed"],
        "weibull" => Weibull(Tabled<weibull::Weibull>) for ["stretched-exponential", "lifetime"],
        "empirical" => Empirical(empirical::Empirical) for ["samples", "measured", "histogram", "trace", "ecdf"],
        "per-link" => PerLink(per_link::PerLink) for ["link", "links", "heterogeneous"],
        "regions" => Regions(regional::Regional) for ["matrix", "region", "zones", "geo", "wan", "datacenters", "zone"],
        "weights" => Weights(weights::Weights) for ["edges", "edge-weights", "weighted", "underlay"],
        "coordinates" => Coordinates(coordinates::Coordinates) for ["distance", "great-circle", "places", "cities", "latlon"],
    }

    /// How long `leg` travels.
    fn of(&self, leg: &Leg, delays: &Field) -> Span;

    /// How long a leg travels whose draw is `draw`.
    fn quantile(&self, draw: u64) -> Span;

    /// No leg is faster than this, and one whose draw is 0 is as fast.
    fn least(&self) -> Span;

    /// The mean, in nanoseconds; infinite where the law has none.
    fn mean_nanos(&self) -> f64;
}

impl Latency {
    /// Reads the files that the law names, relative to `folder`, once for all clones.
    ///
    /// # Errors
    /// A file cannot be read, or holds something else.
    pub fn load(&self, folder: &Path) -> Result<(), Incompatible> {
        match self {
            Latency::Empirical(law) => law.load(folder),
            Latency::Regions(law) => law.load(folder),
            Latency::Coordinates(law) => law.load(folder),
            _ => Ok(()),
        }
    }

    /// The places that the law itself names, once it has been read; none if it goes by no places.
    pub fn places(&self) -> Option<Vec<String>> {
        match self {
            Latency::Regions(law) => Some(law.places()),
            Latency::Coordinates(law) => Some(law.places()),
            _ => None,
        }
    }

    /// The mean from one region to another, by their numbers, in nanoseconds; none if it goes by no places.
    pub fn mean_between(&self, from: usize, to: usize) -> Option<f64> {
        match self {
            Latency::Regions(law) => Some(law.mean_between(from, to)),
            Latency::Coordinates(law) => Some(law.mean_between(from, to)),
            _ => None,
        }
    }

    /// The law over links with these `weights`, whose ends `name` names, if the topology has any.
    ///
    /// # Errors
    /// The law goes by weights, and they are none that it can go by.
    pub fn on(self, weights: Option<Arc<LinkWeights>>, name: impl Fn(NodeId) -> String) -> Result<Self, Incompatible> {
        match self {
            Latency::Weights(law) => law.on(weights, name).map(Latency::Weights),
            law => Ok(law),
        }
    }

    /// The law where nodes are in these `regions`, once it has been read.
    ///
    /// # Errors
    /// It says nothing of some of the regions.
    pub fn among(self, regions: &Arc<Regions>) -> Result<Self, Incompatible> {
        match self {
            Latency::Regions(law) => law.among(regions).map(Latency::Regions),
            Latency::Coordinates(law) => law.among(regions).map(Latency::Coordinates),
            law => Ok(law),
        }
    }
}

/// What a duration alone is short for.
impl From<Span> for Latency {
    fn from(value: Span) -> Self {
        Latency::Constant(Constant { value })
    }
}

/// What the tests of all laws share.
#[cfg(test)]
mod testing {
    use crate::time::Span;

    /// The draw whose fraction is nearest to `u`.
    pub(super) fn draw(u: f64) -> u64 {
        (u * 18_446_744_073_709_551_616.0) as u64
    }

    /// Checks that a greater draw never gives a shorter span, over the whole range and both of its ends.
    pub(super) fn assert_monotone(quantile: impl Fn(u64) -> Span) {
        let step = u64::MAX / 20_000;
        let low = (0..200).map(|place| place << 12);
        let middle = (1..20_000).map(|place| place * step);
        let high = (0..200).rev().map(|place| u64::MAX - (place << 12));
        let spans: Vec<Span> = low.chain(middle).chain(high).map(quantile).collect();
        assert!(spans.is_sorted(), "a greater draw gave a shorter span");
    }

    /// The mean of the law by the midpoint rule over the draws: no chance in it, and for a law with a bounded
    /// quantile function off by no more than its greatest span / `steps`.
    pub(super) fn mean_over_draws(quantile: impl Fn(u64) -> Span, steps: u64) -> f64 {
        let width = u64::MAX / steps;
        let sum: f64 = (0..steps).map(|step| quantile(step * width + width / 2).nanos() as f64).sum();
        sum / steps as f64
    }
}
