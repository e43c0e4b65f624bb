//! The experiment of Lifeguard with processes that block (Dadgar, Phillips and Currey 2018, section V): members that are
//! blocked for a while, by turns, take others for dead when they go on, or are taken for dead.

use super::*;
use crate::workload::testing::z;

/// The five configurations of table IV: none of Lifeguard's parts, LHA-Probe, LHA-Suspicion and the buddy system alone, and
/// all three.
const CONFIGURATIONS: [[bool; 3]; 5] =
    [[false, false, false], [true, false, false], [false, true, false], [false, false, true], [true, true, true]];

/// False positives of each of the configurations among 64 members, 8 of which are blocked for `on` milliseconds and free for
/// `off`, by turns, for a minute.
fn false_positives(replicate: u64, on: u64, off: u64) -> [f64; 5] {
    CONFIGURATIONS.map(|[probe, suspicion, buddy]| {
        let written = format!(
            "suspicion_mult = 5\nduring = \"65s\"\nlocal_health_probe = {probe}\nlocal_health_suspicion = {suspicion}\n\
             buddy = {buddy}"
        );
        let run = Case { faults: blocks(8, [on, off]), ..Case::new(64, &written) }.run(replicate);
        run.counts.detection.measured(run.end).false_positives as f64
    })
}

/// The first `count` nodes are blocked from 5 s on.
fn blocks(count: u32, [on, off]: [u64; 2]) -> Vec<(Time, Happening<Infallible>)> {
    let span = Span::from_millis;
    let turns = (0..).map(|turn| Time::ZERO + span(5000) + span(on + off) * turn);
    let turns: Vec<Time> = turns.take_while(|&begin| begin < Time::ZERO + span(65_000)).collect();
    let of_turn = |begin: &Time| {
        let (begin, until) = (*begin, *begin + span(on));
        let block = (0..count).map(move |node| (begin, Happening::Block { node: NodeId::new(node), until }));
        block.chain((0..count).map(move |node| (until, Happening::Release(NodeId::new(node)))))
    };
    turns.iter().flat_map(of_turn).collect()
}

/// Table IV of the paper, over all settings: 100 %, 67.72 %, 3.00 %, 94.08 % and 1.53 % of the false positives of SWIM. The
/// buddy system changes next to nothing here, where what a blocked member says of others goes out when it is released, and
/// reaches those it accuses by gossip as soon.
#[test]
fn the_parts_of_lifeguard_save_false_positives_in_the_order_of_the_paper() {
    let replicates: Vec<[f64; 5]> = (0..24).map(|replicate| false_positives(replicate, 8192, 64)).collect();
    // How far the mean of `lesser`, which has fewer, is from `share` times that of `greater`.
    let apart = |lesser: usize, share: f64, greater: usize| {
        let differences: Vec<f64> = replicates.iter().map(|counts| counts[lesser] - share * counts[greater]).collect();
        z(&differences, 0.0, 0.0)
    };
    let [swim, probe, suspicion, buddy, lifeguard] = [0, 1, 2, 3, 4];
    assert!(apart(probe, 1.0, swim) < -4.0 && apart(probe, 1.0, buddy) < -4.0);
    assert!(apart(suspicion, 1.0, probe) < -4.0);
    // One run, in which 52 of 171 remain, makes up most of the mean and of its error.
    assert!(apart(lifeguard, 1.0, suspicion) < -2.0);
    assert!(apart(suspicion, 0.03, swim).abs() < 4.0);
}
