//! What leads a mail from one state to the next.

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use nightly_report::ledger::{Entry, OnUnknown, Outcome, State};
use platform::mail::fate::Fate;
use proptest::prelude::*;

fn now() -> Timestamp {
    "2026-03-15T07:15:00Z".parse().unwrap()
}

fn minutes_later(minutes: i64) -> Timestamp {
    now() + SignedDuration::from_mins(minutes)
}

fn sending() -> Entry {
    Entry::due(now()).sending(now())
}

fn sent() -> Fate {
    Fate { sent: Some(now()), ..Fate::default() }
}

fn after(entry: &Entry, fates: &[Fate]) -> (State, Option<String>) {
    let after = entry.after_events(fates, minutes_later(1));
    (after.state, after.reason)
}

#[test]
fn a_mail_that_was_taken_is_sent_and_one_that_was_not_is_due_an_hour_later() {
    let taken = sending().after_send(&Outcome::Taken, minutes_later(0));
    assert_eq!((taken.state, taken.attempts, taken.is_open()), (State::Sent, 1, false));
    let busy = sending().after_send(&Outcome::NotTaken("busy".to_owned()), minutes_later(0));
    assert_eq!((busy.state, busy.not_before, busy.may_have_arrived), (State::Due, Some(minutes_later(60)), false));
    let second = busy.sending(minutes_later(60)).after_send(&Outcome::Taken, minutes_later(60));
    assert_eq!((second.state, second.attempts, second.reason), (State::Sent, 2, None));
}

#[test]
fn t36_while_nobody_knows_whether_it_was_taken_nothing_is_mailed_for_a_quarter_of_an_hour() {
    let unknown = sending().after_send(&Outcome::Unknown, minutes_later(1));
    assert_eq!((unknown.state, unknown.heard_by()), (State::Sending, minutes_later(16)));
    for policy in [OnUnknown::Resend, OnUnknown::Hold] {
        assert_eq!(unknown.after_silence(policy, minutes_later(15)), unknown);
    }
    let again = unknown.after_silence(OnUnknown::Resend, minutes_later(16));
    assert_eq!((again.state, again.may_have_arrived), (State::Due, true), "and its subject says so");
    assert_eq!(unknown.after_silence(OnUnknown::Hold, minutes_later(16)).state, State::Held);
    let killed = sending();
    assert_eq!(killed.after_silence(OnUnknown::Resend, minutes_later(15)).state, State::Due, "the same without an end");
    assert!(killed.sending(minutes_later(15)).attempts == 2);
}

#[test]
fn t36_the_event_ends_the_waiting() {
    let unknown = sending().after_send(&Outcome::Unknown, now());
    let known = unknown.after_events(&[sent()], minutes_later(2));
    assert_eq!((known.state, known.copies, known.since), (State::Sent, 1, minutes_later(2)));
    assert_eq!(known.after_silence(OnUnknown::Resend, minutes_later(60)), known, "nothing is mailed again");
    let none_of_it = unknown.after_events(&[], minutes_later(2));
    assert_eq!(none_of_it, unknown, "no event is no news");
}

#[test]
fn an_event_that_comes_too_late_tells_of_the_second_copy() {
    let again = sending().after_silence(OnUnknown::Resend, minutes_later(15)).sending(minutes_later(15));
    let taken = again.after_send(&Outcome::Taken, minutes_later(15));
    let both = taken.after_events(&[sent(), sent()], minutes_later(20));
    assert_eq!((both.state, both.copies), (State::Sent, 2));
}

#[test]
fn a_mail_that_was_given_up_or_held_can_have_arrived_after_all() {
    let given_up = sending().given_up(minutes_later(900));
    assert_eq!(after(&given_up, &[sent()]).0, State::Sent);
    let held = sending().after_silence(OnUnknown::Hold, minutes_later(15));
    assert_eq!(after(&held, &[sent()]).0, State::Sent);
}

