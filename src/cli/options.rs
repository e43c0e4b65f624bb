//! What `verify` is asked for, and the threads and the progress bar it is done with.

use std::sync::{Mutex, PoisonError};

use super::error::{self, Error};
use super::format::Format;
use super::progress::Progress;
use super::signals::Signals;
use crate::experiment::Failure;
use crate::threads::Threads;
use crate::verify::{Effort, Failed};

/// What was asked for.
pub(crate) struct Options {
    pub(crate) quick: bool,
    pub(crate) seed: u64,
    pub(crate) threads: Option<u16>,
    pub(crate) quiet: bool,
    pub(crate) format: Format,
    pub(crate) subject: Subject,
}

/// What is held against what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// The simulator against published results and exact laws.
    Results,
    /// The laws of the theory against simulations.
    Laws,
    /// Intervals against the means that they should hold.
    Intervals,
    /// Verdicts on growth against known laws.
    Verdicts,
}

impl Options {
    pub(super) fn effort(&self) -> Effort {
        if self.quick { Effort::Quick } else { Effort::Full }
    }
}

/// Does `work` of `all` runs on the threads that were wished for, with a progress bar.
pub(super) fn in_parallel<T>(
    options: &Options,
    signals: &Signals,
    all: u64,
    work: impl FnOnce(&Threads, &(dyn Fn(u64) + Sync)) -> Result<T, Failed>,
) -> Result<T, Error> {
    let threads = Threads::start(options.threads.map_or(0, usize::from));
    if let Some(note) = threads.note().filter(|_| !options.quiet) {
        error::print(&format!("note: {note}"));
    }
    let progress = Mutex::new((Progress::new(all, options.quiet), 0));
    let done = work(&threads, &|more| {
        let (progress, done) = &mut *progress.lock().unwrap_or_else(PoisonError::into_inner);
        *done += more;
        progress.advance(more, *done, Some(all));
    });
    progress.into_inner().unwrap_or_else(PoisonError::into_inner).0.finish();
    done.map_err(|failure| match failure {
        Failure::Interrupted => signals.interrupted(),
        failure => Error::Work(failure),
    })
}
