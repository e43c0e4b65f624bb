//! Settings that are allowed and cannot mean what they seem to: nothing arrives, or a limit is never reached.

mod bandwidth;
mod events;
mod kind;
mod statuses;

use std::collections::BTreeMap;

use self::kind::{Kind, end, end_of_rounds, limit};
use super::parts::Sections;
use crate::clock::DriftLaw;
use crate::network::Transport;
use crate::network::latency::Latency;
use crate::settings::faults::Share;
use crate::settings::gossip::DEFAULT_BACK_OFF;
use crate::topology::GraphClass;
use crate::workload::{Strategy, WorkloadSpec};

/// The warnings of many points, each kind of them once.
#[derive(Clone, Debug, Default)]
pub(super) struct Warnings {
    points: u64,
    /// By kind: what is said of the first point, and of how many it holds.
    found: BTreeMap<Kind, (String, u64)>,
}

impl Warnings {
    /// Looks at one more point.
    pub(super) fn look(&mut self, settings: &Sections<'_>) {
        self.points += 1;
        let found = [
            (Kind::AllLost, all_lost(settings)),
            (Kind::AllCorrupted, all_corrupted(settings)),
            (Kind::TooSlow, too_slow(settings)),
            (Kind::NoCopies, no_copies(settings)),
            (Kind::NothingOvertakes, nothing_overtakes(settings)),
            (Kind::NobodyDead, nobody_dead(settings)),
            (Kind::LinksStay, links_stay(settings)),
            (Kind::TimeUnused, time_unused(settings)),
            (Kind::NoBackup, no_backup(settings)),
            (Kind::NoLongestGap, no_longest_gap(settings)),
            (Kind::NobodyAsks, nobody_asks(settings)),
            (Kind::NoGapGrows, no_gap_grows(settings)),
            (Kind::CallsUnlimited, calls_unlimited(settings)),
            (Kind::NoEndOfInputs, no_end_of_inputs(settings)),
            (Kind::CutShort, cut_short(settings)),
            (Kind::DegreesAlike, degrees_alike(settings)),
            (Kind::BandwidthUnlimited, bandwidth::unlimited(settings)),
            (Kind::QueueUnlimited, bandwidth::queue_unlimited(settings)),
            (Kind::ClassUnused, bandwidth::class_unused(settings)),
            (Kind::NothingSplit, bandwidth::nothing_split(settings)),
            (Kind::NoDrift, no_drift(settings)),
            (Kind::NoAdversary, no_adversary(settings)),
        ];
        self.add(found);
        if !settings.faults.is_empty() {
            self.add(events::notes(settings));
        }
    }

    fn add<const N: usize>(&mut self, found: [(Kind, Option<String>); N]) {
        for (kind, text) in found {
            if let Some(text) = text {
                self.found.entry(kind).or_insert((text, 0)).1 += 1;
            }
        }
    }

    /// What there is to say, a line a kind.
    pub(super) fn lines(self) -> impl Iterator<Item = String> {
        let points = self.points;
        self.found.into_values().map(move |(text, count)| match (count, points) {
            (_, 1) => text,
            (1, _) => format!("in one of {points} configurations: {text}"),
            (count, _) if count == points => format!("in every configuration: {text}"),
            (count, _) => format!("in {count} of {points} configurations, here of the first: {text}"),
        })
    }
}

fn all_lost(settings: &Sections<'_>) -> Option<String> {
    let all = settings.network.loss.mean() >= 1.0;
    all.then(|| "network.loss = 1 loses every message: nobody but the origin ever knows".to_owned())
}

fn all_corrupted(settings: &Sections<'_>) -> Option<String> {
    let all = settings.network.loss.mean() < 1.0 && settings.network.corruption.value() >= 1.0;
    all.then(|| "network.corruption = 1 has every message discarded: nobody but the origin ever knows".to_owned())
}

fn no_copies(settings: &Sections<'_>) -> Option<String> {
    let some_by_udp = matches!(settings.workload, WorkloadSpec::Memberlist(_));
    let duplication = settings.network.duplication;
    (duplication.is_possible() && settings.network.transport == Transport::Tcp && !some_by_udp).then(|| {
        let rate = duplication.value();
        format!("network.duplication = {rate} duplicates nothing: what goes over TCP arrives once")
    })
}

