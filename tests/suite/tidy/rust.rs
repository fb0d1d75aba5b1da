// SPDX-License-Identifier: EUPL-1.2
//! Rust text with all that is not code made blank; lines and columns stay where they were.

/// The code: comments, and the insides of texts and characters, become spaces.
pub fn code(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (kept, length) = piece(rest, out.chars().next_back());
        let taken = &rest[..length.max(first.len_utf8())];
        match kept {
            Kept::All => out.push_str(taken),
            Kept::Ends => {
                let last = taken.char_indices().next_back().map_or(0, |(at, _)| at);
                out.push_str(&taken[..first.len_utf8()]);
                blank(&mut out, &taken[first.len_utf8().min(last)..last]);
                out.push_str(&taken[last.max(first.len_utf8())..]);
            }
            Kept::None => blank(&mut out, taken),
        }
        rest = &rest[taken.len()..];
    }
    out
}

enum Kept {
    All,
    /// A text: its quotes stay.
    Ends,
    None,
}

fn blank(out: &mut String, text: &str) {
    out.extend(text.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
}

/// What stands first in the text, and its length in bytes; `before` is the character that came before.
fn piece(text: &str, before: Option<char>) -> (Kept, usize) {
    if text.starts_with("//") {
        return (Kept::None, text.find('\n').unwrap_or(text.len()));
    }
    if text.starts_with("/*") {
        return (Kept::None, nested(text));
    }
    if text.starts_with('"') {
        return (Kept::Ends, quoted(text, '"'));
    }
    if !before.is_some_and(is_word)
        && let Some(length) = raw(text)
    {
        return (Kept::Ends, length);
    }
    if text.starts_with('\'') && is_character(text) {
        return (Kept::Ends, quoted(text, '\''));
    }
    (Kept::All, 0)
}

fn nested(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of a raw text such as `r#"…"#`, if one begins here.
fn raw(text: &str) -> Option<usize> {
    let body = text.strip_prefix("br").or_else(|| text.strip_prefix("cr")).or_else(|| text.strip_prefix('r'))?;
    let hashes = body.len() - body.trim_start_matches('#').len();
    let inside = body[hashes..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    let opened = text.len() - inside.len();
    Some(inside.find(&close).map_or(text.len(), |at| opened + at + close.len()))
}

/// A character, and not a lifetime.
fn is_character(text: &str) -> bool {
    let mut after = text.chars().skip(1);
    match (after.next(), after.next()) {
        (Some('\\'), _) => true,
        (Some(_), Some(end)) => end == '\'',
        _ => false,
    }
}

pub fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The code without what is compiled for tests only.
pub fn without_tests(code: &str) -> String {
    if code.contains("#![cfg(test)]") {
        return code.chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
    }
    let mut out = code.to_owned();
    while let Some(start) = out.find("#[cfg(test)]") {
        let end = start + item_length(&out[start..]);
        let mut blanked = String::new();
        blank(&mut blanked, &out[start..end]);
        out.replace_range(start..end, &blanked);
    }
    out
}

/// Up to the end of the item that begins here: its closing brace, or a semicolon outside braces.
fn item_length(code: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in code.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            ';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    code.len()
}

/// The bytes where `word` stands as whole words; where it begins or ends with a sign, any neighbour will do.
pub fn occurrences<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    code.match_indices(word).map(|(at, _)| at).filter(move |at| {
        let before = code[..*at].chars().next_back().is_some_and(is_word);
        let after = code[at + word.len()..].chars().next().is_some_and(is_word);
        !(before && word.starts_with(is_word) || after && word.ends_with(is_word))
    })
}

pub fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::{code, occurrences, without_tests};

    #[test]
    fn only_code_is_left() {
        let kept = code("a // Instant\nb /* x /* y */ z */ c \"std::fs \\\" d\" r#\"e \" f\"# 'g' '\\'' &'h i");
        assert_eq!(
            kept.split_whitespace().collect::<Vec<_>>(),
            ["a", "b", "c", "\"", "\"", "r", "#", "'", "'", "'", "'", "&'h", "i"]
        );
        assert_eq!(code("x\n// y\nz").matches('\n').count(), 2);
        assert_eq!(code("\"\" b"), "\"\" b");
        assert_eq!(code("'è' b"), "' ' b");
    }

    #[test]
    fn what_is_for_tests_only_goes() {
        let kept = without_tests(
            "fn a() { b { } }\n#[cfg(test)]\nmod tests { fn c() { d {} } }\nfn e() {}\n#[cfg(test)]\nuse f;\ng",
        );
        assert_eq!(kept.split_whitespace().collect::<String>(), "fna(){b{}}fne(){}g");
        assert_eq!(kept.matches('\n').count(), 6);
    }

    #[test]
    fn a_word_is_not_found_inside_another() {
        assert_eq!(occurrences("rand brand rands x.rand()", "rand").count(), 2);
        assert_eq!(occurrences("a.unwrap() .unwrap()", ".unwrap()").count(), 2);
    }
}
