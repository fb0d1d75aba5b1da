// SPDX-License-Identifier: EUPL-1.2
//! A case in words: agenda, findings, explanation, history.

use crate::calendar::Day;
use crate::engine::{
    Agenda, Cause, Check, Duty, Explanation, TermStanding, agenda, cause_words, duty_norm, event_words, finding_help,
    finding_words, norm_link, norm_words, outlook_of, term_norm, term_words,
};
use crate::rulebook::{Bound, Citation, ItemIndex, ItemKind, Rulebook, Term};
use crate::service::{CaseView, HistoryLine};
use crate::spec::scenario::{Conformity, Gravity, TermStateWord};

use super::output::{Ink, listed, printable, wrap, wrap_hanging};
use super::stored::accented;
use super::{CliError, Global};

/// The case in one line: what is enough to name it, its level, whom it is about, how it stands.
pub fn case_line(view: &CaseView, handle: &str, subject: &str, on: Option<Day>) -> String {
    let mut line = format!("pratica {handle} · LEP {} · {}", view.rulebook.level, view.rulebook.title);
    if !subject.is_empty() {
        line.push_str(&format!(" · {subject}"));
    }
    line.push_str(&format!(" · {}", view.head.state));
    if let Some(on) = on {
        line.push_str(&format!(" · al {on}"));
    }
    line
}

/// Writes what is owed on a case: first what is late, then what can be done now, then what must wait.
pub fn agenda_text(global: &Global, view: &CaseView, on: Day) -> Result<(), CliError> {
    let screen = &global.screen;
    let (rulebook, agenda) = (&view.rulebook, agenda(&view.rulebook, &view.case, on));
    if let Some(since) = view.case.suspended {
        screen.line(&format!("sospesa dal {}: i termini sono fermi", since.on))?;
    }
    if view.case.opened.is_none() {
        let since = view.events.first().map(|event| format!(" (lo è dal {})", event.on)).unwrap_or_default();
        return screen.line(&format!("il {on} la pratica non era ancora aperta{since}"));
    }
    if is_empty(&agenda) {
        let close = if view.case.closed.is_none() { ": la pratica si può chiudere" } else { "" };
        screen.line(&format!("niente di dovuto{close}"))?;
    }
    let is_late = |duty: &&Duty| duty.term.is_some_and(|(_, standing)| standing.state == TermStateWord::Broken);
    let (late, rest): (Vec<&Duty>, Vec<&Duty>) = agenda.duties.iter().partition(is_late);
    let (ready, blocked): (Vec<&Duty>, Vec<&Duty>) = rest.into_iter().partition(|duty| duty.blocked_by.is_empty());
    for (title, mark, duties) in [("Scaduto:", "!", late), ("Da fare:", "•", ready), ("Poi:", "○", blocked)] {
        if duties.is_empty() {
            continue;
        }
        screen.line(title)?;
        for duty in duties {
            bullet(global, mark, &duty_words(view, duty, on))?;
        }
    }
    if !agenda.other_terms.is_empty() {
        screen.line("Termini:")?;
    }
    for (position, standing) in &agenda.other_terms {
        let Some(term) = rulebook.terms.get(usize::from(*position)) else { continue };
        bullet(global, "·", &format!("{} · {}", term_words(rulebook, term), deadline(view, term, standing, on)))?;
    }
    if !agenda.registrations.is_empty() {
        screen.line("Registrazioni da fare:")?;
    }
    for index in &agenda.registrations {
        let codes = rulebook.item(*index).and_then(|i| i.registration.as_ref()).map(|r| r.codes.join(" oppure "));
        screen.line(&format!("  • {} per {}", codes.unwrap_or_default(), item_words(rulebook, *index)))?;
    }
    if !agenda.awaited.is_empty() {
        screen.line("Dati da chiedere:")?;
    }
    for awaited in &agenda.awaited {
        let Some(fact) = rulebook.fact(awaited.fact) else { continue };
        let mut serves: Vec<String> = awaited.access.then(|| "l'accesso al livello".to_owned()).into_iter().collect();
        serves.extend(awaited.items.iter().map(|i| item_words(rulebook, *i)));
        serves.extend(awaited.script.then(|| "uno script della regione".to_owned()));
        let terms = awaited.terms.iter().filter_map(|t| rulebook.terms.get(usize::from(*t)));
        serves.extend(terms.map(|t| format!("il termine `{}`", t.id)));
        bullet(global, "?", &format!("`{}`: {} (serve per {})", fact.name, fact.question, listed(&serves)))?;
    }
    if !agenda.parameters.is_empty() {
        screen.line("Parametri che la regione deve fissare:")?;
    }
    for parameter in agenda.parameters.iter().filter_map(|position| rulebook.parameters.get(usize::from(*position))) {
        let norm = norm_words(rulebook, &parameter.norm);
        bullet(global, "?", &format!("`{}`: {} · {norm}", parameter.id, parameter.meaning))?;
    }
    if !agenda.offers.is_empty() {
        bullet_at(global, "Si può anche: ", 2, &offers_words(rulebook, &agenda.offers))?;
    }
    let own = norm_words(rulebook, &rulebook.own_norm());
    if is_empty(&agenda) { Ok(()) } else { screen.line(&format!("norma, dove non è detto altro: {own}")) }
}

