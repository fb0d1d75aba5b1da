// SPDX-License-Identifier: EUPL-1.2
//! Desk rows: put with a write or afterwards, and found in order, page after page, under every condition.

use std::cmp::Reverse;

use lepre::store::{CaseAction, CaseWrite, Desk, DeskCursor, DeskGroup, DeskOrder, DeskQuery, NewCase, StoreError};

use super::{cases, desk, registry};
use crate::store::{
    Dice, Fresh, appending, case_id, event, new_case, open_case, opening, person, seed, stamp, subject_id,
};

#[test]
fn a_write_brings_its_desk_row() {
    let fresh = Fresh::new();
    let full = Desk {
        operator: Some("utente-1".into()),
        closed: true,
        due_on: Some(20_500),
        awaits: 2,
        registrations: 3,
        meeting_on: Some(20_499),
        meeting_at: Some(9 * 60),
        ..desk(1, 1)
    };
    // Case and sequence are the write's, whatever the row says.
    let told = Desk { case: case_id(9), sequence: 9, ..full.clone() };
    let head = cases(&fresh).append_batch(vec![CaseWrite { desk: Some(told), ..opening(1) }]).pop().unwrap().unwrap();
    assert_eq!(registry(&fresh).desk(case_id(1)).unwrap(), Some(full.clone()));
    assert_eq!(registry(&fresh).desk(case_id(9)).unwrap(), None);
    assert!(registry(&fresh).stale_cases(None, 9).unwrap().is_empty());
    assert_eq!(registry(&fresh).desks(&DeskQuery::default(), None, 9).unwrap(), [(head, full)]);

    let moved = CaseWrite { desk: Some(desk(1, 2)), ..appending(1, 1, "x") };
    cases(&fresh).append_batch(vec![moved]).pop().unwrap().unwrap();
    assert_eq!(registry(&fresh).desk(case_id(1)).unwrap(), Some(desk(1, 2)));
    assert!(registry(&fresh).stale_cases(None, 9).unwrap().is_empty());
}

#[test]
fn a_case_that_moved_on_without_its_row_is_stale_until_the_row_is_put() {
    let fresh = Fresh::new();
    let store = registry(&fresh);
    (1..=4).for_each(|n| drop(open_case(cases(&fresh), n)));
    let stale = |after: Option<u32>, limit| store.stale_cases(after.map(case_id), limit).unwrap();
    assert_eq!(stale(None, 9), [1, 2, 3, 4].map(case_id));
    assert_eq!(stale(Some(1), 2), [2, 3].map(case_id));
    store.put_desks((1..=4).map(|n| desk(n, 1)).collect()).unwrap();
    assert!(stale(None, 9).is_empty());

    cases(&fresh).append(case_id(2), 1, stamp(), vec![event("x")], "x").unwrap();
    assert_eq!(stale(None, 9), [case_id(2)]);
    // One made from too few events does not help, one made from all does.
    store.put_desks(vec![Desk { what: "vecchia".into(), ..desk(2, 1) }]).unwrap();
    assert_eq!(stale(None, 9), [case_id(2)]);
    store.put_desks(vec![desk(2, 2)]).unwrap();
    assert!(stale(None, 9).is_empty());
}

#[test]
fn a_row_never_gives_way_to_one_made_from_fewer_events() {
    let fresh = Fresh::new();
    let store = registry(&fresh);
    open_case(cases(&fresh), 1);
    let moved = CaseWrite { desk: Some(desk(1, 2)), ..appending(1, 1, "x") };
    cases(&fresh).append_batch(vec![moved]).pop().unwrap().unwrap();
    let other = |sequence| Desk { what: "altro".into(), ..desk(1, sequence) };
    store.put_desks(vec![other(1)]).unwrap();
    store.put_desks(vec![other(3)]).unwrap();
    assert_eq!(store.desk(case_id(1)).unwrap(), Some(desk(1, 2)));
    // Made again from the same events, on another day: it takes its place.
    store.put_desks(vec![other(2)]).unwrap();
    assert_eq!(store.desk(case_id(1)).unwrap(), Some(other(2)));

    let unknown = store.put_desks(vec![desk(1, 2), desk(7, 1)]);
    assert_eq!(unknown, Err(StoreError::UnknownCase { case: case_id(7) }));
    assert_eq!(store.desk(case_id(1)).unwrap(), Some(other(2)));
    store.put_desks(vec![]).unwrap();
}

