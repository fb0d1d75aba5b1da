// SPDX-License-Identifier: EUPL-1.2
//! What each role may reach: written by hand, from the roles of the glossary, and never made from the program.

/// What an answer says about admission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Let in, whatever then comes of it.
    Yes,
    /// Known, and not for them.
    No,
    /// As if it did not exist.
    Hidden,
    /// Who are you?
    SignIn,
}

use Cell::{Hidden, No, SignIn, Yes};

/// In the order of the columns: nobody, op, altrove, resp, respaltrove, amm, verifica, ispettore.
type Cells = [Cell; 8];

const ALL: Cells = [Yes; 8];
const SIGNED_IN: Cells = [SignIn, Yes, Yes, Yes, Yes, Yes, Yes, Yes];
const DESK: Cells = [SignIn, Yes, Yes, Yes, Yes, No, No, No];
const LEAD: Cells = [SignIn, No, No, Yes, Yes, No, No, No];
const ADMIN: Cells = [SignIn, No, No, No, No, Yes, No, No];
const AUDITOR: Cells = [SignIn, No, No, No, No, No, Yes, Yes];
const SPECS: Cells = [SignIn, No, No, No, No, Yes, Yes, Yes];
const READERS: Cells = [SignIn, Yes, Yes, Yes, Yes, No, Yes, Yes];
/// A case of Torino, to be read.
const CASE: Cells = [SignIn, Yes, Hidden, Yes, Hidden, No, Yes, Hidden];
/// A case of Torino, to be written on, or with the name of whom it is about.
const CASE_DESK: Cells = [SignIn, Yes, Hidden, Yes, Hidden, No, No, No];
/// An account of Piemonte, of its administrator.
const ACCOUNT: Cells = ADMIN;
/// Something that is only its owner's, and is nobody's here.
const NOBODYS: Cells = [SignIn, Hidden, Hidden, Hidden, Hidden, Hidden, Hidden, Hidden];

