//! Events that are allowed and cannot mean what they seem to. One that is switched off is as meant, and nothing is
//! said of it.

use super::kind::{Kind, end_of_rounds, limit};
use super::statuses::{NodeStatus, NodeStatuses};
use crate::scenario::parts::Sections;
use crate::settings::faults::{Action, Event, Groups, Moment, Selection, Share};
use crate::time::{Span, Time};

/// What is said of the events of a point.
pub(super) fn notes(settings: &Sections<'_>) -> [(Kind, Option<String>); 7] {
    let Replay { shares, recoveries, names, whole } = replay(settings);
    let of = |said: &str, events: Vec<String>| (!events.is_empty()).then(|| format!("{said}{}", events.join(", ")));
    [
        (Kind::EventsUnused, unused(settings)),
        (Kind::NeverHeals, never_heals(settings)),
        (Kind::SharesOfNobody, of("a share comes to no node: ", shares)),
        (Kind::NobodyToRecover, of("nobody is down that could recover: ", recoveries)),
        (Kind::NamedInVain, of("", names)),
        (Kind::PartsNobody, of("", whole)),
        (Kind::CutWithin, cut_within(settings)),
    ]
}

/// The first instant at which nothing is simulated any more: of the rounds their end, of a time the next after it.
fn last(settings: &Sections<'_>) -> Time {
    let rounds = end_of_rounds(settings);
    match settings.stop.max_time {
        Some(time) if time < rounds => Time::ZERO + time + Span::from_nanos(1),
        _ => Time::ZERO + rounds,
    }
}

fn instant(settings: &Sections<'_>, moment: Moment) -> Time {
    moment.instant(settings.gossip.interval)
}

fn is_on(settings: &Sections<'_>, event: &Event) -> bool {
    !event.is_off(settings.gossip.interval)
}

/// An event as messages name it.
fn key(number: usize, event: &Event) -> String {
    format!("event.{number} ({})", event.action.name())
}

/// The events of which `is` holds, by their keys.
fn events(settings: &Sections<'_>, is: impl Fn(&Event) -> bool) -> Option<String> {
    let all = settings.faults.events().iter().enumerate();
    let found = all.filter(|(_, event)| is_on(settings, event) && is(event));
    let keys: Vec<String> = found.map(|(number, event)| key(number, event)).collect();
    (!keys.is_empty()).then(|| keys.join(", "))
}

fn unused(settings: &Sections<'_>) -> Option<String> {
    let unused = events(settings, |event| instant(settings, event.at) >= last(settings))?;
    Some(format!("the run ends before {unused}: {}", limit(settings)))
}

fn never_heals(settings: &Sections<'_>) -> Option<String> {
    let interval = settings.gossip.interval;
    let over = |event: &Event| event.until(interval).is_some_and(|until| until >= last(settings));
    let begun = |event: &Event| instant(settings, event.at) < last(settings);
    let unhealed = events(settings, |event| begun(event) && over(event))?;
    Some(format!("never over before the end of the run: {unhealed}: {}", limit(settings)))
}

fn cut_within(settings: &Sections<'_>) -> Option<String> {
    let whose = events(settings, |event| match &event.action {
        Action::Cut { from: Selection::Nodes(from), to: Selection::Nodes(to), .. } => from == to,
        _ => false,
    })?;
    Some(format!("both ends are the same nodes, and nothing is cut between them and others: {whose}"))
}

/// What shows while events happen one after the other.
#[derive(Debug, Default)]
struct Replay {
    shares: Vec<String>,
    recoveries: Vec<String>,
    names: Vec<String>,
    whole: Vec<String>,
}

/// Follows how nodes may stand from event to event.
fn replay(settings: &Sections<'_>) -> Replay {
    let nodes = settings.network.nodes;
    let mut standings = NodeStatuses::new(nodes, nodes + settings.faults.joins());
    let mut replay = Replay::default();
    let events = settings.faults.events().iter().enumerate();
    let mut order: Vec<_> = events.map(|(number, event)| (instant(settings, event.at), number, event)).collect();
    order.sort_by_key(|(at, ..)| *at);
    for (_, number, event) in order.into_iter().take_while(|(at, ..)| *at < last(settings)) {
        if is_on(settings, event) {
            replay.look(&standings, &key(number, event), &event.action);
        }
        standings.act(&event.action);
    }
    replay
}

