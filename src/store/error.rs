// SPDX-License-Identifier: EUPL-1.2
//! Why the store said no, or could not answer.
//!
//! An error never carries a name or a tax code: it may end in a log.

use std::io;
use std::path::PathBuf;

use uuid::Uuid;

use super::{Answer, Digest};

/// Refusals of the contract first, then trouble with the world. Cloned, because one failed commit answers many callers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    #[error("la pratica `{case}` è cambiata nel frattempo (evento {actual}, atteso {expected}): rileggila e riprova")]
    Conflict { case: Uuid, expected: u32, actual: u32 },
    #[error("la pratica `{case}` non esiste: controlla l'identificativo")]
    UnknownCase { case: Uuid },
    #[error("la pratica `{case}` esiste già: per proseguirla aggiungi eventi, non aprirla di nuovo")]
    CaseExists { case: Uuid },
    #[error("l'identificativo esterno `{external}` è già della pratica `{case}`: la pratica è già stata importata")]
    DuplicateExternal { external: String, case: Uuid },
    #[error("il soggetto `{subject}` non esiste: registralo prima di aprire la pratica")]
    UnknownSubject { subject: Uuid },
    #[error("il codice fiscale o la partita IVA è già di un altro soggetto (`{holder}`): usa quello")]
    DuplicateTaxCode { holder: Uuid },
    #[error(
        "il soggetto `{subject}` è già registrato con l'altra natura: una persona non diventa impresa, né viceversa"
    )]
    SubjectKindChanged { subject: Uuid },
    #[error("il regolamento `{digest}` non è nella base dati: registralo prima di aprire la pratica")]
    UnknownRulebook { digest: Digest },
    #[error("il regolamento `{digest}` è già registrato con un altro contenuto: ricalcola l'impronta")]
    OtherRulebook { digest: Digest },
    #[error("nessun evento da scrivere per la pratica `{case}`: indicane almeno uno")]
    NoEvents { case: Uuid },
    #[error("un evento della pratica `{case}` supera la misura massima di 64 MiB: riducilo")]
    EventTooLarge { case: Uuid },
    #[error("la pratica `{case}` ha raggiunto il numero massimo di eventi: aprine un'altra")]
    CaseFull { case: Uuid },
    #[error("il nome utente è già dell'account `{holder}`: scegline un altro")]
    DuplicateUsername { holder: Uuid },
    #[error("l'identità esterna è già dell'account `{holder}`: scollegala prima da quello")]
    DuplicateExternalAccount { holder: Uuid },
    #[error("il nome utente dell'account `{account}` non si cambia: crea un altro account")]
    UsernameChanged { account: Uuid },
    #[error("l'account `{account}` non esiste: controlla l'identificativo")]
    UnknownAccount { account: Uuid },
    /// Carries the answer that was given.
    #[error("a questa richiesta è già stata data risposta: usa quella, oppure un'altra chiave")]
    AlreadyAnswered(Box<Answer>),

    #[error("la base dati `{}` non esiste: controlla il percorso", .path.display())]
    NotFound { path: PathBuf },
    #[error("impossibile aprire o creare `{}` ({detail}): controlla che la cartella esista e i permessi", .path.display())]
    CannotOpen { path: PathBuf, detail: String },
    #[error("la base dati `{}` è in sola lettura: servono i permessi di scrittura sul file e sulla sua cartella", .path.display())]
    ReadOnly { path: PathBuf },
    #[error("la base dati `{}` è occupata da un altro programma: attendi che finisca, o chiudilo, e riprova", .path.display())]
    Locked { path: PathBuf },
    #[error("spazio esaurito per la base dati `{}`, nulla è stato scritto: libera spazio sul disco e riprova", .path.display())]
    Full { path: PathBuf },
    #[error(
        "la base dati è di una versione più nuova ({found}) di questo programma ({supported}): aggiorna il programma"
    )]
    NewerSchema { found: i64, supported: i64 },
    #[error("il file `{}` non è una base dati di lepre: controlla il percorso", .path.display())]
    NotLepre { path: PathBuf },
    #[error("la base dati `{}` è danneggiata ({detail}): esegui `lepre audit verify` e ripristina l'ultima copia", .path.display())]
    Corrupt { path: PathBuf, detail: String },
    #[error(
        "mancano eventi della pratica `{case}`, la sua storia non si può leggere: esegui `lepre audit verify` e ripristina l'ultima copia"
    )]
    Incomplete { case: Uuid },
    #[error("errore di lettura o scrittura su `{}` ({detail}): controlla il disco e riprova", .path.display())]
    Io { path: PathBuf, detail: String },
    #[error("il file `{}` esiste già: indica un altro nome per la copia", .path.display())]
    BackupExists { path: PathBuf },
    #[error("il sistema non fornisce numeri casuali ({detail}): riprova, e se continua riavvia la macchina")]
    NoRandomness { detail: String },
    #[error("la base dati è stata chiusa e non accetta altre scritture: riavvia il programma")]
    Closed,
}

impl StoreError {
    /// Is it the trouble of one case alone? The others can be read all the same.
    pub fn is_of_one_case(&self) -> bool {
        matches!(self, Self::UnknownCase { .. } | Self::Incomplete { .. })
    }
}

/// What the system says of a file, in Italian.
pub fn io_words(error: &io::Error) -> String {
    let words = match error.kind() {
        io::ErrorKind::NotFound => "non esiste",
        io::ErrorKind::PermissionDenied => "i permessi non bastano",
        io::ErrorKind::AlreadyExists => "esiste già",
        io::ErrorKind::IsADirectory => "è una cartella",
        io::ErrorKind::NotADirectory => "una parte del percorso non è una cartella",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "lo spazio è esaurito",
        io::ErrorKind::ReadOnlyFilesystem => "il disco è in sola lettura",
        io::ErrorKind::InvalidInput => "non è il nome di un file",
        io::ErrorKind::FileTooLarge => "il file supera la grandezza consentita",
        _ => {
            let code = error.raw_os_error().map(|code| format!(" {code}")).unwrap_or_default();
            return format!("errore{code} del sistema");
        }
    };
    words.to_owned()
}
