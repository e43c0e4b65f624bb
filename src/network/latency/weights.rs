//! Delays in proportion to the weights of links, as a graph file has them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use super::distribution::Distribution;
use super::sums::Sums;
use crate::catalog::Incompatible;
use crate::link_weights::{self, LinkWeights};
use crate::network::leg::Leg;
use crate::random::Field;
use crate::time::Span;
use crate::units::NodeId;

/// What messages take one way over a link is its weight times `unit`, and the jitter: the choice where a map of the network has
/// been measured. The topology is a graph file whose `weight` says where the weights are.
///
/// Nodes that no link joins, as those of a partial view, send along the quickest way, which takes the sum of its links. Before
/// [`Latency::on`](super::Latency::on) no message takes any time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// What a weight of 1 takes, one way.
    unit: Span,
    /// What is added for each message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    jitter: Option<Distribution>,
    #[serde(skip)]
    links: Links,
    /// Quantiles of the sum of both.
    #[serde(skip)]
    sums: Sums,
}

/// What messages take over links; the weights are a setting of the topology.
#[derive(Clone, Debug, Default)]
struct Links(Option<Arc<Known>>);

#[derive(Debug)]
struct Known {
    weights: Arc<LinkWeights>,
    /// What each link takes, in their order, and in ascending order.
    spans: Box<[Span]>,
    sorted: Box<[Span]>,
    mean_nanos: f64,
    /// What the quickest ways from each node to all take, once that was asked.
    ways: Box<[OnceLock<Box<[Span]>>]>,
}

impl PartialEq for Links {
    /// Laws are the same if their settings are.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Weights {
    /// The law over links with these `weights`, whose ends `name` names, if the topology has any.
    ///
    /// # Errors
    /// There are none, or one is missing, below 0, or beyond all time.
    pub(super) fn on(
        &self,
        weights: Option<Arc<LinkWeights>>,
        name: impl Fn(NodeId) -> String,
    ) -> Result<Self, Incompatible> {
        let weights = weights.filter(|weights| !weights.weights().is_empty()).ok_or_else(link_weights::missing)?;
        let nanos = |weight: f64| weight * self.unit.nanos() as f64;
        let beyond = |weight: f64| !(0.0..u64::MAX as f64).contains(&nanos(weight));
        if let Some(([one, other], weight)) = weights.find(beyond) {
            let (one, other) = (name(one), name(other));
            let problem = match weight.is_nan() {
                true => format!("the edge between `{one}` and `{other}` has no weight"),
                false => format!("the edge between `{one}` and `{other}` weighs {weight:?}, which is no latency"),
            };
            return Err(Incompatible::whole(problem, "a number from 0 up for every edge"));
        }
        let spans: Box<[Span]> = weights.weights().iter().map(|&weight| Span::from_nanos_f64(nanos(weight))).collect();
        let mut sorted = spans.clone();
        sorted.sort_unstable();
        let mean_nanos = spans.iter().map(|span| span.nanos() as f64).sum::<f64>() / spans.len() as f64;
        let ways = (0..weights.nodes()).map(|_| OnceLock::new()).collect();
        let known = Known { weights, spans, sorted, mean_nanos, ways };
        Ok(Weights { links: Links(Some(Arc::new(known))), ..self.clone() })
    }

    // Not part of the loops, which are compiled for every graph and clock.
    #[inline(never)]
    pub(super) fn of(&self, leg: &Leg, delays: &Field) -> Span {
        let base = self.links.0.as_ref().map_or(Span::ZERO, |known| known.between(leg.from, leg.to));
        match &self.jitter {
            Some(jitter) => base + jitter.quantile(leg.draw(delays)),
            None => base,
        }
    }

    /// The quantile over both ways of all links, and over the jitter to the nearest of the quantiles that are summed.
    pub(super) fn quantile(&self, draw: u64) -> Span {
        let Some(known) = &self.links.0 else { return Span::ZERO };
        let base = |draw: u64| known.sorted[((u128::from(draw) * known.sorted.len() as u128) >> 64) as usize];
        match &self.jitter {
            Some(jitter) => self.sums.quantile(draw, base, |draw| jitter.quantile(draw)),
            None => base(draw),
        }
    }

    pub(super) fn least(&self) -> Span {
        let base = self.links.0.as_ref().and_then(|known| known.sorted.first()).copied().unwrap_or(Span::ZERO);
        base + self.jitter.as_ref().map_or(Span::ZERO, Distribution::least)
    }

    pub(super) fn mean_nanos(&self) -> f64 {
        let base = self.links.0.as_ref().map_or(0.0, |known| known.mean_nanos);
        base + self.jitter.as_ref().map_or(0.0, Distribution::mean_nanos)
    }
}

