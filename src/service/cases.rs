// SPDX-License-Identifier: EUPL-1.2
//! Opening a case, recording what happens, looking at it.

use std::sync::Arc;

use uuid::Uuid;

use crate::calendar::Day;
use crate::engine::{Case, Command, Event, Minute, Opening, PriorItem, apply, decide, fold, fold_to};
use crate::rulebook::Rulebook;
use crate::spec::level::Audience;
use crate::store::{
    Answer, CaseAction, CaseHead, CaseWrite, NewCase, NewSubject, StoreError, StoredEvent, Subject, SubjectKind,
};
use crate::tax_code::TaxCode;
use crate::value::{Datum, FactType};

use super::{Service, ServiceError, new_event, state_word};

/// Times a command is decided again when somebody else wrote in between. Each time somebody got on, so that this many
/// are met only where something is wrong.
const RETRIES: usize = 1_000;

/// Makes the answer to a request from the case as it is once the request is carried out.
pub type Answering<'a> = &'a dyn Fn(&CaseView) -> Answer;

/// Whom a case is about, as typed.
#[derive(Clone, Debug)]
pub struct SubjectRequest {
    pub kind: SubjectKind,
    /// *Codice fiscale* or *partita IVA*.
    pub tax_code: String,
    pub name: Option<String>,
}

/// What is needed to open a case.
#[derive(Clone, Debug)]
pub struct OpenRequest {
    pub level: String,
    pub subject: SubjectRequest,
    pub region: Option<String>,
    pub office: Option<String>,
    /// None: today.
    pub on: Option<Day>,
    pub time: Option<Minute>,
    /// First facts, as name and what was typed.
    pub facts: Vec<(String, String)>,
}

/// A case as it stands in the store, folded.
#[derive(Clone, Debug)]
pub struct CaseView {
    pub head: CaseHead,
    pub rulebook: Arc<Rulebook>,
    pub events: Vec<Event>,
    pub case: Case,
}

/// One line of a history: the event, when and by whom it was recorded, and whether it was corrected away.
#[derive(Clone, Debug)]
pub struct HistoryLine {
    pub stored: StoredEvent,
    pub event: Event,
    pub voided: bool,
}

impl Service {
    /// Opens a case for a subject, known by its tax code or registered now, case and subject in one write.
    ///
    /// # Errors
    /// A wrong tax code, a level that cannot be used, a refusal of the engine, trouble with the store. Neither the case
    /// nor the subject is written.
    pub fn open(&self, request: &OpenRequest) -> Result<CaseView, ServiceError> {
        self.open_with(request, None)
    }

    /// As [`Service::open`], with the answer that whoever asks the same again is given.
    ///
    /// # Errors
    /// As [`Service::open`]; [`StoreError::AlreadyAnswered`] if it was asked before, and then nothing is written.
    pub fn open_with(&self, request: &OpenRequest, answer: Option<Answering<'_>>) -> Result<CaseView, ServiceError> {
        let on = request.on.unwrap_or_else(|| self.today());
        let rulebook = self.current(&request.level, request.region.as_deref(), on)?;
        let (kind, code) = subject_code(&request.subject)?;
        check_audience(&rulebook, kind)?;
        let mut left = RETRIES;
        loop {
            let known = self.store.subject_by_tax_code(kind, code.as_str())?;
            let (mut write, view) = self.opening(request, &rulebook, (kind, &code), known)?;
            write.answer = answer.map(|answer| answer(&view));
            let digest = self.pin(&rulebook)?;
            match self.store.append_batch(vec![write]).pop() {
                // What is stored serves, as it will when the case is read back.
                Some(Ok(head)) => return Ok(CaseView { head, rulebook: self.pinned(&digest)?, ..view }),
                // Somebody else has registered the subject in between: it may have other cases by now.
                Some(Err(StoreError::DuplicateTaxCode { .. })) if left > 0 => left -= 1,
                Some(Err(error)) => return Err(error.into()),
                None => return Err(StoreError::Closed.into()),
            }
        }
    }

    /// Would a case open? The rulebook it would stand on and the events it would begin with; nothing is written.
    ///
    /// # Errors
    /// As [`Service::open`].
    pub fn would_open(&self, request: &OpenRequest) -> Result<(Arc<Rulebook>, Vec<Event>), ServiceError> {
        let on = request.on.unwrap_or_else(|| self.today());
        let rulebook = self.current(&request.level, request.region.as_deref(), on)?;
        let (kind, code) = subject_code(&request.subject)?;
        check_audience(&rulebook, kind)?;
        let known = self.store.subject_by_tax_code(kind, code.as_str())?;
        let (_, view) = self.opening(request, &rulebook, (kind, &code), known)?;
        Ok((rulebook, view.events))
    }

