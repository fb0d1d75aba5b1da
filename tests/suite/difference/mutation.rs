// SPDX-License-Identifier: EUPL-1.2
//! Nothing that the digest covers changes in silence: every field of every level is altered, one at a time.

use std::collections::BTreeMap;

use lepre::compile::floor;
use lepre::difference::{Direction, UNTOLD, compare, is_different};
use lepre::rulebook::Rulebook;
use serde_json::Value as Json;

use super::{LETTERS, World};

/// A step into a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Key(String),
    At(usize),
}

type Path = Vec<Step>;

/// The path with every position of a list alike: what stands there has one shape.
fn shape(path: &[Step]) -> String {
    path.iter().map(|step| if let Step::Key(key) = step { format!("/{key}") } else { "/*".to_owned() }).collect()
}

/// Tables that every level takes whole: they are altered in one level only.
const SHARED: [&str; 4] = ["/dati", "/codici", "/calendario", "/atti"];

fn visit(value: &Json, path: &mut Path, seen: &mut dyn FnMut(&Path, &Json)) {
    seen(path, value);
    match value {
        Json::Object(map) => {
            for (key, inner) in map.iter().filter(|(key, _)| *key != "@luogo") {
                path.push(Step::Key(key.clone()));
                visit(inner, path, seen);
                path.pop();
            }
        }
        Json::Array(list) => {
            for (at, inner) in list.iter().enumerate() {
                path.push(Step::At(at));
                visit(inner, path, seen);
                path.pop();
            }
        }
        _ => {}
    }
}

fn at<'a>(document: &'a mut Json, path: &[Step]) -> &'a mut Json {
    path.iter().fold(document, |value, step| match step {
        Step::Key(key) => &mut value[key.as_str()],
        Step::At(at) => &mut value[*at],
    })
}

/// What stands anywhere in a place of this shape, each once: other words of a closed list, optional keys.
type Samples = BTreeMap<String, Vec<Json>>;

/// Values of a place of that shape that are tried: enough to meet every word of a closed list.
const TRIED: usize = 8;
/// Places of one shape in one level in which all of them are tried; the others are altered by themselves.
const FIRST: usize = 3;

fn samples(documents: &[Json]) -> Samples {
    let mut all = Samples::new();
    for document in documents {
        visit(document, &mut Vec::new(), &mut |path, value| {
            let known = all.entry(shape(path)).or_default();
            if known.len() < TRIED && !known.contains(value) && value.to_string().len() < 2000 {
                known.push(value.clone());
            }
        });
    }
    all
}

/// Other values for what stands at a place.
fn others(value: &Json, samples: &[Json], shape: &str, all: &Samples) -> Vec<Json> {
    let mut out: Vec<Json> = Vec::new();
    match value {
        Json::String(text) => {
            out.push(format!("{text}x").into());
            out.push(format!("x  {text}").into());
            if text.len() == 5 && text.as_bytes()[2] == b'-' {
                out.push("03-03".into());
            }
            // What is a script only a script can stand for.
            out.push(format!("// altro\n{text}").into());
        }
        Json::Number(n) => out.extend(n.as_i64().into_iter().flat_map(|n| [Json::from(n + 1), Json::from(n - 1)])),
        Json::Bool(yes) => out.push((!yes).into()),
        Json::Array(list) => {
            for at in 0..list.len() {
                let mut shorter = list.clone();
                shorter.remove(at);
                out.push(shorter.into());
            }
            out.push(list.iter().rev().cloned().collect());
            if let Some(first) = list.first() {
                out.push(list.iter().chain([first]).cloned().collect());
            }
            let inner = all.get(&format!("{shape}/*")).into_iter().flatten();
            out.extend(inner.take(3).map(|more| list.iter().chain([more]).cloned().collect()));
        }
        Json::Object(map) => {
            for key in map.keys().filter(|key| *key != "@luogo") {
                let mut less = map.clone();
                less.remove(key);
                out.push(less.into());
            }
            for (path, found) in all.range(format!("{shape}/")..format!("{shape}0")) {
                let key = &path[shape.len() + 1..];
                if !key.contains(['/', '*']) && !map.contains_key(key) {
                    out.extend(found.iter().take(2).map(|value| {
                        let mut more = map.clone();
                        more.insert(key.to_owned(), value.clone());
                        Json::from(more)
                    }));
                }
            }
        }
        Json::Null => {}
    }
    out.extend(samples.iter().filter(|other| *other != value).cloned());
    out
}

/// The floor refuses these whatever way they go, because nobody but the legislator may touch them.
const STRICT: [&str; 8] = [
    "termine non noto",
    "termine cambiato",
    "termine allungato",
    "nome coperto",
    "codice cambiato",
    "livello cambiato",
    "calendario cambiato",
    "accesso cambiato",
];

