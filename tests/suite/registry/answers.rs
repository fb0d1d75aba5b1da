// SPDX-License-Identifier: EUPL-1.2
//! A request is answered once: the answer is there if and only if what it answers was written.

use std::sync::Barrier;
use std::thread;

use lepre::store::{Answer, CaseWrite, StoreError};

use super::{account, account_id, answer, cases, desk, registry};
use crate::store::{Fresh, appending, case_id, open_case, opening};

fn furnished() -> Fresh {
    let fresh = Fresh::new();
    registry(&fresh).put_account(account(1)).unwrap();
    registry(&fresh).put_account(account(2)).unwrap();
    fresh
}

fn answered(write: CaseWrite, answer: Answer) -> CaseWrite {
    CaseWrite { answer: Some(answer), ..write }
}

#[test]
fn a_second_asking_gets_the_first_answer_and_writes_nothing() {
    let fresh = furnished();
    let write = |write: CaseWrite| cases(&fresh).append_batch(vec![write]).pop().unwrap();
    assert!(write(answered(opening(1), answer("a"))).is_ok());
    assert_eq!(registry(&fresh).answer(account_id(1), "a").unwrap(), Some(answer("a")));

    // Whatever else would be refused: the answer comes first.
    let again = Answer { fingerprint: [1; 32], status: 200, body: "altro".into(), ..answer("a") };
    let already = Err(StoreError::AlreadyAnswered(Box::new(answer("a"))));
    assert_eq!(write(answered(opening(1), again.clone())), already);
    assert_eq!(write(answered(appending(1, 1, "x"), again.clone())), already);
    assert_eq!(write(answered(opening(2), again)), already);
    assert_eq!(cases(&fresh).stats().unwrap().cases, 1);
    assert_eq!(cases(&fresh).case_head(case_id(1)).unwrap().unwrap().sequence, 1);
    assert_eq!(registry(&fresh).answer(account_id(1), "a").unwrap(), Some(answer("a")));

    // Another key, and another account with the same key, are other requests.
    assert!(write(answered(appending(1, 1, "x"), answer("b"))).is_ok());
    assert!(write(answered(appending(1, 2, "x"), Answer { account: account_id(2), ..answer("a") })).is_ok());
    assert_eq!(registry(&fresh).answer(account_id(2), "c").unwrap(), None);
}

#[test]
fn a_refused_write_leaves_no_answer_and_no_desk() {
    let fresh = furnished();
    open_case(cases(&fresh), 1);
    let late = CaseWrite { desk: Some(desk(1, 7)), ..answered(appending(1, 7, "x"), answer("a")) };
    let unknown = answered(appending(1, 1, "x"), Answer { account: account_id(9), ..answer("a") });
    let results = cases(&fresh).append_batch(vec![late, unknown]);
    assert!(matches!(results[0], Err(StoreError::Conflict { .. })), "{results:?}");
    assert_eq!(results[1], Err(StoreError::UnknownAccount { account: account_id(9) }));
    assert_eq!(registry(&fresh).answer(account_id(1), "a").unwrap(), None);
    assert_eq!(registry(&fresh).desk(case_id(1)).unwrap(), None);
    assert_eq!(cases(&fresh).case_head(case_id(1)).unwrap().unwrap().sequence, 1);
}

#[test]
fn the_same_request_twice_at_once_is_carried_out_once() {
    let fresh = furnished();
    for n in 0..20 {
        let start = Barrier::new(2);
        let key = format!("chiave-{n}");
        let results: Vec<_> = thread::scope(|scope| {
            let racers = [2 * n, 2 * n + 1].map(|case| {
                let (fresh, start, key) = (&fresh, &start, &key);
                scope.spawn(move || {
                    start.wait();
                    cases(fresh).append_batch(vec![answered(opening(case), answer(key))]).pop().unwrap()
                })
            });
            racers.into_iter().map(|racer| racer.join().unwrap()).collect()
        });
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        assert!(results.contains(&Err(StoreError::AlreadyAnswered(Box::new(answer(&key))))));
        assert_eq!(cases(&fresh).stats().unwrap().cases, u64::from(n) + 1);
    }
    assert_eq!(cases(&fresh).verify_chain(&mut |_, _| {}).unwrap(), []);
}

/// An answer may name a person: neither the error nor what is shown of it for a log does.
#[test]
fn an_answer_given_is_not_told_in_the_error() {
    let error = StoreError::AlreadyAnswered(Box::new(answer("a")));
    assert_eq!(error.to_string(), "a questa richiesta è già stata data risposta: usa quella, oppure un'altra chiave");
    assert!(!format!("{error:?}").contains("pratica"));
}
