//! Broadcasts of all kinds: the messages of one run, and what holds in every run.

use std::collections::{BTreeMap, BTreeSet};

use gossipsim::experiment::{self, Record};
use gossipsim::observe::{ExternalEvent, Fate, LoggedMessage};
use gossipsim::scenario::Point;
use gossipsim::time::Time;
use gossipsim::units::NodeId;

use super::scenario;

/// A figure of a run of this workload, by the name of its column.
pub(crate) fn figure(workload: &str, record: &Record, name: &str) -> f64 {
    let columns = gossipsim::columns::of(workload).runs;
    let place = |name: &str| columns.iter().position(|column| column.name == name).unwrap();
    record.measured[place(name) - place("published")].number().unwrap()
}

/// The messages of one run, published or between nodes.
pub(crate) struct Log {
    /// When each was published, and where.
    pub(crate) published: BTreeMap<u32, (Time, NodeId)>,
    pub(crate) messages: Vec<LoggedMessage>,
}

/// The published messages that stand in what a message says.
fn named(content: &str) -> impl Iterator<Item = u32> {
    content.split(' ').filter_map(|word| word.strip_prefix("message=")).map(|number| number.parse().unwrap())
}

impl Log {
    /// That of a replicate, and what is left of the run.
    pub(crate) fn of(point: &Point, replicate: u64) -> (Log, Record) {
        let traced = experiment::trace(point, replicate, &|| true).unwrap();
        let inputs = traced.log.external().filter(|entry| entry.event == ExternalEvent::Input);
        let published = inputs.map(|event| (named(&event.content).next().unwrap(), (event.at, event.node))).collect();
        let messages = traced.log.messages().map(|(_, message)| message.clone()).collect();
        (Log { published, messages }, traced.record)
    }

    /// Those of a kind, by its number.
    pub(crate) fn of_kind(&self, kind: usize) -> impl Iterator<Item = (u32, &LoggedMessage)> {
        let of_kind = self.messages.iter().filter(move |message| message.kind == kind);
        of_kind.flat_map(|message| named(&message.content).map(move |number| (number, message)))
    }

    /// When a copy of a message first reached each node, but the one that published it.
    pub(crate) fn first_copies(&self) -> BTreeMap<(u32, NodeId), Time> {
        let mut first = BTreeMap::new();
        for (number, copy) in self.of_kind(0).filter(|(_, copy)| copy.fate == Fate::Delivered) {
            let at = first.entry((number, copy.to)).or_insert(Time::NEVER);
            *at = copy.arrival.unwrap().min(*at);
        }
        first.retain(|(number, node), _| self.published[number].1 != *node);
        first
    }
}

/// The settings of a network, as `pick` picks them.
pub(crate) fn network(pick: &mut impl FnMut(&[&str]) -> String) -> [String; 5] {
    [
        format!(
            "topology = {}",
            pick(&[
                "\"complete\"",
                "{ kind = \"k-out\", choices = 5 }",
                "\"ring\"",
                "\"star\"",
                "{ kind = \"random-regular\", degree = 8 }"
            ])
        ),
        format!("transport = \"{}\"", pick(&["tcp", "tcp", "udp"])),
        format!(
            "latency = {}",
            pick(&[
                "\"none\"",
                "\"70ms\"",
                "{ kind = \"exponential\", mean = \"100ms\" }",
                "{ kind = \"uniform\", min = \"0ms\", max = \"3s\" }"
            ])
        ),
        format!("loss = {}", pick(&["0", "0.05", "0.3"])),
        pick(&["", "", "duplication = 0.3", "ordered = true"]),
    ]
}

/// Up to three events, as `pick` picks them.
pub(crate) fn events(pick: &mut impl FnMut(&[&str]) -> String) -> String {
    let mut events = String::new();
    for _ in 0..pick(&["0", "1", "3"]).parse::<u32>().unwrap() {
        let at = pick(&["at = \"0s\"", "at = \"2s\"", "at = \"4s\"", "at = \"7500ms\"", "at = \"20s\""]);
        let action = pick(&[
            "crash = 0.3",
            "crash = 0.5\nkeep_state = false",
            "crash = [0, 1, 2, 3]",
            "recover = \"all\"",
            "leave = 0.2",
            "join = 4",
            "churn = 0.4\nup = { kind = \"exponential\", mean = \"3s\" }\ndown = \"2s\"\nkeep_state = false\nfor = \"8s\"",
            "churn = 0.4\nup = { kind = \"exponential\", mean = \"3s\" }\ndown = \"1s\"\nfor = \"8s\"",
            "partition = [0.5, 0.5]\nuntil = \"21s\"",
            "block = 0.2\nfor = \"1500ms\"",
        ]);
        events.push_str(&format!("[[event]]\n{at}\n{action}\n"));
    }
    events
}

/// Runs so many drawn scenarios. Whatever fails, totals add up (or the run is an error), nobody has a message that nobody could have sent,
/// and all who are due to have it have it where the run has converged. Messages of some kinds are sent by those who have what they are
/// about, those of another to such. `GOSSIPSIM_SWARM=10000` draws so many.
pub(crate) fn judge_swarm(
    workload: &str,
    count: u64,
    of_holders: &[usize],
    request: usize,
    draw: impl Fn(u64) -> String,
) {
    let count = std::env::var("GOSSIPSIM_SWARM").ok().and_then(|count| count.parse().ok()).unwrap_or(count);
    let (mut outcomes, mut met) = (BTreeMap::new(), BTreeSet::new());
    for number in 0..count {
        let text = draw(number);
        let point = scenario(&text).point(0);
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| Log::of(&point, 0)));
        let Ok((log, record)) = result else { panic!("scenario {number} broke a law:\n{text}") };
        let first = log.first_copies();
        let has = |message: u32, node: NodeId, by: Time| {
            log.published[&message].1 == node && log.published[&message].0 <= by
                || first.get(&(message, node)).is_some_and(|at| *at <= by)
        };
        for &kind in of_holders {
            for (message, sent) in log.of_kind(kind) {
                assert!(has(message, sent.from, sent.sent), "scenario {number}: {sent:?} comes from nowhere\n{text}");
                met.insert(kind);
            }
        }
        // Who asks knows of whom it asks that it has the message.
        for (message, asked) in log.of_kind(request) {
            assert!(has(message, asked.to, asked.sent), "scenario {number}: {asked:?} asks for nothing\n{text}");
            met.insert(request);
        }
        let names = ["published", "deliveries", "late_deliveries", "incomplete", "fetched"];
        let [published, deliveries, late, incomplete, fetched] = names.map(|name| figure(workload, &record, name));
        assert_eq!(published, log.published.len() as f64, "scenario {number}:\n{text}");
        // Who has forgotten a message may get it, and fetch it, again.
        assert!(deliveries <= first.len() as f64 && fetched <= deliveries + late, "scenario {number}:\n{text}");
        let outcome = record.ending.outcome.name();
        assert_eq!(
            outcome == "converged",
            incomplete == 0.0 && record.live > 0,
            "scenario {number}, {outcome}:\n{text}"
        );
        *outcomes.entry(outcome).or_insert(0) += 1;
    }
    println!("{outcomes:?}");
    assert_eq!(met, of_holders.iter().copied().chain([request]).collect());
    assert!(outcomes["converged"] > 5 && outcomes["time-limit"] > 5, "the swarm is too tame: {outcomes:?}");
}
