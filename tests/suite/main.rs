// SPDX-License-Identifier: EUPL-1.2
//! The whole suite, one binary: one link for all tests.

mod adversarial;
mod bad_specs;
mod manual;
mod scenarios;
mod schema;
mod source;
