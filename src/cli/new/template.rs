// SPDX-License-Identifier: EUPL-1.2
//! The words of the files to begin with. Every example names what the level really has, and holds once its `#` is gone.

use std::fmt::Write as _;

use crate::calendar::Day;
use crate::spec::catalogue::Catalogue;
use crate::spec::folder::{LevelFile, Specs};
use crate::spec::level::{LengthSpec, Level, ObligationSpec, Party, SapCodesSpec};

/// The act of a region that has not named one.
pub(super) const PLACEHOLDER: &str = "atto-da-indicare";
pub(super) const TO_NAME: &str = "ATTO DA INDICARE";

/// An act that what is written cites.
pub(super) struct Act {
    pub id: String,
    /// As a script cites it.
    pub cited: String,
}

/// `regione.yaml`.
pub(super) fn region(id: &str, name: &str, from: Day, catalogue: &Catalogue) -> String {
    let mut parameters = String::new();
    for entry in catalogue.parameters.0.iter().filter(|entry| entry.value.value.is_none()) {
        let meaning = entry.value.meaning.split_whitespace().collect::<Vec<_>>().join(" ");
        let (id, unit) = (&entry.name.value, entry.value.unit.0.plural());
        _ = writeln!(parameters, "# {id}, in {unit}: {meaning}");
        _ = writeln!(parameters, "# parametri:");
        _ = writeln!(
            parameters,
            "#   {id}: {{ valore: 30, norma: {{ norma: {PLACEHOLDER}, partizione: \"art. 1\" }} }}"
        );
    }
    if parameters.is_empty() {
        parameters.push_str("# (oggi la legge non ne lascia nessuno)\n");
    }
    format!(
        "\
# yaml-language-server: $schema=../../schema/regione.schema.json
# {name}: ciò che vale per tutta la regione. Le variazioni dei livelli stanno accanto, un file per livello e per atto.
# Le righe che cominciano con `#` non contano. Gli esempi valgono appena si toglie il `#` con lo spazio che lo segue.
regione: {id}

# Gli atti della regione: ogni variazione ne cita uno, con il suo articolo. Metti qui il primo al posto di questo.
norme:
  {PLACEHOLDER}:
    titolo: \"{TO_NAME}: per esempio Deliberazione della Giunta regionale 1 gennaio 2025, n. 1\"
    breve: {TO_NAME}
    urn: urn:nir:regione.{id}:deliberazione:{from};1
    risolvibile: 'no'
    vigente: {{ dal: {from} }}

# I numeri che la legge lascia alla regione: finché non li fissi, i termini che ne dipendono restano non noti.
{parameters}
# I dati che solo questa regione chiede, da usare nelle condizioni.
# dati:
#   iscritto_garanzia:
#     tipo: booleano
#     significato: la persona è iscritta al programma regionale
#     domanda: \"È iscritto al programma regionale?\"
#     fornisce: persona
#     finalita: stabilire se spettano i servizi del programma
#     conservazione: da-definire

# Le feste di tutta la regione, e le sedi con le loro chiusure. Danno più tempo a chi è servito, mai al centro.
# festivita:
#   festa-della-regione: {{ nome: Festa della regione, giorno: '03-19' }}
# sedi:
#   cpi-capoluogo:
#     nome: Centro per l'impiego del capoluogo
#     comune: Capoluogo
#     festivita:
#       patrono: {{ nome: Santo patrono, giorno: '06-24' }}
"
    )
}

/// What an example may name of the level.
struct Names<'a> {
    level: &'a Level,
    norm: String,
}

