// SPDX-License-Identifier: EUPL-1.2
//! The cases of an office, page by page, and one case as it stands.

use axum::extract::State;
use axum::http::header::ETAG;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::calendar::Day;
use crate::engine::{Meeting, Minute};
use crate::http::app::App;
use crate::http::form::{Asked, is_letter, is_name};
use crate::http::identity::Identity;
use crate::http::routes::READERS;
use crate::http::trouble::Trouble;
use crate::service::{CaseView, DeskRow};
use crate::store::{Desk, DeskCursor, DeskOrder, DeskQuery};
use crate::value::Value;

use super::asked::{At, case, limit, limit_schema, parsed};
use super::once::{json as told, tag};
use super::operation::{Endpoint, Operation};
use super::schema::{
    LIST, always, boolean, day, described, digest, hour, letter, list, name, object, of, one_of, or_null, sequence,
    uuid, whole, words,
};

const GROUP: &str = "Pratiche";
/// What a case may wait for.
const NEXT: [&str; 7] = ["entro", "da-fare", "registrazione", "attende", "chiudibile", "niente", "guasto"];
const ORDERS: [(&str, DeskOrder); 3] =
    [("scadenza", DeskOrder::Due), ("appuntamento", DeskOrder::Meeting), ("recenti", DeskOrder::Newest)];

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::new(
            Operation::get("/api/v1/pratiche", "pratiche", GROUP, "Le pratiche della sede")
                .words("Una pagina alla volta: `seguito` è il cursore della pagina dopo, e manca all'ultima. Chi lavora in una sede vede le sue, chi verifica quelle della sua regione.")
                .query("cursore", "da dove riprendere: il `seguito` della pagina prima, con gli stessi filtri", cursor_schema())
                .query("limite", "righe di una pagina", limit_schema())
                .query("ordine", "prima ciò che scade, ciò che è fissato, o ciò che è stato aperto per ultimo", one_of(&ORDERS.map(|(word, _)| word)))
                .query("lep", "solo un livello", letter())
                .query("operatore", "solo quelle affidate a un operatore", name())
                .query("soggetto", "solo quelle di un soggetto", uuid())
                .query("chiusa", "solo le chiuse, o solo le aperte", boolean())
                .query("attende", "solo quelle a cui mancano dati", boolean())
                .query("entro", "solo quelle con un termine che finisce entro un giorno", day())
                .answers(200, "Pratiche", "Una pagina di pratiche"),
            READERS,
            get(page),
        ),
        Endpoint::new(
            Operation::get("/api/v1/pratiche/{id}", "pratica", GROUP, "Una pratica")
                .words("Com'è adesso. `ETag` è la sua sequenza: serve in `If-Match` per scriverci.")
                .path_param("id", "identificativo della pratica", uuid())
                .troubles(&[404])
                .answers(200, "Pratica", "La pratica")
                .tagged(),
            READERS,
            get(one),
        ),
    ]
}

pub(super) fn schemas() -> Vec<(&'static str, Json)> {
    let next = object(vec![always("tipo", one_of(&NEXT)), always("che", words())]);
    let meeting = object(vec![always("il", day()), always("ora", or_null(hour()))]);
    let row = object(vec![
        always("pratica", uuid()),
        always("lep", letter()),
        always("soggetto", uuid()),
        always("regione", or_null(name())),
        always("sede", or_null(name())),
        always("operatore", or_null(name())),
        always("stato", state()),
        always("chiusa", boolean()),
        always("aperta_il", day()),
        always("sequenza", sequence()),
        always("scade_il", or_null(day())),
        always("prossimo", next),
        always("dati_attesi", whole(0, 10_000)),
        always("registrazioni", whole(0, 10_000)),
        always("appuntamento", or_null(meeting)),
    ]);
    let item = object(vec![
        always("voce", name()),
        always("tipo", one_of(&["attivita", "output", "outcome"])),
        always("volte", described(whole(0, i64::from(u32::MAX)), "compimenti")),
        always("fatta", described(boolean(), "le volte che il regolamento chiede ci sono")),
        always("prima_volta", or_null(day())),
        always("iniziata_il", or_null(day())),
        always("registrata_il", or_null(day())),
    ]);
    let fact = object(vec![
        always("dato", name()),
        always("valore", described(of("ValoreJson"), "manca a chi non deve vederlo")),
        always("particolare", boolean()),
        always("evento", described(or_null(sequence()), "l'evento che lo ha fornito")),
    ]);
    let called = object(vec![
        always("convocazione", sequence()),
        always("il", day()),
        always("ora", or_null(hour())),
        always("luogo", or_null(words())),
        always("voce", or_null(name())),
        always("stato", words()),
    ]);
    let case = object(vec![
        always("pratica", uuid()),
        always("esterna", described(or_null(words()), "identificativo nel sistema di origine")),
        always("lep", letter()),
        always("titolo", words()),
        always("soggetto", uuid()),
        always("regione", or_null(name())),
        always("sede", described(or_null(name()), "la sede che l'ha adesso")),
        always("operatore", or_null(name())),
        always("stato", state()),
        always("aperta_il", day()),
        always("chiusa_il", or_null(day())),
        always("sospesa_dal", or_null(day())),
        always("sequenza", sequence()),
        always("regolamento", digest()),
        always("voci", list(of("VoceDellaPratica"), LIST)),
        always("dati", list(of("DatoDellaPratica"), LIST)),
        always("convocazioni", list(of("Convocazione"), LIST)),
    ]);
    vec![
        ("RigaPratica", row),
        (
            "Pratiche",
            object(vec![always("pratiche", list(of("RigaPratica"), 200)), always("seguito", or_null(cursor_schema()))]),
        ),
        ("VoceDellaPratica", item),
        ("DatoDellaPratica", fact),
        ("Convocazione", called),
        ("Pratica", case),
    ]
}

