// SPDX-License-Identifier: EUPL-1.2
//! `lepre demo`: the main job, told on a database of its own with fictional subjects.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::calendar::Day;
use crate::engine::{Event, EventKind, Question, explain};
use crate::service::{CaseView, Clock, OpenRequest, Service, ServiceError, SubjectRequest};
use crate::spec::scenario::{Manner, SapEventWord};
use crate::store::{SqliteOptions, SqliteStore, SubjectKind};
use crate::value::Datum;

use super::casework::{agenda_text, case_line, check_text, explanation_text};
use super::output::Ink;
use super::stored::{io_words, refusals_text, service_error, store_error};
use super::{CliError, Exit, Global};

#[derive(clap::Args)]
#[command(
    about = "mostra tutto il lavoro su una base dati nuova, con persone e imprese inventate",
    after_help = "Esempi:\n  lepre demo                    racconta quattro pratiche e cancella la base dati\n  \
                  lepre demo --tieni prova.db   la conserva, per provare gli altri comandi con --db prova.db"
)]
pub struct Args {
    #[arg(long, value_name = "FILE", help = "conserva la base dati in un file nuovo")]
    tieni: Option<PathBuf>,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, CliError> {
    if global.is_json() {
        return Err(CliError::usage("la demo si legge, e non ha una forma per i programmi", "togli `--format json`"));
    }
    // A name that nobody else has: what is in the folder is deleted at the end.
    let folder = std::env::temp_dir().join(format!("lepre-demo-{}", Service::new_id()));
    let path = args.tieni.clone().unwrap_or_else(|| folder.join("demo.db"));
    if args.tieni.is_some() && path.exists() {
        let message = format!("`{}` c'è già", path.display());
        return Err(CliError::usage(message, "indica un file nuovo: la demo non tocca quelli che ci sono"));
    }
    if args.tieni.is_none() {
        std::fs::create_dir(&folder).map_err(|e| {
            let message = format!("la cartella `{}` non si crea: {}", folder.display(), io_words(&e));
            CliError::world(message, "indica un file con --tieni")
        })?;
    }
    let told = tell(global, &path);
    if args.tieni.is_none() {
        // Nothing is lost if the system's own folder keeps it.
        _ = std::fs::remove_dir_all(&folder);
    }
    told?;
    if args.tieni.is_some() {
        let shown = path.display();
        let try_it = format!("lepre --db {shown} --oggi 2024-10-31");
        global
            .screen
            .line(&format!("\nConservata in `{shown}`: prova `{try_it} case list --tutte`, `{try_it} verify`"))?;
    }
    Ok(Exit::Fine)
}

/// The day on which the tale is told.
const TODAY: (i32, u32, u32) = (2024, 10, 31);

struct Tale<'a> {
    global: &'a Global,
    service: Service,
}

fn tell(global: &Global, path: &Path) -> Result<(), CliError> {
    let store = SqliteStore::open(path, SqliteOptions::default()).map_err(|e| store_error(&e))?;
    let (year, month, day) = TODAY;
    let clock = Clock { today: Day::new(year, month, day) };
    let library = Arc::new(global.library()?);
    let tale = Tale { global, service: Service::new(Arc::new(store), library, clock, "demo") };
    tale.title("1. Orientamento specialistico (LEP E) per una persona inventata, fino alla conformità")?;
    tale.specialist_guidance()?;
    tale.title("2. Incontro domanda/offerta (LEP Q) per un'impresa inventata, fino alla conformità")?;
    tale.matching()?;
    tale.title("3. Un'altra pratica del LEP E, che va in violazione")?;
    tale.breach_of_access()?;
    tale.title("4. Un termine del CPI che scade (LEP B): perché, giorno per giorno")?;
    tale.broken_term()
}

