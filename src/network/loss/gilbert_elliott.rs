//! Losses in bursts: links, or nodes, are good and bad by turns.

use serde::{Deserialize, Serialize};

use super::law::LossLaw;
use crate::catalog::Incompatible;
use crate::network::leg::Leg;
use crate::random::{Field, Use, fraction};
use crate::time::{Span, Time};
use crate::units::Probability;

/// What is good and bad by turns, independently of all others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Per {
    /// Every directed link: the way from one node to another.
    #[default]
    Link,
    /// Every node: a message is lost as on a bad link if its sender or its recipient is bad.
    Node,
}

impl Per {
    fn is_link(&self) -> bool {
        *self == Per::Link
    }
}

/// The channel of Gilbert ("Capacity of a burst-noise channel", BSTJ 39, 1960) and Elliott (BSTJ 42, 1963) in continuous time: a
/// link is good and bad by turns, for exponential times, and loses messages with a probability of its own in each. It is given by
/// the share `rate` of messages that are lost in the long run, and the mean time `burst` for which it is bad.
///
/// No link has a memory: the chain of two states that turns bad at the rate a and good at the rate b is the one whose state is
/// drawn afresh, bad with probability a/(a + b), at the points of a Poisson process of rate a + b. So the state at an instant is
/// that of the last such point before it, which is found by its address. Points at which it is drawn bad and points at which it
/// is drawn good are two independent processes, of the rates a and b; most often there is none of the first kind since the last
/// of the second, which a draw for each cell of time tells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Settings")]
pub struct GilbertElliott {
    rate: Probability,
    burst: Span,
    #[serde(skip_serializing_if = "Per::is_link")]
    per: Per,
    #[serde(skip_serializing_if = "never")]
    good: Probability,
    #[serde(skip_serializing_if = "always")]
    bad: Probability,
    #[serde(skip)]
    cells: Cells,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    rate: Probability,
    burst: Span,
    #[serde(default)]
    per: Per,
    #[serde(default)]
    good: Probability,
    #[serde(default = "certain")]
    bad: Probability,
}

fn certain() -> Probability {
    Probability::new(1.0).unwrap_or_default()
}

fn never(rate: &Probability) -> bool {
    rate.value() == 0.0
}

fn always(rate: &Probability) -> bool {
    rate.value() == 1.0
}

impl TryFrom<Settings> for GilbertElliott {
    type Error = Incompatible;

    fn try_from(Settings { rate, burst, per, good, bad }: Settings) -> Result<Self, Incompatible> {
        GilbertElliott::new(rate, burst, per, [good, bad])
    }
}

impl GilbertElliott {
    /// The law by which the share `rate` is lost in the long run, in bursts that take `burst` in the mean; a good and a bad link
    /// lose with these probabilities.
    ///
    /// # Errors
    /// A [`Incompatible`] if `burst` is 0, a good link loses as much as a bad one, or the rate is not between the two.
    pub fn new(rate: Probability, burst: Span, per: Per, [good, bad]: [Probability; 2]) -> Result<Self, Incompatible> {
        let [lost, least, most] = [rate, good, bad].map(Probability::value);
        if burst.is_zero() {
            let problem = "a burst that takes no time loses nothing";
            return Err(Incompatible::of("burst", problem, "write how long a link is bad in the mean, such as \"1s\""));
        }
        if least >= most {
            let problem = format!("good = {least} is not below bad = {most}");
            return Err(Incompatible::of("good", problem, "write a good below the bad"));
        }
        if !(least..=most).contains(&lost) {
            let problem = format!("rate = {lost} is not from good = {least} to bad = {most}, between which links lose");
            return Err(Incompatible::of("rate", problem, format!("write a rate from {least} to {most}")));
        }
        let bad_links = (lost - least) / (most - least);
        let share = match per {
            Per::Link => bad_links,
            // Two ends that are both good leave a link good.
            Per::Node => 1.0 - libm::sqrt(1.0 - bad_links),
        };
        // Bad for 1/b, and for the share a/(a + b): 1/(a + b) is the product of the first and of what is left to 1. Never less
        // than the nanosecond in which time is counted.
        let gap = (burst.nanos() as f64 * (1.0 - share)).max(1.0);
        Ok(GilbertElliott { rate, burst, per, good, bad, cells: Cells::new(share, gap) })
    }
}

/// Points per cell of time, in the mean. With more of them cells with a bad point are more frequent, with fewer those without
/// any point.
const POINTS: f64 = 2.0;

/// The most points of one kind in a cell: more come once in 10^14 cells.
const MOST: u32 = 24;

/// The points at which what is good and bad by turns is drawn afresh, in cells of time.
#[derive(Clone, Debug, PartialEq)]
struct Cells {
    /// The share of time for which it is bad.
    share: Probability,
    /// How many cells a nanosecond is.
    per_nano: f64,
    /// Draws up to this have a cell without points.
    empty: u64,
    /// Draws up to this, and beyond that, one with good points alone.
    quiet: u64,
}

