// SPDX-License-Identifier: EUPL-1.2
//! Why a request was not answered as asked: one type, told as a page to people and as `problem+json` to programs.
//!
//! Never a name, a tax code or a path of the machine: what is told here may end in a log or on another's screen.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::compile::NoRulebook;
use crate::engine::{Refusal, norm_link, norm_words};
use crate::rulebook::Rulebook;
use crate::service::ServiceError;
use crate::store::StoreError;

/// Something wrong with one field of a form or of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// Name of the field; empty for the whole.
    pub field: String,
    pub message: String,
}

impl FieldFault {
    pub fn new(field: &str, message: impl Into<String>) -> Self {
        Self { field: field.to_owned(), message: message.into() }
    }
}

/// See the module.
#[derive(Clone, Debug)]
pub enum Trouble {
    /// Nobody has signed in.
    SignIn,
    /// A password must be chosen before anything else.
    ChoosePassword,
    /// Who asks may not do this; `why` says who may.
    Forbidden {
        why: String,
    },
    /// There is no such thing, or who asks may not know of it.
    NotFound {
        what: String,
    },
    /// What was sent cannot be used.
    BadInput {
        faults: Vec<FieldFault>,
    },
    /// The engine's *no*, with its norm.
    Refused {
        refusals: Vec<Refusal>,
        rulebook: Arc<Rulebook>,
    },
    /// Somebody else wrote in between: the case is at `actual`, the author had seen `expected`.
    Conflict {
        expected: u32,
        actual: u32,
    },
    /// The condition that was sent does not hold: 412.
    Precondition {
        actual: u32,
    },
    /// A condition is needed and none was sent: 428.
    PreconditionMissing {
        what: &'static str,
    },
    /// A key already used for another request.
    KeyReused,
    /// The form's token is not of this session.
    Forged,
    TooLarge {
        limit: usize,
    },
    UnsupportedMedia {
        expected: &'static str,
    },
    MethodNotAllowed {
        allowed: String,
    },
    /// Too many requests; `after` in seconds.
    TooMany {
        after: u64,
    },
    /// It took longer than a request may.
    Late,
    /// The store or the specifications cannot serve now: 503.
    Unavailable {
        why: String,
    },
    /// A fault of ours.
    Internal {
        why: String,
    },
}

impl Trouble {
    pub fn bad(field: &str, message: impl Into<String>) -> Self {
        Self::BadInput { faults: vec![FieldFault::new(field, message)] }
    }

    pub fn not_found(what: impl Into<String>) -> Self {
        Self::NotFound { what: what.into() }
    }

    pub fn status(&self) -> StatusCode {
        match self {
            Self::SignIn => StatusCode::UNAUTHORIZED,
            Self::Forbidden { .. } | Self::Forged | Self::ChoosePassword => StatusCode::FORBIDDEN,
            Self::NotFound { .. } => StatusCode::NOT_FOUND,
            Self::BadInput { .. } => StatusCode::BAD_REQUEST,
            Self::Refused { .. } | Self::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Conflict { .. } => StatusCode::CONFLICT,
            Self::Precondition { .. } => StatusCode::PRECONDITION_FAILED,
            Self::PreconditionMissing { .. } => StatusCode::PRECONDITION_REQUIRED,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMedia { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Late => StatusCode::REQUEST_TIMEOUT,
            Self::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The last part of the problem's type, and the name of the page that explains it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::SignIn => "accesso-richiesto",
            Self::ChoosePassword => "password-da-scegliere",
            Self::Forbidden { .. } => "non-consentito",
            Self::NotFound { .. } => "non-trovato",
            Self::BadInput { .. } => "dati-non-validi",
            Self::Refused { .. } => "diniego",
            Self::Conflict { .. } => "cambiata-nel-frattempo",
            Self::Precondition { .. } => "condizione-non-soddisfatta",
            Self::PreconditionMissing { .. } => "condizione-mancante",
            Self::KeyReused => "chiave-gia-usata",
            Self::Forged => "modulo-non-riconosciuto",
            Self::TooLarge { .. } => "troppo-grande",
            Self::UnsupportedMedia { .. } => "formato-non-accettato",
            Self::MethodNotAllowed { .. } => "metodo-non-ammesso",
            Self::TooMany { .. } => "troppe-richieste",
            Self::Late => "tempo-scaduto",
            Self::Unavailable { .. } => "non-disponibile",
            Self::Internal { .. } => "errore-interno",
        }
    }

    pub fn title(&self) -> &'static str {
        match self {
            Self::SignIn => "Serve l'accesso",
            Self::ChoosePassword => "Prima scegli una password",
            Self::Forbidden { .. } => "Non consentito",
            Self::NotFound { .. } => "Non trovato",
            Self::BadInput { .. } => "Dati da correggere",
            Self::Refused { .. } => "Non si può: ecco perché",
            Self::Conflict { .. } => "La pratica è cambiata nel frattempo",
            Self::Precondition { .. } => "La pratica è cambiata da quando è stata letta",
            Self::PreconditionMissing { .. } => "Manca una condizione",
            Self::KeyReused => "Chiave già usata per un'altra richiesta",
            Self::Forged => "Modulo non riconosciuto",
            Self::TooLarge { .. } => "Troppo grande",
            Self::UnsupportedMedia { .. } => "Formato non accettato",
            Self::MethodNotAllowed { .. } => "Metodo non ammesso",
            Self::TooMany { .. } => "Troppe richieste",
            Self::Late => "Tempo scaduto",
            Self::Unavailable { .. } => "Servizio non disponibile",
            Self::Internal { .. } => "Errore interno",
        }
    }

