//! What a conversation tells analytics, and when.
//!
//! A metric belongs to the moment it happened, not to the conversation's begin: an offer counts when the conversation
//! comes, an answer when it is answered, its handling when the after-call work is done. So one conversation may stand
//! in several hours and days.

use serde::{Deserialize, Serialize};

use super::conversation::{Conversation, Direction, NOBODY, Outcome};
use crate::settings::ServiceLevelCounts;

/// The figures that are computed here.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub(super) enum Metric {
    #[serde(rename = "nOffered")]
    Offered,
    #[serde(rename = "nTransferred")]
    Transferred,
    #[serde(rename = "oServiceLevel")]
    ServiceLevel,
    #[serde(rename = "tAbandon")]
    Abandon,
    #[serde(rename = "tAcw")]
    Acw,
    #[serde(rename = "tAnswered")]
    Answered,
    #[serde(rename = "tHandle")]
    Handle,
    #[serde(rename = "tHeldComplete")]
    Held,
    #[serde(rename = "tShortAbandon")]
    ShortAbandon,
    #[serde(rename = "tTalkComplete")]
    Talk,
    #[serde(rename = "tWait")]
    Wait,
}

/// One thing that happened.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fact {
    pub(super) metric: Metric,
    pub(super) at_ms: i64,
    /// Milliseconds of a timer; 1 or 0 of a service level: in time or not.
    pub(super) value: u64,
    /// The agent it is attributed to, or [`NOBODY`]: an offer, a wait and an abandon belong to the queue alone.
    pub(super) user: u32,
}

/// Tells `note` everything that happened.
pub(super) fn tell(conversation: &Conversation, counts: ServiceLevelCounts, mut note: impl FnMut(Fact)) {
    if conversation.queue != NOBODY && conversation.direction == Direction::Inbound {
        waiting(conversation, counts, &mut note);
    }
    if conversation.outcome == Outcome::Answered {
        handling(conversation, &mut note);
    }
}

fn waiting(conversation: &Conversation, counts: ServiceLevelCounts, note: &mut impl FnMut(Fact)) {
    let (wait_ms, user) = (u64::from(conversation.wait_ms), conversation.user);
    let mut at_end = |metric, value, user| note(Fact { metric, at_ms: conversation.wait_end_ms(), value, user });
    at_end(Metric::Wait, wait_ms, NOBODY);
    match conversation.outcome {
        Outcome::Answered => at_end(Metric::Answered, wait_ms, user),
        Outcome::Abandoned => at_end(Metric::Abandon, wait_ms, NOBODY),
        Outcome::ShortAbandoned => {
            at_end(Metric::Abandon, wait_ms, NOBODY);
            at_end(Metric::ShortAbandon, wait_ms, NOBODY);
        }
        Outcome::FlowedOut => {}
    }
    let counts_here = match conversation.outcome {
        Outcome::Answered => true,
        Outcome::Abandoned => counts != ServiceLevelCounts::Answered,
        Outcome::ShortAbandoned => counts == ServiceLevelCounts::AnsweredAndAbandoned,
        Outcome::FlowedOut => false,
    };
    if counts_here {
        let in_time =
            conversation.outcome == Outcome::Answered && conversation.wait_ms <= conversation.service_level_ms;
        at_end(Metric::ServiceLevel, u64::from(in_time), NOBODY);
    }
    note(Fact { metric: Metric::Offered, at_ms: conversation.start_ms, value: 1, user: NOBODY });
}

fn handling(conversation: &Conversation, note: &mut impl FnMut(Fact)) {
    let user = conversation.user;
    let (talk_ms, held_ms, acw_ms) =
        (u64::from(conversation.talk_ms), u64::from(conversation.held_ms), u64::from(conversation.acw_ms));
    let mut fact = |metric, at_ms, value| note(Fact { metric, at_ms, value, user });
    fact(Metric::Talk, conversation.talk_end_ms(), talk_ms);
    if held_ms > 0 {
        fact(Metric::Held, conversation.talk_end_ms(), held_ms);
    }
    if conversation.transferred {
        fact(Metric::Transferred, conversation.talk_end_ms(), 1);
    }
    if acw_ms > 0 {
        fact(Metric::Acw, conversation.end_ms(), acw_ms);
    }
    fact(Metric::Handle, conversation.end_ms(), talk_ms + held_ms + acw_ms);
}
