//! Anybody but those of the last turns.

use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::network_view::Known;
use super::turn::Turn;
use crate::catalog::Incompatible;
use crate::random::{Field, Use};

/// The most turns that a node may remember.
const MOST: u32 = 3;

/// Any neighbour alike, but those of the last `memory` turns; of fewer neighbours than that and one, any but those of as many
/// turns as leave one. With 1 a node does not contact the same twice in a row (Doerr, Fouz and Friedrich, "Social networks spread
/// rumors in sublogarithmic time", STOC 2011); 3 is the memory of Elsässer and Sauerwald, "The power of memory in randomized
/// broadcasting" (SODA 2008). Turns are counted whether or not a node has something to say, and the first avoids nobody.
///
/// A pick goes by those before it, so it is worked out turn by turn from the first. What it came to at the last turn that was
/// asked for is kept during a run, so that the next one takes a single step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Settings")]
pub struct AvoidLast {
    memory: u32,
    #[serde(skip)]
    courses: Known<Arc<Mutex<Vec<Course>>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Turns whose peers are avoided, 1 to 3.
    #[serde(default = "one")]
    memory: u32,
}

fn one() -> u32 {
    1
}

impl TryFrom<Settings> for AvoidLast {
    type Error = Incompatible;

    fn try_from(Settings { memory }: Settings) -> Result<Self, Incompatible> {
        if (1..=MOST).contains(&memory) {
            return Ok(AvoidLast { memory, courses: Known::default() });
        }
        let problem = format!("a node remembers the peers of 1 to {MOST} turns, not of {memory}");
        Err(Incompatible::of("memory", problem, format!("1 to {MOST}; \"shuffled\" avoids all until the end of a lap")))
    }
}

/// The picks of one node up to some turn.
#[derive(Clone, Copy, Debug, Default)]
struct Course {
    /// Turns so far.
    turns: u64,
    /// The picks of the last of them, the latest first.
    last: [u32; MOST as usize],
}

impl Course {
    /// Takes the next turn of a node with so many neighbours, at least 1.
    fn step(&mut self, turn: Turn, degree: u32, memory: u32, choices: &Field) {
        // No more than leave one; of those that there were.
        let avoided = u64::from(memory.min(degree - 1)).min(self.turns) as usize;
        let mut sorted = self.last;
        let sorted = &mut sorted[..avoided];
        sorted.sort_unstable();
        let left = degree - avoided as u32;
        let rank = choices.below(left, turn.node.into(), self.turns, Use::AVOIDING.slot(0));
        let pick = sorted.iter().fold(rank, |pick, &other| pick + u32::from(other <= pick));
        self.last.rotate_right(1);
        self.last[0] = pick;
        self.turns += 1;
    }
}

impl AvoidLast {
    /// The same rule in a run of `nodes` nodes.
    pub(super) fn over(&self, nodes: u32) -> Self {
        let courses = Arc::new(Mutex::new(vec![Course::default(); nodes as usize]));
        AvoidLast { courses: Known(Some(courses)), ..self.clone() }
    }

    /// Bytes that the last picks of `nodes` nodes take.
    pub(super) fn bytes(nodes: u32) -> u64 {
        size_of::<Course>() as u64 * u64::from(nodes)
    }

    /// The pick of a turn.
    fn pick(&self, turn: Turn, degree: u32, choices: &Field) -> u32 {
        let mut courses = self.courses.0.as_ref().map(|courses| courses.lock().unwrap_or_else(PoisonError::into_inner));
        let kept = courses.as_mut().and_then(|courses| courses.get_mut(turn.node.index()));
        let mut course = kept.as_deref().copied().unwrap_or_default();
        if course.turns > turn.number + 1 {
            // An earlier turn than the last that was asked for.
            course = Course::default();
        }
        while course.turns <= turn.number {
            course.step(turn, degree, self.memory, choices);
        }
        if let Some(kept) = kept {
            *kept = course;
        }
        course.last[0]
    }

