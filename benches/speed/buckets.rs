//! A future-event list by hand: buckets of time, each of which is sorted when it is due, merged with turns that come at the
//! same offset of every interval.

use super::floor::sort;

/// What waits for its time.
pub(crate) struct Buckets<E> {
    /// A bucket lasts 2^shift ns.
    shift: u32,
    /// The low bits of the time of each event, and its place in the bucket of `events` beside it.
    times: Vec<Vec<(u32, u32, u32)>>,
    events: Vec<Vec<E>>,
}

impl<E> Default for Buckets<E> {
    fn default() -> Self {
        Buckets { shift: 0, times: Vec::new(), events: Vec::new() }
    }
}

impl<E> Buckets<E> {
    /// Empties the list for so many events a second, none of which comes later than `reach` ns after it is put away; memory
    /// is used again.
    pub(crate) fn lay_out(&mut self, per_second: f64, reach: u64) {
        // About 2000 events a bucket, which is never wider than the least latency.
        let width = (2000.0 * 1e9 / per_second) as u64;
        self.shift = width.max(64).ilog2().min(22);
        let count = ((reach >> self.shift) + 3).next_power_of_two() as usize;
        self.times.iter_mut().for_each(Vec::clear);
        self.events.iter_mut().for_each(Vec::clear);
        self.times.resize_with(count, Vec::new);
        self.events.resize_with(count, Vec::new);
    }

    /// Puts an event away until `at`.
    #[inline(always)]
    pub(crate) fn put_away(&mut self, at: u64, event: E) {
        let slot = (at >> self.shift) as usize & (self.times.len() - 1);
        let events = &mut self.events[slot];
        self.times[slot].push((at as u32, events.len() as u32, 0));
        events.push(event);
    }
}

/// A loop over turns and events.
pub(crate) trait Loop {
    /// What waits for its time.
    type Event;

    /// Whether there is anything left to do.
    fn goes_on(&mut self) -> bool {
        true
    }

    /// What waits.
    fn buckets(&mut self) -> &mut Buckets<Self::Event>;

    /// The turn of a node, in its interval number `lap`.
    fn turn(&mut self, now: u64, node: u32, lap: u64);

    /// An event.
    fn happen(&mut self, now: u64, event: &Self::Event);
}

/// Goes through all that happens before `end`, or until there is nothing left to do: turns at their offsets in every interval, in order, before events of their
/// instant.
pub(crate) fn drive<L: Loop>(turns: &[(u32, u32)], interval: u64, end: u64, world: &mut L) {
    let (mut sorted, mut cells) = (Vec::new(), Vec::new());
    let (mut day, mut cursor, mut lap) = (0, 0, 0);
    let shift = world.buckets().shift;
    while day << shift < end {
        let (begins, ends) = (day << shift, ((day + 1) << shift).min(end));
        let slot = day as usize % world.buckets().times.len();
        let mut times = std::mem::take(&mut world.buckets().times[slot]);
        let mut events = std::mem::take(&mut world.buckets().events[slot]);
        sort(&times, begins as u32, shift, &mut sorted, &mut cells);
        let mut coming = sorted.iter().peekable();
        while world.goes_on() {
            let (offset, node) = turns[cursor];
            let turn = lap * interval + u64::from(offset);
            if let Some(&&(after, place, _)) = coming.peek()
                && (turn >= ends || begins + u64::from(after) < turn)
                && begins + u64::from(after) < end
            {
                coming.next();
                world.happen(begins + u64::from(after), &events[place as usize]);
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
        times.clear();
        events.clear();
        world.buckets().times[slot] = times;
        world.buckets().events[slot] = events;
        if !world.goes_on() {
            return;
        }
        day += 1;
    }
}
