//! Bodies to some peers and announcements to the others, against what is known exactly.

use gossipsim::experiment::{self, Record};
use gossipsim::random::{Chance, Purpose, below};
use gossipsim::scenario::Point;

use crate::common::broadcasts::{self, events, judge_swarm, network};
use crate::common::{judge, sample, scenario};
use crate::flooding::reached_by_infect_and_die;

fn point(network: &str, workload: &str, rest: &str) -> Point {
    scenario(&format!("[network]\n{network}\n[workload]\nkind = \"announce\"\n{workload}\n{rest}")).point(0)
}

fn run(point: &Point, replicate: u64) -> Record {
    experiment::run(point, replicate, &|| true).unwrap()
}

fn figure(record: &Record, name: &str) -> f64 {
    broadcasts::figure("announce", record, name)
}

/// Announcements that nobody follows up.
const BODIES_ALONE: &str = "arrive_timeout = \"60min\"\nsettle = \"1s\"";

/// Bodies alone reach whom infect and die with as many targets reaches, |z| <= 4: with the square root of the peers, and with a number;
/// that a body is not sent to whom it is known to have it, changes nothing.
#[test]
fn bodies_reach_as_many_as_infect_and_die_with_the_square_root_of_the_peers() {
    for (n, direct, targets, runs) in [(10, "\"sqrt\"", 3, 2000), (26, "\"sqrt\"", 5, 1000), (8, "2", 2, 2000)] {
        let workload = format!("messages = 1\ndirect = {direct}\n{BODIES_ALONE}");
        let point = point(&format!("nodes = {n}\nlatency = \"10ms\""), &workload, "");
        let reached: Vec<f64> =
            (0..runs).map(|replicate| 1.0 + figure(&run(&point, replicate), "deliveries")).collect();
        let law = reached_by_infect_and_die(n, targets, true);
        let mean: f64 = law.iter().zip(0..).map(|(share, reached)| share * f64::from(reached)).sum();
        let of = |what: &dyn Fn(f64) -> f64| sample(runs, |replicate| what(reached[replicate as usize]));
        judge(&format!("n = {n}, {direct}: all"), law[n], of(&|all| f64::from(u8::from(all == n as f64))), runs);
        judge(&format!("n = {n}, {direct}: mean"), mean, of(&|all| all), runs);
    }
}

/// Who gets bodies of an author is drawn once for a run: all of its messages reach the same nodes. With `sqrt-lacking` each has its own.
#[test]
fn all_messages_of_an_author_take_the_same_way() {
    let (mut some, mut others) = (0, 0);
    for replicate in 0..20 {
        let deliveries = |direct: &str| {
            let workload = format!("messages = 9\norigins = \"first\"\ndirect = \"{direct}\"\n{BODIES_ALONE}");
            figure(&run(&point("nodes = 17\nlatency = \"10ms\"", &workload, ""), replicate), "deliveries") as u32
        };
        assert_eq!(deliveries("sqrt") % 9, 0, "{replicate}");
        some += u32::from(deliveries("sqrt") < 16 * 9);
        others += u32::from(deliveries("sqrt-lacking") % 9 > 0);
    }
    assert!(some > 2 && others > 10, "{some} and {others}");
}

/// Bodies to all are flooding: 2E - (n - 1) copies. With announcements alone each node gets one copy, which it asked for, and every link
/// carries an announcement: both ways but for those by which nodes got the message first, and those whose other end was known to have it.
#[test]
fn bodies_to_all_are_flooding_and_announcements_alone_bring_each_node_one_copy() {
    let topologies = [
        ("\"complete\"", 60 * 59 / 2),
        ("{ kind = \"ring\", neighbors = 2 }", 120),
        ("{ kind = \"tree\", arity = 3 }", 59),
        ("{ kind = \"random-regular\", degree = 6 }", 180),
    ];
    let latencies = ["\"30ms\"", "{ kind = \"uniform\", min = \"10ms\", max = \"150ms\" }"];
    for (number, (topology, links)) in (0..).zip(topologies) {
        for latency in latencies {
            let network = format!("nodes = 60\ntopology = {topology}\nlatency = {latency}\ntransport = \"tcp\"");
            let of = |workload: &str| {
                let point = point(&network, &format!("messages = 6\nsettle = \"40s\"\n{workload}"), "");
                let record = run(&point, number);
                assert!(record.converged(), "{network}, {workload}");
                ["copies", "duplicates", "announcements", "requests", "answers", "fetched", "pushed"]
                    .map(|name| figure(&record, name) / 6.0)
            };
            let links = f64::from(links);
            let flood = of("direct = \"all\"");
            assert_eq!(flood, [2.0 * links - 59.0, 2.0 * (links - 59.0), 0.0, 0.0, 0.0, 0.0, 59.0], "{network}");
            for waits in ["", "arrive_timeout = \"0s\"", "size = \"1MiB\"\ndirect = \"sqrt\""] {
                let [copies, duplicates, announcements, fetches @ .., pushed] =
                    of(&format!("direct = 0\n{waits}").replace("direct = 0\nsize", "size"));
                assert_eq!((copies, duplicates, fetches, pushed), (59.0, 0.0, [59.0; 3], 0.0), "{network}");
                assert!((links..=2.0 * links - 59.0).contains(&announcements), "{network}: {announcements}");
            }
            // Every copy is pushed or the answer to a request, and brings a message or is one too many.
            let [copies, duplicates, _, requests, answers, fetched, pushed] = of("validation = \"20ms\"");
            assert!((copies - duplicates - 59.0).abs() < 1e-9 && fetched + pushed == 59.0, "{network}");
            assert!(requests == answers && fetched <= answers, "{network}");
        }
    }
}

