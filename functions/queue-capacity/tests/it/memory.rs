//! What the past says about a number: whose change it was.

use platform::target::{Parked, TargetRow};
use queue_capacity::lever::Number;
use queue_capacity::plan::{Action, Hold, Reading, Recovered, plan};

use crate::scene::{REST, decided, group, mapping, now, settled};

#[test]
fn a_number_changed_by_hand_is_drift_and_is_repaired() {
    let decision = decided(&mapping("", ""), &group(5), Number::Is(300), Some(&settled(500)));
    assert_eq!((decision.drifted_from, decision.action), (Some(500), Action::Set { to: 500 }));
    assert!(decision.explain().ends_with("set to 500; somebody else changed it from 500"), "{}", decision.explain());
    let raised = decided(&mapping("", ""), &group(5), Number::Is(900), Some(&settled(500)));
    assert_eq!(raised.action, Action::Set { to: 500 }, "the hold-down is for a group that shrinks, not for a hand");
}

#[test]
fn under_report_a_number_changed_by_hand_is_left_until_the_group_asks_for_another() {
    let report = mapping("policy = \"report\"", "");
    let left = decided(&report, &group(5), Number::Is(300), Some(&settled(500)));
    assert_eq!((left.drifted_from, left.action), (Some(500), Action::Leave));
    assert_eq!(left.row, settled(500), "it is drift tomorrow too");
    let grown = decided(&report, &group(6), Number::Is(300), Some(&settled(500)));
    assert_eq!((grown.drifted_from, grown.action), (Some(500), Action::Set { to: 600 }));
}

#[test]
fn a_hand_that_set_what_is_wanted_is_no_drift() {
    let decision = decided(&mapping("", ""), &group(5), Number::Is(500), Some(&settled(200)));
    assert_eq!((decision.drifted_from, decision.action), (None, Action::Keep));
    assert_eq!(decision.row.settled, Some(500));
}

#[test]
fn a_number_that_somebody_removed_is_drift() {
    let decision = decided(&mapping("", ""), &group(5), Number::Absent, Some(&settled(500)));
    assert_eq!((decision.drifted_from, decision.action), (Some(500), Action::Set { to: 500 }));
}

#[test]
fn the_first_sight_of_a_number_is_no_drift() {
    let decision = decided(&mapping("", ""), &group(2), Number::Is(500), None);
    assert_eq!(decision.drifted_from, None);
    assert!(matches!(decision.action, Action::Hold(Hold::Down(_))));
    assert_eq!(decision.row.settled, Some(500), "from now on a change would be noticed");
}

#[test]
fn what_an_earlier_run_wrote_without_an_answer_is_ours() {
    let row = TargetRow { sending: Some(500), ..settled(200) };
    let decision = decided(&mapping("", ""), &group(5), Number::Is(500), Some(&row));
    let recovered = Some(Recovered { from: Some(200), to: 500 });
    assert_eq!((decision.drifted_from, decision.recovered, decision.action), (None, recovered, Action::Keep));
    let grown = decided(&mapping("", ""), &group(6), Number::Is(500), Some(&row));
    assert_eq!((grown.drifted_from, grown.recovered, grown.action), (None, recovered, Action::Set { to: 600 }));
    let shrunk = decided(&mapping("", ""), &group(4), Number::Is(500), Some(&row));
    assert_eq!(shrunk.recovered, recovered, "also where it is held: the audit line is owed");
}

#[test]
fn a_write_that_never_arrived_is_made_again() {
    let row = TargetRow { sending: Some(500), ..settled(200) };
    let decision = decided(&mapping("", ""), &group(5), Number::Is(200), Some(&row));
    assert_eq!((decision.drifted_from, decision.action), (None, Action::Set { to: 500 }));
    let theirs = decided(&mapping("", ""), &group(5), Number::Is(7), Some(&row));
    assert_eq!(theirs.drifted_from, Some(200), "neither what was nor what was sent: a hand");
}

#[test]
fn a_change_of_another_part_of_the_object_is_told_from_a_change_of_the_number() {
    let mapping = mapping("", "");
    let (target, group, row) = (&mapping.objects[0].targets[0], group(5), settled(500));
    let found = Number::Is(500);
    let reading = Reading { mapping: &mapping, target, group: &group, found, rest: "other", row: Some(&row) };
    let decision = plan(&reading, now());
    assert_eq!((decision.rest_changed, decision.drifted_from, decision.action), (true, None, Action::Keep));
    let next = plan(&Reading { row: Some(&decision.row), ..reading }, now());
    assert!(!next.rest_changed, "it is said once");
}

#[test]
fn what_another_writer_put_in_place_of_our_number_is_left_under_report() {
    let report = mapping("policy = \"report\"", "");
    let written = decided(&report, &group(5), Number::Is(200), Some(&settled(200)));
    let next = decided(&report, &group(5), Number::Is(7), Some(&written.overwritten()));
    assert_eq!((next.drifted_from, next.action), (Some(500), Action::Leave), "and not fought over with each tick");
}

#[test]
fn a_target_that_is_looked_at_again_is_no_longer_parked() {
    let parked = Parked { reason: "unsupported_by_server".to_owned(), settings: "old".to_owned() };
    let row = TargetRow { parked: Some(parked), ..settled(200) };
    assert_eq!(decided(&mapping("", ""), &group(5), Number::Is(200), Some(&row)).row.parked, None);
    assert_eq!(settled(1).rest.as_deref(), Some(REST));
}
