// SPDX-License-Identifier: EUPL-1.2
//! Why, and why not: every shape of an answer has its sentence, its norm, its place, its events and facts.

use lepre::engine::{Explanation, Question, explain, fold};
use lepre::rulebook::Rulebook;
use serde_json::{Value as Json, json};

use super::{day, ended, event, every_word, fact, national, opening, output, project, told};

fn question(rulebook: &Rulebook, name: &str) -> Question {
    let term = (0..).zip(&rulebook.terms).find(|(_, term)| term.id == name).map(|(at, _)| Question::Term(at));
    rulebook.item_index(name).map(Question::Item).or(term).unwrap()
}

/// The sentence that contains some words, wherever it stands in the tree.
fn saying<'a>(tree: &'a Explanation, words: &str) -> Option<&'a Explanation> {
    if tree.sentence.contains(words) {
        return Some(tree);
    }
    tree.because.iter().find_map(|below| saying(below, words))
}

fn printed(tree: &Explanation, depth: usize) -> String {
    let below: String = tree.because.iter().map(|below| printed(below, depth + 1)).collect();
    format!("{}{} {:?} {:?}\n{below}", "  ".repeat(depth), tree.sentence, tree.events, tree.facts)
}

/// After the opening: what happened, the day of the question, what is asked, how the answer begins, then each sentence
/// that must be there with the events and the facts it rests on.
type Shape =
    (Vec<Json>, &'static str, &'static str, &'static str, Vec<(&'static str, &'static [u32], &'static [&'static str])>);

fn hour(mut event: Json, ora: &str) -> Json {
    event["ora"] = json!(ora);
    event
}

fn items() -> Vec<Shape> {
    let (done, on) = (|| ended("2024-05-07", "accoglienza"), "2024-05-10");
    let cycle = || (0..3).map(|_| ended("2024-05-08", "ciclo"));
    vec![
        (
            vec![],
            on,
            "accoglienza",
            "attività `accoglienza`: dovuta e non ancora fatta",
            vec![("è dovuta in ogni caso", &[], &[]), ("registrazione A05: non dovuta adesso", &[], &[])],
        ),
        (
            vec![],
            on,
            "progetto",
            "output `progetto`: dovuto e non ancora fatto",
            vec![
                ("è dovuto in ogni caso", &[], &[]),
                ("viene dopo attività `accoglienza`, che non c'è ancora", &[], &[]),
                ("viene dopo attività `ciclo`, che non c'è ancora", &[], &[]),
            ],
        ),
        (
            vec![done()],
            on,
            "ciclo",
            "attività `ciclo`: dovuta e non ancora fatta",
            vec![
                ("è dovuta perché ne nasce output `progetto`", &[], &[]),
                ("ne nasce output `progetto`, dovuto in ogni caso", &[], &[]),
                ("va completata 3 volte: finora 0", &[], &[]),
                ("viene dopo attività `accoglienza`, del 2024-05-07", &[2], &[]),
            ],
        ),
        (
            vec![fact("eta", json!(40)), fact("percettore", json!(false))],
            on,
            "verifica",
            "attività `verifica`: non dovuta",
            vec![
                ("dipende da una condizione", &[], &[]),
                ("`eta < 30`: non vale, perché `eta` è 40", &[2], &["eta"]),
                ("`percettore`: non vale, perché `percettore` è no", &[3], &["percettore"]),
                ("`!urgente`: non si sa, perché `urgente` non è noto", &[], &["urgente"]),
                ("ne nasce output `attestato`, che non è dovuto", &[], &[]),
            ],
        ),
        (
            vec![],
            on,
            "verifica",
            "attività `verifica`: non si sa ancora se è dovuta",
            vec![("`eta < 30`: non si sa, perché `eta` non è noto", &[], &["eta"])],
        ),
        (
            vec![fact("eta", json!(20))],
            on,
            "verifica",
            "attività `verifica`: dovuta e non ancora fatta",
            vec![("è dovuta perché `eta` è 20", &[], &[]), ("`eta < 30`: vale, perché `eta` è 20", &[2], &["eta"])],
        ),
        (
            vec![],
            on,
            "facoltativa",
            "attività `facoltativa`: non dovuta",
            vec![("il livello la offre: la pratica può farne a meno", &[], &[])],
        ),
        (
            vec![],
            on,
            "riuscito",
            "outcome `riuscito`: non dovuto",
            vec![("il livello lo offre: la pratica può farne a meno", &[], &[])],
        ),
        (
            vec![fact("percettore", json!(false))],
            on,
            "riserva",
            "attività `riserva`: non dovuta",
            vec![
                ("sarebbe dovuta solo se fosse dovuto un output che ne nasce", &[], &[]),
                ("ne nasce output `relazione`, che non è dovuto", &[], &[]),
                ("`percettore`: non vale, perché `percettore` è no", &[2], &["percettore"]),
            ],
        ),
        (
            vec![],
            on,
            "riserva",
            "attività `riserva`: non si sa ancora se è dovuta",
            vec![
                ("ne nasce output `relazione`, di cui non si sa se è dovuto", &[], &[]),
                ("`percettore`: non si sa, perché `percettore` non è noto", &[], &["percettore"]),
            ],
        ),
        (
            vec![fact("percettore", json!(true))],
            on,
            "riserva",
            "attività `riserva`: dovuta e non ancora fatta",
            vec![
                ("ne nasce output `relazione`, dovuto perché `percettore` è sì", &[], &[]),
                ("`percettore`: vale, perché `percettore` è sì", &[2], &["percettore"]),
            ],
        ),
        (
            vec![fact("eta", json!(20)), ended("2024-05-07", "verifica"), ended("2024-05-08", "accoglienza")],
            on,
            "verifica",
            "attività `verifica`: dovuta e fatta",
            vec![("viene dopo attività `accoglienza`, che però è del 2024-05-08: ordine sbagliato", &[4], &[])],
        ),
        (
            vec![ended("2024-05-07", "facoltativa")],
            on,
            "facoltativa",
            "attività `facoltativa`: fatta, anche se non dovuta",
            vec![("facoltativa", &[2], &[])],
        ),
        (
            vec![ended("2024-05-07", "verifica")],
            on,
            "verifica",
            "attività `verifica`: fatta; non si sa se era dovuta",
            vec![],
        ),
        (
            vec![done()],
            on,
            "accoglienza",
            "attività `accoglienza`: dovuta e fatta",
            vec![("registrazione A05: dovuta e non ancora fatta", &[], &[])],
        ),
        (
            vec![done(), json!({ "il": "2024-05-09", "tipo": "sap", "codice": "A05", "per": "accoglienza" })],
            on,
            "accoglienza",
            "attività `accoglienza`: dovuta e fatta",
            vec![("registrazione A05: fatta il 2024-05-09", &[3], &[])],
        ),
        (
            [done()].into_iter().chain(cycle()).collect(),
            on,
            "ciclo",
            "attività `ciclo`: dovuta e fatta",
            vec![
                ("registrazione B02 oppure B03: non si sa se è dovuta", &[], &[]),
                ("`reddito < 1000.5`: non si sa, perché `reddito` non è noto", &[], &["reddito"]),
            ],
        ),
        (
            [done(), fact("reddito", json!("2000"))].into_iter().chain(cycle()).collect(),
            on,
            "ciclo",
            "attività `ciclo`: dovuta e fatta",
            vec![
                ("registrazione B02 oppure B03: non dovuta adesso", &[], &[]),
                ("`reddito < 1000.5`: non vale, perché `reddito` è 2000", &[3], &["reddito"]),
            ],
        ),
    ]
}

fn terms() -> Vec<Shape> {
    let (done, on) = (|| ended("2024-05-07", "accoglienza"), "2024-05-10");
    let started = json!({ "il": "2024-05-08", "tipo": "attivita", "attivita": "ciclo", "evento": "iniziata" });
    let suspended = json!({ "il": "2024-05-09", "tipo": "sospesa", "motivo": "ricovero" });
    vec![
        (
            vec![],
            on,
            "dieci-lavorativi",
            "termine `dieci-lavorativi`: in corso (ultimo giorno 2024-05-20)",
            vec![
                ("attività `accoglienza` entro 10 giorni lavorativi dall'apertura, a carico del CPI", &[], &[]),
                ("si conta dal 2024-05-06, giorno che non entra nel conto", &[1], &[]),
                ("dal 2024-05-07 al 2024-05-20 si contano 10 giorni lavorativi", &[], &[]),
            ],
        ),
        (
            vec![done()],
            on,
            "dieci-lavorativi",
            "termine `dieci-lavorativi`: rispettato (ultimo giorno 2024-05-20)",
            vec![("avvenuto il 2024-05-07", &[2], &[])],
        ),
        (
            vec![],
            "2024-05-21",
            "dieci-lavorativi",
            "termine `dieci-lavorativi`: non rispettato (ultimo giorno 2024-05-20)",
            vec![],
        ),
        (
            vec![fact("eta", json!(20))],
            on,
            "trenta-fermi",
            "termine `trenta-fermi`: non decorre",
            vec![
                ("`eta < 30`: vale, perché `eta` è 20", &[2], &["eta"]),
                ("si conta da attività `accoglienza`, che non c'è ancora", &[], &[]),
            ],
        ),
        (
            vec![fact("eta", json!(40)), done()],
            on,
            "trenta-fermi",
            "termine `trenta-fermi`: non si applica a questa pratica",
            vec![("`eta < 30`: non vale, perché `eta` è 40", &[2], &["eta"])],
        ),
        (
            vec![done()],
            on,
            "trenta-fermi",
            "termine `trenta-fermi`: non si sa se si applica",
            vec![("`eta < 30`: non si sa, perché `eta` non è noto", &[], &["eta"])],
        ),
        (
            vec![],
            on,
            "quattro-mesi-fermi",
            "termine `quattro-mesi-fermi`: non si può ancora dire",
            vec![("manca il giorno da cui contare: `data_domanda` non è noto", &[], &["data_domanda"])],
        ),
        (
            vec![fact("data_domanda", json!("2024-05-02"))],
            on,
            "quattro-mesi-fermi",
            "termine `quattro-mesi-fermi`: in corso (ultimo giorno 2024-09-02)",
            vec![("si conta dal 2024-05-02, giorno che non entra nel conto", &[2], &["data_domanda"])],
        ),
        (
            vec![],
            on,
            "dopo-ore",
            "termine `dopo-ore`: non decorre",
            vec![("si conta dall'inizio di attività `ciclo`, che non c'è ancora", &[], &[])],
        ),
        (
            vec![hour(done(), "10:00"), started],
            on,
            "entro-ore",
            "termine `entro-ore`: rispettato (ultimo giorno 2024-05-17)",
            vec![
                ("inizio di attività `ciclo` entro 240 ore da attività `accoglienza`", &[], &[]),
                ("si conta dal 2024-05-07, ore 10:00", &[2], &[]),
                ("avvenuto il 2024-05-08", &[3], &[]),
            ],
        ),
        (
            vec![done()],
            on,
            "entro-ore",
            "termine `entro-ore`: in corso (ultimo giorno 2024-05-17)",
            vec![("si conta dal 2024-05-07, di cui non si conosce l'ora", &[2], &[])],
        ),
        (
            vec![output("2024-05-08", "progetto", project())],
            on,
            "regionale",
            "termine `regionale`: non si può ancora dire",
            vec![
                ("si conta dal 2024-05-08, giorno che non entra nel conto", &[2], &[]),
                ("la regione non ha fissato `giorni-ignoti`", &[], &[]),
            ],
        ),
        (
            vec![fact("eta", json!(20)), done(), suspended],
            on,
            "trenta-fermi",
            "termine `trenta-fermi`: sospeso con la pratica",
            vec![("dal 2024-05-09 il termine è sospeso e non è ancora ripreso", &[], &[])],
        ),
        (
            vec![output("2024-05-08", "progetto", project())],
            on,
            "dopo-giorni",
            "termine `dopo-giorni`: in corso (non prima del 2024-05-13)",
            vec![("output `relazione` non prima di 5 giorni da output `progetto`", &[], &[])],
        ),
        (
            vec![],
            on,
            "fine",
            "termine `fine`: in corso (ultimo giorno 2024-11-06)",
            vec![("chiusura della pratica entro 6 mesi dall'apertura", &[], &[])],
        ),
    ]
}

#[test]
fn every_shape_of_an_answer_is_explained() {
    let rulebook = every_word();
    for (events, on, name, root, sentences) in items().into_iter().chain(terms()) {
        let case = told(&rulebook, [opening()].into_iter().chain(events.clone()));
        let tree = explain(&rulebook, &case, day(on), question(&rulebook, name)).unwrap();
        let told = printed(&tree, 0);
        assert_eq!(tree.sentence, root, "{name} after {events:?}\n{told}");
        assert!(tree.norm.is_some() && tree.place.is_some(), "{name} has no norm or no place");
        for (words, numbers, facts) in sentences {
            let line = saying(&tree, words).unwrap_or_else(|| panic!("`{words}` is not said\n{told}"));
            assert_eq!(line.events, numbers, "{words}\n{told}");
            assert_eq!(line.facts, facts, "{words}\n{told}");
        }
    }
}

/// What does not apply is not counted: a last day that means nothing would be read as one that does.
#[test]
fn a_term_that_does_not_apply_is_not_counted() {
    let rulebook = every_word();
    let events = [opening(), fact("eta", json!(40)), ended("2024-05-07", "accoglienza")];
    let tree = explain(&rulebook, &told(&rulebook, events), day("2024-05-10"), question(&rulebook, "trenta-fermi"));
    assert!(saying(&tree.unwrap(), "si conta").is_none());
}

#[test]
fn a_broken_term_tells_its_effect_and_a_missing_parameter_its_norm() {
    let rulebook = national("B");
    let facts = [("convocato", json!(false)), ("data_registrazione", json!("2024-05-06"))];
    let supplied = facts.map(|(name, value)| fact(name, value));
    let case = told(&rulebook, [opening()].into_iter().chain(supplied));
    let tree = explain(&rulebook, &case, day("2024-07-06"), question(&rulebook, "accesso-diretto")).unwrap();
    // 60 days from the 6th of May are the 5th of July, a Friday.
    assert_eq!(tree.sentence, "termine `accesso-diretto`: non rispettato (ultimo giorno 2024-07-05)");
    assert!(saying(&tree, "effetto: chi non è stato convocato entro 60 giorni").is_some());

    let every = every_word();
    let case = told(&every, [opening(), output("2024-05-08", "progetto", project())]);
    let tree = explain(&every, &case, day("2024-05-10"), question(&every, "regionale")).unwrap();
    assert!(saying(&tree, "la regione non ha fissato").unwrap().norm.is_some());
}

/// Beyond the last year of the calendar there is no day, and it is said why.
#[test]
fn beyond_the_calendar_the_answer_is_not_known_and_says_so() {
    let rulebook = every_word();
    let mut opening = opening();
    opening["il"] = json!("2099-12-28");
    let case = fold(&rulebook, &[event(opening)]);
    let tree = explain(&rulebook, &case, day("2099-12-31"), question(&rulebook, "dieci-lavorativi")).unwrap();
    assert_eq!(tree.sentence, "termine `dieci-lavorativi`: non si può ancora dire");
    assert!(saying(&tree, "il calendario delle festività vale dal `2000-01-01` al `2099-12-31`").is_some());
}

#[test]
fn what_the_rulebook_does_not_have_has_no_explanation() {
    let rulebook = every_word();
    let case = told(&rulebook, [opening()]);
    for question in [Question::Item(u16::MAX), Question::Term(u16::MAX), Question::Term(999)] {
        assert_eq!(explain(&rulebook, &case, day("2024-05-10"), question), None);
    }
}
