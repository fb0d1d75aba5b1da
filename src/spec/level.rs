// SPDX-License-Identifier: EUPL-1.2
//! A level as written: the decree's own headings, with the letter (`testo`) and our reading (`procedura`) apart.

use serde_json::{Value as Json, json};

use crate::calendar::{Day, Length};
use crate::spec::catalogue::FactSpec;
use crate::spec::decode::{
    Decode, Definitions, Entries, FactName, Faults, Fields, Id, Letter, OneOrMany, SapCode, Spanned, choice, define,
    described, object, record, scalar, shown, what_is,
};
use crate::spec::source::{Node, NodeValue};
use crate::value::Decimal;

choice! {
    /// Whom a level serves.
    Audience, "un destinatario";
    Person = "persona";
    Company = "impresa";
}

choice! {
    /// Is the text of a level the decree's own words?
    Wording, "un tipo di testo";
    /// Word for word, checked against `specs/decreto`.
    Literal = "letterale";
    /// A restatement.
    Summary = "sintesi";
    /// Nothing but the title has been read.
    TitleOnly = "solo-titolo";
}

choice! {
    /// How the letter of a level is known: the source of the four literal levels prints none.
    LetterSource, "un'origine della lettera";
    Printed = "stampata";
    Deduced = "dedotta";
    Memory = "memoria";
}

choice! {
    TitleSource, "un'origine del titolo";
    Printed = "stampato";
    List = "elenco";
    Descriptive = "descrittivo";
    NotFound = "non-reperito";
}

choice! {
    /// The headings of the decree's table.
    Field, "un campo del decreto";
    Norms = "riferimenti_normativi";
    Description = "descrizione";
    Activities = "attivita";
    Outputs = "output";
    Outcomes = "outcome";
    SapCodes = "codice_sap";
}

choice! {
    /// How an activity is delivered.
    Mode, "una modalità";
    Individual = "individuale";
    SmallGroup = "piccolo-gruppo";
    Group = "gruppo";
    Assisted = "assistita";
    SelfService = "autoconsultazione";
    Remote = "a-distanza";
}

choice! {
    /// Who owes a term.
    Party, "un obbligato";
    Office = "cpi";
    Person = "persona";
    Company = "impresa";
}

choice! {
    /// What says which of two acts came first.
    Precedence, "una precedenza";
    /// The day on which they were done: of two acts of one day, neither comes late.
    Day = "giorno";
    /// The order in which they were recorded, as in a protocol register.
    Recording = "registrazione";
}

choice! {
    /// What happens to a term that ends on a holiday.
    Roll, "una proroga";
    NextWorkingDay = "giorno-lavorativo";
    Never = "nessuna";
}

choice! {
    /// What happens to a term in months when the month has no such day.
    MonthEndRule, "una regola di fine mese";
    LastDay = "ultimo-giorno";
}

choice! {
    FieldType, "un tipo di campo";
    Text = "testo";
    Integer = "intero";
    Decimal = "decimale";
    Date = "data";
    Boolean = "booleano";
    Choice = "scelta";
    List = "elenco";
}

record! {
    /// A citation of an act of the catalogue, down to its partition.
    CitationSpec, "citazione";
    required norm: Spanned<Id> = "norma", "il nome di un atto di `specs/catalogo/norme.yaml`";
    optional partition: Spanned<String> = "partizione", "articolo, comma, lettera: per esempio `art. 20, co. 1`";
}

record! {
    NormRefSpec, "riferimento normativo";
    optional text: Spanned<String> = "testo", "la citazione come è stampata nel decreto: obbligatoria se il livello è `letterale`";
    required norm: Spanned<Id> = "norma", "il nome di un atto di `specs/catalogo/norme.yaml`";
    optional partition: Spanned<String> = "partizione", "articolo, comma, lettera: per esempio `art. 20, co. 1`";
}

