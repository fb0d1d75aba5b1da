// SPDX-License-Identifier: EUPL-1.2
//! Indicators: every figure is what a slow count by the step engine comes to, case by case.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use lepre::calendar::Day;
use lepre::engine::{Case, Check, TermStanding, obligations, term_standing};
use lepre::rulebook::{Bound, ItemKind, Rulebook};
use lepre::service::indicators::{
    By, Cube, Document, DocumentRow, Figure, MEASURES, Measure, Question, TERM_MEASURES, month_of, month_word,
};
use lepre::service::{CaseCheck, Selection};
use lepre::spec::level::{Field, Party};
use lepre::spec::scenario::{Gravity, Manner, TermStateWord};
use lepre::value::Truth;

use super::bulk::crowded;
use super::office::{Office, ended, guidance, office, sap};
use crate::engine::day;

fn cube(office: &Office, on: Day) -> Cube {
    let bulk = office.service.columns(&mut |_| ()).unwrap();
    let (done, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    let cube = office.service.indicators(&bulk, &Selection::default(), on, &done, &stop).unwrap();
    let cases: u32 = cube.cells().iter().map(|cell| cell.counts.cases).sum();
    assert_eq!(u64::from(cases), done.load(Ordering::Relaxed));
    cube
}

/// Nothing hidden.
fn whole(cube: &Cube, question: &Question) -> Document {
    Document::of(cube, question, 1)
}

/// Sums by the key of each measure, and times one by one.
#[derive(Default)]
struct Slow {
    counts: BTreeMap<&'static str, u32>,
    owed: u32,
    days: Vec<i32>,
    terms: BTreeMap<String, (BTreeMap<&'static str, u32>, Vec<i32>)>,
}

impl Slow {
    fn add(&mut self, key: &'static str, count: usize) {
        *self.counts.entry(key).or_default() += u32::try_from(count).unwrap();
    }

    fn take(&mut self, law: &Rulebook, case: &Case, check: &Check, on: Day) {
        self.add("pratiche", 1);
        let due = obligations(law, case);
        let outputs: Vec<usize> = (0..law.items.len()).filter(|at| law.items[*at].kind == ItemKind::Output).collect();
        let done = |at: usize| case.items[at].count >= law.items[at].times;
        let owed: Vec<usize> = outputs.iter().copied().filter(|at| due[*at] == Truth::True).collect();
        let absent = owed.iter().filter(|at| !done(**at)).count();
        let unknown =
            law.is_missing(Field::Outputs) || outputs.iter().any(|at| due[*at] == Truth::NotKnown && !done(*at));
        let standings: Vec<TermStanding> = law.terms.iter().map(|term| term_standing(law, case, term, on)).collect();
        // A closed case owes no term that had not run out.
        let is_over = |state: TermStateWord| {
            case.closed.is_some() && matches!(state, TermStateWord::Running | TermStateWord::Suspended)
        };
        if absent > 0 {
            match case.closed.map(|closing| closing.manner) {
                None => self.add("da_erogare", 1),
                Some(Manner::Interrupted) => self.add("interrotte_prima", 1),
                Some(Manner::Concluded) => {
                    self.add("output_mancanti_pratiche", 1);
                    self.add("output_mancanti", absent);
                }
            }
        } else if unknown || owed.is_empty() {
            self.add("non_valutabili", 1);
        } else {
            self.add("erogate", 1);
            let last = owed.iter().map(|at| case.items[*at].first.unwrap().on).max().unwrap();
            self.days.push(last.number() - case.opened.unwrap().on.number());
            let binding =
                law.terms.iter().zip(&standings).filter(|(t, _)| t.who == Party::Office && t.bound == Bound::Within);
            let states: Vec<TermStateWord> = binding.map(|(_, standing)| standing.state).collect();
            let states: Vec<TermStateWord> =
                states.into_iter().filter(|s| *s != TermStateWord::NotRunning && !is_over(*s)).collect();
            if states.contains(&TermStateWord::Broken) {
                self.add("in_ritardo", 1);
            } else if !states.is_empty() && states.iter().all(|state| *state == TermStateWord::Kept) {
                self.add("in_tempo", 1);
            } else {
                self.add("senza_termini", 1);
            }
        }
        let registrations = law.items.iter().enumerate().filter(|(at, item)| {
            let rule = item
                .registration
                .as_ref()
                .map(|r| r.when.as_ref().map_or(Truth::True, |w| w.condition.evaluate(&case.facts)));
            done(*at) && rule == Some(Truth::True)
        });
        let registered: Vec<bool> = registrations.map(|(at, _)| case.items[at].registered.is_some()).collect();
        let missing = registered.iter().filter(|is| !**is).count();
        self.owed += u32::try_from(registered.len()).unwrap();
        self.add("registrazioni_mancanti", missing);
        self.add("non_trasmesse", usize::from(missing > 0));
        let breaches = check.findings.iter().filter(|f| f.gravity == Gravity::Breach).count();
        self.add("violazioni", breaches);
        self.add("con_violazioni", usize::from(breaches > 0));
        self.add(
            match (case.closed.map(|c| c.manner), case.suspended) {
                (Some(Manner::Concluded), _) => "concluse",
                (Some(Manner::Interrupted), _) => "interrotte",
                (None, Some(_)) => "sospese",
                (None, None) => "aperte",
            },
            1,
        );
        for (term, standing) in law.terms.iter().zip(standings) {
            let (counts, days) = self.terms.entry(term.id.clone()).or_default();
            let word = match (standing.state, standing.met) {
                (TermStateWord::Kept, _) => "rispettati",
                (TermStateWord::Broken, Some(_)) => "violati_adempiuti",
                (TermStateWord::Broken, None) => "scaduti",
                (state, _) if is_over(state) => "non_decorre",
                (TermStateWord::Running | TermStateWord::Suspended, _) => "in_corso",
                (TermStateWord::NotKnown, _) => "non_noti",
                (TermStateWord::NotRunning, _) => "non_decorre",
            };
            *counts.entry(word).or_default() += 1;
            if matches!(word, "rispettati" | "violati_adempiuti") {
                days.push(standing.met.unwrap().on.number() - standing.base.unwrap().on.number());
            }
        }
    }

    fn share(part: u32, whole: u32) -> Figure {
        if whole == 0 { Figure::Absent } else { Figure::Share { part, whole } }
    }

    /// Median and ninetieth percentile, by sorting.
    fn times(days: &[i32]) -> (Figure, Figure) {
        let mut days = days.to_vec();
        days.sort_unstable();
        if days.is_empty() {
            return (Figure::Absent, Figure::Absent);
        }
        let middle = (f64::from(days[(days.len() - 1) / 2]) + f64::from(days[days.len() / 2])) / 2.0;
        let rank = (days.len() as f64 * 0.9).ceil() as usize;
        (Figure::Days(middle), Figure::Days(f64::from(days[rank - 1])))
    }

    fn expected(&self, key: &str) -> Figure {
        let count = |key: &str| self.counts.get(key).copied().unwrap_or(0);
        match key {
            "erogate_quota" => Self::share(count("erogate"), count("pratiche")),
            "in_tempo_quota" => Self::share(count("in_tempo"), count("in_tempo") + count("in_ritardo")),
            "registrazioni_mancanti_quota" => Self::share(count("registrazioni_mancanti"), self.owed),
            "giorni_mediana" => Self::times(&self.days).0,
            "giorni_p90" => Self::times(&self.days).1,
            other => Figure::Count(count(other)),
        }
    }

    fn agrees(&self, document: &Document, row: &DocumentRow, words: &str) {
        for measure in &MEASURES {
            assert_eq!(document.figure(row, measure.key), self.expected(measure.key), "{words}: {}", measure.key);
        }
    }
}

#[test]
fn every_figure_is_what_the_cases_come_to_one_by_one() {
    let office = crowded(500);
    for on in ["2026-01-31", "2024-06-30", "2019-06-30"].map(day) {
        let cube = cube(&office, on);
        let document = whole(&cube, &Question::default());
        let mut total = Slow::default();
        let [mut levels, mut months, mut offices] = [(); 3].map(|()| BTreeMap::<String, Slow>::new());
        let mut see = |checked: CaseCheck| {
            let (law, case, check) = checked.result.unwrap();
            let month = month_word(month_of(Day::from_number(checked.head.opened_on).unwrap()));
            // Histories from elsewhere are handed over to offices; nobody opened them in one.
            let office = case.desk_office.as_deref().unwrap_or("nessuna").to_owned();
            let of = [levels.entry(law.level.clone()), months.entry(month), offices.entry(office)];
            of.into_iter()
                .map(|entry| entry.or_default())
                .chain([&mut total])
                .for_each(|slow| slow.take(&law, &case, &check, on));
            ControlFlow::Continue(())
        };
        office.service.check_all(on, &mut see).unwrap();
        total.agrees(&document, &document.total, &format!("total on {on}"));
        let rows = |by: By| document.table(by).unwrap().rows.clone();
        assert_eq!(rows(By::Level).iter().map(|row| &row.key).collect::<Vec<_>>(), levels.keys().collect::<Vec<_>>());
        assert_eq!(rows(By::Month).iter().map(|row| &row.key).collect::<Vec<_>>(), months.keys().collect::<Vec<_>>());
        rows(By::Level)
            .iter()
            .for_each(|row| levels[&row.key].agrees(&document, row, &format!("LEP {} on {on}", row.key)));
        rows(By::Month).iter().for_each(|row| months[&row.key].agrees(&document, row, &format!("{} on {on}", row.key)));
        assert_eq!(rows(By::Office).iter().map(|row| &row.key).collect::<Vec<_>>(), offices.keys().collect::<Vec<_>>());
        rows(By::Office)
            .iter()
            .for_each(|row| offices[&row.key].agrees(&document, row, &format!("{} on {on}", row.key)));
        let regions = rows(By::Region);
        assert_eq!((regions.len(), regions[0].key.as_str()), (1, "nessuna"));
        total.agrees(&document, &regions[0], "nowhere");
        let mut seen = 0;
        for row in &document.terms {
            let slow = &levels[&row.level];
            let (counts, days) = &slow.terms[&row.id];
            let count = |key: &str| counts.get(key).copied().unwrap_or(0);
            for (measure, figure) in TERM_MEASURES.iter().zip(&row.figures) {
                let broken = count("violati_adempiuti") + count("scaduti");
                let right = match measure.key {
                    "rispettati_quota" => Slow::share(count("rispettati"), count("rispettati") + broken),
                    "termine_mediana" => Slow::times(days).0,
                    "termine_p90" => Slow::times(days).1,
                    other => Figure::Count(count(other)),
                };
                assert_eq!(*figure, right, "LEP {} {} on {on}: {}", row.level, row.id, measure.key);
            }
            // Asked for by itself, it stands in every row of the level.
            let question =
                Question { level: Some(row.level.clone()), term: Some(row.id.clone()), ..Question::default() };
            let one = whole(&cube, &question);
            assert!(one.has_term && one.table(By::Level).is_none());
            for (measure, figure) in TERM_MEASURES.iter().zip(&row.figures) {
                assert_eq!(one.figure(&one.total, measure.key), *figure, "{}: {}", row.id, measure.key);
            }
            let sum: u32 = one
                .table(By::Month)
                .unwrap()
                .rows
                .iter()
                .map(|month| match one.figure(month, "rispettati") {
                    Figure::Count(count) => count,
                    other => panic!("{other:?}"),
                })
                .sum();
            assert_eq!(sum, count("rispettati"));
            seen += 1;
        }
        assert_eq!(
            seen,
            levels.values().map(|slow| slow.terms.len()).sum::<usize>(),
            "as many terms as the levels have"
        );
    }
}

#[test]
fn a_part_is_what_the_whole_holds_of_it() {
    let office = crowded(200);
    let cube = cube(&office, day("2026-01-31"));
    let all = whole(&cube, &Question::default());
    let count = |document: &Document| match document.figure(&document.total, "pratiche") {
        Figure::Count(count) => count,
        other => panic!("{other:?}"),
    };
    let months: Vec<String> = all.table(By::Month).unwrap().rows.iter().map(|row| row.key.clone()).collect();
    let middle = lepre::service::indicators::read_month(&months[months.len() / 2]).unwrap();
    let early = whole(&cube, &Question { to: Some(middle - 1), ..Question::default() });
    let late = whole(&cube, &Question { from: Some(middle), ..Question::default() });
    assert_eq!(count(&early) + count(&late), count(&all));
    assert!(count(&early) > 0 && count(&late) > 0);
    for nothing in [
        Question { level: Some("Z".into()), ..Question::default() },
        Question { region: Some("piemonte".into()), ..Question::default() },
        Question { office: Some("torino".into()), ..Question::default() },
        Question { from: Some(middle), to: Some(middle - 1), ..Question::default() },
    ] {
        let none = whole(&cube, &nothing);
        assert_eq!(count(&none), 0);
        assert!(
            none.terms.is_empty()
                && none.objectives.is_empty()
                && none.tables.iter().all(|table| table.rows.is_empty())
        );
        assert_eq!(none.figure(&none.total, "erogate_quota"), Figure::Absent);
    }
}

#[test]
fn delivered_and_not_transmitted_is_told_and_a_registration_ends_it() {
    let office = office("2024-06-03");
    let case = office.guidance(1).head.id;
    let tell = |key: &str| {
        let document = whole(&cube(&office, day("2024-06-03")), &Question::default());
        document.figure(&document.total, key)
    };
    assert_eq!(
        (tell("da_erogare"), tell("erogate"), tell("non_trasmesse")),
        (Figure::Count(1), Figure::Count(0), Figure::Count(0))
    );
    assert_eq!(tell("registrazioni_mancanti_quota"), Figure::Absent);
    office.play(case, guidance());
    assert_eq!(
        (tell("da_erogare"), tell("erogate"), tell("non_trasmesse")),
        (Figure::Count(0), Figure::Count(1), Figure::Count(0))
    );
    // From the 2nd to the 14th of May, the day of the last output.
    assert_eq!((tell("giorni_mediana"), tell("giorni_p90")), (Figure::Days(12.0), Figure::Days(12.0)));
    let other = office.guidance(2).head.id;
    office.record(other, ended("2024-05-06", "colloquio"));
    assert_eq!((tell("non_trasmesse"), tell("registrazioni_mancanti")), (Figure::Count(1), Figure::Count(1)));
    assert_eq!(tell("registrazioni_mancanti_quota"), Figure::Share { part: 1, whole: 3 });
    office.record(other, sap("2024-05-07", "A06", "colloquio"));
    assert_eq!((tell("non_trasmesse"), tell("registrazioni_mancanti")), (Figure::Count(0), Figure::Count(0)));
}

#[test]
fn beside_the_measures_stands_what_the_law_says_and_nothing_else() {
    let office = crowded(300);
    let document = whole(&cube(&office, day("2026-01-31")), &Question::default());
    let contact = document.terms.iter().find(|term| term.id == "contatto-dopo-did").unwrap();
    assert_eq!((contact.laws.len(), contact.law_days()), (1, Some(30)));
    assert_eq!(contact.laws[0].norm.words, "D.Lgs. 150/2015, art. 20, co. 1");
    assert!(contact.laws[0].words.contains("entro 30 giorni"), "{}", contact.laws[0].words);
    // A parameter that no region has fixed is no number.
    let call = document.terms.iter().find(|term| term.id == "convocazione-dopo-did").unwrap();
    assert_eq!(call.law_days(), None);
    assert!(document.objectives.iter().any(|o| o.level == "C" && o.norms[0].words == "D.M. 4/2018, allegato B, LEP C"));
}

/// The manual has every measure with its definition. `AGGIORNA=1` writes it again.
#[test]
fn the_manual_has_the_measures() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/indicatori.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let row = |measure: &Measure| format!("| {} | `{}` | {} |\n", measure.head, measure.key, measure.definition);
    let rows: String = MEASURES.iter().chain(&TERM_MEASURES).map(row).collect();
    let table = format!("\n\n| misura | chiave nei file | che cosa conta |\n|---|---|---|\n{rows}\n");
    let (begin, end) = ("<!-- inizio: misure -->", "<!-- fine: misure -->");
    let (before, rest) = text.split_once(begin).unwrap();
    let after = rest.split_once(end).unwrap().1;
    let right = format!("{before}{begin}{table}{end}{after}");
    if std::env::var_os("AGGIORNA").is_some() {
        std::fs::write(&path, &right).unwrap();
    }
    assert!(std::fs::read_to_string(&path).unwrap() == right, "docs/indicatori.md: write it again with AGGIORNA=1");
}
