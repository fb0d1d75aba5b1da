// SPDX-License-Identifier: EUPL-1.2
//! The impact of a draft as a page: first the law, then the cases, then who and where. Whole without scripts.

use std::collections::BTreeMap;

use maud::{Markup, html};

use crate::diagnostic::Severity;
use crate::difference::Direction;
use crate::http::app::App;
use crate::http::form::Asked;
use crate::http::identity::Identity;
use crate::http::jobs::Found;
use crate::reading::{count, listed, titles};
use crate::role::Role;
use crate::service::Law;
use crate::service::impact::{
    ChangeRow, Faulty, Figures, Impact, LawChange, Looked, NormWords, Section, SideSum, Verdict,
};

use super::diagnostics::fault_card;
use super::findings::NONE;
use super::impact::{Asking, Outcome, Partial};
use super::parts::{alert, csrf, day, elsewhere, empty, field, said, submit};
use super::sheet::ticked;
use super::works::moment;

/// The address at which an answer is shown again.
pub(super) fn address(asking: &Asking) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields(asking) {
        query.append_pair(name, &value);
    }
    format!("/impatto?{}", query.finish())
}

fn fields(asking: &Asking) -> Vec<(&'static str, String)> {
    let against = if asking.question.against == Law::Pinned { "fissata" } else { "oggi" };
    let mut fields = vec![
        ("bozza", asking.draft.clone()),
        ("al", asking.question.on.to_string()),
        ("legge", asking.question.law_day.to_string()),
        ("rispetto", against.to_owned()),
        ("chiesto", asking.at.to_string()),
    ];
    fields.extend(asking.question.selection.level.clone().map(|level| ("lep", level)));
    fields
}

pub(super) fn body(
    app: &App,
    who: &Identity,
    drafts: &[String],
    asked: &Asked,
    found: Option<(&Asking, &Found<Outcome>)>,
) -> Markup {
    html! {
        h1 { "Impatto di una bozza" }
        (said(asked.get("detto")))
        p class="lead" { "Che cosa cambierebbe nelle pratiche archiviate se la bozza fosse la legge. Niente viene scritto: ogni pratica resta com'è, con la sua legge." }
        @if drafts.is_empty() {
            (empty("Non c'è nessuna bozza.", None))
            p { "Una bozza è una copia intera della cartella delle specifiche, cambiata; chi gestisce il servizio la mette in una sottocartella di quella scritta in " code { "bozze" } " nelle impostazioni." }
        } @else { (choice(app, drafts, asked)) }
        @if let Some((asking, found)) = found {
            @match &found.value {
                Outcome::Faulty(faulty) => (faults(faulty)),
                Outcome::Found(impact) => (answer(who, asking, impact, found, asked.get("detto").is_some())),
            }
        }
    }
}

fn choice(app: &App, drafts: &[String], asked: &Asked) -> Markup {
    let today = app.service.today().to_string();
    let day = |name| asked.get(name).map_or_else(|| today.clone(), str::to_owned);
    let library = app.service.library();
    let levels = titles(&library).into_iter().map(|(letter, title)| {
        let words = format!("{letter} · {title}");
        (letter, words)
    });
    let against = [("oggi", "le specifiche in uso"), ("fissata", "la legge con cui ogni pratica è nata")];
    html! {
        form method="get" action="/impatto" class="lepre-inline" {
            (field("bozza", "Bozza").choices(drafts.iter().map(|name| (name.clone(), name.clone())).collect()).value(asked.get("bozza").unwrap_or_default()))
            (field("rispetto", "Rispetto a").choices(against.map(|(value, words)| (value.to_owned(), words.to_owned())).into()).value(asked.get("rispetto").unwrap_or("oggi")))
            (field("legge", "Legge del").date().value(day("legge")))
            (field("al", "Pratiche com'erano il").date().value(day("al")))
            (field("lep", "Livello").choices(std::iter::once((String::new(), "tutti".to_owned())).chain(levels).collect()).value(asked.get("lep").unwrap_or_default()))
            input type="hidden" name="chiesto" value=(app.now());
            button class="btn btn-outline-primary" type="submit" { "Calcola" }
        }
    }
}

