// SPDX-License-Identifier: EUPL-1.2
//! What is typed stays words: poison is stored by every form that stores words, and then looked for wherever it is shown.

use std::collections::{BTreeMap, BTreeSet};

use super::cases::office;
use super::forms::{Form, Kind, forms, walk};
use crate::web::{Answer, Bureau};

/// What is typed into every field of every form. Each, shown unescaped anywhere, would be seen.
const POISON: [&str; 12] = [
    "<script>alert(7)</script>",
    "\"><img src=x onerror=alert(7)>",
    "' OR '1'='1",
    "'; DROP TABLE cases; --",
    "{{7*7}}${7*7}#{7*7}",
    "x\r\nSet-Cookie: lepre=attacco\r\n\r\n<b>",
    "../../../../etc/passwd",
    "%2e%2e%2f%00",
    "=HYPERLINK(\"http://example.invalid\")",
    "\u{202e}\u{0}\u{7f}\u{feff}",
    "-99999999999999999999",
    "9999-99-99",
];

/// What must never stand in a page as it is.
const RAW: [&str; 5] = [
    "<script>alert(7)",
    "<img src=x",
    "onerror=alert(7)>",
    "Set-Cookie: lepre=attacco\r\n\r\n<b>",
    "Set-Cookie: lepre=attacco\n\n<b>",
];

/// Forms that answer with a page and not with a way to one, and what that page says when they are done.
const ANSWERED_BY_A_PAGE: [(&str, &str); 5] = [
    ("/cerca", "id=\"trovati\""),
    ("/profilo/token", "Token creato"),
    ("/account/nuovo", "L'account è stato creato"),
    ("/sede/affida", "Fatto per 1 pratica"),
    ("/sede/trasferisci", "Fatto per 1 pratica"),
];

/// Fields for words into which no poison can come, and why.
const CLOSED: [(&str, &str, &str); 2] = [
    ("/pratiche/nuova", "codice", "a tax code is well formed, or it is none"),
    ("/account/nuovo", "utente", "a username has letters, digits, points and hyphens"),
];

/// What somebody looks for is answered, and kept nowhere.
const NOT_KEPT: (&str, &str) = ("/cerca", "testo");

/// Forms and fields that must have been found, whatever the pages lead to.
const KNOWN: [(&str, &str); 22] = [
    ("/pratiche/nuova", "nome"),
    ("/pratiche/N/fai/nota", "testo"),
    ("/pratiche/N/fai/convoca", "luogo"),
    ("/pratiche/N/fai/giustifica", "motivo"),
    ("/pratiche/N/fai/sanziona", "motivo"),
    ("/pratiche/N/fai/sospendi", "motivo"),
    ("/pratiche/N/fai/concludi", "motivo"),
    ("/pratiche/N/fai/interrompi", "motivo"),
    ("/pratiche/N/fai/riapri", "motivo"),
    ("/pratiche/N/fai/annulla", "motivo"),
    ("/pratiche/N/fai/affida", "motivo"),
    ("/pratiche/N/fai/attivita?che=colloquio", "motivo"),
    ("/pratiche/N/fai/output?che=bilancio", "ev-competenze"),
    ("/pratiche/N/fai/output?che=patto-sottoscritto", "ev-profilo"),
    ("/soggetti/N/nome", "nome"),
    ("/soggetti/N/nome", "motivo"),
    ("/cerca", "perche"),
    ("/sede/affida", "motivo"),
    ("/sede/trasferisci", "motivo"),
    ("/profilo/token", "nome"),
    ("/account/nuovo", "nome"),
    ("/account/N", "esterno"),
];

/// The form that is sent first: whatever is written on a case may stand in the way of its conclusion.
const FIRST: &str = "/fai/concludi";

/// Forms that are sent last, in this order: those before them need the cases as they are.
const LAST: [&str; 10] = [
    "/fai/giustifica",
    "/fai/annulla",
    "/fai/sospendi",
    "/fai/riprendi",
    "/fai/interrompi",
    "/fai/riapri",
    "/sede/affida",
    "/sede/trasferisci",
    "/account/nuovo",
    "/account/N",
];

/// How often a field is poisoned, as long as its form is offered.
pub const TIMES: usize = 3;

#[track_caller]
fn clean(told: &str, answer: &Answer) {
    // What a browser does not take for a page may carry words as they are: it is saved, and never guessed at.
    let media = answer.headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_page = !media.starts_with("text/csv") && !media.starts_with("text/calendar");
    for raw in RAW.iter().filter(|_| is_page) {
        assert!(!answer.body.contains(*raw), "{told}: {raw:?} stands in the page\n{}", answer.body);
    }
    for value in answer.headers.get_all("set-cookie") {
        assert!(!value.to_str().unwrap_or_default().contains("attacco"), "{told}: a cookie was planted");
    }
    if media.starts_with("text/csv") {
        for cell in cells(&answer.body) {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{told}: {cell:?} is a formula");
        }
    }
    if media.starts_with("text/calendar") {
        for line in answer.body.replace("\r\n ", "").split("\r\n").filter(|line| !line.is_empty()) {
            let name = line.split([':', ';']).next().unwrap();
            let is_name = name.chars().all(|c| c.is_ascii_uppercase() || c == '-');
            assert!(is_name && !line.contains('\n'), "{told}: {line:?} is no line of a calendar");
        }
    }
}

