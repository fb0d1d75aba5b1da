// SPDX-License-Identifier: EUPL-1.2
//! The verbs: the words they speak, and the words they refuse.

use lepre::calendar::{Length, Unit};
use lepre::script::{Outcome, ScriptNorm, Word};

use super::{faults, outcome, read};

fn norm(partition: &str) -> ScriptNorm {
    ScriptNorm { act: "dgr-1".into(), partition: Some(partition.into()) }
}

#[test]
fn every_verb_speaks_its_word() {
    let source = r#"// D.G.R. 1/2024, art. 3
fn varia(dati) {
    if dati.mesi > 12 {
        abbrevia("primo-colloquio", 10, "D.G.R. 1/2024, art. 3");
        rendi_dovuta("counseling", "dgr-1, art. 3");
    }
    rafforza_evidenza("bilancio", "gap", "dgr-1, art. 3");
    rafforza_evidenza("bilancio", "competenze", 2, "dgr-1, art. 3");
    rendi_dovuta("counseling", "dgr-1, art. 3");
}
"#;
    let run = read(source).unwrap().run(&super::known());
    let within = |count, unit| Length { count, unit };
    let field = |field: &str, minimum| Word::RequireField {
        output: "bilancio".into(),
        field: field.into(),
        minimum,
        norm: norm("art. 3"),
    };
    let words = vec![
        Word::Shorten { term: "primo-colloquio".into(), within: within(10, Unit::Days), norm: norm("art. 3") },
        Word::MakeDue { item: "counseling".into(), norm: norm("art. 3") },
        field("gap", None),
        field("competenze", Some(2)),
    ];
    assert_eq!(run.outcome, Outcome::Words(words));
    assert_eq!(run.read, [(0, Some(lepre::value::Value::Integer(18)))]);
}

/// What comes of a word that is refused only when it runs.
fn refused(call: &str) -> String {
    match outcome(&format!("for x in [1] {{ {call} }}")) {
        Outcome::Failed(failure) => failure.message,
        other => panic!("{call}: {other:?}"),
    }
}