fn is_empty(agenda: &Agenda) -> bool {
    agenda.duties.is_empty()
        && agenda.registrations.is_empty()
        && agenda.awaited.is_empty()
        && agenda.other_terms.is_empty()
        && agenda.parameters.is_empty()
}

/// A duty in one line: what, by when, after what, on which facts, by which norm where it is not the level's own.
fn duty_words(view: &CaseView, duty: &Duty, on: Day) -> String {
    let rulebook = &view.rulebook;
    let mut words = item_words(rulebook, duty.item);
    let term = duty.term.and_then(|(position, standing)| Some((rulebook.terms.get(usize::from(position))?, standing)));
    if let Some((term, standing)) = term {
        words.push_str(&format!(" · {}", deadline(view, term, &standing, on)));
    }
    if !duty.blocked_by.is_empty() {
        let names: Vec<String> = duty.blocked_by.iter().map(|i| format!("`{}`", id(rulebook, *i))).collect();
        words.push_str(&format!(" · dopo {}", listed(&names)));
    }
    if matches!(duty.cause, Cause::Condition(_)) {
        words.push_str(&format!(" · {}", printable(&cause_words(rulebook, &view.case, &duty.cause))));
    }
    let norm = duty_norm(rulebook, &view.case, duty.item).filter(|norm| **norm != rulebook.own_norm());
    words.extend(norm.map(|norm| format!(" · {}", norm_words(rulebook, norm))));
    words
}

fn offers_words(rulebook: &Rulebook, offers: &[ItemIndex]) -> String {
    let kinds = [ItemKind::Activity, ItemKind::Output, ItemKind::Outcome].iter().filter_map(|kind| {
        let of_kind = offers.iter().filter_map(|index| rulebook.item(*index)).filter(|item| item.kind == *kind);
        let names: Vec<&str> = of_kind.map(|item| item.id.as_str()).collect();
        (!names.is_empty()).then(|| format!("{} {}", kind.word(), listed(&names)))
    });
    kinds.collect::<Vec<String>>().join("; ")
}

fn id(rulebook: &Rulebook, index: ItemIndex) -> &str {
    rulebook.item(index).map(|item| item.id.as_str()).unwrap_or_default()
}

fn item_words(rulebook: &Rulebook, index: ItemIndex) -> String {
    rulebook.item(index).map(|item| format!("{} `{}`", item.kind.word(), item.id)).unwrap_or_default()
}

fn deadline(view: &CaseView, term: &Term, standing: &TermStanding, on: Day) -> String {
    let norm = norm_words(&view.rulebook, term_norm(&view.case, term, standing));
    match (standing.state, standing.due, term.bound) {
        (TermStateWord::Broken, Some(due), Bound::Within) => format!("scaduto il {due} ({norm})"),
        (TermStateWord::Suspended, ..) => format!("termine sospeso ({norm})"),
        (_, Some(due), Bound::Within) => {
            let seen = outlook_of(&view.rulebook, &view.case, term.index, on);
            let warning = seen.and_then(|seen| seen.warning()).map(|warning| format!("; {warning}"));
            format!("entro il {due} ({norm}){}", warning.unwrap_or_default())
        }
        (_, Some(due), Bound::AtLeast) => format!("non prima del {due} ({norm})"),
        (_, None, _) => format!("termine `{}` ({norm})", term.id),
    }
}

/// A line with its mark, and what does not fit below it.
fn bullet(global: &Global, mark: &str, text: &str) -> Result<(), CliError> {
    bullet_at(global, &format!("  {mark} "), 6, text)
}

