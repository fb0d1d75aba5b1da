// SPDX-License-Identifier: EUPL-1.2
//! The fifteen events of SAP section 6: which may follow which, held against the table written out.

use lepre::calendar::Day;
use lepre::engine::{Command, apply, decide, findings, may_follow, needs_reason};
use lepre::spec::scenario::{FindingKind, RefusalKind, SapEventWord};
use serde_json::{Value as Json, json};

use super::{day, event, every_word, opening, told};

const WORDS: [&str; 15] = [
    "proposta",
    "iniziata",
    "respinta",
    "rifiuto",
    "abbandono",
    "annullamento-prima",
    "annullamento-dopo",
    "cancellazione",
    "sospesa",
    "terminata",
    "rendicontata",
    "decaduta",
    "esonerata",
    "trasformata",
    "esclusione",
];

/// How each state is reached (by numbers of the events), and what may follow it: columns are 01 to 15.
const TABLE: [(&[usize], &str); 16] = [
    (&[], "xx.......x..x.."),
    (&[1], ".xxx.x.x.x.xx.."),
    (&[2], "....x.xxxx.x.xx"),
    (&[1, 3], "xx.......x..x.."),
    (&[1, 4], "xx.......x..x.."),
    (&[2, 5], "xx.......x..x.."),
    (&[1, 6], "xx.......x..x.."),
    (&[2, 7], "xx.......x..x.."),
    (&[1, 8], "xx.......x..x.."),
    (&[2, 9], ".x..x.xx.x.x.xx"),
    (&[10], "xx.......xx...."),
    (&[10, 11], "xx.......x....."),
    (&[1, 12], "xx.......x..x.."),
    (&[13], "xx.......x..x.."),
    (&[2, 14], "xx.......x..x.."),
    (&[2, 15], "xx.......x..x.."),
];

fn step(number: usize) -> Json {
    let word = WORDS[number - 1];
    json!({ "il": "2024-05-07", "tipo": "attivita", "attivita": "accoglienza", "evento": word, "motivo": "prova" })
}

#[test]
fn the_words_are_the_fifteen_events_in_their_order() {
    let words: Vec<&str> = SapEventWord::ALL.iter().map(|event| event.word()).collect();
    assert_eq!(words, WORDS);
}

/// Both ways: the command is refused, and the same event in an imported history is a finding.
#[test]
fn what_may_follow_what_is_the_table() {
    let rulebook = every_word();
    let today: Day = day("2024-06-01");
    for (path, row) in TABLE {
        let case = told(&rulebook, [opening()].into_iter().chain(path.iter().map(|number| step(*number))));
        assert_eq!(case.faults, [], "{path:?} is lawful");
        assert_eq!(row.len(), 15);
        let last = path.last().map(|number| SapEventWord::ALL[number - 1]);
        for (number, lawful) in (1..).zip(row.chars().map(|mark| mark == 'x')) {
            let what = format!("{} after {path:?}", WORDS[number - 1]);
            assert_eq!(may_follow(last, SapEventWord::ALL[number - 1]), lawful, "{what}");
            let next = event(step(number));
            let refused = decide(&rulebook, &case, &Command::Record(next.clone()), today).err().unwrap_or_default();
            let kinds: Vec<RefusalKind> = refused.iter().map(|refusal| refusal.kind).collect();
            assert_eq!(kinds, if lawful { vec![] } else { vec![RefusalKind::State] }, "{what}");
            let mut imported = case.clone();
            apply(&mut imported, &rulebook, &next);
            let found = findings(&rulebook, &imported, today).findings;
            let states = found.iter().filter(|finding| finding.kind == FindingKind::State).count();
            assert_eq!(states, usize::from(!lawful), "{what}");
        }
    }
}

#[test]
fn a_refusal_says_what_may_follow_instead() {
    let rulebook = every_word();
    let case = told(&rulebook, [opening(), step(10)]);
    let refused = decide(&rulebook, &case, &Command::Record(event(step(9))), day("2024-06-01")).unwrap_err();
    assert_eq!(refused[0].message, "attività `accoglienza`: all'evento `terminata` non può seguire `sospesa`");
    assert_eq!(refused[0].help, "adesso può seguire: proposta, iniziata, terminata, rendicontata");
}

/// Reasons are owed for 03 to 09 and 12 to 15.
#[test]
fn who_does_not_go_on_says_why() {
    for (number, word) in (1..).zip(SapEventWord::ALL) {
        assert_eq!(needs_reason(*word), matches!(number, 3..=9 | 12..=15), "{number}");
    }
    let rulebook = every_word();
    let case = told(&rulebook, [opening(), step(1)]);
    for reason in [json!(null), json!(""), json!("  ")] {
        let mut bare = step(4);
        bare["motivo"] = reason;
        let refused = decide(&rulebook, &case, &Command::Record(event(bare)), day("2024-06-01")).unwrap_err();
        assert_eq!(refused.iter().map(|r| r.kind).collect::<Vec<_>>(), [RefusalKind::Reason]);
    }
}

/// Within one instance days do not go back; a new instance begins when it likes.
#[test]
fn days_do_not_go_back_within_one_instance() {
    let rulebook = every_word();
    let on = |number: usize, il: &str| {
        let mut step = step(number);
        step["il"] = json!(il);
        step
    };
    let table: [(&[Json], Json, bool); 4] = [
        (&[on(1, "2024-05-10")], on(2, "2024-05-09"), false),
        (&[on(1, "2024-05-10")], on(2, "2024-05-10"), true),
        (&[on(10, "2024-05-10")], on(11, "2024-05-09"), false),
        (&[on(10, "2024-05-10")], on(2, "2024-05-09"), true),
    ];
    for (before, next, lawful) in table {
        let case = told(&rulebook, [opening()].into_iter().chain(before.iter().cloned()));
        let decided = decide(&rulebook, &case, &Command::Record(event(next.clone())), day("2024-06-01"));
        let kinds: Vec<RefusalKind> = decided.err().unwrap_or_default().iter().map(|r| r.kind).collect();
        assert_eq!(kinds, if lawful { vec![] } else { vec![RefusalKind::Dates] }, "{before:?} then {next}");
    }
}
