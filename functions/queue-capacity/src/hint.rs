//! Events of Auto Scaling, as far as they are believed: that something about a group may have changed.
//!
//! `EC2 Instance Launch Successful` and `EC2 Instance Terminate Successful` come from the default event bus by way of a
//! queue: late, twice, in any order, or not at all. Anybody in the account could make one up. So all that is taken from
//! one is the name of a group; how large it is, the group is asked. The two `Unsuccessful` events change no size and are
//! only counted: they say that a group will not become what it is told to be.

use platform::cloud_event::CloudEvent;
use serde::Deserialize;

/// EventBridge's name of Auto Scaling.
const SOURCE: &str = "aws.autoscaling";

/// What one message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hint {
    /// This group may have another size.
    Group(String),
    /// An instance of this group could not be started or ended.
    Unsuccessful(String),
    /// An event of another kind.
    Other,
}

/// A message that can never be understood. Shows nothing of what the message holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Poison {
    /// Empty, cut off, or not an event.
    #[error("it is no EventBridge event with the members that one must have")]
    NoEvent,
    /// An instance event that does not say of which group.
    #[error("it names no Auto Scaling group")]
    NoGroup,
}

#[derive(Deserialize)]
struct Detail {
    #[serde(rename = "AutoScalingGroupName")]
    group: String,
}

/// Reads the body of a message.
///
/// # Errors
/// [`Poison`]: no later try can fare better.
pub fn decode(body: &str) -> Result<Hint, Poison> {
    let event = CloudEvent::decode(body).map_err(|_| Poison::NoEvent)?;
    if event.source != SOURCE {
        return Ok(Hint::Other);
    }
    let hint = match event.event_type.as_str() {
        "EC2 Instance Launch Successful" | "EC2 Instance Terminate Successful" => Hint::Group,
        "EC2 Instance Launch Unsuccessful" | "EC2 Instance Terminate Unsuccessful" => Hint::Unsuccessful,
        _ => return Ok(Hint::Other),
    };
    match serde_json::from_slice::<Detail>(&event.data) {
        Ok(Detail { group }) if !group.is_empty() => Ok(hint(group)),
        _ => Err(Poison::NoGroup),
    }
}
