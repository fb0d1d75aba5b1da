// SPDX-License-Identifier: EUPL-1.2
//! Scripts written at random say, in our tree, what they say in rhai's own evaluator; and fail where they fail there.

use std::sync::{Arc, Mutex};

use lepre::script::{Outcome, Script, Word};
use lepre::value::Value;
use rhai::{AST, Dynamic, Engine, EvalAltResult, Map, OptimizationLevel, Scope};

use super::writer::Writer;
use super::{choices, shapes, vocabulary};
use crate::promises::random::{Random, seeds};

/// Scripts written in one run of the suite, and worlds in which each is run.
const SCRIPTS: u64 = 1_500;
const WORLDS: usize = 8;
/// Scripts spoilt by a slip of the pen; most are no scripts any more.
const SPOILT: u64 = 10_000;

type Said = Arc<Mutex<Vec<String>>>;
type Refused = Box<EvalAltResult>;

/// A word is remembered once, where it is sound.
fn say(said: &Said, word: String, sound: bool) -> Result<(), Refused> {
    let mut said = said.lock().unwrap();
    if !sound {
        return Err("not sound".into());
    }
    if !said.contains(&word) {
        said.push(word);
    }
    if said.len() > lepre::script::MAX_WORDS {
        return Err("too many".into());
    }
    Ok(())
}

fn judge(said: &Said) -> Engine {
    let mut engine = Engine::new();
    engine.set_max_expr_depths(0, 0);
    // rhai 1.27 optimised puts a constant in the place of a loop variable of the same name.
    engine.set_optimization_level(OptimizationLevel::None);
    let log = said.clone();
    engine.register_fn("rendi_dovuta", move |item: &str, norm: &str| {
        say(&log, format!("due {item} {}", partition(norm)), true)
    });
    let log = said.clone();
    engine.register_fn("abbrevia", move |term: &str, count: i64, norm: &str| {
        say(&log, format!("shorten {term} {count} {}", partition(norm)), (1..30).contains(&count))
    });
    let log = said.clone();
    engine.register_fn("rafforza_evidenza", move |output: &str, field: &str, least: i64, norm: &str| {
        say(&log, format!("field {output} {field} {least} {}", partition(norm)), least >= 1)
    });
    engine
}

/// What follows the act in a norm.
fn partition(norm: &str) -> &str {
    norm.trim_start_matches("dgr-1").trim_start_matches([',', ' ']).trim_end()
}

fn ours(word: &Word) -> String {
    let (word, norm) = match word {
        Word::MakeDue { item, norm } => (format!("due {item}"), norm),
        Word::Shorten { term, within, norm } => (format!("shorten {term} {}", within.count), norm),
        Word::RequireField { output, field, minimum, norm } => {
            (format!("field {output} {field} {}", minimum.unwrap()), norm)
        }
    };
    format!("{word} {}", norm.partition.as_deref().unwrap_or_default())
}

fn world(random: &mut Random) -> Vec<Value> {
    let numbers = [i64::MIN, -1, 0, 1, 2, 11, 12, 13, 30, i64::MAX];
    let text = |text: &&str| Value::Text((*text).into());
    vec![
        Value::Integer(*random.one_of(&numbers)),
        Value::Integer(*random.one_of(&numbers)),
        Value::Boolean(random.below(2) == 0),
        Value::Decimal(random.one_of(&["-0.5", "0", "0.79", "0.8", "12"]).parse().unwrap()),
        Value::Date(random.one_of(&["2018-01-11", "2024-02-29", "2024-03-01"]).parse().unwrap()),
        text(random.one_of(&["", "Forlì", "Cesena"])),
        text(random.one_of(&["nessuno", "diploma", "laurea"])),
        Value::Integer(*random.one_of(&numbers)),
    ]
}

/// An ISO date is ordered as a text is; rhai knows decimals as floats, and these few compare alike.
fn theirs(value: &Value) -> Dynamic {
    match value {
        Value::Boolean(truth) => (*truth).into(),
        Value::Integer(number) => (*number).into(),
        Value::Decimal(number) => number.to_string().parse::<f64>().unwrap().into(),
        Value::Date(_) | Value::Text(_) => value.to_string().into(),
    }
}

/// What rhai's own evaluator makes of it; `None` is a failure.
fn judged(engine: &Engine, ast: &AST, said: &Said, values: &[Value]) -> Option<Vec<String>> {
    let choices = choices();
    let facts: Map =
        shapes(&choices).iter().zip(values).map(|(shape, value)| (shape.name.into(), theirs(value))).collect();
    said.lock().unwrap().clear();
    let result = engine.call_fn::<Dynamic>(&mut Scope::new(), ast, "varia", (facts,));
    result.ok().map(|_| said.lock().unwrap().clone())
}

