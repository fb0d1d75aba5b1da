// SPDX-License-Identifier: EUPL-1.2
//! Scenarios as written: stories beside a level that must come out as they say.

use serde_json::{Value as Json, json};

use crate::calendar::Day;
use crate::spec::decode::{
    Decode, Definitions, Entries, FactName, Faults, Id, Letter, SapCode, Spanned, choice, entries, is_nothing, record,
    scalar,
};
use crate::spec::level::CitationSpec;
use crate::spec::source::{Node, NodeValue};

/// A plain value as written: typed later, by the fact or the form it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Literal(pub String);

impl Decode for Literal {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        match &node.value {
            // `null` is a value of its own here: what was known is known no more.
            NodeValue::Scalar(s) if s.is_plain() && s.text == "null" => Some(Self(s.text.clone())),
            _ => scalar(node, "un valore", faults).map(|s| Self(s.text.clone())),
        }
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "type": ["string", "integer", "number", "boolean", "null"] })
    }
}

/// What a form was filled in with: JSON, with plain numbers and truths read as such.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Filled(pub serde_json::Map<String, Json>);

/// The JSON that a YAML node means: plain whole numbers and truths as such, nothing as null, all else as the text
/// written.
pub fn to_json(node: &Node) -> Json {
    match &node.value {
        NodeValue::Scalar(s) if is_nothing(s) => Json::Null,
        NodeValue::Scalar(s) if s.is_plain() => match s.text.as_str() {
            "true" => Json::Bool(true),
            "false" => Json::Bool(false),
            text if !s.looks_leading_zero() => text.parse::<i64>().map_or_else(|_| text.into(), Json::from),
            text => text.into(),
        },
        NodeValue::Scalar(s) => s.text.clone().into(),
        NodeValue::List(items) => items.iter().map(to_json).collect(),
        NodeValue::Map(entries) => entries.iter().map(|(key, node)| (key.text.clone(), to_json(node))).collect(),
    }
}

impl Decode for Filled {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        let fields = entries(node, "i campi del modulo", faults)?;
        Some(Self(fields.iter().map(|(key, node)| (key.text.clone(), to_json(node))).collect()))
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "type": "object" })
    }
}

choice! {
    /// The fifteen events of SAP section 6, in the words of the specifications.
    SapEventWord, "un evento della SAP";
    Proposed = "proposta";
    Started = "iniziata";
    Rejected = "respinta";
    Refused = "rifiuto";
    Abandoned = "abbandono";
    CancelledBefore = "annullamento-prima";
    CancelledAfter = "annullamento-dopo";
    Deleted = "cancellazione";
    Suspended = "sospesa";
    Ended = "terminata";
    Accounted = "rendicontata";
    Lapsed = "decaduta";
    Exempted = "esonerata";
    Transformed = "trasformata";
    Excluded = "esclusione";
}

choice! {
    /// How a case is closed.
    Manner, "un modo di chiudere";
    Concluded = "conclusa";
    Interrupted = "interrotta";
}

choice! {
    /// Why a command was refused.
    RefusalKind, "un tipo di diniego";
    Missing = "mancante";
    Order = "ordine";
    State = "stato";
    Dates = "date";
    Evidence = "evidenza";
    Sap = "sap";
    Access = "accesso";
    Mode = "modalita";
    Unknown = "sconosciuto";
    Closed = "chiusa";
    Open = "aperta";
    Suspended = "sospesa";
    Reason = "motivo";
    Value = "valore";
}

choice! {
    /// What a check has found.
    FindingKind, "un tipo di rilievo";
    Order = "ordine";
    Term = "termine";
    Evidence = "evidenza";
    Missing = "mancante";
    Sap = "sap";
    Unknown = "sconosciuto";
    Dates = "date";
    State = "stato";
    AfterClosing = "dopo-chiusura";
    Access = "accesso";
    Mode = "modalita";
    NoOutcome = "outcome-non-rilevato";
    Interrupted = "interrotta";
    /// A script of the region stopped: the level holds without what it would have added.
    Script = "script";
}

choice! {
    Gravity, "una gravità";
    Breach = "violazione";
    Warning = "avviso";
}

choice! {
    /// Does the case keep what the decree promises?
    Conformity, "una risposta sulla conformità";
    Yes = "true";
    No = "false";
    NotKnown = "non-noto";
}

