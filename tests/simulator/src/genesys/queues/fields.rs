//! The fields that a queue has, and their JSON types.

use serde_json::Value;

/// What stands in a field.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    Text,
    Flag,
    Object,
    List,
}

impl Shape {
    /// `null` is an absent value.
    pub(super) fn holds(self, value: &Value) -> bool {
        match (self, value) {
            (_, Value::Null) => true,
            (Self::Text, value) => value.is_string(),
            (Self::Flag, value) => value.is_boolean(),
            (Self::Object, value) => value.is_object(),
            (Self::List, value) => value.is_array(),
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Flag => "true or false",
            Self::Object => "an object",
            Self::List => "a list",
        }
    }
}

/// What the server computes.
pub(super) const READ_ONLY: [&str; 9] = [
    "id",
    "dateCreated",
    "dateModified",
    "modifiedBy",
    "createdBy",
    "memberCount",
    "userMemberCount",
    "joinedMemberCount",
    "selfUri",
];

const TEXTS: [&str; 9] = [
    "name",
    "description",
    "scoringMethod",
    "lastAgentRoutingMode",
    "skillEvaluationMethod",
    "callingPartyName",
    "callingPartyNumber",
    "peerId",
    "defaultMediaLanguage",
];
const FLAGS: [&str; 5] = [
    "autoAnswerOnly",
    "enableTranscription",
    "enableAudioMonitoring",
    "enableManualAssignment",
    "suppressInQueueCallRecording",
];
const LISTS: [&str; 2] = ["routingRules", "memberGroups"];
const OBJECTS: [&str; 17] = [
    "division",
    "mediaSettings",
    "conditionalGroupRouting",
    "conditionalGroupActivation",
    "bullseye",
    "acwSettings",
    "queueFlow",
    "emailInQueueFlow",
    "messageInQueueFlow",
    "whisperPrompt",
    "onHoldPrompt",
    "cannedResponseLibraries",
    "agentOwnedRouting",
    "directRouting",
    "defaultScripts",
    "outboundMessagingAddresses",
    "outboundEmailAddress",
];

/// The type of a field that the vendor's model has.
pub(super) fn shape_of(name: &str) -> Option<Shape> {
    let of = |names: &[&str], shape| names.contains(&name).then_some(shape);
    of(&TEXTS, Shape::Text)
        .or_else(|| of(&FLAGS, Shape::Flag))
        .or_else(|| of(&LISTS, Shape::List))
        .or_else(|| of(&OBJECTS, Shape::Object))
}
