//! Everything published or derived that says how many rounds a case takes: means, ranges, bounds and laws of growth.

use libm::{log, log1p, log2};

use super::{Case, CaseClock, CaseGraph, CaseStrategy, predict, rumor};

const DERIVED: &str = "derived";
const FEIGE: &str = "Feige, Peleg, Raghavan & Upfal 1990";

/// What a law says of the number of rounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Claim {
    /// The mean, exactly or up to terms that are next to nothing.
    Exactly(f64),
    /// The mean, up to a term that stays bounded or vanishes against it.
    About(f64),
    /// The mean lies between these.
    Between(f64, f64),
    /// The mean is not less.
    AtLeast(f64),
    /// How the rounds grow with n; no number follows.
    Growth,
    /// The share of nodes that never learn.
    Residue(f64),
    /// Something about the case that is no number of rounds.
    Note,
}

/// A law, for n nodes, fanout k, and legs that arrive with probability p.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Law {
    /// What it says, such as `log2 n + ln n`.
    pub text: &'static str,
    /// What that is for the case.
    pub claim: Claim,
    /// Who published it, or "derived".
    pub source: &'static str,
}

impl Law {
    /// What it says, with the term that a mean leaves open.
    pub fn statement(&self) -> String {
        match self.claim {
            Claim::About(_) => format!("{} + O(1)", self.text),
            Claim::Residue(share) => format!("{}, here s = {share:.4}", self.text),
            _ => self.text.to_owned(),
        }
    }
}

impl Claim {
    /// What kind of claim it is, in a word for tables.
    pub fn kind(self) -> &'static str {
        match self {
            Claim::Exactly(_) | Claim::About(_) => "mean",
            Claim::Between(..) => "range",
            Claim::AtLeast(_) => "lower-bound",
            Claim::Growth => "growth",
            Claim::Residue(_) => "residue",
            Claim::Note => "note",
        }
    }

    /// The lower end, the value and the upper end, as far as there are.
    pub fn numbers(self) -> [Option<f64>; 3] {
        match self {
            Claim::Exactly(mean) | Claim::About(mean) => [None, Some(mean), None],
            Claim::Between(low, high) => [Some(low), None, Some(high)],
            Claim::AtLeast(low) => [Some(low), None, None],
            Claim::Growth | Claim::Residue(_) | Claim::Note => [None; 3],
        }
    }
}

/// All laws that cover a case, the sharpest first.
///
/// Means, ranges and growth hold for the model of the published theorems: updates that spread for ever, peers chosen
/// uniformly and afresh, legs without latency. Lower bounds ask for aligned rounds without latency, and for nothing
/// else.
pub fn laws(case: &Case) -> Vec<Law> {
    if case.nodes < 2 || case.fanout == 0 || case.arrives <= 0.0 {
        return Vec::new();
    }
    let theorem = case.is_of_the_theorems();
    let mut laws = Vec::new();
    if theorem {
        laws.extend(mean(case));
        laws.extend(ranges(case));
    }
    laws.extend(lower_bounds(case));
    if theorem {
        laws.extend(growth(case));
        laws.extend(copies(case));
        laws.extend(duality(case));
    }
    laws.extend(rumor::laws(case));
    laws
}

/// The law of [`predict`], with what it leaves open.
fn mean(case: &Case) -> Option<Law> {
    let found = predict(case)?;
    let ring = matches!(case.graph, CaseGraph::Ring { .. });
    let closed = found.exact || ring || case.clock == CaseClock::Poisson;
    let claim = if closed { Claim::Exactly(found.rounds) } else { Claim::About(found.rounds) };
    Some(Law { text: found.law, claim, source: found.source })
}

/// Whether one message a tick is all there is, and none is lost.
fn plain(case: &Case) -> bool {
    case.fanout == 1 && case.arrives == 1.0 && case.clock == CaseClock::Aligned
}

