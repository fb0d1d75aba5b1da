// SPDX-License-Identifier: EUPL-1.2
//! Who transmits: the regional system the records come from, and the body that promotes each.

use std::collections::BTreeMap;

/// The systems that write to the SAP, with the name of the region in the catalogue. This code is not the ISTAT code.
const SYSTEMS: [(&str, &str, Option<&str>); 24] = [
    ("00", "nodo di coordinamento nazionale", None),
    ("01", "Abruzzo", Some("abruzzo")),
    ("02", "Basilicata", Some("basilicata")),
    ("03", "Bolzano", Some("bolzano")),
    ("04", "Calabria", Some("calabria")),
    ("05", "Campania", Some("campania")),
    ("06", "Emilia-Romagna", Some("emilia-romagna")),
    ("07", "Friuli-Venezia Giulia", Some("friuli-venezia-giulia")),
    ("08", "Lazio", Some("lazio")),
    ("09", "Liguria", Some("liguria")),
    ("10", "Lombardia", Some("lombardia")),
    ("11", "Marche", Some("marche")),
    ("12", "Molise", Some("molise")),
    ("13", "Piemonte", Some("piemonte")),
    ("14", "Puglia", Some("puglia")),
    ("15", "Sardegna", Some("sardegna")),
    ("16", "Sicilia", Some("sicilia")),
    ("17", "Toscana", Some("toscana")),
    ("18", "Trento", Some("trento")),
    ("19", "Umbria", Some("umbria")),
    ("20", "Valle d'Aosta", Some("valle-d-aosta")),
    ("21", "Veneto", Some("veneto")),
    ("31", "DOL", None),
    ("32", "SICAMERA", None),
];

/// A system that writes to the SAP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceSystem {
    code: &'static str,
    name: &'static str,
    region: Option<&'static str>,
}

impl SourceSystem {
    /// The system with a code of two digits.
    pub fn of(code: &str) -> Option<Self> {
        Self::all().find(|system| system.code == code)
    }

    /// The system of a region of the catalogue.
    pub fn of_region(region: &str) -> Option<Self> {
        Self::all().find(|system| system.region == Some(region))
    }

    pub fn all() -> impl Iterator<Item = Self> {
        SYSTEMS.iter().map(|&(code, name, region)| Self { code, name, region })
    }

    pub fn code(self) -> &'static str {
        self.code
    }

    pub fn name(self) -> &'static str {
        self.name
    }

    /// The region whose system it is; none of a national one.
    pub fn region(self) -> Option<&'static str> {
        self.region
    }
}

/// See the module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    pub system: SourceSystem,
    /// The promoter of cases whose office has none of its own.
    usual: Option<String>,
    by_office: BTreeMap<String, String>,
}

/// Why nobody can transmit so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SenderError {
    #[error("`{0}` non è il codice di un sistema che scrive nella SAP")]
    System(String),
    #[error("`{0}` non è un codice ente: ha 11 tra lettere e cifre")]
    Promoter(String),
    #[error("il codice ente {0} è scritto due volte")]
    Twice(String),
    #[error("manca il codice dell'ente promotore")]
    None,
}

impl Sender {
    /// Reads the code of the system, and promoters written `CODICE`, for all cases, or `SEDE=CODICE`.
    ///
    /// # Errors
    /// See [`SenderError`].
    pub fn read<S: AsRef<str>>(system: &str, promoters: &[S]) -> Result<Self, SenderError> {
        let found = SourceSystem::of(system.trim()).ok_or_else(|| SenderError::System(system.to_owned()))?;
        let mut sender = Self { system: found, usual: None, by_office: BTreeMap::new() };
        for written in promoters {
            let (office, code) = match written.as_ref().split_once('=') {
                Some((office, code)) => (Some(office.trim()), code),
                None => (None, written.as_ref()),
            };
            let code = code.trim().to_ascii_uppercase();
            if code.len() != 11 || !code.bytes().all(|b| b.is_ascii_alphanumeric()) {
                return Err(SenderError::Promoter(code));
            }
            let before = match office {
                Some(office) => sender.by_office.insert(office.to_owned(), code),
                None => sender.usual.replace(code),
            };
            if before.is_some() {
                let of = office.map_or("per tutte le sedi".to_owned(), |office| format!("della sede `{office}`"));
                return Err(SenderError::Twice(of));
            }
        }
        if sender.usual.is_none() && sender.by_office.is_empty() {
            return Err(SenderError::None);
        }
        Ok(sender)
    }

    /// The promoter of a case opened at an office.
    pub fn promoter(&self, office: Option<&str>) -> Option<&str> {
        let own = office.and_then(|office| self.by_office.get(office));
        own.or(self.usual.as_ref()).map(String::as_str)
    }
}
