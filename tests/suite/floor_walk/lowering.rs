// SPDX-License-Identifier: EUPL-1.2
//! Ways of lowering a level, each with a lever of its own.

use lepre::calendar::{HolidayDate, HolidayRule, Length, Unit};
use lepre::evidence::{Form, FormField};
use lepre::rulebook::{
    Access, Bound, Item, ItemKind, Obligation, Ref, Registration, Requirement, Rule, Rulebook, SapCodes, Start, Target,
    Term,
};
use lepre::spec::level::{Field, FieldType, Mode, Party};
use lepre::value::{Decimal, FactType};

use super::{Alteration, nothing};
use crate::histories::Draw;

pub fn rule(book: &Rulebook, text: &str) -> Rule {
    let place = book.items.first().map(|i| i.place.clone()).or(book.terms.first().map(|t| t.place.clone()));
    let place = place.unwrap_or_else(|| lepre::diagnostic::Place::start_of("nazionale"));
    Rule { text: text.into(), condition: lepre::condition::Condition::Constant(true), place }
}

/// A boolean fact of the level; made, where it has none.
pub fn boolean(book: &mut Rulebook, name: &str) -> String {
    if book.facts.iter().all(|fact| fact.name != name) {
        book.facts.push(lepre::rulebook::Fact {
            name: name.into(),
            kind: FactType::Boolean,
            meaning: "m".into(),
            question: "q".into(),
            supplier: lepre::spec::catalogue::Supplier::Person,
            purpose: "p".into(),
            retention: "r".into(),
            choices: Vec::new(),
            minimum: None,
            maximum: None,
            sensitive: false,
        });
    }
    name.to_owned()
}

pub fn integer(book: &mut Rulebook, name: &str) {
    boolean(book, name);
    if let Some(fact) = book.facts.iter_mut().find(|fact| fact.name == name) {
        (fact.kind, fact.minimum, fact.maximum) =
            (FactType::Integer, Decimal::from_integer(0), Decimal::from_integer(100));
    }
}

pub fn some_item<'b>(book: &'b mut Rulebook, draw: &mut Draw, fits: impl Fn(&Item) -> bool) -> Option<&'b mut Item> {
    let fitting: Vec<usize> = (0..book.items.len()).filter(|i| fits(&book.items[*i])).collect();
    if fitting.is_empty() {
        return None;
    }
    let at = *draw.pick(&fitting);
    book.items.get_mut(at)
}

pub fn some_term<'b>(book: &'b mut Rulebook, draw: &mut Draw, fits: impl Fn(&Term) -> bool) -> Option<&'b mut Term> {
    let fitting: Vec<usize> = (0..book.terms.len()).filter(|i| fits(&book.terms[*i])).collect();
    if fitting.is_empty() {
        return None;
    }
    let at = *draw.pick(&fitting);
    book.terms.get_mut(at)
}

pub fn is_due(item: &Item) -> bool {
    item.obligation == Obligation::Due
}

pub fn on_item(
    book: &mut Rulebook,
    draw: &mut Draw,
    fits: impl Fn(&Item) -> bool,
    alter: impl FnOnce(&mut Item),
) -> bool {
    some_item(book, draw, fits).map(alter).is_some()
}

fn on_field(
    book: &mut Rulebook,
    draw: &mut Draw,
    fits: impl Fn(&FormField) -> bool,
    alter: impl FnOnce(&mut FormField),
) -> bool {
    let Some(item) = some_item(book, draw, |item| item.evidence.fields.iter().any(&fits)) else { return false };
    let mut fields = item.evidence.fields.clone();
    if let Some(field) = fields.iter_mut().find(|field| fits(field)) {
        alter(field);
    }
    item.evidence = Form::from(fields);
    true
}

pub fn on_term(
    book: &mut Rulebook,
    draw: &mut Draw,
    fits: impl Fn(&Term) -> bool,
    alter: impl FnOnce(&mut Term),
) -> bool {
    some_term(book, draw, fits).map(alter).is_some()
}

/// Takes an item out, and every mention of it.
fn remove(book: &mut Rulebook, id: &str) {
    book.items.retain(|item| item.id != id);
    for item in &mut book.items {
        item.after.retain(|before| before.name != id);
        item.rests_on.retain(|before| before.name != id);
    }
    let names = |target: &Target| matches!(target, Target::Done(r) | Target::Started(r) if r.name == id);
    let starts = |start: &Start| matches!(start, Start::Done(r) | Start::Started(r) if r.name == id);
    book.terms.retain(|term| !names(&term.target) && !starts(&term.start));
}

