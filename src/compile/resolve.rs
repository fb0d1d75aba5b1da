// SPDX-License-Identifier: EUPL-1.2
//! From a checked level to its rulebook: everything named is put where it is named.

mod sanctions;

use std::collections::BTreeSet;

use crate::calendar::{CalendarRules, Day, HolidayDate, HolidayRule, Length, Weekday};
use crate::condition::Condition;
use crate::evidence::{Form, FormField};
use crate::rulebook::{
    Access, Act, Bound, Citation, Code, FORMAT, Fact, Item, ItemKind, Links, Obligation, Origin, Parameter,
    Registration, Requirement, Rule, Rulebook, SapCodes, Start, Target, Term,
};
use crate::spec::catalogue::{ActSpec, Catalogue, Channel, FactSpec, HolidayDateSpec, HolidaySpec, WeekdayWord};
use crate::spec::decode::{Entries, Entry, FactName, Id, Spanned};
use crate::spec::folder::Specs;
use crate::spec::level::{
    CitationSpec, EvidenceField, FieldType, LengthSpec, Level, MomentSpec, ObligationSpec, Party, Precedence,
    RegistrationSpec, Roll, SapCodesSpec, StartSpec, TargetSpec,
};

use crate::value::Decimal;

use super::Context;

/// The facts a level may name: the catalogue's, then its own.
pub(super) fn facts(catalogue: &Catalogue, level: &Level) -> Vec<Fact> {
    let all = catalogue.facts.0.iter().chain(&level.facts.0);
    all.map(|entry| fact(&entry.name.value, &entry.value)).collect()
}

fn fact(name: &FactName, spec: &FactSpec) -> Fact {
    Fact {
        name: name.0.clone(),
        kind: spec.kind.into(),
        meaning: spec.meaning.clone(),
        question: spec.question.clone(),
        supplier: spec.supplier,
        purpose: spec.purpose.clone(),
        retention: spec.retention.clone(),
        choices: spec.choices.clone(),
        minimum: spec.minimum.as_ref().map(|n| n.value),
        maximum: spec.maximum.as_ref().map(|n| n.value),
        sensitive: spec.sensitive.unwrap_or(false),
    }
}

/// The national calendar as rules; `None` when the catalogue has no table of holidays.
pub fn calendar_rules(specs: &Specs) -> Option<CalendarRules> {
    let table = specs.catalogue.holidays.as_ref()?;
    Some(CalendarRules {
        working_days: table.working_days.iter().map(|day| weekday(*day)).collect(),
        weekly_holidays: table.weekly_holidays.iter().map(|day| weekday(*day)).collect(),
        holidays: holidays(&table.holidays),
        valid_from: table.valid.from.or_else(|| Day::new(2000, 1, 1))?,
        valid_to: table.valid.to.or_else(|| Day::new(2099, 12, 31))?,
    })
}

/// Holidays as rules.
pub(super) fn holidays(entries: &Entries<Id, HolidaySpec>) -> Vec<HolidayRule> {
    let rules = entries.0.iter().map(|entry| HolidayRule {
        id: entry.name.value.0.clone(),
        name: entry.value.name.clone(),
        on: match entry.value.on {
            HolidayDateSpec::Fixed { month, day } => HolidayDate::Fixed { month, day },
            HolidayDateSpec::Easter(offset) => HolidayDate::Easter { offset: i32::try_from(offset).unwrap_or(0) },
        },
        from: entry.value.validity.as_ref().and_then(|v| v.from),
        to: entry.value.validity.as_ref().and_then(|v| v.to),
    });
    rules.collect()
}

fn weekday(word: WeekdayWord) -> Weekday {
    match word {
        WeekdayWord::Monday => Weekday::Monday,
        WeekdayWord::Tuesday => Weekday::Tuesday,
        WeekdayWord::Wednesday => Weekday::Wednesday,
        WeekdayWord::Thursday => Weekday::Thursday,
        WeekdayWord::Friday => Weekday::Friday,
        WeekdayWord::Saturday => Weekday::Saturday,
        WeekdayWord::Sunday => Weekday::Sunday,
    }
}

pub(super) fn citation(spec: &CitationSpec) -> Citation {
    Citation { act: spec.norm.value.0.clone(), partition: spec.partition.as_ref().map(|p| p.value.clone()), text: None }
}