#[test]
fn a_word_that_does_not_improve_is_refused_when_it_is_read() {
    for (call, said) in [
        (
            r#"abbrevia("primo-colloquio", 30, "dgr-1")"#,
            "46+2 30 giorni non abbrevia il termine `primo-colloquio`, che è di 30 giorni",
        ),
        (r#"abbrevia("primo-colloquio", 0, "dgr-1")"#, "46+1 `0` non è una durata"),
        (
            r#"abbrevia("primo-colloquio", "5 giorni lavorativi", "dgr-1")"#,
            "46+21 il termine `primo-colloquio` si conta in giorni, non in giorni lavorativi",
        ),
        (
            r#"abbrevia("bilancio", "1 mese", "dgr-1")"#,
            "39+8 il termine `bilancio` si conta in giorni lavorativi, non in mesi",
        ),
        (r#"abbrevia("da-fissare", 3, "dgr-1")"#, "41+1 durata senza unità"),
        (
            r#"abbrevia("primo-coloquio", 3, "dgr-1")"#,
            "27+16 termine `primo-coloquio` sconosciuto tra quelli che si possono abbreviare",
        ),
        (r#"rendi_dovuta("pato", "dgr-1")"#, "31+6 voce `pato` sconosciuta nel livello"),
        (r#"rendi_dovuta("patto", "dgr-9, art. 1")"#, "40+15 atto `dgr-9` sconosciuto"),
        (r#"rendi_dovuta("patto", "")"#, "40+2 manca la norma"),
        (r#"rendi_dovuta("patto")"#, "18+12 `rendi_dovuta` con 1 argomenti"),
        (r#"rafforza_evidenza("patto", "gap", "dgr-1")"#, "45+5 campo `gap` sconosciuto nell'output `patto`"),
        (r#"rafforza_evidenza("colloquio", "gap", "dgr-1")"#, "36+11 output `colloquio` sconosciuto"),
        (r#"rafforza_evidenza("bilancio", "gap", 0, "dgr-1")"#, "55+1 il minimo non rafforza niente"),
        (
            r#"rafforza_evidenza("bilancio", "gap", "due", "dgr-1")"#,
            "55+5 qui il verbo `rafforza_evidenza` non prende un testo",
        ),
    ] {
        assert_eq!(faults(&format!("fn varia(dati) {{ {call}; }}")), [format!("1:{said}")], "{call}");
    }
}

#[test]
fn a_word_that_does_not_improve_is_refused_when_it_runs() {
    for (call, said) in [
        (
            r#"abbrevia("primo-colloquio", 29 + x, "dgr-1");"#,
            "30 giorni non abbrevia il termine `primo-colloquio`, che è di 30 giorni",
        ),
        (r#"abbrevia("primo-colloquio", x - 1, "dgr-1");"#, "`0` non è una durata"),
        (r#"abbrevia("primo-colloquio", x - 9, "dgr-1");"#, "`-8` non è una durata"),
        (
            r#"let t = "bilancio"; abbrevia(t, "3 giorni", "dgr-1");"#,
            "il termine `bilancio` si conta in giorni lavorativi, non in giorni",
        ),
        (r#"let t = "da-fissare"; abbrevia(t, 3, "dgr-1");"#, "durata senza unità"),
        (r#"rendi_dovuta(dati.comune, "dgr-1");"#, "voce `Forlì` sconosciuta nel livello"),
        (r#"rendi_dovuta("patto", dati.comune);"#, "atto `Forlì` sconosciuto"),
        (r#"rafforza_evidenza("bilancio", "gap", x - 1, "dgr-1");"#, "il minimo non rafforza niente"),
        (r#"let t = "patto"; rafforza_evidenza(t, "gap", "dgr-1");"#, "campo `gap` sconosciuto nell'output `patto`"),
    ] {
        assert_eq!(refused(call), said, "{call}");
    }
}

#[test]
fn a_norm_names_its_act_alone_or_with_a_partition() {
    let act = |norm: &str| match outcome(&format!("rendi_dovuta(\"patto\", \"{norm}\");")) {
        Outcome::Words(words) => match words.as_slice() {
            [Word::MakeDue { norm, .. }] => (norm.act.clone(), norm.partition.clone()),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    };
    let with = |id: &str, partition: &str| (id.to_owned(), Some(partition.to_owned()));
    assert_eq!(act("dgr-1"), ("dgr-1".to_owned(), None));
    assert_eq!(act("D.G.R. 1/2024"), ("dgr-1".to_owned(), None));
    assert_eq!(act("D.G.R. 1/2024, art. 3, co. 2"), with("dgr-1", "art. 3, co. 2"));
    // A short name with a comma of its own.
    assert_eq!(act("D.G.R. 2/2024, all. A"), ("dgr-2".to_owned(), None));
    assert_eq!(act("D.G.R. 2/2024, all. A, punto 4"), with("dgr-2", "punto 4"));
    assert_eq!(act("lr-34, art. 1"), with("lr-34", "art. 1"));
}

#[test]
fn words_come_in_order_each_once_and_not_too_many() {
    let minimum = |from: usize, to: usize| {
        let all: Vec<String> = (from..=to).map(|n| n.to_string()).collect();
        let call = "rafforza_evidenza(\"bilancio\", \"gap\", x, \"dgr-1\");";
        outcome(&format!("for x in [{}] {{ {call} {call} }}", all.join(", ")))
    };
    let Outcome::Words(words) = minimum(1, 64) else { panic!("64 words are allowed") };
    let minima: Vec<i64> = words
        .iter()
        .map(|word| match word {
            Word::RequireField { minimum, .. } => minimum.unwrap(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(minima, (1..=64).collect::<Vec<i64>>());
    assert!(matches!(minimum(1, 65), Outcome::Failed(failure) if failure.message == "lo script dice più di 64 parole"));
}

#[test]
fn a_length_may_be_a_text_with_its_unit() {
    let Outcome::Words(words) =
        outcome(r#"abbrevia("da-fissare", "24 ore", "dgr-1"); abbrevia("bilancio", 9, "dgr-1");"#)
    else {
        panic!("both improve");
    };
    let lengths: Vec<String> = words
        .iter()
        .map(|word| match word {
            Word::Shorten { within, .. } => within.to_string(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(lengths, ["24 ore", "9 giorni lavorativi"]);
}
