//! `[gossip]`: who tells whom, and when.

use std::fmt;

use super::{mongering, workload};
use crate::clock::{DriftLaw, Phase};
use crate::peers::{KnowsDead, Peers};
use crate::scenario::number::ALL;
use crate::scenario::sections::Reader;
use crate::scenario::tree::Value;
use crate::settings::gossip::{
    BACK_OFF, DRIFT, DRIFT_LAW, EXCHANGE, FANOUT, FORWARD, HUNT, INTERVAL, JITTER, KNOWS_DEAD, MAX_INTERVAL, PEERS,
    PHASE, SPREAD, STRATEGY,
};
use crate::settings::{GossipSettings, NetworkSettings};
use crate::time::{SPAN_FORM, Span, SpanOrNone};
use crate::units::{MAX_NODES, Probability};
use crate::workload::Strategy;
use crate::workload::rumor::{Forward, Spread};

/// The most by which a clock may go wrong.
const MAX_DRIFT: f64 = 0.5;

/// The largest factor between two gaps.
pub(super) const MAX_BACK_OFF: u32 = 1000;

pub(super) fn read(reader: &mut Reader<'_>, network: Option<&NetworkSettings>) -> Option<GossipSettings> {
    let strategy = match workload::uses(reader, &STRATEGY) {
        true => reader.required(&STRATEGY),
        // Whatever it is, nobody goes by it.
        false => reader.optional(&STRATEGY, Strategy::PushPull),
    };
    let exchange = reader.read(&EXCHANGE);
    let fanout = read_fanout(reader, network.map(|network| network.nodes));
    let interval: Span = reader.read(&INTERVAL)?;
    if interval.is_zero() {
        reader.refuse(INTERVAL.path, "the interval is 0", SPAN_FORM);
    }
    let phase = reader.read(&PHASE)?;
    let (drift, drift_law, jitter) = (reader.read(&DRIFT)?, reader.read(&DRIFT_LAW)?, reader.read(&JITTER)?);
    check_pace(reader, phase, drift, [drift.is_possible(), drift_law != DriftLaw::default(), jitter > Span::ZERO]);
    let peers = read_peers(reader);
    let knows_dead: KnowsDead = reader.read(&KNOWS_DEAD)?;
    let spread = reader.model(&SPREAD);
    if let Some(spread) = &spread {
        mongering::check_minimization(reader, spread);
    }
    let connection_limit = mongering::read_connection_limit(reader, phase, network);
    let hunt = mongering::read_hunt(reader, connection_limit);
    if !knows_dead.is_default() {
        check_knows_dead(reader, peers.as_ref(), hunt);
    }
    let anti_entropy = mongering::read_anti_entropy(reader, interval, spread.as_ref());
    let (max_interval, back_off) = read_back_off(reader, interval);
    let forward = reader.model(&FORWARD);
    if let Some(Forward::AtOnce(_)) = &forward {
        let also = [connection_limit.is_some(), anti_entropy.is_some()];
        mongering::check_at_once(reader, peers.as_ref(), also);
    }
    if let (Some(_), Some(spread), Some(forward)) = (max_interval, &spread, &forward) {
        mongering::check_back_off(reader, spread, [connection_limit.is_some(), forward.at_once().is_some()]);
    }
    if let (Some(Spread::Duplicates(_)), Some(strategy), Some(forward)) = (&spread, strategy, &forward) {
        mongering::check_duplicates(reader, strategy == Strategy::Push && forward.at_once().is_some());
    }
    Some(GossipSettings {
        strategy: strategy?,
        exchange: exchange?,
        fanout: fanout?,
        interval,
        phase,
        drift,
        drift_law,
        jitter,
        peers: peers?,
        knows_dead,
        spread: spread?,
        connection_limit,
        hunt,
        anti_entropy,
        max_interval,
        back_off,
        forward: forward?,
    })
}

/// The peer rule, with the files that it names.
fn read_peers(reader: &mut Reader<'_>) -> Option<Peers> {
    let peers: Peers = reader.model(&PEERS)?;
    peers.load(reader.folder()).map_err(|incompatible| reader.incompatible(PEERS.path, &incompatible)).ok()?;
    Some(peers)
}

/// Clocks that go wrong do so by a little, and in a phase of their own.
fn check_pace(reader: &mut Reader<'_>, phase: Phase, drift: Probability, changed: [bool; 3]) {
    if drift.value() > MAX_DRIFT {
        let problem = format!("a clock whose intervals are wrong by {} is none", drift.value());
        reader.refuse(DRIFT.path, problem, format!("0 to {MAX_DRIFT}, such as \"100ppm\""));
    }
    for (key, changed) in [&DRIFT, &DRIFT_LAW, &JITTER].into_iter().zip(changed) {
        if phase != Phase::Drifting && changed {
            let problem = format!("`{}` means nothing where clocks go right, as with phase = \"{phase}\"", key.name());
            reader.refuse(key.path, problem, "phase = \"drifting\" with it");
        }
    }
}

/// Nodes ask in turns of theirs, by gaps that grow only if they are bounded.
fn read_back_off(reader: &mut Reader<'_>, interval: Span) -> (Option<Span>, u32) {
    let most = reader.read::<SpanOrNone>(&MAX_INTERVAL).and_then(|most| most.0);
    if let Some(most) = most {
        mongering::check_multiple(reader, &MAX_INTERVAL, most, interval);
    }
    let factor = reader.whole(&BACK_OFF, 1..=MAX_BACK_OFF.into(), "");
    // Within its range.
    (most, factor as u32)
}

/// Who is known to be down is passed over by further draws, which other rules have none of.
fn check_knows_dead(reader: &mut Reader<'_>, peers: Option<&Peers>, hunt: u32) {
    if peers.is_some_and(|peers| !matches!(peers, Peers::Uniform(_))) {
        let problem =
            "who is known to be down is passed over by drawing again, and this rule draws none of its peers alike";
        reader.refuse(PEERS.path, problem, "\"uniform\", or gossip.knows_dead = \"never\"");
    }
    if hunt > 0 {
        let problem = "a refused call is tried at peers that nobody asked whether they are known to be down";
        reader.refuse(HUNT.path, problem, "0, or gossip.knows_dead = \"never\"");
    }
}

fn read_fanout(reader: &mut Reader<'_>, nodes: Option<u32>) -> Option<u32> {
    let others = nodes.map_or(MAX_NODES, |nodes| nodes) - 1;
    let range = 1..=u64::from(others);
    if reader.look(&FANOUT, |value| matches!(value, Some(Value::Text(text)) if text == ALL)) {
        return nodes.map(|nodes| nodes - 1);
    }
    u32::try_from(reader.whole_or_word(&FANOUT, range, Others(nodes), 1, ALL)).ok()
}

/// What else a fanout may be than a number, and why it is not greater, among so many nodes.
struct Others(Option<u32>);

impl fmt::Display for Others {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(nodes) = self.0 {
            write!(f, " (fewer than network.nodes, here {nodes})")?;
        }
        write!(f, ", or \"{ALL}\", or an expression such as \"ceil(log2(n))\"")
    }
}
