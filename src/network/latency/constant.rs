//! Every message takes the same time.

use serde::{Deserialize, Serialize};

use crate::network::leg::Leg;
use crate::random::Field;
use crate::time::Span;

/// One delay for all: shows what delay does without what its spread does, and keeps messages in the order sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Constant {
    /// How long every message travels.
    pub value: Span,
}

impl Constant {
    #[inline]
    pub(super) fn of(&self, _leg: &Leg, _delays: &Field) -> Span {
        self.value
    }

    pub(super) fn quantile(&self, _draw: u64) -> Span {
        self.value
    }

    pub(super) fn least(&self) -> Span {
        self.value
    }

    pub(super) fn mean_nanos(&self) -> f64 {
        self.value.nanos() as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Chance, Purpose};
    use crate::time::Time;
    use crate::units::NodeId;

    #[test]
    fn every_leg_takes_exactly_the_value() {
        let law = Constant { value: Span::from_millis(50) };
        let delays = Chance { seed: 1, nodes: 2, replicate: 0 }.field(Purpose::Latency);
        for sent in 0..100 {
            let leg = Leg { from: NodeId::new(0), to: NodeId::new(1), sent: Time::from_nanos(sent), number: 0 };
            assert_eq!(law.of(&leg, &delays), Span::from_millis(50));
        }
        assert_eq!((law.least(), law.mean_nanos()), (Span::from_millis(50), 5e7));
    }
}
