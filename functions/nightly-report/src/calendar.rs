//! Days and times of day of the organisation's zone, as moments.
//!
//! ```text
//!  clocks forward   01:00  03:00  04:00        the day has 23 hours; 02:15 is taken as 03:00
//!  clocks back      01:00  01:00  02:00        the day has 25 hours; 01:15 is taken as the first of the two
//! ```
//!
//! A day is the half-open interval from its first moment to the first moment of the next day, so that days neither
//! overlap nor leave anything out, whatever the clocks do: also where midnight itself is skipped, where a change leads back
//! over midnight, and where a whole day was left out. The zones come with the program and not with the machine.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp, ToSpan};

/// The zone in which the organisation counts its days.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

/// A zone that nobody has heard of.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no time zone of the IANA database; write it as in America/Chicago")]
pub struct UnknownZone(String);

/// A stretch of time: `from` is in it, `to` is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// Its first moment.
    pub from: Timestamp,
    /// The first moment after it.
    pub to: Timestamp,
}

/// An hour of a day, as the clocks on the wall show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hour {
    /// When it is. Shorter than an hour only where clocks move by less than one.
    pub interval: Interval,
    /// What the clocks show at its start.
    pub starts: Time,
    /// Whether the clocks show this hour for the second time.
    pub is_repeated: bool,
}

impl Hour {
    /// What the clocks show at its start, as in `10:00`.
    pub fn shown(&self) -> String {
        self.starts.strftime("%H:%M").to_string()
    }
}

impl Zone {
    /// The zone of this IANA name.
    ///
    /// # Errors
    /// [`UnknownZone`].
    pub fn named(name: &str) -> Result<Self, UnknownZone> {
        let unknown = || UnknownZone(name.to_owned());
        let zone = TimeZone::get(name).map_err(|_| unknown())?;
        let name = zone.iana_name().ok_or_else(unknown)?.to_owned();
        Ok(Self { name, zone })
    }

    /// How far its clocks are ahead of Greenwich at this moment, in minutes.
    pub fn offset_minutes(&self, at: Timestamp) -> i32 {
        self.zone.to_offset(at).seconds() / 60
    }

    /// Its name, as Genesys takes it too.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the clocks show at a moment.
    pub fn local(&self, at: Timestamp) -> DateTime {
        self.zone.to_datetime(at)
    }

    /// The first moment of a day.
    pub fn start_of(&self, day: Date) -> Timestamp {
        self.moment(day, Time::midnight())
    }

    /// The day from its first moment to that of the next.
    pub fn interval(&self, day: Date) -> Interval {
        Interval { from: self.start_of(day), to: self.start_of(day.saturating_add(1.day())) }
    }

    /// When the clocks show this time of this day: of two times the first; where they never do, the next time that
    /// they show.
    pub fn moment(&self, day: Date, time: Time) -> Timestamp {
        let local = self.zone.to_ambiguous_timestamp(day.to_datetime(time));
        // Only at the ends of the calendar, in the years -9999 and 9999, is there no such moment.
        let at = local.earlier().unwrap_or(if day.year() < 0 { Timestamp::MIN } else { Timestamp::MAX });
        match local.offset() {
            // `at` lies before the change, as far as the wanted time lies into the gap.
            AmbiguousOffset::Gap { .. } => self.zone.following(at).next().map_or(at, |change| change.timestamp()),
            AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. } => at,
        }
    }

    /// The day to which a moment belongs.
    pub fn day_at(&self, at: Timestamp) -> Date {
        let shown = self.local(at).date();
        let next = shown.saturating_add(1.day());
        // A change that leads back over midnight shows the old date again, after the new day has begun.
        if at >= self.start_of(next) { next } else { shown }
    }

    /// The day before: the last one that ended when this one began.
    pub fn day_before(&self, day: Date) -> Date {
        self.day_at(self.start_of(day).saturating_sub(SignedDuration::from_nanos(1)).unwrap_or(Timestamp::MIN))
    }

    /// The hours of a day, in their order.
    pub fn hours(&self, day: Date) -> Vec<Hour> {
        let day = self.interval(day);
        let mut hours: Vec<Hour> = Vec::with_capacity(25);
        let mut from = day.from;
        while from < day.to {
            let starts = self.local(from).time();
            let into = i64::from(starts.minute()) * 60 + i64::from(starts.second());
            let to = from.saturating_add(SignedDuration::from_secs(3600 - into)).unwrap_or(day.to).min(day.to);
            let is_repeated = hours.last().is_some_and(|last| last.starts >= starts);
            hours.push(Hour { interval: Interval { from, to }, starts, is_repeated });
            from = to;
        }
        hours
    }
}

impl Interval {
    /// Whether a moment is in it.
    pub fn contains(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.to
    }

    /// How long it is.
    pub fn length(&self) -> SignedDuration {
        self.to.duration_since(self.from)
    }
}
