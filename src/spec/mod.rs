// SPDX-License-Identifier: EUPL-1.2
//! The YAML as written: levels, catalogue, scenarios. Gives no meaning.

pub mod catalogue;
pub mod decode;
pub mod folder;
pub mod level;
pub mod overlay;
pub mod scenario;
pub mod schema;
pub mod source;
