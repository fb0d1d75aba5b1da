// SPDX-License-Identifier: EUPL-1.2
//! The page of a case and what is done from it: the whole way of a level by forms, and every way of being told no.

use lepre::calendar::Day;
use lepre::engine::{agenda, findings};
use lepre::service::CaseView;
use lepre::spec::scenario::Conformity;
use uuid::Uuid;

use crate::web::{Answer, Bureau, Seat};

const TODAY: &str = "2024-06-03";

fn begun(bureau: &Bureau) -> CaseView {
    bureau.open("E", 1, "2024-05-02", &[("patto_gia_sottoscritto", "true")])
}

/// Sends the form of an act as it stands on the page of the case, with these fields filled in.
fn act(seat: &Seat, case: Uuid, act: &str, about: &str, fields: &[(&str, &str)]) -> Answer {
    let sequence = seat.get(&format!("/pratiche/{case}")).is(200).field("sequenza");
    sent(seat, case, act, about, &sequence, fields)
}

fn sent(seat: &Seat, case: Uuid, act: &str, about: &str, sequence: &str, fields: &[(&str, &str)]) -> Answer {
    let mut all = vec![("sequenza", sequence), ("che", about)];
    all.extend(fields);
    seat.post(&format!("/pratiche/{case}/fai/{act}"), &all)
}

fn conformity(bureau: &Bureau, case: Uuid) -> Conformity {
    let (view, today) = (bureau.view(case), TODAY.parse::<Day>().unwrap());
    findings(&view.rulebook, &view.case, today).conformity
}

#[test]
fn a_level_is_led_to_conformity_by_forms_alone() {
    let bureau = Bureau::new(TODAY);
    let case = begun(&bureau).head.id;
    let op = bureau.seat("op");
    let page = op.get(&format!("/pratiche/{case}")).is(200).shows("Persona Inventata 1").shows("Che cosa è dovuto");
    let page = page
        .shows("D.M. 4/2018")
        .shows("viene dopo «colloquio individualizzato anche mediante piccoli gruppi», che non c'è ancora");
    assert!(page.has("rel=\"external noreferrer\""));
    type Step<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)]);
    let steps: [Step; 7] = [
        (
            "attivita",
            "colloquio",
            &[("evento", "terminata"), ("il", "2024-05-06"), ("ora", "10:30"), ("modalita", "individuale")],
        ),
        ("sap", "colloquio", &[]),
        ("attivita", "bilancio-competenze", &[("evento", "terminata"), ("il", "13/05/2024")]),
        ("sap", "bilancio-competenze", &[("codice", "A03"), ("il", "2024-05-13")]),
        ("output", "bilancio", &[("ev-competenze", "saldatura TIG\n\n  pulizia dei giunti \n"), ("il", "2024-05-13")]),
        (
            "output",
            "patto-aggiornato",
            &[("ev-data_aggiornamento", "2024-05-14"), ("ev-misure", "corso"), ("ev-nel_fascicolo", "true")],
        ),
        ("outcome", "obiettivo-definito", &[]),
    ];
    for (word, about, fields) in steps {
        let form = op.get(&format!("/pratiche/{case}/fai/{word}?che={about}")).is(200);
        assert!(form.has("name=\"il\""), "{word} {about}");
        let answer = act(&op, case, word, about, fields).is(303);
        assert_eq!(answer.to(), format!("/pratiche/{case}?detto=registrato"), "{word} {about}");
    }
    op.get(&format!("/pratiche/{case}/fai/concludi")).is(200).shows("Che cosa succederà");
    act(&op, case, "concludi", "", &[]).is(303);
    assert_eq!(conformity(&bureau, case), Conformity::Yes);
    let page = op.get(&format!("/pratiche/{case}?detto=registrato")).is(200);
    let page = page.shows("Registrato.").shows("pulizia dei giunti").shows("La pratica è conforme al livello.");
    page.shows("Riapri").hides("/fai/sospendi");
}

#[test]
fn a_closing_that_is_not_lawful_is_refused_with_its_norm_and_before_it_is_asked() {
    let bureau = Bureau::new(TODAY);
    let case = begun(&bureau).head.id;
    let op = bureau.seat("op");
    op.get(&format!("/pratiche/{case}")).hides("/fai/concludi\"");
    let form = op.get(&format!("/pratiche/{case}/fai/concludi")).is(200).shows("Adesso non si può");
    assert!(!form.has("name=\"sequenza\""));
    let answer = act(&op, case, "concludi", "", &[("motivo", "fine del percorso")]).is(422);
    let answer = answer
        .shows("Non si può: ecco perché")
        .shows("D.M. 4/2018")
        .shows("Completa «colloquio individualizzato anche mediante piccoli gruppi»");
    answer.shows("fine del percorso");
    assert!(bureau.view(case).case.closed.is_none());
}