fn ranges(case: &Case) -> Option<Law> {
    let n = f64::from(case.nodes);
    let push = case.strategy == CaseStrategy::Push && plain(case);
    match case.graph {
        // The upper end has a term o(1) more.
        CaseGraph::Complete if push => Some(Law {
            text: "floor(log2 n) + ln n - 1.116 to ceil(log2 n) + ln n + 2.765 + o(1)",
            claim: Claim::Between(log2(n).floor() + log(n) - 1.116, log2(n).ceil() + log(n) + 2.765),
            source: "Doerr & Künnemann 2014",
        }),
        CaseGraph::Hypercube if push && case.nodes >= 64 => {
            let unit = log2(n) + log(n);
            let claim = Claim::Between(1.2 * unit, 1.3 * unit);
            Some(Law { text: "1.2 to 1.3 times log2 n + ln n", claim, source: "empirical, no theorem" })
        }
        _ => None,
    }
}

/// In an aligned round without latency news travels one hop, and a pushing node tells at most k others.
fn lower_bounds(case: &Case) -> Vec<Law> {
    if case.clock != CaseClock::Aligned || !case.latency_zero {
        return Vec::new();
    }
    let distance = distance(case).filter(|distance| *distance > 1.0);
    let pushes = case.strategy == CaseStrategy::Push;
    let doublings = log(case.nodes.into()) / log1p(case.fanout.into());
    let far = distance.map(|hops| Law {
        text: "at least the distance to the farthest node, one hop a round",
        claim: Claim::AtLeast(hops),
        source: DERIVED,
    });
    let many = (pushes && doublings > distance.unwrap_or(1.0)).then_some(Law {
        text: "at least log_{1+k} n, each sender tells k others",
        claim: Claim::AtLeast(doublings),
        source: DERIVED,
    });
    far.into_iter().chain(many).collect()
}

/// From the origin to the farthest node, in hops; the mean over origins if that is drawn.
fn distance(case: &Case) -> Option<f64> {
    let n = case.nodes;
    if case.spatial.is_some() {
        // Whoever chooses by distance reaches anybody.
        return Some(1.0);
    }
    match case.graph {
        CaseGraph::Complete => Some(1.0),
        CaseGraph::Ring { neighbors } => Some(f64::from((n / 2).div_ceil(neighbors.max(1)))),
        CaseGraph::Line => Some(line_distance(n, case.origin)),
        CaseGraph::Star => {
            let leaf = if n > 2 { 2.0 } else { 1.0 };
            Some(match case.origin {
                Some(0) => 1.0,
                Some(_) => leaf,
                None => (1.0 + f64::from(n - 1) * leaf) / f64::from(n),
            })
        }
        CaseGraph::Hypercube => Some(f64::from(n.ilog2())),
        CaseGraph::Torus { farthest } | CaseGraph::Grid { farthest } => Some(farthest),
        CaseGraph::RandomRegular { .. }
        | CaseGraph::ErdosRenyi { .. }
        | CaseGraph::PreferentialAttachment
        | CaseGraph::Other => None,
    }
}

/// From one of `places` in a row to the farthest other; from the mean place if none is given.
pub fn line_distance(places: u32, origin: Option<u32>) -> f64 {
    let from = |place: u32| f64::from(place.max(places - 1 - place));
    match origin {
        Some(place) => from(place.min(places - 1)),
        // The farther end is (n - 1) - min(place, n - 1 - place) away; the mean of that minimum is floor((n-1)²/4) / n.
        None => {
            let last = u64::from(places - 1);
            last as f64 - (last * last / 4) as f64 / f64::from(places)
        }
    }
}

