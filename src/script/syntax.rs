// SPDX-License-Identifier: EUPL-1.2
//! rhai's parser at work: from text to its tree, and its errors said in Italian.

use rhai::{AST, ASTNode, Engine, Expr, LexError, OptimizationLevel, ParseError, ParseErrorType, Position, Stmt};

use super::characters::{fault, length_at, rest_at};
use super::names::shown;
use super::tree::Spot;
use super::{MAX_CHARACTERS, MAX_DEPTH, MAX_VALUES, ScriptFault};

/// More functions than this are not read at all.
const MAX_FUNCTIONS: usize = 16;
/// rhai refuses a list as long as its limit.
const ARRAY_LIMIT: usize = MAX_VALUES + 1;
/// The only function of a script.
const NAME: &str = "varia";
const NO_TABLE: &str = "uno script non porta con sé una tabella";
const SHAPE: &str = "uno script è una sola funzione: `fn varia(dati) { … }`";

/// `fn varia(parameter) { body }`.
pub(super) struct Function {
    pub spot: Spot,
    pub parameter: String,
    pub body: Vec<Stmt>,
}

/// rhai counts lines and columns up to 65,535.
pub(super) fn spot(position: Position) -> Spot {
    let number = |n: Option<usize>| n.and_then(|n| u32::try_from(n).ok()).unwrap_or(1);
    Spot { line: number(position.line()), column: number(position.position()) }
}

/// Reads the source; nothing is ever run in this engine, and it knows no function.
pub(super) fn parse(source: &str) -> Result<Function, Vec<ScriptFault>> {
    let mut engine = Engine::new_raw();
    engine
        .set_optimization_level(OptimizationLevel::None)
        .set_max_expr_depths(MAX_DEPTH, MAX_DEPTH)
        .set_max_functions(MAX_FUNCTIONS)
        .set_max_string_size(MAX_CHARACTERS)
        .set_max_array_size(ARRAY_LIMIT)
        .set_max_map_size(ARRAY_LIMIT);
    let ast = engine.compile(source).map_err(|error| vec![said(source, &error)])?;
    let mut faults = Vec::new();
    if let Some(first) = ast.statements().first() {
        let help = format!("{SHAPE}; sposta dentro tutte le istruzioni");
        faults.push(fault(spot(first.position()), 0, "istruzione fuori dalla funzione", &help));
    }
    let mut found = None;
    let mut others = Vec::new();
    for function in ast.iter_fn_def() {
        let name: &str = &function.name;
        match function.params.as_slice() {
            [parameter] if name == NAME && function.this_type.is_none() => found = Some(parameter.to_string()),
            _ => others.push((name, function.params.len(), function.this_type.is_some())),
        }
    }
    // rhai keeps functions in no order, and a closure as a function without a name.
    others.sort_unstable();
    let closure = closure(&ast);
    for (name, parameters, belongs) in others {
        let spot = definition(source, name).or(closure);
        let message = match name {
            NAME if belongs => "la funzione `varia` non appartiene a un tipo".to_owned(),
            NAME => format!("la funzione `varia` ha un solo parametro, i dati, e qui ne ha {parameters}"),
            _ if name.contains('$') => "funzione senza nome".to_owned(),
            _ => format!("funzione `{}` non ammessa", shown(name)),
        };
        faults.push(fault(spot.unwrap_or(Spot::START), 0, message, SHAPE));
    }
    let Some(parameter) = found else {
        if faults.is_empty() {
            faults.push(fault(Spot::START, 0, "manca la funzione `varia`", SHAPE));
        }
        return Err(faults);
    };
    if !faults.is_empty() {
        faults.sort_by_key(|fault| (fault.line, fault.column));
        return Err(faults);
    }
    let mut body = Vec::new();
    // Only one function, and nothing outside it: what stands at the top is its body.
    ast.walk(&mut |path: &[ASTNode<'_>]| {
        if let [ASTNode::Stmt(statement)] = path {
            body.push((*statement).clone());
        }
        true
    });
    Ok(Function { spot: definition(source, NAME).unwrap_or(Spot::START), parameter, body })
}

/// Where the first closure stands.
fn closure(ast: &AST) -> Option<Spot> {
    let mut found: Option<Spot> = None;
    ast.walk(&mut |path: &[ASTNode<'_>]| {
        if let Some(ASTNode::Expr(Expr::DynamicConstant(_, position))) = path.last() {
            found = found.into_iter().chain([spot(*position)]).min();
        }
        true
    });
    found
}

/// Where a function of that name is written.
fn definition(source: &str, name: &str) -> Option<Spot> {
    for (number, row) in source.lines().enumerate() {
        for (at, _) in row.match_indices("fn") {
            let after = row.get(at + 2..).unwrap_or_default().trim_start();
            let rest = after.strip_prefix(name).map(str::trim_start);
            if rest.is_some_and(|rest| rest.starts_with('(') || rest.is_empty()) {
                let column = row.get(..at).unwrap_or_default().chars().count() + 1;
                return Some(Spot { line: u32::try_from(number + 1).ok()?, column: u32::try_from(column).ok()? });
            }
        }
    }
    None
}

fn said(source: &str, error: &ParseError) -> ScriptFault {
    let place = if error.position().is_none() { end(source) } else { spot(error.position()) };
    let (message, help) = words(error.err_type(), source, place);
    fault(place, length_at(source, place), message, &help)
}

/// The last line, where the script breaks off.
fn end(source: &str) -> Spot {
    let lines = source.lines().count().max(1);
    let column = source.lines().last().map_or(0, |row| row.chars().count()) + 1;
    Spot { line: u32::try_from(lines).unwrap_or(1), column: u32::try_from(column).unwrap_or(1) }
}

