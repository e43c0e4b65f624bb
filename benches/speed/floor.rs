//! The floor: how fast the same simulations run as hand-written loops without an engine.
//!
//! The loops use the program's addressed draws, so they give the same rounds, messages and instants as the engine, and
//! the bench checks that. They know one topology, one latency law and one update, and nothing can be configured.

use gossipsim::random::{Chance, Purpose, below};

/// What a loop counted, to be held against the engine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    /// Turns and deliveries.
    pub(crate) events: u64,
    /// Legs sent.
    pub(crate) sent: u64,
    /// Legs lost.
    pub(crate) lost: u64,
    /// The instant of the last arrival, ns.
    pub(crate) last: u64,
}

const SECOND: u64 = 1_000_000_000;

/// Aligned push: a bit a node, a draw a message.
pub(crate) fn aligned_push(nodes: u32, chance: &Chance, origin: u32) -> Totals {
    aligned::<true, false>(nodes, chance, origin)
}

/// Aligned pull: only the ignorant draw, since who knows asks in vain, and nothing is lost.
pub(crate) fn aligned_pull(nodes: u32, chance: &Chance, origin: u32) -> Totals {
    aligned::<false, true>(nodes, chance, origin)
}

/// Aligned push-pull, exchange eager: who knows tells, the others ask.
pub(crate) fn aligned_push_pull(nodes: u32, chance: &Chance, origin: u32) -> Totals {
    aligned::<true, true>(nodes, chance, origin)
}

/// Aligned rounds on the complete graph without latency or loss.
#[inline(always)]
fn aligned<const PUSH: bool, const PULL: bool>(nodes: u32, chance: &Chance, origin: u32) -> Totals {
    let choices = chance.field(Purpose::Peers);
    let mut knew = vec![0u64; nodes.div_ceil(64) as usize];
    knew[origin as usize / 64] |= 1 << (origin % 64);
    let mut knows = knew.clone();
    let (mut informed, mut round, mut sent) = (1, 0, 0);
    while informed < nodes {
        let peer = |node: u32| {
            let to = node + 1 + choices.below(nodes - 1, node.into(), round, 0);
            if to >= nodes { to - nodes } else { to }
        };
        let mut answers = 0;
        for (word, &bits) in knew.iter().enumerate() {
            let first = word as u32 * 64;
            if PUSH {
                for_ones(bits, |node| {
                    let to = peer(first + node);
                    knows[to as usize / 64] |= 1 << (to % 64);
                });
            }
            if PULL {
                let here = u64::MAX >> (64 - (nodes - first).min(64));
                let mut told = 0;
                for_ones(!bits & here, |node| {
                    let from = peer(first + node);
                    told |= (knew[from as usize / 64] >> (from % 64) & 1) << node;
                });
                answers += u64::from(told.count_ones());
                knows[word] |= told;
            }
        }
        // With pull everybody opens a conversation, without only who knows.
        sent += answers + u64::from(if PULL { nodes } else { informed });
        informed = knows.iter().map(|word| word.count_ones()).sum();
        knew.copy_from_slice(&knows);
        round += 1;
    }
    Totals { events: sent + round * u64::from(nodes), sent, lost: 0, last: (round - 1) * SECOND }
}

/// Does `work` for the place of every bit that is set; most words are full or empty.
#[inline(always)]
fn for_ones(bits: u64, mut work: impl FnMut(u32)) {
    if bits == u64::MAX {
        return (0..64).for_each(work);
    }
    let mut bits = bits;
    while bits != 0 {
        work(bits.trailing_zeros());
        bits &= bits - 1;
    }
}

/// A message on its way: low bits of its time, recipient, sender; bit 31 of the recipient marks an answer, bit 31 of
/// the sender the update.
type Message = (u32, u32, u32);

const MARK: u32 = 1 << 31;
/// The least latency, and how much more it may be, ns.
const LEAST: u64 = 10_000_000;
const REACH: u64 = 90_000_000;
/// No message takes longer, ns.
pub(crate) const MOST: u64 = LEAST + REACH;

/// How long a message takes, ns.
#[inline(always)]
pub(crate) fn latency(draw: u64) -> u64 {
    LEAST + ((u128::from(draw) * u128::from(REACH + 1)) >> 64) as u64
}

/// When in every interval of so many nanoseconds each node has its turn, in order.
pub(crate) fn turns(nodes: u32, chance: &Chance, interval: u64) -> Vec<(u32, u32)> {
    let mut stream = chance.stream(Purpose::Clock);
    let mut turns: Vec<(u32, u32)> = (0..nodes).map(|node| (below(&mut stream, interval) as u32, node)).collect();
    turns.sort_unstable();
    turns
}

