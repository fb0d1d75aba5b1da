// SPDX-License-Identifier: EUPL-1.2
//! The command `lepre`.

use std::process::ExitCode;

fn main() -> ExitCode {
    lepre::cli::main()
}
