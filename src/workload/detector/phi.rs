//! Phi accrual: how suspicious a silence is, and how long one lasts until it is too suspicious.
//!
//! After a silence t, phi(t) = -log10 P(a gap is longer than t), where gaps are taken to follow a law that the last gaps give
//! (Hayashibara et al. 2004, section 4). Phi grows with the silence, so the silence at which it passes a threshold can be
//! worked out at every arrival.

use super::settings::Model;
use super::window::Window;
use crate::stats::normal::{normal_quantile, normal_tail};
use crate::time::Span;

/// The rule of a phi accrual detector.
#[derive(Clone, Debug, PartialEq)]
pub struct Phi {
    /// The law that gaps are taken to follow.
    pub model: Model,
    /// How many gaps are kept.
    pub window: u32,
    /// What stands in the window before there are any gaps.
    pub first_gap: Span,
    /// Longer gaps are not taken into it.
    pub longest_gap: Option<Span>,
    /// The standard deviation is taken to be this at least.
    pub least_sd: Span,
    /// The unit of the gaps in windows.
    pub unit: Span,
    /// What the standard deviation, or of the exponential law the mean, is multiplied by: its quantile for the threshold.
    pub quantile: f64,
}

impl Phi {
    /// Such a rule for heartbeats sent every `interval`; [`Phi::least_sd`] and the others can be changed.
    pub fn new(model: Model, threshold: f64, interval: Span) -> Self {
        let quantile = match model {
            Model::Normal => -normal_quantile(libm::pow(10.0, -threshold)),
            Model::Exponential => threshold * std::f64::consts::LN_10,
        };
        Phi {
            model,
            window: 1000,
            first_gap: interval * 2,
            longest_gap: None,
            least_sd: Span::ZERO,
            // About a microsecond at a heartbeat a second; the longest gap there can be is 4096 heartbeats.
            unit: Span::from_nanos((interval.nanos() >> 20).max(1)),
            quantile,
        }
    }

    /// The window before any gap.
    pub fn begun(&self) -> Window {
        let mut window = Window::default();
        window.push(self.units(self.first_gap), self.window);
        window
    }

    /// Takes in a gap, unless it is too long.
    pub fn record(&self, window: &mut Window, gap: Span) {
        if self.longest_gap.is_none_or(|longest| gap <= longest) {
            window.push(self.units(gap), self.window);
        }
    }

    /// The silence after which phi is at the threshold, and beyond which it is above.
    pub fn allowed(&self, window: &Window) -> Span {
        Span::from_nanos_f64(match self.model {
            Model::Normal => self.mean(window) + self.sd(window) * self.quantile,
            Model::Exponential => self.mean(window) * self.quantile,
        })
    }

    /// Phi after a silence; infinite where no gap could be so long.
    pub fn after(&self, silence: Span, window: &Window) -> f64 {
        self.law(window).phi(silence)
    }

    /// The law that gaps are taken to follow, by those in the window.
    pub fn law(&self, window: &Window) -> GapLaw {
        let mean = self.mean(window);
        match self.model {
            Model::Normal => GapLaw::Normal { mean, sd: self.sd(window) },
            Model::Exponential => GapLaw::Exponential { mean },
        }
    }

    /// The mean of the law, in nanoseconds.
    fn mean(&self, window: &Window) -> f64 {
        window.mean() * self.unit.nanos() as f64
    }

    /// Its standard deviation, in nanoseconds.
    fn sd(&self, window: &Window) -> f64 {
        (window.sd() * self.unit.nanos() as f64).max(self.least_sd.nanos() as f64)
    }

    fn units(&self, gap: Span) -> u32 {
        let unit = self.unit.nanos();
        u32::try_from(gap.nanos().saturating_add(unit / 2) / unit).unwrap_or(u32::MAX)
    }
}

/// A law that gaps are taken to follow; its parameters are in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum GapLaw {
    /// See [`Model::Normal`].
    Normal {
        /// Its mean.
        mean: f64,
        /// Its standard deviation.
        sd: f64,
    },
    /// See [`Model::Exponential`].
    Exponential {
        /// Its mean.
        mean: f64,
    },
}

impl GapLaw {
    /// Phi after a silence: -log10 of the probability of a longer gap; infinite where there is none.
    pub fn phi(self, silence: Span) -> f64 {
        let silence = silence.nanos() as f64;
        match self {
            GapLaw::Exponential { mean } => silence / (mean * std::f64::consts::LN_10),
            GapLaw::Normal { mean, sd } if sd == 0.0 && silence == mean => std::f64::consts::LOG10_2,
            GapLaw::Normal { mean, sd } => 0.0 - libm::log10(normal_tail((silence - mean) / sd)),
        }
    }
}
