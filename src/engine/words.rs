// SPDX-License-Identifier: EUPL-1.2
//! The engine's answers as sentences in Italian, with norm and link.

use crate::rulebook::{Bound, Citation, ItemIndex, ItemKind, Rulebook, Start, Target, Term, Variation};
use crate::spec::catalogue::Resolvable;
use crate::spec::level::Party;
use crate::spec::scenario::{FindingKind, SapEventWord, TermStateWord};
use crate::value::Datum;

use super::agenda::Cause;
use super::case::{Case, FaultDetail, SpokenOutcome};
use super::event::{Event, EventKind};
use super::findings::Finding;
use super::speech::{Speech, SpokenWord};
use super::standing::{TermStanding, duty_norm, length_norm, term_standing};

/// A citation as a person reads it: `D.Lgs. 150/2015, art. 20, co. 1`.
pub fn norm_words(rulebook: &Rulebook, citation: &Citation) -> String {
    let act = rulebook.act(&citation.act);
    let title = act.map_or(citation.act.as_str(), |act| act.short.as_deref().unwrap_or(&act.title));
    match &citation.partition {
        Some(partition) => format!("{title}, {partition}"),
        None => title.to_owned(),
    }
}

/// Where a citation can be read, if anywhere.
pub fn norm_link(rulebook: &Rulebook, citation: &Citation) -> Option<String> {
    let act = rulebook.act(&citation.act)?;
    match (act.resolvable, &act.url) {
        (Resolvable::Normattiva, _) => Some(crate::norms::normattiva(&act.urn, citation.partition.as_deref())),
        (Resolvable::Elsewhere, url) => url.clone(),
        (Resolvable::Nowhere, _) => None,
    }
}

pub(super) fn item_name(rulebook: &Rulebook, index: ItemIndex) -> String {
    rulebook.item(index).map(|item| format!("{} `{}`", item.kind.word(), item.id)).unwrap_or_default()
}

/// A word that agrees with an item: `dovut` gives *dovuta* for an activity, *dovuto* for an output or an outcome.
pub(super) fn agreed(stem: &str, kind: ItemKind) -> String {
    format!("{stem}{}", if kind == ItemKind::Activity { 'a' } else { 'o' })
}

pub(super) fn item_list(rulebook: &Rulebook, items: &[ItemIndex]) -> String {
    let names: Vec<String> = items.iter().map(|i| item_name(rulebook, *i)).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} e {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

/// Why an item is due, as half a sentence.
pub fn cause_words(rulebook: &Rulebook, case: &Case, cause: &Cause) -> String {
    match cause {
        Cause::Always => "in ogni caso".to_owned(),
        Cause::Condition(slots) => {
            let facts: Vec<String> = slots
                .iter()
                .filter_map(|slot| {
                    let name = &rulebook.fact(*slot)?.name;
                    let value = case.facts.get(usize::from(*slot))?.as_ref();
                    Some(value.map_or_else(|| format!("`{name}` non noto"), |v| format!("`{name}` è {v}")))
                })
                .collect();
            format!("perché {}", facts.join(", "))
        }
        Cause::Script(norm) => format!("perché lo dice uno script della regione ({})", norm_words(rulebook, norm)),
        Cause::Outputs(outputs) => {
            let born = if outputs.len() == 1 { "nasce" } else { "nascono" };
            format!("perché ne {born} {}", item_list(rulebook, outputs))
        }
    }
}

/// A term in words: what, within how long, from what.
pub fn term_words(rulebook: &Rulebook, term: &Term) -> String {
    let what = match &term.target {
        Target::Done(item) => item_name(rulebook, item.index),
        Target::Started(item) => format!("inizio di {}", item_name(rulebook, item.index)),
        Target::Closing => "chiusura della pratica".to_owned(),
    };
    let from = match &term.start {
        Start::Opening => "dall'apertura".to_owned(),
        Start::Done(item) => format!("da {}", item_name(rulebook, item.index)),
        Start::Started(item) => format!("dall'inizio di {}", item_name(rulebook, item.index)),
        Start::Fact(fact) => format!("dal giorno di `{}`", fact.name),
    };
    let length = match (&term.length, &term.parameter) {
        (Some(length), _) => length.to_string(),
        (None, Some(parameter)) => format!("i giorni di `{parameter}`, che la regione deve fissare,"),
        (None, None) => "un tempo non noto".to_owned(),
    };
    let length = match &term.shortened {
        Some(shortened) if term.length.is_some() => format!("{} (la regione; la legge: {length})", shortened.length),
        Some(shortened) => format!("{} (la regione)", shortened.length),
        None => length,
    };
    let bound = match term.bound {
        Bound::Within => "entro",
        Bound::AtLeast => "non prima di",
    };
    format!("{what} {bound} {length} {from}, a carico {}", who(term.who))
}

fn who(party: Party) -> &'static str {
    match party {
        Party::Office => "del CPI",
        Party::Person => "della persona",
        Party::Company => "dell'impresa",
    }
}

