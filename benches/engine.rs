// SPDX-License-Identifier: EUPL-1.2
//! What the README claims about the engine: fold, decide, findings, loading, starting. Ratios within one run.
//!
//! `cargo bench --bench engine` prints one table; absolute figures belong to the machine they were measured on.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a bench stops at the first surprise")]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command as Process;
use std::time::{Duration, Instant};

use lepre::calendar::Day;
use lepre::engine::{self, Case, Command, Event, EventKind, Mark};
use lepre::library::Library;
use lepre::rulebook::Rulebook;
use lepre::spec::scenario::SapEventWord;
use lepre::value::{Datum, Value};

/// Best of several rounds: the machine's noise only ever adds.
fn best(rounds: usize, mut work: impl FnMut()) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..rounds {
        let start = Instant::now();
        work();
        best = best.min(start.elapsed());
    }
    best
}

fn row(what: &str, figure: String, aim: &str) {
    println!("| {what:<58} | {figure:>26} | {aim:<28} |");
}

fn event(json: &str) -> Event {
    serde_json::from_str(json).expect("an event")
}

/// A history of E of the given length: the whole story, then counselling again and again.
fn history(length: usize) -> Vec<Event> {
    let story = [
        r#"{"tipo":"aperta","il":"2024-05-02","soggetto":"s","lep":"E","regolamento":"","fascicolo":[{"lep":"D","voce":"patto-sottoscritto","il":"2024-04-20"}]}"#,
        r#"{"tipo":"dato","il":"2024-05-02","dato":"eta","valore":34}"#,
        r#"{"tipo":"attivita","il":"2024-05-06","ora":"10:30","attivita":"colloquio","evento":"terminata","modalita":"individuale"}"#,
        r#"{"tipo":"sap","il":"2024-05-06","codice":"A06","per":"colloquio"}"#,
        r#"{"tipo":"attivita","il":"2024-05-08","attivita":"bilancio-competenze","evento":"iniziata"}"#,
        r#"{"tipo":"attivita","il":"2024-05-13","attivita":"bilancio-competenze","evento":"terminata"}"#,
        r#"{"tipo":"sap","il":"2024-05-13","codice":"A03","per":"bilancio-competenze"}"#,
        r#"{"tipo":"output","il":"2024-05-13","output":"bilancio","evidenza":{"competenze":["saldatura TIG"]}}"#,
        r#"{"tipo":"output","il":"2024-05-14","output":"patto-aggiornato","evidenza":{"data_aggiornamento":"2024-05-14","misure":["corso"]}}"#,
        r#"{"tipo":"outcome","il":"2024-05-14","outcome":"attivata"}"#,
    ];
    let filler = r#"{"tipo":"attivita","il":"2024-05-20","attivita":"counseling","evento":"terminata"}"#;
    let mut events: Vec<Event> = story.iter().map(|json| event(json)).collect();
    events.resize(length, event(filler));
    events
}

/// What somebody would write by hand for E alone: the same answers, no specification.
#[derive(Default)]
struct ByHand {
    opened: Option<Mark>,
    met: bool,
    facts: Vec<(String, Option<Value>, Mark)>,
    counts: [u32; 11],
    firsts: [Option<Mark>; 11],
    states: [Option<(SapEventWord, Mark)>; 11],
    registered: [Option<Mark>; 11],
    evidence_faults: u32,
    latest: Option<Day>,
}

fn place(name: &str) -> Option<usize> {
    Some(match name {
        "bilancio-competenze" => 0,
        "colloquio" => 1,
        "counseling" => 2,
        "informazione-certificazione" => 3,
        "bilancio" => 4,
        "patto-aggiornato" => 5,
        "obiettivo-definito" => 6,
        "consapevole" => 7,
        "attivata" => 8,
        "competenze-in-evidenza" => 9,
        "altro-servizio" => 10,
        _ => return None,
    })
}

impl ByHand {
    fn complete(&mut self, at: usize, mark: Mark) {
        self.counts[at] += 1;
        self.firsts[at] = Some(self.firsts[at].map_or(mark, |first| first.min(mark)));
    }

