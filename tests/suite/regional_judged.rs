// SPDX-License-Identifier: EUPL-1.2
//! Regions judged by the slow reference, which lays their texts by itself: the compiler and the engine must agree with it,
//! and what is compliant in a region must be compliant for the nation.

use std::sync::atomic::{AtomicU64, Ordering};

use jiff::civil::date;
use serde_json::Value;

use crate::histories::{Draw, opening_day, tell};
use crate::judged::{answer, asked, listed};
use crate::reference::region::{Land, Text};
use crate::reference::{Verdict, fields, judge, list, plain, text};

mod conditions;
mod forms;
mod mended;
mod overlays;
mod own;
mod projection;
mod world;
mod yaml;

use projection::projected;
use world::{World, invented, told, tree};

/// Histories compared in a developer's run; `LEPRE_STORIE_REGIONALI` asks for more, `LEPRE_SEME` starts elsewhere.
const HISTORIES: u64 = 6_000;
/// Histories told of one random region.
const EACH: u64 = 20;

/// What was compared, and what the compiler refused.
#[derive(Default)]
struct Count {
    compared: AtomicU64,
    refused: AtomicU64,
    compliant: AtomicU64,
}

/// One history of a world, judged four ways: in the region and in the nation, by the engine and by the reference.
fn compare(world: &mut World, region: &str, lep: &str, seed: u64, count: &Count) {
    let mut draw = Draw(seed);
    let opened = opening_day(&mut draw).max(date(2018, 1, 11));
    let (law, nation) = (world.land.region(region, lep, opened), world.land.nation(region, lep, opened));
    let texts = world.regional_texts();
    let all = world.texts.clone();
    let both = match world.both(opened) {
        Ok(both) => both,
        Err(faults) => {
            if std::env::var_os("LEPRE_MOSTRA").is_some() {
                eprintln!("seed {seed}: level {lep} on {opened} is refused\n{}", told(&faults, &all));
            }
            count.refused.fetch_add(1, Ordering::Relaxed);
            return;
        }
    };
    let (events, on) = tell(draw, &law, lep, opened);
    let about = |events: &[Value]| {
        format!("seed {seed}: {region}, level {lep} on {on}, ours left, reference right\n{}{texts}", listed(events))
    };
    let (ours, mut theirs) = (in_order(answer(&both.regional, &events, &on)), in_order(judge(&law, lep, &events, &on)));
    let seen = projected(&events, lep, &nation, &law);
    let (national, mut reference) =
        (in_order(answer(&both.national, &seen, &on)), in_order(judge(&nation, lep, &seen, &on)));
    for (ours, theirs) in [(&ours, &mut theirs), (&national, &mut reference)] {
        // A condition that adds no case to another asks nobody for its facts; the reference does not see that it adds none.
        if ours.awaited != theirs.awaited && ours.awaited.is_subset(&theirs.awaited) && world.has_idle_verbs() {
            theirs.awaited.clone_from(&ours.awaited);
        }
    }
    assert_eq!(ours, theirs, "{}", about(&events));
    assert_eq!(national, reference, "the nation; {}", about(&seen));
    let hidden = hidden(&ours, &national, &nation.levels[lep]);
    assert!(
        hidden.is_empty(),
        "the region hides {hidden:?}\n{national:#?}\n{ours:#?}\n{}{}",
        about(&events),
        listed(&seen)
    );
    count.compliant.fetch_add(u64::from(ours.conforme == "true"), Ordering::Relaxed);
    count.compared.fetch_add(1, Ordering::Relaxed);
}

/// The codes of a registration have no order.
fn in_order(mut verdict: Verdict) -> Verdict {
    let sorted = verdict.registrations.into_iter().map(|(item, mut codes)| {
        codes.sort();
        (item, codes)
    });
    verdict.registrations = sorted.collect();
    verdict
}

/// What the nation says of a history and the region does not: nothing, ever.
fn hidden(region: &Verdict, nation: &Verdict, level: &Value) -> Vec<String> {
    let mut hidden: Vec<String> = Vec::new();
    if region.conforme == "true" && nation.conforme != "true" {
        hidden.push(format!("conforme: {}", nation.conforme));
    }
    // Notices: whether an outcome was recorded at all, and what the person or the company did late, to whom a feast of the
    // place may give more time.
    let notice = |(kind, what): &&(String, String)| match kind.as_str() {
        "termine" => ["persona", "impresa"].contains(&text(&level["termini"][what]["chi"])),
        kind => kind == "outcome-non-rilevato",
    };
    let findings = nation.findings.iter().filter(|finding| !notice(finding));
    hidden.extend(findings.filter(|f| !region.findings.contains(f)).map(|(kind, what)| format!("{kind}: {what}")));
    hidden.extend(nation.due.difference(&region.due).map(|item| format!("dovuto: {item}")));
    let doubtful =
        nation.not_known.iter().filter(|item| !region.due.contains(*item) && !region.not_known.contains(*item));
    hidden.extend(doubtful.map(|item| format!("non noto: {item}")));
    let owed = |item: &String| region.registrations.iter().any(|(other, _)| other == item);
    hidden.extend(nation.registrations.iter().filter(|(item, _)| !owed(item)).map(|(item, _)| format!("sap: {item}")));
    hidden
}

