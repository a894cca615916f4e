//! Takes messages in: each moves its queue's row forward, and that is all a message does.
//!
//! A message is acknowledged once its row is durable, or when there is nothing to store. Given back are two kinds. A
//! message that could not be stored comes again, and in a FIFO queue so do the later ones of its group, untouched: the
//! order of a group is kept. A message that can never be understood comes again until the queue sets it aside; the
//! later ones of its group are taken in all the same, since it could not have had an effect at any place in the order.

use std::collections::{BTreeSet, HashSet};

use aws_lambda_events::event::sqs::{SqsEvent, SqsMessage};
use jiff::Timestamp;
use platform::deadline::Deadline;
use platform::order::{Orders, Stored};
use platform::table::StateError;

use crate::config::Config;
use crate::message::{LoadEvent, Message, Poison, decode};

/// The message attribute that names a FIFO group.
const GROUP: &str = "MessageGroupId";

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is the newest load of its queue.
    Stored,
    /// It is, and was before.
    Repeated,
    /// Acknowledged without effect, for this reason.
    Ignored(&'static str),
    /// Given back, for this reason.
    GivenBack(&'static str),
}

const POISON: Taken = Taken::GivenBack("poison");
const NO_ANSWER: Taken = Taken::GivenBack("no_answer");
const REFUSED: Taken = Taken::GivenBack("refused");
const NOT_TRIED: Taken = Taken::GivenBack("not_tried");
const BEHIND_A_FAILURE: Taken = Taken::GivenBack("behind_a_failure");

/// What became of a batch.
#[derive(Debug, Default)]
pub struct Intake {
    /// Per message, in the order of the batch.
    pub taken: Vec<Taken>,
    /// Ids of the messages that are given back.
    pub given_back: Vec<String>,
    /// Queues whose newest load is in this batch.
    pub queues: BTreeSet<String>,
}

/// Takes in a batch, message by message.
///
/// Once the state table gave no answer, or the time is nearly up, the rest is given back untried: the SDK has tried
/// for seconds by then, and the batch must be answered before the invocation ends.
pub async fn store(batch: &SqsEvent, orders: &Orders, config: &Config, now: Timestamp, deadline: Deadline) -> Intake {
    let mut intake = Intake::default();
    let mut stopped: HashSet<&str> = HashSet::new();
    let mut is_down = false;
    for message in &batch.records {
        let group = message.attributes.get(GROUP).map(String::as_str);
        let taken = if group.is_some_and(|group| stopped.contains(group)) {
            BEHIND_A_FAILURE
        } else if is_down || deadline.is_closing() {
            NOT_TRIED
        } else {
            take(message, orders, config, now, &mut intake.queues).await
        };
        if let NO_ANSWER | REFUSED | NOT_TRIED = taken {
            is_down |= taken == NO_ANSWER;
            stopped.extend(group);
        }
        if let Taken::GivenBack(_) = taken {
            // An empty id makes SQS repeat the whole batch: right for a message that cannot be named.
            intake.given_back.push(message.message_id.clone().unwrap_or_default());
        }
        intake.taken.push(taken);
    }
    intake
}

async fn take(
    message: &SqsMessage,
    orders: &Orders,
    config: &Config,
    now: Timestamp,
    queues: &mut BTreeSet<String>,
) -> Taken {
    let event = match decode(message.body.as_deref().unwrap_or_default(), now) {
        Ok(Message::Load(event)) => event,
        Ok(Message::Ignored(ignored)) => return Taken::Ignored(ignored.name()),
        Err(poison) => return poisoned(message, poison),
    };
    if !config.follows(&event.queue) {
        return Taken::Ignored("unmapped");
    }
    match orders.store(&event.entity(), &event.observation).await {
        Ok(Stored::Older) => Taken::Ignored("older"),
        Ok(stored) => {
            queues.insert(event.queue);
            if stored == Stored::Newest { Taken::Stored } else { Taken::Repeated }
        }
        Err(error) => not_stored(&event, &error),
    }
}

fn poisoned(message: &SqsMessage, poison: Poison) -> Taken {
    let message_id = message.message_id.as_deref().unwrap_or_default();
    tracing::error!(
        message_id,
        reason = %poison,
        "a message was not understood and is given back until the queue sets it aside; correct its sender"
    );
    POISON
}

fn not_stored(event: &LoadEvent, error: &StateError) -> Taken {
    tracing::warn!(queue = event.queue, %error, "a load was not stored; its message comes again");
    if matches!(error, StateError::Unavailable { .. }) { NO_ANSWER } else { REFUSED }
}
