// SPDX-License-Identifier: EUPL-1.2
//! The page of a case and what is done from it.

use crate::web::Bureau;

#[test]
fn whoever_has_not_signed_in_is_sent_to_the_door() {
    let bureau = Bureau::new("2024-06-03");
    let answer = bureau.stranger().get("/").is(303);
    assert!(answer.to().starts_with("/accesso"));
    let answer = bureau.seat("op").get("/").is(303);
    assert_eq!(answer.to(), "/oggi");
}
