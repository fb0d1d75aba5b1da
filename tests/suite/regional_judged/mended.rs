// SPDX-License-Identifier: EUPL-1.2
//! What the reference once found, or reading did: each by hand, on the invented levels.

use jiff::civil::{Date, date};
use lepre::compile::Both;
use lepre::diagnostic::Diagnostic;
use serde_json::{Value, json};

use super::world::{World, invented, told};
use crate::judged::answer;
use crate::reference::{Verdict, judge};

const OWN: &str = r#"
regione: piemonte
norme:
  esempio-atto: { titolo: "ESEMPIO: atto inventato", urn: "urn:nir:regione.piemonte:deliberazione:2018-01-01;1", risolvibile: "no", vigente: { dal: 2018-01-01 } }
sedi:
  torino: { nome: Torino, festivita: { patrono: { nome: Patrono, giorno: "06-24" } } }
"#;

const OPENED: Date = date(2024, 6, 3);

/// The variations of a level, each with the first day on which it holds.
fn world(lep: &str, variations: &[(&str, &str)]) -> World {
    let mut texts = invented();
    texts.push(("regioni/piemonte/regione.yaml".into(), OWN.into()));
    let letter = lep.to_lowercase();
    for (n, (dal, verbs)) in variations.iter().enumerate() {
        let head = format!("lep: {lep}\nvigente: {{ dal: {dal} }}\n");
        let of_state = verbs.contains("dm-4-2018");
        let (path, whose) = match of_state {
            true => (format!("nazionale/modifiche/{letter}-{n}.yaml"), "modificato_da: { norma: dm-4-2018 }"),
            false => (format!("regioni/piemonte/{letter}-{n}.yaml"), "regione: piemonte"),
        };
        texts.push((
            path,
            format!("{head}{whose}\nvariazioni:\n{}", verbs.replace("NORMA", "norma: { norma: esempio-atto }")),
        ));
    }
    let script = "fn varia(dati) { if dati.eta > 12 { rendi_dovuta(\"riuscito\", \"esempio-atto, art. 1\"); } }\n";
    texts.push(("../scripts/piemonte/m.rhai".into(), script.into()));
    World::new(texts, "piemonte", lep)
}

fn both(world: &mut World) -> &Both {
    let texts = world.texts.clone();
    world.both(OPENED).unwrap_or_else(|faults| panic!("{}", told(&faults, &texts)))
}

/// The verdict on a history that begins on the third of June 2024; the reference must say the same.
fn verdict(world: &mut World, lep: &str, events: &[(&str, Value)], on: &str) -> Verdict {
    let mut log = vec![json!({ "il": OPENED.to_string(), "tipo": "aperta", "lep": lep, "sede": "torino" })];
    log.extend(events.iter().map(|(il, event)| {
        let mut event = event.clone();
        event["il"] = json!(il);
        event
    }));
    let law = world.land.region("piemonte", lep, OPENED);
    let told = answer(&both(world).regional, &log, on);
    assert_eq!(told, judge(&law, lep, &log, on));
    told
}

fn done(activity: &str) -> Value {
    json!({ "tipo": "attivita", "attivita": activity, "evento": "terminata" })
}

fn delivered(output: &str) -> Value {
    json!({ "tipo": "output", "output": output, "evidenza": {} })
}

fn said(word: Value) -> Value {
    let mut word = word;
    word["norma"] = json!({ "norma": "esempio-atto" });
    json!({ "tipo": "parole", "script": "piemonte/m.rhai", "letti": {}, "parole": [word] })
}

fn state<'a>(verdict: &'a Verdict, term: &str) -> (Option<&'a str>, &'a str) {
    let (end, state) = &verdict.terms[term];
    (end.as_deref(), state)
}

fn has(verdict: &Verdict, kind: &str, what: &str) -> bool {
    verdict.findings.contains(&(kind.to_string(), what.to_string()))
}

