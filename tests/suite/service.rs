// SPDX-License-Identifier: EUPL-1.2
//! The use cases, on a store and the national specifications: opening, recording, seeing, checking.

mod apart;
pub mod bulk;
mod hiding;
pub mod impact;
mod indicators;
mod listed;
pub mod office;
mod opening;
pub mod pinned;
mod recording;
mod refusals;
mod together;
mod verifications;
