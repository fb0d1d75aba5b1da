// SPDX-License-Identifier: EUPL-1.2
//! The tables of entries in the manual: words from the schemas, examples from the real specifications.

use std::collections::BTreeMap;
use std::fmt::Write;

use lepre::spec::schema::schemas;
use lepre::spec::source::{Key, Node, NodeValue};
use serde_json::Value as Json;

use crate::schema::{kind_of, kinds, real_files};

/// An example longer than this is no example.
const WIDEST: usize = 64;

/// Entries that the real specifications do not use yet.
const UNUSED: [(&str, &str, &str); 40] = [
    ("livello", "precedenza", "precedenza: registrazione"),
    ("accesso", "se", "se: disoccupato"),
    ("requisito", "attivita", "attivita: stipula"),
    ("requisito", "outcome", "outcome: orientata"),
    ("campo-dell-evidenza", "massimo", "massimo: 3"),
    ("campo-dell-evidenza", "modello", "modello: '[0-9]{5}'"),
    ("termine", "proroga", "proroga: nessuna"),
    ("termine", "fine_mese", "fine_mese: ultimo-giorno"),
    ("outcome", "procedura", "procedura: { obbligo: dovuta }"),
    ("procedura-dell-outcome", "obbligo", "obbligo: dovuta"),
    ("procedura-dell-outcome", "dopo", "dopo: [patto-sottoscritto]"),
    ("procedura-dell-outcome", "norma", "norma: { norma: dm-4-2018 }"),
    ("procedura-dell-outcome", "motivo", "motivo: si rileva alla fine del percorso"),
    ("voce-del-fascicolo", "attivita", "attivita: stipula"),
    ("voce-del-fascicolo", "outcome", "outcome: conosce-servizi"),
    ("festivita", "norma", "norma: { norma: dm-4-2018 }"),
    ("codice", "vigente", "vigente: { dal: 2018-01-01 }"),
    ("codice", "nota", "nota: l'etichetta è cambiata nel 2023"),
    ("dato", "particolare", "particolare: true"),
    ("parametro", "valore", "valore: 30"),
    ("parametro", "motivo", "motivo: fissato dalla Regione"),
    ("condotta", "vigente", "vigente: { dal: 2015-09-14 }"),
    ("sanzione", "motivo", "motivo: un'altra pratica ha già due assenze"),
    ("variazione", "modificato_da", "modificato_da: { norma: legge-234-2021 }"),
    ("aggiunta-di-un-attivita", "comprende", "comprende: { prima: la prima parte, seconda: la seconda }"),
    ("aggiunta-di-un-outcome", "procedura", "procedura: { dopo: [bilancio] }"),
    ("aggiunta-di-un-outcome", "perche", "perche: si rileva alla fine"),
    ("aggiunta-di-un-termine", "chi", "chi: cpi"),
    ("aggiunta-di-un-termine", "proroga", "proroga: nessuna"),
    ("aggiunta-di-un-termine", "fine_mese", "fine_mese: ultimo-giorno"),
    ("aggiunta-di-un-termine", "effetto", "effetto: il ritardo si segnala alla Regione"),
    ("obbligo-in-pi-", "output", "output: misura-assistita"),
    ("obbligo-in-pi-", "outcome", "outcome: obiettivo-definito"),
    ("termine-abbreviato", "fine_mese", "fine_mese: ultimo-giorno"),
    ("campo-rafforzato", "di", "di: testo"),
    ("campo-rafforzato", "modello", "modello: '[0-9]{5}'"),
    ("codice-precisato", "output", "output: informazioni"),
    ("codice-precisato", "se", "se: disoccupato"),
    ("regione", "festivita", "festivita: { festa: { nome: Festa, giorno: '03-01' } }"),
    ("sede", "norma", "norma: { norma: dm-4-2018 }"),
];

/// The first example of every entry, by its record and its name; `None` while all that was met is too long.
type Examples = BTreeMap<(String, String), Option<String>>;

/// A node on one line, as people write it; `None` when it is too long.
fn inline(node: &Node) -> Option<String> {
    let text = match &node.value {
        NodeValue::Scalar(scalar) if scalar.text.contains(['\n', '|']) => return None,
        NodeValue::Scalar(scalar) if scalar.is_plain() => scalar.text.clone(),
        NodeValue::Scalar(scalar) if scalar.text.contains(['\'', '"']) => {
            format!("\"{}\"", scalar.text.replace('"', "\\\""))
        }
        NodeValue::Scalar(scalar) => format!("'{}'", scalar.text),
        NodeValue::List(items) => format!("[{}]", items.iter().map(inline).collect::<Option<Vec<_>>>()?.join(", ")),
        NodeValue::Map(entries) if entries.is_empty() => "{}".to_owned(),
        NodeValue::Map(entries) => {
            let name = |key: &Key| match key.text.bytes().all(|b| b.is_ascii_digit()) {
                true => format!("'{}'", key.text),
                false => key.text.clone(),
            };
            let entry = |(key, node): &(Key, Node)| Some(format!("{}: {}", name(key), inline(node)?));
            format!("{{ {} }}", entries.iter().map(entry).collect::<Option<Vec<_>>>()?.join(", "))
        }
    };
    (text.chars().count() <= WIDEST).then_some(text)
}

