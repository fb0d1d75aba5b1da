// SPDX-License-Identifier: EUPL-1.2
//! The document served, and shown to people as a page: made on the server, without scripts.

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use maud::{Markup, html};
use serde_json::Value as Json;

use crate::http::app::App;
use crate::http::identity::Identity;
use crate::http::routes::{Route, Who, page, plain};
use crate::http::web::layout::{Page, blank_page};

use super::document::document;

pub(super) fn routes() -> Vec<Route> {
    vec![plain("/api/openapi.json", get(served)), page("/api", Who::Everyone, get(shown))]
}

async fn served(State(app): State<App>) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")),
    ];
    (headers, document(&app.config).to_string()).into_response()
}

async fn shown(State(app): State<App>, who: Option<Identity>) -> Response {
    let document = document(&app.config);
    let body = html! {
        h1 { "Interfaccia per i programmi" }
        p class="lead" { (text(&document, "/info/x-summary")) "." }
        p { (text(&document, "/info/description")) }
        ul {
            li { "Documento OpenAPI 3.1: " a href="/api/openapi.json" { "/api/openapi.json" } }
            li { "Token: si fanno e si revocano dalla pagina " a href="/profilo" { "Profilo" } "." }
            li { "Errori: " a href="/errori/dati-non-validi" { "che cosa vogliono dire" } "." }
        }
        @for group in document.pointer("/tags").and_then(Json::as_array).into_iter().flatten() {
            @let name = text(group, "/name");
            h2 class="mt-5" { (name) }
            p { (text(group, "/description")) "." }
            @for (path, method, operation) in operations(&document, &name) { (operation_card(&document, path, method, operation)) }
        }
        h2 class="mt-5" id="schemi" { "Schemi" }
        @for (name, schema) in document.pointer("/components/schemas").and_then(Json::as_object).into_iter().flatten() {
            details class="mb-2" id={ "schema-" (name) } {
                summary { code { (name) } }
                @if let Some(words) = schema.get("description").and_then(Json::as_str) { p { (words) } }
                (schema_table(name, schema))
            }
        }
    };
    let title = "Interfaccia per i programmi";
    match who {
        Some(who) => Page::new(&app, &who, title, body).into_response(),
        None => blank_page(&app, title, body).into_response(),
    }
}

fn text(json: &Json, pointer: &str) -> String {
    json.pointer(pointer).and_then(Json::as_str).unwrap_or_default().to_owned()
}

fn operations<'a>(document: &'a Json, group: &str) -> Vec<(&'a str, &'a str, &'a Json)> {
    let paths = document.get("paths").and_then(Json::as_object);
    let all = paths.into_iter().flatten().flat_map(|(path, methods)| {
        methods
            .as_object()
            .into_iter()
            .flatten()
            .map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    });
    all.filter(|(.., operation)| operation.pointer("/tags/0").and_then(Json::as_str) == Some(group)).collect()
}

/// What a `$ref` names, or the thing itself.
fn resolved<'a>(document: &'a Json, json: &'a Json) -> &'a Json {
    let named = json.get("$ref").and_then(Json::as_str).and_then(|name| name.strip_prefix('#'));
    named.and_then(|pointer| document.pointer(pointer)).unwrap_or(json)
}

