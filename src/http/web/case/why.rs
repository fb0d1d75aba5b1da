// SPDX-License-Identifier: EUPL-1.2
//! Why an item is due or not, why a term runs or not: the engine's explanation as lists inside lists.

use axum::extract::{Path, State};
use maud::{Markup, html};

use crate::engine::{Explanation, Question, explain};
use crate::http::app::App;
use crate::http::identity::Identity;
use crate::http::trouble::Trouble;
use crate::http::web::layout::Page;
use crate::http::web::parts::breadcrumb;

use super::words::{heading, norm};
use super::{Seen, seen};

pub(super) async fn show(
    State(app): State<App>,
    who: Identity,
    Path((id, name)): Path<(String, String)>,
) -> Result<Page, Trouble> {
    app.clone()
        .read(move |app| {
            let seen = seen(app, &who, &id, "pratica")?;
            let rulebook = &seen.view.rulebook;
            let term = || rulebook.terms.iter().find(|term| term.id == name);
            let item = rulebook.item_index(&name);
            let question = item.map(Question::Item).or_else(|| term().map(|term| Question::Term(term.index)));
            let told = question.and_then(|question| explain(rulebook, &seen.view.case, seen.today, question));
            let Some(told) = told else {
                return Err(Trouble::not_found("il livello non ha una voce né un termine con questo nome"));
            };
            let text = item.and_then(|index| rulebook.item(index)).map(|item| item.text.clone());
            let title = text.map_or_else(|| format!("Perché: termine {name}"), |text| format!("Perché: {text}"));
            let body = html! {
                (breadcrumb(&[("/pratiche", "Pratiche"), (&seen.path(), &seen.title())], "Perché"))
                (heading(&title))
                p class="lead" { (seen.title()) @if let Some(name) = seen.name() { " · " (name) } }
                ul class="lepre-why" { (line(&seen, &told)) }
                p { a class="btn btn-outline-primary" href=(seen.path()) { "Torna alla pratica" } }
            };
            Ok(Page::new(app, &who, &title, body))
        })
        .await
}

/// A sentence, the norm and the events it rests on, and the sentences below it.
fn line(seen: &Seen, told: &Explanation) -> Markup {
    let hidden = told.facts.iter().any(|fact| seen.veil.hides(fact));
    html! {
        li {
            @if hidden { em { "Dipende da un dato particolare, che a chi verifica non si mostra." } }
            @else { (seen.veil.sentence(&told.sentence)) "." }
            @if !told.events.is_empty() && !hidden {
                span class="small" {
                    " Eventi: "
                    @for (at, event) in told.events.iter().enumerate() { @if at > 0 { ", " } a href={ (seen.path()) "#evento-" (event) } { (event) } }
                }
            }
            @if let Some(citation) = &told.norm { (norm(&seen.view.rulebook, citation)) }
            @if let Some(place) = &told.place { p class="small text-secondary mb-1" { "Nella specifica: " code { (place) } } }
            @if !told.because.is_empty() { ul { @for below in &told.because { (line(seen, below)) } } }
        }
    }
}
