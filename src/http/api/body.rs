// SPDX-License-Identifier: EUPL-1.2
//! A JSON body, read with suspicion: its type said, its size and depth bounded, no name twice, no character that cannot be
//! written, no field that is not known; what is wrong is told with the field it is wrong in.

use std::fmt;

use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::digest::Digest;
use crate::http::app::App;
use crate::http::trouble::Trouble;
use crate::service::json_fault;

use super::schema::{NUMBER, TEXT};

const JSON: &str = "application/json";
/// Objects and lists inside one another.
const DEPTH: usize = 8;
/// Characters of a name.
const NAME: usize = 100;
/// Entries of one object or list.
const ENTRIES: usize = 1_000;

/// A body that has been read, and by what it is known if it comes again.
pub struct Body<T> {
    pub value: T,
    /// SHA-256 of method, path and body.
    pub fingerprint: [u8; 32],
}

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Trouble;

    async fn from_request(request: Request, app: &App) -> Result<Self, Trouble> {
        let (parts, body) = request.into_parts();
        let media = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !is_json(media) || parts.headers.contains_key(CONTENT_ENCODING) {
            return Err(Trouble::UnsupportedMedia { expected: JSON });
        }
        let limit = app.config.body_bytes;
        let bytes = to_bytes(body, limit).await.map_err(|_| Trouble::TooLarge { limit })?;
        let text = std::str::from_utf8(&bytes).map_err(|_| Trouble::bad("", "il corpo non è testo in UTF-8"))?;
        let value = read(text)?;
        let mut whole = Vec::with_capacity(bytes.len() + 128);
        for part in [parts.method.as_str().as_bytes(), parts.uri.path().as_bytes()] {
            whole.extend_from_slice(part);
            whole.push(0);
        }
        whole.extend_from_slice(&bytes);
        Ok(Self { value, fingerprint: Digest::of(&whole).0 })
    }
}

/// `application/json`, in UTF-8 if it says.
fn is_json(media: &str) -> bool {
    let mut parts = media.split(';').map(|part| part.trim().to_ascii_lowercase());
    parts.next().as_deref() == Some(JSON)
        && parts.all(|part| part.is_empty() || matches!(part.as_str(), "charset=utf-8" | "charset=\"utf-8\""))
}

/// Reads a text as JSON of a type of ours.
///
/// # Errors
/// What is wrong, and in which field.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Trouble> {
    let mut reader = serde_json::Deserializer::from_str(text);
    Plain { depth: 0 }.deserialize(&mut reader).and_then(|()| reader.end()).map_err(|error| told(text, &error))?;
    serde_json::from_str(text).map_err(|error| told(text, &error))
}

fn told(text: &str, error: &serde_json::Error) -> Trouble {
    Trouble::bad(&field_at(text, error.line(), error.column()), json_fault(error))
}

/// JSON of any shape, as long as it is plain.
#[derive(Clone, Copy)]
struct Plain {
    depth: usize,
}

impl Plain {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth >= DEPTH {
            return Err(E::custom("ci sono troppi livelli, uno dentro l'altro"));
        }
        Ok(Self { depth: self.depth + 1 })
    }
}

impl<'de> DeserializeSeed<'de> for Plain {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Plain {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<(), E> {
        if number.unsigned_abs() > NUMBER { Err(E::custom("un numero è troppo grande")) } else { Ok(()) }
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<(), E> {
        if number > NUMBER { Err(E::custom("un numero è troppo grande")) } else { Ok(()) }
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<(), E> {
        Err(E::custom("un numero con decimali va scritto tra virgolette"))
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        Err(E::custom("un campo è vuoto: se non c'è, non si scrive"))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        if text.is_empty() {
            return Err(E::custom("un testo è vuoto: se non c'è, non si scrive"));
        }
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
            return Err(E::custom("un testo contiene caratteri che non si scrivono"));
        }
        if text.chars().count() > TEXT {
            return Err(E::custom(format!("un testo è più lungo di {TEXT} caratteri")));
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let (inside, mut count) = (self.deeper()?, 0);
        while entries.next_element_seed(inside)?.is_some() {
            count += 1;
            if count > ENTRIES {
                return Err(serde::de::Error::custom(format!("un elenco ha più di {ENTRIES} elementi")));
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let inside = self.deeper()?;
        let mut names = std::collections::BTreeSet::new();
        while let Some(name) = entries.next_key::<String>()? {
            if name.chars().count() > NAME || name.chars().any(char::is_control) {
                return Err(serde::de::Error::custom(
                    "il nome di un campo è troppo lungo, o ha caratteri che non si scrivono",
                ));
            }
            entries.next_value_seed(inside)?;
            if names.len() >= ENTRIES {
                return Err(serde::de::Error::custom(format!("un oggetto ha più di {ENTRIES} campi")));
            }
            if !names.insert(name.clone()) {
                return Err(serde::de::Error::custom(format!("il campo `{name}` è scritto due volte")));
            }
        }
        Ok(())
    }
}

/// The field in which the reader was at a line and a column, as `eventi[0].il`; empty at the top.
fn field_at(text: &str, line: usize, column: usize) -> String {
    let end: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum::<usize>() + column;
    // Around each place: in an object the last name read, in a list the position.
    let mut around: Vec<(Option<String>, usize)> = Vec::new();
    let mut string: Option<String> = None;
    let mut last = String::new();
    let mut escaped = false;
    for (_, c) in text.char_indices().take_while(|(at, _)| *at + 1 < end.max(1)) {
        if let Some(inside) = &mut string {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => last = string.take().unwrap_or_default(),
                c if inside.len() < NAME => inside.push(c),
                _ => {}
            }
            continue;
        }
        match c {
            '"' => string = Some(String::new()),
            '{' => around.push((Some(String::new()), 0)),
            '[' => around.push((None, 0)),
            '}' | ']' => _ = around.pop(),
            ':' => {
                if let Some((Some(name), _)) = around.last_mut() {
                    name.clone_from(&last);
                }
            }
            ',' => {
                if let Some((_, position)) = around.last_mut() {
                    *position += 1;
                }
            }
            _ => {}
        }
    }
    let mut path = String::new();
    for (name, position) in around {
        match name {
            Some(name) if name.is_empty() => {}
            Some(name) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.extend(name.chars().filter(|c| !c.is_control()));
            }
            None => path.push_str(&format!("[{position}]")),
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::read;
    use crate::http::trouble::Trouble;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        #[serde(rename = "righe")]
        _lines: Vec<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[serde(rename = "quanti")]
        _count: u32,
    }

    fn fault(text: &str) -> String {
        let Err(Trouble::BadInput { faults }) = read::<Outer>(text) else { return "nessuno".into() };
        faults.first().map(|fault| format!("{}: {}", fault.field, fault.message)).unwrap_or_default()
    }

    #[test]
    fn a_fault_names_its_field() {
        assert_eq!(fault(r#"{"righe":[{"quanti":1},{"quanti":2}]}"#), "nessuno");
        assert!(fault(r#"{"righe":[{"quanti":1},{"quanti":"x"}]}"#).starts_with("righe[1].quanti: un valore"));
        assert!(fault(r#"{"righe":[{"quanti":1,"altro":2}]}"#).contains("campo `altro` sconosciuto"));
        assert!(fault(r#"{"righe":[],"righe":[]}"#).contains("due volte"));
        assert!(fault(r#"{"righe":["a\u0000"]}"#).contains("non si scrivono"));
        assert!(fault("[[[[[[[[[[]]]]]]]]]]").contains("troppi livelli"));
    }
}
