// SPDX-License-Identifier: EUPL-1.2
//! The *patto di servizio* as a document for both to sign: the content of the printed page, and nothing made up.

use crate::engine::{agenda, norm_words};
use crate::reading::Answer;
use crate::reading::patto::{NOT_RECORDED, OFFICE, PERSON, Patto, TITLE};
use crate::reading::said::{begun, day_words};

use super::PdfError;
use super::about::{About, name};
use super::paper::{Paper, Part, Table, Text};

pub fn paper(about: &About<'_>) -> Result<Paper, PdfError> {
    let view = about.view;
    let patto = Patto::of(&view.rulebook, &view.case, &view.events).map_err(PdfError::NoPatto)?;
    let mut parts =
        vec![Part::Heading(1, TITLE.to_owned()), Part::Text(Text::plain(norm_words(&view.rulebook, &Patto::norm())))];
    if patto.delivered_on().is_none() {
        parts.push(Part::Text(Text::strong("Bozza: nella pratica il patto non è stato ancora consegnato.")));
    }
    parts.push(parties(about));
    parts.push(Part::Heading(2, "Profilo personale di occupabilità".to_owned()));
    parts.extend(words(patto.profile()).into_iter().map(Part::Text));
    parts.push(Part::Heading(2, "Impegni del Centro per l'impiego".to_owned()));
    parts.push(commitments("Che cosa mette il Centro per l'impiego", &patto, &OFFICE));
    parts.extend(services(about, &patto));
    parts.push(Part::Heading(2, "Impegni della persona".to_owned()));
    parts.push(commitments("Che cosa mette la persona", &patto, &PERSON));
    let others: Vec<_> =
        patto.others().map(|field| (field.question.clone(), words(patto.value(&field.name)))).collect();
    if !others.is_empty() {
        parts.push(Part::Heading(2, "Altri contenuti del patto".to_owned()));
        parts.push(Part::Table(Table::of_facts("Ciò che la Regione aggiunge", others)));
    }
    parts.push(Part::Heading(2, "Data e firme".to_owned()));
    parts.push(Part::Text(signed(&patto)));
    parts.push(Part::Signatures(vec![
        "La persona".to_owned(),
        "Il responsabile delle attività, per il Centro per l'impiego".to_owned(),
    ]));
    parts.extend(about.law());
    Ok(Paper {
        title: TITLE.to_owned(),
        about: format!(
            "Il patto di servizio personalizzato ({}) della pratica {}",
            norm_words(&view.rulebook, &Patto::norm()),
            view.head.id
        ),
        id: about.id("patto"),
        on: about.on,
        foot: about.foot(),
        parts,
    })
}

fn parties(about: &About<'_>) -> Part {
    let not_recorded = || Text::aside(NOT_RECORDED);
    let facts = vec![
        ("La persona".to_owned(), vec![about.subject.map_or_else(not_recorded, name)]),
        (
            "Codice fiscale".to_owned(),
            vec![about.subject.map_or_else(not_recorded, |subject| Text::plain(subject.tax_code.clone()))],
        ),
        ("Centro per l'impiego".to_owned(), vec![Text::plain(about.office.unwrap_or("nessuna"))]),
        ("Operatore della pratica".to_owned(), vec![Text::plain(about.operator.unwrap_or("nessuno"))]),
    ];
    Part::Table(Table::of_facts("Le parti del patto", facts))
}

/// What is recorded, or that nothing is.
fn words(answer: Option<Answer>) -> Vec<Text> {
    match answer {
        None => vec![Text::aside(NOT_RECORDED)],
        Some(Answer::One(words)) => vec![Text::plain(words)],
        Some(Answer::Hidden(why)) => vec![Text::aside(why)],
        Some(Answer::Many(entries)) => entries.into_iter().map(|entry| Text::plain(format!("· {entry}"))).collect(),
    }
}

fn commitments(about: &str, patto: &Patto<'_>, of: &[(&str, &str)]) -> Part {
    let facts = of.iter().map(|(question, name)| ((*question).to_owned(), words(patto.value(name))));
    Part::Table(Table::of_facts(about, facts.collect()))
}

/// What the office still has to do in this case, with its last day: the case's own words, nothing added.
fn services(about: &About<'_>, patto: &Patto<'_>) -> Vec<Part> {
    let (rulebook, case) = (&about.view.rulebook, &about.view.case);
    let owed = agenda(rulebook, case, about.on);
    let entries = owed.duties.iter().filter_map(|duty| {
        let item = rulebook.item(duty.item)?;
        let due = duty.term.filter(|(position, _)| patto.binds_the_office(*position));
        let due = due.and_then(|(_, standing)| standing.due);
        let by = due.map(|due| format!(", entro il {}", day_words(due))).unwrap_or_default();
        Some(vec![Text::plain(format!("{}{by}", begun(&item.text)))])
    });
    let entries: Vec<_> = entries.collect();
    vec![
        Part::Heading(3, "Prestazioni scelte con la persona".to_owned()),
        Part::Text(Text::aside("La pratica non le registra: si scrivono a mano.")),
        Part::Blank(3),
        Part::Heading(3, "Che cosa resta da fare in questa pratica".to_owned()),
        if entries.is_empty() { Part::Text(Text::plain("Nulla di dovuto.")) } else { Part::List(entries) },
    ]
}

fn signed(patto: &Patto<'_>) -> Text {
    let Some(on) = patto.delivered_on() else { return Text::plain("Data: ____________________") };
    let mut text = Text::plain("Firmato il ");
    for words in words(patto.signed_on()) {
        text = text.joined(words);
    }
    let updated = patto.updated().map(|mark| format!("; aggiornato il {}", day_words(mark.on)));
    text.and(format!(" (consegnato nella pratica il {}){}.", day_words(on), updated.unwrap_or_default()))
}
