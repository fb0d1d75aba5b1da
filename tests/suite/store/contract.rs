// SPDX-License-Identifier: EUPL-1.2
//! What every store promises, through the trait: another database adds one line to `stores!`.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use lepre::store::{
    CaseAction, CaseHead, CaseWrite, Digest, EVENT_BYTES, NewCase, NewEvent, Stamp, Store, StoreError, Subject,
    SubjectKind,
};
use proptest::prelude::{Just, Strategy, any, prop};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{
    Fresh, RULEBOOK, Told, appending, case_id, event, new_case, open_case, open_history, opening, person, runner,
    stamp, subject_id, told,
};

/// Runs every check on a fresh store of every kind.
macro_rules! stores {
    ($($kind:ident: $fresh:expr;)+ $checks:tt) => { $(mod $kind { stores!(@checks $fresh, $checks); })+ };
    (@checks $fresh:expr, [$($check:ident)+]) => {
        $(#[test] fn $check() { let fresh = $fresh; super::$check(&fresh.store); })+
    };
}

stores! {
    sqlite: crate::store::Fresh::new();
    [
        a_case_is_read_back_as_it_was_opened
        events_are_numbered_from_one_and_keep_their_order
        the_first_to_append_wins
        a_refused_write_leaves_nothing
        a_case_is_opened_once
        an_external_id_names_one_case
        nothing_is_written_without_events
        an_event_too_large_is_refused
        a_rulebook_never_changes
        a_subject_is_found_by_id_and_by_tax_code
        a_subject_can_be_corrected
        a_tax_code_belongs_to_one_subject_of_its_kind
        heads_come_in_pages_in_the_order_of_ids
        cases_of_a_subject_are_its_own
        a_walk_sees_every_case_once_in_order
        a_walk_may_write_and_may_stop
        a_batch_writes_what_it_can
        a_batch_brings_its_subjects
        the_chain_is_as_documented
        an_event_read_back_is_the_event_written
        writing_to_one_case_changes_no_other
        statistics_count
    ]
}

fn a_case_is_read_back_as_it_was_opened(store: &dyn Store) {
    let new = NewCase { office: Some("CPI di prova".into()), ..new_case(1) };
    let head = store.open_case(new.clone(), stamp(), vec![event("uno"), event("due")], "aperta").unwrap();
    assert_eq!(store.case_head(new.id).unwrap().as_ref(), Some(&head));
    let CaseHead { id, subject, level, region, office, rulebook, external, .. } = head.clone();
    assert_eq!(NewCase { id, subject, level, region, office, rulebook, external }, new);
    assert_eq!((head.opened_on, head.sequence, head.state.as_str()), (20_454, 2, "aperta"));
    assert_eq!(store.events(new.id).unwrap().last().unwrap().hash, head.hash);

    assert_eq!(store.case_head(case_id(2)).unwrap(), None);
    assert_eq!(store.events(case_id(2)), Err(StoreError::UnknownCase { case: case_id(2) }));

    let bare = NewCase { region: None, office: None, external: None, ..new_case(3) };
    let head = store.open_case(bare, stamp(), vec![event("uno")], "").unwrap();
    assert_eq!((head.region, head.office, head.external, head.state), (None, None, None, String::new()));
}

fn events_are_numbered_from_one_and_keep_their_order(store: &dyn Store) {
    open_history(store, 1, 3);
    let later = Stamp { recorded_at: -1, actor: "un'altra".into() };
    let more = vec![NewEvent { on: i32::MIN, body: "quattro".into() }, NewEvent { on: i32::MAX, body: String::new() }];
    let head = store.append(case_id(1), 3, later, more, "chiusa").unwrap();
    assert_eq!((head.sequence, head.state.as_str(), head.opened_on), (5, "chiusa", 20_454));

    let events = store.events(case_id(1)).unwrap();
    assert_eq!(events.iter().map(|event| event.sequence).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert_eq!(events[2].body, "pratica 1 evento 3");
    assert_eq!((events[3].on, events[3].recorded_at, events[3].actor.as_str()), (i32::MIN, -1, "un'altra"));
    assert_eq!((events[4].on, events[4].body.as_str()), (i32::MAX, ""));
}

fn the_first_to_append_wins(store: &dyn Store) {
    open_case(store, 1);
    store.append(case_id(1), 1, stamp(), vec![event("prima")], "in-corso").unwrap();
    let late = store.append(case_id(1), 1, stamp(), vec![event("dopo"), event("dopo ancora")], "altro");
    assert_eq!(late, Err(StoreError::Conflict { case: case_id(1), expected: 1, actual: 2 }));
    let ahead = store.append(case_id(1), 3, stamp(), vec![event("troppo presto")], "altro");
    assert_eq!(ahead, Err(StoreError::Conflict { case: case_id(1), expected: 3, actual: 2 }));

    let (head, events) = told(store, 1);
    assert_eq!((head.state.as_str(), head.sequence), ("in-corso", 2));
    assert_eq!(events.iter().map(|event| event.body.as_str()).collect::<Vec<_>>(), ["aperta", "prima"]);
    let nobody = store.append(case_id(9), 0, stamp(), vec![event("x")], "x");
    assert_eq!(nobody, Err(StoreError::UnknownCase { case: case_id(9) }));
}

fn a_refused_write_leaves_nothing(store: &dyn Store) {
    let before = store.stats().unwrap();
    let unknown = NewCase { subject: subject_id(9), ..new_case(1) };
    assert_eq!(
        store.open_case(unknown, stamp(), vec![event("x")], ""),
        Err(StoreError::UnknownSubject { subject: subject_id(9) })
    );
    let digest = Digest([8; 32]);
    let unknown = CaseWrite {
        subject: Some(person(5)),
        action: CaseAction::Open(NewCase { subject: subject_id(5), rulebook: digest, ..new_case(1) }),
        ..opening(1)
    };
    assert_eq!(store.append_batch(vec![unknown]), [Err(StoreError::UnknownRulebook { digest })]);
    assert_eq!(store.subject(subject_id(5)).unwrap(), None);
    let stats = store.stats().unwrap();
    assert_eq!((stats.cases, stats.events, stats.subjects), (before.cases, before.events, before.subjects));
}

fn a_case_is_opened_once(store: &dyn Store) {
    let head = open_case(store, 1);
    let again = NewCase { external: None, level: "Q".into(), ..new_case(1) };
    let refused = store.open_case(again, stamp(), vec![event("x")], "altro");
    assert_eq!(refused, Err(StoreError::CaseExists { case: case_id(1) }));
    assert_eq!(store.case_head(case_id(1)).unwrap(), Some(head));
}

fn an_external_id_names_one_case(store: &dyn Store) {
    let head = open_case(store, 1);
    assert_eq!(store.case_by_external("esterno-1").unwrap(), Some(head));
    assert_eq!(store.case_by_external("esterno-2").unwrap(), None);
    let twin = NewCase { external: Some("esterno-1".into()), ..new_case(2) };
    let refused = store.open_case(twin, stamp(), vec![event("x")], "");
    assert_eq!(refused, Err(StoreError::DuplicateExternal { external: "esterno-1".into(), case: case_id(1) }));
    assert_eq!(store.case_head(case_id(2)).unwrap(), None);
}

fn nothing_is_written_without_events(store: &dyn Store) {
    let case = case_id(1);
    assert_eq!(store.open_case(new_case(1), stamp(), vec![], ""), Err(StoreError::NoEvents { case }));
    open_case(store, 1);
    assert_eq!(store.append(case, 1, stamp(), vec![], ""), Err(StoreError::NoEvents { case }));
    assert_eq!(store.append_batch(vec![]), []);
}

fn an_event_too_large_is_refused(store: &dyn Store) {
    open_case(store, 1);
    let refused = store.append(case_id(1), 1, stamp(), vec![event(&"x".repeat(EVENT_BYTES))], "");
    assert_eq!(refused, Err(StoreError::EventTooLarge { case: case_id(1) }));
    assert_eq!(told(store, 1).0.sequence, 1);
}

fn a_rulebook_never_changes(store: &dyn Store) {
    let digest = Digest([1; 32]);
    assert_eq!(store.rulebook(&digest).unwrap(), None);
    store.put_rulebook(&digest, "le regole").unwrap();
    store.put_rulebook(&digest, "le regole").unwrap();
    assert_eq!(store.put_rulebook(&digest, "altre"), Err(StoreError::OtherRulebook { digest }));
    assert_eq!(store.rulebook(&digest).unwrap().as_deref(), Some("le regole"));
}

fn a_subject_is_found_by_id_and_by_tax_code(store: &dyn Store) {
    store.put_subject(person(1)).unwrap();
    let company = Subject { kind: SubjectKind::Company, name: None, id: subject_id(2), ..person(1) };
    store.put_subject(company.clone()).unwrap();
    assert_eq!(store.subject(subject_id(1)).unwrap(), Some(person(1)));
    assert_eq!(store.subject_by_tax_code(SubjectKind::Person, "CODICE-1").unwrap(), Some(person(1)));
    assert_eq!(store.subject_by_tax_code(SubjectKind::Company, "CODICE-1").unwrap(), Some(company));
    assert_eq!(store.subject_by_tax_code(SubjectKind::Person, "CODICE-2").unwrap(), None);
    assert_eq!(store.subject(subject_id(3)).unwrap(), None);
}

fn a_subject_can_be_corrected(store: &dyn Store) {
    store.put_subject(person(1)).unwrap();
    store.put_subject(person(1)).unwrap();
    let corrected = Subject { tax_code: "DEFINITIVO".into(), name: None, ..person(1) };
    store.put_subject(corrected.clone()).unwrap();
    assert_eq!(store.subject(subject_id(1)).unwrap(), Some(corrected));
    assert_eq!(store.subject_by_tax_code(SubjectKind::Person, "CODICE-1").unwrap(), None);
    let other_kind = Subject { kind: SubjectKind::Company, ..person(1) };
    let refused = store.put_subject(other_kind);
    assert_eq!(refused, Err(StoreError::SubjectKindChanged { subject: subject_id(1) }));
}

fn a_tax_code_belongs_to_one_subject_of_its_kind(store: &dyn Store) {
    store.put_subject(person(1)).unwrap();
    let twin = Subject { id: subject_id(2), ..person(1) };
    let refused = store.put_subject(twin).unwrap_err();
    assert_eq!(refused, StoreError::DuplicateTaxCode { holder: subject_id(1) });
    assert!(!refused.to_string().contains("CODICE-1"), "an error never carries a tax code: {refused}");
}

fn heads_come_in_pages_in_the_order_of_ids(store: &dyn Store) {
    for n in [4, 2, 5, 1, 3] {
        open_case(store, n);
    }
    let ids = |after, limit| store.case_heads(after, limit).unwrap().iter().map(|head| head.id).collect::<Vec<Uuid>>();
    assert_eq!(ids(None, 2), [case_id(1), case_id(2)]);
    assert_eq!(ids(Some(case_id(2)), 2), [case_id(3), case_id(4)]);
    assert_eq!(ids(Some(case_id(4)), 2), [case_id(5)]);
    assert!(ids(Some(case_id(5)), 2).is_empty());
    assert!(ids(None, 0).is_empty());
    assert!(ids(Some(Uuid::max()), 9).is_empty());
}

fn cases_of_a_subject_are_its_own(store: &dyn Store) {
    store.put_subject(person(1)).unwrap();
    for n in [3, 1, 2] {
        let subject = subject_id(u32::from(n == 2));
        store.open_case(NewCase { subject, ..new_case(n) }, stamp(), vec![event("x")], "").unwrap();
    }
    let cases = |n| {
        let heads = store.cases_of_subject(subject_id(n)).unwrap();
        heads.iter().map(|head| head.id).collect::<Vec<_>>()
    };
    assert_eq!(cases(0), [case_id(1), case_id(3)]);
    assert_eq!(cases(1), [case_id(2)]);
    assert!(cases(2).is_empty());
}

/// More than fits a page, among it histories larger than a page.
fn a_walk_sees_every_case_once_in_order(store: &dyn Store) {
    let batch = (0..600).rev().map(|n| {
        let size = if n % 100 == 0 { 400_000 } else { 300 };
        CaseWrite { events: (0..=n % 7).map(|k| event(&format!("{n}-{k}").repeat(size / 4))).collect(), ..opening(n) }
    });
    assert!(store.append_batch(batch.collect()).iter().all(Result::is_ok));
    let mut seen = Vec::new();
    let walked = store.for_each_case(&mut |head, events| {
        let events = events.unwrap();
        assert_eq!(store.events(head.id).unwrap(), events);
        assert_eq!(events.last().map(|event| event.hash), Some(head.hash));
        seen.push(head);
        ControlFlow::Continue(())
    });
    walked.unwrap();
    assert_eq!(seen, store.case_heads(None, 1_000).unwrap());
    assert_eq!(seen.len(), 600);
}

fn a_walk_may_write_and_may_stop(store: &dyn Store) {
    for n in 0..5 {
        open_case(store, n);
    }
    let mut seen = 0;
    let walked = store.for_each_case(&mut |head, events| {
        let last = events.unwrap().last().unwrap().sequence;
        store.append(head.id, last, stamp(), vec![event("visitata")], "visitata").unwrap();
        seen += 1;
        if seen == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    walked.unwrap();
    let states: Vec<_> = store.case_heads(None, 9).unwrap().into_iter().map(|head| head.state).collect();
    assert_eq!(states, ["visitata", "visitata", "visitata", "aperta", "aperta"]);
}

fn a_batch_writes_what_it_can(store: &dyn Store) {
    open_case(store, 1);
    let results = store.append_batch(vec![
        appending(1, 1, "bene"),
        appending(1, 1, "in ritardo"),
        appending(9, 1, "di nessuno"),
        opening(2),
        CaseWrite { action: CaseAction::Open(NewCase { id: case_id(3), ..new_case(2) }), ..opening(3) },
        appending(2, 1, "nata in questo stesso lotto"),
        CaseWrite { events: vec![], ..appending(2, 2, "") },
    ]);
    let case = case_id(1);
    assert_eq!(results[0].as_ref().map(|head| head.sequence), Ok(2));
    assert_eq!(results[1], Err(StoreError::Conflict { case, expected: 1, actual: 2 }));
    assert_eq!(results[2], Err(StoreError::UnknownCase { case: case_id(9) }));
    assert_eq!(results[3].as_ref().map(|head| head.sequence), Ok(1));
    let external = "esterno-2".to_owned();
    assert_eq!(results[4], Err(StoreError::DuplicateExternal { external, case: case_id(2) }));
    assert_eq!(results[5].as_ref().map(|head| head.sequence), Ok(2));
    assert_eq!(results[6], Err(StoreError::NoEvents { case: case_id(2) }));
    assert_eq!(results[5], Ok(told(store, 2).0));
    assert_eq!(store.stats().unwrap().cases, 2);
    assert_eq!(store.verify_chain(&mut |_, _| {}).unwrap(), []);
}

fn a_batch_brings_its_subjects(store: &dyn Store) {
    let with = |n: u32, subject: Subject| CaseWrite {
        action: CaseAction::Open(NewCase { subject: subject.id, ..new_case(n) }),
        subject: Some(subject),
        ..opening(n)
    };
    let twin = Subject { id: subject_id(2), ..person(1) };
    let renamed = Subject { name: None, ..person(1) };
    let results = store.append_batch(vec![
        with(1, person(1)),
        with(2, person(1)),
        with(3, twin),
        CaseWrite { subject: Some(renamed.clone()), ..appending(1, 1, "rettifica") },
        CaseWrite { subject: Some(person(4)), ..appending(1, 1, "in ritardo") },
    ]);
    assert!(results[0].is_ok() && results[1].is_ok() && results[3].is_ok(), "{results:?}");
    assert_eq!(results[2], Err(StoreError::DuplicateTaxCode { holder: subject_id(1) }));
    assert!(matches!(results[4], Err(StoreError::Conflict { .. })));
    assert_eq!(store.subject(subject_id(1)).unwrap(), Some(renamed));
    assert_eq!(store.subject(subject_id(2)).unwrap(), None);
    assert_eq!(store.subject(subject_id(4)).unwrap(), None);
    assert_eq!(store.case_head(case_id(3)).unwrap(), None);
}

/// The documentation of `store::chain`, followed by somebody who has nothing else.
fn the_chain_is_as_documented(store: &dyn Store) {
    fn field(out: &mut Vec<u8>, bytes: &[u8]) {
        out.extend((bytes.len() as u64).to_be_bytes());
        out.extend(bytes);
    }
    fn optional(out: &mut Vec<u8>, text: Option<&str>) {
        out.push(u8::from(text.is_some()));
        if let Some(text) = text {
            field(out, text.as_bytes());
        }
    }
    open_history(store, 1, 2);
    store.append(case_id(1), 2, stamp(), vec![event("àèì €"), event("")], "x").unwrap();
    let (head, events) = told(store, 1);

    let mut bytes = Vec::new();
    field(&mut bytes, b"lepre/case/1");
    field(&mut bytes, head.id.as_bytes());
    field(&mut bytes, head.subject.as_bytes());
    field(&mut bytes, head.level.as_bytes());
    optional(&mut bytes, head.region.as_deref());
    optional(&mut bytes, head.office.as_deref());
    field(&mut bytes, &head.rulebook.0);
    optional(&mut bytes, head.external.as_deref());
    let mut hash: [u8; 32] = Sha256::digest(&bytes).into();
    for event in &events {
        bytes.clear();
        field(&mut bytes, &hash);
        field(&mut bytes, head.id.as_bytes());
        field(&mut bytes, &event.sequence.to_be_bytes());
        field(&mut bytes, &event.on.to_be_bytes());
        field(&mut bytes, &event.recorded_at.to_be_bytes());
        field(&mut bytes, event.actor.as_bytes());
        field(&mut bytes, event.body.as_bytes());
        hash = Sha256::digest(&bytes).into();
        assert_eq!(event.hash, hash);
    }
    assert_eq!(head.hash, hash);
}

fn an_event_read_back_is_the_event_written(store: &dyn Store) {
    let big = "è".repeat(1024 * 1024 / 2);
    // Anything at all, line ends and NUL included.
    let text = "(?s).{0,40}";
    let body = proptest::prop_oneof![20 => text.prop_map(|text| text), 1 => Just(big), 1 => Just("a\0b\0".to_owned())];
    let events = prop::collection::vec((any::<i32>(), body), 1..4);
    let written = (any::<u128>(), any::<i64>(), text, events, text);
    let outcome = runner(64).run(&written, |(id, recorded_at, actor, events, state)| {
        let case = Uuid::from_u128(id);
        let new = NewCase { id: case, level: actor.clone(), external: None, ..new_case(0) };
        let events: Vec<_> = events.into_iter().map(|(on, body)| NewEvent { on, body }).collect();
        let stamp = Stamp { recorded_at, actor: actor.clone() };
        let head = store.open_case(new, stamp, events.clone(), &state).unwrap();
        proptest::prop_assert_eq!((&head.level, &head.state), (&actor, &state));
        let stored = store.events(case).unwrap();
        proptest::prop_assert_eq!(stored.len(), events.len());
        for (stored, written) in stored.iter().zip(&events) {
            proptest::prop_assert_eq!((stored.on, &stored.body), (written.on, &written.body));
            proptest::prop_assert_eq!((stored.recorded_at, &stored.actor), (recorded_at, &actor));
        }
        Ok(())
    });
    outcome.unwrap();
    assert_eq!(store.verify_chain(&mut |_, _| {}).unwrap(), []);
}

/// Any writes, good and bad, alone and in batches: each case is what its own writes made it.
fn writing_to_one_case_changes_no_other(store: &dyn Store) {
    const CASES: u32 = 5;
    for n in 0..CASES {
        open_case(store, n);
    }
    let write = (0..CASES, 0..3_u32, "[a-z]{0,8}").prop_map(|(n, behind, body)| (n, behind.saturating_sub(1), body));
    let batches = prop::collection::vec(prop::collection::vec(write, 1..6), 1..12);
    let outcome = runner(24).run(&batches, |batches| {
        for batch in batches {
            let before: BTreeMap<u32, Told> = (0..CASES).map(|n| (n, told(store, n))).collect();
            let mut expected = before.clone();
            let mut writes = Vec::new();
            let mut refused = Vec::new();
            for (n, behind, body) in batch {
                let model = &mut expected.get_mut(&n).unwrap().0;
                writes.push(appending(n, model.sequence - behind.min(model.sequence), &body));
                refused.push(behind > 0);
                model.sequence += u32::from(behind == 0);
            }
            let results = store.append_batch(writes);
            proptest::prop_assert_eq!(results.iter().map(Result::is_err).collect::<Vec<_>>(), refused);
            for (n, (head, events)) in before {
                let (now, history) = told(store, n);
                proptest::prop_assert_eq!(now.sequence, expected[&n].0.sequence);
                proptest::prop_assert_eq!(&history[..events.len()], &events[..]);
                if now.sequence == head.sequence {
                    proptest::prop_assert_eq!(now, head);
                }
            }
        }
        Ok(())
    });
    outcome.unwrap();
    assert_eq!(store.verify_chain(&mut |_, _| {}).unwrap(), []);
}

fn statistics_count(store: &dyn Store) {
    open_history(store, 1, 3);
    open_history(store, 2, 4);
    let stats = store.stats().unwrap();
    assert_eq!((stats.subjects, stats.rulebooks, stats.cases, stats.events), (1, 1, 2, 7));
    assert!(stats.schema_version >= 1 && stats.database_bytes + stats.wal_bytes > 0);
    // The mark counts the same, names the event written last, and stays where nothing is written.
    let mark = store.log_mark().unwrap();
    let last = store.case_head(case_id(2)).unwrap().unwrap().hash;
    assert_eq!((mark.cases, mark.events, mark.last), (2, 7, last));
    assert!(store.append(case_id(1), 1, stamp(), vec![event("due")], "aperta").is_err());
    assert_eq!(store.log_mark().unwrap(), mark);
    let head = store.append(case_id(1), 3, stamp(), vec![event("due"), event("tre")], "aperta").unwrap();
    let moved = store.log_mark().unwrap();
    assert_eq!((moved.cases, moved.events, moved.last), (2, 9, head.hash));
}

/// The digest is what a person compares.
#[test]
fn a_digest_is_shown_in_hexadecimal() {
    assert_eq!(RULEBOOK.to_string(), "07".repeat(32));
    assert_eq!(format!("{RULEBOOK:?}"), "07".repeat(32));
}

#[test]
fn a_closed_store_is_found_again_as_it_was() {
    let fresh = Fresh::new();
    open_history(&fresh.store, 1, 5);
    let before = told(&fresh.store, 1);
    let (_folder, path) = fresh.closed();
    assert_eq!(told(&super::open(&path).unwrap(), 1), before);
}
