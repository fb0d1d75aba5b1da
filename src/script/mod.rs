// SPDX-License-Identifier: EUPL-1.2
//! Regional scripts: one function over the facts of a case, whose only words are improvements. The only door to rhai.
//!
//! A script never runs in rhai. rhai's parser reads it, and what is allowed becomes a small closed tree, checked for names
//! and types, that is evaluated here: no clock, no binary floating point, no module, no `eval`, no input or output, no
//! state between two runs, nothing that grows. Same source and same facts give the same words, for ever.
//!
//! The limits, each a fault when it is passed:
//!
//! | what | at most |
//! |---|---|
//! | source | [`MAX_BYTES`] bytes, [`MAX_LINES`] lines |
//! | one thing inside another (blocks, parentheses, operators in a row, `else if`) | [`MAX_DEPTH`] |
//! | parts of a script once read (values, operators, calls) | [`MAX_PARTS`] |
//! | variables alive at once | [`MAX_VARIABLES`] |
//! | values in a list | [`MAX_VALUES`] |
//! | a text | [`MAX_CHARACTERS`] bytes |
//! | steps of one run: one for each part that is evaluated, more for a list and for a word | [`MAX_STEPS`] |
//! | different words of one run | [`MAX_WORDS`] |
//! | runs of one trial | [`MAX_TRIALS`], and [`MAX_TRIAL_STEPS`] steps in all |
//!
//! Numbers are 64-bit integers; a result outside them, and a division by zero, is a failure. Texts and lists are never
//! built, so that the memory of a run is that of its variables and words.

mod calls;
mod characters;
mod expressions;
mod lower;
mod mentions;
mod names;
mod run;
mod syntax;
mod tree;
mod trial;

use crate::calendar::Length;
use crate::condition::{FactShape, Slot};
use crate::digest::Digest;
use crate::value::Value;

use names::Names;
use tree::{Node, Spot};

pub const MAX_BYTES: usize = 64 * 1024;
pub const MAX_LINES: usize = 2_000;
pub const MAX_DEPTH: usize = 64;
pub const MAX_PARTS: usize = 10_000;
pub const MAX_VARIABLES: usize = 64;
pub const MAX_VALUES: usize = 200;
pub const MAX_CHARACTERS: usize = 1_000;
pub const MAX_STEPS: u32 = 20_000;
pub const MAX_WORDS: usize = 64;
pub const MAX_TRIALS: usize = 2_000;
pub const MAX_TRIAL_STEPS: u64 = 2_000_000;

/// What a script may speak of.
#[derive(Clone, Copy, Debug, Default)]
pub struct Vocabulary<'a> {
    /// Activities, outputs and outcomes of the level.
    pub items: &'a [&'a str],
    /// The terms that the region may shorten, each with its length where the level gives it one.
    pub terms: &'a [(&'a str, Option<Length>)],
    /// The fields of evidence: output, field.
    pub fields: &'a [(&'a str, &'a str)],
    /// The acts that may be cited: id, short name.
    pub acts: &'a [(&'a str, Option<&'a str>)],
}

/// The norm by which a word is spoken: the id of its act, and the partition as the script writes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ScriptNorm {
    pub act: String,
    pub partition: Option<String>,
}

/// One improvement. Its names are in the vocabulary, and it improves.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Word {
    /// `rendi_dovuta(voce, norma)`.
    MakeDue { item: String, norm: ScriptNorm },
    /// `abbrevia(termine, durata, norma)`: shorter than the level's, in the same unit.
    Shorten { term: String, within: Length, norm: ScriptNorm },
    /// `rafforza_evidenza(output, campo, norma)` and `rafforza_evidenza(output, campo, minimo, norma)`: the field becomes
    /// mandatory, and has at least that many entries or characters, or that value.
    RequireField { output: String, field: String, minimum: Option<i64>, norm: ScriptNorm },
}

