// SPDX-License-Identifier: EUPL-1.2
//! One case looked at: what happened, what is owed, what is wrong, and why.

use axum::extract::State;
use axum::http::header::ETAG;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value as Json, json};

use crate::engine::{Prospect, Question, explain};
use crate::http::app::App;
use crate::http::form::{Asked, is_name};
use crate::http::identity::Identity;
use crate::http::routes::READERS;
use crate::http::trouble::Trouble;
use crate::reading::VEILED;
use crate::rulebook::Rulebook;
use crate::service::{agenda_json, check_json, explanation_json, line_json};
use crate::spec::scenario::{Conformity, FindingKind, Gravity, TermStateWord};

use super::asked::{At, case, case_on, day, limit, limit_schema, parsed};
use super::cases::{cursor, written};
use super::once::{json as told, tag};
use super::operation::{Endpoint, Operation};
use super::schema::{
    LIST, always, boolean, day as day_schema, described, digest, letter, link, list, name, object, of, one_of, open,
    or_null, perhaps, sequence, uuid, whole, words,
};

const GROUP: &str = "Pratiche";

pub(super) fn endpoints() -> Vec<Endpoint> {
    let one = |path, id, title| {
        Operation::get(path, id, GROUP, title).path_param("id", "identificativo della pratica", uuid()).troubles(&[404])
    };
    let on = |operation: Operation| operation.query("il", "il giorno in cui guardarla; se manca, oggi", day_schema());
    vec![
        Endpoint::new(
            one("/api/v1/pratiche/{id}/eventi", "eventi", "Ciò che è accaduto")
                .words("Tutti gli eventi nell'ordine in cui sono stati registrati, anche quelli annullati, con l'impronta che li lega.")
                .query("dopo", "solo quelli dopo una sequenza: il `seguito` della pagina prima", whole(0, i64::from(u32::MAX)))
                .query("limite", "righe di una pagina", limit_schema())
                .answers(200, "Eventi", "Una pagina di eventi")
                .tagged(),
            READERS,
            get(events),
        ),
        Endpoint::new(
            on(one("/api/v1/pratiche/{id}/agenda", "agenda", "Che cosa è dovuto, entro quando e perché"))
                .answers(200, "Agenda", "L'agenda")
                .tagged(),
            READERS,
            get(agenda),
        ),
        Endpoint::new(
            on(one("/api/v1/pratiche/{id}/rilievi", "rilievi", "Che cosa non va, e il verdetto"))
                .answers(200, "Controllo", "I rilievi della pratica")
                .tagged(),
            READERS,
            get(findings),
        ),
        Endpoint::new(
            on(one("/api/v1/pratiche/{id}/spiegazione", "spiegazione", "Perché sì, perché no"))
                .words("Di una voce o di un termine: un albero di frasi, ciascuna con la sua norma.")
                .needs("voce", "la voce o il termine da spiegare", name())
                .answers(200, "Spiegazione", "La spiegazione")
                .tagged(),
            READERS,
            get(explanation),
        ),
        Endpoint::new(
            Operation::get("/api/v1/rilievi", "rilievi-della-sede", GROUP, "I rilievi di più pratiche")
                .words("Controlla una pagina di pratiche, le ultime aperte per prime, e dà quelle che hanno rilievi: una pagina può essere vuota e avere un seguito.")
                .query("cursore", "da dove riprendere: il `seguito` della pagina prima", super::cases::cursor_schema())
                .query("limite", "pratiche controllate in una pagina", limit_schema())
                .answers(200, "Controlli", "Una pagina di pratiche con rilievi"),
            READERS,
            get(all_findings),
        ),
    ]
}

