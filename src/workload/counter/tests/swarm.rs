//! Counters of all kinds in all kinds of trouble, judged by what must hold in every run.

use super::*;
use crate::engine::Envelope;
use crate::network::Delivery;
use crate::random::Field;

/// What must hold between all instants.
struct Judge {
    seed: u64,
    /// When it looked last.
    seen: Time,
    /// When each node came back without its state: it knows less then.
    losses: Vec<(Time, NodeId)>,
    values: Vec<i64>,
    grows: bool,
    /// Entries of all messages sent.
    entries: u64,
}

impl Observer<Counter> for Judge {
    fn every_message(&self) -> bool {
        true
    }

    fn sent(&mut self, _: Time, envelope: &Envelope<Message>, _: Delivery, _: u64) {
        self.entries += match &envelope.message {
            Message::State { map, .. } => map.entries().len() as u64,
            Message::Delta(delta) => delta.entries.len() as u64,
            Message::Hash(_) | Message::Request(_) => 0,
        };
    }

    fn due(&self) -> Time {
        self.seen + Span::from_millis(1)
    }

    fn look(&mut self, now: Time, view: View<'_, Counter>) -> ControlFlow<()> {
        let up: Vec<&Replica> = columns::live(&view).collect();
        let place = format!("seed {} at {now:?}", self.seed);
        assert_eq!(up.len() as u64, view.live, "{place}");
        assert_eq!(view.counts.agree(view.live), alike(&up), "{place}");
        for (index, replica) in view.states.iter().enumerate().filter(|_| self.grows) {
            let value = replica.map.value();
            let lost = self.losses.iter().any(|(at, node)| node.index() == index && *at >= self.seen && *at < now);
            assert!(value <= view.counts.value() && (lost || value >= self.values[index]), "node {index}, {place}");
            self.values[index] = value;
        }
        self.seen = now;
        ControlFlow::Continue(())
    }
}

/// Whether these nodes have the same map, entry by entry, and have counted all that they accepted.
fn alike(up: &[&Replica]) -> bool {
    up.iter().all(|replica| replica.map == up[0].map && replica.waiting == Waiting::default())
}

/// A case drawn from a seed.
fn case(seed: u64) -> Case {
    let draws = Chance { seed, nodes: 0, replicate: 0 }.field(Purpose::Workload);
    let below = |bound, slot| draws.below(bound, 0, 0, slot);
    let payload = [Payload::Full, Payload::Delta, Payload::Hash][below(3, 0) as usize];
    let strategy = [Strategy::Push, Strategy::Pull, Strategy::PushPull][below(3, 1) as usize];
    let counter = [CounterKind::GrowOnly, CounterKind::PositiveNegative][below(2, 2) as usize];
    let on = |slot| payload != Payload::Delta || below(2, slot) == 0;
    let settings = CounterSettings {
        counter,
        every: Span::from_millis(300) * u64::from(1 + below(5, 3)),
        arrivals: [Arrivals::Periodic, Arrivals::Poisson][below(2, 4) as usize],
        during: SECOND * u64::from(1 + below(12, 5)),
        decrements: Probability::new(if counter == CounterKind::GrowOnly { 0.0 } else { 0.5 }).unwrap(),
        payload,
        full_every: if payload == Payload::Full { 0 } else { below(4, 6).into() },
        avoid_back_propagation: on(7),
        remove_redundancy: on(8),
        relay: true,
        recovery: [Recovery::NewId, Recovery::Recover, Recovery::Forget][below(3, 9) as usize],
    };
    let nodes = 2 + below(9, 10);
    Case {
        fanout: 1 + below(nodes - 1, 11),
        loss: f64::from(below(4, 12)) * 0.2,
        latency: Span::from_millis(170) * u64::from(below(10, 13)),
        present: nodes - below(2, 14),
        faults: faults(&draws, nodes),
        max_rounds: 400,
        seed,
        ..Case::on(Neighbors::complete(nodes), strategy, settings)
    }
}

/// Nodes crash and come back, with or without their state; some stay away, and some that come are new.
fn faults(draws: &Field, nodes: u32) -> Vec<(Time, Happening<Increment>)> {
    let count = draws.below(7, 1, 0, 0);
    let mut faults = Vec::new();
    for number in 0..u64::from(count) {
        let at = Time::from_nanos(u64::from(draws.below(15_000, 1, number, 1)) * 1_000_000);
        let node = NodeId::new(draws.below(nodes, 1, number, 2));
        let later = at + Span::from_millis(draws.below(4_000, 1, number, 3).into());
        faults.push((at, Happening::Down(node)));
        faults.push(match draws.below(5, 1, number, 4) {
            0 => (later, Happening::Join(NodeId::new(nodes - 1))),
            1 | 2 => (later, Happening::Up { node, remembers: true }),
            _ => (later, Happening::Up { node, remembers: false }),
        });
    }
    faults
}

/// Whether a run of `case` lost no increment: no state was lost, and nobody who is down knows more than the others.
fn lost_nothing(case: &Case, run: &Run<Counter>) -> bool {
    let forgot = case.faults.iter().any(|(_, fault)| matches!(fault, Happening::Up { remembers: false, .. }));
    let view = run.view();
    let gone = |(node, replica): (usize, &Replica)| replica.identity.is_some() && !view.is_up(node);
    !forgot && !view.states.iter().enumerate().any(gone)
}

#[test]
fn whatever_happens_totals_add_up_and_nobody_shows_what_nobody_counted() {
    let (mut converged, mut complete, mut sent_deltas) = (0, 0, 0);
    for seed in 0..1500 {
        let case = case(seed);
        let losses = case.faults.iter().filter_map(|(at, fault)| match fault {
            Happening::Up { node, remembers: false } => Some((*at, *node)),
            _ => None,
        });
        let mut judge = Judge {
            seed,
            seen: Time::ZERO,
            losses: losses.collect(),
            values: vec![0; case.graph.0.len()],
            grows: case.settings.counter == CounterKind::GrowOnly,
            entries: 0,
        };
        let run = case.watched(0, &mut judge);
        let measured = Measured::of(&run);
        assert_eq!(measured.entries, judge.entries, "seed {seed}");
        let up: Vec<&Replica> = columns::live(&run.view()).collect();
        let ended = (up.len() as u64, run.outcome == Outcome::Converged);
        assert_eq!(ended, (run.live, !up.is_empty() && alike(&up)), "seed {seed}");
        if run.outcome == Outcome::Converged {
            converged += 1;
            if lost_nothing(&case, &run) {
                complete += 1;
                assert_eq!(measured.value, Some(measured.true_value), "seed {seed}");
            }
        }
        sent_deltas += u64::from(run.tally.sent[Message::DELTA] > 0);
        assert_eq!(measured.per_increment(1).is_some(), run.tally.inputs > 0);
    }
    println!("{converged} converged, {complete} of them without a loss, {sent_deltas} sent deltas");
    assert!(converged > 1000 && complete > 300 && sent_deltas > 300);
}

#[test]
fn the_same_case_gives_the_same_run() {
    for seed in 0..50 {
        let [one, other] = [case(seed), case(seed)].map(|case| case.run(0));
        assert_eq!((one.tally, one.end, &one.counts), (other.tally, other.end, &other.counts), "seed {seed}");
        assert!(one.memory.states == other.memory.states, "seed {seed}");
    }
}
