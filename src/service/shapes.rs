// SPDX-License-Identifier: EUPL-1.2
//! A case as programs read it, in JSON with Italian keys: the command line and the interface say the same.

use serde_json::{Value as Json, json};

use crate::calendar::Day;
use crate::engine::{
    Check, Explanation, Finding, TermStanding, agenda, cause_words, duty_norm, finding_words, norm_link, norm_words,
    outlook_of,
};
use crate::rulebook::{Bound, ItemIndex, Rulebook};

use super::{CaseView, HistoryLine};

/// What is owed on a case, for a program.
pub fn agenda_json(view: &CaseView, handle: &str, on: Day) -> Json {
    let (rulebook, agenda) = (&view.rulebook, agenda(&view.rulebook, &view.case, on));
    let id = |index: ItemIndex| rulebook.item(index).map(|item| item.id.clone());
    let term_json = |(position, standing): &(u16, TermStanding)| {
        let term = rulebook.terms.get(usize::from(*position))?;
        let outlook = outlook_of(rulebook, &view.case, *position, on)?;
        let text = |day: Option<Day>| day.map(|day| day.to_string());
        Some(json!({
            "termine": term.id, "giorno": standing.due.map(|d| d.to_string()), "stato": standing.state.word(),
            "previsione": outlook.prospect.word(), "prima_possibile": text(outlook.earliest),
            "non_rispettabile_dal": text(outlook.doomed_from),
            "limite": if term.bound == Bound::Within { "entro" } else { "almeno" },
            "norma": norm_words(rulebook, &term.norm), "link": norm_link(rulebook, &term.norm),
            "luogo": term.place.to_string(),
        }))
    };
    let duties: Vec<Json> = agenda
        .duties
        .iter()
        .map(|duty| {
            let item = rulebook.item(duty.item);
            let norm = duty_norm(rulebook, &view.case, duty.item);
            json!({
                "voce": id(duty.item),
                "tipo": item.map(|i| i.kind),
                "perche": cause_words(rulebook, &view.case, &duty.cause),
                "norma": norm.map(|norm| norm_words(rulebook, norm)),
                "link": norm.and_then(|norm| norm_link(rulebook, norm)),
                "luogo": item.map(|i| i.place.to_string()),
                "prima": duty.blocked_by.iter().filter_map(|i| id(*i)).collect::<Vec<_>>(),
                "termine": duty.term.as_ref().and_then(term_json),
            })
        })
        .collect();
    let registrations: Vec<Json> = agenda
        .registrations
        .iter()
        .map(|index| {
            let codes = rulebook.item(*index).and_then(|i| i.registration.as_ref()).map(|r| r.codes.clone());
            json!({ "voce": id(*index), "codici": codes })
        })
        .collect();
    let awaited: Vec<Json> = agenda
        .awaited
        .iter()
        .filter_map(|a| rulebook.fact(a.fact))
        .map(|fact| json!({ "dato": fact.name, "domanda": fact.question, "fornisce": fact.supplier }))
        .collect();
    let parameters: Vec<&str> = agenda
        .parameters
        .iter()
        .filter_map(|p| rulebook.parameters.get(usize::from(*p)))
        .map(|p| p.id.as_str())
        .collect();
    json!({
        "pratica": view.head.id.to_string(), "breve": handle, "lep": rulebook.level, "stato": view.head.state,
        "al": on.to_string(), "sequenza": view.head.sequence, "regolamento": view.head.rulebook.to_string(),
        "dovuto": duties, "registrazioni": registrations, "attesi": awaited, "parametri": parameters,
        "altri_termini": agenda.other_terms.iter().filter_map(term_json).collect::<Vec<_>>(),
        "offerto": agenda.offers.iter().filter_map(|i| id(*i)).collect::<Vec<_>>(),
    })
}

/// A finding, for a program.
pub fn finding_json(view: &CaseView, finding: &Finding) -> Json {
    let norm = finding.norm(&view.rulebook, &view.case);
    json!({
        "tipo": finding.kind.word(), "gravita": finding.gravity.word(), "che": finding.subject(&view.rulebook),
        "evento": finding.sequence, "messaggio": finding_words(&view.rulebook, &view.case, finding),
        "norma": norm_words(&view.rulebook, &norm), "link": norm_link(&view.rulebook, &norm),
        "luogo": finding.place(&view.rulebook).map(ToString::to_string),
    })
}

/// The findings of a case and the verdict, for a program.
pub fn check_json(view: &CaseView, check: &Check, on: Day) -> Json {
    json!({
        "pratica": view.head.id.to_string(), "lep": view.rulebook.level, "al": on.to_string(),
        "conforme": check.conformity.word(),
        "rilievi": check.findings.iter().map(|f| finding_json(view, f)).collect::<Vec<_>>(),
    })
}

/// An explanation, for a program: a tree of sentences.
pub fn explanation_json(rulebook: &Rulebook, tree: &Explanation) -> Json {
    json!({
        "frase": tree.sentence,
        "norma": tree.norm.as_ref().map(|n| norm_words(rulebook, n)),
        "link": tree.norm.as_ref().and_then(|n| norm_link(rulebook, n)),
        "luogo": tree.place.as_ref().map(ToString::to_string),
        "eventi": tree.events, "dati": tree.facts,
        "perche": tree.because.iter().map(|b| explanation_json(rulebook, b)).collect::<Vec<_>>(),
    })
}

/// A line of a history, for a program.
pub fn line_json(line: &HistoryLine) -> Json {
    let body: Json = serde_json::from_str(&line.stored.body).unwrap_or_default();
    let hash: String = line.stored.hash.iter().map(|b| format!("{b:02x}")).collect();
    json!({
        "sequenza": line.stored.sequence, "registrato_ms": line.stored.recorded_at, "da": line.stored.actor,
        "annullato": line.voided, "evento": body, "impronta": hash,
    })
}

/// A history, for a program.
pub fn history_json(view: &CaseView, lines: &[HistoryLine]) -> Json {
    let events: Vec<Json> = lines.iter().map(line_json).collect();
    json!({ "pratica": view.head.id.to_string(), "lep": view.rulebook.level, "eventi": events })
}
