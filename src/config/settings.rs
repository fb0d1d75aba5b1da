// SPDX-License-Identifier: EUPL-1.2
//! The one table of settings: how each is called, what it may say, what holds if nothing is said, why it is there.

use std::path::PathBuf;

use super::values::{address_words, addresses, number, size, size_words, time, time_words};
use super::{Config, LogFormat, LogLevel};

/// A row of the table.
pub struct Setting {
    /// Its name in the file.
    pub key: &'static str,
    /// Its option of `lepre serve`, without the dashes; a secret has none: everybody on the machine sees a command line.
    pub flag: Option<&'static str>,
    /// What its value looks like, in a word.
    pub value: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// Never shown.
    pub secret: bool,
    pub(super) set: fn(&mut Config, &str) -> Result<(), String>,
    /// Its value as it may be written; empty where there is none.
    pub show: fn(&Config) -> String,
}

impl Setting {
    /// Its variable of the environment.
    pub fn variable(&self) -> String {
        format!("LEPRE_{}", self.key.to_uppercase())
    }

    /// What holds where nothing is said; empty where nothing does.
    pub fn default(&self) -> String {
        (self.show)(&Config::default())
    }

    /// Its value for whoever looks.
    pub fn shown(&self, config: &Config) -> String {
        let value = (self.show)(config);
        if self.secret && !value.is_empty() { "(nascosto)".into() } else { value }
    }
}

/// The setting of that name.
pub fn setting(key: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.key == key)
}

const DAY: u64 = 86_400;

