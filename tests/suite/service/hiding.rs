// SPDX-License-Identifier: EUPL-1.2
//! Nothing that a document of indicators hides can be computed from what it shows.
//!
//! The one who tries knows every identity between the figures (rows add up to their total, parts to their whole) and solves
//! them all together.

use std::collections::BTreeMap;

use lepre::service::indicators::{
    Builder, By, Counts, Cube, Document, DocumentRow, Figure, Question, TERM_MEASURES, TermCounts,
};

use super::office::library;
use crate::engine::day;
use crate::promises::random::{Random, seeds};

const REGIONS: [(&str, &[&str]); 3] =
    [("lombardia", &["milano", "pavia"]), ("nessuna", &["nessuna"]), ("piemonte", &["torino", "alba", "ivrea"])];

/// Numbers of cases of which many are small, and many are none.
fn cell(random: &mut Random) -> (Counts, TermCounts) {
    let most = *random.one_of(&[0, 1, 2, 3, 9, 40]);
    let mut few = |most: usize| u32::try_from(random.below(most + 1)).unwrap();
    let [in_time, late, unjudged, to_do, lacking, interrupted_before, unmeasured] =
        [most, 1, 2, most, 2, 1, 1].map(&mut few);
    let delivered = in_time + late + unjudged;
    let cases = delivered + to_do + lacking + interrupted_before + unmeasured;
    let part = |random: &mut Random, of: u32| u32::try_from(random.below(of as usize + 1)).unwrap();
    let untransmitted = part(random, cases.min(6));
    let transmitted = part(random, cases - untransmitted);
    let breached = part(random, cases.min(8));
    let open = part(random, cases);
    let suspended = part(random, (cases - open).min(2));
    let concluded = part(random, cases - open - suspended);
    let kept = part(random, cases);
    let broken_done = part(random, (cases - kept).min(3));
    let overdue = part(random, (cases - kept - broken_done).min(2));
    let running = part(random, cases - kept - broken_done - overdue);
    let counts = Counts {
        cases,
        delivered,
        to_do,
        lacking,
        interrupted_before,
        unmeasured,
        in_time,
        late,
        unjudged,
        untransmitted,
        transmitted,
        unregistered: cases - untransmitted - transmitted,
        breached,
        sound: cases - breached,
        open,
        suspended,
        concluded,
        interrupted: cases - open - suspended - concluded,
        ..Counts::default()
    };
    (counts, TermCounts { kept, broken_done, overdue, running, not_known: 0 })
}

fn cube(seed: u64) -> Cube {
    let mut random = Random::new(seed);
    let mut builder = Builder::default();
    let levels = 1 + random.below(3);
    let months = 1 + i32::try_from(random.below(4)).unwrap();
    for letter in ["B", "C", "G"].iter().take(levels) {
        let law = library().rulebook(letter, None, day("2024-05-02")).unwrap();
        let level = builder.level(&law);
        let terms = builder.levels[level].take(&law);
        for (region, offices) in REGIONS.iter().take(1 + random.below(3)) {
            for office in offices.iter().take(1 + random.below(3)) {
                let place = builder.place(region, office);
                for month in 0..months {
                    let (counts, term) = cell(&mut random);
                    if counts.cases > 0 && random.below(3) > 0 {
                        let key = (u16::try_from(level).unwrap(), place, 24_288 + month);
                        builder.add_counts(key, counts);
                        terms.iter().for_each(|at| builder.add_term(key, *at, term));
                    }
                }
            }
        }
    }
    builder.cube(day("2024-06-03"), Vec::new())
}

/// The counts of a row that somebody could want to know.
const KEYS: [&str; 15] = [
    "pratiche",
    "erogate",
    "da_erogare",
    "output_mancanti_pratiche",
    "interrotte_prima",
    "non_valutabili",
    "in_tempo",
    "in_ritardo",
    "senza_termini",
    "non_trasmesse",
    "con_violazioni",
    "aperte",
    "sospese",
    "concluse",
    "interrotte",
];
/// Wholes and their parts.
const WHOLES: [(&str, &[&str]); 3] = [
    ("pratiche", &["erogate", "da_erogare", "output_mancanti_pratiche", "interrotte_prima", "non_valutabili"]),
    ("erogate", &["in_tempo", "in_ritardo", "senza_termini"]),
    ("pratiche", &["aperte", "sospese", "concluse", "interrotte"]),
];
/// How a term stands: the parts of all cases.
const TERM_KEYS: usize = 6;

