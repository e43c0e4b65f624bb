//! Any event list gives the same events in the same order as the heap, whatever is added when.

use gossipsim::queue::{EventList, Heap, Wheel};
use gossipsim::random::{Chance, Field, Purpose};
use gossipsim::time::{Span, Time};
use proptest::prelude::*;

/// Rates that lay the slots out in every way there is (one for each number of bits at the bottom), and no rates.
const RATES: [f64; 11] = [1e3, 2e3, 4e3, 8e3, 1.6e4, 3.2e4, 6.4e4, 1.28e5, 0.0, 1e30, f64::NAN];

/// A wheel and the heap that judges it, doing the same.
struct Judged {
    wheel: Wheel<u32>,
    heap: Heap<u32>,
    now: Time,
    added: u32,
    due: Vec<u32>,
}

impl Judged {
    fn new(rate: f64, start: Time) -> Self {
        Self::with(Wheel::new(rate), start)
    }

    fn with(wheel: Wheel<u32>, start: Time) -> Self {
        Judged { wheel, heap: Heap::default(), now: start, added: 0, due: Vec::new() }
    }

    fn add(&mut self, delay: Span) {
        let at = self.now + delay;
        self.wheel.add(at, self.added);
        self.heap.add(at, self.added);
        self.added += 1;
        assert_eq!(
            (self.wheel.next(), self.wheel.len()),
            (self.heap.next(), self.heap.len()),
            "after adding at {at:?}"
        );
    }

    /// Takes the earliest instant's events; how many there were.
    fn take(&mut self) -> usize {
        let next = self.heap.next();
        if self.heap.is_empty() {
            return 0;
        }
        let mut expected = Vec::new();
        self.due.clear();
        self.heap.take(next, &mut expected);
        self.wheel.take(next, &mut self.due);
        assert!(self.due == expected, "at {next:?} the heap gives {expected:?}, the wheel {:?}", self.due);
        assert_eq!((self.wheel.next(), self.wheel.len()), (self.heap.next(), self.heap.len()), "after taking {next:?}");
        self.now = next;
        expected.len()
    }

    fn drain(mut self) {
        while self.take() > 0 {}
        assert!(self.wheel.is_empty());
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Add(delay) => self.add(Span::from_nanos(delay)),
            Step::Burst(delay, count) => (0..count).for_each(|_| self.add(Span::from_nanos(delay))),
            Step::Train(gap, count) => (0..count as u64).for_each(|n| self.add(Span::from_nanos(n * gap))),
            Step::Reverse(gap, count) => (0..count as u64).rev().for_each(|n| self.add(Span::from_nanos(n * gap))),
            Step::Take(count) => (0..count).for_each(|_| _ = self.take()),
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    Add(u64),
    /// So many at one instant.
    Burst(u64, usize),
    /// So many, each later than the one before by so much.
    Train(u64, usize),
    /// So many, each sooner than the one before.
    Reverse(u64, usize),
    Take(usize),
}

fn delays() -> impl Strategy<Value = u64> {
    prop_oneof![
        4 => 0u64..4,
        4 => 0u64..2_000,
        4 => 0u64..5_000_000,
        4 => 10_000_000u64..100_000_000,
        2 => Just(50_000_000u64),
        2 => (0u32..64).prop_map(|bit| 1 << bit),
        1 => (0u32..64).prop_map(|bit| (1 << bit) - 1),
        1 => 0..u64::MAX,
    ]
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => delays().prop_map(Step::Add),
        1 => (delays(), 1usize..200).prop_map(|(delay, count)| Step::Burst(delay, count)),
        1 => (0u64..1000, 1usize..200).prop_map(|(gap, count)| Step::Train(gap, count)),
        1 => (0u64..1000, 1usize..200).prop_map(|(gap, count)| Step::Reverse(gap, count)),
        6 => (1usize..4).prop_map(Step::Take),
        2 => (1usize..100).prop_map(Step::Take),
    ]
}