/// How often a script spoke, failed, and had nothing to say.
#[derive(Debug, Default)]
struct Tally {
    spoke: u64,
    failed: u64,
    silent: u64,
}

/// Runs both in one world, ours twice.
fn compare(source: &str, script: &Script, judge: (&Engine, &AST, &Said), values: &[Value], tally: &mut Tally) {
    let known: Vec<Option<Value>> = values.iter().cloned().map(Some).collect();
    let run = script.run(&known);
    let found = match &run.outcome {
        Outcome::Words(words) => Some(words.iter().map(ours).collect::<Vec<_>>()),
        // A text that stands for a date is only a text to rhai.
        Outcome::Failed(failure) if failure.message.ends_with("non è una data") => return,
        Outcome::Failed(_) => None,
        Outcome::Awaits(slot) => panic!("awaits {slot}, which is known\n{source}"),
    };
    let expected = judged(judge.0, judge.1, judge.2, values);
    assert_eq!(found, expected, "{source}\n{values:?}\n{:?}", run.outcome);
    assert_eq!(run, script.run(&known), "a second run differs\n{source}");
    match expected {
        None => tally.failed += 1,
        Some(words) if words.is_empty() => tally.silent += 1,
        Some(_) => tally.spoke += 1,
    }
}

#[test]
fn scripts_written_at_random_say_what_they_say_in_rhai() {
    let said = Said::default();
    let (engine, mut tally) = (judge(&said), Tally::default());
    let all = seeds(SCRIPTS);
    let whole = all.end - all.start == SCRIPTS;
    for seed in all {
        println!("LEPRE_SEED={seed}");
        let mut random = Random::new(seed);
        let source = Writer::script(&mut random);
        let script = Script::read(source.as_bytes(), &shapes(&choices()), &vocabulary())
            .unwrap_or_else(|faults| panic!("lepre refuses\n{source}\n{faults:#?}"));
        let ast = engine.compile(&source).unwrap_or_else(|error| panic!("rhai refuses\n{source}\n{error}"));
        for _ in 0..WORLDS {
            compare(&source, &script, (&engine, &ast, &said), &world(&mut random), &mut tally);
        }
    }
    let asked = tally.spoke + tally.failed + tally.silent;
    let varied = tally.spoke > asked / 5 && tally.failed > asked / 20 && tally.silent > asked / 20;
    assert!(!whole || varied, "one-sided: {tally:?}");
}

#[test]
fn what_a_slip_leaves_a_script_still_says_what_it_says_in_rhai() {
    let said = Said::default();
    let (engine, mut tally) = (judge(&said), Tally::default());
    let pens: Vec<char> = "!=<>&|()[]{}-+*/%.;,019 ab_\"\\`'#$?:@\n~^è".chars().collect();
    let words =
        ["true", "dati", "dati.mesi", "x in [1]", "if", "let a = 1;", "return", "-", "0.5", "fn", "this", "!in"];
    let all = seeds(SPOILT);
    let whole = all.end - all.start == SPOILT;
    for seed in all {
        println!("LEPRE_SEED={seed}");
        let mut random = Random::new(seed);
        let mut text: Vec<char> = Writer::script(&mut random).chars().collect();
        for _ in 0..=random.below(2) {
            let at = random.below(text.len());
            match random.below(5) {
                0 => _ = text.remove(at),
                1 => text.insert(at, *random.one_of(&pens)),
                2 => text[at] = *random.one_of(&pens),
                3 => {
                    let end = (at + random.below(30)).min(text.len());
                    let other = random.below(text.len());
                    let piece: Vec<char> = text[at..end].to_vec();
                    text.splice(other..other, piece);
                }
                _ => _ = text.splice(at..at, random.one_of(&words).chars()),
            }
        }
        let source: String = text.into_iter().collect();
        let shapes_and_choices = choices();
        let shapes = shapes(&shapes_and_choices);
        match Script::read(source.as_bytes(), &shapes, &vocabulary()) {
            Ok(script) => {
                let ast = engine.compile(&source).unwrap_or_else(|error| panic!("rhai refuses\n{source}\n{error}"));
                compare(&source, &script, (&engine, &ast, &said), &world(&mut random), &mut tally);
            }
            Err(faults) => {
                let lines: Vec<&str> = source.lines().collect();
                for fault in faults {
                    let line = usize::try_from(fault.line).unwrap() - 1;
                    let column = usize::try_from(fault.column).unwrap() - 1;
                    let row = lines.get(line).copied().unwrap_or_default();
                    assert!(column <= row.chars().count(), "{fault:?} is outside\n{source}");
                    assert!(!fault.message.is_empty() && fault.help.is_some(), "{fault:?}\n{source}");
                }
            }
        }
    }
    assert!(!whole || tally.spoke > SPOILT / 50, "most slips leave no script: {tally:?}");
}
