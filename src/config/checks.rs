// SPDX-License-Identifier: EUPL-1.2
//! Settings that are right one by one and unsafe together: refused in words, before anything listens.

use super::{Config, Oidc};

/// Headers that anybody sends, or that mean something else: none of them says who asks.
const TAKEN: [&str; 14] = [
    "accept",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "cookie",
    "forwarded",
    "host",
    "origin",
    "referer",
    "user-agent",
    "via",
    "x-forwarded-for",
    "x-real-ip",
];

/// What is wrong, about which setting, and what to do about it.
pub(super) struct Wrong {
    pub key: &'static str,
    pub message: String,
    pub help: &'static str,
}

fn wrong(key: &'static str, message: impl Into<String>, help: &'static str) -> Wrong {
    Wrong { key, message: message.into(), help }
}

/// Everything unsafe or unfinished in a configuration.
pub(super) fn unsafe_together(config: &Config) -> Vec<Wrong> {
    let mut found = Vec::new();
    if let Some(url) = &config.public_url
        && let Some(why) = not_an_origin(url)
    {
        found.push(wrong("url_pubblico", why, "scrivi per esempio `https://lepre.regione.example`"));
    }
    // Fictional people have nothing to hide.
    if !config.listen.ip().is_loopback() && !config.is_https() && !config.demo {
        found.push(wrong(
            "ascolto",
            format!(
                "`{}` si raggiunge da altre macchine, e senza https password e dati viaggerebbero in chiaro",
                config.listen
            ),
            "metti davanti un proxy con https e scrivi `url_pubblico: https://…`, oppure ascolta su 127.0.0.1",
        ));
    }
    if config.session_idle > config.session_life {
        found.push(wrong(
            "sessione_inattiva",
            "è più lunga di `sessione_durata`: non servirebbe a nulla",
            "accorcia `sessione_inattiva` o allunga `sessione_durata`",
        ));
    }
    if config.header_timeout > config.request_timeout {
        found.push(wrong(
            "tempo_intestazioni",
            "è più lungo di `tempo_richiesta`",
            "accorcia `tempo_intestazioni` o allunga `tempo_richiesta`",
        ));
    }
    found.extend(proxy(config));
    found.extend(config.oidc.as_ref().map(oidc).unwrap_or_default());
    found
}

fn proxy(config: &Config) -> Vec<Wrong> {
    let Some(proxy) = &config.trusted_proxy else { return Vec::new() };
    let mut found = Vec::new();
    if proxy.addresses.is_empty() {
        found.push(wrong(
            "proxy_intestazione",
            "senza `proxy_indirizzi` chiunque potrebbe scrivere quell'intestazione e dirsi chi vuole",
            "scrivi in `proxy_indirizzi` gli indirizzi del portale",
        ));
    }
    if proxy.header.is_empty() {
        found.push(wrong(
            "proxy_indirizzi",
            "manca `proxy_intestazione`: non si sa dove il portale scrive chi chiede",
            "scrivi in `proxy_intestazione` il nome dell'intestazione",
        ));
    } else if TAKEN.contains(&proxy.header.as_str()) || !is_header_name(&proxy.header) {
        found.push(wrong(
            "proxy_intestazione",
            format!("`{}` non può essere l'intestazione che dice chi chiede", proxy.header),
            "è un nome che solo il portale scrive, per esempio `x-utente`",
        ));
    }
    found
}

fn oidc(oidc: &Oidc) -> Vec<Wrong> {
    let mut found = Vec::new();
    let parts = [("oidc_emittente", &oidc.issuer), ("oidc_cliente", &oidc.client)];
    for (key, _) in parts.into_iter().filter(|(_, value)| value.is_empty()) {
        found.push(wrong(key, "manca, e l'accesso con la Regione ne ha bisogno", "scrivilo, o togli ogni `oidc_…`"));
    }
    if oidc.secret.is_empty() && oidc.secret_file.is_none() {
        found.push(wrong(
            "oidc_segreto_file",
            "manca, e l'accesso con la Regione ha bisogno di un segreto",
            "scrivi il segreto in un file che legge solo il servizio, e qui il suo percorso",
        ));
    }
    if !oidc.issuer.is_empty() && !is_safe_issuer(&oidc.issuer) {
        found.push(wrong(
            "oidc_emittente",
            format!("`{}` non comincia con https://", oidc.issuer),
            "senza https chiunque sulla rete potrebbe dire chi sta entrando; http vale solo per prove su 127.0.0.1",
        ));
    }
    found
}

/// Https anywhere; http only on this machine.
fn is_safe_issuer(issuer: &str) -> bool {
    issuer.strip_prefix("https://").is_some_and(|rest| !rest.is_empty())
        || issuer.strip_prefix("http://").is_some_and(is_this_machine)
}

fn is_this_machine(rest: &str) -> bool {
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    matches!(host, "127.0.0.1" | "localhost" | "[::1]")
}

/// Why a text is not a scheme, a host and perhaps a port, with nothing else.
fn not_an_origin(url: &str) -> Option<String> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let Some(host) = rest else { return Some(format!("`{url}` non comincia con https://")) };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    if host.is_empty() || !host.chars().all(plain) {
        return Some(format!(
            "`{url}` non è un nome di macchina senza altro: il servizio sta alla radice del suo indirizzo"
        ));
    }
    if url != url.to_ascii_lowercase() {
        return Some(format!("`{url}` ha lettere maiuscole, che i browser scrivono minuscole"));
    }
    None
}

fn is_header_name(text: &str) -> bool {
    let known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(known)
}
