//! What messages take between any two regions, once it is known which nodes are where.

use std::sync::{Arc, OnceLock};

use super::distribution::Distribution;
use super::standard_normal::StandardNormal;
use crate::network::leg::Leg;
use crate::network::regions::Regions;
use crate::random::Field;
use crate::stats::normal::normal_quantile;
use crate::time::Span;

/// About so many quantiles of single pairs stand for the distribution over all of them, each pair giving the same number
/// of them.
const QUANTILES: usize = 4096;

/// The most quantiles that a pair gives.
const MOST_OF_A_PAIR: usize = 64;

/// The latencies between regions.
#[derive(Debug)]
pub(super) struct Pairs {
    regions: Arc<Regions>,
    /// Row after row, the row being that of the sender.
    pairs: Box<[Pair]>,
    variation: Variation,
    quantiles: OnceLock<Quantiles>,
}

/// What messages take from one region to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pair {
    /// All of them, or the median.
    base: Span,
    /// The standard deviation of the logarithm.
    sigma: f64,
}

/// How messages of one pair differ.
#[derive(Clone, Debug)]
pub(super) enum Variation {
    /// Not at all.
    None,
    /// By a lognormal distribution for each pair.
    Lognormal(StandardNormal),
    /// By what is added to the base.
    Jitter(Distribution),
}

/// Quantiles of the delay over all pairs of nodes, in ascending order, each with the share of draws up to its own.
type Quantiles = Box<[(u64, Span)]>;

impl Pair {
    /// Messages that all take as long.
    pub(super) fn fixed(base: Span) -> Self {
        Pair { base, sigma: 0.0 }
    }

    /// Messages of which half take up to `median`, and 90 % up to `p90`, which is no less; none if only the median is 0.
    pub(super) fn lognormal(median: Span, p90: Span) -> Option<Self> {
        if median == p90 {
            return Some(Pair::fixed(median));
        }
        let sigma = libm::log(p90.nanos() as f64 / median.nanos() as f64) / normal_quantile(0.9);
        (!median.is_zero()).then_some(Pair { base: median, sigma })
    }
}

impl Variation {
    #[inline]
    fn span(&self, pair: &Pair, draw: impl FnOnce() -> u64) -> Span {
        match self {
            Variation::None => pair.base,
            Variation::Lognormal(normal) => normal.lognormal(pair.base.nanos() as f64, pair.sigma, draw()),
            Variation::Jitter(jitter) => pair.base + jitter.quantile(draw()),
        }
    }

    fn mean_nanos(&self, pair: &Pair) -> f64 {
        let base = pair.base.nanos() as f64;
        match self {
            Variation::None => base,
            Variation::Lognormal(_) => base * libm::exp(pair.sigma * pair.sigma / 2.0),
            Variation::Jitter(jitter) => base + jitter.mean_nanos(),
        }
    }
}

impl Pairs {
    /// The latencies between `regions`, row after row.
    pub(super) fn new(regions: Arc<Regions>, pairs: Vec<Pair>, variation: Variation) -> Self {
        Pairs { regions, pairs: pairs.into(), variation, quantiles: OnceLock::new() }
    }

    /// No latency between nodes of which nothing is known.
    pub(super) fn nowhere() -> Self {
        Pairs::new(Arc::new(Regions::everywhere()), vec![Pair::fixed(Span::ZERO)], Variation::None)
    }

    /// How long `leg` travels.
    #[inline]
    pub(super) fn of(&self, leg: &Leg, delays: &Field) -> Span {
        let [from, to] = [leg.from, leg.to].map(|node| self.regions.of(node));
        self.variation.span(&self.pairs[from * self.regions.count() + to], || leg.draw(delays))
    }

    /// The quantile over all pairs of nodes; of several pairs of regions to the nearest of those that each of them gives.
    pub(super) fn quantile(&self, draw: u64) -> Span {
        if let [pair] = &self.pairs[..] {
            return self.variation.span(pair, || draw);
        }
        if draw == 0 {
            return self.least();
        }
        let quantiles = self.quantiles.get_or_init(|| self.quantiles());
        let place = quantiles.partition_point(|(share, _)| *share < draw);
        quantiles.get(place).or(quantiles.last()).map_or(Span::ZERO, |(_, span)| *span)
    }

    /// No leg between nodes that there are is faster.
    pub(super) fn least(&self) -> Span {
        let spans = self.weighted().map(|(pair, _)| self.variation.span(pair, || 0));
        spans.min().unwrap_or(Span::ZERO)
    }

    /// The mean over all pairs of nodes.
    pub(super) fn mean_nanos(&self) -> f64 {
        let (mut sum, mut weights) = (0.0, 0.0);
        for (pair, weight) in self.weighted() {
            sum += weight * self.variation.mean_nanos(pair);
            weights += weight;
        }
        sum / weights
    }

    /// The mean from one region to another.
    pub(super) fn mean_between(&self, from: usize, to: usize) -> f64 {
        let pair = self.pairs.get(from * self.regions.count() + to);
        pair.map_or(0.0, |pair| self.variation.mean_nanos(pair))
    }

    /// The pairs of regions, with how many ordered pairs of nodes each has; those of none are left out.
    fn weighted(&self) -> impl Iterator<Item = (&Pair, f64)> {
        let sizes = self.regions.sizes();
        let weight = |from: usize, to: usize| f64::from(sizes[from]) * (f64::from(sizes[to]) - f64::from(from == to));
        let places = (0..sizes.len()).flat_map(move |from| (0..sizes.len()).map(move |to| (from, to)));
        let weighted = places.zip(&self.pairs).map(move |((from, to), pair)| (pair, weight(from, to)));
        weighted.filter(|(_, weight)| *weight > 0.0)
    }

    fn quantiles(&self) -> Quantiles {
        let steps = match &self.variation {
            Variation::None => 1,
            _ => (QUANTILES / self.pairs.len()).clamp(1, MOST_OF_A_PAIR),
        };
        let width = u64::MAX / steps as u64;
        let draws = || (0..steps as u64).map(move |step| step * width + width / 2);
        let spans = self.weighted().flat_map(|(pair, weight)| {
            draws().map(move |draw| (self.variation.span(pair, || draw), weight / steps as f64))
        });
        let mut spans: Vec<(Span, f64)> = spans.collect();
        spans.sort_unstable_by_key(|(span, _)| *span);
        let all: f64 = spans.iter().map(|(_, weight)| weight).sum();
        let mut sum = 0.0;
        let upto = spans.into_iter().map(|(span, weight)| {
            sum += weight;
            // A float cast saturates.
            ((sum / all * 18_446_744_073_709_551_616.0) as u64, span)
        });
        upto.collect()
    }
}
