//! Comparisons with the days before: which days, added up how, and what is said when one is missing.

use jiff::ToSpan;
use jiff::civil::date;
use nightly_report::past::Past;
use nightly_report::settings::Abandons;
use nightly_report::sums::{InTime, Sums, Timer};
use nightly_report::trends::{COMPARISONS, Comparison, Trend, trends};

const DAY: jiff::civil::Date = date(2026, 11, 26);

/// A day: offered, in time of all offered, handle time in seconds of every one, lost.
fn sums(offered: u64, in_time: u64, handle_seconds: u64, lost: u64) -> Sums {
    let timer = |count: u64, seconds: u64| Some(Timer { count, sum_ms: count * seconds * 1000 });
    Sums {
        offered: Some(offered),
        answered: timer(offered - lost, 20),
        abandoned: timer(lost, 60),
        handled: timer(offered - lost, handle_seconds),
        in_time: Some(InTime { part: in_time, whole: offered }),
        ..Sums::default()
    }
}

fn past(days: impl IntoIterator<Item = (i64, Sums)>) -> Past {
    let mut past = Past::of(DAY);
    days.into_iter().for_each(|(days, sums)| past.add_total(DAY - days.days(), sums));
    past
}

fn one(comparison: Comparison, past: &Past) -> Trend {
    let all = trends(&sums(110, 88, 330, 11), past, Abandons::All);
    all.into_iter().find(|trend| trend.comparison == comparison).unwrap()
}

#[test]
fn a_day_is_compared_with_a_day_by_hand() {
    // 110 for 100; 80.0 % for 75.0 %; 330 s for 300 s; 20 s for 20 s; 10.0 % for 4.0 %.
    let before = sums(100, 75, 300, 4);
    for (comparison, days) in [(Comparison::DayBefore, 1), (Comparison::WeekBefore, 7), (Comparison::YearBefore, 364)] {
        let change = one(comparison, &past([(days, before)])).change;
        assert_eq!((change.offered, change.service_level), (Some(100), Some(50)), "{comparison:?}");
        assert_eq!((change.handle_time, change.answer_time), (Some(30), Some(0)));
        assert_eq!(change.abandon_rate, Some(60));
    }
    assert_eq!(jiff::civil::date(2025, 11, 27).weekday(), DAY.weekday(), "a year is 52 weeks");
}

#[test]
fn t34_a_week_is_compared_by_its_counts_and_not_by_the_averages_of_its_days() {
    // The day and six days of 10, of which 5 in time: 170 offered, 118 in time, 69.4 %.
    // Seven days before: one of 800 with 720 in time, six of 5 with none: 830, 720, 86.7 %.
    let before = (8..=13).map(|days| (days, sums(5, 0, 300, 0)));
    let days = (1..=6).map(|days| (days, sums(10, 5, 300, 0))).chain([(7, sums(800, 720, 300, 0))]).chain(before);
    let trend = one(Comparison::SevenDays, &past(days));
    let level = |figures: Option<nightly_report::sums::Figures>| figures.unwrap().service_level.unwrap();
    assert_eq!((level(trend.now).part, level(trend.now).whole), (118, 170));
    assert_eq!((level(trend.before).part, level(trend.before).whole), (720, 830));
    assert_eq!(trend.change.service_level, Some(-173), "69.41 − 86.75, rounded once");
    assert_eq!(trend.change.offered, Some(-795), "170 for 830");
}

#[test]
fn thirty_days_are_compared_with_the_thirty_before_and_with_those_of_the_year_before() {
    let days = (1..=29).map(|days| (days, sums(10, 8, 300, 0)));
    let before = (30..=59).map(|days| (days, sums(20, 10, 300, 0)));
    let year = (364..=393).map(|days| (days, sums(5, 5, 300, 0)));
    let past = past(days.chain(before).chain(year));
    // 110 + 29 × 10 = 400 for 30 × 20 = 600, and for 30 × 5 = 150.
    let thirty = one(Comparison::ThirtyDays, &past);
    assert_eq!((thirty.now.unwrap().offered, thirty.before.unwrap().offered), (Some(400), Some(600)));
    assert_eq!(thirty.change.offered, Some(-333));
    let year = one(Comparison::ThirtyDaysYearBefore, &past);
    assert_eq!((year.before.unwrap().offered, year.change.offered), (Some(150), Some(1667)));
}

