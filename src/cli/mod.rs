//! The command line: arguments in, exit status out.

mod args;
mod check;
mod compare;
mod error;
mod graph;
mod marks;
mod measures;
mod plot;
mod progress;
mod run;
mod signals;
mod suggestion;
mod table;
mod text;
mod theory;
mod verify;
mod verify_laws;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};
use error::Error;
use signals::Signals;

use crate::output::folder::Folders;

/// Does what the command line asks and gives the exit status.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        // clap knows that help goes to stdout with status 0, and mistakes to stderr with status 2.
        Err(error) => return explain(&suggestion::added(error, std::env::args().nth(1).as_deref())),
    };
    let signals = match signals::survive_file_size_limit().and_then(|()| Signals::watch(Folders::default())) {
        Ok(signals) => signals,
        Err(error) => return fail(&Error::Signals(error)),
    };
    let done = obey(cli.command, &signals);
    signals.conclude();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

fn fail(error: &Error) -> ExitCode {
    error.report();
    ExitCode::from(error.status())
}

/// Prints help, the version, or what is wrong with the command line.
fn explain(error: &clap::Error) -> ExitCode {
    let status = u8::try_from(error.exit_code()).unwrap_or(2);
    match error.print().map_err(Error::Stdout) {
        Err(error) if status == 0 => fail(&error),
        _ => ExitCode::from(status),
    }
}

fn obey(command: Command, signals: &Signals) -> Result<(), Error> {
    let mut out = anstream::AutoStream::auto(io::stdout()).lock();
    match command {
        Command::Run { files, changes, work } => run::run(&mut out, &files, &changes, &work, signals),
        Command::Compare { files, vary, changes, work } => {
            compare::compare(&mut out, &files, vary.as_deref(), &changes, &work, signals)
        }
        Command::Plot { folder, quiet } => plot::plot(&mut out, &folder, quiet, signals),
        Command::Theory { file, changes, out: folder, force, json } => {
            theory::theory(&mut out, &file, &changes, theory::Wish { folder, force, json }, signals)
        }
        Command::Check { files, changes, force, json } => check::check(&mut out, &files, &changes, force, json),
        Command::Graph { file, changes, choice } => graph::graph(&mut out, &file, &changes, &choice),
        Command::Verify { laws, intervals, verdicts, quick, seed, threads, quiet, json } => {
            let subject = match (laws, intervals, verdicts) {
                (true, ..) => verify::Subject::Laws,
                (_, true, _) => verify::Subject::Intervals,
                (.., true) => verify::Subject::Verdicts,
                _ => verify::Subject::Results,
            };
            verify::verify(&mut out, verify::Wish { quick, seed, threads, quiet, json, subject }, signals)
        }
    }?;
    out.flush().map_err(Error::Stdout)
}