const PRIME: u64 = 2_147_483_647;

fn inverse(of: u64) -> u64 {
    let (mut result, mut base, mut power) = (1, of, PRIME - 2);
    while power > 0 {
        if power & 1 == 1 {
            result = result * base % PRIME;
        }
        base = base * base % PRIME;
        power >>= 1;
    }
    result
}

/// Equations among what is not known; what is known is a constant, and constants do not matter to what can be computed.
#[derive(Default)]
struct Attack {
    names: BTreeMap<String, usize>,
    shown: BTreeMap<String, bool>,
    equations: Vec<Vec<(String, i64)>>,
}

impl Attack {
    fn learn(&mut self, row: &str, key: &str, figure: Figure) {
        let name = format!("{row}/{key}");
        let shown = figure != Figure::Hidden;
        *self.shown.entry(name.clone()).or_default() |= shown;
        let next = self.names.len();
        self.names.entry(name).or_insert(next);
    }

    fn equal(&mut self, whole: String, parts: Vec<String>) {
        let parts = parts.into_iter().map(|part| (part, -1));
        self.equations.push([(whole, 1)].into_iter().chain(parts).collect());
    }

    /// The hidden figures that the equations give away.
    fn given_away(&self) -> Vec<String> {
        let hidden: Vec<&String> = self.names.keys().filter(|name| !self.shown[*name]).collect();
        let place: BTreeMap<&String, usize> = hidden.iter().enumerate().map(|(at, name)| (*name, at)).collect();
        let mut rows: Vec<Vec<u64>> = self
            .equations
            .iter()
            .map(|equation| {
                let mut row = vec![0; hidden.len()];
                for (name, factor) in equation {
                    assert!(self.names.contains_key(name), "{name} is in no table");
                    if let Some(at) = place.get(name) {
                        row[*at] = (row[*at] + if *factor < 0 { PRIME - 1 } else { 1 }) % PRIME;
                    }
                }
                row
            })
            .filter(|row| row.iter().any(|factor| *factor != 0))
            .collect();
        // Gauss and Jordan: then what is computed stands alone in its row.
        let mut done = 0;
        for column in 0..hidden.len() {
            let Some(found) = (done..rows.len()).find(|at| rows[*at][column] != 0) else { continue };
            rows.swap(done, found);
            let factor = inverse(rows[done][column]);
            rows[done].iter_mut().for_each(|cell| *cell = *cell * factor % PRIME);
            let pivot = rows[done].clone();
            for (at, row) in rows.iter_mut().enumerate() {
                let factor = row[column];
                if at != done && factor != 0 {
                    for (cell, from) in row.iter_mut().zip(&pivot).filter(|(_, from)| **from != 0) {
                        *cell = (*cell + (PRIME - factor) * from) % PRIME;
                    }
                }
            }
            done += 1;
        }
        let alone = rows.iter().take(done).filter(|row| row.iter().filter(|cell| **cell != 0).count() == 1);
        alone.map(|row| hidden[row.iter().position(|cell| *cell != 0).unwrap()].clone()).collect()
    }
}

fn row_name(by: By, row: &DocumentRow) -> String {
    format!("{} {} {}", by.word(), row.key, row.more)
}

