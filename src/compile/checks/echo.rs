// SPDX-License-Identifier: EUPL-1.2
//! Faults that only echo a file that could not be read: one misprint in a table is told once, where it is.
//!
//! Who compiles still meets them: a rulebook never rests on a file with faults.

use crate::diagnostic::Diagnostic;
use crate::spec::folder::Specs;

/// Is this fault there only because another file, whose faults are told, was left out?
pub(in crate::compile) fn is_echo(specs: &Specs, fault: &Diagnostic) -> bool {
    let unread = |path: &str| specs.unread.iter().any(|file| **file == *path);
    let table = |name: &str| unread(&format!("catalogo/{name}.yaml"));
    let some_level = || specs.unread.iter().any(|file| file.starts_with("nazionale/") && !is_scenarios(file));
    match fault.code {
        "tabella-assente" => unread(&fault.place.file),
        "norma-sconosciuta" => table("norme"),
        "parametro-sconosciuto" => table("parametri"),
        "condizione-errata" | "termine-da-niente" => table("dati"),
        "prova-errata" => table("dati") || some_level(),
        "decreto-assente" => specs.unread.iter().any(|file| file.starts_with("decreto/")),
        "livello-sconosciuto" => table("livelli") || some_level(),
        "livello-non-descritto" => some_level(),
        "prova-mancante" => unread(&fault.place.file.replace(".yaml", ".prove.yaml")),
        _ => false,
    }
}

fn is_scenarios(file: &str) -> bool {
    file.ends_with(".prove.yaml")
}
