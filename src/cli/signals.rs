//! Ctrl-C and its like: the first asks the work to stop, the second ends it. A limit on file sizes is an error.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

#[cfg(unix)]
use signal_hook::consts::SIGXFSZ;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

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

/// Watches for SIGINT and SIGTERM.
#[derive(Clone, Debug)]
pub(crate) struct Signals {
    halt: Arc<AtomicBool>,
    signal: Arc<AtomicUsize>,
}

impl Signals {
    /// Begins to watch.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn watch() -> io::Result<Self> {
        let signals = Signals { halt: Arc::default(), signal: Arc::default() };
        for signal in [SIGINT, SIGTERM] {
            // In this order: the second signal finds the flag up and ends the process at once.
            flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&signals.halt))?;
            flag::register(signal, Arc::clone(&signals.halt))?;
            flag::register_usize(signal, Arc::clone(&signals.signal), signal as usize)?;
        }
        Ok(signals)
    }

    /// Goes up when the work should stop.
    pub(crate) fn halt(&self) -> &AtomicBool {
        &self.halt
    }

    /// The exit status that tells which signal came: 130 or 143.
    pub(crate) fn status(&self) -> u8 {
        match self.signal.load(Ordering::Relaxed) {
            0 => 130,
            signal => 128u8.saturating_add(u8::try_from(signal).unwrap_or(2)),
        }
    }
}