/// A draft with faults has no figures.
fn faults(faulty: &Faulty) -> Markup {
    let errors: Vec<_> = faulty.found.iter().filter(|fault| fault.severity == Severity::Error).collect();
    html! {
        (alert("danger", &format!("La bozza ha {}: finché ci sono non se ne può dire l'impatto.", count(errors.len(), "errore", "errori"))))
        h2 { "Errori della bozza" }
        @for fault in errors { (fault_card(&faulty.library, fault, &[])) }
    }
}

fn number(cases: u64) -> usize {
    usize::try_from(cases).unwrap_or(usize::MAX)
}

/// What has been found up to now, while the rest is looked at.
pub(super) fn partial(now: &Partial) -> Markup {
    html! {
        (laws(&now.laws))
        @if now.figures.looked.cases > 0 {
            h2 { "Le prime cifre" }
            (sums(&now.figures))
        }
    }
}

fn answer(who: &Identity, asking: &Asking, found: &Impact, at: &Found<Outcome>, confirmed: bool) -> Markup {
    let question = &asking.question;
    html! {
        p {
            "Bozza " strong { (asking.draft) } ", legge del " (day(question.law_day)) "; "
            @if let Some(region) = &question.selection.region { "pratiche della regione " strong { (region) } } @else { "pratiche" }
            " al " (day(question.on)) ". Calcolato " (moment(at.at)) "."
        }
        (laws(&found.laws))
        (later(found))
        h2 { "Che cosa cambia nelle pratiche" }
        @if found.figures.cases == 0 && found.troubles.is_empty() {
            (alert("info", "Nessuna pratica: su questa scelta la bozza non è stata provata."))
        } @else { (sums(&found.figures)) }
        @if found.figures.cases == 0 {} @else if found.changes_nothing() { (nothing(who, asking, found, confirmed)) } @else {
            (matrix(&found.figures.looked))
            (one_sided(who, found))
            @for section in Section::ALL { (changes(who, found, section)) }
            (sides("livello", "Livello", found.levels.iter().map(|(level, sum)| (level.as_str(), sum)).collect()))
            (sides("regione", "Regione", named(&found.regions)))
            (sides("sede", "Sede di apertura", named(&found.offices)))
            (norms(found))
        }
        (troubles(who, found))
    }
}

fn laws(laws: &[LawChange]) -> Markup {
    let mark = |direction| match direction {
        Direction::Raises => "▲",
        Direction::Lowers => "▼",
        Direction::Neither => "=",
        Direction::Unclear => "?",
    };
    html! {
        h2 { "Che cosa cambia nella legge" }
        @if laws.is_empty() { p { "Niente: i livelli dicono le stesse cose." } } @else {
            ul {
                @for law in laws {
                    li {
                        strong { "LEP " (law.level) } " "
                        span aria-hidden="true" { (mark(law.change.direction)) " " }
                        (ticked(&law.change.words))
                        " (" (law.change.direction.word()) ")"
                        @if !law.everywhere {
                            ": " (listed(&law.places.iter().map(|place| place.as_deref().unwrap_or("decreto")).collect::<Vec<_>>()))
                        }
                    }
                }
            }
        }
    }
}

fn later(found: &Impact) -> Markup {
    let first = found.later.iter().map(|later| later.from).min();
    html! {
        @if let Some(first) = first {
            p { "La bozza cambia altro più avanti:" }
            ul { @for later in &found.later {
                li { strong { "LEP " (later.level) } @if let Some(region) = &later.region { ", " (region) } ", dal " (day(later.from)) }
            } }
            p { "Per vederne l'effetto scegli come giorno della legge il " (day(first)) "." }
        }
    }
}

fn sums(figures: &Figures) -> Markup {
    let Looked { cases, changed, verdicts } = figures.looked;
    html! {
        p class="lead" {
            (count(number(figures.cases), "pratica", "pratiche")) ": " (cases) " guardate con le due leggi, "
            (figures.untouched) " con una legge che non cambia."
        }
        @if cases > 0 {
            p {
                strong { (count(number(changed), "pratica cambia", "pratiche cambiano")) } " in qualcosa: "
                strong { (count(number(verdicts.gained()), "diventa conforme", "diventano conformi")) } ", "
                strong { (count(number(verdicts.lost()), "non lo è più", "non lo sono più")) } "."
            }
        }
    }
}

