//! How stale reads are, and when operations come.

use super::*;

#[test]
fn a_read_is_as_stale_as_the_first_write_that_it_misses_is_old() {
    let mut case = Case::new(2, Strategy::Push, Payload::Digest);
    case.settings.keys = 2;
    // The round of 1 s tells node 1 of the first write alone.
    case.at(200, write(0));
    case.at(1200, write(0));
    case.at(1500, write(0));
    for (millis, node, key) in [(100, 1, 0), (700, 1, 0), (1100, 1, 0), (1700, 1, 0), (1800, 0, 0), (1900, 1, 1)] {
        case.at(millis, input(node, key, Action::Read));
    }
    let run = case.run(0);
    assert_eq!(run.counts.stale_for, [Span::from_millis(500), Span::from_millis(500)]);
    assert_eq!((&run.counts.missed[..], run.counts.reads), (&[1, 2][..], 6));
    let measured = Measured::of(&run);
    assert_eq!(measured.staleness_ms, Some([0.0, 500.0, 500.0]));
    assert_eq!((measured.missed, measured.stale_reads), (Some([0, 2, 2]), 2));
    assert_eq!(measured.agreement_ms, Some(500.0), "the last write, at 1.5 s, is told in the round of 2 s");
}

#[test]
fn operations_come_at_their_rate_in_their_time_for_keys_by_their_popularity() {
    let settings = StoreSettings {
        keys: 10,
        writes_per_second: 20.0,
        reads_per_second: 50.0,
        during: SECOND * 500,
        zipf: 1.0,
        deletes: Probability::new(0.25).unwrap(),
        ..settings()
    };
    let nodes = 4;
    let chance = Chance { seed: 4, nodes, replicate: 0 };
    let all: Vec<_> = operations(&settings, nodes, &chance).collect();
    assert!(all.is_sorted_by_key(|(at, ..)| *at) && all.last().unwrap().0 < Time::ZERO + settings.during);
    let count = |what: &dyn Fn(&(Time, NodeId, Operation)) -> bool| all.iter().filter(|one| what(one)).count() as f64;
    let near = |count: f64, mean: f64| assert!((count - mean).abs() <= 4.0 * mean.sqrt(), "{count}, expected {mean}");
    // Poisson numbers.
    near(count(&|(.., operation)| operation.action == Action::Read), 25_000.0);
    near(count(&|(.., operation)| operation.action == Action::Delete), 2500.0);
    near(count(&|(.., operation)| operation.action == Action::Write), 7500.0);
    (0..nodes).for_each(|number| near(count(&|(_, node, _)| node.number() == number), 35_000.0 / 4.0));
    let harmonic: f64 = (1..=10).map(|rank| 1.0 / f64::from(rank)).sum();
    let space = settings.keyspace(nodes);
    for rank in 0..10 {
        let mean = 35_000.0 / f64::from(rank + 1) / harmonic;
        near(count(&|(.., operation)| operation.key == space.ranked(rank)), mean);
    }
    // What clients read does not change what they write.
    let writes = |settings: &StoreSettings| -> Vec<_> {
        operations(settings, nodes, &chance).filter(|(.., operation)| operation.action != Action::Read).collect()
    };
    assert_eq!(writes(&settings), writes(&StoreSettings { reads_per_second: 0.0, ..settings.clone() }));
    let owned = StoreSettings { writers: Writers::Owner, zipf: 0.0, ..settings };
    for (_, node, Operation { key, action }) in operations(&owned, nodes, &chance) {
        assert!(action == Action::Read || space.owner(key) == node);
    }
    let periodic = StoreSettings { arrivals: Arrivals::Periodic, writes_per_second: 4.0, during: SECOND, ..owned };
    let times = writes(&periodic).into_iter().map(|(at, ..)| at.nanos() / 1_000_000);
    assert_eq!(times.collect::<Vec<_>>(), [0, 250, 500, 750]);
}
