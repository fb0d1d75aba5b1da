// SPDX-License-Identifier: EUPL-1.2
//! Opening a case in three steps: whom and which level; may it be opened; the confirmation. Nothing is written before the
//! last, and a second click on it opens nothing more.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use uuid::Uuid;

use crate::calendar::Day;
use crate::engine::{Event, EventKind, Minute};
use crate::http::app::App;
use crate::http::auth::{go, tokens};
use crate::http::form::{Asked, Typed};
use crate::http::identity::Identity;
use crate::http::routes::{DESK, Route, form, page};
use crate::http::trouble::{FieldFault, Trouble};
use crate::service::{DeskRow, OpenRequest, ServiceError, SubjectRequest};
use crate::spec::level::Audience;
use crate::store::{Answer, DeskQuery, StoreError, Subject, SubjectKind};
use crate::tax_code::TaxCode;

use super::layout::Page;
use super::may_open::{Verdict, fact_fields, verdict, verdict_words};
use super::parts::{alert, breadcrumb, csrf, day, field, submit};
use super::rows::{When, case_list, counted, level_choices, levels, masked, subject_words};

pub(super) fn routes() -> Vec<Route> {
    vec![page("/pratiche/nuova", DESK, get(begin)), form("/pratiche/nuova", DESK, post(step))]
}

/// What was typed, read.
struct Wanted {
    request: OpenRequest,
    on: Day,
}

/// Whom it is about, as far as who asks may know.
struct Known {
    subject: Option<Subject>,
    /// Within reach.
    cases: Vec<DeskRow>,
    elsewhere: usize,
}

impl Known {
    /// Open cases of the same level.
    fn same<'a>(&'a self, level: &'a str) -> impl Iterator<Item = &'a DeskRow> {
        self.cases.iter().filter(move |row| row.head.level == level && !row.desk.closed)
    }
}

/// What a step leads to.
enum Outcome {
    Faults(Vec<FieldFault>),
    Check(Box<(Wanted, Known, Verdict)>),
    Confirm { seen: Box<(Wanted, Known, Verdict)>, repeat: bool },
    Opened(Uuid),
}

async fn begin(State(app): State<App>, who: Identity, asked: Asked) -> Result<Page, Trouble> {
    let subject = asked.get("soggetto").and_then(|id| Uuid::parse_str(id).ok());
    let reader = who.clone();
    let subject = app
        .read(move |app| {
            let Some(subject) = subject else { return Ok(None) };
            let query = DeskQuery { subject: Some(subject), ..reader.reach()? };
            let (rows, _) = app.service.rows(&query, None, 1)?;
            Ok(rows.into_iter().next().map(|row| row.subject))
        })
        .await?;
    // The code is filled in on the page: it never stands in the address.
    let mut fields = form_urlencoded::Serializer::new(String::new());
    if let Some(subject) = subject {
        fields.append_pair("natura", if subject.kind == SubjectKind::Person { "persona" } else { "impresa" });
        fields.append_pair("codice", &subject.tax_code);
    }
    let typed = Typed::read(fields.finish().as_bytes())?;
    Ok(first_page(&app, &who, &typed, &[]))
}

