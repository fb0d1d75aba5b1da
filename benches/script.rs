// SPDX-License-Identifier: EUPL-1.2
//! What the README claims about scripts: reading, running and trying one of twenty lines, beside rhai's own evaluator.
//!
//! `cargo bench --bench script` prints one table; absolute figures belong to the machine they were measured on.
#![expect(clippy::expect_used, reason = "a bench stops at the first surprise")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use lepre::calendar::{Length, Unit};
use lepre::condition::FactShape;
use lepre::script::{Outcome, Script, Vocabulary};
use lepre::value::{FactType, Value};
use rhai::{Dynamic, Engine, Map, OptimizationLevel, Scope};

const SOURCE: &str = r#"// D.G.R. 1/2024, art. 3: chi è disoccupato da oltre un anno riceve il bilancio entro dieci giorni.
fn varia(dati) {
    const soglia = 12;
    let giorni = 20;
    if dati.mesi > soglia {
        giorni = 10;
        rendi_dovuta("counseling", "D.G.R. 1/2024, art. 3, co. 2");
    } else if dati.mesi > 6 && dati.titolo in ["nessuno", "diploma"] {
        giorni = 15;
    }
    if dati.eta < 30 || dati.eta >= 50 {
        giorni -= 3;
        rafforza_evidenza("bilancio", "competenze", 2, "D.G.R. 1/2024, art. 4");
    }
    for voce in ["colloquio", "patto"] {
        if dati.naspi && dati.data_did >= "2024-01-01" {
            rendi_dovuta(voce, "D.G.R. 1/2024, art. 5");
        }
    }
    abbrevia("primo-colloquio", giorni, "D.G.R. 1/2024, art. 3");
}
"#;

/// Best of several rounds, for one of `times`: the machine's noise only ever adds.
fn best(times: u32, mut work: impl FnMut()) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..20 {
        let start = Instant::now();
        for _ in 0..times {
            work();
        }
        best = best.min(start.elapsed() / times);
    }
    best
}

fn row(what: &str, figure: Duration, aim: &str) {
    println!("| {what:<52} | {:>12} | {aim:<20} |", format!("{figure:.2?}"));
}

/// rhai's own evaluator, with verbs that only count.
fn judge() -> Engine {
    let mut engine = Engine::new();
    engine.set_optimization_level(OptimizationLevel::None);
    engine.register_fn("rendi_dovuta", |_: &str, _: &str| ());
    engine.register_fn("abbrevia", |_: &str, _: i64, _: &str| ());
    engine.register_fn("rafforza_evidenza", |_: &str, _: &str, _: i64, _: &str| ());
    engine
}

fn main() {
    let choices: Vec<String> = ["nessuno", "diploma", "laurea"].map(str::to_owned).to_vec();
    let shape = |name, kind, choices| FactShape { name, kind, choices, range: (None, None) };
    let facts = [
        shape("mesi", FactType::Integer, &[][..]),
        shape("eta", FactType::Integer, &[]),
        shape("naspi", FactType::Boolean, &[]),
        shape("data_did", FactType::Date, &[]),
        shape("titolo", FactType::Choice, &choices),
    ];
    let vocabulary = Vocabulary {
        items: &["colloquio", "counseling", "patto"],
        terms: &[("primo-colloquio", Length::new(30, Unit::Days))],
        fields: &[("bilancio", "competenze")],
        acts: &[("dgr-1", Some("D.G.R. 1/2024"))],
    };
    let read = || Script::read(SOURCE.as_bytes(), &facts, &vocabulary).expect("a sound script");
    let script = read();
    let known = [
        Some(Value::Integer(18)),
        Some(Value::Integer(25)),
        Some(Value::Boolean(true)),
        Some(Value::Date("2024-05-02".parse().expect("a day"))),
        Some(Value::Text("diploma".into())),
    ];
    let Outcome::Words(words) = script.run(&known).outcome else { unreachable!("all is known") };
    println!("a script of {} lines that says {} words\n", SOURCE.lines().count(), words.len());
    println!("| {:<52} | {:>12} | {:<20} |", "what", "at best", "aim");
    println!("|{0:-<54}|{0:->14}|{0:-<22}|", "");
    row("run, five words", best(2_000, || _ = black_box(script.run(black_box(&known)))), "under 5 µs");
    let engine = judge();
    let ast = engine.compile(SOURCE).expect("rhai reads it too");
    let theirs: [(&str, Dynamic); 5] = [
        ("mesi", 18_i64.into()),
        ("eta", 25_i64.into()),
        ("naspi", true.into()),
        ("data_did", "2024-05-02".into()),
        ("titolo", "diploma".into()),
    ];
    let map: Map = theirs.into_iter().map(|(name, value)| (name.into(), value)).collect();
    let by_rhai = best(500, || {
        let said = engine.call_fn::<Dynamic>(&mut Scope::new(), &ast, "varia", (map.clone(),));
        _ = black_box(said.expect("rhai runs it too"));
    });
    row("the same in rhai, whose verbs say nothing", by_rhai, "");
    row("read", best(100, || _ = black_box(read())), "");
    row("try", best(2, || _ = black_box(script.trial(&facts))), "");
}
