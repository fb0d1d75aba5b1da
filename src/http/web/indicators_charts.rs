// SPDX-License-Identifier: EUPL-1.2
//! The charts of the indicators, each with its table right after it: the same numbers, hidden in both or in neither.

use maud::{Markup, PreEscaped, html};

use crate::drawing::{Bars, Chart, Series, Unit, chart_svg};
use crate::service::indicators::{By, Document, DocumentRow as Row, Figure, TERM_MEASURES, TermRow};

use super::indicators::Ways;
use super::indicators_tables::{figure_cell, month_words, norm_words};

/// Months drawn, the last ones.
const MONTHS: usize = 24;
/// Bars of offices and of terms.
const MOST: usize = 20;
/// What a chart writes where it has no number.
const NO_NUMBER: &str = "non mostrato";

fn drawn(chart: &Chart, id: &str) -> Markup {
    html! { div class="lepre-drawing lepre-chart" { (PreEscaped(chart_svg(chart, id))) } }
}

fn chart(title: &str, over: &str, bars: Bars, unit: Unit, categories: Vec<String>, series: Vec<Series>) -> Chart {
    let (title, over) = (title.to_owned(), over.to_owned());
    Chart { title, over, categories, series, bars, unit, no_number: NO_NUMBER.to_owned() }
}

fn series(name: &str, values: impl Iterator<Item = Figure>) -> Series {
    Series { name: name.to_owned(), values: values.map(Figure::number).collect() }
}

/// A table of a chart: a name and figures in each row.
fn table(id: &str, caption: &str, heads: &[&str], rows: &[(String, Vec<Figure>)]) -> Markup {
    html! {
        div class="table-responsive" tabindex="0" role="region" aria-labelledby={ (id) "-tabella" } {
            table class="table table-sm lepre-sums caption-top" {
                caption id={ (id) "-tabella" } { (caption) }
                thead { tr { @for head in heads { th scope="col" { (head) } } } }
                tbody { @for (name, figures) in rows { tr { th scope="row" { (name) } @for figure in figures { (figure_cell(*figure)) } } } }
            }
        }
    }
}

/// The share in time, month by month.
pub(super) fn in_time_by_month(document: &Document) -> Markup {
    let Some(months) = document.table(By::Month) else { return html! {} };
    let rows = months.rows.get(months.rows.len().saturating_sub(MONTHS)..).unwrap_or_default();
    let of = |row: &Row, key: &str| document.figure(row, key);
    let title = "In tempo su cento pratiche erogate e giudicate, per mese di apertura";
    let values = series("In tempo", rows.iter().map(|row| of(row, "in_tempo_quota")));
    let categories = rows.iter().map(|row| month_words(&row.key)).collect();
    let drawing = chart(title, "Mese", Bars::Grouped, Unit::Percent, categories, vec![values]);
    let cells = rows.iter().map(|row| {
        let figures = ["in_tempo", "in_ritardo", "in_tempo_quota"].map(|key| of(row, key));
        (month_words(&row.key), figures.to_vec())
    });
    html! {
        section aria-labelledby="mesi" {
            h2 id="mesi" { "In tempo, mese per mese" }
            @if months.rows.len() > MONTHS { p { "Gli ultimi " (MONTHS) " mesi; tutti sono nei file." } }
            (drawn(&drawing, "grafico-mesi"))
            (table("grafico-mesi", title, &["Mese di apertura", "In tempo", "In ritardo", "In tempo su cento"], &cells.collect::<Vec<_>>()))
        }
    }
}

fn term_figure(term: &TermRow, key: &str) -> Figure {
    let found = TERM_MEASURES.iter().zip(&term.figures).find(|(measure, _)| measure.key == key);
    found.map_or(Figure::Absent, |(_, figure)| *figure)
}

