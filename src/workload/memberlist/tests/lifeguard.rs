//! The experiment of Lifeguard with processes that block (Dadgar, Phillips and Currey 2018, section V): members that are
//! blocked for a while, by turns, take others for dead when they go on, or are taken for dead.

use super::*;

/// The five configurations of table IV: none of Lifeguard's parts, each of them alone, and all.
const CONFIGURATIONS: [(&str, [bool; 3]); 5] = [
    ("SWIM", [false, false, false]),
    ("LHA-Probe", [true, false, false]),
    ("LHA-Suspicion", [false, true, false]),
    ("Buddy System", [false, false, true]),
    ("Lifeguard", [true, true, true]),
];

/// False positives, all and those at members that are never blocked, of each of the configurations among `nodes` members,
/// `blocked` of which are blocked for some milliseconds and free for others, by turns, for two minutes.
fn false_positives(nodes: u32, blocked: u32, [on, off]: [u64; 2], runs: u64) -> [[u64; 2]; 5] {
    CONFIGURATIONS.map(|(name, [probe, suspicion, buddy])| {
        let written = format!(
            "suspicion_mult = 5\nduring = \"125s\"\nlocal_health_probe = {probe}\nlocal_health_suspicion = {suspicion}\n\
             buddy = {buddy}"
        );
        let case = Case { faults: blocks(blocked, [on, off]), ..Case::new(nodes, &written) };
        let mut found = [0, 0];
        for replicate in 0..runs {
            let run = case.run(replicate);
            let measured = run.counts.detection.measured(run.end);
            found[0] += measured.false_positives;
            found[1] += measured.of_healthy;
        }
        println!("{name}: {} false positives, {} at healthy members", found[0], found[1]);
        found
    })
}

/// The first `count` nodes are blocked from 5 s on.
fn blocks(count: u32, [on, off]: [u64; 2]) -> Vec<(Time, Happening<Infallible>)> {
    let span = Span::from_millis;
    let turns = (0..).map(|turn| Time::ZERO + span(5000) + span(on + off) * turn);
    let turns: Vec<Time> = turns.take_while(|&begin| begin < Time::ZERO + span(125_000)).collect();
    let of_turn = |begin: &Time| {
        let (begin, until) = (*begin, *begin + span(on));
        let block = (0..count).map(move |node| (begin, Happening::Block { node: NodeId::new(node), until }));
        block.chain((0..count).map(move |node| (until, Happening::Release(NodeId::new(node)))))
    };
    turns.iter().flat_map(of_turn).collect()
}

/// Table IV of the paper: 100 %, 67.72 %, 3.00 %, 94.08 % and 1.53 % of the false positives of SWIM.
#[test]
fn the_parts_of_lifeguard_save_false_positives_in_the_order_of_the_paper() {
    let found = false_positives(64, 8, [16_384, 64], 4);
    let [swim, probe, suspicion, buddy, lifeguard] = found.map(|[all, _]| all as f64);
    assert!(lifeguard < suspicion && suspicion < probe && probe < buddy && buddy < swim, "{found:?}");
    assert!((0.01..=0.03).contains(&(suspicion / swim)), "{found:?}");
}
