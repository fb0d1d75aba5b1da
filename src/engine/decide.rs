// SPDX-License-Identifier: EUPL-1.2
//! May this be done? A command becomes events, or a refusal with its norm and what would make it lawful.
//!
//! Late work is never refused: it is recorded, and the term becomes a finding. Nobody is refused for a missing datum.

mod office;

use std::sync::Arc;

use crate::calendar::Day;
use crate::diagnostic::Place;
use crate::rulebook::{Citation, Item, ItemIndex, ItemKind, Rulebook, SapCodes};
use crate::spec::level::{Field, Mode};
use crate::spec::scenario::{Manner, RefusalKind, SapEventWord};
use crate::value::{Datum, FactType, Truth};

use super::apply::{apply, code_fit, continues, may_follow, needs_reason, voidable};
use super::case::Case;
use super::event::{Event, EventKind, Minute, Opening};
use super::speech::speak;
use super::standing::{access, obligations, registration_owed};
use super::words::{agreed, before_words};

/// What somebody asks for. But for the opening, which brings its first facts, a command is the event it asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    OpenCase { on: Day, time: Option<Minute>, opening: Opening, facts: Vec<(Arc<str>, Datum)> },
    Record(Event),
}

/// A *no*, with its norm, its place in the specification, and the remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub kind: RefusalKind,
    pub message: String,
    pub help: String,
    pub norm: Citation,
    pub place: Option<Place>,
    /// The items that stand in the way.
    pub items: Vec<ItemIndex>,
}

/// Decides a command on a case, as of today.
///
/// # Errors
/// Every reason why not, in the order in which they are looked for.
pub fn decide(rulebook: &Rulebook, case: &Case, command: &Command, today: Day) -> Result<Vec<Event>, Vec<Refusal>> {
    let mut no = Refusals { rulebook, refusals: Vec::new() };
    let events = match command {
        Command::OpenCase { on, time, opening, facts } => open(&mut no, case, (*on, *time), opening, facts, today),
        Command::Record(event) => {
            record(&mut no, case, event, today);
            vec![event.clone()]
        }
    };
    if !no.refusals.is_empty() {
        return Err(no.refusals);
    }
    // No script reads what the office writes for itself.
    if events.iter().all(|event| event.kind.is_office_act()) {
        return Ok(events);
    }
    Ok(with_speeches(rulebook, case, events))
}

/// The events, followed by what the scripts of the region have to say of the case as it then stands.
fn with_speeches(rulebook: &Rulebook, case: &Case, mut events: Vec<Event>) -> Vec<Event> {
    if rulebook.scripts.is_empty() {
        return events;
    }
    let mut after = case.clone();
    for event in &events {
        apply(&mut after, rulebook, event);
    }
    if let Some(on) = events.last().map(|event| event.on) {
        events.extend(speak(rulebook, &after, on));
    }
    events
}

struct Refusals<'a> {
    rulebook: &'a Rulebook,
    refusals: Vec<Refusal>,
}

impl Refusals<'_> {
    fn say(&mut self, kind: RefusalKind, item: Option<&Item>, message: impl Into<String>, help: impl Into<String>) {
        self.refusals.push(Refusal {
            kind,
            message: message.into(),
            help: help.into(),
            norm: item.map_or_else(|| self.rulebook.own_norm(), |item| item.norm.clone()),
            place: item.map(|item| item.place.clone()),
            items: item.and_then(|item| self.rulebook.item_index(&item.id)).into_iter().collect(),
        });
    }
}

