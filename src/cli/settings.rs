// SPDX-License-Identifier: EUPL-1.2
//! The settings of the service on the command line: an option for each row of the table, the file, the environment.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, Command};

use crate::config::{Fault, Read, SETTINGS, Sources, read};

use super::CliError;
use super::output::trouble;

/// Where the settings are looked for, if nobody says where.
const FILE: &str = "lepre.yaml";
const FILE_OPTION: &str = "config";
/// Bytes of a file of settings: more is another file.
const MAX_BYTES: u64 = 256 * 1024;

/// What the command line says of the settings.
#[derive(Debug, Default)]
pub struct Options {
    pub file: Option<PathBuf>,
    said: BTreeMap<&'static str, String>,
}

impl Options {
    /// No option but a file, if there is one.
    pub fn of_file(file: Option<PathBuf>) -> Self {
        Self { file, said: BTreeMap::new() }
    }
}

impl clap::FromArgMatches for Options {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut options = Self::default();
        options.update_from_arg_matches(matches)?;
        Ok(options)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.file = matches.get_one::<PathBuf>(FILE_OPTION).cloned();
        for setting in SETTINGS.iter().filter(|setting| setting.flag.is_some()) {
            if let Some(text) = matches.get_one::<String>(setting.key) {
                self.said.insert(setting.key, text.clone());
            }
        }
        Ok(())
    }
}

impl clap::Args for Options {
    fn augment_args(command: Command) -> Command {
        let file = Arg::new(FILE_OPTION)
            .long(FILE_OPTION)
            .value_name("FILE")
            .env("LEPRE_CONFIG")
            .value_parser(clap::value_parser!(PathBuf))
            .help("file delle impostazioni (o variabile LEPRE_CONFIG; di norma `lepre.yaml`, se c'è)");
        SETTINGS.iter().fold(command.arg(file), |command, setting| {
            let Some(flag) = setting.flag else { return command };
            let default = setting.default();
            let default = if default.is_empty() { String::new() } else { format!(" (di norma {default})") };
            command.arg(
                Arg::new(setting.key).long(flag).value_name(setting.value).help(format!("{}{default}", setting.about)),
            )
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

/// Reads the settings: those of the options, of the environment, of the file.
///
/// # Errors
/// The file is not there or cannot be read. Faults in what was said are the inner result.
pub fn settings(options: &Options, demo: bool) -> Result<Result<Read, Vec<Fault>>, CliError> {
    let file = match &options.file {
        Some(path) => Some((path.clone(), bytes(path)?)),
        None if Path::new(FILE).is_file() => Some((PathBuf::from(FILE), bytes(Path::new(FILE))?)),
        None => None,
    };
    let name = file.as_ref().map(|(path, _)| path.display().to_string()).unwrap_or_default();
    let environment: BTreeMap<String, String> = std::env::vars_os()
        .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
        .filter(|(name, _)| name.starts_with("LEPRE_"))
        .collect();
    let file = file.as_ref().map(|(_, bytes)| (name.as_str(), bytes.as_slice()));
    Ok(read(&Sources { file, environment: &environment, options: &options.said, demo }))
}

fn bytes(path: &Path) -> Result<Vec<u8>, CliError> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    std::fs::File::open(path).and_then(|file| file.take(MAX_BYTES).read_to_end(&mut bytes)).map_err(|error| {
        CliError::world(
            format!("le impostazioni `{}` non si leggono: {}", path.display(), trouble(&error)),
            "controlla il percorso e i permessi",
        )
    })?;
    Ok(bytes)
}
