//! Distinct neighbours, every set of them equally likely.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::turn::Turn;
use crate::random::{Field, Use};

/// Anybody, with the same chance and independent of the turns before: the model of the published theorems.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Uniform {}

impl Uniform {
    /// Slot s draws among the neighbours not yet picked, so that fanout 3 begins with the picks of fanout 1. (A
    /// fanout that takes them all takes them in the order of the list.)
    #[inline(never)]
    pub(super) fn choose(&self, turn: Turn, degree: u32, fanout: u32, choices: &Field, picks: &mut Vec<u32>) {
        if fanout >= degree {
            picks.extend(0..degree);
            return;
        }
        match fanout {
            1 => picks.push(one(turn, degree, choices)),
            _ => pick_several(fanout, |number| draw(turn, degree, number, choices), picks),
        }
    }
}

/// So many picks of a turn may be of those to avoid; then the others are looked up.
const SPARE: u32 = 64;

/// See [`Peers::choose_others`](super::Peers::choose_others): all others are equally likely, because a random order without some
/// of those in it is a random order of the rest.
pub(super) fn choose_others(
    turn: Turn,
    degree: u32,
    fanout: u32,
    choices: &Field,
    avoid: impl Fn(u32) -> bool,
    picks: &mut Vec<u32>,
) {
    if fanout >= degree {
        return picks.extend((0..degree).filter(|&pick| !avoid(pick)));
    }
    let (all, mut sorted, mut number, mut avoided) = (picks.len() + fanout as usize, Vec::new(), 0, 0);
    while picks.len() < all && number < degree && avoided < SPARE {
        sorted.push(0);
        let pick = settle(draw(turn, degree, number, choices), &mut sorted);
        match avoid(pick) {
            true => avoided += 1,
            false => picks.push(pick),
        }
        number += 1;
    }
    if picks.len() == all || number == degree {
        return;
    }
    let mut left: Vec<u32> = (0..degree).filter(|pick| sorted.binary_search(pick).is_err() && !avoid(*pick)).collect();
    while picks.len() < all && !left.is_empty() {
        let rank = choices.below(left.len() as u32, turn.node.into(), turn.number, Use::PICK.slot(number));
        picks.push(left.swap_remove(rank as usize));
        number += 1;
    }
}

/// Pick `number` of a turn, as its rank among the neighbours not yet picked.
#[inline]
fn draw(turn: Turn, degree: u32, number: u32, choices: &Field) -> u32 {
    choices.below(degree - number, turn.node.into(), turn.number, Use::PICK.slot(number))
}

/// The only pick of a turn.
#[inline(always)]
pub(super) fn one(turn: Turn, degree: u32, choices: &Field) -> u32 {
    draw(turn, degree, 0, choices)
}

/// The last of the picks `numbers` of a turn; those before them are in `called` in ascending order, and these join them.
/// Nothing where there is no room for them.
#[inline]
pub(super) fn next(
    turn: Turn,
    degree: u32,
    numbers: RangeInclusive<u32>,
    choices: &Field,
    called: &mut [u32],
) -> Option<u32> {
    if *numbers.end() as usize >= called.len() {
        return None;
    }
    numbers.map(|number| settle(draw(turn, degree, number, choices), &mut called[..=number as usize])).last()
}

/// Appends `fanout` picks, of which pick s is the neighbour of rank `draw(s)` among those not yet picked.
#[inline]
fn pick_several(fanout: u32, draw: impl Fn(u32) -> u32, picks: &mut Vec<u32>) {
    // Behind the picks, the same in ascending order: `picks` itself is the scratch buffer.
    let (first, fanout) = (picks.len(), fanout as usize);
    picks.resize(first + 2 * fanout, 0);
    let (chosen, sorted) = picks[first..].split_at_mut(fanout);
    for (number, chosen) in chosen.iter_mut().enumerate() {
        *chosen = settle(draw(number as u32), &mut sorted[..=number]);
    }
    picks.truncate(first + fanout);
}

/// Up to so many picks are stepped over one by one.
const FEW: usize = 12;

/// The neighbour of this rank among those not yet picked. `sorted` has those picked in ascending order, and room for one
/// more, which it is. Nothing here branches on what was drawn.
#[inline]
fn settle(rank: u32, sorted: &mut [u32]) -> u32 {
    if sorted.len() > FEW {
        return settle_among_many(rank, sorted);
    }
    let Some((free, taken)) = sorted.split_last_mut() else { return rank };
    // The rank counts free neighbours only: step over those taken. It stays below the degree.
    let pick = taken.iter().fold(rank, |pick, &other| pick.wrapping_add(u32::from(other <= pick)));
    let mut greatest = pick;
    for other in taken {
        (*other, greatest) = (greatest.min(*other), greatest.max(*other));
    }
    *free = greatest;
    pick
}

/// The same by bisection.
fn settle_among_many(rank: u32, sorted: &mut [u32]) -> u32 {
    let last = sorted.len() - 1;
    // Before the pick at place i there are i picks, so as many free neighbours fewer than all.
    let (mut low, mut high) = (0, last);
    while low < high {
        let middle = low.midpoint(high);
        // Places are far below 2^32.
        if sorted[middle] - middle as u32 <= rank { low = middle + 1 } else { high = middle }
    }
    let pick = rank + low as u32;
    sorted.copy_within(low..last, low + 1);
    sorted[low] = pick;
    pick
}

#[cfg(test)]
mod tests {
    use super::super::testing::{choices, rank, z_of_equal_shares};
    use super::*;
    use crate::units::NodeId;