#[test]
fn of_several_recipients_the_one_that_was_refused_counts() {
    let at = Some(now());
    let taken = sending().after_send(&Outcome::Taken, now());
    let word = |word: &str| Some(word.to_owned());
    let cases = [
        (Fate { delivered: at, ..sent() }, State::Delivered, None),
        (Fate { delivered: at, ..Fate::default() }, State::Delivered, None),
        (Fate { delayed: at, ..Fate::default() }, State::Sent, None),
        (Fate { bounced: at, delivered: at, ..sent() }, State::Bounced, word("bounced")),
        (Fate { soft_bounced: at, ..sent() }, State::Bounced, word("soft_bounced")),
        (Fate { soft_bounced: at, delivered: at, ..sent() }, State::Delivered, None),
        (Fate { rejected: at, ..Fate::default() }, State::Bounced, word("rejected")),
        (Fate { not_rendered: at, ..Fate::default() }, State::Bounced, word("not_rendered")),
        (Fate::default(), State::Sent, None),
    ];
    for (fate, state, reason) in cases {
        assert_eq!(after(&taken, std::slice::from_ref(&fate)), (state, reason), "{fate:?}");
    }
    let complaint = Fate { complained: at, ..sent() };
    assert!(taken.after_events(&[complaint], now()).complained);
}

#[test]
fn what_a_person_asks_for_again_has_a_key_of_its_own() {
    let day = date(2026, 3, 14);
    let first = Entry::due(now());
    assert_eq!(first.key(day, "management"), "nightly-report/2026-03-14/management");
    let unmarked = first.asked_again(now());
    assert!(!unmarked.may_have_arrived, "it never went out");
    let again = sending().after_send(&Outcome::Taken, now()).asked_again(minutes_later(300));
    assert_eq!((again.state, again.may_have_arrived, again.copies), (State::Due, true, 0));
    assert_eq!(again.key(day, "management"), "nightly-report/2026-03-14/management/2");
}

#[test]
fn an_entry_stays_what_it_is_when_it_is_stored() {
    let unknown = sending().after_send(&Outcome::Unknown, now());
    let text = serde_json::to_string(&unknown).unwrap();
    let since = now().as_millisecond();
    assert_eq!(text, format!(r#"{{"state":"sending","since_ms":{since},"attempts":1,"reason":"no_answer"}}"#));
    assert_eq!(serde_json::from_str::<Entry>(&text).unwrap(), unknown);
}

const STATES: [State; 7] =
    [State::Due, State::Sending, State::Held, State::GivenUp, State::Sent, State::Delivered, State::Bounced];

fn entries() -> impl Strategy<Value = Entry> {
    let optional = || prop::option::of(0..2_000_i64).prop_map(|minutes| minutes.map(minutes_later));
    (prop::sample::select(&STATES[..]), 0..5_u32, optional(), any::<bool>(), 0..3_u32, prop::option::of("[a-z_]{1,8}"))
        .prop_map(|(state, attempts, not_before, may_have_arrived, asked_again, reason)| Entry {
            state,
            attempts,
            not_before,
            may_have_arrived,
            asked_again,
            reason,
            ..Entry::due(now())
        })
}

fn fates() -> impl Strategy<Value = Vec<Fate>> {
    let moment = || prop::option::of(0..60_i64).prop_map(|minutes| minutes.map(minutes_later));
    let fate = (moment(), moment(), moment(), moment(), moment(), moment());
    let fate = fate.prop_map(|(sent, delivered, delayed, bounced, soft_bounced, complained)| Fate {
        sent,
        delivered,
        delayed,
        bounced,
        soft_bounced,
        complained,
        ..Fate::default()
    });
    prop::collection::vec(fate, 0..3)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn events_say_the_same_twice_and_never_lead_back(entry in entries(), fates in fates()) {
        let once = entry.after_events(&fates, minutes_later(61));
        prop_assert_eq!(&once.after_events(&fates, minutes_later(62)), &once);
        prop_assert!(!once.is_open() || once.state == entry.state);
        if !entry.is_open() && entry.state != State::Held && entry.state != State::GivenUp {
            prop_assert!(!matches!(once.state, State::Due | State::Sending | State::Held | State::GivenUp));
        }
    }

    #[test]
    fn an_entry_is_read_as_it_was_written(entry in entries()) {
        let text = serde_json::to_string(&entry).unwrap();
        prop_assert_eq!(serde_json::from_str::<Entry>(&text).unwrap(), entry);
    }
}
