// SPDX-License-Identifier: EUPL-1.2
//! The impact of a draft, for programs.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::service::impact::{ChangeRow, Impact, Kind, LawChange, Side, SideSum, Verdict};

use super::{Against, Asked, is_confirmed};

pub(super) fn report(found: &Impact, asked: &Asked<'_>) -> Json {
    let (figures, verdicts) = (&found.figures, &found.figures.looked.verdicts);
    let pairs = Verdict::ALL.into_iter().flat_map(|from| Verdict::ALL.map(|to| (from, to)));
    let pairs: Vec<Json> = pairs
        .filter(|(from, to)| verdicts.get(*from, *to) > 0)
        .map(|(from, to)| json!({ "prima": from.word(), "dopo": to.word(), "pratiche": verdicts.get(from, to) }))
        .collect();
    let later = found.later.iter();
    let later: Vec<Json> = later
        .map(|later| json!({ "lep": later.level, "regione": later.region, "dal": later.from.to_string() }))
        .collect();
    let one_sided = found.one_sided.iter().map(|lack| {
        json!({
            "manca": if lack.lacking == Side::After { "dopo" } else { "prima" }, "lep": lack.level, "motivo": lack.why,
            "pratiche": lack.cases, "prime": lack.first.iter().map(ToString::to_string).collect::<Vec<_>>(),
        })
    });
    let norms = found.norms.iter().map(|(norm, sum)| {
        json!({
            "norma": norm.words, "link": norm.link, "rilievi_comparsi": sum.appear, "rilievi_scomparsi": sum.vanish,
            "termini": sum.terms, "doveri": sum.duties,
        })
    });
    let troubles = found.troubles.iter().map(|(case, why)| json!({ "pratica": case.to_string(), "motivo": why }));
    json!({
        "bozza": asked.draft,
        "al": asked.on.to_string(),
        "legge_del": asked.law_day.to_string(),
        "rispetto": if asked.args.against == Against::InUse { "oggi" } else { "fissata" },
        "legge": found.laws.iter().map(law).collect::<Vec<_>>(),
        "da_un_giorno_dopo": later,
        "pratiche": figures.cases,
        "legge_uguale": figures.untouched,
        "guardate": figures.looked.cases,
        "cambiano": figures.looked.changed,
        "diventano_conformi": verdicts.gained(),
        "non_piu_conformi": verdicts.lost(),
        "verdetti": pairs,
        "cambiamenti": found.changes.iter().map(change).collect::<Vec<_>>(),
        "per_livello": found.levels.iter().map(|(level, sum)| side("lep", Some(level), sum)).collect::<Vec<_>>(),
        "per_regione": found.regions.iter().map(|(name, sum)| side("regione", name.as_ref(), sum)).collect::<Vec<_>>(),
        "per_sede": found.offices.iter().map(|(name, sum)| side("sede", name.as_ref(), sum)).collect::<Vec<_>>(),
        "per_norma": norms.collect::<Vec<_>>(),
        "una_legge_sola": one_sided.collect::<Vec<_>>(),
        "non_guardate": troubles.collect::<Vec<_>>(),
        "non_cambia_niente": found.changes_nothing(),
        "confermato": is_confirmed(found, asked.args),
    })
}

fn law(law: &LawChange) -> Json {
    let places = (!law.everywhere).then_some(&law.places);
    json!({
        "lep": law.level, "solo_in": places, "parole": law.change.words, "verso": law.change.direction.word(),
        "atto": law.change.act.as_ref().map(|act| &act.words),
    })
}

fn change(row: &ChangeRow) -> Json {
    let examples: Vec<Json> = row
        .examples
        .iter()
        .map(|example| {
            json!({
                "pratica": example.case.to_string(), "origine": example.external, "prima": example.before,
                "dopo": example.after,
            })
        })
        .collect();
    let by = |name: &str, sums: &BTreeMap<Option<String>, u64>| -> Vec<Json> {
        sums.iter().map(|(value, cases)| json!({ name: value, "pratiche": cases })).collect()
    };
    let mut told = json!({
        "riguardo": row.kind.section().word(), "tipo": row.kind.word(), "parole": row.kind.words(), "lep": row.level,
        "che": row.subject, "norma": row.norm.as_ref().map(|norm| &norm.words),
        "link": row.norm.as_ref().and_then(|norm| norm.link.as_ref()), "pratiche": row.cases, "volte": row.times,
        "giorni": row.days.map(|(least, most)| json!({ "minimo": least, "massimo": most })),
        "per_regione": by("regione", &row.regions), "per_sede": by("sede", &row.offices), "esempi": examples,
    });
    if let Some(told) = told.as_object_mut() {
        match row.kind {
            Kind::Verdict { from, to } => {
                told.insert("prima".into(), from.word().into());
                told.insert("dopo".into(), to.word().into());
            }
            Kind::Finding { gravity, kind, .. } => {
                told.insert("gravita".into(), gravity.word().into());
                told.insert("rilievo".into(), kind.word().into());
            }
            Kind::Duty { registration, .. } => {
                told.insert("registrazione".into(), registration.into());
            }
            Kind::Term(_) => {}
        }
    }
    told
}

fn side(name: &str, value: Option<&String>, sum: &SideSum) -> Json {
    json!({
        name: value, "legge_uguale": sum.untouched, "guardate": sum.looked.cases, "cambiano": sum.looked.changed,
        "diventano_conformi": sum.looked.verdicts.gained(), "non_piu_conformi": sum.looked.verdicts.lost(),
        "una_legge_sola": sum.one_sided,
    })
}
