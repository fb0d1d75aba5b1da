// SPDX-License-Identifier: EUPL-1.2
//! A small law of our own that uses every word of the language, also those that no national level needs. It is not law.

use std::fs;

use tempfile::TempDir;

use crate::reference::Law;

/// The folder with the fixture, laid out like `specs/`, and the law read from it.
pub fn fixture() -> (TempDir, Law) {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join("nazionale")).unwrap();
    fs::create_dir_all(dir.path().join("catalogo")).unwrap();
    for (name, text) in FILES {
        fs::write(dir.path().join(name), text).unwrap();
    }
    let law = Law::read(dir.path());
    (dir, law)
}

pub const FILES: [(&str, &str); 9] = [
    ("nazionale/m-ogni-parola.yaml", EVERY_WORD),
    ("nazionale/r-imprese.yaml", COMPANIES),
    ("nazionale/h-senza-output.yaml", NO_OUTPUT),
    ("nazionale/o-solo-titolo.yaml", TITLE_ONLY),
    ("catalogo/norme.yaml", NORMS),
    ("catalogo/sap.yaml", SAP),
    ("catalogo/dati.yaml", FACTS),
    ("catalogo/festivita.yaml", HOLIDAYS),
    ("catalogo/parametri.yaml", PARAMETERS),
];

const EVERY_WORD: &str = r#"
lep: M
titolo: Livello di prova con ogni parola
destinatario: persona
fonte: { atto: dm-4-2018, allegato: B, testo: sintesi, lettera: memoria }
vigente: { dal: 2018-01-11 }
riferimenti_normativi: [{ norma: dm-4-2018 }]
descrizione: livello inventato, per provare il motore
accesso:
  richiede: [{ lep: R, output: incontro }, { lep: R, attivita: contatto }]
  se: "eta >= 16"
  oppure: 'urgente && zona in ["nord", "sud"]'
  motivo: inventato
attivita:
  accoglienza:
    testo: accogliere la persona
    procedura: { obbligo: dovuta, modalita: [individuale, gruppo], sap: A05, motivo: inventato }
  ciclo:
    testo: tre incontri
    procedura: { volte: 3, dopo: [accoglienza], sap: { codice: [B02, B03], se: "reddito < 1000.50", chi: cpi }, motivo: inventato }
  verifica:
    testo: verificare
    procedura: { obbligo: { se: "eta < 30 || (percettore && !urgente)" }, dopo: [accoglienza], motivo: inventato }
  facoltativa:
    testo: consulenza
    procedura: { obbligo: offerta, modalita: [a-distanza], motivo: inventato }
  seguito:
    testo: seguire
    procedura: { obbligo: { se: 'zona == "nord" || zona == "centro"' }, dopo: [progetto], sap: X01, motivo: inventato }
  riserva:
    testo: tenere in riserva
    procedura: { dopo: [verifica], motivo: inventato }
output:
  progetto:
    testo: progetto scritto
    procedura:
      da: [accoglienza, ciclo]
      evidenza:
        titolo: { tipo: testo, minimo: 3, massimo: 12, domanda: "Titolo?" }
        codice: { tipo: testo, modello: "[A-Z]{2}[0-9]{4}", obbligatorio: true, domanda: "Codice?" }
        passi: { tipo: elenco, di: testo, minimo: 1, massimo: 3, domanda: "Passi?" }
        giorni: { tipo: elenco, di: data, domanda: "Giorni?" }
        misure: { tipo: elenco, di: scelta, scelte: [corso, tirocinio], minimo: 1, obbligatorio: false, domanda: "Misure?" }
        ore: { tipo: intero, minimo: 1, massimo: 40, domanda: "Ore?" }
        indice: { tipo: decimale, minimo: 0.25, massimo: 1, domanda: "Indice?" }
        firmato: { tipo: booleano, obbligatorio: true, domanda: "Firmato?" }
        quando: { tipo: data, domanda: "Quando?" }
        modo: { tipo: scelta, scelte: [carta, digitale], domanda: "Modo?" }
      motivo: inventato
  relazione:
    testo: relazione finale
    procedura: { obbligo: { se: "percettore" }, da: [riserva], dopo: [progetto], sap: A03, motivo: inventato }
  attestato:
    testo: attestato
    procedura: { obbligo: offerta, da: [verifica], motivo: inventato }
