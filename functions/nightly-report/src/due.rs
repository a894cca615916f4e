//! What a tick has to do. Pure: the moment, the times of the configuration and what is remembered decide.
//!
//! ```text
//!  local day of the tick      00:00      02:00          02:15                          24:00
//!                             │ wait     │ prepare      │ mail, again every hour       │ give up
//!  the report's day ──────────┘
//! ```
//!
//! Only yesterday is ever due: the last day that had ended when the tick's own day began. So a start that comes late, a
//! retry and a second tick all mean the same day, and a tick after midnight never mails the day before yesterday. Ticks
//! come every quarter of an hour, and with every event about a mail; how many there are does not matter.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time};
use jiff::fmt::serde::timestamp::millisecond;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::calendar::Zone;
use crate::ledger::{Entry, OnUnknown, State};

/// A day that could not be read, or not wholly, is read again after so long: at the next tick, not at the next event.
const READ_AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(10);

/// When a report is made.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    /// The organisation's zone.
    pub zone: Zone,
    /// When the day before is read and worked out.
    pub prepare_at: Time,
    /// When it is mailed.
    pub mail_at: Time,
}

/// The moments of one report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moments {
    /// The day it is about.
    pub day: Date,
    /// When it is prepared.
    pub prepare: Timestamp,
    /// When it is mailed.
    pub mail: Timestamp,
    /// When it is too late for it.
    pub end: Timestamp,
}

/// What is remembered about a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayRow {
    /// When it was last tried to prepare it, in milliseconds since 1970.
    #[serde(rename = "tried_at_ms", with = "millisecond::required")]
    pub tried_at: Timestamp,
    /// When it was first stored.
    #[serde(rename = "prepared_at_ms", default, with = "millisecond::optional")]
    pub prepared_at: Option<Timestamp>,
    /// What was read of it: everything, or not. Its mail does not wait for the rest.
    #[serde(default)]
    pub is_complete: bool,
    /// The lists that it was to be mailed to, as the configuration had them then.
    #[serde(default)]
    pub lists: Vec<String>,
}

/// Everything that is remembered about a report's day and its mails.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The day.
    pub day: Option<DayRow>,
    /// Its mail to each list, what the mail service told included.
    pub mails: BTreeMap<String, Entry>,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing before this moment.
    Wait {
        /// When there is.
        until: Timestamp,
    },
    /// Read the day, or what is missing of it, work it out and store it.
    Prepare {
        /// The day.
        day: Date,
    },
    /// Hand the mail over.
    Mail {
        /// The day.
        day: Date,
        /// To whom.
        list: String,
        /// As it stands; [`Entry::sending`] is to be written first.
        entry: Entry,
    },
    /// Nobody knows whether it was taken, and it is not tried again: write this, and alert.
    Hold {
        /// The day.
        day: Date,
        /// To whom.
        list: String,
        /// What is to be written.
        entry: Entry,
    },
    /// The day of the mail ended without it: write this, and alert.
    GiveUp {
        /// The day that the mail is about.
        day: Date,
        /// To whom.
        list: String,
        /// What is to be written.
        entry: Entry,
    },
}

impl DayRow {
    /// A day that was not prepared so far, and the lists that wait for it.
    pub fn unprepared(now: Timestamp, lists: Vec<String>) -> Self {
        Self { tried_at: now, prepared_at: None, is_complete: false, lists }
    }
}

impl Schedule {
    /// The report that is made on the day of `now`.
    pub fn report_at(&self, now: Timestamp) -> Moments {
        self.made_on(self.zone.day_at(now))
    }

    /// The report about a day.
    pub fn report_about(&self, day: Date) -> Moments {
        // The day after, unless that was left out.
        let next = self.zone.day_at(self.zone.interval(day).to);
        Moments { day, ..self.made_on(next) }
    }

    /// The report before it.
    pub fn report_before(&self, moments: &Moments) -> Moments {
        self.made_on(moments.day)
    }

