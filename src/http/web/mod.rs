// SPDX-License-Identifier: EUPL-1.2
//! The pages: made on the server, whole without scripts.

mod cases;
mod deadlines;
mod errors;
mod feed;
mod hand_over;
mod home;
pub(super) mod layout;
mod may_open;
mod new_case;
mod office;
pub(super) mod parts;
mod rows;
mod search;
mod subject;
mod today;

pub(super) use errors::error_page;

use super::routes::Route;

pub(super) fn routes() -> Vec<Route> {
    let mut routes = home::routes();
    routes.extend(errors::routes());
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
