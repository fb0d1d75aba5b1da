// SPDX-License-Identifier: EUPL-1.2
//! The form that proves an output: fields, the JSON Schema made from them, and what is wrong with a form filled in.
//!
//! The one file that knows the `jsonschema` crate.

use std::sync::OnceLock;

use jsonschema::Validator;
use jsonschema::error::ValidationErrorKind;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use crate::calendar::Day;
use crate::spec::level::FieldType;
use crate::value::Decimal;

/// One field of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormField {
    #[serde(rename = "nome")]
    pub name: String,
    #[serde(rename = "tipo")]
    pub kind: FieldType,
    /// Type of the entries of a list.
    #[serde(rename = "di", skip_serializing_if = "Option::is_none", default)]
    pub of: Option<FieldType>,
    #[serde(rename = "domanda")]
    pub question: String,
    #[serde(rename = "obbligatorio")]
    pub mandatory: bool,
    /// Characters of a text, entries of a list, value of a number.
    #[serde(rename = "minimo", skip_serializing_if = "Option::is_none", default)]
    pub minimum: Option<Decimal>,
    #[serde(rename = "massimo", skip_serializing_if = "Option::is_none", default)]
    pub maximum: Option<Decimal>,
    /// Regular expression over the whole text.
    #[serde(rename = "modello", skip_serializing_if = "Option::is_none", default)]
    pub pattern: Option<String>,
    #[serde(rename = "scelte", skip_serializing_if = "Vec::is_empty", default)]
    pub choices: Vec<String>,
}

impl FormField {
    /// Is there any way to fill it in?
    pub fn can_be_filled(&self) -> bool {
        let is_choice = [Some(self.kind), self.of].contains(&Some(FieldType::Choice));
        // Choices are said once: a list has no more entries than there are.
        let most = is_choice.then(|| i64::try_from(self.choices.len()).ok().and_then(Decimal::from_integer)).flatten();
        let least = if self.kind == FieldType::List { self.minimum } else { Decimal::from_integer(1) };
        let too_few = most.zip(least).is_some_and(|(most, least)| most < least);
        !too_few && self.minimum.zip(self.maximum).is_none_or(|(min, max)| min <= max)
    }

    fn schema(&self) -> Json {
        let number = |key: &str, value: Option<Decimal>, map: &mut Map<String, Json>| {
            if let Some(value) = value.and_then(Decimal::integer) {
                map.insert(key.into(), value.into());
            }
        };
        let mut schema = self.value_schema(self.kind);
        let keys = match self.kind {
            FieldType::Text => Some(("minLength", "maxLength")),
            FieldType::List => Some(("minItems", "maxItems")),
            FieldType::Integer => Some(("minimum", "maximum")),
            _ => None,
        };
        if let Some((low, high)) = keys {
            number(low, self.minimum, &mut schema);
            number(high, self.maximum, &mut schema);
        }
        if let (FieldType::Text, Some(pattern)) = (self.kind, &self.pattern) {
            schema.insert("pattern".into(), whole(pattern).into());
        }
        if self.kind == FieldType::List {
            let entry = self.of.unwrap_or(FieldType::Text);
            let mut of = self.value_schema(entry);
            if entry == FieldType::Text {
                of.insert("minLength".into(), 1.into());
            }
            schema.insert("items".into(), Json::Object(of));
            if entry == FieldType::Choice {
                // One choice said twice is still one.
                schema.insert("uniqueItems".into(), true.into());
            }
        }
        schema.insert("title".into(), self.question.clone().into());
        Json::Object(schema)
    }

    fn value_schema(&self, kind: FieldType) -> Map<String, Json> {
        let mut map = Map::new();
        let word = match kind {
            FieldType::Integer => "integer",
            FieldType::Boolean => "boolean",
            FieldType::List => "array",
            _ => "string",
        };
        map.insert("type".into(), word.into());
        match kind {
            FieldType::Date => _ = map.insert("format".into(), "data".into()),
            FieldType::Decimal => {
                map.insert("type".into(), json!(["string", "number"]));
                map.insert("format".into(), "decimale".into());
            }
            FieldType::Choice => _ = map.insert("enum".into(), json!(self.choices)),
            _ => {}
        }
        map
    }
}

/// The pattern, made to cover the whole text.
pub fn whole(pattern: &str) -> String {
    format!("^(?:{pattern})$")
}

/// Is this a regular expression we can run in linear time?
pub fn is_pattern(pattern: &str) -> bool {
    // Alone too: a pattern may not close the group it is put in.
    [pattern.to_owned(), whole(pattern)].iter().all(|text| options().build(&json!({ "pattern": text })).is_ok())
}

fn options() -> jsonschema::ValidationOptions<'static> {
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .with_pattern_options(jsonschema::PatternOptions::regex())
        .should_validate_formats(true)
        .with_format("data", |text: &str| text.parse::<Day>().is_ok())
        .with_format("decimale", |text: &str| text.parse::<Decimal>().is_ok())
}

