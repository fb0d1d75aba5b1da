// SPDX-License-Identifier: EUPL-1.2
//! The one table of measures: how each is called, what it means, how it comes out of a sum.

use crate::drawing::italian;

use super::counts::TermCounts;
use super::sums::Sum;

/// Counts that are parts of one whole: where one of them is hidden, so are the others, or it would follow from them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    Cases,
    /// Delivered, or not: parts of the cases.
    Delivered,
    /// Why not: parts of those not delivered.
    Undelivered,
    /// Judged by the terms, or not: parts of those delivered.
    Judged,
    /// In time, late: parts of those judged.
    InTime,
    /// Registered or not: parts of the cases.
    Registrations,
    Breaches,
    States,
    /// How the term that is asked for stands: parts of the cases.
    Term,
}

impl Group {
    /// Each after the one it is a part of.
    pub const ALL: [Self; 9] = [
        Self::Cases,
        Self::Delivered,
        Self::Undelivered,
        Self::Judged,
        Self::InTime,
        Self::Registrations,
        Self::Breaches,
        Self::States,
        Self::Term,
    ];

    /// What its parts are parts of.
    pub fn whole(self) -> Option<Self> {
        match self {
            Self::Cases => None,
            Self::Undelivered | Self::Judged => Some(Self::Delivered),
            Self::InTime => Some(Self::Judged),
            _ => Some(Self::Cases),
        }
    }

    /// Its parts: counts of cases.
    pub fn parts(self, sum: &Sum) -> Vec<u32> {
        let c = &sum.counts;
        match self {
            Self::Cases => vec![c.cases],
            Self::Delivered => vec![c.delivered, c.cases - c.delivered],
            Self::Undelivered => vec![c.to_do, c.lacking, c.interrupted_before, c.unmeasured],
            Self::Judged => vec![c.in_time + c.late, c.unjudged],
            Self::InTime => vec![c.in_time, c.late],
            Self::Registrations => vec![c.untransmitted, c.transmitted, c.unregistered],
            Self::Breaches => vec![c.breached, c.sound],
            Self::States => vec![c.open, c.suspended, c.concluded, c.interrupted],
            Self::Term => term_parts(&sum.term, sum.counts.cases).to_vec(),
        }
    }
}

/// How a term stands over the cases of a row, the last where it does not run.
pub fn term_parts(term: &TermCounts, cases: u32) -> [u32; 6] {
    let idle = cases.saturating_sub(term.all());
    [term.kept, term.broken_done, term.overdue, term.running, term.not_known, idle]
}

/// A measure as it comes out of a sum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Figure {
    Count(u32),
    /// A part of a whole that is not zero.
    Share {
        part: u32,
        whole: u32,
    },
    Days(f64),
    /// A small number, or what would give one away.
    Hidden,
    /// There is nothing to measure.
    Absent,
}

impl Figure {
    /// Parts of a hundred.
    pub fn percent(self) -> Option<f64> {
        match self {
            Self::Share { part, whole } if whole > 0 => Some(f64::from(part) * 100.0 / f64::from(whole)),
            _ => None,
        }
    }

    /// As Italians read it.
    pub fn words(self) -> String {
        match self {
            Self::Count(count) => italian(f64::from(count)),
            Self::Days(days) => italian(days),
            Self::Share { .. } => self.percent().map(|percent| format!("{} %", italian(percent))).unwrap_or_default(),
            Self::Hidden => HIDDEN.to_owned(),
            Self::Absent => "—".to_owned(),
        }
    }

    /// The number to be drawn: a count, parts of a hundred, days.
    pub fn number(self) -> Option<f64> {
        match self {
            Self::Count(count) => Some(f64::from(count)),
            Self::Days(days) => Some(days),
            other => other.percent(),
        }
    }
}

/// A row of the table.
pub struct Measure {
    /// For programs.
    pub key: &'static str,
    /// The heading of its column.
    pub head: &'static str,
    /// What it is, exactly.
    pub definition: &'static str,
    pub group: Group,
    pub(super) take: fn(&Sum) -> Figure,
}

fn share(part: u32, whole: u32) -> Figure {
    if whole == 0 { Figure::Absent } else { Figure::Share { part, whole } }
}

fn days(days: Option<f64>) -> Figure {
    days.map_or(Figure::Absent, Figure::Days)
}

