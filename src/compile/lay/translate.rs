// SPDX-License-Identifier: EUPL-1.2
//! `traduci`: another language beside the Italian.

use crate::rulebook::{Citation, Translation};
use crate::spec::decode::Spanned;
use crate::spec::folder::OverlayFile;
use crate::spec::level::Level;
use crate::spec::overlay::{Translate, Verb};

use super::super::checks::{item_names, suggestion};
use super::super::resolve::citation;
use super::Layer;

impl Layer<'_, '_> {
    pub(super) fn translate(&mut self, file: &OverlayFile, verb: &Spanned<Verb>, translate: &Translate) {
        if !self.is_first("traduci", translate.language.word(), &verb.place) {
            return;
        }
        let mut items = Vec::new();
        for entry in &translate.items.0 {
            if item_names(&self.laid.level).iter().any(|n| n.value == entry.name.value) {
                items.push((entry.name.value.0.clone(), entry.value.value.clone()));
            } else {
                let known: Vec<&str> = item_names(&self.laid.level).iter().map(|n| n.value.0.as_str()).collect();
                let help = suggestion(&entry.name.value.0, known.into_iter(), "le voci sono");
                let message = format!("la voce `{}` è sconosciuta nel livello", entry.name.value);
                self.faults.error("voce-inesistente", &entry.name.place, message, help);
            }
        }
        let language = translate.language.word().to_owned();
        let words = format!("mette accanto all'italiano la lingua `{language}`");
        self.laid.translations.push(Translation { language, title: translate.title.clone(), items });
        let norm = translate.norm.as_ref().or(file.overlay.act.as_ref()).map(citation);
        let norm = norm.unwrap_or_else(|| citation_of_source(&self.laid.level));
        self.note(file, verb, None, words, norm, None);
    }
}

fn citation_of_source(level: &Level) -> Citation {
    Citation { act: level.source.act.value.0.clone(), partition: None, text: None }
}
