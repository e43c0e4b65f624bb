//! The runs that are finished, kept where also the thread that waits for signals finds them: whatever the work is at
//! when a signal ends it, they are written.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::text::{count, plural};
use crate::experiment::Record;
use crate::output::folder::{Elsewhere, Placed, Refusal};
use crate::output::manifest::{Manifest, Partial};
use crate::output::results::{Results, Tabulated};
use crate::output::tables::Tables;
use crate::printable;

/// How far the results of a scenario are.
pub(crate) enum Stage {
    /// Runs are coming.
    Runs(Box<Results>),
    /// All of them are there and tabulated; charts are drawn.
    Tables(Box<Tabulated>),
    /// They are in their place, or nothing is to be kept.
    Over,
}

/// The results of a scenario under way.
#[derive(Clone)]
pub(crate) struct Finished {
    stage: Arc<Mutex<Stage>>,
    folder: PathBuf,
    /// As far as it is known before all runs are done.
    manifest: Manifest,
    compare: Option<String>,
}

/// What became of finished runs when a signal ended the work.
#[derive(Clone, Debug)]
pub(crate) enum Rescued {
    /// They are in the folder `place`, which was to be `wanted`, and says why it is not; some may be missing.
    Kept { place: PathBuf, wanted: PathBuf, refused: Option<String>, partial: Option<Partial>, runs: u64 },
    /// They could not be written.
    Lost(String),
}

impl Finished {
    pub(crate) fn new(results: Results, folder: PathBuf, manifest: Manifest, compare: Option<String>) -> Self {
        Finished { stage: Arc::new(Mutex::new(Stage::Runs(Box::new(results)))), folder, manifest, compare }
    }

    /// As long as this is held nobody else takes the results.
    pub(crate) fn hold(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in the next run, in the order of configurations and replicates.
    pub(crate) fn add(&self, record: Record) -> std::io::Result<()> {
        match &mut *self.hold() {
            Stage::Runs(results) => results.add(record),
            // The end is being told.
            _ => Ok(()),
        }
    }

    /// All runs are there: completes the `manifest` and gives their tables; `None` if a signal has ended the work meanwhile.
    pub(crate) fn tabulate(&self, manifest: &mut Manifest) -> std::io::Result<Option<Arc<Tables>>> {
        let mut stage = self.hold();
        let Stage::Runs(results) = std::mem::replace(&mut *stage, Stage::Over) else { return Ok(None) };
        let tabulated = results.tabulate(self.compare.as_deref())?;
        tabulated.complete(manifest);
        let tables = tabulated.tables();
        *stage = Stage::Tables(Box::new(tabulated));
        Ok(Some(tables))
    }

    /// Writes what is finished, for a process that is about to end; `None` if there is nothing.
    pub(crate) fn rescue(&self) -> Option<Rescued> {
        let mut stage = self.hold();
        let tabulated = match std::mem::replace(&mut *stage, Stage::Over) {
            Stage::Runs(results) => results.tabulate_part(self.compare.as_deref()),
            Stage::Tables(tabulated) => Ok(Some(*tabulated)),
            Stage::Over => Ok(None),
        };
        let kept = tabulated.transpose()?.and_then(|tabulated| self.put(tabulated));
        Some(kept.unwrap_or_else(|error| Rescued::Lost(error.to_string())))
    }

    fn put(&self, tabulated: Tabulated) -> std::io::Result<Rescued> {
        let mut manifest = self.manifest.clone();
        tabulated.complete(&mut manifest);
        let (wanted, partial, runs) = (self.folder.clone(), tabulated.partial().cloned(), tabulated.runs());
        let (place, refused) = match partial {
            Some(_) => {
                let Placed { folder, refused } = tabulated.put_part(manifest)?;
                (folder, refused.map(|refused| stays(&refused, &wanted)))
            }
            None => match tabulated.put(manifest, &[]) {
                Ok(_) => (wanted.clone(), None),
                Err(error) => {
                    let Elsewhere { folder, refused } = error.downcast::<Elsewhere>()?;
                    (folder, Some(stays(&refused, &wanted)))
                }
            },
        };
        Ok(Rescued::Kept { place, wanted, refused, partial, runs })
    }
}

/// Why results did not go to the folder that they were meant for.
fn stays(refused: &Refusal, wanted: &Path) -> String {
    match refused {
        Refusal::Whole(_) => format!("the results in `{}` have all their runs, and stay", printable::path(wanted)),
        other => other.to_string(),
    }
}

impl Rescued {
    /// In words.
    pub(crate) fn text(&self) -> String {
        let (place, refused, partial, runs) = match self {
            Rescued::Lost(error) => return format!("the finished runs could not be kept: {error}"),
            Rescued::Kept { place, refused, partial, runs, .. } => (place, refused, partial, runs),
        };
        let name = printable::path(place);
        let draw = format!("`gossipsim plot {name}` draws the charts");
        let stays = refused.as_ref().map(|refused| format!("; {refused}")).unwrap_or_default();
        let Some(partial) = partial else {
            return format!("all {} are in `{name}`{stays}; {draw}", plural(*runs, "run"));
        };
        format!("{} are in `{name}` (partial){stays}; {draw}", partial.count(&count))
    }

    /// The folders that need no other word: where the runs are, and where they were to be.
    pub(crate) fn folders(&self) -> Vec<&PathBuf> {
        match self {
            Rescued::Kept { place, wanted, .. } => vec![place, wanted],
            Rescued::Lost(_) => Vec::new(),
        }
    }
}
