// SPDX-License-Identifier: EUPL-1.2
//! The YAML parser's errors in Italian, each with a remedy. Never shows the parser's own words.

use serde_yaml::granit_parser::{ErrorKind, ScanError};

use super::characters::is_special_space;
use super::faults::Faults;
use super::tabs::{Lines, tab};
use crate::diagnostic::{Diagnostic, Place};

const INDENT: &str = "sintassi-rientro";
const COLON: &str = "sintassi-due-punti";
const QUOTES: &str = "sintassi-virgolette";
const ESCAPE: &str = "sintassi-sequenza";
const BRACKETS: &str = "sintassi-parentesi";
const WORDS: &str = "sintassi-testo";

const ALIGN: &str = "allinea la riga alle altre voci dello stesso elenco o della stessa mappa, con spazi";
const QUOTE_IT: &str = "scrivi tutto il testo tra apici";
const COLON_HELP: &str = "lascia uno spazio dopo i due punti della chiave, controlla il rientro della riga, e metti tra \
                          apici un testo che contiene `: `";
const ESCAPE_HELP: &str = "tra virgolette doppie raddoppia la barra (`\\\\`), oppure usa gli apici semplici";
const TRAILING_HELP: &str = "metti tra le virgolette tutto il testo; tra apici semplici l'apostrofo si scrive due volte \
                             (`''`)";

const NEVER_CLOSED: &str = "le virgolette aperte qui non vengono chiuse";
const CLOSE_HELP: &str = "chiudi le virgolette dove finisce il testo";

/// A quotation mark that runs to the end of the file.
pub(super) fn never_closed(mark: &Place) -> Diagnostic {
    Diagnostic::error(QUOTES, mark, NEVER_CLOSED).help(CLOSE_HELP)
}

/// The fault that stopped the parser.
pub(super) fn explain(error: &ScanError, text: &str, lines: &Lines<'_>, faults: &Faults) -> Diagnostic {
    let marker = error.marker();
    let place = lines.inside(marker.line(), marker.col() + 1, 1, faults);
    let line = lines.line(place.line as usize);
    let (code, words, help) = match error.kind() {
        kind if is_about_tabs(kind) => return tab(&tab_near(&place, lines, faults)),
        ErrorKind::MissingAnchorOrAliasName => name_missing(marker.byte_offset(), text),
        ErrorKind::ExpectedBlockMappingKey if follows_something(line, marker.col()) => {
            (WORDS, "dopo il valore c'è altro testo".to_owned(), QUOTE_IT.to_owned())
        }
        kind => in_italian(kind),
    };
    let help = if line.contains(is_special_space) {
        format!("{help}; nella riga c'è anche uno spazio diverso da quello della tastiera: riscrivi gli spazi a mano")
    } else {
        help
    };
    Diagnostic::error(code, &place, words).help(help)
}

fn is_about_tabs(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::TabNotAllowed
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabAtBlockScalarStart
            | ErrorKind::TabInIndentation
            | ErrorKind::TabInPlainScalar
    )
}

/// The parser may point at the header of a block, or behind the tab.
fn tab_near(place: &Place, lines: &Lines<'_>, faults: &Faults) -> Place {
    let line = place.line as usize;
    let column = |line: usize| lines.line(line).chars().position(|character| character == '\t');
    match (column(line), column(line + 1)) {
        (Some(at), _) => faults.place(line, at + 1, 1),
        (None, Some(at)) => faults.place(line + 1, at + 1, 1),
        (None, None) => place.clone(),
    }
}

fn follows_something(line: &str, column: usize) -> bool {
    line.chars().take(column).any(|character| !matches!(character, ' ' | '-'))
}

