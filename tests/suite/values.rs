// SPDX-License-Identifier: EUPL-1.2
//! What a fact may be worth: three truths, and decimals that are what they say.

use lepre::value::{Decimal, Truth};

#[test]
fn kleene_truth_tables() {
    use Truth::{False, NotKnown, True};
    assert_eq!(True.and(NotKnown), NotKnown);
    assert_eq!(False.and(NotKnown), False);
    assert_eq!(True.or(NotKnown), True);
    assert_eq!(False.or(NotKnown), NotKnown);
    assert_eq!(NotKnown.negated(), NotKnown);
}

#[test]
fn decimals_are_exact() {
    let read = |text: &str| text.parse::<Decimal>();
    assert_eq!(read("0.1").map(|d| d.to_string()), Ok("0.1".into()));
    assert_eq!(read("-3.140").map(|d| d.to_string()), Ok("-3.14".into()));
    assert!(read("0.10") == read("0.1"));
    assert!(read("0.79") < read("0.8"));
    for wrong in ["", "-", "1.", ".5", "1e3", "0.1234567", "99999999999999999999", "1 000", "+1", "0,79"] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
}
