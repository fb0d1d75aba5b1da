// SPDX-License-Identifier: EUPL-1.2
//! `publiccode.yml` is what catalogues of public software ask for (version 0.7.0), read with lepre's own reader of YAML.

use std::fs;
use std::path::Path;

use lepre::spec::source::{Node, NodeValue, parse};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> Node {
    parse(path, &fs::read(root().join(path)).unwrap()).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

/// What stands at a path of keys.
fn at<'a>(node: &'a Node, path: &str) -> Option<&'a Node> {
    path.split('/').try_fold(node, |node, key| match &node.value {
        NodeValue::Map(entries) => entries.iter().find(|(name, _)| name.text == key).map(|(_, value)| value),
        _ => None,
    })
}

fn texts(node: &Node) -> Vec<String> {
    match &node.value {
        NodeValue::Scalar(scalar) => vec![scalar.text.clone()],
        NodeValue::List(items) => items.iter().flat_map(texts).collect(),
        NodeValue::Map(entries) => entries.iter().flat_map(|(_, value)| texts(value)).collect(),
    }
}

fn text(node: &Node, path: &str) -> String {
    at(node, path).map(|value| texts(value).join(" ")).unwrap_or_else(|| panic!("publiccode.yml: no `{path}`"))
}

#[test]
fn every_mandatory_key_is_there() {
    let entry = read("publiccode.yml");
    for path in [
        "publiccodeYmlVersion",
        "name",
        "url",
        "platforms",
        "developmentStatus",
        "softwareType",
        "description/it/shortDescription",
        "description/it/longDescription",
        "description/it/features",
        "legal/license",
        "maintenance/type",
        "localisation/localisationReady",
        "localisation/availableLanguages",
    ] {
        assert!(!text(&entry, path).trim().is_empty(), "publiccode.yml: `{path}` is empty");
    }
    assert_eq!(text(&entry, "publiccodeYmlVersion"), "0.7.0");
    assert!(["concept", "development", "beta", "stable", "obsolete"].contains(&&*text(&entry, "developmentStatus")));
    match &*text(&entry, "maintenance/type") {
        "internal" | "community" => assert!(at(&entry, "maintenance/contacts").is_some(), "who maintains it?"),
        "contract" => assert!(at(&entry, "maintenance/contractors").is_some(), "who is under contract?"),
        other => assert_eq!(other, "none"),
    }
    assert!(at(&entry, "organisation").is_none_or(|node| at(node, "uri").is_some()), "an organisation has its `uri`");
    assert!(at(&entry, "it").is_none(), "the Italian section is deprecated");
    assert!(at(&entry, "legal/repoOwner").is_none(), "`legal/repoOwner` is deprecated");
}

#[test]
fn descriptions_have_the_length_that_is_asked() {
    let entry = read("publiccode.yml");
    let NodeValue::Map(languages) = &at(&entry, "description").unwrap().value else { panic!("no languages") };
    for (language, description) in languages {
        let length = |key| text(description, key).chars().count();
        assert!(length("shortDescription") <= 150, "{}", language.text);
        assert!((150..=10_000).contains(&length("longDescription")), "{}", language.text);
        for feature in texts(at(description, "features").unwrap()) {
            assert!(feature.chars().count() <= 100, "{feature}");
        }
    }
}

#[test]
fn it_says_what_the_rest_of_the_repository_says() {
    let entry = read("publiccode.yml");
    assert_eq!(text(&entry, "name"), env!("CARGO_PKG_NAME"));
    assert_eq!(text(&entry, "softwareVersion"), env!("CARGO_PKG_VERSION"));
    assert_eq!(text(&entry, "legal/license"), env!("CARGO_PKG_LICENSE"));
    assert_eq!(text(&entry, "supports"), text(&read("specs/catalogo/norme.yaml"), "dm-4-2018/urn"));
    let licence = fs::read_to_string(root().join("LICENSE")).unwrap();
    assert!(licence.starts_with("EUROPEAN UNION PUBLIC LICENCE v. 1.2\nEUPL © the European Union 2007, 2016\n"));
    for article in 1..=15 {
        assert!(licence.contains(&format!("\n{article}.")), "LICENSE: no article {article}");
    }
    let log = fs::read_to_string(root().join("CHANGELOG.md")).unwrap();
    assert!(log.contains(concat!("\n## [", env!("CARGO_PKG_VERSION"), "]")), "CHANGELOG.md does not tell this version");
}
