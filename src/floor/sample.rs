// SPDX-License-Identifier: EUPL-1.2
//! Forms filled in at the edges of what each field takes: just enough, just too little, just too much.

use serde_json::{Map, Value as Json, json};

use crate::evidence::{Form, FormField};
use crate::spec::level::FieldType;
use crate::value::Decimal;

use super::pattern;

/// A text longer than this is not written out: a form that asks for it is said not to be fillable.
const LONGEST: i64 = 20_000;

/// The form with nothing more than it must have; or the field that nobody knows how to fill.
pub(super) fn weakest(form: &Form) -> Result<Json, &str> {
    let mut filled = Map::new();
    for field in form.fields.iter().filter(|field| field.mandatory) {
        let value = fitting(field).ok_or(field.name.as_str())?;
        filled.insert(field.name.clone(), value);
    }
    Ok(Json::Object(filled))
}

/// The first value at the edges of a field that the field takes.
pub(super) fn fitting(field: &FormField) -> Option<Json> {
    let alone = Form::from(vec![FormField { mandatory: false, ..field.clone() }]);
    edges(field).into_iter().find(|value| alone.accepts(&json!({ field.name.clone(): value })))
}

/// Values on both sides of every limit of a field, with some of another type.
pub(super) fn edges(field: &FormField) -> Vec<Json> {
    let mut out: Vec<Json> = Vec::new();
    let sizes = || {
        let limits = [field.minimum, field.maximum].into_iter().flatten().filter_map(Decimal::integer);
        let mut sizes: Vec<i64> = limits.flat_map(|n| [n - 1, n, n + 1]).chain([1, 0]).collect();
        sizes.retain(|n| (0..=LONGEST).contains(n));
        sizes.sort_unstable();
        sizes.dedup();
        sizes.into_iter().filter_map(|n| usize::try_from(n).ok())
    };
    match field.kind {
        FieldType::Text => {
            if let Some(pattern) = &field.pattern {
                out.extend(pattern::samples(pattern).into_iter().map(Json::from));
            }
            out.extend(sizes().map(|n| Json::from("a".repeat(n))));
            out.push("§ 1".into());
        }
        FieldType::Integer => {
            let limits = [field.minimum, field.maximum].into_iter().flatten().filter_map(Decimal::integer);
            out.extend(limits.flat_map(|n| [n - 1, n, n + 1]).chain([0, 1]).map(Json::from));
        }
        FieldType::Decimal => {
            let step: Option<Decimal> = "0.000001".parse().ok();
            let zero: Option<Decimal> = "0".parse().ok();
            for limit in [field.minimum, field.maximum, zero].into_iter().flatten() {
                let near = step.into_iter().flat_map(|step| (-1..=1).map(move |n| limit.moved(step, n)));
                out.extend(near.map(|n| Json::from(n.to_string())));
            }
        }
        FieldType::List => {
            for size in sizes() {
                out.extend(entries(field, size));
            }
            out.push(json!([""]));
        }
        kind => out.extend(singles(kind, &field.choices)),
    }
    out.push(json!(7));
    out.push(json!("sette"));
    let mut distinct: Vec<Json> = Vec::new();
    for value in out {
        if !distinct.contains(&value) {
            distinct.push(value);
        }
    }
    distinct
}

/// Lists of so many entries; of choices one for each choice, so that none is left untried.
fn entries(field: &FormField, size: usize) -> Vec<Json> {
    let kind = field.of.unwrap_or(FieldType::Text);
    let known = singles(kind, &field.choices);
    if kind != FieldType::Choice {
        let one = known.into_iter().next().unwrap_or_else(|| "voce".into());
        return vec![Json::Array(vec![one; size])];
    }
    let firsts = 0..known.len().max(1);
    firsts
        .map(|first| Json::Array(known.iter().cycle().skip(first).take(size.min(known.len())).cloned().collect()))
        .collect()
}

fn singles(kind: FieldType, choices: &[String]) -> Vec<Json> {
    match kind {
        FieldType::Text => vec!["voce".into()],
        FieldType::Integer => vec![1.into()],
        FieldType::Decimal => vec!["0.5".into()],
        FieldType::Date => vec!["2024-05-02".into(), "2024-02-30".into()],
        FieldType::Boolean => vec![true.into(), false.into()],
        FieldType::Choice => choices.iter().map(|c| Json::from(c.as_str())).collect(),
        FieldType::List => vec![json!(["voce"])],
    }
}
