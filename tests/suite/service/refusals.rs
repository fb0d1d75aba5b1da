// SPDX-License-Identifier: EUPL-1.2
//! Every kind of *no*, with its norm, its message and its remedy; and that it writes nothing.

use std::collections::BTreeSet;

use lepre::engine::{Refusal, norm_words};
use lepre::spec::scenario::RefusalKind;
use serde_json::{Value as Json, json};

use super::office::{concluded, ended, fact, guidance, office, output, person, refused, request, sap, voided};

/// What is asked of an open case of E, the kinds of refusal, and the sentence and the remedy of the first.
type Row = (Json, &'static [RefusalKind], &'static str, &'static str);

fn of_an_open_case() -> Vec<Row> {
    use RefusalKind as R;
    let suspended = json!({ "il": "2024-05-09", "tipo": "sospesa", "motivo": " " });
    vec![
        (
            ended("2024-05-06", "bilancio-competenze"),
            &[R::Order],
            "`bilancio-competenze` viene dopo `colloquio`, che non c'è ancora",
            "registra prima `colloquio`",
        ),
        (
            ended("2024-05-01", "colloquio"),
            &[R::Dates],
            "il 2024-05-01 viene prima dell'apertura della pratica, che è del 2024-05-02",
            "scrivi una data dal 2024-05-02 in poi",
        ),
        (
            ended("2024-06-02", "colloquio"),
            &[R::Dates],
            "il 2024-06-02 non è ancora venuto",
            "scrivi una data fino al 2024-06-01",
        ),
        (
            json!({ "il": "2024-05-06", "tipo": "attivita", "attivita": "colloquio", "evento": "sospesa", "motivo": "x" }),
            &[R::State],
            "attività `colloquio`: a un'attività mai cominciata non può seguire `sospesa`",
            "adesso può seguire: proposta, iniziata, terminata, esonerata",
        ),
        (
            json!({ "il": "2024-05-06", "tipo": "attivita", "attivita": "colloquio", "evento": "terminata", "modalita": "gruppo" }),
            &[R::Mode],
            "`colloquio` non si svolge in modo `gruppo`",
            "i modi ammessi sono: individuale, piccolo-gruppo",
        ),
        (
            output("2024-05-13", "bilancio", json!({ "competenze": [] })),
            &[R::Evidence, R::Order],
            "l'evidenza di `bilancio` non va bene: campo `competenze`: serve almeno una voce",
            "correggi il modulo e ripeti",
        ),
        (
            output("2024-05-13", "bilancio", json!({ "competense": ["x"] })),
            &[R::Evidence, R::Evidence, R::Order],
            "l'evidenza di `bilancio` non va bene: campo `competense` sconosciuto: forse volevi dire `competenze`",
            "correggi il modulo e ripeti",
        ),
        (
            sap("2024-05-06", "B03", "colloquio"),
            &[R::Sap],
            "il codice `B03` non registra `colloquio`",
            "per questa voce vale: A06",
        ),
        (
            sap("2024-05-06", "A99", "colloquio"),
            &[R::Unknown, R::Sap],
            "codice `A99` sconosciuto",
            "i codici sono in specs/catalogo/sap.yaml",
        ),
        (
            sap("2024-05-06", "A06", "coloquio"),
            &[R::Unknown],
            "voce `coloquio` sconosciuta nel livello E",
            "forse volevi dire `colloquio`",
        ),
        (
            ended("2024-05-06", "coloquio"),
            &[R::Unknown],
            "attività `coloquio` sconosciuta nel livello E",
            "forse volevi dire `colloquio`",
        ),
        (
            ended("2024-05-06", "patto-aggiornato"),
            &[R::Unknown],
            "`patto-aggiornato` non è un'attività",
            "è un output: va registrato come tale",
        ),
        (
            output("2024-05-06", "colloquio", json!({})),
            &[R::Unknown],
            "`colloquio` non è un output",
            "è un'attività: va registrata come tale",
        ),
        (
            output("2024-05-06", "verbale-di-tutto", json!({})),
            &[R::Unknown],
            "output `verbale-di-tutto` sconosciuto nel livello E",
            "nel livello E ci sono: bilancio, patto-aggiornato",
        ),
        (fact("2024-05-06", "patto", json!(true)), &[R::Unknown], "dato `patto` sconosciuto nel livello E", ""),
        (fact("2024-05-06", "eta", json!("trenta")), &[R::Value], "`trenta` non va bene per il dato `eta`", ""),
        (fact("2024-05-06", "eta", json!(900)), &[R::Value], "`900` non va bene per il dato `eta`", ""),
        (
            voided("2024-05-06", 1),
            &[R::Unknown],
            "l'evento numero 1 non si può annullare",
            "si annulla un evento della storia della pratica, non l'apertura",
        ),
        (
            voided("2024-05-06", 9),
            &[R::Unknown],
            "l'evento numero 9 non si può annullare",
            "si annulla un evento della storia della pratica, non l'apertura",
        ),
        (
            json!({ "il": "2024-05-06", "tipo": "ripresa" }),
            &[R::Suspended],
            "la pratica non è sospesa",
            "non c'è niente da riprendere",
        ),
        (
            json!({ "il": "2024-05-06", "tipo": "riaperta", "motivo": "x" }),
            &[R::Open],
            "la pratica è aperta",
            "non c'è niente da riaprire",
        ),
        (suspended, &[R::Reason], "manca il motivo", "scrivi perché, in una frase"),
        (
            json!({ "il": "2024-05-06", "tipo": "chiusa", "modo": "interrotta" }),
            &[R::Reason],
            "manca il motivo",
            "scrivi perché, in una frase",
        ),
        (
            json!({ "il": "2024-05-06", "tipo": "attivita", "attivita": "colloquio", "evento": "esonerata" }),
            &[R::Reason],
            "manca il motivo",
            "scrivi perché, in una frase",
        ),
        (
            concluded("2024-05-06"),
            &[R::Missing; 4],
            "manca l'attività `bilancio-competenze`, che è dovuta",
            "completa `bilancio-competenze`, oppure chiudi come `interrotta` con il motivo",
        ),
        (
            json!({ "il": "2024-05-06", "tipo": "aperta" }),
            &[R::State],
            "la pratica è già aperta",
            "apri un'altra pratica",
        ),
    ]
}

/// Of what can stand in the way, what is not said of an open case.
fn of_a_closed_case() -> Vec<Row> {
    use RefusalKind as R;
    vec![
        (
            ended("2024-05-20", "counseling"),
            &[R::Closed],
            "la pratica è chiusa dal 2024-05-15",
            "riapri la pratica, con il motivo",
        ),
        (
            concluded("2024-05-20"),
            &[R::Closed],
            "la pratica è chiusa dal 2024-05-15",
            "riapri la pratica, con il motivo",
        ),
        (
            json!({ "il": "2024-05-14", "tipo": "riaperta", "motivo": "x" }),
            &[R::Dates],
            "la riapertura del 2024-05-14 viene prima della chiusura, che è del 2024-05-15",
            "scrivi una data dal 2024-05-15 in poi",
        ),
    ]
}

fn is_well_said(refusal: &Refusal, rulebook: &lepre::rulebook::Rulebook) {
    let (message, help) = (&refusal.message, &refusal.help);
    assert!(!message.is_empty() && !help.is_empty(), "{refusal:?}");
    for text in [message, help] {
        let first = text.chars().next().unwrap();
        assert!(!first.is_uppercase() && !text.ends_with('.'), "{text}");
    }
    assert!(rulebook.act(&refusal.norm.act).is_some(), "{refusal:?}");
    assert!(norm_words(rulebook, &refusal.norm).contains("2018") || norm_words(rulebook, &refusal.norm).contains('/'));
}

#[test]
fn every_no_has_its_norm_its_sentence_and_its_remedy() {
    let office = office("2024-06-01");
    let mut seen: BTreeSet<RefusalKind> = BTreeSet::new();
    let (open, closed) = (office.guidance(1), office.guidance(2));
    office.play(closed.head.id, guidance().into_iter().chain([concluded("2024-05-15")]));
    let rows = of_an_open_case().into_iter().map(|row| (&open, row));
    for (view, (what, kinds, message, help)) in rows.chain(of_a_closed_case().into_iter().map(|row| (&closed, row))) {
        let before = office.store().events(view.head.id).unwrap();
        let refusals = refused(office.try_record(view.head.id, what.clone()));
        let found: Vec<RefusalKind> = refusals.iter().map(|refusal| refusal.kind).collect();
        assert_eq!(found[..kinds.len().min(found.len())], *kinds, "{what}: {refusals:?}");
        let first = &refusals[0];
        assert_eq!(first.message, message, "{what}");
        assert!(first.help == help || help.is_empty(), "{what}: {}", first.help);
        refusals.iter().for_each(|refusal| is_well_said(refusal, &view.rulebook));
        seen.extend(found);
        assert_eq!(office.store().events(view.head.id).unwrap(), before, "{what} was refused and written");
    }
    seen.extend(refused(office.service.open(&request("D", &person(9), "2024-05-02", &[]))).iter().map(|r| r.kind));
    let never: Vec<_> = RefusalKind::ALL.iter().filter(|kind| !seen.contains(kind)).collect();
    assert!(never.is_empty(), "{never:?} were never met");
}

/// A registration that is owed, or of which it is not known whether it is, keeps a case from being concluded.
#[test]
fn a_case_is_not_concluded_on_a_missing_registration_or_on_what_is_not_known() {
    let office = office("2024-06-01");
    let view = office.guidance(1);
    office.play(view.head.id, guidance().into_iter().filter(|what| what["codice"] != "A03"));
    let refusals = refused(office.try_record(view.head.id, concluded("2024-05-15")));
    assert_eq!(refusals.len(), 1);
    assert_eq!(refusals[0].kind, RefusalKind::Sap);
    assert_eq!(refusals[0].message, "manca la registrazione di `bilancio-competenze`");
    assert_eq!(refusals[0].help, "registra A03");

    let view = office.open("Q", &super::office::company(1), "2024-05-02", &[]);
    let refusals = refused(office.try_record(view.head.id, concluded("2024-05-15")));
    let unknown = refusals.iter().find(|refusal| refusal.message.contains("copertura-gap")).unwrap();
    assert_eq!(unknown.message, "non si sa se l'attività `copertura-gap` è dovuta");
    assert_eq!(unknown.help, "fornisci `gap_competenze`");
}

/// Suspended twice, resumed before it was suspended, corrected twice.
#[test]
fn states_of_the_case_itself_are_kept() {
    let office = office("2024-06-01");
    let view = office.guidance(1);
    let case = view.head.id;
    let suspended = |il: &str| json!({ "il": il, "tipo": "sospesa", "motivo": "ricovero" });
    office.record(case, suspended("2024-05-10"));
    let again = refused(office.try_record(case, suspended("2024-05-11")));
    assert_eq!(
        (again[0].kind, again[0].message.as_str()),
        (RefusalKind::Suspended, "la pratica è già sospesa dal 2024-05-10")
    );
    let early = refused(office.try_record(case, json!({ "il": "2024-05-09", "tipo": "ripresa" })));
    assert_eq!(early[0].kind, RefusalKind::Dates);
    office.record(case, json!({ "il": "2024-05-10", "tipo": "ripresa" }));
    office.record(case, voided("2024-05-12", 2));
    let twice = refused(office.try_record(case, voided("2024-05-12", 2)));
    assert_eq!((twice[0].kind, twice[0].message.as_str()), (RefusalKind::State, "l'evento numero 2 è già annullato"));
    office.play(case, guidance());
    let late = refused(office.try_record(case, concluded("2024-05-13")));
    assert_eq!(late[0].kind, RefusalKind::Dates);
    assert_eq!(late[0].message, "la chiusura del 2024-05-13 viene prima dell'ultimo evento, che è del 2024-05-14");
}
