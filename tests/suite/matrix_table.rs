// SPDX-License-Identifier: EUPL-1.2
//! What each role may reach: written by hand, from the roles of the glossary, and never made from the program.

/// What an answer says about admission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Let in, whatever then comes of it; where something right is sent, it is also written.
    Yes,
    /// Let in, and told that nothing of what was asked for is theirs: nothing is written.
    Nothing,
    /// Known, and not for them.
    No,
    /// As if it did not exist.
    Hidden,
    /// Who are you?
    SignIn,
}

use Cell::{Hidden, No, Nothing, SignIn, Yes};

/// In the order of the columns: nobody, op, altrove, resp, respaltrove, amm, verifica, ispettore.
type Cells = [Cell; 8];

const ALL: Cells = [Yes; 8];
const SIGNED_IN: Cells = [SignIn, Yes, Yes, Yes, Yes, Yes, Yes, Yes];
const DESK: Cells = [SignIn, Yes, Yes, Yes, Yes, No, No, No];
const LEAD: Cells = [SignIn, No, No, Yes, Yes, No, No, No];
const OVERSEERS: Cells = [SignIn, No, No, Yes, Yes, Yes, Yes, Yes];
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
/// A verification that is nobody's.
const NO_VERIFICATION: Cells = [SignIn, No, No, No, No, No, Hidden, Hidden];
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
    ("GET", "/pratiche/{id}/patto/pdf", "patto", CASE_DESK),
    ("GET", "/pratiche/{id}/pdf", "pratica", CASE),
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
    ("GET", "/impatto", "", SPECS),
    ("POST", "/impatto", "", SPECS),
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
    // How well the levels are delivered, for whoever answers for it.
    ("GET", "/indicatori", "", OVERSEERS),
    ("GET", "/indicatori.csv", "", OVERSEERS),
    ("GET", "/indicatori.xlsx", "", OVERSEERS),
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
    ("GET", "/api/v1/pratiche/{id}/pdf", "pratica", CASE),
    ("GET", "/api/v1/pratiche/{id}/patto/pdf", "patto", CASE_DESK),
    ("POST", "/api/v1/pratiche/{id}/comandi", "pratica", CASE_DESK),
    ("GET", "/api/v1/rilievi", "", READERS),
    ("GET", "/api/v1/pratiche/{id}/dossier", "pratica", CASE_DESK),
    // No key is set here: whoever may have a seal is told that there is none.
    ("GET", "/api/v1/sigillo", "", [SignIn, No, No, No, No, No, Hidden, No]),
    ("GET", "/api/v1/sigillo/chiave", "", NOBODYS),
    ("POST", "/api/v1/verifiche", "", AUDITOR),
    ("GET", "/api/v1/verifiche", "", AUDITOR),
    ("GET", "/api/v1/verifiche/{id}", "pratica", NO_VERIFICATION),
    ("GET", "/api/v1/verifiche/{id}/esiti", "pratica", NO_VERIFICATION),
    ("POST", "/api/v1/verifiche/{id}/annulla", "pratica", NO_VERIFICATION),
    ("POST", "/api/v1/verifiche/{id}/riprendi", "pratica", NO_VERIFICATION),
    ("GET", "/api/v1/indicatori", "", OVERSEERS),
    // The region's gateway, which is not configured here.
    ("GET", "/accesso/regione", "", [Hidden; 8]),
    ("GET", "/accesso/regione/ritorno", "", [Hidden; 8]),
    ("GET", "/uscita/regione", "", [Hidden; 8]),
];

/// How a case of Torino stands before it is written on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Opened,
    /// Its activities are done.
    Worked,
    /// Its outputs are delivered too.
    Delivered,
    /// And its outcome is reached.
    Reached,
    Suspended,
    Closed,
    /// Its last event is a note.
    Noted,
    /// Its last event is a convocation for a day that has come.
    Called,
    /// That nobody has heeded.
    Missed,
}

use Standing::{Called, Closed, Delivered, Missed, Noted, Opened, Reached, Suspended, Worked};

/// Each act of `fai/{atto}`: its word, how the case must stand, what it is about (`#`: the last event there that can be
/// named), what else must be filled in, who may. The days are those of the matrix.
pub type ActRow = (&'static str, Standing, &'static str, &'static [(&'static str, &'static str)], Cells);

pub const ACTS: &[ActRow] = &[
    ("attivita", Opened, "colloquio", &[("evento", "terminata")], CASE_DESK),
    ("output", Worked, "bilancio", &[("ev-competenze", "saldatura")], CASE_DESK),
    ("outcome", Delivered, "obiettivo-definito", &[], CASE_DESK),
    ("sap", Worked, "colloquio", &[("codice", "A06")], CASE_DESK),
    ("dato", Opened, "patto_gia_sottoscritto", &[("valore", "true")], CASE_DESK),
    ("ritira", Opened, "patto_gia_sottoscritto", &[], CASE_DESK),
    ("sospendi", Opened, "", &[("motivo", "malattia")], CASE_DESK),
    ("riprendi", Suspended, "", &[], CASE_DESK),
    ("concludi", Reached, "", &[], CASE_DESK),
    ("interrompi", Opened, "", &[("motivo", "trasferimento")], CASE_DESK),
    ("riapri", Closed, "", &[("motivo", "chiusa per errore")], CASE_DESK),
    ("annulla", Noted, "#", &[("motivo", "scritta per errore")], CASE_DESK),
    ("nota", Opened, "", &[("testo", "ha telefonato")], CASE_DESK),
    ("convoca", Opened, "", &[("giorno", "2026-11-30"), ("luogo", "stanza 4")], CASE_DESK),
    ("presente", Called, "#", &[], CASE_DESK),
    ("assente", Called, "#", &[], CASE_DESK),
    ("giustifica", Missed, "#", &[("accolta", "true"), ("motivo", "sciopero")], CASE_DESK),
    ("sanziona", Missed, "#", &[], CASE_DESK),
    ("affida", Opened, "", &[("operatore", "collega")], CASE_DESK),
];

/// The other writes, each sent as it should be.
pub const WRITES: &[(&str, &str, Cells)] = &[
    ("POST", "/pratiche/nuova", DESK),
    ("POST", "/soggetti/{id}/nome", CASE_DESK),
    // A lead of another office is told, case by case, that it is not theirs.
    ("POST", "/sede/affida", [SignIn, No, No, Yes, Nothing, No, No, No]),
    ("POST", "/scadenzario/indirizzo", LEAD),
    ("POST", "/account/nuovo", ADMIN),
    ("POST", "/account/{id}", ACCOUNT),
    ("POST", "/account/{id}/disabilita", ACCOUNT),
    ("POST", "/profilo/token", SIGNED_IN),
    ("POST", "/api/v1/pratiche", DESK),
    ("POST", "/api/v1/pratiche/{id}/comandi", CASE_DESK),
];
