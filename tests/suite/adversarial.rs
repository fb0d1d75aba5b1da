// SPDX-License-Identifier: EUPL-1.2
//! Files written against us: each is answered within a second and 200 MiB by a tree or by faults with a place inside the
//! file, never by a panic, and never by a tree that means something else than the file says.

#![cfg(test)]

mod damaged;
mod families;
mod heavy;

use std::time::{Duration, Instant};

use lepre::diagnostic::render;
use lepre::spec::source::{self, Node, NodeValue};

use crate::source::agrees_with_libyaml;

/// What must become of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Refused, and this code is among the faults.
    Refused(&'static str),
    Accepted,
    /// Damaged at random: either answer will do, if it is an honest one.
    Either,
}

use Expect::{Accepted, Either, Refused};

/// A level as an office would write it, with every construct the language has.
pub const LEVEL: &str = r#"# yaml-language-server: $schema=../schema/livello.schema.json
lep: Z
titolo: Servizio di prova
destinatario: persona
fonte: { atto: atto-di-prova, allegato: B, testo: sintesi, lettera: memoria, nota: "livello inventato: serve ai test" }
vigente: { dal: 2018-01-11, al: 2020-01-01 }

riferimenti_normativi:
  - { testo: "atto 1/2000, art. 18, co. 1, lett. c), d)", norma: atto-1-2000, partizione: "art. 18, co. 1, lett. c), d)" }
  - norma: atto-2-2001
    testo: 'l''atto che segue, "tra virgolette"'

descrizione: >-
  Servizio per rendere la persona più consapevole,
  anche con attività di gruppo: scelte, bilancio, progetto.

  Secondo capoverso — con trattino lungo, «caporali» e l’apostrofo tipografico.

accesso:
  richiede: [ { lep: D, output: patto-sottoscritto }, { lep: A, attivita: accoglienza } ]
  se: eta < 30 && !(percettore)
  motivo: l'output di questo livello aggiorna il patto   # commento in coda

attivita:
  colloquio:
    testo: colloquio individualizzato
    procedura: { obbligo: dovuta, sap: A06, modalita: [individuale, piccolo-gruppo] }
  bilancio:
    testo: |
      Bilancio in due righe:
        - la prima, rientrata
      - la seconda
    comprende:
      ricostruzione: ri-costruzione delle esperienze
      gap: "individuazione dei gap\n(anche futuri)"
    procedura:
      obbligo: { se: "percettore == true" }
      dopo:
      - colloquio
      sap: [A03, '08']
output:
  progetto:
    testo: progetto
    procedura:
      da: [colloquio, bilancio]
      evidenza:
        competenze: { tipo: elenco, di: testo, minimo: 1, domanda: "Competenze spendibili?" }
        ora: { tipo: testo, modello: '^[0-2]\d:\d\d$', domanda: A che ora }
outcome:
codice_sap: [A03, A06]
termini:
  primo-colloquio: { che: colloquio, entro: "30 giorni", da: apertura, chi: cpi, norma: { norma: atto-1-2000, partizione: "art. 20, co. 1" } }
"#;

/// Every file: its name, what it holds, what must become of it.
pub fn files() -> Vec<(String, Vec<u8>, Expect)> {
    let mut all: Vec<(String, Vec<u8>, Expect)> =
        heavy::heavy().into_iter().map(|(name, build, expect)| (name.to_owned(), build(), expect)).collect();
    for family in [
        families::aliases,
        families::nesting,
        families::keys,
        families::codes,
        families::tabs,
        families::encodings,
        families::characters,
        families::line_ends,
        families::subset,
        families::unclosed,
        damaged::indentation,
        damaged::truncations,
        damaged::mutations,
        damaged::invalid_bytes,
    ] {
        all.extend(family());
    }
    all
}

type File = (String, Vec<u8>, Expect);

fn file(name: impl Into<String>, text: impl Into<Vec<u8>>, expect: Expect) -> File {
    (name.into(), text.into(), expect)
}

/// A generator of numbers that a seed repeats.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    pub fn one_of<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// Checks one answer; gives what is wrong with it.
fn judge(bytes: &[u8], expect: Expect) -> Result<(), String> {
    // The best of three: another process may have had the core the first time.
    let mut elapsed = Duration::MAX;
    let mut answer = source::parse("", b"");
    for _ in 0..3 {
        let started = Instant::now();
        answer = source::parse("prova.yaml", bytes);
        elapsed = elapsed.min(started.elapsed());
        if elapsed <= Duration::from_secs(1) {
            break;
        }
    }
    if elapsed > Duration::from_secs(1) {
        return Err(format!("took {elapsed:?}"));
    }
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    match (&answer, expect) {
        (Ok(_), Refused(code)) => return Err(format!("accepted, `{code}` expected")),
        (Err(faults), Accepted) => return Err(format!("refused: {}", faults[0])),
        (Err(faults), Refused(code)) if !faults.iter().any(|fault| fault.code == code) => {
            return Err(format!("`{code}` expected: {}: {}", faults[0].code, faults[0]));
        }
        (Ok(root), _) => agrees_with_libyaml(root, text)?,
        _ => {}
    }
    let faults = answer.err().unwrap_or_default();
    let lines: Vec<&str> = text.split('\n').collect();
    for fault in &faults {
        if !source::CODES.iter().any(|(code, _)| *code == fault.code) {
            return Err(format!("`{}` is not in the list of codes", fault.code));
        }
        if fault.help.is_none() {
            return Err(format!("no remedy: {fault}"));
        }
        for place in std::iter::once(&fault.place).chain(fault.related.iter().map(|(place, _)| place)) {
            let Some(line) = (place.line as usize).checked_sub(1).and_then(|index| lines.get(index)) else {
                return Err(format!("line outside the file: {fault}"));
            };
            let end = if line.len() > 300_000 { u32::MAX } else { line.chars().count() as u32 + 1 };
            if place.column == 0 || place.column > end || place.length > end - place.column {
                return Err(format!("column outside the line: {fault} (length {})", place.length));
            }
        }
    }
    if text.len() < 100_000 {
        let shown = render(&faults, &|_| Some(text.to_owned()), true);
        if !faults.is_empty() && !shown.contains("prova.yaml:") {
            return Err(format!("not shown: {shown}"));
        }
    }
    Ok(())
}

