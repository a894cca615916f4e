//! When the daily mail is due, and where it stands. Pure.
//!
//! ```text
//!  (new day, digest_at passed) ──▶ sending ──taken──▶ sent
//!             ▲                      │  └── no answer, or killed: it stays `sending`, and is not mailed again that day;
//!             │                      │      the next day's mail says so and tells both days
//!             └── not taken: an hour later, the same day
//!  nothing to tell: quiet, until the next day
//! ```
//!
//! A mail tells what happened since the last one that was taken, so what a lost mail had told comes again.

use jiff::civil::{Date, Time};
use jiff::fmt::serde::timestamp::millisecond;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A mail that was not taken is tried again after so long.
const TRY_AGAIN_AFTER: SignedDuration = SignedDuration::from_hours(1);
/// What the first mail tells.
const FIRST: SignedDuration = SignedDuration::from_hours(24);
/// The most that one mail tells: after a week of lost mails the run history is the place to look.
const LONGEST: SignedDuration = SignedDuration::from_hours(7 * 24);

/// When the daily mail goes out.
#[derive(Clone, Debug)]
pub struct Hour {
    /// The zone of days.
    pub zone: TimeZone,
    /// The time of day in it. Where the clocks skip it, it is the next that they show.
    pub at: Time,
}

/// One day's mail, as it stands in the state table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The day.
    pub day: Date,
    /// Where it stands.
    pub state: State,
    /// Since when, in milliseconds since 1970.
    #[serde(rename = "since_ms", with = "millisecond::required")]
    pub since: Timestamp,
    /// The first moment that it tells about.
    #[serde(rename = "from_ms", with = "millisecond::required")]
    pub from: Timestamp,
    /// The moment at which the next one begins.
    #[serde(rename = "to_ms", with = "millisecond::required")]
    pub to: Timestamp,
    /// Why it was not taken, in a word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Where a day's mail stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// About to be handed over, or handed over without an answer.
    Sending,
    /// Taken.
    Sent,
    /// The mail service did not take it.
    NotTaken,
    /// There was nothing to tell.
    Quiet,
}

/// A mail that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The day.
    pub day: Date,
    /// The first moment to tell about.
    pub from: Timestamp,
    /// The day of the last mail, if nobody knows whether that one arrived.
    pub doubt: Option<Date>,
}

impl Hour {
    /// The day whose mail is due at `now`: the last one whose hour has come.
    fn day_at(&self, now: Timestamp) -> Date {
        let today = self.zone.to_datetime(now).date();
        if self.moment_of(today).is_some_and(|moment| now >= moment) {
            return today;
        }
        today.yesterday().unwrap_or(today)
    }

    fn moment_of(&self, day: Date) -> Option<Timestamp> {
        self.zone.to_timestamp(day.to_datetime(self.at)).ok()
    }

    /// Whether a mail is due at `now`, after the last one.
    pub fn due(&self, last: Option<&Notice>, now: Timestamp) -> Option<Due> {
        let day = self.day_at(now);
        let Some(last) = last else { return Some(Due { day, from: first_from(now), doubt: None }) };
        let is_same_day = last.day >= day;
        let may_try_again = last.state == State::NotTaken && now >= later(last.since, TRY_AGAIN_AFTER);
        if is_same_day && !may_try_again {
            return None;
        }
        let was_told = matches!(last.state, State::Sent | State::Quiet);
        let from = if was_told { last.to } else { last.from };
        let doubt = (last.state == State::Sending).then_some(last.day);
        Some(Due { day, from: from.max(earlier(now, LONGEST)), doubt })
    }
}

impl Due {
    /// Its entry, which ends at `to`; written before the mail is handed over.
    pub fn entry(&self, state: State, to: Timestamp, now: Timestamp) -> Notice {
        Notice { day: self.day, state, since: now, from: self.from, to, reason: None }
    }
}

impl Notice {
    /// The same after the mail was handed over.
    #[must_use]
    pub fn after(&self, state: State, reason: Option<&str>, now: Timestamp) -> Self {
        Self { state, since: now, reason: reason.map(str::to_owned), ..self.clone() }
    }
}

/// From when a mail tells that has none before it.
pub fn first_from(now: Timestamp) -> Timestamp {
    earlier(now, FIRST)
}

fn earlier(moment: Timestamp, by: SignedDuration) -> Timestamp {
    moment.checked_sub(by).unwrap_or(Timestamp::MIN)
}

