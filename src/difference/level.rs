// SPDX-License-Identifier: EUPL-1.2
//! The level as a whole: title, text of the decree, source, access, codes.

use crate::rulebook::{Access, Origin, Requirement, Rulebook, SapCodes};
use crate::spec::level::{Audience, Field, Precedence};

use super::pair::paired;
use super::words::{any_of, became, joined, may_become, quoted};
use super::{About, Comparer, Direction, MORE};

impl Comparer<'_> {
    pub(super) fn level(&mut self) {
        // Every field is named here: one that is added must be said somewhere. Region and days are what is compared; the
        // rest is told by the other parts of this module.
        let Rulebook {
            format,
            level,
            title,
            audience,
            region: _,
            from: _,
            to: _,
            origin,
            norms,
            description,
            access: _,
            precedence,
            items: _,
            terms: _,
            sap: _,
            not_automated,
            facts: _,
            codes: _,
            parameters: _,
            sanctions: _,
            acts: _,
            calendar_rules: _,
            variations: _,
            translations: _,
            scripts: _,
            local_holidays: _,
            offices: _,
            links: _,
        } = self.after;
        let was = self.before;
        if was.level != *level || was.format != *format {
            let words = format!("si confrontano due livelli diversi: `{}` e `{level}`", was.level);
            self.say(About::Level, Direction::Unclear, words, None);
        }
        if was.title != *title {
            let words = format!("il titolo del livello {}", became(&was.title, title));
            self.say(About::Level, Direction::Neither, words, None);
        }
        if was.audience != *audience {
            let word = |audience: Audience| if audience == Audience::Person { "la persona" } else { "l'impresa" };
            let words = format!("il livello serve {} invece che {}", word(*audience), word(was.audience));
            self.say(About::Level, Direction::Unclear, words, None);
        }
        if was.precedence != *precedence {
            let word = |given: Option<Precedence>| given.unwrap_or(Precedence::Day).word();
            let (was, now) = (word(was.precedence), word(*precedence));
            let words = format!("quale di due atti viene prima lo dice `{now}` invece che `{was}`");
            self.say(About::Level, Direction::Unclear, words, None);
        }
        self.origin(&was.origin, origin);
        if was.description != *description {
            let words = format!("la descrizione {}", may_become(was.description.as_deref(), description.as_deref()));
            self.say(About::Level, Direction::Unclear, words, None);
        }
        self.norms(was, norms);
        self.not_automated(&was.not_automated, not_automated);
    }

    fn origin(&mut self, was: &Origin, now: &Origin) {
        let Origin { act, annex, wording, letter, title, missing, note } = now;
        let mut say = |direction, words: String| self.say(About::Level, direction, words, None);
        if was.act != *act || was.annex != *annex {
            let annexed = |origin: &Origin| {
                origin
                    .annex
                    .as_ref()
                    .map_or_else(|| format!("`{}`", origin.act), |a| format!("`{}`, allegato {a}", origin.act))
            };
            say(Direction::Unclear, format!("la fonte del livello è {} invece di {}", annexed(now), annexed(was)));
        }
        if was.wording != *wording {
            let words = format!("il testo del livello è `{}` invece che `{}`", wording.word(), was.wording.word());
            say(Direction::Unclear, words);
        }
        if was.letter != *letter {
            let words = format!("la lettera del livello è `{}` invece che `{}`", letter.word(), was.letter.word());
            say(Direction::Neither, words);
        }
        if was.title != *title {
            let word = |o: &Origin| o.title.map_or_else(|| "non si dice".to_owned(), |t| format!("`{}`", t.word()));
            say(Direction::Neither, format!("come si conosce il titolo: ora {}, prima {}", word(now), word(was)));
        }
        if was.missing != *missing {
            let found = paired(&was.missing, missing, |field| *field);
            let words = |fields: &[&Field]| quoted(&fields.iter().map(|field| field.word()).collect::<Vec<_>>());
            if !found.gone.is_empty() {
                say(
                    Direction::Raises,
                    format!("non manca più ciò che nessuna fonte riportava: {}", words(&found.gone)),
                );
            }
            if !found.new.is_empty() {
                say(Direction::Lowers, format!("è ora dichiarato mancante in ogni fonte letta: {}", words(&found.new)));
            }
            if found.is_reordered {
                say(Direction::Neither, "i campi dichiarati mancanti stanno in un altro ordine".to_owned());
            }
        }
        if was.note != *note {
            say(
                Direction::Neither,
                format!("la nota per chi legge {}", may_become(was.note.as_deref(), note.as_deref())),
            );
        }
    }

    fn norms(&mut self, was: &Rulebook, now: &[crate::rulebook::Citation]) {
        let found = paired(&was.norms, now, |norm| norm.act.clone());
        let cited = |rulebook: &Rulebook, norm: &crate::rulebook::Citation| crate::engine::norm_words(rulebook, norm);
        for norm in found.new {
            let words = format!("tra i riferimenti normativi entra {}", cited(self.after, norm));
            self.say(About::Norms, Direction::Neither, words, None);
        }
        for norm in found.gone {
            let words = format!("dai riferimenti normativi esce {}", cited(self.before, norm));
            self.say(About::Norms, Direction::Neither, words, None);
        }
        for (before, after) in found.both.into_iter().filter(|(a, b)| a != b) {
            let (a, b) = self.citations(before, after);
            self.say(About::Norms, Direction::Neither, format!("il riferimento a {a} è ora a {b}"), None);
        }
        if found.is_reordered {
            let words = "i riferimenti normativi stanno in un altro ordine";
            self.say(About::Norms, Direction::Neither, words, None);
        }
    }

    fn not_automated(&mut self, was: &[(String, String)], now: &[(String, String)]) {
        let found = paired(was, now, |(text, _)| text.clone());
        for (text, reason) in found.new {
            let words = format!("nessuna voce esegue «{text}», perché {reason}");
            self.say(About::Level, Direction::Unclear, words, None);
        }
        for (text, _) in found.gone {
            let words = format!("non è più tra le parti non automatizzate «{text}»");
            self.say(About::Level, Direction::Unclear, words, None);
        }
        for ((text, before), (_, after)) in found.both.into_iter().filter(|(a, b)| a != b) {
            let words = format!("il motivo per cui nessuna voce esegue «{text}» {}", became(before, after));
            self.say(About::Level, Direction::Neither, words, None);
        }
        if found.is_reordered {
            let words = "le parti non automatizzate stanno in un altro ordine";
            self.say(About::Level, Direction::Neither, words, None);
        }
    }

    pub(super) fn access(&mut self) {
        let about = About::Access;
        let act = self.act(None, &["sostituisci"]);
        let (was, now) = match (&self.before.access, &self.after.access) {
            (None, None) => return,
            (None, Some(now)) => {
                let words = format!("il livello, che si apriva senza condizioni, ora si apre se {}", needs(now));
                let act = act.or_else(|| Some(self.rests(&now.norm)));
                return self.say(about, Direction::Lowers, words, act);
            }
            (Some(was), None) => {
                let words = format!("il livello si apre ora senza condizioni: prima si apriva se {}", needs(was));
                return self.say(about, Direction::Raises, words, act);
            }
            (Some(was), Some(now)) => (was, now),
        };
        let Access { requires, when, unless, norm, reason, place: _ } = now;
        let act = act.or_else(|| Some(self.rests(norm)));
        let found = paired(&was.requires, requires, Clone::clone);
        if !found.new.is_empty() {
            let words = format!("per aprire il livello serve anche {}", required(&found.new));
            self.say(about.clone(), Direction::Lowers, words, act.clone());
        }
        if !found.gone.is_empty() {
            let words = format!("per aprire il livello non serve più {}", required(&found.gone));
            self.say(about.clone(), Direction::Raises, words, act.clone());
        }
        if found.is_reordered {
            let words = "ciò che serve per aprire il livello sta in un altro ordine";
            self.say(about.clone(), Direction::Neither, words, None);
        }
        let rests = act.clone();
        self.rule(&about, "per aprire il livello", (was.when.as_ref(), when.as_ref()), MORE, &|_| rests.clone());
        match (&was.unless, unless) {
            // One that is not written is never enough by itself.
            (None, Some(rule)) => {
                let direction = if was.requires.is_empty() { Direction::Unclear } else { Direction::Raises };
                let words = format!("per aprire il livello basta ora anche che valga `{}`", rule.text);
                self.say(about.clone(), direction, words, act.clone());
            }
            (Some(rule), None) => {
                let direction = if requires.is_empty() { Direction::Unclear } else { Direction::Lowers };
                let words = format!("per aprire il livello non basta più che valga `{}`", rule.text);
                self.say(about.clone(), direction, words, act.clone());
            }
            (was, now) => {
                let whose = "che basta per aprire il livello";
                self.rule(&about, whose, (was.as_ref(), now.as_ref()), MORE, &|_| rests.clone());
            }
        }
        if was.norm != *norm {
            let (before, after) = self.citations(&was.norm, norm);
            let words = format!("l'accesso si fonda ora su {after} invece di {before}");
            self.say(about.clone(), Direction::Unclear, words, act);
        }
        if was.reason != *reason {
            let words = format!("il motivo della lettura dell'accesso {}", became(&was.reason, reason));
            self.say(about, Direction::Neither, words, None);
        }
    }

    pub(super) fn sap(&mut self) {
        let about = About::Sap;
        let act = self.act(None, &["precisa_sap"]).or_else(|| {
            let settles = self.began.iter().rev().find(|v| v.verb == "precisa_sap").copied();
            settles.and_then(|v| self.said_by(v))
        });
        let state = |sap: &SapCodes| match sap {
            SapCodes::Missing => "non letto in nessuna fonte".to_owned(),
            SapCodes::ToBeDefined => "da definire".to_owned(),
            SapCodes::Codes(codes) => any_of(codes),
        };
        match (&self.before.sap, &self.after.sap) {
            (SapCodes::Codes(was), SapCodes::Codes(now)) => {
                let found = paired(was, now, Clone::clone);
                if !found.new.is_empty() {
                    let words = format!("tra i codici SAP del livello entra {}", quoted(&found.new));
                    self.say(about.clone(), Direction::Unclear, words, act.clone());
                }
                if !found.gone.is_empty() {
                    let words = format!("dai codici SAP del livello esce {}", quoted(&found.gone));
                    self.say(about.clone(), Direction::Unclear, words, act.clone());
                }
                if found.is_reordered {
                    self.say(about, Direction::Neither, "i codici SAP del livello stanno in un altro ordine", act);
                }
            }
            (was, now) if was == now => {}
            (was, now) => {
                let direction = match (was, now) {
                    (SapCodes::ToBeDefined, SapCodes::Codes(_)) => Direction::Raises,
                    (SapCodes::Codes(_), _) => Direction::Lowers,
                    _ => Direction::Unclear,
                };
                let words = format!("il codice SAP del livello, che era {}, è ora {}", state(was), state(now));
                self.say(about, direction, words, act);
            }
        }
    }
}

fn required(list: &[&Requirement]) -> String {
    let words: Vec<String> = list.iter().map(|r| format!("`{}` nel livello {}", r.item, r.level)).collect();
    joined(&words, " e ")
}

/// What must be true to open the level.
fn needs(access: &Access) -> String {
    let list: Vec<&Requirement> = access.requires.iter().collect();
    let mut parts: Vec<String> = Vec::new();
    if !list.is_empty() {
        parts.push(format!("c'è {}", required(&list)));
    }
    parts.extend(access.when.as_ref().map(|rule| format!("vale `{}`", rule.text)));
    let unless = access.unless.as_ref().map(|rule| format!("vale `{}`", rule.text));
    match (parts.is_empty(), unless) {
        (true, unless) => unless.unwrap_or_else(|| "tutto vale".to_owned()),
        (false, Some(unless)) => format!("{}, oppure se {unless}", joined(&parts, " e ")),
        (false, None) => joined(&parts, " e "),
    }
}
