//! The queues in which messages wait to be sent and to be received, where nodes have only so much bandwidth, and what has
//! passed them.
//!
//! A message is handed to the egress of its sender, leaves when its last bit has, travels, and is delivered when the ingress
//! of its recipient has received its last bit. Both serve first come, first served; of what comes at one instant what was sent
//! first. What a node has handed over is lost when it crashes before it has left, and what it was receiving is dropped; who
//! leaves in order is not cut short. A node that is blocked is not for its connection: what it handed over before leaves, and
//! what comes to it is received, to wait for its release.

use std::sync::Arc;

use super::pair_order::PairOrder;
use super::tally::ByKind;
use crate::memory;
use crate::network::bandwidth::Bandwidth;
use crate::network::port::{Port, PortRule, Queued};
use crate::network::{Delivery, Network, Shaping};
use crate::stats::log_histogram::LogHistogram;
use crate::time::Time;
use crate::units::NodeId;

/// A message, as far as its bytes go.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parcel {
    pub(super) from: NodeId,
    pub(super) to: NodeId,
    pub(super) kind: u8,
    /// On the wire.
    pub(super) bytes: u64,
    /// Whether it is dropped where there is no room for it.
    pub(super) may_drop: bool,
}

/// A message between two nodes whose arrival is not known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Transit {
    parcel: Parcel,
    stage: Stage,
    /// How often the node where it is had crashed when it came there.
    crashes: u32,
    /// How long it has waited, nanoseconds.
    waited: u64,
    /// When it arrives at the connection of its recipient.
    arrives: Time,
    /// Its number among all such messages.
    pub(super) number: u64,
}

impl Transit {
    /// Its recipient.
    pub(super) fn to(&self) -> NodeId {
        self.parcel.to
    }
}

/// What comes next of a message in transit.
#[derive(Clone, Copy, Debug)]
enum Stage {
    /// Its last bit leaves its sender.
    Departure,
    /// It comes to the connection of its recipient.
    Arrival,
    /// Its last bit has been received.
    Reception,
}

/// What passed one direction of the connections of all nodes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Passed {
    /// Bytes by kind of message.
    pub bytes: ByKind,
    /// Messages that were dropped because there was no room for them, by kind.
    pub overflowed: ByKind,
    /// Messages that waited although there was no room for them.
    pub beyond: u64,
}

/// What a connection goes by in either direction, if that is limited.
#[derive(Clone, Copy, Debug)]
struct ConnectionRule {
    egress: Option<PortRule>,
    ingress: Option<PortRule>,
}

impl ConnectionRule {
    fn new(bandwidth: &Bandwidth) -> Self {
        let [egress, ingress] =
            [bandwidth.egress, bandwidth.ingress].map(|rate| rate.0.map(|rate| PortRule::new(rate, bandwidth)));
        ConnectionRule { egress, ingress }
    }
}

/// The connection of a node, in one cache line.
#[derive(Clone, Copy, Debug, Default)]
#[repr(align(64))]
struct Connection {
    egress: Port,
    ingress: Port,
    /// Bytes sent and received.
    sent: u64,
    received: u64,
    /// How often the node has crashed.
    crashes: u32,
    /// Its class, from 1; 0 if it is in none.
    class: u16,
}

/// How things stood before a message was received ahead of time.
#[derive(Clone, Copy, Debug)]
struct Ahead {
    at: Time,
    node: NodeId,
    kind: u8,
    ingress: Port,
    /// Bytes that its recipient, and all nodes in messages of its kind, had received.
    received: u64,
    bytes: u64,
    beyond: u64,
    waited: u64,
    longest: u64,
}

