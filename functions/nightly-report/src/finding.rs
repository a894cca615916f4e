//! What a rule has found: facts, and no words yet.
//!
//! A report is kept for years and told in several languages, so a finding holds the numbers, hours and queues that its
//! sentence is made of, and [`page`](crate::page) makes the sentence.

use serde::{Deserialize, Serialize};

use crate::figures::{DayFigures, QueueFigures};
use crate::rate::{Mean, Share};

/// One alert or recommendation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// What it is.
    pub kind: Kind,
    /// The queue it is about; `None`: all of them.
    pub queue: Option<QueueName>,
    /// The rule, and what it rests on.
    pub found: Found,
    /// How many conversations it is about: the order in which findings are told.
    pub weight: f64,
}

/// What a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Something went wrong.
    Alert,
    /// Something could be done.
    Recommendation,
}

/// What each rule rests on. In the archive `rule` says which it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum Found {
    /// Fewer were answered in time than the target asks for.
    ServiceLevelMissed {
        /// Answered in time, of all that count.
        level: Level,
        /// The hours in which most late answers fell, and those answered in time in them.
        worst: Option<Part>,
    },
    /// More gave up than the target lets pass.
    AbandonRateHigh {
        /// Who gave up, of all offered.
        lost: Level,
        /// The hours in which most gave up, and how many did.
        worst: Option<Part>,
    },
    /// Conversations took longer than the target.
    HandleTimeLong {
        /// The handle time.
        handle_time: Mean,
        /// The most it should be, in seconds.
        target_seconds: u32,
    },
    /// Hardly anybody was answered in time for some hours.
    HoursCollapsed {
        /// These hours, and those answered in time in them.
        worst: Part,
        /// Answered in time in the rest of the day.
        rest: Share,
    },
    /// Nobody was answered.
    NobodyAnswered {
        /// Conversations offered.
        offered: u64,
    },
    /// Nothing came where something always comes.
    QueueSilent {
        /// Offered on the same weekday of the weeks before, the newest first.
        weeks: Vec<u64>,
    },
    /// Far more or far fewer came than ever on this weekday.
    VolumeUnusual {
        /// Conversations offered.
        offered: u64,
        /// Whether that is far more; else far fewer.
        is_more: bool,
        /// Offered on the same weekday of the weeks before, the newest first.
        weeks: Vec<u64>,
    },
    /// Most late answers fell into a few hours.
    StaffWorstHours {
        /// These hours, and the late answers in them of all late answers of the day.
        late: Part,
        /// Conversations offered in these hours.
        offered: u64,
        /// The handle time of the day.
        handle_time: Option<Mean>,
    },
    /// Another queue of the group had agents to spare.
    LendAgents {
        /// This queue's service level.
        level: Level,
        /// The other queue.
        lender: QueueName,
        /// Its service level.
        lender_level: Level,
    },
    /// The service level is missed on this weekday every week.
    MissedEveryWeek {
        /// The service levels of the weeks before, the newest first.
        weeks: Vec<Share>,
        /// What each should be.
        target: f64,
    },
    /// Much time goes into work after the conversation.
    AfterCallWorkLong {
        /// Its share of the handle time, in milliseconds.
        share: Share,
        /// After-call work.
        after_call_work: Mean,
        /// The handle time that it is a part of.
        handle_time: Mean,
    },
    /// Many conversations are handed on.
    TransfersMany {
        /// Those, of all handled.
        transferred: Share,
    },
    /// Short abandons decide whether the abandon target is met.
    ShortAbandonsDecide {
        /// The abandon rate with them.
        with: Share,
        /// Without them.
        without: Share,
        /// The most it should be.
        target: f64,
    },
}

/// A share and what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Level {
    /// The share.
    pub share: Share,
    /// The target.
    pub target: f64,
}

/// Some hours, and a share in them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The hours.
    pub hours: Hours,
    /// The share.
    pub share: Share,
}

/// A queue, by the names it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueName {
    /// Its id; empty for what belongs to no queue.
    pub id: String,
    /// Its name, where anybody may see it.
    pub name: Option<String>,
}

/// Hours of the day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// What the clocks show at their begin, as in `10:00`.
    pub from: String,
    /// What they show at their end; `24:00` at the end of the day.
    pub to: String,
    /// How many.
    pub count: u64,
    /// Whether the clocks show `from` for the second time.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_repeated: bool,
}

impl Finding {
    /// A finding about a queue.
    pub(crate) fn about(queue: &QueueFigures, kind: Kind, weight: f64, found: Found) -> Self {
        Self { kind, queue: Some(queue.named()), found, weight }
    }

    /// A finding about everything.
    pub(crate) fn general(kind: Kind, weight: f64, found: Found) -> Self {
        Self { kind, queue: None, found, weight }
    }

    /// The hours it is about.
    pub fn hours(&self) -> Option<&Hours> {
        match &self.found {
            Found::ServiceLevelMissed { worst, .. } | Found::AbandonRateHigh { worst, .. } => {
                worst.as_ref().map(|worst| &worst.hours)
            }
            Found::HoursCollapsed { worst, .. } => Some(&worst.hours),
            Found::StaffWorstHours { late, .. } => Some(&late.hours),
            _ => None,
        }
    }
}

impl QueueFigures {
    /// Its names.
    pub fn named(&self) -> QueueName {
        QueueName { id: self.id.clone(), name: self.name.clone() }
    }
}

impl Hours {
    /// The hours of a day from the one at `first` to the one at `last`.
    pub(crate) fn of(day: &DayFigures, first: usize, last: usize) -> Option<Self> {
        let (begin, end) = (day.hours.get(first)?.hour, day.hours.get(last)?.hour);
        let to = match day.hours.get(last + 1) {
            None => "24:00".to_owned(),
            // The clocks are about to go back: what they would show otherwise, or it would end where it began.
            Some(next) if next.hour.is_repeated => format!("{:02}:00", end.starts.hour() + 1),
            Some(next) => next.hour.shown(),
        };
        Some(Self { from: begin.shown(), to, count: (last + 1 - first) as u64, is_repeated: begin.is_repeated })
    }
}
