//! A progress bar with the time that is left, on a terminal without `NO_COLOR`, for work of more than a second.

use std::env;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How long work may take before anybody is told of it.
const PATIENCE: Duration = Duration::from_secs(1);

/// Progress through work of known size.
pub(crate) struct Progress {
    bar: ProgressBar,
    began: Instant,
    /// Whether it is decided that the bar is shown, or that it never is.
    settled: bool,
}

impl Progress {
    /// Progress through `total` units of work.
    pub(crate) fn new(total: u64, quiet: bool) -> Self {
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden());
        let style = ProgressStyle::with_template("{msg} [{bar:32}] {percent:>3} %, {eta} left");
        // The template is fixed and right; without it the bar has its plain form.
        if let Ok(style) = style {
            bar.set_style(style.progress_chars("=> "));
        }
        let plain = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Progress { bar, began: Instant::now(), settled: quiet || plain }
    }

    /// There are `units` more to do than was known.
    pub(crate) fn grow(&mut self, units: u64) {
        self.bar.inc_length(units);
    }

    /// `units` more are done; `done` of `all` runs, if their number is known.
    pub(crate) fn advance(&mut self, units: u64, done: u64, all: Option<u64>) {
        self.bar.inc(units);
        if !self.settled && self.began.elapsed() > PATIENCE {
            self.settled = true;
            // Hidden all the same where standard error is no terminal.
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        let all = all.map_or_else(String::new, |all| format!("/{all}"));
        self.bar.set_message(format!("{done}{all} runs"));
    }

    /// Takes the bar away.
    pub(crate) fn finish(self) {
        self.bar.finish_and_clear();
    }
}
