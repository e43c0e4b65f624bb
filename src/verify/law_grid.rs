//! The corners of what each law holds for.

use super::trial::{Measurement, Statistic, Trial};
use super::{Effort, point};
use crate::experiment::Record;
use crate::plan;
use crate::scenario::Point;
use crate::theory::table;

const PUSH: &str = "strategy = \"push\"";
const PULL: &str = "strategy = \"pull\"";
const EAGER: &str = "strategy = \"push-pull\"\nexchange = \"eager\"";
const DIGEST: &str = "strategy = \"push-pull\"\nexchange = \"digest\"";
const ALL: [&str; 4] = [PUSH, PULL, EAGER, DIGEST];

const LIMIT: &str = "connection_limit = 1";

/// A law, and the scenarios at which it is tried.
struct GridPoint {
    law: &'static str,
    /// The lines of `[network]`, of `[gossip]`, and the origin, of one point or two.
    points: Vec<[String; 3]>,
    /// Runs of a quick check.
    runs: u64,
    look: Measurement,
    statistic: Statistic,
    bounds: Option<(f64, f64)>,
}

pub(super) fn trials(effort: Effort, seed: u64) -> Vec<Trial> {
    let corners = [complete(), paths(), poisson(), random(), bounds(), growth(), contacts(), rumors()];
    corners.into_iter().flatten().filter_map(|corner| corner.trial(effort, seed)).collect()
}

impl GridPoint {
    /// One whose mean rounds are what the law claims.
    fn of(law: &'static str, network: &str, gossip: &str, runs: u64) -> Self {
        let points = vec![[network.to_owned(), gossip.to_owned(), "\"random\"".to_owned()]];
        GridPoint { law, points, runs, look: rounds, statistic: Statistic::Mean, bounds: None }
    }

    fn from(mut self, origin: u32) -> Self {
        self.points.iter_mut().for_each(|point| point[2] = origin.to_string());
        self
    }

    fn looking(self, look: Measurement, statistic: Statistic) -> Self {
        GridPoint { look, statistic, ..self }
    }

    fn within(self, low: f64, high: f64) -> Self {
        GridPoint { bounds: Some((low, high)), ..self }
    }

    /// Compared with a second point.
    fn to(mut self, network: &str, gossip: &str) -> Self {
        self.points.push([network.to_owned(), gossip.to_owned(), self.points[0][2].clone()]);
        GridPoint { statistic: Statistic::Growth, ..self }
    }

    /// The trial; `None` if there is no such law.
    fn trial(&self, effort: Effort, seed: u64) -> Option<Trial> {
        let rule = table().find(|rule| rule.name == self.law)?;
        let points: Vec<Point> = self.points.iter().map(|texts| texts_to_point(seed, texts)).collect();
        let texts: Vec<String> = self.points.iter().map(|texts| texts[..2].join(", ").replace('\n', ", ")).collect();
        let runs = if effort == Effort::Quick { self.runs } else { 16 * self.runs };
        let (look, statistic, bounds) = (self.look, self.statistic, self.bounds);
        Some(Trial { rule, what: texts.join(" to "), points, runs, look, statistic, bounds })
    }
}

fn texts_to_point(seed: u64, [network, gossip, origin]: &[String; 3]) -> Point {
    // Rumors run until nobody spreads them any more.
    let until = if gossip.contains("spread") { "until = \"quiet\"" } else { "" };
    point(seed, network, gossip, &format!("[workload]\norigin = {origin}\n[stop]\nmax_rounds = 200000\n{until}"))
}

fn rounds(point: &Point, record: &Record) -> Option<[f64; 2]> {
    record.rounds(point.settings.gossip.interval).map(|rounds| [rounds as f64, 1.0])
}

fn connected(_: &Point, record: &Record) -> Option<[f64; 2]> {
    Some([f64::from(u8::from(record.split.is_none())), 1.0])
}

fn nodes(point: &Point) -> f64 {
    f64::from(point.settings.network.nodes)
}

/// The share that never learned, and updates sent per node.
fn residue(point: &Point, record: &Record) -> Option<[f64; 2]> {
    let tally = &record.ending.tally;
    Some([tally.residue()?, tally.updates as f64 / nodes(point)])
}