/// A hundred and twenty cases of all sorts.
fn varied(fresh: &Fresh) -> Vec<(Desk, u32)> {
    let mut dice = Dice(seed());
    let mut rows = Vec::new();
    let mut writes = Vec::new();
    for n in 0..120 {
        let mut pick = |from: &[&str]| {
            let n = dice.below(from.len() as u64 + 1) as usize;
            from.get(n).map(|word| (*word).to_owned())
        };
        let (region, office) = (pick(&["piemonte", "lazio"]), pick(&["cpi-1", "cpi-2"]));
        let (operator, level) = (pick(&["anna", "bruno"]), pick(&["B", "E"]).unwrap_or_else(|| "O".into()));
        let kind = pick(&["pronta", "attende"]).unwrap_or_else(|| "entro".into());
        let mut day = |days: u64| (dice.below(3) > 0).then(|| 20_000 + dice.below(days) as i32 - 2);
        let (due_on, meeting_on) = (day(6), day(4));
        let meeting_at = meeting_on.filter(|_| dice.below(2) > 0).map(|_| 480 + dice.below(3) as u16);
        let closed = dice.below(3) == 0;
        let row = Desk {
            region,
            office,
            operator,
            level,
            kind,
            closed,
            due_on,
            meeting_on,
            meeting_at,
            awaits: dice.below(3) as u32,
            ..desk(n, 1)
        };
        let subject = n % 3;
        // The ids run against the order of opening.
        let id = case_id(1_000 - n);
        let row = Desk { case: id, ..row };
        let new = NewCase { id, subject: subject_id(subject), ..new_case(n) };
        let write = CaseWrite::new(CaseAction::Open(new), stamp(), vec![event("x")], "aperta");
        writes.push(CaseWrite { subject: Some(person(subject)), desk: Some(row.clone()), ..write });
        rows.push((row, subject));
    }
    assert!(cases(fresh).append_batch(writes).iter().all(Result::is_ok));
    rows
}

/// What a query means, said plainly.
fn meant(query: &DeskQuery, rows: &[(Desk, u32)]) -> Vec<Desk> {
    let same = |wanted: &Option<String>, found: &Option<String>| wanted.is_none() || wanted == found;
    let within = |day: Option<i32>, from: Option<i32>, to: Option<i32>| match day {
        Some(day) => from.is_none_or(|from| day >= from) && to.is_none_or(|to| day <= to),
        None => from.is_none() && to.is_none(),
    };
    let mut found: Vec<(usize, Desk)> = Vec::new();
    for (n, (desk, subject)) in rows.iter().enumerate() {
        let fits = same(&query.region, &desk.region)
            && same(&query.office, &desk.office)
            && same(&query.operator, &desk.operator)
            && same(&query.level, &Some(desk.level.clone()))
            && same(&query.kind, &Some(desk.kind.clone()))
            && !(query.unassigned && desk.operator.is_some())
            && query.closed.is_none_or(|closed| closed == desk.closed)
            && query.subject.is_none_or(|wanted| wanted == subject_id(*subject))
            && within(desk.due_on, query.due_from, query.due_to)
            && within(desk.meeting_on, query.meeting_from, query.meeting_to)
            && !(query.awaiting && desk.awaits == 0)
            && !(query.registering && desk.registrations == 0);
        if fits {
            found.push((n, desk.clone()));
        }
    }
    let last = |day: Option<i32>| (day.is_none(), day);
    match query.order {
        DeskOrder::Due => found.sort_by_key(|(n, desk)| (last(desk.due_on), *n)),
        DeskOrder::Meeting => {
            found.sort_by_key(|(n, desk)| (last(desk.meeting_on), desk.meeting_at, *n));
        }
        DeskOrder::Newest => found.sort_by_key(|(n, _)| Reverse(*n)),
    }
    found.into_iter().map(|(_, desk)| desk).collect()
}

fn queries(dice: &mut Dice) -> DeskQuery {
    let mut pick = |from: &[&str]| {
        let n = dice.below(from.len() as u64 * 2 + 1) as usize;
        from.get(n).map(|word| (*word).to_owned())
    };
    let (region, office) = (pick(&["piemonte", "lazio"]), pick(&["cpi-1", "cpi-2"]));
    let (operator, level, kind) = (pick(&["anna", "bruno"]), pick(&["E"]), pick(&["pronta"]));
    let mut day = || (dice.below(4) == 0).then(|| 19_998 + dice.below(6) as i32);
    let (due_from, due_to, meeting_from, meeting_to) = (day(), day(), day(), day());
    DeskQuery {
        region,
        office,
        operator,
        level,
        kind,
        due_from,
        due_to,
        meeting_from,
        meeting_to,
        unassigned: dice.below(6) == 0,
        closed: [None, Some(false), Some(true)][dice.below(3) as usize],
        subject: (dice.below(4) == 0).then(|| subject_id(dice.below(4) as u32)),
        awaiting: dice.below(4) == 0,
        registering: dice.below(4) == 0,
        order: [DeskOrder::Due, DeskOrder::Meeting, DeskOrder::Newest][dice.below(3) as usize],
    }
}