/// In the order in which they are shown.
pub const MEASURES: [Measure; 23] = [
    Measure {
        key: "pratiche",
        head: "Pratiche",
        definition: "le pratiche aperte, in qualunque stato siano il giorno in cui si guarda",
        group: Group::Cases,
        take: |sum| Figure::Count(sum.counts.cases),
    },
    Measure {
        key: "erogate",
        head: "Erogate",
        definition: "pratiche con almeno un output dovuto, e con ogni output dovuto consegnato tante volte quante ne chiede il livello",
        group: Group::Delivered,
        take: |sum| Figure::Count(sum.counts.delivered),
    },
    Measure {
        key: "erogate_quota",
        head: "Erogate su cento pratiche",
        definition: "le erogate divise per le pratiche",
        group: Group::Delivered,
        take: |sum| share(sum.counts.delivered, sum.counts.cases),
    },
    Measure {
        key: "da_erogare",
        head: "Da erogare",
        definition: "pratiche non chiuse a cui manca almeno un output dovuto",
        group: Group::Undelivered,
        take: |sum| Figure::Count(sum.counts.to_do),
    },
    Measure {
        key: "output_mancanti_pratiche",
        head: "Concluse con output mancanti",
        definition: "pratiche chiuse come concluse a cui manca almeno un output dovuto: è una violazione",
        group: Group::Undelivered,
        take: |sum| Figure::Count(sum.counts.lacking),
    },
    Measure {
        key: "output_mancanti",
        head: "Output mancanti",
        definition: "gli output dovuti e non consegnati di quelle pratiche, contati uno per uno",
        group: Group::Undelivered,
        take: |sum| Figure::Count(sum.counts.outputs_lacking),
    },
    Measure {
        key: "interrotte_prima",
        head: "Interrotte prima",
        definition: "pratiche chiuse come interrotte a cui manca almeno un output dovuto",
        group: Group::Undelivered,
        take: |sum| Figure::Count(sum.counts.interrupted_before),
    },
    Measure {
        key: "non_valutabili",
        head: "Non valutabili",
        definition: "pratiche senza output dovuti, o delle quali non si può dire: manca un dato, o gli output del livello non sono stati letti in nessuna fonte",
        group: Group::Undelivered,
        take: |sum| Figure::Count(sum.counts.unmeasured),
    },
    Measure {
        key: "in_tempo",
        head: "In tempo",
        definition: "pratiche erogate in cui è decorso almeno un termine «entro» a carico del CPI, e tutti quelli decorsi sono rispettati",
        group: Group::InTime,
        take: |sum| Figure::Count(sum.counts.in_time),
    },
    Measure {
        key: "in_ritardo",
        head: "In ritardo",
        definition: "pratiche erogate in cui un termine «entro» a carico del CPI non è stato rispettato",
        group: Group::InTime,
        take: |sum| Figure::Count(sum.counts.late),
    },
    Measure {
        key: "in_tempo_quota",
        head: "In tempo su cento giudicate",
        definition: "quelle in tempo divise per la somma di quelle in tempo e in ritardo",
        group: Group::InTime,
        take: |sum| share(sum.counts.in_time, sum.counts.in_time + sum.counts.late),
    },
    Measure {
        key: "senza_termini",
        head: "Erogate senza giudizio sui tempi",
        definition: "pratiche erogate in cui nessun termine «entro» a carico del CPI è decorso, o di uno non si può ancora dire",
        group: Group::Judged,
        take: |sum| Figure::Count(sum.counts.unjudged),
    },
    Measure {
        key: "giorni_mediana",
        head: "Giorni per erogare, mediana",
        definition: "giorni di calendario dall'apertura al giorno in cui è stato consegnato per la prima volta l'ultimo degli output dovuti, nelle pratiche erogate: metà ne ha impiegati di meno o altrettanti; di un numero pari di pratiche, a metà tra le due centrali",
        group: Group::Delivered,
        take: |sum| days(sum.delivery.median()),
    },
    Measure {
        key: "giorni_p90",
        head: "Giorni per erogare, 90° percentile",
        definition: "i giorni entro cui sono state erogate almeno nove pratiche su dieci di quelle erogate (rango più vicino)",
        group: Group::Delivered,
        take: |sum| days(sum.delivery.percentile(90).map(f64::from)),
    },
    Measure {
        key: "non_trasmesse",
        head: "Con voci erogate ma non trasmesse",
        definition: "pratiche, erogate per intero o no, in cui di almeno una voce completata è dovuta la registrazione nella SAP, e manca",
        group: Group::Registrations,
        take: |sum| Figure::Count(sum.counts.untransmitted),
    },
    Measure {
        key: "registrazioni_mancanti",
        head: "Registrazioni SAP mancanti",
        definition: "le voci completate la cui registrazione nella SAP è dovuta e manca, contate una per una",
        group: Group::Registrations,
        take: |sum| Figure::Count(sum.counts.registrations_missing),
    },
    Measure {
        key: "registrazioni_mancanti_quota",
        head: "Mancanti su cento registrazioni dovute",
        definition: "le registrazioni mancanti divise per le voci completate la cui registrazione è dovuta",
        group: Group::Registrations,
        take: |sum| share(sum.counts.registrations_missing, sum.counts.registrations_owed),
    },
    Measure {
        key: "con_violazioni",
        head: "Con violazioni",
        definition: "pratiche con almeno un rilievo che è una violazione",
        group: Group::Breaches,
        take: |sum| Figure::Count(sum.counts.breached),
    },
    Measure {
        key: "violazioni",
        head: "Violazioni",
        definition: "i rilievi che sono violazioni, contati uno per uno",
        group: Group::Breaches,
        take: |sum| Figure::Count(sum.counts.breaches),
    },
    Measure {
        key: "aperte",
        head: "Ancora aperte",
        definition: "pratiche né chiuse né sospese",
        group: Group::States,
        take: |sum| Figure::Count(sum.counts.open),
    },
    Measure {
        key: "sospese",
        head: "Sospese",
        definition: "pratiche sospese",
        group: Group::States,
        take: |sum| Figure::Count(sum.counts.suspended),
    },
    Measure {
        key: "concluse",
        head: "Concluse",
        definition: "pratiche chiuse come concluse",
        group: Group::States,
        take: |sum| Figure::Count(sum.counts.concluded),
    },
    Measure {
        key: "interrotte",
        head: "Interrotte",
        definition: "pratiche chiuse come interrotte",
        group: Group::States,
        take: |sum| Figure::Count(sum.counts.interrupted),
    },
];

