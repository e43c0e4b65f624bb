//! `[gossip]`: who tells whom, and when.

use super::{mongering, workload};
use crate::scenario::number::ALL;
use crate::scenario::sections::Reader;
use crate::scenario::tree::Value;
use crate::settings::gossip::{EXCHANGE, FANOUT, INTERVAL, PEERS, PHASE, SPREAD, STRATEGY};
use crate::settings::{GossipSettings, NetworkSettings};
use crate::time::{SPAN_FORM, Span};
use crate::units::MAX_NODES;
use crate::workload::Strategy;

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
    let peers = reader.model(&PEERS);
    let spread = reader.model(&SPREAD);
    if let Some(spread) = &spread {
        mongering::check_minimization(reader, spread);
    }
    let connection_limit = mongering::read_connection_limit(reader, phase, network);
    let hunt = mongering::read_hunt(reader, connection_limit);
    let anti_entropy = mongering::read_anti_entropy(reader, interval, spread.as_ref());
    Some(GossipSettings {
        strategy: strategy?,
        exchange: exchange?,
        fanout: fanout?,
        interval,
        phase,
        peers: peers?,
        spread: spread?,
        connection_limit,
        hunt,
        anti_entropy,
    })
}

fn read_fanout(reader: &mut Reader<'_>, nodes: Option<u32>) -> Option<u32> {
    let others = nodes.map_or(MAX_NODES, |nodes| nodes) - 1;
    let range = 1..=u64::from(others);
    if reader.look(&FANOUT, |value| matches!(value, Some(Value::Text(text)) if text == ALL)) {
        return nodes.map(|nodes| nodes - 1);
    }
    let here = nodes.map_or_else(String::new, |nodes| format!(" (fewer than network.nodes, here {nodes})"));
    let why = format_args!("{here}, or \"{ALL}\", or an expression such as \"ceil(log2(n))\"");
    u32::try_from(reader.whole_or_word(&FANOUT, range, why, 1, ALL)).ok()
}
