// SPDX-License-Identifier: EUPL-1.2
//! Checks of very many cases, asked for and looked at while they go on.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{HeaderValue, LOCATION};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::calendar::Day;
use crate::http::app::App;
use crate::http::form::Asked;
use crate::http::identity::Identity;
use crate::http::routes::AUDITOR;
use crate::http::trouble::Trouble;
use crate::http::verifying::Doing;
use crate::service::verification::{Verification, VerificationError, VerificationRequest};
use crate::service::{Law, Selection};
use crate::spec::scenario::{Conformity, FindingKind, Gravity};

use super::asked::{At, limit, limit_schema, parsed};
use super::body::Body;
use super::once::json as told;
use super::operation::{Endpoint, Operation};
use super::schema::{
    LIST, always, day, described, letter, link, list, name, number, object, of, one_of, or_null, perhaps, sequence,
    uuid, whole, words,
};

const GROUP: &str = "Verifiche";
/// Cases that may be named one by one.
const NAMED: usize = 1_000;
/// The furthest place in a file of answers.
const FURTHEST: i64 = 1_000_000_000_000;
const NOT_THERE: &str = "la verifica non c'è, o non è di chi la chiede";

pub(super) fn endpoints() -> Vec<Endpoint> {
    let one =
        |operation: Operation| operation.path_param("id", "identificativo della verifica", uuid()).troubles(&[404]);
    vec![
        Endpoint::new(
            Operation::post("/api/v1/verifiche", "avvia-verifica", GROUP, "Avvia la verifica di più pratiche")
                .words("Controlla tutte le pratiche a portata, o quelle scelte, contro la legge con cui sono nate, quella di oggi o quella di un giorno. Le pratiche, fin dove era arrivata la storia di ciascuna, e i regolamenti sono fissati adesso: la verifica va avanti da sola, riprende se il servizio si ferma, e dà sempre gli stessi esiti. Non scrive nulla nelle pratiche: basta un token che legge, e non serve `Idempotency-Key`. Di ogni account restano le ultime 20.")
                .sends("RichiestaDiVerifica", "Che cosa verificare; ciò che manca non esclude nulla", json!({ "lep": "E", "legge": "fissata" }))
                .answers(202, "Verifica", "La verifica, appena cominciata"),
            AUDITOR,
            post(begin),
        ),
        Endpoint::new(
            Operation::get("/api/v1/verifiche", "verifiche", GROUP, "Le verifiche di chi chiede")
                .answers(200, "Verifiche", "Dalla più recente"),
            AUDITOR,
            get(all),
        ),
        Endpoint::new(
            one(Operation::get("/api/v1/verifiche/{id}", "verifica", GROUP, "A che punto è una verifica"))
                .words("Quando è conclusa, anche le somme: quante pratiche per esito, e i rilievi uguali con la loro norma e le prime dieci pratiche.")
                .answers(200, "Verifica", "La verifica"),
            AUDITOR,
            get(look),
        ),
        Endpoint::new(
            one(Operation::get("/api/v1/verifiche/{id}/esiti", "esiti", GROUP, "L'esito di ogni pratica"))
                .words("Nell'ordine degli identificativi, anche mentre la verifica va avanti: `seguito` dice da dove riprendere, e manca quando non ci sono altri esiti.")
                .query("dopo", "da dove riprendere: il `seguito` della pagina prima", whole(0, FURTHEST))
                .query("limite", "righe di una pagina", limit_schema())
                .answers(200, "Esiti", "Una pagina di esiti"),
            AUDITOR,
            get(answers),
        ),
        Endpoint::new(
            one(Operation::post("/api/v1/verifiche/{id}/annulla", "annulla-verifica", GROUP, "Ferma una verifica"))
                .words("Ciò che è scritto resta, e si può riprendere. Una verifica conclusa resta conclusa.")
                .answers(200, "Verifica", "La verifica"),
            AUDITOR,
            post(cancel),
        ),
        Endpoint::new(
            one(Operation::post("/api/v1/verifiche/{id}/riprendi", "riprendi-verifica", GROUP, "Riprende una verifica fermata"))
                .words("Da dove era arrivata.")
                .answers(200, "Verifica", "La verifica"),
            AUDITOR,
            post(go_on),
        ),
    ]
}

