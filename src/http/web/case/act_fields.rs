// SPDX-License-Identifier: EUPL-1.2
//! What the form of an act asks: its own fields, then the day, the hour, the reason.

use maud::{Markup, html};

use crate::engine::{needs_reason, next_sanction};
use crate::http::app::App;
use crate::http::form::Typed;
use crate::http::trouble::{FieldFault, Trouble};
use crate::http::web::parts::{Field, field};
use crate::role::Role;
use crate::rulebook::{Fact, Item};
use crate::spec::catalogue::CodeState;
use crate::spec::level::Mode;
use crate::value::FactType;

use super::Seen;
use super::act::{Act, codes, lawful_events};
use super::events::has_time;
use super::fields::{self, choices, pairs};
use super::words::norm;

/// Accounts asked for at once.
const PAGE: u32 = 200;

/// To whom a case may be entrusted: usernames and names, ids and names of offices.
#[derive(Default)]
pub(super) struct Offices {
    operators: Vec<(String, String)>,
    offices: Vec<(String, String)>,
}

impl Offices {
    /// Looked for only where they are asked.
    ///
    /// # Errors
    /// Trouble with the store.
    pub fn for_act(app: &App, seen: &Seen, act: &Act) -> Result<Self, Trouble> {
        if *act != Act::Entrust {
            return Ok(Self::default());
        }
        let (mut found, mut after) = (Self::default(), None);
        loop {
            let page = app.registry.accounts(after, PAGE)?;
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            let here = page.iter().filter(|account| {
                let works = matches!(account.role, Role::Operator | Role::OfficeLead) && !account.disabled;
                works && account.region == seen.desk.region && account.office == seen.desk.office
            });
            found.operators.extend(here.map(|account| (account.username.clone(), account.name.clone())));
        }
        let named = seen.view.rulebook.offices.iter().map(|office| {
            let region = seen.view.head.region.as_deref().unwrap_or_default();
            let name = app.service.library().office_name(region, &office.id);
            (office.id.clone(), name.unwrap_or_else(|| office.id.clone()))
        });
        found.offices = named.filter(|(id, _)| Some(id) != seen.desk.office.as_ref()).collect();
        Ok(found)
    }
}

fn item<'a>(seen: &'a Seen, name: &str) -> Option<&'a Item> {
    seen.view.rulebook.item_index(name).and_then(|index| seen.view.rulebook.item(index))
}

pub(super) fn fact<'a>(seen: &'a Seen, name: &str) -> Option<&'a Fact> {
    seen.view.rulebook.fact_slot(name).and_then(|slot| seen.view.rulebook.fact(slot))
}

pub(super) fn title(act: &Act, seen: &Seen) -> String {
    let text = |name: &str| item(seen, name).map_or_else(|| name.to_owned(), |item| item.text.clone());
    match act {
        Act::Activity(name) => format!("Attività: {}", text(name)),
        Act::Output(name) => format!("Output: {}", text(name)),
        Act::Outcome(name) => format!("Outcome: {}", text(name)),
        Act::Register(name) => format!("Registrazione in SAP: {}", text(name)),
        Act::Fact(name) => fact(seen, name).map_or_else(|| name.clone(), |fact| fact.question.clone()),
        Act::Withdraw(name) => {
            let meaning = fact(seen, name).map_or(name.as_str(), |fact| fact.meaning.as_str());
            format!("Dato non più noto: {meaning}")
        }
        Act::Suspend => "Sospendi la pratica".into(),
        Act::Resume => "Riprendi la pratica".into(),
        Act::Conclude => "Concludi la pratica".into(),
        Act::Interrupt => "Interrompi la pratica".into(),
        Act::Reopen => "Riapri la pratica".into(),
        Act::Void(n) => format!("Correggi l'evento {n}"),
        Act::Note => "Nota".into(),
        Act::Call => "Convoca".into(),
        Act::Attend(n) => format!("Presente alla convocazione {n}"),
        Act::Miss(n) => format!("Assente alla convocazione {n}"),
        Act::Justify(n) => format!("Giustificazione dell'assenza alla convocazione {n}"),
        Act::Sanction(n) => format!("Sanzione per l'assenza alla convocazione {n}"),
        Act::Entrust => "Affida la pratica".into(),
    }
}

/// What the button says: what will happen.
pub(super) fn button(act: &Act) -> &'static str {
    match act {
        Act::Activity(_) => "Registra l'attività",
        Act::Output(_) => "Consegna l'output",
        Act::Outcome(_) => "Rileva l'outcome",
        Act::Register(_) => "Registra in SAP",
        Act::Fact(_) => "Registra il dato",
        Act::Withdraw(_) => "Segna come non più noto",
        Act::Suspend => "Sospendi",
        Act::Resume => "Riprendi",
        Act::Conclude => "Concludi",
        Act::Interrupt => "Interrompi",
        Act::Reopen => "Riapri",
        Act::Void(_) => "Annulla l'evento",
        Act::Note => "Scrivi la nota",
        Act::Call => "Registra la convocazione",
        Act::Attend(_) => "Registra la presenza",
        Act::Miss(_) => "Registra l'assenza",
        Act::Justify(_) => "Registra la giustificazione",
        Act::Sanction(_) => "Registra la sanzione",
        Act::Entrust => "Affida",
    }
}

