//! Partial views in whole runs: what they look like, how broadcasts over them die, and how they heal.

use std::convert::Infallible;
use std::sync::atomic::AtomicBool;

use gossipsim::experiment::{self, Record};
use gossipsim::scenario::{Overrides, Scenario, Source, read};
use gossipsim::topology::{Graph, OnGraph};
use gossipsim::units::NodeId;

fn scenario(text: &str) -> Scenario {
    let scenario = read(Source::text("overlay.toml", text), &Overrides::default());
    scenario.unwrap_or_else(|problems| panic!("{}", problems.render(false)))
}

fn records(text: &str) -> Vec<Record> {
    let mut records = Vec::new();
    let halt = AtomicBool::new(false);
    let keep = |record| {
        records.push(record);
        Ok::<_, Infallible>(())
    };
    experiment::run_all(&scenario(text), 2, &halt, keep).unwrap();
    records
}

/// Whom every node knows at the start of a run, and by whom it is known.
struct Lists;

impl OnGraph for Lists {
    type Output = [Vec<Vec<u32>>; 2];

    fn with<G: Graph>(self, graph: &G) -> Self::Output {
        let of = |node| (0..graph.degree(node)).map(|index| graph.neighbor(node, index).number()).collect();
        let knows: Vec<Vec<u32>> = (0..graph.nodes()).map(|node| of(NodeId::new(node))).collect();
        let mut known = vec![Vec::new(); knows.len()];
        for (node, others) in knows.iter().enumerate() {
            others.iter().for_each(|&other| known[other as usize].push(node as u32));
        }
        [knows, known]
    }
}

/// What overlays are compared by.
#[derive(Debug)]
struct Shape {
    entries: f64,
    variance: f64,
    path: f64,
    clustering: f64,
}

/// Of the views of 1000 nodes by the rule with these settings, edges taken both ways as the papers do; paths from 40 nodes, and
/// their neighbourhoods.
fn shape(settings: &str) -> Shape {
    let (nodes, looked_at) = (1000, 40);
    let text = format!(
        "[network]\nnodes = {nodes}\n[gossip]\nstrategy = \"push\"\npeers = {{ kind = \"cyclon\", {settings} }}\n"
    );
    let [knows, known] = experiment::on_graph(&scenario(&text).points[0], 0, Lists).unwrap();
    let n = f64::from(nodes);
    let entries = knows.iter().map(Vec::len).sum::<usize>() as f64 / n;
    let variance = known.iter().map(|by| (by.len() as f64 - entries).powi(2)).sum::<f64>() / n;
    let edges: Vec<Vec<u32>> = knows
        .into_iter()
        .zip(known)
        .map(|(mut list, by)| {
            list.extend(by);
            list.sort_unstable();
            list.dedup();
            list
        })
        .collect();
    let (mut hops, mut pairs, mut clustering) = (0_u64, 0_u64, 0.0);
    for from in (0..looked_at).map(|place| place * nodes as usize / looked_at) {
        let mut distance = vec![u32::MAX; nodes as usize];
        distance[from] = 0;
        let mut found = vec![from];
        let mut next = 0;
        while next < found.len() {
            let (node, after) = (found[next], distance[found[next]] + 1);
            for &other in &edges[node] {
                if distance[other as usize] == u32::MAX {
                    distance[other as usize] = after;
                    found.push(other as usize);
                    (hops, pairs) = (hops + u64::from(after), pairs + 1);
                }
            }
            next += 1;
        }
        let near = &edges[from];
        let joined = |one: &u32| near.iter().filter(|other| edges[*one as usize].binary_search(other).is_ok()).count();
        let joined: usize = near.iter().map(joined).sum();
        clustering += joined as f64 / (near.len() * (near.len() - 1)) as f64 / looked_at as f64;
    }
    Shape { entries, variance, path: hops as f64 / pairs as f64, clustering }
}

/// The share of 1000 nodes that are still up which an infect-and-die broadcast with fanout 4 reaches when so many have just
/// crashed and nobody has shuffled since, in every run: node 999 tells first. All runs begin with the same views.
fn reached(crashed: u32) -> Vec<f64> {
    let text = format!(
        "replicates = 60\n[network]\nnodes = 1000\n[gossip]\nstrategy = \"push\"\nfanout = 4\nspread = \"infect-and-die\"\n\
         peers = {{ kind = \"cyclon\", view = 35, shuffle = 14, warm_up = 12, every = \"none\", fixed = true }}\n[workload]\norigin = 999\n\
         [[event]]\nat = \"0s\"\ncrash = [\"0..{}\"]\n",
        crashed - 1
    );
    let share = |record: &Record| record.ending.tally.informed as f64 / f64::from(1000 - crashed);
    records(&text).iter().map(share).collect()
}

