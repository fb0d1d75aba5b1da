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
    engine.register_fn("rendi_dovuta", move |item: &str, _norm: &str| say(&log, format!("due {item}"), true));
    let log = said.clone();
    engine.register_fn("abbrevia", move |term: &str, count: i64, _norm: &str| {
        say(&log, format!("shorten {term} {count}"), (1..30).contains(&count))
    });
    let log = said.clone();
    engine.register_fn("rafforza_evidenza", move |output: &str, field: &str, least: i64, _norm: &str| {
        say(&log, format!("field {output} {field} {least}"), least >= 1)
    });
    engine
}

fn ours(word: &Word) -> String {
    match word {
        Word::MakeDue { item, .. } => format!("due {item}"),
        Word::Shorten { term, within, .. } => format!("shorten {term} {}", within.count),
        Word::RequireField { output, field, minimum, .. } => format!("field {output} {field} {}", minimum.unwrap()),
        Word::AddTerm { id, .. } => format!("term {id}"),
    }
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

#[test]
fn scripts_written_at_random_say_what_they_say_in_rhai() {
    let said = Said::default();
    let engine = judge(&said);
    let (mut spoke, mut failed, mut silent) = (0_u64, 0_u64, 0_u64);
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
            let values = world(&mut random);
            let known: Vec<Option<Value>> = values.iter().cloned().map(Some).collect();
            let run = script.run(&known);
            let found = match &run.outcome {
                Outcome::Words(words) => Some(words.iter().map(ours).collect::<Vec<_>>()),
                Outcome::Failed(_) => None,
                Outcome::Awaits(slot) => panic!("awaits {slot}, which is known\n{source}"),
            };
            let expected = judged(&engine, &ast, &said, &values);
            assert_eq!(found, expected, "{source}\n{values:?}\n{:?}", run.outcome);
            assert_eq!(run, script.run(&known), "a second run differs\n{source}");
            match expected {
                None => failed += 1,
                Some(words) if words.is_empty() => silent += 1,
                Some(_) => spoke += 1,
            }
        }
    }
    let asked = spoke + failed + silent;
    println!("spoke {spoke}, failed {failed}, silent {silent}");
    assert!(!whole || (spoke > asked / 5 && failed > asked / 20 && silent > asked / 20), "{spoke} {failed} {silent}");
}
