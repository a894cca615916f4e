//! CloudWatch Logs: `CreateLogStream`, `PutLogEvents`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Answered, Drawers, refusal, text};

/// A log group: its streams, each with the messages put there.
#[derive(Clone, Debug, Default)]
pub struct Group {
    /// Messages by stream.
    pub streams: BTreeMap<String, Vec<String>>,
}

impl Group {
    /// All messages of all streams.
    pub fn messages(&self) -> Vec<String> {
        self.streams.values().flatten().cloned().collect()
    }
}

pub(crate) fn create_log_stream(drawers: &mut Drawers, request: &Value) -> Answered {
    let Some(group) = drawers.groups.get_mut(text(request, "logGroupName")) else { return no_group() };
    let stream = text(request, "logStreamName").to_owned();
    if group.streams.contains_key(&stream) {
        return refusal("ResourceAlreadyExistsException", "The specified log stream already exists");
    }
    group.streams.insert(stream, Vec::new());
    (200, "{}".to_owned())
}

pub(crate) fn put_log_events(drawers: &mut Drawers, request: &Value) -> Answered {
    let Some(group) = drawers.groups.get_mut(text(request, "logGroupName")) else { return no_group() };
    let Some(stream) = group.streams.get_mut(text(request, "logStreamName")) else {
        return refusal("ResourceNotFoundException", "The specified log stream does not exist.");
    };
    let events = request["logEvents"].as_array().map(Vec::as_slice).unwrap_or_default();
    let is_in_order = events.windows(2).all(|pair| pair[0]["timestamp"].as_i64() <= pair[1]["timestamp"].as_i64());
    if events.is_empty() || events.len() > 10_000 || !is_in_order {
        return refusal("InvalidParameterException", "1 to 10,000 log events in order of time");
    }
    stream.extend(events.iter().map(|event| text(event, "message").to_owned()));
    (200, json!({"nextSequenceToken": "1"}).to_string())
}

fn no_group() -> Answered {
    refusal("ResourceNotFoundException", "The specified log group does not exist.")
}