/// Method, path, what `{id}` stands for, who.
pub const EXPECTED: &[(&str, &str, &str, Cells)] = &[
    // For whoever watches over the service.
    ("GET", "/status", "", ALL),
    ("GET", "/health", "", ALL),
    ("GET", "/ready", "", ALL),
    // Only to those the settings name; whoever asks here has no address.
    ("GET", "/metrics", "", [Hidden; 8]),
    ("GET", "/assets/{name}", "", ALL),
    ("GET", "/favicon.ico", "", ALL),
    // Signing in and out.
    ("GET", "/accesso", "", ALL),
    // The form of this page is not the session's: whoever has signed in sends it, and is only told that the name is wrong.
    ("POST", "/accesso", "", [No, Yes, Yes, Yes, Yes, Yes, Yes, Yes]),
    ("POST", "/uscita", "", SIGNED_IN),
    ("GET", "/password", "", SIGNED_IN),
    ("POST", "/password", "", SIGNED_IN),
    ("GET", "/primo-accesso", "", ALL),
    ("POST", "/primo-accesso", "", [No, Yes, Yes, Yes, Yes, Yes, Yes, Yes]),
    ("GET", "/errori/{codice}", "", ALL),
    ("GET", "/", "", SIGNED_IN),
    ("GET", "/accessibilita", "", ALL),
    // The desk.
    ("GET", "/oggi", "", DESK),
    ("GET", "/pratiche", "", READERS),
    ("GET", "/cerca", "", DESK),
    ("POST", "/cerca", "", DESK),
    ("GET", "/pratiche/nuova", "", DESK),
    ("POST", "/pratiche/nuova", "", DESK),
    ("GET", "/soggetti/{id}", "soggetto", CASE_DESK),
    ("POST", "/soggetti/{id}/nome", "soggetto", CASE_DESK),
    ("GET", "/pratiche/{id}", "pratica", CASE),
    ("GET", "/pratiche/{id}/disegno.svg", "pratica", CASE),
    ("GET", "/pratiche/{id}/fai/{atto}", "pratica", CASE_DESK),
    ("POST", "/pratiche/{id}/fai/{atto}", "pratica", CASE_DESK),
    ("GET", "/pratiche/{id}/patto", "patto", CASE_DESK),
    ("GET", "/pratiche/{id}/perche/{voce}", "pratica", CASE),
    ("GET", "/pratiche/{id}/stampa", "pratica", CASE),
    // The office.
    ("GET", "/sede", "", LEAD),
    ("POST", "/sede/affida", "", LEAD),
    ("POST", "/sede/trasferisci", "", LEAD),
    ("GET", "/scadenzario", "", LEAD),
    ("GET", "/scadenzario.ics", "", LEAD),
    ("POST", "/scadenzario/indirizzo", "", LEAD),
    ("POST", "/scadenzario/indirizzo/revoca", "", LEAD),
    ("GET", "/calendario/{chiave}", "", [Hidden; 8]),
    // The region.
    ("GET", "/specifiche", "", SPECS),
    ("GET", "/specifiche/apri", "", SPECS),
    ("GET", "/specifiche/{lep}", "", SPECS),
    ("GET", "/specifiche/{lep}/disegno.svg", "", SPECS),
    ("GET", "/copertura", "", SPECS),
    ("GET", "/prove", "", SPECS),
    ("GET", "/diagnostica", "", SPECS),
    ("GET", "/diagnostica/codici", "", SPECS),
    ("GET", "/diagnostica/{codice}", "codice", SPECS),
    ("GET", "/account", "", ADMIN),
    ("GET", "/account/nuovo", "", ADMIN),
    ("POST", "/account/nuovo", "", ADMIN),
    ("GET", "/account/{id}", "account", ACCOUNT),
    ("POST", "/account/{id}", "account", ACCOUNT),
    ("POST", "/account/{id}/abilita", "account", ACCOUNT),
    ("POST", "/account/{id}/disabilita", "account", ACCOUNT),
    ("POST", "/account/{id}/password", "account", ACCOUNT),
    // The auditor.
    ("GET", "/rilievi", "", AUDITOR),
    ("GET", "/rilievi.csv", "", AUDITOR),
    ("GET", "/catena", "", AUDITOR),
    ("POST", "/catena", "", AUDITOR),
    ("GET", "/accessi", "", AUDITOR),
    ("GET", "/accessi.csv", "", AUDITOR),
    // Everybody's own.
    ("GET", "/profilo", "", SIGNED_IN),
    ("POST", "/profilo/sessioni", "", SIGNED_IN),
    ("POST", "/profilo/token", "", SIGNED_IN),
    ("POST", "/profilo/token/{id}/revoca", "pratica", NOBODYS),
    // Other systems.
    ("GET", "/api", "", ALL),
    ("GET", "/api/openapi.json", "", ALL),
    ("GET", "/api/v1/livelli", "", SIGNED_IN),
    ("GET", "/api/v1/livelli/{lep}", "", SIGNED_IN),
    ("GET", "/api/v1/livelli/{lep}/regolamento", "", SIGNED_IN),
    ("GET", "/api/v1/regolamenti/{impronta}", "", SIGNED_IN),
    ("GET", "/api/v1/catalogo/norme", "", SIGNED_IN),
    ("GET", "/api/v1/catalogo/sap", "", SIGNED_IN),
    ("GET", "/api/v1/catalogo/dati", "", SIGNED_IN),
    ("GET", "/api/v1/catalogo/parametri", "", SIGNED_IN),
    ("GET", "/api/v1/catalogo/sanzioni", "", SIGNED_IN),
    ("GET", "/api/v1/catalogo/festivita", "", SIGNED_IN),
    ("GET", "/api/v1/catalogo/amministrazioni", "", SIGNED_IN),
    ("GET", "/api/v1/sedi", "", SIGNED_IN),
    ("POST", "/api/v1/soggetti/ricerca", "", DESK),
    ("GET", "/api/v1/soggetti/{id}", "soggetto", CASE),
    ("GET", "/api/v1/soggetti/{id}/fascicolo", "soggetto", CASE),
    ("GET", "/api/v1/pratiche", "", READERS),
    ("POST", "/api/v1/pratiche", "", DESK),
    ("POST", "/api/v1/pratiche/possibile", "", DESK),
    ("GET", "/api/v1/pratiche/{id}", "pratica", CASE),
    ("GET", "/api/v1/pratiche/{id}/eventi", "pratica", CASE),
    ("GET", "/api/v1/pratiche/{id}/agenda", "pratica", CASE),
    ("GET", "/api/v1/pratiche/{id}/rilievi", "pratica", CASE),
    ("GET", "/api/v1/pratiche/{id}/spiegazione", "pratica", CASE),
    ("POST", "/api/v1/pratiche/{id}/comandi", "pratica", CASE_DESK),
    ("GET", "/api/v1/rilievi", "", READERS),
    // The region's gateway, which is not configured here.
    ("GET", "/accesso/regione", "", [Hidden; 8]),
    ("GET", "/accesso/regione/ritorno", "", [Hidden; 8]),
    ("GET", "/uscita/regione", "", [Hidden; 8]),
];
