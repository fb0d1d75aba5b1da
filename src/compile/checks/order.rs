// SPDX-License-Identifier: EUPL-1.2
//! Can the items be done in some order at all?

use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;

use crate::spec::decode::Faults;

use super::{Context, item_names, prerequisites};

/// `ordine-circolare`: one fault for each ring, at its first item, with the whole ring.
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
}
