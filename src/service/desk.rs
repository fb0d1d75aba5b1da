// SPDX-License-Identifier: EUPL-1.2
//! What each case waits for, as a row for lists; and cases folded once and kept while nobody writes on them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

use crate::calendar::Day;
use crate::engine::{Meeting, MeetingState, Prospect, TermOutlook, agenda, outlook};
use crate::rulebook::{Bound, Target};
use crate::spec::scenario::TermStateWord;
use crate::store::{CaseHead, Desk, DeskCursor, DeskOrder, DeskQuery, Registry, StoreError, Subject};

use super::cases::CaseView;
use super::list::{Next, next};
use super::{Service, ServiceError};

/// Cases kept folded.
const KEPT: usize = 1_024;
/// Rows made again in one go.
const BATCH: u32 = 500;

/// Cases folded lately.
#[derive(Default)]
pub(super) struct Folded(Mutex<HashMap<Uuid, Arc<CaseView>>>);

/// A case in a list, with whom it is about.
#[derive(Clone, Debug)]
pub struct DeskRow {
    pub head: CaseHead,
    pub desk: Desk,
    pub subject: Subject,
    /// The term that will first be, or is, no longer keepable; only where somebody asked ([`Service::warn`]).
    pub warning: Option<Warning>,
}

/// A term that nothing lawful can keep any more, or will not be able to if nothing is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Warning {
    pub doomed: bool,
    pub from: Day,
}

impl Warning {
    fn of(seen: &TermOutlook) -> Option<Self> {
        Some(Self { doomed: seen.prospect == Prospect::Doomed, from: seen.doomed_from? })
    }
}

/// A term of an open case, with the day on which it ends.
#[derive(Clone, Debug)]
pub struct Ending {
    pub head: CaseHead,
    /// The row of the case, as if it had only this term.
    pub desk: Desk,
    /// Its name in the rulebook.
    pub term: String,
    pub warning: Option<Warning>,
}

impl Service {
    pub(super) fn registry(&self) -> Result<&dyn Registry, ServiceError> {
        // Only a front end asks for lists, and it has brought its registry.
        self.registry.as_deref().ok_or_else(|| StoreError::Closed.into())
    }

    /// A case as it stands now, folded once for each of its states.
    ///
    /// # Errors
    /// As [`Service::view`].
    pub fn case(&self, id: Uuid) -> Result<Arc<CaseView>, ServiceError> {
        let head = self.store.case_head(id)?.ok_or_else(|| ServiceError::UnknownCase(id.to_string()))?;
        let cache = || self.folded.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = cache().get(&id).filter(|known| known.head == head) {
            return Ok(known.clone());
        }
        let view = Arc::new(self.view(id)?);
        let mut cache = cache();
        if cache.len() >= KEPT && !cache.contains_key(&id) {
            // Any one of them: which does not matter, as long as it costs nothing to choose.
            let gone: Vec<Uuid> = cache.keys().take(KEPT / 8).copied().collect();
            for id in gone {
                cache.remove(&id);
            }
        }
        cache.insert(id, view.clone());
        Ok(view)
    }

    /// What a case waits for. Days are absolute: the row says the same tomorrow.
    pub fn desk(&self, view: &CaseView) -> Desk {
        let (head, case) = (&view.head, &view.case);
        let owed = agenda(&view.rulebook, case, self.today());
        let (kind, what, due_on) = match next(&view.rulebook, case, &owed) {
            Next::Trouble { why } => ("guasto", why, None),
            Next::Overdue { on, what } | Next::By { on, what } => ("entro", what, Some(on.number())),
            Next::Ready { what } => ("da-fare", what, None),
            Next::Registration { what } => ("registrazione", what, None),
            Next::Awaits { facts } => ("attende", facts.join(", "), None),
            Next::Closable => ("chiudibile", String::new(), None),
            Next::Nothing => ("niente", String::new(), None),
        };
        let called = case.meetings.iter().filter(|meeting| meeting.state == MeetingState::Called);
        let meeting = called.min_by_key(|meeting| (meeting.on, meeting.time));
        Desk {
            case: head.id,
            sequence: head.sequence,
            region: head.region.clone(),
            office: case.desk_office.as_deref().or(head.office.as_deref()).map(str::to_owned),
            operator: case.operator.as_deref().map(str::to_owned),
            level: head.level.clone(),
            closed: case.closed.is_some(),
            due_on,
            kind: kind.to_owned(),
            what,
            awaits: u32::try_from(owed.awaited.len()).unwrap_or(u32::MAX),
            registrations: u32::try_from(owed.registrations.len()).unwrap_or(u32::MAX),
            meeting_on: meeting.map(|meeting| meeting.on.number()),
            meeting_at: meeting.and_then(|meeting| meeting.time).map(crate::engine::Minute::minutes),
        }
    }

    /// The convocations of a case still to be held that fall in these days, both included.
    ///
    /// # Errors
    /// As [`Service::case`].
    pub fn meetings_between(&self, case: Uuid, from: Day, to: Day) -> Result<Vec<Meeting>, ServiceError> {
        let view = self.case(case)?;
        let called = |meeting: &&Meeting| meeting.state == MeetingState::Called && (from..=to).contains(&meeting.on);
        let mut found: Vec<Meeting> = view.case.meetings.iter().filter(called).cloned().collect();
        found.sort_by_key(|meeting| (meeting.on, meeting.time));
        Ok(found)
    }

