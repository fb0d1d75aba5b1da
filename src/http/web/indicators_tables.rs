// SPDX-License-Identifier: EUPL-1.2
//! The tables of the indicators: one side at a time, what the law wants, what each measure means.

use maud::{Markup, html};

use crate::service::indicators::{
    By, Document, DocumentRow as Row, Figure, Measure, NO_TARGET, month_word, read_month,
};

use super::indicators::Ways;
use super::parts::elsewhere;

/// The measures for which the page has room; the files have them all.
const SHOWN: [&str; 14] = [
    "pratiche",
    "erogate",
    "erogate_quota",
    "da_erogare",
    "output_mancanti_pratiche",
    "interrotte_prima",
    "non_valutabili",
    "in_tempo_quota",
    "in_ritardo",
    "giorni_mediana",
    "giorni_p90",
    "non_trasmesse",
    "registrazioni_mancanti_quota",
    "con_violazioni",
];
const SHOWN_OF_TERM: [&str; 4] = ["rispettati_quota", "scaduti", "termine_mediana", "termine_p90"];

/// Rows of the page; the files have them all.
const LISTED: usize = 300;

const MONTHS: [&str; 12] = [
    "gennaio",
    "febbraio",
    "marzo",
    "aprile",
    "maggio",
    "giugno",
    "luglio",
    "agosto",
    "settembre",
    "ottobre",
    "novembre",
    "dicembre",
];

/// `marzo 2026`.
pub(super) fn month_words(key: &str) -> String {
    let Some(month) = read_month(key) else { return key.to_owned() };
    let at = usize::try_from(month.rem_euclid(12)).unwrap_or(0);
    MONTHS.get(at).map_or_else(|| month_word(month), |name| format!("{name} {}", month.div_euclid(12)))
}

fn shown_measures(document: &Document) -> Vec<&'static Measure> {
    let of_term = SHOWN_OF_TERM.iter().filter(|_| document.has_term);
    let keys: Vec<&str> = SHOWN.iter().chain(of_term).copied().collect();
    document.measures().filter(|measure| keys.contains(&measure.key)).collect()
}

/// A figure in its cell: what is hidden or absent is told in words, and never by an empty place.
pub(super) fn figure_cell(figure: Figure) -> Markup {
    html! {
        td class="lepre-figure" {
            @match figure {
                Figure::Absent => { span aria-hidden="true" { "—" } span class="visually-hidden" { "niente da misurare" } }
                Figure::Hidden => em { (figure.words()) },
                other => (other.words()),
            }
        }
    }
}

/// The table of the side that is asked for.
pub(super) fn side(document: &Document, ways: &Ways) -> Markup {
    let Some(table) = document.table(ways.side()) else { return html! {} };
    let measures = shown_measures(document);
    let caption = format!("Indicatori per {}", table.by.word());
    html! {
        section aria-labelledby="tavola" {
            h2 id="tavola" { "Per " (table.by.word()) }
            div class="table-responsive" tabindex="0" role="region" aria-labelledby="tavola-titolo" {
                table class="table table-sm caption-top" {
                    caption id="tavola-titolo" { (caption) }
                    thead { tr { th scope="col" { (table.by.head()) } @for measure in &measures { th scope="col" { (measure.head) } } } }
                    tbody { @for row in table.rows.iter().take(LISTED) { tr { th scope="row" { (name(table.by, row, ways)) } (figures(document, row, &measures)) } } }
                    tfoot { tr { th scope="row" { "Totale" } (figures(document, &document.total, &measures)) } }
                }
            }
            @if table.rows.len() > LISTED { p { "Qui le prime " (LISTED) " righe di " (table.rows.len()) ": le altre sono nei file." } }
        }
    }
}

fn figures(document: &Document, row: &Row, measures: &[&Measure]) -> Markup {
    html! { @for measure in measures { (figure_cell(document.figure(row, measure.key))) } }
}

/// The name of a row, with the way to its own page.
fn name(by: By, row: &Row, ways: &Ways) -> Markup {
    let words = match by {
        By::Month => month_words(&row.key),
        _ => row.key.clone(),
    };
    let to = match by {
        By::Level => Some(ways.with("/indicatori", "lep", &row.key)),
        By::Region => Some(ways.with("/indicatori", "regione", &row.key)),
        By::Office => Some(ways.to_office(&row.key, &row.more)),
        By::Month => None,
    };
    html! {
        @match to {
            Some(to) => a href=(to) { (words) },
            None => (words),
        }
        @if !row.more.is_empty() { " · " (row.more) }
    }
}

/// What the law wants of every case, and that it states nothing else.
pub(super) fn objectives(document: &Document) -> Markup {
    html! {
        section aria-labelledby="dovuto" {
            h2 id="dovuto" { "Ciò che la legge vuole in ogni pratica" }
            div class="table-responsive" tabindex="0" role="region" aria-labelledby="dovuto-titolo" {
                table class="table table-sm caption-top" {
                    caption id="dovuto-titolo" { "Output e registrazioni dovuti, per livello" }
                    thead { tr { th scope="col" { "Livello" } th scope="col" { "Output dovuti" } th scope="col" { "Registrazioni SAP dovute" } th scope="col" { "Norma" } } }
                    tbody { @for objective in &document.objectives { tr {
                        th scope="row" { (objective.level) " · " (objective.title) }
                        td { "tutti" } td { "tutte" }
                        td { @for (at, norm) in objective.norms.iter().enumerate() { @if at > 0 { "; " } (norm_words(&norm.words, norm.link.as_deref())) } }
                    } } }
                }
            }
            p { (NO_TARGET) }
        }
    }
}

pub(super) fn norm_words(words: &str, link: Option<&str>) -> Markup {
    html! {
        @if let Some(link) = link { a href=(link) rel="external noreferrer" { (words) span class="visually-hidden" { (elsewhere(link)) } } } @else { (words) }
    }
}

/// What each measure of the page is, exactly.
pub(super) fn definitions(document: &Document) -> Markup {
    html! {
        section aria-labelledby="definizioni" {
            h2 id="definizioni" { "Che cosa conta ogni misura" }
            details {
                summary { "Le definizioni" }
                dl { @for measure in document.measures() { dt { (measure.head) } dd { (measure.definition) "." } } }
            }
        }
    }
}
