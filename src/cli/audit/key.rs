// SPDX-License-Identifier: EUPL-1.2
//! `lepre audit chiave`: a pair of keys, each in its file, never in the place of another.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::cli::output::trouble;
use crate::cli::{CliError, Exit, Global};
use crate::http::tokens::random;
use crate::signature::{NotAKey, PrivateKey, PublicKey};

#[derive(clap::Args)]
pub struct Args {
    #[arg(value_name = "FILE", help = "file nuovo per la chiave privata; la pubblica va in FILE.pub")]
    file: PathBuf,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, CliError> {
    let mut public = args.file.clone().into_os_string();
    public.push(".pub");
    let public = PathBuf::from(public);
    let key = PrivateKey::new(random().map_err(|why| {
        CliError::world(format!("il sistema non dà numeri casuali ({why})"), "riprova su un'altra macchina")
    })?);
    put(&args.file, &key.text(), true)?;
    if let Err(error) = put(&public, &key.public().text(), false) {
        // A private key whose public one is nowhere is of no use.
        _ = fs::remove_file(&args.file);
        return Err(error);
    }
    let name = key.public().to_string();
    if global.is_json() {
        let (private, public) = (args.file.to_string_lossy(), public.to_string_lossy());
        global.screen.json(&json!({ "privata": private, "pubblica": public, "chiave": name }))?;
    } else {
        global
            .screen
            .line(&format!("chiave privata in `{}`: conservala dove nessun altro legge", args.file.display()))?;
        global.screen.line(&format!("chiave pubblica in `{}`: dalla a chi deve verificare", public.display()))?;
    }
    Ok(Exit::Fine)
}

/// A new file, whole or not at all.
fn put(path: &Path, text: &str, private: bool) -> Result<(), CliError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if private {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    let mut file = options.open(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => CliError::usage(
            format!("il file `{}` c'è già", path.display()),
            "una chiave non si sovrascrive: indica un altro nome",
        ),
        _ => cannot_write(path, &error),
    })?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(|error| {
        _ = fs::remove_file(path);
        cannot_write(path, &error)
    })
}

fn cannot_write(path: &Path, error: &io::Error) -> CliError {
    CliError::world(
        format!("`{}` non si scrive: {}", path.display(), trouble(error)),
        "controlla il percorso e i permessi",
    )
}

/// The private key in a file.
pub(in crate::cli) fn private_key(path: &Path) -> Result<PrivateKey, CliError> {
    read(path, PrivateKey::read)
}

/// The public key in a file.
pub(in crate::cli) fn public_key(path: &Path) -> Result<PublicKey, CliError> {
    read(path, PublicKey::read)
}

fn read<T>(path: &Path, key: impl FnOnce(&str) -> Result<T, NotAKey>) -> Result<T, CliError> {
    let text = fs::read_to_string(path).map_err(|error| {
        CliError::usage(
            format!("`{}` non si legge: {}", path.display(), trouble(&error)),
            "controlla il percorso e i permessi",
        )
    })?;
    key(&text).map_err(|error| {
        CliError::usage(
            format!("`{}` {error}", path.display()),
            "`lepre audit chiave FILE` ne fa una coppia: la privata firma, la pubblica verifica",
        )
    })
}
