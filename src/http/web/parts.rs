// SPDX-License-Identifier: EUPL-1.2
//! What pages are made of: fields, alerts, dates, links to norms, tables of pages.

use maud::{Markup, Render, html};

use crate::calendar::Day;
use crate::http::assets;
use crate::http::auth::tokens;
use crate::http::identity::{Identity, Via};

pub use crate::reading::said::day_words;

/// An icon of Bootstrap Italia; always beside words that say the same.
pub fn icon(name: &str) -> Markup {
    html! { svg class="icon icon-sm icon-current" aria-hidden="true" focusable="false" { use href={ (assets::ICONS_SVG) "#" (name) } {} } }
}

/// The token of a form: every form that writes carries it.
pub fn csrf(who: &Identity) -> Markup {
    let token = match &who.via {
        Via::Session(session) => tokens::form_token(&session.csrf),
        Via::Token { .. } => String::new(),
    };
    html! { input type="hidden" name="modulo" value=(token); }
}

/// A message: `kind` is info, success, warning, danger. A danger is read out at once.
pub fn alert(kind: &str, words: &str) -> Markup {
    let role = if kind == "danger" { "alert" } else { "status" };
    html! { div class={ "alert alert-" (kind) } role=(role) { (words) } }
}

/// What there is when there is nothing: why, and what to do.
pub fn empty(words: &str, way: Option<(&str, &str)>) -> Markup {
    html! {
        div class="lepre-empty" {
            p class="lead mb-2" { (words) }
            @if let Some((to, words)) = way { p { a href=(to) { (words) } } }
        }
    }
}

/// A day as Italians write it, for people; the machine reads the ISO form.
pub fn day(day: Day) -> Markup {
    html! { time datetime=(day.to_string()) { (day_words(day)) } }
}

/// How a term stands, in words and never by colour alone.
pub fn due_badge(due: Day, today: Day) -> Markup {
    let left = due.number() - today.number();
    let (kind, words) = match left {
        ..0 => {
            ("bg-danger", if left == -1 { "scaduto ieri".to_owned() } else { format!("scaduto da {} giorni", -left) })
        }
        0 => ("bg-warning-dark", "scade oggi".to_owned()),
        1 => ("bg-warning-dark", "scade domani".to_owned()),
        2..=7 => ("bg-warning-dark", format!("fra {left} giorni")),
        _ => ("bg-secondary", format!("fra {left} giorni")),
    };
    html! { span class={ "badge lepre-badge " (kind) } { (words) } }
}

/// A norm, with its link on Normattiva where there is one.
pub fn norm_line(norm: &str, link: Option<&str>) -> Markup {
    html! {
        p class="lepre-norm" {
            "Norma: "
            @if let Some(link) = link {
                a href=(link) rel="external noreferrer" { (norm) span class="visually-hidden" { (elsewhere(link)) } }
            } @else { (norm) }
        }
    }
}

/// Where the link of a norm leads, for whoever does not see the address.
pub fn elsewhere(link: &str) -> &'static str {
    if link.starts_with("https://www.normattiva.it/") { " (su Normattiva)" } else { " (su un altro sito)" }
}

/// A field of a form, with its label, its hint, its fault.
#[derive(Clone, Debug, Default)]
pub struct Field<'a> {
    name: &'a str,
    label: &'a str,
    kind: &'a str,
    value: String,
    hint: &'a str,
    fault: Option<String>,
    required: bool,
    autocomplete: &'a str,
    choices: Vec<(String, String)>,
    rows: u32,
    prefix: &'a str,
}

/// A field in one line of text.
pub fn field<'a>(name: &'a str, label: &'a str) -> Field<'a> {
    Field { name, label, kind: "text", ..Field::default() }
}

impl<'a> Field<'a> {
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    #[must_use]
    pub fn password(mut self) -> Self {
        self.kind = "password";
        self
    }

    /// A day, typed or chosen.
    #[must_use]
    pub fn date(mut self) -> Self {
        self.kind = "date";
        self
    }

    #[must_use]
    pub fn time(mut self) -> Self {
        self.kind = "time";
        self
    }

    #[must_use]
    pub fn number(mut self) -> Self {
        self.kind = "number";
        self
    }

    /// One of some choices: value and words.
    #[must_use]
    pub fn choices(mut self, choices: Vec<(String, String)>) -> Self {
        self.kind = "select";
        self.choices = choices;
        self
    }

    /// Yes or no, as a box.
    #[must_use]
    pub fn checkbox(mut self) -> Self {
        self.kind = "checkbox";
        self
    }

    /// Several lines.
    #[must_use]
    pub fn lines(mut self, rows: u32) -> Self {
        self.kind = "textarea";
        self.rows = rows;
        self
    }

