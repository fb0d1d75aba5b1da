// SPDX-License-Identifier: EUPL-1.2
//! The cases of the demonstration: fictional people and companies, each led some way through a level, so that a day has
//! what a day at an office has: things late, things soon, facts awaited, cases done.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::calendar::Day;
use crate::engine::{Event, EventKind, Minute, agenda};
use crate::evidence::{Form, FormField};
use crate::http::App;
use crate::rulebook::{ItemIndex, ItemKind, Rulebook};
use crate::service::{CaseView, OpenRequest, Service, ServiceError, SubjectRequest};
use crate::spec::level::FieldType;
use crate::spec::scenario::SapEventWord;
use crate::store::SubjectKind;
use crate::tax_code::TaxCode;
use crate::value::{Datum, FactType};

/// First names and surnames that say by themselves that they are made up.
const NAMES: [&str; 12] = [
    "Amaranta",
    "Nicolò",
    "Brunilde",
    "Desirée",
    "Ettore",
    "Fiordaliso",
    "Gisèle",
    "Ilario",
    "Zoë",
    "Lapo",
    "Mafalda",
    "Ofelia",
];
const SURNAMES: [&str; 8] =
    ["Inventati", "D'Esempio", "Fittizi", "De Finti", "Immaginari", "Provàdemo", "Dell'Invenzione", "Fantasìa"];

/// Cases of the first office.
const CASES: u32 = 46;
/// Days in which a profile is made, before the agreement that rests on it.
const PROFILE_DAYS: i32 = 40;
/// More steps than any level has.
const ALL_OF_IT: u32 = 20;
/// Levels in the order in which cases take them.
const LEVELS: [&str; 8] = ["B", "D", "C", "E", "B", "E", "J", "D"];

/// Opens the cases of the offices, on days before today.
///
/// # Errors
/// Trouble with the store.
pub fn fill(app: &App) -> Result<(), ServiceError> {
    let today = app.service.today();
    for number in 0..CASES {
        let operator = if number % 3 == 2 { "op2.torino" } else { "op.torino" };
        let service = app.service.acting(operator);
        // The last few are of today; most within two months, some long ago.
        let back = i32::try_from((number * 37) % 71).unwrap_or(0);
        let level = LEVELS.get(number as usize % LEVELS.len()).copied().unwrap_or("E");
        let subject = person(number);
        let mut on = earlier(today, back);
        if level == "D" {
            // The agreement rests on the profile of level C: the person has been there first.
            let begun = earlier(today, back + PROFILE_DAYS);
            let Some(profile) = opened(&service, "C", subject.clone(), "piemonte", "torino", begun)? else { continue };
            let profile = led(&service, profile, ALL_OF_IT, today)?;
            entrusted(&service, &profile, operator, today)?;
            on = profile.case.latest.unwrap_or(on).max(on);
        }
        let Some(view) = opened(&service, level, subject, "piemonte", "torino", on)? else { continue };
        let view = led(&service, view, number % 5, today)?;
        // Some are nobody's yet.
        if number % 7 != 6 {
            entrusted(&service, &view, operator, today)?;
        }
        if number % 9 == 4 {
            called(&service, &view, today, i32::try_from(number % 6).unwrap_or(0))?;
        }
    }
    for number in 0..3 {
        let service = app.service.acting("op.torino");
        let subject = company(number);
        let back = i32::try_from(number * 9).unwrap_or(0);
        if let Some(view) = opened(&service, "Q", subject, "piemonte", "torino", earlier(today, back))? {
            let view = led(&service, view, number * 2, today)?;
            entrusted(&service, &view, "op.torino", today)?;
        }
    }
    for number in 0..4 {
        let service = app.service.acting("op.milano");
        let back = i32::try_from(number * 11).unwrap_or(0);
        let subject = person(200 + number);
        if let Some(view) = opened(&service, "E", subject, "lombardia", "milano", earlier(today, back))? {
            let view = led(&service, view, number, today)?;
            entrusted(&service, &view, "op.milano", today)?;
        }
    }
    Ok(())
}

fn earlier(today: Day, days: i32) -> Day {
    Day::from_number(today.number() - days).unwrap_or(today)
}

