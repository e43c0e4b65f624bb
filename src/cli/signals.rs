//! Ctrl-C and its like. The first signal asks the work to stop; work that does not within a moment is ended here, after
//! the finished runs are written and its hidden files removed. The second signal ends it on the spot. A limit on file
//! sizes is an error.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
#[cfg(unix)]
use std::path::Path;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
#[cfg(unix)]
use std::sync::mpsc;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

#[cfg(unix)]
use signal_hook::consts::{SIGHUP, SIGQUIT, SIGXFSZ};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use super::error::Error;
use super::finished::{Finished, Rescued};
use crate::memory;
use crate::output::folder::{Folders, Progress};

/// From when on another signal ends the process on the spot: a terminal that is closed sends two at once.
const TWICE: Duration = Duration::from_millis(100);
/// How long the work has, from then, to stop by itself.
const GRACE: Duration = Duration::from_millis(200);

/// The stack of the thread that waits for signals: it may have to write tables.
#[cfg(unix)]
const STACK: usize = 1 << 20;

/// The longest that telling why it ends may take: a full pipe that nobody reads holds it up for ever.
#[cfg(unix)]
const LONGEST_WORD: Duration = Duration::from_millis(400);
/// The longest that tidying up after a signal may take before the work tells its own end.
const LONGEST_END: Duration = Duration::from_secs(60);

/// Lets a write beyond the limit on file sizes (`ulimit -f`) fail like one to a full disk, instead of ending the
/// process on the spot with half its files written.
///
/// # Errors
/// What the system says.
pub(crate) fn survive_file_size_limit() -> io::Result<()> {
    #[cfg(unix)]
    flag::register(SIGXFSZ, Arc::default())?;
    Ok(())
}

/// Watches for SIGINT, SIGTERM, SIGHUP and SIGQUIT.
#[derive(Clone)]
pub(crate) struct Signals {
    halt: Arc<AtomicBool>,
    signal: Arc<AtomicUsize>,
    /// Goes up when it is decided who ends the process: the work, or the thread that waits for signals.
    ending: Arc<AtomicBool>,
    folders: Folders,
    rescue: Arc<Mutex<Rescue>>,
}

/// The runs that are kept when a signal ends the work, and what became of them.
#[derive(Default)]
struct Rescue {
    finished: Option<Finished>,
    done: Option<Rescued>,
}

