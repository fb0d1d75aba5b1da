// SPDX-License-Identifier: EUPL-1.2
//! The pages of whoever administers a region or verifies it: accounts, tokens, findings, exports, the faults of the
//! specifications.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use lepre::library::Library;
use lepre::role::Role;
use lepre::store::{Account, ApiToken};

use crate::bad_specs;
use crate::engine::{day, specs};
use crate::web::{Answer, Bureau, Seat};

const TODAY: &str = "2024-06-03";

fn account(bureau: &Bureau, username: &str) -> Account {
    bureau.app.registry.account_by_username(username).unwrap().unwrap()
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

/// What stands between two marks, the first time.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split_once(before).unwrap_or_else(|| panic!("{before:?} is not in\n{text}")).1;
    rest.split_once(after).unwrap().0
}

fn new_account<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("utente", "nuova.torino"),
        ("nome", "Nuova Inventata"),
        ("ruolo", "operatore"),
        ("sede", "torino"),
        ("accesso", "password"),
    ];
    for (name, value) in changes {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    fields
}

#[test]
fn an_account_is_of_the_region_of_whoever_makes_it_whatever_the_form_says() {
    let bureau = Bureau::new(TODAY);
    let amm = bureau.seat("amm");
    let extra = [
        ("regione", "lombardia"),
        ("id", "x"),
        ("disabled", "true"),
        ("password", "sceltadame-123"),
        ("must_change", "false"),
    ];
    let page = amm.post("/account/nuovo", &new_account(&extra)).is(200).shows("Si vede solo adesso");
    let first = between(&page.body, "class=\"lepre-secret\">", "<").to_owned();
    let made = account(&bureau, "nuova.torino");
    assert_eq!(
        (made.role, made.region.as_deref(), made.office.as_deref()),
        (Role::Operator, Some("piemonte"), Some("torino"))
    );
    assert!(made.must_change && !made.disabled && !made.identities);
    let hash = made.password.as_deref();
    assert!(lepre::http::password::is_right(&first, hash) && !lepre::http::password::is_right("sceltadame-123", hash));
    assert_eq!(lepre::http::password::fault(&first, "nuova.torino"), None);
    // Asked for again, the page of the account does not show it.
    amm.get(&format!("/account/{}", made.id)).is(200).hides(&first).shows("deve scegliere la password");
}

#[test]
fn what_is_wrong_with_a_new_account_is_said_beside_its_field() {
    let bureau = Bureau::new(TODAY);
    let amm = bureau.seat("amm");
    for (changes, words) in [
        ([("utente", "op")].as_slice(), "ha da 3 a 60 lettere"),
        ([("utente", "altrove")].as_slice(), "è già di un altro account"),
        ([("ruolo", "imperatore")].as_slice(), "scegli un ruolo"),
        ([("nome", "")].as_slice(), "al massimo 120 caratteri"),
        ([("sede", "")].as_slice(), "serve per chi lavora in una sede"),
        ([("accesso", "portale")].as_slice(), "serve, se entra solo dal portale"),
    ] {
        let page = amm.post("/account/nuovo", &new_account(changes)).is(422).shows(words);
        assert!(page.has("Nulla è stato creato"), "{changes:?}");
    }
}

#[test]
fn an_administrator_sees_and_changes_only_accounts_of_the_region_and_not_their_own() {
    let bureau = Bureau::new(TODAY);
    let amm = bureau.seat("amm");
    amm.get("/account").is(200).shows("collega").hides(">altrove<");
    let (other, own) = (account(&bureau, "altrove"), account(&bureau, "amm"));
    for action in ["", "/disabilita", "/abilita", "/password"] {
        let fields = new_account(&[]);
        amm.post(&format!("/account/{}{action}", other.id), &fields).is(404);
        amm.post(&format!("/account/{}{action}", own.id), &fields).is(403);
    }
    amm.get(&format!("/account/{}", other.id)).is(404);
    assert_eq!(account(&bureau, "altrove"), other);
    assert_eq!(account(&bureau, "amm"), own);
}

