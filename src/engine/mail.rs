//! How messages and timers wait in the future-event list: as slips of 8 bytes, which with the time of arrival make
//! events of 12.
//!
//! A slip is the message itself where it is small enough ([`Inline`]), else a handle into arrays ([`Slab`]). Nothing is
//! allocated message by message.

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt::Debug;
use std::marker::PhantomData;

use crate::units::{MAX_NODES, NodeId};

/// What travels: its kind is the engine's business, its content is not.
pub trait Message: Clone + Send {
    /// The names of the kinds, at most [`Tally::MAX_KINDS`](super::Tally::MAX_KINDS).
    const KINDS: &'static [&'static str];

    /// The number of its kind, below that of the names.
    fn kind(&self) -> usize;

    /// What it says besides its kind, as the event log has it: `key=value`, parted by blanks.
    fn content(&self) -> Cow<'static, str> {
        Cow::Borrowed("")
    }
}

/// A message from one node to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Envelope<M> {
    /// The sender.
    pub from: NodeId,
    /// The recipient.
    pub to: NodeId,
    /// Which leg of which conversation of its path and instant it is: the address of its draws. What is sent to the
    /// peers of a turn is leg 0, an answer the number after that of what it answers; what is sent through the context
    /// begins at multiples of 8.
    pub leg: u64,
    /// What it says.
    pub message: M,
}

impl<M> Envelope<M> {
    /// Which leg of its conversation it is, from 0.
    pub fn step(&self) -> u8 {
        // Below 8.
        step_of(self.leg) as u8
    }
}

/// Conversations begin at legs that are multiples of this.
pub(super) const LEGS: u64 = 8;

/// Which leg of its conversation a leg is, from 0.
pub fn step_of(leg: u64) -> u64 {
    leg % LEGS
}

/// A timer that a node has set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PendingTimer<T> {
    /// Whose it is.
    pub node: NodeId,
    /// How often the node had been down when it set the timer.
    pub life: u32,
    /// The address of the draws that are made when it expires.
    pub key: u64,
    /// What it is for.
    pub timer: T,
}

/// What a slip stands for.
pub enum Item<M, T> {
    /// A message arrives.
    Message(Envelope<M>),
    /// A timer expires.
    Timer(PendingTimer<T>),
    /// A message came to nobody, as its sender is told, if that has not been down since it had been this often.
    Bounce(u32, Envelope<M>),
}

/// Where messages and timers are while they wait.
pub trait Mail<M, T>: Default {
    /// What waits in the list.
    type Slip: Copy + Send + Debug;
    /// A message that has arrived and is not learned yet, of which there can be one for every node.
    type Arrived: Send;

    /// Keeps a message that has arrived.
    fn keep(envelope: Envelope<M>) -> Self::Arrived;

    /// The message that was kept.
    fn kept(arrived: Self::Arrived) -> Envelope<M>;

    /// Who will learn from it, and from whom.
    fn ends(arrived: &Self::Arrived) -> [NodeId; 2];

    /// Puts a message away.
    fn seal(&mut self, envelope: Envelope<M>) -> Self::Slip;

    /// Puts a timer away.
    fn seal_timer(&mut self, pending: PendingTimer<T>) -> Self::Slip;

    /// Puts the news away that a message came to nobody, which its sender, now in its life with this number, will be told;
    /// `None` where such news cannot wait.
    fn seal_bounce(&mut self, _life: u32, _envelope: Envelope<M>) -> Option<Self::Slip> {
        None
    }

    /// Puts a message away once of which many copies will be on their way, all of leg 0; where it is, or `None` where each copy
    /// has to be put away.
    fn share(&mut self, _from: NodeId, _message: &M) -> Option<u32> {
        None
    }

    /// A copy for `to` of the message that was shared at this place.
    fn copy(&mut self, _shared: u32, _to: NodeId) -> Option<Self::Slip> {
        None
    }

    /// No more copies are to come of the message that was shared at this place.
    fn end_copies(&mut self, _shared: u32) {}

    /// Takes out what a slip stands for; each slip is opened once.
    fn open(&mut self, slip: Self::Slip) -> Item<M, T>;

    /// Whether a slip stands for a timer.
    fn is_timer(slip: &Self::Slip) -> bool;

