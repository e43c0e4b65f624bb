//! The running totals of a broadcast: who has got which message how soon.

use crate::engine::{Course, Outcome};
use crate::stats::log_histogram::LogHistogram;
use crate::time::{Span, Time};
use crate::workload::shares::{Reached, reach};

/// The running totals of a broadcast.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Deliveries {
    /// Message by message.
    spreads: Vec<Spread>,
    /// Pairs of a live node and a message that it has had a copy of.
    held: u64,
    /// Messages that not all have got who are due to.
    open: u64,
    /// Pairs of a message and a live node that is to get it and has been there since it was published, without those that went
    /// before they got it; and those that have got it.
    due: u64,
    delivered: u64,
    /// Those of them that came within the deadline.
    pub in_time: u64,
    /// Deliveries to nodes that came, or came back, after the publication.
    pub late: u64,
    /// From publications to deliveries, in nanoseconds.
    pub latencies: LogHistogram,
    /// Copies that reached nodes which had had one.
    pub duplicates: u64,
    /// Messages sent to those who asked for them.
    pub answers: u64,
    /// Deliveries of which the first copy had been asked for.
    pub fetched: u64,
    /// The last instant at which somebody got a message, if that came about.
    pub last_delivered: Option<Time>,
    /// The last instant at which nodes came or went.
    pub(crate) now: Time,
}

/// How a message spreads.
#[derive(Clone, Debug, Default, PartialEq)]
struct Spread {
    /// Since when; never, where the node at which it was to be published was down.
    published: Option<Time>,
    topic: u16,
    /// Over how many hops it has come at most.
    hops: u16,
    /// Nodes that are due to get it, and that have.
    due: u32,
    delivered: u32,
    reached: Reached,
}

/// A message that a node delivers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Delivery {
    pub(crate) message: u32,
    pub(crate) hops: u16,
    /// Whether the node asked for it.
    pub(crate) fetched: bool,
    /// The first message that was published since the node is there.
    pub(crate) first: u32,
    /// Within so long it is in time.
    pub(crate) deadline: Span,
}

impl Deliveries {
    /// A message is published in a topic, and so many others are due to get it.
    pub(crate) fn publish(&mut self, message: u32, topic: u16, due: u64, now: Time) {
        self.spreads.resize(message as usize, Spread::default());
        // There are no more than nodes.
        let nodes = due as u32;
        self.spreads.push(Spread { published: Some(now), topic, due: nodes, ..Spread::default() });
        self.due += due;
        self.open += u64::from(due > 0);
        self.reach(message as usize, now);
    }

    /// A node delivers a message of another.
    pub(crate) fn deliver(&mut self, delivery: Delivery, now: Time) {
        let place = delivery.message as usize;
        // In the totals of nodes that are set apart nothing is published.
        let Some(spread) = self.spreads.get_mut(place) else { return };
        let Some(published) = spread.published else { return };
        self.last_delivered = Some(now);
        self.fetched += u64::from(delivery.fetched);
        if delivery.message < delivery.first {
            self.late += 1;
            return;
        }
        spread.delivered += 1;
        spread.hops = spread.hops.max(delivery.hops);
        self.open -= u64::from(spread.delivered == spread.due);
        self.delivered += 1;
        self.in_time += u64::from(now <= published + delivery.deadline);
        self.latencies.add(now.nanos() - published.nanos());
        self.reach(place, now);
    }

    /// The number of the next message.
    pub(crate) fn next(&self) -> u32 {
        self.spreads.len() as u32
    }

    /// A live node has had copies of so many messages, or is live no more.
    pub(crate) fn hold(&mut self, seen: u64, up: bool) {
        self.held = if up { self.held + seen } else { self.held - seen };
    }

    /// One more live node has had a copy of a message.
    pub(crate) fn see(&mut self) {
        self.held += 1;
    }

    /// Pairs of a live node and a message that it has had a copy of.
    pub(crate) fn held(&self) -> u64 {
        self.held
    }

    /// A node goes: the messages of number `first` and on that it `lacks`, in a topic, it is not due to get any more.
    pub(crate) fn excuse(&mut self, first: u32, lacks: impl Fn(u32, u16) -> bool) {
        for place in first as usize..self.spreads.len() {
            let spread = &mut self.spreads[place];
            if spread.published.is_some() && lacks(place as u32, spread.topic) {
                spread.due -= 1;
                self.open -= u64::from(spread.delivered == spread.due);
                self.due -= 1;
                self.reach(place, self.now);
            }
        }
    }

    /// Whether all have got all messages that they are due to get.
    pub fn complete(&self) -> bool {
        self.open == 0
    }

    /// Messages that not all have got who are due to.
    pub fn open(&self) -> u64 {
        self.open
    }

    /// Messages that were published.
    pub fn published(&self) -> u64 {
        self.published_ones().count() as u64
    }

    /// Pairs of a message and a node that is due to get it, and those of them where it has.
    pub fn pairs(&self) -> [u64; 2] {
        [self.due, self.delivered]
    }

    /// Over how many hops a message came at most, in the mean over the messages that anybody got, and of all of them.
    pub fn last_hops(&self) -> Option<(f64, u16)> {
        let hops = self.published_ones().filter(|spread| spread.delivered > 0).map(|spread| spread.hops);
        let (mut sum, mut count, mut most) = (0_u64, 0_u64, 0);
        for hops in hops {
            (sum, count, most) = (sum + u64::from(hops), count + 1, hops.max(most));
        }
        (count > 0).then(|| (sum as f64 / count as f64, most))
    }

    /// The courses of the first messages.
    pub(crate) fn courses(&self) -> Vec<Course> {
        let course = |spread: &Spread| spread.published.map(|since| Course { since, reached: spread.reached });
        self.spreads.iter().filter_map(course).take(Course::MOST).collect()
    }

    /// How a run stands at `now` that is to go on until `end`, with so many live nodes.
    pub(crate) fn outcome(&self, now: Time, end: Time, live: u64) -> Option<Outcome> {
        match live {
            0 => Some(Outcome::Lost),
            _ if now < end => None,
            _ if self.complete() => Some(Outcome::Converged),
            _ => Some(Outcome::TimeLimit),
        }
    }

    fn published_ones(&self) -> impl Iterator<Item = &Spread> {
        self.spreads.iter().filter(|spread| spread.published.is_some())
    }

    /// Takes note of the shares that have this message for the first time.
    fn reach(&mut self, place: usize, now: Time) {
        let Spread { published, due, delivered, reached, .. } = &mut self.spreads[place];
        if let Some(published) = *published {
            reach(reached, [*delivered, *due].map(u64::from), [published, now]);
        }
    }
}
