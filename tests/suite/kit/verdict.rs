// SPDX-License-Identifier: EUPL-1.2
//! What a case of the kit must be found to be, as a line of JSON with few words.

use lepre::engine::{Event, Finding, agenda, findings, fold, norm_words, obligations, term_standing};
use lepre::spec::scenario::{FindingKind, TermStateWord};
use lepre::value::Truth;
use serde_json::{Map, Value as Json, json};

use super::telling::{Book, Told};

pub fn verdict(book: &Book, told: &Told) -> Json {
    let rulebook = &*book.rulebook;
    let events: Vec<Event> = told.events.iter().map(|e| serde_json::from_value(e.clone()).unwrap()).collect();
    let case = fold(rulebook, &events);
    let check = findings(rulebook, &case, told.on);
    let owed = agenda(rulebook, &case, told.on);
    let id = |index: u16| rulebook.item(index).unwrap().id.clone();
    let mut verdict = Map::new();
    verdict.insert("conforme".to_owned(), check.conformity.word().into());
    verdict.insert("rilievi".to_owned(), check.findings.iter().map(|found| found_json(book, &case, found)).collect());
    let mut add = |key: &str, list: Vec<Json>| {
        if !list.is_empty() {
            verdict.insert(key.to_owned(), list.into());
        }
    };
    let mut due: Vec<String> = owed.duties.iter().map(|duty| id(duty.item)).collect();
    due.sort();
    add("dovuto", due.into_iter().map(Json::from).collect());
    let undecided = (0..)
        .zip(obligations(rulebook, &case))
        .filter(|(index, due)| case.closed.is_none() && *due == Truth::NotKnown && !case.is_done(rulebook, *index));
    add("forse_dovuto", undecided.map(|(index, _)| id(index).into()).collect());
    add("attesi", owed.awaited.iter().map(|a| rulebook.fact(a.fact).unwrap().name.clone().into()).collect());
    add("registrazioni", owed.registrations.iter().map(|index| id(*index).into()).collect());
    let mut terms = Map::new();
    for term in &rulebook.terms {
        let standing = term_standing(rulebook, &case, term, told.on);
        if standing.applies != Truth::False {
            terms.insert(
                term.id.clone(),
                match standing.due {
                    Some(day) if standing.state != TermStateWord::NotRunning => {
                        json!([standing.state.word(), day.to_string()])
                    }
                    _ => json!([standing.state.word()]),
                },
            );
        }
    }
    if !terms.is_empty() {
        verdict.insert("termini".to_owned(), terms.into());
    }
    verdict.into()
}

fn found_json(book: &Book, case: &lepre::engine::Case, found: &Finding) -> Json {
    let rulebook = &*book.rulebook;
    let mut told = json!({ "tipo": found.kind.word(), "gravita": found.gravity.word() });
    if let Some(subject) = found.subject(rulebook) {
        told[if found.kind == FindingKind::Term { "termine" } else { "voce" }] = subject.into();
    }
    if let Some(sequence) = found.sequence {
        told["evento"] = sequence.into();
    }
    told["norma"] = norm_words(rulebook, &found.norm(rulebook, case)).into();
    told
}
