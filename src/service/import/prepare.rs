// SPDX-License-Identifier: EUPL-1.2
//! From a line to what is written: a new case, a longer history, or the reason why not.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender};

use uuid::Uuid;

use crate::calendar::Day;
use crate::compile::NoRulebook;
use crate::engine::{Case, Event, EventKind, apply, findings, fold, speak};
use crate::rulebook::{Digest, Rulebook};
use crate::store::{CaseAction, CaseHead, CaseWrite, NewCase, NewEvent, NewSubject, StoreError, SubjectKind};

use super::super::cases::{check_audience, subject_code};
use super::super::{Service, ServiceError, new_event, state_word};
use super::aligned::aligned;
use super::line::{CaseLine, IdOnly, Key, json_fault, subject_request};
use super::{Batch, ImportOutcome, flush, settle};

/// Why a line was not taken: for a reason of its own, or because nothing can be taken any more.
enum Stop {
    Refused(String),
    World(StoreError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::World(error)
    }
}

impl From<ServiceError> for Stop {
    fn from(error: ServiceError) -> Self {
        match error {
            // Damage is not the fault of a line, not even that of one case.
            ServiceError::Store(error) => Self::World(error),
            other => Self::Refused(service_words(&other)),
        }
    }
}

impl From<String> for Stop {
    fn from(reason: String) -> Self {
        Self::Refused(reason)
    }
}

/// A line ready to be written, or already decided.
pub(super) enum Prepared {
    Write { write: Box<CaseWrite>, extends: bool, findings: usize },
    Done(ImportOutcome),
}

/// Cases and subjects read and not yet in the store, each with the number of its batch.
#[derive(Default)]
pub(super) struct OnWay {
    cases: HashMap<String, u64>,
    /// With the last name given.
    subjects: HashMap<(SubjectKind, String), (Uuid, Option<String>, u64)>,
    /// The batch that is being filled, and the last one that is in the store.
    filling: u64,
    settled: u64,
}

impl OnWay {
    /// A batch has been handed over: what comes now belongs to the next.
    pub(super) fn hand_over(&mut self) {
        self.filling += 1;
    }

    /// One more batch is in the store, and what it held can be found there.
    pub(super) fn settle(&mut self) {
        self.settled += 1;
        let settled = self.settled;
        self.cases.retain(|_, batch| *batch >= settled);
        self.subjects.retain(|_, (_, _, batch)| *batch >= settled);
    }
}

