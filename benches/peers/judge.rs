// SPDX-License-Identifier: EUPL-1.2
//! The verdict of a case, written straight from the semantics of the workload. Slow on purpose: nothing is worked out before.

use super::{Case, Event, Spec};

fn symbol(spec: &Spec, event: &Event) -> String {
    let is = |act: bool| spec.items.iter().any(|item| item.is_act == act && item.id == event.what);
    match event.kind.as_str() {
        "act" if is(true) => event.what.clone(),
        "out" if is(false) => event.what.clone(),
        "sap" if is(false) => match &event.code {
            Some(code) if spec.sap.contains(code) => format!("sap:{}", event.what),
            _ => "BADSAP".to_owned(),
        },
        "oc" if spec.outcomes.contains(&event.what) => format!("oc:{}", event.what),
        _ => "UNKNOWN".to_owned(),
    }
}

/// The violated constraints, a bit each; how each item stands; the next act.
pub fn judge(spec: &Spec, case: &Case) -> (u64, String, Option<usize>) {
    let close = case.events.iter().position(|event| event.kind == "close");
    let effective = close.map_or(case.events.len(), |at| at + 1);
    let effective_events = &case.events[..effective];
    let horizon = close.map_or(case.asof, |at| case.events[at].day);
    let log: Vec<(usize, String, i32)> = effective_events
        .iter()
        .enumerate()
        .filter(|(_, event)| event.kind != "close")
        .map(|(at, event)| (at, symbol(spec, event), event.day))
        .collect();
    let count = |s: &str| log.iter().filter(|(_, symbol, _)| symbol == s).count();
    let first = |s: &str| log.iter().find(|(_, symbol, _)| symbol == s).map(|(at, _, day)| (*at, *day));
    let base = |p: &str| if p == "open" { Some(case.opened) } else { first(p).map(|(_, day)| day) };
    let outcomes = spec.outcomes.iter().filter(|outcome| count(&format!("oc:{outcome}")) > 0).count();
    let mut violated = 0;
    for (i, c) in spec.constraints.iter().enumerate() {
        let hit = match c.kind.as_str() {
            "order" => first(&c.x).is_some_and(|x| first(&c.p).is_none_or(|p| p.0 > x.0)),
            "within" => base(&c.p).is_some_and(|base| first(&c.x).map_or(horizon, |(_, day)| day) > base + c.n),
            "required" => close.is_some() && (count(&c.x) as i64) < i64::from(c.n),
            "outcome_required" => close.is_some() && outcomes == 0,
            "outcome_single" => outcomes >= 2,
            "sap_code" => count("BADSAP") > 0,
            "known" => count("UNKNOWN") > 0,
            "dates" => effective_events.iter().any(|event| event.day < case.opened || event.day > case.asof),
            "after_close" => case.events.len() > effective,
            other => panic!("a constraint of kind {other}"),
        };
        violated |= u64::from(hit) << i;
    }
    let (mut states, mut next): (String, Option<(i64, usize)>) = (String::new(), None);
    for (at, item) in spec.items.iter().enumerate() {
        let deadlines = spec.constraints.iter().filter(|c| c.kind == "within" && c.x == item.id);
        let deadline = deadlines.filter_map(|c| Some(base(&c.p)? + c.n)).min().filter(|_| first(&item.id).is_none());
        let blocked = item.after.iter().any(|before| count(before) == 0);
        if count(&item.id) >= item.need.max(1) as usize {
            states.push('D');
            continue;
        }
        if close.is_some() {
            states.push('C');
            continue;
        }
        states.push(match deadline {
            Some(deadline) if horizon > deadline => 'X',
            _ if blocked => 'B',
            Some(deadline) if deadline - horizon <= 7 => 'U',
            _ => 'O',
        });
        let key = (deadline.map_or(i64::MAX, i64::from), at);
        if !blocked && next.is_none_or(|known| key < known) {
            next = Some(key);
        }
    }
    (violated, states, next.map(|(_, at)| at))
}