/// Updates sent per node.
fn updates(point: &Point, record: &Record) -> Option<[f64; 2]> {
    residue(point, record).map(|[_, updates]| [updates, 1.0])
}

/// By what the updates per node exceed k for each that learned.
fn beyond_k(point: &Point, record: &Record) -> Option<[f64; 2]> {
    let k = f64::from(plan::case(&point.settings).rumor?.k);
    residue(point, record).map(|[residue, updates]| [updates - k * (1.0 - residue), 1.0])
}

/// The round in which a node learned, in the mean over nodes.
fn arrival(point: &Point, record: &Record) -> Option<[f64; 2]> {
    let ignorant = record.curve.iter().map(|mark| 1.0 - mark.informed as f64 / nodes(point));
    Some([ignorant.sum(), 1.0])
}

/// Over the rounds that began with a share of ignorant nodes between these: what `of` makes of the shares after and
/// before.
fn late(point: &Point, record: &Record, low: f64, high: f64, of: fn(f64) -> f64) -> Option<[f64; 2]> {
    let shares: Vec<f64> = record.curve.iter().map(|mark| 1.0 - mark.informed as f64 / nodes(point)).collect();
    let pairs = shares.windows(2).filter(|pair| (low..high).contains(&pair[0]));
    Some(pairs.fold([0.0; 2], |[after, before], pair| [after + pair[1], before + of(pair[0])]))
}

fn late_by_push(point: &Point, record: &Record) -> Option<[f64; 2]> {
    late(point, record, 1e-9, 0.05, |share| share)
}

fn late_by_pull(point: &Point, record: &Record) -> Option<[f64; 2]> {
    late(point, record, 0.02, 0.3, |share| share * share)
}

/// Conversations over the middle link of a line, a round.
fn middle(point: &Point, record: &Record) -> Option<[f64; 2]> {
    let right = point.settings.network.nodes / 2;
    let load = record.traffic.as_ref()?.iter().find(|load| load.to.number() == right)?;
    Some([load.conversations as f64 / (record.curve.len() as f64 - 1.0), 1.0])
}

fn complete() -> Vec<GridPoint> {
    let mut corners = Vec::new();
    let mut add = |law, nodes: u32, loss: f64, fanout: u32, gossip: &str, runs| {
        let gossip = format!("{gossip}\nfanout = {fanout}");
        corners.push(GridPoint::of(law, &format!("nodes = {nodes}\nloss = {loss}"), &gossip, runs));
    };
    for gossip in ALL {
        add("two-nodes", 2, 0.0, 1, gossip, 50);
        add("two-nodes", 2, 0.6, 1, gossip, 800);
        add("all-meet-all", 3, 0.0, 2, gossip, 50);
        add("all-meet-all", 64, 0.0, 63, gossip, 10);
    }
    for (nodes, runs) in [(8, 400), (64, 200), (1024, 32)] {
        add("push", nodes, 0.0, 1, PUSH, runs);
        add("pull", nodes, 0.0, 1, PULL, runs);
        add("push-pull", nodes, 0.0, 1, EAGER, runs);
        add("push-pull", nodes, 0.0, 1, DIGEST, runs);
        for loss in [0.0001, 0.5, 0.8] {
            add("push-lossy", nodes, loss, 1, PUSH, runs / 4);
        }
        for loss in [0.206, 0.5] {
            add("pull-lossy", nodes, loss, 1, PULL, runs / 4);
        }
        for loss in [0.0001, 0.1, 0.5] {
            for gossip in [PULL, EAGER, DIGEST] {
                add("pulls-lossy", nodes, loss, 1, gossip, runs / 4);
                add("pulls-lossy", nodes, loss, 3, gossip, runs / 8);
            }
        }
    }
    add("pull-lossy", 64, 0.9, 1, PULL, 30);
    for (nodes, runs) in [(8, 200), (64, 100), (512, 12)] {
        for fanout in [2, nodes / 2] {
            for loss in [0.0, 0.3, 0.9] {
                add("push-fanout", nodes, loss, fanout, PUSH, runs);
            }
            for gossip in [PULL, EAGER, DIGEST] {
                add("pulls-fanout", nodes, 0.0, fanout, gossip, runs);
                add("pulls-lossy", nodes, 0.3, fanout, gossip, runs);
            }
        }
    }
    corners
}