#[test]
fn a_change_of_role_ends_the_sessions_and_a_disabled_account_has_none() {
    let bureau = Bureau::new(TODAY);
    let (amm, collega, op) = (bureau.seat("amm"), bureau.seat("collega"), bureau.seat("op"));
    collega.get("/profilo").is(200).shows("operatore");
    let id = account(&bureau, "collega").id;
    let fields = [
        ("nome", "Nome di collega"),
        ("ruolo", "responsabile"),
        ("sede", "torino"),
        ("regione", "lombardia"),
        ("esterno", "portale|collega"),
    ];
    let answer = amm.post(&format!("/account/{id}"), &fields).is(303);
    amm.get(answer.to()).is(200).shows("L'account è stato cambiato");
    assert!(collega.get("/profilo").is(303).to().starts_with("/accesso"));
    let now = account(&bureau, "collega");
    assert_eq!((now.role, now.region.as_deref()), (Role::OfficeLead, Some("piemonte")));
    let id = account(&bureau, "op").id;
    amm.post(&format!("/account/{id}/disabilita"), &[]).is(303);
    assert!(op.get("/profilo").is(303).to().starts_with("/accesso"));
    amm.post(&format!("/account/{id}/abilita"), &[]).is(303);
    bureau.seat("op").get("/profilo").is(200);
}

#[test]
fn a_password_given_anew_is_shown_once_and_ends_the_sessions() {
    let bureau = Bureau::new(TODAY);
    let (amm, op) = (bureau.seat("amm"), bureau.seat("op"));
    let id = account(&bureau, "op").id;
    let page = amm.post(&format!("/account/{id}/password"), &[]).is(200);
    let first = between(&page.body, "class=\"lepre-secret\">", "<");
    let now = account(&bureau, "op");
    assert!(now.must_change && lepre::http::password::is_right(first, now.password.as_deref()));
    assert!(op.get("/profilo").is(303).to().starts_with("/accesso"));
}

/// Has the token of that secret been revoked?
fn is_revoked(bureau: &Bureau, secret: &str) -> bool {
    let token = bureau.app.registry.token(&lepre::http::tokens::digest(secret)).unwrap();
    token.unwrap().revoked_at.is_some()
}

#[test]
fn a_token_is_shown_once_and_can_be_revoked_by_its_owner_alone() {
    let bureau = Bureau::new(TODAY);
    let (op, collega) = (bureau.seat("op"), bureau.seat("collega"));
    let page = op.post("/profilo/token", &[("nome", "gestionale"), ("scrive", "true"), ("giorni", "30")]).is(200);
    let secret = between(&page.body, "class=\"lepre-secret\">", "<").to_owned();
    op.get("/profilo").is(200).shows("gestionale").shows("leggere e scrivere").hides(&secret);
    let token = only(&bureau, "op");
    assert_eq!(token.expires_at.unwrap() - token.created_at, 30 * 24 * 60 * 60 * 1000);
    assert!(!is_revoked(&bureau, &secret));
    collega.post(&format!("/profilo/token/{}/revoca", token.id), &[]).is(404);
    assert!(!is_revoked(&bureau, &secret));
    let answer = op.post(&format!("/profilo/token/{}/revoca", token.id), &[]).is(303);
    op.get(answer.to()).is(200).shows("Il token non vale più").shows("revocato il");
    assert!(is_revoked(&bureau, &secret));
}

fn only(bureau: &Bureau, username: &str) -> ApiToken {
    let mut tokens = bureau.app.registry.tokens_of(account(bureau, username).id).unwrap();
    assert_eq!(tokens.len(), 1);
    tokens.remove(0)
}

#[test]
fn whoever_only_reads_has_only_tokens_that_read() {
    let bureau = Bureau::new(TODAY);
    bureau
        .seat("verifica")
        .post("/profilo/token", &[("nome", "lettore"), ("scrive", "true"), ("giorni", "9999")])
        .is(200);
    let token = only(&bureau, "verifica");
    assert!(!token.writes && token.expires_at.is_some());
}

#[test]
fn the_other_sessions_end_and_this_one_goes_on() {
    let bureau = Bureau::new(TODAY);
    let (here, there) = (bureau.seat("op"), bureau.seat("op"));
    let answer = here.post("/profilo/sessioni", &[]).is(303);
    here.get(answer.to()).is(200).shows("Le altre sessioni sono state chiuse");
    assert!(there.get("/profilo").is(303).to().starts_with("/accesso"));
}

