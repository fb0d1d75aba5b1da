// SPDX-License-Identifier: EUPL-1.2
//! The verbs, and the names that they may speak: a word is made here, and only when it is sound.

use std::collections::{BTreeMap, BTreeSet};

use crate::calendar::Length;
use crate::names::closest;
use crate::value::Value;

use super::{ScriptNorm, Vocabulary, Word};

/// Longest name, as in the specifications, and longest partition, in bytes.
const LONGEST: usize = 80;
const LONGEST_PARTITION: usize = 300;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    MakeDue,
    Shorten,
    RequireField,
}

impl Verb {
    pub const ALL: [Self; 3] = [Self::MakeDue, Self::Shorten, Self::RequireField];

    pub fn name(self) -> &'static str {
        match self {
            Self::MakeDue => "rendi_dovuta",
            Self::Shorten => "abbrevia",
            Self::RequireField => "rafforza_evidenza",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verb| verb.name() == name)
    }

    /// How it is written.
    pub fn form(self) -> &'static str {
        match self {
            Self::MakeDue => "rendi_dovuta(voce, norma)",
            Self::Shorten => "abbrevia(termine, durata, norma)",
            Self::RequireField => {
                "rafforza_evidenza(output, campo, norma)` oppure `rafforza_evidenza(output, campo, minimo, norma)"
            }
        }
    }

    pub fn takes(self, arguments: usize) -> bool {
        match self {
            Self::MakeDue => arguments == 2,
            Self::Shorten => arguments == 3,
            Self::RequireField => matches!(arguments, 3 | 4),
        }
    }

    /// Whether the argument is a number, or a text, or may be either.
    pub fn kinds(self, argument: usize, arguments: usize) -> (bool, bool) {
        match (self, argument) {
            (Self::Shorten, 1) => (true, true),
            (Self::RequireField, 2) if arguments == 4 => (true, false),
            _ => (false, true),
        }
    }
}

/// What is wrong with one argument of a verb.
pub(super) struct Wrong {
    pub argument: usize,
    pub message: String,
    pub help: Option<String>,
}

/// The vocabulary, kept by the script.
#[derive(Clone, Debug)]
pub(super) struct Names {
    items: BTreeSet<String>,
    terms: BTreeMap<String, Option<Length>>,
    fields: BTreeMap<String, BTreeSet<String>>,
    /// What a norm may begin with, and the id of its act.
    acts: BTreeMap<String, String>,
}

/// The arguments of a call, as far as they are known, and what was found wrong with them.
struct Reader<'a> {
    names: &'a Names,
    arguments: &'a [Option<&'a Value>],
    wrong: Vec<Wrong>,
}

impl Names {
    pub fn of(vocabulary: &Vocabulary<'_>) -> Self {
        let mut fields: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (output, field) in vocabulary.fields {
            fields.entry((*output).to_owned()).or_default().insert((*field).to_owned());
        }
        let mut acts = BTreeMap::new();
        for (id, short) in vocabulary.acts {
            if let Some(short) = short {
                acts.entry((*short).to_owned()).or_insert_with(|| (*id).to_owned());
            }
        }
        // An id is never taken for the short name of another act.
        acts.extend(vocabulary.acts.iter().map(|(id, _)| ((*id).to_owned(), (*id).to_owned())));
        Self {
            items: vocabulary.items.iter().map(|item| (*item).to_owned()).collect(),
            terms: vocabulary.terms.iter().map(|(term, length)| ((*term).to_owned(), *length)).collect(),
            fields,
            acts,
        }
    }

    /// The word that the verb speaks with these arguments; `None` where an argument is known only when the script runs.
    ///
    /// # Errors
    /// Every argument that is not sound.
    pub fn word(&self, verb: Verb, arguments: &[Option<&Value>]) -> Result<Option<Word>, Vec<Wrong>> {
        let mut reader = Reader { names: self, arguments, wrong: Vec::new() };
        let norm = reader.norm(arguments.len().saturating_sub(1));
        let word = match verb {
            Verb::MakeDue => reader.item(0).zip(norm).map(|(item, norm)| Word::MakeDue { item, norm }),
            Verb::Shorten => {
                let (term, within) = reader.shorter();
                term.zip(within).zip(norm).map(|((term, within), norm)| Word::Shorten { term, within, norm })
            }
            Verb::RequireField => {
                let (output, field) = reader.field();
                let minimum = if arguments.len() == 4 { reader.minimum(2).map(Some) } else { Some(None) };
                output.zip(field).zip(minimum).zip(norm).map(|(((output, field), minimum), norm)| Word::RequireField {
                    output,
                    field,
                    minimum,
                    norm,
                })
            }
        };
        if reader.wrong.is_empty() { Ok(word) } else { Err(reader.wrong) }
    }
}

fn perhaps(near: Option<&str>, otherwise: impl Into<String>) -> String {
    near.map_or_else(|| otherwise.into(), |near| format!("forse volevi dire `{near}`"))
}

/// As much of a name as a message can show.
pub(super) fn shown(text: &str) -> String {
    if text.chars().nth(LONGEST).is_some() {
        text.chars().take(LONGEST).chain(['…']).collect()
    } else {
        text.to_owned()
    }
}

impl<'a> Reader<'a> {
    fn note<T>(&mut self, argument: usize, message: impl Into<String>, help: impl Into<String>) -> Option<T> {
        self.wrong.push(Wrong { argument, message: message.into(), help: Some(help.into()) });
        None
    }

