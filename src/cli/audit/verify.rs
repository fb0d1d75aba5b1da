// SPDX-License-Identifier: EUPL-1.2
//! `lepre audit verify`: the chain of digests recomputed, and compared with the seals kept elsewhere.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value as Json, json};

use crate::cli::output::{Ink, count, printable};
use crate::cli::progress::bar;
use crate::cli::stored::{open, store_error};
use crate::cli::{CliError, Exit, Global};
use crate::service::seal::{Anchors, HeldSeal, SealError, SealFault, check, compare};
use crate::service::{CaseId, verify_rulebooks};
use crate::store::{Store as _, StoreError};

use super::{open_file, public_key, seal_error};

#[derive(clap::Args)]
pub struct Args {
    #[arg(long, value_name = "FILE", num_args = 1.., requires = "chiave_pubblica", help = "sigilli conservati altrove, con cui confrontare l'archivio")]
    sigilli: Vec<PathBuf>,
    #[arg(long, value_name = "FILE", requires = "sigilli", help = "chiave pubblica di chi ha firmato i sigilli")]
    chiave_pubblica: Option<PathBuf>,
}

/// An alteration: case and event where they can be named, and the words.
struct Found {
    case: Option<String>,
    event: Option<u32>,
    words: String,
}

fn about_all(words: String) -> Found {
    Found { case: None, event: None, words }
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, CliError> {
    let store = open(&global.db, false)?;
    let stats = store.stats().map_err(|e| store_error(&e))?;
    let key = args.chiave_pubblica.as_deref().map(public_key).transpose()?;
    let mut found = Vec::new();
    let mut held = Vec::new();
    for path in &args.sigilli {
        let name = path.display().to_string();
        match check(open_file(path)?, key.as_ref()) {
            Ok(closing) => held.push(HeldSeal { name, closing, lines: open_file(path)? }),
            // Nothing of it is a seal: another file was given by mistake.
            Err(fault @ (SealFault::Unreadable(_) | SealFault::BadLine(1))) => {
                return Err(seal_error(path, fault.into()));
            }
            Err(fault) => found.push(about_all(format!("`{name}`: {fault}"))),
        }
    }
    let bar = bar("verifica", stats.cases);
    let faults = store.verify_chain(&mut |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    let mut sound: BTreeMap<CaseId, u32> = BTreeMap::new();
    for fault in faults.map_err(|e| store_error(&e))? {
        if let Some(case) = fault.case {
            // Where an altered event was given a digest that fits, it is the event after it that no longer does.
            let until = fault.sequence.map_or(0, |sequence| sequence.saturating_sub(2));
            let known = sound.entry(case).or_insert(until);
            *known = until.min(*known);
        }
        let words = fault.to_string();
        found.push(Found { case: fault.case.map(|case| case.to_string()), event: fault.sequence, words });
    }
    found.extend(verify_rulebooks(&store).map_err(|e| store_error(&e))?.into_iter().map(about_all));
    let anchors = match compare(&store, held, &sound) {
        Ok(anchors) => Some(anchors),
        Err(SealError::Store(error @ (StoreError::Corrupt { .. } | StoreError::Incomplete { .. }))) => {
            found.push(about_all(format!("i sigilli non si possono confrontare: {error}")));
            None
        }
        Err(error) => return Err(seal_error(&global.db, error)),
    };
    let anchors = anchors.unwrap_or_default();
    let all = found.len() + anchors.count + anchors.strangers.len();
    for fault in &anchors.faults {
        found.push(Found { case: Some(fault.case.to_string()), event: fault.sequence, words: fault.to_string() });
    }
    found.extend(anchors.strangers.iter().map(|name| {
        about_all(format!("`{name}`: il sigillo è di un altro archivio, o le sue pratiche sono state tolte tutte"))
    }));
    if global.is_json() {
        let list: Vec<Json> = found
            .iter()
            .map(|found| json!({ "pratica": found.case, "evento": found.event, "messaggio": found.words }))
            .collect();
        let gaps = anchors.gaps.iter().map(|(name, root)| json!({ "sigillo": name, "manca": root }));
        global.screen.json(&json!({
            "pratiche": stats.cases, "eventi": stats.events, "alterazioni": list, "ancorati": anchors.anchored,
            "non_ancorati": anchors.not_anchored, "sigilli_mancanti": gaps.collect::<Vec<_>>(),
        }))?;
    } else {
        for found in &found {
            global.screen.line(&global.screen.paint(Ink::Bad, &printable(&found.words)))?;
        }
        if all > found.len() {
            global.screen.line(&format!("… e {}", count(all - found.len(), "altra", "altre")))?;
        }
        if !args.sigilli.is_empty() {
            told(&anchors, global)?;
        }
        let n = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let whole =
            format!("{}, {}", count(n(stats.cases), "pratica", "pratiche"), count(n(stats.events), "evento", "eventi"));
        let verdict = if all == 0 {
            "la catena è intera".to_owned()
        } else {
            count(all, "alterazione trovata", "alterazioni trovate")
        };
        global.screen.line(&format!("{whole}: {verdict}"))?;
    }
    Ok(if all == 0 { Exit::Fine } else { Exit::Findings })
}

fn told(anchors: &Anchors, global: &Global) -> Result<(), CliError> {
    for (name, root) in &anchors.gaps {
        let words = format!("`{name}` viene dopo un sigillo che non è stato dato (radice {root})");
        global.screen.line(&global.screen.paint(Ink::Doubt, &printable(&words)))?;
    }
    let n = |number: u64| count(usize::try_from(number).unwrap_or(usize::MAX), "evento", "eventi");
    global.screen.line(&format!("ancorati dai sigilli: {}", n(anchors.anchored)))?;
    global.screen.line(&format!("non ancora ancorati: {}, che nessun sigillo garantisce", n(anchors.not_anchored)))
}
