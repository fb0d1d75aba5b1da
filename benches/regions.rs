// SPDX-License-Identifier: EUPL-1.2
//! What the README claims about regions: every level varied by every administration, compiled, checked and proved; one
//! changed file; an agenda with a region's terms; a condition. Ratios within one run.
//!
//! `cargo bench --bench regions` prints one table; absolute figures belong to the machine they were measured on.
#![expect(clippy::expect_used, clippy::panic, reason = "a bench stops at the first surprise")]

use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use lepre::calendar::Day;
use lepre::condition::{Condition, FactShape};
use lepre::diagnostic::Severity;
use lepre::engine::{Case, Event, agenda, apply};
use lepre::library::Library;
use lepre::rulebook::{Bound, Fact, ItemKind, Obligation, Rulebook};
use lepre::spec::folder::File;
use lepre::spec::level::{FieldType, Party};
use lepre::value::Value;

/// Best of several rounds: the machine's noise only ever adds.
fn best(rounds: usize, mut work: impl FnMut()) -> Duration {
    let time = |work: &mut dyn FnMut()| {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    (0..rounds).map(|_| time(&mut work)).min().unwrap_or_default()
}

fn row(what: &str, figure: String, aim: &str) {
    println!("| {what:<62} | {figure:>22} | {aim:<22} |");
}

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn collect(root: &Path, inside: &str, files: &mut Vec<File>) {
    for entry in fs::read_dir(root.join(inside)).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = format!("{inside}/{}", path.file_name().unwrap_or_default().to_string_lossy());
        if path.is_dir() {
            collect(root, &name, files);
        } else {
            files.push(File { path: name.into(), bytes: fs::read(&path).expect("a file").into() });
        }
    }
}

/// A variation of a level that uses whatever the level offers to be improved.
fn variation(region: &str, national: &Rulebook) -> String {
    let norm = "norma: { norma: esempio-dgr, partizione: art. 1 }";
    let mut text = format!("lep: {}\nregione: {region}\nvigente: {{ dal: 2024-01-01 }}\nvariazioni:\n", national.level);
    let mut say = |line: String| _ = writeln!(text, "  - {line}");
    let activities = || national.items.iter().filter(|item| item.kind == ItemKind::Activity);
    if let Some(offered) = activities().find(|item| item.obligation == Obligation::Offered) {
        say(format!("rendi_dovuta: {{ attivita: {}, se: \"eta < 30 && percettore_naspi\", {norm} }}", offered.id));
    }
    if let Some(first) = activities().next() {
        say(format!(
            "aggiungi_termine: {{ id: termine-regionale, che: {}, entro: 20 giorni, da: apertura, {norm} }}",
            first.id
        ));
    }
    let ours = |term: &&lepre::rulebook::Term| term.who == Party::Office && term.bound == Bound::Within;
    for term in national.terms.iter().filter(ours) {
        if let Some(length) = term.length.filter(|length| length.count > 1) {
            let shorter = lepre::calendar::Length { count: length.count - 1, unit: length.unit };
            say(format!("abbrevia: {{ termine: {}, entro: {shorter}, {norm} }}", term.id));
        }
    }
    let mut lists = national.items.iter().flat_map(|item| item.evidence.fields.iter().map(move |field| (item, field)));
    if let Some((item, field)) = lists.find(|(_, field)| field.kind == FieldType::List) {
        say(format!(
            "rafforza_evidenza: {{ output: {}, campi: {{ {}: {{ minimo: 2 }} }}, {norm} }}",
            item.id, field.name
        ));
    }
    say(format!("aggiungi_outcome: {{ id: esito-regionale, testo: un esito che la regione rileva, {norm} }}"));
    text
}

/// The national levels with a variation of each by each administration.
fn everywhere() -> Vec<File> {
    let root = Path::new("specs");
    let mut files = Vec::new();
    for folder in ["nazionale", "catalogo", "decreto"] {
        collect(root, folder, &mut files);
    }
    let national = Library::from_files(root, files.clone());
    let on = day("2024-06-01");
    let regions: Vec<String> = national.specs().catalogue.regions.names().map(str::to_owned).collect();
    let letters: Vec<String> = national.specs().levels.iter().map(|f| f.level.letter.value.0.clone()).collect();
    for region in &regions {
        let own = format!(
            "regione: {region}\nnorme:\n  esempio-dgr: {{ breve: D.G.R. Esempio, titolo: atto inventato, urn: \
             \"urn:nir:regione.{region};giunta:deliberazione:2024-01-01;1\", risolvibile: \"no\", vigente: {{ dal: \
             2024-01-01 }} }}\nparametri:\n  giorni-convocazione: {{ valore: 20, norma: {{ norma: esempio-dgr }} }}\n"
        );
        files.push(File { path: format!("regioni/{region}/regione.yaml").into(), bytes: own.into_bytes().into() });
        for letter in &letters {
            let rulebook = national.rulebook(letter, None, on).expect("a national level");
            let path = format!("regioni/{region}/{}-variata.yaml", letter.to_lowercase());
            files.push(File { path: path.into(), bytes: variation(region, &rulebook).into_bytes().into() });
        }
    }
    files
}

