// SPDX-License-Identifier: EUPL-1.2
//! What follows from the facts of a case: what is due, which terms apply, who has access. Very many cases share one
//! situation.

use crate::condition::Condition;
use crate::rulebook::{Obligation, Rulebook};
use crate::value::{Truth, Value};

use super::super::case::Case;
use super::super::standing::{access_over, obligations};
use super::Program;

/// Answers over the facts, as masks by item and by term.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Situation {
    pub due: u64,
    pub due_unknown: u64,
    /// Items whose registration is owed once they are done.
    pub registered: u64,
    pub registered_unknown: u64,
    /// Terms that do not apply, and those of which it is not known.
    pub not_applying: u64,
    pub applying_unknown: u64,
    /// With all that is required in the dossier, and without.
    pub access_met: Option<bool>,
    pub access_unmet: Option<bool>,
}

/// Which facts some condition of a check reads.
pub(super) fn read_facts(rulebook: &Rulebook) -> Vec<bool> {
    let mut read = vec![false; rulebook.facts.len()];
    let mut visit = |condition: &Condition| {
        condition.facts(&mut |slot| {
            if let Some(flag) = read.get_mut(usize::from(slot)) {
                *flag = true;
            }
        });
    };
    for item in &rulebook.items {
        if let Obligation::When(rule) = &item.obligation {
            visit(&rule.condition);
        }
        if let Some(rule) = item.registration.as_ref().and_then(|r| r.when.as_ref()) {
            visit(&rule.condition);
        }
    }
    for rule in rulebook.terms.iter().filter_map(|term| term.when.as_ref()) {
        visit(&rule.condition);
    }
    if let Some(access) = &rulebook.access {
        for rule in access.when.iter().chain(&access.unless) {
            visit(&rule.condition);
        }
    }
    read
}

impl Situation {
    /// `facts`: for each fact the symbol of the event that gave it its value, plus one; zero if none did.
    pub fn of(program: &Program, facts: &[u32]) -> Self {
        let rulebook = program.rulebook();
        let mut case = Case::new(rulebook);
        for (place, mark) in case.facts.iter_mut().zip(facts) {
            *place = program.value(*mark).cloned();
        }
        let mut found = Self::default();
        for (index, due) in obligations(rulebook, &case).into_iter().enumerate() {
            put(index, due, &mut found.due, &mut found.due_unknown);
        }
        let holds = |rule: Option<&crate::rulebook::Rule>, facts: &[Option<Value>]| {
            rule.map_or(Truth::True, |rule| rule.condition.evaluate(facts))
        };
        for (index, item) in rulebook.items.iter().enumerate() {
            if let Some(registration) = &item.registration {
                let owed = holds(registration.when.as_ref(), &case.facts);
                put(index, owed, &mut found.registered, &mut found.registered_unknown);
            }
        }
        for (index, term) in rulebook.terms.iter().enumerate() {
            let applies = holds(term.when.as_ref(), &case.facts);
            put(index, applies.negated(), &mut found.not_applying, &mut found.applying_unknown);
        }
        let answer = |truth| match truth {
            Truth::True => Some(true),
            Truth::False => Some(false),
            Truth::NotKnown => None,
        };
        (found.access_met, found.access_unmet) = match &rulebook.access {
            None => (Some(true), Some(true)),
            Some(access) => {
                let all = vec![true; access.requires.len()];
                // Nothing required is all met, whatever the dossier.
                (answer(access_over(access, &all, &case.facts)), answer(access_over(access, &[], &case.facts)))
            }
        };
        found
    }
}

fn put(index: usize, truth: Truth, yes: &mut u64, unknown: &mut u64) {
    let bit = u32::try_from(index).ok().and_then(|index| 1_u64.checked_shl(index)).unwrap_or(0);
    match truth {
        Truth::True => *yes |= bit,
        Truth::NotKnown => *unknown |= bit,
        Truth::False => {}
    }
}