/// What points a cell has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Content {
    None,
    Good,
    /// Bad ones, and perhaps good ones.
    Bad,
}

impl Cells {
    /// Bad for this share of the time, drawn afresh every `gap` nanoseconds in the mean.
    fn new(share: f64, gap: f64) -> Self {
        // What is certain is the greatest draw of all.
        let up_to = |probability: f64| (probability * 18_446_744_073_709_551_616.0) as u64;
        Cells {
            per_nano: 1.0 / (gap * POINTS),
            empty: up_to(libm::exp(-POINTS)),
            quiet: up_to(libm::exp(-POINTS * share)),
            share: Probability::new(share).unwrap_or_default(),
        }
    }

    #[inline(always)]
    fn content(&self, whose: u64, cell: u64, losses: &Field) -> Content {
        let draw = losses.at(whose, cell, Use::BURST_POINTS.slot(0));
        match draw {
            draw if draw <= self.empty => Content::None,
            draw if draw <= self.quiet => Content::Good,
            _ => Content::Bad,
        }
    }

    /// Whether what has the address `whose` is bad at `at`.
    #[inline(always)]
    fn is_bad(&self, whose: u64, at: Time, losses: &Field) -> bool {
        let now = at.nanos() as f64 * self.per_nano;
        let cell = now as u64;
        // Nothing made it bad in this cell, nor since something made it good in an earlier one.
        let mut before = cell;
        let mut content = self.content(whose, cell, losses);
        while content != Content::Bad && before > 0 {
            before -= 1;
            content = self.content(whose, before, losses);
            if content == Content::Good {
                return false;
            }
        }
        self.search(whose, (cell, now - cell as f64), losses)
    }

    /// The same by the last point before some place of a cell.
    #[inline(never)]
    fn search(&self, whose: u64, (mut cell, mut before): (u64, f64), losses: &Field) -> bool {
        loop {
            let [bad, good] = self.last_points(whose, (cell, before), losses);
            if bad != good {
                return bad > good;
            }
            // Before time 0 it has been as it is in the long run.
            let Some(earlier) = cell.checked_sub(1) else {
                return self.share.holds(losses.at(whose, u64::MAX, Use::BURST_STATE.slot(0)));
            };
            (cell, before) = (earlier, 1.0);
        }
    }

    /// Where in a cell, from 0 to 1, the last bad and the last good point before `before` are; -1 where there is none.
    fn last_points(&self, whose: u64, (cell, before): (u64, f64), losses: &Field) -> [f64; 2] {
        let [bad, good] = [self.share.value(), 1.0 - self.share.value()].map(|share| POINTS * share);
        let draw = |slot| fraction(losses.at(whose, cell, Use::BURST_POINTS.slot(slot)));
        let (bad, good) = match self.content(whose, cell, losses) {
            Content::None => return [-1.0; 2],
            Content::Good => (0, poisson(good, 1, draw(2))),
            Content::Bad => (poisson(bad, 1, draw(1)), poisson(good, 0, draw(2))),
        };
        let place = |number| fraction(losses.at(whose, cell, Use::BURST_PLACE.slot(number)));
        let last = |numbers: std::ops::Range<u32>| {
            numbers.map(place).filter(|place| *place < before).fold(-1.0, |last: f64, place| last.max(place))
        };
        [last(0..bad), last(bad..bad + good)]
    }
}

/// The number with this quantile among Poisson numbers of this mean that are not below `least`, 0 or 1; by inversion.
fn poisson(mean: f64, least: u32, quantile: f64) -> u32 {
    let none = libm::exp(-mean);
    let mut left = if least == 0 { quantile } else { none + quantile * (1.0 - none) };
    let (mut number, mut share) = (0, none);
    while left > share && number < MOST {
        left -= share;
        number += 1;
        share *= mean / f64::from(number);
    }
    number.max(least)
}

impl LossLaw for GilbertElliott {
    #[inline]
    fn drops(&self, leg: &Leg, losses: &Field) -> bool {
        let [from, to] = [leg.from, leg.to].map(u64::from);
        let bad = match self.per {
            Per::Link => self.cells.is_bad(from << 32 | to, leg.sent, losses),
            // No link leads from a node to itself.
            Per::Node => [from, to].iter().any(|node| self.cells.is_bad(node << 32 | node, leg.sent, losses)),
        };
        let rate = if bad { self.bad } else { self.good };
        rate.is_possible() && rate.holds(leg.draw(losses))
    }

    fn mean(&self) -> f64 {
        self.rate.value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Chance, Purpose};
    use crate::units::NodeId;

    const PATHS: u32 = 20_000;

    fn law(rate: f64, burst: u64, per: Per, [good, bad]: [f64; 2]) -> GilbertElliott {
        let [rate, good, bad] = [rate, good, bad].map(|rate| Probability::new(rate).unwrap());
        GilbertElliott::new(rate, Span::from_millis(burst), per, [good, bad]).unwrap()
    }

    fn losses() -> Field {
        Chance { seed: 1, nodes: 2 * PATHS, replicate: 0 }.field(Purpose::Loss)
    }