pub(super) fn schemas() -> Vec<(&'static str, Json)> {
    let words_of = |all: Vec<&'static str>| one_of(&all);
    let place = || described(or_null(words()), "dove lo dice la specifica");
    let term = object(vec![
        always("termine", name()),
        always("giorno", or_null(day_schema())),
        always("stato", words_of(TermStateWord::ALL.iter().map(|state| state.word()).collect())),
        always(
            "previsione",
            described(
                words_of(Prospect::ALL.iter().map(|prospect| prospect.word()).collect()),
                "ciò che del termine si può ancora dire: `non-piu-rispettabile` se nulla di lecito può più rispettarlo",
            ),
        ),
        always(
            "prima_possibile",
            described(or_null(day_schema()), "il primo giorno in cui si può fare ciò che il termine aspetta"),
        ),
        always(
            "non_rispettabile_dal",
            described(or_null(day_schema()), "da quando non si può più rispettare, o non si potrà se non si fa altro"),
        ),
        always("limite", one_of(&["entro", "almeno"])),
        always("norma", words()),
        always("link", or_null(link())),
        always("luogo", words()),
    ]);
    let duty = object(vec![
        always("voce", or_null(name())),
        always("tipo", or_null(one_of(&["attivita", "output", "outcome"]))),
        always("perche", words()),
        always("norma", or_null(words())),
        always("link", or_null(link())),
        always("luogo", place()),
        always("prima", described(list(name(), LIST), "le voci che devono venire prima")),
        always("termine", or_null(of("Termine"))),
    ]);
    let agenda = object(vec![
        always("pratica", uuid()),
        always("breve", words()),
        always("lep", letter()),
        always("stato", words()),
        always("al", day_schema()),
        always("sequenza", sequence()),
        always("regolamento", digest()),
        always("dovuto", list(of("Dovuto"), LIST)),
        always(
            "registrazioni",
            list(object(vec![always("voce", or_null(name())), always("codici", or_null(list(name(), 100)))]), LIST),
        ),
        always(
            "attesi",
            list(
                object(vec![
                    always("dato", name()),
                    always("domanda", words()),
                    always("fornisce", one_of(&["persona", "operatore", "impresa", "sistema"])),
                ]),
                LIST,
            ),
        ),
        always("parametri", described(list(name(), LIST), "i numeri che la regione deve ancora fissare")),
        always("altri_termini", list(of("Termine"), LIST)),
        always("offerto", list(name(), LIST)),
    ]);
    let finding = object(vec![
        always("tipo", words_of(FindingKind::ALL.iter().map(|kind| kind.word()).collect())),
        always("gravita", words_of(Gravity::ALL.iter().map(|gravity| gravity.word()).collect())),
        always("che", or_null(words())),
        always("evento", or_null(sequence())),
        always("messaggio", words()),
        always("norma", words()),
        always("link", or_null(link())),
        always("luogo", place()),
    ]);
    let check = object(vec![
        always("pratica", uuid()),
        always("lep", letter()),
        always("al", day_schema()),
        always("conforme", words_of(Conformity::ALL.iter().map(|answer| answer.word()).collect())),
        always("rilievi", list(of("Rilievo"), LIST)),
    ]);
    let explanation = object(vec![
        always("frase", words()),
        always("norma", or_null(words())),
        always("link", or_null(link())),
        always("luogo", place()),
        always("eventi", list(sequence(), LIST)),
        always("dati", list(name(), LIST)),
        always("perche", list(of("Spiegazione"), 1_000)),
    ]);
    let event = open(
        vec![always("tipo", name()), always("il", day_schema()), perhaps("ora", super::schema::hour())],
        of("ValoreJson"),
        40,
    );
    let line = object(vec![
        always("sequenza", sequence()),
        always("registrato_ms", described(whole(0, i64::MAX / 4096), "millisecondi dal 1970")),
        always("da", described(words(), "chi lo ha registrato")),
        always("annullato", boolean()),
        always(
            "evento",
            described(
                event,
                "com'è conservato; a chi non deve vederli mancano i valori particolari e ciò che è scritto a mano",
            ),
        ),
        always("impronta", digest()),
    ]);
    vec![
        ("Termine", term),
        ("Dovuto", duty),
        ("Agenda", agenda),
        ("Rilievo", finding),
        ("Controllo", check),
        (
            "Controlli",
            object(vec![
                always("pratiche", list(of("Controllo"), 200)),
                always("controllate", whole(0, 200)),
                always("seguito", or_null(super::cases::cursor_schema())),
            ]),
        ),
        ("Spiegazione", explanation),
        ("RigaDellaStoria", line),
        (
            "Eventi",
            object(vec![
                always("pratica", uuid()),
                always("lep", letter()),
                always("eventi", list(of("RigaDellaStoria"), 200)),
                always("seguito", or_null(whole(1, i64::from(u32::MAX)))),
            ]),
        ),
    ]
}

async fn events(State(app): State<App>, who: Identity, at: At, asked: Asked) -> Result<Response, Trouble> {
    let (id, limit) = (at.id()?, limit(&asked)?);
    let after = parsed::<u32>(&asked, "dopo", "una sequenza")?.unwrap_or(0);
    app.read(move |app| {
        let view = case(app, &who, id)?;
        let lines = app.service.history(&view)?;
        let page: Vec<_> = lines.iter().filter(|line| line.stored.sequence > after).take(limit as usize).collect();
        let last = page.last().map(|line| line.stored.sequence);
        let next = last.filter(|last| *last < view.head.sequence);
        let shown = page.iter().map(|line| hidden(&who, &view.rulebook, line_json(line)));
        app.saw(&who, "storia", Some(id), Some(view.head.subject), None)?;
        let body = json!({
            "pratica": id.to_string(), "lep": view.rulebook.level, "eventi": shown.collect::<Vec<_>>(), "seguito": next,
        });
        Ok(tagged(told(&body), view.head.sequence))
    })
    .await
}

/// Without the values of sensitive facts and what was written by hand, for whoever asks whether the law is kept and not of whom.
fn hidden(who: &Identity, rulebook: &Rulebook, mut line: Json) -> Json {
    if who.sees_names() {
        return line;
    }
    let is_sensitive = |name: &str| rulebook.facts.iter().any(|fact| fact.sensitive && fact.name == name);
    let Some(event) = line.get_mut("evento").and_then(Json::as_object_mut) else { return line };
    // What was written by hand may name people.
    for written in ["testo", "evidenza", "luogo"] {
        event.remove(written);
    }
    if event.get("dato").and_then(Json::as_str).is_some_and(is_sensitive) {
        event.remove("valore");
    }
    if let Some(read) = event.get_mut("letti").and_then(Json::as_object_mut) {
        read.retain(|name, _| !is_sensitive(name));
    }
    veiled(who, rulebook, line)
}

