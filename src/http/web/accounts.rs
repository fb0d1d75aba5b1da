// SPDX-License-Identifier: EUPL-1.2
//! The accounts of a region: the list, and a new one. Only the fields named here are read; the region is never one of them
//! for whoever administers a region.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use maud::{Markup, html};

use crate::http::app::App;
use crate::http::auth::{is_username, password};
use crate::http::form::{Asked, Typed};
use crate::http::identity::Identity;
use crate::http::routes::{ADMIN, Route, form, page};
use crate::http::trouble::{FieldFault, Trouble};
use crate::role::Role;
use crate::service::Service;
use crate::store::{Account, StoreError};

use super::layout::Page;
use super::parts::{alert, breadcrumb, csrf, empty, field, next_page, submit};

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/account", ADMIN, get(accounts)),
        page("/account/nuovo", ADMIN, get(blank)),
        form("/account/nuovo", ADMIN, post(create)),
    ]
}

const ROWS: usize = 50;
/// Accounts read at once, of which those of other regions are left out.
const BATCH: u32 = 200;

/// May this administrator administer that account? One of all regions may every one.
pub(super) fn within(who: &Identity, account: &Account) -> bool {
    who.account.region.is_none() || account.region == who.account.region
}

async fn accounts(State(app): State<App>, who: Identity, asked: Asked) -> Result<Page, Trouble> {
    let after = match asked.get("dopo") {
        None => None,
        Some(text) => Some(text.parse().map_err(|_| Trouble::bad("dopo", "non è una posizione dell'elenco"))?),
    };
    let reader = who.clone();
    let rows = app
        .read(move |app| {
            let (mut rows, mut after): (Vec<Account>, Option<uuid::Uuid>) = (Vec::new(), after);
            loop {
                let batch = app.registry.accounts(after, BATCH)?;
                let Some(last) = batch.last() else { break };
                after = Some(last.id);
                rows.extend(batch.into_iter().filter(|account| within(&reader, account)));
                if rows.len() > ROWS {
                    break;
                }
            }
            Ok(rows)
        })
        .await?;
    let next =
        (rows.len() > ROWS).then(|| rows.get(ROWS - 1).map(|last| format!("/account?dopo={}", last.id))).flatten();
    let now = app.now();
    let body = html! {
        h1 { "Account" }
        p class="lead" { "Chi può entrare nel servizio, e con quale ruolo." }
        p { a class="btn btn-primary" href="/account/nuovo" { "Nuovo account" } }
        @if rows.is_empty() { (empty("Nessun account.", Some(("/account/nuovo", "Crea il primo")))) } @else { (table(&rows, now)) }
        (next_page(next.as_deref()))
    };
    Ok(Page::new(&app, &who, "Account", body))
}

/// How an account stands, in words.
pub(super) fn state_words(account: &Account, now: i64) -> &'static str {
    if account.disabled {
        "disabilitato"
    } else if account.locked_until.is_some_and(|until| now < until) {
        "bloccato per troppi tentativi"
    } else if account.must_change {
        "deve scegliere la password"
    } else {
        "attivo"
    }
}

fn table(rows: &[Account], now: i64) -> Markup {
    html! {
        div class="table-responsive" tabindex="0" role="region" aria-labelledby="tabella-account" {
            table class="table caption-top" {
                caption id="tabella-account" { "Account, nell'ordine in cui sono stati creati" }
                thead { tr {
                    th scope="col" { "Nome utente" } th scope="col" { "Nome" } th scope="col" { "Ruolo" } th scope="col" { "Regione" } th scope="col" { "Sede" } th scope="col" { "Stato" }
                } }
                tbody { @for account in rows.iter().take(ROWS) { tr {
                    th scope="row" { a href={ "/account/" (account.id) } { (account.username) } }
                    td { (account.name) } td { (account.role.word()) }
                    td { (account.region.as_deref().unwrap_or("tutte")) } td { (account.office.as_deref().unwrap_or("–")) }
                    td { (state_words(account, now)) }
                } } }
            }
        }
    }
}

/// What a form says of an account: nothing else of it can be typed.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub name: String,
    pub role: Role,
    pub region: Option<String>,
    pub office: Option<String>,
    pub external: Option<String>,
    pub identities: bool,
}

