// SPDX-License-Identifier: EUPL-1.2
//! A local holiday gives time to whom an office serves, and none to the office.

use std::sync::Arc;

use lepre::engine::{Case, Event, apply, term_standing};
use lepre::rulebook::Rulebook;

use super::fixture::event;
use super::fixture::{SCRIPT, VARIATION, library};
use crate::engine::day;
use crate::service::office::{person, refused, request, service_at};

fn rulebook() -> Arc<Rulebook> {
    library(VARIATION, SCRIPT).rulebook("B", Some("piemonte"), day("2026-05-01")).unwrap()
}

/// Last day of a term of B for somebody who declared on 9 June 2026: 15 days end on the 24th, a Wednesday.
fn last_day(rulebook: &Rulebook, office: &str, term: &str) -> String {
    let events: Vec<Event> = [
        format!(r#"{{"tipo":"aperta","il":"2026-06-09","soggetto":"s","lep":"B","sede":"{office}"}}"#),
        r#"{"tipo":"dato","il":"2026-06-09","dato":"percettore_naspi","valore":true}"#.to_owned(),
        r#"{"tipo":"dato","il":"2026-06-09","dato":"convocato","valore":false}"#.to_owned(),
        r#"{"tipo":"dato","il":"2026-06-09","dato":"data_domanda_naspi","valore":"2026-06-09"}"#.to_owned(),
        r#"{"tipo":"dato","il":"2026-06-09","dato":"data_registrazione","valore":"2026-04-25"}"#.to_owned(),
    ]
    .iter()
    .map(|json| event(json))
    .collect();
    let mut case = Case::new(rulebook);
    events.iter().for_each(|event| apply(&mut case, rulebook, event));
    let term = rulebook.terms.iter().find(|t| t.id == term).unwrap();
    term_standing(rulebook, &case, term, day("2026-06-09")).due.unwrap().to_string()
}

#[test]
fn the_patron_saint_moves_the_persons_term_and_not_the_offices() {
    let rulebook = rulebook();
    assert_eq!(last_day(&rulebook, "cpi-due", "contatto-dopo-naspi"), "2026-06-24");
    assert_eq!(last_day(&rulebook, "cpi-uno", "contatto-dopo-naspi"), "2026-06-25");
    // Sixty days from 25 April end on 24 June: the office owes it that day, feast or no feast.
    assert_eq!(last_day(&rulebook, "cpi-due", "accesso-diretto"), "2026-06-24");
    assert_eq!(last_day(&rulebook, "cpi-uno", "accesso-diretto"), "2026-06-24");
}

#[test]
fn an_office_that_the_region_does_not_have_is_refused_with_the_nearest() {
    let folder = tempfile::tempdir().unwrap();
    let service = service_at(&folder.path().join("lepre.db"), library(VARIATION, SCRIPT), "2026-06-30");
    let mut asked = request("E", &person(1), "2026-05-04", &[("patto_gia_sottoscritto", "true")]);
    (asked.region, asked.office) = (Some("piemonte".into()), Some("cpi-un".into()));
    let no = refused(service.open(&asked));
    assert_eq!(
        (no[0].message.as_str(), no[0].help.as_str()),
        ("la sede `cpi-un` non è tra quelle della regione", "forse volevi dire `cpi-uno`",)
    );
    asked.office = Some("cpi-uno".into());
    assert!(service.open(&asked).is_ok());
}

#[test]
fn the_days_of_convocation_are_the_regions() {
    let library = library(VARIATION, SCRIPT);
    let (regional, national) = (
        library.rulebook("C", Some("piemonte"), day("2026-05-01")).unwrap(),
        library.rulebook("C", None, day("2026-05-01")).unwrap(),
    );
    let value = |rulebook: &Rulebook| rulebook.parameters.first().and_then(|p| p.value).map(|v| v.to_string());
    assert_eq!((value(&regional), value(&national)), (Some("20 giorni".into()), None));
}
