// SPDX-License-Identifier: EUPL-1.2
//! The engine: pure functions over a rulebook, a case and a day.
//!
//! It never sees a specification file, a clock, a random number or a store. Same inputs, same answer, for ever.
//!
//! ```
//! use lepre::engine::{Case, Command, Event, Question, agenda, apply, decide, explain, findings};
//! use lepre::spec::scenario::{Conformity, RefusalKind};
//! # use lepre::calendar::Day;
//! # use lepre::library::Library;
//! # let library = Library::open(std::path::Path::new("specs")).unwrap();
//! # let day = |text: &str| text.parse::<Day>().unwrap();
//! # let rulebook = library.rulebook("E", None, day("2024-05-02")).unwrap();
//! let event = |json: &str| serde_json::from_str::<Event>(json).unwrap();
//! let mut case = Case::new(&rulebook);
//! apply(&mut case, &rulebook, &event(r#"{"tipo":"aperta","il":"2024-05-02","soggetto":"s","lep":"E"}"#));
//! apply(&mut case, &rulebook, &event(r#"{"tipo":"dato","il":"2024-05-02","dato":"patto_gia_sottoscritto","valore":true}"#));
//!
//! // Two activities and two outputs are owed; the interview comes first.
//! let owed = agenda(&rulebook, &case, day("2024-05-06"));
//! assert_eq!(owed.duties.len(), 4);
//!
//! // The balance of skills is refused before the interview, and the refusal says why.
//! let balance = event(r#"{"tipo":"attivita","il":"2024-05-06","attivita":"bilancio-competenze","evento":"terminata"}"#);
//! let no = decide(&rulebook, &case, &Command::Record(balance), day("2024-05-06")).unwrap_err();
//! assert_eq!((no[0].kind, no[0].norm.act.as_str()), (RefusalKind::Order, "dm-4-2018"));
//!
//! // Nothing is breached, but the case is not compliant yet; and an explanation starts from the item's standing.
//! let check = findings(&rulebook, &case, day("2024-05-06"));
//! assert_eq!((check.conformity, check.findings.len()), (Conformity::No, 0));
//! let why = explain(&rulebook, &case, day("2024-05-06"), Question::Item(0)).unwrap();
//! assert!(why.sentence.contains("bilancio-competenze"));
//! ```

mod agenda;
mod apply;
mod case;
mod decide;
mod event;
mod explain;
mod findings;
mod meeting;
mod outlook;
mod program;
mod speech;
mod standing;
mod words;

pub use agenda::{Agenda, Awaited, Cause, Duty, agenda};
pub use apply::{apply, continues, fold, fold_to, may_follow, needs_reason, replay};
pub use case::{
    Case, Closing, Fault, FaultDetail, ItemState, Mark, RequiredField, Spoken, SpokenOutcome, SpokenTerm, Words,
};
pub use decide::{Command, Refusal, decide};
pub use event::{Event, EventKind, Minute, Opening, PriorItem};
pub use explain::{Explanation, Question, explain};
pub use findings::{Check, Finding, findings};
pub use meeting::{Meeting, MeetingState, NextSanction, next_sanction};
pub use outlook::{Prospect, TermOutlook, outlook, outlook_of};
pub use program::{Checker, FindingKey, ItemStanding, ItemTally, NextAct, Program, Tally, TermTally};
pub use speech::{ReadFacts, Speech, SpokenWord, speak};
pub use standing::{TermStanding, access, duty_norm, obligations, registration_owed, term_norm, term_standing};
pub use words::{
    cause_words, event_words, finding_help, finding_words, norm_link, norm_words, standing_words, term_words,
};