/// The words of a field for the list of what is wrong.
pub(super) fn label(name: &str, seen: &Seen) -> String {
    let known = match name {
        "il" => "Giorno",
        "ora" => "Ora",
        "motivo" => "Motivo",
        "modalita" => "Modo di svolgimento",
        "evento" => "Che cosa è avvenuto",
        "valore" => "Risposta",
        "testo" => "Testo",
        "giorno" => "Giorno della convocazione",
        "accolta" => "Il motivo è accolto?",
        "operatore" => "Operatore",
        "sede" => "Altra sede",
        "codice" => "Codice",
        "occasione" => "Quante volte",
        _ => "",
    };
    if !known.is_empty() {
        return known.into();
    }
    let asked = seen.view.rulebook.items.iter().flat_map(|item| &item.evidence.fields);
    let asked = asked.filter(|field| Some(field.name.as_str()) == name.strip_prefix("ev-"));
    asked.map(|field| field.question.clone()).next().unwrap_or_else(|| name.to_owned())
}

/// The fields of an act, filled in as they were typed.
pub(super) fn fields(act: &Act, seen: &Seen, typed: &Typed, faults: &[FieldFault], offices: &Offices) -> Markup {
    let fault = |name: &str| faults.iter().find(|fault| fault.field == name).map(|fault| fault.message.clone());
    let filled = |name: &'static str, label: &'static str| {
        field(name, label).value(typed.get(name).unwrap_or_default()).fault(fault(name))
    };
    let reason = |must: bool| {
        let shown = filled("motivo", "Motivo").lines(3);
        if must {
            shown.required().hint("in una frase; resta nella storia della pratica")
        } else {
            shown.hint("se serve")
        }
    };
    html! {
        @match act {
            Act::Activity(name) => (activity(seen, name, &filled)),
            Act::Output(name) => @if let Some(item) = item(seen, name) { (fields::evidence(item, typed, faults)) },
            Act::Register(name) => (register(seen, name, &filled)),
            Act::Fact(name) => @if let Some(fact) = fact(seen, name) {
                (answer(fact, typed.get("valore").unwrap_or_default(), fault("valore"), ""))
                (purpose(fact))
            },
            Act::Note => (filled("testo", "Testo della nota").lines(5).required().hint("resta nella storia della pratica: scrivi solo ciò che serve")),
            Act::Call => (call(seen, &filled)),
            Act::Justify(_) => {
                (filled("accolta", "Il motivo è accolto?").required()
                    .choices(pairs(&[("", "scegli"), ("true", "sì: l'assenza è giustificata"), ("false", "no: l'assenza resta senza giustificazione")])))
            },
            Act::Sanction(meeting) => (sanction(seen, *meeting, &filled)),
            Act::Entrust => {
                (filled("operatore", "A un operatore di questa sede").choices(nobody_or(&offices.operators)))
                @if !offices.offices.is_empty() {
                    (filled("sede", "Oppure a un'altra sede").choices(nobody_or(&offices.offices))
                        .hint("da quel momento la pratica la vede quella sede e non più questa"))
                }
            },
            _ => {},
        }
        @let today = seen.today.to_string();
        @let day = field("il", "Giorno in cui è avvenuto").value(typed.get("il").unwrap_or(&today)).fault(fault("il")).date().required();
        div class="row" {
            div class="col-md-4" { (day) }
            @if has_time(act) {
                div class="col-md-4" { (filled("ora", if *act == Act::Call { "A che ora ci si presenta" } else { "Ora, se si conosce" }).time()) }
            }
        }
        @match act {
            Act::Suspend | Act::Interrupt | Act::Reopen | Act::Void(_) | Act::Justify(_) => (reason(true)),
            Act::Activity(_) => (filled("motivo", "Motivo").lines(3).hint("serve se l'attività non è andata avanti: rifiuto, abbandono, annullamento…")),
            Act::Conclude | Act::Entrust | Act::Sanction(_) => (reason(false)),
            _ => {},
        }
    }
}

fn nobody_or(of: &[(String, String)]) -> Vec<(String, String)> {
    let first = (String::new(), "nessuno".to_owned());
    std::iter::once(first).chain(of.iter().cloned()).collect()
}