fn state() -> Json {
    one_of(&["aperta", "sospesa", "conclusa", "interrotta"])
}

pub(super) fn cursor_schema() -> Json {
    json!({ "type": "string", "maxLength": 60, "pattern": "^-?[0-9]{1,18}_[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$" })
}

/// A cursor as it is written. Where there is no day, the key is the greatest that the form allows.
pub(super) fn written(cursor: DeskCursor) -> String {
    let key = if cursor.key == i64::MAX { LAST } else { cursor.key };
    format!("{key}_{}", cursor.case)
}

/// Stands for the end of all days.
const LAST: i64 = 999_999_999_999_999_999;

/// # Errors
/// It is not a cursor of ours.
pub(super) fn cursor(asked: &Asked) -> Result<Option<DeskCursor>, Trouble> {
    let Some(text) = asked.get("cursore") else { return Ok(None) };
    let read = text.split_once('_').and_then(|(key, case)| {
        let digits = key.strip_prefix('-').unwrap_or(key);
        let plain = (1..=18).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        let key: i64 = plain.then(|| key.parse().ok()).flatten()?;
        let id: Uuid = case.parse().ok()?;
        (id.to_string() == case).then_some(DeskCursor { key: if key == LAST { i64::MAX } else { key }, case: id })
    });
    read.map(Some).ok_or_else(|| Trouble::bad("cursore", "non è il `seguito` di una pagina"))
}

async fn page(State(app): State<App>, who: Identity, asked: Asked) -> Result<Response, Trouble> {
    let (limit, after) = (limit(&asked)?, cursor(&asked)?);
    let order = match asked.get("ordine") {
        None => DeskOrder::Due,
        Some(word) => {
            let found = ORDERS.iter().find(|(known, _)| *known == word);
            let words = ORDERS.map(|(word, _)| word).join(", ");
            found.map(|(_, order)| *order).ok_or_else(|| Trouble::bad("ordine", format!("si scrive {words}")))?
        }
    };
    let truth = |name: &str| parsed::<bool>(&asked, name, "`true` o `false`");
    let letter = asked.get("lep");
    if letter.is_some_and(|lep| !is_letter(lep)) {
        return Err(Trouble::bad("lep", "non è la lettera di un livello"));
    }
    let soggetto = parsed::<Uuid>(&asked, "soggetto", "un identificativo")?;
    if asked.get("soggetto").is_some_and(|text| text.len() != 36) {
        return Err(Trouble::bad("soggetto", "non è un identificativo"));
    }
    let due = asked.get("entro").map(str::parse::<Day>).transpose();
    let operator = asked.get("operatore");
    if operator.is_some_and(|name| !is_name(name)) {
        return Err(Trouble::bad("operatore", "non è un nome utente"));
    }
    let query = DeskQuery {
        level: letter.map(str::to_owned),
        operator: operator.map(str::to_owned),
        subject: soggetto,
        closed: truth("chiusa")?,
        awaiting: truth("attende")?.unwrap_or(false),
        due_to: due.map_err(|error| Trouble::bad("entro", error.to_string()))?.map(Day::number),
        order,
        ..who.reach()?
    };
    app.read(move |app| {
        let (rows, next) = app.service.rows(&query, after, limit)?;
        let shown: Vec<Json> = rows.iter().map(row_json).collect();
        // A list names cases and not people, but whose they are can be found out from it.
        app.saw(&who, "elenco-pratiche", None, None, None)?;
        Ok(told(&json!({ "pratiche": shown, "seguito": next.map(written) })))
    })
    .await
}

