// SPDX-License-Identifier: EUPL-1.2
//! The service over HTTP: pages, API, and what they are made of.

pub mod assets;
