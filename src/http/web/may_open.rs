// SPDX-License-Identifier: EUPL-1.2
//! "Can I?": may a level be opened for somebody, what it asks, what is there and what is missing, before any form.

use std::sync::Arc;

use maud::{Markup, html};
use uuid::Uuid;

use crate::calendar::Day;
use crate::engine::{Case, Event, EventKind, Opening, PriorItem, Refusal, agenda, apply, fold, norm_link, norm_words};
use crate::http::app::App;
use crate::http::form::Typed;
use crate::http::trouble::Trouble;
use crate::rulebook::{Access, Fact, Rule, Rulebook};
use crate::service::{OpenRequest, ServiceError};
use crate::value::{FactType, Truth};

use super::parts::{alert, field, norm_line};
use super::rows::plain;
use super::sheet::ticked;

/// The engine's answer, with the case as it would be.
pub struct Verdict {
    pub rulebook: Arc<Rulebook>,
    pub case: Case,
    /// None: it may be opened.
    pub refusals: Vec<Refusal>,
    pub on: Day,
}

impl Verdict {
    pub fn is_yes(&self) -> bool {
        self.refusals.is_empty()
    }
}

/// Asks the engine; writes nothing.
///
/// # Errors
/// The level cannot be used on that day, the code is wrong, trouble with the store.
pub fn verdict(app: &App, request: &OpenRequest, subject: Option<Uuid>) -> Result<Verdict, Trouble> {
    let on = request.on.unwrap_or_else(|| app.service.today());
    match app.service.would_open(request) {
        Ok((rulebook, events)) => {
            let case = fold(&rulebook, &events);
            Ok(Verdict { rulebook, case, refusals: Vec::new(), on })
        }
        Err(ServiceError::Refused { refusals, rulebook }) => {
            let case = as_if(app, &rulebook, request, subject, on)?;
            Ok(Verdict { rulebook, case, refusals, on })
        }
        Err(error) => Err(error.into()),
    }
}

/// The case that was refused, as it would have been: for showing what its access rule lacks.
fn as_if(
    app: &App,
    rulebook: &Rulebook,
    request: &OpenRequest,
    subject: Option<Uuid>,
    on: Day,
) -> Result<Case, Trouble> {
    let mut dossier = Vec::new();
    for head in subject.map_or_else(|| Ok(Vec::new()), |subject| app.service.store().cases_of_subject(subject))? {
        let view = app.service.case(head.id)?;
        for (item, state) in view.rulebook.items.iter().zip(&view.case.items) {
            dossier.extend(state.first.map(|first| PriorItem {
                level: view.rulebook.level.as_str().into(),
                item: item.id.as_str().into(),
                on: first.on,
            }));
        }
    }
    let opening = Opening {
        subject: Arc::from(""),
        level: rulebook.level.as_str().into(),
        region: request.region.as_deref().map(Arc::from),
        office: request.office.as_deref().map(Arc::from),
        rulebook: Arc::from(""),
        dossier,
    };
    let mut case = Case::new(rulebook);
    apply(&mut case, rulebook, &Event { on, time: request.time, kind: EventKind::CaseOpened(Box::new(opening)) });
    for (name, typed) in &request.facts {
        let kind = rulebook.facts.iter().find(|fact| fact.name == *name).map_or(FactType::Text, |fact| fact.kind);
        let value = Some(crate::value::Datum::typed(typed, kind));
        let event = EventKind::FactSupplied { fact: name.as_str().into(), value };
        apply(&mut case, rulebook, &Event { on, time: None, kind: event });
    }
    Ok(case)
}

/// The answer, why, and what would make it a yes.
pub fn verdict_words(verdict: &Verdict) -> Markup {
    let Verdict { rulebook, case, refusals, .. } = verdict;
    let awaits = crate::engine::access(rulebook, case) == Truth::NotKnown;
    html! {
        @if !verdict.is_yes() {
            (alert("danger", "No, così non si può aprire."))
            @for refusal in refusals {
                div class="lepre-law mb-3" {
                    p class="mb-1" { strong { "Perché: " } (ticked(&refusal.message)) "." }
                    @if !refusal.help.is_empty() { p class="mb-1" { strong { "Che cosa lo renderebbe possibile: " } (ticked(&refusal.help)) "." } }
                    (norm_line(&norm_words(rulebook, &refusal.norm), norm_link(rulebook, &refusal.norm).as_deref()))
                }
            }
        } @else if awaits {
            (alert("warning", "Si può aprire, ma per l'accesso manca ancora qualche dato: finché non c'è, la pratica lo attende."))
        } @else {
            (alert("success", "Sì, si può aprire."))
        }
        @match &rulebook.access {
            Some(rule) => (access_rule(rulebook, case, rule)),
            None => p { "Il livello non pone condizioni di accesso." },
        }
    }
}

