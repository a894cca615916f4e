//! Hours of a day, read in parts: none is counted twice, and none is taken for read that was not.

use genesys::{AggregateRow, Metrics};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use nightly_report::calendar::{Interval, Zone};
use nightly_report::day::{Day, Depth, Part};
use nightly_report::settings::Abandons;

fn day() -> Day {
    let zone = Zone::named("America/Chicago").unwrap();
    let mut day = Day::new(date(2026, 3, 14), &zone, Depth::Report, Timestamp::UNIX_EPOCH);
    day.take_names(&[]);
    day
}

fn part(day: &Day, from: i64, to: i64) -> Interval {
    let at = |hour| day.interval.from + SignedDuration::from_hours(hour);
    Interval { from: at(from), to: at(to) }
}

/// One conversation offered in each hour of a part.
fn rows(part: Interval) -> Vec<AggregateRow> {
    let hours = part.length().as_hours();
    let row = |hour| {
        let from = part.from + SignedDuration::from_hours(hour);
        let metrics = Metrics { offered: Some(1), ..Metrics::default() };
        AggregateRow { queue: Some("q".to_owned()), media: None, user: None, from, to: from, metrics }
    };
    (0..hours).map(row).collect()
}

fn offered(day: &Day) -> Vec<Option<u64>> {
    day.queues["q"].hours.values().map(|hour| hour.sums().figures(Abandons::All).offered).collect()
}

#[test]
fn parts_that_are_cut_otherwise_the_second_time_count_nothing_twice() {
    let mut day = day();
    for (from, to) in [(0, 12), (12, 24), (8, 16), (0, 24)] {
        let part = part(&day, from, to);
        day.take_hours(part, &rows(part)).unwrap();
    }
    assert_eq!(offered(&day), vec![Some(1); 24]);
}

#[test]
fn a_part_that_was_read_in_two_others_is_not_missing() {
    let mut day = day();
    let (first, second, across) = (part(&day, 0, 12), part(&day, 12, 20), part(&day, 8, 16));
    day.take_hours(second, &rows(second)).unwrap();
    assert!(day.missing(&[across]).contains(&Part::Hours(across)), "half of it");
    day.take_hours(first, &rows(first)).unwrap();
    assert!(!day.missing(&[across]).contains(&Part::Hours(across)));
    let end = part(&day, 16, 24);
    assert!(day.missing(&[end]).contains(&Part::Hours(end)), "its last hours were not read");
}
