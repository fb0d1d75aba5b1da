// SPDX-License-Identifier: EUPL-1.2
//! The whole suite, one binary: one link for all tests.
#![cfg(test)]

mod adversarial;
mod calendar;
mod cli_cases;
mod engine;
mod histories;
mod import;
mod judged;
mod reference;
mod replay;
mod service;
mod source;
mod store;
mod tax_code;
