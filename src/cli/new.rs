// SPDX-License-Identifier: EUPL-1.2
//! `lepre new`: a commented file to begin with, for a region or for one of its variations. Never writes over anything.

mod template;

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::calendar::Day;
use crate::library::Library;
use crate::spec::folder::{LevelFile, SCRIPTS};

use super::level::{letter, region, shown_path, validity};
use super::output::{count, printable, trouble, wrap_hanging};
use super::{CliError, Exit, Global};

use template::{Act, PLACEHOLDER};

#[derive(clap::Args)]
#[command(
    about = "scrive un file da cui cominciare, con i commenti: una regione o una sua variazione",
    after_help = "Esempi:\n  lepre new variation piemonte E            una variazione del livello E, da riempire\n  \
                  lepre new variation piemonte E --script   anche con uno script\n  \
                  lepre new region piemonte                 soltanto ciò che vale per tutta la regione\n\n\
                  Scrive nella cartella di --specs (gli script accanto, in `scripts/`) e non sovrascrive mai:\n\
                  se un file c'è già, non scrive niente. Ciò che scrive non cambia nessun livello finché non\n\
                  lo si riempie."
)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    #[command(about = "il file di una regione: atti, dati, numeri, sedi, feste")]
    Region(OfRegion),
    #[command(about = "una variazione di un livello, con le sue prove")]
    Variation(OfVariation),
}

#[derive(clap::Args)]
struct OfRegion {
    #[arg(value_name = "REGIONE", help = "regione o provincia autonoma, per esempio piemonte")]
    region: String,
    #[arg(long, value_name = "AAAA-MM-GG", help = "da quando vale (di norma oggi)")]
    dal: Option<Day>,
}

#[derive(clap::Args)]
struct OfVariation {
    #[command(flatten)]
    region: OfRegion,
    #[arg(value_name = "LEP", help = "lettera del livello")]
    level: String,
    #[arg(long, help = "scrive anche uno script vuoto, e il verbo che lo chiama")]
    script: bool,
}

