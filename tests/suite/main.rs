// SPDX-License-Identifier: EUPL-1.2
//! The whole suite, one binary: one link for all tests.
#![cfg(test)]

mod adversarial;
mod calendar;
mod cli_specs;
mod histories;
mod judged;
mod promises;
mod reference;
mod source;
mod store;
mod tax_code;
mod tidy;
