// SPDX-License-Identifier: EUPL-1.2
//! The workload in lepre's own language, and its cases as lepre's events.

use std::path::Path;
use std::sync::Arc;

use lepre::calendar::Day;
use lepre::columns::{CaseKey, Columns};
use lepre::compile::draft;
use lepre::engine::{self, Checker, FaultDetail, Finding, ItemStanding};
use lepre::library::Library;
use lepre::rulebook::Rulebook;
use lepre::spec::folder::File;
use lepre::spec::scenario::FindingKind;
use serde_json::json;

use super::{Case, Constraint, Event, Spec};

/// The levels that the specifications are written as.
const LETTERS: [&str; 4] = ["Q", "F1", "M", "C"];

/// Where a finding's constraint stands, by what the finding is about.
pub struct Level {
    pub rulebook: Arc<Rulebook>,
    /// For an item and one that must come before it.
    order: Vec<[u64; 64]>,
    missing: [u64; 64],
    terms: [u64; 64],
    by_kind: [u64; 6],
    /// The items of the workload among those of the rulebook, in its order.
    pub items: Vec<usize>,
    pub acts: u64,
    /// The norm of each constraint: looked up by its number.
    pub norms: Vec<String>,
}

/// The four levels, with the calendar and the tables of the repository.
pub fn library() -> Library {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |folder: &Path, inside: &str| -> Vec<File> {
        let entries = std::fs::read_dir(folder).expect("a folder");
        let file = |path: &Path| File {
            path: format!("{inside}/{}", path.file_name().expect("a name").to_string_lossy()).into(),
            bytes: std::fs::read(path).expect("a file").into(),
        };
        entries.filter_map(|entry| entry.ok()).map(|entry| file(&entry.path())).collect()
    };
    let mut files = read(&root.join("specs/catalogo"), "catalogo");
    files.extend(read(&root.join("benches/peers/specs"), "nazionale"));
    Library::from_files(root, files)
}

pub fn levels(specs: &[Spec]) -> Vec<Level> {
    let library = library();
    let level = |(letter, spec): (&str, &Spec)| Level::new(letter, spec, &library);
    LETTERS.into_iter().zip(specs).map(level).collect()
}

/// The name in lepre of a symbol of the workload.
fn name(symbol: &str) -> String {
    let name = symbol.strip_prefix("sap:").map(|output| format!("registrazione-{output}"));
    name.unwrap_or_else(|| symbol.replace('_', "-"))
}

impl Level {
    fn new(letter: &str, spec: &Spec, library: &Library) -> Self {
        let rulebook = draft(library.specs(), letter).unwrap_or_else(|error| panic!("{letter}: {error:?}"));
        let index = |symbol: &str| usize::from(rulebook.item_index(&name(symbol)).expect("an item"));
        let bit = |wanted: &str| -> u64 {
            let at = spec.constraints.iter().position(|c| c.kind == wanted);
            1 << at.unwrap_or_else(|| panic!("no {wanted}"))
        };
        let mut level = Self {
            order: vec![[0; 64]; rulebook.items.len()],
            missing: [0; 64],
            terms: [0; 64],
            by_kind: [
                bit("outcome_required"),
                bit("outcome_single"),
                bit("sap_code"),
                bit("known"),
                bit("dates"),
                bit("after_close"),
            ],
            items: spec.items.iter().map(|item| index(&item.id)).collect(),
            acts: spec.items.iter().fold(0, |mask, item| mask | 1 << index(&item.id)),
            norms: spec.constraints.iter().map(|c| format!("{} {}", c.kind, c.x)).collect(),
            rulebook: Arc::new(rulebook.clone()),
        };
        for (i, Constraint { kind, x, p, .. }) in spec.constraints.iter().enumerate() {
            match kind.as_str() {
                "order" => level.order[index(x)][index(p)] |= 1 << i,
                "required" => level.missing[index(x)] |= 1 << i,
                _ => {}
            }
        }
        for (at, term) in rulebook.terms.iter().enumerate() {
            level.terms[at] = match term.id.strip_prefix("vincolo-") {
                Some(number) => 1 << number.parse::<u32>().expect("a number"),
                None if term.id.starts_with("un-solo-esito") => level.by_kind[1],
                None => level.by_kind[4],
            };
        }
        level
    }

