// SPDX-License-Identifier: EUPL-1.2
//! A field is there, or it is declared as read in no source. Nothing is left out in silence, nothing is invented.

use crate::spec::decode::Faults;
use crate::spec::level::{Field, Level, SapCodesSpec, Wording};

use super::Context;

/// `campo-non-dichiarato`, `campo-dichiarato-mancante`.
pub(super) fn check(context: &Context<'_>, faults: &mut Faults) {
    let level = &context.file.level;
    for field in Field::ALL {
        let declared = level.source.missing.iter().find(|f| f.value == *field);
        let word = field.word();
        match (has(level, *field), declared) {
            (true, Some(declared)) => {
                let message = format!("`{word}` è tra i campi mancanti, ma c'è");
                faults.error(
                    "campo-dichiarato-mancante",
                    &declared.place,
                    message,
                    format!("togli `{word}` da `mancante`, oppure togli la voce"),
                );
            }
            (true, None) if level.source.wording == Wording::TitleOnly => {
                let message = format!("del livello si conosce solo il titolo, ma c'è `{word}`");
                let help = "scrivi `testo: sintesi` sotto `fonte`, oppure togli la voce";
                faults.error("campo-dichiarato-mancante", &level.source.place, message, help);
            }
            (false, None) => {
                let message = format!("manca `{word}`, e non è tra i campi mancanti della fonte");
                let help = format!(
                    "scrivi la voce; se nessuna fonte la riporta, aggiungi `{word}` a `mancante` sotto `fonte`"
                );
                faults.error("campo-non-dichiarato", &level.source.place, message, help);
            }
            _ => {}
        }
    }
    if level.source.wording == Wording::Literal && !level.source.missing.is_empty() {
        let message = "un testo letterale non ha campi mancanti";
        faults.error(
            "campo-dichiarato-mancante",
            &level.source.place,
            message,
            "togli `mancante`, oppure scrivi `testo: sintesi`",
        );
    }
}

fn has(level: &Level, field: Field) -> bool {
    match field {
        Field::Norms => !level.norms.is_empty(),
        Field::Description => level.description.is_some(),
        Field::Activities => !level.activities.0.is_empty(),
        Field::Outputs => !level.outputs.0.is_empty(),
        Field::Outcomes => !level.outcomes.0.is_empty(),
        Field::SapCodes => match &level.sap {
            Some(SapCodesSpec::Codes(codes)) => !codes.is_empty(),
            Some(SapCodesSpec::ToBeDefined(_)) => true,
            None => false,
        },
    }
}