fn activity<'a>(seen: &Seen, name: &str, filled: &impl Fn(&'static str, &'static str) -> Field<'a>) -> Markup {
    let events = lawful_events(&seen.view, name).into_iter().map(|event| {
        let why = if needs_reason(event) { " (serve il motivo)" } else { "" };
        (event.word().to_owned(), format!("{}{why}", event.word()))
    });
    let allowed = item(seen, name).map(|item| item.modes.clone()).filter(|modes| !modes.is_empty());
    let allowed = allowed.unwrap_or_else(|| Mode::ALL.to_vec());
    let modes = allowed.iter().map(|mode| (mode.word().to_owned(), mode.word().to_owned()));
    let none = std::iter::once((String::new(), "non indicato".to_owned()));
    html! {
        (filled("evento", "Che cosa è avvenuto").choices(events.collect()).required())
        (filled("modalita", "Modo di svolgimento").choices(none.chain(modes).collect()))
    }
}

fn register<'a>(seen: &Seen, name: &str, filled: &impl Fn(&'static str, &'static str) -> Field<'a>) -> Markup {
    let codes = codes(&seen.view, name);
    let words = codes.iter().map(|code| {
        let label = seen.view.rulebook.code(code).and_then(|known| known.label.as_deref());
        (code.clone(), label.map_or_else(|| code.clone(), |label| format!("{code}, {label}")))
    });
    html! { (filled("codice", "Codice").choices(words.collect()).required()) }
}

/// The question of a fact, with the field its type wants. `within` keeps ids apart where there are several on a page.
pub(super) fn answer(fact: &Fact, value: &str, fault: Option<String>, within: &str) -> Markup {
    let hint = match (fact.minimum, fact.maximum) {
        (Some(min), Some(max)) => format!("da {min} a {max}"),
        (Some(min), None) => format!("da {min} in su"),
        (None, Some(max)) => format!("fino a {max}"),
        (None, None) => String::new(),
    };
    let shown = field("valore", &fact.question).value(value).fault(fault).hint(&hint).within(within).required();
    let shown = match fact.kind {
        FactType::Boolean => shown.choices(pairs(&[("", "scegli"), ("true", "sì"), ("false", "no")])),
        FactType::Choice => shown.choices(choices(&fact.choices)),
        FactType::Date => shown.date(),
        FactType::Integer => shown.number(),
        FactType::Decimal | FactType::Text => shown,
    };
    html! { (shown) }
}

/// Why a fact is asked for and how long it is kept.
pub(super) fn purpose(fact: &Fact) -> Markup {
    html! {
        details class="lepre-purpose" {
            summary { "Perché lo chiediamo" }
            dl class="mb-0" {
                dt { "Che cosa significa" } dd { (fact.meaning) }
                dt { "Finalità" } dd { (fact.purpose) }
                dt { "Conservazione" } dd { (fact.retention) }
                @if fact.sensitive { dt { "Dato particolare" } dd { "lo vede solo chi lavora sulla pratica" } }
            }
        }
    }
}

fn call<'a>(seen: &Seen, filled: &impl Fn(&'static str, &'static str) -> Field<'a>) -> Markup {
    let activities = seen.view.rulebook.items.iter().filter(|item| item.kind == crate::rulebook::ItemKind::Activity);
    let activities: Vec<(String, String)> = activities.map(|item| (item.id.clone(), item.text.clone())).collect();
    let ladders = seen.view.rulebook.sanctions.iter().filter(|ladder| ladder.holds(seen.today));
    let conducts: Vec<(String, String)> = ladders.map(|ladder| (ladder.id.clone(), ladder.conduct.clone())).collect();
    html! {
        (filled("giorno", "Per quale giorno").date().required())
        (filled("luogo", "Dove"))
        (filled("attivita", "Per quale attività").choices(nobody_or(&activities).into_iter().map(|(id, words)| if id.is_empty() { (id, "nessuna in particolare".into()) } else { (id, words) }).collect()))
        @if conducts.len() > 1 {
            (filled("condotta", "Che cosa sarebbe non presentarsi").choices(conducts)
                .hint("decide quali misure seguirebbero a un'assenza"))
        }
    }
}

fn sanction<'a>(seen: &Seen, meeting: u32, filled: &impl Fn(&'static str, &'static str) -> Field<'a>) -> Markup {
    let Some(next) = next_sanction(&seen.view.rulebook, &seen.view.case, meeting) else { return html! {} };
    html! {
        div class="callout lepre-callout" {
            p { "Condotta: " (next.ladder.conduct) "." }
            p { "In questa pratica sarebbe la " (next.occasion) "ª volta: " strong { (next.step.words) } "." }
            (norm(&seen.view.rulebook, &next.ladder.norm))
            @if next.ladder.state != CodeState::Verified { p { "La misura non è stata letta in una fonte ufficiale: verificala prima di applicarla." } }
            details {
                summary { "Tutte le misure di questa condotta" }
                ol { @for step in &next.ladder.steps { li { (step.words) } } }
            }
        }
        (filled("occasione", "È una volta successiva? Quale").number()
            .hint("la legge conta le volte della persona: scrivilo, con il motivo, se ne risultano altre fuori da questa pratica"))
    }
}
