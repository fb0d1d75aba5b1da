// SPDX-License-Identifier: EUPL-1.2
//! What is owed on a case: what, by when, why, by which norm; what is awaited, with the question; what may be offered.

use maud::{Markup, html};

use crate::engine::{
    Agenda, Awaited, Cause, Duty, TermStanding, cause_words, duty_norm, outlook_of, term_norm, term_words,
};
use crate::http::web::parts::{due_badge, empty};
use crate::rulebook::{Bound, ItemIndex, Rulebook, Term};
use crate::spec::scenario::TermStateWord;

use super::Seen;
use super::act::{Act, codes};
use super::act_fields::{answer, purpose};
use super::drawn::slot;
use super::words::{agreed, inline, norm, norm_inline, sentence};

/// All of it; the soonest first.
pub(super) fn section(seen: &Seen, agenda: &Agenda) -> Markup {
    let nothing = agenda.duties.is_empty()
        && agenda.registrations.is_empty()
        && agenda.awaited.is_empty()
        && agenda.parameters.is_empty();
    html! {
        section aria-labelledby="dovuto" class="lepre-section" {
            h2 id="dovuto" { "Che cosa è dovuto" }
            @if nothing {
                @if seen.view.case.closed.is_some() { (empty("La pratica è chiusa e non c'è nulla da registrare.", None)) }
                @else { (empty("Non c'è nulla di dovuto: tutto ciò che il livello chiede è fatto.", Some(("#atti", "Se è tutto, la pratica si può concludere")))) }
            }
            @if !agenda.duties.is_empty() {
                ul class="lepre-duties list-unstyled" { @for duty in &agenda.duties { (one(seen, duty)) } }
            }
            (registrations(seen, agenda))
            (awaited(seen, agenda))
            (parameters(seen, agenda))
            (terms(seen, agenda))
            (offers(seen, agenda))
        }
    }
}

fn one(seen: &Seen, duty: &Duty) -> Markup {
    let (rulebook, case) = (&*seen.view.rulebook, &seen.view.case);
    let Some(item) = rulebook.item(duty.item) else { return html! {} };
    let class = match duty.term.and_then(|(_, standing)| standing.due) {
        Some(due) if due < seen.today => "lepre-due lepre-due-late",
        Some(due) if due.number() - seen.today.number() <= 7 => "lepre-due lepre-due-soon",
        _ => "lepre-due",
    };
    html! {
        li class=(class) {
            p class="mb-1" { (item.kind.word()) ": " strong { (item.text) } @if let Some((_, standing)) = duty.term { " " (deadline(seen, &standing)) } }
            p class="mb-1 small" { (sentence(&agreed("dovut", item.kind))) " " (why(seen, &duty.cause)) "." }
            @if let Some((position, standing)) = duty.term { (limit(seen, position, &standing)) }
            @if !duty.blocked_by.is_empty() { p class="mb-1 small" { "Prima: " (names(rulebook, &duty.blocked_by)) "." } }
            @if let Some(citation) = duty_norm(rulebook, case, duty.item) { (norm(rulebook, citation)) }
            p class="mb-0" {
                @if seen.writes && duty.blocked_by.is_empty() {
                    @if let Some(act) = Act::on_item(rulebook, duty.item) {
                        a class="btn btn-primary btn-xs me-2" href=(act.path(seen.view.head.id)) { "Registra" span class="visually-hidden" { ": " (item.text) } }
                    }
                }
                a href={ (seen.path()) "/perche/" (item.id) } { "Perché è " (agreed("dovut", item.kind)) span class="visually-hidden" { ": " (item.text) } }
            }
        }
    }
}

fn names(rulebook: &Rulebook, items: &[ItemIndex]) -> Markup {
    html! { @for (at, item) in items.iter().filter_map(|index| rulebook.item(*index)).enumerate() { @if at > 0 { ", " } (item.text) } }
}

