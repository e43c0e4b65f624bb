//! The `gossipsim` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    gossipsim::cli::main()
}