    /// The terms of the chosen cases that end in these days, both included, and of those that ended the ones still to be
    /// met, the first to end first: all of them, where a row holds only the first of its case.
    ///
    /// # Errors
    /// Trouble with the store; a case that cannot be read has a row that says so, and no term here.
    pub fn endings(&self, chosen: &DeskQuery, from: Day, to: Day) -> Result<Vec<Ending>, ServiceError> {
        let query = DeskQuery { due_from: None, due_to: Some(to.number()), order: DeskOrder::Due, ..chosen.clone() };
        let (registry, mut after, mut found) = (self.registry()?, None, Vec::new());
        loop {
            let page = registry.desks(&query, after, BATCH)?;
            for (head, desk) in &page {
                match self.case(head.id) {
                    Ok(view) => found.extend(self.endings_of(&view, desk, from, to)),
                    Err(error) if error.stops_all() => return Err(error),
                    Err(_) => {}
                }
            }
            match page.last() {
                Some((_, last)) if page.len() == BATCH as usize => after = Some(DeskCursor::of(last, query.order)),
                _ => break,
            }
        }
        found.sort_by(|a: &Ending, b| (a.desk.due_on, a.head.id, &a.term).cmp(&(b.desk.due_on, b.head.id, &b.term)));
        Ok(found)
    }

    fn endings_of(&self, view: &CaseView, desk: &Desk, from: Day, to: Day) -> Vec<Ending> {
        let rulebook = &view.rulebook;
        let ending = |seen: TermOutlook| {
            let (term, on) = (rulebook.terms.get(usize::from(seen.term))?, seen.standing.due?);
            let lasts = match seen.standing.state {
                TermStateWord::Running => true,
                TermStateWord::Broken => seen.standing.met.is_none(),
                _ => false,
            };
            if !lasts || term.bound != Bound::Within || !(from..=to).contains(&on) {
                return None;
            }
            let item = match &term.target {
                Target::Done(target) | Target::Started(target) => rulebook.item(target.index),
                Target::Closing => None,
            };
            let what = item.map_or(&term.id, |item| &item.id).clone();
            let desk = Desk { due_on: Some(on.number()), kind: "entro".to_owned(), what, ..desk.clone() };
            Some(Ending { head: view.head.clone(), desk, term: term.id.clone(), warning: Warning::of(&seen) })
        };
        outlook(rulebook, &view.case, self.today()).into_iter().filter_map(ending).collect()
    }

    /// Some of them as rows of a list.
    ///
    /// # Errors
    /// Trouble with the store.
    pub fn ending_rows(&self, endings: &[Ending]) -> Result<Vec<DeskRow>, ServiceError> {
        let row = |ending: &Ending| {
            let Ending { head, desk, warning, .. } = ending.clone();
            let subject = self.store.subject(head.subject)?;
            let subject = subject.ok_or(StoreError::UnknownSubject { subject: head.subject })?;
            Ok(DeskRow { head, desk, subject, warning })
        };
        endings.iter().map(row).collect()
    }

    /// One page of a list, and where the next begins.
    ///
    /// # Errors
    /// Trouble with the store.
    pub fn rows(
        &self,
        query: &DeskQuery,
        after: Option<DeskCursor>,
        limit: u32,
    ) -> Result<(Vec<DeskRow>, Option<DeskCursor>), ServiceError> {
        let mut found = self.registry()?.desks(query, after, limit.saturating_add(1))?;
        let more = found.len() > limit as usize;
        found.truncate(limit as usize);
        let next = more.then(|| found.last().map(|(_, desk)| DeskCursor::of(desk, query.order))).flatten();
        let mut rows = Vec::with_capacity(found.len());
        for (head, desk) in found {
            let subject = self.store.subject(head.subject)?;
            let subject = subject.ok_or(StoreError::UnknownSubject { subject: head.subject })?;
            rows.push(DeskRow { head, desk, subject, warning: None });
        }
        Ok((rows, next))
    }

    /// Looks ahead for the rows of a page: which have a term that can no longer be kept, or soon will not.
    ///
    /// # Errors
    /// Trouble with the store; a case that cannot be read has no warning, and its row says so already.
    pub fn warn(&self, rows: &mut [DeskRow]) -> Result<(), ServiceError> {
        let today = self.today();
        for row in rows {
            let view = match self.case(row.head.id) {
                Ok(view) => view,
                Err(error) if error.stops_all() => return Err(error),
                Err(_) => continue,
            };
            let seen = outlook(&view.rulebook, &view.case, today);
            row.warning = seen.iter().filter_map(Warning::of).min_by_key(|warning| warning.from);
        }
        Ok(())
    }

    /// Makes again the rows of cases written by whoever makes none: an import, another program. Gives how many.
    ///
    /// # Errors
    /// Trouble with the store; a case that cannot be read has a row that says so.
    pub fn catch_up(&self) -> Result<u64, ServiceError> {
        let (registry, mut after, mut made) = (self.registry()?, None, 0);
        loop {
            let stale = registry.stale_cases(after, BATCH)?;
            let Some(last) = stale.last().copied() else { return Ok(made) };
            let mut desks = Vec::with_capacity(stale.len());
            for id in stale {
                match self.view(id) {
                    Ok(view) => desks.push(self.desk(&view)),
                    Err(error) if error.stops_all() => return Err(error),
                    Err(error) => desks.extend(self.troubled(id, &error)?),
                }
            }
            made += desks.len() as u64;
            registry.put_desks(desks)?;
            after = Some(last);
        }
    }

    /// The row of a case that cannot be read: it must be seen, not hidden.
    fn troubled(&self, id: Uuid, error: &ServiceError) -> Result<Option<Desk>, ServiceError> {
        Ok(self.store.case_head(id)?.map(|head| Desk {
            case: id,
            sequence: head.sequence,
            region: head.region,
            office: head.office,
            level: head.level,
            kind: "guasto".to_owned(),
            what: error.to_string(),
            ..Desk::default()
        }))
    }
}