fn paths() -> Vec<GridPoint> {
    let mut corners = Vec::new();
    let topology = |nodes: u32, kind: &str| format!("nodes = {nodes}\ntopology = \"{kind}\"");
    for (nodes, runs) in [(24, 300), (101, 100)] {
        for (law, gossip) in
            [("ring-push", PUSH), ("ring-pull", PULL), ("ring-push-pull", EAGER), ("ring-push-pull", DIGEST)]
        {
            corners.push(GridPoint::of(law, &topology(nodes, "ring"), gossip, runs));
        }
    }
    for gossip in ALL {
        for (nodes, fanout) in [(4, 2), (24, 2), (25, 3)] {
            let gossip = format!("{gossip}\nfanout = {fanout}");
            corners.push(GridPoint::of("ring-both-neighbours", &topology(nodes, "ring"), &gossip, 5));
        }
        let lossy = |nodes, loss: f64| format!("{}\nloss = {loss}", topology(nodes, "line"));
        for fanout in [1, 2] {
            let gossip = format!("{gossip}\nfanout = {fanout}");
            corners.push(GridPoint::of("line-hops", &lossy(3, 0.5), &gossip, 400).from(2));
            corners.push(GridPoint::of("line-hops", &lossy(20, 0.3), &gossip, 100).from(0));
        }
    }
    for nodes in [3, 20] {
        for (law, gossip) in
            [("line-one-way", PUSH), ("line-one-way", PULL), ("line-push-pull", EAGER), ("line-push-pull", DIGEST)]
        {
            corners.push(GridPoint::of(law, &topology(nodes, "line"), gossip, 300).from(0));
            corners.push(GridPoint::of(law, &topology(nodes, "line"), gossip, 300).from(nodes - 1));
        }
    }
    for nodes in [3, 40] {
        for (gossip, centre, leaf) in [
            (PUSH, "star-push-centre", "star-push-leaf"),
            (PULL, "star-pull-centre", "star-pull-leaf"),
            (EAGER, "star-pull-centre", "star-push-pull-leaf"),
            (DIGEST, "star-pull-centre", "star-push-pull-leaf"),
        ] {
            let star = topology(nodes, "star");
            corners.push(GridPoint::of(centre, &star, gossip, 300).from(0));
            corners.push(GridPoint::of(leaf, &star, gossip, 300).from(nodes - 1));
            corners.push(GridPoint::of("star-from-any", &star, gossip, 300));
        }
    }
    corners
}

fn poisson() -> Vec<GridPoint> {
    let mut corners = Vec::new();
    for gossip in ALL {
        let gossip = format!("{gossip}\nphase = \"poisson\"");
        for loss in [0.0, 0.5] {
            for (nodes, runs) in [(2, 600), (3, 400), (64, 100)] {
                let network = format!("nodes = {nodes}\nloss = {loss}");
                corners.push(GridPoint::of("births-complete", &network, &gossip, runs));
            }
            for (nodes, runs) in [(4, 400), (40, 60)] {
                let network = format!("nodes = {nodes}\ntopology = \"ring\"\nloss = {loss}");
                corners.push(GridPoint::of("births-ring", &network, &gossip, runs));
            }
        }
    }
    corners
}

