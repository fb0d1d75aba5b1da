// SPDX-License-Identifier: EUPL-1.2
//! The pages: made on the server, whole without scripts.

mod case;
mod errors;
mod home;
pub(super) mod layout;
pub(super) mod parts;

pub(super) use errors::error_page;

use super::routes::Route;

pub(super) fn routes() -> Vec<Route> {
    let mut routes = home::routes();
    routes.extend(errors::routes());
    routes.extend(case::routes());
    routes
}
