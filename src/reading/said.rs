// SPDX-License-Identifier: EUPL-1.2
//! The engine's sentences for people who work on a case: days as Italians write them, names of the rulebook by their words.

use std::borrow::Cow;

use crate::calendar::{Day, rome};
use crate::engine::{Case, Check};
use crate::rulebook::{ItemKind, Rulebook};
use crate::spec::scenario::Conformity;

/// `02/05/2024`.
pub fn day_words(day: Day) -> String {
    let iso = day.to_string();
    let mut parts = iso.splitn(3, '-');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(year), Some(month), Some(day)) => format!("{day}/{month}/{year}"),
        _ => iso,
    }
}

/// When something was recorded, by the clock of Rome: `02/05/2024 10:32`; `at` in milliseconds of the epoch.
pub fn moment_words(at: i64) -> String {
    let (day, minute) = rome::today(at.div_euclid(1000));
    format!("{} {:02}:{:02}", day_words(day), minute / 60, minute % 60)
}

/// Days in ISO form as Italians write them.
pub fn with_days(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(at);
        written.push_str(before);
        let end = from.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        match word.parse::<Day>() {
            Ok(day) => written.push_str(&day_words(day)),
            Err(_) => written.push_str(word),
        }
        rest = after;
    }
    written.push_str(rest);
    written
}

/// A sentence that begins as sentences do.
pub fn begun(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if first.is_lowercase() => first.to_uppercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}

/// A sentence in which the names of the rulebook are said by their words: who works on a case knows no identifiers.
pub fn named(rulebook: &Rulebook, text: &str) -> String {
    let words = |name: &str| {
        let item = rulebook.item_index(name).and_then(|index| rulebook.item(index)).map(|item| item.text.as_str());
        item.or_else(|| rulebook.fact_slot(name).and_then(|slot| rulebook.fact(slot)).map(|fact| fact.meaning.as_str()))
    };
    let mut whole = String::with_capacity(text.len());
    for (at, part) in text.split('`').enumerate() {
        match (at % 2 == 1).then(|| words(part)) {
            Some(Some(words)) => {
                whole.push('«');
                whole.push_str(&shortened(words));
                whole.push('»');
            }
            Some(None) => {
                whole.push('`');
                whole.push_str(part);
                whole.push('`');
            }
            None => whole.push_str(part),
        }
    }
    whole
}

/// The beginning of words too long to be said inside a sentence.
pub fn shortened(words: &str) -> Cow<'_, str> {
    const LONGEST: usize = 60;
    if words.chars().count() <= LONGEST {
        return words.into();
    }
    let end = words.char_indices().nth(LONGEST).map_or(words.len(), |(at, _)| at);
    let whole = words.get(..end).and_then(|start| start.rsplit_once(' ')).map_or("", |(start, _)| start);
    format!("{}…", whole.trim_end_matches([',', ';', ':'])).into()
}

/// A word that agrees with an item: *dovuta* of an activity, *dovuto* of an output or an outcome.
pub fn agreed(stem: &str, kind: ItemKind) -> String {
    format!("{stem}{}", if kind == ItemKind::Activity { 'a' } else { 'o' })
}

/// `aperta dal …`, `sospesa dal …`, `conclusa il …`.
pub fn state_words(case: &Case) -> String {
    match (case.closed, case.suspended, case.opened) {
        (Some(closing), ..) => format!("{} il {}", closing.manner.word(), day_words(closing.mark.on)),
        (None, Some(since), _) => format!("sospesa dal {}", day_words(since.on)),
        (None, None, Some(opened)) => format!("aperta dal {}", day_words(opened.on)),
        _ => "non ancora aperta".to_owned(),
    }
}

/// The verdict of a check, as a sentence.
pub fn verdict(check: &Check) -> &'static str {
    match check.conformity {
        Conformity::Yes => "La pratica è conforme al livello.",
        Conformity::No => "La pratica non è conforme, o non lo è ancora.",
        Conformity::NotKnown => "Non si può ancora dire se la pratica è conforme: mancano dati.",
    }
}

/// When a rulebook holds: `dal 11/01/2018`, `dal … al …`.
pub fn in_force(rulebook: &Rulebook) -> String {
    match (rulebook.from, rulebook.to) {
        (Some(from), Some(to)) => format!("dal {} al {}", day_words(from), day_words(to)),
        (Some(from), None) => format!("dal {}", day_words(from)),
        (None, Some(to)) => format!("fino al {}", day_words(to)),
        (None, None) => "senza limiti di data".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::with_days;

    #[test]
    fn days_are_written_as_italians_write_them_and_numbers_are_left_alone() {
        assert_eq!(
            with_days("scaduto il 2024-05-02: 30 giorni, D.Lgs. 150/2015"),
            "scaduto il 02/05/2024: 30 giorni, D.Lgs. 150/2015"
        );
        assert_eq!(with_days("2024-13-40 e 2024-05-02-1"), "2024-13-40 e 2024-05-02-1");
    }
}
