// SPDX-License-Identifier: EUPL-1.2
//! The form of an output: its fields on a page, and what was typed into them as evidence.

use maud::{Markup, html};
use serde_json::{Map, Value as Json};

use crate::engine::Case;
use crate::evidence::{Form, FormField};
use crate::http::form::Typed;
use crate::http::trouble::FieldFault;
use crate::http::web::parts::field;
use crate::reading::{Answer, Veil};
use crate::rulebook::{Item, ItemIndex};
use crate::spec::level::FieldType;

/// What the names of these fields begin with.
const PREFIX: &str = "ev-";

/// The fields, filled in as they were typed, each with its fault.
pub(super) fn evidence(item: &Item, typed: &Typed, faults: &[FieldFault]) -> Markup {
    html! { @for form in &item.evidence.fields { (one(form, typed, faults)) } }
}

fn one(form: &FormField, typed: &Typed, faults: &[FieldFault]) -> Markup {
    let name = format!("{PREFIX}{}", form.name);
    let fault = faults.iter().find(|fault| fault.field == name).map(|fault| fault.message.clone());
    if form.kind == FieldType::List && form.of == Some(FieldType::Choice) {
        return boxes(form, &name, typed, fault);
    }
    let value = typed.get(&name).unwrap_or_default();
    let hint = hint(form);
    let shown = field(&name, &form.question).value(value).hint(&hint).fault(fault);
    let shown = if form.mandatory { shown.required() } else { shown };
    let long = form.kind == FieldType::Text && form.pattern.is_none() && limit(form.maximum).is_some_and(|n| n > 200);
    let shown = match form.kind {
        FieldType::List => shown.lines(4),
        FieldType::Text if long => shown.lines(4),
        FieldType::Date => shown.date(),
        FieldType::Integer => shown.number(),
        FieldType::Boolean => shown.choices(pairs(&[("", "scegli"), ("true", "sì"), ("false", "no")])),
        FieldType::Choice => shown.choices(choices(&form.choices)),
        FieldType::Text | FieldType::Decimal => shown,
    };
    html! { (shown) }
}

/// Several choices among some: a box each.
fn boxes(form: &FormField, name: &str, typed: &Typed, fault: Option<String>) -> Markup {
    let hint = hint(form);
    let (hint_id, fault_id) = (format!("{name}-aiuto"), format!("{name}-errore"));
    let described = if fault.is_some() { format!("{hint_id} {fault_id}") } else { hint_id.clone() };
    html! {
        fieldset id=(name) class="lepre-field" aria-describedby=(described) {
            legend class="lepre-legend" {
                (form.question)
                @if form.mandatory { span class="visually-hidden" { " (obbligatorio)" } span aria-hidden="true" { " *" } }
            }
            @for (at, choice) in form.choices.iter().enumerate() {
                @let id = format!("{name}-{at}");
                div class="form-check" {
                    input id=(id) name=(name) type="checkbox" value=(choice) checked[typed.all(name).any(|given| given == choice)];
                    label for=(id) { (choice) }
                }
            }
            small id=(hint_id) class="form-text" { (hint) }
            @if let Some(fault) = fault { div id=(fault_id) class="invalid-feedback d-block" { (fault) } }
        }
    }
}

fn limit(decimal: Option<crate::value::Decimal>) -> Option<i64> {
    decimal.and_then(crate::value::Decimal::integer)
}

/// What a field wants, said before anybody is wrong.
fn hint(form: &FormField) -> String {
    let between = |one: &str, many: &str| match (form.minimum, form.maximum) {
        (Some(min), Some(max)) if min == max => format!("esattamente {min} {many}"),
        (Some(min), Some(max)) => format!("da {min} a {max} {many}"),
        (Some(min), None) if limit(Some(min)) == Some(1) => format!("almeno 1 {one}"),
        (Some(min), None) => format!("almeno {min} {many}"),
        (None, Some(max)) => format!("al massimo {max} {many}"),
        (None, None) => String::new(),
    };
    let mut parts = vec![match form.kind {
        FieldType::Text => between("carattere", "caratteri"),
        FieldType::List if form.of == Some(FieldType::Choice) => between("voce", "voci"),
        FieldType::List => {
            let size = between("voce", "voci");
            format!("una voce per riga{}{size}", if size.is_empty() { "" } else { "; " })
        }
        FieldType::Integer => format!("un numero intero {}", between("", "")),
        FieldType::Decimal => format!("un numero, anche con la virgola {}", between("", "")),
        FieldType::Date | FieldType::Boolean | FieldType::Choice => String::new(),
    }];
    parts.extend(form.pattern.as_ref().map(|pattern| format!("deve seguire il modello {pattern}")));
    let parts: Vec<&str> = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
    parts.join("; ")
}

