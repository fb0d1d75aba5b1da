// SPDX-License-Identifier: EUPL-1.2
//! The frame of every page: header, ways, content, footer. No inline script, no inline style.

use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::http::app::App;
use crate::http::assets;
use crate::http::identity::Identity;
use crate::role::Role;

use super::parts::{csrf, icon};

/// A page, written.
pub struct Page(String);

/// Where the content goes in the frame. Titles and names are escaped, so that none can hold this.
const SLOT: PreEscaped<&str> = PreEscaped("<!-- contenuto -->");

impl Page {
    /// A page for somebody signed in. `title` stands in the window and is read first by a screen reader.
    pub fn new(app: &App, who: &Identity, title: &str, body: Markup) -> Self {
        Self::of(app, who, title, vec![body])
    }

    /// A page of several pieces, one after another.
    pub fn of(app: &App, who: &Identity, title: &str, body: Vec<Markup>) -> Self {
        Self::within(&frame(app, Some(who), title), &body)
    }

    /// Long pages are copied once, into room of the right size.
    fn within(frame: &Markup, body: &[Markup]) -> Self {
        let (above, below) = frame.0.split_once(SLOT.0).unwrap_or((&frame.0, ""));
        let pieces = body.iter().map(|piece| piece.0.as_str());
        Self([above].into_iter().chain(pieces).chain([below]).collect::<Vec<_>>().concat())
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        ([(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"))], self.0).into_response()
    }
}

/// A page for whoever has not signed in.
pub fn blank_page(app: &App, title: &str, body: Markup) -> Page {
    Page::within(&frame(app, None, title), &[body])
}

/// Where a role goes, with the words for it.
fn ways(role: Role) -> &'static [(&'static str, &'static str)] {
    match role {
        Role::Operator => &[
            ("/oggi", "La mia giornata"),
            ("/pratiche", "Pratiche"),
            ("/cerca", "Cerca"),
            ("/pratiche/nuova", "Nuova pratica"),
        ],
        Role::OfficeLead => &[
            ("/sede", "La sede"),
            ("/indicatori", "Indicatori"),
            ("/scadenzario", "Scadenzario"),
            ("/oggi", "La mia giornata"),
            ("/pratiche", "Pratiche"),
            ("/cerca", "Cerca"),
            ("/pratiche/nuova", "Nuova pratica"),
        ],
        Role::RegionalAdmin => &[
            ("/specifiche", "Livelli"),
            ("/copertura", "Copertura"),
            ("/prove", "Prove"),
            ("/diagnostica", "Diagnostica"),
            ("/impatto", "Impatto"),
            ("/account", "Account"),
            ("/indicatori", "Indicatori"),
        ],
        Role::Auditor => &[
            ("/rilievi", "Rilievi"),
            ("/impatto", "Impatto"),
            ("/indicatori", "Indicatori"),
            ("/pratiche", "Pratiche"),
            ("/specifiche", "Livelli"),
            ("/catena", "Catena"),
            ("/accessi", "Accessi ai dati"),
        ],
    }
}

fn frame(app: &App, who: Option<&Identity>, title: &str) -> Markup {
    html! {
        (DOCTYPE)
        html lang="it" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · lepre" }
                link rel="stylesheet" href=(assets::LEPRE_CSS);
                link rel="icon" href=(assets::FAVICON_SVG);
                script src=(assets::HTMX_JS) defer {}
                script src=(assets::LEPRE_JS) defer {}
                // Without inline style and without evaluated code: the policy allows neither.
                meta name="htmx-config" content=r#"{"includeIndicatorStyles":false,"allowEval":false,"selfRequestsOnly":true}"#;
            }
            body {
                div class="skiplinks" { a class="visually-hidden-focusable" href="#contenuto" { "Vai al contenuto" } }
                header class="it-header-wrapper" {
                    div class="it-header-slim-wrapper" {
                        div class="container d-flex justify-content-between align-items-center flex-wrap py-1" {
                            span class="text-white small" { (place(app, who)) }
                            @if let Some(who) = who { (user(who)) }
                        }
                    }
                    div class="it-header-center-wrapper lepre-brand" {
                        div class="container d-flex align-items-center flex-wrap py-3" {
                            a class="text-white text-decoration-none" href="/" {
                                span class="h4 text-white mb-0 d-block" { "lepre" }
                                span class="small" { "Livelli essenziali delle prestazioni dei centri per l'impiego" }
                            }
                        }
                    }
                    @if let Some(who) = who {
                        nav class="lepre-nav" aria-label="Principale" {
                            ul class="container" {
                                @for (to, words) in ways(who.role()) { li { a href=(to) aria-current=[(*words == title).then_some("page")] { (words) } } }
                            }
                        }
                    }
                    @if app.config.demo {
                        div class="lepre-demo" role="note" { div class="container" { "Dimostrazione: persone, imprese e atti regionali sono inventati." } }
                    }
                }
                main id="contenuto" class="container py-4" tabindex="-1" { (SLOT) }
                footer class="lepre-footer" {
                    div class="container d-flex flex-wrap justify-content-between py-3" {
                        span { "lepre " (env!("CARGO_PKG_VERSION")) " · D.M. 4/2018, allegato B" }
                        ul class="lepre-foot-ways" {
                            li { a href="/accessibilita" { "Accessibilità" } }
                            li { a href="/api" { "Interfaccia per i programmi" } }
                        }
                    }
                }
            }
        }
    }
}

/// Where one works: the office, the region, or all of them.
fn place(app: &App, who: Option<&Identity>) -> String {
    let Some(who) = who else { return "Centri per l'impiego".into() };
    let library = app.service.library();
    let region = who.account.region.as_deref();
    let office = who.account.office.as_deref().map(|office| {
        let known = region.and_then(|region| library.office_name(region, office));
        known.unwrap_or_else(|| office.to_owned())
    });
    match (office, region) {
        (Some(office), _) => office,
        (None, Some(region)) => format!("Regione {region}"),
        (None, None) => "Tutte le regioni".into(),
    }
}

fn user(who: &Identity) -> Markup {
    html! {
        div class="d-flex align-items-center flex-wrap lepre-user" {
            span class="text-white small me-3" { (who.account.name) " · " (who.role().word()) }
            a class="text-white small me-3" href="/profilo" { "Profilo" }
            form method="post" action="/uscita" {
                (csrf(who))
                button class="btn btn-xs btn-outline-light" type="submit" { (icon("it-logout")) "Esci" }
            }
        }
    }
}
