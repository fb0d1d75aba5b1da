// SPDX-License-Identifier: EUPL-1.2
//! What somebody would write by hand for this workload alone: events packed in four bytes, constraints in flat lists.

use super::{Case, Spec};

const BAD_CODE: usize = 30;
const UNKNOWN: usize = 31;
const CLOSE: usize = 32;
const SYMBOLS: usize = 33;

#[derive(Clone, Copy)]
enum Rule {
    Order { x: usize, p: usize },
    Within { x: usize, p: usize, n: i32 },
    FromOpening { x: usize, n: i32 },
    Required { x: usize, n: u32 },
    OutcomeRequired,
    OutcomeSingle,
    Code,
    Known,
    Dates,
    AfterClose,
}

/// An item, by its symbol: how often it must be done, what must come first, and its limits: from where and how long.
struct Item {
    need: u32,
    after: Vec<usize>,
    limits: Vec<(Option<usize>, i32)>,
}

pub struct Plan {
    symbols: Vec<String>,
    outcomes: Vec<usize>,
    rules: Vec<Rule>,
    /// The first symbols are the items, in order.
    items: Vec<Item>,
}

/// What the events of a case come to.
struct Read {
    count: [u32; SYMBOLS],
    first: [(u32, i32); SYMBOLS],
    horizon: i32,
    closed: bool,
    misdated: bool,
    after: bool,
}

/// The violated constraints, a letter an item, and the next act.
pub struct Full<'a> {
    pub violated: u64,
    pub letters: &'a [u8],
    pub next: Option<usize>,
}

/// Packed cases: for each its spec, its opening, its day and the end of its events.
#[derive(Default)]
pub struct Packed {
    heads: Vec<(u8, i32, i32, usize)>,
    events: Vec<u32>,
}

impl Plan {
    pub fn new(spec: &Spec) -> Self {
        let mut symbols: Vec<String> = spec.items.iter().map(|item| item.id.clone()).collect();
        symbols.extend(spec.items.iter().filter(|item| !item.is_act).map(|item| format!("sap:{}", item.id)));
        symbols.extend(spec.outcomes.iter().map(|outcome| format!("oc:{outcome}")));
        let at = |symbol: &str| symbols.iter().position(|known| known == symbol).expect("a symbol");
        let rule = |c: &super::Constraint| match c.kind.as_str() {
            "order" => Rule::Order { x: at(&c.x), p: at(&c.p) },
            "within" if c.p == "open" => Rule::FromOpening { x: at(&c.x), n: c.n },
            "within" => Rule::Within { x: at(&c.x), p: at(&c.p), n: c.n },
            "required" => Rule::Required { x: at(&c.x), n: c.n.unsigned_abs() },
            "outcome_required" => Rule::OutcomeRequired,
            "outcome_single" => Rule::OutcomeSingle,
            "sap_code" => Rule::Code,
            "known" => Rule::Known,
            "dates" => Rule::Dates,
            _ => Rule::AfterClose,
        };
        let rules = spec.constraints.iter().map(rule).collect();
        let limits = |id: &str| {
            let within = spec.constraints.iter().filter(|c| c.kind == "within" && c.x == id);
            within.map(|c| ((c.p != "open").then(|| at(&c.p)), c.n)).collect()
        };
        let item = |item: &super::Item| Item {
            need: item.need.max(1),
            after: item.after.iter().map(|before| at(before)).collect(),
            limits: limits(&item.id),
        };
        let items = spec.items.iter().map(item).collect();
        let outcomes = (0..symbols.len()).filter(|at| symbols[*at].starts_with("oc:")).collect();
        Self { rules, outcomes, items, symbols }
    }

    pub fn symbol(&self, spec: &Spec, event: &super::Event) -> usize {
        let is = |act: bool| spec.items.iter().any(|item| item.is_act == act && item.id == event.what);
        let at = |symbol: &str| self.symbols.iter().position(|known| known == symbol).unwrap_or(UNKNOWN);
        match event.kind.as_str() {
            "close" => CLOSE,
            "act" if is(true) => at(&event.what),
            "out" if is(false) => at(&event.what),
            "sap" if is(false) => match &event.code {
                Some(code) if spec.sap.contains(code) => at(&format!("sap:{}", event.what)),
                _ => BAD_CODE,
            },
            "oc" => at(&format!("oc:{}", event.what)),
            _ => UNKNOWN,
        }
    }
}

/// An event, its day counted from the opening.
pub fn word(symbol: usize, day: i32) -> u32 {
    (symbol as u32) << 16 | u32::from(u16::try_from(day + 0x4000).expect("a near day"))
}