/// Cases in which something has not been kept, seen on a later day.
fn office_with_findings() -> Bureau {
    let bureau = Bureau::new("2026-11-24");
    for (n, level) in ["E", "E", "C"].into_iter().enumerate() {
        bureau.open(level, n, "2026-09-01", &[("patto_gia_sottoscritto", "true")]);
    }
    bureau
}

#[test]
fn findings_are_those_that_verify_counts() {
    let bureau = office_with_findings();
    let service = &bureau.app.service;
    let mut counted: BTreeMap<String, u64> = BTreeMap::new();
    let mut gravities: BTreeMap<&str, u64> = BTreeMap::new();
    service
        .check_all(service.today(), &mut |checked| {
            let (rulebook, case, check) = checked.result.unwrap();
            for finding in &check.findings {
                let norm = lepre::engine::norm_words(&rulebook, &finding.norm(&rulebook, &case));
                *counted.entry(norm).or_default() += 1;
                *gravities.entry(finding.gravity.word()).or_default() += 1;
            }
            ControlFlow::Continue(())
        })
        .unwrap();
    let page = whole(&bureau.seat("verifica"), "/rilievi");
    let of = |word: &str| gravities.get(word).copied().unwrap_or(0);
    let sum: u64 = counted.values().sum();
    assert!(sum > 0, "nothing is found: the test says nothing");
    let page =
        page.shows(&format!("<strong>{}</strong> violazioni", of("violazione"))).shows("3 pratiche al 24/11/2026");
    let table = between(&page.body, "<caption>Per norma</caption>", "</table>").replace("&amp;", "&");
    for (norm, count) in &counted {
        let row =
            table.split("<tr>").find(|row| row.contains(norm.as_str())).unwrap_or_else(|| panic!("{norm}\n{table}"));
        let told: u64 =
            row.split("<td>").skip(1).map(|cell| cell.split('<').next().unwrap().parse::<u64>().unwrap()).sum();
        assert_eq!(told, *count, "{norm}");
    }
    // An auditor of another region finds none of these cases.
    bureau.account("ispettore", Role::Auditor, (Some("campania"), None));
    whole(&bureau.seat("ispettore"), "/rilievi").shows("0 pratiche al").hides("Per norma");
}

