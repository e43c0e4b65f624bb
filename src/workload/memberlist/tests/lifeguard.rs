//! The experiment of Lifeguard with processes that block (Dadgar, Phillips and Currey 2018, section V): members that are
//! blocked for a while, by turns, take others for dead when they go on, or are taken for dead.

use super::*;
use crate::workload::testing::z;

/// SWIM, LHA-Suspicion, and all three parts of Lifeguard.
const CONFIGURATIONS: [[bool; 3]; 3] = [[false, false, false], [false, true, false], [true, true, true]];

/// Mistakes about members that are never blocked, by each of the configurations among 64 members, 8 of which are blocked for
/// 16384 ms and free for 64 ms, by turns; and how many of them other such members make.
fn false_positives(replicate: u64) -> [[f64; 2]; 3] {
    CONFIGURATIONS.map(|[probe, suspicion, buddy]| {
        let written = format!(
            "suspicion_mult = 5\nduring = \"45s\"\nlocal_health_probe = {probe}\nlocal_health_suspicion = {suspicion}\n\
             buddy = {buddy}"
        );
        let run = Case { faults: blocks(8, [16_384, 64]), ..Case::new(64, &written) }.run(replicate);
        let measured = run.counts.detection.measured(run.end);
        [measured.about_healthy, measured.between_healthy].map(|count| count as f64)
    })
}

/// The first `count` nodes are blocked from 2 s on.
fn blocks(count: u32, [on, off]: [u64; 2]) -> Vec<(Time, Happening<Infallible>)> {
    let span = Span::from_millis;
    let turns = (0..).map(|turn| Time::ZERO + span(2000) + span(on + off) * turn);
    let turns: Vec<Time> = turns.take_while(|&begin| begin < Time::ZERO + span(40_000)).collect();
    let of_turn = |begin: &Time| {
        let (begin, until) = (*begin, *begin + span(on));
        let block = (0..count).map(move |node| (begin, Happening::Block { node: NodeId::new(node), until }));
        block.chain((0..count).map(move |node| (until, Happening::Release(NodeId::new(node)))))
    };
    turns.iter().flat_map(of_turn).collect()
}

/// A member that is released suspects the one that it was to probe, and may hear of the refutation only after the next block,
/// when the shortest suspicion is over: 5 log10 64 = 9.03 s. By table IV LHA-Suspicion leaves 3 % of the false positives of SWIM
/// and Lifeguard 1.53 %, and of those of SWIM healthy members make .39 %.
#[test]
fn a_suspicion_that_outlasts_a_block_saves_the_suspect() {
    let replicates: Vec<[[f64; 2]; 3]> = (0..6).map(false_positives).collect();
    let of = |difference: &dyn Fn(&[[f64; 2]; 3]) -> f64| {
        z(&replicates.iter().map(difference).collect::<Vec<_>>(), 0.0, 0.0)
    };
    assert!(of(&|[[swim, _], ..]| swim - 10.0) > 4.0, "{replicates:?}");
    assert!(of(&|[[swim, _], [suspicion, _], _]| suspicion - 0.03 * swim) < -4.0, "{replicates:?}");
    assert!(of(&|[[swim, _], _, [lifeguard, _]]| lifeguard - 0.03 * swim) < -4.0, "{replicates:?}");
    assert!(of(&|[[swim, between], ..]| between - 0.1 * swim) < -4.0, "{replicates:?}");
}
