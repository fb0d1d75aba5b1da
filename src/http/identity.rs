// SPDX-License-Identifier: EUPL-1.2
//! Who asks, and what they may see: decided once for each request, before any handler runs.

use std::sync::Arc;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;

use crate::role::Role;
use crate::store::{Account, CaseHead, Desk, DeskQuery, Session};

use super::trouble::Trouble;

/// How somebody was recognised.
#[derive(Clone, Debug)]
pub enum Via {
    Session(Arc<Session>),
    /// An API token; `writes`: may do more than read.
    Token {
        writes: bool,
    },
}

/// Somebody recognised.
#[derive(Clone, Debug)]
pub struct Identity {
    pub account: Arc<Account>,
    pub via: Via,
    /// Id of the request, for logs and for whoever asks about it.
    pub request: Arc<str>,
}

impl Identity {
    pub fn role(&self) -> Role {
        self.account.role
    }

    /// The username: the actor of events, the operator of a case.
    pub fn username(&self) -> &str {
        &self.account.username
    }

    pub fn is(&self, role: Role) -> bool {
        self.account.role == role
    }

    /// May they read the case that stands at this office of this region?
    pub fn may_read(&self, region: Option<&str>, office: Option<&str>) -> bool {
        let account = &self.account;
        let same_region = account.region.as_deref() == region;
        match account.role {
            // An account with no office sees nothing: being in no office is not being in all.
            Role::Operator | Role::OfficeLead => same_region && office.is_some() && account.office.as_deref() == office,
            Role::Auditor => account.region.is_none() || same_region,
            Role::RegionalAdmin => false,
        }
    }

    /// May they write on a case they may read?
    pub fn may_write(&self) -> bool {
        let by_role = matches!(self.account.role, Role::Operator | Role::OfficeLead);
        by_role && !matches!(self.via, Via::Token { writes: false })
    }

    /// May they see who a person is? The auditor asks whether the law is kept, not of whom.
    pub fn sees_names(&self) -> bool {
        matches!(self.account.role, Role::Operator | Role::OfficeLead)
    }

    /// The part of all cases they may list.
    ///
    /// # Errors
    /// A role that lists none.
    pub fn reach(&self) -> Result<DeskQuery, Trouble> {
        let account = &self.account;
        match account.role {
            Role::Operator | Role::OfficeLead => match &account.office {
                Some(office) => Ok(DeskQuery {
                    region: account.region.clone(),
                    office: Some(office.clone()),
                    ..DeskQuery::default()
                }),
                None => {
                    Err(Trouble::Forbidden { why: "il tuo account non ha una sede: nessuna pratica è tua".into() })
                }
            },
            Role::Auditor => Ok(DeskQuery { region: account.region.clone(), ..DeskQuery::default() }),
            Role::RegionalAdmin => {
                Err(Trouble::Forbidden { why: "l'amministratore regionale non vede le pratiche delle persone".into() })
            }
        }
    }

    /// Refuses a case out of reach as if it did not exist.
    ///
    /// # Errors
    /// [`Trouble::NotFound`].
    pub fn require_case(&self, head: &CaseHead, desk: Option<&Desk>) -> Result<(), Trouble> {
        let office = desk.and_then(|desk| desk.office.as_deref()).or(head.office.as_deref());
        if self.may_read(head.region.as_deref(), office) {
            return Ok(());
        }
        Err(Trouble::not_found("la pratica non esiste, o non è della tua sede"))
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Identity {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Trouble> {
        Ok(parts.extensions.get::<Self>().cloned())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Identity {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Trouble> {
        parts.extensions.get::<Self>().cloned().ok_or(Trouble::SignIn)
    }
}
