// SPDX-License-Identifier: EUPL-1.2
//! Style, icons, fonts and scripts of the pages, built into the program by `build.rs`.
//!
//! Pages name a file by its constant (`LEPRE_CSS`, `ICONS_SVG`, …): its address carries the hash of what it holds.

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// A file as `build.rs` has made it.
struct Row {
    name: &'static str,
    hashed: &'static str,
    bytes: &'static [u8],
    gzip: Option<&'static [u8]>,
}

/// What is answered to who asks for a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asset {
    pub content_type: &'static str,
    pub bytes: &'static [u8],
    /// The same bytes packed with gzip, where that is shorter.
    pub gzip: Option<&'static [u8]>,
    /// Under this name there will never be other bytes: it may be kept for ever.
    pub immutable: bool,
}

/// The file that follows `/assets/`: by its hashed name, or by its plain one, which is not immutable.
pub fn asset(name: &str) -> Option<Asset> {
    let row = TABLE.iter().find(|row| row.hashed == name || row.name == name)?;
    Some(Asset {
        content_type: content_type(row.name),
        bytes: row.bytes,
        gzip: row.gzip,
        immutable: row.hashed == name,
    })
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::{HTMX_JS, ICONS_SVG, LEPRE_CSS, LEPRE_JS, TABLE, asset};

    /// A page stays under 60 KiB on its first visit, fonts apart: this is what it may spend beside its own words.
    const BUDGET: usize = 45 * 1024;

    #[test]
    fn a_name_with_its_hash_is_for_ever_and_a_plain_one_is_not() {
        for row in TABLE {
            let hashed = asset(row.hashed).unwrap();
            assert!(hashed.immutable, "{}", row.hashed);
            let plain = asset(row.name).unwrap();
            assert!(!plain.immutable && plain.bytes == hashed.bytes, "{}", row.name);
            assert_ne!(hashed.content_type, "application/octet-stream", "{}", row.name);
            assert!(row.gzip.is_none_or(|gzip| gzip.starts_with(&[0x1f, 0x8b])), "{}", row.name);
        }
        for absent in ["", "manifest.json", "../lepre.css", "lepre.css.gz"] {
            assert!(asset(absent).is_none(), "{absent}");
        }
    }

    #[test]
    fn what_every_page_fetches_is_light() {
        let sent = |address: &str| {
            let asset = address.strip_prefix("/assets/").and_then(asset).unwrap();
            asset.gzip.unwrap_or(asset.bytes).len()
        };
        let total: usize = [LEPRE_CSS, LEPRE_JS, HTMX_JS, ICONS_SVG].into_iter().map(sent).sum();
        assert!(total < BUDGET, "{total} bytes");
    }
}