/// A term of the office over a due item, of 30 days from the opening.
pub fn office_term(book: &mut Rulebook, draw: &mut Draw) -> bool {
    if book.terms.iter().any(is_trial) {
        return false;
    }
    let Some(item) = some_item(book, draw, is_due) else { return false };
    let (id, norm, place) = (item.id.clone(), item.norm.clone(), item.place.clone());
    book.terms.push(Term {
        id: "termine-di-prova".into(),
        target: Target::Done(Ref::from(id)),
        bound: Bound::Within,
        length: Length::new(30, Unit::Days),
        parameter: None,
        shortened: None,
        start: Start::Opening,
        when: None,
        who: Party::Office,
        norm,
        roll: true,
        effect: None,
        reason: None,
        place,
        ..template()
    });
    true
}

/// What a term holds that only linking fills in.
fn template() -> Term {
    let json = serde_json::json!({
        "id": "t", "che": "chiusura", "limite": "entro", "da": "apertura", "chi": "cpi", "norma": { "norma": "n" },
        "proroga": true, "@luogo": "f:1:1:0",
    });
    serde_json::from_value(json).expect("a term")
}

fn office_term_under_condition(book: &mut Rulebook, draw: &mut Draw) -> bool {
    integer(book, "numero_di_prova");
    let when = rule(book, "numero_di_prova >= 15");
    office_term(book, draw) && on_term(book, draw, |t| t.id == "termine-di-prova", |t| t.when = Some(when))
}

fn person_term(book: &mut Rulebook, draw: &mut Draw) -> bool {
    office_term(book, draw) && on_term(book, draw, is_trial, |term| term.who = Party::Person)
}

pub fn is_trial(term: &Term) -> bool {
    term.id == "termine-di-prova"
}

/// The trial term, with no shorter length beside the decree's: with one, the decree's may change and nobody is worse off.
fn is_plain(term: &Term) -> bool {
    is_trial(term) && term.shortened.is_none()
}

fn in_hours(book: &mut Rulebook, draw: &mut Draw) -> bool {
    office_term(book, draw) && on_term(book, draw, is_trial, |t| t.length = Length::new(72, Unit::Hours))
}

fn not_before(book: &mut Rulebook, draw: &mut Draw) -> bool {
    office_term(book, draw)
        && on_term(book, draw, is_trial, |t| (t.bound, t.length) = (Bound::AtLeast, Length::new(10, Unit::Days)))
}

pub fn condition(book: &mut Rulebook, draw: &mut Draw) -> bool {
    if book.items.iter().any(trial_condition) {
        return false;
    }
    integer(book, "numero_di_prova");
    let when = rule(book, "numero_di_prova >= 15");
    // Nothing rests on it: its condition alone makes it due.
    on_item(book, draw, |i| i.kind != ItemKind::Activity, |item| item.obligation = Obligation::When(when))
}

fn trial_condition(item: &Item) -> bool {
    matches!(&item.obligation, Obligation::When(rule) if rule.text.starts_with("numero_di_prova"))
}

pub fn reworded(book: &mut Rulebook, draw: &mut Draw, text: &str) -> bool {
    let when = rule(book, text);
    on_item(book, draw, trial_condition, |item| item.obligation = Obligation::When(when))
}

pub fn twice(book: &mut Rulebook, draw: &mut Draw) -> bool {
    on_item(book, draw, is_due, |item| item.times = 2)
}

pub fn registered(book: &mut Rulebook, draw: &mut Draw) -> bool {
    let place = rule(book, "true").place;
    if book.codes.iter().all(|code| code.code != "A01") {
        return false;
    }
    let registration = Registration { codes: vec!["A01".into()], when: None, who: Party::Office, place };
    on_item(book, draw, |i| i.registration.is_none() && is_due(i), |item| item.registration = Some(registration))
}

pub fn is_registered(item: &Item) -> bool {
    item.registration.as_ref().is_some_and(|r| r.codes == ["A01"])
}