/// In the order in which they are explained.
pub const SETTINGS: [Setting; 25] = [
    Setting {
        key: "ascolto",
        flag: Some("listen"),
        value: "INDIRIZZO:PORTA",
        about: "dove il servizio ascolta; porta 0: una libera",
        secret: false,
        set: |config, text| {
            config.listen = text.parse().map_err(|_| "si scrive come `127.0.0.1:8080` o `[::1]:8080`".to_owned())?;
            Ok(())
        },
        show: |config| config.listen.to_string(),
    },
    Setting {
        key: "url_pubblico",
        flag: Some("url-pubblico"),
        value: "URL",
        about: "l'indirizzo con cui le persone raggiungono il servizio, se davanti c'è un proxy: `https://` e il nome, senza altro",
        secret: false,
        set: |config, text| {
            config.public_url = Some(text.trim_end_matches('/').to_owned());
            Ok(())
        },
        show: |config| config.public_url.clone().unwrap_or_default(),
    },
    Setting {
        key: "sessione_inattiva",
        flag: Some("sessione-inattiva"),
        value: "TEMPO",
        about: "dopo quanto tempo senza richieste una sessione finisce",
        secret: false,
        set: |config, text| time(text, 60, DAY).map(|time| config.session_idle = time),
        show: |config| time_words(config.session_idle),
    },
    Setting {
        key: "sessione_durata",
        flag: Some("sessione-durata"),
        value: "TEMPO",
        about: "dopo quanto tempo una sessione finisce comunque",
        secret: false,
        set: |config, text| time(text, 60, 7 * DAY).map(|time| config.session_life = time),
        show: |config| time_words(config.session_life),
    },
    Setting {
        key: "accesso_tentativi",
        flag: Some("accesso-tentativi"),
        value: "NUMERO",
        about: "dopo quante password sbagliate un account si blocca",
        secret: false,
        set: |config, text| number(text, 1, 100).map(|number| config.login_attempts = number),
        show: |config| config.login_attempts.to_string(),
    },
    Setting {
        key: "accesso_blocco",
        flag: Some("accesso-blocco"),
        value: "TEMPO",
        about: "per quanto tempo un account resta bloccato",
        secret: false,
        set: |config, text| time(text, 60, 7 * DAY).map(|time| config.login_lock = time),
        show: |config| time_words(config.login_lock),
    },
    Setting {
        key: "corpo_massimo",
        flag: Some("corpo-massimo"),
        value: "DIMENSIONE",
        about: "quanto può essere grande ciò che si invia",
        secret: false,
        set: |config, text| size(text, 16 * 1024, 64 * 1024 * 1024).map(|bytes| config.body_bytes = bytes),
        show: |config| size_words(config.body_bytes),
    },
    Setting {
        key: "tempo_richiesta",
        flag: Some("tempo-richiesta"),
        value: "TEMPO",
        about: "entro quanto tempo una richiesta ha la sua risposta, o un errore",
        secret: false,
        set: |config, text| time(text, 1, 600).map(|time| config.request_timeout = time),
        show: |config| time_words(config.request_timeout),
    },
    Setting {
        key: "tempo_intestazioni",
        flag: Some("tempo-intestazioni"),
        value: "TEMPO",
        about: "entro quanto tempo chi si collega deve aver chiesto qualcosa",
        secret: false,
        set: |config, text| time(text, 1, 120).map(|time| config.header_timeout = time),
        show: |config| time_words(config.header_timeout),
    },
    Setting {
        key: "connessioni",
        flag: Some("connessioni"),
        value: "NUMERO",
        about: "quante connessioni restano aperte insieme; le altre aspettano",
        secret: false,
        set: |config, text| {
            let number = number(text, 1, 65_535)?;
            config.connections = usize::try_from(number).unwrap_or(usize::MAX);
            Ok(())
        },
        show: |config| config.connections.to_string(),
    },
    Setting {
        key: "richieste_al_minuto",
        flag: Some("richieste-al-minuto"),
        value: "NUMERO",
        about: "quante richieste al minuto può fare un account, o un indirizzo da cui nessuno ha fatto l'accesso",
        secret: false,
        set: |config, text| number(text, 1, 1_000_000).map(|number| config.requests_per_minute = number),
        show: |config| config.requests_per_minute.to_string(),
    },
    Setting {
        key: "proxy_indirizzi",
        flag: Some("proxy-indirizzi"),
        value: "INDIRIZZI",
        about: "gli indirizzi del portale della Regione che dice in un'intestazione chi chiede; ogni altro non è creduto",
        secret: false,
        set: |config, text| {
            config.trusted_proxy.get_or_insert_default().addresses = addresses(text)?;
            Ok(())
        },
        show: |config| config.trusted_proxy.as_ref().map(|proxy| address_words(&proxy.addresses)).unwrap_or_default(),
    },
    Setting {
        key: "proxy_intestazione",
        flag: Some("proxy-intestazione"),
        value: "NOME",
        about: "l'intestazione in cui quel portale scrive chi chiede; vale solo per le pagine, mai per `/api/`",
        secret: false,
        set: |config, text| {
            config.trusted_proxy.get_or_insert_default().header = text.to_ascii_lowercase();
            Ok(())
        },
        show: |config| config.trusted_proxy.as_ref().map(|proxy| proxy.header.clone()).unwrap_or_default(),
    },
    Setting {
        key: "oidc_emittente",
        flag: Some("oidc-emittente"),
        value: "URL",
        about: "l'emittente OpenID Connect della Regione, com'è scritto nella sua configurazione",
        secret: false,
        set: |config, text| {
            config.oidc.get_or_insert_default().issuer = text.to_owned();
            Ok(())
        },
        show: |config| config.oidc.as_ref().map(|oidc| oidc.issuer.clone()).unwrap_or_default(),
    },
    Setting {
        key: "oidc_cliente",
        flag: Some("oidc-cliente"),
        value: "NOME",
        about: "il nome con cui la Regione conosce questo servizio (`client_id`)",
        secret: false,
        set: |config, text| {
            config.oidc.get_or_insert_default().client = text.to_owned();
            Ok(())
        },
        show: |config| config.oidc.as_ref().map(|oidc| oidc.client.clone()).unwrap_or_default(),
    },
    Setting {
        key: "oidc_segreto",
        flag: None,
        value: "SEGRETO",
        about: "il segreto concordato con la Regione (`client_secret`); meglio in un file a parte",
        secret: true,
        set: |config, text| {
            config.oidc.get_or_insert_default().secret = text.to_owned();
            Ok(())
        },
        show: |config| config.oidc.as_ref().map(|oidc| oidc.secret.clone()).unwrap_or_default(),
    },
    Setting {
        key: "oidc_segreto_file",
        flag: Some("oidc-segreto-file"),
        value: "FILE",
        about: "il file che contiene quel segreto, e nient'altro",
        secret: false,
        set: |config, text| {
            config.oidc.get_or_insert_default().secret_file = Some(PathBuf::from(text));
            Ok(())
        },
        show: |config| {
            let file = config.oidc.as_ref().and_then(|oidc| oidc.secret_file.as_ref());
            file.map(|file| file.display().to_string()).unwrap_or_default()
        },
    },
    Setting {
        key: "log_formato",
        flag: Some("log-formato"),
        value: "testo|json",
        about: "come sono scritte le righe di log, sull'uscita d'errore: per chi legge o per un programma",
        secret: false,
        set: |config, text| {
            config.log_format = match text {
                "testo" => LogFormat::Text,
                "json" => LogFormat::Json,
                _ => return Err("è `testo` oppure `json`".into()),
            };
            Ok(())
        },
        show: |config| match config.log_format {
            LogFormat::Text => "testo".into(),
            LogFormat::Json => "json".into(),
        },
    },
    Setting {
        key: "log_livello",
        flag: Some("log-livello"),
        value: "errori|avvisi|richieste|tutto",
        about: "quali righe di log: solo gli errori, anche gli avvisi, anche una riga per ogni richiesta, tutto",
        secret: false,
        set: |config, text| {
            config.log_level = match text {
                "errori" => LogLevel::Error,
                "avvisi" => LogLevel::Warn,
                "richieste" => LogLevel::Info,
                "tutto" => LogLevel::Debug,
                _ => return Err("è `errori`, `avvisi`, `richieste` oppure `tutto`".into()),
            };
            Ok(())
        },
        show: |config| {
            let word = match config.log_level {
                LogLevel::Error => "errori",
                LogLevel::Warn => "avvisi",
                LogLevel::Info => "richieste",
                LogLevel::Debug => "tutto",
            };
            word.into()
        },
    },
    Setting {
        key: "metriche_da",
        flag: Some("metriche-da"),
        value: "INDIRIZZI",
        about: "da quali indirizzi si può leggere `/metrics`; per gli altri la pagina non esiste",
        secret: false,
        set: |config, text| {
            config.metrics_from = addresses(text)?;
            Ok(())
        },
        show: |config| address_words(&config.metrics_from),
    },
    Setting {
        key: "specifiche_ogni",
        flag: Some("specifiche-ogni"),
        value: "TEMPO|mai",
        about: "ogni quanto si guarda se la cartella delle specifiche è cambiata, per leggerla di nuovo senza fermarsi",
        secret: false,
        set: |config, text| {
            config.specs_every = if text == "mai" {
                None
            } else {
                Some(time(text, 1, DAY).map_err(|why| format!("{why}, oppure `mai`"))?)
            };
            Ok(())
        },
        show: |config| config.specs_every.map_or_else(|| "mai".into(), time_words),
    },
    Setting {
        key: "bozze",
        flag: Some("bozze"),
        value: "CARTELLA",
        about: "la cartella delle bozze delle specifiche, una sottocartella ciascuna: la pagina `/impatto` dice che cosa cambierebbero nelle pratiche; senza, non ne propone",
        secret: false,
        set: |config, text| {
            config.drafts = Some(PathBuf::from(text));
            Ok(())
        },
        show: |config| config.drafts.as_ref().map(|folder| folder.display().to_string()).unwrap_or_default(),
    },
    Setting {
        key: "accessi_conservati",
        flag: Some("accessi-conservati"),
        value: "GIORNI",
        about: "per quanti giorni si conserva chi ha guardato che cosa: lo decide l'ente; passato il termine il log lo segnala, e nulla si cancella da sé; senza, tutto resta",
        secret: false,
        set: |config, text| {
            config.accesses_days = Some(number(text, 1, 36_500)?);
            Ok(())
        },
        show: |config| config.accesses_days.map(|days| days.to_string()).unwrap_or_default(),
    },
    Setting {
        key: "chiave_sigilli",
        flag: Some("chiave-sigilli"),
        value: "FILE",
        about: "la chiave privata con cui il servizio fa i sigilli che altri conservano (`lepre audit chiave`); senza, non ne fa",
        secret: false,
        set: |config, text| {
            config.seal_key = Some(PathBuf::from(text));
            Ok(())
        },
        show: |config| config.seal_key.as_ref().map(|path| path.display().to_string()).unwrap_or_default(),
    },
    Setting {
        key: "soglia_numeri_piccoli",
        flag: Some("soglia-numeri-piccoli"),
        value: "NUMERO",
        about: "negli indicatori, i numeri di pratiche minori di questo e maggiori di 0 sono nascosti, con ciò che li farebbe ricavare; con 1, nessuno",
        secret: false,
        set: |config, text| number(text, 1, 1_000).map(|number| config.small_numbers = number),
        show: |config| config.small_numbers.to_string(),
    },
];
