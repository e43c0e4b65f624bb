//! How large updates are: all alike, or each of its own size, drawn once by address.
//!
//! The laws are those of [latency](crate::network::latency), in which a byte stands for a nanosecond: one draw gives one size through
//! the inverse distribution function, to the nearest byte.

mod laws;
mod samples;

use std::path::Path;

use serde::{Deserialize, Serialize, Serializer};

use crate::catalog;
use crate::catalog::Incompatible;
use crate::random::{Chance, Field, Purpose, Use};
use crate::units::Bytes;
use laws::{Constant, Lognormal, Pareto, Uniform};
use samples::Empirical;

/// So many draws make a mean.
const STEPS: u64 = 1024;

/// Declares how sizes are written that are `$Amount`: a law of some kind, or one size alone.
macro_rules! update_sizes {
    ($Sizes:ident($Law:ident), $Amount:ty, $doc:literal) => {
        catalog! {
            /// A law of sizes.
            pub enum $Law = "size" {
                "constant" => Constant(Constant<$Amount>),
                "uniform" => Uniform(Uniform),
                "lognormal" => Lognormal(Lognormal),
                "pareto" => Pareto(Pareto),
                "empirical" => Empirical(Empirical),
            }

            /// The bytes of an update whose draw is `draw`.
            fn bytes(&self, draw: u64) -> u64;

            /// The most that there may be.
            fn most(&self) -> u64;
        }

        #[doc = $doc]
        #[derive(Clone, Debug, PartialEq, Deserialize)]
        #[serde(transparent)]
        pub struct $Sizes($Law);

        impl $Sizes {
            /// The size of all updates, if they are alike.
            pub fn constant(&self) -> Option<u64> {
                if let $Law::Constant(Constant { value }) = &self.0 { Some(u64::from(*value)) } else { None }
            }

            /// The bytes of update `number` of a run.
            pub fn of(&self, number: u64, draws: &UpdateDraws) -> u64 {
                self.constant().unwrap_or_else(|| self.0.bytes(draws.0.at(0, number, Use::UPDATE_SIZE.slot(0))))
            }

            /// The most that an update may have.
            pub fn most(&self) -> u64 {
                self.0.most()
            }

            /// About the mean: that of evenly spread draws.
            pub fn mean(&self) -> f64 {
                let width = u64::MAX / STEPS;
                let bytes = |step: u64| self.0.bytes(step * width + width / 2) as f64;
                self.constant().map_or_else(|| (0..STEPS).map(bytes).sum::<f64>() / STEPS as f64, |size| size as f64)
            }

            /// Reads the file that it names, relative to `folder`, once for all clones.
            ///
            /// # Errors
            /// It cannot be read, or holds something else.
            pub fn load(&self, folder: &Path) -> Result<(), Incompatible> {
                if let $Law::Empirical(law) = &self.0 { law.load(folder) } else { Ok(()) }
            }
        }

        /// One size alone is written without the name of a law.
        impl Serialize for $Sizes {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match &self.0 {
                    $Law::Constant(Constant { value }) => value.serialize(serializer),
                    law => law.serialize(serializer),
                }
            }
        }
    };
}

update_sizes! { UpdateSize(TextSizeLaw), Bytes, "How large updates are, where one size is a text with a unit." }
update_sizes! { UpdateBytes(CountSizeLaw), u32, "How large updates are, where one size is a number of bytes." }

impl From<Bytes> for UpdateSize {
    fn from(value: Bytes) -> Self {
        UpdateSize(TextSizeLaw::Constant(Constant { value }))
    }
}

/// The draws about the sizes of the updates of a run.
#[derive(Clone, Debug)]
pub struct UpdateDraws(Field);