record! {
    SourceSpec, "fonte";
    required act: Spanned<Id> = "atto", "l'atto che stabilisce il livello: un nome di `specs/catalogo/norme.yaml`";
    optional annex: String = "allegato", "l'allegato dell'atto";
    required wording: Wording = "testo", "`letterale` (le parole del decreto), `sintesi` (una riformulazione), oppure `solo-titolo`";
    required letter: LetterSource = "lettera", "come si conosce la lettera: `stampata` in una fonte, `dedotta` dall'ordine, a `memoria`";
    optional title: TitleSource = "titolo", "come si conosce il titolo: `stampato`, da un `elenco`, `descrittivo` (nostro), `non-reperito`";
    default missing: Vec<Spanned<Field>> = "mancante", "i campi che nessuna fonte letta riporta: si dichiarano, non si inventano";
    optional note: String = "nota", "avvertenze per chi legge";
}

record! {
    ValiditySpec, "vigenza";
    optional from: Day = "dal", "il primo giorno";
    optional to: Day = "al", "l'ultimo giorno, compreso";
}

record! {
    /// A level, as one YAML file says it.
    Level, "livello";
    required letter: Spanned<Letter> = "lep", "la lettera del livello nel decreto";
    required title: String = "titolo", "il titolo del livello";
    required audience: Audience = "destinatario", "a chi serve: `persona` oppure `impresa`";
    required source: SourceSpec = "fonte", "da dove viene il testo, e che cosa non è stato trovato";
    required validity: ValiditySpec = "vigente", "da quando vale, e se serve fino a quando";
    default norms: Vec<NormRefSpec> = "riferimenti_normativi", "gli atti citati dal decreto";
    optional description: Spanned<String> = "descrizione", "la descrizione del decreto";
    optional precedence: Precedence = "precedenza", "che cosa dice quale di due atti viene prima: il `giorno` in cui sono stati fatti (se manca), oppure l'ordine di `registrazione`, come in un protocollo";
    optional access: AccessSpec = "accesso", "che cosa serve per aprire una pratica del livello";
    default activities: Entries<Id, ActivitySpec> = "attivita", "che cosa fa il servizio";
    default outputs: Entries<Id, OutputSpec> = "output", "che cosa il servizio deve consegnare, con le sue prove";
    default outcomes: Entries<Id, OutcomeSpec> = "outcome", "che cosa cambia per la persona o l'impresa";
    optional sap: SapCodesSpec = "codice_sap", "i codici della scheda anagrafico-professionale, oppure `da-definire`";
    default terms: Entries<Id, TermSpec> = "termini", "entro quando, contato da che cosa, a carico di chi, per quale norma";
    default not_automated: Vec<NotAutomated> = "non_automatizzato", "le parole del decreto che nessuna voce esegue, con il motivo";
    default facts: Entries<FactName, FactSpec> = "dati", "i dati di questo solo livello, scritti come in `specs/catalogo/dati.yaml`";
}

record! {
    AccessSpec, "accesso";
    default requires: OneOrMany<RequirementSpec> = "richiede", "che cosa deve esserci già nel fascicolo";
    optional when: Spanned<String> = "se", "condizione sui dati";
    optional unless: Spanned<String> = "oppure", "condizione sui dati che vale al posto di `richiede`";
    optional norm: CitationSpec = "norma", "la norma che lo chiede";
    required reason: String = "motivo", "perché lo leggiamo così";
}

record! {
    RequirementSpec, "requisito";
    required level: Spanned<Letter> = "lep", "la lettera dell'altro livello";
    optional activity: Spanned<Id> = "attivita", "un'attività terminata in quel livello";
    optional output: Spanned<Id> = "output", "un output consegnato in quel livello";
    optional outcome: Spanned<Id> = "outcome", "un outcome rilevato in quel livello";
}

record! {
    ActivitySpec, "attività";
    required text: Spanned<String> = "testo", "le parole del decreto, oppure la sintesi";
    default includes: Entries<Id, Spanned<String>> = "comprende", "le sotto-voci del decreto, ciascuna con il suo nome";
    optional procedure: ActivityProcedure = "procedura", "come si esegue: la nostra lettura";
}

