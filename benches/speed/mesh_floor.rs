//! The floor of the mesh: gossipsub on a given graph as a hand-written loop, with the same draws and so the same run, its columns
//! and its curve. Nothing is lost, all subscribe to the one topic, and nobody comes or goes.

use std::rc::Rc;

use gossipsim::random::{Chance, Field, Purpose, Use};
use gossipsim::topology::{Graph, OnGraph, TopologySpec};
use gossipsim::units::NodeId;

use super::buckets::{Buckets, Loop, drive};
use super::figures::Figures;
use super::floor::{MOST, Totals, latency, turns};

const SECOND: u64 = 1_000_000_000;
/// When messages begin, one a second, and for how long the run goes on after the last.
const START: u64 = 5 * SECOND;
const SETTLE: u64 = 10 * SECOND;
/// The parameters of go-libp2p.
const D: usize = 6;
const D_LOW: usize = 5;
const D_HIGH: usize = 12;
const D_LAZY: usize = 6;
const GOSSIP_FACTOR: f64 = 0.25;
const HISTORY: u32 = 5;
const GOSSIP: u32 = 3;
const BACKOFF: u64 = 60 * SECOND;
const RETRANSMISSIONS: u32 = 3;
/// Bytes of a message, of its identifier, and of the topic.
const MESSAGE: u64 = 1000;
const ID: u64 = 46;
const TOPIC: u64 = 32;
/// The last word of the address at which the node of a publication is drawn.
const PUBLISHER: u64 = 33;
/// Choices of a heartbeat are that far apart.
const CHOICE: u32 = 1 << 16;

/// What a node remembers.
#[derive(Clone, Default)]
struct Node {
    neighbors: Vec<u32>,
    mesh: Vec<u32>,
    backoff: Vec<(u32, u64)>,
    /// A bit for each message.
    seen: Vec<u64>,
    cached: Vec<Cached>,
    /// Who got which message how often on request.
    answers: Vec<(u32, u32, u32)>,
    beat: u32,
}

#[derive(Clone, Copy)]
struct Cached {
    message: u32,
    author: u32,
    hops: u16,
    beat: u32,
}

/// A message on its way.
struct Letter {
    from: u32,
    to: u32,
    leg: u64,
    content: Content,
}

enum Content {
    Payload { message: u32, author: u32, hops: u16, asked: bool },
    IHave(Rc<[u32]>),
    IWant(Vec<u32>),
    Graft,
    Prune,
}

/// What is counted.
#[derive(Default)]
struct Counts {
    copies: u64,
    answers: u64,
    fetched: u64,
    duplicates: u64,
    deliveries: u64,
    /// From publications to deliveries, ns.
    latency: u128,
    latest: u64,
    ihaves: u64,
    iwants: u64,
    grafts: u64,
    prunes: u64,
    gossip_bytes: u64,
    /// Message by message, over how many hops it came at most.
    hops: Vec<u16>,
}

struct World {
    messages: u32,
    end: u64,
    coins: Field,
    delays: Field,
    draws: Field,
    nodes: Vec<Node>,
    waiting: Buckets<Letter>,
    totals: Totals,
    counts: Counts,
    curve: Vec<[f64; 3]>,
    /// Messages published so far.
    published: u32,
}

/// A run in which so many messages are published.
pub(crate) fn simulate(nodes: u32, chance: &Chance, topology: &TopologySpec, messages: u32) -> (Totals, Figures) {
    let turns = turns(nodes, chance, SECOND);
    let graph = topology.on_graph(nodes, &mut chance.stream(Purpose::Topology), Lists).expect("a graph");
    let mut world = World::new(graph, chance, messages);
    let end = world.end;
    drive(&turns, SECOND, end + 1, &mut world);
    world.pass(end);
    world.finish()
}

/// The lists of neighbours.
struct Lists;

impl OnGraph for Lists {
    type Output = Vec<Vec<u32>>;

    fn with<G: Graph>(self, graph: &G) -> Vec<Vec<u32>> {
        let neighbors = |node| (0..graph.degree(node)).map(|index| graph.neighbor(node, index).number()).collect();
        (0..graph.nodes()).map(NodeId::new).map(neighbors).collect()
    }
}

impl Loop for World {
    type Event = Letter;

    fn buckets(&mut self) -> &mut Buckets<Letter> {
        &mut self.waiting
    }