/// All that a reader of the document knows.
fn attack(document: &Document, question: &Question) -> Attack {
    let mut attack = Attack::default();
    let mut keys: Vec<&str> = KEYS.to_vec();
    if document.has_term {
        keys.extend(TERM_MEASURES.iter().take(TERM_KEYS).map(|measure| measure.key));
    }
    let mut rows = vec![("totale".to_owned(), &document.total)];
    for table in &document.tables {
        rows.extend(table.rows.iter().map(|row| (row_name(table.by, row), row)));
    }
    for (name, row) in &rows {
        keys.iter().for_each(|key| attack.learn(name, key, document.figure(row, key)));
        for (whole, parts) in WHOLES {
            attack.equal(format!("{name}/{whole}"), parts.iter().map(|part| format!("{name}/{part}")).collect());
        }
        if document.has_term {
            let parts = TERM_MEASURES.iter().take(TERM_KEYS).map(|measure| format!("{name}/{}", measure.key));
            attack.equal(format!("{name}/pratiche"), parts.collect());
        }
    }
    let names = |by: By| -> Vec<String> {
        document.table(by).iter().flat_map(|table| table.rows.iter().map(|row| row_name(by, row))).collect()
    };
    for key in keys {
        let of = |rows: Vec<String>| rows.iter().map(|row| format!("{row}/{key}")).collect::<Vec<_>>();
        for by in [By::Level, By::Region, By::Month] {
            if document.table(by).is_some() {
                attack.equal(format!("totale/{key}"), of(names(by)));
            }
        }
        let Some(offices) = document.table(By::Office) else { continue };
        match document.table(By::Region) {
            None => attack.equal(format!("totale/{key}"), of(names(By::Office))),
            Some(regions) => {
                for region in &regions.rows {
                    let own = offices.rows.iter().filter(|row| row.more == region.key);
                    let own = own.map(|row| row_name(By::Office, row)).collect();
                    attack.equal(format!("{}/{key}", row_name(By::Region, region)), of(own));
                }
            }
        }
    }
    for term in &document.terms {
        let is_asked = document.has_term && question.term.as_ref() == Some(&term.id);
        let row = if is_asked { "totale".to_owned() } else { format!("termine {} {}", term.level, term.id) };
        for (measure, figure) in TERM_MEASURES.iter().take(TERM_KEYS).zip(&term.figures) {
            attack.learn(&row, measure.key, *figure);
        }
        let whole = match document.table(By::Level) {
            None => "totale/pratiche".to_owned(),
            Some(levels) => {
                let level = levels.rows.iter().find(|row| row.key == term.level).unwrap();
                format!("{}/pratiche", row_name(By::Level, level))
            }
        };
        let parts = TERM_MEASURES.iter().take(TERM_KEYS).map(|measure| format!("{row}/{}", measure.key));
        attack.equal(whole, parts.collect());
    }
    attack
}

fn questions() -> Vec<Question> {
    vec![
        Question::default(),
        Question { level: Some("C".into()), ..Question::default() },
        Question { level: Some("B".into()), term: Some("contatto-dopo-did".into()), ..Question::default() },
        Question { region: Some("piemonte".into()), ..Question::default() },
        Question {
            level: Some("B".into()),
            region: Some("lombardia".into()),
            term: Some("accesso-diretto".into()),
            ..Question::default()
        },
        Question { region: Some("piemonte".into()), office: Some("torino".into()), ..Question::default() },
        Question { from: Some(24_289), to: Some(24_290), ..Question::default() },
    ]
}

fn count(figure: Figure) -> Option<u32> {
    if let Figure::Count(count) = figure { Some(count) } else { None }
}

#[test]
fn nothing_hidden_can_be_computed_from_what_is_shown() {
    let (mut hidden, mut shown) = (0, 0);
    for seed in seeds(40) {
        let cube = cube(seed);
        let threshold = [2, 3, 5, 10][usize::try_from(seed % 4).unwrap()];
        for question in questions() {
            let document = Document::of(&cube, &question, threshold);
            let attack = attack(&document, &question);
            let found = attack.given_away();
            assert!(found.is_empty(), "seed {seed}, threshold {threshold}, {question:?}: {found:?}");
            hidden += attack.shown.values().filter(|shown| !**shown).count();
            shown += attack.shown.values().filter(|shown| **shown).count();
        }
    }
    // Whoever hides everything hides well.
    assert!(hidden * 20 > shown && shown * 3 > hidden, "{hidden} hidden, {shown} shown");
}

