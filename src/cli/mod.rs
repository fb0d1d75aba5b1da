// SPDX-License-Identifier: EUPL-1.2
//! The command line: one file per verb. Only here are the terminal, the environment and the clock asked.
//!
//! A new verb is a file with `Args` and `run`, and a line in `verbs!`. Its `about` is its sentence in the help, and the
//! first line of its `after_help` that begins with `lepre` is its example there.

mod audit;
mod backup;
mod case;
mod casework;
mod check;
mod config;
mod coverage;
mod demo;
mod demo_cases;
mod demo_office;
mod diff;
mod dossier;
mod export;
mod floor;
mod impact;
mod import;
mod indicators;
mod level;
pub mod logs;
mod new;
mod output;
mod page;
mod progress;
mod scenarios;
mod selection;
mod serve;
mod settings;
mod show;
mod stored;
mod usage;
mod verify;
mod watch;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::{FromArgMatches as _, Parser, ValueEnum};

use crate::calendar::{Day, rome};
use crate::library::{Library, LibraryError};

pub use output::{Colouring, Ink, Screen, trouble};

/// How a verb that did its work ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Nothing to say against: 0.
    Fine,
    /// There are findings or faults: 1.
    Findings,
}

/// Why a verb could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// What was asked is not there to be had, or not so: 2.
    #[error("{message}")]
    Usage { message: String, help: String },
    /// The specifications have faults, already rendered: 1.
    #[error("{message}")]
    Faulty { message: String, faults: String },
    /// The settings of the service have faults, already told: 2.
    #[error("{message}")]
    Settings { message: String, faults: String },
    /// Trouble with the world: 3.
    #[error("{message}")]
    World { message: String, help: String },
    #[error(transparent)]
    Library(LibraryError),
    #[error("non si riesce a scrivere il risultato: {}", output::trouble(.0))]
    Output(io::Error),
}

impl From<LibraryError> for CliError {
    fn from(error: LibraryError) -> Self {
        match error {
            LibraryError::Unreadable { path, source } => Self::world(
                format!("`{}` non si legge: {}", path.display(), output::trouble(&source)),
                "controlla il percorso e i permessi",
            ),
            other => Self::Library(other),
        }
    }
}

impl CliError {
    pub fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), help: help.into() }
    }

    pub fn world(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::World { message: message.into(), help: help.into() }
    }

    fn code(&self) -> u8 {
        match self {
            Self::Faulty { .. } => 1,
            Self::Usage { .. } | Self::Settings { .. } => 2,
            Self::World { .. } | Self::Library(_) | Self::Output(_) => 3,
        }
    }

    fn help(&self) -> &str {
        match self {
            Self::Usage { help, .. } | Self::World { help, .. } => help,
            Self::Faulty { .. } => "correggi la specifica; `lepre check` elenca tutti gli errori",
            Self::Settings { .. } => {
                "`lepre config check` le controlla senza avviare nulla, `lepre config show` le spiega"
            }
            Self::Library(LibraryError::NotAFolder(_)) => {
                "indica la cartella che contiene `nazionale/` e `catalogo/`; per un solo livello c'è `lepre test FILE`"
            }
            Self::Library(_) | Self::Output(_) => "",
        }
    }
}

/// What an answer is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Json,
    /// The workflow as a drawing: `show` only.
    Dot,
    Svg,
}

#[derive(clap::Args)]
struct Options {
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "LEPRE_SPECS",
        default_value = "specs",
        help = "cartella delle specifiche (o variabile LEPRE_SPECS; di norma `specs`)"
    )]
    specs: PathBuf,
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "LEPRE_DB",
        default_value = "lepre.db",
        help = "archivio delle pratiche (o variabile LEPRE_DB; di norma `lepre.db`)"
    )]
    db: PathBuf,
    #[arg(
        long,
        global = true,
        value_name = "FORMATO",
        default_value = "text",
        help = "text per chi legge, json per i programmi; per `show` anche dot e svg"
    )]
    format: Format,
    #[arg(
        long,
        global = true,
        value_name = "QUANDO",
        default_value = "auto",
        help = "colori: auto, sempre, mai (auto rispetta la variabile NO_COLOR)"
    )]
    colore: Colouring,
    #[arg(
        long,
        global = true,
        value_name = "AAAA-MM-GG",
        env = "LEPRE_OGGI",
        help = "giorno da prendere per oggi, per prove e dimostrazioni (o variabile LEPRE_OGGI)"
    )]
    oggi: Option<Day>,
}