#[test]
fn every_file_is_answered() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for (name, bytes, expect) in files() {
        count += 1;
        if let Err(words) = judge(&bytes, expect) {
            wrong.push(format!("{name}: {words}"));
        }
    }
    assert!(count >= 300, "{count} files");
    assert!(wrong.is_empty(), "{} of {count} files:\n{}", wrong.len(), wrong.join("\n"));
}

/// Only as a child of the next test is there anything to do.
#[test]
fn one_heavy_file_alone() {
    let Ok(wanted) = std::env::var("LEPRE_HEAVY_FILE") else { return };
    let (_, build, expect) =
        heavy::heavy().into_iter().find(|(name, ..)| *name == wanted).expect("a file of this name");
    let bytes = build();
    let answer = source::parse("prova.yaml", &bytes);
    assert_eq!(answer.is_ok(), expect == Accepted, "{wanted}");
    println!("PEAK {} HELD {}", peak_kib(), bytes.len() / 1024);
}

fn peak_kib() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("VmHWM");
    line.trim().trim_end_matches(" kB").trim().parse().expect("a number")
}

#[cfg(target_os = "linux")]
#[test]
fn no_heavy_file_takes_200_mib() {
    let binary = std::env::current_exe().expect("the test binary");
    for (name, _, expect) in heavy::heavy() {
        if expect == Either {
            continue;
        }
        let output = std::process::Command::new(&binary)
            .args(["--exact", "adversarial::one_heavy_file_alone", "--nocapture"])
            .env("LEPRE_HEAVY_FILE", name)
            .output()
            .expect("the child runs");
        let said = String::from_utf8_lossy(&output.stdout);
        let numbers =
            said.lines().find_map(|line| line.split("PEAK ").nth(1)).unwrap_or_else(|| panic!("{name}: {said}"));
        let (peak, held) = numbers.split_once(" HELD ").expect("two numbers");
        let (peak, held): (usize, usize) = (peak.parse().expect("a number"), held.trim().parse().expect("a number"));
        assert!(peak < 200 * 1024 + held, "{name}: {peak} KiB at the peak, {held} of them the file itself");
    }
}

#[test]
fn codes_stay_as_written() {
    for (name, bytes, _) in families::codes() {
        let root = source::parse("prova.yaml", &bytes).unwrap_or_else(|faults| panic!("{name}: {}", faults[0]));
        let NodeValue::Map(entries) = &root.value else { panic!("{name}: no map") };
        let Node { value: NodeValue::Scalar(scalar), .. } = &entries[0].1 else { panic!("{name}: no text") };
        assert_eq!(format!("code {}", scalar.text), name);
    }
}

/// `LEPRE_SEED` replays one seed.
#[test]
fn small_random_files_mean_the_same_to_another_library() {
    const SIGNS: &[&str] = &[
        "a", "b", " ", "\n", ":", "-", "[", "]", "{", "}", ",", " #", "'", "\"", "?", "è", "  ", "\n ", "\n  ", "- ",
        ": ", "a: b\n", "~", "a:", "|\n  ", ">-\n ", "\n\n", "= ", "x: y", "\\", ".", "<", "'a'", "\"b\"", "-1", "0",
        "/", "\t", "\r\n",
    ];
    const STARTS: &[&str] = &["", "a: ", "a: [", "a: {", "- ", "a:\n  ", "a:\n- "];
    let seeds = match std::env::var("LEPRE_SEED").ok().and_then(|seed| seed.parse::<u64>().ok()) {
        Some(seed) => seed..seed + 1,
        None => 0..60_000,
    };
    let mut accepted = 0;
    for seed in seeds {
        let mut random = Random(seed);
        let start = *random.one_of(STARTS);
        let mut text = start.to_owned();
        for _ in 0..=random.below(12) {
            text.push_str(random.one_of::<&str>(SIGNS));
        }
        text.push_str(if start.ends_with('[') {
            "]\n"
        } else if start.ends_with('{') {
            "}\n"
        } else {
            "\n"
        });
        accepted += usize::from(source::parse("a", text.as_bytes()).is_ok());
        judge(text.as_bytes(), Either).unwrap_or_else(|words| panic!("LEPRE_SEED={seed}\n{text}\n{words}"));
    }
    println!("{accepted} accepted");
}
