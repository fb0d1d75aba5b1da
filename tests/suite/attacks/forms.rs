// SPDX-License-Identifier: EUPL-1.2
//! The pages as a browser reads them: where they lead, their forms, and a form filled in as somebody who means no harm would.

use std::collections::{BTreeMap, BTreeSet};

use crate::service::office::person;
use crate::web::{Answer, Seat};

/// The day on which everything is sent.
pub const TODAY: &str = "2026-11-24";

/// The list of cases with those that are closed: a form leads there, and no link.
const EVERY_CASE: &str = "/pratiche?stato=tutte";

/// Text of a page or of an attribute, as it was before it was written there.
fn plain(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&")
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let value = tag.split(&format!(" {name}=\"")).nth(1).and_then(|rest| rest.split('"').next());
    value.map(plain)
}

/// The addresses that a page leads to, on this service.
pub fn links(page: &str) -> BTreeSet<String> {
    let found = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let own = found.filter(|to| to.starts_with('/') && !to.starts_with("//") && !to.starts_with("/assets/"));
    own.map(|to| plain(to).split('#').next().unwrap_or_default().to_owned()).collect()
}

/// Two addresses that differ only in ids, and in what else is asked for than an item, are one kind.
pub fn kind(path: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let part = |part: &str| if part.contains(|c: char| c.is_ascii_digit()) { "N" } else { part }.to_owned();
    let path = path.split('/').map(part).collect::<Vec<_>>().join("/");
    let about = query.split('&').find_map(|pair| pair.strip_prefix("che="));
    named(&path, about.unwrap_or_default())
}

fn named(path: &str, about: &str) -> String {
    let is_item = about.chars().any(|c| !c.is_ascii_digit());
    if is_item { format!("{path}?che={about}") } else { path.to_owned() }
}

/// Fields without a mark, one of which must nevertheless be filled in.
const NEEDED: [&str; 3] = ["operatore", "ruolo", "sede"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Words of one's own, in one line or in several.
    Free,
    /// As [`Kind::Free`], an entry for each line.
    Lines,
    /// A date, an hour, a number, a box, a choice, something hidden, words that must follow a model.
    Ruled,
}

#[derive(Clone, Debug)]
pub struct Field {
    pub name: String,
    pub kind: Kind,
    /// What a browser sends where nobody touches the field; none where it sends nothing.
    value: Option<String>,
    /// What is put there where something must be.
    usual: String,
    required: bool,
}

/// A form that is sent by POST.
#[derive(Clone, Debug)]
pub struct Form {
    pub action: String,
    pub fields: Vec<Field>,
}

impl Form {
    /// Forms of one kind differ only in the case or in the person that they are about.
    pub fn kind(&self) -> String {
        let about = self.fields.iter().find(|field| field.name == "che").and_then(|field| field.value.clone());
        named(&kind(&self.action), &about.unwrap_or_default())
    }

    /// The form filled in so that it is accepted, but for the field `typed.0`. `fresh` is a number never used before.
    pub fn filled(&self, typed: Option<(&str, &str)>, fresh: usize) -> Vec<(String, String)> {
        let mut sent = Vec::new();
        let mut is_put = false;
        for field in &self.fields {
            if let Some((_, words)) = typed.filter(|(name, _)| *name == field.name) {
                if !is_put {
                    sent.push((field.name.clone(), words.to_owned()));
                    is_put = true;
                }
                continue;
            }
            let value = match field.name.as_str() {
                // What must be well formed, and what must be nobody's yet.
                "codice" if self.action == "/pratiche/nuova" && field.kind == Kind::Free => Some(person(2_000 + fresh)),
                "utente" => Some(format!("cavia.{fresh}")),
                "esterno" => Some(format!("portale|{fresh}")),
                // Entrusted to somebody, or to another office.
                "sede" if self.action.ends_with("/fai/affida") => Some(String::new()),
                // A password takes long to make.
                "accesso" => Some("portale".to_owned()),
                name => match &field.value {
                    Some(value) if value.is_empty() && (field.required || NEEDED.contains(&name)) => {
                        Some(field.usual.clone())
                    }
                    value => value.clone(),
                },
            };
            sent.extend(value.map(|value| (field.name.clone(), value)));
        }
        sent
    }
}