impl UpdateDraws {
    /// Those of the run that `chance` names.
    pub fn new(chance: &Chance) -> Self {
        UpdateDraws(chance.field(Purpose::Workload))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn law(text: &str) -> Result<UpdateSize, String> {
        let law: Result<TextSizeLaw, _> = serde_json::from_str(text);
        law.map(UpdateSize).map_err(|error| error.to_string())
    }

    fn draws(replicate: u64) -> UpdateDraws {
        UpdateDraws::new(&Chance { seed: 1, nodes: 2, replicate })
    }

    /// The mean over 40 000 updates is that of the law, |z| <= 4; its quantiles are what is written.
    #[test]
    fn sizes_follow_their_laws() {
        const COUNT: u64 = 40_000;
        for (text, mean, deviation, quantiles) in [
            (r#"{"uniform": {"min": "100B", "max": "299B"}}"#, 199.5, (200.0_f64 * 200.0 - 1.0) / 12.0, [(0.5, 200)]),
            // With s = ln 16 / 2.3263 the mean is exp(s^2 / 2) times the median.
            (
                r#"{"lognormal": {"median": "1KiB", "p99": "16KiB"}}"#,
                2083.7,
                2083.7 * 2083.7 * 3.1403,
                [(0.99, 16_384)],
            ),
            (r#"{"pareto": {"min": "1KiB", "shape": 3.0}}"#, 1536.0, 1536.0 * 1536.0 / 3.0, [(0.875, 2048)]),
            (r#"{"pareto": {"min": "1KiB", "shape": 0.5, "max": "4KiB"}}"#, 3072.0, 1.0e6, [(0.5, 4096)]),
        ] {
            let (law, draws) = (law(text).unwrap(), draws(0));
            let sizes: Vec<f64> = (0..COUNT).map(|number| law.of(number, &draws) as f64).collect();
            let found = sizes.iter().sum::<f64>() / COUNT as f64;
            let z = (found - mean) / (deviation / COUNT as f64).sqrt();
            assert!(z.abs() <= 4.0, "{text}: {found} instead of {mean}, z = {z:.1}");
            assert!((law.mean() / mean - 1.0).abs() < 0.02, "{text}: {}", law.mean());
            for (share, size) in quantiles {
                let found = law.0.bytes((share * 2.0_f64.powi(64)) as u64);
                assert!(found.abs_diff(size) <= 1, "{text}: {found} instead of {size}");
            }
            assert!(sizes.iter().all(|size| *size <= law.most() as f64));
        }
    }

    #[test]
    fn an_update_has_one_size_in_a_run_and_others_in_others() {
        let law = law(r#"{"uniform": {"min": "0B", "max": "4294967295MiB"}}"#).unwrap();
        let size = |number, replicate| law.of(number, &draws(replicate));
        assert_eq!(size(7, 0), size(7, 0));
        assert!(size(7, 0) != size(8, 0) && size(7, 0) != size(7, 1));
        let alike = UpdateSize::from(Bytes::new(64));
        assert_eq!((alike.constant(), alike.of(3, &draws(1)), alike.most(), alike.mean()), (Some(64), 64, 64, 64.0));
        assert_eq!(serde_json::to_string(&alike).unwrap(), "\"64B\"");
    }

    #[test]
    fn what_makes_no_law_is_refused() {
        for (text, says) in [
            (r#"{"uniform": {"min": "2B", "max": "1B"}}"#, "max = \"1B\" is below min = \"2B\""),
            (r#"{"lognormal": {"median": "0B", "p99": "1B"}}"#, "median = \"0B\" makes no law"),
            (r#"{"lognormal": {"median": "2B", "p99": "4B", "max": "3B"}}"#, "max = \"3B\" is below p99 = \"4B\""),
            (r#"{"pareto": {"min": "0B", "shape": 1.0}}"#, "min = \"0B\" makes no law"),
            (r#"{"pareto": {"min": "1B", "shape": -1.0}}"#, "shape = -1"),
        ] {
            assert!(law(text).is_err_and(|problem| problem.contains(says)), "{text}: {:?}", law(text));
        }
    }

    /// Of a file with names, a size with a unit, and a row in which nothing is known.
    #[test]
    fn samples_are_each_as_likely_as_every_other() {
        let folder = std::env::temp_dir().join(format!("gossipsim-sizes-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let read = |text: &str, more: &str| {
            std::fs::write(folder.join("sizes.csv"), text).unwrap();
            let law = law(&format!(r#"{{"empirical": {{"samples": "sizes.csv"{more}}}}}"#)).unwrap();
            law.load(&folder).map(|()| law).map_err(|incompatible| incompatible.to_string())
        };
        let law_of = read("name,bytes\na,400\nb,1KiB\nc,-\nd,16\n", r#", "column": "bytes""#).unwrap();
        let counts = (0..30_000).map(|number| law_of.of(number, &draws(0))).fold([0.0; 3], |mut counts, size| {
            counts[[16, 400, 1024].iter().position(|own| *own == size).unwrap()] += 1.0;
            counts
        });
        for count in counts {
            let z = (count - 10_000.0) / (30_000.0_f64 * 2.0 / 9.0).sqrt();
            assert!(z.abs() <= 4.0, "{counts:?}");
        }
        assert_eq!((law_of.most(), law_of.mean().round()), (1024, 480.0));
        for (text, says) in [
            ("1,2\n3,4\n", "it has 2 columns"),
            ("5\nsix\n", "line 2, column 1: `six` is neither a number of bytes"),
            ("-\n", "there are no samples"),
            ("9999999999999999\n1\n", "line 1, column 1: `9999999999999999` is neither"),
        ] {
            let said = read(text, "").unwrap_err();
            assert!(said.contains(says), "{text}: {said}");
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
