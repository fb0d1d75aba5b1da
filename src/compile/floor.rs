// SPDX-License-Identifier: EUPL-1.2
//! The floor by structure: everything the national rulebook asks for is found again in the regional one, at least as
//! strong.
//!
//! Knows nothing of verbs: it reads two rulebooks as if anybody had written them. Conditions are compared over every state
//! of their facts, not by their text; what cannot be compared is refused.

use std::collections::BTreeSet;

use crate::condition::{Condition, Dominance, FactShape, dominates, for_each, representatives};
use crate::diagnostic::{Diagnostic, Place};
use crate::evidence::FormField;
use crate::rulebook::{
    Bound, Citation, Fact, Item, Obligation, Registration, Rule, Rulebook, SapCodes, Start, Target, Term,
};
use crate::spec::level::{Mode, Party};
use crate::value::Truth;

/// One thing of the national level that the regional one lowers, or may lower.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lowering {
    /// What is lowered, in a word: `voce tolta`, `termine allungato`.
    pub lever: &'static str,
    /// The item or term, where it is one.
    pub subject: Option<String>,
    pub message: String,
    /// Where the region says so, as far as it is known.
    pub place: Place,
    /// The national line.
    pub national: Place,
    pub norm: Citation,
}

impl Lowering {
    /// The fault for who wrote the variation.
    pub fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error("pavimento-abbassato", &self.place, format!("{}: {}", self.lever, self.message))
            .related(&self.national, "qui è ciò che il livello promette")
            .help("una regione può solo aggiungere: togli la variazione, oppure fa' che chieda almeno lo stesso")
    }
}

/// Compares two linked rulebooks of one level; empty when the regional one keeps the floor.
pub fn compare(national: &Rulebook, regional: &Rulebook) -> Vec<Lowering> {
    let mut comparer = Comparer {
        national,
        regional,
        shapes: (national.facts.iter().map(Fact::shape).collect(), regional.facts.iter().map(Fact::shape).collect()),
        found: Vec::new(),
    };
    comparer.whole();
    for item in &national.items {
        comparer.item(item);
    }
    for term in &national.terms {
        comparer.term(term);
    }
    comparer.added();
    comparer.found
}

struct Comparer<'a> {
    national: &'a Rulebook,
    regional: &'a Rulebook,
    shapes: (Vec<FactShape<'a>>, Vec<FactShape<'a>>),
    found: Vec<Lowering>,
}

/// What a lowering is about.
struct About<'a> {
    subject: Option<&'a str>,
    national: &'a Place,
    place: &'a Place,
    norm: &'a Citation,
}

impl<'a> Comparer<'a> {
    fn say(&mut self, about: &About<'_>, lever: &'static str, message: impl Into<String>) {
        self.found.push(Lowering {
            lever,
            subject: about.subject.map(str::to_owned),
            message: message.into(),
            place: about.place.clone(),
            national: about.national.clone(),
            norm: about.norm.clone(),
        });
    }

    /// A place for what has none of its own: the first line that says anything of the level.
    fn somewhere(&self) -> Place {
        let variation = self.regional.variations.first().map(|v| v.place.clone());
        let item = self.national.items.first().map(|i| i.place.clone());
        variation.or(item).unwrap_or_else(|| Place::start_of("nazionale"))
    }

    /// Where the region speaks of a subject; else where the line stands.
    fn spoken(&self, subject: &str, else_at: &Place) -> Place {
        self.regional.variations_of(subject).last().map_or_else(|| else_at.clone(), |v| v.place.clone())
    }