impl Said {
    /// Reads and checks the fields; every fault, not only the first.
    pub fn read(app: &App, who: &Identity, typed: &Typed) -> Result<Self, Vec<FieldFault>> {
        let mut faults = Vec::new();
        let name = typed.get("nome").unwrap_or_default().to_owned();
        if name.is_empty() || name.chars().count() > 120 {
            faults.push(FieldFault::new("nome", "serve, e ha al massimo 120 caratteri"));
        }
        let role = typed.get("ruolo").unwrap_or_default().parse::<Role>();
        if role.is_err() {
            faults.push(FieldFault::new("ruolo", "scegli un ruolo"));
        }
        let library = app.service.library();
        let regions = &library.specs().catalogue.regions;
        // Whoever administers a region makes accounts of that region, whatever the form says.
        let region = who.account.region.clone().or_else(|| typed.get("regione").map(str::to_owned));
        if let Some(region) = &region
            && who.account.region.is_none()
            && regions.get(region).is_none()
        {
            faults.push(FieldFault::new("regione", "non è tra le amministrazioni del catalogo"));
        }
        let at_desk = matches!(role, Ok(Role::Operator | Role::OfficeLead));
        let office = typed.get("sede").filter(|_| at_desk).map(str::to_lowercase);
        if at_desk {
            if region.is_none() {
                faults.push(FieldFault::new("regione", "serve per chi lavora in una sede"));
            }
            match &office {
                None => faults.push(FieldFault::new("sede", "serve per chi lavora in una sede")),
                Some(office) => {
                    let known = region.as_deref().map(|region| offices(app, region)).unwrap_or_default();
                    let is_known = known.is_empty() || known.iter().any(|(id, _)| id == office);
                    let is_id = office.len() <= 60
                        && office.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
                    if !is_known {
                        faults.push(FieldFault::new("sede", "non è tra le sedi della regione"));
                    } else if !is_id {
                        faults.push(FieldFault::new("sede", "ha lettere minuscole senza accenti, cifre e trattini"));
                    }
                }
            }
        }
        let external = typed.get("esterno").map(str::to_owned);
        if external.as_ref().is_some_and(|external| external.chars().count() > 300) {
            faults.push(FieldFault::new("esterno", "ha più di 300 caratteri"));
        }
        let identities = typed.get("identita") == Some("true");
        match role {
            Ok(role) if faults.is_empty() => Ok(Self { name, role, region, office, external, identities }),
            _ => Err(faults),
        }
    }
}

/// The offices that a region has told, as choices.
pub(super) fn offices(app: &App, region: &str) -> Vec<(String, String)> {
    let library = app.service.library();
    let Some(file) = library.specs().region(region) else { return Vec::new() };
    file.region.offices.0.iter().map(|entry| (entry.name.value.0.clone(), entry.value.name.clone())).collect()
}

/// The fields that say who somebody is and what they may.
pub(super) fn fields(app: &App, who: &Identity, typed: &Typed, faults: &[FieldFault], region: Option<&str>) -> Markup {
    let value = |name: &str| typed.get(name).unwrap_or_default().to_owned();
    let fault = |name: &str| faults.iter().find(|fault| fault.field == name).map(|fault| fault.message.clone());
    let roles = std::iter::once((String::new(), "scegli".to_owned()))
        .chain(Role::ALL.into_iter().map(|role| (role.word().to_owned(), role.word().to_owned())));
    let known = region.map(|region| offices(app, region)).unwrap_or_default();
    html! {
        (field("nome", "Nome e cognome").value(value("nome")).required().autocomplete("off").fault(fault("nome")))
        (field("ruolo", "Ruolo").choices(roles.collect()).value(value("ruolo")).required().fault(fault("ruolo"))
            .hint("operatore e responsabile lavorano in una sede; l'amministratore cura livelli e account; il verificatore legge tutte le pratiche senza nomi"))
        @if who.account.region.is_none() {
            (field("regione", "Regione").choices(super::level::region_choices(&app.service.library())).value(value("regione")).fault(fault("regione"))
                .hint("nessuna: amministra o verifica tutte le regioni"))
        }
        @if known.is_empty() {
            (field("sede", "Sede").value(value("sede")).autocomplete("off").fault(fault("sede")).hint("solo per operatore e responsabile, per esempio `torino`"))
        } @else {
            (field("sede", "Sede").choices(std::iter::once((String::new(), "nessuna".to_owned())).chain(known).collect()).value(value("sede")).fault(fault("sede"))
                .hint("solo per operatore e responsabile"))
        }
        (field("esterno", "Identità nel portale della Regione").value(value("esterno")).autocomplete("off").fault(fault("esterno"))
            .hint("il soggetto OpenID Connect, o il nome che dà il portale; vuoto se entra con la password"))
        (field("identita", "Può esportare nomi e codici fiscali (ogni esportazione è registrata)").checkbox().value(value("identita")))
    }
}

