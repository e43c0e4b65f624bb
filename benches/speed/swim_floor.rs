//! The floor of SWIM: pings, answers and timers as a hand-written loop over the same lists of targets, with the same draws and
//! so the same run, its columns and its curve. Nothing is lost and takes no time, so that nobody is suspected; that nobody is
//! gone and there is no news is looked up all the same.

use std::collections::VecDeque;

use gossipsim::random::{Chance, Purpose, below};
use gossipsim::units::NodeId;
use gossipsim::workload::members::{Belief, Broadcasts, TargetOrder, Targets};

use super::figures::Figures;
use super::floor::Totals;

const INTERVAL: u64 = 1_000_000_000;
/// How long a member waits for the answer to its ping, ns.
const TIMEOUT: u64 = 500_000_000;
/// How often an update would be sent.
const LIMIT: u32 = 20;
/// Bytes of a message without updates.
const BARE: u64 = 15;

/// A member: what it holds of all, whom it pings in turn, and what it passes on.
struct Member {
    view: Vec<Belief>,
    targets: Targets,
    broadcasts: Broadcasts,
    /// The number of its probe, and whose answer is missing.
    probe: u32,
    waits_for: Option<NodeId>,
}

/// What is counted.
#[derive(Default)]
struct Counts {
    probes: u64,
    indirect: u64,
    failed: u64,
    payload: u64,
}

/// A run of so many nanoseconds of members that begin with fresh lists.
pub(crate) fn simulate(nodes: u32, chance: &Chance, during: u64) -> (Totals, Figures) {
    let mut stream = chance.stream(Purpose::Clock);
    let mut turns: Vec<(u64, u32)> = (0..nodes).map(|node| (below(&mut stream, INTERVAL), node)).collect();
    turns.sort_unstable();
    let coins = chance.field(Purpose::Protocol);
    let mut members: Vec<Member> = (0..nodes)
        .map(|node| {
            let others = (0..nodes).filter(|other| *other != node).map(NodeId::new).collect();
            let draw = |bound, slot: u32| coins.below(bound, node.into(), u64::MAX, slot.into());
            let view = vec![Belief::FIRST; nodes as usize];
            let targets = Targets::new(others, nodes, 0, draw);
            Member { view, targets, broadcasts: Broadcasts::default(), probe: 0, waits_for: None }
        })
        .collect();
    let (mut totals, mut counts, mut curve) = (Totals::default(), Counts::default(), Vec::new());
    // Timers expire in the order in which they were set, with the number of the probe.
    let mut timers: VecDeque<(u64, u32, u32)> = VecDeque::new();
    'run: for lap in 0.. {
        for &(offset, node) in &turns {
            let now = lap * INTERVAL + offset;
            while let Some(&(at, node, probe)) = timers.front()
                && at <= now.min(during)
            {
                let member: &Member = &members[node as usize];
                counts.indirect += u64::from(member.probe == probe && member.waits_for.is_some());
                timers.pop_front();
            }
            while curve.len() as u64 * INTERVAL <= now.min(during) {
                curve.push([0.0, 0.0, f64::NAN]);
            }
            if now > during {
                break 'run;
            }
            totals.events += 1;
            let member = &mut members[node as usize];
            counts.failed += u64::from(member.waits_for.is_some());
            let draw = |bound, slot: u32| coins.below(bound, node.into(), lap, slot.into());
            let Member { view, targets, .. } = &mut *member;
            let listed = |other: NodeId| !view[other.index()].is_gone();
            member.waits_for = targets.next(TargetOrder::RoundRobin, listed, listed, draw);
            member.probe += 1;
            let (Some(target), probe) = (member.waits_for, member.probe) else { continue };
            counts.probes += 1;
            timers.push_back((now + TIMEOUT, node, probe));
            // The ping, and its answer.
            for speaker in [node as usize, target.index()] {
                let mut room = 6;
                let news = members[speaker].broadcasts.take(LIMIT, |_| {
                    room -= 1;
                    room >= 0
                });
                assert!(news.is_empty(), "there is no news");
                totals.sent += 1;
                totals.events += 1;
                counts.payload += BARE;
            }
            let member = &mut members[node as usize];
            if probe == member.probe {
                member.waits_for = None;
            }
        }
    }
    curve.push([0.0, 0.0, f64::NAN]);
    let columns = vec![
        ("probes", counts.probes as f64),
        ("indirect_probes", counts.indirect as f64),
        ("failed_probes", counts.failed as f64),
        ("mistakes", 0.0),
        ("node_hours", f64::from(nodes) * during as f64 / 3600e9),
        ("query_accuracy", 1.0),
    ];
    (totals, Figures { columns, curve, payload: counts.payload })
}
