//! What a summary says of the values that the runs of a point have in a column.

use super::{Cell, Kind};
use crate::stats::Moments;
use crate::stats::quantile::{censored_interval, censored_quantile, quantile, quantile_interval};
use crate::stats::unseen;

/// What becomes of a column of `runs.csv` in `summary.csv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Summary {
    /// Nothing.
    None,
    /// The mean over all runs that have a value: `NAME_mean`.
    Mean,
    /// The same, divided by the number of nodes: `NAME_per_node_mean`.
    MeanPerNode,
    /// The mean over the runs that converged, of a column that is empty for the others: `NAME_mean`.
    MeanOfConverged,
    /// The same, and quantiles over all runs, of which those without a value count as larger than all others:
    /// `NAME_p50`, `NAME_p50_ci_low`, `NAME_p50_ci_high`, ..., `NAME_p99_9`, ...
    MeanOfConvergedAndTails,
    /// The mean over all runs that have a value, and quantiles over all runs, of which those without a value count as
    /// larger than all others: `NAME_mean`, `NAME_p50`, ...
    MeanAndTails,
    /// Mean, standard deviation, interval, extremes and quantiles over all runs that have a value: `NAME_mean`,
    /// `NAME_sd`, `NAME_ci_low`, ..., `NAME_p95`, ...
    Distribution,
    /// The same over the runs that converged, of a column that is empty for the others.
    DistributionOfConverged,
}

impl Summary {
    /// The statistics that it takes of a column.
    pub fn statistics(self) -> &'static [Statistic] {
        match self {
            Summary::None => &[],
            Summary::Mean | Summary::MeanPerNode | Summary::MeanOfConverged => &[Statistic::Mean],
            Summary::MeanOfConvergedAndTails | Summary::MeanAndTails => &MEAN_AND_TAILS,
            Summary::Distribution | Summary::DistributionOfConverged => &DISTRIBUTION,
        }
    }

    /// Whether `statistic` of it is over the runs that converged, and so leaves out how long the others would have taken.
    pub fn is_of_converged(self, statistic: Statistic) -> bool {
        let of_converged =
            [Summary::MeanOfConverged, Summary::MeanOfConvergedAndTails, Summary::DistributionOfConverged];
        of_converged.contains(&self) && statistic.tail().is_none()
    }
}

const MEAN_AND_TAILS: [Statistic; 13] = [
    Statistic::Mean,
    Statistic::Tail(500),
    Statistic::TailLow(500),
    Statistic::TailHigh(500),
    Statistic::Tail(950),
    Statistic::TailLow(950),
    Statistic::TailHigh(950),
    Statistic::Tail(990),
    Statistic::TailLow(990),
    Statistic::TailHigh(990),
    Statistic::Tail(999),
    Statistic::TailLow(999),
    Statistic::TailHigh(999),
];

const DISTRIBUTION: [Statistic; 15] = [
    Statistic::Mean,
    Statistic::Sd,
    Statistic::MeanLow,
    Statistic::MeanHigh,
    Statistic::Least,
    Statistic::Quantile(50),
    Statistic::QuantileLow(50),
    Statistic::QuantileHigh(50),
    Statistic::Quantile(95),
    Statistic::QuantileLow(95),
    Statistic::QuantileHigh(95),
    Statistic::Quantile(99),
    Statistic::QuantileLow(99),
    Statistic::QuantileHigh(99),
    Statistic::Most,
];

/// A figure of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistic {
    /// The mean.
    Mean,
    /// The standard deviation.
    Sd,
    /// The lower end of the 95 % confidence interval of the mean.
    MeanLow,
    /// Its upper end.
    MeanHigh,
    /// The smallest value.
    Least,
    /// The largest value.
    Most,
    /// The value that so many percent stay below.
    Quantile(u8),
    /// The lower end of the 95 % confidence interval of that quantile.
    QuantileLow(u8),
    /// Its upper end.
    QuantileHigh(u8),
    /// The value that so many thousandths of all runs stay below, where those without a value count as larger than all
    /// others. There is none where it lies among those, and of fewer runs than [`Statistic::fewest`].
    Tail(u16),
    /// The lower end of the 95 % confidence interval of that quantile.
    TailLow(u16),
    /// Its upper end.
    TailHigh(u16),
}

