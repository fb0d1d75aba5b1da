// SPDX-License-Identifier: EUPL-1.2
//! Settings: who wins, what is refused and in which words, what is never shown.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::process::Command;

use lepre::config::{Config, Origin, Read, SETTINGS, Sources, read, setting};
use serde_json::Value as Json;
use tempfile::TempDir;

use crate::schema::fresh;

type Said = [(&'static str, &'static str)];

fn reading(file: Option<&str>, environment: &Said, options: &Said) -> Result<Read, Vec<String>> {
    let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let options: BTreeMap<_, _> = options.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
    let file = file.map(|text| ("lepre.yaml", text.as_bytes()));
    let read = read(&Sources { file, environment: &environment, options: &options, demo: false });
    read.map_err(|faults| faults.iter().map(|fault| fault.to_string().replace('\n', " / ")).collect())
}

fn file(text: &str) -> Result<Read, Vec<String>> {
    reading(Some(text), &[], &[])
}

#[test]
fn an_option_wins_over_the_environment_and_that_over_the_file() {
    let written = Some("connessioni: 10\naccesso_tentativi: 3\nsessione_inattiva: 20m\n");
    let environment = [("LEPRE_CONNESSIONI", "20"), ("LEPRE_ACCESSO_TENTATIVI", "4"), ("LEPRE_LOG_FORMATO", "")];
    let found = reading(written, &environment, &[("connessioni", "30")]).unwrap();
    assert_eq!((found.config.connections, found.config.login_attempts), (30, 4));
    assert_eq!(found.config.session_idle.as_secs(), 20 * 60);
    let from = |key: &str| found.origins[key].to_string();
    assert_eq!(from("connessioni"), "opzione --connessioni");
    assert_eq!(from("accesso_tentativi"), "variabile LEPRE_ACCESSO_TENTATIVI");
    assert_eq!(from("sessione_inattiva"), "lepre.yaml:3");
    assert_eq!(found.origins["log_formato"], Origin::Default);
}

#[test]
fn what_is_shown_may_be_written() {
    let mut whole = String::new();
    let config = Config::default();
    for setting in SETTINGS.iter().filter(|setting| !setting.default().is_empty()) {
        writeln!(whole, "{}: \"{}\"", setting.key, setting.default()).unwrap();
    }
    let again = file(&whole).unwrap().config;
    for setting in &SETTINGS {
        assert_eq!((setting.show)(&config), (setting.show)(&again), "{}", setting.key);
    }
}

#[test]
fn a_list_may_be_written_as_one() {
    let listed = file("metriche_da: [192.0.2.1, \"2001:db8::1\"]").unwrap().config.metrics_from;
    let joined = file("metriche_da: 192.0.2.1, 2001:db8::1").unwrap().config.metrics_from;
    assert_eq!((listed.len(), &listed), (2, &joined));
}

#[test]
fn every_row_has_names_of_its_own() {
    let keys: BTreeSet<&str> = SETTINGS.iter().map(|setting| setting.key).collect();
    let flags: BTreeSet<&str> = SETTINGS.iter().filter_map(|setting| setting.flag).collect();
    assert_eq!(keys.len(), SETTINGS.len());
    assert_eq!(flags.len(), SETTINGS.iter().filter(|setting| setting.flag.is_some()).count());
    for setting in SETTINGS.iter().filter(|setting| setting.secret) {
        assert_eq!(setting.flag, None, "{}: everybody on the machine sees a command line", setting.key);
    }
}

#[test]
fn faults_are_told_all_with_their_place() {
    let found = file("conessioni: 10\naccesso_tentativi: molti\nlog_formato:\nsessione_inattiva: 3\n").unwrap_err();
    assert_eq!(
        found,
        [
            "lepre.yaml:1:1: `conessioni`: la voce non esiste / aiuto: la più vicina è `connessioni`",
            "lepre.yaml:3:1: `log_formato`: manca il valore / aiuto: scrivi una riga `chiave: valore` per ogni voce; l'elenco è in docs/configurazione.md",
            "lepre.yaml:4:20: `sessione_inattiva`: `3` non va bene: si scrive come `30s`, `15m`, `10h` o `2g`",
            "lepre.yaml:2:20: `accesso_tentativi`: `molti` non va bene: è un numero intero da 1 a 100",
        ]
    );
    let found = reading(None, &[("LEPRE_ASCOLTO", "8080")], &[("corpo_massimo", "1GB")]).unwrap_err();
    assert_eq!(
        found,
        [
            "variabile LEPRE_ASCOLTO: `ascolto`: `8080` non va bene: si scrive come `127.0.0.1:8080` o `[::1]:8080`",
            "opzione --corpo-massimo: `corpo_massimo`: `1GB` non va bene: si scrive come `1MiB`, `512KiB` o in byte",
        ]
    );
}