#[test]
fn what_is_wrong_with_a_form_is_said_beside_its_field_and_nothing_typed_is_lost() {
    let bureau = Bureau::new(TODAY);
    let case = begun(&bureau).head.id;
    let op = bureau.seat("op");
    act(&op, case, "attivita", "colloquio", &[("evento", "terminata")]).is(303);
    act(&op, case, "attivita", "bilancio-competenze", &[("evento", "terminata")]).is(303);
    let fields = [("ev-data_aggiornamento", "30/02/2024"), ("ev-misure", ""), ("ora", "25:99")];
    let answer = act(&op, case, "output", "patto-aggiornato", &fields).is(422);
    let answer =
        answer.shows("id=\"ev-misure-errore\"").shows("id=\"ev-data_aggiornamento-errore\"").shows("id=\"ora-errore\"");
    answer.shows("30/02/2024").shows("25:99").shows("aria-invalid=\"true\"");
    let answer =
        act(&op, case, "attivita", "colloquio", &[("evento", "terminata"), ("modalita", "a-distanza")]).is(422);
    answer.shows("id=\"modalita-errore\"");
    let answer = act(&op, case, "attivita", "colloquio", &[("evento", "terminata"), ("il", "2030-01-01")]).is(422);
    answer.shows("id=\"il-errore\"").shows("01/01/2030 non è ancora venuto");
    act(&op, case, "sospendi", "", &[]).is(422).shows("id=\"motivo-errore\"");
    assert_eq!(bureau.view(case).head.sequence, 4);
}

#[test]
fn a_conflict_says_what_changed_keeps_what_was_typed_and_asks_once_more() {
    let bureau = Bureau::new(TODAY);
    let case = begun(&bureau).head.id;
    let (op, other) = (bureau.seat("op"), bureau.seat("collega"));
    let old = op.get(&format!("/pratiche/{case}")).field("sequenza");
    act(&other, case, "attivita", "colloquio", &[("evento", "iniziata")]).is(303);
    let fields = [("testo", "telefonata delle dieci")];
    let answer = sent(&op, case, "nota", "", &old, &fields).is(409);
    let answer = answer
        .shows("La pratica è cambiata mentre scrivevi")
        .shows("collega")
        .shows("Attività <code>colloquio</code>: iniziata");
    let answer = answer.shows("telefonata delle dieci");
    assert_eq!(bureau.view(case).head.sequence, 3);
    sent(&op, case, "nota", "", &answer.field("sequenza"), &fields).is(303);
    assert_eq!(bureau.view(case).head.sequence, 4);
}

#[test]
fn a_case_of_another_office_does_not_exist() {
    let bureau = Bureau::new(TODAY);
    let case = begun(&bureau).head.id;
    let away = bureau.seat("altrove");
    for end in ["", "/stampa", "/perche/colloquio", "/disegno.svg", "/fai/nota", "/patto"] {
        away.get(&format!("/pratiche/{case}{end}")).is(404).hides("Persona Inventata");
    }
    sent(&away, case, "nota", "", "2", &[("testo", "intrusa")]).is(404);
    bureau.seat("amm").get(&format!("/pratiche/{case}")).is(403);
    for wrong in ["zzz", "00000000-0000-7000-8000-000000000000"] {
        bureau.seat("op").get(&format!("/pratiche/{wrong}")).is(404);
    }
    bureau.seat("op").get(&format!("/pratiche/{case}/fai/ballare")).is(404);
    bureau.seat("op").get(&format!("/pratiche/{case}/fai/attivita?che=ballo")).is(404);
}

