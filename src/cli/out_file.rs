//! One file that a command writes: it is there when all is written or not at all, and never in the place of what the
//! command reads.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::error::Error;
use crate::output::folder::Folders;
use crate::output::manifest::{MANIFEST, Manifest};
use crate::output::statement::{Form, Stated, Statement};
use crate::printable;
use crate::regular_file;
use crate::scenario::{Origin, Scenario};

/// Larger files are not looked into for what they say of themselves.
const MOST_BYTES: u64 = 256 << 20;
/// A results folder holds files in itself and in folders of its own.
const DEPTH: usize = 2;

/// A file that is to be written, and may be.
pub(super) struct OutFile {
    path: PathBuf,
    /// What it says of itself, if it can, and how.
    said: Option<(Statement, Form)>,
}

impl OutFile {
    /// The file at `path`, for what `command` makes of `scenario`; `form` is how it can say of itself what it is. To be
    /// asked before any work.
    ///
    /// # Errors
    /// It is read as a part of the scenario, or is a result; or there is a file, which neither says that it was made so
    /// nor is to be replaced by `force`.
    pub(super) fn check(
        path: &Path,
        force: bool,
        scenario: &Scenario,
        command: &'static str,
        form: Option<Form>,
    ) -> Result<Self, Error> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let said = form.and_then(|form| Some((Statement::of(scenario, command, folder)?, form)));
        if fs::metadata(path).is_ok_and(|about| about.is_file()) {
            may_replace(path, force, scenario, said.as_ref())?;
        }
        Ok(OutFile { path: path.to_owned(), said })
    }

    /// Does `work` on `file`, or on `out` where there is none.
    ///
    /// # Errors
    /// As of [`write`](OutFile::write).
    pub(super) fn write_or(
        file: Option<OutFile>,
        out: &mut impl Write,
        folders: &Folders,
        work: impl FnOnce(&mut dyn Write) -> Result<(), Error>,
    ) -> Result<(), Error> {
        match file {
            None => work(&mut BufWriter::new(out)),
            Some(file) => file.write(folders, work),
        }
    }

    /// Does `work` on the file, which is there when all is written or not at all.
    ///
    /// # Errors
    /// What `work` or the system says; what was there is as it was.
    pub(super) fn write(
        &self,
        folders: &Folders,
        work: impl FnOnce(&mut dyn Write) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let failed = |error: io::Error| Error::File { path: self.path.clone(), error };
        let staged = folders.file(&self.path)?;
        let mut out = BufWriter::new(staged.create().map_err(failed)?);
        let written = self.written(&mut out, work).and_then(|()| {
            out.flush().map_err(failed)?;
            staged.commit(out.get_ref()).map_err(failed)
        });
        written.map_err(|error| match error {
            Error::Stdout(error) => failed(error),
            error => error,
        })
    }

    /// Writes all of it.
    fn written(
        &self,
        out: &mut dyn Write,
        work: impl FnOnce(&mut dyn Write) -> Result<(), Error>,
    ) -> Result<(), Error> {
        match &self.said {
            None => work(out),
            Some((statement, Form::Xml)) => {
                let mut stated = Stated::new(out);
                work(&mut stated)?;
                stated.finish(statement).map_err(Error::Stdout)
            }
            Some((statement, Form::Png)) => {
                let mut png = Vec::new();
                work(&mut png)?;
                out.write_all(&statement.within_png(&png)).map_err(Error::Stdout)
            }
        }
    }
}

/// Whether the file at `path` may be replaced.
fn may_replace(path: &Path, force: bool, scenario: &Scenario, said: Option<&(Statement, Form)>) -> Result<(), Error> {
    let name = printable::path(path);
    if inputs(scenario).iter().any(|input| is_same(input, path)) {
        return Err(Error::Usage(format!("`{name}` is what is read, and is never overwritten; choose another --out")));
    }
    if let Some(folder) = results_folder(path) {
        let folder = printable::path(&folder);
        let text =
            format!("`{name}` is a result in the folder `{folder}`, and is never overwritten; choose another --out");
        return Err(Error::Usage(text));
    }
    if force {
        return Ok(());
    }
    let why = match said {
        Some((statement, form)) => {
            if regular_file::read(path, MOST_BYTES).is_ok_and(|bytes| statement.is_in(*form, &bytes)) {
                return Ok(());
            }
            ", and it was not made so of this scenario, or was changed since"
        }
        None => "",
    };
    Err(Error::Usage(format!("there is `{name}` already{why}; another --out, or --force to replace it")))
}

/// The files that the scenario is read from, as far as they are there: its own, and those that any of its
/// points names.
fn inputs(scenario: &Scenario) -> Vec<PathBuf> {
    let mut folder = PathBuf::from(".");
    let mut files = Vec::new();
    for document in &scenario.documents {
        if let Origin::File(path) = &document.origin {
            folder = path.parent().map_or(folder, Path::to_owned);
            files.push(path.clone());
        }
    }
    let mut named = BTreeSet::new();
    let mut before = None;
    for point in &scenario.points {
        // Most points differ in something else.
        if before.as_ref() != Some(&point.settings.network) {
            paths(&json!(&*point.settings.network), &mut named);
            before = Some(point.settings.network);
        }
    }
    files.extend(named.into_iter().map(|path| folder.join(path)));
    files
}

/// Every value of a key `path` in `value`, which names a file of a graph, of a matrix and the like.
fn paths(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                match value.as_str().filter(|_| key == "path") {
                    Some(path) => drop(found.insert(path.to_owned())),
                    None => paths(value, found),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| paths(value, found)),
        _ => {}
    }
}

/// Whether two paths lead to one file, through links as well.
#[cfg(unix)]
fn is_same(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let file = |path: &Path| fs::metadata(path).map(|about| (about.dev(), about.ino())).ok();
    file(one).is_some_and(|one| file(other) == Some(one))
}

#[cfg(not(unix))]
fn is_same(one: &Path, other: &Path) -> bool {
    fs::canonicalize(one).is_ok_and(|one| fs::canonicalize(other).is_ok_and(|other| one == other))
}

/// The results folder whose manifest lists the file at `path`, if there is one.
fn results_folder(path: &Path) -> Option<PathBuf> {
    let path = fs::canonicalize(path).ok()?;
    let lists = |folder: &&Path| {
        let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        Manifest::read(&folder.join(MANIFEST)).is_ok_and(|manifest| name == MANIFEST || manifest.files.contains(&name))
    };
    path.ancestors().skip(1).take(DEPTH).find(lists).map(Path::to_owned)
}