/// How a term stands, in the order of its parts, then what follows from them.
pub const TERM_MEASURES: [Measure; 9] = [
    Measure {
        key: "rispettati",
        head: "Rispettati",
        definition: "pratiche in cui il termine è rispettato",
        group: Group::Term,
        take: |sum| Figure::Count(sum.term.kept),
    },
    Measure {
        key: "violati_adempiuti",
        head: "Violati, adempiuti",
        definition: "pratiche in cui il termine è violato, e ciò che aspettava è avvenuto",
        group: Group::Term,
        take: |sum| Figure::Count(sum.term.broken_done),
    },
    Measure {
        key: "scaduti",
        head: "Scaduti",
        definition: "pratiche in cui il termine è violato, e ciò che aspettava non è avvenuto",
        group: Group::Term,
        take: |sum| Figure::Count(sum.term.overdue),
    },
    Measure {
        key: "in_corso",
        head: "In corso",
        definition: "pratiche non chiuse in cui il termine è in corso o sospeso",
        group: Group::Term,
        take: |sum| Figure::Count(sum.term.running),
    },
    Measure {
        key: "non_noti",
        head: "Non noti",
        definition: "pratiche in cui non si può dire se il termine vale, da quando decorre o se è rispettato",
        group: Group::Term,
        take: |sum| Figure::Count(sum.term.not_known),
    },
    Measure {
        key: "non_decorre",
        head: "Non decorre",
        definition: "pratiche in cui il termine non vale, non è cominciato, o non era ancora scaduto quando la pratica è stata chiusa",
        group: Group::Term,
        take: |sum| Figure::Count(sum.term_idle()),
    },
    Measure {
        key: "rispettati_quota",
        head: "Rispettati su cento",
        definition: "i rispettati divisi per la somma di rispettati e violati, adempiuti o no",
        group: Group::Term,
        take: |sum| share(sum.term.kept, sum.term.kept + sum.term.broken_done + sum.term.overdue),
    },
    Measure {
        key: "termine_mediana",
        head: "Giorni, mediana",
        definition: "giorni di calendario dal giorno da cui il termine si conta al giorno in cui è avvenuto ciò che aspetta, sospensioni comprese, nelle pratiche in cui è avvenuto e il termine è rispettato o violato",
        group: Group::Term,
        take: |sum| days(sum.term_days.median()),
    },
    Measure {
        key: "termine_p90",
        head: "Giorni, 90° percentile",
        definition: "i giorni entro cui è avvenuto in almeno nove di quelle pratiche su dieci (rango più vicino)",
        group: Group::Term,
        take: |sum| days(sum.term_days.percentile(90).map(f64::from)),
    },
];

/// What is said where one would look for a target.
pub const NO_TARGET: &str = "Nei regolamenti letti non è registrato nessun altro obiettivo in numeri: né una quota da \
    raggiungere, né un tempo medio. Accanto alle misure sta solo ciò che la legge dice: la durata dei suoi termini, e che ciò che \
    è dovuto è dovuto in tutte le pratiche.";

/// What stands in the place of a number that is not shown.
pub const HIDDEN: &str = "nascosto";
