// SPDX-License-Identifier: EUPL-1.2
//! Terms: which have come and gone, and how long, from what, for whom each runs now.

use crate::calendar::{Length, Unit};
use crate::engine::term_words;
use crate::rulebook::{Bound, Start, Target, Term};
use crate::spec::level::Party;

use super::pair::paired;
use super::words::{may_become, whose};
use super::{About, Comparer, Direction};

impl Comparer<'_> {
    pub(super) fn terms(&mut self) {
        let found = paired(&self.before.terms, &self.after.terms, |term| term.id.clone());
        for now in &self.after.terms {
            match found.both.iter().find(|(_, other)| std::ptr::eq(*other, now)) {
                Some((was, _)) => self.term(was, now),
                None => {
                    let words = format!("entra il termine `{}`: {}{}", now.id, term_words(self.after, now), when(now));
                    let act = self.act_or(Some(&now.id), &["aggiungi_termine"], &now.norm);
                    self.say(about(now), tighter(now), words, act);
                }
            }
        }
        for was in found.gone {
            let words = format!("esce il termine `{}`: {}{}", was.id, term_words(self.before, was), when(was));
            let act = self.act_or_rested(Some(&was.id), &["aggiungi_termine"], &was.norm);
            self.say(about(was), looser(was), words, act);
        }
        if found.is_reordered {
            self.say(About::Level, Direction::Neither, "i termini stanno in un altro ordine", None);
        }
    }

    fn term(&mut self, was: &Term, now: &Term) {
        // Every field is named here: one that is added must be said somewhere.
        let Term {
            index: _,
            id,
            target,
            bound,
            length: _,
            parameter: _,
            shortened: _,
            start,
            when,
            who,
            norm,
            roll,
            effect,
            reason,
            place: _,
        } = now;
        let about = about(now);
        self.length(&about, was, now);
        let act = self.act_or(Some(id), &[], norm);
        let (a, b) = (target_words(&was.target), target_words(target));
        if a != b {
            let words = format!("il termine `{id}` aspetta {b} invece di {a}");
            self.say(about.clone(), Direction::Unclear, words, act.clone());
        }
        let (a, b) = (start_words(&was.start), start_words(start));
        if a != b {
            let words = format!("il termine `{id}` si conta {b} invece che {a}");
            self.say(about.clone(), Direction::Unclear, words, act.clone());
        }
        if was.bound != *bound {
            let word = |bound: Bound| if bound == Bound::Within { "«entro»" } else { "«non prima di»" };
            let words = format!("il termine `{id}` dice {} invece di {}", word(*bound), word(was.bound));
            self.say(about.clone(), Direction::Unclear, words, act.clone());
        }
        if was.who != *who {
            let words = format!("il termine `{id}` è a carico {} invece che {}", whose(*who), whose(was.who));
            self.say(about.clone(), Direction::Unclear, words, act.clone());
        }
        let rests = self.rests(norm);
        self.rule(
            &about,
            &format!("del termine `{id}`"),
            (was.when.as_ref(), when.as_ref()),
            (tighter(now), looser(now)),
            &|comparer| comparer.act(Some(id), &[]).or_else(|| Some(rests.clone())),
        );
        if was.roll != *roll {
            let words = if *roll {
                format!("il termine `{id}`, se scade in un giorno festivo, passa ora al primo giorno lavorativo")
            } else {
                format!("il termine `{id}`, se scade in un giorno festivo, non passa più al primo giorno lavorativo")
            };
            let direction = if *roll { looser(now) } else { tighter(now) };
            self.say(about.clone(), direction, words, act.clone());
        }
        if was.norm != *norm {
            let (before, after) = self.citations(&was.norm, norm);
            let words = format!("il termine `{id}` si fonda ora su {after} invece di {before}");
            self.say(about.clone(), Direction::Unclear, words, act.clone());
        }
        if was.effect != *effect {
            let words = format!(
                "ciò che segue se il termine `{id}` scade {}",
                may_become(was.effect.as_deref(), effect.as_deref())
            );
            self.say(about.clone(), Direction::Unclear, words, act);
        }
        if was.reason != *reason {
            let words = format!(
                "il motivo della lettura del termine `{id}` {}",
                may_become(was.reason.as_deref(), reason.as_deref())
            );
            self.say(about, Direction::Neither, words, None);
        }
    }

    fn length(&mut self, about: &About, was: &Term, now: &Term) {
        let id = &now.id;
        let (a, b) = (in_force(was), in_force(now));
        let settled = self.after.parameters.iter().find(|p| Some(&p.id) == now.parameter.as_ref());
        let settled = settled.and_then(|parameter| parameter.settled_by.as_ref());
        let ruled = now.shortened.as_ref().map(|s| &s.norm).or(settled).unwrap_or(&now.norm);
        let mut said = false;
        if a != b {
            let (words, direction) = match (a, b) {
                (None, Some(b)) => {
                    (format!("il termine `{id}`, la cui durata non era nota, è ora di {b}"), tighter(now))
                }
                (Some(a), None) => {
                    (format!("il termine `{id}` era di {a}: ora la sua durata non è nota"), tighter(now).turned())
                }
                (Some(a), Some(b)) => {
                    let (verb, shorter) = compared(a, b);
                    let direction = match shorter {
                        Some(true) => tighter(now),
                        Some(false) => tighter(now).turned(),
                        None => Direction::Unclear,
                    };
                    (format!("il termine `{id}` {verb} {}", from_to(a, b)), direction)
                }
                (None, None) => (String::new(), Direction::Neither),
            };
            let act = self.act_or(Some(id), &["abbrevia"], ruled);
            self.say(about.clone(), direction, words, act);
            said = true;
        }
        if !said && was.length != now.length {
            let length = |l: Option<Length>| l.map_or_else(|| "non nota".to_owned(), |l| format!("di {l}"));
            let words = format!(
                "la durata nazionale del termine `{id}`, accanto a quella abbreviata, è {} invece che {}",
                length(now.length),
                length(was.length)
            );
            let act = self.act_or(Some(id), &[], &now.norm);
            self.say(about.clone(), Direction::Unclear, words, act);
            said = true;
        }
        let shortened = |t: &Term| t.shortened.as_ref().map(|s| (s.length, s.norm.clone()));
        if shortened(was) != shortened(now) && !said {
            let words = match (&was.shortened, &now.shortened) {
                (Some(was), Some(now)) if was.norm != now.norm => {
                    let (before, after) = self.citations(&was.norm, &now.norm);
                    format!("la durata abbreviata del termine `{id}` si fonda ora su {after} invece di {before}")
                }
                (None, Some(now)) => format!("accanto al termine `{id}` vale ora anche la durata di {}", now.length),
                (Some(was), None) => format!("accanto al termine `{id}` non vale più la durata di {}", was.length),
                _ => format!("cambia la durata abbreviata del termine `{id}`, che non decide"),
            };
            let act = self.act_or(Some(id), &["abbrevia"], ruled);
            self.say(about.clone(), Direction::Unclear, words, act);
        } else if let (Some(was), Some(now)) = (&was.shortened, &now.shortened)
            && was.norm != now.norm
        {
            let (before, after) = self.citations(&was.norm, &now.norm);
            let words = format!("la durata abbreviata del termine `{id}` si fonda ora su {after} invece di {before}");
            let act = Some(self.rests(&now.norm));
            self.say(about.clone(), Direction::Unclear, words, act);
        }
        if was.parameter != now.parameter {
            let from =
                |p: &Option<String>| p.as_ref().map_or_else(|| "dalla norma".to_owned(), |p| format!("da `{p}`"));
            let words = format!(
                "la durata del termine `{id}` viene {} invece che {}",
                from(&now.parameter),
                from(&was.parameter)
            );
            let act = self.act_or(Some(id), &[], &now.norm);
            self.say(about.clone(), Direction::Unclear, words, act);
        }
    }
}