fn nothing_overtakes(settings: &Sections<'_>) -> Option<String> {
    let network = settings.network;
    let alike = matches!(network.latency, Latency::None(_) | Latency::Constant(_));
    let late = settings.faults.impair(|impairment| impairment.delay.is_some());
    // Of what is sent again each message takes another time.
    let again = network.transport == Transport::Tcp || matches!(settings.workload, WorkloadSpec::Memberlist(_));
    (network.ordered && alike && !late && !again).then(|| {
        "network.ordered changes nothing: all messages take the same time, so that none overtakes another".to_owned()
    })
}

fn nobody_dead(settings: &Sections<'_>) -> Option<String> {
    let knows = settings.gossip.knows_dead;
    (!knows.is_default() && !settings.faults.take_down(settings.gossip.interval))
        .then(|| format!("gossip.knows_dead = \"{knows}\" changes nothing: no node ever goes down"))
}

fn links_stay(settings: &Sections<'_>) -> Option<String> {
    let mesh = matches!(settings.workload, WorkloadSpec::Mesh(_));
    let untold = settings.network.transport == Transport::Udp && settings.gossip.knows_dead.is_default();
    (mesh && untold && settings.faults.take_down(settings.gossip.interval)).then(|| {
        "over UDP nobody is told of nodes that are down, which stay in the meshes of others: network.transport = \"tcp\" or \
         gossip.knows_dead"
            .to_owned()
    })
}

fn too_slow(settings: &Sections<'_>) -> Option<String> {
    let latency = &settings.network.latency;
    if matches!(latency, Latency::None(_)) {
        return None;
    }
    let end = end(settings);
    let (least, median) = (latency.least(), latency.quantile(1 << 63));
    if least >= end {
        let limit = limit(settings);
        return Some(format!("every message takes {least} or more, and the run ends before any arrives: {limit}"));
    }
    (median >= end).then(|| {
        let limit = limit(settings);
        format!("half of all messages take {median} or more, and the run ends before they arrive: {limit}")
    })
}

fn time_unused(settings: &Sections<'_>) -> Option<String> {
    let (time, rounds) = (settings.stop.max_time?, end_of_rounds(settings));
    (time >= rounds).then(|| {
        let most = settings.stop.max_rounds;
        format!("stop.max_time = \"{time}\" ends no run: stop.max_rounds = {most} ends them all by {rounds}")
    })
}

fn no_backup(settings: &Sections<'_>) -> Option<String> {
    let every = settings.gossip.anti_entropy?;
    (every >= end(settings)).then(|| format!("gossip.anti_entropy = \"{every}\" never happens: {}", limit(settings)))
}

fn no_drift(settings: &Sections<'_>) -> Option<String> {
    let gossip = settings.gossip;
    // A name in quotes: it is plain text.
    let law = serde_json::to_string(&gossip.drift_law).unwrap_or_default();
    (gossip.drift_law != DriftLaw::default() && !gossip.drift.is_possible())
        .then(|| format!("gossip.drift_law = {law} changes nothing: without gossip.drift no clock drifts"))
}

fn no_longest_gap(settings: &Sections<'_>) -> Option<String> {
    let factor = settings.gossip.back_off;
    (settings.gossip.max_interval.is_none() && factor != DEFAULT_BACK_OFF)
        .then(|| format!("gossip.back_off = {factor} changes nothing: there is no gossip.max_interval"))
}

fn nobody_asks(settings: &Sections<'_>) -> Option<String> {
    no_back_off(settings, settings.gossip.strategy == Strategy::Push, "by push nobody asks")
}

fn no_gap_grows(settings: &Sections<'_>) -> Option<String> {
    let asks = settings.gossip.strategy != Strategy::Push;
    no_back_off(settings, asks && settings.gossip.back_off == 1, "with gossip.back_off = 1 no gap grows")
}

/// That nodes ask no more rarely, where that is `so`, and `why`.
fn no_back_off(settings: &Sections<'_>, so: bool, why: &str) -> Option<String> {
    let most = settings.gossip.max_interval.filter(|_| so);
    most.map(|most| format!("gossip.max_interval = \"{most}\" changes nothing: {why}"))
}