/// A file to be written.
struct New {
    path: PathBuf,
    text: String,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, CliError> {
    let library = global.library()?;
    match &args.what {
        What::Region(asked) => {
            let id = region(&library, &asked.region)?;
            let from = asked.dal.unwrap_or(global.today);
            let files = [region_file(&library, &id, from)];
            write(&files)?;
            report(&files, &after_region(&library, &id), global)
        }
        What::Variation(asked) => variation(&library, asked, global),
    }
}

fn region_path(library: &Library, id: &str) -> PathBuf {
    library.root().join("regioni").join(id).join("regione.yaml")
}

fn region_file(library: &Library, id: &str, from: Day) -> New {
    let name = name(library, id);
    let text = template::region(id, &name, from, &library.specs().catalogue);
    New { path: region_path(library, id), text }
}

fn name(library: &Library, id: &str) -> String {
    library.specs().catalogue.regions.get(id).map_or_else(|| id.to_owned(), |row| row.name.clone())
}

fn variation(library: &Library, asked: &OfVariation, global: &Global) -> Result<Exit, CliError> {
    let id = region(library, &asked.region.region)?;
    let wanted = letter(library, &asked.level)?;
    let Some(level) = library.specs().level(&wanted) else {
        let message = format!("del livello `{wanted}` non si legge il file nella cartella `nazionale`");
        return Err(CliError::usage(message, "correggilo prima di variarlo; `lepre check` dice che cosa non va"));
    };
    let from = asked.region.dal.unwrap_or(global.today);
    let (first, last) = (level.level.validity.from, level.level.validity.to);
    if first.is_some_and(|first| from < first) || last.is_some_and(|last| from > last) {
        let message = format!("il livello `{wanted}` non è in vigore il {from}");
        return Err(CliError::usage(message, format!("{}: scegli un altro giorno con --dal", validity(first, last))));
    }
    let specs = library.specs();
    let clash = specs.variations(&id, &wanted).find(|o| o.overlay.validity.from == Some(from));
    let folder = library.root().join("regioni").join(&id);
    let stem = stem(level);
    let mut files = Vec::new();
    let act = act(library, &id, asked.script)?;
    if !region_path(library, &id).exists() {
        files.push(region_file(library, &id, from));
    }
    let script = asked.script.then(|| format!("{id}/{}.rhai", wanted.to_lowercase()));
    let name = name(library, &id);
    let text = template::variation(&id, &name, level, from, &act, script.as_deref(), specs);
    files.push(New { path: folder.join(format!("{stem}.yaml")), text });
    files.push(New { path: folder.join(format!("{stem}.prove.yaml")), text: template::scenarios(&name, level, &act) });
    if let Some(script) = &script {
        let path = library.root().join(SCRIPTS).join(script);
        files.push(New { path, text: template::script(&name, level, &act) });
    }
    if let Some(clash) = clash {
        let file = shown_path(library.root(), &clash.file);
        let help = format!("aggiungi i tuoi verbi a quel file, oppure comincia da un altro giorno con --dal ({file})");
        return Err(CliError::usage(format!("una variazione del livello `{wanted}` comincia già il {from}"), help));
    }
    write(&files)?;
    report(&files, &after_variation(library, &id, &wanted, &stem), global)
}

/// `e-orientamento-specialistico`, from the name of the level's own file.
fn stem(level: &LevelFile) -> String {
    let file = level.file.rsplit('/').next().unwrap_or(&level.file);
    file.trim_end_matches(".yaml").to_owned()
}

/// The act that what is written cites: the region's first; where the region has no file yet, one to be filled in.
fn act(library: &Library, id: &str, is_needed: bool) -> Result<Act, CliError> {
    let placeholder = Act { id: PLACEHOLDER.to_owned(), cited: template::TO_NAME.to_owned() };
    if !region_path(library, id).exists() {
        return Ok(placeholder);
    }
    let file = library.specs().region(id);
    let first = file.and_then(|file| file.region.acts.0.first());
    match first {
        Some(act) => {
            let cited = act.value.short.clone().unwrap_or_else(|| act.name.value.0.clone());
            Ok(Act { id: act.name.value.0.clone(), cited })
        }
        None if !is_needed => Ok(placeholder),
        None => {
            let path = printable(&region_path(library, id).to_string_lossy());
            let message = format!("in `{path}` non c'è nessun atto che lo script possa citare");
            Err(CliError::usage(
                message,
                "aggiungi sotto `norme` l'atto della regione, o correggi il file se non si legge",
            ))
        }
    }
}

/// Writes all the files, or none.
fn write(files: &[New]) -> Result<(), CliError> {
    let shown = |path: &Path| printable(&tidy(path));
    if let Some(there) = files.iter().find(|file| file.path.symlink_metadata().is_ok()) {
        let message = format!("`{}` c'è già, e non si sovrascrive", shown(&there.path));
        let help = "apri quel file e continua da lì; per un altro atto della regione copialo con un altro nome e un altro `dal`";
        return Err(CliError::usage(message, help));
    }
    let mut written: Vec<&Path> = Vec::new();
    for file in files {
        if let Err(error) = put(file) {
            // What was begun is taken away: half a variation would only be in the way.
            for path in written {
                _ = fs::remove_file(path);
            }
            let message = format!("`{}` non si scrive: {}", shown(&file.path), trouble(&error));
            return Err(CliError::world(message, "controlla la cartella di --specs e i suoi permessi"));
        }
        written.push(&file.path);
    }
    Ok(())
}

fn put(file: &New) -> io::Result<()> {
    if let Some(folder) = file.path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut out = OpenOptions::new().write(true).create_new(true).open(&file.path)?;
    out.write_all(file.text.as_bytes())
}

/// `specs/../scripts/x` is `scripts/x`.
fn tidy(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    match text.split_once("/../") {
        Some((root, rest)) => shown_path(Path::new(root), &format!("../{rest}")),
        None => text,
    }
}

fn after_region(library: &Library, id: &str) -> Vec<String> {
    let specs = with_specs(library);
    vec![
        "scrivi al posto di ATTO DA INDICARE l'atto della regione, e ciò che ti serve degli esempi".to_owned(),
        format!("`lepre{specs} new variation {id} E` comincia la variazione di un livello"),
        format!("`lepre{specs} check` dice se il file va bene"),
    ]
}

fn after_variation(library: &Library, id: &str, level: &str, stem: &str) -> Vec<String> {
    let specs = with_specs(library);
    let scenarios =
        printable(&library.root().join("regioni").join(id).join(format!("{stem}.prove.yaml")).to_string_lossy());
    vec![
        "togli il `#` ai verbi che ti servono, con la loro norma; finché non ce n'è nessuno, il livello è quello nazionale"
            .to_owned(),
        format!("`lepre{specs} check` dice se la variazione va bene, e non lascia abbassare il livello"),
        format!("`lepre{specs} diff --region {id} --lep {level}` dice in parole che cosa cambia"),
        format!("`lepre{specs} show {level} --region {id}` lo mostra accanto al decreto"),
        format!("scrivi le storie che devono tornare, e provale con `lepre test {scenarios}`"),
    ]
}

/// The option that the next commands need, where the folder is not the usual one.
fn with_specs(library: &Library) -> String {
    let root = library.root().to_string_lossy();
    if root == "specs" { String::new() } else { format!(" --specs {}", printable(&root)) }
}

fn report(files: &[New], next: &[String], global: &Global) -> Result<Exit, CliError> {
    let screen = &global.screen;
    let paths: Vec<String> = files.iter().map(|file| tidy(&file.path)).collect();
    if global.is_json() {
        screen.json(&json!({ "scritti": paths, "poi": next }))?;
        return Ok(Exit::Fine);
    }
    screen.line(&format!("{}:", count(paths.len(), "file scritto", "file scritti")))?;
    for path in &paths {
        screen.line(&format!("  {}", printable(path)))?;
    }
    screen.line("")?;
    screen.line("E ora:")?;
    let width = screen.prose_width().saturating_sub(4);
    for (number, words) in (1..).zip(next) {
        for (line, text) in wrap_hanging(words, width, width).iter().enumerate() {
            let lead = if line == 0 { format!("{number}. ") } else { "   ".to_owned() };
            screen.line(&format!("  {lead}{text}"))?;
        }
    }
    Ok(Exit::Fine)
}
