// SPDX-License-Identifier: EUPL-1.2
//! Small files, a family for each way to be wrong, and those that look wrong and are right.

use super::Expect::{Accepted, Either, Refused};
use super::heavy::{deep_map, laughs};
use super::{File, LEVEL, file};

pub fn aliases() -> Vec<File> {
    let mut all = vec![
        file("alias to itself", "a: &a [*a]\n", Refused("ancora")),
        file("alias to itself in a map", "&a a: { b: *a }\n", Refused("alias")),
        file("alias as a key of itself", "a: &a { *a : b }\n", Refused("alias")),
        file("two aliases in a circle", "- &a [ *b ]\n- &b [ *a ]\n", Refused("alias")),
        file("alias before its anchor", "a: *b\nb: &b c\n", Refused("alias")),
        file("alias to nothing", "a: *b\n", Refused("alias")),
        file("anchor on nothing", "a: &b\n", Refused("ancora")),
        file("anchor on a key", "&a b: c\n", Refused("ancora")),
        file("anchor without a name", "a: & b\n", Refused("ancora")),
        file("alias without a name", "a: * b\n", Refused("alias")),
        file("asterisks of a word processor", "a: *grassetto*\n", Refused("alias")),
        file("anchor in text is text", "a: b &c *d\n", Accepted),
    ];
    for levels in 1..=8 {
        all.push(file(format!("laughs of {levels} levels"), laughs(levels, 10), Refused("ancora")));
    }
    all
}

pub fn nesting() -> Vec<File> {
    let mut all = Vec::new();
    for depth in [5, 63, 64, 65, 255, 1_000, 10_000] {
        let code = if depth > 64 { "troppo-profondo" } else { "parentesi-annidate" };
        all.push(file(format!("{depth} ["), format!("{}{}", "[".repeat(depth), "]".repeat(depth)), Refused(code)));
        all.push(file(format!("{depth} {{"), format!("{}b{}", "{a: ".repeat(depth), "}".repeat(depth)), Refused(code)));
        all.push(file(
            format!("{depth} [{{"),
            format!("{}b{}", "[{a: ".repeat(depth), "}]".repeat(depth)),
            Refused(if depth > 32 { "troppo-profondo" } else { "parentesi-annidate" }),
        ));
        let expect = if depth > 64 { Refused("troppo-profondo") } else { Accepted };
        all.push(file(format!("{depth} dashes"), format!("{}a\n", "- ".repeat(depth)), expect));
        if depth <= 1_000 {
            all.push(file(format!("{depth} maps"), deep_map(depth), expect));
            let mixed: String = (0..depth).map(|level| format!("{}- a:\n", " ".repeat(level * 2))).collect();
            let expect = if depth > 32 { Refused("troppo-profondo") } else { Accepted };
            all.push(file(format!("{depth} lists of maps"), mixed, expect));
        }
    }
    for depth in 1..=4 {
        let text = format!("a: {}b{}\n", "[".repeat(depth), "]".repeat(depth));
        all.push(file(format!("{depth} [ are allowed"), text, Accepted));
    }
    let block: String = (0..63).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
    all.push(file("63 maps and a bracket", format!("{block}{}[b]\n", " ".repeat(63)), Accepted));
    all.push(file("63 maps and two brackets", format!("{block}{}[[b]]\n", " ".repeat(63)), Refused("troppo-profondo")));
    all
}

