// SPDX-License-Identifier: EUPL-1.2
//! `lepre config`: the settings of the service, with where each comes from; the words of every one of them.

use std::path::PathBuf;

use serde_json::{Value as Json, json};

use crate::config::{Fault, Read, SETTINGS};

use super::output::{Ink, count, wrap};
use super::settings::{Options, settings};
use super::{CliError, Exit, Global};

#[derive(clap::Args)]
#[command(
    about = "mostra e controlla le impostazioni del servizio",
    after_help = "Esempi:\n  lepre config check                   controlla `lepre.yaml` e le variabili, e dice che cosa vale\n  \
                  lepre config check /etc/lepre.yaml   la stessa cosa di un altro file\n  \
                  lepre config show                    spiega ogni voce"
)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    #[command(about = "controlla le impostazioni e dice da dove viene ogni valore; i segreti restano nascosti")]
    Check(Check),
    #[command(about = "spiega ogni voce: che cosa fa, come si scrive, che cosa vale se manca")]
    Show(Show),
}

#[derive(clap::Args)]
struct Check {
    #[arg(
        value_name = "FILE",
        help = "file delle impostazioni (di norma quello di LEPRE_CONFIG, o `lepre.yaml` se c'è)"
    )]
    file: Option<PathBuf>,
}

#[derive(clap::Args)]
struct Show {}

pub fn run(args: &Args, global: &Global) -> Result<Exit, CliError> {
    match &args.what {
        What::Check(check) => checked(check, global),
        What::Show(Show {}) => explained(global),
    }
}

fn checked(args: &Check, global: &Global) -> Result<Exit, CliError> {
    let named = std::env::var_os("LEPRE_CONFIG").filter(|name| !name.is_empty()).map(PathBuf::from);
    let options = Options::of_file(args.file.clone().or(named));
    match settings(&options, false)? {
        Ok(read) => {
            if global.is_json() {
                global.screen.json(
                    &json!({ "impostazioni": all_json(&read), "dubbi": faults_json(&read.doubts), "errori": [] }),
                )?;
            } else {
                let width = SETTINGS.iter().map(|setting| setting.key.len()).max().unwrap_or(0);
                for setting in &SETTINGS {
                    let value = setting.shown(&read.config);
                    let value = if value.is_empty() { "(nessuno)" } else { value.as_str() };
                    let origin = read.origins.get(setting.key).map(ToString::to_string).unwrap_or_default();
                    global.screen.line(&format!("{:width$}  {value}  ({origin})", setting.key))?;
                }
                for doubt in &read.doubts {
                    global.screen.line(&format!("\navviso: {doubt}"))?;
                }
                if read.config.accesses_days.is_none() {
                    let note = "`accessi_conservati` non è scritto: chi ha guardato che cosa resta registrato per sempre; quanto va conservato lo decide l'ente";
                    global.screen.line(&format!("\nnota: {note}"))?;
                }
                global.screen.line(&global.screen.paint(Ink::Good, "\nle impostazioni vanno bene"))?;
            }
            Ok(Exit::Fine)
        }
        Err(faults) => {
            if global.is_json() {
                global.screen.json(&json!({ "impostazioni": [], "dubbi": [], "errori": faults_json(&faults) }))?;
            } else {
                for fault in &faults {
                    global.screen.line(&format!("{fault}\n"))?;
                }
                let sum = count(faults.len(), "errore nelle impostazioni", "errori nelle impostazioni");
                global.screen.line(&global.screen.paint(Ink::Bad, &sum))?;
            }
            Ok(Exit::Findings)
        }
    }
}

fn all_json(read: &Read) -> Vec<Json> {
    let one = |setting: &crate::config::Setting| {
        let value = setting.shown(&read.config);
        json!({
            "voce": setting.key,
            "valore": if value.is_empty() { Json::Null } else { value.into() },
            "da": read.origins.get(setting.key).map(ToString::to_string),
        })
    };
    SETTINGS.iter().map(one).collect()
}

fn faults_json(faults: &[Fault]) -> Vec<Json> {
    let one =
        |fault: &Fault| json!({ "dove": fault.at, "voce": fault.key, "messaggio": fault.message, "aiuto": fault.help });
    faults.iter().map(one).collect()
}

fn explained(global: &Global) -> Result<Exit, CliError> {
    if global.is_json() {
        let one = |setting: &crate::config::Setting| {
            json!({
                "voce": setting.key, "opzione": setting.flag.map(|flag| format!("--{flag}")), "variabile": setting.variable(),
                "valore": setting.value, "di_norma": setting.default(), "spiegazione": setting.about,
            })
        };
        global.screen.json(&json!({ "impostazioni": SETTINGS.iter().map(one).collect::<Vec<_>>() }))?;
        return Ok(Exit::Fine);
    }
    global.screen.line(
        "Un'opzione di `lepre serve` vince sulla variabile, la variabile sul file, il file sul valore di norma.\n",
    )?;
    for setting in &SETTINGS {
        let default = setting.default();
        let default = if default.is_empty() { "nessuno" } else { default.as_str() };
        let flag = setting.flag.map(|flag| format!(", --{flag}")).unwrap_or_default();
        global.screen.line(&format!("{}: {}", global.screen.paint(Ink::Heading, setting.key), setting.value))?;
        for line in wrap(setting.about, global.screen.prose_width().saturating_sub(4)) {
            global.screen.line(&format!("    {line}"))?;
        }
        global.screen.line(&format!("    di norma: {default}; anche {}{flag}", setting.variable()))?;
    }
    Ok(Exit::Fine)
}