fn errors(library: &Library) -> usize {
    let found = library.diagnostics();
    // Stories are not what is measured here.
    let wrong = found.iter().filter(|d| d.severity == Severity::Error && d.code != "prova-mancante");
    if let Some(fault) = wrong.clone().next() {
        panic!("{fault}");
    }
    wrong.count()
}

fn compile_all(library: &Library) -> usize {
    let regions: Vec<&str> = library.specs().catalogue.regions.names().collect();
    let mut made = 0;
    for file in &library.specs().levels {
        for region in &regions {
            let letter = &file.level.letter.value.0;
            made += usize::from(library.rulebook(letter, Some(region), day("2024-06-01")).is_ok());
        }
    }
    made
}

fn event(json: &str) -> Event {
    serde_json::from_str(json).expect("an event")
}

fn main() {
    let files = everywhere();
    let root = Path::new("specs");
    println!("{} files\n", files.len());
    row("what", "measured".into(), "aim");
    let mut last = None;
    let cold = best(3, || {
        let library = Library::from_files(root, files.clone());
        assert_eq!(errors(&library), 0);
        last = Some(library);
    });
    let first = Arc::new(last.expect("a library"));
    row("check and prove 21 levels x 21 administrations, cold", format!("{:.2} s", cold.as_secs_f64()), "2 s");
    let mut made = 0;
    let compile = best(3, || made = compile_all(&Library::from_files(root, files.clone())));
    row(&format!("compile {made} rulebooks, cold"), format!("{:.2} s", compile.as_secs_f64()), "inside the same 2 s");
    for (what, name) in
        [("a variation", "regioni/piemonte/e-variata.yaml"), ("a region", "regioni/piemonte/regione.yaml")]
    {
        let mut changed = files.clone();
        for file in changed.iter_mut().filter(|file| *file.path == *name) {
            let text = String::from_utf8_lossy(&file.bytes)
                .replace("20 giorni", "19 giorni")
                .replace("valore: 20", "valore: 19");
            file.bytes = text.into_bytes().into();
        }
        let mut round = 0;
        let one = best(3, || {
            round += 1;
            let mut changed = changed.clone();
            for file in changed.iter_mut().filter(|file| *file.path == *name) {
                let text = format!("{}# {round}\n", String::from_utf8_lossy(&file.bytes));
                file.bytes = text.into_bytes().into();
            }
            let next = first.reload_from(changed);
            assert_eq!(errors(&next), 0);
        });
        row(
            &format!("check and prove again, one changed file ({what})"),
            format!("{:.0} ms", one.as_secs_f64() * 1e3),
            "100 ms",
        );
    }

    let facts = first.rulebook("E", None, day("2024-06-01")).expect("E").facts.clone();
    let shapes: Vec<FactShape<'_>> = facts.iter().map(Fact::shape).collect();
    let condition = Condition::read("eta < 30 && percettore_naspi", &shapes).expect("a condition");
    let mut known: Vec<Option<Value>> = vec![None; facts.len()];
    for (name, value) in [("eta", Value::Integer(24)), ("percettore_naspi", Value::Boolean(true))] {
        let at = facts.iter().position(|fact| fact.name == name).expect("a fact");
        *known.get_mut(at).expect("a slot") = Some(value);
    }
    const TIMES: u32 = 1_000_000;
    let evaluated = best(5, || {
        for _ in 0..TIMES {
            black_box(black_box(&condition).evaluate(black_box(&known)));
        }
    });
    row("a condition over two facts", format!("{:.1} ns", evaluated.as_nanos() as f64 / f64::from(TIMES)), "20 ns");

    let story = [
        r#"{"tipo":"aperta","il":"2024-05-02","soggetto":"s","lep":"B","fascicolo":[{"lep":"A","voce":"informazioni-consultate","il":"2024-04-20"}]}"#,
        r#"{"tipo":"dato","il":"2024-05-02","dato":"percettore_naspi","valore":false}"#,
        r#"{"tipo":"dato","il":"2024-05-02","dato":"convocato","valore":false}"#,
        r#"{"tipo":"dato","il":"2024-05-02","dato":"data_did","valore":"2024-05-02"}"#,
        r#"{"tipo":"dato","il":"2024-05-02","dato":"data_registrazione","valore":"2024-05-02"}"#,
        r#"{"tipo":"attivita","il":"2024-05-06","attivita":"raccolta-dati","evento":"terminata"}"#,
    ];
    let measure = |rulebook: &Rulebook| {
        let mut case = Case::new(rulebook);
        story.iter().for_each(|json| apply(&mut case, rulebook, &event(json)));
        best(7, || {
            for _ in 0..100_000 {
                black_box(agenda(black_box(rulebook), black_box(&case), day("2024-05-20")));
            }
        })
    };
    let national = measure(&first.rulebook("B", None, day("2024-06-01")).expect("B"));
    let regional = measure(&first.rulebook("B", Some("piemonte"), day("2024-06-01")).expect("B"));
    let nanoseconds = |time: Duration| time.as_nanos() as f64 / 100_000.0;
    let figure = format!(
        "{:.0} / {:.0} ns = {:.2}",
        nanoseconds(regional),
        nanoseconds(national),
        regional.as_secs_f64() / national.as_secs_f64()
    );
    row("agenda of a regional case / of a national one (B)", figure, "1.2");
}