pub fn keys() -> Vec<File> {
    let mut all = Vec::new();
    for depth in 0..20 {
        let start: String = (0..depth).map(|level| format!("{}a{level}:\n", " ".repeat(level))).collect();
        let indent = " ".repeat(depth);
        let text = format!("{start}{indent}chiave: a\n{indent}altra: b\n{indent}chiave: c\n");
        all.push(file(format!("the same key twice at depth {depth}"), text, Refused("chiave-doppia")));
    }
    for (name, text, expect) in [
        ("the same key in quotes", "a: 1\n\"a\": 2\n", Refused("chiave-doppia")),
        ("the same key as an escape", "a: 1\n\"\\u0061\": 2\n", Refused("chiave-doppia")),
        ("the same key between braces", "a: {b: 1, b: 2}\n", Refused("chiave-doppia")),
        ("the same key, then a fault", "a: 1\na: 2\nb: [\n", Refused("chiave-doppia")),
        ("the same key in another case", "a: 1\nA: 2\n", Accepted),
        ("yes and true are two keys", "yes: 1\ntrue: 2\n", Accepted),
        ("1 and 1.0 are two keys", "1: a\n1.0: b\n", Accepted),
        ("no key", ": a\n", Refused("chiave-vuota")),
        ("key in empty quotes", "'': a\n", Refused("chiave-vuota")),
        ("key ~", "~: a\n", Refused("chiave-vuota")),
        ("key null", "null: a\n", Refused("chiave-vuota")),
        ("key null between braces", "{ null: a }\n", Refused("chiave-vuota")),
        ("list as a key", "[a]: b\n", Refused("chiave-complessa")),
        ("map as a key", "{a: b}: c\n", Refused("chiave-complessa")),
        ("list as an explicit key", "? - a\n: b\n", Refused("chiave-complessa")),
        ("map as an explicit key", "? a: b\n: c\n", Refused("chiave-complessa")),
        ("explicit key", "? a\n: b\n", Refused("chiave-complessa")),
        ("explicit key without value", "? a\n", Refused("chiave-complessa")),
        ("explicit block key", "? |\n  a\n: b\n", Refused("chiave-complessa")),
        ("explicit key between braces", "{? a: b}\n", Refused("chiave-complessa")),
        ("nested explicit keys", "? ? a\n  : b\n: c\n", Refused("chiave-complessa")),
        ("merge key", "a: {b: c}\nd:\n  <<: {e: f}\n", Refused("chiave-di-fusione")),
        ("merge key with an alias", "a: &a {b: c}\nd:\n  <<: *a\n", Refused("chiave-di-fusione")),
        ("merge key of a list", "a:\n  <<: [{b: c}, {d: e}]\n", Refused("chiave-di-fusione")),
        ("merge key in quotes", "\"<<\": {b: c}\n", Refused("chiave-di-fusione")),
    ] {
        all.push(file(name, text, expect));
    }
    for (length, expect) in [
        (256, Accepted),
        (257, Refused("chiave-troppo-lunga")),
        (1_000, Refused("chiave-troppo-lunga")),
        (1_025, Refused("sintassi-due-punti")),
        (100_000, Refused("sintassi-due-punti")),
    ] {
        all.push(file(format!("key of {length} letters"), format!("{}: b\n", "k".repeat(length)), expect));
    }
    all
}

/// What other readers turn into booleans, numbers and dates.
pub fn codes() -> Vec<File> {
    let mut all = Vec::new();
    for code in [
        "NO",
        "No",
        "no",
        "ON",
        "on",
        "OFF",
        "y",
        "Y",
        "n",
        "N",
        "YES",
        "yes",
        "true",
        "FALSE",
        "si",
        "08",
        "010",
        "0",
        "007",
        "1_000",
        "0x1F",
        "0o17",
        "0b1",
        "12:30",
        "1:30:45",
        "3.10",
        "1e3",
        "1E400",
        "9E4",
        "+1",
        ".5",
        "5.",
        "-0",
        ".inf",
        ".nan",
        "2018-01-11",
        "2018-01-11T10:00:00Z",
        "null",
        "~",
        "=",
        "1,5",
        "99999999999999999999999",
    ] {
        all.push(file(
            format!("code {code}"),
            format!("regione: {code}\ncodici: [{}]\n", code.replace(',', ".")),
            Accepted,
        ));
    }
    all
}

