// SPDX-License-Identifier: EUPL-1.2
//! A case in words and in JSON: agenda, findings, explanation, history.

use serde_json::{Value as Json, json};

use crate::calendar::Day;
use crate::engine::{
    Agenda, Check, Explanation, Finding, TermStanding, agenda, cause_words, event_words, finding_help, finding_words,
    norm_link, norm_words, term_words,
};
use crate::rulebook::{ItemIndex, Rulebook};
use crate::service::{CaseView, HistoryLine};
use crate::spec::scenario::{Conformity, Gravity, TermStateWord};

use super::output::{Ink, listed, wrap};
use super::{CliError, Global};

/// `E — Orientamento specialistico`.
pub fn heading(view: &CaseView) -> String {
    format!("LEP {} — {}", view.rulebook.level, view.rulebook.title)
}

/// The case in one line.
pub fn case_line(view: &CaseView, on: Day) -> String {
    format!("pratica {} · {} · {} · al {on}", view.head.id, heading(view), view.head.state)
}

/// Writes what is owed on a case.
pub fn agenda_text(global: &Global, view: &CaseView, on: Day) -> Result<(), CliError> {
    let screen = &global.screen;
    let (rulebook, agenda) = (&view.rulebook, agenda(&view.rulebook, &view.case, on));
    screen.line(&screen.paint(Ink::Heading, &case_line(view, on)))?;
    if let Some(since) = view.case.suspended {
        screen.line(&format!("sospesa dal {}: i termini sono fermi", since.on))?;
    }
    if is_empty(&agenda) {
        screen.line("niente di dovuto")?;
    }
    if !agenda.duties.is_empty() {
        screen.line("Dovuto:")?;
    }
    for duty in &agenda.duties {
        let name = item_words(rulebook, duty.item);
        let term = duty.term.map(|(position, standing)| deadline(rulebook, position, &standing)).unwrap_or_default();
        screen.line(&format!("  {} {name}{term}", mark(duty.blocked_by.is_empty())))?;
        let mut why = cause_words(rulebook, &view.case, &duty.cause);
        if !duty.blocked_by.is_empty() {
            let names: Vec<String> = duty.blocked_by.iter().map(|i| item_words(rulebook, *i)).collect();
            why.push_str(&format!("; prima serve {}", listed(&names)));
        }
        if let Some(item) = rulebook.item(duty.item) {
            why.push_str(&format!(" — {}", norm_words(rulebook, &item.norm)));
        }
        indented(global, &why, 6)?;
    }
    for (position, standing) in &agenda.other_terms {
        let Some(term) = rulebook.terms.get(usize::from(*position)) else { continue };
        screen.line(&format!("  · {}{}", term_words(rulebook, term), deadline(rulebook, *position, standing)))?;
    }
    if !agenda.registrations.is_empty() {
        screen.line("Registrazioni da fare:")?;
    }
    for index in &agenda.registrations {
        let codes = rulebook.item(*index).and_then(|i| i.registration.as_ref()).map(|r| r.codes.join(" oppure "));
        screen.line(&format!("  · {} per {}", codes.unwrap_or_default(), item_words(rulebook, *index)))?;
    }
    if !agenda.awaited.is_empty() {
        screen.line("Dati da chiedere:")?;
    }
    for awaited in &agenda.awaited {
        let Some(fact) = rulebook.fact(awaited.fact) else { continue };
        screen.line(&format!("  ? `{}`: {}", fact.name, fact.question))?;
        let mut serves: Vec<String> = awaited.items.iter().map(|i| item_words(rulebook, *i)).collect();
        let terms = awaited.terms.iter().filter_map(|t| rulebook.terms.get(usize::from(*t)));
        serves.extend(terms.map(|t| format!("il termine `{}`", t.id)));
        if serves.is_empty() {
            serves.push("l'apertura del livello".to_owned());
        }
        indented(global, &format!("serve per {}", listed(&serves)), 6)?;
    }
    for position in &agenda.parameters {
        let Some(parameter) = rulebook.parameters.get(usize::from(*position)) else { continue };
        let norm = norm_words(rulebook, &parameter.norm);
        screen.line(&format!("La regione deve fornire `{}`: {} — {norm}", parameter.id, parameter.meaning))?;
    }
    if !agenda.offers.is_empty() && view.case.closed.is_none() {
        let names: Vec<String> = agenda.offers.iter().map(|i| item_words(rulebook, *i)).collect();
        indented(global, &format!("Si può anche: {}", listed(&names)), 0)?;
    }
    Ok(())
}

