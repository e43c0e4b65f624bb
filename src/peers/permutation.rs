//! Random orders that are never stored: the neighbour at a place of a list is worked out from the place.

use crate::random::{Field, Use};
use crate::units::NodeId;

/// Up to this many neighbours an order is shuffled anew each time it is asked for.
const SHORT: usize = 64;
/// Rounds of the cipher that orders longer lists. Three make a random order of long blocks (Luby and Rackoff 1988);
/// the others are for blocks as short as ours.
const ROUNDS: u32 = 8;

/// The random order of one node's neighbours in one lap.
#[derive(Clone, Copy, Debug)]
pub(super) struct Order<'a> {
    pub(super) choices: &'a Field,
    pub(super) node: NodeId,
    pub(super) lap: u64,
    pub(super) degree: u32,
}

impl Order<'_> {
    /// Appends the neighbours at `first` and the `count` - 1 places after it, going around at the end.
    pub(super) fn append(&self, first: u32, count: u32, picks: &mut Vec<u32>) {
        let degree = u64::from(self.degree);
        let places = (u64::from(first)..u64::from(first) + u64::from(count)).map(|place| (place % degree) as u32);
        if self.degree as usize <= SHORT {
            let list = self.shuffled(first.saturating_add(count).min(self.degree));
            picks.extend(places.map(|place| u32::from(list[place as usize])));
        } else {
            picks.extend(places.map(|place| self.at(place)));
        }
    }

    /// The neighbour at one `place`, which is below the degree.
    #[inline]
    pub(super) fn pick(&self, place: u32) -> u32 {
        if self.degree as usize <= SHORT { self.shuffled(place + 1)[place as usize].into() } else { self.at(place) }
    }

    /// A list shuffled up to place `settled` (Fisher and Yates from the front: a place is final once its own swap is
    /// done). Every order is equally likely. Swap s draws at slot s.
    fn shuffled(&self, settled: u32) -> [u8; SHORT] {
        let mut list = std::array::from_fn(|index| index as u8);
        for place in 0..settled {
            let other = place + self.draw(place, self.degree - place);
            list.swap(place as usize, other as usize);
        }
        list
    }

    /// The neighbour at `place`, by a cipher whose blocks are the numbers below the degree (Black and Rogaway,
    /// "Ciphers with arbitrary finite domains", CT-RSA 2002): a Feistel network on the smallest square that holds
    /// them, applied again while it leads out of the list. Each round function is a row of the field.
    #[inline]
    fn at(&self, place: u32) -> u32 {
        let side = side(self.degree);
        let mut place = place;
        loop {
            place = self.encipher(place, side);
            if place < self.degree {
                return place;
            }
        }
    }

    /// One pass through the Feistel network on the numbers below `side`^2, which all fit: `side` is at most 2^16.
    /// Round r on the half h draws at slot r·2^16 + h.
    #[inline]
    fn encipher(&self, place: u32, side: u32) -> u32 {
        let (mut left, mut right) = (place / side, place % side);
        for round in 0..ROUNDS {
            let sum = left + self.draw(round << 16 | right, side);
            (left, right) = (right, if sum >= side { sum - side } else { sum });
        }
        left * side + right
    }

    /// A number below `bound`: draw `number` of this order.
    #[inline]
    fn draw(&self, number: u32, bound: u32) -> u32 {
        self.choices.below(bound, self.node.into(), self.lap, Use::ORDER.slot(number))
    }
}

