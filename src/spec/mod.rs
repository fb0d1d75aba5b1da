// SPDX-License-Identifier: EUPL-1.2
//! The YAML as written: levels, catalogue, conditions, scenarios. Gives no meaning.

pub mod source;