fn offered_and_registered(book: &mut Rulebook, draw: &mut Draw) -> bool {
    let place = rule(book, "true").place;
    let registration = Registration { codes: vec!["A01".into()], when: None, who: Party::Office, place };
    let is_free = |i: &Item| i.obligation == Obligation::Offered && i.registration.is_none();
    on_item(book, draw, is_free, |item| {
        item.registration = Some(registration);
        item.text = "prova".into();
    })
}

pub fn field(name: &str, kind: FieldType) -> FormField {
    FormField {
        name: name.into(),
        kind,
        of: None,
        question: "q".into(),
        mandatory: true,
        minimum: None,
        maximum: None,
        pattern: None,
        choices: Vec::new(),
    }
}

pub fn with_field(book: &mut Rulebook, draw: &mut Draw, field: FormField) -> bool {
    if book.items.iter().any(|item| item.evidence.fields.iter().any(|known| known.name == field.name)) {
        return false;
    }
    on_item(
        book,
        draw,
        |i| i.kind == ItemKind::Output,
        |item| {
            let mut fields = item.evidence.fields.clone();
            fields.push(field);
            item.evidence = Form::from(fields);
        },
    )
}

pub fn short_text(book: &mut Rulebook, draw: &mut Draw) -> bool {
    let (minimum, maximum) = (Decimal::from_integer(3), Decimal::from_integer(20));
    with_field(book, draw, FormField { minimum, maximum, ..field("campo_di_prova", FieldType::Text) })
}

fn small_number(book: &mut Rulebook, draw: &mut Draw) -> bool {
    let (minimum, maximum) = (Decimal::from_integer(1), Decimal::from_integer(9));
    with_field(book, draw, FormField { minimum, maximum, ..field("campo_di_prova", FieldType::Integer) })
}

fn decimal_number(book: &mut Rulebook, draw: &mut Draw) -> bool {
    let (minimum, maximum) = (Decimal::from_integer(0), Decimal::from_integer(1));
    with_field(book, draw, FormField { minimum, maximum, ..field("campo_di_prova", FieldType::Decimal) })
}

fn patterned(book: &mut Rulebook, draw: &mut Draw) -> bool {
    let pattern = Some("[A-Z]{2}[0-9]{3}".to_owned());
    with_field(book, draw, FormField { pattern, ..field("campo_di_prova", FieldType::Text) })
}

pub fn chosen(book: &mut Rulebook, draw: &mut Draw) -> bool {
    let choices = vec!["uno".to_owned(), "due".to_owned()];
    with_field(book, draw, FormField { choices, ..field("campo_di_prova", FieldType::Choice) })
}

fn several_chosen(book: &mut Rulebook, draw: &mut Draw) -> bool {
    let choices = vec!["uno".to_owned(), "due".to_owned()];
    let (of, minimum) = (Some(FieldType::Choice), Decimal::from_integer(1));
    with_field(book, draw, FormField { choices, of, minimum, ..field("campo_di_prova", FieldType::List) })
}

pub fn trial_field(book: &mut Rulebook, draw: &mut Draw, alter: impl FnOnce(&mut FormField)) -> bool {
    on_field(book, draw, |f| f.name == "campo_di_prova", alter)
}

pub fn limited_modes(book: &mut Rulebook, draw: &mut Draw) -> bool {
    on_item(
        book,
        draw,
        |i| i.kind == ItemKind::Activity,
        |item| {
            item.modes = vec![Mode::Individual, Mode::Assisted];
            item.text = "prova".into();
        },
    )
}

fn with_access(book: &mut Rulebook, _: &mut Draw) -> bool {
    boolean(book, "dato_di_prova");
    let norm = book.own_norm();
    let place = rule(book, "true").place;
    let requires = vec![Requirement { level: "A".into(), item: "informazioni-consultate".into() }];
    let unless = Some(rule(book, "dato_di_prova"));
    book.access = Some(Access { requires, when: None, unless, norm, reason: "r".into(), place });
    !book.items.is_empty()
}

fn listed_codes(book: &mut Rulebook, draw: &mut Draw) -> bool {
    book.sap = SapCodes::Codes(vec!["A01".into()]);
    let free = |item: &Item| item.registration.is_none();
    some_item(book, draw, free).is_some() && book.codes.iter().any(|code| code.code == "A02")
}

