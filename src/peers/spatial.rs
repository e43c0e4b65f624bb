//! Anybody, the rarer the farther away.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::turn::Turn;
use super::uniform::Uniform;
use crate::catalog::Incompatible;
use crate::distance::{DistanceIndex, DistanceLaw};
use crate::random::{Field, Use, fraction};
use crate::units::NodeId;

/// So many draws for one pick may hit a place where nobody lies, or who is picked already.
const ATTEMPTS: u64 = 1 << 12;

/// After so many, draws look no nearer than the nearest who is left.
const PATIENCE: u64 = 1 << 6;

/// Any other node, with a probability that falls with its distance d as Q(d)^-a, where Q(d) is the number of nodes
/// within d: most contacts are near, and a few go far.
///
/// The law is that of Demers et al., "Epidemic algorithms for replicated database maintenance" (PODC 1987; report
/// CSL-89-1), section 3: on a line, where Q(d) = 2d, it is P(d) ∝ d^-a. On a lattice Q counts as if there were no
/// borders, so the same distance has the same weight for every node; on other graphs Q counts the nodes that there are.
///
/// A draw gives a distance, a second one a place there, every place as likely as any other. Where nobody lies in that
/// place, beyond a border, both are drawn again at the address of the next attempt, so whoever is found has exactly the
/// probability of the law. On a lattice of D axes an attempt finds somebody with a probability of 2^-D at least: fewest
/// places are inside around a corner, and there each has at most 2^D - 1 mirror images outside, as far away. So all
/// attempts fail with a probability of (1 - 2^-D)^4096 at most, below 1e-200 for three axes and below 1e-6 for eight.
/// The weights of all nodes are added up then, and the pick is drawn from these.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Settings")]
pub struct Spatial {
    /// How steeply the probability falls: 0 is uniform choice.
    exponent: f64,
    #[serde(skip)]
    known: KnownDistances,
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
    type Error = Incompatible;

    fn try_from(Settings { exponent }: Settings) -> Result<Self, Incompatible> {
        if exponent.is_finite() && exponent >= 0.0 {
            return Ok(Spatial { exponent, known: KnownDistances(None) });
        }
        let allowed = "write a finite number from 0 (uniform) up, such as 1.5";
        Err(Incompatible::of("exponent", format!("exponent = {exponent} is no exponent of a spatial choice"), allowed))
    }
}

/// Where the nodes lie and what their distances weigh; without it all neighbours are equally near.
#[derive(Clone, Debug, Default)]
struct KnownDistances(Option<Known>);

/// The distances, and the law of choice among them.
type Known = (Arc<dyn DistanceIndex>, Arc<dyn DistanceLaw>);

impl PartialEq for KnownDistances {
    /// Rules are the same if their settings are.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Spatial {
    /// How steeply the probability falls with the distance.
    pub fn exponent(&self) -> f64 {
        self.exponent
    }

    /// The same rule among nodes that lie as `space` says: neighbours are then all nodes in reach, by their numbers
    /// there.
    pub(super) fn on(&self, space: &Arc<dyn DistanceIndex>) -> Self {
        // Choice that is uniform asks for no distance.
        let known = (self.exponent > 0.0).then(|| (Arc::clone(space), Arc::from(space.law(self.exponent))));
        Spatial { known: KnownDistances(known), ..self.clone() }
    }

    /// A pick that hits who is picked already is drawn again, so each is drawn among those left by the same law, and
    /// fanout 3 begins with the picks of fanout 1.
    #[inline(never)]
    pub(super) fn choose(&self, turn: Turn, degree: u32, fanout: u32, choices: &Field, picks: &mut Vec<u32>) {
        if self.exponent == 0.0 || fanout >= degree {
            return Uniform {}.choose(turn, degree, fanout, choices, picks);
        }
        let around = Around { known: self.known.0.as_ref(), node: turn.node, degree };
        let first = picks.len();
        for number in 0..fanout {
            let pick = around.pick(turn, number, choices, &picks[first..]);
            picks.push(pick);
        }
    }
}

