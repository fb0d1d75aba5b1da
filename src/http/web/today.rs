// SPDX-License-Identifier: EUPL-1.2
//! "La mia giornata": what presses on an operator's own cases, and apart from them what nobody has taken yet.

use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};

use crate::calendar::Day;
use crate::http::app::App;
use crate::http::form::Asked;
use crate::http::identity::Identity;
use crate::http::routes::{DESK, Route, page};
use crate::http::trouble::Trouble;
use crate::service::DeskRow;
use crate::store::{DeskCursor, DeskOrder, DeskQuery};

use super::layout::Page;
use super::parts::{breadcrumb, day, empty, next_page, said};
use super::rows::{PAGE, When, case_list, counted, cursor, further};

pub(super) fn routes() -> Vec<Route> {
    vec![page("/oggi", DESK, get(today))]
}

/// Rows of a section where all of them are on one page.
const SHOWN: u32 = 6;

/// The sections of the day, in the order in which they press.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Overdue,
    Soon,
    Meetings,
    Awaited,
    Registrations,
    Ready,
    Closable,
    Unassigned,
}

const SECTIONS: [Section; 8] = [
    Section::Overdue,
    Section::Soon,
    Section::Meetings,
    Section::Awaited,
    Section::Registrations,
    Section::Ready,
    Section::Closable,
    Section::Unassigned,
];

impl Section {
    /// Its name in the address.
    fn name(self) -> &'static str {
        match self {
            Self::Overdue => "scadute",
            Self::Soon => "in-scadenza",
            Self::Meetings => "appuntamenti",
            Self::Awaited => "dati",
            Self::Registrations => "registrazioni",
            Self::Ready => "da-fare",
            Self::Closable => "chiudibili",
            Self::Unassigned => "senza-operatore",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Overdue => "In ritardo",
            Self::Soon => "In scadenza entro 7 giorni",
            Self::Meetings => "Appuntamenti entro 7 giorni",
            Self::Awaited => "Dati attesi",
            Self::Registrations => "Registrazioni da fare",
            Self::Ready => "Da fare, senza termine",
            Self::Closable => "Si possono chiudere",
            Self::Unassigned => "Pratiche della sede senza operatore",
        }
    }

    fn nothing(self) -> &'static str {
        match self {
            Self::Overdue => "Nessun termine è passato.",
            Self::Soon => "Nessun termine nei prossimi 7 giorni.",
            Self::Meetings => "Nessun appuntamento in agenda.",
            Self::Awaited => "Nessuna pratica attende dati.",
            Self::Registrations => "Nulla da registrare nella scheda anagrafico-professionale.",
            Self::Ready => "Nulla da fare oltre a ciò che ha un termine.",
            Self::Closable => "Nessuna pratica ha già tutto il dovuto.",
            Self::Unassigned => "Ogni pratica della sede ha un operatore.",
        }
    }

    fn when(self) -> When {
        if self == Self::Meetings { When::Meeting } else { When::Due }
    }

    /// The part of the reach it shows.
    fn query(self, reach: &DeskQuery, operator: &str, today: Day) -> DeskQuery {
        let now = today.number();
        let own = DeskQuery { operator: Some(operator.to_owned()), closed: Some(false), ..reach.clone() };
        match self {
            Self::Overdue => DeskQuery { due_to: Some(now - 1), ..own },
            Self::Soon => DeskQuery { due_from: Some(now), due_to: Some(now + 7), ..own },
            // One of a day gone by, whose outcome nobody has recorded, is still to be dealt with.
            Self::Meetings => DeskQuery { meeting_to: Some(now + 7), order: DeskOrder::Meeting, ..own },
            Self::Awaited => DeskQuery { awaiting: true, ..own },
            // A closed case may still owe registrations.
            Self::Registrations => DeskQuery { registering: true, closed: None, ..own },
            Self::Ready => DeskQuery { kind: Some("da-fare".into()), ..own },
            Self::Closable => DeskQuery { kind: Some("chiudibile".into()), ..own },
            Self::Unassigned => DeskQuery { operator: None, unassigned: true, ..own },
        }
    }
}

