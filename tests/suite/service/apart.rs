// SPDX-License-Identifier: EUPL-1.2
//! Commands on one case never change another.

use std::collections::BTreeMap;

use lepre::store::{CaseHead, StoredEvent};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::office::{Office, company, concluded, ended, fact, guidance, office, output, person, sap, voided};
use crate::engine::event;
use crate::replay::{Dice, seed};

const COMMANDS: usize = 250;

type Everything = BTreeMap<Uuid, (CaseHead, Vec<StoredEvent>)>;

fn everything(office: &Office) -> Everything {
    let heads = office.store().case_heads(None, 1_000).unwrap();
    heads.into_iter().map(|head| (head.id, (head.clone(), office.store().events(head.id).unwrap()))).collect()
}

/// Lawful or not, as it comes.
fn any_command(dice: &mut Dice) -> Json {
    let days = ["2024-05-02", "2024-05-06", "2024-05-13", "2024-05-20", "2024-06-01", "2024-06-02"];
    let on = *dice.pick(&days);
    match dice.below(12) {
        0 => fact(on, "eta", json!(dice.below(120))),
        1 => fact(on, "patto_gia_sottoscritto", json!(dice.chance(50))),
        2 => ended(on, "colloquio"),
        3 => ended(on, "fabbisogno"),
        4 => sap(on, "A06", "colloquio"),
        5 => output(on, "bilancio", json!({ "competenze": ["saldatura"] })),
        6 => concluded(on),
        7 => json!({ "il": on, "tipo": "chiusa", "modo": "interrotta", "motivo": "rinuncia" }),
        8 => json!({ "il": on, "tipo": "riaperta", "motivo": "per errore" }),
        9 => voided(on, u32::try_from(dice.below(8)).unwrap()),
        10 => json!({ "il": on, "tipo": "sospesa", "motivo": "ricovero" }),
        _ => {
            let mut step = dice.pick(&guidance()).clone();
            step["il"] = json!(on);
            step
        }
    }
}

#[test]
fn a_command_on_one_case_changes_no_other() {
    let mut dice = Dice(seed());
    let office = office("2024-06-01");
    let mut cases: Vec<Uuid> = (0..4).map(|n| office.guidance(n % 3).head.id).collect();
    cases.push(office.open("Q", &company(1), "2024-05-02", &[]).head.id);
    cases.push(office.open("E", &person(2), "2024-05-02", &[]).head.id);
    let mut before = everything(&office);
    let mut recorded = 0;
    for _ in 0..COMMANDS {
        let case = *dice.pick(&cases);
        let command = any_command(&mut dice);
        let answer = office.service.record(case, &event(command.clone()));
        let mut after = everything(&office);
        let (old, new) = (before.remove(&case).unwrap(), after.remove(&case).unwrap());
        assert_eq!(before, after, "{command} changed another case");
        match answer {
            Ok(view) => {
                recorded += 1;
                assert_eq!(new.1[..old.1.len()], old.1[..], "{command} changed what was there");
                assert_eq!((new.1.len(), view.head.sequence as usize), (old.1.len() + 1, new.1.len()));
            }
            Err(_) => assert_eq!(old, new, "{command} was refused and written"),
        }
        after.insert(case, new);
        before = after;
    }
    assert!(recorded > COMMANDS / 8, "only {recorded} were recorded");
    assert_eq!(office.store().verify_chain(&mut |_, _| {}).unwrap(), []);
}