#[test]
fn an_auditor_reads_without_names_and_writes_nothing() {
    let bureau = Bureau::new(TODAY);
    let view = begun(&bureau);
    let (case, op, auditor) = (view.head.id, bureau.seat("op"), bureau.seat("verifica"));
    act(&op, case, "nota", "", &[("testo", "ha chiamato la zia Inventata")]).is(303);
    let code = bureau.app.service.store().subject(view.head.subject).unwrap().unwrap().tax_code;
    for end in ["", "/stampa", "/perche/colloquio"] {
        let page = auditor.get(&format!("/pratiche/{case}{end}")).is(200);
        page.hides("Persona Inventata").hides(&code).hides("zia Inventata").hides("/fai/").hides("/soggetti/");
    }
    auditor.get(&format!("/pratiche/{case}/fai/nota")).is(403);
    auditor.get(&format!("/pratiche/{case}/patto")).is(403);
    sent(&auditor, case, "nota", "", "3", &[("testo", "no")]).is(403);
}

#[test]
fn what_is_typed_is_never_run() {
    let bureau = Bureau::new(TODAY);
    let case = begun(&bureau).head.id;
    let op = bureau.seat("op");
    let evil = "<script>alert(1)</script>\"' onfocus=x";
    act(&op, case, "nota", "", &[("testo", evil)]).is(303);
    act(&op, case, "sospendi", "", &[("motivo", evil)]).is(303);
    for end in ["", "/stampa", "/fai/annulla?che=3"] {
        op.get(&format!("/pratiche/{case}{end}")).is(200).shows("&lt;script&gt;").hides("<script>alert");
    }
    act(&op, case, "attivita", "colloquio", &[("motivo", evil), ("evento", "<i>")]).is(422).hides("<script>alert");
}

#[test]
fn a_correction_says_beforehand_what_will_change() {
    let bureau = Bureau::new(TODAY);
    let case = begun(&bureau).head.id;
    let op = bureau.seat("op");
    act(&op, case, "attivita", "colloquio", &[("evento", "terminata")]).is(303);
    let form = op.get(&format!("/pratiche/{case}/fai/annulla?che=3")).is(200).shows("Che cosa succederà");
    form.shows("Torna da fare: attività <code>colloquio</code>");
    act(&op, case, "annulla", "3", &[]).is(422).shows("id=\"motivo-errore\"");
    let answer = act(&op, case, "annulla", "3", &[("motivo", "persona sbagliata")]).is(303);
    assert!(answer.to().ends_with("?detto=corretto"));
    let page = op.get(answer.to()).shows("<del>").shows("persona sbagliata").shows("Corretto:");
    drop(page);
    act(&op, case, "annulla", "1", &[("motivo", "tutto")]).is(422);
    act(&op, case, "annulla", "3", &[("motivo", "ancora")]).is(422).shows("già annullato");
}

#[test]
fn who_does_not_show_up_is_led_to_the_next_measure() {
    let bureau = Bureau::new(TODAY);
    let case = begun(&bureau).head.id;
    let op = bureau.seat("op");
    act(&op, case, "convoca", "", &[]).is(422).shows("id=\"giorno-errore\"");
    let fields = [
        ("giorno", "2024-05-20"),
        ("il", "2024-05-10"),
        ("ora", "09:30"),
        ("luogo", "stanza 4"),
        ("attivita", "colloquio"),
    ];
    act(&op, case, "convoca", "", &fields).is(303);
    op.get(&format!("/pratiche/{case}")).shows("Si è presentato").shows("stanza 4").shows("Non si è presentato");
    act(&op, case, "assente", "3", &[("il", "2024-05-20")]).is(303);
    let page = op.get(&format!("/pratiche/{case}")).shows("perdita di un quarto di una mensilità").shows("art. 21");
    drop(page);
    act(&op, case, "giustifica", "3", &[("motivo", "malattia")]).is(422).shows("id=\"accolta-errore\"");
    act(&op, case, "giustifica", "3", &[("motivo", "sciopero"), ("accolta", "false")]).is(303);
    op.get(&format!("/pratiche/{case}/fai/sanziona?che=3")).is(200).shows("Tutte le misure di questa condotta");
    act(&op, case, "sanziona", "3", &[]).is(303);
    op.get(&format!("/pratiche/{case}")).shows("assenza sanzionata").hides("Registra la sanzione");
    act(&op, case, "sanziona", "3", &[]).is(422).shows("art. 21");
    act(&op, case, "convoca", "", &[("giorno", "2024-07-01")]).is(303);
    op.get(&format!("/pratiche/{case}")).shows("la convocazione 7 è per il 01/07/2024");
}

