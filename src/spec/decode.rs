// SPDX-License-Identifier: EUPL-1.2
//! From the spanned tree to the types of a specification, collecting every fault; and, from the same declarations,
//! the JSON Schema that editors read. One source for both, so that they cannot drift.

use indexmap::IndexMap;
use serde_json::{Map, Value as Json, json};

use crate::calendar::{Day, Length};
use crate::diagnostic::{Diagnostic, Place};
use crate::names::closest;
use crate::spec::source::{Key, Node, NodeValue, Scalar};
use crate::value::Decimal;

/// Faults found so far; reading goes on after each of them.
#[derive(Debug, Default)]
pub struct Faults(pub Vec<Diagnostic>);

impl Faults {
    pub fn error(&mut self, code: &'static str, place: &Place, message: impl Into<String>, help: impl Into<String>) {
        let help: String = help.into();
        let fault = Diagnostic::error(code, place, message);
        self.0.push(if help.is_empty() { fault } else { fault.help(help) });
    }
}

/// Shared definitions of a schema under construction, by name.
pub type Definitions = IndexMap<String, Json>;

/// Something a specification can say: how it is read, and what an editor should know of it.
pub trait Decode: Sized {
    /// Reads the node; `None` after reporting at least one fault.
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self>;
    /// The JSON Schema of what `decode` accepts.
    fn schema(definitions: &mut Definitions) -> Json;
}

/// A value with the place where it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    pub place: Place,
    pub value: T,
}

impl<T: Decode> Decode for Spanned<T> {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        T::decode(node, faults).map(|value| Self { place: node.place.clone(), value })
    }

    fn schema(definitions: &mut Definitions) -> Json {
        T::schema(definitions)
    }
}

/// Nothing written, or a word that every reader of YAML takes for nothing.
pub fn is_nothing(s: &Scalar) -> bool {
    s.is_absent() || (s.is_plain() && matches!(s.text.as_str(), "~" | "null" | "Null" | "NULL"))
}

/// What stands at a node, as a message begins.
pub fn what_is(node: &Node) -> &'static str {
    match &node.value {
        NodeValue::Scalar(s) if is_nothing(s) => "qui non c'è niente",
        NodeValue::Scalar(_) => "qui c'è un valore",
        NodeValue::List(_) => "qui c'è un elenco",
        NodeValue::Map(_) => "qui c'è un gruppo di voci",
    }
}

/// The reader's words in a message, cut where they would fill the screen.
pub fn shown(words: &str) -> String {
    const ENOUGH: usize = 60;
    match words.char_indices().nth(ENOUGH) {
        Some((at, _)) => format!("{}…", words.get(..at).unwrap_or_default()),
        None => words.to_owned(),
    }
}

/// `nel livello`, `nella fonte`, `nell'output`: the name of a record with its preposition.
pub fn in_the(what: &str) -> String {
    // First words of records that are feminine and do not say so by their last letter.
    const FEMININE: [&str; 8] =
        ["citazione", "convocazione", "fonte", "giustificazione", "parte", "registrazione", "sanzione", "voce"];
    let first = what.split(' ').next().unwrap_or_default();
    if what.starts_with(['a', 'e', 'i', 'o', 'u']) {
        format!("nell'{what}")
    } else if first.ends_with(['a', 'à']) || FEMININE.contains(&first) {
        format!("nella {what}")
    } else {
        format!("nel {what}")
    }
}

/// The scalar of a node, or a fault that says what was expected.
pub fn scalar<'a>(node: &'a Node, expected: &str, faults: &mut Faults) -> Option<&'a Scalar> {
    let help = match &node.value {
        NodeValue::Scalar(s) if !is_nothing(s) => return Some(s),
        NodeValue::Scalar(_) => "scrivi il valore dopo i due punti, oppure togli la voce; `~` e `null` vogliono apici",
        NodeValue::List(_) => "togli i trattini o le parentesi quadre e lascia un valore solo",
        NodeValue::Map(_) => {
            "togli le voci rientrate o le parentesi graffe; un testo che contiene `: ` va messo tra apici"
        }
    };
    faults.error("tipo-errato", &node.place, format!("{}, ma serve {expected}", what_is(node)), help);
    None
}