fn random() -> Vec<GridPoint> {
    let regular = |nodes: u32, degree: u32| {
        format!("nodes = {nodes}\ntopology = {{ kind = \"random-regular\", degree = {degree} }}")
    };
    let erdos = |nodes: u32, mean: f64| {
        format!("nodes = {nodes}\ntopology = {{ kind = \"erdos-renyi\", mean_degree = {mean} }}")
    };
    let mut corners = Vec::new();
    for (nodes, degree, runs) in [(64, 3, 100), (64, 32, 100), (1024, 3, 20), (1024, 8, 20), (4096, 4, 6)] {
        corners.push(GridPoint::of("random-regular-push", &regular(nodes, degree), PUSH, runs));
    }
    let ln = |nodes: u32| libm::log(f64::from(nodes));
    for (nodes, runs) in [(64, 100), (1024, 5)] {
        for mean in [2.001 * ln(nodes), 5.0 * ln(nodes), f64::from(nodes) / 2.0] {
            corners.push(GridPoint::of("erdos-renyi-push", &erdos(nodes, mean), PUSH, runs));
        }
    }
    for (nodes, runs) in [(80, 100), (1024, 5)] {
        for mean in [8.001 * ln(nodes), f64::from(nodes) / 2.0] {
            corners.push(GridPoint::of("erdos-renyi-pull", &erdos(nodes, mean), PULL, runs));
            corners.push(GridPoint::of("erdos-renyi-push-pull", &erdos(nodes, mean), EAGER, runs));
            corners.push(GridPoint::of("erdos-renyi-push-pull", &erdos(nodes, mean), DIGEST, runs));
        }
    }
    for (nodes, runs) in [(16, 400), (256, 100)] {
        for mean in [1.0, ln(nodes) - 0.5, ln(nodes) + 1.0, ln(nodes) + 3.0] {
            let corner = GridPoint::of("erdos-renyi-connected", &erdos(nodes, mean), PUSH, runs);
            corners.push(corner.looking(connected, Statistic::Mean));
        }
        let corner = GridPoint::of("two-regular-connected", &regular(nodes, 2), EAGER, runs);
        corners.push(corner.looking(connected, Statistic::Mean));
        let corner = GridPoint::of("one-regular-connected", &regular(nodes, 1), EAGER, 20);
        corners.push(corner.looking(connected, Statistic::Mean));
    }
    for (nodes, runs) in [(64, 400), (256, 100)] {
        for mean in [3.0, ln(nodes), ln(nodes) + 2.0, ln(nodes) + 4.0] {
            for borders in [false, true] {
                let topology = format!("{{ kind = \"geometric\", mean_degree = {mean}, borders = {borders} }}");
                let network = format!("nodes = {nodes}\ntopology = {topology}");
                let corner = GridPoint::of("geometric-connected", &network, PUSH, runs);
                corners.push(corner.looking(connected, Statistic::Mean));
            }
        }
        let network = |nodes: u32| format!("nodes = {nodes}\ntopology = {{ kind = \"k-out\", choices = 1 }}");
        let corner = GridPoint::of("one-choice-connected", &network(nodes / 16), EAGER, runs);
        corners.push(corner.looking(connected, Statistic::Mean));
        let corner = GridPoint::of("one-choice-connected", &network(nodes), EAGER, runs);
        corners.push(corner.looking(connected, Statistic::Mean));
    }
    let cube = "nodes = 8\ntopology = \"hypercube\"";
    for (law, gossip) in
        [("cube-push", PUSH), ("cube-pull", PULL), ("cube-push-pull", EAGER), ("cube-push-pull", DIGEST)]
    {
        corners.push(GridPoint::of(law, cube, gossip, 600));
    }
    corners
}

fn bounds() -> Vec<GridPoint> {
    let mut corners = Vec::new();
    for (nodes, runs) in [(2, 10), (3, 300), (9, 300), (63, 200), (1024, 40)] {
        corners.push(GridPoint::of("push-range", &format!("nodes = {nodes}"), PUSH, runs));
    }
    for (nodes, topology) in [
        (40, "{ kind = \"ring\", neighbors = 2 }"),
        (40, "\"line\""),
        (9, "\"star\""),
        (64, "\"grid\""),
        (64, "{ kind = \"torus\", sides = [16, 4] }"),
        (64, "\"hypercube\""),
    ] {
        let network = format!("nodes = {nodes}\ntopology = {topology}");
        // As many peers as it takes to tell all neighbours, which is as fast as it can be; and limits and hunting.
        for gossip in [PUSH, PULL, EAGER] {
            corners.push(GridPoint::of("hop-a-round", &network, &format!("{gossip}\nfanout = {}", nodes - 1), 40));
            corners.push(GridPoint::of("hop-a-round", &network, &format!("{gossip}\n{LIMIT}\nhunt = 2"), 20));
        }
        corners.push(GridPoint::of("hop-a-round", &network, &format!("{PUSH}\npeers = \"round-robin\""), 20));
    }
    for (nodes, fanout, more) in
        [(64, 1, ""), (64, 7, ""), (64, 31, ""), (64, 3, "peers = \"quasirandom\""), (64, 2, LIMIT)]
    {
        let gossip = format!("{PUSH}\nfanout = {fanout}\n{more}");
        corners.push(GridPoint::of("k-a-sender", &format!("nodes = {nodes}"), &gossip, 40));
    }
    corners
}

