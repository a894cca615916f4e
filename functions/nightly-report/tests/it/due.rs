//! What a tick has to do, tick by tick.

use jiff::civil::{Date, date, time};
use jiff::{SignedDuration, Timestamp, ToSpan};
use nightly_report::calendar::Zone;
use nightly_report::due::{DayRow, Moments, Schedule, Standing, Step, next};
use nightly_report::ledger::{Entry, OnUnknown, Outcome, State};

pub fn schedule(zone: &str) -> Schedule {
    Schedule { zone: Zone::named(zone).unwrap(), prepare_at: time(2, 0, 0, 0), mail_at: time(2, 15, 0, 0) }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn lists(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

const DAY: Date = date(2026, 3, 14);

/// The report about 14 March in UTC, so that the times below are those of the configuration.
fn due() -> Moments {
    schedule("UTC").report_about(DAY)
}

fn prepared(when: &str, is_complete: bool) -> DayRow {
    DayRow { tried_at: at(when), prepared_at: Some(at(when)), is_complete, lists: lists(&["board"]) }
}

fn standing(day: Option<DayRow>, board: Option<Entry>) -> Standing {
    Standing { day, mails: board.into_iter().map(|entry| ("board".to_owned(), entry)).collect() }
}

fn steps(when: &str, standing: &Standing) -> Vec<Step> {
    next(at(when), &due(), &lists(&["board"]), OnUnknown::Resend, standing)
}

fn waits(when: &str, standing: &Standing) -> String {
    match &steps(when, standing)[..] {
        [Step::Wait { until }] => until.to_string(),
        other => format!("{other:?}"),
    }
}

#[test]
fn yesterday_is_due_all_day_long_and_no_other_day() {
    let schedule = schedule("America/Chicago");
    for (now, day) in [
        ("2026-03-15T05:00:00Z", DAY), // midnight in Chicago
        ("2026-03-15T07:00:00Z", DAY),
        ("2026-03-16T04:59:59Z", DAY),
        ("2026-03-16T05:00:00Z", date(2026, 3, 15)),
    ] {
        assert_eq!(schedule.report_at(at(now)).day, day, "{now}");
    }
    let moments = schedule.report_about(DAY);
    assert_eq!(moments, schedule.report_at(at("2026-03-15T12:00:00Z")));
    assert_eq!(schedule.report_before(&moments).day, date(2026, 3, 13));
    let texts = [moments.prepare, moments.mail, moments.end].map(|moment| moment.to_string());
    assert_eq!(texts, ["2026-03-15T07:00:00Z", "2026-03-15T07:15:00Z", "2026-03-16T05:00:00Z"]);
}

#[test]
fn t33_a_night_without_02_15_mails_when_the_clocks_reach_03_00() {
    let moments = schedule("America/Chicago").report_about(date(2026, 3, 7));
    assert_eq!((moments.prepare, moments.mail), (at("2026-03-08T08:00:00Z"), at("2026-03-08T08:00:00Z")));
}

#[test]
fn a_day_is_prepared_at_its_time_and_mailed_at_its_time() {
    let nothing = standing(None, None);
    assert_eq!(waits("2026-03-15T01:59:59Z", &nothing), "2026-03-15T02:00:00Z");
    assert_eq!(steps("2026-03-15T02:00:00Z", &nothing), [Step::Prepare { day: DAY }]);
    let ready = standing(Some(prepared("2026-03-15T02:00:20Z", true)), None);
    assert_eq!(waits("2026-03-15T02:00:30Z", &ready), "2026-03-15T02:15:00Z");
    let now = at("2026-03-15T02:15:00Z");
    let mail = Step::Mail { day: DAY, list: "board".to_owned(), entry: Entry::due(now) };
    assert_eq!(steps("2026-03-15T02:15:00Z", &ready), [mail]);
}

#[test]
fn a_start_that_comes_late_still_reports_the_same_day() {
    let nothing = standing(None, None);
    assert_eq!(steps("2026-03-15T23:45:00Z", &nothing), [Step::Prepare { day: DAY }]);
    let ready = standing(Some(prepared("2026-03-15T23:45:00Z", true)), None);
    assert!(matches!(&steps("2026-03-15T23:45:10Z", &ready)[..], [Step::Mail { day: DAY, .. }]));
}

#[test]
fn a_day_that_could_not_be_read_is_tried_at_the_next_tick_and_not_at_the_next_event() {
    let failed = |tried: &str| DayRow { prepared_at: None, is_complete: false, ..prepared(tried, false) };
    let row = standing(Some(failed("2026-03-15T02:00:00Z")), None);
    assert_eq!(waits("2026-03-15T02:03:00Z", &row), "2026-03-15T02:10:00Z");
    assert_eq!(steps("2026-03-15T02:15:00Z", &row), [Step::Prepare { day: DAY }]);
    let row = standing(Some(failed("2026-03-15T14:00:00Z")), None);
    assert_eq!(steps("2026-03-15T14:15:00Z", &row), [Step::Prepare { day: DAY }], "until the day ends");
}

#[test]
fn what_is_missing_is_tried_again_until_the_mail_goes_out_and_the_mail_does_not_wait() {
    let partial = standing(Some(prepared("2026-03-15T02:00:00Z", false)), None);
    assert_eq!(waits("2026-03-15T02:05:00Z", &partial), "2026-03-15T02:10:00Z");
    assert_eq!(steps("2026-03-15T02:12:00Z", &partial), [Step::Prepare { day: DAY }]);
    assert_eq!(
        steps("2026-03-15T02:15:00Z", &partial),
        [Step::Prepare { day: DAY }],
        "once more by the run that mails"
    );
    let tried = DayRow { tried_at: at("2026-03-15T02:15:00Z"), ..prepared("2026-03-15T02:00:00Z", false) };
    assert!(matches!(&steps("2026-03-15T02:15:30Z", &standing(Some(tried), None))[..], [Step::Mail { .. }]));
    let just_before = standing(Some(prepared("2026-03-15T02:14:00Z", false)), None);
    assert_eq!(
        steps("2026-03-15T02:15:00Z", &just_before),
        [Step::Prepare { day: DAY }],
        "no mail waits for the next try"
    );
    let late = standing(Some(prepared("2026-03-15T12:00:00Z", false)), None);
    assert!(
        matches!(&steps("2026-03-15T12:00:30Z", &late)[..], [Step::Mail { .. }]),
        "a start that came late has tried"
    );
}

#[test]
fn a_mail_that_was_not_taken_is_tried_an_hour_later_until_the_day_ends() {
    let ready = Some(prepared("2026-03-15T02:00:00Z", true));
    let tried = Entry::due(at("2026-03-15T02:15:00Z")).sending(at("2026-03-15T02:15:00Z"));
    let busy = tried.after_send(&Outcome::NotTaken("busy".to_owned()), at("2026-03-15T02:15:05Z"));
    let row = standing(ready.clone(), Some(busy.clone()));
    assert_eq!(waits("2026-03-15T03:15:00Z", &row), "2026-03-15T03:15:05Z");
    assert!(matches!(&steps("2026-03-15T03:30:00Z", &row)[..], [Step::Mail { entry, .. }] if entry.attempts == 1));
    let late = Entry { not_before: Some(at("2026-03-16T00:20:00Z")), ..busy };
    let row = standing(ready, Some(late.clone()));
    assert_eq!(waits("2026-03-15T23:45:00Z", &row), "2026-03-16T00:00:00Z");
    let now = at("2026-03-16T00:00:00Z");
    let given_up = Step::GiveUp { day: DAY, list: "board".to_owned(), entry: late.given_up(now) };
    assert_eq!(steps("2026-03-16T00:00:00Z", &row), [given_up], "and not mailed a day late");
}

#[test]
fn t36_an_unknown_outcome_waits_for_the_event_and_then_does_what_the_policy_says() {
    let ready = Some(prepared("2026-03-15T02:00:00Z", true));
    let unknown = Entry::due(at("2026-03-15T02:15:00Z")).sending(at("2026-03-15T02:15:00Z"));
    let row = standing(ready, Some(unknown.clone()));
    assert_eq!(waits("2026-03-15T02:29:59Z", &row), "2026-03-15T02:30:00Z");
    let later = "2026-03-15T02:30:00Z";
    assert!(matches!(&steps(later, &row)[..], [Step::Mail { entry, .. }] if entry.may_have_arrived));
    let held = next(at(later), &due(), &lists(&["board"]), OnUnknown::Hold, &row);
    let entry = unknown.after_silence(OnUnknown::Hold, at(later));
    assert_eq!(held, [Step::Hold { day: DAY, list: "board".to_owned(), entry: entry.clone() }]);
    let row = standing(row.day, Some(entry));
    assert_eq!(waits(later, &row), "2026-03-16T00:00:00Z", "held once, alerted once");
}

#[test]
fn an_unknown_outcome_at_the_end_of_the_day_has_its_quarter_of_an_hour_and_is_not_mailed_again() {
    let unknown = Entry::due(at("2026-03-15T23:50:00Z")).sending(at("2026-03-15T23:50:00Z"));
    let row = standing(Some(prepared("2026-03-15T02:00:00Z", true)), Some(unknown));
    assert_eq!(waits("2026-03-15T23:55:00Z", &row), "2026-03-16T00:00:00Z");
    assert_eq!(waits("2026-03-16T00:00:00Z", &row), "2026-03-16T00:05:00Z");
    assert!(matches!(&steps("2026-03-16T00:15:00Z", &row)[..], [Step::GiveUp { .. }]));
}

#[test]
fn a_day_that_was_never_prepared_is_given_up_for_the_lists_it_was_for() {
    let row = DayRow { prepared_at: None, is_complete: false, ..prepared("2026-03-15T23:45:00Z", false) };
    let given_up = next(
        at("2026-03-16T00:00:00Z"),
        &due(),
        &lists(&["board", "added-today"]),
        OnUnknown::Resend,
        &standing(Some(row), None),
    );
    assert!(
        matches!(&given_up[..], [Step::GiveUp { list, entry, .. }] if list == "board" && entry.state == State::GivenUp)
    );
    assert!(
        steps("2026-03-16T00:00:00Z", &standing(None, None)).is_empty(),
        "a day before the first is nobody's fault"
    );
}

#[test]
fn each_list_goes_its_own_way() {
    let now = at("2026-03-15T03:30:00Z");
    let tried = Entry::due(now).sending(at("2026-03-15T02:15:00Z"));
    let taken = tried.after_send(&Outcome::Taken, at("2026-03-15T02:15:01Z"));
    let busy = tried.after_send(&Outcome::NotTaken("busy".to_owned()), at("2026-03-15T02:15:02Z"));
    let mails = [("board".to_owned(), taken), ("sites".to_owned(), busy.clone())].into_iter().collect();
    let standing = Standing { day: Some(prepared("2026-03-15T02:00:00Z", true)), mails };
    let three = lists(&["board", "sites", "new"]);
    let steps = next(now, &due(), &three, OnUnknown::Resend, &standing);
    let mail = |list: &str, entry: Entry| Step::Mail { day: DAY, list: list.to_owned(), entry };
    assert_eq!(steps, [mail("sites", busy), mail("new", Entry::due(now))]);
}

#[test]
fn without_a_list_the_day_is_prepared_and_archived_all_the_same() {
    let steps = |row| next(at("2026-03-15T02:30:00Z"), &due(), &[], OnUnknown::Resend, &standing(row, None));
    assert_eq!(steps(None), [Step::Prepare { day: DAY }]);
    let end = at("2026-03-15T00:00:00Z") + 24.hours();
    assert_eq!(steps(Some(prepared("2026-03-15T02:00:00Z", true))), [Step::Wait { until: end }]);
    assert_eq!(due().end - due().mail, SignedDuration::from_mins(21 * 60 + 45));
}
