//! What was probably meant by a command or a flag that there is not.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory};

use super::args::Cli;
use crate::scenario::nearest;

/// `error` with the command or flag that was probably meant, where clap itself has found none: it goes by the letters
/// that two words share in order, which leaves out `rnu` for `run`. `command` is the first word of the command line.
pub(super) fn added(mut error: clap::Error, command: Option<&str>) -> clap::Error {
    let text = |error: &clap::Error, kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        _ => None,
    };
    let root = Cli::command();
    match error.kind() {
        ErrorKind::InvalidSubcommand if error.get(ContextKind::SuggestedSubcommand).is_none() => {
            let given = text(&error, ContextKind::InvalidSubcommand).unwrap_or_default();
            let names: Vec<&str> = root.get_subcommands().map(Command::get_name).collect();
            if let Some(meant) = nearest(&given, names) {
                error.insert(ContextKind::SuggestedSubcommand, ContextValue::Strings(vec![meant.to_owned()]));
            }
        }
        ErrorKind::UnknownArgument if error.get(ContextKind::SuggestedArg).is_none() => {
            let given = text(&error, ContextKind::InvalidArg).unwrap_or_default();
            let arguments = command.and_then(|name| root.find_subcommand(name)).map(Command::get_arguments);
            let names: Vec<&str> = arguments.into_iter().flatten().filter_map(clap::Arg::get_long).collect();
            let meant = given.strip_prefix("--").and_then(|given| nearest(given, names));
            if let Some(meant) = meant {
                error.insert(ContextKind::SuggestedArg, ContextValue::String(format!("--{meant}")));
            }
        }
        _ => {}
    }
    error
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    fn said(arguments: &[&str]) -> String {
        let all = ["gossipsim"].iter().chain(arguments);
        added(Cli::try_parse_from(all).unwrap_err(), arguments.first().copied()).to_string()
    }

    #[test]
    fn a_slip_of_the_finger_in_a_command_or_a_flag_is_named() {
        for (arguments, meant) in [
            (&["rnu"][..], "'run'"),
            (&["rum", "a.toml"], "'run'"),
            (&["chekc"], "'check'"),
            (&["comapre"], "'compare'"),
            (&["run", "a.toml", "--sede", "3"], "'--seed'"),
            (&["run", "a.toml", "--otu", "x"], "'--out'"),
            (&["run", "a.toml", "--thread", "3"], "'--threads'"),
        ] {
            let said = said(arguments);
            assert!(said.contains("tip: a similar") && said.contains(meant), "{arguments:?}: {said}");
        }
        for arguments in [&["xyzzy"][..], &["check", "a", "--theads", "3"]] {
            assert!(!said(arguments).contains("tip: a similar"), "{}", said(arguments));
        }
    }
}
