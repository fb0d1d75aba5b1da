// SPDX-License-Identifier: EUPL-1.2
//! The workflow drawn: nothing left out, nothing on top of something else, one outline for the picture and for the page.

use lepre::drawing::{Picture, dot, outline, svg};
use lepre::rulebook::Rulebook;

use super::{LETTERS, change, copy, fine, rulebook};

#[test]
fn drawings_say_everything_and_nothing_overlaps() {
    for letter in LETTERS {
        let rulebook = rulebook(letter);
        let picture = Picture::new(&rulebook);
        let outline: String = outline(&picture).iter().map(|line| format!("{}\n", line.words)).collect();
        let (svg, dot) = (svg(&picture), dot(&picture));
        balanced(&svg);
        assert!(svg.contains("role=\"img\"") && svg.contains("<title id=") && svg.contains("<desc id="));
        let described = svg.split("<desc").nth(1).and_then(|rest| rest.split("</desc>").next()).unwrap();
        assert!(dot.starts_with("digraph lepre {\n") && dot.ends_with("}\n"));
        for item in &rulebook.items {
            let step = format!("{} `{}`, ", item.kind.word(), item.id);
            assert!(outline.contains(&step) && described.contains(&step), "{letter} {}", item.id);
            assert!(dot.contains(&format!("label=\"{} {}\\n", item.kind.word(), item.id)), "{letter} {}", item.id);
        }
        let edges: usize = rulebook.items.iter().map(|item| item.prerequisites().count()).sum();
        assert_eq!(dot.matches(" -> ").count(), edges);
        let boxes = boxes(&svg);
        assert_eq!(boxes.len(), rulebook.items.len(), "{letter}");
        for (i, a) in boxes.iter().enumerate() {
            for b in boxes.iter().skip(i + 1) {
                let apart = a[0] + a[2] <= b[0] || b[0] + b[2] <= a[0] || a[1] + a[3] <= b[1] || b[1] + b[3] <= a[1];
                assert!(apart, "{letter}: {a:?} and {b:?}");
            }
        }
    }
}

#[test]
fn the_command_gives_the_rulebook_and_its_drawings() {
    let (rulebook, picture) = (rulebook("E"), Picture::new(&rulebook("E")));
    let stored = fine(&["show", "E", "--format", "json"]);
    assert_eq!(stored.trim_end(), rulebook.stored());
    assert_eq!(Rulebook::read(&stored).unwrap().digest(), rulebook.digest());
    assert_eq!(fine(&["show", "E", "--format", "svg"]), svg(&picture));
    assert_eq!(fine(&["show", "E", "--format", "dot"]), dot(&picture));
    let text = fine(&["show", "E"]);
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let steps: Vec<String> = outline(&picture).into_iter().map(|line| line.words).collect();
    assert!(flat(&text).ends_with(&flat(&steps.join(" "))), "{text}");
}

/// x, y, width, height of every box: a rectangle, or a sheet with a folded corner.
fn boxes(svg: &str) -> Vec<[f64; 4]> {
    let groups = svg.split("<g>").skip(1);
    groups
        .map(|group| {
            let number = |key: &str| -> f64 {
                group.split(&format!(" {key}=\"")).nth(1).unwrap().split('"').next().unwrap().parse().unwrap()
            };
            let Some(sheet) = group.split("<path d=\"M").nth(1) else {
                return [number("x"), number("y"), number("width"), number("height")];
            };
            let numbers: Vec<f64> = sheet
                .split('"')
                .next()
                .unwrap()
                .split(|c: char| !c.is_ascii_digit() && c != '.' && c != '-')
                .filter_map(|n| n.parse().ok())
                .collect();
            [numbers[0], numbers[1], numbers[2] + numbers[3], numbers[4] + numbers[5]]
        })
        .collect()
}

/// Every element is closed in its turn, and nothing is left to be read as markup.
fn balanced(svg: &str) {
    let mut open: Vec<&str> = Vec::new();
    for piece in svg.split('<').skip(1) {
        let (tag, rest) = piece.split_once('>').unwrap();
        assert!(!rest.contains('>'), "{piece}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(tag.split(' ').next().unwrap());
        }
        for entity in rest.split('&').skip(1) {
            assert!(["amp;", "lt;", "gt;", "quot;"].iter().any(|known| entity.starts_with(known)), "{rest}");
        }
    }
    assert!(open.is_empty());
}

/// A specification is somebody's text: whatever it says, a drawing is one drawing and its text is text.
#[test]
fn markup_in_a_text_stays_text() {
    let (_folder, specs) = copy();
    let a = specs.join("nazionale/a-accoglienza-e-prima-informazione.yaml");
    let words = "testo: '<script>x</script> & \"virgolette\" \\ fine]]>'";
    change(&a, "testo: spiegare da chi è composta la rete dei servizi competenti", words);
    let svg = fine(&["--specs", specs.to_str().unwrap(), "show", "A", "--format", "svg"]);
    balanced(&svg);
    assert!(!svg.contains("<script>") && svg.contains("&lt;script&gt;"));
    let dot = fine(&["--specs", specs.to_str().unwrap(), "show", "A", "--format", "dot"]);
    assert!(dot.contains("\\\"virgolette\\\"") && dot.contains("\\\\ fine"), "{dot}");
}
