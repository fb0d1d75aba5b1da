// SPDX-License-Identifier: EUPL-1.2
//! Regional scripts: what they may say, what stops them, and that nothing they do harms anybody.

use lepre::calendar::{Length, Unit};
use lepre::condition::FactShape;
use lepre::script::{Outcome, Script, ScriptFault, Vocabulary};
use lepre::value::{FactType, Value};

mod against_rhai;
mod facts;
mod faults;
mod hostile;
mod trials;
mod verbs;
mod writer;

/// `a`, `b`: integers; then a fact of each other type.
pub fn shapes(choices: &[String]) -> Vec<FactShape<'_>> {
    let shape = |name, kind, range| {
        let choices: &[String] = if kind == FactType::Choice { choices } else { &[] };
        FactShape { name, kind, choices, range }
    };
    vec![
        shape("mesi", FactType::Integer, (Some(0), Some(600))),
        shape("eta", FactType::Integer, (Some(0), Some(120))),
        shape("naspi", FactType::Boolean, (None, None)),
        shape("indice", FactType::Decimal, (None, None)),
        shape("data_did", FactType::Date, (None, None)),
        shape("comune", FactType::Text, (None, None)),
        shape("titolo", FactType::Choice, (None, None)),
        shape("saldo", FactType::Integer, (None, None)),
    ]
}

pub fn choices() -> Vec<String> {
    ["nessuno", "diploma", "laurea"].map(str::to_owned).to_vec()
}

pub fn vocabulary() -> Vocabulary<'static> {
    const TERMS: &[(&str, Option<Length>)] = &[
        ("primo-colloquio", Some(Length { count: 30, unit: Unit::Days })),
        ("bilancio", Some(Length { count: 10, unit: Unit::WorkingDays })),
        ("da-fissare", None),
    ];
    Vocabulary {
        items: &["colloquio", "counseling", "bilancio-competenze", "patto"],
        terms: TERMS,
        fields: &[("bilancio", "competenze"), ("bilancio", "gap"), ("patto", "misure")],
        acts: &[("dgr-1", Some("D.G.R. 1/2024")), ("dgr-2", Some("D.G.R. 2/2024, all. A")), ("lr-34", None)],
    }
}

pub fn read(source: &str) -> Result<Script, Vec<ScriptFault>> {
    Script::read(source.as_bytes(), &shapes(&choices()), &vocabulary())
}

/// The faults as `line:column message`.
pub fn faults(source: &str) -> Vec<String> {
    let faults = read(source).err().unwrap_or_default();
    faults.iter().map(|f| format!("{}:{}+{} {}", f.line, f.column, f.length, f.message)).collect()
}

/// The script whose function has this body.
pub fn script(body: &str) -> Script {
    read(&format!("fn varia(dati) {{ {body} }}")).unwrap_or_else(|faults| panic!("{body}\n{faults:#?}"))
}

/// All known: 18 months, aged 34, with NASpI, 0.79, 2024-05-02, Forlì, diploma, 100.
pub fn known() -> Vec<Option<Value>> {
    vec![
        Some(Value::Integer(18)),
        Some(Value::Integer(34)),
        Some(Value::Boolean(true)),
        Some(Value::Decimal("0.79".parse().unwrap())),
        Some(Value::Date("2024-05-02".parse().unwrap())),
        Some(Value::Text("Forlì".into())),
        Some(Value::Text("diploma".into())),
        Some(Value::Integer(100)),
    ]
}

pub fn outcome(body: &str) -> Outcome {
    script(body).run(&known()).outcome
}
