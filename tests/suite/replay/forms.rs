// SPDX-License-Identifier: EUPL-1.2
//! Evidence is checked twice, quickly and in words: the two checks never disagree.

use lepre::evidence::{Form, FormField};
use lepre::spec::level::FieldType;
use lepre::value::Decimal;
use serde_json::{Map, Value as Json, json};

use super::events::{evidence, text};
use super::{Dice, seed};

const FORMS: usize = 1_500;
const FILLED: usize = 20;

const PATTERNS: [&str; 5] = ["[A-Z]{2}[0-9]{4}", "\\d+", "a|bc", "(è|🐇)*", "^a.*$"];
const CHOICES: [&str; 4] = ["carta", "digitale", "", "è"];

fn form(dice: &mut Dice) -> Form {
    let fields = (0..1 + dice.below(4)).map(|n| field(dice, format!("campo_{n}")));
    Form::from(fields.collect::<Vec<FormField>>())
}

/// A field such as the compiler lets through.
fn field(dice: &mut Dice, name: String) -> FormField {
    let kind = *dice.pick(FieldType::ALL);
    let entries = [FieldType::Text, FieldType::Integer, FieldType::Decimal, FieldType::Date, FieldType::Choice];
    let of = (kind == FieldType::List).then(|| *dice.pick(&entries));
    let bounded = matches!(kind, FieldType::Text | FieldType::List | FieldType::Integer | FieldType::Decimal);
    let (minimum, maximum) = if bounded { bounds(dice, kind) } else { (None, None) };
    let chosen = kind == FieldType::Choice || of == Some(FieldType::Choice);
    FormField {
        name,
        kind,
        of,
        question: "Che cosa?".into(),
        mandatory: dice.chance(40),
        minimum,
        maximum,
        pattern: (kind == FieldType::Text && dice.chance(40)).then(|| (*dice.pick(&PATTERNS)).to_owned()),
        choices: if chosen { CHOICES[..1 + dice.below(4)].iter().map(ToString::to_string).collect() } else { vec![] },
    }
}

fn bounds(dice: &mut Dice, kind: FieldType) -> (Option<Decimal>, Option<Decimal>) {
    let signed = matches!(kind, FieldType::Integer | FieldType::Decimal);
    let low = i64::try_from(dice.below(5)).unwrap() - if signed { 2 } else { 0 };
    let high = low + i64::try_from(dice.below(4)).unwrap();
    let number =
        |n: i64, fraction: bool| if fraction { format!("{n}.25").parse().ok() } else { Decimal::from_integer(n) };
    let fraction = kind == FieldType::Decimal && low >= 0 && dice.chance(50);
    let minimum = dice.chance(60).then(|| number(low, fraction)).flatten();
    let maximum = dice.chance(60).then(|| number(high, fraction)).flatten();
    (minimum, maximum)
}

/// Near what the type wants, often not quite.
fn value(dice: &mut Dice, field: &FormField) -> Json {
    let tried: Vec<Json> = match field.kind {
        FieldType::Text => {
            vec![json!("AB1234"), json!("AB12345"), json!("12"), json!("bc"), json!("🐇🐇"), json!("a\nb")]
        }
        FieldType::Integer => numbers(),
        FieldType::Decimal => {
            let texts = ["0.79", "-3", "1e3", "12,5", "0.1234567", "1.", "00.5", "", "-0", "99999999999999"];
            numbers().into_iter().chain(texts.map(|text| json!(text))).collect()
        }
        FieldType::Date => vec![json!("2024-05-06"), json!("2024-02-30"), json!("06/05/2024"), json!("2024-5-6")],
        FieldType::Boolean => vec![json!(true), json!(false), json!("true"), json!(0)],
        FieldType::Choice => CHOICES.iter().map(|choice| json!(choice)).chain([json!("Carta")]).collect(),
        FieldType::List => {
            let of = FormField { kind: field.of.unwrap(), of: None, ..field.clone() };
            return (0..dice.below(6)).map(|_| value(dice, &of)).collect();
        }
    };
    match dice.below(10) {
        0 => evidence(dice, 2),
        1 if field.kind == FieldType::Text => json!("x".repeat(dice.below(9))),
        _ => dice.pick(&tried).clone(),
    }
}

fn numbers() -> Vec<Json> {
    let whole = [0, 1, -1, 2, 3, 4, i64::MAX, i64::MIN].map(|n| json!(n));
    let other = [3.0, 1e3, 1e300, 0.5, 0.25, 2.25, -0.0, 0.30000000000000004, 9.3e18, 9.2e12].map(|n: f64| json!(n));
    whole.into_iter().chain(other).chain([json!(u64::MAX)]).collect()
}

