//! Which questions are asked, and how many.

use std::collections::BTreeSet;

use genesys::{Dimension, Granularity, Metric};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use nightly_report::calendar::Zone;
use nightly_report::day::{Day, Depth, Part};
use nightly_report::past::Past;
use nightly_report::read_plan::{self, HISTORY_QUESTIONS_MAX, history, hour_parts, missing};
use proptest::prelude::*;

const DAY: Date = date(2026, 11, 26);

fn chicago() -> Zone {
    Zone::named("America/Chicago").unwrap()
}

fn day(queues: usize) -> Day {
    let now = "2026-11-27T08:00:00Z".parse().unwrap();
    let mut day = Day::new(DAY, &chicago(), Depth::Report, now);
    day.queues = (0..queues).map(|number| (format!("q-{number}"), Default::default())).collect();
    day
}

/// Requests of a night whose archive lacks nothing: names, figures, what is missing then, and two days that settle.
fn requests(queues: usize) -> usize {
    let pages = queues.div_ceil(500).max(1);
    let asked = missing(&chicago(), &day(queues)).iter().filter(|(_, question)| question.is_some()).count();
    let settling = BTreeSet::from([DAY - 1.day(), DAY - 2.days()]);
    pages + 1 + asked + history(&chicago(), &settling, queues).len()
}

#[test]
fn a_night_asks_five_to_ten_times_whatever_the_number_of_queues() {
    let counts = [0, 1, 12, 100, 500, 1_000].map(requests);
    assert_eq!(counts, [5, 5, 5, 5, 6, 9]);
}

#[test]
fn the_questions_are_those_of_the_day() {
    let day = day(12);
    let question = read_plan::figures(day.interval);
    let zone = chicago();
    let query = question.query(&zone);
    assert_eq!(
        (query.from.to_string(), query.to.to_string()),
        ("2026-11-26T06:00:00Z".into(), "2026-11-27T06:00:00Z".into())
    );
    assert_eq!((query.granularity, query.time_zone), (Granularity::Whole, "America/Chicago"));
    assert_eq!(query.group_by, [Dimension::Queue, Dimension::Media]);
    assert!(query.metrics.contains(&Metric::ServiceLevel) && query.metrics.contains(&Metric::ShortAbandoned));
    let parts: Vec<Part> = missing(&zone, &day).into_iter().map(|(part, _)| part).collect();
    assert_eq!(parts, [Part::Names, Part::Hours(day.interval), Part::Agents]);
    assert_eq!(read_plan::agents(day.interval).group_by, [Dimension::Queue, Dimension::User]);
    assert_eq!(read_plan::hours(day.interval).granularity, Granularity::Hour);
}

#[test]
fn the_hours_of_many_queues_are_asked_for_in_parts_that_tile_the_day() {
    for queues in [1, 1_000, 5_000] {
        let day = day(queues);
        let parts = hour_parts(&chicago(), &day);
        assert_eq!((parts[0].from, parts[parts.len() - 1].to), (day.interval.from, day.interval.to));
        assert!(parts.windows(2).all(|pair| pair[0].to == pair[1].from));
        let hours = |part: &nightly_report::calendar::Interval| usize::try_from(part.length().as_hours()).unwrap();
        assert!(parts.iter().all(|part| hours(part) == 1 || hours(part) * queues <= 6_500), "{queues}");
    }
    assert_eq!(hour_parts(&chicago(), &day(1_000)).len(), 4);
}

#[test]
fn what_was_read_is_not_asked_for_again() {
    let mut day = day(1_000);
    let parts = hour_parts(&chicago(), &day);
    day.take_names(&[]);
    day.take_hours(parts[2], &[]).unwrap();
    let left: Vec<Part> = missing(&chicago(), &day).into_iter().map(|(part, _)| part).collect();
    assert_eq!(left, [Part::Hours(parts[0]), Part::Hours(parts[1]), Part::Hours(parts[3]), Part::Agents]);
}

#[test]
fn t14_days_that_the_archive_lacks_are_asked_for_by_the_month_at_most() {
    let all: BTreeSet<Date> = Past::days(DAY).into_iter().collect();
    let pieces = history(&chicago(), &all, 12);
    let lengths: Vec<usize> = pieces.iter().map(|piece| piece.days.len()).collect();
    assert_eq!(lengths, [30, 29, 30], "59 days, and 30 of the year before");
    assert!(pieces.len() <= HISTORY_QUESTIONS_MAX);
    assert_eq!(pieces[0].days[29], DAY - 1.day(), "the newest first");
    assert_eq!(pieces[0].question.granularity, Granularity::Day);
    assert_eq!(history(&chicago(), &all, 1_000)[0].days.len(), 2, "with many queues, few days an answer");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn t14_every_day_is_in_one_question_of_at_most_31_times_24_hours_that_holds_it(
        back in prop::collection::btree_set(1..500_i64, 0..60), queues in 0..3_000_usize,
    ) {
        let days: BTreeSet<Date> = back.iter().map(|days| DAY - days.days()).collect();
        let (zone, mut asked) = (chicago(), Vec::new());
        for piece in history(&zone, &days, queues) {
            let (first, last) = (piece.days[0], piece.days[piece.days.len() - 1]);
            prop_assert!(piece.question.interval.length().as_hours() <= 31 * 24);
            prop_assert_eq!(piece.question.interval.from, zone.start_of(first));
            prop_assert_eq!(piece.question.interval.to, zone.interval(last).to);
            prop_assert!(piece.days.is_sorted());
            asked.extend(piece.days);
        }
        asked.sort();
        prop_assert_eq!(asked, days.into_iter().collect::<Vec<_>>());
    }
}