fn open(
    no: &mut Refusals<'_>,
    case: &Case,
    (on, time): (Day, Option<Minute>),
    opening: &Opening,
    facts: &[(Arc<str>, Datum)],
    today: Day,
) -> Vec<Event> {
    let rulebook = no.rulebook;
    if case.opened.is_some() {
        no.say(RefusalKind::State, None, "la pratica è già aperta", "apri un'altra pratica");
        return Vec::new();
    }
    if on > today {
        no.say(
            RefusalKind::Dates,
            None,
            format!("il {on} non è ancora venuto"),
            format!("scrivi una data fino al {today}"),
        );
    }
    if let Some(office) = &opening.office {
        check_office(no, office);
    }
    let mut events = vec![Event { on, time, kind: EventKind::CaseOpened(Box::new(opening.clone())) }];
    for (fact, value) in facts {
        let event = EventKind::FactSupplied { fact: fact.clone(), value: Some(value.clone()) };
        let event = Event { on, time: None, kind: event };
        check_fact(no, fact, Some(value));
        events.push(event);
    }
    let mut opened = Case::new(rulebook);
    for event in &events {
        apply(&mut opened, rulebook, event);
    }
    if let (Truth::False, Some(rule)) = (access(rulebook, &opened), &rulebook.access) {
        let mut lacking: Vec<String> = Vec::new();
        for (required, met) in rule.requires.iter().zip(&opened.met) {
            if !met {
                lacking.push(format!("nel fascicolo manca `{}` del livello {}", required.item, required.level));
            }
        }
        if let Some(when) = rule.when.as_ref().filter(|w| w.condition.evaluate(&opened.facts) == Truth::False) {
            lacking.push(format!("non vale la condizione `{}`", when.text));
        }
        let mut help: Vec<String> = Vec::new();
        help.extend(
            rule.requires
                .iter()
                .zip(&opened.met)
                .filter(|(_, met)| !**met)
                .map(|(required, _)| format!("consegna prima `{}` nel livello {}", required.item, required.level)),
        );
        help.extend(rule.unless.as_ref().map(|unless| format!("vale anche se `{}`", unless.text)));
        no.refusals.push(Refusal {
            kind: RefusalKind::Access,
            message: format!("il livello {} non si può aprire: {}", rulebook.level, lacking.join("; ")),
            help: if help.is_empty() { "controlla i dati".to_owned() } else { help.join("; ") },
            norm: rule.norm.clone(),
            place: Some(rule.place.clone()),
            items: Vec::new(),
        });
    }
    events
}

/// An office must be one that the region lists, if it lists any.
fn check_office(no: &mut Refusals<'_>, office: &str) {
    let rulebook = no.rulebook;
    if rulebook.offices.is_empty() || rulebook.office_index(office).is_some() {
        return;
    }
    let known = || rulebook.offices.iter().map(|office| office.id.as_str());
    let help = match crate::names::closest(office, known()) {
        Some(near) => format!("forse volevi dire `{near}`"),
        None => format!("le sedi sono: {}", names(known())),
    };
    no.say(RefusalKind::Unknown, None, format!("la sede `{office}` non è tra quelle della regione"), help);
}

fn check_fact(no: &mut Refusals<'_>, fact: &str, value: Option<&Datum>) {
    let rulebook = no.rulebook;
    let Some(declared) = rulebook.fact_slot(fact).and_then(|slot| rulebook.fact(slot)) else {
        let near = crate::names::closest(fact, rulebook.facts.iter().map(|f| f.name.as_str()));
        let help = match near {
            Some(near) => format!("forse volevi dire `{near}`"),
            None => format!("i dati di questo livello sono: {}", names(rulebook.facts.iter().map(|f| f.name.as_str()))),
        };
        no.say(RefusalKind::Unknown, None, format!("dato `{fact}` sconosciuto nel livello {}", rulebook.level), help);
        return;
    };
    if let Some(value) = value
        && declared.accepts(value).is_none()
    {
        let number = if declared.kind == FactType::Integer { "un numero intero" } else { "un numero" };
        let help = match (declared.choices.is_empty(), declared.minimum, declared.maximum) {
            (false, _, _) => format!("le scelte sono: {}", declared.choices.join(", ")),
            (true, Some(min), Some(max)) => format!("serve {number} da {min} a {max}"),
            (true, Some(min), None) => format!("serve {number} non minore di {min}"),
            (true, None, Some(max)) => format!("serve {number} non maggiore di {max}"),
            (true, None, None) => format!("serve {}", declared.kind.example()),
        };
        no.say(RefusalKind::Value, None, format!("`{value}` non va bene per il dato `{fact}`"), help);
    }
}

fn names<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    if names.is_empty() { "nessuno".to_owned() } else { names.join(", ") }
}

