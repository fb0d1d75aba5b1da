// SPDX-License-Identifier: EUPL-1.2
//! A level, a region that varies it, and both readings of them: the compiler's and the reference's.

use std::path::Path;

use jiff::civil::Date;
use lepre::compile::{self, Both, NoRulebook};
use lepre::diagnostic::Diagnostic;
use lepre::spec::folder::{self, File, Specs};

use crate::histories::fixture;
use crate::reference::region::{Land, Text, texts};

pub struct World {
    pub texts: Vec<Text>,
    pub land: Land,
    specs: Specs,
    region: String,
    lep: String,
    made: Vec<Both>,
}

impl World {
    /// `texts`: the specifications, scripts as `../scripts/…`.
    pub fn new(texts: Vec<Text>, region: &str, lep: &str) -> World {
        let files = texts.iter().map(|(path, text)| File { path: path.as_str().into(), bytes: text.as_bytes().into() });
        let (specs, faults) = folder::read(&files.collect::<Vec<_>>());
        assert!(faults.is_empty(), "{}", told(&faults, &texts));
        let land = Land::read(&texts);
        World { texts, land, specs, region: region.to_string(), lep: lep.to_string(), made: Vec::new() }
    }

    /// Both sides of the floor on a day; what is wrong, where the compiler refuses them.
    pub fn both(&mut self, on: Date) -> Result<&Both, Vec<Diagnostic>> {
        let day = on.to_string().parse().unwrap();
        let holds =
            |both: &Both| both.regional.from.is_none_or(|f| f <= day) && both.regional.to.is_none_or(|t| day <= t);
        let at = match self.made.iter().position(holds) {
            Some(at) => at,
            None => match compile::both(&self.specs, &self.lep, Some(&self.region), day) {
                Ok(both) => {
                    self.made.push(both);
                    self.made.len() - 1
                }
                Err(NoRulebook::Faulty(faults)) => return Err(faults),
                Err(other) => panic!("{other:?}"),
            },
        };
        Ok(&self.made[at])
    }

    /// Does a verb, on any day, change nothing?
    pub fn has_idle_verbs(&self) -> bool {
        let idle = |region: Option<&str>| {
            let faults = compile::check_varied(&self.specs, &self.lep, region).faults;
            faults.iter().any(|fault| fault.code == "variazione-senza-effetto")
        };
        idle(None) || idle(Some(&self.region))
    }

    pub fn regional_texts(&self) -> String {
        let laid = |path: &str| ["regioni/", "nazionale/modifiche/", "../"].iter().any(|start| path.starts_with(start));
        self.texts.iter().filter(|(path, _)| laid(path)).map(|(path, text)| format!("--- {path}\n{text}")).collect()
    }
}

pub fn told(faults: &[Diagnostic], texts: &[Text]) -> String {
    let line = |fault: &Diagnostic| {
        let text = texts.iter().find(|(path, _)| **path == *fault.place.file).map_or("", |(_, text)| text);
        let at = text.lines().nth(fault.place.line as usize - 1).unwrap_or_default();
        format!("{}:{} {} {}\n    {at}\n", fault.place.file, fault.place.line, fault.code, fault.message)
    };
    faults.iter().map(line).collect()
}

/// The specifications of the tree with the scripts beside them, but for the stories.
pub fn tree() -> Vec<Text> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = texts(&root.join("specs"));
    all.retain(|(path, _)| {
        let wanted = path.ends_with(".yaml") || path.starts_with("decreto/");
        wanted && !path.ends_with(".prove.yaml")
    });
    let scripts = texts(&root.join("scripts")).into_iter().filter(|(path, _)| path.ends_with(".rhai"));
    all.extend(scripts.map(|(path, text)| (format!("../scripts/{path}"), text)));
    all
}

/// The invented levels, made whole: nothing in them that a check would refuse.
pub fn invented() -> Vec<Text> {
    let mut all: Vec<Text> = fixture::FILES.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect();
    for (path, text) in &mut all {
        if path == "catalogo/sap.yaml" {
            let rows = (1..=15).map(|n| format!("  '{n:02}': {{ nome: evento, data_evento: data }}\n"));
            let events = format!("eventi:\n{}", rows.collect::<String>());
            *text = text.replace("eventi: {}", &events).replace("vigente: { dal: 2020-01-01, al: 2024-12-31 }, ", "");
        }
    }
    let rows = "M: { titolo: Livello di prova con ogni parola, destinatario: persona, lettera: memoria }\n\
                R: { titolo: Livello di prova per le imprese, destinatario: impresa, lettera: memoria }\n\
                H: { titolo: Livello di prova senza output, destinatario: persona, lettera: memoria }\n\
                O: { titolo: Livello di prova di cui si conosce il titolo, destinatario: persona, lettera: memoria }\n";
    all.push(("catalogo/livelli.yaml".to_string(), rows.to_string()));
    let region = "piemonte: { nome: Piemonte, istat: '01', sap: '13' }\n";
    all.push(("catalogo/regioni.yaml".to_string(), region.to_string()));
    all
}