    fn known(&self, argument: usize) -> Option<&'a Value> {
        self.arguments.get(argument).copied().flatten()
    }

    fn text(&mut self, argument: usize) -> Option<&'a str> {
        match self.known(argument)? {
            Value::Text(text) => Some(text),
            _ => self.note(argument, "qui serve un testo", "scrivilo tra virgolette doppie"),
        }
    }

    fn item(&mut self, argument: usize) -> Option<String> {
        let text = self.text(argument)?;
        let items = &self.names.items;
        if items.contains(text) {
            return Some(text.to_owned());
        }
        let near = closest(text, items.iter().map(String::as_str));
        let help = perhaps(near, "usa il nome di un'attività, di un output o di un esito del livello");
        self.note(argument, format!("voce `{}` sconosciuta nel livello", shown(text)), help)
    }

    fn shorter(&mut self) -> (Option<String>, Option<Length>) {
        let Some(text) = self.text(0) else { return (None, self.length(1, None)) };
        let Some(floor) = self.names.terms.get(text) else {
            let near = closest(text, self.names.terms.keys().map(String::as_str));
            let help = perhaps(near, "una Regione abbrevia solo i termini che il livello prevede per l'ufficio");
            let message = format!("termine `{}` sconosciuto tra quelli che si possono abbreviare", shown(text));
            return (self.note(0, message, help), None);
        };
        let within = self.length(1, *floor);
        if let (Some(within), Some(floor)) = (within, floor) {
            if within.unit != floor.unit {
                let message = format!("il termine `{text}` si conta in {}, non in {}", floor.unit, within.unit);
                return (None, self.note(1, message, format!("scrivi una durata in {}", floor.unit)));
            }
            if within.count >= floor.count {
                let message = format!("{within} non abbrevia il termine `{text}`, che è di {floor}");
                return (None, self.note(1, message, format!("scrivi una durata minore di {floor}")));
            }
        }
        (Some(text.to_owned()), within)
    }

    /// A length of time; a number alone is counted in the unit of `floor`.
    fn length(&mut self, argument: usize, floor: Option<Length>) -> Option<Length> {
        match self.known(argument)? {
            Value::Text(text) => match text.parse() {
                Ok(length) => Some(length),
                Err(_) => {
                    let help = "per esempio `10 giorni`, `1 giorno lavorativo`, `2 mesi`, `24 ore`, da 1 a 9999";
                    self.note(argument, format!("`{}` non è una durata", shown(text)), help)
                }
            },
            Value::Integer(count) => {
                // Without a floor, nobody says of what.
                let Some(floor) = floor else {
                    if self.arguments.first().is_some_and(Option::is_none) {
                        return None;
                    }
                    let help = "scrivila come testo con la sua unità, per esempio `10 giorni lavorativi`";
                    return self.note(argument, "durata senza unità", help);
                };
                match u32::try_from(*count).ok().and_then(|count| Length::new(count, floor.unit)) {
                    Some(length) => Some(length),
                    None => self.note(argument, format!("`{count}` non è una durata"), "serve un numero da 1 a 9999"),
                }
            }
            _ => self.note(argument, "qui serve una durata", "un numero intero, o un testo come `10 giorni`"),
        }
    }

    fn field(&mut self) -> (Option<String>, Option<String>) {
        let Some(output) = self.text(0) else { return (None, self.text(1).map(str::to_owned)) };
        let Some(fields) = self.names.fields.get(output) else {
            let near = closest(output, self.names.fields.keys().map(String::as_str));
            let help = perhaps(near, "usa il nome di un output del livello che abbia dei campi di evidenza");
            return (self.note(0, format!("output `{}` sconosciuto", shown(output)), help), None);
        };
        let Some(field) = self.text(1) else { return (Some(output.to_owned()), None) };
        if fields.contains(field) {
            return (Some(output.to_owned()), Some(field.to_owned()));
        }
        let all: Vec<&str> = fields.iter().map(String::as_str).collect();
        let help = perhaps(closest(field, all.iter().copied()), format!("i campi sono: {}", all.join(", ")));
        let message = format!("campo `{}` sconosciuto nell'output `{output}`", shown(field));
        (Some(output.to_owned()), self.note(1, message, help))
    }

    fn minimum(&mut self, argument: usize) -> Option<i64> {
        match self.known(argument)? {
            Value::Integer(minimum) if *minimum >= 1 => Some(*minimum),
            _ => self.note(argument, "il minimo non rafforza niente", "scrivi un numero intero da 1 in su"),
        }
    }

    /// An act, alone or followed by a comma, a space and the partition.
    fn norm(&mut self, argument: usize) -> Option<ScriptNorm> {
        let text = self.text(argument)?;
        if text.is_empty() {
            return self.note(argument, "manca la norma", "ogni parola porta la sua: scrivi l'atto, poi `, art. …`");
        }
        let acts = &self.names.acts;
        if let Some(act) = acts.get(text) {
            return Some(ScriptNorm { act: act.clone(), partition: None });
        }
        // A short name may hold a comma too: the longest wins.
        let cuts: Vec<usize> = text.match_indices(", ").map(|(at, _)| at).collect();
        for cut in cuts.iter().rev() {
            let Some((head, tail)) = text.split_at_checked(*cut) else { continue };
            let Some(act) = acts.get(head) else { continue };
            let partition = tail.trim_start_matches([',', ' ']).trim_end();
            if partition.is_empty() || partition.len() > LONGEST_PARTITION {
                return self.note(argument, "la norma non dice quale parte dell'atto", "per esempio `art. 3, co. 1`");
            }
            return Some(ScriptNorm { act: act.clone(), partition: Some(partition.to_owned()) });
        }
        let head = cuts.first().and_then(|cut| text.get(..*cut)).unwrap_or(text);
        let near = closest(head, acts.keys().map(String::as_str));
        let help = perhaps(near, "comincia con il nome di un atto di `specs/catalogo/norme.yaml`, poi `, art. …`");
        self.note(argument, format!("atto `{}` sconosciuto", shown(head)), help)
    }
}
