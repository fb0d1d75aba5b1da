// SPDX-License-Identifier: EUPL-1.2
//! What amendments and regions lay over the decree, and what a region has of its own.

use serde::{Deserialize, Serialize};

use crate::calendar::{Day, HolidayRule, Length};
use crate::diagnostic::Place;

use super::{Citation, Rule, place_text};

/// What a region has made of a term: both lengths bind, and the one that ends first decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortened {
    #[serde(rename = "durata")]
    pub length: Length,
    #[serde(rename = "norma")]
    pub norm: Citation,
    #[serde(rename = "@luogo", with = "place_text")]
    pub place: Place,
}

/// Who says a line that the decree does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Voice {
    /// An act of the State that amends the decree.
    #[serde(rename = "modifica")]
    Amendment,
    #[serde(rename = "regione")]
    Region,
}

impl Voice {
    pub fn word(self) -> &'static str {
        match self {
            Self::Amendment => "modifica",
            Self::Region => "regione",
        }
    }
}

/// One change laid over the decree, with its act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variation {
    #[serde(rename = "verbo")]
    pub verb: String,
    #[serde(rename = "voce_di")]
    pub voice: Voice,
    /// The item or the term it changes; none for the level as a whole.
    #[serde(rename = "che", skip_serializing_if = "Option::is_none", default)]
    pub subject: Option<String>,
    /// What it does, as a sentence without its subject: `abbrevia il termine … da 30 giorni a 20 giorni`.
    #[serde(rename = "parole")]
    pub words: String,
    /// For a verb that makes due: when it does; always, if it does not say.
    #[serde(rename = "quando", skip_serializing_if = "Option::is_none", default)]
    pub when: Option<Rule>,
    #[serde(rename = "norma")]
    pub norm: Citation,
    #[serde(rename = "perche", skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    #[serde(rename = "dal", skip_serializing_if = "Option::is_none", default)]
    pub from: Option<Day>,
    #[serde(rename = "al", skip_serializing_if = "Option::is_none", default)]
    pub to: Option<Day>,
    #[serde(rename = "@luogo", with = "place_text")]
    pub place: Place,
}

impl Variation {
    /// The verb that makes an item due.
    pub const MAKES_DUE: &'static str = "rendi_dovuta";
    /// The verb that says which code registers an item.
    pub const SETTLES_CODE: &'static str = "precisa_sap";
}

/// The level in another language of the region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Translation {
    #[serde(rename = "lingua")]
    pub language: String,
    #[serde(rename = "titolo")]
    pub title: String,
    /// Items, as id and words.
    #[serde(rename = "voci", skip_serializing_if = "Vec::is_empty", default)]
    pub items: Vec<(String, String)>,
}

/// A script of the region, kept with its source: a case runs on the one it was opened under.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScriptRule {
    /// Path inside the scripts folder.
    #[serde(rename = "file")]
    pub name: String,
    #[serde(rename = "sorgente")]
    pub source: String,
    #[serde(rename = "norma")]
    pub norm: Citation,
    #[serde(rename = "@luogo", with = "place_text")]
    pub place: Place,
}

/// A CPI of the region, with the days on which it is closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Office {
    pub id: String,
    #[serde(rename = "nome")]
    pub name: String,
    #[serde(rename = "nome_altra_lingua", skip_serializing_if = "Option::is_none", default)]
    pub other_name: Option<String>,
    #[serde(rename = "comune", skip_serializing_if = "Option::is_none", default)]
    pub town: Option<String>,
    #[serde(rename = "festivita", skip_serializing_if = "Vec::is_empty", default)]
    pub holidays: Vec<HolidayRule>,
}
