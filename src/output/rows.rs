//! The tables of a results folder, a struct a row: what is written is what is read back.

use serde::{Deserialize, Serialize};

pub use super::link_end::LinkEnd;

/// What identifies a point of a sweep; the first columns of every table that has a row per point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PointColumns {
    /// Its number in the sweep, from 0.
    pub point: u32,
    /// push, pull or push-pull.
    pub strategy: String,
    /// Number of nodes.
    pub nodes: u32,
    /// The topology and its settings in one line.
    pub topology: String,
    /// Peers contacted per tick.
    pub fanout: u32,
    /// Mean share of messages lost.
    pub loss: f64,
    /// Gossip interval, ms.
    pub interval_ms: f64,
}

impl PointColumns {
    /// The names of the columns.
    pub const COLUMNS: &[&str] = &["point", "strategy", "nodes", "topology", "fanout", "loss", "interval_ms"];
}

/// A row of `runs.csv`: one run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RunRow {
    /// The scenario's name.
    pub scenario: String,
    /// Number of the point, from 0.
    pub point: u32,
    /// push, pull or push-pull.
    pub strategy: String,
    /// Number of nodes.
    pub nodes: u32,
    /// The topology and its settings in one line.
    pub topology: String,
    /// Peers contacted per tick.
    pub fanout: u32,
    /// Mean share of messages lost.
    pub loss: f64,
    /// Gossip interval, ms.
    pub interval_ms: f64,
    /// Number of the replicate, from 0.
    pub replicate: u64,
    /// The scenario's seed.
    pub seed: u64,
    /// converged, died-out, round-limit or time-limit.
    pub outcome: String,
    /// Round in which the last live node learned the update; empty unless converged.
    pub rounds: Option<u64>,
    /// That instant, ms; empty unless converged.
    pub time_ms: Option<f64>,
    /// Round in which half of the live nodes knew; empty if they never did.
    pub rounds_50: Option<u64>,
    /// The same for 90 %.
    pub rounds_90: Option<u64>,
    /// The same for 99 %.
    pub rounds_99: Option<u64>,
    /// Nodes that know the update at the end.
    pub informed: u64,
    /// Live nodes at the end.
    pub live: u64,
    /// Share of live nodes that never learned.
    pub residue: f64,
    /// Legs sent.
    pub messages: u64,
    /// Legs sent that carry the update.
    pub updates: u64,
    /// Bytes sent: of every message a header, of every update its size. More than 64 bits, so that no total ends at
    /// the largest number there is.
    pub bytes: u128,
    /// Legs dropped by the network.
    pub lost: u64,
    /// Updates delivered to nodes that knew already.
    pub redundant: u64,
    /// Events simulated: ticks and deliveries.
    pub events: u64,
    /// Round in which 99.9 % of the live nodes knew; empty if they never did.
    pub rounds_99_9: Option<u64>,
    /// Instant at which half of the live nodes, rounded up, knew, ms; empty if they never did.
    pub time_50_ms: Option<f64>,
    /// The same for 90 %.
    pub time_90_ms: Option<f64>,
    /// The same for 99 %.
    pub time_99_ms: Option<f64>,
    /// The same for 99.9 %.
    pub time_99_9_ms: Option<f64>,
    /// Calls refused by their recipients, where nodes take only so many; empty in tables of older versions.
    pub refused: Option<u64>,
    /// Share of live nodes that did not know when the rumor first died out; empty if it did not, and for nodes that
    /// never lose interest, as are the columns below.
    pub rumor_residue: Option<f64>,
    /// Legs sent by rumor mongering.
    pub rumor_messages: Option<u64>,
    /// Those of them that carry the update.
    pub rumor_updates: Option<u64>,
    /// Legs sent by the anti-entropy behind it.
    pub backup_messages: Option<u64>,
    /// Those of them that carry the update.
    pub backup_updates: Option<u64>,
}

