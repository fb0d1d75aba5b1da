// SPDX-License-Identifier: EUPL-1.2
//! Activities, outputs and outcomes: which have come and gone, and what each asks for now.

use crate::rulebook::{Item, Ref, Registration};
use crate::spec::level::Mode;

use super::pair::paired;
use super::words::{agreed, any_of, became, may_become, name, quoted, whose};
use super::{About, Comparer, Direction, MORE, Made};

/// The verbs that add an item.
const ADDS: [&str; 3] = ["aggiungi_attivita", "aggiungi_output", "aggiungi_outcome"];

impl Comparer<'_> {
    pub(super) fn items(&mut self) {
        let found = paired(&self.before.items, &self.after.items, |item| item.id.clone());
        for now in &self.after.items {
            match found.both.iter().find(|(_, other)| std::ptr::eq(*other, now)) {
                Some((was, _)) => self.item(was, now),
                None => self.added(now),
            }
        }
        for was in found.gone {
            let words = format!("esce l'{}, che era {}: «{}»", name(was), self.due_words(self.before, was), was.text);
            let act = self.act_or_rested(Some(&was.id), &ADDS, &was.norm);
            self.say(about(was), Direction::Lowers, words, act);
        }
        if found.is_reordered {
            self.say(About::Level, Direction::Neither, "le voci stanno in un altro ordine", None);
        }
    }

    fn added(&mut self, now: &Item) {
        let mut words = format!("entra l'{}, {}: «{}»", name(now), self.due_words(self.after, now), now.text);
        let ids = |list: &[Ref]| quoted(&list.iter().map(|r| r.name.as_str()).collect::<Vec<_>>());
        let mut add = |more: String| words.push_str(&format!("; {more}"));
        if now.times > 1 {
            add(format!("va {} {} volte", agreed("fatt", now.kind), now.times));
        }
        if !now.rests_on.is_empty() {
            add(format!("nasce da {}", ids(&now.rests_on)));
        }
        if !now.after.is_empty() {
            add(format!("viene dopo {}", ids(&now.after)));
        }
        if !now.modes.is_empty() {
            add(format!("modi ammessi: {}", modes_words(&now.modes)));
        }
        if let Some(registration) = &now.registration {
            add(format!("si registra con {}", any_of(&registration.codes)));
        }
        if !now.evidence.is_empty() {
            let fields: Vec<&str> = now.evidence.fields.iter().map(|f| f.name.as_str()).collect();
            add(format!("la prova chiede {}", quoted(&fields)));
        }
        let act = self.act_or(Some(&now.id), &ADDS, &now.norm);
        self.say(about(now), Direction::Raises, words, act);
    }

    fn item(&mut self, was: &Item, now: &Item) {
        // Every field is named here: one that is added must be said somewhere.
        let Item {
            id,
            kind,
            text,
            includes,
            obligation: _,
            times,
            after,
            rests_on,
            modes,
            registration,
            evidence: _,
            norm,
            reason,
            place: _,
        } = now;
        let (about, what) = (about(now), name(now));
        if was.kind != *kind {
            let words = format!("`{id}`, che era {}, è ora {}", was.kind.word(), kind.word());
            self.say(about.clone(), Direction::Unclear, words, self.act(Some(id), &[]));
        }
        self.obligation(&about, was, now);
        if was.times != *times {
            let direction = match (*times > was.times, &was.registration) {
                (false, _) => Direction::Lowers,
                (true, None) => Direction::Raises,
                // Done more often, it is registered later.
                (true, Some(_)) => Direction::Unclear,
            };
            let words = format!(
                "l'{what} va {} {} invece di {}",
                agreed("fatt", *kind),
                times_words(*times),
                times_words(was.times)
            );
            self.say(about.clone(), direction, words, self.act(Some(id), &[]));
        }
        self.order(&about, &what, "nasce", "da", (&was.rests_on, rests_on));
        self.order(&about, &what, "viene", "dopo", (&was.after, after));
        self.modes(&about, &what, &was.modes, modes);
        self.registration(&about, &what, was.registration.as_ref(), registration.as_ref());
        self.evidence(&about, was, now);
        if was.text != *text {
            let words = format!("il testo dell'{what} {}", became(&was.text, text));
            self.say(about.clone(), Direction::Unclear, words, self.act(Some(id), &[]));
        }
        self.includes(&about, &what, &was.includes, includes);
        if was.norm != *norm {
            let (before, after) = self.citations(&was.norm, norm);
            let words = format!("l'{what} si fonda ora su {after} invece di {before}");
            self.say(about.clone(), Direction::Unclear, words, self.act_or(Some(id), &[], norm));
        }
        if was.reason != *reason {
            let words =
                format!("il motivo della lettura dell'{what} {}", may_become(was.reason.as_deref(), reason.as_deref()));
            self.say(about, Direction::Neither, words, None);
        }
    }

    fn order(&mut self, about: &About, what: &str, verb: &str, word: &str, (was, now): (&[Ref], &[Ref])) {
        let found = paired(was, now, |r| r.name.clone());
        let ids = |list: &[&Ref]| quoted(&list.iter().map(|r| r.name.as_str()).collect::<Vec<_>>());
        if !found.new.is_empty() {
            let words = format!("l'{what} {verb} anche {word} {}", ids(&found.new));
            self.say(about.clone(), Direction::Raises, words, self.act(about.subject(), &[]));
        }
        if !found.gone.is_empty() {
            let words = format!("l'{what} non {verb} più {word} {}", ids(&found.gone));
            self.say(about.clone(), Direction::Lowers, words, self.act(about.subject(), &[]));
        }
        if found.is_reordered {
            let words = format!("le voci {word} cui l'{what} {verb} stanno in un altro ordine");
            self.say(about.clone(), Direction::Neither, words, None);
        }
    }

    fn modes(&mut self, about: &About, what: &str, was: &[Mode], now: &[Mode]) {
        if was == now {
            return;
        }
        // None listed means any.
        let wider = was.iter().all(|mode| now.contains(mode)) && !was.is_empty() || now.is_empty();
        let narrower = now.iter().all(|mode| was.contains(mode)) && !now.is_empty() || was.is_empty();
        let direction = match (wider, narrower) {
            (true, true) => Direction::Neither,
            (true, false) => Direction::Lowers,
            (false, true) => Direction::Raises,
            (false, false) => Direction::Unclear,
        };
        let words = format!("i modi ammessi per l'{what} erano {}, ora sono {}", modes_words(was), modes_words(now));
        self.say(about.clone(), direction, words, self.act(about.subject(), &[]));
    }

    fn registration(&mut self, about: &About, what: &str, was: Option<&Registration>, now: Option<&Registration>) {
        let act = |comparer: &Self| -> Option<Made> { comparer.act(about.subject(), &["precisa_sap"]) };
        let when = |r: &Registration| r.when.as_ref().map(|rule| format!(", se `{}`", rule.text)).unwrap_or_default();
        let (was, now) = match (was, now) {
            (None, None) => return,
            (None, Some(now)) => {
                let entry = if now.codes.len() == 1 { "entra il codice" } else { "entrano i codici" };
                let words = format!(
                    "{entry} {} per l'{what}: la registrazione è a carico {}{}",
                    any_of(&now.codes),
                    whose(now.who),
                    when(now)
                );
                let act = act(self);
                return self.say(about.clone(), Direction::Raises, words, act);
            }
            (Some(was), None) => {
                let words = format!("l'{what} non va più registrata con {}{}", any_of(&was.codes), when(was));
                let act = act(self);
                return self.say(
                    about.clone(),
                    Direction::Lowers,
                    words.replace("registrata", &registered(about)),
                    act,
                );
            }
            (Some(was), Some(now)) => (was, now),
        };
        let Registration { codes, when, who, place: _ } = now;
        if was.codes != *codes {
            // Any one of them will do: fewer ask for more.
            let all_in = |a: &[String], b: &[String]| a.iter().all(|code| b.contains(code));
            let direction = match (all_in(codes, &was.codes), all_in(&was.codes, codes)) {
                (true, true) => Direction::Neither,
                (true, false) => Direction::Raises,
                (false, true) => Direction::Lowers,
                (false, false) => Direction::Unclear,
            };
            let words = format!("l'{what} si registra con {} invece di {}", any_of(codes), any_of(&was.codes));
            let act = act(self);
            self.say(about.clone(), direction, words, act);
        }
        if was.who != *who {
            let words =
                format!("la registrazione dell'{what} è a carico {} invece che {}", whose(*who), whose(was.who));
            let act = act(self);
            self.say(about.clone(), Direction::Unclear, words, act);
        }
        let subject = format!("per cui l'{what} va {}", registered(about));
        self.rule(about, &subject, (was.when.as_ref(), when.as_ref()), MORE, &act);
    }

    fn includes(&mut self, about: &About, what: &str, was: &[(String, String)], now: &[(String, String)]) {
        let found = paired(was, now, |(id, _)| id.clone());
        let act = self.act(about.subject(), &[]);
        for (id, text) in found.new {
            let words = format!("l'{what} comprende anche `{id}`: «{text}»");
            self.say(about.clone(), Direction::Unclear, words, act.clone());
        }
        for (id, text) in found.gone {
            let words = format!("l'{what} non comprende più `{id}`: «{text}»");
            self.say(about.clone(), Direction::Unclear, words, act.clone());
        }
        for ((id, before), (_, after)) in found.both.into_iter().filter(|(a, b)| a != b) {
            let words = format!("il testo di `{id}`, parte dell'{what}, {}", became(before, after));
            self.say(about.clone(), Direction::Unclear, words, act.clone());
        }
        if found.is_reordered {
            let words = format!("le parti dell'{what} stanno in un altro ordine");
            self.say(about.clone(), Direction::Unclear, words, act);
        }
    }
}

fn about(item: &Item) -> About {
    About::Item(item.kind, item.id.clone())
}

fn registered(about: &About) -> String {
    match about {
        About::Item(kind, _) => agreed("registrat", *kind),
        _ => "registrata".to_owned(),
    }
}

fn times_words(times: u32) -> String {
    if times == 1 { "una volta".to_owned() } else { format!("{times} volte") }
}

fn modes_words(modes: &[Mode]) -> String {
    if modes.is_empty() {
        return "tutti".to_owned();
    }
    let words: Vec<String> = modes.iter().map(|mode| mode.word().replace('-', " ")).collect();
    super::words::joined(&words, " e ")
}