/// A fault in the text of a script: where (from 1, in characters), what, and the remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptFault {
    pub line: u32,
    pub column: u32,
    /// Characters covered on that line; 0 where only the start is known.
    pub length: u32,
    pub message: String,
    pub help: Option<String>,
    /// The script can be used; somebody should look.
    pub is_warning: bool,
}

/// Why a run came to nothing, and where in the script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub line: u32,
    pub column: u32,
    pub message: String,
}

/// What a run came to. Nothing but words ever changes a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// In the order in which they were spoken, each once.
    Words(Vec<Word>),
    /// The script asked for a fact that is not known.
    Awaits(Slot),
    Failed(Failure),
}

/// A run: what it came to, and the facts it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    pub outcome: Outcome,
    /// The facts read, by slot, each once; `None` is the one that was not known.
    pub read: Vec<(Slot, Option<Value>)>,
}

/// A script that has been read and checked; may be shared by threads.
///
/// ```
/// use lepre::condition::FactShape;
/// use lepre::script::{Outcome, Script, Vocabulary, Word};
/// use lepre::value::{FactType, Value};
///
/// let source = r#"
///     fn varia(dati) {
///         if dati.mesi > 12 { rendi_dovuta("counseling", "D.G.R. 1/2024, art. 3"); }
///     }
/// "#;
/// let facts = [FactShape { name: "mesi", kind: FactType::Integer, choices: &[], range: (Some(0), None) }];
/// let vocabulary = Vocabulary { items: &["counseling"], acts: &[("dgr-1", Some("D.G.R. 1/2024"))], ..Vocabulary::default() };
/// let script = Script::read(source.as_bytes(), &facts, &vocabulary).unwrap();
/// assert!(script.trial(&facts).is_empty());
/// let run = script.run(&[Some(Value::Integer(18))]);
/// assert!(matches!(run.outcome, Outcome::Words(words) if matches!(words.as_slice(), [Word::MakeDue { .. }])));
/// assert_eq!(script.run(&[None]).outcome, Outcome::Awaits(0));
/// ```
#[derive(Clone, Debug)]
pub struct Script {
    source: String,
    digest: Digest,
    body: Vec<Node>,
    names: Names,
    /// Greatest number of variables alive at once.
    variables: usize,
    /// Facts it may read, ascending.
    facts: Vec<Slot>,
    /// Where each call of a verb stands.
    calls: Vec<Spot>,
    /// The values that facts are compared with.
    edges: Vec<(Slot, Value)>,
}

impl Script {
    /// Reads and checks a script against the facts it may read (`facts[i]` has slot `i`) and what it may speak of.
    ///
    /// # Errors
    /// All the faults found: one for a syntax error, every one for names and types.
    pub fn read(bytes: &[u8], facts: &[FactShape<'_>], vocabulary: &Vocabulary<'_>) -> Result<Self, Vec<ScriptFault>> {
        let source = characters::read(bytes)?;
        let function = syntax::parse(source)?;
        lower::lower(source, &function, facts, Names::of(vocabulary))
    }

    /// Runs the script over the facts; `None` in a slot is a fact not known.
    pub fn run(&self, facts: &[Option<Value>]) -> Run {
        run::run(self, facts)
    }

    /// Runs the script over facts made up for it, of the given shapes, and tells every failure with the facts that led to
    /// it; warns where no run says a word, and of each word that no run reaches.
    ///
    /// Every fact takes in turn: not known; the values it stands with in a comparison or a calculation, those just before
    /// and just after; the ends of what it may be; zero, the empty text, every choice. All that the script can tell apart
    /// is tried where that takes at most half of [`MAX_TRIALS`] runs; beyond, the other half goes to every pair of values
    /// of two facts, or to pairs evenly spread where they are too many.
    pub fn trial(&self, facts: &[FactShape<'_>]) -> Vec<ScriptFault> {
        trial::trial(self, facts)
    }

    /// SHA-256 of the source.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    pub fn source(&self) -> &str {
        &self.source
    }

    /// The facts it may read, by slot, each once.
    pub fn facts(&self) -> &[Slot] {
        &self.facts
    }
}