fn growth() -> Vec<GridPoint> {
    let network = |nodes: u32, topology: &str| format!("nodes = {nodes}\ntopology = {topology}");
    let mut corners = Vec::new();
    let mut add = |law, topology: &str, [small, large]: [u32; 2], gossip: &str, runs, (low, high)| {
        let corner = GridPoint::of(law, &network(small, topology), gossip, runs);
        corners.push(corner.to(&network(large, topology), gossip).within(low, high));
    };
    // From 64 to 4096 nodes log n doubles.
    let twice = [64, 4096];
    for gossip in [PUSH, PULL, EAGER] {
        add("hypercube-growth", "\"hypercube\"", twice, gossip, 8, (1.6, 2.3));
        add("lattice-growth", "\"torus\"", [256, 1024], gossip, 10, (1.5, 2.5));
        add("lattice-growth", "\"grid\"", [256, 1024], gossip, 10, (1.5, 2.5));
        let wide = "{ kind = \"ring\", neighbors = 3 }";
        add("wide-ring-growth", wide, [128, 512], gossip, 15, (3.3, 4.3));
    }
    for links in [2, 8] {
        let topology = format!("{{ kind = \"barabasi-albert\", links = {links} }}");
        add("attachment-push-pull", &topology, twice, DIGEST, 10, (1.2, 2.2));
    }
    // Steeper than any logarithm: 14 of 7.
    let two = "{ kind = \"barabasi-albert\", links = 2 }";
    add("attachment-push", two, twice, PUSH, 10, (2.4, f64::INFINITY));
    // Constant conductance, and 1 / log2 n.
    let expander = "{ kind = \"random-regular\", degree = 8 }";
    add("conductance", expander, twice, EAGER, 8, (0.0, 2.3));
    add("conductance", "\"hypercube\"", twice, DIGEST, 8, (0.0, 4.5));
    for nodes in [64, 1024] {
        let corner = GridPoint::of("hypercube-slower", &network(nodes, "\"hypercube\""), PUSH, 40);
        corners.push(corner.to(&network(nodes, "\"complete\""), PUSH).within(0.0, 0.95));
    }
    corners
}

fn contacts() -> Vec<GridPoint> {
    let mut corners = Vec::new();
    for (nodes, runs) in [(256, 200), (1024, 40), (4096, 10)] {
        let corner = GridPoint::of("copies-of-push", &format!("nodes = {nodes}"), PUSH, runs);
        corners.push(corner.looking(updates, Statistic::Mean));
    }
    for (network, more, runs) in [
        ("nodes = 64", "", 150),
        ("nodes = 64", "fanout = 3", 150),
        ("nodes = 64", "phase = \"poisson\"", 150),
        ("nodes = 20\ntopology = \"ring\"", "", 200),
        ("nodes = 36\ntopology = \"torus\"", "", 100),
        ("nodes = 64\ntopology = \"hypercube\"", "", 100),
        ("nodes = 64\ntopology = { kind = \"random-regular\", degree = 4 }", "", 100),
    ] {
        let corner = GridPoint::of("duality", network, &format!("{PUSH}\n{more}"), runs);
        let corner = corner.to(network, &format!("{PULL}\n{more}"));
        corners.push(corner.looking(arrival, Statistic::Difference).within(0.0, 0.0));
    }
    for (nodes, runs) in [(512, 60), (4096, 8)] {
        let network = format!("nodes = {nodes}");
        let push = GridPoint::of("tail-of-push", &network, PUSH, runs).looking(late_by_push, Statistic::Quotient);
        let e = libm::exp(-1.0);
        corners.push(push.within(0.95 * e, 1.05 * e));
        let pull = GridPoint::of("tail-of-pull", &network, PULL, runs).looking(late_by_pull, Statistic::Quotient);
        corners.push(pull.within(0.95, 1.05));
    }
    corners
}