    /// Whether a slip stands for the news that a message came to nobody.
    fn is_bounce(_slip: &Self::Slip) -> bool {
        false
    }

    /// Whether a slip stands for a copy of a message that was shared.
    fn is_copy(_slip: &Self::Slip) -> bool {
        false
    }

    /// The node that will need its state for it.
    fn about(slip: &Self::Slip) -> NodeId;

    /// Reads what the slip stands for, ahead of its time; whom it comes from, if it is a message.
    fn touch(&self, _slip: &Self::Slip) -> Option<NodeId> {
        None
    }

    /// The kind of the message that a slip stands for, which is on its way; `None` for all else.
    fn kind(&self, slip: &Self::Slip) -> Option<usize>;

    /// Forgets everything, and keeps the memory.
    fn clear(&mut self) {}
}

/// A message that a few bits tell.
pub trait Coded: Message + Copy {
    /// Its number among all messages.
    fn code(self) -> u32;

    /// The message with this number; any beyond the last stands for some message.
    fn of_code(code: u32) -> Self;
}

/// A node's number takes so many bits.
const NODE: u32 = 27;
const _: () = assert!(MAX_NODES <= 1 << NODE, "a slip has no room for the number of a node");
/// What else fits in a word beside it.
const REST: u32 = u32::BITS - NODE;

/// Messages of `CODE` bits, at most 6, in conversations of at most 2^(10 - `CODE`) legs, which are the slips themselves;
/// there are no timers.
#[derive(Clone, Copy, Debug)]
pub struct Inline<M, const CODE: u32>(PhantomData<M>);

impl<M, const CODE: u32> Default for Inline<M, CODE> {
    fn default() -> Self {
        Inline(PhantomData)
    }
}

/// A message in two words of 32 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packed {
    /// The sender, the leg in the bits above, and the last bit of the message where it has 6.
    from: u32,
    /// The recipient, and the message in the bits above.
    to: u32,
}

impl<M: Coded, const CODE: u32> Inline<M, CODE> {
    /// How many legs a conversation may have.
    const LEGS: u32 = 1 << (2 * REST - CODE);

    #[inline(always)]
    fn pack(Envelope { from, to, leg, message }: Envelope<M>) -> Packed {
        let code = message.code();
        debug_assert!(leg < Self::LEGS.into() && code < 1 << CODE, "leg {leg} of message {code} does not fit");
        let more = if CODE > REST { code >> REST << (u32::BITS - 1) } else { 0 };
        Packed { from: from.number() | (leg as u32) << NODE | more, to: to.number() | code << NODE }
    }

    #[inline(always)]
    fn unpack(slip: Packed) -> Envelope<M> {
        let Packed { from, to } = slip;
        let above = from >> NODE;
        let code = to >> NODE | (above / Self::LEGS) << REST;
        Envelope {
            from: NodeId::new(from & ((1 << NODE) - 1)),
            to: Self::about(&slip),
            leg: (above % Self::LEGS).into(),
            message: M::of_code(code),
        }
    }
}

impl<M: Coded, const CODE: u32> Mail<M, Infallible> for Inline<M, CODE> {
    type Slip = Packed;
    type Arrived = Packed;

    #[inline(always)]
    fn keep(envelope: Envelope<M>) -> Packed {
        Self::pack(envelope)
    }

    #[inline(always)]
    fn kept(arrived: Packed) -> Envelope<M> {
        Self::unpack(arrived)
    }

    #[inline(always)]
    fn ends(arrived: &Packed) -> [NodeId; 2] {
        let Envelope { from, to, .. } = Self::unpack(*arrived);
        [to, from]
    }

    #[inline(always)]
    fn seal(&mut self, envelope: Envelope<M>) -> Packed {
        Self::pack(envelope)
    }

    fn seal_timer(&mut self, pending: PendingTimer<Infallible>) -> Packed {
        match pending.timer {}
    }

    #[inline(always)]
    fn open(&mut self, slip: Packed) -> Item<M, Infallible> {
        Item::Message(Self::unpack(slip))
    }

    #[inline(always)]
    fn is_timer(_: &Packed) -> bool {
        false
    }

