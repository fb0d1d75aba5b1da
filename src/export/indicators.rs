// SPDX-License-Identifier: EUPL-1.2
//! A document of indicators as files: one CSV table, or a workbook with a sheet for each table.

use std::io::Write;

use crate::service::indicators::{
    By, Document, DocumentRow as Row, Figure, HIDDEN, MEASURES, Measure, NO_TARGET, TERM_MEASURES, TermRow, month_word,
};

use super::csv::{line, line_with};
use super::xlsx::{Cell, Sheet, XlsxError, write_xlsx};

/// What the file is called, without its ending.
pub fn file_name(document: &Document) -> String {
    format!("indicatori-{}", document.on)
}

/// The whole document as one table: a line for each row of each table, then one for each term. What is hidden says so; what is
/// not measured is empty. Numbers are for programs: no points between thousands, a point before the decimals.
pub fn csv(document: &Document) -> String {
    let heads = ["tavola", "voce", "altro"].into_iter();
    let heads = heads.chain(MEASURES.iter().chain(&TERM_MEASURES).map(|measure| measure.key)).chain(["legge", "norma"]);
    let mut text = format!("\u{feff}{}", line(&heads.collect::<Vec<_>>()));
    push(&mut text, "totale", &document.total);
    for table in &document.tables {
        table.rows.iter().for_each(|row| push(&mut text, table.by.word(), row));
    }
    for term in &document.terms {
        let mut numbers = vec![String::new(); MEASURES.len()];
        numbers.extend(term.figures.iter().map(|figure| plain(*figure)));
        text.push_str(&line_with(&["termine", &term.id, &term.level], &numbers, &[&laws(term), &norms(term)]));
    }
    text
}

fn push(text: &mut String, table: &str, row: &Row) {
    let mut numbers: Vec<String> = row.figures.iter().map(|figure| plain(*figure)).collect();
    // Where no term was asked for.
    numbers.resize(MEASURES.len() + TERM_MEASURES.len(), String::new());
    text.push_str(&line_with(&[table, &row.key, &row.more], &numbers, &["", ""]));
}

fn plain(figure: Figure) -> String {
    match figure {
        Figure::Count(count) => count.to_string(),
        Figure::Days(days) => format!("{days}"),
        Figure::Share { .. } => figure.percent().map(|percent| format!("{percent:.1}")).unwrap_or_default(),
        Figure::Hidden => HIDDEN.to_owned(),
        Figure::Absent => String::new(),
    }
}

fn laws(term: &TermRow) -> String {
    let all: Vec<String> = term.laws.iter().map(|law| law.words.clone()).collect();
    all.join("; ")
}

fn norms(term: &TermRow) -> String {
    let mut all: Vec<&str> = term.laws.iter().map(|law| law.norm.words.as_str()).collect();
    all.sort_unstable();
    all.dedup();
    all.join("; ")
}

/// Writes the document as a workbook: what it is, a sheet for each table with the total below, the terms, what the law wants,
/// what each measure means.
///
/// # Errors
/// As [`write_xlsx`].
pub fn write_workbook(out: &mut dyn Write, document: &Document) -> Result<(), XlsxError> {
    let mut sheets = vec![about(document)];
    sheets.extend(document.tables.iter().map(|table| {
        let measures: Vec<&Measure> = document.measures().collect();
        let name = match table.by {
            By::Level => "Livelli",
            By::Region => "Regioni",
            By::Office => "Sedi",
            By::Month => "Mesi",
        };
        let head = [table.by.head(), ""].into_iter().chain(measures.iter().map(|measure| measure.head));
        let total = Row { key: "Totale".to_owned(), ..document.total.clone() };
        let rows = table.rows.iter().chain([&total]).map(|row| {
            let named = [Cell::Text(row.key.clone()), text(&row.more)];
            named.into_iter().chain(row.figures.iter().map(|figure| cell(*figure))).collect()
        });
        Sheet { name: name.to_owned(), head: head.map(str::to_owned).collect(), rows: rows.collect() }
    }));
    sheets.push(terms(document));
    sheets.push(objectives(document));
    sheets.push(definitions());
    write_xlsx(out, "Indicatori", document.on, &sheets)
}

