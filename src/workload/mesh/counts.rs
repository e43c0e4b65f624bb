//! The running totals of a mesh: who has got which message how soon, and how meshes are linked.

use crate::workload::broadcast::Deliveries;

/// The running totals of a mesh.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counts {
    /// Who has got what.
    pub deliveries: Deliveries,
    /// Live nodes that subscribe, by topic.
    subscribers: Vec<u64>,
    /// Meshes of live nodes, by their links.
    degrees: Vec<u64>,
}

impl Counts {
    /// Live nodes that subscribe to `topic`.
    pub(super) fn subscribers(&self, topic: u16) -> u64 {
        self.subscribers.get(usize::from(topic)).copied().unwrap_or(0)
    }

    /// A live node has a mesh of so many links in `topic`, or has none any more.
    pub(super) fn subscribe(&mut self, topic: u16, degree: usize, up: bool) {
        for (numbers, place) in [(&mut self.subscribers, usize::from(topic)), (&mut self.degrees, degree)] {
            if numbers.len() <= place {
                numbers.resize(place + 1, 0);
            }
            let number = &mut numbers[place];
            *number = if up { *number + 1 } else { *number - 1 };
        }
    }

    /// A mesh of a live node has another number of links.
    pub(super) fn mesh_changed(&mut self, before: usize, after: usize) {
        if self.degrees.len() <= after {
            self.degrees.resize(after + 1, 0);
        }
        self.degrees[before] -= 1;
        self.degrees[after] += 1;
    }

    /// Whether what is said of live nodes is the same in a recount.
    pub(super) fn matches(&self, recount: &Counts) -> bool {
        let alike = |one: &[u64], other: &[u64]| {
            let [one, other] = [one, other].map(|numbers| numbers.iter().copied().chain(std::iter::repeat(0)));
            let most = self.degrees.len().max(recount.degrees.len()).max(self.subscribers.len());
            one.zip(other).take(most).all(|(one, other)| one == other)
        };
        self.deliveries.held() == recount.deliveries.held()
            && alike(&self.degrees, &recount.degrees)
            && alike(&self.subscribers, &recount.subscribers)
    }

    /// The links of a mesh of a live node, in the mean, at least and at most.
    pub fn degrees(&self) -> Option<(f64, u64, u64)> {
        let meshes: u64 = self.degrees.iter().sum();
        let least = self.degrees.iter().position(|&meshes| meshes > 0)? as u64;
        let most = self.degrees.iter().rposition(|&meshes| meshes > 0)? as u64;
        Some((self.ends() as f64 / meshes as f64, least, most))
    }

    /// The links of all meshes of live nodes, from both ends.
    pub fn ends(&self) -> u64 {
        self.degrees.iter().zip(0..).map(|(meshes, degree): (&u64, u64)| meshes * degree).sum()
    }
}
