//! Every leg is lost on its own, with one probability.

use serde::{Deserialize, Serialize};

use super::law::LossLaw;
use crate::network::leg::Leg;
use crate::random::Field;
use crate::units::Probability;

/// Independent loss at `rate`: the choice for networks whose losses do not come in bursts. A scenario may write the
/// bare number, `loss = 0.01`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bernoulli {
    /// Probability that a leg is lost.
    pub rate: Probability,
}

impl LossLaw for Bernoulli {
    #[inline]
    fn drops(&self, leg: &Leg, losses: &Field) -> bool {
        self.rate.is_possible() && self.rate.holds(leg.draw(losses))
    }

    fn mean(&self) -> f64 {
        self.rate.value()
    }

    fn independent(&self) -> Option<f64> {
        Some(self.rate.value())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Chance, Purpose};
    use crate::time::Time;
    use crate::units::NodeId;

    const LEGS: u32 = 40_000;

    /// Which of `LEGS` legs a loss of `rate` takes: 200 paths at 200 instants.
    fn taken(rate: f64) -> Vec<bool> {
        let losses = Chance { seed: 1, nodes: 200, replicate: 0 }.field(Purpose::Loss);
        let law = Bernoulli { rate: Probability::new(rate).unwrap() };
        let leg = |number: u32| Leg {
            from: NodeId::new(number % 200),
            to: NodeId::new((number + 1) % 200),
            sent: Time::from_nanos(u64::from(number / 200) * 1_000_000_000),
            number: 0,
        };
        (0..LEGS).map(|number| law.drops(&leg(number), &losses)).collect()
    }

    #[test]
    fn a_rate_of_zero_never_takes_and_a_rate_of_one_always_does() {
        assert!(taken(0.0).iter().all(|&lost| !lost));
        assert!(taken(1.0).iter().all(|&lost| lost));
    }

    #[test]
    fn the_share_taken_is_the_rate() {
        for rate in [0.001, 0.01, 0.3, 0.5, 0.99] {
            let lost = taken(rate).iter().filter(|&&lost| lost).count() as f64;
            let legs = f64::from(LEGS);
            let z = (lost - legs * rate) / (legs * rate * (1.0 - rate)).sqrt();
            assert!(z.abs() <= 4.0, "rate {rate}: {lost} of {legs} lost, z = {z:.2}");
        }
    }

    #[test]
    fn more_loss_spares_no_leg_that_less_loss_takes() {
        let rates = [0.0, 0.001, 0.05, 0.4, 0.41, 1.0];
        for pair in rates.windows(2) {
            let (less, more) = (taken(pair[0]), taken(pair[1]));
            assert!(less.iter().zip(&more).all(|(&less, &more)| more || !less), "{pair:?}");
        }
    }
}
