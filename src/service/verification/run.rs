// SPDX-License-Identifier: EUPL-1.2
//! The work of a verification: from where it was left, in the order of the cases, on all cores.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use serde_json::Value as Json;
use uuid::Uuid;

use crate::columns::{Asked, Checked, Group, Row, check_each};
use crate::engine::{Checker, Program, findings, fold, fold_to, replay};
use crate::rulebook::Rulebook;
use crate::service::{Bulk, Seen, Service, ServiceError, answer_json, unchecked_json};

use super::{Listed, Verification, VerificationError, files};

/// Cases whose answers are put on the disk together.
const CHUNK: usize = 16_384;

/// How a verification was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// There is an answer for every case.
    Whole,
    /// It was stopped, and can go on.
    Stopped,
}

/// What an answer says to whoever will read it.
pub type Shown<'a> = &'a (dyn Fn(&Rulebook, Json) -> Json + Sync);

/// A group of the columns with the law its cases are held against.
struct Held<'a> {
    group: &'a Group,
    law: Result<Arc<Rulebook>, String>,
    program: Option<Program>,
    opaque: Vec<bool>,
}

struct Work<'a> {
    service: &'a Service,
    verification: &'a Verification,
    held: Vec<Held<'a>>,
    asked: Asked,
    shown: Shown<'a>,
}

impl Service {
    /// Goes on with a verification until its end, or until `stop`; `done` counts the answers on the disk. Whatever happens
    /// in between, the answers are the same.
    ///
    /// # Errors
    /// Trouble with the disk or with the store; what was written stays, and it can go on from there.
    pub fn run_verification(
        &self,
        verification: &Verification,
        stop: &AtomicBool,
        done: &AtomicU64,
        shown: Shown<'_>,
    ) -> Result<Ended, VerificationError> {
        let folder = self.verifications()?;
        if files::state(&folder, verification)?.end.is_some() {
            return Ok(Ended::Whole);
        }
        let list = files::list(&folder, verification)?;
        let (mut out, begun) = files::resume(&folder, verification)?;
        done.store(begun, Ordering::Relaxed);
        let bulk = self.columns(&mut |_| ())?;
        let work = Work {
            service: self,
            verification,
            held: self.held(&bulk, verification),
            asked: Asked { on: verification.on, past: verification.past },
            shown,
        };
        let left = usize::try_from(begun).ok().and_then(|begun| list.get(begun..)).unwrap_or_default();
        for chunk in left.chunks(CHUNK) {
            if stop.load(Ordering::Relaxed) {
                return Ok(Ended::Stopped);
            }
            for line in work.answers(chunk)? {
                out.write_all(line.as_bytes())?;
                out.write_all(b"\n")?;
            }
            let now = done.load(Ordering::Relaxed) + chunk.len() as u64;
            files::settle(&folder, verification, &mut out, now)?;
            done.store(now, Ordering::Relaxed);
        }
        drop(out);
        files::finish(&folder, verification)?;
        Ok(Ended::Whole)
    }

    fn held<'a>(&self, bulk: &'a Bulk, verification: &Verification) -> Vec<Held<'a>> {
        let laws = self.fixed_laws(verification);
        let hold = |group: &'a Group| {
            let pinned = group.rulebook();
            if verification.law.is_none() {
                return Held { group, law: Ok(pinned.clone()), program: Some(group.program()), opaque: Vec::new() };
            }
            let fixed = laws.iter().find(|(level, region, _)| *level == pinned.level && *region == pinned.region);
            let law = fixed.map_or_else(|| Err(String::from("non c'era quando fu chiesta")), |(.., law)| law.clone());
            let program = law.as_ref().ok().map(|law| group.program_under(law));
            let opaque = law.as_ref().map(|law| group.opaque_under(law)).unwrap_or_default();
            let opaque = if opaque.contains(&true) { opaque } else { Vec::new() };
            Held { group, law, program, opaque }
        };
        bulk.columns.groups().iter().map(hold).collect()
    }
}

