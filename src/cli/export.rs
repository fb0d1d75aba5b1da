// SPDX-License-Identifier: EUPL-1.2
//! `lepre export`: stored cases as files that other programs read. One file per format in `export/`.

mod events;
mod ocel;
mod sap;
pub(super) mod target;
pub(super) mod traced;
mod xes;

use super::{CliError, Exit, Global};

#[derive(clap::Args)]
#[command(
    about = "porta fuori le pratiche nei formati che altri programmi leggono",
    after_help = "Esempi:\n  lepre export eventi pratiche.jsonl    tutte le pratiche con i loro eventi; `lepre import` le rilegge\n\n\
                  Il file compare solo quando è intero: se qualcosa si interrompe, non resta nulla a metà."
)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

macro_rules! formats {
    ($($format:ident => $module:ident,)*) => {
        #[derive(clap::Subcommand)]
        enum What { $($format($module::Args),)* }

        pub fn run(args: &Args, global: &Global) -> Result<Exit, CliError> {
            match &args.what { $(What::$format(args) => $module::run(args, global),)* }
        }
    };
}

// In the order of the help.
formats! {
    Eventi => events,
    Sap => sap,
    Xes => xes,
    Ocel => ocel,
}
