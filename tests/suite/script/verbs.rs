// SPDX-License-Identifier: EUPL-1.2
//! The verbs: the words they speak, and the words they refuse.

use lepre::calendar::{Length, Unit};
use lepre::script::{Outcome, ScriptNorm, Word};

use super::read;

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
    aggiungi_termine("bilancio-entro", "bilancio-competenze", "10 giorni lavorativi", "dgr-1, art. 3");
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
        Word::AddTerm {
            id: "bilancio-entro".into(),
            item: "bilancio-competenze".into(),
            within: within(10, Unit::WorkingDays),
            norm: norm("art. 3"),
        },
        field("gap", None),
        field("competenze", Some(2)),
    ];
    assert_eq!(run.outcome, Outcome::Words(words));
    assert_eq!(run.read, [(0, Some(lepre::value::Value::Integer(18)))]);
}