/// How a term stands, with its day.
pub fn standing_words(term: &Term, standing: &TermStanding) -> String {
    let day = if term.bound == Bound::Within { "ultimo giorno" } else { "non prima del" };
    let due = standing.due.map(|due| format!(" ({day} {due})")).unwrap_or_default();
    match standing.state {
        TermStateWord::Running => format!("in corso{due}"),
        TermStateWord::Kept => format!("rispettato{due}"),
        TermStateWord::Broken => format!("non rispettato{due}"),
        TermStateWord::Suspended => "sospeso con la pratica".to_owned(),
        TermStateWord::NotRunning => "non decorre".to_owned(),
        TermStateWord::NotKnown => "non si può ancora dire".to_owned(),
    }
}

/// A finding as a sentence.
pub fn finding_words(rulebook: &Rulebook, case: &Case, finding: &Finding) -> String {
    let item = finding.item.map(|i| item_name(rulebook, i)).unwrap_or_else(|| "la pratica".to_owned());
    let event = finding.sequence.map(|n| format!(" (evento {n})")).unwrap_or_default();
    let kind = finding.item.and_then(|i| rulebook.item(i)).map_or(ItemKind::Activity, |item| item.kind);
    if let Some(detail) = finding.detail {
        return format!("{}{event}", detail_words(detail, &item, kind));
    }
    match finding.kind {
        FindingKind::Order => {
            let first = finding.item.and_then(|i| case.first(i));
            let early: Vec<ItemIndex> = finding
                .item
                .and_then(|i| rulebook.item(i))
                .into_iter()
                .flat_map(|item| item.prerequisites().map(|p| p.index))
                .filter(|p| first.is_none_or(|first| case.comes_late(case.first(*p), first)))
                .collect();
            format!("{item} viene prima di {}{event}", item_list(rulebook, &early))
        }
        FindingKind::Term => {
            let Some(term) = finding.term.and_then(|t| rulebook.terms.get(usize::from(t))) else { return event };
            // The day a term ends on is the same whatever day it is looked at.
            let due = case.opened.and_then(|opened| term_standing(rulebook, case, term, opened.on).due);
            let how = match (term.bound, due) {
                (Bound::Within, Some(due)) => format!("scaduto il {due}"),
                (Bound::AtLeast, Some(due)) => format!("non rispettato, non prima del {due}"),
                (_, None) => "non rispettato".to_owned(),
            };
            let spoken = finding
                .length
                .filter(|length| case.words.shortened.iter().any(|s| s.term == term.index && s.length == *length));
            let spoken =
                spoken.map(|length| format!(", abbreviato a {length} da uno script della regione")).unwrap_or_default();
            format!("termine `{}` {how}: {}{spoken}{event}", term.id, term_words(rulebook, term))
        }
        FindingKind::Missing => {
            format!("{item}: {} e mai {}, in una pratica conclusa", agreed("dovut", kind), agreed("fatt", kind))
        }
        FindingKind::Sap => format!("{item}: manca la registrazione"),
        FindingKind::Dates => format!("evento con una data che non è ancora venuta{event}"),
        FindingKind::Script => {
            let failed = case.spoken.iter().zip(&rulebook.scripts).find_map(|(spoken, rule)| {
                match spoken.as_ref().map(|spoken| &spoken.outcome) {
                    Some(SpokenOutcome::Failed(why)) => Some(format!("`{}` si è fermato ({why})", rule.name)),
                    _ => None,
                }
            });
            let failed = failed.unwrap_or_else(|| "della regione si è fermato".to_owned());
            format!("lo script {failed}: il livello vale senza le sue aggiunte")
        }
        FindingKind::Access => {
            let reason = rulebook.access.as_ref().map(|a| a.reason.as_str()).unwrap_or_default();
            format!("il livello è stato aperto senza ciò che serve: {reason}")
        }
        FindingKind::NoOutcome => "pratica conclusa senza un outcome rilevato".to_owned(),
        FindingKind::Interrupted => "pratica interrotta con voci dovute e non fatte".to_owned(),
        kind => format!("{}{event}", kind.word()),
    }
}

