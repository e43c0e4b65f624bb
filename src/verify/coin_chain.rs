//! Blind push with a coin, exactly: a chain over the numbers of susceptible and infective nodes.
//!
//! In a round each of i infective nodes throws at one of the n - 1 others, which hits a susceptible node not hit yet
//! with probability (s - hits) / (n - 1), and loses interest with probability 1/k whatever it hit (Demers et al.
//! 1987, section 1.4, "blind" and "coin"; the chain is derived).

/// Blind push with a coin among `nodes` nodes of which one is infective.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CoinChain {
    /// How many nodes there are, at least 2.
    pub nodes: usize,
    /// Interest is lost with probability 1/k after every contact.
    pub k: u32,
}

/// The exact means of a chain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Means {
    /// The share of nodes that never learn.
    pub residue: f64,
    /// Updates sent per node until nobody is infective.
    pub traffic: f64,
}

/// What is too unlikely to be followed.
const NEGLIGIBLE: f64 = 1e-13;

impl CoinChain {
    /// The exact means, up to what has a probability of 1e-10: n²/2 states, half a minute in a debug build at 1000.
    pub fn means(self) -> Means {
        let (nodes, k) = (self.nodes, f64::from(self.k.max(1)));
        let stays: Vec<Law> = (0..=nodes).map(|infective| Law::binomial(infective, 1.0 - 1.0 / k)).collect();
        // ahead[s][i]: nodes never reached and updates still to be sent, with s susceptible and i infective nodes.
        // Without susceptible ones every infective node sends k more updates in the mean.
        let mut ahead: Vec<Vec<[f64; 2]>> = vec![(0..=nodes).map(|infective| [0.0, infective as f64 * k]).collect()];
        for s in 1..nodes {
            let mut row = vec![[s as f64, 0.0]];
            let mut hits = Law { first: 0, shares: vec![1.0] };
            for (i, stay) in stays.iter().enumerate().take(nodes - s + 1).skip(1) {
                hits.throw(s, nodes - 1);
                row.push(self.from(s, i, &hits, stay, &ahead, &row));
            }
            ahead.push(row);
        }
        let [left, sent] = ahead[nodes - 1][1];
        Means { residue: left / nodes as f64, traffic: sent / nodes as f64 }
    }

    /// The means with s susceptible and i infective nodes, from those of all states that can follow.
    fn from(self, s: usize, i: usize, hits: &Law, stay: &Law, ahead: &[Vec<[f64; 2]>], row: &[[f64; 2]]) -> [f64; 2] {
        let mut sum = [0.0, i as f64];
        // With this probability nothing changes at all.
        let mut idle = 0.0;
        for (hit, chance) in (hits.first..).zip(&hits.shares) {
            let later = if hit == 0 { row } else { &ahead[s - hit] };
            for (kept, share) in (stay.first..).zip(&stay.shares) {
                let both = chance * share;
                match later.get(kept + hit) {
                    Some(then) => sum = [sum[0] + both * then[0], sum[1] + both * then[1]],
                    None => idle += both,
                }
            }
        }
        sum.map(|sum| sum / (1.0 - idle))
    }
}

/// Probabilities of neighbouring numbers, the first of them `first`.
#[derive(Clone, Debug)]
struct Law {
    first: usize,
    shares: Vec<f64>,
}

impl Law {
    fn binomial(trials: usize, chance: f64) -> Self {
        let mut law = Law { first: 0, shares: vec![1.0] };
        for _ in 0..trials {
            law.step(|_| chance);
        }
        law
    }

    /// One throw more at `cells` cells, of which `marked` count when hit first.
    fn throw(&mut self, marked: usize, cells: usize) {
        self.step(|hit| marked.saturating_sub(hit) as f64 / cells as f64);
    }

    /// Each number grows by one with the chance `up` of it; what becomes negligible is cut off.
    fn step(&mut self, up: impl Fn(usize) -> f64) {
        let mut carried = 0.0;
        for (place, share) in self.shares.iter_mut().enumerate() {
            let moved = *share * up(self.first + place);
            *share += carried - moved;
            carried = moved;
        }
        self.shares.push(carried);
        while self.shares.last().is_some_and(|share| *share < NEGLIGIBLE) {
            self.shares.pop();
        }
        let thin = self.shares.iter().take_while(|share| **share < NEGLIGIBLE).count();
        self.shares.drain(..thin);
        self.first += thin;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// k = 1: the origin tells one of the others, which tells the origin or the third with equal chance; if it is the
    /// third, that one sends a last update.
    #[test]
    fn three_nodes_are_worked_out_by_hand() {
        let found = CoinChain { nodes: 3, k: 1 }.means();
        assert!((found.residue - 1.0 / 6.0).abs() < 1e-12, "{found:?}");
        assert!((found.traffic - 2.5 / 3.0).abs() < 1e-12, "{found:?}");
    }

    /// Two nodes: the second learns at once. Each sends a geometric number of updates, k in the mean.
    #[test]
    fn two_nodes_send_until_both_have_lost_interest() {
        for k in [1, 2, 5] {
            let found = CoinChain { nodes: 2, k }.means();
            assert!(found.residue == 0.0 && (found.traffic - f64::from(k)).abs() < 1e-9, "{found:?}");
        }
    }
}
