// SPDX-License-Identifier: EUPL-1.2
//! Sessions, tokens, links and secrets.

use std::sync::Barrier;
use std::thread;

use lepre::store::{Account, OneTimeLink, Session, StoreError};
use uuid::Uuid;

use super::{account, account_id, link, registry, session, token};
use crate::store::{Fresh, open};

fn furnished() -> Fresh {
    let fresh = Fresh::new();
    registry(&fresh).put_account(account(1)).unwrap();
    registry(&fresh).put_account(account(2)).unwrap();
    fresh
}

#[test]
fn a_session_lives_from_login_to_logout() {
    let fresh = furnished();
    let store = registry(&fresh);
    store.put_session(session(1, 1)).unwrap();
    assert_eq!(store.session(&[1; 32]).unwrap(), Some(session(1, 1)));
    assert_eq!(store.session(&[2; 32]).unwrap(), None);
    let seen = |at| {
        store.touch_session(&[1; 32], at).unwrap();
        store.flush().unwrap();
        store.session(&[1; 32]).unwrap().unwrap().seen_at
    };
    assert_eq!([seen(3_000), seen(2_000)], [3_000, 3_000]);
    store.touch_session(&[2; 32], 1).unwrap();
    store.end_session(&[1; 32]).unwrap();
    store.end_session(&[1; 32]).unwrap();
    assert_eq!(store.session(&[1; 32]).unwrap(), None);
    assert_eq!(store.lost_notes(), 0);
    let nobody = store.put_session(session(1, 9));
    assert_eq!(nobody, Err(StoreError::UnknownAccount { account: account_id(9) }));
}

#[test]
fn all_sessions_of_an_account_end_but_for_one() {
    let fresh = furnished();
    let store = registry(&fresh);
    for (n, of) in [(1, 1), (2, 1), (3, 1), (4, 2)] {
        store.put_session(session(n, of)).unwrap();
    }
    let left = || (1..=4).filter(|n| store.session(&[*n; 32]).unwrap().is_some()).collect::<Vec<u8>>();
    store.end_sessions_of(account_id(1), Some([2; 32])).unwrap();
    assert_eq!(left(), [2, 4]);
    store.end_sessions_of(account_id(1), None).unwrap();
    assert_eq!(left(), [4]);
}

#[test]
fn what_has_expired_is_purged_and_nothing_else() {
    let fresh = furnished();
    let store = registry(&fresh);
    store.put_session(session(1, 1)).unwrap();
    store.put_session(Session { expires_at: 9_001, ..session(2, 1) }).unwrap();
    store.put_session(Session { expires_at: 99_000, seen_at: 4_001, ..session(3, 1) }).unwrap();
    store.put_link(OneTimeLink { expires_at: 9_000, ..link(1, None) }).unwrap();
    store.put_link(OneTimeLink { expires_at: 9_001, ..link(2, None) }).unwrap();
    let left = || {
        let sessions = (1..=3).filter(|n| store.session(&[*n; 32]).unwrap().is_some()).collect::<Vec<u8>>();
        (sessions, (1..=2).filter(|n| store.link(&[*n; 32]).unwrap().is_some()).collect::<Vec<u8>>())
    };
    store.purge(8_999, 8_000).unwrap();
    assert_eq!(left(), (vec![1, 2, 3], vec![1, 2]));
    store.purge(9_000, 8_001).unwrap();
    assert_eq!(left(), (vec![2, 3], vec![2]));
    // The second was last seen at 1000, the third at 4001.
    store.purge(9_000, 5_000).unwrap();
    assert_eq!(left(), (vec![3], vec![2]));
    store.purge(9_001, 5_000).unwrap();
    assert_eq!(left(), (vec![], vec![]));
}

