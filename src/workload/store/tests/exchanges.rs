//! What nodes send: the same comes of all payloads, within the limits, for so many bytes.

use super::*;
use crate::engine::total;

/// What is sent must not matter for when nodes agree, where nothing is lost or kept back.
#[test]
fn digests_and_hashes_bring_agreement_in_the_same_round_as_whole_stores() {
    for strategy in STRATEGIES {
        for replicate in 0..100 {
            let mut case = Case::new(9, strategy, Payload::Full);
            case.settings = StoreSettings {
                keys: 20,
                writes_per_second: 10.0,
                during: SECOND * 4,
                deletes: Probability::new(0.2).unwrap(),
                ..case.settings
            };
            case.happenings = drawn(&case.settings, 9, &case.chance(replicate));
            let whole = case.run(replicate);
            for payload in [Payload::Digest, Payload::Hash] {
                case.settings.payload = payload;
                let run = case.run(replicate);
                assert_eq!(rounds(&run), rounds(&whole), "{strategy}, {payload:?}, replicate {replicate}");
                assert_eq!(run.memory.states[3].versions, whole.memory.states[3].versions);
            }
        }
    }
}

/// Two nodes, of which one has what the other lacks: messages, and bytes beside headers, by payload and strategy.
#[test]
fn two_nodes_exchange_what_one_lacks_for_so_many_bytes() {
    // A value of 64 bytes takes 84, a digest entry 20, a hash 8, a key that is wanted 8.
    for (payload, strategy, messages, bytes) in [
        // Both tell, once: the one with nothing tells nothing.
        (Payload::Full, Strategy::Push, 2, 84),
        // Both ask, one has something.
        (Payload::Full, Strategy::Pull, 4, 84),
        // Both tell and are answered from before.
        (Payload::Full, Strategy::PushPull, 4, 2 * 84),
        // Digest and want and value; and an empty digest, of which nothing comes.
        (Payload::Digest, Strategy::Push, 4, 20 + 8 + 84),
        // The empty digest is answered by the value.
        (Payload::Digest, Strategy::Pull, 3, 20 + 84),
        // Both of them.
        (Payload::Digest, Strategy::PushPull, 5, 20 + 8 + 84 + 84),
        // Two hashes, each answered by a digest; the owner of the value answers an empty one with it.
        (Payload::Hash, Strategy::Push, 5, 2 * 8 + 20 + 84),
        (Payload::Hash, Strategy::Pull, 6, 2 * 8 + 20 + 8 + 84),
        (Payload::Hash, Strategy::PushPull, 7, 2 * 8 + 20 + 84 + 8 + 84),
    ] {
        let mut case = Case::new(2, strategy, payload);
        case.at(0, write(0));
        let run = case.run(0);
        assert_eq!(rounds(&run), 1, "{payload:?}, {strategy}");
        let sent = (total(&run.tally.sent), run.tally.payload.iter().sum::<u64>());
        assert_eq!(sent, (messages, bytes), "{payload:?}, {strategy}");
        let measured = Measured::of(&run);
        assert_eq!(measured.delta_bytes + measured.digest_bytes, bytes, "all of it arrived");
        assert_eq!(measured.delta_bytes % 84, 0);
    }
}

/// The largest number of deltas, and of their bytes, in a message.
#[derive(Default)]
struct Largest(usize, u64);

impl Observer<Store> for Largest {
    fn every_message(&self) -> bool {
        true
    }

    fn sent(
        &mut self,
        _: Time,
        envelope: &crate::engine::Envelope<Message>,
        _: crate::network::Delivery,
        payload: u64,
    ) {
        if let Message::Delta(Delta { entries, wants: Wants::Nothing, .. }) = &envelope.message {
            self.0 = self.0.max(entries.len());
            self.1 = self.1.max(payload);
        }
    }
}

#[test]
fn no_message_is_larger_than_the_limit_and_all_arrives_in_the_end() {
    for (payload, writers, order) in [
        (Payload::Digest, Writers::Any, Order::Oldest),
        (Payload::Hash, Writers::Any, Order::Newest),
        (Payload::Scuttlebutt, Writers::Owner, Order::Oldest),
        (Payload::Scuttlebutt, Writers::Owner, Order::Newest),
        (Payload::Scuttlebutt, Writers::Owner, Order::Depth),
        (Payload::Scuttlebutt, Writers::Owner, Order::Breadth),
    ] {
        for (delta_limit, byte_limit, most) in [(3, 0, 3), (0, 300, 3), (2, 300, 2), (9, 100, 1)] {
            for strategy in STRATEGIES {
                let mut case = Case::new(6, strategy, payload);
                case.settings = StoreSettings {
                    keys: 40,
                    writes_per_second: 20.0,
                    during: SECOND * 3,
                    writers,
                    order,
                    delta_limit,
                    byte_limit: Bytes::new(byte_limit),
                    ..case.settings
                };
                case.happenings = drawn(&case.settings, 6, &case.chance(4));
                let mut largest = Largest::default();
                let run = case.watched(4, &mut largest);
                assert_eq!(Measured::of(&run).wrong_keys, Some(0), "{payload:?}, {strategy}");
                assert_eq!(largest.0, most, "{payload:?}, {order:?}, {strategy}");
                assert!(byte_limit == 0 || largest.1 <= byte_limit);
            }
        }
    }
}

#[test]
fn what_is_kept_back_is_the_newest_or_the_oldest() {
    for (order, first) in [(Order::Oldest, [1, 2]), (Order::Newest, [4, 5])] {
        let mut case = Case::new(2, Strategy::Pull, Payload::Digest);
        case.settings = StoreSettings { keys: 5, delta_limit: 2, order, ..case.settings };
        (0..5).for_each(|key| case.at(0, input(0, key, Action::Write)));
        case.max_rounds = 1;
        let run = case.run(0);
        let held: Vec<u64> = run.memory.states[1].versions.iter().map(|version| version.time()).collect();
        let has: Vec<u64> = held.into_iter().filter(|&time| time > 0).collect();
        assert_eq!(has, first, "{order:?}");
        case.max_rounds = 3;
        assert_eq!(rounds(&case.run(0)), 3, "two at a time");
    }
}