#[test]
fn a_case_entrusted_elsewhere_leaves_the_desk() {
    let bureau = Bureau::new(TODAY);
    let case = begun(&bureau).head.id;
    let op = bureau.seat("op");
    let form = op.get(&format!("/pratiche/{case}/fai/affida")).is(200).shows("Nome di collega");
    form.hides("Nome di altrove").hides("Nome di verifica");
    act(&op, case, "affida", "", &[]).is(422).shows("id=\"operatore-errore\"");
    // Nobody, somebody of another region, somebody who serves nobody, an office that is not there: the case stays where it is.
    for wrong in ["fantasma.inesistente", "altrove", "verifica", "amm"] {
        act(&op, case, "affida", "", &[("operatore", wrong)]).is(422).shows("id=\"operatore-errore\"");
    }
    act(&op, case, "affida", "", &[("sede", "milano")]).is(422).shows("id=\"sede-errore\"");
    assert_eq!(bureau.view(case).case.operator, None);
    act(&op, case, "affida", "", &[("operatore", "collega")]).is(303);
    assert_eq!(bureau.view(case).case.operator.as_deref(), Some("collega"));
    op.get(&format!("/pratiche/{case}?detto=affidata")).is(200).shows("collega");
}

#[test]
fn facts_are_asked_with_their_reason_and_taken_back() {
    let bureau = Bureau::new(TODAY);
    let case = bureau.open("E", 2, "2024-05-02", &[]).head.id;
    let op = bureau.seat("op");
    let page = op
        .get(&format!("/pratiche/{case}"))
        .shows("Dati che mancano")
        .shows("Perché lo chiediamo")
        .shows("Conservazione");
    drop(page);
    act(&op, case, "dato", "patto_gia_sottoscritto", &[]).is(422).shows("id=\"valore-errore\"");
    act(&op, case, "dato", "patto_gia_sottoscritto", &[("valore", "forse")]).is(422).shows("id=\"valore-errore\"");
    act(&op, case, "dato", "patto_gia_sottoscritto", &[("valore", "true")]).is(303);
    let today = TODAY.parse::<Day>().unwrap();
    let view = bureau.view(case);
    assert!(agenda(&view.rulebook, &view.case, today).awaited.is_empty());
    act(&op, case, "ritira", "patto_gia_sottoscritto", &[]).is(303);
    op.get(&format!("/pratiche/{case}")).shows("Dati che mancano").shows("non più noto");
}

#[test]
fn an_explanation_and_a_print_stand_by_themselves() {
    let bureau = Bureau::new(TODAY);
    let view = begun(&bureau);
    let (case, op) = (view.head.id, bureau.seat("op"));
    let page = op.get(&format!("/pratiche/{case}/perche/bilancio-competenze")).is(200).shows("Lettura della procedura");
    page.shows("Viene dopo attività <code>colloquio</code>, che non c'è ancora");
    op.get(&format!("/pratiche/{case}/perche/niente")).is(404);
    let page = op.get(&format!("/pratiche/{case}/stampa")).is(200).shows(&view.head.rulebook.to_string());
    page.shows("Il regolamento applicato").hides("/fai/").shows("Persona Inventata 1");
    let drawing = op.get(&format!("/pratiche/{case}/disegno.svg")).is(200);
    assert!(
        drawing.body.starts_with("<svg")
            && drawing.headers["content-type"].to_str().unwrap().starts_with("image/svg+xml")
    );
    op.get(&format!("/pratiche/{case}/patto")).is(404);
}