#[test]
fn a_table_for_a_spreadsheet_has_every_finding_and_no_name_unless_it_may() {
    let bureau = office_with_findings();
    let seat = bureau.seat("verifica");
    let answer = seat.get("/rilievi.csv").is(200).hides("Persona Inventata").hides("codice_fiscale");
    assert!(answer.body.starts_with("\u{feff}pratica,origine,livello,"));
    assert!(answer.headers["content-disposition"].to_str().unwrap().contains("rilievi-2026-11-24.csv"));
    let mut found = 0;
    let service = &bureau.app.service;
    service
        .check_all(service.today(), &mut |checked| {
            found += checked.result.unwrap().2.findings.len();
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(answer.body.matches("\r\n").count(), found + 1);
    seat.get("/rilievi.csv?identita=true").is(403);
    let own = account(&bureau, "verifica");
    bureau.app.registry.put_account(Account { identities: true, ..own }).unwrap();
    bureau.app.sessions.forget_account(account(&bureau, "verifica").id);
    let seat = bureau.seat("verifica");
    seat.get("/rilievi.csv?identita=true").is(200).shows("Persona Inventata 1").shows("codice_fiscale");
    let page = seat.get("/accessi").is(200).shows("rilievi, con nomi e codici fiscali");
    assert!(page.body.matches("rilievi, con nomi e codici fiscali").count() > 1, "the export and each case");
}

#[test]
fn what_was_typed_is_never_a_formula_in_a_table() {
    let bureau = Bureau::new(TODAY);
    let op = account(&bureau, "op");
    for why in ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1"] {
        let access = lepre::store::Access {
            at: bureau.app.now(),
            account: op.id,
            username: "op".into(),
            region: op.region.clone(),
            action: "pratica".into(),
            case: None,
            subject: None,
            why: Some(why.into()),
            request: "prova".into(),
        };
        bureau.app.registry.note_access(access).unwrap();
    }
    let table = bureau.seat("verifica").get("/accessi.csv").is(200).body;
    let rows: Vec<&str> = table.split("\r\n").filter(|row| row.contains(",prova")).collect();
    assert_eq!(rows.len(), 6, "{table}");
    for row in rows {
        assert!(row.contains(",\"'"), "{row:?}");
    }
    bureau.seat("verifica").get("/accessi?account=op").is(200).shows("@a");
    bureau.seat("verifica").get("/accessi?account=nessuno").is(200).shows("Nessun accesso");
}

#[test]
fn the_chain_is_verified_when_asked() {
    let bureau = office_with_findings();
    let seat = bureau.seat("verifica");
    seat.get("/catena").is(200).shows("nessuno l'ha ancora verificata");
    assert_eq!(seat.post("/catena", &[]).is(303).to(), "/catena");
    whole(&seat, "/catena").shows("La catena è intera").shows("<dd>3</dd>");
}

#[test]
fn a_level_is_shown_with_whose_words_it_has_and_where_they_are() {
    let bureau = Bureau::new("2026-06-03");
    let amm = bureau.seat("amm");
    amm.get("/specifiche").is(200).shows("Piemonte").shows("letterale");
    let page =
        amm.get("/specifiche/e").is(200).shows("<h1>LEP E").shows("nazionale/e-orientamento-specialistico.yaml:");
    assert!(page.has("lepre-said-letter") || page.has("lepre-said-summary"));
    page.shows("testo della norma su Normattiva").shows("/specifiche/E/disegno.svg");
    amm.get("/specifiche/E/disegno.svg").is(200).shows("<svg");
    amm.get("/specifiche/ZZ").is(404);
    amm.get("/specifiche/E?regione=atlantide").is(400);
    amm.get("/specifiche/E?il=domani").is(400);
    amm.get("/copertura").is(200).shows("Riferimenti normativi".to_lowercase().as_str());
}

/// The service on a folder of its own, which the test may spoil.
fn bureau_at(folder: &Path) -> Bureau {
    let bureau = Bureau::new(TODAY);
    bureau.app.service.use_library(Arc::new(Library::open(folder).unwrap()));
    bureau
}

fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copied(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

#[test]
fn the_faults_of_the_folder_are_shown_as_it_stands_now() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("specs");
    for part in ["catalogo", "decreto", "nazionale"] {
        copied(&specs().join(part), &root.join(part));
    }
    let bureau = bureau_at(&root);
    let amm = bureau.seat("amm");
    whole(&amm, "/diagnostica").shows("<strong>0 errori</strong>").shows("Il servizio usa queste specifiche");
    let file = root.join("nazionale/e-orientamento-specialistico.yaml");
    let text = fs::read_to_string(&file).unwrap().replacen("dopo: [colloquio]", "dopo: [coloquio]", 1);
    fs::write(&file, text).unwrap();
    let page =
        whole(&amm, "/diagnostica").shows("1 errore").shows("coloquio").shows("href=\"/diagnostica/voce-inesistente\"");
    assert!(page.has("nazionale/e-orientamento-specialistico.yaml:"));
    assert!(!page.has(&root.to_string_lossy()), "the path of the machine is nobody's business");
    amm.get("/diagnostica/voce-inesistente").is(200).shows("Rimedio");
}

#[test]
fn every_kind_of_fault_has_its_page() {
    let bureau = Bureau::new(TODAY);
    let amm = bureau.seat("amm");
    let list = amm.get("/diagnostica/codici").is(200);
    let codes: BTreeSet<String> = bad_specs::codes();
    for code in &codes {
        assert!(list.has(&format!("href=\"/diagnostica/{code}\"")), "{code} is not in the list");
        amm.get(&format!("/diagnostica/{code}")).is(200).shows("Che cosa vuol dire").shows("Rimedio");
    }
    let told = list.body.matches("href=\"/diagnostica/").count();
    // The way back to the list's own page does not count.
    assert_eq!(told, codes.len(), "a page for a fault that nothing reports");
    amm.get("/diagnostica/nessuno").is(404);
}

#[test]
fn the_scenarios_are_played_and_told() {
    let bureau = Bureau::new(TODAY);
    whole(&bureau.seat("amm"), "/prove").shows("<strong>0 fallite</strong>").shows("riuscita: ");
}

#[test]
fn whoever_wants_may_read_about_accessibility() {
    let bureau = Bureau::new(TODAY);
    bureau.stranger().get("/accessibilita").is(200).shows("Non valutato").hides("conforme alle");
    assert_eq!(day(TODAY), bureau.app.service.today());
}