/// The neighbours of the node whose turn it is.
struct Around<'a> {
    known: Option<&'a Known>,
    node: NodeId,
    degree: u32,
}

impl Around<'_> {
    /// Pick `number` of a turn, after those `taken`.
    fn pick(&self, turn: Turn, number: u32, choices: &Field, taken: &[u32]) -> u32 {
        let (who, when) = (turn.node.into(), turn.number);
        let mut nearest = 1;
        for attempt in 0..ATTEMPTS {
            let address = |of: Use| of.slot(number) | attempt << Use::ATTEMPT;
            if attempt == PATIENCE {
                nearest = self.nearest(taken);
            }
            let distance = self.distance(nearest, || fraction(choices.at(who, when, address(Use::DISTANCE))));
            let place = choices.try_below(self.places(distance), who, when, address(Use::MEMBER));
            if let Some(pick) = place.and_then(|place| self.at(distance, place)).filter(|pick| !taken.contains(pick)) {
                return pick;
            }
        }
        self.pick_at_last(fraction(choices.at(who, when, Use::LAST.slot(number))), taken)
    }

    /// The pick that the draw `u` gives among all that are not `taken`, by their weights.
    #[cold]
    fn pick_at_last(&self, u: f64, taken: &[u32]) -> u32 {
        let weights: Vec<f64> = (0..=self.farthest()).map(|distance| self.weight(distance)).collect();
        let left = || (0..self.degree).filter(|index| !taken.contains(index));
        let weight = |index: u32| weights[self.distance_of(index) as usize];
        let all: f64 = left().map(weight).sum();
        let mut sum = 0.0;
        let found = left().find(|&index| {
            sum += weight(index);
            sum >= u * all && weight(index) > 0.0
        });
        // Where weights are too small for numbers.
        let nearest = || left().min_by_key(|&index| self.distance_of(index));
        found.or_else(nearest).unwrap_or(0)
    }

    /// The least distance at which anybody is left.
    #[cold]
    fn nearest(&self, taken: &[u32]) -> u32 {
        let left = |distance: u32| (0..self.places(distance)).filter_map(move |place| self.at(distance, place));
        let anybody = |distance: &u32| left(*distance).any(|index| !taken.contains(&index));
        (1..=self.farthest()).find(anybody).unwrap_or(1)
    }

    fn distance(&self, nearest: u32, u: impl Fn() -> f64) -> u32 {
        self.known.map_or(1, |(_, law)| law.draw(self.node, nearest, u()))
    }

    fn places(&self, distance: u32) -> u64 {
        self.known.map_or(self.degree.into(), |(space, _)| space.places(self.node, distance))
    }

    fn at(&self, distance: u32, place: u64) -> Option<u32> {
        self.known.map_or(Some(place as u32), |(space, _)| space.at(self.node, distance, place))
    }

    fn farthest(&self) -> u32 {
        self.known.map_or(1, |(space, _)| space.farthest(self.node))
    }

    fn distance_of(&self, index: u32) -> u32 {
        self.known.map_or(1, |(space, _)| space.distance(self.node, index))
    }

    /// The weight of each place at `distance`.
    fn weight(&self, distance: u32) -> f64 {
        match self.known {
            Some(_) if distance == 0 => 0.0,
            Some((_, law)) => law.weight(self.node, distance) / self.places(distance) as f64,
            None => 1.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::choices;
    use super::*;

    /// A row of so many nodes, of which the first is asked; so many places at each distance are beyond its border.
    #[derive(Clone, Debug)]
    struct End {
        nodes: u32,
        beyond: u64,
    }

    impl DistanceIndex for End {
        fn others(&self, _: NodeId) -> u32 {
            self.nodes - 1
        }

        fn other(&self, _: NodeId, index: u32) -> NodeId {
            NodeId::new(index + 1)
        }

        fn distance(&self, _: NodeId, index: u32) -> u32 {
            index + 1
        }

        fn farthest(&self, _: NodeId) -> u32 {
            self.nodes - 1
        }

        fn places(&self, _: NodeId, _: u32) -> u64 {
            1 + self.beyond
        }

        fn at(&self, _: NodeId, distance: u32, place: u64) -> Option<u32> {
            (place == 0).then_some(distance - 1)
        }

        fn law(&self, exponent: f64) -> Box<dyn DistanceLaw> {
            let weight = |distance: u32| libm::pow(distance.into(), -exponent);
            Box::new(Weights((1..self.nodes).map(weight).collect()))
        }
    }

    #[derive(Debug)]
    struct Weights(Vec<f64>);

    impl DistanceLaw for Weights {
        fn weight(&self, _: NodeId, distance: u32) -> f64 {
            self.0[distance as usize - 1]
        }

        fn draw(&self, _: NodeId, first: u32, u: f64) -> u32 {
            let weights = &self.0[first as usize - 1..];
            let (all, mut sum) = (weights.iter().sum::<f64>(), 0.0);
            let found = (first..).zip(weights).find(|(_, weight)| {
                sum += **weight;
                sum >= u * all
            });
            found.map_or(first, |(distance, _)| distance)
        }
    }

    fn rule(exponent: f64, nodes: u32, beyond: u64) -> Spatial {
        let space: Arc<dyn DistanceIndex> = Arc::new(End { nodes, beyond });
        Spatial::try_from(Settings { exponent }).unwrap().on(&space)
    }

    fn picks(rule: &Spatial, number: u64, degree: u32, fanout: u32) -> Vec<u32> {
        let mut picks = Vec::new();
        rule.choose(Turn { node: NodeId::new(0), number }, degree, fanout, &choices(1), &mut picks);
        picks
    }

    #[test]
    fn without_an_exponent_choice_is_uniform_pick_by_pick() {
        let (rule, choices) = (rule(0.0, 50, 1), choices(1));
        for number in 0..200 {
            let mut uniform = Vec::new();
            Uniform {}.choose(Turn { node: NodeId::new(0), number }, 49, 3, &choices, &mut uniform);
            assert_eq!(picks(&rule, number, 49, 3), uniform);
        }
    }

    #[test]
    fn a_greater_fanout_begins_with_the_picks_of_a_smaller_one() {
        for exponent in [1.0, 2.0, 40.0] {
            let rule = rule(exponent, 20, 1);
            for number in 0..100 {
                let most = picks(&rule, number, 19, 18);
                assert_eq!((0..19).filter(|index| most.contains(index)).count(), 18);
                for fanout in 0..18 {
                    assert_eq!(picks(&rule, number, 19, fanout), most[..fanout as usize]);
                }
            }
        }
    }

    /// How many standard deviations Pearson's chi-square of the first two picks lies above its mean, at the end of a
    /// row of five: each pair has its probability.
    fn z_of_pairs(exponent: f64, beyond: u64, draws: u64) -> f64 {
        let rule = rule(exponent, 5, beyond);
        let weights = [1, 2, 3, 4].map(|distance| libm::pow(distance.into(), -exponent));
        let p = weights.map(|weight| weight / weights.iter().sum::<f64>());
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
        (chi_square - 11.0) / 22f64.sqrt()
    }

    #[test]
    fn later_picks_follow_the_law_among_those_left() {
        for beyond in [0, 1] {
            let z = z_of_pairs(1.5, beyond, 60_000);
            assert!(z <= 4.0, "{beyond} places beyond the border: z = {z:.2}");
        }
    }

    #[test]
    fn picks_follow_the_law_when_attempts_run_out() {
        // One attempt in 2^13 finds anybody, so more than half of all picks are drawn at last.
        let z = z_of_pairs(1.0, (1 << 13) - 1, 600);
        assert!(z <= 4.0, "z = {z:.2}");
    }

    #[test]
    fn an_exponent_that_is_none_is_refused() {
        for exponent in [-0.5, f64::NAN, f64::INFINITY] {
            assert_eq!(Spatial::try_from(Settings { exponent }).unwrap_err().key, Some("exponent"));
        }
    }
}
