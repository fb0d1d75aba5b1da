// SPDX-License-Identifier: EUPL-1.2
//! A dossier verified by itself: the chain, the rulebook, the verdict, and the seal that anchors it.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::calendar::Day;
use crate::digest::Digest;
use crate::rulebook::Rulebook;
use crate::service::import::json_fault;
use crate::service::seal::tree::{Step, root_by};
use crate::service::seal::{FORMAT as SEAL_FORMAT, SealLine, genesis};
use crate::signature::PublicKey;
use crate::store::{CaseHead, StoredEvent, chain};

use super::{EventForm, FORMAT, Form, ProofForm, verdict};

/// A file that is not a dossier.
#[derive(Debug, thiserror::Error)]
pub enum NotADossier {
    #[error("il file non è un dossier di lepre: {0}")]
    Unreadable(String),
    #[error("il dossier ha il formato `{0}`, che questo programma non conosce")]
    Format(String),
    #[error("nel dossier il campo `{0}` non si legge")]
    Field(&'static str),
}

/// Something in a dossier that does not add up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DossierFault {
    pub event: Option<u32>,
    pub message: String,
}

/// How far somebody else's signature vouches for a dossier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// There is no seal in it, or not one that holds.
    None,
    /// Up to this event, as of this instant.
    Until { event: u32, at: i64 },
}

/// What the verification has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DossierReport {
    pub case: String,
    pub level: String,
    /// The day of the verdict.
    pub on: String,
    pub verdict: String,
    pub events: u32,
    pub faults: Vec<DossierFault>,
    pub anchor: Anchor,
}

struct Faults(Vec<DossierFault>);

impl Faults {
    fn add(&mut self, event: Option<u32>, message: impl Into<String>) {
        self.0.push(DossierFault { event, message: message.into() });
    }
}

/// Verifies the text of a dossier. A seal in it must be of `key`, if one is given.
///
/// # Errors
/// It is not a dossier. What does not add up is in the report.
pub fn verify_dossier(text: &str, key: Option<&PublicKey>) -> Result<DossierReport, NotADossier> {
    let form: Form = serde_json::from_str(text).map_err(|e| NotADossier::Unreadable(json_fault(&e)))?;
    if form.formato != FORMAT {
        return Err(NotADossier::Format(form.formato));
    }
    let head = form.pratica.head().ok_or(NotADossier::Field("pratica"))?;
    let stored = form.eventi.iter().map(stored).collect::<Option<Vec<_>>>().ok_or(NotADossier::Field("eventi"))?;
    let redatto: Day = form.redatto_il.parse().map_err(|_| NotADossier::Field("redatto_il"))?;
    let word = |key: &str| form.verdetto.get(key).and_then(Json::as_str).unwrap_or_default().to_owned();
    let on: Day = word("al").parse().map_err(|_| NotADossier::Field("verdetto"))?;
    let mut faults = Faults(Vec::new());
    if genesis(&head).to_string() != form.genesi {
        faults.add(None, "i dati fissi della pratica sono stati alterati");
    }
    chained(&head, &form.genesi, &stored, &mut faults);
    if let Some(rulebook) = rulebook(&form.regolamento, &head, &mut faults) {
        match verdict(head.clone(), Arc::new(rulebook), &stored, on, on < redatto) {
            Ok(again) => compared(&form.verdetto, &again, &mut faults),
            Err(error) => faults.add(None, error.to_string()),
        }
    }
    let anchor = form.sigillo.as_ref().map_or(Anchor::None, |proof| anchored(proof, &head, &stored, key, &mut faults));
    Ok(DossierReport {
        case: form.pratica.id,
        level: form.pratica.lep,
        on: on.to_string(),
        verdict: word("conforme"),
        events: head.sequence,
        faults: faults.0,
        anchor,
    })
}

fn stored(form: &EventForm) -> Option<StoredEvent> {
    Some(StoredEvent {
        sequence: form.sequenza,
        on: form.giorno,
        recorded_at: form.registrato_ms,
        actor: form.da.clone(),
        body: form.corpo.clone(),
        hash: form.impronta.parse::<Digest>().ok()?.0,
    })
}