/// The queues of all nodes, and what passed them.
#[derive(Clone, Debug)]
pub struct Queues {
    shaping: Arc<Shaping>,
    /// What the connections of each class go by, those of nodes in none first.
    rules: Vec<ConnectionRule>,
    nodes: Vec<Connection>,
    /// Whether any node receives as fast as it likes.
    freely: bool,
    /// Whether nodes can crash.
    crash: bool,
    /// What was sent.
    pub sent: Passed,
    /// What was received.
    pub received: Passed,
    /// Bytes sent from each region to each, those from the first to all first.
    pub between: Vec<u64>,
    /// How long messages waited in the queues of both ends, in nanoseconds, of those that got through.
    pub waits: LogHistogram,
    /// How long the message that was looked at last has waited.
    pub(super) waited: u64,
    /// The message that is to be put away, and when it is looked at next.
    staged: Option<(Time, Transit)>,
    /// What was received ahead of time last, in order.
    ahead: Vec<Ahead>,
    /// When the last was.
    pub(super) last_ahead: Time,
    /// Messages so far whose arrival was not known when they were sent.
    numbered: u64,
    /// The order of the messages of each pair between the connections of its ends, where none overtakes another.
    order: Option<PairOrder>,
    /// Whether the network may make copies of messages.
    copies: bool,
    /// The message that was handed over last, if it left, where there may be a copy of it.
    handed: Option<Handed>,
}

/// A message that has left its sender, or will have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Handed {
    pub(super) parcel: Parcel,
    pub(super) left: Time,
    pub(super) waited: u64,
    /// What becomes of it from then on.
    pub(super) delivery: Delivery,
}

impl Queues {
    /// Queues of `network`, in which nothing waits, shaped like this. In a run in which nodes never crash, `crash` is false.
    pub(super) fn new(network: &Network, shaping: &Arc<Shaping>, crash: bool) -> Self {
        let mut nodes: Vec<Connection> = zeros(shaping.nodes as usize);
        if !shaping.classes.bandwidths().is_empty() {
            for (number, node) in (0..).zip(&mut nodes) {
                node.class = shaping.classes.of(NodeId::new(number));
            }
        }
        Queues {
            rules: shaping.bandwidths().map(ConnectionRule::new).collect(),
            freely: shaping.bandwidths().any(|bandwidth| bandwidth.ingress.is_none()),
            nodes,
            crash,
            sent: Passed::default(),
            received: Passed::default(),
            between: zeros(shaping.regions.as_ref().map_or(0, |regions| regions.count() * regions.count())),
            waits: LogHistogram::default(),
            waited: 0,
            staged: None,
            ahead: Vec::new(),
            last_ahead: Time::ZERO,
            numbered: 0,
            order: network.ordered.then(PairOrder::default),
            copies: network.faults.duplicates(),
            handed: None,
            shaping: shaping.clone(),
        }
    }

    /// What it goes by.
    pub fn shaping(&self) -> &Shaping {
        &self.shaping
    }

    /// The bytes that wait at a node at `now`, what is being sent and received included: the mean over nodes, and the most.
    pub fn waiting(&self, now: Time) -> [f64; 2] {
        let (mut sum, mut most) = (0_u128, 0);
        for node in &self.nodes {
            let bytes = |rule: Option<PortRule>, port| rule.map_or(0, |rule| rule.bytes(port, now));
            let ConnectionRule { egress, ingress } = self.rules[usize::from(node.class)];
            let bytes = bytes(egress, &node.egress).saturating_add(bytes(ingress, &node.ingress));
            (sum, most) = (sum + u128::from(bytes), most.max(bytes));
        }
        [sum as f64 / f64::from(self.shaping.nodes), most as f64]
    }

    /// The bytes that each node sent.
    pub fn sent_by_node(&self) -> impl Iterator<Item = u64> {
        self.nodes.iter().map(|node| node.sent)
    }

    /// The bytes that each node received.
    pub fn received_by_node(&self) -> impl Iterator<Item = u64> {
        self.nodes.iter().map(|node| node.received)
    }

    /// Reads the connection of a node that will be needed soon.
    #[inline]
    pub(super) fn touch(&self, node: NodeId) {
        std::hint::black_box(self.nodes[node.index()].crashes);
    }

    /// A message is handed to the egress of its sender at `now`: when it has left, if there is room for it.
    pub(super) fn hand_over(&mut self, now: Time, parcel: &Parcel) -> Option<Time> {
        self.waited = 0;
        let from = &mut self.nodes[parcel.from.index()];
        let passed = (&mut self.sent, &mut from.sent);
        let rule = self.rules[usize::from(from.class)].egress;
        let Some((left, waited)) = pass(rule, &mut from.egress, passed, now, parcel) else {
            self.handed = None;
            return None;
        };
        self.waited = waited;
        if let Some(regions) = &self.shaping.regions {
            let [from, to] = [parcel.from, parcel.to].map(|node| regions.of(node));
            let between = &mut self.between[from * regions.count() + to];
            *between = between.saturating_add(parcel.bytes);
        }
        Some(left)
    }