    /// A heartbeat.
    fn turn(&mut self, now: u64, node: u32, lap: u64) {
        self.pass(now);
        self.totals.events += 1;
        let mut legs = (1..).map(|slot| slot * 8);
        self.maintain(now, node, lap, &mut legs);
        self.announce(now, node, lap, &mut legs);
        let Node { beat, cached, answers, .. } = &mut self.nodes[node as usize];
        *beat += 1;
        let since = (*beat + 1).saturating_sub(HISTORY);
        let kept = cached.iter().position(|cached| cached.beat >= since).unwrap_or(cached.len());
        if kept > 0 {
            cached.drain(..kept);
            answers.retain(|(message, ..)| cached.iter().any(|cached| cached.message == *message));
        }
    }

    #[inline(always)]
    fn happen(&mut self, now: u64, letter: &Letter) {
        self.pass(now);
        self.totals.events += 1;
        let Letter { from, to, content, .. } = letter;
        match content {
            Content::Payload { message, author, hops, asked } => {
                let node = &mut self.nodes[*to as usize];
                let (word, bit) = (*message as usize / 64, 1 << (message % 64));
                if node.seen[word] & bit != 0 {
                    self.counts.duplicates += 1;
                    return;
                }
                node.seen[word] |= bit;
                let cached = Cached { message: *message, author: *author, hops: *hops, beat: node.beat };
                node.cached.push(cached);
                self.deliver(now, cached, *asked);
                self.relay(now, letter, cached);
            }
            Content::IHave(messages) => {
                let seen = &self.nodes[*to as usize].seen;
                let lacks = |message: &u32| seen[*message as usize / 64] >> (message % 64) & 1 == 0;
                let lacking: Vec<u32> = messages.iter().copied().filter(lacks).collect();
                if !lacking.is_empty() {
                    self.reply(now, letter, 0, Content::IWant(lacking));
                }
            }
            Content::IWant(messages) => self.answer(now, letter, messages),
            Content::Graft => {
                let node = &mut self.nodes[*to as usize];
                if node.mesh.contains(from) {
                    return;
                }
                let backs_off = node.backoff.iter().any(|(other, until)| other == from && *until > now);
                if node.mesh.len() >= D_HIGH || backs_off {
                    back_off(&mut node.backoff, *from, now + BACKOFF);
                    self.reply(now, letter, 0, Content::Prune);
                } else {
                    node.mesh.push(*from);
                }
            }
            Content::Prune => {
                let node = &mut self.nodes[*to as usize];
                node.mesh.retain(|other| other != from);
                back_off(&mut node.backoff, *from, now + BACKOFF);
            }
        }
    }
}

/// There is to be no link with `peer` before `until`.
fn back_off(backoff: &mut Vec<(u32, u64)>, peer: u32, until: u64) {
    match backoff.iter_mut().find(|(other, _)| *other == peer) {
        Some((_, end)) => *end = until.max(*end),
        None => backoff.push((peer, until)),
    }
}

/// Keeps `count` of `among` at random.
fn choose<T>(among: &mut Vec<T>, count: usize, below: impl Fn(u32, u32) -> u32) {
    if among.len() <= count {
        return;
    }
    for place in 0..count {
        let left = (among.len() - place) as u32;
        among.swap(place, place + below(left, place as u32) as usize);
    }
    among.truncate(count);
}

impl World {
    fn new(graph: Vec<Vec<u32>>, chance: &Chance, messages: u32) -> Self {
        let words = messages.div_ceil(64) as usize;
        let node = |neighbors| Node { neighbors, seen: vec![0; words], ..Node::default() };
        let nodes: Vec<Node> = graph.into_iter().map(node).collect();
        let mut waiting = Buckets::default();
        waiting.lay_out(10.0 * nodes.len() as f64, MOST);
        let [coins, delays, draws] =
            [Purpose::Protocol, Purpose::Latency, Purpose::Workload].map(|purpose| chance.field(purpose));
        World {
            messages,
            end: START + u64::from(messages - 1) * SECOND + SETTLE,
            coins,
            delays,
            draws,
            nodes,
            waiting,
            totals: Totals::default(),
            counts: Counts { hops: vec![0; messages as usize], ..Counts::default() },
            curve: Vec::new(),
            published: 0,
        }
    }

