//! Which law of growth the mean rounds follow, and by how much.
//!
//! Never judged by R², which calls any rising curve logarithmic: each candidate law is fitted by weighted least
//! squares, and they are compared by Akaike's criterion for small samples (AICc, Hurvich & Tsai 1989), which charges
//! each parameter its price.
//!
//! **What the errors are.** The laws are asymptotic: at finite sizes the truth departs from its own law by terms that
//! many replicates would make visible (push: log2 n rounds up to whole rounds; pull: the log2 ln n beside log2 n). A
//! test against the standard errors alone would then reject every law, or prefer the law flexible enough to follow
//! the departures. So a law is asked to hold to [`TOLERANCE`] of the mean, and each point's variance is that of its
//! mean plus the square of that. The scale of the errors is estimated from the scatter, but never below this: a
//! law that fits better than it has to gains nothing, and data without noise stay finite.
//!
//! **When it is decided.** There must be [`FEWEST`] sizes that lie [`SPAN`] apart, and a winner must lead its best rival
//! by [`MARGIN`]. A power law can imitate the others: as a rival its exponent is free of charge, so that no law wins for
//! its simplicity alone where some power fits as well. One whose exponent comes within [`NEAR`] of the winner's (0 for
//! the logarithm) says the same thing and is no rival. log n and log n / log log n, each with a constant added, differ
//! by less than what gossip adds to its law at sizes that can be simulated: where one leads, both are named. With few
//! sizes the constant leads by its price alone, however noisy the means: it wins only where growth by [`FLAT`] of the
//! mean is excluded.
//!
//! **What is no law of growth.** Means that fall; means that rise more slowly than any logarithm; a power within [`NEAR`]
//! of the logarithm, which is the logarithm with terms that vanish, or a power, nobody can tell; and a power whose exponent
//! lies at the edge of what was searched, which is none that was found.
//!
//! How often this is right is measured by `gossipsim verify --verdicts`.

mod law;
mod sizes;

use std::fmt;

use super::Point;
pub use law::Law;
pub use sizes::Candidate;
use sizes::Sizes;
pub use sizes::TOLERANCE;

/// The lead that decides: an AICc difference of 4 is an evidence ratio of e^2, about 7 to 1, and Burnham & Anderson
/// (2002, section 2.6) call what lies 4 behind "considerably less" supported.
pub const MARGIN: f64 = 4.0;

/// With fewer sizes a law with three parameters can follow anything.
pub const FEWEST: usize = 5;

/// The largest size must be so many times the smallest.
pub const SPAN: f64 = 16.0;

/// Exponents closer than this are the same in practice.
pub const NEAR: f64 = 0.1;

/// Means may rise by this share over all sizes, at the upper end of the 95 % confidence interval, and still be called constant.
pub const FLAT: f64 = 0.1;

/// What the comparison says.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// One law leads.
    Decided {
        /// The law that leads.
        winner: Candidate,
        /// One that cannot be told from it at any sizes like these.
        also: Option<Law>,
        /// The best of those that claim something else.
        rival: Law,
        /// By how much AICc it trails; infinite if the sizes are too few to fit any other.
        margin: f64,
    },
    /// Two laws are too close to tell.
    Close {
        /// The best.
        first: Candidate,
        /// The best of those that claim something else.
        second: Candidate,
        /// By how much AICc it trails.
        margin: f64,
    },
    /// The constant is best, but the means are not known well enough to exclude growth.
    Vague {
        /// By which share of the mean they may rise over the sizes, at the upper end of the 95 % confidence interval.
        rise: f64,
    },
    /// The means fall.
    Falling {
        /// By which share of the mean they fall over the sizes.
        fall: f64,
    },
    /// The means rise, but ever more slowly than a logarithm.
    Slowing,
    /// The means leave a logarithm, but for a power too small to be one.
    Bent {
        /// That power's exponent.
        exponent: f64,
    },
    /// The best power lies at the edge of the exponents that were searched.
    Edge {
        /// That exponent.
        exponent: f64,
    },
    /// Fewer than [`FEWEST`] sizes.
    TooFew {
        /// How many there are.
        sizes: usize,
    },
    /// Sizes that are less than [`SPAN`] apart.
    Narrow {
        /// The largest over the smallest.
        span: f64,
    },
}

impl Verdict {
    /// The law that won, if one did.
    pub fn law(&self) -> Option<Law> {
        match self {
            Verdict::Decided { winner, .. } => Some(winner.law),
            _ => None,
        }
    }

