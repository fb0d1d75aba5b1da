// SPDX-License-Identifier: EUPL-1.2
//! The whole suite, one binary: one link for all tests.

// `cfg(test)` says nothing to the compiler here; it tells clippy that helpers, too, may unwrap.
#[cfg(test)]
mod calendar;
#[cfg(test)]
mod tax_code;
