// SPDX-License-Identifier: EUPL-1.2
//! What the level takes from the tables: facts, codes, parameters, acts, calendar, and the region's offices.

use crate::calendar::{CalendarRules, Day, HolidayDate, HolidayRule, Weekday};
use crate::rulebook::{Act, Code, Fact, Office, Parameter};
use crate::value::Decimal;

use super::pair::paired;
use super::words::{became, joined, may_become, or_nothing};
use super::{About, Comparer, Direction};

impl Comparer<'_> {
    pub(super) fn tables(&mut self) {
        self.facts();
        self.codes();
        self.parameters();
        self.sanctions();
        self.calendar();
        self.offices();
    }

    fn facts(&mut self) {
        let found = paired(&self.before.facts, &self.after.facts, |fact| fact.name.clone());
        let mut said: Vec<(Direction, String)> = Vec::new();
        for fact in found.new {
            said.push((
                Direction::Neither,
                format!("il livello può chiedere anche il dato `{}`: «{}»", fact.name, fact.question),
            ));
        }
        for fact in found.gone {
            said.push((
                Direction::Unclear,
                format!("il livello non può più chiedere il dato `{}`: «{}»", fact.name, fact.question),
            ));
        }
        for (was, now) in found.both {
            fact(was, now, &mut said);
        }
        if found.is_reordered {
            said.push((Direction::Neither, "i dati stanno in un altro ordine".to_owned()));
        }
        self.say_all(&About::Facts, said);
    }

    fn codes(&mut self) {
        let found = paired(&self.before.codes, &self.after.codes, |code| code.code.clone());
        let mut said: Vec<(Direction, String)> = Vec::new();
        for code in found.new {
            let label = or_nothing(code.label.as_deref());
            said.push((Direction::Neither, format!("nella tabella SAP entra il codice `{}` ({label})", code.code)));
        }
        for code in found.gone {
            said.push((Direction::Unclear, format!("dalla tabella SAP esce il codice `{}`", code.code)));
        }
        for (was, now) in found.both {
            let Code { code, label, from, to, state, channel } = now;
            if was.label != *label {
                let words = may_become(was.label.as_deref(), label.as_deref());
                said.push((Direction::Neither, format!("l'etichetta del codice `{code}` {words}")));
            }
            if (was.from, was.to) != (*from, *to) {
                let words =
                    format!("il codice `{code}` vale {} invece che {}", period(*from, *to), period(was.from, was.to));
                said.push((Direction::Unclear, words));
            }
            if was.state != *state {
                let words = format!("il codice `{code}` è `{}` invece che `{}`", state.word(), was.state.word());
                said.push((Direction::Neither, words));
            }
            if was.channel != *channel {
                let words = format!(
                    "il codice `{code}` va per il canale `{}` invece che `{}`",
                    channel.word(),
                    was.channel.word()
                );
                said.push((Direction::Unclear, words));
            }
        }
        if found.is_reordered {
            said.push((Direction::Neither, "i codici della tabella SAP stanno in un altro ordine".to_owned()));
        }
        self.say_all(&About::Codes, said);
    }

    fn parameters(&mut self) {
        let found = paired(&self.before.parameters, &self.after.parameters, |parameter| parameter.id.clone());
        let mut said: Vec<(Direction, String)> = Vec::new();
        for parameter in found.new {
            let value = parameter.value.map_or_else(|| "ancora da fissare".to_owned(), |v| format!("fissato a {v}"));
            said.push((
                Direction::Neither,
                format!("entra il parametro `{}` ({}), {value}", parameter.id, parameter.meaning),
            ));
        }
        for parameter in found.gone {
            said.push((Direction::Unclear, format!("esce il parametro `{}` ({})", parameter.id, parameter.meaning)));
        }
        for (was, now) in found.both {
            let Parameter { id, meaning, norm, value, settled_by } = now;
            match (was.value, value) {
                (None, Some(now)) => {
                    said.push((Direction::Raises, format!("la regione fissa il parametro `{id}` a {now}")));
                }
                (Some(was), None) => {
                    said.push((Direction::Lowers, format!("il parametro `{id}`, che era di {was}, non è più fissato")));
                }
                (Some(was), Some(now)) if was != *now => {
                    said.push((Direction::Unclear, format!("il parametro `{id}` passa da {was} a {now}")));
                }
                _ => {}
            }
            if was.meaning != *meaning {
                said.push((
                    Direction::Neither,
                    format!("il significato del parametro `{id}` {}", became(&was.meaning, meaning)),
                ));
            }
            if let Some(act) = settled_by.as_ref().filter(|act| was.settled_by.as_ref() != Some(*act)) {
                let act = crate::engine::norm_words(self.after, act);
                said.push((Direction::Neither, format!("il parametro `{id}` è fissato ora da {act}")));
            } else if was.settled_by.is_some() && settled_by.is_none() {
                said.push((Direction::Neither, format!("nessuna regione fissa più il parametro `{id}`")));
            }
            if was.norm != *norm {
                let (before, after) = self.citations(&was.norm, norm);
                said.push((
                    Direction::Neither,
                    format!("il parametro `{id}` si fonda ora su {after} invece di {before}"),
                ));
            }
        }
        if found.is_reordered {
            said.push((Direction::Neither, "i parametri stanno in un altro ordine".to_owned()));
        }
        self.say_all(&About::Parameters, said);
    }

    fn calendar(&mut self) {
        let CalendarRules { working_days, weekly_holidays, holidays: rules, valid_from, valid_to } =
            &self.after.calendar_rules;
        let was = &self.before.calendar_rules;
        let mut said: Vec<(Direction, String)> = Vec::new();
        let days = |days: &[Weekday]| joined(&days.iter().map(|day| day.name().to_owned()).collect::<Vec<_>>(), " e ");
        if was.working_days != *working_days {
            let words =
                format!("i giorni lavorativi sono {} invece di {}", days(working_days), days(&was.working_days));
            said.push((Direction::Unclear, words));
        }
        if was.weekly_holidays != *weekly_holidays {
            let words = format!(
                "i giorni festivi di ogni settimana sono {} invece di {}",
                days(weekly_holidays),
                days(&was.weekly_holidays)
            );
            said.push((Direction::Unclear, words));
        }
        // They are kept by name: their order says nothing.
        let by_name = |rules: &[HolidayRule]| {
            let mut rules = rules.to_vec();
            rules.sort_by(|a, b| a.id.cmp(&b.id));
            rules
        };
        holidays("tra le feste nazionali", &by_name(&was.holidays), &by_name(rules), Direction::Unclear, &mut said);
        if (was.valid_from, was.valid_to) != (*valid_from, *valid_to) {
            let words = format!(
                "il calendario sa rispondere dal {valid_from} al {valid_to} invece che dal {} al {}",
                was.valid_from, was.valid_to
            );
            said.push((Direction::Unclear, words));
        }
        self.say_all(&About::Calendar, said);
    }

    fn offices(&mut self) {
        let mut said: Vec<(Direction, String)> = Vec::new();
        // A local holiday gives more time to whom is served, and none to the office.
        let (was, now) = (&self.before.local_holidays, &self.after.local_holidays);
        holidays("tra le feste di tutta la regione", was, now, Direction::Raises, &mut said);
        let found = paired(&self.before.offices, &self.after.offices, |office| office.id.clone());
        for office in found.new {
            let feasts: Vec<String> = office.holidays.iter().map(|h| h.name.clone()).collect();
            let closed =
                if feasts.is_empty() { String::new() } else { format!(", chiusa per {}", joined(&feasts, " e ")) };
            said.push((Direction::Neither, format!("entra la sede `{}` ({}){closed}", office.id, office.name)));
        }
        for office in found.gone {
            said.push((Direction::Neither, format!("esce la sede `{}` ({})", office.id, office.name)));
        }
        for (was, now) in found.both {
            let Office { id, name, other_name, town, holidays: feasts } = now;
            if was.name != *name {
                said.push((Direction::Neither, format!("il nome della sede `{id}` {}", became(&was.name, name))));
            }
            if was.other_name != *other_name {
                let words = may_become(was.other_name.as_deref(), other_name.as_deref());
                said.push((Direction::Neither, format!("il nome della sede `{id}` nell'altra lingua {words}")));
            }
            if was.town != *town {
                let words = may_become(was.town.as_deref(), town.as_deref());
                said.push((Direction::Neither, format!("il comune della sede `{id}` {words}")));
            }
            holidays(
                &format!("tra i giorni di chiusura della sede `{id}`"),
                &was.holidays,
                feasts,
                Direction::Raises,
                &mut said,
            );
        }
        if found.is_reordered {
            said.push((Direction::Neither, "le sedi stanno in un altro ordine".to_owned()));
        }
        self.say_all(&About::Offices, said);
    }

    /// Acts that a sentence has not named already.
    pub(super) fn acts(&mut self) {
        let found = paired(&self.before.acts, &self.after.acts, |act| act.id.clone());
        let named = |act: &Act, found: &[super::Change]| {
            found.iter().filter_map(|change| change.act.as_ref()).any(|made| made.citation.act == act.id)
        };
        let mut said: Vec<(Direction, String)> = Vec::new();
        let cited = |list: Vec<&Act>, found: &[super::Change]| -> Vec<String> {
            let untold = list.into_iter().filter(|act| !named(act, found));
            untold.map(|act| act.short.clone().unwrap_or_else(|| act.title.clone())).collect()
        };
        // A script may cite any act: with one, all of them come.
        let is_told = self.found.iter().any(|change| change.about == About::Scripts);
        let (new, gone) = if is_told {
            (Vec::new(), Vec::new())
        } else {
            (cited(found.new, &self.found), cited(found.gone, &self.found))
        };
        if !new.is_empty() {
            said.push((Direction::Neither, format!("tra gli atti del regolamento c'è ora {}", joined(&new, " e "))));
        }
        if !gone.is_empty() {
            said.push((
                Direction::Neither,
                format!("tra gli atti del regolamento non c'è più {}", joined(&gone, " e ")),
            ));
        }
        for (was, now) in found.both {
            let Act { id, title, short, urn, url, resolvable } = now;
            let mut say = |words: String| said.push((Direction::Neither, words));
            if was.title != *title {
                say(format!("il titolo dell'atto `{id}` {}", became(&was.title, title)));
            }
            if was.short != *short {
                say(format!("il modo di citare l'atto `{id}` {}", may_become(was.short.as_deref(), short.as_deref())));
            }
            if was.urn != *urn {
                say(format!("l'URN dell'atto `{id}` {}", became(&was.urn, urn)));
            }
            if was.url != *url {
                say(format!("l'indirizzo dell'atto `{id}` {}", may_become(was.url.as_deref(), url.as_deref())));
            }
            if was.resolvable != *resolvable {
                say(format!(
                    "l'atto `{id}` si legge ora in `{}` invece che in `{}`",
                    resolvable.word(),
                    was.resolvable.word()
                ));
            }
        }
        if found.is_reordered {
            said.push((Direction::Neither, "gli atti stanno in un altro ordine".to_owned()));
        }
        self.say_all(&About::Acts, said);
    }

    pub(super) fn say_all(&mut self, about: &About, said: Vec<(Direction, String)>) {
        for (direction, words) in said {
            self.say(about.clone(), direction, words, None);
        }
    }
}

