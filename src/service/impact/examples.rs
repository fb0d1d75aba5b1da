// SPDX-License-Identifier: EUPL-1.2
//! The first cases of each kind of change, with how they stand before and after, in words.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::calendar::Day;
use crate::engine::{
    Case, Check, finding_words, findings, obligations, registration_owed, standing_words, term_standing,
};
use crate::rulebook::Rulebook;
use crate::service::{Service, ServiceError};
use crate::spec::scenario::Gravity;
use crate::value::Truth;

use super::compare::{Side, Verdict, What};
use super::laws::Laws;
use super::look::played;

/// A case in which something changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    pub case: Uuid,
    /// Its id in the system it came from.
    pub external: Option<String>,
    pub before: String,
    pub after: String,
}

/// A case under both laws.
struct Played {
    external: Option<String>,
    before: (Case, Check),
    after: (Case, Check),
}

/// Makes the words of examples; a case that is in several is read once.
pub(super) struct Teller<'a> {
    service: &'a Service,
    on: Day,
    known: BTreeMap<(usize, u128), Played>,
}

impl<'a> Teller<'a> {
    pub fn new(service: &'a Service, on: Day) -> Self {
        Self { service, on, known: BTreeMap::new() }
    }

    /// # Errors
    /// Trouble with the store, or an event that cannot be read.
    pub fn example(&mut self, task: usize, laws: &Laws, what: What, id: u128) -> Result<Example, ServiceError> {
        let case = Uuid::from_u128(id);
        let on = self.on;
        let played = match self.known.entry((task, id)) {
            std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::btree_map::Entry::Vacant(place) => {
                let head = self.service.store().case_head(case)?;
                let (before, after) = played(self.service, case, laws, on)?;
                let checks = (findings(&laws.before, &before, on), findings(&laws.after, &after, on));
                let external = head.and_then(|head| head.external);
                place.insert(Played { external, before: (before, checks.0), after: (after, checks.1) })
            }
        };
        let words = |side, (case, check): &(Case, Check)| words(laws, side, what, case, check, on);
        Ok(Example {
            case,
            external: played.external.clone(),
            before: words(Side::Before, &played.before),
            after: words(Side::After, &played.after),
        })
    }
}

/// How what changes stands on one side.
fn words(laws: &Laws, side: Side, what: What, case: &Case, check: &Check, on: Day) -> String {
    let law = laws.law(side);
    match what {
        What::Verdict { .. } => verdict_words(law, case, check),
        What::Finding { gravity, kind, item, term, .. } => {
            let found = check.findings.iter().find(|finding| {
                finding.kind == kind
                    && finding.gravity == gravity
                    && finding.item.map(|item| laws.items.place(side, item)) == item
                    && finding.term.map(|term| laws.terms.place(side, term)) == term
            });
            found.map_or_else(|| "nessun rilievo".to_owned(), |finding| finding_words(law, case, finding))
        }
        What::Term { at, .. } => {
            let term = laws.terms.index(side, at).and_then(|at| law.terms.get(usize::from(at)));
            let Some(term) = term else { return "non c'è nel livello".to_owned() };
            let standing = term_standing(law, case, term, on);
            match standing.applies {
                Truth::False => "non si applica".to_owned(),
                Truth::NotKnown => "non si sa se si applica".to_owned(),
                Truth::True => standing_words(term, &standing),
            }
        }
        What::Duty { at, registration, .. } => duty_words(laws, side, at, registration, case).to_owned(),
    }
}

/// The verdict with the first thing that decides it.
fn verdict_words(law: &Rulebook, case: &Case, check: &Check) -> String {
    let verdict = Verdict::of(check.conformity, &check.findings);
    let breaches: Vec<_> = check.findings.iter().filter(|finding| finding.gravity == Gravity::Breach).collect();
    if let Some(first) = breaches.first() {
        let more = match breaches.len() - 1 {
            0 => String::new(),
            1 => ", e un'altra violazione".to_owned(),
            more => format!(", e altre {more} violazioni"),
        };
        return format!("{}: {}{more}", verdict.words(), finding_words(law, case, first));
    }
    let why = if verdict == Verdict::Pending { open_words(law, case) } else { None };
    why.map_or_else(|| verdict.words().to_owned(), |why| format!("{}: {why}", verdict.words()))
}

/// What is still to be done, or else to be registered.
fn open_words(law: &Rulebook, case: &Case) -> Option<String> {
    let items = (0..).zip(&law.items).zip(obligations(law, case));
    let undone = items.filter(|((index, _), due)| due.is_true() && !case.is_done(law, *index));
    let undone: Vec<String> = undone.map(|((_, item), _)| format!("`{}`", item.id)).collect();
    let unregistered = (0..).zip(&law.items).filter(|(index, _)| registration_owed(law, case, *index).is_true());
    let unregistered: Vec<String> = unregistered.map(|(_, item)| format!("`{}`", item.id)).collect();
    match (undone.is_empty(), unregistered.is_empty()) {
        (false, _) => Some(format!("da fare {}", undone.join(", "))),
        (true, false) => Some(format!("da registrare {}", unregistered.join(", "))),
        (true, true) => None,
    }
}

fn duty_words(laws: &Laws, side: Side, at: u16, registration: bool, case: &Case) -> &'static str {
    let law = laws.law(side);
    let Some((index, item)) = laws.items.index(side, at).and_then(|index| Some((index, law.item(index)?))) else {
        return "non c'è nel livello";
    };
    let state = case.item(index);
    if registration {
        let when = item.registration.as_ref().map(|registration| &registration.when);
        let owed = when.map_or(Truth::False, |when| {
            when.as_ref().map_or(Truth::True, |rule| rule.condition.evaluate(&case.facts))
        });
        let registered = state.is_some_and(|state| state.registered.is_some());
        return match owed {
            Truth::False => "registrazione non dovuta",
            Truth::NotKnown => "non si sa se la registrazione è dovuta",
            Truth::True if registered => "registrata",
            Truth::True if case.is_done(law, index) => "da registrare",
            Truth::True => "da registrare quando sarà fatta",
        };
    }
    let done = case.is_done(law, index);
    match obligations(law, case).get(usize::from(index)) {
        Some(Truth::True) if done => "dovuta, fatta",
        Some(Truth::True) => "dovuta, da fare",
        Some(Truth::NotKnown) => "non si sa se è dovuta",
        _ => "non dovuta",
    }
}
