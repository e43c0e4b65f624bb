//! The command line: arguments in, exit status out.

mod args;
mod check;
mod columns;
mod compare;
mod comparison;
mod differences;
mod error;
mod estimate;
mod explain;
mod explain_message;
mod explained;
mod finished;
mod folded;
mod format;
mod front;
mod generate;
mod graph;
mod grid;
mod init;
mod keys;
mod marks;
mod means;
mod measures;
mod one_run;
mod options;
mod out_file;
mod page;
mod picture;
mod plot;
mod printer;
mod progress;
mod run;
mod samples;
mod signals;
mod suggestion;
mod suspicion;
mod table;
mod terminal;
mod text;
mod theory;
mod times;
mod trace;
mod unconverged;
mod verify;
mod verify_laws;
mod watch;

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
#[cfg(unix)]
use std::sync::{Arc, atomic::AtomicBool};
use std::{env, thread};

use clap::{CommandFactory, Parser};

use crate::capacity;
use crate::machine::{self, Free};
use crate::memory::{self, Shortage};
use crate::printable::{self, Escaping};
use args::{Cli, Command};
use error::Error;
use signals::Signals;

use crate::output::folder::Folders;

/// The commands and flags that are understood: what the documents list, and shells could complete.
pub fn arguments() -> clap::Command {
    Cli::command()
}

/// Does what the command line asks and gives the exit status.
pub fn main() -> ExitCode {
    let arguments: Vec<OsString> = env::args_os().collect();
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        // clap knows that help goes to stdout with status 0, and mistakes to stderr with status 2.
        Err(error) => {
            let first = arguments.get(1).map(|first| first.to_string_lossy());
            return explain(&suggestion::added(error, first.as_deref()), &arguments);
        }
    };
    panic::set_hook(Box::new(fault));
    // Before any thread: while one starts, the system's allocator sets aside more than it keeps.
    let free = machine::free();
    let prepare = || {
        signals::survive_file_size_limit()?;
        fail_on_abort()?;
        Signals::watch(Folders::default())
    };
    let signals = match prepare() {
        Ok(signals) => signals,
        Err(error) => return fail(&Error::Signals(error)),
    };
    // Whatever ends the work, what it had under way is cleared away.
    let work = || memory::catch(|| execute(cli.command, free, &signals));
    let work = || work().unwrap_or_else(|shortage| Err(Error::Memory(shortage)));
    let done = catch_unwind(AssertUnwindSafe(work));
    signals.conclude();
    match done {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) => fail(&error),
        // The hook has said why.
        Err(_) => ExitCode::FAILURE,
    }
}

fn fail(error: &Error) -> ExitCode {
    error.report();
    ExitCode::from(error.status())
}

/// Gives the standard library's way to end where a small piece of memory is refused, SIGABRT, the status of any failure;
/// it has said why by then. What is large is asked for before: see [`memory`].
fn fail_on_abort() -> io::Result<()> {
    #[cfg(unix)]
    signal_hook::flag::register_conditional_shutdown(signal_hook::consts::SIGABRT, 1, Arc::new(AtomicBool::new(true)))?;
    Ok(())
}

/// Says that the program is at fault. A shortage of memory, which is an error as any other where it is caught, is not.
fn fault(panic: &panic::PanicHookInfo<'_>) {
    if panic.payload().is::<Shortage>() {
        return;
    }
    let place = panic.location().map_or_else(String::new, |location| format!("{location}: "));
    let payload = panic.payload();
    let text = payload.downcast_ref::<&str>().copied();
    let message = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message");
    let thread = thread::current().name().map_or_else(String::new, |name| format!(" (thread {name})"));
    let text = format!("{place}{message}{thread}. This is a fault of gossipsim: please report it with the scenario");
    error::print(&format!("error: {}", printable::line(&text)));
}