impl RunRow {
    /// Whether a limit ended the run before all was over, so that what it counts would have grown.
    pub fn cut_off(&self) -> bool {
        self.outcome.ends_with("-limit")
    }

    /// So many columns were there from the beginning; a folder of an older version may end with them.
    pub const OLDEST: usize = 25;
    /// The names of the columns.
    pub const COLUMNS: &[&str] = &[
        "scenario",
        "point",
        "strategy",
        "nodes",
        "topology",
        "fanout",
        "loss",
        "interval_ms",
        "replicate",
        "seed",
        "outcome",
        "rounds",
        "time_ms",
        "rounds_50",
        "rounds_90",
        "rounds_99",
        "informed",
        "live",
        "residue",
        "messages",
        "updates",
        "bytes",
        "lost",
        "redundant",
        "events",
        "rounds_99_9",
        "time_50_ms",
        "time_90_ms",
        "time_99_ms",
        "time_99_9_ms",
        "refused",
        "rumor_residue",
        "rumor_messages",
        "rumor_updates",
        "backup_messages",
        "backup_updates",
    ];
}

/// A row of `curve.csv`: one round of one point, over all its runs. Fractions are of live nodes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CurveRow {
    /// Number of the point, from 0.
    pub point: u32,
    /// push, pull or push-pull.
    pub strategy: String,
    /// Number of nodes.
    pub nodes: u32,
    /// The round; 0 is the start.
    pub round: u64,
    /// Mean informed fraction at the end of the round.
    pub informed_mean: f64,
    /// Its standard deviation over runs.
    pub informed_sd: f64,
    /// Its 5 % quantile over runs.
    pub informed_p05: f64,
    /// Its 95 % quantile over runs.
    pub informed_p95: f64,
    /// Messages per node sent in this round, mean over runs; a run that has ended sends none.
    pub messages_mean: f64,
    /// Median informed fraction over runs.
    pub informed_p50: f64,
}

impl CurveRow {
    /// The names of the columns.
    pub const COLUMNS: &[&str] = &[
        "point",
        "strategy",
        "nodes",
        "round",
        "informed_mean",
        "informed_sd",
        "informed_p05",
        "informed_p95",
        "messages_mean",
        "informed_p50",
    ];
}

/// A row of `summary.csv`: one point. The columns of [`PointColumns`] and of the swept keys come first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SummaryRow {
    /// Number of runs.
    pub runs: u64,
    /// Those that converged; the figures on rounds and time are over these alone.
    pub converged: u64,
    /// Mean rounds.
    pub rounds_mean: Option<f64>,
    /// Standard deviation of rounds.
    pub rounds_sd: Option<f64>,
    /// Lower end of the 95 % confidence interval of the mean (Student t, and what unseen values could add).
    pub rounds_ci_low: Option<f64>,
    /// Its upper end.
    pub rounds_ci_high: Option<f64>,
    /// Fewest rounds.
    pub rounds_min: Option<u64>,
    /// Median rounds.
    pub rounds_p50: Option<f64>,
    /// 95 % quantile of rounds.
    pub rounds_p95: Option<f64>,
    /// Most rounds.
    pub rounds_max: Option<u64>,
    /// Mean time to convergence, ms.
    pub time_ms_mean: Option<f64>,
    /// Messages per node until the run ended, mean over all runs.
    pub messages_per_node_mean: f64,
    /// Share of nodes that never learned, mean over all runs.
    pub residue_mean: f64,
    /// The mean rounds by a published or derived law, exactly or up to a bounded term, where one holds for the case.
    pub theory_rounds: Option<f64>,
    /// Lower end of the 95 % confidence interval of the share of runs that converge (Wilson; where all or none do, the
    /// rule of three).
    pub converged_ci_low: Option<f64>,
    /// Its upper end.
    pub converged_ci_high: Option<f64>,
    /// Lower end of the 95 % confidence interval of the median of rounds (by order statistics; empty for too few runs).
    pub rounds_p50_ci_low: Option<f64>,
    /// Its upper end.
    pub rounds_p50_ci_high: Option<f64>,
    /// The same for the 95 % quantile.
    pub rounds_p95_ci_low: Option<f64>,
    /// Its upper end.
    pub rounds_p95_ci_high: Option<f64>,
    /// 99 % quantile of rounds.
    pub rounds_p99: Option<f64>,
    /// Lower end of its 95 % confidence interval.
    pub rounds_p99_ci_low: Option<f64>,
    /// Its upper end.
    pub rounds_p99_ci_high: Option<f64>,
    /// Mean rounds by the exact law, where it is computable.
    pub exact_rounds_mean: Option<f64>,
    /// Their standard deviation.
    pub exact_rounds_sd: Option<f64>,
    /// Their median.
    pub exact_rounds_p50: Option<u64>,
    /// The rounds that are enough with probability 0.95.
    pub exact_rounds_p95: Option<u64>,
    /// How many standard errors the measured mean lies above the exact one, where all runs converged.
    pub exact_z: Option<f64>,
    /// Share of nodes that did not know when the rumor first died out, mean over the runs in which it did; empty for
    /// nodes that never lose interest, as are the columns below.
    pub rumor_residue_mean: Option<f64>,
    /// Messages of rumor mongering per node, mean over all runs.
    pub rumor_messages_per_node_mean: Option<f64>,
    /// Updates of rumor mongering per node, mean over all runs.
    pub rumor_updates_per_node_mean: Option<f64>,
    /// Messages of the anti-entropy behind it per node, mean over all runs.
    pub backup_messages_per_node_mean: Option<f64>,
    /// Updates of the anti-entropy behind it per node, mean over all runs.
    pub backup_updates_per_node_mean: Option<f64>,
}

