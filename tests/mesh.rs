//! Broadcast over meshes: identities that hold in every run, and the published simulator's runs.

use std::collections::BTreeSet;

use gossipsim::experiment::{self, Record};
use gossipsim::observe::{Fate, LoggedMessage};
use gossipsim::random::{Chance, Purpose, below};
use gossipsim::scenario::Point;

use crate::common::broadcasts::{self, Log, events, judge_swarm, network};
use crate::common::{sample, scenario};

fn point(network: &str, gossip: &str, workload: &str, rest: &str) -> Point {
    scenario(&format!("[network]\n{network}\n[gossip]\n{gossip}\n[workload]\nkind = \"mesh\"\n{workload}\n{rest}"))
        .point(0)
}

fn run(point: &Point, replicate: u64) -> Record {
    experiment::run(point, replicate, &|| true).unwrap()
}

fn figure(record: &Record, name: &str) -> f64 {
    broadcasts::figure("mesh", record, name)
}

/// A link of the mesh carries a message both ways, but for those by which nodes got it first; who got it first because it asked passes
/// it on to its whole mesh.
#[test]
fn a_message_goes_twice_over_every_link_of_the_mesh_but_for_those_of_a_spanning_tree() {
    let latencies = [
        "\"30ms\"",
        "{ kind = \"per-link\", base = { kind = \"uniform\", min = \"10ms\", max = \"150ms\" } }",
        "{ kind = \"exponential\", mean = \"150ms\" }",
    ];
    let topologies = [
        "{ kind = \"k-out\", choices = 10, connected = true }",
        "{ kind = \"barabasi-albert\", links = 4 }",
        "{ kind = \"ring\", neighbors = 5 }",
        "\"complete\"",
    ];
    let parameters = [
        "",
        "d_low = 4\nprune_at_d_high = false\nrefuse_grafts = false\nprune_backoff = \"0s\"\ngossip_factor = 0",
        "d = 8\nd_low = 6\nd_lazy = 3",
    ];
    let mut asked = 0.0;
    for (number, topology) in (0..).zip(topologies) {
        for latency in latencies {
            for parameters in parameters {
                let network = format!("nodes = 60\ntopology = {topology}\ntransport = \"tcp\"\nlatency = {latency}");
                let workload = format!(
                    "messages = 20\nmessages_per_second = 4\nstart = \"90s\"\nskip_author = false\n{parameters}"
                );
                let record = run(&point(&network, "phase = \"random\"", &workload, ""), number);
                let of = |name| figure(&record, name);
                let case = format!("{network}, {parameters}");
                assert!(record.converged() && of("delivery_share") == 1.0, "{case}");
                let ends = (of("mesh_degree") * 60.0).round();
                let copies = 20.0 * (ends - 59.0) + of("answers") + of("fetched");
                assert_eq!(of("copies"), copies, "{case}: {ends} ends");
                // What is on its way at the end is none of it.
                assert_eq!(of("duplicates"), of("copies") - of("deliveries"), "{case}");
                asked += of("answers");
            }
        }
    }
    assert!(asked > 100.0, "only {asked} messages were asked for");
}

/// Without gossip a node has k - 2 duplicates of a message in the mean, and the author two more.
#[test]
fn a_lossless_mesh_of_mean_degree_k_brings_k_less_2_duplicates() {
    let network = "nodes = 80\ntopology = { kind = \"random-regular\", degree = 20 }\nlatency = \"50ms\"";
    let gossip = "phase = \"random\"";
    let workload = "messages = 30\nstart = \"30s\"\nd_lazy = 0\ngossip_factor = 0";
    for replicate in 0..5 {
        let record = run(&point(network, gossip, workload, ""), replicate);
        let k = figure(&record, "mesh_degree");
        assert_eq!((figure(&record, "answers"), figure(&record, "incomplete")), (0.0, 0.0));
        let expected = k - 2.0 + 2.0 / 80.0;
        assert!((figure(&record, "duplicates_per_node") - expected).abs() < 1e-9, "{replicate}: k = {k}");
        let redundancy = (80.0 * k - 79.0) / 79.0 - 1.0;
        assert!((figure(&record, "redundancy") - redundancy).abs() < 1e-9);
    }
}

