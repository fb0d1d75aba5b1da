// SPDX-License-Identifier: EUPL-1.2
//! An event read back is the event written, and its text does not change from one writing to the next.

use lepre::calendar::Day;
use lepre::engine::{Event, EventKind, Minute, Opening, PriorItem};
use lepre::spec::scenario::{Manner, SapEventWord};
use lepre::value::Datum;
use serde_json::{Map, Value as Json, json};

use super::{Dice, seed};

const EVENTS: usize = 20_000;

/// Letters that texts are made of: of every width, and of every meaning to JSON.
const LETTERS: [&str; 24] = [
    "a",
    "Z",
    "7",
    " ",
    "è",
    "ß",
    "Ω",
    "漢",
    "🐇",
    "\u{0}",
    "\u{1}",
    "\u{7f}",
    "\n",
    "\r",
    "\t",
    "\"",
    "\\",
    "/",
    "{",
    "}",
    "\u{2028}",
    "\u{feff}",
    "\u{10ffff}",
    "e\u{301}",
];

pub fn text(dice: &mut Dice) -> String {
    let length = if dice.chance(2) { 2_000 } else { dice.below(12) };
    (0..length).map(|_| *dice.pick(&LETTERS)).collect()
}

fn number(dice: &mut Dice) -> Json {
    match dice.below(7) {
        0 => json!(dice.below(100)),
        1 => json!(dice.roll().cast_signed()),
        2 => json!(dice.roll()),
        3 => json!(*dice.pick(&[3.0, 1e3, -0.0, 0.1, 1e300, 5e-324, 0.79])),
        // Any number that binary floating point can hold.
        4 | 5 => json!(Some(f64::from_bits(dice.roll())).filter(|number| number.is_finite()).unwrap_or(2.5)),
        _ => json!((dice.below(2_000_000) as f64) / 1_000.0),
    }
}

pub fn evidence(dice: &mut Dice, depth: usize) -> Json {
    match dice.below(if depth == 0 { 5 } else { 8 }) {
        0 => Json::Null,
        1 => json!(dice.chance(50)),
        2 | 3 => number(dice),
        4 => json!(text(dice)),
        5 => (0..dice.below(4)).map(|_| evidence(dice, depth - 1)).collect(),
        _ => Json::Object((0..dice.below(4)).map(|_| (text(dice), evidence(dice, depth - 1))).collect::<Map<_, _>>()),
    }
}

pub fn any_day(dice: &mut Dice) -> Day {
    loop {
        let number = Day::new(1900, 1, 1).unwrap().number() + i32::try_from(dice.below(109_572)).unwrap();
        if let Some(day) = Day::from_number(number) {
            return day;
        }
    }
}

