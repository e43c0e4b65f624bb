//! The laws of sizes: those of latency, with a byte for a nanosecond, and with an end.

use serde::{Deserialize, Serialize};

use crate::catalog::Incompatible;
use crate::network::latency;
use crate::time::Span;
use crate::units::Bytes;

/// A law without an end has it there, unless it says where.
const MAX: Bytes = Bytes::new(1 << 30);

/// The span that stands for a size.
fn span(size: Bytes) -> Span {
    Span::from_nanos(size.count())
}

/// All updates are alike.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Constant<V> {
    /// The size of each.
    pub(super) value: V,
}

impl<V: Copy> Constant<V>
where
    u64: From<V>,
{
    pub(super) fn bytes(&self, _draw: u64) -> u64 {
        u64::from(self.value)
    }

    pub(super) fn most(&self) -> u64 {
        u64::from(self.value)
    }
}

/// Every size from `min` to `max`, both included, is equally likely.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Range")]
pub struct Uniform {
    min: Bytes,
    max: Bytes,
    #[serde(skip)]
    law: latency::Uniform,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Range {
    min: Bytes,
    max: Bytes,
}

impl TryFrom<Range> for Uniform {
    type Error = Incompatible;

    fn try_from(Range { min, max }: Range) -> Result<Self, Incompatible> {
        check_order(("min", min), ("max", max))?;
        Ok(Uniform { min, max, law: latency::Uniform::new(span(min), span(max))? })
    }
}

impl Uniform {
    pub(super) fn bytes(&self, draw: u64) -> u64 {
        self.law.quantile(draw).nanos()
    }

    pub(super) fn most(&self) -> u64 {
        self.max.count()
    }
}

/// The logarithm is normal: half of all updates have at most `median`, 99 % at most `p99`; what would be larger than `max` has
/// that.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Figures")]
pub struct Lognormal {
    median: Bytes,
    p99: Bytes,
    max: Bytes,
    #[serde(skip)]
    law: latency::Tabled<latency::Lognormal>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Figures {
    median: Bytes,
    p99: Bytes,
    #[serde(default = "end")]
    max: Bytes,
}

impl TryFrom<Figures> for Lognormal {
    type Error = Incompatible;

    fn try_from(Figures { median, p99, max }: Figures) -> Result<Self, Incompatible> {
        check_above_zero(("median", median))?;
        check_order(("median", median), ("p99", p99))?;
        check_order(("p99", p99), ("max", max))?;
        let law = latency::Tabled::new(latency::Lognormal::new(span(median), span(p99))?);
        Ok(Lognormal { median, p99, max, law })
    }
}

impl Lognormal {
    pub(super) fn bytes(&self, draw: u64) -> u64 {
        self.law.quantile(draw).nanos().min(self.max.count())
    }

    pub(super) fn most(&self) -> u64 {
        self.max.count()
    }
}

/// An update is larger than x with probability (min / x)^shape; what would be larger than `max` has that.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Tail")]
pub struct Pareto {
    min: Bytes,
    shape: f64,
    max: Bytes,
    #[serde(skip)]
    law: latency::Tabled<latency::Pareto>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tail {
    min: Bytes,
    shape: f64,
    #[serde(default = "end")]
    max: Bytes,
}

impl TryFrom<Tail> for Pareto {
    type Error = Incompatible;

    fn try_from(Tail { min, shape, max }: Tail) -> Result<Self, Incompatible> {
        check_above_zero(("min", min))?;
        check_order(("min", min), ("max", max))?;
        Ok(Pareto { min, shape, max, law: latency::Tabled::new(latency::Pareto::new(span(min), shape)?) })
    }
}

impl Pareto {
    pub(super) fn bytes(&self, draw: u64) -> u64 {
        self.law.quantile(draw).nanos().min(self.max.count())
    }

    pub(super) fn most(&self) -> u64 {
        self.max.count()
    }
}

fn end() -> Bytes {
    MAX
}

fn check_above_zero((key, size): (&'static str, Bytes)) -> Result<(), Incompatible> {
    match size.count() {
        0 => Err(Incompatible::of(key, format!("{key} = \"{size}\" makes no law"), format!("a {key} of 1B or more"))),
        _ => Ok(()),
    }
}

fn check_order((low, least): (&str, Bytes), (high, most): (&'static str, Bytes)) -> Result<(), Incompatible> {
    if least.count() <= most.count() {
        return Ok(());
    }
    let problem = format!("{high} = \"{most}\" is below {low} = \"{least}\"");
    Err(Incompatible::of(high, problem, format!("write a {high} of at least {low}")))
}