/// The set-up of the published simulator of gossipsub 1.0 (vyzo/gerbil-simsub).
fn simsub(nodes: u32, messages: u32) -> Point {
    let network = format!(
        "nodes = {nodes}\ntopology = {{ kind = \"k-out\", choices = 20 }}\n[network.latency]\nkind = \"per-link\"\n\
         base = {{ kind = \"uniform\", min = \"10ms\", max = \"150ms\" }}\njitter = {{ kind = \"uniform\", min = \"0ms\", max = \"5ms\" }}"
    );
    // Heartbeats begin a second later there.
    let workload = format!(
        "messages = {messages}\nsources = 5\nstart = \"4s\"\nd_low = 4\nprune_at_d_high = false\nrefuse_grafts = false\n\
         prune_backoff = \"0s\"\ngossip_factor = 0\nretransmissions = 0\nhistory_length = 120\nskip_author = false"
    );
    point(&network, "phase = \"random\"", &workload, "")
}

/// The figures of a row: GRAFT, PRUNE, payload, IHAVE, IWANT.
const SIMSUB: [&str; 5] = ["grafts", "prunes", "copies", "ihaves", "iwants"];

/// Its published runs of n = 100 and 250 are within 3 standard deviations of ours, and the means of another simulation of the same
/// rules (so many runs, with these standard deviations) are ours.
#[test]
fn the_published_simulator_sends_as_many_messages() {
    let rows = [
        (
            100,
            10,
            40,
            [372.0, 7.0, 6280.0, 7212.0, 44.0],
            40.0,
            [(376.0, 9.0), (8.0, 7.0), (6323.0, 184.0), (7200.0, 21.0), (35.0, 15.0)],
        ),
        (
            250,
            60,
            4,
            [961.0, 29.0, 96_320.0, 93_108.0, 416.0],
            12.0,
            [(939.0, 17.0), (16.0, 10.0), (95_367.0, 1424.0), (93_013.0, 27.0), (549.0, 118.0)],
        ),
    ];
    for (nodes, messages, runs, published, others, means) in rows {
        let records: Vec<Record> = (0..runs).map(|replicate| run(&simsub(nodes, messages), replicate)).collect();
        for ((name, published), (mean, sd)) in SIMSUB.into_iter().zip(published).zip(means) {
            let (ours, _) = sample(runs, |replicate| figure(&records[replicate as usize], name));
            // The mean of theirs is rounded, as its error is.
            let error = (sd + 0.5) * (1.0_f64 / others + 1.0 / runs as f64).sqrt() + 0.5;
            let z = (ours - mean) / error;
            println!("n = {nodes}, {name}: {ours} instead of {mean}, z = {z:.2}; published {published}");
            assert!(z.abs() <= 4.0, "n = {nodes}, {name}: {ours} instead of {mean}, z = {z:.2}");
            // Real clocks brought their run at n = 250 a few heartbeats more: a thousandth of the announcements.
            let clocks = if name == "ihaves" { published / 1000.0 } else { 0.0 };
            assert!(
                (published - ours).abs() <= 3.0 * sd + error + clocks,
                "n = {nodes}, {name}: {ours}, published {published}"
            );
        }
    }
}

