//! How much happens when: by hour, weekday, month, and from year to year.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Error, SignedDuration, Timestamp};

/// Percent of a usual day, Monday first.
const WEEKDAYS: [u64; 7] = [125, 112, 104, 102, 96, 42, 28];
/// Percent of a usual month, January first.
const MONTHS: [u64; 12] = [104, 96, 95, 97, 94, 90, 86, 88, 98, 103, 122, 128];
/// Growth in percent a year.
const GROWTH: u64 = 8;
/// Weights of the local hours from 7 to 20.
const HOURS: [u32; 14] = [3, 6, 10, 12, 11, 8, 8, 10, 10, 9, 7, 5, 3, 2];
const FIRST_HOUR: i64 = 7;
/// How many of a hundred come at any hour, the night included.
const ROUND_THE_CLOCK: u32 = 4;

/// One day of the zone.
pub(super) struct Day {
    date: Date,
    zone: TimeZone,
    begin: Timestamp,
    end: Timestamp,
}

impl Day {
    pub(super) fn new(date: Date, zone: &TimeZone) -> Result<Self, Error> {
        let begin = date.to_zoned_datetime(zone.clone())?;
        let end = begin.tomorrow()?.start_of_day()?;
        Ok(Self { date, zone: zone.clone(), begin: begin.start_of_day()?.timestamp(), end: end.timestamp() })
    }

    /// How many conversations day number `number` of the history has, around `usual`.
    pub(super) fn conversations(&self, usual: u32, number: u64) -> u64 {
        let weekday = WEEKDAYS[usize::from(self.date.weekday().to_monday_zero_offset().unsigned_abs())];
        let month = MONTHS[usize::from(self.date.month().unsigned_abs() - 1)];
        let grown = 10_000 + number * GROWTH * 100 / 365;
        u64::from(usual) * weekday * month * grown / (100 * 100 * 10_000)
    }

    /// A moment of the day, more likely when people call.
    pub(super) fn moment(&self, chance: &mut fastrand::Rng) -> Timestamp {
        let length_ms = self.end.as_millisecond() - self.begin.as_millisecond();
        if chance.u32(0..100) < ROUND_THE_CLOCK {
            return later(self.begin, chance.i64(0..length_ms));
        }
        let mut drawn = chance.u32(0..HOURS.iter().sum());
        let mut hour = FIRST_HOUR;
        for weight in HOURS {
            if drawn < weight {
                break;
            }
            drawn -= weight;
            hour += 1;
        }
        // Counted from the day's end: clocks change at night, before the first of these hours.
        let before_end_ms = (24 - hour) * 3_600_000;
        later(self.begin, length_ms - before_end_ms + chance.i64(0..3_600_000))
    }

    /// The local hour of a moment.
    pub(super) fn hour_of(&self, moment: Timestamp) -> i8 {
        self.zone.to_datetime(moment).hour()
    }

    pub(super) fn noon_of_next(&self) -> Timestamp {
        later(self.end, 12 * 3_600_000)
    }
}

fn later(moment: Timestamp, ms: i64) -> Timestamp {
    moment.saturating_add(SignedDuration::from_millis(ms)).unwrap_or(moment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_as_long_as_its_zone_says() {
        let zone = TimeZone::get("America/Chicago").unwrap();
        let hours = |date: &str| {
            let day = Day::new(date.parse().unwrap(), &zone).unwrap();
            (day.end.as_millisecond() - day.begin.as_millisecond()) / 3_600_000
        };
        assert_eq!((hours("2026-03-08"), hours("2026-03-09"), hours("2026-11-01")), (23, 24, 25));
    }

    #[test]
    fn busy_hours_are_the_same_on_the_clock_whatever_the_day_is_long() {
        let zone = TimeZone::get("America/Chicago").unwrap();
        for date in ["2026-03-08", "2026-03-09", "2026-11-01"] {
            let (day, mut chance) = (Day::new(date.parse().unwrap(), &zone).unwrap(), fastrand::Rng::with_seed(7));
            let mut hours = [0; 24];
            for _ in 0..2_000 {
                let moment = day.moment(&mut chance);
                assert!((day.begin..day.end).contains(&moment));
                hours[usize::from(day.hour_of(moment).unsigned_abs())] += 1;
            }
            assert!(hours[10] > 150 && hours[3] < 20 && hours[21] < 20, "{date} {hours:?}");
        }
    }

    #[test]
    fn weekdays_months_and_years_differ() {
        let zone = TimeZone::get("America/Chicago").unwrap();
        let count = |date: &str, number| Day::new(date.parse().unwrap(), &zone).unwrap().conversations(400, number);
        assert_eq!((count("2026-11-23", 0), count("2026-11-22", 0)), (610, 136)); // Monday, Sunday
        assert_eq!((count("2026-07-20", 0), count("2026-07-20", 365)), (430, 464));
    }
}