#[test]
fn a_file_that_says_nothing_is_fine_and_one_that_is_not_yaml_is_not() {
    assert!(file("# ancora nulla\n\n").is_ok());
    assert!(file("").is_ok());
    assert!(file("- a\n").unwrap_err()[0].contains("non è un elenco di voci"));
    assert!(file("connessioni: [1\n").unwrap_err()[0].starts_with("lepre.yaml:"));
    assert!(file("connessioni: 1\nconnessioni: 2\n").unwrap_err()[0].starts_with("lepre.yaml:2"));
}

#[test]
fn what_is_unsafe_together_is_refused() {
    let refused = |text: &str, words: &str| {
        let found = file(text).unwrap_err();
        assert!(found.iter().any(|fault| fault.contains(words)), "{text}\n{found:?}");
    };
    refused("ascolto: 0.0.0.0:80", "in chiaro");
    refused("ascolto: 192.0.2.1:80\nurl_pubblico: http://lepre.example", "in chiaro");
    assert!(file("ascolto: 0.0.0.0:80\nurl_pubblico: https://lepre.example").is_ok());
    assert!(file("ascolto: \"[::1]:80\"").is_ok());
    refused("url_pubblico: https://lepre.example/lepre", "radice");
    refused("url_pubblico: lepre.example", "non comincia con https://");
    refused("proxy_intestazione: x-utente", "chiunque potrebbe scrivere");
    refused("proxy_indirizzi: 192.0.2.1", "manca `proxy_intestazione`");
    refused("proxy_indirizzi: 192.0.2.1\nproxy_intestazione: Cookie", "non può essere l'intestazione");
    refused("proxy_indirizzi: 0.0.0.0\nproxy_intestazione: x-utente", "non è l'indirizzo di una macchina");
    assert!(file("proxy_indirizzi: 192.0.2.1\nproxy_intestazione: X-Utente").is_ok());
    refused("oidc_emittente: https://portale.example", "manca, e l'accesso con la Regione");
    let rest = "oidc_cliente: lepre\noidc_segreto: prova\noidc_emittente: ";
    refused(&format!("{rest}http://portale.example"), "non comincia con https://");
    refused(&format!("{rest}http://127.0.0.1.example"), "non comincia con https://");
    assert!(file(&format!("{rest}http://127.0.0.1:9000")).is_ok());
    assert!(file(&format!("{rest}https://portale.example")).is_ok());
    refused("sessione_inattiva: 12h\nsessione_durata: 1h", "più lunga di `sessione_durata`");
}

#[test]
fn a_demonstration_may_listen_anywhere() {
    let options = BTreeMap::from([("ascolto", "0.0.0.0:0".to_owned())]);
    let environment = BTreeMap::new();
    assert!(read(&Sources { file: None, environment: &environment, options: &options, demo: true }).is_ok());
    assert!(read(&Sources { file: None, environment: &environment, options: &options, demo: false }).is_err());
}

#[test]
fn a_secret_is_read_from_a_file_and_never_shown() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("segreto");
    std::fs::write(&path, "parola-nascosta\n").unwrap();
    let text = |more: &str| {
        format!("oidc_emittente: https://p.example\noidc_cliente: lepre\noidc_segreto_file: {}\n{more}", path.display())
    };
    let found = file(&text("")).unwrap();
    assert_eq!(found.config.oidc.as_ref().unwrap().secret, "parola-nascosta");
    assert_eq!(setting("oidc_segreto").unwrap().shown(&found.config), "(nascosto)");
    assert!(!format!("{found:?}").contains("parola-nascosta"));
    assert!(file(&text("oidc_segreto: altro")).unwrap_err()[0].contains("togli uno dei due"));
    std::fs::write(&path, "\n").unwrap();
    assert!(file(&text("")).unwrap_err()[0].contains("è vuoto"));
    std::fs::remove_file(&path).unwrap();
    assert!(file(&text("")).unwrap_err()[0].contains("non esiste"));
}

