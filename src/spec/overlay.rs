// SPDX-License-Identifier: EUPL-1.2
//! What is laid over a level as written: a region's improvements, or a dated amendment of the decree.
//!
//! The verbs are a closed list. None of a region's takes anything away; only the legislator may replace.

use serde_json::{Value as Json, json};

use crate::calendar::{Day, Length};
use crate::diagnostic::Place;
use crate::names::closest;
use crate::spec::catalogue::{ActSpec, FactSpec, HolidaySpec};
use crate::spec::decode::{
    Decode, Definitions, Entries, FactName, Faults, Fields, Id, Letter, OneOrMany, SapCode, Spanned, choice, described,
    object, record, shown,
};
use crate::spec::level::{
    AccessSpec, ActivityProcedure, ActivitySpec, CitationSpec, FieldType, LengthSpec, MonthEndRule, OutcomeProcedure,
    OutcomeSpec, OutputProcedure, OutputSpec, Party, Roll, StartSpec, TargetSpec, TermSpec, ValiditySpec,
};
use crate::spec::source::{Node, NodeValue};
use crate::value::Decimal;

record! {
    /// The variations of one level by one region, from one act or several, in one period.
    Overlay, "variazione";
    required letter: Spanned<Letter> = "lep", "la lettera del livello che si varia";
    optional region: Spanned<Id> = "regione", "la regione che lo varia: il nome della cartella; solo per le variazioni regionali";
    optional act: CitationSpec = "modificato_da", "l'atto dello Stato che modifica il decreto; solo per le modifiche nazionali";
    required validity: ValiditySpec = "vigente", "da quando vale, e se serve fino a quando";
    required verbs: Vec<Spanned<Verb>> = "variazioni", "che cosa cambia: un elenco, un verbo per riga";
    optional note: String = "nota", "avvertenze per chi legge";
}

record! {
    AddActivity, "aggiunta di un'attività";
    required id: Spanned<Id> = "id", "il nome della nuova attività";
    required text: Spanned<String> = "testo", "che cosa si fa, con le parole dell'atto";
    default includes: Entries<Id, Spanned<String>> = "comprende", "le sue parti, ciascuna con il suo nome";
    optional procedure: ActivityProcedure = "procedura", "come si esegue";
    required norm: CitationSpec = "norma", "l'atto e l'articolo che la aggiungono";
    optional reason: String = "perche", "perché";
}

record! {
    AddOutput, "aggiunta di un output";
    required id: Spanned<Id> = "id", "il nome del nuovo output";
    required text: Spanned<String> = "testo", "che cosa si consegna, con le parole dell'atto";
    optional procedure: OutputProcedure = "procedura", "come si esegue";
    required norm: CitationSpec = "norma", "l'atto e l'articolo che lo aggiungono";
    optional reason: String = "perche", "perché";
}

record! {
    AddOutcome, "aggiunta di un outcome";
    required id: Spanned<Id> = "id", "il nome del nuovo outcome";
    required text: Spanned<String> = "testo", "che cosa cambia per la persona o l'impresa";
    optional procedure: OutcomeProcedure = "procedura", "come si rileva";
    required norm: CitationSpec = "norma", "l'atto e l'articolo che lo aggiungono";
    optional reason: String = "perche", "perché";
}

record! {
    AddTerm, "aggiunta di un termine";
    required id: Spanned<Id> = "id", "il nome del nuovo termine";
    required what: TargetSpec = "che", "che cosa si aspetta: una voce del livello, `{ attivita: …, evento: iniziata }`, oppure `chiusura`";
    required within: Spanned<Length> = "entro", "quanto dura: per esempio `20 giorni`";
    required from: StartSpec = "da", "da che cosa si conta: `apertura`, una voce del livello, `{ dato: … }`";
    optional when: Spanned<String> = "se", "condizione sui dati";
    optional who: Spanned<Party> = "chi", "`cpi` (se manca): una regione obbliga solo il centro";
    optional roll: Roll = "proroga", "`giorno-lavorativo` (se manca) oppure `nessuna`";
    optional month_end: MonthEndRule = "fine_mese", "per i termini in mesi: `ultimo-giorno`";
    optional effect: String = "effetto", "che cosa segue se scade";
    required norm: CitationSpec = "norma", "l'atto e l'articolo che lo aggiungono";
    optional reason: String = "perche", "perché";
}

record! {
    MakeDue, "obbligo in più";
    optional activity: Spanned<Id> = "attivita", "l'attività che diventa dovuta";
    optional output: Spanned<Id> = "output", "l'output che diventa dovuto";
    optional outcome: Spanned<Id> = "outcome", "l'outcome che diventa dovuto";
    optional when: Spanned<String> = "se", "la condizione sui dati; se manca, è dovuta sempre";
    required norm: CitationSpec = "norma", "l'atto e l'articolo che la rendono dovuta";
    optional reason: String = "perche", "perché";
}

