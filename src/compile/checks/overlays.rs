// SPDX-License-Identifier: EUPL-1.2
//! Do variations, amendments and regions name what is there, in their own folder, and follow one another in time?

use crate::calendar::Day;
use crate::diagnostic::{Diagnostic, Place};
use crate::spec::decode::{Faults, Id, Spanned};
use crate::spec::folder::{OverlayFile, RegionFile, Specs};
use crate::spec::level::CitationSpec;

use super::norms::{Acts, citation};
use super::{level_named, suggestion};

/// Everything laid over anything.
pub(in crate::compile) fn check(specs: &Specs, faults: &mut Faults) {
    for file in &specs.regions {
        region(specs, file, faults);
    }
    for file in &specs.overlays {
        overlay(specs, file, faults);
        super::scenarios::check_overlay(specs, file, faults);
    }
    let mut seen: Vec<(Option<&str>, &str)> = Vec::new();
    for file in &specs.overlays {
        let key = (file.folder.as_deref(), file.overlay.letter.value.0.as_str());
        if !seen.contains(&key) {
            seen.push(key);
            sequence(&same(specs, key), faults);
        }
    }
    for script in &specs.scripts {
        let called = specs.overlays.iter().flat_map(|o| &o.overlay.verbs).any(
            |verb| matches!(&verb.value, crate::spec::overlay::Verb::Script(call) if *call.file.value == *script.name),
        );
        if !called {
            faults.0.push(
                Diagnostic::warning(
                    "script-non-chiamato",
                    &Place::start_of(&script.file),
                    "nessuna variazione chiama lo script",
                )
                .help("aggiungi `- script: { file: … }` alla variazione, oppure togli il file"),
            );
        }
    }
}

/// What concerns one level in one region.
pub(in crate::compile) fn check_for(specs: &Specs, letter: &str, name: Option<&str>, faults: &mut Faults) {
    if let Some(file) = name.and_then(|name| specs.region(name)) {
        region(specs, file, faults);
    }
    let folders = [None, name];
    let folders = if name.is_some() { folders.as_slice() } else { folders.get(..1).unwrap_or_default() };
    for folder in folders {
        let files = same(specs, (*folder, letter));
        for file in &files {
            overlay(specs, file, faults);
        }
        sequence(&files, faults);
    }
}

fn same<'a>(specs: &'a Specs, (folder, letter): (Option<&str>, &str)) -> Vec<&'a OverlayFile> {
    let files = specs.overlays.iter();
    files.filter(|o| o.folder.as_deref() == folder && o.overlay.letter.value.0 == letter).collect()
}

/// A folder of a region must be one of the catalogue's.
fn folder(specs: &Specs, folder: &str, place: &Place, faults: &mut Faults) -> bool {
    let table = &specs.catalogue.regions;
    if table.get(folder).is_some() {
        return true;
    }
    let help = suggestion(folder, table.names(), "le amministrazioni sono");
    faults.error("regione-sconosciuta", place, format!("la regione `{folder}` non è in `catalogo/regioni.yaml`"), help);
    false
}

fn own_name(folder: &str, name: &Spanned<Id>, faults: &mut Faults) {
    if name.value.0 != folder {
        let message = format!("il file sta nella cartella di `{folder}` e dice di essere di `{}`", name.value);
        faults.error("regione-diversa", &name.place, message, "sposta il file, oppure correggi `regione`");
    }
}