/// A form: the fields in the order of the specification.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Form {
    pub fields: Vec<FormField>,
    #[serde(skip)]
    validator: OnceLock<Option<std::sync::Arc<Validator>>>,
}

impl PartialEq for Form {
    fn eq(&self, other: &Self) -> bool {
        self.fields == other.fields
    }
}

impl Eq for Form {}

impl From<Vec<FormField>> for Form {
    fn from(fields: Vec<FormField>) -> Self {
        Self { fields, validator: OnceLock::new() }
    }
}

impl Form {
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The JSON Schema (2020-12) of a form filled in.
    pub fn schema(&self) -> Json {
        let properties: Map<String, Json> = self.fields.iter().map(|f| (f.name.clone(), f.schema())).collect();
        let required: Vec<&str> = self.fields.iter().filter(|f| f.mandatory).map(|f| f.name.as_str()).collect();
        json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
    }

    /// Is the form rightly filled in? The same answer as [`Form::faults`], in nanoseconds and without its words.
    pub fn accepts(&self, filled: &Json) -> bool {
        let Json::Object(filled) = filled else { return false };
        let known = filled.iter().all(|(name, value)| match self.fields.iter().find(|f| f.name == *name) {
            Some(field) => self.fits(field, value),
            None => false,
        });
        known && self.fields.iter().all(|f| !f.mandatory || filled.contains_key(&f.name))
    }

    fn fits(&self, field: &FormField, value: &Json) -> bool {
        let between = |n: Decimal| field.minimum.is_none_or(|min| n >= min) && field.maximum.is_none_or(|max| n <= max);
        // Beyond what a decimal can hold there is only a limit that is not there.
        let beyond = |n: i64| if n > 0 { field.maximum.is_none() } else { field.minimum.is_none() };
        let within = |n: i64| Decimal::from_integer(n).map_or_else(|| beyond(n), between);
        let size = |n: usize| i64::try_from(n).is_ok_and(within);
        match field.kind {
            FieldType::Text => match (value.as_str(), &field.pattern) {
                (Some(text), None) => size(text.chars().count()),
                // Only the regular expression engine can tell.
                (Some(_), Some(_)) => {
                    let one = json!({ field.name.clone(): value });
                    Self::from(vec![FormField { mandatory: false, ..field.clone() }]).faults(&one).is_empty()
                }
                _ => false,
            },
            FieldType::Integer => whole_number(value).is_some_and(within),
            FieldType::List => {
                let entry = field.of.unwrap_or(FieldType::Text);
                let fits = |v: &Json| match entry {
                    FieldType::Text => v.as_str().is_some_and(|text| !text.is_empty()),
                    FieldType::Integer => whole_number(v).is_some(),
                    kind => plain_fits(kind, v, &field.choices),
                };
                let once = |list: &[Json]| {
                    entry != FieldType::Choice
                        || (1..list.len()).all(|at| {
                            list.get(..at).zip(list.get(at)).is_none_or(|(before, one)| !before.contains(one))
                        })
                };
                value.as_array().is_some_and(|list| size(list.len()) && list.iter().all(fits) && once(list))
            }
            FieldType::Decimal => decimal(value).is_some_and(between),
            kind => plain_fits(kind, value, &field.choices),
        }
    }

    /// What is wrong with a form filled in, one sentence in Italian for each fault; empty when it is right.
    pub fn faults(&self, filled: &Json) -> Vec<String> {
        let validator = self.validator.get_or_init(|| options().build(&self.schema()).ok().map(std::sync::Arc::new));
        let Some(validator) = validator else {
            return vec!["il modulo di questa voce non è valido".into()];
        };
        let mut faults: Vec<String> = Vec::new();
        for fault in validator.iter_errors(filled).flat_map(|e| self.sentences(&e)).chain(self.number_faults(filled)) {
            if !faults.contains(&fault) {
                faults.push(fault);
            }
        }
        faults
    }

