//! Gossip among nodes that never stop: all there is to remember of an update is whether a node has it.

use super::gossip::{Opening, reply};
use super::{EncodedMessage, Exchange, Learned, Message, RumorRules};
use crate::random::Draw;
use crate::workload::Strategy;

/// [`Gossip`](super::Gossip) with [`Spread::FOREVER`](super::Spread::FOREVER), word for word, in half the memory: most
/// runs are of this kind, and how many states fit in the cache is how fast they are.
#[derive(Clone, Copy, Debug)]
pub struct AntiEntropy {
    /// What a node says in its turn that has the update not, and that has it.
    words: [Option<EncodedMessage>; 2],
}

impl AntiEntropy {
    /// The protocol of `strategy`; `exchange` matters to push-pull only.
    pub fn new(strategy: Strategy, exchange: Exchange) -> Self {
        let opening = Opening::of(strategy, exchange);
        AntiEntropy {
            words: [false, true].map(|knows| opening.opening_message(knows, knows).map(EncodedMessage::from)),
        }
    }
}

impl RumorRules for AntiEntropy {
    type State = bool;

    const TURNS_CHANGE_STATES: bool = false;
    const BY_STATE: bool = true;

    fn origin(&self) -> bool {
        true
    }

    #[inline]
    fn turn(&self, knows: &mut bool, _: Draw<'_>) -> Option<Message> {
        self.words[usize::from(*knows)].map(EncodedMessage::decode)
    }

    #[inline]
    fn encoded_turn(&self, knows: &mut bool, _: Draw<'_>) -> Option<EncodedMessage> {
        self.words[usize::from(*knows)]
    }

    #[inline]
    fn answer(&self, knows: &bool, message: Message) -> Option<Message> {
        reply(*knows, *knows, message)
    }

    #[inline]
    fn learn(&self, knows: &mut bool, message: Message) -> Learned {
        match (Self::carries(message), std::mem::replace(knows, *knows || Self::carries(message))) {
            (true, true) => Learned::Redundant,
            (true, false) => Learned::News,
            (false, _) => Learned::Nothing,
        }
    }

    #[inline]
    fn settled(&self, knows: &bool, message: Message) -> Option<Learned> {
        match (Self::carries(message), *knows) {
            (true, true) => Some(Learned::Redundant),
            (true, false) => None,
            (false, _) => Some(Learned::Nothing),
        }
    }

    fn idle_state(&self) -> Option<bool> {
        [false, true].into_iter().find(|&knows| self.words[usize::from(knows)].is_none())
    }

    #[inline]
    fn carries(message: Message) -> bool {
        message == Message::Update
    }

    #[inline]
    fn informed(&self, knows: &bool) -> bool {
        *knows
    }

    #[inline]
    fn spreading(&self, knows: &bool) -> bool {
        *knows
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Gossip, Spread};
    use super::*;
    use crate::random::{Chance, Purpose};

    #[test]
    fn it_says_and_learns_what_gossip_without_end_does() {
        let coins = Chance { seed: 1, nodes: 2, replicate: 0 }.field(Purpose::Protocol);
        let luck = Draw::new(&coins, 0, 0);
        for strategy in [Strategy::Push, Strategy::Pull, Strategy::PushPull] {
            for exchange in [Exchange::Eager, Exchange::Digest] {
                let (short, full) =
                    (AntiEntropy::new(strategy, exchange), Gossip::new(strategy, exchange, Spread::FOREVER));
                for (knows, state) in [(false, Default::default()), (true, full.origin())] {
                    let what = format!("{strategy}, {exchange:?}, knows: {knows}");
                    let (mut one, mut other) = (knows, state);
                    let words = short.turn(&mut one, luck);
                    assert_eq!(words, full.turn(&mut other, luck), "{what}");
                    assert_eq!((one, other), (knows, state), "{what}: no turn changes a state");
                    assert_eq!(short.idle_state() == Some(knows), words.is_none(), "{what}");
                    // Those that nodes say which never stop.
                    for message in Message::ALL.into_iter().take(5) {
                        let (mut one, mut other) = (knows, state);
                        assert_eq!(short.answer(&knows, message), full.answer(&state, message), "{what}, {message:?}");
                        assert_eq!(short.settled(&knows, message), full.settled(&state, message), "{what}");
                        let learned = short.learn(&mut one, message);
                        assert_eq!(learned, full.learn(&mut other, message), "{what}, {message:?}");
                        let after = (full.informed(&other), full.spreading(&other));
                        assert_eq!((short.informed(&one), short.spreading(&one)), after, "{what}, {message:?}");
                    }
                }
                assert!(short.origin());
            }
        }
    }
}