struct Shown {
    section: Section,
    count: u64,
    rows: Vec<DeskRow>,
    next: Option<DeskCursor>,
}

fn read(app: &App, who: &Identity, section: Section, after: Option<DeskCursor>, limit: u32) -> Result<Shown, Trouble> {
    let query = section.query(&who.reach()?, who.username(), app.service.today());
    let (rows, next) = app.service.rows(&query, after, limit)?;
    let count = app.registry.desk_count(&query)?;
    Ok(Shown { section, count, rows, next })
}

async fn today(State(app): State<App>, who: Identity, asked: Asked) -> Result<Page, Trouble> {
    let only = SECTIONS.into_iter().find(|section| asked.get("elenco") == Some(section.name()));
    let after = cursor(asked.get("dopo"));
    let reader = who.clone();
    let shown = app
        .read(move |app| {
            app.saw(&reader, "elenco", None, None, Some("la mia giornata"))?;
            match only {
                Some(section) => Ok(vec![read(app, &reader, section, after, PAGE)?]),
                None => SECTIONS.into_iter().map(|section| read(app, &reader, section, None, SHOWN)).collect(),
            }
        })
        .await?;
    let today = app.service.today();
    let body = match (only, shown.as_slice()) {
        (Some(section), [one]) => one_section(&who, section, one, &asked, today),
        _ => html! {
            h1 { "La mia giornata" }
            p class="lead" { (day(today)) }
            (said(asked.get("detto")))
            (counts(&shown))
            p { a href={ "/pratiche?" (form_urlencoded::Serializer::new(String::new()).append_pair("operatore", who.username()).finish()) } { "Tutte le tue pratiche aperte" } }
            @for one in &shown { (section(&who, one, today)) }
        },
    };
    Ok(Page::new(&app, &who, only.map_or("La mia giornata", Section::title), body))
}

/// How much there is of everything, each a way to its section.
fn counts(shown: &[Shown]) -> Markup {
    html! {
        ul class="lepre-counts" aria-label="In breve" {
            @for one in shown {
                li class=[(one.section == Section::Overdue && one.count > 0).then_some("lepre-due-late")] {
                    a href={ "#" (one.section.name()) } { strong { (one.count) } " " span { (one.section.title()) } }
                }
            }
        }
    }
}

fn section(who: &Identity, one: &Shown, today: Day) -> Markup {
    let (name, title) = (one.section.name(), one.section.title());
    let apart = one.section == Section::Unassigned;
    html! {
        section id=(name) aria-labelledby={ "titolo-" (name) } class={ "lepre-section" @if apart { " lepre-apart" } } {
            h2 id={ "titolo-" (name) } { (title) " (" (one.count) ")" }
            @if apart && !one.rows.is_empty() { p { "Non sono tue: aprendone una puoi prenderla in carico con «Affida»." } }
            @if one.rows.is_empty() { p class="text-secondary" { (one.section.nothing()) } }
            @else { (case_list(who, &one.rows, one.section.when(), today)) }
            @if one.next.is_some() {
                p { a href={ "/oggi?elenco=" (name) } { "Tutte: " (counted(one.count, "pratica", "pratiche")) span class="visually-hidden" { ", " (title) } } }
            }
        }
    }
}

fn one_section(who: &Identity, section: Section, one: &Shown, asked: &Asked, today: Day) -> Markup {
    let next = one.next.map(|cursor| further("/oggi", asked, cursor));
    html! {
        (breadcrumb(&[("/oggi", "La mia giornata")], section.title()))
        h1 { (section.title()) }
        p class="lead" { (counted(one.count, "pratica", "pratiche")) }
        @if one.rows.is_empty() { (empty(section.nothing(), Some(("/oggi", "Torna alla giornata")))) }
        @else { (case_list(who, &one.rows, section.when(), today)) }
        (next_page(next.as_deref()))
    }
}
