// SPDX-License-Identifier: EUPL-1.2
//! What a person typed into a form, read once by the guard; and what stands in the address after `?`.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::trouble::Trouble;

/// Fields more than this are no form of ours.
const MAX_FIELDS: usize = 500;

/// The fields of a form in the order they came, each with what was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed(Arc<Vec<(String, String)>>);

impl Typed {
    /// Reads `application/x-www-form-urlencoded`. Line ends become `\n`; other control characters are dropped.
    ///
    /// # Errors
    /// Too many fields.
    pub fn read(body: &[u8]) -> Result<Self, Trouble> {
        let fields: Vec<(String, String)> = form_urlencoded::parse(body)
            .take(MAX_FIELDS + 1)
            .map(|(name, value)| (name.into_owned(), plain(&value)))
            .collect();
        if fields.len() > MAX_FIELDS {
            return Err(Trouble::bad("", "ci sono troppi campi"));
        }
        Ok(Self(Arc::new(fields)))
    }

    /// What was typed into a field, without blanks around it; none if nothing was.
    pub fn get(&self, name: &str) -> Option<&str> {
        let field = self.0.iter().find(|(known, _)| known == name);
        field.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// As [`Typed::get`], or a fault that names the field.
    ///
    /// # Errors
    /// Nothing was typed.
    pub fn need(&self, name: &str) -> Result<&str, Trouble> {
        self.get(name).ok_or_else(|| Trouble::bad(name, "manca"))
    }

    /// Every value of a field that may come more than once.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let fields = self.0.iter().filter(move |(known, _)| known == name);
        fields.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// Fields whose name begins with `prefix`, with the rest of the name.
    pub fn under<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0.iter().filter_map(move |(name, value)| Some((name.strip_prefix(prefix)?, value.trim())))
    }

    /// All fields, to show a form again as it was filled in.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

fn plain(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

impl<S: Send + Sync> FromRequestParts<S> for Typed {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Trouble> {
        // Only the guard of a form puts it there.
        parts.extensions.get::<Self>().cloned().ok_or(Trouble::UnsupportedMedia { expected: super::FORM })
    }
}

/// What stands after `?`, read as a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked(pub Typed);

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Trouble> {
        Typed::read(parts.uri.query().unwrap_or_default().as_bytes()).map(Self)
    }
}

impl std::ops::Deref for Asked {
    type Target = Typed;

    fn deref(&self) -> &Typed {
        &self.0
    }
}

/// The letter of a level, perhaps with a figure: `F1`.
pub fn is_letter(text: &str) -> bool {
    let mut letters = text.bytes();
    letters.next().is_some_and(|b| b.is_ascii_uppercase())
        && letters.next().is_none_or(|b| b.is_ascii_digit())
        && letters.next().is_none()
}

/// The name of an office, a region, an item, a term or an account.
pub fn is_name(text: &str) -> bool {
    text.len() <= 100
        && text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
}
