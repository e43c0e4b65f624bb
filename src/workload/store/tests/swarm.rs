//! What holds in every run, whatever happens.

use super::*;
use proptest::prelude::*;

/// Holds nodes against the truth at the end of every round: nobody has what was never written, nor forgets what won, and
/// of what is known of an owner nothing is missing that was not overwritten later.
struct Judge {
    next: Time,
    by_owner: bool,
    space: Keyspace,
}

impl Observer<Store> for Judge {
    fn due(&self) -> Time {
        self.next
    }

    fn look(&mut self, now: Time, view: View<'_, Store>) -> ControlFlow<()> {
        self.next = now + SECOND;
        for replica in view.states.iter().filter(|replica| !replica.versions.is_empty()) {
            for (key, history) in (0..).zip(&view.counts.histories) {
                let held = replica.version(key);
                let written = history.writes().iter().any(|write| write.version == held);
                assert!(held == Version::NONE || written, "{held:?} of key {key} was never written");
                assert!(held.time() <= replica.clock);
                if self.by_owner {
                    let known = replica.known[self.space.owner(key).index()];
                    let due = history.latest().time() <= known;
                    assert!(!due || held == history.latest(), "a gap before {known} at key {key}");
                }
            }
            let of = |shown: bool| {
                let versions = (0..).zip(&*replica.versions).filter(|(_, version)| !shown || version.shows());
                versions.fold(0_u64, |sum, (key, version)| sum.wrapping_add(version.hash(key)))
            };
            assert_eq!((replica.hash, replica.shown), (of(false), of(true)));
            assert_eq!(replica.held as usize, replica.versions.iter().filter(|held| **held != Version::NONE).count());
        }
        ControlFlow::Continue(())
    }
}

prop_compose! {
    fn payload()(which in 0..7) -> (Payload, Order, u32) {
        match which {
            0 => (Payload::Full, Order::Oldest, 0),
            1 => (Payload::Digest, Order::Oldest, 0),
            2 => (Payload::Digest, Order::Newest, 3),
            3 => (Payload::Hash, Order::Oldest, 2),
            4 => (Payload::Scuttlebutt, Order::Oldest, 0),
            5 => (Payload::Scuttlebutt, Order::Breadth, 3),
            _ => (Payload::Scuttlebutt, Order::Depth, 2),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn nodes_agree_on_the_greatest_versions_and_no_write_loses_to_one_it_had_seen(
        (payload, order, delta_limit) in payload(),
        nodes in 2_u32..7,
        keys in 1_u32..14,
        strategy in prop::sample::select(STRATEGIES.to_vec()),
        random in any::<bool>(),
        (loss, latency) in (0_u32..4, 0_u64..3),
        (increment_on_receipt, hybrid) in any::<(bool, bool)>(),
        deletes in 0_u32..3,
        crashes in prop::collection::vec((0_u64..9000, 1_u64..4000, 0_u32..7, any::<bool>()), 0..4),
        seed in 0_u64..1000,
    ) {
        let by_owner = payload == Payload::Scuttlebutt;
        let mut case = Case::new(nodes, strategy, payload);
        case.settings = StoreSettings {
            keys,
            writes_per_second: 8.0,
            reads_per_second: 8.0,
            during: SECOND * 9,
            order,
            delta_limit,
            increment_on_receipt,
            clock: if hybrid { Clock::Hybrid } else { Clock::Lamport },
            writers: if by_owner { Writers::Owner } else { Writers::Any },
            deletes: Probability::new(if by_owner { 0.0 } else { f64::from(deletes) / 4.0 }).unwrap(),
            ..case.settings
        };
        (case.loss, case.latency) = (f64::from(loss) / 10.0, Span::from_millis(300 * latency));
        case.phase = if random { Phase::Random } else { Phase::Aligned };
        case.seed = seed;
        case.happenings = drawn(&case.settings, nodes, &case.chance(0));
        let forgets = crashes.iter().any(|(.., remembers)| !remembers);
        for (at, away, node, remembers) in crashes {
            let node = NodeId::new(node % nodes);
            case.at(at, Happening::Down(node));
            case.at(at + away, Happening::Up { node, remembers });
        }
        let mut judge = Judge { next: Time::ZERO, by_owner, space: case.settings.keyspace(nodes) };
        let run = case.watched(0, &mut judge);
        prop_assert_eq!(run.outcome, Outcome::Converged);
        let measured = Measured::of(&run);
        prop_assert_eq!(measured.order_violations, 0);
        prop_assert_eq!(measured.resurrections, 0);
        prop_assert!(measured.lost <= measured.concurrent && measured.concurrent <= measured.writes);
        prop_assert!(!by_owner || measured.concurrent == 0, "an owner sees all of its writes");
        // What was lost with a node is lost; all else is there.
        prop_assert!(forgets && !by_owner || measured.wrong_keys == Some(0));
    }

    /// Merging commutes, associates and does no harm twice: of every key the greatest version stays.
    #[test]
    fn merging_commutes_associates_and_is_idempotent(
        stores in prop::collection::vec(prop::collection::vec((0_u64..4, 0_u32..3, any::<bool>()), 5), 3),
    ) {
        let replica = |versions: &Vec<(u64, u32, bool)>| {
            let mut replica = Replica { versions: vec![Version::NONE; 5].into(), ..Replica::default() };
            for (key, &(time, node, deletes)) in (0..).zip(versions) {
                if time > 0 {
                    replica.set(key, Version::new(time, NodeId::new(node), deletes));
                }
            }
            replica
        };
        let merged = |mut one: Replica, other: &Replica| {
            for key in version::newer(&other.versions, &one.versions) {
                one.set(key, other.version(key));
            }
            one
        };
        let [a, b, c] = [0, 1, 2].map(|place| replica(&stores[place]));
        let ab = merged(a.clone(), &b);
        prop_assert_eq!(&ab, &merged(b.clone(), &a));
        prop_assert_eq!(merged(ab.clone(), &c), merged(a.clone(), &merged(b.clone(), &c)));
        prop_assert_eq!(&merged(ab.clone(), &b), &ab);
        prop_assert_eq!(ab.hash == a.hash, *ab.versions == *a.versions);
    }
}
