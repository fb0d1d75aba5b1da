// SPDX-License-Identifier: EUPL-1.2
//! The Italian guidelines on interoperability, in our own words: what a document must say to be published. Each rule is
//! shown a document that breaks it, and must see it.

use lepre::config::Config;
use lepre::http::document;
use serde_json::{Value as Json, json};

/// A rule: what it asks, what breaks it.
type Rule = (&'static str, fn(&Json) -> Vec<String>, fn(&mut Json));

const RULES: [Rule; 17] = [
    ("there is `/status`, 200 as JSON and 503 as a problem", status, |d| {
        _ = d["paths"].as_object_mut().unwrap().remove("/status")
    }),
    ("a trouble is a problem", problems, |d| {
        d["components"]["responses"]["Problema404"]["content"] = json!({ "application/json": {} })
    }),
    ("somebody can be asked", contact, |d| _ = d["info"].as_object_mut().unwrap().remove("contact")),
    ("the interface is told in one line", summary, |d| d["info"]["x-summary"] = json!("")),
    ("the version is semantic", version, |d| d["info"]["version"] = json!("uno")),
    ("servers are described and use https, or are a rehearsal", servers, |d| {
        d["servers"] = json!([{ "url": "http://x", "description": "x" }])
    }),
    ("numbers have a format and bounds", numbers, |d| {
        d["components"]["schemas"]["Livello"]["properties"]["x"] = json!({ "type": "integer" })
    }),
    ("texts have a length, a format or an enumeration", texts, |d| {
        d["components"]["schemas"]["Livello"]["properties"]["x"] = json!({ "type": "string" })
    }),
    ("lists have bounds", lists, |d| {
        d["components"]["schemas"]["Livello"]["properties"]["x"] = json!({ "type": "array" })
    }),
    ("no object is left open", objects, |d| {
        d["components"]["schemas"]["Livello"]["additionalProperties"] = json!(true)
    }),
    ("a GET has no body", get_bodies, |d| d["paths"]["/api/v1/livelli"]["get"]["requestBody"] = json!({})),
    ("no header that the specification forbids, none beginning with X-", header_names, |d| {
        d["paths"]["/api/v1/livelli"]["get"]["parameters"] = json!([{ "in": "header", "name": "Authorization" }]);
    }),
    ("no credential in an address", credentials, |d| {
        d["paths"]["/api/v1/livelli"]["get"]["parameters"] = json!([{ "in": "query", "name": "apikey" }]);
    }),
    ("answers tell how much may be asked, and 429 when", limits, |d| {
        _ = d["components"]["responses"]["Problema429"]["headers"].as_object_mut().unwrap().remove("RateLimit-Reset");
    }),
    ("what writes is protected, and by a sound scheme", protected, |d| {
        d["paths"]["/api/v1/pratiche"]["post"]["security"] = json!([])
    }),
    ("paths are in kebab-case", kebab, |d| d["paths"]["/api/v1/unaCosa"] = json!({})),
    ("an answer is an object, and says whether it may be kept", answers, |d| {
        d["components"]["schemas"]["Livelli"] = json!({ "type": "array", "minItems": 0, "maxItems": 1, "items": {} });
    }),
];

#[test]
fn the_document_keeps_every_rule() {
    for config in
        [Config::default(), Config { public_url: Some("https://lepre.regione.test".into()), ..Config::default() }]
    {
        let document = document(&config);
        let broken: Vec<String> = RULES
            .iter()
            .flat_map(|(rule, check, _)| check(&document).into_iter().map(move |at| format!("{rule}: {at}")))
            .collect();
        assert!(broken.is_empty(), "{}", broken.join("\n"));
    }
}

#[test]
fn every_rule_sees_what_breaks_it() {
    for (rule, check, breaks) in RULES {
        let mut document = document(&Config::default());
        breaks(&mut document);
        assert!(!check(&document).is_empty(), "{rule}: not seen");
    }
}

/// What a `$ref` names, or the thing itself.
fn resolved<'a>(document: &'a Json, json: &'a Json) -> &'a Json {
    json["$ref"].as_str().and_then(|name| document.pointer(&name[1..])).unwrap_or(json)
}

fn operations(document: &Json) -> impl Iterator<Item = (String, &Json)> {
    document["paths"].as_object().unwrap().iter().flat_map(|(path, methods)| {
        methods.as_object().unwrap().iter().map(move |(method, operation)| (format!("{method} {path}"), operation))
    })
}

fn responses(document: &Json) -> impl Iterator<Item = (String, &str, &Json)> {
    operations(document).flat_map(move |(at, operation)| {
        operation["responses"]
            .as_object()
            .into_iter()
            .flatten()
            .map(move |(status, response)| (at.clone(), status.as_str(), resolved(document, response)))
    })
}

/// Every object of the document that is a schema of a type, with where it stands.
fn typed<'a>(document: &'a Json, kind: &str) -> Vec<(String, &'a Json)> {
    fn walk<'a>(at: &str, json: &'a Json, kind: &str, found: &mut Vec<(String, &'a Json)>) {
        match json {
            Json::Object(map) => {
                let is = |word: &Json| word == kind;
                if map.get("type").is_some_and(|word| is(word) || word.as_array().is_some_and(|any| any.iter().any(is)))
                {
                    found.push((at.to_owned(), json));
                }
                map.iter().for_each(|(key, value)| walk(&format!("{at}/{key}"), value, kind, found));
            }
            Json::Array(list) => {
                list.iter().enumerate().for_each(|(n, value)| walk(&format!("{at}/{n}"), value, kind, found))
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk("", document, kind, &mut found);
    found
}

fn lacking(found: Vec<(String, &Json)>, keys: &[&str]) -> Vec<String> {
    let lacks = |schema: &Json| keys.iter().find(|key| schema[**key].is_null()).copied();
    found.into_iter().filter_map(|(at, schema)| lacks(schema).map(|key| format!("{at}: no {key}"))).collect()
}

fn status(document: &Json) -> Vec<String> {
    let responses = &document["paths"]["/status"]["get"]["responses"];
    let up = responses["200"]["content"]["application/json"].is_object();
    let down = resolved(document, &responses["503"])["content"]["application/problem+json"].is_object();
    if up && down { Vec::new() } else { vec!["/status".into()] }
}

fn problems(document: &Json) -> Vec<String> {
    let wrong = responses(document).filter(|(_, status, response)| {
        let media: Vec<&String> = response["content"].as_object().into_iter().flat_map(serde_json::Map::keys).collect();
        !status.starts_with('2') && media != ["application/problem+json"]
    });
    wrong.map(|(at, status, _)| format!("{at} {status}")).collect()
}

fn contact(document: &Json) -> Vec<String> {
    if document["info"]["contact"]["url"].is_string() { Vec::new() } else { vec!["info.contact".into()] }
}

fn summary(document: &Json) -> Vec<String> {
    let told = |key: &str| document["info"][key].as_str().is_some_and(|words| !words.is_empty());
    if told("x-summary") && told("termsOfService") { Vec::new() } else { vec!["info".into()] }
}

fn version(document: &Json) -> Vec<String> {
    let version = document["info"]["version"].as_str().unwrap_or_default();
    let numbers: Vec<&str> = version.split(['-', '+']).next().unwrap_or_default().split('.').collect();
    let sound = numbers.len() == 3 && numbers.iter().all(|n| n.parse::<u32>().is_ok());
    if sound && document["openapi"].as_str().is_some_and(|v| v.starts_with("3.")) {
        Vec::new()
    } else {
        vec![version.into()]
    }
}

fn servers(document: &Json) -> Vec<String> {
    let servers = document["servers"].as_array().unwrap();
    let sound = |server: &&Json| {
        let url = server["url"].as_str().unwrap_or_default();
        server["description"].is_string() && (url.starts_with("https://") || server["x-sandbox"] == true)
    };
    servers.iter().filter(|server| !sound(server)).map(ToString::to_string).collect()
}

fn numbers(document: &Json) -> Vec<String> {
    let mut found = typed(document, "integer");
    found.extend(typed(document, "number"));
    lacking(found, &["format", "minimum", "maximum"])
}

fn texts(document: &Json) -> Vec<String> {
    let free = typed(document, "string").into_iter().filter(|(_, s)| s["enum"].is_null() && s["format"].is_null());
    lacking(free.collect(), &["maxLength"])
}

fn lists(document: &Json) -> Vec<String> {
    lacking(typed(document, "array"), &["minItems", "maxItems"])
}

fn objects(document: &Json) -> Vec<String> {
    let open = |schema: &&Json| match &schema["additionalProperties"] {
        Json::Bool(false) => false,
        Json::Object(_) => schema["maxProperties"].is_null(),
        _ => true,
    };
    let found = typed(document, "object").into_iter();
    found.filter(|(_, schema)| open(schema)).map(|(at, _)| at).collect()
}

fn get_bodies(document: &Json) -> Vec<String> {
    let wrong =
        operations(document).filter(|(at, operation)| at.starts_with("get ") && !operation["requestBody"].is_null());
    wrong.map(|(at, _)| at).collect()
}

fn header_names(document: &Json) -> Vec<String> {
    let sent = operations(document).flat_map(|(at, operation)| {
        let all = operation["parameters"].as_array().into_iter().flatten().map(|p| resolved(document, p));
        all.filter(|p| p["in"] == "header")
            .map(move |p| format!("{at}: {}", p["name"].as_str().unwrap()))
            .collect::<Vec<_>>()
    });
    let given = responses(document).flat_map(|(at, _, response)| {
        response["headers"].as_object().into_iter().flatten().map(move |(name, _)| format!("{at}: {name}"))
    });
    let wrong = |told: &String| {
        let name = told.rsplit(": ").next().unwrap().to_lowercase();
        matches!(name.as_str(), "accept" | "content-type" | "authorization") || name.starts_with("x-")
    };
    sent.chain(given).filter(wrong).collect()
}

fn credentials(document: &Json) -> Vec<String> {
    let mut wrong = Vec::new();
    for (at, operation) in operations(document) {
        for parameter in operation["parameters"].as_array().into_iter().flatten().map(|p| resolved(document, p)) {
            let name = parameter["name"].as_str().unwrap().to_lowercase();
            if parameter["in"] != "header"
                && ["password", "secret", "apikey", "token", "codice_fiscale"].iter().any(|w| name.contains(w))
            {
                wrong.push(format!("{at}: {name}"));
            }
        }
    }
    wrong
}

fn limits(document: &Json) -> Vec<String> {
    let mut wrong = Vec::new();
    for (at, operation) in operations(document) {
        if operation["responses"]["429"].is_null() || operation["responses"]["503"].is_null() {
            wrong.push(format!("{at}: no 429 or no 503"));
        }
    }
    for (at, status, response) in responses(document) {
        for name in ["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"] {
            if response["headers"][name].is_null() {
                wrong.push(format!("{at} {status}: no {name}"));
            }
        }
        if matches!(status, "429" | "503") && response["headers"]["Retry-After"].is_null() {
            wrong.push(format!("{at} {status}: no Retry-After"));
        }
    }
    wrong
}

fn protected(document: &Json) -> Vec<String> {
    let schemes = document["components"]["securitySchemes"].as_object().unwrap();
    let sound = schemes.values().all(|scheme| scheme["type"] == "http" && scheme["scheme"] == "bearer");
    let named = |operation: &Json| {
        operation["security"]
            .as_array()
            .is_some_and(|any| !any.is_empty() && any.iter().all(|one| one["token"].is_array()))
    };
    let open =
        operations(document).filter(|(at, operation)| at != "get /status" && !named(operation)).map(|(at, _)| at);
    open.chain((!sound).then(|| "securitySchemes".to_owned())).collect()
}

fn kebab(document: &Json) -> Vec<String> {
    let paths = document["paths"].as_object().unwrap().keys();
    let sound = |part: &str| {
        let inside = part.strip_prefix('{').and_then(|p| p.strip_suffix('}')).unwrap_or(part);
        !inside.is_empty() && inside.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    paths.filter(|path| !path.split('/').skip(1).all(sound)).cloned().collect()
}

fn answers(document: &Json) -> Vec<String> {
    let mut wrong = Vec::new();
    for (at, status, response) in responses(document) {
        for (media, content) in response["content"].as_object().into_iter().flatten() {
            if media == "application/json" && resolved(document, &content["schema"])["type"] != "object" {
                wrong.push(format!("{at} {status}: not an object"));
            }
        }
        if response["headers"]["Cache-Control"].is_null() {
            wrong.push(format!("{at} {status}: no Cache-Control"));
        }
    }
    wrong
}