impl Statistic {
    /// How a figure of a round is spread over runs: mean, median, and where 5 and 95 % of them lie.
    pub const SPREAD: &'static [Statistic] =
        &[Statistic::Mean, Statistic::Quantile(5), Statistic::Quantile(50), Statistic::Quantile(95)];

    /// The quantiles over all runs that a time has, in thousandths.
    pub const TAILS: [u16; 4] = [500, 950, 990, 999];

    /// The end of the name of its column.
    pub fn suffix(self) -> String {
        match self {
            Statistic::Mean => "mean".to_owned(),
            Statistic::Sd => "sd".to_owned(),
            Statistic::MeanLow => "ci_low".to_owned(),
            Statistic::MeanHigh => "ci_high".to_owned(),
            Statistic::Least => "min".to_owned(),
            Statistic::Most => "max".to_owned(),
            Statistic::Quantile(percent) => format!("p{percent:02}"),
            Statistic::QuantileLow(percent) => format!("p{percent:02}_ci_low"),
            Statistic::QuantileHigh(percent) => format!("p{percent:02}_ci_high"),
            Statistic::Tail(permille) => tail_name(permille),
            Statistic::TailLow(permille) => format!("{}_ci_low", tail_name(permille)),
            Statistic::TailHigh(permille) => format!("{}_ci_high", tail_name(permille)),
        }
    }

    /// Of a quantile over all runs, or an end of its interval: the thousandths that stay below.
    pub fn tail(self) -> Option<u16> {
        match self {
            Statistic::Tail(permille) | Statistic::TailLow(permille) | Statistic::TailHigh(permille) => Some(permille),
            _ => None,
        }
    }

    /// Of so few runs a quantile over all runs is given: from as many on as let one lie beyond it on average, which are 2
    /// for the median, 20, 100 and 1000 for what 95, 99 and 99.9 % stay below.
    pub fn fewest(permille: u16) -> u64 {
        1000_u64.div_ceil(1000_u64.saturating_sub(permille.into()).max(1))
    }

    /// What it is, before ` of ...`.
    pub fn doc(self) -> String {
        let quantile =
            |percent: f64| if percent == 50.0 { "median".to_owned() } else { format!("{percent} % quantile") };
        let of_whole = |percent: u8| quantile(percent.into());
        let tail = |permille: u16| quantile(f64::from(permille) / 10.0);
        let first_upper = |text: String| text[..1].to_uppercase() + &text[1..];
        match self {
            Statistic::Mean => "Mean".to_owned(),
            Statistic::Sd => "Standard deviation".to_owned(),
            Statistic::MeanLow => "Lower end of the 95 % confidence interval of the mean".to_owned(),
            Statistic::MeanHigh => "Upper end of the 95 % confidence interval of the mean".to_owned(),
            Statistic::Least => "Smallest".to_owned(),
            Statistic::Most => "Largest".to_owned(),
            Statistic::Quantile(percent) => first_upper(of_whole(percent)),
            Statistic::QuantileLow(percent) => {
                format!("Lower end of the 95 % confidence interval of the {}", of_whole(percent))
            }
            Statistic::QuantileHigh(percent) => {
                format!("Upper end of the 95 % confidence interval of the {}", of_whole(percent))
            }
            Statistic::Tail(permille) => first_upper(tail(permille)),
            Statistic::TailLow(permille) => {
                format!("Lower end of the 95 % confidence interval of the {}", tail(permille))
            }
            Statistic::TailHigh(permille) => {
                format!("Upper end of the 95 % confidence interval of the {}", tail(permille))
            }
        }
    }

    /// The kind of its values where the sample is of `kind`.
    pub fn kind(self, kind: Kind) -> Kind {
        match self {
            Statistic::Least | Statistic::Most => kind,
            _ => Kind::Real,
        }
    }