async fn step(State(app): State<App>, who: Identity, typed: Typed) -> Result<Response, Trouble> {
    let (reader, given) = (who.clone(), typed.clone());
    let outcome = app.write(move |app| outcome(app, &reader, &given)).await?;
    Ok(match outcome {
        Outcome::Faults(faults) => {
            (StatusCode::UNPROCESSABLE_ENTITY, first_page(&app, &who, &typed, &faults)).into_response()
        }
        Outcome::Check(seen) => check_page(&app, &who, &typed, &seen).into_response(),
        Outcome::Confirm { seen, repeat } => {
            let page = confirm_page(&app, &who, &typed, &seen, repeat)?;
            let status = if repeat { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
            (status, page).into_response()
        }
        Outcome::Opened(case) => go(&format!("/pratiche/{case}?detto=aperta")),
    })
}

fn outcome(app: &App, who: &Identity, typed: &Typed) -> Result<Outcome, Trouble> {
    let wanted = match read(app, who, typed) {
        Ok(wanted) => wanted,
        Err(faults) => return Ok(Outcome::Faults(faults)),
    };
    if typed.get("passo") == Some("indietro") {
        return Ok(Outcome::Faults(Vec::new()));
    }
    let opening = typed.get("passo") == Some("apri");
    let key = format!("pagina:{}", typed.get("chiave").unwrap_or_default());
    let mark = fingerprint(&wanted);
    if opening && let Some(answer) = app.registry.answer(who.account.id, &key)? {
        return answered(&answer, mark);
    }
    let known = known(app, who, &wanted)?;
    let mut wanted = wanted;
    // A name already kept is corrected in the dossier, never by opening a case.
    if known.subject.as_ref().is_some_and(|subject| subject.name.is_some()) {
        wanted.request.subject.name = None;
    }
    let verdict = match verdict(app, &wanted.request, known.subject.as_ref().map(|subject| subject.id)) {
        Ok(verdict) => verdict,
        Err(Trouble::BadInput { faults }) => return Ok(Outcome::Faults(of_fields(faults))),
        Err(trouble) => return Err(trouble),
    };
    let doubled = known.same(&wanted.request.level).next().is_some();
    let go_on = verdict.is_yes() && (opening || typed.get("passo") == Some("conferma"));
    if !go_on {
        return Ok(Outcome::Check(Box::new((wanted, known, verdict))));
    }
    let repeat = opening && doubled && typed.get("ripeti") != Some("true");
    if !opening || repeat || typed.get("chiave").is_none() {
        return Ok(Outcome::Confirm { seen: Box::new((wanted, known, verdict)), repeat });
    }
    let service = app.service.acting(who.username());
    let (account, at) = (who.account.id, app.now());
    let answer = |view: &crate::service::CaseView| Answer {
        account,
        key: key.clone(),
        fingerprint: mark,
        status: StatusCode::SEE_OTHER.as_u16(),
        body: view.head.id.to_string(),
        at,
    };
    let view = match service.open_with(&wanted.request, Some(&answer)) {
        Ok(view) => view,
        Err(ServiceError::Store(StoreError::AlreadyAnswered(answer))) => return answered(&answer, mark),
        Err(error) => return Err(error.into()),
    };
    app.saw(who, "apertura", Some(view.head.id), Some(view.head.subject), None)?;
    if typed.get("affida") == Some("true") {
        let kind = EventKind::CaseEntrusted { operator: Some(who.username().into()), office: None, reason: None };
        // The case is open whatever becomes of this: it can be taken from its page too.
        service.record(view.head.id, &Event { on: wanted.on, time: None, kind })?;
    }
    Ok(Outcome::Opened(view.head.id))
}

/// The case that the same request has opened before.
fn answered(answer: &Answer, mark: [u8; 32]) -> Result<Outcome, Trouble> {
    if answer.fingerprint != mark {
        return Err(Trouble::KeyReused);
    }
    let case = Uuid::parse_str(&answer.body).map_err(|e| Trouble::Internal { why: e.to_string() })?;
    Ok(Outcome::Opened(case))
}

fn fingerprint(wanted: &Wanted) -> [u8; 32] {
    let request = &wanted.request;
    let subject = &request.subject;
    tokens::digest(&format!(
        "{:?}\n{}\n{}\n{}\n{:?}\n{:?}",
        subject.kind, subject.tax_code, request.level, wanted.on, request.time, request.facts
    ))
}

/// Faults of the service, on the fields of this form.
fn of_fields(faults: Vec<FieldFault>) -> Vec<FieldFault> {
    let own = |field: &str| match field {
        "codice_fiscale" => "codice",
        "lep" => "livello",
        "il" => "giorno",
        _ => "",
    };
    faults.into_iter().map(|fault| FieldFault::new(own(&fault.field), fault.message)).collect()
}

/// Reads the form; every fault, not the first only.
fn read(app: &App, who: &Identity, typed: &Typed) -> Result<Wanted, Vec<FieldFault>> {
    let mut faults = Vec::new();
    let mut fault = |field: &str, message: String| faults.push(FieldFault::new(field, message));
    let kind = if typed.get("natura") == Some("impresa") { SubjectKind::Company } else { SubjectKind::Person };
    let text = typed.get("codice").unwrap_or_default();
    let code = if kind == SubjectKind::Person { TaxCode::person(text) } else { TaxCode::company(text) };
    match &code {
        _ if text.is_empty() => fault("codice", "manca".into()),
        Err(error) => fault("codice", error.to_string()),
        Ok(_) => {}
    }
    let levels = levels(&app.service.library());
    let level = levels.iter().find(|(letter, ..)| typed.get("livello") == Some(letter));
    match (level, kind) {
        (None, _) => fault("livello", "scegli un livello".into()),
        (Some((.., Audience::Person)), SubjectKind::Company) => {
            fault("livello", "questo livello è per le persone".into())
        }
        (Some((.., Audience::Company)), SubjectKind::Person) => {
            fault("livello", "questo livello è per le imprese".into())
        }
        _ => {}
    }
    let on = typed.get("giorno").map_or_else(|| Ok(app.service.today()), str::parse::<Day>);
    if let Err(error) = &on {
        fault("giorno", error.to_string());
    }
    let time = typed.get("ora").map(str::parse::<Minute>).transpose();
    if let Err(error) = &time {
        fault("ora", error.clone());
    }
    let (Ok(code), Some((level, ..)), Ok(on), Ok(time), true) = (code, level, on, time, faults.is_empty()) else {
        return Err(faults);
    };
    let facts = typed.under("dato.").filter(|(_, value)| !value.is_empty());
    let request = OpenRequest {
        level: level.clone(),
        subject: SubjectRequest {
            kind,
            tax_code: code.as_str().to_owned(),
            name: typed.get("nome").map(str::to_owned),
        },
        region: who.account.region.clone(),
        office: who.account.office.clone(),
        on: Some(on),
        time,
        facts: facts.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
    };
    Ok(Wanted { request, on })
}

fn known(app: &App, who: &Identity, wanted: &Wanted) -> Result<Known, Trouble> {
    let subject = &wanted.request.subject;
    let store = app.service.store();
    let Some(subject) = store.subject_by_tax_code(subject.kind, &subject.tax_code)? else {
        return Ok(Known { subject: None, cases: Vec::new(), elsewhere: 0 });
    };
    let query = DeskQuery { subject: Some(subject.id), ..who.reach()? };
    let (cases, _) = app.service.rows(&query, None, super::subject::CASES)?;
    let elsewhere = store.cases_of_subject(subject.id)?.len().saturating_sub(cases.len());
    app.saw(who, "nuova pratica", None, Some(subject.id), None)?;
    Ok(Known { subject: Some(subject), cases, elsewhere })
}

/// Where one is among the three steps.
fn steps(at: usize) -> Markup {
    html! {
        ol class="lepre-steps" aria-label="Passi" {
            @for (number, words) in ["Chi e quale livello", "Si può aprire?", "Conferma"].iter().enumerate() {
                li class=[(number < at).then_some("lepre-done")] aria-current=[(number == at).then_some("step")] {
                    (number + 1) ". " (words) @if number < at { span class="visually-hidden" { " (fatto)" } }
                }
            }
        }
    }
}

fn fault_of(faults: &[FieldFault], name: &str) -> Option<String> {
    faults.iter().find(|fault| fault.field == name).map(|fault| fault.message.clone())
}

fn first_page(app: &App, who: &Identity, typed: &Typed, faults: &[FieldFault]) -> Page {
    let value = |name: &str| typed.get(name).unwrap_or_default().to_owned();
    let kinds = vec![("persona".to_owned(), "una persona".to_owned()), ("impresa".to_owned(), "un'impresa".to_owned())];
    let body = html! {
        h1 { "Nuova pratica" }
        (steps(0))
        @if !faults.is_empty() { (alert("danger", "Qualcosa non va: lo dicono i campi segnati. Nulla è stato scritto.")) }
        @if let Some(words) = fault_of(faults, "") { (alert("danger", &words)) }
        form method="post" action="/pratiche/nuova" class="mt-3" {
            (csrf(who))
            input type="hidden" name="passo" value="verifica";
            (field("natura", "La pratica è per").choices(kinds).value(value("natura")))
            (field("codice", "Codice fiscale o partita IVA").value(value("codice")).required().autocomplete("off")
                .hint("si controlla solo come è scritto, non di chi è").fault(fault_of(faults, "codice")))
            (field("nome", "Nome e cognome, o ragione sociale").value(value("nome")).autocomplete("off")
                .hint("serve se il soggetto non è già noto"))
            (field("livello", "Livello").choices(level_choices(&app.service.library(), "scegli")).value(value("livello")).required()
                .fault(fault_of(faults, "livello")))
            @for (name, given) in typed.under("dato.").filter(|(_, value)| !value.is_empty()) {
                input type="hidden" name={ "dato." (name) } value=(given);
            }
            @for name in ["giorno", "ora"] {
                @if let Some(given) = typed.get(name) {
                    @if fault_of(faults, name).is_none() { input type="hidden" name=(name) value=(given); }
                    @else { (field(name, name).value(given).fault(fault_of(faults, name))) }
                }
            }
            (submit("Avanti: si può aprire?"))
        }
    };
    Page::new(app, who, "Nuova pratica", body)
}

/// Who it is about: what may be known of them.
fn subject_part(app: &App, who: &Identity, wanted: &Wanted, known: &Known) -> Markup {
    let today = app.service.today();
    let code = &wanted.request.subject.tax_code;
    html! {
        h2 class="h4" { "Il soggetto" }
        @match &known.subject {
            Some(subject) if !known.cases.is_empty() => {
                p { a href={ "/soggetti/" (subject.id) } { (subject_words(who, subject)) } " " span class="text-secondary" { (masked(subject)) } }
                p { "Le sue pratiche nella tua sede:" }
                (case_list(who, &known.cases, When::Due, today))
            },
            Some(_) => p { code { (code) } " — già noto, ma nella tua sede non ha pratiche." },
            None => p { code { (code) } @if let Some(name) = &wanted.request.subject.name { " · " (name) } " — non ancora noto: sarà registrato con la pratica." },
        }
        @if known.elsewhere > 0 {
            p class="text-secondary" { "In altre sedi: " (counted(known.elsewhere as u64, "pratica", "pratiche")) ". Che cosa siano lo sa la sede che le ha." }
        }
    }
}

fn check_page(app: &App, who: &Identity, typed: &Typed, seen: &(Wanted, Known, Verdict)) -> Page {
    let (wanted, known, verdict) = seen;
    let body = html! {
        (breadcrumb(&[("/pratiche/nuova", "Nuova pratica")], "Si può aprire?"))
        h1 { "Si può aprire il livello " (verdict.rulebook.level) "?" }
        (steps(1))
        p class="lead" { (verdict.rulebook.title) }
        section aria-labelledby="risposta" { h2 class="h4" id="risposta" { "La risposta" } (verdict_words(verdict)) }
        section { (subject_part(app, who, wanted, known)) }
        form method="post" action="/pratiche/nuova" class="mt-4" {
            (csrf(who))
            @for name in ["natura", "codice", "nome", "livello"] { input type="hidden" name=(name) value=(typed.get(name).unwrap_or_default()); }
            h2 class="h4" { "Quando e con quali dati" }
            div class="lepre-grid" {
                (field("giorno", "Giorno di apertura").date().value(wanted.on.to_string()).required().hint("non dopo oggi"))
                (field("ora", "Ora (facoltativa)").time().value(typed.get("ora").unwrap_or_default()).hint("serve dove un termine si conta in ore"))
            }
            (fact_fields(verdict, typed))
            div class="lepre-actions" {
                @if verdict.is_yes() {
                    button class="btn btn-primary" type="submit" name="passo" value="conferma" { "Avanti: conferma" }
                    button class="btn btn-outline-primary" type="submit" name="passo" value="verifica" { "Ricontrolla con questi dati" }
                } @else {
                    button class="btn btn-primary" type="submit" name="passo" value="verifica" { "Ricontrolla con questi dati" }
                }
                button class="btn btn-outline-primary" type="submit" name="passo" value="indietro" formnovalidate { "Indietro" }
            }
        }
    };
    Page::new(app, who, "Si può aprire?", body)
}

fn confirm_page(
    app: &App,
    who: &Identity,
    typed: &Typed,
    (wanted, known, verdict): &(Wanted, Known, Verdict),
    repeat: bool,
) -> Result<Page, Trouble> {
    let key = match typed.get("chiave") {
        Some(key) => key.to_owned(),
        None => tokens::new_secret().map_err(|why| Trouble::Internal { why })?.0,
    };
    let same: Vec<DeskRow> = known.same(&wanted.request.level).cloned().collect();
    let named = known.subject.as_ref().filter(|_| !known.cases.is_empty()).map(|subject| subject_words(who, subject));
    let name = named.or_else(|| wanted.request.subject.name.clone()).unwrap_or_else(|| "senza nome".to_owned());
    let fault =
        repeat.then(|| "spunta la casella se vuoi davvero un'altra pratica; altrimenti apri quella che c'è".to_owned());
    let body = html! {
        (breadcrumb(&[("/pratiche/nuova", "Nuova pratica")], "Conferma"))
        h1 { "Conferma" }
        (steps(2))
        p { "Premendo «Apri la pratica» la pratica sarà scritta, con questi dati e a tuo nome. Un dato sbagliato si corregge poi dalla pratica, e la correzione resta nella storia." }
        dl class="lepre-summary" {
            dt { "Soggetto" } dd { (name) ", " code { (wanted.request.subject.tax_code) } }
            dt { "Livello" } dd { (verdict.rulebook.level) " · " (verdict.rulebook.title) }
            dt { "Aperta il" } dd { (day(wanted.on)) @if let Some(time) = wanted.request.time { " alle " (time) } }
            @for (fact, value) in &wanted.request.facts {
                @let declared = verdict.rulebook.facts.iter().find(|known| known.name == *fact);
                dt { (declared.map_or(fact.as_str(), |fact| fact.question.as_str())) }
                dd { (match value.as_str() { "true" => "sì", "false" => "no", other => other }) }
            }
        }
        form method="post" action="/pratiche/nuova" class="mt-4" {
            (csrf(who))
            input type="hidden" name="chiave" value=(key);
            @for (name, value) in typed.fields().filter(|(name, _)| !matches!(*name, "modulo" | "passo" | "chiave" | "ripeti" | "affida")) {
                input type="hidden" name=(name) value=(value);
            }
            @if !same.is_empty() {
                section class="lepre-apart mb-3" aria-labelledby="doppia" {
                    h2 class="h4" id="doppia" { "C'è già una pratica aperta dello stesso livello" }
                    (case_list(who, &same, When::Due, app.service.today()))
                    (field("ripeti", "Apri comunque un'altra pratica dello stesso livello").checkbox().value(typed.get("ripeti").unwrap_or_default()).fault(fault))
                }
            }
            (field("affida", "Affidala a me").checkbox().value("true"))
            div class="lepre-actions" {
                button class="btn btn-primary" type="submit" name="passo" value="apri" { "Apri la pratica" }
                button class="btn btn-outline-primary" type="submit" name="passo" value="verifica" { "Indietro" }
            }
        }
    };
    Ok(Page::new(app, who, "Conferma", body))
}
