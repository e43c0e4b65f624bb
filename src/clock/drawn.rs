//! Clocks whose turns are drawn some at a time: in one type, so that the event loop is compiled once for them.

use super::coming::{AHEAD, Coming};
use super::drifting::{Drifting, Pace};
use super::poisson::Poisson;
use super::turns::{Clock, Turns};
use crate::random::Chance;
use crate::time::{Span, Time};
use crate::units::NodeId;

/// A clock that draws the next turns of all nodes, some at a time.
#[derive(Debug)]
pub struct Drawn {
    law: Law,
    /// Turns of each node drawn so far.
    turns: Vec<u32>,
    /// The turns to come, as many as are drawn at once: when, whose, and the number of the turn.
    coming: Coming,
    cursor: usize,
    prefetched: bool,
}

/// By which law they come.
#[derive(Debug)]
enum Law {
    Poisson(Poisson),
    Drifting(Drifting),
}

impl Drawn {
    /// `nodes` independent clocks with exponential gaps of mean `interval`.
    pub fn poisson(nodes: u32, interval: Span, chance: &Chance) -> Self {
        Drawn::new(nodes, Law::Poisson(Poisson::new(nodes, interval, chance)))
    }

    /// `nodes` clocks of this `interval` that each go wrong in their own `pace`.
    pub fn drifting(nodes: u32, interval: Span, pace: Pace, chance: &Chance) -> Self {
        Drawn::new(nodes, Law::Drifting(Drifting::new(nodes, interval, pace, chance)))
    }

    fn new(nodes: u32, law: Law) -> Self {
        let turns = vec![0; nodes as usize];
        let mut clock = Drawn { law, turns, coming: Vec::with_capacity(AHEAD), cursor: 0, prefetched: false };
        clock.draw();
        clock
    }

    /// Draws the next turns. One's place in time is all that waits for another.
    #[inline(never)]
    fn draw(&mut self) {
        self.coming.clear();
        (self.cursor, self.prefetched) = (0, false);
        match &mut self.law {
            Law::Poisson(law) => law.draw(&mut self.turns, &mut self.coming),
            Law::Drifting(law) => law.draw(&mut self.turns, &mut self.coming),
        }
    }
}

impl Clock for Drawn {
    fn upcoming(&mut self) -> impl Iterator<Item = (NodeId, u64, Time)> + Clone {
        let from = if self.prefetched { self.coming.len() } else { self.cursor };
        self.prefetched = true;
        self.coming[from..].iter().map(|&(at, node, number)| (node, number.into(), at))
    }

    #[inline]
    fn next(&self) -> Time {
        self.coming[self.cursor].0
    }

    #[inline]
    fn take(&mut self, now: Time, mut turns: impl Turns) -> u64 {
        let mut count = 0;
        while self.next() == now {
            let (_, node, number) = self.coming[self.cursor];
            turns.turn(node, number.into());
            count += 1;
            self.cursor += 1;
            if self.cursor >= self.coming.len() {
                self.draw();
            }
        }
        count
    }
}