fn later(moment: Timestamp, by: SignedDuration) -> Timestamp {
    moment.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn hour(zone: &str, at: &str) -> Hour {
        Hour { zone: TimeZone::get(zone).unwrap(), at: at.parse().unwrap() }
    }

    fn notice(day: &str, state: State) -> Notice {
        let day: Date = day.parse().unwrap();
        let hour = TimeZone::UTC.to_timestamp(day.at(7, 0, 0, 0)).unwrap();
        Notice { day, state, since: hour, from: hour - FIRST, to: hour, reason: None }
    }

    #[test]
    fn the_first_tick_after_the_hour_mails_and_the_others_of_that_day_do_not() {
        let hour = hour("UTC", "07:00");
        let yesterdays = notice("2026-03-13", State::Sent);
        assert_eq!(hour.due(Some(&yesterdays), at("2026-03-14T06:59:00Z")), None);
        let due = hour.due(Some(&yesterdays), at("2026-03-14T07:20:00Z")).unwrap();
        assert_eq!((due.day.to_string().as_str(), due.from, due.doubt), ("2026-03-14", yesterdays.to, None));
        for state in [State::Sent, State::Quiet, State::Sending] {
            let todays = due.entry(state, at("2026-03-14T07:20:00Z"), at("2026-03-14T07:20:00Z"));
            for later in ["2026-03-14T07:30:00Z", "2026-03-14T23:59:00Z", "2026-03-15T06:59:59Z"] {
                assert_eq!(hour.due(Some(&todays), at(later)), None, "{state:?} {later}");
            }
        }
    }

    #[test]
    fn a_mail_that_was_not_taken_is_tried_again_an_hour_later_and_tells_the_same() {
        let hour = hour("UTC", "07:00");
        let refused = notice("2026-03-14", State::NotTaken);
        assert_eq!(hour.due(Some(&refused), at("2026-03-14T07:59:00Z")), None);
        let again = hour.due(Some(&refused), at("2026-03-14T08:00:00Z")).unwrap();
        assert_eq!((again.day, again.from, again.doubt), (refused.day, refused.from, None));
    }

    #[test]
    fn a_mail_of_which_nobody_knows_is_told_of_the_next_day() {
        let hour = hour("UTC", "07:00");
        let unknown = notice("2026-03-13", State::Sending);
        let next = hour.due(Some(&unknown), at("2026-03-14T07:00:00Z")).unwrap();
        assert_eq!((next.from, next.doubt), (unknown.from, Some(unknown.day)), "both days are told");
    }

    #[test]
    fn the_hour_is_the_zones_also_when_the_clocks_change() {
        let hour = hour("America/Chicago", "02:30");
        let last = notice("2026-03-07", State::Sent);
        // 8 March 2026 has no 02:30: the clocks go from 02:00 to 03:00, which is 08:00 UTC.
        assert_eq!(hour.due(Some(&last), at("2026-03-08T08:29:59Z")), None);
        assert_eq!(hour.due(Some(&last), at("2026-03-08T08:30:00Z")).unwrap().day.to_string(), "2026-03-08");
        // 1 November 2026 has 01:30 twice: one mail.
        let hour = self::hour("America/Chicago", "01:30");
        let due = hour.due(Some(&notice("2026-10-31", State::Sent)), at("2026-11-01T06:30:00Z")).unwrap();
        let sent = due.entry(State::Sent, at("2026-11-01T06:30:00Z"), at("2026-11-01T06:30:00Z"));
        assert_eq!(hour.due(Some(&sent), at("2026-11-01T07:30:00Z")), None);
    }

    #[test]
    fn the_first_mail_tells_a_day_and_none_tells_more_than_a_week() {
        let hour = hour("UTC", "07:00");
        let now = at("2026-03-14T12:00:00Z");
        assert_eq!(hour.due(None, now).unwrap().from, at("2026-03-13T12:00:00Z"));
        let long_ago = notice("2026-01-01", State::Sent);
        assert_eq!(hour.due(Some(&long_ago), now).unwrap().from, at("2026-03-07T12:00:00Z"));
    }

    #[test]
    fn an_entry_is_read_as_it_was_written() {
        let entry =
            notice("2026-03-14", State::NotTaken).after(State::NotTaken, Some("busy"), at("2026-03-14T07:00:01Z"));
        let text = serde_json::to_string(&entry).unwrap();
        assert!(text.contains(r#""state":"not_taken""#), "{text}");
        assert_eq!(serde_json::from_str::<Notice>(&text).unwrap(), entry);
    }
}