    #[inline(always)]
    fn about(slip: &Packed) -> NodeId {
        NodeId::new(slip.to & ((1 << NODE) - 1))
    }

    fn kind(&self, slip: &Packed) -> Option<usize> {
        Some(Self::unpack(*slip).message.kind())
    }
}

/// Messages and timers of any size in two arrays, whose places are used again.
#[derive(Debug)]
pub struct Slab<M, T> {
    messages: Vec<Place<(NodeId, u64, M)>>,
    /// The first place without a message; [`NOWHERE`] if there is none.
    free_message: u32,
    timers: Vec<(u32, u64, T)>,
    free_timers: Vec<u32>,
    /// Messages that came to nobody, with the lives of their senders.
    bounces: Vec<Option<(u32, Envelope<M>)>>,
    free_bounces: Vec<u32>,
    /// Messages of which many copies are on their way, with their senders and the number of copies.
    shared: Vec<(NodeId, u32, M)>,
    free_shared: Vec<u32>,
}

impl<M, T> Default for Slab<M, T> {
    fn default() -> Self {
        Slab {
            messages: Vec::new(),
            free_message: NOWHERE,
            timers: Vec::new(),
            free_timers: Vec::new(),
            bounces: Vec::new(),
            free_bounces: Vec::new(),
            shared: Vec::new(),
            free_shared: Vec::new(),
        }
    }
}

/// A place for a message.
#[derive(Debug)]
enum Place<C> {
    Taken(C),
    /// Free, as is the place with this number.
    Free(u32),
}

/// No place.
const NOWHERE: u32 = u32::MAX;

/// A node, and where in the arrays its message, timer or bounce is.
#[derive(Clone, Copy, Debug)]
pub struct Handle {
    node: NodeId,
    place: u32,
}

/// Marks the place of a timer.
const TIMER: u32 = 1 << 31;
/// Marks the node of a bounce, above its number.
const BOUNCE: u32 = 1 << 31;
/// Marks the node of a copy, above its number.
const COPY: u32 = 1 << 30;

impl<M: Message, T: Copy> Mail<M, T> for Slab<M, T> {
    type Slip = Handle;
    type Arrived = Envelope<M>;

    #[inline(always)]
    fn keep(envelope: Envelope<M>) -> Envelope<M> {
        envelope
    }

    #[inline(always)]
    fn kept(arrived: Envelope<M>) -> Envelope<M> {
        arrived
    }

    #[inline(always)]
    fn ends(arrived: &Envelope<M>) -> [NodeId; 2] {
        [arrived.to, arrived.from]
    }

    #[inline(always)]
    fn seal(&mut self, Envelope { from, to, leg, message }: Envelope<M>) -> Handle {
        let content = Place::Taken((from, leg, message));
        let free = self.free_message;
        if let Some(place) = self.messages.get_mut(free as usize)
            && let Place::Free(next) = *place
        {
            self.free_message = next;
            *place = content;
            return Handle { node: to, place: free };
        }
        Handle { node: to, place: push(&mut self.messages, content) }
    }

    #[inline(always)]
    fn seal_timer(&mut self, PendingTimer { node, life, key, timer }: PendingTimer<T>) -> Handle {
        let content = (life, key, timer);
        let place = match self.free_timers.pop() {
            Some(place) => {
                self.timers[place as usize] = content;
                place
            }
            None => push(&mut self.timers, content),
        };
        Handle { node, place: place | TIMER }
    }

    fn seal_bounce(&mut self, life: u32, envelope: Envelope<M>) -> Option<Handle> {
        let node = NodeId::new(envelope.from.number() | BOUNCE);
        let content = Some((life, envelope));
        let place = match self.free_bounces.pop() {
            Some(place) => {
                self.bounces[place as usize] = content;
                place
            }
            None => push(&mut self.bounces, content),
        };
        Some(Handle { node, place })
    }

    fn share(&mut self, from: NodeId, message: &M) -> Option<u32> {
        // Whoever shares it holds one more, until all copies are made.
        let content = (from, 1, message.clone());
        Some(match self.free_shared.pop() {
            Some(place) => {
                self.shared[place as usize] = content;
                place
            }
            None => push(&mut self.shared, content),
        })
    }

