//! Those whose calls were refused in a round, and whom they have called.

use std::hint::black_box;

use super::mail::Envelope;
use super::states::AHEAD;
use crate::units::NodeId;

/// The callers of a round who were refused; memory that the next round uses again.
///
/// A caller's place is that of its first refusal. Waves of calls go through them in this order, so that what is known
/// of them is read from one end to the other.
#[derive(Debug)]
pub(super) struct Hunting<M> {
    /// The place of each node among the callers, and 1 more; 0 of those that were not refused.
    places: Vec<u32>,
    callers: Vec<Caller<M>>,
    /// The calls of each caller that were refused in this wave.
    refused: Vec<u32>,
    /// The peers that each caller has called, as far as they are remembered.
    called: Vec<u32>,
    /// So many of each.
    capacity: usize,
    /// A scratch buffer.
    picks: Vec<u32>,
}

/// A caller who was refused.
#[derive(Debug)]
pub(super) struct Caller<M> {
    pub(super) node: NodeId,
    /// What it says.
    pub(super) message: M,
    /// Further peers it has tried.
    pub(super) tried: u32,
    /// Its calls that nobody took.
    pub(super) given_up: u32,
}

/// A caller with a call that was refused, and a scratch buffer for finding the next peer.
pub(super) struct Hunter<'a, M> {
    pub(super) caller: &'a mut Caller<M>,
    pub(super) called: &'a mut [u32],
    pub(super) picks: &'a mut Vec<u32>,
}

/// The places of some callers.
pub(super) struct Batch {
    places: [usize; AHEAD],
    len: usize,
}

impl Default for Batch {
    fn default() -> Self {
        Batch { places: [0; AHEAD], len: 0 }
    }
}

impl Batch {
    pub(super) fn places(&self) -> &[usize] {
        &self.places[..self.len]
    }
}

impl<M> Default for Hunting<M> {
    fn default() -> Self {
        Hunting {
            places: Vec::new(),
            callers: Vec::new(),
            refused: Vec::new(),
            called: Vec::new(),
            capacity: 0,
            picks: Vec::new(),
        }
    }
}

impl<M> Hunting<M> {
    /// A new round, in which so many peers that a caller has called are remembered.
    pub(super) fn clear(&mut self, nodes: u32, remembered: u32) {
        self.places.clear();
        self.places.resize(nodes as usize, 0);
        self.callers.clear();
        self.refused.clear();
        self.called.clear();
        self.capacity = remembered as usize;
    }

    /// Notes that `call` was refused.
    #[inline(always)]
    pub(super) fn refuse(&mut self, call: Envelope<M>) {
        let place = &mut self.places[call.from.index()];
        if *place == 0 {
            self.callers.push(Caller { node: call.from, message: call.message, tried: 0, given_up: 0 });
            self.refused.push(0);
            // As many as nodes, at most.
            *place = self.callers.len() as u32;
        }
        self.refused[*place as usize - 1] += 1;
    }

    /// The places of the next callers, from place `from` on, with calls that were refused in this wave, once for each; they
    /// are not among those any more. What is known of these callers is read ahead.
    pub(super) fn next(&mut self, from: &mut usize) -> Batch {
        self.called.resize(self.callers.len() * self.capacity, 0);
        let mut batch = Batch::default();
        while let Some(refused) = self.refused.get_mut(*from)
            && batch.len < AHEAD
        {
            if *refused == 0 {
                *from += 1;
                continue;
            }
            *refused -= 1;
            batch.places[batch.len] = *from;
            batch.len += 1;
        }
        for &place in batch.places() {
            let called = [place * self.capacity, (place + 1) * self.capacity - self.capacity.min(1)];
            black_box((self.callers[place].tried, called.map(|place| self.called.get(place).copied())));
        }
        batch
    }

    /// The caller at `place` with a call that was refused.
    pub(super) fn hunter(&mut self, place: usize) -> Hunter<'_, M> {
        let first = place * self.capacity;
        let (caller, called) = (&mut self.callers[place], &mut self.called[first..first + self.capacity]);
        Hunter { caller, called, picks: &mut self.picks }
    }

    /// The callers, in whatever order.
    pub(super) fn callers(&self) -> &[Caller<M>] {
        &self.callers
    }
}