choice! {
    TermStateWord, "uno stato del termine";
    Running = "in-corso";
    Kept = "rispettato";
    Broken = "violato";
    Suspended = "sospeso";
    NotRunning = "non-decorre";
    NotKnown = "non-noto";
}

record! {
    /// A story beside a level.
    Scenario, "prova";
    required name: Spanned<String> = "prova", "una frase che un giurista firmerebbe";
    optional norm: CitationSpec = "perche", "la norma che la storia mostra";
    default facts: Entries<FactName, Literal> = "dati", "i dati forniti il giorno dell'apertura";
    default dossier: Vec<Prior> = "fascicolo", "che cosa c'è già nelle altre pratiche della stessa persona";
    optional office: Spanned<Id> = "sede", "solo accanto a una variazione: la sede della regione dove si apre la pratica";
    optional imported: bool = "importata", "`true` se gli eventi arrivano da un altro sistema: si leggono come sono, e i difetti sono rilievi";
    required events: Vec<Line> = "eventi", "che cosa accade";
    required on: Day = "al", "il giorno in cui si guarda la pratica";
    required expected: Expected = "allora", "che cosa deve risultare";
    optional national: Expected = "allora_nazionale", "solo accanto a una variazione: che cosa risulta dalla stessa storia per il livello nazionale";
}

record! {
    Prior, "voce del fascicolo";
    required level: Letter = "lep", "la lettera dell'altro livello";
    optional activity: Id = "attivita", "l'attività terminata";
    optional output: Id = "output", "l'output consegnato";
    optional outcome: Id = "outcome", "l'outcome rilevato";
    required on: Day = "il", "il giorno";
}

record! {
    Line, "riga degli eventi";
    required on: Day = "il", "il giorno";
    optional time: Spanned<String> = "ora", "l'ora, tra apici: per esempio `'10:30'`";
    optional open: Opened = "apri", "la parola `pratica`";
    optional fact: Spanned<FactName> = "dato", "il dato che diventa noto";
    optional value: Literal = "valore", "il valore del dato; se manca, il dato non è più noto";
    optional activity: Spanned<Id> = "attivita", "un'attività del livello";
    optional event: SapEventWord = "evento", "che cosa le accade: per esempio `iniziata`, `terminata`, `abbandono`";
    optional mode: Spanned<String> = "modalita", "come si svolge l'attività: per esempio `individuale`";
    optional reason: String = "motivo", "il motivo, dove l'evento lo vuole";
    optional output: Spanned<Id> = "output", "l'output consegnato";
    optional evidence: Filled = "evidenza", "il modulo compilato";
    optional outcome: Spanned<Id> = "outcome", "l'outcome rilevato";
    optional sap: Spanned<SapCode> = "sap", "il codice SAP registrato";
    optional item: Spanned<Id> = "per", "la voce che il codice registra";
    optional suspend: String = "sospendi", "il motivo della sospensione";
    optional resume: Opened = "riprendi", "la parola `pratica`";
    optional close: Manner = "chiudi", "come si chiude: `conclusa` oppure `interrotta`";
    optional reopen: String = "riapri", "il motivo della riapertura";
    optional call: Call = "convoca", "la convocazione per un giorno: non cambia niente di ciò che è dovuto";
    optional attended: Spanned<i64> = "presente", "il numero della riga della convocazione a cui ci si è presentati";
    optional missed: Spanned<i64> = "assente", "il numero della riga della convocazione a cui non ci si è presentati";
    optional justify: Justification = "giustifica", "il motivo di un'assenza, accolto o no";
    optional sanction: Sanction = "sanziona", "la misura che segue a un'assenza";
    optional void: Spanned<i64> = "annulla", "il numero della riga annullata, contando da 1 le righe che hanno lasciato un evento";
    optional refusal: ExpectedRefusal = "diniego", "la riga deve essere rifiutata, per questo motivo";
}

choice! {
    Opened, "la parola pratica";
    Case = "pratica";
}

record! {
    Call, "convocazione";
    required day: Day = "giorno", "il giorno per cui si è convocati";
    optional activity: Spanned<Id> = "attivita", "l'attività del livello a cui serve";
    optional location: String = "luogo", "dove";
    optional conduct: Spanned<Id> = "condotta", "che cosa sarebbe non presentarsi, tra le condotte di `catalogo/sanzioni.yaml`";
}

