// SPDX-License-Identifier: EUPL-1.2
//! lepre: the essential levels of service (LEP) of D.M. 4/2018 as data, and the engine that keeps them.
//!
//! Modules stand in floors; a module uses only modules of lower floors.

// Ground floor
pub mod calendar;
pub mod condition;
pub mod diagnostic;
pub mod digest;
pub mod names;
pub mod norms;
pub mod role;
pub mod script;
pub mod signature;
pub mod tax_code;
pub mod value;
// 1
pub mod spec;
// 2
pub mod evidence;
pub mod rulebook;
// 3
pub mod compile;
pub mod engine;
// 4
pub mod columns;
pub mod difference;
pub mod drawing;
pub mod floor;
pub mod rehearse;
// 5
pub mod library;
pub mod store;
// 6
pub mod config;
pub mod reading;
pub mod service;
// 7: documents and files that go out, tables that come in
pub mod export;
pub mod first_load;
// 8: who asks from afar
pub mod http;
// 9
pub mod cli;
