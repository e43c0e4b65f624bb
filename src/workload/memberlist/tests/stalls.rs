//! What members do that are blocked: their probes and their gossip wait where they send.

use super::*;
use crate::engine::{Envelope, Message as _};
use crate::network::Delivery;

/// The milliseconds at which node 0 sends messages, and their kinds.
#[derive(Default)]
struct Sent(Vec<(u64, &'static str)>);

impl Sent {
    /// How many of a kind were sent within these milliseconds.
    fn count(&self, kind: &str, within: std::ops::Range<u64>) -> usize {
        self.0.iter().filter(|(at, sent)| within.contains(at) && *sent == kind).count()
    }
}

impl Observer<Memberlist> for Sent {
    fn every_message(&self) -> bool {
        true
    }

    fn sent(&mut self, now: Time, envelope: &Envelope<Message>, _: Delivery, _: u64) {
        if envelope.from == NodeId::new(0) {
            self.0.push((now.nanos() / 1_000_000, Message::KINDS[envelope.message.kind()]));
        }
    }
}

fn block(from: u64, until: u64) -> [(Time, Happening<Infallible>); 2] {
    let (node, until) = (NodeId::new(0), after(until));
    [(after(from), Happening::Block { node, until }), (until, Happening::Release(node))]
}

/// A ping of 20 s ago goes out, others are asked for help in vain, one target is suspected, and one probe follows at once,
/// of the one tick that was kept. From then on there is one for each tick.
#[test]
fn a_member_that_was_blocked_goes_on_with_one_probe_however_long_it_was() {
    for replicate in 0..4 {
        // The second block begins before the end of the first.
        let faults = [block(3000, 13_000), block(8000, 23_000)].concat();
        let case = Case { faults, ..Case::new(8, "during = \"27s\"\nlocal_health_suspicion = false") };
        let mut sent = Sent::default();
        case.watched(replicate, &mut sent);
        assert!(sent.0.iter().all(|(at, _)| !(3000..23_000).contains(at)), "replicate {replicate}");
        let of = |kind| sent.count(kind, 23_000..23_001);
        assert_eq!([of("ping"), of("ping-req"), of("tcp-ping")], [2, 3, 0], "replicate {replicate}");
        assert_eq!(sent.count("ping", 23_001..26_001), 3, "replicate {replicate}");
        assert_eq!(sent.count("ping-req", 23_001..26_001), 0, "replicate {replicate}");
    }
}

/// Of all ticks of its gossip, one waits where it sends the first packet; another follows at its release.
#[test]
fn a_member_that_was_blocked_goes_on_with_one_packet_of_gossip() {
    let counts = (0..8).map(|replicate| {
        let mut faults = block(2500, 6500).to_vec();
        faults.push((after(500), Happening::Down(NodeId::new(1))));
        let mut sent = Sent::default();
        Case { faults, ..Case::new(8, "during = \"9s\"") }.watched(replicate, &mut sent);
        assert_eq!(sent.count("gossip", 2501..6500), 0, "replicate {replicate}");
        sent.count("gossip", 6500..6501)
    });
    let counts: Vec<usize> = counts.collect();
    println!("packets at the release: {counts:?}");
    assert!(counts.iter().all(|&count| count <= 6) && counts.iter().any(|&count| count >= 3), "{counts:?}");
}
