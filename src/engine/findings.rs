// SPDX-License-Identifier: EUPL-1.2
//! What a check of a case finds, and whether the case keeps what the decree promises.
//!
//! A finding is a few numbers; its words, norm and place are looked up only when somebody reads it.

use crate::calendar::{Day, Length};
use crate::rulebook::{ItemIndex, Rulebook};
use crate::spec::level::{Field, Party};
use crate::spec::scenario::{Conformity, FindingKind, Gravity, Manner, TermStateWord};
use crate::value::Truth;

use super::case::{Case, FaultDetail, SpokenOutcome};
use super::standing::{access, obligations, registration_owed, term_standing};

/// One thing found; `sequence` is the event that shows it, where one does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    pub kind: FindingKind,
    pub gravity: Gravity,
    pub item: Option<ItemIndex>,
    /// Position in [`Rulebook::terms`], for findings of kind `termine`.
    pub term: Option<u16>,
    pub sequence: Option<u32>,
    /// For a term with several lengths, the one that decided.
    pub length: Option<Length>,
    pub detail: Option<FaultDetail>,
}

impl Finding {
    fn new(kind: FindingKind, item: Option<ItemIndex>) -> Self {
        Self { kind, gravity: Gravity::Breach, item, term: None, sequence: None, length: None, detail: None }
    }
}

/// The findings of a case looked at on a day, and the verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    pub conformity: Conformity,
    pub findings: Vec<Finding>,
}

/// Checks a case against its rulebook on a day.
///
/// Never *conform* on something not known: the verdict is then [`Conformity::NotKnown`].
pub fn findings(rulebook: &Rulebook, case: &Case, on: Day) -> Check {
    let due = obligations(rulebook, case);
    let mut found: Vec<Finding> = Vec::new();
    // Questions that decide the verdict when nothing is breached.
    let mut lacking = false;
    let mut unregistered = false;
    let mut unknown = false;

    for fault in &case.faults {
        found.push(Finding {
            sequence: Some(fault.sequence),
            detail: Some(fault.detail),
            ..Finding::new(fault.kind, fault.item)
        });
    }
    if case.latest.is_some_and(|latest| latest > on) {
        for (sequence, item) in case.events_after(on) {
            found.push(Finding { sequence: Some(sequence), ..Finding::new(FindingKind::Dates, item) });
        }
    }
    match access(rulebook, case) {
        Truth::False => found.extend(
            case.opened
                .map(|mark| Finding { sequence: Some(mark.sequence), ..Finding::new(FindingKind::Access, None) }),
        ),
        Truth::NotKnown => unknown = true,
        Truth::True => {}
    }
    for spoken in &case.spoken {
        match spoken.as_ref().map(|spoken| (&spoken.outcome, spoken.mark.sequence)) {
            // It has not spoken yet, or waits for a fact: what it would ask for is not known.
            None | Some((SpokenOutcome::Awaits(_), _)) => unknown = true,
            // The level holds without it; somebody should look.
            Some((SpokenOutcome::Failed(_), sequence)) => found.push(Finding {
                gravity: Gravity::Warning,
                sequence: Some(sequence),
                ..Finding::new(FindingKind::Script, None)
            }),
            Some((SpokenOutcome::Words(_), _)) => {}
        }
    }
    let concluded = case.closed.filter(|closing| closing.manner == Manner::Concluded);
    let mut any_outcome = false;
    let mut has_outcomes = false;
    for ((index, item), due) in (0..).zip(&rulebook.items).zip(&due) {
        let Some(state) = case.item(index) else { continue };
        if let Some(first) = state.first {
            let early = item.prerequisites().any(|p| case.comes_late(case.first(p.index), first));
            if early {
                found.push(Finding { sequence: Some(first.sequence), ..Finding::new(FindingKind::Order, Some(index)) });
            }
        }
        if item.kind == crate::rulebook::ItemKind::Outcome {
            has_outcomes = true;
            any_outcome |= state.count > 0;
        }
        if state.count < item.times {
            match due {
                Truth::True => {
                    lacking = true;
                    if concluded.is_some() {
                        found.push(Finding::new(FindingKind::Missing, Some(index)));
                    }
                }
                Truth::NotKnown => unknown = true,
                Truth::False => {}
            }
        }
        match registration_owed(rulebook, case, index) {
            Truth::True => {
                unregistered = true;
                if concluded.is_some() {
                    found.push(Finding::new(FindingKind::Sap, Some(index)));
                }
            }
            Truth::NotKnown => unknown = true,
            Truth::False => {}
        }
    }
    for (position, term) in (0..).zip(&rulebook.terms) {
        let standing = term_standing(rulebook, case, term, on);
        match standing.state {
            TermStateWord::Broken => found.push(Finding {
                term: Some(position),
                length: standing.length,
                sequence: standing.met.map(|mark| mark.sequence),
                gravity: if term.who == Party::Office { Gravity::Breach } else { Gravity::Warning },
                ..Finding::new(FindingKind::Term, None)
            }),
            TermStateWord::NotKnown => unknown = true,
            _ => {}
        }
    }
    if concluded.is_some() && has_outcomes && !any_outcome {
        found.push(Finding { gravity: Gravity::Warning, ..Finding::new(FindingKind::NoOutcome, None) });
    }
    let interrupted = case.closed.is_some_and(|closing| closing.manner == Manner::Interrupted);
    if interrupted && lacking {
        let sequence = case.closed.map(|closing| closing.mark.sequence);
        found.push(Finding { gravity: Gravity::Warning, sequence, ..Finding::new(FindingKind::Interrupted, None) });
    }
    unknown |= rulebook.is_missing(Field::Outputs);
    let breached = found.iter().any(|f| f.gravity == Gravity::Breach);
    let conformity = if breached || lacking || unregistered || case.opened.is_none() {
        Conformity::No
    } else if unknown {
        Conformity::NotKnown
    } else if interrupted {
        Conformity::No
    } else {
        Conformity::Yes
    };
    Check { conformity, findings: found }
}