/// Any event at all; names come from `names`.
pub fn any_event(dice: &mut Dice, names: &mut dyn FnMut(&mut Dice) -> String) -> Event {
    let name =
        |dice: &mut Dice, names: &mut dyn FnMut(&mut Dice) -> String| -> std::sync::Arc<str> { names(dice).into() };
    let maybe = |dice: &mut Dice| dice.chance(50).then(|| text(dice).into());
    let kind = match dice.below(16) {
        0 => EventKind::CaseOpened(Box::new(Opening {
            subject: text(dice).into(),
            level: name(dice, names),
            region: maybe(dice),
            office: maybe(dice),
            rulebook: text(dice).into(),
            dossier: (0..dice.below(3))
                .map(|_| PriorItem { level: text(dice).into(), item: name(dice, names), on: any_day(dice) })
                .collect(),
        })),
        1 | 2 => EventKind::FactSupplied {
            fact: name(dice, names),
            value: match dice.below(6) {
                0 => None,
                1 => Some(Datum::Boolean(dice.chance(50))),
                2 => Some(Datum::Integer(dice.roll().cast_signed())),
                3 => Some(Datum::Integer(i64::try_from(dice.below(60)).unwrap())),
                4 => Some(Datum::Text((*dice.pick(&["true", "12", "0.5", "2024-05-06", "null", "1e3", ""])).into())),
                _ => Some(Datum::Text(text(dice).into())),
            },
        },
        3..=6 => EventKind::ActivityRecorded {
            activity: name(dice, names),
            event: *dice.pick(SapEventWord::ALL),
            mode: maybe(dice).or_else(|| dice.chance(50).then(|| "individuale".into())),
            reason: maybe(dice),
        },
        7 => {
            let fields = (0..dice.below(4)).map(|_| (names(dice), evidence(dice, 3))).collect::<Map<_, _>>();
            EventKind::OutputDelivered { output: name(dice, names), evidence: Json::Object(fields) }
        }
        8 => EventKind::OutcomeReached { outcome: name(dice, names) },
        9 => EventKind::Registered { code: name(dice, names), item: name(dice, names) },
        10 => EventKind::CaseSuspended { reason: text(dice).into() },
        11 => EventKind::CaseResumed,
        12 => match dice.chance(50) {
            true => EventKind::CaseClosed { manner: *dice.pick(Manner::ALL), reason: maybe(dice) },
            false => EventKind::CaseReopened { reason: text(dice).into() },
        },
        13 | 14 => office_act(dice, names),
        _ => EventKind::EventVoided {
            sequence: if dice.chance(90) { u32::try_from(dice.below(40)).unwrap() } else { dice.roll() as u32 },
            reason: text(dice).into(),
        },
    };
    let time = dice.chance(30).then(|| Minute::new(u16::try_from(dice.below(1_440)).unwrap()).unwrap());
    Event { on: any_day(dice), time, kind }
}

/// Any of what an office writes for itself.
fn office_act(dice: &mut Dice, names: &mut dyn FnMut(&mut Dice) -> String) -> EventKind {
    let maybe = |dice: &mut Dice| dice.chance(50).then(|| text(dice).into());
    let meeting = u32::try_from(dice.below(40)).unwrap();
    match dice.below(7) {
        0 => EventKind::NoteWritten { text: text(dice).into() },
        1 => EventKind::MeetingCalled {
            activity: dice.chance(50).then(|| names(dice).into()),
            day: any_day(dice),
            place: maybe(dice),
            conduct: maybe(dice),
        },
        2 => EventKind::MeetingAttended { meeting },
        3 => EventKind::MeetingMissed { meeting },
        4 => EventKind::AbsenceJustified { meeting, accepted: dice.chance(50), reason: text(dice).into() },
        5 => EventKind::SanctionApplied {
            meeting,
            measure: text(dice).into(),
            occasion: dice.chance(50).then(|| dice.roll() as u32),
            reason: maybe(dice),
        },
        _ => EventKind::CaseEntrusted { operator: maybe(dice), office: maybe(dice), reason: maybe(dice) },
    }
}

#[test]
fn an_event_read_back_is_the_event_written() {
    let mut dice = Dice(seed());
    for _ in 0..EVENTS {
        let event = any_event(&mut dice, &mut |dice| text(dice));
        let written = serde_json::to_string(&event).unwrap();
        let read: Event = serde_json::from_str(&written).unwrap_or_else(|e| panic!("{written}: {e}"));
        assert_eq!(read, event, "{written}");
        assert_eq!(serde_json::to_string(&read).unwrap(), written);
        // And so if somebody reads it as JSON in between.
        let tree: Json = serde_json::from_str(&written).unwrap();
        assert_eq!(serde_json::from_value::<Event>(tree).unwrap(), event, "{written}");
    }
}