    /// Whether it decides for a law that says something else than `law`.
    pub fn contradicts(&self, law: Law) -> bool {
        let Verdict::Decided { winner, also, .. } = self else { return false };
        let near = winner.exponent.zip(law.exponent()).is_some_and(|(found, own)| (found - own).abs() <= NEAR);
        winner.law != law && *also != Some(law) && !near
    }

    /// The best law of those that claim something else than the leading one, and by how much AICc it trails.
    pub fn runner_up(&self) -> Option<(Law, f64)> {
        match self {
            Verdict::Decided { rival, margin, .. } => Some((*rival, *margin)),
            Verdict::Close { second, margin, .. } => Some((second.law, *margin)),
            _ => None,
        }
    }
}

impl fmt::Display for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.law)?;
        self.exponent.map_or(Ok(()), |exponent| write!(f, " n^{exponent:.2}"))
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Decided { winner, also, rival, margin } => {
                write!(f, "{winner}")?;
                also.map_or(Ok(()), |law| write!(f, " or {law}"))?;
                write!(f, ", ahead of {rival} by ΔAICc {margin:.0}")
            }
            Verdict::Close { first, second, margin } => {
                write!(f, "undecided: {first} and {second} within ΔAICc {margin:.1}; wider sizes tell more")
            }
            Verdict::Vague { rise } => {
                write!(f, "undecided: constant, or rising by up to {:.0} % of the mean", 100.0 * rise)
            }
            Verdict::Falling { fall } => {
                write!(f, "undecided: falling, by {:.0} % of the mean, which is no law of growth", 100.0 * fall)
            }
            Verdict::Slowing => f.write_str("undecided: rising, but ever more slowly than a logarithm"),
            Verdict::Bent { exponent } => {
                write!(f, "undecided: near a logarithm, but bent away from it towards n^{exponent:.2}")
            }
            Verdict::Edge { exponent } => {
                write!(f, "undecided: the best power, n^{exponent:.2}, is the last that was searched")
            }
            Verdict::TooFew { sizes } => {
                write!(f, "undecided: {sizes} size{}, {FEWEST} needed", if *sizes == 1 { "" } else { "s" })
            }
            Verdict::Narrow { span } => {
                write!(f, "undecided: the largest size is {span:.1} times the smallest, {SPAN:.0} needed")
            }
        }
    }
}

/// Which law the means of `points` follow, their x being the number of nodes. Points whose mean is not finite or
/// whose x is below 1 are passed over; an error that is not finite counts as none.
pub fn judge(points: &[Point]) -> Verdict {
    let sizes = Sizes::of(points);
    let distinct = sizes.distinct();
    if distinct < FEWEST {
        return Verdict::TooFew { sizes: distinct };
    }
    let span = sizes.largest() / sizes.smallest();
    if span < SPAN {
        return Verdict::Narrow { span };
    }
    let mut candidates: Vec<Candidate> = Law::ALL.into_iter().filter_map(|law| sizes.fit(law)).collect();
    candidates.sort_by(|a, b| a.aicc.total_cmp(&b.aicc));
    decide(&candidates, &sizes).unwrap_or(Verdict::TooFew { sizes: distinct })
}

/// Names the best of `candidates`, which ascend in AICc.
fn decide(candidates: &[Candidate], sizes: &Sizes) -> Option<Verdict> {
    let winner = winner(candidates, sizes)?;
    if let Some(verdict) = no_growth(winner, sizes) {
        return Some(verdict);
    }
    let twin = twin(winner.law);
    let claims = |other: &&Candidate| other.law != winner.law && twin != Some(other.law);
    let differs = |other: &&Candidate| claims(other) && !agrees(winner, other, sizes);
    let trails = |other: &Candidate| match (winner.law, other.law) {
        (Law::Constant, _) => other.aicc - winner.aicc,
        // Free of charge: see above.
        (_, Law::Power) => other.lack_of_fit - winner.lack_of_fit,
        _ => other.aicc - winner.aicc,
    };
    let decided = |rival: Law, margin: f64| {
        // Of twins the plain one is named first.
        let first = candidates.iter().find(|other| twin.is_some() && other.law == Law::Logarithmic).unwrap_or(winner);
        let also = twin.map(|_| Law::LogOverLogLog);
        Verdict::Decided { winner: *first, also, rival, margin }
    };
    let mut rivals: Vec<&Candidate> = candidates.iter().filter(differs).collect();
    rivals.sort_by(|one, other| trails(one).total_cmp(&trails(other)));
    let Some(rival) = rivals.first() else {
        // Nothing claims anything else.
        return candidates.iter().find(claims).map(|rival| decided(rival.law, f64::INFINITY));
    };
    let margin = trails(rival);
    Some(if margin >= MARGIN {
        decided(rival.law, margin)
    } else {
        Verdict::Close { first: *winner, second: **rival, margin: margin.max(0.0) }
    })
}