    /// Time goes on to `now`: messages are published, and rounds end.
    #[inline(always)]
    fn pass(&mut self, now: u64) {
        loop {
            let next = START + u64::from(self.published) * SECOND;
            let due = self.published < self.messages && next <= now;
            while self.curve.len() as u64 * SECOND <= if due { next } else { now } {
                self.sample();
            }
            if !due {
                return;
            }
            self.publish(next);
        }
    }

    #[cold]
    fn publish(&mut self, now: u64) {
        let message = self.published;
        let author = self.draws.below(self.nodes.len() as u32, 0, message.into(), PUBLISHER);
        let key = self.coins.at(author.into(), message.into(), Use::INPUT.slot(0));
        self.published += 1;
        let node = &mut self.nodes[author as usize];
        node.seen[message as usize / 64] |= 1 << (message % 64);
        node.cached.push(Cached { message, author, hops: 0, beat: node.beat });
        for (slot, to) in node.mesh.clone().into_iter().enumerate() {
            let leg = self.coins.at(key, slot as u64, Use::LEG.slot(0)) / 8 * 8;
            let content = Content::Payload { message, author, hops: 1, asked: false };
            self.send(now, Letter { from: author, to, leg, content });
        }
    }

    fn maintain(&mut self, now: u64, id: u32, lap: u64, legs: &mut impl Iterator<Item = u64>) {
        let Node { neighbors, mesh, backoff, .. } = &mut self.nodes[id as usize];
        backoff.retain(|(_, until)| *until > now);
        let coins = &self.coins;
        let draws =
            |choice: u32| move |bound, place| coins.below(bound, id.into(), lap, u64::from(choice * CHOICE + place));
        let (mut chosen, grafts) = if mesh.len() < D_LOW {
            let free = |other: &u32| !mesh.contains(other) && !backoff.iter().any(|(backs_off, _)| backs_off == other);
            let mut others: Vec<u32> = neighbors.iter().copied().filter(free).collect();
            choose(&mut others, D - mesh.len(), draws(0));
            mesh.extend(&others);
            (others, true)
        } else if mesh.len() >= D_HIGH {
            let mut pruned = mesh.clone();
            choose(&mut pruned, mesh.len() - D, draws(1));
            mesh.retain(|other| !pruned.contains(other));
            pruned.iter().for_each(|other| back_off(backoff, *other, now + BACKOFF));
            (pruned, false)
        } else {
            return;
        };
        for to in chosen.drain(..) {
            let leg = legs.next().unwrap_or_default();
            self.send(now, Letter { from: id, to, leg, content: if grafts { Content::Graft } else { Content::Prune } });
        }
    }

    fn announce(&mut self, now: u64, id: u32, lap: u64, legs: &mut impl Iterator<Item = u64>) {
        let Node { neighbors, mesh, cached, beat, .. } = &self.nodes[id as usize];
        let since = (beat + 1).saturating_sub(GOSSIP);
        let recent = cached.iter().rev().take_while(|cached| cached.beat >= since).map(|cached| cached.message);
        let messages: Rc<[u32]> = recent.collect();
        if messages.is_empty() {
            return;
        }
        let mut others: Vec<u32> = neighbors.iter().copied().filter(|other| !mesh.contains(other)).collect();
        let share = (GOSSIP_FACTOR * others.len() as f64) as usize;
        let coins = &self.coins;
        let draw = |bound, place| coins.below(bound, id.into(), lap, u64::from(2 * CHOICE + place));
        choose(&mut others, share.max(D_LAZY), draw);
        for to in others {
            let leg = legs.next().unwrap_or_default();
            self.send(now, Letter { from: id, to, leg, content: Content::IHave(Rc::clone(&messages)) });
        }
    }

    fn deliver(&mut self, now: u64, Cached { message, hops, .. }: Cached, asked: bool) {
        let latency = now - (START + u64::from(message) * SECOND);
        self.totals.last = now;
        let Counts { deliveries, fetched, latency: sum, latest, hops: most, .. } = &mut self.counts;
        *deliveries += 1;
        *fetched += u64::from(asked);
        *sum += u128::from(latency);
        *latest = latency.max(*latest);
        most[message as usize] = hops.max(most[message as usize]);
    }

    /// The recipient sends a message along its mesh.
    fn relay(&mut self, now: u64, letter: &Letter, Cached { message, author, hops, .. }: Cached) {
        let cause = self.cause(now, letter);
        let mut slot = 0;
        for place in 0..self.nodes[letter.to as usize].mesh.len() {
            let to = self.nodes[letter.to as usize].mesh[place];
            if to != letter.from && to != author {
                let leg = self.coins.at(cause, slot, Use::LEG.slot(0)) / 8 * 8;
                slot += 1;
                let content = Content::Payload { message, author, hops: hops + 1, asked: false };
                self.send(now, Letter { from: letter.to, to, leg, content });
            }
        }
    }