pub(super) fn schemas() -> Vec<(&'static str, Json)> {
    let all = |all: Vec<&'static str>| one_of(&all);
    let law = || {
        let pattern = "^(fissata|oggi|[0-9]{4}-[0-9]{2}-[0-9]{2})$";
        let schema =
            json!({ "type": "string", "maxLength": 10, "pattern": pattern, "examples": ["fissata", "2024-12-31"] });
        described(schema, "`fissata` (quella di ogni pratica), `oggi`, o il giorno di cui vale la legge")
    };
    let asked = object(vec![
        perhaps("al", described(day(), "il giorno in cui guardare le pratiche; se manca, oggi")),
        perhaps("legge", law()),
        perhaps("lep", letter()),
        perhaps("regione", name()),
        perhaps("sede", name()),
        perhaps("aperte_dal", day()),
        perhaps("aperte_al", day()),
        perhaps("pratiche", list(uuid(), NAMED)),
    ]);
    let gravity = || all(Gravity::ALL.iter().map(|gravity| gravity.word()).collect());
    let kind = || all(FindingKind::ALL.iter().map(|kind| kind.word()).collect());
    let group = object(vec![
        always("gravita", gravity()),
        always("tipo", kind()),
        always("norma", words()),
        always("link", or_null(link())),
        always("lep", letter()),
        always("regione", or_null(name())),
        always("quanti", number()),
        always("pratiche", list(uuid(), 10)),
    ]);
    let sums = object(vec![
        always("pratiche", number()),
        always("conformi", number()),
        always("non_conformi", number()),
        always("non_note", described(number(), "in attesa di dati")),
        always("non_controllate", number()),
        always("con_violazioni", number()),
        always("gruppi", list(of("RilieviUguali"), LIST)),
    ]);
    let verification = object(vec![
        always("verifica", uuid()),
        always("stato", one_of(&["in-attesa", "in-corso", "conclusa", "annullata", "interrotta"])),
        always("motivo", or_null(words())),
        always("chiesta_ms", described(whole(0, i64::MAX / 4096), "millisecondi dal 1970")),
        always("al", day()),
        always("legge", law()),
        always("pratiche", number()),
        always("fatte", number()),
        always("somme", or_null(of("SommeDiVerifica"))),
    ]);
    let finding = object(vec![
        always("gravita", gravity()),
        always("tipo", kind()),
        always("voce", or_null(name())),
        always("termine", or_null(name())),
        always("evento", or_null(sequence())),
        always("norma", words()),
        always("link", or_null(link())),
        always("messaggio", words()),
    ]);
    let answer = object(vec![
        always("pratica", uuid()),
        perhaps("lep", letter()),
        perhaps("regione", or_null(name())),
        always("conforme", or_null(all(Conformity::ALL.iter().map(|answer| answer.word()).collect()))),
        always("rilievi", list(of("RilievoDiEsito"), LIST)),
        perhaps("motivo", described(words(), "perché la pratica non è stata controllata")),
    ]);
    vec![
        ("RichiestaDiVerifica", asked),
        ("RilieviUguali", group),
        ("SommeDiVerifica", sums),
        ("Verifica", verification),
        ("Verifiche", object(vec![always("verifiche", list(of("Verifica"), LIST))])),
        ("RilievoDiEsito", finding),
        ("Esito", answer),
        (
            "Esiti",
            object(vec![always("esiti", list(of("Esito"), 200)), always("seguito", or_null(whole(0, FURTHEST)))]),
        ),
    ]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    al: Option<Day>,
    legge: Option<String>,
    lep: Option<String>,
    regione: Option<String>,
    sede: Option<String>,
    aperte_dal: Option<Day>,
    aperte_al: Option<Day>,
    #[serde(default)]
    pratiche: Vec<Uuid>,
}

async fn begin(State(app): State<App>, who: Identity, body: Body<Wanted>) -> Result<Response, Trouble> {
    app.write(move |app| {
        let today = app.service.today();
        let wanted = body.value;
        let law = match wanted.legge.as_deref() {
            None | Some("fissata") => Law::Pinned,
            Some("oggi") => Law::On(today),
            Some(day) => {
                Law::On(day.parse().map_err(|_| Trouble::bad("legge", "non è `fissata`, `oggi` o un giorno"))?)
            }
        };
        let held = who.account.region.clone();
        if let (Some(held), Some(asked)) = (&held, &wanted.regione)
            && held != asked
        {
            return Err(Trouble::Forbidden { why: "il tuo account vede un'altra regione".into() });
        }
        if wanted.pratiche.len() > NAMED {
            return Err(Trouble::bad("pratiche", format!("sono più di {NAMED}")));
        }
        let selection = Selection {
            level: wanted.lep,
            region: held.or(wanted.regione),
            office: wanted.sede,
            from: wanted.aperte_dal,
            to: wanted.aperte_al,
            cases: wanted.pratiche,
        };
        let request = VerificationRequest { account: who.account.id, selection, on: wanted.al.unwrap_or(today), law };
        let verification = app.service.begin_verification(request)?;
        app.saw(&who, "verifica", None, None, Some(&verification.id.to_string()))?;
        app.verifying.take(app, verification.id);
        let mut response = (StatusCode::ACCEPTED, told(&shown(app, &verification)?)).into_response();
        if let Ok(value) = HeaderValue::from_str(&format!("/api/v1/verifiche/{}", verification.id)) {
            response.headers_mut().insert(LOCATION, value);
        }
        Ok(response)
    })
    .await
}

