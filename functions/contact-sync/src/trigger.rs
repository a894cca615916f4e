//! What an invocation asks for.
//!
//! The schedule sends `{}`. A person sends `{"dry_run":true}`, `{"since":"…"}` or `{"limit":100}`. A schedule whose
//! input was left at EventBridge Scheduler's default sends an envelope with the input as text in `detail`; that means
//! the same as its content.

use platform::wishes::wishes;
use serde::Deserialize;
use serde_json::Value;

/// One invocation's wishes.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct Trigger {
    /// Plan and report, write nothing.
    pub dry_run: bool,
    /// Read from here instead of from the watermark. The watermark never moves backwards.
    pub since: Option<jiff::Timestamp>,
    /// Take at most this many changed contacts, oldest first: a pilot.
    pub limit: Option<usize>,
}

/// An event that is none of the documented forms.
#[derive(Debug, thiserror::Error)]
#[error(
    "the event was not understood ({0}); send {{}}, {{\"dry_run\":true}}, {{\"since\":\"2026-01-31T00:00:00Z\"}} or {{\"limit\":100}}"
)]
pub struct TriggerFault(String);

impl Trigger {
    /// Decodes an invocation's payload.
    ///
    /// # Errors
    /// [`TriggerFault`], which says what was not understood and what is.
    pub fn decode(event: Value) -> Result<Self, TriggerFault> {
        let trigger: Self = wishes(event).map_err(TriggerFault)?;
        if trigger.limit == Some(0) {
            return Err(TriggerFault("limit must be at least 1".to_owned()));
        }
        Ok(trigger)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn decode(event: Value) -> Trigger {
        Trigger::decode(event).unwrap()
    }

    #[test]
    fn the_schedules_empty_input_is_a_plain_run() {
        assert_eq!(decode(json!({})), Trigger::default());
        assert_eq!(decode(Value::Null), Trigger::default());
    }

    #[test]
    fn the_default_scheduler_envelope_means_its_detail() {
        let envelope = |detail: Value| json!({"version": "0", "id": "x", "detail-type": "Scheduled Event", "source": "aws.scheduler", "detail": detail});
        assert_eq!(decode(envelope(json!("{}"))), Trigger::default());
        assert!(decode(envelope(json!("{\"dry_run\":true}"))).dry_run);
        assert!(decode(envelope(json!({"dry_run": true}))).dry_run);
    }

    #[test]
    fn a_misspelt_wish_is_refused_and_named() {
        let error = Trigger::decode(json!({"dryrun": true})).unwrap_err().to_string();
        assert!(error.contains("dryrun"), "{error}");
        assert!(Trigger::decode(json!({"limit": 0})).is_err());
        assert!(Trigger::decode(json!({"since": "yesterday"})).is_err());
        assert!(Trigger::decode(json!([])).is_err());
    }

    #[test]
    fn every_sample_event_decodes() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../events/contact-sync");
        let mut seen = 0;
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            let event = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            Trigger::decode(event).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            seen += 1;
        }
        assert!(seen >= 4, "{seen} samples");
    }
}
