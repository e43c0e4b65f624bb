//! Anybody, the rarer the farther away.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::uniform::Uniform;
use super::{Turn, Use};
use crate::catalog::Misfit;
use crate::random::{Field, fraction};
use crate::space::{Space, least};

/// So many draws for one pick may hit who is picked already.
const ATTEMPTS: u64 = 1 << 12;

/// Any other node, with a probability that falls with its distance as Q^-a, where Q is the number of nodes no farther
/// away: most contacts are near, and a few go far.
///
/// The law is that of Demers et al., "Epidemic algorithms for replicated database maintenance" (PODC 1987; report
/// CSL-89-1), section 3.1: with Q' = Q + 1, where Q(d) counts the others within distance d, a node at distance d is
/// chosen with probability
///
/// ```text
/// p(d) = (Q'(d-1)^(1-a) - Q'(d)^(1-a)) / (Q'(d) - Q'(d-1)) / (1 - n^(1-a))
/// ```
///
/// and with ln Q' in the place of Q'^(1-a) where a = 1. Over the nodes at one distance the sum telescopes, so the law
/// of the distance is inverted without a table: u uniform gives the distance d with Q'(d-1) < q <= Q'(d), where
/// q^(1-a) = 1 - u (1 - n^(1-a)), and the peer is any node at that distance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Settings")]
pub struct Spatial {
    /// How steeply the probability falls: 0 is uniform choice.
    exponent: f64,
    #[serde(skip)]
    ground: Ground,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[serde(default = "two")]
    exponent: f64,
}

fn two() -> f64 {
    2.0
}

impl TryFrom<Settings> for Spatial {
    type Error = Misfit;

    fn try_from(Settings { exponent }: Settings) -> Result<Self, Misfit> {
        if exponent.is_finite() && exponent >= 0.0 {
            return Ok(Spatial { exponent, ground: Ground(None) });
        }
        let allowed = "write a finite number from 0 (uniform) up, such as 1.5";
        Err(Misfit::of("exponent", format!("exponent = {exponent} is no exponent of a spatial choice"), allowed))
    }
}

/// Where the nodes lie; without it all neighbours are equally near.
#[derive(Clone, Debug, Default)]
struct Ground(Option<Arc<dyn Space>>);

impl PartialEq for Ground {
    /// Rules are the same if their settings are.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Spatial {
    /// The same rule among nodes that lie as `space` says: neighbours are then all nodes in reach, the nearest first.
    pub(super) fn on(&self, space: &Arc<dyn Space>) -> Self {
        Spatial { ground: Ground(Some(Arc::clone(space))), ..self.clone() }
    }

    /// A pick that hits who is picked already is drawn again, so each is drawn among those left by the same law, and
    /// fanout 3 begins with the picks of fanout 1. Draws look no nearer than the nearest who is left, which is taken
    /// should they all fail; with fanout k each succeeds with probability 1/k at least.
    #[inline(never)]
    pub(super) fn choose(&self, turn: Turn, degree: u32, fanout: u32, choices: &Field, picks: &mut Vec<u32>) {
        if self.exponent == 0.0 || fanout >= degree {
            return Uniform {}.choose(turn, degree, fanout, choices, picks);
        }
        let around = Around { ground: &self.ground, turn, degree };
        let first = picks.len();
        for number in 0..fanout {
            let pick = self.pick(&around, number, choices, &picks[first..]);
            picks.push(pick);
        }
    }

    /// Pick `number` of a turn, as its rank by distance, after those `taken`.
    fn pick(&self, around: &Around<'_>, number: u32, choices: &Field, taken: &[u32]) -> u32 {
        let (who, when) = (around.turn.node.into(), around.turn.number);
        let nearest = (0..around.degree).find(|rank| !taken.contains(rank)).unwrap_or(0);
        let first = around.reaching(nearest + 1);
        for attempt in 0..ATTEMPTS {
            let address = |of: Use| of.slot(number) | attempt << Use::ATTEMPT;
            let u = fraction(choices.at(who, when, address(Use::Distance)));
            let distance = self.distance(around, first, u);
            let nearer = around.within(distance - 1);
            let members = around.within(distance) - nearer;
            let pick = nearer + choices.below(members, who, when, address(Use::Member));
            if !taken.contains(&pick) {
                return pick;
            }
        }
        nearest
    }

    /// The distance of the draw `u`, given that it is at least `first`.
    fn distance(&self, around: &Around<'_>, first: u32, u: f64) -> u32 {
        let nearer = f64::from(around.within(first - 1)) + 1.0;
        let all = f64::from(around.degree) + 1.0;
        // In logarithms, in which a = 1 is the limit of its surroundings: q / nearer = exp(x), where
        // exp((1 - a) x) = 1 - u (1 - exp((1 - a) width)).
        let (power, width) = (1.0 - self.exponent, libm::log(all / nearer));
        let x = if power == 0.0 { u * width } else { libm::log1p(u * libm::expm1(power * width)) / power };
        let q = nearer * libm::exp(x);
        least(first, around.radius(), |distance| f64::from(around.within(distance)) + 1.0 >= q)
    }
}

/// The neighbours of the node whose turn it is, by distance.
struct Around<'a> {
    ground: &'a Ground,
    turn: Turn,
    degree: u32,
}