impl Tale<'_> {
    fn title(&self, text: &str) -> Result<(), CliError> {
        self.global.screen.line(&format!("\n{}", self.global.screen.paint(Ink::Heading, &format!("━━ {text}"))))
    }

    fn say(&self, text: &str) -> Result<(), CliError> {
        self.global.screen.line(&format!("» {text}"))
    }

    fn open(
        &self,
        level: &str,
        subject: (SubjectKind, &str, &str),
        on: &str,
        facts: &[(&str, &str)],
    ) -> Result<CaseView, CliError> {
        let request = OpenRequest {
            level: level.to_owned(),
            subject: SubjectRequest {
                kind: subject.0,
                tax_code: subject.1.to_owned(),
                name: Some(subject.2.to_owned()),
            },
            region: None,
            office: None,
            on: on.parse().ok(),
            time: None,
            facts: facts.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        };
        self.service.open(&request).map_err(|e| service_error(self.global, e))
    }

    /// Records an event; a refusal is shown, since it is what the tale is about.
    fn record(&self, view: CaseView, on: &str, kind: EventKind) -> Result<CaseView, CliError> {
        let on = on.parse().unwrap_or_else(|_| self.service.today());
        match self.service.record(view.head.id, &Event { on, time: None, kind }) {
            Ok(after) => Ok(after),
            Err(ServiceError::Refused { refusals, rulebook }) => {
                refusals_text(self.global, &rulebook, &refusals)?;
                Ok(view)
            }
            Err(error) => Err(service_error(self.global, error)),
        }
    }

    fn ended(&self, view: CaseView, on: &str, activity: &str) -> Result<CaseView, CliError> {
        let activity = activity.into();
        let kind = EventKind::ActivityRecorded { activity, event: SapEventWord::Ended, mode: None, reason: None };
        self.record(view, on, kind)
    }

    fn delivered(
        &self,
        view: CaseView,
        on: &str,
        output: &str,
        evidence: serde_json::Value,
    ) -> Result<CaseView, CliError> {
        self.record(view, on, EventKind::OutputDelivered { output: output.into(), evidence })
    }

    fn registered(&self, view: CaseView, on: &str, code: &str, item: &str) -> Result<CaseView, CliError> {
        self.record(view, on, EventKind::Registered { code: code.into(), item: item.into() })
    }

    fn reached(&self, view: CaseView, on: &str, outcome: &str) -> Result<CaseView, CliError> {
        self.record(view, on, EventKind::OutcomeReached { outcome: outcome.into() })
    }

    fn concluded(&self, view: CaseView, on: &str) -> Result<CaseView, CliError> {
        self.record(view, on, EventKind::CaseClosed { manner: Manner::Concluded, reason: None })
    }

    fn agenda(&self, view: &CaseView, on: Day) -> Result<(), CliError> {
        let handle = self.service.short_id(view.head.id).map_err(|e| service_error(self.global, e))?;
        let subject = self.service.subject_name(view.head.subject).map_err(|e| service_error(self.global, e))?;
        let line = case_line(view, &handle, &subject, Some(on));
        self.global.screen.line(&self.global.screen.paint(Ink::Heading, &line))?;
        agenda_text(self.global, view, on)
    }

    fn verdict(&self, view: &CaseView, on: Day) -> Result<(), CliError> {
        check_text(self.global, view, &self.service.check(view, on))
    }

    fn specialist_guidance(&self) -> Result<(), CliError> {
        let subject = (SubjectKind::Person, "ZZZZZZ80A41Z999K", "Persona Inventata Uno");
        let view = self.open("E", subject, "2024-05-02", &[("patto_gia_sottoscritto", "true")])?;
        self.agenda(&view, view.case.opened.map_or(self.service.today(), |m| m.on))?;
        self.say("l'operatore prova a consegnare il bilancio prima dell'attività da cui nasce, e senza competenze:")?;
        let view = self.delivered(view, "2024-05-06", "bilancio", serde_json::json!({ "competenze": [] }))?;
        let view = self.ended(view, "2024-05-06", "colloquio")?;
        let view = self.registered(view, "2024-05-06", "A06", "colloquio")?;
        let view = self.ended(view, "2024-05-13", "bilancio-competenze")?;
        let view = self.registered(view, "2024-05-13", "A03", "bilancio-competenze")?;
        let view =
            self.delivered(view, "2024-05-13", "bilancio", serde_json::json!({ "competenze": ["saldatura TIG"] }))?;
        self.say("colloquio e bilancio ci sono; prova a concludere:")?;
        let view = self.concluded(view, "2024-05-14")?;
        let updated = serde_json::json!({ "data_aggiornamento": "2024-05-14", "misure": ["corso di disegno tecnico"] });
        let view = self.delivered(view, "2024-05-14", "patto-aggiornato", updated)?;
        let view = self.reached(view, "2024-05-14", "obiettivo-definito")?;
        let view = self.concluded(view, "2024-05-15")?;
        self.say(&format!("aggiorna il patto e conclude: {} eventi registrati", view.head.sequence))?;
        self.verdict(&view, self.service.today())
    }

    fn matching(&self) -> Result<(), CliError> {
        let subject = (SubjectKind::Company, "99999999990", "Impresa Inventata s.r.l.");
        let view = self.open("Q", subject, "2024-09-02", &[])?;
        let view = self.ended(view, "2024-09-03", "fabbisogno")?;
        let view = self.ended(view, "2024-09-09", "candidature")?;
        let view = self.ended(view, "2024-09-11", "contatto-candidati")?;
        let met = serde_json::json!({ "vacancy": "saldatore", "profili": ["saldatore con patentino"] });
        let view = self.delivered(view, "2024-09-12", "incontro-effettuato", met)?;
        let view = self.ended(view, "2024-09-13", "rosa")?;
        let sent = serde_json::json!({ "data_invio": "2024-09-13", "quanti": 3, "in_rosa": true });
        let view = self.delivered(view, "2024-09-13", "invio-nominativo", sent)?;
        let view = self.ended(view, "2024-09-23", "raccolta-esiti")?;
        let view = self.ended(view, "2024-09-24", "registrazione-esito")?;
        let told = serde_json::json!({ "data_comunicazione": "2024-09-23", "esito": "assunzione" });
        let view = self.delivered(view, "2024-09-24", "comunicazione-esito", told)?;
        self.say(
            "il lavoro è fatto; restano le registrazioni, e dati che nessuno ha ancora fornito (non noto non è no):",
        )?;
        self.agenda(&view, view.case.latest.unwrap_or_else(|| self.service.today()))?;
        let view = self.registered(view, "2024-09-24", "B03", "registrazione-esito")?;
        let view = self.fact(view, "2024-09-24", "gap_competenze", false)?;
        let view = self.fact(view, "2024-09-24", "assunzione_effettuata", true)?;
        self.say("nessun gap da colmare, e c'è stata un'assunzione; concludere adesso?")?;
        let view = self.concluded(view, "2024-09-27")?;
        let view = self.registered(view, "2024-09-27", "CO", "comunicazione-esito")?;
        let view = self.reached(view, "2024-09-27", "fabbisogno-soddisfatto")?;
        let view = self.concluded(view, "2024-09-30")?;
        self.say("l'impresa ha fatto la comunicazione obbligatoria; la pratica si conclude:")?;
        self.verdict(&view, self.service.today())
    }

    fn breach_of_access(&self) -> Result<(), CliError> {
        let subject = (SubjectKind::Person, "ZZZXXX75C10Z999N", "Persona Inventata Due");
        let view = self.open("E", subject, "2024-06-03", &[])?;
        self.say("non si sa se abbia già firmato un patto: la pratica si apre lo stesso, e il dato è atteso")?;
        let view = self.fact(view, "2024-06-05", "patto_gia_sottoscritto", false)?;
        self.say("il 5 giugno si scopre che nessun patto è mai stato firmato:")?;
        self.verdict(&view, self.service.today())
    }

    fn broken_term(&self) -> Result<(), CliError> {
        let subject = (SubjectKind::Person, "ZZZYYY90E55Z999H", "Persona Inventata Tre");
        let known = [("disoccupato", "true"), ("percettore_naspi", "false"), ("convocato", "false")];
        let view = self.open("B", subject, "2024-03-04", &known)?;
        let dates = [("data_did", "2024-03-01"), ("data_registrazione", "2024-03-01")];
        let mut view = view;
        for (name, day) in dates {
            let kind = EventKind::FactSupplied { fact: name.into(), value: Some(Datum::Text(day.into())) };
            view = self.record(view, "2024-03-04", kind)?;
        }
        self.say("registrata il 1º marzo, mai convocata; il 31 ottobre si guarda la pratica:")?;
        self.verdict(&view, self.service.today())?;
        let rulebook = &view.rulebook;
        let term =
            (0..).zip(&rulebook.terms).find(|(_, t)| t.id == "accesso-diretto").map(|(at, _)| Question::Term(at));
        match term.and_then(|term| explain(rulebook, &view.case, self.service.today(), term)) {
            Some(tree) => {
                self.say("la spiegazione del termine (`lepre case explain`):")?;
                explanation_text(self.global, rulebook, &tree)
            }
            None => Ok(()),
        }
    }

    fn fact(&self, view: CaseView, on: &str, name: &str, value: bool) -> Result<CaseView, CliError> {
        let value = Some(Datum::Boolean(value));
        self.record(view, on, EventKind::FactSupplied { fact: name.into(), value })
    }
}
