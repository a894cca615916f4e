//! Relative dates: `TODAY`, `LAST_N_DAYS:30`, `NEXT_QUARTER` and their like, as ranges of whole days.
//!
//! Days begin at midnight of the time zone of the user that reads, weeks on Sunday, fiscal years in January.

use jiff::civil::Date;
use jiff::{Span, ZonedDateTime};

/// A range of days, from the first to before the last.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Days {
    pub(super) from: Date,
    pub(super) to: Date,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Unit {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// A relative date as it was written: so many periods from the first to before the last, counted from this one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Relative {
    unit: Unit,
    from: i64,
    to: i64,
}

impl Relative {
    /// The literal of this name; `number` is what stands behind a colon. `None` when there is no such literal.
    pub(super) fn named(name: &str, number: Option<i64>) -> Option<Self> {
        let name = name.to_ascii_uppercase();
        let relative = |unit, from, to| Some(Self { unit, from, to });
        match (name.as_str(), number) {
            ("YESTERDAY", None) => relative(Unit::Day, -1, 0),
            ("TODAY", None) => relative(Unit::Day, 0, 1),
            ("TOMORROW", None) => relative(Unit::Day, 1, 2),
            ("LAST_90_DAYS", None) => relative(Unit::Day, -90, 1),
            ("NEXT_90_DAYS", None) => relative(Unit::Day, 1, 91),
            ("LAST_N_DAYS", Some(n)) => relative(Unit::Day, -n, 1),
            (name, number) => Self::of_periods(name, number),
        }
    }

    fn of_periods(name: &str, number: Option<i64>) -> Option<Self> {
        let (words, number) = match number {
            Some(number) => (name.strip_suffix("S_AGO").or_else(|| name.strip_suffix('S'))?, number),
            None => (name, 0),
        };
        let (before, unit) = words.rsplit_once('_')?;
        let before = before.strip_suffix("_FISCAL").filter(|_| matches!(unit, "QUARTER" | "YEAR")).unwrap_or(before);
        let unit = match unit {
            "DAY" if number > 0 => Unit::Day,
            "WEEK" => Unit::Week,
            "MONTH" => Unit::Month,
            "QUARTER" => Unit::Quarter,
            "YEAR" => Unit::Year,
            _ => return None,
        };
        let (from, to) = match (before, number, name.ends_with("S_AGO")) {
            ("LAST", 0, false) => (-1, 0),
            ("THIS", 0, false) => (0, 1),
            ("NEXT", 0, false) => (1, 2),
            ("LAST_N", n, false) if n > 0 => (-n, 0),
            ("NEXT_N", n, false) if n > 0 => (1, n + 1),
            ("N", n, true) if n > 0 => (-n, 1 - n),
            _ => return None,
        };
        Some(Self { unit, from, to })
    }

    /// The days meant at a moment.
    pub(super) fn days(self, now: &ZonedDateTime) -> Option<Days> {
        let this = first_of(self.unit, now.date())?;
        Some(Days { from: self.away(this, self.from)?, to: self.away(this, self.to)? })
    }

    fn away(self, first: Date, periods: i64) -> Option<Date> {
        let span = match self.unit {
            Unit::Day => Span::new().try_days(periods),
            Unit::Week => Span::new().try_weeks(periods),
            Unit::Month => Span::new().try_months(periods),
            Unit::Quarter => Span::new().try_months(periods.checked_mul(3)?),
            Unit::Year => Span::new().try_years(periods),
        };
        first.checked_add(span.ok()?).ok()
    }
}

/// The first day of the period that a day lies in.
fn first_of(unit: Unit, day: Date) -> Option<Date> {
    match unit {
        Unit::Day => Some(day),
        Unit::Week => {
            let since = day.weekday().to_sunday_zero_offset();
            day.checked_sub(Span::new().try_days(i64::from(since)).ok()?).ok()
        }
        Unit::Month => Some(day.first_of_month()),
        Unit::Quarter => Date::new(day.year(), (day.month() - 1) / 3 * 3 + 1, 1).ok(),
        Unit::Year => Some(day.first_of_year()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_dates_are_whole_days_of_the_users_zone() {
        let now: ZonedDateTime = "2026-11-25T01:30:00-06:00[America/Chicago]".parse().unwrap(); // A Wednesday.
        let cases = [
            ("TODAY", None, "2026-11-25", "2026-11-26"),
            ("YESTERDAY", None, "2026-11-24", "2026-11-25"),
            ("LAST_N_DAYS", Some(7), "2026-11-18", "2026-11-26"),
            ("NEXT_N_DAYS", Some(2), "2026-11-26", "2026-11-28"),
            ("N_DAYS_AGO", Some(3), "2026-11-22", "2026-11-23"),
            ("THIS_WEEK", None, "2026-11-22", "2026-11-29"),
            ("LAST_WEEK", None, "2026-11-15", "2026-11-22"),
            ("LAST_N_WEEKS", Some(2), "2026-11-08", "2026-11-22"),
            ("LAST_MONTH", None, "2026-10-01", "2026-11-01"),
            ("N_MONTHS_AGO", Some(11), "2025-12-01", "2026-01-01"),
            ("THIS_QUARTER", None, "2026-10-01", "2027-01-01"),
            ("LAST_FISCAL_QUARTER", None, "2026-07-01", "2026-10-01"),
            ("NEXT_N_FISCAL_YEARS", Some(1), "2027-01-01", "2028-01-01"),
            ("LAST_90_DAYS", None, "2026-08-27", "2026-11-26"),
        ];
        for (name, number, from, to) in cases {
            let days = Relative::named(name, number).unwrap().days(&now).unwrap();
            assert_eq!((days.from.to_string().as_str(), days.to.to_string().as_str()), (from, to), "{name}");
        }
        for (name, number) in [
            ("LAST_N_MINUTES", Some(30)),
            ("LAST_N_HOURS", Some(1)),
            ("LAST_N_DAYS", None),
            ("TODAY", Some(1)),
            ("LAST_DAY", None),
            ("LAST_FISCAL_WEEK", None),
            ("SOMEDAY", None),
        ] {
            assert_eq!(Relative::named(name, number), None, "{name}");
        }
    }
}
