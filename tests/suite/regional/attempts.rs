// SPDX-License-Identifier: EUPL-1.2
//! Every way we know of taking something away with a variation or a script, tried on every level: all are refused, and
//! each refusal names what it would have lowered.

use std::collections::BTreeMap;

use lepre::calendar::Length;
use lepre::rulebook::{Bound, Item, ItemKind, Obligation, Rulebook, SapCodes, Term};
use lepre::spec::folder::File;
use lepre::spec::level::{FieldType, Party};

use super::corpus::{NORM, levels, refused, specs, variation};
use super::fixture::{REGION, file};

const REGIONS: [&str; 4] = ["piemonte", "lombardia", "campania", "bolzano"];

/// An attempt: what it is called, the files that make it, and what the refusal must say.
struct Attempt {
    kind: &'static str,
    files: Vec<File>,
    says: &'static str,
}

struct Level<'a> {
    rulebook: &'a Rulebook,
    region: &'a str,
    attempts: Vec<Attempt>,
}

impl Level<'_> {
    fn path(&self) -> String {
        format!("regioni/{}/{}-tentativo.yaml", self.region, self.rulebook.level.to_lowercase())
    }

    fn text(&self, verbs: &[String]) -> String {
        variation(&self.rulebook.level, self.region, verbs)
    }

    fn verb(&mut self, kind: &'static str, verb: impl Into<String>, says: &'static str) {
        self.verbs(kind, &[verb.into()], says);
    }

    fn verbs(&mut self, kind: &'static str, verbs: &[String], says: &'static str) {
        let files = vec![file(&self.path(), &self.text(verbs))];
        self.attempts.push(Attempt { kind, files, says });
    }

    fn files(&mut self, kind: &'static str, files: Vec<File>, says: &'static str) {
        self.attempts.push(Attempt { kind, files, says });
    }

    fn script(&mut self, kind: &'static str, body: &str, says: &'static str) {
        let (region, letter) = (self.region, self.rulebook.level.to_lowercase());
        let name = format!("{region}/{letter}.rhai");
        let call = format!("script: {{ file: {name}, {NORM} }}");
        let files = vec![file(&self.path(), &self.text(&[call])), file(&format!("../scripts/{name}"), body)];
        self.attempts.push(Attempt { kind, files, says });
    }
}

fn key(item: &Item) -> &'static str {
    match item.kind {
        ItemKind::Activity => "attivita",
        ItemKind::Output => "output",
        ItemKind::Outcome => "outcome",
    }
}

fn longer(length: Length) -> Length {
    Length { count: length.count + 1, unit: length.unit }
}

fn every(level: &mut Level<'_>) {
    let rulebook = level.rulebook;
    for item in &rulebook.items {
        on_item(level, item);
    }
    for term in &rulebook.terms {
        on_term(level, term);
    }
    whole(level);
    scripts(level);
}

