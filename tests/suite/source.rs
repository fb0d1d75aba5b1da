// SPDX-License-Identifier: EUPL-1.2
//! What the reader of YAML says: a tree with places, or faults with places, in the reader's language.

#![cfg(test)]

mod random;

use lepre::diagnostic::Diagnostic;
use lepre::spec::source::{self, Key, Node, NodeValue, Scalar, Style, parse};

/// A fault as expected: code, line, column, length, message.
type Fault = (&'static str, u32, u32, u32, &'static str);

/// Small files, each with all its faults.
#[rustfmt::skip]
const REFUSED: &[(&str, &[Fault])] = &[
    ("", &[("file-vuoto", 1, 1, 0, "il file non contiene dati")]),
    ("# a\n", &[("file-vuoto", 1, 1, 0, "il file non contiene dati")]),
    ("\u{feff}a: b\n", &[("bom", 1, 1, 0, "il file comincia con un segno invisibile, il BOM")]),
    ("\u{feff}a: b\na: c\n", &[
        ("bom", 1, 1, 0, "il file comincia con un segno invisibile, il BOM"),
        ("chiave-doppia", 2, 1, 1, "la chiave `a` è scritta due volte"),
    ]),
    ("a: b\rc: d\n", &[("ritorno-a-capo", 1, 5, 0, "la riga finisce con il solo carattere CR, che altri programmi non leggono come fine riga")]),
    ("à: è\u{0}\nc: \u{7}\n", &[
        ("carattere-di-controllo", 1, 5, 1, "carattere di controllo U+0000"),
        ("carattere-di-controllo", 2, 4, 1, "carattere di controllo U+0007"),
    ]),
    ("a: b\u{202e}c\n", &[("carattere-bidirezionale", 1, 5, 1, "carattere che cambia il verso della scrittura e può nascondere testo, U+202E")]),
    ("a: \"\\u202E\"\n", &[("carattere-bidirezionale", 1, 4, 8, "il testo contiene, come sequenza `\\`, un carattere che cambia il verso della scrittura e può nascondere testo, U+202E")]),
    ("col\u{200b}loquio: a\n", &[("carattere-invisibile", 1, 4, 1, "carattere invisibile U+200B")]),
    ("a: b\u{2028}c\n", &[("separatore-di-riga", 1, 5, 1, "separatore di riga che i programmi leggono in modi diversi, U+2028")]),
    ("a:\u{a0}b\n", &[("spazio-speciale", 1, 1, 4, "qui c'è uno spazio diverso da quello della tastiera, che non separa le parole del file")]),
    ("a:\n\tb: c\n\td: e\n", &[
        ("tabulazione", 2, 1, 1, "qui c'è una tabulazione, che non si può usare per rientrare o separare"),
        ("tabulazione", 3, 1, 1, "qui c'è una tabulazione, che non si può usare per rientrare o separare"),
    ]),
    ("a: b\t# c\nd: e\tf\n", &[
        ("tabulazione", 1, 5, 1, "qui c'è una tabulazione, che non si può usare per rientrare o separare"),
        ("tabulazione", 2, 5, 1, "qui c'è una tabulazione, che non si può usare per rientrare o separare"),
    ]),
    ("a: |\n\tb\n", &[("tabulazione", 2, 1, 1, "qui c'è una tabulazione, che non si può usare per rientrare o separare")]),
    ("a: [[[[[b]]]]]\n", &[("parentesi-annidate", 1, 8, 1, "le parentesi stanno una dentro l'altra per più di 4 livelli")]),
    ("città: 1\nb: 2\ncittà: 3\n\"città\": 4\n", &[
        ("chiave-doppia", 3, 1, 5, "la chiave `città` è scritta due volte"),
        ("chiave-doppia", 4, 1, 7, "la chiave `città` è scritta due volte"),
    ]),
    ("a: { b: 1, b: 2 }\na: [\n", &[
        ("chiave-doppia", 1, 12, 1, "la chiave `b` è scritta due volte"),
        ("sintassi-parentesi", 2, 4, 1, "la parentesi `[` non viene chiusa"),
    ]),
    (": a\nnull: b\n", &[
        ("chiave-vuota", 1, 1, 0, "manca la chiave prima dei due punti"),
        ("chiave-vuota", 2, 1, 4, "`null` non può essere una chiave"),
    ]),
    ("[a, b]: c\n? d\n: e\n", &[
        ("chiave-complessa", 1, 1, 1, "la chiave non è una parola seguita da due punti"),
        ("chiave-complessa", 2, 3, 1, "la chiave non è una parola seguita da due punti"),
    ]),
    ("<<: { a: b }\n", &[("chiave-di-fusione", 1, 1, 2, "la chiave `<<` unisce mappe, e qui non si può usare")]),
    ("*a\n", &[("alias", 1, 1, 2, "`*a` è un alias, che qui non si può usare")]),
    ("!a\n", &[("tag", 1, 1, 2, "`!a` è un tag, che qui non si può usare")]),
    ("à: &nome b\nc: *nome\nd: *altro\n", &[
        ("ancora", 1, 4, 5, "`&nome` è un'ancora, che qui non si può usare"),
        ("alias", 2, 4, 5, "`*nome` è un alias, che qui non si può usare"),
        ("alias", 3, 4, 6, "`*altro` è un alias, che qui non si può usare"),
    ]),
    ("a: & b\n", &[("ancora", 1, 4, 1, "un testo senza apici non può cominciare con `&`")]),
    ("a: * b\n", &[("alias", 1, 4, 1, "un testo senza apici non può cominciare con `*`")]),
    ("a: !!binary b\nc: !d\n  - e\n", &[
        ("tag", 1, 4, 8, "`!!binary` è un tag, che qui non si può usare"),
        ("tag", 2, 4, 2, "`!d` è un tag, che qui non si può usare"),
    ]),
    ("%YAML 1.2\n---\na: b\n", &[("direttiva", 1, 1, 1, "una riga che comincia con `%` è una direttiva, che qui non si può usare")]),
    ("---\na: b\n...\n", &[
        ("separatore-di-documento", 1, 1, 3, "la riga `---` apre il documento"),
        ("separatore-di-documento", 3, 1, 3, "la riga `...` chiude il documento"),
    ]),
    ("a: b\n---\nc: d\n", &[("piu-documenti", 2, 1, 3, "qui comincia un secondo documento, e un file ne contiene uno solo")]),
    ("a:\n  b: c\n d: e\n", &[("sintassi-rientro", 3, 2, 1, "la riga non è allineata, o non è una chiave seguita da due punti")]),
    ("a: b\n  - c\n", &[("sintassi-rientro", 2, 3, 1, "il trattino `-` qui non apre una voce: la riga continua il testo cominciato sopra")]),
    ("a: - b\n", &[("sintassi-rientro", 1, 4, 1, "il trattino `-` qui non può aprire una voce")]),
    ("- a\nb: c\n", &[("sintassi-rientro", 2, 1, 1, "la riga non è allineata, o non comincia con un trattino come le voci sopra")]),
    ("a: [b\nc: d\n", &[("sintassi-rientro", 2, 1, 1, "la riga non è rientrata abbastanza")]),
    ("perché: sì: no\n", &[("sintassi-due-punti", 1, 11, 1, "i due punti stanno dove non può esserci una chiave")]),
    ("a: \"b\nc: d\n", &[("sintassi-virgolette", 2, 1, 1, "il testo tra virgolette continua su una riga che non è rientrata")]),
    ("a: 'l'orientamento'\n", &[("sintassi-virgolette", 1, 7, 1, "dopo l'apice che chiude il testo c'è altro")]),
    ("a: 'b\n", &[("sintassi-virgolette", 1, 4, 1, "le virgolette aperte qui non vengono chiuse")]),
    ("a: \"C:\\dati\"\n", &[("sintassi-sequenza", 1, 4, 1, "il testo tra virgolette doppie contiene una barra `\\` che non introduce nulla di noto")]),
    ("a: [b}\n", &[("sintassi-parentesi", 1, 4, 1, "la parentesi `[` è chiusa da `}`")]),
    ("a: b\nc: ]\n", &[("sintassi-parentesi", 2, 4, 1, "qui si chiude una parentesi che non è stata aperta")]),
    ("a: [b] c\n", &[("sintassi-testo", 1, 8, 1, "dopo il valore c'è altro testo")]),
    ("a: @b\n", &[("sintassi-testo", 1, 4, 1, "un testo senza apici non può cominciare con `@`")]),
    ("a: | b\n", &[("sintassi-testo", 1, 4, 1, "dopo `|` o `>` il testo comincia sulla riga seguente")]),
];