fn growth(case: &Case) -> Vec<Law> {
    let both = matches!(case.strategy, CaseStrategy::Eager | CaseStrategy::Digest);
    let law = |text, source| Law { text, claim: Claim::Growth, source };
    if case.clock != CaseClock::Aligned {
        return Vec::new();
    }
    let own = match case.graph {
        CaseGraph::Hypercube => Some(law("Θ(log n)", FEIGE)),
        CaseGraph::Torus { .. } | CaseGraph::Grid { .. } => Some(law("Θ(side), as the diameter", FEIGE)),
        CaseGraph::Ring { neighbors } if neighbors > 1 => Some(law("Θ(n), as the diameter", FEIGE)),
        CaseGraph::PreferentialAttachment if both => Some(law("Θ(log n)", "Doerr, Fouz & Friedrich 2011")),
        CaseGraph::PreferentialAttachment => {
            Some(law("polynomial in n, unlike push-pull", "Chierichetti, Lattanzi & Panconesi 2009"))
        }
        _ => None,
    };
    let sharper = matches!(case.graph, CaseGraph::Complete | CaseGraph::Line | CaseGraph::Star)
        || matches!(case.graph, CaseGraph::Ring { neighbors: 1 });
    let conductance =
        (both && !sharper).then(|| law("O(log n / φ), φ the conductance of the graph", "Giakkoupis 2011"));
    own.into_iter().chain(conductance).collect()
}

/// What it costs to tell everybody on the complete graph.
fn copies(case: &Case) -> Option<Law> {
    let note = |text, source| Law { text, claim: Claim::Note, source };
    let covered = case.graph == CaseGraph::Complete && plain(case);
    match case.strategy {
        CaseStrategy::Push => Some(note("about n (ln n + 1.07) copies are sent until all know", DERIVED)),
        CaseStrategy::Eager | CaseStrategy::Digest => Some(note(
            "O(n ln ln n) copies can be enough, if nodes stop in time",
            "Karp, Schindelhauer, Shenker, Vöcking 2000",
        )),
        CaseStrategy::Pull => None,
    }
    .filter(|_| covered)
}

/// Played backwards, push is pull: contacts of all rounds have the same law in either order.
fn duality(case: &Case) -> Option<Law> {
    let regular = match case.graph {
        CaseGraph::Complete
        | CaseGraph::Ring { .. }
        | CaseGraph::Torus { .. }
        | CaseGraph::Hypercube
        | CaseGraph::RandomRegular { .. } => true,
        CaseGraph::Line
        | CaseGraph::Star
        | CaseGraph::Grid { .. }
        | CaseGraph::ErdosRenyi { .. }
        | CaseGraph::PreferentialAttachment
        | CaseGraph::Other => false,
    };
    let one_way = matches!(case.strategy, CaseStrategy::Push | CaseStrategy::Pull);
    let covered = regular && one_way && case.arrives == 1.0 && case.clock != CaseClock::Random;
    covered.then_some(Law {
        text: "a node learns as soon by push as by pull, in the mean over nodes",
        claim: Claim::Note,
        source: "derived: time reversal",
    })
}

#[cfg(test)]
mod tests {
    use super::super::Rumor;
    use super::super::tests::case;
    use super::*;
    use CaseStrategy::{Digest, Eager, Pull, Push};

