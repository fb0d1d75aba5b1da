// SPDX-License-Identifier: EUPL-1.2
//! The page on accessibility, in the order of the national model. It claims nothing that nobody has checked.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::html;

use crate::http::app::App;
use crate::http::identity::Identity;
use crate::http::routes::{Route, Who, page};

use super::layout::{Page, blank_page};

pub(super) fn routes() -> Vec<Route> {
    vec![page("/accessibilita", Who::Everyone, get(accessibility))]
}

async fn accessibility(State(app): State<App>, who: Option<Identity>) -> Response {
    let body = html! {
        h1 { "Accessibilità" }
        p class="lead" {
            "Questa pagina non è la dichiarazione di accessibilità: quella la compila e la pubblica, sul modello dell'AgID, l'amministrazione che offre il servizio. Qui c'è ciò che il programma può dire di sé."
        }
        h2 { "Stato di conformità" }
        p { "Non valutato. Nessuna verifica di conformità da parte di un soggetto terzo è stata fatta su questa versione (" (env!("CARGO_PKG_VERSION")) "), e il programma non ne dichiara l'esito." }
        h2 { "Com'è fatto" }
        ul {
            li { "Ogni pagina si usa senza script, con la sola tastiera, e ha un titolo, un'intestazione principale e un collegamento per saltare al contenuto." }
            li { "I campi hanno un'etichetta; gli errori sono scritti accanto al campo e detti ai lettori di schermo." }
            li { "Nessuna informazione è data dal solo colore: c'è sempre una parola." }
            li { "I disegni dei percorsi hanno accanto lo stesso contenuto in parole." }
            li { "Chi chiede al proprio sistema di ridurre i movimenti non ne vede." }
        }
        p { "Sono scelte di progetto, non l'esito di una verifica." }
        h2 { "Contenuti non accessibili" }
        p { "Non è stato fatto un elenco: lo fa la verifica dell'amministrazione." }
        h2 { "Segnalazioni" }
        p { "Chi incontra un ostacolo lo segnala all'amministrazione che offre il servizio, ai recapiti della sua dichiarazione di accessibilità. Recapito: da indicare a cura dell'amministrazione." }
        h2 { "Procedura di attuazione" }
        p { "Se la risposta non arriva o non basta, la dichiarazione dell'amministrazione indica a chi rivolgersi." }
    };
    match who {
        Some(who) => Page::new(&app, &who, "Accessibilità", body).into_response(),
        None => blank_page(&app, "Accessibilità", body).into_response(),
    }
}