impl Around<'_> {
    fn within(&self, distance: u32) -> u32 {
        match &self.ground.0 {
            Some(space) => space.within(self.turn.node, distance),
            None => self.degree * u32::from(distance > 0),
        }
    }

    fn reaching(&self, count: u32) -> u32 {
        match &self.ground.0 {
            // The next are always near.
            _ if count == 1 => 1,
            Some(space) => space.reaching(self.turn.node, count),
            None => 1,
        }
    }

    fn radius(&self) -> u32 {
        self.ground.0.as_ref().map_or(1, |space| space.eccentricity(self.turn.node))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::choices;
    use super::*;
    use crate::units::NodeId;

    /// The end of a row of nodes.
    #[derive(Debug)]
    struct End(u32);

    impl Space for End {
        fn within(&self, _: NodeId, distance: u32) -> u32 {
            distance.min(self.0 - 1)
        }

        fn at(&self, _: NodeId, distance: u32, _: u32) -> NodeId {
            NodeId::new(distance)
        }

        fn eccentricity(&self, _: NodeId) -> u32 {
            self.0 - 1
        }
    }

    fn rule(exponent: f64, nodes: u32) -> Spatial {
        let space: Arc<dyn Space> = Arc::new(End(nodes));
        Spatial::try_from(Settings { exponent }).unwrap().on(&space)
    }

    fn picks(rule: &Spatial, number: u64, degree: u32, fanout: u32) -> Vec<u32> {
        let mut picks = Vec::new();
        rule.choose(Turn { node: NodeId::new(0), number }, degree, fanout, &choices(1), &mut picks);
        picks
    }

    /// The share of draws below which the pick is `rank`, at the end of a row of `nodes` nodes.
    fn share(exponent: f64, nodes: u32, rank: u32) -> f64 {
        let power = |q: f64| if exponent == 1.0 { libm::log(q) } else { libm::pow(q, 1.0 - exponent) };
        (power(1.0) - power(f64::from(rank) + 2.0)) / (power(1.0) - power(f64::from(nodes)))
    }

    #[test]
    fn the_draw_is_inverted_exactly() {
        for exponent in [0.5, 0.999_999_999, 1.0, 1.000_000_001, 1.5, 2.0, 4.0] {
            let rule = rule(exponent, 1000);
            let around = Around { ground: &rule.ground, turn: Turn { node: NodeId::new(0), number: 0 }, degree: 999 };
            let share = |rank| share(if (exponent - 1.0).abs() < 1e-6 { 1.0 } else { exponent }, 1000, rank);
            for rank in [0, 1, 2, 10, 100] {
                let (edge, step) = (share(rank), 1e-4 * (share(rank + 1) - share(rank)));
                let found = [edge - step, edge + step].map(|u| rule.distance(&around, 1, u));
                assert_eq!(found, [rank + 1, rank + 2], "exponent {exponent}");
            }
            assert_eq!([fraction(0), fraction(u64::MAX)].map(|u| rule.distance(&around, 1, u)), [1, 999]);
        }
    }

    #[test]
    fn without_an_exponent_choice_is_uniform_pick_by_pick() {
        let (rule, choices) = (rule(0.0, 50), choices(1));
        for number in 0..200 {
            let mut uniform = Vec::new();
            Uniform {}.choose(Turn { node: NodeId::new(0), number }, 49, 3, &choices, &mut uniform);
            assert_eq!(picks(&rule, number, 49, 3), uniform);
        }
    }

    #[test]
    fn a_greater_fanout_begins_with_the_picks_of_a_smaller_one() {
        for exponent in [1.0, 2.0, 40.0] {
            let rule = rule(exponent, 20);
            for number in 0..100 {
                let most = picks(&rule, number, 19, 18);
                for fanout in 0..18 {
                    assert_eq!(picks(&rule, number, 19, fanout), most[..fanout as usize]);
                }
            }
        }
    }

    #[test]
    fn later_picks_follow_the_law_among_those_left() {
        // Two of the end of a row of five, each pair with its probability.
        let (rule, draws) = (rule(1.5, 5), 60_000);
        let p: Vec<f64> =
            (0..4).map(|rank| share(1.5, 5, rank) - if rank > 0 { share(1.5, 5, rank - 1) } else { 0.0 }).collect();
        let mut counts = [[0.0; 4]; 4];
        for number in 0..draws {
            let picks = picks(&rule, number, 4, 2);
            counts[picks[0] as usize][picks[1] as usize] += 1.0;
        }
        let mut chi_square = 0.0;
        for (one, other) in (0..16).map(|pair| (pair / 4, pair % 4)).filter(|(one, other)| one != other) {
            let expected = draws as f64 * p[one] * p[other] / (1.0 - p[one]);
            assert!(expected >= 8.0);
            chi_square += (counts[one][other] - expected).powi(2) / expected;
        }
        let z = (chi_square - 11.0) / 22f64.sqrt();
        assert!(z <= 4.0, "{counts:?}, z = {z:.2}");
    }

    #[test]
    fn an_exponent_that_is_none_is_refused() {
        for exponent in [-0.5, f64::NAN, f64::INFINITY] {
            assert_eq!(Spatial::try_from(Settings { exponent }).unwrap_err().key, Some("exponent"));
        }
    }
}