    #[must_use]
    pub fn hint(mut self, hint: &'a str) -> Self {
        self.hint = hint;
        self
    }

    #[must_use]
    pub fn fault(mut self, fault: Option<String>) -> Self {
        self.fault = fault;
        self
    }

    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    #[must_use]
    pub fn autocomplete(mut self, autocomplete: &'a str) -> Self {
        self.autocomplete = autocomplete;
        self
    }

    /// Makes ids unique where a page has several forms with the same field.
    #[must_use]
    pub fn within(mut self, prefix: &'a str) -> Self {
        self.prefix = prefix;
        self
    }
}

impl Render for Field<'_> {
    fn render(&self) -> Markup {
        let id = if self.prefix.is_empty() { self.name.to_owned() } else { format!("{}-{}", self.prefix, self.name) };
        let (hint, fault) = (format!("{id}-aiuto"), format!("{id}-errore"));
        let mut described: Vec<&str> = Vec::new();
        if !self.hint.is_empty() {
            described.push(&hint);
        }
        if self.fault.is_some() {
            described.push(&fault);
        }
        let described = (!described.is_empty()).then(|| described.join(" "));
        let invalid = self.fault.is_some();
        let class = if invalid { "form-control is-invalid" } else { "form-control" };
        let complete = (!self.autocomplete.is_empty()).then_some(self.autocomplete);
        html! {
            div class={ "lepre-field" @if self.kind == "checkbox" { " form-check" } } {
                @if self.kind != "checkbox" {
                    label for=(id) { (self.label) @if self.required { span class="visually-hidden" { " (obbligatorio)" } span aria-hidden="true" { " *" } } }
                }
                @match self.kind {
                    "select" => select id=(id) name=(self.name) class={ "form-select" @if invalid { " is-invalid" } } required[self.required]
                        aria-describedby=[described] aria-invalid=[invalid.then_some("true")] {
                        @for (value, words) in &self.choices { option value=(value) selected[*value == self.value] { (words) } }
                    },
                    "textarea" => textarea id=(id) name=(self.name) class=(class) rows=(self.rows.max(2)) required[self.required]
                        aria-describedby=[described] aria-invalid=[invalid.then_some("true")] { (self.value) },
                    "checkbox" => {
                        input id=(id) name=(self.name) type="checkbox" value="true" checked[self.value == "true"] aria-describedby=[described];
                        label for=(id) { (self.label) }
                    },
                    kind => input id=(id) name=(self.name) type=(kind) class=(class) value=(self.value) required[self.required]
                        autocomplete=[complete] aria-describedby=[described] aria-invalid=[invalid.then_some("true")];,
                }
                @if !self.hint.is_empty() { small id=(hint) class="form-text" { (self.hint) } }
                @if let Some(words) = &self.fault { div id=(fault) class="invalid-feedback d-block" { (words) } }
            }
        }
    }
}

/// The button that sends a form, with words that say what will happen.
pub fn submit(words: &str) -> Markup {
    html! { button class="btn btn-primary" type="submit" { (words) } }
}

/// The way to what comes next in a list; nothing at its end.
pub fn next_page(to: Option<&str>) -> Markup {
    html! {
        @if let Some(to) = to {
            nav class="mt-3" aria-label="Altre righe" { a class="btn btn-outline-primary" href=(to) rel="next" { "Altre righe" } }
        }
    }
}

/// What a form has just done, said on the page one lands on. The words are ours: nothing of the address is shown.
pub fn said(code: Option<&str>) -> Markup {
    let words = match code {
        Some("password") => "La password è stata cambiata. Le altre sessioni sono state chiuse.",
        Some("registrato") => "Registrato.",
        Some("aperta") => "La pratica è aperta.",
        Some("corretto") => "Corretto: l'evento conta come mai avvenuto e resta nella storia con il motivo.",
        Some("affidata") => "La pratica è stata affidata.",
        Some("salvato") => "Salvato.",
        Some("confermato") => {
            "Confermato: la bozza non doveva cambiare nessuna pratica. È scritto nel registro degli accessi."
        }
        Some("revocato") => "Il token non vale più.",
        _ => return html! {},
    };
    alert("success", words)
}

/// The way back through the pages above this one.
pub fn breadcrumb(above: &[(&str, &str)], here: &str) -> Markup {
    html! {
        nav class="breadcrumb-container" aria-label="Percorso" {
            ol class="breadcrumb" {
                @for (to, words) in above { li class="breadcrumb-item" { a href=(to) { (words) } span class="separator" aria-hidden="true" { "/" } } }
                li class="breadcrumb-item active" aria-current="page" { (here) }
            }
        }
    }
}
