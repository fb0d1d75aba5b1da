// SPDX-License-Identifier: EUPL-1.2
//! The manual in `specs/README.md` says what the program does: its tables are generated, its examples are run.

#![cfg(test)]

mod entries;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use lepre::calendar::{Day, Weekday};
use lepre::condition::{Condition, FactShape};
use lepre::diagnostic::{Diagnostic, render};
use lepre::library::Library;
use lepre::rehearse::{play, play_national};
use lepre::spec::catalogue::FactSpec;
use lepre::spec::decode::{Decode, Entries, FactName, Faults, Id};
use lepre::spec::folder::File;
use lepre::spec::level::{
    ActivitySpec, Audience, EvidenceField, FieldType, LetterSource, Mode, OutputSpec, Party, TermSpec, Wording,
};
use lepre::spec::scenario::{
    Conformity, FindingKind, Gravity, Manner, RefusalKind, SapEventWord, Scenario, TermStateWord,
};
use lepre::spec::source::{Node, NodeValue, parse};
use lepre::value::{Datum, FactType, Truth, Value};

use crate::bad_specs::codes;
use crate::schema::{fresh, specs};

fn manual() -> String {
    std::fs::read_to_string(specs().join("README.md")).unwrap()
}

/// What stands between the two marks of a block, as a range of the text.
fn range(text: &str, name: &str) -> std::ops::Range<usize> {
    let (start, end) = (format!("<!-- inizio: {name} -->\n"), format!("<!-- fine: {name} -->"));
    let from = text.find(&start).unwrap_or_else(|| panic!("no block `{name}`")) + start.len();
    let to = text[from..].find(&end).unwrap_or_else(|| panic!("block `{name}` has no end"));
    from..from + to
}

fn block<'a>(text: &'a str, name: &str) -> &'a str {
    &text[range(text, name)]
}

/// The rows of a table, without its head; the cells trimmed, `\|` a bar.
fn rows(table: &str) -> Vec<Vec<String>> {
    let row = |line: &str| {
        let inner = line.trim().trim_start_matches('|').trim_end_matches('|').replace("\\|", "\u{1}");
        inner.split('|').map(|cell| cell.trim().replace('\u{1}', "|")).collect()
    };
    table.lines().filter(|line| line.starts_with('|')).skip(2).map(row).collect()
}

fn bare(cell: &str) -> &str {
    cell.trim_matches('`')
}

#[test]
fn generated_blocks_are_fresh() {
    let mut text = manual();
    for (name, content) in [("voci", format!("\n{}", entries::tables())), ("errore", a_fault())] {
        text.replace_range(range(&text, name), &content);
    }
    fresh("specs/README.md", &text);
    assert_eq!(entries::needless(), Vec::<String>::new(), "the real specifications have their own example");
}

/// A misspelt name in the level E, as a terminal shows it.
fn a_fault() -> String {
    let path = "nazionale/e-orientamento-specialistico.yaml";
    let mut files = real();
    let file = files.iter_mut().find(|file| *file.path == *path).unwrap();
    let text = String::from_utf8(file.bytes.to_vec()).unwrap().replacen("dopo: [colloquio]", "dopo: [coloquio]", 1);
    file.bytes = text.as_bytes().into();
    let found = Library::from_files(Path::new("specs"), files).diagnostics();
    let fault = found.iter().find(|fault| fault.code == "voce-inesistente").unwrap();
    let mut fault = fault.clone();
    fault.place.file = format!("specs/{path}").into();
    let shown = render(&[fault], &|_| Some(text.clone()), false);
    let lines: Vec<String> = shown.lines().map(|line| format!("   {line}").trim_end().to_owned()).collect();
    format!("\n   ```text\n{}\n   ```\n\n", lines.join("\n"))
}

fn real() -> Vec<File> {
    let mut files = Vec::new();
    for folder in ["catalogo", "decreto", "nazionale"] {
        for entry in std::fs::read_dir(specs().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("{folder}/{}", path.file_name().unwrap().to_str().unwrap());
            files.push(File { path: name.into(), bytes: std::fs::read(&path).unwrap().into() });
        }
    }
    files
}