fn record(no: &mut Refusals<'_>, case: &Case, event: &Event, today: Day) {
    let Some(opened) = case.opened else {
        no.say(RefusalKind::State, None, "la pratica non è ancora aperta", "apri prima la pratica");
        return;
    };
    if event.on > today {
        let help = format!("scrivi una data fino al {today}");
        no.say(RefusalKind::Dates, None, format!("il {} non è ancora venuto", event.on), help);
    }
    if event.on < opened.on {
        let message = format!("il {} viene prima dell'apertura della pratica, che è del {}", event.on, opened.on);
        no.say(RefusalKind::Dates, None, message, format!("scrivi una data dal {} in poi", opened.on));
    }
    let allowed_after_closing = matches!(
        event.kind,
        EventKind::CaseReopened { .. }
            | EventKind::EventVoided { .. }
            | EventKind::Registered { .. }
            | EventKind::FactSupplied { .. }
            | EventKind::NoteWritten { .. }
            | EventKind::CaseEntrusted { .. }
            | EventKind::AbsenceJustified { .. }
            | EventKind::SanctionApplied { .. }
    );
    if let (Some(closing), false) = (case.closed, allowed_after_closing) {
        let message = format!("la pratica è chiusa dal {}", closing.mark.on);
        no.say(RefusalKind::Closed, None, message, "riapri la pratica, con il motivo");
        return;
    }
    match &event.kind {
        EventKind::CaseOpened(_) => {
            no.say(RefusalKind::State, None, "la pratica è già aperta", "apri un'altra pratica")
        }
        EventKind::FactSupplied { fact, value } => check_fact(no, fact, value.as_ref()),
        EventKind::ActivityRecorded { activity, event: what, mode, reason } => {
            let reason = reason.as_deref().unwrap_or_default();
            check_activity(no, case, (event.on, activity), *what, mode.as_deref(), reason);
        }
        EventKind::OutputDelivered { output, evidence } => {
            if let Some((index, item)) = find(no, output, ItemKind::Output) {
                for fault in item.evidence.faults(evidence) {
                    let message = format!("l'evidenza di `{output}` non va bene: {fault}");
                    no.say(RefusalKind::Evidence, Some(item), message, "correggi il modulo e ripeti");
                }
                for required in case.words.faults(index, evidence) {
                    let message = format!("l'evidenza di `{output}` non va bene: {}", required.words());
                    no.say(
                        RefusalKind::Evidence,
                        Some(item),
                        message,
                        "lo chiede uno script della regione: completa il modulo",
                    );
                    if let Some(refusal) = no.refusals.last_mut() {
                        refusal.norm = required.norm.clone();
                    }
                }
                check_order(no, case, index, event.on);
            }
        }
        EventKind::OutcomeReached { outcome } => {
            if let Some((index, _)) = find(no, outcome, ItemKind::Outcome) {
                check_order(no, case, index, event.on);
            }
        }
        EventKind::Registered { code, item } => check_registration(no, code, item, event.on),
        EventKind::CaseSuspended { reason } => {
            if let Some(since) = case.suspended {
                let message = format!("la pratica è già sospesa dal {}", since.on);
                no.say(RefusalKind::Suspended, None, message, "riprendi prima la pratica");
            }
            need_reason(no, None, reason);
        }
        EventKind::CaseResumed => match case.suspended {
            None => no.say(RefusalKind::Suspended, None, "la pratica non è sospesa", "non c'è niente da riprendere"),
            Some(since) if event.on < since.on => {
                let message =
                    format!("la ripresa del {} viene prima della sospensione, che è del {}", event.on, since.on);
                no.say(RefusalKind::Dates, None, message, format!("scrivi una data dal {} in poi", since.on));
            }
            Some(_) => {}
        },
        EventKind::CaseClosed { manner, reason } => check_closing(no, case, event.on, *manner, reason.as_deref()),
        EventKind::CaseReopened { reason } => {
            match case.closed {
                None => no.say(RefusalKind::Open, None, "la pratica è aperta", "non c'è niente da riaprire"),
                Some(closing) if event.on < closing.mark.on => {
                    let message = format!(
                        "la riapertura del {} viene prima della chiusura, che è del {}",
                        event.on, closing.mark.on
                    );
                    no.say(
                        RefusalKind::Dates,
                        None,
                        message,
                        format!("scrivi una data dal {} in poi", closing.mark.on),
                    );
                }
                Some(_) => {}
            }
            need_reason(no, None, reason);
        }
        EventKind::ScriptSpoke(_) => {
            let help = "le scrive lo script della regione, quando cambiano i dati che legge: registra i dati";
            no.say(RefusalKind::State, None, "le parole di uno script non si registrano a mano", help);
        }
        EventKind::EventVoided { sequence, reason } => {
            if voidable(case, *sequence).is_none() {
                let message = format!("l'evento numero {sequence} non si può annullare");
                let help = "si annulla un evento della storia della pratica, non l'apertura";
                no.say(RefusalKind::Unknown, None, message, help);
            } else if case.is_voided(*sequence) {
                let message = format!("l'evento numero {sequence} è già annullato");
                no.say(RefusalKind::State, None, message, "guarda la storia della pratica");
            }
            need_reason(no, None, reason);
        }
        EventKind::NoteWritten { .. }
        | EventKind::MeetingCalled { .. }
        | EventKind::MeetingAttended { .. }
        | EventKind::MeetingMissed { .. }
        | EventKind::AbsenceJustified { .. }
        | EventKind::SanctionApplied { .. }
        | EventKind::CaseEntrusted { .. } => office::check(no, case, event),
    }
}

