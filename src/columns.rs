// SPDX-License-Identifier: EUPL-1.2
//! Many cases in compact columns, checked together; the verdicts are the step engine's, bit for bit.