fn rumors() -> Vec<GridPoint> {
    let spread = |kind: &str, k: u32, feedback: bool, more: &str| {
        format!("{PUSH}\nspread = {{ kind = \"{kind}\", k = {k}, feedback = {feedback}{more} }}")
    };
    let mut corners = Vec::new();
    for (nodes, k) in [(200, 1), (2000, 1), (2000, 2), (2000, 3)] {
        let gossip = format!("{}\nphase = \"poisson\"", spread("coin", k, true, ""));
        let corner = GridPoint::of("coin-residue", &format!("nodes = {nodes}"), &gossip, 20_000 / nodes);
        corners.push(corner.looking(residue, Statistic::Mean));
    }
    let minimal = ", minimization = true";
    for (nodes, phase, rule) in [
        (200, "aligned", spread("counter", 1, true, "")),
        (2000, "aligned", spread("counter", 3, true, "")),
        (2000, "aligned", spread("counter", 2, true, minimal)),
        (2000, "aligned", spread("coin", 2, true, "")),
        (2000, "aligned", spread("coin", 2, false, "")),
        (2000, "poisson", spread("coin", 1, true, "")),
        (2000, "poisson", spread("counter", 2, true, "")),
    ] {
        let gossip = format!("{rule}\nphase = \"{phase}\"");
        let corner = GridPoint::of("residue-by-traffic", &format!("nodes = {nodes}"), &gossip, 20_000 / nodes);
        corners.push(corner.looking(residue, Statistic::LogQuotient).within(0.95, 1.05));
    }
    for rule in [spread("counter", 1, true, ""), spread("counter", 2, true, ""), spread("coin", 2, false, "")] {
        let corner = GridPoint::of("residue-of-one-call", "nodes = 1000", &format!("{rule}\n{LIMIT}"), 20);
        let most = 1.0 / (1.0 - libm::exp(-1.0));
        corners.push(corner.looking(residue, Statistic::LogQuotient).within(1.0, most));
    }
    for (kind, k, phase) in
        [("coin", 1, "aligned"), ("coin", 3, "aligned"), ("coin", 2, "poisson"), ("counter", 3, "aligned")]
    {
        let gossip = format!("{}\nphase = \"{phase}\"", spread(kind, k, false, ""));
        let corner = GridPoint::of("blind-traffic", "nodes = 1000", &gossip, 40);
        corners.push(corner.looking(beyond_k, Statistic::Mean).within(0.0, 0.0));
    }
    for (nodes, runs) in [(64, 100), (1024, 15)] {
        for gossip in [EAGER, DIGEST] {
            let gossip = format!("{gossip}\n{LIMIT}");
            corners.push(GridPoint::of("one-call-answered", &format!("nodes = {nodes}"), &gossip, runs));
        }
    }
    corners.extend(middles());
    corners
}

/// Loads on the middle link of lines of 64 and of 256 nodes.
fn middles() -> Vec<GridPoint> {
    let network = |nodes: u32| format!("nodes = {nodes}\ntopology = \"line\"\nlinks = true");
    let laws = [
        ("middle-far", 0.5, (3.0, 4.4)),
        ("middle-one", 1.0, (2.6, 3.4)),
        ("middle-between", 1.5, (1.7, 2.3)),
        ("middle-two", 2.0, (1.1, 1.5)),
        ("middle-near", 2.5, (0.9, 1.2)),
    ];
    let corner = |(law, exponent, (low, high)): (&'static str, f64, (f64, f64))| {
        let gossip = format!("{EAGER}\npeers = {{ kind = \"spatial\", exponent = {exponent} }}");
        let corner = GridPoint::of(law, &network(64), &gossip, 20).to(&network(256), &gossip);
        GridPoint { look: middle, ..corner.within(low, high) }
    };
    laws.map(corner).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_law_is_tried_inside_its_domain_and_nothing_else_is() {
        let trials = trials(Effort::Quick, 1);
        let all = [complete(), paths(), poisson(), random(), bounds(), growth(), contacts(), rumors()];
        assert_eq!(trials.len(), all.iter().map(Vec::len).sum::<usize>(), "a corner names no law of the table");
        let tried: BTreeSet<&str> = trials.iter().map(|trial| trial.rule.name).collect();
        let untried: Vec<&str> = table().map(|rule| rule.name).filter(|name| !tried.contains(name)).collect();
        assert!(untried.is_empty(), "{untried:?}");
        for trial in &trials {
            let case = plan::case(&trial.points[0].settings).canonical();
            assert!((trial.rule.covers)(&case), "{}: {}", trial.rule.name, trial.what);
        }
    }
}
