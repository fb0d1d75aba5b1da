// SPDX-License-Identifier: EUPL-1.2
//! What a calendar cannot answer, or cannot be.

use super::day::Day;

/// Why there is no answer. A day the calendar does not know is never taken for a working day.
// Two words, so that answers travel in registers: what is longer is boxed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// The answer needs a day outside the validity of the calendar, both ends of which are inside.
    #[error("il calendario delle festività vale dal `{from}` al `{to}` e non dice nulla del `{day}`")]
    OutOfRange { day: Day, from: Day, to: Day },
    /// The answer lies beyond [`Day::MAX`].
    #[error("la scadenza va oltre il `{last}`, l'ultimo giorno che si può scrivere", last = Day::MAX)]
    BeyondLastDay,
    /// Terms in hours are compared as instants, see [`super::within_hours`].
    #[error("un termine in ore non ha un giorno di scadenza")]
    Hours,
    /// No calendar can be made from the rules.
    #[error(transparent)]
    Rules(Box<RulesError>),
}

/// What is wrong with the rules of a calendar; holidays are named by their id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RulesError {
    #[error("il calendario finisce il `{to}`, prima di cominciare il `{from}`")]
    Reversed { from: Day, to: Day },
    /// No day of the validity is a working day.
    #[error("il calendario non ha nessun giorno lavorativo")]
    NoWorkingDays,
    #[error("la festività `{0}` è scritta due volte")]
    RepeatedHoliday(String),
    #[error("il giorno della festività `{0}` non esiste in nessun anno")]
    NoSuchHoliday(String),
    /// Offsets from Easter stay within its year, whatever the year.
    #[error("la festività `{0}` è troppo lontana da Pasqua: si va da 80 giorni prima a 250 giorni dopo")]
    FarFromEaster(String),
    #[error("la festività `{0}` finisce prima di cominciare")]
    ReversedHoliday(String),
}

impl From<RulesError> for CalendarError {
    fn from(error: RulesError) -> Self {
        Self::Rules(Box::new(error))
    }
}
