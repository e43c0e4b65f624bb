//! Reading how rumor mongering goes beyond its spread: what fits together, and what means nothing.

use crate::clock::Phase;
use crate::key::Key;
use crate::network::Transport;
use crate::network::latency::Latency;
use crate::peers::Peers;
use crate::scenario::sections::Reader;
use crate::scenario::tree::Value;
use crate::settings::NetworkSettings;
use crate::settings::gossip::{ANTI_ENTROPY, CONNECTION_LIMIT, HUNT, MAX_INTERVAL, PEERS, SPREAD};
use crate::time::{Span, SpanOrNone};
use crate::units::MAX_NODES;
use crate::workload::rumor::{Mongering, Spread};

/// The most further peers that a refused call may be tried at.
const MAX_HUNT: u32 = 255;

/// Counters are compared where there are counters, feedback, and room in the messages.
pub(super) fn check_minimization(reader: &mut Reader<'_>, spread: &Spread) {
    let Some(rule) = spread.mongering() else { return };
    let (key, most) = ("gossip.spread.minimization", Mongering::MAX_COMPARED);
    if rule.minimization && !(matches!(spread, Spread::Counter(_)) && rule.feedback) {
        let allowed = "false, or { kind = \"counter\", k = …, feedback = true, minimization = true }";
        reader.refuse(key, "minimization compares counters by feedback, and here one of the two is missing", allowed);
    } else if rule.minimization && rule.k.get() > most {
        let problem = format!("{} is not a whole number from 1 to {most}", rule.k);
        let allowed = format!("1 to {most} with minimization, because counters travel in 4 bits of a message");
        reader.refuse("gossip.spread.k", problem, allowed);
    }
}

/// A limit on the calls of a round means something only where there are rounds.
pub(super) fn read_connection_limit(
    reader: &mut Reader<'_>,
    phase: Phase,
    network: Option<&NetworkSettings>,
) -> Option<u32> {
    let key = &CONNECTION_LIMIT;
    if reader.look(key, |value| value.is_none_or(|value| matches!(value, Value::Text(text) if text == "none"))) {
        return None;
    }
    let limit = reader.whole_or_word(key, 1..=MAX_NODES.into(), ", or \"none\"", 0, "none");
    let at_once = network.is_none_or(|network| matches!(network.latency, Latency::None(_)));
    let again = network.is_some_and(|network| network.transport == Transport::Tcp);
    if phase != Phase::Aligned || !at_once {
        let problem = "a limit counts the calls of a round, and here nodes do not call in rounds";
        reader.refuse(key.path, problem, "\"none\", or phase = \"aligned\" and no network.latency");
    } else if network.is_some_and(NetworkSettings::is_shaped) {
        let problem =
            "a limit counts the calls of a round, and here messages queue for bandwidth or come in several packets";
        reader.refuse(key.path, problem, "\"none\", or no network.bandwidth and no network.mtu");
    } else if again {
        let problem = "a limit counts the calls of a round, and over TCP a lost call is made again between two rounds";
        reader.refuse(key.path, problem, "\"none\", or network.transport = \"udp\"");
    } else if network.is_some_and(|network| network.duplication.is_possible()) {
        let problem = "a limit counts the calls of a round, and a copy that the network makes of a call is none";
        reader.refuse(key.path, problem, "\"none\", or network.duplication = 0");
    }
    u32::try_from(limit).ok()
}

pub(super) fn read_hunt(reader: &mut Reader<'_>, connection_limit: Option<u32>) -> u32 {
    let hunt = reader.whole(&HUNT, 0..=MAX_HUNT.into(), "");
    if hunt > 0 && connection_limit.is_none() {
        let problem = "nobody hunts where nobody is refused";
        reader.refuse(HUNT.path, problem, "0, or a gossip.connection_limit");
    }
    // Within its range.
    hunt as u32
}

/// Duplicates end a rumor where they are what sets off that it is told.
pub(super) fn check_duplicates(reader: &mut Reader<'_>, on_receipt: bool) {
    if !on_receipt {
        let problem = "in turns the last nodes that tell would wait for duplicates for ever: those that have had theirs send none";
        let allowed = "forward = \"at-once\" with strategy = \"push\", or another spread, such as \"infect-and-die\"";
        reader.refuse(SPREAD.path, problem, allowed);
    }
}

/// What is forwarded at once goes to peers of no turn, and fits in no round.
pub(super) fn check_at_once(reader: &mut Reader<'_>, peers: Option<&Peers>, [limited, backed]: [bool; 2]) {
    if peers.is_some_and(|peers| !peers.is_independent()) {
        let problem = "the rule goes on in its list turn by turn, and what is forwarded at once is in no turn";
        reader.refuse(
            PEERS.path,
            problem,
            "\"uniform\" or \"spatial\", or another rule without a list, or gossip.forward = \"in-turn\"",
        );
    }
    if limited {
        let problem = "a limit counts the calls of a round, and what is forwarded at once is in no round";
        reader.refuse(CONNECTION_LIMIT.path, problem, "\"none\", or gossip.forward = \"in-turn\"");
    }
    if backed {
        let problem = "it stands behind rumors that are told in turns";
        let allowed = "\"none\", or gossip.forward = \"in-turn\"; strategy = \"push-pull\" with spread = \"forever\" compares \
                       versions in every turn besides what is forwarded at once";
        reader.refuse(ANTI_ENTROPY.path, problem, allowed);
    }
}

/// Who asks more and more rarely goes on for ever, in turns that nobody else counts.
pub(super) fn check_back_off(reader: &mut Reader<'_>, spread: &Spread, [limited, at_once]: [bool; 2]) {
    let (problem, allowed) = match () {
        () if *spread != Spread::FOREVER => (
            "nodes that lose interest in a rumor are not simulated with it",
            "\"none\", or gossip.spread = \"forever\"",
        ),
        () if limited => {
            ("calls that are refused are not simulated with it", "\"none\", or no gossip.connection_limit")
        }
        () if at_once => ("it is about turns", "\"none\", or gossip.forward = \"in-turn\""),
        () => return,
    };
    reader.refuse(MAX_INTERVAL.path, problem, allowed);
}

/// What nodes do in some of their turns alone they do in every so many of them.
pub(super) fn check_multiple(reader: &mut Reader<'_>, key: &Key, every: Span, interval: Span) {
    if every.is_zero() || !interval.is_zero() && !every.nanos().is_multiple_of(interval.nanos()) {
        let problem = format!("{every} is not a whole multiple of the interval, {interval}");
        reader.refuse(key.path, problem, format!("\"none\", or {interval} times 1, 2, 3, …"));
    }
}

/// Anti-entropy behind rumor mongering happens in turns of the node.
pub(super) fn read_anti_entropy(reader: &mut Reader<'_>, interval: Span, spread: Option<&Spread>) -> Option<Span> {
    let key = ANTI_ENTROPY.path;
    let every = reader.read::<SpanOrNone>(&ANTI_ENTROPY)?.0?;
    check_multiple(reader, &ANTI_ENTROPY, every, interval);
    if spread == Some(&Spread::FOREVER) {
        let problem = "nodes that never lose interest need no anti-entropy behind them: they are anti-entropy";
        reader.refuse(key, problem, "\"none\", or a gossip.spread that ends: counter, coin or infect-and-die");
    }
    Some(every)
}
