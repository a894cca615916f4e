//! What became of one day's mail to one list: the states, and what leads from one to the next.
//!
//! ```text
//!             ┌──── not taken: an hour later ────┐
//!             ▼                                  │
//!  (none) ─▶ due ──written before the mail──▶ sending ──taken──▶ sent ─▶ delivered
//!             ▲                                  │                └────▶ bounced
//!             └── 15 minutes without a word ─────┤
//!                 (policy resend, marked)        └── (policy hold) ─▶ held
//!  the day ends: due and sending ─▶ given_up
//! ```
//!
//! No mail service takes a mail twice and delivers it once. So the entry says `sending` before the mail is handed over,
//! and while nobody knows whether it was taken, the service's own event is waited for. A state never goes back on an
//! event's word, in whatever order events come; an event about a mail that was given up tells that it arrived after all.

use std::fmt;

use jiff::civil::Date;
use jiff::fmt::serde::timestamp::millisecond;
use jiff::{SignedDuration, Timestamp};
use platform::mail::fate::Fate;
use serde::{Deserialize, Serialize};

use crate::NAME;

/// How long the service's event is waited for. SES sends them within seconds; a quarter of an hour is one tick.
pub const SILENCE: SignedDuration = SignedDuration::from_mins(15);

/// A mail that was not taken is tried again after so long.
pub const TRY_AGAIN_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// As `MailError::name` has it.
const REFUSED: &str = "mail_refused";

/// One day's mail to one list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Where it stands.
    pub state: State,
    /// Since when, in milliseconds since 1970.
    #[serde(rename = "since_ms", with = "millisecond::required")]
    pub since: Timestamp,
    /// How often it was handed over, the try that is under way included.
    pub attempts: u32,
    /// Not to be tried before this moment.
    #[serde(
        rename = "not_before_ms",
        default,
        skip_serializing_if = "Option::is_none",
        with = "millisecond::optional"
    )]
    pub not_before: Option<Timestamp>,
    /// Whether it may have arrived already: the next one says so in its subject.
    #[serde(default, skip_serializing_if = "is_false")]
    pub may_have_arrived: bool,
    /// How often a person asked for it again.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub asked_again: u32,
    /// Messages that the service took, as far as its events have told. More than one: it came twice.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub copies: u32,
    /// Whether a recipient called it spam.
    #[serde(default, skip_serializing_if = "is_false")]
    pub complained: bool,
    /// Why it was last not taken or not delivered, in a word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Where a mail stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// To be mailed.
    Due,
    /// About to be handed over, or handed over without an answer.
    Sending,
    /// It may have been taken, and is not tried again: a person decides.
    Held,
    /// The day ended without its mail.
    GivenUp,
    /// Taken.
    Sent,
    /// A recipient's server has it.
    Delivered,
    /// A recipient's server refused it.
    Bounced,
}

/// What is done about a mail of which nobody knows whether it was taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnUnknown {
    /// It is mailed again, and its subject says so: rather twice than never.
    #[default]
    Resend,
    /// It is not mailed again: rather never than twice.
    Hold,
}

/// How handing a mail over ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The service took it.
    Taken,
    /// The service did not take it, for a reason in a word.
    NotTaken(String),
    /// There was no answer: it may have been taken.
    Unknown,
}

impl Entry {
    /// A mail that nobody has tried yet.
    pub fn due(now: Timestamp) -> Self {
        Self {
            state: State::Due,
            since: now,
            attempts: 0,
            not_before: None,
            may_have_arrived: false,
            asked_again: 0,
            copies: 0,
            complained: false,
            reason: None,
        }
    }

    /// The key that the mail carries and its events bring back. A mail that a person asks for again has another one,
    /// since what is told about the first says nothing about it.
    pub fn key(&self, day: Date, list: &str) -> String {
        match self.asked_again {
            0 => format!("{NAME}/{day}/{list}"),
            times => format!("{NAME}/{day}/{list}/{}", times.saturating_add(1)),
        }
    }

    /// Before it is handed over.
    #[must_use]
    pub fn sending(&self, now: Timestamp) -> Self {
        Self { attempts: self.attempts.saturating_add(1), not_before: None, ..self.to(State::Sending, now) }
    }

    /// After it was handed over.
    #[must_use]
    pub fn after_send(&self, outcome: &Outcome, now: Timestamp) -> Self {
        match outcome {
            Outcome::Taken => Self { reason: None, ..self.to(State::Sent, now) },
            Outcome::NotTaken(reason) => Self {
                not_before: Some(later(now, TRY_AGAIN_AFTER)),
                reason: Some(reason.clone()),
                ..self.to(State::Due, now)
            },
            // It stays `sending`, from now on: the event has to have its time.
            Outcome::Unknown => Self { reason: Some("no_answer".to_owned()), ..self.to(State::Sending, now) },
        }
    }

