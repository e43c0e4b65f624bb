//! Student's t: how far a mean may stray when its spread is estimated too.

use std::cell::Cell;
use std::f64::consts::PI;

use super::normal::normal_tail;

/// From so many degrees of freedom on, the incomplete beta function loses digits and the normal law with three
/// corrections does not.
const MANY: f64 = 1e5;

/// How many quantiles a thread remembers: a summary asks for the same few of dozens of columns at thousands of points.
const REMEMBERED: usize = 256;

thread_local! {
    /// The quantiles last worked out: the bits of level and degrees of freedom, and the value, which depends on nothing
    /// else. No level is `NaN`, so that an empty place answers nothing.
    static LAST: [Cell<(u64, u64, f64)>; REMEMBERED] =
        const { [const { Cell::new((u64::MAX, u64::MAX, f64::NAN)) }; REMEMBERED] };
}

/// The value that |t| stays below with probability `level`, for `freedom` degrees of freedom; `NaN` unless
/// 0 <= `level` < 1 and `freedom` > 0.
pub fn two_sided(level: f64, freedom: f64) -> f64 {
    remembered(level, freedom, || quantile(0.5 + level / 2.0, freedom))
}

/// The value of `work` for this level and these degrees of freedom, worked out unless it is remembered.
fn remembered(level: f64, freedom: f64, work: impl FnOnce() -> f64) -> f64 {
    let (level, freedom) = (level.to_bits(), freedom.to_bits());
    LAST.with(|last| {
        let place = &last[place(level, freedom)];
        let (known_level, known_freedom, value) = place.get();
        if (known_level, known_freedom) == (level, freedom) {
            return value;
        }
        let value = work();
        place.set((level, freedom, value));
        value
    })
}

/// Where a quantile is remembered: neighbouring whole degrees of freedom lie apart (Fibonacci hashing).
fn place(level: u64, freedom: u64) -> usize {
    const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
    let mixed = (level.rotate_left(32) ^ freedom).wrapping_mul(GOLDEN);
    (mixed >> 32) as usize % REMEMBERED
}

/// The value that t stays below with `probability`, for `freedom` degrees of freedom, whole or not; infinite
/// freedom is the normal law.
///
/// Bisection on the tail, to the last bit that the tail can tell: 1e-10 or better in relative terms. `NaN` unless
/// 0 < `probability` < 1 and `freedom` > 0.
pub fn quantile(probability: f64, freedom: f64) -> f64 {
    if !(probability > 0.0 && probability < 1.0 && freedom > 0.0) {
        return f64::NAN;
    }
    if probability < 0.5 {
        return -quantile(1.0 - probability, freedom);
    }
    let tail = 1.0 - probability;
    if freedom > MANY {
        return near_normal(normal_deviate(tail), freedom);
    }
    root(&|value| upper_tail(value, freedom), tail)
}

/// The value that a standard normal variable passes with probability `tail`, from 0 to 1.
pub fn normal_deviate(tail: f64) -> f64 {
    if tail > 0.5 { -root(&normal_tail, 1.0 - tail) } else { root(&normal_tail, tail) }
}

/// Where the falling function `above`, 1/2 at 0, reaches `tail`: bisection until no number lies between.
fn root(above: &dyn Fn(f64) -> f64, tail: f64) -> f64 {
    let mut high = 1.0;
    while above(high) > tail {
        high *= 2.0;
    }
    let mut low = 0.0;
    loop {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            return middle;
        }
        if above(middle) > tail {
            low = middle;
        } else {
            high = middle;
        }
    }
}

/// The quantile of t from that of the normal law (Abramowitz & Stegun 26.7.5); the next term is of order z^9 / df^4.
fn near_normal(z: f64, freedom: f64) -> f64 {
    let square = z * z;
    let first = z * (square + 1.0) / 4.0;
    let second = z * ((5.0 * square + 16.0) * square + 3.0) / 96.0;
    let third = z * (((3.0 * square + 19.0) * square + 17.0) * square - 15.0) / 384.0;
    z + (first + (second + third / freedom) / freedom) / freedom
}

/// The probability that t passes `value` >= 0: half the incomplete beta function at freedom / (freedom + t²)
/// (Abramowitz & Stegun 26.7.1).
fn upper_tail(value: f64, freedom: f64) -> f64 {
    let square = value * value;
    // Both shares are formed without cancellation: near t = 0 the small one decides.
    let (inner, outer) = (freedom / (freedom + square), square / (freedom + square));
    let a = freedom / 2.0;
    // x^a (1 - x)^(1/2) / B(a, 1/2), with B(a, 1/2) = Γ(a) √π / Γ(a + 1/2)
    let log_power = -a * libm::log1p(square / freedom);
    let factor = libm::exp(log_power + gamma_ratio_log(a)) * outer.sqrt() / PI.sqrt();
    if inner < (a + 1.0) / (a + 2.5) {
        0.5 * factor * fraction(a, 0.5, inner) / a
    } else {
        0.5 - factor * fraction(0.5, a, outer)
    }
}

