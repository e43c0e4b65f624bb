//! The exact chain against brute force: every choice of peers by every node and every fate of every message, counted
//! out over the sets of informed nodes.
//!
//! Nothing here knows of occupancy, binomial steps or independence: a round is all combinations of what its nodes do.

use gossipsim::experiment;
use gossipsim::theory::CaseStrategy;
use gossipsim::theory::chain::Chain;

use crate::common::{judge, rounds, sample, scenario};

const STRATEGIES: [CaseStrategy; 4] =
    [CaseStrategy::Push, CaseStrategy::Pull, CaseStrategy::Eager, CaseStrategy::Digest];

/// A set of nodes, a bit each.
type Set = usize;

/// All ways to choose `fanout` of the nodes other than `node`.
fn choices(nodes: usize, fanout: usize, node: usize) -> Vec<Set> {
    (0..1 << nodes).filter(|set: &Set| set.count_ones() as usize == fanout && set & (1 << node) == 0).collect()
}

/// The messages of a contact between a node that knows (or not) and one that knows (or not), and who learns if all of
/// them arrive: how many, and whether the one who opened (true) or the other (false) does.
fn exchange(strategy: CaseStrategy, opener: bool, other: bool) -> Option<(i32, bool)> {
    match (strategy, opener, other) {
        (CaseStrategy::Push | CaseStrategy::Eager, true, false) => Some((1, false)),
        (CaseStrategy::Digest, true, false) => Some((3, false)),
        (CaseStrategy::Pull | CaseStrategy::Eager | CaseStrategy::Digest, false, true) => Some((2, true)),
        _ => None,
    }
}

/// What one node does in a round that `informed` begin: sets of nodes that learn by it, with their probabilities.
fn deeds(strategy: CaseStrategy, nodes: usize, fanout: usize, arrives: f64, informed: Set, node: usize) -> Vec<f64> {
    let knows = |node: usize| informed & (1 << node) != 0;
    let mut learned = vec![0.0; 1 << nodes];
    let choices = choices(nodes, fanout, node);
    for &choice in &choices {
        // Every contact goes well or not, on its own.
        let mut ways: Vec<(Set, f64)> = vec![(0, 1.0 / choices.len() as f64)];
        for peer in (0..nodes).filter(|peer| choice & (1 << peer) != 0) {
            let Some((legs, opener)) = exchange(strategy, knows(node), knows(peer)) else { continue };
            let (learner, well) = (if opener { node } else { peer }, arrives.powi(legs));
            ways = ways
                .into_iter()
                .flat_map(|(set, share)| [(set | 1 << learner, share * well), (set, share * (1.0 - well))])
                .collect();
        }
        ways.into_iter().for_each(|(set, share)| learned[set] += share);
    }
    learned
}

/// The law of the informed set at the end of a round.
fn round(strategy: CaseStrategy, nodes: usize, fanout: usize, arrives: f64, informed: Set) -> Vec<f64> {
    let mut after = vec![0.0; 1 << nodes];
    after[informed] = 1.0;
    for node in 0..nodes {
        let deeds = deeds(strategy, nodes, fanout, arrives, informed, node);
        let mut next = vec![0.0; 1 << nodes];
        for (set, share) in after.iter().enumerate().filter(|(_, share)| **share > 0.0) {
            for (more, chance) in deeds.iter().enumerate().filter(|(_, chance)| **chance > 0.0) {
                next[set | more] += share * chance;
            }
        }
        after = next;
    }
    after
}

/// The probability that everybody knows after exactly 0, 1, 2, … rounds, until next to nothing is left; so many `origins` know
/// at the start.
fn law(strategy: CaseStrategy, nodes: usize, fanout: usize, arrives: f64, origins: usize) -> Vec<f64> {
    let all = (1 << nodes) - 1;
    let rounds: Vec<Vec<f64>> = (0..=all).map(|set| round(strategy, nodes, fanout, arrives, set)).collect();
    let mut sets = vec![0.0; all + 1];
    sets[(1 << origins) - 1] = 1.0;
    let mut pmf = Vec::new();
    loop {
        pmf.push(std::mem::take(&mut sets[all]));
        if sets.iter().sum::<f64>() < 1e-14 {
            return pmf;
        }
        let mut next = vec![0.0; all + 1];
        for (set, share) in sets.iter().enumerate().filter(|(_, share)| **share > 0.0) {
            next.iter_mut().zip(&rounds[set]).for_each(|(cell, chance)| *cell += share * chance);
        }
        sets = next;
    }
}

fn mean(pmf: &[f64]) -> f64 {
    pmf.iter().enumerate().map(|(rounds, share)| rounds as f64 * share).sum()
}