#[test]
fn codes_left_to_be_defined_are_settled_one_by_one() {
    let mut world = world(
        "R",
        &[
            (
                "2020-01-01",
                "  - precisa_sap: { attivita: contatto, codice: A03, NORMA }\n  - precisa_sap: { attivita: visita, codice: B02, NORMA }\n",
            ),
            ("2021-01-01", "  - precisa_sap: { output: incontro, codice: A05, NORMA }\n"),
        ],
    );
    let events = [
        ("2024-06-04", done("contatto")),
        ("2024-06-05", json!({ "tipo": "sap", "codice": "A05", "per": "contatto" })),
    ];
    let verdict = verdict(&mut world, "R", &events, "2024-06-05");
    assert!(has(&verdict, "sap", "contatto"), "{verdict:?}");
    assert_eq!(verdict.registrations, [("contatto".to_string(), vec!["A03".to_string()])].into());
}

#[test]
fn a_length_shortened_by_the_state_is_the_floor_of_every_region() {
    let amended =
        "  - abbrevia: { termine: dieci-lavorativi, entro: 8 giorni lavorativi, norma: { norma: dm-4-2018 } }\n";
    let mut alone = world("M", &[("2020-01-01", amended)]);
    let sides = both(&mut alone);
    let length = |side: &lepre::rulebook::Rulebook| {
        let term = side.terms.iter().find(|term| term.id == "dieci-lavorativi").unwrap();
        (term.length.map(|length| length.to_string()), term.shortened.as_ref().map(|s| s.length.to_string()))
    };
    assert_eq!(length(&sides.national), (Some("8 giorni lavorativi".into()), None));
    assert_eq!(length(&sides.regional), length(&sides.national));
    let region = "  - abbrevia: { termine: dieci-lavorativi, entro: 5 giorni lavorativi, NORMA }\n";
    let mut shorter = world("M", &[("2020-01-01", amended), ("2019-01-01", region)]);
    let expected = (Some("8 giorni lavorativi".into()), Some("5 giorni lavorativi".into()));
    assert_eq!(length(&both(&mut shorter).regional), expected);
    let region = "  - abbrevia: { termine: dieci-lavorativi, entro: 9 giorni lavorativi, NORMA }\n";
    let mut longer = world("M", &[("2020-01-01", amended), ("2021-01-01", region)]);
    assert_eq!(codes_of(longer.both(OPENED).err()), ["variazione-abbassa"]);
}

fn codes_of(faults: Option<Vec<Diagnostic>>) -> Vec<&'static str> {
    faults.into_iter().flatten().map(|fault| fault.code).collect()
}

/// The nation does not know whether the term is kept: the region cannot know better, only worse.
#[test]
fn a_term_of_unknown_length_is_never_kept_by_a_shorter_one() {
    let mut world = world("M", &[("2020-01-01", "  - abbrevia: { termine: regionale, entro: 20 giorni, NORMA }\n")]);
    let mut events = vec![("2024-06-10", delivered("progetto")), ("2024-06-30", done("seguito"))];
    assert_eq!(state(&verdict(&mut world, "M", &events, "2024-07-31"), "regionale"), (None, "non-noto"));
    assert_eq!(state(&verdict(&mut world, "M", &events[..1], "2024-06-30"), "regionale"), (None, "non-noto"));
    events[1].0 = "2024-07-02";
    let late = verdict(&mut world, "M", &events, "2024-07-31");
    assert_eq!(state(&late, "regionale"), (Some("2024-07-01"), "violato"));
    assert_eq!(
        state(&verdict(&mut world, "M", &events[..1], "2024-07-02"), "regionale"),
        (Some("2024-07-01"), "violato")
    );
    events[1].0 = "2024-06-10";
    assert_eq!(state(&verdict(&mut world, "M", &events, "2024-07-31"), "regionale"), (None, "rispettato"));
}