/// Asynchronous push-pull on the complete graph: turns every second at offsets of their own, 10-100 ms latency, 1 %
/// loss, exchange eager. Turns wait in their order by offset, messages in buckets that are sorted when they are due.
pub(crate) fn asynchronous(nodes: u32, chance: &Chance, origin: u32) -> Totals {
    let turns = turns(nodes, chance, SECOND);
    let mut world = World::new(nodes, chance, origin);
    let (mut sorted, mut cells) = (Vec::new(), Vec::new());
    let (mut day, mut cursor, mut lap) = (0, 0, 0);
    while world.informed < nodes {
        let (begins, ends) = (day << world.shift, (day + 1) << world.shift);
        let slot = day as usize & (world.buckets.len() - 1);
        let mut bucket = std::mem::take(&mut world.buckets[slot]);
        sort(&bucket, begins as u32, world.shift, &mut sorted, &mut cells);
        bucket.clear();
        world.buckets[slot] = bucket;
        let mut letters = sorted.iter().peekable();
        while world.informed < nodes {
            let (offset, node) = turns[cursor];
            let turn = lap * SECOND + u64::from(offset);
            if let Some(&&(after, to, from)) = letters.peek()
                && (turn >= ends || begins + u64::from(after) < turn)
            {
                letters.next();
                world.deliver(begins + u64::from(after), to, from);
            } else if turn < ends {
                world.turn(turn, node, lap);
                cursor += 1;
                if cursor == turns.len() {
                    (cursor, lap) = (0, lap + 1);
                }
            } else {
                break;
            }
        }
        day += 1;
    }
    world.totals
}

struct World {
    nodes: u32,
    shift: u32,
    knows: Vec<u64>,
    informed: u32,
    buckets: Vec<Vec<Message>>,
    choices: gossipsim::random::Field,
    losses: gossipsim::random::Field,
    delays: gossipsim::random::Field,
    totals: Totals,
}

impl World {
    fn new(nodes: u32, chance: &Chance, origin: u32) -> Self {
        // About 2000 events a bucket, which is never wider than the least latency.
        let width = (2000.0 * SECOND as f64 / (2.0 * f64::from(nodes))) as u64;
        let shift = width.max(64).ilog2().min(22);
        let count = ((MOST >> shift) + 3).next_power_of_two();
        let mut knows = vec![0u64; nodes.div_ceil(64) as usize];
        knows[origin as usize / 64] |= 1 << (origin % 64);
        World {
            nodes,
            shift,
            knows,
            informed: 1,
            buckets: vec![Vec::new(); count as usize],
            choices: chance.field(Purpose::Peers),
            losses: chance.field(Purpose::Loss),
            delays: chance.field(Purpose::Latency),
            totals: Totals::default(),
        }
    }

    #[inline(always)]
    fn has(&self, node: u32) -> bool {
        self.knows[node as usize / 64] >> (node % 64) & 1 != 0
    }

    #[inline(always)]
    fn turn(&mut self, now: u64, node: u32, lap: u64) {
        self.totals.events += 1;
        let to = node + 1 + self.choices.below(self.nodes - 1, node.into(), lap, 0);
        let to = if to >= self.nodes { to - self.nodes } else { to };
        let update = if self.has(node) { MARK } else { 0 };
        self.send(now, node, to, 0, (to, node | update));
    }

    #[inline(always)]
    fn send(&mut self, now: u64, from: u32, to: u32, leg: u64, (to_mark, from_mark): (u32, u32)) {
        self.totals.sent += 1;
        let path = u64::from(from) << 32 | u64::from(to);
        // 1 % of all 64-bit numbers.
        if self.losses.at(path, now, leg) < 184_467_440_737_095_520 {
            self.totals.lost += 1;
            return;
        }
        let draw = self.delays.at(path, now, leg);
        let at = now + latency(draw);
        let slot = (at >> self.shift) as usize & (self.buckets.len() - 1);
        self.buckets[slot].push((at as u32, to_mark, from_mark));
    }

    #[inline(always)]
    fn deliver(&mut self, now: u64, to: u32, from: u32) {
        self.totals.events += 1;
        let (node, update, asker) = (to & !MARK, (to | from) & MARK != 0, from & !MARK);
        match (update, self.has(node)) {
            (true, false) => {
                self.knows[node as usize / 64] |= 1 << (node % 64);
                self.informed += 1;
                self.totals.last = now;
            }
            (false, true) => self.send(now, node, asker, 1, (asker | MARK, node)),
            _ => {}
        }
    }
}

/// Orders a bucket by time: one counting pass on the leading bits, then insertion, both stable.
pub(crate) fn sort(bucket: &[Message], begins: u32, shift: u32, sorted: &mut Vec<Message>, cells: &mut Vec<u32>) {
    let bits = (usize::BITS - bucket.len().leading_zeros()).min(shift).clamp(1, 14);
    let drop = shift - bits;
    cells.clear();
    cells.resize((1 << bits) + 1, 0);
    for message in bucket {
        cells[(message.0.wrapping_sub(begins) >> drop) as usize + 1] += 1;
    }
    let mut sum = 0;
    for cell in cells.iter_mut() {
        sum += *cell;
        *cell = sum;
    }
    sorted.clear();
    sorted.resize(bucket.len(), (0, 0, 0));
    for &(time, to, from) in bucket {
        let offset = time.wrapping_sub(begins);
        let cell = &mut cells[(offset >> drop) as usize];
        sorted[*cell as usize] = (offset, to, from);
        *cell += 1;
    }
    for index in 1..sorted.len() {
        let message = sorted[index];
        let mut place = index;
        while place > 0 && sorted[place - 1].0 > message.0 {
            sorted[place] = sorted[place - 1];
            place -= 1;
        }
        sorted[place] = message;
    }
}