/// The best, unless a simpler law says the same: a power law that leads by less than the margin over the law whose
/// exponent it found yields to it.
fn winner<'a>(candidates: &'a [Candidate], sizes: &Sizes) -> Option<&'a Candidate> {
    let best = candidates.first()?;
    let near = |other: &&Candidate| other.aicc - best.aicc < MARGIN;
    Some(candidates.iter().filter(near).find(|other| agrees(other, best, sizes)).unwrap_or(best))
}

/// The law that cannot be told from this one at any sizes that can be simulated: what gossip adds to its law at finite
/// sizes is more than the two differ by.
fn twin(law: Law) -> Option<Law> {
    match law {
        Law::Logarithmic => Some(Law::LogOverLogLog),
        Law::LogOverLogLog => Some(Law::Logarithmic),
        _ => None,
    }
}

/// Whether `rival` claims nothing else than `law`: the power law at this law's exponent, or, if this is the constant,
/// any that grows by less than its tolerance.
fn agrees(law: &Candidate, rival: &Candidate, sizes: &Sizes) -> bool {
    let same_exponent = match (law.law.exponent(), rival.exponent) {
        (Some(own), Some(other)) => (own - other).abs() <= NEAR,
        _ => false,
    };
    same_exponent || (law.law == Law::Constant && rival.growth(sizes) <= TOLERANCE * law.intercept.abs())
}

