// SPDX-License-Identifier: EUPL-1.2
//! The level, damaged.

use super::Expect::{Either, Refused};
use super::{File, LEVEL, Random, file};

/// The level with each of its lines moved by a space to the right, or to the left.
pub fn indentation() -> Vec<File> {
    let lines: Vec<&str> = LEVEL.lines().collect();
    let mut all = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let mut moved: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        moved[number] = format!(" {line}");
        all.push(file(format!("line {} to the right", number + 1), moved.join("\n"), Either));
        if let Some(left) = line.strip_prefix(' ') {
            moved[number] = left.to_owned();
            all.push(file(format!("line {} to the left", number + 1), moved.join("\n"), Either));
        }
    }
    all
}

pub fn truncations() -> Vec<File> {
    let bytes = LEVEL.as_bytes();
    (0..bytes.len()).step_by(50).map(|end| file(format!("cut at byte {end}"), &bytes[..end], Either)).collect()
}

pub fn mutations() -> Vec<File> {
    const SIGNS: &[u8] = b" \n\t:-[]{},#&*!|>'\"%@`?~<=0aA\\\r\0\xc3\xff";
    (0..150)
        .map(|seed| {
            let mut random = Random(seed);
            let mut bytes = LEVEL.as_bytes().to_vec();
            for _ in 0..=random.below(4) {
                let at = random.below(bytes.len());
                let sign = *random.one_of(SIGNS);
                match random.below(4) {
                    0 => bytes[at] = sign,
                    1 => bytes.insert(at, sign),
                    2 => drop(bytes.remove(at)),
                    _ => {
                        let end = (at + random.below(40)).min(bytes.len());
                        let piece = bytes[at..end].to_vec();
                        let to = random.below(bytes.len());
                        bytes.splice(to..to, piece);
                    }
                }
            }
            file(format!("mutation of seed {seed}"), bytes, Either)
        })
        .collect()
}

pub fn invalid_bytes() -> Vec<File> {
    (0..25)
        .map(|seed| {
            let mut random = Random(1_000 + seed);
            let mut bytes = LEVEL.as_bytes().to_vec();
            let at = 10 + random.below(bytes.len() - 10);
            bytes.insert(at, *random.one_of(&[0xff, 0xfe, 0xc0, 0xf8, 0x80, 0xe9]));
            file(format!("bad byte, seed {seed}"), bytes, Refused("codifica-utf8"))
        })
        .collect()
}