/// Median and ninetieth percentile of every term, beside its length.
pub(super) fn terms_of_the_law(document: &Document, ways: &Ways) -> Markup {
    if document.terms.is_empty() {
        return html! { section aria-labelledby="tempi" { h2 id="tempi" { "I tempi e la legge" } p { "I livelli di queste pratiche non hanno termini." } } };
    }
    let measured = |term: &&TermRow| term_figure(term, "termine_mediana").number().is_some();
    let some: Vec<&TermRow> = document.terms.iter().filter(measured).take(MOST).collect();
    let law = |term: &TermRow| term.law_days().map_or(Figure::Absent, Figure::Count);
    let drawing = chart(
        "Giorni misurati e durata di legge, per termine",
        "Termine",
        Bars::Across,
        Unit::Days,
        some.iter().map(|term| format!("{} {}", term.level, term.id)).collect(),
        vec![
            series("Mediana", some.iter().map(|term| term_figure(term, "termine_mediana"))),
            series("90° percentile", some.iter().map(|term| term_figure(term, "termine_p90"))),
            series("Durata di legge", some.iter().map(|term| law(term))),
        ],
    );
    html! {
        section aria-labelledby="tempi" {
            h2 id="tempi" { "I tempi e la legge" }
            p { "Giorni di calendario dal giorno da cui il termine si conta, sospensioni comprese. La durata di legge è disegnata solo dove la legge conta in giorni; altrove è scritta nella tavola." }
            @if some.is_empty() { p { "Di nessun termine c'è un tempo da mostrare." } } @else { (drawn(&drawing, "grafico-tempi")) }
            div class="table-responsive" tabindex="0" role="region" aria-labelledby="grafico-tempi-tabella" {
                table class="table table-sm caption-top" {
                    caption id="grafico-tempi-tabella" { "Tempi misurati accanto a ciò che dice la legge, per termine" }
                    thead { tr {
                        th scope="col" { "Termine" } th scope="col" { "Che cosa dice la legge" } th scope="col" { "Norma" }
                        @for measure in &TERM_MEASURES { th scope="col" { (measure.head) } }
                    } }
                    tbody { @for term in &document.terms { (term_row(term, document, ways)) } }
                }
            }
        }
    }
}

fn term_row(term: &TermRow, document: &Document, ways: &Ways) -> Markup {
    let regions = |law: &crate::service::indicators::TermLaw| -> Option<String> {
        let all: Vec<&str> = law.regions.iter().map(String::as_str).collect();
        (term.laws.len() > 1).then(|| all.join(", "))
    };
    let is_asked = document.question.level.as_ref() == Some(&term.level);
    html! {
        tr {
            th scope="row" {
                (term.level) " · "
                @if is_asked { a href=(ways.with("/indicatori", "termine", &term.id)) { (term.id) } } @else { (term.id) }
            }
            td class="lepre-wide" { @for law in &term.laws { div { (super::sheet::ticked(&law.words)) @if let Some(regions) = regions(law) { " (" (regions) ")" } } } }
            td { @for law in &term.laws { div { (norm_words(&law.norm.words, law.norm.link.as_deref())) } } }
            @for figure in &term.figures { (figure_cell(*figure)) }
        }
    }
}

/// Missing registrations by office; by level for whoever sees one office only.
pub(super) fn registrations(document: &Document) -> Markup {
    let sides = [By::Office, By::Level, By::Month];
    let Some(side) = sides.into_iter().find_map(|by| document.table(by)) else { return html! {} };
    let count = |row: &Row| document.figure(row, "registrazioni_mancanti");
    let mut rows: Vec<&Row> =
        side.rows.iter().filter(|row| count(row).number().is_some_and(|count| count > 0.0)).collect();
    rows.sort_by(|a, b| count(b).number().unwrap_or(0.0).total_cmp(&count(a).number().unwrap_or(0.0)));
    let all = rows.len();
    rows.truncate(MOST);
    let hidden = side.rows.iter().filter(|row| count(row) == Figure::Hidden).count();
    let name = |row: &Row| match (side.by, row.more.as_str()) {
        (By::Month, _) => month_words(&row.key),
        (_, "") => row.key.clone(),
        (_, more) => format!("{} ({more})", row.key),
    };
    let title = format!("Registrazioni SAP mancanti, per {}", side.by.word());
    let values = series("Registrazioni mancanti", rows.iter().map(|row| count(row)));
    let names = rows.iter().map(|row| name(row)).collect();
    let drawing = chart(&title, side.by.head(), Bars::Across, Unit::Count, names, vec![values]);
    let keys = ["registrazioni_mancanti", "registrazioni_mancanti_quota", "non_trasmesse"];
    let cells: Vec<(String, Vec<Figure>)> =
        rows.iter().map(|row| (name(row), keys.map(|key| document.figure(row, key)).to_vec())).collect();
    let heads =
        [side.by.head(), "Registrazioni mancanti", "Su cento dovute", "Pratiche con voci erogate ma non trasmesse"];
    html! {
        section aria-labelledby="registrazioni" {
            h2 id="registrazioni" { "Voci erogate ma non trasmesse" }
            @if rows.is_empty() { p { "Nessuna registrazione mancante da mostrare." } } @else {
                @if all > MOST { p { "Le " (MOST) " righe con più registrazioni mancanti, di " (all) ": tutte sono nei file." } }
                (drawn(&drawing, "grafico-registrazioni"))
                (table("grafico-registrazioni", &title, &heads, &cells))
            }
            @if hidden > 0 { p { "Righe nascoste perché piccole, o perché le farebbero ricavare: " (hidden) "." } }
        }
    }
}
