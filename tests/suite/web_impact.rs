// SPDX-License-Identifier: EUPL-1.2
//! The page of the impact of a draft: what it shows, to whom, and what a confirmation leaves written.

use lepre::config::Config;
use lepre::role::Role;

use crate::service::impact::folder::{B, E, Folder, counselling_is_due, direct_access};
use crate::web::{Answer, Bureau, Seat};

const TODAY: &str = "2026-11-24";

/// An office with two cases of E, opened at Torino, and a folder of drafts.
fn bureau(folder: &Folder) -> Bureau {
    let drafts = Some(folder.root().to_owned());
    let bureau = Bureau::with(TODAY, Config { requests_per_minute: 1_000_000, drafts, ..Config::default() });
    for n in [1, 2] {
        bureau.open("E", n, "2026-09-01", &[("patto_gia_sottoscritto", "true")]);
    }
    bureau.account("ispettore", Role::Auditor, (Some("campania"), None));
    bureau
}

/// The page once the work is done.
fn whole(seat: &Seat, path: &str) -> Answer {
    loop {
        let answer = seat.get(path).is(200);
        if answer.headers.get("refresh").is_none() {
            return answer;
        }
    }
}

const ASKED: &str = "/impatto?bozza=bozza";

#[test]
fn whoever_verifies_sees_what_changes_and_may_open_the_cases() {
    let folder = counselling_is_due();
    let bureau = bureau(&folder);
    let page = whole(&bureau.seat("verifica"), ASKED)
        .shows("<strong>2 pratiche cambiano</strong> in qualcosa")
        .shows("<code>counseling</code> diventa dovuta<")
        .shows("prima non si sa se è dovuta; dopo <strong>dovuta, da fare</strong>")
        .shows("href=\"/pratiche/")
        .shows("Per livello")
        .shows("Per sede di apertura")
        .hides("Persona Inventata");
    // Every table says what it is.
    assert_eq!(page.body.matches("<table").count(), page.body.matches("<caption").count());
}

#[test]
fn whoever_looks_after_the_levels_sees_figures_and_no_case() {
    let folder = counselling_is_due();
    let bureau = bureau(&folder);
    whole(&bureau.seat("amm"), ASKED)
        .shows("<strong>2 pratiche cambiano</strong>")
        .shows("dovuta, da fare")
        .hides("href=\"/pratiche/");
}

#[test]
fn an_account_of_a_region_sees_that_region_and_no_other() {
    let folder = counselling_is_due();
    let bureau = bureau(&folder);
    whole(&bureau.seat("verifica"), ASKED).shows("2 pratiche: ");
    whole(&bureau.seat("ispettore"), ASKED)
        .shows("Nessuna pratica")
        .hides("Confermo")
        .shows("pratiche della regione <strong>campania</strong>");
}

#[test]
fn a_draft_is_chosen_among_those_that_are_there() {
    let folder = counselling_is_due();
    let bureau = bureau(&folder);
    let seat = bureau.seat("amm");
    seat.get("/impatto").is(200).shows("<option value=\"bozza\"").hides("Che cosa cambia nelle pratiche");
    for name in ["altra", "..", "bozza/specs", "bozza%2F..%2Fbozza", "%2Fetc", "."] {
        let answer = seat.get(&format!("/impatto?bozza={name}"));
        assert!(answer.status.as_u16() == 400, "{name}: {}", answer.status);
    }
    seat.get("/impatto?bozza=bozza&legge=domani").is(400);
    seat.get("/impatto?bozza=bozza&rispetto=ieri").is(400);
    let none = Bureau::new(TODAY);
    none.seat("amm").get("/impatto").is(200).shows("Non c'è nessuna bozza");
    none.seat("amm").get(ASKED).is(400);
}

#[test]
fn a_draft_with_faults_shows_them_and_no_figure() {
    let folder = Folder::new().with(B, "entro: 60 giorni", "entro: sessanta giorni");
    let bureau = bureau(&folder);
    whole(&bureau.seat("amm"), ASKED)
        .shows("finché ci sono non se ne può dire l'impatto")
        .shows("sessanta giorni")
        .hides("Che cosa cambia nelle pratiche");
}

#[test]
fn cases_that_would_have_no_law_are_told() {
    let folder = Folder::new().with(E, "vigente: { dal: 2018-01-11 }", "vigente: { dal: 2027-01-01 }");
    for region in ["piemonte", "bolzano", "lombardia"] {
        // A variation of a level stands while the level does.
        for entry in std::fs::read_dir(folder.path(&format!("regioni/{region}"))).unwrap() {
            let path = entry.unwrap().path();
            if path.file_name().unwrap().to_str().unwrap().starts_with("e-") {
                std::fs::remove_file(path).unwrap();
            }
        }
    }
    let bureau = bureau(&folder);
    let words = "nella bozza il livello <code>E</code> non è in vigore il 2026-11-24: <strong>2 pratiche</strong>";
    whole(&bureau.seat("verifica"), ASKED).shows(words).shows("per esempio").hides("Confermo");
    whole(&bureau.seat("amm"), ASKED).shows(words).hides("href=\"/pratiche/");
}

#[test]
fn that_nothing_should_change_is_confirmed_and_stays_written() {
    let folder = direct_access("50 giorni");
    let bureau = bureau(&folder);
    let seat = bureau.seat("amm");
    let page = whole(&seat, ASKED).shows("La bozza cambia la legge, ma nessuna pratica");
    let names = ["bozza", "al", "legge", "rispetto", "chiesto"];
    let form = page.body.split("method=\"post\" action=\"/impatto\"").nth(1).unwrap().to_owned();
    let value = |name: &str| {
        let tag = form.split(&format!("name=\"{name}\"")).nth(1).unwrap();
        tag.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let values = names.map(|name| (name, value(name)));
    let fields: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = seat.post("/impatto", &fields).is(303);
    assert!(answer.to().ends_with("&detto=confermato"), "{}", answer.to());
    whole(&seat, answer.to()).shows("Confermato: la bozza non doveva cambiare nessuna pratica");
    let log = bureau.seat("verifica").get("/accessi").is(200).shows("impatto-nullo-confermato");
    assert!(
        log.has("la bozza «bozza» non doveva cambiare nessuna pratica (legge del 2026-11-24, pratiche al 2026-11-24)")
    );
}

#[test]
fn what_was_not_found_to_change_nothing_is_not_confirmed() {
    let folder = counselling_is_due();
    let bureau = bureau(&folder);
    let seat = bureau.seat("amm");
    let fields = [("bozza", "bozza"), ("chiesto", "0")];
    // Nobody has worked it out yet; then it changes something.
    for _ in 0..2 {
        let answer = seat.post("/impatto", &fields).is(303);
        assert!(!answer.to().contains("detto"), "{}", answer.to());
        whole(&seat, ASKED).hides("Confermo");
    }
    bureau.seat("verifica").get("/accessi").is(200).hides("impatto-nullo-confermato");
    seat.post("/impatto", &[]).is(400);
}