fn on_item(level: &mut Level<'_>, item: &Item) {
    let (id, key) = (&item.id, key(item));
    level.verb("remove an item", format!("togli: {{ {key}: {id}, {NORM} }}"), "una variazione aggiunge, non toglie");
    level.verb("drop an item", format!("rimuovi_{key}: {{ id: {id}, {NORM} }}"), "una variazione aggiunge");
    level.verb("make an item optional", format!("rendi_offerta: {{ {key}: {id}, {NORM} }}"), "una variazione aggiunge");
    level.verb("suspend an item", format!("sospendi: {{ {key}: {id}, {NORM} }}"), "una variazione aggiunge");
    level.verb(
        "repeal an item as the State would",
        format!("sostituisci: {{ {key}: {id}, con: abrogato, {NORM} }}"),
        "una regione non sostituisce",
    );
    level.verb(
        "replace an item as the State would",
        format!("sostituisci: {{ {key}: {id}, con: {{ testo: niente }}, {NORM} }}"),
        "una regione non sostituisce",
    );
    level.verb(
        "shadow an item with an activity",
        format!("aggiungi_attivita: {{ id: {id}, testo: altro, procedura: {{ obbligo: offerta }}, {NORM} }}"),
        "lo coprirebbe",
    );
    level.verb(
        "shadow an item with an output",
        format!("aggiungi_output: {{ id: {id}, testo: altro, {NORM} }}"),
        "lo coprirebbe",
    );
    level.verb(
        "shadow an item with an outcome",
        format!("aggiungi_outcome: {{ id: {id}, testo: altro, {NORM} }}"),
        "lo coprirebbe",
    );
    level.verb(
        "make due by a word that makes it less",
        format!("rendi_dovuta: {{ {key}: {id}, obbligo: offerta, {NORM} }}"),
        "`obbligo`",
    );
    if matches!(item.obligation, Obligation::Offered | Obligation::Implied) {
        level.verb(
            "make due never",
            format!("rendi_dovuta: {{ {key}: {id}, se: \"eta < 20 && eta > 30\", {NORM} }}"),
            "non vale mai",
        );
    }
    level.verb(
        "make due under a fact that is not there",
        format!("rendi_dovuta: {{ {key}: {id}, se: \"reddito < 1\", {NORM} }}"),
        "sconosciuto",
    );
    if let Some(registration) = &item.registration {
        let other = if registration.codes.iter().any(|c| c == "C06") { "A01" } else { "C06" };
        level.verb("change a code", format!("precisa_sap: {{ {key}: {id}, codice: {other}, {NORM} }}"), "codice");
        let own = registration.codes.first().unwrap();
        level.verb(
            "register in fewer cases",
            format!("precisa_sap: {{ {key}: {id}, codice: {own}, se: \"eta < 30\", {NORM} }}"),
            "toglierebbe casi",
        );
    } else if let (SapCodes::Codes(codes), true) = (&rulebook_codes(level), item.kind != ItemKind::Outcome) {
        let other = if codes.iter().any(|c| c == "C06") { "A01" } else { "C06" };
        if !codes.iter().any(|c| c == other) {
            level.verb(
                "bring in a code that the decree does not give",
                format!("precisa_sap: {{ {key}: {id}, codice: {other}, {NORM} }}"),
                "non è tra quelli che il decreto dà",
            );
        }
    }
    for field in &item.evidence.fields {
        let name = &field.name;
        let mut weaker = |kind, what: String, says| {
            level.verb(
                kind,
                format!("rafforza_evidenza: {{ output: {id}, campi: {{ {name}: {{ {what} }} }}, {NORM} }}"),
                says,
            );
        };
        if field.mandatory {
            weaker("make a field optional", "obbligatorio: false".into(), "non sarebbe più obbligatorio");
        }
        if let Some(minimum) = field.minimum.and_then(|n| n.integer()).filter(|n| *n > 0) {
            weaker("lower a minimum", format!("minimo: {}", minimum - 1), "scenderebbe");
        }
        if let Some(maximum) = field.maximum.and_then(|n| n.integer()) {
            weaker("raise a maximum", format!("massimo: {}", maximum + 1), "salirebbe");
        }
        if field.pattern.is_some() {
            weaker("loosen a pattern", "modello: '.*'".into(), "modello");
        }
        let other = if field.kind == FieldType::Text { "intero" } else { "testo" };
        weaker("change the type of a field", format!("tipo: {other}, domanda: altro"), "cambierebbe tipo");
        if !field.choices.is_empty() {
            weaker(
                "widen the choices",
                format!("scelte: [{}, tutt'altro]", field.choices.join(", ")),
                "non è tra quelle",
            );
        }
    }
}

fn rulebook_codes(level: &Level<'_>) -> SapCodes {
    level.rulebook.sap.clone()
}