fn detail_words(detail: FaultDetail, item: &str, kind: ItemKind) -> String {
    match detail {
        FaultDetail::UnknownName => "nome che il livello non conosce".to_owned(),
        FaultDetail::UnknownCode => format!("{item}: codice SAP che il catalogo non conosce"),
        FaultDetail::WrongValue => "valore che non va bene per il suo dato".to_owned(),
        FaultDetail::WrongKind => format!("{item}: {} come voce di un altro tipo", agreed("registrat", kind)),
        FaultDetail::Evidence => format!("{item}: l'evidenza non va bene"),
        FaultDetail::Mode => format!("{item}: modo di svolgimento non ammesso"),
        FaultDetail::Transition { from, to } => {
            format!("{item}: {} non può seguire `{}`", before_words(from), to.word())
        }
        FaultDetail::GoesBack => format!("{item}: data precedente a quella dell'evento prima"),
        FaultDetail::BeforeOpening => format!("{item}: data precedente all'apertura"),
        FaultDetail::AfterClosing => format!("{item}: evento dopo la chiusura, senza riapertura"),
        FaultDetail::WrongCode => format!("{item}: codice SAP che la voce non prevede"),
        FaultDetail::CodeNotInForce => format!("{item}: codice SAP non in vigore quel giorno"),
        FaultDetail::ReasonMissing => format!("{item}: manca il motivo"),
        FaultDetail::NotOpened => "la storia non comincia con l'apertura".to_owned(),
        FaultDetail::OpenedTwice => "pratica aperta due volte".to_owned(),
        FaultDetail::AlreadySuspended => "sospensione di una pratica già sospesa".to_owned(),
        FaultDetail::NotSuspended => "ripresa di una pratica non sospesa".to_owned(),
        FaultDetail::NotClosed => "riapertura di una pratica aperta".to_owned(),
        FaultDetail::NothingToVoid => "annullamento di un evento che non c'è o non si può annullare".to_owned(),
    }
}

/// Where an activity stands in the SAP, as the beginning of a sentence on what may follow.
pub(super) fn before_words(last: Option<SapEventWord>) -> String {
    last.map_or_else(|| "a un'attività mai cominciata".to_owned(), |last| format!("all'evento `{}`", last.word()))
}

/// What to do about a finding.
pub fn finding_help(rulebook: &Rulebook, case: &Case, finding: &Finding) -> &'static str {
    match finding.kind {
        FindingKind::Term if is_undone(rulebook, case, finding) => {
            "il ritardo resta; fai al più presto ciò che manca e registralo con la sua data"
        }
        FindingKind::Order => "se le date sono sbagliate, annulla l'evento e registralo di nuovo",
        FindingKind::Term => "il ritardo resta; se la data è sbagliata, annulla l'evento e registralo di nuovo",
        FindingKind::Missing => "riapri la pratica e completa la voce, oppure correggi la chiusura",
        FindingKind::Sap => "registra il codice giusto",
        FindingKind::Access => "annulla il dato sbagliato, oppure chiudi la pratica come interrotta",
        FindingKind::NoOutcome => "riapri la pratica e rileva l'outcome",
        FindingKind::Script => "avvisa chi cura le regole della regione: lo script va corretto",
        FindingKind::Interrupted => "controlla che il motivo dell'interruzione sia documentato",
        FindingKind::AfterClosing => "riapri la pratica con il motivo, poi registra di nuovo",
        FindingKind::Evidence | FindingKind::Unknown | FindingKind::Dates | FindingKind::State | FindingKind::Mode => {
            "annulla l'evento con il motivo e registralo di nuovo, corretto"
        }
    }
}

