// SPDX-License-Identifier: EUPL-1.2
//! The only reader of the specs folder: from the disk to specifications, rulebooks and their faults.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use crate::calendar::Day;
use crate::compile::{self, Both, NoRulebook};
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::digest::Digest;
use crate::floor::{self, Bound, Verdict};
use crate::rulebook::Rulebook;
use crate::spec::folder::{self, File, Specs};

/// Files above this size are read only as far as the reader needs to refuse them.
const MAX_BYTES: u64 = 5 * 1024 * 1024;
/// Folders inside folders: more is not a specs folder.
const MAX_DEPTH: usize = 6;

/// Why a folder could not be read at all.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    #[error("la cartella `{0}` non esiste: indica dove sono le specifiche con --specs")]
    Absent(PathBuf),
    #[error("`{0}` non è una cartella")]
    NotAFolder(PathBuf),
    #[error("`{path}` non si legge: {source}")]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("in `{0}` non ci sono livelli: una cartella di specifiche ha `nazionale/` e `catalogo/`")]
    Empty(PathBuf),
}

/// The specifications of one folder, as they stood when they were read.
pub struct Library {
    root: PathBuf,
    files: Vec<File>,
    specs: Specs,
    /// Faults of reading, before any check.
    faults: Vec<Diagnostic>,
    rulebooks: Mutex<Compiled>,
    /// Every fault, once it has been asked for.
    found: OnceLock<Vec<Diagnostic>>,
    /// What has been checked and proved of varied levels, by the digest of all that it rests on; kept from one reading
    /// of the folder to the next.
    proved: Arc<Mutex<BTreeMap<Digest, Vec<Diagnostic>>>>,
    /// The last reading of the folder without a fault: it goes on serving where this one cannot.
    sound: Mutex<Option<Arc<Library>>>,
    /// How the folder was just before it was read.
    stamp: Option<Digest>,
}

/// Rulebooks by level and region; several where the law changes in time.
type Compiled = BTreeMap<(String, Option<String>), Vec<Arc<Rulebook>>>;

impl Library {
    /// Reads a specs folder.
    ///
    /// # Errors
    /// The folder is absent or unreadable. Faults *inside* files are diagnostics, not errors.
    pub fn open(root: &Path) -> Result<Self, LibraryError> {
        if !root.exists() {
            return Err(LibraryError::Absent(root.to_owned()));
        }
        if !root.is_dir() {
            return Err(LibraryError::NotAFolder(root.to_owned()));
        }
        // Before the reading: what changes during it is then seen as a change.
        let stamp = stamp(root)?;
        let mut files = Vec::new();
        collect(root, root, 0, &SPECS, "", &mut files)?;
        if !files.iter().any(|f| f.path.starts_with("nazionale/")) {
            return Err(LibraryError::Empty(root.to_owned()));
        }
        // The scripts stand beside the specifications.
        let scripts = root.join(folder::SCRIPTS);
        if scripts.is_dir() {
            collect(&scripts, &scripts, 0, &["rhai"], folder::SCRIPTS, &mut files)?;
        }
        Ok(Self { stamp: Some(stamp), ..Self::from_files(root, files) })
    }

    /// A library over files already in memory.
    pub fn from_files(root: &Path, files: Vec<File>) -> Self {
        let (specs, faults) = folder::read(&files);
        Self {
            root: root.to_owned(),
            files,
            specs,
            faults,
            rulebooks: Mutex::new(BTreeMap::new()),
            found: OnceLock::new(),
            proved: Arc::default(),
            sound: Mutex::new(None),
            stamp: None,
        }
    }

    /// As [`Library::open`], of another folder: what rests on files that are the same is not proved again.
    pub fn beside(&self, root: &Path) -> Result<Self, LibraryError> {
        Ok(Self { proved: self.proved.clone(), ..Self::open(root)? })
    }