record! {
    ActivityProcedure, "procedura dell'attività";
    optional obligation: ObligationSpec = "obbligo", "`dovuta`, `offerta`, oppure `{ se: condizione }`; se manca, è dovuta quando ne nasce un output dovuto";
    optional times: Spanned<i64> = "volte", "quante volte va completata, se più di una: al massimo 100";
    default after: Vec<Spanned<Id>> = "dopo", "i nomi delle voci che devono venire prima";
    default modes: Vec<Spanned<Mode>> = "modalita", "i modi ammessi: `individuale`, `piccolo-gruppo`, `gruppo`, `assistita`, `autoconsultazione`, `a-distanza`";
    optional sap: RegistrationSpec = "sap", "il codice SAP da registrare quando è completata: uno, un elenco (ne basta uno), oppure `{ codice, se, chi }`";
    optional norm: CitationSpec = "norma", "la norma, se non è il decreto stesso";
    optional reason: String = "motivo", "perché leggiamo così";
}

record! {
    OutputSpec, "output";
    required text: Spanned<String> = "testo", "le parole del decreto, oppure la sintesi";
    optional procedure: OutputProcedure = "procedura", "come si esegue: la nostra lettura";
}

record! {
    OutputProcedure, "procedura dell'output";
    optional obligation: ObligationSpec = "obbligo", "`dovuta` (se manca), `offerta`, oppure `{ se: condizione }`";
    default rests_on: Vec<Spanned<Id>> = "da", "le attività da cui nasce: vanno fatte tutte prima";
    default after: Vec<Spanned<Id>> = "dopo", "altre voci che devono venire prima";
    optional sap: RegistrationSpec = "sap", "il codice SAP da registrare quando è consegnato";
    default evidence: Entries<FactName, EvidenceField> = "evidenza", "il modulo che prova la consegna";
    optional norm: CitationSpec = "norma", "la norma, se non è il decreto stesso";
    optional reason: String = "motivo", "perché leggiamo così";
}

record! {
    OutcomeSpec, "outcome";
    required text: Spanned<String> = "testo", "le parole del decreto, oppure la sintesi";
    optional procedure: OutcomeProcedure = "procedura", "come si rileva: la nostra lettura";
}

record! {
    OutcomeProcedure, "procedura dell'outcome";
    optional obligation: ObligationSpec = "obbligo", "`dovuta`, `offerta` (se manca), oppure `{ se: condizione }`";
    default after: Vec<Spanned<Id>> = "dopo", "i nomi delle voci che devono venire prima";
    optional norm: CitationSpec = "norma", "la norma, se non è il decreto stesso";
    optional reason: String = "motivo", "perché leggiamo così";
}

record! {
    EvidenceField, "campo dell'evidenza";
    required kind: FieldType = "tipo", "`testo`, `intero`, `decimale`, `data`, `booleano`, `scelta`, `elenco`";
    optional of: FieldType = "di", "di che cosa è fatto un elenco: `testo`, `intero`, `decimale`, `data`, `scelta`";
    required question: String = "domanda", "che cosa si chiede all'operatore";
    optional mandatory: bool = "obbligatorio", "`true` se va sempre compilato; se manca, lo va un testo o un elenco con `minimo` di almeno 1";
    optional minimum: Spanned<Decimal> = "minimo", "caratteri di un testo, voci di un elenco, valore di un numero";
    optional maximum: Spanned<Decimal> = "massimo", "caratteri di un testo, voci di un elenco, valore di un numero";
    optional pattern: Spanned<String> = "modello", "per un testo: l'espressione regolare che deve seguire per intero";
    default choices: Vec<String> = "scelte", "per una scelta: le scelte ammesse";
}

record! {
    NotAutomated, "parte non automatizzata";
    required text: Spanned<String> = "testo", "le parole del decreto";
    required reason: String = "motivo", "perché nessuna voce le esegue";
}