#[test]
fn the_chain_is_what_counting_out_every_round_gives() {
    for strategy in STRATEGIES {
        for nodes in 2..=5 {
            for fanout in 1..=(nodes - 1).min(3) {
                for arrives in [1.0, 0.7, 0.4] {
                    let counted = law(strategy, nodes, fanout, arrives, 1);
                    let chain = Chain::new(nodes as u32, strategy, fanout as u32, arrives);
                    let chain = chain.and_then(|chain| chain.rounds()).unwrap();
                    let here = format!("{strategy:?}, {nodes} nodes, fanout {fanout}, p = {arrives}");
                    for (rounds, share) in counted.iter().enumerate() {
                        let found = chain.pmf.get(rounds).copied().unwrap_or(0.0);
                        assert!((share - found).abs() < 1e-12, "{here}, {rounds} rounds: {found}, not {share}");
                    }
                }
            }
        }
    }
}

/// The count itself: 485/152 rounds of push at four nodes (theory of Markov chains, by hand), 32/11 of push-pull by
/// digest at two nodes and half of all messages lost.
#[test]
fn the_count_gives_the_exact_fractions() {
    for (strategy, nodes, arrives, exact) in [
        (CaseStrategy::Push, 4, 1.0, 485.0 / 152.0),
        (CaseStrategy::Pull, 5, 1.0, 2924.0 / 875.0),
        (CaseStrategy::Eager, 3, 0.5, 9216.0 / 2923.0),
        (CaseStrategy::Digest, 2, 0.5, 32.0 / 11.0),
    ] {
        let found = mean(&law(strategy, nodes, 1, arrives, 1));
        assert!((found - exact).abs() < 1e-11, "{strategy:?}: {found}, not {exact}");
    }
}

/// From several origins the runs take what the count says that starts with so many who know.
#[test]
fn several_origins_take_the_counted_rounds() {
    for (strategy, gossip) in STRATEGIES.into_iter().zip([
        "strategy = \"push\"",
        "strategy = \"pull\"",
        "strategy = \"push-pull\"\nexchange = \"eager\"",
        "strategy = \"push-pull\"",
    ]) {
        for origins in [2, 3, 5] {
            let text =
                format!("[network]\nnodes = 5\nloss = 0.3\n[gossip]\n{gossip}\n[workload]\norigins = {origins}\n");
            let point = scenario(&text).point(0);
            assert!(gossipsim::plan::laws(&point.settings).is_empty(), "no law is of several origins");
            let expected = mean(&law(strategy, 5, 1, 0.7, origins));
            if origins == 5 {
                let ending = experiment::run(&point, 0, &|| true).unwrap().ending;
                assert_eq!((expected, ending.rounds(point.settings.gossip.interval)), (0.0, Some(0)));
            } else {
                judge(
                    &format!("{gossip}, {origins}"),
                    expected,
                    sample(4000, |replicate| rounds(&point, replicate)),
                    4000,
                );
            }
        }
    }
}

/// All ordered pairs of origins are alike, and the first is where a single one is; a node that is named comes first. Whatever
/// the protocol, so many know as long as no message arrives.
#[test]
fn origins_are_distinct_and_drawn_alike() {
    let text = |workload: &str| {
        format!(
            "[network]\nnodes = 4\nloss = 1\n[gossip]\nstrategy = \"push\"\n[workload]\n{workload}\n[stop]\nmax_rounds = 1\n"
        )
    };
    let origins = |workload: &str, replicate| {
        let origins = experiment::trace(&scenario(&text(workload)).point(0), replicate, &|| true).unwrap().origins;
        origins.into_iter().map(|node| node.index()).collect::<Vec<_>>()
    };
    let (two, three) = (scenario(&text("origins = 2")).point(0), scenario(&text("origins = 3")).point(0));
    let of = |point, replicate| experiment::trace(point, replicate, &|| true).unwrap().origins;
    let (runs, mut pairs) = (3000, [0.0; 16]);
    for replicate in 0..runs {
        let pair = of(&two, replicate);
        assert_eq!(pair, of(&three, replicate)[..2]);
        pairs[pair[0].index() * 4 + pair[1].index()] += 1.0;
    }
    let (expected, mut square) = (runs as f64 / 12.0, 0.0);
    for (place, count) in pairs.into_iter().enumerate() {
        if place % 5 == 0 {
            assert_eq!(count, 0.0);
        } else {
            square += (count - expected) * (count - expected) / expected;
        }
    }
    // Of 11 degrees of freedom: mean 11, standard deviation 4.7.
    println!("chi-square {square:.1} of 11");
    assert!(square < 11.0 + 4.0 * 22.0_f64.sqrt(), "{square}");
    for replicate in 0..5 {
        assert_eq!(origins("origins = 1", replicate), origins("origins = 3", replicate)[..1]);
        assert_eq!(origins("origin = 2\norigins = 3", replicate)[0], 2);
        assert_eq!(origins("origins = [3, \"0..1\"]", replicate), [3, 0, 1]);
    }
    for gossip in [
        "",
        "forward = \"at-once\"",
        "spread = { kind = \"coin\", k = 2 }\nanti_entropy = \"2s\"",
        "spread = \"infect-and-die\"",
    ] {
        let text = text("origins = 3").replace("\n[workload]", &format!("\n{gossip}\n[workload]"));
        let record = experiment::run(&scenario(&text).point(0), 0, &|| true).unwrap();
        assert!(record.curve.iter().all(|round| round.informed == 3), "{gossip}: {:?}", record.curve);
    }
}