/// The cells of a table as a spreadsheet reads them (RFC 4180).
fn cells(table: &str) -> Vec<String> {
    let (mut cells, mut cell, mut is_quoted) = (Vec::new(), String::new(), false);
    let mut letters = table.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if is_quoted && letters.peek() == Some(&'"') => cell.extend(letters.next()),
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => cells.push(std::mem::take(&mut cell)),
            '\r' if !is_quoted && letters.peek() == Some(&'\n') => {
                letters.next();
                cells.push(std::mem::take(&mut cell));
            }
            other => cell.push(other),
        }
    }
    assert!(!is_quoted, "a cell does not end");
    cells
}

/// Whoever sends forms, in this order: the administrator changes accounts when the others have done.
const SENDERS: [&str; 5] = ["op", "resp", "resp.bz", "verifica", "amm"];

struct Poisoner<'a> {
    bureau: &'a Bureau,
    sent: usize,
    /// By form and field, the marks of what was stored.
    stored: BTreeMap<(String, String), Vec<String>>,
    used: BTreeSet<usize>,
    tried: BTreeSet<(String, String)>,
}

impl Poisoner<'_> {
    /// Sends a form until it is done or refused, as somebody does who presses the first button of every page that follows.
    fn send(&mut self, who: &str, form: &Form, typed: (&str, &str), told: &str) -> bool {
        let seat = self.bureau.seat(who);
        let mut fields = form.filled(Some(typed), self.sent);
        for _ in 0..4 {
            self.sent += 1;
            let pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
            let answer = seat.post(&form.action, &pairs);
            let status = answer.status.as_u16();
            assert!(status < 500, "{told}: {status}\n{}", answer.body);
            assert!(status != 403, "{told}: the form is not admitted\n{}", answer.body);
            clean(told, &answer);
            if status == 303 {
                assert!(!answer.to().starts_with("/accesso"), "{told}: the session is over");
                return true;
            }
            let page = ANSWERED_BY_A_PAGE.iter().find(|(action, _)| *action == form.action);
            if status == 200 && page.is_some_and(|(_, words)| answer.has(words)) {
                return true;
            }
            let next = forms(&answer.body).into_iter().find(|next| next.action == form.action);
            let Some(next) = next.filter(|_| status == 200) else { return false };
            // What has been typed goes along hidden, unless it is asked for only now.
            let is_asked = next.fields.iter().any(|field| field.name == typed.0 && field.kind == Kind::Free);
            fields = next.filled(is_asked.then_some(typed), self.sent);
        }
        panic!("{told}: it leads nowhere");
    }

    /// Poisons each field of a kind of form, read again just before it is sent from one of its pages.
    fn poison(&mut self, who: &str, kind: &str, fields: &BTreeMap<String, Kind>, pages: &[String]) {
        // Words first: what is not looked at may be anything, and such a form is done for good.
        let mut fields: Vec<(&String, &Kind)> = fields.iter().collect();
        fields.sort_by_key(|(_, field)| **field == Kind::Ruled);
        for (at, (name, field)) in fields.into_iter().enumerate() {
            let key = (kind.to_owned(), name.clone());
            // What stores no words needs to be tried by one sender only.
            let is_tried = !self.tried.insert(key.clone()) && *field == Kind::Ruled;
            if is_tried {
                continue;
            }
            for time in 0..TIMES {
                if self.stored.get(&key).is_some_and(|marks| marks.len() >= TIMES) {
                    break;
                }
                let which = (at * 5 + time + self.sent) % POISON.len();
                let mark = format!("segno{}fine", self.sent);
                let words = match field {
                    Kind::Free => format!("{} {mark}", POISON[which]),
                    Kind::Lines => format!("{} {mark}\ndue\ntre\nquattro", POISON[which]),
                    Kind::Ruled => POISON[which].to_owned(),
                };
                let offered = pages.iter().cycle().skip(at * TIMES + time).take(pages.len()).find_map(|page| {
                    let all = forms(&self.bureau.seat(who).get(page).body);
                    all.into_iter().find(|form| form.kind() == kind && form.fields.iter().any(|f| f.name == *name))
                });
                let Some(form) = offered else { break };
                let told = format!("{who}: {} with {name}={words:?}", form.action);
                if self.send(who, &form, (name, &words), &told) && *field != Kind::Ruled {
                    self.stored.entry(key.clone()).or_default().push(mark);
                    self.used.insert(which);
                }
            }
        }
    }
}