    fn whole(&mut self) {
        let (n, r) = (self.national, self.regional);
        let (at, norm) = (self.somewhere(), n.own_norm());
        let about = About { subject: None, national: &at, place: &at, norm: &norm };
        if n.level != r.level || n.audience != r.audience || n.origin != r.origin {
            self.say(&about, "livello cambiato", "il livello, il destinatario o la fonte non sono più quelli");
        }
        if n.calendar_rules != r.calendar_rules {
            self.say(&about, "calendario cambiato", "le feste nazionali con cui si contano i termini sono cambiate");
        }
        for fact in &n.facts {
            if r.facts.iter().find(|f| f.name == fact.name).is_none_or(|f| f.shape_differs(fact)) {
                let message = format!("il dato `{}` non c'è più, o è cambiato", fact.name);
                self.say(&about, "dato cambiato", message);
            }
        }
        for code in &n.codes {
            if !r.codes.contains(code) {
                let message = format!("il codice `{}` della tabella non c'è più, o è cambiato", code.code);
                self.say(&about, "codice cambiato", message);
            }
        }
        for code in r.codes.iter().filter(|code| !n.codes.iter().any(|known| known.code == code.code)) {
            let message = format!("il codice `{}` non è nella tabella: il decreto non lo conosce", code.code);
            self.say(&about, "codice cambiato", message);
        }
        match (&n.sap, &r.sap) {
            (SapCodes::Codes(national), SapCodes::Codes(regional)) => {
                if regional.iter().any(|code| !national.contains(code)) || regional.is_empty() {
                    self.say(&about, "codice cambiato", "i codici del livello non sono più quelli del decreto");
                }
            }
            (SapCodes::ToBeDefined, SapCodes::ToBeDefined | SapCodes::Codes(_))
            | (SapCodes::Missing, SapCodes::Missing) => {}
            _ => self.say(&about, "codice cambiato", "i codici del livello non sono più quelli del decreto"),
        }
        for parameter in &n.parameters {
            let same = r.parameters.iter().find(|p| p.id == parameter.id);
            if parameter.value.is_some() && same.is_none_or(|p| p.value != parameter.value) {
                let message = format!("il parametro `{}` è cambiato", parameter.id);
                self.say(&about, "parametro cambiato", message);
            }
        }
        self.access(&about);
    }

    fn access(&mut self, about: &About<'_>) {
        let (n, r) = (&self.national.access, &self.regional.access);
        let same = match (n, r) {
            (None, None) => true,
            (Some(n), Some(r)) => {
                n.requires == r.requires
                    && self.is_same_rule(n.when.as_ref(), r.when.as_ref())
                    && self.is_same_rule(n.unless.as_ref(), r.unless.as_ref())
            }
            _ => false,
        };
        if !same {
            let norm = n.as_ref().map_or_else(|| about.norm.clone(), |access| access.norm.clone());
            let national = n.as_ref().map_or_else(|| about.national.clone(), |access| access.place.clone());
            let about = About { norm: &norm, national: &national, ..*about };
            self.say(&about, "accesso cambiato", "chi può aprire il livello non è più chi dice il decreto");
        }
    }

    fn item(&mut self, n: &'a Item) {
        let gone = self.spoken(&n.id, &n.place);
        let about = About { subject: Some(&n.id), national: &n.place, place: &gone, norm: &n.norm };
        let Some(r) = self.regional.item_index(&n.id).and_then(|index| self.regional.item(index)) else {
            let message = format!("{} `{}` non c'è più", n.kind.word(), n.id);
            return self.say(&about, "voce tolta", message);
        };
        let place = self.spoken(&n.id, &r.place);
        let about = About { place: &place, ..about };
        if n.kind != r.kind || n.text != r.text || n.includes != r.includes {
            let message = format!("`{}` non è più ciò che dice il decreto", n.id);
            self.say(&about, "voce cambiata", message);
        }
        if n.norm != r.norm {
            self.say(&about, "norma cambiata", format!("`{}` non si fonda più sulla sua norma", n.id));
        }
        if r.times < n.times {
            self.say(
                &about,
                "volte diminuite",
                format!("`{}` andrebbe fatta {} volte invece di {}", n.id, r.times, n.times),
            );
        }
        self.obligation(&about, n, r);
        for (national, word) in [(&n.after, "dopo"), (&n.rests_on, "da")] {
            for before in national.iter().filter(|b| !comes_before(self.regional, &b.name, r)) {
                let message = format!("`{}` non viene più {word} `{}`", n.id, before.name);
                self.say(&about, "ordine tolto", message);
            }
        }
        let wider = |modes: &[Mode]| modes.is_empty() || modes.iter().any(|m| !n.modes.contains(m));
        if !n.modes.is_empty() && wider(&r.modes) {
            self.say(&about, "modalità allargata", format!("`{}` ammetterebbe modi che il decreto non ammette", n.id));
        }
        self.registration(&about, n, r);
        self.evidence(&about, n, r);
    }

    /// Everything that can make an item due: its own obligation, and the outputs that rest on it.
    fn due(rulebook: &Rulebook, item: &Item) -> Condition {
        let own = |item: &Item| match &item.obligation {
            Obligation::Due => Condition::Constant(true),
            Obligation::Offered | Obligation::Implied => Condition::Constant(false),
            Obligation::When(rule) => rule.condition.clone(),
        };
        let index = rulebook.item_index(&item.id);
        let resting = rulebook.items.iter().filter(|o| o.rests_on.iter().any(|b| Some(b.index) == index));
        let mut parts: Vec<Condition> = std::iter::once(item).chain(resting).map(own).collect();
        parts.retain(|part| *part != Condition::Constant(false));
        if parts.contains(&Condition::Constant(true)) {
            return Condition::Constant(true);
        }
        match parts.len() {
            0 => Condition::Constant(false),
            1 => parts.remove(0),
            _ => Condition::Or(parts),
        }
    }

