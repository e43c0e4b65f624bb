//! The normal law: its quantiles, by Wichura's algorithm AS 241, Applied Statistics 37 (1988) 477-484, routine PPND16.
//!
//! Three rational approximations, of relative error about 1e-16: for the middle 85 %, the shoulders and the tails.

/// The z below which a standard normal variable falls with probability `p`, for `p` strictly between 0 and 1.
#[inline]
pub fn normal_quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180625 - q * q;
        return q * (horner(&A, r) / horner(&B, r));
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    let r = libm::sqrt(-libm::log(tail));
    let z =
        if r <= 5.0 { horner(&C, r - 1.6) / horner(&D, r - 1.6) } else { horner(&E, r - 5.0) / horner(&F, r - 5.0) };
    if q < 0.0 { -z } else { z }
}

/// The probability that a standard normal variable is above `z`.
pub fn normal_tail(z: f64) -> f64 {
    libm::erfc(z / std::f64::consts::SQRT_2) / 2.0
}

/// The polynomial of these `coefficients` (highest power first) at `x`.
#[inline]
fn horner(coefficients: &[f64; 8], x: f64) -> f64 {
    coefficients.iter().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

/// Near the median: numerator, in 0.425^2 - (p - 1/2)^2; all highest power first.
const A: [f64; 8] = [
    2_509.080_928_730_122_7,
    33_430.575_583_588_13,
    67_265.770_927_008_7,
    45_921.953_931_549_87,
    13_731.693_765_509_46,
    1_971.590_950_306_551_3,
    133.141_667_891_784_38,
    3.387_132_872_796_366_5,
];

/// Near the median: denominator.
const B: [f64; 8] = [
    5_226.495_278_852_854,
    28_729.085_735_721_943,
    39_307.895_800_092_71,
    21_213.794_301_586_597,
    5_394.196_021_424_751,
    687.187_007_492_057_9,
    42.313_330_701_600_91,
    1.0,
];

/// In the shoulders: numerator, in r - 1.6.
const C: [f64; 8] = [
    0.000_774_545_014_278_341_4,
    0.022_723_844_989_269_184,
    0.241_780_725_177_450_6,
    1.270_458_252_452_368_4,
    3.647_848_324_763_204_5,
    5.769_497_221_460_691,
    4.630_337_846_156_546,
    1.423_437_110_749_683_5,
];

/// In the shoulders: denominator.
const D: [f64; 8] = [
    1.050_750_071_644_416_9e-9,
    0.000_547_593_808_499_534_5,
    0.015_198_666_563_616_457,
    0.148_103_976_427_480_08,
    0.689_767_334_985_1,
    1.676_384_830_183_803_8,
    2.053_191_626_637_759,
    1.0,
];

/// In the tails: numerator, in r - 5.
const E: [f64; 8] = [
    2.010_334_399_292_288_1e-7,
    2.711_555_568_743_487_6e-5,
    0.001_242_660_947_388_078_4,
    0.026_532_189_526_576_124,
    0.296_560_571_828_504_87,
    1.784_826_539_917_291_3,
    5.463_784_911_164_114,
    6.657_904_643_501_103,
];

/// In the tails: denominator.
const F: [f64; 8] = [
    2.044_263_103_389_939_7e-15,
    1.421_511_758_316_446e-7,
    1.846_318_317_510_054_8e-5,
    0.000_786_869_131_145_613_3,
    0.014_875_361_290_850_615,
    0.136_929_880_922_735_8,
    0.599_832_206_555_888,
    1.0,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_quantiles_are_met_in_all_three_regions() {
        // From tables to 16 digits; symmetry gives the other half.
        for (p, z) in [
            (0.5, 0.0),
            (0.75, 0.674_489_750_196_081_7),
            (0.9, 1.281_551_565_544_600_4),
            (0.975, 1.959_963_984_540_054),
            (0.99, 2.326_347_874_040_841),
            (0.999, 3.090_232_306_167_813_5),
            (1e-10, -6.361_340_902_404_056),
            (1e-15, -7.941_345_326_170_997),
        ] {
            let error = (normal_quantile(p) - z).abs();
            assert!(error <= 1e-13, "p = {p}: off by {error:e}");
        }
        assert_eq!(normal_quantile(0.25), -normal_quantile(0.75));
    }

    #[test]
    fn the_distribution_function_undoes_it() {
        for step in 1..4000 {
            // Exponents from 0 to -16 and the whole middle.
            for p in [f64::from(step) / 4000.0, libm::exp2(-f64::from(step) / 80.0)] {
                let back = normal_tail(-normal_quantile(p));
                assert!((back / p - 1.0).abs() < 1e-13, "p = {p:e} comes back as {back:e}");
            }
        }
    }

    #[test]
    fn the_regions_meet_without_a_step_down() {
        for seam in [0.075, 0.925, libm::exp(-25.0)] {
            let around = [seam * (1.0 - 1e-12), seam, seam * (1.0 + 1e-12)].map(normal_quantile);
            assert!(around.is_sorted(), "at {seam}: {around:?}");
            // The slope there is at most 7.1.
            assert!(around[2] - around[0] < 2e-11, "at {seam}: {around:?}");
        }
    }
}
