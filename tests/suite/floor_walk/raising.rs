// SPDX-License-Identifier: EUPL-1.2
//! Ways of raising a level: what a region may do.

use lepre::calendar::{HolidayDate, HolidayRule, Length, Unit};
use lepre::evidence::{Form, FormField};
use lepre::rulebook::{
    Item, ItemKind, Obligation, Office, Ref, Registration, Rulebook, SapCodes, ScriptRule, Shortened, Translation,
};
use lepre::spec::level::{FieldType, Mode, Party};
use lepre::value::Decimal;

use super::lowering::{
    boolean, chosen, condition, field, is_due, is_marked, is_registered, is_trial, limited_modes, office_term, on_item,
    on_term, registered, reworded, rule, short_text, some_item, trial_field, with_field,
};
use super::{Alteration, nothing};
use crate::histories::Draw;

fn added(book: &mut Rulebook, draw: &mut Draw, id: &str, kind: ItemKind, obligation: Obligation) -> bool {
    if book.items.iter().any(|item| item.id == id) {
        return false;
    }
    let Some(model) = some_item(book, draw, |_| true).map(|item| item.clone()) else { return false };
    book.items.push(Item {
        id: id.into(),
        kind,
        text: "prova".into(),
        includes: Vec::new(),
        obligation,
        times: 1,
        after: Vec::new(),
        rests_on: Vec::new(),
        modes: Vec::new(),
        registration: None,
        evidence: Form::default(),
        ..model
    });
    true
}

fn last(book: &mut Rulebook) -> &mut Item {
    book.items.last_mut().expect("an item")
}

fn codes_to_be_defined(book: &mut Rulebook, _: &mut Draw) -> bool {
    book.sap = SapCodes::ToBeDefined;
    !book.items.is_empty()
}

fn holiday() -> HolidayRule {
    HolidayRule {
        id: "patrono-di-prova".into(),
        name: "Patrono".into(),
        on: HolidayDate::Fixed { month: 6, day: 24 },
        from: None,
        to: None,
    }
}

fn two_terms(book: &mut Rulebook, draw: &mut Draw) -> bool {
    office_term(book, draw)
}

macro_rules! alterations {
    ($($name:literal: $prepare:expr => $alter:expr;)*) => {
        &[$(Alteration { name: $name, prepare: $prepare, alter: $alter }),*]
    };
}