fn region(specs: &Specs, file: &RegionFile, faults: &mut Faults) {
    if !folder(specs, &file.folder, &file.region.region.place, faults) {
        return;
    }
    own_name(&file.folder, &file.region.region, faults);
    for act in &file.region.acts.0 {
        if specs.catalogue.acts.get(&act.name.value.0).is_some() {
            let message = format!("l'atto `{}` è già in specs/catalogo/norme.yaml", act.name.value);
            faults.error("nome-preso", &act.name.place, message, "usa quello, oppure un altro nome");
        }
        super::catalogue::urn(&act.value.urn, faults);
    }
    for fact in &file.region.facts.0 {
        if specs.catalogue.facts.get(&fact.name.value.0).is_some()
            || specs.levels.iter().any(|l| l.level.facts.get(&fact.name.value.0).is_some())
        {
            let message = format!("il dato `{}` c'è già a livello nazionale", fact.name.value);
            faults.error("dato-doppio", &fact.name.place, message, "usa quello, oppure un altro nome");
        }
        super::conditions::fact(&fact.name.place, &fact.name.value.0, &fact.value, faults);
    }
    for parameter in &file.region.parameters.0 {
        let table = &specs.catalogue.parameters;
        let name = &parameter.name;
        match table.get(&name.value.0) {
            None => {
                let help = suggestion(&name.value.0, table.names(), "i parametri sono");
                faults.error(
                    "parametro-sconosciuto",
                    &name.place,
                    format!("il parametro `{}` è sconosciuto", name.value),
                    help,
                );
            }
            Some(known) if known.value.is_some() => {
                let message =
                    format!("il parametro `{}` è già fissato dalla legge: la regione non lo cambia", name.value);
                faults.error("variazione-abbassa", &name.place, message, "togli il parametro");
            }
            Some(_) => {}
        }
        if !(1..=9999).contains(&parameter.value.value.value) {
            let message = format!("`{}` non può essere il valore di `{}`", parameter.value.value.value, name.value);
            faults.error("parametro-errato", &parameter.value.value.place, message, "scrivi un numero da 1 a 9999");
        }
        cited(specs, Some(file), &parameter.value.norm, None, faults);
        if let Some(validity) = &parameter.value.validity {
            super::validity::period(validity, faults);
        }
    }
    for office in &file.region.offices.0 {
        if let Some(norm) = &office.value.norm {
            cited(specs, Some(file), norm, None, faults);
        }
    }
    calendar(specs, file, faults);
}

/// The region's and the offices' holidays must make a calendar together with the national ones.
fn calendar(specs: &Specs, file: &RegionFile, faults: &mut Faults) {
    let Some(rules) = super::super::resolve::calendar_rules(specs) else { return };
    let region = super::super::resolve::holidays(&file.region.holidays);
    let groups = file.region.offices.0.iter().map(|office| (&office.name.place, &office.value.holidays));
    for (place, own) in
        std::iter::once((&file.region.region.place, &crate::spec::decode::Entries::default())).chain(groups)
    {
        let mut all = rules.clone();
        all.holidays.extend(region.iter().cloned().chain(super::super::resolve::holidays(own)));
        if let Err(error) = crate::calendar::Calendar::of(&all) {
            faults.error(
                "calendario-errato",
                place,
                error.to_string(),
                "correggi le feste, o cambia il nome di quelle che ne coprono altre",
            );
        }
    }
}

/// A citation of the tables or of the region's own acts.
fn cited(specs: &Specs, region: Option<&RegionFile>, spec: &CitationSpec, on: Option<Day>, faults: &mut Faults) {
    let acts = Acts { national: &specs.catalogue.acts, regional: region.map(|file| &file.region.acts) };
    citation(acts, &spec.norm, spec.partition.as_ref(), on.map(|on| (on, "la variazione lo applica dal")), faults);
}

