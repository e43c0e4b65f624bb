//! Nodes in regions: what messages between them take, who is in which, and what is said of tables that are none.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use crate::cli::sandbox::Sandbox;
use crate::common::{heard, point, scenario};
use gossipsim::network::Leg;
use gossipsim::network::latency::Latency;
use gossipsim::network::regions::Regions;
use gossipsim::random::{Chance, Field, Purpose};
use gossipsim::scenario::{Overrides, Source, read};
use gossipsim::settings::regions::evenly;
use gossipsim::time::{Span, Time};
use gossipsim::units::NodeId;
use serde_json::{Value, json};

const AWS: &str = "kind = \"regions\", round_trip = \"sample:aws_p50.csv\"";

/// The latency with these settings where nodes are in the regions, or evenly in its places.
fn law(settings: Value, regions: Option<Regions>, nodes: u32) -> Latency {
    let law: Latency = serde_json::from_value(json!({ "regions": settings })).unwrap();
    law.load(Path::new("")).unwrap();
    let regions = regions.unwrap_or_else(|| evenly(law.places().unwrap(), nodes));
    law.among(&Arc::new(regions)).unwrap()
}

fn delays() -> Field {
    Chance { seed: 41, nodes: 1200, replicate: 0 }.field(Purpose::Latency)
}

fn leg(from: u32, to: u32, sent: u64) -> Leg {
    Leg { from: NodeId::new(from), to: NodeId::new(to), sent: Time::from_nanos(sent), number: 0 }
}

/// The table of a file of the program, without names.
fn measured(file: &str) -> Vec<Vec<f64>> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/latency").join(file)).unwrap();
    let rows = text.lines().filter(|line| !line.starts_with('#')).skip(1);
    rows.map(|row| row.split(',').skip(1).map(|cell| cell.parse().unwrap()).collect()).collect()
}

/// Of 4000 messages of each of the 144 pairs of regions, half take up to half the median of the round trip and 90 % up to half
/// its 90th percentile: |z| <= 4.5, which one of 288 shares exceeds by chance once in 500 tests.
#[test]
fn messages_of_every_pair_of_regions_have_the_median_and_the_90th_percentile_of_the_tables() {
    let settings = json!({ "round_trip": "sample:aws_p50.csv", "p90": "sample:aws_p90.csv" });
    let (law, delays) = (law(settings, None, 1200), delays());
    for (quantile, file) in [(0.5, "aws_p50.csv"), (0.9, "aws_p90.csv")] {
        for (from, row) in (0..).zip(measured(file)) {
            for (to, millis) in (0..).zip(row) {
                // Nodes 100 r to 100 r + 99 are in region r.
                let spans = (0..4000).map(|number| law.of(&leg(100 * from + 7, 100 * to + 9, number), &delays));
                let below = spans.filter(|span| span.as_millis() <= millis / 2.0).count() as f64;
                let z = (below / 4000.0 - quantile) / (quantile * (1.0 - quantile) / 4000.0_f64).sqrt();
                assert!(z.abs() <= 4.5, "{from} to {to}: {below} of 4000 up to {millis} / 2, z = {z:.2}");
            }
        }
    }
}