const SCRIPT: &str = "  - script: { file: piemonte/m.rhai, NORMA }\n";

/// «Not before five days» said to be two would be less; and nobody who is served is hurried.
#[test]
fn no_script_shortens_what_says_not_before_or_binds_the_person() {
    let mut world = world("M", &[("2020-01-01", SCRIPT)]);
    for term in ["dopo-giorni", "trenta-fermi", "dopo-ore"] {
        let word = json!({ "verbo": "abbrevia", "termine": term, "entro": "2 giorni" });
        let events =
            [("2024-06-03", said(word)), ("2024-06-10", delivered("progetto")), ("2024-06-12", delivered("relazione"))];
        let verdict = verdict(&mut world, "M", &events, "2024-06-12");
        assert!(has(&verdict, "sconosciuto", "parole"), "{term}: {verdict:?}");
        assert_eq!(state(&verdict, "dopo-giorni"), (Some("2024-06-15"), "violato"));
    }
    // What is counted in hours is shortened in hours, and the other way round.
    for (term, within) in [("entro-ore", "2 giorni"), ("dieci-lavorativi", "20 ore"), ("regionale", "20 ore")] {
        let word = json!({ "verbo": "abbrevia", "termine": term, "entro": within });
        let verdict = verdict(&mut world, "M", &[("2024-06-03", said(word))], "2024-06-12");
        assert!(has(&verdict, "sconosciuto", "parole"), "{term}: {verdict:?}");
    }
}

/// 240 hours from the reception on the 4th; on the 12th a script says 24: not before the end of the 12th.
#[test]
fn a_term_in_hours_does_not_end_before_the_day_it_was_said_to_be_so_short() {
    let mut world = world("M", &[("2020-01-01", SCRIPT)]);
    let start = |ora: &str| json!({ "tipo": "attivita", "attivita": "ciclo", "evento": "iniziata", "ora": ora });
    let mut welcome = done("accoglienza");
    welcome["ora"] = json!("10:00");
    let word = json!({ "verbo": "abbrevia", "termine": "entro-ore", "entro": "24 ore" });
    let mut events = vec![("2024-06-04", welcome), ("2024-06-12", said(word)), ("2024-06-12", start("23:00"))];
    let term = |world: &mut World, events: &[(&str, Value)], on: &str| {
        let verdict = verdict(world, "M", events, on);
        let (end, state) = state(&verdict, "entro-ore");
        (end.unwrap_or_default().to_string(), state.to_string())
    };
    assert_eq!(term(&mut world, &events, "2024-06-20"), ("2024-06-12".into(), "rispettato".into()));
    events[2] = ("2024-06-13", start("00:00"));
    assert_eq!(term(&mut world, &events, "2024-06-20"), ("2024-06-12".into(), "violato".into()));
    assert_eq!(term(&mut world, &events[..2], "2024-06-12"), ("2024-06-12".into(), "in-corso".into()));
    assert_eq!(term(&mut world, &events[..2], "2024-06-13"), ("2024-06-12".into(), "violato".into()));
}

#[test]
fn variations_are_laid_in_the_order_in_which_they_came_into_force() {
    // The later one stands in the file that comes first.
    let mut world = world(
        "M",
        &[
            (
                "2022-01-01",
                "  - rafforza_evidenza: { output: verbale, campi: { firma: { obbligatorio: true } }, NORMA }\n",
            ),
            (
                "2021-01-01",
                "  - aggiungi_output: { id: verbale, testo: verbale, procedura: { da: [verifica], evidenza: { firma: { tipo: testo, domanda: \"Firma?\" } } }, NORMA }\n",
            ),
        ],
    );
    let verdict = verdict(&mut world, "M", &[("2024-06-10", delivered("verbale"))], "2024-06-10");
    assert!(has(&verdict, "evidenza", "verbale"), "{verdict:?}");
}

