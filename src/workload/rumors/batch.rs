//! Which updates go into a message that has not room for all.

use super::held::Queued;
use super::settings::Order;

/// At most `limit` of `updates`, which stand by their numbers, chosen by `order`; by their numbers again. Updates that a node does
/// not push count as never sent. `below` draws a number below its first argument for the place that is its second.
pub(super) fn choose(updates: Vec<Queued>, limit: usize, order: Order, below: impl Fn(u32, u32) -> u32) -> Vec<u32> {
    let numbers = |updates: Vec<Queued>| updates.into_iter().map(|queued| queued.update).collect::<Vec<u32>>();
    if updates.len() <= limit {
        return numbers(updates);
    }
    let mut chosen = updates;
    match order {
        Order::Oldest => {}
        Order::Newest => chosen.reverse(),
        Order::FewestSent => chosen.sort_unstable_by_key(|queued| (queued.sent, u32::MAX - queued.update)),
        // Each that is left is as likely as any other.
        Order::Random => {
            for place in 0..limit {
                let left = (chosen.len() - place) as u32;
                chosen.swap(place, place + below(left, place as u32) as usize);
            }
        }
    }
    chosen.truncate(limit);
    chosen.sort_unstable_by_key(|queued| queued.update);
    numbers(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_decides_which_updates_fit() {
        let queued = |(update, sent)| Queued { update, sent };
        let updates: Vec<Queued> = [(1, 3), (2, 0), (5, 1), (6, 0), (9, 1)].map(queued).to_vec();
        let chosen = |limit, order| choose(updates.clone(), limit, order, |_, _| 0);
        assert_eq!(chosen(2, Order::Oldest), [1, 2]);
        assert_eq!(chosen(2, Order::Newest), [6, 9]);
        assert_eq!(chosen(3, Order::FewestSent), [2, 6, 9]);
        assert_eq!((chosen(2, Order::Random), chosen(5, Order::Newest)), (vec![1, 2], vec![1, 2, 5, 6, 9]));
    }

    /// |z| <= 4 for each of five updates in 20 000 random batches of two.
    #[test]
    fn a_random_batch_takes_each_alike() {
        let field = crate::random::Chance { seed: 1, nodes: 2, replicate: 0 }.field(crate::random::Purpose::Protocol);
        let updates: Vec<Queued> = (0..5).map(|update| Queued { update, sent: 0 }).collect();
        let mut counts = [0_u32; 5];
        for number in 0..20_000 {
            let batch =
                choose(updates.clone(), 2, Order::Random, |left, place| field.below(left, 0, number, place.into()));
            batch.into_iter().for_each(|update| counts[update as usize] += 1);
        }
        for count in counts {
            let z = (f64::from(count) - 8000.0) / (20_000.0_f64 * 0.4 * 0.6).sqrt();
            assert!(z.abs() <= 4.0, "{counts:?}: z = {z:.1}");
        }
    }
}