fn nothing(who: &Identity, asking: &Asking, found: &Impact, confirmed: bool) -> Markup {
    let words = match (found.laws.is_empty(), found.later.is_empty()) {
        (true, true) => "La bozza non cambia la legge, dunque nessuna pratica.",
        (true, false) => "La bozza non cambia ancora la legge di quel giorno, dunque nessuna pratica.",
        (false, _) => "La bozza cambia la legge, ma nessuna pratica.",
    };
    html! {
        (alert("warning", words))
        @if found.troubles.is_empty() && !confirmed {
            form method="post" action="/impatto" {
                (csrf(who))
                @for (name, value) in fields(asking) { input type="hidden" name=(name) value=(value); }
                p { "Se è ciò che doveva fare, confermalo: resta scritto chi l'ha detto e quando. Se no, controlla la bozza." }
                (submit("Confermo: non doveva cambiare nessuna pratica"))
            }
        }
    }
}

fn matrix(looked: &Looked) -> Markup {
    html! {
        @if looked.cases > 0 {
            div class="table-responsive" tabindex="0" role="region" aria-labelledby="tabella-verdetti" {
                table class="table table-sm caption-top" {
                    caption id="tabella-verdetti" { "Verdetti: nelle righe prima, nelle colonne con la bozza" }
                    thead { tr { th scope="col" { "Prima" } @for to in Verdict::ALL { th scope="col" { (to.words()) } } } }
                    tbody { @for from in Verdict::ALL { tr {
                        th scope="row" { (from.words()) }
                        @for to in Verdict::ALL { td { (looked.verdicts.get(from, to)) } }
                    } } }
                }
            }
        }
    }
}

/// May this account open cases? Whoever looks after the levels may not.
fn reads_cases(who: &Identity) -> bool {
    who.role() == Role::Auditor
}

fn case_link(id: uuid::Uuid) -> Markup {
    html! { a href={ "/pratiche/" (id) } { code { (id.to_string().chars().take(13).collect::<String>()) } } }
}

fn one_sided(who: &Identity, found: &Impact) -> Markup {
    html! {
        @if !found.one_sided.is_empty() {
            h3 { "Pratiche con una legge sola" }
            ul {
                @for lack in &found.one_sided {
                    li {
                        (ticked(&lack.why)) ": " strong { (count(number(lack.cases), "pratica", "pratiche")) }
                        @if reads_cases(who) { ", per esempio " @for case in &lack.first { (case_link(*case)) " " } }
                    }
                }
            }
        }
    }
}

fn changes(who: &Identity, found: &Impact, section: Section) -> Markup {
    let rows: Vec<&ChangeRow> = found.changes.iter().filter(|row| row.kind.section() == section).collect();
    let caption = format!("tabella-{}", section.word());
    html! {
        @if !rows.is_empty() {
            h2 { (section.title()) }
            div class="table-responsive" tabindex="0" role="region" aria-labelledby=(caption) {
                table class="table table-sm caption-top" {
                    caption id=(caption) { (section.title()) ": che cosa cambia, e in quante pratiche" }
                    thead { tr {
                        th scope="col" { "Che cosa" } th scope="col" { "LEP" } th scope="col" { "Pratiche" } th scope="col" { "Norma" } th scope="col" { "Esempi, prima e dopo" }
                    } }
                    tbody { @for row in &rows { tr {
                        th scope="row" { @if let Some(subject) = &row.subject { code { (subject) } " " } (row.kind.words()) (days(row)) }
                        td { (row.level) }
                        td { (row.cases) }
                        td { @if let Some(norm) = &row.norm { (norm_cell(norm)) } }
                        td class="lepre-wide" { (examples(who, row)) }
                    } } }
                }
            }
        }
    }
}

fn days(row: &ChangeRow) -> Markup {
    html! {
        @if let Some((least, most)) = row.days {
            @if least == most { ", di " } @else { ", da " (least) " a " }
            (count(number(most.into()), "giorno", "giorni"))
        }
    }
}

fn norm_cell(norm: &NormWords) -> Markup {
    html! {
        @if let Some(link) = &norm.link {
            a href=(link) rel="external noreferrer" { (norm.words) span class="visually-hidden" { (elsewhere(link)) } }
        } @else { (norm.words) }
    }
}