/// The entries of a map, or a fault; `expected` says of what entries it should be made.
pub fn entries<'a>(node: &'a Node, expected: &str, faults: &mut Faults) -> Option<&'a [(Key, Node)]> {
    match &node.value {
        NodeValue::Map(entries) => Some(entries),
        _ => {
            let message = format!("{}, ma servono {expected}", what_is(node));
            faults.error(
                "tipo-errato",
                &node.place,
                message,
                "scrivi `voce: valore`, una per riga, con lo stesso rientro",
            );
            None
        }
    }
}

impl Decode for String {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        let s = scalar(node, "un testo", faults)?;
        if s.text.trim().is_empty() {
            faults.error("testo-vuoto", &node.place, "qui c'è un testo vuoto", "scrivi il testo, oppure togli la voce");
            return None;
        }
        Some(s.text.clone())
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "type": "string", "pattern": "\\S" })
    }
}

impl Decode for bool {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        let s = scalar(node, "`true` o `false`", faults)?;
        match (s.is_plain(), s.text.as_str()) {
            (true, "true") => Some(true),
            (true, "false") => Some(false),
            _ => {
                faults.error(
                    "tipo-errato",
                    &node.place,
                    format!("`{}` non è né vero né falso", shown(&s.text)),
                    "scrivi `true` o `false`, senza apici",
                );
                None
            }
        }
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "type": "boolean" })
    }
}

impl Decode for i64 {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        let s = scalar(node, "un numero intero", faults)?;
        let plain_number = s.is_plain() && !s.looks_leading_zero() && !s.text.starts_with('+');
        match s.text.parse() {
            Ok(n) if plain_number => Some(n),
            _ => {
                faults.error(
                    "tipo-errato",
                    &node.place,
                    format!("`{}` non è un numero intero", shown(&s.text)),
                    "scrivi solo cifre, senza apici, senza punti e senza zeri davanti",
                );
                None
            }
        }
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "type": "integer" })
    }
}

impl Decode for Decimal {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        let s = scalar(node, "un numero", faults)?;
        let plain_number = s.is_plain() && !s.looks_leading_zero() && !s.text.contains(',');
        match s.text.parse() {
            Ok(number) if plain_number => Some(number),
            _ => {
                let help = "scrivi solo cifre, con un punto per i decimali (al massimo sei), senza apici";
                faults.error("tipo-errato", &node.place, format!("`{}` non è un numero", shown(&s.text)), help);
                None
            }
        }
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "type": "number" })
    }
}

impl Decode for Day {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        let s = scalar(node, "una data", faults)?;
        match s.text.parse() {
            Ok(day) => Some(day),
            Err(_) => {
                faults.error(
                    "data-errata",
                    &node.place,
                    format!("`{}` non è una data", shown(&s.text)),
                    "scrivi anno-mese-giorno, per esempio `2024-05-02`; gli anni vanno dal 1900 al 2199",
                );
                None
            }
        }
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "type": "string", "format": "date", "pattern": "^(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}$" })
    }
}

impl Decode for Length {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        let s = scalar(node, "una durata", faults)?;
        let length = s.text.parse();
        if length.is_err() {
            let help = "scrivi un numero da 1 a 9999 e l'unità: per esempio `1 giorno`, `30 giorni`, \
                        `10 giorni lavorativi`, `2 mesi`, `72 ore`";
            faults.error("durata-errata", &node.place, format!("`{}` non è una durata", shown(&s.text)), help);
        }
        length.ok()
    }

    fn schema(_: &mut Definitions) -> Json {
        let one = "1 (giorno|giorno lavorativo|mese|ora)";
        let more = "([2-9]|[1-9][0-9]{1,3}) (giorni|giorni lavorativi|mesi|ore)";
        json!({ "type": "string", "pattern": format!("^({one}|{more})$") })
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        let NodeValue::List(items) = &node.value else {
            let help = "scrivi `[primo, secondo]`, o una voce per riga con `- ` davanti";
            faults.error("tipo-errato", &node.place, format!("{}, ma serve un elenco", what_is(node)), help);
            return None;
        };
        let read: Vec<Option<T>> = items.iter().map(|item| T::decode(item, faults)).collect();
        read.into_iter().collect()
    }

    fn schema(definitions: &mut Definitions) -> Json {
        json!({ "type": "array", "items": T::schema(definitions) })
    }
}

