//! CloudWatch Logs: `CreateLogStream`, `PutLogEvents`, `FilterLogEvents`.

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

/// Finds by one term in quotes, in the streams of one prefix, a few events an answer: who asks once sees a part.
pub(crate) fn filter_log_events(drawers: &Drawers, request: &Value) -> Answered {
    const EVENTS_AN_ANSWER: usize = 3;
    let Some(group) = drawers.groups.get(text(request, "logGroupName")) else { return no_group() };
    let pattern = text(request, "filterPattern");
    let Some(term) = pattern.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return refusal("InvalidParameterException", "this desk finds by one term in quotes");
    };
    let prefix = text(request, "logStreamNamePrefix");
    let streams = group.streams.iter().filter(|(stream, _)| stream.starts_with(prefix));
    let found: Vec<_> = streams
        .flat_map(|(stream, messages)| messages.iter().map(move |message| (stream, message)))
        .filter(|(_, message)| message.contains(term))
        .map(|(stream, message)| json!({"logStreamName": stream, "message": message, "eventId": "1"}))
        .collect();
    let from: usize = text(request, "nextToken").parse().unwrap_or(0);
    let to = (from + EVENTS_AN_ANSWER).min(found.len());
    let next = (to < found.len()).then(|| to.to_string());
    (200, json!({"events": found.get(from..to), "nextToken": next, "searchedLogStreams": []}).to_string())
}

fn no_group() -> Answered {
    refusal("ResourceNotFoundException", "The specified log group does not exist.")
}
