// SPDX-License-Identifier: EUPL-1.2
//! The impact of a draft, for a reader: first the law, then the cases, then who and where.

use std::collections::BTreeMap;

use crate::cli::output::{Ink, count, listed, printable, wrap_hanging};
use crate::cli::{CliError, Global, Screen};
use crate::difference::Direction;
use crate::service::impact::{ChangeRow, Impact, LawChange, Section, Side, SideSum, Verdict};

use super::{Against, Asked};

/// Said of what has no region or no office.
const NONE: &str = "nessuna";

pub(super) fn report(found: &Impact, asked: &Asked<'_>, global: &Global) -> Result<(), CliError> {
    let screen = &global.screen;
    let specs = printable(&global.specs.to_string_lossy());
    match asked.args.against {
        Against::InUse => screen.line(&format!("prima: le specifiche `{specs}`, il {}", asked.law_day))?,
        Against::Pinned => screen.line("prima: la legge con cui ogni pratica è nata")?,
    }
    screen.line(&format!("dopo:  la bozza `{}`, il {}", asked.draft, asked.law_day))?;
    laws(found, screen)?;
    cases(found, asked, screen)?;
    for section in Section::ALL {
        let rows: Vec<&ChangeRow> = found.changes.iter().filter(|row| row.kind.section() == section).collect();
        if !rows.is_empty() {
            heading(section.title(), screen)?;
            rows.iter().try_for_each(|row| change(row, screen))?;
        }
    }
    if !found.changes_nothing() {
        let levels = found.levels.iter().map(|(level, sum)| (format!("LEP {level}"), sum));
        sides("Per livello", levels.collect(), screen)?;
        let named = |sums: &BTreeMap<Option<String>, SideSum>| -> Vec<(String, SideSum)> {
            sums.iter().map(|(name, sum)| (name.clone().unwrap_or_else(|| NONE.to_owned()), *sum)).collect()
        };
        let (regions, offices) = (named(&found.regions), named(&found.offices));
        sides("Per regione", regions.iter().map(|(name, sum)| (name.clone(), sum)).collect(), screen)?;
        sides("Per sede", offices.iter().map(|(name, sum)| (name.clone(), sum)).collect(), screen)?;
        norms(found, screen)?;
    }
    for (case, why) in &found.troubles {
        screen.line(&screen.paint(Ink::Bad, &printable(&format!("non guardata · {case}: {why}"))))?;
    }
    end(found, asked, global)
}

fn heading(words: &str, screen: &Screen) -> Result<(), CliError> {
    screen.line("")?;
    screen.line(&screen.paint(Ink::Heading, words))
}

fn laws(found: &Impact, screen: &Screen) -> Result<(), CliError> {
    heading("Che cosa cambia nella legge", screen)?;
    if found.laws.is_empty() {
        screen.line("  niente: i livelli dicono le stesse cose")?;
    }
    let mut level = None;
    for law in &found.laws {
        if level.replace(&law.level) != Some(&law.level) {
            screen.line(&format!("  LEP {}", law.level))?;
        }
        law_line(law, screen)?;
    }
    for later in &found.later {
        let place = later.region.as_ref().map(|region| format!(", {region}")).unwrap_or_default();
        screen.line(&format!("  LEP {}{place}: cambia solo dal {}", later.level, later.from))?;
    }
    if let Some(first) = found.later.iter().map(|later| later.from).min() {
        screen.line(&format!("  per vederne l'effetto aggiungi `--legge-del {first}`"))?;
    }
    Ok(())
}

fn law_line(law: &LawChange, screen: &Screen) -> Result<(), CliError> {
    let (sign, ink) = match law.change.direction {
        Direction::Raises => ("▲", Ink::Good),
        Direction::Lowers => ("▼", Ink::Bad),
        Direction::Neither => ("=", Ink::Reading),
        Direction::Unclear => ("?", Ink::Doubt),
    };
    let places: Vec<&str> = law.places.iter().map(|place| place.as_deref().unwrap_or("decreto")).collect();
    let places = if law.everywhere { String::new() } else { format!(" ({})", listed(&places)) };
    let width = screen.prose_width().saturating_sub(6);
    let words = format!("{}{places}", law.change.words);
    for (number, line) in wrap_hanging(&words, width, width).iter().enumerate() {
        let sign = if number == 0 { sign } else { " " };
        screen.line(&screen.paint(ink, &format!("    {sign} {line}")))?;
    }
    Ok(())
}

