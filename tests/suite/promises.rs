// SPDX-License-Identifier: EUPL-1.2
//! What the papers say is so: the README's commands and their words, the catalogue entry, conditions that rhai reads too.

mod conditions;
mod publiccode;
pub mod random;
mod readme;