/// Sentences that speak of a sensitive fact say only that they do, to whoever may not read it.
fn veiled(who: &Identity, rulebook: &Rulebook, told: Json) -> Json {
    if who.sees_names() { told } else { veiled_answer(rulebook, told) }
}

/// The answer of a verification, for whoever asks whether the law is kept and not of whom.
pub(in crate::http) fn veiled_answer(rulebook: &Rulebook, told: Json) -> Json {
    let names: Vec<&str> = rulebook.facts.iter().filter(|fact| fact.sensitive).map(|fact| fact.name.as_str()).collect();
    if names.is_empty() { told } else { without(&names, told) }
}

fn is_of(names: &[&str], part: &Json) -> bool {
    part.as_str().or_else(|| part.get("dato")?.as_str()).is_some_and(|name| names.contains(&name))
}

fn without(names: &[&str], told: Json) -> Json {
    match told {
        Json::String(text) if names.iter().any(|name| text.contains(name)) => VEILED.into(),
        // A name stands alone only where there is nothing else to say of the fact.
        Json::Array(parts) => {
            parts.into_iter().filter(|part| !is_of(names, part)).map(|part| without(names, part)).collect()
        }
        Json::Object(fields) => fields.into_iter().map(|(key, part)| (key, without(names, part))).collect(),
        other => other,
    }
}

fn tagged(mut response: Response, sequence: u32) -> Response {
    response.headers_mut().insert(ETAG, tag(sequence));
    response
}

async fn agenda(State(app): State<App>, who: Identity, at: At, asked: Asked) -> Result<Response, Trouble> {
    let (id, on) = (at.id()?, day(&app, &asked, "il")?);
    app.read(move |app| {
        let view = case_on(app, &who, id, on)?;
        app.saw(&who, "agenda", Some(id), Some(view.head.subject), None)?;
        Ok(tagged(told(&veiled(&who, &view.rulebook, agenda_json(&view, &id.to_string(), on))), view.head.sequence))
    })
    .await
}

async fn findings(State(app): State<App>, who: Identity, at: At, asked: Asked) -> Result<Response, Trouble> {
    let (id, on) = (at.id()?, day(&app, &asked, "il")?);
    app.read(move |app| {
        let view = case_on(app, &who, id, on)?;
        app.saw(&who, "rilievi", Some(id), Some(view.head.subject), None)?;
        let check = app.service.check(&view, on);
        Ok(tagged(told(&veiled(&who, &view.rulebook, check_json(&view, &check, on))), view.head.sequence))
    })
    .await
}

async fn explanation(State(app): State<App>, who: Identity, at: At, asked: Asked) -> Result<Response, Trouble> {
    let (id, on) = (at.id()?, day(&app, &asked, "il")?);
    let wanted = asked.need("voce").and_then(|name| named("voce", name));
    app.read(move |app| {
        let view = case_on(app, &who, id, on)?;
        let wanted = wanted?;
        let rulebook = &view.rulebook;
        let term = (0_u16..).zip(&rulebook.terms).find(|(_, term)| term.id == wanted).map(|(at, _)| Question::Term(at));
        let question = rulebook.item_index(&wanted).map(Question::Item).or(term);
        let tree = question.and_then(|question| explain(rulebook, &view.case, on, question));
        let tree =
            tree.ok_or_else(|| Trouble::not_found("il regolamento della pratica non ha quella voce o quel termine"))?;
        app.saw(&who, "spiegazione", Some(id), Some(view.head.subject), None)?;
        Ok(tagged(told(&veiled(&who, rulebook, explanation_json(rulebook, &tree))), view.head.sequence))
    })
    .await
}

fn named(field: &str, text: &str) -> Result<String, Trouble> {
    if is_name(text) { Ok(text.to_owned()) } else { Err(Trouble::bad(field, "non è un nome")) }
}

async fn all_findings(State(app): State<App>, who: Identity, asked: Asked) -> Result<Response, Trouble> {
    let (limit, after) = (limit(&asked)?, cursor(&asked)?);
    let query = crate::store::DeskQuery { order: crate::store::DeskOrder::Newest, ..who.reach()? };
    app.read(move |app| {
        let today = app.service.today();
        let (rows, next) = app.service.rows(&query, after, limit)?;
        let mut found = Vec::new();
        for row in &rows {
            let view = app.service.case(row.head.id)?;
            let check = app.service.check(&view, today);
            if !check.findings.is_empty() {
                found.push(veiled(&who, &view.rulebook, check_json(&view, &check, today)));
            }
        }
        app.saw(&who, "rilievi-della-sede", None, None, None)?;
        Ok(told(&json!({ "pratiche": found, "controllate": rows.len(), "seguito": next.map(written) })))
    })
    .await
}