fn on_term(level: &mut Level<'_>, term: &Term) {
    let id = &term.id;
    level.verb(
        "lengthen a term by a verb of its own",
        format!("allunga: {{ termine: {id}, entro: 99 giorni, {NORM} }}"),
        "una variazione aggiunge",
    );
    level.verb("put off a term", format!("proroga: {{ termine: {id}, {NORM} }}"), "una variazione aggiunge");
    level.verb(
        "repeal a term as the State would",
        format!("sostituisci: {{ termine: {id}, con: abrogato, {NORM} }}"),
        "una regione non sostituisce",
    );
    level.verb(
        "shadow a term",
        format!("aggiungi_termine: {{ id: {id}, che: chiusura, entro: 90 giorni, da: apertura, {NORM} }}"),
        "lo coprirebbe",
    );
    if term.who != Party::Office {
        level.verb(
            "shorten the term of whom is served",
            format!("abbrevia: {{ termine: {id}, entro: 1 giorno, {NORM} }}"),
            "la graverebbe",
        );
        return;
    }
    if let (Some(length), Bound::Within) = (term.length, term.bound) {
        level.verb(
            "lengthen a term by one",
            format!("abbrevia: {{ termine: {id}, entro: {}, {NORM} }}", longer(length)),
            "si allunga",
        );
        level.verb(
            "lengthen a term in another unit",
            format!("abbrevia: {{ termine: {id}, entro: 9000 giorni lavorativi, {NORM} }}"),
            if length.unit == lepre::calendar::Unit::Hours { "non si confronta" } else { "si allunga" },
        );
        let shorter = Length { count: length.count - 1, unit: length.unit };
        let twice = format!("abbrevia: {{ termine: {id}, entro: {shorter}, {NORM} }}");
        level.verbs("hide a shorter term behind another", &[twice.clone(), twice], "un'altra variazione cambia già");
        level.script(
            "lengthen a term by a script",
            &format!("fn varia(dati) {{ abbrevia(\"{id}\", {}, \"D.G.R. Esempio 1\"); }}", length.count + 1),
            "non abbrevia",
        );
    }
    if term.bound == Bound::AtLeast {
        level.verb(
            "shorten what says not before",
            format!("abbrevia: {{ termine: {id}, entro: 1 ora, {NORM} }}"),
            "non prima di",
        );
    }
}