fn text(words: &str) -> Cell {
    if words.is_empty() { Cell::Empty } else { Cell::Text(words.to_owned()) }
}

fn cell(figure: Figure) -> Cell {
    match figure {
        Figure::Count(count) => Cell::Integer(count.into()),
        Figure::Days(days) => Cell::Number(days),
        Figure::Share { .. } => figure.percent().map_or(Cell::Empty, |percent| Cell::Percent(percent / 100.0)),
        Figure::Hidden => Cell::Text(HIDDEN.to_owned()),
        Figure::Absent => Cell::Empty,
    }
}

fn sheet(name: &str, head: &[&str], rows: Vec<Vec<Cell>>) -> Sheet {
    Sheet { name: name.to_owned(), head: head.iter().map(|word| (*word).to_owned()).collect(), rows }
}

fn about(document: &Document) -> Sheet {
    let question = &document.question;
    let or_all = |asked: &Option<String>| Cell::Text(asked.clone().unwrap_or_else(|| "tutti".to_owned()));
    let month = |month: Option<i32>| month.map_or(Cell::Empty, |month| Cell::Text(month_word(month)));
    let named = |name: &str, cell: Cell| vec![Cell::Text(name.to_owned()), cell];
    let rows = vec![
        named("Al", Cell::Date(document.on)),
        named("Livello", or_all(&question.level)),
        named("Regione", or_all(&question.region)),
        named("Sede", or_all(&question.office)),
        named("Aperte dal mese", month(question.from)),
        named("Aperte fino al mese", month(question.to)),
        named("Termine mostrato per regione, sede e mese", question.term.as_deref().map_or(Cell::Empty, text)),
        named("Numeri da 1 a meno di questa soglia: nascosti", Cell::Integer(document.threshold.into())),
        named("Pratiche non lette, e in nessuna somma", cell(document.unread)),
        named("Obiettivi", Cell::Text(NO_TARGET.to_owned())),
    ];
    sheet("Che cosa c'è", &["Che cosa", "Valore"], rows)
}

fn terms(document: &Document) -> Sheet {
    let head = ["Livello", "Termine", "Che cosa dice la legge", "Norma", "Giorni di legge"];
    let head: Vec<&str> = head.into_iter().chain(TERM_MEASURES.iter().map(|measure| measure.head)).collect();
    let rows = document.terms.iter().map(|term| {
        let days = term.law_days().map_or(Cell::Empty, |days| Cell::Integer(days.into()));
        let law = [Cell::Text(term.level.clone()), text(&term.id), text(&laws(term)), text(&norms(term)), days];
        law.into_iter().chain(term.figures.iter().map(|figure| cell(*figure))).collect()
    });
    sheet("Termini", &head, rows.collect())
}

fn objectives(document: &Document) -> Sheet {
    let rows = document.objectives.iter().map(|objective| {
        let norms: Vec<&str> = objective.norms.iter().map(|norm| norm.words.as_str()).collect();
        let said = ["tutti", "tutte"].map(|word| Cell::Text(word.to_owned()));
        let [outputs, registrations] = said;
        vec![text(&objective.level), text(&objective.title), outputs, registrations, text(&norms.join("; "))]
    });
    let head = ["Livello", "Titolo", "Output dovuti", "Registrazioni SAP dovute", "Norma"];
    sheet("Ciò che è dovuto", &head, rows.collect())
}

fn definitions() -> Sheet {
    let all = MEASURES.iter().chain(&TERM_MEASURES);
    let rows =
        all.map(|measure| [measure.head, measure.key, measure.definition].map(|w| Cell::Text(w.to_owned())).to_vec());
    sheet("Definizioni", &["Misura", "Chiave nei file", "Che cosa è"], rows.collect())
}