/// Why it is due, unless the reason is not for this reader.
fn why(seen: &Seen, cause: &Cause) -> Markup {
    let words = cause_words(&seen.view.rulebook, &seen.view.case, cause);
    let hidden = match cause {
        Cause::Condition(slots) => {
            slots.iter().filter_map(|slot| seen.view.rulebook.fact(*slot)).any(|fact| seen.veil.hides(&fact.name))
        }
        _ => false,
    };
    if hidden {
        html! { "per un dato particolare, che qui non si mostra" }
    } else {
        inline(&words)
    }
}

fn deadline(seen: &Seen, standing: &TermStanding) -> Markup {
    match (standing.state, standing.due) {
        (TermStateWord::Suspended, _) => html! { span class="badge lepre-badge bg-secondary" { "termine sospeso" } },
        (_, Some(due)) => due_badge(due, seen.today),
        (_, None) => html! {},
    }
}

fn limit(seen: &Seen, position: u16, standing: &TermStanding) -> Markup {
    let Some(term) = seen.view.rulebook.terms.get(usize::from(position)) else { return html! {} };
    html! {
        p class="mb-1 small" {
            "Termine: " (inline(&term_words(&seen.view.rulebook, term))) ". "
            @if let Some(due) = standing.due { (last_day(term)) " " (crate::http::web::parts::day(due)) ". " }
            @if let Some(words) = warning(seen, position) { strong { (sentence(&words)) "." } " " }
            "Lo fissa: " (norm_inline(&seen.view.rulebook, term_norm(&seen.view.case, term, standing))) ". "
            a href={ (seen.path()) "/perche/" (term.id) } { "Come si conta" span class="visually-hidden" { " il termine " (term.id) } }
        }
    }
}

/// What an early look says of a term that runs: no longer keepable, or from when it will not be.
fn warning(seen: &Seen, position: u16) -> Option<String> {
    outlook_of(&seen.view.rulebook, &seen.view.case, position, seen.today)?.warning()
}

fn last_day(term: &Term) -> &'static str {
    if term.bound == Bound::Within { "Ultimo giorno:" } else { "Non prima del" }
}

fn registrations(seen: &Seen, agenda: &Agenda) -> Markup {
    let rulebook = &seen.view.rulebook;
    html! {
        @if !agenda.registrations.is_empty() {
            h3 class="h5" { "Registrazioni in SAP da fare" }
            ul class="lepre-duties list-unstyled" {
                @for item in agenda.registrations.iter().filter_map(|index| rulebook.item(*index)) {
                    @let codes = codes(&seen.view, &item.id);
                    li class="lepre-due" {
                        p class="mb-1" { strong { (item.text) } ": " (codes.join(" oppure ")) }
                        @if seen.writes {
                            @let act = Act::Register(item.id.clone());
                            @if codes.len() == 1 {
                                (quick(seen, &act, html! { button class="btn btn-primary btn-xs" type="submit" { "Registra " (codes.concat()) " con la data di oggi" span class="visually-hidden" { " per " (item.text) } } }))
                                a class="small" href=(act.path(seen.view.head.id)) { "con un'altra data" }
                            } @else { a class="btn btn-primary btn-xs" href=(act.path(seen.view.head.id)) { "Registra" span class="visually-hidden" { " " (item.text) } } }
                        }
                    }
                }
            }
        }
    }
}

/// A form of one act on the page of the case, with its hidden fields and the place of its token.
pub(super) fn quick(seen: &Seen, act: &Act, inside: Markup) -> Markup {
    html! {
        form method="post" action={ (seen.path()) "/fai/" (act.word()) } class="lepre-quick" {
            (slot())
            input type="hidden" name="sequenza" value=(seen.view.head.sequence);
            input type="hidden" name="che" value=(act.about());
            (inside)
        }
    }
}