/// What every verb may use.
pub struct Global {
    pub specs: PathBuf,
    pub db: PathBuf,
    pub format: Format,
    /// The day in Rome, or the one given with `--oggi`.
    pub today: Day,
    /// The day given with `--oggi`.
    pub fixed_today: Option<Day>,
    pub screen: Screen,
}

impl Global {
    fn new(options: Options) -> Self {
        let Options { specs, db, format, colore, oggi } = options;
        let screen = Screen::new(colore);
        Self { specs, db, format, today: oggi.unwrap_or_else(today_in_rome), fixed_today: oggi, screen }
    }

    pub fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// Reads the folder of `--specs`.
    ///
    /// # Errors
    /// The folder is absent or unreadable; faults inside files are not errors here.
    pub fn library(&self) -> Result<Library, CliError> {
        Self::library_at(&self.specs)
    }

    /// As [`Global::library`], of another folder.
    ///
    /// # Errors
    /// As [`Global::library`].
    pub fn library_at(folder: &Path) -> Result<Library, CliError> {
        Ok(Library::open(folder)?)
    }
}

fn today_in_rome() -> Day {
    let seconds = match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_secs()).map_or(i64::MIN, |seconds| -seconds),
    };
    rome::today(seconds).0
}

#[derive(Parser)]
#[command(
    name = "lepre",
    version,
    about = "\
I livelli essenziali delle prestazioni (LEP) dei centri per l'impiego, D.M. 4/2018, come regole.
Ogni livello è un file YAML che si legge come la tabella del decreto; lepre ne guida le pratiche
e dice, con la norma, che cosa è dovuto, entro quando, e perché sì o perché no."
)]
struct Cli {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    verb: Verb,
}

macro_rules! verbs {
    ($($verb:ident => $module:ident,)*) => {
        #[derive(clap::Subcommand)]
        enum Verb { $($verb($module::Args),)* }

        impl Verb {
            fn run(&self, global: &Global) -> Result<Exit, CliError> {
                match self { $(Self::$verb(args) => $module::run(args, global),)* }
            }
        }
    };
}

// In the order of the help.
verbs! {
    Check => check,
    Show => show,
    Diff => diff,
    Coverage => coverage,
    Floor => floor,
    Test => scenarios,
    New => new,
    Case => case,
    Verify => verify,
    Impact => impact,
    Indicators => indicators,
    Import => import,
    Export => export,
    Audit => audit,
    Dossier => dossier,
    Backup => backup,
    Serve => serve,
    Config => config,
    Demo => demo,
}

/// Reads the command line, does what it says, ends with the documented code.
pub fn main() -> ExitCode {
    let result = match usage::read(std::env::args_os().collect()) {
        Ok(matches) => match Cli::from_arg_matches(&matches) {
            Ok(cli) => run(cli),
            Err(error) => usage::refuse(&error),
        },
        Err(error) => usage::refuse(&error),
    };
    match result {
        Ok(Exit::Fine) => ExitCode::SUCCESS,
        Ok(Exit::Findings) => ExitCode::from(1),
        Err(error) => {
            complain(&error);
            ExitCode::from(error.code())
        }
    }
}

fn run(cli: Cli) -> Result<Exit, CliError> {
    let global = Global::new(cli.options);
    if matches!(global.format, Format::Dot | Format::Svg) && !matches!(cli.verb, Verb::Show(_)) {
        return Err(CliError::usage(
            "i formati dot e svg valgono solo per `lepre show`",
            "qui scegli text oppure json",
        ));
    }
    let exit = cli.verb.run(&global);
    global.screen.flush()?;
    exit
}

/// Says what went wrong on the standard error; that nobody may be reading it is no further trouble.
fn complain(error: &CliError) {
    let mut out = io::stderr().lock();
    if let CliError::Faulty { faults, .. } | CliError::Settings { faults, .. } = error
        && !faults.is_empty()
    {
        _ = writeln!(out, "{faults}");
    }
    _ = writeln!(out, "errore: {}", output::printable(&error.to_string()));
    if !error.help().is_empty() {
        _ = writeln!(out, "aiuto: {}", error.help());
    }
}