fn access_rule(rulebook: &Rulebook, case: &Case, rule: &Access) -> Markup {
    html! {
        h3 class="h5" { "Che cosa chiede il livello " (rulebook.level) " per aprirsi" }
        ul {
            @for (position, required) in rule.requires.iter().enumerate() {
                li {
                    "nel fascicolo: " strong { (plain(&required.item)) } " del livello " (required.level) " — "
                    @if case.met.get(position).copied().unwrap_or(false) { "c'è" } @else { strong { "manca" } }
                }
            }
            @if let Some(unless) = &rule.unless { li { @if !rule.requires.is_empty() { "oppure " } (condition(case, unless)) } }
            @if let Some(when) = &rule.when { li { "e in ogni caso " (condition(case, when)) } }
        }
        (named_facts(rulebook, rule))
        p { (rule.reason) "." }
        (norm_line(&norm_words(rulebook, &rule.norm), norm_link(rulebook, &rule.norm).as_deref()))
    }
}

/// What the names in the conditions stand for.
fn named_facts(rulebook: &Rulebook, rule: &Access) -> Markup {
    let texts = [&rule.unless, &rule.when].into_iter().flatten().map(|rule| rule.text.as_str());
    let words: Vec<&str> = texts.flat_map(|text| text.split(|c: char| !c.is_alphanumeric() && c != '_')).collect();
    let named: Vec<&Fact> = rulebook.facts.iter().filter(|fact| words.contains(&fact.name.as_str())).collect();
    html! {
        @if !named.is_empty() {
            dl class="lepre-summary" { @for fact in named { dt { code { (fact.name) } } dd { (fact.question) } } }
        }
    }
}

fn condition(case: &Case, rule: &Rule) -> Markup {
    let stands = match rule.condition.evaluate(&case.facts) {
        Truth::True => "vale",
        Truth::False => "non vale",
        Truth::NotKnown => "non si sa ancora",
    };
    html! { code { (rule.text) } " — " strong { (stands) } }
}

/// The facts that the case would wait for, as fields: those on which the access depends, then the others; and those that
/// were typed already.
pub fn fact_fields(verdict: &Verdict, typed: &Typed) -> Markup {
    let Verdict { rulebook, case, on, .. } = verdict;
    let owed = agenda(rulebook, case, *on);
    let given: Vec<&str> = typed.under("dato.").filter(|(_, value)| !value.is_empty()).map(|(name, _)| name).collect();
    let mut first: Vec<&Fact> = rulebook.facts.iter().filter(|fact| given.contains(&fact.name.as_str())).collect();
    let mut others: Vec<&Fact> = Vec::new();
    for awaited in &owed.awaited {
        let Some(fact) = rulebook.fact(awaited.fact) else { continue };
        if given.contains(&fact.name.as_str()) {
            continue;
        }
        if awaited.access { first.push(fact) } else { others.push(fact) }
    }
    html! {
        @if !first.is_empty() {
            h3 class="h5 mt-4" { "Dati per l'accesso" }
            @for fact in first { (fact_field(fact, typed)) }
        }
        @if !others.is_empty() {
            details class="mt-3 mb-3" {
                summary { "Altri dati che la pratica attenderà (" (others.len()) "): si possono dare anche dopo" }
                @for fact in others { (fact_field(fact, typed)) }
            }
        }
    }
}

/// A question of the level, with a field of its kind. Left empty, the fact stays not known.
fn fact_field(fact: &Fact, typed: &Typed) -> Markup {
    let name = format!("dato.{}", fact.name);
    let hint = if fact.sensitive {
        format!("{}; è un dato particolare: serve per {}", fact.meaning, fact.purpose)
    } else {
        format!("{}; serve per {}", fact.meaning, fact.purpose)
    };
    let known = |value: &str, words: &str| (value.to_owned(), words.to_owned());
    let line = field(&name, &fact.question).value(typed.get(&name).unwrap_or_default()).hint(&hint);
    let line = match fact.kind {
        FactType::Boolean => {
            line.choices(vec![known("", "non si sa ancora"), known("true", "sì"), known("false", "no")])
        }
        FactType::Choice => {
            let choices = fact.choices.iter().map(|choice| known(choice, &plain(choice)));
            line.choices(std::iter::once(known("", "non si sa ancora")).chain(choices).collect())
        }
        FactType::Date => line.date(),
        FactType::Integer => line.number(),
        FactType::Decimal | FactType::Text => line,
    };
    html! { (line) }
}
