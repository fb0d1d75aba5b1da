// SPDX-License-Identifier: EUPL-1.2
//! Is every word of the decree's level carried by some item, or said to be left to people?

use crate::compile::letter::{Folded, Section};
use crate::diagnostic::{Diagnostic, Place};
use crate::spec::decode::Faults;
use crate::spec::level::{Field, SapCodesSpec, Wording};

use super::Context;
use super::wording::{decree, texts};

/// Labels of the decree's lay-out: they carry no law.
const LABELS: [&str; 2] = ["Output:", "Outcome:"];

/// `frase-scoperta`.
pub(super) fn check(context: &Context<'_>, faults: &mut Faults) {
    let level = &context.file.level;
    if level.source.wording != Wording::Literal {
        return;
    }
    for (file, section) in decree(context) {
        let folded = Folded::new(&section.text);
        let mut carried = vec![false; folded.len()];
        let mut carry = |words: &str| {
            for range in folded.find_all(&Folded::new(words)) {
                carried.get_mut(range).into_iter().flatten().for_each(|c| *c = true);
            }
        };
        for (field, text) in texts(level) {
            if field.is_none_or(|field| field == section.field) {
                carry(&text.value);
            }
        }
        LABELS.iter().for_each(|label| carry(label));
        if section.field == Field::SapCodes {
            match &level.sap {
                Some(SapCodesSpec::ToBeDefined(_)) => carry("Da definire"),
                Some(SapCodesSpec::Codes(codes)) => codes.iter().for_each(|code| carry(&code.value.0)),
                None => {}
            }
        }
        report(&context.file.level.source.place, file, &section, &folded, &carried, faults);
    }
}

/// One fault for each stretch of letters that nothing carries.
fn report(level: &Place, file: &str, section: &Section, folded: &Folded, carried: &[bool], faults: &mut Faults) {
    let mut start: Option<usize> = None;
    for at in 0..=carried.len() {
        let open = carried.get(at).is_some_and(|carried| !carried);
        match (open, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                start = None;
                let words = folded.slice(from..at);
                if words.chars().any(char::is_alphanumeric) {
                    let letters = words.find(char::is_alphanumeric).unwrap_or(0);
                    let place = Place {
                        file: file.into(),
                        line: section.line + folded.line(from + letters.min(at - from - 1)),
                        column: 1,
                        length: 0,
                    };
                    let shown = words.trim_matches(|c: char| !c.is_alphanumeric());
                    faults.0.push(
                        Diagnostic::error(
                            "frase-scoperta",
                            level,
                            format!("parole del decreto che nessuna voce porta: `{shown}`"),
                        )
                        .related(&place, "il testo pubblicato")
                        .help("mettile nel `testo` di una voce, oppure sotto `non_automatizzato` con il motivo"),
                    );
                }
            }
            _ => {}
        }
    }
}