    /// Only the first pick is remembered. Further ones, of refused calls, are any others.
    #[inline(never)]
    pub(super) fn choose(&self, turn: Turn, degree: u32, fanout: u32, choices: &Field, picks: &mut Vec<u32>) {
        if fanout >= degree {
            picks.extend(0..degree);
            return;
        }
        let first = picks.len();
        for number in 0..fanout {
            let pick = if number == 0 {
                self.pick(turn, degree, choices)
            } else {
                let mut taken = picks[first..].to_vec();
                taken.sort_unstable();
                let slot = Use::AVOIDING.slot(number);
                let rank = choices.below(degree - number, turn.node.into(), turn.number, slot);
                taken.iter().fold(rank, |pick, &other| pick + u32::from(other <= pick))
            };
            picks.push(pick);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{choices, rank, z_of_equal_shares};
    use super::*;
    use crate::units::NodeId;

    fn rule(memory: u32) -> AvoidLast {
        AvoidLast::try_from(Settings { memory }).unwrap()
    }

    fn pick(rule: &AvoidLast, node: u32, number: u64, degree: u32) -> u32 {
        let mut picks = Vec::new();
        rule.choose(Turn { node: NodeId::new(node), number }, degree, 1, &choices(3), &mut picks);
        assert_eq!(picks.len(), 1);
        picks[0]
    }

    /// The picks of so many turns.
    fn course(rule: &AvoidLast, node: u32, turns: u64, degree: u32) -> Vec<u32> {
        let rule = rule.over(node + 1);
        (0..turns).map(|number| pick(&rule, node, number, degree)).collect()
    }

    /// Given those before it, a pick is uniform over all others: every sequence of `memory` + 1 distinct neighbours comes as
    /// often; |z| <= 4. Sequences that begin at every (memory + 1)-th turn are enough to see that.
    #[test]
    fn a_pick_is_uniform_over_those_that_are_not_avoided() {
        for (memory, degree, sequences) in [(1, 5, 20), (1, 3, 6), (2, 5, 60), (3, 5, 120), (3, 6, 360)] {
            let mut counts = vec![0; sequences];
            for node in 0..40 {
                let picks = course(&rule(memory), node, 800, degree);
                for sequence in picks.chunks_exact(memory as usize + 1) {
                    counts[rank(sequence, degree)] += 1;
                }
            }
            let z = z_of_equal_shares(&counts);
            assert!(z.abs() <= 4.0, "memory {memory}, degree {degree}: z = {z:.2}");
        }
    }

    /// One of two neighbours by turns; of `memory` + 1 all in one order, around and around; and a single one every time.
    #[test]
    fn with_few_neighbours_nothing_is_left_to_chance() {
        for (memory, degree) in [(1, 2), (2, 3), (3, 4), (3, 2), (3, 3), (2, 1)] {
            let picks = course(&rule(memory), 7, 60, degree);
            let period = degree as usize;
            assert!(picks.iter().skip(period).zip(&picks).all(|(one, other)| one == other), "{picks:?}");
            let mut lap = picks[..period].to_vec();
            lap.sort_unstable();
            assert!(lap.into_iter().eq(0..degree), "{picks:?}");
        }
    }

    #[test]
    fn a_pick_is_the_same_whenever_it_is_asked_for() {
        let (rule, kept) = (rule(2), rule(2).over(3));
        for number in [4, 4, 5, 9, 2, 30, 29, 31, 0] {
            for node in 0..3 {
                assert_eq!(pick(&kept, node, number, 7), pick(&rule, node, number, 7), "{number}");
            }
        }
    }

    #[test]
    fn a_memory_that_is_none_is_refused() {
        for memory in [0, 4] {
            assert_eq!(AvoidLast::try_from(Settings { memory }).unwrap_err().key, Some("memory"));
        }
    }
}
