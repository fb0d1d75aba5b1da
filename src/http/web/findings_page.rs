// SPDX-License-Identifier: EUPL-1.2
//! The findings as a page with ways down to each case, and as a table for a spreadsheet.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{Markup, html};

use crate::calendar::Day;
use crate::http::app::App;
use crate::http::export::{Gone, Table, csv};
use crate::http::form::Asked;
use crate::http::identity::Identity;
use crate::http::jobs::{Found, Look};
use crate::http::routes::{AUDITOR, Route, page};
use crate::http::trouble::Trouble;
use crate::spec::scenario::Gravity;

use super::findings::{Filter, Findings, Group, Key, NONE, Told, day_asked, find, reach, told};
use super::layout::Page;
use super::parts::{day_words, empty, field, said};
use super::sheet::ticked;
use super::works::running;

pub(super) fn routes() -> Vec<Route> {
    vec![page("/rilievi", AUDITOR, get(findings)), page("/rilievi.csv", AUDITOR, get(table))]
}

/// Cases listed on the page.
const LISTED: usize = 100;

async fn findings(State(app): State<App>, who: Identity, asked: Asked) -> Result<Response, Trouble> {
    let on = day_asked(&app, &asked)?;
    let region = reach(&who);
    let mark = app.read(|app| Ok(app.service.log_mark()?)).await?;
    let key = (mark, on, region.clone());
    let work = move |app: &App, progress: &_| find(app, region.as_deref(), on, progress);
    Ok(match app.works.findings.look(&app, key, work).await? {
        Look::Done(found) => {
            let exports = who.account.identities;
            Page::new(&app, &who, "Rilievi", shown(&found, &Filter::read(&asked), on, exports, asked.get("detto")))
                .into_response()
        }
        Look::Running(progress) => running(&app, &who, "Rilievi", "Il controllo delle pratiche è in corso", &progress),
    })
}

fn shown(found: &Found<Findings>, filter: &Filter, on: Day, exports: bool, detto: Option<&str>) -> Markup {
    let all = &found.value;
    let groups: Vec<(&Key, &Group)> = all.groups.iter().filter(|(key, _)| filter.admits(key)).collect();
    let of =
        |gravity| groups.iter().filter(|(key, _)| key.gravity == gravity).map(|(_, group)| group.count).sum::<u64>();
    let verdicts = &all.verdicts;
    html! {
        h1 { "Rilievi" }
        (said(detto))
        p class="lead" {
            (verdicts.cases) " pratiche al " (day_words(on)) ": " (verdicts.conform) " conformi, " (verdicts.pending) " in corso, "
            @if verdicts.interrupted > 0 { (verdicts.interrupted) " interrotte, " }
            strong { (verdicts.breached) " con violazioni" } ", " (verdicts.not_known) " in attesa di dati"
            @if verdicts.unchecked > 0 { ", " strong { (verdicts.unchecked) " non controllate" } } "."
        }
        form method="get" action="/rilievi" class="lepre-inline" {
            (field("al", "Com'erano il").date().value(on.to_string()))
            (field("gravita", "Gravità").choices(gravities()).value(filter.gravity.clone().unwrap_or_default()))
            @for (name, value) in [("norma", &filter.norm), ("lep", &filter.level), ("regione", &filter.region), ("sede", &filter.office)] {
                @if let Some(value) = value { input type="hidden" name=(name) value=(value); }
            }
            button class="btn btn-outline-primary" type="submit" { "Mostra" }
        }
        (chosen(filter, on))
        p { strong { (of(Gravity::Breach)) } " violazioni e " strong { (of(Gravity::Warning)) } " avvisi" @if !filter.is_empty() { " con questi filtri" } "." }
        @if groups.is_empty() { (empty("Nessun rilievo.", None)) } @else {
            (by(&groups, "norma", ("Per norma", "Norma"), filter, on, |key| key.norm.clone()))
            (by(&groups, "lep", ("Per livello", "Livello"), filter, on, |key| key.level.clone()))
            (by(&groups, "sede", ("Per sede", "Sede"), filter, on, |key| key.office.clone().unwrap_or_else(|| NONE.to_owned())))
            (by(&groups, "regione", ("Per regione", "Regione"), filter, on, |key| key.region.clone().unwrap_or_else(|| NONE.to_owned())))
            (cases(&groups))
        }
        (troubles(all))
        h2 { "Tabella" }
        p { a href={ "/rilievi.csv?" (filter.with("", "", on)) } { "Scarica tutti questi rilievi (CSV)" } ": senza nomi né codici fiscali." }
        @if exports {
            p { a href={ "/rilievi.csv?" (filter.with("", "", on)) "&identita=true" } { "Scarica con nomi e codici fiscali (CSV)" }
                ": ogni pratica esportata è scritta nel registro degli accessi." }
        }
    }
}