fn overlay(specs: &Specs, file: &OverlayFile, faults: &mut Faults) {
    let overlay = &file.overlay;
    super::validity::period(&overlay.validity, faults);
    let region = match (&file.folder, &overlay.region) {
        (Some(name), given) => {
            let place = given.as_ref().map_or(&overlay.place, |g| &g.place);
            if !folder(specs, name, place, faults) {
                return;
            }
            match given {
                Some(given) => own_name(name, given, faults),
                None => faults.error(
                    "variazione-errata",
                    &overlay.place,
                    "la variazione non dice di quale regione è",
                    format!("aggiungi `regione: {name}`"),
                ),
            }
            if let Some(act) = &overlay.act {
                let help = "togli `modificato_da`: ogni verbo porta la sua norma";
                faults.error(
                    "variazione-errata",
                    &act.place,
                    "`modificato_da` è solo per le modifiche nazionali",
                    help,
                );
            }
            specs.region(name)
        }
        (None, Some(region)) => {
            let help = "le variazioni regionali stanno in `regioni/<regione>/`";
            faults.error("variazione-errata", &region.place, "una modifica del decreto non è di una regione", help);
            None
        }
        (None, None) => {
            match &overlay.act {
                Some(act) => cited(specs, None, act, overlay.validity.from, faults),
                None => faults.error(
                    "variazione-errata",
                    &overlay.place,
                    "la modifica non dice quale atto la fa",
                    "aggiungi `modificato_da` con l'atto dello Stato",
                ),
            }
            None
        }
    };
    for norm in overlay.verbs.iter().filter_map(|verb| norm(&verb.value)) {
        cited(specs, region, norm, overlay.validity.from, faults);
    }
    let letter = &overlay.letter;
    let Some(level) = level_named(specs, letter, faults) else { return };
    let name = file.file.rsplit('/').next().unwrap_or_default();
    let prefix = format!("{}-", letter.value.0.to_lowercase());
    if !name.starts_with(&prefix) {
        let message = format!("il nome del file non comincia con la lettera del livello `{}`", letter.value);
        faults.error("nome-del-file", &letter.place, message, format!("chiamalo `{prefix}….yaml`"));
    }
    if overlay.verbs.is_empty() {
        faults.0.push(
            Diagnostic::warning("variazione-senza-effetto", &overlay.place, "la variazione non cambia niente")
                .help("aggiungi un verbo sotto `variazioni`, oppure togli il file"),
        );
    }
    let validity = &overlay.validity;
    let national = &level.level.validity;
    let Some(from) = validity.from else {
        faults.error(
            "vigenza-errata",
            &validity.place,
            "la variazione non dice da quando vale",
            "aggiungi `dal` con il primo giorno",
        );
        return;
    };
    if let Some(start) = national.from.filter(|start| from < *start) {
        faults.0.push(
            Diagnostic::error(
                "variazione-fuori-vigenza",
                &validity.place,
                format!("la variazione vale dal {from}, ma il livello `{}` solo dal {start}", letter.value),
            )
            .related(&national.place, "la vigenza del livello")
            .help(format!("scrivi un giorno dal {start} in poi")),
        );
    }
    if let Some(end) = national.to.filter(|end| from > *end) {
        faults.0.push(
            Diagnostic::error(
                "variazione-fuori-vigenza",
                &validity.place,
                format!("la variazione vale dal {from}, ma il livello `{}` finisce il {end}", letter.value),
            )
            .related(&national.place, "la vigenza del livello")
            .help("togli la variazione, oppure correggi il giorno"),
        );
    }
}

/// Files on one level by one hand: none begins on the day of another, and none leaves a hole before the next.
fn sequence(files: &[&OverlayFile], faults: &mut Faults) {
    let mut sorted: Vec<(&OverlayFile, Day)> =
        files.iter().filter_map(|file| file.overlay.validity.from.map(|from| (*file, from))).collect();
    sorted.sort_by(|a, b| (a.1, &a.0.file).cmp(&(b.1, &b.0.file)));
    for pair in sorted.windows(2) {
        let [(first, a), (second, b)] = pair else { continue };
        if a == b {
            faults.0.push(
                Diagnostic::error(
                    "variazioni-dello-stesso-giorno",
                    &second.overlay.validity.place,
                    format!("due variazioni dello stesso livello cominciano il {b}"),
                )
                .related(&first.overlay.validity.place, "l'altra variazione")
                .help("mettile in un file solo"),
            );
        }
    }
    for (file, _) in &sorted {
        let Some(next_day) = file.overlay.validity.to.map(|to| to.add_days(1)) else { continue };
        let covered = files.iter().any(|other| other.overlay.holds(next_day));
        let later = sorted.iter().find(|(_, from)| *from > next_day);
        if let (false, Some((later, from))) = (covered, later) {
            faults.0.push(
                Diagnostic::warning(
                    "vuoto-tra-variazioni",
                    &file.overlay.validity.place,
                    format!(
                        "dal {next_day} al {} nessuna variazione è in vigore: vale il solo livello nazionale",
                        from.add_days(-1)
                    ),
                )
                .related(&later.overlay.validity.place, "la variazione che segue")
                .help("se il vuoto non è voluto, correggi `al` di questa o `dal` di quella"),
            );
        }
    }
}

/// The norm of a verb.
fn norm(verb: &crate::spec::overlay::Verb) -> Option<&CitationSpec> {
    use crate::spec::overlay::Verb as V;
    match verb {
        V::AddActivity(v) => Some(&v.norm),
        V::AddOutput(v) => Some(&v.norm),
        V::AddOutcome(v) => Some(&v.norm),
        V::AddTerm(v) => Some(&v.norm),
        V::MakeDue(v) => Some(&v.norm),
        V::Shorten(v) => Some(&v.norm),
        V::StrengthenEvidence(v) => Some(&v.norm),
        V::SettleSap(v) => Some(&v.norm),
        V::Translate(v) => v.norm.as_ref(),
        V::Script(v) => Some(&v.norm),
        V::Replace(v) => Some(&v.norm),
    }
}