impl Replay {
    /// Looks at the event called `key`, which meets nodes as they stand.
    fn look(&mut self, standings: &NodeStatuses, key: &str, action: &Action) {
        match action {
            Action::Crash { nodes, .. }
            | Action::Restart { nodes, .. }
            | Action::Churn { nodes, .. }
            | Action::Block { nodes, .. }
            | Action::Leave(nodes) => self.nodes(standings, key, nodes, NodeStatus::UP),
            Action::Recover(nodes) => self.nodes(standings, key, nodes, NodeStatus::DOWN),
            Action::Partition { groups: Groups::Shares(shares), .. } => {
                let nodes = standings.known();
                shares.iter().for_each(|share| self.share(key, *share, nodes));
                if shares.iter().any(|share| share.of(nodes) == nodes) {
                    self.whole.push(format!("all {nodes} nodes are in one group, which parts nobody: {key}"));
                }
            }
            Action::Cut { from, to, .. } | Action::Impair { from, to, .. } => {
                for end in [from, to] {
                    if let Selection::Share(share) = end {
                        self.share(key, *share, standings.known());
                    }
                }
            }
            Action::Join(_) | Action::Sessions { .. } | Action::Partition { groups: Groups::Nodes(_), .. } => {}
        }
    }

    /// Looks at the nodes that an event means among those that stand so.
    fn nodes(&mut self, standings: &NodeStatuses, key: &str, nodes: &Selection, standing: NodeStatus) {
        let most = standings.most(standing);
        match nodes {
            Selection::Nodes(list) => {
                let misfits = standings.misfits(list, standing);
                self.names.extend(misfits.map(|(name, how, others)| in_vain(key, &name, how, others)));
            }
            Selection::All | Selection::Share(_) if standing == NodeStatus::DOWN && most == 0 => {
                self.recoveries.push(key.to_owned());
            }
            Selection::All => {}
            Selection::Share(share) => self.share(key, *share, most),
        }
    }

    fn share(&mut self, key: &str, share: Share, nodes: u32) {
        if share != Share::NONE && share.of(nodes) == 0 {
            self.shares.push(format!("{key}, {} of {nodes} nodes", share.value()));
        }
    }
}

/// What is said of the event called `key` if a node that it names cannot be meant, and so many others neither.
fn in_vain(key: &str, name: &str, how: NodeStatus, others: u32) -> String {
    let why = if how.may_be(NodeStatus::ABSENT) {
        "has not joined yet"
    } else if how.may_be(NodeStatus::UP) {
        "has not crashed"
    } else if how == NodeStatus::LEFT {
        "has left already"
    } else if how == NodeStatus::DOWN {
        "has crashed already"
    } else {
        "has crashed or left already"
    };
    let others = if others == 0 { String::new() } else { format!(", and {others} more in vain") };
    format!("{key} names node {name}, which {why}{others}")
}

#[cfg(test)]
mod tests {
    use super::super::tests::notes;

