// SPDX-License-Identifier: EUPL-1.2
//! The conformance kit (`tests/kit`): what is committed is what the engine says, the slow judge says the same, and
//! nothing that it is there for is missing. `AGGIORNA=1` writes it again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::date;
use lepre::library::Library;
use lepre::spec::scenario::{FindingKind, Gravity};
use serde_json::{Value as Json, json};

use crate::engine::specs;
use crate::judged::answer;
use crate::reference::region::{Land, texts};
use crate::reference::{Verdict, judge, text};

mod chapters;
mod faults;
mod telling;
mod verdict;

use telling::{Book, Told, opened};

/// Regional rulebooks of the kit: shorter terms, a parameter, stronger evidence, more activities, a script.
const REGIONAL: [(&str, &str); 7] = [
    ("piemonte", "B"),
    ("piemonte", "E"),
    ("campania", "B"),
    ("campania", "C"),
    ("lombardia", "D"),
    ("lombardia", "E"),
    ("bolzano", "E"),
];

fn kit() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kit")
}

fn books() -> Vec<Book> {
    let library = Library::open(&specs()).unwrap();
    let land = Land::read(&texts(&specs()));
    let letters: BTreeSet<String> =
        library.specs().levels.iter().map(|file| file.level.letter.value.0.clone()).collect();
    let national = letters.iter().map(|letter| (None, letter.as_str()));
    let regional = REGIONAL.iter().map(|(region, letter)| (Some(*region), *letter));
    let book = |(region, letter): (Option<&str>, &str)| {
        let on = date(2025, 3, 3);
        let rulebook =
            library.rulebook(letter, region, opened()).unwrap_or_else(|e| panic!("{region:?} {letter}: {e:?}"));
        let law = match region {
            Some(region) => land.region(region, letter, on),
            None => land.nation("", letter, on),
        };
        let name = region.map_or(letter.to_owned(), |region| format!("{letter}-{region}"));
        Book { name, rulebook, law }
    };
    national.chain(regional).map(book).collect()
}

fn chapters(book: &Book) -> Vec<Told> {
    let all = [
        chapters::whole,
        chapters::items,
        chapters::registrations,
        chapters::facts,
        chapters::terms,
        chapters::access,
        faults::states,
        faults::dates,
        faults::names,
        faults::closings,
        faults::corrections,
        faults::modes,
        faults::scripts,
    ];
    let mut told: Vec<Told> = all.iter().flat_map(|chapter| chapter(book)).collect();
    // The table of SAP events is one for all levels.
    if book.name == "E" {
        told.extend(faults::sap_events(book));
    }
    // The same story told twice shows nothing more.
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut once: Vec<Told> = Vec::new();
    for mut told in told {
        let key = format!("{} {}", told.on, serde_json::to_string(&told.events).unwrap());
        match seen.get(&key) {
            Some(at) => {
                let covers = std::mem::take(&mut told.covers);
                once[*at].covers.extend(covers);
            }
            None => {
                seen.insert(key, once.len());
                once.push(told);
            }
        }
    }
    for told in &mut once {
        told.covers.sort();
        told.covers.dedup();
    }
    once
}

/// A case as a line of its file.
fn line(book: &Book, told: &Told) -> Json {
    json!({
        "id": "", "prova": told.description, "copre": told.covers,
        "eventi": told.events, "al": told.on.to_string(), "atteso": verdict::verdict(book, told),
    })
}

/// What a case shows: what it is there for, and the verdict of its kind of story.
fn shows(line: &Json) -> Vec<String> {
    let expected = &line["atteso"];
    let found = expected["rilievi"].as_array().unwrap().iter();
    let kinds: BTreeSet<&str> = found.map(|f| text(&f["tipo"])).collect();
    let verdict = |family: &str| match family {
        "termine" | "sospeso" | "annullato" => format!("{kinds:?} {}", expected["termini"]),
        _ => format!("{kinds:?} {}", expected["conforme"]),
    };
    let covers = line["copre"].as_array().unwrap().iter().map(|what| text(what).to_owned());
    let both = covers.flat_map(|what| {
        let family = what.split(':').next().unwrap().to_owned();
        [what, format!("{family}: {}", verdict(&family))]
    });
    both.collect()
}

