// SPDX-License-Identifier: EUPL-1.2
//! People are found as people look for them, only within one's office, and the search is noted.

use lepre::store::AccessQuery;

use crate::service::office::person;
use crate::web::Bureau;

const TODAY: &str = "2026-03-10";

fn renamed(bureau: &Bureau, n: usize, name: &str) {
    let view = bureau.open("A", n, "2026-03-02", &[]);
    bureau.app.service.rename(view.head.subject, name).unwrap();
}

#[test]
fn accents_slips_and_the_order_of_the_words_do_not_count() {
    let bureau = Bureau::new(TODAY);
    renamed(&bureau, 1, "Desirée D'Esempio");
    renamed(&bureau, 2, "Brunilde Fantasìa");
    let op = bureau.seat("op");
    for text in ["desiree d'esempio", "D’Esempio Desirèe", "desire desempio", "esempio desiree", "Dessirée"] {
        op.post("/cerca", &[("testo", text)]).is(200).shows("Desirée D'Esempio").hides("Brunilde");
    }
    op.post("/cerca", &[("testo", "fantasia")]).is(200).shows("Brunilde Fantasìa").hides("Desirée");
}

#[test]
fn a_code_with_a_letter_wrong_and_the_number_of_a_case_find_their_person() {
    let bureau = Bureau::new(TODAY);
    let view = bureau.open("A", 7, "2026-03-02", &[]);
    let op = bureau.seat("op");
    let code = person(7);
    op.post("/cerca", &[("testo", &code)]).is(200).shows("Persona Inventata 7");
    let wrong = format!("{}X{}", &code[..5], &code[6..]);
    op.post("/cerca", &[("testo", &wrong.to_lowercase())]).is(200).shows("Persona Inventata 7").shows("somiglia");
    op.post("/cerca", &[("testo", &view.head.id.to_string())]).is(200).shows("Persona Inventata 7");
}

#[test]
fn an_operator_elsewhere_finds_nobody() {
    let bureau = Bureau::new(TODAY);
    let view = bureau.open("A", 3, "2026-03-02", &[]);
    let away = bureau.seat("altrove");
    for text in ["Persona Inventata 3", &person(3), &view.head.id.to_string()] {
        away.post("/cerca", &[("testo", text)])
            .is(200)
            .hides("/soggetti/")
            .hides("lepre-row-who")
            .shows("non c'è nessuno");
    }
    away.get(&format!("/soggetti/{}", view.head.subject)).is(404);
    away.post(&format!("/soggetti/{}/nome", view.head.subject), &[("nome", "Altro"), ("conferma", "true")]).is(404);
    away.get("/pratiche?stato=tutte").is(200).hides("Persona Inventata 3").hides(&view.head.id.to_string());
    away.get("/pratiche?stato=tutte&sede=torino").is(200).hides(&view.head.id.to_string());
    away.get("/oggi").is(200).hides(&view.head.id.to_string());
}

#[test]
fn what_was_found_is_noted_with_the_reason_and_the_text_stands_in_no_address() {
    let bureau = Bureau::new(TODAY);
    let view = bureau.open("A", 3, "2026-03-02", &[]);
    let op = bureau.seat("op");
    let page = op.post("/cerca", &[("testo", "inventata"), ("perche", "ha telefonato")]).is(200);
    page.hides("?testo").hides("testo=");
    bureau.app.registry.flush().unwrap();
    let query = AccessQuery { subject: Some(view.head.subject), ..AccessQuery::default() };
    let noted = bureau.app.registry.accesses(&query, None, 10).unwrap();
    let (_, access) = noted.first().unwrap();
    assert_eq!((access.action.as_str(), access.why.as_deref()), ("ricerca", Some("ha telefonato")));
    assert_eq!(access.username, "op");
    op.post("/cerca", &[("testo", "x")]).is(200).shows("almeno due lettere");
}

#[test]
fn only_those_who_serve_people_may_search() {
    let bureau = Bureau::new(TODAY);
    for username in ["verifica", "amm"] {
        bureau.seat(username).get("/cerca").is(403);
        bureau.seat(username).post("/cerca", &[("testo", "inventata")]).is(403);
    }
}

#[test]
fn a_name_that_many_have_elsewhere_is_found_here() {
    let bureau = Bureau::new(TODAY);
    let mut lines = String::new();
    for n in 0..260 {
        let office = if n == 259 {
            r#""regione":"piemonte","sede":"torino""#
        } else {
            r#""regione":"lombardia","sede":"milano""#
        };
        lines += &format!(
            "{{\"id\":\"R-{n}\",\"lep\":\"A\",{office},\"soggetto\":{{\"codice_fiscale\":\"{}\",\"nome\":\"Omonimo Inventato\"}},\"eventi\":[{{\"tipo\":\"aperta\",\"il\":\"2026-03-02\"}}]}}\n",
            person(n)
        );
    }
    bureau.app.service.import(&mut lines.as_bytes(), &mut |_, _| {}).unwrap();
    bureau.app.service.catch_up().unwrap();
    bureau.seat("op").post("/cerca", &[("testo", "Omonimo Inventato")]).is(200).shows("1 soggetto trovato");
}