    /// What is written to open a case, once the engine has said yes.
    fn opening(
        &self,
        request: &OpenRequest,
        rulebook: &Arc<Rulebook>,
        (kind, code): (SubjectKind, &TaxCode),
        known: Option<Subject>,
    ) -> Result<(CaseWrite, CaseView), ServiceError> {
        let today = self.today();
        let digest = self.digest_of(rulebook);
        let subject = known.as_ref().map_or_else(Self::new_id, |subject| subject.id);
        let dossier = if known.is_some() { self.dossier(subject)? } else { Vec::new() };
        let opening = Opening {
            subject: subject.to_string().into(),
            level: rulebook.level.as_str().into(),
            region: request.region.as_deref().map(Arc::from),
            office: request.office.as_deref().map(Arc::from),
            rulebook: digest.to_string().into(),
            dossier,
        };
        let facts = request.facts.iter().map(|(name, typed)| (Arc::from(name.as_str()), datum(rulebook, name, typed)));
        let on = request.on.unwrap_or(today);
        let command = Command::OpenCase { on, time: request.time, opening, facts: facts.collect() };
        let events = decide(rulebook, &Case::new(rulebook), &command, today)
            .map_err(|refusals| ServiceError::Refused { refusals, rulebook: rulebook.clone() })?;
        let case = fold(rulebook, &events);
        // A name that is kept already is corrected in the dossier, where it is said that all offices will see it.
        let name = known.as_ref().and_then(|s| s.name.clone()).or_else(|| request.subject.name.clone());
        let tax_code = code.as_str().to_owned();
        let put = known.is_none_or(|known| known.name != name);
        let head = CaseHead {
            id: Self::new_id(),
            subject,
            level: rulebook.level.clone(),
            region: request.region.clone(),
            office: request.office.clone(),
            rulebook: digest,
            external: None,
            opened_on: on.number(),
            state: state_word(&case).to_owned(),
            sequence: case.sequence(),
            // The store's to say.
            hash: [0; 32],
        };
        let view = CaseView { head, rulebook: rulebook.clone(), events, case };
        let write = CaseWrite {
            subject: put.then_some(NewSubject { id: subject, kind, tax_code, name }),
            action: CaseAction::Open(NewCase {
                id: view.head.id,
                subject,
                level: rulebook.level.clone(),
                region: request.region.clone(),
                office: request.office.clone(),
                rulebook: digest,
                external: None,
            }),
            stamp: self.stamp(),
            events: view.events.iter().map(new_event).collect(),
            state: view.head.state.clone(),
            desk: Some(self.desk(&view)),
            answer: None,
        };
        Ok((write, view))
    }

    /// Decides an event on a case and records it. When somebody else wrote in between, it is decided again.
    ///
    /// # Errors
    /// A refusal of the engine, or trouble with the store. Nothing is written.
    pub fn record(&self, case: Uuid, event: &Event) -> Result<CaseView, ServiceError> {
        self.record_all(case, std::slice::from_ref(event))
    }

    /// As [`Service::record`], for events that belong together: each is decided after the one before, and all are
    /// written or none.
    ///
    /// # Errors
    /// As [`Service::record`]; the refusal of the first that is refused.
    pub fn record_all(&self, case: Uuid, events: &[Event]) -> Result<CaseView, ServiceError> {
        let mut left = RETRIES;
        loop {
            let view = self.case(case)?;
            match self.recorded(&view, events, None) {
                Err(ServiceError::Store(StoreError::Conflict { .. })) if left > 0 => left -= 1,
                done => return done,
            }
        }
    }

    /// As [`Service::record_all`], for an author who has seen the case as it was after the event `expected`, with the
    /// answer that whoever asks the same again is given.
    ///
    /// # Errors
    /// As [`Service::record`]; [`StoreError::Conflict`] if the case has moved on; [`StoreError::AlreadyAnswered`] if it was
    /// asked before. Nothing is written.
    pub fn record_seen(
        &self,
        case: Uuid,
        expected: u32,
        events: &[Event],
        answer: Option<Answering<'_>>,
    ) -> Result<CaseView, ServiceError> {
        let view = self.case(case)?;
        if view.head.sequence != expected {
            return Err(StoreError::Conflict { case, expected, actual: view.head.sequence }.into());
        }
        self.recorded(&view, events, answer)
    }