/// What comes from other systems is written once in our form, and from then on does not change.
#[test]
fn a_foreign_text_is_stable_once_written() {
    let table = [
        (r#"{"il":"2024-05-06","tipo":"dato","dato":"reddito","valore":12.50}"#, Some(Datum::Text("12.5".into()))),
        (r#"{"il":"2024-05-06","tipo":"dato","dato":"reddito","valore":1e3}"#, Some(Datum::Text("1000".into()))),
        (r#"{"il":"2024-05-06","tipo":"dato","dato":"reddito","valore":"12,50"}"#, Some(Datum::Text("12,50".into()))),
        (r#"{"il":"2024-05-06","tipo":"dato","dato":"reddito","valore":null}"#, None),
        (r#"{"il":"2024-05-06","tipo":"dato","dato":"reddito"}"#, None),
        (r#" { "tipo" : "dato", "dato":"r\u0065ddito" ,"il":"2024-05-06","valore": -7 } "#, Some(Datum::Integer(-7))),
    ];
    for (foreign, value) in table {
        let event: Event = serde_json::from_str(foreign).unwrap();
        assert_eq!(event.kind, EventKind::FactSupplied { fact: "reddito".into(), value }, "{foreign}");
        let written = serde_json::to_string(&event).unwrap();
        assert_eq!(serde_json::from_str::<Event>(&written).unwrap(), event, "{foreign}");
    }
}

/// A number that would have to be altered to be kept is refused, never altered.
#[test]
fn a_number_is_kept_exactly_or_refused() {
    for number in
        ["1234567890123.123456", "0.1234567890123456789", "18446744073709551615", "1e300", "123456789012345678901"]
    {
        let text = format!(r#"{{"il":"2024-05-06","tipo":"dato","dato":"reddito","valore":{number}}}"#);
        let error = serde_json::from_str::<Event>(&text).unwrap_err().to_string();
        assert!(error.starts_with("un numero ha troppe cifre: va scritto tra virgolette"), "{number}: {error}");
    }
    for number in ["123456789012.345", "-0.000001", "9007199254740993", "-9223372036854775808"] {
        let text = format!(r#"{{"il":"2024-05-06","tipo":"dato","dato":"reddito","valore":{number}}}"#);
        let event: Event = serde_json::from_str(&text).unwrap();
        let EventKind::FactSupplied { value: Some(value), .. } = event.kind else { panic!("{number}") };
        assert_eq!(value.to_string(), number);
    }
}

#[test]
fn what_is_no_event_is_refused() {
    for wrong in [
        r#"{"il":"2024-05-06"}"#,
        r#"{"tipo":"ripresa"}"#,
        r#"{"il":"2024-05-06","tipo":"ripresa","tipo":"ripresa"}"#,
        r#"{"il":"2024-05-06","tipo":"ripresa","nota":"x"}"#,
        r#"{"il":"2024-02-30","tipo":"ripresa"}"#,
        r#"{"il":"2024-05-06","tipo":"rirpesa"}"#,
        r#"{"il":"2024-05-06","ora":"24:00","tipo":"ripresa"}"#,
        r#"{"il":"2024-05-06","ora":"+9:30","tipo":"ripresa"}"#,
        r#"{"il":"2024-05-06","ora":"9:30","tipo":"ripresa"}"#,
        r#"{"il":"2024-05-06","tipo":"attivita","attivita":"colloquio"}"#,
        r#"{"il":"2024-05-06","tipo":"attivita","evento":"terminata"}"#,
        r#"{"il":"2024-05-06","tipo":"output"}"#,
        r#"{"il":"2024-05-06","tipo":"sap","codice":"A01"}"#,
        r#"{"il":"2024-05-06","tipo":"chiusa"}"#,
        r#"{"il":"2024-05-06","tipo":"annullata","sequenza":-1,"motivo":"x"}"#,
        r#"{"il":"2024-05-06","tipo":"annullata","motivo":"x"}"#,
        r#"{"il":"2024-05-06","tipo":"dato","dato":"eta","valore":[1]}"#,
        "[]",
        "null",
    ] {
        assert!(serde_json::from_str::<Event>(wrong).is_err(), "{wrong}");
    }
}