#[test]
fn every_code_is_explained() {
    let text = manual();
    let chapter = &text[text.find("## Tutti gli errori e gli avvisi").unwrap()..];
    let mut told: Vec<String> = Vec::new();
    for table in chapter.split("###").skip(1) {
        for row in rows(table) {
            let [code, meaning, remedy] = row.as_slice() else { panic!("{row:?}") };
            assert!(meaning.len() > 10 && remedy.len() > 5, "{row:?}");
            told.push(bare(code).to_owned());
        }
    }
    let once: BTreeSet<String> = told.iter().cloned().collect();
    assert_eq!(once.len(), told.len(), "a code explained twice");
    let known = codes();
    assert_eq!(known.difference(&once).collect::<Vec<_>>(), Vec::<&String>::new(), "codes not in specs/README.md");
    assert_eq!(once.difference(&known).collect::<Vec<_>>(), Vec::<&String>::new(), "codes that nothing reports");
}

/// Every word of the closed lists that people write is somewhere in the manual, between backticks.
#[test]
fn every_word_is_there() {
    fn words<T: Copy>(all: &[T], word: fn(T) -> &'static str, found: &mut Vec<&'static str>) {
        found.extend(all.iter().map(|one| word(*one)));
    }
    let mut all = Vec::new();
    words(Audience::ALL, Audience::word, &mut all);
    words(Wording::ALL, Wording::word, &mut all);
    words(LetterSource::ALL, LetterSource::word, &mut all);
    words(Mode::ALL, Mode::word, &mut all);
    words(Party::ALL, Party::word, &mut all);
    words(FieldType::ALL, FieldType::word, &mut all);
    words(SapEventWord::ALL, SapEventWord::word, &mut all);
    words(Manner::ALL, Manner::word, &mut all);
    words(RefusalKind::ALL, RefusalKind::word, &mut all);
    words(FindingKind::ALL, FindingKind::word, &mut all);
    words(Gravity::ALL, Gravity::word, &mut all);
    words(Conformity::ALL, Conformity::word, &mut all);
    words(TermStateWord::ALL, TermStateWord::word, &mut all);
    let text = manual();
    let missing: Vec<&str> = all.into_iter().filter(|word| !text.contains(&format!("`{word}`"))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn conditions_answer_as_the_manual_says() {
    let library = Library::open(&specs()).unwrap();
    let facts = &library.specs().catalogue.facts;
    let shape = |entry: &lepre::spec::decode::Entry<FactName, FactSpec>| {
        (entry.name.value.0.clone(), FactType::from(entry.value.kind))
    };
    let known: Vec<(String, FactType)> = facts.0.iter().map(shape).collect();
    let shapes: Vec<FactShape<'_>> =
        known.iter().map(|(name, kind)| FactShape { name, kind: *kind, choices: &[], range: (None, None) }).collect();
    let text = manual();
    let rows = rows(block(&text, "condizioni"));
    assert!(rows.len() >= 8);
    for row in rows {
        let [condition, given, answer] = row.as_slice() else { panic!("{row:?}") };
        let condition =
            Condition::read(bare(condition), &shapes).unwrap_or_else(|faults| panic!("{row:?}: {faults:?}"));
        let mut values: Vec<Option<Value>> = vec![None; known.len()];
        for pair in bare(given).split(", ").filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once(": ").unwrap();
            let slot = known.iter().position(|(known, _)| known == name).unwrap();
            values[slot] = Some(Datum::typed(value, known[slot].1).value(known[slot].1, &[]).unwrap());
        }
        let word = match condition.evaluate(&values) {
            Truth::True => "vero",
            Truth::False => "falso",
            Truth::NotKnown => "non noto",
        };
        assert_eq!(word, answer, "{row:?}");
    }
}

/// `2024-05-06 (lunedì) alle 10:00`: the day, the weekday as written, and the hour if there is one.
fn moment(cell: &str) -> (Day, Option<&str>) {
    let (day, rest) = cell.split_once(" (").unwrap();
    let day: Day = day.parse().unwrap();
    let (weekday, rest) = rest.split_once(')').unwrap();
    let known = match day.weekday() {
        Weekday::Monday => "lunedì",
        Weekday::Tuesday => "martedì",
        Weekday::Wednesday => "mercoledì",
        Weekday::Thursday => "giovedì",
        Weekday::Friday => "venerdì",
        Weekday::Saturday => "sabato",
        Weekday::Sunday => "domenica",
    };
    assert_eq!(weekday, known, "{cell}");
    (day, rest.strip_prefix(" alle "))
}

const LEVEL: &str = "\
lep: A
titolo: Accoglienza e prima informazione
destinatario: persona
fonte:
  atto: dm-4-2018
  testo: sintesi
  lettera: dedotta
  mancante: [riferimenti_normativi, descrizione, output, outcome, codice_sap]
vigente: { dal: 2018-01-11 }
attivita:
  chiamata: { testo: chiamata, procedura: { obbligo: offerta } }
  colloquio: { testo: colloquio, procedura: { obbligo: offerta } }
termini:
";

/// Plays one story on a level with one term, and says what did not come out.
fn told(term: &str, events: &[String], on: Day, expected: &str) -> Vec<String> {
    let level = format!("{LEVEL}  conto: {{ che: colloquio, {term}, chi: cpi, norma: {{ norma: dm-4-2018 }} }}\n");
    let events: Vec<String> = events.iter().map(|event| format!("    - {{ {event} }}\n")).collect();
    let story = format!(
        "- prova: Conto\n  eventi:\n{}  al: {on}\n  allora: {{ termini: [{{ termine: conto, {expected} }}] }}\n",
        events.concat()
    );
    let mut files: Vec<File> = real().into_iter().filter(|file| !file.path.starts_with("nazionale/")).collect();
    for (path, text) in [("nazionale/a-conto.yaml", level), ("nazionale/a-conto.prove.yaml", story)] {
        files.push(File { path: path.into(), bytes: Arc::from(text.as_bytes()) });
    }
    let library = Library::from_files(Path::new("specs"), files);
    let rulebook = library.rulebook("A", None, on).unwrap_or_else(|no| panic!("{term}: {no:?}"));
    let scenario = &library.specs().levels[0].scenarios[0];
    play(&rulebook, scenario).faults.iter().map(ToString::to_string).collect()
}

#[test]
fn terms_end_as_the_manual_says() {
    let text = manual();
    let rows = rows(block(&text, "conti"));
    assert_eq!(rows.len(), 6);
    for row in rows {
        let [from, term, suspended, end, why] = row.as_slice() else { panic!("{row:?}") };
        assert!(!why.is_empty());
        let ((start, start_hour), (end, end_hour)) = (moment(from), moment(end));
        let term = bare(term);
        if let Some(length) = term.strip_prefix("almeno ") {
            let (start_hour, end_hour) = (start_hour.unwrap(), end_hour.unwrap());
            let term = format!("almeno: {length}, da: chiamata");
            let story = |hour: &str| {
                [
                    format!("il: {start}, apri: pratica"),
                    format!("il: {start}, ora: '{start_hour}', attivita: chiamata, evento: terminata"),
                    format!("il: {end}, ora: '{hour}', attivita: colloquio, evento: terminata"),
                ]
            };
            let (hours, minutes) = end_hour.split_once(':').unwrap();
            let at: u32 = hours.parse::<u32>().unwrap() * 60 + minutes.parse::<u32>().unwrap();
            let before = format!("{:02}:{:02}", (at - 1) / 60, (at - 1) % 60);
            assert_eq!(told(&term, &story(end_hour), end, "stato: rispettato"), Vec::<String>::new(), "{row:?}");
            assert_eq!(told(&term, &story(&before), end, "stato: violato"), Vec::<String>::new(), "{row:?}");
            continue;
        }
        let month_end =
            if term.ends_with("mese") || term.ends_with("mesi") { ", fine_mese: ultimo-giorno" } else { "" };
        let term = format!("entro: {term}, da: apertura{month_end}");
        let mut events = vec![format!("il: {start}, apri: pratica")];
        if let Some((stop, resume)) = suspended.strip_prefix("dal ").and_then(|days| days.split_once(" al ")) {
            events.push(format!("il: {stop}, sospendi: prova"));
            events.push(format!("il: {resume}, riprendi: pratica"));
        }
        let expected = format!("entro: {end}, stato: in-corso");
        assert_eq!(told(&term, &events, end, &expected), Vec::<String>::new(), "{row:?}");
        let late = format!("entro: {end}, stato: violato");
        assert_eq!(told(&term, &events, end.add_days(1), &late), Vec::<String>::new(), "{row:?}");
    }
}

/// Every piece of YAML reads, and the story of the level E comes out as written.
#[test]
fn pieces_of_yaml_read() {
    fn reads<T: Decode>(node: &Node) {
        let mut faults = Faults::default();
        assert!(T::decode(node, &mut faults).is_some() && faults.0.is_empty(), "{:?}", faults.0);
    }
    let text = manual();
    let mut count = 0;
    for piece in text.split("```yaml\n").skip(1) {
        let piece = piece.split("```").next().unwrap();
        let node = parse("specs/README.md", piece.as_bytes()).unwrap_or_else(|faults| panic!("{}\n{piece}", faults[0]));
        count += 1;
        let NodeValue::Map(entries) = &node.value else {
            let mut faults = Faults::default();
            let stories = Vec::<Scenario>::decode(&node, &mut faults).unwrap_or_else(|| panic!("{:?}", faults.0));
            let library = Library::open(&specs()).unwrap();
            for story in stories {
                if story.national.is_some() {
                    let on = story.events[0].on;
                    let own = library.rulebook("E", Some("piemonte"), on).unwrap();
                    let national = library.rulebook("E", None, on).unwrap();
                    let mut found = play(&own, &story).faults;
                    found.extend(play_national(&national, &own, &story).unwrap().faults);
                    assert!(found.is_empty(), "{found:?}");
                    continue;
                }
                let found = play(&library.rulebook("E", None, story.on).unwrap(), &story).faults;
                assert!(found.is_empty(), "{found:?}");
            }
            continue;
        };
        if entries.iter().any(|(key, _)| key.text == "regione" || key.text == "variazioni") {
            // Tried by `verbs_do_what_the_manual_says`.
            continue;
        }
        for (key, value) in entries {
            match key.text.as_str() {
                "attivita" => reads::<Entries<Id, ActivitySpec>>(value),
                "output" => reads::<Entries<Id, OutputSpec>>(value),
                "termini" => reads::<Entries<Id, TermSpec>>(value),
                "evidenza" => reads::<Entries<FactName, EvidenceField>>(value),
                other => panic!("nobody reads `{other}`"),
            }
        }
    }
    assert!(count >= 4, "{count}");
}

/// Every verb has its example, and each is laid on its level without a fault.
#[test]
fn verbs_do_what_the_manual_says() {
    let text = manual();
    let pieces: Vec<&str> = text.split("```yaml\n").skip(1).map(|piece| piece.split("```").next().unwrap()).collect();
    let region = pieces.iter().find(|piece| piece.starts_with("regione:")).unwrap();
    let script = text.split("```rhai\n").nth(1).unwrap().split("```").next().unwrap();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for piece in pieces.iter().filter(|piece| piece.contains("\nvariazioni:")) {
        let letter = piece.strip_prefix("lep: ").unwrap().lines().next().unwrap();
        let is_national = piece.contains("modificato_da:");
        let folder = if is_national { "nazionale/modifiche" } else { "regioni/toscana" };
        let path = format!("{folder}/{}-manuale.yaml", letter.to_lowercase());
        let mut files = real();
        let mut put = |path: &str, text: &str| files.push(File { path: path.into(), bytes: text.as_bytes().into() });
        put("regioni/toscana/regione.yaml", region);
        put(&path, piece);
        if piece.contains("script:") {
            put("../scripts/toscana/lunga.rhai", script);
        }
        let library = Library::from_files(Path::new("specs"), files);
        let found = library.diagnostics();
        let ours = |fault: &&Diagnostic| !fault.place.file.starts_with("nazionale/") || *fault.place.file == *path;
        let found: Vec<_> = found.iter().filter(ours).filter(|fault| fault.code != "prova-mancante").collect();
        assert!(found.is_empty(), "{piece}\n{found:#?}");
        let on = Day::new(2026, 6, 1).unwrap();
        let rulebook = library.rulebook(letter, Some("toscana"), on).unwrap_or_else(|no| panic!("{piece}\n{no:?}"));
        assert!(!rulebook.variations.is_empty(), "{piece}");
        let known = lepre::spec::overlay::Verb::WORDS.iter().map(|(word, _)| *word);
        seen.extend(known.filter(|word| piece.contains(&format!("- {word}:"))));
    }
    let missing = lepre::spec::overlay::Verb::WORDS.iter().filter(|(word, _)| !seen.contains(word)).collect::<Vec<_>>();
    assert!(missing.is_empty(), "verbs without an example in the manual: {missing:?}");
}