fn examples(who: &Identity, row: &ChangeRow) -> Markup {
    let open = reads_cases(who);
    let more = number(row.cases).saturating_sub(row.examples.len());
    html! {
        details {
            summary { (count(row.examples.len(), "esempio", "esempi")) }
            ol { @for example in &row.examples { li {
                @if open { (case_link(example.case)) ": " }
                "prima " (ticked(&example.before)) "; dopo " strong { (ticked(&example.after)) }
            } } }
            @if more > 0 { p { "… e " (count(more, "altra pratica", "altre pratiche")) "." } }
            @if !open { p class="small" { "Le pratiche le apre chi verifica: questo account non vede quali sono." } }
            p class="small" { "Per regione: " (shares(&row.regions)) ". Per sede di apertura: " (shares(&row.offices)) "." }
        }
    }
}

fn shares(sums: &BTreeMap<Option<String>, u64>) -> String {
    let shares = sums.iter().map(|(side, cases)| format!("{} {cases}", side.as_deref().unwrap_or(NONE)));
    shares.collect::<Vec<_>>().join(", ")
}

fn named(sums: &BTreeMap<Option<String>, SideSum>) -> Vec<(&str, &SideSum)> {
    sums.iter().map(|(name, sum)| (name.as_deref().unwrap_or(NONE), sum)).collect()
}

/// Only where something changes.
fn sides(id: &str, head: &str, sums: Vec<(&str, &SideSum)>) -> Markup {
    let changed: Vec<_> = sums.into_iter().filter(|(_, sum)| sum.looked.changed > 0 || sum.one_sided > 0).collect();
    let caption = format!("tabella-per-{id}");
    html! {
        div class="table-responsive" tabindex="0" role="region" aria-labelledby=(caption) {
            table class="table table-sm caption-top" {
                caption id=(caption) { "Per " (head.to_lowercase()) }
                thead { tr {
                    th scope="col" { (head) } th scope="col" { "Guardate" } th scope="col" { "Cambiano" } th scope="col" { "Diventano conformi" }
                    th scope="col" { "Non più conformi" } th scope="col" { "Con una legge sola" } th scope="col" { "Legge uguale" }
                } }
                tbody { @for (name, sum) in changed { tr {
                    th scope="row" { (name) }
                    td { (sum.looked.cases) } td { (sum.looked.changed) } td { (sum.looked.verdicts.gained()) }
                    td { (sum.looked.verdicts.lost()) } td { (sum.one_sided) } td { (sum.untouched) }
                } } }
            }
        }
    }
}

fn norms(found: &Impact) -> Markup {
    html! {
        @if !found.norms.is_empty() {
            div class="table-responsive" tabindex="0" role="region" aria-labelledby="tabella-per-norma" {
                table class="table table-sm caption-top" {
                    caption id="tabella-per-norma" { "Per norma" }
                    thead { tr {
                        th scope="col" { "Norma" } th scope="col" { "Rilievi che compaiono" } th scope="col" { "Rilievi che non ci sono più" }
                        th scope="col" { "Termini che cambiano" } th scope="col" { "Voci dovute che cambiano" }
                    } }
                    tbody { @for (norm, sum) in &found.norms { tr {
                        th scope="row" { (norm_cell(norm)) }
                        td { (sum.appear) } td { (sum.vanish) } td { (sum.terms) } td { (sum.duties) }
                    } } }
                }
            }
        }
    }
}

/// Cases shown that could not be looked at; the others are counted.
const TROUBLES: usize = 100;

fn troubles(who: &Identity, found: &Impact) -> Markup {
    let more = found.troubles.len().saturating_sub(TROUBLES);
    html! {
        @if !found.troubles.is_empty() {
            h2 { "Pratiche non guardate" }
            p { (count(found.troubles.len(), "pratica non si è potuta guardare", "pratiche non si sono potute guardare")) ": di queste non si sa che cosa cambia." }
            @if reads_cases(who) {
                ul { @for (case, why) in found.troubles.iter().take(TROUBLES) { li { (case_link(*case)) ": " (ticked(why)) } } }
                @if more > 0 { p { "… e altre " (more) "." } }
            }
        }
    }
}
