// SPDX-License-Identifier: EUPL-1.2
//! `lepre audit`: is the record as it was written? And what somebody else must keep, to be able to tell.

mod key;
mod seal;
mod verify;

use super::{CliError, Exit, Global};

pub(super) use key::{private_key, public_key};
pub(super) use seal::{open_file, seal_error};

#[derive(clap::Args)]
#[command(
    about = "verifica che nessun evento registrato sia stato alterato",
    after_help = "Esempi:\n  lepre audit verify                   ricalcola la catena delle impronte e nomina ogni evento che non torna\n  \
                  lepre audit chiave ufficio.chiave    fa la coppia di chiavi con cui si firmano i sigilli\n  \
                  lepre audit sigillo 2026-11.sigillo --chiave ufficio.chiave\n  \
                  lepre audit verify --sigilli 2026-11.sigillo --chiave-pubblica ufficio.chiave.pub\n\n\
                  La catena mostra un'alterazione, non la impedisce: chi può riscrivere tutto il file può riscriverla tutta.\n\
                  Un sigillo conservato altrove mostra anche questo, per ciò che era registrato quando fu fatto."
)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    #[command(about = "ricalcola la catena delle impronte di ogni pratica, e la confronta con i sigilli")]
    Verify(verify::Args),
    #[command(about = "fa una coppia di chiavi per firmare i sigilli")]
    Chiave(key::Args),
    #[command(about = "scrive il sigillo di tutto ciò che è registrato, firmato, da conservare altrove")]
    Sigillo(seal::Args),
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, CliError> {
    match &args.what {
        What::Verify(args) => verify::run(args, global),
        What::Chiave(args) => key::run(args, global),
        What::Sigillo(args) => seal::run(args, global),
    }
}