#[test]
fn a_missing_day_is_named_instead_of_a_trend() {
    let known = (1..=13).filter(|days| ![3, 9].contains(days)).map(|days| (days, sums(10, 8, 300, 0)));
    let past = past(known);
    let trend = one(Comparison::SevenDays, &past);
    assert_eq!(trend.lacking, [date(2026, 11, 17), date(2026, 11, 23)]);
    assert_eq!((trend.change, trend.before.is_some()), (Default::default(), false));
    assert!(one(Comparison::DayBefore, &past).lacking.is_empty());
    assert_eq!(one(Comparison::YearBefore, &past).lacking, [date(2025, 11, 27)]);
    assert_eq!(one(Comparison::ThirtyDays, &past).lacking.len(), 48, "3, 9 and 14 to 59");
}

#[test]
fn a_known_day_without_conversations_is_a_day_and_makes_no_change_from_nothing() {
    let past = past([(1, Sums::default()), (7, sums(0, 0, 300, 0))]);
    for comparison in [Comparison::DayBefore, Comparison::WeekBefore] {
        let trend = one(comparison, &past);
        assert!(trend.lacking.is_empty());
        assert_eq!((trend.change.offered, trend.change.service_level, trend.change.handle_time), (None, None, None));
    }
}

/// The archive has the days before the first conversation too, each without any.
#[test]
fn days_before_the_centre_opened_are_not_compared_with_and_closed_days_are() {
    let opened = |days_ago: i64| {
        let day = |days: i64| (days, if days <= days_ago { sums(10, 8, 300, 0) } else { Sums::default() });
        past((1..=59).chain(364..=393).map(day))
    };
    let young = opened(45);
    let thirty = one(Comparison::ThirtyDays, &young);
    assert_eq!((thirty.lacking.first(), thirty.lacking.len()), (Some(&(DAY - 59.days())), 14), "46 to 59");
    assert_eq!((thirty.change, thirty.before), (Default::default(), None), "not +150 %");
    assert_eq!(one(Comparison::ThirtyDaysYearBefore, &young).lacking.len(), 30);
    assert_eq!((young.total(364), young.total(46), young.total(45).is_some()), (None, None, true), "no chart of zeros");
    assert_eq!(one(Comparison::SevenDays, &young).change.offered, Some(1429), "170 for 70");
    // Six days without a conversation at the far end: it was closed.
    let closed = opened(387);
    assert!(one(Comparison::ThirtyDaysYearBefore, &closed).lacking.is_empty());
    assert_eq!(one(Comparison::ThirtyDaysYearBefore, &closed).before.unwrap().offered, Some(240));
}

#[test]
fn every_day_that_is_compared_with_is_asked_for() {
    let days = Past::days(DAY);
    assert_eq!(days[0], DAY - 1.day(), "the newest first");
    let known = past(days.iter().map(|day| (i64::from((DAY - *day).get_days()), sums(10, 8, 300, 0))));
    for trend in trends(&sums(10, 8, 300, 0), &known, Abandons::All) {
        assert!(trend.lacking.is_empty(), "{trend:?}");
    }
    assert_eq!(days.len(), 89, "and no other: 59 and 30");
    let by_queue: Vec<_> = days.iter().filter(|day| Past::is_needed_by_queue(DAY, **day)).collect();
    assert_eq!(by_queue.len(), 5, "the day before, and four weeks");
    assert_eq!(COMPARISONS.len(), 6);
}