pub(super) fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect()
}

/// The choices of a list, after none of them.
pub(super) fn choices(of: &[String]) -> Vec<(String, String)> {
    let first = (String::new(), "scegli".to_owned());
    std::iter::once(first).chain(of.iter().map(|choice| (choice.clone(), choice.clone()))).collect()
}

/// What was typed, as evidence. What cannot be read as the type of its field stays text: the form then says what is wrong.
pub(super) fn read(form: &Form, typed: &Typed) -> Json {
    let mut filled = Map::new();
    for field in &form.fields {
        let name = format!("{PREFIX}{}", field.name);
        let value = if field.kind == FieldType::List {
            let of = field.of.unwrap_or(FieldType::Text);
            let entries: Vec<Json> = typed
                .all(&name)
                .flat_map(|text| if of == FieldType::Choice { vec![text] } else { text.lines().collect() })
                .map(str::trim)
                .filter(|line| !line.is_empty())
                .map(|line| scalar(of, line))
                .collect();
            (!entries.is_empty()).then_some(Json::Array(entries))
        } else {
            typed.get(&name).map(|text| scalar(field.kind, text))
        };
        if let Some(value) = value {
            filled.insert(field.name.clone(), value);
        }
    }
    Json::Object(filled)
}

fn scalar(kind: FieldType, text: &str) -> Json {
    match kind {
        FieldType::Integer => text.parse::<i64>().map_or_else(|_| text.into(), Json::from),
        FieldType::Boolean => text.parse::<bool>().map_or_else(|_| text.into(), Json::from),
        FieldType::Decimal => text.replace(',', ".").into(),
        FieldType::Date => super::events::day(text).map_or_else(|| text.into(), |day| day.to_string().into()),
        _ => text.into(),
    }
}

/// What is wrong with evidence, each fault at its field.
pub(super) fn faults(case: &Case, index: ItemIndex, item: &Item, evidence: &Json) -> Vec<FieldFault> {
    let own = item.evidence.faults(evidence).into_iter().map(|sentence| match split(&sentence) {
        Some((name, words)) => FieldFault::new(&format!("{PREFIX}{name}"), words),
        None => FieldFault::new("", sentence.clone()),
    });
    let asked = case.words.faults(index, evidence);
    let asked = asked.map(|field| FieldFault::new(&format!("{PREFIX}{}", field.field), field.words()));
    let mut all: Vec<FieldFault> = own.collect();
    all.extend(asked);
    all
}

/// The field a fault is about and what is wrong with it.
fn split(sentence: &str) -> Option<(&str, String)> {
    let missing = sentence.strip_prefix("manca il campo `").map(|rest| (rest, "manca: va compilato"));
    if let Some((rest, words)) = missing {
        return Some((rest.strip_suffix('`')?, words.to_owned()));
    }
    let (name, words) = sentence.strip_prefix("campo `")?.split_once("`: ")?;
    Some((name, words.to_owned()))
}

/// Evidence as it was delivered: question and answer, as far as the reader may know.
pub(super) fn delivered(form: &Form, evidence: &Json, veil: &Veil) -> Markup {
    html! {
        dl class="lepre-answers" {
            @for field in &form.fields {
                @if let Some(given) = evidence.get(&field.name) {
                    dt { (field.question) }
                    dd { (answer(&veil.answer(field, given))) }
                }
            }
        }
    }
}

/// One answer, in words.
pub(super) fn answer(answer: &Answer) -> Markup {
    match answer {
        Answer::One(words) => html! { (words) },
        Answer::Many(entries) => html! { ul class="mb-0" { @for entry in entries { li { (entry) } } } },
        Answer::Hidden(why) => html! { em { (why) } },
    }
}
