// SPDX-License-Identifier: EUPL-1.2
//! The slow judge: a verdict straight from the text of the law, to hold the engine against.
//!
//! It uses nothing of the crate, remembers nothing between cases, and prefers the obvious to the quick.

use std::collections::{BTreeMap, BTreeSet};
use std::{fs, path::Path, slice};

use jiff::civil::Date;
use serde_json::{Value, json};

pub mod calendar;
pub mod condition;
pub mod region;
mod speech;
mod term;

use calendar::{Suspension, day, in_force};
use condition::{Answer, Facts, NO, YES, answer, decimal, join, known};
use speech::Said;

/// The levels by letter, the catalogue by file name, and what the region says of itself (nothing, outside of one).
#[derive(Clone, Default)]
pub struct Law {
    pub levels: BTreeMap<String, Value>,
    pub catalogue: BTreeMap<String, Value>,
    pub region: Value,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Items due and not done.
    pub due: BTreeSet<String>,
    /// Items not done, of which it is not known whether they are due.
    pub not_known: BTreeSet<String>,
    /// Facts awaited.
    pub awaited: BTreeSet<String>,
    /// Registrations owed and not made: the item, the codes of which any one will do.
    pub registrations: BTreeSet<(String, Vec<String>)>,
    /// Term: the day it ends, and its state.
    pub terms: BTreeMap<String, (Option<String>, String)>,
    /// Kind and name of what is wrong.
    pub findings: BTreeSet<(String, String)>,
    /// `true`, `false` or `non-noto`.
    pub conforme: String,
}

impl Law {
    /// Reads `nazionale/` and `catalogo/` under a folder.
    pub fn read(dir: &Path) -> Law {
        let files = |folder: &str| -> BTreeMap<String, Value> {
            let paths = fs::read_dir(dir.join(folder)).unwrap().map(|entry| entry.unwrap().path());
            let named = paths.map(|path| (path.file_name().unwrap().to_str().unwrap().to_string(), path));
            let wanted = named.filter(|(name, _)| name.ends_with(".yaml") && !name.ends_with(".prove.yaml"));
            let read = |path| yaml_serde::from_str(&fs::read_to_string(path).unwrap()).unwrap();
            wanted.map(|(name, path)| (name.replace(".yaml", ""), read(path))).collect()
        };
        let levels = files("nazionale").into_values().map(|level| (plain(&level["lep"]), level)).collect();
        Law { levels, catalogue: files("catalogo"), region: Value::Null }
    }
}

/// Day, place in the log, hour (empty if not known).
type Moment<'a> = (Date, usize, &'a str);

