// SPDX-License-Identifier: EUPL-1.2
//! A bar for long work, on a terminal only.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar of `total` steps (0: not known yet) with its words; invisible where nobody is looking.
pub fn bar(words: &'static str, total: u64) -> ProgressBar {
    let bar = ProgressBar::new(total);
    if !std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {percent}% · restano {eta}") {
        bar.set_style(style);
    }
    bar.set_message(words);
    bar
}
