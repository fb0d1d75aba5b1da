// SPDX-License-Identifier: EUPL-1.2
//! The page of a case, put together: head, what is owed, workflow, convocations, acts, facts, findings, history.

use std::sync::Arc;

use axum::extract::{Path, State};
use maud::{Markup, html};

use crate::calendar::Day;
use crate::engine::{Agenda, Check, agenda, finding_help, finding_words, findings};
use crate::http::app::App;
use crate::http::form::Asked;
use crate::http::identity::Identity;
use crate::http::trouble::Trouble;
use crate::http::web::layout::Page;
use crate::http::web::parts::{breadcrumb, csrf, day, day_words, due_badge, field, said};
use crate::http::whereabouts::whereabouts;
use crate::reading::said::{state_words, verdict};
use crate::spec::scenario::{Conformity, Gravity};
use crate::store::SubjectKind;

use super::act::Act;
use super::act_fields::purpose;
use super::drawn::Drawn;
use super::owed::quick;
use super::steps::why_not;
use super::words::{norm, sentence};
use super::{Seen, admit, ground, meetings, owed, steps, timeline};

pub(super) async fn show(
    State(app): State<App>,
    who: Identity,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Page, Trouble> {
    app.clone()
        .read(move |app| {
            let (ground, reader) = (ground(app, &who, &id)?, (who.may_write(), who.sees_names()));
            let known = app.drawn.find(&ground, reader);
            let desk = known.as_ref().map_or_else(|| app.service.desk(&ground.view), |drawn| drawn.desk.clone());
            admit(app, &who, &ground.view, &desk, "pratica")?;
            let drawn = match known {
                Some(drawn) => drawn,
                None => {
                    let seen = Seen::of(ground.clone(), &who, desk);
                    let body = body(app, &seen)?;
                    let drawn = Arc::new(Drawn::new(ground, seen.title(), &body, seen.desk));
                    app.drawn.keep(drawn.clone(), reader);
                    drawn
                }
            };
            let top = html! {
                (breadcrumb(&[("/pratiche", "Pratiche")], &drawn.title))
                (said(asked.get("detto")))
            };
            Ok(Page::of(app, &who, &drawn.title, vec![top, drawn.with(&csrf(&who))]))
        })
        .await
}

/// The page below what has just been said; with places for the tokens of its forms.
fn body(app: &App, seen: &Seen) -> Result<Markup, Trouble> {
    let lines = app.service.history(&seen.view)?;
    let (rulebook, case) = (&seen.view.rulebook, &seen.view.case);
    let agenda = agenda(rulebook, case, seen.today);
    let check = findings(rulebook, case, seen.today);
    Ok(html! {
        (head(app, seen, &check))
        (urgent(seen, &agenda))
        (ways(seen))
        (owed::section(seen, &agenda))
        section aria-labelledby="percorso" class="lepre-section" {
            h2 id="percorso" { "Il percorso" }
            (steps::steps(seen, &agenda))
            (steps::drawing(seen))
        }
        (meetings::section(seen))
        @if seen.writes { (acts(seen)) }
        (facts(seen))
        (found(seen, &check))
        section aria-labelledby="storia" class="lepre-section" {
            h2 id="storia" { "Storia" }
            @if let Some(last) = timeline::last(&lines) { p class="text-secondary" { (lines.len()) " eventi, l'ultimo è del " (day_words(last)) ". Il più recente è il primo." } }
            (timeline::list(seen, &lines, seen.writes, false))
        }
    })
}

/// The office and whoever has the case.
pub(super) fn office_words(app: &App, seen: &Seen) -> (String, String) {
    let place = whereabouts(app, &seen.desk);
    (place.office.unwrap_or_else(|| "nessuna".into()), place.operator.unwrap_or_else(|| "nessuno".into()))
}

/// The verdict in a few words.
fn conformity_words(check: &Check) -> &'static str {
    match check.conformity {
        Conformity::Yes => "conforme",
        Conformity::No => "non conforme, o non ancora",
        Conformity::NotKnown => "non si può ancora dire",
    }
}