/// Over pairs of nodes drawn at random: the share of messages up to each of three quantiles, |z| <= 4, and the mean, to four
/// standard errors. The quantiles are of steps, whose own error is below 1 %.
#[test]
fn quantiles_and_mean_over_all_pairs_are_those_of_the_messages_between_them() {
    let regions =
        || Regions::in_blocks(["us-east-1", "eu-west-1", "ap-east-1"].map(str::to_owned).to_vec(), &[600, 500, 100]);
    let mixed = json!({ "round_trip": "sample:aws_p50.csv", "p90": "sample:aws_p90.csv" });
    let jitter = json!({ "one_way": "sample:aws_p50.csv", "jitter": { "exponential": { "mean": "40ms" } } });
    for settings in [mixed, jitter] {
        let (law, delays, count) = (law(settings, Some(regions()), 1200), delays(), 40_000_u64);
        let pairs = Chance { seed: 5, nodes: 1200, replicate: 0 }.field(Purpose::Peers);
        let spans = (0..count).map(|number| {
            let from = pairs.below(1200, number, 0, 0);
            let to = (from + 1 + pairs.below(1199, number, 1, 0)) % 1200;
            law.of(&leg(from, to, number), &delays)
        });
        let spans: Vec<Span> = spans.collect();
        for quantile in [0.1_f64, 0.5, 0.9] {
            let limit = law.quantile((quantile * 2.0_f64.powi(64)) as u64);
            let below = spans.iter().filter(|span| **span <= limit).count() as f64 / count as f64;
            let error = 4.0 * (quantile * (1.0 - quantile) / count as f64).sqrt() + 0.01;
            assert!((below - quantile).abs() <= error, "{below} up to the quantile {quantile}, {limit}");
        }
        let millis: Vec<f64> = spans.iter().map(|span| span.as_millis()).collect();
        let mean = millis.iter().sum::<f64>() / count as f64;
        let variance = millis.iter().map(|span| (span - mean) * (span - mean)).sum::<f64>() / count as f64;
        let off = (mean - law.mean_nanos() / 1e6).abs();
        assert!(off <= 4.0 * (variance / count as f64).sqrt(), "{mean} instead of {}", law.mean_nanos() / 1e6);
        assert!(spans.iter().all(|span| *span >= law.least()) && law.quantile(0) == law.least());
    }
}

/// Every message of a pair under jitter takes the base and what is drawn besides: 30 and 40 ms, and 0 to 2 ms.
#[test]
fn jitter_is_added_to_the_base_of_the_pair() {
    let table = json!({ "one_way": [["1ms", "30ms"], ["40ms", "2ms"]], "jitter": { "uniform": { "min": "0ms", "max": "2ms" } } });
    let (law, delays) = (law(table, None, 10), delays());
    for (from, to, base) in [(0, 9, 30.0), (9, 0, 40.0), (0, 4, 1.0), (5, 6, 2.0)] {
        let millis: Vec<f64> = (0..1000).map(|sent| law.of(&leg(from, to, sent), &delays).as_millis()).collect();
        let (least, most) =
            millis.iter().fold((f64::MAX, 0.0_f64), |(least, most), span| (least.min(*span), most.max(*span)));
        // The least of 1000 is above 2 % of the range with probability 2e-9.
        assert!(least >= base && least < base + 0.04 && most <= base + 2.0 && most > base + 1.96, "{least} to {most}");
    }
}

#[test]
fn one_latency_between_all_regions_is_that_latency_for_all() {
    let plain = "nodes = 60\nlatency = \"300ms\"";
    let row = "[\"300ms\", \"300ms\", \"300ms\"]";
    let regions = format!("nodes = 60\nlatency = {{ kind = \"regions\", one_way = [{row}, {row}, {row}] }}");
    for gossip in ["strategy = \"push\"", "strategy = \"push-pull\"\nphase = \"random\""] {
        for replicate in 0..3 {
            assert_eq!(heard(&point(plain, gossip), replicate), heard(&point(&regions, gossip), replicate));
        }
    }
}