fn person(number: u32) -> SubjectRequest {
    let pick = |of: &[&'static str], at: u32| of.get(at as usize % of.len()).copied().unwrap_or("Inventato");
    SubjectRequest {
        kind: SubjectKind::Person,
        tax_code: code(number),
        name: Some(format!("{} {}", pick(&NAMES, number), pick(&SURNAMES, number / 12 + number))),
    }
}

/// A well-formed code that belongs to nobody: its place of birth does not exist.
fn code(number: u32) -> String {
    let letter = |n: u32| char::from_u32(u32::from(b'A') + n % 26).unwrap_or('A');
    let year = 60 + number % 40;
    let month =
        ["A", "B", "C", "D", "E", "H", "L", "M", "P", "R", "S", "T"].get(number as usize % 12).copied().unwrap_or("A");
    let day = 1 + number % 27 + if number.is_multiple_of(2) { 40 } else { 0 };
    let begin = format!("ZZZZ{}{}{year:02}{month}{day:02}Z999", letter(number / 26), letter(number));
    let whole = ('A'..='Z').map(|check| format!("{begin}{check}")).find(|code| TaxCode::person(code).is_ok());
    whole.unwrap_or(begin)
}

fn company(number: u32) -> SubjectRequest {
    let begin = format!("9999999{:03}", 900 + number);
    let whole = (0..10).map(|check| format!("{begin}{check}")).find(|code| TaxCode::company(code).is_ok());
    SubjectRequest {
        kind: SubjectKind::Company,
        tax_code: whole.unwrap_or(begin),
        name: Some(format!("Impresa Inventata {} s.r.l.", number + 1)),
    }
}

fn opened(
    service: &Service,
    level: &str,
    subject: SubjectRequest,
    region: &str,
    office: &str,
    on: Day,
) -> Result<Option<CaseView>, ServiceError> {
    let facts = match level {
        "E" => vec![("patto_gia_sottoscritto".to_owned(), "true".to_owned())],
        _ => Vec::new(),
    };
    let request = OpenRequest {
        level: level.to_owned(),
        subject,
        region: Some(region.to_owned()),
        office: Some(office.to_owned()),
        on: Some(on),
        time: None,
        facts,
    };
    match service.open(&request) {
        Ok(view) => Ok(Some(view)),
        // The law may say no to one of them: the tale goes on without it.
        Err(ServiceError::Refused { .. } | ServiceError::NoRulebook { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Does what is owed, a step every few days, as far as `steps`; never after today.
fn led(service: &Service, mut view: CaseView, steps: u32, today: Day) -> Result<CaseView, ServiceError> {
    let mut on = view.case.opened.map_or(today, |mark| mark.on);
    for step in 0..steps * 2 {
        let Some(kind) = next_step(&view, on) else { break };
        if !matches!(kind, EventKind::FactSupplied { .. } | EventKind::Registered { .. }) && step > 0 {
            on = Day::from_number(on.number() + 3).unwrap_or(on).min(today);
        }
        match service.record(view.head.id, &Event { on, time: None, kind }) {
            Ok(after) => view = after,
            Err(ServiceError::Refused { .. }) => break,
            Err(error) => return Err(error),
        }
    }
    Ok(view)
}

/// Says whose case it is.
fn entrusted(service: &Service, view: &CaseView, operator: &str, today: Day) -> Result<(), ServiceError> {
    let on = view.case.latest.unwrap_or(today);
    let kind = EventKind::CaseEntrusted { operator: Some(operator.into()), office: None, reason: None };
    recorded(service, view, on, kind)
}

/// An appointment in a few days.
fn called(service: &Service, view: &CaseView, today: Day, days: i32) -> Result<(), ServiceError> {
    let day = Day::from_number(today.number() + days).unwrap_or(today);
    let kind = EventKind::MeetingCalled { activity: None, day, place: Some("sportello 3".into()), conduct: None };
    recorded_at(service, view, today, Minute::new(9 * 60 + 30), kind)
}

fn recorded(service: &Service, view: &CaseView, on: Day, kind: EventKind) -> Result<(), ServiceError> {
    recorded_at(service, view, on, None, kind)
}

fn recorded_at(
    service: &Service,
    view: &CaseView,
    on: Day,
    time: Option<Minute>,
    kind: EventKind,
) -> Result<(), ServiceError> {
    match service.record(view.head.id, &Event { on, time, kind }) {
        Ok(_) | Err(ServiceError::Refused { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

/// What an operator would do next.
fn next_step(view: &CaseView, on: Day) -> Option<EventKind> {
    let rulebook = &view.rulebook;
    let owed = agenda(rulebook, &view.case, on);
    if let Some(item) = owed.registrations.first().and_then(|index| rulebook.item(*index)) {
        let code = item.registration.as_ref()?.codes.first()?;
        return Some(EventKind::Registered { code: code.as_str().into(), item: item.id.as_str().into() });
    }
    if let Some(fact) = owed.awaited.first().and_then(|awaited| rulebook.fact(awaited.fact)) {
        let value = match fact.kind {
            FactType::Boolean => Datum::Boolean(fact.name != "convocato"),
            FactType::Date => Datum::Text(view.case.opened.map_or(on, |mark| mark.on).to_string().into()),
            FactType::Choice => Datum::Text(fact.choices.first()?.as_str().into()),
            kind => Datum::typed("7", kind),
        };
        return Some(EventKind::FactSupplied { fact: fact.name.as_str().into(), value: Some(value) });
    }
    let duty = owed.duties.iter().find(|duty| duty.blocked_by.is_empty())?;
    done(rulebook, duty.item, on)
}

fn done(rulebook: &Rulebook, index: ItemIndex, on: Day) -> Option<EventKind> {
    let item = rulebook.item(index)?;
    let id: Arc<str> = item.id.as_str().into();
    Some(match item.kind {
        ItemKind::Activity => {
            EventKind::ActivityRecorded { activity: id, event: SapEventWord::Ended, mode: None, reason: None }
        }
        ItemKind::Output => EventKind::OutputDelivered { output: id, evidence: filled(&item.evidence, on) },
        ItemKind::Outcome => EventKind::OutcomeReached { outcome: id },
    })
}

/// A form filled in with the least that it takes.
fn filled(form: &Form, on: Day) -> Json {
    let mandatory = form.fields.iter().filter(|field| field.mandatory || field.minimum.is_some());
    mandatory
        .map(|field| (field.name.clone(), example(field, field.kind, on)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn example(field: &FormField, kind: FieldType, on: Day) -> Json {
    match kind {
        FieldType::Boolean => json!(true),
        FieldType::Integer => json!(field.minimum.and_then(crate::value::Decimal::integer).unwrap_or(1)),
        FieldType::Date => json!(on.to_string()),
        FieldType::Choice => json!(field.choices.first()),
        FieldType::List => json!([example(field, field.of.unwrap_or(FieldType::Text), on)]),
        _ => json!("voce di esempio, inventata"),
    }
}
