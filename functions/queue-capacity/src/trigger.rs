//! What an invocation asks for.
//!
//! SQS sends batches of messages. The schedule sends `{}`. A person sends `{"dry_run":true}`, with
//! `"instances":{"<group>":5}` to ask what such a size would do, or `{"retry_parked":true}` to have parked targets tried
//! again. A schedule whose input was left at EventBridge Scheduler's default sends an envelope with the input as text in
//! `detail`; that means the same as its content.

use std::collections::BTreeMap;

use aws_lambda_events::event::sqs::SqsEvent;
use platform::wishes::wishes;
use serde::Deserialize;
use serde_json::Value;

/// One invocation's wish.
#[derive(Clone, Debug, PartialEq)]
pub enum Trigger {
    /// Messages; the groups that they name are looked at.
    Batch(SqsEvent),
    /// All groups are looked at.
    Tick {
        /// Parked targets too.
        retry_parked: bool,
    },
    /// All groups are looked at and nothing is changed; with these sizes in place of the real ones.
    DryRun(BTreeMap<String, i64>),
}

/// An event that is none of the documented forms.
#[derive(Debug, thiserror::Error)]
#[error(
    "the event was not understood ({0}); send {{}}, {{\"retry_parked\":true}}, {{\"dry_run\":true}} or {{\"dry_run\":true,\"instances\":{{\"<group>\":5}}}}"
)]
pub struct TriggerFault(String);

/// The members that a person or a schedule may send.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Wishes {
    dry_run: bool,
    retry_parked: bool,
    instances: BTreeMap<String, i64>,
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
        let Wishes { dry_run, retry_parked, instances } = wishes(event).map_err(TriggerFault)?;
        if instances.values().any(|size| *size < 0) {
            return Err(TriggerFault("instances must not be negative".to_owned()));
        }
        match (dry_run, retry_parked, instances.is_empty()) {
            (true, false, _) => Ok(Self::DryRun(instances)),
            (true, true, _) => Err(TriggerFault("a dry run retries nothing".to_owned())),
            (false, retry_parked, true) => Ok(Self::Tick { retry_parked }),
            (false, _, false) => Err(TriggerFault("an imagined size is for dry runs only".to_owned())),
        }
    }
}
