//! The floor of SWIM: pings and answers as a hand-written loop over the same lists of targets. Nothing is lost and takes no
//! time, so that no ping goes unanswered and there is no news to travel with it.

use gossipsim::random::{Chance, Purpose, below};
use gossipsim::units::NodeId;
use gossipsim::workload::members::{TargetOrder, Targets};

use super::floor::Totals;

const INTERVAL: u64 = 1_000_000_000;

/// A member: whom it pings in turn.
struct Member {
    targets: Targets,
    /// The number of its probe, and whose answer is missing.
    probe: u32,
    waits_for: Option<NodeId>,
}

/// A run of so many nanoseconds of members that begin with fresh lists.
pub(crate) fn simulate(nodes: u32, chance: &Chance, during: u64) -> Totals {
    let mut stream = chance.stream(Purpose::Clock);
    let mut turns: Vec<(u64, u32)> = (0..nodes).map(|node| (below(&mut stream, INTERVAL), node)).collect();
    turns.sort_unstable();
    let coins = chance.field(Purpose::Protocol);
    let mut members: Vec<Member> = (0..nodes)
        .map(|node| {
            let others = (0..nodes).filter(|other| *other != node).map(NodeId::new).collect();
            let draw = |bound, slot: u32| coins.below(bound, node.into(), u64::MAX, slot.into());
            Member { targets: Targets::new(others, nodes, 0, draw), probe: 0, waits_for: None }
        })
        .collect();
    let mut totals = Totals::default();
    for lap in 0.. {
        for &(offset, node) in &turns {
            if lap * INTERVAL + offset > during {
                return totals;
            }
            totals.events += 1;
            let member = &mut members[node as usize];
            assert_eq!(member.waits_for, None, "everybody answers");
            let draw = |bound, slot: u32| coins.below(bound, node.into(), lap, slot.into());
            member.waits_for = member.targets.next(TargetOrder::RoundRobin, |_| true, |_| true, draw);
            member.probe += 1;
            let (Some(target), probe) = (member.waits_for, member.probe) else { continue };
            // The ping, and its answer.
            totals.sent += 2;
            totals.events += 2;
            let answers = std::hint::black_box(members[target.index()].probe);
            let member = &mut members[node as usize];
            if answers < u32::MAX && probe == member.probe {
                member.waits_for = None;
            }
        }
    }
    totals
}
