//! What the engine counts, and that it adds up: of every kind of message, sent + duplicated = delivered + lost + cut +
//! refused + dropped + corrupted + overflowed + in flight.

use thiserror::Error;

/// Messages by kind.
pub type ByKind = [u64; Tally::MAX_KINDS];

/// Running totals of a run, by kind of message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Turns taken.
    pub turns: u64,
    /// Timers set.
    pub timers_set: u64,
    /// Timers that expired, those of nodes that have been down since they set them included.
    pub timers: u64,
    /// What was done to nodes from outside.
    pub inputs: u64,
    /// Messages sent.
    pub sent: ByKind,
    /// Bytes of payload sent, beside headers, where messages differ in size.
    pub payload: ByKind,
    /// Packets sent beyond the first of each message, where packets have only so much room.
    pub further_packets: u64,
    /// Messages that reached their recipient.
    pub delivered: ByKind,
    /// Messages that the network lost.
    pub lost: ByKind,
    /// Messages that a partition, or a cut of their path, kept from going.
    pub cut: ByKind,
    /// Messages that their recipients refused, where they take only so many.
    pub refused: ByKind,
    /// Messages whose recipient was down when they arrived, or went down while it was receiving them.
    pub dropped: ByKind,
    /// Copies of messages that the network made.
    pub duplicated: ByKind,
    /// Messages that arrive corrupted, and are discarded.
    pub corrupted: ByKind,
    /// Messages for which a queue of their sender or their recipient had no room.
    pub overflowed: ByKind,
}

impl Tally {
    /// So many kinds of message may a protocol have.
    pub const MAX_KINDS: usize = 10;

    /// Events simulated: turns, timers, inputs and deliveries.
    pub fn events(&self) -> u64 {
        self.turns + self.timers + self.inputs + total(&self.delivered) + total(&self.dropped)
    }

    /// Messages of the kind that are on their way; `None` if more arrived than were sent.
    pub fn in_flight(&self, kind: usize) -> Option<u64> {
        let gone = [&self.lost, &self.cut, &self.refused, &self.dropped, &self.corrupted, &self.overflowed];
        let gone: u64 = gone.into_iter().map(|by| by[kind]).sum();
        (self.sent[kind] + self.duplicated[kind]).checked_sub(self.delivered[kind].checked_add(gone)?)
    }

    /// Holds the totals against what is waiting at the end of a run: messages by kind, and timers.
    ///
    /// # Errors
    /// The first kind of message that does not add up, else the timers.
    pub(super) fn balance(&self, kinds: &[&'static str], waiting: &ByKind, timers: u64) -> Result<(), Imbalance> {
        for (kind, (&name, &waiting)) in kinds.iter().zip(waiting).enumerate() {
            if self.in_flight(kind) != Some(waiting) {
                let counted = [
                    (self.sent[kind], "sent + "),
                    (self.duplicated[kind], "duplicated, "),
                    (self.delivered[kind], "delivered + "),
                    (self.lost[kind], "lost + "),
                    (self.cut[kind], "cut + "),
                    (self.refused[kind], "refused + "),
                    (self.dropped[kind], "dropped + "),
                    (self.corrupted[kind], "corrupted + "),
                    (self.overflowed[kind], "overflowed + "),
                    (waiting, "in flight"),
                ];
                let counted = counted.map(|(count, what)| format!("{count} {what}")).concat().into();
                return Err(Imbalance::Messages { kind: name, counted });
            }
        }
        let (set, expired) = (self.timers_set, self.timers);
        if set == expired + timers { Ok(()) } else { Err(Imbalance::Timers { set, expired, waiting: timers }) }
    }
}

/// Messages of all kinds.
pub fn total(by_kind: &ByKind) -> u64 {
    by_kind.iter().sum()
}

/// The totals of a run do not add up: a fault of the program, never of its input.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Imbalance {
    /// Messages of one kind.
    #[error("the totals do not add up: messages of kind `{kind}`: {counted}")]
    #[allow(missing_docs)] // As in the message.
    Messages { kind: &'static str, counted: Box<str> },
    /// Timers.
    #[error("the totals do not add up: {set} timers set, {expired} expired + {waiting} waiting")]
    #[allow(missing_docs)] // As in the message.
    Timers { set: u64, expired: u64, waiting: u64 },
    /// The protocol's own totals are not those of a recount over all live nodes.
    #[error("the totals do not add up: what the protocol counted differs from a recount over {live} live nodes")]
    Recount {
        /// Nodes that are up.
        live: u64,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_is_counted_twice_or_not_at_all_is_named() {
        let mut tally = Tally::default();
        tally.sent[..2].copy_from_slice(&[9, 5]);
        tally.delivered[..2].copy_from_slice(&[3, 5]);
        (tally.lost[0], tally.cut[0], tally.refused[0], tally.dropped[0]) = (1, 1, 1, 1);
        let mut waiting = ByKind::default();
        waiting[0] = 2;
        let kinds = ["update", "request"];
        assert_eq!(tally.balance(&kinds, &waiting, 0), Ok(()));
        let text = |tally: Tally| tally.balance(&kinds, &waiting, 0).unwrap_err().to_string();
        for change in [
            |tally: &mut Tally| tally.sent[0] += 1,
            |tally: &mut Tally| tally.delivered[0] += 1,
            |tally: &mut Tally| tally.lost[0] -= 1,
            |tally: &mut Tally| tally.cut[0] += 1,
            |tally: &mut Tally| tally.refused[0] = 9,
            |tally: &mut Tally| tally.dropped[0] = 0,
            |tally: &mut Tally| tally.duplicated[0] = 1,
            |tally: &mut Tally| tally.corrupted[0] = 1,
            |tally: &mut Tally| tally.overflowed[0] = 1,
        ] {
            let mut wrong = tally;
            change(&mut wrong);
            assert!(text(wrong).contains("of kind `update`: "), "{}", text(wrong));
        }
        let timers = Tally { timers_set: 3, timers: 1, ..tally };
        assert!(text(timers).contains("3 timers set, 1 expired + 0 waiting"));
        assert_eq!(timers.balance(&kinds, &waiting, 2), Ok(()));
    }
}
