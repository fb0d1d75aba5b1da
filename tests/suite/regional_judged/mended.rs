// SPDX-License-Identifier: EUPL-1.2
//! What the reference once found, each worked out by hand.
