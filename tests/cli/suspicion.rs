//! `trace --table suspicion` and the picture of it: phi of one pair of nodes, against the formulas, the event log and the
//! figures of its run.

use std::collections::BTreeMap;
use std::f64::consts::{LN_10, SQRT_2};

use super::sandbox::Sandbox;
use statrs::function::erf::erfc;

/// Two nodes that send heartbeats to each other; the second crashes.
const PAIR: &str = "seed = 3\nreplicates = 2\n[network]\nnodes = 2\nloss = 0.1\n\
    latency = { kind = \"uniform\", min = \"10ms\", max = \"300ms\" }\n[gossip]\nstrategy = \"push\"\nphase = \"random\"\n\
    [workload]\nkind = \"detector\"\ndetector = \"phi\"\nthreshold = 2\nduring = \"60s\"\n\
    [[event]]\nat = \"40s\"\ncrash = [1]\n";
const CRASH: u64 = 40_000_000_000;

type Row = BTreeMap<String, String>;

fn rows(text: &str) -> Vec<Row> {
    csv::Reader::from_reader(text.as_bytes()).into_deserialize().collect::<Result<_, _>>().expect("a table")
}

fn whole(row: &Row, column: &str) -> u64 {
    row[column].parse().unwrap_or_else(|_| panic!("{column}: {row:?}"))
}

fn real(row: &Row, column: &str) -> f64 {
    row[column].parse().unwrap_or_else(|_| panic!("{column}: {row:?}"))
}

/// The rows of a run, with more arguments.
fn table(sandbox: &Sandbox, arguments: &[&str]) -> Vec<Row> {
    rows(&sandbox.run(&[&["trace", "pair.toml", "--table", "suspicion"], arguments].concat()).exits(0).stdout)
}

/// Phi after a silence, by the arrivals before: the laws of Hayashibara et al. 2004 and of Cassandra. A window begins with a
/// gap of two heartbeats, and holds gaps in whole units of 2^-20 heartbeats.
fn phi(model: &str, arrivals: &[u64], silence: u64) -> f64 {
    const UNIT: u64 = 1_000_000_000 >> 20;
    let begun = [0].into_iter().chain(arrivals.iter().copied()).zip(arrivals);
    let gaps = [2_000_000_000].into_iter().chain(begun.map(|(one, other)| other - one));
    let gaps: Vec<f64> = gaps.map(|gap| ((gap + UNIT / 2) / UNIT * UNIT) as f64).collect();
    let count = gaps.len() as f64;
    let mean = gaps.iter().sum::<f64>() / count;
    if model == "exponential" {
        return silence as f64 / mean / LN_10;
    }
    let variance = gaps.iter().map(|gap| (gap - mean) * (gap - mean)).sum::<f64>() / count;
    let sd = variance.sqrt().max(1e8);
    -libm::log10(erfc((silence as f64 - mean) / sd / SQRT_2) / 2.0)
}