fn need_reason(no: &mut Refusals<'_>, item: Option<&Item>, reason: &str) {
    if reason.trim().is_empty() {
        no.say(RefusalKind::Reason, item, "manca il motivo", "scrivi perché, in una frase");
    }
}

fn indefinite(kind: ItemKind) -> String {
    if kind == ItemKind::Activity { "un'attività".to_owned() } else { format!("un {}", kind.word()) }
}

/// The item, or a refusal that says which names there are.
fn find<'a>(no: &mut Refusals<'a>, name: &str, kind: ItemKind) -> Option<(ItemIndex, &'a Item)> {
    let rulebook = no.rulebook;
    let found = rulebook.item_index(name).and_then(|index| Some((index, rulebook.item(index)?)));
    match found {
        Some((index, item)) if item.kind == kind => Some((index, item)),
        Some((_, item)) => {
            let message = format!("`{name}` non è {}", indefinite(kind));
            let help = format!("è {}: {} come tale", indefinite(item.kind), agreed("va registrat", item.kind));
            no.say(RefusalKind::Unknown, Some(item), message, help);
            None
        }
        None => {
            let known = || rulebook.items.iter().filter(|item| item.kind == kind).map(|item| item.id.as_str());
            let help = match crate::names::closest(name, known()) {
                Some(near) => format!("forse volevi dire `{near}`"),
                None => format!("nel livello {} ci sono: {}", rulebook.level, names(known())),
            };
            no.say(
                RefusalKind::Unknown,
                None,
                format!("{} `{name}` {} nel livello {}", kind.word(), agreed("sconosciut", kind), rulebook.level),
                help,
            );
            None
        }
    }
}

fn check_activity(
    no: &mut Refusals<'_>,
    case: &Case,
    (on, activity): (Day, &str),
    event: SapEventWord,
    mode: Option<&str>,
    reason: &str,
) {
    let Some((index, item)) = find(no, activity, ItemKind::Activity) else { return };
    let allowed = if item.modes.is_empty() { Mode::ALL } else { &item.modes };
    if let Some(mode) = mode.filter(|mode| !allowed.iter().any(|allowed| allowed.word() == *mode)) {
        let help = format!("i modi ammessi sono: {}", names(allowed.iter().map(|m| m.word())));
        no.say(RefusalKind::Mode, Some(item), format!("`{activity}` non si svolge in modo `{mode}`"), help);
    }
    if needs_reason(event) {
        need_reason(no, Some(item), reason);
    }
    let last = case.item(index).and_then(|state| state.sap);
    if !may_follow(last.map(|(event, _)| event), event) {
        let lawful: Vec<&str> = SapEventWord::ALL
            .iter()
            .filter(|next| may_follow(last.map(|(event, _)| event), **next))
            .map(|next| next.word())
            .collect();
        let before = before_words(last.map(|(event, _)| event));
        let message = format!("attività `{activity}`: {before} non può seguire `{}`", event.word());
        no.say(RefusalKind::State, Some(item), message, format!("adesso può seguire: {}", lawful.join(", ")));
    } else if let Some((last, before)) = last
        && continues(last, event)
        && on < before.on
    {
        let message =
            format!("il {on} viene prima dell'evento `{}` della stessa attività, che è del {}", last.word(), before.on);
        no.say(RefusalKind::Dates, Some(item), message, format!("scrivi una data dal {} in poi", before.on));
    }
    if event == SapEventWord::Ended {
        check_order(no, case, index, on);
    }
}

fn check_order(no: &mut Refusals<'_>, case: &Case, index: ItemIndex, on: Day) {
    let rulebook = no.rulebook;
    let Some(item) = rulebook.item(index) else { return };
    for before in item.prerequisites() {
        let first = case.first(before.index);
        if first.is_some_and(|mark| mark.on <= on || rulebook.goes_by_recording()) {
            continue;
        }
        let message = match first {
            None => format!("`{}` viene dopo `{}`, che non c'è ancora", item.id, before.name),
            Some(mark) => format!("`{}` viene dopo `{}`, che è del {}", item.id, before.name, mark.on),
        };
        let help = match first {
            None => format!("registra prima `{}`", before.name),
            Some(mark) => format!("scrivi una data dal {} in poi", mark.on),
        };
        no.say(RefusalKind::Order, Some(item), message, help);
        if let Some(refusal) = no.refusals.last_mut() {
            refusal.items.push(before.index);
        }
    }
}

