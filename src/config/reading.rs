// SPDX-License-Identifier: EUPL-1.2
//! From what was said to a configuration: an option wins over the environment, the environment over the file, the file over
//! what holds otherwise. Every fault is told, not the first only.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Read as _;

use crate::diagnostic::Place;
use crate::names::closest;
use crate::spec::source::{Node, NodeValue, parse};
use crate::store::io_words;

use super::settings::{SETTINGS, Setting, setting};
use super::{Config, checks};

/// Bytes of a secret that is read from a file.
const MAX_SECRET: u64 = 4_096;

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    Default,
    File(Place),
    /// The variable.
    Environment(String),
    /// The option, without its dashes.
    Option(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("valore di norma"),
            Self::File(place) => write!(f, "{}:{}", place.file, place.line),
            Self::Environment(name) => write!(f, "variabile {name}"),
            Self::Option(name) => write!(f, "opzione --{name}"),
        }
    }
}

/// Something that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// A file, line and column; a variable; an option.
    pub at: String,
    /// The setting, where it is one.
    pub key: String,
    pub message: String,
    pub help: Option<String>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.at)?;
        if !self.key.is_empty() {
            write!(f, "`{}`: ", self.key)?;
        }
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, "\naiuto: {help}"),
            None => Ok(()),
        }
    }
}

/// All that was said.
pub struct Sources<'a> {
    /// The file's name as people know it, and its bytes.
    pub file: Option<(&'a str, &'a [u8])>,
    pub environment: &'a BTreeMap<String, String>,
    /// By the setting's key.
    pub options: &'a BTreeMap<&'static str, String>,
    pub demo: bool,
}

/// A configuration, and where each of its values comes from.
#[derive(Clone, Debug)]
pub struct Read {
    pub config: Config,
    pub origins: BTreeMap<&'static str, Origin>,
    /// Variables that look like a setting's, misspelt: they do nothing.
    pub doubts: Vec<Fault>,
}

/// Reads everything.
///
/// # Errors
/// Every fault, the file's first.
pub fn read(sources: &Sources<'_>) -> Result<Read, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut config = Config { demo: sources.demo, ..Config::default() };
    let mut said: BTreeMap<&'static str, (String, Origin)> = BTreeMap::new();
    if let Some((name, bytes)) = sources.file {
        of_file(name, bytes, &mut said, &mut faults);
    }
    for setting in &SETTINGS {
        let variable = setting.variable();
        // An empty variable is one that nobody has set.
        if let Some(text) = sources.environment.get(&variable).filter(|text| !text.is_empty()) {
            said.insert(setting.key, (text.clone(), Origin::Environment(variable)));
        }
        if let (Some(flag), Some(text)) = (setting.flag, sources.options.get(setting.key)) {
            said.insert(setting.key, (text.clone(), Origin::Option(flag)));
        }
    }
    let mut origins: BTreeMap<&'static str, Origin> = SETTINGS.iter().map(|s| (s.key, Origin::Default)).collect();
    for setting in &SETTINGS {
        let Some((text, origin)) = said.remove(setting.key) else { continue };
        if let Err(why) = (setting.set)(&mut config, text.trim()) {
            faults.push(fault(setting, &origin, &text, &why));
        }
        origins.insert(setting.key, origin);
    }
    secret_file(&mut config, &origins, &mut faults);
    if faults.is_empty() {
        faults.extend(checks::unsafe_together(&config).into_iter().map(|wrong| Fault {
            at: origins.get(wrong.key).map(ToString::to_string).unwrap_or_default(),
            key: wrong.key.to_owned(),
            message: wrong.message,
            help: Some(wrong.help.to_owned()),
        }));
    }
    if faults.is_empty() { Ok(Read { config, origins, doubts: doubts(sources.environment) }) } else { Err(faults) }
}

fn fault(setting: &Setting, origin: &Origin, text: &str, why: &str) -> Fault {
    let message = if setting.secret { why.to_owned() } else { format!("`{text}` non va bene: {why}") };
    let at = match origin {
        Origin::File(place) => place.to_string(),
        other => other.to_string(),
    };
    Fault { at, key: setting.key.to_owned(), message, help: None }
}

