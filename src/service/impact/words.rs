// SPDX-License-Identifier: EUPL-1.2
//! The kinds of change, as a person reads them.

use crate::spec::scenario::{FindingKind, Gravity};

use super::compare::{DutyMove, Side, TermMove, Verdict, What};

/// A kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Verdict { from: Verdict, to: Verdict },
    Finding { side: Side, gravity: Gravity, kind: FindingKind },
    Term(TermMove),
    Duty { registration: bool, how: DutyMove },
}

/// What a kind of change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    Verdicts,
    Findings,
    Terms,
    Duties,
}

impl Section {
    pub const ALL: [Self; 4] = [Self::Verdicts, Self::Findings, Self::Terms, Self::Duties];

    pub fn title(self) -> &'static str {
        match self {
            Self::Verdicts => "Verdetti",
            Self::Findings => "Rilievi",
            Self::Terms => "Termini",
            Self::Duties => "Voci e registrazioni dovute",
        }
    }

    /// For programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Verdicts => "verdetto",
            Self::Findings => "rilievo",
            Self::Terms => "termine",
            Self::Duties => "dovere",
        }
    }
}

impl Verdict {
    pub fn words(self) -> &'static str {
        match self {
            Self::Conform => "conforme",
            Self::Pending => "in corso",
            Self::Breached => "con violazioni",
            Self::NotKnown => "in attesa di dati",
        }
    }

    /// For programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Conform => "conforme",
            Self::Pending => "in_corso",
            Self::Breached => "con_violazioni",
            Self::NotKnown => "in_attesa_di_dati",
        }
    }
}

impl Kind {
    pub(super) fn of(what: What) -> Self {
        match what {
            What::Verdict { from, to } => Self::Verdict { from, to },
            What::Finding { side, gravity, kind, .. } => Self::Finding { side, gravity, kind },
            What::Term { how, .. } => Self::Term(how),
            What::Duty { registration, how, .. } => Self::Duty { registration, how },
        }
    }

    pub fn section(self) -> Section {
        match self {
            Self::Verdict { .. } => Section::Verdicts,
            Self::Finding { .. } => Section::Findings,
            Self::Term(_) => Section::Terms,
            Self::Duty { .. } => Section::Duties,
        }
    }

    pub fn words(self) -> String {
        match self {
            Self::Verdict { from, to } => format!("da «{}» a «{}»", from.words(), to.words()),
            Self::Finding { side, gravity, kind } => {
                let how = if side == Side::After { "compare" } else { "non c'è più" };
                let kind = if kind == FindingKind::Mode { "modalità" } else { kind.word() };
                format!("{how}: {}, {kind}", gravity.word())
            }
            Self::Term(how) => term_words(how).to_owned(),
            Self::Duty { registration: false, how } => duty_words(how).to_owned(),
            Self::Duty { registration: true, how } => registration_words(how).to_owned(),
        }
    }

    /// For programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Verdict { .. } => "cambia",
            Self::Finding { side: Side::After, .. } => "compare",
            Self::Finding { side: Side::Before, .. } => "scompare",
            Self::Term(how) => match how {
                TermMove::Earlier => "anticipa",
                TermMove::Later => "posticipa",
                TermMove::Begins => "comincia",
                TermMove::Ceases => "cessa",
                TermMove::Gains => "acquista_fine",
                TermMove::Loses => "perde_fine",
                TermMove::Doubtful => "diventa_incerto",
                TermMove::Settled => "cessa_il_dubbio",
                TermMove::Turned => "cambia_stato",
            },
            Self::Duty { how, .. } => match how {
                DutyMove::Begins => "comincia",
                DutyMove::Ceases => "cessa",
                DutyMove::Doubtful => "diventa_incerto",
                DutyMove::Settled => "cessa_il_dubbio",
                DutyMove::Reopened => "torna_da_fare",
                DutyMove::Fulfilled => "risulta_fatto",
            },
        }
    }
}

fn term_words(how: TermMove) -> &'static str {
    match how {
        TermMove::Earlier => "finisce prima",
        TermMove::Later => "finisce dopo",
        TermMove::Begins => "comincia a valere",
        TermMove::Ceases => "non vale più",
        TermMove::Gains => "ha ora una fine",
        TermMove::Loses => "non ha più una fine",
        TermMove::Doubtful => "non si sa più se vale: manca un dato",
        TermMove::Settled => "ora si sa che non vale",
        TermMove::Turned => "finisce lo stesso giorno, ma sta in altro modo",
    }
}

fn duty_words(how: DutyMove) -> &'static str {
    match how {
        DutyMove::Begins => "diventa dovuta",
        DutyMove::Ceases => "non è più dovuta",
        DutyMove::Doubtful => "non si sa più se è dovuta: manca un dato",
        DutyMove::Settled => "ora si sa che non è dovuta",
        DutyMove::Reopened => "era fatta, torna da fare",
        DutyMove::Fulfilled => "era da fare, risulta fatta",
    }
}

fn registration_words(how: DutyMove) -> &'static str {
    match how {
        DutyMove::Begins => "la registrazione diventa dovuta",
        DutyMove::Ceases => "la registrazione non è più dovuta",
        DutyMove::Doubtful => "non si sa più se la registrazione è dovuta: manca un dato",
        DutyMove::Settled => "ora si sa che la registrazione non è dovuta",
        DutyMove::Reopened => "la registrazione c'era, torna da fare",
        DutyMove::Fulfilled => "la registrazione era da fare, risulta fatta",
    }
}
