// SPDX-License-Identifier: EUPL-1.2
//! The office of the demonstration: accounts, fictional people, cases in every state.

use crate::http::{App, password, tokens};
use crate::role::Role;
use crate::service::{Service, ServiceError};
use crate::store::{Account, ApiToken};

use super::demo_cases;

/// An account with its password, to be written on the screen.
pub struct Shown {
    pub username: &'static str,
    pub password: String,
    pub role: &'static str,
    pub office: &'static str,
    /// A token of the account, for programs.
    pub token: Option<String>,
}

/// Accounts that a program may try, and whether it may write.
const TOKENS: [(&str, bool); 2] = [("op.torino", true), ("verifica", false)];

/// Username, name, role, region, office.
type Person = (&'static str, &'static str, Role, Option<&'static str>, Option<&'static str>);

const PEOPLE: [Person; 7] = [
    ("op.torino", "Operatrice Inventata", Role::Operator, Some("piemonte"), Some("torino")),
    ("op2.torino", "Operatore Inventato", Role::Operator, Some("piemonte"), Some("torino")),
    ("resp.torino", "Responsabile Inventata", Role::OfficeLead, Some("piemonte"), Some("torino")),
    ("op.asti", "Operatrice Vicina", Role::Operator, Some("piemonte"), Some("asti")),
    ("op.milano", "Operatore Altrove", Role::Operator, Some("lombardia"), Some("milano")),
    ("amm.piemonte", "Amministratrice Inventata", Role::RegionalAdmin, Some("piemonte"), None),
    ("verifica", "Verificatore Inventato", Role::Auditor, None, None),
];

/// Fills an empty store; gives the accounts.
///
/// # Errors
/// Trouble with the store.
pub fn fill(app: &App) -> Result<Vec<Shown>, ServiceError> {
    let mut shown = Vec::new();
    for (username, name, role, region, office) in PEOPLE {
        let secret = easy_password();
        let account = Account {
            id: Service::new_id(),
            username: username.into(),
            name: name.into(),
            role,
            region: region.map(str::to_owned),
            office: office.map(str::to_owned),
            password: password::hashed(&secret).ok(),
            must_change: false,
            disabled: false,
            failures: 0,
            locked_until: None,
            external: None,
            identities: role == Role::OfficeLead,
            created_at: app.now(),
        };
        let id = account.id;
        app.registry.put_account(account)?;
        let office = office.or(region).unwrap_or("tutte");
        let token = token(app, username, id)?;
        shown.push(Shown { username, password: secret, role: role.word(), office, token });
    }
    demo_cases::fill(app)?;
    Ok(shown)
}

fn token(app: &App, username: &str, account: uuid::Uuid) -> Result<Option<String>, ServiceError> {
    let Some((_, writes)) = TOKENS.iter().find(|(known, _)| *known == username) else { return Ok(None) };
    let Ok((secret, digest)) = tokens::new_secret() else { return Ok(None) };
    app.registry.put_token(ApiToken {
        id: Service::new_id(),
        digest,
        account,
        label: "dimostrazione".into(),
        writes: *writes,
        created_at: app.now(),
        expires_at: None,
        revoked_at: None,
        used_at: None,
    })?;
    Ok(Some(secret))
}

/// A password that can be copied by hand: four words and a number.
fn easy_password() -> String {
    const WORDS: [&str; 32] = [
        "acero", "barca", "cedro", "delta", "esca", "fiume", "gelso", "isola", "lago", "monte", "nave", "olmo",
        "ponte", "quarzo", "rovere", "sasso", "tiglio", "ulivo", "valle", "zaino", "bosco", "campo", "duna", "fonte",
        "grano", "lido", "mare", "neve", "orto", "pino", "riva", "sole",
    ];
    let bytes = tokens::random::<6>().unwrap_or_default();
    let word = |at: usize| bytes.get(at).and_then(|byte| WORDS.get(usize::from(byte % 32))).copied().unwrap_or("lepre");
    let number = u16::from_be_bytes([bytes.get(4).copied().unwrap_or(0), bytes.get(5).copied().unwrap_or(0)]) % 1000;
    format!("{}-{}-{}-{}-{number:03}", word(0), word(1), word(2), word(3))
}