fn fact(was: &Fact, now: &Fact, said: &mut Vec<(Direction, String)>) {
    let Fact { name, kind, meaning, question, supplier, purpose, retention, choices, minimum, maximum, sensitive } =
        now;
    if was.kind != *kind {
        let words = format!("il dato `{name}` è di tipo `{}` invece che `{}`", kind.word(), was.kind.word());
        said.push((Direction::Unclear, words));
    }
    if was.choices != *choices {
        let listed = |list: &[String]| joined(&list.iter().map(|c| format!("«{c}»")).collect::<Vec<_>>(), " e ");
        let words = format!("le scelte del dato `{name}` sono {} invece di {}", listed(choices), listed(&was.choices));
        said.push((Direction::Unclear, words));
    }
    if (was.minimum, was.maximum) != (*minimum, *maximum) {
        let words =
            format!("il dato `{name}` va {} invece che {}", range(*minimum, *maximum), range(was.minimum, was.maximum));
        said.push((Direction::Unclear, words));
    }
    let mut say = |words: String| said.push((Direction::Neither, words));
    if was.meaning != *meaning {
        say(format!("il significato del dato `{name}` {}", became(&was.meaning, meaning)));
    }
    if was.question != *question {
        say(format!("la domanda del dato `{name}` {}", became(&was.question, question)));
    }
    if was.supplier != *supplier {
        say(format!("il dato `{name}` lo fornisce `{}` invece di `{}`", supplier.word(), was.supplier.word()));
    }
    if was.purpose != *purpose {
        say(format!("la finalità del dato `{name}` {}", became(&was.purpose, purpose)));
    }
    if was.retention != *retention {
        say(format!("la conservazione del dato `{name}` {}", became(&was.retention, retention)));
    }
    match (was.sensitive, sensitive) {
        (false, true) => say(format!("il dato `{name}` è ora un dato particolare")),
        (true, false) => say(format!("il dato `{name}` non è più un dato particolare")),
        _ => {}
    }
}

