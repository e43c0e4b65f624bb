//! A checked scenario: its points, and how it is written down.

mod sections;
mod swept_key;

pub use swept_key::{Following, SweptKey};

use std::borrow::Cow;

use serde_json::json;
use sha2::{Digest, Sha256};

use self::sections::Sections;
use self::swept_key::pointer;
use super::expect::Expectation;
use super::origin::Document;
use super::points::Points;
use super::words::quoted;
use crate::experiment::Design;
use crate::hexadecimal::hexadecimal;
use crate::settings::{Deadline, Point, Precision};
use crate::workload::Strategy;

/// A scenario past the door: nothing in it is wrong.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The stem of its file's name.
    pub name: String,
    /// What it was read from: one text, or those of both sides of a comparison.
    pub documents: Vec<Document>,
    /// What it is about, in its author's words.
    pub description: String,
    /// What decides everything random; of the first point, where the seed is swept.
    pub seed: u64,
    /// Runs of each point; the most of them, if `until` may end them sooner.
    pub replicates: u64,
    /// How well the mean rounds of a point must be known to end its runs.
    pub precision: Option<Precision>,
    /// What the time of each run is held against, if anything.
    pub deadline: Option<Deadline>,
    /// Every combination of the swept values.
    pub points: Points,
    /// The swept keys, in the order of the file; the first varies slowest.
    pub sweep: Vec<SweptKey>,
    /// What holds of every point, if `where` leaves others out.
    pub condition: Option<String>,
    /// The settings that follow the number of nodes, where that differs between points.
    pub following: Vec<Following>,
    /// What must hold of the results.
    pub expectations: Vec<Expectation>,
    /// What its author should know, though it is no mistake.
    pub notes: Vec<String>,
}

impl Design for Scenario {
    fn points(&self) -> impl Iterator<Item = Point> + Send {
        self.points.iter()
    }

    fn replicates(&self) -> u64 {
        self.replicates
    }

    fn precision(&self) -> Option<Precision> {
        self.precision
    }
}