fn head(app: &App, seen: &Seen, check: &Check) -> Markup {
    let (office, operator) = office_words(app, seen);
    html! {
        h1 { (seen.title()) }
        dl class="lepre-head" {
            @if let Some(subject) = &seen.subject {
                div { dt { @if subject.kind == SubjectKind::Person { "Persona" } @else { "Impresa" } }
                    dd { a href={ "/soggetti/" (subject.id) } { (seen.name().unwrap_or_default()) } } }
                div { dt { @if subject.kind == SubjectKind::Person { "Codice fiscale" } @else { "Partita IVA" } } dd { code { (subject.tax_code) } } }
            } @else { div { dt { "Soggetto" } dd { "il nome non si mostra a chi verifica" } } }
            div { dt { "Stato" } dd { strong { (state_words(&seen.view.case)) } } }
            div { dt { "Conformità" } dd { a href="#rilievi" { (conformity_words(check)) } } }
            div { dt { "Sede" } dd { (office) } }
            div { dt { "Operatore" } dd { (operator) } }
            @if let Some(region) = &seen.view.head.region { div { dt { "Regione" } dd { (region) } } }
            div { dt { "Pratica" } dd { code { (seen.view.head.id) } @if let Some(external) = &seen.view.head.external { " (" (external) ")" } } }
        }
    }
}

/// What presses most, in one line.
fn urgent(seen: &Seen, agenda: &Agenda) -> Markup {
    let (rulebook, case) = (&seen.view.rulebook, &seen.view.case);
    let text = |index: u16| rulebook.item(index).map(|item| item.text.clone()).unwrap_or_default();
    let meeting = case
        .meetings
        .iter()
        .filter(|meeting| meeting.state == crate::engine::MeetingState::Called && meeting.on >= seen.today);
    let meeting = meeting.min_by_key(|meeting| meeting.on);
    let first = agenda.duties.iter().find_map(|duty| Some((duty.term?.1.due?, text(duty.item))));
    let ready = agenda.duties.iter().find(|duty| duty.blocked_by.is_empty());
    let line: (String, Option<Day>) = match (&first, ready) {
        (Some((due, what)), _) => (what.clone(), Some(*due)),
        (None, Some(duty)) => (format!("{} (si può fare adesso)", text(duty.item)), None),
        _ if !agenda.registrations.is_empty() => ("registrazioni in SAP da fare".to_owned(), None),
        _ if !agenda.awaited.is_empty() => ("mancano dati".to_owned(), None),
        _ if case.closed.is_some() && meeting.is_none() => return html! {},
        _ if case.closed.is_some() => ("nulla, la pratica è chiusa".to_owned(), None),
        _ => ("nulla di dovuto, la pratica si può concludere".to_owned(), None),
    };
    html! {
        div class="callout lepre-callout lepre-urgent" {
            p class="mb-0" { strong { "Prima di tutto: " } (line.0) @if let Some(due) = line.1 { " " (due_badge(due, seen.today)) " (" (day(due)) ")" } }
            @if let Some(meeting) = meeting { p class="mb-0" { strong { "Prossima convocazione: " } (day(meeting.on)) @if let Some(time) = meeting.time { " alle " (time) } } }
        }
    }
}

fn ways(seen: &Seen) -> Markup {
    let path = seen.path();
    html! {
        nav class="lepre-ways lepre-no-print" aria-label="In questa pagina" {
            ul class="list-unstyled d-flex flex-wrap" {
                li { a href="#dovuto" { "Dovuto" } }
                li { a href="#percorso" { "Percorso" } }
                li { a href="#convocazioni" { "Convocazioni" } }
                @if seen.writes { li { a href="#atti" { "Atti" } } }
                li { a href="#dati" { "Dati" } }
                li { a href="#rilievi" { "Rilievi" } }
                li { a href="#storia" { "Storia" } }
                li { a href={ (path) "/stampa" } { "Stampa della pratica" } }
                li { a href={ (path) "/pdf" } { "Pratica in PDF" } }
                @if seen.view.rulebook.level == "D" && seen.subject.is_some() {
                    li { a href={ (path) "/patto" } { "Stampa del patto" } }
                    li { a href={ (path) "/patto/pdf" } { "Patto in PDF" } }
                }
            }
        }
    }
}

