// SPDX-License-Identifier: EUPL-1.2
//! Cases a second from the columns, beside what is written by hand for the same workload; every verdict is compared first.
//!
//! `cargo bench --bench columns` draws its own cases. `LEPRE_PARI=DIR` judges those of a folder with `cases.jsonl` and
//! `expected.tsv` (a line: id, violated constraints; where there are more columns, how the items stand and the next act).
//! `LEPRE_CASI` says how many cases are drawn, `LEPRE_SEME` from which seed.
#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a bench stops at the first surprise")]

mod peers;

use std::hint::black_box;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use lepre::columns::{self, Asked, Columns};
use lepre::engine::{Checker, Program};
use lepre::service::check_group;

use peers::lepre::Level;
use peers::{Case, Spec, by_hand, generator, judge};

/// Best of several rounds: the machine's noise only ever adds.
fn best(rounds: usize, mut work: impl FnMut()) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..rounds {
        let start = Instant::now();
        work();
        best = best.min(start.elapsed());
    }
    best
}

fn row(what: &str, cases: usize, time: Duration, by_hand: f64) -> f64 {
    let rate = cases as f64 / time.as_secs_f64();
    println!("| {what:<58} | {:>12.0} | {:>6.2}x |", rate, if by_hand > 0.0 { rate / by_hand } else { 1.0 });
    rate
}

/// Verdict, standings and next act of every case, by its id.
type Answers = Vec<(u64, u64, String, Option<usize>)>;

fn ours(levels: &[Level], columns: &Columns, days: &[Vec<lepre::calendar::Day>]) -> Answers {
    let mut answers = Vec::new();
    for ((group, level), days) in columns.groups().iter().zip(levels).zip(days) {
        let program = group.program();
        let (mut checker, mut standings) = (Checker::new(&program), Vec::new());
        for (row, on) in group.rows().zip(days) {
            let asked = Asked { on: *on, past: false };
            let found: Vec<_> = columns::check_each(&mut checker, &row, asked, |checked| checked.findings.to_vec());
            let violated = found.iter().fold(0, |mask, finding| mask | level.violated(&checker, finding));
            let next = checker.standings(7, level.acts, &mut standings).expect("a quick history");
            let next = next.map(|at| level.items.iter().position(|item| *item == usize::from(at)).expect("an item"));
            answers.push((row.key.hash, violated, level.letters(&standings), next));
        }
    }
    answers.sort_by_key(|answer| answer.0);
    answers
}

fn compare(ours: &Answers, right: &Answers) {
    assert_eq!(ours.len(), right.len(), "as many answers as cases");
    for (ours, right) in ours.iter().zip(right) {
        assert_eq!(ours, right, "ours left");
    }
}

fn expected(text: &str) -> Answers {
    let line = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        let list = cells[1].split(',').filter_map(|i| i.parse::<u32>().ok());
        let states = cells.get(2).copied().unwrap_or_default().to_owned();
        (
            cells[0].parse().expect("an id"),
            list.fold(0, |m, i| m | 1 << i),
            states,
            cells.get(3).and_then(|n| n.parse().ok()),
        )
    };
    let mut answers: Answers = text.lines().filter(|l| !l.is_empty()).map(line).collect();
    answers.sort_by_key(|answer| answer.0);
    answers
}

fn asked(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(default)
}

fn verdicts(levels: &[Level], programs: &[Program], columns: &Columns, days: &[Vec<lepre::calendar::Day>]) -> u64 {
    let mut sum = 0;
    for (((group, level), program), days) in columns.groups().iter().zip(levels).zip(programs).zip(days) {
        let mut checker = Checker::new(program);
        for (row, on) in group.rows().zip(days) {
            let asked = Asked { on: *on, past: false };
            sum += columns::check_each(&mut checker, &row, asked, |checked| {
                // The norm of each finding is looked at too.
                checked.findings.iter().fold(0, |sum: u64, f| sum + u64::from(f.term.or(f.item).unwrap_or_default()))
                    + u64::from(checked.is_breached())
            });
        }
        black_box(level.norms.len());
    }
    sum
}

