//! What is decided about a number.

use jiff::SignedDuration;
use platform::group::Group;
use platform::target::TargetRow;
use queue_capacity::lever::Number;
use queue_capacity::plan::{Action, Hold};

use crate::scene::{ago, decided, decided_at, group, mapping, now, settled};

const FOUND: fn(i64) -> Number = Number::Is;

#[test]
fn a_group_that_grew_raises_the_number_at_once() {
    let decision = decided(&mapping("", ""), &group(5), FOUND(200), Some(&settled(200)));
    assert_eq!((decision.wanted, decision.action), (500, Action::Set { to: 500 }));
    assert_eq!(decision.row.sending, Some(500), "written down before it is sent");
    let line = decision.explain();
    assert_eq!(line, "row/t/Support/capacity: 5 instances want 500, found 200; set to 500");
}

#[test]
fn an_equal_number_is_not_written() {
    let decision = decided(&mapping("", ""), &group(5), FOUND(500), Some(&settled(500)));
    assert_eq!(decision.action, Action::Keep);
    assert_eq!(decision.row, settled(500), "and nothing new is remembered");
}

#[test]
fn a_number_is_made_where_there_is_none() {
    let decision = decided(&mapping("", "step_limit = 10"), &group(5), Number::Absent, None);
    assert_eq!(decision.action, Action::Set { to: 500 }, "there is nothing to go in steps from");
}

#[test]
fn what_is_no_number_is_never_overwritten() {
    assert_eq!(decided(&mapping("", ""), &group(5), Number::Other, None).action, Action::Refuse);
}

#[test]
fn a_group_at_zero_gets_the_least() {
    let decision = decided(&mapping("", "hold_down_seconds = 0"), &group(0), FOUND(200), Some(&settled(200)));
    assert_eq!(decision.action, Action::Set { to: 0 });
    let decision = decided(&mapping("", "hold_down_seconds = 0\nmin = 50"), &group(0), FOUND(200), None);
    assert_eq!(decision.action, Action::Set { to: 50 });
}

#[test]
fn the_bounds_cut_what_the_group_asks_for() {
    let bounded = mapping("", "min = 150\nmax = 450");
    assert_eq!(decided(&bounded, &group(9), FOUND(200), None).action, Action::Set { to: 450 });
    assert_eq!(decided(&bounded, &group(1), FOUND(100), None).action, Action::Set { to: 150 });
}

#[test]
fn a_decrease_waits_until_less_was_asked_for_long_enough() {
    let held = mapping("", "hold_down_seconds = 300");
    let first = decided(&held, &group(2), FOUND(500), Some(&settled(500)));
    assert_eq!(first.action, Action::Hold(Hold::Down(SignedDuration::from_secs(300))));
    assert_eq!(first.row.lower_since_ms, Some(now().as_millisecond()), "the beginning is remembered");
    let row = TargetRow { lower_since_ms: Some(ago(299)), ..settled(500) };
    assert_eq!(
        decided(&held, &group(2), FOUND(500), Some(&row)).action,
        Action::Hold(Hold::Down(SignedDuration::from_secs(1)))
    );
    let later = now() + SignedDuration::from_secs(1);
    assert_eq!(decided_at(later, &held, &group(2), FOUND(500), Some(&row)).action, Action::Set { to: 200 });
}

#[test]
fn a_group_that_grows_again_within_the_hold_down_starts_it_anew() {
    let held = mapping("", "hold_down_seconds = 300");
    let row = TargetRow { lower_since_ms: Some(ago(200)), ..settled(500) };
    let back = decided(&held, &group(5), FOUND(500), Some(&row));
    assert_eq!((back.action, back.row.lower_since_ms), (Action::Keep, None));
    let more = decided(&held, &group(6), FOUND(500), Some(&row));
    assert_eq!((more.action, more.row.lower_since_ms), (Action::Set { to: 600 }, None));
}

#[test]
fn t39_a_big_change_goes_in_steps_both_ways() {
    let stepped = mapping("", "step_limit = 100\nhold_down_seconds = 300");
    assert_eq!(decided(&stepped, &group(5), FOUND(200), Some(&settled(200))).action, Action::Set { to: 300 });
    let row = TargetRow { lower_since_ms: Some(ago(300)), ..settled(500) };
    let down = decided(&stepped, &group(1), FOUND(500), Some(&row));
    assert_eq!(down.action, Action::Set { to: 400 });
    let after = down.settled(400, "rest".to_owned());
    assert_eq!(after.lower_since_ms, row.lower_since_ms, "the next step has waited for the hold-down already");
    let next = decided(&stepped, &group(1), FOUND(400), Some(&after));
    assert_eq!(next.action, Action::Hold(Hold::Step(SignedDuration::from_secs(270))), "but not in the same minute");
    let tick = now() + SignedDuration::from_secs(300);
    assert_eq!(decided_at(tick, &stepped, &group(1), FOUND(400), Some(&after)).action, Action::Set { to: 300 });
    let last = decided_at(tick, &stepped, &group(1), FOUND(200), Some(&after)).settled(100, "rest".to_owned());
    assert_eq!(last.lower_since_ms, None, "and the next decrease waits again");
}

#[test]
fn a_clock_that_went_ahead_and_came_back_holds_nothing_for_ever() {
    let held = mapping("", "hold_down_seconds = 300\nstep_limit = 1000");
    let (ahead, stepped) = (ago(-86_400), ago(-86_400));
    let row = TargetRow { lower_since_ms: Some(ahead), stepped_ms: Some(stepped), ..settled(500) };
    let first = decided(&held, &group(2), FOUND(500), Some(&row));
    assert_eq!(first.action, Action::Hold(Hold::Down(SignedDuration::from_secs(300))), "it begins now");
    let tick = now() + SignedDuration::from_secs(300);
    assert_eq!(decided_at(tick, &held, &group(2), FOUND(500), Some(&first.row)).action, Action::Set { to: 200 });
}

#[test]
fn a_suspended_group_has_not_the_size_it_is_told_to_have() {
    let suspended = Group { desired: 5, in_service: Some(2), is_suspended: true, is_deleting: false };
    let held = decided(&mapping("", ""), &suspended, FOUND(200), None);
    assert_eq!(held.action, Action::Hold(Hold::Suspended));
    let arrived = Group { in_service: Some(5), ..suspended.clone() };
    assert_eq!(decided(&mapping("", ""), &arrived, FOUND(200), None).action, Action::Set { to: 500 });
    let counted = decided(&mapping("instances = \"in_service\"", ""), &suspended, FOUND(100), None);
    assert_eq!(counted.action, Action::Set { to: 200 }, "what is in service was counted");
}

#[test]
fn a_group_that_is_being_deleted_sets_nothing() {
    let deleting = Group { is_deleting: true, ..group(0) };
    assert_eq!(decided(&mapping("", ""), &deleting, FOUND(200), None).action, Action::Hold(Hold::Deleting));
}
