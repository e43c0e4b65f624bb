//! Reading `[[event]]`: what each says, whether it fits the network, and whether its times follow each other.

mod groups;
mod node_list;
mod one;
mod selection;

use std::num::NonZeroU64;

use serde::Deserialize;

use self::groups::WrittenGroups;
use self::one::One;
use self::selection::WrittenSelection;
use crate::catalog::Incompatible;
use crate::scenario::sections::Reader;
use crate::settings::NetworkSettings;
use crate::settings::faults::{Action, Event, Faults, Moment};
use crate::time::Span;
use crate::topology::Directory;
use crate::units::MAX_NODES;

/// The key of all events.
const EVENT: &str = "event";

/// The keys of an event: what each is called, what its value is, and what it means.
pub const EVENT_KEYS: [(&str, &str, &str); 11] = [
    ("at", "duration", "when it happens"),
    ("at_round", "round, from 1", "the same: at the start of that round"),
    ("crash", "nodes", "these stop"),
    ("keep_state", "`true` (default) or `false`", "with `crash`: whether a node that recovers still has its state"),
    ("recover", "nodes", "these come back"),
    ("join", "number of nodes", "so many new nodes, whose numbers follow"),
    ("leave", "nodes", "these are gone for good"),
    ("partition", "list of groups", "no message passes between two groups"),
    ("cut", "`{ from = nodes, to = nodes }`", "no message passes from these to those"),
    ("until", "duration", "with `partition` and `cut`: when it is over; without it, never"),
    ("until_round", "round, from 1", "the same: at the start of that round"),
];

/// `[[event]]`, as written.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Written {
    at: Option<Span>,
    at_round: Option<NonZeroU64>,
    crash: Option<WrittenSelection>,
    keep_state: Option<bool>,
    recover: Option<WrittenSelection>,
    join: Option<u32>,
    leave: Option<WrittenSelection>,
    partition: Option<WrittenGroups>,
    cut: Option<WrittenEnds>,
    until: Option<Span>,
    until_round: Option<NonZeroU64>,
}

/// Both ends of a cut, as written.
#[derive(Clone, Debug, Deserialize)]
struct WrittenEnds {
    from: Option<WrittenSelection>,
    to: Option<WrittenSelection>,
}

impl Written {
    /// The actions that are written.
    fn actions(&self) -> Vec<&'static str> {
        let all = [
            ("crash", self.crash.is_some()),
            ("recover", self.recover.is_some()),
            ("join", self.join.is_some()),
            ("leave", self.leave.is_some()),
            ("partition", self.partition.is_some()),
            ("cut", self.cut.is_some()),
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
    let mut events = Vec::with_capacity(written.len());
    for (number, event) in written.iter().enumerate() {
        let path = format!("{EVENT}.{number}");
        events.extend(One { reader, path, directory: directory.as_ref(), named, interval }.read(event));
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
        let action = self.action(written, until);
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
    fn until(&mut self, written: &Written, at: Option<Moment>) -> Option<Moment> {
        let both = "`until` and `until_round` both say when it is over";
        let until = self.moment(written.until, written.until_round, "until_round", both)??;
        let key = if written.until.is_some() { "until" } else { "until_round" };
        if written.partition.is_none() && written.cut.is_none() {
            let problem = format!("`{key}` says when a partition or a cut is over, and this event is neither");
            let allowed = format!("{key} only with partition or cut; who has crashed comes back by `recover`");
            self.refuse(key, problem, allowed);
        } else if let (Some(at), Some(interval)) = (at, self.interval) {
            let (begin, end) = (at.instant(interval), until.instant(interval));
            // One that is over as it begins is switched off.
            if end < begin {
                let [begin, end] = [begin, end].map(|time| Span::from_nanos(time.nanos()));
                self.refuse(key, format!("it begins at {begin} and is over at {end}"), format!("{begin} or later"));
            }
        }
        Some(until)
    }

    fn action(&mut self, written: &Written, until: Option<Moment>) -> Option<Action> {
        const ALLOWED: &str = "one of crash, recover, join, leave, partition and cut in each [[event]]";
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
        if written.keep_state.is_some() && written.crash.is_none() {
            let problem = "`keep_state` says whether who has crashed still knows what it knew, and nobody crashes here";
            self.refuse("keep_state", problem, "keep_state only with crash");
        }
        if let Some(nodes) = &written.crash {
            let keep_state = written.keep_state.unwrap_or(true);
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
            return self.cut(ends, until);
        }
        written.join.map(Action::Join)
    }

    fn cut(&mut self, ends: &WrittenEnds, until: Option<Moment>) -> Option<Action> {
        let (Some(from), Some(to)) = (&ends.from, &ends.to) else {
            let missing = if ends.from.is_none() { "from" } else { "to" };
            self.refuse("cut", format!("the cut has no `{missing}`"), "cut = { from = [0], to = \"all\" }");
            return None;
        };
        let (from, to) = (self.selection("cut.from", from), self.selection("cut.to", to));
        Some(Action::Cut { from: from?, to: to?, until })
    }
}

#[cfg(test)]
mod tests;
