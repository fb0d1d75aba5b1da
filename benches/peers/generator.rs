// SPDX-License-Identifier: EUPL-1.2
//! Cases of the neutral workload, drawn from a seed (splitmix64) and nothing else: compliant histories of 5 to 40 events, a
//! third still open; three in ten then go wrong in one to three of eleven ways.

use super::{Case, Event, Spec};

pub struct Draw(u64);

impl Draw {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound.max(1) as u64).expect("below a usize")
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// The case with a number, the same for ever for one seed.
pub fn case(specs: &[Spec], seed: u64, id: u64) -> Case {
    let mut draw = Draw::new(seed ^ id.wrapping_mul(0xA24B_AED4_963E_E407));
    let at = match draw.below(100) {
        0..40 => 0,
        40..70 => 1,
        70..80 => 2,
        _ => 3,
    };
    let spec = &specs[at];
    let opened = 17_600 + i32::try_from(draw.below(900)).expect("days");
    let mut day = opened;
    let mut events: Vec<Event> = Vec::new();
    let event = |kind: &str, what: &str, code: Option<&String>, day| Event {
        kind: kind.to_owned(),
        what: what.to_owned(),
        code: code.cloned(),
        day,
    };
    let length = 5 + draw.below(36);
    let open = draw.chance(33);
    let mut left: Vec<usize> = (0..spec.items.len()).filter(|i| spec.items[*i].need > 0 || draw.chance(40)).collect();
    let mut done: Vec<&str> = Vec::new();
    // A random order that keeps what must come first before; what nothing can precede any more is left out.
    while let Some(ready) = ready(spec, &left, &done, &mut draw) {
        let item = &spec.items[left.remove(ready)];
        for _ in 0..item.need.max(1) {
            day += i32::from(draw.chance(40));
            events.push(event(if item.is_act { "act" } else { "out" }, &item.id, None, day));
        }
        done.push(&item.id);
        if !item.is_act {
            let code = &spec.sap[draw.below(spec.sap.len())];
            events.push(event("sap", &item.id, Some(code), day));
        }
        while events.len() < length * done.len() / spec.items.len() && draw.chance(70) {
            let again: Vec<&str> =
                done.iter().copied().filter(|id| spec.items.iter().any(|i| i.is_act && i.id == *id)).collect();
            let Some(id) = again.get(draw.below(again.len())) else { break };
            day += i32::from(draw.chance(20));
            events.push(event("act", id, None, day));
        }
        if open && draw.chance(8) {
            break;
        }
    }
    if !open {
        let outcome = &spec.outcomes[draw.below(spec.outcomes.len())];
        events.push(event("oc", outcome, None, day));
        events.push(event("close", "", None, day));
    }
    let asof = day + i32::try_from(draw.below(20)).expect("days");
    let mut case = Case { id, spec: at, opened, asof, events };
    if draw.chance(30) {
        for _ in 0..1 + draw.below(3) {
            go_wrong(spec, &mut case, &mut draw);
        }
    }
    case
}

fn ready(spec: &Spec, left: &[usize], done: &[&str], draw: &mut Draw) -> Option<usize> {
    let is_ready = |at: &usize| {
        let item = &spec.items[left[*at]];
        item.after.iter().all(|before| done.contains(&before.as_str()))
    };
    let ready: Vec<usize> = (0..left.len()).filter(is_ready).collect();
    (!ready.is_empty()).then(|| ready[draw.below(ready.len())])
}

fn go_wrong(spec: &Spec, case: &mut Case, draw: &mut Draw) {
    let events = &mut case.events;
    if events.is_empty() {
        return;
    }
    let at = draw.below(events.len());
    let last = events[events.len() - 1].day;
    match draw.below(11) {
        0 if at > 0 => events.swap(at, at - 1),
        1 => {
            let late = 20 + i32::try_from(draw.below(120)).expect("days");
            for event in &mut events[at..] {
                event.day += late;
            }
            case.asof = case.asof.max(events[events.len() - 1].day);
        }
        2 => {
            let gone = events[at].what.clone();
            events.retain(|event| event.what != gone || event.kind == "close");
        }
        3 => {
            if let Some(found) = events.iter().position(|event| event.kind == "sap") {
                events.remove(found);
            }
        }
        4 => {
            if let Some(event) = events.iter_mut().find(|event| event.kind == "sap") {
                event.code = if draw.chance(50) { None } else { Some("X99".to_owned()) };
            }
        }
        5 => {
            let item = &spec.items[draw.below(spec.items.len())];
            let kind = if item.is_act { "act" } else { "out" };
            events.push(Event { kind: kind.to_owned(), what: item.id.clone(), code: None, day: last });
        }
        6 => events.insert(at, Event { kind: "note".to_owned(), what: String::new(), code: None, day: events[at].day }),
        7 => {
            events[at].day = if draw.chance(50) { case.opened - 3 } else { case.asof + 3 };
        }
        8 => {
            let outcome = spec.outcomes[draw.below(spec.outcomes.len())].clone();
            events.insert(at, Event { kind: "oc".to_owned(), what: outcome, code: None, day: events[at].day });
        }
        9 => case.asof += 200,
        _ => {
            events.insert(at, Event { kind: "close".to_owned(), what: String::new(), code: None, day: events[at].day })
        }
    }
}
