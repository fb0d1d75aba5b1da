// SPDX-License-Identifier: EUPL-1.2
//! The whole suite, one binary: one link for all tests.
#![cfg(test)]

mod adversarial;
mod api;
mod attacks;
mod bad_specs;
mod calendar;
mod cli_cases;
mod cli_specs;
mod difference;
mod engine;
mod floor_walk;
mod histories;
mod import;
mod judged;
mod kit;
mod manual;
mod matrix;
mod matrix_table;
mod outlook;
mod promises;
mod reference;
mod regional;
mod regional_judged;
mod registry;
mod replay;
mod running;
mod scenarios;
mod schema;
mod script;
mod service;
mod source;
mod store;
mod tax_code;
mod tidy;
mod web;
mod web_admin;
mod web_case;
mod web_door;
mod web_lists;
mod weight;