#[test]
fn every_query_finds_what_it_means_page_after_page() {
    let fresh = Fresh::new();
    let store = registry(&fresh);
    let rows = varied(&fresh);
    let mut dice = Dice(seed());
    let bare = [DeskOrder::Due, DeskOrder::Meeting, DeskOrder::Newest];
    let bare = bare.map(|order| DeskQuery { order, ..DeskQuery::default() });
    let random: Vec<_> = (0..400).map(|_| queries(&mut dice)).collect();
    for query in bare.into_iter().chain(random) {
        let expected = meant(&query, &rows);
        let mut found = Vec::new();
        let mut after = None;
        let limit = 1 + dice.below(30) as u32;
        loop {
            let page = store.desks(&query, after, limit).unwrap();
            assert!(page.iter().all(|(head, desk)| head.id == desk.case && head.sequence == 1));
            assert!(page.len() <= limit as usize);
            found.extend(page.iter().map(|(_, desk)| desk.clone()));
            match page.last() {
                Some((_, last)) => after = Some(DeskCursor::of(last, query.order)),
                None => break,
            }
        }
        assert_eq!(found, expected, "{query:?}");
        assert_eq!(store.desk_count(&query).unwrap(), expected.len() as u64, "{query:?}");
        for by in [DeskGroup::Operator, DeskGroup::Level, DeskGroup::Kind, DeskGroup::Due] {
            let groups = store.desk_groups(&query, by).unwrap();
            assert_eq!(groups.iter().map(|(_, count)| count).sum::<u64>(), expected.len() as u64);
            for (word, count) in groups {
                let own = |desk: &&Desk| {
                    let due = desk.due_on.map(|day| day.to_string());
                    let of = match by {
                        DeskGroup::Operator => desk.operator.clone().unwrap_or_default(),
                        DeskGroup::Level => desk.level.clone(),
                        DeskGroup::Kind => desk.kind.clone(),
                        DeskGroup::Due => due.unwrap_or_default(),
                    };
                    of == word
                };
                assert_eq!(expected.iter().filter(own).count() as u64, count, "{query:?} {word}");
            }
        }
    }
}

#[test]
fn groups_come_in_their_order_and_the_group_of_none_comes_last() {
    let fresh = Fresh::new();
    let row =
        |n: u32, operator: Option<&str>, due_on| Desk { operator: operator.map(Into::into), due_on, ..desk(n, 1) };
    let rows = [
        row(0, Some("bruno"), Some(100)),
        row(1, None, Some(-3)),
        row(2, Some("anna"), Some(20)),
        row(3, Some("bruno"), None),
    ];
    (0..4).for_each(|n| drop(open_case(cases(&fresh), n)));
    registry(&fresh).put_desks(rows.to_vec()).unwrap();
    let groups = |by| {
        let groups = registry(&fresh).desk_groups(&DeskQuery::default(), by).unwrap();
        groups.into_iter().map(|(word, count)| format!("{word}:{count}")).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(groups(DeskGroup::Operator), "anna:1 bruno:2 :1");
    assert_eq!(groups(DeskGroup::Due), "-3:1 20:1 100:1 :1");
    assert_eq!(groups(DeskGroup::Level), "E:4");
}

#[test]
fn subjects_come_in_the_order_in_which_they_came() {
    let fresh = Fresh::new();
    for n in [3, 1, 2] {
        cases(&fresh).put_subject(person(n)).unwrap();
    }
    let mut corrected = person(3);
    corrected.name = None;
    cases(&fresh).put_subject(corrected.clone()).unwrap();
    let first = registry(&fresh).subjects_from(0, 2).unwrap();
    let rest = registry(&fresh).subjects_from(first[1].0, 9).unwrap();
    let all: Vec<_> = first.into_iter().chain(rest).map(|(_, subject)| subject).collect();
    assert_eq!(all, [person(0), corrected, person(1), person(2)]);
}