impl SummaryRow {
    /// So many columns were there from the beginning; a folder of an older version may end with them.
    pub const OLDEST: usize = 14;
    /// The names of the columns.
    pub const COLUMNS: &[&str] = &[
        "runs",
        "converged",
        "rounds_mean",
        "rounds_sd",
        "rounds_ci_low",
        "rounds_ci_high",
        "rounds_min",
        "rounds_p50",
        "rounds_p95",
        "rounds_max",
        "time_ms_mean",
        "messages_per_node_mean",
        "residue_mean",
        "theory_rounds",
        "converged_ci_low",
        "converged_ci_high",
        "rounds_p50_ci_low",
        "rounds_p50_ci_high",
        "rounds_p95_ci_low",
        "rounds_p95_ci_high",
        "rounds_p99",
        "rounds_p99_ci_low",
        "rounds_p99_ci_high",
        "exact_rounds_mean",
        "exact_rounds_sd",
        "exact_rounds_p50",
        "exact_rounds_p95",
        "exact_z",
        "rumor_residue_mean",
        "rumor_messages_per_node_mean",
        "rumor_updates_per_node_mean",
        "backup_messages_per_node_mean",
        "backup_updates_per_node_mean",
    ];
}

/// A row of `fit.csv`: rounds = slope · log2(nodes) + intercept over the sizes of one strategy (and other swept
/// keys, which come first).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FitRow {
    /// Rounds per doubling of the network.
    pub slope: Option<f64>,
    /// Lower end of its 95 % confidence interval.
    pub slope_ci_low: Option<f64>,
    /// Its upper end.
    pub slope_ci_high: Option<f64>,
    /// Rounds extrapolated to one node.
    pub intercept: Option<f64>,
    /// Share of the variance of the means that the line explains.
    pub r2: Option<f64>,
    /// The slope of `theory_rounds` at the same sizes, with the weights of the fit, where every size has one.
    pub theory_slope: Option<f64>,
    /// Which law of growth wins, and by how much; or why none can be named.
    pub verdict: String,
    /// By how much AICc the best law of growth leads the best that claims something else; 4 or more decide, infinite if
    /// none does. Empty for too few sizes, or too noisy ones.
    pub lead: Option<f64>,
    /// That other law.
    pub runner_up: Option<String>,
    /// The same slope, weighted alike, of the exact means at the same sizes, where all have one.
    pub exact_slope: Option<f64>,
}