pub fn tabs() -> Vec<File> {
    [
        ("before a key", "\ta: b\n", Refused("tabulazione")),
        ("before a nested key", "a:\n\tb: c\n", Refused("tabulazione")),
        ("between spaces before a key", "a:\n  b: c\n \td: e\n", Refused("tabulazione")),
        ("after spaces before a key", "a:\n  \tb: c\n", Refused("tabulazione")),
        ("before a dash", "a:\n\t- b\n", Refused("tabulazione")),
        ("after a dash", "a:\n  -\tb\n", Refused("tabulazione")),
        ("between a dash and a key", "-\ta: b\n  c: d\n", Refused("tabulazione")),
        ("after a colon", "a:\tb\n", Refused("tabulazione")),
        ("before a colon", "a\t: b\n", Refused("tabulazione")),
        ("at the end of a value", "a: b\t\nc: d\n", Refused("tabulazione")),
        ("at the end of a key", "a:\t\n  b: c\n", Refused("tabulazione")),
        ("at the end of the file", "a: b\n\t", Refused("tabulazione")),
        ("on an empty line", "a: b\n\t\nc: d\n", Refused("tabulazione")),
        ("before a comment", "a: b\t# c\n", Refused("tabulazione")),
        ("in plain text", "a: b\tc\n", Refused("tabulazione")),
        ("in plain text of two lines", "a: b\n \tc\n", Refused("tabulazione")),
        ("between brackets", "a: [\tb,\tc ]\n", Refused("tabulazione")),
        ("before a bracket on its line", "a: [\n\tb\n\t]\n", Refused("tabulazione")),
        ("before a block header", "a:\t|\n  b\n", Refused("tabulazione")),
        ("before a quote", "a:\t\"b\"\n", Refused("tabulazione")),
        ("indenting a block", "a: |\n\tb\n", Refused("tabulazione")),
        ("indenting a quoted line", "a: \"b\n\tc\"\n", Refused("tabulazione")),
        ("everywhere", "a:\n\tb:\n\t\tc: d\n\te: f\n", Refused("tabulazione")),
        ("in a comment", "# a\tb\na: b # c\td\n", Accepted),
        ("in double quotes", "a: \"b\tc\"\n", Accepted),
        ("in single quotes", "a: 'b\tc'\n", Accepted),
        ("in a block", "a: |\n  b\tc\n  \td\n", Accepted),
        ("in a folded block", "a: >\n  b\tc\n", Accepted),
        ("as an escape", "a: \"b\\tc\"\n", Accepted),
        ("in a comment after a block", "a: |\n  b\n# c\td\ne: f\n", Accepted),
        ("in a comment after a block header", "a: | # c\td\n  b\n", Accepted),
    ]
    .map(|(name, text, expect)| file(format!("tab {name}"), text, expect))
    .to_vec()
}

pub fn encodings() -> Vec<File> {
    let wide = |text: &str, big: bool| -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    let wider = |text: &str| -> Vec<u8> { text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect() };
    vec![
        file("BOM", format!("\u{feff}{LEVEL}"), Refused("bom")),
        file("BOM alone", "\u{feff}", Refused("bom")),
        file("two BOMs", "\u{feff}\u{feff}a: b\n", Refused("carattere-invisibile")),
        file("BOM inside", "a: b\n\u{feff}c: d\n", Refused("carattere-invisibile")),
        file("BOM at the end", "a: b\n\u{feff}", Refused("carattere-invisibile")),
        file("UTF-16 LE with BOM", wide(&format!("\u{feff}{LEVEL}"), false), Refused("codifica-utf16")),
        file("UTF-16 BE with BOM", wide(&format!("\u{feff}{LEVEL}"), true), Refused("codifica-utf16")),
        file("UTF-16 LE", wide(LEVEL, false), Refused("codifica-utf16")),
        file("UTF-16 BE", wide(LEVEL, true), Refused("codifica-utf16")),
        file("UTF-32 with BOM", wider(&format!("\u{feff}{LEVEL}")), Refused("codifica-utf16")),
        file("UTF-32", wider(LEVEL), Refused("codifica-utf16")),
        file("Windows-1252", b"a: perch\xe9\n".to_vec(), Refused("codifica-utf8")),
        file("overlong slash", b"a: \xc0\xaf\n".to_vec(), Refused("codifica-utf8")),
        file("surrogate", b"a: \xed\xa0\x80\n".to_vec(), Refused("codifica-utf8")),
        file("beyond Unicode", b"a: \xf4\x90\x80\x80\n".to_vec(), Refused("codifica-utf8")),
        file("half a letter", b"a: \xc3".to_vec(), Refused("codifica-utf8")),
        file("half an emoji", b"a: \xf0\x9f\x99\n".to_vec(), Refused("codifica-utf8")),
        file("UTF-7", "a: +AOg-\n", Accepted),
    ]
}