fn about(term: &Term) -> About {
    About::Term(term.id.clone())
}

/// Which way it goes when a term asks for more: of the office it is more service, of whom is served it is less. A wait may
/// protect or put off: nobody can tell by itself.
fn tighter(term: &Term) -> Direction {
    match (term.bound, term.who) {
        (Bound::Within, Party::Office) => Direction::Raises,
        (Bound::Within, Party::Person | Party::Company) => Direction::Lowers,
        (Bound::AtLeast, _) => Direction::Unclear,
    }
}

/// As [`tighter`], when it asks for less. What somebody must do may be what somebody else waits for.
fn looser(term: &Term) -> Direction {
    if tighter(term) == Direction::Raises { Direction::Lowers } else { Direction::Unclear }
}

/// The length that decides: of two that both bind, the one that ends first; where units differ, the region's.
fn in_force(term: &Term) -> Option<Length> {
    match (term.length, &term.shortened) {
        (Some(length), Some(shortened))
            if shortened.length.unit == length.unit && length.count < shortened.length.count =>
        {
            Some(length)
        }
        (_, Some(shortened)) => Some(shortened.length),
        (length, None) => length,
    }
}

/// The verb, and whether the term becomes shorter; units compare only where no calendar can turn the answer.
fn compared(was: Length, now: Length) -> (&'static str, Option<bool>) {
    if was.unit == now.unit {
        return if now.count < was.count { ("scende", Some(true)) } else { ("sale", Some(false)) };
    }
    let (a, b) = (span(was), span(now));
    if b.1 < a.0 {
        ("scende", Some(true))
    } else if b.0 > a.1 {
        ("sale", Some(false))
    } else {
        ("passa", None)
    }
}

/// The fewest and the most hours that a length can cover.
fn span(length: Length) -> (u32, u32) {
    let times = |hours: u32| length.count.saturating_mul(hours);
    match length.unit {
        Unit::Days => (times(24), times(24)),
        // A working day may be far off around holidays.
        Unit::WorkingDays => (times(24), times(24 * 3).saturating_add(24 * 10)),
        Unit::Months => (times(24 * 28), times(24 * 31)),
        Unit::Hours => (length.count, length.count),
    }
}

/// `da 30 a 20 giorni`, `da 2 mesi a 45 giorni`.
fn from_to(was: Length, now: Length) -> String {
    if was.unit == now.unit { format!("da {} a {now}", was.count) } else { format!("da {was} a {now}") }
}

fn when(term: &Term) -> String {
    term.when.as_ref().map(|rule| format!(", se `{}`", rule.text)).unwrap_or_default()
}

fn target_words(target: &Target) -> String {
    match target {
        Target::Done(item) => format!("`{}`", item.name),
        Target::Started(item) => format!("l'inizio di `{}`", item.name),
        Target::Closing => "la chiusura della pratica".to_owned(),
    }
}

fn start_words(start: &Start) -> String {
    match start {
        Start::Opening => "dall'apertura".to_owned(),
        Start::Done(item) => format!("da `{}`", item.name),
        Start::Started(item) => format!("dall'inizio di `{}`", item.name),
        Start::Fact(fact) => format!("dal giorno del dato `{}`", fact.name),
    }
}