/// Resolves a level that the checks have let through.
pub(super) fn rulebook(context: &Context<'_>, region: Option<&str>, calendar_rules: CalendarRules) -> Rulebook {
    let level = &context.file.level;
    let source = &level.source;
    let mut rulebook = Rulebook {
        format: FORMAT,
        level: level.letter.value.0.clone(),
        title: level.title.clone(),
        audience: level.audience,
        region: region.map(str::to_owned),
        from: level.validity.from,
        to: level.validity.to,
        origin: Origin {
            act: source.act.value.0.clone(),
            annex: source.annex.clone(),
            wording: source.wording,
            letter: source.letter,
            title: source.title,
            missing: source.missing.iter().map(|f| f.value).collect(),
            note: source.note.clone(),
        },
        norms: Vec::new(),
        description: level.description.as_ref().map(|d| d.value.clone()),
        access: None,
        // What the default says is not said: the digest of a level that has no need of it stays what it was.
        precedence: level.precedence.filter(|precedence| *precedence != Precedence::Day),
        items: Vec::new(),
        terms: Vec::new(),
        sap: match &level.sap {
            None => SapCodes::Missing,
            Some(SapCodesSpec::ToBeDefined(_)) => SapCodes::ToBeDefined,
            Some(SapCodesSpec::Codes(codes)) => SapCodes::Codes(codes.iter().map(|c| c.value.0.clone()).collect()),
        },
        not_automated: level.not_automated.iter().map(|n| (n.text.value.clone(), n.reason.clone())).collect(),
        facts: Vec::new(),
        codes: Vec::new(),
        parameters: Vec::new(),
        sanctions: Vec::new(),
        acts: Vec::new(),
        calendar_rules,
        variations: Vec::new(),
        translations: Vec::new(),
        scripts: Vec::new(),
        local_holidays: Vec::new(),
        offices: Vec::new(),
        links: Links::default(),
    };
    let own = rulebook.own_norm();
    rulebook.norms.extend(level.norms.iter().map(|n| Citation {
        act: n.norm.value.0.clone(),
        partition: n.partition.as_ref().map(|p| p.value.clone()),
        text: n.text.as_ref().map(|t| t.value.clone()),
    }));
    rulebook.items = items(level, &own);
    rulebook.terms =
        level.terms.0.iter().map(|entry| term(context, entry.name.value.0.clone(), &entry.value)).collect();
    rulebook.access = level.access.as_ref().map(|spec| Access {
        requires: spec.requires.0.iter().filter_map(requirement).collect(),
        when: spec.when.as_ref().map(rule),
        unless: spec.unless.as_ref().map(rule),
        norm: spec.norm.as_ref().map_or_else(|| own.clone(), citation),
        reason: spec.reason.clone(),
        place: spec.place.clone(),
    });
    rulebook.parameters = parameters(context, level);
    rulebook.sanctions = sanctions::sanctions(context, level.audience);
    rulebook.codes = codes(context);
    // All of them: a dossier's facts may be supplied on any of its cases.
    rulebook.facts = context.facts.clone();
    rulebook.acts = acts(context, &rulebook);
    rulebook
}

fn requirement(spec: &crate::spec::level::RequirementSpec) -> Option<Requirement> {
    let item = spec.output.as_ref().or(spec.activity.as_ref()).or(spec.outcome.as_ref())?;
    Some(Requirement { level: spec.level.value.0.clone(), item: item.value.0.clone() })
}

pub(super) fn rule(text: &Spanned<String>) -> Rule {
    Rule { text: text.value.trim().to_owned(), condition: Condition::Constant(false), place: text.place.clone() }
}

fn obligation(spec: Option<&ObligationSpec>, unsaid: Obligation) -> Obligation {
    match spec {
        None => unsaid,
        Some(ObligationSpec::Due) => Obligation::Due,
        Some(ObligationSpec::Offered) => Obligation::Offered,
        Some(ObligationSpec::When(text)) => Obligation::When(rule(text)),
    }
}

fn registration(spec: Option<&RegistrationSpec>) -> Option<Registration> {
    spec.map(|spec| Registration {
        codes: spec.codes.iter().map(|c| c.value.0.clone()).collect(),
        when: spec.when.as_ref().map(rule),
        who: spec.who.unwrap_or(Party::Office),
        place: spec.place.clone(),
    })
}

fn refs(names: &[Spanned<Id>]) -> Vec<crate::rulebook::Ref> {
    names.iter().map(|name| name.value.0.clone().into()).collect()
}

