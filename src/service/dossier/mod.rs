// SPDX-License-Identifier: EUPL-1.2
//! The dossier of a case: one JSON file with all it takes to judge the case again, where there is neither database nor specs.
//!
//! It holds the case, its events with their exact bodies, the exact text of the rulebook it rests on, the verdict on a day,
//! and, if asked, the proof that a seal knew the case. Whom the case is about is named only by an opaque id.

mod check;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::calendar::Day;
use crate::digest::Digest;
use crate::engine::{fold, fold_to};
use crate::rulebook::Rulebook;
use crate::store::{CaseHead, StoredEvent};

use super::seal::{Closing, SealProof, genesis};
use super::{CaseView, Service, ServiceError, check_json};

pub use check::{Anchor, DossierFault, DossierReport, NotADossier, verify_dossier};

const FORMAT: &str = "lepre/dossier/1";

/// The file, in the order in which it is read.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    formato: String,
    /// The day it was written: an earlier `al` looks at the case as it stood then.
    redatto_il: String,
    pratica: HeadForm,
    genesi: String,
    eventi: Vec<EventForm>,
    verdetto: Json,
    regolamento: String,
    sigillo: Option<ProofForm>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeadForm {
    id: String,
    soggetto: String,
    lep: String,
    regione: Option<String>,
    sede: Option<String>,
    esterna: Option<String>,
    regolamento: String,
    aperta_il: i32,
    sequenza: u32,
    impronta: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EventForm {
    sequenza: u32,
    giorno: i32,
    registrato_ms: i64,
    da: String,
    corpo: String,
    impronta: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProofForm {
    riga: String,
    percorso: Vec<StepForm>,
    chiusura: Closing,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StepForm {
    a_sinistra: bool,
    impronta: String,
}

impl HeadForm {
    fn of(head: &CaseHead) -> Self {
        Self {
            id: head.id.to_string(),
            soggetto: head.subject.to_string(),
            lep: head.level.clone(),
            regione: head.region.clone(),
            sede: head.office.clone(),
            esterna: head.external.clone(),
            regolamento: head.rulebook.to_string(),
            aperta_il: head.opened_on,
            sequenza: head.sequence,
            impronta: Digest(head.hash).to_string(),
        }
    }

    fn head(&self) -> Option<CaseHead> {
        Some(CaseHead {
            id: self.id.parse().ok()?,
            subject: self.soggetto.parse().ok()?,
            level: self.lep.clone(),
            region: self.regione.clone(),
            office: self.sede.clone(),
            rulebook: self.regolamento.parse().ok()?,
            external: self.esterna.clone(),
            opened_on: self.aperta_il,
            state: String::new(),
            sequence: self.sequenza,
            hash: self.impronta.parse::<Digest>().ok()?.0,
        })
    }
}

impl EventForm {
    fn of(event: &StoredEvent) -> Self {
        Self {
            sequenza: event.sequence,
            giorno: event.on,
            registrato_ms: event.recorded_at,
            da: event.actor.clone(),
            corpo: event.body.clone(),
            impronta: Digest(event.hash).to_string(),
        }
    }
}

impl ProofForm {
    fn of(proof: SealProof) -> Self {
        let step =
            |step: super::seal::tree::Step| StepForm { a_sinistra: step.left, impronta: step.digest.to_string() };
        Self { riga: proof.line, percorso: proof.path.into_iter().map(step).collect(), chiusura: proof.closing }
    }
}

/// The verdict of a dossier, made the same way when it is written and when it is verified.
fn verdict(
    head: CaseHead,
    rulebook: Arc<Rulebook>,
    stored: &[StoredEvent],
    on: Day,
    past: bool,
) -> Result<Json, ServiceError> {
    let events = Service::read(head.id, stored)?;
    let case = if past { fold_to(&rulebook, &events, on) } else { fold(&rulebook, &events) };
    let view = CaseView { head, rulebook, events, case };
    let check = crate::engine::findings(&view.rulebook, &view.case, on);
    Ok(check_json(&view, &check, on))
}

impl Service {
    /// The dossier of a case, with its verdict on a day.
    ///
    /// # Errors
    /// An unknown case, an unreadable event or rulebook, trouble with the store.
    pub fn dossier_file(&self, case: Uuid, on: Day, seal: Option<SealProof>) -> Result<Json, ServiceError> {
        let head = self.store.case_head(case)?.ok_or_else(|| ServiceError::UnknownCase(case.to_string()))?;
        let mut stored = self.store.events(case)?;
        // What somebody has recorded since the head was read.
        stored.retain(|event| event.sequence <= head.sequence);
        let text = self.store.rulebook(&head.rulebook)?.ok_or(ServiceError::RulebookGone(head.rulebook))?;
        let rulebook = self.pinned(&head.rulebook)?;
        let today = self.today();
        let form = Form {
            formato: FORMAT.to_owned(),
            redatto_il: today.to_string(),
            pratica: HeadForm::of(&head),
            genesi: genesis(&head).to_string(),
            eventi: stored.iter().map(EventForm::of).collect(),
            verdetto: verdict(head, rulebook, &stored, on, on < today)?,
            regolamento: text,
            sigillo: seal.map(ProofForm::of),
        };
        // Invariant: made of strings, numbers and JSON; writing it cannot fail.
        Ok(serde_json::to_value(form).unwrap_or_default())
    }
}
