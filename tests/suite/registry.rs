// SPDX-License-Identifier: EUPL-1.2
//! The registry: who may enter, who has looked at what, what each case waits for; through the trait.

use lepre::role::Role;
use lepre::store::{Access, Account, Answer, ApiToken, Desk, OneTimeLink, Registry, Session, Store};
use uuid::Uuid;

use crate::store::{Fresh, case_id};

mod accesses;
mod accounts;
mod answers;
mod desks;
mod entering;
mod migrated;

/// What the contract is checked through.
fn registry(fresh: &Fresh) -> &dyn Registry {
    &fresh.store
}

fn account_id(n: u32) -> Uuid {
    Uuid::from_u128(0xA_0000_0000 + u128::from(n))
}

fn account(n: u32) -> Account {
    Account {
        id: account_id(n),
        username: format!("utente-{n}"),
        name: format!("Nome {n}"),
        role: Role::Operator,
        region: Some("piemonte".into()),
        office: Some("cpi-1".into()),
        password: Some("$argon2id$finta".into()),
        must_change: false,
        disabled: false,
        failures: 0,
        locked_until: None,
        external: None,
        identities: false,
        created_at: 1_000,
    }
}

fn session(n: u8, of: u32) -> Session {
    Session {
        digest: [n; 32],
        account: account_id(of),
        csrf: [n ^ 0xFF; 32],
        created_at: 1_000,
        seen_at: 1_000,
        expires_at: 9_000,
    }
}

fn token(n: u8, of: u32) -> ApiToken {
    ApiToken {
        id: Uuid::from_u128(n.into()),
        digest: [n; 32],
        account: account_id(of),
        label: format!("gestionale {n}"),
        writes: false,
        created_at: 1_000,
        expires_at: None,
        revoked_at: None,
        used_at: None,
    }
}

fn link(n: u8, of: Option<u32>) -> OneTimeLink {
    OneTimeLink { digest: [n; 32], account: of.map(account_id), expires_at: 5_000 }
}

fn access(n: u32) -> Access {
    Access {
        at: 1_000 + i64::from(n),
        account: account_id(1),
        username: "utente-1".into(),
        region: Some("piemonte".into()),
        action: "pratica-letta".into(),
        case: Some(case_id(n)),
        subject: None,
        why: None,
        request: format!("richiesta-{n}"),
    }
}

fn answer(key: &str) -> Answer {
    Answer {
        account: account_id(1),
        key: key.into(),
        fingerprint: [9; 32],
        status: 201,
        body: r#"{"pratica":"x"}"#.into(),
        at: 1_000,
    }
}

fn desk(n: u32, sequence: u32) -> Desk {
    Desk {
        case: case_id(n),
        sequence,
        region: Some("piemonte".into()),
        office: Some("cpi-1".into()),
        level: "E".into(),
        kind: "pronta".into(),
        what: "colloquio".into(),
        ..Desk::default()
    }
}

/// Both sides of the store at once.
fn cases(fresh: &Fresh) -> &dyn Store {
    &fresh.store
}