record! {
    Shorten, "termine abbreviato";
    required term: Spanned<Id> = "termine", "il termine che si abbrevia: deve obbligare il centro";
    required within: Spanned<Length> = "entro", "la nuova durata, più breve";
    optional month_end: MonthEndRule = "fine_mese", "se la nuova durata è in mesi: `ultimo-giorno`";
    required norm: CitationSpec = "norma", "l'atto e l'articolo che lo abbreviano";
    optional reason: String = "perche", "perché";
}

record! {
    /// What is stronger in a field, or a whole new field.
    StrongerField, "campo rafforzato";
    optional kind: FieldType = "tipo", "solo per un campo nuovo: `testo`, `intero`, `decimale`, `data`, `booleano`, `scelta`, `elenco`";
    optional of: FieldType = "di", "solo per un campo nuovo: di che cosa è fatto un elenco";
    optional question: String = "domanda", "solo per un campo nuovo: che cosa si chiede all'operatore";
    optional mandatory: Spanned<bool> = "obbligatorio", "`true`: il campo va sempre compilato";
    optional minimum: Spanned<Decimal> = "minimo", "il nuovo minimo, non più basso";
    optional maximum: Spanned<Decimal> = "massimo", "il nuovo massimo, non più alto";
    optional pattern: Spanned<String> = "modello", "l'espressione regolare, dove il livello non ne ha una";
    default choices: Vec<String> = "scelte", "le scelte ammesse, tra quelle del livello";
}

record! {
    StrengthenEvidence, "evidenza rafforzata";
    required output: Spanned<Id> = "output", "l'output di cui si rafforza la prova";
    required fields: Entries<FactName, StrongerField> = "campi", "i campi che cambiano, ciascuno con ciò che chiede in più";
    required norm: CitationSpec = "norma", "l'atto e l'articolo che la rafforzano";
    optional reason: String = "perche", "perché";
}

record! {
    SettleSap, "codice precisato";
    optional activity: Spanned<Id> = "attivita", "l'attività che porta il codice";
    optional output: Spanned<Id> = "output", "l'output che porta il codice";
    required codes: OneOrMany<Spanned<SapCode>> = "codice", "il codice SAP, o un elenco: ne basta uno";
    optional when: Spanned<String> = "se", "condizione sui dati";
    required norm: CitationSpec = "norma", "l'atto e l'articolo che lo precisano";
    optional reason: String = "perche", "perché";
}

choice! {
    /// A language beside Italian: those of the recognised minorities.
    Language, "una lingua";
    German = "de";
    French = "fr";
    Ladin = "lld";
    Slovene = "sl";
}

record! {
    Translate, "traduzione";
    required language: Language = "lingua", "`de`, `fr`, `lld`, `sl`";
    required title: String = "titolo", "il titolo del livello in quella lingua";
    default items: Entries<Id, Spanned<String>> = "voci", "per ogni voce del livello, le sue parole in quella lingua";
    optional norm: CitationSpec = "norma", "l'atto e l'articolo che la prevedono";
}

record! {
    CallScript, "script";
    required file: Spanned<String> = "file", "il file dentro `scripts/`, per esempio `piemonte/e.rhai`";
    required norm: CitationSpec = "norma", "l'atto e l'articolo che lo fondano";
    optional reason: String = "perche", "perché";
}

/// What an amendment puts in the place of an entry of the decree; nothing when it repeals it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replacement {
    Activity(Spanned<Id>, Option<ActivitySpec>),
    Output(Spanned<Id>, Option<OutputSpec>),
    Outcome(Spanned<Id>, Option<OutcomeSpec>),
    Term(Spanned<Id>, Option<TermSpec>),
    Access(Place, Option<AccessSpec>),
}

/// `sostituisci`: only the legislator's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replace {
    pub place: Place,
    pub what: Replacement,
    pub norm: CitationSpec,
    pub reason: Option<String>,
}

const REPLACED: [&str; 5] = ["attivita", "output", "outcome", "termine", "accesso"];
const WITH: &str = "ciò che prende il suo posto, scritto per intero come nel livello, oppure `abrogato`";

