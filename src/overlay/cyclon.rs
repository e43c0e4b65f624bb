//! Cyclon: nodes shuffle what they know with the oldest that they know.

use super::views::{Entry, Views};
use crate::peers::{Cyclon, Start};
use crate::random::{Field, Use};
use crate::units::NodeId;

/// Who takes part in a cycle.
pub(super) struct Present<'a> {
    /// Whether a node is up.
    pub(super) is_up: &'a dyn Fn(NodeId) -> bool,
    /// Whether the second answers the first.
    pub(super) answers: &'a dyn Fn(NodeId, NodeId) -> bool,
}

/// The views before anybody has shuffled.
pub(super) fn start(nodes: u32, rule: &Cyclon, draws: &Field) -> Views {
    let mut views = Views::empty(nodes, rule.view());
    for node in 0..nodes {
        let mut know = |peer| views.push(node as usize, Entry { peer, age: 0 });
        match rule.start() {
            Start::Ring => know((node + 1) % nodes),
            Start::Star if node == 0 => (1..=rule.view()).for_each(know),
            Start::Star => know(0),
            Start::Random => {
                // Distinct others, all sets of them equally likely (Floyd's algorithm), by how far they are after oneself.
                let mut chosen: Vec<u32> = Vec::with_capacity(rule.view() as usize);
                for (place, last) in (nodes - rule.view()..nodes).enumerate() {
                    let draw = 1 + draws.below(last, node.into(), 0, Use::FIRST_VIEW.slot(place as u32));
                    chosen.push(if chosen.contains(&draw) { last } else { draw });
                }
                chosen.into_iter().for_each(|after| know((node + after) % nodes));
            }
        }
    }
    views
}

/// The order in which nodes shuffle in every cycle, as each has its own moment in the period.
pub(super) fn order(nodes: u32, draws: &Field) -> Vec<u32> {
    let mut order: Vec<u32> = (0..nodes).collect();
    order.sort_by_cached_key(|&node| draws.at(node.into(), 0, Use::SHUFFLE_ORDER.slot(0)));
    order
}

/// One cycle: all that are up shuffle once, in this `order`. `number` counts cycles from the start.
pub(super) fn cycle(
    views: &mut Views,
    order: &[u32],
    shuffle: u32,
    (draws, number): (&Field, u64),
    present: &Present<'_>,
) {
    let mut exchange = Exchange { views, shuffle: shuffle as usize, draws, number, sent: Vec::new(), back: Vec::new() };
    for &node in order {
        if (present.is_up)(NodeId::new(node)) {
            exchange.shuffle(node, present.answers);
        }
    }
}

/// The exchanges of a cycle.
struct Exchange<'a> {
    views: &'a mut Views,
    /// How many entries go each way, at most.
    shuffle: usize,
    draws: &'a Field,
    number: u64,
    sent: Vec<Entry>,
    back: Vec<Entry>,
}

