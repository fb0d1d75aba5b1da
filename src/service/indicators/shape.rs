// SPDX-License-Identifier: EUPL-1.2
//! A document of indicators as JSON, for the command line and the interface for programs.

use serde_json::{Map, Value as Json, json};

use super::cube::month_word;
use super::document::{Document, Row, TermRow};
use super::law::{Norm, TermLaw};
use super::measures::{Figure, Measure, NO_TARGET, TERM_MEASURES};

/// The document: `valori` has a number for each measure, or nothing where there is nothing to measure; what is hidden is named
/// in `nascosti` and has no number.
pub fn document_json(document: &Document) -> Json {
    let question = &document.question;
    let measures: Vec<Json> = document.measures().map(measure_json).collect();
    let row = |row: &Row| row_json(row, document.measures());
    let tables = document.tables.iter().map(|table| {
        let rows: Vec<Json> = table.rows.iter().map(row).collect();
        json!({ "per": table.by.word(), "righe": rows })
    });
    json!({
        "al": document.on.to_string(),
        "soglia_numeri_piccoli": document.threshold,
        "filtri": {
            "lep": question.level, "regione": question.region, "sede": question.office,
            "dal_mese": question.from.map(month_word), "al_mese": question.to.map(month_word), "termine": question.term,
        },
        "misure": measures,
        "misure_dei_termini": TERM_MEASURES.iter().map(measure_json).collect::<Vec<_>>(),
        "totale": row(&document.total),
        "tavole": tables.collect::<Vec<_>>(),
        "termini": document.terms.iter().map(term_json).collect::<Vec<_>>(),
        "obiettivi": document.objectives.iter().map(|objective| json!({
            "lep": objective.level, "titolo": objective.title, "output_dovuti": "tutti", "registrazioni_dovute": "tutte",
            "norme": objective.norms.iter().map(norm_json).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "altri_obiettivi": NO_TARGET,
        "non_lette": number(document.unread),
    })
}

fn measure_json(measure: &Measure) -> Json {
    json!({ "chiave": measure.key, "nome": measure.head, "definizione": measure.definition })
}

fn norm_json(norm: &Norm) -> Json {
    json!({ "norma": norm.words, "link": norm.link })
}

fn row_json<'a>(row: &Row, measures: impl Iterator<Item = &'a Measure>) -> Json {
    let (values, hidden) = values(&row.figures, measures);
    json!({ "voce": row.key, "altro": row.more, "valori": values, "nascosti": hidden })
}

fn term_json(row: &TermRow) -> Json {
    let (values, hidden) = values(&row.figures, TERM_MEASURES.iter());
    json!({
        "lep": row.level, "termine": row.id, "legge": row.laws.iter().map(law_json).collect::<Vec<_>>(),
        "valori": values, "nascosti": hidden,
    })
}

fn law_json(law: &TermLaw) -> Json {
    json!({
        "termine": law.words, "norma": law.norm.words, "link": law.norm.link, "giorni": law.days,
        "limite": if law.is_within { "entro" } else { "almeno" }, "regioni": law.regions,
    })
}

fn values<'a>(figures: &[Figure], measures: impl Iterator<Item = &'a Measure>) -> (Map<String, Json>, Vec<&'a str>) {
    let (mut values, mut hidden) = (Map::new(), Vec::new());
    for (measure, figure) in measures.zip(figures) {
        values.insert(measure.key.to_owned(), number(*figure));
        if *figure == Figure::Hidden {
            hidden.push(measure.key);
        }
    }
    (values, hidden)
}

/// A count is a whole number; parts of a hundred have one decimal, days a half at most.
fn number(figure: Figure) -> Json {
    match figure {
        Figure::Count(count) => json!(count),
        Figure::Days(days) => json!(days),
        Figure::Share { .. } => json!(figure.percent().map(|percent| (percent * 10.0).round() / 10.0)),
        Figure::Hidden | Figure::Absent => Json::Null,
    }
}