/// `more` is which way it goes when there is a holiday more.
fn holidays(
    whose: &str,
    was: &[HolidayRule],
    now: &[HolidayRule],
    more: Direction,
    said: &mut Vec<(Direction, String)>,
) {
    let found = paired(was, now, |holiday| holiday.id.clone());
    for holiday in found.new {
        said.push((more, format!("{whose} entra `{}` ({}), {}", holiday.id, holiday.name, day_words(holiday))));
    }
    for holiday in found.gone {
        said.push((more.turned(), format!("{whose} non c'è più `{}` ({})", holiday.id, holiday.name)));
    }
    for (was, now) in found.both {
        let HolidayRule { id, name, on, from, to } = now;
        if was.name != *name {
            said.push((Direction::Neither, format!("{whose} `{id}` cambia nome: {}", became(&was.name, name))));
        }
        if was.on != *on || (was.from, was.to) != (*from, *to) {
            let words = format!("{whose} `{id}` è {} invece che {}", day_words(now), day_words(was));
            said.push((Direction::Unclear, words));
        }
    }
    if found.is_reordered {
        said.push((Direction::Neither, format!("{whose} cambia l'ordine")));
    }
}

fn day_words(holiday: &HolidayRule) -> String {
    let on = match holiday.on {
        HolidayDate::Fixed { month, day } => format!("il {day}/{month}"),
        HolidayDate::Easter { offset: 0 } => "il giorno di Pasqua".to_owned(),
        HolidayDate::Easter { offset } if offset < 0 => format!("{} giorni prima di Pasqua", offset.unsigned_abs()),
        HolidayDate::Easter { offset } => format!("{offset} giorni dopo Pasqua"),
    };
    match (holiday.from, holiday.to) {
        (None, None) => on,
        (from, to) => format!("{on} {}", period(from, to)),
    }
}

/// `dal … al …`.
pub(super) fn period(from: Option<Day>, to: Option<Day>) -> String {
    match (from, to) {
        (Some(from), Some(to)) => format!("dal {from} al {to}"),
        (Some(from), None) => format!("dal {from}"),
        (None, Some(to)) => format!("fino al {to}"),
        (None, None) => "sempre".to_owned(),
    }
}

fn range(minimum: Option<Decimal>, maximum: Option<Decimal>) -> String {
    match (minimum, maximum) {
        (Some(least), Some(most)) => format!("da {least} a {most}"),
        (Some(least), None) => format!("da {least} in su"),
        (None, Some(most)) => format!("fino a {most}"),
        (None, None) => "senza limiti".to_owned(),
    }
}
