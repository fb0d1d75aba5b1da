// SPDX-License-Identifier: EUPL-1.2
//! The case as a document: level and norms, what was found, what is owed, the workflow, what is known, what happened.

use crate::engine::{Check, agenda, finding_help, finding_words, findings, norm_words, obligations};
use crate::reading::said::{begun, day_words, verdict, with_days};
use crate::reading::step;
use crate::rulebook::ItemKind;
use crate::spec::scenario::Gravity;

use super::about::{About, said};
use super::paper::{Paper, Part, Table, Text};
use super::{history, owed};

pub fn paper(about: &About<'_>) -> Paper {
    let (rulebook, case) = (&about.view.rulebook, &about.view.case);
    let check = findings(rulebook, case, about.on);
    let owed = agenda(rulebook, case, about.on);
    let title = format!("Pratica {}", about.level());
    let mut parts = vec![Part::Heading(1, title.clone()), about.head()];
    parts.extend(found(about, &check));
    parts.extend(owed::parts(about, &owed));
    parts.extend(path(about, &owed));
    parts.extend(meetings(about));
    parts.extend(known(about));
    parts.extend(history::parts(about));
    parts.extend(about.law());
    Paper {
        title,
        about: format!(
            "La pratica {} com'era il {}: che cosa è dovuto, che cosa è stato fatto, i rilievi con la loro norma",
            about.view.head.id,
            day_words(about.on)
        ),
        id: about.id("pratica"),
        on: about.on,
        foot: about.foot(),
        parts,
    }
}

/// The verdict, and each finding with its norm.
fn found(about: &About<'_>, check: &Check) -> Vec<Part> {
    let (rulebook, case, veil) = (&about.view.rulebook, &about.view.case, about.veil());
    let entries = check.findings.iter().map(|finding| {
        let kind = if finding.gravity == Gravity::Breach { "Violazione: " } else { "Avviso: " };
        let words = finding_words(rulebook, case, finding);
        let first = Text::strong(kind).joined(about.said(&veil, &words));
        let norm = norm_words(rulebook, &finding.norm(rulebook, case));
        vec![
            first.and("."),
            Text::plain(format!("{}.", begun(finding_help(rulebook, case, finding)))),
            Text::plain(format!("Norma: {norm}")),
        ]
    });
    let list = if check.findings.is_empty() {
        Part::Text(Text::plain("Nessun rilievo."))
    } else {
        Part::List(entries.collect())
    };
    vec![Part::Heading(2, "Rilievi".to_owned()), Part::Text(Text::strong(verdict(check))), list]
}

/// Every item of the level, kind by kind, and how it stands.
fn path(about: &About<'_>, owed: &crate::engine::Agenda) -> Vec<Part> {
    let (rulebook, case) = (&about.view.rulebook, &about.view.case);
    let due = obligations(rulebook, case);
    let mut parts = vec![Part::Heading(2, "Percorso".to_owned())];
    let kinds = [(ItemKind::Activity, "Attività"), (ItemKind::Output, "Output"), (ItemKind::Outcome, "Outcome")];
    for (kind, heading) in kinds {
        let of_kind = (0..).zip(&rulebook.items).zip(&due).filter(|((_, item), _)| item.kind == kind);
        let rows = of_kind.map(|((index, item), due)| {
            let standing = step(rulebook, case, index, *due, owed);
            let state = case.item(index);
            let mut notes = Vec::new();
            if let Some((event, mark)) = state.and_then(|state| state.sap).filter(|_| kind == ItemKind::Activity) {
                notes.push(Text::plain(format!("ultimo evento: {} il {}", event.word(), day_words(mark.on))));
            }
            if let Some(mark) = state.and_then(|state| state.registered) {
                notes.push(Text::plain(format!("registrata in SAP il {}", day_words(mark.on))));
            }
            if item.times > 1 {
                let count = state.map_or(0, |state| state.count);
                notes.push(Text::plain(format!("{count} volte su {}", item.times)));
            }
            vec![
                vec![Text::plain(begun(&item.text))],
                vec![Text::strong(standing.word(kind))],
                notes,
                vec![Text::plain(norm_words(rulebook, &item.norm))],
            ]
        });
        let rows: Vec<_> = rows.collect();
        if !rows.is_empty() {
            parts.push(Part::Heading(3, heading.to_owned()));
            let columns = [("Che cosa", 40), ("Come sta", 22), ("Registrato", 18), ("Norma", 20)];
            parts.push(Part::Table(Table::new(&format!("{heading} del livello e come stanno"), &columns, rows)));
        }
    }
    if rulebook.items.is_empty() {
        parts.push(Part::Text(Text::plain("La specifica di questo livello non ha passi.")));
    }
    parts
}

fn meetings(about: &About<'_>) -> Vec<Part> {
    let case = &about.view.case;
    if case.meetings.is_empty() {
        return Vec::new();
    }
    let rows = case.meetings.iter().map(|meeting| {
        let time = meeting.time.map(|time| format!(" alle {time}")).unwrap_or_default();
        let item = meeting.item.and_then(|index| about.view.rulebook.item(index));
        let place = meeting.place.as_deref().filter(|_| about.subject.is_some());
        vec![
            vec![Text::plain(format!("{}{time}", day_words(meeting.on)))],
            vec![Text::plain(item.map_or("", |item| item.text.as_str()))],
            vec![Text::plain(place.unwrap_or_default())],
            vec![Text::strong(meeting.state.word())],
        ]
    });
    let columns = [("Quando", 20), ("Per che cosa", 40), ("Dove", 22), ("Esito", 18)];
    vec![
        Part::Heading(2, "Convocazioni".to_owned()),
        Part::Table(Table::new("Convocazioni e il loro esito", &columns, rows.collect())),
    ]
}

/// The facts that are known; of the sensitive ones only that they are.
fn known(about: &About<'_>) -> Vec<Part> {
    let (rulebook, case, veil) = (&about.view.rulebook, &about.view.case, about.veil());
    let mut parts = vec![Part::Heading(2, "Dati".to_owned())];
    let known = rulebook.facts.iter().zip(case.facts.iter().zip(&case.fact_marks));
    let rows = known.filter_map(|(fact, (value, mark))| {
        let value = value.as_ref()?;
        let value = if veil.hides(&fact.name) {
            Text::aside("dato particolare: nel documento non si scrive")
        } else {
            Text::plain(with_days(&value.to_string()))
        };
        let since = mark.map(|mark| day_words(mark.on)).unwrap_or_default();
        Some(vec![vec![said(rulebook, &fact.meaning)], vec![value], vec![Text::plain(since)]])
    });
    let rows: Vec<_> = rows.collect();
    if rows.is_empty() {
        parts.push(Part::Text(Text::plain("Nessun dato registrato.")));
    } else {
        let columns = [("Dato", 50), ("Valore", 32), ("Dal", 18)];
        parts.push(Part::Table(Table::new("Dati noti della pratica", &columns, rows)));
    }
    parts
}