fn calls_unlimited(settings: &Sections<'_>) -> Option<String> {
    let (limit, nodes) = (settings.gossip.connection_limit?, settings.network.nodes);
    (limit >= nodes - 1).then(|| {
        format!(
            "gossip.connection_limit = {limit} refuses nobody: a node of {nodes} is called by {} at most",
            nodes - 1
        )
    })
}

fn no_end_of_inputs(settings: &Sections<'_>) -> Option<String> {
    let (during, what) = match settings.workload {
        WorkloadSpec::Counter(counter) => (counter.during, "increments"),
        WorkloadSpec::Store(store) => (store.during, "writes"),
        _ => return None,
    };
    (during > end(settings)).then(|| {
        let limit = limit(settings);
        format!(
            "workload.during = \"{during}\": no run converges before its {what} are over, and it ends before: {limit}"
        )
    })
}

fn no_adversary(settings: &Sections<'_>) -> Option<String> {
    let nodes = settings.network.nodes;
    let kinds = settings.adversaries.kinds().into_iter();
    let mut none = kinds.filter(|(.., share)| *share != Share::NONE && share.of(nodes) == 0);
    none.next().map(|(key, _, share)| format!("{} = {} is no node of {nodes}", key.path, share.value()))
}

fn cut_short(settings: &Sections<'_>) -> Option<String> {
    let last = match settings.workload {
        WorkloadSpec::Mesh(mesh) => Some(mesh.last_publication()),
        WorkloadSpec::Announce(announce) => Some(announce.last_publication()),
        _ => None,
    };
    if let Some(last) = last {
        return (last > end(settings)).then(|| {
            let limit = limit(settings);
            format!("the last message is published at about {last}, and the run ends before: {limit}")
        });
    }
    let during = match settings.workload {
        WorkloadSpec::Detector(detector) => detector.during,
        WorkloadSpec::Swim(swim) => swim.during,
        WorkloadSpec::Memberlist(memberlist) => memberlist.during,
        _ => return None,
    };
    (during > end(settings)).then(|| {
        let limit = limit(settings);
        format!("workload.during = \"{during}\": the run ends before that is over: {limit}")
    })
}

fn degrees_alike(settings: &Sections<'_>) -> Option<String> {
    let network = settings.network;
    let alike = matches!(
        network.topology.class(network.nodes, None),
        GraphClass::Complete
            | GraphClass::Ring { .. }
            | GraphClass::RandomRegular { .. }
            | GraphClass::Hypercube
            | GraphClass::Torus { .. }
    );
    (alike && settings.gossip.peers.by_degree()).then(|| {
        let topology = network.topology.name();
        format!("gossip.peers goes by degree, and on the topology {topology} all have the same: it is uniform choice")
    })
}

#[cfg(test)]
mod tests {
    use crate::scenario::{Overrides, Source, read};

    /// The notes on a scenario with these lines of `[network]` and those that come after `[gossip]`.
    pub(super) fn notes(network: &str, rest: &str) -> Vec<String> {
        let text = format!("[network]\nnodes = 16\n{network}\n[gossip]\nstrategy = \"push\"\n{rest}\n");
        read(Source::text("demo.toml", &text), &Overrides::default())
            .unwrap_or_else(|problems| panic!("{problems}"))
            .notes
    }

    const CONSTANT: &str = "latency = { kind = \"constant\", value = \"5s\" }";
    const COIN: &str = "spread = { kind = \"coin\", k = 2 }\n";