/// ln Γ(a + 1/2) - ln Γ(a). The difference of two large logarithms would cost digits, so large `a` takes the
/// asymptotic series instead (error below 1e-16 from 60 on).
fn gamma_ratio_log(a: f64) -> f64 {
    if a < 60.0 {
        return libm::lgamma(a + 0.5) - libm::lgamma(a);
    }
    let square = a * a;
    0.5 * libm::log(a) - (1.0 / 8.0 - (1.0 / 192.0 - 1.0 / (640.0 * square)) / square) / a
}

/// The continued fraction of the incomplete beta function, I_x(a, b) = x^a (1-x)^b / (a B(a, b)) × this (DLMF 8.17.22),
/// from the front by Lentz's method. Converges in about √max(a, b) steps for x < (a + 1) / (a + b + 2).
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    const MOST_STEPS: u32 = 100_000;
    let away = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / away(1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    for step in 1..=MOST_STEPS {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for term in [even, odd] {
            d = 1.0 / away(1.0 + term * d);
            c = away(1.0 + term / c);
            change = c * d;
            value *= change;
        }
        if (change - 1.0).abs() < 1e-16 {
            break;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::distribution::{ContinuousCDF, StudentsT};

    #[test]
    fn quantiles_are_those_of_the_printed_tables() {
        for (probability, freedom, printed) in [
            (0.975, 1.0, 12.706_204_736_174_7),
            (0.975, 2.0, 4.302_652_729_749_46),
            (0.975, 3.0, 3.182_446_305_284_26),
            (0.975, 5.0, 2.570_581_835_636_31),
            (0.975, 10.0, 2.228_138_851_986_27),
            (0.975, 30.0, 2.042_272_456_301_24),
            (0.975, f64::INFINITY, 1.959_963_984_540_05),
            (0.995, 4.0, 4.604_094_871_349_99),
            (0.95, 7.0, 1.894_578_605_090_01),
        ] {
            let t = quantile(probability, freedom);
            assert!((t / printed - 1.0).abs() < 1e-12, "t({probability}, {freedom}) = {t}, not {printed}");
        }
    }

    #[test]
    fn one_and_two_degrees_have_a_closed_form() {
        for probability in [0.5, 0.6, 0.75, 0.9, 0.99, 0.9999] {
            let cauchy = libm::tan(PI * (probability - 0.5));
            let two = (2.0 * probability - 1.0) * (1.0 / (2.0 * probability * (1.0 - probability))).sqrt();
            assert!((quantile(probability, 1.0) - cauchy).abs() <= 1e-10 * (1.0 + cauchy), "{probability}");
            assert!((quantile(probability, 2.0) - two).abs() <= 1e-10 * (1.0 + two), "{probability}");
        }
    }

    #[test]
    fn the_tail_beyond_a_quantile_is_the_one_asked_for() {
        for freedom in [1.0, 1.5, 2.7, 9.0, 49.0, 119.5, 121.0, 1e3, 1e5, 1e7] {
            let law = StudentsT::new(0.0, 1.0, freedom).unwrap();
            for probability in [0.01, 0.3, 0.55, 0.9, 0.975, 0.999] {
                let t = quantile(probability, freedom);
                // Its logarithms of Γ lose digits with the degrees of freedom, ours do not.
                let error = 1e-10 + 1e-15 * freedom;
                let found = law.cdf(t);
                assert!((found - probability).abs() < error, "df {freedom}, p {probability}: {found}");
            }
        }
    }

    #[test]
    fn many_degrees_of_freedom_tend_to_the_normal_law() {
        let normal = 1.959_963_984_540_054;
        assert_eq!(quantile(0.975, f64::INFINITY), normal);
        for freedom in [1e3, 1e4, 0.99e5] {
            let found = quantile(0.975, freedom);
            assert!((found - near_normal(normal, freedom)).abs() < 1e-10, "df {freedom}: {found}");
        }
    }

    #[test]
    fn what_is_remembered_is_what_would_be_worked_out() {
        // More pairs than are remembered, twice and in two orders, so that places are taken over again and again.
        let pairs: Vec<(f64, f64)> =
            (1..400).flat_map(|freedom| [0.8, 0.95, 0.99].map(|level| (level, f64::from(freedom)))).collect();
        for (level, freedom) in pairs.iter().chain(pairs.iter().rev()).copied() {
            let worked_out = quantile(0.5 + level / 2.0, freedom);
            assert_eq!(two_sided(level, freedom).to_bits(), worked_out.to_bits(), "level {level}, df {freedom}");
        }
        let normal = two_sided(0.95, f64::INFINITY);
        assert_eq!(remembered(0.95, f64::INFINITY, || panic!("it is remembered")), normal);
        assert!(two_sided(f64::NAN, 3.0).is_nan() && two_sided(0.95, -1.0).is_nan());
    }

    #[test]
    fn what_makes_no_sense_has_no_quantile() {
        for (probability, freedom) in [(0.0, 3.0), (1.0, 3.0), (f64::NAN, 3.0), (0.9, 0.0), (0.9, f64::NAN)] {
            assert!(quantile(probability, freedom).is_nan());
        }
        assert_eq!(quantile(0.25, 3.0), -quantile(0.75, 3.0));
    }
}