    /// Reads the folder again. What rests on files that are as they were is not proved again; where the folder now has
    /// faults, the last rulebook without them goes on serving.
    ///
    /// # Errors
    /// See [`Library::open`]; this library goes on as it is.
    pub fn reload(self: &Arc<Self>) -> Result<Self, LibraryError> {
        Ok(self.succeeded_by(Self::open(&self.root)?))
    }

    /// As [`Library::reload`], with files already in memory.
    pub fn reload_from(self: &Arc<Self>, files: Vec<File>) -> Self {
        self.succeeded_by(Self::from_files(&self.root, files))
    }

    fn succeeded_by(self: &Arc<Self>, next: Self) -> Self {
        // Takes its time, and nobody waits for it.
        let is_sound = !compile::has_errors(&self.diagnostics());
        let mut before = self.sound.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let sound = if is_sound {
            // What is sound itself needs none before it, or every reading would be kept for ever.
            *before = None;
            Some(self.clone())
        } else {
            before.clone()
        };
        drop(before);
        Self { proved: self.proved.clone(), sound: Mutex::new(sound), ..next }
    }

    /// How the folder was when it was read, as [`stamp`] tells it; none for files that were in memory.
    pub fn stamp(&self) -> Option<Digest> {
        self.stamp
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn specs(&self) -> &Specs {
        &self.specs
    }

    /// Every fault of the folder, in file order.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        self.found.get_or_init(|| self.look()).clone()
    }

    fn look(&self) -> Vec<Diagnostic> {
        let mut found = self.faults.clone();
        found.extend(compile::check_national(&self.specs));
        if !compile::has_errors(&found) {
            let shared = self.shared_digest();
            for (letter, region) in compile::varied(&self.specs) {
                found.extend(self.proved(shared, letter, region));
            }
        }
        compile::sort(&mut found);
        found
    }

    /// What checks and proofs say of a varied level; done once for the same files.
    fn proved(&self, shared: Digest, letter: &str, region: Option<&str>) -> Vec<Diagnostic> {
        let key = self.rests_on(shared, letter, region);
        let cache = || self.proved.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(known) = cache().get(&key) {
            return known.clone();
        }
        let mut varied = compile::check_varied(&self.specs, letter, region);
        if region.is_some() {
            for both in &varied.sides {
                // Two rulebooks that say what two others said are not walked again.
                let mut sides = serde_json::to_vec(&both.national).unwrap_or_default();
                sides.extend(serde_json::to_vec(&both.regional).unwrap_or_default());
                let sides = Digest::of(&sides);
                let known = cache().get(&sides).cloned();
                let told = known.unwrap_or_else(|| lowered(both).into_iter().collect());
                // What holds is remembered; what does not is told again, with its places as they are by then.
                if told.is_empty() {
                    cache().insert(sides, Vec::new());
                }
                varied.faults.extend(told);
            }
        }
        cache().insert(key, varied.faults.clone());
        varied.faults
    }

    /// The digest of the tables, and of the names that one level may use of another.
    fn shared_digest(&self) -> Digest {
        let tables = self.files.iter().filter(|file| file.path.starts_with("catalogo/"));
        let mut all: Vec<u8> = tables.flat_map(|file| Digest::of(&file.bytes).0).collect();
        for file in &self.specs.levels {
            let names =
                file.level.activities.names().chain(file.level.outputs.names()).chain(file.level.outcomes.names());
            for name in std::iter::once(file.level.letter.value.0.as_str()).chain(names) {
                all.extend(name.bytes().chain([0]));
            }
        }
        Digest::of(&all)
    }