#[test]
fn nothing_changes_in_silence() {
    let world = World::with_region();
    let mut rulebooks: Vec<(String, Rulebook)> = LETTERS
        .iter()
        .map(|letter| ((*letter).to_owned(), (*world.rulebook(letter, None, "2026-06-01")).clone()))
        .collect();
    for letter in ["E", "C"] {
        rulebooks
            .push((format!("{letter} piemonte"), (*world.rulebook(letter, Some("piemonte"), "2026-06-01")).clone()));
    }
    let documents: Vec<Json> = rulebooks.iter().map(|(_, r)| serde_json::from_str(&r.stored()).unwrap()).collect();
    let all = samples(&documents);
    // As they are read back: what a list says by name alone may stand in another order.
    for ((_, rulebook), document) in rulebooks.iter_mut().zip(&documents) {
        *rulebook = Rulebook::read(&document.to_string()).unwrap();
    }
    let mut high: Vec<String> = Vec::new();
    let (mut altered, mut kinds) = (0_usize, BTreeMap::<String, usize>::new());
    for (number, ((name, rulebook), document)) in rulebooks.iter().zip(&documents).enumerate() {
        let mut places: Vec<(Path, Json)> = Vec::new();
        visit(document, &mut Vec::new(), &mut |path, value| places.push((path.clone(), value.clone())));
        let mut met = BTreeMap::<String, usize>::new();
        for (path, value) in places {
            let shape = shape(&path);
            let is_shared = SHARED.iter().any(|table| shape.starts_with(table));
            if ["/regione", "/dal", "/al"].contains(&shape.as_str()) || (is_shared && number != 0) {
                continue;
            }
            let times = met.entry(shape.clone()).or_default();
            *times += 1;
            let samples = all.get(&shape).map(Vec::as_slice).filter(|_| *times <= FIRST).unwrap_or_default();
            for other in others(&value, samples, &shape, &all) {
                let mut changed = document.clone();
                *at(&mut changed, &path) = other.clone();
                // What does not read, or names what is not there, is no rulebook.
                let Ok(now) = Rulebook::read(&changed.to_string()) else { continue };
                let said = compare(rulebook, &now);
                let short = |value: &Json| value.to_string().chars().take(400).collect::<String>();
                let place = || format!("{name} {path:?}\n{}\n{}\n{said:?}", short(&value), short(&other));
                assert_eq!(said.is_empty(), !is_different(rulebook, &now), "{}", place());
                assert!(said.iter().all(|change| change.words != UNTOLD && !change.words.is_empty()), "{}", place());
                assert_eq!(compare(&now, rulebook).is_empty(), said.is_empty(), "back: {}", place());
                let lowered = floor::compare(rulebook, &now);
                if lowered.iter().any(|lowering| !STRICT.contains(&lowering.lever)) {
                    let low = |d: Direction| matches!(d, Direction::Lowers | Direction::Unclear);
                    if !said.iter().any(|c| low(c.direction)) {
                        high.push(format!("{}\n{:?}", place(), lowered.iter().map(|l| &l.message).collect::<Vec<_>>()));
                    }
                }
                altered += usize::from(!said.is_empty());
                *kinds.entry(shape.clone()).or_default() += usize::from(!said.is_empty());
            }
        }
    }
    assert!(
        high.is_empty(),
        "{} lowerings said to raise, or neither:\n{}",
        high.len(),
        high[..high.len().min(6)].join("\n\n")
    );
    // A test that alters nothing shows nothing.
    assert!(altered > 8_000, "{altered}");
    for shape in [
        "/voci/*/obbligo",
        "/voci/*/evidenza/*/minimo",
        "/voci/*/registrazione/codici",
        "/voci/*/registrazione/chi",
        "/termini/*/abbreviata",
        "/termini/*/abbreviata/norma/partizione",
        "/termini/*/proroga",
        "/accesso/oppure",
        "/parametri/*",
        "/sanzioni/*/passi",
        "/variazioni/*/perche",
        "/variazioni/*/dal",
        "/traduzioni/*/voci",
        "/script/*/sorgente",
        "/sedi/*/festivita",
        "/festivita_regionali/*/giorno",
        "/non_automatizzato",
        "/fonte/mancante",
        "/calendario/festivita",
        "/dati/*/particolare",
        "/codici/*/stato",
        "/atti/*/risolvibile",
    ] {
        assert!(kinds.iter().any(|(known, n)| known.starts_with(shape) && *n > 0), "{shape}\n{kinds:#?}");
    }
}
