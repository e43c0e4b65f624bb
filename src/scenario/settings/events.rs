//! Reading `[[event]]`: what each says, whether it fits the network, and whether its times follow each other.

use std::collections::BTreeSet;
use std::fmt::{self, Display};
use std::num::{NonZeroU32, NonZeroU64};

use serde::{Deserialize, Deserializer, de};

use super::faults::{Action, Event, Faults, Groups, Moment, Selection, Share};
use super::network::NetworkSettings;
use crate::catalog::Misfit;
use crate::scenario::sections::Reader;
use crate::time::Span;
use crate::topology::{Directory, NamedNode, WrittenNode};
use crate::units::MAX_NODES;

/// The key of all events.
const EVENT: &str = "event";

/// What may be written for some of the nodes.
const SELECTION_FORM: &str = "a share above 0 and up to 1, such as 0.25; nodes, such as [3, 4]; or \"all\"";

/// What may be written for groups of nodes.
const GROUPS_FORM: &str = "shares such as [0.5, 0.5], at most 1 together, or lists of nodes such as [[0, 1], [2, 3]]";

/// `[[event]]`, as written.
#[derive(Clone, Debug, Deserialize)]
struct Written {
    at: Option<Span>,
    at_round: Option<NonZeroU64>,
    crash: Option<WrittenSelection>,
    keep_state: Option<bool>,
    recover: Option<WrittenSelection>,
    join: Option<NonZeroU32>,
    leave: Option<WrittenSelection>,
    partition: Option<Vec<WrittenSelection>>,
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

/// Some of the nodes, as written.
#[derive(Clone, Debug)]
enum WrittenSelection {
    All,
    Share(f64),
    One(WrittenNode),
    List(Vec<WrittenNode>),
}

impl<'de> Deserialize<'de> for WrittenSelection {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> de::Visitor<'de> for Reader {
            type Value = WrittenSelection;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(SELECTION_FORM)
            }

