// SPDX-License-Identifier: EUPL-1.2
//! Is the level one of the catalogue's, with the same title, audience and letter, and is every name used once?

use crate::diagnostic::Diagnostic;
use crate::spec::decode::Faults;

use super::{Context, item_names, suggestion};

/// `livello-sconosciuto`, `livello-diverso`, `nome-del-file`, `nome-doppio`, `dato-doppio`.
pub(super) fn check(context: &Context<'_>, faults: &mut Faults) {
    let level = &context.file.level;
    let table = &context.catalogue.levels;
    let letter = &level.letter;
    match table.get(&letter.value.0) {
        None => {
            let help = suggestion(&letter.value.0, table.names(), "i livelli sono");
            faults.error(
                "livello-sconosciuto",
                &letter.place,
                format!("il livello `{}` non è in specs/catalogo/livelli.yaml", letter.value),
                help,
            );
        }
        Some(row) => {
            let differs = [
                ("titolo", row.title != level.title, row.title.clone()),
                ("destinatario", row.audience != level.audience, row.audience.word().to_owned()),
                ("lettera", row.letter != level.source.letter, row.letter.word().to_owned()),
            ];
            for (key, _, expected) in differs.into_iter().filter(|(_, differs, _)| *differs) {
                let message = format!("`{key}` non è come in specs/catalogo/livelli.yaml");
                faults.error("livello-diverso", &letter.place, message, format!("nel catalogo è `{expected}`"));
            }
        }
    }
    let prefix = format!("nazionale/{}-", letter.value.0.to_lowercase());
    if !context.file.file.starts_with(&prefix) {
        let message = format!("il nome del file non comincia con la lettera del livello `{}`", letter.value);
        faults.error("nome-del-file", &letter.place, message, format!("chiamalo `{prefix}….yaml`"));
    }
    let names = item_names(level);
    for (i, name) in names.iter().enumerate() {
        if let Some(first) = names.iter().take(i).find(|other| other.value == name.value) {
            faults.0.push(
                Diagnostic::error(
                    "nome-doppio",
                    &name.place,
                    format!("il nome `{}` è già di un'altra voce", name.value),
                )
                .related(&first.place, "qui la prima volta")
                .help("attività, output e outcome di un livello hanno nomi tutti diversi"),
            );
        }
    }
    for entry in &level.facts.0 {
        if context.catalogue.facts.get(&entry.name.value.0).is_some() {
            let message = format!("il dato `{}` è già in specs/catalogo/dati.yaml", entry.name.value);
            faults.error("dato-doppio", &entry.name.place, message, "usa quello del catalogo, oppure un altro nome");
        }
    }
}