    #[test]
    fn what_cannot_mean_what_it_says_is_warned_of_and_nothing_else_is() {
        for (network, rest, said) in [
            ("loss = 1", "", Some("network.loss = 1 loses every message")),
            ("corruption = 1", "", Some("network.corruption = 1 has every message discarded")),
            ("duplication = 0.5", "", None),
            ("", "[adversaries]\nmute = 0.03", Some("adversaries.mute = 0.03 is no node of 16")),
            ("", "[adversaries]\nmute = 0.04\nnever_forward = 0", None),
            ("", "knows_dead = \"oracle\"", Some("gossip.knows_dead = \"oracle\" changes nothing")),
            ("", "knows_dead = \"after 5s\"\n[[event]]\nat = \"2s\"\ncrash = 0.5", None),
            ("ordered = true", "", Some("network.ordered changes nothing")),
            ("ordered = true\nlatency = { kind = \"exponential\", mean = \"1s\" }", "", None),
            ("ordered = true\ntransport = \"tcp\"\nloss = 0.1", "", None),
            ("duplication = 0.5\ntransport = \"tcp\"", "", Some("network.duplication = 0.5 duplicates nothing")),
            ("loss = 0.999", "", None),
            (
                CONSTANT,
                "[stop]\nmax_time = \"5s\"",
                Some("every message takes 5s or more, and the run ends before any"),
            ),
            (CONSTANT, "[stop]\nmax_time = \"6s\"", None),
            (CONSTANT, "[stop]\nmax_rounds = 5", Some("stop.max_rounds = 5, which end after 5s")),
            (CONSTANT, "[stop]\nmax_rounds = 6", None),
            (
                "latency = { kind = \"lognormal\", median = \"5s\", p99 = \"9s\" }",
                "[stop]\nmax_time = \"4s\"",
                Some(
                    "half of all messages take 5s or more, and the run ends before they arrive: stop.max_time = \"4s\"",
                ),
            ),
            ("", "[stop]\nmax_time = \"60min\"", Some("stop.max_time = \"60min\" ends no run: stop.max_rounds = 1000")),
            ("", "[stop]\nmax_time = \"999s\"", None),
            ("", &format!("{COIN}anti_entropy = \"2000s\""), Some("anti_entropy = \"2000s\" never happens")),
            (
                "",
                &format!("{COIN}anti_entropy = \"20s\"\n[stop]\nmax_time = \"20s\""),
                Some("never happens: stop.max_time"),
            ),
            ("", &format!("{COIN}anti_entropy = \"20s\""), None),
            ("", "connection_limit = 15", Some("refuses nobody: a node of 16 is called by 15 at most")),
            ("", "connection_limit = 14", None),
            ("", "peers = \"weighted\"", Some("on the topology complete all have the same: it is uniform choice")),
            ("topology = \"torus\"", "peers = { kind = \"weighted\", exponent = 2 }", Some("it is uniform choice")),
            ("topology = \"tree\"", "peers = \"weighted\"", None),
        ] {
            let notes = notes(network, rest);
            assert_eq!(notes.len(), usize::from(said.is_some()), "{network}, {rest}: {notes:?}");
            assert!(said.is_none_or(|said| notes[0].contains(said)), "{network}, {rest}: {notes:?}");
        }
    }

    #[test]
    fn meshes_that_end_too_soon_or_keep_the_dead_are_warned_of() {
        let crash = "[[event]]\nat = \"7s\"\ncrash = 0.5";
        for (network, gossip, rest, said) in [
            ("", "", "", None),
            ("", "", "[stop]\nmax_rounds = 60", Some("the last message is published at about 64s")),
            ("", "", "[stop]\nmax_rounds = 70", None),
            ("", "", crash, Some("over UDP nobody is told of nodes that are down")),
            ("transport = \"tcp\"", "", crash, None),
            ("", "knows_dead = \"after 2s\"", crash, None),
        ] {
            let text =
                format!("[network]\nnodes = 16\n{network}\n[gossip]\n{gossip}\n[workload]\nkind = \"mesh\"\n{rest}\n");
            let notes = read(Source::text("demo.toml", &text), &Overrides::default()).unwrap().notes;
            assert_eq!(notes.len(), usize::from(said.is_some()), "{text}: {notes:?}");
            assert!(said.is_none_or(|said| notes[0].contains(said)), "{text}: {notes:?}");
        }
    }

    #[test]
    fn asking_more_rarely_is_warned_of_where_it_never_comes_to_that() {
        for (strategy, more, said) in [
            ("pull", "", None),
            ("pull", "max_interval = \"4s\"", None),
            ("push-pull", "max_interval = \"4s\"\nback_off = 3", None),
            ("pull", "back_off = 3", Some("gossip.back_off = 3 changes nothing: there is no gossip.max_interval")),
            ("pull", "max_interval = \"4s\"\nback_off = 1", Some("changes nothing: with gossip.back_off = 1 no gap")),
            ("push", "max_interval = \"4s\"", Some("gossip.max_interval = \"4s\" changes nothing: by push nobody")),
        ] {
            let text = format!(
                "[network]\nnodes = 16\n[gossip]\nstrategy = \"{strategy}\"\n{more}\n[workload]\nkind = \"rumors\"\n"
            );
            let notes = read(Source::text("demo.toml", &text), &Overrides::default()).unwrap().notes;
            assert_eq!(notes.len(), usize::from(said.is_some()), "{strategy}, {more}: {notes:?}");
            assert!(said.is_none_or(|said| notes[0].contains(said)), "{strategy}, {more}: {notes:?}");
        }
    }