/// What the schema at hand says of the node, and whatever is inside it.
fn collect(root: &Json, schema: &Json, record: &str, node: &Node, examples: &mut Examples) {
    if let Some(at) = schema["$ref"].as_str() {
        let name = at.trim_start_matches("#/$defs/");
        return collect(root, &root["$defs"][name], name, node, examples);
    }
    for choice in ["allOf", "anyOf"].iter().flat_map(|key| schema[*key].as_array().into_iter().flatten()) {
        collect(root, choice, "", node, examples);
    }
    match &node.value {
        NodeValue::Scalar(_) => {}
        NodeValue::List(items) => items.iter().for_each(|item| collect(root, &schema["items"], "", item, examples)),
        NodeValue::Map(entries) => {
            for (key, value) in entries {
                let property = &schema["properties"][&key.text];
                if property.is_object() {
                    example(record, &key.text, value, examples);
                    collect(root, property, "", value, examples);
                } else {
                    collect(root, &schema["additionalProperties"], "", value, examples);
                }
            }
        }
    }
}

fn example(record: &str, key: &str, value: &Node, examples: &mut Examples) {
    if record.is_empty() {
        return;
    }
    let text = inline(value).map(|text| format!("{key}: {text}")).filter(|text| text.chars().count() <= WIDEST);
    // An empty list shows nothing; otherwise the first is as good as any.
    let text = text.filter(|text| !text.ends_with("[]") && !text.ends_with("{}"));
    let known = examples.entry((record.to_owned(), key.to_owned())).or_default();
    *known = known.take().or(text);
}

fn rows(name: &str, record: &Json, examples: &Examples, out: &mut String) {
    out.push_str("| voce | che cosa dice | esempio |\n|---|---|---|\n");
    let required: Vec<&str> = record["required"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    for (key, property) in record["properties"].as_object().into_iter().flatten() {
        let words = property["description"].as_str().unwrap_or_default();
        let written = UNUSED.iter().find(|(record, entry, _)| (*record, *entry) == (name, key.as_str()));
        let example = match (examples.get(&(name.to_owned(), key.clone())), written) {
            (Some(Some(text)), _) => format!("`{text}`"),
            (_, Some((.., text))) => format!("`{text}`"),
            (Some(None), None) if property["type"] == "string" => "un testo, anche su più righe".to_owned(),
            (Some(None), None) => "su più righe, come nei livelli".to_owned(),
            (None, None) => panic!("{name}: no example of `{key}`"),
        };
        let mark = if required.contains(&key.as_str()) { " (*)" } else { "" };
        _ = writeln!(out, "| `{key}`{mark} | {words} | {example} |");
    }
    out.push('\n');
}

/// Every record of every kind of file, in the order in which they are met.
pub fn tables() -> String {
    let kinds = kinds();
    let files = real_files();
    let schemas = schemas();
    let mut examples = Examples::new();
    for (path, node) in &files {
        let kind = kind_of(path, &kinds).schema;
        let (_, schema) = schemas.iter().find(|(file, _)| file.split('.').next() == Some(kind)).unwrap();
        collect(schema, schema, kind, node, &mut examples);
    }
    let mut out = String::new();
    let mut told: Vec<String> = Vec::new();
    for (file, schema) in &schemas {
        let kind = file.trim_end_matches(".schema.json");
        let place = match kind {
            "livello" => "nazionale/<lettera>-<titolo>.yaml".to_owned(),
            "prove" => "nazionale/<lettera>-<titolo>.prove.yaml".to_owned(),
            "variazione" => "regioni/<regione>/<lettera>-<nome>.yaml".to_owned(),
            "regione" => "regioni/<regione>/regione.yaml".to_owned(),
            table => format!("catalogo/{table}.yaml"),
        };
        _ = writeln!(out, "### {} — `{place}`\n", schema["title"].as_str().unwrap_or_default());
        if schema["properties"].is_object() {
            rows(kind, schema, &examples, &mut out);
        }
        let known = schema["additionalProperties"]["$ref"].as_str().map(|at| at.trim_start_matches("#/$defs/"));
        if let Some(name) = known.filter(|name| told.iter().any(|told| told == name)) {
            _ = writeln!(out, "Le voci sono quelle già viste sotto «{}».\n", capital(name));
        }
        let definitions = schema["$defs"].as_object().into_iter().flatten();
        for (name, record) in definitions.filter(|(_, record)| record["properties"].is_object()) {
            if told.contains(name) {
                continue;
            }
            told.push(name.clone());
            _ = writeln!(out, "#### {}\n", capital(record["description"].as_str().unwrap_or_default()));
            rows(name, record, &examples, &mut out);
        }
    }
    out
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Examples written here must be of entries that no real file uses, or the real one would do.
pub fn needless() -> Vec<String> {
    let tables = tables();
    UNUSED
        .iter()
        .filter(|(_, _, text)| !tables.contains(&format!("`{text}`")))
        .map(|(_, _, text)| (*text).to_owned())
        .collect()
}