/// One value, or a list of them: `sap: A03` and `sap: [B02, B03]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneOrMany<T>(pub Vec<T>);

impl<T> Default for OneOrMany<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Decode> Decode for OneOrMany<T> {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        match &node.value {
            NodeValue::List(items) if items.is_empty() => {
                faults.error("elenco-vuoto", &node.place, "l'elenco è vuoto", "scrivi un valore, oppure togli la voce");
                None
            }
            NodeValue::List(_) => Vec::decode(node, faults).map(Self),
            _ => T::decode(node, faults).map(|one| Self(vec![one])),
        }
    }

    fn schema(definitions: &mut Definitions) -> Json {
        let one = T::schema(definitions);
        json!({ "anyOf": [one, { "type": "array", "items": one, "minItems": 1 }] })
    }
}

/// A kind of name: what it looks like and how a fault speaks of it.
pub trait Name: Sized {
    const PATTERN: &'static str;
    const RULE: &'static str;
    /// A code may look like a number or a truth, and then wants quotes.
    const CODE: bool;
    fn accepts(text: &str) -> bool;
    fn wrap(text: &str) -> Self;
    fn text(&self) -> &str;
}

/// No name is longer; texts are.
const LONGEST_NAME: usize = 80;
/// Names that a condition would read as something else.
const RESERVED: [&str; 3] = ["true", "false", "in"];

/// Reads a name.
pub fn name<N: Name>(text: &str, place: &Place, faults: &mut Faults) -> Option<N> {
    if N::accepts(text) {
        return Some(N::wrap(text));
    }
    faults.error("nome-errato", place, format!("`{}` non va bene come nome", shown(text)), N::RULE);
    None
}

/// The JSON Schema of a name.
pub fn name_schema<N: Name>() -> Json {
    let mut schema = Map::new();
    schema.insert("type".into(), "string".into());
    schema.insert("pattern".into(), N::PATTERN.into());
    if N::accepts(&"a".repeat(LONGEST_NAME)) {
        schema.insert("maxLength".into(), LONGEST_NAME.into());
    }
    // What the pattern would let through and the name does not.
    let reserved: Vec<&str> =
        RESERVED.into_iter().filter(|word| !N::accepts(word) && N::accepts(&format!("{word}s"))).collect();
    if !reserved.is_empty() {
        schema.insert("not".into(), json!({ "enum": reserved }));
    }
    Json::Object(schema)
}

/// Refuses a code or a word that other readers of YAML take for a number or a truth: `08`, `12`, `NO`.
pub fn quoted_code(s: &Scalar, place: &Place, faults: &mut Faults) -> bool {
    let number = s.is_plain() && !s.text.is_empty() && s.text.bytes().all(|b| b.is_ascii_digit());
    let as_what = match (number, s.looks_boolean()) {
        (true, _) if s.looks_leading_zero() => "un numero, e lo zero davanti si perde",
        (true, _) => "un numero",
        (_, true) => "un vero o falso",
        _ => return true,
    };
    let message = format!("`{}` senza apici per altri programmi è {as_what}", s.text);
    faults.error("codice-senza-apici", place, message, format!("scrivi '{}' tra apici", s.text));
    false
}