    /// The constraint that a finding says is violated.
    #[inline]
    pub fn violated(&self, checker: &Checker<'_>, finding: &Finding) -> u64 {
        let item = usize::from(finding.item.unwrap_or_default());
        match (finding.kind, finding.detail) {
            (FindingKind::Order, _) => checker
                .missing_before(finding.item.unwrap_or_default())
                .fold(0, |mask, before| mask | self.order[item][usize::from(before)]),
            (FindingKind::Term, _) => self.terms[usize::from(finding.term.unwrap_or_default()) & 63],
            (FindingKind::Missing, _) => self.missing[item & 63],
            (FindingKind::NoOutcome, _) => self.by_kind[0],
            (FindingKind::Unknown, Some(FaultDetail::WrongKind)) => self.by_kind[2],
            (FindingKind::Unknown, _) => self.by_kind[3],
            (FindingKind::Dates, _) => self.by_kind[4],
            (FindingKind::AfterClosing, _) => self.by_kind[5],
            (other, _) => panic!("a finding of kind {other:?}"),
        }
    }

    /// A case as lepre's events, and the day it is looked at.
    pub fn events(&self, spec: &Spec, case: &Case) -> (Vec<engine::Event>, Day) {
        let day = |number: i32| Day::from_number(number).expect("a day").to_string();
        let event = |json: serde_json::Value| serde_json::from_value(json).expect("an event");
        let opening = json!({"tipo": "aperta", "il": day(case.opened), "soggetto": "s", "lep": self.rulebook.level});
        let mut events: Vec<engine::Event> = vec![event(opening)];
        let closing = case.events.iter().find(|e| e.kind == "close").map(|e| e.day);
        // A case closed on a day to come is looked at on that day: that it is to come is said by a fact.
        let on = closing.map_or(case.asof, |closing| closing.max(case.asof));
        if on > case.asof {
            let before = day(case.asof - 1);
            let fact = json!({"tipo": "dato", "il": day(case.opened), "dato": "giorno_prima", "valore": before});
            events.push(event(fact));
        }
        events.extend(case.events.iter().map(|e| event(Self::event(spec, e, &day(e.day)))));
        (events, Day::from_number(on).expect("a day"))
    }

    fn event(spec: &Spec, event: &Event, il: &str) -> serde_json::Value {
        let is = |act: bool| spec.items.iter().any(|item| item.is_act == act && item.id == event.what);
        let unknown = json!({"tipo": "attivita", "il": il, "attivita": "sconosciuta", "evento": "terminata"});
        let done = |name: &str| json!({"tipo": "attivita", "il": il, "attivita": name, "evento": "terminata"});
        match event.kind.as_str() {
            "act" if is(true) => done(&event.what),
            "out" if is(false) => json!({"tipo": "output", "il": il, "output": event.what, "evidenza": {}}),
            "sap" if is(false) => match &event.code {
                Some(code) if spec.sap.contains(code) => done(&name(&format!("sap:{}", event.what))),
                // A wrong code is told by a name of another kind.
                _ => json!({"tipo": "outcome", "il": il, "outcome": spec.items[0].id}),
            },
            "oc" if spec.outcomes.contains(&event.what) => {
                json!({"tipo": "outcome", "il": il, "outcome": name(&event.what)})
            }
            "close" => json!({"tipo": "chiusa", "il": il, "modo": "conclusa"}),
            _ => unknown,
        }
    }

    /// How the items of the workload stand, in its letters.
    pub fn letters(&self, standings: &[ItemStanding]) -> String {
        let letter = |at: &usize| match standings[*at] {
            ItemStanding::Done => 'D',
            ItemStanding::ClosedWithout => 'C',
            ItemStanding::Overdue => 'X',
            ItemStanding::Blocked => 'B',
            ItemStanding::Soon => 'U',
            ItemStanding::Open => 'O',
        };
        self.items.iter().map(letter).collect()
    }
}

/// The cases in columns: a group for each level, in their order, and the day of each case.
pub fn columns(specs: &[Spec], levels: &[Level], cases: &[Case]) -> (Columns, Vec<Vec<Day>>) {
    let mut columns = Columns::new();
    let groups: Vec<usize> =
        levels.iter().map(|level| columns.group(level.rulebook.digest(), &level.rulebook)).collect();
    let mut days = vec![Vec::new(); levels.len()];
    for case in cases {
        let (events, on) = levels[case.spec].events(&specs[case.spec], case);
        let key = CaseKey {
            id: case.id.into(),
            sequence: u32::try_from(events.len()).expect("a short history"),
            hash: case.id,
            opened_on: case.opened,
        };
        columns.add(groups[case.spec], key, 0, &events);
        days[case.spec].push(on);
    }
    (columns, days)
}