/// In every run and for every node, where messages of a pair all take as long: no tolerance. It is a law of push alone: a
/// request that takes longer finds who may have heard by then.
#[test]
fn no_node_hears_sooner_where_messages_of_no_pair_are_faster() {
    let network = |rows: [[u32; 3]; 3]| {
        let row = |row: [u32; 3]| format!("[{}]", row.map(|millis| millis.to_string()).join(", "));
        let rows = rows.map(row).join(", ");
        format!("nodes = 60\nlatency = {{ kind = \"regions\", round_trip = [{rows}], unit = \"ms\" }}")
    };
    let better = network([[10, 300, 900], [300, 20, 2000], [900, 1800, 10]]);
    let worse = network([[10, 300, 900], [400, 20, 2600], [901, 1800, 500]]);
    for phase in ["aligned", "random", "poisson"] {
        let gossip = format!("strategy = \"push\"\nfanout = 2\nphase = \"{phase}\"");
        for replicate in 0..3 {
            let [better, worse] = [&better, &worse].map(|network| heard(&point(network, &gossip), replicate));
            assert!(worse.iter().zip(&better).all(|(worse, better)| worse >= better), "{phase}, {replicate}");
            assert_ne!(worse, better);
        }
    }
}

/// Where the rumor starts in one of two regions far apart, everybody at home knows before anybody abroad can.
#[test]
fn regions_of_a_scenario_hold_the_nodes_that_it_says() {
    let table = "latency = { kind = \"regions\", one_way = [[\"1ms\", \"1min\"], [\"1min\", \"1ms\"]] }";
    let gossip = "strategy = \"push\"\nphase = \"random\"\n[workload]\norigin = 0";
    for (regions, home) in [
        ("count = 12\n|count = 8", (0..12).collect::<Vec<usize>>()),
        ("share = 0.6\n|share = \"2/5\"", (0..12).collect()),
        ("nodes = [\"0..4\", 6, 11]\n|nodes = [5, \"7..10\", \"12..19\"]", vec![0, 1, 2, 3, 4, 6, 11]),
    ] {
        let regions: String = (0..)
            .zip(regions.split('|'))
            .map(|(number, nodes)| format!("\n[[network.region]]\nname = \"r{number}\"\n{nodes}"))
            .collect();
        let heard = heard(&point(&format!("nodes = 20\n{table}{regions}"), gossip), 0);
        let soon = (1..20).filter(|node| heard[*node] < Time::ZERO + Span::from_millis(60_000));
        assert_eq!(soon.collect::<Vec<usize>>(), home[1..], "{regions}");
    }
}

#[test]
fn shares_follow_the_nodes_and_latencies_are_swept_beside_them() {
    let text = format!(
        "replicates = 2\n[network]\n[[network.region]]\nname = \"us-east-1\"\nshare = 0.75\n[[network.region]]\n\
         name = \"ap-east-1\"\nshare = 0.25\n[gossip]\nstrategy = \"push-pull\"\n[[event]]\nat = \"1s\"\njoin = 9\n\
         [sweep]\n\"network.nodes\" = [8, 16]\n\"network.latency\" = [\"80ms\", {{ {AWS} }}]\n"
    );
    let scenario = scenario(&text);
    assert_eq!(scenario.points.len(), 4);
    let runs = gossipsim::simulate(&scenario).unwrap();
    assert!(runs.iter().all(|run| run.text("outcome") == "converged"));
    // Read again it is the same scenario, though it is written with what it read.
    let again = crate::common::scenario(&scenario.resolved_toml());
    assert_eq!(again.hash(), scenario.hash());
    assert!(scenario.resolved_toml().contains("[[network.region]]"), "{}", scenario.resolved_toml());
}

/// What is said of a scenario with this network.
fn refused(network: &str, parts: &[&str]) {
    let text = format!("[network]\nnodes = 10\n{network}\n[gossip]\nstrategy = \"push\"\n");
    let said = read(Source::text("demo.toml", &text), &Overrides::default()).expect_err(&text).render(false);
    parts.iter().for_each(|part| assert!(said.contains(part), "`{part}` is missing for\n{text}\n{said}"));
}