    fn sentences(&self, error: &jsonschema::ValidationError<'_>) -> Vec<String> {
        let path = error.instance_path().to_string();
        let mut steps = path.trim_start_matches('/').split('/');
        let name = steps.next().unwrap_or_default().to_owned();
        let field = self.fields.iter().find(|f| f.name == name);
        // Inside a list it is the entry that is wrong.
        let is_entry = steps.next().is_some();
        let kind = field.map(|f| if is_entry { f.of.unwrap_or(FieldType::Text) } else { f.kind });
        let fault = match error.kind() {
            ValidationErrorKind::Required { property } => {
                return vec![format!("manca il campo `{}`", property.as_str().unwrap_or_default())];
            }
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                return unexpected.iter().map(|name| self.unexpected(name)).collect();
            }
            ValidationErrorKind::MinLength { limit: 1 } => "non può essere vuoto".into(),
            ValidationErrorKind::MinLength { limit } => format!("servono almeno {limit} caratteri"),
            ValidationErrorKind::MaxLength { limit } => format!("sono ammessi al massimo {limit} caratteri"),
            ValidationErrorKind::MinItems { limit: 1 } => "serve almeno una voce".into(),
            ValidationErrorKind::MinItems { limit } => format!("servono almeno {limit} voci"),
            ValidationErrorKind::MaxItems { limit } => format!("sono ammesse al massimo {limit} voci"),
            ValidationErrorKind::Minimum { limit } => format!("il valore minimo è {limit}"),
            ValidationErrorKind::Maximum { limit } => format!("il valore massimo è {limit}"),
            ValidationErrorKind::UniqueItems => "una scelta compare più di una volta".into(),
            ValidationErrorKind::Enum { .. } => {
                format!("le scelte sono: {}", field.map(|f| f.choices.join(", ")).unwrap_or_default())
            }
            ValidationErrorKind::Pattern { .. } => {
                format!("il testo non segue il modello `{}`", field.and_then(|f| f.pattern.clone()).unwrap_or_default())
            }
            ValidationErrorKind::Format { format } if format == "data" => {
                "serve una data, per esempio 2024-05-02".into()
            }
            ValidationErrorKind::Format { .. } => "serve un numero con al massimo sei decimali".into(),
            _ => format!("serve {}", kind.map_or("un gruppo di campi", expected)),
        };
        vec![if name.is_empty() { fault } else { format!("campo `{name}`: {fault}") }]
    }

    fn unexpected(&self, name: &str) -> String {
        let near = crate::names::closest(name, self.fields.iter().map(|f| f.name.as_str()));
        match near {
            Some(near) => format!("campo `{name}` sconosciuto: forse volevi dire `{near}`"),
            None => format!("campo `{name}` sconosciuto"),
        }
    }

    /// What JSON Schema does not say of numbers: it would compare decimals as binary floating point, and takes any number
    /// without a fraction for a whole one, however large.
    fn number_faults(&self, filled: &Json) -> Vec<String> {
        let mut faults = Vec::new();
        for field in &self.fields {
            let Some(given) = filled.get(&field.name) else { continue };
            let mut say = |fault: String| faults.push(format!("campo `{}`: {fault}", field.name));
            match (field.kind, given) {
                (FieldType::List, Json::Array(entries)) => {
                    let kind = field.of.unwrap_or(FieldType::Text);
                    if entries.iter().any(|entry| !is_number_kept(kind, entry)) {
                        say(format!("serve {}", expected(kind)));
                    }
                }
                (kind, given) if !is_number_kept(kind, given) => say(format!("serve {}", expected(kind))),
                (FieldType::Decimal, given) => {
                    let Some(given) = decimal(given) else { continue };
                    if let Some(limit) = field.minimum.filter(|limit| given < *limit) {
                        say(format!("il valore minimo è {limit}"));
                    }
                    if let Some(limit) = field.maximum.filter(|limit| given > *limit) {
                        say(format!("il valore massimo è {limit}"));
                    }
                }
                _ => {}
            }
        }
        faults
    }
}

/// Can the number that a field wants be kept exactly? What is no number at all is for JSON Schema to say.
fn is_number_kept(kind: FieldType, given: &Json) -> bool {
    match kind {
        FieldType::Integer => !given.is_number() || whole_number(given).is_some(),
        FieldType::Decimal => !(given.is_number() || given.is_string()) || decimal(given).is_some(),
        _ => true,
    }
}

fn plain_fits(kind: FieldType, value: &Json, choices: &[String]) -> bool {
    match kind {
        FieldType::Date => value.as_str().is_some_and(|text| text.parse::<Day>().is_ok()),
        FieldType::Boolean => value.is_boolean(),
        FieldType::Choice => value.as_str().is_some_and(|text| choices.iter().any(|c| c == text)),
        FieldType::Decimal => decimal(value).is_some(),
        _ => false,
    }
}

/// JSON knows no whole numbers: `3.0` is one for JSON Schema, and so it is here.
fn whole_number(value: &Json) -> Option<i64> {
    value.as_i64().or_else(|| value.as_f64().filter(|f| f.fract() == 0.0).and_then(|f| format!("{f:.0}").parse().ok()))
}

fn decimal(value: &Json) -> Option<Decimal> {
    match value {
        Json::String(text) => text.parse().ok(),
        Json::Number(number) => number.to_string().parse().ok(),
        _ => None,
    }
}

fn expected(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Text => "un testo",
        FieldType::Integer => "un numero intero",
        FieldType::Decimal => "un numero con al massimo sei decimali",
        FieldType::Date => "una data, per esempio 2024-05-02",
        FieldType::Boolean => "vero o falso",
        FieldType::Choice => "una delle scelte",
        FieldType::List => "un elenco",
    }
}