record! {
    TermSpec, "termine";
    required what: TargetSpec = "che", "che cosa si aspetta: una voce del livello, `{ attivita: …, evento: iniziata }`, oppure `chiusura`";
    optional within: LengthSpec = "entro", "quanto dura: per esempio `30 giorni`, `10 giorni lavorativi`, `2 mesi`, `72 ore`, `{ parametro: … }`";
    optional at_least: Spanned<Length> = "almeno", "al posto di `entro`: non prima di tanto";
    required from: StartSpec = "da", "da che cosa si conta: `apertura`, una voce del livello, `{ attivita: …, evento: iniziata }`, `{ dato: … }` di tipo data";
    optional when: Spanned<String> = "se", "condizione sui dati";
    required who: Party = "chi", "chi lo deve rispettare: `cpi`, `persona`, `impresa`";
    required norm: CitationSpec = "norma", "la norma che lo stabilisce";
    optional roll: Roll = "proroga", "`giorno-lavorativo` (se manca): se scade in un giorno festivo passa al primo giorno lavorativo; oppure `nessuna`";
    optional month_end: MonthEndRule = "fine_mese", "per i termini in mesi, e solo per quelli: `ultimo-giorno`";
    optional effect: String = "effetto", "che cosa segue se scade, con le parole della norma";
    optional reason: String = "motivo", "perché leggiamo così";
}

/// `dovuta`, `offerta`, or due under a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ObligationSpec {
    Due,
    Offered,
    When(Spanned<String>),
}

impl Decode for ObligationSpec {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        if let NodeValue::Map(_) = node.value {
            let fields = Fields::open(node, "obbligo", &["se"], faults)?;
            return fields.required("se", "condizione sui dati", faults).map(Self::When);
        }
        let s = scalar(node, "`dovuta`, `offerta` oppure `{ se: condizione }`", faults)?;
        match s.text.as_str() {
            "dovuta" => Some(Self::Due),
            "offerta" => Some(Self::Offered),
            other => {
                let message = format!("`{}` non è un obbligo", shown(other));
                faults.error(
                    "parola-sconosciuta",
                    &node.place,
                    message,
                    "scrivi `dovuta`, `offerta` oppure `{ se: condizione }`",
                );
                None
            }
        }
    }

    fn schema(definitions: &mut Definitions) -> Json {
        let when = described(String::schema(definitions), "condizione sui dati");
        json!({ "anyOf": [
            { "enum": ["dovuta", "offerta"] },
            { "type": "object", "properties": { "se": when }, "required": ["se"], "additionalProperties": false },
        ] })
    }
}

/// A registration owed once the item is done: a code, a list (any one of them), or the long form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrationSpec {
    pub place: crate::diagnostic::Place,
    pub codes: Vec<Spanned<SapCode>>,
    pub when: Option<Spanned<String>>,
    pub who: Option<Party>,
}

impl Decode for RegistrationSpec {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        let place = node.place.clone();
        if let NodeValue::Map(_) = node.value {
            let fields = Fields::open(node, "registrazione", &["codice", "se", "chi"], faults)?;
            let codes = fields.required::<OneOrMany<Spanned<SapCode>>>(
                "codice",
                "il codice SAP, o un elenco: ne basta uno",
                faults,
            );
            let when = fields.optional("se", faults);
            let who = fields.optional("chi", faults);
            return Some(Self { place, codes: codes?.0, when: when?, who: who? });
        }
        let codes = OneOrMany::decode(node, faults)?.0;
        Some(Self { place, codes, when: None, who: None })
    }

    fn schema(definitions: &mut Definitions) -> Json {
        let codes = OneOrMany::<SapCode>::schema(definitions);
        define("registrazione", definitions, |definitions| {
            let mut properties = serde_json::Map::new();
            properties.insert("codice".into(), described(codes.clone(), "il codice SAP, o un elenco: ne basta uno"));
            properties.insert("se".into(), described(String::schema(definitions), "condizione sui dati"));
            properties.insert(
                "chi".into(),
                described(Party::schema(definitions), "chi la deve fare: `cpi` (se manca), `persona`, `impresa`"),
            );
            json!({ "anyOf": [codes, object("registrazione", properties, vec!["codice"])] })
        })
    }
}

/// The level's codes: a list, or the explicit state *to be defined* of the decree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SapCodesSpec {
    ToBeDefined(crate::diagnostic::Place),
    Codes(Vec<Spanned<SapCode>>),
}

impl Decode for SapCodesSpec {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        if let NodeValue::Scalar(s) = &node.value
            && s.text == "da-definire"
        {
            return Some(Self::ToBeDefined(node.place.clone()));
        }
        Vec::decode(node, faults).map(Self::Codes)
    }

    fn schema(definitions: &mut Definitions) -> Json {
        json!({ "anyOf": [{ "const": "da-definire" }, Vec::<SapCode>::schema(definitions)] })
    }
}

