// SPDX-License-Identifier: EUPL-1.2
//! To whom a case may be given: pages and programs are told the same.

use crate::engine::{Event, EventKind};
use crate::role::Role;
use crate::service::CaseView;

use super::app::App;
use super::identity::Identity;
use super::trouble::Trouble;

/// Why a case may not be entrusted so: the field that is wrong, and why.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Misplaced {
    pub field: &'static str,
    pub why: String,
}

/// A case is entrusted to somebody who works at the office that will have it, and to an office that there is. Any other event
/// is right.
///
/// # Errors
/// Trouble with the store.
pub(super) fn misplaced(
    app: &App,
    who: &Identity,
    view: &CaseView,
    event: &Event,
) -> Result<Option<Misplaced>, Trouble> {
    let EventKind::CaseEntrusted { operator, office, .. } = &event.kind else { return Ok(None) };
    let region = view.head.region.as_deref();
    if let Some(office) = office {
        let known = region.and_then(|region| app.service.library().office_name(region, office));
        let own = who.account.office.as_deref() == Some(&**office);
        if known.is_none() && !own {
            let why = format!("la sede `{office}` non è della regione della pratica");
            return Ok(Some(Misplaced { field: "sede", why }));
        }
    }
    let Some(operator) = operator else { return Ok(None) };
    let now = office.as_deref().or(view.case.desk_office.as_deref()).or(view.head.office.as_deref());
    let works_there = app.registry.account_by_username(operator)?.is_some_and(|account| {
        !account.disabled
            && matches!(account.role, Role::Operator | Role::OfficeLead)
            && account.region.as_deref() == region
            && account.office.as_deref() == now
    });
    let why = || format!("`{operator}` non è un operatore della sede che avrà la pratica");
    Ok((!works_there).then(|| Misplaced { field: "operatore", why: why() }))
}