/// Deliveries of the published simulator within 100, 200, 300 and 400 ms at n = 100, by the means of 40 runs of another simulation.
#[test]
fn latencies_are_those_of_the_published_simulator() {
    let point = simsub(100, 10);
    let runs = 30;
    let histograms: Vec<[f64; 4]> = (0..runs)
        .map(|replicate| {
            let (log, _) = Log::of(&point, replicate);
            let mut histogram = [0.0; 4];
            for ((number, _), at) in log.first_copies() {
                let nanos = at.nanos() - log.published[&number].0.nanos();
                histogram[(nanos / 100_000_000) as usize] += 1.0;
            }
            assert_eq!(histogram.iter().sum::<f64>(), 990.0);
            histogram
        })
        .collect();
    for (bucket, (ours, published)) in [(159.0, 156.0), (726.0, 722.0), (104.0, 112.0)].into_iter().enumerate() {
        let (mean, sd) = sample(runs, |replicate| histograms[replicate as usize][bucket]);
        let z = (mean - ours) / (sd * (1.0 / 40.0 + 1.0 / runs as f64).sqrt() + 0.5);
        println!(
            "{}-{} ms: {mean} ({sd}) instead of {ours}, z = {z:.2}; published {published}",
            bucket * 100,
            bucket * 100 + 100
        );
        assert!(z.abs() <= 4.0 && (published - mean).abs() <= 3.0 * sd, "{mean} ({sd}), z = {z:.2}");
    }
}

/// How many scenarios are drawn, and from which seed.
const SCENARIOS: u64 = 60;
const SEED: u64 = 20_261_128;

/// A scenario of a mesh from much that can be combined.
fn draw(number: u64) -> String {
    let mut stream = Chance { seed: SEED, nodes: 2, replicate: number }.stream(Purpose::Workload);
    let mut pick = |choices: &[&str]| choices[below(&mut stream, choices.len() as u64) as usize].to_owned();
    let network = network(&mut pick);
    let gossip = [
        format!("phase = \"{}\"", pick(&["aligned", "random", "poisson"])),
        format!("interval = \"{}\"", pick(&["1s", "700ms"])),
        pick(&["", "knows_dead = \"after 2s\""]),
    ];
    let workload = [
        pick(&[
            "",
            "d = 8\nd_low = 6",
            "d = 3\nd_low = 2\nd_high = 4",
            "d = 2\nd_low = 1\nd_high = 2\nprune_at_d_high = false",
        ]),
        pick(&["", "refuse_grafts = false\nprune_backoff = \"0s\"", "prune_backoff = \"2s\""]),
        pick(&["", "topics = 3\nsubscribed = 0.6", "subscribed = 0.5\nfanout_ttl = \"2s\""]),
        pick(&["", "flood_publish = true", "sources = 2", "origins = \"first\""]),
        pick(&["", "validation = \"30ms\"", "validation = \"400ms\"\nskip_senders = true", "skip_author = false"]),
        pick(&[
            "",
            "size = \"2KiB\"",
            "size = \"2KiB\"\nidontwant_ttl = 1",
            "history_length = 2\nhistory_gossip = 1",
            "history_gossip = 0",
        ]),
        pick(&[
            "",
            "gossip_factor = 0\nd_lazy = 2\nretransmissions = 1",
            "max_ihave_length = 2",
            "arrivals = \"poisson\"",
        ]),
    ];
    let events = events(&mut pick);
    let [network, gossip, workload] = [&network[..], &gossip, &workload].map(|lines| lines.join("\n"));
    format!(
        "seed = {number}\n[network]\nnodes = 40\n{network}\n[gossip]\n{gossip}\n[workload]\nkind = \"mesh\"\nmessages = 15\n\
         messages_per_second = 3\nstart = \"3s\"\nsettle = \"6s\"\n{workload}\n{events}"
    )
}

/// Copies, announcements, and that no other copy is wanted are of who has a message. `GOSSIPSIM_SWARM=10000` draws so many.
#[test]
fn no_drawn_mesh_breaks_a_law() {
    judge_swarm("mesh", SCENARIOS, &[0, 1, 5], 2, draw);
}

