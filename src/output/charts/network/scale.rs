//! The scale of times: what colour stands for when, and the bar that says so.

use plotters::backend::DrawingBackend;
use plotters::prelude::RGBColor;

use super::super::canvas::{Align, Canvas, Position};
use super::super::style::{AXIS, FRAME, TICK};
use super::super::viridis;
use crate::clock::Phase;
use crate::output::chart_error::ChartError;
use crate::time::Span;
use crate::trace::{Infection, Receipt, Trace};

/// Steps of colour in the bar.
const STEPS: u32 = 60;

/// The scale of a picture.
pub(super) struct Scale {
    /// In rounds, where all happens in rounds; else in time.
    rounds: bool,
    interval: Span,
    /// What lies between its ends: rounds, or nanoseconds.
    most: f64,
    /// Nanoseconds of a unit, and what it is called.
    unit: (f64, &'static str),
}

impl Scale {
    pub(super) fn of(trace: &Trace, infection: &Infection) -> Self {
        let settings = &trace.point.settings;
        let (interval, rounds) = (
            settings.gossip.interval,
            settings.gossip.phase == Phase::Aligned && settings.network.latency.name() == "none",
        );
        let mut scale = Scale { rounds, interval, most: 1.0, unit: (1.0, "ns") };
        scale.most = infection.firsts().map(|receipt| scale.value(receipt)).fold(0.0, f64::max).max(1.0);
        let units = [(1e9, "s"), (1e6, "ms"), (1e3, "us")];
        // A scale of at least three units.
        scale.unit = units.into_iter().find(|(size, _)| scale.most >= 3.0 * size).unwrap_or((1.0, "ns"));
        scale
    }

    fn value(&self, receipt: &Receipt) -> f64 {
        match (self.rounds, receipt.message) {
            (true, None) => 0.0,
            (true, Some(_)) => receipt.at.round(self.interval).number() as f64,
            (false, _) => receipt.at.nanos() as f64,
        }
    }

    /// The colour of a receipt.
    pub(super) fn color(&self, receipt: &Receipt) -> RGBColor {
        viridis::color(self.value(receipt) / self.most)
    }

    /// The colour of the first instant.
    pub(super) fn first(&self) -> RGBColor {
        viridis::color(0.0)
    }

    /// The colour of the middle.
    pub(super) fn middle(&self) -> RGBColor {
        viridis::color(0.5)
    }

    /// Draws the bar from its corner on, in its extent: the start at its foot.
    pub(super) fn draw<B: DrawingBackend>(
        &self,
        canvas: &mut Canvas<B>,
        (corner, extent): (Position, Position),
    ) -> Result<(), ChartError> {
        let (left, right, foot) = (corner.0, corner.0 + extent.0, corner.1 + extent.1);
        for step in 0..STEPS {
            let y = |step: u32| foot - extent.1 * f64::from(step) / f64::from(STEPS);
            // Each reaches under the next, so that no gap shows between them.
            let (low, high) = (y(step), (y(step + 1) - 1.0).max(corner.1));
            let corners = [(left, low), (right, low), (right, high), (left, high)];
            canvas.area(&corners, viridis::color((f64::from(step) + 0.5) / f64::from(STEPS)), 1.0)?;
        }
        let unit = if self.rounds { 1.0 } else { self.unit.0 };
        for tick in ticks(self.most / unit) {
            let y = foot - extent.1 * (tick * unit / self.most);
            canvas.line(&[(right, y), (right + 5.0, y)], FRAME, 1.0)?;
            canvas.text(&label(tick), (right + 9.0, y + 4.0), Align::Left, TICK)?;
        }
        let title =
            if self.rounds { "round of first receipt".to_owned() } else { format!("first receipt ({})", self.unit.1) };
        canvas.text(&title, (right, corner.1 - 14.0), Align::Center, AXIS)
    }
}

/// Round numbers from 0 to at most `most`, which is at least 1: about six.
fn ticks(most: f64) -> Vec<f64> {
    let mut step = 1.0;
    for factor in [2.0, 2.5, 2.0].into_iter().cycle() {
        if most / step <= 7.0 || step > 1e18 {
            break;
        }
        step *= factor;
    }
    (0..=10).map(|number| f64::from(number) * step).take_while(|&tick| tick <= most * 1.000_001).collect()
}

fn label(tick: f64) -> String {
    // Ticks are whole.
    format!("{tick:.0}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_few_and_round() {
        assert_eq!(ticks(5.0), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
        assert_eq!(ticks(13.0), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0]);
        assert_eq!(ticks(31.5), [0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0]);
        for most in [1.0, 7.1, 99.0, 1234.5, 1e9] {
            let ticks = ticks(most);
            assert!(
                (2..=8).contains(&ticks.len()) && ticks.last().is_some_and(|last| *last <= most * 1.01),
                "{most}: {ticks:?}"
            );
        }
    }
}
