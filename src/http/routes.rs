// SPDX-License-Identifier: EUPL-1.2
//! The one table of what can be asked, and by whom. A route that is not here is not served; a route that is here is served
//! only to those its row names.

use axum::routing::MethodRouter;

use crate::role::Role;

use super::app::App;

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Anybody, signed in or not.
    Everyone,
    /// Whoever has an account.
    SignedIn,
    Only(&'static [Role]),
}

impl Who {
    pub fn admits(self, role: Role) -> bool {
        match self {
            Self::Everyone | Self::SignedIn => true,
            Self::Only(roles) => roles.contains(&role),
        }
    }
}

/// What is served, and how whoever asks is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A page for people: by the session's cookie.
    Page,
    /// A form sent from a page: by the cookie and the form's token.
    Form,
    /// For programs: by a token in `Authorization`, never by a cookie.
    Api,
    /// For programs that watch over the service, and files that are the same for everybody.
    Plain,
}

/// A row of the table.
#[derive(Clone, Debug)]
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    pub kind: Kind,
    pub who: Who,
    pub(super) handler: MethodRouter<App>,
}

/// Operators and those who lead them: they work on cases.
pub const DESK: Who = Who::Only(&[Role::Operator, Role::OfficeLead]);
/// Those who read cases.
pub const READERS: Who = Who::Only(&[Role::Operator, Role::OfficeLead, Role::Auditor]);
/// Those who answer for how well the levels are delivered.
pub const OVERSEERS: Who = Who::Only(&[Role::OfficeLead, Role::RegionalAdmin, Role::Auditor]);
pub const LEAD: Who = Who::Only(&[Role::OfficeLead]);
pub const ADMIN: Who = Who::Only(&[Role::RegionalAdmin]);
pub const AUDITOR: Who = Who::Only(&[Role::Auditor]);

/// A page: `page("/oggi", DESK, get(today))`.
pub(super) fn page(path: &'static str, who: Who, handler: MethodRouter<App>) -> Route {
    Route { method: "GET", path, kind: Kind::Page, who, handler }
}

/// A form of a page, sent by POST.
pub(super) fn form(path: &'static str, who: Who, handler: MethodRouter<App>) -> Route {
    Route { method: "POST", path, kind: Kind::Form, who, handler }
}

pub(super) fn api(method: &'static str, path: &'static str, who: Who, handler: MethodRouter<App>) -> Route {
    Route { method, path, kind: Kind::Api, who, handler }
}

pub(super) fn plain(path: &'static str, handler: MethodRouter<App>) -> Route {
    Route { method: "GET", path, kind: Kind::Plain, who: Who::Everyone, handler }
}

/// The table.
pub fn table() -> Vec<Route> {
    let mut table = super::ops::routes();
    table.extend(super::auth::routes());
    table.extend(super::web::routes());
    table.extend(super::api::routes());
    table
}
