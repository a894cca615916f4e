//! How days, times and lists read. What a language wants between the words stands in its file, as the words do.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime};

use super::{Arg, Language, Words};

/// Runs of days that are listed one by one.
const RUNS_MAX: usize = 4;

impl Words {
    /// `Thursday, 26 November 2026`.
    pub fn long_date(&self, date: Date) -> String {
        let month = self.by_number("month", "month", date.month());
        let args = [("weekday", self.weekday("weekday", date).into()), ("month", month.into())];
        self.dated("date-long", date, args)
    }

    /// `Thu 26 Nov`.
    pub fn short_date(&self, date: Date) -> String {
        self.short("date-short", date)
    }

    /// `Thu 26 Nov 2026`.
    pub fn short_date_year(&self, date: Date) -> String {
        self.short("date-short-year", date)
    }

    /// `26 Nov`.
    pub fn day_month(&self, date: Date) -> String {
        self.short("day-month", date)
    }

    /// `26 Nov 2026`.
    pub fn day_month_year(&self, date: Date) -> String {
        self.short("day-month-year", date)
    }

    /// `Thu`.
    pub fn weekday_short(&self, date: Date) -> String {
        self.weekday("weekday-short", date)
    }

    /// What a message says about the weekday of a day: `on-weekday` is `on Thursday`.
    pub fn weekday(&self, message: &str, date: Date) -> String {
        self.by_number(message, "day", date.weekday().to_monday_one_offset())
    }

    /// `10:00`, of what clocks show: `10:00`, `24:00`.
    pub fn clock(&self, shown: &str) -> String {
        match shown.split_once(':') {
            Some((hour, minute)) => self.fill("clock", &[("hour", hour.into()), ("minute", minute.into())]),
            None => shown.to_owned(),
        }
    }

    /// `Thu 26 Nov 10:00`.
    pub fn moment(&self, at: DateTime) -> String {
        self.at_time(self.short_date(at.date()), at)
    }

    /// `Thu 26 Nov 2026 10:00`.
    pub fn moment_year(&self, at: DateTime) -> String {
        self.at_time(self.short_date_year(at.date()), at)
    }

    fn at_time(&self, date: String, at: DateTime) -> String {
        let time = self.clock(&at.time().strftime("%H:%M").to_string());
        self.fill("moment", &[("date", date.into()), ("time", time.into())])
    }

    /// Days as people list them: `3 Mar 2026`, `1 to 5 Mar 2026`, with runs put together and at most four of them.
    pub fn days(&self, days: &[Date]) -> String {
        let mut runs: Vec<(Date, Date)> = Vec::new();
        for day in days {
            match runs.last_mut() {
                Some((_, last)) if last.saturating_add(1.day()) == *day => *last = *day,
                _ => runs.push((*day, *day)),
            }
        }
        let mut words: Vec<String> = runs.iter().take(RUNS_MAX).map(|(first, last)| self.run(*first, *last)).collect();
        if runs.len() > RUNS_MAX {
            words.push(self.text("more"));
        }
        self.list(&words)
    }

    /// `a`, `a and b`, `a, b and c`.
    pub fn list(&self, words: &[String]) -> String {
        let [first @ .., last] = words else { return String::new() };
        if first.is_empty() {
            return last.clone();
        }
        let turns = self.language() == Language::Es && sounds_like_i(last);
        let message = if turns { "list-last-before-i" } else { "list-last" };
        self.fill(message, &[("list", first.join(", ").into()), ("last", last.as_str().into())])
    }

    fn run(&self, first: Date, last: Date) -> String {
        let begin = match (first == last, first.year() == last.year(), first.month() == last.month()) {
            (true, ..) => return self.day_month_year(last),
            (_, true, true) => self.day(first),
            (_, true, false) => self.day_month(first),
            (_, false, _) => self.day_month_year(first),
        };
        self.fill("days-range", &[("first", begin.into()), ("last", self.day_month_year(last).into())])
    }

    fn day(&self, date: Date) -> String {
        self.by_number("day", "day", date.day())
    }

    fn short(&self, message: &str, date: Date) -> String {
        let month = self.by_number("month-short", "month", date.month());
        self.dated(message, date, [("weekday", self.weekday_short(date).into()), ("month", month.into())])
    }

    fn dated(&self, message: &str, date: Date, names: [(&str, Arg); 2]) -> String {
        let [weekday, month] = names;
        self.fill(message, &[weekday, ("day", self.day(date).into()), month, ("year", date.year().to_string().into())])
    }

    fn by_number(&self, message: &str, name: &str, number: i8) -> String {
        self.fill(message, &[(name, Arg::Count(number.unsigned_abs().into()))])
    }
}

/// Spanish says `e` for `y` before that sound: `padres e hijos`, but `agua y hielo`.
fn sounds_like_i(word: &str) -> bool {
    let word = word.to_lowercase();
    let sound = word.strip_prefix('h').unwrap_or(&word);
    let is_glide = ["ie", "ia", "io"].iter().any(|glide| sound.starts_with(glide));
    sound.starts_with(['i', 'í']) && !is_glide
}

/// `Took long` of `took long`.
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// The sentence with its full stop, where an abbreviation at its end has not brought one.
pub fn stopped(text: &str) -> String {
    if text.ends_with('.') { text.to_owned() } else { format!("{text}.") }
}