impl Signals {
    /// Begins to watch, for work that writes to `folders`.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn watch(folders: Folders) -> io::Result<Self> {
        let (halt, signal, ending, rescue) = Default::default();
        let signals = Signals { halt, signal, ending, folders, rescue };
        let watched = watched();
        let twice = Arc::new(AtomicBool::new(false));
        // Without a thread the work stops as soon as it looks, and the second signal always ends it.
        let attended = signals.attend(&watched, Arc::clone(&twice)).is_ok();
        let armed = if attended { twice } else { Arc::clone(&signals.halt) };
        for signal in watched {
            // In this order: the second signal finds the flag up and ends the process at once.
            flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&armed))?;
            flag::register(signal, Arc::clone(&signals.halt))?;
            flag::register_usize(signal, Arc::clone(&signals.signal), signal as usize)?;
        }
        Ok(signals)
    }

    /// Starts the thread that waits for a signal and ends the process if the work does not.
    #[cfg(unix)]
    fn attend(&self, watched: &[i32], twice: Arc<AtomicBool>) -> io::Result<()> {
        let mut arriving = signal_hook::iterator::Signals::new(watched)?;
        let signals = self.clone();
        let (began, beginning) = mpsc::channel();
        let wait = move || {
            // What the system's allocator sets aside for a thread is there from its first piece on.
            let _ = began.send(Box::new(0_u8));
            let Some(signal) = arriving.forever().next() else { return };
            // The flags may not have been registered when it came.
            signals.signal.store(signal as usize, Ordering::Relaxed);
            signals.halt.store(true, Ordering::Relaxed);
            thread::sleep(TWICE);
            twice.store(true, Ordering::Relaxed);
            thread::sleep(GRACE);
            signals.end();
        };
        thread::Builder::new().name("signals".to_owned()).stack_size(STACK).spawn(wait)?;
        // So that what is free, where the address space is bounded, does not depend on how far the thread is.
        let _ = beginning.recv();
        Ok(())
    }

    #[cfg(not(unix))]
    fn attend(&self, _: &[i32], _: Arc<AtomicBool>) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Ends the process in the middle of its work, unless the work is ending it.
    #[cfg(unix)]
    fn end(&self) {
        let status = self.status().into();
        if self.ending.swap(true, Ordering::AcqRel) {
            // The work is telling its own end, unless nobody reads what it tells.
            thread::sleep(LONGEST_WORD);
            signal_hook::low_level::exit(status);
        }
        self.rescue();
        // Kept to the end: no results are put in their place any more.
        let abandoned = self.folders.abandon();
        let error = self.error(&abandoned.progress);
        let (told, telling) = mpsc::channel();
        let tell = move || {
            error.report();
            // Nobody waits any more only after too long a time.
            let _ = told.send(());
        };
        if thread::Builder::new().spawn(tell).is_ok() {
            let _ = telling.recv_timeout(LONGEST_WORD);
        }
        signal_hook::low_level::exit(status);
    }

    /// The work is done, and its end is to be told. Waits for a signal's end of the process, if one is under way.
    pub(crate) fn conclude(&self) {
        if self.ending.swap(true, Ordering::AcqRel) {
            thread::sleep(LONGEST_END);
        }
        self.let_go();
    }

    /// Goes up when the work should stop.
    pub(crate) fn halt(&self) -> &AtomicBool {
        &self.halt
    }

    /// Has the finished runs of `finished` written when a signal ends the work, instead of those of any scenario before it.
    pub(crate) fn keep(&self, finished: Finished) {
        self.hold().finished = Some(finished);
    }

    /// Nothing is to be kept any more: what is unfinished leaves no trace.
    pub(crate) fn let_go(&self) {
        self.hold().finished = None;
    }

    fn hold(&self) -> std::sync::MutexGuard<'_, Rescue> {
        self.rescue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes the finished runs, once: whoever comes second waits until that is done.
    fn rescue(&self) -> Option<Rescued> {
        let mut rescue = self.hold();
        if let Some(finished) = rescue.finished.take() {
            let written = || memory::catch(|| finished.rescue());
            rescue.done = match catch_unwind(AssertUnwindSafe(written)) {
                Ok(Ok(done)) => done,
                Ok(Err(shortage)) => Some(Rescued::Lost(shortage.to_string())),
                // The hook has said why.
                Err(_) => Some(Rescued::Lost("a fault of the program".to_owned())),
            };
        }
        rescue.done.clone()
    }

    /// The folders that results are written to.
    pub(crate) fn folders(&self) -> &Folders {
        &self.folders
    }

    /// Writes the finished runs, and says what the end of the work by a signal leaves. To be asked before its folders are let go.
    pub(crate) fn interrupted(&self) -> Error {
        self.rescue();
        self.error(&self.folders.progress())
    }

    fn error(&self, progress: &Progress) -> Error {
        let list = |folders: &[PathBuf]| {
            let names: Vec<String> = folders.iter().map(|folder| format!("`{}`", folder.display())).collect();
            names.join(", ")
        };
        let rescued = self.hold().done.clone();
        let told: Vec<&PathBuf> = rescued.iter().flat_map(Rescued::folders).collect();
        let others = |folders: &[PathBuf]| -> Vec<PathBuf> {
            folders.iter().filter(|folder| !told.contains(folder)).cloned().collect()
        };
        let (written, untouched) = (others(&progress.written), others(&progress.untouched));
        let kept = match (&written[..], &untouched[..]) {
            ([], []) => rescued.as_ref().map_or_else(|| "nothing was written".to_owned(), |_| String::new()),
            ([], untouched) => format!("nothing was written to {}", list(untouched)),
            (written, []) => format!("{} is written", list(written)),
            (written, untouched) => format!("{} is written, nothing to {}", list(written), list(untouched)),
        };
        let said = rescued.map(|rescued| rescued.text()).into_iter().chain([kept]);
        let kept = said.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("; ");
        Error::Interrupted { signal: name(self.signal.load(Ordering::Relaxed)), kept, status: self.status() }
    }

    /// The exit status that tells which signal came: 128 and its number.
    fn status(&self) -> u8 {
        match self.signal.load(Ordering::Relaxed) {
            0 => 130,
            signal => 128u8.saturating_add(u8::try_from(signal).unwrap_or(2)),
        }
    }
}

/// The signals that end the work.
#[cfg(unix)]
fn watched() -> Vec<i32> {
    let mut watched = vec![SIGINT, SIGTERM, SIGQUIT];
    // Under `nohup` it is ignored, and stays so. Where that cannot be read it does what it always does.
    if !is_ignored(SIGHUP).unwrap_or(true) {
        watched.push(SIGHUP);
    }
    watched
}

#[cfg(not(unix))]
fn watched() -> Vec<i32> {
    vec![SIGINT, SIGTERM]
}

/// Whether whoever started this process had it ignore `signal`, as far as the system tells.
#[cfg(unix)]
fn is_ignored(signal: i32) -> Option<bool> {
    let status = crate::regular_file::read_text(Path::new("/proc/self/status"), 1 << 20).ok()?;
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
    let mask = u64::from_str_radix(mask.trim(), 16).ok()?;
    Some(mask >> (signal - 1) & 1 == 1)
}

fn name(signal: usize) -> &'static str {
    i32::try_from(signal).ok().and_then(signal_hook::low_level::signal_name).unwrap_or("SIGINT")
}
