//! How many runs a point gets: a fixed number, or as many as it takes to know its mean rounds well enough.

use serde::{Deserialize, Deserializer};

use super::sections::Reader;
use super::tree::Value;
use crate::scalar::{self, Refusal};
use crate::settings::REPLICATES;
pub use crate::settings::{Precision, half_width};

/// The form of `replicates` that is no number, for messages.
const UNTIL_FORM: &str = "{ target = \"1%\", min = 30, max = 100_000 }";

/// What `replicates` says: the most runs of a point, and what may end them sooner.
pub(super) fn read(reader: &mut Reader<'_>) -> (u64, Option<Precision>) {
    let key = REPLICATES.path;
    if !reader.look(&REPLICATES, |value| matches!(value, Some(Value::Table(_)))) {
        return (reader.whole(&REPLICATES, 1..=u64::MAX, format_args!(", or {UNTIL_FORM}")), None);
    }
    let Some(Written { target, min, max }) = reader.model::<Written>(&REPLICATES) else { return (1, None) };
    let Some(Share(target)) = target else {
        reader.refuse(
            key,
            "`replicates` has no `target` that tells when to stop",
            format!("a number, or {UNTIL_FORM}"),
        );
        return (1, None);
    };
    if min < 2 {
        reader.refuse(
            "replicates.min",
            format!("an interval needs at least 2 runs, not {min}"),
            "a whole number from 2 up",
        );
    }
    if max < min {
        reader.refuse("replicates.max", format!("{max} runs are fewer than `min`, {min}"), format!("{min} or more"));
    }
    (max.max(1), Some(Precision { target, min, max }))
}

/// `replicates` as it is written, where it is no number.
#[derive(Clone, Deserialize)]
pub(super) struct Written {
    #[serde(default)]
    target: Option<Share>,
    #[serde(default = "fewest")]
    min: u64,
    #[serde(default = "most")]
    max: u64,
}

fn fewest() -> u64 {
    30
}

fn most() -> u64 {
    100_000
}

