//! A law that takes a logarithm or a power, and the table that answers for it.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::table::Table;
use crate::network::leg::Leg;
use crate::random::Field;
use crate::time::Span;

/// A law of delays as a formula, which is dear to compute.
pub trait Formula {
    /// The quantile of the fraction `u`, in nanoseconds.
    fn nanos(&self, u: f64) -> f64;

    /// The size of the numbers that cancel in it, in nanoseconds.
    fn terms(&self) -> f64 {
        0.0
    }

    /// The mean, in nanoseconds; infinite where the law has none.
    fn mean_nanos(&self) -> f64;
}

/// A law and its table, which answers wherever that changes no nanosecond. A scenario writes the settings of the law.
#[derive(Clone, Debug, PartialEq)]
pub struct Tabled<F> {
    pub(super) law: F,
    pub(super) table: Table,
}

impl<F: Formula> Tabled<F> {
    /// `law` with its table.
    pub(crate) fn new(law: F) -> Self {
        let table = Table::of(law.terms(), |u| law.nanos(u));
        Tabled { law, table }
    }

    #[inline]
    pub(super) fn of(&self, leg: &Leg, delays: &Field) -> Span {
        self.quantile(leg.draw(delays))
    }

    #[inline]
    pub(crate) fn quantile(&self, draw: u64) -> Span {
        self.table.quantile(draw, |u| self.law.nanos(u))
    }

    pub(super) fn least(&self) -> Span {
        self.quantile(0)
    }

    pub(super) fn mean_nanos(&self) -> f64 {
        self.law.mean_nanos()
    }
}

impl<F: Serialize> Serialize for Tabled<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.law.serialize(serializer)
    }
}

impl<'de, F: Formula + Deserialize<'de>> Deserialize<'de> for Tabled<F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        F::deserialize(deserializer).map(Tabled::new)
    }
}