/// Has what a term was for not been done at all?
fn is_undone(rulebook: &Rulebook, case: &Case, finding: &Finding) -> bool {
    let term = finding.term.and_then(|position| rulebook.terms.get(usize::from(position)));
    term.is_some_and(|term| match &term.target {
        Target::Done(of) => case.first(of.index).is_none(),
        Target::Started(of) => case.item(of.index).is_none_or(|state| state.sap.is_none() && state.count == 0),
        Target::Closing => case.closed.is_none(),
    })
}

/// The norm a finding rests on.
fn finding_norm(rulebook: &Rulebook, case: &Case, finding: &Finding) -> Citation {
    if let Some(term) = finding.term.and_then(|t| rulebook.terms.get(usize::from(t))) {
        return length_norm(case, term, finding.length).clone();
    }
    if let (FindingKind::Access, Some(access)) = (finding.kind, &rulebook.access) {
        return access.norm.clone();
    }
    let Some((index, item)) = finding.item.and_then(|index| Some((index, rulebook.item(index)?))) else {
        return rulebook.own_norm();
    };
    let settled = |variation: &&Variation| variation.verb == Variation::SETTLES_CODE;
    let varied = match finding.kind {
        FindingKind::Missing => duty_norm(rulebook, case, index),
        FindingKind::Sap => rulebook.variations_of(&item.id).find(settled).map(|variation| &variation.norm),
        _ => None,
    };
    varied.unwrap_or(&item.norm).clone()
}

impl Finding {
    /// The norm it rests on: that of the length, the variation or the script that was not kept, the item's, or the level's
    /// own.
    pub fn norm(&self, rulebook: &Rulebook, case: &Case) -> Citation {
        finding_norm(rulebook, case, self)
    }

    /// Where the specification says what was not kept.
    pub fn place<'a>(&self, rulebook: &'a Rulebook) -> Option<&'a crate::diagnostic::Place> {
        if let Some(term) = self.term.and_then(|t| rulebook.terms.get(usize::from(t))) {
            return Some(&term.place);
        }
        if let (FindingKind::Access, Some(access)) = (self.kind, &rulebook.access) {
            return Some(&access.place);
        }
        self.item.and_then(|i| rulebook.item(i)).map(|item| &item.place)
    }

    /// Name of the item or term it is about.
    pub fn subject<'a>(&self, rulebook: &'a Rulebook) -> Option<&'a str> {
        let term = self.term.and_then(|t| rulebook.terms.get(usize::from(t))).map(|t| t.id.as_str());
        term.or_else(|| self.item.and_then(|i| rulebook.item(i)).map(|item| item.id.as_str()))
    }
}