fn number(cases: u64) -> usize {
    usize::try_from(cases).unwrap_or(usize::MAX)
}

fn of_cases(cases: u64) -> String {
    count(number(cases), "pratica", "pratiche")
}

fn cases(found: &Impact, asked: &Asked<'_>, screen: &Screen) -> Result<(), CliError> {
    heading("Che cosa cambia nelle pratiche", screen)?;
    let (figures, looked) = (&found.figures, found.figures.looked);
    screen.line(&format!(
        "  {} al {}: {} con le due leggi, {} con una legge che non cambia",
        of_cases(figures.cases),
        asked.on,
        count(number(looked.cases), "guardata", "guardate"),
        figures.untouched
    ))?;
    for lack in &found.one_sided {
        let more = if lack.lacking == Side::After { "non hanno più una legge" } else { "prima non avevano una legge" };
        let words = format!("  {}: {} ({more})", lack.why, of_cases(lack.cases));
        screen.line(&screen.paint(Ink::Bad, &words))?;
        for case in &lack.first {
            screen.line(&format!("    {case}"))?;
        }
    }
    if looked.cases == 0 {
        return Ok(());
    }
    let verdicts = &looked.verdicts;
    screen.line(&format!(
        "  {} in qualcosa; {}, {}",
        count(number(looked.changed), "pratica cambia", "pratiche cambiano"),
        count(number(verdicts.gained()), "diventa conforme", "diventano conformi"),
        count(number(verdicts.lost()), "non lo è più", "non lo sono più"),
    ))?;
    let list = |of: &dyn Fn(Verdict) -> u64| {
        let words = Verdict::ALL.map(|verdict| {
            let one = if verdict == Verdict::Conform { "conforme" } else { verdict.words() };
            let many = if verdict == Verdict::Conform { "conformi" } else { verdict.words() };
            count(number(of(verdict)), one, many)
        });
        words.join(", ")
    };
    screen.line(&format!("  prima: {}", list(&|verdict| verdicts.before(verdict))))?;
    screen.line(&format!("  dopo:  {}", list(&|verdict| verdicts.after(verdict))))
}

fn change(row: &ChangeRow, screen: &Screen) -> Result<(), CliError> {
    let subject = row.subject.as_ref().map(|subject| format!("`{subject}` · ")).unwrap_or_default();
    let norm = row.norm.as_ref().map(|norm| format!(" · {}", norm.words)).unwrap_or_default();
    let days = match row.days {
        Some((least, most)) if least == most => format!(", di {}", count(number(least.into()), "giorno", "giorni")),
        Some((least, most)) => format!(", da {least} a {}", count(number(most.into()), "giorno", "giorni")),
        None => String::new(),
    };
    let words = format!("{subject}{} · LEP {}{norm}: {}{days}", row.kind.words(), row.level, of_cases(row.cases));
    screen.line(&screen.paint(Ink::Doubt, &format!("  {words}")))?;
    if let Some(link) = row.norm.as_ref().and_then(|norm| norm.link.as_ref()) {
        screen.line(&format!("    {link}"))?;
    }
    for example in &row.examples {
        let case = example.external.clone().unwrap_or_else(|| example.case.to_string());
        screen.line(&printable(&format!("    {case}")))?;
        for (side, words) in [("prima:", &example.before), ("dopo: ", &example.after)] {
            let width = screen.prose_width().saturating_sub(13);
            for (number, line) in wrap_hanging(words, width, width).iter().enumerate() {
                let side = if number == 0 { side } else { "" };
                screen.line(&printable(&format!("      {side:<6} {line}")))?;
            }
        }
    }
    let more = number(row.cases).saturating_sub(row.examples.len());
    if more > 0 {
        screen.line(&format!("    … e {}", count(more, "altra", "altre")))?;
    }
    Ok(())
}