    fn picks(turn: Turn, degree: u32, fanout: u32, choices: &Field) -> Vec<u32> {
        let mut picks = Vec::new();
        Uniform {}.choose(turn, degree, fanout, choices, &mut picks);
        picks
    }

    /// Of all that are left, whatever the ranks: one by one, and by bisection.
    #[test]
    fn many_picks_are_settled_as_few_are() {
        for seed in 0..20_u32 {
            let (mut few, mut many) = (vec![0; 60], vec![0; 60]);
            for length in 1..=60_usize {
                let rank = (seed * 7919 + length as u32 * 104_729) % (61 - length as u32 % 50);
                let stepped = few[..length - 1].iter().fold(rank, |pick, &other| pick + u32::from(other <= pick));
                few[length - 1] = stepped;
                few[..length].sort_unstable();
                assert_eq!(settle_among_many(rank, &mut many[..length]), stepped);
                assert_eq!(few[..length], many[..length]);
                let mut own = many[..length].to_vec();
                own.retain(|pick| *pick != stepped);
                own.push(0);
                assert_eq!((settle(rank, &mut own), &own[..]), (stepped, &many[..length]));
            }
        }
    }

    #[test]
    fn a_greater_fanout_begins_with_the_picks_of_a_smaller_one() {
        let choices = choices(1);
        for number in 0..200 {
            let turn = Turn { node: NodeId::new(3), number };
            let most = picks(turn, 20, 19, &choices);
            for fanout in 0..19 {
                assert_eq!(picks(turn, 20, fanout, &choices), most[..fanout as usize]);
            }
        }
    }

    #[test]
    fn every_ordered_choice_is_equally_likely() {
        let choices = choices(2);
        for (degree, fanout, sequences) in [(7, 1, 7), (3, 2, 6), (5, 3, 60), (6, 5, 720)] {
            let mut counts = vec![0; sequences];
            for number in 0..100_000 {
                let turn = Turn { node: NodeId::new((number % 50) as u32), number: number / 50 };
                counts[rank(&picks(turn, degree, fanout, &choices), degree)] += 1;
            }
            let z = z_of_equal_shares(&counts);
            assert!(z.abs() <= 4.0, "{fanout} of {degree}: z = {z:.2}");
        }
    }

    #[test]
    fn the_only_pick_is_the_one_that_would_be_appended() {
        let (choices, rule) = (choices(4), super::super::Peers::Uniform(Uniform {}));
        for number in 0..100 {
            let turn = Turn { node: NodeId::new(8), number };
            assert_eq!(rule.only(turn, 7, 1, &choices), Some(picks(turn, 7, 1, &choices)[0]));
            assert_eq!([rule.only(turn, 7, 2, &choices), rule.only(turn, 1, 1, &choices)], [None; 2]);
        }
    }

    fn others(turn: Turn, degree: u32, fanout: u32, choices: &Field, avoid: impl Fn(u32) -> bool) -> Vec<u32> {
        let mut picks = Vec::new();
        choose_others(turn, degree, fanout, choices, avoid, &mut picks);
        picks
    }

    /// Also where nearly all are to be avoided, so that those left are looked up.
    #[test]
    fn those_to_avoid_are_passed_over_and_a_greater_fanout_begins_with_the_picks_of_a_smaller_one() {
        let choices = choices(7);
        for number in 0..100 {
            let turn = Turn { node: NodeId::new(4), number };
            for fanout in [1, 2, 5, 19, 20, 30] {
                assert_eq!(others(turn, 20, fanout, &choices, |_| false), picks(turn, 20, fanout, &choices));
            }
            for (degree, few) in [(20, 3), (2000, 3), (2000, 300)] {
                let avoid = |pick: u32| !pick.is_multiple_of(degree / few);
                let most = others(turn, degree, degree - 1, &choices, avoid);
                let mut all = most.clone();
                all.sort_unstable();
                assert!(all.into_iter().eq((0..degree).filter(|&pick| !avoid(pick))));
                for fanout in 1..3 {
                    let fewer = others(turn, degree, fanout, &choices, avoid);
                    assert_eq!(fewer.len(), fanout as usize);
                    assert_eq!(fewer, most[..fanout as usize]);
                }
            }
            assert!(others(turn, 500, 2, &choices, |_| true).is_empty());
        }
    }

    #[test]
    fn every_ordered_choice_of_others_is_equally_likely() {
        let choices = choices(8);
        // Of 7 without 2, of 300 with 4, most of which are looked up.
        for (degree, kept, fanout, sequences) in
            [(7, [0, 2, 3, 6, 4].as_slice(), 1, 5), (7, &[0, 2, 3, 6, 4], 3, 60), (300, &[5, 70, 71, 299], 2, 12)]
        {
            let mut counts = vec![0; sequences];
            for number in 0..20_000 {
                let turn = Turn { node: NodeId::new((number % 50) as u32), number: number / 50 };
                let picks = others(turn, degree, fanout, &choices, |pick| !kept.contains(&pick));
                let places: Vec<u32> =
                    picks.iter().map(|pick| kept.iter().position(|kept| kept == pick).unwrap() as u32).collect();
                counts[rank(&places, kept.len() as u32)] += 1;
            }
            let z = z_of_equal_shares(&counts);
            assert!(z.abs() <= 4.0, "{fanout} of {degree}: z = {z:.2}");
        }
    }

    #[test]
    fn what_is_in_picks_already_stays() {
        let mut picks = vec![99, 0];
        let turn = Turn { node: NodeId::new(0), number: 0 };
        Uniform {}.choose(turn, 10, 4, &choices(3), &mut picks);
        assert_eq!((picks.len(), &picks[..2]), (6, &[99, 0][..]));
    }
}
