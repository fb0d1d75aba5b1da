// SPDX-License-Identifier: EUPL-1.2
//! What an act that cannot be taken back lightly would change, told before it is done: the case as it is beside the case as
//! it would be.

use std::sync::Arc;

use maud::{Markup, html};

use crate::engine::{Case, Command, Event, EventKind, agenda, apply, decide, event_words, finding_words, findings};
use crate::http::web::parts::day_words;
use crate::rulebook::Rulebook;
use crate::spec::scenario::Manner;

use super::Seen;
use super::act::Act;

/// What will happen, for a correction, a closing, a suspension; nothing for other acts.
pub(super) fn foretold(seen: &Seen, act: &Act) -> Markup {
    let reason = || Arc::from("prova");
    let kind = match act {
        Act::Void(sequence) => EventKind::EventVoided { sequence: *sequence, reason: reason() },
        Act::Conclude => EventKind::CaseClosed { manner: Manner::Concluded, reason: None },
        Act::Interrupt => EventKind::CaseClosed { manner: Manner::Interrupted, reason: Some(reason()) },
        Act::Reopen => EventKind::CaseReopened { reason: reason() },
        Act::Suspend => EventKind::CaseSuspended { reason: reason() },
        Act::Withdraw(name) => EventKind::FactSupplied { fact: name.as_str().into(), value: None },
        _ => return html! {},
    };
    let view = &seen.view;
    let asked = Command::Record(Event { on: seen.today, time: None, kind });
    let Ok(events) = decide(&view.rulebook, &view.case, &asked, seen.today) else { return html! {} };
    let mut after = view.case.clone();
    for event in &events {
        apply(&mut after, &view.rulebook, event);
    }
    let changes = changes(seen, &after);
    html! {
        section class="callout lepre-callout" aria-labelledby="effetti" {
            h2 class="h5" id="effetti" { "Che cosa succederà" }
            @if let Act::Void(sequence) = act { (voided(seen, *sequence)) }
            ul {
                @for change in &changes { li { (seen.veil.sentence(change)) } }
                @if changes.is_empty() { li { "Nient'altro cambia nella pratica." } }
            }
        }
    }
}

fn voided(seen: &Seen, sequence: u32) -> Markup {
    let at = usize::try_from(sequence).ok().and_then(|n| n.checked_sub(1));
    let Some(event) = at.and_then(|at| seen.view.events.get(at)) else { return html! {} };
    html! {
        p { "L'evento " (sequence) " del " (day_words(event.on)) ", «" (seen.veil.sentence(&event_words(event))) "», conterà come mai avvenuto. "
            "Non si cancella: resta nella storia, barrato, con il motivo e con chi lo ha corretto." }
    }
}

/// The two states side by side, in words.
fn changes(seen: &Seen, after: &Case) -> Vec<String> {
    let (rulebook, before) = (&*seen.view.rulebook, &seen.view.case);
    let mut said = Vec::new();
    match (before.closed, after.closed) {
        (Some(_), None) => said.push("la pratica torna aperta".to_owned()),
        (None, Some(_)) => said.push("la pratica si chiude: dopo si può solo registrare in SAP, dare dati, annotare, affidare, correggere o riaprire".to_owned()),
        _ => {}
    }
    match (before.suspended, after.suspended) {
        (Some(_), None) => said.push("la pratica non è più sospesa".to_owned()),
        (None, Some(_)) => {
            said.push("la pratica è sospesa: i termini in giorni si fermano finché non riprende".to_owned())
        }
        _ => {}
    }
    for (index, item) in (0..).zip(&rulebook.items) {
        let name = format!("{} `{}`", item.kind.word(), item.id);
        match (before.is_done(rulebook, index), after.is_done(rulebook, index)) {
            (true, false) => said.push(format!("{name}: non risulta più")),
            (false, true) => said.push(format!("{name}: risulta di nuovo")),
            _ => {}
        }
        let registered = |case: &Case| case.item(index).is_some_and(|state| state.registered.is_some());
        match (registered(before), registered(after)) {
            (true, false) => said.push(format!("{name}: la registrazione in SAP non risulta più")),
            (false, true) => said.push(format!("{name}: la registrazione in SAP risulta di nuovo")),
            _ => {}
        }
    }
    for ((fact, was), is) in rulebook.facts.iter().zip(&before.facts).zip(&after.facts) {
        if was != is {
            let value = is.as_ref().map_or_else(|| "non più noto".to_owned(), ToString::to_string);
            said.push(format!("dato `{}`: {value}", fact.name));
        }
    }
    for meeting in &before.meetings {
        match after.meeting(meeting.sequence) {
            None => {
                said.push(format!("la convocazione {} non risulta più, con ciò che ne è seguito", meeting.sequence))
            }
            Some(now) if now.state != meeting.state => {
                said.push(format!("convocazione {}: {}", meeting.sequence, now.state.word()));
            }
            Some(_) => {}
        }
    }
    if after.closed.is_none() {
        owed(seen, rulebook, after, &mut said);
    }
    found(seen, rulebook, after, &mut said);
    said
}

/// What would be owed that is not owed now, and the other way round.
fn owed(seen: &Seen, rulebook: &Rulebook, after: &Case, said: &mut Vec<String>) {
    let items =
        |case: &Case| agenda(rulebook, case, seen.today).duties.iter().map(|duty| duty.item).collect::<Vec<u16>>();
    let (was, is) = (items(&seen.view.case), items(after));
    let name = |index: &u16| {
        rulebook.item(*index).map(|item| format!("{} `{}`", item.kind.word(), item.id)).unwrap_or_default()
    };
    said.extend(is.iter().filter(|item| !was.contains(item)).map(|item| format!("torna da fare: {}", name(item))));
    said.extend(was.iter().filter(|item| !is.contains(item)).map(|item| format!("non è più da fare: {}", name(item))));
}

/// Findings that would come and findings that would go.
fn found(seen: &Seen, rulebook: &Rulebook, after: &Case, said: &mut Vec<String>) {
    let words = |case: &Case| {
        let found = findings(rulebook, case, seen.today).findings;
        found.iter().map(|finding| finding_words(rulebook, case, finding)).collect::<Vec<String>>()
    };
    let (was, is) = (words(&seen.view.case), words(after));
    said.extend(is.iter().filter(|finding| !was.contains(finding)).map(|finding| format!("nuovo rilievo: {finding}")));
    said.extend(
        was.iter().filter(|finding| !is.contains(finding)).map(|finding| format!("non è più un rilievo: {finding}")),
    );
}