/// Only where something changes: what does not is in the sum of all.
fn sides(title: &str, sums: Vec<(String, &SideSum)>, screen: &Screen) -> Result<(), CliError> {
    let changed: Vec<_> = sums.into_iter().filter(|(_, sum)| sum.looked.changed > 0 || sum.one_sided > 0).collect();
    if changed.is_empty() {
        return Ok(());
    }
    heading(title, screen)?;
    let width = changed.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    for (name, sum) in changed {
        let verdicts = &sum.looked.verdicts;
        let lacking = match sum.one_sided {
            0 => String::new(),
            cases => format!(", {cases} con una legge sola"),
        };
        screen.line(&printable(&format!(
            "  {name:<width$}  {} su {}; {}, {}{lacking}",
            count(number(sum.looked.changed), "cambia", "cambiano"),
            count(number(sum.looked.cases), "guardata", "guardate"),
            count(number(verdicts.gained()), "diventa conforme", "diventano conformi"),
            count(number(verdicts.lost()), "non lo è più", "non lo sono più"),
        )))?;
    }
    Ok(())
}

fn norms(found: &Impact, screen: &Screen) -> Result<(), CliError> {
    if found.norms.is_empty() {
        return Ok(());
    }
    heading("Per norma", screen)?;
    for (norm, sum) in &found.norms {
        screen.line(&format!("  {}", norm.words))?;
        let told = [
            (sum.appear, "rilievo compare", "rilievi compaiono"),
            (sum.vanish, "rilievo non c'è più", "rilievi non ci sono più"),
            (sum.terms, "termine cambia", "termini cambiano"),
            (sum.duties, "voce dovuta cambia", "voci dovute cambiano"),
        ];
        let told: Vec<String> =
            told.into_iter().filter(|(n, ..)| *n > 0).map(|(n, one, many)| count(number(n), one, many)).collect();
        screen.line(&format!("    {}", told.join(", ")))?;
    }
    Ok(())
}

fn end(found: &Impact, asked: &Asked<'_>, global: &Global) -> Result<(), CliError> {
    let screen = &global.screen;
    screen.line("")?;
    if !found.changes_nothing() {
        let law = if asked.law_day == global.today { "oggi".to_owned() } else { asked.law_day.to_string() };
        let on = if asked.on == global.today { String::new() } else { format!(" --al {}", asked.on) };
        screen.line("Perché, pratica per pratica:")?;
        screen.line(&format!("  lepre case explain PRATICA VOCE{on}    con la legge con cui è nata"))?;
        screen.line(&format!("  lepre verify --legge {law}{on} --pratica PRATICA    con le specifiche in uso"))?;
        return screen.line(&format!(
            "  lepre --specs {} verify --legge {law}{on} --pratica PRATICA    con la bozza",
            asked.draft
        ));
    }
    let sure = if found.troubles.is_empty() { "" } else { ", tra quelle che si sono potute guardare" };
    let what = match (found.laws.is_empty(), found.later.is_empty()) {
        (true, true) => "la bozza non cambia la legge, dunque nessuna pratica",
        (true, false) => "la bozza non cambia ancora la legge di quel giorno, dunque nessuna pratica",
        (false, _) if found.figures.cases == 0 => "la bozza cambia la legge, e non c'è nessuna pratica su cui provarla",
        (false, _) => "la bozza cambia la legge, ma nessuna pratica",
    };
    if !found.laws.is_empty() && found.figures.cases == 0 {
        return screen.line(&screen.paint(Ink::Doubt, &format!("{what}{sure}")));
    }
    if asked.args.conferma_nessun_cambiamento {
        return screen.line(&screen.paint(Ink::Good, &format!("{what}{sure}: confermato")));
    }
    screen.line(&screen.paint(Ink::Doubt, &format!("{what}{sure}")))?;
    screen.line("se è ciò che doveva fare, dillo con `--conferma-nessun-cambiamento`; se no, controlla la bozza")
}