impl FitRow {
    /// So many columns were there from the beginning; a folder of an older version may end with them.
    pub const OLDEST: usize = 7;
    /// The names of the columns.
    pub const COLUMNS: &[&str] = &[
        "slope",
        "slope_ci_low",
        "slope_ci_high",
        "intercept",
        "r2",
        "theory_slope",
        "verdict",
        "lead",
        "runner_up",
        "exact_slope",
    ];
}

/// A row of `links.csv`: one link of a point whose traffic was recorded, over all rounds of all its runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinkRow {
    /// Number of the point, from 0.
    pub point: u32,
    /// The end of the link with the smaller number, by its name.
    pub from: LinkEnd,
    /// Its other end.
    pub to: LinkEnd,
    /// Conversations whose first message went over it, in either direction.
    pub conversations_per_round: f64,
    /// Messages that went over it, answers included.
    pub messages_per_round: f64,
}

impl LinkRow {
    /// The names of the columns.
    pub const COLUMNS: &[&str] = &["point", "from", "to", "conversations_per_round", "messages_per_round"];
}

/// One value of a swept key that has no column of its own: the dotted path and the value, as written.
pub type Swept = Vec<(String, String)>;

/// A results folder as read back from its CSV files: all that charts are drawn from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tables {
    /// `runs.csv`.
    pub runs: Vec<RunRow>,
    /// `curve.csv`.
    pub curve: Vec<CurveRow>,
    /// `summary.csv`: point, values of other swept keys, figures.
    pub summary: Vec<(PointColumns, Swept, SummaryRow)>,
    /// `fit.csv`, with the strategy and the values of other swept keys; empty where `network.nodes` is not swept.
    pub fit: Vec<(String, Swept, FitRow)>,
    /// `links.csv`; empty where no traffic was recorded.
    pub links: Vec<LinkRow>,
}

#[cfg(test)]
mod tests {
    use super::super::coverage::CoverageRow;
    use super::super::links::LinksRow;
    use super::*;

    /// The names under which a row's fields serialize, in order.
    fn fields(row: impl Serialize) -> Vec<String> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.serialize(row).unwrap();
        let bytes = writer.into_inner().unwrap();
        let header = String::from_utf8(bytes).unwrap().lines().next().unwrap().to_owned();
        header.split(',').map(str::to_owned).collect()
    }

    /// A row of type `T` with every text empty and every number 0.
    fn blank<T: for<'de> Deserialize<'de>>(columns: &[&str]) -> T {
        let blank = columns.iter().map(|&name| match name {
            "strategy" | "topology" | "scenario" | "outcome" | "verdict" | "critical_links" => "x",
            _ => "0",
        });
        blank.collect::<csv::StringRecord>().deserialize(None).unwrap()
    }

    #[test]
    fn the_columns_are_the_fields() {
        assert_eq!(fields(blank::<PointColumns>(PointColumns::COLUMNS)), PointColumns::COLUMNS);
        assert_eq!(fields(blank::<RunRow>(RunRow::COLUMNS)), RunRow::COLUMNS);
        assert_eq!(fields(blank::<CurveRow>(CurveRow::COLUMNS)), CurveRow::COLUMNS);
        assert_eq!(fields(blank::<SummaryRow>(SummaryRow::COLUMNS)), SummaryRow::COLUMNS);
        assert_eq!(fields(CoverageRow::default()), CoverageRow::COLUMNS);
        assert_eq!(fields(blank::<FitRow>(FitRow::COLUMNS)), FitRow::COLUMNS);
        assert_eq!(fields(blank::<LinkRow>(LinkRow::COLUMNS)), LinkRow::COLUMNS);
        assert_eq!(fields(blank::<LinksRow>(LinksRow::COLUMNS)), LinksRow::COLUMNS);
    }
}