fn bullet_at(global: &Global, lead: &str, margin: usize, text: &str) -> Result<(), CliError> {
    let width = global.screen.prose_width();
    let first = width.saturating_sub(lead.chars().count());
    for (at, line) in wrap_hanging(text, first, width.saturating_sub(margin)).iter().enumerate() {
        let begin = if at == 0 { lead.to_owned() } else { " ".repeat(margin) };
        global.screen.line(&format!("{begin}{line}"))?;
    }
    Ok(())
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
        let kind = accented(finding.kind.word());
        let head = format!("{} ({kind}): ", finding.gravity.word());
        let words = finding_words(&view.rulebook, &view.case, finding);
        let width = screen.prose_width();
        for (at, line) in
            wrap_hanging(&words, width.saturating_sub(head.len()), width.saturating_sub(2)).iter().enumerate()
        {
            let begin = if at == 0 { screen.paint(ink, &head) } else { "  ".to_owned() };
            screen.line(&format!("{begin}{line}"))?;
        }
        let event =
            finding.sequence.and_then(|n| Some((n, view.events.get(usize::try_from(n).ok()?.checked_sub(1)?)?)));
        if let Some((number, event)) = event {
            screen.line(&format!("  evento {number}: {} {}", event.on, printable(&event_words(event))))?;
        }
        let norm = finding.norm(&view.rulebook, &view.case);
        let place = finding.place(&view.rulebook).map(|p| format!("  ({p})")).unwrap_or_default();
        screen.line(&format!("  norma: {}{place}", norm_words(&view.rulebook, &norm)))?;
        screen.line(&format!("  aiuto: {}", finding_help(&view.rulebook, &view.case, finding)))?;
    }
    let ink = match check.conformity {
        Conformity::Yes => Ink::Good,
        Conformity::No => Ink::Bad,
        Conformity::NotKnown => Ink::Doubt,
    };
    let pending = check.conformity == Conformity::No && !check.findings.iter().any(|f| f.gravity == Gravity::Breach);
    let closed = view.case.closed.is_some();
    let more = match (pending, closed) {
        (true, false) => ": nessuna violazione, ma c'è ancora qualcosa di dovuto (`lepre case agenda`)",
        (true, true) => ": nessuna violazione, ma la pratica è chiusa senza tutto ciò che era dovuto",
        _ => "",
    };
    screen.line(&format!("{}{more}", screen.paint(ink, conformity_words(check.conformity))))
}

/// Writes an explanation as an indented tree; a norm that is that of the sentence above is not said again.
pub fn explanation_text(global: &Global, rulebook: &Rulebook, tree: &Explanation) -> Result<(), CliError> {
    branch(global, rulebook, tree, (0, None))
}

fn branch(
    global: &Global,
    rulebook: &Rulebook,
    tree: &Explanation,
    (depth, above): (usize, Option<&Citation>),
) -> Result<(), CliError> {
    let mut sentence = tree.sentence.clone();
    if !tree.events.is_empty() {
        let numbers: Vec<String> = tree.events.iter().map(ToString::to_string).collect();
        let word = if numbers.len() == 1 { "evento" } else { "eventi" };
        sentence.push_str(&format!(" [{word} {}]", numbers.join(", ")));
    }
    let bullet = if depth == 0 { "" } else { "- " };
    let margin = depth * 2;
    for (i, line) in wrap(&sentence, global.screen.prose_width().saturating_sub(margin + 2)).iter().enumerate() {
        let lead = if i == 0 || depth == 0 { bullet } else { "  " };
        global.screen.line(&format!("{}{lead}{}", " ".repeat(margin), printable(line)))?;
    }
    let inside = " ".repeat(margin + 2);
    if let Some(norm) = tree.norm.as_ref().filter(|norm| Some(*norm) != above) {
        let link = norm_link(rulebook, norm).map(|l| format!(" <{l}>")).unwrap_or_default();
        global.screen.line(&format!("{inside}norma: {}{link}", norm_words(rulebook, norm)))?;
    }
    if let Some(place) = &tree.place {
        global.screen.line(&format!("{inside}specifica: {place}"))?;
    }
    for because in &tree.because {
        branch(global, rulebook, because, (depth + 1, tree.norm.as_ref().or(above)))?;
    }
    Ok(())
}

/// Writes a history.
pub fn history_text(global: &Global, lines: &[HistoryLine]) -> Result<(), CliError> {
    for line in lines {
        let time = line.event.time.map(|t| format!(" {t}")).unwrap_or_default();
        let voided = if line.voided { "  (annullato)" } else { "" };
        global.screen.line(&format!(
            "{:>4}  {}{time}  {}{voided}",
            line.stored.sequence,
            line.event.on,
            printable(&event_words(&line.event))
        ))?;
    }
    Ok(())
}
