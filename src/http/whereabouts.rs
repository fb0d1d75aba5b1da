// SPDX-License-Identifier: EUPL-1.2
//! Where a case is and who has it there, in words.

use crate::store::Desk;

use super::app::App;

/// See the module.
pub struct Whereabouts {
    /// The name of the office, or its own word where the specifications do not name it.
    pub office: Option<String>,
    /// The name of the operator with the account; only the account where there is no such.
    pub operator: Option<String>,
}

pub fn whereabouts(app: &App, desk: &Desk) -> Whereabouts {
    let region = desk.region.as_deref().unwrap_or_default();
    let office = desk.office.as_deref();
    let named = office.and_then(|office| app.service.library().office_name(region, office));
    let operator = desk.operator.as_deref().map(|username| match app.registry.account_by_username(username) {
        Ok(Some(account)) => format!("{} ({username})", account.name),
        _ => username.to_owned(),
    });
    Whereabouts { office: named.or(office.map(str::to_owned)), operator }
}