    /// What becomes of the message that was handed over last, at `now`, of which this becomes from when it has `left`, and whether
    /// its recipient is `up`. Where that is not known yet, it is to be [taken](Queues::take_staged) and put away.
    pub(super) fn send(&mut self, now: Time, parcel: Parcel, left: Time, delivery: Delivery, up: bool) -> Delivery {
        let handed = Handed { parcel, left, waited: self.waited, delivery };
        if self.copies {
            self.handed = Some(handed);
        }
        self.set_out(now, handed, up)
    }

    /// The message that was handed over last, if it has left or will, of which the network may make a copy.
    pub(super) fn take_handed(&mut self) -> Option<Handed> {
        self.handed.take()
    }

    /// What becomes of a message, or of a copy of one, that has been handed over at `now`: it leaves, or waits for that.
    pub(super) fn set_out(&mut self, now: Time, handed: Handed, up: bool) -> Delivery {
        let Handed { parcel, left, waited, delivery } = handed;
        self.waited = waited;
        let Some(arrives) = delivery.arrival() else { return delivery };
        let (crashes, number) = (self.crashes_of(parcel.from), self.numbered);
        let transit = Transit { parcel, stage: Stage::Departure, crashes, waited, arrives, number };
        let delivery = match left == now || !self.crash {
            true => self.leave(now, transit, up),
            false => self.stage(left, transit),
        };
        self.numbered += u64::from(delivery == Delivery::QUEUED);
        delivery
    }

    /// What comes next of a message that was put away until `now`.
    pub(super) fn go_on(&mut self, now: Time, transit: Transit, up: bool) -> Delivery {
        self.waited = transit.waited;
        match transit.stage {
            Stage::Departure if transit.crashes != self.crashes_of(transit.parcel.from) => Delivery::LOST,
            Stage::Departure => self.leave(now, transit, up),
            Stage::Arrival => self.receive(now, transit, up),
            Stage::Reception if transit.crashes != self.crashes_of(transit.parcel.to) => Delivery::DROPPED,
            Stage::Reception => self.deliver(now, &transit),
        }
    }

    /// Its last bit has left, or nothing can keep it from leaving.
    fn leave(&mut self, now: Time, mut transit: Transit, up: bool) -> Delivery {
        if let Some(order) = &mut self.order {
            let Parcel { from, to, .. } = transit.parcel;
            transit.arrives = order.arrange(now, [from, to], transit.arrives);
        }
        let arrives = transit.arrives;
        // The connection of its recipient is read only where it must be: that is not in the cache before it is read ahead.
        if self.freely && self.rules[usize::from(self.nodes[transit.parcel.to.index()].class)].ingress.is_none() {
            let to = &mut self.nodes[transit.parcel.to.index()];
            pass(None, &mut to.ingress, (&mut self.received, &mut to.received), arrives, &transit.parcel);
            return self.deliver(arrives, &transit);
        }
        if arrives > now {
            return self.stage(arrives, Transit { stage: Stage::Arrival, ..transit });
        }
        self.receive(now, transit, up)
    }

    /// It comes to the connection of its recipient.
    fn receive(&mut self, now: Time, transit: Transit, up: bool) -> Delivery {
        if !up {
            return Delivery::at(now);
        }
        let to = &mut self.nodes[transit.parcel.to.index()];
        let passed = (&mut self.received, &mut to.received);
        let rule = self.rules[usize::from(to.class)].ingress;
        let Some((end, waited)) = pass(rule, &mut to.ingress, passed, now, &transit.parcel) else {
            return Delivery::OVERFLOWED;
        };
        let crashes = to.crashes;
        let waited = transit.waited.saturating_add(waited);
        let transit = Transit { stage: Stage::Reception, crashes, waited, ..transit };
        match end == now || !self.crash {
            true => self.deliver(end, &transit),
            false => self.stage(end, transit),
        }
    }

    /// Whether messages can be received before their time has come, as nothing that happens until then changes what becomes of
    /// them.
    pub(super) fn can_receive_ahead(&self) -> bool {
        !self.crash && self.shaping.limits_ingress()
    }

