// SPDX-License-Identifier: EUPL-1.2
//! Lists, searches, the way to a new case, the office and its calendar: what is shown, to whom, and that none is lost or
//! shown twice.

mod hand_over;
mod ics;
mod new_case;
mod paging;
mod search;
mod views;