fn ordered(book: &mut Rulebook, draw: &mut Draw) -> bool {
    let Some(first) = book.items.iter().position(|i| i.after.is_empty() && i.rests_on.is_empty() && is_due(i)) else {
        return false;
    };
    let id = book.items[first].id.clone();
    let is_free = |item: &Item| item.id != id && item.after.is_empty() && item.rests_on.is_empty();
    // Nothing rests on it, so that there is no circle.
    on_item(book, draw, is_free, |item| {
        item.after = vec![Ref::from(id.clone())];
        item.text = "prova".into();
    })
}

pub fn is_marked(item: &Item) -> bool {
    item.text == "prova"
}

macro_rules! alterations {
    ($($name:literal: $prepare:expr => $alter:expr;)*) => {
        &[$(Alteration { name: $name, prepare: $prepare, alter: $alter }),*]
    };
}

pub const ALL: &[Alteration] = alterations! {
    "a due item is taken out": nothing => |b, d| {
        let Some(id) = some_item(b, d, is_due).map(|i| i.id.clone()) else { return false };
        remove(b, &id);
        true
    };
    "an offered item is taken out": nothing => |b, d| {
        let Some(id) = some_item(b, d, |i| i.obligation == Obligation::Offered).map(|i| i.id.clone()) else { return false };
        remove(b, &id);
        true
    };
    "everything is taken out": nothing => |b, _| {
        let any = b.items.iter().any(is_due);
        b.items.clear();
        b.terms.clear();
        any
    };
    "a due item is only offered": nothing => |b, d| {
        on_item(b, d, |i| is_due(i) && i.kind != ItemKind::Activity, |i| i.obligation = Obligation::Offered)
    };
    "a due item is due under a condition": nothing => |b, d| {
        boolean(b, "dato_di_prova");
        let when = rule(b, "dato_di_prova");
        on_item(b, d, |i| is_due(i) && i.kind != ItemKind::Activity, |i| i.obligation = Obligation::When(when))
    };
    "a due item is due under a condition that is never true": |b, _| !boolean(b, "dato_di_prova").is_empty() => |b, d| {
        let when = rule(b, "dato_di_prova && !dato_di_prova");
        on_item(b, d, |i| is_due(i) && i.kind != ItemKind::Activity, |i| i.obligation = Obligation::When(when))
    };
    "an item due by implication is due no more": nothing => |b, d| {
        let implied = b.items.iter().filter(|i| i.obligation == Obligation::Implied).map(|i| i.id.clone());
        let implied: Vec<String> = implied.filter(|id| b.items.iter().any(|o| is_due(o) && o.rests_on.iter().any(|r| r.name == *id))).collect();
        if implied.is_empty() {
            return false;
        }
        let id = d.pick(&implied).clone();
        b.items.iter_mut().for_each(|o| o.rests_on.retain(|r| r.name != id));
        true
    };
    "a condition is off by one upwards": condition => |b, d| reworded(b, d, "numero_di_prova >= 16");
    "a condition loses its equality": condition => |b, d| reworded(b, d, "numero_di_prova > 15");
    "a condition has one more clause": condition => |b, d| {
        boolean(b, "dato_di_prova");
        reworded(b, d, "numero_di_prova >= 15 && dato_di_prova")
    };
    "a condition is turned round": condition => |b, d| reworded(b, d, "numero_di_prova < 15");
    "a condition has a hole": condition => |b, d| reworded(b, d, "numero_di_prova >= 15 && numero_di_prova != 40");
    "a condition has an upper limit": condition => |b, d| reworded(b, d, "numero_di_prova >= 15 && numero_di_prova <= 99");
    "a condition of the decree asks for more": nothing => |b, d| {
        boolean(b, "dato_di_prova");
        let Some(text) = b.items.iter().find_map(|i| match &i.obligation { Obligation::When(r) => Some(r.text.clone()), _ => None }) else { return false };
        let when = rule(b, &format!("({text}) && dato_di_prova"));
        on_item(b, d, |i| matches!(&i.obligation, Obligation::When(r) if r.text == text), |i| i.obligation = Obligation::When(when))
    };
    "an order is dropped": ordered => |b, d| on_item(b, d, is_marked, |i| i.after.clear());
    "an output rests on nothing": nothing => |b, d| on_item(b, d, |i| !i.rests_on.is_empty(), |i| {
        i.rests_on.clear();
        i.after.clear();
    });
    "a mode is added": limited_modes => |b, d| on_item(b, d, is_marked, |i| i.modes.push(Mode::Group));
    "any mode will do": limited_modes => |b, d| on_item(b, d, is_marked, |i| i.modes.clear());
    "another mode instead": limited_modes => |b, d| on_item(b, d, is_marked, |i| i.modes = vec![Mode::Remote]);
    "a registration is taken away": registered => |b, d| on_item(b, d, is_registered, |i| i.registration = None);
    "a registration takes another code too": registered => |b, d| {
        on_item(b, d, is_registered, |i| if let Some(r) = &mut i.registration { r.codes.push("A02".into()); })
    };
    "a registration has another code": registered => |b, d| {
        on_item(b, d, is_registered, |i| if let Some(r) = &mut i.registration { r.codes = vec!["A02".into()]; })
    };
    "a registration is owed under a condition": registered => |b, d| {
        boolean(b, "dato_di_prova");
        let when = rule(b, "dato_di_prova");
        on_item(b, d, is_registered, |i| if let Some(r) = &mut i.registration { r.when = Some(when); })
    };
    "a registration waits for one more time": offered_and_registered => |b, d| on_item(b, d, is_marked, |i| i.times = 2);
    "a registration has a code that the decree does not know": nothing => |b, d| {
        let mut new = match b.codes.first() { Some(code) => code.clone(), None => return false };
        (new.code, new.from, new.to) = ("Z99".into(), None, None);
        b.codes.push(new);
        let place = rule(b, "true").place;
        let registration = Registration { codes: vec!["Z99".into()], when: None, who: Party::Office, place };
        on_item(b, d, |i| is_due(i) && i.registration.is_none() && i.id != "in-piu", |i| i.registration = Some(registration))
    };
    "a mandatory field is taken out": short_text => |b, d| {
        let has = |f: &FormField| f.name == "campo_di_prova";
        on_item(b, d, |i| i.evidence.fields.iter().any(has), |i| {
            let fields = i.evidence.fields.iter().filter(|f| !has(f)).cloned().collect::<Vec<_>>();
            i.evidence = Form::from(fields);
        })
    };
    "a field is mandatory no more": short_text => |b, d| trial_field(b, d, |f| f.mandatory = false);
    "a field of the decree is mandatory no more": nothing => |b, d| on_field(b, d, |f| f.mandatory, |f| f.mandatory = false);
    "a text may be shorter": short_text => |b, d| trial_field(b, d, |f| f.minimum = Decimal::from_integer(2));
    "a text may be longer": short_text => |b, d| trial_field(b, d, |f| f.maximum = Decimal::from_integer(21));
    "a text has no limit": short_text => |b, d| trial_field(b, d, |f| (f.minimum, f.maximum) = (None, None));
    "a number may be smaller": small_number => |b, d| trial_field(b, d, |f| f.minimum = Decimal::from_integer(0));
    "a number may be greater": small_number => |b, d| trial_field(b, d, |f| f.maximum = None);
    "a decimal may be a little greater": decimal_number => |b, d| trial_field(b, d, |f| f.maximum = "1.000001".parse().ok());
    "a pattern is taken away": patterned => |b, d| trial_field(b, d, |f| f.pattern = None);
    "a pattern is looser": patterned => |b, d| trial_field(b, d, |f| f.pattern = Some("[A-Z]{2}[0-9]{2,3}".into()));
    "a pattern takes another letter": patterned => |b, d| trial_field(b, d, |f| f.pattern = Some("[A-Z]{2}[0-9]{3}|NON NOTO".into()));
    "a choice is added": chosen => |b, d| trial_field(b, d, |f| f.choices.push("nessuno".into()));
    "a choice of a list is added": several_chosen => |b, d| trial_field(b, d, |f| f.choices.push("nessuno".into()));
    "a list may be empty": several_chosen => |b, d| trial_field(b, d, |f| f.minimum = None);
    "a list of choices is a list of texts": several_chosen => |b, d| trial_field(b, d, |f| f.of = Some(FieldType::Text));
    "a field changes its type": small_number => |b, d| trial_field(b, d, |f| f.kind = FieldType::Text);
    "a choice is a text": chosen => |b, d| trial_field(b, d, |f| f.kind = FieldType::Text);
    "a field cannot be filled in": short_text => |b, d| trial_field(b, d, |f| f.minimum = Decimal::from_integer(30));
    "a choice has no choices": chosen => |b, d| trial_field(b, d, |f| f.choices.clear());
    "once is enough": twice => |b, d| on_item(b, d, |i| i.times == 2, |i| i.times = 1);
    "an item changes its kind": nothing => |b, d| {
        let rested: Vec<String> = b.items.iter().flat_map(|i| i.rests_on.iter().map(|r| r.name.clone())).collect();
        on_item(b, d, |i| is_due(i) && i.kind == ItemKind::Output && !rested.contains(&i.id), |i| {
            i.kind = ItemKind::Outcome;
            i.rests_on.clear();
            i.evidence = Form::default();
        })
    };
    "two ids are swapped": nothing => |b, d| {
        let outputs: Vec<usize> = (0..b.items.len()).filter(|i| is_due(&b.items[*i]) && !b.items[*i].evidence.fields.is_empty()).collect();
        let others: Vec<usize> = (0..b.items.len()).filter(|i| b.items[*i].kind == ItemKind::Outcome).collect();
        if outputs.is_empty() || others.is_empty() {
            return false;
        }
        let (a, c) = (*d.pick(&outputs), *d.pick(&others));
        let id = b.items[a].id.clone();
        b.items[a].id = std::mem::replace(&mut b.items[c].id, id);
        true
    };
    "an id is shadowed": nothing => |b, d| {
        let Some(item) = some_item(b, d, is_due).map(|i| i.clone()) else { return false };
        b.items.insert(0, Item { obligation: Obligation::Offered, evidence: Form::default(), ..item });
        true
    };
    "a term of the office is taken away": office_term => |b, _| {
        b.terms.retain(|t| !is_trial(t));
        true
    };
    "a term of the office is a day longer": office_term => |b, d| on_term(b, d, is_plain, |t| t.length = Length::new(31, Unit::Days));
    "a term counts working days": office_term => |b, d| on_term(b, d, is_plain, |t| t.length = Length::new(30, Unit::WorkingDays));
    "a term counts a month": office_term => |b, d| on_term(b, d, is_plain, |t| t.length = Length::new(1, Unit::Months));
    "a term is an hour longer": in_hours => |b, d| on_term(b, d, is_plain, |t| t.length = Length::new(73, Unit::Hours));
    "a term in hours counts days": in_hours => |b, d| on_term(b, d, is_plain, |t| t.length = Length::new(4, Unit::Days));
    "a term waits for another item": office_term => |b, d| {
        let free = |i: &Item| i.obligation == Obligation::Offered && i.prerequisites().next().is_none();
        let Some(other) = some_item(b, d, free).map(|i| i.id.clone()) else { return false };
        on_term(b, d, is_trial, |t| t.target = Target::Done(Ref::from(other)))
    };
    "a term counts from another item": office_term => |b, d| {
        let own = b.terms.iter().find(|t| is_trial(t)).map(|t| match &t.target { Target::Done(r) => r.name.clone(), _ => String::new() });
        let Some(other) = some_item(b, d, |i| Some(&i.id) != own.as_ref()).map(|i| i.id.clone()) else { return false };
        on_term(b, d, is_trial, |t| t.start = Start::Done(Ref::from(other)))
    };
    "a term of the office becomes the person's": office_term => |b, d| on_term(b, d, is_trial, |t| t.who = Party::Person);
    "a term says not before": office_term => |b, d| on_term(b, d, is_trial, |t| t.bound = Bound::AtLeast);
    "a term not before says not after": not_before => |b, d| on_term(b, d, is_trial, |t| t.bound = Bound::Within);
    "a term not before is shorter": not_before => |b, d| on_term(b, d, is_plain, |t| t.length = Length::new(9, Unit::Days));
    "a term has a condition": office_term => |b, d| {
        boolean(b, "dato_di_prova");
        let when = rule(b, "dato_di_prova");
        on_term(b, d, is_trial, |t| t.when = Some(when))
    };
    "a term's condition is off by one": office_term_under_condition => |b, d| {
        let when = rule(b, "numero_di_prova >= 16");
        on_term(b, d, is_trial, |t| t.when = Some(when))
    };
    "a term no longer waits to be known": office_term_under_condition => |b, d| on_term(b, d, is_trial, |t| t.when = None);
    "a term that did not move to a working day does": |b, d| {
        office_term(b, d) && on_term(b, d, is_trial, |t| t.roll = false)
    } => |b, d| on_term(b, d, is_plain, |t| t.roll = true);
    "the person's term is shorter": person_term => |b, d| on_term(b, d, is_plain, |t| t.length = Length::new(29, Unit::Days));
    "the person's term is shortened": person_term => |b, d| {
        on_term(b, d, is_trial, |t| {
            let length = Length::new(20, Unit::Days).expect("a length");
            t.shortened = Some(lepre::rulebook::Shortened { length, norm: t.norm.clone(), place: t.place.clone() });
        })
    };
    "the person's term is longer": person_term => |b, d| on_term(b, d, is_plain, |t| t.length = Length::new(31, Unit::Days));
    "the person's term is taken away": person_term => |b, _| {
        b.terms.retain(|t| !is_trial(t));
        true
    };
    "a term of the person is added": nothing => |b, d| person_term(b, d);
    "the person's term is the company's": person_term => |b, d| on_term(b, d, is_trial, |t| t.who = Party::Company);
    "a national holiday is added": office_term => |b, _| {
        if b.terms.iter().any(|t| t.shortened.is_some()) {
            return false;
        }
        b.calendar_rules.holidays.push(HolidayRule {
            id: "festa-di-prova".into(),
            name: "Festa di prova".into(),
            on: HolidayDate::Fixed { month: 6, day: 19 },
            from: None,
            to: None,
        });
        true
    };
    "access is for everybody": with_access => |b, _| {
        b.access = None;
        true
    };
    "access requires nothing": with_access => |b, _| {
        b.access.as_mut().map(|access| access.requires.clear()).is_some()
    };
    "access has another way round": with_access => |b, _| {
        let unless = rule(b, "dato_di_prova || !dato_di_prova");
        b.access.as_mut().map(|access| access.unless = Some(unless)).is_some()
    };
    "access asks for one thing more": with_access => |b, _| {
        let more = Requirement { level: "B".into(), item: "profilazione-eseguita".into() };
        b.access.as_mut().map(|access| (access.requires.push(more), access.unless = None)).is_some()
    };
    "access asks for a condition": with_access => |b, _| {
        integer(b, "numero_di_prova");
        let when = rule(b, "numero_di_prova > 3");
        b.access.as_mut().map(|access| access.when = Some(when)).is_some()
    };
    "access is closed": nothing => |b, d| with_access(b, d) && {
        let never = rule(b, "dato_di_prova && !dato_di_prova");
        b.access.as_mut().map(|access| access.when = Some(never)).is_some()
    };
    "the level takes one code more": listed_codes => |b, _| {
        b.sap = SapCodes::Codes(vec!["A01".into(), "A02".into()]);
        true
    };
    "the level takes any code": listed_codes => |b, _| {
        b.sap = SapCodes::ToBeDefined;
        true
    };
    "a fact is taken away": condition => |b, d| {
        b.facts.retain(|fact| fact.name != "numero_di_prova");
        boolean(b, "dato_di_prova");
        reworded(b, d, "dato_di_prova")
    };
    "a fact takes more": condition => |b, _| {
        b.facts.iter_mut().find(|f| f.name == "numero_di_prova").map(|f| f.maximum = Decimal::from_integer(101)).is_some()
    };
    "a fact that nothing asks takes more": |b, _| { integer(b, "numero_di_prova"); !b.items.is_empty() } => |b, _| {
        b.facts.iter_mut().find(|f| f.name == "numero_di_prova").map(|f| f.minimum = None).is_some()
    };
    "a fact is of another type": condition => |b, d| {
        let found = b.facts.iter_mut().find(|f| f.name == "numero_di_prova");
        found.map(|f| (f.kind, f.minimum, f.maximum) = (FactType::Boolean, None, None)).is_some() && reworded(b, d, "numero_di_prova")
    };
    "what no source gives is taken for given": nothing => |b, _| {
        let was = b.origin.missing.contains(&Field::Outputs);
        b.origin.missing.retain(|field| *field != Field::Outputs);
        was
    };
    "a code is in force for longer": |b, d| registered(b, d) && {
        let to = "2026-06-30".parse().ok();
        b.codes.iter_mut().filter(|c| c.code == "A01").for_each(|c| c.to = to);
        true
    } => |b, _| {
        b.codes.iter_mut().filter(|c| c.code == "A01").for_each(|c| c.to = None);
        true
    };
};