#[test]
fn a_token_is_revoked_once_and_says_when_it_was_used() {
    let fresh = furnished();
    let store = registry(&fresh);
    store.put_token(token(2, 1)).unwrap();
    store.put_token(token(1, 1)).unwrap();
    store.put_token(token(3, 2)).unwrap();
    assert_eq!(store.token(&[1; 32]).unwrap(), Some(token(1, 1)));
    assert_eq!(store.token(&[9; 32]).unwrap(), None);
    assert_eq!(store.tokens_of(account_id(1)).unwrap(), [token(1, 1), token(2, 1)]);
    let id = token(1, 1).id;
    let used = |at| {
        store.use_token(id, at).unwrap();
        store.flush().unwrap();
        store.token(&[1; 32]).unwrap().unwrap().used_at
    };
    assert_eq!([used(5), used(4), used(6)], [Some(5), Some(5), Some(6)]);
    assert_eq!(store.revoke_token(id, 7), Ok(true));
    assert_eq!(store.revoke_token(id, 8), Ok(false));
    assert_eq!(store.revoke_token(Uuid::from_u128(9), 8), Ok(false));
    assert_eq!(store.token(&[1; 32]).unwrap().unwrap().revoked_at, Some(7));
    assert_eq!(store.token(&[2; 32]).unwrap(), Some(token(2, 1)));
    let nobody = store.put_token(token(4, 9));
    assert_eq!(nobody, Err(StoreError::UnknownAccount { account: account_id(9) }));
}

#[test]
fn a_link_is_used_once_in_time_and_for_its_own_account() {
    let fresh = furnished();
    let store = registry(&fresh);
    let with = |n: u32, password: &str| Account { password: Some(password.into()), ..account(n) };
    let password = |n: u32| store.account(account_id(n)).unwrap().unwrap().password.unwrap();
    store.put_link(link(1, Some(1))).unwrap();
    assert_eq!(store.link(&[1; 32]).unwrap(), Some(link(1, Some(1))));
    assert_eq!(store.use_link(&[2; 32], 0, with(1, "a")), Ok(false));
    assert_eq!(store.use_link(&[1; 32], 5_000, with(1, "tardi")), Ok(false));
    assert_eq!(store.use_link(&[1; 32], 0, with(2, "altrui")), Ok(false));
    assert_eq!((password(1), password(2)), ("$argon2id$finta".into(), "$argon2id$finta".into()));
    assert_eq!(store.use_link(&[1; 32], 4_999, with(1, "nuova")), Ok(true));
    assert_eq!(password(1), "nuova");
    assert_eq!(store.use_link(&[1; 32], 0, with(1, "di nuovo")), Ok(false));
    assert_eq!(password(1), "nuova");

    // The first administrator; a name that is taken costs the link nothing.
    store.put_link(link(3, None)).unwrap();
    let taken = Account { username: "utente-1".into(), ..account(3) };
    assert_eq!(store.use_link(&[3; 32], 0, taken), Err(StoreError::DuplicateUsername { holder: account_id(1) }));
    assert_eq!(store.use_link(&[3; 32], 0, account(3)), Ok(true));
    assert_eq!(store.account(account_id(3)).unwrap(), Some(account(3)));
    let nobody = store.put_link(link(4, Some(9)));
    assert_eq!(nobody, Err(StoreError::UnknownAccount { account: account_id(9) }));
}

#[test]
fn of_two_who_use_a_link_together_one_wins() {
    let fresh = furnished();
    for n in 0..20 {
        registry(&fresh).put_link(link(n, None)).unwrap();
        let start = Barrier::new(2);
        let won: Vec<u32> = thread::scope(|scope| {
            let racers = [100, 200].map(|base| {
                let (fresh, start) = (&fresh, &start);
                scope.spawn(move || {
                    let which = base + u32::from(n);
                    start.wait();
                    let used = registry(fresh).use_link(&[n; 32], 0, account(which)).unwrap();
                    used.then_some(which)
                })
            });
            racers.into_iter().filter_map(|racer| racer.join().unwrap()).collect()
        });
        assert_eq!(won.len(), 1);
        for base in [100, 200] {
            let which = base + u32::from(n);
            let there = registry(&fresh).account(account_id(which)).unwrap().is_some();
            assert_eq!(there, won == [which]);
        }
    }
}

#[test]
fn a_secret_is_made_once_for_ever() {
    let fresh = Fresh::new();
    let secrets: Vec<[u8; 32]> = thread::scope(|scope| {
        let asked = [(); 4].map(|()| scope.spawn(|| registry(&fresh).secret("modulo").unwrap()));
        asked.into_iter().map(|asked| asked.join().unwrap()).collect()
    });
    assert!(secrets.iter().all(|secret| *secret == secrets[0] && *secret != [0; 32]));
    assert_ne!(registry(&fresh).secret("altro").unwrap(), secrets[0]);
    let (_folder, path) = fresh.closed();
    let again: &dyn lepre::store::Registry = &open(&path).unwrap();
    assert_eq!(again.secret("modulo").unwrap(), secrets[0]);
}
