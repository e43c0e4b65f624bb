//! A scenario in a line: what charts and tables say held for all its points, and what theory says of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use serde::Serialize;
use serde_json::Value;

use super::conditions::{Conditions, TheoryCurve};
use super::events;
use super::label::{readable, short};
use super::manifest::Partial;
use super::until;
use crate::catalog;
use crate::key::Key;
use crate::network::Transport;
use crate::network::bandwidth::{BytesOrNone, RateOrNone};
use crate::plan;
use crate::printable;
use crate::scenario::{Point, Scenario};
use crate::settings::Settings;
use crate::settings::classes::{Class, ClassNodes};
use crate::settings::faults::{Selection, Share};
use crate::time::Span;
use crate::units::Probability;
use crate::workload::WorkloadSpec;

/// Rounds after which a theory curve is cut.
const LONGEST_CURVE: u64 = 500;

/// What the charts of a scenario say besides their data; exact laws come with the results.
pub fn conditions(scenario: &Scenario) -> Conditions {
    let theory = curves(scenario);
    let tolerance = |point: Point| Some((point.index.into(), tolerance(&point.settings)?));
    Conditions {
        scenario: scenario.name.clone(),
        statement: statement(scenario),
        goal: scenario.goal().into_owned(),
        compared: None,
        may_never_converge: may_never_converge(scenario),
        deadline_share: scenario.deadline.map(|deadline| deadline.permille).filter(|share| *share != until::ALL),
        tolerances: scenario.points.iter().filter_map(tolerance).collect(),
        theory,
        exact: Vec::new(),
    }
}

/// Whether a run that has not converged when a limit comes may be one that never would: mass that is lost does not come
/// back, nor need what events part or take away. Of a rumor without events it is said that it would go on.
pub fn may_never_converge(scenario: &Scenario) -> bool {
    let may = |point: Point| {
        let Settings { workload, adversaries, faults, .. } = &point.settings;
        workload.rumor().is_none() || !adversaries.is_empty() || !faults.is_empty()
    };
    scenario.points.iter().any(may)
}

/// How far off nodes may be when a run has converged, as a share, where that is what convergence is about.
fn tolerance(settings: &Settings) -> Option<f64> {
    match &*settings.workload {
        WorkloadSpec::Average(average) => Some(average.tolerance.value()),
        _ => None,
    }
}

/// What charts of a part of the runs say in the place of `statement`.
pub fn of_part(statement: &str, partial: &Partial) -> String {
    let planned = statement.replace(" per configuration", " planned per configuration");
    format!("partial: {}; {planned}", partial.count(&|number| number.to_string()))
}