fn words(error: &ParseErrorType, source: &str, place: Spot) -> (String, String) {
    let (message, help): (String, &str) = match error {
        ParseErrorType::UnexpectedEOF => ("lo script finisce a metà".into(), "forse manca una parentesi `}`"),
        ParseErrorType::BadInput(error) => return bad_input(error, source, place),
        ParseErrorType::UnknownOperator(sign) => {
            (format!("segno `{sign}` non ammesso"), "i confronti sono `==` `!=` `<` `<=` `>` `>=`")
        }
        ParseErrorType::MissingToken(token, _) => match token.as_str() {
            ";" => ("manca `;` alla fine dell'istruzione precedente".into(), "ogni istruzione finisce con `;`"),
            "}" => ("un blocco non è chiuso".into(), "aggiungi `}`"),
            ")" => ("una parentesi non è chiusa".into(), "aggiungi `)`"),
            "]" => ("un elenco non è chiuso".into(), "aggiungi `]`"),
            token => (format!("qui manca `{token}`"), "controlla parentesi e virgole"),
        },
        ParseErrorType::Reserved(word) => (
            format!("`{}` non è ammesso in uno script", shown(word)),
            "uno script legge i dati e dice verbi, nient'altro",
        ),
        ParseErrorType::AssignmentToConstant(name) => {
            (format!("`{}` è una costante e non cambia", shown(name)), "dichiarala con `let`, se deve cambiare")
        }
        ParseErrorType::AssignmentToInvalidLHS(_) => {
            ("a sinistra di `=` serve una variabile".into(), "per confrontare scrivi `==`; i dati non si cambiano")
        }
        ParseErrorType::ExprTooDeep => {
            (format!("più di {MAX_DEPTH} elementi uno dentro l'altro"), "spezza l'espressione con `let`, o usa `in`")
        }
        ParseErrorType::TooManyFunctions => ("troppe funzioni".into(), SHAPE),
        ParseErrorType::LiteralTooLarge(_, ARRAY_LIMIT) => (format!("elenco di più di {MAX_VALUES} valori"), NO_TABLE),
        ParseErrorType::LiteralTooLarge(..) => (format!("testo più lungo di {MAX_CHARACTERS} byte"), NO_TABLE),
        ParseErrorType::WrongFnDefinition => ("una funzione dentro un'altra".into(), SHAPE),
        ParseErrorType::FnDuplicatedDefinition(name, _) => (format!("la funzione `{}` c'è già", shown(name)), SHAPE),
        ParseErrorType::FnMissingName
        | ParseErrorType::FnMissingParams(_)
        | ParseErrorType::FnDuplicatedParam(..)
        | ParseErrorType::FnMissingBody(_) => ("funzione scritta male".into(), SHAPE),
        ParseErrorType::MismatchedType(..) => {
            ("qui serve un vero o falso".into(), "scrivi un confronto, per esempio `dati.eta < 30`")
        }
        ParseErrorType::VariableExpected | ParseErrorType::ForbiddenVariable(_) => {
            ("qui serve il nome di una variabile".into(), "usa lettere senza accenti, cifre e `_`")
        }
        ParseErrorType::PropertyExpected => ("dopo il punto serve il nome di un dato".into(), "per esempio `dati.eta`"),
        ParseErrorType::ExprExpected(_) => ("qui serve un valore".into(), "un dato, una variabile o un valore"),
        ParseErrorType::LoopBreak => ("qui non c'è niente da interrompere".into(), "per finire scrivi `return;`"),
        _ => ("scrittura non ammessa".into(), "sono ammessi `if`, `let`, `const`, `for`, confronti, calcoli e verbi"),
    };
    (message, help.to_owned())
}

fn bad_input(error: &LexError, source: &str, place: Spot) -> (String, String) {
    let (message, help): (String, &str) = match error {
        LexError::UnterminatedString => {
            ("testo senza virgolette di chiusura".into(), "aggiungi `\"` in fondo al testo")
        }
        LexError::StringTooLong(_) => (format!("testo o nome più lungo di {MAX_CHARACTERS} byte"), NO_TABLE),
        LexError::MalformedEscapeSequence(_) => {
            ("carattere speciale non ammesso".into(), "dopo `\\` è ammesso solo `\"` o `\\`")
        }
        LexError::MalformedNumber(number) => {
            (format!("`{}` non è un numero", shown(number)), "scrivi solo cifre, con un punto per i decimali")
        }
        LexError::MalformedChar(_) => ("apice in uno script".into(), "racchiudi il testo tra virgolette doppie"),
        LexError::MalformedIdentifier(name) => {
            (format!("nome `{}` non ammesso", shown(name)), "usa lettere senza accenti e cifre")
        }
        _ => match rest_at(source, place).chars().next() {
            Some('“' | '”' | '«' | '»' | '’' | '‘') => {
                ("virgolette tipografiche".into(), "racchiudi il testo tra virgolette doppie diritte, `\"`")
            }
            Some('=') => ("un solo `=`".into(), "per confrontare scrivi `==`"),
            Some('≤' | '≥' | '≠') => ("segno non ammesso".into(), "scrivi `<=`, `>=` o `!=`"),
            Some(sign) => (
                format!("segno `{sign}` fuori posto"),
                "sono ammessi `if`, `let`, `const`, `for`, confronti, calcoli e verbi",
            ),
            None => ("lo script finisce a metà".into(), "forse manca una parentesi `}`"),
        },
    };
    (message, help.to_owned())
}