#[test]
fn regions_that_do_not_add_up_are_refused_in_their_place() {
    let regions = |nodes: [&str; 2]| {
        let table = |(number, nodes): (usize, &str)| format!("[[network.region]]\nname = \"r{number}\"\n{nodes}\n");
        nodes.into_iter().enumerate().map(table).collect::<String>()
    };
    for (nodes, parts) in [
        (["count = 4", "count = 5"], ["demo.toml:3", "the regions have 9 nodes together, and there are 10"]),
        (["share = 0.5", "share = 0.4"], ["network.region", "the shares of the regions are 0.9 together"]),
        (["share = 0.5", "share = 1.5"], ["demo.toml:8:9", "1.5 is not a share of the nodes"]),
        (["share = 0.5", "count = 5"], ["demo.toml:8:9", "this region has `count`, and the first has `share`"]),
        (["count = 5", ""], ["network.region.1", "does not say which nodes are in it"]),
        (["count = 5", "count = 5\nshare = 0.5"], ["demo.toml:9:9", "says twice which nodes are in it"]),
        (["nodes = [\"0..5\"]", "nodes = [5, \"6..9\"]"], ["network.region.1.nodes.0", "the node 5 is listed twice"]),
        (["nodes = [\"0..4\"]", "nodes = [\"6..9\"]"], ["network.region", "the node number 5 is in no region"]),
        (["nodes = [\"0..4\"]", "nodes = [\"5..8\"]"], ["network.region", "the node number 9 is in no region"]),
        (["nodes = [\"0..4\"]", "nodes = [\"5..10\"]"], ["network.region.1.nodes.0", "from 0 to 9"]),
        (["count = 5", "count = 5\nnmae = 3"], ["`nmae`", "did you mean `name`?"]),
        (["count = 5", "count = 5\nname = \"r0\""], ["demo.toml", "name"]),
    ] {
        refused(&regions(nodes), &parts);
    }
    refused("[[network.region]]\ncount = 10", &["the region has no name", "such as name = \"europe\""]);
    refused("[network.region]\nname = \"a\"", &["write [[network.region]], with two brackets"]);
    refused(
        "[[network.region]]\nname = \"a\"\nshare = 0.5\n[[network.region]]\nname = \"a\"\nshare = 0.5",
        &["demo.toml:7:8", "there are two regions `a`"],
    );
}

#[test]
fn tables_that_are_none_are_refused_in_their_place() {
    let law = |settings: &str| format!("latency = {{ kind = \"regions\", {settings} }}");
    let two = "\n[[network.region]]\nname = \"a\"\nshare = 0.5\n[[network.region]]\nname = \"b\"\nshare = 0.5";
    for (settings, parts) in [
        ("one_way = [[\"1ms\", \"2ms\"], [\"2ms\"]]", ["demo.toml:3:41", "it is not square: row 2 has 1 entries"]),
        ("one_way = [[\"1ms\", \"-2ms\"], [\"2ms\", \"1ms\"]]", ["demo.toml:3:50", "negative"]),
        ("one_way = [[\"1ms\", 2], [\"2ms\", \"1ms\"]]", ["row 1, column 2: 2 has no unit", "`unit = \"ms\"`"]),
        (
            "one_way = [[\"1ms\", \"\"], [\"2ms\", \"1ms\"]]",
            ["row 1, column 2: nothing is said of messages from place 1", "symmetric = true"],
        ),
        (
            "one_way = [[\"1ms\", \"3ms\"], [\"2ms\", \"1ms\"]], symmetric = true",
            ["row 2, column 1", "where `symmetric` says"],
        ),
        ("one_way = [[\"1ms\"]]", ["it has 1 rows without names, and there are 2 regions", "2 rows of 2"]),
        ("one_way = [[1, 1], [1, 1]], unit = \"m\"", ["demo.toml:3", "ns, us, ms, s"]),
        ("round_trip = \"sample:aws_p50.csv\"", ["it says nothing of the region `a`", "us-east-1, us-west-2"]),
        ("round_trip = \"sample:aws.csv\"", ["demo.toml:3", "no such file `aws.csv`"]),
        ("round_trip = \"nowhere.csv\"", ["demo.toml:3", "`nowhere.csv`: there is no such file"]),
        (
            "one_way = [[\"5ms\", \"5ms\"], [\"5ms\", \"5ms\"]], p90 = [[\"5ms\", \"5ms\"], [\"4ms\", \"5ms\"]]",
            ["network.latency.p90", "row 2, column 1: the 90th percentile 4ms is below the median 5ms"],
        ),
        (
            "one_way = [[\"5ms\", \"0ms\"], [\"5ms\", \"5ms\"]], p90 = [[\"5ms\", \"5ms\"], [\"5ms\", \"5ms\"]]",
            ["row 1, column 2", "5ms where the median is 0"],
        ),
        (
            "one_way = [[\"5ms\"]], jitter = { kind = \"regions\" }",
            ["there is no jitter `regions`", "constant, uniform"],
        ),
    ] {
        refused(&(law(settings) + two), &parts);
    }
}

