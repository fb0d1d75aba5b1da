// SPDX-License-Identifier: EUPL-1.2
//! The largest files, each built only when asked for.

use super::Expect::{self, Accepted, Either, Refused};

pub type Heavy = (&'static str, fn() -> Vec<u8>, Expect);

const MIB: usize = 1024 * 1024;

fn filled(with: &str) -> Vec<u8> {
    with.as_bytes().repeat(4 * MIB / with.len())
}

fn after(start: &str, with: &str) -> Vec<u8> {
    let mut bytes = start.as_bytes().to_vec();
    bytes.extend(with.as_bytes().repeat((4 * MIB - start.len() - 2) / with.len()));
    bytes
}

/// The largest files, built one at a time: nobody holds them all.
pub fn heavy() -> Vec<Heavy> {
    vec![
        ("scalar of 100 MB", || vec![b'a'; 100_000_000], Refused("file-troppo-grande")),
        ("file of 5 MiB", || "a: b\n".repeat(MIB).into_bytes(), Refused("file-troppo-grande")),
        ("a million [", || b"[".repeat(1_000_000), Refused("troppo-profondo")),
        ("a million {", || b"{".repeat(1_000_000), Refused("troppo-profondo")),
        ("a million [{", || b"[{".repeat(500_000), Refused("troppo-profondo")),
        ("a million {a: [", || b"{a: [".repeat(500_000), Refused("troppo-profondo")),
        ("a million ]", || b"]".repeat(1_000_000), Refused("sintassi-parentesi")),
        ("a million [] side by side", || after("[", "[],"), Refused("troppi-nodi")),
        ("a million [[[[]]]] side by side", || after("[", "[[[[]]]],"), Refused("parentesi-annidate")),
        ("a million {a: b} side by side", || after("[", "{a: b},"), Refused("troppi-nodi")),
        ("a million {{}: } keys", || after("{", "{a: b}: c,"), Refused("chiave-complessa")),
        ("4 MiB of plain text", || filled("a"), Refused("testo-troppo-lungo")),
        ("4 MiB of words", || filled("parola "), Refused("testo-troppo-lungo")),
        ("4 MiB of plain lines", || after("a: ", "parola\n "), Refused("testo-troppo-lungo")),
        ("4 MiB of accents", || filled("è"), Refused("testo-troppo-lungo")),
        ("4 MiB of emoji", || filled("🙂"), Refused("testo-troppo-lungo")),
        (
            "4 MiB between quotes",
            || [after("a: \"", "parola "), b"\"".to_vec()].concat(),
            Refused("testo-troppo-lungo"),
        ),
        ("4 MiB between quotes, on lines", || after("a: '", "parola\n "), Refused("sintassi-virgolette")),
        ("4 MiB of escapes", || [after("a: \"", "\\u0041"), b"\"".to_vec()].concat(), Refused("testo-troppo-lungo")),
        ("4 MiB of block", || after("a: |\n", " parola\n"), Refused("testo-troppo-lungo")),
        ("4 MiB of folded block", || after("a: >\n", " parola\n"), Refused("testo-troppo-lungo")),
        ("4 MiB of empty block lines", || after("a: |+\n", "\n"), Refused("testo-troppo-lungo")),
        ("4 MiB of one comment", || filled("#"), Refused("file-vuoto")),
        ("4 MiB of comments", || filled("# commento\n"), Refused("file-vuoto")),
        ("4 MiB of trailing comments", || filled("- a # b\n"), Refused("troppi-nodi")),
        ("4 MiB of spaces", || filled(" "), Refused("file-vuoto")),
        ("4 MiB of line feeds", || filled("\n"), Refused("file-vuoto")),
        ("4 MiB of CRLF", || filled("\r\n"), Refused("file-vuoto")),
        ("4 MiB of CR", || filled("\r"), Refused("ritorno-a-capo")),
        ("4 MiB of NUL", || vec![0; 4 * MIB], Refused("carattere-di-controllo")),
        ("4 MiB of bad bytes", || vec![0xfe; 4 * MIB], Refused("codifica-utf8")),
        ("4 MiB of continuation bytes", || vec![0x80; 4 * MIB], Refused("codifica-utf8")),
        ("4 MiB of bidi controls", || filled("\u{202e}"), Refused("carattere-bidirezionale")),
        ("4 MiB of zero-width spaces", || filled("\u{200b}"), Refused("carattere-invisibile")),
        ("4 MiB of line separators", || filled("\u{2028}"), Refused("separatore-di-riga")),
        ("4 MiB of tabs", || filled("\t"), Refused("tabulazione")),
        ("4 MiB of tabs between texts", || after("[", "a\t,"), Refused("tabulazione")),
        ("4 MiB of tabbed lines", || filled("\ta: b\n"), Refused("tabulazione")),
        ("4 MiB of single quotes", || filled("'"), Either),
        ("4 MiB of double quotes", || filled("\""), Refused("sintassi-virgolette")),
        ("4 MiB of backslashes", || after("\"", "\\"), Refused("sintassi-sequenza")),
        ("4 MiB of anchors", || filled("- &a b\n"), Refused("ancora")),
        ("4 MiB of distinct anchors", many_anchors, Refused("ancora")),
        ("4 MiB of aliases", || after("- &a b\n", "- *a\n"), Refused("alias")),
        ("4 MiB of unknown aliases", || filled("- *a\n"), Refused("alias")),
        ("4 MiB of one anchor name", || after("&", "a"), Refused("ancora")),
        ("4 MiB of tags", || filled("- !a b\n"), Refused("tag")),
        ("4 MiB of one tag", || after("!", "a"), Refused("tag")),
        ("4 MiB of percent escapes in a tag", || after("!", "%41"), Refused("tag")),
        ("4 MiB of directives", || filled("%A b\n"), Refused("direttiva")),
        ("4 MiB of one directive", || after("%", "a"), Refused("direttiva")),
        ("4 MiB of dashes", || filled("- "), Refused("troppo-profondo")),
        ("4 MiB of dashes on lines", || filled("-\n"), Refused("troppi-nodi")),
        ("4 MiB of question marks", || filled("? "), Refused("troppo-profondo")),
        ("4 MiB of question marks on lines", || filled("?\n"), Refused("chiave-vuota")),
        ("4 MiB of colons", || filled(": "), Either),
        ("4 MiB of colons on lines", || filled(":\n"), Refused("chiave-vuota")),
        ("4 MiB of colons in a text", || after("a: b", ":"), Either),
        ("4 MiB of commas", || after("[", ","), Either),
        ("4 MiB of block headers", || filled("- |\n"), Refused("troppi-nodi")),
        ("4 MiB of keys without colon", || filled("a\n"), Refused("testo-troppo-lungo")),
        ("4 MiB of one key", || after("a", "a"), Refused("testo-troppo-lungo")),
        (
            "4 MiB of one key, closed",
            || [filled("a").split_off(2), b":".to_vec()].concat(),
            Refused("sintassi-due-punti"),
        ),
        ("4 MiB of the same key", || filled("a: b\n"), Refused("chiave-doppia")),
        ("4 MiB of empty values", || filled("a:\n"), Refused("chiave-doppia")),
        ("4 MiB of documents", || filled("---\n"), Refused("piu-documenti")),
        ("4 MiB of document ends", || filled("...\n"), Either),
        ("90,000 keys", || many_keys(90_000), Accepted),
        ("150,000 keys", || many_keys(150_000), Refused("troppi-nodi")),
        ("90,000 keys on one line", || many_flow_keys(90_000), Accepted),
        ("190,000 items on one line", || after("[", "a,").into_iter().take(380_001).chain(*b"]").collect(), Accepted),
        ("a map of 2,000 levels", || deep_map(2_000), Refused("troppo-profondo")),
        ("one line of 10,000 dashes", || "- ".repeat(10_000).into_bytes(), Refused("troppo-profondo")),
        ("billion laughs", || laughs(9, 9), Refused("alias")),
        ("quadratic blow-up", || after("a: &a \"testo lungo ripetuto\"\nb:\n", "- *a\n"), Refused("alias")),
    ]
}

fn many_anchors() -> Vec<u8> {
    (0..300_000)
        .map(|number| format!("- &a{number} b\n"))
        .collect::<String>()
        .into_bytes()
        .into_iter()
        .take(4 * MIB - 9)
        .collect()
}

fn many_keys(count: usize) -> Vec<u8> {
    (0..count).map(|number| format!("chiave-{number}: valore\n")).collect::<String>().into_bytes()
}

fn many_flow_keys(count: usize) -> Vec<u8> {
    format!("{{ {} }}", (0..count).map(|number| format!("chiave-{number}: valore")).collect::<Vec<_>>().join(", "))
        .into_bytes()
}

pub fn deep_map(levels: usize) -> Vec<u8> {
    (0..levels).map(|level| format!("{}a:\n", " ".repeat(level))).collect::<String>().into_bytes()
}

pub fn laughs(levels: usize, width: usize) -> Vec<u8> {
    let mut text = String::from("a0: &a0 ha\n");
    for level in 1..=levels {
        let previous = format!("*a{}", level - 1);
        text += &format!("a{level}: &a{level} [{}]\n", vec![previous; width].join(", "));
    }
    text.into_bytes()
}
