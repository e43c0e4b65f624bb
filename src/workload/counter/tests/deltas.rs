//! What deltas save: the entries that 15 nodes send for 100 updates each, as Enes et al. counted them (ICDE 2019).

use super::*;

/// A binary tree of 15 nodes: 14 edges.
fn tree() -> Neighbors {
    let linked = |one: u32, other: u32| other == 2 * one + 1 || other == 2 * one + 2;
    let neighbors = |node: u32| (0..15).filter(|&other| linked(node, other) || linked(other, node)).collect();
    Neighbors((0..15).map(neighbors).collect())
}

/// A mesh of 15 nodes with 4 neighbours each, two to either side on a ring: 30 edges.
fn mesh() -> Neighbors {
    Neighbors((0..15).map(|node| [1, 2, 13, 14].map(|step| (node + step) % 15).into()).collect())
}

/// The entries sent where every node increments once a second, 100 times, and each second sends to all its neighbours.
/// `rules` says whether deltas avoid back-propagation and remove redundancy; none are sent without.
fn entries(graph: Neighbors, rules: Option<(bool, bool)>) -> u64 {
    let mut settings = CounterSettings { during: SECOND * 100, ..settings() };
    if let Some((avoid_back_propagation, remove_redundancy)) = rules {
        settings = CounterSettings { payload: Payload::Delta, avoid_back_propagation, remove_redundancy, ..settings };
    }
    let run = Case { fanout: 14, ..Case::on(graph, Strategy::Push, settings) }.run(0);
    let measured = Measured::of(&run);
    let entries = measured.entries;
    assert_eq!((measured.value, measured.per_increment(entries)), (Some(1500), Some(entries as f64 / 1500.0)));
    entries
}

/// A node that learns passes on all that it learns, and a run ends when all have learned all: of what the identities count
/// nothing is missing but what the last to learn would still have passed on.
#[test]
fn without_redundancy_an_update_takes_every_edge_as_often_as_a_flood_does() {
    for (graph, avoids, an_update) in
        // n - 1 and 2E on a tree; 2E - (n - 1) and 2E on any other graph.
        [(tree(), true, 14), (tree(), false, 28), (mesh(), true, 46), (mesh(), false, 60)]
    {
        let ends = graph.0.iter().map(Vec::len).sum::<usize>() as u64;
        let missing = 1500 * an_update - entries(graph, Some((avoids, true)));
        println!("{an_update} an update: {missing} missing");
        assert!(missing <= 2 * ends, "{an_update} an update: {missing} missing");
    }
    assert_eq!(entries(tree(), Some((true, true))), 21_000);
}

#[test]
fn entries_are_within_two_percent_of_those_published() {
    for (graph, rules, published) in [
        (tree(), Some((true, true)), 21_000.0),
        (tree(), Some((false, true)), 42_000.0),
        (tree(), Some((true, false)), 20_922.0),
        (tree(), Some((false, false)), 42_278.0),
        (tree(), None, 42_672.0),
        (mesh(), Some((true, true)), 68_919.0),
        (mesh(), Some((false, true)), 89_944.0),
        (mesh(), Some((true, false)), 90_174.0),
        (mesh(), Some((false, false)), 90_208.0),
        (mesh(), None, 90_224.0),
    ] {
        let ratio = entries(graph.clone(), rules) as f64 / published;
        println!("{} edge ends, {rules:?}: {ratio:.4}", graph.0.iter().map(Vec::len).sum::<usize>());
        assert!((ratio - 1.0).abs() <= 0.02, "{rules:?}: {ratio:.4} of {published}");
    }
}

/// Who passes nothing on tells each of the others once of each of its own changes.
#[test]
fn in_a_full_mesh_every_node_tells_every_other_of_its_own_changes_alone() {
    let settings = CounterSettings { payload: Payload::Delta, relay: false, during: SECOND * 100, ..settings() };
    let run = Case { fanout: 5, ..Case::on(Neighbors::complete(6), Strategy::Push, settings) }.run(0);
    let measured = Measured::of(&run);
    assert_eq!(measured.value, Some(600));
    assert_eq!((run.tally.sent[Message::DELTA], measured.entries), (600 * 5, 600 * 5));
}