impl Scenario {
    /// What has come about when a run has converged, as it stands after "rounds until".
    pub fn goal(&self) -> Cow<'static, str> {
        let goal = self.points.first().map_or("", |point| point.settings.workload.goal());
        // Of these nothing is known, and some can never know.
        match self.points.iter().all(|point| point.settings.adversaries.is_empty()) {
            true => Cow::Borrowed(goal),
            false => Cow::Owned(format!("{goal}, adversaries aside")),
        }
    }

    /// Point `index`, from 0.
    ///
    /// # Panics
    /// There is none.
    pub fn point(&self, index: usize) -> Point {
        self.points.get(index).unwrap_or_else(|| panic!("no configuration {index} among {}", self.points.len()))
    }

    /// The least number of runs that each point gets.
    pub fn fewest(&self) -> u64 {
        self.precision.map_or(self.replicates, |precision| precision.min)
    }

    /// The number of runs: points × replicates, the most there may be.
    pub fn runs(&self) -> u64 {
        // The reader of scenarios lets no more pass than 64 bits count.
        self.replicates * self.points.len() as u64
    }

    /// SHA-256 over all that decides the results, in hexadecimal: the settings and seeds of all points and the
    /// number of replicates, with defaults filled in. Names, comments, expectations and a deadline do not count.
    pub fn hash(&self) -> String {
        let mut digest = Sha256::new();
        digest.update(format!("gossipsim scenario 1\nreplicates {}\n", self.replicates));
        if let Some(Precision { target, min, .. }) = self.precision {
            digest.update(format!("until {target} from {min}\n"));
        }
        let mut sections = Sections::default();
        for point in &self.points {
            digest.update(format!("seed {} ", point.seed));
            for (key, section) in sections.of(&point.settings) {
                digest.update(key);
                digest.update(section);
            }
            digest.update("\n");
        }
        hexadecimal(digest.finalize())
    }

    /// The scenario for a manifest: the settings of the first point, and what is swept from there.
    pub fn resolved(&self) -> serde_json::Value {
        let key = |key: &SweptKey| {
            let mut json = json!({ "key": key.path, "values": key.values().collect::<Vec<_>>() });
            if let Some(zip) = key.zip() {
                json["zip"] = zip.into();
            }
            json
        };
        let mut resolved = json!({
            "name": self.name,
            "description": self.description,
            "seed": self.seed,
            "replicates": self.precision.map_or_else(|| json!(self.replicates), |precision| json!(precision)),
            "deadline": self.deadline,
            "points": self.points.len(),
            "settings": self.points.first().map(|point| point.settings),
            "sweep": self.sweep.iter().map(key).collect::<Vec<_>>(),
            "expect": self.expectations.iter().map(Expectation::to_string).collect::<Vec<_>>(),
        });
        if let Some(condition) = &self.condition {
            resolved["where"] = condition.as_str().into();
        }
        let follows =
            self.following.iter().filter_map(|following| following.written.as_ref().map(|text| (following, text)));
        for (Following { path, .. }, text) in follows {
            resolved["follows"][path] = text.as_str().into();
        }
        resolved
    }

    /// The scenario with every default filled in, as a scenario file: read again, it is the same scenario. A swept
    /// key shows its first value in its section, and a setting that follows the number of nodes the expression.
    pub fn resolved_toml(&self) -> String {
        let mut text = String::new();
        if !self.description.is_empty() {
            text.push_str(&format!("description = {}\n", quoted(&self.description)));
        }
        let replicates = match self.precision {
            Some(Precision { target, min, max }) => format!("{{ target = {target:?}, min = {min}, max = {max} }}"),
            None => self.replicates.to_string(),
        };
        let deadline = self.deadline.map_or_else(|| quoted("none"), |deadline| deadline.to_string());
        text.push_str(&format!("seed = {}\nreplicates = {replicates}\ndeadline = {deadline}\n", self.seed));
        let exchange = self.points.strategies().any(|strategy| strategy == Strategy::PushPull);
        if let Some(point) = self.points.first() {
            let following = self.following.iter().filter_map(|key| Some((pointer(&key.path), key.written.as_deref()?)));
            text.push_str(&format!("\n{}", point.settings.sections(exchange, &following.collect::<Vec<_>>())));
        }
        self.write_sweep(&mut text);
        if !self.expectations.is_empty() {
            text.push_str("\n[expect]\n");
        }
        for expectation in &self.expectations {
            text.push_str(&format!("{}\n", expectation.to_toml()));
        }
        text
    }
}

