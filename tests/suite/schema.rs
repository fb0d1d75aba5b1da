// SPDX-License-Identifier: EUPL-1.2
//! The JSON Schemas that editors read: fresh, and of one mind with the decoder.

#![cfg(test)]

use std::path::{Path, PathBuf};

use jsonschema::{PatternOptions, Validator};
use lepre::spec::catalogue::{
    ActSpec, FactSpec, HolidayTable, LevelRow, ParameterSpec, RegionSpec, SanctionSpec, SapTable,
};
use lepre::spec::decode::{Decode, Entries, FactName, Faults, Id, Letter};
use lepre::spec::level::Level;
use lepre::spec::overlay::{Overlay, Region};
use lepre::spec::scenario::{Scenario, to_json};
use lepre::spec::schema::schemas;
use lepre::spec::source::{Key, Node, NodeValue, Scalar, Style, parse};
use serde_json::Value as Json;

use crate::adversarial::Random;

/// Rewrites a file of the repository when `AGGIORNA` is set; otherwise the file must hold this text already.
pub fn fresh(path: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("AGGIORNA").is_some() {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).unwrap();
        }
        return std::fs::write(&path, text).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    if found == text {
        return;
    }
    let (there, fresh): (Vec<&str>, Vec<&str>) = (found.lines().collect(), text.lines().collect());
    let at = there.iter().zip(&fresh).take_while(|(a, b)| a == b).count();
    panic!(
        "{} is stale, first at line {}:\n  there: {:?}\n  fresh: {:?}\nrewrite it with AGGIORNA=1 cargo test --test suite",
        path.display(),
        at + 1,
        there.get(at),
        fresh.get(at),
    );
}

type Reads = fn(&Node, &mut Faults) -> bool;

/// A kind of file: the schema that editors use for it, and the type that reads it.
pub struct Kind {
    pub schema: &'static str,
    decode: Reads,
    validator: Validator,
}

/// The JSON an editor sees: as `to_json`, and plain decimals, which we keep as written, are numbers to it.
fn as_json(node: &Node) -> Json {
    match &node.value {
        NodeValue::Scalar(scalar) => match to_json(node) {
            Json::String(text) if scalar.is_plain() && text.contains('.') => {
                text.parse::<f64>().ok().map_or(Json::String(text), Json::from)
            }
            other => other,
        },
        NodeValue::List(items) => items.iter().map(as_json).collect(),
        NodeValue::Map(entries) => entries.iter().map(|(key, node)| (key.text.clone(), as_json(node))).collect(),
    }
}

impl Kind {
    pub fn schema_accepts(&self, node: &Node) -> bool {
        self.validator.is_valid(&as_json(node))
    }

    pub fn decoder_accepts(&self, node: &Node) -> bool {
        let mut faults = Faults::default();
        (self.decode)(node, &mut faults) && faults.0.is_empty()
    }
}

fn reads<T: Decode>(node: &Node, faults: &mut Faults) -> bool {
    T::decode(node, faults).is_some()
}

/// Every kind of file.
pub fn kinds() -> Vec<Kind> {
    let all: [(&str, Reads); 12] = [
        ("livello", reads::<Level>),
        ("prove", reads::<Vec<Scenario>>),
        ("norme", reads::<Entries<Id, ActSpec>>),
        ("sap", reads::<SapTable>),
        ("dati", reads::<Entries<FactName, FactSpec>>),
        ("festivita", reads::<HolidayTable>),
        ("livelli", reads::<Entries<Letter, LevelRow>>),
        ("regioni", reads::<Entries<Id, RegionSpec>>),
        ("parametri", reads::<Entries<Id, ParameterSpec>>),
        ("sanzioni", reads::<Entries<Id, SanctionSpec>>),
        ("variazione", reads::<Overlay>),
        ("regione", reads::<Region>),
    ];
    let schemas = schemas();
    let build = |name: &str| {
        let file = format!("{name}.schema.json");
        let (_, schema) = schemas.iter().find(|(known, _)| *known == file).unwrap();
        let options = jsonschema::options().with_draft(jsonschema::Draft::Draft202012);
        let options = options.with_pattern_options(PatternOptions::regex()).should_validate_formats(true);
        options.build(schema).unwrap_or_else(|error| panic!("{file} is no schema: {error}"))
    };
    all.into_iter().map(|(schema, decode)| Kind { schema, decode, validator: build(schema) }).collect()
}