/// The forms of a page that are sent by POST; one that may be sent elsewhere by another button is one more.
pub fn forms(page: &str) -> Vec<Form> {
    let blocks = page.split("<form ").skip(1).filter_map(|rest| rest.split_once("</form>")).map(|(block, _)| block);
    let mut found = Vec::new();
    for block in blocks {
        let own = format!(" {}", block.split('>').next().unwrap());
        if attribute(&own, "method").as_deref() != Some("post") {
            continue;
        }
        let fields = fields(block);
        let elsewhere = block.split('<').filter_map(|tag| attribute(tag.split('>').next()?, "formaction"));
        let actions = attribute(&own, "action").into_iter().chain(elsewhere);
        found.extend(actions.map(|action| Form { action, fields: fields.clone() }));
    }
    found
}

fn fields(block: &str) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    let mut is_pressed = false;
    for piece in block.split('<') {
        let (tag, words) = piece.split_once('>').unwrap_or((piece, ""));
        let is_set = |word: &str| tag.split(' ').any(|part| part == word);
        if tag.starts_with("option ") {
            let (value, select) = (attribute(tag, "value").unwrap(), fields.last_mut().unwrap());
            // The first one stands there unless another is chosen; if it is empty, the next one is the usual answer.
            if select.value.is_none() || is_set("selected") {
                select.value = Some(value.clone());
            }
            if select.usual.is_empty() {
                select.usual = value;
            }
            continue;
        }
        let Some(name) = attribute(tag, "name").filter(|name| name != "modulo") else { continue };
        let value = attribute(tag, "value");
        let ruled = |value: Option<String>, usual: &str| (Kind::Ruled, value, usual.to_owned());
        let (kind, value, usual) = if tag.starts_with("select ") {
            ruled(None, "")
        } else if tag.starts_with("textarea ") {
            // Also a list that wants several entries has enough of them.
            let kind = if name.starts_with("ev-") { Kind::Lines } else { Kind::Free };
            (kind, Some(plain(words)), "una\ndue\ntre\nquattro".to_owned())
        } else if tag.starts_with("button ") && !is_pressed {
            is_pressed = true;
            ruled(value, "")
        } else if tag.starts_with("input ") {
            let hint = block.split(&format!("id=\"{name}-aiuto\"")).nth(1).and_then(|rest| rest.split('<').next());
            let hint = hint.unwrap_or_default();
            match attribute(tag, "type").as_deref() {
                Some("hidden") => ruled(value, ""),
                Some("date") => ruled(value, TODAY),
                Some("time") => ruled(value, "10:30"),
                Some("number") => ruled(value, "1"),
                // A case, a choice of several, or a yes where a yes is needed to go on.
                Some("checkbox") => {
                    let ticked = is_set("checked") || name.starts_with("ev-") || name == "ripeti";
                    let first = name == "caso" && !fields.iter().any(|field| field.name == "caso");
                    ruled(value.filter(|_| ticked || first), "")
                }
                Some("text") if hint.contains("un numero") || hint.contains("modello") => ruled(value, "1"),
                Some("text") => (Kind::Free, value, "parole di prova".to_owned()),
                other => panic!("{name}: a field of type {other:?}"),
            }
        } else {
            continue;
        };
        fields.push(Field { name, kind, value, usual, required: is_set("required") });
    }
    fields
}

/// Reads every page that somebody can reach by following links, of each kind at most as many as `most` says; nothing may be
/// a fault of ours.
pub fn walk(seat: &Seat, who: &str, most: &dyn Fn(&str) -> usize, each: &mut dyn FnMut(&str, &Answer)) -> usize {
    let (mut left, mut seen): (Vec<String>, BTreeMap<String, usize>) =
        (vec!["/".to_owned(), EVERY_CASE.to_owned()], BTreeMap::new());
    let mut done = BTreeSet::new();
    while let Some(path) = left.pop() {
        let kind = kind(&path);
        let times = seen.entry(kind.clone()).or_default();
        if *times >= most(&kind) || !done.insert(path.clone()) {
            continue;
        }
        *times += 1;
        assert!(path.parse::<axum::http::Uri>().is_ok(), "{who}: {path:?} is no address");
        let answer = whole(seat, &path);
        assert!(answer.status.as_u16() < 500, "{who}: {path}: {}\n{}", answer.status, answer.body);
        if answer.status.is_redirection() {
            left.push(answer.to().to_owned());
            continue;
        }
        left.extend(links(&answer.body));
        each(&path, &answer);
    }
    done.len()
}

/// A page that may still be at work: asked again until it is not.
fn whole(seat: &Seat, path: &str) -> Answer {
    loop {
        let answer = seat.get(path);
        if answer.headers.get("refresh").is_none() {
            return answer;
        }
    }
}