fn faults(bytes: &[u8]) -> Vec<Diagnostic> {
    parse("specs/a.yaml", bytes).err().unwrap_or_default()
}

fn only_fault(bytes: &[u8]) -> Diagnostic {
    let mut all = faults(bytes);
    assert_eq!(all.len(), 1, "{all:#?}");
    all.remove(0)
}

#[test]
fn a_refusal_names_what_where_and_how() {
    for (text, expected) in REFUSED {
        let found = faults(text.as_bytes());
        let told: Vec<_> = found
            .iter()
            .map(|fault| (fault.code, fault.place.line, fault.place.column, fault.place.length, fault.message.as_str()))
            .collect();
        assert_eq!(told, *expected, "{text:?}");
        for fault in &found {
            assert_eq!(fault.place.file.as_ref(), "specs/a.yaml");
            assert!(fault.help.is_some(), "no remedy: {fault}");
            assert!(!fault.message.ends_with('.') && !fault.message.starts_with(char::is_uppercase), "{fault}");
        }
    }
}

#[test]
fn a_refusal_for_size_or_encoding_names_its_place() {
    let heap = |text: &str, times: usize| text.repeat(times).into_bytes();
    for (bytes, code, line, column) in [
        (heap("a", source::MAX_BYTES + 1), "file-troppo-grande", 1, 1),
        ([heap("- ", 64), b"- a".to_vec()].concat(), "troppo-profondo", 1, 129),
        ([b"a: b\nc: ".to_vec(), heap("d", source::MAX_SCALAR_BYTES + 1)].concat(), "testo-troppo-lungo", 2, 4),
        (
            [b"a: b\n".to_vec(), heap("c", source::MAX_KEY_CHARS + 1), b": d".to_vec()].concat(),
            "chiave-troppo-lunga",
            2,
            1,
        ),
        (b"a: b\n\xff\xfe".to_vec(), "codifica-utf8", 2, 1),
        ("a: è".bytes().chain(*b"\xe0\n").collect(), "codifica-utf8", 1, 5),
        (b"\xff\xfea\0:\0".to_vec(), "codifica-utf16", 1, 1),
    ] {
        let fault = only_fault(&bytes);
        assert_eq!((fault.code, fault.place.line, fault.place.column), (code, line, column), "{fault}");
    }
    let fault = only_fault(b"a: perch\xe9\n");
    assert_eq!(fault.message, "il byte 0xE9 non è testo UTF-8");
    let help = "salva il file come UTF-8 senza BOM: forse è salvato come Windows-1252 (ANSI), dove questo byte è `é`";
    assert_eq!(fault.help.as_deref(), Some(help));
}