    #[test]
    fn events_without_effect_are_warned_of() {
        for (events, said) in [
            (&["at = \"1000s\"\njoin = 1"][..], Some("the run ends before event.0 (join): stop.max_rounds = 1000")),
            (
                &["at_round = 1001\njoin = 1", "at = \"1s\"\njoin = 1", "at = \"60min\"\nleave = [3]"],
                Some("the run ends before event.0 (join), event.2 (leave): stop.max_rounds = 1000"),
            ),
            (&["at_round = 1000\njoin = 1"], None),
            (&["at = \"1s\"\ncrash = 0.03"], Some("a share comes to no node: event.0 (crash), 0.03 of 16 nodes")),
            (&["at = \"1s\"\ncrash = 0.03", "at = \"2s\"\njoin = 1"], Some("0.03 of 16 nodes")),
            (&["at = \"2s\"\ncrash = 0.03", "at = \"1s\"\njoin = 1"], None),
            (&["at = \"1s\"\npartition = [0.5, 0.01]"], Some("comes to no node: event.0 (partition)")),
            (&["at = \"1s\"\ncut = { from = 0.5, to = 0.01 }"], Some("comes to no node: event.0 (cut)")),
            (
                &["at = \"1s\"\ncrash = 0.25", "at = \"2s\"\nrecover = 0.1"],
                Some("a share comes to no node: event.1 (recover), 0.1 of 4 nodes"),
            ),
            (&["at = \"1s\"\ncrash = 0.25", "at = \"2s\"\nrecover = 0.2"], None),
            (&["at = \"1s\"\ncrash = 0", "at = \"2s\"\nrecover = 0.1"], None),
            (&["at = \"1s\"\ncrash = 0.0", "at = \"2s\"\nrecover = [3]"], None),
            (&["at = \"1s\"\npartition = [0, 0.5]"], None),
            (&["at = \"9999s\"\njoin = 0"], None),
            (
                &["at = \"1s\"\npartition = [0.5]\nuntil = \"1000s\""],
                Some("never over before the end of the run: event.0 (partition): stop.max_rounds = 1000"),
            ),
            (&["at = \"1s\"\npartition = [0.5]\nuntil = \"999s\""], None),
            (&["at = \"1s\"\npartition = [0.5]"], None),
            (&["at = \"1s\"\ncut = { from = [0], to = [1] }\nuntil_round = 1001"], Some("event.0 (cut)")),
            (&["at = \"1s\"\npartition = [0.97]"], Some("all 16 nodes are in one group, which parts nobody: event.0")),
            (&["at = \"1s\"\npartition = [0.96]"], None),
            (
                &["at = \"1s\"\nblock = [3]\nuntil = \"1000s\"", "at = \"1s\"\nrestart = [4]\nfor = \"60min\""],
                Some(
                    "never over before the end of the run: event.0 (block), event.1 (restart): stop.max_rounds = 1000",
                ),
            ),
            (&["at = \"1s\"\nblock = 0.03"], Some("a share comes to no node: event.0 (block), 0.03 of 16 nodes")),
            (
                &["at = \"1s\"\ncrash = [3]", "at = \"2s\"\nrestart = [3]\nfor = \"1s\""],
                Some("event.1 (restart) names node 3, which has crashed already"),
            ),
            (&["at = \"1s\"\nrestart = 0.5\nfor = \"9s\"", "at = \"2s\"\nrecover = \"all\""], None),
            (&["at = \"1s\"\ncut = { from = [3], to = [3] }"], Some("both ends are the same nodes")),
            (&["at = \"1s\"\ncut = { from = [\"3..5\"], to = [\"3..5\"] }"], Some("both ends are the same nodes")),
            (&["at = \"1s\"\ncut = { from = \"all\", to = \"all\" }"], None),
            (&["at = \"1s\"\nrecover = [3]"], Some("event.0 (recover) names node 3, which has not crashed")),
            (
                &["at = \"1s\"\ncrash = [\"3..5\"]", "at = \"2s\"\ncrash = [2, \"4..6\"]"],
                Some("event.1 (crash) names node 4, which has crashed already, and 1 more in vain"),
            ),
            (
                &["at = \"1s\"\nleave = [3]", "at = \"2s\"\ncrash = [3]"],
                Some("event.1 (crash) names node 3, which has left already"),
            ),
            (
                &["at = \"3s\"\njoin = 2", "at = \"2s\"\nleave = [17]"],
                Some("event.1 (leave) names node 17, which has not joined yet"),
            ),
            (&["at = \"2s\"\njoin = 2", "at = \"2s\"\nleave = [17]"], None),
            (&["at = \"1s\"\ncrash = [3]", "at = \"2s\"\nrecover = \"all\"", "at = \"3s\"\ncrash = [3]"], None),
            (&["at_round = 2\ncrash = 0.5", "at = \"1s\"\nrecover = \"all\""], None),
            (
                &["at_round = 3\ncrash = 0.5", "at = \"1s\"\nrecover = \"all\""],
                Some("nobody is down that could recover: event.1 (recover)"),
            ),
            (&["at = \"1s\"\nrecover = \"all\""], Some("nobody is down that could recover: event.0 (recover)")),
        ] {
            let events: String = events.iter().map(|event| format!("[[event]]\n{event}\n")).collect();
            let notes = notes("", &events);
            assert_eq!(notes.len(), usize::from(said.is_some()), "{events}: {notes:?}");
            assert!(said.is_none_or(|said| notes[0].contains(said)), "{events}: {notes:?}");
        }
    }
}