            fn visit_f64<E: de::Error>(self, share: f64) -> Result<WrittenSelection, E> {
                Ok(WrittenSelection::Share(share))
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<WrittenSelection, E> {
                Ok(WrittenSelection::One(WrittenNode::named(&number.to_string())))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<WrittenSelection, E> {
                Ok(WrittenSelection::One(WrittenNode::Number(number)))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<WrittenSelection, E> {
                let name = || WrittenSelection::One(WrittenNode::Name(text.into()));
                Ok(if text == "all" { WrittenSelection::All } else { name() })
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<WrittenSelection, A::Error> {
                let mut nodes = Vec::new();
                while let Some(node) = items.next_element()? {
                    nodes.push(node);
                }
                Ok(WrittenSelection::List(nodes))
            }
        }
        deserializer.deserialize_any(Reader)
    }
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
    let directory = network.zip(nodes).map(|(network, nodes)| Directory::new(network.topology.names(), nodes));
    let mut events = Vec::with_capacity(written.len());
    for (number, event) in written.iter().enumerate() {
        let path = format!("{EVENT}.{number}");
        events.extend(One { reader, path, directory: directory.as_ref(), interval }.read(event));
    }
    (events.len() == written.len()).then_some(Faults { events })
}

/// The graph is made over all nodes that there will ever be: how many that is.
fn check_joins(reader: &mut Reader<'_>, network: &NetworkSettings, written: &[Written]) -> Option<u32> {
    let mut nodes = u64::from(network.nodes);
    let mut last = None;
    for (number, count) in written.iter().enumerate().filter_map(|(number, event)| Some((number, event.join?))) {
        nodes += u64::from(count.get());
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
        && let Err(Misfit { problem, allowed, .. }) = network.topology.check(all)
    {
        let allowed = format!("joins that the topology has room for ({allowed}), or no join");
        reader.refuse(&key, format!("{with}, and {problem}"), allowed);
        return None;
    }
    Some(all)
}

/// One event on its way.
struct One<'r, 'a, 'd> {
    reader: &'r mut Reader<'a>,
    path: String,
    /// The nodes that there are, if that is known.
    directory: Option<&'d Directory>,
    interval: Option<Span>,
}

impl One<'_, '_, '_> {
    fn read(mut self, written: &Written) -> Option<Event> {
        let at = self.at(written);
        let until = self.until(written, at);
        let action = self.action(written, until);
        Some(Event { at: at?, action: action? })
    }

    /// A mistake in `setting` of the event, or in the event as a whole.
    fn refuse(&mut self, setting: &str, problem: impl Display, allowed: impl Display) {
        let dot = if setting.is_empty() { "" } else { "." };
        self.reader.refuse(&format!("{}{dot}{setting}", self.path), problem, allowed);
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

    /// When the event is over, if it says so: after it began, and only if it is one that lasts.
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
            if end <= begin {
                let [begin, end] = [begin, end].map(|time| Span::from_nanos(time.nanos()));
                self.refuse(key, format!("it begins at {begin} and is over at {end}"), format!("later than {begin}"));
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
        written.join.map(|count| Action::Join(count.get()))
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

    fn selection(&mut self, setting: &str, written: &WrittenSelection) -> Option<Selection> {
        match written {
            WrittenSelection::All => Some(Selection::All),
            WrittenSelection::Share(value) => self.share(setting, *value).map(Selection::Share),
            // Of a share that was swept from 0 to 1, both would be nodes.
            WrittenSelection::One(WrittenNode::Number(number @ (0 | 1))) => {
                let problem = format!("{number} may be the node {number} or a share of the nodes");
                let share = if *number == 1 { "\"all\" for all of them" } else { "a share above 0" };
                self.refuse(setting, problem, format!("[{number}] for the node, {share}"));
                None
            }
            WrittenSelection::One(node) => Some(Selection::Nodes(vec![self.node(setting, node)?])),
            WrittenSelection::List(nodes) => self.nodes(setting, nodes, &mut BTreeSet::new()).map(Selection::Nodes),
        }
    }

    fn share(&mut self, setting: &str, value: f64) -> Option<Share> {
        let share = Share::new(value);
        if share.is_none() {
            self.refuse(setting, format!("{value} is not a share of the nodes"), SELECTION_FORM);
        }
        share
    }

    fn node(&mut self, setting: &str, written: &WrittenNode) -> Option<NamedNode> {
        match self.directory?.find(written) {
            Ok(node) => Some(node),
            Err(Misfit { problem, allowed, .. }) => {
                self.refuse(setting, problem, allowed);
                None
            }
        }
    }

    /// The nodes of a list, none of which was `seen` before.
    fn nodes(&mut self, setting: &str, list: &[WrittenNode], seen: &mut BTreeSet<u32>) -> Option<Vec<NamedNode>> {
        if list.is_empty() {
            self.refuse(setting, "there is no node in the list", "at least one node");
            return None;
        }
        let mut nodes = Vec::with_capacity(list.len());
        for (place, written) in list.iter().enumerate() {
            let key = format!("{setting}.{place}");
            let Some(node) = self.node(&key, written) else { continue };
            if !seen.insert(node.node.number()) {
                self.refuse(&key, format!("the node {written} is listed twice"), "each node once");
                continue;
            }
            nodes.push(node);
        }
        (nodes.len() == list.len()).then_some(nodes)
    }

    fn groups(&mut self, written: &[WrittenSelection]) -> Option<Groups> {
        let shares: Vec<f64> = written.iter().filter_map(WrittenSelection::share).collect();
        let lists: Vec<&[WrittenNode]> = written.iter().filter_map(WrittenSelection::list).collect();
        let problem = match (shares.len() == written.len(), lists.len() == written.len()) {
            (true, true) => "a partition of no groups parts nobody",
            (true, false) => return self.shares(&shares),
            (false, true) => return self.lists(&lists),
            (false, false) => "the groups of a partition are all shares, or all lists of nodes",
        };
        self.refuse("partition", problem, GROUPS_FORM);
        None
    }

    fn shares(&mut self, values: &[f64]) -> Option<Groups> {
        let mut shares = Vec::with_capacity(values.len());
        for (place, value) in values.iter().enumerate() {
            shares.extend(self.share(&format!("partition.{place}"), *value));
        }
        if shares.len() < values.len() {
            return None;
        }
        // A billionth is left to how shares such as 1/3 are written.
        let sum: f64 = values.iter().sum();
        if sum > 1.0 + 1e-9 {
            self.refuse("partition", format!("the shares are {sum} together"), GROUPS_FORM);
            return None;
        }
        if let [all] = values
            && *all == 1.0
        {
            self.refuse("partition", "a partition of one group parts nobody", GROUPS_FORM);
            return None;
        }
        Some(Groups::Shares(shares))
    }

    fn lists(&mut self, lists: &[&[WrittenNode]]) -> Option<Groups> {
        let mut seen = BTreeSet::new();
        let mut groups = Vec::with_capacity(lists.len());
        for (place, list) in lists.iter().enumerate() {
            groups.extend(self.nodes(&format!("partition.{place}"), list, &mut seen));
        }
        if groups.len() < lists.len() {
            return None;
        }
        if groups.len() == 1 && self.directory.is_some_and(|directory| directory.nodes() as usize == seen.len()) {
            self.refuse("partition", "a partition of one group parts nobody", GROUPS_FORM);
            return None;
        }
        Some(Groups::Nodes(groups))
    }
}

impl WrittenSelection {
    fn share(&self) -> Option<f64> {
        if let WrittenSelection::Share(share) = self { Some(*share) } else { None }
    }

    fn list(&self) -> Option<&[WrittenNode]> {
        if let WrittenSelection::List(nodes) = self { Some(nodes) } else { None }
    }
}

#[cfg(test)]
mod tests;