    fn obligation(&mut self, about: &About<'_>, n: &Item, r: &Item) {
        let (national, regional) = (Self::due(self.national, n), Self::due(self.regional, r));
        match self.dominance(&regional, &national) {
            Dominance::Holds => {}
            Dominance::Fails(facts) => {
                let message = format!("`{}` non sarebbe più dovuta {}", n.id, self.facts_words(&facts));
                self.say(about, "obbligo indebolito", message);
            }
            Dominance::NotAnalysable => {
                let message =
                    format!("non si può dimostrare che `{}` resti dovuta: la condizione ha troppi casi", n.id);
                self.say(about, "non dimostrabile", message);
            }
        }
    }

    fn registration(&mut self, about: &About<'_>, n: &Item, r: &Item) {
        let listed = |codes: &[String], allowed: &[String]| codes.iter().all(|code| allowed.contains(code));
        let Some(was) = &n.registration else {
            if let (Some(now), SapCodes::Codes(allowed)) = (&r.registration, &self.national.sap)
                && !listed(&now.codes, allowed)
            {
                self.say(about, "codice cambiato", format!("`{}` si registrerebbe con un codice estraneo", n.id));
            }
            return;
        };
        let Some(now) = &r.registration else {
            return self.say(about, "registrazione tolta", format!("`{}` non andrebbe più registrata", n.id));
        };
        if now.codes.is_empty() || !listed(&now.codes, &was.codes) {
            self.say(about, "codice cambiato", format!("`{}` si registrerebbe con un altro codice", n.id));
        }
        if now.who != was.who {
            self.say(about, "obbligato cambiato", format!("la registrazione di `{}` toccherebbe a un altro", n.id));
        }
        let truth = |registration: &Registration| rule_or_true(registration.when.as_ref());
        // A registration is owed once the item is done: done more often, it is owed later, unless all of it is due anyway.
        let later = r.times > n.times;
        if later && self.dominance(&Self::due(self.regional, r), &truth(was)) != Dominance::Holds {
            let message = format!("`{}` andrebbe registrata solo dopo {} volte", n.id, r.times);
            self.say(about, "registrazione indebolita", message);
        }
        if self.dominance(&truth(now), &truth(was)) != Dominance::Holds {
            let message = format!("la registrazione di `{}` non sarebbe più dovuta in tutti i suoi casi", n.id);
            self.say(about, "registrazione indebolita", message);
        }
    }

    fn evidence(&mut self, about: &About<'_>, n: &Item, r: &Item) {
        for field in &n.evidence.fields {
            let Some(now) = r.evidence.fields.iter().find(|f| f.name == field.name) else {
                let message = format!("la prova di `{}` non chiede più `{}`", n.id, field.name);
                self.say(about, "prova indebolita", message);
                continue;
            };
            if let Some(why) = weaker(field, now) {
                let message = format!("nella prova di `{}` il campo `{}` {why}", n.id, field.name);
                self.say(about, "prova indebolita", message);
            }
        }
    }