/// The settings that all points share and the runs of each, in one line.
fn statement(scenario: &Scenario) -> String {
    let runs = if scenario.replicates == 1 { "run" } else { "runs" };
    let fewest = if scenario.precision.is_some() { format!("{} to ", scenario.fewest()) } else { String::new() };
    let runs = format!("{fewest}{} {runs} per configuration", scenario.replicates);
    [shared(scenario), runs].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// What is said of the settings of points, besides their workload.
const PARTS: [Part<'static>; 26] = [
    Part::Model(&|settings| as_json(&settings.network.topology), &str::to_owned),
    Part::Text(&|settings| format!("n = {}", settings.network.nodes)),
    Part::Text(&|settings| {
        if settings.origins() > 1 { format!("{} origins", settings.origins()) } else { String::new() }
    }),
    Part::Text(&|settings| of_used(settings, "strategy", &settings.gossip.strategy)),
    Part::Text(&|settings| of_used(settings, "fanout", &format_args!("fanout {}", settings.gossip.fanout))),
    Part::Text(&|settings| format!("interval {}", settings.gossip.interval)),
    Part::Text(&|settings| of_used(settings, "phase", &format_args!("{} phases", settings.gossip.phase))),
    Part::Text(&drift),
    Part::Model(&|settings| as_json(&settings.network.latency), &|latency| format!("latency {latency}")),
    Part::Text(&loss),
    Part::Text(&|settings| happens("duplication", settings.network.duplication)),
    Part::Text(&|settings| happens("corruption", settings.network.corruption)),
    Part::Text(&|settings| if settings.network.ordered { "in order".to_owned() } else { String::new() }),
    Part::Text(&|settings| limited("egress", &settings.network.bandwidth.egress.0)),
    Part::Text(&|settings| limited("ingress", &settings.network.bandwidth.ingress.0)),
    Part::Text(&|settings| limited("queue", &settings.network.bandwidth.queue.0)),
    Part::Text(&classes),
    Part::Text(&|settings| limited("MTU", &settings.network.mtu.0)),
    Part::Model(&|settings| as_json(&settings.gossip.peers), &|peers| match peers {
        "uniform" => String::new(),
        peers => format!("{peers} peers"),
    }),
    Part::Text(&calls),
    Part::Model(&|settings| as_json(&settings.gossip.spread), &|spread| match spread {
        "forever" => String::new(),
        spread => spread.to_owned(),
    }),
    Part::Text(&backup),
    Part::Text(&back_off),
    Part::Model(&|settings| as_json(&settings.gossip.forward), &|forward| match forward {
        "in-turn" => String::new(),
        forward => format!("forwarded {forward}"),
    }),
    Part::Text(&adversaries),
    Part::Text(&events::clause),
];

/// What is said of a key of `[gossip]`; nothing where the workload does not go by it.
fn of_used(settings: &Settings, key: &str, said: &dyn Display) -> String {
    if settings.workload.uses().contains(&key) { said.to_string() } else { String::new() }
}

/// The settings that all points share, in one line. A model of which settings alone differ is named all the same.
pub fn shared(scenario: &Scenario) -> String {
    let parts = [in_common(scenario, &PARTS), workload(scenario)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// The settings of one point, in one line.
pub fn of_point(settings: &Settings) -> String {
    let own = if settings.workload.rumor().is_none() { settings.workload.keys() } else { &[] };
    let parts = PARTS
        .iter()
        .map(|part| Common::of(part, settings).said(part))
        .chain(own.iter().map(|key| setting(settings, key)));
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// The settings of the workload that all points share, in one line; of the rumor none.
pub fn workload(scenario: &Scenario) -> String {
    let workload = scenario.points.first().map(|point| point.settings.workload);
    let own = workload.filter(|workload| workload.rumor().is_none());
    let keys: &[Key] = own.map_or(&[], |workload| workload.keys());
    let parts: Vec<_> = keys.iter().map(|key| |settings: &Settings| setting(settings, key)).collect();
    let parts: Vec<_> = parts.iter().map(|part| Part::Text(part)).collect();
    in_common(scenario, &parts)
}

/// Something to say of the settings of a point.
enum Part<'a> {
    /// A text; nothing of it is said where it differs.
    Text(&'a dyn Fn(&Settings) -> String),
    /// A model of a family, and how its label is worded.
    Model(&'a dyn Fn(&Settings) -> Value, &'a dyn Fn(&str) -> String),
}

/// What the points so far have in common.
enum Common {
    Text(String),
    /// A model without the settings that differ, and those.
    Model(Value, Vec<String>),
}

impl Common {
    fn of(part: &Part<'_>, settings: &Settings) -> Self {
        match part {
            Part::Text(text) => Common::Text(text(settings)),
            Part::Model(model, _) => Common::Model(model(settings), Vec::new()),
        }
    }

    /// What is left of it beside another point; nothing if they have nothing in common.
    fn beside(self, part: &Part<'_>, settings: &Settings) -> Option<Self> {
        match (self, Common::of(part, settings)) {
            (Common::Text(one), Common::Text(other)) => (one == other).then_some(Common::Text(one)),
            (Common::Model(mut one, mut differ), Common::Model(other, _)) => {
                if one["kind"] != other["kind"] {
                    return None;
                }
                let (own, others) = (one.as_object_mut()?, other.as_object()?);
                let keys = own.keys().chain(others.keys()).filter(|key| own.get(*key) != others.get(*key));
                let keys: Vec<String> = keys.filter(|key| !differ.contains(key)).cloned().collect();
                for key in keys {
                    own.remove(&key);
                    if !differ.contains(&key) {
                        differ.push(key);
                    }
                }
                Some(Common::Model(one, differ))
            }
            _ => None,
        }
    }

    fn said(self, part: &Part<'_>) -> String {
        match (self, part) {
            (Common::Model(model, differ), Part::Model(_, worded)) => {
                let label = worded(&catalog::label(&model));
                // The fingerprint of a file differs with its path.
                let differ: Vec<String> =
                    differ.into_iter().filter(|key| key != "sha256").map(|key| key.replace('_', " ")).collect();
                let swept = if differ.is_empty() { String::new() } else { format!("{} swept", differ.join(" and ")) };
                [label, swept].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ")
            }
            (Common::Text(text), _) => text,
            (Common::Model(..), Part::Text(_)) => String::new(),
        }
    }
}

/// A model as JSON: plain settings with string keys, which JSON can always hold.
fn as_json<M: Serialize>(model: &M) -> Value {
    serde_json::to_value(model).unwrap_or_default()
}

/// What all points have in common, in the order of `parts`.
fn in_common(scenario: &Scenario, parts: &[Part<'_>]) -> String {
    // What a point says is worked out only where it can differ: a million points may share a section.
    let mut seen: Option<Settings> = None;
    let mut common: Vec<Option<Common>> = Vec::new();
    for Point { settings, .. } in &scenario.points {
        match seen.replace(settings.clone()) {
            None => common = parts.iter().map(|part| Some(Common::of(part, &settings))).collect(),
            Some(before) if before == settings => {}
            Some(_) => {
                for (common, part) in common.iter_mut().zip(parts) {
                    *common = common.take().and_then(|common| common.beside(part, &settings));
                }
            }
        }
    }
    let said = common.into_iter().zip(parts).filter_map(|(common, part)| Some(common?.said(part)));
    said.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ")
}

/// The setting of the workload that `key` is, as in `tolerance 0.01`; nothing of a switch left at its default, of 0, and of
/// how members leave where none does.
fn setting(settings: &Settings, key: &Key) -> String {
    if key.name().starts_with("leave_") && !settings.faults.leaves() {
        return String::new();
    }
    // A workload is plain settings with string keys, which JSON can always hold.
    let value = serde_json::to_value(&*settings.workload).unwrap_or_default()[key.name()].clone();
    let name = key.name().replace('_', " ");
    match value {
        Value::String(text) => format!("{name} {text}"),
        Value::Bool(on) if key.default() == Some(if on { "true" } else { "false" }) => String::new(),
        Value::Number(number) if number.as_f64() == Some(0.0) => String::new(),
        model if model["kind"].is_string() => format!("{name} {}", catalog::label(&model)),
        value => format!("{name} {value}"),
    }
}

/// How wrong clocks go, if they do.
fn drift(settings: &Settings) -> String {
    let gossip = &settings.gossip;
    let drift = happens("drift", gossip.drift);
    let late = if gossip.jitter > Span::ZERO { format!("jitter {}", gossip.jitter) } else { String::new() };
    [drift, late].into_iter().filter(|said| !said.is_empty()).collect::<Vec<_>>().join(", ")
}

/// A rate of what happens, if it does.
fn happens(what: &str, rate: Probability) -> String {
    if rate.is_possible() { format!("{what} {}", rate.value()) } else { String::new() }
}

/// Which shares of the nodes do not do their part, if any.
fn adversaries(settings: &Settings) -> String {
    let some = settings.adversaries.kinds().into_iter().filter(|(.., share)| *share != Share::NONE);
    let said = some.map(|(key, _, share)| format!("{} {}", key.name().replace('_', " "), share.value()));
    said.collect::<Vec<_>>().join(", ")
}

/// What limits messages on the wire, if anything does.
fn limited(what: &str, limit: &Option<impl Display>) -> String {
    limit.as_ref().map_or_else(String::new, |limit| format!("{what} {limit}"))
}

/// Nodes with a bandwidth of their own, if there are any.
fn classes(settings: &Settings) -> String {
    let class = |class: &Class| {
        let nodes = match &class.nodes {
            ClassNodes::Region(name) => printable::line(name).into_owned(),
            ClassNodes::Selected(Selection::All) => "all".to_owned(),
            ClassNodes::Selected(Selection::Share(share)) => format!("{} of the nodes", share.value()),
            ClassNodes::Selected(Selection::Nodes(list)) => format!("{} of the nodes", list.count()),
        };
        let Class { egress, ingress, queue, .. } = class;
        let limits = [
            egress.map(|RateOrNone(rate)| limited("egress", &rate)),
            ingress.map(|RateOrNone(rate)| limited("ingress", &rate)),
            queue.map(|BytesOrNone(size)| limited("queue", &size)),
        ];
        let limits: Vec<String> = limits.into_iter().flatten().filter(|limit| !limit.is_empty()).collect();
        let own = if limits.is_empty() { "no limit".to_owned() } else { limits.join(" and ") };
        format!("{own} for {nodes}")
    };
    settings.network.classes.iter().map(class).collect::<Vec<_>>().join(", ")
}

/// How often nodes compare versions behind rumor mongering, if they do.
fn backup(settings: &Settings) -> String {
    settings.gossip.anti_entropy.map_or_else(String::new, |every| format!("anti-entropy every {every}"))
}

/// How rarely nodes ask that hear nothing new, if not in every turn.
fn back_off(settings: &Settings) -> String {
    let gossip = &settings.gossip;
    let said = |most| format!("asking every {} to {most} by factors of {}", gossip.interval, gossip.back_off);
    gossip.max_interval.map_or_else(String::new, said)
}

/// The share of messages that is lost, the law if it is more than that, and whether they are sent again.
fn loss(settings: &Settings) -> String {
    let loss = &settings.network.loss;
    let over = if settings.network.transport == Transport::Tcp { " over TCP" } else { "" };
    match loss.independent() {
        Some(rate) => format!("loss {rate}{over}"),
        None => format!("{} loss, {} in the mean{over}", loss.name(), loss.mean()),
    }
}

/// How many calls nodes take, if not all.
fn calls(settings: &Settings) -> String {
    let hunt = match settings.gossip.hunt {
        0 => String::new(),
        hunt => format!(", hunt {hunt}"),
    };
    settings.gossip.connection_limit.map_or_else(String::new, |limit| format!("connection limit {limit}{hunt}"))
}

/// The expected course of every point that has one.
fn curves(scenario: &Scenario) -> Vec<TheoryCurve> {
    let curve = |point: Point| {
        let fractions = plan::course(&point.settings, LONGEST_CURVE)?;
        Some(TheoryCurve { point: point.index.into(), points: (0..).zip(fractions).collect() })
    };
    scenario.points.iter().filter_map(curve).collect()
}

/// So many swept values are named where a law does not hold for all of them.
const NAMED: usize = 4;

/// The values of each swept key in some points, and the first of them in the order they come.
#[derive(Default)]
struct Values(BTreeMap<String, (BTreeSet<String>, Vec<String>)>);

impl Values {
    fn add(&mut self, swept: &[(String, String)]) {
        for (path, value) in swept {
            let (all, first) = self.0.entry(path.clone()).or_default();
            if all.insert(value.clone()) && first.len() <= NAMED {
                first.push(value.clone());
            }
        }
    }

    /// The keys of which only some values of `every` are among these, with those values: `, topology star`.
    fn apart(&self, every: &Values) -> String {
        let some = |(path, (all, first)): (&String, &(BTreeSet<String>, Vec<String>))| {
            let fewer = every.0.get(path).is_some_and(|(whole, _)| all.len() < whole.len());
            let values = first.iter().take(NAMED).map(|value| printable::line(&readable(value)).into_owned());
            let more = if all.len() > NAMED { ", …" } else { "" };
            fewer.then(|| format!(", {} {}{more}", short(path), values.collect::<Vec<_>>().join(", ")))
        };
        self.0.iter().filter_map(some).collect()
    }
}

/// What laws say of the mean rounds of the points of a scenario, published or derived, a line each; and which of their
/// graphs are often in pieces, so that no run on them can converge. A law that holds for some of the swept values alone
/// names them, but for sizes.
pub fn laws(scenario: &Scenario) -> Vec<String> {
    let mut every: BTreeMap<String, Values> = BTreeMap::new();
    // Each line by what it is of, and by what it says.
    let mut said: BTreeMap<(String, String), (usize, Values)> = BTreeMap::new();
    for point in &scenario.points {
        let (settings, laws) = (&point.settings, plan::laws(&point.settings));
        let swept: Vec<(String, String)> = point.swept().into_iter().filter(|(path, _)| !stated(path)).collect();
        let strategy = settings.gossip.strategy.to_string();
        every.entry(strategy.clone()).or_default().add(&swept);
        let first = |kinds: &[&str]| laws.iter().find(|law| kinds.contains(&law.claim.kind()));
        let mean = first(&["mean", "leading-term"]).map(|law| {
            let mark = if law.derived() { "" } else { "published: " };
            (strategy, format!("{} ({mark}{})", law.statement(), law.source))
        });
        let pieces = first(&["connected"]).map(|law| {
            let graph = format!("{}, n = {}", settings.network.topology, settings.network.nodes);
            (graph, format!("{} ({})", law.statement(), law.source))
        });
        for line in mean.into_iter().chain(pieces) {
            let place = said.len();
            said.entry(line).or_insert_with(|| (place, Values::default())).1.add(&swept);
        }
    }
    let mut lines: Vec<_> = said.into_iter().collect();
    lines.sort_unstable_by_key(|(_, (place, _))| *place);
    let line = |((of, text), (_, values)): ((String, String), (usize, Values))| {
        // What is said of a graph names the graph.
        let apart = every.get(&of).map_or_else(String::new, |every| values.apart(every));
        format!("{of}{apart}: {text}")
    };
    lines.into_iter().map(line).collect()
}

/// Whether a swept key is named anyway, or is that of laws for all n.
fn stated(path: &str) -> bool {
    ["gossip.strategy", "network.nodes"].contains(&path)
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use crate::scenario::{Overrides, Source, read};

    fn scenario(text: &str) -> Scenario {
        let text = format!("replicates = 7\n[network]\nnodes = 16\n[gossip]\nstrategy = \"push\"\n{text}");
        read(Source::text("demo.toml", &text), &Overrides::default()).unwrap_or_else(|problems| panic!("{problems}"))
    }

    #[test]
    fn what_all_points_share_is_stated_and_what_differs_is_not() {
        let plain = "complete, n = 16, push, fanout 1, interval 1s, aligned phases, latency none, loss 0, 7 runs per configuration";
        assert_eq!(conditions(&scenario("")).statement, plain);
        let swept = "[sweep]\n\"gossip.strategy\" = [\"push\", \"pull\"]\n\"network.loss\" = [0, 0.5]\n";
        let common = "complete, n = 16, fanout 1, interval 1s, aligned phases, latency none, 7 runs per configuration";
        assert_eq!(conditions(&scenario(swept)).statement, common);
    }

    #[test]
    fn a_part_of_the_runs_is_said_to_be_one() {
        let partial = Partial { runs: 12, planned: 40, whole: 1, configurations: 4, begun: Some(2), or_more: false };
        let said = of_part("complete, n = 16, 10 runs per configuration", &partial);
        assert_eq!(said, "partial: 12 of 40 runs; complete, n = 16, 10 runs planned per configuration");
    }

    #[test]
    fn a_model_of_which_a_setting_is_swept_is_named_with_what_is_not() {
        let stated = |network: &str, sweep: &str| {
            let text = format!("[network]\nnodes = 16\n{network}\n[gossip]\nstrategy = \"push\"\n[sweep]\n{sweep}\n");
            conditions(&testing::read_text(&text)).statement
        };
        let regular = "topology = { kind = \"random-regular\", degree = 3, fixed = true }";
        let said = stated(regular, "\"network.topology.degree\" = [3, 5]");
        assert!(said.starts_with("random-regular (fixed = true), degree swept, n = 16, "), "{said}");
        let said = stated("topology = \"ring\"", "\"network.topology.neighbors\" = [1, 2]\n\"gossip.fanout\" = [1, 2]");
        assert!(said.starts_with("ring, neighbors swept, n = 16, push, interval"), "{said}");
        let counter = "\"gossip.spread\" = [{ kind = \"counter\", k = 1 }, { kind = \"counter\", k = 2 }]";
        let said = stated("", counter);
        assert!(said.contains("loss 0, counter (feedback = true), k swept"), "{said}");
        let other = stated("", "\"network.topology\" = [\"complete\", \"ring\"]");
        assert!(other.starts_with("n = 16, "), "{other}");
    }

    #[test]
    fn peers_and_interest_are_stated_where_they_are_not_as_usual() {
        let statement =
            conditions(&scenario("peers = \"shuffled\"\nspread = { kind = \"counter\", k = 2 }\n")).statement;
        assert!(statement.contains("shuffled peers, counter (k = 2, feedback = true)"), "{statement}");
        let calls = "connection_limit = 1\nhunt = 3\nanti_entropy = \"20s\"\nspread = { kind = \"coin\", k = 2 }\n";
        let statement = conditions(&scenario(calls)).statement;
        let parts = "loss 0, connection limit 1, hunt 3, coin (k = 2, feedback = true), anti-entropy every 20s, 7 runs";
        assert!(statement.contains(parts), "{statement}");
    }

    #[test]
    fn events_are_stated_and_what_may_never_converge_is_known() {
        let crash = conditions(&scenario("[[event]]\nat_round = 3\ncrash = 0.2\n"));
        assert!(
            crash.statement.ends_with("loss 0, crash of 20 % in round 3, 7 runs per configuration"),
            "{}",
            crash.statement
        );
        assert!(crash.may_never_converge && !conditions(&scenario("")).may_never_converge);
    }

    #[test]
    fn a_workload_is_stated_with_its_settings_but_for_what_is_left_off() {
        let average =
            scenario("[workload]\nkind = \"average\"\n[sweep]\n\"workload.values\" = [\"peak\", \"linear\"]\n");
        assert_eq!(workload(&average), "estimate mean, tolerance 0.01");
        let said = conditions(&average);
        assert!(
            said.statement.ends_with("loss 0, estimate mean, tolerance 0.01, 7 runs per configuration"),
            "{}",
            said.statement
        );
        assert_eq!((said.tolerances, said.may_never_converge), (vec![(0, 0.01), (1, 0.01)], true));
        let members = |event: &str| {
            workload(&testing::read_text(&format!("[network]\nnodes = 16\n[workload]\nkind = \"memberlist\"\n{event}")))
        };
        let leave = "leave timeout 5s, leave propagate delay 0ns, ";
        let leaving = members("[[event]]\nat = \"1s\"\nleave = [3]\n");
        assert!(leaving.ends_with(", during 1min") && leaving.contains(leave), "{leaving}");
        assert_eq!(members("[[event]]\nat = \"1s\"\nleave = 0\n"), leaving.replace(leave, ""));
        let counter = scenario("[workload]\nkind = \"counter\"\n");
        let told = "counter grow-only, every 1s, arrivals periodic, during 10s, payload full, recovery new-id";
        assert_eq!((workload(&counter).as_str(), workload(&scenario("")).as_str()), (told, ""));
    }

    #[test]
    fn a_theory_curve_climbs_from_the_origin_to_everybody_where_the_model_is_that_of_the_theory() {
        let theory = conditions(&scenario("")).theory;
        let [TheoryCurve { point: 0, points }] = &theory[..] else { panic!("{theory:?}") };
        assert_eq!(points[0], (0, 1.0 / 16.0));
        assert!(points.is_sorted_by(|one, next| one.0 + 1 == next.0 && one.1 <= next.1), "{points:?}");
        assert!(points.last().is_some_and(|last| last.1 > 0.9 && last.1 <= 1.0));
        for other in [
            "phase = \"random\"",
            "peers = \"shuffled\"",
            "spread = { kind = \"coin\", k = 2 }",
            "connection_limit = 1",
        ] {
            assert_eq!(conditions(&scenario(other)).theory, [], "{other}");
        }
    }

    #[test]
    fn a_law_is_named_once_however_many_points_it_covers() {
        let sweep = "[sweep]\n\"network.nodes\" = [16, 32, 64]\n\"gossip.strategy\" = [\"push\", \"pull\"]\n";
        let laws = laws(&scenario(sweep));
        assert!(laws.iter().any(|law| law.starts_with("push: ")) && laws.iter().any(|law| law.starts_with("pull: ")));
        assert!(laws[0].ends_with("+ O(1) (published: Frieze & Grimmett 1985; Pittel 1987)"), "{laws:?}");
        let once: BTreeSet<&String> = laws.iter().collect();
        assert_eq!(once.len(), laws.len());
    }

    #[test]
    fn a_law_of_some_swept_values_names_them() {
        let sweep = "[sweep]\n\"network.nodes\" = [16, 32]\n\"network.topology\" = [\"complete\", \"star\"]\n\
                     \"network.loss\" = [0, 0.1, 0.2]\n";
        let laws = laws(&scenario(sweep));
        let starts =
            ["push, loss 0, topology complete: log2 n + ln n", "push, loss 0.1, 0.2, topology complete: log_{1+p} n"];
        for start in starts {
            assert!(laws.iter().any(|law| law.starts_with(start)), "{start}: {laws:?}");
        }
        assert!(laws.iter().any(|law| law.starts_with("push, loss 0, topology star: ")), "{laws:?}");
    }

    #[test]
    fn a_graph_that_is_almost_never_connected_is_named() {
        let text = "[network]\nnodes = 1024\ntopology = { kind = \"erdos-renyi\", mean_degree = 4 }\n\
                    [gossip]\nstrategy = \"push\"\n";
        let scenario = read(Source::text("demo.toml", text), &Overrides::default()).unwrap();
        let laws = laws(&scenario);
        assert!(matches!(&laws[..], [law] if law.contains("connected with probability about")), "{laws:?}");
    }
}
