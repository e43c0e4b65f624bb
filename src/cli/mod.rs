//! The command line: arguments in, exit status out.

mod args;
mod check;
mod compare;
mod error;
mod plot;
mod progress;
mod run;
mod signals;
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

/// Does what the command line asks and gives the exit status.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        // clap knows that help goes to stdout with status 0, and mistakes to stderr with status 2.
        Err(error) => return explain(&error),
    };
    let done = signals::survive_file_size_limit().map_err(Error::Signals).and_then(|()| obey(cli.command));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            error.report();
            ExitCode::from(error.status())
        }
    }
}

/// Prints help, the version, or what is wrong with the command line.
fn explain(error: &clap::Error) -> ExitCode {
    let status = u8::try_from(error.exit_code()).unwrap_or(2);
    match error.print().map_err(Error::Stdout) {
        Err(error) if status == 0 => {
            error.report();
            ExitCode::from(error.status())
        }
        _ => ExitCode::from(status),
    }
}

fn obey(command: Command) -> Result<(), Error> {
    let mut out = anstream::AutoStream::auto(io::stdout()).lock();
    match command {
        Command::Run { files, changes, work } => run::run(&mut out, &files, &changes, &work),
        Command::Compare { files, vary, changes, work } => {
            compare::compare(&mut out, &files, vary.as_deref(), &changes, &work)
        }
        Command::Plot { folder, quiet } => plot::plot(&mut out, &folder, quiet),
        Command::Theory { file, changes, out: folder, force, json } => {
            theory::theory(&mut out, &file, &changes, folder, force, json)
        }
        Command::Check { files, changes, force, json } => check::check(&mut out, &files, &changes, force, json),
        Command::Verify { quick, laws, seed, threads, quiet, json } => {
            verify::verify(&mut out, verify::Wish { quick, laws, seed, threads, quiet, json })
        }
    }?;
    out.flush().map_err(Error::Stdout)
}
