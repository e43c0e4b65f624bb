//! The settings of a failure detector: how heartbeats get around, and when a silence is too long.

use serde::{Deserialize, Deserializer, Serialize};

use crate::catalog::Incompatible;
use crate::key::Key;
use crate::keys;
use crate::scalar::{self, Refusal};
use crate::time::{SPAN_FORM, Span, SpanOrNone};
use crate::workload::{Common, Strategy};

keys! {
    HEARTBEATS = "workload.heartbeats", Optional("\"direct\""), None,
        "`direct`: a node sends its heartbeat to the peers of each turn (`fanout = \"all\"`: to every neighbour); `gossip`: \
         nodes tell each other the highest heartbeats that they know of everybody, `push` all of them, `push-pull` what \
         differs by digest, reply and news";
    DETECTOR = "workload.detector", Optional("\"timeout\""), None,
        "`timeout`: a node is taken for failed after a fixed silence; `phi`: after one that is too long by the gaps between \
         its heartbeats so far";
    TIMEOUT = "workload.timeout", Optional("\"3s\""), None,
        "with `timeout`: the longest silence";
    MODEL = "workload.model", Optional("\"normal\""), None,
        "with `phi`: the law that gaps are taken to follow, `normal` or `exponential`";
    THRESHOLD = "workload.threshold", Optional("8"), None,
        "with `phi`: a node is taken for failed once phi = -log10 P(gap > silence) is above this";
    WINDOW = "workload.window", Optional("1000"), None,
        "with `phi`: how many of the last gaps are kept of every node";
    FIRST_GAP = "workload.first_gap", Optional("\"2s\""), Some("first gap"),
        "with `phi`: what stands in the window before any gap";
    LONGEST_GAP = "workload.longest_gap", Optional("\"none\""), Some("longest gap"),
        "with `phi`: longer gaps are not kept; `none`: all are";
    LEAST_SD = "workload.least_sd", Optional("\"100ms\""), Some("least sd"),
        "with `phi` and `normal`: the standard deviation is taken to be this at least, or evenly spaced heartbeats would make \
         phi jump from 0 to infinity; with `exponential` it has no meaning";
    CHECK_EVERY = "workload.check_every", Optional("\"none\""), Some("time between checks"),
        "how often a node looks whether a silence is too long, from a random moment on; `none`: it notices at once";
    DURING = "workload.during", Optional("\"60s\""), Some("time of watching"),
        "how long the run lasts, or until its last event if that is later";
}

/// The settings of a failure detector.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DetectorSettings {
    /// How heartbeats get around.
    pub heartbeats: Heartbeats,
    /// When a silence is too long.
    pub detector: DetectorKind,
    /// The longest silence of a fixed timeout.
    pub timeout: Span,
    /// The law that gaps are taken to follow.
    pub model: Model,
    /// Phi above this is too suspicious.
    pub threshold: Threshold,
    /// How many gaps are kept.
    pub window: u32,
    /// What stands in the window before any gap.
    pub first_gap: Span,
    /// Longer gaps are not kept.
    pub longest_gap: SpanOrNone,
    /// The least standard deviation of a normal law.
    pub least_sd: Span,
    /// How often a node looks whether a silence is too long.
    pub check_every: SpanOrNone,
    /// How long the run lasts.
    pub during: Span,
}

/// Keys that mean something with `phi` alone.
const OF_PHI: [Key; 6] = [MODEL, THRESHOLD, WINDOW, FIRST_GAP, LONGEST_GAP, LEAST_SD];

/// Whether the key at `path` changes what a detector does, which `detector` names as scenario files do; where that is no name
/// of one it may.
pub fn means_something(path: &str, detector: &str) -> bool {
    match detector {
        "timeout" => OF_PHI.iter().all(|key| key.path != path),
        "phi" => path != TIMEOUT.path,
        _ => true,
    }
}

/// How heartbeats get around.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Heartbeats {
    /// Their node sends them to those who wait for them.
    Direct,
    /// Everybody passes them on.
    Gossip,
}

/// When a silence is too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DetectorKind {
    /// After a fixed time.
    Timeout,
    /// When it is too suspicious.
    Phi,
}

/// The law that gaps are taken to follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Model {
    /// The normal law of their mean and standard deviation (Hayashibara et al. 2004).
    Normal,
    /// The exponential law of their mean (Cassandra).
    Exponential,
}

/// A threshold of phi: above 0 and at most 300, so that 10 to the power of its negative is a number.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct Threshold(f64);

impl Threshold {
    /// The threshold `phi`; `None` where there is no such.
    pub fn new(phi: f64) -> Option<Self> {
        (phi > 0.0 && phi <= 300.0).then_some(Threshold(phi))
    }

    /// As a number.
    pub fn phi(self) -> f64 {
        self.0
    }
}

impl<'de> Deserialize<'de> for Threshold {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar::read_number(deserializer, "a number above 0, at most 300", |written| {
            Threshold::new(written.number()?).ok_or(Refusal::Value)
        })
    }
}