/// The violated constraints of one case; days are counted from the opening.
pub fn check(plan: &Plan, asof: i32, events: &[u32]) -> u64 {
    verdict(plan, &read(asof, events))
}

pub fn pack(specs: &[Spec], plans: &[Plan], cases: &[Case]) -> Packed {
    let mut packed = Packed::default();
    for case in cases {
        for event in &case.events {
            let symbol = plans[case.spec].symbol(&specs[case.spec], event);
            packed.events.push(word(symbol, event.day - case.opened));
        }
        packed.heads.push((case.spec as u8, case.opened, case.asof, packed.events.len()));
    }
    packed
}

impl Packed {
    fn each(&self, mut see: impl FnMut(usize, i32, &[u32])) {
        let mut start = 0;
        for (spec, opened, asof, end) in &self.heads {
            let events = &self.events[start..*end];
            start = *end;
            see(usize::from(*spec), asof - opened, events);
        }
    }

    /// The violated constraints of every case.
    pub fn verdicts(&self, plans: &[Plan], mut see: impl FnMut(u64)) {
        self.each(|spec, asof, events| see(check(&plans[spec], asof, events)));
    }

    /// The same with the standing of every item and the next act.
    pub fn full(&self, plans: &[Plan], mut see: impl FnMut(Full<'_>)) {
        let mut letters = [0; SYMBOLS];
        self.each(|spec, asof, events| {
            let (plan, read) = (&plans[spec], read(asof, events));
            let next = standings(plan, &read, &mut letters);
            see(Full { violated: verdict(plan, &read), letters: &letters[..plan.items.len()], next });
        });
    }
}

/// Days are counted from the opening.
#[inline]
fn read(asof: i32, events: &[u32]) -> Read {
    let mut count = [0_u32; SYMBOLS];
    let mut first = [(u32::MAX, 0_i32); SYMBOLS];
    let (mut horizon, mut closed, mut misdated, mut after) = (asof, false, false, false);
    for (at, word) in events.iter().enumerate() {
        let (symbol, day) = ((word >> 16) as usize, (word & 0xFFFF) as i32 - 0x4000);
        misdated |= day < 0 || day > asof;
        if symbol == CLOSE {
            (closed, horizon, after) = (true, day, at + 1 < events.len());
            break;
        }
        if count[symbol] == 0 {
            first[symbol] = (at as u32, day);
        }
        count[symbol] += 1;
    }
    Read { count, first, horizon, closed, misdated, after }
}

#[inline]
fn verdict(plan: &Plan, read: &Read) -> u64 {
    let Read { count, first, horizon, closed, misdated, after } = read;
    let outcomes = plan.outcomes.iter().filter(|at| count[**at] > 0).count();
    let mut violated = 0;
    for (i, rule) in plan.rules.iter().enumerate() {
        let hit = match *rule {
            Rule::Order { x, p } => count[x] > 0 && (count[p] == 0 || first[p].0 > first[x].0),
            Rule::FromOpening { x, n } => (if count[x] > 0 { first[x].1 } else { *horizon }) > n,
            Rule::Within { x, p, n } => {
                count[p] > 0 && (if count[x] > 0 { first[x].1 } else { *horizon }) > first[p].1 + n
            }
            Rule::Required { x, n } => *closed && count[x] < n,
            Rule::OutcomeRequired => *closed && outcomes == 0,
            Rule::OutcomeSingle => outcomes >= 2,
            Rule::Code => count[BAD_CODE] > 0,
            Rule::Known => count[UNKNOWN] > 0,
            Rule::Dates => *misdated,
            Rule::AfterClose => *after,
        };
        violated |= u64::from(hit) << i;
    }
    violated
}

#[inline]
fn standings(plan: &Plan, read: &Read, letters: &mut [u8; SYMBOLS]) -> Option<usize> {
    let mut next: Option<(i32, usize)> = None;
    for (at, item) in plan.items.iter().enumerate() {
        letters[at] = if read.count[at] >= item.need {
            b'D'
        } else if read.closed {
            b'C'
        } else {
            let mut end = i32::MAX;
            if read.count[at] == 0 {
                for (base, n) in &item.limits {
                    match *base {
                        None => end = end.min(*n),
                        Some(p) if read.count[p] > 0 => end = end.min(read.first[p].1 + n),
                        Some(_) => {}
                    }
                }
            }
            let blocked = item.after.iter().any(|before| read.count[*before] == 0);
            if !blocked && next.is_none_or(|(known, _)| end < known) {
                next = Some((end, at));
            }
            match end {
                end if read.horizon > end => b'X',
                _ if blocked => b'B',
                end if end != i32::MAX && end - read.horizon <= 7 => b'U',
                _ => b'O',
            }
        };
    }
    next.map(|(_, at)| at)
}
