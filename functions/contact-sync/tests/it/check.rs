//! The brake's arithmetic: what a run may do, what a person has agreed to, and that neither is lost between slices.

use contact_sync::check::{Limits, Tally, What, exceeded};
use proptest::prelude::*;

const LIMITS: Limits = Limits { deletes: 20, changed: 0.20, emptied: 0.05 };

fn changed(count: u64) -> Tally {
    Tally { changed: count, ..Tally::default() }
}

fn emptied(count: u64) -> Tally {
    Tally { emptied: [("workPhone".to_owned(), count)].into(), ..Tally::default() }
}

fn stops(tally: &Tally, linked: Option<u64>, approved: Option<&Tally>) -> bool {
    !exceeded(tally, linked, &LIMITS, approved).is_empty()
}

#[test]
fn each_limit_lets_its_number_pass_and_not_one_more() {
    let deleted = |deletes| Tally { deletes, ..Tally::default() };
    for (linked, at_most) in [(0, 20), (100, 20), (105, 21), (1000, 200)] {
        assert!(!stops(&changed(at_most), Some(linked), None) && stops(&changed(at_most + 1), Some(linked), None));
    }
    for (linked, at_most) in [(0, 20), (400, 20), (420, 21), (10_000, 500)] {
        assert!(!stops(&emptied(at_most), Some(linked), None) && stops(&emptied(at_most + 1), Some(linked), None));
    }
    for linked in [None, Some(0), Some(100_000)] {
        assert!(!stops(&deleted(20), linked, None) && stops(&deleted(21), linked, None));
    }
    assert!(!stops(&changed(9_999), None, None), "nobody has counted what is linked: no proportion is known");
}

#[test]
fn what_is_out_of_proportion_is_named() {
    let found = exceeded(&emptied(30), Some(100), &LIMITS, None);
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0].what, found[0].planned, found[0].allowed), (&What::Empty("workPhone".to_owned()), 30, 20));
}

fn tally() -> impl Strategy<Value = Tally> {
    let fields = proptest::sample::subsequence(vec!["workPhone", "workEmail", "title"], 0..=3);
    (0..200u64, 0..200u64, fields, 0..200u64).prop_map(|(deletes, changed, fields, count)| Tally {
        deletes,
        changed,
        emptied: fields.into_iter().map(|field| (field.to_owned(), count)).collect(),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_approved_passes_and_whatever_passes_passes_in_parts(one in tally(), other in tally(), linked in 0..2000u64) {
        let both = one.clone().and(&other);
        prop_assert_eq!(&both, &other.clone().and(&one));
        prop_assert!(!stops(&both, Some(linked), Some(&both)), "exactly what was approved");
        prop_assert!(!stops(&one, Some(linked), Some(&both)), "and every part of it");
        if !stops(&both, Some(linked), None) {
            prop_assert!(!stops(&one, Some(linked), None));
        }
    }

    #[test]
    fn an_approval_is_for_no_more_than_was_seen(seen in tally(), linked in 0..2000u64) {
        let more = seen.clone().and(&Tally { deletes: 21, changed: 401, ..Tally::default() });
        prop_assert!(stops(&more, Some(linked), Some(&seen)));
    }
}
