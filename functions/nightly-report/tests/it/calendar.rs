//! Days of 23, 24 and 25 hours, and times of day that clocks skip or show twice.

use jiff::civil::{Date, Time, date};
use jiff::{SignedDuration, Timestamp, ToSpan};
use nightly_report::calendar::{Hour, Zone};
use proptest::prelude::*;

/// The zones of the reference customer, and zones whose clocks did whatever clocks can do: half an hour, at midnight, back
/// over midnight, a whole day left out, less than an hour from UTC's hours.
const ZONES: [&str; 16] = [
    "America/Chicago",
    "America/Toronto",
    "America/Sao_Paulo",
    "Europe/London",
    "America/St_Johns",
    "America/Havana",
    "America/Caracas",
    "Africa/Casablanca",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Asia/Gaza",
    "Asia/Pyongyang",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Chatham",
    "UTC",
];

fn zone(name: &str) -> Zone {
    Zone::named(name).unwrap()
}

fn hours_long(name: &str, day: Date) -> f64 {
    zone(name).interval(day).length().as_secs_f64() / 3600.0
}

fn moment(name: &str, day: Date, time: &str) -> String {
    zone(name).moment(day, time.parse().unwrap()).to_string()
}

fn shown(hours: &[Hour]) -> Vec<String> {
    hours.iter().map(|hour| format!("{}{}", hour.starts, if hour.is_repeated { " again" } else { "" })).collect()
}

/// Every change of these years, day by day.
#[test]
fn t33_days_have_23_24_or_25_hours_and_never_anything_else() {
    let changes = [
        ("America/Chicago", date(2026, 3, 8), date(2026, 11, 1)),
        ("America/Toronto", date(2026, 3, 8), date(2026, 11, 1)),
        ("America/Sao_Paulo", date(2018, 11, 4), date(2018, 2, 17)),
        ("Europe/London", date(2026, 3, 29), date(2026, 10, 25)),
    ];
    for (name, forward, back) in changes {
        assert_eq!(hours_long(name, forward), 23.0, "{name}");
        assert_eq!(hours_long(name, back), 25.0, "{name}");
        let year = date(forward.year(), 1, 1).series(1.day()).take(365);
        for day in year.filter(|day| ![forward, back].contains(day)) {
            assert_eq!(hours_long(name, day), 24.0, "{name} {day}");
        }
    }
}

#[test]
fn t33_sao_paulo_has_not_changed_its_clocks_since_2019() {
    let days = date(2019, 3, 1).series(1.day()).take_while(|day| day.year() < 2028);
    assert!(days.into_iter().all(|day| hours_long("America/Sao_Paulo", day) == 24.0));
}

#[test]
fn t33_a_time_that_the_clocks_skip_is_taken_as_the_next_that_they_show() {
    // Chicago goes from 02:00 to 03:00, which is 08:00 UTC; so both times of the night fall on it.
    assert_eq!(moment("America/Chicago", date(2026, 3, 8), "01:59"), "2026-03-08T07:59:00Z");
    assert_eq!(moment("America/Chicago", date(2026, 3, 8), "02:00"), "2026-03-08T08:00:00Z");
    assert_eq!(moment("America/Chicago", date(2026, 3, 8), "02:15"), "2026-03-08T08:00:00Z");
    assert_eq!(moment("America/Chicago", date(2026, 3, 8), "03:00"), "2026-03-08T08:00:00Z");
    // London skips 01:00 to 02:00: 02:15 is there.
    assert_eq!(moment("Europe/London", date(2026, 3, 29), "01:30"), "2026-03-29T01:00:00Z");
    assert_eq!(moment("Europe/London", date(2026, 3, 29), "02:15"), "2026-03-29T01:15:00Z");
    // Sao Paulo skipped midnight itself: the day began at 01:00.
    assert_eq!(moment("America/Sao_Paulo", date(2018, 11, 4), "00:00"), "2018-11-04T03:00:00Z");
    assert_eq!(zone("America/Sao_Paulo").local("2018-11-04T03:00:00Z".parse().unwrap()).hour(), 1);
}

#[test]
fn t33_of_a_time_that_comes_twice_the_first_is_taken() {
    assert_eq!(moment("America/Chicago", date(2026, 11, 1), "01:30"), "2026-11-01T06:30:00Z");
    assert_eq!(moment("America/Chicago", date(2026, 11, 1), "02:15"), "2026-11-01T08:15:00Z");
    assert_eq!(moment("Europe/London", date(2026, 10, 25), "01:30"), "2026-10-25T00:30:00Z");
    // In Havana the hour after midnight comes twice: the day begins with the first.
    assert_eq!(moment("America/Havana", date(2018, 11, 4), "00:00"), "2018-11-04T04:00:00Z");
    assert_eq!(hours_long("America/Havana", date(2018, 11, 4)), 25.0);
}

