// SPDX-License-Identifier: EUPL-1.2
//! The page of the indicators, and the same document as files.

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use maud::{Markup, html};

use crate::export::indicators::{csv, file_name, write_workbook};
use crate::http::app::App;
use crate::http::form::Asked;
use crate::http::identity::Identity;
use crate::http::indicators::{Reach, cube, day, document, question, reach, whole_cube};
use crate::http::jobs::Look;
use crate::http::routes::{OVERSEERS, Route, page};
use crate::http::trouble::Trouble;
use crate::service::indicators::{By, Cube, Document, Figure, HIDDEN, Level, Question, month_word};

use super::indicators_charts::{in_time_by_month, registrations, terms_of_the_law};
use super::indicators_tables::{definitions, objectives, side};
use super::layout::Page;
use super::parts::{day_words, empty, field};
use super::works::{moment, running};

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/indicatori", OVERSEERS, get(indicators)),
        page("/indicatori.csv", OVERSEERS, get(as_csv)),
        page("/indicatori.xlsx", OVERSEERS, get(as_workbook)),
    ]
}

/// What stands after `?`, with one part put in the place of its like; `on` where it is not today.
pub(super) struct Ways {
    question: Question,
    reach: Reach,
    on: Option<String>,
    side: By,
}

impl Ways {
    /// The address of the page with another value for one part; an empty one takes it away.
    pub fn with(&self, path: &str, name: &str, value: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let question = &self.question;
        let own = |held: &Option<String>, asked: &Option<String>| if held.is_some() { None } else { asked.clone() };
        let parts = [
            ("al", self.on.clone()),
            ("lep", question.level.clone()),
            ("regione", own(&self.reach.region, &question.region)),
            ("sede", own(&self.reach.office, &question.office)),
            ("dal_mese", question.from.map(month_word)),
            ("al_mese", question.to.map(month_word)),
            ("termine", question.term.clone()),
            ("per", Some(self.side.word().to_owned())),
        ];
        for (known, asked) in parts {
            let dropped = known == "termine" && name == "lep" || known == "sede" && name == "regione";
            let value = if known == name { Some(value.to_owned()) } else { asked.filter(|_| !dropped) };
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                query.append_pair(known, &value);
            }
        }
        format!("{path}?{}", query.finish())
    }

    /// The address of an office's own page; `region` where the page is not of one region.
    pub fn to_office(&self, office: &str, region: &str) -> String {
        let mut address = self.with("/indicatori", "sede", office);
        if !region.is_empty() {
            let region = form_urlencoded::byte_serialize(region.as_bytes()).collect::<String>();
            address.push_str(&format!("&regione={region}"));
        }
        address
    }

    pub fn side(&self) -> By {
        self.side
    }
}

fn ways(asked: &Asked, document: &Document, reach: &Reach) -> Ways {
    let wanted = By::ALL.into_iter().find(|by| asked.get("per") == Some(by.word()));
    let shown = wanted.filter(|by| document.table(*by).is_some());
    let side = shown.or_else(|| document.tables.first().map(|table| table.by)).unwrap_or(By::Month);
    Ways { question: document.question.clone(), reach: reach.clone(), on: asked.get("al").map(str::to_owned), side }
}

async fn indicators(State(app): State<App>, who: Identity, asked: Asked) -> Result<Response, Trouble> {
    let (on, reach) = (day(&app, &asked)?, reach(&who)?);
    let question = question(&reach, &asked)?;
    let found = match cube(&app, on).await? {
        Look::Done(found) => found,
        Look::Running(progress) => {
            return Ok(running(&app, &who, "Indicatori", "Le pratiche si stanno contando", &progress));
        }
    };
    app.read(move |app| {
        let document = document(app, &found.value, &question)?;
        let ways = ways(&asked, &document, &reach);
        let body = shown(&found.value, &document, &ways, found.at);
        Ok(Page::new(app, &who, "Indicatori", body).into_response())
    })
    .await
}

fn shown(cube: &Cube, document: &Document, ways: &Ways, at: i64) -> Markup {
    let figure = |key: &str| document.figure(&document.total, key);
    html! {
        h1 { "Indicatori" }
        p class="lead" {
            strong { (figure("pratiche").words()) } " pratiche al " (day_words(document.on)) ": erogate "
            strong { (figure("erogate").words()) } " (" (figure("erogate_quota").words()) "), in tempo "
            strong { (figure("in_tempo_quota").words()) } ", con registrazioni SAP mancanti "
            strong { (figure("non_trasmesse").words()) } ", con violazioni " strong { (figure("con_violazioni").words()) } "."
        }
        p class="small" {
            "Somme fatte il " (moment(at)) ". Chi apre questa pagina dopo che qualcosa è stato registrato le fa rifare, al più una volta al minuto."
            @if document.unread != Figure::Count(0) { " Pratiche non lette, e in nessuna somma: " strong { (document.unread.words()) } "." }
        }
        (filters(cube, document, ways))
        @if document.hides() {
            p { "«" (HIDDEN) "» sta al posto di un numero di pratiche da 1 a " (document.threshold.saturating_sub(1))
                ", o di ciò da cui si ricaverebbe: vale in questa pagina, nei suoi file e nei grafici." }
        }
        @if figure("pratiche") == Figure::Count(0) { (empty("Nessuna pratica con questi filtri.", Some(("/indicatori", "Toglili tutti")))) } @else {
            (sides(document, ways))
            (side(document, ways))
            (in_time_by_month(document))
            (terms_of_the_law(document, ways))
            (registrations(document))
            (objectives(document))
            section aria-labelledby="file" {
                h2 id="file" { "Le stesse tavole come file" }
                ul {
                    li { a href=(ways.with("/indicatori.xlsx", "", "")) { "Foglio di calcolo (XLSX)" } ": ogni tavola, ogni misura, le definizioni" }
                    li { a href=(ways.with("/indicatori.csv", "", "")) { "Tabella per i programmi (CSV)" } ": le stesse righe, con le chiavi delle misure" }
                }
            }
            (definitions(document))
        }
    }
}

