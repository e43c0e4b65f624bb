//! The folder of `gossipsim theory`: the laws and the exact distributions of every point, as CSV.

use std::io;
use std::path::Path;

use super::dictionary;
use super::exact_columns::ExactLaws;
use super::folder::{FolderLease, Folders, Refusal};
use super::law_rows::Share;
pub use super::law_rows::{LawRow, layout};
use super::manifest::{MANIFEST, Manifest};
use super::provenance::{self, Provenance};
use super::results::{open, seal};
use super::run_tables;
use crate::columns::Field;
use crate::plan;
use crate::scenario::{Point, Scenario};

/// Rounds that are less likely than this have no row.
const LEAST: f64 = 1e-15;

/// All that is known of a point: the exact distribution first, where it is computable, then the laws.
pub fn rows(point: &Point, exacts: &ExactLaws) -> Vec<LawRow> {
    let laws = plan::laws(&point.settings);
    exacts.of(point).map(LawRow::of_exact).into_iter().chain(laws.iter().map(LawRow::of_law)).collect()
}

/// Claims the folder at `target`. It is another folder than that of a run: results of runs are replaced only by force.
///
/// # Errors
/// A [`Refusal`]; what was there is as it was.
pub fn claim(scenario: &Scenario, folders: &Folders, target: &Path, force: bool) -> Result<FolderLease, Refusal> {
    folders.claim(target, provenance(scenario), force)
}

/// What the folder is of: the same settings give other results in the folder of a run.
fn provenance(scenario: &Scenario) -> Provenance {
    Provenance { hash: hash(scenario), ..Provenance::of(scenario, "theory") }
}

fn hash(scenario: &Scenario) -> String {
    format!("theory of {}", scenario.hash())
}

/// Writes `theory.csv`, `theory_distribution.csv`, the scenario and the manifest, and puts the folder in its place.
/// `overrides` is what the command line changed in the scenario.
///
/// # Errors
/// What the system says; the folder that was there before is left as it was.
pub fn write(claim: FolderLease, scenario: &Scenario, exacts: &ExactLaws, overrides: Vec<String>) -> io::Result<()> {
    let sources = provenance(scenario).sources(claim.folder());
    let staged = claim.begin()?;
    let list = run_tables::list(scenario);
    let header = layout(list).header(&run_tables::keys(list, scenario));
    let mut laws = open(&staged, "theory.csv", &header)?;
    for point in &scenario.points {
        let place = run_tables::place(list, &point);
        for row in rows(&point, exacts) {
            laws.row([&place[..], &run_tables::cells(LawRow::COLUMNS, &row)].concat())?;
        }
    }
    let laws = seal(laws)?;
    let mut shares = open(&staged, "theory_distribution.csv", &Field::all(Share::COLUMNS))?;
    for point in &scenario.points {
        let Some(exact) = exacts.of(&point) else { continue };
        let law = exact.distribution.pmf.iter().zip(exact.distribution.cumulative()).enumerate();
        for (rounds, (share, cumulative)) in law.filter(|(_, (share, _))| **share >= LEAST) {
            let share = Share { point: point.index, rounds: rounds as u64, probability: *share, cumulative };
            shares.row(run_tables::cells(Share::COLUMNS, &share))?;
        }
    }
    let package = dictionary::package(list, &scenario.name, &scenario.description, &[laws, seal(shares)?]);
    staged.write(dictionary::PACKAGE, package.as_bytes())?;
    for (name, document) in provenance::copies(&scenario.documents) {
        staged.write(&name, &document.bytes)?;
    }
    let manifest = Manifest {
        command: "theory".to_owned(),
        sources,
        overrides,
        scenario: scenario.name.clone(),
        description: scenario.description.clone(),
        hash: hash(scenario),
        notes: scenario.notes.clone(),
        files: staged.files()?,
        sha256: staged.checksums(),
        resolved: scenario.resolved(),
        ..Manifest::of_this_program()
    };
    staged.write(MANIFEST, manifest.to_json().as_bytes())?;
    staged.commit()
}