/// The events are those of the head, in order, each chained to the one before.
fn chained(head: &CaseHead, genesis: &str, stored: &[StoredEvent], faults: &mut Faults) {
    let mut previous = genesis.parse::<Digest>().ok().map(|digest| digest.0);
    let mut next = 1;
    for event in stored {
        if event.sequence < next {
            faults.add(Some(event.sequence), "l'evento è fuori ordine, o c'è due volte");
            previous = None;
            continue;
        }
        if event.sequence > next {
            missing(next, event.sequence - 1, faults);
            previous = None;
        }
        let StoredEvent { sequence, on, recorded_at, actor, body, hash } = event;
        let link = |previous: &[u8; 32]| {
            chain::link(previous, head.id, *sequence, *on, *recorded_at, actor.as_bytes(), body.as_bytes())
        };
        if previous.is_some_and(|previous| link(&previous) != *hash) {
            let words = "l'evento o la sua impronta, o quella dell'evento prima, sono stati alterati";
            faults.add(
                Some(*sequence),
                if *sequence == 1 { "l'evento o la sua impronta sono stati alterati" } else { words },
            );
        }
        if told_day(body) != Day::from_number(*on) {
            faults.add(Some(*sequence), "il giorno non è quello che l'evento dice");
        }
        previous = Some(*hash);
        next = sequence.saturating_add(1);
    }
    let last = stored.iter().map(|event| event.sequence).max().unwrap_or(0);
    if last < head.sequence {
        missing(last + 1, head.sequence, faults);
    } else if last > head.sequence || stored.last().is_some_and(|event| event.hash != head.hash) {
        faults.add(Some(last), "la testata della pratica non corrisponde all'ultimo evento");
    }
    if stored.first().is_some_and(|event| event.sequence == 1 && event.on != head.opened_on) {
        faults.add(Some(1), "il giorno di apertura non è quello del primo evento");
    }
}

fn missing(from: u32, to: u32, faults: &mut Faults) {
    let words =
        if from == to { "l'evento manca".to_owned() } else { format!("mancano gli eventi da questo fino al {to}") };
    faults.add(Some(from), words);
}

/// The day an event says it happened on.
fn told_day(body: &str) -> Option<Day> {
    let body: Json = serde_json::from_str(body).ok()?;
    body.get("il")?.as_str()?.parse().ok()
}

fn rulebook(text: &str, head: &CaseHead, faults: &mut Faults) -> Option<Rulebook> {
    match Rulebook::read(text) {
        Ok(rulebook) => {
            if rulebook.digest() != head.rulebook {
                faults.add(None, "il regolamento non è quello della pratica: è stato alterato");
            }
            Some(rulebook)
        }
        Err(error) => {
            faults.add(None, format!("il regolamento è stato alterato, e non si legge più: {error}"));
            None
        }
    }
}

/// The verdict told and the one made again.
fn compared(told: &Json, again: &Json, faults: &mut Faults) {
    if told == again {
        return;
    }
    let before = faults.0.len();
    let word = |json: &Json| json.get("conforme").and_then(Json::as_str).unwrap_or_default().to_owned();
    if word(told) != word(again) {
        faults.add(
            None,
            format!("il verdetto è `conforme: {}`, e ricalcolato è `conforme: {}`", word(told), word(again)),
        );
    }
    let list = |json: &Json| json.get("rilievi").and_then(Json::as_array).cloned().unwrap_or_default();
    let (told, again) = (list(told), list(again));
    if let Some(n) = (0..told.len().max(again.len())).find(|n| told.get(*n) != again.get(*n)) {
        let event = again.get(n).or(told.get(n)).and_then(|finding| finding.get("evento")).and_then(Json::as_u64);
        let event = event.and_then(|event| u32::try_from(event).ok());
        faults.add(event, format!("il verdetto differisce da quello ricalcolato al rilievo {}", n + 1));
    }
    if faults.0.len() == before {
        faults.add(None, "il verdetto differisce da quello ricalcolato");
    }
}

/// Is the case in the seal as it is here, and is the seal signed?
fn anchored(
    proof: &ProofForm,
    head: &CaseHead,
    stored: &[StoredEvent],
    key: Option<&PublicKey>,
    faults: &mut Faults,
) -> Anchor {
    let before = faults.0.len();
    if let Err(fault) = proof.chiusura.signed_by(key) {
        faults.add(None, fault.to_string());
    }
    let step = |step: &super::StepForm| Some(Step { left: step.a_sinistra, digest: step.impronta.parse().ok()? });
    let path: Option<Vec<Step>> = proof.percorso.iter().map(step).collect();
    let root = path.map(|path| root_by(&proof.riga, &path).to_string());
    let line = SealLine::read(&proof.riga).filter(|_| root.as_deref() == Some(proof.chiusura.radice.as_str()));
    match line.filter(|line| line.case == head.id && proof.chiusura.formato == SEAL_FORMAT) {
        None => faults.add(None, "la riga del sigillo è stata alterata, o non è di questa pratica"),
        Some(line) => {
            let event = stored.iter().find(|event| event.sequence == line.sequence);
            if line.genesis != genesis(head) {
                faults.add(None, "i dati fissi della pratica non sono quelli sigillati");
            } else if event.is_none() {
                faults.add(Some(line.sequence), "l'evento sigillato non c'è");
            } else if event.is_some_and(|event| Digest(event.hash) != line.hash) {
                faults.add(Some(line.sequence), "la storia fino a questo evento non è quella sigillata");
            } else if faults.0.len() == before {
                return Anchor::Until { event: line.sequence, at: proof.chiusura.al };
            }
        }
    }
    Anchor::None
}