fn filled(dice: &mut Dice, form: &Form) -> Json {
    if dice.chance(4) {
        return evidence(dice, 2);
    }
    let mut map = Map::new();
    for field in &form.fields {
        if dice.chance(80) {
            map.insert(field.name.clone(), value(dice, field));
        }
    }
    if dice.chance(8) {
        map.insert(if dice.chance(50) { "campo_9".into() } else { text(dice) }, json!("x"));
    }
    Json::Object(map)
}

#[test]
fn the_quick_check_and_the_one_in_words_agree() {
    let mut dice = Dice(seed());
    let (mut right, mut wrong) = (0, 0);
    for _ in 0..FORMS {
        let form = form(&mut dice);
        for _ in 0..FILLED {
            let filled = filled(&mut dice, &form);
            let faults = form.faults(&filled);
            assert_eq!(form.accepts(&filled), faults.is_empty(), "{filled}\n{faults:?}\n{:#?}", form.fields);
            if faults.is_empty() {
                right += 1
            } else {
                wrong += 1
            }
            for fault in faults {
                assert!(
                    fault.starts_with("campo ")
                        || fault.starts_with("manca il campo ")
                        || fault == "serve un gruppo di campi",
                    "{fault}"
                );
            }
        }
    }
    assert!(right > 3_000 && wrong > 10_000, "{right} right, {wrong} wrong");
}

/// What a person is told, word for word.
#[test]
fn a_wrong_form_is_told_in_one_sentence_for_each_fault() {
    let plain = |name: &str, kind| FormField {
        name: name.into(),
        kind,
        of: None,
        question: "?".into(),
        mandatory: false,
        minimum: None,
        maximum: None,
        pattern: None,
        choices: vec![],
    };
    let form = Form::from(vec![
        FormField { mandatory: true, ..plain("data_invio", FieldType::Date) },
        FormField {
            minimum: Decimal::from_integer(1),
            maximum: Decimal::from_integer(3),
            ..plain("quanti", FieldType::Integer)
        },
        FormField { of: Some(FieldType::Text), minimum: Decimal::from_integer(2), ..plain("misure", FieldType::List) },
        FormField { choices: vec!["carta".into(), "digitale".into()], ..plain("modo", FieldType::Choice) },
        FormField { maximum: "0.5".parse().ok(), ..plain("indice", FieldType::Decimal) },
        plain("firmato", FieldType::Boolean),
        FormField {
            minimum: Decimal::from_integer(3),
            pattern: Some("[a-z]+".into()),
            ..plain("nome", FieldType::Text)
        },
    ]);
    let table: [(Json, &[&str]); 14] = [
        (json!({ "data_invio": "2024-05-06" }), &[]),
        (json!({}), &["manca il campo `data_invio`"]),
        (json!([]), &["serve un gruppo di campi"]),
        (json!({ "data_invio": "ieri" }), &["campo `data_invio`: serve una data, per esempio 2024-05-02"]),
        (json!({ "data_invio": "2024-05-06", "quanti": 4 }), &["campo `quanti`: il valore massimo è 3"]),
        (json!({ "data_invio": "2024-05-06", "quanti": "due" }), &["campo `quanti`: serve un numero intero"]),
        (json!({ "data_invio": "2024-05-06", "misure": ["corso"] }), &["campo `misure`: servono almeno 2 voci"]),
        (json!({ "data_invio": "2024-05-06", "misure": ["corso", ""] }), &["campo `misure`: non può essere vuoto"]),
        (json!({ "data_invio": "2024-05-06", "misure": ["corso", 7, 8] }), &["campo `misure`: serve un testo"]),
        (
            json!({ "data_invio": "2024-05-06", "quanti": 1e300 }),
            &["campo `quanti`: il valore massimo è 3", "campo `quanti`: serve un numero intero"],
        ),
        (json!({ "data_invio": "2024-05-06", "modo": "voce" }), &["campo `modo`: le scelte sono: carta, digitale"]),
        (json!({ "data_invio": "2024-05-06", "indice": "0.51" }), &["campo `indice`: il valore massimo è 0.5"]),
        (json!({ "data_invio": "2024-05-06", "firmato": "sì" }), &["campo `firmato`: serve vero o falso"]),
        (
            json!({ "data_invio": "2024-05-06", "quanto": 1, "nome": "A" }),
            &[
                "campo `nome`: il testo non segue il modello `[a-z]+`",
                "campo `nome`: servono almeno 3 caratteri",
                "campo `quanto` sconosciuto: forse volevi dire `quanti`",
            ],
        ),
    ];
    for (filled, sentences) in table {
        let mut faults = form.faults(&filled);
        faults.sort();
        assert_eq!(faults, sentences, "{filled}");
    }
}
