// SPDX-License-Identifier: EUPL-1.2
//! Can every output be produced by some activity?

use crate::spec::decode::Faults;
use crate::spec::level::Field;

use super::Context;

/// `output-senza-attivita`.
pub(super) fn check(context: &Context<'_>, faults: &mut Faults) {
    let level = &context.file.level;
    if level.source.missing.iter().any(|f| f.value == Field::Activities) {
        return;
    }
    for entry in &level.outputs.0 {
        let produced = entry.value.procedure.as_ref().is_some_and(|p| !p.rests_on.is_empty());
        if !produced {
            let message = format!("nessuna attività produce l'output `{}`", entry.name.value);
            faults.error(
                "output-senza-attivita",
                &entry.name.place,
                message,
                "scrivi sotto `procedura` da quali attività nasce: `da: [...]`",
            );
        }
    }
}
