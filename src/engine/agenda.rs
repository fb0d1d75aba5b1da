// SPDX-License-Identifier: EUPL-1.2
//! What is owed on a case, and by when.
//!
//! Derived from events every time; nothing here is stored, and nothing here asks what day it is.

use crate::calendar::Day;
use crate::condition::Slot;
use crate::rulebook::{Bound, Citation, ItemIndex, Obligation, Rulebook, Target};
use crate::spec::scenario::TermStateWord;
use crate::value::Truth;

use super::case::{Case, SpokenOutcome};
use super::standing::{
    TermStanding, access_awaits, obligation_awaits, obligations, registration_owed, term_awaits, term_standing,
};

/// Why an item is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// In every case.
    Always,
    /// Because its condition holds over these facts.
    Condition(Vec<Slot>),
    /// Because these outputs, which are due, rest on it.
    Outputs(Vec<ItemIndex>),
    /// Because a script of the region said so.
    Script(Citation),
}

/// Something due and not yet done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    pub item: ItemIndex,
    pub cause: Cause,
    /// What must come first and is not there yet.
    pub blocked_by: Vec<ItemIndex>,
    /// The running or broken term that ends first, by position: one that says *not later*.
    pub term: Option<(u16, TermStanding)>,
}

/// A fact that nobody has supplied and on which an answer depends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Awaited {
    pub fact: Slot,
    /// Items and terms (by position) whose answer waits for it.
    pub items: Vec<ItemIndex>,
    pub terms: Vec<u16>,
    /// Does the answer about access wait for it?
    pub access: bool,
    /// Does a script of the region wait for it?
    pub script: bool,
}

/// What is owed on a case, what it waits for, what may still be offered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agenda {
    /// In order of their last useful day; those without a term last, in the decree's order.
    pub duties: Vec<Duty>,
    /// Items done whose registration is owed and not made.
    pub registrations: Vec<ItemIndex>,
    pub awaited: Vec<Awaited>,
    /// Parameters that the region must supply, by position in [`Rulebook::parameters`].
    pub parameters: Vec<u16>,
    /// Items that may be done and are not due.
    pub offers: Vec<ItemIndex>,
    /// Terms that no item of the agenda carries: on the closing, on an item not due, or saying *not earlier*.
    pub other_terms: Vec<(u16, TermStanding)>,
}

/// Computes the agenda of a case on a day. A closed case owes registrations only.
pub fn agenda(rulebook: &Rulebook, case: &Case, on: Day) -> Agenda {
    let mut agenda = Agenda::default();
    let due_items = obligations(rulebook, case);
    let standings: Vec<TermStanding> =
        rulebook.terms.iter().map(|term| term_standing(rulebook, case, term, on)).collect();
    let open = case.opened.is_some() && case.closed.is_none();
    let interrupted = case.closed.is_some_and(|c| c.manner == crate::spec::scenario::Manner::Interrupted);
    let mut awaited: Vec<Awaited> = Vec::new();
    let mut placed = vec![false; standings.len()];
    for ((index, item), due) in (0..).zip(&rulebook.items).zip(&due_items) {
        match registration_owed(rulebook, case, index) {
            Truth::True if !interrupted => agenda.registrations.push(index),
            Truth::NotKnown if open => {
                if let Some(rule) = item.registration.as_ref().and_then(|r| r.when.as_ref()) {
                    rule.condition.awaited(&case.facts, &mut |slot| await_item(&mut awaited, slot, index));
                }
            }
            _ => {}
        }
        if !open || case.is_done(rulebook, index) {
            continue;
        }
        match due {
            Truth::True => {
                let term = earliest(rulebook, index, &standings, &mut placed);
                let blocked_by = item.prerequisites().filter(|p| case.first(p.index).is_none()).map(|p| p.index);
                agenda.duties.push(Duty {
                    item: index,
                    cause: cause_among(rulebook, case, index, &due_items),
                    blocked_by: blocked_by.collect(),
                    term,
                });
            }
            Truth::NotKnown => {
                obligation_awaits(rulebook, case, index, &mut |slot| await_item(&mut awaited, slot, index));
            }
            Truth::False => agenda.offers.push(index),
        }
    }
    if open {
        access_awaits(rulebook, case, &mut |slot| {
            if let Some(entry) = awaiting(&mut awaited, slot) {
                entry.access = true;
            }
        });
        for spoken in case.spoken.iter().flatten() {
            if let SpokenOutcome::Awaits(slot) = spoken.outcome
                && let Some(entry) = awaiting(&mut awaited, slot)
            {
                entry.script = true;
            }
        }
        for ((position, term), standing) in (0..).zip(&rulebook.terms).zip(&standings) {
            term_awaits(case, term, standing, &mut |slot| await_term(&mut awaited, slot, position));
            let is_placed = placed.get(usize::from(position)).copied().unwrap_or(false);
            let live =
                matches!(standing.state, TermStateWord::Running | TermStateWord::Broken | TermStateWord::Suspended);
            if live && standing.met.is_none() && !is_placed {
                agenda.other_terms.push((position, *standing));
            }
        }
        for (position, parameter) in (0..).zip(&rulebook.parameters) {
            let waits = rulebook.terms.iter().zip(&standings).any(|(term, standing)| {
                term.parameter.as_ref() == Some(&parameter.id)
                    && standing.state == TermStateWord::NotKnown
                    && standing.applies.is_true()
            });
            if parameter.value.is_none() && waits {
                agenda.parameters.push(position);
            }
        }
    }
    awaited.sort_by_key(|a| a.fact);
    agenda.awaited = awaited;
    agenda
        .duties
        .sort_by_key(|duty| duty.term.and_then(|(_, standing)| standing.due).map_or((1, 0), |d| (0, d.number())));
    agenda
}

