// SPDX-License-Identifier: EUPL-1.2
//! Places as `file:line:column:length`.

use serde::{Deserialize, Deserializer, Serializer};

use crate::diagnostic::Place;

pub fn serialize<S: Serializer>(place: &Place, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{place}:{}", place.length))
}

pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Place, D::Error> {
    let text = String::deserialize(deserializer)?;
    let mut parts = text.rsplitn(4, ':');
    let mut number = || parts.next().and_then(|part| part.parse::<u32>().ok());
    let (length, column, line) = (number(), number(), number());
    match (parts.next(), line, column, length) {
        (Some(file), Some(line), Some(column), Some(length)) => Ok(Place { file: file.into(), line, column, length }),
        _ => Err(serde::de::Error::custom("luogo illeggibile")),
    }
}
