//! How surely a share is known.

use super::student;

/// Where the true share lies with confidence `level`, when `seen` of `trials` were seen (Wilson 1927, the score
/// interval). Where none or all were seen, the interval reaches from that end to the rule of three (Hanley &
/// Lippman-Hand 1983): 0 of 300 leaves up to 3/300, at 95 %. `None` without trials, if more were seen than
/// tried, or if `level` is not between 0 and 1.
pub fn interval(seen: u64, trials: u64, level: f64) -> Option<(f64, f64)> {
    if trials == 0 || seen > trials || !(level > 0.0 && level < 1.0) {
        return None;
    }
    let count = trials as f64;
    let unseen = (-libm::log(1.0 - level) / count).min(1.0);
    if seen == 0 {
        return Some((0.0, unseen));
    }
    if seen == trials {
        return Some((1.0 - unseen, 1.0));
    }
    let share = seen as f64 / count;
    let z = student::two_sided(level, f64::INFINITY);
    let square = z * z / count;
    let centre = share + square / 2.0;
    let half = (square * (share * (1.0 - share) + square / 4.0)).sqrt();
    Some((((centre - half) / (1.0 + square)).max(0.0), ((centre + half) / (1.0 + square)).min(1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_that_of_the_literature() {
        // Newcombe 1998, table I, method 3 (score, no continuity correction).
        for (seen, trials, low, high) in [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (1, 29, 0.0061, 0.1718)]
        {
            let found = interval(seen, trials, 0.95).unwrap();
            assert!((found.0 - low).abs() < 6e-5 && (found.1 - high).abs() < 6e-5, "{seen}/{trials}: {found:?}");
        }
    }

    #[test]
    fn where_none_is_seen_the_rule_of_three_holds() {
        let (low, high) = interval(0, 300, 0.95).unwrap();
        assert!(low == 0.0 && (high - 0.01).abs() < 2e-5, "{high}");
        let (low, high) = interval(300, 300, 0.95).unwrap();
        assert!(high == 1.0 && (low - 0.99).abs() < 2e-5, "{low}");
        assert_eq!(interval(0, 1, 0.95), Some((0.0, 1.0)));
    }

    #[test]
    fn nonsense_has_no_interval() {
        assert_eq!(interval(0, 0, 0.95), None);
        assert_eq!(interval(3, 2, 0.95), None);
        assert_eq!(interval(1, 2, 1.0), None);
    }
}