/// The neighbours at one place each of several orders, by all of which a round of the cipher is taken before the next, so
/// that none of them waits for another.
pub(super) fn at_once(orders: &[(Order<'_>, u32)], picks: &mut [u32]) {
    for (orders, picks) in orders.chunks(LANES).zip(picks.chunks_mut(LANES)) {
        let mut lanes = [Lane::default(); LANES];
        let long = |order: &Order<'_>| order.degree as usize > SHORT;
        for (lane, (order, place)) in lanes.iter_mut().zip(orders).filter(|(_, (order, _))| long(order)) {
            *lane = Lane::new(order, *place);
        }
        for round in 0..ROUNDS {
            lanes.iter_mut().for_each(|lane| lane.step(round));
        }
        for (((order, place), pick), lane) in orders.iter().zip(picks).zip(lanes) {
            let found = lane.left * lane.side + lane.right;
            // A number drawn once too often, or one that leads out of the list, is rare.
            let sound = long(order) && !lane.rejected && found < order.degree;
            *pick = if sound { found } else { order.pick(*place) };
        }
    }
}

/// Orders that go through a round of the cipher together.
const LANES: usize = 16;

/// An order on its way through the cipher.
#[derive(Clone, Copy, Default)]
struct Lane {
    folded: u64,
    side: u32,
    left: u32,
    right: u32,
    rejected: bool,
}

impl Lane {
    #[inline]
    fn new(order: &Order<'_>, place: u32) -> Self {
        let side = side(order.degree);
        let folded = order.choices.fold(order.node.into(), order.lap);
        Lane { folded, side, left: place / side, right: place % side, rejected: false }
    }

    /// One round: see [`Order::encipher`].
    #[inline(always)]
    fn step(&mut self, round: u32) {
        let number = Field::mix(self.folded, Use::ORDER.slot(round << 16 | self.right));
        let product = u128::from(number) * u128::from(self.side);
        self.rejected |= (product as u64) < u64::from(self.side);
        let sum = self.left + (product >> 64) as u32;
        (self.left, self.right) = (self.right, if sum >= self.side { sum - self.side } else { sum });
    }
}

/// The side of the smallest square that holds the numbers below `degree`, at least 1.
#[inline]
fn side(degree: u32) -> u32 {
    // IEEE 754 rounds a square root correctly, so that of a number of 32 bits has the right whole part.
    f64::from(degree - 1).sqrt() as u32 + 1
}

#[cfg(test)]
mod tests {
    use super::super::testing::{choices, rank, z_of_equal_shares};
    use super::*;

    /// The picks at `places` in the orders of the first `laps` laps of 10 nodes.
    fn over_laps<'a>(degree: u32, laps: u64, places: &'a [u32], choices: &'a Field) -> impl Iterator<Item = Vec<u32>> {
        (0..10 * laps).map(move |number| {
            let order = Order { choices, node: NodeId::new((number % 10) as u32), lap: number / 10, degree };
            let mut picks = Vec::new();
            for &place in places {
                order.append(place, 1, &mut picks);
            }
            picks
        })
    }

    #[test]
    fn the_square_is_the_smallest() {
        let around = (1..=u32::from(u16::MAX)).flat_map(|root| [root * root - 1, root * root, root * root + 1]);
        for degree in around.chain([u32::MAX, u32::MAX - 1]).filter(|&degree| degree > 0) {
            assert_eq!(side(degree), (degree - 1).isqrt() + 1, "degree {degree}");
        }
    }

    #[test]
    fn an_order_holds_every_neighbour_once() {
        let choices = choices(1);
        for degree in [1, 2, 3, 63, 64, 65, 81, 82, 100, 1000, 4097] {
            for lap in [0, 1, u64::MAX] {
                let order = Order { choices: &choices, node: NodeId::new(3), lap, degree };
                let mut picks = Vec::new();
                order.append(0, degree, &mut picks);
                picks.sort_unstable();
                assert!(picks.iter().copied().eq(0..degree), "degree {degree}, lap {lap}");
            }
        }
    }

    #[test]
    fn orders_that_are_enciphered_together_are_those_of_each_alone() {
        let choices = choices(6);
        for degrees in [&[2, 64, 65, 66, 100, 1000, 4097, u32::MAX][..], &[82; 40]] {
            let orders: Vec<_> = (0..100)
                .map(|number: u32| {
                    let degree = degrees[number as usize % degrees.len()];
                    let order =
                        Order { choices: &choices, node: NodeId::new(number), lap: (number / 9).into(), degree };
                    (order, number % degree)
                })
                .collect();
            let mut picks = vec![0; orders.len()];
            at_once(&orders, &mut picks);
            for ((order, place), pick) in orders.into_iter().zip(picks) {
                assert_eq!(pick, order.pick(place), "{order:?}, place {place}");
            }
        }
    }

    #[test]
    fn a_place_is_the_same_whichever_places_are_asked_for_with_it() {
        let choices = choices(2);
        for degree in [7, 64, 100] {
            let order = Order { choices: &choices, node: NodeId::new(1), lap: 5, degree };
            let (mut all, mut single) = (Vec::new(), Vec::new());
            order.append(0, degree, &mut all);
            (0..degree).for_each(|place| order.append(place, 1, &mut single));
            assert_eq!(all, single);
        }
    }

    #[test]
    fn all_orders_of_a_short_list_are_equally_likely() {
        let choices = choices(3);
        for (degree, orders) in [(3, 6), (4, 24), (5, 120)] {
            let places: Vec<u32> = (0..degree).collect();
            let mut counts = vec![0; orders];
            over_laps(degree, 12_000, &places, &choices).for_each(|picks| counts[rank(&picks, degree)] += 1);
            let z = z_of_equal_shares(&counts);
            assert!(z.abs() <= 4.0, "degree {degree}: z = {z:.2}, {counts:?}");
        }
    }

    #[test]
    fn all_pairs_of_a_longer_list_are_equally_likely() {
        // Neighbours in a row, in a column and on a diagonal of the square the cipher works on.
        let choices = choices(4);
        for degree in [65, 100] {
            for places in [[0, 1], [0, 10], [3, 64]] {
                let mut counts = vec![0; (degree * (degree - 1)) as usize];
                over_laps(degree, 10_000, &places, &choices).for_each(|picks| counts[rank(&picks, degree)] += 1);
                let z = z_of_equal_shares(&counts);
                assert!(z.abs() <= 4.0, "degree {degree}, places {places:?}: z = {z:.2}");
            }
        }
    }

    #[test]
    fn orders_reach_the_ends_of_the_longest_list() {
        let choices = choices(5);
        let degree = u32::MAX;
        let order = Order { choices: &choices, node: NodeId::new(0), lap: u64::MAX, degree };
        let mut picks = Vec::new();
        order.append(degree - 1, 3, &mut picks);
        order.append(0, 2, &mut picks);
        assert_eq!(picks[1..3], picks[3..5], "the list goes around");
        assert!(picks.iter().all(|&pick| pick < degree));
    }
}
