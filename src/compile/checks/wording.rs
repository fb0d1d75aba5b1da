// SPDX-License-Identifier: EUPL-1.2
//! Is every `testo` of a literal level the decree's own?

use crate::compile::letter::{Folded, Section, sections};
use crate::diagnostic::{Diagnostic, Place};
use crate::spec::decode::{Faults, Spanned};
use crate::spec::level::{Field, Level, Wording};

use super::Context;

/// Every text of a level that must stand in the decree, with the heading it stands under (none: anywhere).
pub(super) fn texts(level: &Level) -> Vec<(Option<Field>, &Spanned<String>)> {
    let mut texts: Vec<(Option<Field>, &Spanned<String>)> = Vec::new();
    texts.extend(level.norms.iter().filter_map(|n| n.text.as_ref()).map(|t| (Some(Field::Norms), t)));
    texts.extend(level.description.iter().map(|t| (Some(Field::Description), t)));
    for entry in &level.activities.0 {
        texts.push((Some(Field::Activities), &entry.value.text));
        texts.extend(entry.value.includes.0.iter().map(|i| (Some(Field::Activities), &i.value)));
    }
    texts.extend(level.outputs.0.iter().map(|e| (Some(Field::Outputs), &e.value.text)));
    texts.extend(level.outcomes.0.iter().map(|e| (Some(Field::Outcomes), &e.value.text)));
    texts.extend(level.not_automated.iter().map(|n| (None, &n.text)));
    texts
}

/// The decree's sections for a level, with the file they are in.
pub(super) fn decree<'a>(context: &'a Context<'_>) -> Vec<(&'a str, Section)> {
    let letter = &context.file.level.letter.value.0;
    let files = context.specs.decree.iter();
    files
        .flat_map(|(file, text)| sections(text).into_iter().map(move |section| (&**file, section)))
        .filter(|(_, section)| section.level == *letter)
        .collect()
}

/// `decreto-assente`, `testo-non-nel-decreto`, `citazione-senza-testo`.
pub(super) fn check(context: &Context<'_>, faults: &mut Faults) {
    let level = &context.file.level;
    if level.source.wording != Wording::Literal {
        return;
    }
    let decree = decree(context);
    if decree.is_empty() {
        let message = format!("il testo del decreto per il livello `{}` non è in specs/decreto", level.letter.value);
        faults.error(
            "decreto-assente",
            &level.source.place,
            message,
            "aggiungi il testo pubblicato, oppure scrivi `testo: sintesi`",
        );
        return;
    }
    for norm in level.norms.iter().filter(|n| n.text.is_none()) {
        let help = "aggiungi `testo:` con la citazione come è stampata";
        faults.error(
            "citazione-senza-testo",
            &norm.place,
            "in un livello letterale ogni riferimento porta le sue parole",
            help,
        );
    }
    for (field, text) in texts(level) {
        let words = Folded::new(&text.value);
        let under = decree.iter().filter(|(_, s)| field.is_none_or(|field| s.field == field));
        let folded: Vec<(&str, u32, Folded)> = under.map(|(file, s)| (*file, s.line, Folded::new(&s.text))).collect();
        if folded.iter().any(|(_, _, section)| !section.find_all(&words).is_empty()) {
            continue;
        }
        let best = folded.iter().map(|(file, line, section)| (section.longest_beginning(&words), *file, *line)).max();
        let (same, file, line) = best.unwrap_or((0, "", 1));
        let shown = words.slice(same..words.len().min(same + 40));
        let help = if same > 0 {
            format!("copia le parole dal decreto: il testo se ne stacca da `{}`", shown.trim())
        } else {
            "copia le parole dal decreto, oppure sposta la tua lettura sotto `procedura`".to_owned()
        };
        let fault =
            Diagnostic::error("testo-non-nel-decreto", &text.place, "queste parole non sono nel decreto").help(help);
        let place = Place { file: file.into(), line, column: 1, length: 0 };
        faults.0.push(if file.is_empty() { fault } else { fault.related(&place, "il testo pubblicato") });
    }
}
