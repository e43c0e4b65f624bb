//! The engine against the loops that the benchmark measures it by: written by hand for one purpose each, they must
//! give the same events, messages, losses and instants, at sizes that the benchmark does not run.

#[path = "../benches/speed/floor.rs"]
mod floor;

use crate::common::{ending, scenario};
use floor::Totals;
use gossipsim::random::{Chance, Purpose, below};

type ByHand = fn(u32, &Chance, u32) -> Totals;

const ASYNCHRONOUS: &str = "loss = 0.01\nlatency = { kind = \"uniform\", min = \"10ms\", max = \"100ms\" }";

#[test]
fn the_engine_gives_the_runs_of_hand_written_loops() {
    let cases: [(&str, &str, ByHand); 4] = [
        ("", "strategy = \"push\"", floor::aligned_push),
        ("", "strategy = \"pull\"", floor::aligned_pull),
        ("", "strategy = \"push-pull\"\nexchange = \"eager\"", floor::aligned_push_pull),
        (ASYNCHRONOUS, "strategy = \"push-pull\"\nexchange = \"eager\"\nphase = \"random\"", floor::asynchronous),
    ];
    for (network, gossip, by_hand) in cases {
        for nodes in [2u32, 3, 63, 64, 65, 1000, 20_000] {
            for seed in 0..3 {
                let text = format!("seed = {seed}\n[network]\nnodes = {nodes}\n{network}\n[gossip]\n{gossip}\n");
                let ending = ending(&scenario(&text).points[0], 0);
                let tally = ending.tally;
                let last = ending.last_learned.unwrap_or_default().nanos();
                let totals = Totals { events: tally.events(), sent: tally.sent, lost: tally.lost, last };
                let chance = Chance { seed, nodes, replicate: 0 };
                let origin = below(&mut chance.stream(Purpose::Workload), nodes.into()) as u32;
                assert_eq!(by_hand(nodes, &chance, origin), totals, "{text}");
            }
        }
    }
}