/// The cases of the kit by rulebook: those that show something no earlier one of their level shows.
fn cases(books: &[Book]) -> Vec<Vec<Json>> {
    let mut shown: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut all = Vec::new();
    for book in books {
        let shown = shown.entry(&book.rulebook.level).or_default();
        let mut kept: Vec<Json> = Vec::new();
        for told in chapters(book) {
            let mut line = line(book, &told);
            let shows = shows(&line);
            if shows.iter().any(|what| !shown.contains(what)) {
                shown.extend(shows);
                line["id"] = format!("{}-{:03}", book.name, kept.len() + 1).into();
                kept.push(line);
            }
        }
        all.push(kept);
    }
    all
}

/// The codes of a registration have no order.
fn in_order(mut verdict: Verdict) -> Verdict {
    let sorted = verdict.registrations.into_iter().map(|(item, mut codes)| {
        codes.sort();
        (item, codes)
    });
    verdict.registrations = sorted.collect();
    verdict
}

/// The reference reads an earlier spelling of the dossier.
fn as_judged(events: &[Json]) -> Vec<Json> {
    let mut events = events.to_vec();
    for held in events[0]["fascicolo"].as_array_mut().into_iter().flatten() {
        held["item"] = held["voce"].clone();
    }
    events
}

#[test]
fn the_slow_judge_says_what_the_kit_expects() {
    let mut wrong: Vec<String> = Vec::new();
    for book in books() {
        for (number, told) in chapters(&book).iter().enumerate() {
            let on = told.on.to_string();
            let ours = in_order(answer(&book.rulebook, &told.events, &on));
            let theirs = in_order(judge(&book.law, &book.rulebook.level, &as_judged(&told.events), &on));
            if ours != theirs {
                wrong.push(format!("{}-{number:03} {}:\nours {ours:?}\njudge {theirs:?}", book.name, told.description));
            }
            for found in verdict::verdict(&book, told)["rilievi"].as_array().unwrap() {
                let mild = match text(&found["tipo"]) {
                    "termine" => {
                        let who = &book.law.levels[&book.rulebook.level]["termini"][text(&found["termine"])]["chi"];
                        ["persona", "impresa"].contains(&text(who))
                    }
                    kind => ["outcome-non-rilevato", "interrotta", "script"].contains(&kind),
                };
                let gravity = if mild { Gravity::Warning } else { Gravity::Breach };
                assert_eq!(found["gravita"], gravity.word(), "{}-{number:03}: {found}", book.name);
            }
        }
    }
    assert!(wrong.is_empty(), "{} cases:\n{}", wrong.len(), wrong[..wrong.len().min(5)].join("\n"));
}

#[test]
fn the_kit_is_what_the_engine_says_and_lacks_nothing() {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let (mut count, mut lacking) = (0, Vec::new());
    let books = books();
    let cases = cases(&books);
    for (book, lines) in books.iter().zip(&cases) {
        // What a region leaves as it is, the cases of the nation show.
        let national = books.iter().zip(&cases).filter(|(other, _)| other.name == book.rulebook.level);
        let lines_of_level = national.flat_map(|(_, lines)| lines).chain(lines);
        lacking.extend(coverage(book, lines_of_level));
        count += lines.len();
        let written: String = lines.iter().map(|line| format!("{line}\n")).collect();
        files.insert(format!("cases/{}.jsonl", book.name), written);
        let rulebook = serde_json::to_string_pretty(book.rulebook.as_ref()).unwrap();
        files.insert(format!("rulebooks/{}.json", book.name), rulebook + "\n");
    }
    for folder in ["cases", "rulebooks"] {
        let size: usize = files.iter().filter(|(name, _)| name.starts_with(folder)).map(|(_, text)| text.len()).sum();
        println!("{folder}: {size} bytes, {count} cases");
    }
    assert!(lacking.is_empty(), "the kit shows nothing of:\n{}", lacking.join("\n"));
    assert!(count >= 500, "{count} cases");
    if std::env::var_os("AGGIORNA").is_some() {
        for folder in ["cases", "rulebooks"] {
            fs::remove_dir_all(kit().join(folder)).ok();
            fs::create_dir_all(kit().join(folder)).unwrap();
        }
        for (name, text) in &files {
            fs::write(kit().join(name), text).unwrap();
        }
    }
    let size: usize = files.values().map(String::len).sum();
    assert!(size < 3_000_000, "{size} bytes");
    for (name, fresh) in &files {
        let stands = fs::read_to_string(kit().join(name)).unwrap_or_default();
        assert!(stands == *fresh, "tests/kit/{name} is stale: AGGIORNA=1 cargo test --test suite -- kit::");
    }
    for folder in ["cases", "rulebooks"] {
        for entry in fs::read_dir(kit().join(folder)).unwrap() {
            let name = format!("{folder}/{}", entry.unwrap().file_name().to_str().unwrap());
            assert!(files.contains_key(&name), "tests/kit/{name} belongs to nothing");
        }
    }
}

