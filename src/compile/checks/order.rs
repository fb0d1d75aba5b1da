// SPDX-License-Identifier: EUPL-1.2
//! Can the items be done in some order at all, and the levels be opened?

use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;

use crate::spec::decode::Faults;

use super::{Context, item_names, prerequisites};

/// `ordine-circolare`: one fault for each ring, at its first item, with the whole ring. `accesso-circolare`.
pub(super) fn check(context: &Context<'_>, faults: &mut Faults) {
    let level = &context.file.level;
    let mut graph: DiGraphMap<&str, ()> = DiGraphMap::new();
    for (owner, references) in prerequisites(level) {
        for reference in references.iter().filter(|r| r.value.0 != owner) {
            graph.add_edge(&reference.value.0, owner, ());
        }
    }
    for ring in tarjan_scc(&graph).into_iter().filter(|ring| ring.len() > 1) {
        let names = item_names(level);
        let members: Vec<_> = names.iter().filter(|name| ring.contains(&name.value.0.as_str())).collect();
        let Some(first) = members.first() else { continue };
        let path: Vec<String> = members.iter().map(|name| format!("`{}`", name.value)).collect();
        let message = format!("queste voci si aspettano a vicenda: {}", path.join(", "));
        faults.error("ordine-circolare", &first.place, message, "togli un `dopo` (o un `da`) da una di loro");
    }
    access_ring(context, faults);
}

/// Levels that ask for one another, with no other way in: nobody could ever open them. Told at the first of them.
fn access_ring(context: &Context<'_>, faults: &mut Faults) {
    let mut graph: DiGraphMap<&str, ()> = DiGraphMap::new();
    for file in &context.specs.levels {
        let access = file.level.access.iter().filter(|access| access.unless.is_none());
        for requirement in access.flat_map(|access| &access.requires.0) {
            graph.add_edge(&requirement.level.value.0, &file.level.letter.value.0, ());
        }
    }
    let own = context.file.level.letter.value.0.as_str();
    for mut ring in tarjan_scc(&graph).into_iter().filter(|ring| ring.len() > 1) {
        ring.sort_unstable();
        if let (Some(access), Some(true)) = (&context.file.level.access, ring.first().map(|first| *first == own)) {
            let letters: Vec<String> = ring.iter().map(|letter| format!("`{letter}`")).collect();
            let message = format!("questi livelli si chiedono l'un l'altro per essere aperti: {}", letters.join(", "));
            let help = "togli un requisito, oppure aggiungi `oppure` a uno di loro";
            faults.error("accesso-circolare", &access.place, message, help);
        }
    }
}