    /// After what the mail service has told about it; `fates` has one entry for each message under its key.
    #[must_use]
    pub fn after_events(&self, fates: &[Fate], now: Timestamp) -> Self {
        let told = fates.iter().filter_map(told).max_by_key(|(state, _)| state.rank());
        let copies = u32::try_from(fates.iter().filter(|fate| was_taken(fate)).count()).unwrap_or(u32::MAX);
        let complained = self.complained || fates.iter().any(|fate| fate.complained.is_some());
        let known = Self { copies: self.copies.max(copies), complained, ..self.clone() };
        match told {
            Some((state, reason)) if state.rank() > self.state.rank() => {
                Self { reason: reason.map(str::to_owned), not_before: None, ..known.to(state, now) }
            }
            _ => known,
        }
    }

    /// After [`SILENCE`] in [`State::Sending`]; before it, and in any other state, nothing changes.
    #[must_use]
    pub fn after_silence(&self, policy: OnUnknown, now: Timestamp) -> Self {
        if !self.is_silent(now) {
            return self.clone();
        }
        match policy {
            OnUnknown::Resend => Self { may_have_arrived: true, ..self.to(State::Due, now) },
            OnUnknown::Hold => self.to(State::Held, now),
        }
    }

    /// After the day on which it should have been mailed.
    #[must_use]
    pub fn given_up(&self, now: Timestamp) -> Self {
        Self { not_before: None, ..self.to(State::GivenUp, now) }
    }

    /// After a person asked for it again.
    #[must_use]
    pub fn asked_again(&self, now: Timestamp) -> Self {
        let may_have_arrived = self.may_have_arrived || self.attempts > 0;
        let asked_again = self.asked_again.saturating_add(1);
        Self { asked_again, may_have_arrived, ..Self::due(now) }
    }

    /// Whether it is still to be mailed, or may be.
    pub fn is_open(&self) -> bool {
        matches!(self.state, State::Due | State::Sending)
    }

    /// Whether the service refused it when it was last handed over.
    pub fn was_refused(&self) -> bool {
        self.reason.as_deref() == Some(REFUSED)
    }

    /// Whether the service's event was waited for long enough.
    pub fn is_silent(&self, now: Timestamp) -> bool {
        self.state == State::Sending && now >= self.heard_by()
    }

    /// Until when the service's event is waited for.
    pub fn heard_by(&self) -> Timestamp {
        later(self.since, SILENCE)
    }

    fn to(&self, state: State, now: Timestamp) -> Self {
        Self { state, since: now, ..self.clone() }
    }
}

impl State {
    /// What an event may change: only to a state of a higher rank.
    fn rank(self) -> u8 {
        match self {
            Self::Due => 0,
            Self::Sending => 1,
            Self::Held | Self::GivenUp => 2,
            Self::Sent => 3,
            Self::Delivered => 4,
            Self::Bounced => 5,
        }
    }

    /// Its name in results and log lines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Sending => "sending",
            Self::Held => "held",
            Self::GivenUp => "given_up",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Bounced => "bounced",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What one message's events say, and why. A list has several recipients: one that was refused is what somebody has to
/// look at, one that was delayed or answered out of office is not.
fn told(fate: &Fate) -> Option<(State, Option<&'static str>)> {
    let refusals = [(fate.bounced, "bounced"), (fate.rejected, "rejected"), (fate.not_rendered, "not_rendered")];
    if let Some((_, reason)) = refusals.into_iter().find(|(at, _)| at.is_some()) {
        return Some((State::Bounced, Some(reason)));
    }
    if fate.delivered.is_some() {
        return Some((State::Delivered, None));
    }
    if fate.soft_bounced.is_some() {
        return Some((State::Bounced, Some("soft_bounced")));
    }
    was_taken(fate).then_some((State::Sent, None))
}

/// Whether the service has it. Every later event tells that too, and may come before the first one.
fn was_taken(fate: &Fate) -> bool {
    let moments = [fate.sent, fate.delivered, fate.delayed, fate.bounced, fate.soft_bounced, fate.complained];
    moments.iter().any(Option::is_some)
}

fn later(moment: Timestamp, by: SignedDuration) -> Timestamp {
    moment.saturating_add(by).unwrap_or(moment)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_false(is: &bool) -> bool {
    !is
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}