#[test]
fn phi_is_that_of_the_formulas_at_every_moment_and_passes_the_threshold_when_the_run_judges() {
    let sandbox = Sandbox::new("suspicion");
    for model in ["normal", "exponential"] {
        sandbox.write("pair.toml", PAIR.replace("threshold", &format!("model = \"{model}\"\nthreshold")));
        sandbox.run(&["run", "pair.toml", "--out", "results", "--charts", "none", "-q", "--force"]).exits(0);
        let (header, runs) = sandbox.table("results/runs.csv");
        let place = |name: &str| header.split(',').position(|column| column == name).expect(name);
        for (replicate, run) in runs.iter().enumerate() {
            let number = replicate.to_string();
            let events = rows(&sandbox.run(&["trace", "pair.toml", "--replicate", &number]).exits(0).stdout);
            let to_us = events.iter().filter(|row| row["fate"] == "delivered" && row["to"] == "0");
            let mut arrivals: Vec<u64> = to_us.map(|row| whole(row, "arrival_ns")).collect();
            arrivals.sort_unstable();
            let table = table(&sandbox, &["--replicate", &number]);
            let heartbeats = table.iter().filter(|row| row["event"] == "heartbeat").map(|row| whole(row, "time_ns"));
            assert_eq!(heartbeats.collect::<Vec<_>>(), arrivals, "{model}, {replicate}");
            // Every twentieth of an interval, and twice at an arrival: before and after it.
            let times: Vec<u64> = table.iter().map(|row| whole(row, "time_ns")).collect();
            assert!(
                times.is_sorted() && times.len() > 1200 && times.windows(2).all(|pair| pair[1] - pair[0] <= 50_000_000)
            );
            for row in &table {
                let (time, silence) = (whole(row, "time_ns"), whole(row, "silence_ns"));
                // A heartbeat of this very instant has not come yet in a row that says how things stood before it.
                let heard: Vec<u64> = arrivals.iter().copied().filter(|&at| at + silence <= time).collect();
                assert_eq!(time - silence, heard.last().copied().unwrap_or(0), "{row:?}");
                let (expected, threshold) = (phi(model, &heard, silence), real(row, "threshold"));
                // Beyond that, probabilities have no digits left.
                if expected < 300.0 {
                    let given = real(row, "phi");
                    assert!((given - expected).abs() <= 1e-9 * expected.max(1.0), "{expected} in {row:?}");
                    assert_eq!(given > threshold, silence > whole(row, "allowed_ns"), "{row:?}");
                }
                // It notices at once: a silence that is too long is a suspicion.
                let suspected = silence > whole(row, "allowed_ns");
                assert_eq!((suspected, threshold), (row["suspected"] == "1", 2.0), "{row:?}");
            }
            // The first that the run says is the first that the table says, to the nanosecond.
            let judged = table.iter().rfind(|row| row["event"] == "suspect").expect("a suspicion");
            let detection = (run[place("first_detection_ms")].parse::<f64>().unwrap() * 1e6).round() as u64;
            assert_eq!(whole(judged, "time_ns").saturating_sub(CRASH), detection, "{model}, {replicate}");
            assert!(detection == 0 || whole(judged, "silence_ns") == whole(judged, "allowed_ns") + 1, "{judged:?}");
            let down: Vec<_> =
                table.iter().filter(|row| row["event"] == "down").map(|row| whole(row, "time_ns")).collect();
            assert_eq!(down, [CRASH]);
            // Mistakes of one about the other, and of the other about the one until it crashes.
            let other = self::table(&sandbox, &["--replicate", &number, "--node", "0", "--monitor", "1"]);
            let mistakes = |table: &[Row]| {
                table.iter().filter(|row| row["event"] == "suspect" && whole(row, "time_ns") <= CRASH).count()
            };
            assert_eq!(
                (mistakes(&table) + mistakes(&other)).to_string(),
                run[place("mistakes")],
                "{model}, {replicate}"
            );
            assert_eq!(other.iter().map(|row| whole(row, "time_ns")).max(), Some(CRASH), "it waits no longer");
        }
    }
}

#[test]
fn a_look_now_and_then_notices_later_than_the_threshold_is_passed() {
    let sandbox = Sandbox::new("suspicion-checks");
    sandbox.write("pair.toml", PAIR.replace("during", "check_every = \"1s\"\nduring"));
    let table = table(&sandbox, &[]);
    let judged: Vec<&Row> = table.iter().filter(|row| row["event"] == "suspect").collect();
    assert!(!judged.is_empty());
    for row in &judged {
        assert!(whole(row, "silence_ns") > whole(row, "allowed_ns") + 1 && row["suspected"] == "1", "{row:?}");
        assert_eq!(whole(row, "time_ns") % 1_000_000_000, whole(judged[0], "time_ns") % 1_000_000_000);
    }
    // Between, the threshold is passed and nobody has looked yet.
    let unseen = |row: &&Row| row["suspected"] == "0" && whole(row, "silence_ns") > whole(row, "allowed_ns");
    assert!(table.iter().any(|row| unseen(&row)));
}

/// Where heartbeats spread by gossip, who hears of them from whom is not in the event log; the suspicions are in the run.
#[test]
fn the_first_of_all_monitors_is_the_detection_of_the_run() {
    let sandbox = Sandbox::new("suspicion-gossip");
    let gossip = PAIR.replace("nodes = 2", "nodes = 5").replace("\"push\"", "\"push-pull\"");
    let gossip = gossip.replace("\"phi\"", "\"timeout\"\ntimeout = \"6s\"\nheartbeats = \"gossip\"");
    sandbox.write("pair.toml", gossip);
    sandbox.run(&["run", "pair.toml", "--out", "results", "--charts", "none", "-q"]).exits(0);
    let (header, runs) = sandbox.table("results/runs.csv");
    let place = header.split(',').position(|column| column == "first_detection_ms").unwrap();
    let first = ["0", "2", "3", "4"].map(|monitor| {
        let table = table(&sandbox, &["--monitor", monitor]);
        let judged = table.iter().find(|row| row["event"] == "suspect" && whole(row, "time_ns") > CRASH).unwrap();
        assert_eq!((whole(judged, "silence_ns"), judged["phi"].as_str()), (6_000_000_001, ""), "{judged:?}");
        whole(judged, "time_ns") - CRASH
    });
    let detection = (runs[0][place].parse::<f64>().unwrap() * 1e6).round() as u64;
    assert_eq!(first.into_iter().min(), Some(detection));
    // The same as JSON.
    let lines = sandbox.run(&["trace", "pair.toml", "--table", "suspicion", "--format", "jsonl"]).exits(0).stdout;
    assert_eq!(lines.lines().count(), table(&sandbox, &[]).len());
    assert!(
        lines.starts_with(
            "{\"time_ns\":0,\"event\":\"sample\",\"silence_ns\":0,\"allowed_ns\":6000000000,\"phi\":null,"
        )
    );
}