pub const ALL: &[Alteration] = alterations! {
    "an activity is offered beside the others": nothing => |b, d| added(b, d, "in-piu", ItemKind::Activity, Obligation::Offered);
    "an activity is due beside the others": nothing => |b, d| added(b, d, "in-piu", ItemKind::Activity, Obligation::Due);
    "an output with its proof is due": nothing => |b, d| {
        added(b, d, "in-piu", ItemKind::Output, Obligation::Due) && {
            last(b).evidence = Form::from(vec![field("campo", FieldType::Text)]);
            true
        }
    };
    "an output rests on an activity of the decree": nothing => |b, d| {
        let Some(id) = some_item(b, d, |i| i.kind == ItemKind::Activity).map(|i| i.id.clone()) else { return false };
        added(b, d, "in-piu", ItemKind::Output, Obligation::Due) && {
            last(b).rests_on = vec![Ref::from(id)];
            true
        }
    };
    "an outcome is due": nothing => |b, d| added(b, d, "in-piu", ItemKind::Outcome, Obligation::Due);
    "an item of the decree comes after one of the region": nothing => |b, d| {
        added(b, d, "in-piu", ItemKind::Activity, Obligation::Due)
            && on_item(b, d, |i| i.id != "in-piu", |i| i.after.push(Ref::from("in-piu".to_owned())))
    };
    "an added item is registered": nothing => |b, d| {
        let place = rule(b, "true").place;
        let codes = vec!["A01".to_owned()];
        added(b, d, "in-piu", ItemKind::Activity, Obligation::Due) && {
            last(b).registration = Some(Registration { codes, when: None, who: Party::Office, place });
            true
        }
    };
    "an added item is due under a fact of the region": nothing => |b, d| {
        boolean(b, "dato_regionale");
        let when = rule(b, "dato_regionale");
        added(b, d, "in-piu", ItemKind::Activity, Obligation::When(when))
    };
    "a term of the office is added": nothing => |b, d| office_term(b, d);
    "a term over an added item": nothing => |b, d| {
        added(b, d, "in-piu", ItemKind::Activity, Obligation::Due)
            && office_term(b, d)
            && on_term(b, d, is_trial, |t| t.target = lepre::rulebook::Target::Done(Ref::from("in-piu".to_owned())))
    };
    "a term of the office is shortened": two_terms => |b, d| on_term(b, d, is_trial, |t| {
        let length = Length::new(20, Unit::Days).expect("a length");
        t.shortened = Some(Shortened { length, norm: t.norm.clone(), place: t.place.clone() });
    });
    "a term of the office is shortened in working days": two_terms => |b, d| on_term(b, d, is_trial, |t| {
        let length = Length::new(10, Unit::WorkingDays).expect("a length");
        t.shortened = Some(Shortened { length, norm: t.norm.clone(), place: t.place.clone() });
    });
    "a term of the decree is shortened": nothing => |b, d| {
        let fits = |t: &lepre::rulebook::Term| {
            t.who == Party::Office
                && t.bound == lepre::rulebook::Bound::Within
                && t.length.is_some_and(|l| l.unit == Unit::Days && l.count > 20)
        };
        on_term(b, d, fits, |t| {
            let length = Length::new(20, Unit::Days).expect("a length");
            t.shortened = Some(Shortened { length, norm: t.norm.clone(), place: t.place.clone() });
        })
    };
    "what is offered is due": nothing => |b, d| on_item(b, d, |i| i.obligation == Obligation::Offered, |i| i.obligation = Obligation::Due);
    "what is offered is due under a condition": nothing => |b, d| {
        boolean(b, "dato_di_prova");
        let when = rule(b, "dato_di_prova");
        on_item(b, d, |i| i.obligation == Obligation::Offered, |i| i.obligation = Obligation::When(when))
    };
    "what is due under a condition is always due": nothing => |b, d| {
        on_item(b, d, |i| matches!(i.obligation, Obligation::When(_)), |i| i.obligation = Obligation::Due)
    };
    "a condition is off by one downwards": condition => |b, d| reworded(b, d, "numero_di_prova >= 14");
    "a condition holds in one more case": condition => |b, d| {
        boolean(b, "dato_regionale");
        reworded(b, d, "numero_di_prova >= 15 || dato_regionale")
    };
    "a condition is said in other words": condition => |b, d| reworded(b, d, "!(numero_di_prova < 15)");
    "a field is mandatory": |b, d| with_field(b, d, FormField { mandatory: false, ..field("campo_di_prova", FieldType::Text) })
        => |b, d| trial_field(b, d, |f| f.mandatory = true);
    "a text is longer": short_text => |b, d| trial_field(b, d, |f| f.minimum = Decimal::from_integer(10));
    "a text has a lower limit": short_text => |b, d| trial_field(b, d, |f| f.maximum = Decimal::from_integer(10));
    "a text follows a pattern": short_text => |b, d| trial_field(b, d, |f| f.pattern = Some("[a-z]{3,}".into()));
    "a text follows a harder pattern": short_text => |b, d| trial_field(b, d, |f| f.pattern = Some("(?:AB|CD)[0-9]+(?:-\\d{2})?".into()));
    "a choice is left out": chosen => |b, d| trial_field(b, d, |f| f.choices.truncate(1));
    "a field is added": nothing => |b, d| with_field(b, d, field("campo_regionale", FieldType::Date));
    "a form is asked where there was none": |b, d| on_item(b, d, |i| i.kind == ItemKind::Output, |i| i.evidence = Form::default()) => |b, d| {
        let form = Form::from(vec![FormField { minimum: Decimal::from_integer(1), ..field("nuovo", FieldType::List) }]);
        on_item(b, d, |i| i.kind == ItemKind::Output && i.evidence.is_empty(), |i| i.evidence = form)
    };
    "the codes are settled": codes_to_be_defined => |b, _| {
        b.sap = SapCodes::Codes(vec!["A01".into(), "A03".into()]);
        true
    };
    "an item has its code": codes_to_be_defined => |b, d| {
        let place = rule(b, "true").place;
        let registration = Registration { codes: vec!["A01".into()], when: None, who: Party::Office, place };
        b.sap = SapCodes::Codes(vec!["A01".into()]);
        on_item(b, d, |i| i.registration.is_none() && is_due(i), |i| i.registration = Some(registration))
    };
    "one code is left of two": |b, d| {
        registered(b, d) && on_item(b, d, is_registered, |i| {
            if let Some(r) = &mut i.registration { r.codes.push("A02".into()); }
        })
    } => |b, d| {
        let two = |i: &Item| i.registration.as_ref().is_some_and(|r| r.codes.len() == 2 && r.codes[1] == "A02");
        on_item(b, d, two, |i| if let Some(r) = &mut i.registration { r.codes.truncate(1); })
    };
    "a registration is always owed": |b, d| {
        boolean(b, "dato_di_prova");
        let when = rule(b, "dato_di_prova");
        registered(b, d) && on_item(b, d, is_registered, |i| if let Some(r) = &mut i.registration { r.when = Some(when) })
    } => |b, d| on_item(b, d, |i| i.registration.as_ref().is_some_and(|r| r.when.is_some()), |i| {
        if let Some(r) = &mut i.registration { r.when = None; }
    });
    "a mode is left out": limited_modes => |b, d| on_item(b, d, is_marked, |i| i.modes = vec![Mode::Individual]);
    "twice instead of once": nothing => |b, d| on_item(b, d, is_due, |i| i.times = 2);
    "the region has holidays": nothing => |b, _| {
        b.local_holidays.push(holiday());
        true
    };
    "an office has its patron saint": nothing => |b, _| {
        b.offices.push(Office { id: "torino".into(), name: "Torino".into(), other_name: None, town: None, holidays: vec![holiday()] });
        true
    };
    "a title in another language": nothing => |b, _| {
        b.translations.push(Translation { language: "de".into(), title: "Titel".into(), items: Vec::new() });
        true
    };
    "a script stands by": nothing => |b, _| {
        // Two of one name would be one that never speaks.
        if !b.scripts.is_empty() {
            return false;
        }
        let norm = b.own_norm();
        let place = rule(b, "true").place;
        b.scripts.push(ScriptRule { name: "piemonte/prova.rhai".into(), source: "fn varia(dati) { }".into(), norm, place });
        true
    };
};