/// Over one link everything waits for `trickle` in the mean, then for an announcement, a request and the body: |z| <= 4.
#[test]
fn announcements_wait_for_exponential_times() {
    for (rate, runs) in [(0.05, 20), (20.0, 600)] {
        let workload = format!(
            "messages = 50\nmessages_per_second = {rate}\norigins = \"first\"\ndirect = 0\narrive_timeout = \"0s\"\n\
             trickle = \"2s\"\nsettle = \"60s\""
        );
        let point = point("nodes = 2\nlatency = \"50ms\"", &workload, "[gossip]\ninterval = \"100s\"");
        // Those that come in quick succession go together; each waits for as long, though.
        judge(
            &format!("{rate} a second"),
            2150.0,
            sample(runs, |replicate| figure(&run(&point, replicate), "latency_ms")),
            runs,
        );
        let batches = figure(&run(&point, 0), "announcements");
        assert!(if rate < 1.0 { batches >= 48.0 } else { batches < 10.0 }, "{rate}: {batches}");
    }
}

/// Node 2 of a ring of four hears from 1 and 3 at once. Where it asks 1, which has crashed, over TCP it hears of that at once, and asks 3;
/// over UDP it waits for 5 s.
#[test]
fn a_broken_connection_has_another_asked_at_once() {
    let workload = "messages = 1\norigins = \"first\"\ndirect = 0";
    for (transport, longest) in [("tcp", 1400.0), ("udp", 6300.0)] {
        let network = format!("nodes = 4\ntopology = \"ring\"\nlatency = \"50ms\"\ntransport = \"{transport}\"");
        let point = point(&network, workload, "[[event]]\nat = \"1s\"\ncrash = [1]\n");
        let mut longer = 0;
        for replicate in 0..12 {
            let record = run(&point, replicate);
            let [took, unanswered] = ["latency_max_ms", "unanswered"].map(|name| figure(&record, name));
            assert!([(1300.0, 0.0), (longest, 1.0)].contains(&(took, unanswered)), "{transport}: {took}");
            longer += u32::from(unanswered > 0.0);
        }
        assert!((1..12).contains(&longer), "{transport}: {longer}");
    }
}

/// How many scenarios are drawn, and from which seed.
const SCENARIOS: u64 = 60;
const SEED: u64 = 20_261_129;

/// A scenario from much that can be combined.
fn draw(number: u64) -> String {
    let mut stream = Chance { seed: SEED, nodes: 2, replicate: number }.stream(Purpose::Workload);
    let mut pick = |choices: &[&str]| choices[below(&mut stream, choices.len() as u64) as usize].to_owned();
    let network = network(&mut pick);
    let knows = pick(&["", "knows_dead = \"after 2s\""]);
    let workload = [
        pick(&["", "direct = 0", "direct = 3", "direct = \"all\"", "direct = \"sqrt-lacking\"", "size = \"5KiB\""]),
        pick(&["", "arrive_timeout = \"0s\"", "arrive_timeout = \"2s\""]),
        pick(&["", "fetch_timeout = \"300ms\"", "fetch_timeout = \"1s\""]),
        pick(&["", "trickle = \"200ms\"", "trickle = \"2s\""]),
        pick(&["", "validation = \"30ms\"", "validation = \"400ms\""]),
        pick(&["", "sync = false"]),
        pick(&["", "sources = 2", "origins = \"first\"", "arrivals = \"poisson\""]),
    ];
    let events = events(&mut pick);
    let [network, workload] = [&network[..], &workload].map(|lines| lines.join("\n"));
    format!(
        "seed = {number}\n[network]\nnodes = 32\n{network}\n[gossip]\n{knows}\n[workload]\nkind = \"announce\"\nmessages = 15\n\
         messages_per_second = 3\nstart = \"3s\"\nsettle = \"6s\"\n{workload}\n{events}"
    )
}

/// Bodies and announcements are of who has a message. `GOSSIPSIM_SWARM=10000` draws so many.
#[test]
fn no_drawn_broadcast_by_announcements_breaks_a_law() {
    judge_swarm("announce", SCENARIOS, &[0, 1], 2, draw);
}

/// Nodes that pass nothing on are gone around: their neighbours hear from others.
#[test]
fn a_third_of_the_nodes_may_pass_nothing_on() {
    let network = "nodes = 90\ntopology = { kind = \"k-out\", choices = 15 }\nlatency = \"40ms\"";
    for kind in ["mute", "never_forward"] {
        let text = format!("[adversaries]\n{kind} = 0.3");
        let record = run(&point(network, "messages = 20", &text), 1);
        assert_eq!((record.live, figure(&record, "delivery_share")), (63, 1.0), "{kind}");
    }
}

/// Each message draws a size once, and is pushed or only announced by it: half of all are, z <= 4.
#[test]
fn large_messages_are_announced_and_small_ones_pushed() {
    let of = |size: &str| {
        let workload = format!(
            "messages = 1000\nmessages_per_second = 50\ndirect = \"all\"\nlargest_direct = \"1000B\"\nsize = {size}"
        );
        run(&point("nodes = 5\nlatency = \"20ms\"", &workload, ""), 0)
    };
    let differ = of("{ kind = \"uniform\", min = \"0B\", max = \"2000B\" }");
    let [fetched, deliveries] = ["fetched", "deliveries"].map(|name| figure(&differ, name));
    let share: f64 = 1000.0 / 2001.0;
    let z = (fetched / deliveries - share) / (share * (1.0 - share) / 1000.0).sqrt();
    assert!(deliveries == 4000.0 && z.abs() <= 4.0, "{fetched} of {deliveries}, z = {z:.1}");
    assert_eq!(["\"1000B\"", "\"1001B\""].map(|size| figure(&of(size), "fetched")), [0.0, 4000.0]);
}