fn new_form(app: &App, who: &Identity, typed: &Typed, faults: &[FieldFault]) -> Page {
    let fault = |name: &str| faults.iter().find(|fault| fault.field == name).map(|fault| fault.message.clone());
    let ways = vec![
        ("password".to_owned(), "con una password".to_owned()),
        ("portale".to_owned(), "solo dal portale della Regione".to_owned()),
    ];
    let body = html! {
        (breadcrumb(&[("/account", "Account")], "Nuovo account"))
        h1 { "Nuovo account" }
        @if !faults.is_empty() { (alert("danger", "Nulla è stato creato: correggi i campi segnati.")) }
        form method="post" action="/account/nuovo" class="lepre-narrow" {
            (csrf(who))
            (field("utente", "Nome utente").value(typed.get("utente").unwrap_or_default()).required().autocomplete("off").fault(fault("utente"))
                .hint("lettere minuscole, cifre, punto e trattino; non si cambia più: resta scritto negli eventi"))
            (fields(app, who, typed, faults, who.account.region.as_deref()))
            (field("accesso", "Come entra").choices(ways).value(typed.get("accesso").unwrap_or("password")).fault(fault("accesso")))
            (submit("Crea l'account"))
        }
    };
    Page::new(app, who, "Nuovo account", body)
}

async fn blank(State(app): State<App>, who: Identity) -> Page {
    new_form(&app, &who, &Typed::default(), &[])
}

async fn create(State(app): State<App>, who: Identity, typed: Typed) -> Result<Response, Trouble> {
    let username = typed.get("utente").unwrap_or_default().to_lowercase();
    let read = Said::read(&app, &who, &typed);
    let mut faults = read.as_ref().err().cloned().unwrap_or_default();
    if !is_username(&username) {
        faults.push(FieldFault::new(
            "utente",
            "ha da 3 a 60 lettere minuscole, cifre, punti e trattini, e comincia con una lettera",
        ));
    }
    let gateway = typed.get("accesso") == Some("portale");
    if gateway && typed.get("esterno").is_none() {
        faults.push(FieldFault::new("esterno", "serve, se entra solo dal portale"));
    }
    let said = match read {
        Ok(said) if faults.is_empty() => said,
        _ => return Ok((StatusCode::UNPROCESSABLE_ENTITY, new_form(&app, &who, &typed, &faults)).into_response()),
    };
    let author = who.clone();
    let made = app
        .slowly(move |app| {
            let first =
                if gateway { None } else { Some(password::initial().map_err(|why| Trouble::Internal { why })?) };
            let hash = first.as_deref().map(password::hashed).transpose().map_err(|why| Trouble::Internal { why })?;
            let account = Account {
                id: Service::new_id(),
                username,
                name: said.name,
                role: said.role,
                region: said.region,
                office: said.office,
                must_change: hash.is_some(),
                password: hash,
                disabled: false,
                failures: 0,
                locked_until: None,
                external: said.external,
                identities: said.identities,
                created_at: app.now(),
            };
            match app.registry.put_account(account.clone()) {
                Ok(()) => {}
                Err(error) => return taken(error).map(Err),
            }
            app.saw(&author, "account-creato", None, None, Some(&what(&account)))?;
            Ok(Ok((account, first)))
        })
        .await?;
    match made {
        Ok((account, first)) => {
            Ok(super::account::once(&app, &who, &account, first.as_deref(), "L'account è stato creato.")
                .into_response())
        }
        Err(fault) => Ok((StatusCode::UNPROCESSABLE_ENTITY, new_form(&app, &who, &typed, &[fault])).into_response()),
    }
}

/// What the log of accesses says of an account: what it may, never whose it is.
pub(super) fn what(account: &Account) -> String {
    let place = account.office.as_deref().or(account.region.as_deref()).unwrap_or("tutte le regioni");
    let identities = if account.identities { ", con nomi e codici fiscali" } else { "" };
    format!("{}: {}, {place}{identities}", account.username, account.role.word())
}

/// A name that somebody else has already, as the fault of its field.
pub(super) fn taken(error: StoreError) -> Result<FieldFault, Trouble> {
    match error {
        StoreError::DuplicateUsername { .. } => Ok(FieldFault::new("utente", "è già di un altro account")),
        StoreError::DuplicateExternalAccount { .. } => Ok(FieldFault::new("esterno", "è già di un altro account")),
        other => Err(other.into()),
    }
}
