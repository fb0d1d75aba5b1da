// SPDX-License-Identifier: EUPL-1.2
//! The answer of a check for one case, as programs read it: the same in a file, and from a verification.

use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::engine::{Case, Finding, finding_words, norm_link, norm_words};
use crate::rulebook::Rulebook;
use crate::spec::scenario::Conformity;

use super::Seen;

/// What was found in a case, with the norm of each finding.
pub fn answer_json(seen: &Seen<'_>) -> Json {
    let checked = seen.checked;
    if checked.findings.is_empty() {
        return found_json(seen.id, seen.law, checked.conformity, Vec::new());
    }
    let case = seen.case();
    let found = checked.findings.iter().map(|finding| finding_json(seen.law, &case, finding)).collect();
    found_json(seen.id, seen.law, checked.conformity, found)
}

/// That a case was not checked, and why.
pub fn unchecked_json(id: Uuid, why: &str) -> Json {
    json!({ "pratica": id.to_string(), "conforme": null, "rilievi": [], "motivo": why })
}

fn found_json(id: Uuid, law: &Rulebook, conformity: Conformity, found: Vec<Json>) -> Json {
    json!({
        "pratica": id.to_string(), "lep": law.level, "regione": law.region, "conforme": conformity.word(),
        "rilievi": found,
    })
}

fn finding_json(law: &Rulebook, case: &Case, finding: &Finding) -> Json {
    let item = finding.item.and_then(|item| law.item(item)).map(|item| item.id.as_str());
    let term = finding.term.and_then(|term| law.terms.get(usize::from(term))).map(|term| term.id.as_str());
    let norm = finding.norm(law, case);
    json!({
        "gravita": finding.gravity.word(), "tipo": finding.kind.word(), "voce": item, "termine": term,
        "evento": finding.sequence, "norma": norm_words(law, &norm), "link": norm_link(law, &norm),
        "messaggio": finding_words(law, case, finding),
    })
}