fn whole(level: &mut Level<'_>) {
    let (region, letter) = (level.region, level.rulebook.level.clone());
    let path = level.path();
    let harmless = format!("aggiungi_outcome: {{ id: esito-nuovo, testo: un esito, {NORM} }}");
    let text = level.text(std::slice::from_ref(&harmless));
    level.verb(
        "bind the person by a new term",
        format!(
            "aggiungi_termine: {{ id: nuovo, che: chiusura, entro: 3 giorni, da: apertura, chi: persona, {NORM} }}"
        ),
        "la graverebbe",
    );
    level.verb(
        "bind the company by a new term",
        format!(
            "aggiungi_termine: {{ id: nuovo, che: chiusura, entro: 3 giorni, da: apertura, chi: impresa, {NORM} }}"
        ),
        "la graverebbe",
    );
    level.verb(
        "put the service off by a new term",
        format!("aggiungi_termine: {{ id: nuovo, che: chiusura, almeno: 90 giorni, da: apertura, {NORM} }}"),
        "`almeno`",
    );
    level.verb(
        "replace the access as the State would",
        format!("sostituisci: {{ accesso: tutto, con: {{ se: \"eta > 60\", motivo: prova }}, {NORM} }}"),
        "una regione non sostituisce",
    );
    level.verb(
        "a change without its act",
        "aggiungi_outcome: { id: esito-nuovo, testo: un esito }",
        "manca la voce `norma`",
    );
    level.verb(
        "a change by an act that is not there",
        "aggiungi_outcome: { id: esito-nuovo, testo: un esito, norma: { norma: esempio-mai-scritto } }",
        "non è in specs/catalogo/norme.yaml",
    );
    level.verbs(
        "additions in a ring",
        &[
            format!("aggiungi_attivita: {{ id: prima-cosa, testo: una cosa, procedura: {{ obbligo: dovuta, dopo: [seconda-cosa] }}, {NORM} }}"),
            format!("aggiungi_attivita: {{ id: seconda-cosa, testo: un'altra, procedura: {{ obbligo: dovuta, dopo: [prima-cosa] }}, {NORM} }}"),
        ],
        "si aspettano a vicenda",
    );
    level.verbs("the same addition twice", &[harmless.clone(), harmless], "lo coprirebbe");
    let with = |from: &str, to: &str| vec![file(&path, &text.replace(from, to))];
    level.files("a verb before the decree", with("dal: 2024-01-01", "dal: 2017-12-31"), "ma il livello");
    level.files("a verb before its act", with("dal: 2024-01-01", "dal: 2023-06-01"), "è in vigore dal 2024-01-01");
    level.files(
        "hide behind a date that never comes",
        with("dal: 2024-01-01", "dal: 2024-01-01, al: 2023-01-01"),
        "prima di cominciare",
    );
    level.files(
        "speak for another region",
        with(&format!("regione: {region}"), "regione: lazio"),
        "dice di essere di `lazio`",
    );
    level.files(
        "speak for a region that is not there",
        vec![
            file(&format!("regioni/atlantide/{}-x.yaml", letter.to_lowercase()), &text.replace(region, "atlantide")),
            file(&path, &text.replace(&format!("regione: {region}"), "regione: atlantide")),
        ],
        "atlantide",
    );
    level.files(
        "pass for an act of the State",
        with("variazioni:", "modificato_da: { norma: dlgs-150-2015 }\nvariazioni:"),
        "`modificato_da` è solo per le modifiche nazionali",
    );
    level.files(
        "two on one day",
        vec![
            file(&path, &text),
            file(&path.replace("tentativo", "tentativo-due"), &text.replace("esito-nuovo", "esito-altro")),
        ],
        "cominciano il 2024-01-01",
    );
    level.files(
        "an amendment made by a region",
        vec![file(&format!("nazionale/modifiche/{}-x.yaml", letter.to_lowercase()), &text)],
        "una modifica del decreto non è di una regione",
    );
    let region_file = |from: &str, to: &str| {
        let own = REGION.replace("piemonte", region).replace(from, to);
        vec![file(&format!("regioni/{region}/regione.yaml"), &own), file(&path, &text)]
    };
    level.files(
        "take the name of an act of the State",
        region_file(
            "norme:\n",
            "norme:\n  dm-4-2018: { titolo: altro, urn: \"urn:nir:stato:legge:2020;1\", risolvibile: \"no\" }\n",
        ),
        "è già in specs/catalogo/norme.yaml",
    );
    level.files("take the name of a national fact", region_file("norme:\n", "dati:\n  eta: { tipo: testo, significato: altro, domanda: altro, fornisce: persona, finalita: prova, conservazione: da-definire }\nnorme:\n"), "c'è già a livello nazionale");
    level.files(
        "fix a number that is no number of days",
        region_file("valore: 20", "valore: 0"),
        "non può essere il valore",
    );
    level.files(
        "fix a number that the law does not leave open",
        region_file("giorni-convocazione:", "giorni-di-attesa:"),
        "il parametro `giorni-di-attesa` è sconosciuto",
    );
}

