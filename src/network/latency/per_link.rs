//! Delays that belong to links: drawn once for each, and kept.

use serde::{Deserialize, Serialize};

use super::distribution::Distribution;
use super::sums::Sums;
use crate::network::leg::Leg;
use crate::random::{Field, Use};
use crate::time::Span;

/// A base for every two nodes, the same both ways and for the whole run, and what is drawn for each message besides: the choice
/// where links differ more than the messages of one, and nothing is known of places.
///
/// No link has a memory: its base is found by its address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PerLink {
    /// What the base is drawn from.
    base: Distribution,
    /// What is added to it for each message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    jitter: Option<Distribution>,
    /// Quantiles of the sum of both.
    #[serde(skip)]
    sums: Sums,
}

impl PerLink {
    // Not part of the loops, which are compiled for every graph and clock.
    #[inline(never)]
    pub(super) fn of(&self, leg: &Leg, delays: &Field) -> Span {
        let [one, other] = [leg.from, leg.to].map(u64::from);
        let link = one.min(other) << 32 | one.max(other);
        let base = self.base.quantile(delays.at(link, 0, Use::LINK_BASE.slot(0)));
        match &self.jitter {
            Some(jitter) => base + jitter.quantile(leg.draw(delays)),
            None => base,
        }
    }

    /// The quantile over all messages of all links, where both are drawn to the nearest of the quantiles that are summed.
    pub(super) fn quantile(&self, draw: u64) -> Span {
        match &self.jitter {
            Some(jitter) => self.sums.quantile(draw, |draw| self.base.quantile(draw), |draw| jitter.quantile(draw)),
            None => self.base.quantile(draw),
        }
    }

    pub(super) fn least(&self) -> Span {
        self.base.least() + self.jitter.as_ref().map_or(Span::ZERO, Distribution::least)
    }

    pub(super) fn mean_nanos(&self) -> f64 {
        self.base.mean_nanos() + self.jitter.as_ref().map_or(0.0, Distribution::mean_nanos)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::assert_monotone;
    use super::*;
    use crate::random::{Chance, Purpose};
    use crate::time::Time;
    use crate::units::NodeId;
    use serde_json::json;

    fn law(jitter: bool) -> PerLink {
        let mut law = json!({ "base": { "uniform": { "min": "10ms", "max": "100ms" } } });
        if jitter {
            law["jitter"] = json!({ "exponential": { "mean": "5ms" } });
        }
        serde_json::from_value(law).unwrap()
    }

    fn delays(replicate: u64) -> Field {
        Chance { seed: 1, nodes: 1000, replicate }.field(Purpose::Latency)
    }

    fn leg(from: u32, to: u32, sent: u64) -> Leg {
        Leg { from: NodeId::new(from), to: NodeId::new(to), sent: Time::from_nanos(sent), number: 0 }
    }

    #[test]
    fn a_link_keeps_its_base_both_ways_for_the_whole_run_and_for_no_other() {
        let (law, draws, others) = (law(false), delays(0), delays(1));
        for (from, to) in [(0, 1), (7, 3), (998, 999)] {
            let base = law.of(&leg(from, to, 0), &draws);
            assert!((1..50).all(|sent| law.of(&leg(from, to, sent * 1_000_000), &draws) == base));
            assert_eq!(law.of(&leg(to, from, 12), &draws), base);
            assert_ne!(law.of(&leg(from, to, 0), &others), base);
        }
    }

    /// Ten classes of links of the same probability: Pearson's chi-square with 9 degrees of freedom, |z| <= 4.
    #[test]
    fn the_bases_of_links_have_their_distribution() {
        let (law, draws, mut classes) = (law(false), delays(0), [0_u32; 10]);
        for from in 0..200 {
            for to in 0..from {
                let share = (law.of(&leg(from, to, 0), &draws).as_millis() - 10.0) / 90.0;
                classes[((share * 10.0) as usize).min(9)] += 1;
            }
        }
        let expected = 199.0 * 200.0 / 2.0 / 10.0;
        let chi_square: f64 = classes.iter().map(|&count| (f64::from(count) - expected).powi(2) / expected).sum();
        assert!(((chi_square - 9.0) / 18f64.sqrt()).abs() <= 4.0, "{classes:?}");
    }

    /// 20 000 links with a message each: the mean to four standard errors, and the share up to three quantiles to four and the
    /// width of a step.
    #[test]
    fn messages_have_the_mean_and_the_quantiles_of_the_sum() {
        let (law, draws) = (law(true), delays(0));
        let millis: Vec<f64> = (0..20_000).map(|link| law.of(&leg(link, link + 1, 5), &draws).as_millis()).collect();
        let count = millis.len() as f64;
        let mean = millis.iter().sum::<f64>() / count;
        // 90² / 12 + 5².
        assert!((mean - 60.0).abs() <= 4.0 * (700.0 / count).sqrt(), "{mean}");
        for quantile in [0.05_f64, 0.5, 0.95] {
            let limit = law.quantile((quantile * 2f64.powi(64)) as u64).as_millis();
            let below = millis.iter().filter(|span| **span <= limit).count() as f64 / count;
            let error = 4.0 * (quantile * (1.0 - quantile) / count).sqrt() + 1.0 / 64.0;
            assert!((below - quantile).abs() <= error, "{below} up to {limit}");
        }
        assert_eq!(
            (law.quantile(0), law.least(), law.mean_nanos()),
            (Span::from_millis(10), Span::from_millis(10), 6e7)
        );
        assert_monotone(|draw| law.quantile(draw));
    }
}