    /// The digest of everything that a varied level rests on.
    fn rests_on(&self, shared: Digest, letter: &str, region: Option<&str>) -> Digest {
        let mut all: Vec<u8> = shared.0.to_vec();
        let own = self.specs.level(letter).map(|file| &*file.file);
        let laid = self.specs.amendments(letter).map(|overlay| &*overlay.file);
        let of_region = region.into_iter().flat_map(|region| self.specs.variations(region, letter)).map(|o| &*o.file);
        let general = region.and_then(|region| self.specs.region(region)).map(|file| &*file.file);
        let paths: Vec<&str> = own.into_iter().chain(laid).chain(of_region).chain(general).collect();
        let is_script = |path: &str| region.is_some() && path.starts_with(folder::SCRIPTS);
        for file in self.files.iter().filter(|file| paths.contains(&&*file.path) || is_script(&file.path)) {
            all.extend(file.path.bytes().chain([0]));
            all.extend(Digest::of(&file.bytes).0);
        }
        all.extend(letter.bytes().chain([0]).chain(region.unwrap_or_default().bytes()));
        Digest::of(&all)
    }

    /// The digest of every file of the folder: the same for two readings of the same files.
    pub fn files_digest(&self) -> Digest {
        let mut files: Vec<&File> = self.files.iter().collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let mut all: Vec<u8> = Vec::new();
        for file in files {
            all.extend(file.path.bytes().chain([0]));
            all.extend(Digest::of(&file.bytes).0);
        }
        Digest::of(&all)
    }

    /// What an office of a region is called.
    pub fn office_name(&self, region: &str, office: &str) -> Option<String> {
        self.specs.region(region)?.region.offices.get(office).map(|found| found.name.clone())
    }

    /// The text of a file, for showing the line of a fault.
    pub fn text(&self, path: &str) -> Option<String> {
        let file = self.files.iter().find(|f| *f.path == *path)?;
        Some(String::from_utf8_lossy(&file.bytes).into_owned())
    }

    /// The law for a level, a region, a day; compiled once and kept.
    ///
    /// # Errors
    /// See [`NoRulebook`]. A level whose file could not be read is reported with the faults of that file.
    pub fn rulebook(&self, letter: &str, region: Option<&str>, on: Day) -> Result<Arc<Rulebook>, NoRulebook> {
        let key = (letter.to_owned(), region.map(str::to_owned));
        let cache = || self.rulebooks.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let holds = |r: &&Arc<Rulebook>| r.from.is_none_or(|from| from <= on) && r.to.is_none_or(|to| on <= to);
        if let Some(known) = cache().get(&key).into_iter().flatten().find(holds) {
            return Ok(known.clone());
        }
        // What did not read right may mean something else: neither the level's file nor a table may have faults.
        let prefix = format!("nazionale/{}-", letter.to_lowercase());
        let file = self.specs.level(letter).map(|found| found.file.clone());
        // An amendment that does not read is of the level its name says; of every level, if it says none.
        let amends = |path: &str| {
            let named = path.strip_prefix(folder::AMENDMENTS).map(|name| name.split('-').next().unwrap_or_default());
            named.is_some_and(|named| {
                let known = self.specs.catalogue.levels.names().any(|known| known.eq_ignore_ascii_case(named));
                named.eq_ignore_ascii_case(letter) || !known
            })
        };
        let concerns = |d: &&Diagnostic| {
            let path = &*d.place.file;
            let own = file.as_deref().map_or_else(|| path.starts_with(&prefix), |own| own == path);
            // A variation that does not read may be of any level: none of its region's is safe without it.
            let regional = region.is_some_and(|region| {
                path.strip_prefix("regioni/").and_then(|path| path.split_once('/')).is_some_and(|(of, _)| of == region)
            });
            let told = own || regional || path.starts_with("catalogo/") || amends(path);
            d.severity == Severity::Error && told && !path.ends_with(".prove.yaml")
        };
        let faults: Vec<Diagnostic> = self.faults.iter().filter(concerns).cloned().collect();
        let made = if faults.is_empty() {
            compile::rulebook(&self.specs, letter, region, on)
        } else {
            Err(NoRulebook::Faulty(faults))
        };
        let sound = self.sound.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        match (made, sound) {
            (Ok(rulebook), _) => {
                let rulebook = Arc::new(rulebook);
                cache().entry(key).or_default().push(rulebook.clone());
                Ok(rulebook)
            }
            // What was sound when the folder was last sound goes on serving.
            (Err(NoRulebook::Faulty(faults)), Some(sound)) => {
                sound.rulebook(letter, region, on).map_err(|_| NoRulebook::Faulty(faults))
            }
            (Err(no), _) => Err(no),
        }
    }
}

