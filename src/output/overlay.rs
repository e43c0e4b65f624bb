//! Several results folders as one, so that their charts lie over each other: the folder is one more swept key.

use std::collections::BTreeSet;

use super::chart_request::parts;
use super::conditions::{Conditions, TheoryCurve};
use super::frame::Frame;
use super::links::LinkRow;
use super::manifest::Manifest;
use super::tables::Tables;
use crate::columns::{Cell, Field};
use crate::memory::Shortage;

/// The key by which folders are told apart.
pub const FOLDER: &str = "folder";

/// A folder that was read.
#[derive(Clone, Debug)]
pub struct Source {
    /// What it is called.
    pub name: String,
    /// What it says about itself.
    pub manifest: Manifest,
    /// Its tables.
    pub tables: Tables,
}

/// Folders as one.
#[derive(Clone, Debug)]
pub struct Merged {
    /// Their tables, with points of numbers of their own.
    pub tables: Tables,
    /// What their charts say.
    pub conditions: Conditions,
    /// What they were put together from, in a sentence.
    pub description: String,
    /// The workload of all of them.
    pub workload: String,
}

/// All `sources`, which are of one workload, as one.
///
/// # Errors
/// There is not enough memory for all of them at once.
pub fn merge(sources: Vec<Source>) -> Result<Merged, Shortage> {
    // So many points come before those of each.
    let mut offsets = Vec::new();
    let mut points = 0_u64;
    for source in &sources {
        offsets.push(points);
        // A folder may come from anywhere, and so any number.
        let own = source.tables.summary.rows().map(|row| row.point().saturating_add(1)).max().unwrap_or(0);
        points = points.saturating_add(own);
    }
    let frame = |of: fn(&Tables) -> &Frame, told_apart: bool| {
        let each = sources.iter().zip(&offsets);
        let each: Vec<(&Frame, &str, u64)> =
            each.map(|(source, offset)| (of(&source.tables), source.name.as_str(), *offset)).collect();
        appended(&each, told_apart)
    };
    let mut tables = Tables {
        runs: frame(|tables| &tables.runs, false)?,
        curve: frame(|tables| &tables.curve, false)?,
        summary: frame(|tables| &tables.summary, true)?,
        fit: frame(|tables| &tables.fit, true)?,
        pairs: frame(|tables| &tables.pairs, true)?,
        by_region: frame(|tables| &tables.by_region, true)?,
        by_update: frame(|tables| &tables.by_update, true)?,
        links: Vec::new(),
    };
    let conditions = together(&sources, &offsets);
    let names: Vec<&str> = sources.iter().map(|source| source.name.as_str()).collect();
    let description = format!("Charts of {} over each other.", names.join(", "));
    let workload = sources.first().map_or_else(String::new, |source| source.manifest.workload.clone());
    for (source, offset) in sources.into_iter().zip(offsets) {
        let moved = |link: LinkRow| LinkRow { point: link.point.saturating_add(offset), ..link };
        tables.links.extend(source.tables.links.into_iter().map(moved));
    }
    Ok(Merged { tables, conditions, description, workload })
}

/// The rows of all frames under the columns that any of them has; points are moved by an offset, and where frames are to
/// be `told_apart` a column says which folder a row is of. A frame that was never written has no column.
fn appended(frames: &[(&Frame, &str, u64)], told_apart: bool) -> Result<Frame, Shortage> {
    let mut header: Vec<Field> = Vec::new();
    for field in frames.iter().flat_map(|(frame, ..)| frame.header()) {
        if header.iter().all(|other| other.name != field.name) {
            header.push(field.clone());
        }
    }
    if header.is_empty() {
        return Ok(Frame::default());
    }
    header.extend(told_apart.then(|| Field::swept(FOLDER)));
    let mut all = Frame::new(header.clone());
    for (frame, name, offset) in frames {
        let places: Vec<Option<usize>> =
            header.iter().map(|field| frame.header().iter().position(|other| other.name == field.name)).collect();
        for row in frame.rows() {
            let cells = row.cells();
            let value = |(field, place): (&Field, &Option<usize>)| match (field.name.as_str(), place) {
                ("point", Some(_)) => row.point().saturating_add(*offset).into(),
                (_, Some(place)) => cells[*place].clone(),
                (FOLDER, None) => (*name).into(),
                (_, None) => Cell::Empty,
            };
            all.push(header.iter().zip(&places).map(value).collect())?;
        }
    }
    Ok(all)
}