/// The live term on an item that ends first; every live term on it counts as shown.
fn earliest(
    rulebook: &Rulebook,
    index: ItemIndex,
    standings: &[TermStanding],
    placed: &mut [bool],
) -> Option<(u16, TermStanding)> {
    let mut first: Option<(u16, TermStanding)> = None;
    for (((position, term), standing), placed) in (0..).zip(&rulebook.terms).zip(standings).zip(placed) {
        let on_item = match &term.target {
            Target::Done(item) | Target::Started(item) => item.index == index,
            Target::Closing => false,
        };
        let live = matches!(standing.state, TermStateWord::Running | TermStateWord::Broken | TermStateWord::Suspended);
        if !on_item || !live || standing.met.is_some() || term.bound == Bound::AtLeast {
            continue;
        }
        *placed = true;
        let sooner = first.is_none_or(|(_, other)| match (standing.due, other.due) {
            (Some(a), Some(b)) => a < b,
            (Some(_), None) => true,
            _ => false,
        });
        if sooner {
            first = Some((position, *standing));
        }
    }
    first
}

/// Why an item that is due is due.
pub(super) fn cause(rulebook: &Rulebook, case: &Case, index: ItemIndex) -> Cause {
    cause_among(rulebook, case, index, &obligations(rulebook, case))
}

/// As [`cause`], by one who knows already what is due.
fn cause_among(rulebook: &Rulebook, case: &Case, index: ItemIndex, due: &[Truth]) -> Cause {
    match rulebook.item(index).map(|item| &item.obligation) {
        Some(Obligation::Due) => return Cause::Always,
        Some(Obligation::When(rule)) if rule.condition.evaluate(&case.facts).is_true() => {
            let mut slots = Vec::new();
            rule.condition.facts(&mut |slot| {
                if !slots.contains(&slot) {
                    slots.push(slot);
                }
            });
            return Cause::Condition(slots);
        }
        _ => {}
    }
    if let Some((_, norm)) = case.words.due.iter().find(|(due, _)| *due == index) {
        return Cause::Script(norm.clone());
    }
    let supported = rulebook.links.supports.get(usize::from(index)).into_iter().flatten();
    Cause::Outputs(supported.filter(|i| due.get(usize::from(**i)) == Some(&Truth::True)).copied().collect())
}

fn awaiting(awaited: &mut Vec<Awaited>, fact: Slot) -> Option<&mut Awaited> {
    if !awaited.iter().any(|a| a.fact == fact) {
        awaited.push(Awaited { fact, items: Vec::new(), terms: Vec::new(), access: false, script: false });
    }
    awaited.iter_mut().find(|a| a.fact == fact)
}

fn await_item(awaited: &mut Vec<Awaited>, fact: Slot, item: ItemIndex) {
    if let Some(entry) = awaiting(awaited, fact)
        && !entry.items.contains(&item)
    {
        entry.items.push(item);
    }
}

fn await_term(awaited: &mut Vec<Awaited>, fact: Slot, term: u16) {
    if let Some(entry) = awaiting(awaited, fact)
        && !entry.terms.contains(&term)
    {
        entry.terms.push(term);
    }
}