/// Files are read relative to the scenario, and their mistakes by line and column; one that has changed is told.
#[test]
fn files_beside_the_scenario_are_read_and_their_mistakes_placed() {
    let sandbox = Sandbox::new("regions-files");
    let scenario = |settings: &str| {
        format!(
            "replicates = 1\n[network]\nnodes = 10\nlatency = {{ kind = \"regions\", {settings} }}\n[gossip]\nstrategy = \"push\"\n"
        )
    };
    sandbox.write("place/posted.md", "| from | a | b |\n|---|---|---|\n| a | - | 80 ms |\n| b | | 2 ms |\n");
    sandbox.write("place/wan.toml", scenario("round_trip = \"posted.md\", symmetric = true, within = \"1ms\""));
    let read = sandbox.run(&["check", "place/wan.toml"]).exits(0);
    let said = read.stdout;
    let sha256 = said.split("sha256 = \"").nth(1).and_then(|rest| rest.split('"').next()).expect("a sum").to_owned();
    sandbox.write(
        "place/again.toml",
        scenario(&format!("round_trip = \"posted.md\", symmetric = true, within = \"1ms\", sha256 = \"{sha256}\"")),
    );
    sandbox.run(&["check", "place/again.toml"]).exits(0);
    sandbox.write("place/posted.md", "| from | a | b |\n|---|---|---|\n| a | - | 80 ms |\n| b | 90 ms | 2 ms |\n");
    sandbox
        .run(&["check", "place/wan.toml"])
        .exits(2)
        .says(&["wan.toml:4", "`posted.md`, line 4, column 2: 90ms from b to a and 80ms the other way"]);
    sandbox.write("place/posted.md", "| from | a | b |\n|---|---|---|\n| a | - | 81 ms |\n| b | | 2 ms |\n");
    sandbox.run(&["check", "place/again.toml"]).exits(2).says(&["not what it was"]);
}