/// Prints help, the version, or what is wrong with the command line.
fn explain(error: &clap::Error, arguments: &[OsString]) -> ExitCode {
    let status = u8::try_from(error.exit_code()).unwrap_or(2);
    // In colour where there is a terminal for it, unless an argument has something in it that a terminal would obey.
    let plain = arguments.iter().all(|text| printable::line(&text.to_string_lossy()) == text.to_string_lossy());
    let printed = if plain { error.print() } else { write!(error::stderr(), "{}", error.render()) };
    match printed.map_err(Error::Stdout) {
        Err(error) if status == 0 => fail(&error),
        _ => ExitCode::from(status),
    }
}

fn execute(command: Command, free: Option<Free>, signals: &Signals) -> Result<(), Error> {
    let needed = capacity::base(command.draws());
    if let Some(free) = free.filter(|free| free.bytes < needed) {
        let (needed, free) = (needed / 1_000_000, free.bytes / 1_000_000);
        return Err(Error::Usage(format!(
            "not enough memory: this takes {needed} MB at the least, and {free} MB are free"
        )));
    }
    let mut out = Escaping(io::stdout().lock());
    match command {
        Command::Run { files, changes, work } => run::run(&mut out, &files, &changes, &work, signals),
        Command::Compare { files, vary, changes, work } => {
            compare::compare(&mut out, &files, vary.as_deref(), &changes, &work, signals)
        }
        Command::Plot { folders, asked, out: into, charts, threads, quiet, force } => {
            let request = asked.request();
            plot::plot(&mut out, &folders, plot::Options { request, into, charts, threads, quiet, force }, signals)
        }
        Command::Theory { file, changes, out: folder, force, printed } => theory::theory(
            &mut out,
            &file,
            &changes,
            theory::Options { folder, force, format: printed.format() },
            signals,
        ),
        Command::Init { name } => init::init(&mut out, &name),
        Command::Samples { name } => samples::samples(&mut out, name.as_deref()),
        // Scripts are data, as a graph is.
        Command::Generate { what } => generate::generate(&mut io::stdout().lock(), &what),
        Command::Columns { workload, printed } => columns::columns(&mut out, workload.as_deref(), printed.format()),
        Command::Keys { prefix, json } => keys::keys(&mut out, prefix.as_deref(), json),
        Command::Check { files, changes, force, printed } => {
            check::check(&mut out, &files, &changes, force, printed.format(), signals)
        }
        // A graph is data: where no terminal obeys them, names are written as they are.
        Command::Graph { file, changes, choice } if !io::stdout().is_terminal() => {
            graph::graph(&mut io::stdout().lock(), &file, &changes, &choice, signals)
        }
        Command::Graph { file, changes, choice } => graph::graph(&mut out, &file, &changes, &choice, signals),
        // So is an event log.
        Command::Trace { run, choice } if choice.out.is_none() && !io::stdout().is_terminal() => {
            trace::trace(&mut io::stdout().lock(), &run, &choice, signals)
        }
        Command::Trace { run, choice } => trace::trace(&mut out, &run, &choice, signals),
        Command::Explain { run, node, message, json } => {
            explain::explain(&mut out, &run, (node.as_deref(), message), json, signals)
        }
        Command::Picture { run, pair, out: file } => {
            picture::picture(&mut io::stdout().lock(), &run, &pair, file.as_deref(), signals)
        }
        // What is not ours is made fit for a terminal before the colours are added.
        Command::Watch { run, choice } => watch::watch(&mut io::stdout().lock(), &run, &choice, signals),
        Command::Verify { laws, intervals, verdicts, quick, seed, threads, quiet, printed } => {
            let subject = match (laws, intervals, verdicts) {
                (true, ..) => options::Subject::Laws,
                (_, true, _) => options::Subject::Intervals,
                (.., true) => options::Subject::Verdicts,
                _ => options::Subject::Results,
            };
            let format = printed.format();
            verify::verify(&mut out, options::Options { quick, seed, threads, quiet, format, subject }, signals)
        }
    }?;
    out.flush().map_err(Error::Stdout)
}