/// What may be done on the case as a whole, and why what may not be may not.
fn acts(seen: &Seen) -> Markup {
    let case = &seen.view.case;
    let shown = match (case.closed, case.suspended) {
        (Some(_), _) => vec![(Act::Reopen, "Riapri")],
        (None, Some(_)) => vec![(Act::Resume, "Riprendi"), (Act::Conclude, "Concludi"), (Act::Interrupt, "Interrompi")],
        (None, None) => vec![(Act::Conclude, "Concludi"), (Act::Suspend, "Sospendi"), (Act::Interrupt, "Interrompi")],
    };
    html! {
        section aria-labelledby="atti" class="lepre-section" {
            h2 id="atti" { "Atti sulla pratica" }
            ul class="lepre-acts list-unstyled" {
                @for (act, words) in shown {
                    @let no = act.obstacles(&seen.view, seen.today);
                    li {
                        @if no.is_empty() { a class="btn btn-outline-primary" href=(act.path(seen.view.head.id)) { (words) } }
                        @else { p class="mb-1" { strong { (words) } } (why_not(seen, &no)) }
                    }
                }
                li { a class="btn btn-outline-primary" href=(Act::Entrust.path(seen.view.head.id)) { "Affida ad altri" } }
            }
            h3 class="h5" { "Nota" }
            (quick(seen, &Act::Note, html! {
                (field("testo", "Testo della nota").lines(3).required().within("nota").hint("resta nella storia della pratica: scrivi solo ciò che serve"))
                button class="btn btn-primary btn-xs" type="submit" { "Scrivi la nota" }
            }))
        }
    }
}

/// What is known, and of what is not known only that it is not.
fn facts(seen: &Seen) -> Markup {
    let case = &seen.view.case;
    let known = || seen.view.rulebook.facts.iter().zip(&case.facts).zip(&case.fact_marks);
    let any = known().any(|((_, value), _)| value.is_some());
    html! {
        section aria-labelledby="dati" class="lepre-section" {
            h2 id="dati" { "Dati" }
            @if any {
                div class="table-responsive" {
                    table class="table" {
                        caption { "Dati noti della pratica" }
                        thead { tr { th scope="col" { "Dato" } th scope="col" { "Valore" } th scope="col" { "Dal" } @if seen.writes { th scope="col" { "Che cosa si può fare" } } } }
                        tbody {
                            @for ((fact, value), mark) in known() {
                                @if let Some(value) = value {
                                    tr {
                                        th scope="row" { (fact.meaning) " " code { (fact.name) } (purpose(fact)) }
                                        td { @if seen.veil.hides(&fact.name) { em { "dato particolare, non si mostra a chi verifica" } } @else { (super::words::with_days(&value.to_string())) } }
                                        td { @if let Some(mark) = mark { (day(mark.on)) } }
                                        @if seen.writes { td {
                                            a href=(Act::Fact(fact.name.clone()).path(seen.view.head.id)) { "Cambia" span class="visually-hidden" { " " (fact.meaning) } }
                                            " · " a href=(Act::Withdraw(fact.name.clone()).path(seen.view.head.id)) { "Non è più noto" span class="visually-hidden" { ": " (fact.meaning) } }
                                        } }
                                    }
                                }
                            }
                        }
                    }
                }
            } @else { p { "Nessun dato registrato." } }
            @let unknown: Vec<_> = known().filter(|((_, value), _)| value.is_none()).map(|((fact, _), _)| fact).collect();
            @if !unknown.is_empty() {
                details {
                    summary { "Dati non noti (" (unknown.len()) ")" }
                    ul { @for fact in unknown { li {
                        (fact.meaning) " " code { (fact.name) }
                        @if seen.writes { " " a href=(Act::Fact(fact.name.clone()).path(seen.view.head.id)) { "Registra" span class="visually-hidden" { " " (fact.meaning) } } }
                    } } }
                }
            }
        }
    }
}

fn found(seen: &Seen, check: &Check) -> Markup {
    html! {
        section aria-labelledby="rilievi" class="lepre-section" {
            h2 id="rilievi" { "Rilievi" }
            p { strong { (verdict(check)) } }
            (findings_list(seen, check))
        }
    }
}

pub(super) fn findings_list(seen: &Seen, check: &Check) -> Markup {
    let (rulebook, case) = (&seen.view.rulebook, &seen.view.case);
    html! {
        @if check.findings.is_empty() { p { "Nessun rilievo." } }
        @else {
            ul class="lepre-duties list-unstyled" {
                @for finding in &check.findings {
                    li class=(if finding.gravity == Gravity::Breach { "lepre-due lepre-due-late" } else { "lepre-due lepre-due-soon" }) {
                        p class="mb-1" { strong { @if finding.gravity == Gravity::Breach { "Violazione: " } @else { "Avviso: " } } (seen.veil.named(rulebook, &finding_words(rulebook, case, finding))) "." }
                        p class="mb-1" { (sentence(finding_help(rulebook, case, finding))) "." }
                        (norm(rulebook, &finding.norm(rulebook, case)))
                    }
                }
            }
        }
    }
}