    fn apply(&mut self, sequence: u32, event: &Event) {
        let mark = Mark { on: event.on, sequence, time: event.time };
        self.latest = Some(self.latest.map_or(event.on, |latest| latest.max(event.on)));
        match &event.kind {
            EventKind::CaseOpened(opening) => {
                self.opened = Some(mark);
                self.met = opening.dossier.iter().any(|p| &*p.level == "D" && &*p.item == "patto-sottoscritto");
            }
            EventKind::FactSupplied { fact, value } => {
                let value = match value {
                    Some(Datum::Integer(n)) => Some(Value::Integer(*n)),
                    Some(Datum::Boolean(b)) => Some(Value::Boolean(*b)),
                    _ => None,
                };
                match self.facts.iter_mut().find(|(name, _, _)| **name == **fact) {
                    Some(known) => (known.1, known.2) = (value, mark),
                    None => self.facts.push((fact.to_string(), value, mark)),
                }
            }
            EventKind::ActivityRecorded { activity, event, .. } => {
                if let Some(at) = place(activity)
                    && engine::may_follow(self.states[at].map(|(event, _)| event), *event)
                {
                    self.states[at] = Some((*event, mark));
                    if *event == SapEventWord::Ended {
                        self.complete(at, mark);
                    }
                }
            }
            EventKind::OutputDelivered { output, evidence } => {
                let list =
                    |key: &str| evidence.get(key).and_then(|v| v.as_array()).is_some_and(|list| !list.is_empty());
                let fits = match &**output {
                    "bilancio" => list("competenze"),
                    _ => {
                        list("misure")
                            && evidence
                                .get("data_aggiornamento")
                                .and_then(|v| v.as_str())
                                .is_some_and(|d| d.parse::<Day>().is_ok())
                    }
                };
                self.evidence_faults += u32::from(!fits);
                if let Some(at) = place(output) {
                    self.complete(at, mark);
                }
            }
            EventKind::OutcomeReached { outcome } => {
                if let Some(at) = place(outcome) {
                    self.complete(at, mark);
                }
            }
            EventKind::Registered { item, .. } => {
                if let Some(at) = place(item) {
                    self.registered[at] = Some(self.registered[at].map_or(mark, |first| first.min(mark)));
                }
            }
            _ => {}
        }
    }
}

fn fold_figures(rulebook: &Rulebook) {
    for length in [20, 40] {
        let events = history(length);
        let rounds = 200_000 / length;
        let ours = best(7, || {
            for _ in 0..rounds {
                black_box(engine::fold(rulebook, black_box(&events)));
            }
        });
        let by_hand = best(7, || {
            for _ in 0..rounds {
                let mut case = ByHand::default();
                for (sequence, event) in (1..).zip(black_box(&events)) {
                    case.apply(sequence, event);
                }
                black_box(case.evidence_faults);
                black_box(&case);
            }
        });
        let total = (rounds * length) as f64;
        let rate = |time: Duration| total / time.as_secs_f64() / 1e6;
        let ratio = ours.as_secs_f64() / by_hand.as_secs_f64();
        row(
            &format!("fold, histories of {length} events, one core"),
            format!("{:.1} M events/s", rate(ours)),
            "at least 20 M events/s",
        );
        row(
            "… against a fold written by hand for that level",
            format!("{ratio:.2}× its time ({:.1} M/s)", rate(by_hand)),
            "at most 3×",
        );
    }
}

