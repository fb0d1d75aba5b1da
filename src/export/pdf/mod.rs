// SPDX-License-Identifier: EUPL-1.2
//! A case, and its *patto di servizio*, as documents to be kept, sent and read aloud: PDF/A-2a and PDF/UA-1.
//!
//! The same case looked at on the same day is the same bytes: no clock, no random number, no setting of the machine.

mod about;
mod case;
mod draw;
mod history;
mod letters;
mod lines;
mod owed;
mod pages;
mod paper;
mod patto;
mod table;

pub use about::About;

use letters::Letters;
use paper::Paper;

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    #[error("{0}")]
    NoPatto(&'static str),
    #[error("il programma è stato composto senza i caratteri dei documenti")]
    Letters,
    #[error("il documento non sarebbe conforme a PDF/A-2a e PDF/UA-1: {0}")]
    Refused(String),
}

/// The case as a document.
///
/// # Errors
/// A fault of the program: what it made would not conform.
pub fn case(about: &About<'_>) -> Result<Vec<u8>, PdfError> {
    written(&case::paper(about))
}

/// The *patto di servizio* of the case as a document.
///
/// # Errors
/// The case is not of the level that has one; else as [`case`](fn@case).
pub fn patto(about: &About<'_>) -> Result<Vec<u8>, PdfError> {
    written(&patto::paper(about)?)
}

/// What the document of the case says, in the order in which it is read aloud; one paragraph, heading or cell a line.
pub fn case_words(about: &About<'_>) -> String {
    case::paper(about).words()
}

/// As [`case_words`], of the *patto di servizio*.
///
/// # Errors
/// The case is not of the level that has one.
pub fn patto_words(about: &About<'_>) -> Result<String, PdfError> {
    Ok(patto::paper(about)?.words())
}

fn written(paper: &Paper) -> Result<Vec<u8>, PdfError> {
    let letters = Letters::read().ok_or(PdfError::Letters)?;
    draw::draw(paper, &pages::lay_out(paper, &letters))
}