/// The kind of a file of the specs folder, from its place in it.
pub fn kind_of<'a>(path: &str, kinds: &'a [Kind]) -> &'a Kind {
    let stem = Path::new(path).file_stem().unwrap().to_str().unwrap();
    let name = match path {
        _ if path.starts_with("catalogo/") => stem,
        _ if path.ends_with(".prove.yaml") => "prove",
        _ if path.ends_with("/regione.yaml") => "regione",
        _ if path.starts_with("regioni/") || path.starts_with("nazionale/modifiche/") => "variazione",
        _ => "livello",
    };
    kinds.iter().find(|kind| kind.schema == name).unwrap()
}

pub fn specs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("specs")
}

/// Every YAML file of the real specifications, with its path inside the folder.
pub fn real_files() -> Vec<(String, Node)> {
    let mut found = Vec::new();
    let regions = std::fs::read_dir(specs().join("regioni")).unwrap();
    let regions = regions.map(|entry| format!("regioni/{}", entry.unwrap().file_name().to_str().unwrap()));
    for folder in ["nazionale".to_owned(), "catalogo".to_owned()].into_iter().chain(regions) {
        for entry in std::fs::read_dir(specs().join(&folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            if name.ends_with(".yaml") {
                let path = format!("{folder}/{name}");
                let node = parse(&path, &std::fs::read(specs().join(&path)).unwrap()).unwrap();
                found.push((path, node));
            }
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(found.len() >= 21 * 2 + 7, "{}", found.len());
    found
}

#[test]
fn schemas_are_fresh() {
    for (name, schema) in schemas() {
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        fresh(&format!("specs/schema/{name}"), &text);
    }
    let there = std::fs::read_dir(specs().join("schema")).unwrap().count();
    assert_eq!(there, schemas().len(), "a file in specs/schema that nobody generates");
}

/// Two records of one name would share one definition, and the second would be read as the first.
#[test]
fn every_record_has_a_name_of_its_own() {
    let mut names: Vec<String> = Vec::new();
    for file in ["level", "catalogue", "scenario", "overlay"] {
        let text = std::fs::read_to_string(format!("{}/src/spec/{file}.rs", env!("CARGO_MANIFEST_DIR"))).unwrap();
        for body in text.split("record! {").skip(1) {
            names.push(body.split('"').nth(1).unwrap().to_owned());
        }
    }
    let all = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all, "{names:?}");
    assert!(all > 30, "{all}");
}

/// What an editor shows: everything has words, and the words are Italian sentences without a full stop.
#[test]
fn every_entry_is_described() {
    fn walk(schema: &serde_json::Value, at: &str, count: &mut usize) {
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let words = property["description"].as_str().unwrap_or_default();
            assert!(words.len() > 2 && !words.ends_with('.'), "{at}/{name}: {words:?}");
            *count += 1;
        }
        let inner = schema.as_object().into_iter().flatten().filter(|(key, _)| *key != "enum");
        inner.for_each(|(key, value)| walk(value, &format!("{at}/{key}"), count));
        schema.as_array().into_iter().flatten().for_each(|value| walk(value, at, count));
    }
    let mut count = 0;
    for (name, schema) in schemas() {
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert!(schema["$id"].as_str().is_some_and(|id| id.starts_with("urn:lepre:")), "{name}");
        assert!(schema["title"].is_string() && schema["description"].is_string(), "{name}");
        walk(&schema, name, &mut count);
    }
    assert!(count > 150, "{count}");
}

#[test]
fn every_real_file_is_valid() {
    let kinds = kinds();
    for (path, node) in real_files() {
        let kind = kind_of(&path, &kinds);
        let json = as_json(&node);
        let faults: Vec<String> =
            kind.validator.iter_errors(&json).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(faults.is_empty(), "{path}: {faults:#?}");
        assert!(kind.decoder_accepts(&node), "{path}");
    }
}

/// A tree that says something else: what was done, in words.
pub fn mutate(root: &mut Node, random: &mut Random) -> String {
    let mut count = 0;
    each(root, &mut |_| count += 1);
    loop {
        let chosen = random.below(count);
        let mut at = 0;
        let mut done = None;
        each(root, &mut |node| {
            if at == chosen {
                done = change(node, random);
            }
            at += 1;
        });
        if let Some(done) = done {
            return done;
        }
    }
}

/// Every node, itself first.
pub fn each(node: &mut Node, visit: &mut dyn FnMut(&mut Node)) {
    visit(node);
    match &mut node.value {
        NodeValue::Scalar(_) => {}
        NodeValue::List(items) => items.iter_mut().for_each(|item| each(item, visit)),
        NodeValue::Map(entries) => entries.iter_mut().for_each(|(_, value)| each(value, visit)),
    }
}

pub fn quoted(text: &str) -> NodeValue {
    NodeValue::Scalar(Scalar { text: text.to_owned(), style: Style::SingleQuoted })
}

fn change(node: &mut Node, random: &mut Random) -> Option<String> {
    const WORDS: [&str; 14] = [
        "sinonimo", "Dovuta", "dovuta", "persona", "a--b", "un nome", "E", "E2", "'", "vero", "08", "NO", "30", "true",
    ];
    let place = node.place.clone();
    let copy = node.clone();
    match &mut node.value {
        NodeValue::Map(entries) if random.below(2) == 0 && !entries.is_empty() => {
            let (key, _) = entries.remove(random.below(entries.len()));
            Some(format!("{place}: key `{}` removed", key.text))
        }
        NodeValue::Map(entries) if random.below(2) == 0 => {
            let key = random.one_of(&["sconosciuta", "Titolo", "testi", "x", "nota "]).to_string();
            let text = format!("{place}: key `{key}` added");
            entries.push((Key { text: key, place: place.clone() }, Node { place, value: quoted("x") }));
            Some(text)
        }
        NodeValue::Map(_) | NodeValue::List(_) => {
            let word = random.one_of(&WORDS);
            node.value = quoted(word);
            Some(format!("{place}: now the text `{word}`"))
        }
        NodeValue::Scalar(scalar) => match random.below(3) {
            0 => {
                node.value = NodeValue::List(vec![copy]);
                Some(format!("{place}: now a list"))
            }
            1 => {
                let key = Key { text: "voce".into(), place: place.clone() };
                node.value = NodeValue::Map(vec![(key, copy)]);
                Some(format!("{place}: now a map"))
            }
            _ => {
                let word = random.one_of(&WORDS);
                let changed = scalar.text != *word;
                node.value = quoted(word);
                changed.then(|| format!("{place}: now `{word}`"))
            }
        },
    }
}

#[test]
fn decoder_and_schema_agree_on_mutations() {
    const SEED: u64 = 0x1ea5e;
    let kinds = kinds();
    let files = real_files();
    let mut counts = (0, 0);
    for round in 0..4_000_u64 {
        let seed = SEED + round;
        let mut random = Random(seed);
        // Two in three are levels: they are what people write.
        let levels: Vec<_> = files.iter().filter(|(path, _)| kind_of(path, &kinds).schema == "livello").collect();
        let (path, node) = if round % 3 == 0 { random.one_of(&files) } else { random.one_of(&levels) };
        let kind = kind_of(path, &kinds);
        let mut node = node.clone();
        let mut done = vec![mutate(&mut node, &mut random)];
        if random.below(4) == 0 {
            done.push(mutate(&mut node, &mut random));
        }
        let accepted = kind.decoder_accepts(&node);
        assert_eq!(
            accepted,
            kind.schema_accepts(&node),
            "seed {seed}: {path}: {done:?}; decoder accepts: {accepted}\n{:?}",
            kind.validator
                .iter_errors(&as_json(&node))
                .map(|e| format!("{}: {e}", e.instance_path()))
                .collect::<Vec<_>>()
        );
        if accepted { counts.0 += 1 } else { counts.1 += 1 }
    }
    assert!(counts.0 > 300 && counts.1 > 1_500, "accepted and refused: {counts:?}");
}