fn operation_card(document: &Json, path: &str, method: &str, operation: &Json) -> Markup {
    let id = text(operation, "/operationId");
    let parameters: Vec<&Json> = operation
        .get("parameters")
        .and_then(Json::as_array)
        .into_iter()
        .flatten()
        .map(|p| resolved(document, p))
        .collect();
    let responses = operation.get("responses").and_then(Json::as_object);
    html! {
        section class="lepre-operation mb-4" aria-labelledby=(id) {
            h3 id=(id) { (text(operation, "/summary")) }
            p { code { (method.to_uppercase()) " " (path) } }
            p { (text(operation, "/description")) }
            @if !parameters.is_empty() {
                div class="lepre-scroll" tabindex="0" role="region" aria-label=(format!("Parametri di {id}")) {
                    table class="table table-sm" {
                        caption { "Parametri" }
                        thead { tr { th scope="col" { "Nome" } th scope="col" { "Dove" } th scope="col" { "Forma" } th scope="col" { "Che cos'è" } } }
                        tbody {
                            @for parameter in parameters {
                                tr {
                                    th scope="row" { code { (text(parameter, "/name")) } @if parameter.get("required") == Some(&Json::Bool(true)) { " (obbligatorio)" } }
                                    td { (place(&text(parameter, "/in"))) }
                                    td { (shape(parameter.get("schema").unwrap_or(&Json::Null))) }
                                    td { (text(parameter, "/description")) }
                                }
                            }
                        }
                    }
                }
            }
            @if let Some(schema) = operation.pointer("/requestBody/content/application~1json/schema") {
                p { "Corpo: " (shape(schema)) }
            }
            details {
                summary { "Esempio" }
                pre { code { (curl(document, path, method, operation)) } }
            }
            @if let Some(responses) = responses {
                details {
                    summary { "Risposte" }
                    dl {
                        @for (status, response) in responses {
                            @let response = resolved(document, response);
                            dt { (status) }
                            dd {
                                (text(response, "/description"))
                                @for (media, content) in response.get("content").and_then(Json::as_object).into_iter().flatten() {
                                    ": " code { (media) } ", " (shape(content.get("schema").unwrap_or(&Json::Null)))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn place(word: &str) -> &'static str {
    match word {
        "path" => "indirizzo",
        "query" => "dopo `?`",
        _ => "intestazione",
    }
}

/// A request that can be copied.
fn curl(document: &Json, path: &str, method: &str, operation: &Json) -> String {
    let mut lines = vec![format!("curl -X {} '{}{path}'", method.to_uppercase(), text(document, "/servers/0/url"))];
    let is_open = operation.pointer("/security/0").and_then(Json::as_object).is_some_and(serde_json::Map::is_empty);
    if !is_open {
        lines.push("-H 'Authorization: Bearer IL-TUO-TOKEN'".into());
    }
    for parameter in operation.get("parameters").and_then(Json::as_array).into_iter().flatten() {
        let parameter = resolved(document, parameter);
        if text(parameter, "/in") == "header" {
            lines.push(format!("-H '{}: {}'", text(parameter, "/name"), text(parameter, "/schema/examples/0")));
        }
    }
    if let Some(example) = operation.pointer("/requestBody/content/application~1json/example") {
        lines.push("-H 'Content-Type: application/json'".into());
        lines.push(format!("-d '{example}'"));
    }
    lines.join(" \\\n  ")
}

fn schema_table(name: &str, schema: &Json) -> Markup {
    let required: Vec<&str> =
        schema.get("required").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str).collect();
    html! {
        @if let Some(fields) = schema.get("properties").and_then(Json::as_object) {
            div class="lepre-scroll" tabindex="0" role="region" aria-label=(format!("Campi di {name}")) {
                table class="table table-sm" {
                    caption { "Campi di " (name) }
                    thead { tr { th scope="col" { "Campo" } th scope="col" { "Forma" } th scope="col" { "Che cos'è" } } }
                    tbody {
                        @for (field, shape_of) in fields {
                            tr {
                                th scope="row" { code { (field) } @if !required.contains(&field.as_str()) { " (facoltativo)" } }
                                td { (shape(shape_of)) }
                                td { (text(shape_of, "/description")) }
                            }
                        }
                    }
                }
            }
        } @else { p { (shape(schema)) } }
    }
}

/// A schema in a few words, with links to those it names.
fn shape(schema: &Json) -> Markup {
    if let Some(name) = schema.get("$ref").and_then(Json::as_str).and_then(|name| name.rsplit('/').next()) {
        return html! { a href={ "#schema-" (name) } { code { (name) } } };
    }
    for key in ["anyOf", "oneOf"] {
        if let Some(any) = schema.get(key).and_then(Json::as_array) {
            return html! { @for (at, one) in any.iter().enumerate() { @if at > 0 { " oppure " } (shape(one)) } };
        }
    }
    if let Some(words) = schema.get("enum").and_then(Json::as_array) {
        return html! { @for (at, word) in words.iter().enumerate() { @if at > 0 { " · " } code { (word.as_str().unwrap_or("null")) } } };
    }
    let kind = match schema.get("type") {
        Some(Json::Array(kinds)) => {
            kinds.iter().filter_map(Json::as_str).map(kind_words).collect::<Vec<_>>().join(" oppure ")
        }
        Some(Json::String(kind)) => kind_words(kind).to_owned(),
        _ => String::new(),
    };
    html! {
        (kind)
        @if let Some(format) = schema.get("format").and_then(Json::as_str) { ", " (format) }
        @if let Some(items) = schema.get("items") { " di " (shape(items)) }
        @if let (Some(least), Some(most)) = (schema.get("minimum"), schema.get("maximum")) { ", da " (least.to_string()) " a " (most.to_string()) }
        @if let Some(most) = schema.get("maxLength") { ", al più " (most.to_string()) " caratteri" }
    }
}

fn kind_words(kind: &str) -> &str {
    match kind {
        "string" => "testo",
        "integer" => "intero",
        "number" => "numero",
        "boolean" => "sì o no",
        "array" => "elenco",
        "object" => "oggetto",
        "null" => "niente",
        other => other,
    }
}