record! {
    Justification, "giustificazione";
    required meeting: Spanned<i64> = "convocazione", "il numero della riga della convocazione";
    required accepted: bool = "accolta", "`true` se il motivo è accolto";
    required reason: String = "motivo", "il motivo dell'assenza";
}

record! {
    Sanction, "sanzione";
    required meeting: Spanned<i64> = "convocazione", "il numero della riga della convocazione";
    required measure: Spanned<Id> = "misura", "la misura, tra quelle della condotta";
    optional occasion: i64 = "occasione", "quale volta è, se è più di quante la pratica ne conosce; vuole il `motivo`";
    optional reason: String = "motivo", "il motivo";
}

record! {
    ExpectedRefusal, "diniego";
    required kind: Spanned<RefusalKind> = "tipo", "perché è rifiutata: per esempio `ordine`, `mancante`, `evidenza`";
    optional norm: Spanned<Id> = "perche", "l'atto che fonda il diniego";
}

record! {
    Expected, "risultato atteso";
    optional due: Vec<ExpectedDuty> = "dovuto", "tutto e solo ciò che è dovuto e non ancora fatto";
    optional due_too: Vec<ExpectedDuty> = "dovuto_anche", "una parte di ciò che è dovuto";
    optional not_due: Vec<ExpectedDuty> = "non_dovuto", "che cosa non deve essere dovuto";
    optional registrations: Vec<ExpectedRegistration> = "registrazioni", "tutte e sole le registrazioni da fare";
    optional awaited: Vec<Spanned<FactName>> = "attesi", "tutti e soli i dati che mancano per rispondere";
    optional parameters: Vec<Spanned<Id>> = "parametri", "tutti e soli i parametri che la regione deve fornire";
    optional findings: Vec<ExpectedFinding> = "rilievi", "tutti e soli i rilievi";
    optional conform: Spanned<Conformity> = "conforme", "il verdetto: `true`, `false`, `non-noto`";
    optional terms: Vec<ExpectedTerm> = "termini", "lo stato di alcuni termini";
}

record! {
    ExpectedDuty, "voce dovuta";
    optional activity: Spanned<Id> = "attivita", "un'attività del livello";
    optional output: Spanned<Id> = "output", "un output del livello";
    optional outcome: Spanned<Id> = "outcome", "un outcome del livello";
    optional norm: Spanned<Id> = "perche", "l'atto che la fonda";
    optional by: Spanned<Day> = "entro", "l'ultimo giorno utile";
}

record! {
    ExpectedRegistration, "registrazione dovuta";
    required code: Spanned<SapCode> = "sap", "uno dei codici ammessi";
    required item: Spanned<Id> = "per", "la voce da registrare";
}

record! {
    ExpectedFinding, "rilievo atteso";
    required kind: Spanned<FindingKind> = "tipo", "il tipo del rilievo: per esempio `termine`, `ordine`, `sap`";
    optional what: Spanned<String> = "che", "la voce, oppure il termine per il tipo `termine`";
    optional norm: Spanned<Id> = "perche", "l'atto violato";
    optional gravity: Gravity = "gravita", "`violazione` oppure `avviso`";
}

record! {
    ExpectedTerm, "termine atteso";
    required term: Spanned<Id> = "termine", "il nome del termine";
    optional by: Spanned<Day> = "entro", "l'ultimo giorno utile";
    optional state: Spanned<TermStateWord> = "stato", "`in-corso`, `rispettato`, `violato`, `sospeso`, `non-decorre`, `non-noto`";
}

impl Expected {
    /// Does it expect anything at all?
    pub fn is_empty(&self) -> bool {
        let lists = [self.due.is_some(), self.due_too.is_some(), self.not_due.is_some(), self.registrations.is_some()];
        let more = [self.awaited.is_some(), self.parameters.is_some(), self.findings.is_some(), self.conform.is_some()];
        !lists.iter().chain(&more).any(|said| *said) && self.terms.is_none()
    }
}

