// SPDX-License-Identifier: EUPL-1.2
//! One level as it stands for a day and a region, each line with whose words it has, its act and its place; its workflow
//! drawn.

use axum::extract::{Path, State};
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{Markup, html};

use crate::calendar::Day;
use crate::compile::NoRulebook;
use crate::diagnostic::Diagnostic;
use crate::drawing::{OutlineLine, Picture, outline, svg};
use crate::http::app::App;
use crate::http::auth::go;
use crate::http::form::Asked;
use crate::http::identity::Identity;
use crate::http::routes::{Route, page};
use crate::http::trouble::Trouble;
use crate::library::Library;
use crate::reading::{self, titles};
use crate::rulebook::Rulebook;

use super::diagnostics::fault_card;
use super::layout::Page;
use super::levels::SPECS;
use super::parts::{alert, breadcrumb, day_words, field};
use super::sheet;

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/specifiche/apri", SPECS, get(open)),
        page("/specifiche/{lep}", SPECS, get(level)),
        page("/specifiche/{lep}/disegno.svg", SPECS, get(picture)),
    ]
}

/// Every administration of the catalogue, after the decree alone.
pub(super) fn region_choices(library: &Library) -> Vec<(String, String)> {
    let regions =
        library.specs().catalogue.regions.0.iter().map(|row| (row.name.value.0.clone(), row.value.name.clone()));
    std::iter::once((String::new(), "nessuna: il livello nazionale".to_owned())).chain(regions).collect()
}

/// What a region is called.
pub(super) fn region_name(library: &Library, id: &str) -> String {
    library.specs().catalogue.regions.get(id).map_or_else(|| id.to_owned(), |row| row.name.clone())
}

/// What is asked for: letter as the catalogue writes it, region, day.
struct Wanted {
    letter: String,
    region: Option<String>,
    on: Day,
}

impl Wanted {
    fn read(app: &App, letter: &str, asked: &Asked) -> Result<Self, Trouble> {
        let library = app.service.library();
        let letter = letter.trim().to_uppercase();
        if !titles(&library).iter().any(|(known, _)| *known == letter) {
            return Err(Trouble::not_found("questo livello non esiste"));
        }
        let region = asked.get("regione").map(str::to_owned);
        if let Some(region) = &region
            && library.specs().catalogue.regions.get(region).is_none()
        {
            return Err(Trouble::bad("regione", "non è tra le amministrazioni del catalogo"));
        }
        let on = match asked.get("il") {
            None => app.service.today(),
            Some(text) => text
                .parse()
                .map_err(|_| Trouble::bad("il", "il giorno si scrive anno-mese-giorno, per esempio 2026-05-04"))?,
        };
        Ok(Self { letter, region, on })
    }

    fn query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some(region) = &self.region {
            query.append_pair("regione", region);
        }
        query.append_pair("il", &self.on.to_string()).finish()
    }
}

/// From the form of the list to the address of a level.
async fn open(State(app): State<App>, asked: Asked) -> Result<Response, Trouble> {
    let wanted = Wanted::read(&app, asked.need("lep")?, &asked)?;
    Ok(go(&format!("/specifiche/{}?{}", wanted.letter, wanted.query())))
}

async fn level(
    State(app): State<App>,
    who: Identity,
    Path(letter): Path<String>,
    asked: Asked,
) -> Result<Page, Trouble> {
    let (title, body) = app
        .read(move |app| {
            let wanted = Wanted::read(app, &letter, &asked)?;
            let library = app.service.library();
            let body = match library.rulebook(&wanted.letter, wanted.region.as_deref(), wanted.on) {
                Ok(rulebook) => whole(&library, &rulebook, &wanted),
                Err(no) => without(&library, &no, &wanted),
            };
            Ok((format!("LEP {}", wanted.letter), body))
        })
        .await?;
    Ok(Page::new(&app, &who, &title, body))
}

fn chooser(library: &Library, wanted: &Wanted) -> Markup {
    html! {
        form method="get" action={ "/specifiche/" (wanted.letter) } class="lepre-inline" {
            (field("regione", "Regione").choices(region_choices(library)).value(wanted.region.clone().unwrap_or_default()))
            (field("il", "Come vale il").date().value(wanted.on.to_string()))
            button class="btn btn-outline-primary" type="submit" { "Mostra" }
        }
    }
}

