//! Updates that differ in size: what is counted, what waits, and what does not change.

use std::collections::BTreeMap;

use crate::common::{heard, judge, scenario};
use gossipsim::experiment;
use gossipsim::scenario::Point;

const LAW: &str = "{ kind = \"lognormal\", median = \"1KiB\", p99 = \"16KiB\" }";

fn point(network: &str, workload: &str) -> Point {
    let gossip = "strategy = \"push\"\nphase = \"random\"";
    scenario(&format!("[network]\n{network}\n[gossip]\n{gossip}\n[workload]\n{workload}\n")).point(0)
}

/// Bytes are those of every message, the update of the run in each; over 1500 runs the mean of a lognormal law with s = ln 16 /
/// 2.3263 is exp(s^2 / 2) times its median. And in time: an update of b bytes takes 8 (b + 32) / rate at least.
#[test]
fn a_run_of_a_rumor_has_an_update_of_one_size() {
    let rumor = point("nodes = 2\nbandwidth = { egress = \"8kbit/s\" }", &format!("origin = 0\nupdate_size = {LAW}"));
    let (mut sum, mut squares) = (0.0, 0.0);
    for replicate in 0..1500 {
        let size = rumor.settings.update_size(&rumor.chance(replicate));
        (sum, squares) = (sum + size as f64, squares + (size as f64).powi(2));
        if replicate % 50 > 0 {
            continue;
        }
        let ending = experiment::run(&rumor, replicate, &|| true).unwrap();
        let sent: u64 = ending.queues.unwrap().sent.bytes.iter().sum();
        assert_eq!(sent, ending.ending.tally.sent * (size + 32));
        // It begins in the first turn of node 0, and a byte takes a millisecond.
        let late = heard(&rumor, replicate)[1].nanos() - 1_000_000 * (size + 32);
        assert!(late < 1_000_000_000, "{size}: {late}");
    }
    let mean = sum / 1500.0;
    judge("bytes", 2083.7, (mean, (squares / 1500.0 - mean * mean).sqrt()), 1500);
}

/// Each message with one update has the bytes of that one, wherever and however often it is sent: of 320 updates of some MiB
/// hardly two are alike, and there are no more sizes than updates. Their mean is that of the law, |z| <= 4.
#[test]
fn an_update_has_its_size_in_every_message() {
    let common = "kind = \"rumors\"\nbatch = 1\nupdates_per_second = 40\nduring = \"8s\"\nturns = 3";
    let law = LAW.replace("KiB", "MiB");
    let many = point("nodes = 16\nlatency = \"20ms\"", &format!("{common}\nupdate_bytes = {law}"));
    let trace = experiment::trace(&many, 0, &|| true).unwrap();
    let mut sizes: BTreeMap<u64, u64> = BTreeMap::new();
    for (_, message) in trace.log.messages() {
        *sizes.entry(message.payload).or_default() += 1;
    }
    let count = sizes.len() as f64;
    assert!((310.0..=320.0).contains(&count), "{count}");
    // A node sends each that it has in up to 3 turns, and the first of them for certain.
    assert!(sizes.values().all(|times| (1..=48).contains(times)));
    let mean = 2083.7 * 1024.0;
    let sum: f64 = sizes.keys().map(|size| *size as f64).sum();
    // The variance of the law is its mean squared times exp(s^2) - 1.
    let z = (sum / count - mean) / (mean * 3.1403_f64.sqrt() / count.sqrt());
    assert!(z.abs() <= 4.0, "{} of {count}: z = {z:.1}", sum / count);
    // All else of the run is that of updates that are alike.
    let alike = point("nodes = 16\nlatency = \"20ms\"", &format!("{common}\nupdate_bytes = 2084"));
    let [alike, differing] = [&alike, &many].map(|point| experiment::run(point, 0, &|| true).unwrap());
    assert_eq!(alike.ending.tally.sent, differing.ending.tally.sent);
    assert_eq!((alike.courses, alike.ending.last_learned), (differing.courses, differing.ending.last_learned));
}

/// A law that has one size gives the bytes of that size, in both workloads.
#[test]
fn a_law_of_one_size_is_that_size() {
    let network =
        "nodes = 40\nlatency = \"20ms\"\nbandwidth = { egress = \"4kbit/s\", queue = \"16KiB\" }\nmtu = \"500B\"";
    let uniform = "{ kind = \"uniform\", min = \"700B\", max = \"700B\" }";
    let of = |workload: &str| experiment::run(&point(network, workload), 3, &|| true).unwrap();
    for (workload, alone) in [("update_size", "\"700B\""), ("kind = \"rumors\"\nduring = \"3s\"\nupdate_bytes", "700")]
    {
        let alone = of(&format!("{workload} = {alone}"));
        assert!(alone.queues.as_ref().is_some_and(|queues| queues.waits.is_some_and(|(mean, ..)| mean > 0.0)));
        for law in [uniform, "{ kind = \"lognormal\", median = \"700B\", p99 = \"700B\", max = \"1MiB\" }"] {
            // What is not known of a round is no number, which equals none.
            let [one, other] = [&of(&format!("{workload} = {law}")), &alone].map(|record| format!("{record:?}"));
            assert!(one == other, "{workload} = {law}");
        }
    }
}