#[test]
fn the_patto_says_what_was_delivered_and_that_the_rest_was_not_recorded() {
    let bureau = Bureau::new(TODAY);
    let op = bureau.seat("op");
    // The patto rests on a profile, delivered in a case of level C of the same nobody.
    let base = bureau.open("C", 3, "2024-05-02", &[]).head.id;
    for activity in before(&bureau, base, "profilazione-qualitativa") {
        act(&op, base, "attivita", &activity, &[("evento", "terminata"), ("il", "2024-05-10")]).is(303);
    }
    let profile = [("ev-data_profilazione", "2024-05-10"), ("ev-bisogno", "formazione"), ("il", "2024-05-10")];
    act(&op, base, "output", "profilazione-qualitativa", &profile).is(303);
    let case = bureau.open("D", 3, "2024-05-20", &[]).head.id;
    op.get(&format!("/pratiche/{case}/patto")).is(200).shows("Bozza").shows("non registrato");
    for activity in ["scelta-prestazioni", "stipula"] {
        act(&op, case, "attivita", activity, &[("evento", "terminata"), ("il", "2024-05-20")]).is(303);
    }
    let form = op.get(&format!("/pratiche/{case}/fai/output?che=patto-sottoscritto")).is(200);
    form.shows("type=\"checkbox\"").shows("congrua offerta di lavoro");
    let mut fields = vec![
        ("il", "2024-05-20"),
        ("ev-data_firma", "2024-05-20"),
        ("ev-responsabile", "operatrice dello sportello 2"),
        ("ev-profilo", "media distanza dal mercato"),
        ("ev-atti_ricerca", "inviare due candidature a settimana"),
        ("ev-tempi_ricerca", "dal 27 maggio"),
        ("ev-frequenza_contatti", "ogni due settimane"),
        ("ev-prova_ricerca", "copia delle candidature"),
        ("ev-disponibilita", "laboratori sulla ricerca di lavoro"),
        ("ev-disponibilita", "formazione o altra attivazione"),
    ];
    act(&op, case, "output", "patto-sottoscritto", &fields).is(422).shows("id=\"ev-disponibilita-errore\"");
    fields.push(("ev-disponibilita", "congrua offerta di lavoro"));
    act(&op, case, "output", "patto-sottoscritto", &fields).is(303);
    let page = op.get(&format!("/pratiche/{case}/patto")).is(200).hides("Bozza").shows("operatrice dello sportello 2");
    page.shows("ogni due settimane").shows("Impegni della persona").shows("20/05/2024").shows("lepre-signatures");
}

/// What must come before an item, first things first.
fn before(bureau: &Bureau, case: Uuid, item: &str) -> Vec<String> {
    let rulebook = bureau.view(case).rulebook;
    let mut all: Vec<String> = Vec::new();
    let found = rulebook.item_index(item).and_then(|index| rulebook.item(index)).unwrap();
    for one in found.prerequisites() {
        for name in before(bureau, case, &one.name).into_iter().chain([one.name.clone()]) {
            if !all.contains(&name) {
                all.push(name);
            }
        }
    }
    all
}

#[test]
fn a_page_drawn_for_one_is_right_for_the_next() {
    let bureau = Bureau::new(TODAY);
    let view = begun(&bureau);
    let (case, path) = (view.head.id, format!("/pratiche/{}", view.head.id));
    let (op, colleague) = (bureau.seat("op"), bureau.seat("collega"));
    act(&op, case, "nota", "", &[("testo", "scrive <!-- modulo --> e <!-- contenuto -->")]).is(303);
    let tokens = |page: &Answer| -> Vec<String> {
        let after = page.body.split("name=\"modulo\" value=\"").skip(1);
        after.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
    };
    let first = op.get(&path).is(200).shows("scrive &lt;!-- modulo --&gt; e &lt;!-- contenuto --&gt;");
    assert_eq!(tokens(&first).len(), first.body.matches("<form").count(), "a token in each form and nowhere else");
    for seat in [&op, &colleague, &op] {
        let page = seat.get(&path).is(200).hides("<!--");
        assert_eq!(tokens(&page).len(), tokens(&first).len());
        assert!(tokens(&page).iter().all(|token| lepre::http::tokens::is_form_token(token, seat.csrf())));
    }
    bureau.seat("altrove").get(&path).is(404);
    bureau.seat("verifica").get(&path).is(200).hides("Persona Inventata 1").hides("scrive &lt;").hides("name=\"che\"");
    op.get(&path).is(200).shows("Persona Inventata 1");
    // Nothing of the case has changed, and yet the page has.
    let rename = format!("/soggetti/{}/nome", view.head.subject);
    op.post(&rename, &[("nome", "Nome Giusto"), ("conferma", "true")]).is(303);
    colleague.get(&path).is(200).shows("Nome Giusto").hides("Persona Inventata 1");
    act(&colleague, case, "nota", "", &[("testo", "ha telefonato")]).is(303);
    op.get(&path).is(200).shows("ha telefonato");
    // Whoever has been shown a page already drawn stands in the log of accesses too.
    bureau.app.registry.flush().unwrap();
    let query = lepre::store::AccessQuery { case: Some(case), ..Default::default() };
    let seen = bureau.app.registry.accesses(&query, None, 100).unwrap();
    let by =
        |name: &str| seen.iter().filter(|(_, access)| access.username == name && access.action == "pratica").count();
    assert!(by("op") >= 5 && by("collega") >= 3 && by("verifica") == 1 && by("altrove") == 0, "{seen:?}");
}
