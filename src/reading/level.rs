// SPDX-License-Identifier: EUPL-1.2
//! A level as a reader sees it: the decree's table in the decree's order, beside each entry how it is carried out and why.

use crate::calendar::Day;
use crate::condition::Slot;
use crate::drawing::{condition_words, duty_words};
use crate::engine::{norm_link, norm_words, term_words};
use crate::rulebook::{Citation, Item, ItemKind, Obligation, Registration, Rulebook, SapCodes, Start, Voice as Who};
use crate::spec::catalogue::{CodeState, Supplier};
use crate::spec::level::{Audience, Field, LetterSource, Party, TitleSource, Wording};
use crate::value::FactType;

use super::regional;
use super::sheet::{Sheet, Voice};
use super::words::{code_words, field_name, field_words, is_used, listed, validity};

/// Where the lines under a section stand.
const IN: usize = 2;
/// Where the lines under an item stand.
const DEEP: usize = 5;

/// What the page cannot learn from the rulebook.
pub struct Asked<'a> {
    pub on: Day,
    /// Name of the region, where one was asked for.
    pub region: Option<&'a str>,
    /// The numbers that the region has fixed: parameter, act.
    pub fixed: &'a [(String, String)],
    /// Title of another level.
    pub title_of: &'a dyn Fn(&str) -> Option<String>,
}

/// The whole page, but for the workflow: that is a drawing.
pub fn sheet(rulebook: &Rulebook, asked: &Asked<'_>) -> Sheet {
    let voice = Voice::of(rulebook.origin.wording);
    let mut page = Sheet::default();
    let reader = Reader { rulebook, voice };
    reader.head(&mut page, asked);
    regional::variations(rulebook, &mut page);
    reader.norms(&mut page);
    reader.items(&mut page, "Attività", ItemKind::Activity, Field::Activities);
    reader.description(&mut page);
    reader.items(&mut page, "Output", ItemKind::Output, Field::Outputs);
    reader.items(&mut page, "Outcome", ItemKind::Outcome, Field::Outcomes);
    reader.codes(&mut page);
    reader.access(&mut page, asked);
    reader.terms(&mut page);
    regional::scripts(rulebook, &mut page);
    regional::offices(rulebook, asked.fixed, &mut page);
    reader.facts(&mut page);
    reader.not_automated(&mut page);
    reader.missing(&mut page, asked);
    page
}

struct Reader<'a> {
    rulebook: &'a Rulebook,
    /// The voice of the level's `testo`.
    voice: Voice,
}

