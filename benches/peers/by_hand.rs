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

pub struct Plan {
    symbols: Vec<String>,
    outcomes: Vec<usize>,
    rules: Vec<Rule>,
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
        let outcomes = (0..symbols.len()).filter(|at| symbols[*at].starts_with("oc:")).collect();
        Self { rules, outcomes, symbols }
    }

    fn symbol(&self, spec: &Spec, event: &super::Event) -> usize {
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

pub fn pack(specs: &[Spec], plans: &[Plan], cases: &[Case]) -> Packed {
    let mut packed = Packed::default();
    for case in cases {
        for event in &case.events {
            let symbol = plans[case.spec].symbol(&specs[case.spec], event) as u32;
            let delta = u16::try_from(event.day - case.opened + 0x4000).expect("a near day");
            packed.events.push(symbol << 16 | u32::from(delta));
        }
        packed.heads.push((case.spec as u8, case.opened, case.asof, packed.events.len()));
    }
    packed
}

impl Packed {
    /// The violated constraints of every case.
    pub fn verdicts(&self, plans: &[Plan], mut see: impl FnMut(u64)) {
        let mut start = 0;
        for (spec, opened, asof, end) in &self.heads {
            let events = &self.events[start..*end];
            start = *end;
            see(verdict(&plans[usize::from(*spec)], asof - opened, events));
        }
    }
}

/// Days are counted from the opening.
fn verdict(plan: &Plan, asof: i32, events: &[u32]) -> u64 {
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
    let outcomes = plan.outcomes.iter().filter(|at| count[**at] > 0).count();
    let mut violated = 0;
    for (i, rule) in plan.rules.iter().enumerate() {
        let hit = match *rule {
            Rule::Order { x, p } => count[x] > 0 && (count[p] == 0 || first[p].0 > first[x].0),
            Rule::FromOpening { x, n } => (if count[x] > 0 { first[x].1 } else { horizon }) > n,
            Rule::Within { x, p, n } => {
                count[p] > 0 && (if count[x] > 0 { first[x].1 } else { horizon }) > first[p].1 + n
            }
            Rule::Required { x, n } => closed && count[x] < n,
            Rule::OutcomeRequired => closed && outcomes == 0,
            Rule::OutcomeSingle => outcomes >= 2,
            Rule::Code => count[BAD_CODE] > 0,
            Rule::Known => count[UNKNOWN] > 0,
            Rule::Dates => misdated,
            Rule::AfterClose => after,
        };
        violated |= u64::from(hit) << i;
    }
    violated
}