#[test]
fn limits_are_reached_before_they_refuse() {
    let long = "à".repeat(source::MAX_SCALAR_BYTES / 2);
    assert!(parse("a", format!("{}: {long}\n", "è".repeat(source::MAX_KEY_CHARS)).as_bytes()).is_ok());
    assert!(parse("a", format!("{}a", "- ".repeat(source::MAX_DEPTH)).as_bytes()).is_ok());
    assert!(parse("a", b"[[[[a]], {b: [c]}]]").is_ok());
    let nodes = format!("[{}]", vec!["a"; source::MAX_NODES - 1].join(","));
    assert!(parse("a", nodes.as_bytes()).is_ok());
    let nodes = format!("[{}]", vec!["a"; source::MAX_NODES].join(","));
    assert_eq!(only_fault(nodes.as_bytes()).code, "troppi-nodi");
    let comment = format!("a: b\n#{}", "c".repeat(source::MAX_BYTES - 6));
    assert!(parse("a", comment.as_bytes()).is_ok());
}

#[test]
fn a_hundred_faults_are_told_and_the_rest_counted() {
    let found = faults("a: 1\n".repeat(151).as_bytes());
    assert_eq!(found.len(), source::MAX_FAULTS + 1);
    let last = found.last().expect("faults");
    assert_eq!((last.code, last.message.as_str()), ("troppi-errori", "il file ha altri 50 errori, non elencati"));
}