#[test]
fn the_pair_is_one_that_is_there_and_the_default_is_one_that_fails() {
    let sandbox = Sandbox::new("suspicion-pairs");
    let line = PAIR.replace("nodes = 2", "nodes = 5\ntopology = \"line\"").replace("[1]", "[1, 2]");
    sandbox.write("pair.toml", line);
    let picture = |arguments: &[&str]| sandbox.run(&[&["picture", "pair.toml"], arguments].concat());
    let titled = |arguments: &[&str], title: &str| {
        picture(arguments).exits(0).prints(&[title]);
    };
    titled(&[], "<title>Phi of node 1, as node 0 sees it</title>");
    titled(&["--node", "3"], "<title>Phi of node 3, as node 4 sees it</title>");
    titled(&["--monitor", "1"], "<title>Phi of node 2, as node 1 sees it</title>");
    let never = ["node 4 never waits for node 1", "give another --monitor"];
    picture(&["--monitor", "4"]).exits(2).says(&never);
    picture(&["--node", "1", "--monitor", "1"]).exits(2).says(&["give --node and --monitor"]);
    picture(&["--node", "5"]).exits(2).says(&["--node: there is no node `5`", "0 to 4"]);
    picture(&["--monitor", "x"]).exits(2).says(&["--monitor: there is no node `x`"]);
    let trace = |arguments: &[&str]| sandbox.run(&[&["trace", "pair.toml"], arguments].concat());
    trace(&["--node", "1"]).exits(2).says(&["--table suspicion"]);
    trace(&["--table", "suspicion", "--format", "gexf"]).exits(2).says(&["--table"]);
    trace(&["--table", "suspicion", "--monitor", "4"]).exits(2).says(&never);
    sandbox.write("rumor.toml", super::sandbox::TINY);
    sandbox.run(&["trace", "rumor.toml", "--table", "suspicion"]).exits(2).says(&["`detector`", "`rumor`"]);
    sandbox.run(&["picture", "rumor.toml", "--node", "1"]).exits(2).says(&["--node", "failure detector"]);
    sandbox.write("swim.toml", "[network]\nnodes = 4\n[gossip]\nphase = \"random\"\n[workload]\nkind = \"swim\"\n");
    sandbox.run(&["picture", "swim.toml"]).exits(2).says(&["a rumor, or the workload `detector`", "`swim`"]);
    sandbox.run(&["trace", "swim.toml", "--table", "suspicion"]).exits(2).says(&["`detector`", "`swim`"]);
}

#[test]
fn the_picture_is_a_file_of_either_kind_and_shows_what_the_table_says() {
    let sandbox = Sandbox::new("suspicion-picture");
    sandbox.write("pair.toml", PAIR);
    let svg = sandbox.run(&["picture", "pair.toml"]).exits(0).stdout;
    let judged = table(&sandbox, &[]).into_iter().rfind(|row| row["event"] == "suspect").unwrap();
    let later = whole(&judged, "time_ns") - CRASH;
    let said = format!("node 0 takes it for failed {}.{:06}", later / 1_000_000, later % 1_000_000);
    assert!(svg.contains(said.trim_end_matches('0')) && svg.contains("threshold 2"), "{said}: {svg}");
    sandbox.run(&["picture", "pair.toml", "--out", "pair.png"]).exits(0);
    assert_eq!(sandbox.bytes("pair.png")[..4], *b"\x89PNG");
    // It says of what it is, and makes place for the next of the same scenario.
    sandbox.run(&["picture", "pair.toml", "--out", "pair.png", "--node", "0"]).exits(0);
    sandbox.run(&["picture", "pair.toml", "--set", "workload.detector=timeout"]).exits(0).prints(&["timeout 3s"]);
}
