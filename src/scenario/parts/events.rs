//! Reading `[[event]]`: what each says, whether it fits the network, and whether its times follow each other.

mod groups;
mod sessions;

use std::num::NonZeroU64;

use serde::Deserialize;

use self::groups::WrittenGroups;
use self::sessions::WrittenSessions;
use super::one::One;
use super::regions;
use super::selection::WrittenSelection;
use crate::catalog::Incompatible;
use crate::network::latency::Distribution;
use crate::network::path_faults::Impairment;
use crate::scenario::sections::Reader;
use crate::settings::NetworkSettings;
use crate::settings::faults::{Action, BlockTurns, End, Event, Faults, Moment, Selection, churn_changes};
use crate::time::Span;
use crate::topology::Directory;
use crate::units::{MAX_NODES, Probability};

/// The key of all events.
const EVENT: &str = "event";

/// Nodes can be blocked so many times by one event.
const MAX_BLOCK_TURNS: u64 = 1_000_000;

/// The nodes of one event come and go so many times: all of it is drawn before a run.
const MAX_CHURN: u64 = 3_000_000;

/// The keys of an event: what each is called, what its value is, and what it means.
pub const EVENT_KEYS: [(&str, &str, &str); 27] = [
    ("at", "duration", "when it happens"),
    ("at_round", "round, from 1", "the same: at the start of that round"),
    ("crash", "nodes", "these stop"),
    (
        "keep_state",
        "`true` (default) or `false`",
        "with `crash`, `restart`, `churn` and `sessions`: whether a node that comes back still has its state",
    ),
    ("recover", "nodes", "these come back"),
    ("restart", "nodes", "these stop, and the same come back when it is over"),
    ("churn", "nodes", "these come and go by turns, each by itself, until it is over"),
    (
        "up",
        "duration, or a law of [latency](#latency) from `constant` to `weibull`",
        "with `churn`: how long a node is up each time",
    ),
    (
        "down",
        "duration, or a law of [latency](#latency) from `constant` to `weibull`",
        "with `churn`: how long it is down each time",
    ),
    (
        "sessions",
        "file",
        "these nodes are up at the times that the file tells, and down at others: see [sessions](#sessions)",
    ),
    ("sha256", "digits", "with `sessions`: how the SHA-256 of the file must start"),
    ("join", "number of nodes", "so many new nodes, whose numbers follow"),
    ("leave", "nodes", "these go for good: at once, or with `swim` and `memberlist` when they have told others"),
    ("partition", "list of groups", "no message passes between two groups"),
    ("cut", "`{ from = nodes, to = nodes }`", "no message passes from these to those"),
    (
        "impair",
        "`{ from = nodes, to = nodes }`",
        "messages from these to those are delayed, lost more often, corrupted or duplicated",
    ),
    (
        "delay",
        "duration, or a law of [latency](#latency) from `constant` to `weibull`",
        "with `impair`: how much longer each of them travels",
    ),
    ("loss", "rate", "with `impair`: with which probability each of them is lost, besides `network.loss`"),
    (
        "corruption",
        "rate",
        "with `impair`: with which probability each of them arrives corrupted, besides `network.corruption`",
    ),
    (
        "duplication",
        "rate",
        "with `impair`: with which probability each of them arrives twice, besides `network.duplication`",
    ),
    ("block", "nodes", "these are blocked: what they send and what reaches them waits until it is over"),
    ("blocked", "duration", "with `block`, by turns: how long each time"),
    ("free", "duration", "with `blocked`: how long in between"),
    (
        "reading",
        "duration",
        "with `block`: how long a node that is released reads each of the messages that wait, one after the other (default `0s`)",
    ),
    (
        "until",
        "duration",
        "with `restart`, `churn`, `partition`, `cut`, `impair` and `block`: when it is over; without it, never, but a `restart`, a `churn`, \
         and a `block` by turns, must be over some time",
    ),
    ("until_round", "round, from 1", "the same: at the start of that round"),
    ("for", "duration", "the same: so long after it begins"),
];