/// The settings of the file: a map of texts, or of lists of texts.
fn of_file(name: &str, bytes: &[u8], said: &mut BTreeMap<&'static str, (String, Origin)>, faults: &mut Vec<Fault>) {
    // A file in which everything is commented out says nothing, and that is fine.
    let text = String::from_utf8_lossy(bytes);
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return;
    }
    let root = match parse(name, bytes) {
        Ok(root) => root,
        Err(found) => {
            faults.extend(found.into_iter().map(|d| Fault {
                at: d.place.to_string(),
                key: String::new(),
                message: d.message,
                help: d.help,
            }));
            return;
        }
    };
    let whole = |place: &Place, message: &str| Fault {
        at: place.to_string(),
        key: String::new(),
        message: message.to_owned(),
        help: Some("scrivi una riga `chiave: valore` per ogni voce; l'elenco è in docs/configurazione.md".into()),
    };
    let NodeValue::Map(entries) = &root.value else {
        faults.push(whole(&root.place, "il file non è un elenco di voci"));
        return;
    };
    for (key, node) in entries {
        let Some(known) = setting(&key.text) else {
            let near = closest(&key.text, SETTINGS.iter().map(|setting| setting.key));
            faults.push(Fault {
                at: key.place.to_string(),
                key: key.text.clone(),
                message: "la voce non esiste".into(),
                help: Some(near.map_or_else(
                    || "l'elenco delle voci è in docs/configurazione.md".into(),
                    |near| format!("la più vicina è `{near}`"),
                )),
            });
            continue;
        };
        match written(node) {
            Some(text) => {
                said.insert(known.key, (text, Origin::File(node.place.clone())));
            }
            None => faults.push(Fault { key: known.key.to_owned(), ..whole(&node.place, "manca il valore") }),
        }
    }
}

/// A value of the file as one would write it in a variable.
fn written(node: &Node) -> Option<String> {
    match &node.value {
        NodeValue::Scalar(scalar) => (!scalar.text.trim().is_empty()).then(|| scalar.text.clone()),
        NodeValue::List(nodes) => {
            let all = nodes.iter().map(|node| match &node.value {
                NodeValue::Scalar(scalar) if !scalar.text.trim().is_empty() => Some(scalar.text.clone()),
                _ => None,
            });
            all.collect::<Option<Vec<_>>>().filter(|all| !all.is_empty()).map(|all| all.join(", "))
        }
        NodeValue::Map(_) => None,
    }
}

/// The secret that stands in a file of its own.
fn secret_file(config: &mut Config, origins: &BTreeMap<&'static str, Origin>, faults: &mut Vec<Fault>) {
    let Some(oidc) = &mut config.oidc else { return };
    let Some(path) = &oidc.secret_file else { return };
    let at = origins.get("oidc_segreto_file").map(ToString::to_string).unwrap_or_default();
    let mut told = |message: String, help: &str| {
        faults.push(Fault { at: at.clone(), key: "oidc_segreto_file".into(), message, help: Some(help.into()) });
    };
    if !oidc.secret.is_empty() {
        return told("c'è anche `oidc_segreto`: non si sa quale vale".into(), "togli uno dei due");
    }
    let mut text = String::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(MAX_SECRET).read_to_string(&mut text));
    match read {
        Err(error) => {
            let message = format!("`{}` non si legge: {}", path.display(), io_words(&error));
            told(message, "controlla il percorso e i permessi");
        }
        Ok(_) if text.trim().is_empty() => told(format!("`{}` è vuoto", path.display()), "scrivici il segreto"),
        Ok(_) => text.trim().clone_into(&mut oidc.secret),
    }
}

/// Variables that are nobody's and look like a setting's.
fn doubts(environment: &BTreeMap<String, String>) -> Vec<Fault> {
    let names: Vec<String> = SETTINGS.iter().map(Setting::variable).collect();
    let others = ["LEPRE_SPECS", "LEPRE_DB", "LEPRE_OGGI", "LEPRE_CONFIG", "LEPRE_ASSETS", "LEPRE_OPERATORE"];
    let strange = environment
        .keys()
        .filter(|name| name.starts_with("LEPRE_") && !others.contains(&name.as_str()) && !names.contains(*name));
    let near = strange.filter_map(|name| {
        let near = closest(name, names.iter().map(String::as_str))?;
        Some(Fault {
            at: format!("variabile {name}"),
            key: String::new(),
            message: "non è di nessuna voce, e non fa nulla".into(),
            help: Some(format!("la più vicina è {near}")),
        })
    });
    near.collect()
}