    #[inline(always)]
    fn copy(&mut self, shared: u32, to: NodeId) -> Option<Handle> {
        self.shared[shared as usize].1 += 1;
        Some(Handle { node: NodeId::new(to.number() | COPY), place: shared })
    }

    #[inline(always)]
    fn end_copies(&mut self, shared: u32) {
        let copies = &mut self.shared[shared as usize].1;
        *copies -= 1;
        if *copies == 0 {
            self.free_shared.push(shared);
        }
    }

    #[inline(always)]
    fn open(&mut self, slip: Handle) -> Item<M, T> {
        if Self::is_copy(&slip) {
            let (from, _, message) = &self.shared[slip.place as usize];
            let envelope = Envelope { from: *from, to: Self::about(&slip), leg: 0, message: message.clone() };
            self.end_copies(slip.place);
            return Item::Message(envelope);
        }
        if Self::is_bounce(&slip)
            && let Some((life, envelope)) = self.bounces[slip.place as usize].take()
        {
            self.free_bounces.push(slip.place);
            return Item::Bounce(life, envelope);
        }
        let (node, place) = (slip.node, slip.place & !TIMER);
        if !Self::is_timer(&slip)
            && let Place::Taken((from, leg, message)) =
                std::mem::replace(&mut self.messages[place as usize], Place::Free(self.free_message))
        {
            self.free_message = place;
            return Item::Message(Envelope { from, to: node, leg, message });
        }
        self.free_timers.push(place);
        let (life, key, timer) = self.timers[place as usize];
        Item::Timer(PendingTimer { node, life, key, timer })
    }

    #[inline(always)]
    fn is_timer(slip: &Handle) -> bool {
        slip.place & TIMER != 0
    }

    #[inline(always)]
    fn is_bounce(slip: &Handle) -> bool {
        slip.node.number() & BOUNCE != 0
    }

    #[inline(always)]
    fn is_copy(slip: &Handle) -> bool {
        slip.node.number() & COPY != 0
    }

    #[inline(always)]
    fn about(slip: &Handle) -> NodeId {
        NodeId::new(slip.node.number() & !(BOUNCE | COPY))
    }

    #[inline(always)]
    fn touch(&self, slip: &Handle) -> Option<NodeId> {
        if Self::is_bounce(slip) {
            return None;
        }
        if Self::is_copy(slip) {
            return Some(self.shared[slip.place as usize].0);
        }
        let place = (slip.place & !TIMER) as usize;
        if Self::is_timer(slip) {
            std::hint::black_box(self.timers[place].1);
            return None;
        }
        match &self.messages[place] {
            Place::Taken((from, ..)) => Some(*from),
            _ => None,
        }
    }

    fn kind(&self, slip: &Handle) -> Option<usize> {
        if Self::is_copy(slip) {
            return Some(self.shared[slip.place as usize].2.kind());
        }
        let place = (slip.place & !TIMER) as usize;
        if !Self::is_timer(slip)
            && !Self::is_bounce(slip)
            && let Place::Taken((.., message)) = &self.messages[place]
        {
            return Some(message.kind());
        }
        None
    }

    fn clear(&mut self) {
        self.messages.clear();
        self.free_message = NOWHERE;
        self.timers.clear();
        self.free_timers.clear();
        self.bounces.clear();
        self.free_bounces.clear();
        self.shared.clear();
        self.free_shared.clear();
    }
}