async fn all(State(app): State<App>, who: Identity) -> Result<Response, Trouble> {
    app.read(move |app| {
        let all = app.service.all_verifications()?;
        let own = all.iter().filter(|verification| is_own(&who, verification));
        // One whose files cannot be read hides no other.
        let row = |verification: &Verification| {
            shown(app, verification).unwrap_or_else(|why| row(verification, "interrotta", Some(why.detail()), 0, None))
        };
        let rows: Vec<Json> = own.map(row).collect();
        Ok(told(&json!({ "verifiche": rows })))
    })
    .await
}

/// A verification of whoever asks: of another's, nobody finds out that it is there.
fn own(app: &App, who: &Identity, id: Uuid) -> Result<Verification, Trouble> {
    let found = app.service.verification(id)?;
    if is_own(who, &found) { Ok(found) } else { Err(Trouble::not_found(NOT_THERE)) }
}

/// Whoever has since been held to a region no longer sees what was asked of the others.
fn is_own(who: &Identity, verification: &Verification) -> bool {
    let held = &who.account.region;
    verification.account == who.account.id && (held.is_none() || *held == verification.selection.region)
}

async fn look(State(app): State<App>, who: Identity, at: At) -> Result<Response, Trouble> {
    let id = at.id()?;
    app.read(move |app| Ok(told(&shown(app, &own(app, &who, id)?)?))).await
}

async fn answers(State(app): State<App>, who: Identity, at: At, asked: Asked) -> Result<Response, Trouble> {
    let (id, limit) = (at.id()?, limit(&asked)?);
    let from = parsed::<u64>(&asked, "dopo", "un posto tra gli esiti")?.unwrap_or(0);
    app.read(move |app| {
        let verification = own(app, &who, id)?;
        let page = app.service.verification_page(&verification, from, limit as usize)?;
        let rows: Result<Vec<Json>, _> = page.lines.iter().map(|line| serde_json::from_str(line)).collect();
        let rows = rows.map_err(|_| Trouble::from(VerificationError::Damaged("esiti.jsonl")))?;
        Ok(told(&json!({ "esiti": rows, "seguito": page.next })))
    })
    .await
}

async fn cancel(State(app): State<App>, who: Identity, at: At) -> Result<Response, Trouble> {
    let id = at.id()?;
    app.write(move |app| {
        let verification = own(app, &who, id)?;
        if app.service.verification_state(&verification)?.end.is_none() {
            app.service.cancel_verification(&verification, true)?;
            app.verifying.leave(id);
        }
        Ok(told(&shown(app, &verification)?))
    })
    .await
}

async fn go_on(State(app): State<App>, who: Identity, at: At) -> Result<Response, Trouble> {
    let id = at.id()?;
    app.write(move |app| {
        let verification = own(app, &who, id)?;
        if app.service.verification_state(&verification)?.end.is_none() {
            app.service.cancel_verification(&verification, false)?;
            app.verifying.take(app, id);
        }
        Ok(told(&shown(app, &verification)?))
    })
    .await
}

fn shown(app: &App, verification: &Verification) -> Result<Json, Trouble> {
    let doing = app.verifying.doing(verification.id);
    let state = app.service.verification_state(verification)?;
    let (word, why, done) = match (doing, state.end.is_some()) {
        (_, true) => ("conclusa", None, state.done),
        (Doing::Running(done), false) if !state.cancelled => ("in-corso", None, done.max(state.done)),
        (Doing::Waiting, false) => ("in-attesa", None, state.done),
        (_, false) if state.cancelled => ("annullata", None, state.done),
        (Doing::Failed(why), false) => ("interrotta", Some(why), state.done),
        (_, false) => ("interrotta", None, state.done),
    };
    Ok(row(verification, word, why, done, state.end))
}

fn row(verification: &Verification, word: &str, why: Option<String>, done: u64, sums: Option<Json>) -> Json {
    let law = verification.law.map_or_else(|| "fissata".to_owned(), |day| day.to_string());
    json!({
        "verifica": verification.id.to_string(), "stato": word, "motivo": why, "chiesta_ms": verification.asked_at,
        "al": verification.on.to_string(), "legge": law, "pratiche": verification.cases, "fatte": done,
        "somme": sums,
    })
}

impl From<VerificationError> for Trouble {
    fn from(error: VerificationError) -> Self {
        match error {
            VerificationError::Service(error) => error.into(),
            VerificationError::Unknown => Self::not_found(NOT_THERE),
            VerificationError::Nothing => Self::bad("", error.to_string()),
            VerificationError::NoFolder => Self::Unavailable { why: error.to_string() },
            // Where the files are is nobody's business.
            VerificationError::Disk(error) => Self::Unavailable {
                why: format!(
                    "i file della verifica non si leggono o non si scrivono: {}",
                    crate::store::io_words(&error)
                ),
            },
            VerificationError::Damaged(_) => Self::Internal { why: error.to_string() },
        }
    }
}
