// SPDX-License-Identifier: EUPL-1.2
//! Small things of a rulebook in words: a SAP code, a field of a form, a heading of the decree, a time of validity.

use crate::calendar::Day;
use crate::evidence::FormField;
use crate::library::Library;
use crate::rulebook::{Code, Rulebook, SapCodes};
use crate::spec::catalogue::{Channel, CodeState};
use crate::spec::level::{Field, FieldType};

use crate::value::Decimal;

/// A SAP code with its label and its state.
pub fn code_words(code: &Code) -> String {
    let label = code.label.as_deref().unwrap_or("etichetta non conosciuta");
    let state = match code.state {
        CodeState::Verified => "verificato",
        CodeState::ToVerify => "da verificare",
    };
    let channel = match code.channel {
        Channel::SectionSix => "",
        Channel::MandatoryCommunication => "; comunicazione obbligatoria, non sezione 6 della SAP",
    };
    let valid = match (code.from, code.to) {
        (None, None) => String::new(),
        (from, to) => format!("; {}", validity(from, to)),
    };
    format!("{} «{label}» ({state}{channel}{valid})", code.code)
}

/// What a field of a form takes.
pub fn field_words(field: &FormField) -> String {
    let of = |kind: FieldType| match kind {
        FieldType::Text => "testi",
        FieldType::Integer => "numeri interi",
        FieldType::Decimal => "numeri",
        FieldType::Date => "date",
        FieldType::Boolean => "sì o no",
        FieldType::Choice => "scelte",
        FieldType::List => "elenchi",
    };
    let mut words = match (field.kind, field.of) {
        (FieldType::List, Some(FieldType::Choice)) => format!("più scelte tra {}", field.choices.join(" | ")),
        (FieldType::List, kind) => format!("elenco di {}", of(kind.unwrap_or(FieldType::Text))),
        (FieldType::Choice, _) => format!("una tra {}", field.choices.join(" | ")),
        (FieldType::Boolean, _) => "sì o no".to_owned(),
        (FieldType::Integer, _) => "numero intero".to_owned(),
        (FieldType::Decimal, _) => "numero".to_owned(),
        (kind, _) => kind.word().to_owned(),
    };
    let bound = |limit: Decimal| match field.kind {
        FieldType::Text => {
            count(limit.integer().and_then(|n| usize::try_from(n).ok()).unwrap_or(0), "carattere", "caratteri")
        }
        _ => limit.to_string(),
    };
    if let Some(minimum) = field.minimum {
        words.push_str(&format!(", almeno {}", bound(minimum)));
    }
    if let Some(maximum) = field.maximum {
        words.push_str(&format!(", al massimo {}", bound(maximum)));
    }
    if let Some(pattern) = &field.pattern {
        words.push_str(&format!(", nella forma `{pattern}`"));
    }
    words
}

/// A heading of the decree as a reader names it.
pub fn field_name(field: Field) -> &'static str {
    match field {
        Field::Norms => "riferimenti normativi",
        Field::Description => "descrizione",
        Field::Activities => "attività",
        Field::Outputs => "output",
        Field::Outcomes => "outcome",
        Field::SapCodes => "codice SAP",
    }
}

/// Is the code the level's, or an item's? The rulebook knows all the codes of the catalogue.
pub fn is_used(rulebook: &Rulebook, code: &str) -> bool {
    let listed = matches!(&rulebook.sap, SapCodes::Codes(codes) if codes.iter().any(|known| known == code));
    let registrations = rulebook.items.iter().filter_map(|item| item.registration.as_ref());
    listed || registrations.flat_map(|registration| &registration.codes).any(|known| known == code)
}

/// `1 errore`, `2 errori`.
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// `a`, `a e b`, `a, b e c`.
pub fn listed<S: AsRef<str>>(words: &[S]) -> String {
    let mut out = String::new();
    for (i, word) in words.iter().enumerate() {
        match i {
            0 => {}
            _ if i + 1 == words.len() => out.push_str(" e "),
            _ => out.push_str(", "),
        }
        out.push_str(word.as_ref());
    }
    out
}

/// Letter and title of every level, in the catalogue's order; those that only have a file, last.
pub fn titles(library: &Library) -> Vec<(String, String)> {
    let specs = library.specs();
    let listed = specs.catalogue.levels.0.iter().map(|row| (row.name.value.0.clone(), row.value.title.clone()));
    let mut levels: Vec<(String, String)> = listed.collect();
    for file in &specs.levels {
        let letter = &file.level.letter.value.0;
        if !levels.iter().any(|(known, _)| known == letter) {
            levels.push((letter.clone(), file.level.title.clone()));
        }
    }
    levels
}

/// `in vigore dal … al …`.
pub fn validity(from: Option<Day>, to: Option<Day>) -> String {
    match (from, to) {
        (Some(from), Some(to)) => format!("in vigore dal {from} al {to}"),
        (Some(from), None) => format!("in vigore dal {from}"),
        (None, Some(to)) => format!("in vigore fino al {to}"),
        (None, None) => "in vigore senza un inizio né una fine".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::listed;

    #[test]
    fn lists_read_as_in_italian() {
        assert_eq!(listed::<&str>(&[]), "");
        assert_eq!(listed(&["a"]), "a");
        assert_eq!(listed(&["a", "b"]), "a e b");
        assert_eq!(listed(&["a", "b", "c"]), "a, b e c");
    }
}
