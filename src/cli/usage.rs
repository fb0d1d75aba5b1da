// SPDX-License-Identifier: EUPL-1.2
//! The command line in Italian: help, version, and what is said when the line cannot be read. Every word of clap's own
//! that a reader could meet is replaced here, for any verb.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::{self, Write as _};

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, ArgMatches, Command, CommandFactory as _, Error};

use crate::names::closest;

use super::output::{listed, printable};
use super::{Cli, CliError, Exit};

const TEMPLATE: &str = "{about}\n\nUso: {usage}\n\n{all-args}{after-help}";

const EXIT_CODES: &str = "\
Codici di uscita:
  0  tutto bene
  1  ci sono rilievi o errori nelle specifiche
  2  la riga di comando chiede una cosa che non c'è
  3  qualcosa fuori dal programma non va: una cartella che manca, un file che non si legge";

/// Reads the line, in Italian.
///
/// # Errors
/// Clap's own, to be given to [`refuse`].
pub(super) fn read(mut line: Vec<OsString>) -> Result<ArgMatches, Error> {
    // `lepre help show`, as many would write it, is `lepre show --help`.
    if line.get(1).is_some_and(|word| word == "help" || word == "aiuto") {
        line.remove(1);
        line.push("--help".into());
    }
    command().try_get_matches_from(line)
}

fn command() -> Command {
    let mut command = italian(Cli::command(), "lepre").arg(
        Arg::new("versione")
            .short('V')
            .long("version")
            .action(ArgAction::Version)
            .help_heading("Opzioni")
            .help("mostra la versione"),
    );
    let mut ending = "Esempi:\n".to_owned();
    for verb in command.get_subcommands() {
        let help = verb.get_after_help().map(ToString::to_string).unwrap_or_default();
        if let Some(example) = help.lines().map(str::trim).find(|line| line.starts_with("lepre ")) {
            _ = writeln!(ending, "  {example}");
        }
    }
    _ = write!(ending, "\n{EXIT_CODES}\n\n`lepre COMANDO --help` spiega un comando.");
    command = command.after_help(ending);
    command
}

/// The command as clap completes it: only so can an argument say how it is written.
fn built() -> Command {
    let mut command = command();
    command.build();
    command
}

/// The command and those under it with Italian headings, usage and help option.
fn italian(command: Command, path: &str) -> Command {
    let usage = usage(&command, path);
    let verbs: Vec<String> = command.get_subcommands().map(|verb| verb.get_name().to_owned()).collect();
    let mut command = command
        .help_template(TEMPLATE)
        .override_usage(usage)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .subcommand_help_heading("Comandi")
        .subcommand_value_name("COMANDO")
        .arg_required_else_help(!verbs.is_empty())
        .max_term_width(100)
        .mut_args(|arg| {
            let heading = match (arg.is_positional(), arg.is_global_set()) {
                (true, _) => "Argomenti",
                (false, false) => "Opzioni",
                (false, true) => "Opzioni comuni a tutti i comandi",
            };
            let valued = arg.get_action().takes_values();
            arg.help_heading(heading).hide_possible_values(valued).hide_default_value(valued).hide_env(valued)
        })
        .arg(
            Arg::new("aiuto")
                .short('h')
                .long("help")
                .action(ArgAction::HelpShort)
                .help_heading("Opzioni")
                .help("mostra questo aiuto"),
        );
    for verb in verbs {
        let path = format!("{path} {verb}");
        command = command.mut_subcommand(verb, |command| italian(command, &path));
    }
    command
}

fn usage(command: &Command, path: &str) -> String {
    let mut usage = format!("{path} [OPZIONI]");
    for arg in command.get_positionals() {
        let name = arg.get_value_names().and_then(|names| names.first()).map(|name| name.as_str()).unwrap_or_default();
        let more = if matches!(arg.get_action(), ArgAction::Append) { "..." } else { "" };
        _ = if arg.is_required_set() { write!(usage, " <{name}>{more}") } else { write!(usage, " [{name}]{more}") };
    }
    if command.has_subcommands() {
        usage.push_str(" <COMANDO>");
    }
    usage
}

/// Help and version are printed; all else is a sentence in Italian.
///
/// # Errors
/// What is wrong with the line, or with the output.
pub(super) fn refuse(error: &Error) -> Result<Exit, CliError> {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => match error.print() {
            Err(trouble) if trouble.kind() != io::ErrorKind::BrokenPipe => Err(CliError::Output(trouble)),
            _ => Ok(Exit::Fine),
        },
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            _ = writeln!(io::stderr(), "{}\n", error.render().to_string().trim_end());
            Err(CliError::usage("manca il comando", ""))
        }
        _ => Err(CliError::usage(sentence(error), help(error))),
    }
}

fn context(error: &Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(one)) => vec![printable(one)],
        Some(ContextValue::Strings(many)) => many.iter().map(|one| printable(one)).collect(),
        Some(ContextValue::Number(number)) => vec![number.to_string()],
        Some(ContextValue::StyledStr(one)) => vec![printable(&one.to_string())],
        Some(ContextValue::StyledStrs(many)) => many.iter().map(|one| printable(&one.to_string())).collect(),
        _ => Vec::new(),
    }
}

