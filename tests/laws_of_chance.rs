//! What every latency law, loss law and peer rule of the catalogs must hold, whatever else it does.

use std::path::Path;
use std::sync::Arc;

use gossipsim::link_weights::LinkWeights;
use gossipsim::network::Leg;
use gossipsim::network::latency::Latency;
use gossipsim::network::loss::Loss;
use gossipsim::network::regions::Regions;
use gossipsim::peers::{Peers, Turn};
use gossipsim::random::{Chance, Field, Purpose};
use gossipsim::time::Time;
use gossipsim::units::NodeId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

const SEED: u64 = 20_260_101;

/// A member as a scenario would write it: its name and its settings.
type Written = (&'static str, Value);

fn latencies() -> Vec<Written> {
    vec![
        ("none", json!({})),
        ("constant", json!({ "value": "50ms" })),
        ("uniform", json!({ "min": "10ms", "max": "100ms" })),
        ("uniform", json!({ "min": "3ns", "max": "5ns" })),
        ("normal", json!({ "mean": "50ms", "sd": "5ms" })),
        ("normal", json!({ "mean": "10ms", "sd": "20ms" })),
        ("normal", json!({ "mean": "10ms", "sd": "0ns" })),
        ("lognormal", json!({ "median": "20ms", "p99": "80ms" })),
        ("exponential", json!({ "mean": "40ms" })),
        ("pareto", json!({ "min": "5ms", "shape": 5.0 })),
        ("pareto", json!({ "min": "5ms", "shape": 0.5 })),
        ("weibull", json!({ "scale": "20ms", "shape": 0.5 })),
        ("weibull", json!({ "scale": "20ms", "shape": 3.0 })),
        ("empirical", json!({ "one_way": ["9ms", 12, "30ms"], "unit": "ms" })),
        ("empirical", json!({ "round_trip": ["7ms"] })),
        // The base is that of a link, of which there are few.
        (
            "per-link",
            json!({ "base": { "constant": { "value": "30ms" } }, "jitter": { "exponential": { "mean": "5ms" } } }),
        ),
        ("weights", json!({ "unit": "3ms" })),
        ("weights", json!({ "unit": "3ms", "jitter": { "exponential": { "mean": "5ms" } } })),
        ("coordinates", json!({ "places": "sample:cities.csv", "km_per_ms": 150.0, "floor": "2ms" })),
        ("regions", json!({ "one_way": [["5ms", "80ms"], [85.5, "-"]], "unit": "ms", "within": "1ms" })),
        ("regions", json!({ "round_trip": [["160ms"]], "p90": [["200ms"]] })),
        ("regions", json!({ "round_trip": "sample:aws_p50.csv", "p90": "sample:aws_p90.csv" })),
        (
            "regions",
            json!({ "one_way": [["3ms"]], "symmetric": true, "jitter": { "uniform": { "min": "0ns", "max": "2ms" } } }),
        ),
    ]
}

fn losses() -> Vec<Written> {
    let mut losses = [0.0, 0.01, 0.4, 1.0].map(|rate| ("bernoulli", json!({ "rate": rate }))).to_vec();
    // Bursts so short that the legs of a path, which are 100 ms apart, share none.
    losses.push(("gilbert-elliott", json!({ "rate": 0.1, "burst": "5ms" })));
    losses.push(("gilbert-elliott", json!({ "rate": 0.3, "burst": "4ms", "good": 0.1, "bad": 0.9 })));
    losses
}

fn rules() -> Vec<Written> {
    let plain = ["uniform", "round-robin", "shuffled", "quasirandom"].map(|name| (name, json!({})));
    let spatial = [0.0, 1.5].map(|exponent| ("spatial", json!({ "exponent": exponent })));
    // Of what they are told of a run these know nothing here, and choose as where all are alike.
    let told = [
        ("weighted", json!({ "by": "degree" })),
        ("region-aware", json!({ "local": 0.8 })),
        ("nearest", json!({ "near": 0.5 })),
        ("avoid-last", json!({ "memory": 1 })),
        ("cyclon", json!({ "view": 20, "shuffle": 8, "start": "random", "warm_up": 50, "fixed": false })),
    ];
    plain.into_iter().chain(spatial).chain(told).collect()
}

/// The members themselves; every name of the catalog must have a sample here.
fn members<M: DeserializeOwned>(names: &[&str], samples: Vec<Written>) -> Vec<M> {
    for name in names {
        assert!(samples.iter().any(|(sample, _)| sample == name), "`{name}` has no sample in this test: add one");
    }
    samples.into_iter().map(|(name, settings)| serde_json::from_value(json!({ name: settings })).unwrap()).collect()
}

fn all_latencies() -> Vec<Latency> {
    let laws: Vec<Latency> = members(Latency::NAMES, latencies());
    laws.into_iter().map(located).collect()
}

/// The law where all nodes are in the first of its places.
fn located(law: Latency) -> Latency {
    law.load(Path::new("")).unwrap();
    // Those of the paths below.
    let ends = (0..100).map(|path| [path % 10, 10 + path / 10]);
    let links = LinkWeights::new(20, ends.map(|ends| (ends, 0.5 + f64::from(ends[0] * ends[1] % 7))));
    let law = law.on(Some(Arc::new(links)), |node| node.number().to_string()).unwrap();
    let Some(places) = law.places() else { return law };
    let mut sizes = vec![0; places.len()];
    sizes[0] = 100;
    law.among(&Arc::new(Regions::in_blocks(places, &sizes))).unwrap()
}

fn all_losses() -> Vec<Loss> {
    members(Loss::NAMES, losses())
}

fn all_rules() -> Vec<Peers> {
    members(Peers::NAMES, rules())
}

fn field(purpose: Purpose) -> Field {
    Chance { seed: SEED, nodes: 100, replicate: 0 }.field(purpose)
}

/// `count` legs on 100 paths, one every 100 ms on each.
fn legs(count: u32) -> impl Iterator<Item = Leg> {
    (0..count).map(|number| Leg {
        from: NodeId::new(number % 10),
        to: NodeId::new(10 + number / 10 % 10),
        sent: Time::from_nanos(u64::from(number / 100) * 100_000_000),
        number: 0,
    })
}

/// Settings that are models themselves are read by their name, and written with their `kind`.
fn as_written(mut settings: Value) -> Value {
    for setting in settings.as_object_mut().unwrap().values_mut() {
        let model =
            setting.as_object().and_then(|model| Some((model.keys().next()?.clone(), model.values().next()?.clone())));
        if let Some((name, model)) = model {
            *setting = model;
            setting["kind"] = name.into();
        }
    }
    settings
}

#[test]
fn settings_are_written_as_they_were_read() {
    fn check<M: Serialize + DeserializeOwned>(samples: Vec<Written>) {
        for (name, settings) in samples {
            let member: M = serde_json::from_value(json!({ name: settings })).unwrap();
            let mut written = serde_json::to_value(&member).unwrap();
            assert_eq!(written.as_object_mut().unwrap().remove("kind"), Some(json!(name)));
            assert_eq!(written, as_written(settings), "{name}");
        }
    }
    check::<Latency>(latencies());
    check::<Loss>(losses());
    check::<Peers>(rules());
}

#[test]
fn settings_that_make_no_law_are_refused_with_what_is_allowed() {
    for (name, settings, allowed) in [
        ("uniform", json!({ "min": "2ms", "max": "1ms" }), "at least min"),
        ("lognormal", json!({ "median": "2ms", "p99": "1ms" }), "at least the median"),
        ("lognormal", json!({ "median": "0ms", "p99": "1ms" }), "above 0"),
        ("exponential", json!({ "mean": "0s" }), "above 0"),
        ("pareto", json!({ "min": "0s", "shape": 2.0 }), "above 0"),
        ("pareto", json!({ "min": "1s", "shape": 0.0 }), "above 0"),
        ("constant", json!({ "value": "1ms", "values": "2ms" }), "value"),
        ("normal", json!({ "mean": "1ms" }), "sd"),
        ("regions", json!({ "unit": "ms" }), "one of them"),
        ("regions", json!({ "one_way": "a.csv", "round_trip": "a.csv" }), "one of them"),
        ("regions", json!({ "one_way": [["-1ms"]] }), "a duration such as"),
        ("regions", json!({ "one_way": [[-1]] }), "a duration such as"),
        ("regions", json!({ "one_way": "a.csv", "p90": "b.csv", "jitter": { "kind": "none" } }), "constant"),
    ] {
        let problem = serde_json::from_value::<Latency>(json!({ name: settings })).unwrap_err().to_string();
        assert!(problem.contains(allowed), "{name}: {problem}");
    }
    for (settings, allowed) in [
        (json!({ "rate": 0.1 }), "burst"),
        (json!({ "rate": 0.1, "burst": "0s" }), "such as \"1s\""),
        (json!({ "rate": 0.1, "burst": "1s", "bad": 0.05 }), "from 0 to 0.05"),
        (json!({ "rate": 0.1, "burst": "1s", "good": 0.5, "bad": 0.5 }), "below the bad"),
        (json!({ "rate": 0.1, "burst": "1s", "per": "path" }), "link"),
    ] {
        let problem = serde_json::from_value::<Loss>(json!({ "gilbert-elliott": settings })).unwrap_err().to_string();
        assert!(problem.contains(allowed), "{problem}");
    }
}

#[test]
fn one_address_has_one_delay() {
    let delays = field(Purpose::Latency);
    for law in all_latencies() {
        for leg in legs(1000) {
            assert_eq!(law.of(&leg, &delays), law.of(&leg, &delays), "{law}");
        }
    }
}

#[test]
fn no_leg_is_faster_than_the_least_delay() {
    let delays = field(Purpose::Latency);
    for law in all_latencies() {
        let fastest = legs(50_000).map(|leg| law.of(&leg, &delays)).min();
        assert!(fastest >= Some(law.least()), "{law}: {fastest:?} after a least of {:?}", law.least());
    }
}

#[test]
fn the_mean_delay_is_the_one_stated() {
    let delays = field(Purpose::Latency);
    for law in all_latencies().into_iter().filter(|law| law.mean_nanos().is_finite()) {
        let sample: Vec<f64> = legs(100_000).map(|leg| law.of(&leg, &delays).nanos() as f64).collect();
        let count = sample.len() as f64;
        let mean = sample.iter().sum::<f64>() / count;
        let variance = sample.iter().map(|nanos| (nanos - mean) * (nanos - mean)).sum::<f64>() / (count - 1.0);
        // Four standard errors, and what rounding to whole nanoseconds may shift.
        let bound = 4.0 * (variance / count).sqrt() + 0.5;
        let error = (mean - law.mean_nanos()).abs();
        assert!(error <= bound, "{law}: mean {mean}, stated {}, bound {bound}", law.mean_nanos());
    }
}

#[test]
fn one_address_has_one_fate_and_the_share_lost_is_the_one_stated() {
    let draws = field(Purpose::Loss);
    for law in all_losses() {
        let fates: Vec<bool> = legs(100_000).map(|leg| law.drops(&leg, &draws)).collect();
        assert!(legs(100_000).zip(&fates).all(|(leg, &fate)| law.drops(&leg, &draws) == fate), "{law}");
        let share = fates.iter().filter(|&&lost| lost).count() as f64 / 1e5;
        let error = (law.mean() * (1.0 - law.mean()) / 1e5).sqrt();
        assert!((share - law.mean()).abs() <= 4.0 * error, "{law}: {share} lost");
    }
}

#[test]
fn the_legs_of_one_exchange_do_not_share_their_fate() {
    // At a loss of one half all eight fates of three legs on one path at one instant are equally likely.
    let draws = field(Purpose::Loss);
    let law: Loss = serde_json::from_value(json!({ "bernoulli": { "rate": 0.5 } })).unwrap();
    let mut cases = [0u32; 8];
    for leg in legs(80_000) {
        let lost = |number| usize::from(law.drops(&Leg { number, ..leg }, &draws));
        cases[lost(0) * 4 + lost(1) * 2 + lost(2)] += 1;
    }
    let chi_square: f64 = cases.iter().map(|&count| (f64::from(count) - 1e4).powi(2) / 1e4).sum();
    // Pearson's chi-square with 7 degrees of freedom: mean 7, variance 14.
    let z = (chi_square - 7.0) / 14f64.sqrt();
    assert!(z <= 4.0, "{cases:?}, z = {z:.2}");
}

#[test]
fn peers_are_distinct_in_range_as_many_as_asked_for_and_the_same_each_time() {
    let choices = field(Purpose::Peers);
    let turns = [0, 1, 2, 3, 17, 1000, 1 << 40, u64::MAX];
    for rule in all_rules() {
        for degree in [0, 1, 2, 3, 8, 63, 64, 65, 1000, 100_000_000] {
            for fanout in [0, 1, 2, 3, 7, 64, 65, 200] {
                // Who remembers goes through all turns so far, and contacts one in each.
                let remembers = matches!(rule, Peers::AvoidLast(_));
                if remembers && fanout > 1 {
                    continue;
                }
                let numbers = turns.into_iter().filter(|number| !remembers || *number <= 1000);
                for turn in numbers.map(|number| Turn { node: NodeId::new(5), number }) {
                    let mut picks = Vec::new();
                    rule.choose(turn, degree, fanout, &choices, &mut picks);
                    let mut again = Vec::new();
                    rule.choose(turn, degree, fanout, &choices, &mut again);
                    let case = format!("{rule}: {fanout} of {degree}, {turn:?}: {picks:?}");
                    assert_eq!(picks, again, "{case}");
                    assert_eq!(picks.len(), fanout.min(degree) as usize, "{case}");
                    picks.sort_unstable();
                    picks.dedup();
                    assert_eq!(picks.len(), fanout.min(degree) as usize, "{case}");
                    assert!(picks.iter().all(|&pick| pick < degree), "{case}");
                }
            }
        }
    }
}

#[test]
fn every_rule_meets_everybody_in_the_long_run() {
    let choices = field(Purpose::Peers);
    for rule in all_rules() {
        let mut met = [false; 30];
        let mut picks = Vec::new();
        // Uniform choice misses one of 30 in 1000 turns of 1 with probability below 30 · (29/30)^1000 = 6e-14.
        for number in 0..1000 {
            rule.choose(Turn { node: NodeId::new(2), number }, 30, 1, &choices, &mut picks);
        }
        picks.iter().for_each(|&pick| met[pick as usize] = true);
        assert!(met.iter().all(|&met| met), "{rule}");
    }
}