impl Scenario {
    /// Appends what is swept: keys of their own, the condition, and those that go in step.
    fn write_sweep(&self, text: &mut String) {
        if !self.sweep.is_empty() {
            text.push_str("\n[sweep]\n");
        }
        let (alone, in_step): (Vec<&SweptKey>, Vec<&SweptKey>) = self.sweep.iter().partition(|key| key.zip().is_none());
        alone.into_iter().for_each(|key| key.write(text));
        if let Some(condition) = &self.condition {
            text.push_str(&format!("where = {}\n", quoted(condition)));
        }
        let mut last = None;
        for key in in_step {
            if key.zip() != last {
                text.push_str("\n[[sweep.zip]]\n");
                last = key.zip();
            }
            key.write(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Overrides, Source, read};

    const LEAST: &str = "[network]\nnodes = 64\n[gossip]\nstrategy = \"push-pull\"\n";

    const FULL: &str = r#"
        description = "two \"words\""
        seed = 18446744073709551615
        replicates = 3
        [network]
        nodes = 1e3
        loss = { kind = "bernoulli", rate = 0.25 }
        header_size = "0B"
        [gossip]
        strategy = "push"
        exchange = "eager"
        interval = "1.5s"
        phase = "poisson"
        spread = { kind = "counter", k = 2 }
        [workload]
        origin = 7
        [stop]
        max_time = "2min"
        until = "quiet"
        [sweep]
        "gossip.strategy" = ["push", "push-pull"]
        "network.loss" = [0.1, { kind = "bernoulli", rate = 0.5 }, "0.2..0.3 step 0.1"]
        gossip.spread.k = "1..2"
        [expect]
        push.rounds_mean = [1, 20]
        converged_share = ">= 0.5"
    "#;

    fn scenario(text: &str) -> Scenario {
        read(Source::text("demo.toml", text), &Overrides::default()).unwrap_or_else(|problems| panic!("{problems}"))
    }

    #[test]
    fn a_resolved_scenario_reads_back_as_itself() {
        for text in [LEAST, FULL] {
            let first = scenario(text);
            let written = first.resolved_toml();
            let again = scenario(&written);
            assert_eq!(again.hash(), first.hash(), "{written}");
            assert_eq!(again.resolved_toml(), written);
            assert_eq!(again.expectations, first.expectations);
            let settings = |scenario: &Scenario| scenario.points.iter().map(|point| point.settings).collect::<Vec<_>>();
            assert_eq!(settings(&again), settings(&first));
        }
    }

    #[test]
    fn what_is_not_written_has_its_default() {
        let text = scenario(LEAST).resolved_toml();
        let expected = r#"seed = 1
replicates = 100
deadline = "none"

[network]
nodes       = 64
topology    = "complete"
latency     = "none"
loss        = 0.0
transport   = "udp"
duplication = 0
corruption  = 0
ordered     = false
header_size = "32B"
bandwidth   = { egress = "none", ingress = "none", queue = "none", overflow = "drop" }
mtu         = "none"
links       = false

[gossip]
strategy         = "push-pull"
exchange         = "digest"
fanout           = 1
interval         = "1s"
phase            = "aligned"
drift            = 0
drift_law        = "uniform"
jitter           = "0s"
peers            = "uniform"
knows_dead       = "never"
spread           = "forever"
connection_limit = "none"
hunt             = 0
anti_entropy     = "none"
max_interval     = "none"
back_off         = 2
forward          = "in-turn"

[workload]
kind        = "rumor"
origin      = "random"
origins     = 1
update_size = "1KiB"

[stop]
max_rounds = 1000
max_time   = "none"
until      = "informed"
"#;
        assert_eq!(text, expected);
    }

    #[test]
    fn points_carry_their_swept_values() {
        let scenario = scenario(FULL);
        assert_eq!((scenario.points.len(), scenario.runs()), (16, 48));
        let last = &scenario.points[15];
        let values: Vec<_> = last.swept().into_iter().map(|(_, value)| value).collect();
        assert_eq!((last.index, values), (15, ["push-pull", "0.3", "2"].map(str::to_owned).to_vec()));
        assert_eq!(last.settings.network.loss.mean(), 0.3);
        assert_eq!(scenario.sweep[1].values().nth(1).unwrap(), "{ kind = \"bernoulli\", rate = 0.5 }");
        assert_eq!(scenario.resolved()["settings"]["network"]["nodes"], 1000);
    }

    #[test]
    fn the_hash_sees_what_decides_results_and_nothing_else() {
        let base = scenario(LEAST).hash();
        let same = format!("description = \"x\"\n{LEAST}fanout = 1 # as ever\n[expect]\nrounds_max = 9\n");
        assert_eq!(scenario(&same).hash(), base);
        for other in ["seed = 2\n", "replicates = 99\n"] {
            assert_ne!(scenario(&format!("{other}{LEAST}")).hash(), base, "{other}");
        }
        assert_ne!(scenario(&LEAST.replace("64", "65")).hash(), base);
    }

    #[test]
    fn the_hash_is_over_the_settings_of_every_point_as_json() {
        let scenario = scenario(FULL);
        let mut digest = Sha256::new();
        digest.update("gossipsim scenario 1\nreplicates 3\n");
        for Point { seed, settings, .. } in &scenario.points {
            digest.update(format!("seed {seed} {}\n", serde_json::to_string(&settings).unwrap()));
        }
        assert_eq!(scenario.hash(), hexadecimal(digest.finalize()));
    }

    #[test]
    fn the_seed_may_be_swept() {
        let seeds = scenario(&format!("{LEAST}[sweep]\nseed = [5, 6]\n"));
        assert_eq!(seeds.points.iter().map(|point| point.seed).collect::<Vec<_>>(), [5, 6]);
    }
}