/// Over TCP a link to a node that is down breaks with the first message that goes to it; who comes back is in the mesh again, and gets
/// what still is announced.
#[test]
fn links_to_nodes_that_are_down_break_and_come_back_with_them() {
    let network = "nodes = 60\ntopology = { kind = \"k-out\", choices = 8 }\ntransport = \"tcp\"\nlatency = \"40ms\"";
    let events = "[[event]]\nat = \"10100ms\"\ncrash = 0.3\nkeep_state = false\n[[event]]\nat = \"20100ms\"\nrecover = \"all\"\n";
    // Everybody is sent something in every heartbeat.
    let workload = "messages = 40\nmessages_per_second = 2\nstart = \"5s\"\ngossip_factor = 1";
    for replicate in 0..3 {
        let (log, record) = Log::of(&point(network, "phase = \"random\"", workload, events), replicate);
        assert!(record.converged() && figure(&record, "delivery_share") == 1.0, "{replicate}");
        assert!(figure(&record, "mesh_degree_least") >= 5.0, "{replicate}: whoever came back has links");
        // Announcements reach 3 heartbeats back: of 6 messages at most, of which those published at nodes that are up.
        let late = figure(&record, "late_deliveries");
        assert!((18.0..=18.0 * 7.0).contains(&late), "{replicate}: {late}");
        let dropped = |from: u64, to: u64| {
            let between = |message: &&LoggedMessage| (from..to).contains(&(message.sent.nanos() / 100_000_000));
            let all = log.messages.iter().filter(between);
            all.filter(|message| message.fate == Fate::Dropped).count()
        };
        // Of the two seconds after the crash, and from then on to the recovery.
        assert!(
            dropped(101, 121) >= 18 && dropped(121, 200) == 0,
            "{replicate}: {} and {}",
            dropped(101, 121),
            dropped(121, 200)
        );
    }
    // Over UDP nobody is told: links to nodes that are down stay, unless their failure is known.
    let udp = network.replace("tcp", "udp");
    let redundancy = |gossip: &str| {
        let crash = "[[event]]\nat = \"10100ms\"\ncrash = 0.3\n";
        figure(&run(&point(&udp, gossip, workload, crash), 0), "redundancy")
    };
    let [unaware, aware] =
        ["", "\nknows_dead = \"after 1s\""].map(|known| redundancy(&format!("phase = \"random\"{known}")));
    assert!(unaware > aware + 0.3, "{unaware} and {aware}");
}

/// Nodes that pass nothing on cost redundancy, not deliveries: gossip of the others goes around them.
#[test]
fn a_third_of_the_nodes_may_pass_nothing_on() {
    let network = "nodes = 90\ntopology = { kind = \"k-out\", choices = 15 }\nlatency = \"40ms\"";
    for kind in ["mute", "never_forward"] {
        let text = format!("[adversaries]\n{kind} = 0.3");
        let record = run(&point(network, "phase = \"random\"", "messages = 20", &text), 1);
        assert_eq!((record.live, figure(&record, "delivery_share")), (63, 1.0), "{kind}");
    }
}

/// Real nodes of go-libp2p in containers (whiteblock/gossipsub-testing): 95 of them, joined as by Barabási and Albert with so many links
/// each, D = 6, 1000 bytes, 200 messages a second; the hops of the last delivery in the mean, within a tenth.
#[test]
fn last_deliveries_take_as_many_hops_as_in_containers() {
    for (links, hops) in [(2, 6.05), (6, 4.0), (12, 3.85), (16, 3.95)] {
        let network = format!(
            "nodes = 95\ntopology = {{ kind = \"barabasi-albert\", links = {links} }}\nlatency = \"50ms\"\ntransport = \"tcp\""
        );
        let version =
            "d_low = 4\nprune_at_d_high = false\nrefuse_grafts = false\nprune_backoff = \"0s\"\ngossip_factor = 0";
        let workload = format!("messages = 60\nmessages_per_second = 200\n{version}");
        let point = point(&network, "phase = \"random\"", &workload, "");
        let (mean, _) = sample(5, |replicate| figure(&run(&point, replicate), "last_hop"));
        println!("{links} links: {mean} instead of {hops}");
        assert!((mean / hops - 1.0).abs() < 0.1, "{links} links: {mean} instead of {hops}");
    }
}

