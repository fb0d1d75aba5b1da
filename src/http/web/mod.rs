// SPDX-License-Identifier: EUPL-1.2
//! The pages: made on the server, whole without scripts.

mod case;
mod accesses;
mod accessibility;
mod account;
mod accounts;
mod chain;
mod coverage;
mod diagnostics;
mod errors;
mod findings;
mod findings_page;
mod home;
pub(super) mod layout;
mod level;
mod levels;
pub(super) mod parts;
mod profile;
mod scenarios;
mod sheet;
mod works;

pub(super) use errors::error_page;
pub use works::Works;

use super::routes::Route;

pub(super) fn routes() -> Vec<Route> {
    let mut routes = home::routes();
    routes.extend(errors::routes());
    routes.extend(case::routes());
    routes.extend(levels::routes());
    routes.extend(level::routes());
    routes.extend(coverage::routes());
    routes.extend(scenarios::routes());
    routes.extend(diagnostics::routes());
    routes.extend(accounts::routes());
    routes.extend(account::routes());
    routes.extend(profile::routes());
    routes.extend(accessibility::routes());
    routes.extend(findings_page::routes());
    routes.extend(chain::routes());
    routes.extend(accesses::routes());
    routes
}