    fn lost(law: &GilbertElliott, [from, to]: [u32; 2], millis: u64, losses: &Field) -> bool {
        let sent = Time::ZERO + Span::from_millis(millis);
        law.drops(&Leg { from: NodeId::new(from), to: NodeId::new(to), sent, number: 0 }, losses)
    }

    /// |z| <= 4 for a share of `count` that are independent.
    fn is(what: &str, hits: u32, count: u32, expected: f64) {
        let (hits, count) = (f64::from(hits), f64::from(count));
        let z = (hits / count - expected) / (expected * (1.0 - expected) / count).sqrt();
        assert!(z.abs() <= 4.0, "{what}: {hits} of {count}, expected {expected}, z = {z:.2}");
    }

    #[test]
    fn links_lose_their_share_at_any_time_and_stay_bad_as_long_as_the_law_says() {
        let losses = losses();
        for (rate, burst, [good, bad]) in [(0.1, 100, [0.0, 1.0]), (0.02, 1000, [0.0, 0.5]), (0.3, 50, [0.1, 0.9])] {
            let law = law(rate, burst, Per::Link, [good, bad]);
            let share = (rate - good) / (bad - good);
            for (now, later) in [(0, 30), (50_000, 30), (50_000, burst)] {
                let (mut some, mut both) = (0, 0);
                for path in 0..PATHS {
                    let ends = [path, path + 1];
                    let first = lost(&law, ends, now, &losses);
                    some += u32::from(first);
                    both += u32::from(first && lost(&law, ends, now + later, &losses));
                }
                is("lost", some, PATHS, rate);
                // Bad at both times: share (share + (1 - share) exp(-later / cell)), where cell = burst (1 - share).
                let kept = libm::exp(-(later as f64) / (burst as f64 * (1.0 - share)));
                let bad_twice = share * (share + (1.0 - share) * kept);
                let bad_once = 2.0 * (share - bad_twice);
                let good_twice = 1.0 - bad_twice - bad_once;
                is("lost twice", both, PATHS, bad_twice * bad * bad + bad_once * bad * good + good_twice * good * good);
            }
        }
    }

    /// Runs of lost messages at short distances: their number is known from the law as well.
    #[test]
    fn bursts_begin_as_often_as_the_law_says() {
        let (law, losses) = (law(0.2, 40, Per::Link, [0.0, 1.0]), losses());
        let (mut begins, mut chances) = (0, 0);
        // Every tenth millisecond of a second; what begins is lost after one that is not.
        for path in 0..PATHS / 10 {
            let row: Vec<bool> = (0..=100).map(|step| lost(&law, [path, path + 1], step * 10, &losses)).collect();
            begins += row.windows(2).filter(|pair| !pair[0] && pair[1]).count() as u32;
            chances += row.windows(2).filter(|pair| !pair[0]).count() as u32;
        }
        let expected = 0.2 * (1.0 - libm::exp(-10.0 / 32.0));
        is("begun", begins, chances, expected);
    }

    #[test]
    fn bad_nodes_lose_what_they_send_and_receive_together_and_all_that_is_lost_is_the_rate() {
        let (law, losses) = (law(0.19, 200, Per::Node, [0.0, 1.0]), losses());
        let (mut some, mut sent, mut received) = (0, 0, 0);
        for path in 0..PATHS / 4 {
            let [one, two, three] = [0, 1, 2].map(|end| 4 * path + end);
            let first = lost(&law, [one, two], 700, &losses);
            some += u32::from(first);
            sent += u32::from(first && lost(&law, [one, three], 700, &losses));
            received += u32::from(first && lost(&law, [two, one], 700, &losses));
        }
        is("lost", some, PATHS / 4, 0.19);
        // Each node is bad for a tenth of the time.
        is("lost to two", sent, PATHS / 4, 1.0 - 2.0 * 0.81 + 0.729);
        assert_eq!(some, received);
    }

    #[test]
    fn bursts_that_cannot_be_are_refused_by_key() {
        let new = |rate, burst, good, bad| {
            let [rate, good, bad] = [rate, good, bad].map(|rate| Probability::new(rate).unwrap());
            GilbertElliott::new(rate, Span::from_millis(burst), Per::Link, [good, bad]).map_err(|fault| fault.key)
        };
        assert_eq!(new(0.1, 0, 0.0, 1.0), Err(Some("burst")));
        assert_eq!(new(0.1, 5, 0.5, 0.5), Err(Some("good")));
        assert_eq!(new(0.1, 5, 0.2, 1.0), Err(Some("rate")));
        assert_eq!(new(0.6, 5, 0.0, 0.5), Err(Some("rate")));
        // All, and nothing.
        let losses = losses();
        for (rate, burst) in [(0.0, 5), (1.0, 5), (1.0, 1_000_000)] {
            let law = new(rate, burst, 0.0, 1.0).unwrap();
            assert!((0..1000).all(|path| lost(&law, [path, path + 1], 1000, &losses) == (rate == 1.0)));
        }
    }
}
