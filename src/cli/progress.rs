//! How far work has come: a bar with the time that is left on a terminal, for work of more than a second, and a line
//! every half a minute where there is none or colours are not wanted.

use std::io::{self, IsTerminal};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::error;
use super::terminal;
use super::text::{count, elapsed};
use crate::machine;

/// How long work may take before anybody is told of it.
const PATIENCE: Duration = Duration::from_secs(1);
/// From one line to the next.
const PERIOD: Duration = Duration::from_secs(30);

/// Progress through work of known size.
pub(crate) struct Progress {
    shown: Shown,
}

enum Shown {
    Bar { bar: ProgressBar, began: Instant, settled: bool },
    Lines(Lines),
    Nothing,
}

impl Progress {
    /// Progress through `total` units of work.
    pub(crate) fn new(total: u64, quiet: bool) -> Self {
        let shown = match (quiet, io::stderr().is_terminal() && !terminal::plain(&io::stderr())) {
            (true, _) => Shown::Nothing,
            (_, true) => Shown::Bar { bar: bar(total), began: Instant::now(), settled: false },
            _ => Shown::Lines(Lines::new(total, PERIOD, |line| error::print(&line))),
        };
        Progress { shown }
    }

    /// There are `units` more to do than was known.
    pub(crate) fn grow(&mut self, units: u64) {
        match &self.shown {
            Shown::Bar { bar, .. } => bar.inc_length(units),
            Shown::Lines(lines) => lines.come_to(|state| state.total = state.total.saturating_add(units)),
            Shown::Nothing => {}
        }
    }

    /// `units` more are done; `done` of `all` runs, if their number is known.
    pub(crate) fn advance(&mut self, units: u64, done: u64, all: Option<u64>) {
        match &mut self.shown {
            Shown::Bar { bar, began, settled } => {
                bar.inc(units);
                if !*settled && began.elapsed() > PATIENCE {
                    *settled = true;
                    bar.set_draw_target(ProgressDrawTarget::stderr());
                }
                let all = all.map_or_else(String::new, |all| format!("/{all}"));
                bar.set_message(format!("{done}{all} runs"));
            }
            Shown::Lines(lines) => lines.come_to(|state| {
                state.done = state.done.saturating_add(units);
                (state.runs, state.all) = (done, all);
            }),
            Shown::Nothing => {}
        }
    }

    /// Takes the bar away; there are no more lines.
    pub(crate) fn finish(self) {
        if let Shown::Bar { bar, .. } = &self.shown {
            bar.finish_and_clear();
        }
    }
}

fn bar(total: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden());
    let style = ProgressStyle::with_template("{msg} [{bar:32}] {percent:>3} %, {eta} left");
    // The template is fixed and right; without it the bar has its plain form.
    if let Ok(style) = style {
        bar.set_style(style.progress_chars("=> "));
    }
    bar
}

/// A line at equal times, by a thread of its own: also while a run takes longer than that.
struct Lines {
    shared: Arc<(Mutex<State>, Condvar)>,
    thread: Option<JoinHandle<()>>,
    say: Arc<dyn Fn(String) + Send + Sync>,
    period: Duration,
}

/// How far the work is.
#[derive(Clone, Copy, Debug)]
struct State {
    began: Instant,
    /// When the last line was due.
    told: Instant,
    total: u64,
    done: u64,
    runs: u64,
    all: Option<u64>,
    over: bool,
}

impl Lines {
    fn new(total: u64, period: Duration, say: impl Fn(String) + Send + Sync + 'static) -> Self {
        let now = Instant::now();
        let state = State { began: now, told: now, total, done: 0, runs: 0, all: None, over: false };
        let mut lines =
            Lines { shared: Arc::new((Mutex::new(state), Condvar::new())), thread: None, say: Arc::new(say), period };
        // Where memory is bounded a thread may be what is missing in the end: lines come when runs end then.
        if !machine::is_bounded() {
            lines.thread = lines.start().ok();
        }
        lines
    }

    fn start(&self) -> io::Result<JoinHandle<()>> {
        let (shared, say, period) = (Arc::clone(&self.shared), Arc::clone(&self.say), self.period);
        let tick = move || {
            let (state, woken) = &*shared;
            let mut held = hold(state);
            while !held.over {
                let left = (held.told + period).saturating_duration_since(Instant::now());
                held = woken.wait_timeout(held, left).unwrap_or_else(PoisonError::into_inner).0;
                if let Some(line) = held.line_if_due(period) {
                    say(line);
                }
            }
        };
        thread::Builder::new().name("progress".to_owned()).stack_size(1 << 18).spawn(tick)
    }

    fn come_to(&self, change: impl FnOnce(&mut State)) {
        let mut state = hold(&self.shared.0);
        change(&mut state);
        if self.thread.is_none()
            && let Some(line) = state.line_if_due(self.period)
        {
            (self.say)(line);
        }
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        hold(&self.shared.0).over = true;
        self.shared.1.notify_all();
        // It ends at once, and what it does cannot fail.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn hold(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    fn line_if_due(&mut self, period: Duration) -> Option<String> {
        let now = Instant::now();
        if self.over || now < self.told + period {
            return None;
        }
        self.told = now;
        Some(self.line(now - self.began))
    }

    /// `progress: 34 %, 1 234 of 5 400 runs, 1 min 30 s so far, about 3 min left`
    fn line(&self, since: Duration) -> String {
        let share = (self.done as f64 / self.total.max(1) as f64).min(1.0);
        let runs = self.all.map_or_else(|| count(self.runs), |all| format!("{} of {}", count(self.runs), count(all)));
        let left = match share {
            0.0 => "no run has ended yet".to_owned(),
            share => format!("{} left", super::estimate::duration(since.as_secs_f64() * (1.0 - share) / share)),
        };
        format!("progress: {:.0} %, {runs} runs, {} so far, {left}", (100.0 * share).floor(), elapsed(since))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn a_line_says_how_far_the_work_is_and_what_is_left() {
        let now = Instant::now();
        let state = State { began: now, told: now, total: 1000, done: 0, runs: 0, all: Some(5400), over: false };
        let none = "progress: 0 %, 0 of 5400 runs, 30 s so far, no run has ended yet";
        assert_eq!(state.line(Duration::from_secs(30)), none);
        let half = State { done: 255, runs: 12_345, all: None, ..state };
        let said = "progress: 25 %, 12 345 runs, 1 min 40 s so far, about 5 min left";
        assert_eq!(half.line(Duration::from_secs(100)), said);
    }

    #[test]
    fn lines_come_while_no_run_ends_and_stop_with_the_work() {
        let (sender, lines) = mpsc::channel();
        let sender = Mutex::new(sender);
        let progress = Lines::new(10, Duration::from_millis(20), move |line| {
            let _ = hold_any(&sender).send(line);
        });
        progress.come_to(|state| (state.done, state.runs, state.all) = (5, 1, Some(2)));
        for _ in 0..2 {
            let line = lines.recv_timeout(Duration::from_secs(20)).expect("a line");
            assert!(line.starts_with("progress: 50 %, 1 of 2 runs, 0 s so far, "), "{line}");
        }
        drop(progress);
        while lines.try_recv().is_ok() {}
        assert!(lines.recv_timeout(Duration::from_millis(100)).is_err(), "it is over");
    }

    fn hold_any<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
        mutex.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