fn decide_figures(rulebook: &Rulebook) {
    let case = engine::fold(rulebook, &history(40));
    let today = Day::new(2024, 6, 30).expect("a day");
    let commands = [
        (
            "decide, an activity on a case of 40 events",
            r#"{"tipo":"attivita","il":"2024-06-03","attivita":"counseling","evento":"terminata"}"#,
        ),
        (
            "decide, an output with its evidence (jsonschema)",
            r#"{"tipo":"output","il":"2024-06-03","output":"bilancio","evidenza":{"competenze":["tornio"],"gap":["CAD"]}}"#,
        ),
        ("decide, the closing", r#"{"tipo":"chiusa","il":"2024-06-03","modo":"conclusa"}"#),
    ];
    for (what, json) in commands {
        let command = Command::Record(event(json));
        assert!(engine::decide(rulebook, &case, &command, today).is_ok(), "{what}");
        let time = best(9, || {
            for _ in 0..2_000 {
                _ = black_box(engine::decide(rulebook, &case, black_box(&command), today));
            }
        });
        row(what, format!("{:.2} µs", time.as_secs_f64() * 1e6 / 2_000.0), "under 5 µs");
    }
}

fn findings_figures(rulebook: &Rulebook, what: &str, case: &Case, on: Day) {
    let time = best(9, || {
        for _ in 0..10_000 {
            black_box(engine::findings(rulebook, black_box(case), on));
        }
    });
    row(what, format!("{:.0} ns", time.as_secs_f64() * 1e9 / 10_000.0), "under 1,000 ns");
}

fn loading_figures(specs: &Path) {
    let time = best(5, || {
        let library = Library::open(specs).expect("specs");
        black_box(library.diagnostics());
        let today = Day::new(2024, 6, 1).expect("a day");
        for file in &library.specs().levels {
            black_box(library.rulebook(&file.level.letter.value.0, None, today)).expect("a rulebook");
        }
    });
    row(
        "load, check and compile the 21 levels, in the process",
        format!("{:.1} ms", time.as_secs_f64() * 1e3),
        "under 100 ms",
    );
}

/// A whole process, from its start to its end, and its peak memory.
fn process_figures(specs: &Path) {
    let lepre = PathBuf::from(env!("CARGO_BIN_EXE_lepre"));
    let run = |arguments: &[&str]| {
        let specs = specs.to_string_lossy().into_owned();
        best(7, || {
            let output = Process::new(&lepre).args(["--specs", &specs]).args(arguments).output().expect("lepre runs");
            assert!(output.status.success(), "{arguments:?}");
        })
    };
    row(
        "`lepre check` as a process, from start to end",
        format!("{:.1} ms", run(&["check"]).as_secs_f64() * 1e3),
        "under 100 ms",
    );
    row(
        "`lepre show E` as a process, from start to end",
        format!("{:.1} ms", run(&["show", "E"]).as_secs_f64() * 1e3),
        "under 50 ms",
    );
    if let Some(peak) = peak_of_check(&lepre, specs) {
        row("… peak memory of `lepre check`", format!("{:.1} MiB", peak / 1024.0), "under 64 MiB");
    }
}

/// Peak resident memory in KiB, by running the check in a child that reports its own.
fn peak_of_check(lepre: &Path, specs: &Path) -> Option<f64> {
    let script = "\"$0\" --specs \"$1\" check >/dev/null & pid=$!; peak=0; \
        while [ -r /proc/$pid/status ]; do now=$(awk '/VmHWM/{print $2}' /proc/$pid/status 2>/dev/null); \
        [ -n \"$now\" ] && peak=$now; kill -0 $pid 2>/dev/null || break; done; echo $peak";
    let mut peak: f64 = 0.0;
    for _ in 0..5 {
        let output = Process::new("bash").args(["-c", script]).arg(lepre).arg(specs).output().ok()?;
        peak = peak.max(String::from_utf8_lossy(&output.stdout).trim().parse().ok()?);
    }
    (peak > 0.0).then_some(peak)
}

fn main() {
    // `cargo test --benches` passes flags; there is nothing to test here.
    if std::env::args().any(|a| a == "--test") {
        return;
    }
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("specs");
    let library = Library::open(&specs).expect("specs");
    let on = Day::new(2024, 6, 1).expect("a day");
    println!("| {:<58} | {:>26} | {:<28} |", "what", "measured", "aim");
    println!("|{:-<60}|{:->27}:|{:-<30}|", "", "", "");
    let guidance = library.rulebook("E", None, on).expect("E");
    fold_figures(&guidance);
    decide_figures(&guidance);
    findings_figures(&guidance, "findings, LEP E, 20 events", &engine::fold(&guidance, &history(20)), on);
    let profiling = library.rulebook("B", None, on).expect("B");
    let events: Vec<Event> = [
        r#"{"tipo":"aperta","il":"2024-03-04","soggetto":"s","lep":"B","regolamento":""}"#,
        r#"{"tipo":"dato","il":"2024-03-04","dato":"percettore_naspi","valore":false}"#,
        r#"{"tipo":"dato","il":"2024-03-04","dato":"convocato","valore":false}"#,
        r#"{"tipo":"dato","il":"2024-03-04","dato":"disoccupato","valore":true}"#,
        r#"{"tipo":"dato","il":"2024-03-04","dato":"data_did","valore":"2024-03-01"}"#,
        r#"{"tipo":"dato","il":"2024-03-04","dato":"data_registrazione","valore":"2024-03-01"}"#,
        r#"{"tipo":"sospesa","il":"2024-03-10","motivo":"ricovero"}"#,
        r#"{"tipo":"ripresa","il":"2024-03-20"}"#,
    ]
    .iter()
    .map(|json| event(json))
    .cycle()
    .take(8)
    .collect();
    let mut events = events;
    events.resize(20, event(r#"{"tipo":"attivita","il":"2024-04-02","attivita":"did-online","evento":"terminata"}"#));
    let case = engine::fold(&profiling, &events);
    findings_figures(
        &profiling,
        "findings, LEP B with terms and a suspension, 20 events",
        &case,
        Day::new(2024, 9, 1).expect("a day"),
    );
    loading_figures(&specs);
    process_figures(&specs);
}