macro_rules! name_type {
    ($(#[$doc:meta])* $name:ident, $code:literal, $pattern:literal, $rule:literal, $accepts:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub String);

        impl $crate::spec::decode::Name for $name {
            const PATTERN: &'static str = $pattern;
            const RULE: &'static str = $rule;
            const CODE: bool = $code;
            fn accepts(text: &str) -> bool {
                let accepts: fn(&str) -> bool = $accepts;
                accepts(text)
            }
            fn wrap(text: &str) -> Self {
                Self(text.to_owned())
            }
            fn text(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl $crate::spec::decode::Decode for $name {
            fn decode(node: &$crate::spec::source::Node, faults: &mut $crate::spec::decode::Faults) -> Option<Self> {
                let s = $crate::spec::decode::scalar(node, "un nome", faults)?;
                let name = $crate::spec::decode::name(&s.text, &node.place, faults)?;
                (!$code || $crate::spec::decode::quoted_code(s, &node.place, faults)).then_some(name)
            }

            fn schema(_: &mut $crate::spec::decode::Definitions) -> serde_json::Value {
                $crate::spec::decode::name_schema::<Self>()
            }
        }
    };
}

fn words(text: &str, joint: char, first: fn(char) -> bool) -> bool {
    text.len() <= LONGEST_NAME
        && text.chars().next().is_some_and(first)
        && text.split(joint).all(|w| !w.is_empty() && w.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()))
}

name_type!(
    /// An item of a level, a term, an act, a region: kebab-case.
    Id,
    false,
    "^[a-z0-9]+(-[a-z0-9]+)*$",
    "usa lettere minuscole senza accenti e cifre, con un trattino tra le parole: per esempio `primo-colloquio`",
    |text| words(text, '-', |c| c.is_ascii_lowercase() || c.is_ascii_digit())
);
name_type!(
    /// A fact or a field of evidence: snake_case, since conditions read it as a name.
    FactName,
    false,
    "^[a-z][a-z0-9]*(_[a-z0-9]+)*$",
    "usa lettere minuscole senza accenti e cifre, con una sottolineatura tra le parole: per esempio `data_did`",
    |text| words(text, '_', |c| c.is_ascii_lowercase()) && !RESERVED.contains(&text)
);
name_type!(
    /// The letter of a level: `E`, `F1`.
    Letter,
    false,
    "^[A-Z][0-9]?$",
    "scrivi la lettera del decreto, maiuscola: per esempio `E` o `F1`",
    |text| {
        let mut c = text.chars();
        c.next().is_some_and(|c| c.is_ascii_uppercase()) && c.next().is_none_or(|c| c.is_ascii_digit()) && c.next().is_none()
    }
);
name_type!(
    /// A code of the SAP, section 6: `A03`, `CO`.
    SapCode,
    true,
    "^[A-Z0-9]{2,3}$",
    "un codice SAP ha due o tre caratteri, lettere maiuscole e cifre: per esempio `A03`; se comincia con zero scrivilo tra apici",
    |text| (2..=3).contains(&text.len()) && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
);
name_type!(
    /// Two digits that are a code, never a number: quoted in YAML.
    TwoDigits,
    true,
    "^[0-9]{2}$",
    "servono due cifre tra apici: per esempio '08'",
    |text| text.len() == 2 && text.chars().all(|c| c.is_ascii_digit())
);

/// A map keyed by names, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entries<N, T>(pub Vec<Entry<N, T>>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<N, T> {
    pub name: Spanned<N>,
    pub value: T,
}

impl<N, T> Default for Entries<N, T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<N: Name, T> Entries<N, T> {
    pub fn get(&self, name: &str) -> Option<&T> {
        self.0.iter().find(|e| e.name.value.text() == name).map(|e| &e.value)
    }

    pub fn entry(&self, name: &str) -> Option<&Entry<N, T>> {
        self.0.iter().find(|e| e.name.value.text() == name)
    }

    pub fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.0.iter().map(|e| e.name.value.text())
    }
}