impl Names<'_> {
    fn offered(&self) -> Option<&str> {
        let activities = &self.level.activities.0;
        let is_offered = |entry: &&crate::spec::decode::Entry<_, crate::spec::level::ActivitySpec>| {
            entry.value.procedure.as_ref().and_then(|p| p.obligation.as_ref()) == Some(&ObligationSpec::Offered)
        };
        activities.iter().find(is_offered).map(|entry| entry.name.value.0.as_str())
    }

    fn activity(&self) -> Option<&str> {
        self.level.activities.names().next()
    }

    /// A term of the office that can be shorter, and how short.
    fn term(&self) -> Option<(&str, String)> {
        self.level.terms.0.iter().filter(|entry| entry.value.who == Party::Office).find_map(|entry| {
            let shorter = match entry.value.within.as_ref()? {
                LengthSpec::Given(length) if length.value.count > 1 => {
                    let count = length.value.count.div_ceil(2);
                    format!(
                        "{count} {}",
                        if count == 1 { length.value.unit.singular() } else { length.value.unit.plural() }
                    )
                }
                LengthSpec::Given(_) => return None,
                LengthSpec::Parameter(_) => "10 giorni".to_owned(),
            };
            Some((entry.name.value.0.as_str(), shorter))
        })
    }

    /// An activity without a code, and a code of the level.
    fn code(&self, specs: &Specs) -> Option<(&str, String)> {
        let code = match self.level.sap.as_ref()? {
            SapCodesSpec::Codes(codes) => codes.first()?.value.0.clone(),
            SapCodesSpec::ToBeDefined(_) => specs.catalogue.sap.as_ref()?.codes.names().next()?.to_owned(),
        };
        let bare =
            self.level.activities.0.iter().find(|e| e.value.procedure.as_ref().is_none_or(|p| p.sap.is_none()))?;
        Some((bare.name.value.0.as_str(), code))
    }

    fn examples(&self, specs: &Specs) -> String {
        let norm = &self.norm;
        let mut out = String::new();
        let mut say = |words: &str, example: Option<String>| {
            _ = writeln!(out, "\n  # {words}");
            match example {
                Some(example) => _ = writeln!(out, "  # {example}"),
                None => _ = writeln!(out, "  # (in questo livello non c'è ancora che cosa cambiare così)"),
            }
        };
        say(
            "Rende dovuta una voce che il livello soltanto offre: sempre, o quando vale una condizione sui dati.",
            self.offered().map(|id| {
                format!("- rendi_dovuta: {{ attivita: {id}, se: \"eta < 30\", norma: {norm}, perche: \"…\" }}")
            }),
        );
        say(
            "Abbrevia un termine che obbliga il centro.",
            self.term().map(|(id, within)| format!("- abbrevia: {{ termine: {id}, entro: {within}, norma: {norm} }}")),
        );
        say(
            "Aggiunge un termine a carico del centro.",
            self.activity().map(|id| {
                format!("- aggiungi_termine: {{ id: termine-regionale, che: {id}, entro: 20 giorni, da: apertura, norma: {norm} }}")
            }),
        );
        say(
            "Aggiunge un'attività, con le parole dell'atto.",
            Some(format!(
                "- aggiungi_attivita: {{ id: attivita-regionale, testo: che cosa si fa, procedura: {{ obbligo: offerta }}, norma: {norm} }}"
            )),
        );
        say(
            "Aggiunge un output, con l'attività da cui nasce e la prova che lo dimostra.",
            Some(format!(
                "- aggiungi_output: {{ id: output-regionale, testo: che cosa si consegna, procedura: {{ da: [{}], obbligo: offerta, \
                 evidenza: {{ in_data: {{ tipo: data, obbligatorio: true, domanda: \"In che giorno?\" }} }} }}, norma: {norm} }}",
                self.activity().unwrap_or("attivita-regionale")
            )),
        );
        say(
            "Aggiunge un outcome: che cosa cambia per chi è servito.",
            Some(format!("- aggiungi_outcome: {{ id: outcome-regionale, testo: che cosa cambia, norma: {norm} }}")),
        );
        say(
            "Chiede di più nella prova di un output: un campo nuovo, oppure uno del livello reso più forte.",
            self.level.outputs.names().next().map(|id| {
                format!(
                    "- rafforza_evidenza: {{ output: {id}, campi: {{ nota_regionale: {{ tipo: testo, minimo: 1, domanda: \"Che cosa si annota?\" }} }}, norma: {norm} }}"
                )
            }),
        );
        say(
            "Dice quale codice SAP porta una voce, dove il decreto non lo dice.",
            self.code(specs)
                .map(|(id, code)| format!("- precisa_sap: {{ attivita: {id}, codice: {code}, norma: {norm} }}")),
        );
        let voices = self.activity().map(|id| format!(", voci: {{ {id}: \"…\" }}")).unwrap_or_default();
        say(
            "Mette un'altra lingua accanto all'italiano: de, fr, lld, sl.",
            Some(format!("- traduci: {{ lingua: de, titolo: \"…\"{voices}, norma: {norm} }}")),
        );
        out
    }
}

