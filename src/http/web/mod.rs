// SPDX-License-Identifier: EUPL-1.2
//! The pages: made on the server, whole without scripts.

mod accesses;
mod accessibility;
mod account;
mod accounts;
mod case;
mod cases;
mod chain;
mod coverage;
mod deadlines;
mod diagnostics;
mod errors;
mod feed;
mod findings;
mod findings_page;
mod hand_over;
mod home;
mod impact;
mod impact_page;
mod indicators;
mod indicators_charts;
mod indicators_tables;
pub(super) mod layout;
mod level;
mod levels;
mod may_open;
mod new_case;
mod office;
pub(super) mod parts;
mod profile;
mod rows;
mod scenarios;
mod search;
mod sheet;
mod subject;
mod today;
mod works;

pub use case::DrawnPages;
pub(super) use errors::error_page;
pub(super) use works::CubeKey;
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
    routes.extend(impact::routes());
    routes.extend(indicators::routes());
    routes.extend(chain::routes());
    routes.extend(accesses::routes());
    routes.extend(today::routes());
    routes.extend(cases::routes());
    routes.extend(search::routes());
    routes.extend(new_case::routes());
    routes.extend(subject::routes());
    routes.extend(office::routes());
    routes.extend(hand_over::routes());
    routes.extend(deadlines::routes());
    routes.extend(feed::routes());
    routes
}
