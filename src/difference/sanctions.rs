// SPDX-License-Identifier: EUPL-1.2
//! What follows who does not show up: conducts and their measures.

use crate::rulebook::{SanctionLadder, SanctionStep};

use super::pair::paired;
use super::table::period;
use super::words::became;
use super::{About, Comparer, Direction};

impl Comparer<'_> {
    pub(super) fn sanctions(&mut self) {
        let found = paired(&self.before.sanctions, &self.after.sanctions, |ladder| ladder.id.clone());
        let mut said: Vec<(Direction, String)> = Vec::new();
        for ladder in found.new {
            let steps = steps(&ladder.steps, ladder.last_repeats);
            let words = format!("per la condotta `{}` ({}) ci sono ora le misure: {steps}", ladder.id, ladder.conduct);
            said.push((Direction::Unclear, words));
        }
        for ladder in found.gone {
            let words = format!("per la condotta `{}` ({}) non ci sono più misure", ladder.id, ladder.conduct);
            said.push((Direction::Unclear, words));
        }
        for (was, now) in found.both {
            let SanctionLadder { id, conduct, steps: measures, last_repeats, norm, state, from, to, place: _ } = now;
            if was.conduct != *conduct {
                let words = format!("la condotta `{id}` {}", became(&was.conduct, conduct));
                said.push((Direction::Neither, words));
            }
            if was.steps != *measures || was.last_repeats != *last_repeats {
                let (before, after) = (steps(&was.steps, was.last_repeats), steps(measures, *last_repeats));
                let words = format!("le misure per la condotta `{id}` sono «{after}» invece di «{before}»");
                said.push((Direction::Unclear, words));
            }
            if (was.from, was.to) != (*from, *to) {
                let (before, after) = (period(was.from, was.to), period(*from, *to));
                let words = format!("le misure per la condotta `{id}` valgono {after} invece che {before}");
                said.push((Direction::Unclear, words));
            }
            if was.state != *state {
                let (before, after) = (was.state.word(), state.word());
                let words = format!("ciò che si sa della condotta `{id}` è `{after}` invece che `{before}`");
                said.push((Direction::Neither, words));
            }
            if was.norm != *norm {
                let (before, after) = self.citations(&was.norm, norm);
                let words = format!("le misure per la condotta `{id}` si fondano ora su {after} invece di {before}");
                said.push((Direction::Neither, words));
            }
        }
        if found.is_reordered {
            said.push((Direction::Unclear, "le condotte stanno in un altro ordine".to_owned()));
        }
        self.say_all(&About::Sanctions, said);
    }
}

fn steps(steps: &[SanctionStep], last_repeats: bool) -> String {
    let steps: Vec<String> = steps.iter().map(|step| format!("{} (`{}`)", step.words, step.measure)).collect();
    format!("{}{}", steps.join("; "), if last_repeats { ", e così ogni altra volta" } else { "" })
}
