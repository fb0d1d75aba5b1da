// SPDX-License-Identifier: EUPL-1.2
//! lepre: the essential levels of service (LEP) of D.M. 4/2018 as data, and the engine that keeps them.
//!
//! Modules stand in floors; a module uses only modules of lower floors.

// Ground floor
pub mod calendar;
pub mod diagnostic;
pub mod names;
pub mod tax_code;
// 1
pub mod spec;
// 5
pub mod store;