/// The choices of a field, the first of which asks for nothing.
fn choices(first: &str, all: impl IntoIterator<Item = (String, String)>) -> Vec<(String, String)> {
    std::iter::once((String::new(), first.to_owned())).chain(all).collect()
}

fn filters(cube: &Cube, document: &Document, ways: &Ways) -> Markup {
    let question = &document.question;
    let mut levels: Vec<&Level> = cube.levels.iter().collect();
    levels.sort_by(|a, b| a.letter.cmp(&b.letter));
    let of_level = levels.iter().find(|level| question.level.as_ref() == Some(&level.letter));
    let in_reach = |region: &str| question.region.as_deref().is_none_or(|wanted| wanted == region);
    let same = |name: String| (name.clone(), name);
    let mut regions: Vec<&str> = cube.places.iter().map(|place| place.region.as_str()).collect();
    let places = cube.places.iter().filter(|place| in_reach(&place.region));
    let mut offices: Vec<&str> = places.map(|place| place.office.as_str()).collect();
    for names in [&mut regions, &mut offices] {
        names.sort_unstable();
        names.dedup();
    }
    let levels = levels.iter().map(|level| (level.letter.clone(), format!("{} · {}", level.letter, level.title)));
    let month = |month: Option<i32>| month.map(month_word).unwrap_or_default();
    html! {
        form method="get" action="/indicatori" class="lepre-inline" {
            (field("al", "Com'erano il").date().value(document.on.to_string()))
            (field("lep", "Livello").choices(choices("tutti", levels)).value(question.level.clone().unwrap_or_default()))
            @if let Some(level) = of_level.filter(|level| !level.terms.is_empty()) {
                (field("termine", "Con un termine").choices(choices("nessuno", level.terms.iter().map(|term| same(term.id.clone())))).value(question.term.clone().unwrap_or_default()))
            }
            @if ways.reach.region.is_none() {
                (field("regione", "Regione").choices(choices("tutte", regions.iter().map(|name| same((*name).to_owned())))).value(question.region.clone().unwrap_or_default()))
            }
            @if ways.reach.office.is_none() {
                (field("sede", "Sede").choices(choices("tutte", offices.iter().map(|name| same((*name).to_owned())))).value(question.office.clone().unwrap_or_default()))
            }
            (field("dal_mese", "Aperte dal mese").value(month(question.from)).hint("anno-mese, come 2026-03"))
            (field("al_mese", "Aperte fino al mese").value(month(question.to)).hint("anno-mese, come 2026-03"))
            input type="hidden" name="per" value=(ways.side().word());
            button class="btn btn-outline-primary" type="submit" { "Mostra" }
        }
        @if *ways.question_without_reach() != Question::default() { p { a href="/indicatori" { "Togli tutti i filtri" } } }
    }
}

impl Ways {
    /// What was asked for beside what one is held to.
    fn question_without_reach(&self) -> Box<Question> {
        let own = |held: &Option<String>, asked: &Option<String>| if held.is_some() { None } else { asked.clone() };
        Box::new(Question {
            region: own(&self.reach.region, &self.question.region),
            office: own(&self.reach.office, &self.question.office),
            ..self.question.clone()
        })
    }
}

/// The ways to the other tables.
fn sides(document: &Document, ways: &Ways) -> Markup {
    html! {
        nav aria-label="Tavole" {
            ul class="lepre-filters" {
                @for table in &document.tables {
                    li { a href=(ways.with("/indicatori", "per", table.by.word())) aria-current=[(table.by == ways.side()).then_some("true")] { "Per " (table.by.word()) } }
                }
            }
        }
    }
}

/// The document that was asked for, made away from the threads that serve, with the note of who has it.
async fn made<T: Send + 'static>(
    app: &App,
    who: Identity,
    asked: Asked,
    make: impl FnOnce(&Document) -> Result<T, Trouble> + Send + 'static,
) -> Result<(String, T), Trouble> {
    let (on, reach) = (day(app, &asked)?, reach(&who)?);
    let question = question(&reach, &asked)?;
    let found = whole_cube(app, on).await?;
    app.read(move |app| {
        let document = document(app, &found.value, &question)?;
        app.saw(&who, "esportazione", None, None, Some("indicatori"))?;
        Ok((file_name(&document), make(&document)?))
    })
    .await
}

async fn as_csv(State(app): State<App>, who: Identity, asked: Asked) -> Result<Response, Trouble> {
    let (name, text) = made(&app, who, asked, |document| Ok(csv(document))).await?;
    Ok(file(text.into_bytes(), "text/csv; charset=utf-8; header=present", &format!("{name}.csv")))
}

async fn as_workbook(State(app): State<App>, who: Identity, asked: Asked) -> Result<Response, Trouble> {
    let make = |document: &Document| {
        let mut bytes = Vec::new();
        write_workbook(&mut bytes, document).map_err(|error| Trouble::Internal { why: error.to_string() })?;
        Ok(bytes)
    };
    let (name, bytes) = made(&app, who, asked, make).await?;
    let media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(file(bytes, media, &format!("{name}.xlsx")))
}

fn file(bytes: Vec<u8>, media: &'static str, name: &str) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(CONTENT_DISPOSITION, value);
    }
    response
}