/// What a term waits for, and what it is counted from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MomentSpec {
    /// First completion of an item.
    Done(Spanned<Id>),
    /// First `iniziata` of an activity.
    Started(Spanned<Id>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetSpec {
    Moment(MomentSpec),
    Closing,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StartSpec {
    Opening,
    Moment(MomentSpec),
    Fact(Spanned<FactName>),
}

fn moment(node: &Node, faults: &mut Faults) -> Option<MomentSpec> {
    if let NodeValue::Map(_) = node.value {
        let fields = Fields::open(node, "momento", &["attivita", "evento"], faults)?;
        let activity = fields.required("attivita", "un'attività del livello", faults);
        let event = fields.required::<Started>("evento", "`iniziata`: il primo inizio dell'attività", faults);
        event?;
        return activity.map(MomentSpec::Started);
    }
    Spanned::<Id>::decode(node, faults).map(MomentSpec::Done)
}

choice! {
    Started, "un evento da cui contare";
    Started = "iniziata";
}

fn moment_schema(word: &str, definitions: &mut Definitions) -> Json {
    let mut properties = serde_json::Map::new();
    properties.insert("attivita".into(), described(Id::schema(definitions), "un'attività del livello"));
    properties
        .insert("evento".into(), described(Started::schema(definitions), "`iniziata`: il primo inizio dell'attività"));
    let started = object("momento", properties, vec!["attivita", "evento"]);
    json!({ "anyOf": [{ "const": word }, Id::schema(definitions), started] })
}

fn is_word(node: &Node, word: &str) -> bool {
    matches!(&node.value, NodeValue::Scalar(s) if s.text == word)
}

impl Decode for TargetSpec {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        if is_word(node, "chiusura") { Some(Self::Closing) } else { moment(node, faults).map(Self::Moment) }
    }

    fn schema(definitions: &mut Definitions) -> Json {
        moment_schema("chiusura", definitions)
    }
}

impl Decode for StartSpec {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        if is_word(node, "apertura") {
            return Some(Self::Opening);
        }
        if let NodeValue::Map(entries) = &node.value
            && entries.iter().any(|(key, _)| key.text == "dato")
        {
            let fields = Fields::open(node, "inizio del termine", &["dato"], faults)?;
            return fields.required("dato", "un dato di tipo data", faults).map(Self::Fact);
        }
        moment(node, faults).map(Self::Moment)
    }

    fn schema(definitions: &mut Definitions) -> Json {
        let mut schema = moment_schema("apertura", definitions);
        let mut properties = serde_json::Map::new();
        properties.insert("dato".into(), described(FactName::schema(definitions), "un dato di tipo data"));
        if let Some(any) = schema.get_mut("anyOf").and_then(Json::as_array_mut) {
            any.push(object("inizio del termine", properties, vec!["dato"]));
        }
        schema
    }
}

/// How long a term is: written, or supplied by the region as a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LengthSpec {
    Given(Spanned<Length>),
    Parameter(Spanned<Id>),
}

impl Decode for LengthSpec {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        match &node.value {
            NodeValue::Map(_) => {
                let fields = Fields::open(node, "durata", &["parametro"], faults)?;
                fields
                    .required("parametro", "un parametro di `specs/catalogo/parametri.yaml`", faults)
                    .map(Self::Parameter)
            }
            NodeValue::Scalar(_) => Spanned::decode(node, faults).map(Self::Given),
            NodeValue::List(_) => {
                faults.error(
                    "tipo-errato",
                    &node.place,
                    format!("{}, ma serve una durata", what_is(node)),
                    "scrivi per esempio `30 giorni`",
                );
                None
            }
        }
    }

    fn schema(definitions: &mut Definitions) -> Json {
        let mut properties = serde_json::Map::new();
        let parameter = described(Id::schema(definitions), "un parametro di `specs/catalogo/parametri.yaml`");
        properties.insert("parametro".into(), parameter);
        json!({ "anyOf": [Length::schema(definitions), object("durata", properties, vec!["parametro"])] })
    }
}
