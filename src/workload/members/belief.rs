//! What is held of a member, in one number: of two statements about a member the greater one wins.

use std::fmt;

/// What is held of a member.
///
/// A member lives under an incarnation number, which it alone raises, to refute what others suspect (SWIM, section 4.2).
/// Above that stands its generation: a process that takes part anew begins the next one. The order is that of
/// precedence: a later generation beats everything of earlier ones; within one, faulty and left beat everything else, then
/// a later incarnation beats earlier ones, and within one suspect beats alive, and left faulty. A member that leaves says
/// so under its last incarnation, which beats whatever others say of it. So statements may come in any order, and more
/// than once: each member ends up with the greatest of those it has heard.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Belief(u64);

const SUSPECT: u64 = 1;
const INCARNATION: u64 = 2;
/// It is faulty or, with [`SUSPECT`], has left.
const GONE: u64 = 1 << 30;
const LEFT: u64 = GONE | SUSPECT;
const GENERATION: u64 = 1 << 31;

impl Belief {
    /// Nothing is known of it.
    pub const UNKNOWN: Belief = Belief(0);

    /// Alive, in the first incarnation of its first generation.
    pub const FIRST: Belief = Belief(GENERATION);

    /// Alive, in the first incarnation of this generation. There are 2^33 - 1, from 1; others are taken for the nearest.
    pub const fn alive(generation: u64) -> Self {
        let last = u64::MAX / GENERATION;
        Belief(
            if generation < 1 {
                1
            } else if generation > last {
                last
            } else {
                generation
            } * GENERATION,
        )
    }

    /// Whether anything is known of it.
    pub const fn is_known(self) -> bool {
        self.0 != 0
    }

    /// Whether it is known, and neither suspected nor faulty.
    pub const fn is_alive(self) -> bool {
        self.is_known() && self.0 & LEFT == 0
    }

    /// Whether it is suspected, and not faulty.
    pub const fn is_suspect(self) -> bool {
        self.0 & LEFT == SUSPECT
    }

    /// Whether it is faulty.
    pub const fn is_faulty(self) -> bool {
        self.0 & LEFT == GONE
    }

    /// Whether it has left, as it said itself.
    pub const fn has_left(self) -> bool {
        self.0 & LEFT == LEFT
    }

    /// Whether it is no member any longer: faulty, or left.
    pub const fn is_gone(self) -> bool {
        self.0 & GONE != 0
    }

    /// Which generation of the member it is about, from 1; 0 where nothing is known.
    pub const fn generation(self) -> u64 {
        self.0 / GENERATION
    }

    /// Which incarnation within the generation, from 0.
    pub const fn incarnation(self) -> u64 {
        self.0 % GONE / INCARNATION
    }

    /// Suspected in this incarnation.
    pub const fn suspected(self) -> Self {
        Belief(self.0 | SUSPECT)
    }

    /// Faulty, in this generation.
    pub const fn failed(self) -> Self {
        Belief((self.0 | GONE) & !SUSPECT)
    }

    /// Has left in this incarnation.
    pub const fn left(self) -> Self {
        Belief(self.0 | LEFT)
    }

    /// Alive in the next incarnation: beats that it is suspected in this one. The last one, which is out of reach, has no
    /// next.
    pub const fn refuted(self) -> Self {
        let alive = self.0 & !LEFT;
        Belief(if self.incarnation() == GONE / INCARNATION - 1 { alive } else { alive + INCARNATION })
    }

    /// Alive in the next generation: beats everything about this one.
    pub const fn renewed(self) -> Self {
        Belief::alive(self.generation().saturating_add(1))
    }
}

impl fmt::Debug for Belief {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let standing = match *self {
            Belief::UNKNOWN => "unknown",
            belief if belief.is_faulty() => "faulty",
            belief if belief.has_left() => "left",
            belief if belief.is_suspect() => "suspect",
            _ => "alive",
        };
        write!(f, "{standing} {}.{}", self.generation(), self.incarnation())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
    enum Standing {
        Alive,
        Suspect,
        Faulty,
        Left,
    }
    use Standing::{Alive, Faulty, Left, Suspect};

    fn belief(generation: u64, incarnation: u64, standing: Standing) -> Belief {
        let alive = (0..incarnation).fold(Belief::alive(generation), |belief, _| belief.refuted());
        match standing {
            Alive => alive,
            Suspect => alive.suspected(),
            Faulty => alive.failed(),
            Left => alive.left(),
        }
    }

    /// SWIM, section 4.2, word by word, and a member that leaves, which is as final as a confirmation; whether the first
    /// overrides the second.
    fn overrides((one, i): (Standing, u64), (other, j): (Standing, u64)) -> bool {
        match (one, other) {
            (Suspect, Suspect) | (Alive, Suspect | Alive) => i > j,
            (Suspect, Alive) => i >= j,
            (Faulty | Left, Alive | Suspect) => true,
            (Alive | Suspect, Faulty | Left) => false,
            // Of two confirmations neither says anything new. The member itself knows its last incarnation.
            (Faulty, Faulty | Left) | (Left, Left) => i > j,
            (Left, Faulty) => i >= j,
        }
    }

    proptest! {
        #[test]
        fn the_greater_statement_is_the_one_that_overrides_in_the_paper(
            i in 0_u64..5, j in 0_u64..5, one in 0..4, other in 0..4,
            generation in 1_u64..4, later in 1_u64..4,
        ) {
            let standing = |number: i32| [Alive, Suspect, Faulty, Left][number as usize];
            let [first, second] = [(one, i), (other, j)].map(|(number, i)| (standing(number), i));
            let [a, b] = [first, second].map(|(standing, i)| belief(generation, i, standing));
            prop_assert_eq!(a > b, overrides(first, second), "{:?} {:?}", a, b);
            prop_assert!(belief(generation + later, i, first.0) > b, "a later generation beats everything");
            prop_assert!(a > Belief::UNKNOWN);
            let standings = [a.is_alive(), a.is_suspect(), a.is_faulty(), a.has_left()];
            prop_assert_eq!(standings, [Alive, Suspect, Faulty, Left].map(|standing| first.0 == standing));
            prop_assert_eq!(a.is_gone(), a.is_faulty() || a.has_left());
            prop_assert_eq!((a.generation(), a.incarnation()), (generation, i));
        }
    }

    #[test]
    fn who_refutes_beats_what_was_suspected_and_who_begins_anew_what_was_confirmed() {
        let suspected = Belief::FIRST.refuted().suspected();
        assert!(suspected.refuted() > suspected && suspected.refuted().is_alive());
        let failed = suspected.failed();
        assert!(failed > suspected.refuted() && failed.refuted() < failed);
        assert!(failed.renewed() > failed && failed.renewed().is_alive());
        assert_eq!((Belief::FIRST, Belief::alive(0)), (Belief::alive(1), Belief::FIRST));
        let last = Belief::alive(u64::MAX);
        assert_eq!((last.renewed(), last.is_alive()), (last, true));
    }
}