    fn term(&mut self, n: &'a Term) {
        let gone = self.spoken(&n.id, &n.place);
        let about = About { subject: Some(&n.id), national: &n.place, place: &gone, norm: &n.norm };
        let Some(r) = self.regional.terms.iter().find(|t| t.id == n.id) else {
            return self.say(&about, "termine tolto", format!("il termine `{}` non c'è più", n.id));
        };
        let place = r.shortened.as_ref().map_or_else(|| self.spoken(&n.id, &r.place), |s| s.place.clone());
        let about = About { place: &place, ..about };
        let name = &n.id;
        if !is_same_moment(&n.target, &r.target) {
            self.say(&about, "termine spostato", format!("il termine `{name}` non aspetta più la stessa cosa"));
        }
        if !is_same_start(&n.start, &r.start) {
            self.say(&about, "termine spostato", format!("il termine `{name}` non si conta più dallo stesso giorno"));
        }
        if n.bound != r.bound || n.roll != r.roll {
            self.say(&about, "termine cambiato", format!("il termine `{name}` non si conta più allo stesso modo"));
        }
        if n.who != r.who {
            self.say(&about, "obbligato cambiato", format!("il termine `{name}` obbligherebbe un altro"));
        }
        if n.norm != r.norm {
            self.say(&about, "norma cambiata", format!("il termine `{name}` non si fonda più sulla sua norma"));
        }
        // The national length stays beside the region's: the one that ends first decides.
        if n.length.is_some() && n.length != r.length {
            self.say(&about, "termine allungato", format!("il termine `{name}` non dura più quanto dice la norma"));
        }
        if n.parameter != r.parameter {
            self.say(&about, "termine cambiato", format!("la durata del termine `{name}` verrebbe da un'altra parte"));
        }
        if n.who != Party::Office && r.shortened != n.shortened {
            self.say(&about, "persona gravata", format!("il termine `{name}` obbliga chi è servito: non si abbrevia"));
        }
        if n.bound == Bound::AtLeast && r.shortened.is_some() {
            self.say(&about, "termine abbassato", format!("il termine `{name}` dice «non prima di»: non si abbrevia"));
        }
        if n.shortened.is_some() && r.shortened != n.shortened {
            self.say(&about, "termine allungato", format!("il termine `{name}` perde la durata più breve"));
        }
        let (was, now) = (rule_or_true(n.when.as_ref()), rule_or_true(r.when.as_ref()));
        match self.dominance(&now, &was) {
            Dominance::Holds => {}
            Dominance::Fails(facts) => {
                let message = format!("il termine `{name}` non varrebbe più {}", self.facts_words(&facts));
                self.say(&about, "termine indebolito", message);
            }
            Dominance::NotAnalysable => {
                let message = format!("non si può dimostrare che il termine `{name}` valga negli stessi casi");
                self.say(&about, "non dimostrabile", message);
            }
        }
        if self.hides_the_unknown(&now, &was) {
            let message = format!("il termine `{name}` varrebbe senza sapere ciò che il decreto chiede di sapere");
            self.say(&about, "termine non noto", message);
        }
        if n.who != Party::Office && self.dominance(&was, &now) != Dominance::Holds {
            let message = format!("il termine `{name}` obbligherebbe chi è servito in casi nuovi");
            self.say(&about, "persona gravata", message);
        }
    }

    /// What the region adds must bind the office only, and hide nothing.
    fn added(&mut self) {
        let (n, r) = (self.national, self.regional);
        for item in r.items.iter().filter(|item| n.item_index(&item.id).is_none()) {
            let about = About { subject: Some(&item.id), national: &item.place, place: &item.place, norm: &item.norm };
            if r.items.iter().filter(|other| other.id == item.id).count() > 1 {
                self.say(&about, "nome coperto", format!("due voci si chiamano `{}`", item.id));
            }
        }
        for item in &n.items {
            if r.items.iter().filter(|other| other.id == item.id).count() > 1 {
                let about =
                    About { subject: Some(&item.id), national: &item.place, place: &item.place, norm: &item.norm };
                self.say(&about, "nome coperto", format!("un'altra voce si chiama `{}`", item.id));
            }
        }
        for term in r.terms.iter().filter(|term| !n.terms.iter().any(|t| t.id == term.id)) {
            let about = About { subject: Some(&term.id), national: &term.place, place: &term.place, norm: &term.norm };
            if term.who != Party::Office {
                let message = format!("il termine `{}` obbligherebbe chi è servito", term.id);
                self.say(&about, "persona gravata", message);
            }
            if term.bound != Bound::Within {
                let message = format!("il termine `{}` rimanderebbe il servizio", term.id);
                self.say(&about, "servizio rimandato", message);
            }
        }
        for (at, script) in r.scripts.iter().enumerate() {
            if r.scripts.iter().skip(at + 1).any(|other| other.name == script.name) {
                let about = About { subject: None, national: &script.place, place: &script.place, norm: &script.norm };
                self.say(&about, "nome coperto", format!("due script si chiamano `{}`", script.name));
            }
        }
        for (at, term) in r.terms.iter().enumerate() {
            if r.terms.iter().skip(at + 1).any(|other| other.id == term.id) {
                let about =
                    About { subject: Some(&term.id), national: &term.place, place: &term.place, norm: &term.norm };
                self.say(&about, "nome coperto", format!("due termini si chiamano `{}`", term.id));
            }
        }
    }

    /// Over every state of the facts, does the regional condition answer at least what the national one answers?
    fn dominance(&self, upper: &Condition, lower: &Condition) -> Dominance {
        // Slots are each rulebook's own: both are read over the regional facts, which hold the national ones.
        let (Some(upper), Some(lower)) = (self.over_regional(upper, true), self.over_regional(lower, false)) else {
            return Dominance::NotAnalysable;
        };
        dominates(&upper, &lower, &self.shapes.1)
    }