    /// Whether a sample may be too small for it.
    pub fn needs_many(self) -> bool {
        !matches!(self, Statistic::Mean | Statistic::Least | Statistic::Most | Statistic::Quantile(_))
    }
}

/// `p50`, `p99_9`.
fn tail_name(permille: u16) -> String {
    match permille % 10 {
        0 => format!("p{:02}", permille / 10),
        tenth => format!("p{:02}_{tenth}", permille / 10),
    }
}

/// Values of the runs of a point, as far as they have one.
#[derive(Clone, Debug)]
pub struct Sample {
    moments: Moments,
    sorted: Vec<f64>,
    /// How many runs have no value, which tails count as larger than all that have one.
    later: usize,
    /// How far apart values are that differ: whole numbers by one.
    step: f64,
    kind: Kind,
    /// What no mean can be below.
    floor: f64,
}

impl Sample {
    /// Of these values, in the order of the runs.
    pub fn new(kind: Kind, values: Vec<f64>) -> Self {
        let moments = values.iter().copied().collect();
        let mut sorted = values;
        sorted.sort_unstable_by(f64::total_cmp);
        let step = if kind == Kind::Whole { 1.0 } else { 0.0 };
        Sample { moments, sorted, later: 0, step, kind, floor: f64::NEG_INFINITY }
    }

    /// The same, of `runs` runs, of which those without a value would have a larger one than all others.
    pub fn of(self, runs: usize) -> Self {
        Sample { later: runs.saturating_sub(self.sorted.len()), ..self }
    }

    /// The same, of values of which none can be negative.
    pub fn nonnegative(self) -> Self {
        Sample { floor: 0.0, ..self }
    }

    /// Count, mean and spread.
    pub fn moments(&self) -> &Moments {
        &self.moments
    }

    /// One figure of it; empty where there are too few values.
    pub fn figure(&self, statistic: Statistic) -> Cell {
        let interval = || unseen::mean_interval(&self.moments, self.step, 0.95);
        let share = |percent: u8| f64::from(percent) / 100.0;
        let between = |percent| quantile_interval(&self.sorted, share(percent), 0.95);
        match statistic {
            Statistic::Mean => self.moments.mean().into(),
            Statistic::Sd => self.moments.sd().into(),
            Statistic::MeanLow => interval().map(|(low, _)| low.max(self.floor)).into(),
            Statistic::MeanHigh => interval().map(|(_, high)| high).into(),
            Statistic::Least => self.value(self.sorted.first()),
            Statistic::Most => self.value(self.sorted.last()),
            Statistic::Quantile(percent) => quantile(&self.sorted, share(percent)).into(),
            Statistic::QuantileLow(percent) => between(percent).map(|(low, _)| low).into(),
            Statistic::QuantileHigh(percent) => between(percent).map(|(_, high)| high).into(),
            Statistic::Tail(permille) => self.tail(permille).into(),
            Statistic::TailLow(permille) => self.tail_interval(permille)[0].into(),
            Statistic::TailHigh(permille) => self.tail_interval(permille)[1].into(),
        }
    }

    fn tail(&self, permille: u16) -> Option<f64> {
        let runs = (self.sorted.len() + self.later) as u64;
        let enough = runs >= Statistic::fewest(permille);
        censored_quantile(&self.sorted, self.later, f64::from(permille) / 1000.0).filter(|_| enough)
    }

    fn tail_interval(&self, permille: u16) -> [Option<f64>; 2] {
        censored_interval(&self.sorted, self.later, f64::from(permille) / 1000.0, 0.95)
    }

