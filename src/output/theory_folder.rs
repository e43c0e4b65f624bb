//! The folder of `gossipsim theory`: the laws and the exact distributions of every point, as CSV.

use std::io::{self, BufWriter};
use std::path::Path;

use super::csv_file::{CsvFile, Layout};
use super::dictionary;
use super::exactly::Exacts;
use super::folder::{Claim, Draft, Folders, Refusal};
use super::manifest::{MANIFEST, Manifest};
use super::results::{Csv, seal};
use super::tables::{self, List};
use super::tabulate;
use crate::columns::{Column, Field};
use crate::plan;
use crate::scenario::{Point, Scenario};
use crate::theory::{self, Exact, Law};

/// Rounds that are less likely than this have no row.
const LEAST: f64 = 1e-15;

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

    fn of_law(law: &Law) -> Self {
        let [rounds_low, rounds, rounds_high] = law.claim.numbers();
        let open = matches!(law.claim, theory::Claim::About(_) | theory::Claim::Leading(_));
        let (law, source, kind) = (law.statement(), law.source, law.claim.kind());
        LawRow { law, source, kind, rounds_low, rounds, rounds_high, sd: None, p50: None, p95: None, p99: None, open }
    }

    fn of_exact(exact: &Exact) -> Self {
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
pub struct Share {
    point: u32,
    rounds: u64,
    probability: f64,
    cumulative: f64,
}

impl Share {
    /// The columns of `theory_distribution.csv`.
    pub const COLUMNS: &[Column<Share>] = &[
        Column::whole("point", "", "Number of the point in the sweep, from 0.", |share| share.point.into()),
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

/// All that is known of a point: the exact distribution first, where it is computable, then the laws.
pub fn rows(point: &Point, exacts: &Exacts) -> Vec<LawRow> {
    let laws = plan::laws(&point.settings);
    exacts.of(point).map(LawRow::of_exact).into_iter().chain(laws.iter().map(LawRow::of_law)).collect()
}

/// Claims the folder at `target`. It is another folder than that of a run: results of runs are replaced only by force.
///
/// # Errors
/// A [`Refusal`]; what was there is as it was.
pub fn claim(scenario: &Scenario, folders: &Folders, target: &Path, force: bool) -> Result<Claim, Refusal> {
    folders.claim(target, &hash(scenario), force)
}

fn hash(scenario: &Scenario) -> String {
    format!("theory of {}", scenario.hash())
}

/// Writes `theory.csv`, `theory_distribution.csv` and the manifest, and puts the folder in its place.
///
/// # Errors
/// What the system says; the folder that was there before is left as it was.
pub fn write(claim: Claim, scenario: &Scenario, exacts: &Exacts) -> io::Result<()> {
    let draft = claim.begin()?;
    let list = tabulate::list(scenario);
    let header = layout(list).header(&tabulate::keys(list, scenario));
    let mut laws = open(&draft, "theory.csv", &header)?;
    for point in &scenario.points {
        let place = tabulate::place(list, &point);
        for row in rows(&point, exacts) {
            laws.row([&place[..], &tabulate::cells(LawRow::COLUMNS, &row)].concat())?;
        }
    }
    let laws = seal(laws)?;
    let mut shares = open(&draft, "theory_distribution.csv", &Field::all(Share::COLUMNS))?;
    for point in &scenario.points {
        let Some(exact) = exacts.of(&point) else { continue };
        let law = exact.distribution.pmf.iter().zip(exact.distribution.cumulative()).enumerate();
        for (rounds, (share, cumulative)) in law.filter(|(_, (share, _))| **share >= LEAST) {
            let share = Share { point: point.index, rounds: rounds as u64, probability: *share, cumulative };
            shares.row(tabulate::cells(Share::COLUMNS, &share))?;
        }
    }
    let package = dictionary::package(list, &scenario.name, &scenario.description, &[laws, seal(shares)?]);
    draft.write(dictionary::PACKAGE, package.as_bytes())?;
    let manifest = Manifest {
        program: format!("gossipsim {}", env!("CARGO_PKG_VERSION")),
        scenario: scenario.name.clone(),
        description: scenario.description.clone(),
        hash: hash(scenario),
        notes: scenario.notes.clone(),
        files: draft.files()?,
        resolved: scenario.resolved(),
        ..Manifest::default()
    };
    draft.write(MANIFEST, manifest.to_json().as_bytes())?;
    draft.commit()
}

fn open(draft: &Draft, name: &'static str, header: &[Field]) -> io::Result<Csv> {
    CsvFile::begin(name, BufWriter::new(draft.create(name)?), header)
}