pub fn characters() -> Vec<File> {
    let mut all = Vec::new();
    for code in (0..0x20u32).chain(0x7f..0xa0) {
        let Some(character) = char::from_u32(code) else { continue };
        if matches!(character, '\t' | '\n' | '\r') {
            continue;
        }
        let expected = if code == 0x85 { "separatore-di-riga" } else { "carattere-di-controllo" };
        all.push(file(format!("U+{code:04X} in a text"), format!("a: \"b{character}c\"\n"), Refused(expected)));
        all.push(file(format!("U+{code:04X} in a key"), format!("a{character}b: c\n"), Refused(expected)));
    }
    for code in [0x61c, 0x200e, 0x200f].into_iter().chain(0x202a..=0x202e).chain(0x2066..=0x2069u32) {
        let Some(character) = char::from_u32(code) else { continue };
        all.push(file(format!("U+{code:04X}"), format!("a: b{character}c # d\n"), Refused("carattere-bidirezionale")));
        let escape = format!("a: \"b\\u{code:04x}c\"\n");
        all.push(file(format!("U+{code:04X} as an escape"), escape, Refused("carattere-bidirezionale")));
    }
    for code in [0xad, 0x200b, 0x200c, 0x200d, 0x2060, 0xfeff, 0xfff9, 0xe0041u32] {
        let Some(character) = char::from_u32(code) else { continue };
        all.push(file(
            format!("U+{code:04X} in an id"),
            format!("a{character}b: c\n"),
            Refused("carattere-invisibile"),
        ));
    }
    for (name, text, expect) in [
        ("line separator", "a: b\u{2028}c: d\n", Refused("separatore-di-riga")),
        ("paragraph separator", "a: |\n  b\u{2029}c\n", Refused("separatore-di-riga")),
        ("next line", "a: b\u{85}c: d\n", Refused("separatore-di-riga")),
        ("NUL as an escape", "a: \"b\\0c\"\n", Refused("carattere-di-controllo")),
        ("escape character as an escape", "a: \"\\e[31mrosso\"\n", Refused("carattere-di-controllo")),
        ("carriage return as an escape", "a: \"b\\rc\"\n", Refused("carattere-di-controllo")),
        ("line separator as an escape", "\"a\\Lb\": c\n", Refused("separatore-di-riga")),
        ("line feed as an escape", "a: \"b\\nc\"\n", Accepted),
        ("U+FFFE", "a: b\u{fffe}\n", Refused("carattere-di-controllo")),
        ("private use", "a: b\u{e000}\n", Accepted),
        ("combining letters", "a: perche\u{301}\n", Accepted),
        ("letters of other alphabets", "a: Ελλάδα Україна العربية 中文 🙂\n", Accepted),
        ("non-breaking space in a text", "a: art.\u{a0}18\n", Accepted),
        ("non-breaking space after a colon", "a:\u{a0}b\n", Refused("spazio-speciale")),
        ("non-breaking space before a key", "a: b\n\u{a0}c: d\n", Refused("spazio-speciale")),
        ("non-breaking space after a dash", "a:\n  - \u{a0}b\n", Refused("spazio-speciale")),
        ("wide space at the end", "a: b\u{3000}\n", Refused("spazio-speciale")),
    ] {
        all.push(file(name, text, expect));
    }
    all
}