fn day_json(number: Option<i32>) -> Json {
    number.and_then(Day::from_number).map_or(Json::Null, |day| day.to_string().into())
}

fn row_json(row: &DeskRow) -> Json {
    let (head, desk) = (&row.head, &row.desk);
    let meeting = desk.meeting_on.map(|on| {
        let time = desk.meeting_at.and_then(Minute::new).map(|time| time.to_string());
        json!({ "il": day_json(Some(on)), "ora": time })
    });
    let Desk { office, operator, closed, awaits, registrations, kind, what, .. } = desk;
    json!({
        "pratica": head.id.to_string(), "lep": head.level, "soggetto": head.subject.to_string(),
        "regione": head.region, "sede": office, "operatore": operator, "stato": head.state, "chiusa": closed,
        "aperta_il": day_json(Some(head.opened_on)), "sequenza": head.sequence, "scade_il": day_json(desk.due_on),
        "prossimo": { "tipo": kind, "che": what }, "dati_attesi": awaits, "registrazioni": registrations,
        "appuntamento": meeting,
    })
}

async fn one(State(app): State<App>, who: Identity, at: At) -> Result<Response, Trouble> {
    let id = at.id()?;
    app.read(move |app| {
        let view = case(app, &who, id)?;
        app.saw(&who, "pratica", Some(id), Some(view.head.subject), None)?;
        let mut response = told(&case_json(&who, &view));
        response.headers_mut().insert(ETAG, tag(view.head.sequence));
        Ok(response)
    })
    .await
}

fn value_json(value: &Value) -> Json {
    match value {
        Value::Boolean(truth) => (*truth).into(),
        Value::Integer(number) => (*number).into(),
        Value::Decimal(_) | Value::Date(_) | Value::Text(_) => value.to_string().into(),
    }
}

fn case_json(who: &Identity, view: &CaseView) -> Json {
    let (head, rulebook, case) = (&view.head, &view.rulebook, &view.case);
    let item_id = |index| rulebook.item(index).map(|item| item.id.as_str());
    let items = rulebook.items.iter().zip(&case.items).map(|(item, state)| {
        json!({
            "voce": item.id, "tipo": item.kind, "volte": state.count, "fatta": state.count >= item.times,
            "prima_volta": state.first.map(|mark| mark.on.to_string()),
            "iniziata_il": state.started.map(|mark| mark.on.to_string()),
            "registrata_il": state.registered.map(|mark| mark.on.to_string()),
        })
    });
    let facts =
        rulebook.facts.iter().zip(case.facts.iter().zip(&case.fact_marks)).filter_map(|(fact, (value, mark))| {
            let value = value.as_ref()?;
            let hidden = fact.sensitive && !who.sees_names();
            Some(json!({
                "dato": fact.name, "valore": if hidden { Json::Null } else { value_json(value) },
                "particolare": fact.sensitive, "evento": mark.map(|mark| mark.sequence),
            }))
        });
    let called = |meeting: &Meeting| {
        json!({
            "convocazione": meeting.sequence, "il": meeting.on.to_string(), "ora": meeting.time.map(|t| t.to_string()),
            "luogo": meeting.place, "voce": meeting.item.and_then(item_id), "stato": meeting.state.word(),
        })
    };
    json!({
        "pratica": head.id.to_string(), "esterna": head.external, "lep": rulebook.level, "titolo": rulebook.title,
        "soggetto": head.subject.to_string(), "regione": head.region,
        "sede": case.desk_office.as_deref().or(head.office.as_deref()), "operatore": case.operator,
        "stato": head.state, "aperta_il": day_json(Some(head.opened_on)),
        "chiusa_il": case.closed.map(|closing| closing.mark.on.to_string()),
        "sospesa_dal": case.suspended.map(|mark| mark.on.to_string()),
        "sequenza": head.sequence, "regolamento": head.rulebook.to_string(),
        "voci": items.collect::<Vec<_>>(), "dati": facts.collect::<Vec<_>>(),
        "convocazioni": case.meetings.iter().map(called).collect::<Vec<_>>(),
    })
}