    #[test]
    fn increments_and_writes_until_after_the_end_are_warned_of() {
        for (rest, said) in [
            ("during = \"20s\"\n[stop]\nmax_rounds = 20", None),
            (
                "during = \"21s\"\n[stop]\nmax_rounds = 20",
                Some("workload.during = \"21s\": no run converges before its increments are over"),
            ),
            ("during = \"21s\"\n[stop]\nmax_time = \"20s\"", Some("and it ends before: stop.max_time = \"20s\"")),
        ] {
            let of = |kind: &str| notes("", &format!("[workload]\nkind = \"{kind}\"\n{rest}"));
            let (notes, store) = (of("counter"), of("store"));
            assert_eq!(notes.len(), usize::from(said.is_some()), "{rest}: {notes:?}");
            assert!(said.is_none_or(|said| notes[0].contains(said)), "{rest}: {notes:?}");
            assert_eq!(store, notes.iter().map(|note| note.replace("increments", "writes")).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_detector_that_is_cut_off_is_warned_of() {
        for (rest, said) in [
            ("during = \"20s\"\n[stop]\nmax_rounds = 20", None),
            (
                "during = \"21s\"\n[stop]\nmax_rounds = 20",
                Some("the run ends before that is over: stop.max_rounds = 20"),
            ),
        ] {
            let notes = notes("", &format!("[workload]\nkind = \"detector\"\n{rest}"));
            assert_eq!(notes.len(), usize::from(said.is_some()), "{rest}: {notes:?}");
            assert!(said.is_none_or(|said| notes[0].contains(said)), "{rest}: {notes:?}");
        }
    }

    #[test]
    fn a_law_of_drifts_that_are_none_is_warned_of() {
        let of = |more: &str| {
            let text = format!("[network]\nnodes = 16\n[gossip]\nstrategy = \"push\"\nphase = \"drifting\"\n{more}\n");
            read(Source::text("demo.toml", &text), &Overrides::default()).unwrap().notes
        };
        assert!(of("drift = 0.1\ndrift_law = \"normal\"").is_empty() && of("jitter = \"1ms\"").is_empty());
        let none = of("drift_law = \"normal\"");
        assert!(none.len() == 1 && none[0].starts_with("gossip.drift_law = \"normal\" changes nothing"), "{none:?}");
    }

    #[test]
    fn many_points_are_warned_of_in_one_line() {
        for (losses, start) in [
            ("[0, 0.5, 1]", "in one of 3 configurations: network.loss = 1"),
            ("[1, { kind = \"bernoulli\", rate = 0.5 }]", "in one of 2 configurations: "),
        ] {
            let notes = notes("", &format!("[sweep]\n\"network.loss\" = {losses}"));
            assert!(notes.len() == 1 && notes[0].starts_with(start), "{losses}: {notes:?}");
        }
        let limits = notes("", "[sweep]\n\"stop.max_time\" = [\"1s\", \"1000s\", \"2000s\"]");
        assert!(
            limits[0].starts_with("in 2 of 3 configurations, here of the first: stop.max_time = \"1000s\""),
            "{limits:?}"
        );
        // Two reasons why something limits nothing are two lines, each of the configurations that it is true of.
        let waits = "[sweep]\n\"network.bandwidth.overflow\" = [\"wait\"]\n\"network.bandwidth.egress\" = [\"none\", \"8kbit/s\"]";
        let waits = notes("", waits);
        let limits = ["network.bandwidth limits nothing", "network.bandwidth.overflow = \"wait\""];
        assert!(
            waits
                .iter()
                .map(|note| note.strip_prefix("in one of 2 configurations: ").unwrap())
                .zip(limits)
                .all(|(note, limit)| note.starts_with(limit))
                && waits.len() == 2,
            "{waits:?}"
        );
        let every = notes("loss = 1", "[sweep]\n\"gossip.fanout\" = [1, 2]");
        assert!(every[0].starts_with("in every configuration: "), "{every:?}");
    }
}
