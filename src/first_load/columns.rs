// SPDX-License-Identifier: EUPL-1.2
//! The columns of the two tables.

/// How a cell is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Day,
    Number,
    /// `vero`, `falso`, a whole number, a day, or a text.
    Value,
    /// `vero` or `falso`.
    Truth,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub name: &'static str,
    pub kind: Kind,
    pub mandatory: bool,
    /// For the notes beside the templates.
    pub words: &'static str,
}

const fn must(name: &'static str, kind: Kind, words: &'static str) -> Column {
    Column { name, kind, mandatory: true, words }
}

const fn may(name: &'static str, kind: Kind, words: &'static str) -> Column {
    Column { name, kind, mandatory: false, words }
}

pub(super) const CASES: &[Column] = &[
    must("id", Kind::Text, "identificativo della pratica nel sistema di origine, uno per pratica"),
    must("lep", Kind::Text, "lettera del livello, per esempio E"),
    may("codice_fiscale", Kind::Text, "della persona; vuoto se il soggetto è un'impresa"),
    may("partita_iva", Kind::Text, "dell'impresa; vuota se il soggetto è una persona"),
    may("nome", Kind::Text, "nome e cognome, o ragione sociale"),
    may("regione", Kind::Text, "come in specs/catalogo/regioni.yaml, per esempio piemonte"),
    may("sede", Kind::Text, "sede che ha aperto la pratica, come nella cartella della regione"),
    must("aperta_il", Kind::Day, "giorno di apertura: gg/mm/aaaa oppure aaaa-mm-gg"),
];

pub(super) const EVENTS: &[Column] = &[
    must("id", Kind::Text, "identificativo della pratica, come nell'altra tabella"),
    must(
        "tipo",
        Kind::Text,
        "che cosa è accaduto: dato, attivita, output, outcome, sap, sospesa, ripresa, chiusa, nota…",
    ),
    must("il", Kind::Day, "giorno: gg/mm/aaaa oppure aaaa-mm-gg"),
    may("ora", Kind::Text, "ora, per esempio 09:30"),
    may("dato", Kind::Text, "per tipo dato: quale"),
    may(
        "valore",
        Kind::Value,
        "per tipo dato: vero, falso, un numero, un giorno o una parola; vuoto se non è più noto",
    ),
    may("attivita", Kind::Text, "per tipo attivita: quale"),
    may("evento", Kind::Text, "per tipo attivita: proposta, iniziata, terminata…"),
    may("modalita", Kind::Text, "per tipo attivita: come si è svolta"),
    may("output", Kind::Text, "per tipo output: quale"),
    may("evidenza", Kind::Json, "per tipo output: il modulo compilato, in JSON"),
    may("outcome", Kind::Text, "per tipo outcome: quale"),
    may("codice", Kind::Text, "per tipo sap: il codice registrato"),
    may("per", Kind::Text, "per tipo sap: la voce registrata"),
    may("modo", Kind::Text, "per tipo chiusa: conclusa o interrotta"),
    may("motivo", Kind::Text, "motivo, dove serve"),
    may("testo", Kind::Text, "per tipo nota: il testo"),
    may("giorno", Kind::Day, "per tipo convocata: il giorno dell'appuntamento"),
    may("luogo", Kind::Text, "per tipo convocata: dove"),
    may("condotta", Kind::Text, "per tipo convocata: che cosa sarebbe non venire"),
    may(
        "convocazione",
        Kind::Number,
        "per presente, assente, giustificata, sanzione: numero dell'evento della convocazione",
    ),
    may("accolta", Kind::Truth, "per tipo giustificata: vero o falso"),
    may("misura", Kind::Text, "per tipo sanzione: quale"),
    may("occasione", Kind::Number, "per tipo sanzione: quante volte è accaduto"),
    may("operatore", Kind::Text, "per tipo affidata: a chi"),
    may("sede", Kind::Text, "per tipo affidata: a quale sede"),
    may("sequenza", Kind::Number, "per tipo annullata: numero dell'evento annullato; l'apertura è 1"),
];