fn check_registration(no: &mut Refusals<'_>, code: &str, name: &str, on: Day) {
    let rulebook = no.rulebook;
    let found = rulebook.item_index(name).and_then(|index| Some((index, rulebook.item(index)?)));
    let Some((index, item)) = found else {
        let help = match crate::names::closest(name, rulebook.items.iter().map(|i| i.id.as_str())) {
            Some(near) => format!("forse volevi dire `{near}`"),
            None => format!("le voci sono: {}", names(rulebook.items.iter().map(|i| i.id.as_str()))),
        };
        no.say(RefusalKind::Unknown, None, format!("voce `{name}` sconosciuta nel livello {}", rulebook.level), help);
        return;
    };
    let fit = code_fit(rulebook, Some(index), code, on);
    if !fit.known {
        let help = match crate::names::closest(code, rulebook.codes.iter().map(|c| c.code.as_str())) {
            Some(near) => format!("forse volevi dire `{near}`"),
            None => "i codici sono in specs/catalogo/sap.yaml".to_owned(),
        };
        no.say(RefusalKind::Unknown, Some(item), format!("codice `{code}` sconosciuto"), help);
    }
    if !fit.listed {
        let listed = match (&item.registration, &rulebook.sap) {
            (Some(registration), _) => registration.codes.join(" oppure "),
            (None, SapCodes::Codes(codes)) => codes.join(" oppure "),
            _ => String::new(),
        };
        no.say(
            RefusalKind::Sap,
            Some(item),
            format!("il codice `{code}` non registra `{name}`"),
            format!("per questa voce vale: {listed}"),
        );
    }
    if !fit.in_force {
        let message = format!("il codice `{code}` non è in vigore il {on}");
        no.say(RefusalKind::Sap, Some(item), message, "controlla la data, o il codice in specs/catalogo/sap.yaml");
    }
}

fn check_closing(no: &mut Refusals<'_>, case: &Case, on: Day, manner: Manner, reason: Option<&str>) {
    let rulebook = no.rulebook;
    if let Some(latest) = case.latest.filter(|latest| on < *latest) {
        let message = format!("la chiusura del {on} viene prima dell'ultimo evento, che è del {latest}");
        no.say(RefusalKind::Dates, None, message, format!("scrivi una data dal {latest} in poi"));
    }
    if manner == Manner::Interrupted {
        need_reason(no, None, reason.unwrap_or_default());
        return;
    }
    if rulebook.is_missing(Field::Outputs) {
        let message =
            format!("il livello {} non si può concludere: i suoi output non sono ancora noti", rulebook.level);
        no.say(RefusalKind::Missing, None, message, "si può chiudere come `interrotta`, con il motivo");
    }
    let due = obligations(rulebook, case);
    for ((index, item), due) in (0..).zip(&rulebook.items).zip(&due) {
        if !case.is_done(rulebook, index) {
            match due {
                Truth::True => {
                    let message =
                        format!("manca l'{} `{}`, che è {}", item.kind.word(), item.id, agreed("dovut", item.kind));
                    no.say(
                        RefusalKind::Missing,
                        Some(item),
                        message,
                        format!("completa `{}`, oppure chiudi come `interrotta` con il motivo", item.id),
                    );
                }
                Truth::NotKnown => {
                    let mut facts: Vec<&str> = Vec::new();
                    super::standing::obligation_awaits(rulebook, case, index, &mut |slot| {
                        facts.extend(rulebook.fact(slot).map(|f| f.name.as_str()).filter(|name| !facts.contains(name)));
                    });
                    let message =
                        format!("non si sa se l'{} `{}` è {}", item.kind.word(), item.id, agreed("dovut", item.kind));
                    let names: Vec<String> = facts.iter().map(|name| format!("`{name}`")).collect();
                    no.say(RefusalKind::Missing, Some(item), message, format!("fornisci {}", names.join(", ")));
                }
                Truth::False => {}
            }
        }
        match registration_owed(rulebook, case, index) {
            Truth::False => {}
            Truth::True => {
                let codes = item.registration.as_ref().map(|r| r.codes.join(" oppure ")).unwrap_or_default();
                no.say(
                    RefusalKind::Sap,
                    Some(item),
                    format!("manca la registrazione di `{}`", item.id),
                    format!("registra {codes}"),
                );
            }
            Truth::NotKnown => {
                let when = item.registration.as_ref().and_then(|r| r.when.as_ref()).map(|w| w.text.clone());
                let message = format!("non si sa se la registrazione di `{}` è dovuta", item.id);
                no.say(
                    RefusalKind::Missing,
                    Some(item),
                    message,
                    format!("fornisci i dati di `{}`", when.unwrap_or_default()),
                );
            }
        }
    }
}