/// Over TCP without loss a link that one end has the other has too, once all is quiet, whoever crashed, came back or left: a message goes
/// both ways over all links but those by which it came first. A few are left over: of two nodes that come back within a latency of each
/// other one may hear that the other is down after it has grafted it.
#[test]
fn links_have_two_ends_after_all_that_happened() {
    let network = "nodes = 50\ntopology = { kind = \"k-out\", choices = 6 }\ntransport = \"tcp\"\nlatency = \"60ms\"";
    let events = "[[event]]\nat = \"5s\"\nchurn = 0.5\nup = { kind = \"exponential\", mean = \"4s\" }\ndown = { kind = \"exponential\", mean = \
                  \"2s\" }\nfor = \"20s\"\n[[event]]\nat = \"8s\"\njoin = 5\n[[event]]\nat = \"12s\"\nleave = [1, 2, 3]\n";
    for replicate in 0..4 {
        let workload = "messages = 120\nmessages_per_second = 1\nstart = \"3s\"\nskip_author = false\nprune_backoff = \"3s\"\ngossip_factor = 1";
        let (log, record) = Log::of(&point(network, "phase = \"random\"", workload, events), replicate);
        let (last, (at, _)) = log.published.last_key_value().unwrap();
        let copies: Vec<_> = log.of_kind(0).filter(|(message, _)| message == last).map(|(_, copy)| copy).collect();
        assert!(at.nanos() > 100_000_000_000 && record.live >= 52, "{replicate}: {}", record.live);
        // Whoever sends along a mesh is sent to along it, but for the link by which it got the message first.
        let along: BTreeSet<_> =
            copies.iter().filter(|copy| copy.content.ends_with("mesh")).map(|copy| (copy.from, copy.to)).collect();
        let one_way = along.iter().filter(|(from, to)| !along.contains(&(*to, *from))).count();
        let first = log.first_copies().keys().filter(|(message, _)| message == last).count();
        assert!(
            first as u64 == record.live - 1 && one_way <= first + 2,
            "{replicate}: {one_way} links of one way, {first} nodes got it"
        );
    }
}

/// Each message draws a size once: the bytes of all copies are those of the law in the mean over messages, z <= 4, and IDONTWANT
/// is said of large ones alone.
#[test]
fn messages_differ_in_size_by_a_law() {
    let of = |size: &str, rest: &str| {
        let network = "nodes = 30\ntopology = { kind = \"random-regular\", degree = 8 }\nlatency = \"20ms\"";
        let workload = format!("messages = 2000\nmessages_per_second = 100\nsettle = \"5s\"\nsize = {size}\n{rest}");
        run(&point(network, "phase = \"random\"", &workload, ""), 0)
    };
    let uniform = "{ kind = \"uniform\", min = \"0B\", max = \"2000B\" }";
    let differ = of(uniform, "idontwant_threshold = \"0B\"");
    let mean = figure(&differ, "copy_bytes") / figure(&differ, "copies");
    // Copies of one message are about as many as of any other.
    let z = (mean - 1000.0) / (2000.0 / 12.0_f64.sqrt() / 2000.0_f64.sqrt());
    assert!(z.abs() <= 4.0, "{mean} bytes a copy, z = {z:.1}");
    let said = |size| figure(&of(size, "validation = \"1ms\""), "idontwants");
    let said = said(uniform) / said("\"1024B\"");
    let share: f64 = 977.0 / 2001.0;
    let z = (said - share) / (share * (1.0 - share) / 2000.0).sqrt();
    assert!(z.abs() <= 4.0, "{said} of all, z = {z:.1}");
    assert_eq!(figure(&of("\"1023B\"", ""), "idontwants"), 0.0);
    assert_eq!(
        format!("{:?}", of("\"700B\"", "")),
        format!("{:?}", of("{ kind = \"constant\", value = \"700B\" }", ""))
    );
}