impl Decode for Replace {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        let known: Vec<&str> = REPLACED.iter().copied().chain(["con", "norma", "perche"]).collect();
        let fields = Fields::open(node, "sostituzione", &known, faults)?;
        let norm = fields.required("norma", "l'atto e l'articolo che la dispongono", faults);
        let reason = fields.optional("perche", faults);
        let named: Vec<&str> = REPLACED.into_iter().filter(|key| fields.node(key).is_some()).collect();
        let [key] = named.as_slice() else {
            let help = format!("nomina una sola cosa tra: {}", REPLACED.join(", "));
            faults.error("variazione-errata", &node.place, "la sostituzione non dice che cosa sostituisce", help);
            return None;
        };
        let repealed =
            matches!(fields.node("con").map(|n| &n.value), Some(NodeValue::Scalar(s)) if s.text == "abrogato");
        fn with<T: Decode>(fields: &Fields<'_>, repealed: bool, faults: &mut Faults) -> Option<Option<T>> {
            if repealed { Some(None) } else { fields.required("con", WITH, faults).map(Some) }
        }
        let name = if *key == "accesso" { None } else { Some(fields.required::<Spanned<Id>>(key, "", faults)?) };
        let what = match (*key, name) {
            ("attivita", Some(name)) => Replacement::Activity(name, with(&fields, repealed, faults)?),
            ("output", Some(name)) => Replacement::Output(name, with(&fields, repealed, faults)?),
            ("outcome", Some(name)) => Replacement::Outcome(name, with(&fields, repealed, faults)?),
            ("termine", Some(name)) => Replacement::Term(name, with(&fields, repealed, faults)?),
            _ => Replacement::Access(node.place.clone(), with(&fields, repealed, faults)?),
        };
        Some(Self { place: node.place.clone(), what, norm: norm?, reason: reason? })
    }

    fn schema(definitions: &mut Definitions) -> Json {
        let mut properties = serde_json::Map::new();
        for key in ["attivita", "output", "outcome", "termine"] {
            properties.insert(key.into(), described(Id::schema(definitions), "il nome della voce che si sostituisce"));
        }
        properties
            .insert("accesso".into(), described(json!({ "const": "tutto" }), "l'accesso al livello: scrivi `tutto`"));
        let with = json!({ "anyOf": [
            { "const": "abrogato" },
            ActivitySpec::schema(definitions),
            OutputSpec::schema(definitions),
            OutcomeSpec::schema(definitions),
            TermSpec::schema(definitions),
            AccessSpec::schema(definitions),
        ] });
        properties.insert("con".into(), described(with, WITH));
        let norm = described(CitationSpec::schema(definitions), "l'atto e l'articolo che la dispongono");
        properties.insert("norma".into(), norm);
        properties.insert("perche".into(), described(String::schema(definitions), "perché"));
        object("sostituzione", properties, vec!["con", "norma"])
    }
}

macro_rules! verbs {
    ($($variant:ident($type:ty) = $word:literal, $meaning:literal;)*) => {
        /// One change, by its verb.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Verb { $($variant($type),)* }

        impl Verb {
            /// The verbs, each with what it does.
            pub const WORDS: &'static [(&'static str, &'static str)] = &[$(($word, $meaning)),*];

            pub fn word(&self) -> &'static str {
                match self { $(Self::$variant(_) => $word,)* }
            }

            fn read(word: &str, node: &Node, faults: &mut Faults) -> Option<Option<Self>> {
                match word { $($word => Some(<$type>::decode(node, faults).map(Self::$variant)),)* _ => None }
            }

            fn schemas(definitions: &mut Definitions) -> Vec<(&'static str, Json)> {
                vec![$(($word, <$type>::schema(definitions))),*]
            }
        }
    };
}

verbs! {
    AddActivity(AddActivity) = "aggiungi_attivita", "aggiunge un'attività";
    AddOutput(AddOutput) = "aggiungi_output", "aggiunge un output";
    AddOutcome(AddOutcome) = "aggiungi_outcome", "aggiunge un outcome";
    AddTerm(AddTerm) = "aggiungi_termine", "aggiunge un termine a carico del centro";
    MakeDue(MakeDue) = "rendi_dovuta", "rende dovuta una voce, sempre o sotto una condizione";
    Shorten(Shorten) = "abbrevia", "abbrevia un termine che obbliga il centro";
    StrengthenEvidence(StrengthenEvidence) = "rafforza_evidenza", "chiede di più nella prova di un output";
    SettleSap(SettleSap) = "precisa_sap", "dice quale codice SAP porta una voce, dove il decreto non lo dice";
    Translate(Translate) = "traduci", "mette un'altra lingua accanto all'italiano";
    Script(CallScript) = "script", "chiama uno script della regione";
    Replace(Replace) = "sostituisci", "sostituisce o abroga: solo per le modifiche del decreto";
}