type Words = (&'static str, String, String);

fn name_missing(byte: Option<usize>, text: &str) -> Words {
    let sign = byte.and_then(|at| text.get(at..)).and_then(|rest| rest.chars().next());
    match sign {
        Some('&') => ("ancora", starts_with("`&`"), QUOTE_IT.to_owned()),
        _ => ("alias", starts_with("`*`"), QUOTE_IT.to_owned()),
    }
}

fn starts_with(sign: &str) -> String {
    format!("un testo senza apici non può cominciare con {sign}")
}

fn in_italian(kind: &ErrorKind) -> Words {
    let (code, words, help) = match kind {
        ErrorKind::UnclosedFlowCollection { open } => {
            let close = if *open == '[' { ']' } else { '}' };
            return (
                BRACKETS,
                format!("la parentesi `{open}` non viene chiusa"),
                format!("aggiungi `{close}` dove finisce"),
            );
        }
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
            return (
                BRACKETS,
                format!("la parentesi `{open}` è chiusa da `{close}`"),
                "chiudila con la sua: `[` con `]`, `{` con `}`".to_owned(),
            );
        }
        ErrorKind::UnexpectedCharacter { character: '`' } => {
            return (WORDS, starts_with("un accento grave"), QUOTE_IT.to_owned());
        }
        ErrorKind::UnexpectedCharacter { character } => {
            return (WORDS, starts_with(&format!("`{}`", character.escape_debug())), QUOTE_IT.to_owned());
        }
        ErrorKind::MisplacedFlowCollectionEnd => (
            BRACKETS,
            "qui si chiude una parentesi che non è stata aperta",
            "togli la parentesi, oppure scrivi il testo tra apici",
        ),
        ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofImplicitFlowMapping => {
            (BRACKETS, "il file finisce dentro una parentesi", "chiudi la parentesi")
        }
        ErrorKind::ExpectedFlowSequenceSeparator | ErrorKind::ExpectedFlowMappingSeparator => (
            BRACKETS,
            "manca una virgola, o la parentesi che chiude",
            "separa le voci con virgole; metti tra apici un testo che contiene parentesi o virgole",
        ),
        ErrorKind::BlockEntryInFlowCollection => (
            BRACKETS,
            "il trattino `-` non apre una voce tra parentesi",
            "separa le voci con virgole, oppure togli le parentesi",
        ),
        ErrorKind::UnclosedQuotedScalar | ErrorKind::DocumentIndicatorInQuotedScalar => {
            (QUOTES, NEVER_CLOSED, CLOSE_HELP)
        }
        ErrorKind::InvalidQuotedScalarIndent => (
            QUOTES,
            "il testo tra virgolette continua su una riga che non è rientrata",
            "chiudi le virgolette dove finisce il testo, oppure rientra la riga",
        ),
        ErrorKind::InvalidTrailingSingleQuotedScalar => {
            (QUOTES, "dopo l'apice che chiude il testo c'è altro", TRAILING_HELP)
        }
        ErrorKind::InvalidTrailingDoubleQuotedScalar => {
            (QUOTES, "dopo le virgolette che chiudono il testo c'è altro", TRAILING_HELP)
        }
        ErrorKind::UnknownQuotedScalarEscape
        | ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidLowSurrogateHexEscape
        | ErrorKind::InvalidLowSurrogate
        | ErrorKind::MissingLowSurrogate
        | ErrorKind::UnpairedLowSurrogate
        | ErrorKind::InvalidUnicodeEscape => (
            ESCAPE,
            "il testo tra virgolette doppie contiene una barra `\\` che non introduce nulla di noto",
            ESCAPE_HELP,
        ),
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => (
            COLON,
            "qui comincia una chiave, ma mancano i due punti",
            "aggiungi `:` dopo la chiave, sulla stessa riga; una chiave lunga va accorciata",
        ),
        ErrorKind::MappingValueNotAllowed
        | ErrorKind::InvalidColonPlacement
        | ErrorKind::InvalidMappingValueWhitespace
        | ErrorKind::FlowMappingValueAdjacentCollection => {
            (COLON, "i due punti stanno dove non può esserci una chiave", COLON_HELP)
        }
        ErrorKind::ExpectedBlockMappingKey => {
            (INDENT, "la riga non è allineata, o non è una chiave seguita da due punti", ALIGN)
        }
        ErrorKind::ExpectedBlockSequenceEntry => {
            (INDENT, "la riga non è allineata, o non comincia con un trattino come le voci sopra", ALIGN)
        }
        ErrorKind::BlockSequenceEntryNotAllowed => (
            INDENT,
            "il trattino `-` qui non può aprire una voce",
            "porta il trattino su una riga nuova, oppure metti il testo tra apici",
        ),
        ErrorKind::InvalidBlockEntryWhitespace => {
            (INDENT, "dopo il trattino `-` manca uno spazio", "lascia uno spazio dopo il trattino")
        }
        ErrorKind::InvalidIndentation | ErrorKind::InvalidFlowScalarIndent => (
            INDENT,
            "la riga non è rientrata abbastanza",
            "rientra la riga con spazi, oppure chiudi la parentesi o le virgolette aperte sopra",
        ),
        ErrorKind::InvalidBlockScalarIndent => {
            (INDENT, "la riga non è rientrata quanto il resto del blocco di testo", ALIGN)
        }
        ErrorKind::ZeroBlockScalarIndent | ErrorKind::InvalidBlockScalarHeader => (
            WORDS,
            "dopo `|` o `>` il testo comincia sulla riga seguente",
            "vai a capo dopo `|` o `>` e rientra il testo, oppure mettilo tra apici",
        ),
        ErrorKind::PlainScalarStartsWithDashFlowIndicator => {
            return (WORDS, starts_with("un trattino attaccato a una parentesi o a una virgola"), QUOTE_IT.to_owned());
        }
        ErrorKind::UnexpectedEndOfPlainScalar | ErrorKind::ExpectedNodeContent => {
            (WORDS, "qui manca un valore", "scrivi il valore, oppure togli il segno che lo precede")
        }
        ErrorKind::CommentInterceptedScalar => (
            WORDS,
            "un commento interrompe il testo",
            "sposta il commento sopra il testo, oppure metti il testo tra apici",
        ),
        ErrorKind::CommentNotSeparated | ErrorKind::ExpectedWhitespace => {
            (WORDS, "qui manca uno spazio", "lascia uno spazio prima di questo segno")
        }
        ErrorKind::MappingKeyNotAllowed => (
            "chiave-complessa",
            "la chiave non è una parola seguita da due punti",
            "scrivi la chiave su una riga, senza `?` e senza parentesi",
        ),
        ErrorKind::UnexpectedEof | ErrorKind::UnexpectedEofBlockSequence | ErrorKind::UnexpectedEofBlockMapping => {
            ("sintassi", "il file finisce a metà", "completa o togli l'ultima voce")
        }
        ErrorKind::RecursionLimitExceeded => (
            "troppo-profondo",
            "elenchi e mappe stanno uno dentro l'altro per più di 64 livelli",
            "dividi il contenuto, o controlla le parentesi e i rientri",
        ),
        ErrorKind::InvalidDocumentEnd | ErrorKind::ExpectedDocumentStart | ErrorKind::MultipleDocumentsUnsupported => (
            "piu-documenti",
            "qui finisce il documento, e un file ne contiene uno solo",
            "togli la riga che separa i documenti, oppure metti il resto in un altro file",
        ),
        ErrorKind::UndeclaredTagHandle
        | ErrorKind::ExpectedTagBang
        | ErrorKind::InvalidGlobalTagCharacter
        | ErrorKind::InvalidTagTerminator
        | ErrorKind::MissingTagUri
        | ErrorKind::UnclosedVerbatimTag
        | ErrorKind::InvalidTagEscape
        | ErrorKind::InvalidTagUtf8LeadingByte
        | ErrorKind::InvalidTagUtf8TrailingByte
        | ErrorKind::InvalidTagUtf8 => return ("tag", starts_with("`!`"), QUOTE_IT.to_owned()),
        ErrorKind::DirectiveDisallowed
        | ErrorKind::MissingDocumentEndBeforeDirective
        | ErrorKind::MissingDirectiveName
        | ErrorKind::InvalidDirectiveName
        | ErrorKind::InvalidDirectiveTerminator => {
            ("direttiva", "una riga che comincia con `%` è una direttiva, che qui non si può usare", "togli la riga")
        }
        _ => (
            "sintassi",
            "la riga non si può leggere come YAML",
            "confrontala con un file che funziona, o metti i testi tra apici",
        ),
    };
    (code, words.to_owned(), help.to_owned())
}
