//! Distributions of delays, and of other times, that are the same for all nodes: parts of laws that are not, and of events.

use super::constant;
use super::exponential;
use super::lognormal;
use super::normal;
use super::pareto;
use super::tabled::Tabled;
use super::uniform;
use super::weibull;
use crate::catalog;
use crate::time::Span;

catalog! {
    /// A delay that goes by nobody's place.
    pub enum Distribution = "distribution" {
        "constant" => Constant(constant::Constant),
        "uniform" => Uniform(uniform::Uniform),
        "normal" => Normal(Tabled<normal::Normal>),
        "lognormal" => Lognormal(Tabled<lognormal::Lognormal>),
        "exponential" => Exponential(Tabled<exponential::Exponential>),
        "pareto" => Pareto(Tabled<pareto::Pareto>),
        "weibull" => Weibull(Tabled<weibull::Weibull>),
    }

    /// The delay of the draw `draw`.
    fn quantile(&self, draw: u64) -> Span;

    /// No delay is shorter than this.
    fn least(&self) -> Span;

    /// The mean, in nanoseconds; infinite where the law has none.
    fn mean_nanos(&self) -> f64;
}
