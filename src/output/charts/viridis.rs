//! A scale of colours that get lighter evenly, so that equal steps look equal, also to the colour-blind and in grey.

use plotters::prelude::RGBColor;

/// Viridis, of Smith, van der Walt and Firing (2015), at seventeen even places.
const STOPS: [RGBColor; 17] = [
    RGBColor(68, 1, 84),
    RGBColor(72, 24, 106),
    RGBColor(71, 45, 123),
    RGBColor(66, 64, 134),
    RGBColor(59, 82, 139),
    RGBColor(51, 99, 141),
    RGBColor(44, 114, 142),
    RGBColor(38, 130, 142),
    RGBColor(33, 145, 140),
    RGBColor(31, 160, 136),
    RGBColor(40, 174, 128),
    RGBColor(63, 188, 115),
    RGBColor(94, 201, 98),
    RGBColor(132, 212, 75),
    RGBColor(173, 220, 48),
    RGBColor(216, 226, 25),
    RGBColor(253, 231, 37),
];

/// The colour at a place from 0 (dark) to 1 (light).
pub(super) fn color(place: f64) -> RGBColor {
    let last = STOPS.len() - 1;
    let place = if place.is_finite() { place.clamp(0.0, 1.0) * last as f64 } else { 0.0 };
    let below = (place as usize).min(last - 1);
    let (from, to, share) = (STOPS[below], STOPS[below + 1], place - below as f64);
    // Between two bytes lies a byte.
    let between = |from: u8, to: u8| (f64::from(from) + (f64::from(to) - f64::from(from)) * share).round() as u8;
    RGBColor(between(from.0, to.0), between(from.1, to.1), between(from.2, to.2))
}

/// Whether dark text reads better on `color` than light text.
pub(super) fn is_light(color: RGBColor) -> bool {
    luminance(color) > 140.0
}

/// How bright `color` looks, from 0 to 255 (ITU-R BT.601).
fn luminance(color: RGBColor) -> f64 {
    0.299 * f64::from(color.0) + 0.587 * f64::from(color.1) + 0.114 * f64::from(color.2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_get_lighter_all_the_way() {
        let shades: Vec<f64> = (0..=200).map(|step| luminance(color(f64::from(step) / 200.0))).collect();
        assert!(shades.is_sorted() && shades[200] - shades[0] > 150.0, "{shades:?}");
        assert_eq!([color(-1.0), color(2.0), color(f64::NAN)], [STOPS[0], STOPS[16], STOPS[0]]);
        assert!(is_light(STOPS[16]) && !is_light(STOPS[0]));
    }
}
