//! The days before, as far as a report compares with them.
//!
//! ```text
//!  ··· 364 days ago (same weekday) ···      60 ··· 30 ··· 14 ··· 7 ··· 1 ··· the day
//!      and the 29 before it                 whole days in all          also queue by queue: 1, 7, 14, 21, 28
//! ```
//!
//! What is not there is named instead of a comparison: the days of a window are known all or it is not compared with. The
//! days before a contact centre had its first conversation are as good as not there: nothing grew out of them.

use std::collections::{BTreeMap, HashMap};

use jiff::ToSpan;
use jiff::civil::Date;

use crate::day::Day;
use crate::sums::Sums;

/// Days before the day that its windows reach back to: thirty, and the thirty before them.
const DAYS_BACK: i64 = 59;
/// 52 weeks: the same weekday of the year before.
pub const YEAR: i64 = 364;
/// Days of the window that is compared with the year before.
const YEAR_WINDOW: i64 = 30;
/// Known days without a conversation before all others that are taken for the time before there was a centre. Whoever is
/// closed on Sundays, or over a long weekend, has fewer in a row.
const UNOPENED_DAYS_MIN: usize = 7;
/// How many weeks the same weekday is looked at, queue by queue.
pub const WEEKS: i64 = 4;

/// The days before a day.
#[derive(Clone, Debug)]
pub struct Past {
    date: Date,
    totals: BTreeMap<Date, Sums>,
    queues: HashMap<Date, HashMap<String, Sums>>,
}

/// Days that a comparison lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lacking(pub Vec<Date>);

impl Past {
    /// The past of a day, of which nothing is known yet.
    pub fn of(date: Date) -> Self {
        Self { date, totals: BTreeMap::new(), queues: HashMap::new() }
    }

    /// Every day that a report about `date` compares with, the newest first.
    pub fn days(date: Date) -> Vec<Date> {
        let back = (1..=DAYS_BACK).chain(YEAR..YEAR + YEAR_WINDOW);
        back.map(|days| before(date, days)).collect()
    }

    /// Whether this day is compared queue by queue: then the whole of it is needed, and else its first line.
    pub fn is_needed_by_queue(date: Date, other: Date) -> bool {
        let weekdays = (1..=WEEKS).map(|week| before(date, 7 * week));
        weekdays.chain([before(date, 1)]).any(|needed| needed == other)
    }

    /// Adds what happened in all on a day.
    pub fn add_total(&mut self, date: Date, total: Sums) {
        self.totals.insert(date, total);
    }

    /// Adds a whole day.
    pub fn add_day(&mut self, day: &Day) {
        self.add_total(day.date, day.total());
        if Self::is_needed_by_queue(self.date, day.date) {
            let queues = day.queues.iter().map(|(id, queue)| (id.clone(), queue.total()));
            self.queues.insert(day.date, queues.filter(|(_, sums)| !sums.is_empty()).collect());
        }
    }

    /// What happened in all on a day so many days before; `None` when it is not known, or before the first conversation.
    pub fn total(&self, days: i64) -> Option<&Sums> {
        self.known(before(self.date, days))
    }

    /// What happened in all from `first` to `last` days before, the later one first.
    ///
    /// # Errors
    /// [`Lacking`]: days of it are not known.
    pub fn window(&self, last: i64, first: i64) -> Result<Sums, Lacking> {
        let days: Vec<Date> = (last..=first).rev().map(|days| before(self.date, days)).collect();
        let lacking: Vec<Date> = days.iter().filter(|day| self.known(**day).is_none()).copied().collect();
        if lacking.is_empty() {
            Ok(Sums::total(days.iter().filter_map(|day| self.known(*day))))
        } else {
            Err(Lacking(lacking))
        }
    }

    /// What a queue did so many days before; `None` when that day is not known queue by queue. A queue that a known day
    /// does not name had nothing.
    pub fn queue(&self, id: &str, days: i64) -> Option<Sums> {
        let day = self.queues.get(&before(self.date, days))?;
        Some(day.get(id).copied().unwrap_or_default())
    }

    /// What a queue did on the same weekday, of up to four weeks those that are known, the newest first.
    pub fn weekdays(&self, id: &str) -> Vec<Sums> {
        (1..=WEEKS).filter_map(|week| self.queue(id, 7 * week)).collect()
    }

    fn known(&self, day: Date) -> Option<&Sums> {
        self.totals.get(&day).filter(|_| day >= self.opening())
    }

    /// The first day that counts: the first one with a conversation, if many come before it that have none.
    fn opening(&self) -> Date {
        let first = self.totals.iter().find(|(_, sums)| !sums.is_empty()).map_or(self.date, |(day, _)| *day);
        let is_long = self.totals.range(..first).count() >= UNOPENED_DAYS_MIN;
        if is_long { first } else { Date::MIN }
    }
}

fn before(date: Date, days: i64) -> Date {
    date.saturating_sub(days.days())
}
