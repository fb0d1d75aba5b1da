// SPDX-License-Identifier: EUPL-1.2
//! The national line that a counter-example lowers, and the sentence that says so.

use crate::calendar::Day;
use crate::diagnostic::Place;
use crate::engine::{
    Check, Event, access, finding_words, findings, fold, obligations, registration_owed, term_standing,
};
use crate::rulebook::{Citation, Item, Rulebook, Term};
use crate::spec::level::Party;
use crate::spec::scenario::{FindingKind, Gravity, TermStateWord};
use crate::value::Truth;

use super::Kind;
use super::deviate::less_owed;
use super::project::project;
use super::sides::Sides;

pub(super) struct Culprit {
    pub subject: Option<String>,
    pub norm: Citation,
    pub national: Place,
    pub sentence: String,
}

/// What is lowered. Invariant: the events are a counter-example of that kind.
pub(super) fn culprit(sides: &Sides<'_>, kind: Kind, events: &[Event], on: Day) -> Culprit {
    let (n, r) = (sides.national, sides.regional);
    let seen = project(n, events);
    match kind {
        Kind::Breach => breach(n, &seen, on),
        Kind::Owed => {
            let item = less_owed(n, r, events).first().and_then(|index| n.item(*index));
            let words = |item: &Item| {
                format!("dal primo giorno il decreto chiede {} `{}`, la regione no", item.kind.word(), item.id)
            };
            item.map_or_else(|| whole(n, "il decreto chiede di più"), |item| of_item(item, words(item)))
        }
        Kind::Excluded => {
            let case = fold(r, events);
            let check = findings(r, &case, on);
            let why = check.findings.iter().find(|f| f.gravity == Gravity::Breach).map(|f| finding_words(r, &case, f));
            let why = why.map_or_else(String::new, |why| format!(": {why}"));
            let sentence = format!(
                "per questa pratica, resa come vuole il decreto, nessuna potrebbe più essere conforme nella regione{why}"
            );
            whole(n, &sentence)
        }
        Kind::Burdened => {
            let (ours, theirs) =
                (warned(n, &findings(n, &fold(n, &seen), on)), warned(r, &findings(r, &fold(r, events), on)));
            let term = theirs.into_iter().find(|t| !ours.iter().any(|o| o.id == t.id && o.who == t.who));
            let words = "la regione imputa a chi è servito un ritardo che il decreto non gli imputa";
            let known = term.and_then(|term| n.terms.iter().find(|t| t.id == term.id)).or(term);
            known.map_or_else(|| whole(n, words), |term| of_term(term, format!("{words}: il termine `{}`", term.id)))
        }
        Kind::Excused => {
            let (ours, theirs) =
                (warned(n, &findings(n, &fold(n, &seen), on)), warned(r, &findings(r, &fold(r, events), on)));
            let term = ours.into_iter().find(|t| !theirs.iter().any(|o| o.id == t.id && o.who == t.who));
            let words = "il decreto chiede a chi è servito ciò che la regione non chiede più";
            term.map_or_else(|| whole(n, words), |term| of_term(term, format!("{words}: il termine `{}`", term.id)))
        }
    }
}

fn whole(n: &Rulebook, sentence: &str) -> Culprit {
    let place = n.items.first().map(|item| item.place.clone());
    let place = n.access.as_ref().map(|access| access.place.clone()).or(place);
    Culprit {
        subject: None,
        norm: n.own_norm(),
        national: place.unwrap_or_else(|| Place::start_of("nazionale")),
        sentence: sentence.to_owned(),
    }
}

fn of_item(item: &Item, sentence: String) -> Culprit {
    Culprit { subject: Some(item.id.clone()), norm: item.norm.clone(), national: item.place.clone(), sentence }
}

fn of_term(term: &Term, sentence: String) -> Culprit {
    Culprit { subject: Some(term.id.clone()), norm: term.norm.clone(), national: term.place.clone(), sentence }
}

/// The first thing for which the decree does not take the history for compliant.
fn breach(n: &Rulebook, seen: &[Event], on: Day) -> Culprit {
    const SAYS: &str = "la regione dice conforme una pratica che per il decreto non lo è";
    let case = fold(n, seen);
    let check = findings(n, &case, on);
    if let Some(finding) = check.findings.iter().find(|finding| finding.gravity == Gravity::Breach) {
        let sentence = format!("{SAYS}: {}", finding_words(n, &case, finding));
        if finding.kind == FindingKind::Access
            && let Some(access) = &n.access
        {
            return Culprit { subject: None, norm: access.norm.clone(), national: access.place.clone(), sentence };
        }
        if let Some(term) = finding.term.and_then(|at| n.terms.get(usize::from(at))) {
            return of_term(term, sentence);
        }
        if let Some(item) = finding.item.and_then(|index| n.item(index)) {
            return of_item(item, sentence);
        }
        return whole(n, &sentence);
    }
    for ((index, item), due) in (0..).zip(&n.items).zip(obligations(n, &case)) {
        if due != Truth::False && !case.is_done(n, index) {
            let known = if due == Truth::True { "è dovuta" } else { "non si sa se è dovuta" };
            return of_item(item, format!("{SAYS}: {} `{}` non c'è, e {known}", item.kind.word(), item.id));
        }
        let registered = registration_owed(n, &case, index);
        if registered != Truth::False {
            let known = if registered == Truth::True { "è dovuta" } else { "non si sa se è dovuta" };
            return of_item(item, format!("{SAYS}: manca la registrazione di `{}`, e {known}", item.id));
        }
    }
    for term in &n.terms {
        if term_standing(n, &case, term, on).state == TermStateWord::NotKnown {
            return of_term(term, format!("{SAYS}: non si sa se il termine `{}` è rispettato", term.id));
        }
    }
    if access(n, &case) == Truth::NotKnown
        && let Some(access) = &n.access
    {
        let sentence = format!("{SAYS}: non si sa se il livello si poteva aprire");
        return Culprit { subject: None, norm: access.norm.clone(), national: access.place.clone(), sentence };
    }
    whole(n, SAYS)
}

fn warned<'r>(rulebook: &'r Rulebook, check: &Check) -> Vec<&'r Term> {
    let terms = check.findings.iter().filter(|f| f.kind == FindingKind::Term && f.gravity == Gravity::Warning);
    let term = terms.filter_map(|finding| finding.term.and_then(|at| rulebook.terms.get(usize::from(at))));
    term.filter(|term| term.who != Party::Office).collect()
}