    fn kinds(case: &Case) -> Vec<&'static str> {
        laws(case).iter().map(|law| law.claim.kind()).collect()
    }

    fn lower_bound(case: &Case) -> Option<f64> {
        let bounds = laws(case).into_iter().filter_map(|law| match law.claim {
            Claim::AtLeast(low) => Some(low),
            _ => None,
        });
        bounds.fold(None, |most: Option<f64>, low| Some(most.map_or(low, |most| most.max(low))))
    }

    #[test]
    fn push_on_the_complete_graph_has_a_mean_bounds_and_a_dual() {
        let push = case(1024, Push);
        assert_eq!(kinds(&push), ["mean", "range", "lower-bound", "note", "note", "note"]);
        assert_eq!(kinds(&case(1024, Pull)), ["mean", "note", "note"]);
        assert_eq!(kinds(&case(1024, Eager)), ["mean", "note"]);
        let Claim::Between(low, high) = laws(&push)[1].claim else { panic!() };
        // 10 + 6.9315 - 1.116 and 10 + 6.9315 + 2.765
        assert!((low - 15.815_47).abs() < 1e-5 && (high - 19.696_47).abs() < 1e-5, "{low} {high}");
        assert_eq!(lower_bound(&push), Some(10.0));
        assert_eq!(kinds(&Case { fanout: 2, ..push.clone() }), ["mean", "lower-bound", "note"]);
        assert_eq!(kinds(&Case { arrives: 0.5, ..push }), ["mean", "lower-bound"]);
    }

    #[test]
    fn bounds_hold_where_means_are_exact() {
        for strategy in [Push, Pull, Eager, Digest] {
            for (fanout, arrives) in [(1, 1.0), (1, 0.6), (2, 1.0), (3, 0.9)] {
                for (graph, origin) in [
                    (CaseGraph::Complete, None),
                    (CaseGraph::Ring { neighbors: 1 }, None),
                    (CaseGraph::Line, None),
                    (CaseGraph::Line, Some(2)),
                    (CaseGraph::Star, None),
                ] {
                    let case = Case { graph, origin, fanout, arrives, ..case(33, strategy) };
                    let mean = super::super::exact(&case).unwrap().distribution.mean;
                    for law in laws(&case) {
                        let [low, _, high] = law.claim.numbers();
                        let within = low.is_none_or(|low| low <= mean + 1e-9) && high.is_none_or(|high| mean <= high);
                        assert!(within, "{case:?}: {law:?}, but the mean is {mean}");
                    }
                }
            }
        }
    }

    #[test]
    fn news_travels_one_hop_a_round_whoever_spreads_it() {
        let line = Case { graph: CaseGraph::Line, origin: Some(3), ..case(10, Pull) };
        assert_eq!(lower_bound(&line), Some(6.0));
        let rumor = Some(Rumor { k: 2, coin: false, feedback: true });
        let mongers = Case { rumor, peers_uniform: false, ..line.clone() };
        assert_eq!(kinds(&mongers), ["lower-bound"]);
        assert_eq!(lower_bound(&Case { latency_zero: false, ..line.clone() }), None);
        assert_eq!(lower_bound(&Case { clock: CaseClock::Random, ..line }), None);
        assert_eq!(lower_bound(&Case { graph: CaseGraph::Ring { neighbors: 3 }, ..case(20, Pull) }), Some(4.0));
        assert_eq!(lower_bound(&Case { graph: CaseGraph::Torus { farthest: 16.0 }, ..case(256, Push) }), Some(16.0));
        assert_eq!(lower_bound(&Case { graph: CaseGraph::Hypercube, ..case(256, Eager) }), Some(8.0));
    }

    #[test]
    fn the_mean_distance_is_that_over_all_places() {
        for places in 1..12 {
            let mean = (0..places).map(|place| line_distance(places, Some(place))).sum::<f64>() / f64::from(places);
            assert!((line_distance(places, None) - mean).abs() < 1e-12, "{places}: {mean}");
        }
    }

    #[test]
    fn graphs_without_a_mean_have_their_growth() {
        let growth = |graph, strategy| {
            let laws = laws(&Case { graph, ..case(256, strategy) });
            let growth = laws.into_iter().filter(|law| law.claim == Claim::Growth);
            growth.map(|law| law.text).collect::<Vec<_>>()
        };
        assert_eq!(growth(CaseGraph::PreferentialAttachment, Push), ["polynomial in n, unlike push-pull"]);
        assert_eq!(growth(CaseGraph::PreferentialAttachment, Digest).len(), 2);
        assert_eq!(growth(CaseGraph::Hypercube, Push), ["Θ(log n)"]);
        assert_eq!(growth(CaseGraph::Other, Eager), ["O(log n / φ), φ the conductance of the graph"]);
        assert!(growth(CaseGraph::Complete, Eager).is_empty());
    }

    #[test]
    fn where_nothing_arrives_or_nobody_needs_news_no_law_speaks() {
        assert!(laws(&Case { arrives: 0.0, ..case(64, Push) }).is_empty());
        assert!(laws(&case(1, Push)).is_empty());
    }
}