/// `[[event]]`, as written.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Written {
    at: Option<Span>,
    at_round: Option<NonZeroU64>,
    crash: Option<WrittenSelection>,
    keep_state: Option<bool>,
    recover: Option<WrittenSelection>,
    restart: Option<WrittenSelection>,
    churn: Option<WrittenSelection>,
    up: Option<Distribution>,
    down: Option<Distribution>,
    sessions: Option<WrittenSessions>,
    sha256: Option<String>,
    join: Option<u32>,
    leave: Option<WrittenSelection>,
    partition: Option<WrittenGroups>,
    cut: Option<WrittenEnds>,
    impair: Option<WrittenEnds>,
    delay: Option<Distribution>,
    loss: Option<Probability>,
    corruption: Option<Probability>,
    duplication: Option<Probability>,
    block: Option<WrittenSelection>,
    blocked: Option<Span>,
    free: Option<Span>,
    reading: Option<Span>,
    until: Option<Span>,
    until_round: Option<NonZeroU64>,
    #[serde(rename = "for")]
    lasts: Option<Span>,
}

/// Both ends of paths, as written.
#[derive(Clone, Debug, Deserialize)]
struct WrittenEnds {
    from: Option<WrittenSelection>,
    to: Option<WrittenSelection>,
}

impl Written {
    /// Whether it is written when the event is over, be it wrong.
    fn says_end(&self) -> bool {
        self.until.is_some() || self.until_round.is_some() || self.lasts.is_some()
    }

    /// The actions that are written.
    fn actions(&self) -> Vec<&'static str> {
        let all = [
            ("crash", self.crash.is_some()),
            ("recover", self.recover.is_some()),
            ("restart", self.restart.is_some()),
            ("churn", self.churn.is_some()),
            ("sessions", self.sessions.is_some()),
            ("join", self.join.is_some()),
            ("leave", self.leave.is_some()),
            ("partition", self.partition.is_some()),
            ("cut", self.cut.is_some()),
            ("impair", self.impair.is_some()),
            ("block", self.block.is_some()),
        ];
        all.into_iter().filter(|(_, written)| *written).map(|(name, _)| name).collect()
    }
}

/// Reads what happens to the nodes of `network`, where a round takes `interval`. `None` after a mistake, or where there
/// is no network that it could happen to.
pub(super) fn read(
    reader: &mut Reader<'_>,
    network: Option<&NetworkSettings>,
    interval: Option<Span>,
) -> Option<Faults> {
    let written = reader.tables::<Written>(EVENT)?;
    let nodes = network.and_then(|network| check_joins(reader, network, &written));
    let names = network.and_then(|network| network.topology.names());
    let (named, directory) = (names.is_some(), nodes.map(|nodes| Directory::new(names, nodes)));
    let regions = network.filter(|_| !written.is_empty()).map(regions::named).unwrap_or_default();
    let mut events = Vec::with_capacity(written.len());
    for (number, event) in written.iter().enumerate() {
        let path = format!("{EVENT}.{number}");
        events.extend(
            One { reader, path, directory: directory.as_ref(), named, interval, regions: &regions }.read(event),
        );
    }
    (events.len() == written.len()).then_some(Faults { events })
}

/// The graph is made over all nodes that there will ever be: how many that is.
fn check_joins(reader: &mut Reader<'_>, network: &NetworkSettings, written: &[Written]) -> Option<u32> {
    let mut nodes = u64::from(network.nodes);
    let mut last = None;
    for (number, count) in written.iter().enumerate().filter_map(|(number, event)| Some((number, event.join?))) {
        nodes += u64::from(count);
        last = Some(format!("{EVENT}.{number}.join"));
    }
    let Some(key) = last else { return Some(network.nodes) };
    let with = format!("{} nodes and those that join are {nodes}", network.nodes);
    let Some(all) = u32::try_from(nodes).ok().filter(|&nodes| nodes <= MAX_NODES) else {
        reader.refuse(&key, with, format!("at most {MAX_NODES} nodes in all"));
        return None;
    };
    // What is wrong without those that join is said of the topology.
    if network.topology.check(network.nodes).is_ok()
        && let Err(Incompatible { problem, allowed, .. }) = network.topology.check(all)
    {
        let allowed = format!("joins that the topology has room for ({allowed}), or no join");
        reader.refuse(&key, format!("{with}, and {problem}"), allowed);
        return None;
    }
    Some(all)
}