/// A region in an event stands for its nodes, whether it has them by a share, by a count, in a list, or from the table alone.
#[test]
fn events_name_regions() {
    let rows = "latency = { kind = \"regions\", round_trip = [[\"2ms\", \"80ms\"], [\"80ms\", \"2ms\"]] }\n";
    let region = |name: &str, nodes: &str| format!("[[network.region]]\nname = \"{name}\"\n{nodes}\n");
    let pair = |east: &str, west: &str| region("us-east-1", east) + &region("us-west-2", west);
    let lists = ["nodes = [3, \"5..8\"]", "nodes = [\"0..2\", 4, 9]"];
    for (nodes, network, [east, west]) in [
        (10, rows.to_owned() + &pair("share = 0.7", "share = 0.3"), ["\"0..6\"", "\"7..9\""]),
        (10, rows.to_owned() + &pair("count = 9", "count = 1"), ["\"0..8\"", "9"]),
        (10, rows.to_owned() + &pair(lists[0], lists[1]), ["3, \"5..8\"", "\"0..2\", 4, 9"]),
        (10, pair("count = 5", "count = 5"), ["\"0..4\"", "\"5..9\""]),
        (24, format!("latency = {{ {AWS} }}\n"), ["\"0..1\"", "\"2..3\""]),
    ] {
        let faults = |east: &str, west: &str| {
            let events = format!(
                "[[event]]\nat = \"1s\"\npartition = [{east}, {west}]\nuntil = \"3s\"\n[[event]]\nat = \"4s\"\n\
                 impair = {{ from = {east}, to = {west} }}\nloss = 0.5\n[[event]]\nat = \"5s\"\ncrash = {west}\n"
            );
            let text = format!("[network]\nnodes = {nodes}\n{network}[gossip]\nstrategy = \"push\"\n{events}");
            scenario(&text).point(0).settings.faults.clone()
        };
        let named = faults("\"us-east-1\"", "\"us-west-2\"");
        assert_eq!(named, faults(&format!("[{east}]"), &format!("[{west}]")), "{network}");
    }
    let misspelt = pair("share = 0.7", "share = 0.3") + "[[event]]\nat = \"1s\"\ncrash = \"us-wets-2\"\n";
    refused(&misspelt, &["event.0.crash", "is neither a share of the nodes nor a node", "the region `us-west-2`?"]);
}

/// 200 000 draws of the law of eleven samples: each is as likely as every other, by Pearson's chi-square with 10 degrees of
/// freedom, |z| <= 4.
#[test]
fn samples_are_drawn_alike() {
    let samples: Vec<u64> = (0..11).map(|number| 7 + number * number).collect();
    let law = json!({ "round_trip": samples.iter().rev().map(|millis| format!("{millis}ms")).collect::<Vec<_>>() });
    let law: Latency = serde_json::from_value(json!({ "empirical": law })).unwrap();
    law.load(Path::new("")).unwrap();
    let (delays, mut found) = (delays(), [0_u32; 11]);
    for number in 0..200_000 {
        let span = law.of(&leg(number % 100, 100 + number % 7, number.into()), &delays);
        let sample = samples.iter().position(|millis| Span::from_nanos(millis * 500_000) == span);
        found[sample.unwrap_or_else(|| panic!("{span} is none of them"))] += 1;
    }
    let expected = 200_000.0 / 11.0;
    let chi_square: f64 = found.iter().map(|&count| (f64::from(count) - expected).powi(2) / expected).sum();
    assert!(((chi_square - 10.0) / 20f64.sqrt()).abs() <= 4.0, "{found:?}");
    let mean = samples.iter().sum::<u64>() as f64 / 22.0;
    assert!((law.mean_nanos() / 1e6 - mean).abs() < 1e-9 && law.least() == Span::from_nanos(3_500_000));
}

#[test]
fn samples_are_read_from_files_and_lists_and_their_mistakes_placed() {
    let sandbox = Sandbox::new("empirical");
    let law = |settings: &str| {
        format!(
            "[network]\nnodes = 10\nlatency = {{ kind = \"empirical\", {settings} }}\n[gossip]\nstrategy = \"push\"\n"
        )
    };
    sandbox.write("plain.txt", "# pings\n8.5\n9\n\n12.25\n");
    sandbox.write("table.csv", "time,rtt_ms,host\n1,8.5,a\n2,-,b\n3,1e1,c\n");
    sandbox.write("wrong.csv", "rtt_ms\n8.5\n-9\n");
    sandbox.write("empty.csv", "rtt_ms\n-\n");
    for good in [
        "one_way = \"plain.txt\", unit = \"ms\"",
        "round_trip = \"table.csv\", column = \"rtt_ms\"",
        "one_way = [\"8ms\", 9, 12.5], unit = \"ms\"",
    ] {
        sandbox.write("good.toml", law(good));
        sandbox.run(&["check", "good.toml"]).exits(0).prints(&["kind = \"empirical\""]);
    }
    for (wrong, said) in [
        ("unit = \"ms\"", "neither `one_way` nor `round_trip` has samples"),
        ("one_way = \"plain.txt\"", "`plain.txt`, line 2, column 1: 8.5 has no unit"),
        ("one_way = \"wrong.csv\"", "`wrong.csv`, line 3, column 1: -9 is negative"),
        ("one_way = \"empty.csv\"", "there are no samples"),
        ("one_way = []", "there are no samples"),
        ("one_way = \"table.csv\"", "it has 3 columns"),
        ("one_way = \"table.csv\", column = \"rtt\"", "it has no column `rtt`"),
        ("one_way = [9]", "sample 1: 9 has no unit"),
        ("one_way = \"none.csv\"", "`none.csv`: there is no such file"),
        ("one_way = \"table.csv\", column = \"rtt_ms\", sha256 = \"00\"", "not what it was"),
    ] {
        sandbox.write("wrong.toml", law(wrong));
        sandbox.run(&["check", "wrong.toml"]).exits(2).says(&["wrong.toml:3", said, "allowed"]);
    }
}