fn items(level: &Level, own: &Citation) -> Vec<Item> {
    let mut items = Vec::new();
    let norm = |spec: Option<&CitationSpec>| spec.map_or_else(|| own.clone(), citation);
    for entry in &level.activities.0 {
        let procedure = entry.value.procedure.as_ref();
        let times = procedure.and_then(|p| p.times.as_ref()).map_or(1, |n| n.value);
        items.push(Item {
            id: entry.name.value.0.clone(),
            kind: ItemKind::Activity,
            text: entry.value.text.value.clone(),
            includes: entry.value.includes.0.iter().map(|i| (i.name.value.0.clone(), i.value.value.clone())).collect(),
            obligation: obligation(procedure.and_then(|p| p.obligation.as_ref()), Obligation::Implied),
            times: u32::try_from(times).unwrap_or(1),
            after: procedure.map(|p| refs(&p.after)).unwrap_or_default(),
            rests_on: Vec::new(),
            modes: procedure.map(|p| p.modes.iter().map(|m| m.value).collect()).unwrap_or_default(),
            registration: registration(procedure.and_then(|p| p.sap.as_ref())),
            evidence: Form::default(),
            norm: norm(procedure.and_then(|p| p.norm.as_ref())),
            reason: procedure.and_then(|p| p.reason.clone()),
            place: entry.name.place.clone(),
        });
    }
    for entry in &level.outputs.0 {
        let procedure = entry.value.procedure.as_ref();
        items.push(Item {
            id: entry.name.value.0.clone(),
            kind: ItemKind::Output,
            text: entry.value.text.value.clone(),
            includes: Vec::new(),
            obligation: obligation(procedure.and_then(|p| p.obligation.as_ref()), Obligation::Due),
            times: 1,
            after: procedure.map(|p| refs(&p.after)).unwrap_or_default(),
            rests_on: procedure.map(|p| refs(&p.rests_on)).unwrap_or_default(),
            modes: Vec::new(),
            registration: registration(procedure.and_then(|p| p.sap.as_ref())),
            evidence: procedure.map(|p| form(&p.evidence)).unwrap_or_default(),
            norm: norm(procedure.and_then(|p| p.norm.as_ref())),
            reason: procedure.and_then(|p| p.reason.clone()),
            place: entry.name.place.clone(),
        });
    }
    for entry in &level.outcomes.0 {
        let procedure = entry.value.procedure.as_ref();
        items.push(Item {
            id: entry.name.value.0.clone(),
            kind: ItemKind::Outcome,
            text: entry.value.text.value.clone(),
            includes: Vec::new(),
            obligation: obligation(procedure.and_then(|p| p.obligation.as_ref()), Obligation::Offered),
            times: 1,
            after: procedure.map(|p| refs(&p.after)).unwrap_or_default(),
            rests_on: Vec::new(),
            modes: Vec::new(),
            registration: None,
            evidence: Form::default(),
            norm: norm(procedure.and_then(|p| p.norm.as_ref())),
            reason: procedure.and_then(|p| p.reason.clone()),
            place: entry.name.place.clone(),
        });
    }
    items
}

/// The form of an output, from its fields as written.
pub(super) fn form(evidence: &Entries<FactName, EvidenceField>) -> Form {
    let fields: Vec<FormField> = evidence
        .0
        .iter()
        .map(|entry| {
            let spec = &entry.value;
            let minimum = spec.minimum.as_ref().map(|n| n.value);
            let sized = matches!(spec.kind, FieldType::Text | FieldType::List);
            FormField {
                name: entry.name.value.0.clone(),
                kind: spec.kind,
                of: spec.of,
                question: spec.question.clone(),
                mandatory: spec
                    .mandatory
                    .unwrap_or(sized && minimum.and_then(Decimal::integer).is_some_and(|n| n >= 1)),
                minimum,
                maximum: spec.maximum.as_ref().map(|n| n.value),
                pattern: spec.pattern.as_ref().map(|p| p.value.clone()),
                choices: spec.choices.clone(),
            }
        })
        .collect();
    fields.into()
}

