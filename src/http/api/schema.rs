// SPDX-License-Identifier: EUPL-1.2
//! What JSON may look like, for the document: every text, number and list with its bounds, no object left open.

use serde_json::{Value as Json, json};

/// Characters of a text that a person writes.
pub const TEXT: usize = 4_000;
/// The greatest number that is sent, and the least with a sign.
pub const NUMBER: u64 = 1_000_000_000_000;
/// Characters of a text that we write: sentences, norms, links.
pub const WORDS: usize = 20_000;
/// Entries of a list in an answer.
pub const LIST: usize = 10_000;

/// A field of an object: name, schema, and whether it is always there.
pub type Field = (&'static str, Json, bool);

/// A field that is always there.
pub fn always(name: &'static str, schema: Json) -> Field {
    (name, schema, true)
}

/// A field that may be missing.
pub fn perhaps(name: &'static str, schema: Json) -> Field {
    (name, schema, false)
}

/// An object with these fields and no other.
pub fn object(fields: Vec<Field>) -> Json {
    let required: Vec<&str> = fields.iter().filter(|(_, _, always)| *always).map(|(name, ..)| *name).collect();
    let properties: serde_json::Map<String, Json> =
        fields.into_iter().map(|(name, schema, _)| (name.to_owned(), schema)).collect();
    let mut schema = json!({ "type": "object", "additionalProperties": false, "properties": properties });
    if let (Some(map), false) = (schema.as_object_mut(), required.is_empty()) {
        map.insert("required".into(), required.into());
    }
    schema
}

/// An object that has these fields and may have others, whose values are those of `rest`.
pub fn open(fields: Vec<Field>, rest: Json, most: usize) -> Json {
    let mut schema = object(fields);
    if let Some(map) = schema.as_object_mut() {
        map.insert("additionalProperties".into(), rest);
        map.insert("maxProperties".into(), most.into());
    }
    schema
}

pub fn described(mut schema: Json, words: &str) -> Json {
    if let Some(map) = schema.as_object_mut() {
        // Beside a `$ref` a description is allowed since 3.1.
        map.insert("description".into(), words.into());
    }
    schema
}

/// A schema of the components.
pub fn of(name: &str) -> Json {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// The same, or nothing.
pub fn or_null(schema: Json) -> Json {
    match schema {
        Json::Object(mut map) if map.get("type").is_some_and(Json::is_string) => {
            let kind = map.remove("type").unwrap_or_default();
            if let Some(Json::Array(words)) = map.get_mut("enum") {
                words.push(Json::Null);
            }
            let mut whole = serde_json::Map::new();
            whole.insert("type".into(), json!([kind, "null"]));
            whole.extend(map);
            Json::Object(whole)
        }
        other => json!({ "anyOf": [other, { "type": "null" }] }),
    }
}

/// A text that we write, of one sentence or more.
pub fn words() -> Json {
    json!({ "type": "string", "maxLength": WORDS })
}

/// A text that a person writes: no control characters but new lines and tabs.
pub fn text(most: usize) -> Json {
    json!({
        "type": "string", "minLength": 1, "maxLength": most,
        "pattern": "^[^\\x00-\\x08\\x0B-\\x1F\\x7F-\\x9F]*$",
    })
}

/// The name of an item, a term, a fact, an office.
pub fn name() -> Json {
    json!({ "type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$" })
}

/// The letter of a level.
pub fn letter() -> Json {
    json!({ "type": "string", "maxLength": 2, "pattern": "^[A-Z][0-9]?$", "examples": ["E"] })
}

/// A civil day from 1900 to 2199.
pub fn day() -> Json {
    // Written out, so that a day that does not exist is no day.
    let common = "(19|20|21)[0-9]{2}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))";
    let leap =
        "(19(0[48]|[2468][048]|[13579][26])|20([02468][048]|[13579][26])|21(0[48]|[2468][048]|[13579][26]))-02-29";
    json!({ "type": "string", "format": "date", "pattern": format!("^({common}|{leap})$"), "examples": ["2026-03-02"] })
}

/// An hour of the day, in Rome.
pub fn hour() -> Json {
    json!({ "type": "string", "maxLength": 5, "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$", "examples": ["09:30"] })
}

pub fn uuid() -> Json {
    json!({ "type": "string", "format": "uuid", "maxLength": 36 })
}

/// A SHA-256 in hexadecimal digits.
pub fn digest() -> Json {
    json!({ "type": "string", "maxLength": 64, "pattern": "^[0-9a-f]{64}$" })
}

pub fn link() -> Json {
    json!({ "type": "string", "format": "uri", "maxLength": 2_000 })
}

pub fn boolean() -> Json {
    json!({ "type": "boolean" })
}

/// A whole number between two, both included.
pub fn whole(least: i64, most: i64) -> Json {
    let format = if i32::try_from(most).is_ok() { "int32" } else { "int64" };
    json!({ "type": "integer", "format": format, "minimum": least, "maximum": most })
}

/// A whole number that is sent; a number with decimals is sent as a text.
pub fn number() -> Json {
    let most = i64::try_from(NUMBER).unwrap_or(i64::MAX);
    whole(-most, most)
}

/// The number of an event of a case.
pub fn sequence() -> Json {
    whole(1, i64::from(u32::MAX))
}

pub fn one_of(words: &[&str]) -> Json {
    json!({ "type": "string", "enum": words })
}

pub fn list(items: Json, most: usize) -> Json {
    json!({ "type": "array", "minItems": 0, "maxItems": most, "items": items })
}