#[test]
fn places_are_read_from_files_and_their_mistakes_placed() {
    let sandbox = Sandbox::new("coordinates");
    let law = |settings: &str| {
        format!(
            "[network]\nnodes = 10\nlatency = {{ kind = \"coordinates\", {settings} }}\n[[network.region]]\nname = \"a\"\n\
             share = 0.5\n[[network.region]]\nname = \"b\"\nshare = 0.5\n[gossip]\nstrategy = \"push\"\n"
        )
    };
    sandbox.write("plane.csv", "site,x,y\na,0,0\nb,300,400\nc,1,1\n");
    sandbox.write("earth.csv", "latitude;longitude;name\n91;0;a\n0;0;b\n");
    sandbox.write("twice.csv", "name,lat,lon\na,0,0\na,0,0\n");
    sandbox.write("heads.csv", "name,north,east\na,0,0\n");
    sandbox.write("good.toml", law("places = \"plane.csv\", km_per_ms = 100, floor = \"1ms\""));
    sandbox.run(&["check", "good.toml"]).exits(0).prints(&["kind = \"coordinates\"", "[[network.region]]"]);
    for (wrong, said) in [
        ("places = \"plane.csv\", km_per_ms = 0", "messages cannot go 0 km in a millisecond"),
        ("places = \"plane.csv\", km_per_ms = -1", "messages cannot go -1 km in a millisecond"),
        ("places = \"sample:cities.csv\", km_per_ms = 100", "says nothing of the region `a`"),
        (
            "places = \"earth.csv\", km_per_ms = 100",
            "`earth.csv`, line 2: `91` in column 1 is no number from -90 to 90",
        ),
        ("places = \"twice.csv\", km_per_ms = 100", "`twice.csv`, line 3: `a` is there twice"),
        ("places = \"heads.csv\", km_per_ms = 100", "`heads.csv`, line 1: it has no columns of coordinates"),
    ] {
        sandbox.write("wrong.toml", law(wrong));
        sandbox.run(&["check", "wrong.toml"]).exits(2).says(&["wrong.toml:3", said, "allowed"]);
    }
    // 500 km at 100 km a millisecond, and the floor.
    let gossip = "strategy = \"push\"\nphase = \"random\"\n[workload]\norigin = 0";
    let plain = "nodes = 2\nlatency = \"6ms\"";
    let folder = sandbox.path("plane.csv");
    let two = format!(
        "nodes = 2\nlatency = {{ kind = \"coordinates\", places = {folder:?}, km_per_ms = 100, floor = \"1ms\" }}\n[[network.region]]\nname = \"a\"\ncount = 1\n[[network.region]]\nname = \"b\"\ncount = 1"
    );
    assert_eq!(heard(&point(plain, gossip), 0), heard(&point(&two, gossip), 0));
}
