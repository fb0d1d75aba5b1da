// SPDX-License-Identifier: EUPL-1.2
//! What amendments, a region and its scripts say of a level, on the page of the level: each line with its voice and its act.

use crate::calendar::{HolidayDate, HolidayRule};
use crate::engine::norm_words;
use crate::library::Library;
use crate::rulebook::{Rulebook, Variation, Voice as Who};
use crate::spec::level::CitationSpec;

use super::sheet::{Sheet, Voice};
use super::words::{listed, validity};

const IN: usize = 2;

fn voice(who: Who) -> Voice {
    match who {
        Who::Amendment => Voice::Amendment,
        Who::Region => Voice::Region,
    }
}

/// Whose words an item or a term has, where they are not the decree's.
pub fn author(rulebook: &Rulebook, subject: &str) -> Option<Voice> {
    let written = |v: &&Variation| v.verb.starts_with("aggiungi_") || v.verb == "sostituisci";
    rulebook.variations_of(subject).filter(written).last().map(|v| voice(v.voice))
}

fn sentence(rulebook: &Rulebook, variation: &Variation) -> String {
    let act = norm_words(rulebook, &variation.norm);
    format!("{}: {} — {act}", variation.voice.word(), variation.words)
}

/// What is said of an item or a term, under it.
pub fn said_of(rulebook: &Rulebook, subject: &str, indent: usize, page: &mut Sheet) {
    for variation in rulebook.variations_of(subject) {
        page.written(voice(variation.voice), indent, 2, &sentence(rulebook, variation), &variation.place);
        if let Some(reason) = &variation.reason {
            page.hanging(voice(variation.voice), indent + 2, 2, &format!("perché: {reason}"));
        }
    }
}

/// The words of an item, or the title of the level, in the other languages of the region.
pub fn translations(rulebook: &Rulebook, item: Option<&str>, indent: usize, page: &mut Sheet) {
    for translation in &rulebook.translations {
        let words = match item {
            None => Some(&translation.title),
            Some(id) => translation.items.iter().find(|(name, _)| name == id).map(|(_, words)| words),
        };
        if let Some(words) = words {
            page.hanging(Voice::Region, indent, 4, &format!("{}: {words}", translation.language));
        }
    }
}

/// Everything that has been laid over the decree, in the order in which it was laid.
pub fn variations(rulebook: &Rulebook, page: &mut Sheet) {
    if rulebook.variations.is_empty() {
        return;
    }
    page.heading("Variazioni", ": che cosa si è aggiunto o cambiato, per quale atto");
    for variation in &rulebook.variations {
        let valid = validity(variation.from, variation.to);
        let words = format!("{} ({valid})", sentence(rulebook, variation));
        page.written(voice(variation.voice), IN, 2, &words, &variation.place);
    }
}

/// The scripts, each with its norm and its source.
pub fn scripts(rulebook: &Rulebook, page: &mut Sheet) {
    if rulebook.scripts.is_empty() {
        return;
    }
    page.heading("Script", ": ciò che la regione decide secondo i dati di ogni pratica");
    for script in &rulebook.scripts {
        let words = format!("`{}` — {}", script.name, norm_words(rulebook, &script.norm));
        page.written(Voice::Script, IN, 2, &words, &script.place);
        for line in script.source.trim_end().lines() {
            page.verbatim(IN + 4, line);
        }
    }
}

/// The numbers that a region has fixed, each with its act as people cite it.
pub fn fixed(library: &Library, id: &str) -> Vec<(String, String)> {
    let specs = library.specs();
    let Some(file) = specs.region(id) else { return Vec::new() };
    let cited = |norm: &CitationSpec| {
        let name = norm.norm.value.0.as_str();
        let act = file.region.acts.get(name).or_else(|| specs.catalogue.acts.get(name));
        let act = act.map_or(name, |act| act.short.as_deref().unwrap_or(&act.title));
        let partition = norm.partition.as_ref().map(|partition| format!(", {}", partition.value));
        format!("{act}{}", partition.unwrap_or_default())
    };
    let parameters = file.region.parameters.0.iter();
    parameters.map(|entry| (entry.name.value.0.clone(), cited(&entry.value.norm))).collect()
}

/// The numbers that the region has fixed, its offices and holidays.
pub fn offices(rulebook: &Rulebook, fixed: &[(String, String)], page: &mut Sheet) {
    let parameters: Vec<_> = rulebook.parameters.iter().filter(|parameter| parameter.value.is_some()).collect();
    if parameters.is_empty() && rulebook.offices.is_empty() && rulebook.local_holidays.is_empty() {
        return;
    }
    page.heading("Regione", ": numeri, sedi e feste; le feste locali danno più tempo a chi è servito, mai al centro");
    for parameter in parameters {
        let Some(value) = parameter.value else { continue };
        let act = fixed.iter().find(|(id, _)| *id == parameter.id).map(|(_, act)| format!(" — {act}"));
        let words = format!("`{}`: {value}{}", parameter.id, act.unwrap_or_default());
        page.hanging(Voice::Region, IN, 2, &words);
    }
    if !rulebook.local_holidays.is_empty() {
        let words = format!("feste di tutta la regione: {}", holidays(&rulebook.local_holidays));
        page.hanging(Voice::Region, IN, 2, &words);
    }
    for office in &rulebook.offices {
        let other = office.other_name.as_ref().map(|name| format!(" / {name}")).unwrap_or_default();
        let town = office.town.as_ref().map(|town| format!(", {town}")).unwrap_or_default();
        let closed = if office.holidays.is_empty() {
            String::new()
        } else {
            format!("; chiusa per {}", holidays(&office.holidays))
        };
        page.hanging(Voice::Region, IN, 2, &format!("sede `{}`: {}{other}{town}{closed}", office.id, office.name));
    }
}

fn holidays(rules: &[HolidayRule]) -> String {
    let words: Vec<String> = rules
        .iter()
        .map(|rule| match rule.on {
            HolidayDate::Fixed { month, day } => format!("{} ({day}/{month})", rule.name),
            HolidayDate::Easter { offset: 0 } => format!("{} (Pasqua)", rule.name),
            HolidayDate::Easter { offset } => format!("{} ({offset:+} giorni da Pasqua)", rule.name),
        })
        .collect();
    listed(&words)
}
