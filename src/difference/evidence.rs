// SPDX-License-Identifier: EUPL-1.2
//! The form that proves an output, field by field.

use crate::evidence::FormField;
use crate::rulebook::Item;
use crate::spec::level::FieldType;
use crate::value::Decimal;

use super::pair::paired;
use super::words::{became, joined, name};
use super::{About, Comparer, Direction};

impl Comparer<'_> {
    pub(super) fn evidence(&mut self, about: &About, was: &Item, now: &Item) {
        let whose = format!("la prova dell'{}", name(now));
        let found = paired(&was.evidence.fields, &now.evidence.fields, |field| field.name.clone());
        let act = self.act(Some(&now.id), &["rafforza_evidenza"]);
        for field in found.new {
            let must = if field.mandatory { "obbligatorio" } else { "facoltativo" };
            let words = format!("{whose} chiede anche `{}`, {must}: «{}»{}", field.name, field.question, asks(field));
            self.say(about.clone(), Direction::Raises, words, act.clone());
        }
        for (was, now) in found.both {
            let mut said: Vec<(Direction, String)> = Vec::new();
            field(was, now, &mut said);
            if was.can_be_filled() && !now.can_be_filled() {
                said.push((Direction::Lowers, format!("`{}` non si può più compilare in nessun modo", now.name)));
            }
            for (direction, what) in said {
                let words = format!("nella prova dell'{} {what}", about_words(about));
                self.say(about.clone(), direction, words, act.clone());
            }
        }
        for field in found.gone {
            let words = format!("{whose} non chiede più `{}`: «{}»", field.name, field.question);
            self.say(about.clone(), Direction::Lowers, words, act.clone());
        }
        if found.is_reordered {
            self.say(about.clone(), Direction::Neither, format!("{whose} chiede i campi in un altro ordine"), act);
        }
    }
}

fn about_words(about: &About) -> String {
    match about {
        About::Item(kind, id) => format!("{} `{id}`", kind.word()),
        _ => String::new(),
    }
}

/// What a new field takes, where it is not any value.
fn asks(field: &FormField) -> String {
    let mut words: Vec<String> = vec![kind_words(field)];
    words.extend(field.minimum.map(|least| format!("almeno {}", sized(field.kind, least))));
    words.extend(field.maximum.map(|most| format!("al massimo {}", sized(field.kind, most))));
    words.extend(field.pattern.as_ref().map(|pattern| format!("nella forma `{pattern}`")));
    if !field.choices.is_empty() {
        words.push(format!("tra {}", field.choices.join(", ")));
    }
    format!(" ({})", words.join("; "))
}

fn kind_words(field: &FormField) -> String {
    let list = |of: FieldType| format!("{} di {}", field.kind.word(), of.word());
    field.of.map_or_else(|| field.kind.word().to_owned(), list)
}

fn sized(kind: FieldType, size: Decimal) -> String {
    let one = size.integer() == Some(1);
    match kind {
        FieldType::Text if one => format!("{size} carattere"),
        FieldType::Text => format!("{size} caratteri"),
        FieldType::List if one => format!("{size} voce"),
        FieldType::List => format!("{size} voci"),
        _ => size.to_string(),
    }
}

fn field(was: &FormField, now: &FormField, said: &mut Vec<(Direction, String)>) {
    // Every field is named here: one that is added must be said somewhere.
    let FormField { name, kind, of, question, mandatory, minimum, maximum, pattern, choices } = now;
    if was.kind != *kind || was.of != *of {
        said.push((Direction::Unclear, format!("`{name}`, che era {}, è ora {}", kind_words(was), kind_words(now))));
    }
    match (was.mandatory, mandatory) {
        (false, true) => said.push((Direction::Raises, format!("`{name}` diventa obbligatorio"))),
        (true, false) => said.push((Direction::Lowers, format!("`{name}` non è più obbligatorio"))),
        _ => {}
    }
    limit(name, "minimo", *kind, (was.minimum, *minimum), Direction::Raises, said);
    limit(name, "massimo", *kind, (was.maximum, *maximum), Direction::Lowers, said);
    match (&was.pattern, pattern) {
        (None, Some(now)) => said.push((Direction::Raises, format!("`{name}` deve seguire il modello `{now}`"))),
        (Some(was), None) => {
            said.push((Direction::Lowers, format!("`{name}` non deve più seguire il modello `{was}`")))
        }
        (Some(was), Some(now)) if was != now => {
            said.push((Direction::Unclear, format!("`{name}` deve seguire il modello `{now}` invece di `{was}`")));
        }
        _ => {}
    }
    if was.choices != *choices {
        let new: Vec<String> = choices.iter().filter(|c| !was.choices.contains(c)).map(|c| format!("«{c}»")).collect();
        let gone: Vec<String> = was.choices.iter().filter(|c| !choices.contains(c)).map(|c| format!("«{c}»")).collect();
        said.push(match (new.is_empty(), gone.is_empty()) {
            (true, true) => (Direction::Neither, format!("le scelte di `{name}` stanno in un altro ordine")),
            (false, true) => (Direction::Lowers, format!("`{name}` ammette anche {}", joined(&new, " e "))),
            (true, false) => (Direction::Raises, format!("`{name}` non ammette più {}", joined(&gone, " e "))),
            (false, false) => (
                Direction::Unclear,
                format!("`{name}` ammette {} e non più {}", joined(&new, " e "), joined(&gone, " e ")),
            ),
        });
    }
    if was.question != *question {
        said.push((Direction::Neither, format!("la domanda di `{name}` {}", became(&was.question, question))));
    }
}

/// A bound of a field; `up` is which way it goes when the bound is a higher number.
fn limit(
    name: &str,
    word: &str,
    kind: FieldType,
    (was, now): (Option<Decimal>, Option<Decimal>),
    up: Direction,
    said: &mut Vec<(Direction, String)>,
) {
    match (was, now) {
        (Some(a), Some(b)) if a != b => {
            let (verb, direction) = if b > a { ("sale", up) } else { ("scende", up.turned()) };
            said.push((direction, format!("il {word} di `{name}` {verb} da {} a {}", sized(kind, a), sized(kind, b))));
        }
        (None, Some(b)) => said.push((Direction::Raises, format!("`{name}` ha ora un {word}: {}", sized(kind, b)))),
        (Some(a), None) => {
            said.push((Direction::Lowers, format!("`{name}` non ha più un {word}: era {}", sized(kind, a))));
        }
        _ => {}
    }
}