    fn recorded(
        &self,
        view: &CaseView,
        events: &[Event],
        answer: Option<Answering<'_>>,
    ) -> Result<CaseView, ServiceError> {
        let rulebook = &view.rulebook;
        let mut after = CaseView { case: view.case.clone(), ..view.clone() };
        let mut new = Vec::new();
        for event in events {
            let decided = decide(rulebook, &after.case, &Command::Record(event.clone()), self.today())
                .map_err(|refusals| ServiceError::Refused { refusals, rulebook: rulebook.clone() })?;
            for event in decided {
                apply(&mut after.case, rulebook, &event);
                new.push(new_event(&event));
                after.events.push(event);
            }
        }
        state_word(&after.case).clone_into(&mut after.head.state);
        after.head.sequence = after.case.sequence();
        let action = CaseAction::Append { case: view.head.id, expected: view.head.sequence };
        let mut write = CaseWrite::new(action, self.stamp(), new, after.head.state.as_str());
        write.desk = Some(self.desk(&after));
        write.answer = answer.map(|answer| answer(&after));
        let head = self.store.append_batch(vec![write]).pop().unwrap_or(Err(StoreError::Closed))?;
        Ok(CaseView { head, ..after })
    }

    /// Reads a case back and folds it under the rulebook it is pinned to.
    ///
    /// # Errors
    /// An unknown case, an unreadable event or rulebook, trouble with the store.
    pub fn view(&self, case: Uuid) -> Result<CaseView, ServiceError> {
        let head = self.store.case_head(case)?.ok_or_else(|| ServiceError::UnknownCase(case.to_string()))?;
        let stored = self.store.events(case)?;
        let rulebook = self.pinned(&head.rulebook)?;
        let (events, folded) = Self::fold(&rulebook, case, &stored)?;
        Ok(CaseView { head, rulebook, events, case: folded })
    }

    /// As [`Service::view`], as the case stood at the end of a past day.
    ///
    /// # Errors
    /// As [`Service::view`].
    pub fn view_on(&self, case: Uuid, on: Day) -> Result<CaseView, ServiceError> {
        let mut view = self.view(case)?;
        if on < self.today() {
            view.case = fold_to(&view.rulebook, &view.events, on);
            view.head.state = state_word(&view.case).to_owned();
        }
        Ok(view)
    }

    /// The history of a case, every recorded event of it.
    ///
    /// # Errors
    /// As [`Service::view`].
    pub fn history(&self, view: &CaseView) -> Result<Vec<HistoryLine>, ServiceError> {
        let stored = self.store.events(view.head.id)?;
        let lines = stored.into_iter().zip(&view.events).map(|(stored, event)| HistoryLine {
            voided: view.case.is_voided(stored.sequence),
            stored,
            event: event.clone(),
        });
        Ok(lines.collect())
    }

    /// What the other cases of a subject hold: every item with its first completion.
    pub(super) fn dossier(&self, subject: Uuid) -> Result<Vec<PriorItem>, ServiceError> {
        let mut dossier = Vec::new();
        for head in self.store.cases_of_subject(subject)? {
            let rulebook = self.pinned(&head.rulebook)?;
            let (_, case) = Self::fold(&rulebook, head.id, &self.store.events(head.id)?)?;
            for (item, state) in rulebook.items.iter().zip(&case.items) {
                dossier.extend(state.first.map(|first| PriorItem {
                    level: rulebook.level.as_str().into(),
                    item: item.id.as_str().into(),
                    on: first.on,
                }));
            }
        }
        Ok(dossier)
    }
}

/// What was typed for a fact, read with the type the rulebook gives it.
pub(super) fn datum(rulebook: &Rulebook, name: &str, typed: &str) -> Datum {
    let kind = rulebook.fact_slot(name).and_then(|slot| rulebook.fact(slot)).map(|fact| fact.kind);
    Datum::typed(typed, kind.unwrap_or(FactType::Text))
}

impl CaseView {
    /// What was typed for a fact of this case.
    pub fn datum(&self, name: &str, typed: &str) -> Datum {
        datum(&self.rulebook, name, typed)
    }
}

/// Checks the code of a subject.
pub(super) fn subject_code(subject: &SubjectRequest) -> Result<(SubjectKind, TaxCode), ServiceError> {
    let code = match subject.kind {
        SubjectKind::Person => TaxCode::person(&subject.tax_code)?,
        SubjectKind::Company => TaxCode::company(&subject.tax_code)?,
    };
    Ok((subject.kind, code))
}

/// A level for persons is not opened for a company, nor the other way round.
pub(super) fn check_audience(rulebook: &Rulebook, kind: SubjectKind) -> Result<(), ServiceError> {
    let words = |audience: Audience| if audience == Audience::Person { "le persone" } else { "le imprese" };
    let given = if kind == SubjectKind::Person { Audience::Person } else { Audience::Company };
    if rulebook.audience == given {
        return Ok(());
    }
    Err(ServiceError::Audience {
        level: rulebook.level.clone(),
        expected: words(rulebook.audience),
        given: words(given),
    })
}