fn whole(library: &Library, rulebook: &Rulebook, wanted: &Wanted) -> Markup {
    let titles = titles(library);
    let title_of = |letter: &str| titles.iter().find(|(known, _)| known == letter).map(|(_, title)| title.clone());
    let region = wanted.region.as_deref().map(|id| region_name(library, id));
    let fixed = wanted.region.as_deref().map(|id| reading::fixed(library, id)).unwrap_or_default();
    let asked = reading::Asked { on: wanted.on, region: region.as_deref(), fixed: &fixed, title_of: &title_of };
    let page = reading::sheet(rulebook, &asked);
    let picture = Picture::new(rulebook);
    html! {
        (breadcrumb(&[("/specifiche", "Livelli")], &format!("LEP {}", wanted.letter)))
        (sheet::head(&page))
        (chooser(library, wanted))
        @if !picture.is_empty() { (workflow(&picture, wanted)) }
        (sheet::sections(&page))
    }
}

fn workflow(picture: &Picture, wanted: &Wanted) -> Markup {
    html! {
        section aria-labelledby="percorso" {
            h2 id="percorso" { "Percorso" }
            div class="lepre-drawing" tabindex="0" role="region" aria-label="Disegno del percorso" {
                img src={ "/specifiche/" (wanted.letter) "/disegno.svg?" (wanted.query()) }
                    alt={ "Disegno del percorso del livello " (wanted.letter) ": lo stesso, in parole, è qui sotto" };
            }
            details class="mt-2" {
                summary { "Il percorso in parole" }
                div class="lepre-outline" { (steps(&outline(picture))) }
            }
        }
    }
}

/// The outline as lists inside lists.
fn steps(lines: &[OutlineLine]) -> Markup {
    let Some(depth) = lines.iter().map(|line| line.depth).min() else { return html! {} };
    let mut starts: Vec<usize> = (0..).zip(lines).filter(|(_, line)| line.depth == depth).map(|(at, _)| at).collect();
    starts.push(lines.len());
    html! {
        ul {
            @for (start, end) in starts.iter().zip(starts.iter().skip(1)) {
                @let part = lines.get(*start..*end).unwrap_or_default();
                @if let Some((first, rest)) = part.split_first() { li { (sheet::ticked(&first.words)) (steps(rest)) } }
            }
        }
    }
}

/// The page of a level that cannot be shown, with why.
fn without(library: &Library, no: &NoRulebook, wanted: &Wanted) -> Markup {
    let faults: &[Diagnostic] = if let NoRulebook::Faulty(faults) = no { faults } else { &[] };
    let words = match no {
        NoRulebook::UnknownLevel => "Del livello manca il file nella cartella nazionale.".to_owned(),
        NoRulebook::UnknownRegion => "La regione non ha specifiche.".to_owned(),
        NoRulebook::NotInForce { from, to } => {
            format!("Il {} il livello non è {}.", day_words(wanted.on), reading::validity(*from, *to))
        }
        NoRulebook::Faulty(_) => "La specifica ha errori, e finché ci sono il livello non si usa.".to_owned(),
    };
    html! {
        (breadcrumb(&[("/specifiche", "Livelli")], &format!("LEP {}", wanted.letter)))
        h1 { "LEP " (wanted.letter) }
        (alert("warning", &words))
        (chooser(library, wanted))
        @if !faults.is_empty() { h2 { "Errori" } }
        @for fault in faults { (fault_card(library, fault, &[])) }
    }
}

async fn picture(State(app): State<App>, Path(letter): Path<String>, asked: Asked) -> Result<Response, Trouble> {
    let drawn = app
        .read(move |app| {
            let wanted = Wanted::read(app, &letter, &asked)?;
            let rulebook = app.service.library().rulebook(&wanted.letter, wanted.region.as_deref(), wanted.on);
            let rulebook = rulebook.map_err(|_| Trouble::not_found("quel giorno il livello non si può disegnare"))?;
            Ok(svg(&Picture::new(&rulebook)))
        })
        .await?;
    Ok(([(CONTENT_TYPE, HeaderValue::from_static("image/svg+xml"))], drawn).into_response())
}
