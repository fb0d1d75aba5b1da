// SPDX-License-Identifier: EUPL-1.2
//! Accounts keep their names, and failed logins are counted as promised.

use lepre::role::Role;
use lepre::store::{Account, StoreError};

use super::{account, account_id, registry};
use crate::store::Fresh;

#[test]
fn an_account_is_found_by_id_by_username_and_by_its_gateway() {
    let fresh = Fresh::new();
    let store = registry(&fresh);
    let one = Account {
        external: Some("https://gateway.example|1".into()),
        role: Role::Auditor,
        region: None,
        office: None,
        password: None,
        must_change: true,
        identities: true,
        ..account(1)
    };
    store.put_account(one.clone()).unwrap();
    store.put_account(account(2)).unwrap();
    assert_eq!(store.account(account_id(1)).unwrap(), Some(one.clone()));
    assert_eq!(store.account_by_username("utente-1").unwrap(), Some(one.clone()));
    assert_eq!(store.account_by_external("https://gateway.example|1").unwrap(), Some(one));
    assert_eq!(store.account_by_username("Utente-1").unwrap(), None);
    assert_eq!(store.account_by_external("1").unwrap(), None);
    assert_eq!(store.account(account_id(9)).unwrap(), None);
}

#[test]
fn a_username_and_a_gateway_name_belong_to_one_account() {
    let fresh = Fresh::new();
    let store = registry(&fresh);
    let outside = |n: u32| Account { external: Some("fuori".into()), ..account(n) };
    store.put_account(outside(1)).unwrap();
    let twin = Account { username: "utente-1".into(), ..account(2) };
    let holder = account_id(1);
    assert_eq!(store.put_account(twin), Err(StoreError::DuplicateUsername { holder }));
    assert_eq!(store.put_account(outside(2)), Err(StoreError::DuplicateExternalAccount { holder }));
    assert_eq!(store.account(account_id(2)).unwrap(), None);
    // Many may have none.
    store.put_account(account(2)).unwrap();
    store.put_account(account(3)).unwrap();
}

#[test]
fn all_but_the_username_may_change() {
    let fresh = Fresh::new();
    let store = registry(&fresh);
    store.put_account(account(1)).unwrap();
    let changed = Account {
        name: "Altro".into(),
        role: Role::OfficeLead,
        region: None,
        office: None,
        password: None,
        must_change: true,
        disabled: true,
        failures: 3,
        locked_until: Some(7),
        external: Some("fuori".into()),
        identities: true,
        ..account(1)
    };
    store.put_account(changed.clone()).unwrap();
    assert_eq!(store.account(account_id(1)).unwrap(), Some(changed.clone()));
    let renamed = Account { username: "nuovo".into(), ..account(1) };
    let refused = store.put_account(renamed).unwrap_err();
    assert_eq!(refused, StoreError::UsernameChanged { account: account_id(1) });
    assert!(refused.to_string().starts_with("il nome utente dell'account `"));
    assert_eq!(store.account(account_id(1)).unwrap(), Some(changed));
}

#[test]
fn accounts_come_in_pages_in_the_order_of_ids() {
    let fresh = Fresh::new();
    let store = registry(&fresh);
    for n in [3, 1, 5, 2, 4] {
        store.put_account(account(n)).unwrap();
    }
    let ids = |after, limit| {
        let page = store.accounts(after, limit).unwrap();
        page.into_iter().map(|account| account.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(None, 2), [account_id(1), account_id(2)]);
    assert_eq!(ids(Some(account_id(2)), 9), [account_id(3), account_id(4), account_id(5)]);
    assert!(ids(Some(account_id(5)), 9).is_empty());
}

const MINUTE: i64 = 60_000;

#[test]
fn failures_lock_and_the_lock_passes() {
    let fresh = Fresh::new();
    let store = registry(&fresh);
    store.put_account(account(1)).unwrap();
    let fails = |now| {
        let account = store.login_failed(account_id(1), now, 3, 15 * MINUTE).unwrap();
        assert_eq!(store.account(account.id).unwrap().as_ref(), Some(&account));
        (account.failures, account.locked_until)
    };
    assert_eq!([fails(0), fails(1)], [(1, None), (2, None)]);
    let until = 2 + 15 * MINUTE;
    assert_eq!(fails(2), (3, Some(until)));
    // The last moment of the lock: nothing is counted, and it does not grow longer.
    assert_eq!(fails(until - 1), (3, Some(until)));
    // It has passed: the count begins again.
    assert_eq!(fails(until), (1, None));
    assert_eq!(fails(until + MINUTE), (2, None));
    assert_eq!(fails(until + 2 * MINUTE), (3, Some(until + 17 * MINUTE)));

    store.login_succeeded(account_id(1)).unwrap();
    assert_eq!(store.account(account_id(1)).unwrap(), Some(account(1)));
    assert_eq!(fails(until + 3 * MINUTE), (1, None));
}

#[test]
fn logins_that_fail_together_are_all_counted() {
    let fresh = Fresh::new();
    registry(&fresh).put_account(account(1)).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| registry(&fresh).login_failed(account_id(1), 0, 100, MINUTE).unwrap());
        }
    });
    assert_eq!(registry(&fresh).account(account_id(1)).unwrap().unwrap().failures, 8);
}

#[test]
fn an_account_that_is_not_there_is_named() {
    let fresh = Fresh::new();
    let unknown = StoreError::UnknownAccount { account: account_id(1) };
    assert_eq!(registry(&fresh).login_failed(account_id(1), 0, 3, MINUTE), Err(unknown.clone()));
    assert_eq!(registry(&fresh).login_succeeded(account_id(1)), Err(unknown.clone()));
    assert_eq!(
        unknown.to_string(),
        "l'account `00000000-0000-0000-0000-000a00000001` non esiste: controlla l'identificativo"
    );
}

/// What may end in a log says neither who it is nor how they enter.
#[test]
fn an_account_shown_for_the_log_hides_the_password_and_the_name() {
    let shown = format!("{:?}", account(1));
    assert!(shown.contains("utente-1") && !shown.contains("argon2id") && !shown.contains("Nome"), "{shown}");
}
