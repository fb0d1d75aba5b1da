// SPDX-License-Identifier: EUPL-1.2
//! The interface for programs.

use super::routes::Route;

pub(super) fn routes() -> Vec<Route> {
    Vec::new()
}