impl Decode for Verb {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        let NodeValue::Map(entries) = &node.value else {
            let help = "scrivi per esempio `- rendi_dovuta: { attivita: …, norma: { … } }`";
            faults.error("variazione-errata", &node.place, "qui serve un verbo con ciò che cambia", help);
            return None;
        };
        let [(key, inner)] = entries.as_slice() else {
            let place = entries.get(1).map_or(&node.place, |(key, _)| &key.place);
            let help = "metti il trattino davanti a ogni verbo, e rientra sotto il verbo ciò che gli appartiene";
            faults.error("variazione-errata", place, "ogni riga delle variazioni ha un verbo e uno solo", help);
            return None;
        };
        if let Some(read) = Self::read(&key.text, inner, faults) {
            return read;
        }
        let words = Self::WORDS.iter().map(|(word, _)| *word);
        let lowers = LOWERING.iter().any(|stem| key.text.starts_with(stem));
        let help = match closest(&key.text, words.clone()) {
            Some(near) if !lowers => format!("forse volevi dire `{near}`"),
            _ => format!("i verbi sono: {}", words.filter(|w| *w != "sostituisci").collect::<Vec<_>>().join(", ")),
        };
        let message = if lowers {
            format!("`{}` non è tra i verbi: una variazione aggiunge, non toglie", shown(&key.text))
        } else {
            format!("`{}` non è un verbo delle variazioni", shown(&key.text))
        };
        faults.error("verbo-sconosciuto", &key.place, message, help);
        None
    }

    fn schema(definitions: &mut Definitions) -> Json {
        let all = Self::schemas(definitions);
        let one = all.into_iter().map(|(word, schema)| {
            let meaning = Self::WORDS.iter().find(|(w, _)| *w == word).map_or("", |(_, meaning)| *meaning);
            let mut properties = serde_json::Map::new();
            properties.insert(word.into(), described(schema, meaning));
            object(meaning, properties, vec![word])
        });
        json!({ "anyOf": one.collect::<Vec<_>>() })
    }
}

/// How somebody would call the verbs that there are not.
const LOWERING: [&str; 12] = [
    "togli",
    "rimuovi",
    "elimina",
    "cancella",
    "allunga",
    "prolunga",
    "proroga",
    "rendi_offerta",
    "rendi_facoltativ",
    "indebolisci",
    "sospendi",
    "abroga",
];

record! {
    /// A value for a number that the law leaves to the region.
    RegionParameter, "parametro fissato";
    required value: Spanned<i64> = "valore", "il numero, nell'unità del catalogo";
    required norm: CitationSpec = "norma", "l'atto e l'articolo che lo fissano";
    optional validity: ValiditySpec = "vigente", "da quando vale, e se serve fino a quando";
}

record! {
    OfficeSpec, "sede";
    required name: String = "nome", "il nome del centro per l'impiego";
    optional other_name: String = "nome_altra_lingua", "il nome nell'altra lingua della regione";
    optional place_name: String = "comune", "il comune";
    default holidays: Entries<Id, HolidaySpec> = "festivita", "i giorni di chiusura della sede, come il santo patrono";
    optional norm: CitationSpec = "norma", "l'atto che la istituisce";
}

record! {
    /// What belongs to a region as a whole.
    Region, "regione";
    required region: Spanned<Id> = "regione", "il nome della regione: quello della cartella";
    default acts: Entries<Id, ActSpec> = "norme", "gli atti della regione, scritti come in `specs/catalogo/norme.yaml`";
    default facts: Entries<FactName, FactSpec> = "dati", "i dati che solo questa regione chiede, scritti come in `specs/catalogo/dati.yaml`";
    default parameters: Entries<Id, RegionParameter> = "parametri", "i numeri che la legge lascia alla regione";
    default offices: Entries<Id, OfficeSpec> = "sedi", "i centri per l'impiego, ciascuno con le sue feste";
    default holidays: Entries<Id, HolidaySpec> = "festivita", "le feste di tutta la regione";
    optional note: String = "nota", "avvertenze per chi legge";
}

impl Overlay {
    /// Is it in force on that day?
    pub fn holds(&self, on: Day) -> bool {
        holds(Some(&self.validity), on)
    }
}

/// Is a period in force on that day? One that is not written always is.
pub fn holds(validity: Option<&ValiditySpec>, on: Day) -> bool {
    validity.is_none_or(|v| v.from.is_none_or(|from| from <= on) && v.to.is_none_or(|to| on <= to))
}

/// A term as the level would have written it.
impl From<&AddTerm> for TermSpec {
    fn from(add: &AddTerm) -> Self {
        Self {
            place: add.place.clone(),
            what: add.what.clone(),
            within: Some(LengthSpec::Given(add.within.clone())),
            at_least: None,
            from: add.from.clone(),
            when: add.when.clone(),
            who: add.who.as_ref().map_or(Party::Office, |who| who.value),
            norm: add.norm.clone(),
            roll: add.roll,
            month_end: add.month_end,
            effect: add.effect.clone(),
            reason: add.reason.clone(),
        }
    }
}