/// Infect-and-die with fanout 4 over views of which a share f names nodes that are down reaches π (1 - s) of the others in the
/// mean, where s = (f + (1 - f) s)^4 is how likely it dies out early. A node that D others know is missed with probability
/// (1 - 4/35 (1 - f) π)^D, so 1 - π lies between that for a D of 35 and e^(-4 (1 - f) π), that for random views. The mean is within
/// 4 standard errors of that, by the variance π² s (1 - s); where it does not die out within 0.5 %. With 10 000 nodes `verify`
/// tries a published figure.
#[test]
fn broadcasts_after_failures_reach_whom_they_should() {
    for (crashed, printed) in [(300, 0.917), (500, 0.727)] {
        let up = 1.0 - f64::from(crashed) / 1000.0;
        let (mut least, mut most, mut dies) = (1.0_f64, 1.0_f64, 0.0_f64);
        for _ in 0..200 {
            least = 1.0 - libm::exp(-4.0 * up * least);
            most = 1.0 - (1.0 - 4.0 / 35.0 * up * most).powi(35);
            dies = (1.0 - up + up * dies).powi(4);
        }
        assert!((least * (1.0 - dies) - printed).abs() < 6e-4);
        let shares = reached(crashed);
        let mean = |shares: &[f64]| shares.iter().sum::<f64>() / shares.len() as f64;
        let error = most * (dies * (1.0 - dies) / shares.len() as f64).sqrt();
        let found = mean(&shares);
        let beyond = found - found.clamp(least * (1.0 - dies), most * (1.0 - dies));
        assert!(beyond.abs() <= 4.0 * error, "{crashed} of 1000 down: {found:.3}, {:.1} errors off", beyond / error);
        let spread: Vec<f64> = shares.into_iter().filter(|share| *share > 0.5 * least).collect();
        let found = mean(&spread);
        assert!(
            (0.995 * least..=1.005 * most).contains(&found),
            "{crashed} of 1000 down: {found:.4} of {least:.4} to {most:.4}"
        );
    }
}

/// Taken both ways, views from a star are after some cycles as near to each other as random ones of as many entries, and as
/// loose: two that one node knows know each other with the mean degree over n - 1, within 4 standard errors of 40
/// neighbourhoods of 780 pairs. By whom a node is known varies far less.
#[test]
fn shuffled_views_are_as_near_and_as_loose_as_random_ones_and_more_even() {
    let random = shape("view = 20, warm_up = 0");
    let found = shape("view = 20, warm_up = 30, start = \"star\"");
    assert!((found.path / random.path - 1.0).abs() < 0.02, "{found:?} against {random:?}");
    let loose: f64 = 2.0 * 20.0 * (1.0 - 10.0 / 999.0) / 999.0;
    let error = (loose * (1.0 - loose) / (40.0 * 780.0)).sqrt();
    for Shape { clustering, .. } in [&random, &found] {
        assert!((clustering - loose).abs() <= 4.0 * error, "{clustering} against {loose}");
    }
    assert!(found.entries > 19.9 && found.variance < 0.5 * random.variance, "{found:?} against {random:?}");
}

/// Views that all replicates share are those that each would have made for itself.
#[test]
fn runs_that_share_their_views_are_as_if_each_had_made_them() {
    for (fixed, workload) in [(true, "rumor"), (false, "rumor"), (true, "average")] {
        let text = format!(
            "replicates = 6\n[network]\nnodes = 60\n[gossip]\nstrategy = \"push\"\n\
             peers = {{ kind = \"cyclon\", view = 6, fixed = {fixed} }}\n[workload]\nkind = \"{workload}\"\n\
             [stop]\nmax_rounds = 30\n"
        );
        let scenario = scenario(&text);
        let alone: Vec<Record> =
            (0..6).map(|run| experiment::run(&scenario.point(0), run, &|| true).unwrap()).collect();
        assert_eq!(records(&text), alone, "fixed = {fixed}, {workload}");
    }
}

/// A partition into halves that is there from the start, and how many of 80 nodes know the update after it: node 0 tells.
fn after_partition(until: &str, views: &str) -> u64 {
    let text = format!(
        "[network]\nnodes = 80\n[gossip]\nstrategy = \"push-pull\"\npeers = {{ kind = \"cyclon\", view = 6, {views} }}\n\
         [workload]\norigin = 0\n[stop]\nmax_rounds = 120\n\
         [[event]]\nat = \"0s\"\npartition = [0.5, 0.5]\nuntil = \"{until}\"\n"
    );
    experiment::run(&scenario(&text).point(0), 0, &|| true).unwrap().ending.tally.informed
}

/// Who does not answer is forgotten: when all of the other side are, no healing brings them together again.
#[test]
fn a_partition_that_lasts_parts_the_views_for_good() {
    assert_eq!(after_partition("3s", "every = \"1s\""), 80);
    assert_eq!(after_partition("60s", "every = \"1s\""), 40);
    assert_eq!(after_partition("60s", "every = \"none\""), 80);
}