#[test]
fn a_misspelt_variable_is_a_doubt() {
    let found = reading(None, &[("LEPRE_CONESSIONI", "3"), ("LEPRE_SERVICE_HOST", "10.0.0.1")], &[]).unwrap();
    let told: Vec<String> = found.doubts.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        ["variabile LEPRE_CONESSIONI: non è di nessuna voce, e non fa nulla\naiuto: la più vicina è LEPRE_CONNESSIONI"]
    );
}

struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

fn lepre(folder: &TempDir, arguments: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lepre"));
    command.args(arguments).current_dir(folder.path());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("LEPRE_")) {
        command.env_remove(name);
    }
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

#[test]
fn the_command_says_what_holds_and_what_is_wrong() {
    let folder = TempDir::new().unwrap();
    let none = lepre(&folder, &["config", "check"]);
    assert_eq!(none.code, Some(0), "{}{}", none.out, none.err);
    assert!(none.out.contains("127.0.0.1:8080  (valore di norma)"), "{}", none.out);
    assert!(none.out.contains("`accessi_conservati` non è scritto"), "{}", none.out);
    let written =
        "oidc_emittente: https://p.example\noidc_cliente: lepre\noidc_segreto: parola-nascosta\nconnessioni: 7\n";
    std::fs::write(folder.path().join("lepre.yaml"), written).unwrap();
    let fine = lepre(&folder, &["config", "check"]);
    assert_eq!(fine.code, Some(0), "{}{}", fine.out, fine.err);
    assert!(fine.out.contains("7  (lepre.yaml:4)") && fine.out.contains("(nascosto)  (lepre.yaml:3)"), "{}", fine.out);
    assert!(!fine.out.contains("parola-nascosta"));
    let told = lepre(&folder, &["config", "check", "--format", "json"]);
    assert!(!told.out.contains("parola-nascosta"));
    let told: Json = serde_json::from_str(&told.out).unwrap();
    assert_eq!(told["impostazioni"].as_array().unwrap().len(), SETTINGS.len());
    std::fs::write(folder.path().join("altro.yaml"), "conessioni: 7\n").unwrap();
    let wrong = lepre(&folder, &["config", "check", "altro.yaml"]);
    assert_eq!(wrong.code, Some(1));
    assert!(
        wrong.out.contains("altro.yaml:1:1: `conessioni`: la voce non esiste\naiuto: la più vicina è `connessioni`"),
        "{}",
        wrong.out
    );
    let refused = lepre(&folder, &["serve", "--config", "altro.yaml"]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.err.contains("altro.yaml:1:1") && !folder.path().join("lepre.db").exists(), "{}", refused.err);
    assert_eq!(lepre(&folder, &["config", "check", "manca.yaml"]).code, Some(3));
    let explained = lepre(&folder, &["config", "show"]);
    assert!(SETTINGS.iter().all(|setting| explained.out.contains(setting.key)), "{}", explained.out);
}

#[test]
fn the_manual_has_the_table() {
    const PATH: &str = "docs/configurazione.md";
    let whole = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(PATH)).unwrap();
    let (start, end) = ("<!-- inizio: voci -->\n", "<!-- fine: voci -->");
    let from = whole.find(start).unwrap() + start.len();
    let to = whole.find(end).unwrap();
    let mut table =
        "\n| voce | valore | di norma | variabile | opzione | che cosa fa |\n|---|---|---|---|---|---|\n".to_owned();
    for setting in &SETTINGS {
        let flag = setting.flag.map_or_else(|| "—".to_owned(), |flag| format!("`--{flag}`"));
        let default = Some(setting.default())
            .filter(|text| !text.is_empty())
            .map_or_else(|| "—".into(), |text| format!("`{text}`"));
        let value = setting.value.replace('|', "\\|");
        writeln!(
            table,
            "| `{}` | {value} | {default} | `{}` | {flag} | {} |",
            setting.key,
            setting.variable(),
            setting.about
        )
        .unwrap();
    }
    table.push('\n');
    fresh(PATH, &format!("{}{table}{}", &whole[..from], &whole[to..]));
}