impl Known {
    fn between(&self, from: NodeId, to: NodeId) -> Span {
        if let Some(place) = self.weights.place(from, to) {
            return self.spans[place];
        }
        let Some(ways) = self.ways.get(from.index()) else { return Span::MAX };
        ways.get_or_init(|| self.quickest_from(from)).get(to.index()).copied().unwrap_or(Span::MAX)
    }

    /// What the quickest ways from a node take (Dijkstra 1959); the longest span where there is none.
    fn quickest_from(&self, from: NodeId) -> Box<[Span]> {
        let mut found = vec![Span::MAX; self.weights.nodes() as usize];
        let mut next = BinaryHeap::from([Reverse((Span::ZERO, from))]);
        while let Some(Reverse((span, node))) = next.pop() {
            if found[node.index()] <= span && span != Span::MAX {
                continue;
            }
            found[node.index()] = span;
            let (first, others) = self.weights.links(node).unwrap_or_default();
            for (place, &other) in (first..).zip(others) {
                let (other, further) = (NodeId::new(other), span + self.spans[place]);
                if further < found[other.index()] {
                    next.push(Reverse((further, other)));
                }
            }
        }
        found.into()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::assert_monotone;
    use super::*;
    use crate::random::{Chance, Purpose};
    use crate::time::Time;
    use serde_json::json;

    fn law(settings: serde_json::Value) -> Weights {
        serde_json::from_value(settings).unwrap()
    }

    /// A ring of four with one way back that is slower, and a node with a link of its own.
    fn weights(more: &[([u32; 2], f64)]) -> Option<Arc<LinkWeights>> {
        let ring = [([0, 1], 1.5), ([1, 2], 2.0), ([2, 3], 4.0), ([3, 0], 10.0), ([1, 0], 3.0), ([4, 5], 0.25)];
        Some(Arc::new(LinkWeights::new(6, ring.iter().chain(more).copied())))
    }

    fn on(settings: serde_json::Value) -> Weights {
        law(settings).on(weights(&[]), |node| node.number().to_string()).unwrap()
    }

    #[test]
    fn a_link_takes_its_weight_and_others_the_quickest_way() {
        let (law, draws) =
            (on(json!({ "unit": "2ms" })), Chance { seed: 1, nodes: 6, replicate: 0 }.field(Purpose::Latency));
        let of = |from, to| {
            let leg = Leg { from: NodeId::new(from), to: NodeId::new(to), sent: Time::ZERO, number: 0 };
            law.of(&leg, &draws).as_millis()
        };
        assert_eq!([of(0, 1), of(1, 0), of(3, 0), of(0, 3), of(5, 4)], [3.0, 6.0, 20.0, 20.0, 0.5]);
        assert_eq!([of(0, 2), of(2, 0), of(1, 3), of(3, 1)], [7.0, 10.0, 12.0, 12.0]);
        // A span that is the longest never arrives.
        assert_eq!(of(0, 4), Span::MAX.as_millis());
        assert_eq!((law.least(), law.quantile(0)), (Span::from_nanos(500_000), Span::from_nanos(500_000)));
        assert_eq!(law.quantile(u64::MAX), Span::from_millis(20));
        // Both ways of six links: 2 · (1.5 + 3 + 2 · (2 + 4 + 10 + .25)) / 10.
        assert!((law.mean_nanos() - 7.4e6).abs() < 1e-3, "{}", law.mean_nanos());
        assert_monotone(|draw| law.quantile(draw));
    }

    #[test]
    fn jitter_comes_on_top() {
        let law = on(json!({ "unit": "1ms", "jitter": { "constant": { "value": "5ms" } } }));
        assert_eq!((law.least().as_millis(), law.mean_nanos()), (5.25, 8.7e6));
        assert_eq!([law.quantile(0).as_millis(), law.quantile(u64::MAX).as_millis()], [5.25, 15.0]);
    }

    #[test]
    fn links_without_a_latency_are_refused_by_their_names() {
        let refused = |weights| law(json!({ "unit": "1ms" })).on(weights, |node| format!("n{}", node.number()));
        let problem = |weight| refused(weights(&[([2, 4], weight)])).unwrap_err().problem;
        assert_eq!(problem(-1.0), "the edge between `n2` and `n4` weighs -1.0, which is no latency");
        assert_eq!(problem(f64::NAN), "the edge between `n2` and `n4` has no weight");
        assert_eq!(problem(1e300), "the edge between `n2` and `n4` weighs 1e300, which is no latency");
        assert!(refused(None).unwrap_err().allowed.contains("weight = …"));
        assert!(refused(weights(&[([2, 4], 0.0)])).is_ok());
    }
}
