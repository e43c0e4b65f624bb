//! Those whose calls were refused in a round, and whom they have called.

use crate::units::NodeId;

/// The callers of a round who were refused; memory that the next round uses again.
///
/// A caller's place is that of its first refusal. Waves of calls go through them in this order, so that what is known
/// of them is read from one end to the other.
#[derive(Debug)]
pub(super) struct Hunting<M> {
    /// The place of each node among the callers, and 1 more; 0 of those that were not refused. Empty where nobody calls twice.
    places: Vec<u32>,
    callers: Vec<Caller<M>>,
    /// The calls of each caller that were refused in this wave.
    refused: Vec<u32>,
    /// The peers that the callers have called, in rooms that are twice as long whenever they are full: few hunt for long.
    called: Vec<u32>,
    /// How long a room is at first, and at most; 0 where nothing is remembered.
    rooms: [u32; 2],
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
    /// Where its room begins, and how long it is.
    first: usize,
    room: u32,
}

/// A caller with a call that was refused, and a scratch buffer for finding the next peer.
pub(super) struct Hunter<'a, M> {
    pub(super) caller: &'a mut Caller<M>,
    pub(super) called: &'a mut [u32],
    pub(super) picks: &'a mut Vec<u32>,
}

/// The place of a caller that has none yet.
pub(super) const UNREFUSED: u32 = u32::MAX;

/// A call that was refused.
#[derive(Debug)]
pub(super) struct Refused<M> {
    /// Whose it was.
    pub(super) node: NodeId,
    /// What it said.
    pub(super) message: M,
    /// The place of its caller among those who were refused, or [`UNREFUSED`].
    pub(super) place: u32,
}

impl<M> Default for Hunting<M> {
    fn default() -> Self {
        Hunting {
            places: Vec::new(),
            callers: Vec::new(),
            refused: Vec::new(),
            called: Vec::new(),
            rooms: [0; 2],
            picks: Vec::new(),
        }
    }
}

impl<M> Hunting<M> {
    /// A new round, in which at first so many peers that a caller has called are remembered, and so many at most; `lone` if
    /// nobody calls twice.
    pub(super) fn clear(&mut self, nodes: u32, rooms: [u32; 2], lone: bool) {
        self.places.clear();
        self.places.resize(if lone { 0 } else { nodes as usize }, 0);
        self.callers.clear();
        self.refused.clear();
        self.called.clear();
        self.rooms = rooms;
    }

    /// Notes that a call was refused.
    #[inline(always)]
    pub(super) fn refuse(&mut self, Refused { node, message, place }: Refused<M>) {
        let place = if place == UNREFUSED { self.place(node, message) } else { place };
        self.refused[place as usize] += 1;
    }

    /// The place of a caller, who gets the next if it was not refused yet.
    #[inline(always)]
    fn place(&mut self, node: NodeId, message: M) -> u32 {
        // As many as nodes, at most.
        let next = self.callers.len() as u32;
        if let Some(place) = self.places.get_mut(node.index()) {
            if *place > 0 {
                return *place - 1;
            }
            *place = next + 1;
        }
        self.callers.push(Caller { node, message, tried: 0, given_up: 0, first: 0, room: 0 });
        self.refused.push(0);
        next
    }

    /// The caller at `place` with a call that was refused in this wave, which is not among those any more.
    #[inline(always)]
    pub(super) fn hunter(&mut self, place: u32) -> Option<Hunter<'_, M>> {
        let place = place as usize;
        self.refused[place] = self.refused[place].checked_sub(1)?;
        let [first, most] = self.rooms;
        let caller = &mut self.callers[place];
        // The peers of its turn, those that it has tried, and the next.
        if caller.tried + first > caller.room && caller.room < most {
            let own = caller.first..caller.first + caller.room as usize;
            caller.first = self.called.len();
            caller.room = (2 * caller.room).clamp(first.min(most), most);
            self.called.extend_from_within(own);
            self.called.resize(caller.first + caller.room as usize, 0);
        }
        let called = &mut self.called[caller.first..caller.first + caller.room as usize];
        Some(Hunter { caller, called, picks: &mut self.picks })
    }

    /// The callers, in whatever order.
    pub(super) fn callers(&self) -> &[Caller<M>] {
        &self.callers
    }
}