    /// Is there a state of the facts in which the decree cannot say whether a term applies, and the region can?
    ///
    /// The region would then answer for a case that the decree still leaves open.
    fn hides_the_unknown(&self, now: &Condition, was: &Condition) -> bool {
        let (Some(now), Some(was)) = (self.over_regional(now, true), self.over_regional(was, false)) else {
            return true;
        };
        if now == was {
            return false;
        }
        let shapes = &self.shapes.1;
        let Some(space) = representatives(&[&now, &was], shapes, true) else { return true };
        !for_each(&space, shapes.len(), &mut |values| {
            was.evaluate(values) != Truth::NotKnown || now.evaluate(values) != Truth::True
        })
    }

    fn over_regional(&self, condition: &Condition, is_regional: bool) -> Option<Condition> {
        let from = if is_regional { &self.shapes.1 } else { &self.shapes.0 };
        let same = is_regional || self.shapes.0.iter().zip(&self.shapes.1).all(|(a, b)| a.name == b.name);
        if same {
            return Some(condition.clone());
        }
        let text = condition.text(&|slot| from.get(usize::from(slot)).map_or_else(String::new, |f| f.name.to_owned()));
        Condition::read(&text, &self.shapes.1).ok()
    }

    fn is_same_rule(&self, n: Option<&Rule>, r: Option<&Rule>) -> bool {
        match (n, r) {
            (None, None) => true,
            (Some(n), Some(r)) => {
                n.text == r.text
                    || (self.dominance(&n.condition, &r.condition) == Dominance::Holds
                        && self.dominance(&r.condition, &n.condition) == Dominance::Holds)
            }
            _ => false,
        }
    }

    fn facts_words(&self, facts: &[(crate::condition::Slot, Option<crate::value::Value>)]) -> String {
        let words = facts.iter().map(|(slot, value)| {
            let name = self.shapes.1.get(usize::from(*slot)).map_or("?", |f| f.name);
            match value {
                Some(value) => format!("`{name}` è {value}"),
                None => format!("`{name}` non è noto"),
            }
        });
        let words: Vec<String> = words.collect();
        if words.is_empty() { "in nessun caso".to_owned() } else { format!("quando {}", words.join(" e ")) }
    }
}

/// Must the item so called come before the other, directly or through what stands between?
fn comes_before(rulebook: &Rulebook, name: &str, item: &Item) -> bool {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut left: Vec<&Item> = vec![item];
    while let Some(item) = left.pop() {
        for before in item.prerequisites() {
            if before.name == name {
                return true;
            }
            if seen.insert(&before.name) {
                left.extend(rulebook.item(before.index));
            }
        }
    }
    false
}

fn rule_or_true(rule: Option<&Rule>) -> Condition {
    rule.map_or(Condition::Constant(true), |rule| rule.condition.clone())
}

fn is_same_moment(a: &Target, b: &Target) -> bool {
    match (a, b) {
        (Target::Done(a), Target::Done(b)) | (Target::Started(a), Target::Started(b)) => a.name == b.name,
        (Target::Closing, Target::Closing) => true,
        _ => false,
    }
}

fn is_same_start(a: &Start, b: &Start) -> bool {
    match (a, b) {
        (Start::Done(a), Start::Done(b))
        | (Start::Started(a), Start::Started(b))
        | (Start::Fact(a), Start::Fact(b)) => a.name == b.name,
        (Start::Opening, Start::Opening) => true,
        _ => false,
    }
}

/// Why a field asks for less than it did; none when it asks at least for the same.
fn weaker(was: &FormField, now: &FormField) -> Option<&'static str> {
    if was.kind != now.kind || was.of != now.of {
        return Some("ha cambiato tipo");
    }
    if was.mandatory && !now.mandatory {
        return Some("non è più obbligatorio");
    }
    if was.minimum.is_some_and(|min| now.minimum.is_none_or(|n| n < min)) {
        return Some("ha un minimo più basso");
    }
    if was.maximum.is_some_and(|max| now.maximum.is_none_or(|n| n > max)) {
        return Some("ha un massimo più alto");
    }
    if was.pattern.is_some() && was.pattern != now.pattern {
        return Some("ha un altro modello, che non si sa confrontare");
    }
    if now.choices.iter().any(|choice| !was.choices.contains(choice)) {
        return Some("ammette scelte nuove");
    }
    if !now.can_be_filled() {
        return Some("non si può più compilare");
    }
    None
}
