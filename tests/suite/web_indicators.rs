// SPDX-License-Identifier: EUPL-1.2
//! The indicators as people and programs see them: whose they are, what is hidden, and that page, files and interface agree.

use lepre::config::Config;
use lepre::role::Role;
use lepre::service::OpenRequest;
use serde_json::Value as Json;

use crate::api::Program;
use crate::engine::event;
use crate::service::office::{ended, guidance, person, request};
use crate::web::{Answer, Bureau, Seat};

const TODAY: &str = "2024-06-03";

fn bureau(threshold: u32) -> Bureau {
    let config = Config { requests_per_minute: 1_000_000, small_numbers: threshold, ..Config::default() };
    let bureau = Bureau::with(TODAY, config);
    bureau.account("capo", Role::OfficeLead, (Some("lombardia"), Some("milano")));
    bureau.account("lombarda", Role::Auditor, (Some("lombardia"), None));
    bureau.account("senzasede", Role::OfficeLead, (Some("piemonte"), None));
    bureau
}

/// Cases of E, delivered: from `first`, so many, in an office.
fn deliver(bureau: &Bureau, (region, office): (&str, &str), first: usize, many: usize) {
    for n in first..first + many {
        let asked = OpenRequest {
            region: Some(region.into()),
            office: Some(office.into()),
            ..request("E", &person(n), "2024-05-02", &[("patto_gia_sottoscritto", "true")])
        };
        let case = bureau.app.service.acting("op").open(&asked).unwrap().head.id;
        guidance().into_iter().for_each(|what| drop(bureau.app.service.record(case, &event(what)).unwrap()));
    }
}

/// A page that may still be at work: asked again until it is not.
fn whole(seat: &Seat, path: &str) -> Answer {
    loop {
        let answer = seat.get(path).is(200);
        if answer.headers.get("refresh").is_none() {
            return answer;
        }
    }
}

#[test]
fn each_sees_the_part_that_is_theirs() {
    let bureau = bureau(1);
    deliver(&bureau, ("piemonte", "torino"), 0, 3);
    deliver(&bureau, ("lombardia", "milano"), 10, 4);
    let cases = |who: &str, path: &str| {
        let page = whole(&bureau.seat(who), path);
        let lead = page.body.split_once("class=\"lead\">").unwrap().1.split_once("</p>").unwrap().0.to_owned();
        lead.split_once("<strong>").unwrap().1.split_once('<').unwrap().0.to_owned()
    };
    assert_eq!(cases("verifica", "/indicatori"), "7");
    assert_eq!(cases("verifica", "/indicatori?regione=piemonte"), "3");
    assert_eq!(cases("lombarda", "/indicatori"), "4");
    assert_eq!(cases("amm", "/indicatori"), "3");
    assert_eq!(cases("resp", "/indicatori"), "3");
    assert_eq!(cases("capo", "/indicatori"), "4");
    // What is asked for does not widen what is theirs.
    assert_eq!(cases("lombarda", "/indicatori?regione=piemonte"), "4");
    assert_eq!(cases("resp", "/indicatori?regione=lombardia&sede=milano"), "3");
    whole(&bureau.seat("resp"), "/indicatori").hides("milano").hides("name=\"sede\"");
    bureau.seat("senzasede").get("/indicatori").is(403);
    bureau.seat("op").get("/indicatori").is(403);
    let program = Program::of(&bureau, "lombarda", false);
    let answer = program.get("/api/v1/indicatori?regione=piemonte").is(200).json();
    assert_eq!(
        (&answer["totale"]["valori"]["pratiche"], &answer["filtri"]["regione"]),
        (&4.into(), &"lombardia".into())
    );
}

