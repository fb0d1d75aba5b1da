// SPDX-License-Identifier: EUPL-1.2
//! A region at work: what it lays over the decree, what its script says, and that neither ever touches a past day.

mod attempts;
mod corpus;
pub mod fixture;
mod legitimate;
mod manual;
mod offices;
mod reloaded;
mod scripts;
mod speeches_imported;