/// How a specs folder stands: names, sizes and times of its files. No file is read.
///
/// # Errors
/// The folder, or one in it, cannot be read.
pub fn stamp(root: &Path) -> Result<Digest, LibraryError> {
    let mut all = Vec::new();
    let scripts = root.join(folder::SCRIPTS);
    stamp_of(root, 0, &mut all)?;
    if scripts.is_dir() {
        stamp_of(&scripts, 0, &mut all)?;
    }
    all.sort();
    Ok(Digest::of(all.join("\n").as_bytes()))
}

fn stamp_of(folder: &Path, depth: usize, all: &mut Vec<String>) -> Result<(), LibraryError> {
    let unreadable = |source| LibraryError::Unreadable { path: folder.to_owned(), source };
    if depth > MAX_DEPTH {
        return Ok(());
    }
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        // A file that goes away while we look is a change for the next look.
        let Ok(about) = std::fs::metadata(&path) else { continue };
        if about.is_dir() {
            stamp_of(&path, depth + 1, all)?;
            continue;
        }
        let changed = about.modified().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
        let changed = changed.map_or(0, |at| at.as_nanos());
        all.push(format!("{}\t{}\t{changed}", path.display(), about.len()));
    }
    Ok(())
}

/// What the walk of the histories finds against a variation that looks sound by its structure.
fn lowered(both: &Both) -> Option<Diagnostic> {
    let place = |subject: Option<&str>| {
        let spoken = subject.and_then(|subject| both.regional.variations_of(subject).last());
        let any = spoken.or(both.regional.variations.last());
        any.map_or_else(|| Place::start_of("regioni"), |variation| variation.place.clone())
    };
    match floor::prove(&both.national, &both.regional, Bound::quick()) {
        Verdict::Holds { .. } => None,
        Verdict::Refuted(example) => Some(
            Diagnostic::error("pavimento-abbassato", &place(example.subject.as_deref()), example.sentence)
                .related(&example.national, "qui è ciò che il livello promette")
                .help("`lepre floor` mostra la pratica, giorno per giorno; una regione può solo aggiungere"),
        ),
        Verdict::NotProved { why } => Some(
            Diagnostic::error("pavimento-non-dimostrato", &place(None), why)
                .help("ciò che non si sa verificare non si accetta: dividi la variazione in condizioni più semplici"),
        ),
    }
}

/// Kinds of file that say something.
const SPECS: [&str; 3] = ["yaml", "yml", "txt"];

fn collect(
    root: &Path,
    folder: &Path,
    depth: usize,
    kinds: &[&str],
    prefix: &str,
    files: &mut Vec<File>,
) -> Result<(), LibraryError> {
    let unreadable = |path: &Path, source| LibraryError::Unreadable { path: path.to_owned(), source };
    if depth > MAX_DEPTH {
        return Ok(());
    }
    let entries = std::fs::read_dir(folder).map_err(|e| unreadable(folder, e))?;
    for entry in entries {
        let path = entry.map_err(|e| unreadable(folder, e))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with('.') || name == "schema" {
            continue;
        }
        if path.is_dir() {
            collect(root, &path, depth + 1, kinds, prefix, files)?;
            continue;
        }
        let extension = path.extension().unwrap_or_default();
        if !kinds.iter().any(|known| extension == *known) {
            continue;
        }
        let inside = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        let bytes = read_bounded(&path).map_err(|e| unreadable(&path, e))?;
        files.push(File { path: format!("{prefix}{inside}").into(), bytes: bytes.into() });
    }
    Ok(())
}

fn read_bounded(path: &Path) -> io::Result<Vec<u8>> {
    use std::io::Read;
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(MAX_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}