#[test]
fn a_small_number_is_hidden_in_the_page_its_charts_its_files_and_the_interface() {
    let bureau = bureau(5);
    deliver(&bureau, ("piemonte", "torino"), 0, 8);
    deliver(&bureau, ("piemonte", "asti"), 20, 3);
    let amm = bureau.seat("amm");
    let page = whole(&amm, "/indicatori?per=sede").shows("<em>nascosto</em>").shows("da 1 a 4");
    assert!(page.has("<strong>11</strong> pratiche"));
    let csv = amm.get("/indicatori.csv").is(200);
    let offices: Vec<&str> = csv.body.lines().filter(|line| line.starts_with("sede,")).collect();
    assert_eq!(offices.len(), 2, "{}", csv.body);
    assert!(offices.iter().all(|line| line.contains(",nascosto,") && !line.contains(",3,") && !line.contains(",8,")));
    assert!(csv.header("content-disposition").contains("indicatori-2024-06-03.csv"));
    let program = Program::of(&bureau, "amm", false);
    let answer = program.get("/api/v1/indicatori").is(200).json();
    let tables = answer["tavole"].as_array().unwrap();
    let offices = tables.iter().find(|table| table["per"] == "sede").unwrap()["righe"].as_array().unwrap();
    for office in offices {
        assert!(office["valori"]["pratiche"].is_null());
        assert!(office["nascosti"].as_array().unwrap().contains(&Json::from("pratiche")));
    }
    assert_eq!(answer["totale"]["valori"]["pratiche"], 11);
    let book = amm.get("/indicatori.xlsx").is(200);
    assert!(book.bytes.starts_with(b"PK"));
    assert_eq!(book.bytes, amm.get("/indicatori.xlsx").is(200).bytes, "the same document is the same bytes");
    // The small office's own page says nothing either.
    let small = whole(&amm, "/indicatori?sede=asti").shows("<strong>nascosto</strong> pratiche");
    assert!(!small.has("<strong>3</strong>"));
    assert!(!whole(&bureau.seat("verifica"), "/indicatori").body.contains("Persona Inventata"));
}

#[test]
fn a_chart_is_followed_by_its_table_and_the_law_stands_beside_the_times() {
    let bureau = bureau(1);
    deliver(&bureau, ("piemonte", "torino"), 0, 2);
    let facts =
        [("disoccupato", "true"), ("data_did", "2024-05-01"), ("percettore_naspi", "false"), ("convocato", "true")];
    let case = bureau.open("B", 50, "2024-05-02", &facts).head.id;
    bureau.app.service.record(case, &event(ended("2024-05-10", "raccolta-dati"))).unwrap();
    let page = whole(&bureau.seat("verifica"), "/indicatori");
    for id in ["grafico-mesi", "grafico-tempi", "grafico-registrazioni"] {
        let (before, after) = page.body.split_once(&format!("<title id=\"{id}-titolo\">")).unwrap();
        assert!(before.rfind("<svg").is_some());
        let table = after.split_once("</svg>").unwrap().1.trim_start().strip_prefix("</div>").unwrap();
        let region =
            format!("<div class=\"table-responsive\" tabindex=\"0\" role=\"region\" aria-labelledby=\"{id}-tabella\">");
        assert!(table.starts_with(&region), "{}", &table[..200]);
        assert_eq!(page.body.matches(&format!("<caption id=\"{id}-tabella\">")).count(), 1);
    }
    page.shows("contatto-dopo-did")
        .shows("entro 30 giorni")
        .shows("D.Lgs. 150/2015, art. 20, co. 1")
        .shows("non è registrato nessun altro obiettivo in numeri")
        .shows("maggio 2024")
        .hides("style=")
        .hides("<script>");
}

#[test]
fn a_term_of_the_level_stands_in_every_row_and_another_is_a_fault() {
    let bureau = bureau(1);
    deliver(&bureau, ("piemonte", "torino"), 0, 1);
    bureau.open("B", 50, "2024-05-02", &[]);
    let seat = bureau.seat("verifica");
    whole(&seat, "/indicatori?lep=B&termine=contatto-dopo-did").shows("Giorni, mediana").shows("Rispettati su cento");
    seat.get("/indicatori?lep=E&termine=contatto-dopo-did").is(400).shows("non è un termine del livello");
    seat.get("/indicatori?termine=contatto-dopo-did").is(400);
    seat.get("/indicatori?dal_mese=marzo").is(400).shows("anno-mese");
    seat.get("/indicatori?dal_mese=2024-05&al_mese=2024-04").is(400);
    seat.get("/indicatori?al=2024-06-04").is(400).shows("deve ancora venire");
    whole(&seat, "/indicatori?dal_mese=2024-06").shows("Nessuna pratica con questi filtri");
    // On a day before they were opened there is none.
    whole(&seat, "/indicatori?al=2024-05-01").shows("<strong>0</strong> pratiche");
}

#[test]
fn the_last_sums_are_shown_at_once_with_their_instant_even_when_something_has_been_written_since() {
    let bureau = bureau(1);
    deliver(&bureau, ("piemonte", "torino"), 0, 1);
    let seat = bureau.seat("verifica");
    let first = whole(&seat, "/indicatori").shows("<strong>1</strong> pratiche").shows("Somme fatte il");
    deliver(&bureau, ("piemonte", "torino"), 5, 1);
    // Not a minute has gone by.
    let again = seat.get("/indicatori").is(200);
    assert!(again.headers.get("refresh").is_none());
    let content = |answer: &Answer| answer.body.split_once("<main").unwrap().1.to_owned();
    assert_eq!(content(&again), content(&first));
}
