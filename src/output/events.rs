//! `[[event]]` in a clause, as charts and manifests state it.

use crate::network::path_faults::Impairment;
use crate::settings::Settings;
use crate::settings::faults::{Action, BlockTurns, End, Event, Groups, Moment, Selection, Share};

/// So many events are told one by one.
const MOST: usize = 4;

/// What happens from outside, in the order of its times: `crash of 20 % in round 3, recovery of all in round 12`; of
/// many only how many they are.
pub(super) fn clause(settings: &Settings) -> String {
    let interval = settings.gossip.interval;
    let mut events = settings.faults.in_order(interval);
    events.retain(|(_, event)| !event.is_off(interval));
    if events.len() > MOST {
        return format!("{} events", events.len());
    }
    events.into_iter().map(|(_, event)| told(event)).collect::<Vec<_>>().join(", ")
}

fn told(event: &Event) -> String {
    let what = match &event.action {
        Action::Crash { nodes, .. } => format!("crash of {}", some(nodes)),
        Action::Recover(nodes) => format!("recovery of {}", some(nodes)),
        Action::Restart { nodes, .. } => format!("restart of {}", some(nodes)),
        Action::Churn { nodes, up, down, .. } => format!("churn of {} (up {up}, down {down})", some(nodes)),
        Action::Sessions { sessions, .. } => format!("sessions of {}", nodes(sessions.nodes())),
        Action::Join(count) => format!("join of {}", nodes(*count)),
        Action::Leave(nodes) => format!("leave of {}", some(nodes)),
        Action::Partition { groups, .. } => format!("partition ({})", parts(groups)),
        Action::Cut { from, to, .. } => format!("cut from {} to {}", some(from), some(to)),
        Action::Impair { from, to, impairment: Impairment { delay, loss, corruption, duplication }, .. } => {
            let delay = delay.as_ref().map(|delay| format!("delay {delay}"));
            let rates = [("loss", loss), ("corruption", corruption), ("duplication", duplication)].into_iter();
            let rates = rates.filter(|(_, rate)| rate.is_possible());
            let how: Vec<String> =
                delay.into_iter().chain(rates.map(|(name, rate)| format!("{name} {}", rate.value()))).collect();
            format!("impairment from {} to {} ({})", some(from), some(to), how.join(", "))
        }
        Action::Block { nodes, turns, reading, .. } => {
            let turns = turns.map(|BlockTurns { blocked, free }| format!("{blocked}, with {free} in between"));
            let reading = (!reading.is_zero()).then(|| format!("each message that waits read in {reading}"));
            let name = if turns.is_some() { "blocks" } else { "block" };
            let how: Vec<String> = turns.into_iter().chain(reading).collect();
            let how = if how.is_empty() { String::new() } else { format!(" ({})", how.join("; ")) };
            format!("{name} of {}{how}", some(nodes))
        }
    };
    let until = event.action.until().map(|until| match until {
        End::At(Moment::After(span)) => format!(" until {span}"),
        End::At(Moment::Round(round)) => format!(" until round {round}"),
        End::After(span) => format!(" for {span}"),
    });
    let at = match event.at {
        Moment::After(span) => format!("at {span}"),
        Moment::Round(round) => format!("in round {round}"),
    };
    format!("{what} {at}{}", until.unwrap_or_default())
}

fn some(selection: &Selection) -> String {
    match selection {
        Selection::All => "all".to_owned(),
        Selection::Share(share) => percent(*share),
        Selection::Nodes(list) => nodes(list.count()),
    }
}

fn parts(groups: &Groups) -> String {
    let sizes: Vec<String> = match groups {
        Groups::Shares(shares) => shares.iter().map(|share| percent(*share)).collect(),
        Groups::Nodes(groups) => groups.iter().map(|group| nodes(group.count())).collect(),
    };
    if sizes.len() > MOST { format!("{} groups", sizes.len()) } else { sizes.join(", ") }
}

fn nodes(count: u32) -> String {
    if count == 1 { "1 node".to_owned() } else { format!("{count} nodes") }
}

fn percent(share: Share) -> String {
    let percent = format!("{:.2}", 100.0 * share.value());
    format!("{} %", percent.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::super::testing::scenario;
    use super::*;

    fn said(events: &[&str]) -> String {
        let events: String = events.iter().map(|event| format!("[[event]]\n{event}\n")).collect();
        clause(&scenario(&events).points[0].settings)
    }

    #[test]
    fn events_are_told_in_the_order_of_their_times() {
        let events = ["at_round = 12\nrecover = \"all\"", "at_round = 3\ncrash = 0.2"];
        assert_eq!(said(&events), "crash of 20 % in round 3, recovery of all in round 12");
        let parted = ["at = \"5ms\"\npartition = [0.5, 0.125]\nuntil_round = 9", "at_round = 2\njoin = 1"];
        assert_eq!(said(&parted), "partition (50 %, 12.5 %) at 5ms until round 9, join of 1 node in round 2");
        let nodes = ["at_round = 2\nleave = [3, 4]", "at_round = 4\ncut = { from = [1], to = \"all\" }"];
        assert_eq!(said(&nodes), "leave of 2 nodes in round 2, cut from 1 node to all in round 4");
        let lasting = [
            "at = \"5s\"\nrestart = 0.1\nfor = \"30s\"",
            "at_round = 9\nblock = [1]\nuntil_round = 12",
            "at = \"20s\"\nblock = 0.5\nblocked = \"8s\"\nfree = \"64ms\"\nfor = \"2min\"",
        ];
        assert_eq!(
            said(&lasting),
            "block of 1 node in round 9 until round 12, restart of 10 % at 5s for 30s, blocks of 50 % (8s, with 64ms in \
             between) at 20s for 2min"
        );
        assert_eq!(said(&[]), "");
    }

    #[test]
    fn many_events_are_counted() {
        assert_eq!(said(&["at_round = 2\ncrash = 0.1"; 6]), "6 events");
    }
}
