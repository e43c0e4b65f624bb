//! No latency: a message arrives at the instant it is sent.

use serde::{Deserialize, Serialize};

use crate::network::leg::Leg;
use crate::random::Field;
use crate::time::Span;

/// No latency has no settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct None {}

impl None {
    #[inline]
    pub(super) fn of(&self, _leg: &Leg, _delays: &Field) -> Span {
        Span::ZERO
    }

    pub(super) fn quantile(&self, _draw: u64) -> Span {
        Span::ZERO
    }

    pub(super) fn least(&self) -> Span {
        Span::ZERO
    }

    pub(super) fn mean_nanos(&self) -> f64 {
        0.0
    }
}