/// What all folders say of their points.
fn together(sources: &[Source], offsets: &[u64]) -> Conditions {
    let each = || sources.iter().map(|source| &source.manifest.conditions);
    let curves = |of: fn(&Conditions) -> &[TheoryCurve]| {
        let moved = |(conditions, offset): (&Conditions, &u64)| -> Vec<TheoryCurve> {
            let curve = |curve: &TheoryCurve| TheoryCurve {
                point: curve.point.saturating_add(*offset),
                points: curve.points.clone(),
            };
            of(conditions).iter().map(curve).collect()
        };
        each().zip(offsets).flat_map(moved).collect::<Vec<_>>()
    };
    let goals: BTreeSet<&str> = each().map(|conditions| conditions.goal.as_str()).collect();
    let compared: BTreeSet<Option<&str>> = each().map(|conditions| conditions.compared.as_deref()).collect();
    let names: Vec<&str> = sources.iter().map(|source| source.name.as_str()).collect();
    let tolerances = each().zip(offsets).flat_map(|(conditions, offset)| {
        conditions.tolerances.iter().map(move |(point, tolerance)| (point.saturating_add(*offset), *tolerance))
    });
    Conditions {
        scenario: names.join(" and "),
        statement: common(&each().map(|conditions| conditions.statement.as_str()).collect::<Vec<_>>()),
        goal: if goals.len() == 1 { goals.into_iter().collect() } else { "the runs converged".to_owned() },
        compared: compared.into_iter().flatten().next().map(str::to_owned),
        may_never_converge: each().any(|conditions| conditions.may_never_converge),
        deadline_share: each()
            .map(|conditions| conditions.deadline_share)
            .reduce(|one, other| one.filter(|_| one == other))
            .flatten(),
        tolerances: tolerances.collect(),
        theory: curves(|conditions| &conditions.theory),
        exact: curves(|conditions| &conditions.exact),
    }
}

/// What all statements say, part by part.
fn common(statements: &[&str]) -> String {
    let Some((first, others)) = statements.split_first() else { return String::new() };
    let said = |part: &&str| others.iter().all(|other| parts(other).contains(part));
    parts(first).into_iter().filter(said).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::{caption, run_tables, testing};
    use super::*;

    fn source(name: &str, text: &str) -> Source {
        let scenario = testing::read_text(&format!(
            "replicates = 3\n[network]\nnodes = 16\n[gossip]\nstrategy = \"push\"\n{text}"
        ));
        let tables = testing::tables_of(run_tables::list(&scenario), &scenario, testing::all_runs(&scenario));
        let conditions = caption::conditions(&scenario);
        let manifest = Manifest { conditions, workload: "rumor".to_owned(), ..Manifest::default() };
        Source { name: name.to_owned(), manifest, tables }
    }

    #[test]
    fn folders_lie_over_each_other_with_points_of_their_own() {
        let one = source("one", "[sweep]\n\"network.loss\" = [0, 0.1]\n");
        let two = source("two", "fanout = 2\n[sweep]\n\"gossip.phase\" = [\"aligned\", \"random\"]\n");
        let Merged { tables, conditions, .. } = merge(vec![one.clone(), two.clone()]).unwrap();
        let rows: Vec<(u64, &str, &str)> =
            tables.summary.rows().map(|row| (row.point(), row.word(FOLDER), row.word("gossip.phase"))).collect();
        assert_eq!(rows, [(0, "one", ""), (1, "one", ""), (2, "two", "aligned"), (3, "two", "random")]);
        let of = |frame: &Frame, point: u64| frame.rows().filter(|row| row.point() == point).count();
        assert_eq!([0, 1, 2, 3].map(|point| of(&tables.runs, point)), [3; 4]);
        assert_eq!(of(&tables.curve, 3), of(&two.tables.curve, 1));
        let points = |conditions: &Conditions| conditions.theory.iter().map(|curve| curve.point).collect::<Vec<u64>>();
        let moved = points(&two.manifest.conditions).into_iter().map(|point| point + 2);
        let expected: Vec<u64> = points(&one.manifest.conditions).into_iter().chain(moved).collect();
        assert!(points(&conditions) == expected && expected.len() > 1, "{expected:?}");
        assert_eq!(conditions.scenario, "one and two");
        assert!(conditions.statement.starts_with("complete, n = 16, push, interval 1s"), "{}", conditions.statement);
        assert!(!conditions.statement.contains("fanout") && !conditions.statement.contains("loss"));
    }

    #[test]
    fn what_an_older_folder_lacks_is_empty() {
        let mut old = source("old", "[sweep]\n\"network.nodes\" = [16, 32]\n");
        old.tables.fit = Frame::default();
        let header = old.tables.summary.header()[..12].to_vec();
        let mut summary = Frame::new(header);
        for row in old.tables.summary.rows() {
            summary.push(row.cells()[..12].to_vec()).unwrap();
        }
        old.tables.summary = summary;
        let merged = merge(vec![old, source("new", "")]).unwrap();
        let means: Vec<bool> =
            merged.tables.summary.rows().map(|row| row.real("exact_rounds_mean").is_some()).collect();
        assert_eq!(means, [false, false, true]);
    }
}