impl DetectorSettings {
    /// What says nothing, or contradicts itself, is refused.
    pub(super) fn check_keys(&self, common: &Common) -> Result<(), Incompatible> {
        for (key, span) in [
            (TIMEOUT, Some(self.timeout)),
            (FIRST_GAP, Some(self.first_gap)),
            (LONGEST_GAP, self.longest_gap.0),
            (CHECK_EVERY, self.check_every.0),
            (DURING, Some(self.during)),
        ] {
            if span.is_some_and(Span::is_zero) {
                return Err(Incompatible::of(key.name(), "no time at all", SPAN_FORM));
            }
        }
        if self.window == 0 || self.window > MOST_GAPS {
            let allowed = format!("a whole number from 1 to {MOST_GAPS}");
            return Err(Incompatible::of(WINDOW.name(), "not a number of gaps to keep", allowed));
        }
        if self.detector == DetectorKind::Phi
            && let Some(longest) = self.longest_gap.0
            && longest < common.interval
        {
            let problem = format!("heartbeats come every {}: no gap would be kept", common.interval);
            return Err(Incompatible::of(LONGEST_GAP.name(), problem, "\"none\", or gossip.interval at least"));
        }
        if self.heartbeats == Heartbeats::Direct && common.strategy != Strategy::Push {
            let problem = format!("heartbeats that are sent need strategy = \"push\", not \"{}\"", common.strategy);
            return Err(Incompatible::of(
                HEARTBEATS.name(),
                problem,
                "strategy = \"push\", or heartbeats = \"gossip\"",
            ));
        }
        Ok(())
    }
}

/// The most gaps that are kept.
const MOST_GAPS: u32 = 1_000_000;

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::clock::Phase;
    use crate::workload::BackOff;
    use crate::workload::testing::{assert_named, settings_of};

    /// What all workloads go by, with heartbeats every second that are pushed to one peer.
    pub(in crate::workload::detector) fn common(nodes: u32) -> Common {
        let interval = Span::from_millis(1000);
        let (phase, back_off) = (Phase::Random, BackOff::NONE);
        Common { nodes, strategy: Strategy::Push, fanout: 1, interval, phase, back_off, complete: true }
    }

    /// The defaults but for what is `written`.
    pub(in crate::workload::detector) fn settings(written: &str) -> DetectorSettings {
        settings_of(KEYS, written)
    }

    #[test]
    fn every_key_has_a_default_and_the_defaults_go_together() {
        assert_eq!(settings("").check_keys(&common(2)), Ok(()));
        assert_named(&settings(""), KEYS);
    }

    #[test]
    fn a_key_means_something_to_the_detectors_that_its_sentence_says() {
        for key in KEYS {
            for detector in ["timeout", "phi"] {
                let others = ["timeout", "phi"].into_iter().filter(|other| *other != detector);
                let of_another = others.into_iter().any(|other| key.doc.starts_with(&format!("with `{other}`")));
                assert_eq!(means_something(key.path, detector), !of_another, "{} and {detector}", key.path);
            }
        }
    }

    #[test]
    fn what_means_nothing_is_refused_at_its_key() {
        for (written, key) in [
            ("timeout = \"0s\"", "timeout"),
            ("first_gap = \"0s\"", "first_gap"),
            ("check_every = \"0s\"", "check_every"),
            ("during = \"0s\"", "during"),
            ("window = 0", "window"),
            ("window = 1000001", "window"),
            ("detector = \"phi\"\nlongest_gap = \"999ms\"", "longest_gap"),
        ] {
            assert_eq!(settings(written).check_keys(&common(2)).unwrap_err().key, Some(key), "{written}");
        }
        for strategy in [Strategy::Pull, Strategy::PushPull] {
            let common = Common { strategy, ..common(2) };
            assert_eq!(settings("").check_keys(&common).unwrap_err().key, Some("heartbeats"));
            assert_eq!(settings("heartbeats = \"gossip\"").check_keys(&common), Ok(()));
        }
        assert_eq!(settings("detector = \"phi\"\nlongest_gap = \"1s\"").check_keys(&common(2)), Ok(()));
    }

    #[test]
    fn thresholds_and_times_are_read_as_they_are_written() {
        let read = settings("threshold = 2.5\nlongest_gap = \"2s\"");
        assert_eq!((read.threshold.phi(), read.longest_gap), (2.5, SpanOrNone(Some(Span::from_millis(2000)))));
        assert_eq!(settings("").threshold, Threshold(8.0));
        for phi in [0.0, -1.0, 300.1, f64::NAN, f64::INFINITY] {
            assert_eq!(Threshold::new(phi), None, "{phi}");
        }
        let said = |written: &str| toml::from_str::<toml::Table>(written).unwrap();
        let of = |written: &str| said(written)["t"].clone().try_into::<Threshold>().map_err(|error| error.to_string());
        assert_eq!(of("t = 12"), Ok(Threshold(12.0)));
        assert!(of("t = 0").unwrap_err().contains("a number above 0, at most 300"));
    }
}