fn gravities() -> Vec<(String, String)> {
    let all = [Gravity::Breach, Gravity::Warning].map(|gravity| (gravity.word().to_owned(), gravity.word().to_owned()));
    std::iter::once((String::new(), "tutte".to_owned())).chain(all).collect()
}

/// The filters in use, each with the way to take it away.
fn chosen(filter: &Filter, on: Day) -> Markup {
    let all = [
        ("norma", "norma", &filter.norm),
        ("lep", "livello", &filter.level),
        ("regione", "regione", &filter.region),
        ("sede", "sede", &filter.office),
    ];
    html! {
        @if all.iter().any(|(.., value)| value.is_some()) {
            ul class="lepre-filters" aria-label="Filtri in uso" {
                @for (name, words, value) in all {
                    @if let Some(value) = value {
                        li { (words) ": " strong { (value) } " " a href={ "/rilievi?" (filter.with(name, "", on)) } { "togli" span class="visually-hidden" { " il filtro " (words) } } }
                    }
                }
            }
        }
    }
}

/// How many findings are alike on one side.
#[derive(Default)]
struct Sum<'a> {
    breaches: u64,
    warnings: u64,
    /// Text of the norm, where the side is a norm.
    link: Option<&'a str>,
}

/// One table: the same findings by one of their sides, the most frequent first.
fn by(
    groups: &[(&Key, &Group)],
    name: &str,
    (caption, head): (&str, &str),
    filter: &Filter,
    on: Day,
    side: fn(&Key) -> String,
) -> Markup {
    let mut sums: BTreeMap<String, Sum<'_>> = BTreeMap::new();
    for (key, group) in groups {
        let sum = sums.entry(side(key)).or_default();
        match key.gravity {
            Gravity::Breach => sum.breaches += group.count,
            Gravity::Warning => sum.warnings += group.count,
        }
        sum.link = sum.link.or(group.link.as_deref());
    }
    let mut sums: Vec<(String, Sum<'_>)> = sums.into_iter().collect();
    sums.sort_by_key(|(_, sum)| std::cmp::Reverse((sum.breaches, sum.warnings)));
    html! {
        table class="table table-sm lepre-sums caption-top" {
            caption { (caption) }
            thead { tr { th scope="col" { (head) } th scope="col" { "Violazioni" } th scope="col" { "Avvisi" } } }
            tbody { @for (value, sum) in &sums { tr {
                th scope="row" {
                    a href={ "/rilievi?" (filter.with(name, value, on)) "#casi" } { (value) }
                    @if let (Some(link), "norma") = (sum.link, name) { " · " a class="small" href=(link) rel="external noreferrer" { "testo" span class="visually-hidden" { " su Normattiva" } } }
                }
                td { (sum.breaches) } td { (sum.warnings) }
            } } }
        }
    }
}

fn cases(groups: &[(&Key, &Group)]) -> Markup {
    let all: u64 = groups.iter().map(|(_, group)| group.count).sum();
    let mut rows =
        groups.iter().flat_map(|(key, group)| group.first.iter().map(move |(case, words)| (key, case, words)));
    let rows: Vec<_> = rows.by_ref().take(LISTED).collect();
    let more = all.saturating_sub(u64::try_from(rows.len()).unwrap_or(u64::MAX));
    html! {
        section id="casi" {
            h2 { "Pratiche" }
            div class="table-responsive" tabindex="0" role="region" aria-labelledby="tabella-casi" {
                table class="table table-sm caption-top" {
                    caption id="tabella-casi" { "Rilievi con la loro pratica" }
                    thead { tr {
                        th scope="col" { "Pratica" } th scope="col" { "LEP" } th scope="col" { "Rilievo" } th scope="col" { "Gravità" } th scope="col" { "Sede" } th scope="col" { "Norma" }
                    } }
                    tbody { @for (key, case, words) in &rows { tr {
                        td { a href={ "/pratiche/" (case) } { code { (case.to_string().chars().take(13).collect::<String>()) } } }
                        td { (key.level) }
                        td class="lepre-wide" { (ticked(words)) }
                        td { (key.gravity.word()) }
                        td { (key.office.as_deref().unwrap_or(NONE)) }
                        td { (key.norm) }
                    } } }
                }
            }
            @if more > 0 { p { "… e altri " (more) ": scegli una norma, un livello o una sede qui sopra, o scarica la tabella." } }
        }
    }
}

fn troubles(all: &Findings) -> Markup {
    html! {
        @if !all.troubles.is_empty() {
            h2 { "Pratiche non controllate" }
            ul { @for (case, why) in &all.troubles { li { code { (case) } ": " (ticked(why)) } } }
        }
    }
}

const COLUMNS: [&str; 13] = [
    "pratica",
    "origine",
    "livello",
    "regione",
    "sede",
    "aperta_il",
    "gravita",
    "tipo",
    "norma",
    "rilievo",
    "evento",
    "codice_fiscale",
    "nome",
];

async fn table(State(app): State<App>, who: Identity, asked: Asked) -> Result<Response, Trouble> {
    let on = day_asked(&app, &asked)?;
    let filter = Filter::read(&asked);
    let identities = asked.get("identita") == Some("true");
    if identities && !who.account.identities {
        return Err(Trouble::Forbidden { why: "il tuo account non può esportare nomi e codici fiscali".into() });
    }
    let region = reach(&who);
    let why = if identities { "rilievi, con nomi e codici fiscali" } else { "rilievi, senza nomi" };
    app.saw(&who, "esportazione", None, None, Some(why))?;
    let name = format!("rilievi-{on}");
    let header: &'static [&'static str] = if identities { &COLUMNS } else { COLUMNS.get(..11).unwrap_or(&COLUMNS) };
    Ok(csv(&app, &name, header, move |app, table| {
        let mut ended = Ok(Ok(()));
        app.service.check_all(on, &mut |checked| {
            if region.is_some() && checked.head.region != region {
                return ControlFlow::Continue(());
            }
            let mut subject = None;
            let mut write = |told: Told<'_>| {
                if !filter.admits(&told.key) {
                    return Ok(());
                }
                if identities && subject.is_none() {
                    let head = &told.checked.head;
                    app.saw(&who, "esportazione", Some(head.id), Some(head.subject), Some(why)).map_err(Err)?;
                    subject = app.service.store().subject(head.subject).map_err(|e| Err(e.into()))?;
                }
                let person = subject.as_ref().map(|s| (s.tax_code.as_str(), s.name.as_deref().unwrap_or_default()));
                row(table, &told, person).map_err(Ok)
            };
            match told(&checked, &mut write) {
                Ok(()) => ControlFlow::Continue(()),
                Err(why) => {
                    ended = match why {
                        Ok(gone) => Ok(Err(gone)),
                        Err(trouble) => Err(trouble),
                    };
                    ControlFlow::Break(())
                }
            }
        })?;
        ended
    }))
}

fn row(table: &mut Table, told: &Told<'_>, person: Option<(&str, &str)>) -> Result<(), Gone> {
    let (head, key) = (&told.checked.head, &told.key);
    let (case, sequence) = (head.id.to_string(), told.sequence.map(|n| n.to_string()).unwrap_or_default());
    let opened = Day::from_number(head.opened_on).map(|day| day.to_string()).unwrap_or_default();
    let mut cells = vec![
        case.as_str(),
        head.external.as_deref().unwrap_or_default(),
        &key.level,
        key.region.as_deref().unwrap_or_default(),
        key.office.as_deref().unwrap_or_default(),
        &opened,
        key.gravity.word(),
        key.kind,
        &key.norm,
        &told.words,
        &sequence,
    ];
    if let Some((tax_code, name)) = person {
        cells.extend([tax_code, name]);
    }
    table.row(&cells)
}
