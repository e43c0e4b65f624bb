//! What theory says of a point, as rows of tables: laws and exact distributions.

use super::csv_file::Layout;
use super::list::List;
use super::tables;
use crate::columns::{Column, Field};
use crate::theory::{self, Exact, Law};

/// What a law, or the exact distribution, says of a point: a row of `theory.csv` after the point's columns.
#[derive(Clone, Debug, PartialEq)]
pub struct LawRow {
    /// The law, or how the distribution is computed.
    pub law: String,
    /// Who published it, or "derived".
    pub source: &'static str,
    /// exact, or the kind of the law's claim: see [`Claim::kind`](crate::theory::Claim::kind).
    pub kind: &'static str,
    /// The least that the mean can be.
    pub rounds_low: Option<f64>,
    /// The mean, or the leading term of it where the kind says so.
    pub rounds: Option<f64>,
    /// The most that the mean can be.
    pub rounds_high: Option<f64>,
    /// The standard deviation.
    pub sd: Option<f64>,
    /// The median.
    pub p50: Option<u64>,
    /// The rounds that are enough with probability 0.95.
    pub p95: Option<u64>,
    /// The rounds that are enough with probability 0.99.
    pub p99: Option<u64>,
    /// Whether the mean is known up to a term only, as the text of the law says; no column of its own.
    pub open: bool,
}

impl LawRow {
    /// The columns of `theory.csv` after those of the point and of swept keys.
    pub const COLUMNS: &[Column<LawRow>] = &[
        Column::word("law", "The law, or how the distribution is computed.", |row: &LawRow| row.law.as_str().into()),
        Column::word("source", "Who published it, or `derived`.", |row: &LawRow| row.source.into()),
        Column::word("kind", "`exact`, or the kind of the law's claim.", |row: &LawRow| row.kind.into()),
        Column::real("rounds_low", "rounds", "The least that the mean can be.", |row: &LawRow| row.rounds_low.into())
            .optional(),
        Column::real("rounds", "rounds", "The mean, or its leading term where the kind says so.", |row: &LawRow| {
            row.rounds.into()
        })
        .optional(),
        Column::real("rounds_high", "rounds", "The most that the mean can be.", |row: &LawRow| row.rounds_high.into())
            .optional(),
        Column::real("sd", "rounds", "Standard deviation.", |row: &LawRow| row.sd.into()).optional(),
        Column::whole("p50", "rounds", "Median.", |row: &LawRow| row.p50.into()).optional(),
        Column::whole("p95", "rounds", "Rounds that are enough with probability 0.95.", |row: &LawRow| row.p95.into())
            .optional(),
        Column::whole("p99", "rounds", "Rounds that are enough with probability 0.99.", |row: &LawRow| row.p99.into())
            .optional(),
    ];

    pub(super) fn of_law(law: &Law) -> Self {
        let [rounds_low, rounds, rounds_high] = law.claim.numbers();
        let open = matches!(law.claim, theory::Claim::About(_) | theory::Claim::Leading(_));
        let (law, source, kind) = (law.statement(), law.source, law.claim.kind());
        LawRow { law, source, kind, rounds_low, rounds, rounds_high, sd: None, p50: None, p95: None, p99: None, open }
    }

    pub(super) fn of_exact(exact: &Exact) -> Self {
        let law = &exact.distribution;
        LawRow {
            law: exact.method.to_owned(),
            source: exact.source,
            kind: "exact",
            rounds_low: None,
            rounds: Some(law.mean),
            rounds_high: None,
            sd: Some(law.sd),
            p50: Some(law.p50()),
            p95: Some(law.p95()),
            p99: Some(law.p99()),
            open: false,
        }
    }
}

/// How likely a number of rounds is by the exact law of a point: a row of `theory_distribution.csv`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Share {
    pub(super) point: u32,
    pub(super) rounds: u64,
    pub(super) probability: f64,
    pub(super) cumulative: f64,
}

impl Share {
    /// The columns of `theory_distribution.csv`.
    pub(super) const COLUMNS: &[Column<Share>] = &[
        Column::whole("point", "", "Number of the configuration in the sweep, from 0.", |share| share.point.into()),
        Column::whole("rounds", "rounds", "Rounds until every node knows.", |share| share.rounds.into()),
        Column::real("probability", "", "Probability of exactly so many.", |share| share.probability.into()),
        Column::real("cumulative", "", "Probability that so many are enough.", |share| {
            share.cumulative.min(1.0).into()
        }),
    ];
}

/// The columns of `theory.csv`.
pub fn layout(list: &List) -> Layout {
    tables::of_points(list, Field::all(LawRow::COLUMNS), LawRow::COLUMNS.len())
}