fn main() {
    let specs: Vec<Spec> = peers::own_specs();
    let levels = peers::lepre::levels(&specs);
    let (cases, right) = match std::env::var_os("LEPRE_PARI") {
        Some(folder) => {
            let folder = std::path::PathBuf::from(folder);
            let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect(name);
            let cases: Vec<Case> = read("cases.jsonl").lines().map(peers::case).collect();
            (cases, expected(&read("expected.tsv")))
        }
        None => {
            let (count, seed) = (asked("LEPRE_CASI", 200_000), asked("LEPRE_SEME", 1));
            let cases: Vec<Case> = (0..count).map(|id| generator::case(&specs, seed, id)).collect();
            let right = cases.iter().map(|case| {
                let (violated, states, next) = judge::judge(&specs[case.spec], case);
                (case.id, violated, states, next)
            });
            (cases.clone(), right.collect())
        }
    };
    let (columns, days) = peers::lepre::columns(&specs, &levels, &cases);
    let mut answers = ours(&levels, &columns, &days);
    if right.first().is_some_and(|answer| answer.2.is_empty()) {
        answers.iter_mut().for_each(|answer| (answer.2, answer.3) = (String::new(), None));
    }
    compare(&answers, &right);
    let plans: Vec<by_hand::Plan> = specs.iter().map(by_hand::Plan::new).collect();
    let packed = by_hand::pack(&specs, &plans, &cases);
    let mut by_id: Vec<(u64, u64)> = Vec::new();
    packed.verdicts(&plans, |violated| by_id.push((cases[by_id.len()].id, violated)));
    by_id.sort_unstable();
    assert!(by_id.iter().zip(&right).all(|(a, b)| (a.0, a.1) == (b.0, b.1)), "by hand");
    let mut in_full: Answers = Vec::new();
    packed.full(&plans, |full| {
        let letters = String::from_utf8(full.letters.to_vec()).expect("letters");
        in_full.push((cases[in_full.len()].id, full.violated, letters, full.next));
    });
    in_full.sort_by_key(|answer| answer.0);
    if right.first().is_none_or(|answer| !answer.2.is_empty()) {
        compare(&in_full, &right);
    }
    let events: usize = cases.iter().map(|case| case.events.len()).sum();
    let n = cases.len();
    println!("{n} cases, {events} events: every verdict is the judge's\n");
    println!("| {:<58} | {:>12} | {:>7} |", "one core", "cases/s", "by hand");
    let hand = best(5, || packed.verdicts(&plans, |violated| _ = black_box(violated)));
    let hand = row("written by hand, packed events: verdict", n, hand, 0.0);
    let hand_full = best(3, || packed.full(&plans, |full| _ = black_box((full.violated, full.letters[0], full.next))));
    let hand_full = row("written by hand: verdict, every item, next act", n, hand_full, 0.0);
    let programs: Vec<Program> = columns.groups().iter().map(columns::Group::program).collect();
    let quick = best(5, || _ = black_box(verdicts(&levels, &programs, &columns, &days)));
    row("lepre, columns: verdict with findings", n, quick, hand);
    let full = best(3, || {
        for (((group, level), program), days) in columns.groups().iter().zip(&levels).zip(&programs).zip(&days) {
            let (mut checker, mut standings) = (Checker::new(program), Vec::new());
            for (row, on) in group.rows().zip(days) {
                let asked = Asked { on: *on, past: false };
                columns::check_each(&mut checker, &row, asked, |checked| _ = black_box(checked.findings.len()));
                _ = black_box(checker.standings(7, level.acts, &mut standings));
            }
        }
    });
    row("lepre, columns: verdict, every item, next act", n, full, hand_full);
    let mut bytes = Vec::new();
    columns::save(&columns, &mut bytes).expect("memory");
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), &bytes).expect("a file");
    let stored = best(3, || {
        let mut input = std::io::BufReader::with_capacity(1 << 16, std::fs::File::open(file.path()).expect("a file"));
        let columns = columns::load(&mut input).expect("columns");
        _ = black_box(verdicts(&levels, &programs, &columns, &days));
    });
    row("lepre, columns read from their file, then checked", n, stored, hand);
    let both = best(3, || {
        for (group, program) in columns.groups().iter().zip(&programs) {
            let asked = Asked { on: lepre::calendar::Day::MAX, past: false };
            let parts = check_group(
                group,
                program,
                asked,
                &AtomicBool::new(false),
                || 0_usize,
                |_| true,
                |sum, _, _, c| {
                    *sum += c.findings.len();
                },
            );
            _ = black_box(parts);
        }
    });
    row("lepre, columns, all cores (one day for all)", n, both, hand);
}