/// Appends `content`; where memory is short, this unwinds to [`catch`](crate::memory::catch).
fn push<C>(places: &mut Vec<C>, content: C) -> u32 {
    if places.len() == places.capacity() {
        crate::memory::or_unwind(crate::memory::reserve(places, places.len().max(64)));
    }
    places.push(content);
    (places.len() - 1) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A message of one of 64 codes.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    struct Code(u32);

    impl Message for Code {
        const KINDS: &'static [&'static str] = &["even", "odd"];

        fn kind(&self) -> usize {
            (self.0 % 2) as usize
        }
    }

    impl Coded for Code {
        fn code(self) -> u32 {
            self.0
        }

        fn of_code(code: u32) -> Self {
            Code(code)
        }
    }

    fn message<M, T>(item: Item<M, T>) -> Option<Envelope<M>> {
        match item {
            Item::Message(envelope) => Some(envelope),
            Item::Timer(_) | Item::Bounce(..) => None,
        }
    }

    #[test]
    fn what_is_packed_comes_out_as_it_went_in() {
        fn keeps<const CODE: u32>() {
            let mut mail = Inline::<Code, CODE>::default();
            let last = u64::from(Inline::<Code, CODE>::LEGS) - 1;
            for message in (0..1 << CODE).map(Code) {
                for (from, to, leg) in [(0, MAX_NODES - 1, 0), (MAX_NODES - 1, 0, last), (12_345, 678, 3)] {
                    let envelope = Envelope { from: NodeId::new(from), to: NodeId::new(to), leg, message };
                    let slip = mail.seal(envelope);
                    assert_eq!(
                        (Inline::<Code, CODE>::about(&slip), mail.kind(&slip)),
                        (envelope.to, Some(message.kind()))
                    );
                    assert_eq!(self::message(mail.open(slip)), Some(envelope));
                }
            }
        }
        keeps::<5>();
        keeps::<6>();
        assert_eq!(std::mem::size_of::<Packed>(), 8);
    }

    #[test]
    fn a_slab_gives_back_what_it_was_given_and_uses_its_places_again() {
        let mut mail = Slab::<Code, u8>::default();
        let envelope = |leg| Envelope { from: NodeId::new(7), to: NodeId::new(9), leg, message: Code(leg as u32) };
        let pending = |key| PendingTimer { node: NodeId::new(3), life: 2, key, timer: key as u8 };
        for round in 0..3 {
            let slips: Vec<Handle> = (0..100).map(|leg| mail.seal(envelope(leg))).collect();
            let timers: Vec<Handle> = (0..50).map(|key| mail.seal_timer(pending(key))).collect();
            let bounces: Vec<Handle> = (0..20).filter_map(|leg| mail.seal_bounce(leg, envelope(leg.into()))).collect();
            assert!(timers.iter().all(Slab::<Code, u8>::is_timer) && !slips.iter().any(Slab::<Code, u8>::is_timer));
            for (leg, slip) in slips.into_iter().enumerate().rev() {
                assert_eq!(mail.kind(&slip), Some(leg % 2));
                assert_eq!(message(mail.open(slip)), Some(envelope(leg as u64)), "round {round}");
            }
            let shared = mail.share(NodeId::new(7), &Code(3)).unwrap();
            let copies: Vec<Handle> = (0..9).filter_map(|to| mail.copy(shared, NodeId::new(to))).collect();
            mail.end_copies(shared);
            for (to, slip) in copies.into_iter().enumerate() {
                assert!(Slab::<Code, u8>::is_copy(&slip) && !Slab::<Code, u8>::is_timer(&slip));
                assert_eq!((mail.kind(&slip), mail.touch(&slip)), (Some(1), Some(NodeId::new(7))));
                let expected = Envelope { to: NodeId::new(to as u32), message: Code(3), ..envelope(0) };
                assert_eq!(message(mail.open(slip)), Some(expected), "round {round}");
            }
            for (key, slip) in timers.into_iter().enumerate() {
                assert_eq!(mail.kind(&slip), None);
                assert!(matches!(mail.open(slip), Item::Timer(found) if found == pending(key as u64)));
            }
            for (leg, slip) in bounces.into_iter().enumerate() {
                let is = [Slab::<Code, u8>::is_bounce(&slip), Slab::<Code, u8>::is_timer(&slip)];
                assert_eq!(
                    (is, Slab::<Code, u8>::about(&slip), mail.kind(&slip)),
                    ([true, false], envelope(0).from, None)
                );
                let bounce = mail.open(slip);
                assert!(
                    matches!(bounce, Item::Bounce(life, found) if (life as usize, found) == (leg, envelope(leg as u64)))
                );
            }
        }
        assert_eq!((mail.messages.len(), mail.timers.len(), mail.bounces.len()), (100, 50, 20));
        assert_eq!((mail.shared.len(), &*mail.free_shared), (1, &[0][..]));
        assert_eq!(std::mem::size_of::<Handle>(), 8);
    }
}