impl<N: Name, T: Decode> Decode for Entries<N, T> {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        let entries = entries(node, "voci con un nome ciascuna", faults)?;
        let read: Vec<Option<Entry<N, T>>> = entries
            .iter()
            .map(|(key, node)| {
                let name = name::<N>(&key.text, &key.place, faults);
                let value = T::decode(node, faults);
                Some(Entry { name: Spanned { place: key.place.clone(), value: name? }, value: value? })
            })
            .collect();
        read.into_iter().collect::<Option<_>>().map(Self)
    }

    fn schema(definitions: &mut Definitions) -> Json {
        let value = T::schema(definitions);
        json!({ "type": "object", "propertyNames": name_schema::<N>(), "additionalProperties": value })
    }
}

/// A map whose keys are being taken one by one; what is never asked for is unknown.
pub struct Fields<'a> {
    pub place: &'a Place,
    what: &'static str,
    entries: &'a [(Key, Node)],
}

impl<'a> Fields<'a> {
    /// Opens the map of a `what` and reports the keys that are not among `known`.
    pub fn open(node: &'a Node, what: &'static str, known: &[&str], faults: &mut Faults) -> Option<Self> {
        let entries = entries(node, &format!("le voci d{}", in_the(what).get(1..).unwrap_or_default()), faults)?;
        for (key, _) in entries {
            if !known.contains(&key.text.as_str()) {
                let help = closest(&key.text, known.iter().copied()).map_or_else(
                    || format!("le voci ammesse sono: {}", known.join(", ")),
                    |near| format!("forse volevi dire `{near}`"),
                );
                faults.error(
                    "voce-sconosciuta",
                    &key.place,
                    format!("la voce `{}` è sconosciuta {}", shown(&key.text), in_the(what)),
                    help,
                );
            }
        }
        Some(Self { place: &node.place, what, entries })
    }

    pub fn node(&self, key: &str) -> Option<&'a Node> {
        self.entries.iter().find(|(k, _)| k.text == key).map(|(_, node)| node)
    }

    pub fn required<T: Decode>(&self, key: &str, help: &str, faults: &mut Faults) -> Option<T> {
        match self.node(key) {
            Some(node) => T::decode(node, faults),
            None => {
                faults.error(
                    "voce-mancante",
                    self.place,
                    format!("manca la voce `{key}` {}", in_the(self.what)),
                    format!("aggiungi `{key}`: {help}"),
                );
                None
            }
        }
    }

    /// `Some(None)` when absent, `None` when present and faulty.
    pub fn optional<T: Decode>(&self, key: &str, faults: &mut Faults) -> Option<Option<T>> {
        self.node(key).map_or(Some(None), |node| T::decode(node, faults).map(Some))
    }

    pub fn or_default<T: Decode + Default>(&self, key: &str, faults: &mut Faults) -> Option<T> {
        self.optional(key, faults).map(Option::unwrap_or_default)
    }
}

/// Puts a description beside a schema.
pub fn described(mut schema: Json, description: &str) -> Json {
    if schema.get("$ref").is_some() {
        return json!({ "allOf": [schema], "description": description });
    }
    if let Some(map) = schema.as_object_mut() {
        map.insert("description".into(), description.into());
    }
    schema
}

/// The schema of a record, registered once under its name.
pub fn define(what: &str, definitions: &mut Definitions, build: impl FnOnce(&mut Definitions) -> Json) -> Json {
    // A reference is a URI: only plain letters and hyphens.
    let name = what.replace('à', "a").replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    if !definitions.contains_key(&name) {
        definitions.insert(name.clone(), Json::Null);
        let schema = build(definitions);
        definitions.insert(name.clone(), schema);
    }
    json!({ "$ref": format!("#/$defs/{name}") })
}

/// An object schema from its properties; used by `record!`.
pub fn object(description: &str, properties: Map<String, Json>, required: Vec<&str>) -> Json {
    let mut schema = json!({ "type": "object", "description": description, "properties": properties, "additionalProperties": false });
    if let (false, Some(map)) = (required.is_empty(), schema.as_object_mut()) {
        map.insert("required".into(), json!(required));
    }
    schema
}

