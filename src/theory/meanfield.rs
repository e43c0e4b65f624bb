//! The expected course of a spreading on the complete graph: the dashed line of a chart.
//!
//! One step is the exact expectation of the next round's ignorant share, given the informed count of this one; the
//! recursion then goes on from that expectation as if it had happened. It is a mean-field course: sharp where many
//! nodes are informed, and ahead of the mean of runs by what chance delays the first few.

use libm::pow;

use super::CaseStrategy;

/// The informed share after each round, from round 0, in aligned rounds without latency; ends when half a node is
/// missing, or after `max_rounds`. `nodes` and `fanout` are at least 1.
///
/// An ignorant node stays so if each of the I informed nodes misses it, with probability 1 - ka/(n-1) each, and all
/// its own k contacts fail, with probability (1 - b I/(n-1))^k, the contacts taken as independent.
pub fn informed(nodes: u32, strategy: CaseStrategy, fanout: u32, arrives: f64, max_rounds: u64) -> Vec<f64> {
    let n = f64::from(nodes);
    let others = (n - 1.0).max(1.0);
    let contact = strategy.contact(arrives);
    let fanout = f64::from(fanout).min(others);
    let mut ignorant = 1.0 - 1.0 / n;
    let mut course = vec![1.0 / n];
    while ignorant > 0.5 / n && (course.len() as u64) <= max_rounds {
        let knowing = n * (1.0 - ignorant);
        let missed = pow(1.0 - fanout * contact.push / others, knowing);
        let unanswered = pow((1.0 - contact.pull * knowing / others).max(0.0), fanout);
        ignorant *= missed * unanswered;
        course.push(1.0 - ignorant);
    }
    course
}

#[cfg(test)]
mod tests {
    use super::super::chain::Chain;
    use super::*;
    use CaseStrategy::{Digest, Eager, Pull, Push};

    #[test]
    fn the_first_round_is_the_exact_expectation() {
        // Push from one node tells one other; pull is answered where the one informed node is asked.
        for (strategy, arrives, told) in [(Push, 0.5, 0.5), (Pull, 0.5, 0.25), (Eager, 1.0, 1.0 + 8.0 / 9.0)] {
            let course = informed(10, strategy, 1, arrives, 5);
            assert_eq!(course[0], 0.1);
            assert!((course[1] - (1.0 + told) / 10.0).abs() < 1e-12, "{strategy:?}: {}", course[1]);
        }
    }

    #[test]
    fn the_course_climbs_and_ends_near_the_mean_number_of_rounds() {
        for strategy in [Push, Pull, Eager, Digest] {
            for (fanout, arrives) in [(1, 1.0), (1, 0.7), (3, 0.9)] {
                let course = informed(256, strategy, fanout, arrives, 1000);
                assert!(course.windows(2).all(|pair| pair[0] < pair[1]), "{strategy:?}");
                assert!(1.0 - course[course.len() - 1] <= 0.5 / 256.0);
                let mean = Chain::new(256, strategy, fanout, arrives).unwrap().rounds().unwrap().mean;
                let rounds = course.len() as f64 - 1.0;
                assert!((rounds - mean).abs() < 2.0 + 0.1 * mean, "{strategy:?}: {rounds} against {mean}");
            }
        }
    }

    #[test]
    fn nothing_that_arrives_is_a_flat_course() {
        assert_eq!(informed(4, Push, 1, 0.0, 3), [0.25; 4]);
        assert_eq!(informed(1, Push, 1, 1.0, 3), [1.0]);
    }
}
