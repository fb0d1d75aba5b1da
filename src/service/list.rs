// SPDX-License-Identifier: EUPL-1.2
//! The cases of an office, each with what it waits for: the one with the least time left first.

use std::ops::ControlFlow;

use uuid::Uuid;

use crate::calendar::Day;
use crate::engine::{Agenda, Case, agenda};
use crate::rulebook::{Bound, Rulebook};
use crate::spec::level::Field;
use crate::spec::scenario::TermStateWord;
use crate::store::{CaseHead, History};
use crate::tax_code::TaxCode;

use super::find::{beginning, telling};
use super::{Service, ServiceError, state_word};

/// What a case waits for, the most pressing first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Next {
    /// The case cannot be read.
    Trouble { why: String },
    /// The last useful day has passed.
    Overdue { on: Day, what: String },
    /// Something must be done by that day.
    By { on: Day, what: String },
    /// Something can be done now, and no term presses.
    Ready { what: String },
    /// What was done is not registered yet.
    Registration { what: String },
    /// Facts that nobody has supplied.
    Awaits { facts: Vec<String> },
    /// Everything due is done: the case can be concluded.
    Closable,
    /// A case that owes nothing.
    Nothing,
}

/// A case in one line.
#[derive(Clone, Debug)]
pub struct CaseRow {
    pub id: Uuid,
    /// What is enough to name it: its id in the system it came from, or the beginning of its own.
    pub handle: String,
    pub level: String,
    /// Name of the subject, or the end of its tax code.
    pub subject: String,
    pub state: String,
    pub closed: bool,
    pub opened_on: Option<Day>,
    pub events: u32,
    pub external: Option<String>,
    pub next: Next,
}

impl Service {
    /// The cases as they stand on a day, open ones first, what presses most first.
    ///
    /// # Errors
    /// Trouble with the store as a whole; trouble with one case is that case's [`Next`].
    pub fn list(&self, on: Day) -> Result<Vec<CaseRow>, ServiceError> {
        let mut rows: Vec<CaseRow> = Vec::new();
        let mut stopped = None;
        self.store.for_each_case(&mut |head, stored| {
            match self.row(head, stored, on) {
                Ok(row) => rows.extend(row),
                Err(error) => {
                    stopped = Some(error);
                    return ControlFlow::Break(());
                }
            }
            ControlFlow::Continue(())
        })?;
        if let Some(error) = stopped {
            return Err(error);
        }
        name(&mut rows);
        rows.sort_by(|a, b| (a.closed, &a.next, a.id).cmp(&(b.closed, &b.next, b.id)));
        Ok(rows)
    }

    fn row(&self, head: CaseHead, stored: History<'_>, on: Day) -> Result<Option<CaseRow>, ServiceError> {
        let opened_on = Day::from_number(head.opened_on);
        if on < self.today() && opened_on.is_some_and(|opened| opened > on) {
            return Ok(None);
        }
        let read = stored.map_err(ServiceError::from).and_then(|stored| {
            let rulebook = self.pinned(&head.rulebook)?;
            let (_, case) = self.fold_to(&rulebook, head.id, stored, on)?;
            Ok((rulebook, case))
        });
        let (state, closed, next) = match read {
            Ok((rulebook, case)) => {
                let next = next(&rulebook, &case, &agenda(&rulebook, &case, on));
                (state_word(&case).to_owned(), case.closed.is_some(), next)
            }
            Err(error) if error.stops_all() => return Err(error),
            Err(error) => (head.state, false, Next::Trouble { why: error.to_string() }),
        };
        Ok(Some(CaseRow {
            id: head.id,
            handle: String::new(),
            level: head.level,
            subject: self.subject_name(head.subject)?,
            state,
            closed,
            opened_on,
            events: head.sequence,
            external: head.external,
            next,
        }))
    }

    /// The name of a subject, or its tax code with all but the end hidden.
    ///
    /// # Errors
    /// Trouble with the store.
    pub fn subject_name(&self, subject: Uuid) -> Result<String, ServiceError> {
        let Some(subject) = self.store.subject(subject)? else { return Ok(String::new()) };
        let masked = || TaxCode::person(&subject.tax_code).map(|code| code.masked()).unwrap_or_default();
        Ok(subject.name.filter(|name| !name.trim().is_empty()).unwrap_or_else(masked))
    }
}

/// Gives each case the shortest name that is its own. The rows are in the order of their ids.
fn name(rows: &mut [CaseRow]) {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    for (at, row) in rows.iter_mut().enumerate() {
        let before = at.checked_sub(1).and_then(|before| ids.get(before)).copied();
        let after = ids.get(at + 1).copied();
        let own = || beginning(row.id, telling(row.id, [before, after]));
        row.handle = row.external.clone().unwrap_or_else(own);
    }
}

pub(super) fn next(rulebook: &Rulebook, case: &Case, agenda: &Agenda) -> Next {
    let id = |index| rulebook.item(index).map(|item| item.id.clone()).unwrap_or_default();
    let duties = agenda.duties.iter().filter_map(|duty| duty.term.map(|(_, standing)| (standing, id(duty.item))));
    let others = agenda.other_terms.iter().filter_map(|(position, standing)| {
        let term = rulebook.terms.get(usize::from(*position))?;
        (term.bound == Bound::Within).then(|| (*standing, term.id.clone()))
    });
    let ends = duties.chain(others).filter_map(|(standing, what)| Some((standing.due?, standing.state, what)));
    let soonest = ends.min_by(|a, b| (a.0, &a.2).cmp(&(b.0, &b.2)));
    let ready = agenda.duties.iter().find(|duty| duty.blocked_by.is_empty()).or(agenda.duties.first());
    match (soonest, ready, agenda.registrations.first()) {
        (Some((on, TermStateWord::Broken, what)), ..) => Next::Overdue { on, what },
        (Some((on, _, what)), ..) => Next::By { on, what },
        (None, Some(duty), _) => Next::Ready { what: id(duty.item) },
        (None, None, Some(item)) => Next::Registration { what: id(*item) },
        (None, None, None) if !agenda.awaited.is_empty() => {
            let facts = agenda.awaited.iter().filter_map(|a| rulebook.fact(a.fact)).map(|fact| fact.name.clone());
            Next::Awaits { facts: facts.collect() }
        }
        (None, None, None) if case.closed.is_none() && !rulebook.is_missing(Field::Outputs) => Next::Closable,
        _ => Next::Nothing,
    }
}
