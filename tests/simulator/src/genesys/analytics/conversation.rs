//! One raw conversation.
//!
//! Raw conversations are the only truth: nothing is stored that was added up. They are kept small, because a history of
//! 13 months has hundreds of thousands, and they are given and dumped as JSON, so that a test can add them up by a
//! method of its own.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::world::iso;

/// How people talked.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Media {
    Voice,
    Callback,
    Chat,
    Email,
    Message,
}

impl Media {
    /// As the vendor writes it in groups.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Voice => "voice",
            Self::Callback => "callback",
            Self::Chat => "chat",
            Self::Email => "email",
            Self::Message => "message",
        }
    }

    /// The part of a queue's `mediaSettings` that is about it.
    pub(crate) fn setting(self) -> &'static str {
        if self == Self::Voice { "call" } else { self.name() }
    }
}

/// Who began.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Direction {
    Inbound,
    Outbound,
}

/// What ended the wait.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    Answered,
    Abandoned,
    /// Abandoned so soon that the organisation counts it as short.
    ShortAbandoned,
    /// Left the queue by its flow: neither answered nor abandoned.
    FlowedOut,
}

/// A conversation as it is given and dumped.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Given {
    pub(crate) start: Timestamp,
    /// Absent: it never reached a queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) queue: Option<String>,
    #[serde(default = "voice")]
    pub(crate) media: Media,
    #[serde(default = "inbound")]
    pub(crate) direction: Direction,
    #[serde(default = "answered")]
    pub(crate) outcome: Outcome,
    #[serde(default)]
    pub(crate) wait_ms: u32,
    #[serde(default)]
    pub(crate) talk_ms: u32,
    /// 0: there was no hold.
    #[serde(default)]
    pub(crate) held_ms: u32,
    /// 0: there was no after-call work.
    #[serde(default)]
    pub(crate) acw_ms: u32,
    #[serde(default)]
    pub(crate) transferred: bool,
    /// The agent who answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) user: Option<String>,
    /// An answer within this time is in time. Absent: as the queue's media settings say, else 20 s.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) service_level_ms: Option<u32>,
    /// When analytics first know of it. Absent: as things happen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) visible_from: Option<Timestamp>,
}

const fn voice() -> Media {
    Media::Voice
}

const fn inbound() -> Direction {
    Direction::Inbound
}

const fn answered() -> Outcome {
    Outcome::Answered
}

impl Given {
    /// What makes no sense, in a sentence.
    pub(crate) fn check(&self) -> Result<(), String> {
        let is_answered = self.outcome == Outcome::Answered;
        let has_handling =
            self.user.is_some() || self.transferred || self.talk_ms > 0 || self.held_ms > 0 || self.acw_ms > 0;
        if !is_answered && has_handling {
            return Err(
                "only an answered conversation has a user, a transfer, talk, hold and after-call work".to_owned()
            );
        }
        if !is_answered && (self.queue.is_none() || self.direction == Direction::Outbound) {
            return Err("only an inbound conversation in a queue can end without an answer".to_owned());
        }
        Ok(())
    }
}

/// Stands for "no queue" and "no user".
pub(crate) const NOBODY: u32 = u32::MAX;

/// A conversation as it is kept: 64 bytes.
#[derive(Clone, Debug)]
pub(crate) struct Conversation {
    pub(crate) start_ms: i64,
    /// `i64::MIN` when it is known as things happen.
    pub(crate) visible_from_ms: i64,
    /// Numbers of names, or [`NOBODY`].
    pub(crate) queue: u32,
    pub(crate) user: u32,
    pub(crate) wait_ms: u32,
    pub(crate) talk_ms: u32,
    pub(crate) held_ms: u32,
    pub(crate) acw_ms: u32,
    pub(crate) service_level_ms: u32,
    pub(crate) media: Media,
    pub(crate) direction: Direction,
    pub(crate) outcome: Outcome,
    pub(crate) transferred: bool,
}

impl Conversation {
    pub(crate) fn wait_end_ms(&self) -> i64 {
        self.start_ms + i64::from(self.wait_ms)
    }

    pub(crate) fn talk_end_ms(&self) -> i64 {
        self.wait_end_ms() + i64::from(self.talk_ms) + i64::from(self.held_ms)
    }

    pub(crate) fn end_ms(&self) -> i64 {
        self.talk_end_ms() + i64::from(self.acw_ms)
    }

    /// It, with its names.
    pub(crate) fn dump(&self, queue: Option<&str>, user: Option<&str>) -> serde_json::Value {
        let moment = |ms| Timestamp::from_millisecond(ms).unwrap_or_default();
        let given = Given {
            start: moment(self.start_ms),
            queue: queue.map(str::to_owned),
            media: self.media,
            direction: self.direction,
            outcome: self.outcome,
            wait_ms: self.wait_ms,
            talk_ms: self.talk_ms,
            held_ms: self.held_ms,
            acw_ms: self.acw_ms,
            transferred: self.transferred,
            user: user.map(str::to_owned),
            service_level_ms: Some(self.service_level_ms),
            visible_from: (self.visible_from_ms != i64::MIN).then(|| moment(self.visible_from_ms)),
        };
        let mut dumped = serde_json::to_value(&given).unwrap_or_default();
        dumped["start"] = serde_json::json!(iso(given.start));
        dumped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_is_kept_small() {
        assert!(size_of::<Conversation>() <= 64);
    }
}