/// The part of the texts that a level needs: its own file, the levels it asks for, the tables, the decree.
fn needed(texts: &[Text], land: &Land, lep: &str) -> Vec<Text> {
    let level = land.level(lep);
    let asked: Vec<String> = list(&level["accesso"]["richiede"]).iter().map(|need| plain(&need["lep"])).collect();
    let wanted = |path: &str| match path.strip_prefix("nazionale/") {
        Some(name) => name.split('-').next().is_some_and(|letter| {
            let letter = letter.to_uppercase();
            letter == lep || asked.contains(&letter)
        }),
        None => !path.starts_with("regioni/") && !path.starts_with("../"),
    };
    texts.iter().filter(|(path, _)| wanted(path)).cloned().collect()
}

/// A random region that varies one of the levels, the same for the same seed.
fn random_world(texts: &[Text], land: &Land, levels: &[&str], seed: u64) -> (World, String, String) {
    let mut draw = Draw(seed.wrapping_mul(0x9E6D_62D0_6F6A_9A9B));
    let lep = *draw.pick(levels);
    let regions: Vec<&String> = fields(&land.catalogue()["regioni"]).map(|(region, _)| region).collect();
    let region = draw.pick(&regions).to_string();
    let mut all = needed(texts, land, lep);
    all.extend(overlays::region(&mut draw, &region, land.level(lep), land.catalogue()));
    (World::new(all, &region, lep), region, lep.to_string())
}

/// Histories of random regions, split over the cores; a failure names its seed.
fn random_regions(texts: &[Text], levels: &[&str], first: u64, histories: u64) {
    let land = Land::read(texts);
    let count = Count::default();
    let cores = std::thread::available_parallelism().map_or(1, |n| n.get() as u64);
    let share = histories.div_ceil(cores);
    std::thread::scope(|scope| {
        for core in 0..cores {
            let (land, count) = (&land, &count);
            let seeds = first + core * share..(first + (core + 1) * share).min(first + histories);
            scope.spawn(move || {
                let mut world = None;
                for seed in seeds {
                    let block = seed / EACH;
                    if world.as_ref().is_none_or(|(known, _)| *known != block) {
                        world = Some((block, random_world(texts, land, levels, block)));
                    }
                    let Some((_, (world, region, lep))) = &mut world else { continue };
                    compare(world, region, lep, seed, count);
                }
            });
        }
    });
    let [compared, refused, compliant] =
        [&count.compared, &count.refused, &count.compliant].map(|n| n.load(Ordering::Relaxed));
    println!("{compared} histories compared, {compliant} compliant in the region; {refused} of regions refused");
    assert!(histories < 1_000 || refused * 5 < histories, "{refused} of {histories} histories are of refused regions");
    assert!(histories < 1_000 || compliant * 200 > compared, "only {compliant} of {compared} histories are compliant");
}

#[test]
fn random_regions_over_the_invented_levels() {
    let histories = asked("LEPRE_STORIE_REGIONALI", HISTORIES) * 2 / 3;
    random_regions(&invented(), &["M", "M", "M", "R", "R", "H"], asked("LEPRE_SEME", 0), histories);
}

#[test]
fn random_regions_over_the_national_levels() {
    let texts = tree();
    let land = Land::read(&texts);
    // The levels with more to vary, more often.
    let weight =
        |level: &Value| 1 + 2 * fields(&level["termini"]).count() + usize::from(level["codice_sap"] == "da-definire");
    let levels: Vec<&str> = land.levels().iter().flat_map(|(lep, level)| vec![lep.as_str(); weight(level)]).collect();
    let histories = asked("LEPRE_STORIE_REGIONALI", HISTORIES).div_ceil(3);
    random_regions(&texts, &levels, asked("LEPRE_SEME", 0), histories);
}

#[test]
fn the_regions_of_the_folder() {
    let texts = tree();
    let pairs = Land::read(&texts).varied();
    let histories = asked("LEPRE_STORIE_REGIONALI", HISTORIES) / 4;
    let first = asked("LEPRE_SEME", 0);
    for (n, (region, lep)) in pairs.iter().enumerate() {
        let count = Count::default();
        let mut world = World::new(texts.clone(), region, lep);
        for seed in (first..first + histories).filter(|seed| *seed as usize % pairs.len() == n) {
            compare(&mut world, region, lep, seed, &count);
        }
        assert_eq!(count.refused.into_inner(), 0, "{region} {lep} is refused: LEPRE_MOSTRA=1 says why");
    }
}