/// What the cases of a rulebook should show and do not.
fn coverage<'a>(book: &Book, lines: impl Iterator<Item = &'a Json>) -> Vec<String> {
    let rulebook = &*book.rulebook;
    let mut shown: BTreeSet<String> = BTreeSet::new();
    for line in lines {
        shown.extend(line["copre"].as_array().unwrap().iter().map(|what| text(what).to_owned()));
        shown.insert(format!("conforme:{}", text(&line["atteso"]["conforme"])));
        for found in line["atteso"]["rilievi"].as_array().unwrap() {
            shown.insert(format!("rilievo:{}", text(&found["tipo"])));
        }
        for (term, state) in line["atteso"]["termini"].as_object().into_iter().flatten() {
            shown.insert(format!("termine:{term}:{}", text(&state[0])));
        }
    }
    let mut wanted: Vec<String> = Vec::new();
    for kind in FindingKind::ALL {
        let possible = match kind {
            FindingKind::Access => rulebook.access.is_some(),
            FindingKind::Mode => rulebook.items.iter().any(|item| !item.modes.is_empty()),
            FindingKind::Term => rulebook.terms.iter().any(|term| term.length.is_some()),
            FindingKind::Evidence => rulebook.items.iter().any(|item| !item.evidence.is_empty()),
            FindingKind::Order => rulebook.items.iter().any(|item| item.prerequisites().next().is_some()),
            FindingKind::Sap => rulebook.items.iter().any(|item| item.registration.is_some()),
            FindingKind::NoOutcome => rulebook.items.iter().any(|i| i.kind == lepre::rulebook::ItemKind::Outcome),
            FindingKind::Script => !rulebook.scripts.is_empty(),
            FindingKind::Missing | FindingKind::Interrupted => {
                rulebook.items.iter().any(|item| item.obligation == lepre::rulebook::Obligation::Due)
            }
            _ => true,
        };
        wanted.extend(possible.then(|| format!("rilievo:{}", kind.word())));
    }
    for term in rulebook.terms.iter().filter(|term| term.length.is_some()) {
        for at in ["-1", "+0", "+1"] {
            wanted.push(format!("termine:{}:{at}", term.id));
        }
        let ends = ["in-corso", "rispettato", "violato"].map(|state| format!("termine:{}:{state}", term.id));
        wanted.extend(ends);
    }
    for item in &rulebook.items {
        wanted.push(format!("manca:{}", item.id));
        wanted.extend(item.prerequisites().map(|before| format!("ordine:{}:{}", item.id, before.name)));
        wanted.extend(item.registration.as_ref().map(|_| format!("sap:{}", item.id)));
    }
    for fact in book.facts() {
        wanted.push(format!("dato:{}:non-noto", fact.name));
        if fact.kind == lepre::value::FactType::Boolean {
            wanted.extend(["sì", "no"].map(|word| format!("dato:{}:{word}", fact.name)));
        }
        wanted.extend(fact.choices.iter().map(|choice| format!("dato:{}:{choice}", fact.name)));
    }
    wanted.extend(["intera", "stato", "date", "nomi", "chiusura"].map(str::to_owned));
    wanted.retain(|what| !shown.contains(what));
    wanted.into_iter().map(|what| format!("{}: {what}", book.name)).collect()
}