pub fn line_ends() -> Vec<File> {
    vec![
        file("CRLF", LEVEL.replace('\n', "\r\n"), Accepted),
        file("CRLF on some lines", LEVEL.replace(":\n", ":\r\n"), Accepted),
        file("CR for LF", LEVEL.replace('\n', "\r"), Refused("ritorno-a-capo")),
        file("CR in a text", "a: \"b\rc\"\n", Refused("ritorno-a-capo")),
        file("CR at the end", "a: b\r", Refused("ritorno-a-capo")),
        file("CR CR LF", "a: b\r\r\n", Refused("ritorno-a-capo")),
        file("LF CR", "a: b\n\rc: d\n\r", Refused("ritorno-a-capo")),
        file("no line end", "a: b", Accepted),
        file("no line end after a block", "a: |\n  b", Accepted),
        file("CRLF in a block", "a: |\r\n  b\r\n  c\r\nd: e\r\n", Accepted),
        file("CRLF in quotes", "a: \"b\r\n  c\"\r\n", Accepted),
        file("empty", "", Refused("file-vuoto")),
        file("one line feed", "\n", Refused("file-vuoto")),
        file("spaces", "   \n  ", Refused("file-vuoto")),
        file("comments only", "# a\n# b: c\n", Refused("file-vuoto")),
        file("comment without line end", "# a", Refused("file-vuoto")),
    ]
}