/// The patron's day, 24 June 2024, is a Monday. It gives more time, and never puts off the day from which one may act.
#[test]
fn a_local_feast_gives_time_and_takes_none() {
    let amended = "  - sostituisci: { termine: trenta-fermi, con: { che: verifica, entro: 3 giorni lavorativi, da: accoglienza, chi: persona, norma: { norma: dm-4-2018 } }, norma: { norma: dm-4-2018 } }\n";
    let mut world = world("M", &[("2020-01-01", amended)]);
    let mut events = vec![("2024-06-20", done("verifica")), ("2024-06-25", delivered("attestato"))];
    let told = verdict(&mut world, "M", &events, "2024-06-30");
    assert_eq!(state(&told, "dopo-lavorativi"), (Some("2024-06-25"), "rispettato"));
    events = vec![("2024-06-20", done("accoglienza")), ("2024-06-26", done("verifica"))];
    let told = verdict(&mut world, "M", &events, "2024-06-30");
    assert_eq!(state(&told, "trenta-fermi"), (Some("2024-06-26"), "rispettato"));
    // Suspended on the 26th: by the national calendar the term had ended the day before, by the office's it had not.
    let suspended = json!({ "tipo": "sospesa", "motivo": "ricovero" });
    events = vec![("2024-06-20", done("accoglienza")), ("2024-06-26", suspended)];
    let told = verdict(&mut world, "M", &events, "2024-07-30");
    assert_eq!(state(&told, "trenta-fermi"), (None, "sospeso"));
}

/// «Not before five days» leaves nothing to a term of three: nobody could keep both.
#[test]
fn a_term_is_not_made_shorter_than_what_must_come_before_allows() {
    let report = "  - aggiungi_termine: { id: rapporto, che: relazione, entro: 20 giorni, da: progetto, norma: { norma: dm-4-2018 } }\n";
    let shorter = |within: &str| format!("  - abbrevia: {{ termine: rapporto, entro: {within} giorni, NORMA }}\n");
    let mut possible = world("M", &[("2020-01-01", report), ("2021-01-01", &shorter("5"))]);
    both(&mut possible);
    let mut impossible = world("M", &[("2020-01-01", report), ("2021-01-01", &shorter("4"))]);
    assert_eq!(codes_of(impossible.both(OPENED).err()), ["termine-troppo-breve"]);
}

#[test]
fn a_minimum_does_not_make_mandatory_what_is_said_not_to_be() {
    let stronger = |mandatory: &str| {
        format!(
            "  - rafforza_evidenza: {{ output: progetto, campi: {{ giorni: {{ minimo: 2{mandatory} }} }}, NORMA }}\n"
        )
    };
    let evidence = json!({ "titolo": "piano", "codice": "AB1234", "passi": ["uno"], "firmato": true });
    let given = json!({ "tipo": "output", "output": "progetto", "evidenza": evidence });
    for (mandatory, missing) in [("", true), (", obbligatorio: false", false), (", obbligatorio: true", true)] {
        let mut world = world("M", &[("2020-01-01", &stronger(mandatory))]);
        let verdict = verdict(&mut world, "M", &[("2024-06-10", given.clone())], "2024-06-10");
        assert_eq!(has(&verdict, "evidenza", "progetto"), missing, "{mandatory}");
    }
}

#[test]
fn words_that_are_not_understood_may_come_after_the_closing_like_any_others() {
    let mut world = world("M", &[("2020-01-01", SCRIPT)]);
    let closed = json!({ "tipo": "chiusa", "modo": "interrotta", "motivo": "rinuncia" });
    let word = json!({ "verbo": "rendi_dovuta", "voce": "inesistente" });
    let told = verdict(&mut world, "M", &[("2024-06-10", closed), ("2024-06-11", said(word))], "2024-06-30");
    assert!(has(&told, "sconosciuto", "parole") && !has(&told, "dopo-chiusura", "parole"), "{told:?}");
}