/// In backticks, joined as in a sentence; what is in angle brackets stands for a value and keeps them.
fn quoted(words: &[String]) -> String {
    listed(&words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>())
}

fn sentence(error: &Error) -> String {
    let arg = context(error, ContextKind::InvalidArg);
    let given = context(error, ContextKind::InvalidValue);
    let value = given.first().map(String::as_str).unwrap_or_default();
    let name = variable(&arg, value).unwrap_or_else(|| quoted(&arg));
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            format!("il comando {} non esiste", quoted(&context(error, ContextKind::InvalidSubcommand)))
        }
        ErrorKind::UnknownArgument if arg.first().is_some_and(|arg| !arg.starts_with('-')) => {
            format!("{name} è di troppo")
        }
        ErrorKind::UnknownArgument => format!("l'opzione {name} non esiste"),
        ErrorKind::InvalidValue | ErrorKind::NoEquals | ErrorKind::TooFewValues if value.is_empty() => {
            format!("{name} vuole un valore")
        }
        ErrorKind::InvalidValue => format!("`{value}` non va bene per {name}"),
        ErrorKind::ValueValidation => {
            let why = std::error::Error::source(error).map(ToString::to_string);
            let why = why.unwrap_or_else(|| format!("`{value}` non va bene"));
            format!("{name}: {}", printable(&why))
        }
        ErrorKind::TooManyValues => format!("`{value}` è un valore di troppo per {name}"),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues | ErrorKind::NoEquals => {
            format!("{name} non ha il giusto numero di valori")
        }
        ErrorKind::ArgumentConflict => {
            let prior = context(error, ContextKind::PriorArg);
            if prior.is_empty() || prior == arg {
                format!("{name} è scritto due volte")
            } else {
                format!("{name} non può stare insieme a {}", quoted(&prior))
            }
        }
        ErrorKind::MissingRequiredArgument => match arg.len() {
            0 => "manca un argomento".to_owned(),
            1 => format!("manca {name}"),
            _ => format!("mancano {name}"),
        },
        ErrorKind::MissingSubcommand => "manca il comando".to_owned(),
        ErrorKind::InvalidUtf8 => "la riga contiene caratteri che non sono in UTF-8".to_owned(),
        _ => "la riga di comando non si legge".to_owned(),
    }
}

/// The environment variable that the value came from, if it did: the reader has not written the option.
fn variable(arg: &[String], value: &str) -> Option<String> {
    let command = built();
    let option = command.get_arguments().find(|option| arg.first() == Some(&option.to_string()))?;
    let name = option.get_env()?;
    let option = format!("--{}", option.get_long()?);
    let written = std::env::args().any(|word| word == option || word.starts_with(&format!("{option}=")));
    let is_it = !written && std::env::var_os(name).is_some_and(|set| printable(&set.to_string_lossy()) == value);
    is_it.then(|| format!("la variabile {}", name.to_string_lossy()))
}

/// What to do about it: the nearest word, the words there are, how the line is written.
fn help(error: &Error) -> String {
    let mut help = String::new();
    let mut say = |words: &str| {
        if !help.is_empty() {
            help.push_str("\n       ");
        }
        help.push_str(words);
    };
    let values = context(error, ContextKind::ValidValue);
    let given = context(error, ContextKind::InvalidValue);
    let value = given.first().and_then(|given| closest(given, values.iter().map(String::as_str)));
    let suggested = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg];
    let near = suggested.iter().flat_map(|kind| context(error, *kind)).next().or(value.map(str::to_owned));
    let usage = context(error, ContextKind::Usage);
    let usage = usage.first().and_then(|usage| usage.strip_prefix("Usage: ")).unwrap_or_default();
    let verbs = verbs_of(usage);
    let asked = context(error, ContextKind::InvalidSubcommand);
    let near = near.or_else(|| {
        let asked = asked.first()?;
        closest(asked, verbs.iter().map(String::as_str)).map(str::to_owned)
    });
    if let Some(near) = near {
        say(&format!("forse volevi dire `{near}`"));
    } else if matches!(error.kind(), ErrorKind::InvalidSubcommand | ErrorKind::MissingSubcommand) {
        say(&format!("i comandi sono: {}", verbs.join(", ")));
    }
    if !values.is_empty() {
        say(&format!("i valori sono: {}", values.join(", ")));
    }
    if !context(error, ContextKind::TrailingArg).is_empty() {
        say("se è un valore e non un'opzione, scrivi prima `--`");
    }
    if !usage.is_empty() {
        say(&format!("si scrive: {usage}"));
    }
    help
}

/// The verbs that may follow, from the usage of the command that was reached: `lepre case [OPZIONI] <COMANDO>`.
fn verbs_of(usage: &str) -> Vec<String> {
    let mut reached = built();
    for word in usage.split(' ').skip(1).take_while(|word| *word != "[OPZIONI]") {
        if let Some(next) = reached.find_subcommand(word).cloned() {
            reached = next;
        }
    }
    reached.get_subcommands().map(|verb| verb.get_name().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::command;

    #[test]
    fn the_command_is_well_formed() {
        command().debug_assert();
    }
}