/// What a line of a scenario does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    Open,
    Fact { name: Spanned<FactName>, value: Option<Literal> },
    Activity { activity: Spanned<Id>, event: SapEventWord, mode: Option<Spanned<String>>, reason: Option<String> },
    Output { output: Spanned<Id>, evidence: Filled },
    Outcome { outcome: Spanned<Id> },
    Register { code: Spanned<SapCode>, item: Spanned<Id> },
    Suspend { reason: String },
    Resume,
    Close { manner: Manner, reason: Option<String> },
    Reopen { reason: String },
    Void { sequence: Spanned<i64>, reason: Option<String> },
    Call(Call),
    Attend { meeting: Spanned<i64> },
    Miss { meeting: Spanned<i64> },
    Justify(Justification),
    Sanction(Sanction),
}

impl Line {
    /// The one thing the line does; a fault when it does none or several.
    pub fn action(&self, faults: &mut Faults) -> Option<Action> {
        let mut actions: Vec<Action> = Vec::new();
        let reason = self.reason.clone();
        actions.extend(self.open.map(|_| Action::Open));
        let value = self.value.clone().filter(|value| value.0 != "null");
        actions.extend(self.fact.clone().map(|name| Action::Fact { name, value }));
        if let Some(activity) = &self.activity {
            let Some(event) = self.event else {
                let message = "manca la voce `evento` nella riga dell'attività";
                faults.error("voce-mancante", &self.place, message, "aggiungi per esempio `evento: terminata`");
                return None;
            };
            actions.push(Action::Activity {
                activity: activity.clone(),
                event,
                mode: self.mode.clone(),
                reason: reason.clone(),
            });
        }
        let evidence = self.evidence.clone().unwrap_or_default();
        actions.extend(self.output.clone().map(|output| Action::Output { output, evidence }));
        actions.extend(self.outcome.clone().map(|outcome| Action::Outcome { outcome }));
        if let Some(code) = &self.sap {
            let Some(item) = &self.item else {
                let message = "manca la voce `per` nella riga della registrazione";
                faults.error("voce-mancante", &self.place, message, "aggiungi `per` e la voce che il codice registra");
                return None;
            };
            actions.push(Action::Register { code: code.clone(), item: item.clone() });
        }
        actions.extend(self.suspend.clone().map(|reason| Action::Suspend { reason }));
        actions.extend(self.resume.map(|_| Action::Resume));
        actions.extend(self.close.map(|manner| Action::Close { manner, reason: reason.clone() }));
        actions.extend(self.reopen.clone().map(|reason| Action::Reopen { reason }));
        actions.extend(self.void.clone().map(|sequence| Action::Void { sequence, reason: reason.clone() }));
        actions.extend(self.call.clone().map(Action::Call));
        actions.extend(self.attended.clone().map(|meeting| Action::Attend { meeting }));
        actions.extend(self.missed.clone().map(|meeting| Action::Miss { meeting }));
        actions.extend(self.justify.clone().map(Action::Justify));
        actions.extend(self.sanction.clone().map(Action::Sanction));
        let one = actions.pop();
        if one.is_none() || !actions.is_empty() {
            let help = "scrivi una sola azione: apri, dato, attivita, output, outcome, sap, sospendi, riprendi, chiudi, riapri, convoca, presente, assente, giustifica, sanziona, annulla";
            faults.error("azione-errata", &self.place, "ogni riga fa una cosa e una sola", help);
            return None;
        }
        if let Some((key, with)) = self.stray() {
            let message = format!("`{key}` non ha effetto in questa riga");
            faults.error("azione-errata", &self.place, message, format!("togli `{key}`: va solo con {with}"));
            return None;
        }
        one
    }

    /// An entry that belongs to another action than the line's, and that action.
    fn stray(&self) -> Option<(&'static str, &'static str)> {
        let with_reason = self.activity.is_some() || self.close.is_some() || self.void.is_some();
        let stray = [
            (self.value.is_some() && self.fact.is_none(), "valore", "`dato`"),
            (self.event.is_some() && self.activity.is_none(), "evento", "`attivita`"),
            (self.mode.is_some() && self.activity.is_none(), "modalita", "`attivita`"),
            (self.evidence.is_some() && self.output.is_none(), "evidenza", "`output`"),
            (self.item.is_some() && self.sap.is_none(), "per", "`sap`"),
            (self.reason.is_some() && !with_reason, "motivo", "`attivita`, `chiudi` e `annulla`"),
        ];
        stray.into_iter().find(|(stray, _, _)| *stray).map(|(_, key, with)| (key, with))
    }
}
