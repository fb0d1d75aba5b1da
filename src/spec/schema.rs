// SPDX-License-Identifier: EUPL-1.2
//! The JSON Schema of every kind of file, for editors: what may be written, and what each entry means.
//!
//! Built from the declarations that also read the files, so that an editor accepts what we accept. Says nothing of what
//! only a check can know: whether a name is there, a day exists, a sentence is the decree's.

use serde_json::{Map, Value as Json, json};

use super::catalogue::{ActSpec, FactSpec, HolidayTable, LevelRow, ParameterSpec, RegionSpec, SanctionSpec, SapTable};
use super::decode::{Decode, Definitions, Entries, FactName, Id, Letter};
use super::level::Level;
use super::overlay::{Overlay, Region};
use super::scenario::Scenario;

/// The schemas, each with the name of its file in `specs/schema`.
pub fn schemas() -> Vec<(&'static str, Json)> {
    vec![
        ("livello.schema.json", schema::<Level>("livello", "Livello essenziale", LEVEL)),
        ("prove.schema.json", schema::<Vec<Scenario>>("prove", "Prove di un livello", SCENARIOS)),
        ("norme.schema.json", schema::<Entries<Id, ActSpec>>("norme", "Tabella delle norme", ACTS)),
        ("sap.schema.json", schema::<SapTable>("sap", "Tabella dei codici e degli eventi SAP", SAP)),
        ("dati.schema.json", schema::<Entries<FactName, FactSpec>>("dati", "Tabella dei dati", FACTS)),
        ("festivita.schema.json", schema::<HolidayTable>("festivita", "Tabella delle festività", HOLIDAYS)),
        ("livelli.schema.json", schema::<Entries<Letter, LevelRow>>("livelli", "Tabella dei livelli", LEVELS)),
        ("regioni.schema.json", schema::<Entries<Id, RegionSpec>>("regioni", "Tabella delle amministrazioni", REGIONS)),
        ("variazione.schema.json", schema::<Overlay>("variazione", "Variazione di un livello", OVERLAY)),
        ("regione.schema.json", schema::<Region>("regione", "Una regione", REGION)),
        ("parametri.schema.json", schema::<Entries<Id, ParameterSpec>>("parametri", "Tabella dei parametri", NUMBERS)),
        ("sanzioni.schema.json", schema::<Entries<Id, SanctionSpec>>("sanzioni", "Tabella delle sanzioni", SANCTIONS)),
    ]
}

const LEVEL: &str =
    "un livello essenziale delle prestazioni: `testo` è la lettera del decreto, `procedura` la nostra lettura";
const SCENARIOS: &str = "storie che devono finire come è scritto: stanno accanto al livello, nel file `.prove.yaml`";
const ACTS: &str = "gli atti che le specifiche possono citare, ciascuno con il suo nome";
const SAP: &str = "i codici della scheda anagrafico-professionale e gli eventi di una politica attiva";
const FACTS: &str = "i dati che le condizioni e i termini possono chiedere, ciascuno con il suo nome";
const HOLIDAYS: &str = "i giorni festivi e i giorni lavorativi con cui si contano i termini";
const LEVELS: &str = "i livelli del decreto, ciascuno con la sua lettera";
const REGIONS: &str = "le amministrazioni competenti, ciascuna con il suo nome";
const SANCTIONS: &str =
    "che cosa segue a un'assenza senza un giustificato motivo: per ogni condotta, le misure in ordine";
const OVERLAY: &str = "ciò che una regione aggiunge a un livello, o ciò che lo Stato vi cambia, da un giorno in poi";
const REGION: &str = "ciò che vale per tutta la regione: i suoi atti, i suoi dati, i numeri che fissa, le sue sedi";
const NUMBERS: &str = "i numeri che la legge lascia a chi amministra, ciascuno con il suo nome";

fn schema<T: Decode>(name: &str, title: &str, description: &str) -> Json {
    let mut definitions = Definitions::new();
    let mut body = T::schema(&mut definitions);
    // Editors explain the top of a file better when it is not behind a reference.
    let definition = body.get("$ref").and_then(Json::as_str).and_then(|at| at.strip_prefix("#/$defs/"));
    if let Some(top) = definition.and_then(|name| definitions.shift_remove(name)) {
        body = top;
    }
    let mut schema = Map::new();
    schema.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
    schema.insert("$id".into(), format!("urn:lepre:schema:{name}").into());
    schema.insert("title".into(), title.into());
    if let Json::Object(body) = body {
        schema.extend(body);
    }
    schema.insert("description".into(), description.into());
    if !definitions.is_empty() {
        schema.insert("$defs".into(), json!(definitions));
    }
    Json::Object(schema)
}
