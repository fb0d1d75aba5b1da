// SPDX-License-Identifier: EUPL-1.2
//! How much of the decree is covered: every level by the fields of its table.

use crate::calendar::Day;
use crate::compile::NoRulebook;
use crate::library::Library;
use crate::spec::level::{Audience, Field, Level, SapCodesSpec, TitleSource, Wording};

use super::words::titles;

/// How a field of the decree's table stands in the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Literal,
    Summary,
    ToBeDefined,
    /// Declared as read in no source.
    Missing,
    /// Neither there nor declared missing.
    Absent,
    /// The level has no file that reads.
    Unread,
}

impl State {
    pub const ALL: [Self; 6] =
        [Self::Literal, Self::Summary, Self::ToBeDefined, Self::Missing, Self::Absent, Self::Unread];

    pub fn mark(self) -> &'static str {
        match self {
            Self::Literal => "●",
            Self::Summary => "◐",
            Self::ToBeDefined => "?",
            Self::Missing => "○",
            Self::Absent => "–",
            Self::Unread => "!",
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Literal => "letterale",
            Self::Summary => "sintesi",
            Self::ToBeDefined => "da-definire",
            Self::Missing => "mancante",
            Self::Absent => "assente",
            Self::Unread => "illeggibile",
        }
    }

    pub fn meaning(self) -> &'static str {
        match self {
            Self::Literal => "letterale: le parole del decreto",
            Self::Summary => "sintesi: parole nostre",
            Self::ToBeDefined => "da definire: così lo lascia il decreto",
            Self::Missing => "mancante: in nessuna fonte letta",
            Self::Absent => "nessuna voce",
            Self::Unread => "il file manca o ha errori: `lepre check`",
        }
    }
}

/// One level, as far as it is covered.
pub struct Row {
    pub letter: String,
    pub title: String,
    pub audience: Option<Audience>,
    pub wording: Option<Wording>,
    pub letter_source: &'static str,
    pub title_source: &'static str,
    /// State and number of entries, in the order of the decree's table.
    pub fields: Vec<(Field, State, usize)>,
    pub items: usize,
    pub scenarios: usize,
    pub execution: Execution,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Execution {
    /// A case can be driven to its conclusion.
    Whole,
    /// There are no outputs: a case can be opened and interrupted.
    Opening,
    Not,
}

impl Execution {
    pub fn word(self) -> &'static str {
        match self {
            Self::Whole => "sì",
            Self::Opening => "solo apertura",
            Self::Not => "no",
        }
    }
}

/// The fields in the order of the decree's table.
pub const FIELDS: [Field; 6] =
    [Field::Norms, Field::Activities, Field::Description, Field::Outputs, Field::Outcomes, Field::SapCodes];

/// Every level of the catalogue.
pub fn rows(library: &Library, today: Day) -> Vec<Row> {
    titles(library).into_iter().map(|(letter, title)| row(library, letter, title, today)).collect()
}

fn row(library: &Library, letter: String, title: String, today: Day) -> Row {
    let Some(file) = library.specs().level(&letter) else {
        return Row {
            letter,
            title,
            audience: None,
            wording: None,
            letter_source: "",
            title_source: "",
            fields: FIELDS.iter().map(|field| (*field, State::Unread, 0)).collect(),
            items: 0,
            scenarios: 0,
            execution: Execution::Not,
        };
    };
    let level = &file.level;
    // A level out of force on the day is sound all the same: it is read on its own first day.
    let on = match (level.validity.from, level.validity.to) {
        (Some(from), _) if today < from => from,
        (_, Some(to)) if today > to => to,
        _ => today,
    };
    let execution = match library.rulebook(&letter, None, on) {
        Ok(_) if level.outputs.0.is_empty() => Execution::Opening,
        Ok(_) | Err(NoRulebook::NotInForce { .. }) => Execution::Whole,
        Err(_) => Execution::Not,
    };
    Row {
        audience: Some(level.audience),
        wording: Some(level.source.wording),
        letter_source: level.source.letter.word(),
        title_source: level.source.title.map(TitleSource::word).unwrap_or_default(),
        fields: FIELDS.iter().map(|field| field_state(level, *field)).collect(),
        items: level.activities.0.len() + level.outputs.0.len() + level.outcomes.0.len(),
        scenarios: file.scenarios.len(),
        execution,
        letter,
        title,
    }
}

fn field_state(level: &Level, field: Field) -> (Field, State, usize) {
    let entries = match field {
        Field::Norms => level.norms.len(),
        Field::Description => usize::from(level.description.is_some()),
        Field::Activities => level.activities.0.len(),
        Field::Outputs => level.outputs.0.len(),
        Field::Outcomes => level.outcomes.0.len(),
        Field::SapCodes => match &level.sap {
            Some(SapCodesSpec::Codes(codes)) => codes.len(),
            Some(SapCodesSpec::ToBeDefined(_)) => return (field, State::ToBeDefined, 0),
            None => 0,
        },
    };
    let state = if level.source.missing.iter().any(|missing| missing.value == field) {
        State::Missing
    } else if entries == 0 {
        State::Absent
    } else if level.source.wording == Wording::Literal {
        State::Literal
    } else {
        State::Summary
    };
    (field, state, entries)
}
