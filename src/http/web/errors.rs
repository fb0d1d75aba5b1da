// SPDX-License-Identifier: EUPL-1.2
//! Troubles as pages, in words; and a page for each kind of trouble, where problems for programs point to.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::html;

use crate::http::app::App;
use crate::http::identity::Identity;
use crate::http::routes::{Route, Who, page};
use crate::http::trouble::Trouble;

use super::layout::{Page, blank_page};
use super::parts::norm_line;

pub(super) fn routes() -> Vec<Route> {
    vec![page("/errori/{codice}", Who::Everyone, get(kind_page))]
}

/// A trouble as the page that is shown in place of the one asked for.
pub fn error_page(app: &App, trouble: &Trouble, who: Option<&Identity>, id: &str) -> Response {
    let body = html! {
        h1 { (trouble.title()) }
        p class="lead" { (trouble.detail()) "." }
        @if let Some(help) = trouble.help() { p { strong { "Che cosa fare: " } (help) "." } }
        @if let Some((norm, link)) = trouble.norm() { (norm_line(&norm, link.as_deref())) }
        p class="mt-4" { a href="/" { "Torna alla pagina iniziale" } }
        p class="text-secondary small" { "Numero della richiesta: " code { (id) } }
    };
    let page = match who {
        Some(who) => Page::new(app, who, trouble.title(), body).into_response(),
        None => blank_page(app, trouble.title(), body).into_response(),
    };
    (trouble.status(), page).into_response()
}

/// Each kind, with when it comes and what to do.
const KINDS: [(&str, &str, &str); 18] = [
    (
        "accesso-richiesto",
        "Serve l'accesso",
        "La pagina o l'operazione è riservata a chi ha un account. I programmi mandano un token nell'intestazione Authorization.",
    ),
    (
        "password-da-scegliere",
        "Prima scegli una password",
        "Al primo accesso si sceglie una password propria, poi si prosegue.",
    ),
    (
        "non-consentito",
        "Non consentito",
        "L'account esiste ma il suo ruolo, o il token usato, non consente l'operazione.",
    ),
    (
        "non-trovato",
        "Non trovato",
        "Ciò che è stato chiesto non esiste, oppure non è della sede o della regione di chi chiede: le due cose non si distinguono, perché nessuno scopra pratiche altrui.",
    ),
    (
        "dati-non-validi",
        "Dati da correggere",
        "Un campo manca o non ha la forma giusta; la risposta dice quale e perché. Nulla è stato scritto.",
    ),
    (
        "diniego",
        "Diniego",
        "Il regolamento della pratica non consente l'atto in questo momento. La risposta dice la norma e che cosa lo renderebbe possibile. Nulla è stato scritto.",
    ),
    (
        "cambiata-nel-frattempo",
        "La pratica è cambiata nel frattempo",
        "Un'altra persona ha scritto sulla stessa pratica dopo che era stata letta. Nulla è stato sovrascritto: si rilegge e si decide di nuovo.",
    ),
    (
        "condizione-non-soddisfatta",
        "La pratica è cambiata da quando è stata letta",
        "La sequenza indicata in If-Match non è più quella della pratica.",
    ),
    (
        "condizione-mancante",
        "Manca una condizione",
        "Per scrivere serve If-Match con la sequenza letta, e Idempotency-Key.",
    ),
    (
        "chiave-gia-usata",
        "Chiave già usata",
        "La stessa Idempotency-Key è servita per una richiesta con un altro contenuto.",
    ),
    (
        "modulo-non-riconosciuto",
        "Modulo non riconosciuto",
        "Il modulo è scaduto, oppure non viene da una pagina di questo servizio aperta da chi lo invia.",
    ),
    ("troppo-grande", "Troppo grande", "La richiesta supera la misura massima."),
    (
        "formato-non-accettato",
        "Formato non accettato",
        "Il corpo della richiesta non è nel formato che l'operazione accetta.",
    ),
    ("metodo-non-ammesso", "Metodo non ammesso", "L'indirizzo esiste, ma non con questo metodo."),
    (
        "troppe-richieste",
        "Troppe richieste",
        "Il limite al minuto è stato superato; l'intestazione Retry-After dice fra quanto riprovare.",
    ),
    ("tempo-scaduto", "Tempo scaduto", "La richiesta non è arrivata per intero in tempo."),
    (
        "non-disponibile",
        "Servizio non disponibile",
        "L'archivio o le specifiche non possono servire in questo momento.",
    ),
    (
        "errore-interno",
        "Errore interno",
        "Una colpa nostra: nulla è stato scritto a metà. Il numero della richiesta serve a ritrovarla.",
    ),
];

async fn kind_page(
    State(app): State<App>,
    Path(code): Path<String>,
    who: Option<Identity>,
) -> Result<Response, Trouble> {
    let found = KINDS.iter().find(|(known, ..)| *known == code);
    let (_, title, words) = found.ok_or_else(|| Trouble::not_found("non c'è un errore con questo nome"))?;
    let body = html! {
        h1 { (title) }
        p class="lead" { (words) }
    };
    Ok(match who {
        Some(who) => Page::new(&app, &who, title, body).into_response(),
        None => blank_page(&app, title, body).into_response(),
    })
}