#[test]
fn no_small_count_is_shown_nor_left_over_when_the_shown_rows_are_taken_away() {
    for seed in seeds(200) {
        let cube = cube(seed);
        let threshold = [2, 5, 10][usize::try_from(seed % 3).unwrap()];
        let small = |count: i64| count > 0 && count < i64::from(threshold);
        for question in questions() {
            let document = Document::of(&cube, &question, threshold);
            for key in KEYS {
                let total = count(document.figure(&document.total, key));
                for by in [By::Level, By::Region, By::Month] {
                    let Some(table) = document.table(by) else { continue };
                    let told: Vec<u32> = table.rows.iter().filter_map(|row| count(document.figure(row, key))).collect();
                    assert!(!told.iter().any(|count| small(i64::from(*count))), "seed {seed}: {key} by {by:?}");
                    let sum: i64 = told.iter().map(|count| i64::from(*count)).sum();
                    let left = total.map(|total| i64::from(total) - sum);
                    assert!(!left.is_some_and(small), "seed {seed}, {question:?}: {key} by {by:?} leaves {left:?}");
                }
                // What is not in a count must not be small either.
                let cases = count(document.figure(&document.total, "pratiche"));
                let rest = cases.zip(total).map(|(cases, count)| i64::from(cases) - i64::from(count));
                let of_all = ["erogate", "non_trasmesse", "con_violazioni"].contains(&key);
                assert!(!of_all || !rest.is_some_and(small), "seed {seed}: all but {key} are {rest:?}");
            }
            for term in &document.terms {
                let parts: Vec<Figure> = term.figures.iter().take(TERM_KEYS).copied().collect();
                assert!(!parts.iter().filter_map(|part| count(*part)).any(|count| small(i64::from(count))));
                assert_ne!(parts.iter().filter(|part| **part == Figure::Hidden).count(), 1, "seed {seed}: {}", term.id);
                // Times of hidden cases are hidden.
                let times_hidden = term.figures[7] == Figure::Hidden;
                assert_eq!(times_hidden, parts[0] == Figure::Hidden || parts[1] == Figure::Hidden);
            }
        }
    }
}

fn of(cells: &[(&str, &str, i32, u32)]) -> Cube {
    let mut builder = Builder::default();
    let law = library().rulebook("C", None, day("2024-05-02")).unwrap();
    let level = u16::try_from(builder.level(&law)).unwrap();
    for (region, office, month, cases) in cells {
        let place = builder.place(region, office);
        let (cases, month) = (*cases, 24_288 + month);
        let counts = Counts {
            cases,
            delivered: cases,
            unjudged: cases,
            sound: cases,
            open: cases,
            unregistered: cases,
            ..Counts::default()
        };
        builder.add_counts((level, place, month), counts);
        builder.add_days((level, place, month), None, 7, cases);
    }
    builder.cube(day("2024-06-03"), Vec::new())
}

fn told(document: &Document, by: By) -> Vec<(String, Figure)> {
    let rows = &document.table(by).unwrap().rows;
    rows.iter().map(|row| (row.key.clone(), document.figure(row, "pratiche"))).collect()
}

#[test]
fn the_next_smallest_is_hidden_with_a_small_one_and_times_go_with_their_cases() {
    let cells = [("piemonte", "alba", 0, 3), ("piemonte", "torino", 0, 40), ("piemonte", "ivrea", 0, 12)];
    let document = Document::of(&of(&cells), &Question::default(), 5);
    let h = Figure::Hidden;
    assert_eq!(
        told(&document, By::Office),
        [("alba".into(), h), ("ivrea".into(), h), ("torino".into(), Figure::Count(40))]
    );
    assert_eq!(document.figure(&document.total, "pratiche"), Figure::Count(55));
    let alba = &document.table(By::Office).unwrap().rows[0];
    for measure in document.measures() {
        assert_eq!(document.figure(alba, measure.key), h, "{}", measure.key);
    }
    assert!(document.hides());
    // The threshold itself is not small; with 1 nothing is.
    assert!(!Document::of(&of(&cells), &Question::default(), 3).hides());
    assert!(!Document::of(&of(&cells), &Question::default(), 1).hides());
    assert!(Document::of(&of(&cells), &Question::default(), 4).hides());
}

#[test]
fn a_region_hidden_beside_a_small_one_does_not_come_back_from_its_offices() {
    let cells = [("piemonte", "alba", 0, 20), ("piemonte", "torino", 0, 30), ("lombardia", "pavia", 0, 2)];
    let document = Document::of(&of(&cells), &Question::default(), 5);
    let h = Figure::Hidden;
    assert_eq!(told(&document, By::Region), [("lombardia".into(), h), ("piemonte".into(), h)]);
    let offices = told(&document, By::Office);
    assert_eq!(offices, [("pavia".into(), h), ("alba".into(), h), ("torino".into(), Figure::Count(30))]);
}

#[test]
fn a_total_of_single_cases_is_hidden_because_it_tells_them_all() {
    let cells: Vec<(&str, &str, i32, u32)> = (0..6).map(|month| ("piemonte", "torino", month, 1)).collect();
    let document = Document::of(&of(&cells), &Question::default(), 5);
    assert_eq!(document.figure(&document.total, "pratiche"), Figure::Hidden);
    assert!(told(&document, By::Month).iter().all(|(_, figure)| *figure == Figure::Hidden));
}