/// A share above 0 and below 1, as a number or in percent.
#[derive(Clone)]
struct Share(f64);

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar::read_number(deserializer, "a share above 0 and below 1, such as \"1%\" or 0.01", |written| {
            let share = written.number()?;
            Some(Share(share)).filter(|_| share > 0.0 && share < 1.0).ok_or(Refusal::Value)
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::stats::{Moments, unseen};
    use rand::SeedableRng;
    use rand::rand_core::Rng;
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::scenario::{self, Overrides, Problems, Scenario, Source};

    fn scenario(replicates: &str) -> Result<Scenario, Problems> {
        let text = format!("replicates = {replicates}\n[network]\nnodes = 8\n[gossip]\nstrategy = \"push\"\n");
        scenario::read(Source::text("demo.toml", &text), &Overrides::default())
    }

    #[test]
    fn a_number_or_a_target_is_read_with_its_defaults() {
        let read = |text| scenario(text).map(|scenario| (scenario.replicates, scenario.precision)).unwrap();
        assert_eq!(read("7"), (7, None));
        let wanted = |target, min, max| (max, Some(Precision { target, min, max }));
        assert_eq!(read("{ target = \"1%\" }"), wanted(0.01, 30, 100_000));
        assert_eq!(read("{ target = 0.025, min = 2, max = 2 }"), wanted(0.025, 2, 2));
        assert_eq!(read("{ target = \"0.5 %\", max = 1e3 }"), wanted(0.005, 30, 1000));
    }

    #[test]
    fn what_is_no_target_is_refused_at_its_place() {
        for (text, place, parts) in [
            ("{ min = 30 }", (1, 14), ["no `target`", "target = \"1%\""]),
            ("{ target = 1 }", (1, 25), ["1 is not a share", "\"1%\" or 0.01"]),
            ("{ target = 0.0 }", (1, 25), ["0 is not a share", "above 0"]),
            ("{ target = nan }", (1, 25), ["NaN", "finite"]),
            ("{ target = \"1\" }", (1, 25), ["1 is not a share", "\"1%\""]),
            ("{ target = \"200%\" }", (1, 25), ["200%", "below 1"]),
            ("{ target = 0.1, min = 1 }", (1, 36), ["needs at least 2 runs, not 1", "from 2 up"]),
            ("{ target = 0.1, max = 29 }", (1, 36), ["29 runs are fewer than `min`, 30", "30 or more"]),
            ("{ target = 0.1, mim = 3 }", (1, 30), ["`mim` is not a setting", "did you mean `min`?"]),
            ("0", (1, 14), ["from 1 up", "or { target = \"1%\""]),
            ("\"many\"", (1, 14), ["found the text \"many\"", "or { target = \"1%\""]),
        ] {
            let problems = scenario(text).unwrap_err();
            assert_eq!(problems.position(&problems.list()[0]), Some(place), "{text}: {problems}");
            assert!(parts.iter().all(|part| problems.to_string().contains(part)), "{text}: {problems}");
        }
        let swept =
            "[network]\nnodes = 8\n[gossip]\nstrategy = \"push\"\n[sweep]\n\"replicates.target\" = [0.1, 0.2]\n";
        let problems = scenario::read(Source::text("demo.toml", swept), &Overrides::default()).unwrap_err();
        assert!(problems.to_string().contains("`replicates.target` is the same in every configuration"), "{problems}");
    }

    #[test]
    fn a_scenario_with_a_target_reads_back_as_itself_and_counts_from_its_least_to_its_most() {
        let first = scenario("{ target = \"1%\", min = 40, max = 5000 }").unwrap();
        let again = scenario::read(Source::text("demo.toml", &first.resolved_toml()), &Overrides::default()).unwrap();
        assert_eq!((again.precision, again.hash()), (first.precision, first.hash()));
        assert_eq!((first.fewest(), first.runs()), (40, 5000));
        assert_ne!(scenario("5000").unwrap().hash(), first.hash());
        let fixed = Overrides { replicates: Some(9), ..Overrides::default() };
        let fixed = scenario::read(Source::text("demo.toml", &first.resolved_toml()), &fixed).unwrap();
        assert_eq!((fixed.precision, fixed.runs()), (None, 9));
    }

    #[test]
    fn looks_are_at_the_least_and_at_every_doubling_until_the_target_is_met_or_the_most_reached() {
        let precision = Precision { target: 0.01, min: 30, max: 200 };
        let loose: Moments = [1.0, 3.0].into_iter().collect();
        let looks: Vec<u64> = std::iter::successors(Some(0), |&done| precision.next(done, &loose)).collect();
        assert_eq!(looks, [0, 30, 60, 120, 200]);
        // 30 runs that agree leave 0.095 rounds open, 60 leave 0.049: 1.4 % and 0.7 % of 7.
        let sure = |runs| std::iter::repeat_n(7.0, runs).collect::<Moments>();
        assert_eq!((precision.next(30, &sure(30)), precision.next(60, &sure(60))), (Some(60), None));
        // One value has no interval; none at all have no mean.
        let one: Moments = [7.0].into_iter().collect();
        assert_eq!((precision.next(30, &one), precision.next(30, &Moments::default())), (Some(60), None));
        // Mean 10, t(0.975, 399) × sd / √400 = 1.96593 × 1.00125 / 20 = 0.09842.
        let ten: Moments = (0..400).map(|run| if run % 2 == 0 { 9.0 } else { 11.0 }).collect();
        assert!(half_width(&ten).is_some_and(|half| (half - 0.009_842).abs() < 1e-6));
        assert!(precision.met_by(&ten) && !Precision { target: 0.0098, ..precision }.met_by(&ten));
        let nothing: Moments = [0.0; 3].into_iter().collect();
        assert!(precision.met_by(&nothing), "rounds that are all 0 are known");
    }

    #[test]
    fn an_interval_that_was_looked_at_until_it_was_narrow_still_covers_nearly_what_it_says() {
        let mut stream = ChaCha8Rng::seed_from_u64(11);
        let mut uniform = || (stream.next_u64() >> 11) as f64 / 9_007_199_254_740_992.0;
        // Nearly normal: mean 10, standard deviation 1. About 96 runs are needed for 2 %.
        let mut rounds = || 4.0 + (0..12).map(|_| uniform()).sum::<f64>();
        let precision = Precision { target: 0.02, min: 30, max: 100_000 };
        let (trials, mut inside) = (4000, 0);
        for _ in 0..trials {
            let (mut done, mut seen) = (0, Moments::default());
            while let Some(total) = precision.next(done, &seen) {
                (done..total).for_each(|_| seen.add(rounds()));
                done = total;
            }
            assert!(precision.met_by(&seen) && [60, 120, 240].contains(&done), "{done}");
            let (low, high) = unseen::mean_interval(&seen, 1.0, 0.95).unwrap();
            inside += u32::from(low <= 10.0 && 10.0 <= high);
        }
        // One standard error is √(0.95 × 0.05 / 4000) = 0.0034. Stopping costs less than 1 % of coverage.
        let share = f64::from(inside) / f64::from(trials);
        assert!(share > 0.94 - 4.0 * 0.0034 && share < 0.95 + 4.0 * 0.0034, "{share}");
    }
}