#[test]
fn every_code_has_a_test() {
    let large = [
        "file-troppo-grande",
        "codifica-utf8",
        "codifica-utf16",
        "troppi-nodi",
        "troppo-profondo",
        "testo-troppo-lungo",
        "chiave-troppo-lunga",
        "troppi-errori",
        // For errors that the parser may learn one day.
        "sintassi",
    ];
    let told: Vec<&str> =
        REFUSED.iter().flat_map(|(_, faults)| faults.iter().map(|fault| fault.0)).chain(large).collect();
    for (code, meaning) in source::CODES {
        assert!(told.contains(code), "no test for `{code}`");
        assert!(!meaning.is_empty());
    }
    for code in told {
        assert!(source::CODES.iter().any(|(known, _)| *known == code), "`{code}` is not in the list");
    }
}

#[test]
fn related_places_show_where_it_began() {
    for (text, place, words) in [
        ("a: 1\nb: 2\na: 3\n", (1, 1, 1), "la prima è qui"),
        ("a: \"b\nc: d\n", (1, 4, 1), "le virgolette si aprono qui"),
        ("a: # \"\n  [b,\nc: d\n", (2, 3, 1), "la parentesi si apre qui"),
        ("a: b\n  - c\n", (1, 4, 1), "il testo comincia qui"),
    ] {
        let fault = only_fault(text.as_bytes());
        let [(related, told)] = fault.related.as_slice() else { panic!("{fault:#?}") };
        assert_eq!(((related.line, related.column, related.length), told.as_str()), (place, words), "{text:?}");
    }
}