pub fn subset() -> Vec<File> {
    [
        ("leading separator", "---\na: b\n", Refused("separatore-di-documento")),
        ("leading separator on the line", "--- a\n", Refused("separatore-di-documento")),
        ("separator alone", "---\n", Refused("separatore-di-documento")),
        ("trailing separator", "a: b\n---\n", Refused("piu-documenti")),
        ("two documents", "a: b\n---\nc: d\n", Refused("piu-documenti")),
        ("document end", "a: b\n...\n", Refused("separatore-di-documento")),
        ("document after a document end", "a: b\n...\nc: d\n", Refused("piu-documenti")),
        ("text after a document end", "a: b\n... c\n", Refused("piu-documenti")),
        ("a hundred documents", "---\na: b\n---\na: b\n---\na: b\n", Refused("piu-documenti")),
        ("separator in quotes", "a: \"b\n---\nc\"\n", Refused("sintassi-virgolette")),
        ("separator in a block", "a: |\n  ---\n", Accepted),
        ("dashes in a text", "a: b --- c\n", Accepted),
        ("version directive", "%YAML 1.2\n---\na: b\n", Refused("direttiva")),
        ("old version directive", "%YAML 1.1\n---\na: NO\n", Refused("direttiva")),
        ("tag directive", "%TAG ! tag:example,2000:\n---\na: !b c\n", Refused("direttiva")),
        ("unknown directive", "%FOO bar\n---\na: b\n", Refused("direttiva")),
        ("percent in a text", "a: 50 %\n", Accepted),
        ("percent at the start of a text", "a: %b\n", Refused("sintassi-testo")),
        ("tag !!binary", "a: !!binary aGE=\n", Refused("tag")),
        ("tag !!str", "a: !!str NO\n", Refused("tag")),
        ("tag !!int", "a: !!int \"08\"\n", Refused("tag")),
        ("tag !!set", "a: !!set {b, c}\n", Refused("tag")),
        ("tag !!python/object", "a: !!python/object/apply:os.system [b]\n", Refused("tag")),
        ("local tag", "a: !b c\n", Refused("tag")),
        ("verbatim tag", "a: !<tag:example,2000:b> c\n", Refused("tag")),
        ("unclosed verbatim tag", "a: !<b c\n", Refused("tag")),
        ("undeclared tag handle", "a: !e!b c\n", Refused("tag")),
        ("tag on a list", "a: !b\n  - c\n", Refused("tag")),
        ("tag on a key", "!b a: c\n", Refused("tag")),
        ("tag on nothing", "a: !b\n", Refused("tag")),
        ("exclamation mark alone", "a: ! b\n", Refused("tag")),
        ("exclamation mark in a text", "a: b!\n", Accepted),
        ("at sign", "a: @b\n", Refused("sintassi-testo")),
        ("question mark", "a: {?b: c}\n", Refused("sintassi-testo")),
        ("question mark before a text", "a: [?b]\n", Refused("sintassi-testo")),
        ("question mark on a line of its own", "a: {?\n  :b}\n", Refused("chiave-complessa")),
        ("colon before a text", "a: [:b]\n", Refused("sintassi-testo")),
        ("question mark at the end", "a: perché?\n", Accepted),
        ("backtick", "a: `b`\n", Refused("sintassi-testo")),
        ("a text for a file", "ciao\n", Accepted),
        ("a list for a file", "- a\n- b\n", Accepted),
        ("a list that is swallowed", "a: b\n  - c\n  - d\n", Refused("sintassi-rientro")),
        ("key without space", "a:b\nc: d\n", Refused("sintassi-due-punti")),
        ("two colons", "a: b: c\n", Refused("sintassi-due-punti")),
        ("dash without space", "a:\n  -b\n  - c\n", Either),
        ("dash on the line of its key", "a: - b\n", Refused("sintassi-rientro")),
        ("list among keys", "a: b\n- c\n", Refused("sintassi-rientro")),
        ("unknown escape", "a: \"b\\qc\"\n", Refused("sintassi-sequenza")),
        ("short escape", "a: \"\\u12\"\n", Refused("sintassi-sequenza")),
        ("surrogate escape", "a: \"\\ud800\"\n", Refused("sintassi-sequenza")),
        ("escape beyond Unicode", "a: \"\\U00110000\"\n", Refused("sintassi-sequenza")),
        ("text after a block header", "a: | b\n  c\n", Refused("sintassi-testo")),
        ("block indented by zero", "a: |0\n  b\n", Refused("sintassi-testo")),
        ("comment attached to a text", "a: \"b\"#c\n", Refused("sintassi-testo")),
        ("HTML", "<!DOCTYPE html>\n<html><body>Errore 404</body></html>\n", Either),
        ("JSON", "{\"a\": [1, 2, {\"b\": null}], \"c\": \"d\"}\n", Accepted),
        ("merge conflict", "<<<<<<< HEAD\na: b\n=======\na: c\n>>>>>>> altro\n", Refused("sintassi-due-punti")),
        ("binary", "\u{1}\u{2}PNG\r\n", Refused("carattere-di-controllo")),
    ]
    .map(|(name, text, expect)| file(name, text, expect))
    .to_vec()
}

pub fn unclosed() -> Vec<File> {
    let mut all = Vec::new();
    for (open, code) in [
        ("[", "sintassi-parentesi"),
        ("{", "sintassi-parentesi"),
        ("[a, b", "sintassi-parentesi"),
        ("{a: b", "sintassi-parentesi"),
        ("[a}", "sintassi-parentesi"),
        ("{a: b]", "sintassi-parentesi"),
        ("]", "sintassi-parentesi"),
        ("}", "sintassi-parentesi"),
        ("\"b", "sintassi-virgolette"),
        ("'b", "sintassi-virgolette"),
        ("'l'orientamento'", "sintassi-virgolette"),
        ("\"b\" c", "sintassi-virgolette"),
        ("\"b\\\"", "sintassi-virgolette"),
    ] {
        all.push(file(format!("{open} at the end"), format!("a: {open}\n"), Refused(code)));
        let expect =
            if open.starts_with(['[', '{']) && !open.ends_with([']', '}']) { "sintassi-rientro" } else { code };
        all.push(file(format!("{open} in the middle"), format!("a: {open}\nb: c\nd: e\n"), Refused(expect)));
    }
    all
}