fn is_empty(agenda: &Agenda) -> bool {
    agenda.duties.is_empty()
        && agenda.registrations.is_empty()
        && agenda.awaited.is_empty()
        && agenda.other_terms.is_empty()
}

fn mark(ready: bool) -> &'static str {
    if ready { "•" } else { "○" }
}

fn item_words(rulebook: &Rulebook, index: ItemIndex) -> String {
    rulebook.item(index).map(|item| format!("{} `{}`", item.kind.word(), item.id)).unwrap_or_default()
}

fn deadline(rulebook: &Rulebook, position: u16, standing: &TermStanding) -> String {
    let Some(term) = rulebook.terms.get(usize::from(position)) else { return String::new() };
    let norm = norm_words(rulebook, &term.norm);
    match (standing.state, standing.due) {
        (TermStateWord::Broken, Some(due)) => format!(" — SCADUTO il {due} ({norm})"),
        (TermStateWord::Suspended, _) => format!(" — termine sospeso ({norm})"),
        (_, Some(due)) => format!(" — entro il {due} ({norm})"),
        (_, None) => format!(" — termine `{}` ({norm})", term.id),
    }
}

pub fn indented(global: &Global, text: &str, columns: usize) -> Result<(), CliError> {
    let margin = " ".repeat(columns);
    for line in wrap(text, global.screen.prose_width().saturating_sub(columns)) {
        global.screen.line(&format!("{margin}{line}"))?;
    }
    Ok(())
}