/// A tree as text, each node with its place: `line:column+length`.
fn drawn(node: &Node) -> String {
    let at = |place: &lepre::diagnostic::Place| format!("{}:{}+{}", place.line, place.column, place.length);
    match &node.value {
        NodeValue::Scalar(scalar) => format!("{} {:?} {:?}", at(&node.place), scalar.style, scalar.text),
        NodeValue::List(items) => {
            format!("{} [{}]", at(&node.place), items.iter().map(drawn).collect::<Vec<_>>().join(", "))
        }
        NodeValue::Map(entries) => {
            let entry = |(key, node): &(Key, Node)| format!("{} {}: {}", at(&key.place), key.text, drawn(node));
            format!("{} {{{}}}", at(&node.place), entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
    }
}

#[test]
fn every_node_knows_its_place() {
    for (text, tree) in [
        ("à: ìò\n", "1:1+0 {1:1+1 à: 1:4+2 Plain \"ìò\"}"),
        ("a:\nb: ~\n", "1:1+0 {1:1+1 a: 1:1+1 Plain \"\", 2:1+1 b: 2:4+1 Plain \"~\"}"),
        (
            "a:\n- b\n-\n- 'c'\n",
            "1:1+0 {1:1+1 a: 2:1+0 [2:3+1 Plain \"b\", 3:2+0 Plain \"\", 4:3+3 SingleQuoted \"c\"]}",
        ),
        ("a: # - x\n-   b: c\n", "1:1+0 {1:1+1 a: 2:1+0 [2:5+0 {2:5+1 b: 2:8+1 Plain \"c\"}]}"),
        ("a: [b, { c: d }]\n", "1:1+0 {1:1+1 a: 1:4+13 [1:5+1 Plain \"b\", 1:8+8 {1:10+1 c: 1:13+1 Plain \"d\"}]}"),
        ("a: [ b,\n  c ]\n", "1:1+0 {1:1+1 a: 1:4+4 [1:6+1 Plain \"b\", 2:3+1 Plain \"c\"]}"),
        ("a: \"b\n  c\"\n", "1:1+0 {1:1+1 a: 1:4+2 DoubleQuoted \"b c\"}"),
        (
            "a: >-\n  b\n  c\n\"d e\": |\n  f\n",
            "1:1+0 {1:1+1 a: 2:3+1 Folded \"b c\", 4:1+5 d e: 5:3+1 Literal \"f\\n\"}",
        ),
        ("- - a\n  - 🙂 b: 中\n", "1:1+0 [1:3+0 [1:5+1 Plain \"a\", 2:5+0 {2:5+3 🙂 b: 2:10+1 Plain \"中\"}]]"),
        ("a: b\n   c\n\n   d\n", "1:1+0 {1:1+1 a: 1:4+1 Plain \"b c\\nd\"}"),
        ("{ a, b: }\n", "1:1+9 {1:3+1 a: 1:3+1 Plain \"\", 1:6+1 b: 1:6+1 Plain \"\"}"),
        ("ciao\n", "1:1+4 Plain \"ciao\""),
    ] {
        let root = parse("a", text.as_bytes()).unwrap_or_else(|faults| panic!("{text:?}: {}", faults[0]));
        assert_eq!(drawn(&root), tree, "{text:?}");
        let root = parse("a", text.replace('\n', "\r\n").as_bytes()).expect("CRLF reads as LF");
        assert_eq!(drawn(&root), tree, "{text:?} with CRLF");
        if !text.contains('|') {
            let root = parse("a", text.trim_end().as_bytes()).expect("the last line end is optional");
            assert_eq!(drawn(&root), tree, "{text:?} without the last line end");
        }
    }
}

#[test]
fn codes_that_others_misread_are_told_apart() {
    let scalar = |text: &str, style| Scalar { text: text.to_owned(), style };
    for text in ["NO", "no", "On", "OFF", "y", "N", "true", "False", "YES", "si", "Sì"] {
        assert!(scalar(text, Style::Plain).looks_boolean(), "{text}");
        assert!(!scalar(text, Style::SingleQuoted).looks_boolean(), "'{text}'");
    }
    for text in ["NOVARA", "", "nord", "0", "1"] {
        assert!(!scalar(text, Style::Plain).looks_boolean(), "{text}");
    }
    for text in ["08", "01", "00", "007"] {
        assert!(scalar(text, Style::Plain).looks_leading_zero(), "{text}");
        assert!(!scalar(text, Style::DoubleQuoted).looks_leading_zero(), "\"{text}\"");
    }
    for text in ["0", "8", "0x8", "0.5", "2018-01-11", "٠٨", ""] {
        assert!(!scalar(text, Style::Plain).looks_leading_zero(), "{text}");
    }
    assert!(scalar("", Style::Plain).is_absent() && !scalar("", Style::Folded).is_absent());
}

/// Whether another YAML library reads the same values in the same order, so far as it can: it gives types to plain text.
/// What that library refuses, it cannot judge.
pub fn agrees_with_libyaml(node: &Node, text: &str) -> Result<(), String> {
    // At the end of a file without line end the two differ by one line feed in a block; we follow the standard.
    let text = if text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") };
    match yaml_serde::from_str::<yaml_serde::Value>(&text) {
        Ok(value) => same(node, &value, text.len()),
        Err(_) => Ok(()),
    }
}

fn same(node: &Node, value: &yaml_serde::Value, size: usize) -> Result<(), String> {
    use yaml_serde::Value;
    let differs = || {
        let shown = if size < 100_000 { format!("{value:?} {}", drawn(node)) } else { String::new() };
        Err(format!("another library reads something else at {}: {shown}", node.place))
    };
    match (&node.value, value) {
        (NodeValue::List(items), Value::Sequence(values)) if items.len() == values.len() => {
            items.iter().zip(values).try_for_each(|(item, value)| same(item, value, size))
        }
        (NodeValue::Map(entries), Value::Mapping(values)) if entries.len() == values.len() => {
            entries.iter().zip(values).try_for_each(|((key, node), (name, value))| {
                if same_text(&key.text, name, true) { same(node, value, size) } else { differs() }
            })
        }
        (NodeValue::Scalar(scalar), value) if same_text(&scalar.text, value, scalar.is_plain()) => Ok(()),
        _ => differs(),
    }
}

fn same_text(text: &str, value: &yaml_serde::Value, plain: bool) -> bool {
    use yaml_serde::Value;
    match value {
        Value::String(string) => string == text,
        Value::Null => plain && matches!(text, "" | "~" | "null" | "Null" | "NULL"),
        Value::Bool(boolean) => plain && text.to_lowercase() == boolean.to_string(),
        Value::Number(number) => {
            plain && text.parse::<f64>().map_or(true, |read| number.as_f64() == Some(read) || number.is_nan())
        }
        _ => false,
    }
}
