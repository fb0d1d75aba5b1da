// SPDX-License-Identifier: EUPL-1.2
//! Is every SAP code in the table and in force, is every code of the level used, and is every used code the level's?

use crate::diagnostic::Diagnostic;
use crate::spec::catalogue::CodeState;
use crate::spec::decode::{Faults, SapCode, Spanned};
use crate::spec::level::{Field, RegistrationSpec, SapCodesSpec};

use super::{Context, suggestion};

/// `sap-sconosciuto`, `sap-non-in-vigore`, `sap-da-verificare`, `sap-non-assegnato`, `sap-estraneo`.
pub(super) fn check(context: &Context<'_>, faults: &mut Faults) {
    let level = &context.file.level;
    let listed: &[Spanned<SapCode>] = match &level.sap {
        Some(SapCodesSpec::Codes(codes)) => codes,
        _ => &[],
    };
    let activities = level.activities.0.iter().filter_map(|e| e.value.procedure.as_ref()?.sap.as_ref());
    let outputs = level.outputs.0.iter().filter_map(|e| e.value.procedure.as_ref()?.sap.as_ref());
    let used: Vec<&RegistrationSpec> = activities.chain(outputs).collect();
    for code in listed.iter().chain(used.iter().flat_map(|r| &r.codes)) {
        known(context, code, faults);
    }
    for code in used.iter().flat_map(|r| &r.codes) {
        if !listed.iter().any(|l| l.value == code.value) {
            let help = match &level.sap {
                Some(SapCodesSpec::ToBeDefined(_)) => {
                    "il decreto lascia il codice da definire: lo precisa la regione".to_owned()
                }
                _ => suggestion(&code.value.0, listed.iter().map(|c| c.value.0.as_str()), "i codici del livello sono"),
            };
            faults.error(
                "sap-estraneo",
                &code.place,
                format!("il codice `{}` non è tra i codici del livello", code.value),
                help,
            );
        }
    }
    let nobody = level.source.missing.iter().any(|f| f.value == Field::Activities);
    for code in listed.iter().filter(|_| !nobody) {
        if !used.iter().flat_map(|r| &r.codes).any(|u| u.value == code.value) {
            faults.0.push(
                Diagnostic::warning(
                    "sap-non-assegnato",
                    &code.place,
                    format!("nessuna voce registra il codice `{}`", code.value),
                )
                .help("scrivi `sap:` sotto la `procedura` della voce che lo registra, se il decreto permette di dirlo"),
            );
        }
    }
}

fn known(context: &Context<'_>, code: &Spanned<SapCode>, faults: &mut Faults) {
    let Some(table) = &context.catalogue.sap else { return };
    let Some(row) = table.codes.get(&code.value.0) else {
        let help = suggestion(&code.value.0, table.codes.names(), "i codici sono");
        faults.error(
            "sap-sconosciuto",
            &code.place,
            format!("il codice `{}` non è in specs/catalogo/sap.yaml", code.value),
            help,
        );
        return;
    };
    let (from, to) = row.validity.as_ref().map_or((None, None), |v| (v.from, v.to));
    let level = &context.file.level.validity;
    let ended = to.filter(|to| level.to.is_none_or(|end| *to < end));
    let not_yet = from.filter(|from| level.from.is_some_and(|start| *from > start));
    if let Some(day) = ended.or(not_yet) {
        let words = if ended.is_some() { "vale fino al" } else { "vale dal" };
        let message = format!("il codice `{}` {words} {day}, e non copre tutta la durata del livello", code.value);
        faults.error(
            "sap-non-in-vigore",
            &code.place,
            message,
            "usa un codice in vigore, oppure correggi le date nella tabella",
        );
    }
    if row.state == CodeState::ToVerify {
        faults.0.push(
            Diagnostic::warning(
                "sap-da-verificare",
                &code.place,
                format!("il codice `{}` è ancora da verificare", code.value),
            )
            .help(format!("cercalo in una fonte ufficiale; quella di oggi è: {}", row.source)),
        );
    }
}