fn term(context: &Context<'_>, id: String, spec: &crate::spec::level::TermSpec) -> Term {
    let target = match &spec.what {
        TargetSpec::Moment(MomentSpec::Done(name)) => Target::Done(name.value.0.clone().into()),
        TargetSpec::Moment(MomentSpec::Started(name)) => Target::Started(name.value.0.clone().into()),
        TargetSpec::Closing => Target::Closing,
    };
    let start = match &spec.from {
        StartSpec::Opening => Start::Opening,
        StartSpec::Moment(MomentSpec::Done(name)) => Start::Done(name.value.0.clone().into()),
        StartSpec::Moment(MomentSpec::Started(name)) => Start::Started(name.value.0.clone().into()),
        StartSpec::Fact(name) => Start::Fact(name.value.0.clone().into()),
    };
    let (bound, length, parameter) = match (&spec.within, &spec.at_least) {
        (Some(LengthSpec::Given(length)), _) => (Bound::Within, Some(length.value), None),
        (Some(LengthSpec::Parameter(name)), _) => {
            (Bound::Within, parameter_length(context.catalogue, &name.value.0), Some(name.value.0.clone()))
        }
        (None, at_least) => (Bound::AtLeast, at_least.as_ref().map(|l| l.value), None),
    };
    Term {
        index: 0,
        id,
        target,
        bound,
        length,
        parameter,
        shortened: None,
        start,
        when: spec.when.as_ref().map(rule),
        who: spec.who,
        norm: citation(&spec.norm),
        roll: spec.roll != Some(Roll::Never),
        effect: spec.effect.clone(),
        reason: spec.reason.clone(),
        place: spec.place.clone(),
    }
}

pub(super) fn parameter_length(catalogue: &Catalogue, id: &str) -> Option<Length> {
    let spec = catalogue.parameters.get(id)?;
    let count = spec.value.as_ref().and_then(|n| u32::try_from(n.value).ok())?;
    Some(Length { count, unit: spec.unit.0 })
}

fn parameters(context: &Context<'_>, level: &Level) -> Vec<Parameter> {
    let used: BTreeSet<&str> = level
        .terms
        .0
        .iter()
        .filter_map(|entry| match &entry.value.within {
            Some(LengthSpec::Parameter(name)) => Some(name.value.0.as_str()),
            _ => None,
        })
        .collect();
    let all = context.catalogue.parameters.0.iter().filter(|entry| used.contains(entry.name.value.0.as_str()));
    all.map(|entry| Parameter {
        id: entry.name.value.0.clone(),
        meaning: entry.value.meaning.clone(),
        norm: citation(&entry.value.norm),
        value: parameter_length(context.catalogue, &entry.name.value.0),
        settled_by: None,
    })
    .collect()
}

/// The whole table: a history may register any code, and must be told which of them exist.
fn codes(context: &Context<'_>) -> Vec<Code> {
    let table = context.catalogue.sap.iter().flat_map(|sap| &sap.codes.0);
    table
        .map(|entry| Code {
            code: entry.name.value.0.clone(),
            label: entry.value.label.clone(),
            from: entry.value.validity.as_ref().and_then(|v| v.from),
            to: entry.value.validity.as_ref().and_then(|v| v.to),
            state: entry.value.state,
            channel: entry.value.channel.unwrap_or(Channel::SectionSix),
        })
        .collect()
}

pub(super) fn acts(context: &Context<'_>, rulebook: &Rulebook) -> Vec<Act> {
    let mut used: BTreeSet<&str> = rulebook.norms.iter().map(|n| n.act.as_str()).collect();
    used.insert(&rulebook.origin.act);
    used.extend(rulebook.items.iter().map(|i| i.norm.act.as_str()));
    used.extend(rulebook.terms.iter().map(|t| t.norm.act.as_str()));
    used.extend(rulebook.access.iter().map(|a| a.norm.act.as_str()));
    used.extend(rulebook.parameters.iter().map(|p| p.norm.act.as_str()));
    used.extend(rulebook.parameters.iter().filter_map(|p| p.settled_by.as_ref()).map(|norm| norm.act.as_str()));
    used.extend(rulebook.sanctions.iter().map(|s| s.norm.act.as_str()));
    used.extend(rulebook.variations.iter().map(|v| v.norm.act.as_str()));
    // A script may cite any of its region's.
    let regional = |entry: &&Entry<Id, ActSpec>| {
        !rulebook.scripts.is_empty() && context.specs.catalogue.acts.get(&entry.name.value.0).is_none()
    };
    let cited = |entry: &&Entry<Id, ActSpec>| used.contains(entry.name.value.0.as_str());
    let table = context.catalogue.acts.0.iter().filter(|entry| cited(entry) || regional(entry));
    table
        .map(|entry| Act {
            id: entry.name.value.0.clone(),
            title: entry.value.title.clone(),
            short: entry.value.short.clone(),
            urn: entry.value.urn.value.clone(),
            url: entry.value.url.clone(),
            resolvable: entry.value.resolvable,
        })
        .collect()
}