impl One<'_, '_, '_> {
    fn read(mut self, written: &Written) -> Option<Event> {
        let at = self.at(written);
        let until = self.until(written, at);
        let action = self.action(written, at, until);
        Some(Event { at: at?, action: action? })
    }

    fn at(&mut self, written: &Written) -> Option<Moment> {
        let at =
            self.moment(written.at, written.at_round, "at_round", "`at` and `at_round` both say when it happens")?;
        if at.is_none() {
            self.refuse("", "the event has no time", "`at`, such as at = \"10s\", or `at_round`, such as at_round = 5");
        }
        at
    }

    /// A time or the start of a round, or neither; `None` if both are written, of which `round` is the key.
    fn moment(
        &mut self,
        time: Option<Span>,
        number: Option<NonZeroU64>,
        round: &str,
        both: &str,
    ) -> Option<Option<Moment>> {
        match (time, number) {
            (Some(_), Some(_)) => {
                self.refuse(round, both, "one of the two");
                None
            }
            (Some(span), None) => Some(Some(Moment::After(span))),
            (None, Some(round)) => Some(Some(Moment::Round(round.get()))),
            (None, None) => Some(None),
        }
    }

    /// When the event is over, if it says so: not before it begins, and only if it is one that lasts.
    fn until(&mut self, written: &Written, at: Option<Moment>) -> Option<End> {
        let both = "`until` and `until_round` both say when it is over";
        let moment = self.moment(written.until, written.until_round, "until_round", both)?;
        let (key, until) = match (moment, written.lasts) {
            (Some(_), Some(_)) => {
                self.refuse("for", "`for` and `until` both say when it is over", "one of the two");
                return None;
            }
            (None, Some(span)) => ("for", End::After(span)),
            (Some(moment), None) if written.until.is_some() => ("until", End::At(moment)),
            (Some(moment), None) => ("until_round", End::At(moment)),
            (None, None) => return None,
        };
        let lasting = [&written.restart, &written.churn, &written.block].into_iter().any(Option::is_some);
        let paths = written.partition.is_some() || written.cut.is_some() || written.impair.is_some();
        if !paths && !lasting {
            let problem = format!(
                "`{key}` says when a restart, a churn, a partition, a cut, an impairment or a block is over, and this event is none of these"
            );
            let allowed = format!(
                "{key} only with restart, churn, partition, cut, impair or block; who has crashed comes back by `recover`, or write \
                 restart for crash"
            );
            self.refuse(key, problem, allowed);
        } else if let (Some(at), Some(interval)) = (at, self.interval) {
            let begin = at.instant(interval);
            let end = until.instant(begin, interval);
            // One that is over as it begins is switched off.
            if end < begin {
                let [begin, end] = [begin, end].map(|time| Span::from_nanos(time.nanos()));
                self.refuse(key, format!("it begins at {begin} and is over at {end}"), format!("{begin} or later"));
            }
        }
        Some(until)
    }

    fn action(&mut self, written: &Written, at: Option<Moment>, until: Option<End>) -> Option<Action> {
        const ALLOWED: &str = "one of crash, recover, restart, churn, sessions, join, leave, partition, cut, impair and block in each [[event]]";
        match written.actions()[..] {
            [_] => {}
            [] => {
                self.refuse("", "the event does not say what happens", ALLOWED);
                return None;
            }
            [first, second, ..] => {
                self.refuse(second, format!("`{first}` and `{second}` are two events"), ALLOWED);
                return None;
            }
        }
        let goes = [&written.crash, &written.restart, &written.churn].into_iter().any(Option::is_some)
            || written.sessions.is_some();
        if written.keep_state.is_some() && !goes {
            let problem = "`keep_state` says whether who has crashed still knows what it knew, and nobody crashes here";
            self.refuse("keep_state", problem, "keep_state only with crash, restart, churn and sessions");
        }
        let sessions = self.sessions(written.sessions.as_ref(), written.sha256.as_deref())?;
        let turns = self.turns(written, at, until);
        if written.reading.is_some() && written.block.is_none() {
            let problem = "`reading` is about nodes that are released from a block, and this event blocks nobody";
            self.refuse("reading", problem, "reading only with block");
        }
        let keep_state = written.keep_state.unwrap_or(true);
        if let Some(nodes) = &written.restart {
            let nodes = self.selection("restart", nodes);
            if until.is_none() && !written.says_end() {
                let problem = "the restart does not say when the nodes are back";
                self.refuse("restart", problem, "`for`, such as for = \"30s\", or `until`");
            }
            return Some(Action::Restart { nodes: nodes?, keep_state, until: until? });
        }
        let (laws, impairment) = (self.laws(written), self.impairment(written));
        if let Some(nodes) = &written.churn {
            let nodes = self.selection("churn", nodes);
            if until.is_none() && !written.says_end() {
                let problem = "the churn does not say when it is over";
                self.refuse("churn", problem, "`for`, such as for = \"30min\", or `until`");
            }
            let ((up, down), until) = (laws?, until?);
            self.check_churn([&up, &down], at, until);
            return Some(Action::Churn { nodes: nodes?, up, down, keep_state, until });
        }
        if let Some(sessions) = sessions {
            if sessions.changes() > MAX_CHURN {
                let problem = format!("its nodes come and go {} times", sessions.changes());
                self.refuse("sessions", problem, format!("{MAX_CHURN} times at most"));
            }
            return Some(Action::Sessions { sessions, keep_state });
        }
        if let Some(nodes) = &written.block {
            let reading = written.reading.unwrap_or_default();
            return Some(Action::Block { nodes: self.selection("block", nodes)?, until, turns: turns?, reading });
        }
        if let Some(nodes) = &written.crash {
            return Some(Action::Crash { nodes: self.selection("crash", nodes)?, keep_state });
        }
        if let Some(nodes) = &written.recover {
            return self.selection("recover", nodes).map(Action::Recover);
        }
        if let Some(nodes) = &written.leave {
            return self.selection("leave", nodes).map(Action::Leave);
        }
        if let Some(groups) = &written.partition {
            return Some(Action::Partition { groups: self.groups(groups)?, until });
        }
        if let Some(ends) = &written.cut {
            let (from, to) = self.ends("cut", ends)?;
            return Some(Action::Cut { from, to, until });
        }
        if let Some(ends) = &written.impair {
            let (from, to) = self.ends("impair", ends)?;
            return Some(Action::Impair { from, to, impairment, until });
        }
        written.join.map(Action::Join)
    }

    /// How nodes are blocked and free by turns, if they are; `None` after a mistake.
    fn turns(&mut self, written: &Written, at: Option<Moment>, until: Option<End>) -> Option<Option<BlockTurns>> {
        const ALLOWED: &str = "both, such as blocked = \"8s\" and free = \"64ms\", or neither";
        let (key, other) = if written.blocked.is_some() { ("blocked", "free") } else { ("free", "blocked") };
        let turns = match (written.blocked, written.free) {
            (None, None) => return Some(None),
            _ if written.block.is_none() => {
                let problem = format!("`{key}` is about nodes that are blocked by turns, and this event blocks nobody");
                self.refuse(key, problem, format!("{key} only with block"));
                return None;
            }
            (Some(blocked), Some(free)) => BlockTurns { blocked, free },
            _ => {
                self.refuse(key, format!("it says `{key}` and not `{other}`"), ALLOWED);
                return None;
            }
        };
        for (key, span) in [("blocked", turns.blocked), ("free", turns.free)] {
            if span.is_zero() {
                self.refuse(key, "turns of no length are no turns", "a duration above 0, such as \"64ms\"");
                return None;
            }
        }
        let Some(until) = until else {
            if !written.says_end() {
                let allowed = "`until`, or `for`, such as for = \"120s\"";
                self.refuse("blocked", "it does not say when the turns are over", allowed);
            }
            return None;
        };
        if let (Some(at), Some(interval)) = (at, self.interval) {
            let begin = at.instant(interval);
            let length = until.instant(begin, interval).nanos().saturating_sub(begin.nanos());
            let number = length / turns.blocked.nanos().saturating_add(turns.free.nanos());
            if number > MAX_BLOCK_TURNS {
                let problem = format!("it is blocked {number} times until it is over");
                self.refuse("blocked", problem, format!("{MAX_BLOCK_TURNS} times at most"));
                return None;
            }
        }
        Some(Some(turns))
    }

    /// How long nodes in churn are up, and how long down.
    fn laws(&mut self, written: &Written) -> Option<(Distribution, Distribution)> {
        let laws = [("up", &written.up), ("down", &written.down)];
        if written.churn.is_none() {
            if let Some((key, _)) = laws.into_iter().find(|(_, law)| law.is_some()) {
                let problem = format!("`{key}` is about nodes that come and go by turns, and this event is no churn");
                self.refuse(key, problem, format!("{key} only with churn"));
            }
            return None;
        }
        if let Some((key, _)) = laws.into_iter().find(|(_, law)| law.is_none()) {
            let example = if key == "up" { "{ kind = \"exponential\", mean = \"10min\" }" } else { "\"30s\"" };
            self.refuse(
                "churn",
                format!("the churn does not say how long nodes are `{key}`"),
                format!("{key} = {example}"),
            );
        }
        written.up.clone().zip(written.down.clone())
    }

    /// Nodes come and go so often that it can be drawn.
    fn check_churn(&mut self, laws: [&Distribution; 2], at: Option<Moment>, until: End) {
        let (Some(at), Some(interval)) = (at, self.interval) else { return };
        let begin = at.instant(interval);
        let length = until.instant(begin, interval).nanos().saturating_sub(begin.nanos());
        let nodes = self.directory.map_or(0, Directory::nodes);
        let changes = churn_changes(nodes, laws, Span::from_nanos(length));
        if changes > MAX_CHURN {
            let problem = format!("{nodes} nodes come and go about {changes} times until it is over");
            self.refuse(
                "churn",
                problem,
                format!("{MAX_CHURN} times at most: fewer nodes, longer times, or a shorter churn"),
            );
        }
    }

    /// What is wrong with paths, if an event impairs them.
    fn impairment(&mut self, written: &Written) -> Impairment {
        let Written { delay, loss, corruption, duplication, .. } = written;
        let keys = [
            ("delay", delay.is_some()),
            ("loss", loss.is_some()),
            ("corruption", corruption.is_some()),
            ("duplication", duplication.is_some()),
        ];
        match (&written.impair, keys.into_iter().find(|(_, written)| *written)) {
            (None, Some((key, _))) => {
                let problem = format!("`{key}` is about paths that are impaired, and this event impairs none");
                self.refuse(key, problem, format!("{key} only with impair"));
            }
            (Some(_), None) => {
                let problem = "it does not say what is wrong with the paths";
                self.refuse(
                    "impair",
                    problem,
                    "delay, such as delay = \"500ms\", loss, such as loss = 0.2, corruption, duplication, or several of them",
                );
            }
            _ => {}
        }
        Impairment {
            delay: delay.clone(),
            loss: loss.unwrap_or_default(),
            corruption: corruption.unwrap_or_default(),
            duplication: duplication.unwrap_or_default(),
        }
    }

    fn ends(&mut self, name: &str, ends: &WrittenEnds) -> Option<(Selection, Selection)> {
        let (Some(from), Some(to)) = (&ends.from, &ends.to) else {
            let missing = if ends.from.is_none() { "from" } else { "to" };
            self.refuse(
                name,
                format!("the {name} has no `{missing}`"),
                format!("{name} = {{ from = [0], to = \"all\" }}"),
            );
            return None;
        };
        let [from, to] =
            [("from", from), ("to", to)].map(|(end, nodes)| self.selection(&format!("{name}.{end}"), nodes));
        from.zip(to)
    }
}

#[cfg(test)]
mod tests;