/// What to say where the best law is none of growth, or not surely.
fn no_growth(winner: &Candidate, sizes: &Sizes) -> Option<Verdict> {
    let (change, half) = sizes.change()?;
    let scale = winner.intercept.abs().max(1.0);
    match winner.law {
        Law::Power if winner.exponent.is_some_and(|exponent| exponent < -NEAR) => Some(Verdict::Slowing),
        Law::Power if winner.exponent.is_some_and(|exponent| exponent <= NEAR) => {
            winner.exponent.map(|exponent| Verdict::Bent { exponent })
        }
        Law::Power if winner.at_an_edge() => winner.exponent.map(|exponent| Verdict::Edge { exponent }),
        Law::Constant if change + half < -TOLERANCE * scale => Some(Verdict::Falling { fall: -change / scale }),
        // Means that happen to fall make it no surer that there is no growth, so they count as level.
        Law::Constant if change.max(0.0) + half > FLAT * scale => {
            Some(Verdict::Vague { rise: (change.max(0.0) + half) / scale })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::student;
    use super::*;
    use rand::SeedableRng;
    use rand::rand_core::Rng;
    use rand_chacha::ChaCha8Rng;

    /// The exact mean rounds on the complete graph without loss, at 2^6, 2^7, …, and about their standard deviation,
    /// from the chain of `theory::chain`.
    const PUSH: (&[f64], f64) =
        (&[11.158119, 12.931038, 14.670028, 16.389153, 18.096676, 19.797643, 21.495247, 23.190802], 1.32);
    const PULL: (&[f64], f64) =
        (&[8.963725, 10.240668, 11.463206, 12.648075, 13.806368, 14.945352, 16.069801, 17.182910], 1.34);
    const PUSH_PULL: (&[f64], f64) = (&[5.988758, 6.826987, 7.628710, 8.406936, 9.176045, 9.933150, 10.665976], 0.53);

    /// Push-pull on balanced binary trees, 2^6 to 2^12 nodes, as simulated with 300 runs each.
    const TREE: &[f64] = &[17.737, 23.007, 27.940, 32.767, 38.197, 43.713, 48.597];

    fn points(means: &[f64], error: f64) -> Vec<Point> {
        let sizes = (6..).map(|power| f64::from(1u32 << power));
        sizes.zip(means).map(|(x, &mean)| Point { x, mean, error, count: 200 }).collect()
    }

    fn of(law: impl Fn(f64) -> f64, powers: std::ops::RangeInclusive<i32>, error: f64) -> Verdict {
        let sizes = powers.map(|power| f64::from(1u32 << power));
        judge(&sizes.map(|x| Point { x, mean: law(x), error, count: 200 }).collect::<Vec<_>>())
    }

    #[test]
    fn gossip_on_the_complete_graph_is_logarithmic() {
        for (name, (means, sd)) in [("push", PUSH), ("pull", PULL), ("push-pull", PUSH_PULL)] {
            for runs in [20.0f64, 200.0, 1e6] {
                for count in 5..=means.len() {
                    let verdict = judge(&points(&means[..count], sd / runs.sqrt()));
                    let told = matches!(verdict.law(), None | Some(Law::Logarithmic));
                    let must = runs >= 200.0 && count >= 6;
                    let here = format!("{name}, {runs} runs, {count} sizes: {verdict}");
                    assert!(told && (verdict.law().is_some() || !must), "{here}");
                }
            }
        }
    }

    #[test]
    fn noise_of_200_runs_hardly_ever_names_a_wrong_law() {
        let mut stream = ChaCha8Rng::seed_from_u64(9);
        let mut uniform = || ((stream.next_u64() >> 12) as f64 + 0.5) / 4_503_599_627_370_496.0;
        let mut normal = || student::quantile(uniform(), f64::INFINITY);
        for (means, sd) in [PUSH, PULL, PUSH_PULL] {
            let error = sd / 200.0f64.sqrt();
            for _ in 0..100 {
                let noisy: Vec<f64> = means.iter().map(|mean| mean + error * normal()).collect();
                let verdict = judge(&points(&noisy, error));
                assert!(matches!(verdict.law(), None | Some(Law::Logarithmic)), "{verdict}: {noisy:?}");
            }
        }
    }

    #[test]
    fn exact_laws_without_noise_are_named() {
        for error in [0.0, 0.05] {
            for powers in [4..=8, 6..=10, 6..=14, 4..=20] {
                assert_eq!(of(|n| n - 1.0, powers.clone(), error).law(), Some(Law::Linear));
                assert_eq!(of(|n| 2.0 * n / 3.0 - 11.0 / 24.0, powers.clone(), error).law(), Some(Law::Linear));
                assert_eq!(of(|n| 1.2 * n.sqrt() + 3.0, powers.clone(), error).law(), Some(Law::SquareRoot));
                assert_eq!(of(|n| 1.7 * libm::log2(n) + 1.0, powers.clone(), error).law(), Some(Law::Logarithmic));
                assert_eq!(of(|_| 2.0, powers.clone(), error).law(), Some(Law::Constant), "{powers:?} {error}");
                let square = of(|n| libm::log2(n) * libm::log2(n), powers.clone(), error);
                // Few sizes leave a power that does the same.
                let few = powers != (4..=20) && square.law().is_none();
                assert!(few || square.law() == Some(Law::LogSquared), "{powers:?}: {square}");
            }
        }
        let power = of(|n| libm::pow(n, 0.3), 6..=16, 0.01);
        let Verdict::Decided { winner, .. } = &power else { panic!("{power}") };
        assert!(winner.law == Law::Power && (winner.exponent.unwrap() - 0.3).abs() < 0.01, "{power}");
    }

    #[test]
    fn a_lattice_with_a_rough_front_is_still_a_square_root() {
        // Diameter over speed, a fluctuation of order n^(1/6), and whole rounds.
        let verdict = of(|n| (0.9 * n.sqrt() + 1.5 * libm::pow(n, 1.0 / 6.0)).round(), 6..=14, 0.1);
        assert_eq!(verdict.law(), Some(Law::SquareRoot), "{verdict}");
    }

    #[test]
    fn a_verdict_says_what_it_rests_on() {
        let text = judge(&points(PUSH.0, 0.1)).to_string();
        let start = "logarithmic or log n / log log n, ahead of ";
        assert!(text.starts_with(start) && text.contains(" by ΔAICc "), "{text}");
        let few = judge(&points(&PUSH.0[..3], 0.1));
        assert_eq!((few.to_string().as_str(), few.runner_up()), ("undecided: 3 sizes, 5 needed", None));
        assert_eq!(Verdict::TooFew { sizes: 1 }.to_string(), "undecided: 1 size, 5 needed");
        let (law, lead) = judge(&points(PUSH.0, 0.1)).runner_up().unwrap();
        assert!(text.ends_with(&format!("ahead of {law} by ΔAICc {lead:.0}")) && lead >= MARGIN, "{text}");
        let close = of(|n| 5.0 + 0.1 * libm::log2(n), 6..=14, 2.0);
        assert!(close.law().is_none_or(|law| law == Law::Constant), "{close}");
        let close = of(|n| 0.5 * libm::log2(n) + 0.25 * libm::log2(n) * libm::log2(n) / 8.0, 6..=11, 0.4);
        assert!(
            close.to_string().starts_with("undecided: ") && close.to_string().contains(" within ΔAICc "),
            "{close}"
        );
        assert!(close.runner_up().is_some_and(|(_, lead)| (0.0..MARGIN).contains(&lead)), "{close}");
    }

    #[test]
    fn means_too_noisy_to_show_growth_are_not_called_constant() {
        // Five runs at each of six sizes: the means happen to fall.
        let sizes = [16.0, 32.0, 64.0, 128.0, 256.0, 512.0].into_iter().zip([11.6, 10.8, 11.2, 11.4, 10.6, 10.9]);
        let noisy: Vec<Point> = sizes.map(|(x, mean)| Point { x, mean, error: 0.6, count: 5 }).collect();
        let verdict = judge(&noisy);
        assert!(matches!(verdict, Verdict::Vague { rise } if rise > FLAT), "{verdict}");
        assert!(verdict.to_string().starts_with("undecided: constant, or rising by up to 1"), "{verdict}");
        let sure: Vec<Point> = noisy.iter().map(|point| Point { error: 0.01, mean: 11.0, ..*point }).collect();
        assert_eq!(judge(&sure).law(), Some(Law::Constant));
    }

    #[test]
    fn what_is_no_law_of_growth_is_not_called_one() {
        let falling = of(|n| 20.0 - libm::log2(n), 4..=12, 0.1);
        assert!(matches!(falling, Verdict::Falling { fall } if fall > 0.4), "{falling}");
        assert!(falling.to_string().starts_with("undecided: falling, by "), "{falling}");
        let slowing = of(|n| 10.0 - 8.0 * libm::pow(n, -0.4), 4..=14, 0.01);
        assert_eq!(slowing, Verdict::Slowing, "{slowing}");
        let bent = of(|n| 2.0 * libm::pow(n, 0.06), 4..=20, 0.001);
        assert!(matches!(bent, Verdict::Bent { .. }), "{bent}");
        let edge = of(|n| libm::pow(n, 2.6), 4..=10, 0.01);
        assert!(matches!(edge, Verdict::Edge { .. }) && edge.law().is_none(), "{edge}");
        let narrow = of(|n| n, 4..=4, 0.1);
        assert_eq!(narrow, Verdict::TooFew { sizes: 1 });
        let close: Vec<Point> =
            (60..70).map(|n| Point { x: n.into(), mean: n.into(), error: 0.1, count: 100 }).collect();
        assert!(judge(&close).to_string().starts_with("undecided: the largest size is 1.1 times"), "{}", judge(&close));
    }

    #[test]
    fn laws_that_imitate_each_other_are_told_apart_or_undecided() {
        for powers in [4..=9, 4..=12, 6..=14, 4..=16] {
            let fifth = of(|n| 5.0 * libm::pow(n, 0.2), powers.clone(), 0.1);
            assert!(matches!(fifth.law(), None | Some(Law::Power)), "{powers:?}: {fifth}");
            let star = of(|n| n * libm::log(n), powers.clone(), 0.1);
            let few = powers == (4..=9) && star.law().is_none();
            assert!(few || star.law() == Some(Law::LinearTimesLog), "{powers:?}: {star}");
            let slow = of(|n| 3.0 * libm::log2(n) / libm::log2(libm::log2(n)), powers.clone(), 0.05);
            let both = matches!(slow, Verdict::Decided { also: Some(Law::LogOverLogLog), .. } | Verdict::Close { .. });
            assert!(both, "{powers:?}: {slow}");
        }
        let tree = judge(&points(TREE, 0.1));
        assert!(matches!(tree.law(), None | Some(Law::Logarithmic)), "{tree}");
    }

    #[test]
    fn points_that_are_no_measurements_are_passed_over() {
        let mut some = points(PUSH.0, 0.1);
        some.push(Point { x: 1e5, mean: f64::NAN, error: 0.1, count: 0 });
        some.push(Point { x: f64::NAN, mean: 1.0, error: 0.1, count: 0 });
        assert_eq!(judge(&some), judge(&points(PUSH.0, 0.1)));
        assert_eq!(judge(&[]), Verdict::TooFew { sizes: 0 });
    }
}