#[test]
fn t33_the_hours_of_a_changed_day_are_those_of_the_clocks() {
    let forward = zone("America/Chicago").hours(date(2026, 3, 8));
    assert_eq!(shown(&forward)[..4], ["00:00:00", "01:00:00", "03:00:00", "04:00:00"]);
    assert_eq!(forward.len(), 23);
    let back = zone("America/Chicago").hours(date(2026, 11, 1));
    assert_eq!(shown(&back)[..4], ["00:00:00", "01:00:00", "01:00:00 again", "02:00:00"]);
    assert_eq!(back.len(), 25);
    assert_eq!(zone("Asia/Kathmandu").hours(date(2026, 5, 1)).len(), 24, "hours of the clocks, not of UTC");
    let half = zone("Australia/Lord_Howe").hours(date(2026, 10, 4));
    assert_eq!(shown(&half)[1..4], ["01:00:00", "02:30:00", "03:00:00"]);
}

#[test]
fn a_change_back_over_midnight_leaves_each_moment_in_one_day() {
    // Newfoundland went from 00:01 back to 23:01 of the day before.
    let st_johns = zone("America/St_Johns");
    let midnight = st_johns.start_of(date(2010, 11, 7));
    assert_eq!(st_johns.day_at(midnight - 1.second()), date(2010, 11, 6));
    let half_past = midnight + 30.minutes();
    assert_eq!(st_johns.local(half_past).date(), date(2010, 11, 6), "the clocks show the old date again");
    assert_eq!(st_johns.day_at(half_past), date(2010, 11, 7));
}

#[test]
fn a_day_that_was_left_out_is_nobodys_yesterday() {
    // Samoa had no 30 December in 2011.
    let apia = zone("Pacific/Apia");
    assert_eq!(apia.interval(date(2011, 12, 30)).length(), SignedDuration::ZERO);
    assert_eq!(apia.day_before(date(2011, 12, 31)), date(2011, 12, 29));
}

#[test]
fn a_zone_is_known_by_its_iana_name_only() {
    assert_eq!(Zone::named("america/chicago").unwrap().name(), "America/Chicago");
    let refused = Zone::named("CST6CDT,M3.2.0,M11.1.0").unwrap_err().to_string();
    assert!(refused.contains("America/Chicago"), "{refused}");
    for name in ["", "Mars/Base", "local", "Etc/Unknown"] {
        assert!(Zone::named(name).is_err(), "{name}");
    }
}

fn days() -> impl Strategy<Value = Date> {
    (1990..2037_i16, 1..13_i8, 1..29_i8).prop_map(|(year, month, day)| date(year, month, day))
}

proptest! {
    #[test]
    fn t33_days_follow_each_other_without_gap_or_overlap(name in prop::sample::select(&ZONES[..]), first in days()) {
        let zone = zone(name);
        for day in first.series(1.day()).take(40) {
            let interval = zone.interval(day);
            prop_assert!(interval.from <= interval.to);
            prop_assert_eq!(interval.to, zone.start_of(day.tomorrow().unwrap()));
            if interval.from < interval.to {
                prop_assert_eq!(zone.day_at(interval.from), day);
                prop_assert_eq!(zone.day_at(interval.to - SignedDuration::from_nanos(1)), day);
                prop_assert_eq!(zone.interval(zone.day_before(day)).to, interval.from);
            }
        }
    }

    #[test]
    fn t33_every_moment_is_in_the_day_and_the_hour_that_claim_it(
        name in prop::sample::select(&ZONES[..]), second in 631_152_000..2_114_380_800_i64,
    ) {
        let (zone, at) = (zone(name), Timestamp::from_second(second).unwrap());
        let day = zone.day_at(at);
        prop_assert!(zone.interval(day).contains(at));
        let hours = zone.hours(day);
        prop_assert_eq!(hours.iter().filter(|hour| hour.interval.contains(at)).count(), 1);
        prop_assert_eq!(hours[0].interval.from, zone.interval(day).from);
        prop_assert_eq!(hours[hours.len() - 1].interval.to, zone.interval(day).to);
        prop_assert!(hours.windows(2).all(|pair| pair[0].interval.to == pair[1].interval.from));
    }

    /// The same said by looking at every minute of the day, which needs no knowledge of gaps and folds.
    #[test]
    fn t33_a_time_of_day_is_the_first_minute_at_which_the_clocks_have_reached_it(
        name in prop::sample::select(&ZONES[..]), day in days(), minute in 0..1440_i64,
    ) {
        let zone = zone(name);
        let time = Time::midnight() + SignedDuration::from_mins(minute);
        let wanted = day.to_datetime(time);
        let from = zone.start_of(day).saturating_sub(SignedDuration::from_hours(2)).unwrap();
        let reached = (0..30 * 60).map(|minute| from + SignedDuration::from_mins(minute))
            .find(|at| zone.local(*at) >= wanted);
        prop_assert_eq!(Some(zone.moment(day, time)), reached);
    }
}