impl Exchange<'_> {
    /// A node shuffles with the oldest that it knows, which it then knows no longer: the link is turned round. Who does not
    /// answer is forgotten as well.
    fn shuffle(&mut self, node: u32, answers: &dyn Fn(NodeId, NodeId) -> bool) {
        let own = node as usize;
        self.views.grow_older(own);
        if self.views.len(own) == 0 {
            return;
        }
        let oldest = self.views.oldest(own);
        let partner = self.views.entry(own, oldest).peer;
        self.views.remove(own, oldest);
        if !answers(NodeId::new(node), NodeId::new(partner)) {
            return;
        }
        let (mut sent, mut back) = (std::mem::take(&mut self.sent), std::mem::take(&mut self.back));
        sent.clear();
        back.clear();
        let offered = self.select(node, own, self.shuffle - 1, Use::OFFERED, &mut sent);
        sent.push(Entry { peer: node, age: 0 });
        let returned = self.select(node, partner as usize, self.shuffle, Use::RETURNED, &mut back);
        self.merge(partner, returned, &mut sent);
        self.merge(node, offered, &mut back);
        (self.sent, self.back) = (sent, back);
    }

    /// Brings up to `count` random entries of the view of `node` to its first places and copies them; how many they are.
    /// The draws are those of `initiator`, who shuffles once in a cycle.
    fn select(&mut self, initiator: u32, node: usize, count: usize, of: Use, to: &mut Vec<Entry>) -> usize {
        let known = self.views.len(node);
        let count = count.min(known);
        for place in 0..count {
            let among = (known - place) as u32;
            let draw = self.draws.below(among, initiator.into(), self.number, of.slot(place as u32));
            self.views.swap(node, place, place + draw as usize);
            to.push(self.views.entry(node, place));
        }
        count
    }

    /// What `node` received joins its view, but itself and whom it knows: first in empty places, then in those of what it
    /// sent, the first ones.
    fn merge(&mut self, node: u32, sent: usize, received: &mut Vec<Entry>) {
        let own = node as usize;
        let known = self.views.of(own);
        received.retain(|entry| entry.peer != node && !known.contains(&entry.peer));
        let mut sent = 0..sent;
        for &entry in &*received {
            if self.views.len(own) < self.views.room() {
                self.views.push(own, entry);
            } else if let Some(place) = sent.next() {
                self.views.put(own, place, entry);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Chance, Purpose};

    fn draws(seed: u64) -> Field {
        Chance { seed, nodes: 2, replicate: 0 }.field(Purpose::Overlay)
    }

    const ALL: Present<'static> = Present { is_up: &|_| true, answers: &|_, _| true };

    /// The views after so many cycles.
    fn after(cycles: u64, nodes: u32, rule: &Cyclon, seed: u64) -> Views {
        let draws = draws(seed);
        let (mut views, order) = (start(nodes, rule, &draws), order(nodes, &draws));
        (1..=cycles).for_each(|number| cycle(&mut views, &order, rule.shuffle(), (&draws, number), &ALL));
        views
    }

    fn rule(view: u32, shuffle: u32, start: &str) -> Cyclon {
        serde_json::from_value(serde_json::json!({ "view": view, "shuffle": shuffle, "start": start })).unwrap()
    }

    fn in_degrees(views: &Views) -> Vec<f64> {
        let mut degrees = vec![0.0; views.nodes() as usize];
        let all = (0..views.nodes() as usize).flat_map(|node| views.of(node));
        all.for_each(|&peer| degrees[peer as usize] += 1.0);
        degrees
    }

    /// By hand: 0 knows 1 (for two cycles) and 2; 1 knows 3. With two entries each way 0 sends itself and 2 to 1, and gets
    /// 3: then 1 knows 3, 2 and 0, as there is room, and 0 knows 2 and 3.
    #[test]
    fn a_shuffle_turns_a_link_round_and_trades_the_others() {
        let mut views = Views::empty(4, 3);
        for (node, peer, age) in [(0, 1, 2), (0, 2, 1), (1, 3, 0)] {
            views.push(node, Entry { peer, age });
        }
        let draws = draws(1);
        cycle(&mut views, &[0], 2, (&draws, 1), &ALL);
        assert_eq!([0, 1].map(|node| views.of(node)), [&[2, 3][..], &[3, 2, 0]]);
        // Entries keep their ages on the way; one's own is new.
        assert_eq!((0..3).map(|place| views.entry(1, place).age).collect::<Vec<_>>(), [0, 2, 0]);
        // 2 knows nobody, 3 is down; neither shuffles. 1 asks the oldest, 2, who answers nobody.
        let silent = Present { is_up: &|node| node.number() != 3, answers: &|_, to| to.number() != 2 };
        cycle(&mut views, &[1, 2, 3], 2, (&draws, 2), &silent);
        assert_eq!([1, 2, 3].map(|node| views.of(node)), [&[3, 0][..], &[], &[]]);
    }

    #[test]
    fn nobody_knows_itself_or_anybody_twice_however_it_began() {
        for (view, shuffle, from) in
            [(5, 3, "random"), (5, 5, "ring"), (8, 1, "star"), (20, 8, "star"), (1, 1, "random")]
        {
            let views = after(12, 60, &rule(view, shuffle, from), 3);
            for node in 0..60 {
                let mut list = views.of(node).to_vec();
                assert!(!list.contains(&(node as u32)) && list.len() <= view as usize);
                list.sort_unstable();
                list.dedup();
                assert_eq!(list.len(), views.len(node), "{from}: {node}");
            }
        }
    }

    /// Every set of two of four others is as likely; z <= 4 over nodes and seeds.
    #[test]
    fn random_views_are_uniform() {
        let mut counts = [0_u32; 16];
        for seed in 0..2000 {
            let views = start(5, &rule(2, 1, "random"), &draws(seed));
            for node in 0..5 {
                let after = |place: usize| (views.of(node)[place] + 5 - node as u32) % 5 - 1;
                counts[(1 << after(0) | 1 << after(1)) as usize] += 1;
            }
        }
        let pairs: Vec<f64> = counts.iter().filter(|count| **count > 0).map(|&count| count.into()).collect();
        let expected = 10_000.0 / 6.0;
        let chi_square: f64 = pairs.iter().map(|count| (count - expected).powi(2) / expected).sum();
        assert!(pairs.len() == 6 && (chi_square - 5.0) / 10_f64.sqrt() <= 4.0, "{chi_square}");
    }

    /// However views began, after some cycles they are full, nobody is forgotten, and nodes are known by nearly as many each:
    /// the variance is far below that of views chosen at random, view · (1 - view / (n - 1)).
    #[test]
    fn shuffling_makes_everybody_known_by_about_as_many() {
        let (nodes, view) = (300, 12);
        let chance = 12.0 * (1.0 - 12.0 / 299.0);
        let variance = |views: &Views| {
            let degrees = in_degrees(views);
            let mean = degrees.iter().sum::<f64>() / f64::from(nodes);
            (mean, degrees.iter().map(|degree| (degree - mean).powi(2)).sum::<f64>() / f64::from(nodes), degrees)
        };
        let (mean, at_random, _) = variance(&start(nodes, &rule(view, 5, "random"), &draws(4)));
        // The standard error of a variance of 300 nearly normal numbers is 8 % of it.
        assert!(mean == 12.0 && (at_random / chance - 1.0).abs() <= 4.0 * 0.082, "{at_random} against {chance}");
        for from in ["random", "ring", "star"] {
            let (mean, spread, degrees) = variance(&after(40, nodes, &rule(view, 5, from), 5));
            assert!(mean > 11.8, "{from}: views have {mean} entries");
            assert!(spread < 0.5 * chance, "{from}: {spread} against {chance}");
            assert!(degrees.iter().all(|&degree| degree > 0.0), "{from}");
        }
    }

    /// Half of all nodes go. Entries that name them grow old, as nobody renews them, and the oldest is the first to be found
    /// out: after twice as many cycles as a view has places none is left. (Cyclon heals in 72 cycles with views of 35 in figure
    /// 4 of "HyParView".) Those who are left fill their views again with each other.
    #[test]
    fn views_forget_who_is_down_and_fill_again() {
        let (nodes, rule) = (300, rule(12, 5, "random"));
        let draws = draws(6);
        let (mut views, order) = (after(20, nodes, &rule, 6), order(nodes, &draws));
        let up = |node: NodeId| node.number() >= 150;
        let present = Present { is_up: &up, answers: &|_, to| up(to) };
        let down = |views: &Views| {
            let entries = (150..300).flat_map(|node| views.of(node));
            let (all, down) = entries.fold((0, 0), |(all, down), &peer| (all + 1, down + u32::from(peer < 150)));
            f64::from(down) / f64::from(all)
        };
        let before = down(&views);
        // Of 1800 entries half, which are nearly independent; 4 standard errors.
        assert!((before - 0.5).abs() <= 4.0 * 0.5 / 1800_f64.sqrt(), "{before}");
        let mut shares = vec![before];
        for number in 21..45 {
            cycle(&mut views, &order, 5, (&draws, number), &present);
            shares.push(down(&views));
        }
        assert!(shares.windows(2).all(|pair| pair[1] <= pair[0]) && shares[24] == 0.0, "{shares:?}");
        let (known, degrees) = ((150..300).map(|node| views.len(node)).sum::<usize>(), in_degrees(&views));
        assert!(known as f64 > 0.97 * 1800.0 && degrees[150..].iter().all(|&degree| degree > 0.0), "{known}");
    }
}