fn awaited(seen: &Seen, agenda: &Agenda) -> Markup {
    let shown = agenda
        .awaited
        .iter()
        .filter(|awaited| seen.view.rulebook.fact(awaited.fact).is_some_and(|fact| !seen.veil.hides(&fact.name)));
    let shown: Vec<&Awaited> = shown.collect();
    html! {
        @if !agenda.awaited.is_empty() {
            h3 class="h5" { "Dati che mancano" }
            p { "Senza questi dati non si sa se qualcosa è dovuto o fino a quando." }
            @if shown.len() < agenda.awaited.len() { p { em { "Alcuni sono dati particolari, che a chi verifica non si mostrano." } } }
            ul class="lepre-duties list-unstyled" { @for awaited in shown { (question(seen, awaited)) } }
        }
    }
}

fn question(seen: &Seen, awaited: &Awaited) -> Markup {
    let rulebook = &seen.view.rulebook;
    let Some(fact) = rulebook.fact(awaited.fact) else { return html! {} };
    let terms: Vec<&str> = awaited
        .terms
        .iter()
        .filter_map(|at| rulebook.terms.get(usize::from(*at)))
        .map(|term| term.id.as_str())
        .collect();
    html! {
        li class="lepre-due" {
            p class="mb-1 small" {
                "Ne dipende: "
                @if awaited.access { "se il livello spetta; " }
                @if !awaited.items.is_empty() { "se si deve fare: " (names(rulebook, &awaited.items)) "; " }
                @if !terms.is_empty() { "il termine " @for (at, term) in terms.iter().enumerate() { @if at > 0 { ", " } code { (term) } } "; " }
                @if awaited.script { "una regola della Regione; " }
                "chi lo fornisce: " (fact.supplier.word()) "."
            }
            @if seen.writes {
                (quick(seen, &Act::Fact(fact.name.clone()), html! {
                    (answer(fact, "", None, &fact.name))
                    button class="btn btn-primary btn-xs" type="submit" { "Registra il dato" span class="visually-hidden" { ": " (fact.question) } }
                }))
            } @else { p { strong { (fact.question) } } }
            (purpose(fact))
        }
    }
}

fn parameters(seen: &Seen, agenda: &Agenda) -> Markup {
    let parameters = agenda.parameters.iter().filter_map(|at| seen.view.rulebook.parameters.get(usize::from(*at)));
    html! {
        @if !agenda.parameters.is_empty() {
            h3 class="h5" { "Numeri che la Regione deve fissare" }
            p { "Li fissa un atto della Regione nelle specifiche: da qui non si può." }
            ul { @for parameter in parameters { li { (parameter.meaning) " (" code { (parameter.id) } ")" (norm(&seen.view.rulebook, &parameter.norm)) } } }
        }
    }
}

fn terms(seen: &Seen, agenda: &Agenda) -> Markup {
    html! {
        @if !agenda.other_terms.is_empty() {
            h3 class="h5" { "Altri termini" }
            ul class="lepre-duties list-unstyled" {
                @for (position, standing) in &agenda.other_terms {
                    li class="lepre-due" { (deadline_of(seen, *position, standing)) (limit(seen, *position, standing)) }
                }
            }
        }
    }
}

fn deadline_of(seen: &Seen, position: u16, standing: &TermStanding) -> Markup {
    let within = seen.view.rulebook.terms.get(usize::from(position)).is_some_and(|term| term.bound == Bound::Within);
    if within {
        html! { p class="mb-1" { (deadline(seen, standing)) } }
    } else {
        html! {}
    }
}

fn offers(seen: &Seen, agenda: &Agenda) -> Markup {
    let rulebook = &seen.view.rulebook;
    html! {
        @if !agenda.offers.is_empty() {
            details {
                summary { "Che cosa si può offrire e non è dovuto (" (agenda.offers.len()) ")" }
                ul { @for item in agenda.offers.iter().filter_map(|index| rulebook.item(*index)) { li { (sentence(&item.text)) } } }
            }
        }
    }
}