    /// A value of the sample as the column has it.
    fn value(&self, value: Option<&f64>) -> Cell {
        match self.kind {
            Kind::Whole | Kind::Large => value.map(|&value| value as u64).into(),
            Kind::Real | Kind::Word => value.copied().into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_of_whole_numbers_has_whole_extremes_and_the_interval_of_steps() {
        let sample = Sample::new(Kind::Whole, vec![5.0, 3.0, 4.0, 4.0]);
        assert_eq!((sample.figure(Statistic::Least), sample.figure(Statistic::Most)), (3_u64.into(), 5_u64.into()));
        assert_eq!((sample.figure(Statistic::Mean), sample.figure(Statistic::Quantile(50))), (4.0.into(), 4.0.into()));
        let agreed = Sample::new(Kind::Whole, vec![3.0; 30]).figure(Statistic::MeanHigh).number().unwrap();
        // Thirty runs that agree leave 1 - 0.05^(1/30) of a step open; of real numbers nothing.
        assert!((agreed - 3.095_034).abs() < 1e-5, "{agreed}");
        assert_eq!(Sample::new(Kind::Real, vec![3.0; 30]).figure(Statistic::MeanHigh), 3.0.into());
    }

    #[test]
    fn an_interval_of_what_cannot_be_negative_begins_at_0() {
        let sample = || Sample::new(Kind::Whole, vec![0.0; 100]);
        // A hundred runs that agree leave 1 - 0.05^(1/100) of a step open, on both sides.
        assert!(sample().figure(Statistic::MeanLow).number().is_some_and(|low| low < 0.0));
        assert_eq!(sample().nonnegative().figure(Statistic::MeanLow), 0.0.into());
        assert_eq!(sample().nonnegative().figure(Statistic::MeanHigh), sample().figure(Statistic::MeanHigh));
    }

    #[test]
    fn a_tail_is_an_order_statistic_of_all_runs_and_is_given_of_enough_of_them_alone() {
        // The values 1 to 1000: type 7 puts the quantile p at 1 + 999 p.
        let sample = |values: u32, runs: usize| Sample::new(Kind::Real, (1..=values).map(f64::from).collect()).of(runs);
        let whole = sample(1000, 1000);
        for (permille, value) in [(500, 500.5), (950, 950.05), (990, 990.01), (999, 999.001)] {
            let found = whole.figure(Statistic::Tail(permille)).number().unwrap();
            assert!((found - value).abs() < 1e-9, "{permille}: {found}");
        }
        // Of 1000 runs 15 did not converge: the 99 % quantile is one of those.
        let censored = sample(985, 1000);
        assert_eq!(censored.figure(Statistic::Tail(990)), Cell::Empty);
        assert_eq!(censored.figure(Statistic::Tail(950)), whole.figure(Statistic::Tail(950)));
        // Its interval goes on beyond them: between ranks 937 and 964 of 1000 for 95 %, open above for 98.5 % at most.
        let low = censored.figure(Statistic::TailLow(990)).number().unwrap();
        assert!((980.0..990.0).contains(&low), "{low}");
        assert_eq!(censored.figure(Statistic::TailHigh(990)), Cell::Empty);
        for (permille, fewest) in [(500, 2), (950, 20), (990, 100), (999, 1000)] {
            assert_eq!(Statistic::fewest(permille), fewest);
            let known = |runs: u32| sample(runs, runs as usize).figure(Statistic::Tail(permille)) != Cell::Empty;
            assert!(known(fewest as u32) && !known(fewest as u32 - 1), "{permille}");
        }
    }

    #[test]
    fn what_takes_more_values_than_there_are_is_empty() {
        let sample = Sample::new(Kind::Real, vec![2.5]);
        for statistic in DISTRIBUTION {
            let known = sample.figure(statistic) != Cell::Empty;
            assert_eq!(known, !statistic.needs_many(), "{statistic:?}");
            assert_eq!(Sample::new(Kind::Real, vec![]).figure(statistic), Cell::Empty);
        }
    }

    #[test]
    fn the_names_of_a_distribution_differ() {
        let mut names: Vec<String> = DISTRIBUTION.iter().map(|statistic| statistic.suffix()).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), DISTRIBUTION.len());
        assert!(names.contains(&"p95_ci_high".to_owned()) && names.contains(&"ci_low".to_owned()));
    }
}
