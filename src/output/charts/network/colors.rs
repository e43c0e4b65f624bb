//! A scale of colours from early to late, that a colour-blind eye and a grey print keep in order.

use plotters::prelude::RGBColor;

/// The map viridis (Smith and van der Walt, 2015) at nine places, evenly spaced.
const VIRIDIS: [RGBColor; 9] = [
    RGBColor(68, 1, 84),
    RGBColor(71, 44, 122),
    RGBColor(59, 81, 139),
    RGBColor(44, 113, 142),
    RGBColor(33, 144, 141),
    RGBColor(39, 173, 129),
    RGBColor(92, 200, 99),
    RGBColor(170, 220, 50),
    RGBColor(253, 231, 37),
];

/// The colour at this share of the scale, from 0 to 1.
pub(super) fn at(share: f64) -> RGBColor {
    let place = share.clamp(0.0, 1.0) * (VIRIDIS.len() - 1) as f64;
    // Below the number of colours.
    let below = (place as usize).min(VIRIDIS.len() - 2);
    let part = place - below as f64;
    let mix = |one: u8, other: u8| {
        let mixed = f64::from(one) * (1.0 - part) + f64::from(other) * part;
        // Between two bytes.
        (mixed + 0.5) as u8
    };
    let (one, other) = (VIRIDIS[below], VIRIDIS[below + 1]);
    RGBColor(mix(one.0, other.0), mix(one.1, other.1), mix(one.2, other.2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_is_lighter() {
        let light =
            |color: RGBColor| 0.299 * f64::from(color.0) + 0.587 * f64::from(color.1) + 0.114 * f64::from(color.2);
        let all: Vec<f64> = (0..=100).map(|share| light(at(f64::from(share) / 100.0))).collect();
        assert!(all.windows(2).all(|pair| pair[0] < pair[1] + 0.5), "{all:?}");
        assert_eq!((at(-1.0), at(0.5), at(f64::NAN)), (VIRIDIS[0], VIRIDIS[4], VIRIDIS[0]));
    }
}
