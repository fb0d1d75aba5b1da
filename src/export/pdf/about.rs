// SPDX-License-Identifier: EUPL-1.2
//! What a document is made from: a case as it stood on a day, and what its reader may know of it.

use crate::calendar::Day;
use crate::digest::Digest;
use crate::engine::{norm_link, norm_words};
use crate::reading::Veil;
use crate::reading::said::{begun, day_words, in_force, named, state_words, with_days};
use crate::rulebook::{Citation, Rulebook};
use crate::service::{CaseView, HistoryLine};
use crate::store::{Subject, SubjectKind};

use super::paper::{Part, Table, Text};

/// See the module.
#[derive(Clone, Copy)]
pub struct About<'a> {
    pub view: &'a CaseView,
    pub history: &'a [HistoryLine],
    /// The day on which the case is looked at.
    pub on: Day,
    /// Whom it is about; none for who may not know, and then nothing written by hand is shown either.
    pub subject: Option<&'a Subject>,
    /// The office that has it and whoever has it there, in words.
    pub office: Option<&'a str>,
    pub operator: Option<&'a str>,
    /// Who asked for the document, in words; none for who works on the machine itself.
    pub seen_by: Option<&'a str>,
}

impl About<'_> {
    /// A document goes further than a page: sensitive facts are in none.
    pub(super) fn veil(&self) -> Veil {
        let rulebook = &self.view.rulebook;
        if self.subject.is_some() { Veil::over_facts(rulebook) } else { Veil::over(rulebook) }
    }

    /// `LEP E, Orientamento specialistico`.
    pub(super) fn level(&self) -> String {
        format!("LEP {}, {}", self.view.rulebook.level, self.view.rulebook.title)
    }

    pub(super) fn chain(&self) -> Digest {
        Digest(self.view.head.hash)
    }

    /// The same for the same case looked at on the same day by the same kind of reader.
    pub(super) fn id(&self, what: &str) -> String {
        let reader = if self.subject.is_some() { "sede" } else { "verifica" };
        format!("{what}:{}:{}:{}:{reader}", self.view.head.id, self.chain(), self.on)
    }

    /// What ties every page to the law and to the history it was made from.
    pub(super) fn foot(&self) -> Vec<String> {
        let head = &self.view.head;
        vec![
            format!("Pratica {}, evento {}, guardata il {}", head.id, head.sequence, day_words(self.on)),
            format!("Catena degli eventi (SHA-256): {}", self.chain()),
            format!("Regolamento, formato {} (SHA-256): {}", self.view.rulebook.format, head.rulebook),
        ]
    }

    /// Who the case is about, where it is and how it stands.
    pub(super) fn head(&self) -> Part {
        let mut facts = Vec::new();
        let mut put = |question: &str, answer: Text| facts.push((question.to_owned(), vec![answer]));
        match self.subject {
            Some(subject) => {
                let (who, code) = match subject.kind {
                    SubjectKind::Person => ("Persona", "Codice fiscale"),
                    SubjectKind::Company => ("Impresa", "Partita IVA o codice fiscale"),
                };
                put(who, name(subject));
                put(code, Text::plain(subject.tax_code.clone()));
            }
            None => put("Soggetto", Text::aside("non si mostra a chi verifica")),
        }
        put("Stato", Text::strong(begun(&state_words(&self.view.case))));
        put("Sede", Text::plain(self.office.unwrap_or("nessuna")));
        put("Operatore", Text::plain(self.operator.unwrap_or("nessuno")));
        if let Some(region) = &self.view.head.region {
            put("Regione", Text::plain(region.clone()));
        }
        put("Pratica", Text::plain(self.view.head.id.to_string()));
        if let Some(external) = &self.view.head.external {
            put("Nel sistema di origine", Text::plain(external.clone()));
        }
        Part::Table(Table::of_facts("La pratica: di chi è, dov'è, come sta", facts))
    }

    /// The exact law it ran on.
    pub(super) fn law(&self) -> Vec<Part> {
        let rulebook = &self.view.rulebook;
        let mut facts = vec![
            ("Livello".to_owned(), vec![Text::plain(self.level())]),
            ("Fonte".to_owned(), vec![norm(rulebook, &rulebook.own_norm())]),
            ("In vigore".to_owned(), vec![Text::plain(in_force(rulebook))]),
        ];
        if let Some(region) = &rulebook.region {
            facts.push(("Variazioni della Regione".to_owned(), vec![Text::plain(region.clone())]));
        }
        if !rulebook.norms.is_empty() {
            let norms = rulebook.norms.iter().map(|citation| norm(rulebook, citation));
            facts.push(("Riferimenti normativi".to_owned(), norms.collect()));
        }
        facts.push(("Impronta (SHA-256)".to_owned(), vec![Text::plain(self.view.head.rulebook.to_string())]));
        let by = self.seen_by.map(|who| format!(", da {who}")).unwrap_or_default();
        vec![
            Part::Heading(2, "Il regolamento applicato".to_owned()),
            Part::Table(Table::of_facts("Il regolamento su cui si fonda la pratica", facts)),
            Part::Text(Text::plain(format!(
                "Pratica guardata il {}, all'evento {}{by}. Impronta dell'ultimo evento (SHA-256): {}.",
                day_words(self.on),
                self.view.head.sequence,
                self.chain()
            ))),
        ]
    }

    /// A sentence of the engine as this reader may read it.
    pub(super) fn said(&self, veil: &Veil, text: &str) -> Text {
        if veil.covers(text) { Text::aside(begun(veil.why())) } else { said(&self.view.rulebook, text) }
    }
}

pub(super) fn name(subject: &Subject) -> Text {
    match subject.name.as_deref().filter(|name| !name.trim().is_empty()) {
        Some(name) => Text::strong(name),
        None => Text::aside("nome non registrato"),
    }
}

/// A sentence in the words of the rulebook, as sentences begin and days are written.
pub(super) fn said(rulebook: &Rulebook, text: &str) -> Text {
    Text::plain(with_days(&begun(&named(rulebook, text))).replace('`', ""))
}

/// A norm, with where it can be read.
fn norm(rulebook: &Rulebook, citation: &Citation) -> Text {
    let words = Text::plain(norm_words(rulebook, citation));
    match norm_link(rulebook, citation) {
        Some(link) => words.and_aside(format!(" ({link})")),
        None => words,
    }
}
