// SPDX-License-Identifier: EUPL-1.2
//! A case is opened once however often one clicks, only where the law says yes, and never twice without being asked.

use lepre::store::SubjectKind;

use crate::service::office::{company, person};
use crate::web::{Bureau, Seat};

const TODAY: &str = "2026-03-10";
const PATH: &str = "/pratiche/nuova";

/// The fields of the last step, with the key that the page has given.
fn confirmed<'a>(seat: &Seat, level: &'a str, code: &'a str, name: &'a str) -> (Vec<(&'a str, &'a str)>, String) {
    let mut fields =
        vec![("natura", "persona"), ("codice", code), ("nome", name), ("livello", level), ("giorno", TODAY)];
    fields.push(("passo", "conferma"));
    let page = seat.post(PATH, &fields).is(200).shows("Apri la pratica");
    let key = page.field("chiave");
    fields.retain(|(name, _)| *name != "passo");
    (fields, key)
}

fn cases(bureau: &Bureau, code: &str) -> usize {
    let store = bureau.app.service.store();
    let subject = store.subject_by_tax_code(SubjectKind::Person, code).unwrap();
    subject.map_or(0, |subject| store.cases_of_subject(subject.id).unwrap().len())
}

#[test]
fn a_second_click_opens_nothing_more_and_leads_to_the_same_case() {
    let bureau = Bureau::new(TODAY);
    let op = bureau.seat("op");
    let code = person(1);
    let (mut fields, key) = confirmed(&op, "A", &code, "Persona Nuova");
    fields.extend([("passo", "apri"), ("chiave", key.as_str()), ("affida", "true")]);
    let first = op.post(PATH, &fields).is(303);
    let second = op.post(PATH, &fields).is(303);
    assert_eq!(first.to(), second.to());
    assert_eq!(cases(&bureau, &code), 1);
    op.get("/oggi").is(200).shows("Persona Nuova");
    // The same key for something else is not the same request.
    let other: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (*name, if *name == "livello" { "C" } else { *value })).collect();
    op.post(PATH, &other).is(422);
    assert_eq!(cases(&bureau, &code), 1);
}

#[test]
fn two_clicks_at_the_same_moment_open_one_case() {
    let bureau = Bureau::new(TODAY);
    let code = person(2);
    let (fields, key) = confirmed(&bureau.seat("op"), "A", &code, "Persona Nuova");
    let seats: Vec<Seat> = (0..4).map(|_| bureau.seat("op")).collect();
    let places: Vec<String> = std::thread::scope(|scope| {
        let clicks: Vec<_> = seats
            .iter()
            .map(|seat| {
                let mut fields = fields.clone();
                fields.extend([("passo", "apri"), ("chiave", key.as_str())]);
                scope.spawn(move || seat.post(PATH, &fields).is(303).to().to_owned())
            })
            .collect();
        clicks.into_iter().map(|click| click.join().unwrap()).collect()
    });
    assert!(places.iter().all(|place| *place == places[0]), "{places:?}");
    assert_eq!(cases(&bureau, &code), 1);
}

#[test]
fn a_second_case_of_the_same_level_is_opened_only_on_purpose() {
    let bureau = Bureau::new(TODAY);
    bureau.open("A", 3, "2026-03-02", &[]);
    let op = bureau.seat("op");
    let code = person(3);
    let (mut fields, key) = confirmed(&op, "A", &code, "");
    fields.extend([("passo", "apri"), ("chiave", key.as_str())]);
    op.post(PATH, &fields).is(422).shows("già una pratica aperta dello stesso livello");
    assert_eq!(cases(&bureau, &code), 1);
    fields.push(("ripeti", "true"));
    op.post(PATH, &fields).is(303);
    assert_eq!(cases(&bureau, &code), 2);
}

#[test]
fn the_no_comes_before_the_form_with_its_reason_its_norm_and_the_way_out() {
    let bureau = Bureau::new(TODAY);
    let op = bureau.seat("op");
    let code = person(4);
    let mut fields = vec![("natura", "persona"), ("codice", code.as_str()), ("livello", "E")];
    fields.push(("dato.patto_gia_sottoscritto", "false"));
    let page = op.post(PATH, &fields).is(200);
    let page = page.shows("così non si può aprire").shows("Che cosa lo renderebbe possibile").shows("Norma: ");
    page.shows("manca").hides("value=\"conferma\"");
    // Whoever skips the steps is told the same, and nothing is written.
    fields.extend([("passo", "apri"), ("chiave", "k")]);
    op.post(PATH, &fields).is(200).shows("così non si può aprire");
    assert_eq!(cases(&bureau, &code), 0);
    let yes = vec![
        ("natura", "persona"),
        ("codice", code.as_str()),
        ("livello", "E"),
        ("dato.patto_gia_sottoscritto", "true"),
    ];
    op.post(PATH, &yes).is(200).shows("Sì, si può aprire");
}

#[test]
fn what_is_wrong_is_told_beside_its_field_and_what_was_typed_stays() {
    let bureau = Bureau::new(TODAY);
    let op = bureau.seat("op");
    let fields = [("natura", "persona"), ("codice", "ZZAAAA80A41Z999"), ("nome", "Tizia <b>"), ("livello", "A")];
    let page = op.post(PATH, &fields).is(422).shows("un codice fiscale ha 16 caratteri").shows("Tizia &lt;b&gt;");
    assert_eq!(page.field("codice"), "ZZAAAA80A41Z999");
    let code = company(5);
    let fields = [("natura", "impresa"), ("codice", code.as_str()), ("livello", "A")];
    op.post(PATH, &fields).is(422).shows("questo livello è per le persone");
    let code = person(5);
    let fields = [("natura", "persona"), ("codice", code.as_str()), ("livello", "A"), ("giorno", "2026-02-30")];
    op.post(PATH, &fields).is(422);
}

#[test]
fn of_somebody_known_elsewhere_only_the_number_of_cases_is_told() {
    let bureau = Bureau::new(TODAY);
    let view = bureau.open("C", 6, "2026-03-02", &[]);
    let away = bureau.seat("altrove");
    let code = person(6);
    let fields = [("natura", "persona"), ("codice", code.as_str()), ("livello", "A")];
    let page = away.post(PATH, &fields).is(200).shows("In altre sedi: 1 pratica");
    page.hides("Persona Inventata 6").hides(&view.head.id.to_string()).hides(&view.head.subject.to_string());
}