/// Kinds of pages of which every one is read.
fn is_read_whole(kind: &str) -> bool {
    let whole = ["/pratiche/N", "/pratiche", "/soggetti/N", "/account/N", "/accessi", "/sede"];
    whole.contains(&kind)
}

#[test]
fn poison_in_every_field_of_every_form_stays_words() {
    let bureau = office();
    let cases_before = bureau.app.service.store().stats().unwrap().cases;
    let kept: Vec<String> = ["op", "resp", "verifica", "amm"]
        .iter()
        .map(|who| bureau.app.registry.account_by_username(who).unwrap().unwrap().id.to_string())
        .collect();
    let mut poisoner =
        Poisoner { bureau: &bureau, sent: 0, stored: BTreeMap::new(), used: BTreeSet::new(), tried: BTreeSet::new() };
    let mut words: BTreeSet<(String, String)> = BTreeSet::new();
    for who in SENDERS {
        // Every kind of form that is offered, with its fields and the pages it is on.
        let mut found: BTreeMap<String, (BTreeMap<String, Kind>, Vec<String>)> = BTreeMap::new();
        let most = |kind: &str| if is_read_whole(kind) { 100 } else { 2 * TIMES };
        let pages = walk(&bureau.seat(who), who, &most, &mut |path, answer| {
            clean(&format!("{who}: {path}"), answer);
            for form in forms(&answer.body) {
                // Whoever works here goes on working, and does not sign out.
                let spared = form.action == "/uscita" || kept.iter().any(|id| form.action.contains(id));
                if !spared {
                    let (fields, pages) = found.entry(form.kind()).or_default();
                    fields.extend(form.fields.iter().map(|field| (field.name.clone(), field.kind)));
                    if pages.last().is_none_or(|last| last != path) {
                        pages.push(path.to_owned());
                    }
                }
            }
        });
        assert!(pages >= 5, "{who} reaches only {pages} pages");
        let rank = |kind: &str| LAST.iter().position(|last| kind.ends_with(last)).map_or(0, |at| at + 1);
        let mut order: Vec<&String> = found.keys().collect();
        order.sort_by_key(|kind| (!kind.ends_with(FIRST), rank(kind)));
        for kind in order {
            let (fields, pages) = &found[kind];
            let free = fields.iter().filter(|(_, field)| **field != Kind::Ruled);
            words.extend(free.map(|(name, _)| (kind.clone(), name.clone())));
            poisoner.poison(who, kind, fields, pages);
        }
    }
    let Poisoner { mut stored, used, .. } = poisoner;
    for (kind, name) in KNOWN {
        assert!(
            words.contains(&(kind.to_owned(), name.to_owned())),
            "{kind} {name}: not offered to anybody\n{words:#?}"
        );
    }
    for (kind, name, why) in CLOSED {
        let key = (kind.to_owned(), name.to_owned());
        assert!(words.remove(&key) && !stored.contains_key(&key), "{kind} {name}: no longer so: {why}");
    }
    let missing: Vec<_> = words.iter().filter(|key| !stored.contains_key(*key)).collect();
    assert!(missing.is_empty(), "no poison came into {missing:#?}");
    assert_eq!(used.len(), POISON.len(), "some poison was never stored: {used:?}");
    // What was stored is shown by the pages, still as words.
    let (mut shown, mut tables) = (String::new(), String::new());
    let mut paths = BTreeSet::new();
    for who in ["op", "resp", "resp.at", "resp.bz", "resp.me", "amm", "verifica"] {
        let most = |kind: &str| if is_read_whole(kind) { 1_000 } else { 2 };
        walk(&bureau.seat(who), who, &most, &mut |path, answer| {
            clean(&format!("{who}: {path}"), answer);
            shown.push_str(&answer.body);
            paths.insert(path.split('?').next().unwrap().to_owned());
            if path.split('?').next().unwrap().ends_with(".csv") {
                tables.push_str(&answer.body);
            }
        });
    }
    for path in ["/rilievi.csv", "/accessi.csv", "/scadenzario.ics"] {
        assert!(paths.contains(path), "{path} was not read: {paths:?}");
    }
    assert!(tables.contains("segno"), "no table has any poison in it");
    let looked_for = stored.remove(&(NOT_KEPT.0.to_owned(), NOT_KEPT.1.to_owned())).unwrap();
    assert!(looked_for.iter().all(|mark| !shown.contains(mark.as_str())), "what was looked for was kept");
    let unseen: Vec<_> = stored
        .iter()
        .flat_map(|(key, marks)| marks.iter().map(move |mark| (key, mark)))
        .filter(|(_, mark)| !shown.contains(mark.as_str()))
        .collect();
    assert!(unseen.is_empty(), "stored, and shown nowhere: {unseen:#?}");
    let store = bureau.app.service.store();
    assert!(store.stats().unwrap().cases >= cases_before, "cases are gone");
    assert_eq!(store.verify_chain(&mut |_, _| {}).unwrap(), []);
}
