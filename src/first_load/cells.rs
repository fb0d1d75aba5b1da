// SPDX-License-Identifier: EUPL-1.2
//! What a cell of a table means.

use serde_json::Value as Json;

use crate::calendar::Day;

use super::columns::{Column, Kind};

/// A day, written `02/05/2024` (day first, always) or `2024-05-02`.
pub(super) fn day(text: &str) -> Result<Day, String> {
    let iso = match text.split('/').collect::<Vec<_>>().as_slice() {
        [day, month, year] if year.len() == 4 => format!("{year}-{month:0>2}-{day:0>2}"),
        _ => text.to_owned(),
    };
    iso.parse::<Day>().map_err(|_| format!("`{text}` non è un giorno: scrivi per esempio 02/05/2024 oppure 2024-05-02"))
}

/// A cell that is not empty.
pub(super) fn cell(column: &Column, text: &str) -> Result<Json, String> {
    match column.kind {
        Kind::Text => Ok(text.into()),
        Kind::Day => day(text).map(|day| day.to_string().into()),
        Kind::Number => text.parse::<u32>().map(Json::from).map_err(|_| format!("`{text}` non è un numero intero")),
        Kind::Truth => truth(text).ok_or_else(|| format!("`{text}` non è `vero` né `falso`")),
        Kind::Json => serde_json::from_str(text)
            .map_err(|_| "non è JSON: scrivi per esempio {\"data\":\"2024-05-02\"}".to_owned()),
        Kind::Value => Ok(value(text)),
    }
}

fn truth(text: &str) -> Option<Json> {
    match text.to_lowercase().as_str() {
        "vero" | "true" => Some(true.into()),
        "falso" | "false" => Some(false.into()),
        _ => None,
    }
}

/// The value of a fact, whose type only the level knows: what could be one thing alone is read as that.
fn value(text: &str) -> Json {
    if let Some(truth) = truth(text) {
        return truth;
    }
    let whole = text.parse::<i64>().ok().filter(|number| number.to_string() == text);
    match (whole, day(text)) {
        (Some(number), _) => number.into(),
        (None, Ok(day)) => day.to_string().into(),
        (None, Err(_)) => text.into(),
    }
}