fn scripts(level: &mut Level<'_>) {
    let is_empty = level.rulebook.items.is_empty();
    let item = level.rulebook.items.first().map_or("niente", |item| item.id.as_str()).to_owned();
    level.script("a script that throws", "fn varia(dati) { throw 1; }", "`throw` non è ammesso");
    level.script("a script that loops", "fn varia(dati) { loop { } }", "senza fine certa");
    level.script("a script that loops while", "fn varia(dati) { while true { } }", "senza fine certa");
    level.script("a script that divides by zero", "fn varia(dati) { let x = 1 / 0; }", "divisione per zero");
    level.script("a script that allocates", "fn varia(dati) { let a = []; a.push(1); }", "elenco fuori posto");
    level.script("a script that builds a text", "fn varia(dati) { let s = \"a\" + \"b\"; }", "i testi non si uniscono");
    level.script("a script that returns nonsense", "fn varia(dati) { 42 }", "non fa niente");
    level.script(
        "a script that redefines a verb",
        &format!("fn rendi_dovuta(a, b) {{ }} fn varia(dati) {{ rendi_dovuta(\"{item}\", \"D.G.R. Esempio 1\"); }}"),
        "funzione `rendi_dovuta` non ammessa",
    );
    level.script(
        "a script that takes away",
        &format!("fn varia(dati) {{ togli(\"{item}\", \"D.G.R. Esempio 1\"); }}"),
        "il verbo `togli` è sconosciuto",
    );
    level.script(
        "a script that makes an item optional",
        &format!("fn varia(dati) {{ rendi_offerta(\"{item}\", \"D.G.R. Esempio 1\"); }}"),
        "il verbo `rendi_offerta` è sconosciuto",
    );
    level.script("a script that writes a fact", "fn varia(dati) { dati.eta = 18; }", "a sinistra di `=`");
    level.script(
        "a script that reads what is not declared",
        &format!("fn varia(dati) {{ if dati.reddito > 1 {{ rendi_dovuta(\"{item}\", \"D.G.R. Esempio 1\"); }} }}"),
        "sconosciuto",
    );
    level.script(
        "a script without norms",
        &format!("fn varia(dati) {{ rendi_dovuta(\"{item}\", \"\"); }}"),
        "manca la norma",
    );
    level.script(
        "a script by an act that is not there",
        &format!("fn varia(dati) {{ rendi_dovuta(\"{item}\", \"D.G.R. Mai\"); }}"),
        "sconosciuto",
    );
    level.script(
        "a script on an item that is not there",
        "fn varia(dati) { rendi_dovuta(\"mai-vista\", \"D.G.R. Esempio 1\"); }",
        "sconosciuta",
    );
    level.script("a script that is no script", "lep: E", "manca `;`");
    level.script("a script that fails for some", &format!("fn varia(dati) {{ if 10 / (dati.eta - 40) == 3 {{ rendi_dovuta(\"{item}\", \"D.G.R. Esempio 1\"); }} if dati.eta == 40 {{ rendi_dovuta(\"{item}\", \"D.G.R. Esempio 1\"); }} }}"), if is_empty { "sconosciuta" } else { "divisione per zero" });
}

#[test]
fn every_attempt_at_lowering_is_refused_on_every_level_in_every_region() {
    let specs = specs(&REGIONS);
    let mut tried: BTreeMap<&str, usize> = BTreeMap::new();
    let mut passed: Vec<String> = Vec::new();
    for rulebook in &levels() {
        for region in REGIONS {
            let mut level = Level { rulebook, region, attempts: Vec::new() };
            every(&mut level);
            // Each kind once a region, on another item each time.
            let turn = REGIONS.iter().position(|r| *r == region).unwrap();
            let mut of_kind: BTreeMap<&str, Vec<Attempt>> = BTreeMap::new();
            for attempt in level.attempts {
                of_kind.entry(attempt.kind).or_default().push(attempt);
            }
            for (kind, mut attempts) in of_kind {
                let attempt = attempts.remove(turn % attempts.len());
                let found = refused(&specs, &rulebook.level, region, &attempt.files);
                let said = found.iter().any(|fault| fault.message.contains(attempt.says));
                if attempt.says.is_empty() || !said || found.iter().any(|fault| fault.help.is_none()) {
                    let text = String::from_utf8_lossy(&attempt.files[0].bytes);
                    passed.push(format!("{kind} on {} in {region}: {found:#?}\n{text}", rulebook.level));
                }
                *tried.entry(kind).or_default() += 1;
            }
        }
    }
    println!("{tried:#?}");
    assert!(
        passed.is_empty(),
        "{} not refused as they should be, the first of them\n{}",
        passed.len(),
        passed[..passed.len().min(8)].join("\n")
    );
    assert!(tried.len() >= 40, "{} kinds", tried.len());
}