fn starts() -> impl Strategy<Value = u64> {
    prop_oneof![Just(0), 0u64..1 << 33, 0..u64::MAX, (0u32..64).prop_map(|bit| u64::MAX - (1 << bit) + 1)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]
    #[test]
    fn the_wheel_is_the_heap(
        rate in prop::sample::select(&RATES[..]),
        start in starts(),
        steps in prop::collection::vec(steps(), 0..400),
    ) {
        let mut lists = Judged::new(rate, Time::from_nanos(start));
        steps.into_iter().for_each(|step| lists.step(step));
        lists.drain();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]
    #[test]
    fn a_wheel_that_was_used_before_is_as_good_as_new(
        rate in prop::sample::select(&RATES[..]),
        soon in delays(),
        before in prop::collection::vec(steps(), 0..100),
        steps in prop::collection::vec(steps(), 0..200),
    ) {
        let mut used = Judged::new(rate, Time::ZERO);
        before.into_iter().for_each(|step| used.step(step));
        let mut wheel = used.wheel;
        wheel.reset(rate, Span::from_nanos(soon));
        let mut lists = Judged::with(wheel, Time::ZERO);
        assert_eq!((lists.wheel.next(), lists.wheel.len()), (Time::NEVER, 0));
        steps.into_iter().for_each(|step| lists.step(step));
        lists.drain();
    }
}

/// What an event of number `n` at `now` is followed by: so many nanoseconds later, the next.
type Law = fn(&Field, u64) -> u64;

/// Latencies of every kind that the slots may mind: shorter and longer than a slot, even, crowded, spread far.
const LAWS: [(&str, Law); 9] = [
    ("constant", |_, _| 50_000_000),
    ("none", |_, _| 0),
    ("one nanosecond", |_, _| 1),
    ("uniform", |chance, n| 10_000_000 + u64::from(chance.below(90_000_001, n, 0, 0))),
    ("short", |chance, n| u64::from(chance.below(300_000, n, 0, 0))),
    ("very short", |chance, n| u64::from(chance.below(100, n, 0, 0))),
    ("in whole milliseconds", |chance, n| 1_000_000 * u64::from(chance.below(20, n, 0, 0))),
    ("crowded", |chance, n| 20_000_000 + u64::from(chance.below(1000, n, 0, 0))),
    ("over many scales", |chance, n| chance.at(n, 0, 0) >> chance.below(64, n, 1, 0).max(20)),
];

/// Keeps `waiting` events in flight through `events` more, each followed by one of the same law.
fn hold(law: Law, rate: f64, waiting: u64, events: u64) {
    let chance = Chance { seed: 1, nodes: 2, replicate: 0 }.field(Purpose::Latency);
    let mut lists = Judged::new(rate, Time::from_nanos(7_000_000_000));
    let mut number = 0;
    let mut follow = |lists: &mut Judged| {
        lists.add(Span::from_nanos(law(&chance, number)));
        number += 1;
        number
    };
    while follow(&mut lists) < waiting {}
    let mut followed = 0;
    while followed < events {
        let taken = lists.take();
        (0..taken).for_each(|_| _ = follow(&mut lists));
        followed += taken as u64;
    }
    lists.drain();
}

#[test]
fn a_long_run_comes_out_as_from_the_heap_whatever_the_latency() {
    for (name, law) in LAWS {
        for rate in [1e4, 1e6, 1.3e7] {
            println!("{name}, laid out for {rate} events a second");
            hold(law, rate, 500, 5_000);
            hold(law, rate, 20_000, 20_000);
        }
    }
}

#[test]
fn what_never_happens_waits_for_ever() {
    let mut wheel = Wheel::new(1e6);
    let mut due = Vec::new();
    wheel.take(Time::NEVER, &mut due);
    assert_eq!((wheel.next(), wheel.len(), due.len()), (Time::NEVER, 0, 0));
    wheel.add(Time::NEVER, 1);
    assert_eq!((wheel.next(), wheel.len()), (Time::NEVER, 1));
    wheel.add(Time::from_nanos(3), 2);
    assert_eq!((wheel.next(), wheel.len()), (Time::from_nanos(3), 2));
    wheel.take(Time::from_nanos(3), &mut due);
    assert_eq!((wheel.next(), wheel.len(), due), (Time::NEVER, 1, vec![2]));
}