pub(super) struct Reader<'a> {
    service: &'a Service,
    pub(super) on_way: OnWay,
    rulebooks: HashMap<Digest, crate::store::Digest>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(service: &'a Service) -> Self {
        Self { service, on_way: OnWay::default(), rulebooks: HashMap::new() }
    }

    /// Does the line speak of a case, or need the dossier of a subject, that is still on its way?
    fn meets_on_way(&self, text: &[u8]) -> bool {
        if self.on_way.cases.is_empty() {
            return false;
        }
        let Ok(key) = serde_json::from_slice::<Key>(text) else { return false };
        if self.on_way.cases.contains_key(&key.id) {
            return true;
        }
        let needs_dossier = self.service.library().specs().level(&key.lep).is_some_and(|f| f.level.access.is_some());
        needs_dossier
            && subject_request(&key.soggetto)
                .and_then(|s| subject_code(&s).map_err(|e| e.to_string()))
                .is_ok_and(|(kind, code)| self.on_way.subjects.contains_key(&(kind, code.as_str().to_owned())))
    }

    /// What is still on its way must be in the store before it can be recognised.
    pub(super) fn settle_before(
        &mut self,
        text: &[u8],
        batch: &mut Batch,
        bytes: u64,
        (send, told, sent): (&SyncSender<(Batch, u64)>, &Receiver<()>, &mut usize),
    ) -> Result<(), StoreError> {
        if !self.meets_on_way(text) {
            return Ok(());
        }
        flush(batch, bytes, send, sent, &mut self.on_way)?;
        while *sent > 0 {
            settle(told, sent, &mut self.on_way);
        }
        Ok(())
    }

    pub(super) fn prepare(&mut self, text: &[u8]) -> Result<(Option<String>, Prepared), StoreError> {
        if let Err(error) = std::str::from_utf8(text) {
            let at = error.valid_up_to() + 1;
            return Ok((None, refused(&format!("la riga non è in UTF-8 (byte {at})"))));
        }
        // An array would be read as an object whose fields have no names.
        if !text.trim_ascii_start().starts_with(b"{") {
            return Ok((None, refused("la riga non è un oggetto JSON: comincia con `{`")));
        }
        let line = match serde_json::from_slice::<CaseLine>(text) {
            Ok(line) => line,
            Err(error) => {
                // The id, if it can be read at all, says which case it was.
                let id = serde_json::from_slice::<IdOnly>(text).ok().map(|line| line.id);
                return Ok((id, refused(&format!("la riga non si legge: {}", json_fault(&error)))));
            }
        };
        let id = line.id.clone();
        match self.prepare_case(line) {
            Ok(prepared) => Ok((Some(id), prepared)),
            Err(Stop::Refused(reason)) => Ok((Some(id), refused(&reason))),
            Err(Stop::World(error)) => Err(error),
        }
    }

    fn prepare_case(&mut self, mut line: CaseLine) -> Result<Prepared, Stop> {
        if line.id.trim().is_empty() {
            return Err("`id` è vuoto: serve l'identificativo della pratica nel sistema di origine".to_owned().into());
        }
        let Some(Event { on: opened, kind: EventKind::CaseOpened(_), .. }) = line.eventi.first() else {
            return Err("la storia deve cominciare con l'evento `aperta`".to_owned().into());
        };
        let opened = *opened;
        let today = self.service.today();
        if opened > today {
            return Err(format!(
                "la pratica risulta aperta il {opened}, un giorno che non è ancora venuto (oggi è il {today})"
            )
            .into());
        }
        if let Some(head) = self.service.store.case_by_external(&line.id)? {
            return self.again(&head, &line);
        }
        if let Some(head) = self.case_of_ours(&line.id)? {
            return self.again(&head, &line);
        }
        let rulebook = match &line.regolamento {
            Some(digest) => self.named(digest, &line, opened)?,
            None => self.service.current(&line.lep, line.regione.as_deref(), opened)?,
        };
        let (kind, code) = subject_code(&subject_request(&line.soggetto)?)?;
        check_audience(&rulebook, kind)?;
        let (subject, new_subject) = self.subject(kind, code.as_str(), line.soggetto.nome.take())?;
        let digest = match self.rulebooks.get(&self.service.digest_of(&rulebook)) {
            Some(known) => *known,
            None => {
                let digest = self.service.pin(&rulebook)?;
                self.rulebooks.insert(digest, digest);
                digest
            }
        };
        if let Some(EventKind::CaseOpened(opening)) = line.eventi.first_mut().map(|e| &mut e.kind) {
            opening.subject = subject.to_string().into();
            opening.level = rulebook.level.as_str().into();
            opening.region = line.regione.as_deref().map(Arc::from);
            opening.office = line.sede.as_deref().map(Arc::from);
            opening.rulebook = digest.to_string().into();
            if opening.dossier.is_empty() && rulebook.access.is_some() && line.regolamento.is_none() {
                opening.dossier = self.service.dossier(subject)?;
            }
        }
        let mut case = fold(&rulebook, &line.eventi);
        if line.regolamento.is_none() {
            line.eventi.extend(spoken(&rulebook, &mut case));
        }
        let found = findings(&rulebook, &case, self.service.today()).findings.len();
        self.on_way.cases.insert(line.id.clone(), self.on_way.filling);
        let write = CaseWrite {
            subject: new_subject,
            action: CaseAction::Open(NewCase {
                id: Service::new_id(),
                subject,
                level: rulebook.level.clone(),
                region: line.regione,
                office: line.sede,
                rulebook: digest,
                external: Some(line.id),
            }),
            stamp: self.service.stamp(),
            events: line.eventi.iter().map(new_event).collect(),
            state: state_word(&case).to_owned(),
            desk: None,
            answer: None,
        };
        Ok(Prepared::Write { write: Box::new(write), extends: false, findings: found })
    }

    /// A case that was exported from this very store, under its own id.
    fn case_of_ours(&self, id: &str) -> Result<Option<CaseHead>, StoreError> {
        let Some(case) = Uuid::parse_str(id).ok().filter(|case| case.to_string() == id) else { return Ok(None) };
        Ok(self.service.store.case_head(case)?.filter(|head| head.external.is_none()))
    }

    /// The rulebook a line names: the one kept with the cases, or the one that the specifications give. Never another: a
    /// case runs on the law it was opened under, or not at all.
    fn named(&self, digest: &str, line: &CaseLine, opened: Day) -> Result<Arc<Rulebook>, Stop> {
        let wanted = |rulebook: &Rulebook| rulebook.level == line.lep && rulebook.region == line.regione;
        let parsed = digest.parse::<Digest>().map_err(|_| format!("`regolamento` non è un'impronta: `{digest}`"))?;
        self.service.borrow(&parsed)?;
        if self.service.store.rulebook(&parsed)?.is_some() {
            let kept = self.service.pinned(&parsed)?;
            if !wanted(&kept) {
                return Err(format!("il regolamento `{digest}` è di un altro livello o di un'altra regione").into());
            }
            return Ok(kept);
        }
        let current = self.service.current(&line.lep, line.regione.as_deref(), opened)?;
        if self.service.digest_of(&current) != parsed {
            return Err("la pratica era stata aperta con un regolamento che né questo archivio né queste specifiche hanno: importa con le specifiche di allora, oppure togli `regolamento` dalla riga perché valgano queste"
                .to_owned()
                .into());
        }
        Ok(current)
    }

    /// A line whose case is in the store: the same history, a longer one, or another one.
    fn again(&mut self, head: &CaseHead, line: &CaseLine) -> Result<Prepared, Stop> {
        let other = |what: &str| Stop::Refused(format!("la pratica `{}` è già nella base dati con {what}", line.id));
        if head.level != line.lep {
            return Err(other("un altro livello"));
        }
        let (kind, code) = subject_code(&subject_request(&line.soggetto)?)?;
        let subject = self.service.store.subject(head.subject)?;
        if subject.is_none_or(|subject| subject.kind != kind || subject.tax_code != code.as_str()) {
            return Err(other("un altro soggetto"));
        }
        if head.region != line.regione || head.office != line.sede {
            return Err(other("un'altra regione o un'altra sede"));
        }
        if line.regolamento.as_ref().is_some_and(|digest| *digest != head.rulebook.to_string()) {
            return Err(other("un altro regolamento"));
        }
        let stored = self.service.store.events(head.id)?;
        let rulebook = self.service.pinned(&head.rulebook)?;
        let mut aligned = aligned(&stored, &line.eventi);
        if let Some(sequence) = aligned.differs_at {
            return Err(other(&format!("un'altra storia, diversa dall'evento {sequence}")));
        }
        if aligned.more.is_empty() {
            return Ok(Prepared::Done(ImportOutcome::Present { case: head.id }));
        }
        let (_, mut case) = Service::fold(&rulebook, head.id, &stored)?;
        aligned.more.iter().for_each(|event| apply(&mut case, &rulebook, event));
        if line.regolamento.is_none() {
            aligned.more.extend(spoken(&rulebook, &mut case));
        }
        let more = aligned.more;
        let found = findings(&rulebook, &case, self.service.today()).findings.len();
        let events: Vec<NewEvent> = more.iter().map(new_event).collect();
        self.on_way.cases.insert(line.id.clone(), self.on_way.filling);
        let write = CaseWrite {
            subject: None,
            action: CaseAction::Append { case: head.id, expected: head.sequence },
            stamp: self.service.stamp(),
            events,
            state: state_word(&case).to_owned(),
            desk: None,
            answer: None,
        };
        Ok(Prepared::Write { write: Box::new(write), extends: true, findings: found })
    }

    /// The subject's id; a subject to be put when it is new.
    fn subject(
        &mut self,
        kind: SubjectKind,
        code: &str,
        name: Option<String>,
    ) -> Result<(Uuid, Option<NewSubject>), StoreError> {
        let key = (kind, code.to_owned());
        let tax_code = code.to_owned();
        let filling = self.on_way.filling;
        if let Some((id, known, batch)) = self.on_way.subjects.get_mut(&key) {
            // A line that gives no name does not take away the one that another gave.
            *known = name.or(known.take());
            *batch = filling;
            return Ok((*id, Some(NewSubject { id: *id, kind, tax_code, name: known.clone() })));
        }
        if let Some(known) = self.service.store.subject_by_tax_code(kind, code)? {
            let renamed = name.is_some() && name != known.name;
            let put = renamed.then(|| NewSubject { id: known.id, kind, tax_code, name: name.clone() });
            return Ok((known.id, put));
        }
        let id = Service::new_id();
        self.on_way.subjects.insert(key, (id, name.clone(), filling));
        Ok((id, Some(NewSubject { id, kind, tax_code, name })))
    }
}

/// What the scripts of the region have to say of a history that has just been read, dated on its last day.
fn spoken(rulebook: &Rulebook, case: &mut Case) -> Vec<Event> {
    let Some(on) = case.latest.filter(|_| !rulebook.scripts.is_empty()) else { return Vec::new() };
    let said = speak(rulebook, case, on);
    said.iter().for_each(|event| apply(case, rulebook, event));
    said
}

pub(super) fn refused(reason: &str) -> Prepared {
    Prepared::Done(ImportOutcome::Refused { reason: reason.to_owned() })
}

/// Why a service could not take a line, in one sentence.
fn service_words(error: &ServiceError) -> String {
    match error {
        ServiceError::NoRulebook { level, region, reason } => match reason {
            NoRulebook::UnknownLevel => format!("il livello `{level}` non esiste"),
            NoRulebook::UnknownRegion => {
                format!("la regione `{}` non è nel catalogo", region.as_deref().unwrap_or_default())
            }
            NoRulebook::NotInForce { .. } => {
                format!("il livello `{level}` non è in vigore il giorno dell'apertura")
            }
            NoRulebook::Faulty(_) => format!("la specifica del livello `{level}` ha errori: usa `lepre check`"),
        },
        other => other.to_string(),
    }
}