    /// Receives messages ahead of time from now on: what was received so before was in time.
    pub(super) fn begin_ahead(&mut self) {
        self.ahead.clear();
    }

    /// A message comes to the connection of its recipient at `at`, which may be ahead of time; nothing if it is dropped then, for
    /// which nobody may act before.
    pub(super) fn receive_ahead(&mut self, at: Time, transit: Transit) -> Option<Delivery> {
        let Parcel { to: node, kind, .. } = transit.parcel;
        let (connection, kind_of) = (&self.nodes[node.index()], usize::from(kind));
        let (bytes, beyond, longest) =
            (self.received.bytes[kind_of], self.received.beyond, self.waits.most().unwrap_or(0));
        let Connection { ingress, received, .. } = *connection;
        let delivery = self.receive(at, transit, true);
        if delivery == Delivery::OVERFLOWED {
            // It is counted in its time.
            self.received.overflowed[kind_of] -= 1;
            return None;
        }
        let waited = self.waited;
        self.last_ahead = at;
        self.ahead.push(Ahead { at, node, kind, ingress, received, bytes, beyond, waited, longest });
        Some(delivery)
    }

    /// The run ends at `end`: what was received after it is on its way still.
    pub(super) fn take_back(&mut self, end: Time) {
        while let Some(ahead) = self.ahead.pop_if(|ahead| ahead.at > end) {
            let node = &mut self.nodes[ahead.node.index()];
            (node.ingress, node.received) = (ahead.ingress, ahead.received);
            (self.received.bytes[usize::from(ahead.kind)], self.received.beyond) = (ahead.bytes, ahead.beyond);
            self.waits.take_back(ahead.waited, ahead.longest);
        }
    }

    fn deliver(&mut self, at: Time, transit: &Transit) -> Delivery {
        self.waits.add(transit.waited);
        self.waited = transit.waited;
        Delivery::at(at)
    }

    fn stage(&mut self, at: Time, transit: Transit) -> Delivery {
        self.staged = Some((at, transit));
        Delivery::QUEUED
    }

    /// The message of which it was said last that it is queued, and when it is looked at next.
    pub(super) fn take_staged(&mut self) -> Option<(Time, Transit)> {
        self.staged.take()
    }

    /// Takes back what was [taken](Queues::take_staged) for a while.
    pub(super) fn stage_again(&mut self, staged: Option<(Time, Transit)>) {
        self.staged = staged;
    }

    /// `node` crashes, with all that is in its queues.
    pub(super) fn crash(&mut self, node: NodeId) {
        let node = &mut self.nodes[node.index()];
        (node.egress, node.ingress) = (Port::default(), Port::default());
        node.crashes += 1;
    }

    /// How many pairs there are whose order is kept.
    pub(super) fn pairs(&self) -> usize {
        self.order.as_ref().map_or(0, PairOrder::pairs)
    }

    fn crashes_of(&self, node: NodeId) -> u32 {
        self.nodes[node.index()].crashes
    }
}

/// Lets a message pass one direction of a connection, where it comes at `now`, and counts it among what passed all of them and
/// this one: when its last bit has passed, and how long it waited; `None` if there is no room for it.
fn pass(
    rule: Option<PortRule>,
    port: &mut Port,
    (passed, of_node): (&mut Passed, &mut u64),
    now: Time,
    parcel: &Parcel,
) -> Option<(Time, u64)> {
    let (kind, bytes) = (usize::from(parcel.kind), parcel.bytes);
    let (end, waited) = match rule.map(|rule| rule.give(port, now, bytes, parcel.may_drop)) {
        None => (now, 0),
        Some(Queued::Passes { service, beyond }) => {
            passed.beyond += u64::from(beyond);
            (service.end, service.waited)
        }
        Some(Queued::Overflowed) => {
            passed.overflowed[kind] += 1;
            return None;
        }
    };
    // Sizes may be such that a few thousand of them are more than a counter holds.
    for counter in [of_node, &mut passed.bytes[kind]] {
        *counter = counter.saturating_add(bytes);
    }
    Some((end, waited))
}

/// So many zeros.
fn zeros<T: Clone + Default>(count: usize) -> Vec<T> {
    let mut zeros = Vec::new();
    memory::or_unwind(memory::reserve(&mut zeros, count));
    zeros.resize(count, T::default());
    zeros
}
