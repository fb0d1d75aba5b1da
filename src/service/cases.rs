// SPDX-License-Identifier: EUPL-1.2
//! Opening a case, recording what happens, looking at it.

use std::sync::Arc;

use uuid::Uuid;

use crate::calendar::Day;
use crate::engine::{Case, Command, Event, Minute, Opening, PriorItem, apply, decide, fold, fold_to};
use crate::rulebook::Rulebook;
use crate::spec::level::Audience;
use crate::store::{
    CaseAction, CaseHead, CaseWrite, NewCase, NewSubject, StoreError, StoredEvent, Subject, SubjectKind,
};
use crate::tax_code::TaxCode;
use crate::value::{Datum, FactType};

use super::{Service, ServiceError, new_event, state_word};

/// Times a command is decided again when somebody else wrote in between. Each time somebody got on, so that this many
/// are met only where something is wrong.
const RETRIES: usize = 1_000;

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
        let on = request.on.unwrap_or_else(|| self.today());
        let rulebook = self.current(&request.level, request.region.as_deref(), on)?;
        let (kind, code) = subject_code(&request.subject)?;
        check_audience(&rulebook, kind)?;
        let mut left = RETRIES;
        loop {
            let known = self.store.subject_by_tax_code(kind, code.as_str())?;
            let write = self.opening(request, &rulebook, (kind, &code), known)?;
            self.pin(&rulebook)?;
            match self.store.append_batch(vec![write]).pop() {
                Some(Ok(head)) => return self.view(head.id),
                // Somebody else has registered the subject in between: it may have other cases by now.
                Some(Err(StoreError::DuplicateTaxCode { .. })) if left > 0 => left -= 1,
                Some(Err(error)) => return Err(error.into()),
                None => return Err(StoreError::Closed.into()),
            }
        }
    }

    /// What is written to open a case, once the engine has said yes.
    fn opening(
        &self,
        request: &OpenRequest,
        rulebook: &Arc<Rulebook>,
        (kind, code): (SubjectKind, &TaxCode),
        known: Option<Subject>,
    ) -> Result<CaseWrite, ServiceError> {
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
        let name = request.subject.name.clone().or_else(|| known.as_ref().and_then(|s| s.name.clone()));
        let tax_code = code.as_str().to_owned();
        let put = known.is_none_or(|known| known.name != name);
        Ok(CaseWrite {
            subject: put.then_some(NewSubject { id: subject, kind, tax_code, name }),
            action: CaseAction::Open(NewCase {
                id: Self::new_id(),
                subject,
                level: rulebook.level.clone(),
                region: request.region.clone(),
                office: request.office.clone(),
                rulebook: digest,
                external: None,
            }),
            stamp: self.stamp(),
            events: events.iter().map(new_event).collect(),
            state: state_word(&case).to_owned(),
            desk: None,
            answer: None,
        })
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
            let view = self.view(case)?;
            let mut after = view.case.clone();
            let mut recorded = view.events;
            let mut new = Vec::new();
            for event in events {
                let decided = decide(&view.rulebook, &after, &Command::Record(event.clone()), self.today())
                    .map_err(|refusals| ServiceError::Refused { refusals, rulebook: view.rulebook.clone() })?;
                for event in decided {
                    apply(&mut after, &view.rulebook, &event);
                    new.push(new_event(&event));
                    recorded.push(event);
                }
            }
            match self.store.append(case, view.head.sequence, self.stamp(), new, state_word(&after)) {
                Ok(head) => {
                    return Ok(CaseView { head, rulebook: view.rulebook, events: recorded, case: after });
                }
                Err(StoreError::Conflict { .. }) if left > 0 => left -= 1,
                Err(error) => return Err(error.into()),
            }
        }
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
