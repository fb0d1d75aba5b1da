// SPDX-License-Identifier: EUPL-1.2
//! What amendments and regions say beside the lines they change: languages, scripts, and variations that nothing else shows.

use crate::rulebook::{ScriptRule, Translation, Variation, Voice};

use super::pair::paired;
use super::table::period;
use super::words::{became, may_become};
use super::{About, Comparer, Direction};

impl Comparer<'_> {
    pub(super) fn languages(&mut self) {
        let found = paired(&self.before.translations, &self.after.translations, |t| t.language.clone());
        let act = self.act(None, &["traduci"]);
        let language = |code: &str| match code {
            "de" => "il tedesco".to_owned(),
            "fr" => "il francese".to_owned(),
            "lld" => "il ladino".to_owned(),
            "sl" => "lo sloveno".to_owned(),
            other => format!("la lingua `{other}`"),
        };
        let about = About::Languages;
        for new in found.new {
            let translated = match new.items.len() {
                0 => String::new(),
                1 => ", con una voce tradotta".to_owned(),
                many => format!(", con {many} voci tradotte"),
            };
            let words = format!("accanto all'italiano c'è {}: «{}»{translated}", language(&new.language), new.title);
            self.say(about.clone(), Direction::Raises, words, act.clone());
        }
        for gone in found.gone {
            let words = format!("accanto all'italiano non c'è più {}: «{}»", language(&gone.language), gone.title);
            self.say(about.clone(), Direction::Lowers, words, act.clone());
        }
        for (was, now) in found.both {
            let Translation { language: code, title, items } = now;
            if was.title != *title {
                let words = format!("il titolo per chi legge {} {}", language(code), became(&was.title, title));
                self.say(about.clone(), Direction::Neither, words, act.clone());
            }
            let found = paired(&was.items, items, |(id, _)| id.clone());
            for (id, text) in found.new {
                let words = format!("per chi legge {} c'è anche `{id}`: «{text}»", language(code));
                self.say(about.clone(), Direction::Raises, words, act.clone());
            }
            for (id, text) in found.gone {
                let words = format!("per chi legge {} non c'è più `{id}`: «{text}»", language(code));
                self.say(about.clone(), Direction::Lowers, words, act.clone());
            }
            for ((id, before), (_, after)) in found.both.into_iter().filter(|(a, b)| a != b) {
                let words = format!("il testo di `{id}` per chi legge {} {}", language(code), became(before, after));
                self.say(about.clone(), Direction::Neither, words, act.clone());
            }
            if found.is_reordered {
                let words = format!("le voci per chi legge {} stanno in un altro ordine", language(code));
                self.say(about.clone(), Direction::Neither, words, act.clone());
            }
        }
        if found.is_reordered {
            self.say(about, Direction::Neither, "le lingue stanno in un altro ordine", act);
        }
    }

    pub(super) fn scripts(&mut self) {
        let found = paired(&self.before.scripts, &self.after.scripts, |script| script.name.clone());
        let about = About::Scripts;
        for new in found.new {
            let words =
                format!("entra lo script `{}`, che può alzare il livello secondo i dati di ogni pratica", new.name);
            let act = self.act_of_script(new);
            self.say(about.clone(), Direction::Raises, words, act);
        }
        for gone in found.gone {
            let words = format!("esce lo script `{}`: le pratiche nuove non avranno ciò che diceva", gone.name);
            let act = self.act_or_rested(None, &[], &gone.norm);
            self.say(about.clone(), Direction::Lowers, words, act);
        }
        for (was, now) in found.both {
            let ScriptRule { name, source, norm, place: _ } = now;
            if was.source != *source {
                let found = paired(
                    &was.source.lines().collect::<Vec<_>>(),
                    &source.lines().collect::<Vec<_>>(),
                    ToString::to_string,
                )
                .counts();
                let words = format!("lo script `{name}` è scritto in un altro modo ({found})");
                let act = self.act_of_script(now);
                self.say(about.clone(), Direction::Unclear, words, act);
            }
            if was.norm != *norm {
                let (before, after) = self.citations(&was.norm, norm);
                let words = format!("lo script `{name}` si fonda ora su {after} invece di {before}");
                let act = self.act_of_script(now);
                self.say(about.clone(), Direction::Unclear, words, act);
            }
        }
        if found.is_reordered {
            self.say(about, Direction::Neither, "gli script si chiamano in un altro ordine", None);
        }
    }

    fn act_of_script(&self, script: &ScriptRule) -> Option<super::Made> {
        let called = format!("`{}`", script.name);
        let began = self.began.iter().find(|v| v.verb == "script" && v.words.contains(&called)).copied();
        began.and_then(|v| self.said_by(v)).or_else(|| Some(self.rests(&script.norm)))
    }

    /// Variations whose effect no sentence has told, and what has changed in those that stay.
    pub(super) fn variations(&mut self) {
        let key = |v: &Variation| (v.verb.clone(), v.voice == Voice::Region, v.subject.clone());
        let found = paired(&self.before.variations, &self.after.variations, key);
        let about = About::Variations;
        let untold = |list: Vec<&'_ Variation>| -> Vec<Variation> {
            list.into_iter().filter(|v| !self.is_told(v)).cloned().collect()
        };
        let (new, gone) = (untold(found.new), untold(found.gone));
        for new in &new {
            let words = format!("{} {}", who(new.voice), new.words);
            let act = self.said_by(new);
            self.say(about.clone(), Direction::Unclear, words, act);
        }
        for gone in &gone {
            let words = format!("non vale più che {} {}", who(gone.voice), gone.words);
            let act = self.unsaid_by(gone);
            self.say(about.clone(), Direction::Unclear, words, act);
        }
        for (was, now) in found.both {
            let Variation { verb, voice: _, subject, words, when, norm, reason, from, to, place: _ } = now;
            let name =
                subject.as_ref().map_or_else(|| format!("`{verb}`"), |subject| format!("`{verb}` di `{subject}`"));
            let act = self.said_by(now);
            if was.words != *words && !self.is_told(now) {
                let words = format!("la variazione {name} {}", became(&was.words, words));
                self.say(about.clone(), Direction::Unclear, words, act.clone());
            }
            let text = |rule: &Option<crate::rulebook::Rule>| rule.as_ref().map(|rule| rule.text.clone());
            if text(&was.when) != text(when) && !self.is_told(now) {
                let change = may_become(text(&was.when).as_deref(), text(when).as_deref());
                let words = format!("la condizione della variazione {name} {change}");
                self.say(about.clone(), Direction::Unclear, words, act.clone());
            }
            if was.norm != *norm {
                let (before, after) = self.citations(&was.norm, norm);
                let words = format!("la variazione {name} si fonda ora su {after} invece di {before}");
                self.say(about.clone(), Direction::Neither, words, act.clone());
            }
            if was.reason != *reason {
                let words = format!(
                    "il perché della variazione {name} {}",
                    may_become(was.reason.as_deref(), reason.as_deref())
                );
                self.say(about.clone(), Direction::Neither, words, act.clone());
            }
            if (was.from, was.to) != (*from, *to) {
                let words =
                    format!("la variazione {name} vale {} invece che {}", period(*from, *to), period(was.from, was.to));
                self.say(about.clone(), Direction::Neither, words, act);
            }
        }
        if found.is_reordered {
            self.say(about, Direction::Neither, "le variazioni stanno in un altro ordine", None);
        }
    }

    /// Has a sentence told what the variation does?
    fn is_told(&self, variation: &Variation) -> bool {
        self.found.iter().any(|change| match (&variation.subject, variation.verb.as_str()) {
            (Some(subject), _) => change.about.subject() == Some(subject),
            (None, "traduci") => change.about == About::Languages,
            (None, "script") => change.about == About::Scripts,
            (None, _) => change.about == About::Access,
        })
    }
}

fn who(voice: Voice) -> &'static str {
    match voice {
        Voice::Amendment => "una modifica del decreto",
        Voice::Region => "la regione",
    }
}
