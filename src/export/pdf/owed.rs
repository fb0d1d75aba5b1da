// SPDX-License-Identifier: EUPL-1.2
//! What is owed on a case, in a document: duties with their last day and norm, registrations, missing facts, terms.

use crate::engine::{
    Agenda, Cause, Duty, cause_words, duty_norm, norm_words, standing_words, term_norm, term_standing, term_words,
};
use crate::reading::said::{agreed, begun, day_words, named, shortened, with_days};
use crate::rulebook::Term;

use super::about::{About, said};
use super::paper::{Part, Table, Text};

pub(super) fn parts(about: &About<'_>, agenda: &Agenda) -> Vec<Part> {
    let rulebook = &about.view.rulebook;
    let mut parts = vec![Part::Heading(2, "Che cosa è dovuto".to_owned())];
    if agenda.duties.is_empty() {
        parts.push(Part::Text(Text::plain("Non c'è nulla di dovuto.")));
    } else {
        let rows = agenda.duties.iter().filter_map(|duty| duty_row(about, duty)).collect();
        let columns = [("Che cosa", 34), ("Ultimo giorno", 16), ("Perché", 28), ("Norma", 22)];
        parts.push(Part::Table(Table::new("Che cosa è dovuto e non è ancora fatto", &columns, rows)));
    }
    let items = agenda.registrations.iter().filter_map(|index| rulebook.item(*index));
    let registrations: Vec<Vec<Text>> = items
        .map(|item| {
            let codes = item.registration.as_ref().map(|registration| registration.codes.join(" oppure "));
            vec![Text::plain(format!("{}: ", begun(&item.text))).and_strong(codes.unwrap_or_default())]
        })
        .collect();
    if !registrations.is_empty() {
        parts.push(Part::Heading(3, "Registrazioni in SAP da fare".to_owned()));
        parts.push(Part::List(registrations));
    }
    parts.extend(awaited(about, agenda));
    parts.extend(terms(about));
    parts
}

fn duty_row(about: &About<'_>, duty: &Duty) -> Option<Vec<Vec<Text>>> {
    let (rulebook, case) = (&about.view.rulebook, &about.view.case);
    let item = rulebook.item(duty.item)?;
    let before = duty.blocked_by.iter().filter_map(|index| rulebook.item(*index));
    let before: Vec<String> = before.map(|item| format!("«{}»", shortened(&item.text))).collect();
    let mut what = vec![Text::strong(begun(&item.text))];
    if !before.is_empty() {
        what.push(Text::plain(format!("Prima: {}", before.join(", "))));
    }
    let due = duty.term.and_then(|(_, standing)| standing.due);
    let due = due.map(|due| {
        let late = if due < about.on {
            Text::strong(format!("{}: passato", day_words(due)))
        } else {
            Text::strong(day_words(due))
        };
        vec![late]
    });
    let norm = duty_norm(rulebook, case, duty.item).map(|citation| norm_words(rulebook, citation));
    Some(vec![
        what,
        due.unwrap_or_else(|| vec![Text::plain("senza termine")]),
        vec![Text::plain(format!("{} ", begun(&agreed("dovut", item.kind)))).joined(why(about, &duty.cause))],
        vec![Text::plain(norm.unwrap_or_default())],
    ])
}

/// Why it is due, unless the reason is a sensitive fact.
fn why(about: &About<'_>, cause: &Cause) -> Text {
    let (rulebook, veil) = (&about.view.rulebook, about.veil());
    let hidden = match cause {
        Cause::Condition(slots) => {
            slots.iter().filter_map(|slot| rulebook.fact(*slot)).any(|fact| veil.hides(&fact.name))
        }
        _ => false,
    };
    if hidden {
        return Text::aside("per un dato particolare, che nel documento non si scrive");
    }
    let words = named(rulebook, &cause_words(rulebook, &about.view.case, cause));
    Text::plain(with_days(&words).replace('`', ""))
}

/// The questions that nobody has answered, and on which something depends.
fn awaited(about: &About<'_>, agenda: &Agenda) -> Vec<Part> {
    let (rulebook, veil) = (&about.view.rulebook, about.veil());
    if agenda.awaited.is_empty() && agenda.parameters.is_empty() {
        return Vec::new();
    }
    let mut parts = vec![Part::Heading(3, "Che cosa non si sa ancora".to_owned())];
    let facts = agenda.awaited.iter().filter_map(|awaited| rulebook.fact(awaited.fact));
    let (hidden, shown): (Vec<_>, Vec<_>) = facts.partition(|fact| veil.hides(&fact.name));
    let mut entries: Vec<Vec<Text>> = shown
        .into_iter()
        .map(|fact| vec![Text::plain(format!("{} Lo fornisce: {}.", fact.question, fact.supplier.word()))])
        .collect();
    entries.extend(hidden.first().map(|_| vec![Text::aside("Un dato particolare, che nel documento non si scrive.")]));
    let parameters = agenda.parameters.iter().filter_map(|at| rulebook.parameters.get(usize::from(*at)));
    entries.extend(parameters.map(|parameter| {
        let norm = norm_words(rulebook, &parameter.norm);
        vec![Text::plain(format!("{}: lo fissa un atto della Regione ({norm}).", begun(&parameter.meaning)))]
    }));
    parts.push(Part::List(entries));
    parts
}

/// Every term of the level, with how it stands and its day.
fn terms(about: &About<'_>) -> Vec<Part> {
    let rulebook = &about.view.rulebook;
    if rulebook.terms.is_empty() {
        return Vec::new();
    }
    let columns = [("Termine", 50), ("Come sta", 28), ("Lo fissa", 22)];
    let rows = rulebook.terms.iter().map(|term| term_row(about, term)).collect();
    vec![
        Part::Heading(3, "Termini".to_owned()),
        Part::Table(Table::new("I termini del livello e i loro giorni", &columns, rows)),
    ]
}

fn term_row(about: &About<'_>, term: &Term) -> Vec<Vec<Text>> {
    let (rulebook, case) = (&about.view.rulebook, &about.view.case);
    let standing = term_standing(rulebook, case, term, about.on);
    vec![
        vec![said(rulebook, &term_words(rulebook, term))],
        vec![said(rulebook, &standing_words(term, &standing))],
        vec![Text::plain(norm_words(rulebook, term_norm(case, term, &standing)))],
    ]
}