outcome:
  riuscito: { testo: persona soddisfatta }
  passato-oltre: { testo: persona inviata altrove, procedura: { dopo: [progetto], motivo: inventato } }
codice_sap: [A03, A05, B02, B03, X01]
termini:
  dieci-lavorativi: { che: accoglienza, entro: 10 giorni lavorativi, da: apertura, chi: cpi, norma: { norma: dm-4-2018 } }
  due-mesi: { che: progetto, entro: 2 mesi, da: apertura, fine_mese: ultimo-giorno, chi: cpi, norma: { norma: dm-4-2018 } }
  quattro-mesi-fermi:
    { che: progetto, entro: 4 mesi, da: { dato: data_domanda }, fine_mese: ultimo-giorno, proroga: nessuna, chi: persona, norma: { norma: dm-4-2018 } }
  trenta-fermi: { che: verifica, entro: 30 giorni, da: accoglienza, se: "eta < 30", proroga: nessuna, chi: persona, norma: { norma: dm-4-2018 } }
  entro-ore: { che: { attivita: ciclo, evento: iniziata }, entro: 240 ore, da: accoglienza, chi: cpi, norma: { norma: dm-4-2018 } }
  dopo-ore: { che: ciclo, almeno: 7 ore, da: { attivita: ciclo, evento: iniziata }, chi: cpi, norma: { norma: dm-4-2018 } }
  dopo-giorni: { che: relazione, almeno: 5 giorni, da: progetto, chi: cpi, norma: { norma: dm-4-2018 } }
  dopo-lavorativi: { che: attestato, almeno: 3 giorni lavorativi, da: verifica, chi: impresa, norma: { norma: dm-4-2018 } }
  fine: { che: chiusura, entro: 6 mesi, da: apertura, fine_mese: ultimo-giorno, chi: cpi, norma: { norma: dm-4-2018 } }
  dopo-domanda: { che: accoglienza, entro: 75 giorni, da: { dato: data_domanda }, se: 'data_domanda >= "2019-01-01"', chi: persona, norma: { norma: dm-4-2018 } }
  regionale: { che: seguito, entro: { parametro: giorni-ignoti }, da: progetto, chi: cpi, norma: { norma: dm-4-2018 } }
  regionale-noto: { che: progetto, entro: { parametro: giorni-noti }, da: accoglienza, chi: cpi, norma: { norma: dm-4-2018 } }
dati:
  reddito: { tipo: decimale, minimo: 0, significato: reddito, domanda: "Reddito?", fornisce: persona, finalita: prova, conservazione: da-definire }
  zona:
    { tipo: scelta, scelte: [nord, centro, sud], significato: zona, domanda: "Zona?", fornisce: persona, finalita: prova, conservazione: da-definire }
"#;

const COMPANIES: &str = r#"
lep: R
titolo: Livello di prova per le imprese
destinatario: impresa
fonte: { atto: dm-4-2018, allegato: B, testo: sintesi, lettera: memoria }
vigente: { dal: 2018-01-11 }
riferimenti_normativi: [{ norma: dm-4-2018 }]
descrizione: livello inventato, per provare il motore
attivita:
  contatto: { testo: contattare, procedura: { obbligo: dovuta, motivo: inventato } }
  visita: { testo: visitare, procedura: { dopo: [contatto], motivo: inventato } }
output:
  incontro: { testo: incontro, procedura: { da: [visita], motivo: inventato } }
outcome:
  soddisfatta: { testo: impresa soddisfatta }
codice_sap: da-definire
termini:
  dieci-giorni: { che: contatto, entro: 10 giorni, da: apertura, chi: impresa, norma: { norma: dm-4-2018 } }
  uscita: { che: chiusura, almeno: 7 giorni, da: contatto, chi: cpi, norma: { norma: dm-4-2018 } }
"#;

