//! What an invocation asks for.
//!
//! SQS sends batches of messages. The schedule sends `{}`. A person sends `{"dry_run":true}`, with
//! `"conversations":{"<queue id>":250}` to ask what such a load would do. A schedule whose input was left at EventBridge
//! Scheduler's default sends an envelope with the input as text in `detail`; that means the same as its content.

use std::collections::BTreeMap;

use aws_lambda_events::event::sqs::SqsEvent;
use platform::wishes::wishes;
use serde::Deserialize;
use serde_json::Value;

/// One invocation's wish.
#[derive(Clone, Debug, PartialEq)]
pub enum Trigger {
    /// Messages to store; then the tables that they concern are decided.
    Batch(SqsEvent),
    /// All tables are decided.
    Tick,
    /// All tables are decided and nothing is changed; with these loads in place of the stored ones.
    DryRun(BTreeMap<String, i64>),
}

/// An event that is none of the documented forms.
#[derive(Debug, thiserror::Error)]
#[error(
    "the event was not understood ({0}); send {{}}, {{\"dry_run\":true}} or {{\"dry_run\":true,\"conversations\":{{\"<queue id>\":250}}}}"
)]
pub struct TriggerFault(String);

/// The members that a person or a schedule may send.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Wishes {
    dry_run: bool,
    conversations: BTreeMap<String, i64>,
}

impl Trigger {
    /// Decodes an invocation's payload.
    ///
    /// # Errors
    /// [`TriggerFault`], which says what was not understood and what is.
    pub fn decode(event: Value) -> Result<Self, TriggerFault> {
        if event.get("Records").is_some() {
            return serde_json::from_value(event).map(Self::Batch).map_err(|error| TriggerFault(error.to_string()));
        }
        let wishes: Wishes = wishes(event).map_err(TriggerFault)?;
        if wishes.conversations.values().any(|count| *count < 0) {
            return Err(TriggerFault("conversations must not be negative".to_owned()));
        }
        match (wishes.dry_run, wishes.conversations.is_empty()) {
            (true, _) => Ok(Self::DryRun(wishes.conversations)),
            (false, true) => Ok(Self::Tick),
            (false, false) => Err(TriggerFault("an imagined load is for dry runs only".to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_schedules_empty_input_is_a_tick() {
        let envelope =
            |detail: Value| json!({"detail-type": "Scheduled Event", "source": "aws.scheduler", "detail": detail});
        for event in [json!({}), Value::Null, envelope(json!("{}")), envelope(json!({})), envelope(json!(""))] {
            assert_eq!(Trigger::decode(event).unwrap(), Trigger::Tick);
        }
    }

    #[test]
    fn an_imagined_load_is_for_dry_runs_only() {
        let load = json!({"dry_run": true, "conversations": {"q": 250}});
        assert_eq!(Trigger::decode(load).unwrap(), Trigger::DryRun([("q".to_owned(), 250)].into()));
        for wrong in [
            json!({"conversations": {"q": 250}}),
            json!({"dry_run": true, "conversations": {"q": -1}}),
            json!({"dry_run": true, "conversations": {"q": "many"}}),
            json!({"dryrun": true}),
            json!([]),
        ] {
            assert!(Trigger::decode(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