impl Reader<'_> {
    fn head(&self, page: &mut Sheet, asked: &Asked<'_>) {
        let rulebook = self.rulebook;
        let origin = &rulebook.origin;
        page.title(format!("LEP {}: {}", rulebook.level, rulebook.title));
        regional::translations(rulebook, None, 0, page);
        let whom = match rulebook.audience {
            Audience::Person => "per la persona",
            Audience::Company => "per l'impresa",
        };
        let valid = validity(rulebook.from, rulebook.to);
        page.say(Voice::Plain, 0, &format!("{whom}; {valid}; qui come vale il {}", asked.on));
        if rulebook.goes_by_recording() {
            page.say(Voice::Plain, 0, "di due atti viene prima quello registrato prima, come in un protocollo");
        }
        page.hanging(Voice::Plain, 0, 7, &format!("fonte: {}", norm_words(rulebook, &rulebook.own_norm())));
        self.link(page, 7, &rulebook.own_norm());
        let words = match origin.wording {
            Wording::Literal => "testo letterale: le parole del decreto",
            Wording::Summary => "testo in sintesi: parole nostre, non del decreto",
            Wording::TitleOnly => "del decreto si conosce soltanto il titolo",
        };
        let letter = match origin.letter {
            LetterSource::Printed => "lettera stampata nella fonte",
            LetterSource::Deduced => "lettera dedotta dall'ordine, non stampata nella fonte",
            LetterSource::Memory => "lettera a memoria, non verificata",
        };
        let title = match origin.title {
            Some(TitleSource::Printed) => "; titolo stampato nella fonte",
            Some(TitleSource::List) => "; titolo da un elenco",
            Some(TitleSource::Descriptive) => "; titolo descrittivo, non stampato",
            Some(TitleSource::NotFound) => "; titolo non reperito",
            None => "",
        };
        page.say(Voice::Plain, 0, &format!("{words}; {letter}{title}"));
        page.verbatim(0, &format!("impronta del regolamento: {}", rulebook.digest()));
        page.legend(self.voice);
        let varies = rulebook.variations.iter().any(|variation| variation.voice == Who::Region);
        if let Some(region) = asked.region.filter(|_| !varies) {
            page.blank();
            page.say(Voice::Region, IN, &format!("{region} non varia questo livello: vale quello nazionale"));
        }
    }

    fn link(&self, page: &mut Sheet, indent: usize, norm: &Citation) {
        page.link(indent, norm_link(self.rulebook, norm));
    }

    /// A norm with its link, in our voice.
    fn norm(&self, page: &mut Sheet, indent: usize, norm: &Citation) {
        page.hanging(Voice::Reading, indent, 7, &format!("norma: {}", norm_words(self.rulebook, norm)));
        self.link(page, indent + 9, norm);
    }

    /// Says that a field is in no source, if so it is declared.
    fn is_absent(&self, page: &mut Sheet, field: Field, empty: bool) -> bool {
        if self.rulebook.is_missing(field) {
            page.say(Voice::Missing, IN, "manca: nessuna fonte letta lo riporta");
        } else if empty {
            page.say(Voice::Plain, IN, "(nessuna voce)");
        }
        empty
    }

    fn norms(&self, page: &mut Sheet) {
        page.heading("Riferimenti normativi", "");
        if self.is_absent(page, Field::Norms, self.rulebook.norms.is_empty()) {
            return;
        }
        for norm in &self.rulebook.norms {
            match &norm.text {
                Some(text) => {
                    page.say(self.voice, IN, text);
                    page.say(Voice::Reading, IN, &norm_words(self.rulebook, norm));
                }
                None => page.say(self.voice, IN, &norm_words(self.rulebook, norm)),
            }
            self.link(page, IN + 2, norm);
        }
    }

    fn description(&self, page: &mut Sheet) {
        page.heading("Descrizione", "");
        let words = self.rulebook.description.as_deref().unwrap_or_default();
        if !self.is_absent(page, Field::Description, words.is_empty()) {
            page.say(self.voice, IN, words);
        }
    }

    fn items(&self, page: &mut Sheet, heading: &'static str, kind: ItemKind, field: Field) {
        page.heading(heading, "");
        let items: Vec<(u16, &Item)> = (0..).zip(&self.rulebook.items).filter(|(_, item)| item.kind == kind).collect();
        if self.is_absent(page, field, items.is_empty()) {
            return;
        }
        for (number, (index, item)) in (1..).zip(items) {
            page.item(number, &item.id, &item.place);
            // Words that an act has added, or put in the place of others, are not the decree's.
            let voice = regional::author(self.rulebook, &item.id).unwrap_or(self.voice);
            page.say(voice, DEEP, &item.text);
            for (_, text) in &item.includes {
                page.hanging(voice, DEEP, 2, &format!("– {text}"));
            }
            regional::translations(self.rulebook, Some(&item.id), DEEP, page);
            regional::said_of(self.rulebook, &item.id, DEEP, page);
            page.say(Voice::Reading, DEEP, &duty_words(self.rulebook, index));
            self.procedure(page, item);
        }
    }

    fn procedure(&self, page: &mut Sheet, item: &Item) {
        let names = |list: &[crate::rulebook::Ref]| {
            listed(&list.iter().map(|name| format!("`{}`", name.name)).collect::<Vec<_>>())
        };
        if item.times > 1 {
            page.say(Voice::Reading, DEEP, &format!("va fatta {} volte", item.times));
        }
        if !item.rests_on.is_empty() {
            page.say(Voice::Reading, DEEP, &format!("nasce da {}", names(&item.rests_on)));
        }
        if !item.after.is_empty() {
            page.say(Voice::Reading, DEEP, &format!("viene dopo {}", names(&item.after)));
        }
        if !item.modes.is_empty() {
            let modes: Vec<String> = item.modes.iter().map(|mode| mode.word().replace('-', " ")).collect();
            page.say(Voice::Reading, DEEP, &format!("modi ammessi: {}", modes.join(", ")));
        }
        if let Some(registration) = &item.registration {
            page.say(Voice::Reading, DEEP, &self.registration_words(registration));
        }
        if !item.evidence.is_empty() {
            page.say(Voice::Reading, DEEP, "si prova rispondendo a queste domande (* obbligatoria):");
            for field in &item.evidence.fields {
                let star = if field.mandatory { "*" } else { "-" };
                let words = format!("{star} {} [{}: {}]", field.question, field.name, field_words(field));
                page.hanging(Voice::Plain, DEEP + 2, 2, &words);
            }
        }
        if item.norm != self.rulebook.own_norm() {
            self.norm(page, DEEP, &item.norm);
        }
        if let Some(reason) = &item.reason {
            page.hanging(Voice::Reading, DEEP, 8, &format!("motivo: {reason}"));
        }
    }

    fn registration_words(&self, registration: &Registration) -> String {
        let codes: Vec<String> = registration.codes.iter().map(|code| self.code_words(code)).collect();
        let when = registration.when.as_ref().map(|rule| format!(", se {}", condition_words(self.rulebook, rule)));
        let who = match registration.who {
            Party::Office => "il centro per l'impiego",
            Party::Person => "la persona",
            Party::Company => "l'impresa",
        };
        format!("si registra con {}{}; la fa {who}", codes.join(" oppure "), when.unwrap_or_default())
    }

    fn code_words(&self, code: &str) -> String {
        match self.rulebook.codes.iter().find(|known| known.code == code) {
            Some(known) => code_words(known),
            None => format!("`{code}`"),
        }
    }

    fn codes(&self, page: &mut Sheet) {
        page.heading("Codice SAP", "");
        match &self.rulebook.sap {
            SapCodes::Missing => _ = self.is_absent(page, Field::SapCodes, true),
            SapCodes::ToBeDefined => {
                page.say(self.voice, IN, "da definire");
                page.say(Voice::Reading, IN, "finché il codice non è definito, nessuna registrazione è dovuta");
            }
            SapCodes::Codes(codes) => {
                page.say(self.voice, IN, &codes.join(", "));
                for code in codes {
                    page.hanging(Voice::Reading, IN, 4, &self.code_words(code));
                }
            }
        }
    }

    fn access(&self, page: &mut Sheet, asked: &Asked<'_>) {
        page.heading("Accesso", ": che cosa serve per aprire il livello");
        let Some(access) = &self.rulebook.access else {
            page.say(Voice::Plain, IN, "nessuna condizione");
            return;
        };
        let required = access.requires.iter().map(|required| {
            let title = (asked.title_of)(&required.level).map(|title| format!(" ({title})")).unwrap_or_default();
            format!("`{}` nel livello {}{title}", required.item, required.level)
        });
        let mut needs: Vec<String> = required.collect();
        needs.extend(access.when.as_ref().map(|rule| condition_words(self.rulebook, rule)));
        let unless = access.unless.as_ref().map(|rule| condition_words(self.rulebook, rule));
        let words = match (needs.is_empty(), unless) {
            (true, unless) => format!("serve questo: {}", unless.unwrap_or_default()),
            (false, Some(unless)) => format!("serve {}; oppure basta questo: {unless}", listed(&needs)),
            (false, None) => format!("serve {}", listed(&needs)),
        };
        page.written(Voice::Reading, IN, 0, &words, &access.place);
        if access.norm != self.rulebook.own_norm() {
            self.norm(page, IN, &access.norm);
        }
        page.hanging(Voice::Reading, IN, 8, &format!("motivo: {}", access.reason));
    }

    fn terms(&self, page: &mut Sheet) {
        page.heading("Termini", "");
        if self.rulebook.terms.is_empty() {
            page.say(Voice::Plain, IN, "nessun termine");
        }
        for (number, term) in (1..).zip(&self.rulebook.terms) {
            page.item(number, &term.id, &term.place);
            let voice = regional::author(self.rulebook, &term.id).unwrap_or(Voice::Reading);
            page.say(voice, DEEP, &term_words(self.rulebook, term));
            regional::said_of(self.rulebook, &term.id, DEEP, page);
            if let Some(rule) = &term.when {
                page.say(Voice::Reading, DEEP, &format!("solo se {}", condition_words(self.rulebook, rule)));
            }
            if let Some(effect) = &term.effect {
                page.say(Voice::Reading, DEEP, &format!("se scade: {effect}"));
            }
            self.norm(page, DEEP, &term.norm);
            if let Some(reason) = &term.reason {
                page.hanging(Voice::Reading, DEEP, 8, &format!("motivo: {reason}"));
            }
        }
    }

    fn facts(&self, page: &mut Sheet) {
        page.heading("Dati che chiede", ": finché uno non è noto non vale né sì né no, si attende");
        let mut any = false;
        for slot in self.asked_facts() {
            let Some(fact) = self.rulebook.fact(slot) else { continue };
            any = true;
            let who = match fact.supplier {
                Supplier::Person => "lo dice la persona",
                Supplier::Operator => "lo dice l'operatore",
                Supplier::Company => "lo dice l'impresa",
                Supplier::System => "lo dà un sistema",
            };
            let kind = match fact.kind {
                FactType::Boolean => "sì o no".to_owned(),
                FactType::Choice => fact.choices.join(" | "),
                kind => kind.word().to_owned(),
            };
            page.hanging(Voice::Reading, IN, 2, &format!("`{}`: {} [{kind}; {who}]", fact.name, fact.question));
        }
        if !any {
            page.say(Voice::Plain, IN, "nessuno");
        }
    }

    /// The facts that a condition or a term of the level names, each once, in the catalogue's order.
    fn asked_facts(&self) -> std::collections::BTreeSet<Slot> {
        let mut asked = std::collections::BTreeSet::new();
        let rulebook = self.rulebook;
        let obligations = rulebook.items.iter().filter_map(|item| match &item.obligation {
            Obligation::When(rule) => Some(rule),
            _ => None,
        });
        let registrations = rulebook.items.iter().filter_map(|item| item.registration.as_ref()?.when.as_ref());
        let terms = rulebook.terms.iter().filter_map(|term| term.when.as_ref());
        let access = rulebook.access.iter().flat_map(|access| access.when.iter().chain(&access.unless));
        for rule in obligations.chain(registrations).chain(terms).chain(access) {
            rule.condition.facts(&mut |slot| _ = asked.insert(slot));
        }
        asked.extend(rulebook.terms.iter().filter_map(|term| match &term.start {
            Start::Fact(fact) => Some(fact.index),
            _ => None,
        }));
        asked
    }

    fn not_automated(&self, page: &mut Sheet) {
        if self.rulebook.not_automated.is_empty() {
            return;
        }
        page.heading("Non automatizzato", ": parole del decreto che nessuna voce esegue");
        for (text, reason) in &self.rulebook.not_automated {
            page.say(self.voice, IN, text);
            page.hanging(Voice::Reading, IN, 8, &format!("motivo: {reason}"));
        }
    }

    fn missing(&self, page: &mut Sheet, asked: &Asked<'_>) {
        page.heading("Che cosa manca", "");
        let rulebook = self.rulebook;
        let mut any = false;
        let fields: Vec<&str> = rulebook.origin.missing.iter().map(|field| field_name(*field)).collect();
        if !fields.is_empty() {
            any = true;
            page.say(Voice::Missing, IN, &format!("nessuna fonte letta riporta: {}", listed(&fields)));
        }
        if rulebook.is_missing(Field::Outputs) {
            let words = "senza gli output la pratica si apre e si interrompe, ma non si conclude né si dice conforme";
            page.say(Voice::Reading, IN, words);
        }
        if rulebook.sap == SapCodes::ToBeDefined {
            any = true;
            page.say(Voice::Missing, IN, "il codice SAP, che il decreto lascia da definire");
        }
        let doubtful: Vec<&str> = rulebook
            .codes
            .iter()
            .filter(|code| code.state == CodeState::ToVerify && is_used(rulebook, &code.code))
            .map(|code| code.code.as_str())
            .collect();
        if !doubtful.is_empty() {
            any = true;
            let which = if doubtful.len() == 1 { "codice" } else { "codici" };
            page.say(Voice::Missing, IN, &format!("{which} SAP da verificare: {}", listed(&doubtful)));
        }
        for parameter in rulebook.parameters.iter().filter(|parameter| parameter.value.is_none()) {
            any = true;
            let who = asked.region.unwrap_or("la regione");
            page.say(Voice::Region, IN, &format!("{who} deve dare `{}`: {}", parameter.id, parameter.meaning));
            self.norm(page, IN + 2, &parameter.norm);
        }
        if let Some(note) = &rulebook.origin.note {
            any = true;
            page.hanging(Voice::Reading, IN, 6, &format!("nota: {note}"));
        }
        if !any {
            page.say(Voice::Plain, IN, "niente");
        }
    }
}