    /// One sentence for the reader.
    pub fn detail(&self) -> String {
        match self {
            Self::SignIn => "per questa pagina bisogna aver fatto l'accesso".into(),
            Self::ChoosePassword => "al primo accesso si sceglie una password propria".into(),
            Self::Forbidden { why } => why.clone(),
            Self::NotFound { what } => what.clone(),
            Self::BadInput { faults } => {
                let told = faults.iter().map(|fault| match fault.field.as_str() {
                    "" => fault.message.clone(),
                    field => format!("`{field}`: {}", fault.message),
                });
                told.collect::<Vec<_>>().join("; ")
            }
            Self::Refused { refusals, .. } => {
                refusals.iter().map(|refusal| refusal.message.as_str()).collect::<Vec<_>>().join("; ")
            }
            Self::Conflict { expected, actual } => format!(
                "qualcun altro vi ha scritto: è all'evento {actual}, chi scrive aveva visto l'evento {expected}; nulla è stato scritto"
            ),
            Self::Precondition { actual } => format!("la pratica è all'evento {actual}; nulla è stato scritto"),
            Self::PreconditionMissing { what } => (*what).to_owned(),
            Self::KeyReused => {
                "la stessa `Idempotency-Key` è già servita per una richiesta diversa: usane una nuova".into()
            }
            Self::Forged => {
                "il modulo è scaduto o non viene da questa pagina: riaprila e riprova; nulla è stato scritto".into()
            }
            Self::TooLarge { limit } => format!("al più {} KiB", limit / 1024),
            Self::UnsupportedMedia { expected } => format!("serve `Content-Type: {expected}`"),
            Self::MethodNotAllowed { allowed } => format!("qui si può: {allowed}"),
            Self::TooMany { after } => format!("riprova fra {after} secondi"),
            Self::Late => "la richiesta non è arrivata per intero in tempo, o la risposta ha richiesto troppo".into(),
            Self::Unavailable { why } => why.clone(),
            Self::Internal { .. } => "qualcosa non ha funzionato per colpa nostra; nulla è stato scritto a metà".into(),
        }
    }

    /// What would make it work.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Refused { refusals, .. } => {
                let help: Vec<&str> =
                    refusals.iter().map(|r| r.help.as_str()).filter(|help| !help.is_empty()).collect();
                (!help.is_empty()).then(|| help.join("; "))
            }
            Self::Conflict { .. } | Self::Precondition { .. } => Some("rileggi la pratica e decidi di nuovo".into()),
            Self::Forbidden { .. } => {
                Some("se ti serve, chiedilo al responsabile della sede o all'amministratore regionale".into())
            }
            Self::Unavailable { .. } => Some("riprova fra poco".into()),
            Self::Internal { .. } => Some("segnala il numero della richiesta a chi amministra il servizio".into()),
            _ => None,
        }
    }

    /// The norm of a refusal, in words, with its link on Normattiva where there is one.
    pub fn norm(&self) -> Option<(String, Option<String>)> {
        let Self::Refused { refusals, rulebook } = self else { return None };
        let first = refusals.first()?;
        Some((norm_words(rulebook, &first.norm), norm_link(rulebook, &first.norm)))
    }
}

impl From<ServiceError> for Trouble {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Store(error) => error.into(),
            ServiceError::Refused { refusals, rulebook } => Self::Refused { refusals, rulebook },
            ServiceError::NoRulebook { level, reason, .. } => match reason {
                NoRulebook::Faulty(_) => Self::Unavailable {
                    why: format!(
                        "le specifiche del livello `{level}` hanno errori: lo dice la pagina delle specifiche"
                    ),
                },
                NoRulebook::UnknownLevel => Self::bad("lep", format!("il livello `{level}` non esiste")),
                NoRulebook::UnknownRegion => Self::bad("regione", "la regione non ha specifiche sue".to_owned()),
                NoRulebook::NotInForce { .. } => {
                    Self::bad("il", format!("il livello `{level}` non è in vigore quel giorno"))
                }
            },
            ServiceError::TaxCode(error) => Self::bad("codice_fiscale", error.to_string()),
            ServiceError::Audience { .. } => Self::bad("lep", error.to_string()),
            ServiceError::UnknownCase(_) | ServiceError::AmbiguousCase(_) => Self::not_found(error.to_string()),
            ServiceError::UnreadableEvent { .. }
            | ServiceError::RulebookGone(_)
            | ServiceError::RulebookAltered(_)
            | ServiceError::Rulebook(_) => Self::Unavailable { why: error.to_string() },
        }
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict { expected, actual, .. } => Self::Conflict { expected, actual },
            StoreError::UnknownCase { .. } => Self::not_found("la pratica non esiste"),
            StoreError::Locked { .. } | StoreError::Closed => {
                Self::Unavailable { why: "l'archivio è occupato".into() }
            }
            StoreError::Full { .. } => {
                Self::Unavailable { why: "lo spazio per l'archivio è esaurito: nulla è stato scritto".into() }
            }
            // The words of the store name files: they go to the log, not to who asks.
            other => Self::Internal { why: other.to_string() },
        }
    }
}

impl IntoResponse for Trouble {
    /// A bare status that carries the trouble: the guard of the route tells it in the form its readers want.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}