impl Work<'_> {
    /// The answers of some cases, in their order.
    fn answers(&self, chunk: &[Listed]) -> Result<Vec<String>, ServiceError> {
        let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let part = chunk.len().div_ceil(threads).max(1);
        thread::scope(|scope| {
            let running: Vec<_> = chunk.chunks(part).map(|part| scope.spawn(move || self.answers_of(part))).collect();
            let mut all = Vec::with_capacity(chunk.len());
            for thread in running {
                all.extend(thread.join().unwrap_or_else(|broken| std::panic::resume_unwind(broken))?);
            }
            Ok(all)
        })
    }

    fn answers_of(&self, part: &[Listed]) -> Result<Vec<String>, ServiceError> {
        let first = part.first().map_or(0, |listed| listed.id);
        let mut at: Vec<usize> = self.held.iter().map(|held| held.group.seek(first)).collect();
        let mut checkers: Vec<Option<Checker<'_>>> =
            self.held.iter().map(|held| held.program.as_ref().map(Checker::new)).collect();
        let mut answers = Vec::with_capacity(part.len());
        for listed in part {
            let mut found = None;
            for ((held, at), checker) in self.held.iter().zip(&mut at).zip(&mut checkers) {
                while held.group.row(*at).is_some_and(|row| row.key.id < listed.id) {
                    *at += 1;
                }
                if let Some(row) = held.group.row(*at).filter(|row| row.key.id == listed.id) {
                    found = Some((held, row, checker));
                    break;
                }
            }
            let quick = found.and_then(|(held, row, checker)| self.quickly(held, &row, checker.as_mut()?, *listed));
            answers.push(match quick {
                Some(answer) => answer,
                None => self.by_steps(*listed)?,
            });
        }
        Ok(answers)
    }

    /// From the columns, where they hold the history as it was.
    fn quickly(&self, held: &Held<'_>, row: &Row<'_>, checker: &mut Checker<'_>, listed: Listed) -> Option<String> {
        let law = held.law.as_ref().ok()?;
        if row.key.sequence != listed.sequence || row.has_any(&held.opaque) {
            return None;
        }
        let id = Uuid::from_u128(listed.id);
        let replays = self.verification.law.is_some();
        Some(check_each(checker, row, self.asked, |checked| {
            self.line(law, &Seen::of_row(id, law, checked, row, (self.asked, replays)))
        }))
    }

    /// From the events, as many as there were.
    fn by_steps(&self, listed: Listed) -> Result<String, ServiceError> {
        let id = Uuid::from_u128(listed.id);
        let answered = self.stepped(id, listed.sequence);
        match answered {
            Ok(line) => Ok(line),
            Err(error) if error.stops_all() => Err(error),
            Err(error) => Ok(unchecked_json(id, &error.to_string()).to_string()),
        }
    }

    fn stepped(&self, id: Uuid, sequence: u32) -> Result<String, ServiceError> {
        let service = self.service;
        let head = service.store.case_head(id)?.ok_or_else(|| ServiceError::UnknownCase(id.to_string()))?;
        let pinned = service.pinned(&head.rulebook)?;
        let law = if self.verification.law.is_none() {
            Ok(pinned)
        } else {
            let of = |held: &&Held<'_>| {
                let known = held.group.rulebook();
                known.level == pinned.level && known.region == pinned.region
            };
            let held = self.held.iter().find(of);
            held.map_or_else(|| Err(String::from("la legge chiesta non c'è")), |held| held.law.clone())
        };
        let law = match law {
            Ok(law) => law,
            Err(why) => return Ok(unchecked_json(id, &why).to_string()),
        };
        let stored = service.store.events(id)?;
        let known = usize::try_from(sequence).ok().and_then(|count| stored.get(..count));
        let Some(known) = known else {
            return Ok(unchecked_json(id, "alcuni eventi non ci sono più").to_string());
        };
        let events = Service::read(id, known)?;
        let Asked { on, past } = self.asked;
        let case = match past.then_some(on) {
            until if self.verification.law.is_some() => replay(&law, &events, until),
            Some(until) => fold_to(&law, &events, until),
            None => fold(&law, &events),
        };
        let check = findings(&law, &case, on);
        let checked = Checked::of(&check, &case);
        Ok(self.line(&law, &Seen::of_case(id, &law, checked, &case)))
    }

    fn line(&self, law: &Rulebook, seen: &Seen<'_>) -> String {
        (self.shown)(law, answer_json(seen)).to_string()
    }
}