/// A recorded event as a sentence.
pub fn event_words(event: &Event) -> String {
    let reason = |reason: &str| if reason.is_empty() { String::new() } else { format!(" ({reason})") };
    match &event.kind {
        EventKind::CaseOpened(opening) => format!("aperta la pratica del livello {}", opening.level),
        EventKind::FactSupplied { fact, value: Some(Datum::Boolean(yes)) } => {
            format!("dato `{fact}`: {}", if *yes { "sì" } else { "no" })
        }
        EventKind::FactSupplied { fact, value: Some(value) } => format!("dato `{fact}`: {value}"),
        EventKind::FactSupplied { fact, value: None } => format!("dato `{fact}`: non più noto"),
        EventKind::ActivityRecorded { activity, event, mode, reason: why } => {
            let mode = mode.as_ref().map(|m| format!(", {m}")).unwrap_or_default();
            format!("attività `{activity}`: {}{mode}{}", event.word(), reason(why.as_deref().unwrap_or_default()))
        }
        EventKind::OutputDelivered { output, .. } => format!("consegnato l'output `{output}`"),
        EventKind::OutcomeReached { outcome } => format!("rilevato l'outcome `{outcome}`"),
        EventKind::Registered { code, item } => format!("registrato {code} per `{item}`"),
        EventKind::CaseSuspended { reason: why } => format!("pratica sospesa{}", reason(why)),
        EventKind::CaseResumed => "pratica ripresa".to_owned(),
        EventKind::CaseClosed { manner, reason: why } => {
            format!("pratica {}{}", manner.word(), reason(why.as_deref().unwrap_or_default()))
        }
        EventKind::CaseReopened { reason: why } => format!("pratica riaperta{}", reason(why)),
        EventKind::ScriptSpoke(speech) => speech_words(speech),
        EventKind::EventVoided { sequence, reason: why } => format!("annullato l'evento {sequence}{}", reason(why)),
        EventKind::NoteWritten { text } => {
            format!("nota: {}", text.split_whitespace().collect::<Vec<_>>().join(" "))
        }
        EventKind::MeetingCalled { activity, day, place, .. } => {
            let hour = event.time.map(|time| format!(" alle {time}")).unwrap_or_default();
            let place = place.as_ref().map(|place| format!(", {place}")).unwrap_or_default();
            let activity = activity.as_ref().map(|name| format!(", per l'attività `{name}`")).unwrap_or_default();
            format!("convocazione per il {day}{hour}{place}{activity}")
        }
        EventKind::MeetingAttended { meeting } => format!("presente alla convocazione {meeting}"),
        EventKind::MeetingMissed { meeting } => format!("assente alla convocazione {meeting}"),
        EventKind::AbsenceJustified { meeting, accepted, reason: why } => {
            let taken = if *accepted { "accolta" } else { "non accolta" };
            format!("giustificazione dell'assenza alla convocazione {meeting} {taken}{}", reason(why))
        }
        EventKind::SanctionApplied { meeting, measure, occasion, reason: why } => {
            let time = occasion.map(|n| format!(", {n}ª volta")).unwrap_or_default();
            let why = reason(why.as_deref().unwrap_or_default());
            format!("sanzione `{measure}` per l'assenza alla convocazione {meeting}{time}{why}")
        }
        EventKind::CaseEntrusted { operator, office, reason: why } => {
            let operator = operator.as_ref().map(|name| format!(" a `{name}`")).unwrap_or_default();
            let office = office.as_ref().map(|name| format!(", sede `{name}`")).unwrap_or_default();
            format!("pratica affidata{operator}{office}{}", reason(why.as_deref().unwrap_or_default()))
        }
    }
}

/// What a script said, as a sentence.
fn speech_words(speech: &Speech) -> String {
    let name = &speech.script;
    if let Some(fact) = &speech.awaits {
        return format!("lo script `{name}` è in attesa del dato `{fact}`");
    }
    if let Some(why) = &speech.failure {
        return format!("lo script `{name}` si è fermato ({why}): il livello vale senza le sue aggiunte");
    }
    let words = speech.words.iter().map(|word| match word {
        SpokenWord::MakeDue { item, .. } => format!("rende dovuta `{item}`"),
        SpokenWord::Shorten { term, within, .. } => format!("abbrevia `{term}` a {within}"),
        SpokenWord::RequireField { output, field, minimum: None, .. } => {
            format!("chiede `{field}` nella prova di `{output}`")
        }
        SpokenWord::RequireField { output, field, minimum: Some(n), .. } => {
            format!("chiede `{field}`, almeno {n}, nella prova di `{output}`")
        }
    });
    let words: Vec<String> = words.collect();
    if words.is_empty() {
        format!("lo script `{name}` non aggiunge niente")
    } else {
        format!("lo script `{name}` {}", words.join(", "))
    }
}