/// Declares a record of the language: a struct, how it is read and its schema.
///
/// `required` fields must be there, `optional` ones become `Option`, `default` ones their type's default. The words
/// after each key are the description an official reads in the editor and in the fault of a missing key.
macro_rules! record {
    ($(#[$doc:meta])* $name:ident, $what:literal; $($mode:ident $field:ident: $type:ty = $key:literal, $words:literal;)*) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name {
            pub place: $crate::diagnostic::Place,
            $(pub $field: $crate::spec::decode::record!(@type $mode $type),)*
        }

        impl $crate::spec::decode::Decode for $name {
            fn decode(node: &$crate::spec::source::Node, faults: &mut $crate::spec::decode::Faults) -> Option<Self> {
                let fields = $crate::spec::decode::Fields::open(node, $what, &[$($key),*], faults)?;
                $(let $field = $crate::spec::decode::record!(@read $mode fields, $key, $words, faults);)*
                Some(Self { place: node.place.clone(), $($field: $field?,)* })
            }

            fn schema(definitions: &mut $crate::spec::decode::Definitions) -> serde_json::Value {
                $crate::spec::decode::define($what, definitions, |definitions| {
                    let mut properties = serde_json::Map::new();
                    $(
                        let schema = <$type as $crate::spec::decode::Decode>::schema(definitions);
                        properties.insert($key.into(), $crate::spec::decode::described(schema, $words));
                    )*
                    let required: [Option<&str>; _] = [$($crate::spec::decode::record!(@require $mode $key)),*];
                    $crate::spec::decode::object($what, properties, required.into_iter().flatten().collect())
                })
            }
        }
    };
    (@type required $type:ty) => { $type };
    (@type optional $type:ty) => { Option<$type> };
    (@type default $type:ty) => { $type };
    (@read required $fields:ident, $key:literal, $words:literal, $faults:ident) => { $fields.required($key, $words, $faults) };
    (@read optional $fields:ident, $key:literal, $words:literal, $faults:ident) => { $fields.optional($key, $faults) };
    (@read default $fields:ident, $key:literal, $words:literal, $faults:ident) => { $fields.or_default($key, $faults) };
    (@require required $key:literal) => { Some($key) };
    (@require optional $key:literal) => { None };
    (@require default $key:literal) => { None };
}

/// The schema of a closed list of words; `true` and `false` may stand with or without quotes.
pub fn words_schema(words: &[&str]) -> Json {
    let mut all: Vec<Json> = words.iter().filter_map(|word| word.parse().ok()).map(Json::Bool).collect();
    all.extend(words.iter().map(|word| Json::from(*word)));
    json!({ "enum": all })
}

/// Declares a closed list of words: an enum, how it is read and its schema.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident, $what:literal; $($(#[$vdoc:meta])* $variant:ident = $word:literal;)*) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant,)* }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word in specifications, events and on screen.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }
        }

        impl $crate::spec::decode::Decode for $name {
            fn decode(node: &$crate::spec::source::Node, faults: &mut $crate::spec::decode::Faults) -> Option<Self> {
                let s = $crate::spec::decode::scalar(node, $what, faults)?;
                let found = Self::from_word(&s.text);
                if found.is_some() && !matches!(s.text.as_str(), "true" | "false") {
                    return found.filter(|_| $crate::spec::decode::quoted_code(s, &node.place, faults));
                }
                if found.is_none() {
                    let words = [$($word),*];
                    let help = $crate::names::closest(&s.text, words).map_or_else(
                        || format!("scrivi una di queste parole: {}", words.join(", ")),
                        |near| format!("forse volevi dire `{near}`"),
                    );
                    let message = format!("`{}` non è {}", $crate::spec::decode::shown(&s.text), $what);
                    faults.error("parola-sconosciuta", &node.place, message, help);
                }
                found
            }

            fn schema(_: &mut $crate::spec::decode::Definitions) -> serde_json::Value {
                $crate::spec::decode::words_schema(&[$($word),*])
            }
        }
    };
}

pub(crate) use choice;
pub(crate) use record;
