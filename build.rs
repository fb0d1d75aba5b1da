// SPDX-License-Identifier: EUPL-1.2
//! What a browser asks for beside the pages (style, icons, fonts, scripts), made by `web/build.mjs` and built into the
//! program as a table, with the letters that documents carry; the packages come from `web/package-lock.json`, and nothing is written outside the output folder.

use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// What decides which packages are installed; installed again only when one of these has changed.
const LOCK: [&str; 3] = ["package.json", "package-lock.json", ".npmrc"];
/// What else `web/build.mjs` reads beside itself.
const OWN: [&str; 5] = ["build.mjs", "lepre.css", "lepre.js", "favicon.svg", "safelist.txt"];
/// Where class names and icons are looked for.
const PAGES: &str = "src/http";
/// The letters of documents, as `web/build.mjs` names their files.
const PAPER: [&str; 3] = ["regular", "bold", "italic"];
const INSTALL: &str = "per comporre le pagine servono Node.js (20 o successivo) e npm: installali con il gestore dei pacchetti \
                       del sistema (Debian: `apt-get install nodejs npm`), oppure indica con LEPRE_ASSETS una cartella già composta \
                       da `node web/build.mjs`";

fn main() -> ExitCode {
    for watched in ["web", PAGES, "build.rs"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    println!("cargo::rerun-if-env-changed=LEPRE_ASSETS");
    match made() {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            println!("cargo::error={}", trouble.to_string().trim().replace('\n', " | "));
            ExitCode::FAILURE
        }
    }
}

fn made() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let assets = match env::var_os("LEPRE_ASSETS") {
        Some(folder) => {
            let folder = root.join(folder);
            println!("cargo::rerun-if-changed={}", folder.display());
            folder
        }
        None => composed(&root, &out)?,
    };
    let table = table(&assets)?;
    fs::write(out.join("assets.rs"), table)?;
    fs::write(out.join("paper.rs"), paper(&assets)?)?;
    Ok(())
}

/// The folder of the assets, made in a copy of `web/`.
fn composed(root: &Path, out: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let (web, copy, assets) = (root.join("web"), out.join("web"), out.join("assets"));
    fs::create_dir_all(&copy)?;
    let wanted = LOCK.iter().try_fold(String::new(), |all, name| {
        fs::read_to_string(web.join(name)).map(|text| all + &text).map_err(|error| unread(&web.join(name), &error))
    })?;
    let installed = copy.join("installed");
    for name in LOCK.iter().chain(&OWN) {
        let bytes = fs::read(web.join(name)).map_err(|error| unread(&web.join(name), &error))?;
        fs::write(copy.join(name), bytes)?;
    }
    if fs::read_to_string(&installed).ok().as_ref() != Some(&wanted) {
        run(Command::new("npm").args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&copy))?;
        fs::write(&installed, wanted)?;
    }
    run(Command::new("node").arg("build.mjs").arg(&assets).arg(root.join(PAGES)).current_dir(&copy))?;
    Ok(assets)
}

fn run(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| match error.kind() {
        ErrorKind::NotFound => format!("`{program}` non è installato: {INSTALL}"),
        _ => format!("`{program}` non parte ({error}): {INSTALL}"),
    })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("`{program}` non è riuscito; {INSTALL}; ha detto:\n{}", said.trim()))
}

fn unread(path: &Path, error: &std::io::Error) -> String {
    format!("`{}` non si legge: {error}", path.display())
}

/// The Rust table of a folder: what `manifest.json` names, each with its gzipped twin if there is one.
fn table(assets: &Path) -> Result<String, Box<dyn Error>> {
    let manifest = assets.join("manifest.json");
    let text = fs::read_to_string(&manifest).map_err(|error| unread(&manifest, &error))?;
    let mut rows = String::new();
    let mut names = String::new();
    // One entry a line, `"name": "hashed name"`, and no sign in a name that would need to be escaped.
    for line in text.lines().filter(|line| line.contains(':')) {
        let parts: Vec<&str> = line.split('"').collect();
        let [_, name, _, hashed, _] = parts.as_slice() else {
            return Err(format!("`{}`: riga non capita: {line}", manifest.display()).into());
        };
        let file = assets.join(hashed);
        let packed = assets.join(format!("{hashed}.gz"));
        let included = |path: &Path| format!("include_bytes!({:?})", path.display().to_string());
        let gzip = if packed.is_file() { format!("Some({})", included(&packed)) } else { "None".to_owned() };
        let bytes = included(&file);
        writeln!(rows, "    Row {{ name: {name:?}, hashed: {hashed:?}, bytes: {bytes}, gzip: {gzip} }},")?;
        let constant = name.replace(['.', '-'], "_").to_uppercase();
        let address = format!("/assets/{hashed}");
        writeln!(names, "/// The address of `{name}`.\npub const {constant}: &str = {address:?};")?;
    }
    Ok(format!("const TABLE: &[Row] = &[\n{rows}];\n{names}"))
}

/// The Rust constants of the letters of documents: `REGULAR`, `BOLD`, `ITALIC`.
fn paper(assets: &Path) -> Result<String, Box<dyn Error>> {
    let mut constants = String::new();
    for name in PAPER {
        let file = assets.join(format!("paper-{name}.ttf"));
        fs::metadata(&file).map_err(|error| unread(&file, &error))?;
        let path = file.display().to_string();
        writeln!(constants, "const {}: &[u8] = include_bytes!({path:?});", name.to_uppercase())?;
    }
    Ok(constants)
}