const NO_OUTPUT: &str = r#"
lep: H
titolo: Livello di prova senza output
destinatario: persona
fonte: { atto: dm-4-2018, allegato: B, testo: sintesi, lettera: memoria, mancante: [descrizione, output, outcome, codice_sap] }
vigente: { dal: 2018-01-11 }
riferimenti_normativi: [{ norma: dm-4-2018 }]
attivita:
  domanda: { testo: raccogliere la domanda, procedura: { obbligo: dovuta, motivo: inventato } }
  riesame: { testo: riesaminare, procedura: { obbligo: { se: urgente }, dopo: [domanda], motivo: inventato } }
"#;

const TITLE_ONLY: &str = r#"
lep: O
titolo: Livello di prova di cui si conosce il titolo
destinatario: persona
fonte:
  { atto: dm-4-2018, allegato: B, testo: solo-titolo, lettera: memoria, mancante: [riferimenti_normativi, descrizione, attivita, output, outcome, codice_sap] }
vigente: { dal: 2018-01-11 }
"#;

const NORMS: &str = r#"
dm-4-2018: { titolo: D.M. 11 gennaio 2018 n. 4, urn: "urn:nir:ministero.lavoro:decreto:2018-01-11;4", risolvibile: "no", vigente: { dal: 2018-01-11 } }
"#;

const SAP: &str = r#"
codici:
  A01: { etichetta: uno, stato: verificato, fonte: prova }
  A03: { etichetta: due, stato: verificato, fonte: prova }
  A05: { etichetta: tre, stato: verificato, fonte: prova }
  A06: { etichetta: quattro, stato: verificato, fonte: prova }
  B02: { etichetta: cinque, stato: verificato, fonte: prova }
  B03: { etichetta: sei, stato: verificato, fonte: prova }
  X01: { etichetta: sette, stato: verificato, vigente: { dal: 2020-01-01, al: 2024-12-31 }, fonte: prova }
eventi: {}
"#;

const FACTS: &str = r#"
eta: { tipo: intero, minimo: 0, massimo: 120, significato: età, domanda: "Età?", fornisce: persona, finalita: prova, conservazione: da-definire }
percettore: { tipo: booleano, significato: percettore, domanda: "Percettore?", fornisce: persona, finalita: prova, conservazione: da-definire }
urgente: { tipo: booleano, significato: urgente, domanda: "Urgente?", fornisce: persona, finalita: prova, conservazione: da-definire }
data_domanda: { tipo: data, significato: domanda, domanda: "Quando?", fornisce: persona, finalita: prova, conservazione: da-definire }
"#;

const HOLIDAYS: &str = r#"
giorni_lavorativi: [lunedi, martedi, mercoledi, giovedi, venerdi]
festivi_settimanali: [domenica]
festivita:
  capodanno: { nome: Capodanno, giorno: "01-01" }
  epifania: { nome: Epifania, giorno: "01-06" }
  lunedi-angelo: { nome: Lunedì dell'Angelo, giorno: { pasqua: 1 } }
  liberazione: { nome: Liberazione, giorno: "04-25" }
  lavoro: { nome: Festa del lavoro, giorno: "05-01" }
  repubblica: { nome: Festa della Repubblica, giorno: "06-02" }
  assunzione: { nome: Ferragosto, giorno: "08-15" }
  san-francesco: { nome: San Francesco, giorno: "10-04", vigente: { dal: 2026-01-01 }, motivo: prova }
  ognissanti: { nome: Ognissanti, giorno: "11-01" }
  immacolata: { nome: Immacolata, giorno: "12-08" }
  natale: { nome: Natale, giorno: "12-25" }
  santo-stefano: { nome: Santo Stefano, giorno: "12-26" }
valido: { dal: 2000-01-01, al: 2099-12-31 }
"#;

const PARAMETERS: &str = r#"
giorni-ignoti: { significato: giorni, unita: giorni, norma: { norma: dm-4-2018 }, fornisce: regione }
giorni-noti: { significato: giorni, unita: giorni lavorativi, norma: { norma: dm-4-2018 }, fornisce: regione, valore: 45 }
"#;
