// SPDX-License-Identifier: EUPL-1.2
//! The faults of one file, as they are found.

use std::sync::Arc;

use super::MAX_FAULTS;
use crate::diagnostic::{Diagnostic, Place};

/// Every code this reader can report, and what it means.
pub const CODES: &[(&str, &str)] = &[
    ("file-troppo-grande", "il file supera 4 MiB"),
    ("file-vuoto", "il file non contiene dati"),
    ("codifica-utf8", "un byte del file non è UTF-8"),
    ("codifica-utf16", "il file è salvato come UTF-16 o UTF-32"),
    ("bom", "il file comincia con un segno invisibile (BOM)"),
    ("ritorno-a-capo", "le righe finiscono con il solo carattere CR"),
    ("carattere-di-controllo", "un carattere di controllo"),
    ("carattere-bidirezionale", "un carattere che cambia il verso della scrittura e può nascondere testo"),
    ("carattere-invisibile", "un carattere che non si vede"),
    ("separatore-di-riga", "un separatore di riga che i programmi leggono in modi diversi"),
    ("spazio-speciale", "uno spazio diverso da quello della tastiera dove conta"),
    ("tabulazione", "una tabulazione fuori dai testi tra virgolette, dai blocchi e dai commenti"),
    ("troppi-nodi", "il file ha più di 200.000 voci"),
    ("troppo-profondo", "elenchi e mappe uno dentro l'altro oltre 64 livelli"),
    ("parentesi-annidate", "parentesi una dentro l'altra oltre 4 livelli"),
    ("testo-troppo-lungo", "un testo supera 256 KiB"),
    ("chiave-troppo-lunga", "una chiave supera 256 caratteri"),
    ("chiave-doppia", "la stessa chiave due volte"),
    ("chiave-vuota", "una chiave vuota o `null`"),
    ("chiave-complessa", "una chiave che non è una parola"),
    ("chiave-di-fusione", "la chiave `<<`"),
    ("ancora", "un'ancora `&nome`"),
    ("alias", "un alias `*nome`"),
    ("tag", "un tag `!nome`"),
    ("direttiva", "una direttiva `%NOME`"),
    ("separatore-di-documento", "una riga `---` o `...`"),
    ("piu-documenti", "più documenti in un file"),
    ("sintassi-rientro", "una riga non è allineata come dovrebbe"),
    ("sintassi-due-punti", "due punti mancanti o di troppo"),
    ("sintassi-virgolette", "virgolette o apici aperti e non chiusi, o chiusi troppo presto"),
    ("sintassi-sequenza", "una sequenza `\\` sconosciuta tra virgolette doppie"),
    ("sintassi-parentesi", "parentesi che non tornano"),
    ("sintassi-testo", "un testo che comincia o continua in un modo riservato"),
    ("sintassi", "il file non è YAML"),
    ("troppi-errori", "i primi 100 errori sono elencati, gli altri contati"),
];

pub(super) struct Faults {
    file: Arc<str>,
    found: Vec<Diagnostic>,
    omitted: usize,
}

impl Faults {
    pub(super) fn new(file: &str) -> Self {
        Self { file: file.into(), found: Vec::new(), omitted: 0 }
    }

    /// A place of this file; line and column count from 1, and what no `u32` holds is beyond every limit anyway.
    pub(super) fn place(&self, line: usize, column: usize, length: usize) -> Place {
        let narrow = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Place {
            file: Arc::clone(&self.file),
            line: narrow(line.max(1)),
            column: narrow(column.max(1)),
            length: narrow(length),
        }
    }

    pub(super) fn add(&mut self, fault: Diagnostic) {
        if self.found.len() < MAX_FAULTS {
            self.found.push(fault);
        } else {
            self.omitted += 1;
        }
    }

    /// For faults that may be a million: builds this one only if it will be told.
    pub(super) fn add_built(&mut self, build: impl FnOnce(&Self) -> Diagnostic) {
        if self.found.len() < MAX_FAULTS {
            let fault = build(self);
            self.found.push(fault);
        } else {
            self.omitted += 1;
        }
    }

    /// In file order, the count of those left out last.
    pub(super) fn into_diagnostics(self) -> Vec<Diagnostic> {
        let mut found = self.found;
        found.sort_by(|a, b| a.place.cmp(&b.place));
        if self.omitted > 0 {
            let place = found.last().map_or_else(|| Place::start_of(&self.file), |last| last.place.clone());
            let words = match self.omitted {
                1 => "il file ha un altro errore, non elencato".to_owned(),
                more => format!("il file ha altri {more} errori, non elencati"),
            };
            found.push(Diagnostic::error("troppi-errori", &place, words).help("correggi quelli elencati e ripeti"));
        }
        found
    }
}