/// `<letter>-<title>.yaml`: an empty list with an example for each verb.
pub(super) fn variation(
    id: &str,
    name: &str,
    level: &LevelFile,
    from: Day,
    act: &Act,
    script: Option<&str>,
    specs: &Specs,
) -> String {
    let (letter, title) = (&level.level.letter.value, &level.level.title);
    let norm = format!("{{ norma: {}, partizione: \"art. 1\" }}", act.id);
    let examples = Names { level: &level.level, norm: norm.clone() }.examples(specs);
    let first = match script {
        Some(script) => format!(
            "variazioni:\n  # Lo script decide secondo i dati di ogni pratica; può dire soltanto verbi che migliorano.\n  \
             - script: {{ file: {script}, norma: {norm} }}\n"
        ),
        None => "# Ancora nessuna variazione. Quando togli il `#` al primo verbo, togli anche `[]` qui sotto.\nvariazioni: []\n".to_owned(),
    };
    let calls = if script.is_some() {
        String::new()
    } else {
        "\n  # Chiama uno script, per ciò che dipende dai dati di ogni pratica: lo scrive `lepre new variation … --script`.\n".to_owned()
    };
    format!(
        "\
# yaml-language-server: $schema=../../schema/variazione.schema.json
# LEP {letter} ({title}) in {name}: che cosa la regione aggiunge, per quale atto, da quando.
# Una variazione aggiunge e non toglie: nessun verbo allunga, indebolisce o cancella. `lepre check` lo controlla.
# Gli esempi qui sotto nominano voci vere del livello: valgono appena si toglie il `#` con lo spazio che lo segue.
# Ogni verbo porta la sua norma: un atto di `regione.yaml`, o di `specs/catalogo/norme.yaml`.
lep: {letter}
regione: {id}
vigente: {{ dal: {from} }}

{first}{examples}{calls}"
    )
}

/// `….prove.yaml`: no story yet, with one to imitate.
pub(super) fn scenarios(name: &str, level: &LevelFile, act: &Act) -> String {
    let (letter, title) = (&level.level.letter.value, &level.level.title);
    let offered = level.level.activities.names().next().unwrap_or("nome-di-una-voce");
    format!(
        "\
# yaml-language-server: $schema=../../schema/prove.schema.json
# Le storie che in {name} devono finire come è scritto, per il LEP {letter} ({title}).
# Si provano con `lepre test`; le chiavi sono spiegate in `specs/README.md`. Un esempio, da mettere al posto di `[]`:
#
# - prova: Chi ha meno di trent'anni ha diritto anche a questo
#   perche: {{ norma: {}, partizione: \"art. 1\" }}
#   dati: {{ eta: 24 }}
#   eventi:
#     - {{ il: 2026-03-02, apri: pratica }}
#   al: 2026-03-03
#   allora:
#     dovuto_anche: [{{ attivita: {offered} }}]
[]
",
        act.id
    )
}

/// A script that says nothing yet.
pub(super) fn script(name: &str, level: &LevelFile, act: &Act) -> String {
    let (letter, title) = (&level.level.letter.value, &level.level.title);
    let names = Names { level: &level.level, norm: String::new() };
    let item = names.offered().or(names.activity()).unwrap_or("nome-di-una-voce");
    let cited = &act.cited;
    let short = names.term().map_or_else(String::new, |(term, within)| {
        let count = within.split(' ').next().unwrap_or_default();
        format!("\n    //     abbrevia(\"{term}\", {count}, \"{cited}, art. 1\");")
    });
    format!(
        "\
// SPDX-License-Identifier: EUPL-1.2
// LEP {letter} ({title}) in {name}: ciò che dipende dai dati di ogni pratica.
//
// Le parole dello script sono tre verbi che migliorano, ciascuno con la sua norma:
//   rendi_dovuta(\"voce\", \"norma\")
//   abbrevia(\"termine\", numero, \"norma\")                    un termine a carico del centro, nella sua unità
//   rafforza_evidenza(\"output\", \"campo\", \"norma\")           il campo va compilato; con un numero prima della norma, almeno tanto
// `dati.nome` legge un dato: se non è noto, lo script si ferma e lepre lo chiede. Uno script che sbaglia non toglie niente.
fn varia(dati) {{
    // Togli le barre alle righe che seguono, e correggile.
    // if dati.eta < 30 {{
    //     rendi_dovuta(\"{item}\", \"{cited}, art. 1\");{short}
    // }}
}}
"
    )
}