    fn answer(&mut self, now: u64, letter: &Letter, messages: &[u32]) {
        let mut slot = 0;
        for &message in messages {
            let Node { cached, answers, .. } = &mut self.nodes[letter.to as usize];
            let Some(&Cached { author, hops, .. }) = cached.iter().find(|cached| cached.message == message) else {
                continue;
            };
            match answers.iter_mut().find(|(of, to, _)| (*of, *to) == (message, letter.from)) {
                Some((.., times)) if *times >= RETRANSMISSIONS => continue,
                Some((.., times)) => *times += 1,
                None => answers.push((message, letter.from, 1)),
            }
            self.counts.answers += 1;
            self.reply(now, letter, slot, Content::Payload { message, author, hops: hops + 1, asked: true });
            slot += 1;
        }
    }

    fn cause(&self, now: u64, Letter { from, to, leg, .. }: &Letter) -> u64 {
        self.coins.at(u64::from(*from) << 32 | u64::from(*to), now, leg ^ Use::MESSAGE.slot(0))
    }

    /// The recipient of a letter sends something back.
    fn reply(&mut self, now: u64, letter: &Letter, slot: u64, content: Content) {
        let leg = self.coins.at(self.cause(now, letter), slot, Use::LEG.slot(0)) / 8 * 8;
        self.send(now, Letter { from: letter.to, to: letter.from, leg, content });
    }

    #[inline(always)]
    fn send(&mut self, now: u64, letter: Letter) {
        self.totals.sent += 1;
        match &letter.content {
            Content::Payload { .. } => self.counts.copies += 1,
            Content::IHave(messages) => {
                self.counts.ihaves += 1;
                self.counts.gossip_bytes += TOPIC + messages.len() as u64 * ID;
            }
            Content::IWant(messages) => {
                self.counts.iwants += 1;
                self.counts.gossip_bytes += messages.len() as u64 * ID;
            }
            Content::Graft => self.counts.grafts += 1,
            Content::Prune => self.counts.prunes += 1,
        }
        let draw = self.delays.at(u64::from(letter.from) << 32 | u64::from(letter.to), now, letter.leg);
        let at = now + latency(draw);
        self.waiting.put_away(at, letter);
    }

    fn sample(&mut self) {
        let degrees = || self.nodes.iter().map(|node| node.mesh.len());
        let mean = degrees().sum::<usize>() as f64 / self.nodes.len() as f64;
        let [least, most] = [degrees().min(), degrees().max()].map(|degree| degree.unwrap_or(0) as f64);
        self.curve.push([mean, least, most]);
    }

    fn finish(mut self) -> (Totals, Figures) {
        self.sample();
        let counts = &self.counts;
        let count = |number: u64| number as f64;
        let (copy_bytes, control_bytes) = (counts.copies * MESSAGE, (counts.grafts + counts.prunes) * TOPIC);
        let hops = counts.hops.iter().map(|hops| f64::from(*hops));
        let columns = vec![
            ("published", f64::from(self.published)),
            ("deliveries", count(counts.deliveries)),
            ("latency_ms", counts.latency as f64 / count(counts.deliveries) / 1e6),
            ("latency_max_ms", count(counts.latest) / 1e6),
            ("last_hop", hops.clone().sum::<f64>() / f64::from(self.messages)),
            ("last_hop_max", hops.fold(0.0, f64::max)),
            ("redundancy", count(counts.copies) / count(counts.deliveries) - 1.0),
            ("duplicates", count(counts.duplicates)),
            ("copies", count(counts.copies)),
            ("answers", count(counts.answers)),
            ("fetched", count(counts.fetched)),
            ("ihaves", count(counts.ihaves)),
            ("iwants", count(counts.iwants)),
            ("grafts", count(counts.grafts)),
            ("prunes", count(counts.prunes)),
            ("copy_bytes", count(copy_bytes)),
            ("gossip_bytes", count(counts.gossip_bytes)),
            ("control_bytes", count(control_bytes)),
        ];
        let payload = copy_bytes + counts.gossip_bytes + control_bytes;
        (self.totals, Figures { columns, curve: self.curve, payload })
    }
}