/// What the log says, once what never happened is left out.
struct Case<'a> {
    law: &'a Law,
    level: &'a Value,
    events: &'a [Value],
    on: Date,
    /// When, and whether concluded.
    closed: Option<(Moment<'a>, bool)>,
    /// Moment, item and event: `terminata` is the completion of any item, a SAP code its registration.
    happened: BTreeSet<(Moment<'a>, &'a str, &'a str)>,
    facts: Facts,
    suspensions: Vec<Suspension>,
    /// What each script last said.
    said: BTreeMap<&'a str, Said<'a>>,
    /// The feasts of the nation, the region and the office.
    local: Value,
}

pub fn judge(law: &Law, lep: &str, events: &[Value], on: &str) -> Verdict {
    let (level, mut verdict) = (&law.levels[lep], Verdict::default());
    let case = Case::read(law, level, events, day(&on.into()), &mut verdict);
    let (closed, concluded) = case.closed.map_or((false, false), |(_, concluded)| (true, concluded));
    let first = |id: &str| case.times(id, "terminata").first().copied();
    for (section, id, procedure) in items(level) {
        let done = case.times(id, "terminata").len() as u64 >= procedure["volte"].as_u64().unwrap_or(1);
        let (due, awaited) = if done { known(false) } else { case.obligation(section, id, procedure) };
        verdict.due.extend((due == YES).then(|| id.to_string()));
        verdict.not_known.extend(due.is_none().then(|| id.to_string()));
        verdict.awaited.extend(awaited);
        let mut before = words(&procedure["da"]).into_iter().chain(words(&procedure["dopo"]));
        let in_order = first(id).is_none()
            || before.all(|p| first(p).is_some() && first(p).map(|m| m.0) <= first(id).map(|m| m.0));
        find(&mut verdict, !in_order, "ordine", id);
        let codes = codes(procedure);
        let owes = done && !codes.is_empty() && codes.iter().all(|code| case.times(id, code).is_empty());
        let (owed, awaited) = if owes { case.ask(&procedure["sap"]["se"], true) } else { known(false) };
        let owing = || (id.to_string(), codes.iter().map(|code| code.to_string()).collect());
        verdict.registrations.extend((owed == YES).then(owing));
        verdict.awaited.extend(awaited);
        find(&mut verdict, concluded && due == YES, "mancante", id);
        find(&mut verdict, concluded && owed == YES, "sap", id);
    }
    let mut silent = false;
    for script in words(&level["script"]) {
        let said = case.said.get(script);
        silent |= said.is_none();
        verdict.awaited.extend(said.and_then(|said| said.awaits).map(str::to_string));
        find(&mut verdict, said.is_some_and(|said| said.failed), "script", "parole");
    }
    let terms = fields(&level["termini"]).filter_map(|(id, term)| Some((id, case.term(id, term)?)));
    for (id, (end, state, awaited)) in terms {
        verdict.awaited.extend(awaited);
        find(&mut verdict, state == "violato", "termine", id);
        verdict.terms.insert(id.clone(), (end.map(|end| end.to_string()), state.to_string()));
    }
    let (access, awaited) = case.access();
    verdict.awaited.extend(awaited);
    find(&mut verdict, access == NO, "accesso", lep);
    let unrecorded = level["outcome"].is_object() && fields(&level["outcome"]).all(|(id, _)| first(id).is_none());
    find(&mut verdict, concluded && unrecorded, "outcome-non-rilevato", lep);
    let due = !verdict.due.is_empty();
    find(&mut verdict, closed && !concluded && due, "interrotta", lep);
    let breach = |(kind, what): &(String, String)| match &**kind {
        "termine" => !["persona", "impresa"].contains(&text(&level["termini"][what]["chi"])),
        kind => !["outcome-non-rilevato", "interrotta", "script"].contains(&kind),
    };
    let not_known =
        silent || !verdict.awaited.is_empty() || verdict.terms.values().any(|(_, state)| state == "non-noto");
    let outputs_unread = level["output"].is_null() || words(&level["fonte"]["mancante"]).contains(&"output");
    let conforme = match () {
        _ if verdict.findings.iter().any(breach) => "false",
        _ if due || !verdict.registrations.is_empty() => "false",
        _ if not_known || outputs_unread => "non-noto",
        _ if closed && !concluded => "false",
        _ => "true",
    };
    // On a closed case nothing is due or awaited any more.
    let left = if closed { Verdict::default() } else { verdict.clone() };
    Verdict { terms: verdict.terms, findings: verdict.findings, conforme: conforme.to_string(), ..left }
}

fn find(verdict: &mut Verdict, wrong: bool, kind: &str, what: &str) {
    verdict.findings.extend(wrong.then(|| (kind.to_string(), what.to_string())));
}

/// What the office writes for itself: nothing owed or found depends on it.
pub const OFFICE_ACTS: [&str; 7] = ["nota", "convocata", "presente", "assente", "giustificata", "sanzione", "affidata"];

const BEGIN: &[usize] = &[1, 2, 10, 13];

/// The SAP section-6 events, from 01, and those that may follow each; before any, as after one that ended it, `BEGIN`.
#[rustfmt::skip]
pub const SAP_EVENTS: [(&str, &[usize]); 16] = [
    ("", BEGIN), ("proposta", &[2, 3, 4, 6, 8, 10, 12, 13]), ("iniziata", &[5, 7, 8, 9, 10, 12, 14, 15]),
    ("respinta", BEGIN), ("rifiuto", BEGIN), ("abbandono", BEGIN), ("annullamento-prima", BEGIN),
    ("annullamento-dopo", BEGIN), ("cancellazione", BEGIN), ("sospesa", &[2, 5, 7, 8, 10, 12, 14, 15]),
    ("terminata", &[11, 1, 2, 10]), ("rendicontata", &[1, 2, 10]), ("decaduta", BEGIN), ("esonerata", BEGIN),
    ("trasformata", BEGIN), ("esclusione", BEGIN),
];

/// An event counts as never happened if a later voiding, itself not void, names its number; the opening stays.
fn is_void(events: &[Value], n: usize) -> bool {
    let voids = |m: usize| events[m]["tipo"] == "annullata" && events[m]["sequenza"] == n + 1 && !is_void(events, m);
    n > 0 && (n + 1..events.len()).any(voids)
}

impl<'a> Case<'a> {
    fn read(law: &'a Law, level: &'a Value, events: &'a [Value], on: Date, verdict: &mut Verdict) -> Case<'a> {
        let (happened, facts, suspensions, said) = Default::default();
        let local = region::feasts(law, &events[0]["sede"]);
        let mut case = Case { law, level, events, on, closed: None, happened, facts, suspensions, said, local };
        let mut states: BTreeMap<&str, (usize, Date)> = BTreeMap::new();
        for (n, event) in events.iter().enumerate().filter(|(n, _)| !is_void(events, *n)) {
            let (kind, on) = (text(&event["tipo"]), day(&event["il"]));
            if OFFICE_ACTS.contains(&kind) {
                continue;
            }
            let named = ["attivita", "output", "outcome", "per", "dato"].iter().find(|key| event[**key].is_string());
            let what = text(&event[*named.unwrap_or(&"tipo")]);
            let ignored = case.closed.is_some() && !["riaperta", "annullata", "sap", "dato", "parole"].contains(&kind);
            find(verdict, ignored, "dopo-chiusura", what);
            find(verdict, !ignored && (on < day(&events[0]["il"]) || on > case.on), "date", what);
            let sap = SAP_EVENTS.iter().position(|(name, _)| event["evento"] == *name).unwrap_or(0);
            let always = ["sospesa", "riaperta", "annullata"].contains(&kind) || event["modo"] == "interrotta";
            let unexplained = text(&event["motivo"]).trim().is_empty() && (always || matches!(sap, 3..=9 | 12..=15));
            let suspended = case.suspensions.last().is_some_and(|(_, resumed)| *resumed == Date::MAX);
            let (item, procedure) = (&level[kind][what], &level[kind][what]["procedura"]);
            // Of an activity that the level does not have, only that is said.
            find(verdict, !ignored && unexplained && !(kind == "attivita" && item.is_null()), "stato", what);
            let moment = (on, n, text(&event["ora"]));
            match kind {
                _ if ignored => (),
                "aperta" if n == 0 => drop(case.happened.insert((moment, "apertura", "terminata"))),
                "annullata" => find(verdict, !(2..=n).any(|m| event["sequenza"] == m), "sconosciuto", what),
                "dato" => {
                    let declared = [&level["dati"][what], &law.catalogue["dati"][what]];
                    let value = declared.into_iter().find_map(|fact| admitted(fact, &event["valore"]));
                    let forgotten = event["valore"].is_null() && declared.iter().any(|fact| fact.is_object());
                    find(verdict, value.is_none() && !forgotten, "sconosciuto", what);
                    case.facts.remove(what);
                    case.facts.extend(value.map(|value| (what.to_string(), value)));
                }
                "attivita" | "output" | "outcome" if item.is_null() => find(verdict, true, "sconosciuto", what),
                "attivita" => {
                    let (modes, mode) = (words(&procedure["modalita"]), text(&event["modalita"]));
                    find(verdict, !modes.is_empty() && !mode.is_empty() && !modes.contains(&mode), "modalita", what);
                    let (state, last) = states.get(what).copied().unwrap_or((0, Date::MIN));
                    let possible = SAP_EVENTS[state].1.contains(&sap);
                    let same_instance = [1, 2, 9].contains(&state) || sap == 11;
                    find(verdict, !possible, "stato", what);
                    find(verdict, possible && same_instance && on < last, "date", what);
                    states.extend(possible.then_some((what, (sap, on))));
                    case.happened.insert((moment, what, text(&event["evento"])));
                }
                "output" | "outcome" => {
                    let form = &procedure["evidenza"];
                    let fits = fulfils(form, &event["evidenza"]) && case.heeds(what, form, &event["evidenza"]);
                    find(verdict, !fits, "evidenza", what);
                    case.happened.insert((moment, what, "terminata"));
                }
                "sap" => {
                    let (code, item) = (text(&event["codice"]), items(level).into_iter().find(|item| item.1 == what));
                    let known = &law.catalogue["sap"]["codici"][code];
                    let own = item.map_or(Vec::new(), |item| codes(item.2));
                    let listed = if own.is_empty() { words(&level["codice_sap"]) } else { own };
                    // A level whose codes are to be defined, or were read in no source, excludes none.
                    let listed = listed.is_empty() || listed == ["da-definire"] || listed.contains(&code);
                    find(verdict, known.is_null(), "sconosciuto", code);
                    find(verdict, item.is_none(), "sconosciuto", what);
                    find(verdict, !listed || !in_force(&known["vigente"], on), "sap", what);
                    case.happened.insert((moment, what, code));
                }
                "parole" => find(verdict, !case.hear(event, on), "sconosciuto", what),
                "sospesa" if !suspended => case.suspensions.push((on, Date::MAX)),
                "ripresa" if suspended => {
                    find(verdict, on < case.suspensions.last().unwrap().0, "date", what);
                    case.suspensions.last_mut().unwrap().1 = on;
                }
                "chiusa" => case.closed = Some((moment, event["modo"] == "conclusa")),
                "riaperta" if case.closed.is_some() => case.closed = None,
                _ => find(verdict, true, "stato", what),
            }
        }
        case
    }

    /// The moments of an event of an item, in order of day and then of recording.
    fn times(&self, item: &str, event: &str) -> Vec<Moment<'a>> {
        self.happened.iter().filter(|(_, i, e)| *i == item && *e == event).map(|(moment, ..)| *moment).collect()
    }

    /// What a condition answers; without one, what it is taken to be.
    fn ask(&self, condition: &Value, otherwise: bool) -> Answer {
        condition.as_str().map_or(known(otherwise), |condition| answer(condition, &self.facts))
    }

    /// Whether an item is due. An activity is due also because an output that is due rests on it.
    fn obligation(&self, section: &str, id: &str, procedure: &Value) -> Answer {
        let own = match text(&procedure["obbligo"]) {
            "" => self.ask(&procedure["obbligo"]["se"], section == "output"),
            word => known(word == "dovuta"),
        };
        let own = join("||", own, known(self.says_due(id)));
        let outputs = items(self.level).into_iter().filter(|item| item.0 == "output");
        let resting = outputs.filter(|item| words(&item.2["da"]).contains(&id));
        resting.fold(own, |due, output| join("||", due, self.obligation(output.0, output.1, output.2)))
    }

    fn access(&self) -> Answer {
        let (rule, record) = (&self.level["accesso"], list(&self.events[0]["fascicolo"]));
        let named = |needed: &Value, has: &Value| ["output", "attivita", "outcome"].iter().any(|k| needed[*k] == *has);
        let already = |has: &Value| text(&has["il"]) <= text(&self.events[0]["il"]);
        let held = |need: &Value| {
            record.iter().any(|has| has["lep"] == need["lep"] && named(need, &has["item"]) && already(has))
        };
        let path = known(list(&rule["richiede"]).iter().all(held));
        join("&&", join("||", path, self.ask(&rule["oppure"], false)), self.ask(&rule["se"], true))
    }
}

/// Whether an evidence has what its form requires, and nothing that it does not admit.
fn fulfils(form: &Value, given: &Value) -> bool {
    let sized = |f: &Value| matches!(text(&f["tipo"]), "testo" | "elenco") && f["minimo"].as_u64() >= Some(1);
    let required = |field: &Value| field["obbligatorio"].as_bool().unwrap_or(sized(field));
    fields(form).all(|(name, field)| given.get(name).is_some() || !required(field))
        && fields(given).all(|(name, value)| admitted(&form[name], value).is_some())
        && (given.is_object() || given.is_null())
}

/// The value, a decimal as a number, if the declaration of a fact or of an evidence field admits it.
pub fn admitted(field: &Value, value: &Value) -> Option<Value> {
    let (kind, written, entries) = (text(&field["tipo"]), plain(value), list(value));
    // An entry of a list is never an empty text.
    let entry =
        || json!({ "tipo": field["di"], "scelte": field["scelte"], "minimo": (field["di"] == "testo").then_some(1) });
    let like = |pattern: &str| jsonschema::is_valid(&json!({ "pattern": format!("^(?:{pattern})$") }), value);
    let count = |units: usize| decimal(&units.into());
    let (fits, size) = match kind {
        "booleano" => (value.is_boolean(), None),
        "intero" => (value.is_number() && !written.contains(['.', 'e', 'E']), decimal(value)),
        "decimale" => (decimal(value).is_some(), decimal(value)),
        "data" => (written.len() == 10 && written.parse::<Date>().is_ok(), None),
        "scelta" => (words(&field["scelte"]).contains(&text(value)), None),
        "elenco" => {
            // One choice said twice is still one.
            let twice = field["di"] == "scelta" && (1..entries.len()).any(|n| entries[..n].contains(&entries[n]));
            let fits = entries.iter().all(|v| admitted(&entry(), v).is_some());
            (value.is_array() && !twice && fits, count(entries.len()))
        }
        _ => (value.is_string() && field["modello"].as_str().is_none_or(like), count(written.chars().count())),
    };
    let (least, most) = (decimal(&field["minimo"]), decimal(&field["massimo"]));
    let inside = size.is_none_or(|n| least.is_none_or(|least| least <= n) && most.is_none_or(|most| n <= most));
    let read = if kind == "decimale" { written.parse().map(Value::Number).ok() } else { Some(value.clone()) };
    read.filter(|_| fits && inside && field.is_object())
}

/// Section, id and procedure of every item, in the order of the level.
pub fn items(level: &Value) -> Vec<(&str, &str, &Value)> {
    let section = |name| fields(&level[name]).map(move |(id, item)| (name, id.as_str(), &item["procedura"]));
    ["attivita", "output", "outcome"].into_iter().flat_map(section).collect()
}

/// The SAP codes of which an item owes one.
pub fn codes(procedure: &Value) -> Vec<&str> {
    words(if procedure["sap"].is_object() { &procedure["sap"]["codice"] } else { &procedure["sap"] })
}

pub fn fields(map: &Value) -> impl Iterator<Item = (&String, &Value)> {
    map.as_object().into_iter().flatten()
}

/// One value or a list of them, as a list; nothing is an empty one.
pub fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(if value.is_null() { &[] } else { slice::from_ref(value) }, Vec::as_slice)
}

/// A text, or a list of texts, as a list.
pub fn words(value: &Value) -> Vec<&str> {
    list(value).iter().map(text).collect()
}

pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("")
}

/// A text as it is, anything else as JSON writes it.
pub fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_string)
}
