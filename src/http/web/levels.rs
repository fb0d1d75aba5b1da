// SPDX-License-Identifier: EUPL-1.2
//! Every level, and what each region makes of it: the table from which a level is opened.

use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};

use crate::calendar::Day;
use crate::compile::NoRulebook;
use crate::http::app::App;
use crate::http::form::Asked;
use crate::http::identity::Identity;
use crate::http::routes::{Route, Who, page};
use crate::http::trouble::Trouble;
use crate::library::Library;
use crate::reading::count;
use crate::reading::coverage::{self, Row};
use crate::role::Role;
use crate::rulebook::Voice;
use crate::spec::level::Audience;

use super::layout::Page;
use super::level::{region_choices, region_name};
use super::parts::{day_words, field, said};

/// Those who read the specifications.
pub(super) const SPECS: Who = Who::Only(&[Role::RegionalAdmin, Role::Auditor]);

pub(super) fn routes() -> Vec<Route> {
    vec![page("/specifiche", SPECS, get(levels))]
}

/// How a level stands in a region, or in the whole country.
enum Standing {
    Holds { amendments: usize, variations: usize, scripts: usize },
    NotInForce(Option<Day>, Option<Day>),
    Faulty(usize),
    Gone,
}

fn standing(library: &Library, letter: &str, region: Option<&str>, on: Day) -> Standing {
    match library.rulebook(letter, region, on) {
        Ok(rulebook) => {
            let of = |voice| rulebook.variations.iter().filter(|variation| variation.voice == voice).count();
            Standing::Holds {
                amendments: of(Voice::Amendment),
                variations: of(Voice::Region),
                scripts: rulebook.scripts.len(),
            }
        }
        Err(NoRulebook::NotInForce { from, to }) => Standing::NotInForce(from, to),
        Err(NoRulebook::Faulty(faults)) => Standing::Faulty(faults.len()),
        Err(NoRulebook::UnknownLevel | NoRulebook::UnknownRegion) => Standing::Gone,
    }
}

fn standing_cell(standing: &Standing, national: bool) -> Markup {
    html! {
        @match standing {
            Standing::Holds { amendments, .. } if national => {
                "in vigore"
                @if *amendments > 0 { ", con " (count(*amendments, "modifica dello Stato", "modifiche dello Stato")) }
            }
            Standing::Holds { variations: 0, scripts: 0, .. } => span class="text-secondary" { "nazionale" },
            Standing::Holds { variations, scripts, .. } => {
                strong { (count(*variations, "variazione", "variazioni")) }
                @if *scripts > 0 { ", " (scripts) " script" }
            }
            Standing::NotInForce(from, to) => {
                "non in vigore"
                @if let Some(from) = from { ", dal " (day_words(*from)) }
                @if let Some(to) = to { ", fino al " (day_words(*to)) }
            }
            Standing::Faulty(faults) => a href="/diagnostica" { strong { "non si usa: " (count(*faults, "errore", "errori")) } },
            Standing::Gone => strong { "il file manca" },
        }
    }
}

/// How much of the decree's words the level has.
pub(super) fn quality(row: &Row) -> String {
    let missing = row.fields.iter().filter(|(_, state, _)| *state == coverage::State::Missing).count();
    let wording = row.wording.map_or("non si legge", |wording| wording.word());
    if missing == 0 {
        wording.to_owned()
    } else {
        format!("{wording}, parziale: {}", count(missing, "campo manca", "campi mancano"))
    }
}

async fn levels(State(app): State<App>, who: Identity, asked: Asked) -> Result<Page, Trouble> {
    let own = who.account.region.clone();
    let said = said(asked.get("detto"));
    let (body, title) = app
        .read(move |app| {
            let library = app.service.library();
            let on = app.service.today();
            Ok((table(&library, own.as_deref(), on, &said), "Livelli"))
        })
        .await?;
    Ok(Page::new(&app, &who, title, body))
}

/// Regions that say something, one's own first.
fn speaking(library: &Library, own: Option<&str>) -> Vec<String> {
    let specs = library.specs();
    let folders = specs.regions.iter().map(|file| file.folder.to_string());
    let laid = specs.overlays.iter().filter_map(|overlay| overlay.folder.as_ref().map(ToString::to_string));
    let mut regions: Vec<String> = folders.chain(laid).collect();
    regions.sort();
    regions.dedup();
    regions.sort_by_key(|region| own != Some(region.as_str()));
    regions
}

fn table(library: &Library, own: Option<&str>, on: Day, said: &Markup) -> Markup {
    let rows = coverage::rows(library, on);
    let regions = speaking(library, own);
    let all = library.specs().catalogue.regions.0.len();
    html! {
        h1 { "Livelli essenziali" }
        (said)
        p class="lead" {
            (count(rows.len(), "livello", "livelli")) " dell'allegato B, come valgono oggi, " (day_words(on)) ". "
            (count(regions.len(), "amministrazione ha", "amministrazioni hanno")) " specifiche proprie; per le altre "
            (all.saturating_sub(regions.len())) " vale il livello nazionale."
        }
        form method="get" action="/specifiche/apri" class="lepre-inline" {
            (field("lep", "Livello").choices(rows.iter().map(|row| (row.letter.clone(), format!("{} · {}", row.letter, row.title))).collect()))
            (field("regione", "Regione").choices(region_choices(library)).value(own.unwrap_or_default()))
            (field("il", "Giorno").date().value(on.to_string()))
            button class="btn btn-outline-primary" type="submit" { "Apri il livello" }
        }
        div class="table-responsive mt-4" tabindex="0" role="region" aria-labelledby="tabella-livelli" {
            table class="table table-sm align-middle caption-top" {
                caption id="tabella-livelli" { "Livelli e regioni: che cosa vale oggi" }
                thead { tr {
                    th scope="col" { "LEP" }
                    th scope="col" { "Titolo" }
                    th scope="col" { "Parole del decreto" }
                    th scope="col" { "Nazionale" }
                    @for region in &regions { th scope="col" { (region_name(library, region)) } }
                } }
                tbody { @for row in &rows { tr {
                    th scope="row" { a href={ "/specifiche/" (row.letter) } { (row.letter) } }
                    td class="lepre-wide" { (row.title) @if row.audience == Some(Audience::Company) { span class="text-secondary" { " (per l'impresa)" } } }
                    td { (quality(row)) }
                    td { (standing_cell(&standing(library, &row.letter, None, on), true)) }
                    @for region in &regions {
                        @let cell = standing(library, &row.letter, Some(region), on);
                        td {
                            @if matches!(cell, Standing::Holds { .. }) {
                                a href={ "/specifiche/" (row.letter) "?regione=" (region) } { span class="visually-hidden" { "LEP " (row.letter) ", " (region_name(library, region)) ": " } (standing_cell(&cell, false)) }
                            } @else { (standing_cell(&cell, false)) }
                        }
                    }
                } } }
            }
        }
    }
}