    fn made_on(&self, today: Date) -> Moments {
        let moment = |time| self.zone.moment(today, time);
        Moments {
            day: self.zone.day_before(today),
            prepare: moment(self.prepare_at),
            mail: moment(self.mail_at),
            end: self.zone.start_of(today.saturating_add(1.day())),
        }
    }
}

/// What is to be done about the report `due` for these lists. It is to be asked again after a `Prepare`; nothing is left
/// when the day of its mail is over and nothing open.
pub fn next(now: Timestamp, due: &Moments, lists: &[String], policy: OnUnknown, standing: &Standing) -> Vec<Step> {
    if now < due.prepare {
        return vec![Step::Wait { until: due.prepare }];
    }
    if now >= due.end {
        return overdue(now, due, standing);
    }
    if let Some(step) = reading(now, due, standing.day.as_ref()) {
        return vec![step];
    }
    if now < due.mail {
        return vec![Step::Wait { until: due.mail }];
    }
    let steps = lists.iter().map(|list| mailing(now, due, list, policy, standing.mails.get(list)));
    let (waits, mut steps): (Vec<Step>, Vec<Step>) = steps.partition(|step| matches!(step, Step::Wait { .. }));
    let until = waits.iter().filter_map(|step| if let Step::Wait { until } = step { Some(*until) } else { None });
    steps.extend(until.min().filter(|_| steps.is_empty()).map(|until| Step::Wait { until }));
    // Without a list there is nothing to wait for but the next day.
    if steps.is_empty() { vec![Step::Wait { until: due.end }] } else { steps }
}

/// Reading, as long as there is something to read and time for it.
fn reading(now: Timestamp, due: &Moments, row: Option<&DayRow>) -> Option<Step> {
    let Some(row) = row else { return Some(Step::Prepare { day: due.day }) };
    let again = row.tried_at.saturating_add(READ_AGAIN_AFTER).unwrap_or(now);
    match (row.prepared_at, row.is_complete) {
        (Some(_), true) => None,
        // What is missing may still come until the mail goes out. The run that mails tries once more; then the report says
        // what is missing.
        (Some(_), false) if now >= due.mail => (row.tried_at < due.mail).then_some(Step::Prepare { day: due.day }),
        (Some(_), false) if now < again => Some(Step::Wait { until: again.min(due.mail) }),
        (None, _) if now < again => Some(Step::Wait { until: again }),
        _ => Some(Step::Prepare { day: due.day }),
    }
}

/// What is to be done about the mail to one list.
fn mailing(now: Timestamp, due: &Moments, list: &str, policy: OnUnknown, entry: Option<&Entry>) -> Step {
    let day = due.day;
    let known = entry.cloned().unwrap_or_else(|| Entry::due(now));
    let entry = known.after_silence(policy, now);
    match (entry.state, entry.not_before) {
        (State::Due, Some(not_before)) if now < not_before => Step::Wait { until: not_before.min(due.end) },
        (State::Due, _) => Step::Mail { day, list: list.to_owned(), entry },
        (State::Sending, _) => Step::Wait { until: entry.heard_by().min(due.end) },
        (State::Held, _) if known.state != State::Held => Step::Hold { day, list: list.to_owned(), entry },
        _ => Step::Wait { until: due.end },
    }
}

/// The day of the mail is over. What is open is given up; a mail of which nobody knows whether it was taken has its
/// quarter of an hour first.
fn overdue(now: Timestamp, due: &Moments, standing: &Standing) -> Vec<Step> {
    let Standing { day: row, mails } = standing;
    // A list without an entry was never tried: the day could not be prepared, or no tick came after it was.
    let untried = row.iter().flat_map(|row| &row.lists).filter(|list| !mails.contains_key(*list));
    let untried = untried.map(|list| (list, Entry::due(now)));
    let open = mails.iter().filter(|(_, entry)| entry.is_open()).map(|(list, entry)| (list, entry.clone()));
    let steps = open.chain(untried).map(|(list, entry)| match entry.state {
        State::Sending if !entry.is_silent(now) => Step::Wait { until: entry.heard_by() },
        _ => Step::GiveUp { day: due.day, list: list.clone(), entry: entry.given_up(now) },
    });
    steps.collect()
}