/// What is owed on a case, for a program.
pub fn agenda_json(view: &CaseView, on: Day) -> Json {
    let (rulebook, agenda) = (&view.rulebook, agenda(&view.rulebook, &view.case, on));
    let id = |index: ItemIndex| rulebook.item(index).map(|item| item.id.clone());
    let duties: Vec<Json> = agenda
        .duties
        .iter()
        .map(|duty| {
            let term = duty.term.and_then(|(position, standing)| {
                let term = rulebook.terms.get(usize::from(position))?;
                Some(json!({
                    "termine": term.id, "entro": standing.due.map(|d| d.to_string()), "stato": standing.state.word(),
                    "norma": norm_words(rulebook, &term.norm), "link": norm_link(rulebook, &term.norm),
                }))
            });
            let item = rulebook.item(duty.item);
            json!({
                "voce": id(duty.item),
                "tipo": item.map(|i| i.kind),
                "perche": cause_words(rulebook, &view.case, &duty.cause),
                "norma": item.map(|i| norm_words(rulebook, &i.norm)),
                "link": item.and_then(|i| norm_link(rulebook, &i.norm)),
                "prima": duty.blocked_by.iter().filter_map(|i| id(*i)).collect::<Vec<_>>(),
                "termine": term,
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
        "pratica": view.head.id.to_string(), "lep": rulebook.level, "stato": view.head.state, "al": on.to_string(),
        "sequenza": view.head.sequence, "regolamento": view.head.rulebook.to_string(),
        "dovuto": duties, "registrazioni": registrations, "attesi": awaited, "parametri": parameters,
        "offerto": agenda.offers.iter().filter_map(|i| id(*i)).collect::<Vec<_>>(),
    })
}

pub fn conformity_words(conformity: Conformity) -> &'static str {
    match conformity {
        Conformity::Yes => "conforme",
        Conformity::No => "non conforme",
        Conformity::NotKnown => "non si può ancora dire: mancano dati",
    }
}

/// Writes the findings of a case and the verdict.
pub fn check_text(global: &Global, view: &CaseView, check: &Check) -> Result<(), CliError> {
    let screen = &global.screen;
    for finding in &check.findings {
        let breach = finding.gravity == Gravity::Breach;
        let ink = if breach { Ink::Bad } else { Ink::Doubt };
        let head = screen.paint(ink, &format!("{} ({})", finding.gravity.word(), finding.kind.word()));
        screen.line(&format!("{head}: {}", finding_words(&view.rulebook, &view.case, finding)))?;
        let norm = finding.norm(&view.rulebook);
        let place = finding.place(&view.rulebook).map(|p| format!("  ({p})")).unwrap_or_default();
        screen.line(&format!("  norma: {}{place}", norm_words(&view.rulebook, &norm)))?;
        screen.line(&format!("  aiuto: {}", finding_help(finding)))?;
    }
    let ink = match check.conformity {
        Conformity::Yes => Ink::Good,
        Conformity::No => Ink::Bad,
        Conformity::NotKnown => Ink::Doubt,
    };
    let pending = check.conformity == Conformity::No && !check.findings.iter().any(|f| f.gravity == Gravity::Breach);
    let closed = view.case.closed.is_some();
    let more = match (pending, closed) {
        (true, false) => ": c'è ancora qualcosa di dovuto (`lepre case agenda`), nessuna violazione",
        (true, true) => ": chiusa senza tutto ciò che era dovuto, nessuna violazione",
        _ => "",
    };
    screen.line(&format!("{}{more}", screen.paint(ink, conformity_words(check.conformity))))
}

pub fn finding_json(view: &CaseView, finding: &Finding) -> Json {
    let norm = finding.norm(&view.rulebook);
    json!({
        "tipo": finding.kind.word(), "gravita": finding.gravity.word(), "che": finding.subject(&view.rulebook),
        "evento": finding.sequence, "messaggio": finding_words(&view.rulebook, &view.case, finding),
        "norma": norm_words(&view.rulebook, &norm), "link": norm_link(&view.rulebook, &norm),
        "luogo": finding.place(&view.rulebook).map(ToString::to_string),
    })
}

pub fn check_json(view: &CaseView, check: &Check, on: Day) -> Json {
    json!({
        "pratica": view.head.id.to_string(), "lep": view.rulebook.level, "al": on.to_string(),
        "conforme": check.conformity.word(),
        "rilievi": check.findings.iter().map(|f| finding_json(view, f)).collect::<Vec<_>>(),
    })
}

/// Writes an explanation as an indented tree.
pub fn explanation_text(
    global: &Global,
    rulebook: &Rulebook,
    tree: &Explanation,
    depth: usize,
) -> Result<(), CliError> {
    let mut sentence = tree.sentence.clone();
    if !tree.events.is_empty() {
        let numbers: Vec<String> = tree.events.iter().filter(|n| **n > 0).map(ToString::to_string).collect();
        if !numbers.is_empty() {
            sentence.push_str(&format!(" [evento {}]", numbers.join(", ")));
        }
    }
    let bullet = if depth == 0 { "" } else { "- " };
    let margin = depth * 2;
    for (i, line) in wrap(&sentence, global.screen.prose_width().saturating_sub(margin + 2)).iter().enumerate() {
        let lead = if i == 0 { bullet } else { if depth == 0 { "" } else { "  " } };
        global.screen.line(&format!("{}{lead}{line}", " ".repeat(margin)))?;
    }
    let inside = " ".repeat(margin + 2);
    if let Some(norm) = &tree.norm {
        let link = norm_link(rulebook, norm).map(|l| format!(" <{l}>")).unwrap_or_default();
        global.screen.line(&format!("{inside}norma: {}{link}", norm_words(rulebook, norm)))?;
    }
    if let Some(place) = &tree.place {
        global.screen.line(&format!("{inside}specifica: {place}"))?;
    }
    for because in &tree.because {
        explanation_text(global, rulebook, because, depth + 1)?;
    }
    Ok(())
}

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

/// Writes a history.
pub fn history_text(global: &Global, view: &CaseView, lines: &[HistoryLine]) -> Result<(), CliError> {
    global.screen.line(&global.screen.paint(Ink::Heading, &format!("pratica {} · {}", view.head.id, heading(view))))?;
    for line in lines {
        let time = line.event.time.map(|t| format!(" {t}")).unwrap_or_default();
        let voided = if line.voided { "  (annullato)" } else { "" };
        global.screen.line(&format!(
            "{:>4}  {}{time}  {}{voided}",
            line.stored.sequence,
            line.event.on,
            event_words(&line.event)
        ))?;
    }
    Ok(())
}

pub fn history_json(view: &CaseView, lines: &[HistoryLine]) -> Json {
    let events: Vec<Json> = lines
        .iter()
        .map(|line| {
            let body: Json = serde_json::from_str(&line.stored.body).unwrap_or_default();
            let hash: String = line.stored.hash.iter().map(|b| format!("{b:02x}")).collect();
            json!({
                "sequenza": line.stored.sequence, "registrato_ms": line.stored.recorded_at, "da": line.stored.actor,
                "annullato": line.voided, "evento": body, "impronta": hash,
            })
        })
        .collect();
    json!({ "pratica": view.head.id.to_string(), "lep": view.rulebook.level, "eventi": events })
}
